//! Annotations: `__annotate__` functions (PEP 649/749), and strings under `from __future__ import annotations`.

use super::build::Made;
use super::error::CompileError;
use super::func::FunctionAttr;
use super::unit::Deferred;
use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::op::{Intrinsic, NOREG, Op};
use habu_syntax::ast::{Arg, Arguments, Expr, ExprKind, FunctionDef, Span, Stmt, Symbol, sym};
use habu_syntax::symtable::{Role, ScopeKind, node_key};

impl<'a> Compiler<'a> {
    pub fn ann_assign(
        &mut self,
        s: &'a Stmt<'a>,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Res {
        if let Some(value) = value {
            self.assign_value(target, value)?;
        }
        let in_namespace = matches!(self.u.kind, ScopeKind::Module | ScopeKind::Class);
        match &target.kind {
            ExprKind::Name { id, .. } if simple && in_namespace => {
                if self.future_annotations {
                    self.string_annotation(s.span, *id, annotation)?;
                } else {
                    self.defer_annotation(s.span, *id, annotation)?;
                }
            }
            ExprKind::Attribute { value: object, .. } if value.is_none() => self.effect(object)?,
            ExprKind::Subscript { value: object, slice, .. } if value.is_none() => {
                self.effect(object)?;
                self.effect(slice)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// `__annotations__[name] = "…"`.
    fn string_annotation(&mut self, span: Span, name: Symbol, annotation: &'a Expr<'a>) -> Res {
        let value = self.u.alloc();
        let text = self.unparse(annotation);
        self.load_const(annotation.span, value, text);
        let dict = self.u.next();
        self.load_name(span, sym::DUNDER_ANNOTATIONS, dict);
        self.u.alloc();
        let key = self.u.alloc();
        let name = self.mangle(name);
        let name = self.name_const(name);
        self.load_const(span, key, name);
        self.op(span, Op::SET_ITEM, dict, key, value);
        self.release(u32::from(value));
        Ok(())
    }

    /// An annotation as source text.
    fn unparse(&self, e: &Expr) -> Const {
        Const::Str(super::unparse::unparse(e, self.interner).into_boxed_slice())
    }

    fn defer_annotation(&mut self, span: Span, name: Symbol, annotation: &'a Expr<'a>) -> Res {
        let conditional = self.u.is_module() || self.u.conditional_depth > 0;
        let number =
            conditional.then(|| self.u.deferred.iter().filter(|d| d.conditional.is_some()).count() as u32);
        if let Some(n) = number {
            let set = self.u.next();
            match self.u.regs.get(&sym::DUNDER_CONDITIONAL_ANNOTATIONS).copied() {
                Some(cell) => {
                    let name = self.name_number(sym::DUNDER_CONDITIONAL_ANNOTATIONS);
                    self.op(span, Op::LOAD_CELL, set, cell, name);
                }
                None => self.load_name(span, sym::DUNDER_CONDITIONAL_ANNOTATIONS, set),
            }
            self.u.alloc();
            let k = self.u.alloc();
            self.load_const(span, k, Const::Int(i64::from(n)));
            self.op(span, Op::SET_ADD, set, k, 0);
            self.release(u32::from(set));
        }
        self.u.deferred.push(Deferred { name, annotation, span, conditional: number });
        Ok(())
    }

    /// R[dst] = the `__annotate__` function of this module or class body, if it has annotations.
    pub fn deferred_annotations(
        &mut self,
        span: Span,
        unit_span: Span,
        key: usize,
        dst: Reg,
    ) -> Result<bool, CompileError> {
        let deferred = std::mem::take(&mut self.u.deferred);
        if deferred.is_empty() {
            return Ok(false);
        }
        let at = span;
        let Some(scope) = self.table.find(key, Role::Annotations) else {
            return self.error(span, "annotations without a scope");
        };
        self.enter_evaluator(scope, sym::DUNDER_ANNOTATE, unit_span, span)?;
        let dict = self.u.next();
        self.op(at, Op::BUILD_MAP, dict, dict, 0);
        self.u.alloc();
        for d in &deferred {
            let mark = self.mark();
            let skip = self.label();
            if let Some(n) = d.conditional {
                let k = self.u.alloc();
                self.load_const(d.span, k, Const::Int(i64::from(n)));
                let set = self.u.next();
                let place = self.place(sym::DUNDER_CONDITIONAL_ANNOTATIONS);
                let place = match place {
                    super::names::Place::ClassDictFree(i) => super::names::Place::Free(i),
                    super::names::Place::ClassDictGlobal => super::names::Place::Global,
                    other => other,
                };
                self.load_place(d.span, sym::DUNDER_CONDITIONAL_ANNOTATIONS, place, set);
                self.u.alloc();
                self.op(d.span, Op::IN, k, k, set);
                self.release(u32::from(k));
                self.jump(d.span, Op::JUMP_FALSE, k, 0, skip);
            }
            let value = self.operand(d.annotation)?;
            let key = self.u.alloc();
            let name = self.mangle(d.name);
            let name = self.name_const(name);
            self.load_const(d.span, key, name);
            self.op(at, Op::SET_ITEM, dict, key, value);
            self.release(mark);
            self.bind(skip);
        }
        self.op(at, Op::RETURN, dict, 0, 0);
        let made = self.leave_unit()?;
        self.make_function(at, made, dst)?;
        Ok(true)
    }

    /// Opens the unit of an annotation-like function `(format, /)`, which refuses formats it does not know.
    pub fn enter_evaluator(
        &mut self,
        scope: habu_syntax::symtable::ScopeId,
        name: Symbol,
        unit_span: Span,
        span: Span,
    ) -> Res {
        self.enter_unit(scope, name, unit_span, |c| {
            c.add_parameter(sym::DOT_FORMAT);
            c.u.arg_count = 1;
            c.u.posonly_count = 1;
        })?;
        let known = self.label();
        self.jump(span, Op::JUMP_NOT_GT_IMM, 0, 2, known);
        let t = self.u.next();
        self.opx(span, Op::INTRINSIC, Intrinsic::NotImplementedClass as u8, t, t, 0);
        self.opx(span, Op::RAISE, 1, t, NOREG, 0);
        self.bind(known);
        Ok(())
    }

    /// A unit that evaluates one expression on demand (bounds, defaults, values of type aliases), as a function.
    pub fn evaluator(
        &mut self,
        scope: habu_syntax::symtable::ScopeId,
        name: Symbol,
        span: Span,
        e: &'a Expr<'a>,
    ) -> Result<Made<'a>, CompileError> {
        self.enter_evaluator(scope, name, span, span)?;
        if let ExprKind::Starred { value, .. } = &e.kind {
            // The default of a TypeVarTuple: `*Ts = *tuple[int, str]`.
            let r = self.operand(value)?;
            let t = self.u.next();
            self.op(e.span, Op::UNPACK, t, r, 1);
            self.op(e.span, Op::RETURN, t, 0, 0);
        } else {
            let r = self.operand(e)?;
            self.op(e.span, Op::RETURN, r, 0, 0);
        }
        self.leave_unit()
    }

    /// The annotations of a signature, in a register for SET_FUNCTION_ATTR.
    pub fn signature_annotations(
        &mut self,
        span: Span,
        f: &'a FunctionDef<'a>,
    ) -> Result<Option<(FunctionAttr, Reg)>, CompileError> {
        let ret = self.interner.intern("return");
        let list: Vec<(Symbol, &'a Expr<'a>)> = all_args(&f.args)
            .filter_map(|a| a.annotation.as_deref().map(|e| (a.arg, e)))
            .chain(f.returns.as_deref().map(|e| (ret, e)))
            .collect();
        if list.is_empty() {
            return Ok(None);
        }
        let dst = self.u.next();
        let Some(scope) = self.table.find(node_key(f), Role::Annotations) else {
            return self.error(span, "annotations without a scope");
        };
        self.enter_evaluator(scope, sym::DUNDER_ANNOTATE, span, span)?;
        let owner = self.interner.resolve(f.name).to_owned();
        let at = self.u.qualname.rfind('.').map_or(0, |i| i + 1);
        let (before, behind) = self.u.qualname.split_at(at);
        self.u.qualname = format!("{before}{owner}.{behind}").into();
        let first = self.u.next();
        for &(name, e) in &list {
            let key = self.u.alloc();
            let name = self.mangle(name);
            self.load_symbol(span, key, name);
            let expr: &'a Expr<'a> = e;
            if self.future_annotations {
                let value = self.u.alloc();
                let text = self.unparse(e);
                self.load_const(span, value, text);
            } else if let ExprKind::Starred { value, .. } = &expr.kind {
                // `*args: *Ts`
                let t = self.u.next();
                let r = self.operand(value)?;
                self.release(u32::from(t));
                self.op(e.span, Op::UNPACK, t, r, 1);
                self.u.alloc();
            } else {
                self.push(e)?;
            }
        }
        self.release(u32::from(first));
        self.op(span, Op::BUILD_MAP, first, first, list.len() as u16);
        self.op(span, Op::RETURN, first, 0, 0);
        let made = self.leave_unit()?;
        self.make_function(span, made, dst)?;
        Ok(Some((FunctionAttr::Annotate, self.u.alloc())))
    }
}

/// Parameters in the order CPython visits annotations.
fn all_args<'t>(args: &'t Arguments<'t>) -> impl Iterator<Item = &'t Arg<'t>> {
    args.posonlyargs
        .iter()
        .chain(args.args)
        .chain(args.vararg.as_deref())
        .chain(args.kwonlyargs)
        .chain(args.kwarg.as_deref())
}
