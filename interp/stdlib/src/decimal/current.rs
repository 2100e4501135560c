//! The current context: a context variable, and the context manager that `localcontext` gives.

use super::context::{self, DecimalContext};
use super::settings;
use super::signals::state;
use crate::contextvars;
use crate::layout;
use crate::support::keywords;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::dict::Dict;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::cell::Cell;

thread_local! {
    /// What was found last, and how many changes of context variables there had been: while there is no further one,
    /// the thread's context keeps it.
    static FOUND: Cell<Option<(u64, Gc<DecimalContext>)>> = const { Cell::new(None) };
}

/// The current context.
#[inline]
pub fn current(vm: &mut Vm) -> PyResult<Gc<DecimalContext>> {
    match FOUND.get() {
        Some((at, context)) if at == contextvars::changes() => Ok(context),
        _ => find(vm),
    }
}

#[cold]
fn find(vm: &mut Vm) -> PyResult<Gc<DecimalContext>> {
    let state = state(vm)?;
    let found = contextvars::lookup(vm, state.var)?;
    let context = match found.and_then(|v| vm.downcast::<DecimalContext>(v)) {
        Some(context) => context,
        None => {
            let context = context::copy(vm, state.default)?;
            context.status.set(0);
            contextvars::assign(vm, state.var, Value::from_gc(context))?;
            context
        }
    };
    FOUND.set(Some((contextvars::changes(), context)));
    Ok(context)
}

/// Makes a context the current one; of the contexts made in advance, a copy.
pub fn set_current(vm: &mut Vm, context: Gc<DecimalContext>) -> PyResult<()> {
    let state = state(vm)?;
    let context = if [state.default, state.basic, state.extended].contains(&context) {
        let copy = context::copy(vm, context)?;
        copy.status.set(0);
        copy
    } else {
        context
    };
    contextvars::assign(vm, state.var, Value::from_gc(context))
}

/// A `context=None` argument.
#[inline]
pub fn context_arg(vm: &mut Vm, v: Value) -> PyResult<Gc<DecimalContext>> {
    if v.is_none() {
        return current(vm);
    }
    match vm.downcast::<DecimalContext>(v) {
        Some(context) => Ok(context),
        None => Err(vm.type_error("optional argument must be a context")),
    }
}

layout! {
    /// Cell of a context manager: the context of its block, and the one to go back to.
    Manager(ids::DECIMAL_CONTEXT_MANAGER) { local, global }
}

/// The context manager of `localcontext(ctx, **kwargs)`.
pub fn manager(vm: &mut Vm, ctx: Value, kwargs: Gc<Dict>) -> PyResult<Gc<Manager>> {
    let global = current(vm)?;
    let local = context_arg(vm, ctx)?;
    let local = context::copy(vm, local)?;
    const NAMES: [&str; 8] = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];
    let mut args = [Value::NONE; 8];
    for (name, v) in keywords(vm, kwargs) {
        match NAMES.iter().position(|n| name.is(n)) {
            Some(at) => args[at] = v,
            None => {
                let shown = name.to_message();
                let text = format!("this function got an unexpected keyword argument '{shown}'");
                return Err(vm.type_error(text));
            }
        }
    }
    settings::configure(vm, local, args)?;
    let cls = vm.native_class(Manager::DECL)?;
    let this = vm.alloc_instance::<Manager>(cls)?;
    this.local.init(Value::from_gc(local));
    this.global.init(Value::from_gc(global));
    Ok(this)
}

fn enter(vm: &mut Vm, context: Value) -> PyResult<()> {
    match vm.downcast::<DecimalContext>(context) {
        Some(context) => set_current(vm, context),
        None => Ok(()),
    }
}

#[py_type(name = "ContextManager", module = "decimal", id = ids::DECIMAL_CONTEXT_MANAGER)]
impl Manager {
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<Manager>) -> PyResult {
        enter(vm, this.local.get())?;
        Ok(this.local.get())
    }
    #[method(sig = "($self, /, *args)")]
    fn __exit__(vm: &mut Vm, this: Gc<Manager>, _args: Value) -> PyResult<bool> {
        enter(vm, this.global.get())?;
        Ok(false)
    }
}
