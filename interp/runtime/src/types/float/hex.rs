//! Hexadecimal text of floats, both ways.

use crate::types::int;

/// `f.hex()`
pub fn to_hex(f: f64) -> String {
    if f.is_nan() {
        return "nan".into();
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    if f.is_infinite() {
        return format!("{sign}inf");
    }
    if f == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = f.to_bits();
    let (field, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let (lead, exponent) = if field == 0 { (0, -1022) } else { (1, field - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// Why a text is no hexadecimal float.
#[derive(Debug, PartialEq, Eq)]
pub enum HexError {
    Malformed,
    TooLarge,
}

/// `float.fromhex(text)`
pub fn from_hex(text: &str) -> Result<f64, HexError> {
    let text = text.trim_matches(int::is_space);
    let (negative, rest) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = match rest.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        rest => magnitude(rest.strip_prefix("0x").unwrap_or(rest))?,
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn magnitude(text: &str) -> Result<f64, HexError> {
    let (digits, exponent) = match text.split_once('p') {
        Some((digits, exponent)) => {
            let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if unsigned.is_empty() || !unsigned.bytes().all(|c| c.is_ascii_digit()) {
                return Err(HexError::Malformed);
            }
            // Beyond any exponent that matters, whatever the number of digits.
            let limit = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
            (digits, exponent.parse::<i64>().unwrap_or(limit).clamp(i64::MIN / 2, i64::MAX / 2))
        }
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = || whole.bytes().chain(fraction.bytes());
    if all().next().is_none() || !all().all(|c| c.is_ascii_hexdigit()) {
        return Err(HexError::Malformed);
    }
    // 60 bits of mantissa, the lowest set when any bit behind them is.
    let (mut mantissa, mut behind) = (0u64, 0i64);
    for c in all() {
        let digit = u64::from((c as char).to_digit(16).unwrap_or(0));
        if mantissa >> 56 == 0 {
            mantissa = mantissa << 4 | digit;
        } else {
            mantissa |= u64::from(digit != 0);
            behind += 4;
        }
    }
    if mantissa == 0 {
        return Ok(0.0);
    }
    let scale = exponent + behind - 4 * fraction.len() as i64;
    int::compose(mantissa, scale).ok_or(HexError::TooLarge)
}
