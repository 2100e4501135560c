//! Escape sequences of string and bytes literals.

use super::{Parser, R};
use crate::ast::{PyStringBuf, Span};
use crate::error::WarningKind;

/// A literal's text between its quotes, and where it is.
#[derive(Clone, Copy)]
pub(super) struct Body<'s> {
    pub(super) text: &'s str,
    /// The offset of `text`.
    pub(super) offset: u32,
    /// The token, for errors.
    pub(super) token: Span,
}

impl<'a> Parser<'_, 'a> {
    /// Appends the value of a string literal's body.
    pub(super) fn unescape(&mut self, body: Body, out: &mut PyStringBuf) -> R {
        let text = body.text;
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut warned = false;
        loop {
            let Some(i) = memchr::memchr(b'\\', &bytes[at..]) else {
                out.push_str(&text[at..]);
                return Ok(());
            };
            out.push_str(&text[at..at + i]);
            let escape = at + i;
            let Some(c) = text[escape + 1..].chars().next() else {
                // Only in f-strings: a backslash right before a brace.
                if let Some(c) = self.src[body.offset as usize + text.len()..].chars().next()
                    && !warned
                {
                    self.escape_warning(body, escape, c);
                }
                out.push_str("\\");
                return Ok(());
            };
            at = escape + 1 + c.len_utf8();
            match c {
                '\n' => {}
                '\\' | '\'' | '"' => out.push(c as u32),
                'a' => out.push(7),
                'b' => out.push(8),
                'f' => out.push(12),
                'n' => out.push(10),
                'r' => out.push(13),
                't' => out.push(9),
                'v' => out.push(11),
                '0'..='7' => {
                    let (value, end) = octal(bytes, escape + 1);
                    at = end;
                    if value > 0o377 && !warned {
                        warned = true;
                        self.octal_warning(body, escape, end);
                    }
                    out.push(value);
                }
                'x' => at = self.hex_escape(body, escape, 2, "truncated \\xXX escape", out)?,
                'u' => at = self.hex_escape(body, escape, 4, "truncated \\uXXXX escape", out)?,
                'U' => at = self.hex_escape(body, escape, 8, "truncated \\UXXXXXXXX escape", out)?,
                'N' => at = self.named_escape(body, escape, out)?,
                _ => {
                    // CPython has made `\u005c` of a backslash before such a character by now.
                    if !warned && c.is_ascii() {
                        warned = true;
                        self.escape_warning(body, escape, c);
                    }
                    out.push_str("\\");
                    out.push(c as u32);
                }
            }
        }
    }

    fn hex_escape(
        &mut self,
        body: Body,
        escape: usize,
        digits: usize,
        msg: &str,
        out: &mut PyStringBuf,
    ) -> R<usize> {
        let bytes = body.text.as_bytes();
        let from = escape + 2;
        let found = bytes[from..].iter().take(digits).take_while(|b| b.is_ascii_hexdigit()).count();
        let value = bytes[from..from + found]
            .iter()
            .fold(0u32, |n, b| (n << 4) | (*b as char).to_digit(16).unwrap_or(0));
        if found < digits {
            return self.escape_error(body, escape, from + found, msg);
        }
        if value > 0x10_FFFF {
            return self.escape_error(body, escape, from + found, "illegal Unicode character");
        }
        out.push(value);
        Ok(from + found)
    }

    fn named_escape(&mut self, body: Body, escape: usize, out: &mut PyStringBuf) -> R<usize> {
        let malformed = "malformed \\N character escape";
        let rest = &body.text[escape + 2..];
        let Some(rest) = rest.strip_prefix('{') else {
            return self.escape_error(body, escape, escape + 2, malformed);
        };
        let Some(end) = rest.find('}') else {
            return self.escape_error(body, escape, body.text.len(), malformed);
        };
        let after = escape + 3 + end + 1;
        if end == 0 {
            return self.escape_error(body, escape, escape + 3, malformed);
        }
        match character_named(&rest[..end]) {
            Some(c) => out.push(c as u32),
            None => return self.escape_error(body, escape, after, "unknown Unicode character name"),
        }
        Ok(after)
    }

    /// CPython decodes a copy in which every character over ASCII takes ten bytes; its positions count so.
    fn escape_error<T>(&mut self, body: Body, from: usize, to: usize, msg: &str) -> R<T> {
        let position =
            |at: usize| body.text[..at].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum::<usize>();
        let (from, to) = (position(from), position(to.min(body.text.len())).max(position(from) + 1));
        let place = if to - from == 1 {
            format!("byte 0x5c in position {from}")
        } else {
            format!("bytes in position {from}-{}", to - 1)
        };
        self.raise_at(
            body.token,
            format!("(unicode error) 'unicodeescape' codec can't decode {place}: {msg}"),
        )
    }

    /// Appends the value of a bytes literal's body.
    pub(super) fn unescape_bytes(&mut self, body: Body, out: &mut Vec<u8>) -> R {
        let bytes = body.text.as_bytes();
        let mut at = 0;
        let mut warned = false;
        while at < bytes.len() {
            if bytes[at] != b'\\' {
                out.push(bytes[at]);
                at += 1;
                continue;
            }
            let escape = at;
            let c = bytes.get(at + 1).copied().unwrap_or(b'\\');
            at += 2;
            match c {
                b'\n' => {}
                b'\\' | b'\'' | b'"' => out.push(c),
                b'a' => out.push(7),
                b'b' => out.push(8),
                b'f' => out.push(12),
                b'n' => out.push(10),
                b'r' => out.push(13),
                b't' => out.push(9),
                b'v' => out.push(11),
                b'0'..=b'7' => {
                    let (value, end) = octal(bytes, escape + 1);
                    at = end;
                    if value > 0o377 && !warned {
                        warned = true;
                        self.octal_warning(body, escape, end);
                    }
                    out.push(value as u8);
                }
                b'x' => {
                    let digit = |i: usize| bytes.get(i).and_then(|b| (*b as char).to_digit(16));
                    let (Some(high), Some(low)) = (digit(at), digit(at + 1)) else {
                        let msg = format!("(value error) invalid \\x escape at position {escape}");
                        return self.raise_at(body.token, msg);
                    };
                    out.push((high * 16 + low) as u8);
                    at += 2;
                }
                _ => {
                    if !warned {
                        warned = true;
                        self.escape_warning(body, escape, c as char);
                    }
                    out.extend([b'\\', c]);
                }
            }
        }
        Ok(())
    }

    fn escape_warning(&mut self, body: Body, escape: usize, c: char) {
        self.literal_warning(body, escape, &format!("\\{c}"), "an invalid escape sequence");
    }

    fn octal_warning(&mut self, body: Body, escape: usize, end: usize) {
        let text = body.text[escape..end].to_owned();
        self.literal_warning(body, escape, &text, "an invalid octal escape sequence");
    }

    fn literal_warning(&mut self, body: Body, escape: usize, text: &str, what: &str) {
        let at = body.offset + escape as u32;
        let span = Span::new(at, at + text.len() as u32);
        self.warn(WarningKind::SyntaxWarning, span, invalid_escape_text(text, what));
    }
}

/// The text of the warning about an escape that means nothing.
pub(crate) fn invalid_escape_text(text: &str, what: &str) -> String {
    format!(
        "\"{text}\" is {what}. Such sequences will not work in the future. \
         Did you mean \"\\{text}\"? A raw string is also an option."
    )
}

/// Up to three octal digits: their value and where they end.
fn octal(bytes: &[u8], from: usize) -> (u32, usize) {
    let count = bytes[from..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
    let value = bytes[from..from + count].iter().fold(0, |n, b| n * 8 + u32::from(b - b'0'));
    (value, from + count)
}

/// The character of a Unicode name, an alias or a computed name; not of a named sequence.
pub fn character_named(name: &str) -> Option<char> {
    unicode_names2::character(name)
}
