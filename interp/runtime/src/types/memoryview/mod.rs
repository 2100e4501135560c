//! `memoryview`: layout, making views, walking their memory.

mod item;
mod iter;
mod methods;

pub use item::{Format, f64_to_half, half_to_f64};
pub use iter::{MemoryIter, iter_next};

use crate::heap::{CellKind, Field, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::{Special, ids};
use crate::types::buffer::{self, Buffer};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::list::Array;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a memoryview. Header flags: [`flags`].
#[repr(C)]
pub struct MemoryView {
    pub header: Header,
    /// The exporting object; `None` when it has been released.
    pub object: Field,
    pub format: GcField<Str>,
    /// RAW_ARRAY cell: `ndim` lengths, then `ndim` strides in bytes, as i64.
    dims: Field,
    /// The item at index 0 in every dimension.
    data: Cell<*mut u8>,
    pub itemsize: Cell<usize>,
    pub ndim: Cell<usize>,
    hash: Cell<i64>,
    /// Where the exporter counts its views; null: it does not.
    exports: Cell<*const Cell<usize>>,
}

pub mod flags {
    pub const READONLY: u16 = 1;
    pub const RELEASED: u16 = 2;
}

// SAFETY: the three fields are all its references.
unsafe impl Layout for MemoryView {
    const ID: ShapeId = ids::MEMORYVIEW;
    const KIND: CellKind = CellKind::new(trace).with_destroy(destroy);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: registered for memoryviews.
    let view = unsafe { p.cast::<MemoryView>().as_ref() };
    t.value(view.object.get());
    t.value(view.dims.get());
    if let Some(format) = view.format.get() {
        t.gc(format);
    }
}

/// A view that nobody can reach exports nothing any more.
///
/// # Safety
/// `p` is a dead memoryview.
unsafe fn destroy(p: *mut Header) {
    // SAFETY: destructors run after marking and before anything is swept, and the exporter lived at least as long as
    // this view: its count is still there, if only for the last time.
    unsafe { (*p.cast::<MemoryView>()).unexport() };
}

/// What a view shows, for making one.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub object: Value,
    pub data: *mut u8,
    pub format: Gc<Str>,
    pub itemsize: usize,
    pub shape: &'a [i64],
    pub strides: &'a [i64],
    pub readonly: bool,
    pub exports: *const Cell<usize>,
}

impl MemoryView {
    fn unexport(&self) {
        let exports = self.exports.replace(std::ptr::null());
        if !exports.is_null() {
            // SAFETY: the exporter is alive while a view of it is (see `destroy`).
            let count = unsafe { &*exports };
            count.set(count.get().saturating_sub(1));
        }
    }
    pub fn is_released(&self) -> bool {
        self.header.flags.get() & flags::RELEASED != 0
    }
    pub fn is_readonly(&self) -> bool {
        self.header.flags.get() & flags::READONLY != 0
    }
    fn dims(&self, from: usize) -> &[i64] {
        match self.dims.get().as_header() {
            // SAFETY: the cell holds twice `ndim` words.
            Some(h) => unsafe {
                let words = h.as_ptr().cast::<u8>().add(Array::ITEMS).cast::<i64>();
                std::slice::from_raw_parts(words.add(from), self.ndim.get())
            },
            None => &[],
        }
    }
    pub fn lengths(&self) -> &[i64] {
        self.dims(0)
    }
    pub fn steps(&self) -> &[i64] {
        self.dims(self.ndim.get())
    }
    pub fn item_count(&self) -> usize {
        self.lengths().iter().product::<i64>() as usize
    }
    pub fn byte_len(&self) -> usize {
        self.item_count() * self.itemsize.get()
    }
    /// Whether the items lie one after the other, the last index running fastest.
    pub fn is_contiguous(&self) -> bool {
        let mut expected = self.itemsize.get() as i64;
        for (len, stride) in self.lengths().iter().zip(self.steps()).rev() {
            if *len > 1 && *stride != expected {
                return false;
            }
            expected *= len;
        }
        true
    }
    /// The same with the first index running fastest.
    pub fn is_fortran(&self) -> bool {
        let mut expected = self.itemsize.get() as i64;
        for (len, stride) in self.lengths().iter().zip(self.steps()) {
            if *len > 1 && *stride != expected {
                return false;
            }
            expected *= len;
        }
        true
    }
    /// The memory of the item at these indices, each within its dimension.
    fn item_at(&self, indices: &[i64]) -> *mut u8 {
        let offset: i64 = indices.iter().zip(self.steps()).map(|(i, s)| i * s).sum();
        self.data.get().wrapping_offset(offset as isize)
    }
    /// Calls `each` with the memory of every item, the last index running fastest.
    fn each_item(&self, mut each: impl FnMut(*mut u8)) {
        let shape = self.lengths();
        if shape.contains(&0) {
            return;
        }
        let mut indices = vec![0; shape.len()];
        loop {
            each(self.item_at(&indices));
            let Some(at) = (0..shape.len()).rev().find(|d| indices[*d] + 1 < shape[*d]) else { return };
            indices[at] += 1;
            indices[at + 1..].fill(0);
        }
    }
    /// A copy of the content, the last index running fastest.
    pub fn to_vec(&self) -> Vec<u8> {
        let size = self.itemsize.get();
        if self.is_contiguous() {
            // SAFETY: that much memory is exported, without gaps.
            return unsafe { copy_of(self.data.get(), self.byte_len()) };
        }
        let mut out = Vec::with_capacity(self.byte_len());
        // SAFETY: every item is within the exported memory.
        self.each_item(|p| out.extend(unsafe { copy_of(p, size) }));
        out
    }
}

