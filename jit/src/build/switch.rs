//! Sites that meet a few shapes or callees: one branch each, joined behind.

use super::Builder;
use crate::hir::{BlockId, Op as H, Rep, Target, Type, Val};
use crate::layout;

impl Builder<'_> {
    /// Does `each` for the shape that the object has, and joins the results; another shape exits. `wild`: branches call
    /// something or change shapes, so that nothing stays known of the shapes of objects.
    pub(super) fn switch_shapes(
        &mut self,
        object: Val,
        shapes: &[u32],
        wild: bool,
        mut each: impl FnMut(&mut Self, usize, Val) -> Val,
    ) -> Val {
        if wild {
            self.forget_shapes();
        }
        let regs = self.regs.clone();
        let join = self.f.new_block();
        let mut results = Vec::new();
        for (k, &shape) in shapes.iter().enumerate() {
            let mut other = None;
            let known = if k + 1 == shapes.len() {
                self.shape_of(object, shape)
            } else {
                let fits = self.emit(H::HasShape, &[object], shape as i64);
                other = Some(self.fork(fits));
                self.known_shape(object, shape)
            };
            let v = each(self, k, known);
            self.join(join, v, &mut results);
            self.regs.clone_from(&regs);
            if let Some(other) = other {
                self.block = other;
            }
        }
        let result = self.joined(join, &results);
        if !self.f.ty(object).is(Type::OBJECT) {
            let mut inst = crate::hir::Inst::new(H::Reshaped, &[object], 0);
            inst.ty = Type::OBJECT;
            let known = self.place(inst);
            self.refine(object, known);
        }
        result
    }

    /// Does `each` for the one of the candidates that the value is: it is one of them.
    pub(super) fn switch_values(
        &mut self,
        value: Val,
        candidates: &[(u64, u32)],
        mut each: impl FnMut(&mut Self, Val) -> Val,
    ) -> Val {
        self.forget_shapes();
        let regs = self.regs.clone();
        let join = self.f.new_block();
        let mut results = Vec::new();
        for (k, &(word, id)) in candidates.iter().enumerate() {
            let mut other = None;
            let mut known = self.constant(word, id);
            if k + 1 != candidates.len() {
                let same = self.emit(H::Same, &[value, known], 0);
                other = Some(self.fork(same));
                known = self.constant(word, id);
            }
            let v = each(self, known);
            self.join(join, v, &mut results);
            self.regs.clone_from(&regs);
            if let Some(other) = other {
                self.block = other;
            }
        }
        self.joined(join, &results)
    }

    /// One value where the condition holds, another where it does not. `wild`: either may call something, so that nothing
    /// stays known of the shapes of objects.
    pub(super) fn either(
        &mut self,
        cond: Val,
        wild: bool,
        yes: impl FnOnce(&mut Self) -> Val,
        no: impl FnOnce(&mut Self) -> Val,
    ) -> Val {
        if wild {
            self.forget_shapes();
        }
        let regs = self.regs.clone();
        let join = self.f.new_block();
        let mut results = Vec::new();
        let other = self.fork(cond);
        self.frame = None;
        let v = yes(self);
        self.join(join, v, &mut results);
        self.block = other;
        self.regs.clone_from(&regs);
        self.frame = None;
        let v = no(self);
        self.join(join, v, &mut results);
        self.regs = regs;
        self.frame = None;
        self.joined(join, &results)
    }

    /// Goes on where the condition holds; the block where it does not.
    pub(super) fn fork(&mut self, cond: Val) -> BlockId {
        let (yes, no) = (self.f.new_block(), self.f.new_block());
        self.branch(cond, Target { block: yes, args: Vec::new() }, Target { block: no, args: Vec::new() });
        self.ended = false;
        self.block = yes;
        no
    }

    /// The object where a branch has found it to have the shape.
    pub(super) fn known_shape(&mut self, object: Val, shape: u32) -> Val {
        let mut inst = crate::hir::Inst::new(H::Reshaped, &[object], 0);
        inst.ty = Type::object(shape);
        self.place(inst)
    }

    pub(super) fn join(&mut self, join: BlockId, v: Val, results: &mut Vec<Val>) {
        let v = match self.f.ty(v).rep() {
            Rep::F64 => self.emit(H::BoxFloat, &[v], 0),
            Rep::Cond => self.emit(H::BoolWord, &[v], 0),
            _ => v,
        };
        results.push(v);
        self.terminate(H::Jump, &[], 0, vec![Target { block: join, args: vec![v] }]);
        self.ended = false;
    }

    pub(super) fn joined(&mut self, join: BlockId, results: &[Val]) -> Val {
        let ty = results.iter().fold(Type::VOID, |ty, v| ty.union(self.f.ty(*v)));
        let ty = match ty.shape() {
            Some(id) if !layout::is_stable(id) => Type::OBJECT,
            _ => ty,
        };
        let result = self.f.add_param(join, ty);
        self.block = join;
        result
    }
}
