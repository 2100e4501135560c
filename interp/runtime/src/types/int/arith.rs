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

/// Limbs that one turn of a loop takes: the carry stays in its flag from one to the next.
const TURN: usize = 4;

/// `out = long + short`; `out` has one limb more than `long`.
fn add_limbs(out: &mut [u64], long: &[u64], short: &[u64]) {
    let (low, high) = long.split_at(short.len());
    let (out_low, out_high) = out.split_at_mut(short.len());
    let mut carry = chained(out_low, low, short, u64::carrying_add);
    let mut at = 0;
    // A carry seldom goes far.
    while carry && at < high.len() {
        (out_high[at], carry) = high[at].overflowing_add(1);
        at += 1;
    }
    out_high[at..high.len()].copy_from_slice(&high[at..]);
    out_high[high.len()] = carry.into();
}

/// `out = larger - smaller`, which is not negative.
fn sub_limbs(out: &mut [u64], larger: &[u64], smaller: &[u64]) {
    let (low, high) = larger.split_at(smaller.len());
    let (out_low, out_high) = out.split_at_mut(smaller.len());
    let mut borrow = chained(out_low, low, smaller, u64::borrowing_sub);
    let mut at = 0;
    while borrow && at < high.len() {
        (out_high[at], borrow) = high[at].overflowing_sub(1);
        at += 1;
    }
    out_high[at..high.len()].copy_from_slice(&high[at..]);
    debug_assert!(!borrow);
}

/// `step` on each pair of limbs, from the lowest on; the last carry. All three are of one length.
#[inline(always)]
fn chained(out: &mut [u64], x: &[u64], y: &[u64], step: impl Fn(u64, u64, bool) -> (u64, bool)) -> bool {
    let (out, out_rest) = out.as_chunks_mut::<TURN>();
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<TURN>(), y.as_chunks::<TURN>());
    let mut carry = false;
    for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
        for k in 0..TURN {
            (out[k], carry) = step(x[k], y[k], carry);
        }
    }
    for ((out, x), y) in out_rest.iter_mut().zip(x_rest).zip(y_rest) {
        (*out, carry) = step(*x, *y, carry);
    }
    carry
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

/// `out = x * y`, `out` as long as both together.
fn mul_limbs(out: &mut [u64], x: &[u64], y: &[u64]) {
    let (long, short) = if x.len() >= y.len() { (x, y) } else { (y, x) };
    let Some((first, rest)) = short.split_first() else { return out.fill(0) };
    let mut carry = 0;
    for (out, limb) in out.iter_mut().zip(long) {
        (*out, carry) = limb.carrying_mul(*first, carry);
    }
    out[long.len()] = carry;
    for (i, factor) in (1..).zip(rest) {
        let (low, high) = out[i..].split_at_mut(long.len());
        high[0] = add_product(low, long, *factor);
    }
}

/// `out += limbs * factor`, both of one length; the carry.
fn add_product(out: &mut [u64], limbs: &[u64], factor: u64) -> u64 {
    let (out, out_rest) = out.as_chunks_mut::<TURN>();
    let (limbs, rest) = limbs.as_chunks::<TURN>();
    let mut carry = 0;
    for (out, limbs) in out.iter_mut().zip(limbs) {
        for k in 0..TURN {
            (out[k], carry) = limbs[k].carrying_mul_add(factor, out[k], carry);
        }
    }
    for (out, limb) in out_rest.iter_mut().zip(rest) {
        (*out, carry) = limb.carrying_mul_add(factor, *out, carry);
    }
    carry
}
