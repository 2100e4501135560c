//! Search functions for codecs, and the cache of what they found.

use habu_runtime::codecs::normalized;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;
use std::collections::HashMap;

/// State of the module. Its values are in `Vm::permanent` too, which keeps them alive.
#[derive(Default)]
struct Registry {
    search: Vec<Value>,
    found: HashMap<String, Value>,
}

fn registry(vm: &mut Vm) -> Option<&mut Registry> {
    let state = vm.module_state.entry(TypeId::of::<Registry>()).or_insert_with(|| Box::<Registry>::default());
    state.downcast_mut()
}

pub fn register(vm: &mut Vm, function: Value) {
    vm.permanent.push(function);
    if let Some(registry) = registry(vm) {
        registry.search.push(function);
    }
}

pub fn unregister(vm: &mut Vm, function: Value) {
    if let Some(registry) = registry(vm) {
        registry.search.retain(|f| *f != function);
        registry.found.clear();
    }
}

/// The codec of a name: what the first search function that knows it returns.
pub fn lookup(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let key = normalized(name);
    if let Some(found) = registry(vm).and_then(|r| r.found.get(&key).copied()) {
        return Ok(found);
    }
    if registry(vm).is_none_or(|r| r.search.is_empty()) {
        // The package registers its search function when it is imported.
        habu_runtime::import::import_module(vm, "encodings")?;
    }
    let text = Value::from_gc(vm.str(&key)?);
    let mut at = 0;
    while let Some(function) = registry(vm).and_then(|r| r.search.get(at).copied()) {
        at += 1;
        let codec = vm.call(function, &[text])?;
        if codec.is_none() {
            continue;
        }
        if vm.downcast::<Tuple>(codec).is_none_or(|t| t.len() != 4) {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        }
        vm.permanent.push(codec);
        if let Some(registry) = registry(vm) {
            registry.found.insert(key, codec);
        }
        return Ok(codec);
    }
    Err(vm.lookup_error(format!("unknown encoding: {name}")))
}

/// Runs the encoder (0) or decoder (1) of a codec.
pub fn run(vm: &mut Vm, name: &str, which: usize, object: Value, errors: Value) -> PyResult<Value> {
    let codec = lookup(vm, name)?;
    let Some(codec) = vm.downcast::<Tuple>(codec) else { return Ok(Value::NONE) };
    let result = vm.call(codec.items()[which], &[object, errors])?;
    match vm.downcast::<Tuple>(result).map(|t| (t, t.len())) {
        Some((t, 2)) => Ok(t.items()[0]),
        _ if which == 0 => Err(vm.type_error("encoder must return a tuple (object, integer)")),
        _ => Err(vm.type_error("decoder must return a tuple (object,integer)")),
    }
}
