//! `_warnings`: only what `importlib` needs at start; the library's own `_py_warnings` does the work.

use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Calls a function of the library's module with the same arguments.
fn forward(vm: &mut Vm, name: &str, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
    let module = habu_runtime::import::import_module(vm, "_py_warnings")?;
    let f = vm.get_attr_str(module, name)?;
    let mut keywords: Vec<(Gc<Str>, Value)> = Vec::new();
    let mut at = 0;
    while let Some((key, v)) = vm.dict_next(kwargs, &mut at) {
        if let Some(key) = vm.downcast::<Str>(key) {
            keywords.push((key, v));
        }
    }
    vm.call_kw(f, args.items(), &keywords)
}

/// _warnings provides basic warning filtering support.
#[native_module(name = "_warnings")]
pub mod module {
    use super::*;

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(*args, **kwargs)")]
    fn warn(vm: &mut Vm, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        forward(vm, "warn", args, kwargs)
    }
    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "(*args, **kwargs)")]
    fn warn_explicit(vm: &mut Vm, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        forward(vm, "warn_explicit", args, kwargs)
    }
}
