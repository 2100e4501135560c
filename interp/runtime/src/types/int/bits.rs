//! Shifts and bit operations of exact ints, with two's complement meaning for negative ones.

use super::{Digits, MAX_BITS, build, is_negative, to_u64};
use crate::value::Value;
use crate::vm::{PyResult, Vm};

pub fn lshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if is_negative(b) {
        return Err(vm.value_error("negative shift count"));
    }
    if a == Value::small(0) {
        return Ok(a);
    }
    // CPython counts digits of 30 bits in a ssize_t.
    let Some(shift) = to_u64(b).filter(|s| s / 30 < i64::MAX as u64 / 30) else {
        return Err(vm.overflow_error("too many digits in integer"));
    };
    if let Some(n) = a.as_small()
        && shift < 64
    {
        return vm.int_i128(i128::from(n) << shift);
    }
    if shift > MAX_BITS {
        return Err(vm.memory_error());
    }
    let a = Digits::of(a);
    let (skip, bits) = ((shift / 64) as usize, (shift % 64) as u32);
    let limbs = a.limbs();
    build(vm, limbs.len() + skip + 1, |out| {
        out[..skip].fill(0);
        let mut carry = 0;
        for (i, limb) in limbs.iter().enumerate() {
            out[skip + i] = limb << bits | carry;
            carry = if bits == 0 { 0 } else { limb >> (64 - bits) };
        }
        out[skip + limbs.len()] = carry;
        a.negative
    })
}

pub fn rshift(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if is_negative(b) {
        return Err(vm.value_error("negative shift count"));
    }
    let shift = to_u64(b).unwrap_or(u64::MAX);
    if let Some(n) = a.as_small() {
        return Ok(Value::small(n >> shift.min(63)));
    }
    let a = Digits::of(a);
    if shift >= a.bit_len() {
        return Ok(Value::small(if a.negative { -1 } else { 0 }));
    }
    let (skip, bits) = ((shift / 64) as usize, (shift % 64) as u32);
    let limbs = a.limbs();
    // A negative number rounds down: away from zero when a one bit is lost.
    let lost = limbs[..skip].iter().any(|l| *l != 0) || limbs[skip] & ((1 << bits) - 1) != 0;
    build(vm, limbs.len() - skip + 1, |out| {
        let limbs = &limbs[skip..];
        for (out, pair) in out.iter_mut().zip(limbs.windows(2)) {
            *out = ((u128::from(pair[1]) << 64 | u128::from(pair[0])) >> bits) as u64;
        }
        out[limbs.len() - 1] = limbs[limbs.len() - 1] >> bits;
        out[limbs.len()] = 0;
        if a.negative && lost {
            increment(out);
        }
        a.negative
    })
}

#[inline]
pub fn and(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if Value::both_small(a, b) { Ok(Value(a.0 & b.0)) } else { bitwise(vm, a, b, |x, y| x & y) }
}

#[inline]
pub fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if Value::both_small(a, b) { Ok(Value(a.0 | b.0)) } else { bitwise(vm, a, b, |x, y| x | y) }
}

#[inline]
pub fn xor(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    if Value::both_small(a, b) { Ok(Value(a.0 ^ b.0)) } else { bitwise(vm, a, b, |x, y| x ^ y) }
}

/// `-a - 1`
pub fn invert(vm: &mut Vm, a: Value) -> PyResult {
    if let Some(n) = a.as_small() {
        return Ok(Value::small(!n));
    }
    let minus = super::neg(vm, a)?;
    super::sub(vm, minus, Value::small(1))
}

/// Limbs of the two's complement of a number, endlessly extended by its sign.
struct Complement<'a> {
    limbs: &'a [u64],
    negative: bool,
    carry: bool,
    at: usize,
}

impl<'a> Complement<'a> {
    fn new(digits: &'a Digits) -> Complement<'a> {
        Complement { limbs: digits.limbs(), negative: digits.negative, carry: true, at: 0 }
    }

    fn next(&mut self) -> u64 {
        let limb = self.limbs.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        if !self.negative {
            return limb;
        }
        let (limb, carry) = (!limb).overflowing_add(self.carry.into());
        self.carry = carry;
        limb
    }
}

fn bitwise(vm: &mut Vm, a: Value, b: Value, op: impl Fn(u64, u64) -> u64) -> PyResult {
    let (a, b) = (Digits::of(a), Digits::of(b));
    let negative = op(u64::from(a.negative), u64::from(b.negative)) & 1 != 0;
    // One limb more than either, for the sign.
    let len = a.limbs().len().max(b.limbs().len()) + 1;
    build(vm, len, |out| {
        let (mut x, mut y) = (Complement::new(&a), Complement::new(&b));
        for limb in out.iter_mut() {
            *limb = op(x.next(), y.next());
        }
        if negative {
            out.iter_mut().for_each(|l| *l = !*l);
            increment(out);
        }
        negative
    })
}

fn increment(limbs: &mut [u64]) {
    for limb in limbs {
        *limb = limb.wrapping_add(1);
        if *limb != 0 {
            break;
        }
    }
}

/// Bits of the magnitude.
pub fn bit_length(a: Value) -> u64 {
    Digits::of(a).bit_len()
}

/// Ones in the magnitude.
pub fn bit_count(a: Value) -> u64 {
    Digits::of(a).limbs().iter().map(|l| u64::from(l.count_ones())).sum()
}
