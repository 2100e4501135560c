//! `from __future__` imports that stand too late.

use super::{Compiler, Res};
use habu_syntax::ast::{Alias, Span, Symbol, sym};

impl Compiler<'_> {
    pub fn import_from_checked(
        &mut self,
        span: Span,
        module: Option<Symbol>,
        names: &[Alias],
        level: u32,
    ) -> Res {
        let end = self.table.future.span.map_or(0, |last| last.end);
        if level == 0 && module == Some(sym::DUNDER_FUTURE) && span.end > end {
            return self.error(span, "from __future__ imports must occur at the beginning of the file");
        }
        self.import_from(span, module, names, level)
    }
}
