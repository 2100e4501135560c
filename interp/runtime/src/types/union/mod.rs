//! `X | Y` of types.

use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// `a | b`
pub fn or(vm: &mut Vm, _a: Value, _b: Value) -> PyResult {
    Err(vm.not_implemented_error("unions of types are not supported yet"))
}
