//! What is worked out once a program is complete: what follows runs, which loops need no count, which alternatives a
//! character selects.

use crate::first::{first, first_of_body, item_bits};
use crate::program::{Branch, Follow, Inst, Pc, Program};
use crate::set::{Bits, Set};

/// Alternatives that a branch's masks have bits for.
const ALTERNATIVES: usize = 64;

impl Program {
    pub(crate) fn look_ahead(&mut self) {
        self.split_branches();
        for index in 0..self.loops.len() {
            let body_first = first_of_body(self, index as u32);
            let after_first = first(self, self.loops[index].until + 1);
            let (body_first, after_first) = (self.add_set(body_first), self.add_set(after_first));
            let one = &mut self.loops[index];
            one.free = body_first.is_some() && one.most == usize::MAX && one.least <= 1;
            (one.body_first, one.after_first) = (body_first, after_first);
        }
        for index in 0..self.runs.len() {
            if let Follow::Unknown = self.runs[index].follow
                && let Some(next) = first(self, self.runs[index].next)
            {
                self.set_follow(index, next);
            }
        }
        for index in 0..self.branches.len() {
            self.tabulate(index);
        }
    }

    fn add_set(&mut self, bits: Option<Bits>) -> Option<u32> {
        let bits = bits?;
        let known = self.sets.iter().position(|set| set.bits() == bits && set.is_exact());
        let index = known.unwrap_or_else(|| {
            self.sets.push(Set::of_bits(&bits));
            self.sets.len() - 1
        });
        Some(index as u32)
    }

    fn set_follow(&mut self, index: usize, next: Bits) {
        let run = self.runs[index];
        self.runs[index].follow = if !next.meets(&item_bits(self, run.item)) {
            // Ending anywhere but where the run can't go on is of no use, so lazy runs may be greedy.
            self.insts[run.next as usize - 1] = Inst::Run(index as u32);
            Follow::Disjoint
        } else if let Some(c) = next.single() {
            Follow::Char(c)
        } else if next == Bits::ALL {
            Follow::Unknown
        } else {
            self.add_set(Some(next)).map_or(Follow::Unknown, Follow::Set)
        };
    }

    /// Leaves no branch with more alternatives than masks have bits: the last one stands for the rest.
    fn split_branches(&mut self) {
        let mut index = 0;
        while index < self.branches.len() {
            let alternatives = &mut self.branches[index].alternatives;
            if alternatives.len() > ALTERNATIVES {
                let rest = alternatives.split_off(ALTERNATIVES - 1);
                alternatives.push(self.insts.len() as Pc);
                self.insts.push(Inst::Branch(self.branches.len() as u32));
                self.branches.push(Branch::new(rest));
            }
            index += 1;
        }
    }

    fn tabulate(&mut self, index: usize) {
        let firsts: Vec<_> = self.branches[index].alternatives.iter().map(|pc| first(self, *pc)).collect();
        let branch = &mut self.branches[index];
        for (i, bits) in firsts.iter().enumerate() {
            if bits.is_none() {
                branch.end |= 1 << i;
            }
        }
        branch.wide = branch.end;
        branch.latin.fill(branch.end);
        for (i, bits) in firsts.iter().enumerate() {
            let Some(bits) = bits else { continue };
            branch.wide |= u64::from(bits.wide) << i;
            bits.each_latin(|c| branch.latin[usize::from(c)] |= 1 << i);
        }
    }
}
