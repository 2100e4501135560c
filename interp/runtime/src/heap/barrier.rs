//! Write barrier: old cells that were stored into since the last collection, whole or by card.

use super::chunk::{BlockRef, CARDED, State};
use super::header::Header;
use super::mark::Tracer;
use std::ptr::NonNull;

/// Old cells whose references a minor collection has to look at.
#[derive(Default)]
pub struct Remembered {
    /// Remembered whole; their GC byte is negative.
    cells: Vec<NonNull<Header>>,
    /// Large cells with dirty cards.
    carded: Vec<NonNull<Header>>,
    /// The lists could not grow: only a full collection is right now.
    pub lost: bool,
}

impl Remembered {
    /// `p` is old and not remembered.
    pub fn remember(&mut self, p: NonNull<Header>) {
        // SAFETY: the caller holds a live cell.
        let gc = &unsafe { p.as_ref() }.gc;
        gc.set(-gc.get());
        push(&mut self.cells, p, &mut self.lost);
    }

    /// A slot of `p` (old, not remembered whole) was stored to.
    pub fn remember_slot(&mut self, p: NonNull<Header>, slot: usize) {
        // SAFETY: the caller holds a live cell.
        let block = unsafe { BlockRef::of(p) };
        if block.state.get() != State::Large {
            return self.remember(p);
        }
        debug_assert!(slot.wrapping_sub(p.as_ptr() as usize) < block.cell_bytes());
        // SAFETY: the slot lies in the cell, so its card in the chunk's table.
        unsafe { *block.chunk().card(slot) = 1 };
        if !block.has(CARDED) {
            block.set(CARDED);
            push(&mut self.carded, p, &mut self.lost);
        }
    }

    /// Start of a minor collection: reports what remembered cells reference and forgets them.
    pub fn trace(&mut self, tracer: &mut Tracer<'_>) {
        for p in self.cells.drain(..) {
            restore(p);
            tracer.trace(p);
            tracer.extra_words += 8;
        }
        for p in self.carded.drain(..) {
            each_dirty_range(p, &mut |lo, hi| tracer.trace_window(p, lo, hi));
        }
        self.trim();
    }

    /// Start of a full collection: forgets everything.
    pub fn clear(&mut self) {
        self.cells.drain(..).for_each(restore);
        for p in self.carded.drain(..) {
            each_dirty_range(p, &mut |_, _| ());
        }
        self.lost = false;
        self.trim();
    }

    /// Forgets a large cell that is about to be freed early or to change its address.
    pub fn forget(&mut self, p: NonNull<Header>) {
        // SAFETY: the caller still owns the cell.
        let (header, block) = unsafe { (p.as_ref(), BlockRef::of(p)) };
        if header.gc.get() < 0
            && let Some(at) = self.cells.iter().rposition(|&q| q == p)
        {
            self.cells.swap_remove(at);
        }
        restore(p);
        if block.has(CARDED) {
            each_dirty_range(p, &mut |_, _| ());
            if let Some(at) = self.carded.iter().rposition(|&q| q == p) {
                self.carded.swap_remove(at);
            }
        }
    }

    fn trim(&mut self) {
        if self.cells.capacity() > 1 << 16 {
            self.cells = Vec::new();
        }
    }
}

fn push(list: &mut Vec<NonNull<Header>>, p: NonNull<Header>, lost: &mut bool) {
    if list.len() < list.capacity() || list.try_reserve(1).is_ok() {
        list.push(p);
    } else {
        *lost = true;
    }
}

fn restore(p: NonNull<Header>) {
    // SAFETY: remembered cells are live until the next full collection, which clears the list.
    let gc = &unsafe { p.as_ref() }.gc;
    gc.set(gc.get().abs());
}

/// Cleans the cards of a large cell, calling `f` with each range of addresses that was dirty.
fn each_dirty_range(p: NonNull<Header>, f: &mut dyn FnMut(usize, usize)) {
    // SAFETY: a live large cell.
    let block = unsafe { BlockRef::of(p) };
    block.clear(CARDED);
    let chunk = block.chunk();
    let card = 1usize << chunk.card_shift.get();
    let (start, end) = (p.as_ptr() as usize, p.as_ptr() as usize + block.cell_bytes());
    let mut at = start;
    while at < end {
        let from = at;
        // SAFETY: cards of addresses in the cell are in the chunk's table.
        while at < end && unsafe { std::mem::take(&mut *chunk.card(at)) } != 0 {
            at += card;
        }
        if at > from {
            f(from, at);
        }
        at += card;
    }
}
