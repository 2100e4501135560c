//! Drops instructions and block parameters that no effect needs.

use super::params::remove_params;
use crate::hir::{Effect, Function, Order, Val};

pub fn run(f: &mut Function) {
    super::simplify::drop_unreachable(f);
    let order = Order::of(f);
    let mut live = vec![false; f.insts.len()];
    let mut frames = vec![false; f.frames.len()];
    let mut work: Vec<Val> = Vec::new();
    for &b in &order.rpo {
        for &v in &f.block(b).insts {
            if matches!(f.inst(v).op.effect(), Effect::Guard | Effect::Store | Effect::Call | Effect::Term) {
                work.push(v);
            }
        }
    }
    // Parameters get their operands from the edges into their block.
    let mut home = vec![None; f.insts.len()];
    for &b in &order.rpo {
        for (k, p) in f.block(b).params.iter().enumerate() {
            home[p.0 as usize] = Some((b, k));
        }
    }
    while let Some(v) = work.pop() {
        if std::mem::replace(&mut live[v.0 as usize], true) {
            continue;
        }
        let inst = f.inst(v);
        work.extend(&inst.args);
        if let Some((b, k)) = home[v.0 as usize] {
            for pred in &order.preds[b.0 as usize] {
                work.extend(f.term(*pred).targets.iter().filter(|t| t.block == b).map(|t| t.args[k]));
            }
        }
        if let Some(frame) = inst.frame {
            for (id, state) in f.frame_chain(frame) {
                if !std::mem::replace(&mut frames[id.0 as usize], true) {
                    work.extend(state.regs.iter().flatten());
                }
            }
        }
    }
    for &b in &order.rpo {
        // The header's state names parameters for passes that hoist; those are done with what is dead.
        f.block_mut(b).insts.retain(|v| live[v.0 as usize]);
        if let Some(header) = f.block(b).header {
            for reg in &mut f.frames[header.0 as usize].regs {
                if reg.is_some_and(|v| !live[v.0 as usize]) && !frames[header.0 as usize] {
                    *reg = None;
                }
            }
        }
    }
    remove_params(f, &order, |p| !live[p.0 as usize]);
}
