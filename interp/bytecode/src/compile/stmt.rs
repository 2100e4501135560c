//! Statements.

use super::asm::{HandlerId, Label, NO_SPAN};
use super::consts::truth;
use super::unit::{Block, BlockKind};
use super::{Compiler, Res};
use crate::code::Const;
use crate::compile::error::CompileError;
use crate::op::{NOREG, Op};
use habu_syntax::ast::{Expr, ExprKind, Span, Stmt, StmtKind};

/// CPython's limit on nested loops, handlers and with statements.
const MAX_BLOCKS: usize = 21;

/// Where `break` and `continue` go, whether the latter is a back-edge, and the handler around the loop.
type LeftLoop = (Label, Label, bool, HandlerId);

impl<'a> Compiler<'a> {
    pub fn stmts(&mut self, body: &'a [Stmt<'a>]) -> Res {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    /// Statements that may be skipped at run time.
    pub fn conditional_stmts(&mut self, body: &'a [Stmt<'a>]) -> Res {
        self.u.conditional_depth += 1;
        self.stmts(body)?;
        self.u.conditional_depth -= 1;
        Ok(())
    }

    pub fn stmt(&mut self, s: &'a Stmt<'a>) -> Res {
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || {
            let mark = self.mark();
            self.stmt_inner(s)?;
            self.release(mark);
            Ok(())
        })
    }

    fn stmt_inner(&mut self, s: &'a Stmt<'a>) -> Res {
        let span = s.span;
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(s, f, false),
            StmtKind::AsyncFunctionDef(f) => self.function(s, f, true),
            StmtKind::ClassDef(c) => self.class(s, c),
            StmtKind::Return { value } => self.return_stmt(span, value.as_deref()),
            StmtKind::Delete { targets } => targets.iter().try_for_each(|t| self.delete(t)),
            StmtKind::Assign { targets, value, .. } => self.assign_stmt(targets, value),
            StmtKind::TypeAlias { name, type_params, value } => self.type_alias(s, name, type_params, value),
            StmtKind::AugAssign { target, op, value } => self.aug_assign(span, target, *op, value),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(s, target, annotation, value.as_deref(), *simple)
            }
            StmtKind::For(f) => self.for_stmt(span, f),
            StmtKind::AsyncFor(f) => self.async_for(span, f),
            StmtKind::While { test, body, orelse } => self.while_stmt(span, test, body, orelse),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::With { items, body, .. } => self.with_stmt(items, body, false),
            StmtKind::AsyncWith { items, body, .. } => {
                self.need_async(span, "'async with' outside async function")?;
                self.with_stmt(items, body, true)
            }
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Raise { exc, cause } => self.raise(span, exc.as_deref(), cause.as_deref()),
            StmtKind::Try(t) => {
                self.here(span);
                self.try_stmt(span, t)
            }
            StmtKind::TryStar(t) => {
                self.here(span);
                self.try_star(span, t)
            }
            StmtKind::Assert { test, msg } => self.assert(span, test, msg.as_deref()),
            StmtKind::Import { names } => self.import(span, names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from_checked(span, *module, names, *level)
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Expr { value } => self.expr_stmt(span, value),
            StmtKind::Pass => {
                self.here(span);
                Ok(())
            }
            StmtKind::Break => self.leave_loop(span, true),
            StmtKind::Continue => self.leave_loop(span, false),
        }
    }

    fn expr_stmt(&mut self, span: Span, value: &'a Expr<'a>) -> Res {
        if self.interactive && self.outer.is_empty() {
            let t = self.push(value)?;
            self.release(u32::from(t));
            self.opx(span, Op::INTRINSIC, crate::op::Intrinsic::Print as u8, t, t, 0);
            return Ok(());
        }
        self.effect(value)
    }

    fn return_stmt(&mut self, span: Span, value: Option<&'a Expr<'a>>) -> Res {
        if !self.u.kind.is_function_like() {
            return self.error(span, "'return' outside function");
        }
        let scope = self.table.scope(self.u.scope);
        if value.is_some() && scope.coroutine && scope.generator {
            return self.error(span, "'return' with value in async generator");
        }
        let runs_code = self
            .u
            .blocks
            .iter()
            .any(|b| !matches!(b.kind, BlockKind::Loop { .. } | BlockKind::Try | BlockKind::Star));
        if let Some(v) = value
            && !runs_code
        {
            return self.return_value(span, v);
        }
        let constant = value.and_then(|v| self.fold(v));
        let mut reg = None;
        if let Some(v) = value
            && constant.is_none()
        {
            let r = self.operand(v)?;
            reg = Some(if runs_code && !self.u.is_temp(r) {
                let t = self.u.alloc();
                self.mv(v.span, t, r);
                t
            } else {
                r
            });
        }
        // CPython puts the clean-up at a constant's place if that is on the statement's first line.
        let at = match value {
            Some(v) if constant.is_some() && self.line_of(v.span.start) == self.line_of(span.start) => v.span,
            _ => span,
        };
        let (at, span) = match runs_code {
            // What follows the clean-up is on no line of its own.
            true => {
                self.here(span);
                self.here(at);
                (at, NO_SPAN)
            }
            false => (at, span),
        };
        self.unwind(at, false)?;
        match (reg, constant) {
            (Some(r), _) => self.op(span, Op::RETURN, r, 0, 0),
            (None, Some(c)) if c != Const::None => {
                let t = self.u.next();
                let place = if runs_code { NO_SPAN } else { value.map_or(span, |v| v.span) };
                self.load_const(place, t, c);
                self.op(span, Op::RETURN, t, 0, 0);
            }
            _ => self.op(span, Op::RETURN_NONE, 0, 0, 0),
        }
        Ok(())
    }

    /// Returns a value with nothing to clean up; both sides of a conditional expression return by themselves.
    pub fn return_value(&mut self, span: Span, e: &'a Expr<'a>) -> Res {
        if let ExprKind::IfExp { test, body, orelse } = &e.kind {
            let otherwise = self.label();
            self.cond(test, otherwise, false)?;
            self.return_value(span, body)?;
            self.bind(otherwise);
            return stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.return_value(span, orelse));
        }
        let mark = self.mark();
        if self.fold(e) == Some(Const::None) {
            self.op(span, Op::RETURN_NONE, 0, 0, 0);
        } else {
            let r = self.operand(e)?;
            self.op(span, Op::RETURN, r, 0, 0);
        }
        self.release(mark);
        Ok(())
    }

    fn if_stmt(&mut self, test: &'a Expr<'a>, body: &'a [Stmt<'a>], orelse: &'a [Stmt<'a>]) -> Res {
        let end = self.label();
        let otherwise = if orelse.is_empty() { end } else { self.label() };
        self.cond(test, otherwise, false)?;
        self.conditional_stmts(body)?;
        if !orelse.is_empty() {
            self.goto(NO_SPAN, end);
            self.bind(otherwise);
            self.conditional_stmts(orelse)?;
        }
        self.bind(end);
        Ok(())
    }

    fn assert(&mut self, span: Span, test: &'a Expr<'a>, msg: Option<&'a Expr<'a>>) -> Res {
        self.check_assert(span, test);
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.label();
        self.cond(test, end, true)?;
        let w = self.u.next();
        self.op(span, Op::LOAD_ASSERTION_ERROR, w, 0, 0);
        self.u.alloc();
        if let Some(msg) = msg {
            self.u.alloc_run(2);
            self.push(msg)?;
            self.release(u32::from(w));
            self.op(span, Op::CALL, w, w, 1);
        }
        self.opx(test.span, Op::RAISE, 1, w, NOREG, 0);
        self.bind(end);
        Ok(())
    }

    fn raise(&mut self, span: Span, exc: Option<&'a Expr<'a>>, cause: Option<&'a Expr<'a>>) -> Res {
        match (exc, cause) {
            (None, _) => self.opx(span, Op::RAISE, 0, NOREG, NOREG, 0),
            (Some(e), None) => {
                let r = self.operand(e)?;
                self.opx(span, Op::RAISE, 1, r, NOREG, 0);
            }
            (Some(e), Some(cause)) => {
                let r = self.operand_before(e, &[cause])?;
                let c = self.operand(cause)?;
                self.opx(span, Op::RAISE, 2, r, c, 0);
            }
        }
        Ok(())
    }

    /// `break` and `continue`.
    fn leave_loop(&mut self, span: Span, is_break: bool) -> Res {
        let start = self.u.asm.ins.len();
        self.here(span);
        match self.unwind(span, true)? {
            Some((exit, next, back_edge, handler)) => {
                // What follows clean-up code is on no line of its own.
                let span = if self.u.asm.ins.len() == start + 1 { span } else { NO_SPAN };
                // A back-edge may raise (it polls), and everything inside the loop has been left.
                let old = std::mem::replace(&mut self.u.handler, handler);
                if is_break {
                    self.goto(span, exit);
                } else if back_edge {
                    self.jump(span, Op::LOOP, 0, 0, next);
                } else {
                    self.goto(span, next);
                }
                self.u.handler = old;
                Ok(())
            }
            None if is_break => self.error(span, "'break' outside loop"),
            None => self.error(span, "'continue' not properly in loop"),
        }
    }

    /// Enters a construct; `span` is where too deep a nesting is reported.
    pub fn push_block(&mut self, kind: BlockKind<'a>, handler: HandlerId, span: Span) -> Res {
        let around = self.u.comps.len() + usize::from(self.u.stop_iteration.is_some());
        if self.u.blocks.len() + around >= MAX_BLOCKS {
            return self.error(span, "too many statically nested blocks");
        }
        self.u.blocks.push(Block { kind, handler });
        Ok(())
    }

    pub fn pop_block(&mut self) {
        self.u.blocks.pop();
    }

    /// Emits what must run on leaving all blocks, or those inside the innermost loop, whose labels it returns.
    fn unwind(&mut self, span: Span, to_loop: bool) -> Result<Option<LeftLoop>, CompileError> {
        let Some(block) = self.u.blocks.pop() else { return Ok(None) };
        let handler = self.u.handler;
        let mut result = Ok(None);
        match block.kind {
            BlockKind::Loop { exit, next, back_edge } if to_loop => {
                self.u.blocks.push(block);
                return Ok(Some((exit, next, back_edge, block.handler)));
            }
            BlockKind::Star => {
                result =
                    self.error(span, "'break', 'continue' and 'return' cannot appear in an except* block");
            }
            BlockKind::Loop { .. } | BlockKind::Try => {}
            kind => {
                self.u.handler = block.handler;
                if let Err(e) = self.unwind_one(kind, span) {
                    result = Err(e);
                }
            }
        }
        self.u.handler = block.handler;
        if result.is_ok() {
            result = self.unwind(span, to_loop);
        }
        self.u.blocks.push(block);
        self.u.handler = handler;
        result
    }

    fn unwind_one(&mut self, kind: BlockKind<'a>, span: Span) -> Res {
        match kind {
            BlockKind::Finally { body } => self.stmts(body),
            BlockKind::Handled { saved } => {
                self.op(span, Op::POP_HANDLED, saved, 0, 0);
                Ok(())
            }
            BlockKind::Named { name, span: at } => {
                let _ = at;
                self.unbind_name(span, name)
            }
            BlockKind::With { win, span: with_span, is_async } => self.with_exit(with_span, win, is_async),
            BlockKind::Loop { .. } | BlockKind::Try | BlockKind::Star => Ok(()),
        }
    }

    fn while_stmt(
        &mut self,
        span: Span,
        test: &'a Expr<'a>,
        body: &'a [Stmt<'a>],
        orelse: &'a [Stmt<'a>],
    ) -> Res {
        let constant = self.fold(test).map(|c| truth(&c));
        let (header, exit, otherwise) = (self.label(), self.label(), self.label());
        if constant == Some(false) {
            self.here(test.span);
            self.goto(NO_SPAN, otherwise);
        }
        self.bind(header);
        match constant {
            None => self.cond(test, otherwise, false)?,
            Some(_) => self.here(test.span),
        }
        let handler = self.u.handler;
        self.push_block(BlockKind::Loop { exit, next: header, back_edge: true }, handler, span)?;
        self.conditional_stmts(body)?;
        self.pop_block();
        self.jump(span, Op::LOOP, 0, 0, header);
        self.bind(otherwise);
        self.conditional_stmts(orelse)?;
        self.bind(exit);
        Ok(())
    }

    /// Emits the statements of a module or function, then a return of None if the end can be reached.
    pub fn finish_body(&mut self, body: &'a [Stmt<'a>]) -> Res {
        let before = self.u.asm.ins.len();
        self.stmts(body)?;
        let span = if self.u.asm.ins.len() == before && self.u.kind.is_function_like() {
            // Nothing but declarations: what is left is on the line of the definition.
            let at = self.lines.line_start(self.u.first_line);
            Span::new(at, at)
        } else {
            NO_SPAN
        };
        self.op(span, Op::RETURN_NONE, 0, 0, 0);
        Ok(())
    }

    pub fn need_async(&self, span: Span, msg: &str) -> Res {
        let scope = self.table.scope(self.u.scope);
        let is_async = match self.u.kind {
            habu_syntax::symtable::ScopeKind::Module => self.options.top_level_await,
            kind => kind.is_function_like() && scope.coroutine,
        };
        if is_async { Ok(()) } else { self.error(span, msg) }
    }

    pub fn is_starred(e: &Expr) -> bool {
        matches!(e.kind, ExprKind::Starred { .. })
    }
}
