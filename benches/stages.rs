//! The stations before anything runs: bytes of source a second through lexer, parser, compiler and bytecode cache.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use habu_bytecode::{Code, CompileOptions};
use habu_syntax::ast::Arena;
use habu_syntax::{Mode, ParseOptions, Parsed, SourceText};
use std::hint::black_box;
use std::time::Duration;

/// All example programs and kernels one after the other, repeated to a size at which fixed costs no longer count.
fn source() -> String {
    let mut text = String::new();
    for folder in ["examples", "benches/kernels"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = std::fs::read_dir(folder).expect("a folder of programs");
        let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
        files.sort();
        for file in files {
            text.push_str(&std::fs::read_to_string(file).expect("a readable program"));
            text.push('\n');
        }
    }
    text.repeat(8)
}

fn parse(arena: &Arena, source: SourceText) -> Parsed<'_> {
    let options = ParseOptions { mode: Mode::Exec, ..ParseOptions::default() };
    habu_syntax::parse_source(arena, source, options).expect("valid source")
}

fn stages(criterion: &mut Criterion) {
    let text = source();
    let mut group = criterion.benchmark_group("stage");
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.throughput(Throughput::Bytes(text.len() as u64));
    let decode = || SourceText::from_bytes(text.as_bytes()).expect("valid source");
    group.bench_function("tokens", |bencher| {
        bencher.iter(|| habu_syntax::dump::dump_tokens(&decode()).expect("valid source").len());
    });
    group.bench_function("parse", |bencher| bencher.iter(|| parse(&Arena::new(), decode()).warnings.len()));
    let compile = || {
        habu_bytecode::compile::compile_parsed(
            &mut parse(&Arena::new(), decode()),
            "bench.py",
            CompileOptions::default(),
        )
        .expect("valid source")
        .code
    };
    group.bench_function("parse+compile", |bencher| bencher.iter_with_large_drop(compile));
    let code = compile();
    group.bench_function("cache write", |bencher| bencher.iter(|| black_box(&code).to_bytes().len()));
    let bytes = code.to_bytes();
    group.bench_function("cache read", |bencher| {
        bencher.iter_with_large_drop(|| Code::from_bytes(&bytes).expect("what was written"));
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
