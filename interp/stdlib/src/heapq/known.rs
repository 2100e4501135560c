//! Heaps of items whose order is known without running code: one item is held back while others move into its place.

use super::Order;
use habu_runtime::heap::Gc;
use habu_runtime::types::known::order_known;
use habu_runtime::types::list::{Elements, List};
use habu_runtime::value::Value;
use std::cell::Cell;
use std::cmp::Ordering;

/// Two items whose order only code can tell were met; everything stands in the list, the moving item at `at`.
pub struct Stop {
    pub at: usize,
    pub rising: bool,
}

/// The items of a heap.
pub struct Slots<'a, T, F> {
    slots: &'a [Cell<T>],
    /// Whether the first item belongs above the second.
    above: F,
}

/// What can be done with a heap whatever its items are.
pub trait Sift {
    /// Moves the item at `at` towards the root, no farther than `start`.
    fn rise(&self, start: usize, at: usize) -> Result<(), Stop>;
    /// Moves the item at `at` down to a leaf, then up again.
    fn sink(&self, at: usize) -> Result<(), Stop>;
}

impl<T: Copy, F: Fn(T, T) -> Option<bool>> Slots<'_, T, F> {
    fn stop<R>(&self, at: usize, item: T, rising: bool) -> Result<R, Stop> {
        self.slots[at].set(item);
        Err(Stop { at, rising })
    }

    /// Moves a held item up from the free slot `at`.
    fn settle(&self, start: usize, mut at: usize, item: T) -> Result<(), Stop> {
        while at > start {
            let parent = (at - 1) / 2;
            let other = self.slots[parent].get();
            match (self.above)(item, other) {
                None => return self.stop(at, item, true),
                Some(false) => break,
                Some(true) => self.slots[at].set(other),
            }
            at = parent;
        }
        self.slots[at].set(item);
        Ok(())
    }
}

impl<T: Copy, F: Fn(T, T) -> Option<bool>> Sift for Slots<'_, T, F> {
    fn rise(&self, start: usize, at: usize) -> Result<(), Stop> {
        self.settle(start, at, self.slots[at].get())
    }

    fn sink(&self, start: usize) -> Result<(), Stop> {
        let (len, mut at) = (self.slots.len(), start);
        let item = self.slots[at].get();
        while at < len / 2 {
            let mut child = 2 * at + 1;
            if child + 1 < len {
                match (self.above)(self.slots[child].get(), self.slots[child + 1].get()) {
                    None => return self.stop(at, item, false),
                    Some(first) => child += usize::from(!first),
                }
            }
            self.slots[at].set(self.slots[child].get());
            at = child;
        }
        self.settle(start, at, item)
    }
}

/// Works on a list's items where they stand; they only change places, so the collector need not be told. `None`: the
/// list has no items.
pub fn with<R>(heap: Gc<List>, order: Order, work: impl FnOnce(&dyn Sift) -> R) -> Option<R> {
    let array = heap.storage()?;
    let len = heap.len();
    Some(match heap.elements() {
        Elements::F64 => work(&Slots {
            slots: &array.floats()[..len],
            above: |a: f64, b: f64| Some(if order == Order::Min { a < b } else { b < a }),
        }),
        Elements::Any | Elements::Int => {
            let wanted = if order == Order::Min { Ordering::Less } else { Ordering::Greater };
            let above = |a: Value, b: Value| order_known(a, b).map(|found| found == wanted);
            work(&Slots { slots: &array.slots()[..len], above })
        }
    })
}
