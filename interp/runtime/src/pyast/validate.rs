//! What a tree made by a program must satisfy before it is compiled, with CPython's texts.

use super::read::{MISSING, Tree};
use habu_syntax::ast::*;

/// A mistake in a tree.
pub enum Invalid {
    Value(String),
    Type(String),
}

type R = Result<(), Invalid>;

fn value(text: impl Into<String>) -> R {
    Err(Invalid::Value(text.into()))
}

/// Checks a whole tree.
pub fn validate(tree: &Tree) -> R {
    let v = Validator { tree };
    match &tree.module {
        Mod::Module { body, .. } | Mod::Interactive { body } => v.stmts(body),
        Mod::Expression { body } => v.expr(body, ExprContext::Load),
        Mod::FunctionType { argtypes, returns } => {
            v.exprs(argtypes, ExprContext::Load)?;
            v.expr(returns, ExprContext::Load)
        }
    }
}

struct Validator<'t> {
    tree: &'t Tree<'t>,
}

fn nonempty<T>(items: &[T], what: &str, owner: &str) -> R {
    if items.is_empty() { value(format!("empty {what} on {owner}")) } else { Ok(()) }
}

fn ctx_name(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}

use ExprContext::{Load, Store};

impl Validator<'_> {
    fn position(&self, span: Span) -> R {
        let (line, col) = self.tree.lines.place(span.start);
        let (end_line, end_col) = self.tree.lines.place(span.end);
        if line > end_line {
            return value(format!("AST node line range ({line}, {end_line}) is not valid"));
        }
        if line < 0 && end_line != line || col < 0 && col != end_col {
            return value(format!(
                "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
            ));
        }
        if line == end_line && col > end_col {
            return value(format!("line {line}, column {col}-{end_col} is not a valid range"));
        }
        Ok(())
    }

    fn name(&self, name: Symbol) -> R {
        match self.tree.interner.resolve(name) {
            text @ ("None" | "True" | "False") => {
                value(format!("identifier field can't represent '{text}' constant"))
            }
            _ => Ok(()),
        }
    }

    fn stmts(&self, body: &[Stmt]) -> R {
        for s in body {
            if s.span == MISSING {
                return value("None disallowed in statement list");
            }
            self.stmt(s)?;
        }
        Ok(())
    }

    fn body(&self, body: &[Stmt], owner: &str) -> R {
        nonempty(body, "body", owner)?;
        self.stmts(body)
    }

    fn exprs(&self, items: &[Expr], ctx: ExprContext) -> R {
        for e in items {
            if e.span == MISSING {
                return value("None disallowed in expression list");
            }
            self.expr(e, ctx)?;
        }
        Ok(())
    }

    fn maybe(&self, e: &Option<&Expr>) -> R {
        e.as_deref().map_or(Ok(()), |e| self.expr(e, Load))
    }

    fn targets(&self, targets: &[Expr], owner: &str, ctx: ExprContext) -> R {
        nonempty(targets, "targets", owner)?;
        self.exprs(targets, ctx)
    }

    fn function(&self, f: &FunctionDef, owner: &str) -> R {
        self.name(f.name)?;
        self.body(&f.body, owner)?;
        self.type_params(&f.type_params)?;
        self.arguments(&f.args)?;
        self.exprs(&f.decorator_list, Load)?;
        self.maybe(&f.returns)
    }

    fn for_(&self, f: &For, owner: &str) -> R {
        self.expr(&f.target, Store)?;
        self.expr(&f.iter, Load)?;
        self.body(&f.body, owner)?;
        self.stmts(&f.orelse)
    }

    fn with(&self, items: &[WithItem], body: &[Stmt], owner: &str) -> R {
        nonempty(items, "items", owner)?;
        for item in items {
            self.expr(&item.context_expr, Load)?;
            if let Some(vars) = &item.optional_vars {
                self.expr(vars, Store)?;
            }
        }
        self.body(body, owner)
    }

    fn try_(&self, t: &Try, owner: &str) -> R {
        self.body(&t.body, owner)?;
        if t.handlers.is_empty() && t.finalbody.is_empty() {
            return value(format!("{owner} has neither except handlers nor finalbody"));
        }
        if t.handlers.is_empty() && !t.orelse.is_empty() {
            return value(format!("{owner} has orelse but no except handlers"));
        }
        for h in t.handlers {
            self.position(h.span)?;
            self.maybe(&h.typ)?;
            h.name.map_or(Ok(()), |name| self.name(name))?;
            self.body(&h.body, "ExceptHandler")?;
        }
        self.stmts(&t.finalbody)?;
        self.stmts(&t.orelse)
    }

    fn stmt(&self, s: &Stmt) -> R {
        self.position(s.span)?;
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(f, "FunctionDef"),
            StmtKind::AsyncFunctionDef(f) => self.function(f, "AsyncFunctionDef"),
            StmtKind::ClassDef(c) => {
                self.name(c.name)?;
                self.body(&c.body, "ClassDef")?;
                self.type_params(&c.type_params)?;
                self.exprs(&c.bases, Load)?;
                self.keywords(&c.keywords)?;
                self.exprs(&c.decorator_list, Load)
            }
            StmtKind::Return { value } => self.maybe(value),
            StmtKind::Delete { targets } => self.targets(targets, "Delete", ExprContext::Del),
            StmtKind::Assign { targets, value, .. } => {
                self.targets(targets, "Assign", Store)?;
                self.expr(value, Load)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, Store)?;
                self.expr(value, Load)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if *simple && !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(Invalid::Type("AnnAssign with simple non-Name target".into()));
                }
                self.expr(target, Store)?;
                self.maybe(value)?;
                self.expr(annotation, Load)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if !matches!(name.kind, ExprKind::Name { .. }) {
                    return Err(Invalid::Type("TypeAlias with non-Name name".into()));
                }
                self.expr(name, Store)?;
                self.type_params(type_params)?;
                self.expr(value, Load)
            }
            StmtKind::For(f) => self.for_(f, "For"),
            StmtKind::AsyncFor(f) => self.for_(f, "AsyncFor"),
            StmtKind::While { test, body, orelse } => {
                self.expr(test, Load)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test, Load)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With { items, body, .. } => self.with(items, body, "With"),
            StmtKind::AsyncWith { items, body, .. } => self.with(items, body, "AsyncWith"),
            StmtKind::Match { subject, cases } => {
                self.expr(subject, Load)?;
                nonempty(cases, "cases", "Match")?;
                for c in *cases {
                    self.pattern(&c.pattern, false)?;
                    self.maybe(&c.guard)?;
                    self.body(&c.body, "match_case")?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                if exc.is_none() && cause.is_some() {
                    return value("Raise with cause but no exception");
                }
                self.maybe(exc)?;
                self.maybe(cause)
            }
            StmtKind::Try(t) => self.try_(t, "Try"),
            StmtKind::TryStar(t) => self.try_(t, "TryStar"),
            StmtKind::Assert { test, msg } => {
                self.expr(test, Load)?;
                self.maybe(msg)
            }
            StmtKind::Import { names } => self.aliases(names, "Import"),
            StmtKind::ImportFrom { names, .. } => self.aliases(names, "ImportFrom"),
            StmtKind::Global { names } => nonempty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => nonempty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.expr(value, Load),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    /// Imported names: what is bound must be a name.
    fn aliases(&self, names: &[Alias], owner: &str) -> R {
        nonempty(names, "names", owner)?;
        names.iter().try_for_each(|a| self.name(a.asname.unwrap_or(a.name)))
    }

    fn context(&self, e: &Expr, wanted: ExprContext) -> R {
        let actual = match &e.kind {
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => *ctx,
            ExprKind::Name { id, ctx } => {
                self.name(*id)?;
                *ctx
            }
            _ if wanted != Load => {
                let wanted = ctx_name(wanted);
                return value(format!("expression which can't be assigned to in {wanted} context"));
            }
            _ => return Ok(()),
        };
        if actual != wanted {
            let (wanted, actual) = (ctx_name(wanted), ctx_name(actual));
            return value(format!("expression must have {wanted} context but has {actual} instead"));
        }
        Ok(())
    }

    /// An expression, down its left spine in a loop.
    fn expr(&self, e: &Expr, ctx: ExprContext) -> R {
        let (mut e, mut ctx) = (e, ctx);
        loop {
            self.position(e.span)?;
            self.context(e, ctx)?;
            self.parts(e, ctx)?;
            match e.spine_child() {
                Some(child) => (e, ctx) = (child, Load),
                None => return Ok(()),
            }
        }
    }

    /// What an expression consists of besides its child on the spine.
    fn parts(&self, e: &Expr, ctx: ExprContext) -> R {
        match &e.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return value("BoolOp with less than 2 values");
                }
                self.exprs(values, Load)
            }
            ExprKind::BinOp { right, .. } => self.expr(right, Load),
            ExprKind::UnaryOp { operand, .. } => self.expr(operand, Load),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body, Load)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test, Load)?;
                self.expr(body, Load)?;
                self.expr(orelse, Load)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return value("Dict doesn't have the same number of keys as values");
                }
                for key in keys.iter().flatten() {
                    self.expr(key, Load)?;
                }
                self.exprs(values, Load)
            }
            ExprKind::Set { elts } => self.exprs(elts, Load),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.expr(elt, Load)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.generators(generators)?;
                self.expr(key, Load)?;
                self.expr(value, Load)
            }
            ExprKind::Yield { value } => self.maybe(value),
            ExprKind::YieldFrom { value } | ExprKind::Await { value } => self.expr(value, Load),
            ExprKind::Compare { ops, comparators, .. } => {
                if comparators.is_empty() {
                    return value("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return value("Compare has a different number of comparators and operands");
                }
                self.exprs(comparators, Load)
            }
            ExprKind::Call { args, keywords, .. } => {
                self.exprs(args, Load)?;
                self.keywords(keywords)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values, Load),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value, Load)?;
                self.maybe(format_spec)
            }
            ExprKind::Subscript { slice, .. } => self.expr(slice, Load),
            ExprKind::Starred { value, .. } => self.expr(value, ctx),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.maybe(lower)?;
                self.maybe(upper)?;
                self.maybe(step)
            }
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(Invalid::Type("NamedExpr target must be a Name".into()));
                }
                self.expr(target, Store)?;
                self.expr(value, Load)
            }
            ExprKind::Attribute { .. } | ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
        }
    }

    fn generators(&self, generators: &[Comprehension]) -> R {
        if generators.is_empty() {
            return value("comprehension with no generators");
        }
        for g in generators {
            self.expr(&g.target, Store)?;
            self.expr(&g.iter, Load)?;
            self.exprs(&g.ifs, Load)?;
        }
        Ok(())
    }

    fn keywords(&self, keywords: &[Keyword]) -> R {
        keywords.iter().try_for_each(|k| self.expr(&k.value, Load))
    }

    fn args<'a>(&self, args: impl IntoIterator<Item = &'a Arg<'a>>) -> R {
        for a in args {
            self.position(a.span)?;
            self.maybe(&a.annotation)?;
        }
        Ok(())
    }

    fn arguments(&self, a: &Arguments) -> R {
        self.args(a.posonlyargs)?;
        self.args(a.args)?;
        self.args(a.vararg.as_deref())?;
        self.args(a.kwonlyargs)?;
        self.args(a.kwarg.as_deref())?;
        if a.defaults.len() > a.posonlyargs.len() + a.args.len() {
            return value("more positional defaults than args on arguments");
        }
        if a.kw_defaults.len() != a.kwonlyargs.len() {
            return value("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.exprs(&a.defaults, Load)?;
        a.kw_defaults.iter().flatten().try_for_each(|e| self.expr(e, Load))
    }

    fn type_params(&self, params: &[TypeParam]) -> R {
        for p in params {
            self.position(p.span)?;
            match &p.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    self.name(*name)?;
                    self.maybe(bound)?;
                    self.maybe(default_value)?;
                }
                TypeParamKind::ParamSpec { name, default_value }
                | TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.name(*name)?;
                    self.maybe(default_value)?;
                }
            }
        }
        Ok(())
    }

    fn capture(&self, name: Symbol) -> R {
        if name == sym::UNDERSCORE {
            return value("can't capture name '_' in patterns");
        }
        self.name(name)
    }

    fn patterns(&self, patterns: &[Pattern], star: bool) -> R {
        patterns.iter().try_for_each(|p| self.pattern(p, star))
    }

    /// A value that a pattern compares with.
    fn match_value(&self, e: &Expr) -> R {
        self.expr(e, Load)?;
        let fine = match &e.kind {
            ExprKind::Constant { value: c, .. } => match c {
                Constant::Int(_)
                | Constant::BigInt(_)
                | Constant::Negative(_)
                | Constant::Float(_)
                | Constant::Imaginary(_)
                | Constant::Complex(..)
                | Constant::Str(_)
                | Constant::Bytes(_) => true,
                _ => return value("unexpected constant inside of a literal pattern"),
            },
            ExprKind::Attribute { .. } | ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. } => true,
            ExprKind::UnaryOp { .. } => is_negative(e, true),
            ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } => {
                (is_number(left, false) || is_negative(left, false)) && is_imaginary(right)
            }
            _ => false,
        };
        if fine { Ok(()) } else { value("patterns may only match literals and attribute lookups") }
    }

    fn pattern(&self, p: &Pattern, star: bool) -> R {
        self.position(p.span)?;
        match &p.kind {
            PatternKind::MatchValue { value } => self.match_value(value),
            PatternKind::MatchSingleton { value: c } => match c {
                Constant::None | Constant::True | Constant::False => Ok(()),
                _ => value("MatchSingleton can only contain True, False and None"),
            },
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                if keys.len() != patterns.len() {
                    return value("MatchMapping doesn't have the same number of keys as patterns");
                }
                rest.map_or(Ok(()), |name| self.capture(name))?;
                for key in *keys {
                    if key.span == MISSING {
                        return value("None disallowed in expression list");
                    }
                    let constant = matches!(
                        key.kind,
                        ExprKind::Constant { value: Constant::None | Constant::True | Constant::False, .. }
                    );
                    if !constant {
                        self.match_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    let text = "MatchClass doesn't have the same number of keyword attributes as patterns";
                    return value(text);
                }
                self.expr(cls, Load)?;
                let mut at = &**cls;
                while let ExprKind::Attribute { value, .. } = &at.kind {
                    at = value;
                }
                if !matches!(at.kind, ExprKind::Name { .. }) {
                    return value("MatchClass cls field can only contain Name or Attribute nodes.");
                }
                kwd_attrs.iter().try_for_each(|name| self.name(*name))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::MatchStar { name } => {
                if !star {
                    return value("can't use MatchStar here");
                }
                name.map_or(Ok(()), |name| self.capture(name))
            }
            PatternKind::MatchAs { pattern, name } => {
                name.map_or(Ok(()), |name| self.capture(name))?;
                match pattern {
                    None => Ok(()),
                    Some(_) if name.is_none() => {
                        value("MatchAs must specify a target name if a pattern is given")
                    }
                    Some(pattern) => self.pattern(pattern, false),
                }
            }
            PatternKind::MatchOr { patterns } => {
                if patterns.len() < 2 {
                    return value("MatchOr requires at least 2 patterns");
                }
                self.patterns(patterns, false)
            }
        }
    }
}

fn is_imaginary(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Constant { value: Constant::Imaginary(_) | Constant::Complex(..), .. })
}

fn is_number(e: &Expr, imaginary: bool) -> bool {
    let real = matches!(
        e.kind,
        ExprKind::Constant {
            value: Constant::Int(_) | Constant::BigInt(_) | Constant::Negative(_) | Constant::Float(_),
            ..
        }
    );
    real || imaginary && is_imaginary(e)
}

fn is_negative(e: &Expr, imaginary: bool) -> bool {
    match &e.kind {
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => is_number(operand, imaginary),
        _ => false,
    }
}
