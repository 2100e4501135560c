//! Fitting an exact result into a context: rounding, overflow, underflow, clamping.

use crate::context::{Context, Round, status};
use crate::limbs::{self, Limbs};
use crate::number::{Dec, Kind};
use crate::rounding::goes_up;
use crate::{NoRoom, Res};

/// The result of an operation, as the context has it.
#[inline]
pub fn finish(mut d: Dec, c: &Context, st: &mut u32) -> Res {
    if d.kind == Kind::Finite && !d.limbs.is_empty() {
        let digits = limbs::digits(&d.limbs);
        let adjusted = d.exp + digits - 1;
        // What nearly all results are: neither overflow nor underflow is near.
        if adjusted >= c.emin && adjusted < c.emax && !(c.clamp && d.exp.max(adjusted - c.prec) >= c.etop()) {
            if digits > c.prec {
                cut(&mut d, digits - c.prec, c, st);
            }
            return Ok(d);
        }
    }
    fit(d, c, st)
}

/// Rounds the last digits away.
fn cut(d: &mut Dec, count: i64, c: &Context, st: &mut u32) {
    let (kept, rest) = limbs::shift_right(&d.limbs, count);
    d.limbs = kept;
    d.exp += count;
    *st |= status::ROUNDED;
    if rest == limbs::Rest::Zero {
        return;
    }
    *st |= status::INEXACT;
    if goes_up(c.round, d.neg, &d.limbs, rest) {
        limbs::increment(&mut d.limbs);
        if limbs::digits(&d.limbs) > c.prec {
            d.limbs = limbs::shift_right(&d.limbs, 1).0;
            d.exp += 1;
        }
    }
}

#[cold]
#[inline(never)]
fn fit_special(mut d: Dec, c: &Context) -> Dec {
    if d.kind != Kind::Infinite && !d.limbs.is_empty() {
        let most = c.prec - i64::from(c.clamp);
        if limbs::digits(&d.limbs) > most {
            d.limbs = limbs::low_digits(&d.limbs, most);
        }
    }
    d
}

#[inline(never)]
fn fit(mut d: Dec, c: &Context, st: &mut u32) -> Res {
    if d.is_special() {
        return Ok(fit_special(d, c));
    }
    fit_exponent(&mut d, c, st)?;
    if d.is_special() {
        return Ok(d);
    }
    let digits = limbs::digits(&d.limbs);
    if digits > c.prec {
        cut(&mut d, digits - c.prec, c, st);
        fit_exponent(&mut d, c, st)?;
    }
    Ok(d)
}

fn overflow(neg: bool, c: &Context, st: &mut u32) -> Res {
    *st |= status::OVERFLOW | status::INEXACT | status::ROUNDED;
    let to_infinity = match c.round {
        Round::HalfUp | Round::HalfEven | Round::HalfDown | Round::Up => true,
        Round::Down | Round::ZeroFiveUp => false,
        Round::Ceiling => !neg,
        Round::Floor => neg,
    };
    if to_infinity {
        return Ok(Dec::infinity(neg));
    }
    Ok(Dec::new(neg, limbs::nines(c.prec)?, c.etop()))
}

fn fit_exponent(d: &mut Dec, c: &Context, st: &mut u32) -> Result<(), NoRoom> {
    let zero = d.limbs.is_empty();
    let (etiny, etop) = (c.etiny(), c.etop());
    if zero {
        let top = if c.clamp { etop } else { c.emax };
        let exp = d.exp.clamp(etiny, top.max(etiny));
        if exp != d.exp {
            d.exp = exp;
            *st |= status::CLAMPED;
        }
        return Ok(());
    }
    let adjusted = d.exp + limbs::digits(&d.limbs) - 1;
    if adjusted > c.emax {
        *d = overflow(d.neg, c, st)?;
        return Ok(());
    }
    if c.clamp && d.exp > etop {
        d.limbs = limbs::shift_left(&d.limbs, d.exp - etop)?;
        d.exp = etop;
        *st |= status::CLAMPED;
        if adjusted < c.emin {
            *st |= status::SUBNORMAL;
        }
    } else if adjusted < c.emin {
        *st |= status::SUBNORMAL;
        if d.exp < etiny {
            underflow(d, c, st);
        }
    }
    Ok(())
}

/// Cuts off what is below the smallest exponent.
fn underflow(d: &mut Dec, c: &Context, st: &mut u32) {
    let (mut kept, rest) = limbs::shift_right(&d.limbs, c.etiny() - d.exp);
    if goes_up(c.round, d.neg, &kept, rest) {
        limbs::increment(&mut kept);
    }
    d.limbs = kept;
    d.exp = c.etiny();
    *st |= status::ROUNDED;
    if rest != limbs::Rest::Zero {
        *st |= status::INEXACT | status::UNDERFLOW;
        if d.limbs.is_empty() {
            *st |= status::CLAMPED;
        }
    }
}

/// Quiet result of an invalid operation.
#[cold]
pub fn invalid(what: u32, st: &mut u32) -> Res {
    *st |= what;
    Ok(Dec::nan())
}

/// What an operation on a NaN gives: that NaN, quiet; of two, the first signalling one, else the first.
#[cold]
pub fn nan_of(operands: &[crate::Num<'_>], c: &Context, st: &mut u32) -> Option<Dec> {
    let signalling = operands.iter().find(|n| n.kind == Kind::Snan);
    let nan = match signalling {
        Some(nan) => {
            *st |= status::INVALID_OPERATION;
            nan
        }
        None => operands.iter().find(|n| n.kind == Kind::Nan)?,
    };
    let quiet = Dec { kind: Kind::Nan, exp: 0, neg: nan.neg, limbs: Limbs::from_slice(nan.limbs) };
    Some(fit_special(quiet, c))
}
