//! `list_iterator` and `list_reverseiterator`: layouts and stepping.

use super::List;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::{iterator_state, reduce_exhausted};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of either iterator.
#[repr(C)]
pub struct ListIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub list: GcField<List>,
    /// Next position; backwards: one more than it.
    pub index: Cell<usize>,
}

// SAFETY: the list is its only reference.
unsafe impl Layout for ListIter {
    const ID: ShapeId = ids::LIST_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// Likewise, walking backwards.
#[repr(C)]
pub struct ListRevIter {
    pub inner: ListIter,
}

// SAFETY: as for `ListIter`.
unsafe impl Layout for ListRevIter {
    const ID: ShapeId = ids::LIST_REV_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for list iterators.
    if let Some(list) = unsafe { p.cast::<ListIter>().as_ref() }.list.get() {
        tracer.gc(list);
    }
}

impl ListRevIter {
    /// The list, if all of it is still to come.
    pub(super) fn rest(&self) -> Option<Gc<List>> {
        self.inner.list.get().filter(|list| list.len() == self.inner.index.get())
    }

    /// Nothing more comes.
    pub(super) fn end(&self) {
        self.inner.list.init(None);
        self.inner.index.set(0);
    }
}

impl Vm {
    #[inline]
    pub fn list_iter(&mut self, list: Gc<List>) -> PyResult<Gc<ListIter>> {
        let iter = self.alloc::<ListIter>(ids::LIST_ITERATOR)?;
        iter.list.init(Some(list));
        Ok(iter)
    }

    pub fn list_rev_iter(&mut self, list: Gc<List>) -> PyResult<Gc<ListRevIter>> {
        let iter = self.alloc::<ListRevIter>(ids::LIST_REV_ITERATOR)?;
        iter.inner.list.init(Some(list));
        iter.inner.index.set(list.len());
        Ok(iter)
    }

    /// Next item of a `list_iterator`.
    #[inline(always)]
    pub fn list_iter_next(&mut self, iter: Gc<ListIter>) -> PyResult<Option<Value>> {
        let Some(list) = iter.list.get() else { return Ok(None) };
        let index = iter.index.get();
        let item = self.list_get(list, index)?;
        match item {
            Some(_) => iter.index.set(index + 1),
            None => iter.list.init(None),
        }
        Ok(item)
    }

    /// Next item of a `list_reverseiterator`.
    pub fn list_rev_iter_next(&mut self, iter: Gc<ListRevIter>) -> PyResult<Option<Value>> {
        let iter = &iter.inner;
        let Some(list) = iter.list.get() else { return Ok(None) };
        let item = match iter.index.get() {
            0 => None,
            index => {
                iter.index.set(index - 1);
                self.list_get(list, index - 1)?
            }
        };
        if item.is_none() {
            iter.list.init(None);
            iter.index.set(0);
        }
        Ok(item)
    }
}

#[py_type(name = "list_iterator", id = ids::LIST_ITERATOR)]
impl ListIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<ListIter>) -> Gc<ListIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<ListIter>) -> PyResult<Value> {
        let item = vm.list_iter_next(this)?;
        vm.or_stop(item)
    }
    /// How many items are left, as far as can be told.
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<ListIter>) -> usize {
        this.list.get().map_or(0, |list| list.len().saturating_sub(this.index.get()))
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<ListIter>) -> PyResult<Value> {
        reduce(vm, &this, "iter", this.index.get() as i64)
    }
    /// Sets the position.
    #[method]
    fn __setstate__(_vm: &mut Vm, this: Gc<ListIter>, state: i64) {
        match this.list.get() {
            Some(list) if state >= 0 => this.index.set(list.len().min(state as usize)),
            // Before the beginning is as good as behind the end.
            _ => this.list.init(None),
        }
    }
}

#[py_type(name = "list_reverseiterator", id = ids::LIST_REV_ITERATOR)]
impl ListRevIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<ListRevIter>) -> Gc<ListRevIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<ListRevIter>) -> PyResult<Value> {
        let item = vm.list_rev_iter_next(this)?;
        vm.or_stop(item)
    }
    /// How many items are left, as far as can be told.
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<ListRevIter>) -> usize {
        let left = this.inner.index.get();
        this.inner.list.get().map_or(0, |list| if left > list.len() { 0 } else { left })
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<ListRevIter>) -> PyResult<Value> {
        reduce(vm, &this.inner, "reversed", this.inner.index.get() as i64 - 1)
    }
    /// Sets the position.
    #[method]
    fn __setstate__(_vm: &mut Vm, this: Gc<ListRevIter>, state: i64) {
        if let Some(list) = this.inner.list.get() {
            this.inner.index.set(state.saturating_add(1).clamp(0, list.len() as i64) as usize);
        }
    }
}

fn reduce(vm: &mut Vm, iter: &ListIter, function: &str, index: i64) -> PyResult<Value> {
    match iter.list.get() {
        Some(list) => iterator_state(vm, function, Value::from_gc(list), index),
        None => {
            let empty = vm.list_new()?;
            reduce_exhausted(vm, Value::from_gc(empty))
        }
    }
}
