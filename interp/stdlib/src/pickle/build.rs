//! Loading: filling in what was made.

use super::globals::unpickling_error;
use super::save::attribute;
use habu_runtime::heap::Gc;
use habu_runtime::object::class::flags;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::set::Set;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A dict of keys and values in turn.
pub fn dict(vm: &mut Vm, items: &[Value]) -> PyResult {
    let dict = vm.dict_new()?;
    if !items.len().is_multiple_of(2) {
        return Err(unpickling_error(vm, "odd number of items for DICT"));
    }
    for pair in items.chunks_exact(2) {
        vm.dict_set(dict, pair[0], pair[1])?;
    }
    Ok(Value::from_gc(dict))
}

/// Appends to a list, or to what takes items as one does.
pub fn extend(vm: &mut Vm, target: Value, items: &[Value]) -> PyResult<()> {
    if items.is_empty() {
        return Ok(());
    }
    if let Some(list) = vm.exact_list(target) {
        return vm.list_extend_slice(list, items);
    }
    if let &[item] = items {
        vm.call_method(target, "append", &[item])?;
        return Ok(());
    }
    if let Some(extend) = attribute(vm, target, "extend")? {
        let list = Value::from_gc(vm.list_from(items)?);
        vm.call(extend, &[list])?;
        return Ok(());
    }
    let append = vm.get_attr_str(target, "append")?;
    for item in items {
        vm.call(append, &[*item])?;
    }
    Ok(())
}

pub fn set_items(vm: &mut Vm, target: Value, items: &[Value]) -> PyResult<()> {
    if items.is_empty() {
        return Ok(());
    }
    if !items.len().is_multiple_of(2) {
        return Err(unpickling_error(vm, "odd number of items for SETITEMS"));
    }
    let dict = vm.exact_dict(target);
    for pair in items.chunks_exact(2) {
        match dict {
            Some(dict) => vm.dict_set(dict, pair[0], pair[1])?,
            None => vm.set_item(target, pair[0], pair[1])?,
        }
    }
    Ok(())
}

pub fn add_items(vm: &mut Vm, target: Value, items: &[Value]) -> PyResult<()> {
    if items.is_empty() {
        return Ok(());
    }
    if let Some(set) = vm.downcast::<Set>(target) {
        for item in items {
            vm.set_add(set, *item)?;
        }
        return Ok(());
    }
    let add = vm.get_attr_str(target, "add")?;
    for item in items {
        vm.call(add, &[*item])?;
    }
    Ok(())
}

/// Whether attributes of an object are nothing but entries of its `__dict__`.
fn has_plain_dict(vm: &mut Vm, target: Value) -> bool {
    let cls = vm.class_of(target);
    let name = vm.intern("__dict__");
    cls.has(flags::HAS_DICT)
        && cls.has(flags::HEAP)
        && vm.type_lookup(cls, name).is_some_and(|found| vm.is_native_descriptor(found))
}

fn fill(vm: &mut Vm, target: Value, state: Gc<Dict>) -> PyResult<()> {
    let plain = target.as_header().filter(|_| has_plain_dict(vm, target));
    let mut dict = None;
    let mut pos = 0;
    while let Some((key, v)) = vm.dict_next(state, &mut pos) {
        let name = vm.exact::<Str>(key);
        let name = match name {
            Some(name) => Some(vm.intern_str(name)?),
            None => None,
        };
        if let (Some(object), Some(name)) = (plain, name) {
            vm.instance_set(object, name, v)?;
            continue;
        }
        let dict = match dict {
            Some(dict) => dict,
            None => *dict.insert(vm.get_attr_str(target, "__dict__")?),
        };
        vm.set_item(dict, name.map_or(key, Value::from_gc), v)?;
    }
    if dict.is_none() && plain.is_none() {
        // An object without attributes of its own has no use for a state.
        vm.get_attr_str(target, "__dict__")?;
    }
    Ok(())
}

/// Gives an object its state.
pub fn build(vm: &mut Vm, target: Value, state: Value) -> PyResult<()> {
    if let Some(set_state) = attribute(vm, target, "__setstate__")? {
        vm.call(set_state, &[state])?;
        return Ok(());
    }
    let (state, slots) = match vm.downcast::<Tuple>(state).as_deref().map(Tuple::items) {
        Some(&[state, slots]) => (state, slots),
        _ => (state, Value::NONE),
    };
    if !state.is_none() {
        match vm.downcast::<Dict>(state) {
            Some(state) => fill(vm, target, state)?,
            None => return Err(unpickling_error(vm, "state is not a dictionary")),
        }
    }
    if slots.is_none() {
        return Ok(());
    }
    let Some(slots) = vm.downcast::<Dict>(slots) else {
        return Err(unpickling_error(vm, "slot state is not a dictionary"));
    };
    let mut pos = 0;
    while let Some((key, v)) = vm.dict_next(slots, &mut pos) {
        let Some(name) = vm.downcast::<Str>(key) else {
            let got = vm.type_name(key);
            return Err(vm.type_error(format!("attribute name must be string, not '{got}'")));
        };
        let name = vm.intern_str(name)?;
        vm.set_attr(target, name, v)?;
    }
    Ok(())
}
