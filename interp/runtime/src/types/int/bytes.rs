//! `to_bytes` and `from_bytes`: exact ints as two's complement bytes.

use super::{Digits, from_limbs};
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// As `to_bytes` in the order asked for, of a small integer in at most eight bytes, that many of the result. `None`:
/// something else, or it does not fit.
pub fn to_bytes_small(v: Value, length: usize, little: bool, signed: bool) -> Option<[u8; 8]> {
    let n = v.as_small().filter(|_| (1..=8).contains(&length))?;
    let unused = 64 - 8 * length as u32;
    let fits = if signed {
        n << unused >> unused == n
    } else {
        (n as u64) << unused >> unused == n as u64 && n >= 0
    };
    let bytes = if little { n.to_le_bytes() } else { (n << unused).to_be_bytes() };
    fits.then_some(bytes)
}

/// As `from_bytes`, of at most eight bytes.
pub fn from_bytes_small(vm: &mut Vm, bytes: &[u8], little: bool, signed: bool) -> PyResult {
    let mut limb = [0; 8];
    if little {
        limb[..bytes.len()].copy_from_slice(bytes);
    } else {
        bytes.iter().rev().zip(&mut limb).for_each(|(b, to)| *to = *b);
    }
    let n = u64::from_le_bytes(limb);
    if !signed || bytes.is_empty() {
        return vm.int_u64(n);
    }
    let unused = 64 - 8 * bytes.len() as u32;
    vm.int((n << unused) as i64 >> unused)
}

/// Little-endian bytes of fixed length, to be reversed by the caller for big-endian.
pub fn to_bytes(vm: &mut Vm, v: Value, length: usize, little: bool, signed: bool) -> PyResult<Vec<u8>> {
    let digits = Digits::of(v);
    if digits.negative && !signed {
        return Err(vm.overflow_error("can't convert negative int to unsigned"));
    }
    let bits = digits.bit_len();
    // A negative power of two needs one bit less than its magnitude suggests.
    let needed = match signed {
        false => bits,
        true if digits.negative && is_power_of_two(digits.limbs()) => bits,
        true => bits + u64::from(!digits.is_zero()),
    };
    if needed > (length as u64).saturating_mul(8) {
        return Err(vm.overflow_error("int too big to convert"));
    }
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(length).is_err() {
        return Err(vm.memory_error());
    }
    bytes.extend(digits.limbs().iter().flat_map(|l| l.to_le_bytes()).take(length));
    bytes.resize(length, 0);
    if digits.negative {
        negate(&mut bytes);
    }
    if !little {
        bytes.reverse();
    }
    Ok(bytes)
}

pub fn from_bytes(vm: &mut Vm, bytes: &[u8], little: bool, signed: bool) -> PyResult {
    let mut bytes = bytes.to_vec();
    if !little {
        bytes.reverse();
    }
    let negative = signed && bytes.last().is_some_and(|b| b & 0x80 != 0);
    if negative {
        negate(&mut bytes);
    }
    let limbs: Vec<u64> = bytes
        .chunks(8)
        .map(|chunk| {
            let mut limb = [0; 8];
            limb[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(limb)
        })
        .collect();
    from_limbs(vm, negative, &limbs)
}

/// Two's complement of little-endian bytes.
fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes {
        (*byte, carry) = (!*byte).overflowing_add(carry.into());
    }
}

fn is_power_of_two(limbs: &[u64]) -> bool {
    limbs.iter().map(|l| l.count_ones()).sum::<u32>() == 1
}
