//! Scalar replacement: an instance that is seen by nobody but its own loads and stores, and by the states of exits, is not
//! made. Its attributes become values; exits that name it make it, as a `Virtual` says.

use crate::hir::{BlockId, Effect, FrameId, Function, Inst, Op, Order, Val};
use crate::layout;
use std::collections::HashMap;

/// Objects larger than this are made: each exit that names one stores all its slots.
const MAX_SIZE: u32 = 16 + 8 * 8;
/// Bytes in front of an object's words.
const HEADER: i64 = layout::HEADER_SIZE;

pub fn run(f: &mut Function) {
    objects(f);
    maps(f);
}

/// Dicts that only the states of exits name.
fn maps(f: &mut Function) {
    let order = Order::of(f);
    let all: Vec<Val> = order.rpo.iter().flat_map(|b| f.block(*b).insts.clone()).collect();
    let made: Vec<Val> = all.iter().copied().filter(|v| f.inst(*v).op == Op::MakeMap).collect();
    for map in made {
        let walk = Walk::new(f, map);
        let names = |v: &Val| walk.names[v.0 as usize];
        let is_seen = |v: &Val| {
            let inst = f.inst(*v);
            let named = inst.args.iter().any(names) && inst.op != Op::Reshaped;
            let passed = inst.targets.iter().flat_map(|t| &t.args).any(names);
            let observed = inst.op.effect() == Effect::Call
                && inst.frame.is_some_and(|id| state_mentions(f, id, &walk.names));
            named || passed || observed
        };
        if all.iter().any(is_seen)
            || f.blocks.iter().filter_map(|b| b.header).any(|id| state_mentions(f, id, &walk.names))
        {
            continue;
        }
        let mut forward = vec![None; f.insts.len()];
        for v in all.iter().filter(|v| **v != map && f.inst(**v).args.iter().any(names)) {
            forward[v.0 as usize] = Some(map);
        }
        for block in &mut f.blocks {
            block.insts.retain(|v| forward[v.0 as usize].is_none());
        }
        f.replace_uses(&forward);
        let inst = f.inst_mut(map);
        inst.op = Op::VirtualMap;
        inst.frame = None;
    }
}

fn objects(f: &mut Function) {
    let mut tried = Vec::new();
    loop {
        let order = Order::of(f);
        let next =
            order.rpo.iter().flat_map(|b| f.block(*b).insts.iter().map(move |v| (*b, *v))).find(|(_, v)| {
                f.inst(*v).op == Op::NewObject && !tried.contains(v) && f.inst(*v).extra <= MAX_SIZE
            });
        let Some((home, object)) = next else { return };
        tried.push(object);
        let mut walk = Walk::new(f, object);
        if walk.uses > 0 && walk.block(f, &order, home, None) && walk.uses == 0 {
            let Walk { forward, gone, snapshots, .. } = walk;
            replace(f, object, forward, &gone, snapshots);
        }
    }
}

/// What the object is at a point: its shape, and the contents of its slots.
#[derive(Clone)]
struct State {
    shape: i64,
    /// The store that made the content, and the content, by slot.
    slots: Vec<Option<(Op, Val)>>,
}

struct Walk {
    object: Val,
    size: u32,
    /// Other names of the object.
    names: Vec<bool>,
    /// Uses that the walk has not met yet.
    uses: usize,
    /// Loads, and what they give; guards that hold.
    forward: Vec<Option<Val>>,
    /// Stores and other instructions that are not needed.
    gone: Vec<Val>,
    /// Instructions with states, or other virtual objects, that name it; and what it is there.
    snapshots: Vec<(BlockId, Val, State)>,
}

/// How often an instruction mentions one of the names, in its state too.
fn mentions(f: &Function, v: Val, names: &[bool]) -> usize {
    let inst = f.inst(v);
    let is = |v: &&Val| names[v.0 as usize];
    let own =
        inst.args.iter().filter(is).count() + inst.targets.iter().flat_map(|t| &t.args).filter(is).count();
    own + usize::from(inst.frame.is_some_and(|id| state_mentions(f, id, names)))
}

fn state_mentions(f: &Function, id: FrameId, names: &[bool]) -> bool {
    f.frame_chain(id).any(|(_, state)| state.regs.iter().flatten().any(|v| names[v.0 as usize]))
}

impl Walk {
    fn new(f: &Function, object: Val) -> Walk {
        let mut names = vec![false; f.insts.len()];
        names[object.0 as usize] = true;
        // Definitions stand before uses in the order of their numbers but for what passes add; ask until nothing changes.
        loop {
            let before = names.iter().filter(|n| **n).count();
            for block in &f.blocks {
                for v in &block.insts {
                    let inst = f.inst(*v);
                    if matches!(inst.op, Op::Reshaped | Op::GuardShape) && names[inst.args[0].0 as usize] {
                        names[v.0 as usize] = true;
                    }
                }
            }
            if names.iter().filter(|n| **n).count() == before {
                break;
            }
        }
        let placed = f.blocks.iter().flat_map(|b| &b.insts);
        let headers =
            f.blocks.iter().filter_map(|b| b.header).filter(|id| state_mentions(f, *id, &names)).count();
        let uses = placed.map(|v| mentions(f, *v, &names)).sum::<usize>() + headers;
        Walk {
            object,
            size: f.inst(object).extra,
            names,
            uses,
            forward: vec![None; f.insts.len()],
            gone: Vec::new(),
            snapshots: Vec::new(),
        }
    }

