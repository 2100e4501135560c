//! Strings as JSON literals.

use habu_runtime::types::str::{StrBuilder, Unit, Units};

/// Appends an escape sequence.
fn escape(c: u32, out: &mut StrBuilder) {
    let short = match c {
        0x22 => b"\\\"",
        0x5c => b"\\\\",
        0x0a => b"\\n",
        0x0d => b"\\r",
        0x09 => b"\\t",
        0x0c => b"\\f",
        0x08 => b"\\b",
        _ if c < 0x10000 => return out.push_ascii_bytes(&four_digits(c)),
        _ => {
            out.push_ascii_bytes(&four_digits(0xd7c0 + (c >> 10)));
            return out.push_ascii_bytes(&four_digits(0xdc00 | c & 0x3ff));
        }
    };
    out.push_ascii_bytes(short);
}

/// `\uXXXX`
fn four_digits(c: u32) -> [u8; 6] {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u32| HEX[(c >> shift & 15) as usize];
    [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]
}

/// Appends the quoted text; `plain` says which characters stand for themselves.
fn push_quoted<'a, T: Unit>(
    out: &mut StrBuilder,
    text: &'a [T],
    plain: impl Fn(u32) -> bool,
    push_plain: impl Fn(&mut StrBuilder, &'a [T]),
) {
    out.push_ascii_bytes(b"\"");
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.iter().position(|c| !plain(c.code())).unwrap_or(rest.len());
        if run > 0 {
            push_plain(out, &rest[..run]);
        }
        if let Some(c) = rest.get(run) {
            escape(c.code(), out);
        }
        rest = rest.get(run + 1..).unwrap_or_default();
    }
    out.push_ascii_bytes(b"\"");
}

fn is_ascii_plain(c: u32) -> bool {
    (0x20..0x7f).contains(&c) && c != 0x22 && c != 0x5c
}

fn is_plain(c: u32) -> bool {
    c >= 0x20 && c != 0x22 && c != 0x5c
}

/// Appends the literal with ASCII characters only.
pub fn push_ascii(out: &mut StrBuilder, text: Units<'_>) {
    match text {
        Units::One(s) => push_quoted(out, s, is_ascii_plain, StrBuilder::push_ascii_bytes),
        Units::Two(s) => push_quoted(out, s, is_ascii_plain, |out, run| out.push_units(Units::Two(run))),
        Units::Four(s) => push_quoted(out, s, is_ascii_plain, |out, run| out.push_units(Units::Four(run))),
    }
}

/// Appends the literal, only what must be escaped.
pub fn push(out: &mut StrBuilder, text: Units<'_>) {
    match text {
        Units::One(s) => push_quoted(out, s, is_plain, |out, run| out.push_units(Units::One(run))),
        Units::Two(s) => push_quoted(out, s, is_plain, |out, run| out.push_units(Units::Two(run))),
        Units::Four(s) => push_quoted(out, s, is_plain, |out, run| out.push_units(Units::Four(run))),
    }
}
