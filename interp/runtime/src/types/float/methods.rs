//! `float` as Python sees it: constructor, operators, methods.

use super::{Float, as_f64, hex};
use crate::format;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::protocol::compare::CmpOp;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::seq_iter::no_keywords_unless_init;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// The other operand of float arithmetic: a float or an int; none for anything else.
#[inline]
fn operand(vm: &mut Vm, v: Value) -> PyResult<Option<f64>> {
    if let Some(f) = as_f64(vm, v) {
        return Ok(Some(f));
    }
    match int::as_int(vm, v) {
        Some(n) => int::to_f64(vm, n).map(Some),
        None => Ok(None),
    }
}

type BinaryFn = fn(&mut Vm, f64, f64) -> PyResult;

fn binary(vm: &mut Vm, this: f64, other: Value, op: BinaryFn) -> PyResult {
    match operand(vm, other)? {
        Some(other) => op(vm, this, other),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn reflected(vm: &mut Vm, this: f64, other: Value, op: BinaryFn) -> PyResult {
    match operand(vm, other)? {
        Some(other) => op(vm, other, this),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn add(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    vm.float(a + b)
}
fn sub(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    vm.float(a - b)
}
fn mul(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    vm.float(a * b)
}
fn truediv(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    if b == 0.0 {
        return Err(vm.zero_division_error("division by zero"));
    }
    vm.float(a / b)
}
fn floordiv(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    let quotient = super::floordiv(vm, a, b)?;
    vm.float(quotient)
}
fn modulo(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    let rest = super::modulo(vm, a, b)?;
    vm.float(rest)
}
fn divmod(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    let (quotient, rest) = super::divmod(vm, a, b)?;
    let pair = [vm.float(quotient)?, vm.float(rest)?];
    vm.tuple(&pair).map(Value::from_gc)
}

fn compare(vm: &mut Vm, this: f64, other: Value, op: CmpOp) -> Value {
    if let Some(other) = as_f64(vm, other) {
        return Value::bool(op.floats(this, other));
    }
    match int::as_int(vm, other) {
        // Exact: an int is never rounded to be compared.
        Some(n) => Value::bool(match int::cmp_f64(n, this) {
            Some(order) => op.swapped().of(order),
            None => op == CmpOp::Ne,
        }),
        None => Value::NOT_IMPLEMENTED,
    }
}

fn no_third_argument(vm: &mut Vm, modulus: Value) -> PyResult<()> {
    if modulus.is_none() {
        return Ok(());
    }
    Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"))
}

/// `float(x)` of one argument.
pub fn number(vm: &mut Vm, x: Value) -> PyResult<f64> {
    if let Some(f) = super::exact(vm, x) {
        return Ok(f);
    }
    if let Some(n) = x.as_small() {
        return Ok(n as f64);
    }
    // A subclass of str may have a `__float__` of its own.
    if vm.exact::<Str>(x).is_none()
        && let Some(f) = super::from_special(vm, x)?
    {
        return Ok(f);
    }
    if let Some(text) = vm.downcast::<Str>(x) {
        return from_text(vm, &int::ascii_number(&text), x);
    }
    if let Some(data) = vm.buffer_opt(x)? {
        let text = int::ascii_bytes(data.as_slice());
        let shown = Value::from_gc(vm.bytes(data.as_slice())?);
        return from_text(vm, &text, shown);
    }
    let got = vm.type_name(x);
    Err(vm.type_error(format!("float() argument must be a string or a real number, not '{got}'")))
}

/// `float(x)`: an exact float stays the same object (NaNs have an identity).
pub fn float_of(vm: &mut Vm, x: Value) -> PyResult {
    if super::exact(vm, x).is_some() {
        return Ok(x);
    }
    let f = number(vm, x)?;
    vm.float(f)
}

fn from_text(vm: &mut Vm, text: &str, shown: Value) -> PyResult<f64> {
    match super::parse(text) {
        Some(f) => Ok(f),
        None => {
            let shown = vm.repr(shown)?.to_message();
            Err(vm.value_error(format!("could not convert string to float: {shown}")))
        }
    }
}

#[py_type(
    name = "float", id = ids::FLOAT, payload = Float, subclassable,
    doc = "Convert a string or number to a floating-point number, if possible."
)]
impl FloatMethods {
    #[new(sig = "(x=0, /, **kwargs)", text = "(x=0, /)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, x: Value, kwargs: Option<Gc<Dict>>) -> PyResult {
        if let Some(kwargs) = kwargs {
            no_keywords_unless_init(vm, cls, ids::FLOAT, kwargs)?;
        }
        if cls == vm.builtin(ids::FLOAT) {
            return float_of(vm, x);
        }
        let f = number(vm, x)?;
        vm.float_of_class(cls, f)
    }

    #[method]
    fn __add__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        binary(vm, this, value, add)
    }
    #[method]
    fn __radd__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        reflected(vm, this, value, add)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        binary(vm, this, value, sub)
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        reflected(vm, this, value, sub)
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        binary(vm, this, value, mul)
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        reflected(vm, this, value, mul)
    }
    #[method]
    fn __truediv__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        binary(vm, this, value, truediv)
    }
    #[method]
    fn __rtruediv__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        reflected(vm, this, value, truediv)
    }
    #[method]
    fn __floordiv__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        binary(vm, this, value, floordiv)
    }
    #[method]
    fn __rfloordiv__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        reflected(vm, this, value, floordiv)
    }
    #[method]
    fn __mod__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        binary(vm, this, value, modulo)
    }
    #[method]
    fn __rmod__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        reflected(vm, this, value, modulo)
    }
    #[method]
    fn __divmod__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        binary(vm, this, value, divmod)
    }
    #[method]
    fn __rdivmod__(vm: &mut Vm, this: f64, value: Value) -> PyResult {
        reflected(vm, this, value, divmod)
    }
    #[method]
    fn __pow__(vm: &mut Vm, this: f64, value: Value, modulus: Value) -> PyResult {
        no_third_argument(vm, modulus)?;
        binary(vm, this, value, super::pow)
    }
    #[method]
    fn __rpow__(vm: &mut Vm, this: f64, value: Value, modulus: Value) -> PyResult {
        no_third_argument(vm, modulus)?;
        reflected(vm, this, value, super::pow)
    }

    #[method]
    fn __lt__(vm: &mut Vm, this: f64, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: f64, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: f64, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: f64, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: f64, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: f64, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ge)
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Value) -> i64 {
        let f = as_f64(vm, this).unwrap_or(f64::NAN);
        int::hash_f64(f).unwrap_or_else(|| int::hash_identity(this))
    }

    #[method]
    fn __neg__(_vm: &mut Vm, this: f64) -> f64 {
        -this
    }
    #[method]
    fn __pos__(_vm: &mut Vm, this: f64) -> f64 {
        this
    }
    #[method]
    fn __abs__(_vm: &mut Vm, this: f64) -> f64 {
        this.abs()
    }
    #[method]
    fn __bool__(_vm: &mut Vm, this: f64) -> bool {
        this != 0.0
    }
    #[method]
    fn __int__(vm: &mut Vm, this: f64) -> PyResult {
        super::to_int(vm, this)
    }
    #[method]
    fn __float__(vm: &mut Vm, this: Value) -> PyResult {
        exact_float(vm, this)
    }
    #[method(doc = "Return the Integral closest to x between 0 and x.")]
    fn __trunc__(vm: &mut Vm, this: f64) -> PyResult {
        super::to_int(vm, this)
    }
    #[method(doc = "Return the floor as an Integral.")]
    fn __floor__(vm: &mut Vm, this: f64) -> PyResult {
        super::floor(vm, this)
    }
    #[method(doc = "Return the ceiling as an Integral.")]
    fn __ceil__(vm: &mut Vm, this: f64) -> PyResult {
        super::ceil(vm, this)
    }
    #[method(
        sig = "($self, ndigits=None, /)",
        doc = "Return the Integral closest to x, rounding half toward even.

