//! Set operations of the views of keys and items.

use super::{DictView, What};
use crate::heap::Gc;
use crate::object::ids;
use crate::protocol::CmpOp;
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// A view of keys or items.
fn set_like(v: Value) -> Option<Gc<DictView>> {
    let id = crate::vm::id_of(v);
    // SAFETY: the ids say that the cell is a view.
    (id == ids::DICT_KEYS || id == ids::DICT_ITEMS)
        .then(|| v.as_header().map(|p| unsafe { Gc::from_header(p) }))
        .flatten()
}

pub fn contains(vm: &mut Vm, view: Gc<DictView>, v: Value) -> PyResult<bool> {
    let Some(dict) = view.dict.get() else { return Ok(false) };
    if view.what() == What::Keys {
        return vm.dict_contains(dict, v);
    }
    let Some(pair) = vm.downcast::<Tuple>(v) else { return Ok(false) };
    let [key, value] = *pair.items() else { return Ok(false) };
    match vm.dict_get(dict, key)? {
        Some(found) => vm.eq(found, value),
        None => Ok(false),
    }
}

/// Whether everything in `a` is in `b`.
fn all_contained(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
    let iterator = vm.get_iter(a)?;
    while let Some(item) = vm.iter_next(iterator)? {
        if !vm.contains(b, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn compare(vm: &mut Vm, view: Gc<DictView>, other: Value, op: CmpOp) -> PyResult<Value> {
    if vm.any_set(other).is_none() && set_like(other).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let this = Value::from_gc(view);
    let (len, other_len) = (view.len(), vm.len(other)?);
    let result = match op {
        CmpOp::Eq | CmpOp::Ne => {
            let equal = len == other_len && all_contained(vm, this, other)?;
            equal == (op == CmpOp::Eq)
        }
        CmpOp::Lt => len < other_len && all_contained(vm, this, other)?,
        CmpOp::Le => len <= other_len && all_contained(vm, this, other)?,
        CmpOp::Gt => len > other_len && all_contained(vm, other, this)?,
        CmpOp::Ge => len >= other_len && all_contained(vm, other, this)?,
    };
    Ok(Value::bool(result))
}

pub fn intersection(vm: &mut Vm, view: Gc<DictView>, other: Value) -> PyResult<Value> {
    let (mut searched, mut walked) = (view, other);
    let set = walked.exact::<Set>().map(|s| s.len());
    if let Some(len) = set
        && searched.len() <= len
    {
        // The set is the larger: its own operation walks the smaller side.
        return vm.call_method(walked, "intersection", &[Value::from_gc(searched)]);
    }
    if let Some(larger) = set_like(walked).filter(|other| other.len() > searched.len()) {
        (searched, walked) = (larger, Value::from_gc(searched));
    }
    let result = vm.set_new(ids::SET)?;
    let iterator = vm.get_iter(walked)?;
    while let Some(item) = vm.iter_next(iterator)? {
        if contains(vm, searched, item)? {
            vm.set_add(result, item)?;
        }
    }
    Ok(Value::from_gc(result))
}

pub fn union(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let result = vm.set_from_iterable(ids::SET, a)?;
    vm.set_update(result, b)?;
    Ok(Value::from_gc(result))
}

pub fn difference(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let result = vm.set_from_iterable(ids::SET, a)?;
    vm.set_difference_update(result, b)?;
    Ok(Value::from_gc(result))
}

pub fn symmetric_difference(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let result = vm.set_from_iterable(ids::SET, a)?;
    vm.set_symmetric_difference_update(result, b)?;
    Ok(Value::from_gc(result))
}

pub fn is_disjoint(vm: &mut Vm, view: Gc<DictView>, other: Value) -> PyResult<bool> {
    let this = Value::from_gc(view);
    if this == other {
        return Ok(view.is_empty());
    }
    let (mut searched, mut walked) = (this, other);
    // The shorter side is walked if both can be searched quickly.
    if (vm.any_set(other).is_some() || set_like(other).is_some()) && vm.len(other)? > view.len() {
        (searched, walked) = (other, this);
    }
    let iterator = vm.get_iter(walked)?;
    while let Some(item) = vm.iter_next(iterator)? {
        if vm.contains(searched, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}
