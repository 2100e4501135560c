//! Items and slices.

use super::*;
use crate::object::{Special, ids};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::list::{Array, Elements, List};
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::types::typed_array;
use crate::vm::{PyResult, id_of};
use habu_bytecode::feedback::shape;

/// `list[i]`/`tuple[i]` for a small integer in range, without anything that may raise or allocate.
#[inline(always)]
pub fn get_item_fast(vm: &Vm, v: Value, key: Value) -> Option<Value> {
    let i = key.as_small()?;
    if let Some(list) = vm.exact_list(v) {
        return get_fast(list, i);
    }
    let tuple = vm.exact::<Tuple>(v)?;
    let i = if i < 0 { i + tuple.len() as i64 } else { i };
    tuple.items().get(usize::try_from(i).ok()?).copied()
}

/// An item of a list, unless it is out of range or needs a heap float.
#[inline(always)]
fn get_fast(list: crate::heap::Gc<List>, i: i64) -> Option<Value> {
    let len = list.len();
    let i = usize::try_from(if i < 0 { i + len as i64 } else { i }).ok()?;
    if i >= len {
        return None;
    }
    let array = list.storage()?;
    let word = array.slots()[i].get();
    if list.elements() == Elements::F64 { Value::try_float(f64::from_bits(word.0)) } else { Some(word) }
}

/// Feedback bits for a container.
#[inline(always)]
pub fn kind_of_container(v: Value) -> u32 {
    match crate::vm::id_of(v) {
        crate::object::ids::LIST_F64 => Kinds::LIST | Kinds::LIST_F64,
        crate::object::ids::LIST_INT => Kinds::LIST | Kinds::LIST_INT,
        crate::object::ids::LIST => Kinds::LIST | Kinds::LIST_ANY,
        crate::object::ids::TUPLE => Kinds::TUPLE,
        ids::STR => Kinds::STR,
        ids::BYTES => Kinds::BYTES,
        ids::BYTEARRAY => Kinds::BYTEARRAY,
        id if ids::is_dict(id) => Kinds::DICT,
        _ => Kinds::OTHER,
    }
}

/// Feedback bits for a container and what it is subscripted with: only small integers tell more than the general road.
#[inline(always)]
fn kind_of_item(v: Value, key: Value) -> u32 {
    Kinds::RAN | if key.is_small() { kind_of_container(v) } else { Kinds::OTHER }
}

/// Where an instruction notes containers that `Kinds` has no bit for.
const fn shape_word(op: Op) -> usize {
    match op.info().ext_offset(habu_bytecode::op::Ext::Shape) {
        Some(at) => at,
        None => unreachable!(),
    }
}

/// Notes such a container.
#[inline(always)]
fn note_shape(pc: Pc, at: usize, v: Value) {
    let (old, id) = (pc.word(at), id_of(v).0);
    if old & shape::ID != id {
        note_other_shape(pc, at, v);
    }
}

#[inline(never)]
fn note_other_shape(pc: Pc, at: usize, v: Value) {
    let (old, id) = (pc.word(at), id_of(v).0);
    let new = match id {
        _ if old != 0 || id > shape::ID => old | shape::OTHERS,
        _ => id | u32::from(typed_array::code_of(v)) << shape::CODE_SHIFT,
    };
    if new != old {
        pc.set_word(at, new);
    }
}

/// `v[key]` for native code: as the handler below, but for its frame.
pub fn get_item(vm: &mut Vm, v: Value, key: Value) -> PyResult {
    if let Some(item) = get_item_fast(vm, v, key) {
        return Ok(item);
    }
    if let Some(i) = key.as_small()
        && let Some(item) = typed_array::get_known(v, i)
    {
        return Ok(item);
    }
    match known_item(vm, v, key) {
        Value::UNBOUND => get_item_any(vm, v, key),
        item => Ok(item),
    }
}

