//! Counters of the tier: what was compiled and at what cost, how native code was left.

use crate::exits::Reason;
use crate::unit::{CompileStats, Compiled};

#[derive(Default, Debug)]
pub struct Stats {
    pub units: u32,
    pub discarded: u32,
    pub refused: u32,
    pub bytes: usize,
    pub cost: CompileStats,
    /// What compiling the discarded units took.
    pub wasted_us: u64,
    /// By the reason's number.
    exits: [u64; Reason::ALL.len()],
}

impl Stats {
    pub fn installed(&mut self, unit: &Compiled) {
        self.units += 1;
        self.bytes += unit.bytes.len();
        let (sum, s) = (&mut self.cost, &unit.stats);
        sum.bytecodes += s.bytecodes;
        sum.hir_insts += s.hir_insts;
        sum.clif_insts += s.clif_insts;
        sum.build_us += s.build_us;
        sum.passes_us += s.passes_us;
        sum.cranelift_us += s.cranelift_us;
    }

    pub fn discarded(&mut self, unit: &Compiled) {
        self.discarded += 1;
        self.wasted_us += unit.stats.total_us();
    }

    pub fn exit(&mut self, reason: Reason) {
        self.exits[reason as usize] += 1;
    }

    /// How often native code was left, by reason.
    pub fn exits(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL.iter().map(|reason| (*reason, self.exits[*reason as usize])).filter(|(_, n)| *n > 0)
    }
}
