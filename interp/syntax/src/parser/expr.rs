//! Expressions from the conditional expression down to the operators.

use super::memo::Rule;
use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::{Token, TokenKind};
use smallvec::SmallVec;

/// Whether a token may follow a complete expression and start nothing new: lone operands need no more rules then.
#[inline]
fn ends_expression(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(kind, Comma | RParen | RBracket | RBrace | Newline | Equal | Colon)
}

/// Whether an operand that starts with this token has no operator before it.
#[inline]
fn starts_primary(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(kind, Name | Number | String | LParen | LBracket | LBrace | KwNone | KwTrue | KwFalse)
}

/// A binary operator below comparisons: its operator and how tightly it binds.
#[inline]
fn binary_operator(kind: TokenKind) -> Option<(Operator, u8)> {
    Some(match kind {
        TokenKind::VBar => (Operator::BitOr, 0),
        TokenKind::Caret => (Operator::BitXor, 1),
        TokenKind::Amper => (Operator::BitAnd, 2),
        TokenKind::LeftShift => (Operator::LShift, 3),
        TokenKind::RightShift => (Operator::RShift, 3),
        TokenKind::Plus => (Operator::Add, 4),
        TokenKind::Minus => (Operator::Sub, 4),
        TokenKind::Star => (Operator::Mult, 5),
        TokenKind::Slash => (Operator::Div, 5),
        TokenKind::DoubleSlash => (Operator::FloorDiv, 5),
        TokenKind::Percent => (Operator::Mod, 5),
        TokenKind::At => (Operator::MatMult, 5),
        _ => return None,
    })
}

