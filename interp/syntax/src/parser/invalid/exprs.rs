//! Mistakes in expressions and displays.

use super::{Parser, R, expr_name};
use crate::ast::*;
use crate::parser::Fail;
use crate::token::TokenKind;

const SOFT_KEYWORDS: [&str; 4] = ["_", "case", "match", "type"];
const ASSIGN_HINT: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";

impl<'a> Parser<'_, 'a> {
    /// What `expression` tries before its real forms.
    pub(in crate::parser) fn invalid_expression_rules(&mut self) -> R {
        match self.kind() {
            TokenKind::String => self.check(Self::string_around_expression)?,
            TokenKind::KwPass | TokenKind::KwBreak | TokenKind::KwContinue => {
                return self.check(Self::statement_in_conditional);
            }
            TokenKind::KwLambda => return self.check(Self::lambda_in_fstring),
            _ => {}
        }
        self.check(Self::missing_comma)?;
        self.check(Self::incomplete_conditional)?;
        self.check(Self::legacy_statement)
    }

    fn string_around_expression(&mut self) -> R {
        self.bump();
        let mut inside: Option<Span> = None;
        while !self.at(TokenKind::String) {
            let Some(e) = self.attempt(Self::expression_without_invalid)? else { break };
            inside = Some(inside.map_or(e.span, |span| span.to(e.span)));
        }
        let span = inside.ok_or(Fail::Soft)?;
        self.expect(TokenKind::String)?;
        self.raise_at(span, "invalid syntax. Is this intended to be part of the string?")
    }

    fn missing_comma(&mut self) -> R {
        if self.at(TokenKind::Name) {
            let text = self.text(self.token());
            if self.kind_after() == TokenKind::String || SOFT_KEYWORDS.contains(&text) {
                return Ok(());
            }
        }
        let left = self.disjunction()?;
        let right = self.expression_without_invalid()?;
        if self.is_legacy(&left) || self.memo.level(self.pos - 1) == 0 {
            return Ok(());
        }
        self.raise_at(left.span.to(right.span), "invalid syntax. Perhaps you forgot a comma?")
    }

    fn is_legacy(&self, e: &Expr<'a>) -> bool {
        matches!(e.kind, ExprKind::Name { id: sym::PRINT | sym::EXEC, .. })
    }

    fn incomplete_conditional(&mut self) -> R {
        let body = self.disjunction()?;
        self.expect(TokenKind::KwIf)?;
        let test = self.disjunction()?;
        match self.kind() {
            TokenKind::KwElse => {
                self.bump();
                let pos = self.pos;
                if self.attempt(Self::expression)?.is_some() {
                    return Ok(());
                }
                self.pos = pos;
                self.raise_next("expected expression after 'else', but statement is given")
            }
            TokenKind::Colon => Ok(()),
            _ => self.raise_at(body.span.to(test.span), "expected 'else' after 'if' expression"),
        }
    }

    fn statement_in_conditional(&mut self) -> R {
        let word = self.bump();
        self.expect(TokenKind::KwIf)?;
        self.disjunction()?;
        self.expect(TokenKind::KwElse)?;
        self.simple_stmt()?;
        self.raise_at(word.span(), "expected expression before 'if', but statement is given")
    }

    fn lambda_in_fstring(&mut self) -> R {
        let lambda = self.bump();
        self.attempt(Self::lambda_params)?;
        let colon = self.expect(TokenKind::Colon)?;
        let letter = match self.kind() {
            TokenKind::FStringMiddle => 'f',
            TokenKind::TStringMiddle => 't',
            _ => return Ok(()),
        };
        let msg = format!("{letter}-string: lambda expressions are not allowed without parentheses");
        self.raise_at(lambda.span().to(colon.span()), msg)
    }

    fn legacy_statement(&mut self) -> R {
        let (name, token) = self.name()?;
        if self.at(TokenKind::LParen) {
            return Ok(());
        }
        // Parsed for every name: mistakes further on may be found on the way.
        let e = self.star_expressions()?;
        if !matches!(name, sym::PRINT | sym::EXEC) {
            return Ok(());
        }
        let name = self.interner.resolve(name);
        let msg = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        self.raise_at(token.span().to(e.span), msg)
    }

    pub(in crate::parser) fn invalid_named_expression(&mut self) -> R {
        self.check(|p| {
            let e = p.expression()?;
            p.expect(TokenKind::ColonEqual)?;
            p.expression()?;
            p.raise_at(e.span, format!("cannot use assignment expressions with {}", expr_name(&e)))
        })?;
        self.check(|p| {
            let (_, name) = p.name()?;
            p.expect(TokenKind::Equal)?;
            let right = p.bitwise_or()?;
            if matches!(p.kind(), TokenKind::Equal | TokenKind::ColonEqual) {
                return Ok(());
            }
            p.raise_at(name.span().to(right.span), ASSIGN_HINT)
        })?;
        self.check(|p| {
            let first = p.kind();
            if matches!(first, TokenKind::KwTrue | TokenKind::KwFalse | TokenKind::KwNone) {
                return Ok(());
            }
            let display = matches!(first, TokenKind::LParen | TokenKind::LBracket);
            if display && p.is_display()? {
                return Ok(());
            }
            let left = p.bitwise_or()?;
            p.expect(TokenKind::Equal)?;
            p.bitwise_or()?;
            if matches!(p.kind(), TokenKind::Equal | TokenKind::ColonEqual) {
                return Ok(());
            }
            let name = expr_name(&left);
            p.raise_at(
                left.span,
                format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"),
            )
        })
    }

    /// Whether a list, a tuple or a generator expression starts here.
    fn is_display(&mut self) -> R<bool> {
        let pos = self.pos;
        let open = self.token().start;
        let atom = self.attempt(|p| p.quietly(|p| p.primary_atom()))?;
        self.reset(pos);
        Ok(atom.is_some_and(|e| {
            e.span.start == open
                && matches!(
                    e.kind,
                    ExprKind::List { .. } | ExprKind::Tuple { .. } | ExprKind::GeneratorExp { .. }
                )
        }))
    }

    /// `'not'` as an operand of arithmetic.
    pub(in crate::parser) fn invalid_not_operand(&mut self, operand: fn(&mut Self) -> R<Expr<'a>>) -> R {
        self.check(|p| {
            let not = p.token();
            operand(p)?;
            let span = Span::new(not.start, p.last_end());
            p.raise_at(span, "'not' after an operator must be parenthesized")
        })
    }

    pub(in crate::parser) fn invalid_group(&mut self) -> R {
        self.check(|p| {
            p.bump();
            let e = p.starred_expression()?;
            p.expect(TokenKind::RParen)?;
            p.raise_at(e.span, "cannot use starred expression here")
        })?;
        self.check(|p| {
            p.bump();
            let stars = p.expect(TokenKind::DoubleStar)?;
            p.expression()?;
            p.expect(TokenKind::RParen)?;
            p.raise_at(stars.span(), "cannot use double starred expression here")
        })
    }

    pub(in crate::parser) fn invalid_comprehension(&mut self) -> R {
        let paren = self.at(TokenKind::LParen);
        self.check(|p| {
            p.bump();
            let e = p.starred_expression()?;
            p.for_if_clauses()?;
            p.raise_at(e.span, "iterable unpacking cannot be used in comprehension")
        })?;
        if paren {
            return Ok(());
        }
        self.check(|p| {
            p.bump();
            let first = p.star_named_expression()?;
            let comma = p.expect(TokenKind::Comma)?;
            let mut rest = Vec::new();
            if let Some(e) = p.attempt(Self::star_named_expression)? {
                rest.push(e);
                p.more_elements(&mut rest, Self::star_named_expression)?;
            }
            p.for_if_clauses()?;
            let end = rest.last().map_or(comma.end, |e| e.span.end);
            let msg = "did you forget parentheses around the comprehension target?";
            p.raise_at(Span::new(first.span.start, end), msg)
        })
    }

    /// Dictionaries and sets, in CPython's order.
    pub(in crate::parser) fn invalid_brace(&mut self) -> R {
        self.check(|p| {
            p.bump();
            p.invalid_double_starred_kvpairs()
        })?;
        if !self.diagnose {
            return Ok(());
        }
        self.check(|p| {
            p.bump();
            let stars = p.expect(TokenKind::DoubleStar)?;
            p.bitwise_or()?;
            p.for_if_clauses()?;
            p.expect(TokenKind::RBrace)?;
            p.raise_at(stars.span(), "dict unpacking cannot be used in dict comprehension")
        })?;
        self.invalid_comprehension()
    }

    fn invalid_double_starred_kvpairs(&mut self) -> R {
        self.check(|p| {
            p.double_starred_kvpair()?;
            loop {
                p.expect(TokenKind::Comma)?;
                if p.attempt(Self::double_starred_kvpair)?.is_none() {
                    return p.invalid_kvpair();
                }
            }
        })?;
        self.check(Self::invalid_dict_value)
    }

    fn invalid_kvpair(&mut self) -> R {
        self.check(|p| {
            let key = p.expression()?;
            if p.at(TokenKind::Colon) {
                return Ok(());
            }
            let mut error =
                p.error_at(crate::error::ErrKind::SyntaxError, key.span, "':' expected after dictionary key");
            error.col = error.end_col - 1;
            error.end_col = 0;
            Err(Fail::Hard(Box::new(error)))
        })?;
        self.check(Self::invalid_dict_value)
    }

    fn invalid_dict_value(&mut self) -> R {
        self.expression()?;
        let colon = self.expect(TokenKind::Colon)?;
        match self.kind() {
            TokenKind::Star => {
                let star = self.bump();
                self.bitwise_or()?;
                self.raise_from(star.start, "cannot use a starred expression in a dictionary value")
            }
            TokenKind::RBrace | TokenKind::Comma => {
                self.raise_at(colon.span(), "expression expected after dictionary key and ':'")
            }
            _ => Ok(()),
        }
    }

    pub(in crate::parser) fn invalid_for_if_clause(&mut self) -> R {
        self.check(|p| {
            p.eat(TokenKind::KwAsync);
            p.expect(TokenKind::KwFor)?;
            let mut targets = vec![p.bitwise_or()?];
            p.more_elements(&mut targets, Self::bitwise_or)?;
            if p.at(TokenKind::KwIn) {
                return Ok(());
            }
            p.raise_syntax("'in' expected after for-loop variables")
        })
    }

    pub(in crate::parser) fn invalid_for_target(&mut self) -> R {
        self.check(|p| {
            p.eat(TokenKind::KwAsync);
            p.expect(TokenKind::KwFor)?;
            let e = p.star_expressions()?;
            p.check_targets(&e, super::Targets::For)
        })
    }
}
