//! Sweeping: what marking left unmarked becomes free blocks, free runs and freed large cells.
//!
//! A free run is a stretch of free cells of one block. Its first word is 0 like any free header;
//! its second holds the next run's start (low half, [`NO_RUN`] if none) and its own end, in bytes
//! from the block's start (high half), with a flag between. What follows is garbage until the run is carved, unless the
//! flag says that it is zero.

use super::chunk::*;
use super::drain::prefetch;
use super::header::Header;
use super::size::{N_CLASSES, cells_per_block};
use super::space::{Space, init_small};

/// A range to allocate from by adding to `cur`: zeroed memory.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Bump {
    pub cur: usize,
    pub end: usize,
}

/// Blocks to allocate from, and those to look at when the next collection ends. A block is in at
/// most one of the lists.
pub struct Sweeper {
    /// Per class: blocks with free cells, not yet swept.
    partial: [BlockList; N_CLASSES],
    /// The same for blocks that are mostly free.
    sparse: [BlockList; N_CLASSES],
    /// Blocks in `sparse`.
    sparse_count: usize,
    /// Per class: the block whose free runs are being carved; also in `young`.
    current: [Option<BlockRef>; N_CLASSES],
    /// Blocks carved since the last collection.
    young: BlockList,
    /// Heads of large cells made since the last collection.
    young_large: BlockList,
}

impl Sweeper {
    pub const fn new() -> Sweeper {
        Sweeper {
            partial: [BlockList::EMPTY; N_CLASSES],
            sparse: [BlockList::EMPTY; N_CLASSES],
            sparse_count: 0,
            current: [None; N_CLASSES],
            young: BlockList::EMPTY,
            young_large: BlockList::EMPTY,
        }
    }

    /// A zeroed bump range for `class`: a free run of the block at hand, else a free block that was in use before, as a
    /// nursery that cycles through whole blocks needs no sweep, else a free run of another, else any free block.
    /// Where many blocks are held by a few cells each, they come first: else every collection would leave some more.
    /// `None`: no memory.
    pub fn carve(&mut self, space: &mut Space, class: usize, mark: i8) -> Option<Bump> {
        loop {
            let Some(block) = self.current[class] else {
                if self.sparse_count > MAX_SPARSE && self.next_sparse(class, mark) {
                    continue;
                }
                if let Some(block) = space.take_recycled() {
                    return Some(self.begin(block, class));
                }
                if self.next_sparse(class, mark) || self.next_partial(class, mark) {
                    continue;
                }
                let block = space.take_block()?;
                return Some(self.begin(block, class));
            };
            let run = block.run.get();
            if run == NO_RUN {
                self.current[class] = None;
                continue;
            }
            let start = block.base() + run as usize;
            // SAFETY: a free run of a swept block: readable, and zeroed up to its end here.
            unsafe {
                let link = *(start as *const u64).add(1);
                block.run.set(link as u16);
                let end = block.base() + (link >> 32) as usize;
                if link & ZEROED != 0 {
                    *(start as *mut u64).add(1) = 0;
                } else {
                    std::ptr::write_bytes(start as *mut u8, 0, end - start);
                }
                return Some(Bump { cur: start, end });
            }
        }
    }

    /// All of a free block, as a block of the class.
    fn begin(&mut self, block: BlockRef, class: usize) -> Bump {
        let dirty = block.state.get() == State::Dirty;
        init_small(block, class);
        self.young.push(block);
        let bytes = block.cell_bytes();
        let end = block.base() + cells_per_block(bytes) * bytes;
        if dirty {
            // SAFETY: a free block.
            unsafe { std::ptr::write_bytes(block.base() as *mut u8, 0, end - block.base()) };
        }
        Bump { cur: block.base(), end }
    }

    /// Makes another block with free cells the one at hand; false if there is none.
    fn next_partial(&mut self, class: usize, mark: i8) -> bool {
        let Some(block) = self.partial[class].pop() else { return false };
        self.sweep_next(block, class, mark)
    }

    /// The same with one that is mostly free.
    fn next_sparse(&mut self, class: usize, mark: i8) -> bool {
        let Some(block) = self.sparse[class].pop() else { return false };
        self.sparse_count -= 1;
        self.sweep_next(block, class, mark)
    }

    fn sweep_next(&mut self, block: BlockRef, class: usize, mark: i8) -> bool {
        sweep(block, mark);
        self.young.push(block);
        self.current[class] = Some(block);
        true
    }

