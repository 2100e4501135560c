//! Numbers to text and back.

use crate::limbs::{self, Limbs, POW10};
use crate::number::{Dec, Kind, Num};

/// Exponents beyond this are as good as infinite.
const FAR: i64 = 4_000_000_000_000_000_000;

/// The number that an ASCII text spells, exactly; payloads of NaNs have at most `most_payload` digits.
pub fn parse(text: &[u8], most_payload: i64) -> Option<Dec> {
    let (neg, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    match body.first()? {
        b'0'..=b'9' | b'.' => parse_finite(neg, body),
        _ => parse_special(neg, body, most_payload),
    }
}

fn parse_special(neg: bool, body: &[u8], most_payload: i64) -> Option<Dec> {
    if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        return Some(Dec::infinity(neg));
    }
    let (kind, rest) = match body {
        [b's' | b'S', rest @ ..] => (Kind::Snan, rest),
        _ => (Kind::Nan, body),
    };
    let (word, payload) = rest.split_at_checked(3)?;
    if !word.eq_ignore_ascii_case(b"nan") || !payload.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let limbs = from_digits(payload, &[]);
    if !limbs.is_empty() && limbs::digits(&limbs) > most_payload {
        return None;
    }
    Some(Dec { neg, kind, exp: 0, limbs })
}

fn parse_finite(neg: bool, body: &[u8]) -> Option<Dec> {
    let count = |s: &[u8]| s.iter().take_while(|c| c.is_ascii_digit()).count();
    let (whole, rest) = body.split_at(count(body));
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => rest.split_at(count(rest)),
        _ => (&[][..], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exp = match rest {
        [] => 0,
        [b'e' | b'E', rest @ ..] => parse_exponent(rest)?,
        _ => return None,
    };
    let exp = (exp - fraction.len() as i64).clamp(-FAR, FAR);
    Some(Dec::new(neg, from_digits(whole, fraction), exp))
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (neg, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut n: i64 = 0;
    for c in digits {
        if !c.is_ascii_digit() {
            return None;
        }
        n = n.saturating_mul(10).saturating_add((c - b'0').into()).min(FAR);
    }
    Some(if neg { -n } else { n })
}

/// The coefficient that two runs of ASCII digits spell together.
pub fn from_digits(high: &[u8], low: &[u8]) -> Limbs {
    let len = high.len() + low.len();
    let value = |n: u64, c: &u8| n * 10 + u64::from(c - b'0');
    if len <= 19 {
        let n = high.iter().chain(low).fold(0, value);
        return limbs::from_u64(n);
    }
    let mut limbs = Limbs::with_capacity(len.div_ceil(19));
    let (mut n, mut digits) = (0, 0);
    for c in low.iter().rev().chain(high.iter().rev()) {
        n += u64::from(c - b'0') * POW10[digits];
        digits += 1;
        if digits == 19 {
            limbs.push(n);
            (n, digits) = (0, 0);
        }
    }
    limbs.push(n);
    limbs::trim(&mut limbs);
    limbs
}

/// Appends the digits of a coefficient; nothing for zero.
fn push_digits(limbs: &[u64], out: &mut String) {
    let Some((top, rest)) = limbs.split_last() else { return };
    let mut buffer = [0; 20];
    push_limb(*top, limbs::digits_of(*top) as usize, &mut buffer, out);
    for limb in rest.iter().rev() {
        push_limb(*limb, 19, &mut buffer, out);
    }
}

fn push_limb(limb: u64, digits: usize, buffer: &mut [u8; 20], out: &mut String) {
    let mut rest = limb;
    for byte in buffer[..digits].iter_mut().rev() {
        *byte = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.push_str(str::from_utf8(&buffer[..digits]).unwrap_or_default());
}

/// The digits of a coefficient; "0" for zero.
pub fn digits_text(limbs: &[u64]) -> String {
    let mut text = String::with_capacity(limbs.len() * 19 + 1);
    push_digits(limbs, &mut text);
    if text.is_empty() {
        text.push('0');
    }
    text
}

/// How an exponent is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    Scientific,
    /// The exponent is a multiple of three.
    Engineering,
}

/// `Infinity` or a NaN with its payload, without sign.
pub fn special_text(n: Num<'_>) -> String {
    let mut text = match n.kind {
        Kind::Infinite => return "Infinity".to_owned(),
        Kind::Snan => "sNaN".to_owned(),
        _ => "NaN".to_owned(),
    };
    push_digits(n.limbs, &mut text);
    text
}

/// The text that `parse` reads back as the same number.
pub fn to_text(n: Num<'_>, notation: Notation, capitals: bool) -> String {
    let mut text = String::with_capacity(n.limbs.len() * 19 + 24);
    if n.neg {
        text.push('-');
    }
    if n.is_special() {
        text.push_str(&special_text(n));
        return text;
    }
    let start = text.len();
    push_digits(n.limbs, &mut text);
    if text.len() == start {
        text.push('0');
    }
    let digits = (text.len() - start) as i64;
    let left = n.exp + digits;
    // Digits before the point.
    let point = if n.exp <= 0 && left > -6 {
        left
    } else if notation == Notation::Scientific {
        1
    } else if n.limbs.is_empty() {
        (left + 1).rem_euclid(3) - 1
    } else {
        (left - 1).rem_euclid(3) + 1
    };
    place_point(&mut text, start, digits, point);
    let exp = left - point;
    if exp != 0 {
        text.push(if capitals { 'E' } else { 'e' });
        text.push_str(&format!("{exp:+}"));
    }
    text
}

/// Puts a point after so many digits; zeros where there are none.
fn place_point(text: &mut String, start: usize, digits: i64, point: i64) {
    if point <= 0 {
        let zeros = "0.000000";
        text.insert_str(start, &zeros[..(2 - point) as usize]);
    } else if point < digits {
        text.insert(start + point as usize, '.');
    } else {
        for _ in digits..point {
            text.push('0');
        }
    }
}
