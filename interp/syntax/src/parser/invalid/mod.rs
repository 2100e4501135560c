//! The rules for known mistakes, tried only in the second pass. Each one either raises the error that describes the
//! mistake or leaves things as they were. They stand in the files of the grammar's parts.

mod calls;
mod exprs;
mod fstrings;
mod params;
mod patterns;
mod stmts;
mod suites;

use super::{Parser, R};
use crate::ast::*;
use crate::token::TokenKind;

/// Which targets a statement takes, for finding the first that is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Targets {
    Star,
    Del,
    For,
}

/// What CPython calls an expression in its messages.
pub(super) fn expr_name(e: &Expr) -> &'static str {
    match &e.kind {
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } => "subscript",
        ExprKind::Starred { .. } => "starred",
        ExprKind::Name { .. } => "name",
        ExprKind::List { .. } => "list",
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::Lambda { .. } => "lambda",
        ExprKind::Call { .. } => "function call",
        ExprKind::BoolOp { .. } | ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } => "expression",
        ExprKind::GeneratorExp { .. } => "generator expression",
        ExprKind::Yield { .. } | ExprKind::YieldFrom { .. } => "yield expression",
        ExprKind::Await { .. } => "await expression",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp { .. } => "dict comprehension",
        ExprKind::Dict { .. } => "dict literal",
        ExprKind::Set { .. } => "set display",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "f-string expression",
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => "t-string expression",
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "None",
            Constant::True => "True",
            Constant::False => "False",
            Constant::Ellipsis => "ellipsis",
            _ => "literal",
        },
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Slice { .. } => "slice",
    }
}

/// The first part of an expression that can't be a target.
fn invalid_target<'e>(e: &'e Expr<'e>, targets: Targets) -> Option<&'e Expr<'e>> {
    match &e.kind {
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
            elts.iter().find_map(|e| invalid_target(e, targets))
        }
        ExprKind::Starred { .. } if targets == Targets::Del => Some(e),
        ExprKind::Starred { value, .. } => invalid_target(value, targets),
        // The `in` of a for loop was taken for a comparison.
        ExprKind::Compare { left, ops, .. } if targets == Targets::For => {
            if ops.first() == Some(&CmpOp::In) {
                invalid_target(left, targets)
            } else {
                None
            }
        }
        ExprKind::Name { .. } | ExprKind::Subscript { .. } | ExprKind::Attribute { .. } => None,
        _ => Some(e),
    }
}

/// Where the last part of a comprehension clause ends.
fn comprehension_end(clauses: &[Comprehension]) -> u32 {
    clauses.last().map_or(0, |c| c.ifs.last().unwrap_or(&c.iter).span.end)
}

impl<'a> Parser<'_, 'a> {
    /// Runs a check at the current position and comes back to it.
    fn check(&mut self, rule: impl FnOnce(&mut Self) -> R) -> R {
        let pos = self.pos;
        self.attempt(rule)?;
        self.reset(pos);
        Ok(())
    }

    /// Raises if an expression has a part that can't be a target.
    fn check_targets(&mut self, e: &Expr, targets: Targets) -> R {
        let Some(invalid) = invalid_target(e, targets) else { return Ok(()) };
        let verb = if targets == Targets::Del { "delete" } else { "assign to" };
        self.raise_at(invalid.span, format!("cannot {verb} {}", expr_name(invalid)))
    }

    fn raise_syntax<T>(&self, msg: &str) -> R<T> {
        self.raise_far(crate::error::ErrKind::SyntaxError, msg)
    }

    /// Raises at the next token, which counts as looked at.
    fn raise_next<T>(&self, msg: &str) -> R<T> {
        self.kind();
        Err(super::Fail::Hard(Box::new(self.error_at_token(
            crate::error::ErrKind::SyntaxError,
            self.pos,
            msg,
        ))))
    }

    fn expect_word(&mut self, word: &str) -> R<crate::token::Token> {
        if self.at_word(word) { Ok(self.bump()) } else { Err(super::Fail::Soft) }
    }

    /// Raises the missing block's error if the lines after a header are not indented; the next token is the NEWLINE.
    fn expect_indent(&mut self, what: &str, header: u32) -> R {
        self.expect(TokenKind::Newline)?;
        if self.at(TokenKind::Indent) {
            return Ok(());
        }
        let line = self.source.lines.line(header);
        self.raise_indentation(format!("expected an indented block after {what} on line {line}"))
    }
}
