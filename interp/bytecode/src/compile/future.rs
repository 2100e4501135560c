//! `from __future__` imports: which features a module asks for, and whether they stand where they may.

use super::{Compiler, Res};
use crate::compile::error::CompileError;
use habu_syntax::ast::{Alias, Constant, ExprKind, Interner, Mod, Span, StmtKind, Symbol, sym};

/// Features that exist; all but `annotations` and `barry_as_FLUFL` are always on.
const FEATURES: &[&str] = &[
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
    "barry_as_FLUFL",
    "annotations",
];

/// What the future imports of a module turn on.
#[derive(Clone, Copy, Default, Debug)]
pub struct Future {
    pub annotations: bool,
    /// Offset behind the last statement that may be a future import.
    end: u32,
}

impl Future {
    /// Reads the future imports at the top of a module.
    pub fn of(module: &Mod, interner: &Interner) -> Result<Future, CompileError> {
        let mut future = Future::default();
        let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else { return Ok(future) };
        let mut docstring = true;
        for s in body {
            match &s.kind {
                StmtKind::ImportFrom { module: Some(sym::DUNDER_FUTURE), names, level: 0 } => {
                    for alias in names {
                        let name = interner.resolve(alias.name);
                        if name == "braces" {
                            return Err(CompileError::syntax("not a chance", Some(alias.span)));
                        }
                        if !FEATURES.contains(&name) {
                            let msg = format!("future feature {name} is not defined");
                            return Err(CompileError::syntax(msg, Some(alias.span)));
                        }
                        future.annotations |= name == "annotations";
                    }
                    docstring = false;
                    future.end = s.span.end;
                }
                StmtKind::Expr { value }
                    if docstring
                        && matches!(value.kind, ExprKind::Constant { value: Constant::Str(_), .. }) =>
                {
                    docstring = false;
                }
                _ => break,
            }
        }
        Ok(future)
    }
}

impl Compiler<'_> {
    pub fn import_from_checked(
        &mut self,
        span: Span,
        module: Option<Symbol>,
        names: &[Alias],
        level: u32,
    ) -> Res {
        if level == 0 && module == Some(sym::DUNDER_FUTURE) && span.end > self.future.end {
            return self.error(span, "from __future__ imports must occur at the beginning of the file");
        }
        self.import_from(span, module, names, level)
    }
}