/// Slices of lists, and the items of native types that are not known here, without going through a call.
#[inline(never)]
fn get_item_any(vm: &mut Vm, v: Value, key: Value) -> PyResult {
    if kind_of_container(v) == Kinds::OTHER {
        if let Some(f) = vm.lookup_special(v, Special::GetItem)
            && let Some(entry) = native_entry(f, 2)
        {
            vm.enter_call()?;
            return entry(vm, &[v, key]);
        }
    } else if let (Some(list), Some(slice)) = (v.exact_list(), key.exact::<Slice>()) {
        let raw = vm.slice_unpack(slice)?;
        return vm.list_slice(list, raw.fit(list.len())).map(Value::from_gc);
    }
    vm.get_item(v, key)
}

pub use crate::types::native_function::method_entry as native_entry;

/// Apart from its handler: the arguments are in memory.
#[inline(never)]
fn call_entry(vm: &mut Vm, entry: crate::native::NativeFn, v: Value, key: Value) -> PyResult {
    vm.enter_call()?;
    entry(vm, &[v, key])
}

pub fn GET_ITEM(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let (v, key) = (base.get(pc.b()), base.get(pc.c()));
    // Negative subscripts are beyond any length here.
    let i = key.small_unchecked() as usize;
    if !key.is_small() || !v.is_pointer() {
        return get_item_slow(vm, pc, base);
    }
    // Branches, since which container it is can then be foreseen apart from where the next instruction is.
    let id = id_of(v);
    if ids::is_list(id) {
        let Some(word) = list_word(v, i) else { return get_item_counted(vm, pc, base) };
        let (item, kinds) = match id {
            ids::LIST_F64 => (Value::try_float(f64::from_bits(word.0)), Kinds::LIST | Kinds::LIST_F64),
            ids::LIST_INT => (Some(word), Kinds::LIST | Kinds::LIST_INT),
            _ => (Some(word), Kinds::LIST | Kinds::LIST_ANY),
        };
        let Some(item) = item else { return get_item_counted(vm, pc, base) };
        note!(pc, GET_ITEM, kinds);
        base.set(pc.a(), item);
        next!(vm, pc, base, GET_ITEM)
    }
    if id == ids::TUPLE {
        let Some(item) = v.exact::<Tuple>().and_then(|t| t.items().get(i).copied()) else {
            return get_item_counted(vm, pc, base);
        };
        note!(pc, GET_ITEM, Kinds::TUPLE);
        base.set(pc.a(), item);
        next!(vm, pc, base, GET_ITEM)
    }
    get_item_unit(vm, pc, base)
}

/// A character or byte.
#[inline(never)]
fn get_item_unit(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = base.get(pc.b());
    match known_item(vm, v, base.get(pc.c())) {
        Value::UNBOUND => get_item_slow(vm, pc, base),
        item => {
            note!(pc, GET_ITEM, Kinds::RAN | kind_of_container(v));
            base.set(pc.a(), item);
            next!(vm, pc, base, GET_ITEM)
        }
    }
}

/// The word of item `i` of an exact list.
#[inline(always)]
fn list_word(list: Value, i: usize) -> Option<Value> {
    // SAFETY: the caller matched the id.
    let list: crate::heap::Gc<List> = unsafe { crate::heap::Gc::from_header(list.as_header()?) };
    if i >= list.len() {
        return None;
    }
    // SAFETY: a list that has items has storage for them.
    let array = unsafe { list.storage().unwrap_unchecked() };
    // SAFETY: as above.
    Some(unsafe { array.slots().get_unchecked(i) }.get())
}

/// Subscripts that count from the end, among others.
#[inline(never)]
fn get_item_counted(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let container = base.get(pc.b());
    if let Some(v) = get_item_fast(vm, container, base.get(pc.c())) {
        note!(pc, GET_ITEM, kind_of_container(container));
        base.set(pc.a(), v);
        next!(vm, pc, base, GET_ITEM)
    }
    get_item_slow(vm, pc, base)
}

