//! One collection, step by step.

use super::Heap;
use super::header::Header;
use super::mark::Tracer;
use super::policy::Collection;
use super::roots::{self, Forgotten, with_registers};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

impl Heap {
    /// Collects now. Queues finalizers and weak-reference callbacks; runs no Python code.
    #[inline(never)]
    pub fn collect(&mut self, which: Collection) {
        if self.collecting {
            return;
        }
        self.collecting = true;
        let since = Instant::now();
        with_registers(&mut |sp| self.collect_from(which, sp));
        roots::scrub_stack();
        self.counters.collected(which, since);
        self.collecting = false;
    }

    fn collect_from(&mut self, which: Collection, sp: usize) {
        let full = which == Collection::Full;
        self.retire_ranges();
        if full {
            self.remembered.clear();
            self.sweeper.finish(&self.space, self.mark);
            self.mark = 3 - self.mark;
        }

        let mut tracer = Tracer::new(&self.space, &self.kinds, &mut self.mark_stack, self.mark, full);
        if !full {
            self.remembered.trace(&mut tracer);
        }
        self.roots.trace(&mut tracer, sp);
        for &p in self.finalizers.queue.iter().chain(&self.weak.dead) {
            tracer.cell(p);
        }
        tracer.drain();
        self.finalizers.process(&mut tracer);
        self.weak.process(&tracer);
        self.destroyables.process(&tracer, &self.kinds);
        let forgotten = if full { self.roots.forget(&tracer) } else { Forgotten::default() };
        let (bytes, extra_words) = (tracer.bytes, tracer.extra_words);
        forgotten.ids.into_iter().for_each(|id| self.kinds.forget(id));
        self.policy.external = self.policy.external.saturating_sub(forgotten.external);
        self.mark_stack.trim();

        self.policy.collected(which, bytes, extra_words);
        if full {
            self.sweeper.after_full(&mut self.space, self.mark);
            self.space.give_back(self.policy.reserve() / super::chunk::BLOCK);
        } else {
            self.sweeper.after_minor(&mut self.space, self.mark);
        }
        if self.has_pending()
            && let Some((flag, bit)) = self.poll_flag
        {
            // SAFETY: whoever registered the flag keeps it valid for the heap's life.
            unsafe { &*flag }.fetch_or(bit, Ordering::Release);
        }
    }

    /// Whether objects wait to be finalized, or weak references for their callbacks.
    pub fn has_pending(&self) -> bool {
        !self.finalizers.queue.is_empty() || !self.weak.dead.is_empty()
    }

    /// `bit` of `flag` is set whenever a collection leaves something pending. The flag must
    /// outlive the heap.
    pub fn set_poll_flag(&mut self, flag: *const AtomicU32, bit: u32) {
        self.poll_flag = Some((flag, bit));
    }

    /// Write barrier: call after storing a reference into `owner`.
    #[inline(always)]
    pub fn barrier(&mut self, owner: NonNull<Header>) {
        // SAFETY: the caller holds a live cell.
        if unsafe { owner.as_ref() }.gc.get() > 0 {
            self.barrier_slow(owner);
        }
    }

    /// The same after storing an element at `slot_addr`, inside of a cell that may be large: then
    /// only that part of it is traced again.
    #[inline(always)]
    pub fn barrier_slot(&mut self, owner: NonNull<Header>, slot_addr: usize) {
        // SAFETY: the caller holds a live cell.
        if unsafe { owner.as_ref() }.gc.get() > 0 {
            self.barrier_slot_slow(owner, slot_addr);
        }
    }

    /// The barrier behind the test for `gc > 0`.
    #[cold]
    #[inline(never)]
    pub fn barrier_slow(&mut self, owner: NonNull<Header>) {
        self.remembered.remember(owner);
    }

    #[cold]
    #[inline(never)]
    pub fn barrier_slot_slow(&mut self, owner: NonNull<Header>, slot_addr: usize) {
        self.remembered.remember_slot(owner, slot_addr);
    }
}
