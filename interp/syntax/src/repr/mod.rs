//! CPython's `repr` of floats, strings and bytes: what dumps print and the runtime shows.

mod float;
mod unprintable;

pub use float::float_repr;

/// Whether `str.isprintable` holds for a code point.
pub fn is_printable(c: u32) -> bool {
    if c < 0x7F {
        return c >= 0x20;
    }
    let i = unprintable::UNPRINTABLE.partition_point(|&(first, _)| first <= c);
    i == 0 || unprintable::UNPRINTABLE[i - 1].1 < c
}

/// `repr` of a string given by its code points (lone surrogates included).
pub fn str_repr(code_points: impl Iterator<Item = u32> + Clone) -> String {
    let single = code_points.clone().any(|c| c == '\'' as u32);
    let double = code_points.clone().any(|c| c == '"' as u32);
    let quote = if single && !double { '"' } else { '\'' };
    let mut out = String::with_capacity(code_points.size_hint().0 + 2);
    out.push(quote);
    for c in code_points {
        match char::from_u32(c) {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\\') => out.push_str("\\\\"),
            Some(c) if c == quote => {
                out.push('\\');
                out.push(c);
            }
            Some(ch) if is_printable(c) => out.push(ch),
            _ => push_escape(&mut out, c),
        }
    }
    out.push(quote);
    out
}

fn push_escape(out: &mut String, c: u32) {
    out.push_str(&match c {
        0..=0xFF => format!("\\x{c:02x}"),
        0x100..=0xFFFF => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    });
}

/// `repr` of a bytes object.
pub fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote);
    for &b in bytes {
        match b {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            _ if b as char == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7E => out.push(b as char),
            _ => push_escape(&mut out, u32::from(b)),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::{bytes_repr, is_printable, str_repr};

    fn of(s: &str) -> String {
        str_repr(s.chars().map(|c| c as u32))
    }

    #[test]
    fn strings_are_quoted_as_by_cpython() {
        assert_eq!(of("a"), "'a'");
        assert_eq!(of("it's"), "\"it's\"");
        assert_eq!(of("'\""), "'\\'\"'");
        assert_eq!(
            of("\n\r\t\\\x00\x7f\u{e9}\u{a0}\u{2028}\u{1f600}\u{e0001}"),
            "'\\n\\r\\t\\\\\\x00\\x7fé\\xa0\\u2028😀\\U000e0001'"
        );
        assert_eq!(str_repr([0xD800, 0x41].into_iter()), "'\\ud800A'");
        assert_eq!(bytes_repr(b"a'\x00\xff\n"), "b\"a'\\x00\\xff\\n\"");
    }

    #[test]
    fn printable_is_cpythons() {
        assert!(is_printable(0x20) && is_printable(0xE9) && is_printable(0x1F600));
        assert!(
            !is_printable(0xAD) && !is_printable(0x3000) && !is_printable(0x378) && !is_printable(0x10FFFF)
        );
    }
}