#[inline(never)]
fn get_item_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let (v, key) = (base.get(pc.b()), base.get(pc.c()));
    if let Some(dict) = vm.exact_dict(v)
        && let Some(item) = dict.get_plain(key)
    {
        note!(pc, GET_ITEM, Kinds::RAN | if key.is_small() { Kinds::DICT } else { Kinds::OTHER });
        base.set(pc.a(), item);
        next!(vm, pc, base, GET_ITEM)
    }
    if kind_of_container(v) == Kinds::OTHER {
        note!(pc, GET_ITEM, Kinds::RAN | Kinds::OTHER);
        note_shape(pc, const { shape_word(Op::GET_ITEM) }, v);
        if let Some(i) = key.as_small()
            && let Some(item) = typed_array::get_known(v, i)
        {
            base.set(pc.a(), item);
            next!(vm, pc, base, GET_ITEM)
        }
    }
    publish(vm, pc, base);
    note!(pc, GET_ITEM, kind_of_item(v, base.get(pc.c())));
    if id_of(v).0 >= ids::FIRST_DYNAMIC
        && let Some(f) = vm.lookup_special(v, Special::GetItem)
    {
        if id_of(f) == ids::FUNCTION {
            return super::call::call_getitem(vm, pc, base, f);
        }
        if let Some(entry) = native_entry(f, 2) {
            let result = call_entry(vm, entry, v, key);
            finish!(vm, pc, base, const { Op::GET_ITEM.words() }, pc.a(), result)
        }
    }
    let result = match known_item(vm, v, base.get(pc.c())) {
        Value::UNBOUND => get_item_any(vm, v, base.get(pc.c())),
        item => Ok(item),
    };
    finish!(vm, pc, base, const { Op::GET_ITEM.words() }, pc.a(), result)
}

/// A character or byte by a small integer in range, or `UNBOUND`.
#[inline(always)]
fn known_item(vm: &Vm, v: Value, key: Value) -> Value {
    let Some(i) = key.as_small() else { return Value::UNBOUND };
    let bytes = match id_of(v) {
        ids::STR => return vm.str_item_quick(v, i).unwrap_or(Value::UNBOUND),
        ids::BYTES => v.exact::<Bytes>().map_or(&[][..], |b| bytes_of(b.as_slice())),
        ids::BYTEARRAY => v.exact::<ByteArray>().map_or(&[][..], |b| bytes_of(b.as_slice())),
        _ => return Value::UNBOUND,
    };
    let i = if i < 0 { i + bytes.len() as i64 } else { i };
    bytes.get(i as usize).map_or(Value::UNBOUND, |b| Value::small(i64::from(*b)))
}

/// The slice without the tie to its handle: it is used up before anything can run.
#[inline(always)]
fn bytes_of<'a>(bytes: &[u8]) -> &'a [u8] {
    // SAFETY: the cell is in a register, and the caller neither allocates nor stores while it has the slice.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr(), bytes.len()) }
}

pub fn SET_ITEM(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let (v, key, item) = (base.get(pc.a()), base.get(pc.b()), base.get(pc.c()));
    // Negative subscripts are beyond any length here.
    let i = key.small_unchecked() as usize;
    if key.is_small()
        && v.is_pointer()
        && let Some((list, array)) = list_and_storage(v)
        && i < list.len()
    {
        // SAFETY: a list that has items has storage for them.
        let slot = unsafe { array.unwrap_unchecked().slots().get_unchecked(i) };
        match list.elements() {
            Elements::Int if item.is_small() => {
                slot.set(item);
                note!(pc, SET_ITEM, Kinds::LIST | Kinds::LIST_INT);
                next!(vm, pc, base, SET_ITEM)
            }
            Elements::F64 if item.is_inline_float() => {
                slot.set(Value(item.inline_float_unchecked().to_bits()));
                note!(pc, SET_ITEM, Kinds::LIST | Kinds::LIST_F64);
                next!(vm, pc, base, SET_ITEM)
            }
            Elements::Any if !item.is_pointer() => {
                slot.set(item);
                note!(pc, SET_ITEM, Kinds::LIST | Kinds::LIST_ANY);
                next!(vm, pc, base, SET_ITEM)
            }
            _ => {}
        }
    }
    set_item_counted(vm, pc, base)
}

