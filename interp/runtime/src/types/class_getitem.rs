//! `__class_getitem__` of the builtin containers: `list[int]`.

use crate::heap::Gc;
use crate::object::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// The generic alias of a class and its arguments.
pub fn class_getitem(vm: &mut Vm, cls: Gc<Type>, item: Value) -> PyResult<Value> {
    Ok(Value::from_gc(crate::types::generic_alias::new(vm, Value::from_gc(cls), item)?))
}
