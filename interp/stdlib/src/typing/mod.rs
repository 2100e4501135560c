//! `_typing`: the native half of module `typing`. The types themselves are the runtime's.

use crate::support::{add_type, set};
use habu_macros::native_module;
use habu_runtime::object::ids;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::type_params::{
    Generic, ParamSpec, ParamSpecArgs, ParamSpecKwargs, TypeAlias, TypeVar, TypeVarTuple, no_default,
};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Primitives and accelerators for the typing module.
#[native_module(name = "_typing")]
pub mod module {
    use super::*;

    #[function(sig = "($module, x, /)", effects(pure))]
    fn _idfunc(_vm: &mut Vm, x: Value) -> Value {
        x
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for decl in [
            TypeVar::DECL,
            ParamSpec::DECL,
            ParamSpecArgs::DECL,
            ParamSpecKwargs::DECL,
            TypeVarTuple::DECL,
            TypeAlias::DECL,
            Generic::DECL,
        ] {
            add_type(vm, module, decl)?;
        }
        let union = Value::from_gc(vm.builtin(ids::UNION));
        set(vm, module, "Union", union)?;
        let none = no_default(vm)?;
        set(vm, module, "NoDefault", none)
    }
}
