//! The verifier: what must hold right after a collection, checked by walking the whole heap.

use super::Heap;
use super::chunk::{Block, BlockRef, NO_RUN, State, UNSWEPT};
use super::header::Header;
use super::lookup::each_cell;
use super::mark::{MarkStack, Tracer};
use super::size::cells_per_block;
use std::ptr::NonNull;

impl Heap {
    /// Checks, right after a collection: every live cell is old; every reference from one leads
    /// to the start of a live one; blocks know how many they have; free runs consist of free cells; blocks said to be zero are.
    pub fn verify(&self) -> Result<(), String> {
        let mut result = Ok(());
        for &chunk in &self.space.chunks {
            let blocks = if chunk.huge.get() == 0 { 1..super::chunk::BLOCKS } else { 0..0 };
            for block in blocks.map(|i| chunk.block(i)) {
                result = result.and_then(|()| check_block(block));
                let free = chunk.is_free_bit(block.index());
                if block.is_free() != free {
                    result = result.and(Err(format!("free bit of block {:#x} is {free}", block.base())));
                }
            }
        }
        let mut stack = MarkStack::default();
        let mut tracer = Tracer::new(&self.space, &self.kinds, &mut stack, self.mark, true);
        self.space.each_block(&mut |block| {
            let mut live = 0;
            each_cell(block, self.mark, &mut |p| {
                live += 1;
                if result.is_ok() {
                    result = self.check_cell(p, &mut tracer);
                }
            });
            if result.is_ok() && live != block.live.get() {
                let counted = block.live.get();
                result = Err(format!("block {:#x} has {live} live cells, counted {counted}", block.base()));
            }
        });
        result
    }

    fn check_cell(&self, p: NonNull<Header>, tracer: &mut Tracer<'_>) -> Result<(), String> {
        // SAFETY: `each_cell` found the cell live.
        let (id, gc) = unsafe { (p.as_ref().id.get().0, p.as_ref().gc.get()) };
        if gc.abs() != self.mark {
            return Err(format!("cell {p:p} (id {id}) survived unmarked: gc {gc}"));
        }
        for q in tracer.edges(p) {
            if self.space.find(q.as_ptr() as usize, self.mark) != Some(q) {
                return Err(format!("cell {p:p} (id {id}) refers to {q:p}, no live cell's start"));
            }
            // SAFETY: found live.
            let (id_q, gc) = unsafe { (q.as_ref().id.get().0, q.as_ref().gc.get()) };
            if gc.abs() != self.mark {
                return Err(format!(
                    "old cell {p:p} (id {id}) refers to unmarked {q:p} (id {id_q}): a store without barrier?"
                ));
            }
        }
        Ok(())
    }
}

fn check_block(block: BlockRef) -> Result<(), String> {
    match block.state.get() {
        State::Zeroed => {
            // SAFETY: a block's memory is readable as words.
            let words =
                unsafe { std::slice::from_raw_parts(block.base() as *const u64, super::chunk::BLOCK / 8) };
            // Looking at every word would commit the memory of untouched blocks: the first will do
            // for most, and all where something is amiss.
            if words[0] != 0 {
                return Err(format!("block {:#x} is not zero", block.base()));
            }
        }
        State::Small if !block.has(UNSWEPT) => return check_runs(block),
        _ => {}
    }
    Ok(())
}

fn check_runs(block: BlockRef) -> Result<(), String> {
    let Block { run, .. } = &*block;
    let bytes = block.cell_bytes();
    let limit = cells_per_block(bytes) * bytes;
    let mut at = run.get();
    while at != NO_RUN {
        // SAFETY: runs begin with a free cell of two words or more.
        let link = unsafe { *((block.base() + at as usize + 8) as *const u64) };
        let (next, end) = (link as u16, (link >> 32) as usize);
        if end > limit || end <= at as usize || (next != NO_RUN && (next as usize) < end) {
            return Err(format!("free runs of block {:#x} are out of order", block.base()));
        }
        for cell in (at as usize..end).step_by(bytes) {
            // SAFETY: a cell of the block.
            if unsafe { *((block.base() + cell) as *const u64) } != 0 {
                return Err(format!("free cell {:#x} has a header", block.base() + cell));
            }
        }
        at = next;
    }
    Ok(())
}
