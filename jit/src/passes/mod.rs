//! The pass list, which reads as prose; each pass is a file that says what belongs in it.

mod cleanup;
mod dce;
mod escape;
mod gvn;
mod licm;
mod params;
mod range;
mod simplify;
mod sink;
mod speculate;
mod spill;
mod types;
mod unbox;

use crate::hir::{Function, verify};
use std::time::{Duration, Instant};

/// One pass over a unit.
pub type Pass = fn(&mut Function);

/// In order of execution. A pass that feeds another stands before it, and again after it where that pays.
pub const PASSES: &[(&str, Pass)] = &[
    ("merge block parameters that are always the same", params::run),
    ("check loop variables once, before their loop", speculate::run),
    ("infer types, drop guards they prove, fold constants", simplify::run),
    ("replace objects that nobody sees by their attributes", escape::run),
    ("keep floats unboxed around loops", unbox::run),
    ("merge equal computations and redundant loads", gvn::run),
    ("infer types again", simplify::run),
    ("drop overflow checks that ranges prove", range::run),
    ("hoist what a loop does not change", licm::run),
    ("merge block parameters again", params::run),
    ("merge equal computations again", gvn::run),
    ("let frame states name unboxed values", cleanup::run),
    ("drop what nobody uses", dce::run),
    ("box floats where the box is needed", sink::run),
    ("drop boxes left over", dce::run),
    ("store what observers of the frame may see", spill::run),
    ("drop what storing left over", dce::run),
];

/// Time each pass took, for `--jit-summary`.
pub type Timings = Vec<(&'static str, Duration)>;

/// Runs all passes. `check`: verify after each; the error names the pass to blame.
pub fn run(f: &mut Function, check: bool, mut after: impl FnMut(&str, &Function)) -> Result<Timings, String> {
    let mut timings = Vec::with_capacity(PASSES.len());
    if check {
        verify(f).map_err(|e| format!("after building: {e}"))?;
    }
    for (name, pass) in PASSES {
        let start = Instant::now();
        pass(f);
        timings.push((*name, start.elapsed()));
        if check {
            verify(f).map_err(|e| format!("after '{name}': {e}\n{f}"))?;
        }
        after(name, f);
    }
    if !check {
        // A unit that is wrong is a bug of the JIT, but no reason to end the program: it stays interpreted.
        verify(f).map_err(|e| format!("internal error: {e}"))?;
    }
    Ok(timings)
}

/// The pass of this name, for tests.
pub fn find(name: &str) -> Option<Pass> {
    PASSES.iter().find(|(n, _)| *n == name).map(|(_, p)| *p)
}
