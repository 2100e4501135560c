//! String literals: joining adjacent ones; f-strings and t-strings with their replacement fields.

use super::memo::Rule;
use super::unescape::Body;
use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::{Token, TokenKind};

/// The pieces of a joined literal: texts that touch are one constant.
struct Pieces<'a> {
    values: Vec<Expr<'a>>,
    pending: Option<(Span, PyStringBuf, bool)>,
    arena: &'a Arena,
}

impl<'a> Pieces<'a> {
    fn new(arena: &'a Arena) -> Pieces<'a> {
        Pieces { values: Vec::new(), pending: None, arena }
    }

    fn text(&mut self, span: Span, kind: bool) -> &mut PyStringBuf {
        let (place, buf, _) = self.pending.get_or_insert_with(|| (span, PyStringBuf::new(), kind));
        place.end = span.end;
        buf
    }

    fn value(&mut self, value: Expr<'a>) {
        self.flush();
        self.values.push(value);
    }

    fn flush(&mut self) {
        if let Some((span, buf, kind)) = self.pending.take()
            && !buf.is_empty()
        {
            let value = Constant::Str(buf.finish(self.arena));
            self.values.push(Expr { span, kind: ExprKind::Constant { value, kind } });
        }
    }

    fn finish(mut self) -> &'a [Expr<'a>] {
        self.flush();
        self.arena.alloc_slice_copy(&self.values)
    }
}

/// Where in which sort of literal a replacement field stands.
#[derive(Clone, Copy)]
struct Literal {
    raw: bool,
    template: bool,
    /// In a format spec, where a t-string's fields are formatted values too.
    in_spec: bool,
}

impl Literal {
    fn middle(self) -> TokenKind {
        if self.template { TokenKind::TStringMiddle } else { TokenKind::FStringMiddle }
    }
}

pub(super) fn starts_string(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::FStringStart | TokenKind::TStringStart)
}

