//! `object`: what every Python object has.

mod dict;
mod pickle;
mod set_class;

pub use dict::{INSTANCE_DICT, WEAKREFS, get_dict, set_dict};

use crate::heap::{Gc, Header};
use crate::object::class::flags;
use crate::object::{Special, Type, ids};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use habu_macros::py_type;

/// Declaration of `object`.
pub struct Object;

/// `<module.Name object at 0x…>`
pub fn default_repr(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    let class = vm.class_of(v);
    let name = crate::types::typ::full_name(vm, class)?;
    vm.str(&format!("<{name} object at {:#x}>", address(v)))
}

/// `id(v)` of anything: the cell's address, or the word itself, which is unlike any address.
pub fn address(v: Value) -> usize {
    match v.as_header() {
        Some(header) => header.as_ptr() as usize,
        None => v.0 as usize,
    }
}

/// An attribute name that Python code passed, interned.
pub fn attribute_name(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    match vm.downcast::<Str>(v) {
        Some(name) => vm.intern_str(name),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("attribute name must be string, not '{got}'")))
        }
    }
}

/// Whether the special method a class finds is `object`'s own.
fn is_own(vm: &mut Vm, cls: Gc<Type>, special: Special) -> bool {
    let object = vm.builtin(ids::OBJECT);
    vm.class_special(cls, special) == vm.class_special(object, special)
}

#[cold]
fn abstract_error(vm: &mut Vm, cls: Gc<Type>) -> Raised {
    let name = vm.class_name(cls);
    let mut missing = Vec::new();
    let key = vm.names.abstractmethods;
    if let Some(methods) = cls.dict.get().and_then(|d| vm.dict_get_str(d, key)) {
        match vm.collect(methods) {
            Ok(methods) => {
                for m in methods.iter() {
                    if let Some(text) = vm.downcast::<Str>(*m) {
                        missing.push(format!("'{}'", text.to_message()));
                    }
                }
            }
            Err(raised) => return raised,
        }
    }
    missing.sort();
    let plural = if missing.len() == 1 { "" } else { "s" };
    let list = missing.join(", ");
    vm.type_error(format!(
        "Can't instantiate abstract class {name} without an implementation for abstract method{plural} {list}"
    ))
}

/// A new plain instance; refuses abstract classes.
pub fn instance(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    if cls.has(flags::ABSTRACT) {
        return Err(abstract_error(vm, cls));
    }
    Ok(Value::from_header(vm.alloc_object(cls)?))
}

