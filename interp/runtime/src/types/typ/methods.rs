//! The Python type `type`.

use super::call::DictKeywords;
use super::{attributes, bases, class_new, module_of};
use crate::heap::Gc;
use crate::object::class::flags;
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::object::{attribute_name, merge_class_names};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[py_type(name = "type", id = ids::TYPE, subclassable)]
impl Type {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        class_new(vm, cls, args, kwargs)
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(vm: &mut Vm, _this: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        if !kwargs.is_empty() && args.len() == 1 {
            return Err(vm.type_error("type.__init__() takes no keyword arguments"));
        }
        match args.len() {
            1 | 3 => Ok(()),
            _ => Err(vm.type_error("type.__init__() takes 1 or 3 arguments")),
        }
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        if this == vm.builtin(ids::TYPE) && !matches!(args.len(), 1 | 3) {
            return Err(vm.type_error("type() takes 1 or 3 arguments"));
        }
        let keywords = DictKeywords::of(vm, kwargs);
        vm.instantiate(this, args.items(), keywords.get())
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Type>) -> PyResult<String> {
        attributes::repr(vm, this)
    }

    #[method]
    fn __getattribute__(vm: &mut Vm, this: Gc<Type>, name: Value) -> PyResult {
        let name = attribute_name(vm, name)?;
        match vm.class_get_attr(this, name)? {
            Some(v) => Ok(v),
            None => Err(vm.no_attribute(Value::from_gc(this), name)),
        }
    }

    #[method]
    fn __setattr__(vm: &mut Vm, this: Gc<Type>, name: Value, value: Value) -> PyResult<()> {
        let name = attribute_name(vm, name)?;
        vm.class_set_attr(this, name, value)
    }

    #[method]
    fn __delattr__(vm: &mut Vm, this: Gc<Type>, name: Value) -> PyResult<()> {
        let name = attribute_name(vm, name)?;
        vm.class_set_attr(this, name, Value::UNBOUND)
    }

    /// Return a type's method resolution order.
    #[method(sig = "($self, /)")]
    fn mro(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        let order = crate::object::linearize(vm, this)?;
        Ok(Value::from_gc(vm.list_from(&order)?))
    }

