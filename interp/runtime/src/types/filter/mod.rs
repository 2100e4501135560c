//! `filter`: the iterator over items that pass a test.

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::seq_iter::no_keywords_unless_init;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of a `filter` object.
#[repr(C)]
pub struct Filter {
    pub header: Header,
    /// `None`, `bool`, or any callable.
    pub function: Field,
    pub iterator: Field,
}

// SAFETY: both fields are all its references.
unsafe impl Layout for Filter {
    const ID: ShapeId = ids::FILTER;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for filter objects.
    let this = unsafe { p.cast::<Filter>().as_ref() };
    tracer.value(this.function.get());
    tracer.value(this.iterator.get());
}

/// `filter(function, iterable)`
pub fn new(vm: &mut Vm, function: Value, iterable: Value) -> PyResult<Gc<Filter>> {
    let iterator = vm.get_iter(iterable)?;
    let this = vm.alloc::<Filter>(ids::FILTER)?;
    this.function.init(function);
    this.iterator.init(iterator);
    Ok(this)
}

/// Next item that passes.
#[inline]
pub fn next(vm: &mut Vm, this: Gc<Filter>) -> PyResult<Option<Value>> {
    let function = this.function.get();
    let by_truth = function.is_none() || function == Value::from_gc(vm.builtin(ids::BOOL));
    while let Some(item) = vm.iter_next(this.iterator.get())? {
        let verdict = if by_truth { item } else { vm.call_one(function, item)? };
        if vm.truth(verdict)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// An iterator of the items for which the function returns something true; of those that are true
/// themselves if it is None.
#[py_type(name = "filter", id = ids::FILTER, subclassable)]
impl Filter {
    #[new(sig = "(function, iterable, /, **kwargs)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        function: Value,
        iterable: Value,
        kwargs: Gc<Dict>,
    ) -> PyResult<Gc<Filter>> {
        no_keywords_unless_init(vm, cls, ids::FILTER, kwargs)?;
        let iterator = vm.get_iter(iterable)?;
        let this = vm.alloc_instance::<Filter>(cls)?;
        this.function.init(function);
        this.iterator.init(iterator);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Filter>) -> Gc<Filter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Filter>) -> PyResult<Value> {
        let item = next(vm, this)?;
        vm.or_stop(item)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Filter>) -> PyResult<(Value, Value)> {
        let args = vm.tuple(&[this.function.get(), this.iterator.get()])?;
        Ok((Value::from_gc(vm.class_of(Value::from_gc(this))), Value::from_gc(args)))
    }
}
