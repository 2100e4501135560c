//! Each kernel interpreted and in native code, warm: the time of one call of `kernel()`.

#[path = "support/kernels.rs"]
mod kernels;
#[path = "support/machine.rs"]
mod machine;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use machine::Tier;
use std::time::Duration;

/// Calls before measuring: more than the threshold of any loop in a kernel.
const WARM_CALLS: usize = 50;

fn all(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kernel");
    group.sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    for kernel in kernels::kernels() {
        for tier in Tier::ALL {
            let id = BenchmarkId::new(kernels::name(&kernel), tier.name());
            // Criterion is not sent to another thread; the samples' durations are.
            group.bench_function(id, |bencher| {
                bencher.iter_custom(|rounds| {
                    let mut taken = Duration::ZERO;
                    machine::with_kernel(&kernel, tier, |call| {
                        for _ in 0..WARM_CALLS {
                            call();
                        }
                        // Compilation goes on in the background: give it the time it would have in a real program.
                        std::thread::sleep(Duration::from_millis(20));
                        let start = std::time::Instant::now();
                        for _ in 0..rounds {
                            call();
                        }
                        taken = start.elapsed();
                    });
                    taken
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, all);
criterion_main!(benches);
