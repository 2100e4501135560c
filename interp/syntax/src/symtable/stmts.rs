//! The first pass over statements, parameters and patterns.

use super::build::{Builder, R};
use super::*;
use crate::ast::*;
use crate::future::docstring;

impl Builder<'_> {
    pub(super) fn stmts(&mut self, stmts: &[Stmt]) -> R {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    /// A block that may or may not run, as far as its annotations are concerned.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.state().in_conditional_block, true);
        visit(self)?;
        self.state().in_conditional_block = before;
        Ok(())
    }

    fn stmt(&mut self, stmt: &Stmt) -> R {
        self.deeper(|b| b.stmt_of_any_depth(stmt))
    }

    fn stmt_of_any_depth(&mut self, stmt: &Stmt) -> R {
        match &stmt.kind {
            StmtKind::FunctionDef(f) => self.function(stmt.span, f, false),
            StmtKind::AsyncFunctionDef(f) => self.function(stmt.span, f, true),
            StmtKind::ClassDef(c) => self.class_def(stmt.span, c),
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.scope().returns_value = true;
                }
                Ok(())
            }
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_alias(stmt, name, type_params, value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(stmt.span, target, annotation, value.as_deref(), *simple)
            }
            StmtKind::AsyncFor(_) if !self.allows_async() => {
                self.error(stmt.span, "'async for' outside async function")
            }
            StmtKind::AsyncWith { .. } if !self.allows_async() => {
                self.error(stmt.span, "'async with' outside async function")
            }
            StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                self.expr(&f.target)?;
                self.expr(&f.iter)?;
                self.conditional(|b| {
                    b.stmts(&f.body)?;
                    b.stmts(&f.orelse)
                })
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(|b| {
                    b.stmts(body)?;
                    b.stmts(orelse)
                })
            }
            StmtKind::If { .. } => self.if_chain(stmt),
            StmtKind::With { items, body, .. } | StmtKind::AsyncWith { items, body, .. } => {
                for item in *items {
                    self.expr(&item.context_expr)?;
                    self.maybe(&item.optional_vars)?;
                }
                self.conditional(|b| b.stmts(body))
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                self.conditional(|b| {
                    cases.iter().try_for_each(|case| {
                        b.pattern(&case.pattern)?;
                        b.maybe(&case.guard)?;
                        b.stmts(&case.body)
                    })
                })
            }
            StmtKind::Raise { exc, cause } => {
                self.maybe(exc)?;
                self.maybe(cause)
            }
            StmtKind::Try(t) | StmtKind::TryStar(t) => self.conditional(|b| b.try_stmt(t)),
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.maybe(msg)
            }
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|alias| self.alias(alias))
            }
            StmtKind::Global { names } => self.declare(stmt.span, names, Flags::GLOBAL, "global"),
            StmtKind::Nonlocal { names } => self.declare(stmt.span, names, Flags::NONLOCAL, "nonlocal"),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    /// An if statement; its elif chain in a loop.
    fn if_chain(&mut self, stmt: &Stmt) -> R {
        let outside = self.state().in_conditional_block;
        let mut link = Some(stmt);
        while let Some(Stmt { kind: StmtKind::If { test, body, orelse }, .. }) = link {
            self.expr(test)?;
            self.state().in_conditional_block = true;
            self.stmts(body)?;
            link = elif_of(orelse);
            if link.is_none() {
                self.stmts(orelse)?;
            }
        }
        self.state().in_conditional_block = outside;
        Ok(())
    }

    fn try_stmt(&mut self, t: &Try) -> R {
        self.stmts(&t.body)?;
        for handler in t.handlers {
            self.maybe(&handler.typ)?;
            if let Some(name) = handler.name {
                self.scope().has_del = true;
                self.define(name, Flags::LOCAL, handler.span)?;
            }
            self.stmts(&handler.body)?;
        }
        self.stmts(&t.orelse)?;
        self.stmts(&t.finalbody)
    }

    fn function(&mut self, span: Span, f: &FunctionDef, is_async: bool) -> R {
        self.define(f.name, Flags::LOCAL, span)?;
        self.exprs(&f.args.defaults)?;
        f.args.kw_defaults.iter().flatten().try_for_each(|e| self.expr(e))?;
        self.exprs(&f.decorator_list)?;
        let method = self.kind() == ScopeKind::Class;
        let generic = !f.type_params.is_empty();
        if generic {
            self.enter_type_params(f.name, span, node_key(f))?;
            self.define(sym::DOT_DEFAULTS, Flags::PARAM, span)?;
            if f.args.kw_defaults.iter().any(Option::is_some) {
                self.define(sym::DOT_KWDEFAULTS, Flags::PARAM, span)?;
            }
            self.type_params(&f.type_params)?;
        }
        let id = self.new_scope(f.name, ScopeKind::Function, span, (node_key(f), Role::Body));
        self.function_annotations(span, f, id)?;
        self.enter_existing(id, true);
        let scope = self.scope();
        scope.is_async_def = is_async;
        scope.coroutine = is_async;
        scope.method = method;
        scope.has_docstring = docstring(&f.body).is_some();
        self.arguments(&f.args)?;
        self.stmts(&f.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        Ok(())
    }

    /// The `__annotate__` scope of a function that has annotations.
    fn function_annotations(&mut self, span: Span, f: &FunctionDef, function: ScopeId) -> R {
        let args = &f.args;
        let mut annotated = args
            .posonlyargs
            .iter()
            .chain(args.args)
            .chain(args.vararg.as_deref())
            .chain(args.kwarg.as_deref())
            .chain(args.kwonlyargs)
            .filter_map(|arg| arg.annotation.as_deref())
            .chain(f.returns.as_deref())
            .peekable();
        let any = annotated.peek().is_some();
        if !any && !self.options.shown {
            return Ok(());
        }
        let sees_class = self.scope().can_see_class_scope || self.kind() == ScopeKind::Class;
        let node = (node_key(f), Role::Annotations);
        self.enter(sym::DUNDER_ANNOTATE, ScopeKind::Annotation, span, node)?;
        if sees_class {
            self.scope().can_see_class_scope = true;
            self.define(sym::DUNDER_CLASSDICT, Flags::USE, span)?;
        }
        for annotation in annotated {
            self.expr(annotation)?;
        }
        self.scope().annotations_used = any;
        self.leave();
        self.table.scopes[function.0 as usize].annotations_used |= any;
        Ok(())
    }

    pub(super) fn arguments(&mut self, args: &Arguments) -> R {
        for arg in args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs) {
            self.define(arg.arg, Flags::PARAM, arg.span)?;
        }
        if let Some(arg) = &args.vararg {
            self.define(arg.arg, Flags::PARAM, arg.span)?;
            self.scope().varargs = true;
        }
        if let Some(arg) = &args.kwarg {
            self.define(arg.arg, Flags::PARAM, arg.span)?;
            self.scope().varkeywords = true;
        }
        Ok(())
    }

    fn class_def(&mut self, span: Span, c: &ClassDef) -> R {
        self.define(c.name, Flags::LOCAL, span)?;
        self.exprs(&c.decorator_list)?;
        let generic = !c.type_params.is_empty();
        let class = self.class;
        if generic {
            self.enter_type_params(c.name, span, node_key(c))?;
            for name in [sym::DOT_TYPE_PARAMS, sym::DOT_GENERIC_BASE] {
                self.define(name, Flags::LOCAL, span)?;
                self.define(name, Flags::USE, span)?;
            }
            // Private names of type parameters are mangled as in the class's body; other names are not yet.
            self.class = Some(c.name);
            self.scope().class = self.class;
            self.scope().mangled_names = Some(Vec::new());
            self.type_params(&c.type_params)?;
        }
        self.exprs(&c.bases)?;
        self.keywords(&c.keywords)?;
        self.class = Some(c.name);
        self.enter(c.name, ScopeKind::Class, span, (node_key(c), Role::Body))?;
        if generic {
            self.define(sym::DUNDER_TYPE_PARAMS, Flags::LOCAL, span)?;
            self.define(sym::DOT_TYPE_PARAMS, Flags::USE, span)?;
        }
        self.scope().has_docstring = docstring(&c.body).is_some();
        self.stmts(&c.body)?;
        self.leave();
        if generic {
            self.leave();
        }
        self.class = class;
        Ok(())
    }

    fn enter_type_params(&mut self, name: Symbol, span: Span, key: usize) -> R {
        let in_class = self.kind() == ScopeKind::Class;
        self.enter(name, ScopeKind::TypeParams, span, (key, Role::TypeParams))?;
        if in_class {
            self.scope().can_see_class_scope = true;
            self.define(sym::DUNDER_CLASSDICT, Flags::USE, span)?;
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[TypeParam]) -> R {
        for param in params {
            let (name, bound, default, infos) = match &param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    let tuple = bound.as_ref().is_some_and(|b| matches!(b.kind, ExprKind::Tuple { .. }));
                    let info = if tuple { "a TypeVar constraint" } else { "a TypeVar bound" };
                    (*name, bound.as_deref(), default_value.as_deref(), (info, "a TypeVar default"))
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    (*name, None, default_value.as_deref(), ("", "a TypeVarTuple default"))
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    (*name, None, default_value.as_deref(), ("", "a ParamSpec default"))
                }
            };
            self.define(name, Flags::TYPE_PARAM | Flags::LOCAL, param.span)?;
            self.type_variable(name, param, bound, Role::Bound, infos.0)?;
            self.type_variable(name, param, default, Role::Default, infos.1)?;
        }
        Ok(())
    }

    fn type_variable(
        &mut self,
        name: Symbol,
        param: &TypeParam,
        e: Option<&Expr>,
        role: Role,
        info: &'static str,
    ) -> R {
        if name == sym::DUNDER_CLASSDICT {
            return self.error(param.span, "reserved name '__classdict__' cannot be used for type parameter");
        }
        let Some(e) = e else { return Ok(()) };
        let sees_class = self.scope().can_see_class_scope;
        self.enter(name, ScopeKind::TypeVariable, param.span, (node_key(param), role))?;
        if sees_class {
            self.scope().can_see_class_scope = true;
            self.define(sym::DUNDER_CLASSDICT, Flags::USE, e.span)?;
        }
        self.state().scope_info = Some(info);
        self.expr(e)?;
        self.leave();
        Ok(())
    }

    fn type_alias(&mut self, stmt: &Stmt, name: &Expr, params: &[TypeParam], value: &Expr) -> R {
        let (span, key) = (stmt.span, node_key(stmt));
        self.expr(name)?;
        let ExprKind::Name { id, .. } = name.kind else { return Ok(()) };
        let in_class = self.kind() == ScopeKind::Class;
        if !params.is_empty() {
            self.enter_type_params(id, span, key)?;
            self.type_params(params)?;
        }
        self.enter(id, ScopeKind::TypeAlias, span, (key, Role::TypeAlias))?;
        if in_class {
            self.scope().can_see_class_scope = true;
            self.define(sym::DUNDER_CLASSDICT, Flags::USE, value.span)?;
        }
        self.expr(value)?;
        self.leave();
        if !params.is_empty() {
            self.leave();
        }
        Ok(())
    }

    fn ann_assign(
        &mut self,
        span: Span,
        target: &Expr,
        annotation: &Expr,
        value: Option<&Expr>,
        simple: bool,
    ) -> R {
        self.scope().annotations_used = true;
        if let ExprKind::Name { id, .. } = target.kind {
            let before = self.flags(id);
            if simple && self.current() != ScopeId::TOP && before.has(Flags::GLOBAL | Flags::NONLOCAL) {
                let what = if before.has(Flags::GLOBAL) { "global" } else { "nonlocal" };
                let msg = format!("annotated name '{}' can't be {what}", self.text(id));
                return self.error(span, msg);
            }
            if simple {
                self.define(id, Flags::ANNOT | Flags::LOCAL, target.span)?;
            } else if value.is_some() {
                self.define(id, Flags::LOCAL, target.span)?;
            }
        } else {
            self.expr(target)?;
        }
        self.variable_annotation(annotation)?;
        value.map_or(Ok(()), |value| self.expr(value))
    }

    /// The annotation of a variable, in the one `__annotate__` scope of the scope around.
    fn variable_annotation(&mut self, annotation: &Expr) -> R {
        let around = self.current();
        let kind = self.kind();
        let conditional =
            kind == ScopeKind::Module || (kind == ScopeKind::Class && self.state().in_conditional_block);
        if conditional && !self.scope().has_conditional_annotations {
            self.scope().has_conditional_annotations = true;
            if self.options.shown {
                self.define(sym::DUNDER_CONDITIONAL_ANNOTATIONS, Flags::USE, annotation.span)?;
            }
        }
        let has_conditional = self.scope().has_conditional_annotations;
        match self.scope().annotation_block {
            Some(block) => self.enter_existing(block, false),
            None => {
                let span = annotation.span;
                // In a function it is checked only; its key would be that of the signature's annotations.
                let in_function = kind.is_function_like();
                let key = if in_function { node_key(annotation) } else { self.scope().key };
                let node = (key, Role::Annotations);
                let block = self.enter(sym::DUNDER_ANNOTATE, ScopeKind::Annotation, span, node)?;
                self.table.scopes[around.0 as usize].annotation_block = Some(block);
                if kind == ScopeKind::Class && !self.table.future.annotations {
                    self.scope().can_see_class_scope = true;
                    self.define(sym::DUNDER_CLASSDICT, Flags::USE, span)?;
                }
            }
        }
        if has_conditional && !self.options.shown {
            self.define(sym::DUNDER_CONDITIONAL_ANNOTATIONS, Flags::USE, annotation.span)?;
        }
        if kind == ScopeKind::Function {
            self.state().unevaluated = true;
        }
        self.expr(annotation)?;
        self.state().unevaluated = false;
        self.leave();
        Ok(())
    }

    fn alias(&mut self, alias: &Alias) -> R {
        if alias.name == sym::STAR && alias.asname.is_none() {
            if self.kind() != ScopeKind::Module {
                return self.error(alias.span, "import * only allowed at module level");
            }
            return Ok(());
        }
        let bound = match alias.asname {
            Some(name) => name,
            None => match self.text(alias.name).split_once('.') {
                Some((first, _)) => {
                    let first = first.to_owned();
                    self.interner.intern(&first)
                }
                None => alias.name,
            },
        };
        self.define(bound, Flags::IMPORT, alias.span)
    }

    fn declare(&mut self, span: Span, names: &[Symbol], flag: Flags, word: &str) -> R {
        for &name in names {
            let before = self.flags(name);
            if before.has(Flags::PARAM | Flags::LOCAL | Flags::USE | Flags::ANNOT) {
                let text = self.text(name);
                let msg = if before.has(Flags::PARAM) {
                    format!("name '{text}' is parameter and {word}")
                } else if before.has(Flags::USE) {
                    format!("name '{text}' is used prior to {word} declaration")
                } else if before.has(Flags::ANNOT) {
                    format!("annotated name '{text}' can't be {word}")
                } else {
                    format!("name '{text}' is assigned to before {word} declaration")
                };
                return self.error(span, msg);
            }
            self.define(name, flag, span)?;
            self.directive(name, span);
        }
        Ok(())
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> R {
        patterns.iter().try_for_each(|p| self.pattern(p))
    }

    fn bind(&mut self, name: Option<Symbol>, span: Span) -> R {
        name.map_or(Ok(()), |name| self.define(name, Flags::LOCAL, span))
    }

    fn pattern(&mut self, pattern: &Pattern) -> R {
        match &pattern.kind {
            PatternKind::MatchValue { value } => self.expr(value),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                self.patterns(patterns)
            }
            PatternKind::MatchStar { name } => self.bind(*name, pattern.span),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                self.patterns(patterns)?;
                self.bind(*rest, pattern.span)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.expr(cls)?;
                self.patterns(patterns)?;
                if let Some(i) = kwd_attrs.iter().position(|&name| name == sym::DUNDER_DEBUG) {
                    return self.error(kwd_patterns[i].span, "cannot assign to __debug__");
                }
                self.patterns(kwd_patterns)
            }
            PatternKind::MatchAs { pattern: inner, name } => {
                if let Some(inner) = inner {
                    self.pattern(inner)?;
                }
                self.bind(*name, pattern.span)
            }
        }
    }
}
