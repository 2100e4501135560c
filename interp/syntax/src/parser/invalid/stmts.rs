//! Mistakes in simple statements.

use super::{Parser, R, Targets, expr_name};
use crate::ast::*;
use crate::parser::Fail;
use crate::token::TokenKind;

impl<'a> Parser<'_, 'a> {
    pub(in crate::parser) fn invalid_assignment(&mut self) -> R {
        self.check(|p| {
            let e = p.annotated_display()?;
            p.expect(TokenKind::Colon)?;
            p.expression()?;
            p.raise_at(e.span, format!("only single target (not {}) can be annotated", expr_name(&e)))
        })?;
        self.check(|p| {
            let first = p.star_named_expression()?;
            p.expect(TokenKind::Comma)?;
            // Any number of lists, as CPython's grammar has it.
            while let Some(e) = p.attempt(Self::star_named_expression)? {
                p.more_elements(&mut vec![e], Self::star_named_expression)?;
            }
            p.expect(TokenKind::Colon)?;
            p.expression()?;
            p.raise_at(first.span, "only single target (not tuple) can be annotated")
        })?;
        self.check(|p| {
            let e = p.expression()?;
            p.expect(TokenKind::Colon)?;
            p.expression()?;
            p.raise_at(e.span, "illegal target for annotation")
        })?;
        self.check(|p| {
            p.skip_targets()?;
            let e = p.star_expressions()?;
            p.expect(TokenKind::Equal)?;
            p.check_targets(&e, Targets::Star)
        })?;
        self.check(|p| {
            p.skip_targets()?;
            let e = p.yield_expr()?;
            p.expect(TokenKind::Equal)?;
            p.raise_at(e.span, "assignment to yield expression not possible")
        })?;
        self.check(|p| {
            let e = p.star_expressions()?;
            if !p
                .kind()
                .text()
                .is_some_and(|t| t.ends_with('=') && !matches!(t, "=" | "==" | "!=" | "<=" | ">=" | ":="))
            {
                return Ok(());
            }
            p.bump();
            p.annotated_rhs()?;
            p.raise_at(
                e.span,
                format!("'{}' is an illegal expression for augmented assignment", expr_name(&e)),
            )
        })
    }

    /// A list or a tuple in brackets, perhaps in parentheses.
    fn annotated_display(&mut self) -> R<Expr<'a>> {
        if !matches!(self.kind(), TokenKind::LParen | TokenKind::LBracket) {
            return Err(Fail::Soft);
        }
        let e = self.primary_atom()?;
        if matches!(e.kind, ExprKind::List { .. } | ExprKind::Tuple { .. }) { Ok(e) } else { Err(Fail::Soft) }
    }

    /// `(star_targets '=')*`.
    fn skip_targets(&mut self) -> R {
        while self
            .attempt(|p| {
                p.star_targets()?;
                p.expect(TokenKind::Equal)
            })?
            .is_some()
        {}
        Ok(())
    }

    /// The rest of a del statement.
    pub(in crate::parser) fn invalid_del(&mut self) -> R {
        self.check(|p| {
            let e = p.star_expressions()?;
            p.check_targets(&e, Targets::Del)
        })
    }

    pub(in crate::parser) fn invalid_import(&mut self) -> R {
        self.check(|p| {
            let import = p.bump();
            if p.at(TokenKind::Newline) {
                return p.raise_from(p.token().start, "Expected one or more names after 'import'");
            }
            p.dotted_name()?;
            while p.eat(TokenKind::Comma) {
                p.dotted_name()?;
            }
            p.expect(TokenKind::KwFrom)?;
            p.dotted_name()?;
            // The next token was read to see that no dot follows.
            p.kind();
            p.raise_from(import.start, "Did you mean to use 'from ... import ...' instead?")
        })
    }

    pub(in crate::parser) fn invalid_import_as(&mut self, dotted: bool) -> R {
        self.check(|p| {
            if dotted {
                p.dotted_name()?;
            } else {
                p.name()?;
            }
            p.expect(TokenKind::KwAs)?;
            use TokenKind::{Comma, Name, Newline, RParen, Semi};
            if p.at(Name) && matches!(p.kind_after(), Comma | RParen | Semi | Newline) {
                return Ok(());
            }
            let e = p.expression()?;
            p.raise_at(e.span, format!("cannot use {} as import target", expr_name(&e)))
        })
    }

    pub(in crate::parser) fn invalid_import_targets(&mut self) -> R {
        self.check(|p| {
            p.import_as_names()?;
            p.expect(TokenKind::Comma)?;
            p.expect(TokenKind::Newline)?;
            p.pos -= 1;
            p.raise_syntax("trailing comma not allowed without surrounding parentheses")
        })?;
        if self.at(TokenKind::Newline) {
            return self.raise_from(self.token().start, "Expected one or more names after 'import'");
        }
        Ok(())
    }
}
