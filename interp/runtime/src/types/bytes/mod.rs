//! `bytes`: layout and core access.

pub mod hex;
mod iter;
mod methods;
pub(crate) mod ops;
pub(crate) mod shared;

pub use iter::BytesIter;
pub(crate) use methods::{bytes_from_object, encoded_source};

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::str::hash;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a bytes object. The bytes are behind this struct, or in the cell that `owner` names (subclass instances).
#[repr(C)]
pub struct Bytes {
    pub header: Header,
    /// Cached `hash()`, 0: not computed yet.
    pub hash: Cell<i64>,
    pub len: Cell<usize>,
    pub data: Cell<*const u8>,
    /// The cell that `data` points into, or `UNBOUND` when that is this one.
    pub owner: Field,
}

// SAFETY: `owner` is the only reference; zeroed it reads as the integer 0.
unsafe impl Layout for Bytes {
    const ID: ShapeId = ids::BYTES;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: registered for bytes.
    t.value(unsafe { p.cast::<Bytes>().as_ref() }.owner.get());
}

impl Bytes {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The bytes: they never change, and stay as long as the object is reachable.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: `data` names `len` bytes in a live cell.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.len()) }
    }
    pub fn hash_value(&self) -> i64 {
        if self.hash.get() == 0 {
            self.hash.set(hash::hash_bytes(self.as_slice()));
        }
        self.hash.get()
    }
}

impl Vm {
    /// A bytes object. Those of at most one byte are made once.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        let place = match *bytes {
            [] => 256,
            [b] => usize::from(b),
            _ => return self.bytes_new(bytes),
        };
        if let Some(Some(known)) = self.short_bytes.get(place) {
            return Ok(*known);
        }
        let made = self.bytes_new(bytes)?;
        self.short_bytes.resize(257, None);
        self.short_bytes[place] = Some(made);
        Ok(made)
    }

    fn bytes_new(&mut self, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        let (made, to) = self.bytes_uninit(bytes.len())?;
        // SAFETY: the new cell has room for them, and nobody else refers to it.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
        Ok(made)
    }

    /// A bytes object of zeros, and where to write its content before anyone else sees it.
    pub fn bytes_uninit(&mut self, len: usize) -> PyResult<(Gc<Bytes>, *mut u8)> {
        let made = self.alloc_sized::<Bytes>(ids::BYTES, len)?;
        made.len.set(len);
        // SAFETY: `len` bytes follow the struct.
        let data = unsafe { made.as_ptr().add(1).cast::<u8>() };
        made.data.set(data);
        made.owner.init(Value::UNBOUND);
        Ok((made, data))
    }

    /// As a value.
    pub fn bytes_value(&mut self, bytes: &[u8]) -> PyResult<Value> {
        self.bytes(bytes).map(Value::from_gc)
    }

    /// An instance of a subclass of `bytes` that shares the content of an exact one.
    pub fn bytes_of_class(&mut self, cls: Gc<Type>, b: Gc<Bytes>) -> PyResult<Gc<Bytes>> {
        let b = self.bytes_exact(b)?;
        if cls == self.builtin(ids::BYTES) {
            return Ok(b);
        }
        let made = self.alloc_instance::<Bytes>(cls)?;
        made.len.set(b.len());
        made.data.set(b.data.get());
        made.owner.init(Value::from_gc(b));
        Ok(made)
    }

    /// The object as exact `bytes`.
    pub fn bytes_exact(&mut self, b: Gc<Bytes>) -> PyResult<Gc<Bytes>> {
        if b.header.id.get() == ids::BYTES { Ok(b) } else { self.bytes(b.as_slice()) }
    }
}