impl<'a> Parser<'_, 'a> {
    /// Runs a rule in the second pass at most once per position with the rules for mistakes on.
    pub(super) fn remembered<T>(&mut self, rule: Rule, parse: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        if !self.diagnose && !self.recording {
            return parse(self);
        }
        let pos = self.pos;
        match self.memo.get(rule, pos) {
            Some(false) => return Err(Fail::Soft),
            Some(true) => {
                let recording = std::mem::replace(&mut self.recording, false);
                let result = self.quietly(parse);
                self.recording = recording;
                return result;
            }
            None => {}
        }
        let result = parse(self);
        match &result {
            Ok(_) => self.memo.set(rule, pos, true),
            Err(Fail::Soft) => self.memo.set(rule, pos, false),
            Err(Fail::Hard(_)) => {}
        }
        result
    }

    /// `expression`: a conditional expression, a disjunction or a lambda.
    pub(super) fn expression(&mut self) -> R<Expr<'a>> {
        if !self.diagnose && !self.recording {
            if ends_expression(self.kind_after())
                && let Some(e) = self.lone_atom()?
            {
                return Ok(e);
            }
            return self.nested(Self::plain_expression);
        }
        self.nested(|p| {
            p.remembered(Rule::Expression, |p| {
                if p.diagnose {
                    p.invalid_expression_rules()?;
                }
                p.plain_expression()
            })
        })
    }

    /// A name, a number, a string or a constant, which must be all of an expression.
    #[inline]
    pub(super) fn lone_atom(&mut self) -> R<Option<Expr<'a>>> {
        use TokenKind::*;
        match self.kind() {
            Name => {
                let token = self.bump();
                Ok(Some(self.name_expr(token, ExprContext::Load)))
            }
            Number | String | KwNone | KwTrue | KwFalse => self.atom().map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn plain_expression(&mut self) -> R<Expr<'a>> {
        if self.at(TokenKind::KwLambda) {
            return self.lambda();
        }
        let start = self.token().start;
        let body = self.disjunction()?;
        if !self.at(TokenKind::KwIf) {
            return Ok(body);
        }
        let tail = self.attempt(|p| {
            p.bump();
            let test = p.disjunction()?;
            p.expect(TokenKind::KwElse)?;
            Ok((test, p.expression()?))
        })?;
        Ok(match tail {
            None => body,
            Some((test, orelse)) => Expr {
                span: self.span_from(start),
                kind: ExprKind::IfExp {
                    test: self.arena.alloc(test),
                    body: self.arena.alloc(body),
                    orelse: self.arena.alloc(orelse),
                },
            },
        })
    }

    fn lambda(&mut self) -> R<Expr<'a>> {
        let start = self.bump().start;
        let args = self.arena.alloc(self.lambda_params()?);
        self.expect(TokenKind::Colon)?;
        let body = self.arena.alloc(self.expression()?);
        Ok(Expr { span: self.span_from(start), kind: ExprKind::Lambda { args, body } })
    }

    pub(super) fn disjunction(&mut self) -> R<Expr<'a>> {
        if self.diagnose || self.recording {
            return self.remembered(Rule::Disjunction, Self::plain_disjunction);
        }
        self.plain_disjunction()
    }

    fn plain_disjunction(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let first = if !self.second && starts_primary(self.kind()) {
            // Most operands stand alone, or with one operator: the levels between are looked at only if they matter.
            let first = self.primary()?;
            let kind = self.kind();
            if ends_expression(kind) {
                return Ok(first);
            }
            let first = self.power_rest(start, first)?;
            let first = self.binary_rest(start, first, 0)?;
            let first = self.comparison_rest(start, first)?;
            self.conjunction_rest(start, first)?
        } else {
            self.conjunction()?
        };
        if !self.at(TokenKind::KwOr) {
            return Ok(first);
        }
        self.bool_op(start, first, TokenKind::KwOr, BoolOp::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let first = self.inversion()?;
        self.conjunction_rest(start, first)
    }

    #[inline]
    fn conjunction_rest(&mut self, start: u32, first: Expr<'a>) -> R<Expr<'a>> {
        if !self.at(TokenKind::KwAnd) {
            return Ok(first);
        }
        self.bool_op(start, first, TokenKind::KwAnd, BoolOp::And, Self::inversion)
    }

    fn bool_op(
        &mut self,
        start: u32,
        first: Expr<'a>,
        word: TokenKind,
        op: BoolOp,
        operand: fn(&mut Self) -> R<Expr<'a>>,
    ) -> R<Expr<'a>> {
        let mut values = self.spare_exprs.pop().unwrap_or_default();
        values.push(first);
        while self.at(word) {
            let value = self.attempt(|p| {
                p.bump();
                operand(p)
            })?;
            match value {
                Some(value) => values.push(value),
                None => break,
            }
        }
        let made = match values[..] {
            [only] => only,
            _ => {
                let kind = ExprKind::BoolOp { op, values: self.many(&values) };
                Expr { span: self.span_from(start), kind }
            }
        };
        values.clear();
        self.spare_exprs.push(values);
        Ok(made)
    }

    pub(super) fn inversion(&mut self) -> R<Expr<'a>> {
        if self.at(TokenKind::KwNot) {
            let start = self.bump().start;
            let operand = self.arena.alloc(self.nested(Self::inversion)?);
            return Ok(Expr {
                span: self.span_from(start),
                kind: ExprKind::UnaryOp { op: UnaryOp::Not, operand },
            });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let left = self.bitwise_or()?;
        self.comparison_rest(start, left)
    }

    #[inline]
    fn comparison_rest(&mut self, start: u32, left: Expr<'a>) -> R<Expr<'a>> {
        if self.comparison_operator().is_none() {
            return Ok(left);
        }
        self.comparisons(start, left)
    }

    fn comparisons(&mut self, start: u32, left: Expr<'a>) -> R<Expr<'a>> {
        let mut ops: SmallVec<[CmpOp; 8]> = SmallVec::new();
        let mut comparators = self.spare_exprs.pop().unwrap_or_default();
        while let Some((op, width)) = self.comparison_operator() {
            self.check_not_equal(op)?;
            let right = self.attempt(|p| {
                for _ in 0..width {
                    p.bump();
                }
                p.bitwise_or()
            })?;
            let Some(right) = right else { break };
            ops.push(op);
            comparators.push(right);
        }
        if ops.is_empty() {
            return Ok(left);
        }
        let span = self.span_from(start);
        let (left, ops) = (self.arena.alloc(left), self.many(&ops));
        let kind = ExprKind::Compare { left, ops, comparators: self.many(&comparators) };
        comparators.clear();
        self.spare_exprs.push(comparators);
        Ok(Expr { span, kind })
    }

    /// The comparison operator here, and of how many tokens it is.
    #[inline]
    fn comparison_operator(&self) -> Option<(CmpOp, usize)> {
        use TokenKind::*;
        Some(match self.kind() {
            EqEqual => (CmpOp::Eq, 1),
            NotEqual | LessGreater => (CmpOp::NotEq, 1),
            Less => (CmpOp::Lt, 1),
            LessEqual => (CmpOp::LtE, 1),
            Greater => (CmpOp::Gt, 1),
            GreaterEqual => (CmpOp::GtE, 1),
            KwIn => (CmpOp::In, 1),
            KwNot if self.kind_after() == KwIn => (CmpOp::NotIn, 2),
            KwNot => {
                self.far.set(self.far.get().max(self.pos + 1));
                return None;
            }
            KwIs if self.kind_after() == KwNot => (CmpOp::IsNot, 2),
            KwIs => (CmpOp::Is, 1),
            _ => return None,
        })
    }

    /// `<>` needs the FLUFL's `__future__` import, which forbids `!=` in turn.
    fn check_not_equal(&mut self, op: CmpOp) -> R {
        if op != CmpOp::NotEq {
            return Ok(());
        }
        let token = self.token();
        match token.kind {
            TokenKind::NotEqual if self.flufl => {
                self.raise_at(token.span(), "with Barry as BDFL, use '<>' instead of '!='")
            }
            TokenKind::LessGreater if !self.flufl => {
                self.raise_at(token.span(), "invalid syntax.  Maybe you meant '!=' instead of '<>'?")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn bitwise_or(&mut self) -> R<Expr<'a>> {
        if self.diagnose || self.recording {
            return self.remembered(Rule::BitwiseOr, |p| p.binary(0));
        }
        self.binary(0)
    }

    /// Binary operators that bind at least as tightly as `min`, by precedence climbing.
    fn binary(&mut self, min: u8) -> R<Expr<'a>> {
        let start = self.token().start;
        let left = self.factor()?;
        self.binary_rest(start, left, min)
    }

    #[inline]
    fn binary_rest(&mut self, start: u32, left: Expr<'a>, min: u8) -> R<Expr<'a>> {
        match binary_operator(self.kind()) {
            Some((_, tightness)) if tightness >= min => self.operators(start, left, min),
            _ => Ok(left),
        }
    }

    fn operators(&mut self, start: u32, mut left: Expr<'a>, min: u8) -> R<Expr<'a>> {
        while let Some((op, tightness)) = binary_operator(self.kind()) {
            if tightness < min {
                break;
            }
            let pos = self.pos;
            self.bump();
            if self.diagnose && tightness >= 4 && self.at(TokenKind::KwNot) {
                self.invalid_not_operand(Self::inversion)?;
            }
            match self.binary(tightness + 1) {
                Ok(right) => {
                    let span = self.span_from(start);
                    let kind =
                        ExprKind::BinOp { left: self.arena.alloc(left), op, right: self.arena.alloc(right) };
                    left = Expr { span, kind };
                }
                Err(Fail::Soft) => {
                    self.reset(pos);
                    break;
                }
                Err(hard) => return Err(hard),
            }
        }
        Ok(left)
    }

    pub(super) fn factor(&mut self) -> R<Expr<'a>> {
        let op = match self.kind() {
            TokenKind::Plus => UnaryOp::UAdd,
            TokenKind::Minus => UnaryOp::USub,
            TokenKind::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        let start = self.bump().start;
        if self.diagnose && self.at(TokenKind::KwNot) {
            self.invalid_not_operand(|p| {
                p.bump();
                p.factor()
            })?;
        }
        let operand = self.arena.alloc(self.nested(Self::factor)?);
        Ok(Expr { span: self.span_from(start), kind: ExprKind::UnaryOp { op, operand } })
    }

    #[inline]
    fn power(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let base = if self.at(TokenKind::KwAwait) { self.await_primary()? } else { self.primary()? };
        self.power_rest(start, base)
    }

    #[inline]
    fn power_rest(&mut self, start: u32, base: Expr<'a>) -> R<Expr<'a>> {
        if !self.at(TokenKind::DoubleStar) {
            return Ok(base);
        }
        let exponent = self.attempt(|p| {
            p.bump();
            p.nested(Self::factor)
        })?;
        Ok(match exponent {
            None => base,
            Some(right) => Expr {
                span: self.span_from(start),
                kind: ExprKind::BinOp {
                    left: self.arena.alloc(base),
                    op: Operator::Pow,
                    right: self.arena.alloc(right),
                },
            },
        })
    }

    fn await_primary(&mut self) -> R<Expr<'a>> {
        let start = self.bump().start;
        let value = self.arena.alloc(self.primary()?);
        Ok(Expr { span: self.span_from(start), kind: ExprKind::Await { value } })
    }

    pub(super) fn name_expr(&mut self, token: Token, ctx: ExprContext) -> Expr<'a> {
        let id = self.symbol(token);
        Expr { span: token.span(), kind: ExprKind::Name { id, ctx } }
    }

    // Lists of expressions.

    /// `star_expressions`: one expression, or a tuple without parentheses.
    pub(super) fn star_expressions(&mut self) -> R<Expr<'a>> {
        self.bare_tuple(Self::star_expression)
    }

    /// `expressions`: the same without stars.
    pub(super) fn expressions(&mut self) -> R<Expr<'a>> {
        self.bare_tuple(Self::expression)
    }

    fn bare_tuple(&mut self, element: fn(&mut Self) -> R<Expr<'a>>) -> R<Expr<'a>> {
        let start = self.token().start;
        let first = element(self)?;
        if !self.at(TokenKind::Comma) {
            return Ok(first);
        }
        let elts = self.elements_after(first, element)?;
        Ok(Expr { span: self.span_from(start), kind: ExprKind::Tuple { elts, ctx: ExprContext::Load } })
    }

    /// `element (',' element)* [',']`, of which the first is there.
    pub(super) fn elements_after(
        &mut self,
        first: Expr<'a>,
        element: fn(&mut Self) -> R<Expr<'a>>,
    ) -> R<&'a [Expr<'a>]> {
        if !self.at(TokenKind::Comma) {
            return Ok(self.only(first));
        }
        let mut elts = self.spare_exprs.pop().unwrap_or_default();
        elts.push(first);
        self.more_elements(&mut elts, element)?;
        let made = self.many(&elts);
        elts.clear();
        self.spare_exprs.push(elts);
        Ok(made)
    }

    /// `(',' element)* [',']`.
    pub(super) fn more_elements(
        &mut self,
        elts: &mut Vec<Expr<'a>>,
        element: fn(&mut Self) -> R<Expr<'a>>,
    ) -> R {
        while self.at(TokenKind::Comma) {
            self.bump();
            if !self.diagnose && self.ends_list() {
                break;
            }
            match self.attempt(element)? {
                Some(e) => elts.push(e),
                None => break,
            }
        }
        Ok(())
    }

    /// Tokens that no expression starts with and that often follow a trailing comma.
    fn ends_list(&self) -> bool {
        use TokenKind::*;
        matches!(self.kind(), RParen | RBracket | RBrace | Newline | Equal | Colon)
    }

    pub(super) fn star_expression(&mut self) -> R<Expr<'a>> {
        if self.at(TokenKind::Star) {
            return self.starred(Self::bitwise_or);
        }
        self.expression()
    }

    /// `*` and what it unpacks.
    pub(super) fn starred(&mut self, value: fn(&mut Self) -> R<Expr<'a>>) -> R<Expr<'a>> {
        let start = self.bump().start;
        let value = self.arena.alloc(value(self)?);
        let kind = ExprKind::Starred { value, ctx: ExprContext::Load };
        Ok(Expr { span: self.span_from(start), kind })
    }

    pub(super) fn star_named_expression(&mut self) -> R<Expr<'a>> {
        if self.at(TokenKind::Star) {
            return self.starred(Self::bitwise_or);
        }
        self.named_expression()
    }

    pub(super) fn at_assignment_expression(&self) -> bool {
        self.kind() == TokenKind::Name && self.kind_after() == TokenKind::ColonEqual
    }

    /// `NAME ':=' expression`; nothing else is tried once the operator is there.
    pub(super) fn assignment_expression(&mut self) -> R<Expr<'a>> {
        let token = self.bump();
        let target = self.arena.alloc(self.name_expr(token, ExprContext::Store));
        self.bump();
        let value = self.arena.alloc(self.expression()?);
        Ok(Expr { span: self.span_from(token.start), kind: ExprKind::NamedExpr { target, value } })
    }

    pub(super) fn named_expression(&mut self) -> R<Expr<'a>> {
        if self.at_assignment_expression() {
            return self.assignment_expression();
        }
        if self.diagnose {
            self.remembered(Rule::NamedExpression, |p| {
                p.invalid_named_expression()?;
                p.expression_not_assigned()
            })
        } else {
            self.expression_not_assigned()
        }
    }

    /// `expression !':='`.
    pub(super) fn expression_not_assigned(&mut self) -> R<Expr<'a>> {
        let e = self.expression()?;
        if self.at(TokenKind::ColonEqual) { Err(Fail::Soft) } else { Ok(e) }
    }

    pub(super) fn yield_expr(&mut self) -> R<Expr<'a>> {
        let start = self.expect(TokenKind::KwYield)?.start;
        if self.at(TokenKind::KwFrom) {
            let from = self.attempt(|p| {
                p.bump();
                p.expression()
            })?;
            if let Some(value) = from {
                let kind = ExprKind::YieldFrom { value: self.arena.alloc(value) };
                return Ok(Expr { span: self.span_from(start), kind });
            }
        }
        let value = if !self.diagnose && self.ends_list() {
            None
        } else {
            let value = self.attempt(Self::star_expressions)?;
            self.maybe(value)
        };
        Ok(Expr { span: self.span_from(start), kind: ExprKind::Yield { value } })
    }

    /// `yield_expr | star_expressions`.
    pub(super) fn annotated_rhs(&mut self) -> R<Expr<'a>> {
        if self.at(TokenKind::KwYield) { self.yield_expr() } else { self.star_expressions() }
    }
}
