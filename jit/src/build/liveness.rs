//! Which registers an instruction reads and writes, and which are live where: a backward pass over the bytecode.

use crate::snapshot::Snapshot;
use habu_bytecode::NOREG;
use habu_bytecode::op::{Ext, Field, Instr, Intrinsic, Op, OperandKind};

/// Registers read and written by one instruction.
#[derive(Default, Debug)]
pub struct Access {
    pub reads: Vec<u16>,
    pub writes: Vec<u16>,
}

fn run(into: &mut Vec<u16>, from: u16, n: usize) {
    into.extend((0..n as u16).map(|i| from + i));
}

/// What the instruction at `pc` touches.
pub fn access(snap: &Snapshot, pc: u32, op: Op, i: Instr) -> Access {
    let mut acc = Access::default();
    for (field, kind) in op.info().operands {
        let r = i.field(*field);
        match kind {
            OperandKind::Dst => acc.writes.push(r),
            OperandKind::Src => acc.reads.push(r),
            OperandKind::Mod => {
                acc.reads.push(r);
                acc.writes.push(r);
            }
            OperandKind::Opt if r != NOREG => acc.reads.push(r),
            OperandKind::Win => window(snap, pc, op, i, *field, r, &mut acc),
            _ => {}
        }
    }
    acc
}

fn call_window(acc: &mut Access, b: u16, args: usize) {
    acc.reads.push(b);
    run(&mut acc.reads, b + 3, args);
}

fn window(snap: &Snapshot, pc: u32, op: Op, i: Instr, field: Field, r: u16, acc: &mut Access) {
    let c = i.c as usize;
    let extra = || snap.ext(pc, op, Ext::Extra).unwrap_or(0) as usize;
    match (op, field) {
        (Op::CALL | Op::RANGE_PREP, Field::B) => {
            call_window(acc, r, c);
            if op == Op::RANGE_PREP {
                run(&mut acc.writes, i.a + 1, 2);
            }
        }
        (Op::CALL_METHOD, Field::B) => call_window(acc, r, c.max(1)),
        (Op::CALL_KW, Field::B) => call_window(acc, r, c.max(1)),
        (Op::CALL_EX, Field::B) => call_window(acc, r, 2),
        (Op::WITH_EXCEPT, Field::B) => call_window(acc, r, 1),
        (Op::FOR_RANGE, Field::B) => {
            run(&mut acc.reads, r, 3);
            run(&mut acc.writes, r, 2);
        }
        (Op::LOAD_METHOD | Op::LOAD_SPECIAL, Field::A) => acc.writes.extend([r, r + 3]),
        (Op::LOAD_SUPER_ATTR, Field::A) => {
            acc.writes.push(r);
            if i.x & 2 != 0 {
                acc.writes.push(r + 3);
            }
        }
        (Op::LOAD_SUPER_ATTR, Field::B) => run(&mut acc.reads, r, 3),
        (Op::UNPACK, Field::A) => run(&mut acc.writes, r, c),
        (Op::UNPACK_STAR, Field::A) => run(&mut acc.writes, r, c + 1 + extra()),
        (Op::BUILD_MAP, Field::B) => run(&mut acc.reads, r, 2 * c),
        (Op::BUILD_TUPLE | Op::BUILD_LIST | Op::BUILD_SET | Op::BUILD_STRING, Field::B) => {
            run(&mut acc.reads, r, c)
        }
        (Op::BUILD_SLICE, Field::B) => run(&mut acc.reads, r, 3),
        (Op::BUILD_INTERPOLATION, Field::B) => run(&mut acc.reads, r, 4),
        (Op::INTRINSIC, Field::B) => {
            run(&mut acc.reads, r, Intrinsic::from_byte(i.x).map_or(4, Intrinsic::args))
        }
        (Op::EXC_GROUP_MATCH, Field::A) => run(&mut acc.writes, r, 2),
        // GET_SLICE, SET_SLICE, IMPORT_NAME, BUILD_TEMPLATE, MATCH_CLASS.
        _ => run(&mut acc.reads, r, 2),
    }
}

/// Live registers before each instruction, as bit sets indexed by instruction number.
pub struct Liveness {
    width: usize,
    before: Vec<u64>,
    /// Instruction number by word offset.
    number: Vec<u32>,
}

impl Liveness {
    /// The named locals are taken to be live everywhere: tracebacks and `f_locals` show them.
    pub fn of(snap: &Snapshot) -> Option<Liveness> {
        let width = (snap.registers as usize).div_ceil(64).max(1);
        let mut starts = Vec::new();
        let mut number = vec![u32::MAX; snap.words.len() + 1];
        let mut pc = 0;
        while (pc as usize) < snap.words.len() {
            number[pc as usize] = starts.len() as u32;
            starts.push(pc);
            pc = snap.next(pc, snap.op(pc)?);
        }
        let mut live = Liveness { width, before: vec![0; width * starts.len()], number };
        let mut changed = true;
        while changed {
            changed = false;
            for (n, &pc) in starts.iter().enumerate().rev() {
                let op = snap.op(pc)?;
                let mut set = live.after(snap, pc, op);
                let acc = access(snap, pc, op, snap.instr(pc));
                for w in acc.writes {
                    clear(&mut set, w);
                }
                if let Some(handler) = snap.handler(pc) {
                    let mut into = live.before(handler.target).to_vec();
                    clear(&mut into, handler.exc);
                    set.iter_mut().zip(into).for_each(|(a, b)| *a |= b);
                }
                for r in acc.reads {
                    mark(&mut set, r);
                }
                let row = &mut live.before[n * width..(n + 1) * width];
                if row != set {
                    row.copy_from_slice(&set);
                    changed = true;
                }
            }
        }
        Some(live)
    }

    fn before(&self, pc: u32) -> &[u64] {
        let n = self.number.get(pc as usize).copied().unwrap_or(u32::MAX) as usize;
        if n == u32::MAX as usize { &[] } else { &self.before[n * self.width..(n + 1) * self.width] }
    }

    /// Live registers behind an instruction, over all its successors.
    fn after(&self, snap: &Snapshot, pc: u32, op: Op) -> Vec<u64> {
        let mut set = vec![0; self.width];
        let mut join = |row: &[u64]| set.iter_mut().zip(row).for_each(|(a, b)| *a |= b);
        if !op.ends_block() {
            join(self.before(snap.next(pc, op)));
        }
        if let Some(target) = snap.target(pc, op) {
            join(self.before(target));
        }
        set
    }

    pub fn is_live_before(&self, pc: u32, register: u32) -> bool {
        let row = self.before(pc);
        row.get(register as usize / 64).is_some_and(|w| w >> (register % 64) & 1 != 0)
    }

    /// Whether a register is needed once the instruction at `pc` has called something: behind it, or in its handler.
    pub fn is_live_across(&self, snap: &Snapshot, pc: u32, op: Op, register: u32) -> bool {
        let in_handler = snap.handler(pc).is_some_and(|h| self.is_live_before(h.target, register));
        in_handler
            || !op.ends_block() && self.is_live_before(snap.next(pc, op), register)
            || snap.target(pc, op).is_some_and(|t| self.is_live_before(t, register))
    }
}

fn mark(set: &mut [u64], r: u16) {
    if let Some(w) = set.get_mut(r as usize / 64) {
        *w |= 1 << (r % 64);
    }
}

fn clear(set: &mut [u64], r: u16) {
    if let Some(w) = set.get_mut(r as usize / 64) {
        *w &= !(1 << (r % 64));
    }
}
