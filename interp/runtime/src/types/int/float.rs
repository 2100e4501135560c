//! Exact ints and floats: conversion both ways, true division, comparison; all correctly rounded or exact.

use super::hash::decompose;
use super::{Digits, from_limbs, lshift, rshift};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cmp::Ordering;

/// The nearest float; OverflowError when the int is too large.
pub fn to_f64(vm: &mut Vm, v: Value) -> PyResult<f64> {
    if let Some(n) = v.as_small() {
        return Ok(n as f64);
    }
    match nearest(&Digits::of(v)) {
        Some(f) => Ok(f),
        None => Err(vm.overflow_error("int too large to convert to float")),
    }
}

/// The nearest float (ties to even), or none beyond the largest.
pub(super) fn nearest(digits: &Digits) -> Option<f64> {
    let (mantissa, exponent) = top_bits(digits.limbs());
    // 64 bits with a sticky lowest bit round in the conversion exactly as the whole number would.
    let f = scale(mantissa as f64, exponent)?;
    Some(if digits.negative { -f } else { f })
}

/// The highest 64 bits, the lowest of them set when any bit below is, and the power of two they are multiplied by.
fn top_bits(limbs: &[u64]) -> (u64, u64) {
    match *limbs {
        [] => (0, 0),
        [n] => (n, 0),
        [ref below @ .., low, high] => {
            let shift = high.leading_zeros();
            let pair = u128::from(high) << 64 | u128::from(low);
            let top = (pair << shift >> 64) as u64;
            let lost = (pair << shift) as u64 != 0 || below.iter().any(|l| *l != 0);
            (top | u64::from(lost), (below.len() as u64 + 1) * 64 - u64::from(shift))
        }
    }
}

/// `f * 2^exponent` if finite; exact, since `f` is an integer.
fn scale(f: f64, exponent: u64) -> Option<f64> {
    if exponent > 1024 {
        return None;
    }
    let half = exponent / 2;
    let result = f * 2f64.powi(half as i32) * 2f64.powi((exponent - half) as i32);
    result.is_finite().then_some(result)
}

/// The float's integer part, as `int(f)` gives it. `f` is finite.
pub fn from_f64(vm: &mut Vm, f: f64) -> PyResult {
    let truncated = f.trunc();
    if truncated.abs() < 9.2e18 {
        return vm.int(truncated as i64);
    }
    let (mantissa, exponent) = decompose(truncated.abs());
    let mantissa = from_limbs(vm, f < 0.0, &[mantissa])?;
    lshift(vm, mantissa, Value::small(exponent.into()))
}

/// `mantissa * 2^exponent` rounded down, for exact work with floats' parts.
pub fn scaled(vm: &mut Vm, mantissa: Value, exponent: i64) -> PyResult {
    if exponent >= 0 {
        lshift(vm, mantissa, Value::small(exponent))
    } else {
        rshift(vm, mantissa, Value::small(-exponent))
    }
}

/// Exact order of an exact int and a float; `None` for nan.
pub fn cmp_f64(v: Value, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    if f.is_infinite() {
        return Some(if f > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    if let Some(n) = v.as_small() {
        // Exact in both directions: compare integer parts, then the fraction.
        if f >= 9.3e18 {
            return Some(Ordering::Less);
        }
        if f <= -9.3e18 {
            return Some(Ordering::Greater);
        }
        let whole = f.floor();
        let order = i128::from(n).cmp(&(whole as i128));
        return Some(if order == Ordering::Equal && f > whole { Ordering::Less } else { order });
    }
    // A heap int is beyond 2^61, where floats are integers.
    let digits = Digits::of(v);
    if digits.negative != (f < 0.0) {
        return Some(if digits.negative { Ordering::Less } else { Ordering::Greater });
    }
    let order = cmp_magnitude(&digits, f.abs());
    Some(if digits.negative { order.reverse() } else { order })
}

fn cmp_magnitude(digits: &Digits, f: f64) -> Ordering {
    if f < 1.0 {
        return Ordering::Greater;
    }
    let (mantissa, exponent) = decompose(f);
    let f_bits = i64::from(64 - mantissa.leading_zeros() as i32 + exponent);
    let order = (digits.bit_len() as i64).cmp(&f_bits);
    if order != Ordering::Equal {
        return order;
    }
    // Same length, more than 61 bits, so the exponent is positive: compare from the top.
    let (top, _) = top_bits(digits.limbs());
    let normal = mantissa << mantissa.leading_zeros();
    let top_normal = top << top.leading_zeros();
    top_normal.cmp(&normal)
}

/// `a / b`, correctly rounded.
pub fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult<f64> {
    if b == Value::small(0) {
        return Err(vm.zero_division_error("division by zero"));
    }
    const EXACT: i64 = 1 << 53;
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small())
        && a.abs() <= EXACT
        && b.abs() <= EXACT
    {
        return Ok(a as f64 / b as f64);
    }
    let (x, y) = (Digits::of(a), Digits::of(b));
    if x.is_zero() {
        return Ok(if y.negative { -0.0 } else { 0.0 });
    }
    match quotient(&x, &y) {
        Some(f) => Ok(if x.negative != y.negative { -f } else { f }),
        None => Err(vm.overflow_error("integer division result too large for a float")),
    }
}

/// Quotient of two magnitudes, not zero, or none beyond the largest float.
fn quotient(x: &Digits, y: &Digits) -> Option<f64> {
    let difference = x.bit_len() as i64 - y.bit_len() as i64;
    if difference > 1025 {
        return None;
    }
    if difference < -1080 {
        return Some(0.0);
    }
    // Scale so that the quotient has 55 to 56 bits, or fewer where the result is subnormal: it then ends at the lowest
    // bit a float can have, plus two to round with.
    let shift = (55 - difference).min(1074 + 2);
    let (mut n, mut d) = (x.ubig(), y.ubig());
    if shift >= 0 {
        n <<= shift as usize
    } else {
        d <<= -shift as usize
    }
    let (q, r) = dashu_base::DivRem::div_rem(n, d);
    let q = u64::try_from(q).ok()? | u64::from(!r.is_zero());
    compose(q, -shift)
}

/// `mantissa * 2^scale` rounded once, ties to even; none beyond the largest float. The lowest bit of a mantissa of more
/// than 54 bits may stand for lost bits below it.
pub fn compose(mantissa: u64, scale: i64) -> Option<f64> {
    let bits = i64::from(64 - mantissa.leading_zeros());
    // Bits that no float has: beyond 53, or below the smallest subnormal.
    let drop = (bits - 53).max(-1074 - scale).max(0);
    if drop > 63 {
        return Some(0.0);
    }
    if scale > 1024 && mantissa != 0 {
        return None;
    }
    let (kept, lost) = (mantissa >> drop, mantissa & ((1 << drop) - 1));
    let half = if drop == 0 { 1 } else { 1u64 << (drop - 1) };
    let up = lost > half || (lost == half && kept & 1 == 1);
    let result = ldexp((kept + u64::from(up)) as f64, drop + scale);
    result.is_finite().then_some(result)
}

/// `f * 2^exponent` for an `f` of at most 53 bits whose result is exact.
fn ldexp(f: f64, exponent: i64) -> f64 {
    let (mut f, mut exponent) = (f, exponent);
    while exponent > 1000 {
        f *= 2f64.powi(1000);
        exponent -= 1000;
    }
    while exponent < -1000 {
        f *= 2f64.powi(-1000);
        exponent += 1000;
    }
    f * 2f64.powi(exponent as i32)
}
