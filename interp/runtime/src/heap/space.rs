//! All chunks of a heap: mapping them, handing out single blocks, giving empty memory back.
//! (`large.rs` takes runs of blocks from them, `lookup.rs` finds cells.)

use super::chunk::*;
use super::os;
use super::size::class_bytes;

const HUGE_PAGE: usize = 2 << 20;
/// A heap of this size is given 2 MiB pages, which make marking it and faulting it in cheaper.
/// Smaller ones would rather take no more memory than they touch. (Huge cells get them at once.)
const HUGE_PAGES_FROM: usize = 32 << 20;

pub struct Space {
    /// Sorted by address.
    pub(super) chunks: Vec<ChunkRef>,
    /// Chunks before this one have no free block.
    pub(super) hint: usize,
    /// Bytes mapped now.
    pub mapped: usize,
    /// Most bytes to map, beyond what the system itself refuses.
    pub limit: usize,
}

impl Space {
    pub const fn new() -> Space {
        Space { chunks: Vec::new(), hint: 0, mapped: 0, limit: usize::MAX }
    }

    /// Addresses outside of this range are in no chunk.
    pub fn bounds(&self) -> (usize, usize) {
        match (self.chunks.first(), self.chunks.last()) {
            (Some(first), Some(last)) => (first.base(), last.base() + last.len.get()),
            _ => (0, 0),
        }
    }

    /// A zeroed chunk of `len` bytes without blocks.
    pub(super) fn map(&mut self, len: usize) -> Option<ChunkRef> {
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
        if self.mapped >= HUGE_PAGES_FROM || (len != CHUNK && len >= HUGE_PAGE) {
            os::prefer_huge_pages(base, len);
        }
        self.mapped += len;
        self.hint = self.hint.min(at);
        Some(chunk)
    }

    /// A chunk of free blocks.
    pub(super) fn add_chunk(&mut self) -> Option<ChunkRef> {
        let chunk = self.map(CHUNK)?;
        for word in &chunk.free {
            word.set(u64::MAX);
        }
        chunk.free[0].set(u64::MAX - 1);
        chunk.free_count.set(BLOCKS - 1);
        chunk.longest.set(BLOCKS - 1);
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

    /// The block that `take_block` would hand out, if it was in use before.
    pub fn take_recycled(&mut self) -> Option<BlockRef> {
        while self.chunks.get(self.hint)?.free_count.get() == 0 {
            self.hint += 1;
        }
        let chunk = *self.chunks.get(self.hint)?;
        (chunk.block(lowest_free(chunk)).state.get() == State::Dirty).then(|| Self::take_lowest(chunk))
    }

    fn take_lowest(chunk: ChunkRef) -> BlockRef {
        let index = lowest_free(chunk);
        chunk.set_free_bit(index, false);
        chunk.block(index)
    }

    /// Frees a whole block of small cells.
    pub fn free_small(&mut self, block: BlockRef) {
        block.state.set(State::Dirty);
        block.chunk().set_free_bit(block.index(), true);
        self.hint = 0;
    }

    pub(super) fn unmap(&mut self, at: Option<usize>) {
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

    /// Unmaps everything. Nothing may point into the heap any more.
    pub fn unmap_all(&mut self) {
        while !self.chunks.is_empty() {
            self.unmap(Some(self.chunks.len() - 1));
        }
    }
}

/// The first free block of a chunk that has one.
fn lowest_free(chunk: ChunkRef) -> usize {
    let word = chunk.free.iter().position(|w| w.get() != 0).unwrap_or(0);
    word * 64 + chunk.free[word].get().trailing_zeros() as usize
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

/// Makes a free block one of small cells of `class`; its memory is not looked at.
pub fn init_small(block: BlockRef, class: usize) {
    block.state.set(State::Small);
    block.class.set(class as u8);
    block.flags.set(0);
    block.live.set(0);
    block.run.set(NO_RUN);
    block.units.set((class_bytes(class) / 16) as u32);
}
