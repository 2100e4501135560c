//! Sums, products, and both in one.

use crate::Res;
use crate::context::{Context, Round, status};
use crate::finish::{finish, invalid, nan_of};
use crate::limbs;
use crate::longmul;
use crate::number::{Dec, Num};
use crate::short;
use std::cmp::Ordering;

/// `a + b`
#[inline]
pub fn add(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    match short::sum(&a, &b, c, st) {
        Some(d) => Ok(d),
        None => add_any(a, b, c, st),
    }
}

pub(crate) fn add_any(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if a.is_special() || b.is_special() {
        return add_special(a, b, c, st);
    }
    finish(exact_sum(a, b, c)?, c, st)
}

/// `a - b`
#[inline]
pub fn sub(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if b.is_nan() {
        return add_special(a, b, c, st);
    }
    add(a, b.with_sign(!b.neg), c, st)
}

#[cold]
fn add_special(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = nan_of(&[a, b], c, st) {
        return Ok(nan);
    }
    if a.is_infinite() {
        if b.is_infinite() && a.neg != b.neg {
            return invalid(status::INVALID_OPERATION, st);
        }
        return Ok(Dec::infinity(a.neg));
    }
    Ok(Dec::infinity(b.neg))
}

/// The sum of finite numbers: exact, or rounding to what the exact sum rounds to.
fn exact_sum(a: Num<'_>, b: Num<'_>, c: &Context) -> Res {
    if a.exp == b.exp {
        return Ok(aligned(a.neg, a.limbs, b.neg, b.limbs, a.exp, c));
    }
    let (high, mut low) = if a.exp > b.exp { (a, b) } else { (b, a) };
    if high.limbs.is_empty() {
        let neg = if low.limbs.is_empty() { zero_sign(a.neg, b.neg, c) } else { low.neg };
        return Ok(Dec { neg, ..low.to_dec() });
    }
    // What is far below the last digit that counts only matters as not being zero.
    let limit = high.exp - 1 + (high.digits() - c.prec - 1).min(0);
    let tiny: &[u64] = if low.limbs.is_empty() { &[] } else { &[1] };
    if low.adjusted() < limit {
        low = Num { limbs: tiny, exp: limit, ..low };
    }
    let shift = high.exp - low.exp;
    if let ([x], true) = (high.limbs, shift < limbs::DIGITS) {
        let product = u128::from(*x) * u128::from(limbs::POW10[shift as usize]);
        let (top, bottom) = limbs::div_base(product);
        let both = [bottom, top];
        return Ok(aligned(high.neg, limbs::trimmed(&both), low.neg, low.limbs, low.exp, c));
    }
    let shifted = limbs::shift_left(high.limbs, shift)?;
    Ok(aligned(high.neg, &shifted, low.neg, low.limbs, low.exp, c))
}

fn zero_sign(a: bool, b: bool, c: &Context) -> bool {
    if a == b { a } else { c.round == Round::Floor }
}

fn aligned(a_neg: bool, a: &[u64], b_neg: bool, b: &[u64], exp: i64, c: &Context) -> Dec {
    if a_neg == b_neg {
        return Dec::new(a_neg, limbs::add(a, b), exp);
    }
    match limbs::compare(a, b) {
        Ordering::Equal => Dec::zero(c.round == Round::Floor, exp),
        Ordering::Greater => Dec::new(a_neg, limbs::sub(a, b), exp),
        Ordering::Less => Dec::new(b_neg, limbs::sub(b, a), exp),
    }
}

/// The product, not rounded.
fn exact_product(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    let neg = a.neg != b.neg;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_of(&[a, b], c, st) {
            return Ok(nan);
        }
        if a.is_zero() || b.is_zero() {
            return invalid(status::INVALID_OPERATION, st);
        }
        return Ok(Dec::infinity(neg));
    }
    Ok(Dec::new(neg, longmul::mul(a.limbs, b.limbs)?, a.exp + b.exp))
}

/// `a * b`
#[inline]
pub fn mul(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    match short::product(&a, &b, c, st) {
        Some(d) => Ok(d),
        None => mul_any(a, b, c, st),
    }
}

pub(crate) fn mul_any(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    finish(exact_product(a, b, c, st)?, c, st)
}

/// `a * b + third`, rounded once.
pub fn fma(a: Num<'_>, b: Num<'_>, third: Num<'_>, c: &Context, st: &mut u32) -> Res {
    let mut own = 0;
    let product = exact_product(a, b, c, &mut own)?;
    let result = match own & status::INVALID_OPERATION {
        0 => add(product.view(), third, c, &mut own)?,
        // A signalling NaN gives its payload; there is nothing to add to that.
        _ => product,
    };
    *st |= own;
    Ok(result)
}

/// `+a`: rounded, and zero loses its sign unless rounding is towards minus infinity.
pub fn plus(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    signed(a, a.neg, c, st)
}

/// `-a`
pub fn minus(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    signed(a, !a.neg, c, st)
}

fn signed(a: Num<'_>, neg: bool, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    let neg = neg && (!a.is_zero() || c.round == Round::Floor);
    finish(Dec { neg, ..a.to_dec() }, c, st)
}

/// The NaN to give if this is one.
pub fn check_nan(a: Num<'_>, c: &Context, st: &mut u32) -> Option<Dec> {
    if a.is_nan() { nan_of(&[a], c, st) } else { None }
}

/// `abs(a)`, rounded.
pub fn abs(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    finish(a.abs().to_dec(), c, st)
}

/// Sign of a power.
pub fn power_sign(a: Num<'_>, b: Num<'_>) -> bool {
    a.neg && b.is_integer() && b.is_odd()
}
