//! Floats from other objects, and integers from floats.

use super::as_f64;
use crate::object::Special;
use crate::types::int;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// The real number that `v` is: a float, or what its `__float__` or `__index__` gives.
pub fn to_f64(vm: &mut Vm, v: Value) -> PyResult<f64> {
    if let Some(f) = as_f64(vm, v) {
        return Ok(f);
    }
    if let Some(n) = v.as_small() {
        return Ok(n as f64);
    }
    match from_special(vm, v)? {
        Some(f) => Ok(f),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("must be real number, not {got}")))
        }
    }
}

/// By `__float__`, then `__index__`; none when the object has neither.
pub fn from_special(vm: &mut Vm, v: Value) -> PyResult<Option<f64>> {
    if let Some(result) = vm.call_special(v, Special::Float, &[])? {
        let class = vm.type_name(v);
        let Some(f) = as_f64(vm, result) else {
            let got = vm.type_name(result);
            return Err(vm.type_error(format!("{class}.__float__ returned non-float (type {got})")));
        };
        if super::exact(vm, result).is_none() {
            int::strict_subclass(vm, &format!("{class}.__float__"), result, "float")?;
        }
        return Ok(Some(f));
    }
    if vm.lookup_special(v, Special::Index).is_none() {
        return Ok(None);
    }
    let n = vm.index_value(v)?;
    int::to_f64(vm, n).map(Some)
}

/// `int(f)`
pub fn to_int(vm: &mut Vm, f: f64) -> PyResult {
    if f.is_nan() {
        return Err(vm.value_error("cannot convert float NaN to integer"));
    }
    if f.is_infinite() {
        return Err(vm.overflow_error("cannot convert float infinity to integer"));
    }
    int::from_f64(vm, f)
}

/// `math.floor(f)`
pub fn floor(vm: &mut Vm, f: f64) -> PyResult {
    to_int(vm, f.floor())
}

/// `math.ceil(f)`
pub fn ceil(vm: &mut Vm, f: f64) -> PyResult {
    to_int(vm, f.ceil())
}

/// `f.as_integer_ratio()`
pub fn as_ratio(vm: &mut Vm, f: f64) -> PyResult<(Value, Value)> {
    if f.is_infinite() {
        return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if f.is_nan() {
        return Err(vm.value_error("cannot convert NaN to integer ratio"));
    }
    let (mantissa, exponent) = int::decompose(f.abs());
    let zeros = mantissa.trailing_zeros().min(63);
    let (mantissa, exponent) =
        if mantissa == 0 { (0, 0) } else { (mantissa >> zeros, exponent + zeros as i32) };
    let numerator = int::from_limbs(vm, f < 0.0, &[mantissa])?;
    if exponent >= 0 {
        let numerator = int::lshift(vm, numerator, Value::small(exponent.into()))?;
        return Ok((numerator, Value::small(1)));
    }
    let denominator = int::lshift(vm, Value::small(1), Value::small((-exponent).into()))?;
    Ok((numerator, denominator))
}
