//! Functions, classes, annotations and type parameters for [`Builder`]: what opens scopes.

use super::build::{Builder, Res, err};
use super::{Part, ScopeKind, flag, node_key};
use crate::compile::fx::FxHashSet;
use habu_syntax::ast::{
    Arg, Arguments, ClassDef, Expr, ExprKind, FunctionDef, Span, Stmt, Symbol, TypeParam, TypeParamKind, sym,
};

impl Builder<'_> {
    pub(super) fn function(&mut self, f: &FunctionDef, span: Span, is_async: bool) -> Res {
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

    pub(super) fn signature_annotations(
        &mut self,
        key: usize,
        args: &Arguments,
        returns: Option<&Expr>,
    ) -> Res {
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

    pub(super) fn params(&mut self, args: &Arguments) -> Res {
        let ordered = args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs);
        for arg in ordered.chain(args.vararg.as_deref()).chain(args.kwarg.as_deref()) {
            self.bind(arg.arg, flag::PARAM, arg.span)?;
        }
        Ok(())
    }

    pub(super) fn class(&mut self, c: &ClassDef, span: Span) -> Res {
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

    pub(super) fn type_alias(
        &mut self,
        s: &Stmt,
        name: &Expr,
        type_params: &[TypeParam],
        value: &Expr,
    ) -> Res {
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

    pub(super) fn enter_type_params(&mut self, key: usize, name: Symbol, class: Option<Symbol>) -> Res {
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

    pub(super) fn type_params(&mut self, params: &[TypeParam]) -> Res {
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

    pub(super) fn type_variable(
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
