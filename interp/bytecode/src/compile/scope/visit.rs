//! The walk over statements and expressions for [`Builder`].

use super::build::{Builder, Res};
use super::{Comp, Part, ScopeKind, flag, node_key};
use crate::compile::error::CompileError;
use crate::compile::fx::FxHashSet;
use habu_syntax::ast::{
    Alias, Arg, Arguments, ClassDef, Comprehension, Expr, ExprContext, ExprKind, FunctionDef, Pattern,
    PatternKind, Span, Stmt, StmtKind, Symbol, Try, TypeParam, TypeParamKind, sym,
};

fn err(msg: impl Into<String>, span: Span) -> Res {
    Err(CompileError::syntax(msg, Some(span)))
}

impl Builder<'_> {
    pub fn stmts(&mut self, body: &[Stmt]) -> Res {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn exprs<'e>(&mut self, list: impl IntoIterator<Item = &'e Expr>) -> Res {
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

    fn enter_annotations(&mut self, key: usize) -> Res {
        let visible = self.class_visible();
        self.enter(ScopeKind::Annotation, sym::DUNDER_ANNOTATE, (key, Part::Annotations));
        self.def(sym::DOT_FORMAT, flag::PARAM, Span::default())?;
        if visible {
            self.see_class()?;
        }
        Ok(())
    }

    fn function(&mut self, f: &FunctionDef, span: Span, is_async: bool) -> Res {
        self.bind(f.name, flag::LOCAL, span)?;
        self.exprs(&f.args.defaults)?;
        self.exprs(f.args.kw_defaults.iter().flatten())?;
        self.exprs(&f.decorator_list)?;
        let is_method = self.scope().kind == ScopeKind::Class;
        let outer = self.cur;
        if !f.type_params.is_empty() {
            self.enter_type_params(node_key(f), f.name, None)?;
            if !f.args.defaults.is_empty() {
                self.def(sym::DOT_DEFAULTS, flag::PARAM, span)?;
            }
            if f.args.kw_defaults.iter().any(Option::is_some) {
                self.def(sym::DOT_KWDEFAULTS, flag::PARAM, span)?;
            }
            self.type_params(&f.type_params)?;
        }
        self.signature_annotations(node_key(f), &f.args, f.returns.as_deref())?;
        let old = self.enter(ScopeKind::Function, f.name, (node_key(f), Part::Body));
        self.scope().is_method = is_method;
        self.scope().is_coroutine = is_async;
        self.params(&f.args)?;
        self.stmts(&f.body)?;
        self.leave(old);
        self.leave(outer);
        Ok(())
    }

    fn signature_annotations(&mut self, key: usize, args: &Arguments, returns: Option<&Expr>) -> Res {
        let all = all_args(args).filter_map(|a| a.annotation.as_deref()).chain(returns);
        let annotations: Vec<&Expr> = all.collect();
        if annotations.is_empty() {
            return Ok(());
        }
        let old = self.cur;
        if self.future_annotations {
            // The function exists, but returns strings; the expressions are only checked.
            self.enter(ScopeKind::Annotation, sym::DUNDER_ANNOTATE, (key, Part::Annotations));
            self.def(sym::DOT_FORMAT, flag::PARAM, Span::default())?;
            self.leave(old);
            self.enter_detached(ScopeKind::Annotation, sym::DUNDER_ANNOTATE);
        } else {
            self.enter_annotations(key)?;
        }
        self.exprs(annotations)?;
        self.leave(old);
        Ok(())
    }

    fn params(&mut self, args: &Arguments) -> Res {
        let ordered = args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs);
        for arg in ordered.chain(args.vararg.as_deref()).chain(args.kwarg.as_deref()) {
            self.bind(arg.arg, flag::PARAM, arg.span)?;
        }
        Ok(())
    }

    fn class(&mut self, c: &ClassDef, span: Span) -> Res {
        self.bind(c.name, flag::LOCAL, span)?;
        self.exprs(&c.decorator_list)?;
        let outer = self.cur;
        let outer_private = self.private;
        if !c.type_params.is_empty() {
            self.private = Some(c.name);
            self.enter_type_params(node_key(c), c.name, Some(c.name))?;
            self.def(sym::DOT_TYPE_PARAMS, flag::LOCAL, span)?;
            self.def(sym::DOT_TYPE_PARAMS, flag::USE, span)?;
            self.def(sym::DOT_GENERIC_BASE, flag::LOCAL, span)?;
            self.def(sym::DOT_GENERIC_BASE, flag::USE, span)?;
            self.type_params(&c.type_params)?;
        }
        self.exprs(&c.bases)?;
        self.exprs(c.keywords.iter().map(|k| &k.value))?;
        self.private = Some(c.name);
        let old = self.enter(ScopeKind::Class, c.name, (node_key(c), Part::Body));
        if !c.type_params.is_empty() {
            self.def(sym::DUNDER_TYPE_PARAMS, flag::LOCAL, span)?;
            self.def(sym::DOT_TYPE_PARAMS, flag::USE, span)?;
        }
        self.stmts(&c.body)?;
        self.leave(old);
        self.leave(outer);
        self.private = outer_private;
        Ok(())
    }

    fn type_alias(&mut self, s: &Stmt, name: &Expr, type_params: &[TypeParam], value: &Expr) -> Res {
        self.expr(name)?;
        let ExprKind::Name { id, .. } = name.kind else {
            return err("type alias name must be a name", name.span);
        };
        let outer = self.cur;
        if !type_params.is_empty() {
            self.enter_type_params(node_key(s), id, None)?;
            self.type_params(type_params)?;
        }
        let visible = self.class_visible();
        let old = self.enter(ScopeKind::TypeAlias, id, (node_key(s), Part::Body));
        self.def(sym::DOT_FORMAT, flag::PARAM, s.span)?;
        if visible {
            self.see_class()?;
        }
        self.expr(value)?;
        self.leave(old);
        self.leave(outer);
        Ok(())
    }

    fn enter_type_params(&mut self, key: usize, name: Symbol, class: Option<Symbol>) -> Res {
        let visible = self.scope().kind == ScopeKind::Class;
        self.enter(ScopeKind::TypeParams, name, (key, Part::TypeParams));
        if class.is_some() {
            self.scope().mangled_names = Some(FxHashSet::default());
        }
        if visible {
            self.see_class()?;
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[TypeParam]) -> Res {
        let mut default_seen = false;
        for p in params {
            let (name, bound, default) = match &p.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    (*name, bound.as_deref(), default_value)
                }
                TypeParamKind::ParamSpec { name, default_value }
                | TypeParamKind::TypeVarTuple { name, default_value } => (*name, None, default_value),
            };
            let what = match &p.kind {
                TypeParamKind::TypeVar { .. } => "a TypeVar default",
                TypeParamKind::ParamSpec { .. } => "a ParamSpec default",
                TypeParamKind::TypeVarTuple { .. } => "a TypeVarTuple default",
            };
            if default.is_none() && default_seen {
                let text = self.interner.resolve(name);
                return err(
                    format!("non-default type parameter '{text}' follows default type parameter"),
                    p.span,
                );
            }
            default_seen |= default.is_some();
            if let Some(names) = &mut self.scope().mangled_names {
                names.insert(name);
            }
            self.bind(name, flag::TYPE_PARAM | flag::LOCAL, p.span)?;
            if let Some(bound) = bound {
                let what = match bound.kind {
                    ExprKind::Tuple { .. } => "a TypeVar constraint",
                    _ => "a TypeVar bound",
                };
                self.type_variable(p, name, Part::Bound, bound, what)?;
            }
            if let Some(default) = default {
                self.type_variable(p, name, Part::Default, default, what)?;
            }
        }
        Ok(())
    }

    fn type_variable(
        &mut self,
        p: &TypeParam,
        name: Symbol,
        part: Part,
        e: &Expr,
        what: &'static str,
    ) -> Res {
        let visible = self.scope().can_see_class_scope;
        let old = self.enter(ScopeKind::TypeVariable, name, (node_key(p), part));
        self.scope().scope_info = what;
        self.def(sym::DOT_FORMAT, flag::PARAM, p.span)?;
        if visible {
            self.see_class()?;
        }
        self.expr(e)?;
        self.leave(old);
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

    pub fn expr(&mut self, e: &Expr) -> Res {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_inner(e))
    }

    fn expr_inner(&mut self, e: &Expr) -> Res {
        match &e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.refuse_in_annotation("named expression", e.span)?;
                if self.scope().comp_iter_expr > 0 {
                    return err(
                        "assignment expression cannot be used in a comprehension iterable expression",
                        e.span,
                    );
                }
                self.expr(value)?;
                match target.kind {
                    ExprKind::Name { id, .. } => self.walrus_target(id, target.span),
                    _ => err("cannot use assignment expressions with this target", target.span),
                }
            }
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.exprs(&args.defaults)?;
                self.exprs(args.kw_defaults.iter().flatten())?;
                let old = self.enter(ScopeKind::Lambda, sym::LAMBDA, (node_key(e), Part::Body));
                self.params(args)?;
                self.expr(body)?;
                self.leave(old);
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                for (k, v) in keys.iter().zip(values) {
                    self.exprs(k)?;
                    self.expr(v)?;
                }
                Ok(())
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, Comp::List, sym::LISTCOMP, generators, None, elt)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, Comp::Set, sym::SETCOMP, generators, None, elt)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(e, Comp::Dict, sym::DICTCOMP, generators, Some(key), value)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, Comp::Generator, sym::GENEXPR, generators, None, elt)
            }
            ExprKind::Await { value } => {
                self.refuse_in_annotation("await expression", e.span)?;
                self.expr(value)?;
                if !self.allows_await() {
                    let outside = !self.in_function();
                    let word = if outside { "function" } else { "async function" };
                    // Generator expressions become asynchronous generators where they stand.
                    if !matches!(self.scope().kind, ScopeKind::Comprehension(_)) {
                        return err(format!("'await' outside {word}"), e.span);
                    }
                }
                self.scope().is_coroutine = true;
                Ok(())
            }
            ExprKind::Yield { value } => {
                self.refuse_in_annotation("yield expression", e.span)?;
                self.exprs(value.as_deref())?;
                self.yields(e)
            }
            ExprKind::YieldFrom { value } => {
                self.refuse_in_annotation("yield expression", e.span)?;
                self.expr(value)?;
                self.yields(e)
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                for k in keywords {
                    if k.arg == Some(sym::DUNDER_DEBUG) {
                        return err("cannot assign to __debug__", k.span);
                    }
                    self.expr(&k.value)?;
                }
                Ok(())
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                self.exprs(format_spec.as_deref())
            }
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, attr, ctx } => {
                if *attr == sym::DUNDER_DEBUG {
                    match ctx {
                        ExprContext::Store => return err("cannot assign to __debug__", e.span),
                        ExprContext::Del => return err("cannot delete __debug__", e.span),
                        ExprContext::Load => {}
                    }
                }
                self.expr(value)
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Name { id, ctx } => self.name(*id, *ctx, e.span),
            ExprKind::Slice { lower, upper, step } => {
                self.exprs(lower.as_deref())?;
                self.exprs(upper.as_deref())?;
                self.exprs(step.as_deref())
            }
        }
    }

    fn name(&mut self, id: Symbol, ctx: ExprContext, span: Span) -> Res {
        match ctx {
            ExprContext::Load => {
                self.def(id, flag::USE, span)?;
                if id == sym::SUPER && self.scope().kind.is_function_like() {
                    self.def(sym::DUNDER_CLASS, flag::USE, span)?;
                }
                Ok(())
            }
            ExprContext::Store => self.bind(id, flag::LOCAL, span),
            ExprContext::Del => {
                if id == sym::DUNDER_DEBUG {
                    return err("cannot delete __debug__", span);
                }
                self.scope().has_del = true;
                self.def(id, flag::LOCAL, span)
            }
        }
    }

    fn yields(&mut self, e: &Expr) -> Res {
        let from = matches!(e.kind, ExprKind::YieldFrom { .. });
        match self.scope().kind {
            ScopeKind::Comprehension(comp) => {
                let place = match comp {
                    Comp::List => "list comprehension",
                    Comp::Set => "set comprehension",
                    Comp::Dict => "dict comprehension",
                    Comp::Generator => "generator expression",
                };
                return err(format!("'yield' inside {place}"), e.span);
            }
            ScopeKind::Module | ScopeKind::Class => {
                let word = if from { "yield from" } else { "yield" };
                return err(format!("'{word}' outside function"), e.span);
            }
            _ => {}
        }
        self.scope().is_generator = true;
        Ok(())
    }

    fn in_function(&mut self) -> bool {
        let mut id = self.cur;
        loop {
            let scope = &self.scopes[id as usize];
            match scope.kind {
                ScopeKind::Comprehension(_) => match scope.parent {
                    Some(p) => id = p,
                    None => return false,
                },
                kind => return kind.is_function_like(),
            }
        }
    }

    /// Whether `await` may stand here: in an async function, or comprehensions of one.
    fn allows_await(&self) -> bool {
        let mut id = self.cur;
        loop {
            let scope = &self.scopes[id as usize];
            match (scope.kind, scope.parent) {
                (ScopeKind::Comprehension(Comp::Generator), _) => return true,
                (ScopeKind::Comprehension(_), Some(p)) => id = p,
                (ScopeKind::Module, _) => return self.top_level_await,
                _ => return scope.is_coroutine,
            }
        }
    }

    fn comprehension(
        &mut self,
        e: &Expr,
        comp: Comp,
        name: Symbol,
        generators: &[Comprehension],
        key: Option<&Expr>,
        elt: &Expr,
    ) -> Res {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        self.scope().comp_iter_expr += 1;
        self.expr(&first.iter)?;
        self.scope().comp_iter_expr -= 1;
        let sees_class = self.scope().can_see_class_scope;
        let old = self.enter(ScopeKind::Comprehension(comp), name, (node_key(e), Part::Body));
        if first.is_async {
            self.scope().is_coroutine = true;
        }
        self.def(sym::DOT_ZERO, flag::PARAM, e.span)?;
        if sees_class {
            self.see_class()?;
        }
        self.comp_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for g in rest {
            self.comp_target(&g.target)?;
            self.scope().comp_iter_expr += 1;
            self.expr(&g.iter)?;
            self.scope().comp_iter_expr -= 1;
            self.exprs(&g.ifs)?;
            if g.is_async {
                self.scope().is_coroutine = true;
            }
        }
        self.exprs(key)?;
        self.expr(elt)?;
        let is_async = self.scope().is_coroutine && comp != Comp::Generator;
        self.leave(old);
        if is_async {
            let inside_comp = matches!(self.scope().kind, ScopeKind::Comprehension(_));
            if !inside_comp && !self.allows_await() {
                return err("asynchronous comprehension outside of an asynchronous function", e.span);
            }
            self.scope().is_coroutine = true;
        }
        Ok(())
    }

    fn comp_target(&mut self, target: &Expr) -> Res {
        self.scope().comp_iter_target = true;
        self.expr(target)?;
        self.scope().comp_iter_target = false;
        Ok(())
    }
}

/// Parameters in the order CPython visits annotations.
pub fn all_args(args: &Arguments) -> impl Iterator<Item = &Arg> {
    args.posonlyargs
        .iter()
        .chain(&args.args)
        .chain(args.vararg.as_deref())
        .chain(&args.kwonlyargs)
        .chain(args.kwarg.as_deref())
}