/// # Safety
/// `len` bytes from `p` are readable.
unsafe fn copy_of(p: *const u8, len: usize) -> Vec<u8> {
    // SAFETY: the caller says so.
    if len == 0 { Vec::new() } else { unsafe { std::slice::from_raw_parts(p, len) }.to_vec() }
}

impl Vm {
    /// Makes a view and counts it at the exporter.
    pub fn memoryview_new(&mut self, shown: Shown<'_>) -> PyResult<Gc<MemoryView>> {
        let words = shown.shape.len() * 2;
        let dims = self.alloc_sized::<Array>(ids::RAW_ARRAY, words * 8)?;
        dims.capacity.set(words);
        for (i, word) in shown.shape.iter().chain(shown.strides).enumerate() {
            // SAFETY: the cell has room for all of them.
            unsafe { dims.as_ptr().cast::<u8>().add(Array::ITEMS).cast::<i64>().add(i).write(*word) };
        }
        let view = self.alloc::<MemoryView>(ids::MEMORYVIEW)?;
        view.header.flags.set(if shown.readonly { flags::READONLY } else { 0 });
        view.object.init(shown.object);
        view.format.init(Some(shown.format));
        view.dims.init(Value::from_gc(dims));
        view.data.set(shown.data);
        view.itemsize.set(shown.itemsize);
        view.ndim.set(shown.shape.len());
        view.exports.set(shown.exports);
        if !shown.exports.is_null() {
            // SAFETY: the exporter is alive, and stays so while this view is.
            let count = unsafe { &*shown.exports };
            count.set(count.get() + 1);
        }
        Ok(view)
    }

    /// `memoryview(object)`
    pub fn memoryview(&mut self, object: Value) -> PyResult<Gc<MemoryView>> {
        let (data, len, readonly, exports) = if let Some(b) = self.downcast::<Bytes>(object) {
            (b.as_slice().as_ptr().cast_mut(), b.len(), true, std::ptr::null())
        } else if let Some(b) = self.downcast::<ByteArray>(object) {
            let exports: *const Cell<usize> = &b.exports;
            (b.data(), b.len(), false, exports)
        } else if let Some(view) = self.downcast::<MemoryView>(object) {
            self.memoryview_live(view)?;
            return self.memoryview_like(view, view.is_readonly());
        } else {
            let flags = Value::small(buffer::FULL_READ_ONLY);
            let made = match self.call_special(object, Special::Buffer, &[flags])? {
                Some(made) => made,
                None => {
                    let name = self.type_name(object);
                    return Err(
                        self.type_error(format!("memoryview: a bytes-like object is required, not '{name}'"))
                    );
                }
            };
            return match self.downcast::<MemoryView>(made) {
                Some(view) => Ok(view),
                None => Err(self.type_error("__buffer__ returned non-memoryview object")),
            };
        };
        let format = self.intern("B");
        let (shape, strides) = ([len as i64], [1]);
        self.memoryview_new(Shown {
            object,
            data,
            format,
            itemsize: 1,
            shape: &shape,
            strides: &strides,
            readonly,
            exports,
        })
    }

    /// Another view of what `view` shows.
    fn memoryview_like(&mut self, view: Gc<MemoryView>, readonly: bool) -> PyResult<Gc<MemoryView>> {
        let shown = self.memoryview_shown(view)?;
        self.memoryview_new(Shown { readonly, ..shown_of(&view, &shown) })
    }

    fn memoryview_shown(&mut self, view: Gc<MemoryView>) -> PyResult<(Vec<i64>, Vec<i64>)> {
        self.memoryview_live(view)?;
        Ok((view.lengths().to_vec(), view.steps().to_vec()))
    }

    /// Fails on a released view.
    pub fn memoryview_live(&mut self, view: Gc<MemoryView>) -> PyResult<()> {
        if view.is_released() {
            return Err(self.value_error("operation forbidden on released memoryview object"));
        }
        Ok(())
    }

    /// The memory as contiguous bytes; a copy when it is not contiguous.
    pub fn memoryview_buffer(&mut self, view: Gc<MemoryView>) -> PyResult<Buffer> {
        self.memoryview_live(view)?;
        let owner = Value::from_gc(view);
        if view.is_contiguous() {
            return Ok(Buffer::new(view.data.get(), view.byte_len(), owner, view.is_readonly()));
        }
        let copy = self.bytes(&view.to_vec())?;
        Ok(Buffer::new(copy.as_slice().as_ptr().cast_mut(), copy.len(), Value::from_gc(copy), true))
    }

    /// `view.release()`
    pub fn memoryview_release(&mut self, view: Gc<MemoryView>) {
        view.header.flags.set(view.header.flags.get() | flags::RELEASED);
        view.unexport();
        view.object.init(Value::NONE);
    }
}

/// What a live view shows, given copies of its shape and strides.
fn shown_of<'a>(view: &MemoryView, (shape, strides): &'a (Vec<i64>, Vec<i64>)) -> Shown<'a> {
    Shown {
        object: view.object.get(),
        data: view.data.get(),
        format: view.format.get().expect("a view has a format"),
        itemsize: view.itemsize.get(),
        shape,
        strides,
        readonly: view.is_readonly(),
        exports: view.exports.get(),
    }
}
