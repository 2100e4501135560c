//! What the methods of `set` and `frozenset` have in common.

use super::Set;
use crate::heap::{Gc, ShapeId};
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

/// A set or frozenset of a class, empty.
pub fn alloc(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Set>> {
    if cls.layout.get() == ids::FROZENSET {
        let cell = vm.alloc_instance::<super::FrozenSet>(cls)?;
        // SAFETY: a frozenset's cell is a set's.
        return Ok(unsafe { Gc::from_header(cell.header()) });
    }
    vm.alloc_instance::<Set>(cls)
}

/// Id of the exact type that operations on this set give.
pub fn result_id(vm: &Vm, set: Gc<Set>) -> ShapeId {
    vm.class_of(Value::from_gc(set)).layout.get()
}

/// Runs an operator that takes sets only.
pub fn with_set(
    vm: &mut Vm,
    this: Gc<Set>,
    value: Value,
    operation: impl FnOnce(&mut Vm, Gc<Set>, Value, ShapeId) -> PyResult<Gc<Set>>,
) -> PyResult<Value> {
    if vm.any_set(value).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let id = result_id(vm, this);
    operation(vm, this, value, id).map(Value::from_gc)
}

/// Runs the reflected form of such an operator: the result is of the left operand's type.
pub fn with_left_set(
    vm: &mut Vm,
    this: Gc<Set>,
    value: Value,
    operation: impl FnOnce(&mut Vm, Gc<Set>, Value, ShapeId) -> PyResult<Gc<Set>>,
) -> PyResult<Value> {
    let Some(left) = vm.any_set(value) else { return Ok(Value::NOT_IMPLEMENTED) };
    let id = result_id(vm, left);
    operation(vm, left, Value::from_gc(this), id).map(Value::from_gc)
}

/// `s.union(*others)`
pub fn union_all(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
    let id = result_id(vm, this);
    let result = vm.set_copy(this, id)?;
    for &other in others.items() {
        if other != Value::from_gc(this) {
            vm.set_update(result, other)?;
        }
    }
    Ok(result)
}

/// `s | other` as a new exact set.
pub fn union(vm: &mut Vm, this: Gc<Set>, other: Value, id: ShapeId) -> PyResult<Gc<Set>> {
    let result = vm.set_copy(this, id)?;
    vm.set_update(result, other)?;
    Ok(result)
}

/// `s.intersection(*others)`
pub fn intersection_all(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
    let id = result_id(vm, this);
    let mut result = this;
    for &other in others.items() {
        result = vm.set_intersection(result, other, id)?;
    }
    if others.is_empty() { vm.set_copy(this, id) } else { Ok(result) }
}

/// `s.difference(*others)`
pub fn difference_all(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
    let id = result_id(vm, this);
    let [first, rest @ ..] = others.items() else { return vm.set_copy(this, id) };
    let result = vm.set_difference(this, *first, id)?;
    for &other in rest {
        vm.set_difference_update(result, other)?;
    }
    Ok(result)
}

/// The iterable as a set: itself if it is one.
fn as_set(vm: &mut Vm, v: Value) -> PyResult<Gc<Set>> {
    match vm.any_set(v) {
        Some(set) => Ok(set),
        None => vm.set_from_iterable(ids::SET, v),
    }
}

pub fn is_subset(vm: &mut Vm, this: Gc<Set>, other: Value) -> PyResult<bool> {
    let other = as_set(vm, other)?;
    vm.set_is_subset(this, other)
}

pub fn is_superset(vm: &mut Vm, this: Gc<Set>, other: Value) -> PyResult<bool> {
    if let Some(other) = vm.any_set(other) {
        return vm.set_is_subset(other, this);
    }
    let iterator = vm.get_iter(other)?;
    while let Some(key) = vm.iter_next(iterator)? {
        if !vm.set_contains(this, key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn compare(vm: &mut Vm, this: Gc<Set>, value: Value, op: CmpOp) -> PyResult<Value> {
    let Some(other) = vm.any_set(value) else { return Ok(Value::NOT_IMPLEMENTED) };
    let result = match op {
        CmpOp::Eq => equal(vm, this, other)?,
        CmpOp::Ne => !equal(vm, this, other)?,
        CmpOp::Le => vm.set_is_subset(this, other)?,
        CmpOp::Ge => vm.set_is_subset(other, this)?,
        CmpOp::Lt => this.len() < other.len() && vm.set_is_subset(this, other)?,
        CmpOp::Gt => other.len() < this.len() && vm.set_is_subset(other, this)?,
    };
    Ok(Value::bool(result))
}

/// `a op b`; `None`: comparing the elements may run Python code.
pub fn compare_plain(a: &Set, b: &Set, op: CmpOp) -> Option<bool> {
    let differ =
        || a.len() != b.len() || a.hash.get() != 0 && b.hash.get() != 0 && a.hash.get() != b.hash.get();
    match op {
        CmpOp::Eq => Some(!differ() && a.is_subset_plain(b)?),
        CmpOp::Ne => Some(differ() || !a.is_subset_plain(b)?),
        CmpOp::Le => a.is_subset_plain(b),
        CmpOp::Ge => b.is_subset_plain(a),
        CmpOp::Lt => Some(a.len() < b.len() && a.is_subset_plain(b)?),
        CmpOp::Gt => Some(b.len() < a.len() && b.is_subset_plain(a)?),
    }
}

fn equal(vm: &mut Vm, a: Gc<Set>, b: Gc<Set>) -> PyResult<bool> {
    let (x, y) = (a.hash.get(), b.hash.get());
    if a.len() != b.len() || x != 0 && y != 0 && x != y {
        return Ok(false);
    }
    vm.set_is_subset(a, b)
}

/// Operations that look up one element take a set, which cannot be hashed, as the frozenset of it.
pub fn retry_as_frozen<T>(
    vm: &mut Vm,
    key: Value,
    operation: impl Fn(&mut Vm, Value) -> PyResult<T>,
) -> PyResult<T> {
    let result = operation(vm, key);
    let Err(raised) = result else { return result };
    match vm.downcast::<Set>(key) {
        Some(set) if vm.exception_matches(vm.ctx.exception, Exc::TypeError) => {
            vm.take_exception(raised);
            let frozen = vm.set_copy(set, ids::FROZENSET)?;
            operation(vm, Value::from_gc(frozen))
        }
        _ => Err(raised),
    }
}

pub fn repr(vm: &mut Vm, this: Gc<Set>) -> PyResult<Gc<Str>> {
    let value = Value::from_gc(this);
    let name = vm.type_name(value);
    if this.is_empty() {
        return vm.str(&format!("{name}()"));
    }
    let recursive = format!("{name}(...)");
    // CPython shows a copy of the elements, so that their reprs may change the set.
    let items = vm.rooted_items(this);
    let mut items_left = items.iter().copied();
    let inner = vm.repr_sequence(value, ["{", "}", &recursive], |_| Ok(items_left.next()))?;
    if vm.class_of(value) == vm.builtin(ids::SET) || inner.is(&recursive) {
        return Ok(inner);
    }
    let mut text = StrBuilder::new();
    text.push_str(&name);
    text.push_str("(");
    text.push_py(inner);
    text.push_str(")");
    text.finish(vm)
}

/// `(class, ([elements],), state)`
pub fn reduce(vm: &mut Vm, this: Gc<Set>) -> PyResult<Value> {
    let value = Value::from_gc(this);
    let items = vm.rooted_items(this);
    let items = vm.list_from(&items)?;
    let args = vm.tuple(&[Value::from_gc(items)])?;
    let state = vm.call_method(value, "__getstate__", &[])?;
    let cls = Value::from_gc(vm.class_of(value));
    vm.tuple(&[cls, Value::from_gc(args), state]).map(Value::from_gc)
}

pub fn bytes(this: Gc<Set>) -> usize {
    size_of::<Set>() + this.table().map_or(0, |t| crate::heap::Heap::cell_size(t.header()))
}

impl Vm {
    /// The elements now.
    fn rooted_items(&mut self, set: Gc<Set>) -> crate::vm::RootedVec {
        let mut items = self.rooted_vec();
        let mut pos = 0;
        while let Some((key, _)) = set.next_entry(&mut pos) {
            items.push(key);
        }
        items
    }
}
