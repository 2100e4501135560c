//! Square root, exponential and logarithms, correctly rounded (half to even).
//!
//! Results of the last three are never representable but in known cases, so an approximation that is good enough to
//! round both of its bounds alike is found sooner or later.

use crate::arith::check_nan;
use crate::context::{Context, Round, status};
use crate::convert::{from_ubig, ten_to, to_ubig};
use crate::divide::stripped;
use crate::finish::{finish, invalid};
use crate::fixed;
use crate::limbs::{self, Rest};
use crate::number::{Dec, Num};
use crate::{NoRoom, Res};
use dashu_base::{AbsOrd, BitTest, Signed, SquareRootRem, UnsignedAbs};
use dashu_int::{IBig, UBig};

/// Most digits that are computed.
const MAX_WORK: i64 = 100_000_000;
/// Exponents at which every context overflows or underflows.
pub(crate) const FAR: i64 = 4_000_000_000_000_000_000;

/// Bits that hold so many digits.
pub(crate) fn bits_of(digits: i64) -> usize {
    (digits as usize) * 10 / 3 + 8
}

pub(crate) fn half_even(c: &Context) -> Context {
    Context { round: Round::HalfEven, ..*c }
}

/// A fixed-point number in about so many digits, cut off.
pub(crate) fn to_dec(value: &IBig, bits: usize, digits: i64) -> Dec {
    let magnitude = value.unsigned_abs();
    let log2 = magnitude.bit_len() as i64 - bits as i64;
    let scale = digits - (log2 as f64 * std::f64::consts::LOG10_2).floor() as i64;
    let scaled =
        if scale >= 0 { (magnitude * ten_to(scale)) >> bits } else { (magnitude >> bits) / ten_to(-scale) };
    Dec::new(value.is_negative(), from_ubig(&scaled), -scale)
}

/// What all numbers near this one round to, if it is one number.
fn certain(d: &Dec, c: &Context, st: &mut u32) -> Result<Option<Dec>, NoRoom> {
    let two = [2];
    if d.limbs.len() == 1 && d.limbs[0] < 10 {
        return Ok(None);
    }
    let (mut low, mut high) = (*st, *st);
    let below = finish(Dec { limbs: limbs::sub(&d.limbs, &two), ..d.clone() }, c, &mut low)?;
    let above = finish(Dec { limbs: limbs::add(&d.limbs, &two), ..d.clone() }, c, &mut high)?;
    if below.kind != above.kind || below.exp != above.exp || below.limbs != above.limbs {
        return Ok(None);
    }
    *st |= low | high | status::INEXACT | status::ROUNDED;
    Ok(Some(above))
}

/// Repeats with more digits until the result is certain.
fn refined(c: &Context, st: &mut u32, mut approximate: impl FnMut(i64) -> Res) -> Res {
    let c = half_even(c);
    let mut more = 8;
    loop {
        let digits = c.prec.saturating_add(more);
        if digits > MAX_WORK {
            return Err(NoRoom);
        }
        if let Some(result) = certain(&approximate(digits)?, &c, st)? {
            return Ok(result);
        }
        more *= 4;
    }
}

/// The square root.
pub fn sqrt(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    let c = &half_even(c);
    let odd = a.exp.rem_euclid(2);
    let ideal = (a.exp - odd) / 2;
    if a.is_zero() {
        return finish(Dec::zero(a.neg, ideal), c, st);
    }
    if a.neg {
        return invalid(status::INVALID_OPERATION, st);
    }
    if a.is_infinite() {
        return Ok(a.to_dec());
    }
    // A root of one digit more than the precision.
    let shift = c.prec + 1 - (a.digits() + odd + 1) / 2;
    let (square, rest) = match shift * 2 + odd {
        up if up >= 0 => (limbs::shift_left(a.limbs, up)?, Rest::Zero),
        down => limbs::shift_right(a.limbs, -down),
    };
    let (root, left) = to_ubig(&square).sqrt_rem();
    let mut root = from_ubig(&root);
    let exp = ideal - shift;
    if left.is_zero() && rest == Rest::Zero {
        let d = Dec::new(false, root, exp);
        return finish(if exp < ideal { stripped(d, ideal) } else { d }, c, st);
    }
    if root.first().is_none_or(|l| l % 5 == 0) {
        limbs::increment(&mut root);
    }
    finish(Dec::new(false, root, exp), c, st)
}

/// The number cut off after so many digits.
pub(crate) fn leading(a: Num<'_>, digits: i64) -> Dec {
    let cut = a.digits() - digits;
    if cut <= 0 {
        return a.to_dec();
    }
    Dec::new(a.neg, limbs::shift_right(a.limbs, cut).0, a.exp + cut)
}

/// `ln(a)` of a positive number other than one: the value, and its fractional bits. It has so many digits at least.
pub(crate) fn ln_fixed(a: Num<'_>, digits: i64) -> (IBig, usize) {
    let short = leading(a, digits * 2 + 40);
    match ln_of(short.view(), digits, digits + 20) {
        Some(result) => result,
        // So near to one that all digits matter.
        None => ln_of(a, digits, i64::MAX).unwrap_or((IBig::ZERO, 1)),
    }
}

