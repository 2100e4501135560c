//! Answers for exact builtin containers, told by type id: what the protocols try before they look
//! up special methods. Each does exactly what the type's own method does.

mod construct;
mod next;
mod order;

pub use construct::construct;
pub use next::{PARTS, next_known, next_parts};
pub use order::{int_word, order_alike, order_known};

use crate::heap::Gc;
use crate::native::Owner;
use crate::object::ids;
use crate::protocol::CmpOp;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::dict::{DictView, What};
use crate::types::int;
use crate::types::native_function;
use crate::types::range::Range;
use crate::types::set::{FrozenSet, Set};
use crate::types::slice::RawSlice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::weakref::{self, WeakRef};
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};

/// `iter(v)`
#[inline]
pub fn iter_known(vm: &mut Vm, v: Value) -> Option<PyResult<Value>> {
    let p = v.as_header()?;
    // SAFETY: heap pointers in values are live cells; each arm casts to the layout of its id.
    unsafe {
        Some(match id_of(v) {
            ids::LIST | ids::LIST_F64 | ids::LIST_INT => vm.list_iter(Gc::from_header(p)).map(Value::from_gc),
            ids::TUPLE => vm.tuple_iter(Gc::from_header(p)).map(Value::from_gc),
            ids::RANGE => vm.range_iter(Gc::from_header(p)),
            ids::DICT | ids::DICT_CELLS => vm.dict_iter(Gc::from_header(p), What::Keys),
            ids::DICT_KEYS | ids::DICT_VALUES | ids::DICT_ITEMS => {
                let view = Gc::<DictView>::from_header(p);
                let dict = view.dict.get()?;
                vm.dict_iter(dict, view.what())
            }
            ids::SET | ids::FROZENSET => vm.set_iter(Gc::from_header(p)),
            ids::STR => vm.str_iter(Gc::from_header(p)).map(Value::from_gc),
            ids::LIST_ITERATOR | ids::TUPLE_ITERATOR | ids::RANGE_ITERATOR => Ok(v),
            ids::ENUMERATE | ids::ZIP | ids::MAP | ids::FILTER | ids::REVERSED | ids::GENERATOR => Ok(v),
            _ => return None,
        })
    }
}

/// `len(v)`
#[inline]
pub fn len_known(v: Value) -> Option<usize> {
    let p = v.as_header()?;
    // SAFETY: as above.
    unsafe {
        Some(match id_of(v) {
            ids::LIST | ids::LIST_F64 | ids::LIST_INT => p.cast::<crate::types::list::List>().as_ref().len(),
            ids::TUPLE => p.cast::<Tuple>().as_ref().len(),
            ids::DICT | ids::DICT_CELLS => p.cast::<crate::types::dict::Dict>().as_ref().len(),
            ids::SET | ids::FROZENSET => p.cast::<Set>().as_ref().len(),
            ids::STR => p.cast::<Str>().as_ref().len(),
            ids::BYTES => p.cast::<Bytes>().as_ref().len(),
            ids::BYTEARRAY => p.cast::<ByteArray>().as_ref().len(),
            ids::RANGE => {
                let length = p.cast::<Range>().as_ref().length.get();
                usize::try_from(length.as_small()?).ok()?
            }
            _ => return None,
        })
    }
}

/// `item in v`
#[inline]
pub fn contains_known(vm: &mut Vm, v: Value, item: Value) -> Option<PyResult<bool>> {
    let p = v.as_header()?;
    // SAFETY: as above.
    unsafe {
        Some(match id_of(v) {
            ids::LIST | ids::LIST_F64 | ids::LIST_INT => {
                vm.list_find(Gc::from_header(p), item, 0, usize::MAX).map(|at| at.is_some())
            }
            ids::TUPLE => {
                let tuple = Gc::<Tuple>::from_header(p);
                vm.tuple_find(tuple, item, 0, tuple.len()).map(|at| at.is_some())
            }
            ids::DICT | ids::DICT_CELLS => vm.dict_contains(Gc::from_header(p), item),
            // A set as item is looked up as a frozenset, which the method sees to.
            ids::SET | ids::FROZENSET if id_of(item) != ids::SET => vm.set_contains(Gc::from_header(p), item),
            ids::RANGE if item.is_small() => {
                vm.range_position(Gc::from_header(p), item).map(|at| at.is_some())
            }
            ids::STR => {
                let item = item.exact::<Str>()?;
                Ok(p.cast::<Str>().as_ref().units().contains(item.units()))
            }
            _ => return None,
        })
    }
}

/// `hash(v)`
#[inline]
pub fn hash_known(vm: &mut Vm, v: Value) -> Option<PyResult<i64>> {
    if v.is_inline_float() {
        return int::hash_f64(v.inline_float_unchecked()).map(Ok);
    }
    match id_of(v) {
        ids::TUPLE => {
            let tuple = v.exact::<Tuple>()?;
            Some(vm.enter_call().and_then(|()| vm.tuple_hash(tuple)))
        }
        ids::FROZENSET => v.exact::<FrozenSet>().map(|set| Ok(set.hash_value())),
        ids::BYTES => v.exact::<Bytes>().map(|bytes| Ok(bytes.hash_value())),
        ids::TYPE | ids::FUNCTION => Some(Ok(int::hash_identity(v))),
        ids::WEAKREF => v.exact::<WeakRef>().map(|weak| weakref::hash(vm, weak)),
        _ => None,
    }
}

