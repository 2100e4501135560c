//! The first pass over expressions.

use super::build::{Builder, R};
use super::*;
use crate::ast::*;
use smallvec::SmallVec;

impl Builder<'_> {
    pub(super) fn exprs(&mut self, exprs: &[Expr]) -> R {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    pub(super) fn maybe(&mut self, e: &Option<&Expr>) -> R {
        e.as_deref().map_or(Ok(()), |e| self.expr(e))
    }

    pub(super) fn keywords(&mut self, keywords: &[Keyword]) -> R {
        for keyword in keywords {
            if keyword.arg == Some(sym::DUNDER_DEBUG) {
                return self.error(keyword.span, "cannot assign to __debug__");
            }
        }
        keywords.iter().try_for_each(|k| self.expr(&k.value))
    }

    /// An expression, however deep.
    pub(super) fn expr(&mut self, e: &Expr) -> R {
        match &e.kind {
            ExprKind::Name { id, ctx } => self.name(*id, *ctx, e.span),
            ExprKind::Constant { .. } => Ok(()),
            _ => self.deeper(|b| b.deep_expr(e)),
        }
    }

    /// The left spine of an expression in a loop, then what hangs on it from the innermost node outwards.
    fn deep_expr(&mut self, e: &Expr) -> R {
        let Some(first) = e.spine_child() else { return self.leaf(e) };
        self.check_attribute(e)?;
        if first.spine_child().is_none() {
            self.leaf(first)?;
            return self.off_spine(e);
        }
        let mut spine: SmallVec<[&Expr; 8]> = SmallVec::new();
        spine.push(e);
        let mut next = first;
        while let Some(child) = next.spine_child() {
            self.check_attribute(next)?;
            spine.push(next);
            next = child;
        }
        self.leaf(next)?;
        spine.iter().rev().try_for_each(|e| self.off_spine(e))
    }

    fn check_attribute(&mut self, e: &Expr) -> R {
        let ExprKind::Attribute { attr: sym::DUNDER_DEBUG, ctx, .. } = &e.kind else { return Ok(()) };
        match ctx {
            ExprContext::Load => Ok(()),
            ExprContext::Store => self.error(e.span, "cannot assign to __debug__"),
            ExprContext::Del => self.error(e.span, "cannot delete __debug__"),
        }
    }

    fn off_spine(&mut self, e: &Expr) -> R {
        match &e.kind {
            ExprKind::BinOp { right, .. } => self.expr(right),
            ExprKind::Compare { comparators, .. } => self.exprs(comparators),
            ExprKind::Subscript { slice, .. } => self.expr(slice),
            ExprKind::Call { args, keywords, .. } => {
                self.exprs(args)?;
                self.keywords(keywords)
            }
            _ => Ok(()),
        }
    }

    fn leaf(&mut self, e: &Expr) -> R {
        match &e.kind {
            ExprKind::Name { id, ctx } => self.name(*id, *ctx, e.span),
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)
            }
            ExprKind::NamedExpr { target, value } => self.named_expr(e.span, target, value),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand),
            ExprKind::Lambda { args, body } => {
                self.exprs(&args.defaults)?;
                args.kw_defaults.iter().flatten().try_for_each(|e| self.expr(e))?;
                self.enter(sym::LAMBDA, ScopeKind::Lambda, e.span, (node_key(e), Role::Body))?;
                self.arguments(args)?;
                self.expr(body)?;
                self.leave();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|e| self.expr(e))?;
                self.exprs(values)
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, ComprehensionKind::List, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, ComprehensionKind::Set, generators, elt, None)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(e, ComprehensionKind::Dict, generators, key, Some(value))
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, ComprehensionKind::Generator, generators, elt, None)
            }
            ExprKind::Await { value } => self.await_expr(e.span, value),
            ExprKind::Yield { value } => {
                self.refuse_in_annotation("yield expression", e.span)?;
                self.maybe(value)?;
                self.yields(e.span)
            }
            ExprKind::YieldFrom { value } => {
                self.refuse_in_annotation("yield expression", e.span)?;
                self.expr(value)?;
                self.yields(e.span)
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                self.maybe(format_spec)
            }
            ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Slice { lower, upper, step } => {
                self.maybe(lower)?;
                self.maybe(upper)?;
                self.maybe(step)
            }
            ExprKind::BinOp { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Subscript { .. }
            | ExprKind::Call { .. } => self.expr(e),
        }
    }

    fn name(&mut self, id: Symbol, ctx: ExprContext, span: Span) -> R {
        if self.state().unevaluated {
            return Ok(());
        }
        if ctx == ExprContext::Load && id != sym::SUPER && self.uses(id) {
            return Ok(());
        }
        if ctx == ExprContext::Del && id == sym::DUNDER_DEBUG {
            return self.error(span, "cannot delete __debug__");
        }
        self.scope().has_del |= ctx == ExprContext::Del;
        let flags = if ctx == ExprContext::Load { Flags::USE } else { Flags::LOCAL };
        self.define(id, flags, span)?;
        // `super` without arguments needs the class.
        if ctx == ExprContext::Load && id == sym::SUPER && self.kind().is_function_like() {
            self.define(sym::DUNDER_CLASS, Flags::USE, span)?;
        }
        Ok(())
    }

    fn await_expr(&mut self, span: Span, value: &Expr) -> R {
        self.refuse_in_annotation("await expression", span)?;
        if !self.allows_top_level_await() {
            if !self.kind().is_function_like() {
                return self.error(span, "'await' outside function");
            }
            if !self.in_async_def() && self.scope().comprehension().is_none() {
                return self.error(span, "'await' outside async function");
            }
        }
        self.expr(value)?;
        self.scope().coroutine = true;
        Ok(())
    }

    fn yields(&mut self, span: Span) -> R {
        self.scope().generator = true;
        let msg = match self.scope().comprehension() {
            None => return Ok(()),
            Some(ComprehensionKind::List) => "'yield' inside list comprehension",
            Some(ComprehensionKind::Set) => "'yield' inside set comprehension",
            Some(ComprehensionKind::Dict) => "'yield' inside dict comprehension",
            Some(ComprehensionKind::Generator) => "'yield' inside generator expression",
        };
        self.error(span, msg)
    }

    fn refuse_in_annotation(&mut self, what: &str, span: Span) -> R {
        let place = match self.kind() {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => self.state().scope_info.unwrap_or("a TypeVar bound"),
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParams => "the definition of a generic",
            _ => return Ok(()),
        };
        self.error(span, format!("{what} cannot be used within {place}"))
    }

    fn named_expr(&mut self, span: Span, target: &Expr, value: &Expr) -> R {
        self.refuse_in_annotation("named expression", span)?;
        if self.state().comp_iter_expr > 0 {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return self.error(span, msg);
        }
        self.scope().has_walrus = true;
        if self.scope().comprehension().is_some()
            && let ExprKind::Name { id, .. } = target.kind
        {
            self.extend_named_scope(id, target.span)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// The target of an assignment expression inside comprehensions belongs to the scope around them.
    fn extend_named_scope(&mut self, name: Symbol, span: Span) -> R {
        for i in (0..self.stack.len()).rev() {
            let id = self.stack[i];
            let flags = self.flags_in(id, name);
            if self.table.scope(id).comprehension().is_some() {
                self.table.scopes[id.0 as usize].has_walrus = true;
                if flags.has(Flags::COMP_ITER) && flags.has(Flags::LOCAL | Flags::GLOBAL) {
                    let msg = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{}'",
                        self.text(name)
                    );
                    return self.error(span, msg);
                }
                continue;
            }
            let msg = match self.table.scope(id).kind {
                ScopeKind::Function | ScopeKind::Lambda => {
                    self.table.scopes[id.0 as usize].has_walrus = true;
                    let global = flags.has(Flags::GLOBAL);
                    self.define(name, if global { Flags::GLOBAL } else { Flags::NONLOCAL }, span)?;
                    self.directive(name, span);
                    return self.define_in(id, name, Flags::LOCAL, span);
                }
                ScopeKind::Module => {
                    self.define(name, Flags::GLOBAL, span)?;
                    self.directive(name, span);
                    return self.define_in(id, name, Flags::GLOBAL, span);
                }
                ScopeKind::Class => {
                    "assignment expression within a comprehension cannot be used in a class body"
                }
                ScopeKind::TypeParams => {
                    "assignment expression within a comprehension cannot be used within the definition of a generic"
                }
                ScopeKind::TypeAlias => {
                    "assignment expression within a comprehension cannot be used in a type alias"
                }
                ScopeKind::TypeVariable => {
                    "assignment expression within a comprehension cannot be used in a TypeVar bound"
                }
                ScopeKind::Annotation | ScopeKind::Comprehension(_) => continue,
            };
            return self.error(span, msg);
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        e: &Expr,
        kind: ComprehensionKind,
        generators: &[Comprehension],
        elt: &Expr,
        value: Option<&Expr>,
    ) -> R {
        let span = e.span;
        let Some((outermost, rest)) = generators.split_first() else { return Ok(()) };
        // The outermost iterable is evaluated outside.
        self.state().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.state().comp_iter_expr -= 1;
        let name = match kind {
            ComprehensionKind::List => sym::LISTCOMP,
            ComprehensionKind::Set => sym::SETCOMP,
            ComprehensionKind::Dict => sym::DICTCOMP,
            ComprehensionKind::Generator => sym::GENEXPR,
        };
        self.enter(name, ScopeKind::Comprehension(kind), span, (node_key(e), Role::Body))?;
        self.scope().coroutine = outermost.is_async;
        self.define(sym::DOT_ZERO, Flags::PARAM, span)?;
        self.comprehension_target(&outermost.target)?;
        self.exprs(&outermost.ifs)?;
        for clause in rest {
            self.comprehension_target(&clause.target)?;
            self.state().comp_iter_expr += 1;
            self.expr(&clause.iter)?;
            self.state().comp_iter_expr -= 1;
            self.exprs(&clause.ifs)?;
            self.scope().coroutine |= clause.is_async;
        }
        if let Some(value) = value {
            self.expr(value)?;
        }
        self.expr(elt)?;
        let generator = kind == ComprehensionKind::Generator;
        self.scope().generator = generator;
        let is_async = self.scope().coroutine && !generator;
        self.leave();
        if is_async {
            if !self.in_async_def()
                && self.scope().comprehension().is_none()
                && !self.allows_top_level_await()
            {
                let msg = "asynchronous comprehension outside of an asynchronous function";
                return self.error(span, msg);
            }
            self.scope().coroutine = true;
        }
        Ok(())
    }

    fn comprehension_target(&mut self, target: &Expr) -> R {
        self.state().comp_iter_target = true;
        self.expr(target)?;
        self.state().comp_iter_target = false;
        Ok(())
    }
}
