//! Quotients of coefficients: schoolbook division, and Newton's method for long ones.

use crate::limbs::{self, BASE, Limbs, NoRoom, trim, trimmed, zeroed};
use crate::longmul::{mul, mul_small};
use std::cmp::Ordering;

/// From this many limbs on, of divisor and quotient, Newton's method wins.
const NEWTON: usize = 300;

/// Quotient and remainder; the divisor is not zero.
pub fn div_rem(a: &[u64], b: &[u64]) -> Result<(Limbs, Limbs), NoRoom> {
    if limbs::compare(a, b) == Ordering::Less {
        return Ok((Limbs::new(), Limbs::from_slice(a)));
    }
    if let ([_] | [_, _], [_] | [_, _]) = (a, b)
        && let (Some(x), Some(y)) = (limbs::to_u128(a), limbs::to_u128(b))
    {
        return Ok((limbs::from_u128(x / y), limbs::from_u128(x % y)));
    }
    if let [b] = *b {
        let (quotient, rest) = div_small(a, b);
        return Ok((quotient, limbs::from_u64(rest)));
    }
    if b.len() < NEWTON || a.len() - b.len() < NEWTON {
        return schoolbook(a, b);
    }
    by_newton(a, b)
}

/// Quotient and remainder by one limb.
pub fn div_small(a: &[u64], b: u64) -> (Limbs, u64) {
    let mut quotient = Limbs::from_slice(a);
    let mut rest = 0;
    for limb in quotient.iter_mut().rev() {
        if rest == 0 {
            rest = *limb % b;
            *limb /= b;
        } else {
            let n = u128::from(rest) * u128::from(BASE) + u128::from(*limb);
            // The quotient is below the base, as the rest is below the divisor.
            *limb = (n / u128::from(b)) as u64;
            rest = (n - u128::from(*limb) * u128::from(b)) as u64;
        }
    }
    trim(&mut quotient);
    (quotient, rest)
}

fn schoolbook(a: &[u64], b: &[u64]) -> Result<(Limbs, Limbs), NoRoom> {
    // Scaled so that the divisor's first limb is at least half the base: guesses are then off by two at most.
    let scale = BASE / (b[b.len() - 1] + 1);
    let divisor = mul_small(b, scale);
    let mut rest = mul_small(a, scale);
    rest.push(0);
    let n = divisor.len();
    let (top, second) = (u128::from(divisor[n - 1]), u128::from(divisor[n - 2]));
    let base = u128::from(BASE);
    let mut quotient = zeroed(rest.len() - n)?;
    for j in (0..quotient.len()).rev() {
        let head = u128::from(rest[j + n]) * base + u128::from(rest[j + n - 1]);
        if head == 0 {
            continue;
        }
        let mut guess = (head / top).min(base - 1);
        let mut left = head - guess * top;
        while left < base && guess * second > left * base + u128::from(rest[j + n - 2]) {
            guess -= 1;
            left += top;
        }
        let mut digit = guess as u64;
        if digit != 0 && sub_multiple(&mut rest[j..=j + n], &divisor, digit) {
            digit -= 1;
            limbs::add_to(&mut rest[j..=j + n], &divisor);
        }
        quotient[j] = digit;
    }
    trim(&mut quotient);
    trim(&mut rest);
    let (rest, _) = div_small(&rest, scale);
    Ok((quotient, rest))
}

/// `a -= b * n`; whether it became negative. `a` has one limb more than `b`.
fn sub_multiple(a: &mut [u64], b: &[u64], n: u64) -> bool {
    let mut carry = 0;
    for (to, limb) in a.iter_mut().zip(b) {
        let (high, low) = limbs::div_base(u128::from(*limb) * u128::from(n) + u128::from(carry));
        carry = high;
        let (difference, under) = to.overflowing_sub(low);
        *to = if under { difference.wrapping_add(BASE) } else { difference };
        carry += u64::from(under);
    }
    let last = &mut a[b.len()];
    let (difference, under) = last.overflowing_sub(carry);
    *last = if under { difference.wrapping_add(BASE) } else { difference };
    under
}

