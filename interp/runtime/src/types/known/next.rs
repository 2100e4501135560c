//! One step of any iterator of the builtin containers, told by type id.

use crate::heap::{Gc, Header, Layout, ShapeId};
use crate::object::ids;
use crate::types::{
    dict, enumerate, filter, list, map, memoryview, range, reversed, seq_iter, set, str, tuple, zip,
};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ptr::NonNull;

/// # Safety
/// The cell's id must be `T`'s.
unsafe fn cast<T: Layout>(p: NonNull<Header>) -> Gc<T> {
    // SAFETY: the caller's promise.
    unsafe { Gc::from_header(p) }
}

/// Next item of a builtin iterator; the outer `None` for any other object. Does what `__next__`
/// does, without an exception at the end.
#[inline]
pub fn next_known(vm: &mut Vm, it: Value) -> Option<PyResult<Option<Value>>> {
    let p = it.as_header()?;
    // SAFETY: heap pointers in values are live cells; each arm casts to the layout of its id.
    unsafe {
        let id: ShapeId = p.as_ref().id.get();
        Some(match id {
            ids::LIST_ITERATOR => vm.list_iter_next(cast(p)),
            ids::TUPLE_ITERATOR => Ok(cast::<tuple::TupleIter>(p).step()),
            ids::RANGE_ITERATOR => Ok(cast::<range::RangeIter>(p).step()),
            ids::DICT_KEY_ITERATOR | ids::DICT_VALUE_ITERATOR | ids::DICT_ITEM_ITERATOR => {
                dict::iter_next(vm, Gc::from_header(p))
            }
            ids::DICT_REV_KEY_ITERATOR | ids::DICT_REV_VALUE_ITERATOR | ids::DICT_REV_ITEM_ITERATOR => {
                dict::iter_previous(vm, Gc::from_header(p))
            }
            ids::ENUMERATE => enumerate::next(vm, cast(p)),
            ids::ZIP => zip::next(vm, cast(p)),
            ids::MAP => map::next(vm, cast(p)),
            ids::FILTER => filter::next(vm, cast(p)),
            ids::REVERSED => reversed::next(vm, cast(p)),
            ids::SET_ITERATOR => set::iter_next(vm, cast(p)),
            ids::LIST_REV_ITERATOR => vm.list_rev_iter_next(cast::<list::ListRevIter>(p)),
            ids::LONG_RANGE_ITERATOR => range::long_next(vm, cast(p)),
            ids::STR_ASCII_ITERATOR | ids::STR_ITERATOR => vm.str_iter_next(cast::<str::StrIter>(p)),
            ids::BYTES_ITERATOR => Ok(vm.bytes_iter_next(cast(p))),
            ids::MEMORY_ITERATOR => memoryview::iter_next(vm, cast(p)),
            ids::SEQ_ITERATOR => seq_iter::next(vm, cast(p)),
            ids::CALLABLE_ITERATOR => seq_iter::callable_next(vm, cast(p)),
            _ => return None,
        })
    }
}

/// Most parts that `next_parts` gives.
pub const PARTS: usize = 4;

/// The `count` parts of the tuple that a builtin iterator would yield next. The outer `None`: another iterator, or it
/// yields something else.
#[inline]
pub fn next_parts(vm: &mut Vm, it: Value, count: usize) -> Option<PyResult<Option<[Value; PARTS]>>> {
    let p = it.as_header()?;
    // SAFETY: heap pointers in values are live cells; each arm casts to the layout of its id.
    unsafe {
        let id: ShapeId = p.as_ref().id.get();
        let pair = match (id, count) {
            (ids::DICT_ITEM_ITERATOR, 2) => dict::next_entry(vm, Gc::from_header(p)),
            (ids::ENUMERATE, 2) => enumerate::next_pair(vm, cast(p)),
            (ids::ZIP, _) => return zip::next_parts(vm, cast(p), count),
            _ => return None,
        };
        Some(pair.map(|pair| pair.map(|(a, b)| [a, b, Value::NONE, Value::NONE])))
    }
}
