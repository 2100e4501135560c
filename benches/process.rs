//! Whole processes: start-up, and each kernel run once from a cold start at several thresholds, which is what a short job
//! feels. With `HABU_ORACLE` naming another Python, its start-up is measured beside.

#[path = "support/kernels.rs"]
mod kernels;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::process::{Command, Stdio};
use std::time::Duration;

const HABU: &str = env!("CARGO_BIN_EXE_habu");

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().expect("the interpreter starts");
    assert!(status.success(), "{command:?}: {status}");
}

fn start_up(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start-up");
    group.sample_size(20).measurement_time(Duration::from_secs(1));
    let mut interpreters = vec![("habu", HABU.to_owned())];
    interpreters.extend(std::env::var("HABU_ORACLE").ok().map(|other| ("HABU_ORACLE", other)));
    for (name, interpreter) in interpreters {
        group.bench_function(BenchmarkId::new("hello", name), |bencher| {
            bencher.iter(|| run(Command::new(&interpreter).args(["-c", "print('hello')"])));
        });
        group.bench_function(BenchmarkId::new("imports", name), |bencher| {
            bencher.iter(|| run(Command::new(&interpreter).args(["-c", "import re, json, random"])));
        });
    }
    group.finish();
}

fn thresholds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cold");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    for kernel in kernels::kernels() {
        // Twenty calls: long enough that a low threshold can pay, short enough that a high one does not.
        let program = format!(
            "import runpy\nkernel = runpy.run_path({:?})['kernel']\nfor _ in range(20): kernel()",
            kernel.display().to_string()
        );
        for jit in ["--jit=off", "--jit-threshold=100", "--jit-threshold=2000", "--jit-threshold=20000"] {
            let id = BenchmarkId::new(kernels::name(&kernel), jit.trim_start_matches('-'));
            group.bench_function(id, |bencher| {
                bencher.iter(|| run(Command::new(HABU).args([jit, "-c", &program])));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, start_up, thresholds);
criterion_main!(benches);
