//! The types of the constants `None`, `Ellipsis` and `NotImplemented`.

use crate::heap::{Gc, Header};
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// Calling the type gives the constant; it takes no arguments.
fn constant(vm: &mut Vm, name: &str, args: Gc<Tuple>, kwargs: Gc<Dict>, value: Value) -> PyResult {
    if args.is_empty() && kwargs.is_empty() {
        return Ok(value);
    }
    Err(vm.type_error(format!("{name} takes no arguments")))
}

/// Declares `type(None)`.
pub struct NoneMethods;

#[py_type(name = "NoneType", id = ids::NONE, payload = Header, doc = "The type of the None singleton.")]
impl NoneMethods {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        constant(vm, "NoneType", args, kwargs, Value::NONE)
    }
    #[method]
    fn __bool__(_vm: &mut Vm, _this: Value) -> bool {
        false
    }
    #[method]
    fn __hash__(_vm: &mut Vm, _this: Value) -> i64 {
        // The same in every process, as CPython's.
        0xfca8_6420
    }
    #[method]
    fn __repr__(_vm: &mut Vm, _this: Value) -> &'static str {
        "None"
    }
}

/// Declares `type(...)`.
pub struct EllipsisMethods;

#[py_type(name = "ellipsis", id = ids::ELLIPSIS, payload = Header, doc = "The type of the Ellipsis singleton.")]
impl EllipsisMethods {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        constant(vm, "EllipsisType", args, kwargs, Value::ELLIPSIS)
    }
    #[method]
    fn __repr__(_vm: &mut Vm, _this: Value) -> &'static str {
        "Ellipsis"
    }
    #[method]
    fn __reduce__(_vm: &mut Vm, _this: Value) -> &'static str {
        "Ellipsis"
    }
}

/// Declares `type(NotImplemented)`.
pub struct NotImplementedMethods;

#[py_type(
    name = "NotImplementedType",
    id = ids::NOT_IMPLEMENTED,
    payload = Header,
    doc = "The type of the NotImplemented singleton."
)]
impl NotImplementedMethods {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        constant(vm, "NotImplementedType", args, kwargs, Value::NOT_IMPLEMENTED)
    }
    #[method]
    fn __bool__(vm: &mut Vm, _this: Value) -> PyResult<bool> {
        Err(vm.type_error("NotImplemented should not be used in a boolean context"))
    }
    #[method]
    fn __repr__(_vm: &mut Vm, _this: Value) -> &'static str {
        "NotImplemented"
    }
    #[method]
    fn __reduce__(_vm: &mut Vm, _this: Value) -> &'static str {
        "NotImplemented"
    }
}
