//! Calls: windows of callee, frame header and arguments; methods, keywords, unpacked arguments, `super()`.

use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::compile::error::CompileError;
use crate::op::Op;
use habu_syntax::ast::{Expr, ExprKind, Keyword, Span, Symbol, sym};
use habu_syntax::symtable::{Binding, Flags, ScopeKind};

impl<'a> Compiler<'a> {
    pub fn call(
        &mut self,
        e: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
        dst: Reg,
    ) -> Res {
        self.check_caller(func);
        self.check_keywords(keywords)?;
        let unpacks = args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. }))
            || keywords.iter().any(|k| k.arg.is_none())
            || args.len() + 2 * keywords.len() > super::displays::MAX_WINDOW;
        let mark = self.mark();
        if !unpacks && let ExprKind::Attribute { value, attr, .. } = &func.kind {
            let span = self.method_call_span(e, func, *attr);
            let w = self.method_window(func, value, *attr)?;
            let count = self.arguments(args, keywords)? + 1;
            self.release(mark);
            self.emit_call(span, dst, w, count, keywords, true);
            return Ok(());
        }
        let w = self.u.next();
        self.expr_to(func, w)?;
        self.u.alloc_run(3);
        if unpacks {
            self.unpacked_arguments(e.span, args, keywords, w)?;
            self.release(mark);
            let span = match &func.kind {
                ExprKind::Attribute { attr, .. } => self.method_call_span(e, func, *attr),
                _ => e.span,
            };
            self.op(span, Op::CALL_EX, dst, w, 0);
        } else {
            let count = self.arguments(args, keywords)?;
            self.release(mark);
            self.emit_call(e.span, dst, w, count, keywords, false);
        }
        Ok(())
    }

    fn emit_call(&mut self, span: Span, dst: Reg, w: Reg, count: u16, keywords: &[Keyword], method: bool) {
        if keywords.is_empty() {
            self.op(span, if method { Op::CALL_METHOD } else { Op::CALL }, dst, w, count);
            return;
        }
        let names = keywords.iter().filter_map(|k| k.arg).collect::<Vec<_>>();
        let names = names.into_iter().map(|n| self.keyword_const(n)).collect();
        let names = self.u.const_number(Const::Tuple(names));
        self.op_extra(span, Op::CALL_KW, u8::from(method), (dst, w, count), u32::from(names));
    }

    fn keyword_const(&mut self, name: Symbol) -> Const {
        let name = self.mangle(name);
        self.name_const(name)
    }

    /// Window for `value.attr(…)`: function and receiver in place.
    fn method_window(
        &mut self,
        func: &'a Expr<'a>,
        value: &'a Expr<'a>,
        attr: Symbol,
    ) -> Result<Reg, CompileError> {
        let at = self.attribute_span(func, attr);
        let w = self.u.next();
        if let Some(args) = self.super_call(value) {
            self.super_operands(value, args, w)?;
            let attr = self.mangle(attr);
            let n = self.name_number(attr);
            let x = 2 | u8::from(args.is_empty());
            self.opx(at, Op::LOAD_SUPER_ATTR, x, w, w, n);
        } else {
            let obj = self.operand(value)?;
            self.u.top = u32::from(w);
            let attr = self.mangle(attr);
            let n = self.name_number(attr);
            self.op(at, Op::LOAD_METHOD, w, obj, n);
        }
        self.u.top = u32::from(w);
        self.u.alloc_run(4);
        Ok(w)
    }

    /// Pushes plain arguments, keyword values last; returns how many.
    fn arguments(&mut self, args: &'a [Expr<'a>], keywords: &'a [Keyword<'a>]) -> Result<u16, CompileError> {
        for a in args {
            self.push(a)?;
        }
        for k in keywords {
            self.push(&k.value)?;
        }
        Ok((args.len() + keywords.len()).min(usize::from(u16::MAX) - 1) as u16)
    }

    /// Pushes keyword values behind `count` positional arguments and calls.
    pub fn keyword_call(
        &mut self,
        span: Span,
        keywords: &'a [Keyword<'a>],
        w: Reg,
        count: usize,
        mark: u32,
        dst: Reg,
    ) -> Res {
        self.check_keywords(keywords)?;
        let count = count as u16 + self.arguments(&[], keywords)?;
        self.release(mark);
        self.emit_call(span, dst, w, count, keywords, false);
        Ok(())
    }

    /// R[w+4]: the keywords of a call whose positional arguments are in R[w+3].
    pub fn finish_unpacked(&mut self, span: Span, keywords: &'a [Keyword<'a>], w: Reg) -> Res {
        self.check_keywords(keywords)?;
        if keywords.is_empty() {
            let kw = self.u.alloc();
            self.op(span, Op::UNBIND, kw, 0, 0);
            return Ok(());
        }
        if let [Keyword { arg: None, value, .. }] = keywords {
            // Nothing to merge with: the call itself takes any mapping.
            self.push(value)?;
            return Ok(());
        }
        self.keyword_dict(span, keywords, w)
    }

    /// `*` and `**`: R[w+3] = positional arguments, R[w+4] = dict of keywords or unbound.
    fn unpacked_arguments(
        &mut self,
        span: Span,
        args: &'a [Expr<'a>],
        keywords: &'a [Keyword<'a>],
        w: Reg,
    ) -> Res {
        self.positional(span, args)?;
        self.finish_unpacked(span, keywords, w)
    }

    /// Pushes the positional arguments of a call as one tuple or other iterable.
    pub fn positional(&mut self, span: Span, args: &'a [Expr<'a>]) -> Res {
        match args {
            [] => {
                let t = self.u.alloc();
                self.load_const(span, t, Const::Tuple(Vec::new()));
            }
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] => {
                self.push(value)?;
            }
            _ => {
                let t = self.u.next();
                self.sequence(span, args, super::displays::Sequence::Tuple, t)?;
                self.u.alloc();
            }
        }
        Ok(())
    }

    /// Pushes a dict of all keyword arguments.
    fn keyword_dict(&mut self, span: Span, keywords: &'a [Keyword<'a>], callee: Reg) -> Res {
        let d = self.u.next();
        let plain = keywords.iter().take_while(|k| k.arg.is_some()).count();
        let in_window = if 2 * plain > super::displays::MAX_WINDOW { 0 } else { plain };
        for k in &keywords[..in_window] {
            if let Some(name) = k.arg {
                let t = self.u.alloc();
                let name = self.keyword_const(name);
                self.load_const(k.span, t, name);
                self.push(&k.value)?;
            }
        }
        self.release(u32::from(d));
        self.op(span, Op::BUILD_MAP, d, d, in_window as u16);
        self.u.alloc();
        for k in &keywords[in_window..plain] {
            if let Some(name) = k.arg {
                let mark = self.mark();
                let t = self.u.alloc();
                let name = self.keyword_const(name);
                self.load_const(k.span, t, name);
                let value = self.operand(&k.value)?;
                self.op(span, Op::MAP_ADD, d, t, value);
                self.release(mark);
            }
        }
        for k in &keywords[plain..] {
            let mark = self.mark();
            if let Some(name) = k.arg {
                // A dict of one, merged, so that a repeated name is noticed.
                let one = self.u.alloc();
                let name = self.keyword_const(name);
                self.load_const(k.span, one, name);
                self.push(&k.value)?;
                self.release(u32::from(one));
                self.op(span, Op::BUILD_MAP, one, one, 1);
                self.u.alloc();
                self.op(span, Op::DICT_MERGE, d, one, callee);
            } else {
                let r = self.operand(&k.value)?;
                self.op(span, Op::DICT_MERGE, d, r, callee);
            }
            self.release(mark);
        }
        Ok(())
    }

    fn check_keywords(&self, keywords: &[Keyword]) -> Res {
        for (i, k) in keywords.iter().enumerate() {
            let Some(name) = k.arg else { continue };
            if keywords[..i].iter().any(|o| o.arg == Some(name)) {
                let text = self.interner.resolve(name);
                return self.error(k.span, format!("keyword argument repeated: {text}"));
            }
        }
        Ok(())
    }

    /// The arguments of `super(…)` if its attribute can be loaded without making the super object.
    fn super_call<'e>(&mut self, value: &'e Expr<'e>) -> Option<&'e [Expr<'e>]> {
        let ExprKind::Call { func, args, keywords } = &value.kind else { return None };
        let ExprKind::Name { id: sym::SUPER, .. } = func.kind else { return None };
        if !keywords.is_empty() || self.u.arg_count == 0 || !self.u.comps.is_empty() {
            return None;
        }
        if !matches!(self.u.kind, ScopeKind::Function | ScopeKind::Lambda) {
            return None;
        }
        let scope = self.table.scope(self.u.scope);
        let global = scope.lookup(sym::SUPER).is_some_and(|e| e.binding == Binding::GlobalImplicit);
        let shadowed = self.table.top().lookup(sym::SUPER).is_some_and(|e| e.flags != Flags::USE);
        if !global || shadowed || args.iter().any(|a| matches!(a.kind, ExprKind::Starred { .. })) {
            return None;
        }
        match args.len() {
            0 if self.u.free.contains(&sym::DUNDER_CLASS) => Some(args),
            2 => Some(args),
            _ => None,
        }
    }

    /// R[w] = super, R[w+1] = class, R[w+2] = object.
    fn super_operands(&mut self, value: &'a Expr<'a>, args: &[Expr], w: Reg) -> Res {
        let ExprKind::Call { func, args: own, .. } = &value.kind else { return Ok(()) };
        self.expr_to(func, w)?;
        self.u.alloc();
        if args.is_empty() {
            let class = self.u.alloc();
            self.load_name(value.span, sym::DUNDER_CLASS, class);
            let first = self.u.vars[0].0;
            let object = self.u.next();
            let place = self.place(first);
            self.load_place(value.span, first, place, object);
            self.u.alloc();
        } else {
            self.push(&own[0])?;
            self.push(&own[1])?;
        }
        Ok(())
    }

    /// `super().attr` that is not called.
    pub fn super_attribute(
        &mut self,
        e: &'a Expr<'a>,
        value: &'a Expr<'a>,
        attr: Symbol,
        dst: Reg,
    ) -> Result<bool, CompileError> {
        let Some(args) = self.super_call(value) else { return Ok(false) };
        let w = self.u.next();
        self.super_operands(value, args, w)?;
        self.release(u32::from(w));
        let at = self.attribute_span(e, attr);
        let attr = self.mangle(attr);
        let n = self.name_number(attr);
        self.opx(at, Op::LOAD_SUPER_ATTR, u8::from(args.is_empty()), dst, w, n);
        Ok(true)
    }
}
