//! The Python type `property`.

use super::Property;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// The getter's docstring, if it has one.
fn doc_of(vm: &mut Vm, getter: Value) -> PyResult {
    let key = vm.names.doc;
    Ok(if getter.is_none() { Value::NONE } else { vm.get_attr_opt(getter, key)?.unwrap_or(Value::NONE) })
}

/// A property like `this` with some functions replaced (those given as `Some`).
fn copy(vm: &mut Vm, this: Gc<Property>, functions: [Option<Value>; 3]) -> PyResult {
    let [get, set, delete] = functions;
    let class = Value::from_gc(vm.class_of(Value::from_gc(this)));
    let or = |new: Option<Value>, old: &crate::heap::Field| new.filter(|v| !v.is_none()).unwrap_or(old.get());
    let (get, set, delete) = (or(get, &this.get), or(set, &this.set), or(delete, &this.delete));
    // A docstring taken from the getter is taken from the new one.
    let from_getter = this.header.aux.get() & DOC_FROM_GETTER != 0 && !get.is_none();
    let doc = if from_getter { Value::NONE } else { this.doc.get() };
    let made = vm.call(class, &[get, set, delete, doc])?;
    if let Some(new) = vm.downcast::<Property>(made) {
        new.name.set(&mut vm.heap, new.header(), this.name.get());
    }
    Ok(made)
}

/// Bit of the header's `aux` byte.
const DOC_FROM_GETTER: u8 = 1;

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
#[py_type(name = "property", id = ids::PROPERTY, subclassable)]
impl Property {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        let p = vm.alloc_instance::<Property>(cls)?;
        for field in [&p.get, &p.set, &p.delete, &p.doc] {
            field.init(Value::NONE);
        }
        p.name.init(Value::UNBOUND);
        Ok(Value::from_gc(p))
    }

    #[method(sig = "($self, /, fget=None, fset=None, fdel=None, doc=None)")]
    fn __init__(
        vm: &mut Vm,
        this: Gc<Property>,
        fget: Value,
        fset: Value,
        fdel: Value,
        doc: Value,
    ) -> PyResult<()> {
        let header = this.header();
        this.get.set(&mut vm.heap, header, fget);
        this.set.set(&mut vm.heap, header, fset);
        this.delete.set(&mut vm.heap, header, fdel);
        this.header.aux.set(0);
        let mut text = doc;
        if doc.is_none() && !fget.is_none() {
            text = doc_of(vm, fget)?;
            if !text.is_none() {
                this.header.aux.set(DOC_FROM_GETTER);
            }
        }
        let v = Value::from_gc(this);
        if vm.is_exact(v, ids::PROPERTY) {
            this.doc.set(&mut vm.heap, header, text);
            return Ok(());
        }
        // The class of a subclass's instance has a `__doc__` of its own, which would hide this one.
        let key = vm.names.doc;
        let stored = vm.set_attr(v, key, text);
        if this.header.aux.get() & DOC_FROM_GETTER != 0 {
            return stored;
        }
        vm.catch(stored, crate::vm::Exc::AttributeError).map(|_| ())
    }

    #[method]
    fn __get__(vm: &mut Vm, this: Gc<Property>, instance: Value, _owner: Value) -> PyResult {
        let v = Value::from_gc(this);
        if instance.is_none() {
            return Ok(v);
        }
        if this.get.get().is_none() {
            return Err(super::no_accessor(vm, this, instance, "getter"));
        }
        vm.call(this.get.get(), &[instance])
    }

    #[method]
    fn __set__(vm: &mut Vm, this: Gc<Property>, instance: Value, value: Value) -> PyResult<()> {
        super::property_set(vm, this, instance, value)
    }

    #[method]
    fn __delete__(vm: &mut Vm, this: Gc<Property>, instance: Value) -> PyResult<()> {
        super::property_set(vm, this, instance, Value::UNBOUND)
    }

    /// Method to set name of a property.
    #[method(sig = "($self, /, *args)")]
    fn __set_name__(vm: &mut Vm, this: Gc<Property>, args: Gc<crate::types::tuple::Tuple>) -> PyResult<()> {
        let [_owner, name] = *args.items() else {
            let given = args.len();
            return Err(
                vm.type_error(format!("__set_name__() takes 2 positional arguments but {given} were given"))
            );
        };
        this.name.set(&mut vm.heap, this.header(), name);
        Ok(())
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method(sig = "($self, fget, /)")]
    fn getter(vm: &mut Vm, this: Gc<Property>, fget: Value) -> PyResult {
        copy(vm, this, [Some(fget), None, None])
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method(sig = "($self, fset, /)")]
    fn setter(vm: &mut Vm, this: Gc<Property>, fset: Value) -> PyResult {
        copy(vm, this, [None, Some(fset), None])
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method(sig = "($self, fdel, /)")]
    fn deleter(vm: &mut Vm, this: Gc<Property>, fdel: Value) -> PyResult {
        copy(vm, this, [None, None, Some(fdel)])
    }

    #[getter]
    fn fget(_vm: &mut Vm, this: Gc<Property>) -> Value {
        this.get.get()
    }

    #[getter]
    fn fset(_vm: &mut Vm, this: Gc<Property>) -> Value {
        this.set.get()
    }

    #[getter]
    fn fdel(_vm: &mut Vm, this: Gc<Property>) -> Value {
        this.delete.get()
    }

    #[getter]
    fn __doc__(_vm: &mut Vm, this: Gc<Property>) -> Value {
        this.doc.get()
    }

    #[setter(name = "__doc__")]
    fn set_doc(vm: &mut Vm, this: Gc<Property>, value: Option<Value>) {
        this.header.aux.set(0);
        this.doc.set(&mut vm.heap, this.header(), value.unwrap_or(Value::NONE));
    }

    #[getter]
    fn __name__(vm: &mut Vm, this: Gc<Property>) -> PyResult {
        if let Some(own) = this.name.get().bound() {
            return Ok(own);
        }
        let key = vm.names.name;
        let found = if this.get.get().is_none() { None } else { vm.get_attr_opt(this.get.get(), key)? };
        match found {
            Some(name) => Ok(name),
            None => Err(vm.attribute_error(
                "'property' object has no attribute '__name__'".into(),
                Value::from_gc(this),
                key,
            )),
        }
    }

    #[setter(name = "__name__")]
    fn set_name(vm: &mut Vm, this: Gc<Property>, value: Option<Value>) {
        this.name.set(&mut vm.heap, this.header(), value.unwrap_or(Value::UNBOUND));
    }

    #[getter]
    fn __isabstractmethod__(vm: &mut Vm, this: Gc<Property>) -> PyResult<bool> {
        for f in [this.get.get(), this.set.get(), this.delete.get()] {
            if is_abstract(vm, f)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// `f.__isabstractmethod__`, false if it has none.
pub fn is_abstract(vm: &mut Vm, f: Value) -> PyResult<bool> {
    let key = vm.names.isabstract;
    match vm.get_attr_opt(f, key)? {
        Some(v) => vm.truth(v),
        None => Ok(false),
    }
}
