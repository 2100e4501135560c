//! Complex numbers from text.

use super::Pair;
use crate::types::{float, int};

/// `complex(text)`, ASCII: none when it is no number.
pub fn parse(text: &str) -> Option<Pair> {
    let text = text.trim_matches(int::is_space);
    let text = match text.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')')?.trim_matches(int::is_space),
        None => text,
    };
    let text = float::plain_number(text)?;
    let (first, rest) = split(&text);
    match rest.as_bytes() {
        [] => Some((float::parse_plain(first)?, 0.0)),
        [b'j' | b'J'] => Some((0.0, factor(first)?)),
        [b'+' | b'-', ..] if !first.is_empty() => {
            let (second, rest) = split(rest);
            let real = float::parse_plain(first)?;
            if matches!(rest, "j" | "J") { Some((real, factor(second)?)) } else { None }
        }
        _ => None,
    }
}

/// What stands before `j`; a bare sign means one.
fn factor(text: &str) -> Option<f64> {
    match text {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        _ => float::parse_plain(text),
    }
}

/// The longest beginning that can be a number (or its sign alone), and the rest.
fn split(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    for word in ["infinity", "inf", "nan"] {
        if text.get(at..at + word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word)) {
            return text.split_at(at + word.len());
        }
    }
    at += digits(at);
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        at += digits(at);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = bytes.get(at + 1 + sign..).map_or(0, |_| digits(at + 1 + sign));
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    text.split_at(at)
}
