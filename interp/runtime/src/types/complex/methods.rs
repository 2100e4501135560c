//! `complex` as Python sees it: constructor, operators, methods.

use super::{Complex, Pair, arith, as_pair};
use crate::format;
use crate::heap::Gc;
use crate::native::{ArgAt, FromArg, errors};
use crate::object::{Special, Type, ids};
use crate::protocol::compare::CmpOp;
use crate::types::str::Str;
use crate::types::{float, int};
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;

/// The receiver of a complex method.
struct This(Pair);

impl FromArg for This {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<This> {
        Self::from_receiver(vm, v, at)
    }
    fn from_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<This> {
        match as_pair(vm, v) {
            Some(pair) => Ok(This(pair)),
            None => Err(errors::wrong_receiver(vm, v, at)),
        }
    }
}

/// The other operand: mixed operations with real numbers do not make them complex first.
enum Operand {
    Complex(Pair),
    Real(f64),
}

fn operand(vm: &mut Vm, v: Value) -> PyResult<Option<Operand>> {
    if let Some(pair) = as_pair(vm, v) {
        return Ok(Some(Operand::Complex(pair)));
    }
    if let Some(f) = float::as_f64(vm, v) {
        return Ok(Some(Operand::Real(f)));
    }
    match int::as_int(vm, v) {
        Some(n) => int::to_f64(vm, n).map(|f| Some(Operand::Real(f))),
        None => Ok(None),
    }
}

type BinaryFn = fn(&mut Vm, Pair, Operand) -> PyResult;