    /// Follows the object through a block and those that only it leads to. False: it must be made.
    fn block(&mut self, f: &Function, order: &Order, first: BlockId, state: Option<State>) -> bool {
        let mut work = vec![(first, state)];
        while let Some((b, mut state)) = work.pop() {
            for &v in &f.block(b).insts {
                if v == self.object {
                    let slots = (self.size as usize).saturating_sub(HEADER as usize) / 8;
                    state = Some(State { shape: f.inst(v).imm, slots: vec![None; slots] });
                    continue;
                }
                let Some(state) = &mut state else { continue };
                let met = mentions(f, v, &self.names);
                if met > 0 {
                    self.uses -= met;
                    if !self.instruction(f, b, v, state) {
                        return false;
                    }
                }
            }
            for target in &f.term(b).targets {
                if order.preds[target.block.0 as usize].len() == 1 {
                    work.push((target.block, state.clone()));
                }
            }
        }
        true
    }

    fn slot(&self, offset: i64) -> Option<usize> {
        (offset >= HEADER && offset < self.size as i64).then_some((offset - HEADER) as usize / 8)
    }

    /// One that mentions the object; false: it escapes.
    fn instruction(&mut self, f: &Function, b: BlockId, v: Val, state: &mut State) -> bool {
        let inst = f.inst(v);
        let is = |v: &Val| self.names[v.0 as usize];
        if inst.targets.iter().flat_map(|t| &t.args).any(is)
            || inst.args.iter().skip(1).any(is) && inst.op != Op::Virtual
        {
            return false;
        }
        if inst.frame.is_some_and(|id| state_mentions(f, id, &self.names)) {
            // Whoever looks at frames during a call may find it there.
            if inst.op.effect() == Effect::Call {
                return false;
            }
            self.snapshots.push((b, v, state.clone()));
        }
        if !inst.args.iter().any(is) {
            return true;
        }
        match inst.op {
            Op::Virtual => self.snapshots.push((b, v, state.clone())),
            Op::Reshaped => self.gone.push(v),
            Op::GuardShape if state.shape == inst.imm => self.gone.push(v),
            Op::SetShape => {
                state.shape = inst.imm;
                self.gone.push(v);
            }
            Op::StoreField
            | Op::StoreFieldPlain
            | Op::StoreFieldInt
            | Op::StoreFieldF64
            | Op::StoreFieldRaw => {
                let Some(slot) = self.slot(inst.imm) else { return false };
                state.slots[slot] = Some((inst.op, inst.args[1]));
                self.gone.push(v);
            }
            Op::LoadField
            | Op::LoadConst
            | Op::LoadConstRaw
            | Op::LoadFieldRaw
            | Op::LoadFieldInt
            | Op::LoadFieldF64 => {
                let content = self.slot(inst.imm).and_then(|slot| state.slots[slot]);
                let fits = |op| match inst.op {
                    Op::LoadField | Op::LoadConst => matches!(op, Op::StoreField | Op::StoreFieldPlain),
                    Op::LoadConstRaw | Op::LoadFieldRaw => op == Op::StoreFieldRaw,
                    Op::LoadFieldInt => op == Op::StoreFieldInt,
                    _ => op == Op::StoreFieldF64,
                };
                match content {
                    Some((op, content)) if fits(op) => self.forward[v.0 as usize] = Some(content),
                    _ => return false,
                }
            }
            _ => return false,
        }
        true
    }
}

/// Takes the object out: loads are what was stored, states name what it would be.
fn replace(
    f: &mut Function,
    object: Val,
    mut forward: Vec<Option<Val>>,
    gone: &[Val],
    snapshots: Vec<(BlockId, Val, State)>,
) {
    let (size, names) = {
        let walk = Walk::new(f, object);
        (walk.size, walk.names)
    };
    let mut copies: HashMap<(FrameId, Val), FrameId> = HashMap::new();
    for (b, v, state) in snapshots {
        let mut args = Vec::new();
        let mut placed = Vec::new();
        for slot in &state.slots {
            args.push(match slot {
                Some((_, content)) => *content,
                None => {
                    let zero = f.add(Inst::new(Op::Raw, &[], 0));
                    placed.push(zero);
                    zero
                }
            });
        }
        let mut inst = Inst::new(Op::Virtual, &args, state.shape);
        inst.extra = size;
        let whole = f.add(inst);
        placed.push(whole);
        let Some(at) = f.block(b).insts.iter().position(|i| *i == v) else { continue };
        f.block_mut(b).insts.splice(at..at, placed);
        let is = |v: Val| names.get(v.0 as usize) == Some(&true);
        if f.inst(v).op == Op::Virtual {
            f.inst_mut(v).args.iter_mut().filter(|arg| is(**arg)).for_each(|arg| *arg = whole);
        }
        if let Some(frame) = f.inst(v).frame {
            let copy = copy_state(f, frame, whole, &names, &mut copies);
            f.inst_mut(v).frame = Some(copy);
        }
    }
    forward.resize(f.insts.len(), None);
    for block in &mut f.blocks {
        block.insts.retain(|v| *v != object && !gone.contains(v) && forward[v.0 as usize].is_none());
    }
    f.replace_uses(&forward);
}

/// A state and its callers with the object by its other name.
fn copy_state(
    f: &mut Function,
    id: FrameId,
    whole: Val,
    names: &[bool],
    copies: &mut HashMap<(FrameId, Val), FrameId>,
) -> FrameId {
    if let Some(known) = copies.get(&(id, whole)) {
        return *known;
    }
    let mut state = f.frame(id).clone();
    state.caller = state.caller.map(|caller| copy_state(f, caller, whole, names, copies));
    for reg in state.regs.iter_mut().flatten() {
        if names.get(reg.0 as usize) == Some(&true) {
            *reg = whole;
        }
    }
    f.frames.push(state);
    let copy = FrameId(f.frames.len() as u32 - 1);
    copies.insert((id, whole), copy);
    copy
}
