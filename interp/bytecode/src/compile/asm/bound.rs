//! Definite assignment: which CHECK_BOUNDs cannot fail and go away.
//!
//! A forward data flow over basic blocks; a set bit means "bound on every path". Only registers some CHECK_BOUND
//! names are tracked. Handlers are entered with what held before any instruction that may raise into them.

use super::{Asm, NO_HANDLER};
use crate::compile::fx::FxHashMap;
use crate::op::{Access, Op, registers};

impl Asm {
    /// Returns whether it removed any.
    pub(super) fn remove_bound_checks(&mut self, params: u16) -> bool {
        let mut index: FxHashMap<u16, usize> = FxHashMap::default();
        for ins in &self.ins {
            if ins.op == Op::CHECK_BOUND {
                let next = index.len();
                index.entry(ins.a).or_insert(next);
            }
        }
        if index.is_empty() {
            return false;
        }
        let mut flow = Flow {
            words: index.len().div_ceil(64),
            index,
            asm: self,
            leaders: Vec::new(),
            state: Vec::new(),
        };
        let needed = flow.run(params);
        self.keep(&needed);
        needed.contains(&false)
    }
}

struct Flow<'a> {
    asm: &'a Asm,
    index: FxHashMap<u16, usize>,
    /// Length of a bit set in 64-bit words.
    words: usize,
    /// First instruction of each block, ascending.
    leaders: Vec<u32>,
    /// One bit set a block: what is bound on entry.
    state: Vec<u64>,
}

impl Flow<'_> {
    fn run(&mut self, params: u16) -> Vec<bool> {
        let n = self.asm.ins.len();
        let mut is_leader = vec![false; n + 1];
        is_leader[0] = true;
        for (i, ins) in self.asm.ins.iter().enumerate() {
            if ins.has_label() {
                is_leader[self.asm.at(ins.label)] = true;
                is_leader[i + 1] = true;
            }
            if ins.handler != NO_HANDLER {
                is_leader[self.asm.at(self.asm.handlers[ins.handler as usize].target)] = true;
            }
        }
        self.leaders = (0..n as u32).filter(|&i| is_leader[i as usize]).collect();
        let blocks = self.leaders.len();
        self.state = vec![u64::MAX; blocks * self.words];
        let mut reached = vec![false; blocks];
        for (&reg, &bit) in &self.index {
            if reg >= params {
                self.state[bit / 64] &= !(1 << (bit % 64));
            }
        }
        reached[0] = true;
        let mut dirty = vec![false; blocks];
        dirty[0] = true;
        let mut again = true;
        let mut needed = vec![true; n];
        while again {
            again = false;
            for b in 0..blocks {
                if std::mem::take(&mut dirty[b]) {
                    again |= self.block(b, &mut dirty, &mut reached, None);
                }
            }
        }
        for b in 0..blocks {
            if !reached[b] {
                continue;
            }
            self.block(b, &mut dirty, &mut reached, Some(&mut needed));
        }
        needed
    }

    fn block_of(&self, ins: usize) -> usize {
        self.leaders.partition_point(|&l| l as usize <= ins) - 1
    }

    /// Flows through block `b`; with `out`, notes which checks are needed instead. Returns whether anything changed.
    fn block(
        &mut self,
        b: usize,
        dirty: &mut [bool],
        reached: &mut [bool],
        mut out: Option<&mut Vec<bool>>,
    ) -> bool {
        let mut bits: Vec<u64> = self.state[b * self.words..(b + 1) * self.words].to_vec();
        let start = self.leaders[b] as usize;
        let end = self.leaders.get(b + 1).map_or(self.asm.ins.len(), |&l| l as usize);
        let mut changed = false;
        // Meeting the same state at the same handler again is only worth it after a change.
        let mut met_handler = NO_HANDLER;
        for i in start..end {
            let ins = self.asm.ins[i];
            if ins.handler != NO_HANDLER && ins.may_raise() && met_handler != ins.handler && out.is_none() {
                met_handler = ins.handler;
                let target = self.asm.at(self.asm.handlers[ins.handler as usize].target);
                changed |= self.meet(target, &bits, dirty, reached);
            }
            let jump_writes = matches!(ins.op, Op::FOR_ITER | Op::FOR_RANGE);
            if jump_writes {
                if out.is_none() {
                    let mut taken = bits.clone();
                    self.set(&mut taken, ins.a, true);
                    changed |= self.meet(self.asm.at(ins.label), &taken, dirty, reached);
                }
                continue;
            }
            if ins.op == Op::CHECK_BOUND
                && let Some(needed) = &mut out
            {
                let bit = self.index[&ins.a];
                needed[i] = bits[bit / 64] >> (bit % 64) & 1 == 0;
            }
            registers(ins.instr(), ins.extra, |access, first, count| {
                let value = match access {
                    Access::Write => true,
                    Access::Unbind => false,
                    _ => return,
                };
                for reg in u32::from(first)..u32::from(first) + count {
                    if let Some(&bit) = self.index.get(&(reg as u16)) {
                        let old = bits[bit / 64];
                        let mask = 1 << (bit % 64);
                        bits[bit / 64] = if value { old | mask } else { old & !mask };
                        if bits[bit / 64] != old && !value {
                            met_handler = NO_HANDLER;
                        }
                    }
                }
            });
            if ins.has_label() && out.is_none() {
                changed |= self.meet(self.asm.at(ins.label), &bits, dirty, reached);
            }
        }
        if out.is_none() && end > start && !self.asm.ins[end - 1].is_terminator() && end < self.asm.ins.len()
        {
            changed |= self.meet(end, &bits, dirty, reached);
        }
        changed
    }

    fn set(&self, bits: &mut [u64], reg: u16, value: bool) {
        if let Some(&bit) = self.index.get(&reg) {
            let mask = 1 << (bit % 64);
            bits[bit / 64] = if value { bits[bit / 64] | mask } else { bits[bit / 64] & !mask };
        }
    }

    fn meet(&mut self, target: usize, bits: &[u64], dirty: &mut [bool], reached: &mut [bool]) -> bool {
        let b = self.block_of(target);
        let mut changed = !std::mem::replace(&mut reached[b], true);
        for (old, new) in self.state[b * self.words..].iter_mut().zip(bits) {
            changed |= *old & new != *old;
            *old &= new;
        }
        if changed {
            dirty[b] = true;
        }
        changed
    }
}
