//! The mark loop: visiting found cells through a prefetch queue until none is left.

use super::header::Header;
use super::lookup::each_cell;
use super::mark::Tracer;
use std::collections::HashSet;
use std::num::NonZero;
use std::ptr::NonNull;

/// Cells wait this long between their prefetch and their visit: enough to cover a cache miss,
/// few enough to stay in the first-level cache.
const FIFO: usize = 8;

impl Tracer<'_> {
    /// Marks everything reachable from what was reported.
    pub fn drain(&mut self) {
        self.drain_stack();
        while std::mem::take(&mut self.stack.dropped) {
            self.rescan();
        }
    }

    /// Marks everything reachable from `roots`, all unmarked, depth first. Returns them each ahead
    /// of those that it reaches (but for cycles), and in their order here where neither reaches
    /// the other.
    pub fn drain_in_order(&mut self, roots: &[NonNull<Header>]) -> Vec<NonNull<Header>> {
        // Cells are aligned, so an odd address can stand for "what this one reaches is done".
        let flip = |p: NonNull<Header>| p.map_addr(|a| NonZero::new(a.get() ^ 1).unwrap_or(a));
        let wanted: HashSet<_> = roots.iter().copied().collect();
        let mut order = Vec::with_capacity(roots.len());
        for &root in roots.iter().rev() {
            self.cell(root);
            while let Some(p) = self.stack.cells.pop() {
                if p.addr().get() & 1 != 0 {
                    order.push(flip(p));
                } else if let Some(p) = self.certain(p)
                    && self.mark(p)
                {
                    if wanted.contains(&p) && !self.stack.push(flip(p)) {
                        order.push(p);
                    }
                    self.trace(p);
                }
            }
        }
        order.reverse();
        if order.len() < roots.len() {
            // Marked without a visit, as the stack could not grow.
            let found: HashSet<_> = order.iter().copied().collect();
            order.extend(roots.iter().filter(|p| !found.contains(p)));
            self.drain();
        }
        order
    }

    fn drain_stack(&mut self) {
        let mut fifo: [Option<NonNull<Header>>; FIFO] = [None; FIFO];
        let (mut at, mut waiting) = (0, 0);
        loop {
            let next = self.stack.cells.pop();
            match next {
                Some(p) => {
                    prefetch(p.addr().get());
                    waiting += 1;
                }
                None if waiting == 0 => return,
                None => {}
            }
            if let Some(p) = std::mem::replace(&mut fifo[at % FIFO], next) {
                waiting -= 1;
                self.visit(p);
            }
            at += 1;
        }
    }

    /// The stack could not grow: finds unvisited references from marked cells again.
    #[cold]
    fn rescan(&mut self) {
        let (space, mark) = (self.space, self.mark);
        space.each_block(&mut |block| {
            each_cell(block, mark, &mut |p| {
                if self.is_marked(p) {
                    self.trace(p);
                    self.drain_stack();
                }
            });
        });
    }
}

/// Brings what is at an address of the heap to the first-level cache.
#[inline(always)]
pub(super) fn prefetch(at: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint; never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at as *const i8);
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: a hint; never faults, changes nothing.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{0}]", in(reg) at, options(nostack, readonly, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = at;
}