/// An exact list and where its items are.
#[inline(always)]
fn list_and_storage<'a>(v: Value) -> Option<(crate::heap::Gc<List>, Option<&'a Array>)> {
    let list = v.exact_list()?;
    // SAFETY: the list keeps its storage alive, and the caller does nothing in between.
    let array = list.array.get().as_header().map(|p| unsafe { p.cast::<Array>().as_ref() });
    Some((list, array))
}

/// Items that are heap objects, and subscripts that count from the end.
#[inline(never)]
fn set_item_counted(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(list) = base.get(pc.a()).exact_list()
        && let Some(i) = base.get(pc.b()).as_small()
        && set_fast(pc, list, i, base.get(pc.c()))
    {
        next!(vm, pc, base, SET_ITEM)
    }
    if set_byte(base.get(pc.a()), base.get(pc.b()), base.get(pc.c())) {
        note!(pc, SET_ITEM, Kinds::RAN | Kinds::BYTEARRAY);
        next!(vm, pc, base, SET_ITEM)
    }
    set_item_slow(vm, pc, base)
}

/// Stores an item that the list holds as it is; false if it does not, or is out of range.
#[inline(always)]
fn set_fast(pc: Pc, list: crate::heap::Gc<List>, i: i64, item: Value) -> bool {
    let len = list.len();
    let i = if i < 0 { i + len as i64 } else { i } as usize;
    if i >= len {
        return false;
    }
    let Some(array) = list.storage() else { return false };
    let slot = &array.slots()[i];
    match list.elements() {
        // An old array goes the way with the write barrier.
        Elements::Any if array.header.gc.get() <= 0 || !item.is_pointer() => {
            slot.set(item);
            note!(pc, SET_ITEM, Kinds::LIST | Kinds::LIST_ANY);
        }
        Elements::Int if item.is_small() => {
            slot.set(item);
            note!(pc, SET_ITEM, Kinds::LIST | Kinds::LIST_INT);
        }
        Elements::F64 if item.is_inline_float() => {
            slot.set(Value(item.inline_float_unchecked().to_bits()));
            note!(pc, SET_ITEM, Kinds::LIST | Kinds::LIST_F64);
        }
        _ => return false,
    }
    true
}

#[inline(never)]
fn set_item_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let (v, key, item) = (base.get(pc.a()), base.get(pc.b()), base.get(pc.c()));
    if kind_of_container(v) == Kinds::OTHER {
        note!(pc, SET_ITEM, Kinds::RAN | Kinds::OTHER);
        note_shape(pc, const { shape_word(Op::SET_ITEM) }, v);
        if let Some(i) = key.as_small()
            && typed_array::set_known(v, i, item)
        {
            next!(vm, pc, base, SET_ITEM)
        }
    }
    publish(vm, pc, base);
    if id_of(v).0 >= ids::FIRST_DYNAMIC
        && let Some(f) = vm.lookup_special(v, Special::SetItem)
        && id_of(f) == ids::FUNCTION
        && super::call::has_spare_register(vm, base)
    {
        return super::call::call_setitem(vm, pc, base, f);
    }
    if let Some(dict) = vm.exact_dict(v) {
        note!(pc, SET_ITEM, Kinds::RAN | if key.is_small() { Kinds::DICT } else { Kinds::OTHER });
        tri!(vm, pc, base, vm.dict_set(dict, key, item));
        next!(vm, pc, base, SET_ITEM)
    }
    if let Some(list) = vm.exact_list(v)
        && let Some(i) = key.as_small()
    {
        let i = if i < 0 { i + list.len() as i64 } else { i };
        if let Ok(i) = usize::try_from(i)
            && tri!(vm, pc, base, vm.list_set(list, i, item))
        {
            // What the list is after the store is what later stores will meet.
            note!(pc, SET_ITEM, kind_of_container(v));
            next!(vm, pc, base, SET_ITEM)
        }
    }
    note!(pc, SET_ITEM, kind_of_item(v, key));
    if !set_byte(v, key, item) {
        tri!(vm, pc, base, set_item_any(vm, v, key, item));
    }
    next!(vm, pc, base, SET_ITEM)
}

