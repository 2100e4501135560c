//! Marking: the tracer handed to trace functions, the mark loop and its prefetch queue.

use super::chunk::BlockRef;
use super::header::{Gc, Header};
use super::kinds::Kinds;
use super::space::{self, Space};
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cells wait this long between their prefetch and their visit: enough to cover a cache miss,
/// few enough to stay in the first-level cache.
const FIFO: usize = 8;

/// Cells found but not yet visited. Survives a refused allocation: what finds no room is marked
/// at once, untraced, and the mark loop looks at all marked cells again.
#[derive(Default)]
pub struct MarkStack {
    cells: Vec<NonNull<Header>>,
    dropped: bool,
    /// Most entries; smaller only in tests.
    pub limit: Option<usize>,
}

impl MarkStack {
    #[inline(always)]
    fn push(&mut self, p: NonNull<Header>) -> bool {
        if self.cells.len() == self.cells.capacity() && !self.grow() {
            return false;
        }
        self.cells.push(p);
        true
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> bool {
        let len = self.cells.len();
        len < self.limit.unwrap_or(usize::MAX) && self.cells.try_reserve(len.max(1024)).is_ok()
    }

    /// Releases a large stack that one collection needed.
    pub fn trim(&mut self) {
        if self.cells.capacity() > 1 << 16 {
            self.cells = Vec::new();
        }
    }
}

/// What trace functions report references to.
pub struct Tracer<'h> {
    space: &'h Space,
    kinds: &'h Kinds,
    stack: &'h mut MarkStack,
    mark: i8,
    full: bool,
    /// References are listed for a view, not marked.
    listing: bool,
    /// Trace only slots in this range: the dirty part of a large array.
    window: Option<(usize, usize)>,
    /// Bytes of cells marked.
    pub bytes: usize,
    /// Words looked at that are no cells: the fixed cost of a collection.
    pub root_words: usize,
}

