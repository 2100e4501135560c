//! Weak references: `weakref.ref`, `weakref.proxy`, and the native module `_weakref`.

mod native;
mod proxy;

pub use native::module as native_module;
pub use proxy::{CallableProxies, Proxies, target_of as proxy_target};

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::class::flags;
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::dict::Dict;
use crate::types::object::address;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a weak reference or proxy.
#[repr(C)]
pub struct WeakRef {
    pub header: Header,
    /// The object, not traced; `UNBOUND` once it is dead.
    pub target: Field,
    /// Called with the reference when the object dies, or `None`.
    pub callback: Field,
    /// `hash(target)`, kept for after its death.
    pub hash: Cell<i64>,
    pub hashed: Cell<bool>,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    t.value(unsafe { cell.cast::<WeakRef>().as_ref() }.callback.get());
}

// SAFETY: `trace` names the strong reference; the weak one must not be named.
unsafe impl Layout for WeakRef {
    const ID: ShapeId = ids::WEAKREF;
    const KIND: CellKind = CellKind::new(trace);
}

/// How instances of Python subclasses are traced: all but the target.
pub const INSTANCE_KIND: CellKind = CellKind::new(trace_instance);

unsafe fn trace_instance(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for instances, whose slots follow the payload.
    unsafe {
        trace(cell, t);
        let (start, end) = (size_of::<WeakRef>(), crate::heap::Heap::cell_size(cell));
        t.conservative(cell.as_ptr().byte_add(start).cast(), cell.as_ptr().byte_add(end).cast());
    }
}

/// What the collector calls when a target dies.
///
/// # Safety
/// `cell` is a live weak-reference cell.
pub unsafe fn clear(cell: *mut Header) {
    // SAFETY: the caller says so.
    unsafe { &*cell.cast::<WeakRef>() }.target.init(Value::UNBOUND);
}

/// Builtin types whose instances may be referenced weakly although they say nothing of it in their flags.
fn is_referable(vm: &Vm, v: Value) -> bool {
    let cls = vm.class_of(v);
    cls.has(flags::WEAKREF)
        || vm.as_class(v).is_some()
        || matches!(
            id_of(v),
            ids::FUNCTION
                | ids::METHOD
                | ids::NATIVE_FUNCTION
                | ids::METHOD_DESCRIPTOR
                | ids::MODULE
                | ids::PARAM_SPEC
                | ids::PARAM_SPEC_ARGS
                | ids::PARAM_SPEC_KWARGS
                | ids::TYPE_VAR
                | ids::TYPE_VAR_TUPLE
                | ids::SET
                | ids::FROZENSET
                | ids::GENERATOR
                | ids::COROUTINE
                | ids::ASYNC_GENERATOR
                | ids::CODE
                | ids::MEMORYVIEW
                | ids::SIMPLE_NAMESPACE
                | ids::GENERIC_ALIAS
                | ids::UNION
                | ids::PROPERTY
                | ids::TYPE_ALIAS
                | ids::LOCK
                | ids::RLOCK
                | ids::THREAD_LOCAL
                | ids::SIMPLE_QUEUE
                | ids::ASYNC_FUTURE
                | ids::ASYNC_TASK
                | ids::SOCKET
                | ids::MMAP
                | ids::IO_BASE
                | ids::RAW_IO_BASE
                | ids::BUFFERED_IO_BASE
                | ids::TEXT_IO_BASE
                | ids::FILE_IO
                | ids::BUFFERED_READER
                | ids::BUFFERED_WRITER
                | ids::BUFFERED_RANDOM
                | ids::BUFFERED_PAIR
                | ids::TEXT_IO
                | ids::STRING_IO
                | ids::BYTES_IO
                | ids::PARTIAL
                | ids::LRU_CACHE
                | ids::PY_ARRAY
                | ids::XML_ELEMENT
                | ids::STRUCT
                | ids::ITER_TEE
                | ids::RE_PATTERN
        )
        || cls.has(flags::EXCEPTION)
}

