//! Iteration: iterators, and range loops whose state is in three registers.

use super::jump::COUNTER;
use super::*;
use crate::interp::frame::IN_LOOP;
use crate::interp::{hot, unwind};
use crate::object::ids;
use crate::types::bytes::BytesIter;
use crate::types::dict::DictIter;
use crate::types::generator;
use crate::types::list::{Elements, ListIter};
use crate::types::range::RangeIter;
use crate::types::set::SetIter;
use crate::types::str::{StrIter, Units};
use crate::types::tuple::TupleIter;
use crate::vm::{PyResult, id_of};

pub fn GET_ITER(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let v = base.get(pc.b());
    note!(pc, GET_ITER, Kinds::RAN | kind_of_iterable(v));
    let result = vm.get_iter(v);
    finish!(vm, pc, base, const { Op::GET_ITER.words() }, pc.a(), result)
}

/// Feedback bit for what is iterated over.
fn kind_of_iterable(v: Value) -> u32 {
    match id_of(v) {
        id if ids::is_list(id) => Kinds::LIST,
        ids::TUPLE => Kinds::TUPLE,
        ids::RANGE => Kinds::RANGE,
        id if ids::is_dict(id) => Kinds::DICT,
        ids::GENERATOR => Kinds::GENERATOR,
        _ => Kinds::OTHER,
    }
}

/// Whether it is one of the commonest iterators.
#[inline(always)]
fn is_common(it: Value) -> bool {
    matches!(
        id_of(it),
        ids::LIST_ITERATOR
            | ids::RANGE_ITERATOR
            | ids::TUPLE_ITERATOR
            | ids::STR_ASCII_ITERATOR
            | ids::STR_ITERATOR
            | ids::BYTES_ITERATOR
    )
}

/// The next item of the commonest iterators; outer `None`: another kind of iterator.
#[inline(always)]
pub fn iter_next_fast(vm: &mut Vm, it: Value) -> Option<PyResult<Option<Value>>> {
    if !is_common(it) {
        return None;
    }
    if let Some(it) = vm.exact::<ListIter>(it) {
        return Some(vm.list_iter_next(it));
    }
    if let Some(it) = vm.exact::<RangeIter>(it) {
        return Some(Ok(it.step()));
    }
    if let Some(it) = vm.exact::<TupleIter>(it) {
        return Some(Ok(it.step()));
    }
    if let Some(it) = StrIter::of(it) {
        return Some(vm.str_iter_next(it));
    }
    if let Some(it) = vm.exact::<BytesIter>(it) {
        return Some(Ok(vm.bytes_iter_next(it)));
    }
    None
}

pub fn FOR_ITER(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let heat = pc.word(COUNTER).wrapping_add(1);
    pc.set_word(COUNTER, heat);
    if hot::must_stop(vm, heat) {
        return hot::back_edge(vm, pc, base);
    }
    for_iter(vm, pc, base)
}

/// FOR_ITER without counting: items that are at hand. The end, and everything else, is the other's business.
#[inline(always)]
pub fn for_iter(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let it = base.get(pc.b());
    let (item, kind) = match id_of(it) {
        ids::LIST_ITERATOR => list_item(it),
        ids::RANGE_ITERATOR => {
            (it.exact::<RangeIter>().and_then(|it| it.step()).unwrap_or(Value::UNBOUND), Kinds::RANGE)
        }
        ids::TUPLE_ITERATOR => {
            (it.exact::<TupleIter>().and_then(|it| it.step()).unwrap_or(Value::UNBOUND), Kinds::TUPLE)
        }
        ids::STR_ASCII_ITERATOR | ids::STR_ITERATOR => (str_item(vm, it), Kinds::STR),
        _ => (Value::UNBOUND, 0),
    };
    if !item.is_unbound() {
        note!(pc, FOR_ITER, kind);
        base.set(pc.a(), item);
        return crate::interp::dispatch::go(vm, target!(pc, FOR_ITER), base);
    }
    for_iter_other(vm, pc, base)
}

/// Steps a string iterator; `UNBOUND` at the end or if the character is not Latin-1.
#[inline(always)]
fn str_item(vm: &Vm, it: Value) -> Value {
    let Some(it) = StrIter::of(it) else { return Value::UNBOUND };
    let Some(text) = it.text.get() else { return Value::UNBOUND };
    let index = it.index.get();
    match text.units() {
        Units::One(bytes) if index < bytes.len() => {
            it.index.set(index + 1);
            Value::from_gc(vm.strings.latin1(bytes[index]))
        }
        _ => Value::UNBOUND,
    }
}

