//! The Python types `classmethod` and `staticmethod`.

use super::property::is_abstract;
use super::{Wrapped, get};
use crate::heap::Gc;
use crate::interp::bind::Keywords;
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;

/// Names that wrappers copy from what they wrap.
const COPIED: [&str; 4] = ["__module__", "__name__", "__qualname__", "__doc__"];

/// A wrapper of nothing yet: `__init__` says of what.
fn make(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    let w = vm.alloc_object(cls)?;
    // SAFETY: both types and their subclasses are laid out as `Wrapped`.
    let w: Gc<Wrapped> = unsafe { Gc::from_header(w) };
    w.function.init(Value::NONE);
    Ok(Value::from_gc(w))
}

fn init(vm: &mut Vm, this: Value, function: Value) -> PyResult<()> {
    let w = wrapped(this);
    w.function.set(&mut vm.heap, w.header(), function);
    for name in COPIED {
        let key = vm.intern(name);
        if let Some(v) = vm.get_attr_opt(function, key)? {
            vm.set_attr(this, key, v)?;
        }
    }
    Ok(())
}

/// The receiver of a method of either type.
fn wrapped(v: Value) -> Gc<Wrapped> {
    // SAFETY: the binder has checked the receiver's class.
    unsafe { Gc::from_header(v.as_header().expect("wrappers are cells")) }
}

/// An attribute of the wrapped function that the wrapper keeps as its own from the first look on.
fn attribute(vm: &mut Vm, this: Value, name: &str) -> PyResult {
    let key = vm.intern(name);
    let Some(header) = this.as_header() else { return Ok(Value::NONE) };
    if let Some(own) = vm.instance_get(header, key)? {
        return Ok(own);
    }
    let v = vm.get_attr(wrapped(this).function.get(), key)?;
    vm.instance_set(header, key, v)?;
    Ok(v)
}

fn set_attribute(vm: &mut Vm, this: Value, name: &str, value: Option<Value>) -> PyResult<()> {
    let key = vm.intern(name);
    let Some(header) = this.as_header() else { return Ok(()) };
    match value {
        Some(value) => vm.instance_set(header, key, value),
        None if vm.instance_del(header, key)? => Ok(()),
        None => {
            let type_name = vm.type_name(this);
            Err(vm.attribute_error(format!("'{type_name}' object has no attribute '{name}'"), this, key))
        }
    }
}

fn repr(vm: &mut Vm, this: Value, kind: &str) -> PyResult<String> {
    let f = vm.repr(wrapped(this).function.get())?;
    Ok(format!("<{kind}({})>", f.to_message()))
}

/// `__get__`: the receiver may be None, meaning access through the class.
fn bind(vm: &mut Vm, this: Value, instance: Value, owner: Value) -> PyResult {
    let owner = match vm.as_class(owner) {
        Some(owner) => owner,
        None => vm.class_of(instance),
    };
    let f = wrapped(this).function.get();
    if id_of(this) == ids::CLASSMETHOD {
        return get(vm, this, instance, owner);
    }
    // An instance of a subclass.
    vm.bind_to(f, Value::from_gc(owner))
}

pub struct ClassMethods;

/// Convert a function to be a class method.
///
/// A class method receives the class as implicit first argument,
/// just like an instance method receives the instance.
#[py_type(name = "classmethod", id = ids::CLASSMETHOD, payload = Wrapped, subclassable, has_dict)]
impl ClassMethods {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        make(vm, cls)
    }

    #[method(sig = "($self, function, /)")]
    fn __init__(vm: &mut Vm, this: Value, function: Value) -> PyResult<()> {
        init(vm, this, function)
    }

    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, item: Value) -> PyResult {
        crate::types::class_getitem::class_getitem(vm, cls, item)
    }

    #[method]
    fn __get__(vm: &mut Vm, this: Value, instance: Value, owner: Value) -> PyResult {
        bind(vm, this, instance, owner)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<String> {
        repr(vm, this, "classmethod")
    }

    #[getter]
    fn __func__(_vm: &mut Vm, this: Value) -> Value {
        wrapped(this).function.get()
    }

    #[getter]
    fn __wrapped__(_vm: &mut Vm, this: Value) -> Value {
        wrapped(this).function.get()
    }

    #[getter]
    fn __isabstractmethod__(vm: &mut Vm, this: Value) -> PyResult<bool> {
        is_abstract(vm, wrapped(this).function.get())
    }

    #[getter]
    fn __annotations__(vm: &mut Vm, this: Value) -> PyResult {
        attribute(vm, this, "__annotations__")
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
        set_attribute(vm, this, "__annotations__", value)
    }

    #[getter]
    fn __annotate__(vm: &mut Vm, this: Value) -> PyResult {
        attribute(vm, this, "__annotate__")
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
        set_attribute(vm, this, "__annotate__", value)
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Value) -> PyResult {
        crate::types::object::get_dict(vm, this)
    }
}

pub struct StaticMethods;

/// Convert a function to be a static method.
///
/// A static method does not receive an implicit first argument.
#[py_type(name = "staticmethod", id = ids::STATICMETHOD, payload = Wrapped, subclassable, has_dict)]
impl StaticMethods {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        make(vm, cls)
    }

    #[method(sig = "($self, function, /)")]
    fn __init__(vm: &mut Vm, this: Value, function: Value) -> PyResult<()> {
        init(vm, this, function)
    }

    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, item: Value) -> PyResult {
        crate::types::class_getitem::class_getitem(vm, cls, item)
    }

    #[method]
    fn __get__(_vm: &mut Vm, this: Value, _instance: Value, _owner: Value) -> Value {
        wrapped(this).function.get()
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        let f = wrapped(this).function.get();
        if kwargs.is_empty() {
            return vm.call_with(f, args.items(), Keywords::default());
        }
        vm.call_dict(f, args.items(), kwargs)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<String> {
        repr(vm, this, "staticmethod")
    }

    #[getter]
    fn __func__(_vm: &mut Vm, this: Value) -> Value {
        wrapped(this).function.get()
    }

    #[getter]
    fn __wrapped__(_vm: &mut Vm, this: Value) -> Value {
        wrapped(this).function.get()
    }

    #[getter]
    fn __isabstractmethod__(vm: &mut Vm, this: Value) -> PyResult<bool> {
        is_abstract(vm, wrapped(this).function.get())
    }

    #[getter]
    fn __annotations__(vm: &mut Vm, this: Value) -> PyResult {
        attribute(vm, this, "__annotations__")
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
        set_attribute(vm, this, "__annotations__", value)
    }

    #[getter]
    fn __annotate__(vm: &mut Vm, this: Value) -> PyResult {
        attribute(vm, this, "__annotate__")
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
        set_attribute(vm, this, "__annotate__", value)
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Value) -> PyResult {
        crate::types::object::get_dict(vm, this)
    }
}
