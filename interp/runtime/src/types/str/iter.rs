//! `str_ascii_iterator` and `str_iterator`: layout and stepping.

use super::Str;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::{iterator_state, reduce_exhausted};
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
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
    const ID: ShapeId = ids::STR_ASCII_ITERATOR;
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

impl StrIter {
    /// The value as an iterator of either type.
    #[inline(always)]
    pub fn of(v: Value) -> Option<Gc<StrIter>> {
        let header = v.as_header()?;
        // SAFETY: both types have this layout.
        matches!(id_of(v), ids::STR_ASCII_ITERATOR | ids::STR_ITERATOR)
            .then(|| unsafe { Gc::from_header(header) })
    }
}

/// The receiver of a method of either type.
fn this_of(v: Value) -> Gc<StrIter> {
    StrIter::of(v).expect("the binder has checked the class")
}

impl Vm {
    pub fn str_iter(&mut self, text: Gc<Str>) -> PyResult<Gc<StrIter>> {
        let id = if text.is_ascii() { ids::STR_ASCII_ITERATOR } else { ids::STR_ITERATOR };
        let iter = self.alloc::<StrIter>(id)?;
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

fn reduce(vm: &mut Vm, this: Gc<StrIter>) -> PyResult<Value> {
    match this.text.get() {
        Some(text) => iterator_state(vm, "iter", Value::from_gc(text), this.index.get() as i64),
        None => {
            let empty = Value::from_gc(vm.strings.empty());
            reduce_exhausted(vm, empty)
        }
    }
}

macro_rules! iterator_type {
    ($name:ident, $py:tt, $id:expr) => {
        pub struct $name;

        #[py_type(name = $py, id = $id, payload = StrIter)]
        impl $name {
            #[method]
            fn __iter__(_vm: &mut Vm, this: Value) -> Value {
                this
            }
            #[method]
            fn __next__(vm: &mut Vm, this: Value) -> PyResult<Value> {
                let item = vm.str_iter_next(this_of(this))?;
                vm.or_stop(item)
            }
            #[method]
            fn __length_hint__(_vm: &mut Vm, this: Value) -> usize {
                let this = this_of(this);
                this.text.get().map_or(0, |t| t.len().saturating_sub(this.index.get()))
            }
            #[method]
            fn __reduce__(vm: &mut Vm, this: Value) -> PyResult<Value> {
                reduce(vm, this_of(this))
            }
            #[method]
            fn __setstate__(vm: &mut Vm, this: Value, state: Value) -> PyResult<()> {
                let (this, index) = (this_of(this), vm.index(state)?.max(0) as usize);
                if let Some(text) = this.text.get() {
                    this.index.set(index.min(text.len()));
                }
                Ok(())
            }
        }
    };
}

iterator_type!(AsciiIterMethods, "str_ascii_iterator", ids::STR_ASCII_ITERATOR);
iterator_type!(StrIterMethods, "str_iterator", ids::STR_ITERATOR);
