//! The next representable numbers.

use crate::Res;
use crate::arith::{add, check_nan, sub};
use crate::compare::numeric;
use crate::context::{Context, Round, status};
use crate::finish::nan_of;
use crate::limbs;
use crate::number::{Dec, Num};
use std::cmp::Ordering;

/// The largest number.
fn largest(neg: bool, c: &Context) -> Res {
    Ok(Dec::new(neg, limbs::nines(c.prec)?, c.etop()))
}

/// The number next to `a`, up or down.
fn next(a: Num<'_>, up: bool, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    if a.is_infinite() {
        return if a.neg == up { largest(a.neg, c) } else { Ok(a.to_dec()) };
    }
    let work = Context { round: if up { Round::Ceiling } else { Round::Floor }, ..*c };
    let mut own = 0;
    let rounded = add(a, Dec::zero(a.neg, a.exp).view(), &work, &mut own)?;
    if own & status::INEXACT != 0 {
        // It was between two numbers: rounding has found the one.
        return Ok(rounded);
    }
    // Less than the smallest step there is.
    let step = Dec::small(false, 1, c.etiny() - 1);
    if up { add(a, step.view(), &work, &mut own) } else { sub(a, step.view(), &work, &mut own) }
}

pub fn next_plus(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    next(a, true, c, st)
}

pub fn next_minus(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    next(a, false, c, st)
}

/// The number next to `a` towards `b`.
pub fn next_toward(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = nan_of(&[a, b], c, st) {
        return Ok(nan);
    }
    let up = match numeric(a, b) {
        Ordering::Equal => return crate::finish(Dec { neg: b.neg, ..a.to_dec() }, c, st),
        order => order == Ordering::Less,
    };
    let result = next(a, up, c, st)?;
    if result.is_special() {
        if !a.is_infinite() {
            *st |= status::OVERFLOW | status::ROUNDED | status::INEXACT;
        }
    } else if result.view().adjusted() < c.emin {
        *st |= status::UNDERFLOW | status::SUBNORMAL | status::ROUNDED | status::INEXACT;
        if result.limbs.is_empty() {
            *st |= status::CLAMPED;
        }
    }
    Ok(result)
}
