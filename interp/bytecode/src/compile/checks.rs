//! Warnings about code that is surely a mistake.

use super::Compiler;
use habu_syntax::ast::{CmpOp, Constant, Expr, ExprKind, Span, Stmt, StmtKind};
use habu_syntax::{Warning, WarningKind};

impl Compiler<'_> {
    fn warn(&mut self, span: Span, msg: String) {
        let line = self.lines.line(span.start);
        let w = Warning { kind: WarningKind::SyntaxWarning, msg, span, line };
        // Code compiled twice (finally bodies) warns once.
        if !self.warnings.contains(&w) {
            self.warnings.push(w);
        }
    }

    pub fn check_assert(&mut self, span: Span, test: &Expr) {
        let always = match &test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: Constant::Str(_), .. } => false,
            _ => false,
        };
        if always {
            self.warn(span, "assertion is always true, perhaps remove parentheses?".into());
        }
    }

    /// Statements that leave a `finally` body and swallow the exception with it.
    pub fn check_finally(&mut self, body: &[Stmt], in_loop: bool) {
        for s in body {
            let word = match &s.kind {
                StmtKind::Return { .. } => "return",
                StmtKind::Break if !in_loop => "break",
                StmtKind::Continue if !in_loop => "continue",
                StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                    self.check_finally(f.body, true);
                    self.check_finally(f.orelse, in_loop);
                    continue;
                }
                StmtKind::While { body, orelse, .. } => {
                    self.check_finally(body, true);
                    self.check_finally(orelse, in_loop);
                    continue;
                }
                StmtKind::If { body, orelse, .. } => {
                    self.check_finally(body, in_loop);
                    stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.check_finally(orelse, in_loop));
                    continue;
                }
                StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => {
                    self.check_finally(body, in_loop);
                    continue;
                }
                StmtKind::Match { cases, .. } => {
                    cases.iter().for_each(|c| self.check_finally(c.body, in_loop));
                    continue;
                }
                StmtKind::Try(t) | StmtKind::TryStar(t) => {
                    self.check_finally(t.body, in_loop);
                    t.handlers.iter().for_each(|h| self.check_finally(h.body, in_loop));
                    self.check_finally(t.orelse, in_loop);
                    self.check_finally(t.finalbody, in_loop);
                    continue;
                }
                _ => continue,
            };
            self.warn(s.span, format!("'{word}' in a 'finally' block"));
        }
    }

    /// `is` with a literal.
    pub fn check_compare(&mut self, left: &Expr, ops: &[CmpOp], comparators: &[Expr]) {
        let mut l = left;
        for (op, r) in ops.iter().zip(comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot)
                && let Some(kind) = literal(l).or_else(|| literal(r))
            {
                let (word, instead) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                let span = left.span.to(comparators[comparators.len() - 1].span);
                self.warn(span, format!("\"{word}\" with '{kind}' literal. Did you mean \"{instead}\"?"));
                return;
            }
            l = r;
        }
    }

    /// A call of something that cannot be called.
    pub fn check_caller(&mut self, func: &Expr) {
        if let Some(kind) = kind_of(func)
            && kind != "function"
        {
            self.warn(func.span, format!("'{kind}' object is not callable; perhaps you missed a comma?"));
        }
    }

    /// An item of something that has none, or by an index of the wrong type.
    pub fn check_subscript(&mut self, e: &Expr, value: &Expr, index: &Expr) {
        if let Some(kind) = kind_of(value)
            && !matches!(kind, "str" | "bytes" | "tuple" | "list" | "dict")
        {
            self.warn(e.span, format!("'{kind}' object is not subscriptable; perhaps you missed a comma?"));
            return;
        }
        let Some(kind @ ("str" | "bytes" | "tuple" | "list")) = kind_of(value) else { return };
        if let Some(index_kind) = kind_of(index)
            && !matches!(index_kind, "int" | "bool" | "slice")
        {
            self.warn(
                e.span,
                format!(
                    "{kind} indices must be integers or slices, not {index_kind}; perhaps you missed a comma?"
                ),
            );
        }
    }
}

/// Type name of a literal that `is` should not be used with.
fn literal(e: &Expr) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Constant {
            value: Constant::None | Constant::True | Constant::False | Constant::Ellipsis,
            ..
        } => None,
        ExprKind::Constant { .. } => kind_of(e),
        ExprKind::Tuple { elts, .. } if elts.iter().all(|e| matches!(e.kind, ExprKind::Constant { .. })) => {
            Some("tuple")
        }
        _ => None,
    }
}

/// Type name of an expression whose type shows.
fn kind_of(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt(_) | Constant::Negative(_) => "int",
            Constant::Float(_) => "float",
            Constant::Imaginary(_) | Constant::Complex(..) => "complex",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
        },
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::TemplateStr { .. } => "string.templatelib.Template",
        ExprKind::Interpolation { .. } => "string.templatelib.Interpolation",
        _ => return None,
    })
}
