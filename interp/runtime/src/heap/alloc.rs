//! Allocation: the inline bump, the refill behind it, large cells.

use super::Heap;
use super::chunk::{BlockRef, State};
use super::header::{Gc, Header, ShapeId};
use super::policy::Collection;
use super::size::{MAX_SMALL, MAX_STEPPED, class_bytes, size_class};
use super::sweep::Bump;
use std::ptr::NonNull;

impl Heap {
    /// A cell of at least `size` bytes, header included: zeroed but for `header.id`. May collect
    /// first, but never runs Python code. `None`: no memory, the caller raises MemoryError.
    ///
    /// Until the next allocation, stores into the cell need no barrier.
    #[inline]
    pub fn alloc(&mut self, size: usize, id: ShapeId) -> Option<NonNull<Header>> {
        if size <= MAX_STEPPED && !self.needs_slow_alloc(id) {
            let class = size_class(size);
            if let Some(p) = self.alloc[class].take(class_bytes(class)) {
                return Some(init(p, id));
            }
        }
        self.alloc_slow(size, id)
    }

    /// Like [`Heap::alloc`], for a layout type with a fixed size.
    #[inline]
    pub fn alloc_fixed<T>(&mut self, id: ShapeId) -> Option<Gc<T>> {
        let p = self.alloc(size_of::<T>(), id)?;
        // SAFETY: the cell is large enough, and layout types are plain words for which zero is a
        // valid value.
        Some(unsafe { Gc::from_header(p) })
    }

    /// Like [`Heap::alloc`] for a cell without references, but a large one may hold garbage behind its first words.
    #[inline]
    pub fn alloc_dirty(&mut self, size: usize, id: ShapeId) -> Option<NonNull<Header>> {
        if size <= MAX_SMALL { self.alloc(size, id) } else { self.alloc_checked(size, id, false) }
    }

    /// Everything but the bump: also what native code calls when its inline bump fails.
    #[cold]
    #[inline(never)]
    pub fn alloc_slow(&mut self, size: usize, id: ShapeId) -> Option<NonNull<Header>> {
        self.alloc_checked(size, id, true)
    }

    fn alloc_checked(&mut self, size: usize, id: ShapeId, zeroed: bool) -> Option<NonNull<Header>> {
        debug_assert!(id != ShapeId(0), "id 0 means a free cell");
        debug_assert!(!self.collecting, "allocation inside of a collection");
        if self.collecting {
            return None;
        }
        if self.slow_ids & id_bit(id) != 0 {
            self.destroyables.reserve(&self.kinds, id)?;
        }
        if self.stress.is_on() {
            self.stress_tick();
        } else if self.policy.is_due(&self.remembered) {
            let which = self.policy.which(&self.remembered);
            self.collect(which);
        }
        let p = match self.try_alloc(size, zeroed) {
            Some(p) => p,
            None => {
                self.collect(Collection::Full);
                self.try_alloc(size, zeroed)?
            }
        };
        let p = init(p, id);
        if self.slow_ids & id_bit(id) != 0 {
            self.destroyables.note(&self.kinds, p, id);
        }
        Some(p)
    }

    /// Whether cells of `id` must come from [`Heap::alloc_slow`] rather than an inline bump.
    #[inline(always)]
    pub fn needs_slow_alloc(&self, id: ShapeId) -> bool {
        self.slow_ids & id_bit(id) != 0
    }

    fn try_alloc(&mut self, size: usize, zeroed: bool) -> Option<NonNull<Header>> {
        if size > MAX_SMALL {
            return self.alloc_large(size, zeroed);
        }
        let class = size_class(size);
        let bytes = class_bytes(class);
        // Under stress the ranges are kept where neither `alloc` nor native code looks, so that
        // every allocation comes here.
        let stress = self.stress.is_on();
        let bump = if stress { self.stress.range(class) } else { &mut self.alloc[class] };
        if let Some(p) = bump.take(bytes) {
            return Some(p);
        }
        let range = self.sweeper.carve(&mut self.space, class, self.mark)?;
        self.policy.allocated(range.end - range.cur);
        let bump = if stress { self.stress.range(class) } else { &mut self.alloc[class] };
        *bump = range;
        bump.take(bytes)
    }

    fn alloc_large(&mut self, size: usize, zeroed: bool) -> Option<NonNull<Header>> {
        let head = self.space.take_large(size, zeroed)?;
        self.sweeper.note_large(head);
        self.policy.allocated(head.cell_bytes());
        NonNull::new(head.base() as *mut Header)
    }

    /// Usable bytes of a cell, header included; at least what was asked for.
    #[inline]
    pub fn cell_size(p: NonNull<Header>) -> usize {
        // SAFETY: a live cell, as everywhere in this interface.
        unsafe { BlockRef::of(p) }.cell_bytes()
    }

    /// Gives back the large cell of outgrown storage at once. The caller is its only owner: no
    /// reference to it is followed any more. Small cells are left to the collector.
    pub fn free_sole(&mut self, p: NonNull<Header>) {
        // SAFETY: a live cell.
        let block = unsafe { BlockRef::of(p) };
        if block.state.get() != State::Large {
            return;
        }
        debug_assert!(!self.destroyables.contains(p), "a cell with a destructor");
        self.remembered.forget(p);
        // SAFETY: as above.
        let young = unsafe { p.as_ref() }.gc.get() == 0;
        if young {
            self.sweeper.forget_large(block);
        }
        self.policy.freed(block.cell_bytes(), young);
        self.space.free_large(block);
    }

    /// Ends all bump ranges: what is left of them counts as free cells (their headers are 0).
    pub(super) fn retire_ranges(&mut self) {
        self.alloc.fill(Bump::default());
        self.stress.retire_ranges();
    }
}

/// Bit of an id in [`Heap::slow_ids`].
#[inline(always)]
pub(super) fn id_bit(id: ShapeId) -> u64 {
    1 << (id.0 & 63)
}

/// Writes the header of a new cell, young and without flags.
#[inline(always)]
fn init(p: NonNull<Header>, id: ShapeId) -> NonNull<Header> {
    // SAFETY: a free, zeroed cell that nobody else knows of.
    unsafe { p.as_ref() }.id.set(id);
    p
}

impl Bump {
    #[inline(always)]
    fn take(&mut self, bytes: usize) -> Option<NonNull<Header>> {
        let next = self.cur + bytes;
        if next > self.end {
            return None;
        }
        // SAFETY: below `end`, so in a mapped block.
        let p = unsafe { NonNull::new_unchecked(self.cur as *mut Header) };
        self.cur = next;
        Some(p)
    }
}
