//! Finding cells: from arbitrary words, and all of them.

use super::chunk::*;
use super::header::{Header, ShapeId};
use super::size::cells_per_block;
use super::space::Space;
use std::ptr::NonNull;

impl Space {
    /// The live cell that `word` points to or into. A tagged pointer word is an interior pointer
    /// like any other. `mark` is the current mark, which tells live from dead in unswept blocks.
    pub fn find(&self, word: usize, mark: i8) -> Option<NonNull<Header>> {
        let (block, p) = self.locate(word)?;
        is_live(block, p, mark).then_some(p)
    }

    /// The place for a cell that `word` points to or into, whether one lives there or not. Does not look at it.
    pub fn locate(&self, word: usize) -> Option<(BlockRef, NonNull<Header>)> {
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
        Some((block, NonNull::new(start as *mut Header)?))
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

    /// The same from the highest address down; `f` may free the block it is given.
    pub fn each_block_backwards(&mut self, f: &mut dyn FnMut(&mut Space, BlockRef)) {
        for at in (0..self.chunks.len()).rev() {
            let chunk = self.chunks[at];
            let huge = chunk.huge.get();
            if huge != 0 {
                f(self, chunk.block(huge / BLOCK));
                continue;
            }
            for index in (1..BLOCKS).rev() {
                let block = chunk.block(index);
                if matches!(block.state.get(), State::Small | State::Large) {
                    f(self, block);
                }
            }
        }
    }
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
