//! `atexit`: functions called when the process ends normally.

use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// Where the list of `(function, args, kwargs)` is among the machine's permanent values.
#[derive(Default)]
struct State {
    list: Option<usize>,
}

fn functions(vm: &mut Vm) -> PyResult<Gc<List>> {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    let at = state.downcast_ref::<State>().and_then(|s| s.list);
    if let Some(list) = at.and_then(|at| vm.exact_list(vm.permanent[at])) {
        return Ok(list);
    }
    let list = vm.list_new()?;
    vm.permanent.push(Value::from_gc(list));
    let at = vm.permanent.len() - 1;
    vm.module_state.insert(TypeId::of::<State>(), Box::new(State { list: Some(at) }));
    Ok(list)
}

/// Calls them all, newest first; exceptions are reported only.
pub fn run_all(vm: &mut Vm) -> PyResult<()> {
    let list = functions(vm)?;
    while let Some(entry) = vm.list_pop(list)? {
        let Some(entry) = vm.exact::<Tuple>(entry) else { continue };
        let (f, args, kwargs) = (entry.items()[0], entry.items()[1], entry.items()[2]);
        let (Some(args), Some(kwargs)) = (vm.exact::<Tuple>(args), vm.exact::<Dict>(kwargs)) else {
            continue;
        };
        let keywords = crate::support::keywords(vm, kwargs);
        if let Err(raised) = vm.call_kw(f, args.items(), &keywords) {
            let exc = vm.take_exception(raised);
            vm.unraisable(exc, "Exception ignored in atexit callback", f);
        }
    }
    Ok(())
}

/// allow programmer to define multiple exit functions to be executed upon normal program termination.
#[native_module(name = "atexit")]
pub mod module {
    use super::*;

    /// Register a function to be executed upon normal program termination
    #[function(sig = "(func, /, *args, **kwargs)")]
    fn register(vm: &mut Vm, func: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        if !vm.is_callable(func) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let list = functions(vm)?;
        let entry = vm.tuple(&[func, Value::from_gc(args), Value::from_gc(kwargs)])?;
        vm.list_push(list, Value::from_gc(entry))?;
        Ok(func)
    }
    /// Unregister an exit function which was previously registered using atexit.register
    #[function(sig = "(func, /)")]
    fn unregister(vm: &mut Vm, func: Value) -> PyResult<()> {
        let list = functions(vm)?;
        let mut i = 0;
        while let Some(entry) = vm.list_get(list, i)? {
            let known = vm.get_item(entry, Value::small(0))?;
            if vm.eq(known, func)? {
                vm.list_remove(list, i)?;
            } else {
                i += 1;
            }
        }
        Ok(())
    }
    /// Clear the list of previously registered exit functions.
    #[function(name = "_clear")]
    fn clear(vm: &mut Vm) -> PyResult<()> {
        let list = functions(vm)?;
        vm.list_clear(list);
        Ok(())
    }
    /// Return the number of registered exit functions.
    #[function(name = "_ncallbacks")]
    fn ncallbacks(vm: &mut Vm) -> PyResult<usize> {
        functions(vm).map(|list| list.len())
    }
    /// Run all registered exit functions.
    #[function(name = "_run_exitfuncs")]
    fn run_exitfuncs(vm: &mut Vm) -> PyResult<()> {
        run_all(vm)
    }
}
