//! The walk over statements and patterns for [`Builder`].

use super::build::{Builder, Res, err};
use super::{Part, ScopeKind, flag};
use habu_syntax::ast::{Alias, Expr, ExprKind, Pattern, PatternKind, Span, Stmt, StmtKind, Symbol, Try, sym};

impl Builder<'_> {
    pub fn stmts(&mut self, body: &[Stmt]) -> Res {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    pub(super) fn exprs<'e>(&mut self, list: impl IntoIterator<Item = &'e Expr>) -> Res {
        list.into_iter().try_for_each(|e| self.expr(e))
    }

    /// Statements whose annotations may not be reached.
    fn conditional(&mut self, walk: impl FnOnce(&mut Self) -> Res) -> Res {
        let old = std::mem::replace(&mut self.scope().in_conditional_block, true);
        let cur = self.cur;
        walk(self)?;
        self.scopes[cur as usize].in_conditional_block = old;
        Ok(())
    }

    fn stmt(&mut self, s: &Stmt) -> Res {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt_inner(s))
    }

    fn stmt_inner(&mut self, s: &Stmt) -> Res {
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(f, s.span, false),
            StmtKind::AsyncFunctionDef(f) => self.function(f, s.span, true),
            StmtKind::ClassDef(c) => self.class(c, s.span),
            StmtKind::Return { value } => self.exprs(value.as_deref()),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(s, name, type_params, value),
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(s, target, annotation, value.as_deref(), *simple)
            }
            StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.conditional(|b| {
                    b.stmts(&f.body)?;
                    b.stmts(&f.orelse)
                })
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(|b| {
                    b.stmts(body)?;
                    b.stmts(orelse)
                })
            }
            StmtKind::With { items, body, .. } | StmtKind::AsyncWith { items, body, .. } => {
                self.conditional(|b| {
                    for item in items {
                        b.expr(&item.context_expr)?;
                        b.exprs(item.optional_vars.as_deref())?;
                    }
                    b.stmts(body)
                })
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                self.conditional(|b| {
                    for case in cases {
                        b.pattern(&case.pattern)?;
                        b.exprs(case.guard.as_deref())?;
                        b.stmts(&case.body)?;
                    }
                    Ok(())
                })
            }
            StmtKind::Raise { exc, cause } => {
                self.exprs(exc.as_deref())?;
                self.exprs(cause.as_deref())
            }
            StmtKind::Try(t) | StmtKind::TryStar(t) => self.conditional(|b| b.try_stmt(t)),
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.exprs(msg.as_deref())
            }
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|a| self.alias(a))
            }
            StmtKind::Global { names } => self.declare(names, s.span, flag::GLOBAL, "global"),
            StmtKind::Nonlocal { names } => self.declare(names, s.span, flag::NONLOCAL, "nonlocal"),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn try_stmt(&mut self, t: &Try) -> Res {
        self.stmts(&t.body)?;
        for h in &t.handlers {
            self.exprs(h.typ.as_deref())?;
            if let Some(name) = h.name {
                self.scope().has_del = true;
                self.bind(name, flag::LOCAL, h.span)?;
            }
            self.stmts(&h.body)?;
        }
        self.stmts(&t.orelse)?;
        self.stmts(&t.finalbody)
    }

    fn declare(&mut self, names: &[Symbol], span: Span, flag_: u16, word: &str) -> Res {
        for &name in names {
            let cur = self.flags(name);
            if cur & (flag::PARAM | flag::LOCAL | flag::USE | flag::ANNOT) != 0 {
                let text = self.interner.resolve(name);
                let msg = if cur & flag::PARAM != 0 {
                    format!("name '{text}' is parameter and {word}")
                } else if cur & flag::USE != 0 {
                    format!("name '{text}' is used prior to {word} declaration")
                } else if cur & flag::ANNOT != 0 {
                    format!("annotated name '{text}' can't be {word}")
                } else {
                    format!("name '{text}' is assigned to before {word} declaration")
                };
                return err(msg, span);
            }
            self.def(name, flag_, span)?;
            self.directive(name, span);
            if flag_ == flag::GLOBAL {
                // A name that is declared global anywhere is one for the module's own code too.
                let name = self.mangled(name);
                self.scopes[0].entry(name).flags |= flag::GLOBAL;
            }
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias) -> Res {
        let name = alias.asname.unwrap_or(alias.name);
        let text = self.interner.resolve(name);
        if text == "*" {
            if self.scope().kind != ScopeKind::Module {
                return err("import * only allowed at module level", alias.span);
            }
            return Ok(());
        }
        let name = match text.split_once('.') {
            Some((first, _)) if alias.asname.is_none() => {
                let first = first.to_owned();
                self.interner.intern(&first)
            }
            _ => name,
        };
        self.bind(name, flag::IMPORT, alias.span)
    }

    fn ann_assign(
        &mut self,
        s: &Stmt,
        target: &Expr,
        annotation: &Expr,
        value: Option<&Expr>,
        simple: bool,
    ) -> Res {
        if let ExprKind::Name { id, .. } = target.kind {
            let cur = self.flags(id);
            if cur & (flag::GLOBAL | flag::NONLOCAL) != 0 && self.scope().kind != ScopeKind::Module && simple
            {
                let word = if cur & flag::GLOBAL != 0 { "global" } else { "nonlocal" };
                return err(
                    format!("annotated name '{}' can't be {word}", self.interner.resolve(id)),
                    s.span,
                );
            }
            if simple {
                self.bind(id, flag::ANNOT | flag::LOCAL, target.span)?;
            } else if value.is_some() {
                self.bind(id, flag::LOCAL, target.span)?;
            }
        } else {
            self.expr(target)?;
        }
        let kind = self.scope().kind;
        let conditional = self.scope().in_conditional_block;
        if simple
            && !self.future_annotations
            && (kind == ScopeKind::Module || (kind == ScopeKind::Class && conditional))
        {
            self.scope().has_conditional_annotations = true;
        }
        self.variable_annotation(annotation)?;
        self.exprs(value)
    }

    /// An annotation of a variable: part of the module's or class's one `__annotate__`; only checked in functions.
    fn variable_annotation(&mut self, annotation: &Expr) -> Res {
        let kind = self.scope().kind;
        let key = self.scope().key;
        if kind.is_function_like() || self.future_annotations {
            let old = self.enter_detached(ScopeKind::Annotation, sym::DUNDER_ANNOTATE);
            self.expr(annotation)?;
            self.leave(old);
            return Ok(());
        }
        let old = self.cur;
        let some_conditional = self.scope().has_conditional_annotations;
        match self.scope().annotation_scope {
            Some(id) => self.cur = id,
            None => {
                self.enter_annotations(key)?;
                self.scopes[old as usize].annotation_scope = Some(self.cur);
            }
        }
        if some_conditional {
            self.def(sym::DUNDER_CONDITIONAL_ANNOTATIONS, flag::USE, annotation.span)?;
        }
        self.expr(annotation)?;
        self.leave(old);
        Ok(())
    }

    pub(super) fn enter_annotations(&mut self, key: usize) -> Res {
        let visible = self.class_visible();
        self.enter(ScopeKind::Annotation, sym::DUNDER_ANNOTATE, (key, Part::Annotations));
        self.def(sym::DOT_FORMAT, flag::PARAM, Span::default())?;
        if visible {
            self.see_class()?;
        }
        Ok(())
    }

    fn pattern(&mut self, p: &Pattern) -> Res {
        match &p.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::MatchStar { name } => match name {
                Some(name) => self.bind(*name, flag::LOCAL, p.span),
                None => Ok(()),
            },
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                match rest {
                    Some(rest) => self.bind(*rest, flag::LOCAL, p.span),
                    None => Ok(()),
                }
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.expr(cls)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                if kwd_attrs.contains(&sym::DUNDER_DEBUG) {
                    return err("cannot assign to __debug__", p.span);
                }
                kwd_patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                match name {
                    Some(name) => self.bind(*name, flag::LOCAL, p.span),
                    None => Ok(()),
                }
            }
        }
    }
}
