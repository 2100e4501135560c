//! The dump of a tree: what `python -m ast -a` prints.

use crate::ast::*;
use crate::parser::Parsed;
use crate::repr::{bytes_repr, float_repr, str_repr};
use std::fmt::Write;

const INDENT: usize = 3;

/// The tree of a parsed source, with positions.
pub fn dump_ast(parsed: &Parsed) -> String {
    let mut dumper =
        Dumper { parsed, out: String::new(), level: 0, fresh: true, last_line: 0, last_start: 0 };
    dumper.module(&parsed.module);
    dumper.out.push('\n');
    dumper.out
}

struct Dumper<'p> {
    parsed: &'p Parsed<'p>,
    out: String,
    level: usize,
    /// The node at hand has no field yet.
    fresh: bool,
    /// The line asked for last: most positions are near each other.
    last_line: u32,
    last_start: u32,
}

impl Dumper<'_> {
    fn position(&mut self, offset: u32) -> (u32, u32) {
        let lines = &self.parsed.source.lines;
        if offset < self.last_start || self.last_line == 0 || offset >= lines.line_start(self.last_line + 1) {
            let (line, col) = lines.position(offset);
            self.last_line = line;
            self.last_start = offset - col;
        }
        (self.last_line, offset - self.last_start)
    }

    fn newline(&mut self) {
        self.out.push('\n');
        for _ in 0..self.level * INDENT {
            self.out.push(' ');
        }
    }

    fn open(&mut self, name: &str) {
        self.out.push_str(name);
        self.out.push('(');
        self.level += 1;
        self.fresh = true;
    }

    fn close(&mut self) {
        self.out.push(')');
        self.level -= 1;
        self.fresh = false;
    }

    fn field(&mut self, name: &str) {
        if !self.fresh {
            self.out.push(',');
        }
        self.fresh = false;
        self.newline();
        self.out.push_str(name);
        self.out.push('=');
    }

    fn attributes(&mut self, span: Span) {
        let (line, col) = self.position(span.start);
        let (end_line, end_col) = self.position(span.end);
        for (name, value) in
            [("lineno", line), ("col_offset", col), ("end_lineno", end_line), ("end_col_offset", end_col)]
        {
            self.field(name);
            let _ = write!(self.out, "{value}");
        }
    }

    fn list<T>(&mut self, name: &str, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        if items.is_empty() {
            return;
        }
        self.field(name);
        self.out.push('[');
        self.level += 1;
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push(',');
            }
            self.newline();
            each(self, item);
        }
        self.level -= 1;
        self.out.push(']');
    }

    fn exprs(&mut self, name: &str, items: &[Expr]) {
        self.list(name, items, |d, e| d.expr(e));
    }

    fn stmts(&mut self, name: &str, items: &[Stmt]) {
        self.list(name, items, |d, s| d.stmt(s));
    }

    fn child(&mut self, name: &str, e: &Expr) {
        self.field(name);
        self.expr(e);
    }

    fn maybe(&mut self, name: &str, e: &Option<&Expr>) {
        if let Some(e) = e {
            self.child(name, e);
        }
    }

    fn symbol(&mut self, name: &str, symbol: Symbol) {
        self.field(name);
        let text = str_repr(self.parsed.interner.resolve(symbol).chars().map(|c| c as u32));
        self.out.push_str(&text);
    }

    fn maybe_symbol(&mut self, name: &str, symbol: Option<Symbol>) {
        if let Some(symbol) = symbol {
            self.symbol(name, symbol);
        }
    }

    fn word(&mut self, name: &str, word: &str) {
        self.field(name);
        self.out.push_str(word);
        self.out.push_str("()");
    }

    fn text(&mut self, name: &str, text: &Option<&str>) {
        if let Some(text) = text {
            self.field(name);
            let text = str_repr(text.chars().map(|c| c as u32));
            self.out.push_str(&text);
        }
    }

    fn number(&mut self, name: &str, n: impl std::fmt::Display) {
        self.field(name);
        let _ = write!(self.out, "{n}");
    }

    fn module(&mut self, module: &Mod) {
        match module {
            Mod::Module { body, type_ignores } => {
                self.open("Module");
                self.stmts("body", body);
                self.list("type_ignores", type_ignores, |d, t| {
                    let tag = str_repr(t.tag.chars().map(|c| c as u32));
                    let _ = write!(d.out, "TypeIgnore(lineno={}, tag={tag})", t.lineno);
                });
            }
            Mod::Interactive { body } => {
                self.open("Interactive");
                self.stmts("body", body);
            }
            Mod::Expression { body } => {
                self.open("Expression");
                self.child("body", body);
            }
            Mod::FunctionType { argtypes, returns } => {
                self.open("FunctionType");
                self.exprs("argtypes", argtypes);
                self.child("returns", returns);
            }
        }
        self.close();
    }

    fn function(&mut self, f: &FunctionDef) {
        self.symbol("name", f.name);
        self.field("args");
        self.arguments(&f.args);
        self.stmts("body", &f.body);
        self.exprs("decorator_list", &f.decorator_list);
        self.maybe("returns", &f.returns);
        self.text("type_comment", &f.type_comment);
        self.type_params(&f.type_params);
    }

    fn for_(&mut self, f: &For) {
        self.child("target", &f.target);
        self.child("iter", &f.iter);
        self.stmts("body", &f.body);
        self.stmts("orelse", &f.orelse);
        self.text("type_comment", &f.type_comment);
    }

    fn try_(&mut self, t: &Try) {
        self.stmts("body", &t.body);
        self.list("handlers", &t.handlers, |d, h| {
            d.open("ExceptHandler");
            d.maybe("type", &h.typ);
            d.maybe_symbol("name", h.name);
            d.stmts("body", &h.body);
            d.attributes(h.span);
            d.close();
        });
        self.stmts("orelse", &t.orelse);
        self.stmts("finalbody", &t.finalbody);
    }

    fn with(&mut self, items: &[WithItem], body: &[Stmt], type_comment: &TypeComment) {
        self.list("items", items, |d, item| {
            d.open("withitem");
            d.child("context_expr", &item.context_expr);
            d.maybe("optional_vars", &item.optional_vars);
            d.close();
        });
        self.stmts("body", body);
        self.text("type_comment", type_comment);
    }

    fn aliases(&mut self, names: &[Alias]) {
        self.list("names", names, |d, alias| {
            d.open("alias");
            d.symbol("name", alias.name);
            d.maybe_symbol("asname", alias.asname);
            d.attributes(alias.span);
            d.close();
        });
    }

    fn names(&mut self, names: &[Symbol]) {
        self.list("names", names, |d, name| {
            let text = str_repr(d.parsed.interner.resolve(*name).chars().map(|c| c as u32));
            d.out.push_str(&text);
        });
    }

    fn type_params(&mut self, params: &[TypeParam]) {
        self.list("type_params", params, |d, param| {
            match &param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    d.open("TypeVar");
                    d.symbol("name", *name);
                    d.maybe("bound", bound);
                    d.maybe("default_value", default_value);
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    d.open("ParamSpec");
                    d.symbol("name", *name);
                    d.maybe("default_value", default_value);
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    d.open("TypeVarTuple");
                    d.symbol("name", *name);
                    d.maybe("default_value", default_value);
                }
            }
            d.attributes(param.span);
            d.close();
        });
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::FunctionDef(f) => {
                self.open("FunctionDef");
                self.function(f);
            }
            StmtKind::AsyncFunctionDef(f) => {
                self.open("AsyncFunctionDef");
                self.function(f);
            }
            StmtKind::ClassDef(c) => {
                self.open("ClassDef");
                self.symbol("name", c.name);
                self.exprs("bases", &c.bases);
                self.keywords(&c.keywords);
                self.stmts("body", &c.body);
                self.exprs("decorator_list", &c.decorator_list);
                self.type_params(&c.type_params);
            }
            StmtKind::Return { value } => {
                self.open("Return");
                self.maybe("value", value);
            }
            StmtKind::Delete { targets } => {
                self.open("Delete");
                self.exprs("targets", targets);
            }
            StmtKind::Assign { targets, value, type_comment } => {
                self.open("Assign");
                self.exprs("targets", targets);
                self.child("value", value);
                self.text("type_comment", type_comment);
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                self.open("TypeAlias");
                self.child("name", name);
                self.type_params(type_params);
                self.child("value", value);
            }
            StmtKind::AugAssign { target, op, value } => {
                self.open("AugAssign");
                self.child("target", target);
                self.word("op", &format!("{op:?}"));
                self.child("value", value);
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.open("AnnAssign");
                self.child("target", target);
                self.child("annotation", annotation);
                self.maybe("value", value);
                self.number("simple", u8::from(*simple));
            }
            StmtKind::For(f) => {
                self.open("For");
                self.for_(f);
            }
            StmtKind::AsyncFor(f) => {
                self.open("AsyncFor");
                self.for_(f);
            }
            StmtKind::While { test, body, orelse } => {
                self.open("While");
                self.child("test", test);
                self.stmts("body", body);
                self.stmts("orelse", orelse);
            }
            StmtKind::If { test, body, orelse } => {
                self.open("If");
                self.child("test", test);
                self.stmts("body", body);
                self.stmts("orelse", orelse);
            }
            StmtKind::With { items, body, type_comment } => {
                self.open("With");
                self.with(items, body, type_comment);
            }
            StmtKind::AsyncWith { items, body, type_comment } => {
                self.open("AsyncWith");
                self.with(items, body, type_comment);
            }
            StmtKind::Match { subject, cases } => {
                self.open("Match");
                self.child("subject", subject);
                self.list("cases", cases, |d, case| {
                    d.open("match_case");
                    d.field("pattern");
                    d.pattern(&case.pattern);
                    d.maybe("guard", &case.guard);
                    d.stmts("body", &case.body);
                    d.close();
                });
            }
            StmtKind::Raise { exc, cause } => {
                self.open("Raise");
                self.maybe("exc", exc);
                self.maybe("cause", cause);
            }
            StmtKind::Try(t) => {
                self.open("Try");
                self.try_(t);
            }
            StmtKind::TryStar(t) => {
                self.open("TryStar");
                self.try_(t);
            }
            StmtKind::Assert { test, msg } => {
                self.open("Assert");
                self.child("test", test);
                self.maybe("msg", msg);
            }
            StmtKind::Import { names } => {
                self.open("Import");
                self.aliases(names);
            }
            StmtKind::ImportFrom { module, names, level } => {
                self.open("ImportFrom");
                self.maybe_symbol("module", *module);
                self.aliases(names);
                self.number("level", level);
            }
            StmtKind::Global { names } => {
                self.open("Global");
                self.names(names);
            }
            StmtKind::Nonlocal { names } => {
                self.open("Nonlocal");
                self.names(names);
            }
            StmtKind::Expr { value } => {
                self.open("Expr");
                self.child("value", value);
            }
            StmtKind::Pass => self.open("Pass"),
            StmtKind::Break => self.open("Break"),
            StmtKind::Continue => self.open("Continue"),
        }
        self.attributes(stmt.span);
        self.close();
    }

    fn keywords(&mut self, keywords: &[Keyword]) {
        self.list("keywords", keywords, |d, keyword| {
            d.open("keyword");
            d.maybe_symbol("arg", keyword.arg);
            d.child("value", &keyword.value);
            d.attributes(keyword.span);
            d.close();
        });
    }

    fn arg(&mut self, arg: &Arg) {
        self.open("arg");
        self.symbol("arg", arg.arg);
        self.maybe("annotation", &arg.annotation);
        self.text("type_comment", &arg.type_comment);
        self.attributes(arg.span);
        self.close();
    }

    fn arguments(&mut self, args: &Arguments) {
        self.open("arguments");
        self.list("posonlyargs", &args.posonlyargs, |d, a| d.arg(a));
        self.list("args", &args.args, |d, a| d.arg(a));
        if let Some(arg) = &args.vararg {
            self.field("vararg");
            self.arg(arg);
        }
        self.list("kwonlyargs", &args.kwonlyargs, |d, a| d.arg(a));
        self.optional_list("kw_defaults", &args.kw_defaults);
        if let Some(arg) = &args.kwarg {
            self.field("kwarg");
            self.arg(arg);
        }
        self.exprs("defaults", &args.defaults);
        self.close();
    }

    fn optional_list(&mut self, name: &str, items: &[Option<Expr>]) {
        self.list(name, items, |d, item| match item {
            Some(e) => d.expr(e),
            None => d.out.push_str("None"),
        });
    }

    fn comprehensions(&mut self, generators: &[Comprehension]) {
        self.list("generators", generators, |d, c| {
            d.open("comprehension");
            d.child("target", &c.target);
            d.child("iter", &c.iter);
            d.exprs("ifs", &c.ifs);
            d.number("is_async", u8::from(c.is_async));
            d.close();
        });
    }

    fn constant(&mut self, value: &Constant) {
        let text = match value {
            Constant::None => "None".into(),
            Constant::True => "True".into(),
            Constant::False => "False".into(),
            Constant::Ellipsis => "Ellipsis".into(),
            Constant::Int(n) => n.to_string(),
            Constant::BigInt(n) => n.value().to_string(),
            Constant::Float(x) => float_repr(*x),
            Constant::Imaginary(x) => imaginary(*x),
            Constant::Str(s) => str_repr(s.code_points()),
            Constant::Bytes(b) => bytes_repr(b),
            Constant::Negative(n) => format!("-{}", n.value()),
            // Only trees that were not parsed have these, and only parsed ones are dumped.
            Constant::Complex(..) | Constant::Tuple(_) | Constant::FrozenSet(_) => "?".into(),
        };
        self.out.push_str(&text);
    }

    fn expr(&mut self, e: &Expr) {
        // The left spine is printed outside in: open all of it, then close all of it.
        let mut spine = vec![e];
        while let Some(next) = spine[spine.len() - 1].spine_child() {
            self.open_spine(spine[spine.len() - 1]);
            spine.push(next);
        }
        if let Some(innermost) = spine.pop() {
            self.leaf(innermost);
        }
        while let Some(e) = spine.pop() {
            self.finish_spine(e);
            self.attributes(e.span);
            self.close();
        }
    }

    fn open_spine(&mut self, e: &Expr) {
        let (name, field) = match &e.kind {
            ExprKind::BinOp { .. } => ("BinOp", "left"),
            ExprKind::Compare { .. } => ("Compare", "left"),
            ExprKind::Attribute { .. } => ("Attribute", "value"),
            ExprKind::Subscript { .. } => ("Subscript", "value"),
            _ => ("Call", "func"),
        };
        self.open(name);
        self.field(field);
    }

    fn finish_spine(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::BinOp { op, right, .. } => {
                self.word("op", &format!("{op:?}"));
                self.child("right", right);
            }
            ExprKind::Compare { ops, comparators, .. } => {
                self.list("ops", ops, |d, op| {
                    let _ = write!(d.out, "{op:?}()");
                });
                self.exprs("comparators", comparators);
            }
            ExprKind::Attribute { attr, ctx, .. } => {
                self.symbol("attr", *attr);
                self.word("ctx", &format!("{ctx:?}"));
            }
            ExprKind::Subscript { slice, ctx, .. } => {
                self.child("slice", slice);
                self.word("ctx", &format!("{ctx:?}"));
            }
            ExprKind::Call { args, keywords, .. } => {
                self.exprs("args", args);
                self.keywords(keywords);
            }
            _ => {}
        }
    }

    fn leaf(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                self.open("BoolOp");
                self.word("op", &format!("{op:?}"));
                self.exprs("values", values);
            }
            ExprKind::NamedExpr { target, value } => {
                self.open("NamedExpr");
                self.child("target", target);
                self.child("value", value);
            }
            ExprKind::UnaryOp { op, operand } => {
                self.open("UnaryOp");
                self.word("op", &format!("{op:?}"));
                self.child("operand", operand);
            }
            ExprKind::Lambda { args, body } => {
                self.open("Lambda");
                self.field("args");
                self.arguments(args);
                self.child("body", body);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.open("IfExp");
                self.child("test", test);
                self.child("body", body);
                self.child("orelse", orelse);
            }
            ExprKind::Dict { keys, values } => {
                self.open("Dict");
                self.optional_list("keys", keys);
                self.exprs("values", values);
            }
            ExprKind::Set { elts } => {
                self.open("Set");
                self.exprs("elts", elts);
            }
            ExprKind::ListComp { elt, generators } => {
                self.open("ListComp");
                self.child("elt", elt);
                self.comprehensions(generators);
            }
            ExprKind::SetComp { elt, generators } => {
                self.open("SetComp");
                self.child("elt", elt);
                self.comprehensions(generators);
            }
            ExprKind::DictComp { key, value, generators } => {
                self.open("DictComp");
                self.child("key", key);
                self.child("value", value);
                self.comprehensions(generators);
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.open("GeneratorExp");
                self.child("elt", elt);
                self.comprehensions(generators);
            }
            ExprKind::Await { value } => {
                self.open("Await");
                self.child("value", value);
            }
            ExprKind::Yield { value } => {
                self.open("Yield");
                self.maybe("value", value);
            }
            ExprKind::YieldFrom { value } => {
                self.open("YieldFrom");
                self.child("value", value);
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.open("FormattedValue");
                self.child("value", value);
                self.number("conversion", conversion);
                self.maybe("format_spec", format_spec);
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.open("Interpolation");
                self.child("value", value);
                self.field("str");
                let text = str_repr(str.code_points());
                self.out.push_str(&text);
                self.number("conversion", conversion);
                self.maybe("format_spec", format_spec);
            }
            ExprKind::JoinedStr { values } => {
                self.open("JoinedStr");
                self.exprs("values", values);
            }
            ExprKind::TemplateStr { values } => {
                self.open("TemplateStr");
                self.exprs("values", values);
            }
            ExprKind::Constant { value, kind } => {
                self.open("Constant");
                self.field("value");
                self.constant(value);
                if *kind {
                    self.field("kind");
                    self.out.push_str("'u'");
                }
            }
            ExprKind::Starred { value, ctx } => {
                self.open("Starred");
                self.child("value", value);
                self.word("ctx", &format!("{ctx:?}"));
            }
            ExprKind::Name { id, ctx } => {
                self.open("Name");
                self.symbol("id", *id);
                self.word("ctx", &format!("{ctx:?}"));
            }
            ExprKind::List { elts, ctx } => {
                self.open("List");
                self.exprs("elts", elts);
                self.word("ctx", &format!("{ctx:?}"));
            }
            ExprKind::Tuple { elts, ctx } => {
                self.open("Tuple");
                self.exprs("elts", elts);
                self.word("ctx", &format!("{ctx:?}"));
            }
            ExprKind::Slice { lower, upper, step } => {
                self.open("Slice");
                self.maybe("lower", lower);
                self.maybe("upper", upper);
                self.maybe("step", step);
            }
            ExprKind::BinOp { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Call { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Subscript { .. } => {
                self.open_spine(e);
                self.finish_spine(e);
            }
        }
        self.attributes(e.span);
        self.close();
    }

    fn patterns(&mut self, name: &str, patterns: &[Pattern]) {
        self.list(name, patterns, |d, p| d.pattern(p));
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::MatchValue { value } => {
                self.open("MatchValue");
                self.child("value", value);
            }
            PatternKind::MatchSingleton { value } => {
                self.open("MatchSingleton");
                self.field("value");
                self.constant(value);
            }
            PatternKind::MatchSequence { patterns } => {
                self.open("MatchSequence");
                self.patterns("patterns", patterns);
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.open("MatchMapping");
                self.exprs("keys", keys);
                self.patterns("patterns", patterns);
                self.maybe_symbol("rest", *rest);
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.open("MatchClass");
                self.child("cls", cls);
                self.patterns("patterns", patterns);
                self.list("kwd_attrs", kwd_attrs, |d, name| {
                    let text = str_repr(d.parsed.interner.resolve(*name).chars().map(|c| c as u32));
                    d.out.push_str(&text);
                });
                self.patterns("kwd_patterns", kwd_patterns);
            }
            PatternKind::MatchStar { name } => {
                self.open("MatchStar");
                self.maybe_symbol("name", *name);
            }
            PatternKind::MatchAs { pattern, name } => {
                self.open("MatchAs");
                if let Some(pattern) = pattern {
                    self.field("pattern");
                    self.pattern(pattern);
                }
                self.maybe_symbol("name", *name);
            }
            PatternKind::MatchOr { patterns } => {
                self.open("MatchOr");
                self.patterns("patterns", patterns);
            }
        }
        self.attributes(pattern.span);
        self.close();
    }
}

/// `repr` of a complex number without a real part.
fn imaginary(x: f64) -> String {
    let text = float_repr(x);
    format!("{}j", text.strip_suffix(".0").unwrap_or(&text))
}