/// A reference or proxy of class `cls` to `target`.
pub fn make(vm: &mut Vm, cls: Gc<Type>, target: Value, callback: Value) -> PyResult {
    let Some(header) = target.as_header().filter(|_| is_referable(vm, target)) else {
        let name = vm.type_name(target);
        return Err(vm.type_error(format!("cannot create weak reference to '{name}' object")));
    };
    // Plain references without callback are shared.
    if callback.is_none() && !cls.has(flags::HEAP) {
        for other in vm.heap.weak_refs_of(header) {
            let v = Value::from_header(other);
            // SAFETY: only weak-reference cells are registered.
            let other: Gc<WeakRef> = unsafe { Gc::from_header(other) };
            if id_of(v) == cls.root_shape.get()
                && other.callback.get().is_none()
                && !other.target.get().is_unbound()
            {
                return Ok(v);
            }
        }
    }
    let weak = vm.alloc_object(cls)?;
    // SAFETY: all three types and their subclasses are laid out as `WeakRef`.
    let cell: Gc<WeakRef> = unsafe { Gc::from_header(weak) };
    cell.target.init(target);
    cell.callback.init(callback);
    vm.heap.weak_register(header, weak);
    Ok(Value::from_gc(cell))
}

/// The object a weak reference names, if it lives.
pub fn target(weak: Gc<WeakRef>) -> Option<Value> {
    weak.target.get().bound()
}

/// Runs the callback of a reference whose target has died; its exception is reported, not raised.
pub fn run_callback(vm: &mut Vm, weak: Value) {
    // SAFETY: the collector queues registered weak-reference cells only.
    let cell: Gc<WeakRef> = unsafe { Gc::from_header(weak.as_header().expect("weak references are cells")) };
    let callback = cell.callback.get();
    if callback.is_none() {
        return;
    }
    cell.callback.init(Value::NONE);
    if let Err(raised) = vm.call(callback, &[weak]) {
        let exc = vm.take_exception(raised);
        vm.unraisable(exc, "Exception ignored while calling weakref callback", callback);
    }
}

/// The target's hash, which is known once it was asked for.
#[inline]
pub fn hash(vm: &mut Vm, this: Gc<WeakRef>) -> PyResult<i64> {
    if !this.hashed.get() {
        let Some(v) = target(this) else { return Err(vm.type_error("weak object has gone away")) };
        this.hash.set(vm.hash(v)?);
        this.hashed.set(true);
    }
    Ok(this.hash.get())
}

fn compare(vm: &mut Vm, this: Gc<WeakRef>, other: Value, op: CmpOp) -> PyResult {
    let Some(that) = vm.downcast::<WeakRef>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
    match (target(this), target(that)) {
        (Some(a), Some(b)) => vm.rich_compare(a, b, op),
        _ => Ok(Value::bool((Value::from_gc(this) == other) == (op == CmpOp::Eq))),
    }
}

#[py_type(name = "ReferenceType", module = "weakref", id = ids::WEAKREF, subclassable)]
impl WeakRef {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, _kwargs: Value) -> PyResult {
        match *args.items() {
            [object] => make(vm, cls, object, Value::NONE),
            [object, callback] => make(vm, cls, object, callback),
            [] => Err(vm.type_error("__new__ expected at least 1 argument, got 0")),
            _ => Err(vm.type_error(format!("__new__ expected at most 2 arguments, got {}", args.len()))),
        }
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(vm: &mut Vm, _this: Gc<WeakRef>, _args: Value, kwargs: Option<Gc<Dict>>) -> PyResult<()> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return Err(vm.type_error("ref() takes no keyword arguments"));
        }
        Ok(())
    }

    #[method(sig = "($self, /)")]
    fn __call__(_vm: &mut Vm, this: Gc<WeakRef>) -> Value {
        target(this).unwrap_or(Value::NONE)
    }

    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<WeakRef>) -> PyResult<i64> {
        hash(vm, this)
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<WeakRef>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Eq)
    }

    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<WeakRef>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Ne)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<WeakRef>) -> PyResult<String> {
        let at = address(Value::from_gc(this));
        let Some(v) = target(this) else { return Ok(format!("<weakref at {at:#x}; dead>")) };
        let class = vm.type_name(v);
        let key = vm.names.name;
        let name = vm.get_attr_opt(v, key)?.and_then(|n| vm.downcast::<crate::types::str::Str>(n));
        Ok(match name {
            Some(name) => {
                format!("<weakref at {at:#x}; to '{class}' at {:#x} ({})>", address(v), name.to_message())
            }
            None => format!("<weakref at {at:#x}; to '{class}' at {:#x}>", address(v)),
        })
    }

    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, item: Value) -> PyResult {
        crate::types::class_getitem::class_getitem(vm, cls, item)
    }

    #[getter]
    fn __callback__(_vm: &mut Vm, this: Gc<WeakRef>) -> Value {
        if target(this).is_some() { this.callback.get() } else { Value::NONE }
    }
}
