//! Mistakes in argument lists.

use super::{Parser, R, comprehension_end};
use crate::ast::*;
use crate::token::TokenKind;

const PARENTHESIZE: &str = "Generator expression must be parenthesized";
const ASSIGN_HINT: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";

impl<'a> Parser<'_, 'a> {
    pub(in crate::parser) fn invalid_arguments(&mut self) -> R {
        self.check(|p| {
            // Keyword arguments with an unpacking, then a starred one.
            let (_, keywords) = p.args()?;
            if keywords.is_empty() {
                return Ok(());
            }
            let comma = p.expect(TokenKind::Comma)?;
            if !p.at(TokenKind::Star) {
                return Ok(());
            }
            loop {
                p.starred_expression()?;
                if p.at(TokenKind::Equal) {
                    return Ok(());
                }
                if !p.at(TokenKind::Comma) || p.kind_after() != TokenKind::Star {
                    break;
                }
                p.bump();
            }
            p.raise_from(comma.start, "iterable argument unpacking follows keyword argument unpacking")
        })?;
        self.check(|p| {
            let e = p.expression()?;
            let clauses = p.for_if_clauses()?;
            p.expect(TokenKind::Comma)?;
            p.attempt(|p| {
                p.args()?;
                Ok(())
            })?;
            p.raise_at(Span::new(e.span.start, comprehension_end(&clauses)), PARENTHESIZE)
        })?;
        self.check(Self::keyword_genexp)?;
        self.check(|p| {
            let pos = p.pos;
            let with_args = p.attempt(|p| {
                p.args()?;
                p.expect(TokenKind::Comma)?;
                p.missing_value()
            })?;
            if with_args.is_none() {
                p.pos = pos;
                p.missing_value()?;
            }
            Ok(())
        })?;
        self.check(|p| {
            let (args, _) = p.args()?;
            let clauses = p.for_if_clauses()?;
            match &args[..] {
                [_, .., last] => {
                    p.raise_at(Span::new(last.span.start, comprehension_end(&clauses)), PARENTHESIZE)
                }
                _ => Ok(()),
            }
        })?;
        self.check(|p| {
            p.args()?;
            p.expect(TokenKind::Comma)?;
            let e = p.expression()?;
            let clauses = p.for_if_clauses()?;
            p.raise_at(Span::new(e.span.start, comprehension_end(&clauses)), PARENTHESIZE)
        })?;
        self.check(|p| {
            let (_, keywords) = p.args()?;
            p.expect(TokenKind::Comma)?;
            p.args()?;
            let unpacking = keywords.iter().any(|k| k.arg.is_none());
            p.raise_syntax(if unpacking {
                "positional argument follows keyword argument unpacking"
            } else {
                "positional argument follows keyword argument"
            })
        })
    }

    /// `NAME '=' expression for_if_clauses`.
    fn keyword_genexp(&mut self) -> R {
        let (_, name) = self.name()?;
        let equal = self.expect(TokenKind::Equal)?;
        self.expression()?;
        self.for_if_clauses()?;
        self.raise_at(name.span().to(equal.span()), ASSIGN_HINT)
    }

    fn missing_value(&mut self) -> R {
        let (_, name) = self.name()?;
        let equal = self.expect(TokenKind::Equal)?;
        if !matches!(self.kind(), TokenKind::Comma | TokenKind::RParen) {
            return Err(super::super::Fail::Soft);
        }
        self.raise_at(name.span().to(equal.span()), "expected argument value expression")
    }

    pub(in crate::parser) fn invalid_kwarg(&mut self) -> R {
        let first = self.token();
        match self.kind() {
            TokenKind::KwTrue | TokenKind::KwFalse | TokenKind::KwNone => {
                self.check(|p| {
                    p.bump();
                    let equal = p.expect(TokenKind::Equal)?;
                    let word = p.text(first);
                    p.raise_at(first.span().to(equal.span()), format!("cannot assign to {word}"))
                })?;
            }
            TokenKind::Name if self.kind_after() == TokenKind::Equal => {
                return self.check(Self::keyword_genexp);
            }
            TokenKind::DoubleStar => {
                return self.check(|p| {
                    p.bump();
                    p.expression()?;
                    p.expect(TokenKind::Equal)?;
                    let value = p.expression()?;
                    p.raise_at(first.span().to(value.span), "cannot assign to keyword argument unpacking")
                });
            }
            _ => {}
        }
        self.check(|p| {
            let e = p.expression()?;
            let equal = p.expect(TokenKind::Equal)?;
            let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
            p.raise_at(e.span.to(equal.span()), msg)
        })
    }

    pub(in crate::parser) fn invalid_starred_unpacking(&mut self) -> R {
        self.check(|p| {
            let star = p.bump();
            p.expression()?;
            p.expect(TokenKind::Equal)?;
            let value = p.expression()?;
            p.raise_at(star.span().to(value.span), "cannot assign to iterable argument unpacking")
        })
    }
}
