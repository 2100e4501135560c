//! Moves boxing of floats to where the box is needed: often the cold way out of a loop.

use crate::hir::{BlockId, Function, Inst, Op, Order, Val};

pub fn run(f: &mut Function) {
    let order = Order::of(f);
    let mut depth = vec![0u32; f.blocks.len()];
    for (_, members) in order.loops() {
        for b in members {
            depth[b.0 as usize] += 1;
        }
    }
    let mut uses: Vec<Vec<BlockId>> = vec![Vec::new(); f.insts.len()];
    for &b in &order.rpo {
        for &v in &f.block(b).insts {
            let inst = f.inst(v);
            for a in inst.args.iter().chain(inst.targets.iter().flat_map(|t| &t.args)) {
                if uses[a.0 as usize].last() != Some(&b) {
                    uses[a.0 as usize].push(b);
                }
            }
        }
    }
    for &home in &order.rpo {
        for v in f.block(home).insts.clone() {
            if f.inst(v).op != Op::BoxFloat {
                continue;
            }
            let users = uses.get(v.0 as usize).cloned().unwrap_or_default();
            let worth = users.iter().all(|u| *u != home && depth[u.0 as usize] <= depth[home.0 as usize]);
            if users.is_empty() || !worth {
                continue;
            }
            let source = f.inst(v).args[0];
            for user in users {
                remake(f, user, v, source);
            }
        }
    }
}

/// Boxes `source` in block `b` before its first use of `old`, and uses that there.
fn remake(f: &mut Function, b: BlockId, old: Val, source: Val) {
    let names = |f: &Function, v: Val| {
        let inst = f.inst(v);
        inst.args.contains(&old) || inst.targets.iter().any(|t| t.args.contains(&old))
    };
    let Some(at) = f.block(b).insts.iter().position(|v| names(f, *v)) else { return };
    let new = f.add(Inst::new(Op::BoxFloat, &[source], 0));
    f.block_mut(b).insts.insert(at, new);
    for k in at + 1..f.block(b).insts.len() {
        let v = f.block(b).insts[k];
        let inst = f.inst_mut(v);
        for a in inst.args.iter_mut().chain(inst.targets.iter_mut().flat_map(|t| &mut t.args)) {
            if *a == old {
                *a = new;
            }
        }
    }
}
