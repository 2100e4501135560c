//! Moves what a loop does not change in front of it: computations, checks (with the state at the loop's header) and loads
//! whose memory the loop leaves alone.

use super::speculate::edge_frame;
use crate::hir::{BlockId, Effect, Function, Mem, Op, Order, Val};
use crate::layout;

/// What a loop does to memory.
#[derive(Default)]
struct Kills {
    calls: bool,
    shapes: bool,
    classes: Vec<(Mem, i64)>,
}

fn kills_of(f: &Function, members: &[BlockId]) -> Kills {
    let mut kills = Kills::default();
    for b in members {
        for &v in &f.block(*b).insts {
            let inst = f.inst(v);
            match inst.op.effect() {
                Effect::Call => kills.calls = true,
                Effect::Store => {
                    kills.shapes |= inst.op == Op::SetShape;
                    kills.classes.push((inst.op.info().mem, inst.imm));
                }
                _ => {}
            }
        }
    }
    kills
}

pub fn run(f: &mut Function) {
    let loops = Order::of(f).loops();
    for (header, members) in loops {
        let order = Order::of(f);
        let outside: Vec<BlockId> =
            order.preds[header.0 as usize].iter().copied().filter(|p| !members.contains(p)).collect();
        let [entry] = outside[..] else { continue };
        if f.term(entry).op != Op::Jump {
            continue;
        }
        hoist(f, &order, header, &members, entry);
    }
}

fn hoist(f: &mut Function, order: &Order, header: BlockId, members: &[BlockId], entry: BlockId) {
    let kills = kills_of(f, members);
    let mut inside = vec![false; f.insts.len()];
    for b in members {
        for v in f.block(*b).params.iter().chain(&f.block(*b).insts) {
            inside[v.0 as usize] = true;
        }
    }
    let latches: Vec<BlockId> =
        order.preds[header.0 as usize].iter().copied().filter(|p| members.contains(p)).collect();
    let frame = f.block(header).header.filter(|id| !f.unspeculated.contains(&f.frame(*id).pc));
    let mut edge = None;
    let in_order: Vec<BlockId> = order.rpo.iter().copied().filter(|b| members.contains(b)).collect();
    for b in in_order {
        let always = latches.iter().all(|l| order.dominates(b, *l));
        let mut moved = Vec::new();
        for &v in &f.block(b).insts.clone() {
            let inst = f.inst(v);
            if inst.args.iter().any(|a| inside[a.0 as usize])
                || !movable(f, v, &kills, always && frame.is_some())
            {
                continue;
            }
            if inst.frame.is_some() {
                let Some(header_frame) = frame else { continue };
                let id = match edge {
                    Some(id) => id,
                    None => {
                        let args = f.term(entry).targets[0].args.clone();
                        *edge.insert(edge_frame(f, header_frame, header, &args))
                    }
                };
                f.inst_mut(v).frame = Some(id);
            }
            inside[v.0 as usize] = false;
            moved.push(v);
        }
        if moved.is_empty() {
            continue;
        }
        f.block_mut(b).insts.retain(|v| !moved.contains(v));
        let at = f.block(entry).insts.len() - 1;
        f.block_mut(entry).insts.splice(at..at, moved);
    }
}

fn movable(f: &Function, v: Val, kills: &Kills, guards: bool) -> bool {
    let inst = f.inst(v);
    let info = inst.op.info();
    match info.effect {
        // Divisions may trap for operands that only the loop's own checks exclude.
        Effect::Pure => !matches!(inst.op, Op::IModFast | Op::IFloorDivFast | Op::PureCall | Op::CallUnboxed),
        Effect::Guard => {
            let unstable = inst.op == Op::GuardShape && !layout::is_stable(inst.imm as u32);
            guards && info.mem == Mem::None && !(unstable && (kills.calls || kills.shapes))
        }
        Effect::Load => {
            let by_offset = matches!(info.mem, Mem::Field | Mem::Window);
            let stored =
                kills.classes.iter().any(|(m, imm)| *m == info.mem && (!by_offset || *imm == inst.imm));
            // Items are read behind a check of the index that no operand shows.
            let checked = matches!(
                inst.op,
                Op::LoadElem
                    | Op::LoadElemInt
                    | Op::LoadElemF64
                    | Op::LoadItemConst
                    | Op::LoadByte
                    | Op::LoadNumber
                    | Op::LoadNumberF64
                    | Op::Character
            );
            let reshaped = info.mem == Mem::Shape && kills.shapes;
            !checked && !reshaped && (info.mem == Mem::Const || !kills.calls && !stored)
        }
        _ => false,
    }
}
