//! When to collect, and which collection: budgets in bytes, all deterministic.

use super::Heap;
use super::barrier::Remembered;

/// Kinds of collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Collection {
    /// Cells made since the last collection.
    Minor,
    /// Everything.
    Full,
}

/// Half of a small second-level cache: a dead nursery is reused before it leaves the cache.
pub const NURSERY_MIN: usize = 512 << 10;
/// Beyond this a larger nursery saves little and costs memory.
pub const NURSERY_MAX: usize = 32 << 20;
/// Below this a heap is not worth a full collection.
pub const FULL_MIN: usize = 3 << 20;

pub struct Policy {
    /// Bytes handed out, and external bytes added, since the last collection.
    young: usize,
    /// Minor collection when `young` reaches this.
    pub nursery: usize,
    /// Cells that survived, as of the last collection.
    pub live: usize,
    /// The same right after the last full collection.
    pub live_after_full: usize,
    /// Memory that cells own outside of the heap.
    pub external: usize,
    /// Full collection when `live + external` reaches this.
    pub full_at: usize,
    /// All bytes ever handed out.
    pub allocated: u64,
    /// All bytes that survived their first collection.
    pub promoted: u64,
}

impl Policy {
    pub const fn new() -> Policy {
        Policy {
            young: 0,
            nursery: NURSERY_MIN,
            live: 0,
            live_after_full: 0,
            external: 0,
            full_at: FULL_MIN,
            allocated: 0,
            promoted: 0,
        }
    }

    pub fn allocated(&mut self, bytes: usize) {
        self.young += bytes;
        self.allocated += bytes as u64;
    }

    /// A large cell was freed by its owner.
    pub fn freed(&mut self, bytes: usize, young: bool) {
        let account = if young { &mut self.young } else { &mut self.live };
        *account = account.saturating_sub(bytes);
    }

    #[inline]
    pub fn is_due(&self, remembered: &Remembered) -> bool {
        self.young >= self.nursery || remembered.lost
    }

    pub fn which(&self, remembered: &Remembered) -> Collection {
        let full = self.live.saturating_add(self.external) >= self.full_at || remembered.lost;
        if full { Collection::Full } else { Collection::Minor }
    }

    /// A collection marked `bytes` and looked at `extra_words` words besides.
    pub fn collected(&mut self, which: Collection, bytes: usize, extra_words: usize) {
        match which {
            Collection::Minor => {
                self.live += bytes;
                self.promoted += bytes as u64;
                self.adapt(bytes + extra_words * 8);
            }
            Collection::Full => {
                self.live = bytes;
                self.live_after_full = bytes;
                self.full_at = (2 * bytes.saturating_add(self.external)).max(FULL_MIN);
            }
        }
        self.young = 0;
    }

    /// Larger nurseries for programs whose minor collections cost much for what they free (cells
    /// get more time to die, deep stacks are scanned less often), small ones, which fit the
    /// cache, for the others. A fraction of what lives anyway, so that small programs stay
    /// small.
    fn adapt(&mut self, work: usize) {
        if work > self.young / 8 {
            let most = ((self.live + work) / 3).clamp(2 * NURSERY_MIN, NURSERY_MAX);
            self.nursery = (2 * self.nursery).min(most).max(self.nursery);
        } else if work < self.young / 64 {
            self.nursery = (self.nursery / 2).max(NURSERY_MIN);
        }
    }

    /// Free memory worth keeping after a full collection, in bytes: what the next nursery uses, and what survivors may
    /// take before the next one.
    pub fn reserve(&self) -> usize {
        self.nursery + (self.live / 4).max(FULL_MIN.saturating_sub(self.live))
    }
}

impl Heap {
    /// Cells have come to own `bytes` more (or fewer) outside of the heap.
    pub fn add_external(&mut self, bytes: isize) {
        let policy = &mut self.policy;
        policy.external = policy.external.saturating_add_signed(bytes);
        if bytes > 0 {
            policy.young = policy.young.saturating_add_signed(bytes);
            if policy.young >= policy.nursery && !self.collecting {
                // Make the next allocation notice.
                self.retire_ranges();
            }
        }
    }

    /// Most bytes of memory to map for cells; beyond, allocation returns `None`.
    pub fn set_limit(&mut self, bytes: usize) {
        self.space.limit = bytes;
    }
}
