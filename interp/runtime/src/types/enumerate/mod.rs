//! `enumerate`.

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::protocol::BinaryOp;
use crate::types::class_getitem::class_getitem;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of an `enumerate` object.
#[repr(C)]
pub struct Enumerate {
    pub header: Header,
    pub iterator: Field,
    /// Number of the next item: an int of any size.
    pub count: Field,
}

// SAFETY: both fields are all its references.
unsafe impl Layout for Enumerate {
    const ID: ShapeId = ids::ENUMERATE;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for enumerate objects.
    let this = unsafe { p.cast::<Enumerate>().as_ref() };
    tracer.value(this.iterator.get());
    tracer.value(this.count.get());
}

/// `enumerate(iterable)`
pub fn new(vm: &mut Vm, iterable: Value) -> PyResult<Gc<Enumerate>> {
    let iterator = vm.get_iter(iterable)?;
    let this = vm.alloc::<Enumerate>(ids::ENUMERATE)?;
    this.iterator.init(iterator);
    Ok(this)
}

/// Next pair of number and item.
#[inline]
pub fn next(vm: &mut Vm, this: Gc<Enumerate>) -> PyResult<Option<Value>> {
    match next_pair(vm, this)? {
        Some((count, item)) => vm.tuple(&[count, item]).map(|pair| Some(Value::from_gc(pair))),
        None => Ok(None),
    }
}

/// The same, without a tuple.
#[inline]
pub fn next_pair(vm: &mut Vm, this: Gc<Enumerate>) -> PyResult<Option<(Value, Value)>> {
    let Some(item) = vm.iter_next(this.iterator.get())? else { return Ok(None) };
    let count = this.count.get();
    match count.as_small().and_then(|n| Value::try_small(n + 1)) {
        Some(following) => this.count.init(following),
        None => {
            let following = vm.binary(BinaryOp::Add, count, Value::small(1))?;
            this.count.set(&mut vm.heap, this.header(), following);
        }
    }
    Ok(Some((count, item)))
}

/// An iterator of pairs: a running number, from `start` on, and an item of the iterable.
#[py_type(name = "enumerate", id = ids::ENUMERATE, subclassable)]
impl Enumerate {
    #[new(sig = "(iterable, start=0)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterable: Value, start: Value) -> PyResult<Gc<Enumerate>> {
        let start = vm.exact_index(start)?;
        let iterator = vm.get_iter(iterable)?;
        let this = vm.alloc_instance::<Enumerate>(cls)?;
        this.iterator.init(iterator);
        this.count.init(start);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Enumerate>) -> Gc<Enumerate> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Enumerate>) -> PyResult<Value> {
        let item = next(vm, this)?;
        vm.or_stop(item)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Enumerate>) -> PyResult<(Value, Value)> {
        let args = vm.tuple(&[this.iterator.get(), this.count.get()])?;
        Ok((Value::from_gc(vm.class_of(Value::from_gc(this))), Value::from_gc(args)))
    }
    /// A generic alias: `enumerate[int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
}