/// Drops the lowest `n` limbs.
fn above(a: &[u64], n: usize) -> &[u64] {
    a.get(n..).unwrap_or(&[])
}

/// `a * BASE^n`
fn moved_up(a: &[u64], n: usize) -> Result<Limbs, NoRoom> {
    if a.is_empty() {
        return Ok(Limbs::new());
    }
    let mut moved = zeroed(a.len() + n)?;
    moved[n..].copy_from_slice(a);
    Ok(moved)
}

/// About `BASE^(2n) / b`, where `b` has `n` limbs.
fn reciprocal(b: &[u64]) -> Result<Limbs, NoRoom> {
    let n = b.len();
    if n <= 64 {
        return schoolbook(&moved_up(&[1], 2 * n)?, b).map(|(quotient, _)| quotient);
    }
    // One of the upper half is right in half the limbs; a step of Newton's method doubles that.
    let half = n / 2 + 2;
    let start = reciprocal(&b[n - half..])?;
    let product = mul(b, &start)?;
    let one = moved_up(&[1], n + half)?;
    let mut result = moved_up(&start, n - half)?;
    if limbs::compare(&product, &one) == Ordering::Greater {
        let step = mul(&start, &limbs::sub(&product, &one))?;
        limbs::sub_from(&mut result, above(&step, 2 * half));
        trim(&mut result);
        Ok(result)
    } else {
        let step = mul(&start, &limbs::sub(&one, &product))?;
        Ok(limbs::add(&result, above(&step, 2 * half)))
    }
}

/// Makes a guess at the quotient exact.
fn corrected(a: &[u64], b: &[u64], guess: Limbs) -> Result<(Limbs, Limbs), NoRoom> {
    const MOST_STEPS: usize = 8;
    let mut quotient = guess;
    for _ in 0..MOST_STEPS {
        let product = mul(&quotient, b)?;
        if limbs::compare(&product, a) == Ordering::Greater {
            // One more than the excess takes, rounded up.
            let excess = limbs::sub(&product, a);
            let mut steps = schoolbook_or_small(&excess, b)?;
            limbs::increment(&mut steps);
            if limbs::compare(&steps, &quotient) == Ordering::Greater {
                break;
            }
            quotient = limbs::sub(&quotient, &steps);
            continue;
        }
        let rest = limbs::sub(a, &product);
        if limbs::compare(&rest, b) == Ordering::Less {
            return Ok((quotient, rest));
        }
        quotient = limbs::add(&quotient, &schoolbook_or_small(&rest, b)?);
    }
    schoolbook(a, b)
}

/// A quotient known to be small.
fn schoolbook_or_small(a: &[u64], b: &[u64]) -> Result<Limbs, NoRoom> {
    if limbs::compare(a, b) == Ordering::Less {
        return Ok(Limbs::new());
    }
    schoolbook(a, b).map(|(quotient, _)| quotient)
}

fn by_newton(a: &[u64], b: &[u64]) -> Result<(Limbs, Limbs), NoRoom> {
    let (n, more) = (b.len(), a.len() - b.len());
    if more + 3 < n {
        // The lower limbs of the divisor hardly matter for a short quotient.
        let cut = n - (more + 3);
        let (guess, _) = div_rem(above(a, cut), above(b, cut))?;
        return corrected(a, b, guess);
    }
    let inverse = reciprocal(b)?;
    // Digit by digit in base BASE^n, from the top.
    let mut quotient = zeroed(a.len().div_ceil(n) * n)?;
    let mut rest = Limbs::new();
    let mut end = a.len();
    while end > 0 {
        let start = (end - 1) / n * n;
        let mut part = Limbs::from_slice(&a[start..end]);
        part.extend_from_slice(&rest);
        trim(&mut part);
        let scaled = mul(above(&part, n - 1), &inverse)?;
        let (digit, left) = corrected(&part, b, Limbs::from_slice(above(&scaled, n + 1)))?;
        quotient[start..start + digit.len()].copy_from_slice(&digit);
        rest = left;
        end = start;
    }
    Ok((Limbs::from_slice(trimmed(&quotient)), rest))
}
