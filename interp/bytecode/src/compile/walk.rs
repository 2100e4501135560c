//! Small questions about trees.

use habu_syntax::ast::{Expr, ExprKind, Stmt, StmtKind, elif_of};

/// Whether an assignment expression stands anywhere in `e`.
pub fn has_walrus(e: &Expr) -> bool {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || any_child(e, &mut has_walrus))
        || matches!(e.kind, ExprKind::NamedExpr { .. })
}

/// Whether `test` holds for some direct child expression.
fn any_child(e: &Expr, test: &mut dyn FnMut(&Expr) -> bool) -> bool {
    let opt = |o: &Option<&Expr>, test: &mut dyn FnMut(&Expr) -> bool| o.as_deref().is_some_and(test);
    match &e.kind {
        ExprKind::BoolOp { values, .. }
        | ExprKind::JoinedStr { values }
        | ExprKind::TemplateStr { values } => values.iter().any(test),
        ExprKind::NamedExpr { target, value } => test(target) || test(value),
        ExprKind::BinOp { left, right, .. } => test(left) || test(right),
        ExprKind::UnaryOp { operand, .. } => test(operand),
        ExprKind::Lambda { args, .. } => {
            args.defaults.iter().any(&mut *test) || args.kw_defaults.iter().flatten().any(test)
        }
        ExprKind::IfExp { test: t, body, orelse } => test(t) || test(body) || test(orelse),
        ExprKind::Dict { keys, values } => keys.iter().flatten().any(&mut *test) || values.iter().any(test),
        ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
            elts.iter().any(test)
        }
        ExprKind::ListComp { elt, generators }
        | ExprKind::SetComp { elt, generators }
        | ExprKind::GeneratorExp { elt, generators } => {
            test(elt)
                || generators.iter().any(|g| test(&g.iter) || test(&g.target) || g.ifs.iter().any(&mut *test))
        }
        ExprKind::DictComp { key, value, generators } => {
            test(key)
                || test(value)
                || generators.iter().any(|g| test(&g.iter) || test(&g.target) || g.ifs.iter().any(&mut *test))
        }
        ExprKind::Await { value } | ExprKind::YieldFrom { value } | ExprKind::Starred { value, .. } => {
            test(value)
        }
        ExprKind::Yield { value } => opt(value, test),
        ExprKind::Compare { left, comparators, .. } => test(left) || comparators.iter().any(test),
        ExprKind::Call { func, args, keywords } => {
            test(func) || args.iter().any(&mut *test) || keywords.iter().any(|k| test(&k.value))
        }
        ExprKind::FormattedValue { value, format_spec, .. }
        | ExprKind::Interpolation { value, format_spec, .. } => test(value) || opt(format_spec, test),
        ExprKind::Constant { .. } | ExprKind::Name { .. } => false,
        ExprKind::Attribute { value, .. } => test(value),
        ExprKind::Subscript { value, slice, .. } => test(value) || test(slice),
        ExprKind::Slice { lower, upper, step } => opt(lower, test) || opt(upper, test) || opt(step, test),
    }
}

/// Whether a target is made of names only.
pub fn is_name_target(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Name { .. } => true,
        ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => elts.iter().all(is_name_target),
        ExprKind::Starred { value, .. } => is_name_target(value),
        _ => false,
    }
}

/// Whether a body annotates variables, however deep in its own scope.
pub fn has_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::AnnAssign { .. } => true,
        StmtKind::For(f) | StmtKind::AsyncFor(f) => has_annotations(&f.body) || has_annotations(&f.orelse),
        StmtKind::While { body, orelse, .. } => has_annotations(body) || has_annotations(orelse),
        StmtKind::If { .. } => {
            let mut cur = Some(s);
            while let Some(Stmt { kind: StmtKind::If { body, orelse, .. }, .. }) = cur {
                if has_annotations(body) {
                    return true;
                }
                cur = elif_of(orelse);
                if cur.is_none() {
                    return has_annotations(orelse);
                }
            }
            false
        }
        StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => has_annotations(body),
        StmtKind::Match { cases, .. } => cases.iter().any(|c| has_annotations(&c.body)),
        StmtKind::Try(t) | StmtKind::TryStar(t) => {
            has_annotations(&t.body)
                || t.handlers.iter().any(|h| has_annotations(&h.body))
                || has_annotations(&t.orelse)
                || has_annotations(&t.finalbody)
        }
        _ => false,
    })
}
