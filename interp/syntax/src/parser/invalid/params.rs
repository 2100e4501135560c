//! Mistakes in parameter lists and type parameters.

use super::{Parser, R};
use crate::ast::*;
use crate::parser::Fail;
use crate::token::{Token, TokenKind};

/// One parameter, a slash or a star that was stepped over.
struct Param {
    token: Token,
    default: bool,
}

impl<'a> Parser<'_, 'a> {
    /// A parameter with or without a default, and the comma or the end that follows.
    fn param_item(&mut self, lambda: bool) -> R<Param> {
        let token = self.token();
        self.param(lambda)?;
        let default = self.at(TokenKind::Equal);
        if default {
            self.default()?;
        }
        self.item_end(lambda)?;
        Ok(Param { token, default })
    }

    fn item_end(&mut self, lambda: bool) -> R {
        let close = if lambda { TokenKind::Colon } else { TokenKind::RParen };
        if self.eat(TokenKind::Comma) || self.at(close) { Ok(()) } else { Err(Fail::Soft) }
    }

    fn no_default_item(&mut self, lambda: bool) -> R<Param> {
        let token = self.token();
        self.param(lambda)?;
        self.item_end(lambda)?;
        Ok(Param { token, default: false })
    }

    pub(in crate::parser) fn invalid_parameters(&mut self, lambda: bool) -> R {
        self.check(|p| {
            let slash = p.expect(TokenKind::Slash)?;
            p.expect(TokenKind::Comma)?;
            p.raise_at(slash.span(), "at least one argument must precede /")
        })?;
        self.check(|p| {
            p.slash_group(lambda)?;
            while p.attempt(|p| p.param_item(lambda))?.is_some() {}
            let slash = p.expect(TokenKind::Slash)?;
            p.raise_at(slash.span(), "/ may appear only once")
        })?;
        self.check(|p| p.default_order(lambda))?;
        self.check(|p| p.parenthesized_parameters(lambda))?;
        self.check(|p| {
            p.attempt(|p| p.slash_group(lambda))?;
            while p.attempt(|p| p.param_item(lambda))?.is_some() {}
            p.expect(TokenKind::Star)?;
            if !p.eat(TokenKind::Comma) {
                p.no_default_item(lambda)?;
            }
            while p.attempt(|p| p.param_item(lambda))?.is_some() {}
            let slash = p.expect(TokenKind::Slash)?;
            p.raise_at(slash.span(), "/ must be ahead of *")
        })?;
        self.check(|p| {
            p.param_item(lambda)?;
            while p.attempt(|p| p.param_item(lambda))?.is_some() {}
            p.expect(TokenKind::Slash)?;
            let star = p.expect(TokenKind::Star)?;
            p.raise_at(star.span(), "expected comma between / and *")
        })
    }

    /// Parameters and the slash that makes them positional-only.
    fn slash_group(&mut self, lambda: bool) -> R {
        self.param_item(lambda)?;
        while self.attempt(|p| p.param_item(lambda))?.is_some() {}
        self.expect(TokenKind::Slash)?;
        self.item_end(lambda)
    }

    /// A parameter without a default after one that has one.
    fn default_order(&mut self, lambda: bool) -> R {
        let mut defaults = false;
        loop {
            if defaults && self.at(TokenKind::Slash) {
                self.bump();
                self.item_end(lambda)?;
            } else if !defaults && self.at(TokenKind::Slash) {
                self.bump();
                self.item_end(lambda)?;
                continue;
            }
            let item = self.param_item(lambda)?;
            if item.default {
                defaults = true;
            } else if defaults {
                let msg = "parameter without a default follows parameter with a default";
                return self.raise_at(item.token.span(), msg);
            }
        }
    }

    fn parenthesized_parameters(&mut self, lambda: bool) -> R {
        while self.attempt(|p| p.no_default_item(lambda))?.is_some() {}
        let open = self.expect(TokenKind::LParen)?;
        if lambda {
            self.name()?;
            while self.at(TokenKind::Comma) && self.kind_after() == TokenKind::Name {
                self.bump();
                self.bump();
            }
        } else {
            self.no_default_item(false)?;
            while self.attempt(|p| p.no_default_item(false))?.is_some() {}
        }
        self.eat(TokenKind::Comma);
        let close = self.expect(TokenKind::RParen)?;
        let what = if lambda { "Lambda expression" } else { "Function" };
        self.raise_at(open.span().to(close.span()), format!("{what} parameters cannot be parenthesized"))
    }

    pub(in crate::parser) fn invalid_default(&mut self) -> R {
        self.check(|p| {
            let equal = p.expect(TokenKind::Equal)?;
            if matches!(p.kind(), TokenKind::RParen | TokenKind::Comma) {
                return p.raise_at(equal.span(), "expected default value expression");
            }
            Ok(())
        })
    }

    pub(in crate::parser) fn invalid_star_etc(&mut self, lambda: bool) -> R {
        if !self.at(TokenKind::Star) {
            return Ok(());
        }
        let close = if lambda { TokenKind::Colon } else { TokenKind::RParen };
        self.check(|p| {
            let star = p.bump();
            let bare =
                p.at(close) || (p.eat(TokenKind::Comma) && (p.at(close) || p.at(TokenKind::DoubleStar)));
            if !bare {
                return Ok(());
            }
            let msg = "named arguments must follow bare *";
            if lambda { p.raise_syntax(msg) } else { p.raise_at(star.span(), msg) }
        })?;
        self.check(|p| {
            p.bump();
            p.expect(TokenKind::Comma)?;
            p.expect(TokenKind::TypeComment)?;
            p.raise_syntax("bare * has associated type comment")
        })?;
        self.check(|p| {
            p.bump();
            p.param(lambda)?;
            let equal = p.expect(TokenKind::Equal)?;
            p.raise_at(equal.span(), "var-positional argument cannot have default value")
        })?;
        self.check(|p| {
            p.bump();
            if !p.eat(TokenKind::Comma) {
                p.no_default_item(lambda)?;
            }
            while p.attempt(|p| p.param_item(lambda))?.is_some() {}
            let star = p.expect(TokenKind::Star)?;
            if !p.eat(TokenKind::Comma) {
                p.no_default_item(lambda)?;
            }
            p.raise_at(star.span(), "* argument may appear only once")
        })
    }

    pub(in crate::parser) fn invalid_kwds(&mut self, lambda: bool) -> R {
        self.check(|p| {
            p.bump();
            p.param(lambda)?;
            let equal = p.expect(TokenKind::Equal)?;
            p.raise_at(equal.span(), "var-keyword argument cannot have default value")
        })?;
        self.check(|p| {
            p.bump();
            p.param(lambda)?;
            p.expect(TokenKind::Comma)?;
            let msg = "arguments cannot follow var-keyword argument";
            match p.kind() {
                TokenKind::Name => {
                    let span = p.param(lambda)?.span;
                    p.raise_at(span, msg)
                }
                TokenKind::Star | TokenKind::DoubleStar | TokenKind::Slash => {
                    p.raise_at(p.token().span(), msg)
                }
                _ => Ok(()),
            }
        })
    }

    pub(in crate::parser) fn invalid_type_param(&mut self) -> R {
        self.check(|p| {
            let what = match p.kind() {
                TokenKind::Star => "TypeVarTuple",
                TokenKind::DoubleStar => "ParamSpec",
                _ => return Ok(()),
            };
            p.bump();
            p.name()?;
            let colon = p.expect(TokenKind::Colon)?;
            let e = p.expression()?;
            let word = if matches!(e.kind, ExprKind::Tuple { .. }) { "constraints" } else { "bound" };
            p.raise_from(colon.start, format!("cannot use {word} with {what}"))
        })
    }
}
