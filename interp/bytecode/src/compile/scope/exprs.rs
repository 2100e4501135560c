//! Expressions for [`Builder`].

use super::build::{Builder, Res, err};
use super::{Comp, Part, ScopeKind, flag, node_key};
use habu_syntax::ast::{Comprehension, Expr, ExprContext, ExprKind, Span, Symbol, sym};

impl Builder<'_> {
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
        let old = self.enter(ScopeKind::Comprehension(comp), name, (node_key(e), Part::Body));
        if first.is_async {
            self.scope().is_coroutine = true;
        }
        self.def(sym::DOT_ZERO, flag::PARAM, e.span)?;
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
