//! Sweeping: what marking left unmarked becomes free blocks, free runs and freed large cells.
//!
//! A free run is a stretch of free cells of one block. Its first word is 0 like any free header;
//! its second holds the next run's start (low half, [`NO_RUN`] if none) and its own end, in bytes
//! from the block's start (high half). What follows is garbage until the run is carved.

use super::chunk::*;
use super::header::Header;
use super::size::{N_CLASSES, cells_per_block};
use super::space::Space;
use std::ptr::NonNull;

/// A range to allocate from by adding to `cur`: zeroed memory.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Bump {
    pub cur: usize,
    pub end: usize,
}

/// Blocks to allocate from, and those to look at when the next collection ends.
pub struct Sweeper {
    /// Per class: blocks with free runs, or not yet swept.
    partial: [Vec<BlockRef>; N_CLASSES],
    /// Blocks carved since the last collection.
    young_blocks: Vec<BlockRef>,
    /// Large cells made since the last collection (or freed again meanwhile).
    young_large: Vec<NonNull<Header>>,
}

impl Sweeper {
    pub const fn new() -> Sweeper {
        Sweeper {
            partial: [const { Vec::new() }; N_CLASSES],
            young_blocks: Vec::new(),
            young_large: Vec::new(),
        }
    }

    /// A zeroed bump range for `class`: a free run, else a free block. `None`: no memory.
    pub fn carve(&mut self, space: &mut Space, class: usize, mark: i8) -> Option<Bump> {
        self.young_blocks.try_reserve(1).ok()?;
        while let Some(&block) = self.partial[class].last() {
            if block.has(UNSWEPT) {
                sweep(block, mark);
            }
            if block.run.get() == NO_RUN {
                self.partial[class].pop();
                continue;
            }
            let start = block.base() + block.run.get() as usize;
            // SAFETY: a free run of a swept block: readable, and zeroed up to its end below.
            unsafe {
                let link = *(start as *const u64).add(1);
                block.run.set(link as u16);
                let end = block.base() + (link >> 32) as usize;
                std::ptr::write_bytes(start as *mut u8, 0, end - start);
                self.note_young(block);
                return Some(Bump { cur: start, end });
            }
        }
        let block = space.take_block()?;
        let dirty = block.state.get() == State::Dirty;
        super::space::init_small(block, class);
        let bytes = block.cell_bytes();
        let end = block.base() + cells_per_block(bytes) * bytes;
        if dirty {
            // SAFETY: a free block.
            unsafe { std::ptr::write_bytes(block.base() as *mut u8, 0, end - block.base()) };
        }
        self.note_young(block);
        Some(Bump { cur: block.base(), end })
    }

    fn note_young(&mut self, block: BlockRef) {
        if !block.has(YOUNG) {
            block.set(YOUNG);
            self.young_blocks.push(block);
        }
    }

    /// Room to note one more large cell.
    pub fn reserve_large(&mut self) -> Option<()> {
        self.young_large.try_reserve(1).ok()
    }

    pub fn note_large(&mut self, p: NonNull<Header>) {
        self.young_large.push(p);
    }

    /// Forgets a large cell that is about to be freed early.
    pub fn forget_large(&mut self, p: NonNull<Header>) {
        if let Some(at) = self.young_large.iter().rposition(|&q| q == p) {
            self.young_large.swap_remove(at);
        }
    }

    /// Before a full collection changes the mark: sweeps what nobody needed so far, as cells that
    /// died two collections ago would look marked.
    pub fn finish(&mut self, space: &Space, mark: i8) {
        space.each_block(&mut |block| {
            if block.has(UNSWEPT) {
                sweep(block, mark);
            }
            block.live.set(0);
        });
    }

    /// After the marking of a minor collection: only what was carved since the last one.
    pub fn after_minor(&mut self, space: &mut Space, mark: i8) {
        let young = std::mem::take(&mut self.young_blocks);
        // A block whose runs were not used up is carved and listed at once.
        for &block in &young {
            let list = &mut self.partial[block.class.get() as usize];
            if list.last() == Some(&block) {
                list.pop();
            }
        }
        for &block in &young {
            self.classify(space, block);
        }
        self.young_blocks = young;
        self.young_blocks.clear();
        let mut large = std::mem::take(&mut self.young_large);
        for p in large.drain(..) {
            free_unless_marked(space, p, mark);
        }
        self.young_large = large;
    }

    /// After the marking of a full collection: everything.
    pub fn after_full(&mut self, space: &mut Space, mark: i8) {
        self.partial.iter_mut().for_each(Vec::clear);
        self.young_blocks.clear();
        self.young_large.clear();
        let mut small = Vec::new();
        let mut large = Vec::new();
        space.each_block(&mut |block| match block.state.get() {
            State::Small => small.push(block),
            _ => large.extend(NonNull::new(block.base() as *mut Header)),
        });
        // Popped from the end: allocation goes to low addresses first.
        for &block in small.iter().rev() {
            self.classify(space, block);
        }
        for p in large {
            free_unless_marked(space, p, mark);
        }
    }

    /// Decides what becomes of a block of small cells by its count of marked cells.
    fn classify(&mut self, space: &mut Space, block: BlockRef) {
        block.clear(YOUNG);
        let live = block.live.get() as usize;
        let count = cells_per_block(block.cell_bytes());
        if live == 0 {
            space.free_small(block);
        } else if live == count {
            block.clear(UNSWEPT);
            block.run.set(NO_RUN);
        } else {
            block.set(UNSWEPT);
            block.run.set(NO_RUN);
            // Too full to be worth a walk: waits for the next full collection.
            if (count - live) * 16 >= count {
                self.partial[block.class.get() as usize].push(block);
            }
        }
    }
}

fn free_unless_marked(space: &mut Space, p: NonNull<Header>, mark: i8) {
    // SAFETY: the lists hold large cells that were not freed meanwhile.
    let (header, block) = unsafe { (p.as_ref(), BlockRef::of(p)) };
    block.clear(YOUNG);
    if header.gc.get() != mark {
        space.free_large(block);
    }
}

/// Clears the headers of a block's dead cells and links its free runs.
fn sweep(block: BlockRef, mark: i8) {
    let (base, bytes) = (block.base(), block.cell_bytes());
    let end = cells_per_block(bytes) * bytes;
    let mut first = NO_RUN;
    let mut last: *mut u64 = std::ptr::null_mut();
    let mut start = None;
    let mut at = 0;
    while at <= end {
        let live = at == end || {
            let header = (base + at) as *mut u64;
            // SAFETY: a cell of a block in use.
            let word = unsafe { *header };
            let gc = (word >> 56) as i8;
            let live = gc == mark || gc == -mark;
            if !live && word != 0 {
                // SAFETY: as above; the cell is dead.
                unsafe { *header = 0 };
            }
            live
        };
        match (live, start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                let link = (base + from + 8) as *mut u64;
                // SAFETY: cells have at least two words; `last` is such a link.
                unsafe {
                    *link = (at as u64) << 32 | NO_RUN as u64;
                    if last.is_null() {
                        first = from as u16;
                    } else {
                        *last = *last & !0xffff | from as u64;
                    }
                }
                last = link;
                start = None;
            }
            _ => {}
        }
        at += bytes;
    }
    block.run.set(first);
    block.clear(UNSWEPT);
}
