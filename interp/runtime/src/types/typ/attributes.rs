//! Computed attributes of classes that need more than a field.

use super::module_of;
use crate::heap::Gc;
use crate::object::class::flags;
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};

/// An entry of the class's own dict.
pub fn own(vm: &Vm, cls: Gc<Type>, key: Gc<Str>) -> Option<Value> {
    cls.dict.get().and_then(|d| vm.dict_get_str(d, key))
}

/// TypeError for setting or deleting what builtin types have fixed.
#[cold]
pub fn immutable(vm: &mut Vm, cls: Gc<Type>, name: &str) -> Raised {
    let class = vm.class_name(cls);
    vm.type_error(format!("cannot set '{name}' attribute of immutable type '{class}'"))
}

/// Stores into the dict of a class that may change.
pub fn store(vm: &mut Vm, cls: Gc<Type>, key: Gc<Str>, v: Value) -> PyResult<()> {
    if !cls.has(flags::HEAP) {
        return Err(immutable(vm, cls, &key.to_message()));
    }
    let dict = cls.dict.get().expect("classes have a dict");
    if v.is_unbound() {
        vm.dict_del(dict, Value::from_gc(key))?;
    } else {
        vm.dict_set_str(dict, key, v)?;
    }
    vm.class_changed(cls);
    Ok(())
}

/// Binds an entry as class access does.
fn bound(vm: &mut Vm, cls: Gc<Type>, v: Value) -> PyResult {
    vm.bind_found(v, Value::UNBOUND, cls)
}

#[cold]
pub fn missing(vm: &mut Vm, cls: Gc<Type>, name: Gc<Str>) -> Raised {
    let text = format!("type object '{}' has no attribute '{}'", vm.class_name(cls), name.to_message());
    vm.attribute_error(text, Value::from_gc(cls), name)
}

/// `__doc__`
pub fn doc(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    if let Some(text) = cls.decl.get().and_then(|d| d.doc) {
        return Ok(Value::from_gc(vm.str(text)?));
    }
    let key = vm.names.doc;
    match own(vm, cls, key) {
        Some(v) => bound(vm, cls, v),
        None => Ok(Value::NONE),
    }
}

/// `__annotate__`: the function that makes the annotations, or None.
pub fn annotate(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    let key = vm.names.annotate;
    if !cls.has(flags::HEAP) {
        return Err(missing(vm, cls, key));
    }
    let function = vm.names.annotate_func;
    match own(vm, cls, key).or_else(|| own(vm, cls, function)) {
        Some(v) => bound(vm, cls, v),
        None => Ok(Value::NONE),
    }
}

pub fn set_annotate(vm: &mut Vm, cls: Gc<Type>, v: Value) -> PyResult<()> {
    if v.is_unbound() {
        return Err(vm.type_error("cannot delete __annotate__ attribute"));
    }
    if !v.is_none() && !vm.is_callable(v) {
        return Err(vm.type_error("__annotate__ must be callable or None"));
    }
    let function = vm.names.annotate_func;
    store(vm, cls, function, v)?;
    if !v.is_none() {
        for key in [vm.intern("__annotations_cache__"), vm.names.annotations] {
            if own(vm, cls, key).is_some() {
                store(vm, cls, key, Value::UNBOUND)?;
            }
        }
    }
    Ok(())
}

/// `__annotations__`: made by `__annotate__` when first asked for.
pub fn annotations(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    let key = vm.names.annotations;
    if !cls.has(flags::HEAP) {
        return Err(missing(vm, cls, key));
    }
    let cache = vm.intern("__annotations_cache__");
    if let Some(v) = own(vm, cls, key).or_else(|| own(vm, cls, cache)) {
        return bound(vm, cls, v);
    }
    let annotate = annotate(vm, cls)?;
    let made = if vm.is_callable(annotate) {
        let made = vm.call(annotate, &[Value::small(1)])?;
        if vm.downcast::<Dict>(made).is_none() {
            let got = vm.type_name(made);
            return Err(vm.type_error(format!("__annotate__ returned non-dict of type '{got}'")));
        }
        made
    } else {
        Value::from_gc(vm.dict_new()?)
    };
    store(vm, cls, cache, made)?;
    Ok(made)
}

pub fn set_annotations(vm: &mut Vm, cls: Gc<Type>, v: Value) -> PyResult<()> {
    let key = vm.names.annotations;
    let cache = vm.intern("__annotations_cache__");
    if v.is_unbound() {
        let found = [key, cache].into_iter().find(|k| own(vm, cls, *k).is_some());
        match found {
            Some(found) => store(vm, cls, found, v)?,
            None => {
                let text = vm.str("__annotations__")?.to_message();
                return Err(vm.attribute_error_text(text));
            }
        }
    } else {
        let target = if own(vm, cls, key).is_some() { key } else { cache };
        store(vm, cls, target, v)?;
    }
    for key in [vm.names.annotate, vm.names.annotate_func] {
        if own(vm, cls, key).is_some() {
            store(vm, cls, key, Value::UNBOUND)?;
        }
    }
    Ok(())
}

/// `__abstractmethods__` set by ABCMeta: whether instances may be made depends on it.
pub fn set_abstract_methods(vm: &mut Vm, cls: Gc<Type>, v: Value) -> PyResult<()> {
    let key = vm.names.abstractmethods;
    let is_abstract = if v.is_unbound() {
        if own(vm, cls, key).is_none() {
            return Err(missing(vm, cls, key));
        }
        false
    } else {
        vm.truth(v)?
    };
    store(vm, cls, key, v)?;
    let bits = cls.flags.get() & !flags::ABSTRACT;
    cls.flags.set(if is_abstract { bits | flags::ABSTRACT } else { bits });
    Ok(())
}

/// CPython's `__flags__`, as far as programs look at it.
pub fn flag_bits(cls: Gc<Type>) -> i64 {
    let mut bits = 1 << 12; // Py_TPFLAGS_READY
    for (flag, bit) in [
        (flags::HEAP, 9),
        (flags::BASE, 10),
        (flags::IMMUTABLE, 8),
        (flags::ABSTRACT, 20),
        (flags::SEQUENCE, 5),
        (flags::MAPPING, 6),
        (flags::EXCEPTION, 30),
        (flags::METACLASS, 31),
    ] {
        if cls.has(flag) {
            bits |= 1 << bit;
        }
    }
    // CPython makes this one at run time, which `copyreg` looks at.
    if cls.root_shape.get() == ids::GENERIC {
        bits |= 1 << 9;
    }
    let layout = match cls.layout.get() {
        ids::INT => 24,
        ids::LIST => 25,
        ids::TUPLE => 26,
        ids::BYTES => 27,
        ids::STR => 28,
        ids::DICT => 29,
        _ => return bits,
    };
    bits | 1 << layout
}

/// `__text_signature__` of a native class: that of its constructor.
pub fn text_signature(cls: Gc<Type>) -> Option<&'static str> {
    let decl = cls.decl.get()?;
    let new = decl.methods.iter().find(|m| m.name == "__new__" || m.name == "__init__")?;
    Some(new.sig.text)
}

/// `repr(cls)`
pub fn repr(vm: &mut Vm, cls: Gc<Type>) -> PyResult<String> {
    module_of(vm, cls)?;
    Ok(format!("<class '{}'>", super::full_name(vm, cls)?))
}
