//! Atoms and what follows them: names, literals, brackets of all sorts, attributes, calls, subscripts.

use super::memo::Rule;
use super::strings::starts_string;
use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::TokenKind;

impl<'a> Parser<'_, 'a> {
    pub(super) fn primary(&mut self) -> R<Expr<'a>> {
        if self.diagnose || self.recording {
            return self.remembered(Rule::Primary, Self::plain_primary);
        }
        self.plain_primary()
    }

    fn plain_primary(&mut self) -> R<Expr<'a>> {
        self.primary_or_target(false)
    }

    /// A primary, or (what differs in the mistakes that are looked for) what might be a target.
    pub(super) fn primary_or_target(&mut self, target: bool) -> R<Expr<'a>> {
        let start = self.token().start;
        let mut e = self.atom()?;
        loop {
            let pos = self.pos;
            let kind = match self.kind() {
                TokenKind::Dot => {
                    self.bump();
                    if !self.at(TokenKind::Name) {
                        self.reset(pos);
                        return Ok(e);
                    }
                    let token = self.bump();
                    let attr = self.symbol(token);
                    ExprKind::Attribute { value: self.arena.alloc(e), attr, ctx: ExprContext::Load }
                }
                TokenKind::LParen => match self.attempt(|p| p.nested(Self::call_arguments))? {
                    Some((args, keywords)) => ExprKind::Call { func: self.arena.alloc(e), args, keywords },
                    None => return Ok(e),
                },
                TokenKind::LBracket => match self.subscript_after_genexp()? {
                    Some(slice) => ExprKind::Subscript {
                        value: self.arena.alloc(e),
                        slice: self.arena.alloc(slice),
                        ctx: ExprContext::Load,
                    },
                    None => return Ok(e),
                },
                // CPython tries a generator expression as an argument here, its mistakes included.
                TokenKind::LBrace if self.diagnose && !target => {
                    self.invalid_comprehension()?;
                    return Ok(e);
                }
                _ => return Ok(e),
            };
            e = Expr { span: self.span_from(start), kind };
        }
    }

    fn subscript_after_genexp(&mut self) -> R<Option<Expr<'a>>> {
        if self.diagnose {
            self.invalid_comprehension()?;
        }
        self.attempt(|p| p.nested(Self::subscript))
    }

    /// `'[' slices ']'`.
    fn subscript(&mut self) -> R<Expr<'a>> {
        self.bump();
        let start = self.token().start;
        let first = self.slice_or_starred()?;
        let slice = if self.at(TokenKind::Comma) {
            let mut elts = vec![first];
            while self.eat(TokenKind::Comma) {
                if self.at(TokenKind::RBracket) {
                    break;
                }
                elts.push(self.slice_or_starred()?);
            }
            let elts = self.many(&elts);
            Expr { span: self.span_from(start), kind: ExprKind::Tuple { elts, ctx: ExprContext::Load } }
        } else if matches!(first.kind, ExprKind::Starred { .. }) {
            let kind = ExprKind::Tuple { elts: self.only(first), ctx: ExprContext::Load };
            Expr { span: self.span_from(start), kind }
        } else {
            first
        };
        self.expect(TokenKind::RBracket)?;
        Ok(slice)
    }

    fn slice_or_starred(&mut self) -> R<Expr<'a>> {
        if self.at(TokenKind::Star) {
            return self.starred_expression();
        }
        self.slice()
    }

    /// `[expression] ':' [expression] [':' [expression]] | named_expression`.
    fn slice(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let lower = if self.at(TokenKind::Colon) {
            None
        } else {
            let named = self.at_assignment_expression();
            let e = if named {
                self.assignment_expression()?
            } else if self.diagnose {
                self.slice_lower()?
            } else {
                self.expression_not_assigned()?
            };
            if named || !self.at(TokenKind::Colon) {
                return Ok(e);
            }
            Some(&*self.arena.alloc(e))
        };
        self.bump();
        let upper = self.slice_part()?;
        let step = if self.eat(TokenKind::Colon) { self.slice_part()? } else { None };
        Ok(Expr { span: self.span_from(start), kind: ExprKind::Slice { lower, upper, step } })
    }

    /// In the second pass: an expression if a colon follows, otherwise a named expression.
    fn slice_lower(&mut self) -> R<Expr<'a>> {
        let pos = self.pos;
        if let Some(e) = self.attempt(Self::expression)?
            && self.at(TokenKind::Colon)
        {
            return Ok(e);
        }
        self.reset(pos);
        self.named_expression()
    }

    fn slice_part(&mut self) -> R<Option<&'a Expr<'a>>> {
        if matches!(self.kind(), TokenKind::RBracket | TokenKind::Colon | TokenKind::Comma) {
            return Ok(None);
        }
        let part = self.attempt(Self::expression)?;
        Ok(self.maybe(part))
    }

    /// An atom alone, without what may follow it.
    pub(super) fn primary_atom(&mut self) -> R<Expr<'a>> {
        self.atom()
    }

    pub(super) fn atom(&mut self) -> R<Expr<'a>> {
        let token = self.token();
        let constant = |value| Expr { span: token.span(), kind: ExprKind::Constant { value, kind: false } };
        let value = match self.kind() {
            TokenKind::Name => {
                self.bump();
                return Ok(self.name_expr(token, ExprContext::Load));
            }
            TokenKind::Number => {
                self.bump();
                return Ok(constant(self.number(token)?));
            }
            TokenKind::KwTrue => Constant::True,
            TokenKind::KwFalse => Constant::False,
            TokenKind::KwNone => Constant::None,
            TokenKind::Ellipsis => Constant::Ellipsis,
            TokenKind::LParen => return self.bracketed(Self::paren),
            TokenKind::LBracket => return self.bracketed(Self::list),
            TokenKind::LBrace => return self.bracketed(Self::brace),
            kind if starts_string(kind) => return self.strings(),
            _ => return Err(Fail::Soft),
        };
        self.bump();
        Ok(constant(value))
    }

    fn bracketed(&mut self, rule: fn(&mut Self) -> R<Expr<'a>>) -> R<Expr<'a>> {
        if !self.diagnose && !self.recording {
            let brace = self.at(TokenKind::LBrace);
            let result = self.nested(rule);
            self.brace_failed |= brace && result.is_err();
            return result;
        }
        self.remembered(Rule::Atom, |p| {
            let pos = p.pos;
            match p.nested(rule) {
                Err(Fail::Soft) => {
                    p.reset(pos);
                    match p.tokens[pos].kind {
                        TokenKind::LBrace => p.invalid_brace()?,
                        _ if !p.diagnose => {}
                        TokenKind::LParen => {
                            p.invalid_group()?;
                            p.invalid_comprehension()?;
                        }
                        _ => p.invalid_comprehension()?,
                    }
                    p.pos = pos;
                    Err(Fail::Soft)
                }
                result => result,
            }
        })
    }

    /// `tuple | group | genexp`.
    fn paren(&mut self) -> R<Expr<'a>> {
        let start = self.bump().start;
        let tuple = |elts| ExprKind::Tuple { elts, ctx: ExprContext::Load };
        if self.eat(TokenKind::RParen) {
            return Ok(Expr { span: self.span_from(start), kind: tuple(&[]) });
        }
        if self.at(TokenKind::KwYield) {
            let e = self.yield_expr()?;
            self.expect(TokenKind::RParen)?;
            return Ok(e);
        }
        let first = self.star_named_expression()?;
        let starred = matches!(first.kind, ExprKind::Starred { .. });
        let kind = match self.kind() {
            TokenKind::RParen if !starred => {
                self.bump();
                // A group keeps the span of what it holds.
                return Ok(first);
            }
            TokenKind::Comma => tuple(self.elements_after(first, Self::star_named_expression)?),
            TokenKind::KwFor | TokenKind::KwAsync if !starred => {
                let generators = self.for_if_clauses()?;
                ExprKind::GeneratorExp { elt: self.arena.alloc(first), generators }
            }
            _ => return Err(Fail::Soft),
        };
        self.expect(TokenKind::RParen)?;
        Ok(Expr { span: self.span_from(start), kind })
    }

    /// `list | listcomp`.
    fn list(&mut self) -> R<Expr<'a>> {
        let start = self.bump().start;
        let list = |elts| ExprKind::List { elts, ctx: ExprContext::Load };
        if self.eat(TokenKind::RBracket) {
            return Ok(Expr { span: self.span_from(start), kind: list(&[]) });
        }
        let first = self.star_named_expression()?;
        let starred = matches!(first.kind, ExprKind::Starred { .. });
        let kind = match self.kind() {
            TokenKind::KwFor | TokenKind::KwAsync if !starred => {
                let generators = self.for_if_clauses()?;
                ExprKind::ListComp { elt: self.arena.alloc(first), generators }
            }
            _ => list(self.elements_after(first, Self::star_named_expression)?),
        };
        self.expect(TokenKind::RBracket)?;
        Ok(Expr { span: self.span_from(start), kind })
    }

    /// `dict | set | dictcomp | setcomp`.
    fn brace(&mut self) -> R<Expr<'a>> {
        let start = self.bump().start;
        if self.eat(TokenKind::RBrace) {
            let kind = ExprKind::Dict { keys: &[], values: &[] };
            return Ok(Expr { span: self.span_from(start), kind });
        }
        let kind = if self.at(TokenKind::DoubleStar) {
            self.bump();
            let value = self.bitwise_or()?;
            self.dict_items(vec![None], vec![value])?
        } else {
            let walrus = self.at_assignment_expression();
            let first = self.star_named_expression()?;
            let plain = !walrus && !matches!(first.kind, ExprKind::Starred { .. });
            match self.kind() {
                TokenKind::Colon if plain => {
                    self.bump();
                    let value = self.expression()?;
                    if matches!(self.kind(), TokenKind::KwFor | TokenKind::KwAsync) {
                        let generators = self.for_if_clauses()?;
                        ExprKind::DictComp {
                            key: self.arena.alloc(first),
                            value: self.arena.alloc(value),
                            generators,
                        }
                    } else {
                        self.dict_items(vec![Some(first)], vec![value])?
                    }
                }
                TokenKind::KwFor | TokenKind::KwAsync if !matches!(first.kind, ExprKind::Starred { .. }) => {
                    let generators = self.for_if_clauses()?;
                    ExprKind::SetComp { elt: self.arena.alloc(first), generators }
                }
                _ => ExprKind::Set { elts: self.elements_after(first, Self::star_named_expression)? },
            }
        };
        self.expect(TokenKind::RBrace)?;
        Ok(Expr { span: self.span_from(start), kind })
    }

    fn dict_items(&mut self, mut keys: Vec<Option<Expr<'a>>>, mut values: Vec<Expr<'a>>) -> R<ExprKind<'a>> {
        while self.at(TokenKind::Comma) {
            self.bump();
            if self.at(TokenKind::RBrace) {
                break;
            }
            match self.attempt(Self::double_starred_kvpair)? {
                Some((key, value)) => {
                    keys.push(key);
                    values.push(value);
                }
                None => break,
            }
        }
        Ok(ExprKind::Dict { keys: self.many(&keys), values: self.many(&values) })
    }

    pub(super) fn double_starred_kvpair(&mut self) -> R<(Option<Expr<'a>>, Expr<'a>)> {
        if self.eat(TokenKind::DoubleStar) {
            return Ok((None, self.bitwise_or()?));
        }
        let key = self.expression()?;
        self.expect(TokenKind::Colon)?;
        Ok((Some(key), self.expression()?))
    }

    /// `for_if_clause+`.
    pub(super) fn for_if_clauses(&mut self) -> R<&'a [Comprehension<'a>]> {
        let first = self.for_if_clause()?;
        if !matches!(self.kind(), TokenKind::KwFor | TokenKind::KwAsync) {
            return Ok(self.only(first));
        }
        let mut clauses = vec![first];
        while matches!(self.kind(), TokenKind::KwFor | TokenKind::KwAsync) {
            match self.attempt(Self::for_if_clause)? {
                Some(clause) => clauses.push(clause),
                None => break,
            }
        }
        Ok(self.many(&clauses))
    }

    fn for_if_clause(&mut self) -> R<Comprehension<'a>> {
        let pos = self.pos;
        let is_async = self.eat(TokenKind::KwAsync);
        self.expect(TokenKind::KwFor)?;
        let head = self.attempt(|p| {
            let target = p.star_targets()?;
            p.expect(TokenKind::KwIn)?;
            Ok(target)
        })?;
        let Some(target) = head else {
            if self.diagnose {
                self.pos = pos;
                self.invalid_for_if_clause()?;
                self.pos = pos;
                self.invalid_for_target()?;
            }
            return Err(Fail::Soft);
        };
        // Past `in`, nothing else is tried: CPython's cut.
        let iter = self.disjunction()?;
        let mut ifs = Vec::new();
        while self.at(TokenKind::KwIf) {
            let test = self.attempt(|p| {
                p.bump();
                p.disjunction()
            })?;
            match test {
                Some(test) => ifs.push(test),
                None => break,
            }
        }
        Ok(Comprehension { target, iter, ifs: self.many(&ifs), is_async })
    }
}
