//! Expressions: values into registers.
//!
//! [`Compiler::expr_to`] writes a register only by its last instruction on each path, so the destination may be a
//! local variable that the expression itself reads, or the first free temporary (not yet taken).

use super::asm::Label;
use super::displays::Sequence;
use super::operators::{binary, comparison, immediate};
use super::{Compiler, Reg, Res};
use crate::code::Const;
use crate::compile::error::CompileError;
use crate::op::Op;
use habu_syntax::ast::{BoolOp, CmpOp, Constant, Expr, ExprKind, Operator, Span, UnaryOp};
use habu_syntax::symtable::ComprehensionKind;

/// Where the deciding values of an `and` or `or` go.
struct Exits {
    /// The truth that decides.
    deciding: bool,
    dst: Reg,
    end: Label,
    /// Registers a deciding value may be in, and where it is moved to the destination from there.
    moves: Vec<(Reg, Label)>,
}

/// Chains of more comparisons than this move their operands.
const LONG_CHAIN: usize = 4;

impl<'a> Compiler<'a> {
    /// The value in any register: a local in place, else a new temporary.
    pub fn operand(&mut self, e: &'a Expr<'a>) -> Result<Reg, CompileError> {
        if let Some(reg) = self.local_operand(e) {
            return Ok(reg);
        }
        if let ExprKind::NamedExpr { target, value } = &e.kind
            && let Some(local) = self.local_target(target)
        {
            self.expr_to(value, local)?;
            return Ok(local);
        }
        self.push(e)
    }

    /// As [`Compiler::operand`], but safe against `later` expressions that rebind the local.
    pub fn operand_before(&mut self, e: &'a Expr<'a>, later: &[&'a Expr<'a>]) -> Result<Reg, CompileError> {
        let reg = self.operand(e)?;
        if !self.u.is_temp(reg) && later.iter().any(|l| self.may_rebind(l)) {
            let t = self.u.alloc();
            self.mv(e.span, t, reg);
            return Ok(t);
        }
        Ok(reg)
    }

    /// Whether evaluating `e` may bind a local of this unit.
    pub fn may_rebind(&self, e: &Expr) -> bool {
        self.table.scope(self.u.scope).has_walrus && super::walk::has_walrus(e)
    }

    /// The value in a new temporary at the top.
    pub fn push(&mut self, e: &'a Expr<'a>) -> Result<Reg, CompileError> {
        let dst = self.u.next();
        self.expr_to(e, dst)?;
        let got = self.u.alloc();
        debug_assert!(got == dst || self.u.overflow.is_some());
        Ok(got)
    }

    /// Evaluates for its effects alone.
    pub fn effect(&mut self, e: &'a Expr<'a>) -> Res {
        let mark = self.mark();
        if matches!(e.kind, ExprKind::Constant { .. }) || self.local_operand(e).is_some() {
            self.here(e.span);
        } else {
            let t = self.u.next();
            self.u.need(u32::from(t) + 1);
            self.expr_to(e, t)?;
        }
        self.release(mark);
        Ok(())
    }

