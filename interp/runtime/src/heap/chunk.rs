//! Layout of a chunk: 4 MiB-aligned memory whose first block describes the other 255.
//!
//! | offset | contents |
//! | --- | --- |
//! | 0 | one [`Block`] descriptor of 24 bytes for each block |
//! | 6144 | the rest of [`Chunk`] |
//! | 8192 | card table, one byte for every 512 bytes of the chunk (see `barrier.rs`) |
//! | 16384 | block 1, block 2, … |
//!
//! A cell larger than a chunk can serve ("huge") has a chunk of its own of any length: the same
//! head (more cards), then the cell. It begins within the first 4 MiB, so masking a cell's address
//! always finds the head.

use super::header::Header;
use std::cell::Cell;
use std::ops::Deref;
use std::ptr::NonNull;

pub const CHUNK: usize = 4 << 20;
pub const BLOCK: usize = 16 << 10;
pub const BLOCKS: usize = CHUNK / BLOCK;
pub const CARDS_OFFSET: usize = 8192;
pub const CARD_SHIFT: u32 = 9;

/// What a block holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// Free, and known to read as zeros.
    Zeroed = 0,
    /// Free, with leftovers.
    Dirty,
    /// Cells of one size class.
    Small,
    /// Begins a large cell.
    Large,
    /// Inside a large cell that begins at block `back`.
    Body,
    /// The chunk's own head.
    Head,
}

/// Has dead cells that look allocated: only those with the current mark are live.
pub const UNSWEPT: u8 = 1;
/// A large cell with dirty cards.
pub const CARDED: u8 = 2;

pub const NO_RUN: u16 = u16::MAX;

/// Descriptor of one block.
#[repr(C)]
pub struct Block {
    pub state: Cell<State>,
    pub class: Cell<u8>,
    pub flags: Cell<u8>,
    pub back: Cell<u8>,
    /// Marked cells, counted while marking: 0 afterwards means the whole block is free, and no
    /// cell of it has to be looked at.
    pub live: Cell<u16>,
    /// First free run, in 16-byte units from the block's start (see `sweep.rs`).
    pub run: Cell<u16>,
    /// Cell size in 16-byte units.
    pub units: Cell<u32>,
    /// Blocks that a large cell takes.
    pub span: Cell<u32>,
    /// Next block of the list that this one is in (see `sweep.rs`).
    next: Cell<Option<BlockRef>>,
}

impl Block {
    #[inline(always)]
    pub fn has(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }
    #[inline(always)]
    pub fn set(&self, flag: u8) {
        self.flags.set(self.flags.get() | flag);
    }
    #[inline(always)]
    pub fn clear(&self, flag: u8) {
        self.flags.set(self.flags.get() & !flag);
    }
    #[inline(always)]
    pub fn cell_bytes(&self) -> usize {
        self.units.get() as usize * 16
    }
    pub fn is_free(&self) -> bool {
        matches!(self.state.get(), State::Zeroed | State::Dirty)
    }
}

/// Head of a chunk.
#[repr(C)]
pub struct Chunk {
    blocks: [Block; BLOCKS],
    /// Mapped bytes.
    pub len: Cell<usize>,
    /// Bit per block: free.
    pub free: [Cell<u64>; BLOCKS / 64],
    pub free_count: Cell<usize>,
    /// No run of free blocks is longer than this.
    pub longest: Cell<usize>,
    /// Offset of the one cell of a huge chunk; 0 in a chunk of blocks.
    pub huge: Cell<usize>,
    pub card_shift: Cell<u32>,
}

/// A mapped chunk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChunkRef(NonNull<Chunk>);

impl Deref for ChunkRef {
    type Target = Chunk;
    #[inline(always)]
    fn deref(&self) -> &Chunk {
        // SAFETY: made only by `at`; all fields are `Cell`s, and zeroed memory is a valid `Chunk`.
        unsafe { self.0.as_ref() }
    }
}

