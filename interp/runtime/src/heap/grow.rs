//! Growing large storage by moving its pages instead of copying its contents.

use super::Heap;
use super::chunk::*;
use super::header::Header;
use super::os;
use super::space::Space;
use std::ptr::NonNull;

impl Space {
    /// Gives a cell with a mapping of its own `bytes` bytes, the new ones zero, at the same or
    /// another address.
    fn grow_huge(&mut self, head: BlockRef, bytes: usize) -> Option<BlockRef> {
        let chunk = head.chunk();
        let (offset, len, shift) = (chunk.huge.get(), chunk.len.get(), chunk.card_shift.get());
        let bytes = bytes.checked_next_multiple_of(4096)?;
        let units = u32::try_from(bytes / 16).ok()?;
        let new_len = offset.checked_add(bytes)?;
        let cards_fit = CARDS_OFFSET + (new_len >> shift) < offset;
        let allowed = self.mapped.checked_add(new_len - len)? <= self.limit;
        if offset == 0 || !cards_fit || !allowed {
            return None;
        }
        let at = self.chunks.iter().position(|&c| c == chunk)?;
        // SAFETY: the mapping of this chunk, whole; its only user gives up the old address.
        let base = unsafe { os::remap_aligned(chunk.base(), len, new_len, CHUNK) }?;
        self.chunks.remove(at);
        // SAFETY: the chunk's new place.
        let chunk = unsafe { ChunkRef::at(base) };
        chunk.len.set(new_len);
        let head = chunk.block(offset / BLOCK);
        head.units.set(units);
        let at = self.chunks.partition_point(|c| c.base() < base);
        self.chunks.insert(at, chunk);
        self.hint = 0;
        self.mapped += new_len - len;
        Some(head)
    }
}

impl Heap {
    /// Grows a large cell to at least `size` bytes without copying it, if that can be done: the
    /// result replaces `p`, which the caller alone refers to, and the new bytes are zero. `None`:
    /// `p` is as before; allocate, copy, and [`Heap::free_sole`] it.
    pub fn grow_sole(&mut self, p: NonNull<Header>, size: usize) -> Option<NonNull<Header>> {
        // SAFETY: a live cell.
        let (block, gc) = unsafe { (BlockRef::of(p), p.as_ref().gc.get()) };
        let old = block.cell_bytes();
        if size <= old {
            return Some(p);
        }
        if block.state.get() != State::Large || block.chunk().huge.get() == 0 {
            return None;
        }
        debug_assert!(!self.destroyables.contains(p), "a cell with a destructor");
        // The collector's lists know the cell by its address.
        let dirty = gc < 0 || block.has(CARDED);
        self.remembered.forget(p);
        if gc == 0 {
            self.sweeper.forget_large(block);
        }
        let grown = self.space.grow_huge(block, size);
        let block = grown.unwrap_or(block);
        let p = NonNull::new(block.base() as *mut Header)?;
        if gc == 0 {
            self.sweeper.note_large(block);
        } else if dirty {
            self.remembered.remember(p);
        }
        self.policy.allocated(block.cell_bytes() - old);
        grown.map(|_| p)
    }
}
