//! Sums, products and quotients of coefficients of one limb, in machine words. Every function gives nothing where the
//! general way is needed.

use crate::context::{Context, Round, status};
use crate::limbs::{self, DIGITS, POW10};
use crate::number::{Dec, Kind, Num};
use std::cmp::Ordering;

/// Powers of ten that fit.
const WIDE_POW10: [u128; 39] = {
    let mut table = [1; 39];
    let mut i = 1;
    while i < 39 {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// The coefficient of a finite number other than zero, if it is one limb.
#[inline(always)]
fn limb(n: &Num<'_>) -> Option<u64> {
    match (n.kind, n.limbs) {
        (Kind::Finite, &[limb]) => Some(limb),
        _ => None,
    }
}

/// Digits of a number other than zero.
#[inline(always)]
fn digits_of(n: u128) -> i64 {
    match u64::try_from(n) {
        Ok(n) => limbs::digits_of(n),
        Err(_) => {
            // The bits tell the digits but for one.
            let guess = (((128 - n.leading_zeros()) * 1233) >> 12) as usize;
            (guess + usize::from(n >= WIDE_POW10[guess.min(38)])) as i64
        }
    }
}

/// Whether a result of so many digits is far from overflow and underflow.
#[inline(always)]
fn in_range(exp: i64, digits: i64, c: &Context) -> bool {
    let adjusted = exp + digits - 1;
    !c.clamp && adjusted >= c.emin && adjusted < c.emax
}

/// The number, not zero, rounded to the precision.
#[inline]
fn rounded(neg: bool, n: u128, exp: i64, c: &Context, st: &mut u32) -> Option<Dec> {
    let digits = digits_of(n);
    if !in_range(exp, digits, c) {
        return None;
    }
    if digits <= c.prec {
        return Some(Dec::new(neg, limbs::from_u128(n), exp));
    }
    let count = digits - c.prec;
    if c.prec > DIGITS || c.round != Round::HalfEven || count > DIGITS {
        return None;
    }
    let unit = POW10[count as usize];
    let quotient = (n / u128::from(unit)) as u64;
    let rest = (n as u64).wrapping_sub(quotient.wrapping_mul(unit));
    Some(round_up(neg, quotient, rest, unit, exp + count, c, st))
}

/// A quotient of as many digits as the precision, and what is left of the divisor, as one number.
#[inline]
fn round_up(neg: bool, quotient: u64, rest: u64, divisor: u64, exp: i64, c: &Context, st: &mut u32) -> Dec {
    *st |= status::ROUNDED;
    if rest != 0 {
        *st |= status::INEXACT;
    }
    let up = match rest.cmp(&(divisor - rest)) {
        Ordering::Less => false,
        Ordering::Equal => quotient & 1 == 1,
        Ordering::Greater => true,
    };
    let quotient = quotient + u64::from(up);
    if quotient == POW10[c.prec as usize] {
        return Dec::small(neg, quotient / 10, exp + 1);
    }
    Dec::small(neg, quotient, exp)
}

/// `a + b`
#[inline]
pub fn sum(a: &Num<'_>, b: &Num<'_>, c: &Context, st: &mut u32) -> Option<Dec> {
    let (x, y) = (limb(a)?, limb(b)?);
    let exp = a.exp.min(b.exp);
    let scaled = |n: u64, shift: i64| {
        let power = POW10.get(usize::try_from(shift).ok()?)?;
        Some(u128::from(n) * u128::from(*power))
    };
    let (x, y) = (scaled(x, a.exp - exp)?, scaled(y, b.exp - exp)?);
    let (neg, n) = if a.neg == b.neg {
        (a.neg, x + y)
    } else if x > y {
        (a.neg, x - y)
    } else {
        (b.neg, y - x)
    };
    if n == 0 { None } else { rounded(neg, n, exp, c, st) }
}

/// `a * b`
#[inline]
pub fn product(a: &Num<'_>, b: &Num<'_>, c: &Context, st: &mut u32) -> Option<Dec> {
    let n = u128::from(limb(a)?) * u128::from(limb(b)?);
    rounded(a.neg != b.neg, n, a.exp + b.exp, c, st)
}

/// `a / b`, if something is left.
#[inline]
pub fn quotient(a: &Num<'_>, b: &Num<'_>, c: &Context, st: &mut u32) -> Option<Dec> {
    let (x, y) = (limb(a)?, limb(b)?);
    if c.prec > DIGITS || c.round != Round::HalfEven {
        return None;
    }
    // The quotient has as many digits as the precision, or one more.
    let shift = limbs::digits_of(y) - limbs::digits_of(x) + c.prec;
    let n = u128::from(x) * u128::from(*POW10.get(usize::try_from(shift).ok()?)?);
    let quotient = n / u128::from(y);
    let rest = (n as u64).wrapping_sub((quotient as u64).wrapping_mul(y));
    let (neg, exp) = (a.neg != b.neg, a.exp - b.exp - shift);
    if rest == 0 || !in_range(exp, c.prec + 1, c) || !in_range(exp, c.prec, c) {
        return None;
    }
    if quotient < WIDE_POW10[c.prec as usize] {
        return Some(round_up(neg, quotient as u64, rest, y, exp, c, st));
    }
    // One digit too many: with what is left it is no tie, and neither zero.
    let (quotient, last) = ((quotient / 10) as u64, (quotient % 10) as u64);
    Some(round_up(neg, quotient, 2 * last + 1, 20, exp + 1, c, st))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limbs::BASE;
    use crate::{arith, divide};

    /// The general way, which is taken when the coefficient has a limb more.
    #[test]
    fn same_as_the_general_way() {
        let mut state = 0x2545_F491_4F6C_DD1Du64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut known = 0;
        for _ in 0..20_000 {
            let mut number = |exp: i64| {
                let n = next() % POW10[(next() % 20) as usize] + 1;
                Dec::small(next() & 1 == 1, n.min(BASE - 1), exp)
            };
            let (a, b) = (number(-3), number(2));
            let c = Context { prec: (next() % 22 + 1) as i64, ..Context::MAX };
            let (a, b) = (a.view(), b.view());
            type Way = fn(&Num<'_>, &Num<'_>, &Context, &mut u32) -> Option<Dec>;
            type General = fn(Num<'_>, Num<'_>, &Context, &mut u32) -> crate::Res;
            let ways: [(Way, General); 3] =
                [(sum, arith::add_any), (product, arith::mul_any), (quotient, divide::div_any)];
            for (short, general) in ways {
                let (mut st, mut st_general) = (0, 0);
                let Some(d) = short(&a, &b, &c, &mut st) else { continue };
                let expected = general(a, b, &c, &mut st_general).expect("room");
                known += 1;
                assert_eq!((d.neg, d.exp, &d.limbs), (expected.neg, expected.exp, &expected.limbs));
                assert_eq!(st, st_general, "{a:?} {b:?} {}", c.prec);
            }
        }
        assert!(known > 10_000, "{known}");
    }
}