impl<'h> Tracer<'h> {
    pub fn new(
        space: &'h Space,
        kinds: &'h Kinds,
        stack: &'h mut MarkStack,
        mark: i8,
        full: bool,
    ) -> Tracer<'h> {
        Tracer { space, kinds, stack, mark, full, listing: false, window: None, bytes: 0, root_words: 0 }
    }

    /// Whether old cells are traced too; a minor collection only looks at young ones.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// A cell is referenced.
    #[inline(always)]
    pub fn cell(&mut self, p: NonNull<Header>) {
        if !self.stack.push(p) && !self.listing && self.mark(p) {
            self.stack.dropped = true;
        }
    }

    #[inline(always)]
    pub fn gc<T>(&mut self, p: Gc<T>) {
        self.cell(p.header());
    }

    /// A field that is null while its cell is not yet initialised.
    #[inline(always)]
    pub fn nullable(&mut self, p: *mut Header) {
        if let Some(p) = NonNull::new(p) {
            self.cell(p);
        }
    }

    /// A value is held; anything but a heap pointer is passed over.
    #[inline(always)]
    pub fn value(&mut self, v: Value) {
        if let Some(p) = v.as_header() {
            self.cell(p);
        }
    }

    /// An array of values is held. In a large array only the part that changed is looked at.
    #[inline]
    pub fn values(&mut self, values: &[Value]) {
        for &v in self.clip(values) {
            self.value(v);
        }
    }

    /// Like [`Tracer::values`], for slots that change.
    #[inline]
    pub fn cells(&mut self, values: &[Cell<Value>]) {
        for v in self.clip(values) {
            self.value(v.get());
        }
    }

    /// Like [`Tracer::values`], from an address and a count.
    ///
    /// # Safety
    /// `count` words from `first` are readable and each is a value (0 is one).
    #[inline]
    pub unsafe fn slots(&mut self, first: *const Value, count: usize) {
        // SAFETY: the caller's promise; values have no invalid bit patterns.
        self.values(unsafe { std::slice::from_raw_parts(first, count) });
    }

    /// The part of a large array's elements that has to be traced. Trace functions whose elements
    /// are not plain values (dict entries) loop over this.
    #[inline]
    pub fn clip<'s, T>(&self, elements: &'s [T]) -> &'s [T] {
        let Some((lo, hi)) = self.window else { return elements };
        let start = elements.as_ptr() as usize;
        let size = size_of::<T>().max(1);
        let first = (lo.saturating_sub(start) / size).min(elements.len());
        let end = hi.saturating_sub(start).div_ceil(size).min(elements.len());
        &elements[first..end.max(first)]
    }

    /// Every word of a range may be a reference, also into the middle of a cell.
    ///
    /// # Safety
    /// The words are readable.
    pub unsafe fn conservative(&mut self, lo: *const u64, hi: *const u64) {
        let mut at = lo;
        while at < hi {
            // SAFETY: the caller's promise. Volatile: stack slots of live frames may change type
            // or be uninitialised in the eyes of the compiler.
            let word = unsafe { at.read_volatile() };
            self.maybe(word as usize);
            at = at.wrapping_add(1);
            self.root_words += 1;
        }
    }

    /// A word that may be a reference.
    #[inline]
    pub fn maybe(&mut self, word: usize) {
        if let Some(p) = self.space.find(word, self.mark) {
            self.cell(p);
        }
    }

    #[inline(always)]
    pub fn is_marked(&self, p: NonNull<Header>) -> bool {
        // SAFETY: nothing has been freed since the cell was last known to be live.
        unsafe { p.as_ref() }.gc.get() == self.mark
    }

    /// Reports a cell's references.
    #[inline(always)]
    pub fn trace(&mut self, p: NonNull<Header>) {
        // SAFETY: a live cell.
        let kind = self.kinds.get(unsafe { p.as_ref() }.id.get());
        if !kind.leaf {
            // SAFETY: the function registered for the cell's id.
            unsafe { (kind.trace)(p, self) };
        }
    }

    /// Reports the references in the part of a large array between two addresses.
    pub fn trace_window(&mut self, p: NonNull<Header>, lo: usize, hi: usize) {
        self.window = Some((lo, hi));
        self.trace(p);
        self.window = None;
    }

    /// The references that a cell holds, for views over the heap. The mark stack must be empty.
    pub fn edges(&mut self, p: NonNull<Header>) -> Vec<NonNull<Header>> {
        self.listing = true;
        self.trace(p);
        std::mem::take(&mut self.stack.cells)
    }

    #[inline(always)]
    fn visit(&mut self, p: NonNull<Header>) {
        if self.mark(p) {
            self.trace(p);
        }
    }

    /// Marks a cell; false if it was already.
    #[inline(always)]
    fn mark(&mut self, p: NonNull<Header>) -> bool {
        // SAFETY: precise references and checked conservative ones are live cells.
        let header = unsafe { p.as_ref() };
        if header.gc.get() == self.mark {
            return false;
        }
        debug_assert!(header.id.get().0 != 0, "reference to a free cell {p:p}");
        header.gc.set(self.mark);
        // SAFETY: as above.
        let block = unsafe { BlockRef::of(p) };
        block.live.set(block.live.get() + 1);
        self.bytes += block.cell_bytes();
        true
    }

    /// Marks everything reachable from what was reported.
    pub fn drain(&mut self) {
        self.drain_stack();
        while std::mem::take(&mut self.stack.dropped) {
            self.rescan();
        }
    }

    fn drain_stack(&mut self) {
        let mut fifo: [Option<NonNull<Header>>; FIFO] = [None; FIFO];
        let (mut at, mut waiting) = (0, 0);
        loop {
            let next = self.stack.cells.pop();
            match next {
                Some(p) => {
                    prefetch(p);
                    waiting += 1;
                }
                None if waiting == 0 => return,
                None => {}
            }
            if let Some(p) = std::mem::replace(&mut fifo[at % FIFO], next) {
                waiting -= 1;
                self.visit(p);
            }
            at += 1;
        }
    }

    /// The stack could not grow: finds unvisited references from marked cells again.
    #[cold]
    fn rescan(&mut self) {
        let (space, mark) = (self.space, self.mark);
        space.each_block(&mut |block| {
            space::each_cell(block, mark, &mut |p| {
                if self.is_marked(p) {
                    self.trace(p);
                    self.drain_stack();
                }
            });
        });
    }
}

#[inline(always)]
fn prefetch(p: NonNull<Header>) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint; never faults.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(p.as_ptr() as *const i8);
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: a hint; never faults, changes nothing.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{0}]", in(reg) p.as_ptr(), options(nostack, readonly, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = p;
}
