//! `for` loops over iterators, ranges and asynchronous iterators, for statements and comprehensions alike.

use super::asm::Label;
use super::names::Place;
use super::unit::BlockKind;
use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::compile::error::CompileError;
use crate::op::Op;
use habu_syntax::ast::{Expr, ExprKind, For, Span};

/// A loop's iterator, ready to be advanced.
#[derive(Clone, Copy, Debug)]
pub enum Iter {
    /// In a register, for FOR_ITER.
    Plain(Reg),
    /// Three registers, for FOR_RANGE.
    Range(Reg),
    /// In a register, for GET_ANEXT.
    Async(Reg),
}

impl<'a> Compiler<'a> {
    pub fn for_stmt(&mut self, span: Span, f: &'a For<'a>) -> Res {
        let iter = self.iterator(&f.iter)?;
        let (body, next, exit) = (self.label(), self.label(), self.label());
        self.goto(f.iter.span, next);
        self.bind(body);
        let handler = self.u.handler;
        // The target is stored first thing in the body; a plain local is written by FOR_ITER itself.
        let value = self.target_register(&f.target);
        self.store_item(&f.target, value)?;
        self.push_block(BlockKind::Loop { exit, next, back_edge: false }, handler, span)?;
        self.conditional_stmts(&f.body)?;
        self.pop_block();
        self.bind(next);
        self.advance(f.iter.span, iter, value, body);
        self.u.top = self.iter_base(iter);
        self.conditional_stmts(&f.orelse)?;
        self.bind(exit);
        Ok(())
    }

    fn iter_base(&self, iter: Iter) -> u32 {
        match iter {
            Iter::Plain(r) | Iter::Range(r) | Iter::Async(r) => u32::from(r),
        }
    }

    /// Register FOR_ITER writes: the target itself if it is a plain local, else the next free one.
    pub fn target_register(&mut self, target: &Expr) -> Reg {
        match self.local_target(target) {
            Some(local) => local,
            None => {
                let t = self.u.next();
                self.u.need(u32::from(t) + 1);
                t
            }
        }
    }

    /// Stores what FOR_ITER left in `value`, unless that is the target already.
    pub fn store_item(&mut self, target: &'a Expr<'a>, value: Reg) -> Res {
        if self.local_target(target) == Some(value) {
            return Ok(());
        }
        let mark = self.mark();
        self.u.alloc();
        self.store(target, value)?;
        self.release(mark);
        Ok(())
    }

    /// The instruction that ends a loop.
    pub fn advance(&mut self, span: Span, iter: Iter, value: Reg, body: Label) {
        match iter {
            Iter::Plain(it) | Iter::Async(it) => self.jump3(span, Op::FOR_ITER, (value, it, 0), body),
            Iter::Range(it) => self.jump3(span, Op::FOR_RANGE, (value, it, 0), body),
        }
    }

    /// Evaluates an iterable and makes its iterator, in new temporaries.
    pub fn iterator(&mut self, e: &'a Expr<'a>) -> Result<Iter, CompileError> {
        if let Some(args) = self.range_call(e) {
            let w = self.u.next();
            if let ExprKind::Call { func, .. } = &e.kind {
                self.expr_to(func, w)?;
            }
            self.u.alloc_run(3);
            for a in args {
                self.push(a)?;
            }
            self.release(u32::from(w));
            self.op(e.span, Op::RANGE_PREP, w, w, args.len() as u16);
            self.u.alloc_run(3);
            return Ok(Iter::Range(w));
        }
        let it = self.u.next();
        let r = match self.fold_display(e) {
            Some(c) if !matches!(e.kind, ExprKind::Set { .. }) => {
                self.load_const(e.span, it, c);
                it
            }
            _ => self.operand(e)?,
        };
        self.release(u32::from(it));
        self.op(e.span, Op::GET_ITER, it, r, 0);
        self.u.alloc();
        Ok(Iter::Plain(it))
    }

    /// The arguments of a plain call of the global or builtin `range`.
    fn range_call(&mut self, e: &'a Expr<'a>) -> Option<&'a [Expr<'a>]> {
        let ExprKind::Call { func, args, keywords } = &e.kind else { return None };
        let ExprKind::Name { id, .. } = func.kind else { return None };
        if self.interner.resolve(id) != "range"
            || !keywords.is_empty()
            || args.is_empty()
            || args.len() > 3
            || args.iter().any(Self::is_starred)
        {
            return None;
        }
        matches!(self.place(id), Place::Global | Place::Name).then_some(args)
    }

    pub fn async_for(&mut self, span: Span, f: &'a For<'a>) -> Res {
        self.need_async(span, "'async for' outside async function")?;
        let it = self.async_iterator(&f.iter)?;
        let (top, exit, ended) = (self.label(), self.label(), self.label());
        let exc = self.u.alloc();
        self.bind(top);
        let old = self.guard(ended, exc);
        let value = self.async_next(span, it)?;
        self.u.handler = old;
        self.store(&f.target, value)?;
        self.release(u32::from(value));
        self.push_block(BlockKind::Loop { exit, next: top, back_edge: true }, old, span)?;
        self.conditional_stmts(&f.body)?;
        self.pop_block();
        self.jump(span, Op::LOOP, 0, 0, top);
        self.bind(ended);
        self.op(f.iter.span, Op::END_ASYNC_FOR, exc, 0, 0);
        self.conditional_stmts(&f.orelse)?;
        self.bind(exit);
        Ok(())
    }

    /// Evaluates an iterable and pushes its asynchronous iterator.
    pub fn async_iterator(&mut self, e: &'a Expr<'a>) -> Result<Reg, CompileError> {
        let it = self.u.next();
        let r = self.operand(e)?;
        self.release(u32::from(it));
        self.op(e.span, Op::GET_AITER, it, r, 0);
        Ok(self.u.alloc())
    }

    /// Awaits the next item of R[it]; pushes it.
    pub fn async_next(&mut self, span: Span, it: Reg) -> Result<Reg, CompileError> {
        let t = self.u.next();
        self.op(span, Op::GET_ANEXT, t, it, 0);
        self.u.alloc();
        self.delegate(span, t, t)?;
        Ok(t)
    }

    /// A list or tuple display of constants, or a set of constants, as one constant.
    pub fn fold_display(&mut self, e: &'a Expr<'a>) -> Option<Const> {
        match &e.kind {
            ExprKind::List { elts, .. } => Some(Const::Tuple(self.fold_all(elts)?)),
            ExprKind::Set { elts } => Some(Const::FrozenSet(self.fold_all(elts)?)),
            _ => self.fold(e),
        }
    }
}
