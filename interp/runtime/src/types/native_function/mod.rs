//! Native functions and methods as Python objects.

mod methods;

pub use methods::{
    ClassMethodDescriptors, MethodDescriptors, MethodWrappers, NativeFunctions, WrapperDescriptors,
};

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::native::{NativeDecl, NativeFn, NativeKind};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of NATIVE_FUNCTION, METHOD_DESCRIPTOR, WRAPPER_DESCRIPTOR, METHOD_WRAPPER and CLASSMETHOD_DESCRIPTOR objects.
#[repr(C)]
pub struct NativeFunction {
    pub header: Header,
    pub decl: Cell<Option<&'static NativeDecl>>,
    /// Bound receiver (method of an object), module, or `UNBOUND` (descriptor on a class).
    pub receiver: Field,
    /// The class it is a method of, or `UNBOUND`.
    pub owner: Field,
    /// `__module__` of a module's function, or `UNBOUND`.
    pub module: Field,
}

/// The payload of a value known to be some kind of native function.
#[inline]
pub fn of(v: Value) -> Gc<NativeFunction> {
    debug_assert!(matches!(
        id_of(v),
        ids::NATIVE_FUNCTION
            | ids::METHOD_DESCRIPTOR
            | ids::WRAPPER_DESCRIPTOR
            | ids::METHOD_WRAPPER
            | ids::CLASSMETHOD_DESCRIPTOR
    ));
    // SAFETY: the caller checked the id; all five kinds share this layout.
    unsafe { Gc::from_header(v.as_header().expect("native functions are cells")) }
}

/// The entry of a native function that can be called with `count` positional arguments as they are.
#[inline(always)]
pub fn direct(v: Value, count: usize) -> Option<NativeFn> {
    let decl = unbound(v)?;
    crate::native::takes_as_are(decl, count).then_some(decl.entry)
}

/// Entry of a native method that takes this many arguments as they are, receiver included.
#[inline(always)]
pub fn method_entry(f: Value, count: usize) -> Option<NativeFn> {
    let is_method = matches!(id_of(f), ids::METHOD_DESCRIPTOR | ids::WRAPPER_DESCRIPTOR);
    if is_method { direct(f, count) } else { None }
}

/// The declaration of a native function that gets no receiver besides its arguments.
#[inline(always)]
pub fn unbound(v: Value) -> Option<&'static NativeDecl> {
    let f = of(v);
    let decl = f.decl.get()?;
    let bound =
        matches!(decl.kind, NativeKind::Method | NativeKind::ClassMethod) && !f.receiver.get().is_unbound();
    (!bound).then_some(decl)
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let f = unsafe { cell.cast::<NativeFunction>().as_ref() };
    t.value(f.receiver.get());
    t.value(f.owner.get());
    t.value(f.module.get());
}

// SAFETY: `trace` names every reference.
unsafe impl Layout for NativeFunction {
    const ID: ShapeId = ids::NATIVE_FUNCTION;
    const KIND: CellKind = CellKind::new(trace);
}

/// A module's native function as an object.
pub fn new_function(vm: &mut Vm, decl: &'static NativeDecl, module: Value) -> PyResult<Value> {
    let f = vm.alloc::<NativeFunction>(ids::NATIVE_FUNCTION)?;
    f.decl.set(Some(decl));
    f.receiver.init(Value::UNBOUND);
    f.owner.init(Value::UNBOUND);
    f.module.init(module);
    Ok(Value::from_gc(f))
}
