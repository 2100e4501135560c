//! Items of arrays: type codes, values to machine words and back.

use habu_runtime::types::str::Str;
use habu_runtime::types::{float, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// The type codes, in CPython's order.
pub const CODES: &str = "bBuwhHiIlLqQfd";

/// A type code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code(pub u8);

/// An item's bytes; only as many as its code says.
pub type Word = [u8; 8];

impl Code {
    pub fn of(c: u32) -> Option<Code> {
        let c = u8::try_from(c).ok().filter(|c| CODES.as_bytes().contains(c))?;
        Some(Code(c))
    }
    #[inline]
    pub fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'u' | b'w' => 4,
            _ => 8,
        }
    }
    pub fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }
    pub fn is_float(self) -> bool {
        matches!(self.0, b'f' | b'd')
    }
    pub fn is_signed(self) -> bool {
        self.0.is_ascii_lowercase() && !self.is_text()
    }
    pub fn letter(self) -> char {
        char::from(self.0)
    }
    /// What memoryviews call it.
    pub fn format(self) -> &'static str {
        match self.0 {
            b'b' => "b",
            b'B' => "B",
            b'h' => "h",
            b'H' => "H",
            b'i' => "i",
            b'I' => "I",
            b'l' => "l",
            b'L' => "L",
            b'q' => "q",
            b'Q' => "Q",
            b'f' => "f",
            b'd' => "d",
            _ => "w",
        }
    }
}

/// The value of an item.
#[inline]
pub fn load(vm: &mut Vm, code: Code, bytes: &[u8]) -> PyResult {
    // Each width by itself: a copy of as many bytes as a variable says is a call.
    let raw = match *bytes {
        [a, b, c, d, e, f, g, h, ..] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        [a, b, c, d, ..] => u32::from_le_bytes([a, b, c, d]).into(),
        [a, b, ..] => u16::from_le_bytes([a, b]).into(),
        [a] => a.into(),
        [] => 0,
    };
    let n = code.size();
    let raw = if n < 8 { raw & ((1 << (8 * n)) - 1) } else { raw };
    match code.0 {
        b'd' => vm.float(f64::from_bits(raw)),
        b'f' => vm.float(f32::from_bits(raw as u32).into()),
        b'u' | b'w' => {
            if raw > 0x10_ffff {
                return Err(vm.value_error(format!("character U+{raw:x} is not in range [U+0000; U+10ffff]")));
            }
            vm.str_char(raw as u32).map(Value::from_gc)
        }
        _ if code.is_signed() => {
            let unused = 64 - 8 * n as u32;
            vm.int((raw << unused) as i64 >> unused)
        }
        _ => vm.int_u64(raw),
    }
}

/// The bytes of a value.
#[inline]
pub fn store(vm: &mut Vm, code: Code, v: Value) -> PyResult<Word> {
    if code.is_float() {
        let f = if v.is_inline_float() { v.inline_float_unchecked() } else { float::to_f64(vm, v)? };
        let mut word = [0; 8];
        if code.0 == b'd' {
            word = f.to_le_bytes();
        } else {
            word[..4].copy_from_slice(&(f as f32).to_le_bytes());
        }
        return Ok(word);
    }
    if code.is_text() {
        let Some(text) = vm.downcast::<Str>(v) else {
            let got = vm.type_name(v);
            return Err(vm.type_error(format!("array item must be a unicode character, not {got}")));
        };
        if text.len() != 1 {
            let len = text.len();
            return Err(vm.type_error(format!(
                "array item must be a unicode character, not a string of length {len}"
            )));
        }
        return Ok(u64::from(text.code_point(0)).to_le_bytes());
    }
    let n = match v.as_small() {
        Some(n) => i128::from(n),
        None => {
            let n = vm.index_value(v)?;
            let n = int::as_int(vm, n).unwrap_or(n);
            match int::to_i128(n) {
                Some(n) => n,
                None if int::is_negative(n) => i128::MIN,
                None => i128::MAX,
            }
        }
    };
    match range_error(code, n) {
        None => Ok((n as i64 as u64 | n as u64).to_le_bytes()),
        Some(text) => Err(vm.overflow_error(text)),
    }
}

/// What is wrong with a number for this code.
fn range_error(code: Code, n: i128) -> Option<String> {
    let beyond = |low: i128, high: i128, name: &str| {
        if n < low {
            Some(format!("{name} is less than minimum"))
        } else if n > high {
            Some(format!("{name} is greater than maximum"))
        } else {
            None
        }
    };
    let long = || {
        let fits = i64::try_from(n).is_ok();
        (!fits).then(|| "Python int too large to convert to C long".to_string())
    };
    let short = || long().or_else(|| beyond(-0x8000, 0x7fff, "signed short integer"));
    let int = || long().or_else(|| beyond(i32::MIN.into(), i32::MAX.into(), "signed integer"));
    let negative = || (n < 0).then(|| "can't convert negative value to unsigned int".to_string());
    let unsigned_long = || {
        let fits = u64::try_from(n).is_ok();
        negative()
            .or_else(|| (!fits).then(|| "Python int too large to convert to C unsigned long".to_string()))
    };
    match code.0 {
        b'b' => short().or_else(|| beyond(-0x80, 0x7f, "signed char")),
        b'B' => short().or_else(|| beyond(0, 0xff, "unsigned byte integer")),
        b'h' => short(),
        b'H' => int().or_else(|| beyond(0, 0xffff, "unsigned short")),
        b'i' => int(),
        b'I' => unsigned_long().or_else(|| beyond(0, u32::MAX.into(), "unsigned int")),
        b'l' => long(),
        b'L' => unsigned_long(),
        b'q' => i64::try_from(n).is_err().then(|| "int too big to convert".to_string()),
        _ if n < 0 => Some("can't convert negative int to unsigned".to_string()),
        _ => u64::try_from(n).is_err().then(|| "int too big to convert".to_string()),
    }
}
