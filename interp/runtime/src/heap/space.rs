//! All chunks of a heap: handing out blocks, runs of blocks and huge cells; finding the cell that
//! an arbitrary word points into; giving empty memory back.

use super::chunk::*;
use super::header::{Header, ShapeId};
use super::os;
use super::size::{cells_per_block, class_bytes};
use std::ptr::NonNull;

/// Cells of more blocks than this get a mapping of their own, which goes back to the system as
/// soon as they die.
const MAX_RUN: usize = 64;
/// Card tables of huge cells stay below this; larger cells get larger cards.
const MAX_CARDS: usize = 1 << 20;

pub struct Space {
    /// Sorted by address.
    chunks: Vec<ChunkRef>,
    /// Chunks before this one have no free block.
    hint: usize,
    /// Bytes mapped now.
    pub mapped: usize,
    /// Most bytes to map, beyond what the system itself refuses.
    pub limit: usize,
}

impl Space {
    pub const fn new() -> Space {
        Space { chunks: Vec::new(), hint: 0, mapped: 0, limit: usize::MAX }
    }

    pub fn chunks(&self) -> &[ChunkRef] {
        &self.chunks
    }

    fn map(&mut self, len: usize) -> Option<ChunkRef> {
        if self.mapped.checked_add(len)? > self.limit {
            return None;
        }
        self.chunks.try_reserve(1).ok()?;
        // Mappings grow downwards: asking for the place below the last one keeps chunks together
        // and makes the aligned place likely at the first try.
        let hint = self.chunks.first().map_or(0, |c| c.base().saturating_sub(CHUNK));
        let base = os::map_aligned(len, CHUNK, hint)?;
        // SAFETY: just mapped, aligned.
        let chunk = unsafe { ChunkRef::at(base) };
        chunk.len.set(len);
        chunk.card_shift.set(CARD_SHIFT);
        chunk.block(0).state.set(State::Head);
        let at = self.chunks.partition_point(|c| c.base() < base);
        self.chunks.insert(at, chunk);
        self.mapped += len;
        self.hint = self.hint.min(at);
        Some(chunk)
    }

    fn add_chunk(&mut self) -> Option<ChunkRef> {
        let chunk = self.map(CHUNK)?;
        for word in &chunk.free {
            word.set(u64::MAX);
        }
        chunk.free[0].set(u64::MAX - 1);
        chunk.free_count.set(BLOCKS - 1);
        Some(chunk)
    }

    /// A free block, still in its free state. Lowest address first: the nursery then cycles
    /// through the same few blocks, which stay in the cache, and high chunks run empty.
    pub fn take_block(&mut self) -> Option<BlockRef> {
        while let Some(&chunk) = self.chunks.get(self.hint) {
            if chunk.free_count.get() > 0 {
                return Some(Self::take_lowest(chunk));
            }
            self.hint += 1;
        }
        self.add_chunk().map(Self::take_lowest)
    }

    fn take_lowest(chunk: ChunkRef) -> BlockRef {
        let word = chunk.free.iter().position(|w| w.get() != 0).unwrap_or(0);
        let index = word * 64 + chunk.free[word].get().trailing_zeros() as usize;
        chunk.set_free_bit(index, false);
        chunk.block(index)
    }

    /// A zeroed large cell of at least `bytes` bytes, header still 0.
    pub fn take_large(&mut self, bytes: usize) -> Option<NonNull<Header>> {
        let span = bytes.div_ceil(BLOCK);
        if span > MAX_RUN {
            return self.take_huge(bytes);
        }
        let found = self.chunks.iter().rev().find_map(|&c| Some((c, find_run(c, span)?)));
        let (chunk, first) = match found {
            Some(found) => found,
            None => {
                let chunk = self.add_chunk()?;
                (chunk, find_run(chunk, span)?)
            }
        };
        for index in first..first + span {
            let block = chunk.block(index);
            chunk.set_free_bit(index, false);
            if block.state.get() == State::Dirty {
                // SAFETY: a free block of this heap.
                unsafe { std::ptr::write_bytes(block.base() as *mut u8, 0, BLOCK) };
            }
            block.state.set(State::Body);
            block.back.set(first as u8);
        }
        let head = chunk.block(first);
        init_large(head, span * BLOCK, span);
        NonNull::new(head.base() as *mut Header)
    }

