//! Quotients and remainders.

use crate::context::{Context, status};
use crate::finish::{finish, invalid, nan_of};
use crate::limbs::{self, Limbs};
use crate::longdiv::div_rem;
use crate::number::{Dec, Num};
use crate::short;
use crate::{NoRoom, Res};
use std::cmp::Ordering;

/// `a / b`
#[inline]
pub fn div(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    match short::quotient(&a, &b, c, st) {
        Some(d) => Ok(d),
        None => div_any(a, b, c, st),
    }
}

pub(crate) fn div_any(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    let neg = a.neg != b.neg;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_of(&[a, b], c, st) {
            return Ok(nan);
        }
        if a.is_infinite() {
            if b.is_infinite() {
                return invalid(status::INVALID_OPERATION, st);
            }
            return Ok(Dec::infinity(neg));
        }
        return finish_infinitesimal(neg, c, st);
    }
    if b.limbs.is_empty() {
        return by_zero(a, neg, st);
    }
    let ideal = a.exp - b.exp;
    if a.limbs.is_empty() {
        return finish(Dec::zero(neg, ideal), c, st);
    }
    finish(quotient(a, b, neg, ideal, c.prec)?, c, st)
}

/// What a finite number divided by infinity gives: the smallest zero.
fn finish_infinitesimal(neg: bool, c: &Context, st: &mut u32) -> Res {
    *st |= status::CLAMPED;
    Ok(Dec::zero(neg, c.etiny()))
}

#[cold]
fn by_zero(a: Num<'_>, neg: bool, st: &mut u32) -> Res {
    if a.limbs.is_empty() {
        return invalid(status::DIVISION_UNDEFINED, st);
    }
    *st |= status::DIVISION_BY_ZERO;
    Ok(Dec::infinity(neg))
}

/// The quotient to one digit more than `prec` at least; an inexact one does not end in 0 or 5.
fn quotient(a: Num<'_>, b: Num<'_>, neg: bool, ideal: i64, prec: i64) -> Res {
    let shift = b.digits() - a.digits() + prec + 1;
    let exp = ideal - shift;
    let (mut quotient, rest) = match shift.cmp(&0) {
        Ordering::Greater => shifted_quotient(a.limbs, b.limbs, shift)?,
        Ordering::Equal => div_rem(a.limbs, b.limbs)?,
        Ordering::Less => div_rem(a.limbs, &limbs::shift_left(b.limbs, -shift)?)?,
    };
    if !rest.is_empty() {
        if quotient.first().is_none_or(|l| l % 5 == 0) {
            limbs::increment(&mut quotient);
        }
        return Ok(Dec::new(neg, quotient, exp));
    }
    if exp < ideal {
        return Ok(stripped(Dec::new(neg, quotient, exp), ideal));
    }
    Ok(Dec::new(neg, quotient, exp))
}

/// `a * 10^shift / b`
fn shifted_quotient(a: &[u64], b: &[u64], shift: i64) -> Result<(Limbs, Limbs), NoRoom> {
    if let (Some(x), &[y]) = (limbs::to_u128(a), b)
        && shift < 38
        && let Some(x) = x.checked_mul(10u128.pow(shift as u32))
    {
        let y = u128::from(y);
        let quotient = x / y;
        return Ok((limbs::from_u128(quotient), limbs::from_u128(x - quotient * y)));
    }
    div_rem(&limbs::shift_left(a, shift)?, b)
}

/// Without trailing zeros, as far as the exponent may go up to `most`.
pub fn stripped(mut d: Dec, most: i64) -> Dec {
    if d.limbs.is_empty() || !d.limbs[0].is_multiple_of(10) {
        return d;
    }
    let zeros = limbs::trailing_zeros(&d.limbs).min(most - d.exp);
    if zeros > 0 {
        d.limbs = limbs::shift_right(&d.limbs, zeros).0;
        d.exp += zeros;
    }
    d
}

/// Whole quotient and remainder of finite numbers, the divisor not zero; none: more digits than the precision.
fn whole(a: Num<'_>, b: Num<'_>, c: &Context) -> Result<Option<(Limbs, Dec)>, NoRoom> {
    let exp = a.exp.min(b.exp);
    if a.limbs.is_empty() {
        return Ok(Some((Limbs::new(), Dec::zero(a.neg, exp))));
    }
    let gap = a.adjusted() - b.adjusted();
    if gap < 0 {
        // No shift is needed for the quotient; the remainder is the dividend.
        let rest = limbs::shift_left(a.limbs, a.exp - exp)?;
        return Ok(Some((Limbs::new(), Dec::new(a.neg, rest, exp))));
    }
    if gap > c.prec {
        return Ok(None);
    }
    let x = limbs::shift_left(a.limbs, a.exp - exp)?;
    let y = limbs::shift_left(b.limbs, b.exp - exp)?;
    let (quotient, rest) = div_rem(&x, &y)?;
    if limbs::digits(&quotient) > c.prec {
        return Ok(None);
    }
    Ok(Some((quotient, Dec::new(a.neg, rest, exp))))
}

