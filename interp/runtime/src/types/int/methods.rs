//! `int` as Python sees it: constructor, operators, methods.

use super::{Int, as_int};
use crate::format;
use crate::heap::Gc;
use crate::native::IntArg;
use crate::object::{Special, Type, ids};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, bytes_from_object};
use crate::types::float;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{self, PyResult, Vm};
use habu_macros::py_type;
use std::cmp::Ordering;

type BinaryFn = fn(&mut Vm, Value, Value) -> PyResult;

/// `this op other`, or NotImplemented when `other` is no int.
fn binary(vm: &mut Vm, this: IntArg, other: Value, op: BinaryFn) -> PyResult {
    match as_int(vm, other) {
        Some(other) => op(vm, this.0, other),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `other op this`
fn reflected(vm: &mut Vm, this: IntArg, other: Value, op: BinaryFn) -> PyResult {
    match as_int(vm, other) {
        Some(other) => op(vm, other, this.0),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn compare(vm: &mut Vm, this: IntArg, other: Value, holds: fn(Ordering) -> bool) -> Value {
    match as_int(vm, other) {
        Some(other) => Value::bool(holds(super::cmp(this.0, other))),
        None => Value::NOT_IMPLEMENTED,
    }
}

fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let quotient = super::truediv(vm, a, b)?;
    vm.float(quotient)
}

fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (q, r) = super::divmod(vm, a, b)?;
    vm.tuple(&[q, r]).map(Value::from_gc)
}

fn power(vm: &mut Vm, base: Value, exponent: Value, modulus: Value) -> PyResult {
    let (Some(base), Some(exponent)) = (as_int(vm, base), as_int(vm, exponent)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if modulus.is_none() {
        return super::pow(vm, base, exponent);
    }
    match as_int(vm, modulus) {
        Some(modulus) => super::pow_mod(vm, base, exponent, modulus),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `int(x)` for one argument: a number, or text in base 10.
pub fn int_of(vm: &mut Vm, x: Value) -> PyResult {
    if x.is_small() {
        return Ok(x);
    }
    if let Some(f) = vm.exact::<float::Float>(x).map(|f| f.get()).or_else(|| float::inline(x)) {
        return float::to_int(vm, f);
    }
    match vm::id_of(x) {
        ids::INT => return Ok(x),
        ids::STR => {
            if let Some(text) = x.exact::<Str>() {
                let text = super::text::ascii_number(&text);
                return super::parse_text(vm, &text, 10, x);
            }
        }
        _ => {}
    }
    for special in [Special::Int, Special::Index] {
        if let Some(n) = vm.call_special(x, special, &[])? {
            return super::expect_int(vm, n, special);
        }
    }
    match literal(vm, x, 10)? {
        Some(n) => Ok(n),
        None => {
            let got = vm.type_name(x);
            Err(vm.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{got}'"
            )))
        }
    }
}

/// The integer that a str or bytes-like object spells; none for other objects.
fn literal(vm: &mut Vm, x: Value, base: u32) -> PyResult<Option<Value>> {
    if let Some(text) = vm.downcast::<Str>(x) {
        let text = super::text::ascii_number(&text);
        return super::parse_text(vm, &text, base, x).map(Some);
    }
    let Some(data) = vm.buffer_opt(x)? else { return Ok(None) };
    let text = super::text::ascii_bytes(data.as_slice());
    let shown = Value::from_gc(vm.bytes(data.as_slice())?);
    super::parse_text(vm, &text, base, shown).map(Some)
}

#[py_type(name = "int", id = ids::INT, payload = Int, subclassable, doc = "int([x]) -> integer
int(x, base=10) -> integer

Convert a number or string to an integer, or return 0 if no arguments
are given.  If x is a number, return x.__int__().  For floating-point
numbers, this truncates towards zero.

If x is not a number or if base is given, then x must be a string,
bytes, or bytearray instance representing an integer literal in the
given base.  The literal can be preceded by '+' or '-' and be surrounded
by whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.
Base 0 means to interpret the base from the string as an integer
literal.
>>> int('0b100', base=0)
4")]
impl IntMethods {
    #[new(sig = "(x=<unrepresentable>, /, base=<unrepresentable>)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, x: Option<Value>, base: Option<Value>) -> PyResult {
        let n = match (x, base) {
            (None, None) => Value::small(0),
            (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
            (Some(x), None) => int_of(vm, x)?,
            (Some(x), Some(base)) => {
                let base = vm.index_value(base)?;
                let base = match super::to_i64(base) {
                    Some(base @ (0 | 2..=36)) => base as u32,
                    _ => return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0")),
                };
                let text = vm.downcast::<Str>(x).is_some()
                    || vm.downcast::<Bytes>(x).is_some()
                    || vm.downcast::<ByteArray>(x).is_some();
                match if text { literal(vm, x, base)? } else { None } {
                    Some(n) => n,
                    None => return Err(vm.type_error("int() can't convert non-string with explicit base")),
                }
            }
        };
        vm.int_of_class(cls, n)
    }

    #[method]
    fn __add__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::add)
    }
    #[method]
    fn __radd__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::add)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::sub)
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::sub)
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::mul)
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::mul)
    }
    #[method]
    fn __mod__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::modulo)
    }
    #[method]
    fn __rmod__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::modulo)
    }
    #[method]
    fn __divmod__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, divmod)
    }
    #[method]
    fn __rdivmod__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, divmod)
    }
    #[method]
    fn __floordiv__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::floordiv)
    }
    #[method]
    fn __rfloordiv__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::floordiv)
    }
    #[method]
    fn __truediv__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, truediv)
    }
    #[method]
    fn __rtruediv__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, truediv)
    }
    #[method]
    fn __pow__(vm: &mut Vm, this: IntArg, value: Value, modulus: Value) -> PyResult {
        power(vm, this.0, value, modulus)
    }
    #[method]
    fn __rpow__(vm: &mut Vm, this: IntArg, value: Value, modulus: Value) -> PyResult {
        power(vm, value, this.0, modulus)
    }
    #[method]
    fn __lshift__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::lshift)
    }
    #[method]
    fn __rlshift__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::lshift)
    }
    #[method]
    fn __rshift__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::rshift)
    }
    #[method]
    fn __rrshift__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::rshift)
    }
    #[method]
    fn __and__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::and)
    }
    #[method]
    fn __rand__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::and)
    }
    #[method]
    fn __or__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::or)
    }
    #[method]
    fn __ror__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::or)
    }
    #[method]
    fn __xor__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        binary(vm, this, value, super::xor)
    }
    #[method]
    fn __rxor__(vm: &mut Vm, this: IntArg, value: Value) -> PyResult {
        reflected(vm, this, value, super::xor)
    }

    #[method]
    fn __lt__(vm: &mut Vm, this: IntArg, value: Value) -> Value {
        compare(vm, this, value, Ordering::is_lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: IntArg, value: Value) -> Value {
        compare(vm, this, value, Ordering::is_le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: IntArg, value: Value) -> Value {
        compare(vm, this, value, Ordering::is_eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: IntArg, value: Value) -> Value {
        compare(vm, this, value, Ordering::is_ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: IntArg, value: Value) -> Value {
        compare(vm, this, value, Ordering::is_gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: IntArg, value: Value) -> Value {
        compare(vm, this, value, Ordering::is_ge)
    }
    #[method]
    fn __hash__(_vm: &mut Vm, this: IntArg) -> i64 {
        super::hash(this.0)
    }

    #[method]
    fn __neg__(vm: &mut Vm, this: IntArg) -> PyResult {
        super::neg(vm, this.0)
    }
    #[method]
    fn __pos__(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[method]
    fn __abs__(vm: &mut Vm, this: IntArg) -> PyResult {
        super::abs(vm, this.0)
    }
    #[method]
    fn __invert__(vm: &mut Vm, this: IntArg) -> PyResult {
        super::invert(vm, this.0)
    }
    #[method]
    fn __bool__(_vm: &mut Vm, this: IntArg) -> bool {
        this.0 != Value::small(0)
    }
    #[method]
    fn __int__(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[method]
    fn __index__(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[method]
    fn __float__(vm: &mut Vm, this: IntArg) -> PyResult<f64> {
        super::to_f64(vm, this.0)
    }
    #[method(doc = "Truncating an Integral returns itself.")]
    fn __trunc__(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[method(doc = "Flooring an Integral returns itself.")]
    fn __floor__(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[method(doc = "Ceiling of an Integral returns itself.")]
    fn __ceil__(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[method(
        sig = "($self, ndigits=None, /)",
        doc = "Rounding an Integral returns itself.

Rounding with an ndigits argument also returns an integer."
    )]
    fn __round__(vm: &mut Vm, this: IntArg, ndigits: Option<Value>) -> PyResult {
        let Some(ndigits) = ndigits else { return Ok(this.0) };
        let ndigits = vm.index_value(ndigits)?;
        super::divide::round_to(vm, this.0, ndigits)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: IntArg) -> PyResult<Gc<Str>> {
        super::to_text(vm, this.0)
    }
    #[method(doc = "Convert to a string according to format_spec.")]
    fn __format__(vm: &mut Vm, this: Value, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        let n = as_int(vm, this).unwrap_or(this);
        format::format_int_value(vm, this, n, format_spec)
    }
    #[method(doc = "Returns size in memory, in bytes.")]
    fn __sizeof__(_vm: &mut Vm, this: IntArg) -> usize {
        // As CPython counts: 30-bit digits behind a header of 24 bytes.
        24 + 4 * super::bit_length(this.0).div_ceil(30).max(1) as usize
    }
    #[method]
    fn __getnewargs__(vm: &mut Vm, this: IntArg) -> PyResult {
        vm.tuple(&[this.0]).map(Value::from_gc)
    }

    #[method(doc = "Returns self, the complex conjugate of any int.")]
    fn conjugate(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[method(doc = "Number of bits necessary to represent self in binary.

>>> bin(37)
'0b100101'
>>> (37).bit_length()
6")]
    fn bit_length(_vm: &mut Vm, this: IntArg) -> u64 {
        super::bit_length(this.0)
    }
    #[method(doc = "Number of ones in the binary representation of the absolute value of self.

Also known as the population count.

>>> bin(13)
'0b1101'
>>> (13).bit_count()
3")]
    fn bit_count(_vm: &mut Vm, this: IntArg) -> u64 {
        super::bit_count(this.0)
    }
    #[method(doc = "Return a pair of integers, whose ratio is equal to the original int.

The ratio is in lowest terms and has a positive denominator.

>>> (10).as_integer_ratio()
(10, 1)
>>> (-10).as_integer_ratio()
(-10, 1)
>>> (0).as_integer_ratio()
(0, 1)")]
    fn as_integer_ratio(vm: &mut Vm, this: IntArg) -> PyResult {
        vm.tuple(&[this.0, Value::small(1)]).map(Value::from_gc)
    }
    #[method(doc = "Returns True. Exists for duck type compatibility with float.is_integer.")]
    fn is_integer(_vm: &mut Vm, _this: IntArg) -> bool {
        true
    }

    #[method(
        sig = "($self, /, length=1, byteorder='big', *, signed=False)",
        doc = "Return an array of bytes representing an integer.

  length
    Length of bytes object to use.  An OverflowError is raised if the
    integer is not representable with the given number of bytes.  Default
    is length 1.
  byteorder
    The byte order used to represent the integer.  If byteorder is 'big',
    the most significant byte is at the beginning of the byte array.  If
    byteorder is 'little', the most significant byte is at the end of the
    byte array.  To request the native byte order of the host system, use
    sys.byteorder as the byte order value.  Default is to use 'big'.
  signed
    Determines whether two's complement is used to represent the integer.
    If signed is False and a negative integer is given, an OverflowError
    is raised."
    )]
    fn to_bytes(vm: &mut Vm, this: IntArg, length: isize, byteorder: Gc<Str>, signed: bool) -> PyResult {
        let little = is_little(vm, byteorder)?;
        let Ok(length) = usize::try_from(length) else {
            return Err(vm.value_error("length argument must be non-negative"));
        };
        if let Some(data) = super::to_bytes_small(this.0, length, little, signed) {
            return vm.bytes_value(&data[..length]);
        }
        let data = super::to_bytes(vm, this.0, length, little, signed)?;
        vm.bytes(&data).map(Value::from_gc)
    }
    #[classmethod(
        sig = "($type, /, bytes, byteorder='big', *, signed=False)",
        doc = "Return the integer represented by the given array of bytes.

  bytes
    Holds the array of bytes to convert.  The argument must either
    support the buffer protocol or be an iterable object producing bytes.
    Bytes and bytearray are examples of built-in objects that support the
    buffer protocol.
  byteorder
    The byte order used to represent the integer.  If byteorder is 'big',
    the most significant byte is at the beginning of the byte array.  If
    byteorder is 'little', the most significant byte is at the end of the
    byte array.  To request the native byte order of the host system, use
    sys.byteorder as the byte order value.  Default is to use 'big'.
  signed
    Indicates whether two's complement is used to represent the integer."
    )]
    fn from_bytes(vm: &mut Vm, cls: Gc<Type>, data: Value, byteorder: Gc<Str>, signed: bool) -> PyResult {
        let little = is_little(vm, byteorder)?;
        if let Some(data) = data.exact::<Bytes>().filter(|data| data.len() <= 8)
            && cls == vm.builtin(ids::INT)
        {
            let (mut copy, len) = ([0; 8], data.len());
            copy[..len].copy_from_slice(data.as_slice());
            return super::from_bytes_small(vm, &copy[..len], little, signed);
        }
        let data = bytes_of(vm, data)?;
        let n = super::from_bytes(vm, &data, little, signed)?;
        if cls == vm.builtin(ids::INT) { Ok(n) } else { vm.call(Value::from_gc(cls), &[n]) }
    }

    #[getter(doc = "the real part of a complex number")]
    fn real(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[getter(doc = "the imaginary part of a complex number")]
    fn imag(_vm: &mut Vm, _this: IntArg) -> i64 {
        0
    }
    #[getter(doc = "the numerator of a rational number in lowest terms")]
    fn numerator(_vm: &mut Vm, this: IntArg) -> IntArg {
        this
    }
    #[getter(doc = "the denominator of a rational number in lowest terms")]
    fn denominator(_vm: &mut Vm, _this: IntArg) -> i64 {
        1
    }
}

/// Declares Python's `int`.
pub struct IntMethods;

fn is_little(vm: &mut Vm, byteorder: Gc<Str>) -> PyResult<bool> {
    match () {
        () if byteorder.is("little") => Ok(true),
        () if byteorder.is("big") => Ok(false),
        () => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// `bytes(v)` but for counts and text.
fn bytes_of(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(made) = vm.call_special(v, Special::Bytes, &[])? {
        return match vm.downcast::<Bytes>(made) {
            Some(made) => Ok(made.as_slice().to_vec()),
            None => {
                let got = vm.type_name(made);
                Err(vm.type_error(format!("__bytes__ returned non-bytes (type {got})")))
            }
        };
    }
    if vm.has_index(v) || vm.downcast::<Str>(v).is_some() {
        let got = vm.type_name(v);
        return Err(vm.type_error(format!("cannot convert '{got}' object to bytes")));
    }
    bytes_from_object(vm, v, "bytes")
}
