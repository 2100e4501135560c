//! `memory_iterator`: layout and stepping.

use super::MemoryView;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of an iterator over a view.
#[repr(C)]
pub struct MemoryIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub view: GcField<MemoryView>,
    pub index: Cell<usize>,
    /// Items when iteration began.
    pub len: Cell<usize>,
}

// SAFETY: the view is its only reference.
unsafe impl Layout for MemoryIter {
    const ID: ShapeId = ids::MEMORY_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: registered for memory iterators.
    if let Some(view) = unsafe { p.cast::<MemoryIter>().as_ref() }.view.get() {
        t.gc(view);
    }
}

/// Next item.
#[inline]
pub fn iter_next(vm: &mut Vm, this: Gc<MemoryIter>) -> PyResult<Option<Value>> {
    let Some(view) = this.view.get() else { return Ok(None) };
    let index = this.index.get();
    if index >= this.len.get() {
        this.view.init(None);
        return Ok(None);
    }
    this.index.set(index + 1);
    if let Some(byte) = view.byte_at(index as i64) {
        return Ok(Some(byte));
    }
    vm.memoryview_item(view, &[index as i64]).map(Some)
}

#[py_type(name = "memory_iterator", id = ids::MEMORY_ITERATOR)]
impl MemoryIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<MemoryIter>) -> Gc<MemoryIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<MemoryIter>) -> PyResult<Value> {
        let item = iter_next(vm, this)?;
        vm.or_stop(item)
    }
}
