//! Targets of assignments, loops and `del`: expressions whose context is changed once they prove to be targets.

use super::{Fail, Parser, R};
use crate::ast::*;
use crate::token::TokenKind;

impl<'a> Parser<'_, 'a> {
    /// Makes an expression a target; false if it is none.
    pub(super) fn set_context(&self, e: &mut Expr<'a>, ctx: ExprContext, star: bool) -> bool {
        match &mut e.kind {
            ExprKind::Name { ctx: c, .. }
            | ExprKind::Attribute { ctx: c, .. }
            | ExprKind::Subscript { ctx: c, .. } => {
                *c = ctx;
                true
            }
            ExprKind::List { elts, ctx: c } | ExprKind::Tuple { elts, ctx: c } => {
                *c = ctx;
                let star = ctx == ExprContext::Store;
                if elts.is_empty() {
                    return true;
                }
                let targets = self.arena.alloc_slice_copy(elts);
                let fine = targets.iter_mut().all(|e| self.set_context(e, ctx, star));
                *elts = targets;
                fine
            }
            ExprKind::Starred { value, ctx: c } if star => {
                *c = ctx;
                let mut target = **value;
                let fine = self.set_context(&mut target, ctx, false);
                *value = self.arena.alloc(target);
                fine
            }
            _ => false,
        }
    }
}

/// Whether an expression is a single target: a name, an attribute or a subscript.
pub(super) fn is_single(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. })
}

impl<'a> Parser<'_, 'a> {
    /// `star_targets`: what a for loop binds.
    pub(super) fn star_targets(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        let first = self.star_target()?;
        if !self.at(TokenKind::Comma) {
            return Ok(first);
        }
        let mut elts = vec![first];
        while self.at(TokenKind::Comma) {
            let pos = self.pos;
            self.bump();
            match self.attempt(Self::star_target)? {
                Some(e) => elts.push(e),
                None => {
                    self.pos = pos + 1;
                    break;
                }
            }
        }
        Ok(Expr {
            span: self.span_from(start),
            kind: ExprKind::Tuple { elts: self.many(&elts), ctx: ExprContext::Store },
        })
    }

    pub(super) fn star_target(&mut self) -> R<Expr<'a>> {
        let start = self.token().start;
        if self.eat(TokenKind::Star) {
            if self.at(TokenKind::Star) {
                return Err(Fail::Soft);
            }
            let value = self.arena.alloc(self.nested(|p| p.star_target())?);
            let kind = ExprKind::Starred { value, ctx: ExprContext::Store };
            return Ok(Expr { span: self.span_from(start), kind });
        }
        // The rules for targets have no rules for mistakes, apart from those inside of calls and subscripts.
        let mut target = self.primary()?;
        if self.set_context(&mut target, ExprContext::Store, false) { Ok(target) } else { Err(Fail::Soft) }
    }

    pub(super) fn del_target(&mut self) -> R<Expr<'a>> {
        let mut target = self.primary()?;
        if self.set_context(&mut target, ExprContext::Del, false) { Ok(target) } else { Err(Fail::Soft) }
    }
}
