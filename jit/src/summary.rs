//! The text of `--jit-summary`: what runs natively, what does not and why, where native code is left.

use crate::frames::Unit;
use crate::stats::Stats;
use crate::unit::RESUMES;
use std::fmt::Write;
use std::rc::Rc;

/// Sites shown in the list of exits.
const TOP: usize = 20;

pub fn text(
    stats: &Stats,
    units: &[Rc<Unit>],
    mut refused: Vec<(String, Option<u32>, String)>,
    mut pending: Vec<(String, Option<u32>)>,
    memory: usize,
) -> String {
    let mut out = String::new();
    let cost = &stats.cost;
    let _ = writeln!(
        out,
        "native code: {} units installed, {} discarded, {} refused; {} bytes in use",
        stats.units, stats.discarded, stats.refused, memory
    );
    let _ = writeln!(
        out,
        "compile time: {:.1} ms (build {:.1}, passes {:.1}, code generation {:.1}) for {} bytecode words, {} CLIF instructions",
        (cost.build_us + cost.passes_us + cost.cranelift_us) as f64 / 1e3,
        cost.build_us as f64 / 1e3,
        cost.passes_us as f64 / 1e3,
        cost.cranelift_us as f64 / 1e3,
        cost.bytecodes,
        cost.clif_insts
    );
    for unit in units {
        let _ = writeln!(out, "  compiled {}", unit.code.name);
    }
    pending.sort();
    for (name, which) in &pending {
        let _ = writeln!(out, "  still being compiled: {name}{}", place(*which));
    }
    if stats.exits().next().is_some() {
        out.push_str("exits:\n");
        for (reason, n) in stats.exits() {
            let _ = writeln!(out, "  {n:>10}  {}", reason.text());
        }
    }
    let mut sites: Vec<(u32, String)> = Vec::new();
    for unit in units {
        for (exit, taken) in unit.code.exits.iter().zip(unit.taken.borrow().iter()) {
            if *taken > 0 {
                let pc = exit.frames[0].pc;
                let uncovered = unit.code.uncovered.iter().find(|(at, _)| *at == pc);
                let what = uncovered
                    .map_or_else(|| exit.reason.text().to_string(), |(_, op)| format!("not covered: {op}"));
                sites.push((*taken, format!("{} at {pc}: {what}", unit.code.name)));
            }
        }
    }
    sites.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    if !sites.is_empty() {
        out.push_str("sites that leave most:\n");
        for (n, site) in sites.iter().take(TOP) {
            let _ = writeln!(out, "  {n:>10}  {site}");
        }
    }
    refused.sort();
    if !refused.is_empty() {
        out.push_str("left to the interpreter:\n");
        for (name, which, why) in &refused {
            let _ = writeln!(out, "  {name}{}: {why}", place(*which));
        }
    }
    out
}

fn place(header: Option<u32>) -> String {
    match header {
        None => String::new(),
        Some(at) if at & RESUMES != 0 => format!(" (resumed at {})", at & !RESUMES),
        Some(at) => format!(" (loop at {at})"),
    }
}