impl<'s, 'a> Parser<'s, 'a> {
    /// Adjacent string literals, joined.
    pub(super) fn strings(&mut self) -> R<Expr<'a>> {
        if !self.diagnose && !self.recording {
            return self.join_strings();
        }
        self.remembered(Rule::Strings, |p| {
            if p.diagnose {
                p.invalid_string_concat()?;
            }
            p.join_strings()
        })
    }

    fn join_strings(&mut self) -> R<Expr<'a>> {
        let first = self.token();
        if first.kind == TokenKind::String && !starts_string(self.kind_after()) {
            return self.single_string();
        }
        let from = self.pos;
        if first.kind == TokenKind::TStringStart {
            let mut pieces = Pieces::new(self.arena);
            while self.at(TokenKind::TStringStart) {
                if !self.next_fstring(&mut pieces, from)? {
                    break;
                }
            }
            let kind = ExprKind::TemplateStr { values: pieces.finish() };
            return Ok(Expr { span: self.span_from(first.start), kind });
        }
        let mut pieces = Pieces::new(self.arena);
        let mut bytes = Vec::new();
        let (mut any_bytes, mut any_text, mut any_f) = (false, false, false);
        loop {
            match self.kind() {
                TokenKind::String => {
                    let token = self.token();
                    let (prefix, body, raw) = self.string_parts(token);
                    if prefix.contains(['b', 'B']) {
                        any_bytes = true;
                        self.bytes_value(body, raw, &mut bytes)?;
                    } else {
                        any_text = true;
                        let buf = pieces.text(token.span(), prefix.starts_with('u'));
                        if raw {
                            buf.push_str(body.text);
                        } else {
                            let mut buf = std::mem::take(buf);
                            self.unescape(body, &mut buf)?;
                            *pieces.text(token.span(), false) = buf;
                        }
                    }
                    self.bump();
                }
                TokenKind::FStringStart => {
                    any_f = true;
                    if !self.next_fstring(&mut pieces, from)? {
                        break;
                    }
                }
                _ => break,
            }
        }
        let span = Span::new(self.tokens[from].start, self.last_end());
        if any_bytes && (any_text || any_f) {
            return self.raise_far_syntax("cannot mix bytes and nonbytes literals");
        }
        let kind = if any_bytes {
            ExprKind::Constant { value: Constant::Bytes(self.arena.alloc_slice_copy(&bytes)), kind: false }
        } else if any_f {
            ExprKind::JoinedStr { values: pieces.finish() }
        } else {
            let (_, buf, kind) = pieces.pending.take().unwrap_or_default();
            ExprKind::Constant { value: Constant::Str(buf.finish(self.arena)), kind }
        };
        Ok(Expr { span, kind })
    }

    /// One f-string or t-string of a row that began at a token. Where mistakes are looked for, one that is wrong only
    /// ends the row.
    fn next_fstring(&mut self, pieces: &mut Pieces<'a>, from: usize) -> R<bool> {
        if self.pos == from || !self.second {
            return self.fstring(pieces).map(|()| true);
        }
        Ok(self.attempt(|p| p.fstring(pieces))?.is_some())
    }

    fn single_string(&mut self) -> R<Expr<'a>> {
        // An error in the literal is found before the token after it is looked at.
        let token = self.token();
        let (prefix, body, raw) = self.string_parts(token);
        let value = if prefix.contains(['b', 'B']) {
            let mut bytes = Vec::with_capacity(body.text.len());
            self.bytes_value(body, raw, &mut bytes)?;
            Constant::Bytes(self.arena.alloc_slice_copy(&bytes))
        } else if raw {
            Constant::Str(PyString::new(self.arena, body.text))
        } else {
            let mut buf = PyStringBuf::with_capacity(body.text.len());
            self.unescape(body, &mut buf)?;
            Constant::Str(buf.finish(self.arena))
        };
        self.bump();
        Ok(Expr { span: token.span(), kind: ExprKind::Constant { value, kind: prefix.starts_with('u') } })
    }

    /// The prefix, the body and whether nothing in it needs unescaping.
    fn string_parts(&self, token: Token) -> (&'s str, Body<'s>, bool) {
        let text = self.text(token);
        let quote = text.find(['"', '\'']).unwrap_or(0);
        let (prefix, quoted) = text.split_at(quote);
        let q = &quoted[..1];
        let width =
            if quoted.len() >= 6 && quoted[1..].starts_with(q) && quoted[2..].starts_with(q) { 3 } else { 1 };
        let body = &quoted[width..quoted.len() - width];
        let raw = prefix.contains(['r', 'R']) || memchr::memchr(b'\\', body.as_bytes()).is_none();
        (prefix, Body { text: body, offset: token.start + (quote + width) as u32, token: token.span() }, raw)
    }

    fn bytes_value(&mut self, body: Body, raw: bool, out: &mut Vec<u8>) -> R {
        if !body.text.is_ascii() {
            return self.raise_at(body.token, "bytes can only contain ASCII literal characters");
        }
        if raw {
            out.extend_from_slice(body.text.as_bytes());
            return Ok(());
        }
        self.unescape_bytes(body, out)
    }

    fn raise_far_syntax<T>(&self, msg: &str) -> R<T> {
        self.raise_far(crate::error::ErrKind::SyntaxError, msg)
    }

    /// One f-string or t-string, added to the pieces.
    fn fstring(&mut self, pieces: &mut Pieces<'a>) -> R {
        let start = self.bump();
        let template = start.kind == TokenKind::TStringStart;
        let raw = self.text(start).contains(['r', 'R']);
        let literal = Literal { raw, template, in_spec: false };
        self.fstring_items(literal, pieces)?;
        let end = if template { TokenKind::TStringEnd } else { TokenKind::FStringEnd };
        self.expect(end)?;
        Ok(())
    }

    fn fstring_items(&mut self, literal: Literal, pieces: &mut Pieces<'a>) -> R {
        loop {
            match self.kind() {
                kind if kind == literal.middle() => {
                    let token = self.bump();
                    self.middle(token, literal, pieces)?;
                }
                TokenKind::LBrace => {
                    let pos = self.pos;
                    match self.nested(|p| p.replacement_field(literal, pieces)) {
                        Err(Fail::Soft) => {
                            self.reset(pos);
                            if self.diagnose {
                                self.invalid_replacement_field(literal.template)?;
                                self.pos = pos;
                            }
                            return Ok(());
                        }
                        result => result?,
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn middle(&mut self, token: Token, literal: Literal, pieces: &mut Pieces<'a>) -> R {
        let text = self.text(token);
        let mut span = token.span();
        // The second of two braces belongs to the token's place, not to its text.
        let last = text.as_bytes().last();
        if matches!(last, Some(b'{' | b'}')) && last == self.src.as_bytes().get(token.end as usize) {
            span.end += 1;
        }
        let buf = pieces.text(span, false);
        let raw = literal.raw;
        if raw || memchr::memchr(b'\\', text.as_bytes()).is_none() {
            buf.push_str(text);
            return Ok(());
        }
        let mut buf = std::mem::take(buf);
        self.unescape(Body { text, offset: token.start, token: token.span() }, &mut buf)?;
        *pieces.text(span, false) = buf;
        Ok(())
    }

    /// `{expression = !r :spec}`.
    fn replacement_field(&mut self, literal: Literal, pieces: &mut Pieces<'a>) -> R {
        let brace = self.bump();
        let value = self.annotated_rhs()?;
        let expr_end = self.token().start;
        let debug = self.eat(TokenKind::Equal);
        let after = self.token();
        let mut conversion = -1;
        if self.at(TokenKind::Exclamation) && self.kind_after() == TokenKind::Name {
            conversion = self.conversion(literal)?;
        }
        let format_spec = if self.at(TokenKind::Colon) {
            Some(&*self.arena.alloc(self.format_spec(literal)?))
        } else {
            None
        };
        self.expect(TokenKind::RBrace)?;
        if debug {
            if conversion == -1 && format_spec.is_none() {
                conversion = 'r' as i32;
            }
            let span = Span::new(brace.end, after.start);
            let text = without_comments(&self.src[span.range()]);
            pieces.text(span, false).push_str(&text);
        }
        let span = self.span_from(brace.start);
        let value = self.arena.alloc(value);
        let kind = if literal.template && !literal.in_spec {
            let str = without_comments(&self.src[brace.end as usize..expr_end as usize]);
            let str = PyString::new(self.arena, &str);
            ExprKind::Interpolation { value, str, conversion, format_spec }
        } else {
            ExprKind::FormattedValue { value, conversion, format_spec }
        };
        pieces.value(Expr { span, kind });
        Ok(())
    }

    fn conversion(&mut self, literal: Literal) -> R<i32> {
        let mark = self.bump();
        let name = self.bump();
        let letter = if literal.template { 't' } else { 'f' };
        if mark.end != name.start {
            let msg = format!("{letter}-string: conversion type must come right after the exclamation mark");
            return self.raise_at(Span::new(mark.start, name.end), msg);
        }
        match self.text(name) {
            "s" => Ok('s' as i32),
            "r" => Ok('r' as i32),
            "a" => Ok('a' as i32),
            other => {
                let msg = format!(
                    "{letter}-string: invalid conversion character {}: expected 's', 'r', or 'a'",
                    crate::repr::str_repr(other.chars().map(|c| c as u32))
                );
                self.raise_at(name.span(), msg)
            }
        }
    }

    fn format_spec(&mut self, literal: Literal) -> R<Expr<'a>> {
        let colon = self.bump();
        let mut pieces = Pieces::new(self.arena);
        self.fstring_items(Literal { in_spec: true, ..literal }, &mut pieces)?;
        Ok(Expr { span: self.span_from(colon.start), kind: ExprKind::JoinedStr { values: pieces.finish() } })
    }
}

/// The source text of a replacement field, comments taken out.
fn without_comments(text: &str) -> String {
    if !text.contains('#') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut quote: Option<char> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '#') => {
                // The newline stays.
                if chars.by_ref().any(|c| c == '\n') {
                    out.push('\n');
                }
                continue;
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(_), '\\') => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            (Some(q), _) if q == c => quote = None,
            _ => {}
        }
        out.push(c);
    }
    out
}
