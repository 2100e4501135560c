//! Mistakes in compound statements: missing colons, missing blocks, clauses out of order.

use super::{Parser, R, Targets, expr_name};
use crate::ast::*;
use crate::parser::Fail;
use crate::token::TokenKind;

const COLON: &str = "expected ':'";

impl<'a> Parser<'_, 'a> {
    pub(in crate::parser) fn invalid_block(&mut self) -> R {
        self.check(|p| {
            p.expect(TokenKind::Newline)?;
            if p.at(TokenKind::Indent) { Ok(()) } else { p.raise_indentation("expected an indented block") }
        })
    }

    /// A header of a keyword and a condition.
    fn invalid_header(&mut self, what: &str) -> R {
        self.check(|p| {
            let header = p.bump();
            p.named_expression()?;
            match p.kind() {
                TokenKind::Newline => p.raise_syntax(COLON),
                TokenKind::Colon => {
                    p.bump();
                    p.expect_indent(what, header.start)
                }
                _ => Ok(()),
            }
        })
    }

    pub(in crate::parser) fn invalid_if(&mut self, first: bool) -> R {
        self.invalid_header(if first { "'if' statement" } else { "'elif' statement" })
    }

    pub(in crate::parser) fn invalid_while(&mut self) -> R {
        self.invalid_header("'while' statement")
    }

    pub(in crate::parser) fn invalid_else(&mut self) -> R {
        self.check(|p| {
            let header = p.bump();
            p.expect(TokenKind::Colon)?;
            p.expect_indent("'else' statement", header.start)
        })?;
        self.check(|p| {
            p.bump();
            p.expect(TokenKind::Colon)?;
            p.block()?;
            if p.at(TokenKind::KwElif) {
                p.raise_syntax("'elif' block follows an 'else' block")
            } else {
                Ok(())
            }
        })
    }

    pub(in crate::parser) fn invalid_for(&mut self) -> R {
        self.check(|p| {
            p.eat(TokenKind::KwAsync);
            let header = p.expect(TokenKind::KwFor)?;
            p.star_targets()?;
            p.expect(TokenKind::KwIn)?;
            p.star_expressions()?;
            match p.kind() {
                TokenKind::Newline => p.raise_syntax(COLON),
                TokenKind::Colon => {
                    p.bump();
                    p.expect_indent("'for' statement", header.start)
                }
                _ => Ok(()),
            }
        })
    }

    pub(in crate::parser) fn invalid_def(&mut self) -> R {
        self.check(|p| {
            p.eat(TokenKind::KwAsync);
            let header = p.expect(TokenKind::KwDef)?;
            p.name()?;
            p.type_params()?;
            p.expect(TokenKind::LParen)?;
            p.params()?;
            p.expect(TokenKind::RParen)?;
            if p.eat(TokenKind::RArrow) {
                p.expression()?;
            }
            p.expect(TokenKind::Colon)?;
            p.expect_indent("function definition", header.start)
        })
    }

    pub(in crate::parser) fn invalid_class(&mut self) -> R {
        self.check(|p| {
            let header = p.bump();
            p.name()?;
            p.type_params()?;
            if p.eat(TokenKind::LParen) {
                if !p.at(TokenKind::RParen) {
                    p.arguments()?;
                }
                p.expect(TokenKind::RParen)?;
            }
            match p.kind() {
                TokenKind::Newline => p.raise_syntax(COLON),
                TokenKind::Colon => {
                    p.bump();
                    p.expect_indent("class definition", header.start)
                }
                _ => Ok(()),
            }
        })
    }

    /// `expression ['as' star_target]`, with tuples where a parenthesis encloses the items.
    fn loose_with_item(&mut self, grouped: bool) -> R {
        if grouped {
            self.expressions()?;
        } else {
            self.expression()?;
        }
        if self.at(TokenKind::KwAs) {
            self.attempt(|p| {
                p.bump();
                p.star_target()
            })?;
        }
        Ok(())
    }

    /// The items of a with statement, in parentheses or not, with the keyword before them.
    fn loose_with_items(&mut self, grouped: bool) -> R<u32> {
        self.eat(TokenKind::KwAsync);
        let header = self.expect(TokenKind::KwWith)?;
        if grouped {
            self.expect(TokenKind::LParen)?;
        }
        self.loose_with_item(grouped)?;
        while self.at(TokenKind::Comma) {
            let more = self.attempt(|p| {
                p.bump();
                p.loose_with_item(grouped)
            })?;
            if more.is_none() {
                break;
            }
        }
        if grouped {
            self.eat(TokenKind::Comma);
            self.expect(TokenKind::RParen)?;
        }
        Ok(header.start)
    }

    pub(in crate::parser) fn invalid_with(&mut self) -> R {
        for grouped in [false, true] {
            self.check(|p| {
                p.loose_with_items(grouped)?;
                if p.at(TokenKind::Newline) { p.raise_syntax(COLON) } else { Ok(()) }
            })?;
        }
        Ok(())
    }

    pub(in crate::parser) fn invalid_with_indent(&mut self) -> R {
        for grouped in [false, true] {
            self.check(|p| {
                let header = p.loose_with_items(grouped)?;
                p.expect(TokenKind::Colon)?;
                p.expect_indent("'with' statement", header)
            })?;
        }
        Ok(())
    }

    pub(in crate::parser) fn invalid_with_item(&mut self) -> R {
        self.check(|p| {
            p.expression()?;
            p.expect(TokenKind::KwAs)?;
            let e = p.expression()?;
            if !matches!(p.kind(), TokenKind::Comma | TokenKind::RParen | TokenKind::Colon) {
                return Ok(());
            }
            p.check_targets(&e, Targets::Star)
        })
    }

    pub(in crate::parser) fn invalid_try(&mut self) -> R {
        self.check(|p| {
            let header = p.bump();
            p.expect(TokenKind::Colon)?;
            p.expect_indent("'try' statement", header.start)
        })?;
        self.check(|p| {
            p.bump();
            p.expect(TokenKind::Colon)?;
            p.block()?;
            if matches!(p.kind(), TokenKind::KwExcept | TokenKind::KwFinally) {
                return Ok(());
            }
            p.raise_syntax("expected 'except' or 'finally' block")
        })?;
        self.check(|p| {
            p.bump();
            p.expect(TokenKind::Colon)?;
            p.block()?;
            let star = p.kind_after() == TokenKind::Star;
            let mut any = false;
            while p.at(TokenKind::KwExcept) {
                if (p.kind_after() == TokenKind::Star) == star {
                    p.except_block(star)?;
                    any = true;
                    continue;
                }
                if !any {
                    return Ok(());
                }
                let except = p.bump();
                let mut span = except.span();
                if !star {
                    span = span.to(p.bump().span());
                }
                if !star || !p.at(TokenKind::Colon) {
                    p.expression()?;
                    if p.eat(TokenKind::KwAs) {
                        p.name()?;
                    }
                }
                p.expect(TokenKind::Colon)?;
                return p.raise_at(span, "cannot have both 'except' and 'except*' on the same 'try'");
            }
            Ok(())
        })
    }

    pub(in crate::parser) fn invalid_finally(&mut self) -> R {
        self.check(|p| {
            let header = p.bump();
            p.expect(TokenKind::Colon)?;
            p.expect_indent("'finally' statement", header.start)
        })
    }

    /// The keyword and the star, if there should be one.
    fn except_header(&mut self, star: bool) -> R<u32> {
        let header = self.expect(TokenKind::KwExcept)?;
        if star {
            self.expect(TokenKind::Star)?;
        }
        Ok(header.start)
    }

    fn as_any_name(&mut self) -> R {
        if self.at(TokenKind::KwAs) {
            self.attempt(|p| {
                p.bump();
                p.name()
            })?;
        }
        Ok(())
    }

    pub(in crate::parser) fn invalid_except_indent(&mut self, star: bool) -> R {
        let what = if star { "'except*' statement" } else { "'except' statement" };
        self.check(|p| {
            let header = p.except_header(star)?;
            p.expression()?;
            p.as_any_name()?;
            p.expect(TokenKind::Colon)?;
            p.expect_indent(what, header)
        })?;
        if star {
            return Ok(());
        }
        self.check(|p| {
            let header = p.except_header(star)?;
            p.expect(TokenKind::Colon)?;
            p.expect_indent(what, header)
        })
    }

    pub(in crate::parser) fn invalid_except(&mut self, star: bool) -> R {
        self.check(|p| {
            p.except_header(star)?;
            let first = p.expression()?;
            p.expect(TokenKind::Comma)?;
            p.expressions()?;
            p.expect(TokenKind::KwAs)?;
            p.name()?;
            p.expect(TokenKind::Colon)?;
            p.pos -= 1;
            let msg = "multiple exception types must be parenthesized when using 'as'";
            p.raise_from(first.span.start, msg)
        })?;
        self.check(|p| {
            p.except_header(star)?;
            p.expression()?;
            p.as_any_name()?;
            if p.at(TokenKind::Newline) { p.raise_syntax(COLON) } else { Ok(()) }
        })?;
        self.check(|p| {
            p.except_header(star)?;
            match p.kind() {
                TokenKind::Newline if !star => p.raise_syntax(COLON),
                TokenKind::Newline | TokenKind::Colon if star => {
                    p.raise_syntax("expected one or more exception types")
                }
                _ => Err(Fail::Soft),
            }
        })?;
        self.check(|p| {
            p.except_header(star)?;
            p.expression()?;
            p.expect(TokenKind::KwAs)?;
            let e: Expr = p.expression()?;
            p.expect(TokenKind::Colon)?;
            p.block()?;
            let word = if star { "except*" } else { "except" };
            p.raise_at(e.span, format!("cannot use {word} statement with {}", expr_name(&e)))
        })
    }
}
