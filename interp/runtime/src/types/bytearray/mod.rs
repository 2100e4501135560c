//! `bytearray`: layout and core access.

mod edit;
mod iter;
mod methods;

pub use iter::ByteArrayIter;

use crate::heap::{CellKind, Collection, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::list::Array;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a bytearray.
#[repr(C)]
pub struct ByteArray {
    pub header: Header,
    pub len: Cell<usize>,
    /// First byte's offset in the storage: deleting at the front moves it instead of the content.
    pub start: Cell<usize>,
    /// Storage, a RAW_ARRAY cell, or no pointer while nothing was ever stored.
    pub array: Field,
    /// Views that now export the memory: while there are any, it keeps its size.
    pub exports: Cell<usize>,
}

// SAFETY: the storage is its only reference; zeroed it reads as the integer 0.
unsafe impl Layout for ByteArray {
    const ID: ShapeId = ids::BYTEARRAY;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: registered for bytearrays.
    t.value(unsafe { p.cast::<ByteArray>().as_ref() }.array.get());
}

impl ByteArray {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn storage(&self) -> Option<Gc<Array>> {
        // SAFETY: the field names a RAW_ARRAY cell when it is a pointer.
        self.array.get().as_header().map(|h| unsafe { Gc::from_header(h) })
    }

    /// Bytes that fit before new storage is needed.
    pub fn capacity(&self) -> usize {
        self.storage().map_or(0, |a| a.capacity.get() - self.start.get())
    }

    /// The first byte; dangling while there is no storage.
    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        match self.storage() {
            Some(array) => array.as_ptr().cast::<u8>().wrapping_add(Array::ITEMS + self.start.get()),
            None => NonNull::dangling().as_ptr(),
        }
    }

    /// The bytes as they are now. Do not hold the slice while anything may change them.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` bytes of the storage are in use.
        unsafe { std::slice::from_raw_parts(self.data(), self.len()) }
    }

    /// Stores bytes of a number that is known when this is compiled; they are within the length.
    #[inline]
    pub fn set_bytes<const N: usize>(&self, at: usize, bytes: [u8; N]) {
        assert!(at.checked_add(N).is_some_and(|end| end <= self.len()));
        // SAFETY: just checked.
        unsafe { self.data().add(at).cast::<[u8; N]>().write_unaligned(bytes) };
    }

    /// Stores a byte; `at` is within the length.
    pub fn set(&self, at: usize, b: u8) {
        assert!(at < self.len());
        // SAFETY: just checked.
        unsafe { *self.data().add(at) = b };
    }

    /// Stores several bytes; all are within the length.
    pub fn set_run(&self, at: usize, bytes: &[u8]) {
        assert!(at <= self.len() && bytes.len() <= self.len() - at);
        // SAFETY: just checked; nobody has a slice of the content while it is stored to.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.data().add(at), bytes.len()) };
    }
}

impl Vm {
    /// A bytearray with this content.
    pub fn bytearray(&mut self, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        let made = self.alloc::<ByteArray>(ids::BYTEARRAY)?;
        self.bytearray_assign(made, bytes)?;
        Ok(made)
    }

    /// An empty instance of a class with this layout.
    pub fn bytearray_of_class(&mut self, cls: Gc<Type>) -> PyResult<Gc<ByteArray>> {
        self.alloc_instance::<ByteArray>(cls)
    }

    /// Replaces the whole content. `bytes` must not be the array's own memory.
    pub fn bytearray_assign(&mut self, b: Gc<ByteArray>, bytes: &[u8]) -> PyResult<()> {
        self.bytearray_resize(b, bytes.len())?;
        // SAFETY: the array has that many bytes now.
        unsafe { std::ptr::copy(bytes.as_ptr(), b.data(), bytes.len()) };
        Ok(())
    }

    /// Fails while views export the memory.
    pub fn bytearray_unexported(&mut self, b: Gc<ByteArray>) -> PyResult<()> {
        if b.exports.get() == 0 {
            return Ok(());
        }
        // A view that nobody can reach any more does not count: only the collector knows.
        self.heap.collect(Collection::Full);
        if b.exports.get() == 0 {
            return Ok(());
        }
        Err(self.buffer_error("Existing exports of data: object cannot be re-sized"))
    }

    /// Sets the length; new bytes are zeros.
    pub fn bytearray_resize(&mut self, b: Gc<ByteArray>, len: usize) -> PyResult<()> {
        let old = b.len();
        if len == old {
            return Ok(());
        }
        self.bytearray_unexported(b)?;
        if len > b.capacity() {
            self.bytearray_grow(b, len)?;
        }
        if len > old {
            // SAFETY: within the capacity.
            unsafe { std::ptr::write_bytes(b.data().add(old), 0, len - old) };
        }
        b.len.set(len);
        if len == 0 {
            b.start.set(0);
        }
        Ok(())
    }

    fn bytearray_grow(&mut self, b: Gc<ByteArray>, wanted: usize) -> PyResult<()> {
        let capacity = if b.is_empty() { wanted } else { wanted.max(wanted / 8 + b.len() + 16) };
        let array = self.alloc_sized::<Array>(ids::RAW_ARRAY, capacity)?;
        array.capacity.set(capacity);
        let to = array.as_ptr().cast::<u8>().wrapping_add(Array::ITEMS);
        // SAFETY: the new storage is larger than the content.
        unsafe { std::ptr::copy_nonoverlapping(b.data(), to, b.len()) };
        b.array.set(&mut self.heap, b.header(), Value::from_gc(array));
        b.start.set(0);
        Ok(())
    }
}
