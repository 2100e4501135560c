//! Mistakes in replacement fields, and in joining t-strings with other strings.

use super::{Parser, R};
use crate::ast::*;
use crate::token::TokenKind;

impl<'a> Parser<'_, 'a> {
    pub(in crate::parser) fn invalid_string_concat(&mut self) -> R {
        // A walk over the tokens, which does not count as looking at them.
        let mut last: Option<(Span, bool)> = None;
        let mut at = self.pos;
        loop {
            let start = self.tokens[at];
            let template = match start.kind {
                TokenKind::String | TokenKind::FStringStart => false,
                TokenKind::TStringStart => true,
                _ => return Ok(()),
            };
            let Some(end) = self.string_end(at) else { return Ok(()) };
            let span = Span::new(start.start, self.tokens[end].end);
            if let Some((last, was_template)) = last
                && was_template != template
            {
                let msg = "cannot mix t-string literals with string or bytes literals";
                return self.raise_at(last.to(span), msg);
            }
            last = Some((span, template));
            at = end + 1;
        }
    }

    /// The last token of the string literal that starts at a token.
    fn string_end(&self, start: usize) -> Option<usize> {
        let mut open = 0;
        for (i, token) in self.tokens.iter().enumerate().skip(start) {
            match token.kind {
                TokenKind::FStringStart | TokenKind::TStringStart => open += 1,
                TokenKind::FStringEnd | TokenKind::TStringEnd => open -= 1,
                TokenKind::Newline | TokenKind::EndMarker | TokenKind::Error => return None,
                _ => {}
            }
            if open == 0 {
                return Some(i);
            }
        }
        None
    }

    /// A replacement field that did not parse; the next token is its opening brace.
    pub(in crate::parser) fn invalid_replacement_field(&mut self, template: bool) -> R {
        let letter = if template { 't' } else { 'f' };
        let raise = |p: &Self, what: &str| p.raise_next(&format!("{letter}-string: {what}"));
        self.check(|p| {
            p.bump();
            let token = p.token();
            if let TokenKind::Equal | TokenKind::Exclamation | TokenKind::Colon | TokenKind::RBrace = p.kind()
            {
                let what = p.text(token);
                let msg = format!("{letter}-string: valid expression required before '{what}'");
                return p.raise_at(token.span(), msg);
            }
            let pos = p.pos;
            if p.attempt(Self::annotated_rhs)?.is_none() {
                p.pos = pos;
                return raise(p, "expecting a valid expression after '{'");
            }
            use TokenKind::*;
            if !matches!(p.kind(), Equal | Exclamation | Colon | RBrace) {
                return raise(p, "expecting '=', or '!', or ':', or '}'");
            }
            if p.eat(Equal) && !matches!(p.kind(), Exclamation | Colon | RBrace) {
                return raise(p, "expecting '!', or ':', or '}'");
            }
            if p.at(Exclamation) {
                p.bump();
                match p.kind() {
                    Colon | RBrace => return raise(p, "missing conversion character"),
                    Name => {
                        p.bump();
                    }
                    _ => return raise(p, "invalid conversion character"),
                }
                if !matches!(p.kind(), Colon | RBrace) {
                    return raise(p, "expecting ':' or '}'");
                }
            }
            if p.eat(Colon) {
                let middle = if template { TStringMiddle } else { FStringMiddle };
                while p.at(middle) || p.at(LBrace) {
                    if p.eat(middle) {
                        continue;
                    }
                    let pos = p.pos;
                    if p.attempt(|p| p.skip_field(template))?.is_none() {
                        p.pos = pos;
                        p.invalid_replacement_field(template)?;
                        p.pos = pos;
                        break;
                    }
                }
                if !p.at(RBrace) {
                    return raise(p, "expecting '}', or format specs");
                }
            }
            if !p.at(RBrace) {
                return raise(p, "expecting '}'");
            }
            Ok(())
        })
    }

    /// A well-formed replacement field.
    fn skip_field(&mut self, template: bool) -> R {
        let middle = if template { TokenKind::TStringMiddle } else { TokenKind::FStringMiddle };
        self.expect(TokenKind::LBrace)?;
        self.annotated_rhs()?;
        self.eat(TokenKind::Equal);
        if self.eat(TokenKind::Exclamation) {
            self.expect(TokenKind::Name)?;
        }
        if self.eat(TokenKind::Colon) {
            while !self.at(TokenKind::RBrace) {
                if !self.eat(middle) {
                    self.nested(|p| p.skip_field(template))?;
                }
            }
        }
        self.expect(TokenKind::RBrace)?;
        Ok(())
    }
}
