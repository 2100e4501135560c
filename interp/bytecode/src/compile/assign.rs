//! Assignment, deletion, unpacking and augmented assignment.

use super::{Compiler, Reg, Res};
use crate::op::Op;
use habu_syntax::ast::{Expr, ExprKind, Operator, Span, Symbol, sym};
use habu_syntax::symtable::ScopeKind;

impl<'a> Compiler<'a> {
    /// The `count` items of R[src] to the registers from R[first] on. Even of no items, R[first] is an operand.
    pub fn unpack_to(&mut self, span: Span, first: Reg, src: Reg, count: u16) {
        self.u.need(u32::from(first) + 1);
        self.op(span, Op::UNPACK, first, src, count);
    }

    pub fn assign_stmt(&mut self, targets: &'a [Expr<'a>], value: &'a Expr<'a>) -> Res {
        let mark = self.mark();
        if let [target] = targets {
            self.assign_value(target, value)?;
        } else {
            let r = self.operand(value)?;
            let r = if self.u.is_temp(r) {
                r
            } else {
                // A target may rebind the local the value is read from.
                let t = self.u.alloc();
                self.mv(value.span, t, r);
                t
            };
            for target in targets {
                self.store(target, r)?;
            }
        }
        self.release(mark);
        Ok(())
    }

    /// `target = value`, without a temporary where the target is a local.
    pub fn assign_value(&mut self, target: &'a Expr<'a>, value: &'a Expr<'a>) -> Res {
        let mark = self.mark();
        if let Some(local) = self.local_target(target) {
            self.expr_to(value, local)?;
        } else if !self.parallel(target, value)? {
            let later = [target];
            let r = self.operand_before(value, &later)?;
            self.store(target, r)?;
        }
        self.release(mark);
        Ok(())
    }

    /// `a, b = x, y` without a tuple. False if it is not of that form.
    fn parallel(&mut self, target: &'a Expr<'a>, value: &'a Expr<'a>) -> Result<bool, super::CompileError> {
        let (
            ExprKind::Tuple { elts: targets, .. } | ExprKind::List { elts: targets, .. },
            ExprKind::Tuple { elts: values, .. },
        ) = (&target.kind, &value.kind)
        else {
            return Ok(false);
        };
        let starred = |e: &Expr| matches!(e.kind, ExprKind::Starred { .. });
        if targets.len() != values.len()
            || targets.len() > 32
            || targets.iter().any(starred)
            || values.iter().any(starred)
        {
            return Ok(false);
        }
        let Some((last_value, values)) = values.split_last() else { return Ok(false) };
        let locals: Option<Vec<Reg>> = targets.iter().map(|t| self.local_target(t)).collect();
        let Some(locals) = locals.filter(|l| {
            let mut sorted = l.clone();
            sorted.sort_unstable();
            sorted.windows(2).all(|w| w[0] != w[1])
        }) else {
            let mut regs = Vec::new();
            for v in values.iter().chain([last_value]) {
                regs.push(self.push(v)?);
            }
            for (t, r) in targets.iter().zip(regs) {
                self.store(t, r)?;
            }
            return Ok(true);
        };
        // Distinct locals: the last value goes straight to its target, and only what would be overwritten is copied.
        let mut regs = Vec::new();
        for v in values {
            let r = self.operand(v)?;
            regs.push(
                if self.u.is_temp(r) || (!locals.contains(&r) && !self.table.scope(self.u.scope).has_walrus) {
                    r
                } else {
                    let t = self.u.alloc();
                    self.mv(v.span, t, r);
                    t
                },
            );
        }
        let last = locals[locals.len() - 1];
        self.expr_to(last_value, last)?;
        for ((t, &local), r) in targets.iter().zip(&locals).zip(regs) {
            self.mv(t.span, local, r);
        }
        Ok(true)
    }

    /// Stores R[src] in a target.
    pub fn store(&mut self, target: &'a Expr<'a>, src: Reg) -> Res {
        let mark = self.mark();
        let span = target.span;
        match &target.kind {
            ExprKind::Name { id, .. } => self.store_name(span, *id, src)?,
            ExprKind::Attribute { value, attr, .. } => {
                self.note_static_attribute(value, *attr);
                let obj = self.operand(value)?;
                let at = self.attribute_span(target, *attr);
                let attr = self.mangle(*attr);
                let n = self.name_number(attr);
                self.op(at, Op::STORE_ATTR, obj, src, n);
            }
            ExprKind::Subscript { value, slice, .. } => {
                let obj = self.operand_before(value, &[slice])?;
                if let ExprKind::Slice { lower, upper, step: None } = &slice.kind {
                    let first = self.u.next();
                    self.push_or_none(slice.span, lower.as_deref())?;
                    self.push_or_none(slice.span, upper.as_deref())?;
                    self.op(span, Op::SET_SLICE, obj, first, src);
                } else {
                    let key = self.operand(slice)?;
                    self.op(span, Op::SET_ITEM, obj, key, src);
                }
            }
            ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => self.unpack(span, elts, src)?,
            ExprKind::Starred { .. } => {
                return self.error(span, "starred assignment target must be in a list or tuple");
            }
            _ => return self.error(span, "cannot assign to this expression"),
        }
        self.release(mark);
        Ok(())
    }

    fn unpack(&mut self, span: Span, elts: &'a [Expr<'a>], src: Reg) -> Res {
        if let Some(first) = self.consecutive_locals(elts)
            && !(first..first + elts.len() as Reg).contains(&src)
        {
            self.op(span, Op::UNPACK, first, src, elts.len() as u16);
            return Ok(());
        }
        let star = elts.iter().position(|e| matches!(e.kind, ExprKind::Starred { .. }));
        let first = self.u.alloc_run(elts.len() as u32);
        let mark = self.mark();
        self.u.top = u32::from(first).max(u32::from(src) + 1).min(mark);
        match star {
            None => self.unpack_to(span, first, src, elts.len() as u16),
            Some(at) => {
                if elts[at + 1..].iter().any(|e| matches!(e.kind, ExprKind::Starred { .. })) {
                    return self.error(span, "multiple starred expressions in assignment");
                }
                if at >= 256 || elts.len() - at > 1 << 23 {
                    return self.error(span, "too many expressions in star-unpacking assignment");
                }
                let after = (elts.len() - at - 1) as u32;
                self.op_extra(span, Op::UNPACK_STAR, 0, (first, src, at as u16), after);
            }
        }
        self.u.top = mark;
        for (i, e) in elts.iter().enumerate() {
            let target = match &e.kind {
                ExprKind::Starred { value, .. } => value,
                _ => e,
            };
            self.store(target, first + i as Reg)?;
        }
        Ok(())
    }

    /// The first register of targets that are plain locals with ascending registers, in their order.
    fn consecutive_locals(&mut self, elts: &[Expr]) -> Option<Reg> {
        let first = self.local_target(elts.first()?)?;
        for (i, e) in elts.iter().enumerate().skip(1) {
            if usize::from(self.local_target(e)?) != usize::from(first) + i {
                return None;
            }
        }
        Some(first)
    }

    pub fn delete(&mut self, target: &'a Expr<'a>) -> Res {
        let mark = self.mark();
        let span = target.span;
        match &target.kind {
            ExprKind::Name { id, .. } => self.delete_name(span, *id),
            ExprKind::Attribute { value, attr, .. } => {
                let obj = self.operand(value)?;
                let at = self.attribute_span(target, *attr);
                let attr = self.mangle(*attr);
                let n = self.name_number(attr);
                self.op(at, Op::DELETE_ATTR, obj, 0, n);
            }
            ExprKind::Subscript { value, slice, .. } => {
                let obj = self.operand_before(value, &[slice])?;
                let key = self.operand(slice)?;
                self.op(span, Op::DEL_ITEM, obj, key, 0);
            }
            ExprKind::Tuple { elts, .. } | ExprKind::List { elts, .. } => {
                elts.iter().try_for_each(|e| self.delete(e))?;
            }
            ExprKind::Starred { .. } => return self.error(span, "cannot delete starred"),
            _ => return self.error(span, "cannot delete this expression"),
        }
        self.release(mark);
        Ok(())
    }

    pub fn aug_assign(&mut self, span: Span, target: &'a Expr<'a>, op: Operator, value: &'a Expr<'a>) -> Res {
        let mark = self.mark();
        match &target.kind {
            ExprKind::Name { id, .. } => {
                if let Some(local) = self.local_operand(target) {
                    let l = if self.may_rebind(value) {
                        let t = self.u.alloc();
                        self.mv(span, t, local);
                        t
                    } else {
                        local
                    };
                    self.binary_rest(span, op, true, local, l, value)?;
                } else {
                    let t = self.u.next();
                    self.load_name(target.span, *id, t);
                    self.u.alloc();
                    self.binary_rest(span, op, true, t, t, value)?;
                    self.store_name(target.span, *id, t)?;
                }
            }
            ExprKind::Attribute { value: object, attr, .. } => {
                self.note_static_attribute(object, *attr);
                let obj = self.operand_before(object, &[value])?;
                let t = self.u.next();
                let at = self.attribute_span(target, *attr);
                let attr = self.mangle(*attr);
                let n = self.name_number(attr);
                self.op(at, Op::LOAD_ATTR, t, obj, n);
                self.u.alloc();
                self.binary_rest(span, op, true, t, t, value)?;
                self.op(at, Op::STORE_ATTR, obj, t, n);
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                let obj = self.operand_before(object, &[slice, value])?;
                if let ExprKind::Slice { lower, upper, step: None } = &slice.kind {
                    let first = self.u.next();
                    self.push_or_none(slice.span, lower.as_deref())?;
                    self.push_or_none(slice.span, upper.as_deref())?;
                    let t = self.u.next();
                    self.op(target.span, Op::GET_SLICE, t, obj, first);
                    self.u.alloc();
                    self.binary_rest(span, op, true, t, t, value)?;
                    self.op(target.span, Op::SET_SLICE, obj, first, t);
                } else {
                    let key = self.operand_before(slice, &[value])?;
                    let t = self.u.next();
                    self.op(target.span, Op::GET_ITEM, t, obj, key);
                    self.u.alloc();
                    self.binary_rest(span, op, true, t, t, value)?;
                    self.op(target.span, Op::SET_ITEM, obj, key, t);
                }
            }
            _ => return self.error(target.span, "invalid target of augmented assignment"),
        }
        self.release(mark);
        Ok(())
    }

    /// `self.x = …` in a method: x becomes one of the class's `__static_attributes__`.
    pub fn note_static_attribute(&mut self, value: &Expr, attr: Symbol) {
        if !matches!(value.kind, ExprKind::Name { id: sym::SELF, .. }) {
            return;
        }
        let attr = self.mangle(attr);
        let class = std::iter::once(&mut self.u)
            .chain(self.outer.iter_mut().rev())
            .find(|u| u.kind == ScopeKind::Class);
        if let Some(class) = class
            && !class.static_attributes.contains(&attr)
        {
            class.static_attributes.push(attr);
        }
    }
}
