//! How the command is linked on Linux: at a fixed address, because the addresses in its tables of native types would
//! otherwise be written at every start (a megabyte of pages and a tenth of the start-up time; heap, stacks, libraries and
//! native code still lie at random addresses); and with the functions together that are used together, because a page is
//! in memory for one function as for forty (of thirteen megabytes that a small program took, three).

use std::env;
use std::fmt::Write;
use std::path::Path;

const FUNCTIONS: &str = "link/functions.txt";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={FUNCTIONS}");
    let target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let folder = env::var("OUT_DIR").unwrap_or_default();
    if takes_scripts() {
        let script = Path::new(&folder).join("functions.ld");
        let names = std::fs::read_to_string(FUNCTIONS).expect("the list of functions is part of the source");
        std::fs::write(&script, order(&names)).expect("the folder for generated files is writable");
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", script.display());
    }
}

/// GNU ld and LLD take a linker script beside their own; others that people choose may not.
fn takes_scripts() -> bool {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    !["mold", "gold", "wild"].iter().any(|other| flags.contains(other))
        && env::var("RUSTC_LINKER").unwrap_or_default().is_empty()
}

/// A linker script that puts some functions first, whatever the hashes that their names end with.
fn order(names: &str) -> String {
    let mut script = String::from("SECTIONS {\n  .text.ordered : {\n");
    for name in names.lines().filter(|line| !line.starts_with('#')) {
        let _ = writeln!(script, "    *(.text.{name}* .text.unlikely.{name}*)");
    }
    script + "  }\n} INSERT BEFORE .text;\n"
}