/// Names reachable through a class, its bases' first; values do not matter.
pub fn merge_class_names(vm: &mut Vm, into: Gc<Dict>, cls: Gc<Type>) -> PyResult<()> {
    for class in cls.mro_items().iter().rev() {
        let class = vm.expect_class(*class);
        let Some(dict) = class.dict.get() else { continue };
        let mut at = 0;
        while let Some((k, v)) = vm.dict_next(dict, &mut at) {
            vm.dict_set(into, k, v)?;
        }
    }
    Ok(())
}

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless
/// instance that has no instance attributes and cannot be given any.
#[py_type(name = "object", id = ids::OBJECT, payload = Header, subclassable)]
impl Object {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult {
        if !args.is_empty() || kwargs.is_some_and(|kwargs| !kwargs.is_empty()) {
            if !is_own(vm, cls, Special::New) {
                return Err(
                    vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
                );
            }
            if is_own(vm, cls, Special::Init) {
                let name = vm.class_name(cls);
                return Err(vm.type_error(format!("{name}() takes no arguments")));
            }
        }
        if cls.layout.get() != ids::OBJECT {
            // Its cells are filled in by its own constructor, if there is one.
            let name = crate::types::typ::full_name(vm, cls)?;
            let text = if cls.decl.get().is_some() {
                format!("cannot create '{name}' instances")
            } else {
                format!("object.__new__({name}) is not safe, use {name}.__new__()")
            };
            return Err(vm.type_error(text));
        }
        instance(vm, cls)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult<()> {
        if args.is_empty() && kwargs.is_none_or(|kwargs| kwargs.is_empty()) {
            return Ok(());
        }
        let cls = vm.class_of(this);
        if !is_own(vm, cls, Special::Init) {
            return Err(
                vm.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        // Types that only their makers instantiate have no `__new__` that could refuse arguments.
        let made = cls.decl.get().is_some_and(|d| d.payload > size_of::<crate::heap::Header>());
        if is_own(vm, cls, Special::New) && !made {
            let name = vm.class_name(cls);
            let text = format!("{name}.__init__() takes exactly one argument (the instance to initialize)");
            return Err(vm.type_error(text));
        }
        Ok(())
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<Gc<Str>> {
        default_repr(vm, this)
    }

    #[method]
    fn __str__(vm: &mut Vm, this: Value) -> PyResult<Gc<Str>> {
        vm.repr(this)
    }

    #[method]
    fn __hash__(_vm: &mut Vm, this: Value) -> i64 {
        (address(this) >> 4) as i64
    }

    #[method(effects(no_python, no_raise))]
    fn __eq__(_vm: &mut Vm, this: Value, other: Value) -> Value {
        if this == other { Value::TRUE } else { Value::NOT_IMPLEMENTED }
    }

    #[method]
    fn __ne__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        let Some(equal) = vm.lookup_special(this, Special::Eq) else { return Ok(Value::NOT_IMPLEMENTED) };
        match vm.call_comparison(equal, this, other)? {
            Value::NOT_IMPLEMENTED => Ok(Value::NOT_IMPLEMENTED),
            equal => Ok(Value::bool(!vm.truth(equal)?)),
        }
    }

    #[method(effects(no_python, no_raise))]
    fn __lt__(_vm: &mut Vm, _this: Value, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method(effects(no_python, no_raise))]
    fn __le__(_vm: &mut Vm, _this: Value, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method(effects(no_python, no_raise))]
    fn __gt__(_vm: &mut Vm, _this: Value, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method(effects(no_python, no_raise))]
    fn __ge__(_vm: &mut Vm, _this: Value, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __getattribute__(vm: &mut Vm, this: Value, name: Value) -> PyResult {
        let name = attribute_name(vm, name)?;
        match vm.object_get_attr(this, name)? {
            Some(v) => Ok(v),
            None => Err(vm.no_attribute(this, name)),
        }
    }

    #[method]
    fn __setattr__(vm: &mut Vm, this: Value, name: Value, value: Value) -> PyResult<()> {
        let name = attribute_name(vm, name)?;
        if vm.as_class(this).is_some() {
            return Err(hidden_by_type(vm, this, "__setattr__"));
        }
        vm.generic_set_attr(this, name, value)
    }

    #[method]
    fn __delattr__(vm: &mut Vm, this: Value, name: Value) -> PyResult<()> {
        let name = attribute_name(vm, name)?;
        if vm.as_class(this).is_some() {
            return Err(hidden_by_type(vm, this, "__delattr__"));
        }
        vm.generic_set_attr(this, name, Value::UNBOUND)
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method]
    fn __format__(vm: &mut Vm, this: Value, format_spec: Value) -> PyResult<Gc<Str>> {
        let Some(spec) = vm.downcast::<Str>(format_spec) else {
            let got = vm.type_name(format_spec);
            return Err(vm.type_error(format!("__format__() argument must be str, not {got}")));
        };
        if !spec.is_empty() {
            let name = vm.type_name(this);
            return Err(vm.type_error(format!("unsupported format string passed to {name}.__format__")));
        }
        vm.to_str(this)
    }

    /// Size of object in memory, in bytes.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Value) -> usize {
        this.as_header().map_or(8, crate::heap::Heap::cell_size)
    }

    /// Default dir() implementation.
    #[method]
    fn __dir__(vm: &mut Vm, this: Value) -> PyResult {
        let names = vm.dict_new()?;
        let key = vm.names.dict;
        if let Some(own) = vm.get_attr_opt(this, key)?
            && let Some(own) = vm.downcast::<Dict>(own)
        {
            let mut at = 0;
            while let Some((k, v)) = vm.dict_next(own, &mut at) {
                vm.dict_set(names, k, v)?;
            }
        }
        let key = vm.names.class;
        if let Some(class) = vm.get_attr_opt(this, key)?
            && let Some(class) = vm.as_class(class)
        {
            merge_class_names(vm, names, class)?;
        }
        let names = vm.collect(Value::from_gc(names))?;
        Ok(Value::from_gc(vm.list_from(&names)?))
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be overridden to extend subclasses.
    #[classmethod(sig = "($type, /)")]
    fn __init_subclass__(_vm: &mut Vm, _cls: Value) {}

    /// Abstract classes can override this to customize issubclass().
    #[classmethod(sig = "($type, object, /)")]
    fn __subclasshook__(_vm: &mut Vm, _cls: Value, _object: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    /// Helper for pickle.
    #[method]
    fn __getstate__(vm: &mut Vm, this: Value) -> PyResult {
        pickle::default_state(vm, this, false)
    }

    /// Helper for pickle.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Value) -> PyResult {
        pickle::reduce(vm, this, 0)
    }

    /// Helper for pickle.
    #[method]
    fn __reduce_ex__(vm: &mut Vm, this: Value, protocol: i32) -> PyResult {
        pickle::reduce_ex(vm, this, protocol)
    }

    /// the object's class
    #[getter(name = "__class__")]
    fn class(vm: &mut Vm, this: Value) -> Value {
        Value::from_gc(vm.class_of(this))
    }

    #[setter(name = "__class__")]
    fn set_class(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => set_class::assign(vm, this, value),
            None => Err(vm.type_error("can't delete __class__ attribute")),
        }
    }
}

/// `object.__setattr__(cls, …)` must not get round what `type` refuses.
#[cold]
fn hidden_by_type(vm: &mut Vm, v: Value, method: &str) -> Raised {
    let name = vm.type_name(v);
    vm.type_error(format!("can't apply this {method} to {name} object"))
}
