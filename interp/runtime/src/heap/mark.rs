//! Marking: the stack of found cells, and the tracer handed to trace functions.

use super::chunk::BlockRef;
use super::header::{Gc, Header};
use super::kinds::{Kinds, SlotMap};
use super::lookup::is_live;
use super::space::Space;
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

/// In an entry of the mark stack, whose cells are aligned: an arbitrary word led there, so it may be a free cell.
const UNCERTAIN: usize = 2;

/// Cells found but not yet visited. Survives a refused allocation: what finds no room is marked
/// at once, untraced, and the mark loop looks at all marked cells again.
#[derive(Default)]
pub struct MarkStack {
    pub(super) cells: Vec<NonNull<Header>>,
    pub(super) dropped: bool,
    /// Most entries; smaller only in tests.
    pub limit: Option<usize>,
}

impl MarkStack {
    #[inline(always)]
    pub(super) fn push(&mut self, p: NonNull<Header>) -> bool {
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
    pub(super) space: &'h Space,
    pub(super) kinds: &'h Kinds,
    pub(super) stack: &'h mut MarkStack,
    pub(super) mark: i8,
    full: bool,
    /// References are listed for a view, not marked.
    listing: bool,
    /// Trace only slots in this range: the dirty part of a large array.
    window: Option<(usize, usize)>,
    /// Bytes of cells marked.
    pub bytes: usize,
    /// Words looked at besides: roots, array elements.
    pub extra_words: usize,
}

impl<'h> Tracer<'h> {
    pub fn new(
        space: &'h Space,
        kinds: &'h Kinds,
        stack: &'h mut MarkStack,
        mark: i8,
        full: bool,
    ) -> Tracer<'h> {
        Tracer { space, kinds, stack, mark, full, listing: false, window: None, bytes: 0, extra_words: 0 }
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
        let values = self.clip(values);
        self.extra_words += values.len();
        // Arrays often hold the same many times over: a run of it is one reference.
        let mut last = Value::NONE;
        for &v in values {
            if v != last {
                last = v;
                self.value(v);
            }
        }
    }

    /// Like [`Tracer::values`], for slots that change.
    #[inline]
    pub fn cells(&mut self, values: &[Cell<Value>]) {
        let values = self.clip(values);
        self.extra_words += values.len();
        let mut last = Value::NONE;
        for v in values {
            let v = v.get();
            if v != last {
                last = v;
                self.value(v);
            }
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
        let (low, high) = self.space.bounds();
        let mut at = lo;
        while at < hi {
            // SAFETY: the caller's promise. Volatile: stack slots of live frames may change type
            // or be uninitialised in the eyes of the compiler.
            let word = unsafe { at.read_volatile() } as usize;
            if word.wrapping_sub(low) < high - low {
                self.maybe(word);
            }
            at = at.wrapping_add(1);
        }
        self.extra_words += (hi as usize).saturating_sub(lo as usize) / 8;
    }

    /// A word that may be a reference.
    #[inline]
    pub fn maybe(&mut self, word: usize) {
        let Some((block, p)) = self.space.locate(word) else { return };
        if self.listing {
            if is_live(block, p, self.mark) {
                self.cell(p);
            }
            return;
        }
        // Whether a cell is there is looked at when it has come from memory.
        if !self.stack.push(p.map_addr(|a| a | UNCERTAIN)) && is_live(block, p, self.mark) && self.mark(p) {
            self.stack.dropped = true;
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
        let entry = self.kinds.entry(unsafe { p.as_ref() }.id.get());
        if let Some(class) = entry.class {
            // In a minor collection classes are old, or among the roots as long as they are not.
            if self.listing || self.full && !self.is_marked(class) {
                self.cell(class);
            }
            if entry.slots.at != 0 {
                // SAFETY: the map describes the cell.
                return unsafe { self.trace_slots(p, entry.slots) };
            }
        }
        let kind = &entry.kind;
        if !kind.leaf {
            // SAFETY: the function registered for the cell's id.
            unsafe { (kind.trace)(p, self) };
            if kind.dict_at != 0 {
                // SAFETY: the kind's promise about its cells.
                let dict = unsafe { p.cast::<u8>().add(kind.dict_at.into()).cast::<Value>().read() };
                self.value(dict);
            }
        }
    }

    /// # Safety
    /// `map` describes the cell.
    #[inline(always)]
    unsafe fn trace_slots(&mut self, p: NonNull<Header>, map: SlotMap) {
        // SAFETY: the caller's promise.
        unsafe {
            let first = p.byte_add(map.at.into()).cast::<Value>();
            self.value(first.read());
            let mut left = map.traced;
            while left != 0 {
                self.value(first.add(1 + left.trailing_zeros() as usize).read());
                left &= left - 1;
            }
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
    pub(super) fn visit(&mut self, p: NonNull<Header>) {
        if let Some(p) = self.certain(p)
            && self.mark(p)
        {
            self.trace(p);
        }
    }

    /// The cell that an entry of the mark stack is for; none if an arbitrary word led to where no cell lives.
    #[inline(always)]
    pub(super) fn certain(&self, entry: NonNull<Header>) -> Option<NonNull<Header>> {
        if entry.addr().get() & UNCERTAIN == 0 {
            return Some(entry);
        }
        let p = NonNull::new(entry.as_ptr().map_addr(|a| a & !UNCERTAIN))?;
        // SAFETY: `locate` found the place of a cell in a block of the heap there.
        is_live(unsafe { BlockRef::of(p) }, p, self.mark).then_some(p)
    }

    /// Marks a cell; false if it was already.
    #[inline(always)]
    pub(super) fn mark(&mut self, p: NonNull<Header>) -> bool {
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
}
