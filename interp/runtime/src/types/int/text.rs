//! Exact ints to text and back, with the limit on decimal digits that guards against quadratic input.

use super::{Digits, ask_room, from_limbs, from_ubig};
use crate::heap::Gc;
use crate::types::str::Str;
use crate::unicode;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use dashu_int::UBig;
use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};

pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// Texts up to this many digits are never refused, so lower limits than this cannot be set (0 means none).
pub const MAX_STR_DIGITS_THRESHOLD: usize = 640;

static LIMIT: AtomicUsize = AtomicUsize::new(DEFAULT_MAX_STR_DIGITS);

/// `sys.get_int_max_str_digits()`; 0: no limit.
pub fn max_str_digits() -> usize {
    LIMIT.load(Ordering::Relaxed)
}

/// `sys.set_int_max_str_digits(n)`
pub fn set_max_str_digits(vm: &mut Vm, digits: i64) -> PyResult<()> {
    match usize::try_from(digits) {
        Ok(n) if n == 0 || n >= MAX_STR_DIGITS_THRESHOLD => {
            LIMIT.store(n, Ordering::Relaxed);
            Ok(())
        }
        _ => Err(vm.value_error("maxdigits must be >= 640 or 0 for unlimited")),
    }
}

#[cold]
fn too_long_to_show(vm: &mut Vm, limit: usize) -> Raised {
    vm.value_error(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// `repr(n)` of an exact int.
pub fn to_text(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    if let Some(n) = v.as_small() {
        let mut buffer = [0; 20];
        return vm.str_ascii(small_decimal(n, &mut buffer).as_bytes());
    }
    let text = to_decimal(vm, v)?;
    vm.str(&text)
}

/// Decimal digits of the numbers up to 99, two each.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// Decimal digits of a machine integer, without going through a formatter.
#[inline]
pub fn small_decimal(n: i64, buffer: &mut [u8; 20]) -> &str {
    let mut rest = n.unsigned_abs();
    let mut at = buffer.len();
    while rest >= 100 {
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[(rest % 100) as usize]);
        rest /= 100;
    }
    let pair = PAIRS[rest as usize];
    at -= 1;
    buffer[at] = pair[1];
    if rest >= 10 {
        at -= 1;
        buffer[at] = pair[0];
    }
    if n < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    // SAFETY: digits and a sign.
    unsafe { std::str::from_utf8_unchecked(&buffer[at..]) }
}

/// Decimal text of an exact int, within the limit of digits.
pub fn to_decimal(vm: &mut Vm, v: Value) -> PyResult<String> {
    if let Some(n) = v.as_small() {
        return Ok(n.to_string());
    }
    let digits = Digits::of(v);
    let limit = max_str_digits();
    // log10(2) > 0.30102: fewer digits than this it cannot have, so hopeless cases cost nothing.
    let at_least = (digits.bit_len() - 1) * 30102 / 100_000;
    if limit != 0 && at_least > limit as u64 {
        return Err(too_long_to_show(vm, limit));
    }
    let text = to_radix(vm, v, 10)?;
    let count = text.len() - usize::from(digits.negative);
    if limit != 0 && count > limit && count > MAX_STR_DIGITS_THRESHOLD {
        return Err(too_long_to_show(vm, limit));
    }
    Ok(text)
}

/// Text of an exact int in any base from 2 to 36, lower case, no prefix, no limit.
pub fn to_radix(vm: &mut Vm, v: Value, radix: u32) -> PyResult<String> {
    let digits = Digits::of(v);
    if digits.limbs().len() > 1 << 16 {
        ask_room(vm, digits.bit_len().saturating_mul(2))?;
    }
    let magnitude = digits.ubig().in_radix(radix as u8).to_string();
    Ok(if digits.negative { format!("-{magnitude}") } else { magnitude })
}

/// Why a text is no integer literal.
#[derive(Debug, PartialEq, Eq)]
pub enum ParseError {
    Malformed,
    /// More decimal digits than the limit.
    TooLong(usize),
}

/// Sign and magnitude of `int(text, base)`. `base` is 0 or 2 to 36; `text` is ASCII, without spaces around it.
pub fn parse(text: &str, base: u32, limit: usize) -> Result<(bool, UBig), ParseError> {
    let (negative, rest) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let (base, rest, literal) = prefix(rest, base);
    // After a prefix one underscore may come: `0x_1`.
    let rest = if literal { rest.strip_prefix('_').unwrap_or(rest) } else { rest };
    let mut digits = String::with_capacity(rest.len());
    let mut after_digit = false;
    for c in rest.chars() {
        match c {
            '_' if after_digit => after_digit = false,
            c if c.is_digit(base.max(2)) => {
                digits.push(c);
                after_digit = true;
            }
            _ => return Err(ParseError::Malformed),
        }
    }
    if !after_digit {
        return Err(ParseError::Malformed);
    }
    if base == 0 {
        // Decimal by default, but `010` is refused: it was octal once.
        return if digits.bytes().all(|c| c == b'0') {
            Ok((false, UBig::ZERO))
        } else {
            Err(ParseError::Malformed)
        };
    }
    if !base.is_power_of_two()
        && limit != 0
        && digits.len() > limit
        && digits.len() > MAX_STR_DIGITS_THRESHOLD
    {
        return Err(ParseError::TooLong(digits.len()));
    }
    let magnitude = match digits.len() {
        ..=18 if base == 10 => UBig::from(digits.parse::<u64>().map_err(|_| ParseError::Malformed)?),
        _ => UBig::from_str_radix(&digits, base).map_err(|_| ParseError::Malformed)?,
    };
    Ok((negative, magnitude))
}

/// Takes off `0x`, `0o`, `0b` where `base` allows it. A base of 0 that comes back means "only zeros may follow".
fn prefix(text: &str, base: u32) -> (u32, &str, bool) {
    let bytes = text.as_bytes();
    let marked = match bytes {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    match (base, marked) {
        (0, 0) if bytes.first() == Some(&b'0') => (0, text, false),
        (0, 0) => (10, text, false),
        (0, base) => (base, &text[2..], true),
        (base, marked) if base == marked => (base, &text[2..], true),
        (base, _) => (base, text, false),
    }
}

/// `int(text, base)`; `shown` is the object that the error text shows.
pub fn parse_text(vm: &mut Vm, text: &str, base: u32, shown: Value) -> PyResult {
    if base == 10
        && let Some(n) = quick_decimal(text)
    {
        return vm.int(n);
    }
    let limit = max_str_digits();
    let trimmed = text.trim_matches(is_space);
    match parse(trimmed, base, limit) {
        Ok((negative, magnitude)) => match magnitude.as_words() {
            words if words.len() <= 1 => from_limbs(vm, negative, words),
            _ => from_ubig(vm, negative, &magnitude),
        },
        Err(ParseError::TooLong(count)) => Err(vm.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {count} digits; \
             use sys.set_int_max_str_digits() to increase the limit"
        ))),
        Err(ParseError::Malformed) => {
            let shown = vm.repr(shown)?.to_message();
            // As much as CPython shows.
            let shown: String = shown.chars().take(200).collect();
            Err(vm.value_error(format!("invalid literal for int() with base {base}: {shown}")))
        }
    }
}

/// What `int()` and `float()` skip around numbers, in ASCII.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\x1c'..='\x1f')
}

/// The text of a numeric literal in ASCII: decimal digits and spaces of any script become ASCII ones, whatever no
/// literal contains becomes `?`.
pub fn ascii_number(text: &Str) -> Cow<'_, str> {
    if let Some(text) = text.as_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |c: u32| match (char::from_u32(c), unicode::decimal_value(c)) {
        (Some(c), _) if c.is_ascii() => c,
        (_, Some(digit)) => char::from_digit(digit, 10).unwrap_or('?'),
        _ if unicode::is_space(c) => ' ',
        _ => '?',
    };
    Cow::Owned(text.iter().map(ascii).collect())
}

/// The value of a plain decimal literal that fits easily: what most calls of `int` get.
fn quick_decimal(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut n = 0;
    for c in digits {
        if !c.is_ascii_digit() {
            return None;
        }
        n = n * 10 + i64::from(c - b'0');
    }
    Some(if negative { -n } else { n })
}

/// As `ascii_number`, for bytes: those that are not ASCII are no digits in any base.
pub fn ascii_bytes(text: &[u8]) -> String {
    text.iter().map(|b| if b.is_ascii() { *b as char } else { '?' }).collect()
}