impl ChunkRef {
    /// # Safety
    /// `base` is the start of a mapped chunk that outlives every use of the result.
    #[inline(always)]
    pub unsafe fn at(base: usize) -> ChunkRef {
        // SAFETY: mapped, so not null.
        ChunkRef(unsafe { NonNull::new_unchecked(base as *mut Chunk) })
    }
    #[inline(always)]
    pub fn base(self) -> usize {
        self.0.as_ptr() as usize
    }
    /// Descriptor of block `index`.
    #[inline(always)]
    pub fn block(self, index: usize) -> BlockRef {
        assert!(index < BLOCKS);
        // SAFETY: inside the head of a mapped chunk.
        BlockRef(unsafe { NonNull::new_unchecked((self.0.as_ptr() as *mut Block).add(index)) })
    }
    pub fn is_free_bit(self, index: usize) -> bool {
        self.free[index / 64].get() >> (index % 64) & 1 != 0
    }
    pub fn set_free_bit(self, index: usize, on: bool) {
        let word = &self.free[index / 64];
        let bit = 1 << (index % 64);
        word.set(if on { word.get() | bit } else { word.get() & !bit });
        if on {
            self.free_count.set(self.free_count.get() + 1);
            self.longest.set(BLOCKS);
        } else {
            self.free_count.set(self.free_count.get() - 1);
        }
    }
    /// Address of the card of `addr`, an address inside this chunk.
    pub fn card(self, addr: usize) -> *mut u8 {
        (self.base() + CARDS_OFFSET + ((addr - self.base()) >> self.card_shift.get())) as *mut u8
    }
}

/// A block, by its descriptor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BlockRef(NonNull<Block>);

impl Deref for BlockRef {
    type Target = Block;
    #[inline(always)]
    fn deref(&self) -> &Block {
        // SAFETY: made only from mapped chunks; all fields are `Cell`s.
        unsafe { self.0.as_ref() }
    }
}

impl BlockRef {
    /// The block in which the cell `p` begins.
    ///
    /// # Safety
    /// `p` is (or lies in the first 16 KiB of) a cell of this heap.
    #[inline(always)]
    pub unsafe fn of(p: NonNull<Header>) -> BlockRef {
        let addr = p.as_ptr() as usize;
        let base = addr & !(CHUNK - 1);
        let index = (addr & (CHUNK - 1)) / BLOCK;
        // SAFETY: the head of the chunk of a cell is mapped, and it is not at address 0.
        BlockRef(unsafe { NonNull::new_unchecked((base as *mut Block).add(index)) })
    }
    #[inline(always)]
    pub fn chunk(self) -> ChunkRef {
        // SAFETY: a descriptor lies in the head of its chunk.
        unsafe { ChunkRef::at(self.0.as_ptr() as usize & !(CHUNK - 1)) }
    }
    #[inline(always)]
    pub fn index(self) -> usize {
        (self.0.as_ptr() as usize & (CHUNK - 1)) / size_of::<Block>()
    }
    /// Address of the block itself.
    #[inline(always)]
    pub fn base(self) -> usize {
        self.chunk().base() + self.index() * BLOCK
    }
}

const _: () = assert!(size_of::<Block>() == 24 && size_of::<Chunk>() <= CARDS_OFFSET);
const _: () = assert!(CARDS_OFFSET + (CHUNK >> CARD_SHIFT) <= BLOCK);

/// A list of blocks, through their descriptors: collecting must not need memory.
#[derive(Clone, Copy, Default)]
pub struct BlockList(Option<BlockRef>);

impl BlockList {
    pub const EMPTY: BlockList = BlockList(None);

    pub fn push(&mut self, block: BlockRef) {
        block.next.set(self.0);
        self.0 = Some(block);
    }

    pub fn pop(&mut self) -> Option<BlockRef> {
        let block = self.0?;
        self.0 = block.next.take();
        Some(block)
    }

    /// Takes out a block if it is there.
    pub fn remove(&mut self, block: BlockRef) {
        if self.0 == Some(block) {
            self.pop();
            return;
        }
        let mut at = self.0;
        while let Some(before) = at {
            at = before.next.get();
            if at == Some(block) {
                before.next.set(block.next.take());
                return;
            }
        }
    }
}
