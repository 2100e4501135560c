//! `map`: the iterator that applies a function.

use crate::heap::{CellKind, Field, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::tuple::Tuple;
use crate::types::zip::{iterators_of, step_all};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a `map` object.
#[repr(C)]
pub struct Map {
    pub header: Header,
    pub function: Field,
    pub iterators: GcField<Tuple>,
    pub strict: Cell<bool>,
}

// SAFETY: function and tuple are all its references.
unsafe impl Layout for Map {
    const ID: ShapeId = ids::MAP;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for map objects.
    let this = unsafe { p.cast::<Map>().as_ref() };
    tracer.value(this.function.get());
    if let Some(iterators) = this.iterators.get() {
        tracer.gc(iterators);
    }
}

/// `map` over iterators, not strict.
pub fn new(vm: &mut Vm, function: Value, iterators: Gc<Tuple>) -> PyResult<Gc<Map>> {
    let this = vm.alloc::<Map>(ids::MAP)?;
    this.function.init(function);
    this.iterators.init(Some(iterators));
    Ok(this)
}

/// Next result of the function.
#[inline]
pub fn next(vm: &mut Vm, this: Gc<Map>) -> PyResult<Option<Value>> {
    let Some(iterators) = this.iterators.get() else { return Ok(None) };
    let function = this.function.get();
    step_all(vm, iterators, this.strict.get(), "map", |vm, items| match *items {
        [item] => vm.call_one(function, item),
        _ => vm.call(function, items),
    })
}

/// An iterator of what the function returns for one item of each iterable, until the shortest ends.
///
/// With `strict`, ValueError if they are not all of the same length.
#[py_type(name = "map", id = ids::MAP, subclassable)]
impl Map {
    // The parameters are declared as varargs because of the text of the error when some are missing.
    #[new(sig = "(*iterables, strict=False)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, iterables: Gc<Tuple>, strict: bool) -> PyResult<Gc<Map>> {
        let [function, iterables @ ..] = iterables.items() else {
            return Err(vm.type_error("map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(vm.type_error("map() must have at least two arguments."));
        }
        let iterators = iterators_of(vm, iterables)?;
        let this = vm.alloc_instance::<Map>(cls)?;
        this.function.init(*function);
        this.iterators.init(Some(iterators));
        this.strict.set(strict);
        Ok(this)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Map>) -> Gc<Map> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Map>) -> PyResult<Value> {
        let item = next(vm, this)?;
        vm.or_stop(item)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Map>) -> PyResult<Value> {
        let cls = Value::from_gc(vm.class_of(Value::from_gc(this)));
        let mut args = vm.rooted_vec();
        args.push(this.function.get());
        if let Some(iterators) = this.iterators.get() {
            args.extend_from_slice(iterators.items());
        }
        let args = Value::from_gc(vm.tuple(&args)?);
        let state = [cls, args, Value::TRUE];
        vm.tuple(if this.strict.get() { &state } else { &state[..2] }).map(Value::from_gc)
    }
    /// Sets whether lengths must be equal.
    #[method]
    fn __setstate__(_vm: &mut Vm, this: Gc<Map>, state: bool) {
        this.strict.set(state);
    }
}
