//! Stress mode: a collection at every n-th allocation, minor and full in turn, each verified.

use super::Heap;
use super::policy::Collection;
use super::size::N_CLASSES;
use super::sweep::Bump;

#[derive(Default)]
pub struct Stress {
    /// 0: off.
    every: u32,
    count: u32,
    full_next: bool,
    /// Bump ranges, hidden from the inline allocation.
    ranges: Option<Box<[Bump; N_CLASSES]>>,
}

impl Stress {
    #[inline]
    pub fn is_on(&self) -> bool {
        self.every != 0
    }
    pub fn range(&mut self, class: usize) -> &mut Bump {
        &mut self.ranges.get_or_insert_with(|| Box::new([Bump::default(); N_CLASSES]))[class]
    }
    pub fn retire_ranges(&mut self) {
        if let Some(ranges) = &mut self.ranges {
            ranges.fill(Bump::default());
        }
    }
}

impl Heap {
    /// Collects at every `every`-th allocation, in turn minor and full, and verifies the heap
    /// after each (a broken one panics). 0: off.
    pub fn set_stress(&mut self, every: u32) {
        self.retire_ranges();
        self.stress.every = every;
        self.stress.count = 0;
    }

    /// Reads `HABU_GC`: `stress` or `stress:N`.
    pub fn set_stress_from_env(&mut self) {
        let Ok(setting) = std::env::var("HABU_GC") else { return };
        if setting == "stress" {
            self.set_stress(1);
        } else if let Some(n) = setting.strip_prefix("stress:").and_then(|n| n.parse().ok()) {
            self.set_stress(n);
        }
    }

    pub(super) fn stress_tick(&mut self) {
        self.stress.count += 1;
        if self.stress.count < self.stress.every {
            return;
        }
        self.stress.count = 0;
        let which = if self.stress.full_next { Collection::Full } else { Collection::Minor };
        self.stress.full_next = !self.stress.full_next;
        self.collect(which);
        if let Err(error) = self.verify() {
            panic!("heap broken after a {which:?} collection: {error}");
        }
    }
}