    /// Return a list of immediate subclasses.
    #[method(sig = "($self, /)")]
    fn __subclasses__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        let mut list = vm.rooted_vec();
        if let Some(subs) = vm.subclasses.get(&this.addr()) {
            let own = Value::from_gc(this);
            let direct = subs.iter().filter(|c| c.bases.get().is_some_and(|b| b.items().contains(&own)));
            list.extend(direct.map(|c| Value::from_gc(*c)));
        }
        Ok(Value::from_gc(vm.list_from(&list)?))
    }

    /// Create the namespace for the class statement
    #[classmethod(sig = "($type, /, *args, **kwargs)")]
    fn __prepare__(vm: &mut Vm, _cls: Value, _args: Value, _kwargs: Value) -> PyResult {
        Ok(Value::from_gc(vm.dict_new()?))
    }

    /// Check if an object is an instance.
    #[method]
    fn __instancecheck__(vm: &mut Vm, this: Gc<Type>, instance: Value) -> PyResult<bool> {
        vm.is_instance_plain(instance, this)
    }

    /// Check if a class is a subclass.
    #[method]
    fn __subclasscheck__(vm: &mut Vm, this: Gc<Type>, subclass: Value) -> PyResult<bool> {
        vm.is_subclass_plain(subclass, Value::from_gc(this))
    }

    /// Specialized __dir__ implementation for types.
    #[method]
    fn __dir__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        let names = vm.dict_new()?;
        merge_class_names(vm, names, this)?;
        let names = vm.collect(Value::from_gc(names))?;
        Ok(Value::from_gc(vm.list_from(&names)?))
    }

    #[method]
    fn __or__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        crate::types::union::or(vm, this, other)
    }

    #[method]
    fn __ror__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        crate::types::union::or(vm, other, this)
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<Type>) -> Value {
        this.name.get().map_or(Value::NONE, Value::from_gc)
    }

    #[setter(name = "__name__")]
    fn set_name(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let name = checked_name(vm, this, "__name__", value)?;
        super::check_text(vm, name)?;
        if name.iter().any(|c| c == 0) {
            return Err(vm.value_error("type name must not contain null characters"));
        }
        this.name.set(&mut vm.heap, this.header(), Some(name));
        Ok(())
    }

    #[getter]
    fn __qualname__(_vm: &mut Vm, this: Gc<Type>) -> Value {
        this.qualname.get().map_or(Value::NONE, Value::from_gc)
    }

    #[setter(name = "__qualname__")]
    fn set_qualname(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let name = checked_name(vm, this, "__qualname__", value)?;
        this.qualname.set(&mut vm.heap, this.header(), Some(name));
        Ok(())
    }

    #[getter]
    fn __bases__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        match this.bases.get() {
            Some(bases) => Ok(Value::from_gc(bases)),
            None => Ok(Value::from_gc(vm.tuple(&[])?)),
        }
    }

    #[setter(name = "__bases__")]
    fn set_bases(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => bases::assign(vm, this, value),
            None => Err(vm.type_error("cannot delete '__bases__' attribute of type")),
        }
    }

    #[getter]
    fn __base__(_vm: &mut Vm, this: Gc<Type>) -> Value {
        this.base.get().map_or(Value::NONE, Value::from_gc)
    }

    #[getter]
    fn __mro__(_vm: &mut Vm, this: Gc<Type>) -> Value {
        this.mro.get().map_or(Value::NONE, Value::from_gc)
    }

    #[getter]
    fn __module__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        module_of(vm, this)
    }

    #[setter(name = "__module__")]
    fn set_module(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let key = vm.names.module;
        attributes::store(vm, this, key, value.unwrap_or(Value::UNBOUND))
    }

    #[getter]
    fn __doc__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        attributes::doc(vm, this)
    }

    #[setter(name = "__doc__")]
    fn set_doc(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let key = vm.names.doc;
        match value {
            Some(value) => attributes::store(vm, this, key, value),
            None => {
                let name = vm.class_name(this);
                Err(vm.type_error(format!("cannot delete '__doc__' attribute of immutable type '{name}'")))
            }
        }
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        match this.dict.get() {
            Some(dict) => vm.mapping_proxy(Value::from_gc(dict)),
            None => Ok(Value::NONE),
        }
    }

    #[getter]
    fn __abstractmethods__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        let key = vm.names.abstractmethods;
        match attributes::own(vm, this, key) {
            Some(v) if this != vm.builtin(ids::TYPE) => Ok(v),
            _ => Err(attributes::missing(vm, this, key)),
        }
    }

    #[setter(name = "__abstractmethods__")]
    fn set_abstractmethods(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        attributes::set_abstract_methods(vm, this, value.unwrap_or(Value::UNBOUND))
    }

    #[getter]
    fn __annotate__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        attributes::annotate(vm, this)
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        attributes::set_annotate(vm, this, value.unwrap_or(Value::UNBOUND))
    }

    #[getter]
    fn __annotations__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        attributes::annotations(vm, this)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        attributes::set_annotations(vm, this, value.unwrap_or(Value::UNBOUND))
    }

    #[getter]
    fn __type_params__(vm: &mut Vm, this: Gc<Type>) -> PyResult {
        if this == vm.builtin(ids::TYPE) {
            // What its dict holds under this name is this attribute.
            return Ok(Value::from_gc(vm.tuple(&[])?));
        }
        let key = vm.names.type_params;
        match attributes::own(vm, this, key) {
            Some(v) => Ok(v),
            None => Ok(Value::from_gc(vm.tuple(&[])?)),
        }
    }

    #[setter(name = "__type_params__")]
    fn set_type_params(vm: &mut Vm, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let key = vm.names.type_params;
        let Some(value) = value else {
            let class = vm.class_name(this);
            return Err(vm.type_error(format!(
                "cannot delete '__type_params__' attribute of immutable type '{class}'"
            )));
        };
        attributes::store(vm, this, key, value)
    }

    #[getter]
    fn __text_signature__(_vm: &mut Vm, this: Gc<Type>) -> Option<&'static str> {
        attributes::text_signature(this)
    }

    #[getter]
    fn __flags__(_vm: &mut Vm, this: Gc<Type>) -> i64 {
        attributes::flag_bits(this)
    }

    #[getter]
    fn __basicsize__(_vm: &mut Vm, this: Gc<Type>) -> i64 {
        i64::from(this.payload.get()) + 8 * i64::from(this.slot_count.get())
    }

    #[getter]
    fn __itemsize__(_vm: &mut Vm, this: Gc<Type>) -> i64 {
        i64::from(matches!(this.layout.get(), ids::TUPLE | ids::INT)) * 8
    }

    #[getter]
    fn __dictoffset__(_vm: &mut Vm, this: Gc<Type>) -> i64 {
        if this.has(flags::HAS_DICT) { i64::from(this.payload.get()) } else { 0 }
    }

    #[getter]
    fn __weakrefoffset__(_vm: &mut Vm, this: Gc<Type>) -> i64 {
        i64::from(this.has(flags::WEAKREF)) * 8
    }
}

/// A new `__name__` or `__qualname__`.
fn checked_name(vm: &mut Vm, cls: Gc<Type>, what: &str, value: Option<Value>) -> PyResult<Gc<Str>> {
    if !cls.has(flags::HEAP) {
        return Err(attributes::immutable(vm, cls, what));
    }
    let class = vm.class_name(cls);
    let Some(value) = value else {
        return Err(vm.type_error(format!("cannot delete '{what}' attribute of type '{class}'")));
    };
    match vm.downcast::<Str>(value) {
        Some(name) => Ok(name),
        None => {
            let got = vm.type_name(value);
            Err(vm.type_error(format!("can only assign string to {class}.{what}, not '{got}'")))
        }
    }
}