    fn take_huge(&mut self, bytes: usize) -> Option<NonNull<Header>> {
        let bytes = bytes.checked_next_multiple_of(4096)?;
        let units = u32::try_from(bytes / 16).ok()?;
        let mut shift = CARD_SHIFT;
        while (bytes >> shift) + 64 > MAX_CARDS {
            shift += 1;
        }
        let cards = (bytes >> shift) + 64;
        let offset = (CARDS_OFFSET + cards).next_multiple_of(BLOCK);
        let chunk = self.map(offset.checked_add(bytes)?)?;
        chunk.huge.set(offset);
        chunk.card_shift.set(shift);
        let head = chunk.block(offset / BLOCK);
        init_large(head, bytes, 0);
        head.units.set(units);
        NonNull::new(head.base() as *mut Header)
    }

    /// Frees a whole block of small cells.
    pub fn free_small(&mut self, block: BlockRef) {
        block.state.set(State::Dirty);
        block.flags.set(0);
        block.chunk().set_free_bit(block.index(), true);
        self.hint = 0;
    }

    /// Frees a large cell, given the block it begins in.
    pub fn free_large(&mut self, head: BlockRef) {
        let chunk = head.chunk();
        if chunk.huge.get() != 0 {
            let at = self.chunks.iter().position(|&c| c == chunk);
            self.unmap(at);
            return;
        }
        for index in head.index()..head.index() + head.span.get() as usize {
            let block = chunk.block(index);
            block.state.set(State::Dirty);
            block.flags.set(0);
            chunk.set_free_bit(index, true);
        }
        self.hint = 0;
    }

    fn unmap(&mut self, at: Option<usize>) {
        let Some(at) = at else { return };
        let chunk = self.chunks.remove(at);
        let len = chunk.len.get();
        self.mapped -= len;
        self.hint = 0;
        // SAFETY: removed from the table; the caller found nothing live in it.
        unsafe { os::unmap(chunk.base(), len) };
    }

    /// Gives memory back: keeps the lowest `keep` free blocks with leftovers for reuse, discards
    /// the pages of the others, and unmaps chunks that are wholly free.
    pub fn give_back(&mut self, keep: usize) {
        let mut kept = 0;
        let mut at = 0;
        while let Some(&chunk) = self.chunks.get(at) {
            if chunk.huge.get() != 0 {
                at += 1;
                continue;
            }
            if chunk.free_count.get() == BLOCKS - 1 && kept >= keep && at > 0 {
                self.unmap(Some(at));
                continue;
            }
            at += 1;
            let mut index = 1;
            while index < BLOCKS {
                let first = index;
                while index < BLOCKS && chunk.block(index).state.get() == State::Dirty {
                    index += 1;
                }
                let spared = (keep - kept).min(index - first);
                kept += spared;
                discard(chunk, first + spared, index);
                index += 1;
            }
        }
    }

