//! Which objects refer to which, as Python code may see it: storage cells are looked through.

use habu_runtime::heap::{Header, ShapeId};
use habu_runtime::object::ids;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ptr::NonNull;

/// Cells that are parts of objects.
fn is_storage(id: ShapeId) -> bool {
    id.0 < ids::OBJECT.0
}

/// Types whose objects refer to nothing.
const LEAVES: &[ShapeId] = &[
    ids::NONE,
    ids::ELLIPSIS,
    ids::NOT_IMPLEMENTED,
    ids::BOOL,
    ids::INT,
    ids::FLOAT,
    ids::COMPLEX,
    ids::STR,
    ids::BYTES,
    ids::BYTEARRAY,
    ids::RANGE,
    ids::CODE,
    ids::OBJECT,
];

fn id_of(cell: NonNull<Header>) -> ShapeId {
    // SAFETY: the collector's views and values name live cells.
    unsafe { cell.as_ref() }.id.get()
}

/// Whether the collector of CPython would track such an object: containers, instances, functions, classes.
pub fn is_container(vm: &Vm, v: Value) -> bool {
    let Some(cell) = v.as_header() else { return false };
    let id = id_of(cell);
    if is_storage(id) {
        return false;
    }
    if id == ids::TUPLE {
        // Tuples of leaves are not tracked; one in another counts as a container, whatever it holds.
        let may_lead_on = |item: &Value| vm.exact::<Tuple>(*item).is_some() || is_container(vm, *item);
        return vm.exact::<Tuple>(v).is_some_and(|t| t.items().iter().any(may_lead_on));
    }
    !LEAVES.contains(&id)
}

/// Calls `f` for each container.
pub fn each_container(vm: &Vm, f: &mut dyn FnMut(Value)) {
    vm.heap.each_object(&mut |cell| {
        if is_storage(id_of(cell)) {
            return;
        }
        let v = Value::from_header(cell);
        if is_container(vm, v) {
            f(v);
        }
    });
}

/// The containers that `keep` wants, in a new list.
pub fn list_of(vm: &mut Vm, mut keep: impl FnMut(&Vm, Value) -> bool) -> PyResult {
    let mut found = vm.rooted_vec();
    let mut addresses = Vec::new();
    each_container(vm, &mut |v| addresses.push(v));
    // Nothing allocates before all are rooted.
    for v in addresses {
        if keep(vm, v) {
            found.push(v);
        }
    }
    Ok(Value::from_gc(vm.list_from(&found)?))
}

/// What `gc.get_referents` tells: as `referents`, with the numbers in containers, which are no cells.
pub fn shown_referents(vm: &mut Vm, v: Value) -> PyResult<Vec<Value>> {
    if let Some(dict) = vm.exact::<Dict>(v) {
        let (mut keys, mut values, mut at) = (Vec::new(), Vec::new(), 0);
        while let Some((key, value)) = vm.dict_next(dict, &mut at) {
            keys.push(key);
            values.push(value);
        }
        // A dict with only strings as keys does not show them.
        if keys.iter().any(|k| vm.exact::<Str>(*k).is_none()) {
            keys.append(&mut values);
            return Ok(keys);
        }
        return Ok(values);
    }
    let list = vm.exact_list(v).is_some();
    if list || vm.exact::<Tuple>(v).is_some() {
        let items = vm.collect(v)?;
        return Ok(items.iter().rev().copied().collect());
    }
    Ok(referents(vm, v))
}

/// The objects that an object refers to directly, as often as it does.
pub fn referents(vm: &Vm, v: Value) -> Vec<Value> {
    let Some(cell) = v.as_header() else { return Vec::new() };
    let mut found = Vec::new();
    let mut parts = vec![cell];
    let mut seen = Vec::new();
    while let Some(part) = parts.pop() {
        for next in vm.heap.referents(part) {
            if !is_storage(id_of(next)) {
                found.push(Value::from_header(next));
            } else if !seen.contains(&next) {
                seen.push(next);
                parts.push(next);
            }
        }
    }
    found
}
