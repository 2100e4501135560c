//! Layout: indentation at the start of a line, and what the end of the source closes.

use super::{LexError, Lexer, MAX_INDENTS, Place, R};
use crate::error::ErrKind;
use crate::token::TokenKind;

impl Lexer<'_> {
    /// Measures the indentation of a line and emits INDENT and DEDENT.
    pub(super) fn line_start(&mut self) -> R {
        self.at_line_start = false;
        let mut at = self.pos();
        let spaces = self.spaces_from(at);
        at += spaces;
        let (mut col, mut alt) = (spaces as u32, spaces as u32);
        let mut continued = 0;
        loop {
            match self.byte(at) {
                b' ' => (col, alt) = (col + 1, alt + 1),
                b'\t' => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                0x0C => (col, alt) = (0, 0),
                // A block's column is that of the first of the lines that a backslash joins.
                b'\\' => {
                    if continued == 0 {
                        continued = col;
                    }
                    if self.byte(at + 1) != b'\n' {
                        return self.bad_continuation(at);
                    }
                    if at + 2 >= self.bytes.len() {
                        self.advance_to(at + 2);
                        return self.eof_error();
                    }
                    at += 1;
                }
                _ => break,
            }
            at += 1;
        }
        self.advance_to(at);
        let next = self.byte(at);
        // A line of blanks that the end of the source cuts off counts as blank, for a newline is added to it.
        let cut_off = self.options.final_newline
            && at >= self.bytes.len()
            && self.bytes.last().is_some_and(|&b| b != b'\n');
        self.blank_line = matches!(next, b'#' | b'\n') || cut_off;
        if self.blank_line || !self.brackets.is_empty() {
            return Ok(());
        }
        if continued != 0 {
            (col, alt) = (continued, continued);
        }
        self.indentation(col, alt, at)
    }

    /// How many spaces there are from an offset on.
    fn spaces_from(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        let words = rest.chunks_exact(4).take_while(|word| *word == b"    ").count() * 4;
        words + rest[words..].iter().take_while(|&&b| b == b' ').count()
    }

    fn indentation(&mut self, col: u32, alt: u32, at: usize) -> R {
        let &(top, alt_top) = self.indents.last().unwrap_or(&(0, 0));
        let here = at as u32;
        if col == top {
            if alt != alt_top {
                return self.tab_error(at);
            }
        } else if col > top {
            if self.indents.len() >= MAX_INDENTS {
                return self.indent_error(ErrKind::IndentationError, "too many levels of indentation", at);
            }
            if alt <= alt_top {
                return self.tab_error(at);
            }
            self.indents.push((col, alt));
            let start = memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |i| i as u32 + 1);
            self.push(TokenKind::Indent, if self.options.trivia { start } else { here }, here);
        } else {
            while self.indents.len() > 1 && self.indents.last().is_some_and(|i| col < i.0) {
                self.indents.pop();
                self.push(TokenKind::Dedent, here, here);
            }
            let &(top, alt_top) = self.indents.last().unwrap_or(&(0, 0));
            if col != top {
                let msg = "unindent does not match any outer indentation level";
                return self.dedent_error(msg, at);
            }
            if alt != alt_top {
                return self.tab_error(at);
            }
        }
        Ok(())
    }

    fn tab_error(&mut self, at: usize) -> R {
        self.indent_error(ErrKind::TabError, "inconsistent use of tabs and spaces in indentation", at)
    }

    fn indent_error(&mut self, kind: ErrKind, msg: &str, at: usize) -> R {
        let line = self.line_of(at);
        let place = Place::Columns { line, col: 1, end_col: 0 };
        Err(Box::new(LexError { kind, msg: msg.into(), place, at_end: false, overrides: false, open: None }))
    }

    /// CPython reports this one at the end of the line, and loses the DEDENTs before it.
    fn dedent_error(&mut self, msg: &str, at: usize) -> R {
        while self.tokens.last().is_some_and(|t| t.kind == TokenKind::Dedent) {
            self.tokens.pop();
        }
        let line = self.line_of(at);
        let end = memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |i| at + i);
        let start = memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |i| i + 1);
        let col = crate::error::count_chars(&self.bytes[start..end]) + 1;
        let place = Place::Columns { line, col, end_col: -1 };
        let (kind, msg) = (ErrKind::IndentationError, msg.into());
        Err(Box::new(LexError { kind, msg, place, at_end: false, overrides: false, open: None }))
    }

    /// The tokens that the end of the source stands for.
    pub(super) fn end_of_source(&mut self) -> R {
        let len = self.bytes.len() as u32;
        let open_line = self.bytes.last().is_some_and(|&b| b != b'\n');
        if !self.brackets.is_empty() {
            if open_line && self.options.trivia {
                self.push(TokenKind::Nl, len, len + 1);
            }
            return self.eof_error();
        }
        let mut end = len;
        let statement_open = self
            .tokens
            .last()
            .is_some_and(|t| !matches!(t.kind, TokenKind::Newline | TokenKind::Nl | TokenKind::Dedent));
        if open_line && self.options.final_newline {
            if self.blank_line {
                if self.options.trivia {
                    self.push(TokenKind::Nl, len, len + 1);
                }
            } else if statement_open {
                let from = self.comment.take().unwrap_or(len);
                self.push(TokenKind::Newline, from, len + 1);
            }
            end = len + 1;
        } else if self.options.single && statement_open {
            self.push(TokenKind::Newline, len, len);
        }
        let left_open = self.options.no_final_dedent && self.options.single && open_line;
        if !left_open {
            while self.indents.len() > 1 {
                self.indents.pop();
                self.push(TokenKind::Dedent, end, end);
            }
        }
        let ended = self.tokens.last().is_none_or(|t| t.kind == TokenKind::Newline && t.start == t.end);
        if self.options.single && !ended {
            self.push(TokenKind::Newline, end, end);
        }
        self.push(TokenKind::EndMarker, end, end);
        Ok(())
    }
}
