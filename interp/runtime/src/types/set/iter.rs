//! `set_iterator`.

use super::Set;
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::builtin_function;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a `set_iterator`.
#[repr(C)]
pub struct SetIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub set: GcField<Set>,
    pub pos: Cell<usize>,
    /// Length the set must have, `usize::MAX` once it had another.
    pub expected: Cell<usize>,
    /// Elements left.
    pub left: Cell<usize>,
}

// SAFETY: the set is its only reference.
unsafe impl Layout for SetIter {
    const ID: ShapeId = ids::SET_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for set iterators.
    if let Some(set) = unsafe { p.cast::<SetIter>().as_ref() }.set.get() {
        tracer.gc(set);
    }
}

impl Vm {
    pub fn set_iter(&mut self, set: Gc<Set>) -> PyResult<Value> {
        let iter = self.alloc::<SetIter>(ids::SET_ITERATOR)?;
        iter.set.init(Some(set));
        iter.expected.set(set.len());
        iter.left.set(set.len());
        Ok(Value::from_gc(iter))
    }
}

impl SetIter {
    /// Steps it; `UNBOUND` at the end, and where something is to be said.
    #[inline(always)]
    pub fn step_quick(&self) -> Value {
        match self.set.get() {
            Some(set) if set.len() == self.expected.get() => {
                let mut pos = self.pos.get();
                let Some((key, _)) = set.next_entry(&mut pos) else { return Value::UNBOUND };
                self.pos.set(pos);
                self.left.set(self.left.get().saturating_sub(1));
                key
            }
            _ => Value::UNBOUND,
        }
    }
}

/// What a step over a set raises that has another length than before.
#[cold]
pub fn changed_size(vm: &mut Vm) -> Raised {
    vm.runtime_error("Set changed size during iteration")
}

/// Next element.
#[inline]
pub fn iter_next(vm: &mut Vm, iter: Gc<SetIter>) -> PyResult<Option<Value>> {
    let Some(set) = iter.set.get() else { return Ok(None) };
    if set.len() != iter.expected.get() {
        // From now on every step fails.
        iter.expected.set(usize::MAX);
        return Err(changed_size(vm));
    }
    let mut pos = iter.pos.get();
    let Some((key, _)) = set.next_entry(&mut pos) else {
        iter.set.init(None);
        return Ok(None);
    };
    iter.pos.set(pos);
    iter.left.set(iter.left.get().saturating_sub(1));
    Ok(Some(key))
}

#[py_type(name = "set_iterator", id = ids::SET_ITERATOR)]
impl SetIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<SetIter>) -> Gc<SetIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<SetIter>) -> PyResult<Value> {
        let item = iter_next(vm, this)?;
        vm.or_stop(item)
    }
    /// How many elements are left, as far as can be told.
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<SetIter>) -> usize {
        match this.set.get() {
            Some(set) if set.len() == this.expected.get() => this.left.get(),
            _ => 0,
        }
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<SetIter>) -> PyResult<Value> {
        let items = vm.list_new()?;
        if let Some(set) = this.set.get() {
            let mut pos = this.pos.get();
            while let Some((key, _)) = set.next_entry(&mut pos) {
                vm.list_push(items, key)?;
            }
        }
        let function = builtin_function(vm, "iter")?;
        let args = vm.tuple(&[Value::from_gc(items)])?;
        vm.tuple(&[function, Value::from_gc(args)]).map(Value::from_gc)
    }
}
