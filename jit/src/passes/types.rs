//! Type inference: the optimistic fixpoint over block parameters. A library of the passes, no pass itself.

use crate::hir::{Function, Op, Order, Rep, Type, Val};
use crate::layout;

/// Type of an instruction's result, given those of its operands.
fn result(f: &Function, v: Val, ty: &[Type]) -> Type {
    let inst = f.inst(v);
    let arg = |i: usize| ty[inst.args[i].0 as usize];
    match inst.op {
        Op::GuardInt | Op::GuardBool | Op::GuardFloat => inst.ty,
        Op::GuardBound => {
            let known = arg(0).meet(Type::BOUND);
            if known.is_void() { Type::BOUND } else { known }
        }
        Op::GuardUnwatched => arg(0),
        // Shapes that a call may change are known at their guard only: merging may have moved the value beyond a call.
        Op::GuardShape => for_param(Type::object(inst.imm as u32)),
        _ => for_param(inst.ty),
    }
}

/// What may be said of a parameter: shapes that calls can change are known at their guard only.
fn for_param(ty: Type) -> Type {
    match ty.shape() {
        Some(id) if !layout::is_stable(id) => Type::OBJECT,
        _ => ty,
    }
}

/// Types of all values. `pinned` says what to take for granted of some parameters.
pub fn infer(f: &Function, order: &Order, pinned: &[Option<Type>]) -> Vec<Type> {
    let mut ty = vec![Type::VOID; f.insts.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for &b in &order.rpo {
            for (k, &p) in f.block(b).params.iter().enumerate() {
                let mut new = ty[p.0 as usize];
                if f.ty(p).rep() != Rep::Word {
                    new = f.ty(p);
                } else if let Some(pin) = pinned.get(p.0 as usize).copied().flatten() {
                    new = pin;
                } else {
                    for &pred in &order.preds[b.0 as usize] {
                        for target in f.term(pred).targets.iter().filter(|t| t.block == b) {
                            new = new.union(for_param(ty[target.args[k].0 as usize]));
                        }
                    }
                }
                if new != ty[p.0 as usize] {
                    ty[p.0 as usize] = new;
                    changed = true;
                }
            }
            for &v in &f.block(b).insts {
                let new = result(f, v, &ty);
                if new != ty[v.0 as usize] {
                    ty[v.0 as usize] = new;
                    changed = true;
                }
            }
        }
    }
    ty
}
