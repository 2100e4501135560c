//! Spill placement: before a call that may look at frames, stores what the frame state names into the window, unless it is
//! there already; and notes for each guard what its exit need not store.

use crate::helpers::Helper;
use crate::hir::{Effect, FrameId, Function, Inst, Op, Order, Rep, Val};

/// Known content of the window's registers.
type Window = Vec<Option<Val>>;

pub fn run(f: &mut Function) {
    let order = Order::of(f);
    let size = size(f, &order);
    // Optimistic forward analysis: none is "not reached yet".
    let mut out: Vec<Option<Window>> = vec![None; f.blocks.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for &b in &order.rpo {
            let mut w = entry_state(f, &order, b, &out, size);
            for &v in &f.block(b).insts {
                if f.inst(v).op.effect() == Effect::Call
                    && let Some(frame) = f.inst(v).frame
                {
                    for (r, content) in named(f, frame) {
                        w[r] = Some(content);
                    }
                }
                step(f, v, &mut w);
            }
            if out[b.0 as usize].as_ref() != Some(&w) {
                out[b.0 as usize] = Some(w);
                changed = true;
            }
        }
    }
    f.stored.clear();
    for &b in &order.rpo {
        let mut w = entry_state(f, &order, b, &out, size);
        let mut placed = Vec::new();
        for v in std::mem::take(&mut f.block_mut(b).insts) {
            if let Some(frame) = f.inst(v).frame {
                if f.inst(v).op.effect() == Effect::Call {
                    for (r, content) in named(f, frame) {
                        if w[r] != Some(content) {
                            let word = boxed(f, content, &mut placed);
                            let spill = f.add(Inst::new(Op::Spill, &[word], r as i64));
                            placed.push(spill);
                            w[r] = Some(content);
                        }
                    }
                }
                let there = named(f, frame)
                    .into_iter()
                    .filter(|(r, c)| w[*r] == Some(*c))
                    .map(|(r, _)| r as u32)
                    .collect();
                f.stored.insert(v, there);
            }
            // What building asked for may be there already.
            if f.inst(v).op == Op::Spill && w[f.inst(v).imm as usize] == Some(source(f, f.inst(v).args[0])) {
                continue;
            }
            step(f, v, &mut w);
            placed.push(v);
        }
        f.block_mut(b).insts = placed;
    }
}

/// How many registers of the window anything stores, loads or names.
fn size(f: &Function, order: &Order) -> usize {
    let insts = order.rpo.iter().flat_map(|b| &f.block(*b).insts).map(|v| f.inst(*v));
    let used = insts.map(|inst| {
        let touched = match inst.op {
            Op::Spill | Op::LoadWindow => inst.imm as usize + 1,
            _ => 0,
        };
        let named = inst.frame.into_iter().flat_map(|frame| f.frame_chain(frame));
        named.map(|(_, state)| state.base as usize + state.regs.len()).fold(touched, usize::max)
    });
    used.max().unwrap_or(0)
}

/// Register of the unit's window and content, for all frames of a state.
fn named(f: &Function, frame: FrameId) -> Vec<(usize, Val)> {
    f.frame_chain(frame)
        .flat_map(|(_, state)| {
            let base = state.base as usize;
            state.regs.iter().enumerate().filter_map(move |(r, v)| v.map(|v| (base + r, v)))
        })
        .map(|(r, v)| (r, source(f, v)))
        .collect()
}

/// One name for all values that are the same word.
fn source(f: &Function, v: Val) -> Val {
    let v = f.root(v);
    match f.inst(v).op {
        Op::BoxFloat | Op::BoolWord => f.inst(v).args[0],
        _ => v,
    }
}

fn boxed(f: &mut Function, v: Val, placed: &mut Vec<Val>) -> Val {
    let op = match f.ty(v).rep() {
        Rep::F64 => Op::BoxFloat,
        Rep::Cond => Op::BoolWord,
        _ => return v,
    };
    let word = f.add(Inst::new(op, &[v], 0));
    placed.push(word);
    word
}

fn entry_state(
    f: &Function,
    order: &Order,
    b: crate::hir::BlockId,
    out: &[Option<Window>],
    size: usize,
) -> Window {
    let mut joined: Option<Window> = None;
    for &pred in &order.preds[b.0 as usize] {
        let Some(from) = &out[pred.0 as usize] else { continue };
        for target in f.term(pred).targets.iter().filter(|t| t.block == b) {
            let mut w = from.clone();
            let passed: Vec<Val> = target.args.iter().map(|a| source(f, *a)).collect();
            for slot in &mut w {
                // A register that holds what a parameter receives holds the parameter.
                let Some(v) = *slot else { continue };
                *slot = match passed.iter().position(|a| *a == v) {
                    Some(k) => Some(f.block(b).params[k]),
                    // The parameter's last value, not the one it gets now.
                    None if f.block(b).params.contains(&v) => None,
                    None => Some(v),
                };
            }
            joined = Some(match joined {
                None => w,
                Some(j) => j.into_iter().zip(w).map(|(a, b)| if a == b { a } else { None }).collect(),
            });
        }
    }
    joined.unwrap_or_else(|| vec![None; size])
}

fn step(f: &Function, v: Val, w: &mut Window) {
    let inst = f.inst(v);
    if let (Effect::Call, Some(frame)) = (inst.op.effect(), inst.frame) {
        // Frames of what is called lie above the frame.
        let frame = f.frame(frame);
        let end = frame.base + f.codes[frame.code as usize].registers;
        w.iter_mut().skip(end as usize).for_each(|s| *s = None);
    }
    match inst.op {
        Op::Spill => w[inst.imm as usize] = Some(source(f, inst.args[0])),
        Op::LoadWindow => w[inst.imm as usize] = Some(v),
        // The callee's frame lies over the registers from its header on.
        Op::CallDirect => w.iter_mut().skip((inst.extra as usize).saturating_sub(3)).for_each(|s| *s = None),
        // Helpers that write registers, or hand them to callees, begin at the address that is their first operand.
        Op::CallHelper if Helper::from_index(inst.imm as usize).uses_window() => {
            let from = f.inst(inst.args[0]).imm as usize;
            w.iter_mut().skip(from).for_each(|s| *s = None);
        }
        _ => {}
    }
}
