//! Conditions: expressions that only decide where to jump.

use super::consts::truth;
use super::{Compiler, Res};
use crate::code::Const;
use crate::compile::asm::Label;
use crate::op::Op;
use habu_syntax::ast::{BoolOp, CmpOp, Expr, ExprKind, Span, UnaryOp};

impl<'a> Compiler<'a> {
    /// Jumps to `target` if the truth of `e` is `when`; falls through otherwise.
    pub fn cond(&mut self, e: &'a Expr<'a>, target: Label, when: bool) -> Res {
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || {
            let mark = self.mark();
            self.cond_inner(e, target, when)?;
            self.release(mark);
            Ok(())
        })
    }

    fn cond_inner(&mut self, e: &'a Expr<'a>, target: Label, when: bool) -> Res {
        if let Some(c) = self.fold(e) {
            self.here(e.span);
            if truth(&c) == when {
                self.goto(e.span, target);
            }
            return Ok(());
        }
        match &e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => return self.cond(operand, target, !when),
            ExprKind::BoolOp { op, values } => {
                // `and` is decided by the first false value, `or` by the first true one.
                let deciding = *op == BoolOp::Or;
                let Some((last, first)) = values.split_last() else { return Ok(()) };
                let (inner, end) = if when == deciding {
                    (target, None)
                } else {
                    let end = self.label();
                    (end, Some(end))
                };
                for value in first {
                    self.cond(value, inner, deciding)?;
                }
                self.cond(last, target, when)?;
                if let Some(end) = end {
                    self.bind(end);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let (otherwise, end) = (self.label(), self.label());
                self.cond(test, otherwise, false)?;
                self.cond(body, target, when)?;
                self.goto(super::asm::NO_SPAN, end);
                self.bind(otherwise);
                self.cond(orelse, target, when)?;
                self.bind(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } => {
                self.check_compare(left, ops, comparators);
                if let [op] = ops[..] {
                    return self.cond_compare(e.span, left, op, &comparators[0], target, when);
                }
                return self.cond_chain(e.span, left, ops, comparators, target, when);
            }
            ExprKind::NamedExpr { target: name, value } if self.local_target(name).is_some() => {
                if let Some(local) = self.local_target(name) {
                    self.expr_to(value, local)?;
                    self.jump_truth(e.span, local, target, when);
                }
                return Ok(());
            }
            _ => {}
        }
        let r = self.operand(e)?;
        self.jump_truth(e.span, r, target, when);
        Ok(())
    }

    pub fn jump_truth(&mut self, span: Span, reg: u16, target: Label, when: bool) {
        let op = if when { Op::JUMP_TRUE } else { Op::JUMP_FALSE };
        self.jump(span, op, reg, 0, target);
    }

    fn cond_compare(
        &mut self,
        span: Span,
        left: &'a Expr<'a>,
        op: CmpOp,
        right: &'a Expr<'a>,
        target: Label,
        when: bool,
    ) -> Res {
        let l = self.operand_before(left, &[right])?;
        self.jump_compare(span, l, op, right, target, when)
    }

    /// Jumps if the comparison of R[l] with `right` comes out as `when`.
    fn jump_compare(
        &mut self,
        span: Span,
        l: u16,
        op: CmpOp,
        right: &'a Expr<'a>,
        target: Label,
        when: bool,
    ) -> Res {
        if matches!(op, CmpOp::Is | CmpOp::IsNot) && matches!(self.fold(right), Some(Const::None)) {
            let jump = if (op == CmpOp::Is) == when { Op::JUMP_NONE } else { Op::JUMP_NOT_NONE };
            self.jump(span, jump, l, 0, target);
            return Ok(());
        }
        if let Some(jump) = jump_immediate(op, when)
            && let Some(Const::Int(i)) = self.fold(right)
            && let Ok(i) = i16::try_from(i)
        {
            self.jump(span, jump, l, i as u16, target);
            return Ok(());
        }
        let r = self.comparator(op, right)?;
        self.jump_registers(span, l, op, r, target, when);
        Ok(())
    }

    fn jump_registers(&mut self, span: Span, l: u16, op: CmpOp, r: u16, target: Label, when: bool) {
        match jump_compare(op, when) {
            Some(jump) => self.jump(span, jump, l, r, target),
            None => {
                let t = self.u.next();
                self.u.need(u32::from(t) + 1);
                self.op(span, super::operators::comparison(op), t, l, r);
                self.jump_truth(span, t, target, when);
            }
        }
    }

    fn cond_chain(
        &mut self,
        span: Span,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &'a [Expr<'a>],
        target: Label,
        when: bool,
    ) -> Res {
        let end = self.label();
        let inner = if when { end } else { target };
        let later: Vec<&Expr> = comparators.iter().collect();
        let mark = self.mark();
        let mut l = self.operand_before(left, &later)?;
        let last = ops.len() - 1;
        for (i, op) in ops[..last].iter().enumerate() {
            let r = self.operand_before(&comparators[i], &later[i + 1..])?;
            self.jump_registers(span, l, *op, r, inner, false);
            l = self.next_left(span, ops.len(), r, mark);
        }
        self.jump_compare(span, l, ops[last], &comparators[last], target, when)?;
        self.bind(end);
        Ok(())
    }
}

fn jump_compare(op: CmpOp, when: bool) -> Option<Op> {
    Some(match (op, when) {
        (CmpOp::Lt, true) => Op::JUMP_LT,
        (CmpOp::Lt, false) => Op::JUMP_NOT_LT,
        (CmpOp::LtE, true) => Op::JUMP_LE,
        (CmpOp::LtE, false) => Op::JUMP_NOT_LE,
        (CmpOp::Eq, true) => Op::JUMP_EQ,
        (CmpOp::Eq, false) => Op::JUMP_NOT_EQ,
        (CmpOp::NotEq, true) => Op::JUMP_NE,
        (CmpOp::NotEq, false) => Op::JUMP_NOT_NE,
        (CmpOp::Gt, true) => Op::JUMP_GT,
        (CmpOp::Gt, false) => Op::JUMP_NOT_GT,
        (CmpOp::GtE, true) => Op::JUMP_GE,
        (CmpOp::GtE, false) => Op::JUMP_NOT_GE,
        (CmpOp::Is, true) | (CmpOp::IsNot, false) => Op::JUMP_IS,
        (CmpOp::Is, false) | (CmpOp::IsNot, true) => Op::JUMP_IS_NOT,
        (CmpOp::In | CmpOp::NotIn, _) => return None,
    })
}

fn jump_immediate(op: CmpOp, when: bool) -> Option<Op> {
    Some(match (op, when) {
        (CmpOp::Lt, true) => Op::JUMP_LT_IMM,
        (CmpOp::Lt, false) => Op::JUMP_NOT_LT_IMM,
        (CmpOp::LtE, true) => Op::JUMP_LE_IMM,
        (CmpOp::LtE, false) => Op::JUMP_NOT_LE_IMM,
        (CmpOp::Eq, true) => Op::JUMP_EQ_IMM,
        (CmpOp::Eq, false) => Op::JUMP_NOT_EQ_IMM,
        (CmpOp::NotEq, true) => Op::JUMP_NE_IMM,
        (CmpOp::NotEq, false) => Op::JUMP_NOT_NE_IMM,
        (CmpOp::Gt, true) => Op::JUMP_GT_IMM,
        (CmpOp::Gt, false) => Op::JUMP_NOT_GT_IMM,
        (CmpOp::GtE, true) => Op::JUMP_GE_IMM,
        (CmpOp::GtE, false) => Op::JUMP_NOT_GE_IMM,
        _ => return None,
    })
}
