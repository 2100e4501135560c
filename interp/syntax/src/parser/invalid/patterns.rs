//! Mistakes in the match statement.

use super::{Parser, R, expr_name};
use crate::ast::*;
use crate::token::TokenKind;

impl<'a> Parser<'_, 'a> {
    pub(in crate::parser) fn invalid_match(&mut self) -> R {
        self.check(|p| {
            p.bump();
            p.subject_expr()?;
            if p.at(TokenKind::Newline) { p.raise_syntax("expected ':'") } else { Ok(()) }
        })?;
        self.check(|p| {
            let header = p.bump();
            p.subject_expr()?;
            p.expect(TokenKind::Colon)?;
            p.expect_indent("'match' statement", header.start)
        })
    }

    pub(in crate::parser) fn invalid_case(&mut self) -> R {
        self.check(|p| {
            p.expect_word("case")?;
            p.patterns()?;
            p.guard()?;
            if p.at(TokenKind::Newline) { p.raise_syntax("expected ':'") } else { Ok(()) }
        })?;
        self.check(|p| {
            let header = p.expect_word("case")?;
            p.patterns()?;
            p.guard()?;
            p.expect(TokenKind::Colon)?;
            p.expect_indent("'case' statement", header.start)
        })
    }

    pub(in crate::parser) fn invalid_as_pattern(&mut self) -> R {
        self.check(|p| {
            p.or_pattern()?;
            p.expect(TokenKind::KwAs)?;
            if p.at_word("_") {
                return p.raise_at(p.token().span(), "cannot use '_' as a target");
            }
            let e = p.expression()?;
            p.raise_at(e.span, format!("cannot use {} as pattern target", expr_name(&e)))
        })
    }

    /// The next token is the opening parenthesis of a class pattern.
    pub(in crate::parser) fn invalid_class_pattern(&mut self) -> R {
        self.check(|p| {
            p.bump();
            let mut keywords = false;
            loop {
                if p.at(TokenKind::Name) && p.kind_after() == TokenKind::Equal {
                    keywords = true;
                    p.bump();
                    p.bump();
                    p.pattern()?;
                } else if !keywords {
                    p.pattern()?;
                } else {
                    break;
                }
                p.expect(TokenKind::Comma)?;
            }
            let first = p.pattern()?.span;
            let mut last = first;
            while p.at(TokenKind::Comma) {
                let next = p.attempt(|p| {
                    p.bump();
                    p.pattern()
                })?;
                let Some(next) = next else { break };
                last = next.span;
            }
            p.raise_at(Span::new(first.start, last.end), "positional patterns follow keyword patterns")
        })
    }
}
