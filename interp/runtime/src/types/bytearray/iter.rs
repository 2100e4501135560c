//! `bytearray_iterator`: layout and stepping.

use super::ByteArray;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::{iterator_state, reduce_exhausted};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of an iterator over a bytearray.
#[repr(C)]
pub struct ByteArrayIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub bytes: GcField<ByteArray>,
    /// Next position.
    pub index: Cell<usize>,
}

// SAFETY: the bytearray is its only reference.
unsafe impl Layout for ByteArrayIter {
    const ID: ShapeId = ids::BYTEARRAY_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: registered for bytearray iterators.
    if let Some(bytes) = unsafe { p.cast::<ByteArrayIter>().as_ref() }.bytes.get() {
        t.gc(bytes);
    }
}

impl Vm {
    pub fn bytearray_iter(&mut self, bytes: Gc<ByteArray>) -> PyResult<Gc<ByteArrayIter>> {
        let iter = self.alloc::<ByteArrayIter>(ids::BYTEARRAY_ITERATOR)?;
        iter.bytes.init(Some(bytes));
        Ok(iter)
    }

    /// The next byte; `None`: exhausted.
    #[inline]
    pub fn bytearray_iter_next(&mut self, iter: Gc<ByteArrayIter>) -> Option<Value> {
        let bytes = iter.bytes.get()?;
        let index = iter.index.get();
        match bytes.as_slice().get(index) {
            Some(b) => {
                iter.index.set(index + 1);
                Some(Value::small((*b).into()))
            }
            None => {
                iter.bytes.init(None);
                None
            }
        }
    }
}

#[py_type(name = "bytearray_iterator", id = ids::BYTEARRAY_ITERATOR)]
impl ByteArrayIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<ByteArrayIter>) -> Gc<ByteArrayIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<ByteArrayIter>) -> PyResult<Value> {
        let item = vm.bytearray_iter_next(this);
        vm.or_stop(item)
    }
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<ByteArrayIter>) -> usize {
        this.bytes.get().map_or(0, |b| b.len().saturating_sub(this.index.get()))
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<ByteArrayIter>) -> PyResult<Value> {
        match this.bytes.get() {
            Some(bytes) => iterator_state(vm, "iter", Value::from_gc(bytes), this.index.get() as i64),
            None => {
                let empty = vm.tuple(&[]).map(Value::from_gc)?;
                reduce_exhausted(vm, empty)
            }
        }
    }
    #[method]
    fn __setstate__(vm: &mut Vm, this: Gc<ByteArrayIter>, state: Value) -> PyResult<()> {
        let index = vm.index(state)?.max(0) as usize;
        if let Some(bytes) = this.bytes.get() {
            this.index.set(index.min(bytes.len()));
        }
        Ok(())
    }
}
