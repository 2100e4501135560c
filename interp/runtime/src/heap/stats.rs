//! Counters, and views over all objects.

use super::Heap;
use super::header::Header;
use super::lookup::each_cell;
use super::mark::{MarkStack, Tracer};
use super::policy::Collection;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

/// Figures about a heap.
#[derive(Clone, Copy, Default, Debug)]
pub struct HeapStats {
    pub minor_collections: u64,
    pub full_collections: u64,
    pub minor_ns_total: u64,
    pub minor_ns_max: u64,
    pub full_ns_total: u64,
    pub full_ns_max: u64,
    /// Bytes in cells handed out so far, counted when a range is carved.
    pub allocated_bytes: u64,
    /// Bytes that survived a minor collection, over all of them.
    pub promoted_bytes: u64,
    /// Bytes in cells that the last collection found alive (old ones: presumed).
    pub live_bytes: usize,
    pub live_bytes_after_full: usize,
    /// Outside of the heap, owned by cells.
    pub external_bytes: usize,
    /// Address space taken from the system now.
    pub mapped_bytes: usize,
    pub nursery_bytes: usize,
}

impl HeapStats {
    pub(super) fn collected(&mut self, which: Collection, since: Instant) {
        let ns = since.elapsed().min(Duration::from_secs(1 << 30)).as_nanos() as u64;
        let (count, total, max) = match which {
            Collection::Minor => {
                (&mut self.minor_collections, &mut self.minor_ns_total, &mut self.minor_ns_max)
            }
            Collection::Full => (&mut self.full_collections, &mut self.full_ns_total, &mut self.full_ns_max),
        };
        *count += 1;
        *total += ns;
        *max = ns.max(*max);
    }
}

/// As `HABU_GC=stats` prints it.
impl std::fmt::Display for HeapStats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |ns: u64| ns as f64 / 1e6;
        let mib = |bytes: u64| bytes as f64 / (1 << 20) as f64;
        for (name, count, total, max) in [
            ("minor", self.minor_collections, self.minor_ns_total, self.minor_ns_max),
            ("full", self.full_collections, self.full_ns_total, self.full_ns_max),
        ] {
            writeln!(
                f,
                "gc: {count} {name} collections, {:.3} ms in all, longest {:.3} ms",
                ms(total),
                ms(max)
            )?;
        }
        writeln!(
            f,
            "gc: {:.1} MiB allocated, {:.1} MiB promoted, {:.1} MiB live, {:.1} MiB mapped, nursery {:.1} MiB",
            mib(self.allocated_bytes),
            mib(self.promoted_bytes),
            mib(self.live_bytes as u64),
            mib(self.mapped_bytes as u64),
            mib(self.nursery_bytes as u64)
        )
    }
}

impl Heap {
    pub fn stats(&self) -> HeapStats {
        HeapStats {
            allocated_bytes: self.policy.allocated,
            promoted_bytes: self.policy.promoted,
            live_bytes: self.policy.live,
            live_bytes_after_full: self.policy.live_after_full,
            external_bytes: self.policy.external,
            mapped_bytes: self.space.mapped,
            nursery_bytes: self.policy.nursery,
            ..self.counters
        }
    }

    /// Every cell not known to be dead, in no particular order. Collect first to see only
    /// reachable ones.
    pub fn each_object(&self, f: &mut dyn FnMut(NonNull<Header>)) {
        self.space.each_block(&mut |block| each_cell(block, self.mark, f));
    }

    /// The cell that `word` points to or into, if it is one not known to be dead.
    pub fn is_live_object(&self, word: usize) -> Option<NonNull<Header>> {
        self.space.find(word, self.mark)
    }

    /// The cells that `p` refers to directly, as often as it does.
    pub fn referents(&self, p: NonNull<Header>) -> Vec<NonNull<Header>> {
        let mut stack = MarkStack::default();
        Tracer::new(&self.space, &self.kinds, &mut stack, self.mark, true).edges(p)
    }
}
