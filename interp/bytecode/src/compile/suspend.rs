//! Suspension: `yield`, `yield from`, `await`.

use super::{Compiler, Reg, Res};
use crate::op::Op;
use habu_syntax::ast::{Expr, Span};
use habu_syntax::symtable::ScopeKind;

impl<'a> Compiler<'a> {
    fn is_async_generator(&self) -> bool {
        let scope = self.table.scope(self.u.scope);
        scope.generator && scope.coroutine
    }

    pub fn yield_expr(&mut self, span: Span, value: Option<&'a Expr<'a>>, dst: Reg) -> Res {
        if !self.u.kind.is_function_like() {
            return self.error(span, "'yield' outside function");
        }
        let mark = self.mark();
        let r = match value {
            Some(v) => self.operand(v)?,
            None => self.push_or_none(span, None)?,
        };
        self.release(mark);
        let r = self.wrap_yield(span, r);
        self.op(span, Op::YIELD, dst, r, 0);
        Ok(())
    }

    /// What an asynchronous generator yields is wrapped, to tell it from what it awaits.
    fn wrap_yield(&mut self, span: Span, r: Reg) -> Reg {
        if !self.is_async_generator() {
            return r;
        }
        let t = self.u.next();
        self.op(span, Op::ASYNC_GEN_WRAP, t, r, 0);
        t
    }

    /// Yields R[r] and forgets what is sent.
    pub fn yield_value(&mut self, span: Span, r: Reg) {
        let r = self.wrap_yield(span, r);
        let t = self.u.next();
        self.op(span, Op::YIELD, t, r, 0);
    }

    pub fn yield_from(&mut self, span: Span, value: &'a Expr<'a>, dst: Reg) -> Res {
        if !self.u.kind.is_function_like() {
            return self.error(span, "'yield from' outside function");
        }
        if self.table.scope(self.u.scope).coroutine {
            return self.error(span, "'yield from' inside async function");
        }
        let t = self.u.next();
        let r = self.operand(value)?;
        self.release(u32::from(t));
        self.op(span, Op::GET_YIELD_FROM_ITER, t, r, 0);
        self.u.alloc();
        self.delegate(span, t, dst)
    }

    pub fn await_expr(&mut self, span: Span, value: &'a Expr<'a>, dst: Reg) -> Res {
        if self.u.kind != ScopeKind::Module && !self.u.kind.is_function_like() {
            return self.error(span, "'await' outside function");
        }
        let t = self.u.next();
        let r = self.operand(value)?;
        self.release(u32::from(t));
        self.op(span, Op::GET_AWAITABLE, t, r, 0);
        self.u.alloc();
        self.delegate(span, t, dst)
    }

    /// Awaits what is in R[t] with GET_AWAITABLE's `x`; the result goes to R[t].
    pub fn await_register(&mut self, span: Span, t: Reg, x: u8) -> Res {
        self.opx(span, Op::GET_AWAITABLE, x, t, t, 0);
        self.delegate(span, t, t)
    }

    /// Runs the iterator in R[t] to its end, yielding what it yields; its return value goes to R[dst].
    ///
    /// The JUMP back to SEND is the one backward jump that is not a LOOP: every turn of it suspends.
    pub fn delegate(&mut self, span: Span, t: Reg, dst: Reg) -> Res {
        let mark = self.mark();
        let (value, exc) = (self.u.alloc(), self.u.alloc());
        let (send, suspend, throw, done) = (self.label(), self.label(), self.label(), self.label());
        self.release(u32::from(value));
        self.op(span, Op::LOAD_NONE, value, 0, 0);
        self.u.alloc();
        self.bind(send);
        self.jump3(span, Op::SEND, (value, t, value), done);
        self.bind(suspend);
        let old = self.guard(throw, exc);
        self.op(span, Op::YIELD, value, value, 0);
        self.u.handler = old;
        self.goto(span, send);
        self.bind(throw);
        self.u.alloc();
        self.jump3(span, Op::SEND_THROW, (value, t, exc), done);
        self.goto(span, suspend);
        self.bind(done);
        self.release(mark);
        self.mv(span, dst, value);
        Ok(())
    }
}
