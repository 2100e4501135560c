//! Showing what was compiled: the dumps of the JIT's stations, and the map of native code that profilers read.

use crate::tier::{Dump, DumpKind};
use crate::unit::{Compiled, RESUMES};
use std::io::Write;
use std::sync::OnceLock;

/// Prints the wanted station of a unit, if it is of a wanted function (qualified name, or its last part).
pub fn dump(wanted: &Dump, unit: &Compiled) {
    let short = unit.name.rsplit('.').next();
    if wanted.function.as_deref().is_some_and(|name| name != unit.name && Some(name) != short) {
        return;
    }
    let text = match wanted.kind {
        DumpKind::Hir => &unit.hir,
        DumpKind::Clif => &unit.clif,
        DumpKind::Asm => &unit.asm,
    };
    let entry = match unit.osr {
        None => String::new(),
        Some(at) if unit.resumes() => format!(", resumed at {}", at & !RESUMES),
        Some(header) => format!(", entered at the loop at {header}"),
    };
    println!("; {} ({}){entry}\n{text}", unit.name, unit.place);
}

/// Notes a unit for `perf report` in the map file that profilers read, if `HABU_PERF_MAP` asks for it.
pub fn note_for_profilers(start: usize, unit: &Compiled) {
    static WANTED: OnceLock<bool> = OnceLock::new();
    if !*WANTED.get_or_init(|| std::env::var_os("HABU_PERF_MAP").is_some_and(|v| v == "1")) {
        return;
    }
    let path = format!("/tmp/perf-{}.map", std::process::id());
    if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(path) {
        let kind = match unit.osr {
            None => "function",
            Some(_) if unit.resumes() => "body",
            Some(_) => "loop",
        };
        let _ = writeln!(file, "{start:x} {:x} py {kind} {} {}", unit.bytes.len(), unit.name, unit.place);
    }
}
