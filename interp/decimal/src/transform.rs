//! Long products by a number-theoretic transform modulo 2^64 - 2^32 + 1, whose remainders take no division.

use crate::limbs::{BASE, NoRoom, POW10};

const PRIME: u64 = 0xffff_ffff_0000_0001;
/// 2^64 modulo the prime.
const WRAP: u64 = 0xffff_ffff;
/// Generates all remainders but zero.
const GENERATOR: u64 = 7;

#[inline(always)]
fn add(a: u64, b: u64) -> u64 {
    let (sum, over) = a.overflowing_add(b);
    if over || sum >= PRIME { sum.wrapping_sub(PRIME) } else { sum }
}

#[inline(always)]
fn sub(a: u64, b: u64) -> u64 {
    let (difference, under) = a.overflowing_sub(b);
    if under { difference.wrapping_add(PRIME) } else { difference }
}

#[inline(always)]
fn mul(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    let (low, high) = (product as u64, (product >> 64) as u64);
    // 2^96 = -1 and 2^64 = 2^32 - 1.
    let (rest, under) = low.overflowing_sub(high >> 32);
    let rest = if under { rest.wrapping_sub(WRAP) } else { rest };
    let (sum, over) = rest.overflowing_add((high & WRAP) * WRAP);
    let sum = if over { sum.wrapping_add(WRAP) } else { sum };
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent != 0 {
        if exponent & 1 == 1 {
            result = mul(result, base);
        }
        base = mul(base, base);
        exponent >>= 1;
    }
    result
}

/// Powers of a root of unity for every layer, the longest first.
fn roots(log: u32, inverse: bool) -> Vec<Vec<u64>> {
    let root = power(GENERATOR, (PRIME - 1) >> log);
    let root = if inverse { power(root, PRIME - 2) } else { root };
    let mut all = Vec::with_capacity(log as usize);
    let mut layer = Vec::with_capacity(1 << log >> 1);
    let mut w = 1;
    for _ in 0..1usize << log >> 1 {
        layer.push(w);
        w = mul(w, root);
    }
    for _ in 0..log {
        let next = layer.iter().step_by(2).copied().collect();
        all.push(std::mem::replace(&mut layer, next));
    }
    all
}

/// Natural order in, bit-reversed order out.
fn forward(values: &mut [u64], roots: &[Vec<u64>]) {
    for layer in roots {
        let half = layer.len();
        for block in values.chunks_exact_mut(half * 2) {
            let (left, right) = block.split_at_mut(half);
            for ((x, y), w) in left.iter_mut().zip(right).zip(layer) {
                let (a, b) = (*x, *y);
                *x = add(a, b);
                *y = mul(sub(a, b), *w);
            }
        }
    }
}

/// Bit-reversed order in, natural order out, not yet divided by the length.
fn backward(values: &mut [u64], roots: &[Vec<u64>]) {
    for layer in roots.iter().rev() {
        let half = layer.len();
        for block in values.chunks_exact_mut(half * 2) {
            let (left, right) = block.split_at_mut(half);
            for ((x, y), w) in left.iter_mut().zip(right).zip(layer) {
                let (a, b) = (*x, mul(*y, *w));
                *x = add(a, b);
                *y = sub(a, b);
            }
        }
    }
}

/// Splits limbs into numbers of `width` digits.
fn unpack(limbs: &[u64], width: usize, length: usize) -> Result<Vec<u64>, NoRoom> {
    let mut out = Vec::new();
    out.try_reserve_exact(length).map_err(|_| NoRoom)?;
    let unit = POW10[width];
    let (mut held, mut held_digits) = (0, 0);
    for limb in limbs {
        let mut rest = *limb;
        let mut digits = 19;
        if held_digits > 0 {
            let missing = POW10[width - held_digits];
            out.push(rest % missing * POW10[held_digits] + held);
            rest /= missing;
            digits -= width - held_digits;
        }
        while digits >= width {
            out.push(rest % unit);
            rest /= unit;
            digits -= width;
        }
        (held, held_digits) = (rest, digits);
    }
    if held_digits > 0 {
        out.push(held);
    }
    out.resize(length, 0);
    Ok(out)
}

/// Carries numbers into limbs.
fn pack(values: &[u64], width: usize, limbs: &mut [u64]) {
    let unit = POW10[width];
    let mut values = values.iter();
    let mut carry = 0;
    let mut next = || {
        let n = values.next().copied().unwrap_or(0) + carry;
        carry = n / unit;
        n % unit
    };
    let (mut held, mut held_digits) = (0, 0);
    for limb in limbs {
        let (mut n, mut digits) = (held, held_digits);
        while digits + width <= 19 {
            n += next() * POW10[digits];
            digits += width;
        }
        (held, held_digits) = (0, 0);
        if digits < 19 {
            let value = next();
            let room = POW10[19 - digits];
            n += value % room * POW10[digits];
            (held, held_digits) = (value / room, width - (19 - digits));
        }
        debug_assert!(n < BASE);
        *limb = n;
    }
}

/// The product into limbs, as many as both factors have.
pub fn mul_limbs(a: &[u64], b: &[u64], product: &mut [u64]) -> Result<(), NoRoom> {
    // Sums of products must stay below the prime, and their carries below 2^64.
    let width = if b.len() * 19 / 6 < 18_000_000 { 6 } else { 4 };
    let numbers = (a.len() + b.len()) * 19 / width + 2;
    let log = numbers.next_power_of_two().ilog2();
    let length = 1 << log;
    let mut x = unpack(a, width, length)?;
    let down = roots(log, false);
    forward(&mut x, &down);
    if std::ptr::eq(a, b) {
        for v in &mut x {
            *v = mul(*v, *v);
        }
    } else {
        let mut y = unpack(b, width, length)?;
        forward(&mut y, &down);
        for (v, w) in x.iter_mut().zip(&y) {
            *v = mul(*v, *w);
        }
    }
    drop(down);
    backward(&mut x, &roots(log, true));
    let scale = power(length as u64, PRIME - 2);
    for v in &mut x {
        *v = mul(*v, scale);
    }
    pack(&x, width, product);
    Ok(())
}
