//! Powers, also modulo a number.

use crate::Res;
use crate::arith::{mul, power_sign};
use crate::compare::magnitude;
use crate::context::{Context, Round, status};
use crate::convert::{from_ubig, to_integer};
use crate::divide::div;
use crate::explog::{bits_of, exp_fixed, far, fixed_of, half_even, leading, ln_fixed, to_dec};
use crate::finish::{finish, invalid, nan_of};
use crate::limbs;
use crate::longmul;
use crate::number::{Dec, Num};
use crate::quantize::{rescaled, truncated};
use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;
use std::cmp::Ordering;

/// `a ** b`
pub fn pow(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = nan_of(&[a, b], c, st) {
        return Ok(nan);
    }
    let whole = b.is_integer();
    let neg = power_sign(a, b);
    if b.is_zero() {
        if a.is_zero() {
            return invalid(status::INVALID_OPERATION, st);
        }
        return Ok(Dec::small(false, 1, 0));
    }
    if a.is_zero() {
        return Ok(if b.neg { Dec::infinity(neg) } else { Dec::zero(neg, 0) });
    }
    if a.neg && !whole {
        return invalid(status::INVALID_OPERATION, st);
    }
    let order = magnitude(a, Dec::small(false, 1, 0).view());
    if b.is_infinite() {
        return match order {
            Ordering::Equal => padded_one(false, c, st),
            _ if (order == Ordering::Less) == b.neg => Ok(Dec::infinity(neg)),
            _ => Ok(Dec::zero(neg, 0)),
        };
    }
    if a.is_infinite() {
        return Ok(if b.neg { Dec::zero(neg, 0) } else { Dec::infinity(neg) });
    }
    if order == Ordering::Equal {
        return if whole { power_of_one(a, b, neg, c, st) } else { padded_one(neg, c, st) };
    }
    if whole
        && let Ok(digits) = truncated(b)
        && let Some(n) = limbs::to_u64(&digits)
        && n < 1 << 62
    {
        return whole_power(a, n, b, neg, c, st);
    }
    real_power(a, b, neg, c, st)
}

/// One with all digits, said to be inexact.
fn padded_one(neg: bool, c: &Context, st: &mut u32) -> Res {
    *st |= status::INEXACT | status::ROUNDED;
    Ok(Dec::new(neg, limbs::shift_left(&[1], c.prec - 1)?, 1 - c.prec))
}

/// Zeros after the point add up: `1.0 ** 3` is `1.000`.
fn power_of_one(a: Num<'_>, b: Num<'_>, neg: bool, c: &Context, st: &mut u32) -> Res {
    if b.neg || a.exp >= 0 {
        return Ok(Dec::small(neg, 1, 0));
    }
    let most = c.prec - 1;
    let times = truncated(b).ok().and_then(|n| limbs::to_u64(&n)).and_then(|n| i64::try_from(n).ok());
    let zeros = match times.and_then(|n| n.checked_mul(-a.exp)) {
        Some(zeros) if zeros <= most => zeros,
        _ => {
            *st |= status::ROUNDED;
            most
        }
    };
    finish(Dec::new(neg, limbs::shift_left(&[1], zeros)?, -zeros), c, st)
}

/// Squares and products, with some digits more than the result's.
fn whole_power(a: Num<'_>, n: u64, b: Num<'_>, neg: bool, c: &Context, st: &mut u32) -> Res {
    let prec = c.prec.saturating_add(limbs::digits_of(n) + 2 + i64::from(b.neg));
    // Exponents may go as far as they can, so that overflow is the result's and rounded its way.
    let work = Context::wide(prec.min(crate::context::MAX_PREC));
    let mut own = 0;
    let base =
        if b.neg { div(Dec::small(false, 1, 0).view(), a.abs(), &work, &mut own)? } else { a.abs().to_dec() };
    let mut result = base.clone();
    for bit in (0..n.ilog2()).rev() {
        result = mul(result.view(), result.view(), &work, &mut own)?;
        if n >> bit & 1 == 1 {
            result = mul(result.view(), base.view(), &work, &mut own)?;
        }
        if own & (status::OVERFLOW | status::UNDERFLOW) != 0 {
            return far(neg, own & status::OVERFLOW == 0, c, st);
        }
    }
    *st |= own & (status::INEXACT | status::ROUNDED);
    settled(result, a, b, neg, work.prec, c, st)
}

