//! The match statement and its patterns.

use super::memo::Rule;
use super::strings::starts_string;
use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::{Token, TokenKind};

impl<'a> Parser<'_, 'a> {
    pub(super) fn match_stmt(&mut self) -> R<Stmt<'a>> {
        let start = self.bump().start;
        let subject = self.arena.alloc(self.subject_expr()?);
        self.expect(TokenKind::Colon)?;
        self.expect(TokenKind::Newline)?;
        self.expect(TokenKind::Indent)?;
        let mut cases = vec![self.case_block()?];
        while self.at_word("case") {
            match self.attempt(Self::case_block)? {
                Some(case) => cases.push(case),
                None => break,
            }
        }
        self.expect(TokenKind::Dedent)?;
        let end = cases.last().and_then(|c| c.body.last()).map_or(start, |s| s.span.end);
        Ok(Stmt { span: Span::new(start, end), kind: StmtKind::Match { subject, cases: self.many(&cases) } })
    }

    pub(super) fn subject_expr(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let first = self.star_named_expression()?;
        if !self.at(TokenKind::Comma) {
            let starred = matches!(first.kind, ExprKind::Starred { .. });
            return if starred { Err(Fail::Soft) } else { Ok(first) };
        }
        let mut elts = vec![first];
        self.more_elements(&mut elts, Self::star_named_expression)?;
        Ok(Expr {
            span: self.span_from(start),
            kind: ExprKind::Tuple { elts: self.many(&elts), ctx: ExprContext::Load },
        })
    }

    fn case_block(&mut self) -> R<MatchCase<'a>> {
        if !self.at_word("case") {
            return Err(Fail::Soft);
        }
        if self.diagnose {
            self.invalid_case()?;
        }
        self.bump();
        let pattern = self.patterns()?;
        let guard = self.guard()?;
        self.expect(TokenKind::Colon)?;
        let body = self.block()?;
        Ok(MatchCase { pattern, guard, body })
    }

    pub(super) fn guard(&mut self) -> R<Option<&'a Expr<'a>>> {
        if !self.at(TokenKind::KwIf) {
            return Ok(None);
        }
        let guard = self.attempt(|p| {
            p.bump();
            p.named_expression()
        })?;
        Ok(self.maybe(guard))
    }

    /// A pattern, or a sequence of patterns without brackets.
    pub(super) fn patterns(&mut self) -> R<Pattern<'a>> {
        let start = self.token().start;
        let first = self.maybe_star_pattern()?;
        if !self.at(TokenKind::Comma) {
            let starred = matches!(first.kind, PatternKind::MatchStar { .. });
            return if starred { Err(Fail::Soft) } else { Ok(first) };
        }
        let mut patterns = vec![first];
        self.more_patterns(&mut patterns)?;
        Ok(Pattern {
            span: self.span_from(start),
            kind: PatternKind::MatchSequence { patterns: self.many(&patterns) },
        })
    }

    fn more_patterns(&mut self, patterns: &mut Vec<Pattern<'a>>) -> R {
        while self.at(TokenKind::Comma) {
            self.bump();
            match self.attempt(Self::maybe_star_pattern)? {
                Some(pattern) => patterns.push(pattern),
                None => break,
            }
        }
        Ok(())
    }

    fn maybe_star_pattern(&mut self) -> R<Pattern<'a>> {
        if !self.at(TokenKind::Star) {
            return self.pattern();
        }
        let start = self.bump().start;
        let (name, _) = self.name()?;
        if matches!(self.kind(), TokenKind::Dot | TokenKind::LParen | TokenKind::Equal)
            && name != sym::UNDERSCORE
        {
            return Err(Fail::Soft);
        }
        let name = (name != sym::UNDERSCORE).then_some(name);
        Ok(Pattern { span: self.span_from(start), kind: PatternKind::MatchStar { name } })
    }

    /// `or_pattern ['as' NAME]`.
    pub(super) fn pattern(&mut self) -> R<Pattern<'a>> {
        if self.diagnose || self.recording {
            return self.remembered(Rule::Pattern, |p| p.nested(Self::plain_pattern));
        }
        self.nested(Self::plain_pattern)
    }

    fn plain_pattern(&mut self) -> R<Pattern<'a>> {
        let (start, pos) = (self.token().start, self.pos);
        let pattern = self.or_pattern()?;
        if !self.at(TokenKind::KwAs) {
            return Ok(pattern);
        }
        let name = self.attempt(|p| {
            p.bump();
            p.capture_target()
        })?;
        match name {
            Some(name) => {
                let kind =
                    PatternKind::MatchAs { pattern: Some(self.arena.alloc(pattern)), name: Some(name) };
                Ok(Pattern { span: self.span_from(start), kind })
            }
            None => {
                if self.diagnose {
                    let after = self.pos;
                    self.pos = pos;
                    self.invalid_as_pattern()?;
                    self.pos = after;
                }
                Ok(pattern)
            }
        }
    }

    /// A name that a pattern binds: not `_`, and not the start of something longer.
    fn capture_target(&mut self) -> R<Symbol> {
        if self.at_word("_") {
            return Err(Fail::Soft);
        }
        let (name, _) = self.name()?;
        if matches!(self.kind(), TokenKind::Dot | TokenKind::LParen | TokenKind::Equal) {
            return Err(Fail::Soft);
        }
        Ok(name)
    }

    pub(super) fn or_pattern(&mut self) -> R<Pattern<'a>> {
        let start = self.token().start;
        let first = self.closed_pattern()?;
        if !self.at(TokenKind::VBar) {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.at(TokenKind::VBar) {
            match self.attempt(|p| {
                p.bump();
                p.closed_pattern()
            })? {
                Some(pattern) => patterns.push(pattern),
                None => break,
            }
        }
        if let [_] = patterns[..]
            && let Some(only) = patterns.pop()
        {
            return Ok(only);
        }
        Ok(Pattern {
            span: self.span_from(start),
            kind: PatternKind::MatchOr { patterns: self.many(&patterns) },
        })
    }

    fn closed_pattern(&mut self) -> R<Pattern<'a>> {
        let token = self.token();
        let kind = match self.kind() {
            TokenKind::Number | TokenKind::Minus | TokenKind::Plus => {
                PatternKind::MatchValue { value: self.arena.alloc(self.literal_number()?) }
            }
            kind if starts_string(kind) => {
                PatternKind::MatchValue { value: self.arena.alloc(self.strings()?) }
            }
            TokenKind::KwNone => self.singleton(Constant::None),
            TokenKind::KwTrue => self.singleton(Constant::True),
            TokenKind::KwFalse => self.singleton(Constant::False),
            TokenKind::Name => return self.name_pattern(),
            TokenKind::LParen => return self.nested(Self::group_pattern),
            TokenKind::LBracket => return self.nested(Self::list_pattern),
            TokenKind::LBrace => return self.nested(Self::mapping_pattern),
            _ => return Err(Fail::Soft),
        };
        Ok(Pattern { span: self.span_from(token.start), kind })
    }

    fn singleton(&mut self, value: Constant<'a>) -> PatternKind<'a> {
        self.bump();
        PatternKind::MatchSingleton { value }
    }

    /// A signed number, or a complex number written as a sum.
    fn literal_number(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let real = self.signed_number()?;
        let op = match self.kind() {
            TokenKind::Plus => Operator::Add,
            TokenKind::Minus => Operator::Sub,
            _ => return Ok(real),
        };
        self.bump();
        let token = self.expect(TokenKind::Number)?;
        let value = self.number(token)?;
        let constant = match &real.kind {
            ExprKind::UnaryOp { operand, .. } => operand,
            _ => &real,
        };
        if matches!(constant.kind, ExprKind::Constant { value: Constant::Imaginary(_), .. }) {
            return self.raise_at(constant.span, "real number required in complex literal");
        }
        if !matches!(value, Constant::Imaginary(_)) {
            return self.raise_at(token.span(), "imaginary number required in complex literal");
        }
        let right =
            self.arena.alloc(Expr { span: token.span(), kind: ExprKind::Constant { value, kind: false } });
        Ok(Expr {
            span: self.span_from(start),
            kind: ExprKind::BinOp { left: self.arena.alloc(real), op, right },
        })
    }

    fn signed_number(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let plus = self.eat(TokenKind::Plus);
        let minus = !plus && self.eat(TokenKind::Minus);
        let token = self.expect(TokenKind::Number)?;
        let value = self.number(token)?;
        let number = Expr { span: token.span(), kind: ExprKind::Constant { value, kind: false } };
        if !minus {
            return Ok(number);
        }
        let kind = ExprKind::UnaryOp { op: UnaryOp::USub, operand: self.arena.alloc(number) };
        Ok(Expr { span: self.span_from(start), kind })
    }

    /// A capture, the wildcard, a dotted value or a class pattern.
    fn name_pattern(&mut self) -> R<Pattern<'a>> {
        let token = self.bump();
        let name = self.symbol(token);
        if !matches!(self.kind(), TokenKind::Dot | TokenKind::LParen | TokenKind::Equal) {
            let name = (name != sym::UNDERSCORE).then_some(name);
            return Ok(Pattern { span: token.span(), kind: PatternKind::MatchAs { pattern: None, name } });
        }
        let value = self.attr(token)?;
        let kind = match self.kind() {
            TokenKind::LParen => {
                let pos = self.pos;
                match self.class_arguments(value) {
                    Err(Fail::Soft) if self.diagnose => {
                        self.reset(pos);
                        self.invalid_class_pattern()?;
                        return Err(Fail::Soft);
                    }
                    result => result?,
                }
            }
            TokenKind::Equal => return Err(Fail::Soft),
            _ => PatternKind::MatchValue { value: self.arena.alloc(value) },
        };
        Ok(Pattern { span: self.span_from(token.start), kind })
    }

    /// A name, already taken, and the attributes that follow it.
    fn attr(&mut self, first: Token) -> R<Expr<'a>> {
        let mut value = self.name_expr(first, ExprContext::Load);
        while self.eat(TokenKind::Dot) {
            let (attr, _) = self.name()?;
            let kind = ExprKind::Attribute { value: self.arena.alloc(value), attr, ctx: ExprContext::Load };
            value = Expr { span: self.span_from(first.start), kind };
        }
        Ok(value)
    }

    fn class_arguments(&mut self, cls: Expr<'a>) -> R<PatternKind<'a>> {
        self.bump();
        let (mut patterns, mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new(), Vec::new());
        while !self.at(TokenKind::RParen) {
            if self.at(TokenKind::Name) && self.kind_after() == TokenKind::Equal {
                kwd_attrs.push(self.name()?.0);
                self.bump();
                kwd_patterns.push(self.pattern()?);
            } else if kwd_attrs.is_empty() {
                patterns.push(self.pattern()?);
            } else {
                return Err(Fail::Soft);
            }
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::RParen)?;
        Ok(PatternKind::MatchClass {
            cls: self.arena.alloc(cls),
            patterns: self.many(&patterns),
            kwd_attrs: self.many(&kwd_attrs),
            kwd_patterns: self.many(&kwd_patterns),
        })
    }

    fn group_pattern(&mut self) -> R<Pattern<'a>> {
        let start = self.bump().start;
        let mut patterns = Vec::new();
        if !self.at(TokenKind::RParen) {
            let first = self.maybe_star_pattern()?;
            if !self.at(TokenKind::Comma) {
                if matches!(first.kind, PatternKind::MatchStar { .. }) {
                    return Err(Fail::Soft);
                }
                self.expect(TokenKind::RParen)?;
                return Ok(first);
            }
            patterns.push(first);
            self.more_patterns(&mut patterns)?;
        }
        self.expect(TokenKind::RParen)?;
        Ok(Pattern {
            span: self.span_from(start),
            kind: PatternKind::MatchSequence { patterns: self.many(&patterns) },
        })
    }

    fn list_pattern(&mut self) -> R<Pattern<'a>> {
        let start = self.bump().start;
        let mut patterns = Vec::new();
        if !self.at(TokenKind::RBracket) {
            patterns.push(self.maybe_star_pattern()?);
            self.more_patterns(&mut patterns)?;
        }
        self.expect(TokenKind::RBracket)?;
        Ok(Pattern {
            span: self.span_from(start),
            kind: PatternKind::MatchSequence { patterns: self.many(&patterns) },
        })
    }

    fn mapping_pattern(&mut self) -> R<Pattern<'a>> {
        let start = self.bump().start;
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        while !self.at(TokenKind::RBrace) {
            if self.at(TokenKind::DoubleStar) {
                rest = Some(self.double_star_pattern()?);
                self.eat(TokenKind::Comma);
                break;
            }
            let (key, pattern) = self.key_value_pattern()?;
            keys.push(key);
            patterns.push(pattern);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::RBrace)?;
        let kind = PatternKind::MatchMapping { keys: self.many(&keys), patterns: self.many(&patterns), rest };
        Ok(Pattern { span: self.span_from(start), kind })
    }

    pub(super) fn double_star_pattern(&mut self) -> R<Symbol> {
        self.expect(TokenKind::DoubleStar)?;
        self.capture_target()
    }

    pub(super) fn key_value_pattern(&mut self) -> R<(Expr<'a>, Pattern<'a>)> {
        let token = self.token();
        let constant = |value| Expr { span: token.span(), kind: ExprKind::Constant { value, kind: false } };
        let key = match self.kind() {
            TokenKind::Number | TokenKind::Minus | TokenKind::Plus => self.literal_number()?,
            kind if starts_string(kind) => self.strings()?,
            TokenKind::KwNone => {
                self.bump();
                constant(Constant::None)
            }
            TokenKind::KwTrue => {
                self.bump();
                constant(Constant::True)
            }
            TokenKind::KwFalse => {
                self.bump();
                constant(Constant::False)
            }
            TokenKind::Name if self.kind_after() == TokenKind::Dot => {
                self.bump();
                self.attr(token)?
            }
            _ => return Err(Fail::Soft),
        };
        self.expect(TokenKind::Colon)?;
        Ok((key, self.pattern()?))
    }
}
