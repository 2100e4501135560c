//! Plain string literals: finding their end; prefixes that do not go together.

use super::{LexError, Lexer, Place, R};
use crate::ast::Span;
use crate::error::ErrKind;
use crate::token::TokenKind;

impl Lexer<'_> {
    /// A string token that starts at `start` and whose (first) quote is at `quote`.
    pub(super) fn string(&mut self, start: usize, quote: usize) -> R {
        let q = self.bytes[quote];
        let triple = self.byte(quote + 1) == q && self.byte(quote + 2) == q;
        let end = if triple {
            self.triple_end(start, quote + 3, q)?
        } else {
            self.single_end(start, quote + 1, q)?
        };
        self.push(TokenKind::String, start as u32, end as u32);
        self.advance_to(end);
        Ok(())
    }

    fn single_end(&mut self, start: usize, mut at: usize, q: u8) -> R<usize> {
        let mut escaped_quote = false;
        let mut escaped_end = false;
        loop {
            match memchr::memchr3(q, b'\\', b'\n', &self.bytes[at..]) {
                Some(i) if self.bytes[at + i] == q => return Ok(at + i + 1),
                Some(i) if self.bytes[at + i] == b'\\' => {
                    escaped_quote |= self.byte(at + i + 1) == q;
                    escaped_end = at + i + 2 > self.bytes.len();
                    at = (at + i + 2).min(self.bytes.len());
                }
                found => {
                    let end = found.map_or(self.bytes.len(), |i| at + i);
                    let line = self.last_line(end);
                    let hint = if escaped_quote { "; perhaps you escaped the end quote?" } else { "" };
                    let msg = format!("unterminated string literal (detected at line {line}){hint}");
                    // The newline that is added to the last line ends the literal as well.
                    let at_end = found.is_none() && (escaped_end || !self.options.final_newline);
                    return self.unterminated(start, msg, at_end);
                }
            }
        }
    }

    fn triple_end(&mut self, start: usize, mut at: usize, q: u8) -> R<usize> {
        loop {
            match memchr::memchr2(q, b'\\', &self.bytes[at..]) {
                Some(i) if self.bytes[at + i] == b'\\' => at = (at + i + 2).min(self.bytes.len()),
                Some(i) => {
                    at += i + 1;
                    if self.byte(at) == q && self.byte(at + 1) == q {
                        return Ok(at + 2);
                    }
                }
                None => {
                    let line = self.last_line(self.bytes.len());
                    let msg = format!("unterminated triple-quoted string literal (detected at line {line})");
                    return self.unterminated(start, msg, true);
                }
            }
        }
    }

    /// The line of an offset; the end of the source counts to the last line that has text.
    pub(super) fn last_line(&self, at: usize) -> u32 {
        let at = if at == self.bytes.len() && self.bytes.last() == Some(&b'\n') { at - 1 } else { at };
        self.line_of(at)
    }

    pub(super) fn unterminated<T>(&self, start: usize, msg: String, at_end: bool) -> R<T> {
        // A quote that matches an open f-string's was meant to close it: a brace is missing.
        if let Some(letter) = self.closes_open_fstring(start) {
            return self.error_upto(start + 1, format!("{letter}-string: expecting '}}'"));
        }
        let place = Place::Upto(start as u32 + 1);
        let overrides = self.modes.is_empty();
        Err(Box::new(LexError { kind: ErrKind::SyntaxError, msg, place, at_end, overrides, open: None }))
    }

    /// A name or keyword right before a quote: if it is made of prefix letters, they clash.
    pub(super) fn check_prefix(&mut self, start: usize, end: usize) -> R {
        let mut seen = [false; 5];
        for &b in &self.bytes[start..end] {
            match b"ubrft".iter().position(|&p| p == b | 0x20) {
                Some(i) if !seen[i] => seen[i] = true,
                _ => return Ok(()),
            }
        }
        let [u, b, r, f, t] = seen;
        let clash = if u && b {
            "'u' and 'b'"
        } else if u && r {
            "'u' and 'r'"
        } else if u && f {
            "'u' and 'f'"
        } else if u && t {
            "'u' and 't'"
        } else if b && f {
            "'b' and 'f'"
        } else if b && t {
            "'b' and 't'"
        } else if f && t {
            "'f' and 't'"
        } else {
            return Ok(());
        };
        let span = Span::new(start as u32, end as u32 + 1);
        self.error(format!("{clash} prefixes are incompatible"), Place::Range(span))
    }
}