/// A result for the context. What is nothing to so many digits stays nothing, whichever way the context rounds,
/// unless its exponent alone tells that it underflows.
fn settled(d: Dec, a: Num<'_>, b: Num<'_>, neg: bool, prec: i64, c: &Context, st: &mut u32) -> Res {
    let rough = Context { prec, clamp: false, ..half_even(c) };
    let mut own = 0;
    let d = finish(d, &rough, &mut own)?;
    if d.is_special() {
        return far(neg, false, c, st);
    }
    if d.is_zero() && order_of_ln(a) + b.adjusted() > limbs::digits_of(c.etiny().unsigned_abs()) {
        return far(neg, true, c, st);
    }
    let result = finish(d.with_sign(neg), c, &mut own)?;
    *st |= own;
    if own & status::SUBNORMAL != 0 && *st & status::INEXACT != 0 {
        *st |= status::UNDERFLOW;
    }
    Ok(result)
}

/// The decimal exponent of a logarithm, at least: from the number's own exponent where that tells.
fn order_of_ln(a: Num<'_>) -> i64 {
    match a.adjusted() {
        0 | -1 => {
            let (rough, bits) = ln_fixed(a.abs(), 20);
            to_dec(&rough, bits, 20).view().adjusted()
        }
        above @ 1.. => limbs::digits_of(above.unsigned_abs()) - 1,
        below => limbs::digits_of((below + 1).unsigned_abs()) - 1,
    }
}

/// `e^(b ln a)`; what is exact comes out so, but is said to be inexact.
fn real_power(a: Num<'_>, b: Num<'_>, neg: bool, c: &Context, st: &mut u32) -> Res {
    /// Digits computed beyond those that are kept to round from.
    const GUARD: i64 = 3;
    let digits = c.prec.max(a.digits()).saturating_add(26);
    if digits > 100_000_000 {
        return Err(crate::NoRoom);
    }
    // How large the result's exponent is, roughly: a product of magnitudes.
    let (rough, bits) = ln_fixed(a.abs(), 20);
    let rough = to_dec(&rough, bits, 20);
    let size = rough.view().adjusted() + b.adjusted();
    let tiny = rough.neg != b.neg;
    if size > 20 {
        return far(neg, tiny, c, st);
    }
    *st |= status::INEXACT | status::ROUNDED;
    if size < -digits - 2 {
        return finish(Dec::new(neg, limbs::shift_left(&[1], digits)?, -digits), c, st);
    }
    let size = size.max(0);
    let (ln, ln_bits) = ln_fixed(a.abs(), digits + size + 4);
    let bits = bits_of(digits + size) + 24;
    // Digits of the factor beyond this do not matter.
    let ln = to_dec(&ln, ln_bits, digits + size + 4);
    let product = Dec::new(ln.neg != b.neg, longmul::mul(&ln.limbs, b.limbs)?, ln.exp + b.exp);
    let value = fixed_of(leading(product.view(), digits + size + 30).view(), bits);
    let result = exp_fixed(&value, bits, digits);
    if result.exp.abs() > 2 * crate::context::MAX_EMAX {
        return far(neg, tiny, c, st);
    }
    let healed = rescaled(result.view(), result.exp + GUARD, Round::HalfEven, &mut 0)?;
    let mut own = 0;
    let result = finish(healed.with_sign(neg), c, &mut own)?;
    if own & status::SUBNORMAL != 0 {
        own |= status::UNDERFLOW;
    }
    *st |= own;
    Ok(result)
}

/// `a ** b % modulus`, of whole numbers.
pub fn pow_mod(a: Num<'_>, b: Num<'_>, modulus: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = nan_of(&[a, b, modulus], c, st) {
        return Ok(nan);
    }
    let refused = !a.is_integer()
        || !b.is_integer()
        || !modulus.is_integer()
        || (b.neg && !b.is_zero())
        || modulus.is_zero()
        || (a.is_zero() && b.is_zero())
        || modulus.adjusted() >= c.prec;
    if refused {
        return invalid(status::INVALID_OPERATION, st);
    }
    let neg = power_sign(a, b);
    let divisor = to_integer(modulus)?;
    if divisor.is_one() {
        return Ok(Dec::zero(neg, 0));
    }
    let ring = ConstDivisor::new(divisor);
    // A base of many zeros is a small number times a power of ten.
    let mut base = ring.reduce(to_integer(Num { exp: a.exp.min(0), ..a })?);
    if a.exp > 0 {
        base *= ring.reduce(UBig::from(10u8)).pow(&UBig::from(a.exp.unsigned_abs()));
    }
    let mut result = base.pow(&to_integer(Num { exp: b.exp.min(0), ..b })?);
    // (x^n)^(10^k): ten at a time.
    for _ in 0..b.exp.max(0) {
        result = result.pow(&UBig::from(10u8));
    }
    finish(Dec::new(neg, from_ubig(&result.residue()), 0), c, st)
}
