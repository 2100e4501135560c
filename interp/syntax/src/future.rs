//! `from __future__ import …`: which features a tree asks for.

use crate::ast::*;
use crate::error::{ErrKind, SyntaxErr};

/// The features that change how a tree is compiled; all others are accepted and mean nothing any more.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Future {
    pub annotations: bool,
    pub barry_as_flufl: bool,
    /// Where the last of the imports is.
    pub span: Option<Span>,
}

const OBSOLETE: [&str; 8] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

/// Collects the features that the first statements of a tree import.
pub fn future_features(module: &Mod, interner: &Interner, lines: &LineIndex) -> Result<Future, SyntaxErr> {
    let mut future = Future::default();
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else { return Ok(future) };
    let error = |span, msg| Err(SyntaxErr::in_tree(ErrKind::SyntaxError, msg, span, lines));
    for (i, stmt) in body.iter().enumerate() {
        match &stmt.kind {
            StmtKind::ImportFrom { module: Some(sym::DUNDER_FUTURE), names, level: 0 } => {
                future.span = Some(stmt.span);
                for alias in *names {
                    match interner.resolve(alias.name) {
                        "annotations" => future.annotations = true,
                        "barry_as_FLUFL" => future.barry_as_flufl = true,
                        "braces" => return error(alias.span, "not a chance".to_owned()),
                        name if OBSOLETE.contains(&name) => {}
                        name => return error(alias.span, format!("future feature {name} is not defined")),
                    }
                }
            }
            StmtKind::Expr { value } if i == 0 && is_string(value) => {}
            // One further on is an error of the compiler.
            _ => break,
        }
    }
    Ok(future)
}

fn is_string(e: &Expr) -> bool {
    matches!(&e.kind, ExprKind::Constant { value: Constant::Str(_), .. })
}

/// The docstring of a body: its first statement, if that is a plain string.
pub fn docstring<'a>(body: &[Stmt<'a>]) -> Option<PyString<'a>> {
    match &body.first()?.kind {
        StmtKind::Expr { value } => match &value.kind {
            ExprKind::Constant { value: Constant::Str(s), .. } => Some(*s),
            _ => None,
        },
        _ => None,
    }
}
