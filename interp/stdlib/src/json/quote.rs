//! Strings as JSON literals.

use habu_runtime::types::str::{StrBuilder, Unit, Units};

fn escape(c: u32, out: &mut StrBuilder) {
    let short = match c {
        0x22 => "\\\"",
        0x5c => "\\\\",
        0x0a => "\\n",
        0x0d => "\\r",
        0x09 => "\\t",
        0x0c => "\\f",
        0x08 => "\\b",
        _ => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let one = |out: &mut StrBuilder, c: u32| {
                let digit = |shift: u32| char::from(HEX[(c >> shift & 15) as usize]);
                out.push_str("\\u");
                [12, 8, 4, 0].into_iter().for_each(|shift| out.push_char(digit(shift)));
            };
            if c < 0x10000 {
                one(out, c);
            } else {
                one(out, 0xd7c0 + (c >> 10));
                one(out, 0xdc00 | c & 0x3ff);
            }
            return;
        }
    };
    out.push_str(short);
}

/// Appends the quoted text; `plain` says which characters stand for themselves.
fn push_quoted<'a, T: Unit>(
    out: &mut StrBuilder,
    text: &'a [T],
    plain: impl Fn(u32) -> bool,
    wrap: impl Fn(&'a [T]) -> Units<'a>,
) {
    out.push_str("\"");
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.iter().position(|c| !plain(c.code())).unwrap_or(rest.len());
        if run > 0 {
            out.push_units(wrap(&rest[..run]));
        }
        if let Some(c) = rest.get(run) {
            escape(c.code(), out);
        }
        rest = rest.get(run + 1..).unwrap_or_default();
    }
    out.push_str("\"");
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
        Units::One(s) => push_quoted(out, s, is_ascii_plain, Units::One),
        Units::Two(s) => push_quoted(out, s, is_ascii_plain, Units::Two),
        Units::Four(s) => push_quoted(out, s, is_ascii_plain, Units::Four),
    }
}

/// Appends the literal, only what must be escaped.
pub fn push(out: &mut StrBuilder, text: Units<'_>) {
    match text {
        Units::One(s) => push_quoted(out, s, is_plain, Units::One),
        Units::Two(s) => push_quoted(out, s, is_plain, Units::Two),
        Units::Four(s) => push_quoted(out, s, is_plain, Units::Four),
    }
}
