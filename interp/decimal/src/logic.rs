//! Digit-wise operations: logical ones, shifts, rotations; and those on exponents.

use crate::arith::check_nan;
use crate::context::{Context, status};
use crate::finish::{finish, invalid, nan_of};
use crate::limbs::{self, Limbs};
use crate::number::{Dec, Kind, Num};
use crate::{NoRoom, Res};

/// Whether all digits are 0 or 1, as logical operands' are.
fn is_logical(a: Num<'_>) -> bool {
    let binary = |limb: &u64| {
        let mut rest = *limb;
        while rest != 0 {
            if rest % 10 > 1 {
                return false;
            }
            rest /= 10;
        }
        true
    };
    a.kind == Kind::Finite && !a.neg && a.exp == 0 && a.limbs.iter().all(binary)
}

/// Digit by digit.
fn combine(a: u64, b: u64, f: fn(bool, bool) -> bool) -> u64 {
    (0..19).map(|i| limbs::POW10[i]).filter(|p| f(a / p % 10 == 1, b / p % 10 == 1)).sum()
}

/// A logical operation on two numbers.
pub fn logical(a: Num<'_>, b: Num<'_>, f: fn(bool, bool) -> bool, c: &Context, st: &mut u32) -> Res {
    if !is_logical(a) || !is_logical(b) {
        return invalid(status::INVALID_OPERATION, st);
    }
    let len = a.limbs.len().max(b.limbs.len());
    let limb = |n: Num<'_>, i: usize| n.limbs.get(i).copied().unwrap_or(0);
    let mut result: Limbs = (0..len).map(|i| combine(limb(a, i), limb(b, i), f)).collect();
    limbs::trim(&mut result);
    Ok(Dec::new(false, limbs::low_digits(&result, c.prec), 0))
}

/// All digits of the precision inverted.
pub fn invert(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if !is_logical(a) {
        return invalid(status::INVALID_OPERATION, st);
    }
    let mut ones = limbs::nines(c.prec)?;
    for limb in ones.iter_mut() {
        *limb /= 9;
    }
    // Digits are 0 or 1, so nothing is borrowed from the next one.
    for (limb, digits) in ones.iter_mut().zip(&operand(a, c)) {
        *limb -= digits;
    }
    limbs::trim(&mut ones);
    Ok(Dec::new(false, ones, 0))
}

/// A whole number, as small as exponents are.
fn count_of(b: Num<'_>) -> Option<i64> {
    if b.kind != Kind::Finite || b.exp != 0 {
        return None;
    }
    let n = limbs::to_u64(b.limbs).and_then(|n| i64::try_from(n).ok())?;
    Some(if b.neg { -n } else { n })
}

/// The operands of a shift: the place count, or what to give instead.
fn places(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Result<Result<i64, Dec>, NoRoom> {
    if let Some(nan) = nan_of(&[a, b], c, st) {
        return Ok(Err(nan));
    }
    match count_of(b) {
        Some(n) if (-c.prec..=c.prec).contains(&n) => {
            Ok(if a.is_infinite() { Err(a.to_dec()) } else { Ok(n) })
        }
        _ => invalid(status::INVALID_OPERATION, st).map(Err),
    }
}

/// The coefficient cut to the precision.
fn operand(a: Num<'_>, c: &Context) -> Limbs {
    if a.digits() > c.prec { limbs::low_digits(a.limbs, c.prec) } else { Limbs::from_slice(a.limbs) }
}

/// Digits moved left (or right, by a negative count); those that leave the precision are lost.
pub fn shift(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    let n = match places(a, b, c, st)? {
        Ok(n) => n,
        Err(result) => return Ok(result),
    };
    let digits = operand(a, c);
    let moved = if n >= 0 {
        let kept = limbs::low_digits(&digits, c.prec - n);
        limbs::shift_left(&kept, n)?
    } else {
        limbs::shift_right(&digits, -n).0
    };
    Ok(Dec::new(a.neg, moved, a.exp))
}

/// As `shift`, but digits that leave come in again at the other end.
pub fn rotate(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    let n = match places(a, b, c, st)? {
        Ok(n) => n,
        Err(result) => return Ok(result),
    };
    let left = if n >= 0 { n } else { c.prec + n };
    let digits = operand(a, c);
    let low = limbs::shift_left(&limbs::low_digits(&digits, c.prec - left), left)?;
    let high = limbs::shift_right(&digits, c.prec - left).0;
    let mut turned = limbs::add(&low, &high);
    limbs::trim(&mut turned);
    Ok(Dec::new(a.neg, turned, a.exp))
}

/// `a * 10^b`
pub fn scaleb(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = nan_of(&[a, b], c, st) {
        return Ok(nan);
    }
    let most = 2 * (i128::from(c.emax) + i128::from(c.prec));
    match count_of(b) {
        Some(n) if i128::from(n).abs() <= most => {
            if a.is_infinite() {
                return Ok(a.to_dec());
            }
            let far = 4_000_000_000_000_000_000;
            let exp = a.exp.saturating_add(n).clamp(-far, far);
            finish(Dec { exp, ..a.to_dec() }, c, st)
        }
        _ => invalid(status::INVALID_OPERATION, st),
    }
}

/// The exponent of the first digit.
pub fn logb(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    if a.is_infinite() {
        return Ok(Dec::infinity(false));
    }
    if a.limbs.is_empty() {
        *st |= status::DIVISION_BY_ZERO;
        return Ok(Dec::infinity(true));
    }
    finish(Dec::int(a.adjusted()), c, st)
}
