//! Definite assignment: which CHECK_BOUNDs cannot fail and go away.
//!
//! A forward data flow over basic blocks; a set bit means "bound on every path". Only registers some CHECK_BOUND
//! names are tracked. Handlers are entered with what held before any instruction that may raise into them. A first
//! pass notes what the instructions do to those registers, so that the rounds of the flow look at little else.

use super::{Asm, NO_HANDLER, Scratch};
use crate::op::{Access, Op, registers_of};

/// Mark of a register that is not tracked, and of an instruction that starts no block.
const NONE: u32 = u32::MAX;

/// What a block does, as far as the flow is concerned.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Register of this bit is bound from here on.
    Set(u32),
    /// It is unbound from here on.
    Clear(u32),
    /// The check of a bit, and the number of its instruction.
    Check(u32, u32),
    /// Control may go on in this block.
    Meet(u32),
    /// Control may go on in this block, with the register of this bit bound.
    MeetWith(u32, u32),
}

/// The state of the analysis; its vectors serve one unit after the other.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Bit of each register, or `NONE`.
    bits: Vec<u32>,
    /// Length of a bit set in 64-bit words.
    words: usize,
    /// Block that each instruction starts, or `NONE`.
    block_at: Vec<u32>,
    events: Vec<Event>,
    /// Where the events of each block start, and one more.
    starts: Vec<u32>,
    /// One bit set a block: what is bound on entry.
    state: Vec<u64>,
    current: Vec<u64>,
    reached: Vec<bool>,
    dirty: Vec<bool>,
    again: bool,
}

impl Asm {
    /// Marks checks that cannot fail as to be dropped. Returns whether any of them had a handler.
    pub(super) fn find_bound_checks(&self, params: u16, scratch: &mut Scratch) -> bool {
        let Scratch { keep, flow, .. } = scratch;
        let tracked = flow.track(self);
        if tracked == 0 {
            return false;
        }
        flow.words = tracked.div_ceil(64);
        flow.find_blocks(self, keep);
        flow.note_events(self, keep);
        flow.run(params);
        let mut guarded = false;
        flow.unneeded(|i| {
            keep[i] = false;
            guarded |= self.ins[i].handler != NO_HANDLER;
        });
        guarded
    }
}

impl Flow {
    /// Numbers the registers that are checked; returns how many.
    fn track(&mut self, asm: &Asm) -> usize {
        self.bits.clear();
        let mut count = 0;
        for ins in &asm.ins {
            if ins.op == Op::CHECK_BOUND {
                let reg = usize::from(ins.a);
                if self.bits.len() <= reg {
                    self.bits.resize(reg + 1, NONE);
                }
                if self.bits[reg] == NONE {
                    self.bits[reg] = count;
                    count += 1;
                }
            }
        }
        count as usize
    }

    fn find_blocks(&mut self, asm: &Asm, live: &[bool]) {
        self.block_at.clear();
        self.block_at.resize(asm.ins.len() + 1, NONE);
        let mut mark = |i: usize| self.block_at[i] = 0;
        mark(0);
        for (i, ins) in asm.ins.iter().enumerate() {
            if !live[i] {
                continue;
            }
            if ins.has_label() {
                mark(asm.at(ins.label));
            }
            if ins.has_label() || ins.is_terminator() {
                mark(i + 1);
            }
            if ins.handler != NO_HANDLER {
                mark(asm.at(asm.handlers[ins.handler as usize].target));
            }
        }
        let mut next = 0;
        for block in &mut self.block_at {
            if *block != NONE {
                *block = next;
                next += 1;
            }
        }
    }

    fn bit(&self, reg: u32) -> Option<u32> {
        self.bits.get(reg as usize).copied().filter(|&bit| bit != NONE)
    }

