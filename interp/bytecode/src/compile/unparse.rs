//! Expressions back to source text, as CPython writes string annotations.

use habu_syntax::ast::{
    Arg, Arguments, BoolOp, CmpOp, CodePoints, Comprehension, Constant, Expr, ExprKind, Interner, Keyword,
    Operator, UnaryOp,
};
use habu_syntax::repr;

/// Binding strength of what is written; parentheses go around what binds less than its place asks for.
mod level {
    pub const TUPLE: u8 = 0;
    pub const TEST: u8 = 1;
    pub const OR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    pub const CMP: u8 = 5;
    pub const EXPR: u8 = 6;
    pub const BOR: u8 = EXPR;
    pub const BXOR: u8 = 7;
    pub const BAND: u8 = 8;
    pub const SHIFT: u8 = 9;
    pub const ARITH: u8 = 10;
    pub const TERM: u8 = 11;
    pub const FACTOR: u8 = 12;
    pub const POWER: u8 = 13;
    pub const AWAIT: u8 = 14;
    pub const ATOM: u8 = 15;
}

/// The text of an expression, as WTF-8.
pub fn unparse(e: &Expr, interner: &Interner) -> Vec<u8> {
    let mut w = Writer { out: Vec::new(), interner };
    w.expr(e, level::TEST);
    w.out
}

struct Writer<'a> {
    out: Vec<u8>,
    interner: &'a Interner,
}

