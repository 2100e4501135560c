//! Addition, subtraction, multiplication, negation of exact ints.

use super::{Digits, ask_room, build, cmp_limbs, from_limbs, from_ubig};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cmp::Ordering;

/// Products with at most this many limbs in the shorter factor are made in place; longer ones by the bigint crate.
const SCHOOLBOOK_LIMBS: usize = 24;

#[inline]
pub fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if Value::both_small(a, b) {
        return vm.int(a.small_unchecked() + b.small_unchecked());
    }
    let (a, b) = (Digits::of(a), Digits::of(b));
    signed_sum(vm, &a, &b, b.negative)
}

#[inline]
pub fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if Value::both_small(a, b) {
        return vm.int(a.small_unchecked() - b.small_unchecked());
    }
    let (a, b) = (Digits::of(a), Digits::of(b));
    signed_sum(vm, &a, &b, !b.negative)
}

#[inline]
pub fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if Value::both_small(a, b) {
        let product = i128::from(a.small_unchecked()) * i128::from(b.small_unchecked());
        return match i64::try_from(product).ok().and_then(Value::try_small) {
            Some(v) => Ok(v),
            None => vm.int_i128(product),
        };
    }
    mul_big(vm, &Digits::of(a), &Digits::of(b))
}

pub fn neg(vm: &mut Vm, a: Value) -> PyResult {
    match a.as_small() {
        Some(n) => vm.int(-n),
        None => {
            let a = Digits::of(a);
            from_limbs(vm, !a.negative, a.limbs())
        }
    }
}

pub fn abs(vm: &mut Vm, a: Value) -> PyResult {
    if super::is_negative(a) { neg(vm, a) } else { Ok(a) }
}

/// `a` plus the magnitude of `b` with the given sign.
fn signed_sum(vm: &mut Vm, a: &Digits, b: &Digits, b_negative: bool) -> PyResult {
    let (x, y) = (a.limbs(), b.limbs());
    if a.negative == b_negative {
        let (long, short) = if x.len() >= y.len() { (x, y) } else { (y, x) };
        return build(vm, long.len() + 1, |out| {
            add_limbs(out, long, short);
            b_negative
        });
    }
    let (larger, smaller, negative) = match cmp_limbs(x, y) {
        Ordering::Equal => return Ok(Value::small(0)),
        Ordering::Greater => (x, y, a.negative),
        Ordering::Less => (y, x, b_negative),
    };
    build(vm, larger.len(), |out| {
        sub_limbs(out, larger, smaller);
        negative
    })
}

/// `out = long + short`; `out` has one limb more than `long`.
fn add_limbs(out: &mut [u64], long: &[u64], short: &[u64]) {
    let (low, high) = long.split_at(short.len());
    let (out_low, out_high) = out.split_at_mut(short.len());
    let mut carry = false;
    for ((out, a), b) in out_low.iter_mut().zip(low).zip(short) {
        (*out, carry) = a.carrying_add(*b, carry);
    }
    for (out, a) in out_high.iter_mut().zip(high) {
        (*out, carry) = a.overflowing_add(carry.into());
    }
    out_high[high.len()] = carry.into();
}

/// `out = larger - smaller`, which is not negative.
fn sub_limbs(out: &mut [u64], larger: &[u64], smaller: &[u64]) {
    let (low, high) = larger.split_at(smaller.len());
    let (out_low, out_high) = out.split_at_mut(smaller.len());
    let mut borrow = false;
    for ((out, a), b) in out_low.iter_mut().zip(low).zip(smaller) {
        (*out, borrow) = a.borrowing_sub(*b, borrow);
    }
    for (out, a) in out_high.iter_mut().zip(high) {
        (*out, borrow) = a.overflowing_sub(borrow.into());
    }
    debug_assert!(!borrow);
}

fn mul_big(vm: &mut Vm, a: &Digits, b: &Digits) -> PyResult {
    let (x, y) = (a.limbs(), b.limbs());
    let negative = a.negative != b.negative;
    if x.len().min(y.len()) <= SCHOOLBOOK_LIMBS {
        return build(vm, x.len() + y.len(), |out| {
            mul_limbs(out, x, y);
            negative
        });
    }
    ask_room(vm, a.bit_len() + b.bit_len())?;
    let product = if std::ptr::eq(x, y) { a.ubig().sqr() } else { a.ubig() * b.ubig() };
    from_ubig(vm, negative, &product)
}

/// `out += x * y`, `out` zeroed and as long as both together.
fn mul_limbs(out: &mut [u64], x: &[u64], y: &[u64]) {
    let (long, short) = if x.len() >= y.len() { (x, y) } else { (y, x) };
    for (i, factor) in short.iter().enumerate() {
        let (low, high) = out[i..].split_at_mut(long.len());
        let mut carry = 0;
        for (out, limb) in low.iter_mut().zip(long) {
            (*out, carry) = limb.carrying_mul_add(*factor, *out, carry);
        }
        if let Some(top) = high.first_mut() {
            *top = carry;
        }
    }
}
