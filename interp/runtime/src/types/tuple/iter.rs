//! `tuple_iterator`.

use super::Tuple;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::{iterator_state, reduce_exhausted};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a `tuple_iterator`.
#[repr(C)]
pub struct TupleIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub tuple: GcField<Tuple>,
    pub index: Cell<usize>,
}

// SAFETY: the tuple is its only reference.
unsafe impl Layout for TupleIter {
    const ID: ShapeId = ids::TUPLE_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for tuple iterators.
    if let Some(tuple) = unsafe { p.cast::<TupleIter>().as_ref() }.tuple.get() {
        tracer.gc(tuple);
    }
}

impl TupleIter {
    /// Next item.
    #[inline(always)]
    pub fn step(&self) -> Option<Value> {
        let tuple = self.tuple.get()?;
        let index = self.index.get();
        let item = tuple.get(index);
        match item {
            Some(_) => self.index.set(index + 1),
            None => self.tuple.init(None),
        }
        item
    }
}

impl Vm {
    #[inline]
    pub fn tuple_iter(&mut self, tuple: Gc<Tuple>) -> PyResult<Gc<TupleIter>> {
        let iter = self.alloc::<TupleIter>(ids::TUPLE_ITERATOR)?;
        iter.tuple.init(Some(tuple));
        Ok(iter)
    }
}

#[py_type(name = "tuple_iterator", id = ids::TUPLE_ITERATOR)]
impl TupleIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<TupleIter>) -> Gc<TupleIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<TupleIter>) -> PyResult<Value> {
        vm.or_stop(this.step())
    }
    /// How many items are left, as far as can be told.
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<TupleIter>) -> usize {
        this.tuple.get().map_or(0, |t| t.len().saturating_sub(this.index.get()))
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<TupleIter>) -> PyResult<Value> {
        match this.tuple.get() {
            Some(tuple) => iterator_state(vm, "iter", Value::from_gc(tuple), this.index.get() as i64),
            None => {
                let empty = vm.tuple(&[])?;
                reduce_exhausted(vm, Value::from_gc(empty))
            }
        }
    }
    /// Sets the position.
    #[method]
    fn __setstate__(_vm: &mut Vm, this: Gc<TupleIter>, state: i64) {
        if let Some(tuple) = this.tuple.get() {
            this.index.set(state.clamp(0, tuple.len() as i64) as usize);
        }
    }
}