/// Steps a list iterator; `UNBOUND` at the end or if the item needs a cell.
#[inline(always)]
fn list_item(it: Value) -> (Value, u32) {
    let none = (Value::UNBOUND, 0);
    let Some(it) = it.exact::<ListIter>() else { return none };
    let Some(list) = it.list.get() else { return none };
    let index = it.index.get();
    if index >= list.len() {
        return none;
    }
    let Some(array) = list.storage() else { return none };
    let Some(word) = array.slots().get(index).map(std::cell::Cell::get) else { return none };
    let (item, kind) = match list.elements() {
        Elements::Any => (word, Kinds::LIST | Kinds::LIST_ANY),
        Elements::Int => (word, Kinds::LIST | Kinds::LIST_INT),
        Elements::F64 => match Value::try_float(f64::from_bits(word.0)) {
            Some(v) => (v, Kinds::LIST | Kinds::LIST_F64),
            None => return none,
        },
    };
    it.index.set(index + 1);
    (item, kind)
}

/// Steps the iterators of dicts, sets and bytes; `UNBOUND` at the end, for other iterators, and where something is to
/// be said.
#[inline(always)]
fn hashed_item(it: Value) -> (Value, u32) {
    let Some(p) = it.as_header() else { return (Value::UNBOUND, 0) };
    // SAFETY: heap pointers in values are live cells; each arm casts to the layout of its id.
    unsafe {
        match id_of(it) {
            ids::DICT_KEY_ITERATOR => (p.cast::<DictIter>().as_ref().step_quick(false), Kinds::OTHER),
            ids::DICT_VALUE_ITERATOR => (p.cast::<DictIter>().as_ref().step_quick(true), Kinds::OTHER),
            ids::SET_ITERATOR => (p.cast::<SetIter>().as_ref().step_quick(), Kinds::OTHER),
            ids::BYTES_ITERATOR => (p.cast::<BytesIter>().as_ref().step_quick(), Kinds::BYTES),
            _ => (Value::UNBOUND, 0),
        }
    }
}

