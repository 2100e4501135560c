//! Storage cells of lists: arrays of values, and arrays of words that the collector skips.

use crate::heap::{Gc, Header, Heap, ShapeId, Tracer};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Storage: ARRAY (values, traced) or RAW_ARRAY (8-byte words or bytes, not traced).
#[repr(C)]
pub struct Array {
    pub header: Header,
    /// Items that fit.
    pub capacity: Cell<usize>,
}

impl Array {
    /// Byte offset of the first item.
    pub const ITEMS: usize = size_of::<Array>();

    /// All slots as values: for an ARRAY, or a RAW_ARRAY of small integers.
    #[inline(always)]
    pub fn slots(&self) -> &[Cell<Value>] {
        // SAFETY: `capacity` words follow the struct in its cell; every word of such an array is
        // a value, zero included.
        unsafe { std::slice::from_raw_parts((self as *const Array).add(1).cast(), self.capacity.get()) }
    }

    /// All slots of a RAW_ARRAY as floats.
    #[inline(always)]
    pub fn floats(&self) -> &[Cell<f64>] {
        // SAFETY: as in `slots`; any word is an f64.
        unsafe { std::slice::from_raw_parts((self as *const Array).add(1).cast(), self.capacity.get()) }
    }

    /// Address of a slot, for the write barrier.
    #[inline(always)]
    pub fn slot_addr(&self, index: usize) -> usize {
        self as *const Array as usize + Array::ITEMS + index * size_of::<Value>()
    }

    /// Moves `count` words from slot `from` to slot `to`; the ranges may overlap.
    #[inline]
    pub fn shift(&self, from: usize, to: usize, count: usize) {
        let slots = self.slots();
        assert!(from + count <= slots.len() && to + count <= slots.len());
        // SAFETY: both ranges are inside of the cell, checked above.
        unsafe {
            std::ptr::copy(slots.as_ptr().add(from), slots.as_ptr().add(to).cast_mut(), count);
        }
    }

    /// Copies `count` words from `source`, another cell or the same.
    #[inline]
    pub fn copy_from(&self, to: usize, source: &[Cell<Value>]) {
        let slots = self.slots();
        assert!(to + source.len() <= slots.len());
        // SAFETY: both ranges are readable, `to` is inside of this cell.
        unsafe {
            std::ptr::copy(source.as_ptr(), slots.as_ptr().add(to).cast_mut(), source.len());
        }
    }

    /// Zeroes slots, so that the collector doesn't see what was in them.
    #[inline]
    pub fn clear(&self, from: usize, to: usize) {
        for slot in &self.slots()[from..to] {
            slot.set(Value::small(0));
        }
    }
}

/// # Safety
/// See `TraceFn`.
pub unsafe fn trace_array(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for ARRAY cells.
    let array = unsafe { p.cast::<Array>().as_ref() };
    tracer.cells(array.slots());
}

impl Vm {
    /// A new storage cell (`ids::ARRAY` or `ids::RAW_ARRAY` of 8-byte words) with room for at
    /// least `capacity` words, all zero.
    pub fn array(&mut self, id: ShapeId, capacity: usize) -> PyResult<Gc<Array>> {
        let Some(bytes) = capacity.checked_mul(8).filter(|&bytes| bytes <= MAX_BYTES) else {
            return Err(self.memory_error());
        };
        let array = self.alloc_sized::<Array>(id, bytes)?;
        array.capacity.set((Heap::cell_size(array.header()) - Array::ITEMS) / 8);
        Ok(array)
    }

    /// Gives storage that only the caller refers to room for `capacity` words without copying it, if
    /// that can be done: the result replaces it.
    pub(super) fn array_grow(&mut self, old: Gc<Array>, capacity: usize) -> Option<Gc<Array>> {
        let bytes = capacity.checked_mul(8).filter(|&bytes| bytes <= MAX_BYTES)? + Array::ITEMS;
        if capacity <= old.capacity.get() {
            return None;
        }
        let p = self.heap.grow_sole(old.header(), bytes)?;
        // SAFETY: the same cell, at its new place.
        let array: Gc<Array> = unsafe { Gc::from_header(p) };
        array.capacity.set((Heap::cell_size(p) - Array::ITEMS) / 8);
        Some(array)
    }

    /// Stores a value into an ARRAY.
    #[inline(always)]
    pub fn array_set(&mut self, array: Gc<Array>, index: usize, v: Value) {
        array.slots()[index].set(v);
        self.heap.barrier_slot(array.header(), array.slot_addr(index));
    }
}

/// More than this is refused without asking the system.
const MAX_BYTES: usize = isize::MAX as usize / 2;
