//! `callable_iterator`: `iter(callable, sentinel)`.

use super::support::{builtin_function, reduce_exhausted};
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of a `callable_iterator`.
#[repr(C)]
pub struct CallableIter {
    pub header: Header,
    /// `UNBOUND` once exhausted.
    pub callable: Field,
    pub sentinel: Field,
}

// SAFETY: both fields are all its references.
unsafe impl Layout for CallableIter {
    const ID: ShapeId = ids::CALLABLE_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for callable iterators.
    let iter = unsafe { p.cast::<CallableIter>().as_ref() };
    tracer.value(iter.callable.get());
    tracer.value(iter.sentinel.get());
}

/// `iter(callable, sentinel)`
pub fn new_callable(vm: &mut Vm, callable: Value, sentinel: Value) -> PyResult<Value> {
    let iter = vm.alloc::<CallableIter>(ids::CALLABLE_ITERATOR)?;
    iter.callable.init(callable);
    iter.sentinel.init(sentinel);
    Ok(Value::from_gc(iter))
}

/// Next result, unless it is equal to the sentinel.
pub fn next(vm: &mut Vm, iter: Gc<CallableIter>) -> PyResult<Option<Value>> {
    let Some(callable) = iter.callable.get().bound() else { return Ok(None) };
    let result = vm.call(callable, &[]);
    if let Some(item) = vm.catch(result, Exc::StopIteration)? {
        // The call may have exhausted this very iterator.
        if iter.callable.get().bound().is_none() {
            return Ok(None);
        }
        if !vm.eq(iter.sentinel.get(), item)? {
            return Ok(Some(item));
        }
    }
    iter.callable.init(Value::UNBOUND);
    iter.sentinel.init(Value::UNBOUND);
    Ok(None)
}

#[py_type(name = "callable_iterator", id = ids::CALLABLE_ITERATOR)]
impl CallableIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<CallableIter>) -> Gc<CallableIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<CallableIter>) -> PyResult<Value> {
        let item = next(vm, this)?;
        vm.or_stop(item)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<CallableIter>) -> PyResult<Value> {
        let Some(callable) = this.callable.get().bound() else {
            let empty = vm.tuple(&[])?;
            return reduce_exhausted(vm, Value::from_gc(empty));
        };
        let iter = builtin_function(vm, "iter")?;
        let args = vm.tuple(&[callable, this.sentinel.get()])?;
        vm.tuple(&[iter, Value::from_gc(args)]).map(Value::from_gc)
    }
}
