//! Complex arithmetic: C99's treatment of infinities, Smith's division, powers.

use super::Pair;
use crate::vm::{PyResult, Vm};

/// 1 for an infinity, 0 otherwise, with its sign.
fn unit(f: f64) -> f64 {
    f64::copysign(if f.is_infinite() { 1.0 } else { 0.0 }, f)
}

/// A zero of the same sign for a NaN.
fn no_nan(f: f64) -> f64 {
    if f.is_nan() { f64::copysign(0.0, f) } else { f }
}

fn any_infinite(parts: &[f64]) -> bool {
    parts.iter().any(|p| p.is_infinite())
}

pub fn mul((mut a, mut b): Pair, (mut c, mut d): Pair) -> Pair {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let result = (ac - bd, ad + bc);
    if !result.0.is_nan() || !result.1.is_nan() {
        return result;
    }
    // An infinite operand makes the product infinite, whatever the other part is.
    let mut again = false;
    if any_infinite(&[a, b]) {
        (a, b, c, d) = (unit(a), unit(b), no_nan(c), no_nan(d));
        again = true;
    }
    if any_infinite(&[c, d]) {
        (a, b, c, d) = (no_nan(a), no_nan(b), unit(c), unit(d));
        again = true;
    }
    if !again && any_infinite(&[ac, bd, ad, bc]) {
        (a, b, c, d) = (no_nan(a), no_nan(b), no_nan(c), no_nan(d));
        again = true;
    }
    if again { (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { result }
}

/// `a / b`, none for division by zero.
pub fn div(a: Pair, b: Pair) -> Option<Pair> {
    let (scale, by_real) = denominator(b)?;
    let (ratio, denominator) = scale;
    let result = if by_real {
        ((a.0 + a.1 * ratio) / denominator, (a.1 - a.0 * ratio) / denominator)
    } else {
        ((a.0 * ratio + a.1) / denominator, (a.1 * ratio - a.0) / denominator)
    };
    if !result.0.is_nan() || !result.1.is_nan() {
        return Some(result);
    }
    if any_infinite(&[a.0, a.1]) && b.0.is_finite() && b.1.is_finite() {
        let (x, y) = (unit(a.0), unit(a.1));
        return Some((f64::INFINITY * (x * b.0 + y * b.1), f64::INFINITY * (y * b.0 - x * b.1)));
    }
    if any_infinite(&[b.0, b.1]) && a.0.is_finite() && a.1.is_finite() {
        let (x, y) = (unit(b.0), unit(b.1));
        return Some((0.0 * (a.0 * x + a.1 * y), 0.0 * (a.1 * x - a.0 * y)));
    }
    Some(result)
}

/// Real number divided by complex number.
pub fn div_real(a: f64, b: Pair) -> Option<Pair> {
    let (scale, by_real) = denominator(b)?;
    let (ratio, denominator) = scale;
    let result = if by_real {
        (a / denominator, (-a * ratio) / denominator)
    } else {
        ((a * ratio) / denominator, -a / denominator)
    };
    if !result.0.is_nan() || !result.1.is_nan() {
        return Some(result);
    }
    if a.is_infinite() && b.0.is_finite() && b.1.is_finite() {
        let x = unit(a);
        return Some((f64::INFINITY * (x * b.0), f64::INFINITY * (-x * b.1)));
    }
    if any_infinite(&[b.0, b.1]) && a.is_finite() {
        let (x, y) = (unit(b.0), unit(b.1));
        return Some((0.0 * (a * x), 0.0 * (-a * y)));
    }
    Some(result)
}

/// Complex number divided by real number.
pub fn div_scalar(a: Pair, b: f64) -> Option<Pair> {
    if b == 0.0 { None } else { Some((a.0 / b, a.1 / b)) }
}

/// Smith's ratio and denominator, and whether the real part is the larger one.
fn denominator(b: Pair) -> Option<(Pair, bool)> {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        Some(((ratio, b.0 + b.1 * ratio), true))
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        Some(((ratio, b.0 * ratio + b.1), false))
    } else {
        // A NaN is in it.
        Some(((f64::NAN, f64::NAN), true))
    }
}

/// `abs(z)`; infinite only for infinite parts, so the caller can tell an overflow.
pub fn abs((re, im): Pair) -> f64 {
    re.hypot(im)
}

/// `base ** exponent`
pub fn pow(vm: &mut Vm, base: Pair, exponent: Pair) -> PyResult {
    let whole = exponent.1 == 0.0 && exponent.0 == exponent.0.floor() && exponent.0.abs() <= 100.0;
    let result = if whole { pow_int(base, exponent.0 as i32) } else { pow_polar(base, exponent) };
    match result {
        None => Err(vm.zero_division_error("zero to a negative or complex power")),
        Some((re, im)) if re.is_infinite() || im.is_infinite() => {
            Err(vm.overflow_error("complex exponentiation"))
        }
        Some((re, im)) => vm.complex(re, im),
    }
}

fn pow_int(base: Pair, exponent: i32) -> Option<Pair> {
    let power = pow_unsigned(base, exponent.unsigned_abs());
    if exponent >= 0 { Some(power) } else { div((1.0, 0.0), power) }
}

fn pow_unsigned(base: Pair, exponent: u32) -> Pair {
    // In CPython's order of multiplications, from one on, so that the last bits and the signs of zeros agree.
    let (mut result, mut square, mut rest) = ((1.0, 0.0), base, exponent);
    while rest > 0 {
        if rest & 1 != 0 {
            result = mul(result, square);
        }
        rest >>= 1;
        square = mul(square, square);
    }
    result
}

fn pow_polar(a: Pair, b: Pair) -> Option<Pair> {
    if b == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        return if b.1 != 0.0 || b.0 < 0.0 { None } else { Some((0.0, 0.0)) };
    }
    let size = abs(a);
    let angle = a.1.atan2(a.0);
    let (mut length, mut phase) = (size.powf(b.0), angle * b.0);
    if b.1 != 0.0 {
        length *= (-angle * b.1).exp();
        phase += b.1 * size.ln();
    }
    // The C library calls the cosine of an infinity a domain error, which CPython reports as this one.
    if phase.is_infinite() {
        return None;
    }
    Some((length * phase.cos(), length * phase.sin()))
}

/// The quotient as a value; ZeroDivisionError when there is none.
pub fn quotient(vm: &mut Vm, result: Option<Pair>) -> PyResult {
    match result {
        Some((re, im)) => vm.complex(re, im),
        None => Err(vm.zero_division_error("division by zero")),
    }
}
