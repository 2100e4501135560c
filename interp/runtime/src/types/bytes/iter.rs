//! `bytes_iterator`: layout and stepping.

use super::Bytes;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::{iterator_state, reduce_exhausted};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of an iterator over bytes.
#[repr(C)]
pub struct BytesIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub bytes: GcField<Bytes>,
    /// Next position.
    pub index: Cell<usize>,
}

// SAFETY: the bytes object is its only reference.
unsafe impl Layout for BytesIter {
    const ID: ShapeId = ids::BYTES_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: registered for bytes iterators.
    if let Some(bytes) = unsafe { p.cast::<BytesIter>().as_ref() }.bytes.get() {
        t.gc(bytes);
    }
}

impl BytesIter {
    /// Steps it; `UNBOUND` at the end.
    #[inline(always)]
    pub fn step_quick(&self) -> Value {
        let Some(bytes) = self.bytes.get() else { return Value::UNBOUND };
        let index = self.index.get();
        let Some(b) = bytes.as_slice().get(index) else { return Value::UNBOUND };
        self.index.set(index + 1);
        Value::small((*b).into())
    }
}

impl Vm {
    pub fn bytes_iter(&mut self, bytes: Gc<Bytes>) -> PyResult<Gc<BytesIter>> {
        let iter = self.alloc::<BytesIter>(ids::BYTES_ITERATOR)?;
        iter.bytes.init(Some(bytes));
        Ok(iter)
    }

    /// The next byte; `None`: exhausted.
    #[inline]
    pub fn bytes_iter_next(&mut self, iter: Gc<BytesIter>) -> Option<Value> {
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

#[py_type(name = "bytes_iterator", id = ids::BYTES_ITERATOR)]
impl BytesIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<BytesIter>) -> Gc<BytesIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<BytesIter>) -> PyResult<Value> {
        let item = vm.bytes_iter_next(this);
        vm.or_stop(item)
    }
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<BytesIter>) -> usize {
        this.bytes.get().map_or(0, |b| b.len().saturating_sub(this.index.get()))
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<BytesIter>) -> PyResult<Value> {
        match this.bytes.get() {
            Some(bytes) => iterator_state(vm, "iter", Value::from_gc(bytes), this.index.get() as i64),
            None => {
                let empty = vm.bytes_value(b"")?;
                reduce_exhausted(vm, empty)
            }
        }
    }
    #[method]
    fn __setstate__(vm: &mut Vm, this: Gc<BytesIter>, state: Value) -> PyResult<()> {
        let index = vm.index(state)?.max(0) as usize;
        if let Some(bytes) = this.bytes.get() {
            this.index.set(index.min(bytes.len()));
        }
        Ok(())
    }
}
