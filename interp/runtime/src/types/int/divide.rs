//! Floor division, modulo, greatest common divisor and integer square root of exact ints.

use super::{Digits, cmp_limbs, from_ubig};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use dashu_base::{DivRem, Gcd, SquareRoot};
use dashu_int::UBig;
use std::cmp::Ordering;

/// Quotient and remainder of a division that rounds down.
pub fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult<(Value, Value)> {
    if b == Value::small(0) {
        return Err(vm.zero_division_error("division by zero"));
    }
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small()) {
        let (q, r) = floor_small(a, b);
        return Ok((vm.int(q)?, Value::small(r)));
    }
    let (q, r, exact) = magnitudes(a, b);
    let (na, nb) = (super::is_negative(a), super::is_negative(b));
    if na == nb || exact {
        return Ok((from_ubig(vm, na != nb, &q)?, from_ubig(vm, na, &r)?));
    }
    // Rounded towards zero so far: one step down.
    let r = Digits::of(b).ubig() - r;
    Ok((from_ubig(vm, true, &(q + UBig::ONE))?, from_ubig(vm, nb, &r)?))
}

pub fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small())
        && b != 0
    {
        return vm.int(floor_small(a, b).0);
    }
    if let Some(quotient) = short_quotient(&Digits::of(a), &Digits::of(b)) {
        return Ok(quotient);
    }
    Ok(divmod(vm, a, b)?.0)
}

/// The floor of `a / b` if the topmost limbs tell it: it is small, and `a` not too close to a multiple of `b`.
fn short_quotient(a: &Digits, b: &Digits) -> Option<Value> {
    /// Bits of the divisor that are looked at.
    const TOP: u64 = 64;
    let (above, bits) = (a.bit_len(), b.bit_len());
    // Short ones are divided as fast; a quotient of more bits would rarely be told.
    if bits < 4 * TOP || above > bits + 32 || a.negative != b.negative {
        return None;
    }
    if above < bits {
        return Some(Value::small(0));
    }
    // Both lie between these and these plus one, times a power of two.
    let (x, y) = (bits_from(a.limbs(), bits - TOP), bits_from(b.limbs(), bits - TOP));
    let (least, most) = (x / (y + 1), (x + 1) / y);
    (least == most).then(|| Value::small(least as i64))
}

/// The number shifted to the right; no more than 128 bits of it are left.
fn bits_from(limbs: &[u64], shift: u64) -> u128 {
    let limb = |at: usize| u128::from(limbs.get(at).copied().unwrap_or(0));
    let (at, bits) = ((shift / 64) as usize, shift % 64);
    let low = limb(at) | limb(at + 1) << 64;
    if bits == 0 { low } else { low >> bits | limb(at + 2) << (128 - bits) }
}

pub fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small())
        && b != 0
    {
        return Ok(Value::small(floor_small(a, b).1));
    }
    Ok(divmod(vm, a, b)?.1)
}

/// `b` is not zero. Small operands cannot overflow i64.
#[inline]
fn floor_small(a: i64, b: i64) -> (i64, i64) {
    let (q, r) = (a / b, a % b);
    if r != 0 && (r < 0) != (b < 0) { (q - 1, r + b) } else { (q, r) }
}

/// Quotient and remainder of the magnitudes, and whether nothing remains.
fn magnitudes(a: Value, b: Value) -> (UBig, UBig, bool) {
    let (a, b) = (Digits::of(a), Digits::of(b));
    let (q, r) = match cmp_limbs(a.limbs(), b.limbs()) {
        Ordering::Less => (UBig::ZERO, a.ubig()),
        Ordering::Equal => (UBig::ONE, UBig::ZERO),
        Ordering::Greater => a.ubig().div_rem(b.ubig()),
    };
    let exact = r.is_zero();
    (q, r, exact)
}

/// Never negative; `gcd(0, 0)` is 0.
pub fn gcd(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small()) {
        let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return vm.int_u64(a);
    }
    let (a, b) = (Digits::of(a), Digits::of(b));
    if a.is_zero() || b.is_zero() {
        return from_ubig(vm, false, &if a.is_zero() { b.ubig() } else { a.ubig() });
    }
    let divisor = a.ubig().gcd(b.ubig());
    from_ubig(vm, false, &divisor)
}

/// Largest integer whose square is at most `a`, which is not negative.
pub fn isqrt(vm: &mut Vm, a: Value) -> PyResult {
    let root = Digits::of(a).ubig().sqrt();
    from_ubig(vm, false, &root)
}

/// `round(a, ndigits)`: to a multiple of a power of ten, ties to even.
pub fn round_to(vm: &mut Vm, a: Value, ndigits: Value) -> PyResult {
    if !super::is_negative(ndigits) {
        return Ok(a);
    }
    // 10^n has more than 3n bits: beyond twice the number everything rounds to 0.
    let places = super::to_i64(ndigits).map_or(u64::MAX, i64::unsigned_abs);
    if places > super::bit_length(a) / 3 + 2 {
        return Ok(Value::small(0));
    }
    let unit = super::pow(vm, Value::small(10), Value::small(places as i64))?;
    let (quotient, rest) = divmod(vm, a, unit)?;
    let down = super::sub(vm, a, rest)?;
    let twice = super::add(vm, rest, rest)?;
    let odd = Digits::of(quotient).limbs().first().is_some_and(|l| l & 1 == 1);
    match super::cmp(twice, unit) {
        Ordering::Greater => super::add(vm, down, unit),
        Ordering::Equal if odd => super::add(vm, down, unit),
        _ => Ok(down),
    }
}
