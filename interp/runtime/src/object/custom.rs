//! Attribute access of classes that define `__getattribute__`, `__getattr__`, `__setattr__` or `__delattr__`.

use super::{Special, Type};
use crate::heap::Gc;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

/// `getattr` through the class's own hooks.
pub fn get_attr(vm: &mut Vm, v: Value, cls: Gc<Type>, name: Gc<Str>) -> PyResult<Value> {
    let key = Value::from_gc(name);
    let getattribute = vm.class_special(cls, Special::GetAttribute);
    let result = match getattribute {
        Some(f) if vm.is_default_hook(f) => match vm.generic_get_attr(v, name) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {
                if vm.class_special(cls, Special::GetAttr).is_none() {
                    return Err(vm.no_attribute(v, name));
                }
                // The error is made only if somebody may see it: `__getattr__` runs without it pending.
                None
            }
            Err(raised) => Some(Err(raised)),
        },
        Some(f) => Some(vm.call_found(f, v, &[key])),
        None => Some(Err(vm.no_attribute(v, name))),
    };
    match result {
        Some(Ok(found)) => Ok(found),
        Some(Err(raised)) => get_attr_after(vm, v, cls, name, raised),
        None => match vm.class_special(cls, Special::GetAttr) {
            Some(f) => vm.call_found(f, v, &[key]),
            None => Err(vm.no_attribute(v, name)),
        },
    }
}

/// After a lookup that failed: what `__getattr__` says, if it was an AttributeError and the class has one.
pub fn get_attr_after(
    vm: &mut Vm,
    v: Value,
    cls: Gc<Type>,
    name: Gc<Str>,
    raised: Raised,
) -> PyResult<Value> {
    if vm.exception_matches(vm.ctx.exception, Exc::AttributeError)
        && let Some(f) = vm.class_special(cls, Special::GetAttr)
    {
        vm.take_exception(raised);
        return vm.call_found(f, v, &[Value::from_gc(name)]);
    }
    Err(raised)
}

/// `setattr`, or `delattr` when `value` is `UNBOUND`, through the class's own hooks.
pub fn set_attr(vm: &mut Vm, v: Value, cls: Gc<Type>, name: Gc<Str>, value: Value) -> PyResult<()> {
    let key = Value::from_gc(name);
    let (special, args) = if value.is_unbound() {
        (Special::DelAttr, &[key][..])
    } else {
        (Special::SetAttr, &[key, value][..])
    };
    match vm.class_special(cls, special) {
        Some(f) if vm.is_default_hook(f) => vm.generic_set_attr(v, name, value),
        Some(f) => vm.call_found(f, v, args).map(|_| ()),
        None => vm.generic_set_attr(v, name, value),
    }
}
