//! Parameters of functions and lambdas; type parameters.

use super::memo::Rule;
use super::{Fail, Parser, R, list};
use crate::ast::*;
use crate::token::TokenKind;

/// Parameters as they are read: see [`Arguments`].
#[derive(Default)]
pub(super) struct Lists<'a> {
    posonlyargs: Vec<Arg<'a>>,
    args: Vec<Arg<'a>>,
    vararg: Option<&'a Arg<'a>>,
    kwonlyargs: Vec<Arg<'a>>,
    kw_defaults: Vec<Option<Expr<'a>>>,
    kwarg: Option<&'a Arg<'a>>,
    defaults: Vec<Expr<'a>>,
}

impl<'a> Lists<'a> {
    fn clear(&mut self) {
        self.posonlyargs.clear();
        self.args.clear();
        self.vararg = None;
        self.kwonlyargs.clear();
        self.kw_defaults.clear();
        self.kwarg = None;
        self.defaults.clear();
    }

    fn made(&self, arena: &'a Arena) -> Arguments<'a> {
        Arguments {
            posonlyargs: list(arena, &self.posonlyargs),
            args: list(arena, &self.args),
            vararg: self.vararg,
            kwonlyargs: list(arena, &self.kwonlyargs),
            kw_defaults: list(arena, &self.kw_defaults),
            kwarg: self.kwarg,
            defaults: list(arena, &self.defaults),
        }
    }
}

impl<'a> Parser<'_, 'a> {
    /// Parameters up to the closing parenthesis, which stays.
    pub(super) fn params(&mut self) -> R<Arguments<'a>> {
        if self.at(TokenKind::RParen) {
            return Ok(Arguments::default());
        }
        if self.diagnose {
            self.invalid_parameters(false)?;
        }
        self.parameters(false)
    }

    pub(super) fn lambda_params(&mut self) -> R<Arguments<'a>> {
        if self.at(TokenKind::Colon) {
            return Ok(Arguments::default());
        }
        if self.diagnose {
            self.invalid_parameters(true)?;
        }
        self.parameters(true)
    }

    fn parameters(&mut self, lambda: bool) -> R<Arguments<'a>> {
        let close = if lambda { TokenKind::Colon } else { TokenKind::RParen };
        let mut args = self.spare_params.pop().unwrap_or_default();
        let mut slash = false;
        while !self.at(close) {
            match self.kind() {
                TokenKind::Name => {
                    let arg = self.param(lambda)?;
                    if self.at(TokenKind::Equal) {
                        args.defaults.push(self.default()?);
                    } else if !args.defaults.is_empty() {
                        return Err(Fail::Soft);
                    }
                    args.args.push(arg);
                    self.param_end(close, args.args.last_mut())?;
                }
                TokenKind::Slash if !slash && !args.args.is_empty() => {
                    slash = true;
                    self.bump();
                    std::mem::swap(&mut args.posonlyargs, &mut args.args);
                    self.param_end(close, None)?;
                }
                TokenKind::Star | TokenKind::DoubleStar => {
                    self.star_etc(lambda, &mut args)?;
                    break;
                }
                _ => return Err(Fail::Soft),
            }
        }
        if !self.at(close) {
            return Err(Fail::Soft);
        }
        let made = args.made(self.arena);
        args.clear();
        self.spare_params.push(args);
        Ok(made)
    }

    /// A comma, or the end that follows; and a type comment.
    fn param_end(&mut self, close: TokenKind, arg: Option<&mut Arg<'a>>) -> R {
        let comma = self.eat(TokenKind::Comma);
        if self.at(TokenKind::TypeComment) {
            let token = self.bump();
            if let Some(arg) = arg {
                arg.type_comment = Some(self.arena.alloc_str(self.text(token)));
            }
        }
        if comma || self.at(close) { Ok(()) } else { Err(Fail::Soft) }
    }

    pub(super) fn param(&mut self, lambda: bool) -> R<Arg<'a>> {
        let (arg, token) = self.name()?;
        let annotation = if !lambda && self.at(TokenKind::Colon) {
            self.bump();
            Some(&*self.arena.alloc(self.expression()?))
        } else {
            None
        };
        Ok(Arg { span: self.span_from(token.start), arg, annotation, type_comment: None })
    }

    pub(super) fn default(&mut self) -> R<Expr<'a>> {
        let pos = self.pos;
        self.expect(TokenKind::Equal)?;
        match self.expression() {
            Err(Fail::Soft) if self.diagnose => {
                self.reset(pos);
                self.invalid_default()?;
                Err(Fail::Soft)
            }
            result => result,
        }
    }

    /// `*args, keyword-only parameters, **kwargs`.
    fn star_etc(&mut self, lambda: bool, args: &mut Lists<'a>) -> R {
        let close = if lambda { TokenKind::Colon } else { TokenKind::RParen };
        if self.diagnose {
            self.invalid_star_etc(lambda)?;
        }
        if self.at(TokenKind::Star) {
            self.bump();
            if self.eat(TokenKind::Comma) {
                if self.at(TokenKind::TypeComment) {
                    return Err(Fail::Soft);
                }
                if !self.at(TokenKind::Name) {
                    return Err(Fail::Soft);
                }
            } else {
                let mut arg = self.vararg(lambda)?;
                self.param_end(close, Some(&mut arg))?;
                args.vararg = Some(&*self.arena.alloc(arg));
            }
            while self.at(TokenKind::Name) {
                let arg = self.param(lambda)?;
                let default = if self.at(TokenKind::Equal) { Some(self.default()?) } else { None };
                args.kwonlyargs.push(arg);
                args.kw_defaults.push(default);
                self.param_end(close, args.kwonlyargs.last_mut())?;
            }
        }
        if self.at(TokenKind::DoubleStar) {
            if self.diagnose {
                self.invalid_kwds(lambda)?;
            }
            self.bump();
            let mut arg = self.param(lambda)?;
            self.param_end(close, Some(&mut arg))?;
            args.kwarg = Some(&*self.arena.alloc(arg));
        }
        Ok(())
    }

    /// The parameter after `*`; its annotation may be starred.
    fn vararg(&mut self, lambda: bool) -> R<Arg<'a>> {
        let (arg, token) = self.name()?;
        let annotation = if !lambda && self.eat(TokenKind::Colon) {
            Some(&*self.arena.alloc(self.star_expression()?))
        } else {
            None
        };
        Ok(Arg { span: self.span_from(token.start), arg, annotation, type_comment: None })
    }

    /// `['[' type parameters ']']`.
    pub(super) fn type_params(&mut self) -> R<&'a [TypeParam<'a>]> {
        if !self.at(TokenKind::LBracket) {
            return Ok(&[]);
        }
        self.bump();
        if self.diagnose && self.at(TokenKind::RBracket) {
            return self.raise_from(self.token().start, "Type parameter list cannot be empty");
        }
        let mut params = Vec::new();
        loop {
            params.push(self.type_param()?);
            if !self.eat(TokenKind::Comma) || self.at(TokenKind::RBracket) {
                break;
            }
        }
        self.expect(TokenKind::RBracket)?;
        Ok(self.many(&params))
    }

    fn type_param(&mut self) -> R<TypeParam<'a>> {
        if self.diagnose || self.recording {
            return self.remembered(Rule::TypeParam, |p| {
                if p.diagnose && !p.at(TokenKind::Name) {
                    p.invalid_type_param()?;
                }
                p.plain_type_param()
            });
        }
        self.plain_type_param()
    }

    fn plain_type_param(&mut self) -> R<TypeParam<'a>> {
        let start = self.token().start;
        let sort = self.kind();
        if matches!(sort, TokenKind::Star | TokenKind::DoubleStar) {
            self.bump();
        }
        let (name, _) = self.name()?;
        let bound = if sort == TokenKind::Name && self.eat(TokenKind::Colon) {
            Some(&*self.arena.alloc(self.expression()?))
        } else {
            None
        };
        let default_value = if self.eat(TokenKind::Equal) {
            let starred = sort == TokenKind::Star;
            Some(&*self.arena.alloc(if starred { self.star_expression()? } else { self.expression()? }))
        } else {
            None
        };
        let kind = match sort {
            TokenKind::Star => TypeParamKind::TypeVarTuple { name, default_value },
            TokenKind::DoubleStar => TypeParamKind::ParamSpec { name, default_value },
            _ => TypeParamKind::TypeVar { name, bound, default_value },
        };
        Ok(TypeParam { span: self.span_from(start), kind })
    }
}
