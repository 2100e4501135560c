//! Floats from text.

use crate::types::int;
use std::borrow::Cow;

/// `float(text)`, ASCII: none when it is no number.
pub fn parse(text: &str) -> Option<f64> {
    let text = plain_number(text.trim_matches(int::is_space))?;
    parse_plain(&text)
}

/// A number without spaces and underscores around or in it.
pub fn parse_plain(text: &str) -> Option<f64> {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    // The standard library takes the same decimal forms and words (any case), correctly rounded; a second sign and
    // an empty text are refused there too.
    if body.starts_with(['+', '-']) {
        return None;
    }
    text.parse().ok()
}

/// Takes out underscores, which must stand between digits.
pub fn plain_number(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let between =
        |i: usize| i > 0 && bytes[i - 1].is_ascii_digit() && bytes.get(i + 1).is_some_and(u8::is_ascii_digit);
    if !bytes.iter().enumerate().all(|(i, c)| *c != b'_' || between(i)) {
        return None;
    }
    Some(Cow::Owned(text.replace('_', "")))
}
