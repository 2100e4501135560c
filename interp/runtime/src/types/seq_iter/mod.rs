//! `iterator` (over `__getitem__`) and `callable_iterator`, and what all iterator types share.

mod callable;
mod support;

pub use callable::{CallableIter, new_callable, next as callable_next};
pub use support::{builtin_function, iterator_state, no_keywords_unless_init, reduce_exhausted};

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of an `iterator`.
#[repr(C)]
pub struct SeqIter {
    pub header: Header,
    /// `UNBOUND` once exhausted.
    pub seq: Field,
    pub index: Cell<i64>,
}

// SAFETY: the sequence is its only reference.
unsafe impl Layout for SeqIter {
    const ID: ShapeId = ids::SEQ_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for sequence iterators.
    tracer.value(unsafe { p.cast::<SeqIter>().as_ref() }.seq.get());
}

/// `iter(seq)` for an object with `__getitem__` only.
pub fn new(vm: &mut Vm, seq: Value) -> PyResult<Value> {
    let iter = vm.alloc::<SeqIter>(ids::SEQ_ITERATOR)?;
    iter.seq.init(seq);
    Ok(Value::from_gc(iter))
}

/// Next item.
pub fn next(vm: &mut Vm, iter: Gc<SeqIter>) -> PyResult<Option<Value>> {
    let Some(seq) = iter.seq.get().bound() else { return Ok(None) };
    let index = iter.index.get();
    let Some(key) = Value::try_small(index) else {
        return Err(vm.overflow_error("iter index too large"));
    };
    let item = vm.get_item(seq, key);
    // Either exception ends the iteration.
    let item = vm.catch(item, Exc::IndexError);
    let item = vm.catch(item, Exc::StopIteration)?.flatten();
    match item {
        Some(_) => iter.index.set(index + 1),
        None => iter.seq.init(Value::UNBOUND),
    }
    Ok(item)
}

#[py_type(name = "iterator", id = ids::SEQ_ITERATOR)]
impl SeqIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<SeqIter>) -> Gc<SeqIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<SeqIter>) -> PyResult<Value> {
        let item = next(vm, this)?;
        vm.or_stop(item)
    }
    /// How many items are left, if the sequence has a length.
    #[method]
    fn __length_hint__(vm: &mut Vm, this: Gc<SeqIter>) -> PyResult<Value> {
        let Some(seq) = this.seq.get().bound() else { return Ok(Value::small(0)) };
        if vm.lookup_special(seq, crate::object::Special::Len).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let len = vm.len(seq)? as i64;
        Ok(Value::small((len - this.index.get()).max(0)))
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<SeqIter>) -> PyResult<Value> {
        match this.seq.get().bound() {
            Some(seq) => iterator_state(vm, "iter", seq, this.index.get()),
            None => {
                let empty = vm.tuple(&[])?;
                reduce_exhausted(vm, Value::from_gc(empty))
            }
        }
    }
    /// Sets the position.
    #[method]
    fn __setstate__(_vm: &mut Vm, this: Gc<SeqIter>, state: i64) {
        if this.seq.get().bound().is_some() {
            this.index.set(state.max(0));
        }
    }
}
