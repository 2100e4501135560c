//! The two long spines of a tree: finding the next node on them, and dropping them in a loop.

use super::{Constant, Expr, ExprKind, Stmt, StmtKind};
use std::mem;

const NOTHING: ExprKind = ExprKind::Constant { value: Constant::None, kind: false };

impl Expr {
    /// The next node down the left spine: the operand that is evaluated first and that chains without nesting
    /// (`left` of a BinOp or Compare, `value` of an Attribute or Subscript, `func` of a Call).
    ///
    /// A recursive pass over expressions collects the spine in a loop, visits the innermost node, and then finishes
    /// the collected nodes from the innermost outwards.
    #[inline]
    pub fn spine_child(&self) -> Option<&Expr> {
        match &self.kind {
            ExprKind::BinOp { left, .. } | ExprKind::Compare { left, .. } => Some(left),
            ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => Some(value),
            ExprKind::Call { func, .. } => Some(func),
            _ => None,
        }
    }

    #[inline]
    fn spine_child_mut(&mut self) -> Option<&mut Expr> {
        match &mut self.kind {
            ExprKind::BinOp { left, .. } | ExprKind::Compare { left, .. } => Some(left),
            ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => Some(value),
            ExprKind::Call { func, .. } => Some(func),
            _ => None,
        }
    }

    /// Takes the node's content out, which `Drop` otherwise forbids; a `None` constant stays behind.
    pub fn take_kind(&mut self) -> ExprKind {
        mem::replace(&mut self.kind, NOTHING)
    }
}

impl Drop for Expr {
    #[inline]
    fn drop(&mut self) {
        if let Some(child) = self.spine_child_mut()
            && child.spine_child().is_some()
        {
            let mut below = Expr { span: child.span, kind: child.take_kind() };
            while let Some(child) = below.spine_child_mut() {
                let next = Expr { span: child.span, kind: child.take_kind() };
                // What is dropped here has lost its spine.
                below = next;
            }
        }
    }
}

/// The `elif` (or the lone `if` of an `else`) that continues an if statement with this `orelse`: the elif spine.
#[inline]
pub fn elif_of(orelse: &[Stmt]) -> Option<&Stmt> {
    match orelse {
        [stmt @ Stmt { kind: StmtKind::If { .. }, .. }] => Some(stmt),
        _ => None,
    }
}

impl Drop for Stmt {
    #[inline]
    fn drop(&mut self) {
        if let StmtKind::If { orelse, .. } = &mut self.kind {
            let mut below = mem::take(orelse);
            while let [Stmt { kind: StmtKind::If { orelse, .. }, .. }] = &mut below[..] {
                let next = mem::take(orelse);
                below = next;
            }
        }
    }
}