    /// The live cell that `word` points to or into. A tagged pointer word is an interior pointer
    /// like any other. `mark` is the current mark, which tells live from dead in unswept blocks.
    pub fn find(&self, word: usize, mark: i8) -> Option<NonNull<Header>> {
        let after = self.chunks.partition_point(|c| c.base() <= word);
        let chunk = *self.chunks.get(after.checked_sub(1)?)?;
        let offset = word - chunk.base();
        if offset >= chunk.len.get() {
            return None;
        }
        let huge = chunk.huge.get();
        let (block, start) = if huge != 0 {
            if offset < huge {
                return None;
            }
            (chunk.block(huge / BLOCK), chunk.base() + huge)
        } else {
            let block = chunk.block(offset / BLOCK);
            match block.state.get() {
                State::Small => {
                    let bytes = block.cell_bytes();
                    let cell = offset % BLOCK / bytes;
                    if cell >= cells_per_block(bytes) {
                        return None;
                    }
                    (block, block.base() + cell * bytes)
                }
                State::Large => (block, block.base()),
                State::Body => {
                    let head = chunk.block(block.back.get() as usize);
                    (head, head.base())
                }
                State::Zeroed | State::Dirty | State::Head => return None,
            }
        };
        let p = NonNull::new(start as *mut Header)?;
        is_live(block, p, mark).then_some(p)
    }

    /// Calls `f` with every block in use that begins a cell (small blocks and large heads).
    pub fn each_block(&self, f: &mut dyn FnMut(BlockRef)) {
        for &chunk in &self.chunks {
            let huge = chunk.huge.get();
            if huge != 0 {
                f(chunk.block(huge / BLOCK));
                continue;
            }
            if chunk.free_count.get() == BLOCKS - 1 {
                continue;
            }
            for index in 1..BLOCKS {
                let block = chunk.block(index);
                if matches!(block.state.get(), State::Small | State::Large) {
                    f(block);
                }
            }
        }
    }

    /// Unmaps everything. Nothing may point into the heap any more.
    pub fn unmap_all(&mut self) {
        while !self.chunks.is_empty() {
            self.unmap(Some(self.chunks.len() - 1));
        }
    }
}

/// Gives the pages of free blocks back to the system.
fn discard(chunk: ChunkRef, first: usize, end: usize) {
    if first < end {
        // SAFETY: free blocks of this chunk, whose contents are garbage.
        if unsafe { os::discard(chunk.block(first).base(), (end - first) * BLOCK) } {
            (first..end).for_each(|i| chunk.block(i).state.set(State::Zeroed));
        }
    }
}

fn init_large(head: BlockRef, bytes: usize, span: usize) {
    head.state.set(State::Large);
    head.flags.set(YOUNG);
    head.live.set(0);
    head.units.set((bytes / 16) as u32);
    head.span.set(span as u32);
}

/// Makes a free block one of small cells of `class`; its memory is not looked at.
pub fn init_small(block: BlockRef, class: usize) {
    block.state.set(State::Small);
    block.class.set(class as u8);
    block.flags.set(0);
    block.live.set(0);
    block.run.set(NO_RUN);
    block.units.set((class_bytes(class) / 16) as u32);
}

/// The highest run of `span` free blocks of a chunk, away from where single blocks come from.
fn find_run(chunk: ChunkRef, span: usize) -> Option<usize> {
    if chunk.free_count.get() < span {
        return None;
    }
    let mut length = 0;
    for index in (1..BLOCKS).rev() {
        length = if chunk.is_free_bit(index) { length + 1 } else { 0 };
        if length == span {
            return Some(index);
        }
    }
    None
}

/// Whether `p`, a cell start in `block`, is allocated and not known to be dead.
#[inline]
pub fn is_live(block: BlockRef, p: NonNull<Header>, mark: i8) -> bool {
    // SAFETY: a cell start of a block in use is mapped, and free cells have a zero header.
    let header = unsafe { p.as_ref() };
    header.id.get() != ShapeId(0) && (!block.has(UNSWEPT) || header.gc.get().abs() == mark)
}

/// Calls `f` with every live cell of a block.
pub fn each_cell(block: BlockRef, mark: i8, f: &mut dyn FnMut(NonNull<Header>)) {
    let bytes = block.cell_bytes();
    let count = if block.state.get() == State::Small { cells_per_block(bytes) } else { 1 };
    for i in 0..count {
        if let Some(p) = NonNull::new((block.base() + i * bytes) as *mut Header)
            && is_live(block, p, mark)
        {
            f(p);
        }
    }
}
