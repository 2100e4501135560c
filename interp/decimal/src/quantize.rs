//! Rounding to a given exponent, to whole numbers, and to the shortest form.

use crate::arith::check_nan;
use crate::context::{Context, Round, status};
use crate::divide::stripped;
use crate::finish::{finish, invalid, nan_of};
use crate::limbs::{self, Rest};
use crate::number::{Dec, Num};
use crate::rounding::goes_up;
use crate::{NoRoom, Res};

/// `a` with the exponent of `b`.
pub fn quantize(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_of(&[a, b], c, st) {
            return Ok(nan);
        }
        if a.is_infinite() && b.is_infinite() {
            return Ok(Dec::infinity(a.neg));
        }
        return invalid(status::INVALID_OPERATION, st);
    }
    if b.exp > c.emax || b.exp < c.etiny() {
        return invalid(status::INVALID_OPERATION, st);
    }
    if a.limbs.is_empty() {
        return finish(Dec::zero(a.neg, b.exp), c, st);
    }
    let gap = a.exp - b.exp;
    if a.digits() + gap > c.prec {
        return invalid(status::INVALID_OPERATION, st);
    }
    let mut own = 0;
    let d = rescaled(a, b.exp, c.round, &mut own)?;
    if limbs::digits(&d.limbs) > c.prec || d.view().adjusted() > c.emax {
        return invalid(status::INVALID_OPERATION, st);
    }
    *st |= own;
    finish(d, c, st)
}

/// A finite number with another exponent, rounded if it must be.
pub fn rescaled(a: Num<'_>, exp: i64, round: Round, st: &mut u32) -> Res {
    if a.exp >= exp {
        return Ok(Dec::new(a.neg, limbs::shift_left(a.limbs, a.exp - exp)?, exp));
    }
    *st |= status::ROUNDED;
    let (mut kept, rest) = match (a.limbs, exp - a.exp) {
        (&[x], shift @ ..=19) => cut_one(x, shift),
        (_, shift) => limbs::shift_right(a.limbs, shift),
    };
    if rest != Rest::Zero {
        *st |= status::INEXACT;
        if goes_up(round, a.neg, &kept, rest) {
            limbs::increment(&mut kept);
        }
    }
    Ok(Dec::new(a.neg, kept, exp))
}

/// `shift_right` of one limb, by at most its digits.
fn cut_one(x: u64, shift: i64) -> (limbs::Limbs, Rest) {
    let unit = limbs::POW10[shift as usize];
    let (kept, cut) = (x / unit, x % unit);
    let rest = match cut.cmp(&(unit / 2)) {
        std::cmp::Ordering::Greater => Rest::Above,
        std::cmp::Ordering::Equal => Rest::Half,
        std::cmp::Ordering::Less if cut == 0 => Rest::Zero,
        std::cmp::Ordering::Less => Rest::Below,
    };
    (limbs::from_u64(kept), rest)
}

/// Rounded to a whole number; with `exact`, conditions are reported.
pub fn to_integral(a: Num<'_>, exact: bool, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    if a.is_infinite() || a.exp >= 0 {
        return Ok(a.to_dec());
    }
    if a.limbs.is_empty() {
        return Ok(Dec::zero(a.neg, 0));
    }
    let mut own = 0;
    let d = rescaled(a, 0, c.round, &mut own)?;
    if exact {
        *st |= own;
    }
    Ok(d)
}

/// Towards zero, as a coefficient; none when not finite.
pub fn truncated(a: Num<'_>) -> Result<limbs::Limbs, NoRoom> {
    if a.exp >= 0 {
        return limbs::shift_left(a.limbs, a.exp);
    }
    Ok(limbs::shift_right(a.limbs, -a.exp).0)
}

/// Rounded, then without trailing zeros.
pub fn reduce(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    if a.is_infinite() {
        return Ok(a.to_dec());
    }
    let d = finish(a.to_dec(), c, st)?;
    if d.is_special() {
        return Ok(d);
    }
    if d.limbs.is_empty() {
        return Ok(Dec::zero(d.neg, 0));
    }
    let most = if c.clamp { c.etop() } else { c.emax };
    Ok(stripped(d, most))
}
