//! Float division with floor semantics, and powers.

use crate::types::complex;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

#[cold]
fn division_by_zero(vm: &mut Vm) -> Raised {
    vm.zero_division_error("division by zero")
}

/// `a % b`: has the sign of `b`.
#[inline]
pub fn modulo(vm: &mut Vm, a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 {
        return Err(division_by_zero(vm));
    }
    Ok(remainder(a, b))
}

#[inline]
fn remainder(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// `divmod(a, b)`
pub fn divmod(vm: &mut Vm, a: f64, b: f64) -> PyResult<(f64, f64)> {
    if b == 0.0 {
        return Err(division_by_zero(vm));
    }
    let rest = a % b;
    // The division is nearly exact, so its result is a whole number up to rounding.
    let mut quotient = (a - rest) / b;
    if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    let whole = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Ok((whole, remainder(a, b)))
}

/// `a // b`
pub fn floordiv(vm: &mut Vm, a: f64, b: f64) -> PyResult<f64> {
    Ok(divmod(vm, a, b)?.0)
}

/// `a ** b`: a complex number for a negative base with a fraction as exponent.
pub fn pow(vm: &mut Vm, a: f64, b: f64) -> PyResult {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(vm.zero_division_error("zero to a negative power"));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return complex::pow(vm, (a, 0.0), (b, 0.0));
    }
    // The C library's function has the special cases of IEEE 754, which are Python's.
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(out_of_range(vm));
    }
    vm.float(result)
}

/// What C's ERANGE becomes.
#[cold]
pub fn out_of_range(vm: &mut Vm) -> Raised {
    match vm.str("Numerical result out of range") {
        Ok(text) => {
            vm.raise_with(Exc::OverflowError, &[Value::small(libc::ERANGE.into()), Value::from_gc(text)])
        }
        Err(raised) => raised,
    }
}
