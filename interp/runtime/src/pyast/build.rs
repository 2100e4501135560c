//! A parsed tree as Python objects.

use super::classes::{Classes, classes};
use super::features;
use super::schema::Node;
use crate::types::{complex, int};
use crate::value::Value;
use crate::vm::{PyResult, RootedVec, Vm};
use habu_syntax::ast::*;
use habu_syntax::{ErrKind, Parsed, SyntaxErr};
use std::rc::Rc;

/// The root of a parsed tree as an object, with all below it. What is newer than Python 3.`version` is refused.
pub fn to_object(vm: &mut Vm, parsed: &Parsed, file: &str, version: i64) -> PyResult {
    let classes = classes(vm)?;
    let mut names = vm.rooted_vec();
    names.resize(parsed.interner.len(), Value::UNBOUND);
    let mut builder = Builder { vm, parsed, file, version, classes, names, last_line: 0, last_start: 0 };
    builder.module(&parsed.module)
}

struct Builder<'v, 'p> {
    vm: &'v mut Vm,
    parsed: &'p Parsed<'p>,
    file: &'p str,
    /// Minor version of the language.
    version: i64,
    classes: Rc<Classes>,
    /// Identifiers as strings, by symbol; unbound until met.
    names: RootedVec,
    /// The line asked for last: most positions are near each other.
    last_line: u32,
    last_start: u32,
}

type Fields<'a> = &'a [Value];

impl Builder<'_, '_> {
    fn position(&mut self, offset: u32) -> (u32, u32) {
        let lines = &self.parsed.source.lines;
        if offset < self.last_start || self.last_line == 0 || offset >= lines.line_start(self.last_line + 1) {
            let (line, col) = lines.position(offset);
            self.last_line = line;
            self.last_start = offset - col;
        }
        (self.last_line, offset - self.last_start)
    }

    /// SyntaxError if something is newer than the version asked for.
    fn require(&mut self, (version, what): (i64, &str), span: Span) -> PyResult<()> {
        if self.version >= version {
            return Ok(());
        }
        let msg = format!("{what} only supported in Python 3.{version} and greater");
        let (text, lines) = (&self.parsed.source.text, &self.parsed.source.lines);
        let e = SyntaxErr::at(ErrKind::SyntaxError, msg, span, text, lines);
        Err(crate::import::syntax_error(self.vm, self.file, &e))
    }

    /// A node with these values for its fields, in the order of the schema.
    fn node(&mut self, node: Node, fields: Fields<'_>) -> PyResult {
        let cls = self.classes.class(node);
        let obj = self.vm.alloc_object(cls)?;
        let classes = self.classes.clone();
        for (name, v) in classes.fields(node).iter().zip(fields) {
            self.vm.instance_set(obj, *name, *v)?;
        }
        Ok(Value::from_header(obj))
    }

