//! Laying out a number's text: sign, prefix, grouped digits, fraction, padding.

use super::spec::{Grouping, Spec};
use crate::types::str::StrBuilder;

/// A number's text in pieces.
#[derive(Clone, Copy, Default, Debug)]
pub struct Parts<'a> {
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    pub integer: &'a str,
    /// Digits behind the point.
    pub fraction: &'a str,
    /// There is a point (perhaps without digits behind it).
    pub point: bool,
    /// Exponent, percent sign: whatever follows.
    pub tail: &'a str,
    /// Separators and point of the current locale (type `n`).
    pub locale: Option<&'a Locale>,
}

/// Numeric conventions of a locale.
#[derive(Clone, Debug)]
pub struct Locale {
    pub point: String,
    pub separator: String,
    /// Sizes of groups from the right; the last one repeats, 0 or CHAR_MAX (127) ends grouping.
    pub groups: Vec<u8>,
}

impl<'a> Parts<'a> {
    /// Takes apart a text like `-12.5e+10` or `inf`.
    pub fn of(text: &'a str) -> Parts<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
        let (integer, rest) = text.split_at(digits(text));
        let (point, rest) = match rest.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (fraction, tail) = rest.split_at(if point { digits(rest) } else { 0 });
        Parts { negative, integer, fraction, point, tail, ..Parts::default() }
    }

    fn sign(&self, spec: &Spec) -> Option<char> {
        match (self.negative, spec.sign) {
            (true, _) => Some('-'),
            (false, Some(c @ ('+' | ' '))) => Some(c),
            _ => None,
        }
    }
}

/// Appends the number as the specification asks for.
pub fn push_number(out: &mut StrBuilder, parts: &Parts<'_>, spec: &Spec) {
    let sign = parts.sign(spec);
    let fraction = match spec.fraction_grouping {
        Some(g) => grouped_from_left(parts.fraction, g),
        None => parts.fraction.to_owned(),
    };
    let point = match parts.locale {
        _ if !parts.point => "",
        Some(locale) => &locale.point,
        None => ".",
    };
    let around = usize::from(sign.is_some())
        + parts.prefix.len()
        + point.chars().count()
        + fraction.len()
        + parts.tail.len();
    let width = spec.width.unwrap_or(0);
    // Padding zeros are digits too: they get separators.
    let zero_padded = spec.fill == '0' as u32 && spec.align == '=';
    let least = if zero_padded { width.saturating_sub(around) } else { 0 };
    let integer = match (parts.locale, spec.grouping) {
        (Some(locale), _) => grouped(parts.integer, &locale.separator, &locale.groups, least),
        (None, Some(g)) => {
            grouped(parts.integer, g.symbol().encode_utf8(&mut [0; 4]), &[spec.group_size() as u8], least)
        }
        (None, None) => grouped(parts.integer, "", &[], least),
    };
    let padding = width.saturating_sub(around + integer.chars().count());
    let (before, inside, after) = match spec.align {
        '<' => (0, 0, padding),
        '^' => (padding / 2, 0, padding - padding / 2),
        '=' => (0, padding, 0),
        _ => (padding, 0, 0),
    };
    out.push_times(spec.fill, before);
    if let Some(sign) = sign {
        out.push_char(sign);
    }
    out.push_str(parts.prefix);
    out.push_times(spec.fill, inside);
    out.push_str(&integer);
    out.push_str(point);
    out.push_str(&fraction);
    out.push_str(parts.tail);
    out.push_times(spec.fill, after);
}

/// Digits with separators from the right, with leading zeros up to `least` characters.
fn grouped(digits: &str, separator: &str, groups: &[u8], least: usize) -> String {
    // `inf` and `nan` have no digits: their padding zeros are mere fill.
    if digits.is_empty() {
        return String::new();
    }
    let mut sizes = groups.iter().copied().chain(std::iter::repeat(groups.last().copied().unwrap_or(0)));
    let mut left = digits.len();
    let mut wanted = least;
    // Collected from the right: pieces in reverse.
    let mut pieces: Vec<(usize, &str)> = Vec::new();
    loop {
        let size = match sizes.next() {
            None | Some(0 | 127) => usize::MAX,
            Some(size) => size as usize,
        };
        let here = size.min(left.max(wanted));
        if here == 0 {
            break;
        }
        let taken = here.min(left);
        pieces.push((here - taken, &digits[left - taken..left]));
        left -= taken;
        wanted = wanted.saturating_sub(here);
        if left == 0 && wanted == 0 {
            break;
        }
        wanted = wanted.saturating_sub(separator.chars().count());
        if left == 0 && wanted == 0 {
            // A separator must not come first.
            wanted = 1;
        }
    }
    let mut out = String::new();
    for (i, (zeros, digits)) in pieces.iter().rev().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        out.extend(std::iter::repeat_n('0', *zeros));
        out.push_str(digits);
    }
    out
}

fn grouped_from_left(digits: &str, grouping: Grouping) -> String {
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && i % 3 == 0 {
            out.push(grouping.symbol());
        }
        out.push(c);
    }
    out
}
