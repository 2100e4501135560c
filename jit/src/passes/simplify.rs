//! Writes inferred types down, drops guards they prove, folds constants and conversions that undo each other.

use super::types;
use crate::hir::{Cmp, Function, Inst, Op, Order, Rep, Type, Val};
use habu_runtime::Value;

pub fn run(f: &mut Function) {
    // Each round may make a branch constant or a parameter's type narrower for the next.
    for _ in 0..4 {
        let order = Order::of(f);
        let inferred = types::infer(f, &order, &[]);
        for (inst, ty) in f.insts.iter_mut().zip(&inferred) {
            if !ty.is_void() && inst.ty.rep() == ty.rep() {
                inst.ty = *ty;
            }
        }
        let mut forward = vec![None; f.insts.len()];
        let mut changed = false;
        for &b in &order.rpo {
            for k in 0..f.block(b).insts.len() {
                let v = f.block(b).insts[k];
                resolve_operands(f, v, &forward);
                match simpler(f, v) {
                    Some(Simpler::Is(other)) => {
                        forward[v.0 as usize] = Some(other);
                        changed = true;
                    }
                    Some(Simpler::Becomes(inst)) => {
                        *f.inst_mut(v) = inst;
                        changed = true;
                    }
                    None => {}
                }
            }
            let params = forward.clone();
            f.block_mut(b).insts.retain(|v| params[v.0 as usize].is_none());
        }
        f.replace_uses(&forward);
        drop_unreachable(f);
        if !changed {
            break;
        }
    }
}

enum Simpler {
    Is(Val),
    Becomes(Inst),
}

fn resolve_operands(f: &mut Function, v: Val, forward: &[Option<Val>]) {
    let inst = f.inst_mut(v);
    for arg in &mut inst.args {
        while let Some(next) = forward[arg.0 as usize] {
            *arg = next;
        }
    }
}

fn word(word: u64) -> Simpler {
    let mut inst = Inst::new(Op::Word, &[], word as i64);
    inst.ty = Type::of_word(word);
    Simpler::Becomes(inst)
}

fn small(n: i64) -> Option<Simpler> {
    Value::try_small(n).map(|v| word(v.0))
}

fn float(x: f64) -> Simpler {
    Simpler::Becomes(Inst::new(Op::Float, &[], x.to_bits() as i64))
}

/// A constant condition, in its canonical form: zero compared with zero.
fn known_condition(f: &Function, v: Val) -> Option<bool> {
    let inst = f.inst(v);
    match inst.op {
        Op::RCmp | Op::RBelow => {
            let (a, b) = (raw_of(f, inst.args[0])?, raw_of(f, inst.args[1])?);
            Some(if inst.op == Op::RBelow {
                (a as u64) < b as u64
            } else {
                Cmp::from_imm(inst.imm).eval(a, b)
            })
        }
        Op::ICmp => Some(Cmp::from_imm(inst.imm).eval(int_of(f, inst.args[0])?, int_of(f, inst.args[1])?)),
        Op::FCmp => {
            Some(Cmp::from_imm(inst.imm).eval(float_of(f, inst.args[0])?, float_of(f, inst.args[1])?))
        }
        Op::Known => Some(inst.imm != 0),
        Op::BothInts => {
            let (x, y) = (f.ty(inst.args[0]), f.ty(inst.args[1]));
            (!x.may_be(Type::INT) || !y.may_be(Type::INT)).then_some(false)
        }
        Op::HasShape => (!f.ty(inst.args[0]).may_be(Type::OBJECT)).then_some(false),
        Op::Not => known_condition(f, inst.args[0]).map(|c| !c),
        Op::Same => {
            let (a, b) = (f.inst(inst.args[0]), f.inst(inst.args[1]));
            if inst.args[0] == inst.args[1] {
                return Some(true);
            }
            if a.op == Op::Word && b.op == Op::Word {
                return Some(a.imm == b.imm);
            }
            // Different kinds of word are different words; floats of one value may differ in storage, so they are left.
            (!a.ty.may_be(b.ty)).then_some(false)
        }
        Op::IsTrue if f.inst(inst.args[0]).op == Op::Word => {
            Some(f.inst(inst.args[0]).imm as u64 == Value::TRUE.0)
        }
        _ => None,
    }
}

fn int_of(f: &Function, v: Val) -> Option<i64> {
    let inst = f.inst(v);
    (inst.op == Op::Word).then(|| Value(inst.imm as u64).as_small()).flatten()
}

fn raw_of(f: &Function, v: Val) -> Option<i64> {
    let inst = f.inst(v);
    (inst.op == Op::Raw).then_some(inst.imm)
}

fn float_of(f: &Function, v: Val) -> Option<f64> {
    let inst = f.inst(v);
    (inst.op == Op::Float).then(|| f64::from_bits(inst.imm as u64))
}

