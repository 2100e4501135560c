//! `super`: attribute lookup that starts behind a class in the resolution order.

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::interp::regs::Base;
use crate::object::{Type, ids};
use crate::types::cell::Cell;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of a super object.
#[repr(C)]
pub struct Super {
    pub header: Header,
    /// The class behind which lookup starts.
    pub class: Field,
    /// The receiver, or `None` when unbound.
    pub receiver: Field,
    /// The class whose resolution order is searched, or `None`.
    pub receiver_class: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let s = unsafe { cell.cast::<Super>().as_ref() };
    for field in [&s.class, &s.receiver, &s.receiver_class] {
        t.value(field.get());
    }
}

// SAFETY: `trace` names every reference.
unsafe impl Layout for Super {
    const ID: ShapeId = ids::SUPER;
    const KIND: CellKind = CellKind::new(trace);
}

/// The class whose order counts for a receiver: its own, or the receiver itself when it is a class.
fn check(vm: &mut Vm, class: Gc<Type>, receiver: Value) -> PyResult<Gc<Type>> {
    let as_class = vm.as_class(receiver);
    if let Some(own) = as_class
        && own.is_subtype(class)
    {
        return Ok(own);
    }
    let own = vm.class_of(receiver);
    if own.is_subtype(class) {
        return Ok(own);
    }
    let key = vm.names.class;
    if let Some(claimed) = vm.get_attr_opt(receiver, key)?.and_then(|c| vm.as_class(c))
        && claimed.is_subtype(class)
    {
        return Ok(claimed);
    }
    let what = match as_class {
        Some(own) => format!("type {}", vm.class_name(own)),
        None => format!("instance of {}", vm.class_name(own)),
    };
    let class = vm.class_name(class);
    Err(vm.type_error(format!(
        "super(type, obj): obj ({what}) is not an instance or subtype of type ({class})."
    )))
}

/// `super().name`; `None`: nothing behind the class has it.
pub fn lookup(vm: &mut Vm, this: Gc<Super>, name: Gc<Str>) -> PyResult<Option<Value>> {
    if name == vm.names.class {
        return Ok(None);
    }
    let (Some(own), Some(class)) = (vm.as_class(this.receiver_class.get()), vm.as_class(this.class.get()))
    else {
        return Ok(None);
    };
    match vm.lookup_after(own, class, name) {
        Some(found) => {
            let receiver = this.receiver.get();
            let through_class = receiver == Value::from_gc(own);
            let receiver = if through_class { Value::UNBOUND } else { receiver };
            vm.bind_found(found, receiver, own).map(Some)
        }
        None => Ok(None),
    }
}

/// Class and receiver of `super()` without arguments: `__class__` and the first argument of the calling frame.
fn from_frame(vm: &mut Vm) -> PyResult<(Value, Value)> {
    let base = Base(vm.ctx.base);
    if base.0.is_null() {
        return Err(vm.runtime_error("super(): no current frame"));
    }
    let code = base.code();
    let unit = code.unit();
    if unit.param_count() == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    let in_cell = unit.vars.first().is_some_and(|(_, kind)| *kind == habu_bytecode::VarKind::Cell);
    let first = if in_cell { content(base.get(0)) } else { base.get(0) };
    if first.is_unbound() {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    }
    let Some(index) = unit.free.iter().position(|n| &**n == "__class__") else {
        return Err(vm.runtime_error("super(): __class__ cell not found"));
    };
    let cell =
        base.function().closure.get().and_then(|c| c.items().get(index).copied()).unwrap_or(Value::UNBOUND);
    let class = content(cell);
    if class.is_unbound() || class == cell {
        return Err(vm.runtime_error("super(): empty __class__ cell"));
    }
    Ok((class, first))
}

/// What a variable holds, whether or not it is kept in a cell.
fn content(v: Value) -> Value {
    if !v.is_unbound() && id_of(v) == ids::CELL {
        // SAFETY: the id says that it is a cell.
        return unsafe { Gc::<Cell>::from_header(v.as_header().expect("cells are cells")) }.value.get();
    }
    v
}

/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires issubclass(type2, type)
#[py_type(name = "super", id = ids::SUPER, subclassable)]
impl Super {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        let s = vm.alloc_instance::<Super>(cls)?;
        for field in [&s.class, &s.receiver, &s.receiver_class] {
            field.init(Value::NONE);
        }
        Ok(Value::from_gc(s))
    }

    #[method(sig = "($self, /, *args)")]
    fn __init__(vm: &mut Vm, this: Gc<Super>, args: Gc<Tuple>) -> PyResult<()> {
        let (class, receiver) = match *args.items() {
            [] => from_frame(vm)?,
            [class] => (class, Value::NONE),
            [class, receiver] => (class, receiver),
            _ => {
                return Err(
                    vm.type_error(format!("super() expected at most 2 arguments, got {}", args.len()))
                );
            }
        };
        let Some(start) = vm.as_class(class) else {
            let got = vm.type_name(class);
            return Err(vm.type_error(format!("super() argument 1 must be a type, not {got}")));
        };
        let own = if receiver.is_none() { Value::NONE } else { Value::from_gc(check(vm, start, receiver)?) };
        let header = this.header();
        this.class.set(&mut vm.heap, header, class);
        this.receiver.set(&mut vm.heap, header, receiver);
        this.receiver_class.set(&mut vm.heap, header, own);
        Ok(())
    }

    #[method]
    fn __getattribute__(vm: &mut Vm, this: Gc<Super>, name: Value) -> PyResult {
        let name = crate::types::object::attribute_name(vm, name)?;
        vm.get_attr(Value::from_gc(this), name)
    }

    #[method]
    fn __get__(vm: &mut Vm, this: Gc<Super>, instance: Value, _owner: Value) -> PyResult {
        let v = Value::from_gc(this);
        if instance.is_none() || !this.receiver.get().is_none() {
            return Ok(v);
        }
        let class = Value::from_gc(vm.class_of(v));
        vm.call(class, &[this.class.get(), instance])
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Super>) -> String {
        let class = vm.as_class(this.class.get()).map_or_else(|| "NULL".to_owned(), |c| vm.class_name(c));
        match vm.as_class(this.receiver_class.get()) {
            Some(own) => format!("<super: <class '{class}'>, <{} object>>", vm.class_name(own)),
            None => format!("<super: <class '{class}'>, NULL>"),
        }
    }

    /// the class invoking super()
    #[getter]
    fn __thisclass__(_vm: &mut Vm, this: Gc<Super>) -> Value {
        this.class.get()
    }

    /// the instance invoking super(); may be None
    #[getter]
    fn __self__(_vm: &mut Vm, this: Gc<Super>) -> Value {
        this.receiver.get()
    }

    /// the type of the instance invoking super(); may be None
    #[getter]
    fn __self_class__(_vm: &mut Vm, this: Gc<Super>) -> Value {
        this.receiver_class.get()
    }
}
