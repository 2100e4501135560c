//! Items of a view: reading and writing them by their format.

use crate::types::bytes::Bytes;
use crate::types::int;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

/// A native format of one item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format(u8);

impl Format {
    /// `None` when the text is not one native item code, perhaps after `@`.
    pub fn parse(text: &str) -> Option<Format> {
        match text.strip_prefix('@').unwrap_or(text).as_bytes() {
            [c] if b"cbB?hHiIlLqQnNfdeP".contains(c) => Some(Format(*c)),
            _ => None,
        }
    }
    pub fn size(self) -> usize {
        match self.0 {
            b'c' | b'b' | b'B' | b'?' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' => 4,
            _ => 8,
        }
    }
    pub fn is_byte(self) -> bool {
        matches!(self.0, b'c' | b'b' | b'B')
    }
    fn is_signed(self) -> bool {
        matches!(self.0, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
    }
}

/// The value of an item; `bytes` has its size.
pub fn unpack(vm: &mut Vm, format: Format, bytes: &[u8]) -> PyResult<Value> {
    if let (b'B', &[byte]) = (format.0, bytes) {
        return Ok(Value::small(byte.into()));
    }
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    let raw = u64::from_le_bytes(word);
    match format.0 {
        b'c' => vm.bytes_value(bytes),
        b'?' => Ok(Value::bool(raw != 0)),
        b'd' => vm.float(f64::from_bits(raw)),
        b'f' => vm.float(f32::from_bits(raw as u32).into()),
        b'e' => vm.float(half_to_f64(raw as u16)),
        _ if format.is_signed() => {
            let unused = 64 - 8 * bytes.len() as u32;
            vm.int((raw << unused) as i64 >> unused)
        }
        _ => vm.int_u64(raw),
    }
}

/// The bytes of a value.
pub fn pack(vm: &mut Vm, format: Format, v: Value, shown: &str) -> PyResult<Vec<u8>> {
    let bad_type = |vm: &mut Vm| vm.type_error(format!("memoryview: invalid type for format '{shown}'"));
    let bad_value = |vm: &mut Vm| vm.value_error(format!("memoryview: invalid value for format '{shown}'"));
    let size = format.size();
    match format.0 {
        b'c' => match vm.downcast::<Bytes>(v) {
            Some(b) if b.len() == 1 => Ok(b.as_slice().to_vec()),
            Some(_) => Err(bad_value(vm)),
            None => Err(bad_type(vm)),
        },
        b'?' => Ok(vec![vm.truth(v)?.into()]),
        b'd' | b'f' | b'e' => {
            let result = crate::types::float::to_f64(vm, v);
            let Some(f) = vm.catch(result, Exc::TypeError)? else { return Err(bad_type(vm)) };
            match format.0 {
                b'd' => Ok(f.to_le_bytes().to_vec()),
                b'f' if f.is_finite() && (f as f32).is_infinite() => {
                    Err(vm.overflow_error("float too large to pack with f format"))
                }
                b'f' => Ok((f as f32).to_le_bytes().to_vec()),
                _ => match f64_to_half(f) {
                    Some(half) => Ok(half.to_le_bytes().to_vec()),
                    None => Err(vm.overflow_error("float too large to pack with e format")),
                },
            }
        }
        _ => {
            if !vm.has_index(v) {
                return Err(bad_type(vm));
            }
            let n = vm.index_value(v)?;
            let n = int::as_int(vm, n).and_then(int::to_i128);
            let bits = 8 * size as u32;
            let (low, high) = if format.is_signed() {
                (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
            } else {
                (0, (1i128 << bits) - 1)
            };
            match n.filter(|n| (low..=high).contains(n)) {
                Some(n) => Ok((n as i64 as u64 | (n as u128 as u64)).to_le_bytes()[..size].to_vec()),
                None => Err(bad_value(vm)),
            }
        }
    }
}

/// An IEEE half.
pub fn half_to_f64(half: u16) -> f64 {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(half >> 10 & 0x1f), f64::from(half & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1024.0 + fraction) * 2f64.powi(e - 25),
    }
}

/// The nearest half, ties to even; `None`: finite but too large.
pub fn f64_to_half(f: f64) -> Option<u16> {
    let sign = if f.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = f.abs();
    if f.is_nan() {
        return Some(sign | 0x7e00);
    }
    if f.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if magnitude < 2f64.powi(-14) {
        // A carry into the smallest normal number is right as it stands.
        return Some(sign | (magnitude * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1023;
    if exponent > 15 {
        return None;
    }
    let scaled = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let half = ((exponent + 15) as u32) * 1024 + (scaled - 1024);
    if half >= 0x7c00 { None } else { Some(sign | half as u16) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_trip_and_round_to_even() {
        for half in (0..0x7c00).chain(0x8000..0xfc00) {
            assert_eq!(f64_to_half(half_to_f64(half)), Some(half), "{half:#x}");
        }
        assert_eq!(f64_to_half(65504.0), Some(0x7bff));
        assert_eq!(f64_to_half(65519.9), Some(0x7bff));
        assert_eq!(f64_to_half(65520.0), None);
        assert_eq!(f64_to_half(2f64.powi(-25)), Some(0));
        assert_eq!(f64_to_half(f64::INFINITY), Some(0x7c00));
    }

    #[test]
    fn formats() {
        assert_eq!(Format::parse("@H").map(Format::size), Some(2));
        assert_eq!(Format::parse("HH"), None);
        assert_eq!(Format::parse("<H"), None);
        assert_eq!(Format::parse(""), None);
    }
}
