//! `_tuplegetter`: the descriptor of a named tuple's field.

use super::Tuple;
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of the attribute of a named item.
#[repr(C)]
pub struct TupleGetter {
    pub header: Header,
    pub doc: Field,
    pub index: Cell<usize>,
}

// SAFETY: `doc` is its only reference.
unsafe impl Layout for TupleGetter {
    const ID: ShapeId = ids::TUPLE_GETTER;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for these cells.
    tracer.value(unsafe { p.cast::<TupleGetter>().as_ref() }.doc.get());
}

impl TupleGetter {
    /// The item of `instance` that it names, if that is a tuple and has it.
    #[inline]
    pub fn item(&self, vm: &Vm, instance: Value) -> Option<Value> {
        vm.downcast::<Tuple>(instance)?.get(self.index.get())
    }
}

#[py_type(name = "_tuplegetter", module = "_collections", id = ids::TUPLE_GETTER)]
impl TupleGetter {
    #[new(sig = "(index, doc, /)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, index: usize, doc: Value) -> PyResult<Gc<TupleGetter>> {
        let this = vm.alloc_instance::<TupleGetter>(cls)?;
        this.index.set(index);
        this.doc.init(doc);
        Ok(this)
    }

    #[method(sig = "($self, instance, owner=None, /)")]
    fn __get__(vm: &mut Vm, this: Gc<TupleGetter>, instance: Value, _owner: Value) -> PyResult {
        if instance.is_none() {
            return Ok(Value::from_gc(this));
        }
        let index = this.index.get();
        match vm.downcast::<Tuple>(instance) {
            Some(tuple) => match tuple.get(index) {
                Some(v) => Ok(v),
                None => Err(vm.index_error("tuple index out of range")),
            },
            None => {
                let got = vm.type_name(instance);
                Err(vm.type_error(format!(
                    "descriptor for index '{index}' for tuple subclasses doesn't apply to '{got}' object"
                )))
            }
        }
    }

    #[method(sig = "($self, instance, value, /)")]
    fn __set__(vm: &mut Vm, _this: Gc<TupleGetter>, _instance: Value, value: Value) -> PyResult<()> {
        Err(vm.attribute_error_text(if value.is_unbound() {
            "can't delete attribute"
        } else {
            "can't set attribute"
        }))
    }

    #[method(sig = "($self, instance, /)")]
    fn __delete__(vm: &mut Vm, _this: Gc<TupleGetter>, _instance: Value) -> PyResult<()> {
        Err(vm.attribute_error_text("can't delete attribute"))
    }

    #[getter]
    fn __doc__(_vm: &mut Vm, this: Gc<TupleGetter>) -> Value {
        this.doc.get()
    }
    #[setter(name = "__doc__")]
    fn set_doc(vm: &mut Vm, this: Gc<TupleGetter>, v: Value) {
        this.doc.set(&mut vm.heap, this.header(), v);
    }

    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<TupleGetter>) -> PyResult<(Value, Value)> {
        let index = vm.int(this.index.get() as i64)?;
        let args = vm.tuple(&[index, this.doc.get()])?;
        Ok((Value::from_gc(vm.class_of(Value::from_gc(this))), Value::from_gc(args)))
    }
}
