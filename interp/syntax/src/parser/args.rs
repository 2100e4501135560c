//! Arguments of calls and bases of classes.

use super::memo::Rule;
use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::TokenKind;

pub(super) type CallArgs<'a> = (&'a [Expr<'a>], &'a [Keyword<'a>]);

/// What may still come in an argument list.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Phase {
    Positional,
    /// A keyword was seen: keywords and `*` unpackings.
    Keywords,
    /// A `**` was seen: keywords and `**` unpackings.
    DoubleStars,
}

impl<'a> Parser<'_, 'a> {
    /// `'(' [arguments] ')'`, or a generator expression as the only argument.
    pub(super) fn call_arguments(&mut self) -> R<CallArgs<'a>> {
        let open = self.bump().start;
        if self.eat(TokenKind::RParen) {
            return Ok((&[], &[]));
        }
        if self.diagnose || self.recording {
            // CPython tries a generator expression first, its mistakes included.
            self.pos -= 1;
            let genexp = self.attempt(Self::genexp)?;
            if let Some(genexp) = genexp {
                return Ok((self.only(genexp), &[]));
            }
            if self.diagnose {
                self.invalid_comprehension()?;
            }
            self.bump();
        }
        let result = self.arguments()?;
        if let ([elt], []) = result
            && matches!(self.kind(), TokenKind::KwFor | TokenKind::KwAsync)
            && self.tokens[self.pos - 1].kind != TokenKind::Comma
            && !matches!(elt.kind, ExprKind::Starred { .. })
        {
            let generators = self.for_if_clauses()?;
            self.expect(TokenKind::RParen)?;
            let kind = ExprKind::GeneratorExp { elt, generators };
            return Ok((self.only(Expr { span: self.span_from(open), kind }), &[]));
        }
        self.expect(TokenKind::RParen)?;
        Ok(result)
    }

    /// `'(' element for_if_clauses ')'`.
    fn genexp(&mut self) -> R<Expr<'a>> {
        let start = self.expect(TokenKind::LParen)?.start;
        let elt = if self.at_assignment_expression() {
            self.assignment_expression()?
        } else {
            self.expression_not_assigned()?
        };
        let generators = self.for_if_clauses()?;
        self.expect(TokenKind::RParen)?;
        let kind = ExprKind::GeneratorExp { elt: self.arena.alloc(elt), generators };
        Ok(Expr { span: self.span_from(start), kind })
    }

    /// `arguments`: arguments up to a closing parenthesis (or, in the first pass, a `for`), which stays.
    pub(super) fn arguments(&mut self) -> R<CallArgs<'a>> {
        if !self.diagnose && !self.recording {
            let args = self.args()?;
            self.eat(TokenKind::Comma);
            return Ok(args);
        }
        self.remembered(Rule::Arguments, |p| {
            let pos = p.pos;
            if let Some(args) = p.attempt(Self::args)? {
                p.eat(TokenKind::Comma);
                if p.at(TokenKind::RParen) {
                    return Ok(args);
                }
            }
            p.reset(pos);
            if p.diagnose {
                p.invalid_arguments()?;
            }
            Err(Fail::Soft)
        })
    }

    /// `args`: as many arguments as fit, without a trailing comma.
    pub(super) fn args(&mut self) -> R<CallArgs<'a>> {
        let (mut args, mut keywords) =
            (self.spare_exprs.pop().unwrap_or_default(), self.spare_keywords.pop().unwrap_or_default());
        let mut phase = Phase::Positional;
        let mut any = false;
        loop {
            let pos = self.pos;
            if any {
                if !self.at(TokenKind::Comma) {
                    break;
                }
                self.bump();
                if !self.diagnose && self.at(TokenKind::RParen) {
                    self.pos = pos;
                    break;
                }
            }
            if phase == Phase::Positional
                && !self.second
                && matches!(self.kind_after(), TokenKind::Comma | TokenKind::RParen)
                && let Some(e) = self.lone_atom()?
            {
                args.push(e);
                any = true;
                continue;
            }
            match self.attempt(|p| p.argument(&mut phase, &mut args, &mut keywords))? {
                Some(()) => any = true,
                None if any => {
                    self.pos = pos;
                    break;
                }
                None => return Err(Fail::Soft),
            }
        }
        let made = (self.many(&args), self.many(&keywords));
        args.clear();
        keywords.clear();
        self.spare_exprs.push(args);
        self.spare_keywords.push(keywords);
        Ok(made)
    }

    fn argument(
        &mut self,
        phase: &mut Phase,
        args: &mut Vec<Expr<'a>>,
        keywords: &mut Vec<Keyword<'a>>,
    ) -> R {
        if *phase == Phase::Positional
            && let Some(arg) = self.attempt(Self::positional_argument)?
        {
            args.push(arg);
            return Ok(());
        }
        if *phase <= Phase::Keywords {
            if self.diagnose {
                self.invalid_kwarg()?;
            }
            if let Some(keyword) = self.attempt(Self::keyword_argument)? {
                *phase = Phase::Keywords;
                keywords.push(keyword);
                return Ok(());
            }
            if *phase == Phase::Keywords
                && self.at(TokenKind::Star)
                && let Some(arg) = self.attempt(Self::starred_expression)?
            {
                args.push(arg);
                return Ok(());
            }
        }
        if self.diagnose {
            self.invalid_kwarg()?;
        }
        if self.at(TokenKind::DoubleStar) {
            let start = self.bump().start;
            let value = self.expression()?;
            keywords.push(Keyword { span: self.span_from(start), arg: None, value });
        } else {
            let keyword = self.keyword_argument()?;
            keywords.push(keyword);
        }
        *phase = Phase::DoubleStars;
        Ok(())
    }

    /// A positional or starred argument; not one that `=` follows.
    pub(super) fn positional_argument(&mut self) -> R<Expr<'a>> {
        let e = match self.kind() {
            TokenKind::Star => self.starred_expression()?,
            TokenKind::Name if self.kind_after() == TokenKind::Equal => {
                self.far.set(self.far.get().max(self.pos + 1));
                return Err(Fail::Soft);
            }
            _ if self.at_assignment_expression() => self.assignment_expression()?,
            _ => self.expression_not_assigned()?,
        };
        if self.at(TokenKind::Equal) { Err(Fail::Soft) } else { Ok(e) }
    }

    fn keyword_argument(&mut self) -> R<Keyword<'a>> {
        if self.kind() != TokenKind::Name {
            return Err(Fail::Soft);
        }
        self.far.set(self.far.get().max(self.pos + 1));
        if self.kind_after() != TokenKind::Equal {
            return Err(Fail::Soft);
        }
        let (arg, token) = self.name()?;
        self.bump();
        let value = self.expression()?;
        Ok(Keyword { span: self.span_from(token.start), arg: Some(arg), value })
    }

    /// `'*' expression`.
    pub(super) fn starred_expression(&mut self) -> R<Expr<'a>> {
        if !self.at(TokenKind::Star) {
            return Err(Fail::Soft);
        }
        if !self.diagnose {
            return self.starred(Self::expression);
        }
        self.invalid_starred_unpacking()?;
        if let Some(e) = self.attempt(|p| p.starred(Self::expression))? {
            return Ok(e);
        }
        self.bump();
        self.raise_far(crate::error::ErrKind::SyntaxError, "Invalid star expression")
    }
}
