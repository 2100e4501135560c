//! Loop variables that the loop keeps small ints or floats are checked once on the way in, so that the checks inside fall away.

use super::types;
use crate::hir::{BlockId, FrameId, Function, Inst, Op, Order, Type, Val};

pub fn run(f: &mut Function) {
    let order = Order::of(f);
    let mut pinned: Vec<Option<Type>> = vec![None; f.insts.len()];
    let mut any = false;
    for &b in &order.rpo {
        for &v in &f.block(b).insts {
            let inst = f.inst(v);
            let wanted = match inst.op {
                Op::GuardInt => Type::INT,
                Op::GuardFloat | Op::Unbox => Type::FLOAT,
                _ => continue,
            };
            let p = inst.args[0];
            if f.inst(p).op == Op::Param && pinned[p.0 as usize].is_none() && is_header_param(f, &order, p) {
                pinned[p.0 as usize] = Some(wanted);
                any = true;
            }
        }
    }
    if !any {
        return;
    }
    // Unpin what a back-edge does not keep, until all that is pinned holds given the rest.
    loop {
        let ty = types::infer(f, &order, &pinned);
        let mut changed = false;
        for &b in &order.rpo {
            for k in 0..f.block(b).params.len() {
                let p = f.block(b).params[k];
                let Some(want) = pinned[p.0 as usize] else { continue };
                let kept =
                    order.preds[b.0 as usize].iter().filter(|pred| order.dominates(b, **pred)).all(|pred| {
                        f.term(*pred)
                            .targets
                            .iter()
                            .filter(|t| t.block == b)
                            .all(|t| ty[t.args[k].0 as usize].is(want))
                    });
                // An entry value known to be of another type would only exit.
                let fits = order.preds[b.0 as usize].iter().all(|pred| {
                    f.term(*pred)
                        .targets
                        .iter()
                        .filter(|t| t.block == b)
                        .all(|t| ty[t.args[k].0 as usize].may_be(want))
                });
                if !kept || !fits {
                    pinned[p.0 as usize] = None;
                    changed = true;
                }
            }
        }
        if !changed {
            insert_guards(f, &order, &pinned, &ty);
            return;
        }
    }
}

fn is_header_param(f: &Function, order: &Order, p: Val) -> bool {
    order.rpo.iter().any(|b| {
        f.block(*b).header.is_some_and(|frame| !f.unspeculated.contains(&f.frame(frame).pc))
            && f.block(*b).params.contains(&p)
    })
}

fn insert_guards(f: &mut Function, order: &Order, pinned: &[Option<Type>], ty: &[Type]) {
    for &b in &order.rpo {
        let Some(header) = f.block(b).header else { continue };
        for pred in order.preds[b.0 as usize].clone() {
            if order.dominates(b, pred) {
                continue;
            }
            let Some(&term) = f.block(pred).insts.last() else { continue };
            for t in 0..f.inst(term).targets.len() {
                if f.inst(term).targets[t].block != b {
                    continue;
                }
                let wanted = f.block(b).params.iter().zip(&f.inst(term).targets[t].args).any(|(p, arg)| {
                    pinned[p.0 as usize]
                        .is_some_and(|want| !ty.get(arg.0 as usize).is_some_and(|ty| ty.is(want)))
                });
                if !wanted {
                    continue;
                }
                let pred = f.split_edge(pred, t);
                let (Some(&term), t) =
                    (f.block(pred).insts.last(), if f.term(pred).op == Op::Jump { 0 } else { t })
                else {
                    continue;
                };
                let frame = edge_frame(f, header, b, &f.inst(term).targets[t].args.clone());
                for k in 0..f.block(b).params.len() {
                    let p = f.block(b).params[k];
                    let arg = f.inst(term).targets[t].args[k];
                    let Some(want) = pinned[p.0 as usize] else { continue };
                    if ty.get(arg.0 as usize).is_some_and(|ty| ty.is(want)) {
                        continue;
                    }
                    let op = if want == Type::INT { Op::GuardInt } else { Op::GuardFloat };
                    let mut guard = Inst::new(op, &[arg], 0);
                    guard.frame = Some(frame);
                    let g = f.add(guard);
                    let at = f.block(pred).insts.len() - 1;
                    f.block_mut(pred).insts.insert(at, g);
                    f.inst_mut(term).targets[t].args[k] = g;
                }
            }
        }
    }
}

/// The header's state as it is on an edge that passes `args`.
pub fn edge_frame(f: &mut Function, header: FrameId, block: BlockId, args: &[Val]) -> FrameId {
    let mut frame = f.frame(header).clone();
    for reg in frame.regs.iter_mut().flatten() {
        if let Some(k) = f.block(block).params.iter().position(|p| p == reg) {
            *reg = args[k];
        }
    }
    f.add_frame(frame)
}
