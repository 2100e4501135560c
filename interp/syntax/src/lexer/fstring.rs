//! f-strings and t-strings: the literal text between replacement fields, and the mode stack (PEP 701, PEP 750).

use super::{Lexer, MAX_FSTRINGS, R};
use crate::token::TokenKind;

/// How deep replacement fields may nest in format specs, as in CPython.
const MAX_FIELD_NESTING: i32 = 3;

/// An open f-string or t-string.
pub(super) struct FMode {
    start: usize,
    quote: u8,
    triple: bool,
    raw: bool,
    template: bool,
    /// Brackets open inside this string, those of replacement fields included.
    pub(super) depth: i32,
    /// The value of `depth` outside of the innermost replacement field; -1 in the literal text.
    pub(super) expr_start: i32,
    pub(super) in_format_spec: bool,
}

impl FMode {
    pub(super) fn letter(&self) -> char {
        if self.template { 't' } else { 'f' }
    }

    fn middle(&self) -> TokenKind {
        if self.template { TokenKind::TStringMiddle } else { TokenKind::FStringMiddle }
    }
}

impl Lexer<'_> {
    pub(super) fn fstring_start(&mut self, start: usize, quote: usize, template: bool) -> R {
        let q = self.bytes[quote];
        let triple = self.byte(quote + 1) == q && self.byte(quote + 2) == q;
        let end = quote + if triple { 3 } else { 1 };
        if self.modes.len() + 1 >= MAX_FSTRINGS {
            return self.error_upto(end, "too many nested f-strings or t-strings");
        }
        let raw = self.bytes[start..quote].iter().any(|b| b | 0x20 == b'r');
        self.push(
            if template { TokenKind::TStringStart } else { TokenKind::FStringStart },
            start as u32,
            end as u32,
        );
        self.modes.push(FMode {
            start,
            quote: q,
            triple,
            raw,
            template,
            depth: 0,
            expr_start: -1,
            in_format_spec: false,
        });
        self.advance_to(end);
        self.fstring_text()
    }

    /// An operator inside a replacement field: a colon or an exclamation mark at its top level ends the expression.
    pub(super) fn operator_in_fstring(&mut self, kind: TokenKind, start: u32, end: u32) -> R {
        let Some(mode) = self.modes.last_mut() else { return Ok(()) };
        let top = mode.depth - 1 == mode.expr_start;
        match kind {
            TokenKind::Colon | TokenKind::ColonEqual if top => {
                // `:=` at the top level is a format spec that starts with an equals sign.
                mode.in_format_spec = true;
                if kind == TokenKind::ColonEqual {
                    self.push(TokenKind::Colon, start, start + 1);
                    return self.fstring_text_from(start as usize + 1);
                }
                self.push(kind, start, end);
                return self.fstring_text();
            }
            _ => self.push(kind, start, end),
        }
        Ok(())
    }

    /// Lexes from an offset before logos's position, by starting it anew there.
    fn fstring_text_from(&mut self, at: usize) -> R {
        self.raw = logos::Logos::lexer(self.src);
        self.raw.bump(at);
        self.fstring_text()
    }

    /// Lexes literal text up to the next replacement field or the end of the string.
    pub(super) fn fstring_text(&mut self) -> R {
        let mut at = self.pos();
        let Some(mode) = self.modes.last() else { return Ok(()) };
        let (q, triple, raw, in_spec, middle) =
            (mode.quote, mode.triple, mode.raw, mode.in_format_spec && mode.expr_start >= 0, mode.middle());
        if self.byte(at) == b'{' && self.byte(at + 1) != b'{' {
            return self.enter_field(at);
        }
        if self.closes(at, q, triple) {
            return self.fstring_end(at);
        }
        let mut start = at;
        loop {
            let b = self.byte(at);
            if at >= self.bytes.len() || (b == b'\n' && !triple) {
                if in_spec && at < self.bytes.len() {
                    let letter = self.modes.last().map_or('f', FMode::letter);
                    let msg = format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                    );
                    return self.error_upto(at + 1, msg);
                }
                return self.unterminated_fstring(at);
            }
            match b {
                _ if b == q && self.closes(at, q, triple) => {
                    self.push(middle, start as u32, at as u32);
                    return self.fstring_end(at);
                }
                b'{' => {
                    if self.byte(at + 1) == b'{' && !in_spec {
                        self.push(middle, start as u32, at as u32 + 1);
                        at += 2;
                        start = at;
                        if self.after_brace(at, q, triple)? {
                            return Ok(());
                        }
                        continue;
                    }
                    self.push(middle, start as u32, at as u32);
                    return self.enter_field(at);
                }
                b'}' => {
                    let depth = self.modes.last().map_or(0, |m| m.depth);
                    if self.byte(at + 1) == b'}' && !in_spec && depth == 0 {
                        self.push(middle, start as u32, at as u32 + 1);
                        at += 2;
                        start = at;
                        if self.after_brace(at, q, triple)? {
                            return Ok(());
                        }
                        continue;
                    }
                    self.push(middle, start as u32, at as u32);
                    self.advance_to(at);
                    return Ok(());
                }
                b'\\' => {
                    let next = self.byte(at + 1);
                    if matches!(next, b'{' | b'}') {
                        at += 1;
                    } else if next == b'N' && !raw && self.byte(at + 2) == b'{' {
                        at = self.named_escape_end(at + 3, q, triple);
                        if self.byte(at - 1) == b'}' {
                            self.push(middle, start as u32, at as u32);
                            start = at;
                            if self.after_brace(at, q, triple)? {
                                return Ok(());
                            }
                        }
                    } else {
                        at += 2;
                    }
                }
                _ => at += self.text_run(at + 1, q) + 1,
            }
        }
    }

    /// After `{{` or `}}` a new piece of text starts; true if the string or a field begins there instead.
    fn after_brace(&mut self, at: usize, q: u8, triple: bool) -> R<bool> {
        if self.byte(at) == b'{' && self.byte(at + 1) != b'{' {
            self.enter_field(at)?;
        } else if self.closes(at, q, triple) {
            self.fstring_end(at)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// How many bytes from `at` on mean nothing special.
    fn text_run(&self, at: usize, q: u8) -> usize {
        let special = |&b: &u8| matches!(b, b'{' | b'}' | b'\\' | b'\n') || b == q;
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        rest.iter().position(special).unwrap_or(rest.len())
    }

    /// Past the closing brace of `\N{…}`, or where the text ends before it.
    fn named_escape_end(&self, mut at: usize, q: u8, triple: bool) -> usize {
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'}' => return at + 1,
                b'{' | b'\\' => return at,
                b'\n' if !triple => return at,
                b if b == q && self.closes(at, q, triple) => return at,
                _ => at += 1,
            }
        }
        at
    }

    /// The letter of the innermost open string, if the plain string at `start` has its quotes.
    pub(super) fn closes_open_fstring(&self, start: usize) -> Option<char> {
        let mode = self.modes.last()?;
        let quote = start + self.bytes[start..].iter().position(|b| matches!(b, b'"' | b'\''))?;
        let q = self.bytes[quote];
        let triple = self.byte(quote + 1) == q && self.byte(quote + 2) == q;
        let inside_field = mode.expr_start >= 0 && start != mode.start;
        (inside_field && mode.quote == q && mode.triple == triple).then(|| mode.letter())
    }

    fn closes(&self, at: usize, q: u8, triple: bool) -> bool {
        self.byte(at) == q && (!triple || (self.byte(at + 1) == q && self.byte(at + 2) == q))
    }

    fn fstring_end(&mut self, at: usize) -> R {
        let Some(mode) = self.modes.pop() else { return Ok(()) };
        let end = at + if mode.triple { 3 } else { 1 };
        let kind = if mode.template { TokenKind::TStringEnd } else { TokenKind::FStringEnd };
        self.push(kind, at as u32, end as u32);
        self.advance_to(end);
        Ok(())
    }

    /// Goes back to expressions at the opening brace of a replacement field.
    fn enter_field(&mut self, at: usize) -> R {
        self.advance_to(at);
        if let Some(mode) = self.modes.last_mut() {
            mode.expr_start += 1;
            if mode.expr_start >= MAX_FIELD_NESTING {
                let letter = mode.letter();
                return self.error_upto(at, format!("{letter}-string: expressions nested too deeply"));
            }
            mode.in_format_spec = false;
        }
        Ok(())
    }

    fn unterminated_fstring(&mut self, at: usize) -> R {
        let Some(mode) = self.modes.last() else { return Ok(()) };
        let letter = mode.letter();
        let line = self.last_line(at);
        let triple = mode.triple;
        let what = if triple { "triple-quoted " } else { "" };
        let msg = format!("unterminated {what}{letter}-string literal (detected at line {line})");
        self.unterminated(mode.start, msg, triple)
    }
}
