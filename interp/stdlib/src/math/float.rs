//! Functions of floats that need more than the standard library's method.

use habu_runtime::format::float_repr;
use habu_runtime::object::ids;
use habu_runtime::types::{float, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// The value of an exact float.
pub fn exact(vm: &Vm, v: Value) -> Option<f64> {
    if v.is_inline_float() || vm.is_exact(v, ids::FLOAT) { float::as_f64(vm, v) } else { None }
}

/// `ceil` and `floor`: through the special method of other types than float.
pub fn to_integer(vm: &mut Vm, v: Value, method: &str, round: fn(f64) -> f64) -> PyResult {
    if let Some(f) = exact(vm, v) {
        return float::to_int(vm, round(f));
    }
    if v.is_small() {
        return Ok(v);
    }
    let name = vm.intern(method);
    let cls = vm.class_of(v);
    if let Some(f) = vm.type_lookup(cls, name) {
        return vm.call_found(f, v, &[]);
    }
    let f = float::to_f64(vm, v)?;
    float::to_int(vm, round(f))
}

pub fn expect_finite(vm: &mut Vm, x: f64) -> PyResult<()> {
    if x.is_infinite() {
        let shown = float_repr(x);
        return Err(vm.value_error(format!("expected a finite input, got {shown}")));
    }
    Ok(())
}

/// A logarithm of a float, or of an int of any size.
pub fn log_of(vm: &mut Vm, v: Value, log: fn(f64) -> f64) -> PyResult<f64> {
    if let Some(n) = int::as_int(vm, v) {
        if int::is_negative(n) || n == Value::small(0) {
            return Err(vm.value_error("expected a positive input"));
        }
        let f = int::float::to_f64(vm, n);
        if let Some(f) = vm.catch(f, Exc::OverflowError)? {
            return Ok(log(f));
        }
        // n = m * 2**shift with m in range.
        let digits = int::Digits::of(n);
        let shift = digits.bit_len().saturating_sub(64);
        let high = digits.ubig() >> shift as usize;
        let high = u64::try_from(high).unwrap_or(u64::MAX) as f64;
        return Ok(log(high) + log(2.0) * shift as f64);
    }
    let x = float::to_f64(vm, v)?;
    if x <= 0.0 {
        let shown = float_repr(x);
        return Err(vm.value_error(format!("expected a positive input, got {shown}")));
    }
    Ok(log(x))
}

pub fn ldexp(vm: &mut Vm, x: f64, i: Value) -> PyResult<f64> {
    let Some(n) = int::as_int(vm, i) else {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let n = int::clamp_i64(vm, n).clamp(-5000, 5000) as i32;
    let r = libm::ldexp(x, n);
    if r.is_infinite() {
        return Err(vm.overflow_error("math range error"));
    }
    Ok(r)
}

pub fn gamma(vm: &mut Vm, x: f64) -> PyResult<f64> {
    if x == f64::NEG_INFINITY || (x <= 0.0 && x == x.floor()) {
        let shown = float_repr(x);
        return Err(vm.value_error(format!("expected a noninteger or positive integer, got {shown}")));
    }
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    // Whole numbers are exact while the factorial fits.
    if x == x.floor() && x <= 23.0 {
        return Ok((2..x as u64).fold(1.0, |product, k| product * k as f64));
    }
    super::checked(vm, super::gamma::gamma(x), true, false)
}

pub fn lgamma(vm: &mut Vm, x: f64) -> PyResult<f64> {
    if x.is_infinite() {
        return Ok(f64::INFINITY);
    }
    if x <= 0.0 && x == x.floor() {
        let shown = float_repr(x);
        return Err(vm.value_error(format!("expected a noninteger or positive integer, got {shown}")));
    }
    super::checked(vm, super::gamma::log_gamma(x), true, x.is_nan())
}

pub fn ulp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let x = x.abs();
    if x.is_infinite() {
        return x;
    }
    let next = x.next_up();
    if next.is_infinite() { x - x.next_down() } else { next - x }
}

pub fn next_after(vm: &mut Vm, x: f64, y: f64, steps: Value) -> PyResult<f64> {
    if steps.is_none() {
        return Ok(libm::nextafter(x, y));
    }
    let n = vm.index_value(steps)?;
    if int::is_negative(n) {
        return Err(vm.value_error("steps must be a non-negative integer"));
    }
    let steps = int::to_u64(n).unwrap_or(u64::MAX);
    if steps == 0 || x.is_nan() || y.is_nan() {
        return Ok(if x.is_nan() || !y.is_nan() || steps == 0 { x } else { y });
    }
    // Floats in their order as integers: sign and magnitude turned into one count.
    let order = |f: f64| {
        let bits = f.to_bits() as i64;
        if bits < 0 { -i128::from(bits & i64::MAX) } else { i128::from(bits) }
    };
    let (from, to) = (order(x), order(y));
    let distance = (to - from).unsigned_abs();
    if u128::from(steps) >= distance {
        return Ok(y);
    }
    let at = if to > from { from + i128::from(steps) } else { from - i128::from(steps) };
    let magnitude = f64::from_bits(at.unsigned_abs() as u64);
    Ok(if at < 0 || (at == 0 && to < from) { -magnitude } else { magnitude })
}