    fn note_events(&mut self, asm: &Asm, live: &[bool]) {
        self.events.clear();
        self.starts.clear();
        // Meeting the same state at the same handler again is only worth it after a change.
        let mut met_handler = NO_HANDLER;
        for (i, ins) in asm.ins.iter().enumerate() {
            if self.block_at[i] != NONE {
                // The block before may run into this one.
                if i > 0 && live[i - 1] && !asm.ins[i - 1].is_terminator() {
                    self.events.push(Event::Meet(self.block_at[i]));
                }
                self.starts.push(self.events.len() as u32);
                met_handler = NO_HANDLER;
            }
            if !live[i] {
                continue;
            }
            if ins.handler != NO_HANDLER && met_handler != ins.handler && ins.may_raise() {
                met_handler = ins.handler;
                let target = asm.at(asm.handlers[ins.handler as usize].target);
                self.events.push(Event::Meet(self.block_at[target]));
            }
            if matches!(ins.op, Op::FOR_ITER | Op::FOR_RANGE) {
                // Writes only when it jumps.
                let target = self.block_at[asm.at(ins.label)];
                self.events.push(match self.bit(u32::from(ins.a)) {
                    Some(bit) => Event::MeetWith(target, bit),
                    None => Event::Meet(target),
                });
                continue;
            }
            if ins.op == Op::CHECK_BOUND
                && let Some(bit) = self.bit(u32::from(ins.a))
            {
                self.events.push(Event::Check(bit, i as u32));
                continue;
            }
            // Temporaries are not tracked, and what is written lies from A on.
            let untracked = usize::from(ins.a) >= self.bits.len() && ins.op.shape().writes & !1 == 0;
            if untracked {
                if ins.has_label() {
                    self.events.push(Event::Meet(self.block_at[asm.at(ins.label)]));
                }
                continue;
            }
            registers_of(ins.op, ins.instr(), ins.extra, |access, first, count| {
                if usize::from(first) >= self.bits.len() || !matches!(access, Access::Write | Access::Unbind)
                {
                    return;
                }
                let end = (u32::from(first) + count).min(self.bits.len() as u32);
                for reg in u32::from(first)..end {
                    if let Some(bit) = self.bit(reg) {
                        let set = access == Access::Write;
                        self.events.push(if set { Event::Set(bit) } else { Event::Clear(bit) });
                        if !set {
                            met_handler = NO_HANDLER;
                        }
                    }
                }
            });
            if ins.has_label() {
                self.events.push(Event::Meet(self.block_at[asm.at(ins.label)]));
            }
        }
        if self.block_at.last() != Some(&NONE) {
            // Nothing runs off the end: the block behind it is empty.
            self.starts.push(self.events.len() as u32);
        }
        self.starts.push(self.events.len() as u32);
    }

    fn run(&mut self, params: u16) {
        let blocks = self.starts.len() - 1;
        self.state.clear();
        self.state.resize(blocks * self.words, u64::MAX);
        for flags in [&mut self.reached, &mut self.dirty] {
            flags.clear();
            flags.resize(blocks, false);
        }
        for &bit in self.bits.iter().skip(usize::from(params)).filter(|&&bit| bit != NONE) {
            self.state[bit as usize / 64] &= !(1 << (bit % 64));
        }
        self.reached[0] = true;
        self.dirty[0] = true;
        self.again = true;
        while std::mem::take(&mut self.again) {
            for b in 0..blocks {
                if std::mem::take(&mut self.dirty[b]) {
                    self.block(b);
                }
            }
        }
    }

    /// Flows through a block.
    fn block(&mut self, b: usize) {
        let mut current = std::mem::take(&mut self.current);
        current.clear();
        current.extend(&self.state[b * self.words..(b + 1) * self.words]);
        for i in self.starts[b]..self.starts[b + 1] {
            match self.events[i as usize] {
                Event::Set(bit) | Event::Check(bit, _) => current[bit as usize / 64] |= 1 << (bit % 64),
                Event::Clear(bit) => current[bit as usize / 64] &= !(1 << (bit % 64)),
                Event::Meet(target) => self.meet(target as usize, &current),
                Event::MeetWith(target, bit) => {
                    let word = &mut current[bit as usize / 64];
                    let before = *word;
                    *word |= 1 << (bit % 64);
                    self.meet(target as usize, &current);
                    current[bit as usize / 64] = before;
                }
            }
        }
        self.current = current;
    }

    fn meet(&mut self, b: usize, bits: &[u64]) {
        let mut changed = !std::mem::replace(&mut self.reached[b], true);
        for (old, new) in self.state[b * self.words..].iter_mut().zip(bits) {
            changed |= *old & new != *old;
            *old &= new;
        }
        self.dirty[b] |= changed;
        self.again |= changed;
    }

    /// Tells the numbers of the checks that cannot fail.
    fn unneeded(&mut self, mut tell: impl FnMut(usize)) {
        let mut current = std::mem::take(&mut self.current);
        for b in (0..self.starts.len() - 1).filter(|&b| self.reached[b]) {
            current.clear();
            current.extend(&self.state[b * self.words..(b + 1) * self.words]);
            for event in &self.events[self.starts[b] as usize..self.starts[b + 1] as usize] {
                match *event {
                    Event::Check(bit, i) => {
                        let word = &mut current[bit as usize / 64];
                        if *word >> (bit % 64) & 1 != 0 {
                            tell(i as usize);
                        }
                        *word |= 1 << (bit % 64);
                    }
                    Event::Set(bit) => current[bit as usize / 64] |= 1 << (bit % 64),
                    Event::Clear(bit) => current[bit as usize / 64] &= !(1 << (bit % 64)),
                    Event::Meet(_) | Event::MeetWith(..) => {}
                }
            }
        }
        self.current = current;
    }
}
