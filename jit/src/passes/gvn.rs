//! Merges an operation with an equal one that dominates it; loads too, while nothing stores to their memory class.

use crate::addresses::AddressMap;
use crate::hir::{BlockId, Effect, Function, Mem, Op, Operands, Order, Val};
use crate::layout;

#[derive(PartialEq, Eq, Hash, Clone)]
struct Key {
    op: Op,
    imm: i64,
    args: Operands,
    /// Version of the memory read; 0 for what reads none.
    version: u32,
}

/// Versions of the memory classes at a point. A store gives its class a new one.
#[derive(Clone, Default)]
struct Memory {
    /// Everything but what `own` names.
    base: u32,
    own: AddressMap<(u8, i64), u32>,
}

impl Memory {
    fn version(&self, class: (u8, i64)) -> u32 {
        self.own.get(&class).copied().unwrap_or(self.base)
    }
}

/// Shapes of objects count as a memory class of their own.
const SHAPES: (u8, i64) = (u8::MAX, 0);

fn class_of(op: Op, imm: i64) -> (u8, i64) {
    let mem = op.info().mem;
    if mem == Mem::Shape {
        return SHAPES;
    }
    // Fields are told apart by offset, so are window registers.
    (mem as u8, if matches!(mem, Mem::Field | Mem::Window) { imm } else { 0 })
}

pub fn run(f: &mut Function) {
    let order = Order::of(f);
    let mut children = vec![Vec::new(); f.blocks.len()];
    for &b in order.rpo.iter().skip(1) {
        children[order.idom[b.0 as usize].0 as usize].push(b);
    }
    let mut forward: Vec<Option<Val>> = vec![None; f.insts.len()];
    let mut table: AddressMap<Key, Val> = AddressMap::default();
    let mut fresh = 1;
    let mut memory_out: Vec<Memory> = vec![Memory::default(); f.blocks.len()];
    // Dominator tree in preorder; `Leave` takes a block's entries out again.
    enum Step {
        Enter(BlockId),
        Leave(Vec<Key>),
    }
    let mut stack = vec![Step::Enter(f.entry())];
    while let Some(step) = stack.pop() {
        let b = match step {
            Step::Enter(b) => b,
            Step::Leave(keys) => {
                for key in keys {
                    table.remove(&key);
                }
                continue;
            }
        };
        let preds = &order.preds[b.0 as usize];
        let mut memory = match preds[..] {
            [only] => memory_out[only.0 as usize].clone(),
            _ => {
                fresh += 1;
                Memory { base: fresh, own: AddressMap::default() }
            }
        };
        let mut added = Vec::new();
        for k in 0..f.block(b).insts.len() {
            let v = f.block(b).insts[k];
            for i in 0..f.inst(v).args.len() {
                while let Some(next) = forward[f.inst(v).args[i].0 as usize] {
                    f.inst_mut(v).args[i] = next;
                }
            }
            visit(f, v, &mut memory, &mut fresh, &mut table, &mut added, &mut forward);
        }
        memory_out[b.0 as usize] = memory;
        let gone = forward.clone();
        f.block_mut(b).insts.retain(|v| gone[v.0 as usize].is_none());
        stack.push(Step::Leave(added));
        stack.extend(children[b.0 as usize].iter().map(|c| Step::Enter(*c)));
    }
    f.replace_uses(&forward);
}

fn visit(
    f: &Function,
    v: Val,
    memory: &mut Memory,
    fresh: &mut u32,
    table: &mut AddressMap<Key, Val>,
    added: &mut Vec<Key>,
    forward: &mut [Option<Val>],
) {
    let inst = f.inst(v);
    let class = class_of(inst.op, inst.imm);
    let key = |version| Key { op: inst.op, imm: inst.imm, args: inst.args.clone(), version };
    let mut insert = |key: Key, v: Val| {
        if let Some(known) = table.get(&key) {
            return Some(*known);
        }
        added.push(key.clone());
        table.insert(key, v);
        None
    };
    match inst.op.effect() {
        Effect::Pure => forward[v.0 as usize] = insert(key(0), v),
        Effect::Guard if inst.op.info().mem == Mem::None => {
            let unstable = inst.op == Op::GuardShape && !layout::is_stable(inst.imm as u32);
            let version = if unstable { memory.version(SHAPES) } else { 0 };
            let mut key = key(version);
            if unstable {
                // Asked again of a value that was guarded before: the same question.
                key.args[0] = f.root(key.args[0]);
            }
            forward[v.0 as usize] = insert(key, v);
        }
        Effect::Guard | Effect::Term | Effect::Alloc => {}
        Effect::Load if inst.op == Op::HasShape => {
            let unstable = !layout::is_stable(inst.imm as u32);
            let mut key = key(if unstable { memory.version(SHAPES) } else { 0 });
            key.args[0] = f.root(key.args[0]);
            forward[v.0 as usize] = insert(key, v);
        }
        Effect::Load => {
            let version = if inst.op.info().mem == Mem::Const { 0 } else { memory.version(class) };
            let mut key = key(version);
            if inst.op.info().mem == Mem::Field {
                // A slot is the same however much is known of its object.
                key.args[0] = f.root(key.args[0]);
            }
            forward[v.0 as usize] = insert(key, v);
        }
        Effect::Store => {
            *fresh += 1;
            if inst.op == Op::SetShape {
                memory.own.insert(SHAPES, *fresh);
            } else {
                memory.own.insert(class, *fresh);
            }
            // A load behind the store gives what was stored.
            let load = match inst.op {
                Op::StoreField => Op::LoadField,
                Op::StoreFieldInt => Op::LoadFieldInt,
                Op::StoreFieldF64 => Op::LoadFieldF64,
                Op::StoreCell => Op::LoadCell,
                Op::StoreFieldRaw => Op::LoadFieldRaw,
                _ => return,
            };
            let owner = if inst.op.info().mem == Mem::Field { f.root(inst.args[0]) } else { inst.args[0] };
            let key = Key { op: load, imm: inst.imm, args: Operands::from_slice(&[owner]), version: *fresh };
            insert(key, inst.args[1]);
        }
        Effect::Call => {
            *fresh += 1;
            *memory = Memory { base: *fresh, own: AddressMap::default() };
        }
    }
}
