//! The Python type `frozenset`.

use super::shared::{self, retry_as_frozen, with_left_set, with_set};
use super::{FrozenSet, Set};
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::class_getitem::class_getitem;
use crate::types::dict::Dict;
use crate::types::seq_iter::no_keywords_unless_init;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// An immutable, hashable collection of distinct elements without order.
#[py_type(name = "frozenset", id = ids::FROZENSET, subclassable)]
impl FrozenSet {
    #[new(sig = "(iterable=(), /, **kwargs)")]
    fn __new__(vm: &mut Vm, cls: Gc<Type>, iterable: Value, kwargs: Gc<Dict>) -> PyResult<Value> {
        no_keywords_unless_init(vm, cls, ids::FROZENSET, kwargs)?;
        if cls == vm.builtin(ids::FROZENSET) && iterable.is_exact::<FrozenSet>() {
            return Ok(iterable);
        }
        let set = shared::alloc(vm, cls)?;
        vm.set_update(set, iterable)?;
        Ok(Value::from_gc(set))
    }
    #[method]
    fn __hash__(_vm: &mut Vm, this: Gc<FrozenSet>) -> i64 {
        this.hash_value()
    }
    /// A shallow copy: itself, unless of a subclass.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<FrozenSet>) -> PyResult<Value> {
        if Value::from_gc(this).is_exact::<FrozenSet>() {
            return Ok(Value::from_gc(this));
        }
        vm.set_copy(plain(this), ids::FROZENSET).map(Value::from_gc)
    }
    #[method]
    fn __len__(_vm: &mut Vm, this: Gc<FrozenSet>) -> usize {
        this.set.len()
    }
    /// Whether the object is in the set.
    #[method(sig = "(object, /)")]
    fn __contains__(vm: &mut Vm, this: Gc<FrozenSet>, object: Value) -> PyResult<bool> {
        retry_as_frozen(vm, object, |vm, key| vm.set_contains(plain(this), key))
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<FrozenSet>) -> PyResult<Value> {
        vm.set_iter(plain(this))
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<FrozenSet>) -> PyResult<Gc<Str>> {
        shared::repr(vm, plain(this))
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        shared::compare(vm, plain(this), value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        shared::compare(vm, plain(this), value, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        shared::compare(vm, plain(this), value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        shared::compare(vm, plain(this), value, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        shared::compare(vm, plain(this), value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        shared::compare(vm, plain(this), value, CmpOp::Ge)
    }
    #[method]
    fn __or__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_set(vm, plain(this), value, shared::union)
    }
    #[method]
    fn __ror__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_left_set(vm, plain(this), value, shared::union)
    }
    #[method]
    fn __and__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_set(vm, plain(this), value, Vm::set_intersection)
    }
    #[method]
    fn __rand__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_left_set(vm, plain(this), value, Vm::set_intersection)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_set(vm, plain(this), value, Vm::set_difference)
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_left_set(vm, plain(this), value, Vm::set_difference)
    }
    #[method]
    fn __xor__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_set(vm, plain(this), value, Vm::set_symmetric_difference)
    }
    #[method]
    fn __rxor__(vm: &mut Vm, this: Gc<FrozenSet>, value: Value) -> PyResult<Value> {
        with_left_set(vm, plain(this), value, Vm::set_symmetric_difference)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<FrozenSet>) -> PyResult<Value> {
        shared::reduce(vm, plain(this))
    }
    /// Bytes that the set takes, not counting its elements.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<FrozenSet>) -> usize {
        shared::bytes(plain(this))
    }
    /// A new set of the elements of this and all the others.
    #[method(sig = "(*others)")]
    fn union(vm: &mut Vm, this: Gc<FrozenSet>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
        shared::union_all(vm, plain(this), others)
    }
    /// A new set of the elements that all of them have.
    #[method(sig = "(*others)")]
    fn intersection(vm: &mut Vm, this: Gc<FrozenSet>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
        shared::intersection_all(vm, plain(this), others)
    }
    /// A new set of the elements that none of the others has.
    #[method(sig = "(*others)")]
    fn difference(vm: &mut Vm, this: Gc<FrozenSet>, others: Gc<Tuple>) -> PyResult<Gc<Set>> {
        shared::difference_all(vm, plain(this), others)
    }
    /// A new set of the elements that are in exactly one of the two.
    #[method]
    fn symmetric_difference(vm: &mut Vm, this: Gc<FrozenSet>, other: Value) -> PyResult<Gc<Set>> {
        let id = shared::result_id(vm, plain(this));
        vm.set_symmetric_difference(plain(this), other, id)
    }
    /// Whether the two have no element in common.
    #[method]
    fn isdisjoint(vm: &mut Vm, this: Gc<FrozenSet>, other: Value) -> PyResult<bool> {
        vm.set_is_disjoint(plain(this), other)
    }
    /// Whether the other has every element of this.
    #[method]
    fn issubset(vm: &mut Vm, this: Gc<FrozenSet>, other: Value) -> PyResult<bool> {
        shared::is_subset(vm, plain(this), other)
    }
    /// Whether this has every element of the other.
    #[method]
    fn issuperset(vm: &mut Vm, this: Gc<FrozenSet>, other: Value) -> PyResult<bool> {
        shared::is_superset(vm, plain(this), other)
    }
    /// A generic alias: `frozenset[int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
}

/// Handle to the cell as a set's.
fn plain(this: Gc<FrozenSet>) -> Gc<Set> {
    // SAFETY: a frozenset's cell is a set's.
    unsafe { Gc::from_header(this.header()) }
}

/// CPython's hash of frozensets, which doesn't depend on the order of the elements.
impl FrozenSet {
    /// Its hash, computed once.
    #[inline]
    pub fn hash_value(&self) -> i64 {
        let set = &self.set;
        if set.hash.get() == 0 {
            set.hash.set(hash(set));
        }
        set.hash.get()
    }
}

fn hash(set: &Set) -> i64 {
    let mut pos = 0;
    let mut hash = 0;
    while let Some((_, element)) = set.next_entry(&mut pos) {
        hash ^= shuffle(element as u64);
    }
    combine(hash, set.len() as u64)
}

fn shuffle(hash: u64) -> u64 {
    ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167)
}

fn combine(elements: u64, len: u64) -> i64 {
    let mut hash = elements ^ (len + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX { 590_923_713 } else { hash as i64 }
}

#[cfg(test)]
mod tests {
    use super::{combine, shuffle};

    #[test]
    fn hash_as_cpython() {
        let hash = |elements: &[u64]| {
            combine(elements.iter().fold(0, |h, &e| h ^ shuffle(e)), elements.len() as u64)
        };
        assert_eq!(hash(&[]), 133_146_708_735_736);
        assert_eq!(hash(&[1]), -558_064_481_276_695_278);
        assert_eq!(hash(&[3, 1, 2]), -272_375_401_224_217_160);
    }
}