/// As `get_item_any`, for stores.
#[inline(never)]
fn set_item_any(vm: &mut Vm, v: Value, key: Value, item: Value) -> PyResult<()> {
    if kind_of_container(v) == Kinds::OTHER
        && let Some(f) = vm.lookup_special(v, Special::SetItem)
        && let Some(entry) = native_entry(f, 3)
    {
        vm.enter_call()?;
        return entry(vm, &[v, key, item]).map(drop);
    }
    vm.set_item(v, key, item)
}

/// Stores a byte into a bytearray; false if that is not what is asked for.
#[inline(always)]
fn set_byte(v: Value, key: Value, item: Value) -> bool {
    if let (Some(bytes), Some(i), Some(b)) = (v.exact::<ByteArray>(), key.as_small(), item.as_small())
        && (0..=255).contains(&b)
        && (0..bytes.len() as i64).contains(&i)
    {
        bytes.set(i as usize, b as u8);
        return true;
    }
    false
}

/// `v[key] = item` for native code.
pub fn set_item(vm: &mut Vm, v: Value, key: Value, item: Value) -> PyResult<()> {
    if let Some(dict) = vm.exact_dict(v) {
        return vm.dict_set(dict, key, item);
    }
    if let Some(i) = key.as_small() {
        if let Some(list) = vm.exact_list(v) {
            let i = if i < 0 { i + list.len() as i64 } else { i };
            if let Ok(i) = usize::try_from(i)
                && vm.list_set(list, i, item)?
            {
                return Ok(());
            }
        } else if typed_array::set_known(v, i, item) {
            return Ok(());
        }
    }
    if set_byte(v, key, item) { Ok(()) } else { set_item_any(vm, v, key, item) }
}

pub fn DEL_ITEM(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, vm.del_item(base.get(pc.a()), base.get(pc.b())));
    next!(vm, pc, base, DEL_ITEM)
}

pub fn GET_SLICE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    note!(pc, GET_SLICE, Kinds::RAN);
    let result = get_slice(vm, base.get(pc.b()), base.get(pc.c()), base.get(pc.c() + 1));
    finish!(vm, pc, base, const { Op::GET_SLICE.words() }, pc.a(), result)
}

#[inline(never)]
pub fn get_slice(vm: &mut Vm, v: Value, start: Value, stop: Value) -> PyResult {
    if let Some(result) = crate::types::known::slice_known(vm, v, start, stop) {
        return result;
    }
    let slice = vm.slice_new(start, stop, Value::NONE)?;
    vm.get_item(v, Value::from_gc(slice))
}

pub fn SET_SLICE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    note!(pc, SET_SLICE, Kinds::RAN);
    let ends = (base.get(pc.b()), base.get(pc.b() + 1));
    tri!(vm, pc, base, set_slice(vm, base.get(pc.a()), ends, base.get(pc.c())));
    next!(vm, pc, base, SET_SLICE)
}

#[inline(never)]
pub fn set_slice(vm: &mut Vm, v: Value, (start, stop): (Value, Value), items: Value) -> PyResult<()> {
    if let Some(list) = v.exact_list() {
        let raw = vm.slice_unpack_parts(start, stop, Value::NONE)?;
        let span = raw.fit(list.len());
        let start = span.start as usize;
        return vm.list_assign_range(list, start, start + span.count, items);
    }
    let slice = vm.slice_new(start, stop, Value::NONE)?;
    vm.set_item(v, Value::from_gc(slice), items)
}
