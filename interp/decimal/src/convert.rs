//! Integers to coefficients and back; hashes; fractions.

use crate::limbs::{self, BASE, Limbs, NoRoom};
use crate::number::{Dec, Kind, Num};
use crate::quantize::truncated;
use crate::text::{digits_text, from_digits};
use dashu_int::UBig;

/// From this many limbs on, conversions go by halves (through text, which the bigint crate reads that way).
const LONG: usize = 60;

/// A coefficient as an integer.
pub fn to_ubig(limbs: &[u64]) -> UBig {
    if let Some(n) = limbs::to_u128(limbs) {
        return UBig::from(n);
    }
    if limbs.len() >= LONG {
        return UBig::from_str_radix(&digits_text(limbs), 10).unwrap_or_default();
    }
    let mut words: Vec<u64> = Vec::with_capacity(limbs.len());
    for limb in limbs.iter().rev() {
        let mut carry = *limb;
        for word in &mut words {
            let n = u128::from(*word) * u128::from(BASE) + u128::from(carry);
            *word = n as u64;
            carry = (n >> 64) as u64;
        }
        if carry != 0 {
            words.push(carry);
        }
    }
    UBig::from_words(&words)
}

/// An integer of these words as a coefficient.
pub fn from_words(words: &[u64]) -> Limbs {
    match *words {
        [] => return Limbs::new(),
        [n] => return limbs::from_u64(n),
        [a, b] => return limbs::from_u128(u128::from(b) << 64 | u128::from(a)),
        _ => {}
    }
    if words.len() >= LONG {
        let text = UBig::from_words(words).to_string();
        return from_digits(text.as_bytes(), &[]);
    }
    let mut rest = words.to_vec();
    let mut limbs = Limbs::new();
    while !rest.is_empty() {
        let mut carry = 0;
        for word in rest.iter_mut().rev() {
            let (quotient, left) = limbs::div_base(u128::from(carry) << 64 | u128::from(*word));
            *word = quotient;
            carry = left;
        }
        limbs.push(carry);
        while rest.last() == Some(&0) {
            rest.pop();
        }
    }
    limbs::trim(&mut limbs);
    limbs
}

pub fn from_ubig(n: &UBig) -> Limbs {
    from_words(n.as_words())
}

/// A finite number towards zero, as the magnitude of an integer.
pub fn to_integer(a: Num<'_>) -> Result<UBig, NoRoom> {
    Ok(to_ubig(&truncated(a)?))
}

/// `10^n`
pub fn ten_to(n: i64) -> UBig {
    UBig::from(10u8).pow(n as usize)
}

/// Most digits of a power of ten that an integer result may have.
const MAX_FRACTION: i64 = 1_000_000_000;

/// Numerator's magnitude and denominator of a finite number, in lowest terms.
pub fn to_fraction(a: Num<'_>) -> Result<(UBig, UBig), NoRoom> {
    if a.limbs.is_empty() {
        return Ok((UBig::ZERO, UBig::ONE));
    }
    if a.exp >= 0 {
        return Ok((to_integer(a)?, UBig::ONE));
    }
    if a.exp < -MAX_FRACTION {
        return Err(NoRoom);
    }
    // Common factors can only be twos and fives.
    let mut numerator = to_ubig(a.limbs);
    let most = (-a.exp) as usize;
    let twos = numerator.trailing_zeros().unwrap_or(0).min(most);
    numerator >>= twos;
    let mut fives = 0;
    let five = UBig::from(5u8);
    while fives < most && (&numerator % &five).is_zero() {
        numerator /= &five;
        fives += 1;
    }
    let denominator = five.pow(most - fives) << (most - twos);
    Ok((numerator, denominator))
}

/// Numeric hash of a number that is not NaN, modulo 2^61 - 1, with its sign; `None` for infinities.
pub fn hash(a: Num<'_>) -> Option<i64> {
    const MODULUS: u64 = (1 << 61) - 1;
    let mul = |x: u64, y: u64| (u128::from(x) * u128::from(y) % u128::from(MODULUS)) as u64;
    if a.kind != Kind::Finite {
        return None;
    }
    let coefficient =
        a.limbs.iter().rev().fold(0, |n, limb| (mul(n, BASE % MODULUS) + limb % MODULUS) % MODULUS);
    // The powers of ten repeat; ten to that period less one is a tenth.
    let mut exponent = a.exp.rem_euclid(MODULUS as i64 - 1) as u64;
    let (mut factor, mut base) = (1, 10);
    while exponent != 0 {
        if exponent & 1 == 1 {
            factor = mul(factor, base);
        }
        base = mul(base, base);
        exponent >>= 1;
    }
    let hash = mul(coefficient, factor) as i64;
    Some(if a.neg { -hash } else { hash })
}

/// The exact value of a finite double: `mantissa * 2^exponent`.
pub fn from_binary(neg: bool, mantissa: u64, exponent: i32) -> Dec {
    if mantissa == 0 {
        return Dec::zero(neg, 0);
    }
    let shift = mantissa.trailing_zeros();
    let (mantissa, exponent) = (mantissa >> shift, exponent + shift as i32);
    if exponent >= 0 {
        return Dec::new(neg, from_ubig(&(UBig::from(mantissa) << exponent as usize)), 0);
    }
    // A half is five tenths.
    let scaled = UBig::from(mantissa) * UBig::from(5u8).pow(exponent.unsigned_abs() as usize);
    Dec::new(neg, from_ubig(&scaled), exponent.into())
}
