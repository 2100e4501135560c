//! The two long spines of a tree: finding the next node on them.

use super::{Expr, ExprKind, Stmt, StmtKind};

impl<'a> Expr<'a> {
    /// The next node down the left spine: the operand that is evaluated first and that chains without nesting
    /// (`left` of a BinOp or Compare, `value` of an Attribute or Subscript, `func` of a Call).
    ///
    /// A recursive pass over expressions collects the spine in a loop, visits the innermost node, and then finishes
    /// the collected nodes from the innermost outwards.
    #[inline]
    pub fn spine_child(&self) -> Option<&'a Expr<'a>> {
        match &self.kind {
            ExprKind::BinOp { left, .. } | ExprKind::Compare { left, .. } => Some(left),
            ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => Some(value),
            ExprKind::Call { func, .. } => Some(func),
            _ => None,
        }
    }
}

/// The `elif` (or the lone `if` of an `else`) that continues an if statement with this `orelse`: the elif spine.
#[inline]
pub fn elif_of<'s, 'a>(orelse: &'s [Stmt<'a>]) -> Option<&'s Stmt<'a>> {
    match orelse {
        [stmt @ Stmt { kind: StmtKind::If { .. }, .. }] => Some(stmt),
        _ => None,
    }
}
