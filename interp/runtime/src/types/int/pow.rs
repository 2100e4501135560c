//! Powers of exact ints, plain and modular.

use super::{Digits, MAX_BITS, ask_room, cmp_limbs, divmod, from_ubig, is_negative, to_u64};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use dashu_base::{ExtendedGcd, PowerOfTwo};
use dashu_int::fast_div::ConstDivisor;
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;

/// `base ** exponent`; a float when the exponent is negative.
pub fn pow(vm: &mut Vm, base: Value, exponent: Value) -> PyResult {
    if is_negative(exponent) {
        let (base, exponent) = (super::to_f64(vm, base)?, super::to_f64(vm, exponent)?);
        return crate::types::float::pow(vm, base, exponent);
    }
    let digits = Digits::of(base);
    let odd = Digits::of(exponent).limbs().first().is_some_and(|l| l & 1 == 1);
    if exponent == Value::small(0) || base == Value::small(1) {
        return Ok(Value::small(1));
    }
    if base == Value::small(0) {
        return Ok(base);
    }
    if base == Value::small(-1) {
        return Ok(Value::small(if odd { -1 } else { 1 }));
    }
    let negative = digits.negative && odd;
    // `(bits - 1) * exponent < bits of the result <= bits * exponent`: no doubt before anything is computed.
    let bits = digits.bit_len();
    let Some(power) = to_u64(exponent).filter(|e| e.checked_mul(bits - 1).is_some_and(|b| b <= MAX_BITS))
    else {
        return Err(vm.memory_error());
    };
    if let Some(result) = pow_small(digits.limbs(), power) {
        return vm.int_i128(if negative { -result } else { result });
    }
    let magnitude = digits.ubig();
    if PowerOfTwo::is_power_of_two(&magnitude) {
        let one = Value::small(if negative { -1 } else { 1 });
        return super::lshift(vm, one, Value::small(((bits - 1) * power) as i64));
    }
    ask_room(vm, bits.saturating_mul(power))?;
    from_ubig(vm, negative, &magnitude.pow(power as usize))
}

/// The power in a machine integer, if it fits.
fn pow_small(limbs: &[u64], mut exponent: u64) -> Option<i128> {
    let &[base] = limbs else { return None };
    let (mut square, mut result) = (i128::from(base), 1i128);
    loop {
        if exponent & 1 != 0 {
            result = result.checked_mul(square)?;
        }
        exponent >>= 1;
        if exponent == 0 {
            return Some(result);
        }
        square = square.checked_mul(square)?;
    }
}

/// `pow(base, exponent, modulus)`: the result has the sign of the modulus.
pub fn pow_mod(vm: &mut Vm, base: Value, exponent: Value, modulus: Value) -> PyResult {
    if modulus == Value::small(0) {
        return Err(vm.value_error("pow() 3rd argument cannot be 0"));
    }
    if let (Some(base), Some(exponent), Some(modulus)) =
        (base.as_small(), exponent.as_small(), modulus.as_small())
        && exponent >= 0
        && modulus > 0
    {
        let base = base.rem_euclid(modulus) as u64;
        return vm.int(pow_mod_word(base, &[exponent as u64], modulus as u64) as i64);
    }
    let m = Digits::of(modulus);
    if matches!(m.limbs(), [1]) {
        return Ok(Value::small(0));
    }
    let magnitude = super::abs(vm, modulus)?;
    let (mut base, exponent) = (divmod(vm, base, magnitude)?.1, exponent);
    if is_negative(exponent) {
        base = match inverse(&Digits::of(base).ubig(), &m.ubig()) {
            Some(inverse) => from_ubig(vm, false, &inverse)?,
            None => return Err(vm.value_error("base is not invertible for the given modulus")),
        };
    }
    let e = Digits::of(exponent);
    let result = match (m.limbs(), base.as_small()) {
        (&[m], Some(base)) => UBig::from(pow_mod_word(base as u64, e.limbs(), m)),
        _ => {
            let ring = ConstDivisor::new(m.ubig());
            ring.reduce(Digits::of(base).ubig()).pow(&e.ubig()).residue()
        }
    };
    let shift_down = m.negative && !result.is_zero();
    let result = if shift_down { m.ubig() - result } else { result };
    from_ubig(vm, shift_down, &result)
}

fn pow_mod_word(base: u64, exponent: &[u64], modulus: u64) -> u64 {
    let mul = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64;
    let mut result = 1 % modulus;
    // The leading zeros would square the one.
    let top = exponent.last().map_or(0, |limb| 64 - limb.leading_zeros());
    for (limb, bits) in exponent.iter().rev().zip(std::iter::once(top).chain(std::iter::repeat(64))) {
        for bit in (0..bits).rev() {
            result = mul(result, result);
            if limb >> bit & 1 != 0 {
                result = mul(result, base);
            }
        }
    }
    result
}

/// `base ** -1` modulo `modulus`, if there is one; `base` is less than `modulus`.
fn inverse(base: &UBig, modulus: &UBig) -> Option<UBig> {
    if base.is_zero() {
        return None;
    }
    let (divisor, factor, _) = base.clone().gcd_ext(modulus.clone());
    if !divisor.is_one() {
        return None;
    }
    let modulus_signed = IBig::from(modulus.clone());
    let factor = factor % &modulus_signed;
    let factor = if factor < IBig::ZERO { factor + modulus_signed } else { factor };
    let factor = UBig::try_from(factor).ok()?;
    debug_assert!(cmp_limbs(factor.as_words(), modulus.as_words()) == Ordering::Less);
    Some(factor)
}
