//! `__class_getitem__` of the builtin containers: `list[int]`.

use crate::heap::Gc;
use crate::object::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// The generic alias of a class and its arguments.
pub fn class_getitem(vm: &mut Vm, cls: Gc<Type>, _item: Value) -> PyResult<Value> {
    let name = vm.class_name(cls);
    Err(vm.not_implemented_error(format!("generic alias of '{name}'")))
}
