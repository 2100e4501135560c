//! `__dict__` and `__weakref__` of instances, as descriptors that classes get which add them.

use crate::heap::Gc;
use crate::native::GetSetDecl;
use crate::object::class::flags;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

pub static INSTANCE_DICT: GetSetDecl = GetSetDecl {
    name: "__dict__",
    doc: Some("dictionary for instance variables"),
    get: get_dict,
    set: Some(set_dict),
};

pub static WEAKREFS: GetSetDecl = GetSetDecl {
    name: "__weakref__",
    doc: Some("list of weak references to the object"),
    get: get_weakref,
    set: None,
};

/// `__dict__` of an object that has one.
pub fn get_dict(vm: &mut Vm, v: Value) -> PyResult {
    if let Some(module) = vm.downcast::<Module>(v) {
        return Ok(module.dict.get().map_or(Value::NONE, Value::from_gc));
    }
    let has = vm.class_of(v).has(flags::HAS_DICT);
    match v.as_header().filter(|_| has) {
        Some(header) => vm.instance_dict(header).map(Value::from_gc),
        None => {
            let name = vm.type_name(v);
            Err(vm.attribute_error_text(format!("'{name}' object has no attribute '__dict__'")))
        }
    }
}

/// Sets `__dict__`, or empties it when `value` is `UNBOUND`.
pub fn set_dict(vm: &mut Vm, v: Value, value: Value) -> PyResult<()> {
    if vm.as_class(v).is_some() || vm.downcast::<Module>(v).is_some() {
        let name = vm.type_name(v);
        return Err(vm.type_error(format!("this __dict__ descriptor does not support '{name}' objects")));
    }
    if value.is_unbound() {
        let Some(header) = v.as_header() else { return Ok(()) };
        let empty = vm.dict_new()?;
        vm.set_instance_dict(header, empty);
        return Ok(());
    }
    let Some(dict): Option<Gc<Dict>> = vm.downcast::<Dict>(value) else {
        let got = vm.type_name(value);
        return Err(vm.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'")));
    };
    // The current one is made first, so that what holds it goes on seeing the old attributes.
    get_dict(vm, v)?;
    if let Some(header) = v.as_header() {
        vm.set_instance_dict(header, dict);
    }
    Ok(())
}

fn get_weakref(vm: &mut Vm, v: Value) -> PyResult {
    let Some(header) = v.as_header() else { return Ok(Value::NONE) };
    Ok(vm.heap.weak_refs_of(header).next().map_or(Value::NONE, Value::from_header))
}
