//! One compile job from snapshot to machine code: build, passes, lowering. Touches no heap object.

use crate::build::{REGISTER_ARGS, RESUME_ARGS, build};
use crate::lower::{self, Context, Texts};
use crate::passes;
use crate::snapshot::Snapshot;
use crate::unit::Compiled;
use cranelift_codegen::isa::OwnedTargetIsa;
use std::sync::OnceLock;
use std::time::Instant;

/// A job and how to do it.
pub struct Job {
    pub snapshot: Snapshot,
    /// Check the intermediate form after every pass.
    pub verify: bool,
    pub texts: Texts,
    /// Checks fail now and then.
    pub stress: bool,
}

/// The code generator for units with loops, and for others.
fn isa(loops: bool) -> Result<&'static OwnedTargetIsa, String> {
    static ISA: [OnceLock<Result<OwnedTargetIsa, String>>; 2] = [const { OnceLock::new() }; 2];
    ISA[usize::from(loops)].get_or_init(|| lower::host_isa(loops)).as_ref().map_err(Clone::clone)
}

/// Compiles one unit; the error says why it is left to the interpreter.
pub fn compile(job: &Job) -> Result<Compiled, String> {
    let snap = &job.snapshot;
    let start = Instant::now();
    let built = build(snap)?;
    let build_us = start.elapsed().as_micros() as u32;
    let mut hir = built.hir;
    let start = Instant::now();
    passes::run(&mut hir, job.verify, |_, _| {})?;
    let passes_us = start.elapsed().as_micros() as u32;
    if let Some(why) = leaves_early(&hir, &built.uncovered) {
        return Err(why);
    }
    let start = Instant::now();
    let args = match &snap.osr {
        None => REGISTER_ARGS.min(snap.params as usize),
        Some(_) if snap.resumes => RESUME_ARGS,
        Some(_) => 0,
    };
    let cx = Context {
        isa: &**isa(!snap.loops.is_empty())?,
        stream: snap.stream,
        function: snap.function,
        has_free: snap.has_free,
        args,
        texts: job.texts,
        stress: job.stress,
    };
    let mut unit = lower::compile(&hir, &cx)?;
    unit.stats.cranelift_us = start.elapsed().as_micros() as u32;
    unit.stats.build_us = build_us;
    unit.stats.passes_us = passes_us;
    unit.stats.bytecodes = snap.words.len() as u32;
    unit.code = snap.code;
    unit.place = snap.place.clone();
    unit.tiny = is_tiny(snap, &hir);
    unit.assumptions = built.assumptions;
    unit.uncovered = built.uncovered.iter().map(|(pc, op)| (*pc, op.info().name)).collect();
    if job.texts.hir {
        unit.hir = hir.to_string();
    }
    Ok(unit)
}

/// Instructions that cost the interpreter about as much as entering native code.
const TINY: usize = 3;

/// Whether only native callers gain by native code: a few instructions that call nothing.
fn is_tiny(snap: &Snapshot, hir: &crate::hir::Function) -> bool {
    use crate::hir::Op;
    let (mut pc, mut count) = (0, 0);
    while (pc as usize) < snap.words.len()
        && let Some(op) = snap.op(pc)
    {
        count += 1;
        pc = snap.next(pc, op);
    }
    let calls = hir.blocks.iter().flat_map(|b| &b.insts).any(|v| hir.inst(*v).op == Op::CallDirect);
    // What is called of a generator function only makes the generator.
    let makes_generator = snap.is_generator() && snap.osr.is_none();
    makes_generator || count <= TINY && !calls && snap.loops.is_empty()
}

/// Code that can only leave at once is not worth entering.
fn leaves_early(hir: &crate::hir::Function, uncovered: &[(u32, habu_bytecode::Op)]) -> Option<String> {
    use crate::hir::Op;
    let mut block = hir.entry();
    // Follow the straight line from the entry.
    for _ in 0..hir.blocks.len() {
        let term = hir.term(block);
        match term.op {
            Op::Jump => block = term.targets[0].block,
            Op::Exit => {
                let pc = term.frame.map_or(0, |f| hir.frame(f).pc);
                let name = uncovered
                    .iter()
                    .find(|(at, _)| *at == pc)
                    .map_or("code that has not run", |(_, op)| op.info().name);
                return Some(format!("leaves at once: {name}"));
            }
            _ => return None,
        }
    }
    None
}
