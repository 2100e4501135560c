//! `str_iterator`: layout and stepping.

use super::Str;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::{iterator_state, reduce_exhausted};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a string iterator.
#[repr(C)]
pub struct StrIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub text: GcField<Str>,
    /// Next position.
    pub index: Cell<usize>,
}

// SAFETY: the string is its only reference.
unsafe impl Layout for StrIter {
    const ID: ShapeId = ids::STR_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: registered for string iterators.
    if let Some(text) = unsafe { p.cast::<StrIter>().as_ref() }.text.get() {
        t.gc(text);
    }
}

impl Vm {
    pub fn str_iter(&mut self, text: Gc<Str>) -> PyResult<Gc<StrIter>> {
        let iter = self.alloc::<StrIter>(ids::STR_ITERATOR)?;
        iter.text.init(Some(text));
        Ok(iter)
    }

    /// The next character; `None`: exhausted.
    #[inline]
    pub fn str_iter_next(&mut self, iter: Gc<StrIter>) -> PyResult<Option<Value>> {
        let Some(text) = iter.text.get() else { return Ok(None) };
        let index = iter.index.get();
        if index >= text.len() {
            iter.text.init(None);
            return Ok(None);
        }
        iter.index.set(index + 1);
        self.str_char(text.code_point(index)).map(|s| Some(Value::from_gc(s)))
    }
}

#[py_type(name = "str_iterator", id = ids::STR_ITERATOR)]
impl StrIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<StrIter>) -> Gc<StrIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<StrIter>) -> PyResult<Value> {
        let item = vm.str_iter_next(this)?;
        vm.or_stop(item)
    }
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<StrIter>) -> usize {
        this.text.get().map_or(0, |t| t.len().saturating_sub(this.index.get()))
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<StrIter>) -> PyResult<Value> {
        match this.text.get() {
            Some(text) => iterator_state(vm, "iter", Value::from_gc(text), this.index.get() as i64),
            None => {
                let empty = Value::from_gc(vm.strings.empty());
                reduce_exhausted(vm, empty)
            }
        }
    }
    #[method]
    fn __setstate__(vm: &mut Vm, this: Gc<StrIter>, state: Value) -> PyResult<()> {
        let index = vm.index(state)?.max(0) as usize;
        if let Some(text) = this.text.get() {
            this.index.set(index.min(text.len()));
        }
        Ok(())
    }
}
