//! Times the front end over files that are read before: `front_end [-n ROUNDS] FILE...`, or file names on the input.
//! Prints processor time of decoding, parsing and compiling, of each stage alone, and the memory that tree and code
//! take for a byte of source.

use habu_bytecode::compile::compile_parsed;
use habu_bytecode::{CompileOptions, verify};
use habu_syntax::ast::Arena;
use habu_syntax::symtable::{SymtableOptions, build};
use habu_syntax::tokens::Tokens;
use habu_syntax::{ParseOptions, Parsed, SourceText, parse_source};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Counts what is in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Processor time of this thread: other programs on the machine do not count.
fn now() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|n| n.parse().ok());
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    nanos.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

#[derive(Default)]
struct Times {
    decode: Duration,
    tokens: Duration,
    parse: Duration,
    symtable: Duration,
    compile: Duration,
    verify: Duration,
    tree: usize,
    code: usize,
    refused: usize,
}

fn timed<T>(total: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = now();
    let result = work();
    *total += now() - start;
    result
}

fn run(bytes: &[u8], t: &mut Times) {
    let Ok(source) = timed(&mut t.decode, || SourceText::from_bytes(bytes)) else {
        t.refused += 1;
        return;
    };
    timed(&mut t.tokens, || drop(Tokens::new(&source, false)));
    let before = IN_USE.load(Relaxed);
    let arena = Arena::new();
    let parsed = timed(&mut t.parse, || parse_source(&arena, source, ParseOptions::default()));
    let Ok(mut parsed) = parsed else {
        t.refused += 1;
        return;
    };
    t.tree += IN_USE.load(Relaxed).saturating_sub(before);
    timed(&mut t.symtable, || {
        let Parsed { module, interner, source, .. } = &mut parsed;
        drop(build(module, interner, &source.lines, SymtableOptions::default()));
    });
    let before = IN_USE.load(Relaxed);
    let compiled =
        timed(&mut t.compile, || compile_parsed(&mut parsed, "bench.py", CompileOptions::default()));
    match compiled {
        Ok(compiled) => {
            t.code += IN_USE.load(Relaxed).saturating_sub(before);
            timed(&mut t.verify, || verify::verify(&compiled.code)).expect("what compiles verifies");
            timed(&mut t.compile, || drop(compiled));
        }
        Err(_) => t.refused += 1,
    }
    timed(&mut t.parse, || drop(parsed));
    timed(&mut t.parse, || drop(arena));
}

/// Decodes, parses, compiles and forgets: what `compile()` does, without a clock in between.
fn plain(bytes: &[u8]) {
    let Ok(source) = SourceText::from_bytes(bytes) else { return };
    let arena = Arena::new();
    let Ok(mut parsed) = parse_source(&arena, source, ParseOptions::default()) else { return };
    drop(compile_parsed(&mut parsed, "bench.py", CompileOptions::default()));
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut rounds = 1;
    if args.len() >= 2 && args[0] == "-n" {
        rounds = args[1].parse().unwrap_or(1);
        args.drain(..2);
    }
    if args.is_empty() {
        let mut names = String::new();
        std::io::stdin().read_to_string(&mut names).expect("file names on the input");
        args = names.lines().map(str::to_owned).collect();
    }
    let sources: Vec<Vec<u8>> = args.iter().filter_map(|file| std::fs::read(file).ok()).collect();
    let size: usize = sources.iter().map(Vec::len).sum();
    for _ in 0..rounds {
        let (mut t, mut all) = (Times::default(), Duration::ZERO);
        timed(&mut all, || sources.iter().for_each(|bytes| plain(bytes)));
        sources.iter().for_each(|bytes| run(bytes, &mut t));
        println!(
            "decode+parse+compile {all:.3?} ({:.1} MB/s): decode {:.3?}, parse {:.3?} (tokens alone {:.3?}), compile {:.3?} \
             (symbol table alone {:.3?}); verifier {:.3?}; refused {}; bytes a byte of source: tree {:.2}, code {:.2}",
            size as f64 / 1e6 / all.as_secs_f64(),
            t.decode,
            t.parse,
            t.tokens,
            t.compile,
            t.symtable,
            t.verify,
            t.refused,
            t.tree as f64 / size as f64,
            t.code as f64 / size as f64,
        );
    }
}