#[inline(never)]
fn for_iter_other(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let it = base.get(pc.b());
    let (item, kind) = hashed_item(it);
    if !item.is_unbound() {
        note!(pc, FOR_ITER, kind);
        base.set(pc.a(), item);
        return crate::interp::dispatch::go(vm, target!(pc, FOR_ITER), base);
    }
    publish(vm, pc, base);
    if id_of(it) == ids::GENERATOR
        && let Some(how) =
            generator::resume_in_place(vm, pc.skip(const { Op::FOR_ITER.words() }), base, IN_LOOP)
    {
        note!(pc, FOR_ITER, Kinds::GENERATOR);
        return super::generator::go_resumed(vm, how);
    }
    let to = target!(pc, FOR_ITER);
    if to.op() == Op::UNPACK as u8 && to.b() == pc.a() {
        match step_unpacked(vm, pc, base) {
            Some(Ok(true)) => {
                note!(pc, FOR_ITER, Kinds::OTHER | Kinds::PARTS);
                note!(to, UNPACK, Kinds::TUPLE);
                next!(vm, to, base, UNPACK)
            }
            Some(Ok(false)) => next!(vm, pc, base, FOR_ITER),
            Some(Err(raised)) => return unwind::raise(vm, pc, base, raised),
            None => {}
        }
    }
    match step(vm, pc, base) {
        Ok(true) => crate::interp::dispatch::go(vm, target!(pc, FOR_ITER), base),
        Ok(false) => next!(vm, pc, base, FOR_ITER),
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

/// Stores the parts of the next item of an iterator that makes tuples, which the loop's body begins with unpacking,
/// without making the tuple; false at the end. `None`: another iterator, or the tuple has a name.
#[inline(never)]
fn step_unpacked(vm: &mut Vm, pc: Pc, base: Base) -> Option<PyResult<bool>> {
    let to = target!(pc, FOR_ITER);
    if pc.a() < base.code().var_count.get() as usize || crate::interp::dispatch::is_tracing() {
        return None;
    }
    next_into(vm, base.get(pc.b()), base.offset(to.a() as isize), to.c())
}

/// Stores the parts of an iterator's next item, which would be a tuple of `count`, in registers; false at the end. `None`:
/// another iterator.
pub fn next_into(vm: &mut Vm, it: Value, to: Base, count: usize) -> Option<PyResult<bool>> {
    let items = crate::types::known::next_parts(vm, it, count)?;
    Some(items.map(|items| {
        let Some(items) = items else { return false };
        for (i, item) in items[..count].iter().enumerate() {
            to.set(i, *item);
        }
        true
    }))
}

/// Stores the next item of any iterator; false at the end. Apart from its handler: items come back through memory.
#[inline(never)]
fn step(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<bool> {
    let it = base.get(pc.b());
    let item = match iter_next_fast(vm, it) {
        Some(item) => {
            note!(pc, FOR_ITER, kind_of_iterator(it));
            item?
        }
        None => {
            note!(pc, FOR_ITER, Kinds::OTHER);
            vm.iter_next(it)?
        }
    };
    if let Some(v) = item {
        base.set(pc.a(), v);
    }
    Ok(item.is_some())
}

/// Feedback bits for one of the commonest iterators; a list's element kind counts.
#[inline(always)]
fn kind_of_iterator(it: Value) -> u32 {
    match id_of(it) {
        ids::LIST_ITERATOR => {
            // SAFETY: the id says so.
            let it: crate::heap::Gc<ListIter> =
                unsafe { crate::heap::Gc::from_header(it.as_header().expect("a cell")) };
            it.list.get().map_or(0, |list| super::item::kind_of_container(Value::from_gc(list)))
        }
        ids::TUPLE_ITERATOR => Kinds::TUPLE,
        ids::STR_ASCII_ITERATOR | ids::STR_ITERATOR => Kinds::STR,
        ids::BYTES_ITERATOR => Kinds::BYTES,
        _ => Kinds::RANGE,
    }
}

pub fn RANGE_PREP(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let (state, window, count) = (pc.a(), pc.b(), pc.c());
    if base.get(window) == vm.range_class {
        let args = base.slice(window + 3, count);
        let parts = match *args {
            [stop] if stop.is_small() => Some((0, stop.small_unchecked(), 1)),
            [start, stop] if Value::both_small(start, stop) => {
                Some((start.small_unchecked(), stop.small_unchecked(), 1))
            }
            [start, stop, step] if Value::both_small(start, stop) && step.is_small() => {
                Some((start.small_unchecked(), stop.small_unchecked(), step.small_unchecked()))
            }
            _ => None,
        };
        if let Some((start, stop, step)) = parts
            && step != 0
        {
            let count = range_len(start, stop, step);
            if let Some(left) = i64::try_from(count).ok().and_then(Value::try_small) {
                pc.set_word(2 + habu_bytecode::feedback::call::KIND, 1);
                base.set(state, Value::small(start));
                base.set(state + 1, left);
                base.set(state + 2, Value::small(step));
                next!(vm, pc, base, RANGE_PREP)
            }
        }
    }
    range_prep_slow(vm, pc, base)
}

/// Number of items of `range(start, stop, step)`.
fn range_len(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 {
        if start >= stop { 0 } else { (stop.abs_diff(start) - 1) / step.unsigned_abs() + 1 }
    } else if start <= stop {
        0
    } else {
        (start.abs_diff(stop) - 1) / step.unsigned_abs() + 1
    }
}

#[cold]
#[inline(never)]
fn range_prep_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    pc.set_word(2 + habu_bytecode::feedback::call::KIND, 2);
    let (state, window, count) = (pc.a(), pc.b(), pc.c());
    let made = tri!(vm, pc, base, vm.call(base.get(window), base.slice(window + 3, count)));
    let it = tri!(vm, pc, base, vm.get_iter(made));
    base.set(state, it);
    base.set(state + 1, Value::UNBOUND);
    base.set(state + 2, Value::UNBOUND);
    next!(vm, pc, base, RANGE_PREP)
}

pub fn FOR_RANGE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let heat = pc.word(COUNTER).wrapping_add(1);
    pc.set_word(COUNTER, heat);
    if hot::must_stop(vm, heat) {
        return hot::back_edge(vm, pc, base);
    }
    for_range(vm, pc, base)
}

/// FOR_RANGE without counting.
#[inline(always)]
pub fn for_range(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let state = pc.b();
    let left = base.get(state + 1);
    if left.is_small() {
        if left == Value::small(0) {
            next!(vm, pc, base, FOR_RANGE)
        }
        let at = base.get(state);
        base.set(state + 1, Value(left.0 - Value::small(1).0));
        // The last step may leave 62 bits; its value is never used, and wraps harmlessly.
        base.set(state, Value(at.0.wrapping_add(base.get(state + 2).0)));
        base.set(pc.a(), at);
        return crate::interp::dispatch::go(vm, target!(pc, FOR_RANGE), base);
    }
    for_range_slow(vm, pc, base)
}

#[inline(never)]
fn for_range_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    match step_range(vm, pc, base) {
        Ok(true) => crate::interp::dispatch::go(vm, target!(pc, FOR_RANGE), base),
        Ok(false) => next!(vm, pc, base, FOR_RANGE),
        Err(raised) => unwind::raise(vm, pc, base, raised),
    }
}

/// As `step`, for the iterator of a FOR_RANGE that is no range of small integers.
#[inline(never)]
fn step_range(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<bool> {
    let item = vm.iter_next(base.get(pc.b()))?;
    if let Some(v) = item {
        base.set(pc.a(), v);
    }
    Ok(item.is_some())
}
