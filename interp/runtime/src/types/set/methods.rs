//! The Python type `set`.

use super::Set;
use super::shared::{self, retry_as_frozen, with_left_set, with_set};
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::class_getitem::class_getitem;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// A collection of distinct elements, each hashable, without order.
#[py_type(name = "set", id = ids::SET, subclassable)]
impl Set {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Set>> {
        shared::alloc(vm, cls)
    }
    #[method(sig = "(iterable=(), /)")]
    fn __init__(vm: &mut Vm, this: Gc<Set>, iterable: Value) -> PyResult<()> {
        vm.set_clear(this);
        vm.set_update(this, iterable)
    }
    #[method]
    fn __len__(_vm: &mut Vm, this: Gc<Set>) -> usize {
        this.len()
    }
    /// Whether the object is in the set.
    #[method(sig = "(object, /)")]
    fn __contains__(vm: &mut Vm, this: Gc<Set>, object: Value) -> PyResult<bool> {
        retry_as_frozen(vm, object, |vm, key| vm.set_contains(this, key))
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Set>) -> PyResult<Value> {
        vm.set_iter(this)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Set>) -> PyResult<Gc<Str>> {
        shared::repr(vm, this)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        shared::compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        shared::compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        shared::compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        shared::compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        shared::compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        shared::compare(vm, this, value, CmpOp::Ge)
    }
    #[method]
    fn __or__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_set(vm, this, value, shared::union)
    }
    #[method]
    fn __ror__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_left_set(vm, this, value, shared::union)
    }
    #[method]
    fn __and__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_set(vm, this, value, Vm::set_intersection)
    }
    #[method]
    fn __rand__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_left_set(vm, this, value, Vm::set_intersection)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_set(vm, this, value, Vm::set_difference)
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_left_set(vm, this, value, Vm::set_difference)
    }
    #[method]
    fn __xor__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_set(vm, this, value, Vm::set_symmetric_difference)
    }
    #[method]
    fn __rxor__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        with_left_set(vm, this, value, Vm::set_symmetric_difference)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Set>) -> PyResult<Value> {
        shared::reduce(vm, this)
    }
    /// Bytes that the set takes, not counting its elements.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Set>) -> usize {
        shared::bytes(this)
    }
    /// A new set of the elements of this and all the others.
    #[method(sig = "(*others)")]
    fn union(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
        shared::union_all(vm, this, others)
    }
    /// A new set of the elements that all of them have.
    #[method(sig = "(*others)")]
    fn intersection(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
        shared::intersection_all(vm, this, others)
    }
    /// A new set of the elements that none of the others has.
    #[method(sig = "(*others)")]
    fn difference(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
        shared::difference_all(vm, this, others)
    }
    /// A new set of the elements that are in exactly one of the two.
    #[method]
    fn symmetric_difference(vm: &mut Vm, this: Gc<Set>, other: Value) -> PyResult<Gc<Set>> {
        let id = shared::result_id(vm, this);
        vm.set_symmetric_difference(this, other, id)
    }
    /// Whether the two have no element in common.
    #[method]
    fn isdisjoint(vm: &mut Vm, this: Gc<Set>, other: Value) -> PyResult<bool> {
        vm.set_is_disjoint(this, other)
    }
    /// Whether the other has every element of this.
    #[method]
    fn issubset(vm: &mut Vm, this: Gc<Set>, other: Value) -> PyResult<bool> {
        shared::is_subset(vm, this, other)
    }
    /// Whether this has every element of the other.
    #[method]
    fn issuperset(vm: &mut Vm, this: Gc<Set>, other: Value) -> PyResult<bool> {
        shared::is_superset(vm, this, other)
    }
    /// A generic alias: `set[int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
    #[method]
    fn __ior__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        if vm.any_set(value).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        vm.set_update(this, value)?;
        Ok(Value::from_gc(this))
    }
    #[method]
    fn __iand__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        if vm.any_set(value).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        intersect(vm, this, value)?;
        Ok(Value::from_gc(this))
    }
    #[method]
    fn __isub__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        if vm.any_set(value).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        vm.set_difference_update(this, value)?;
        Ok(Value::from_gc(this))
    }
    #[method]
    fn __ixor__(vm: &mut Vm, this: Gc<Set>, value: Value) -> PyResult<Value> {
        if vm.any_set(value).is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        vm.set_symmetric_difference_update(this, value)?;
        Ok(Value::from_gc(this))
    }
    /// Adds an element, unless it is there.
    #[method]
    fn add(vm: &mut Vm, this: Gc<Set>, object: Value) -> PyResult<()> {
        vm.set_add(this, object).map(drop)
    }
    /// Removes an element if it is there.
    #[method]
    fn discard(vm: &mut Vm, this: Gc<Set>, object: Value) -> PyResult<()> {
        retry_as_frozen(vm, object, |vm, key| vm.set_discard(this, key)).map(drop)
    }
    /// Removes an element.
    ///
    /// Raises KeyError if it isn't there.
    #[method]
    fn remove(vm: &mut Vm, this: Gc<Set>, object: Value) -> PyResult<()> {
        match retry_as_frozen(vm, object, |vm, key| vm.set_discard(this, key))? {
            true => Ok(()),
            false => Err(vm.key_error(object)),
        }
    }
    /// Removes and returns some element.
    ///
    /// Raises KeyError if the set is empty.
    #[method]
    fn pop(vm: &mut Vm, this: Gc<Set>) -> PyResult<Value> {
        match vm.set_pop(this) {
            Some(key) => Ok(key),
            None => {
                let text = vm.str("pop from an empty set")?;
                Err(vm.key_error(Value::from_gc(text)))
            }
        }
    }
    /// Removes all elements.
    #[method(effects(no_python))]
    fn clear(vm: &mut Vm, this: Gc<Set>) {
        vm.set_clear(this);
    }
    /// A shallow copy.
    #[method(effects(no_python))]
    fn copy(vm: &mut Vm, this: Gc<Set>) -> PyResult<Gc<Set>> {
        vm.set_copy(this, ids::SET)
    }
    /// Adds the elements of all the others.
    #[method(sig = "(*others)")]
    fn update(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<()> {
        for &other in others.items() {
            vm.set_update(this, other)?;
        }
        Ok(())
    }
    /// Removes the elements that one of the others has not.
    #[method(sig = "(*others)")]
    fn intersection_update(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<()> {
        let result = shared::intersection_all(vm, this, others)?;
        vm.set_swap(this, result);
        Ok(())
    }
    /// Removes the elements that one of the others has.
    #[method(sig = "(*others)")]
    fn difference_update(vm: &mut Vm, this: Gc<Set>, others: Gc<Tuple>) -> PyResult<()> {
        for &other in others.items() {
            vm.set_difference_update(this, other)?;
        }
        Ok(())
    }
    /// Keeps the elements that are in exactly one of the two, and adds the other's.
    #[method]
    fn symmetric_difference_update(vm: &mut Vm, this: Gc<Set>, other: Value) -> PyResult<()> {
        vm.set_symmetric_difference_update(this, other)
    }
}

/// `s &= other`
fn intersect(vm: &mut Vm, set: Gc<Set>, other: Value) -> PyResult<()> {
    let result = vm.set_intersection(set, other, ids::SET)?;
    vm.set_swap(set, result);
    Ok(())
}
