//! Hashes of numbers: equal numbers of any type have equal hashes (modulus 2^61 - 1).

use super::Digits;
use super::as_int;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Width of the prime modulus.
pub const HASH_BITS: u32 = 61;
pub const HASH_MODULUS: u64 = (1 << HASH_BITS) - 1;
pub const HASH_INF: i64 = 314_159;

/// Hash of an exact int.
#[inline]
pub fn hash(v: Value) -> i64 {
    let digits = Digits::of(v);
    // 2^64 = 8 modulo 2^61 - 1, so this is Horner's rule with base 8.
    let mut rest: u64 = 0;
    for limb in digits.limbs().iter().rev() {
        rest = ((u128::from(rest) * 8 + u128::from(*limb)) % u128::from(HASH_MODULUS)) as u64;
    }
    not_minus_one(if digits.negative { -(rest as i64) } else { rest as i64 })
}

/// Hash of a small integer.
#[inline]
pub fn hash_small(n: i64) -> i64 {
    // Only the very largest are not their own hash.
    if n.unsigned_abs() < HASH_MODULUS {
        return not_minus_one(n);
    }
    let rest = (n.unsigned_abs() % HASH_MODULUS) as i64;
    not_minus_one(if n < 0 { -rest } else { rest })
}

/// What `__hash__` returned, as the hash it means.
pub fn hash_result(vm: &mut Vm, result: Value) -> PyResult<i64> {
    match as_int(vm, result) {
        Some(n) => Ok(super::to_i64(n).map_or_else(|| hash(n), not_minus_one)),
        None => Err(vm.type_error("__hash__ method should return an integer")),
    }
}

/// -1 marks errors in C, so no hash is -1.
#[inline]
pub fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// Hash of a float; `None` for nan, which is hashed by identity.
pub fn hash_f64(f: f64) -> Option<i64> {
    if f.is_infinite() {
        return Some(if f > 0.0 { HASH_INF } else { -HASH_INF });
    }
    if f.is_nan() {
        return None;
    }
    // f = mantissa * 2^exponent, and 2^61 = 1 modulo 2^61 - 1: the exponent becomes a rotation.
    let (mantissa, exponent) = decompose(f.abs());
    let rest = mantissa % HASH_MODULUS;
    let turn = exponent.rem_euclid(HASH_BITS as i32) as u32;
    let rest = ((u128::from(rest) << turn) % u128::from(HASH_MODULUS)) as i64;
    Some(not_minus_one(if f < 0.0 { -rest } else { rest }))
}

/// A finite positive float as an integer times a power of two.
pub fn decompose(f: f64) -> (u64, i32) {
    let bits = f.to_bits();
    let (field, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) }
}

/// Hash by identity: for objects that are equal to nothing but themselves, and NaNs.
pub fn hash_identity(v: Value) -> i64 {
    // As `object.__hash__`: the low bits of addresses are always zero.
    (v.0 >> 4) as i64
}
