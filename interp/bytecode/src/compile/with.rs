//! `with` and `async with`.

use super::unit::BlockKind;
use super::{Compiler, Reg, Res};
use crate::op::{Op, Special};
use habu_syntax::ast::{Span, Stmt, WithItem};

impl<'a> Compiler<'a> {
    pub fn with_stmt(&mut self, items: &'a [WithItem<'a>], body: &'a [Stmt<'a>], is_async: bool) -> Res {
        let Some((item, rest)) = items.split_first() else { return self.conditional_stmts(body) };
        let at = item.context_expr.span;
        let (exc, saved) = (self.u.alloc(), self.u.alloc());
        // R[win] = exit function, R[win+3] = its receiver, kept while the body runs.
        let win = self.u.alloc_run(4);
        let held = self.mark();
        self.u.need(held + 4);
        let manager = self.operand(&item.context_expr)?;
        let (enter, exit) =
            if is_async { (Special::AEnter, Special::AExit) } else { (Special::Enter, Special::Exit) };
        self.opx(at, Op::LOAD_SPECIAL, exit as u8, win, manager, 0);
        let enter_win = held as Reg;
        self.opx(at, Op::LOAD_SPECIAL, enter as u8, enter_win, manager, 0);
        self.u.top = held;
        self.op(at, Op::CALL_METHOD, enter_win, enter_win, 1);
        if is_async {
            self.u.alloc();
            self.await_register(at, enter_win, 1)?;
            self.u.top = held;
        }
        let (on_error, end) = (self.label(), self.label());
        let old = self.guard(on_error, exc);
        self.push_block(BlockKind::With { win, span: at, is_async }, old, at)?;
        if let Some(target) = &item.optional_vars {
            self.u.alloc();
            self.store(target, enter_win)?;
            self.u.top = held;
        }
        if rest.is_empty() {
            self.conditional_stmts(body)?;
        } else {
            self.with_stmt(rest, body, is_async)?;
            self.u.top = held;
        }
        self.pop_block();
        self.u.handler = old;
        self.with_exit(at, win, is_async)?;
        self.goto(super::asm::NO_SPAN, end);
        self.bind(on_error);
        let cleanup = self.enter_handler(exc, saved);
        let (result, again) = (win, self.label());
        self.op(at, Op::WITH_EXCEPT, result, win, exc);
        self.u.top = u32::from(win) + 1;
        if is_async {
            self.await_register(at, result, 2)?;
        }
        self.jump(at, Op::JUMP_FALSE, result, 0, again);
        self.u.handler = old;
        self.op(super::asm::NO_SPAN, Op::POP_HANDLED, saved, 0, 0);
        self.goto(super::asm::NO_SPAN, end);
        // On no line: the place to show is the one that the exception came from.
        self.bind(again);
        self.op(super::asm::NO_SPAN, Op::POP_HANDLED, saved, 0, 0);
        self.op(super::asm::NO_SPAN, Op::RERAISE, exc, 0, 0);
        self.leave_handler(cleanup, exc, saved, old);
        self.bind(end);
        self.u.top = u32::from(exc);
        Ok(())
    }

    /// Calls the exit function with three Nones, in a window above everything live.
    pub fn with_exit(&mut self, span: Span, win: Reg, is_async: bool) -> Res {
        let mark = self.mark();
        let in_place = mark == u32::from(win) + 4;
        let w = if in_place { win } else { self.u.alloc_run(4) };
        if !in_place {
            self.mv(span, w, win);
            self.mv(span, w + 3, win + 3);
        }
        for _ in 0..3 {
            let t = self.u.alloc();
            self.op(span, Op::LOAD_NONE, t, 0, 0);
        }
        self.u.top = u32::from(w);
        self.op(span, Op::CALL_METHOD, w, w, 4);
        if is_async {
            self.u.alloc();
            self.await_register(span, w, 2)?;
        }
        self.u.top = mark;
        Ok(())
    }
}
