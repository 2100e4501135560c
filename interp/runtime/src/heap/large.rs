//! Cells larger than the classes: runs of blocks of a chunk, or a mapping of their own.

use super::chunk::*;
use super::space::Space;

/// Cells of more blocks than this get a mapping of their own, which goes back to the system as
/// soon as they die.
const MAX_RUN: usize = 64;
/// What is zero at least in a new cell: more than its header and the fields of a layout that is followed by raw words.
pub const CLEARED: usize = 64;
/// Card tables of huge cells stay below this; larger cells get larger cards.
const MAX_CARDS: usize = 1 << 20;

impl Space {
    /// A large cell of at least `bytes` bytes, header still 0: the block it begins in. All of it is zero, or the first
    /// [`CLEARED`] bytes.
    pub fn take_large(&mut self, bytes: usize, zeroed: bool) -> Option<BlockRef> {
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
            if block.state.get() == State::Dirty && (zeroed || index == first) {
                // SAFETY: a free block of this heap.
                unsafe {
                    std::ptr::write_bytes(block.base() as *mut u8, 0, if zeroed { BLOCK } else { CLEARED })
                };
            }
            block.state.set(State::Body);
            block.back.set(first as u8);
        }
        let head = chunk.block(first);
        init_large(head, span * BLOCK, span);
        Some(head)
    }

    fn take_huge(&mut self, bytes: usize) -> Option<BlockRef> {
        let bytes = bytes.checked_next_multiple_of(4096)?;
        let units = u32::try_from(bytes / 16).ok()?;
        let mut shift = CARD_SHIFT;
        while (bytes >> shift) + 64 > MAX_CARDS {
            shift += 1;
        }
        // Room for the cards of a cell grown to four times the size.
        let cards = ((bytes >> shift) * 4 + 64).min(MAX_CARDS);
        let offset = (CARDS_OFFSET + cards).next_multiple_of(BLOCK);
        let chunk = self.map(offset.checked_add(bytes)?)?;
        chunk.huge.set(offset);
        chunk.card_shift.set(shift);
        let head = chunk.block(offset / BLOCK);
        init_large(head, bytes, 0);
        head.units.set(units);
        Some(head)
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
            chunk.set_free_bit(index, true);
        }
        self.hint = 0;
    }
}

fn init_large(head: BlockRef, bytes: usize, span: usize) {
    head.state.set(State::Large);
    head.flags.set(0);
    head.live.set(0);
    head.units.set((bytes / 16) as u32);
    head.span.set(span as u32);
}

/// The highest run of `span` free blocks of a chunk, away from where single blocks come from.
fn find_run(chunk: ChunkRef, span: usize) -> Option<usize> {
    if chunk.longest.get() < span {
        return None;
    }
    let mut length = 0;
    for index in (1..BLOCKS).rev() {
        length = if chunk.is_free_bit(index) { length + 1 } else { 0 };
        if length == span {
            return Some(index);
        }
    }
    chunk.longest.set(span - 1);
    None
}