impl Writer<'_> {
    fn put(&mut self, s: &str) {
        self.out.extend_from_slice(s.as_bytes());
    }

    fn name(&mut self, s: habu_syntax::ast::Symbol) {
        let text = self.interner.resolve(s);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn parens(&mut self, needed: bool, write: impl FnOnce(&mut Self)) {
        if needed {
            self.put("(");
        }
        write(self);
        if needed {
            self.put(")");
        }
    }

    fn list<'e>(&mut self, items: impl IntoIterator<Item = &'e Expr<'e>>, at: u8) {
        for (i, e) in items.into_iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(e, at);
        }
    }

    fn expr(&mut self, e: &Expr, at: u8) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.expr_inner(e, at));
    }

    fn expr_inner(&mut self, e: &Expr, at: u8) {
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let (word, pr) = if *op == BoolOp::And { (" and ", level::AND) } else { (" or ", level::OR) };
                self.parens(at > pr, |w| {
                    for (i, v) in values.iter().enumerate() {
                        if i > 0 {
                            w.put(word);
                        }
                        w.expr(v, pr + 1);
                    }
                });
            }
            ExprKind::BinOp { left, op, right } => {
                let (text, pr, right_assoc) = operator(*op);
                self.parens(at > pr, |w| {
                    w.expr(left, pr + u8::from(right_assoc));
                    w.put(text);
                    w.expr(right, pr + u8::from(!right_assoc));
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let (text, pr) = match op {
                    UnaryOp::Not => ("not ", level::NOT),
                    UnaryOp::Invert => ("~", level::FACTOR),
                    UnaryOp::UAdd => ("+", level::FACTOR),
                    UnaryOp::USub => ("-", level::FACTOR),
                };
                self.parens(at > pr, |w| {
                    w.put(text);
                    w.expr(operand, pr);
                });
            }
            ExprKind::Lambda { args, body } => self.parens(at > level::TEST, |w| {
                let bare = args.posonlyargs.is_empty()
                    && args.args.is_empty()
                    && args.kwonlyargs.is_empty()
                    && args.vararg.is_none()
                    && args.kwarg.is_none();
                w.put(if bare { "lambda" } else { "lambda " });
                w.arguments(args);
                w.put(": ");
                w.expr(body, level::TEST);
            }),
            ExprKind::IfExp { test, body, orelse } => self.parens(at > level::TEST, |w| {
                w.expr(body, level::TEST + 1);
                w.put(" if ");
                w.expr(test, level::TEST + 1);
                w.put(" else ");
                w.expr(orelse, level::TEST);
            }),
            ExprKind::Dict { keys, values } => {
                self.put("{");
                for (i, (k, v)) in keys.iter().zip(*values).enumerate() {
                    if i > 0 {
                        self.put(", ");
                    }
                    match k {
                        Some(k) => {
                            self.expr(k, level::TEST);
                            self.put(": ");
                            self.expr(v, level::TEST);
                        }
                        None => {
                            self.put("**");
                            self.expr(v, level::EXPR);
                        }
                    }
                }
                self.put("}");
            }
            ExprKind::Set { elts } => {
                self.put("{");
                self.list(*elts, level::TEST);
                self.put("}");
            }
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("(", None, elt, generators, ")"),
            ExprKind::ListComp { elt, generators } => self.comprehension("[", None, elt, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", None, elt, generators, "}"),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", Some(key), value, generators, "}");
            }
            ExprKind::Yield { value } => {
                self.put("(yield");
                if let Some(v) = value {
                    self.put(" ");
                    self.expr(v, level::TEST);
                }
                self.put(")");
            }
            ExprKind::YieldFrom { value } => {
                self.put("(yield from ");
                self.expr(value, level::TEST);
                self.put(")");
            }
            ExprKind::Await { value } => self.parens(at > level::AWAIT, |w| {
                w.put("await ");
                w.expr(value, level::ATOM);
            }),
            ExprKind::Compare { left, ops, comparators } => self.parens(at > level::CMP, |w| {
                w.expr(left, level::CMP + 1);
                for (op, r) in ops.iter().zip(*comparators) {
                    w.put(comparison(*op));
                    w.expr(r, level::CMP + 1);
                }
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::Constant { value, kind } => {
                if *kind {
                    self.put("u");
                }
                self.constant(value);
            }
            ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => self.fstring(e, 'f'),
            ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => self.fstring(e, 't'),
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, level::ATOM);
                let int = matches!(
                    value.kind,
                    ExprKind::Constant { value: Constant::Int(_) | Constant::BigInt(_), .. }
                );
                self.put(if int { " ." } else { "." });
                self.name(*attr);
            }
            ExprKind::Starred { value, .. } => {
                self.put("*");
                self.expr(value, level::EXPR);
            }
            ExprKind::Name { id, .. } => self.name(*id),
            ExprKind::List { elts, .. } => {
                self.put("[");
                self.list(*elts, level::TEST);
                self.put("]");
            }
            ExprKind::Tuple { elts, .. } => {
                if elts.is_empty() {
                    self.put("()");
                    return;
                }
                self.parens(at > level::TUPLE, |w| {
                    w.list(*elts, level::TEST);
                    if elts.len() == 1 {
                        w.put(",");
                    }
                });
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, level::ATOM);
                self.put("[");
                self.expr(slice, level::TUPLE);
                self.put("]");
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, level::TEST);
                }
                self.put(":");
                if let Some(upper) = upper {
                    self.expr(upper, level::TEST);
                }
                if let Some(step) = step {
                    self.put(":");
                    self.expr(step, level::TEST);
                }
            }
            ExprKind::NamedExpr { target, value } => self.parens(at > level::TUPLE, |w| {
                w.expr(target, level::ATOM);
                w.put(" := ");
                w.expr(value, level::ATOM);
            }),
        }
    }

    fn call(&mut self, func: &Expr, args: &[Expr], keywords: &[Keyword]) {
        self.expr(func, level::ATOM);
        if let ([one], []) = (args, keywords)
            && matches!(one.kind, ExprKind::GeneratorExp { .. })
        {
            self.expr(one, level::TEST);
            return;
        }
        self.put("(");
        self.list(args, level::TEST);
        for (i, k) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.put(", ");
            }
            match k.arg {
                Some(name) => {
                    self.name(name);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(&k.value, level::TEST);
        }
        self.put(")");
    }

    fn arguments(&mut self, a: &Arguments) {
        let positional: Vec<&Arg> = a.posonlyargs.iter().chain(a.args).collect();
        let first_default = positional.len() - a.defaults.len().min(positional.len());
        let mut first = true;
        let mut comma = |w: &mut Self| {
            if !std::mem::replace(&mut first, false) {
                w.put(", ");
            }
        };
        for (i, arg) in positional.iter().enumerate() {
            comma(self);
            self.name(arg.arg);
            if i >= first_default {
                self.put("=");
                self.expr(&a.defaults[i - first_default], level::TEST);
            }
            if !a.posonlyargs.is_empty() && i + 1 == a.posonlyargs.len() {
                self.put(", /");
            }
        }
        if a.vararg.is_some() || !a.kwonlyargs.is_empty() {
            comma(self);
            self.put("*");
            if let Some(arg) = &a.vararg {
                self.name(arg.arg);
            }
        }
        for (arg, default) in a.kwonlyargs.iter().zip(a.kw_defaults) {
            comma(self);
            self.name(arg.arg);
            if let Some(default) = default {
                self.put("=");
                self.expr(default, level::TEST);
            }
        }
        if let Some(arg) = &a.kwarg {
            comma(self);
            self.put("**");
            self.name(arg.arg);
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        key: Option<&Expr>,
        elt: &Expr,
        gens: &[Comprehension],
        close: &str,
    ) {
        self.put(open);
        if let Some(key) = key {
            self.expr(key, level::TEST);
            self.put(": ");
        }
        self.expr(elt, level::TEST);
        for g in gens {
            self.put(if g.is_async { " async for " } else { " for " });
            self.expr(&g.target, level::TUPLE);
            self.put(" in ");
            self.expr(&g.iter, level::TEST + 1);
            for test in g.ifs {
                self.put(" if ");
                self.expr(test, level::TEST + 1);
            }
        }
        self.put(close);
    }

    fn constant(&mut self, c: &Constant) {
        // Infinity has no literal but a number too large.
        const INF: &str = "1e309";
        let text = match c {
            Constant::None => "None".into(),
            Constant::True => "True".into(),
            Constant::False => "False".into(),
            Constant::Ellipsis => "...".into(),
            Constant::Int(i) => i.to_string(),
            Constant::BigInt(b) => b.value().to_string(),
            Constant::Float(f) => repr::float_repr(*f).replace("inf", INF),
            Constant::Imaginary(f) => {
                let text = repr::float_repr(*f).replace("inf", INF);
                format!("{}j", text.strip_suffix(".0").unwrap_or(&text))
            }
            Constant::Str(s) => repr::str_repr(s.code_points()),
            Constant::Bytes(b) => repr::bytes_repr(b),
            // What follows does not come from source.
            Constant::Complex(..) | Constant::Negative(_) | Constant::FrozenSet(_) => {
                super::consts::repr(&super::consts::from_literal(c))
            }
            Constant::Tuple(items) => {
                self.put("(");
                for (i, item) in items.iter().enumerate() {
                    self.put(if i > 0 { ", " } else { "" });
                    self.constant(item);
                }
                self.put(if items.len() == 1 { ",)" } else { ")" });
                return;
            }
        };
        self.put(&text);
    }

    /// An f-string or t-string: its body written out, then quoted as `repr` does.
    fn fstring(&mut self, e: &Expr, prefix: char) {
        let mut body = Writer { out: Vec::new(), interner: self.interner };
        body.fstring_part(e);
        self.out.push(prefix as u8);
        let text = repr::str_repr(CodePoints::new(&body.out));
        self.put(&text);
    }

    fn fstring_part(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Constant { value: Constant::Str(s), .. } => {
                for &b in s.as_bytes() {
                    self.out.push(b);
                    if b == b'{' || b == b'}' {
                        self.out.push(b);
                    }
                }
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                values.iter().for_each(|v| self.fstring_part(v));
            }
            ExprKind::FormattedValue { value, conversion, format_spec }
            | ExprKind::Interpolation { value, conversion, format_spec, .. } => {
                let mut inner = Writer { out: Vec::new(), interner: self.interner };
                match &e.kind {
                    ExprKind::Interpolation { str, .. } => inner.out.extend_from_slice(str.as_bytes()),
                    _ => inner.expr(value, level::TEST + 1),
                }
                // A brace right after the opening one would be an escaped brace.
                self.put(if inner.out.first() == Some(&b'{') { "{ " } else { "{" });
                self.out.append(&mut inner.out);
                if let Ok(c @ (b's' | b'r' | b'a')) = u8::try_from(*conversion) {
                    self.out.extend([b'!', c]);
                }
                if let Some(spec) = format_spec {
                    self.put(":");
                    self.fstring_part(spec);
                }
                self.put("}");
            }
            _ => self.expr(e, level::TEST),
        }
    }
}

fn operator(op: Operator) -> (&'static str, u8, bool) {
    match op {
        Operator::Add => (" + ", level::ARITH, false),
        Operator::Sub => (" - ", level::ARITH, false),
        Operator::Mult => (" * ", level::TERM, false),
        Operator::MatMult => (" @ ", level::TERM, false),
        Operator::Div => (" / ", level::TERM, false),
        Operator::Mod => (" % ", level::TERM, false),
        Operator::LShift => (" << ", level::SHIFT, false),
        Operator::RShift => (" >> ", level::SHIFT, false),
        Operator::BitOr => (" | ", level::BOR, false),
        Operator::BitXor => (" ^ ", level::BXOR, false),
        Operator::BitAnd => (" & ", level::BAND, false),
        Operator::FloorDiv => (" // ", level::TERM, false),
        Operator::Pow => (" ** ", level::POWER, true),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