fn binary(vm: &mut Vm, this: This, other: Value, op: BinaryFn) -> PyResult {
    match operand(vm, other)? {
        Some(other) => op(vm, this.0, other),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn add(vm: &mut Vm, (re, im): Pair, other: Operand) -> PyResult {
    match other {
        Operand::Complex(other) => vm.complex(re + other.0, im + other.1),
        Operand::Real(f) => vm.complex(re + f, im),
    }
}

fn sub(vm: &mut Vm, (re, im): Pair, other: Operand) -> PyResult {
    match other {
        Operand::Complex(other) => vm.complex(re - other.0, im - other.1),
        Operand::Real(f) => vm.complex(re - f, im),
    }
}

fn rsub(vm: &mut Vm, (re, im): Pair, other: Operand) -> PyResult {
    match other {
        Operand::Complex(other) => vm.complex(other.0 - re, other.1 - im),
        Operand::Real(f) => vm.complex(f - re, -im),
    }
}

fn mul(vm: &mut Vm, this: Pair, other: Operand) -> PyResult {
    let (re, im) = match other {
        Operand::Complex(other) => arith::mul(this, other),
        Operand::Real(f) => (this.0 * f, this.1 * f),
    };
    vm.complex(re, im)
}

fn truediv(vm: &mut Vm, this: Pair, other: Operand) -> PyResult {
    let result = match other {
        Operand::Complex(other) => arith::div(this, other),
        Operand::Real(f) => arith::div_scalar(this, f),
    };
    arith::quotient(vm, result)
}

fn rtruediv(vm: &mut Vm, this: Pair, other: Operand) -> PyResult {
    let result = match other {
        Operand::Complex(other) => arith::div(other, this),
        Operand::Real(f) => arith::div_real(f, this),
    };
    arith::quotient(vm, result)
}

fn as_complex(operand: Operand) -> Pair {
    match operand {
        Operand::Complex(pair) => pair,
        Operand::Real(f) => (f, 0.0),
    }
}

fn power(vm: &mut Vm, this: Pair, other: Operand) -> PyResult {
    super::pow(vm, this, as_complex(other))
}

fn rpower(vm: &mut Vm, this: Pair, other: Operand) -> PyResult {
    super::pow(vm, as_complex(other), this)
}

fn no_modulus(vm: &mut Vm, modulus: Value) -> PyResult<()> {
    if modulus.is_none() { Ok(()) } else { Err(vm.value_error("complex modulo")) }
}

/// Equality; complex numbers have no order.
fn equal(vm: &mut Vm, this: This, other: Value) -> Option<bool> {
    let (re, im) = this.0;
    if let Some(other) = as_pair(vm, other) {
        return Some((re, im) == other);
    }
    if let Some(f) = float::as_f64(vm, other) {
        return Some(re == f && im == 0.0);
    }
    // Exact, as between int and float.
    let n = int::as_int(vm, other)?;
    Some(im == 0.0 && int::cmp_f64(n, re).is_some_and(|o| CmpOp::Eq.of(o)))
}

/// `complex(x)` of one argument.
fn one_argument(vm: &mut Vm, x: Value) -> PyResult<Pair> {
    if let Some(text) = vm.downcast::<Str>(x) {
        return match super::parse(&int::ascii_number(&text)) {
            Some(pair) => Ok(pair),
            None => Err(vm.value_error("complex() arg is a malformed string")),
        };
    }
    match number(vm, x)? {
        Some(pair) => Ok(pair),
        None => {
            let got = vm.type_name(x);
            Err(vm.type_error(format!("complex() argument must be a string or a number, not {got}")))
        }
    }
}

/// By `__complex__`, `__float__` or `__index__`; none when the object has none of them.
fn number(vm: &mut Vm, x: Value) -> PyResult<Option<Pair>> {
    if let Some(pair) = vm.exact::<Complex>(x) {
        return Ok(Some(pair.get()));
    }
    if let Some(result) = vm.call_special(x, Special::Complex, &[])? {
        let Some(pair) = as_pair(vm, result) else {
            let got = vm.type_name(result);
            return Err(vm.type_error(format!("__complex__ returned non-complex (type {got})")));
        };
        if !vm.is_exact(result, ids::COMPLEX) {
            int::strict_subclass(vm, "__complex__", result, "complex")?;
        }
        return Ok(Some(pair));
    }
    if let Some(pair) = as_pair(vm, x) {
        return Ok(Some(pair));
    }
    Ok(real_number(vm, x)?.map(|f| (f, 0.0)))
}

fn real_number(vm: &mut Vm, x: Value) -> PyResult<Option<f64>> {
    match float::as_f64(vm, x) {
        Some(f) => Ok(Some(f)),
        None => float::from_special(vm, x),
    }
}

/// One of two arguments: a real number, or (deprecated) a complex one; for the real part also one by `__complex__`.
fn part(vm: &mut Vm, x: Value, name: &str) -> PyResult<Pair> {
    let complex = match as_pair(vm, x) {
        Some(pair) => Some(pair),
        None if name == "real" && vm.lookup_special(x, Special::Complex).is_some() => number(vm, x)?,
        None => None,
    };
    if let Some(pair) = complex {
        let got = vm.type_name(x);
        let text = format!("complex() argument '{name}' must be a real number, not {got}");
        vm.warn(Exc::DeprecationWarning, text, 1)?;
        return Ok(pair);
    }
    match real_number(vm, x)? {
        Some(f) => Ok((f, 0.0)),
        None => {
            let got = vm.type_name(x);
            Err(vm.type_error(format!("complex() argument '{name}' must be a real number, not {got}")))
        }
    }
}

/// Declares Python's `complex`.
pub struct ComplexMethods;

#[py_type(
    name = "complex",
    id = ids::COMPLEX,
    payload = Complex,
    subclassable,
    doc = "Create a complex number from a string or numbers.

If a string is given, parse it as a complex number.
If a single number is given, convert it to a complex number.
If the 'real' or 'imag' arguments are given, create a complex number
with the specified real and imaginary components."
)]
impl ComplexMethods {
    #[new(sig = "(real=<unrepresentable>, imag=<unrepresentable>)", text = "(real=0, imag=0)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, real: Option<Value>, imag: Option<Value>) -> PyResult {
        let pair = match (real, imag) {
            (None, None) => (0.0, 0.0),
            (Some(x), None) => {
                if cls == vm.builtin(ids::COMPLEX) && vm.is_exact(x, ids::COMPLEX) {
                    return Ok(x);
                }
                one_argument(vm, x)?
            }
            (real, Some(imag)) => {
                let real = match real {
                    Some(real) => part(vm, real, "real")?,
                    None => (0.0, 0.0),
                };
                let imag_is_complex = as_pair(vm, imag).is_some();
                let imag = part(vm, imag, "imag")?;
                // i * i = -1 when the imaginary part is itself complex.
                let re = if imag_is_complex { real.0 - imag.1 } else { real.0 };
                let real_is_complex = real.1 != 0.0;
                (re, if real_is_complex { imag.0 + real.1 } else { imag.0 })
            }
        };
        vm.complex_of_class(cls, pair)
    }

    #[method]
    fn __add__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, add)
    }
    #[method]
    fn __radd__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, add)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, sub)
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, rsub)
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, mul)
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, mul)
    }
    #[method]
    fn __truediv__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, truediv)
    }
    #[method]
    fn __rtruediv__(vm: &mut Vm, this: This, value: Value) -> PyResult {
        binary(vm, this, value, rtruediv)
    }
    #[method]
    fn __pow__(vm: &mut Vm, this: This, value: Value, modulus: Value) -> PyResult {
        no_modulus(vm, modulus)?;
        binary(vm, this, value, power)
    }
    #[method]
    fn __rpow__(vm: &mut Vm, this: This, value: Value, modulus: Value) -> PyResult {
        no_modulus(vm, modulus)?;
        binary(vm, this, value, rpower)
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: This, value: Value) -> Value {
        equal(vm, this, value).map_or(Value::NOT_IMPLEMENTED, Value::bool)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: This, value: Value) -> Value {
        equal(vm, this, value).map_or(Value::NOT_IMPLEMENTED, |e| Value::bool(!e))
    }
    #[method]
    fn __lt__(_vm: &mut Vm, _this: This, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __le__(_vm: &mut Vm, _this: This, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __gt__(_vm: &mut Vm, _this: This, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __ge__(_vm: &mut Vm, _this: This, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Value) -> i64 {
        let (re, im) = as_pair(vm, this).unwrap_or((f64::NAN, f64::NAN));
        let hash = |f: f64| int::hash_f64(f).unwrap_or_else(|| int::hash_identity(this));
        let imag = hash(im).wrapping_mul(1_000_003);
        int::not_minus_one(hash(re).wrapping_add(imag))
    }

    #[method]
    fn __neg__(vm: &mut Vm, this: This) -> PyResult {
        vm.complex(-this.0.0, -this.0.1)
    }
    #[method]
    fn __pos__(vm: &mut Vm, this: This) -> PyResult {
        vm.complex(this.0.0, this.0.1)
    }
    #[method]
    fn __abs__(vm: &mut Vm, this: This) -> PyResult<f64> {
        let size = super::abs(this.0);
        if size.is_infinite() && this.0.0.is_finite() && this.0.1.is_finite() {
            return Err(vm.overflow_error("absolute value too large"));
        }
        Ok(size)
    }
    #[method]
    fn __bool__(_vm: &mut Vm, this: This) -> bool {
        this.0 != (0.0, 0.0)
    }
    #[method(doc = "Convert this value to exact type complex.")]
    fn __complex__(vm: &mut Vm, this: Value) -> PyResult {
        if vm.is_exact(this, ids::COMPLEX) {
            return Ok(this);
        }
        let (re, im) = as_pair(vm, this).unwrap_or((0.0, 0.0));
        vm.complex(re, im)
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: This) -> String {
        format::complex_repr(this.0.0, this.0.1)
    }
    #[method(doc = "Convert to a string according to format_spec.")]
    fn __format__(vm: &mut Vm, this: Value, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        let (re, im) = as_pair(vm, this).unwrap_or((0.0, 0.0));
        format::format_complex_value(vm, this, re, im, format_spec)
    }
    #[method]
    fn __getnewargs__(vm: &mut Vm, this: This) -> PyResult {
        let parts = [vm.float(this.0.0)?, vm.float(this.0.1)?];
        vm.tuple(&parts).map(Value::from_gc)
    }
    #[method(doc = "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.")]
    fn conjugate(vm: &mut Vm, this: This) -> PyResult {
        vm.complex(this.0.0, -this.0.1)
    }
    #[classmethod(sig = "($type, number, /)", doc = "Convert number to a complex floating-point number.")]
    fn from_number(vm: &mut Vm, cls: Gc<Type>, number: Value) -> PyResult {
        if cls == vm.builtin(ids::COMPLEX) && vm.is_exact(number, ids::COMPLEX) {
            return Ok(number);
        }
        let Some((re, im)) = self::number(vm, number)? else {
            let got = vm.type_name(number);
            return Err(vm.type_error(format!("must be real number, not {got}")));
        };
        let plain = vm.complex(re, im)?;
        if cls == vm.builtin(ids::COMPLEX) { Ok(plain) } else { vm.call(Value::from_gc(cls), &[plain]) }
    }

    #[getter(doc = "the real part of a complex number")]
    fn real(_vm: &mut Vm, this: This) -> f64 {
        this.0.0
    }
    #[getter(doc = "the imaginary part of a complex number")]
    fn imag(_vm: &mut Vm, this: This) -> f64 {
        this.0.1
    }
}
