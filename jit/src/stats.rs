//! Counters of the tier: what was compiled and at what cost, how native code was left.

use crate::exits::Reason;
use crate::unit::{CompileStats, Compiled};
use std::collections::BTreeMap;

#[derive(Default, Debug)]
pub struct Stats {
    pub units: u32,
    pub discarded: u32,
    pub refused: u32,
    pub bytes: usize,
    pub cost: CompileStats,
    /// What compiling the discarded units took.
    pub wasted_us: u64,
    pub exits: BTreeMap<Reason, u64>,
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
        *self.exits.entry(reason).or_default() += 1;
    }
}
