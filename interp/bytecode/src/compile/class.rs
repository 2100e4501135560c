//! Class statements and class bodies.

use super::build::Made;
use super::func::split_docstring;
use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::compile::error::CompileError;
use crate::op::{Intrinsic, Op};
use habu_syntax::ast::{ClassDef, ExprKind, Span, Stmt, Symbol, sym};
use habu_syntax::symtable::{Role, node_key};

impl<'a> Compiler<'a> {
    pub fn class(&mut self, s: &'a Stmt<'a>, c: &'a ClassDef<'a>) -> Res {
        let span = s.span;
        let first_span = c.decorator_list.first().map_or(span, |d| d.span);
        let base = self.u.next();
        let place = self.decorators(&c.decorator_list)?;
        if c.type_params.is_empty() {
            self.class_object(span, c, first_span, None, place)?;
        } else {
            self.generic_class(s, c, first_span, place)?;
        }
        self.release(u32::from(place));
        self.apply_decorators(&c.decorator_list, base);
        self.u.top = u32::from(base);
        self.u.alloc();
        self.store_name(span, c.name, base)
    }

    /// R[dst] = `__build_class__(body, name, *bases, **keywords)`; `generic` holds `Generic[…]` of a generic class.
    pub fn class_object(
        &mut self,
        span: Span,
        c: &'a ClassDef<'a>,
        first_span: Span,
        generic: Option<Reg>,
        dst: Reg,
    ) -> Res {
        let made = self.class_body(span, c, first_span)?;
        let mark = self.mark();
        let w = self.u.next();
        self.op(span, Op::LOAD_BUILD_CLASS, w, 0, 0);
        self.u.alloc_run(3);
        let f = self.u.next();
        self.make_function(span, made, f)?;
        self.u.alloc();
        let name = self.u.alloc();
        let text = self.name_const(c.name);
        self.load_const(span, name, text);
        let unpacks = c.bases.iter().any(|b| matches!(b.kind, ExprKind::Starred { .. }))
            || c.keywords.iter().any(|k| k.arg.is_none());
        if !unpacks {
            for b in c.bases {
                self.push(b)?;
            }
            let mut count = 2 + c.bases.len();
            if let Some(generic) = generic {
                let t = self.u.alloc();
                self.mv(span, t, generic);
                count += 1;
            }
            self.keyword_call(span, &c.keywords, w, count, mark, dst)?;
            return Ok(());
        }
        // (body, name, *bases) as one tuple.
        self.release(u32::from(f));
        self.op(span, Op::BUILD_LIST, f, f, 2);
        self.u.alloc();
        for b in c.bases {
            let inner = self.mark();
            match &b.kind {
                ExprKind::Starred { value, .. } => {
                    let r = self.operand(value)?;
                    self.op(span, Op::LIST_EXTEND, f, r, 0);
                }
                _ => {
                    let r = self.operand(b)?;
                    self.op(span, Op::LIST_APPEND, f, r, 0);
                }
            }
            self.release(inner);
        }
        if let Some(generic) = generic {
            self.op(span, Op::LIST_APPEND, f, generic, 0);
        }
        self.op(span, Op::LIST_TO_TUPLE, f, f, 0);
        self.finish_unpacked(span, &c.keywords, w)?;
        self.release(mark);
        self.op(span, Op::CALL_EX, dst, w, 0);
        Ok(())
    }

