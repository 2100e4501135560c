//! Rarer operations, by number.

use super::*;
use crate::types::type_params;
use crate::vm::{Exc, PyResult};
use habu_bytecode::op::Intrinsic;

/// Last operand of `Intrinsic::TypeVar`: the evaluator is that of constraints.
const CONSTRAINTS: i64 = 2;

stepped!(INTRINSIC, intrinsic);
pub fn intrinsic(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let which = Intrinsic::from_byte(pc.x()).expect("verified code names intrinsics");
    let v = perform(vm, which, base.slice(pc.b(), which.args()))?;
    base.set(pc.a(), v);
    Ok(())
}

#[inline(never)]
fn perform(vm: &mut Vm, which: Intrinsic, args: &[Value]) -> PyResult {
    match which {
        Intrinsic::Print => {
            let sys = vm.sys.map_or(Value::NONE, Value::from_gc);
            let hook = vm.names.displayhook;
            let hook = vm.get_attr(sys, hook)?;
            vm.call(hook, args)
        }
        Intrinsic::StopIterationError => crate::types::generator::stop_iteration_error(vm, args[0]),
        Intrinsic::SetupAnnotations => {
            let key = Value::from_gc(vm.names.annotations);
            if !vm.contains(args[0], key)? {
                let dict = vm.dict_new()?;
                vm.set_item(args[0], key, Value::from_gc(dict))?;
            }
            Ok(Value::NONE)
        }
        Intrinsic::MappingRest => {
            let dict = vm.dict_new()?;
            vm.dict_update(dict, args[0])?;
            let keys = vm.collect(args[1])?;
            for key in keys.iter() {
                vm.dict_del(dict, *key)?;
            }
            Ok(Value::from_gc(dict))
        }
        Intrinsic::TypeVar => {
            type_params::make_type_var(vm, args[0], args[1], args[2], args[3] == Value::small(CONSTRAINTS))
        }
        Intrinsic::ParamSpec => type_params::make_param_spec(vm, args[0], args[1]),
        Intrinsic::TypeVarTuple => type_params::make_var_tuple(vm, args[0], args[1]),
        Intrinsic::TypeAlias => type_params::make_alias(vm, args[0], args[1], args[2]),
        Intrinsic::SubscriptGeneric => type_params::subscript_generic(vm, args[0]),
        Intrinsic::NotImplementedClass => Ok(Value::from_gc(vm.exc_class(Exc::NotImplementedError))),
    }
}
