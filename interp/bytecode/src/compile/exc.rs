//! `try` in all its forms.
//!
//! A handler finds its exception in a register `exc`; beside it stands `saved`, the exception handled before. Inside
//! the handler another handler restores `saved` and re-raises, with the new exception in the same `exc`.

use super::asm::Label;
use super::unit::BlockKind;
use super::{Compiler, Reg, Res};
use crate::op::Op;
use habu_syntax::ast::{ExceptHandler, Span, Stmt, Try};

impl<'a> Compiler<'a> {
    pub fn try_stmt(&mut self, span: Span, t: &'a Try<'a>) -> Res {
        if t.finalbody.is_empty() {
            return self.try_except(span, t);
        }
        self.try_finally(span, &t.finalbody, |c| {
            if t.handlers.is_empty() {
                c.conditional_stmts(&t.body)?;
                c.conditional_stmts(&t.orelse)
            } else {
                c.try_except(span, t)
            }
        })
    }

    pub fn try_finally(
        &mut self,
        span: Span,
        finalbody: &'a [Stmt<'a>],
        body: impl FnOnce(&mut Self) -> Res,
    ) -> Res {
        self.check_finally(finalbody, false);
        let (exc, saved) = (self.u.alloc(), self.u.alloc());
        let (on_error, end) = (self.label(), self.label());
        let old = self.guard(on_error, exc);
        self.push_block(BlockKind::Finally { body: finalbody }, old, span)?;
        body(self)?;
        self.pop_block();
        self.u.handler = old;
        self.conditional_stmts(finalbody)?;
        self.goto(super::asm::NO_SPAN, end);
        self.bind(on_error);
        let cleanup = self.enter_handler(exc, saved);
        self.push_block(BlockKind::Handled { saved }, old, span)?;
        self.conditional_stmts(finalbody)?;
        self.pop_block();
        self.u.handler = old;
        self.op(super::asm::NO_SPAN, Op::POP_HANDLED, saved, 0, 0);
        self.op(super::asm::NO_SPAN, Op::RERAISE, exc, 0, 0);
        self.leave_handler(cleanup, exc, saved, old);
        self.bind(end);
        Ok(())
    }

    /// At the start of a handler: its exception becomes the handled one, until the label returned is reached.
    pub fn enter_handler(&mut self, exc: Reg, saved: Reg) -> Label {
        let cleanup = self.label();
        self.op(super::asm::NO_SPAN, Op::PUSH_HANDLED, saved, exc, 0);
        self.guard(cleanup, exc);
        cleanup
    }

    /// The code that an exception raised inside the handler goes through.
    pub fn leave_handler(&mut self, cleanup: Label, exc: Reg, saved: Reg, outer: super::asm::HandlerId) {
        self.u.handler = outer;
        self.bind(cleanup);
        self.op(super::asm::NO_SPAN, Op::POP_HANDLED, saved, 0, 0);
        self.op(super::asm::NO_SPAN, Op::RERAISE, exc, 0, 0);
    }

    fn try_except(&mut self, span: Span, t: &'a Try<'a>) -> Res {
        let mark = self.mark();
        let (exc, saved) = (self.u.alloc(), self.u.alloc());
        let (on_error, end) = (self.label(), self.label());
        let old = self.guard(on_error, exc);
        self.push_block(BlockKind::Try, old, span)?;
        self.conditional_stmts(&t.body)?;
        self.pop_block();
        self.u.handler = old;
        self.conditional_stmts(&t.orelse)?;
        self.goto(super::asm::NO_SPAN, end);
        self.bind(on_error);
        let cleanup = self.enter_handler(exc, saved);
        let inside = self.u.handler;
        self.push_block(BlockKind::Handled { saved }, old, span)?;
        for (i, h) in t.handlers.iter().enumerate() {
            if h.typ.is_none() && i + 1 != t.handlers.len() {
                return self.error(h.span, "default 'except:' must be last");
            }
            let next = self.label();
            if let Some(typ) = &h.typ {
                let t = self.u.next();
                let class = self.operand(typ)?;
                self.op(h.span, Op::EXC_MATCH, t, exc, class);
                self.u.need(u32::from(t) + 1);
                self.release(mark + 2);
                self.jump(h.span, Op::JUMP_FALSE, t, 0, next);
            }
            if h.typ.is_none() {
                self.here(h.span);
            }
            self.except_body(h, exc, inside)?;
            self.u.handler = old;
            self.op(super::asm::NO_SPAN, Op::POP_HANDLED, saved, 0, 0);
            self.finish_named(h)?;
            self.goto(super::asm::NO_SPAN, end);
            self.u.handler = inside;
            self.bind(next);
        }
        self.pop_block();
        self.u.handler = old;
        self.op(super::asm::NO_SPAN, Op::POP_HANDLED, saved, 0, 0);
        let last = t.handlers.last().map_or(super::asm::NO_SPAN, |h| h.span);
        self.op(last, Op::RERAISE, exc, 0, 0);
        self.leave_handler(cleanup, exc, saved, old);
        self.bind(end);
        self.release(mark);
        Ok(())
    }

    /// The body of one `except` clause, its name bound, and unbound if an exception leaves it.
    fn except_body(&mut self, h: &'a ExceptHandler<'a>, exc: Reg, inside: u32) -> Res {
        let Some(name) = h.name else {
            self.push_block(BlockKind::Try, inside, h.span)?;
            self.conditional_stmts(&h.body)?;
            self.pop_block();
            return Ok(());
        };
        self.store_name(h.span, name, exc)?;
        let (unbind, done) = (self.label(), self.label());
        self.guard(unbind, exc);
        self.push_block(BlockKind::Named { name, span: h.span }, inside, h.span)?;
        self.conditional_stmts(&h.body)?;
        self.pop_block();
        self.goto(super::asm::NO_SPAN, done);
        self.u.handler = inside;
        self.bind(unbind);
        self.unbind_name(super::asm::NO_SPAN, name)?;
        self.op(super::asm::NO_SPAN, Op::RERAISE, exc, 0, 0);
        self.bind(done);
        Ok(())
    }

    fn finish_named(&mut self, h: &ExceptHandler) -> Res {
        match h.name {
            Some(name) => self.unbind_name(super::asm::NO_SPAN, name),
            None => Ok(()),
        }
    }

    pub fn try_star(&mut self, span: Span, t: &'a Try<'a>) -> Res {
        if t.finalbody.is_empty() {
            return self.try_star_except(span, t);
        }
        self.try_finally(span, &t.finalbody, |c| c.try_star_except(span, t))
    }

    /// `except*`: each clause takes its part of the group; what clauses raise is collected in a list.
    fn try_star_except(&mut self, span: Span, t: &'a Try<'a>) -> Res {
        let mark = self.mark();
        let (exc, saved) = (self.u.alloc(), self.u.alloc());
        // The whole group, what clauses raised, and this clause's part followed by the rest.
        let (orig, raised, part) = (self.u.alloc(), self.u.alloc(), self.u.alloc_run(2));
        let rest = part + 1;
        let top = self.mark();
        self.u.top = u32::from(orig);
        let (on_error, end) = (self.label(), self.label());
        let old = self.guard(on_error, exc);
        self.push_block(BlockKind::Try, old, span)?;
        self.conditional_stmts(&t.body)?;
        self.pop_block();
        self.u.handler = old;
        self.conditional_stmts(&t.orelse)?;
        self.goto(super::asm::NO_SPAN, end);
        self.bind(on_error);
        let cleanup = self.enter_handler(exc, saved);
        let inside = self.u.handler;
        let none = super::asm::NO_SPAN;
        self.mv(none, orig, exc);
        self.u.top = u32::from(raised);
        self.op(none, Op::BUILD_LIST, raised, raised, 0);
        self.u.top = u32::from(part);
        self.mv(none, rest, exc);
        self.op(none, Op::LOAD_NONE, part, 0, 0);
        self.u.top = top;
        self.push_block(BlockKind::Handled { saved }, old, span)?;
        for h in t.handlers {
            let (next, failed, done) = (self.label(), self.label(), self.label());
            let Some(typ) = &h.typ else {
                return self.error(h.span, "expected one or more exception types");
            };
            let class = self.operand(typ)?;
            self.release(top);
            self.op(h.span, Op::EXC_GROUP_MATCH, part, rest, class);
            self.jump(h.span, Op::JUMP_NONE, part, 0, next);
            // The clause's part is the handled exception meanwhile.
            let before = self.u.alloc();
            self.op(h.span, Op::PUSH_HANDLED, before, part, 0);
            if let Some(name) = h.name {
                self.store_name(h.span, name, part)?;
            }
            self.guard(failed, exc);
            self.push_block(BlockKind::Star, inside, h.span)?;
            self.conditional_stmts(&h.body)?;
            self.pop_block();
            self.u.handler = inside;
            self.finish_named(h)?;
            self.op(none, Op::POP_HANDLED, before, 0, 0);
            self.goto(none, next);
            self.bind(failed);
            self.finish_named(h)?;
            self.op(none, Op::POP_HANDLED, before, 0, 0);
            self.op(none, Op::LIST_APPEND, raised, exc, 0);
            self.bind(done);
            self.release(top);
            self.bind(next);
        }
        let (nothing, reraise) = (self.label(), self.label());
        self.jump(none, Op::JUMP_NONE, rest, 0, nothing);
        self.op(none, Op::LIST_APPEND, raised, rest, 0);
        self.bind(nothing);
        self.op(none, Op::EXC_GROUP_RERAISE, part, orig, raised);
        self.jump(none, Op::JUMP_NOT_NONE, part, 0, reraise);
        self.pop_block();
        self.u.handler = old;
        self.op(none, Op::POP_HANDLED, saved, 0, 0);
        self.goto(none, end);
        self.bind(reraise);
        self.op(none, Op::POP_HANDLED, saved, 0, 0);
        self.op(none, Op::RERAISE, part, 0, 0);
        self.leave_handler(cleanup, exc, saved, old);
        self.bind(end);
        self.release(mark);
        Ok(())
    }
}