    /// A large cell was made.
    pub fn note_large(&mut self, head: BlockRef) {
        self.young_large.push(head);
    }

    /// Forgets a young large cell that is about to be freed early.
    pub fn forget_large(&mut self, head: BlockRef) {
        self.young_large.remove(head);
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
        self.current = [None; N_CLASSES];
        let mut young = std::mem::take(&mut self.young);
        while let Some(block) = young.pop() {
            self.classify(space, block, mark);
        }
        while let Some(head) = self.young_large.pop() {
            self.classify(space, head, mark);
        }
    }

    /// After the marking of a full collection: everything.
    pub fn after_full(&mut self, space: &mut Space, mark: i8) {
        *self = Sweeper::new();
        // Backwards, so that the lists end up with low addresses first.
        space.each_block_backwards(&mut |space, block| self.classify(space, block, mark));
    }

    /// Decides what becomes of a block by its count of marked cells.
    fn classify(&mut self, space: &mut Space, block: BlockRef, mark: i8) {
        if block.state.get() == State::Large {
            // SAFETY: the head of a large cell in use, which is not freed before this.
            if unsafe { (*(block.base() as *const Header)).gc.get() } != mark {
                space.free_large(block);
            }
            return;
        }
        let live = block.live.get() as usize;
        let count = cells_per_block(block.cell_bytes());
        block.run.set(NO_RUN);
        if live == 0 {
            space.free_small(block);
        } else if live == count {
            block.clear(UNSWEPT);
        } else {
            block.set(UNSWEPT);
            // Fuller ones are not worth a walk: they wait for the next full collection.
            let class = block.class.get() as usize;
            if live * 8 <= count {
                self.sparse[class].push(block);
                self.sparse_count += 1;
            } else if (count - live) * 16 >= count {
                self.partial[class].push(block);
            }
        }
    }
}

/// More blocks that are mostly free are not left lying for the sake of a nursery of whole blocks.
const MAX_SPARSE: usize = 64;

/// How far ahead of the sweep cells are fetched, and what a fetch brings, in bytes.
const AHEAD: usize = 2048;
const LINE: usize = 64;

/// In a run's link: the run is zeroed but for the link itself.
const ZEROED: u64 = 1 << 16;

/// Clears the headers of a block's dead cells and links its free runs. Marking has counted the live ones: what is behind
/// the last of them is free and need not be looked at.
fn sweep(block: BlockRef, mark: i8) {
    let (base, bytes) = (block.base(), block.cell_bytes());
    let end = cells_per_block(bytes) * bytes;
    let mut left = block.live.get();
    let mut runs = Runs { base, first: NO_RUN, last: std::ptr::null_mut() };
    let mut start = None;
    let mut at = 0;
    if left > 1 {
        (0..AHEAD.min(end)).step_by(LINE).for_each(|at| prefetch(base + at));
    }
    while left > 0 && at < end {
        // Dead cells have mostly left the caches, and waiting for each in turn takes longer than all the rest.
        if at + AHEAD < end {
            prefetch(base + at + AHEAD);
        }
        let header = (base + at) as *mut u64;
        // SAFETY: a cell of a block in use.
        let word = unsafe { *header };
        let gc = (word >> 56) as i8;
        if gc == mark || gc == -mark {
            left -= 1;
            if let Some(from) = start.take() {
                runs.add(from, at, 0);
            }
        } else {
            if word != 0 {
                // SAFETY: as above; the cell is dead.
                unsafe { *header = 0 };
            }
            start.get_or_insert(at);
        }
        at += bytes;
    }
    let from = start.unwrap_or(at);
    if from < end {
        // SAFETY: free cells of the block.
        unsafe { std::ptr::write_bytes((base + from) as *mut u8, 0, end - from) };
        runs.add(from, end, ZEROED);
    }
    block.run.set(runs.first);
    block.clear(UNSWEPT);
}

/// The free runs of a block that is being swept.
struct Runs {
    base: usize,
    first: u16,
    /// Link of the last one so far.
    last: *mut u64,
}

impl Runs {
    /// Links the run between two offsets, behind all others.
    fn add(&mut self, from: usize, end: usize, flags: u64) {
        let link = (self.base + from + 8) as *mut u64;
        // SAFETY: cells have at least two words; `last` is such a link.
        unsafe {
            *link = (end as u64) << 32 | flags | NO_RUN as u64;
            if self.last.is_null() {
                self.first = from as u16;
            } else {
                *self.last = *self.last & !0xffff | from as u64;
            }
        }
        self.last = link;
    }
}