    fn class_body(
        &mut self,
        span: Span,
        c: &'a ClassDef<'a>,
        first_span: Span,
    ) -> Result<Made<'a>, CompileError> {
        let Some(scope) = self.table.find(node_key(c), Role::Body) else {
            return self.error(span, "class without a scope");
        };
        self.enter_unit(scope, c.name, first_span, |_| {})?;
        let table = self.table;
        let s = table.scope(scope);
        // CPython attributes the set-up of a class body to the very start of its first line.
        let line_start = self.lines.line_start(self.u.first_line);
        let start = Span::new(line_start, line_start);
        let t = self.u.alloc();
        self.load_name(start, sym::DUNDER_NAME, t);
        self.store_name(start, sym::DUNDER_MODULE, t)?;
        let qualname = self.u.qualname.clone();
        self.load_str(start, t, &qualname);
        self.store_name(start, sym::DUNDER_QUALNAME, t)?;
        self.load_const(start, t, Const::Int(i64::from(self.u.first_line)));
        self.store_name(start, sym::DUNDER_FIRSTLINENO, t)?;
        if !c.type_params.is_empty() {
            self.load_name(start, sym::DOT_TYPE_PARAMS, t);
            self.store_name(start, sym::DUNDER_TYPE_PARAMS, t)?;
        }
        if let Some(&cell) = self.u.regs.get(&sym::DUNDER_CLASSDICT) {
            self.op(start, Op::LOAD_LOCALS, t, super::names::NAMESPACE, 0);
            self.op(start, Op::STORE_CELL, cell, t, 0);
        }
        if s.has_conditional_annotations
            && let Some(&cell) = self.u.regs.get(&sym::DUNDER_CONDITIONAL_ANNOTATIONS)
        {
            self.op(start, Op::BUILD_SET, t, t, 0);
            self.op(start, Op::STORE_CELL, cell, t, 0);
        }
        self.release(u32::from(t));
        self.namespace_body(&c.body)?;
        let t = self.u.alloc();
        if self.deferred_annotations(start, first_span, node_key(c), t)? {
            let name = self.interner.intern("__annotate_func__");
            self.store_name(start, name, t)?;
        }
        let none = super::asm::NO_SPAN;
        let attributes = self.u.static_attributes.clone();
        let attributes = attributes.into_iter().map(|a| self.name_const(a)).collect();
        self.load_const(none, t, Const::Tuple(attributes));
        self.store_name(none, sym::DUNDER_STATIC_ATTRIBUTES, t)?;
        if let Some(&cell) = self.u.regs.get(&sym::DUNDER_CLASSDICT) {
            self.op(none, Op::STORE_NAME, cell, super::names::NAMESPACE, 0);
            self.patch_name(sym::DUNDER_CLASSDICTCELL);
        }
        if let Some(&cell) = self.u.regs.get(&sym::DUNDER_CLASS) {
            self.op(none, Op::STORE_NAME, cell, super::names::NAMESPACE, 0);
            self.patch_name(sym::DUNDER_CLASSCELL);
            self.op(none, Op::RETURN, cell, 0, 0);
        } else {
            self.op(none, Op::RETURN_NONE, 0, 0, 0);
        }
        self.leave_unit()
    }

    /// Gives the name operand of the instruction just emitted.
    fn patch_name(&mut self, name: Symbol) {
        let n = self.name_number(name);
        if let Some(ins) = self.u.asm.ins.last_mut() {
            ins.c = n;
        }
    }

    /// Docstring and statements of a module or class body.
    pub fn namespace_body(&mut self, body: &'a [Stmt<'a>]) -> Res {
        if self.future_annotations && super::walk::has_annotations(body) {
            let x = Intrinsic::SetupAnnotations as u8;
            let t = self.u.next();
            self.op(super::asm::NO_SPAN, Op::LOAD_LOCALS, t, super::names::NAMESPACE, 0);
            self.opx(super::asm::NO_SPAN, Op::INTRINSIC, x, t, t, 0);
        }
        let body = match split_docstring(body) {
            Some((text, rest)) => {
                if self.options.optimize < 2 {
                    let t = self.u.alloc();
                    let text = super::doc::clean(text);
                    let span = body[0].span;
                    self.load_bytes(span, t, &text);
                    self.store_name(span, sym::DUNDER_DOC, t)?;
                    self.release(u32::from(t));
                }
                rest
            }
            None => body,
        };
        self.stmts(body)
    }

    /// R[dst] = `Generic[…]` of the type parameters in R[params].
    pub fn subscript_generic(&mut self, span: Span, params: Reg, dst: Reg) {
        self.opx(span, Op::INTRINSIC, Intrinsic::SubscriptGeneric as u8, dst, params, 0);
    }
}
