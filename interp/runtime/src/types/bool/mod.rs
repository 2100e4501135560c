//! `bool`: the two constants, a subclass of `int` of its own.

use crate::heap::Gc;
use crate::native::IntArg;
use crate::object::{Type, ids};
use crate::types::int;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;

/// Bit operation: a bool for two bools, otherwise what `int` gives.
fn bitwise(vm: &mut Vm, this: Value, other: Value, op: fn(&mut Vm, Value, Value) -> PyResult) -> PyResult {
    let Some(b) = int::as_int(vm, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let a = Value::small(i64::from(this == Value::TRUE));
    let result = op(vm, a, b)?;
    Ok(if other.is_bool() { Value::bool(result == Value::small(1)) } else { result })
}

const INVERSION: &str = "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns \
    the bitwise inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
    'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying int.";

/// Declares Python's `bool`.
pub struct BoolMethods;

#[py_type(
    name = "bool",
    id = ids::BOOL,
    base = ids::INT,
    payload = int::Int,
    doc = "Returns True when the argument is true, False otherwise.
The builtins True and False are the only two instances of the class bool.
The class bool is a subclass of the class int, and cannot be subclassed."
)]
impl BoolMethods {
    #[new(sig = "(object=False, /)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, object: Value) -> PyResult<bool> {
        vm.truth(object)
    }

    #[method]
    fn __and__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        bitwise(vm, this, value, int::and)
    }
    #[method]
    fn __rand__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        bitwise(vm, this, value, int::and)
    }
    #[method]
    fn __or__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        bitwise(vm, this, value, int::or)
    }
    #[method]
    fn __ror__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        bitwise(vm, this, value, int::or)
    }
    #[method]
    fn __xor__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        bitwise(vm, this, value, int::xor)
    }
    #[method]
    fn __rxor__(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        bitwise(vm, this, value, int::xor)
    }
    #[method]
    fn __invert__(vm: &mut Vm, this: IntArg) -> PyResult {
        vm.warn(Exc::DeprecationWarning, INVERSION, 1)?;
        int::invert(vm, this.0)
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Value) -> &'static str {
        if this == Value::TRUE { "True" } else { "False" }
    }
}
