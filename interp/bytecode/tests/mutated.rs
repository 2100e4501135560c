//! A bounded, deterministic run of what the fuzz target runs: sources of this repository, damaged at random.
//!
//! For longer runs: `HABU_PROBE_ROUNDS=N`, `HABU_PROBE_SEED=N` and `HABU_PROBE_CORPUS=DIR` (sources to damage).

use habu_bytecode::{Mode, probe::front_end};
use std::path::{Path, PathBuf};

/// A small deterministic generator of random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n.max(1) as u64) as usize
    }
}

/// Pieces that the grammar cares about.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ";",
    "=",
    ":=",
    "*",
    "**",
    "->",
    "@",
    ".",
    "...",
    "\n",
    "\n    ",
    "\t",
    "\\\n",
    "\x0c",
    "\r\n",
    "'",
    "\"",
    "'''",
    "f'",
    "t'",
    "rb'",
    "f'{",
    "}'",
    "{x!r:>{w}}",
    "\\N{DIGIT ONE}",
    "\\x",
    "#",
    "# type: ignore",
    " if ",
    " else ",
    " for x in ",
    " async ",
    " await ",
    "yield ",
    "yield from ",
    "lambda ",
    "not ",
    " is not ",
    " in ",
    "def f():",
    "def f[T: int = str, *Ts, **P](a, /, b, *, c=1, **d) -> x:",
    "class C[T](B):",
    "return ",
    "global x",
    "nonlocal x",
    "del ",
    "match x:\n case ",
    "case {'a': [*_], **r}:",
    "case C(a=1)|None:",
    "type X[T] = ",
    "try:",
    "except* E as e:",
    "finally:",
    "with (a as b, c):",
    "import a.b as c",
    "from . import *",
    "from __future__ import annotations\n",
    "print ",
    "exec ",
    "__debug__",
    "__class__",
    "super()",
    "_",
    "0x_f",
    "1e5j",
    "0777",
    "1__0",
    "999999999999999999999999",
    "\u{e9}",
    "\u{ff21}",
    "\u{1f600}",
    "\0",
    "\u{feff}",
];

fn corpus() -> Vec<Vec<u8>> {
    let root = match std::env::var_os("HABU_PROBE_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs"),
    };
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the programs are there") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "py")
                && path.metadata().is_ok_and(|m| m.len() > 0)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|f| std::fs::read(f).expect("a readable file")).collect()
}

/// A part of a source, short enough for many rounds, with one to four changes.
fn damaged(r: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    let source = &corpus[r.below(corpus.len())];
    let start = r.below(source.len());
    let length = 1 + r.below(600);
    let mut out = source[start..(start + length).min(source.len())].to_vec();
    for _ in 0..1 + r.below(4) {
        let at = r.below(out.len() + 1);
        match r.below(5) {
            0 => {
                let end = (at + r.below(20)).min(out.len());
                out.drain(at..end);
            }
            1 => {
                let end = (at + r.below(40)).min(out.len());
                let copy = out[at..end].to_vec();
                let to = r.below(out.len() + 1);
                out.splice(to..to, copy);
            }
            2 if at < out.len() => out[at] = r.below(256) as u8,
            _ => {
                let piece = PIECES[r.below(PIECES.len())].as_bytes();
                out.splice(at..at, piece.iter().copied());
            }
        }
    }
    out
}

/// Runs on a stack of the size that a main thread has.
fn on_big_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(f).expect("a thread should start");
    thread.join().expect("no panic");
}

#[test]
fn damaged_sources_are_refused_or_compile() {
    on_big_stack(|| {
        let corpus = corpus();
        let number = |name| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
        let mut r = Random(number("HABU_PROBE_SEED").unwrap_or(3));
        let mut compiled = 0;
        for round in 0..number("HABU_PROBE_ROUNDS").unwrap_or(4000) as usize {
            let source = damaged(&mut r, &corpus);
            let mode = [Mode::Exec, Mode::Exec, Mode::Single, Mode::Eval][round % 4];
            let shown = source.clone();
            let start = std::time::Instant::now();
            let result = std::panic::catch_unwind(|| front_end(&source, mode));
            if start.elapsed().as_millis() > 500 {
                eprintln!("slow: {:?} {:?}", start.elapsed(), String::from_utf8_lossy(&shown));
            }
            match result {
                Ok(fine) => compiled += u32::from(fine),
                Err(_) => panic!("round {round}, {mode:?}: {:?}", String::from_utf8_lossy(&shown)),
            }
        }
        assert!(compiled > 50, "only {compiled} compile: the damage is too much to test anything");
    });
}

#[test]
fn deep_and_huge_sources_end_in_an_error() {
    on_big_stack(|| {
        for (prefix, core, suffix, n) in [
            ("(", "x", ")", 5000),
            ("[", "x", "]", 5000),
            ("{1:", "x", "}", 5000),
            ("f(", "x", ")", 5000),
            ("-", "x", "", 50_000),
            ("lambda: ", "x", "", 50_000),
            ("x if y else ", "x", "", 50_000),
            ("f'{", "x", "}'", 400),
            ("t'{", "x", "}'", 400),
            ("x = ", "x", "", 20_000),
            ("x + ", "x", "", 50_000),
            ("x.", "x", "", 50_000),
            ("not ", "x", "", 50_000),
            ("await ", "x", "", 50_000),
            ("[x for x in ", "x", "]", 3000),
            ("@a\n", "def f(): pass", "", 20_000),
            ("if x:\n pass\nel", "se: pass", "", 5000),
            ("a\n", "b", "", 50_000),
            ("match x:\n case ", "(", "", 3000),
        ] {
            let source = format!("{}{core}{}", prefix.repeat(n), suffix.repeat(n));
            front_end(source.as_bytes(), Mode::Exec);
        }
        let mut blocks = String::new();
        for depth in 0..300 {
            blocks.push_str(&format!("{}if x:\n", " ".repeat(depth)));
        }
        assert!(!front_end(blocks.as_bytes(), Mode::Exec));
        for word in ["while x:", "for x in y:", "with x:", "def f():", "class C:", "try:"] {
            let mut nested = String::new();
            for depth in 0..99 {
                nested.push_str(&format!("{}{word}\n", " ".repeat(depth)));
            }
            nested.push_str(&format!("{}pass\n", " ".repeat(99)));
            front_end(nested.as_bytes(), Mode::Exec);
        }
    });
}

#[test]
fn a_folded_constant_may_be_no_number() {
    assert!(front_end(b"1e999 - 1e999\n", Mode::Exec));
}