When an argument is passed, work like built-in round(x, ndigits)."
    )]
    fn __round__(vm: &mut Vm, this: f64, ndigits: Option<Value>) -> PyResult {
        let Some(ndigits) = ndigits else { return super::to_int(vm, this.round_ties_even()) };
        let ndigits = vm.index_value(ndigits)?;
        let rounded = super::round_to(vm, this, int::clamp_i64(vm, ndigits))?;
        vm.float(rounded)
    }

    #[method]
    fn __repr__(_vm: &mut Vm, this: f64) -> String {
        format::float_repr(this)
    }
    #[method(doc = "Formats the float according to format_spec.")]
    fn __format__(vm: &mut Vm, this: Value, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        let f = as_f64(vm, this).unwrap_or(f64::NAN);
        format::format_float_value(vm, this, f, format_spec)
    }
    #[method]
    fn __getnewargs__(vm: &mut Vm, this: f64) -> PyResult {
        let f = vm.float(this)?;
        vm.tuple(&[f]).map(Value::from_gc)
    }

    #[method(doc = "Return self, the complex conjugate of any float.")]
    fn conjugate(vm: &mut Vm, this: Value) -> PyResult {
        exact_float(vm, this)
    }
    #[method(doc = "Return True if the float is an integer.")]
    fn is_integer(_vm: &mut Vm, this: f64) -> bool {
        this.is_finite() && this == this.floor()
    }
    #[method(doc = "Return a pair of integers, whose ratio is exactly equal to the original float.

