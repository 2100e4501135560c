//! `method`: a function bound to its receiver.

mod methods;

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::native::NativeKind;
use crate::object::ids;
use crate::types::native_function::NativeFunction;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use std::ptr::NonNull;

/// Cell of a bound method.
#[repr(C)]
pub struct Method {
    pub header: Header,
    pub function: Field,
    pub receiver: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let m = unsafe { cell.cast::<Method>().as_ref() };
    t.value(m.function.get());
    t.value(m.receiver.get());
}

// SAFETY: `trace` names both references.
unsafe impl Layout for Method {
    const ID: ShapeId = ids::METHOD;
    const KIND: CellKind = CellKind::new(trace);
}

impl Vm {
    /// Binds a function or native method found on a class to `receiver`.
    pub fn bind_method(&mut self, function: Value, receiver: Value) -> PyResult<Value> {
        let id = match id_of(function) {
            ids::METHOD_DESCRIPTOR => ids::NATIVE_FUNCTION,
            ids::WRAPPER_DESCRIPTOR => ids::METHOD_WRAPPER,
            _ => {
                let m = self.alloc::<Method>(ids::METHOD)?;
                m.function.init(function);
                m.receiver.init(receiver);
                return Ok(Value::from_gc(m));
            }
        };
        self.bind_native(id, function, receiver)
    }

    /// A native method bound to an object or class.
    pub fn bind_native(&mut self, id: ShapeId, function: Value, receiver: Value) -> PyResult<Value> {
        let found = crate::types::native_function::of(function);
        debug_assert!(found.decl.get().is_some_and(|d| d.kind != NativeKind::Function));
        let f: Gc<NativeFunction> = self.alloc(id)?;
        f.decl.set(found.decl.get());
        f.receiver.init(receiver);
        f.owner.init(found.owner.get());
        f.module.init(Value::UNBOUND);
        Ok(Value::from_gc(f))
    }
}