/// `hash(v)` by the `__hash__` that was found for it, if that is the own one of an object, a tuple, an int or a str.
#[inline]
pub fn hash_by(vm: &mut Vm, f: Value, v: Value) -> Option<PyResult<i64>> {
    if !matches!(id_of(f), ids::WRAPPER_DESCRIPTOR | ids::METHOD_DESCRIPTOR) {
        return None;
    }
    let decl = native_function::of(f).decl.get().filter(|decl| decl.name == "__hash__")?;
    match decl.owner {
        Owner::Type { id: ids::OBJECT, .. } if v.is_pointer() => Some(Ok(int::hash_identity(v))),
        Owner::Type { id: ids::TUPLE, .. } => {
            let tuple = vm.downcast::<Tuple>(v)?;
            Some(vm.enter_call().and_then(|()| vm.tuple_hash(tuple)))
        }
        Owner::Type { id: ids::INT, .. } => {
            let n = int::as_int(vm, v)?;
            Some(Ok(n.as_small().map_or_else(|| int::hash(n), int::hash_small)))
        }
        Owner::Type { id: ids::STR, .. } => vm.downcast::<Str>(v).map(|text| Ok(text.hash_value())),
        _ => None,
    }
}

/// Whether the `__eq__` that was found is the one of `object`, which asks for identity.
#[inline]
pub fn is_identity_eq(f: Value) -> bool {
    matches!(id_of(f), ids::WRAPPER_DESCRIPTOR | ids::METHOD_DESCRIPTOR)
        && native_function::of(f)
            .decl
            .get()
            .is_some_and(|decl| matches!(decl.owner, Owner::Type { id: ids::OBJECT, .. }))
}

/// `a op b` for two exact lists or sets, or two tuples, also instances of subclasses that compare as tuples do.
#[inline]
pub fn compare_known(vm: &mut Vm, a: Value, b: Value, op: CmpOp) -> Option<PyResult<Value>> {
    if let (ids::SET | ids::FROZENSET, ids::SET | ids::FROZENSET) = (id_of(a), id_of(b)) {
        return Some(crate::types::set::compare(vm, vm.any_set(a)?, b, op));
    }
    if let (Some(x), Some(y)) = (a.exact::<Tuple>(), b.exact::<Tuple>()) {
        return Some(tuples(vm, x, y, op));
    }
    if let (Some(a), Some(b)) = (a.exact_list(), b.exact_list()) {
        return Some(vm.list_compare(a, b, op));
    }
    let (a, b) = vm.tuples_alike(a, b, op)?;
    Some(tuples(vm, a, b, op))
}

fn tuples(vm: &mut Vm, a: Gc<Tuple>, b: Gc<Tuple>, op: CmpOp) -> PyResult<Value> {
    match order_alike(vm, Value::from_gc(a), Value::from_gc(b), op) {
        Some(order) => Ok(Value::bool(op.of(order))),
        None => vm.tuple_compare(a, b, op),
    }
}

/// `v[start:stop]` for exact lists, tuples, strings and byte strings.
#[inline]
pub fn slice_known(vm: &mut Vm, v: Value, start: Value, stop: Value) -> Option<PyResult<Value>> {
    let raw = match (start, stop) {
        (Value::NONE, Value::NONE) => RawSlice::ALL,
        (Value::NONE, stop) => RawSlice { stop: stop.as_small()?, ..RawSlice::ALL },
        (start, Value::NONE) => RawSlice { start: start.as_small()?, ..RawSlice::ALL },
        (start, stop) => RawSlice { start: start.as_small()?, stop: stop.as_small()?, step: 1 },
    };
    if let Some(list) = v.exact_list() {
        return Some(vm.list_slice(list, raw.fit(list.len())).map(Value::from_gc));
    }
    if let Some(text) = v.exact::<Str>() {
        let span = raw.fit(text.len());
        let start = span.start as usize;
        return Some(vm.str_slice(text, start, start + span.count).map(Value::from_gc));
    }
    if let Some(bytes) = v.exact::<Bytes>() {
        let span = raw.fit(bytes.len());
        if span.count == bytes.len() {
            return Some(Ok(v));
        }
        let start = span.start as usize;
        return Some(vm.bytes_value(&bytes.as_slice()[start..start + span.count]));
    }
    if let Some(bytes) = v.exact::<ByteArray>() {
        let span = raw.fit(bytes.len());
        let start = span.start as usize;
        return Some(vm.bytearray(&bytes.as_slice()[start..start + span.count]).map(Value::from_gc));
    }
    let tuple = v.exact::<Tuple>()?;
    let span = raw.fit(tuple.len());
    let start = span.start as usize;
    Some(vm.tuple_range(tuple, start, start + span.count).map(Value::from_gc))
}