The ratio is in lowest terms and has a positive denominator.  Raise
OverflowError on infinities and a ValueError on NaNs.

>>> (10.0).as_integer_ratio()
(10, 1)
>>> (0.0).as_integer_ratio()
(0, 1)
>>> (-.25).as_integer_ratio()
(-1, 4)")]
    fn as_integer_ratio(vm: &mut Vm, this: f64) -> PyResult<(Value, Value)> {
        super::as_ratio(vm, this)
    }
    #[method(doc = "Return a hexadecimal representation of a floating-point number.

>>> (-0.1).hex()
'-0x1.999999999999ap-4'
>>> 3.14159.hex()
'0x1.921f9f01b866ep+1'")]
    fn hex(_vm: &mut Vm, this: f64) -> String {
        hex::to_hex(this)
    }
    #[classmethod(
        sig = "($type, string, /)",
        doc = "Create a floating-point number from a hexadecimal string.

>>> float.fromhex('0x1.ffffp10')
2047.984375
>>> float.fromhex('-0x1p-1074')
-5e-324"
    )]
    fn fromhex(vm: &mut Vm, cls: Gc<Type>, string: Value) -> PyResult {
        let Some(text) = vm.downcast::<Str>(string) else {
            return Err(vm.type_error("bad argument type for built-in operation"));
        };
        let f = match hex::from_hex(text.as_ascii().unwrap_or("not ASCII")) {
            Ok(f) => f,
            Err(hex::HexError::Malformed) => {
                return Err(vm.value_error("invalid hexadecimal floating-point string"));
            }
            Err(hex::HexError::TooLarge) => {
                return Err(vm.overflow_error("hexadecimal value too large to represent as a float"));
            }
        };
        of_class(vm, cls, f)
    }
    #[classmethod(sig = "($type, number, /)", doc = "Convert real number to a floating-point number.")]
    fn from_number(vm: &mut Vm, cls: Gc<Type>, number: Value) -> PyResult {
        if cls == vm.builtin(ids::FLOAT) && super::exact(vm, number).is_some() {
            return Ok(number);
        }
        let f = super::to_f64(vm, number)?;
        of_class(vm, cls, f)
    }
    #[classmethod(
        sig = "($type, typestr, /)",
        doc = "You probably don't want to use this function.

  typestr
    Must be 'double' or 'float'.

It exists mainly to be used in Python's test suite.

This function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,
little-endian' best describes the format of floating-point numbers used by the
C type named by typestr."
    )]
    fn __getformat__(vm: &mut Vm, _cls: Gc<Type>, typestr: Gc<Str>) -> PyResult<&'static str> {
        if !typestr.is("double") && !typestr.is("float") {
            return Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'"));
        }
        Ok(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" })
    }

    #[getter(doc = "the real part of a complex number")]
    fn real(vm: &mut Vm, this: Value) -> PyResult {
        exact_float(vm, this)
    }
    #[getter(doc = "the imaginary part of a complex number")]
    fn imag(_vm: &mut Vm, _this: f64) -> f64 {
        0.0
    }
}

/// Declares Python's `float`.
pub struct FloatMethods;

/// The same number as an exact float: the object itself when it is one.
fn exact_float(vm: &mut Vm, this: Value) -> PyResult {
    if super::exact(vm, this).is_some() {
        return Ok(this);
    }
    let f = as_f64(vm, this).unwrap_or(f64::NAN);
    vm.float(f)
}

fn of_class(vm: &mut Vm, cls: Gc<Type>, f: f64) -> PyResult {
    let f = vm.float(f)?;
    if cls == vm.builtin(ids::FLOAT) { Ok(f) } else { vm.call(Value::from_gc(cls), &[f]) }
}
