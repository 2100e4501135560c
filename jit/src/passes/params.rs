//! Removes block parameters that receive one and the same value on every edge.

use crate::hir::{BlockId, Function, Order, Val};

pub fn run(f: &mut Function) {
    let order = Order::of(f);
    let mut forward: Vec<Option<Val>> = vec![None; f.insts.len()];
    fn resolve(forward: &[Option<Val>], v: Val) -> Val {
        let mut v = v;
        while let Some(next) = forward[v.0 as usize] {
            v = next;
        }
        v
    }
    let mut home: Vec<Option<BlockId>> = vec![None; f.insts.len()];
    for &b in &order.rpo {
        let block = f.block(b);
        block.params.iter().chain(&block.insts).for_each(|v| home[v.0 as usize] = Some(b));
    }
    let mut changed = true;
    while changed {
        changed = false;
        for &b in order.rpo.iter().skip(1) {
            for k in 0..f.block(b).params.len() {
                let p = f.block(b).params[k];
                if forward[p.0 as usize].is_some() {
                    continue;
                }
                let mut only: Option<Val> = None;
                let mut several = false;
                for &pred in &order.preds[b.0 as usize] {
                    for target in f.term(pred).targets.iter().filter(|t| t.block == b) {
                        let v = resolve(&forward, target.args[k]);
                        if v == p || only == Some(v) || same_constant(f, only, v) {
                            continue;
                        }
                        several |= only.is_some();
                        only = Some(v);
                    }
                }
                if let (Some(v), false) = (only, several)
                    && available(f, &order, home[v.0 as usize], v, b)
                {
                    forward[p.0 as usize] = Some(v);
                    changed = true;
                }
            }
        }
    }
    remove_params(f, &order, |p| forward[p.0 as usize].is_some());
    f.replace_uses(&forward);
}

/// Two constants of one word count as one value, if the first is available; `available` has the last word.
fn same_constant(f: &Function, only: Option<Val>, v: Val) -> bool {
    use crate::hir::Op;
    only.is_some_and(|o| {
        let (a, b) = (f.inst(o), f.inst(v));
        matches!(a.op, Op::Word | Op::Const) && a.op == b.op && a.imm == b.imm
    })
}

/// Whether `v`, which is defined in the block `home`, is so where block `b` begins.
fn available(f: &Function, order: &Order, home: Option<BlockId>, v: Val, b: BlockId) -> bool {
    home.is_some_and(|d| d != b && order.dominates(d, b) || d == b && f.block(b).params.contains(&v))
}

/// Drops the parameters `dead` names, and what edges pass for them.
pub fn remove_params(f: &mut Function, order: &Order, dead: impl Fn(Val) -> bool) {
    let keep: Vec<Vec<bool>> =
        f.blocks.iter().map(|b| b.params.iter().map(|p| !dead(*p)).collect()).collect();
    for &b in &order.rpo {
        let Some(&last) = f.block(b).insts.last() else { continue };
        for target in &mut f.inst_mut(last).targets {
            let mut flags = keep[target.block.0 as usize].iter();
            target.args.retain(|_| flags.next().copied().unwrap_or(true));
        }
    }
    for (block, keep) in f.blocks.iter_mut().zip(&keep) {
        let mut flags = keep.iter();
        block.params.retain(|_| flags.next().copied().unwrap_or(true));
    }
}