    /// A node with a position.
    fn at(&mut self, node: Node, span: Span, fields: Fields<'_>) -> PyResult {
        if let Some(needs) = features::required(node, fields) {
            self.require(needs, span)?;
        }
        let v = self.node(node, fields)?;
        let (line, col) = self.position(span.start);
        let (end_line, end_col) = self.position(span.end);
        let classes = self.classes.clone();
        if let Some(obj) = v.as_header() {
            for (name, n) in classes.position.iter().zip([line, col, end_line, end_col]) {
                self.vm.instance_set(obj, *name, Value::small(n.into()))?;
            }
        }
        Ok(v)
    }

    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T) -> PyResult) -> PyResult {
        let mut values = self.vm.rooted_vec();
        for item in items {
            let v = each(self, item)?;
            values.push(v);
        }
        self.vm.list_from(&values).map(Value::from_gc)
    }

    fn name(&mut self, symbol: Symbol) -> PyResult {
        let at = symbol.0 as usize;
        if let Some(v) = self.names[at].bound() {
            return Ok(v);
        }
        let v = Value::from_gc(self.vm.intern(self.parsed.interner.resolve(symbol)));
        self.names[at] = v;
        Ok(v)
    }

    fn maybe_name(&mut self, symbol: Option<Symbol>) -> PyResult {
        symbol.map_or(Ok(Value::NONE), |s| self.name(s))
    }

    fn maybe_text(&mut self, text: &TypeComment) -> PyResult {
        match text {
            Some(text) => self.vm.str(text).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    }

    fn exprs(&mut self, items: &[Expr]) -> PyResult {
        self.list(items, Self::expr)
    }

    fn stmts(&mut self, items: &[Stmt]) -> PyResult {
        self.list(items, Self::stmt)
    }

    fn maybe(&mut self, e: &Option<&Expr>) -> PyResult {
        e.as_deref().map_or(Ok(Value::NONE), |e| self.expr(e))
    }

    fn maybe_exprs(&mut self, items: &[Option<Expr>]) -> PyResult {
        self.list(items, |b, e| e.as_ref().map_or(Ok(Value::NONE), |e| b.expr(e)))
    }

    fn module(&mut self, module: &Mod) -> PyResult {
        match module {
            Mod::Module { body, type_ignores } => {
                let body = self.stmts(body)?;
                let ignores = self.list(type_ignores, |b, t| {
                    let tag = Value::from_gc(b.vm.str(&t.tag)?);
                    b.node(Node::TypeIgnore, &[Value::small(t.lineno.into()), tag])
                })?;
                self.node(Node::Module, &[body, ignores])
            }
            Mod::Interactive { body } => {
                let body = self.stmts(body)?;
                self.node(Node::Interactive, &[body])
            }
            Mod::Expression { body } => {
                let body = self.expr(body)?;
                self.node(Node::Expression, &[body])
            }
            Mod::FunctionType { argtypes, returns } => {
                let argtypes = self.exprs(argtypes)?;
                let returns = self.expr(returns)?;
                self.node(Node::FunctionType, &[argtypes, returns])
            }
        }
    }

    fn function(&mut self, node: Node, span: Span, f: &FunctionDef) -> PyResult {
        let name = self.name(f.name)?;
        let args = self.arguments(&f.args)?;
        let body = self.stmts(&f.body)?;
        let decorators = self.exprs(&f.decorator_list)?;
        let returns = self.maybe(&f.returns)?;
        let comment = self.maybe_text(&f.type_comment)?;
        let params = self.type_params(&f.type_params)?;
        self.at(node, span, &[name, args, body, decorators, returns, comment, params])
    }

    fn for_(&mut self, node: Node, span: Span, f: &For) -> PyResult {
        let target = self.expr(&f.target)?;
        let iter = self.expr(&f.iter)?;
        let body = self.stmts(&f.body)?;
        let orelse = self.stmts(&f.orelse)?;
        let comment = self.maybe_text(&f.type_comment)?;
        self.at(node, span, &[target, iter, body, orelse, comment])
    }

    fn with(
        &mut self,
        node: Node,
        span: Span,
        items: &[WithItem],
        body: &[Stmt],
        comment: &TypeComment,
    ) -> PyResult {
        let items = self.list(items, |b, item| {
            let context = b.expr(&item.context_expr)?;
            let vars = b.maybe(&item.optional_vars)?;
            b.node(Node::withitem, &[context, vars])
        })?;
        let body = self.stmts(body)?;
        let comment = self.maybe_text(comment)?;
        self.at(node, span, &[items, body, comment])
    }

    fn try_(&mut self, node: Node, span: Span, t: &Try) -> PyResult {
        let body = self.stmts(&t.body)?;
        let handlers = self.list(&t.handlers, |b, h| {
            let bare = |e: &Expr| !b.parsed.source.text[e.span.range()].starts_with('(');
            if h.typ.as_ref().is_some_and(|e| matches!(e.kind, ExprKind::Tuple { .. }) && bare(e)) {
                b.require(features::BARE_EXCEPT_TUPLE, h.span)?;
            }
            let typ = b.maybe(&h.typ)?;
            let name = b.maybe_name(h.name)?;
            let body = b.stmts(&h.body)?;
            b.at(Node::ExceptHandler, h.span, &[typ, name, body])
        })?;
        let orelse = self.stmts(&t.orelse)?;
        let finalbody = self.stmts(&t.finalbody)?;
        self.at(node, span, &[body, handlers, orelse, finalbody])
    }

    fn aliases(&mut self, names: &[Alias]) -> PyResult {
        self.list(names, |b, alias| {
            let name = b.name(alias.name)?;
            let asname = b.maybe_name(alias.asname)?;
            b.at(Node::alias, alias.span, &[name, asname])
        })
    }

    /// An `if` with its chain of `elif`s, which may be long.
    fn if_(&mut self, s: &Stmt) -> PyResult {
        let mut chain = Vec::new();
        let mut at = s;
        let last = loop {
            let StmtKind::If { test, body, orelse } = &at.kind else { break &[][..] };
            chain.push((at.span, test, body));
            match elif_of(orelse) {
                Some(next) => at = next,
                None => break orelse,
            }
        };
        let mut orelse = self.stmts(last)?;
        while let Some((span, test, body)) = chain.pop() {
            let test = self.expr(test)?;
            let body = self.stmts(body)?;
            let made = self.at(Node::If, span, &[test, body, orelse])?;
            if chain.is_empty() {
                return Ok(made);
            }
            orelse = Value::from_gc(self.vm.list_from(&[made])?);
        }
        Ok(orelse)
    }

    fn stmt(&mut self, s: &Stmt) -> PyResult {
        self.vm.enter_call()?;
        let span = s.span;
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(Node::FunctionDef, span, f),
            StmtKind::AsyncFunctionDef(f) => self.function(Node::AsyncFunctionDef, span, f),
            StmtKind::ClassDef(c) => {
                let name = self.name(c.name)?;
                let bases = self.exprs(&c.bases)?;
                let keywords = self.keywords(&c.keywords)?;
                let body = self.stmts(&c.body)?;
                let decorators = self.exprs(&c.decorator_list)?;
                let params = self.type_params(&c.type_params)?;
                self.at(Node::ClassDef, span, &[name, bases, keywords, body, decorators, params])
            }
            StmtKind::Return { value } => {
                let value = self.maybe(value)?;
                self.at(Node::Return, span, &[value])
            }
            StmtKind::Delete { targets } => {
                let targets = self.exprs(targets)?;
                self.at(Node::Delete, span, &[targets])
            }
            StmtKind::Assign { targets, value, type_comment } => {
                let targets = self.exprs(targets)?;
                let value = self.expr(value)?;
                let comment = self.maybe_text(type_comment)?;
                self.at(Node::Assign, span, &[targets, value, comment])
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                let name = self.expr(name)?;
                let params = self.type_params(type_params)?;
                let value = self.expr(value)?;
                self.at(Node::TypeAlias, span, &[name, params, value])
            }
            StmtKind::AugAssign { target, op, value } => {
                let target = self.expr(target)?;
                let value = self.expr(value)?;
                let op = self.classes.singleton(operator(*op));
                self.at(Node::AugAssign, span, &[target, op, value])
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                let target = self.expr(target)?;
                let annotation = self.expr(annotation)?;
                let value = self.maybe(value)?;
                let simple = Value::small((*simple).into());
                self.at(Node::AnnAssign, span, &[target, annotation, value, simple])
            }
            StmtKind::For(f) => self.for_(Node::For, span, f),
            StmtKind::AsyncFor(f) => self.for_(Node::AsyncFor, span, f),
            StmtKind::While { test, body, orelse } => {
                let test = self.expr(test)?;
                let body = self.stmts(body)?;
                let orelse = self.stmts(orelse)?;
                self.at(Node::While, span, &[test, body, orelse])
            }
            StmtKind::If { .. } => self.if_(s),
            StmtKind::With { items, body, type_comment } => {
                self.with(Node::With, span, items, body, type_comment)
            }
            StmtKind::AsyncWith { items, body, type_comment } => {
                self.with(Node::AsyncWith, span, items, body, type_comment)
            }
            StmtKind::Match { subject, cases } => {
                let subject = self.expr(subject)?;
                let cases = self.list(cases, |b, c| {
                    let pattern = b.pattern(&c.pattern)?;
                    let guard = b.maybe(&c.guard)?;
                    let body = b.stmts(&c.body)?;
                    b.node(Node::match_case, &[pattern, guard, body])
                })?;
                self.at(Node::Match, span, &[subject, cases])
            }
            StmtKind::Raise { exc, cause } => {
                let exc = self.maybe(exc)?;
                let cause = self.maybe(cause)?;
                self.at(Node::Raise, span, &[exc, cause])
            }
            StmtKind::Try(t) => self.try_(Node::Try, span, t),
            StmtKind::TryStar(t) => self.try_(Node::TryStar, span, t),
            StmtKind::Assert { test, msg } => {
                let test = self.expr(test)?;
                let msg = self.maybe(msg)?;
                self.at(Node::Assert, span, &[test, msg])
            }
            StmtKind::Import { names } => {
                let names = self.aliases(names)?;
                self.at(Node::Import, span, &[names])
            }
            StmtKind::ImportFrom { module, names, level } => {
                let module = self.maybe_name(*module)?;
                let names = self.aliases(names)?;
                self.at(Node::ImportFrom, span, &[module, names, Value::small((*level).into())])
            }
            StmtKind::Global { names } => {
                let names = self.list(names, |b, n| b.name(*n))?;
                self.at(Node::Global, span, &[names])
            }
            StmtKind::Nonlocal { names } => {
                let names = self.list(names, |b, n| b.name(*n))?;
                self.at(Node::Nonlocal, span, &[names])
            }
            StmtKind::Expr { value } => {
                let value = self.expr(value)?;
                self.at(Node::Expr, span, &[value])
            }
            StmtKind::Pass => self.at(Node::Pass, span, &[]),
            StmtKind::Break => self.at(Node::Break, span, &[]),
            StmtKind::Continue => self.at(Node::Continue, span, &[]),
        }
    }

    /// An expression: down its left spine in a loop, then the nodes on it from the innermost outwards.
    fn expr(&mut self, e: &Expr) -> PyResult {
        self.vm.enter_call()?;
        let mut spine = Vec::new();
        let mut at = e;
        while let Some(child) = at.spine_child() {
            spine.push(at);
            at = child;
        }
        let mut v = self.leaf(at)?;
        while let Some(e) = spine.pop() {
            v = self.on_spine(e, v)?;
        }
        Ok(v)
    }

    /// A node whose spine child is made already.
    fn on_spine(&mut self, e: &Expr, first: Value) -> PyResult {
        match &e.kind {
            ExprKind::BinOp { op, right, .. } => {
                if *op == Operator::MatMult {
                    self.require(features::MATRIX_PRODUCT, e.span)?;
                }
                let right = self.expr(right)?;
                let op = self.classes.singleton(operator(*op));
                self.at(Node::BinOp, e.span, &[first, op, right])
            }
            ExprKind::Compare { ops, comparators, .. } => {
                let ops = self.list(ops, |b, op| Ok(b.classes.singleton(cmp_op(*op))))?;
                let comparators = self.exprs(comparators)?;
                self.at(Node::Compare, e.span, &[first, ops, comparators])
            }
            ExprKind::Attribute { attr, ctx, .. } => {
                let attr = self.name(*attr)?;
                let ctx = self.ctx(*ctx);
                self.at(Node::Attribute, e.span, &[first, attr, ctx])
            }
            ExprKind::Subscript { slice, ctx, .. } => {
                let slice = self.expr(slice)?;
                let ctx = self.ctx(*ctx);
                self.at(Node::Subscript, e.span, &[first, slice, ctx])
            }
            ExprKind::Call { args, keywords, .. } => {
                let args = self.exprs(args)?;
                let keywords = self.keywords(keywords)?;
                self.at(Node::Call, e.span, &[first, args, keywords])
            }
            _ => Ok(first),
        }
    }

    fn leaf(&mut self, e: &Expr) -> PyResult {
        let span = e.span;
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let values = self.exprs(values)?;
                let op = match op {
                    BoolOp::And => Node::And,
                    BoolOp::Or => Node::Or,
                };
                let op = self.classes.singleton(op);
                self.at(Node::BoolOp, span, &[op, values])
            }
            ExprKind::NamedExpr { target, value } => {
                let target = self.expr(target)?;
                let value = self.expr(value)?;
                self.at(Node::NamedExpr, span, &[target, value])
            }
            ExprKind::UnaryOp { op, operand } => {
                let operand = self.expr(operand)?;
                let op = match op {
                    UnaryOp::Invert => Node::Invert,
                    UnaryOp::Not => Node::Not,
                    UnaryOp::UAdd => Node::UAdd,
                    UnaryOp::USub => Node::USub,
                };
                let op = self.classes.singleton(op);
                self.at(Node::UnaryOp, span, &[op, operand])
            }
            ExprKind::Lambda { args, body } => {
                let args = self.arguments(args)?;
                let body = self.expr(body)?;
                self.at(Node::Lambda, span, &[args, body])
            }
            ExprKind::IfExp { test, body, orelse } => {
                let test = self.expr(test)?;
                let body = self.expr(body)?;
                let orelse = self.expr(orelse)?;
                self.at(Node::IfExp, span, &[test, body, orelse])
            }
            ExprKind::Dict { keys, values } => {
                let keys = self.maybe_exprs(keys)?;
                let values = self.exprs(values)?;
                self.at(Node::Dict, span, &[keys, values])
            }
            ExprKind::Set { elts } => {
                let elts = self.exprs(elts)?;
                self.at(Node::Set, span, &[elts])
            }
            ExprKind::ListComp { elt, generators } => self.comp(Node::ListComp, span, &[elt], generators),
            ExprKind::SetComp { elt, generators } => self.comp(Node::SetComp, span, &[elt], generators),
            ExprKind::DictComp { key, value, generators } => {
                self.comp(Node::DictComp, span, &[key, value], generators)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comp(Node::GeneratorExp, span, &[elt], generators)
            }
            ExprKind::Await { value } => {
                let value = self.expr(value)?;
                self.at(Node::Await, span, &[value])
            }
            ExprKind::Yield { value } => {
                let value = self.maybe(value)?;
                self.at(Node::Yield, span, &[value])
            }
            ExprKind::YieldFrom { value } => {
                let value = self.expr(value)?;
                self.at(Node::YieldFrom, span, &[value])
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let value = self.expr(value)?;
                let spec = self.maybe(format_spec)?;
                self.at(Node::FormattedValue, span, &[value, Value::small((*conversion).into()), spec])
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                let value = self.expr(value)?;
                let text = self.string(str)?;
                let spec = self.maybe(format_spec)?;
                let conversion = Value::small((*conversion).into());
                self.at(Node::Interpolation, span, &[value, text, conversion, spec])
            }
            ExprKind::JoinedStr { values } => {
                let values = self.exprs(values)?;
                self.at(Node::JoinedStr, span, &[values])
            }
            ExprKind::TemplateStr { values } => {
                let values = self.exprs(values)?;
                self.at(Node::TemplateStr, span, &[values])
            }
            ExprKind::Constant { value, kind } => {
                let is_text = matches!(value, Constant::Str(_) | Constant::Bytes(_));
                if !is_text && self.parsed.source.text[span.range()].contains('_') {
                    self.require(features::UNDERSCORES, span)?;
                }
                let value = self.constant(value)?;
                let kind = if *kind { Value::from_gc(self.vm.intern("u")) } else { Value::NONE };
                self.at(Node::Constant, span, &[value, kind])
            }
            ExprKind::Starred { value, ctx } => {
                let value = self.expr(value)?;
                let ctx = self.ctx(*ctx);
                self.at(Node::Starred, span, &[value, ctx])
            }
            ExprKind::Name { id, ctx } => {
                let id = self.name(*id)?;
                let ctx = self.ctx(*ctx);
                self.at(Node::Name, span, &[id, ctx])
            }
            ExprKind::List { elts, ctx } => {
                let elts = self.exprs(elts)?;
                let ctx = self.ctx(*ctx);
                self.at(Node::List, span, &[elts, ctx])
            }
            ExprKind::Tuple { elts, ctx } => {
                let elts = self.exprs(elts)?;
                let ctx = self.ctx(*ctx);
                self.at(Node::Tuple, span, &[elts, ctx])
            }
            ExprKind::Slice { lower, upper, step } => {
                let lower = self.maybe(lower)?;
                let upper = self.maybe(upper)?;
                let step = self.maybe(step)?;
                self.at(Node::Slice, span, &[lower, upper, step])
            }
            // Nodes of the left spine: `expr` comes here for what is below them only.
            ExprKind::BinOp { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Call { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Subscript { .. } => self.expr(e),
        }
    }

    fn comp(&mut self, node: Node, span: Span, elements: &[&Expr], generators: &[Comprehension]) -> PyResult {
        let mut fields = self.vm.rooted_vec();
        for e in elements {
            let v = self.expr(e)?;
            fields.push(v);
        }
        let generators = self.list(generators, |b, g| {
            let target = b.expr(&g.target)?;
            let iter = b.expr(&g.iter)?;
            let ifs = b.exprs(&g.ifs)?;
            let fields = [target, iter, ifs, Value::small(g.is_async.into())];
            if let Some(needs) = features::required(Node::comprehension, &fields) {
                b.require(needs, g.target.span)?;
            }
            b.node(Node::comprehension, &fields)
        })?;
        fields.push(generators);
        self.at(node, span, &fields)
    }

    fn ctx(&self, ctx: ExprContext) -> Value {
        self.classes.singleton(match ctx {
            ExprContext::Load => Node::Load,
            ExprContext::Store => Node::Store,
            ExprContext::Del => Node::Del,
        })
    }

    fn string(&mut self, text: &PyString) -> PyResult {
        match self.vm.str_wtf8(text.as_bytes())? {
            Some(s) => Ok(Value::from_gc(s)),
            None => Err(self.vm.system_error("string constant is not WTF-8")),
        }
    }

    fn constant(&mut self, c: &Constant) -> PyResult {
        Ok(match c {
            Constant::None => Value::NONE,
            Constant::True => Value::TRUE,
            Constant::False => Value::FALSE,
            Constant::Ellipsis => Value::ELLIPSIS,
            Constant::Int(n) => self.vm.int(*n)?,
            Constant::BigInt(n) => int::from_ubig(self.vm, false, &n.value())?,
            Constant::Float(f) => self.vm.float(*f)?,
            Constant::Imaginary(f) => complex::new(self.vm, 0.0, *f)?,
            Constant::Str(s) => self.string(s)?,
            Constant::Bytes(b) => self.vm.bytes_value(b)?,
            // The parser makes none of these.
            Constant::Complex(..) | Constant::Negative(_) | Constant::Tuple(_) | Constant::FrozenSet(_) => {
                return Err(self.vm.system_error("a constant that no source has"));
            }
        })
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> PyResult {
        self.list(keywords, |b, k| {
            let arg = b.maybe_name(k.arg)?;
            let value = b.expr(&k.value)?;
            b.at(Node::keyword, k.span, &[arg, value])
        })
    }

    fn arg(&mut self, a: &Arg) -> PyResult {
        let name = self.name(a.arg)?;
        let annotation = self.maybe(&a.annotation)?;
        let comment = self.maybe_text(&a.type_comment)?;
        self.at(Node::arg, a.span, &[name, annotation, comment])
    }

    fn arguments(&mut self, a: &Arguments) -> PyResult {
        if let Some(first) = a.posonlyargs.first() {
            self.require(features::POSITIONAL_ONLY, first.span)?;
        }
        let posonly = self.list(&a.posonlyargs, Self::arg)?;
        let args = self.list(&a.args, Self::arg)?;
        let vararg = a.vararg.as_deref().map_or(Ok(Value::NONE), |a| self.arg(a))?;
        let kwonly = self.list(&a.kwonlyargs, Self::arg)?;
        let kw_defaults = self.maybe_exprs(&a.kw_defaults)?;
        let kwarg = a.kwarg.as_deref().map_or(Ok(Value::NONE), |a| self.arg(a))?;
        let defaults = self.exprs(&a.defaults)?;
        self.node(Node::arguments, &[posonly, args, vararg, kwonly, kw_defaults, kwarg, defaults])
    }

    fn type_params(&mut self, params: &[TypeParam]) -> PyResult {
        self.list(params, |b, p| match &p.kind {
            TypeParamKind::TypeVar { name, bound, default_value } => {
                let name = b.name(*name)?;
                let bound = b.maybe(bound)?;
                let default = b.maybe(default_value)?;
                b.at(Node::TypeVar, p.span, &[name, bound, default])
            }
            TypeParamKind::ParamSpec { name, default_value } => {
                let name = b.name(*name)?;
                let default = b.maybe(default_value)?;
                b.at(Node::ParamSpec, p.span, &[name, default])
            }
            TypeParamKind::TypeVarTuple { name, default_value } => {
                let name = b.name(*name)?;
                let default = b.maybe(default_value)?;
                b.at(Node::TypeVarTuple, p.span, &[name, default])
            }
        })
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> PyResult {
        self.list(patterns, Self::pattern)
    }

    fn pattern(&mut self, p: &Pattern) -> PyResult {
        self.vm.enter_call()?;
        let span = p.span;
        match &p.kind {
            PatternKind::MatchValue { value } => {
                let value = self.expr(value)?;
                self.at(Node::MatchValue, span, &[value])
            }
            PatternKind::MatchSingleton { value } => {
                let value = self.constant(value)?;
                self.at(Node::MatchSingleton, span, &[value])
            }
            PatternKind::MatchSequence { patterns } => {
                let patterns = self.patterns(patterns)?;
                self.at(Node::MatchSequence, span, &[patterns])
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                let keys = self.exprs(keys)?;
                let patterns = self.patterns(patterns)?;
                let rest = self.maybe_name(*rest)?;
                self.at(Node::MatchMapping, span, &[keys, patterns, rest])
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                let cls = self.expr(cls)?;
                let patterns = self.patterns(patterns)?;
                let names = self.list(kwd_attrs, |b, n| b.name(*n))?;
                let kwd_patterns = self.patterns(kwd_patterns)?;
                self.at(Node::MatchClass, span, &[cls, patterns, names, kwd_patterns])
            }
            PatternKind::MatchStar { name } => {
                let name = self.maybe_name(*name)?;
                self.at(Node::MatchStar, span, &[name])
            }
            PatternKind::MatchAs { pattern, name } => {
                let pattern = pattern.as_deref().map_or(Ok(Value::NONE), |p| self.pattern(p))?;
                let name = self.maybe_name(*name)?;
                self.at(Node::MatchAs, span, &[pattern, name])
            }
            PatternKind::MatchOr { patterns } => {
                let patterns = self.patterns(patterns)?;
                self.at(Node::MatchOr, span, &[patterns])
            }
        }
    }
}

fn operator(op: Operator) -> Node {
    match op {
        Operator::Add => Node::Add,
        Operator::Sub => Node::Sub,
        Operator::Mult => Node::Mult,
        Operator::MatMult => Node::MatMult,
        Operator::Div => Node::Div,
        Operator::Mod => Node::Mod,
        Operator::Pow => Node::Pow,
        Operator::LShift => Node::LShift,
        Operator::RShift => Node::RShift,
        Operator::BitOr => Node::BitOr,
        Operator::BitXor => Node::BitXor,
        Operator::BitAnd => Node::BitAnd,
        Operator::FloorDiv => Node::FloorDiv,
    }
}

fn cmp_op(op: CmpOp) -> Node {
    match op {
        CmpOp::Eq => Node::Eq,
        CmpOp::NotEq => Node::NotEq,
        CmpOp::Lt => Node::Lt,
        CmpOp::LtE => Node::LtE,
        CmpOp::Gt => Node::Gt,
        CmpOp::GtE => Node::GtE,
        CmpOp::Is => Node::Is,
        CmpOp::IsNot => Node::IsNot,
        CmpOp::In => Node::In,
        CmpOp::NotIn => Node::NotIn,
    }
}