/// `a // b`, towards zero.
pub fn div_int(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    let neg = a.neg != b.neg;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_of(&[a, b], c, st) {
            return Ok(nan);
        }
        return match (a.is_infinite(), b.is_infinite()) {
            (true, true) => invalid(status::INVALID_OPERATION, st),
            (true, false) => Ok(Dec::infinity(neg)),
            _ => finish(Dec::zero(neg, 0), c, st),
        };
    }
    if b.limbs.is_empty() {
        return by_zero(a, neg, st);
    }
    match whole(a, b, c)? {
        Some((quotient, _)) => finish(Dec::new(neg, quotient, 0), c, st),
        None => invalid(status::DIVISION_IMPOSSIBLE, st),
    }
}

/// Operands that give a remainder without dividing.
fn special_remainder(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Result<Option<Dec>, NoRoom> {
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_of(&[a, b], c, st) {
            return Ok(Some(nan));
        }
        if a.is_infinite() {
            return invalid(status::INVALID_OPERATION, st).map(Some);
        }
        return finish(a.to_dec(), c, st).map(Some);
    }
    if b.limbs.is_empty() {
        let what = if a.limbs.is_empty() { status::DIVISION_UNDEFINED } else { status::INVALID_OPERATION };
        return invalid(what, st).map(Some);
    }
    Ok(None)
}

/// `a % b`, with the sign of `a`.
pub fn rem(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(rest) = special_remainder(a, b, c, st)? {
        return Ok(rest);
    }
    match whole(a, b, c)? {
        Some((_, rest)) => finish(rest, c, st),
        None => invalid(status::DIVISION_IMPOSSIBLE, st),
    }
}

/// What is left of `a` after the nearest multiple of `b`.
pub fn rem_near(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(rest) = special_remainder(a, b, c, st)? {
        return Ok(rest);
    }
    // The dividend may be more than half the divisor although it is below it.
    let Some((mut quotient, mut rest)) = whole(a, b, c)? else {
        return invalid(status::DIVISION_IMPOSSIBLE, st);
    };
    if a.adjusted() >= b.adjusted() - 1 && !rest.limbs.is_empty() {
        let divisor = limbs::shift_left(b.limbs, b.exp - rest.exp)?;
        let twice = limbs::add(&rest.limbs, &rest.limbs);
        let odd = quotient.first().is_some_and(|l| l & 1 == 1);
        let order = limbs::compare(&twice, &divisor);
        if order == Ordering::Greater || (order == Ordering::Equal && odd) {
            rest.limbs = limbs::sub(&divisor, &rest.limbs);
            rest.neg = !rest.neg;
            limbs::increment(&mut quotient);
            if limbs::digits(&quotient) > c.prec {
                return invalid(status::DIVISION_IMPOSSIBLE, st);
            }
        }
    }
    if rest.limbs.is_empty() {
        rest.neg = a.neg;
    }
    finish(rest, c, st)
}

/// `a // b` and `a % b`
pub fn divmod(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Result<(Dec, Dec), NoRoom> {
    let neg = a.neg != b.neg;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_of(&[a, b], c, st) {
            return Ok((nan.clone(), nan));
        }
        if a.is_infinite() {
            *st |= status::INVALID_OPERATION;
            let quotient = if b.is_infinite() { Dec::nan() } else { Dec::infinity(neg) };
            return Ok((quotient, Dec::nan()));
        }
        return Ok((Dec::zero(neg, 0), finish(a.to_dec(), c, st)?));
    }
    if b.limbs.is_empty() {
        if a.limbs.is_empty() {
            *st |= status::DIVISION_UNDEFINED;
            return Ok((Dec::nan(), Dec::nan()));
        }
        *st |= status::DIVISION_BY_ZERO | status::INVALID_OPERATION;
        return Ok((Dec::infinity(neg), Dec::nan()));
    }
    match whole(a, b, c)? {
        Some((quotient, rest)) => Ok((finish(Dec::new(neg, quotient, 0), c, st)?, finish(rest, c, st)?)),
        None => {
            *st |= status::DIVISION_IMPOSSIBLE;
            Ok((Dec::nan(), Dec::nan()))
        }
    }
}
