//! Numbers: finding their end, and the errors of malformed ones.

use super::{Lexer, Place, R};
use crate::ast::Span;
use crate::token::TokenKind;

impl Lexer<'_> {
    pub(super) fn number(&mut self, start: usize) -> R {
        let end = self.scan_number(start)?;
        self.push(TokenKind::Number, start as u32, end as u32);
        self.advance_to(end);
        Ok(())
    }

    fn scan_number(&mut self, start: usize) -> R<usize> {
        let mut at = start;
        if self.byte(at) == b'0' {
            match self.byte(at + 1) | 0x20 {
                b'x' => return self.radix(start, "hexadecimal", |b| b.is_ascii_hexdigit()),
                b'o' => return self.radix(start, "octal", |b| (b'0'..=b'7').contains(&b)),
                b'b' => return self.radix(start, "binary", |b| matches!(b, b'0' | b'1')),
                _ => {}
            }
            at += 1;
            loop {
                if self.byte(at) == b'_' {
                    at += 1;
                    if !self.byte(at).is_ascii_digit() {
                        return self.error_upto(at, "invalid decimal literal");
                    }
                }
                if self.byte(at) != b'0' {
                    break;
                }
                at += 1;
            }
            let zeros_end = at;
            if self.byte(at).is_ascii_digit() {
                at = self.decimal_tail(at)?;
                if !self.options.trivia && !matches!(self.byte(at), b'.' | b'e' | b'E' | b'j' | b'J') {
                    // CPython has read one character past the zeros here.
                    let span = Span::new(start as u32, zeros_end as u32 + 1);
                    return self.error(
                        "leading zeros in decimal integer literals are not permitted; \
                         use an 0o prefix for octal integers",
                        Place::Range(span),
                    );
                }
            }
        } else if self.byte(at) != b'.' {
            at = self.decimal_tail(at)?;
        }
        if self.byte(at) == b'.' {
            at += 1;
            if self.byte(at).is_ascii_digit() {
                at = self.decimal_tail(at)?;
            }
        }
        if self.byte(at) | 0x20 == b'e' {
            let e = at;
            at += 1;
            if matches!(self.byte(at), b'+' | b'-') {
                at += 1;
                if !self.byte(at).is_ascii_digit() {
                    return self.error_upto(at, "invalid decimal literal");
                }
            } else if !self.byte(at).is_ascii_digit() {
                return self.check_end(start, e, "decimal");
            }
            at = self.decimal_tail(at)?;
        }
        if self.byte(at) | 0x20 == b'j' {
            return self.check_end(start, at + 1, "imaginary");
        }
        self.check_end(start, at, "decimal")
    }

    /// Digits with single underscores between them; the first byte is a digit.
    fn decimal_tail(&mut self, mut at: usize) -> R<usize> {
        loop {
            while self.byte(at).is_ascii_digit() {
                at += 1;
            }
            if self.byte(at) != b'_' {
                return Ok(at);
            }
            at += 1;
            if !self.byte(at).is_ascii_digit() {
                return self.error_upto(at, "invalid decimal literal");
            }
        }
    }

    fn radix(&mut self, start: usize, name: &str, digit: impl Fn(u8) -> bool) -> R<usize> {
        let mut at = start + 2;
        loop {
            if self.byte(at) == b'_' {
                at += 1;
            }
            let b = self.byte(at);
            if !digit(b) {
                return if b.is_ascii_digit() {
                    self.error_upto(at + 1, format!("invalid digit '{}' in {name} literal", b as char))
                } else {
                    self.error_upto(at, format!("invalid {name} literal"))
                };
            }
            while digit(self.byte(at)) {
                at += 1;
            }
            if self.byte(at) != b'_' {
                break;
            }
        }
        let b = self.byte(at);
        if b.is_ascii_digit() {
            return self.error_upto(at + 1, format!("invalid digit '{}' in {name} literal", b as char));
        }
        self.check_end(start, at, name)
    }

    /// A keyword may follow a number at once (with a warning); other names may not.
    fn check_end(&mut self, start: usize, at: usize, name: &str) -> R<usize> {
        let rest = &self.bytes[at.min(self.bytes.len())..];
        // `if`, `in` and `is` may run on into a name; the others must end.
        let whole = |word: &[u8]| {
            let after = rest.get(word.len()).copied().unwrap_or(b' ');
            rest.starts_with(word) && !(after.is_ascii_alphanumeric() || after == b'_' || after >= 0x80)
        };
        let keyword = [&b"and"[..], b"else", b"for", b"or", b"not"].iter().any(|word| whole(word))
            || [&b"if"[..], b"in", b"is"].iter().any(|word| rest.starts_with(word));
        if keyword {
            self.warnings.push((Span::new(start as u32, at as u32), format!("invalid {name} literal")));
        } else if !self.options.trivia
            && matches!(rest.first(), Some(b) if b.is_ascii_alphanumeric() || *b == b'_')
        {
            return self.error_upto(at, format!("invalid {name} literal"));
        }
        Ok(at)
    }
}