    /// The value into `dst`.
    pub fn expr_to(&mut self, e: &'a Expr<'a>, dst: Reg) -> Res {
        let mark = self.mark();
        self.depth += 1;
        // The stack is looked at now and then: there is room for more levels than these.
        let done = if self.depth.is_multiple_of(4) {
            stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.expr_inner(e, dst))
        } else {
            self.expr_inner(e, dst)
        };
        self.depth -= 1;
        done?;
        self.release(mark);
        Ok(())
    }

    fn expr_inner(&mut self, e: &'a Expr<'a>, dst: Reg) -> Res {
        let span = e.span;
        match &e.kind {
            ExprKind::Constant { value, .. } => {
                match value {
                    Constant::Str(text) => self.load_bytes(span, dst, text.as_bytes()),
                    _ => self.load_const(span, dst, super::consts::from_literal(value)),
                }
                Ok(())
            }
            ExprKind::Name { id, .. } => {
                if let Some(debug) = self.debug_name(*id) {
                    self.load_const(span, dst, debug);
                } else {
                    self.load_name(span, *id, dst);
                }
                Ok(())
            }
            ExprKind::BinOp { left, op, right } => {
                if let Some(c) = self.fold(e) {
                    self.load_const(span, dst, c);
                    return Ok(());
                }
                if *op == Operator::Mod && self.percent_format(span, left, right, dst)? {
                    return Ok(());
                }
                let l = self.operand_before(left, &[right])?;
                self.binary_rest(span, *op, false, dst, l, right)
            }
            ExprKind::UnaryOp { op, operand } => {
                if let Some(c) = self.fold(e) {
                    self.load_const(span, dst, c);
                    return Ok(());
                }
                let op = match op {
                    UnaryOp::Invert => Op::INVERT,
                    UnaryOp::Not => return self.not(span, operand, dst),
                    UnaryOp::UAdd => Op::POS,
                    UnaryOp::USub => Op::NEG,
                };
                let mark = self.mark();
                let r = self.operand(operand)?;
                self.release(mark);
                self.op(span, op, dst, r, 0);
                Ok(())
            }
            ExprKind::BoolOp { op, values } => self.bool_op(span, *op, values, dst),
            ExprKind::NamedExpr { target, value } => self.named(span, target, value, dst),
            ExprKind::IfExp { test, body, orelse } => {
                let (otherwise, end) = (self.label(), self.label());
                self.cond(test, otherwise, false)?;
                self.expr_to(body, dst)?;
                self.goto(super::asm::NO_SPAN, end);
                self.bind(otherwise);
                self.expr_to(orelse, dst)?;
                self.bind(end);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(span, left, ops, comparators, dst),
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords, dst),
            ExprKind::Attribute { value, attr, .. } => {
                if self.super_attribute(e, value, *attr, dst)? {
                    return Ok(());
                }
                let mark = self.mark();
                let obj = self.operand(value)?;
                self.release(mark);
                let attr_name = self.mangle(*attr);
                let n = self.name_number(attr_name);
                let at = self.attribute_span(e, *attr);
                self.op(at, Op::LOAD_ATTR, dst, obj, n);
                Ok(())
            }
            ExprKind::Subscript { value, slice, .. } => self.subscript(e, value, slice, dst),
            ExprKind::Slice { lower, upper, step } => {
                if let Some(c) = self.fold(e) {
                    self.load_const(span, dst, c);
                    return Ok(());
                }
                let mark = self.mark();
                let first = self.u.next();
                for part in [lower, upper, step] {
                    self.push_or_none(span, part.as_deref())?;
                }
                self.release(mark);
                self.op(span, Op::BUILD_SLICE, dst, first, 0);
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => {
                if let Some(c) = self.fold(e) {
                    self.load_const(span, dst, c);
                    return Ok(());
                }
                self.sequence(span, elts, Sequence::Tuple, dst)
            }
            ExprKind::List { elts, .. } => self.sequence(span, elts, Sequence::List, dst),
            ExprKind::Set { elts } => self.sequence(span, elts, Sequence::Set, dst),
            ExprKind::Dict { keys, values } => self.dict(span, keys, values, dst),
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, ComprehensionKind::List, generators, None, elt, dst)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, ComprehensionKind::Set, generators, None, elt, dst)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(e, ComprehensionKind::Dict, generators, Some(key), value, dst)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, ComprehensionKind::Generator, generators, None, elt, dst)
            }
            ExprKind::Lambda { args, body } => self.lambda(e, args, body, dst),
            ExprKind::JoinedStr { values } => self.joined_str(span, values, dst),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(span, value, *conversion, format_spec.as_deref(), dst)
            }
            ExprKind::TemplateStr { values } => self.template_str(span, values, dst),
            ExprKind::Interpolation { .. } => self.template_str(span, std::slice::from_ref(e), dst),
            ExprKind::Await { value } => self.await_expr(span, value, dst),
            ExprKind::Yield { value } => self.yield_expr(span, value.as_deref(), dst),
            ExprKind::YieldFrom { value } => self.yield_from(span, value, dst),
            ExprKind::Starred { .. } => self.error(span, "can't use starred expression here"),
        }
    }

    /// `__debug__` as a constant.
    pub fn debug_name(&self, name: habu_syntax::ast::Symbol) -> Option<Const> {
        (name == habu_syntax::ast::sym::DUNDER_DEBUG).then(|| self.debug_const())
    }

    pub fn debug_const(&self) -> Const {
        if self.options.optimize == 0 { Const::True } else { Const::False }
    }

    pub fn push_or_none(&mut self, span: Span, e: Option<&'a Expr<'a>>) -> Result<Reg, CompileError> {
        match e {
            Some(e) => self.push(e),
            None => {
                let t = self.u.alloc();
                self.op(span, Op::LOAD_NONE, t, 0, 0);
                Ok(t)
            }
        }
    }

    /// Finishes `l OP right`.
    pub fn binary_rest(
        &mut self,
        span: Span,
        op: Operator,
        in_place: bool,
        dst: Reg,
        l: Reg,
        right: &'a Expr<'a>,
    ) -> Res {
        let x = u8::from(in_place);
        if let (Some(imm_op), Some(Const::Int(i))) = (immediate(op), self.fold(right))
            && let Ok(i) = i16::try_from(i)
        {
            self.opx(span, imm_op, x, dst, l, i as u16);
            return Ok(());
        }
        let mark = self.mark();
        let r = self.operand(right)?;
        self.release(mark);
        self.opx(span, binary(op), x, dst, l, r);
        Ok(())
    }

    fn not(&mut self, span: Span, operand: &'a Expr<'a>, dst: Reg) -> Res {
        // `not a in b` and the like become the opposite test.
        if let ExprKind::Compare { left, ops, comparators } = &operand.kind
            && let [op] = ops[..]
        {
            let opposite = match op {
                CmpOp::Is => Some(CmpOp::IsNot),
                CmpOp::IsNot => Some(CmpOp::Is),
                CmpOp::In => Some(CmpOp::NotIn),
                CmpOp::NotIn => Some(CmpOp::In),
                _ => None,
            };
            if let Some(op) = opposite {
                return self.compare_one(operand.span, left, op, &comparators[0], dst);
            }
        }
        let mark = self.mark();
        let r = self.operand(operand)?;
        self.release(mark);
        self.op(span, Op::NOT, dst, r, 0);
        Ok(())
    }

    fn bool_op(&mut self, span: Span, op: BoolOp, values: &'a [Expr<'a>], dst: Reg) -> Res {
        let Some((last, first)) = values.split_last() else { return Ok(()) };
        let mut exits = Exits { deciding: op == BoolOp::Or, dst, end: self.label(), moves: Vec::new() };
        let mut decided = false;
        for value in first {
            if let Some(c) = self.fold(value) {
                if super::consts::truth(&c) == exits.deciding {
                    self.load_const(value.span, dst, c);
                    decided = true;
                    break;
                }
                continue;
            }
            self.bool_operand(span, value, &mut exits)?;
        }
        if !decided {
            self.expr_to(last, dst)?;
        }
        for (r, label) in exits.moves {
            self.goto(super::asm::NO_SPAN, exits.end);
            self.bind(label);
            self.mv(span, dst, r);
        }
        self.bind(exits.end);
        Ok(())
    }

    /// Evaluates an operand that is not the last: goes to an exit with its value if that decides, else on without it.
    /// The operands of an operand that is such an expression itself decide at once; the truth of each is asked once.
    fn bool_operand(&mut self, span: Span, value: &'a Expr<'a>, exits: &mut Exits) -> Res {
        if let ExprKind::BoolOp { op, values } = &value.kind
            && let Some((last, first)) = values.split_last()
        {
            return stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                if (*op == BoolOp::Or) == exits.deciding {
                    return values.iter().try_for_each(|v| self.bool_operand(value.span, v, exits));
                }
                let next = self.label();
                for v in first {
                    self.cond(v, next, !exits.deciding)?;
                }
                self.bool_operand(value.span, last, exits)?;
                self.bind(next);
                Ok(())
            });
        }
        if let ExprKind::IfExp { test, body, orelse } = &value.kind {
            return stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                let (otherwise, next) = (self.label(), self.label());
                self.cond(test, otherwise, false)?;
                // As CPython: what this side asked for itself is asked again.
                self.whole_operand(body.span, body, exits)?;
                self.goto(super::asm::NO_SPAN, next);
                self.bind(otherwise);
                self.bool_operand(orelse.span, orelse, exits)?;
                self.bind(next);
                Ok(())
            });
        }
        self.whole_operand(span, value, exits)
    }

    fn whole_operand(&mut self, span: Span, value: &'a Expr<'a>, exits: &mut Exits) -> Res {
        let mark = self.mark();
        let r = self.operand(value)?;
        self.release(mark);
        let label = match exits.moves.iter().find(|m| m.0 == r) {
            _ if r == exits.dst => exits.end,
            Some(m) => m.1,
            None => {
                let label = self.label();
                exits.moves.push((r, label));
                label
            }
        };
        self.jump_truth(span, r, label, exits.deciding);
        Ok(())
    }

    fn named(&mut self, span: Span, target: &'a Expr<'a>, value: &'a Expr<'a>, dst: Reg) -> Res {
        let ExprKind::Name { id, .. } = target.kind else {
            return self.error(target.span, "cannot use assignment expressions with this target");
        };
        if let Some(local) = self.local_target(target) {
            self.expr_to(value, local)?;
            self.mv(span, dst, local);
            return Ok(());
        }
        let t = if self.u.is_temp(dst) { dst } else { self.u.next() };
        self.u.need(u32::from(t) + 1);
        self.expr_to(value, t)?;
        if u32::from(t) >= self.u.top {
            // The store may need temporaries of its own.
            self.u.alloc();
        }
        self.store_name(target.span, id, t)?;
        self.mv(span, dst, t);
        Ok(())
    }

    fn compare(
        &mut self,
        span: Span,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &'a [Expr<'a>],
        dst: Reg,
    ) -> Res {
        self.check_compare(left, ops, comparators);
        if let [op] = ops[..] {
            return self.compare_one(span, left, op, &comparators[0], dst);
        }
        let end = self.label();
        let t = self.u.alloc();
        let mark = self.mark();
        let later: Vec<&Expr> = comparators.iter().collect();
        let mut l = self.operand_before(left, &later)?;
        for (i, (op, right)) in ops.iter().zip(comparators).enumerate() {
            if i + 1 == ops.len() {
                let r = self.operand(right)?;
                self.op(span, comparison(*op), t, l, r);
            } else {
                let r = self.operand_before(right, &later[i + 1..])?;
                self.op(span, comparison(*op), t, l, r);
                self.jump(span, Op::JUMP_FALSE, t, 0, end);
                l = self.next_left(span, ops.len(), r, mark);
            }
        }
        self.release(mark);
        self.bind(end);
        self.mv(span, dst, t);
        Ok(())
    }

    /// The left side of a chain's next comparison: long chains use two registers in turn, not one for each operand.
    pub fn next_left(&mut self, span: Span, chain: usize, r: Reg, mark: u32) -> Reg {
        if chain <= LONG_CHAIN || u32::from(r) <= mark || !self.u.is_temp(r) {
            return r;
        }
        self.release(mark);
        let left = self.u.alloc();
        self.mv(span, left, r);
        left
    }

    fn compare_one(
        &mut self,
        span: Span,
        left: &'a Expr<'a>,
        op: CmpOp,
        right: &'a Expr<'a>,
        dst: Reg,
    ) -> Res {
        let mark = self.mark();
        let l = self.operand_before(left, &[right])?;
        let r = self.comparator(op, right)?;
        self.release(mark);
        self.op(span, comparison(op), dst, l, r);
        Ok(())
    }

    /// The right side of a comparison: displays after `in` become constants where they can.
    pub fn comparator(&mut self, op: CmpOp, right: &'a Expr<'a>) -> Result<Reg, CompileError> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(c) = self.fold_display(right)
        {
            let t = self.u.alloc();
            self.load_const(right.span, t, c);
            return Ok(t);
        }
        self.operand(right)
    }

    fn subscript(&mut self, e: &'a Expr<'a>, value: &'a Expr<'a>, slice: &'a Expr<'a>, dst: Reg) -> Res {
        if let Some(c) = self.fold(e) {
            self.load_const(e.span, dst, c);
            return Ok(());
        }
        self.check_subscript(e, value, slice);
        let mark = self.mark();
        let obj = self.operand_before(value, &[slice])?;
        if let ExprKind::Slice { lower, upper, step: None } = &slice.kind {
            let first = self.u.next();
            self.push_or_none(slice.span, lower.as_deref())?;
            self.push_or_none(slice.span, upper.as_deref())?;
            self.release(mark);
            self.op(e.span, Op::GET_SLICE, dst, obj, first);
        } else {
            let key = self.operand(slice)?;
            self.release(mark);
            self.op(e.span, Op::GET_ITEM, dst, obj, key);
        }
        Ok(())
    }

    /// The span of an attribute's instruction: of the attribute's own line if the expression spans several.
    pub fn attribute_span(&mut self, e: &Expr, attr: habu_syntax::ast::Symbol) -> Span {
        if !self.multi_line(e.span) {
            return e.span;
        }
        let len = self.interner.resolve(attr).len() as u32;
        Span::new(self.lines.back(e.span.end, len), e.span.end)
    }

    /// As [`Compiler::attribute_span`] for the call of that attribute.
    pub fn method_call_span(&mut self, call: &Expr, func: &Expr, attr: habu_syntax::ast::Symbol) -> Span {
        if !self.multi_line(func.span) {
            return call.span;
        }
        let len = self.interner.resolve(attr).len() as u32;
        Span::new(self.lines.back(func.span.end, len), call.span.end)
    }

    pub fn multi_line(&mut self, span: Span) -> bool {
        self.line_of(span.start) != self.line_of(span.end)
    }
}