fn simpler(f: &Function, v: Val) -> Option<Simpler> {
    let inst = f.inst(v);
    let arg = |i: usize| inst.args[i];
    let ty = |i: usize| f.ty(inst.args[i]);
    match inst.op {
        Op::GuardInt | Op::GuardBool | Op::GuardFloat => {
            ty(0).is(inst.op.info().result).then(|| Simpler::Is(arg(0)))
        }
        Op::GuardBound => (!ty(0).may_be(Type::UNBOUND)).then(|| Simpler::Is(arg(0))),
        Op::GuardShape => (ty(0).shape() == Some(inst.imm as u32)).then(|| Simpler::Is(arg(0))),
        Op::GuardSame => {
            let (a, b) = (f.inst(arg(0)), f.inst(arg(1)));
            (arg(0) == arg(1) || matches!(a.op, Op::Word | Op::Const) && a.op == b.op && a.imm == b.imm)
                .then(|| Simpler::Is(arg(0)))
        }
        Op::GuardTrue if known_condition(f, arg(0)) == Some(true) => Some(Simpler::Is(arg(0))),
        Op::GuardFalse if known_condition(f, arg(0)) == Some(false) => Some(Simpler::Is(arg(0))),
        Op::Unbox | Op::UnboxNumber | Op::UnboxKnown => {
            let a = f.inst(arg(0));
            match a.op {
                Op::BoxFloat => Some(Simpler::Is(a.args[0])),
                Op::GuardFloat if inst.op == Op::Unbox => {
                    let mut same = inst.clone();
                    same.op = Op::UnboxKnown;
                    same.frame = None;
                    Some(Simpler::Becomes(same))
                }
                Op::Word if Value(a.imm as u64).is_inline_float() => {
                    Some(float(Value(a.imm as u64).inline_float_unchecked()))
                }
                Op::Word if inst.op == Op::UnboxNumber => Some(float(Value(a.imm as u64).as_small()? as f64)),
                _ if inst.op != Op::UnboxKnown && ty(0).is(Type::FLOAT) => {
                    let mut known = inst.clone();
                    known.op = Op::UnboxKnown;
                    known.frame = None;
                    Some(Simpler::Becomes(known))
                }
                _ => None,
            }
        }
        Op::BoxFloat => {
            let a = f.inst(arg(0));
            match a.op {
                Op::Float => Value::try_float(f64::from_bits(a.imm as u64)).map(|v| word(v.0)),
                Op::UnboxKnown => Some(Simpler::Is(a.args[0])),
                _ => None,
            }
        }
        Op::IsTrue => {
            let a = f.inst(arg(0));
            (a.op == Op::BoolWord).then(|| Simpler::Is(a.args[0]))
        }
        Op::Not => {
            let a = f.inst(arg(0));
            match a.op {
                Op::Not => Some(Simpler::Is(a.args[0])),
                Op::ICmp => {
                    let mut flipped = a.clone();
                    flipped.imm =
                        [Cmp::Ge, Cmp::Gt, Cmp::Ne, Cmp::Eq, Cmp::Le, Cmp::Lt][a.imm as usize] as i64;
                    Some(Simpler::Becomes(flipped))
                }
                _ => None,
            }
        }
        Op::BoolWord => known_condition(f, arg(0)).map(|c| word(Value::bool(c).0)),
        Op::IAdd | Op::IAddFast => match (int_of(f, arg(0)), int_of(f, arg(1))) {
            (Some(a), Some(b)) => small(a.checked_add(b)?),
            (_, Some(0)) => Some(Simpler::Is(arg(0))),
            (Some(0), _) => Some(Simpler::Is(arg(1))),
            _ => None,
        },
        Op::ISub | Op::ISubFast => match (int_of(f, arg(0)), int_of(f, arg(1))) {
            (Some(a), Some(b)) => small(a.checked_sub(b)?),
            (_, Some(0)) => Some(Simpler::Is(arg(0))),
            _ => None,
        },
        Op::IMul | Op::IMulFast => match (int_of(f, arg(0)), int_of(f, arg(1))) {
            (Some(a), Some(b)) => small(a.checked_mul(b)?),
            (_, Some(1)) => Some(Simpler::Is(arg(0))),
            (Some(1), _) => Some(Simpler::Is(arg(1))),
            _ => None,
        },
        Op::IMod | Op::IFloorDiv if int_of(f, arg(1)).is_some_and(|n| n > 0) => {
            let mut fast = inst.clone();
            fast.op = if inst.op == Op::IMod { Op::IModFast } else { Op::IFloorDivFast };
            fast.frame = None;
            Some(Simpler::Becomes(fast))
        }
        Op::IMax => small(int_of(f, arg(0))?.max(int_of(f, arg(1))?)),
        Op::Untag => Some(Simpler::Becomes(Inst::new(Op::Raw, &[], int_of(f, arg(0))?))),
        Op::Tag if f.inst(arg(0)).op == Op::Untag => Some(Simpler::Is(f.inst(arg(0)).args[0])),
        Op::Branch => {
            let known = known_condition(f, arg(0));
            let taken = match known {
                Some(c) => inst.targets[usize::from(!c)].clone(),
                None if inst.targets[0] == inst.targets[1] => inst.targets[0].clone(),
                None if f.inst(arg(0)).op == Op::Not => {
                    let mut turned = inst.clone();
                    turned.args[0] = f.inst(arg(0)).args[0];
                    turned.targets.swap(0, 1);
                    return Some(Simpler::Becomes(turned));
                }
                None => return None,
            };
            let mut jump = Inst::new(Op::Jump, &[], 0);
            jump.targets.push(taken);
            Some(Simpler::Becomes(jump))
        }
        _ => None,
    }
}

/// Empties blocks that can no longer be reached.
pub fn drop_unreachable(f: &mut Function) {
    let order = Order::of(f);
    for i in 0..f.blocks.len() {
        if !order.is_reachable(crate::hir::BlockId(i as u32)) {
            f.blocks[i].insts.clear();
            f.blocks[i].params.clear();
            f.blocks[i].header = None;
        }
    }
    debug_assert!(
        f.insts.iter().all(|i| i.ty.rep() != Rep::None || i.op.info().result.is_void() || i.op == Op::Param)
    );
}