/// None: nearer to one than `10^-nearest`.
fn ln_of(a: Num<'_>, digits: i64, nearest: i64) -> Option<(IBig, usize)> {
    // a = m * 10^shift, with m around one.
    let count = a.digits();
    let first = limbs::digit_at(a.limbs, count - 1);
    let places = if first >= 4 { count } else { count - 1 };
    let shift = a.exp + places;
    let (coefficient, one) = (to_ubig(a.limbs), ten_to(places));
    let mut bits = bits_of(digits) + 24;
    if shift == 0 {
        // What is near one has a small logarithm, which needs as many digits.
        let distance = (IBig::from(coefficient.clone()) - IBig::from(one.clone())).unsigned_abs();
        let small = one.bit_len().saturating_sub(distance.bit_len());
        if distance.is_zero() || small as i64 / 4 > nearest {
            return None;
        }
        bits += small;
    }
    let m: UBig = (coefficient << bits) / one;
    let mut value = fixed::ln(&m, bits);
    if shift != 0 {
        value += fixed::ln10(bits) * IBig::from(shift);
    }
    Some((value, bits))
}

/// Operands of logarithms that give exact results.
fn special_log(a: Num<'_>, c: &Context, st: &mut u32) -> Result<Option<Dec>, NoRoom> {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(Some(nan));
    }
    if a.is_zero() {
        return Ok(Some(Dec::infinity(true)));
    }
    if a.neg {
        return invalid(status::INVALID_OPERATION, st).map(Some);
    }
    Ok(a.is_infinite().then(|| Dec::infinity(false)))
}

/// The exponent of a power of ten.
fn exponent_of_ten(a: Num<'_>) -> Option<i64> {
    let exact =
        limbs::trailing_zeros(a.limbs) == a.digits() - 1 && limbs::digit_at(a.limbs, a.digits() - 1) == 1;
    exact.then(|| a.adjusted())
}

/// The natural logarithm.
pub fn ln(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(result) = special_log(a, c, st)? {
        return Ok(result);
    }
    if exponent_of_ten(a) == Some(0) {
        return finish(Dec::zero(false, 0), c, st);
    }
    refined(c, st, |digits| {
        let (value, bits) = ln_fixed(a, digits);
        Ok(to_dec(&value, bits, digits))
    })
}

/// The logarithm to base ten.
pub fn log10(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(result) = special_log(a, c, st)? {
        return Ok(result);
    }
    if let Some(n) = exponent_of_ten(a) {
        return finish(Dec::int(n), &half_even(c), st);
    }
    refined(c, st, |digits| {
        let (value, bits) = ln_fixed(a, digits + 2);
        let value = (value << bits) / fixed::ln10(bits);
        Ok(to_dec(&value, bits, digits))
    })
}

/// `10^shift * e^r` for the exponent `value`; about so many digits.
pub(crate) fn exp_fixed(value: &IBig, bits: usize, digits: i64) -> Dec {
    let ln10 = fixed::ln10(bits);
    let mut shift = value / &ln10;
    let mut rest = value - &shift * &ln10;
    // Between -1.16 and 1.16.
    let twice: IBig = &rest * IBig::from(2);
    if twice.abs_cmp(&ln10).is_gt() {
        let step = if rest.is_negative() { IBig::from(-1) } else { IBig::ONE };
        rest -= &step * &ln10;
        shift += step;
    }
    let power = IBig::from(fixed::exp(&rest, bits));
    let mut d = to_dec(&power, bits, digits);
    // Exponents that no context has stay what they are: too large or too small.
    let beyond = if shift.is_negative() { -FAR } else { FAR };
    d.exp = i64::try_from(shift).ok().and_then(|s| s.checked_add(d.exp)).unwrap_or(beyond).clamp(-FAR, FAR);
    d
}

/// A finite number as fixed-point.
pub(crate) fn fixed_of(a: Num<'_>, bits: usize) -> IBig {
    let coefficient = to_ubig(a.limbs) << bits;
    let magnitude = if a.exp >= 0 { coefficient * ten_to(a.exp) } else { coefficient / ten_to(-a.exp) };
    let value = IBig::from(magnitude);
    if a.neg { -value } else { value }
}

/// What is too large or too small for any context.
pub(crate) fn far(neg: bool, tiny: bool, c: &Context, st: &mut u32) -> Res {
    finish(Dec::small(neg, 1, if tiny { -FAR } else { FAR }), c, st)
}

/// `e^a`
pub fn exp(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = check_nan(a, c, st) {
        return Ok(nan);
    }
    if a.is_infinite() {
        return Ok(if a.neg { Dec::zero(false, 0) } else { Dec::infinity(false) });
    }
    if a.is_zero() {
        return finish(Dec::small(false, 1, 0), c, st);
    }
    // The largest exponents are below 10^19 times ln 10.
    if a.adjusted() > 20 {
        return far(false, a.neg, &half_even(c), st);
    }
    refined(c, st, |digits| {
        if a.adjusted() < -digits - 2 {
            return Ok(Dec::new(false, limbs::shift_left(&[1], digits)?, -digits));
        }
        let bits = bits_of(digits) + 24 + 4 * a.adjusted().max(0) as usize;
        let a = leading(a, digits + 30);
        Ok(exp_fixed(&fixed_of(a.view(), bits), bits, digits))
    })
}
