//! Subscripts: lists of the three element kinds and tuples inline, the rest through the runtime.

use super::{Assumption, Builder, prepare};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Inst, Op as H, Type, Val};
use crate::layout;
use crate::snapshot::Callee;
use habu_bytecode::feedback::{Kinds, shape};
use habu_bytecode::op::{Ext, Instr};
use habu_runtime::Value;
use habu_runtime::types::typed_array::Numbers;
use habu_runtime::value::{SMALL_MAX, SMALL_MIN};

/// Containers that native code indexes itself.
const INDEXED: [u32; 7] = [
    layout::LIST,
    layout::LIST_F64,
    layout::LIST_INT,
    layout::TUPLE,
    layout::STR,
    layout::BYTES,
    layout::BYTEARRAY,
];

/// The raw length of a container of known type, if native code knows where it is.
pub fn length(b: &mut Builder, v: Val) -> Option<Val> {
    Some(match b.ty(v).shape()? {
        layout::TUPLE => b.emit(H::LoadConstRaw, &[v], layout::TUPLE_LEN),
        layout::STR => b.emit(H::LoadConstRaw, &[v], layout::STR_LEN),
        layout::BYTES => b.emit(H::LoadConstRaw, &[v], layout::BYTES_LEN),
        layout::BYTEARRAY => b.emit(H::LoadFieldRaw, &[v], layout::BYTEARRAY_LEN),
        layout::LIST | layout::LIST_F64 | layout::LIST_INT => b.emit(H::ListLen, &[v], 0),
        _ => return None,
    })
}

/// The one container layout a site has met, if it is one native code indexes itself.
fn container_id(b: &Builder, v: Val) -> Option<u32> {
    if let Some(id) = b.ty(v).shape() {
        return INDEXED.into_iter().find(|k| *k == id);
    }
    let kinds = b.kinds();
    if kinds & (Kinds::DICT | Kinds::OTHER | Kinds::RANGE) != 0 || b.snap.has_failed(b.pc, Reason::WrongShape)
    {
        return None;
    }
    const LISTS: u32 = Kinds::LIST_ANY | Kinds::LIST_F64 | Kinds::LIST_INT;
    match kinds & (LISTS | Kinds::TUPLE | Kinds::STR | Kinds::BYTES | Kinds::BYTEARRAY) {
        Kinds::TUPLE => Some(layout::TUPLE),
        Kinds::LIST_ANY => Some(layout::LIST),
        Kinds::LIST_F64 => Some(layout::LIST_F64),
        Kinds::LIST_INT => Some(layout::LIST_INT),
        Kinds::STR => Some(layout::STR),
        Kinds::BYTES => Some(layout::BYTES),
        Kinds::BYTEARRAY => Some(layout::BYTEARRAY),
        _ => None,
    }
}

/// The checked raw index into something of raw length `len`.
fn index(b: &mut Builder, key: Val, len: Val) -> Val {
    let known = b.known_word(key).map(Value).filter(|w| w.is_small()).map(|w| w.small_unchecked());
    let raw = match known {
        Some(n) if n < 0 => {
            let n = b.raw(n);
            b.emit(H::RAdd, &[len, n], 0)
        }
        Some(n) => b.raw(n),
        None => {
            let key = b.int_of(key);
            b.emit(H::Untag, &[key], 0)
        }
    };
    let inside = b.emit(H::RBelow, &[raw, len], 0);
    b.guard_true(inside, Reason::IndexRange);
    raw
}

/// Whether a key is, or by feedback will be, a small integer.
fn is_indexable(b: &Builder, key: Val) -> bool {
    b.ty(key).may_be(Type::INT)
        && !b.snap.has_failed(b.pc, Reason::IndexRange)
        && !b.snap.has_failed(b.pc, Reason::NotInt)
        && !b.snap.has_failed(b.pc, Reason::RareCase)
}

pub fn get_item(b: &mut Builder, i: Instr) {
    let (container, key) = (b.get(i.b), b.get(i.c));
    if let Some(id) = container_id(b, container).filter(|_| is_indexable(b, key)) {
        let c = b.shape_of(container, id);
        let Some(len) = length(b, c) else { unreachable!("what is indexed has a length") };
        let at = index(b, key, len);
        let v = item(b, c, at, id);
        return b.set(i.a, v);
    }
    let known = match numbers(b, container).filter(|_| is_indexable(b, key)) {
        Some(met) => number_at(b, container, key, met).map(|(array, at)| load_number(b, array, at, met.1)),
        None => by_method(b, container, &[key]),
    };
    if let Some(v) = known {
        return b.set(i.a, v);
    }
    let general = |b: &mut Builder| {
        let v = b.call_helper(Helper::GetItem, &[container, key]);
        b.f.inst_mut(v).ty = Type::BOUND;
        v
    };
    let instance = |id: u32| id >= layout::FIRST_DYNAMIC;
    let v = if instance(noted(b) & shape::ID) && b.ty(container).shape().is_none_or(instance) {
        prepare::call(b, Helper::PrepareItem, &[container, key], general)
    } else {
        general(b)
    };
    b.set(i.a, v);
}

/// What the instruction has noted of containers that have no bit of `Kinds`.
fn noted(b: &Builder) -> u32 {
    b.snap.ext(b.pc, b.op, Ext::Shape).unwrap_or(0)
}

/// The subscript of an instance by its class's method, if its shape is known or has been; `rest`: what the method gets behind
/// the instance.
fn by_method(b: &mut Builder, container: Val, rest: &[Val]) -> Option<Val> {
    let root = b.f.root(container);
    let hint = || b.hints.get(&root).copied();
    let met = shape::only(noted(b)).filter(|id| *id != 0);
    let shape = b.ty(container).shape().or_else(hint).or(met)?;
    let fact = b.snap.subscripts.get(&(b.op, shape))?.clone();
    let Some(Callee::Python(target)) = &fact.callee else { return None };
    if b.snap.has_failed(b.pc, Reason::WrongShape) || !super::bind::is_plain(target, 1 + rest.len()) {
        return None;
    }
    b.assume(Assumption::Class { class: fact.class, version: fact.version });
    let mut args = vec![b.shape_of(container, shape)];
    args.extend(rest);
    let function = b.constant(target.function, layout::FUNCTION);
    let at = b.snap.registers as u16 + 1;
    super::calls::python(b, target, function, &args, at)
}

/// The type code of the arrays that the site has met, and how they store numbers, if there is nothing else to be expected.
fn numbers(b: &Builder, container: Val) -> Option<(u8, Numbers)> {
    let met = noted(b);
    let fits = shape::only(met) == Some(layout::PY_ARRAY)
        && (b.ty(container).shape() == Some(layout::PY_ARRAY)
            || b.ty(container).shape().is_none() && b.kinds() & !Kinds::RAN == Kinds::OTHER)
        && !b.snap.has_failed(b.pc, Reason::WrongShape);
    let code = shape::code(met);
    Numbers::of(code).filter(|_| fits).map(|numbers| (code, numbers))
}

/// Storage of an array, and the raw position there of the item that `key` counts.
fn number_at(b: &mut Builder, container: Val, key: Val, met: (u8, Numbers)) -> Option<(Val, Val)> {
    let array = b.shape_of(container, layout::PY_ARRAY);
    let (code, expected) = (b.emit(H::LoadConstRaw, &[array], layout::PY_ARRAY_CODE), b.raw(met.0.into()));
    let same = b.emit(H::RCmp, &[code, expected], Cmp::Eq as i64);
    b.guard_true(same, Reason::WrongShape);
    let content = b.emit(H::LoadField, &[array], layout::PY_ARRAY_CONTENT);
    let content = b.known_shape(content, layout::BYTEARRAY);
    let bytes = length(b, content)?;
    let log = i64::from(met.1.log_size());
    let scaled = |b: &mut Builder, v: Val, by: i64| match by {
        0 => v,
        _ => b.emit(H::RShift, &[v], by),
    };
    let count = scaled(b, bytes, -log);
    let at = index(b, key, count);
    let at = scaled(b, at, log);
    Some(byte_at(b, content, at))
}

/// Size of a number as `LoadNumber` has it.
fn signed_size(numbers: Numbers) -> i64 {
    let size = 1 << numbers.log_size();
    if matches!(numbers, Numbers::Signed(_)) { -size } else { size }
}

fn load_number(b: &mut Builder, storage: Val, at: Val, numbers: Numbers) -> Val {
    if numbers == Numbers::Double {
        return b.emit(H::LoadNumberF64, &[storage, at], 0);
    }
    let v = b.emit(H::LoadNumber, &[storage, at], signed_size(numbers));
    // Numbers of 62 bits are small integers.
    match numbers {
        Numbers::Unsigned(3) => below(b, v, SMALL_MAX + 1),
        Numbers::Signed(3) => {
            let least = b.raw(-SMALL_MIN);
            let above = b.emit(H::RAdd, &[v, least], 0);
            below(b, above, SMALL_MAX - SMALL_MIN + 1);
        }
        _ => {}
    }
    b.emit(H::Tag, &[v], 0)
}

/// Guards that a raw number is not negative and below a limit.
fn below(b: &mut Builder, v: Val, limit: i64) {
    let limit = b.raw(limit);
    let fits = b.emit(H::RBelow, &[v, limit], 0);
    b.guard_true(fits, Reason::RareCase);
}

/// The value as it is stored, checked.
fn as_number(b: &mut Builder, v: Val, numbers: Numbers) -> Val {
    if numbers == Numbers::Double {
        return b.number_of(v);
    }
    let v = b.int_of(v);
    let v = b.emit(H::Untag, &[v], 0);
    match numbers {
        Numbers::Signed(3) => {}
        Numbers::Unsigned(3) => below(b, v, i64::MAX),
        Numbers::Unsigned(log) => below(b, v, 1 << (8 << log)),
        Numbers::Signed(log) => {
            let least = b.raw(1 << ((8 << log) - 1));
            let above = b.emit(H::RAdd, &[v, least], 0);
            below(b, above, 1 << (8 << log));
        }
        Numbers::Double => {}
    }
    v
}

/// Item `at`, which exists, of what has the id.
pub fn item(b: &mut Builder, c: Val, at: Val, id: u32) -> Val {
    match id {
        layout::TUPLE => {
            let v = b.emit(H::LoadItemConst, &[c, at], layout::TUPLE_ITEMS);
            b.f.inst_mut(v).ty = Type::BOUND;
            v
        }
        layout::STR => {
            let table = b.f.constant(crate::hir::Konst::Address(b.snap.latin1));
            let v = b.emit(H::Character, &[c, at], table);
            let unbound = b.word(Value::UNBOUND.0);
            let none = b.emit(H::Same, &[v, unbound], 0);
            b.emit(H::GuardFalse, &[none], Reason::RareCase as i64);
            let mut known = Inst::new(H::Reshaped, &[v], 0);
            known.ty = Type::object(layout::STR);
            b.place(known)
        }
        layout::BYTES => {
            let data = b.emit(H::LoadConstRaw, &[c], layout::BYTES_DATA);
            let byte = b.emit(H::LoadByte, &[data, at], 0);
            b.emit(H::Tag, &[byte], 0)
        }
        layout::BYTEARRAY => {
            let (array, at) = byte_at(b, c, at);
            let byte = b.emit(H::LoadByte, &[array, at], layout::ARRAY_ITEMS);
            b.emit(H::Tag, &[byte], 0)
        }
        _ => {
            let array = b.emit(H::ListArray, &[c], 0);
            let op = match id {
                layout::LIST_F64 => H::LoadElemF64,
                layout::LIST_INT => H::LoadElemInt,
                _ => H::LoadElem,
            };
            let v = b.emit(op, &[array, at], layout::ARRAY_ITEMS);
            if op == H::LoadElem {
                b.f.inst_mut(v).ty = Type::BOUND;
            }
            v
        }
    }
}

/// Storage of a bytearray, and the raw index there of its byte `at`, which exists.
fn byte_at(b: &mut Builder, bytes: Val, at: Val) -> (Val, Val) {
    let start = b.emit(H::LoadFieldRaw, &[bytes], layout::BYTEARRAY_START);
    let at = b.emit(H::RAdd, &[start, at], 0);
    (b.emit(H::LoadField, &[bytes], layout::BYTEARRAY_ARRAY), at)
}

pub fn set_item(b: &mut Builder, i: Instr) {
    let (container, key, v) = (b.get(i.a), b.get(i.b), b.get(i.c));
    let constant = [layout::TUPLE, layout::STR, layout::BYTES];
    let id = container_id(b, container).filter(|id| !constant.contains(id) && is_indexable(b, key));
    let fits = |b: &Builder, id: u32| match id {
        layout::LIST_F64 => b.ty(v).may_be(Type::FLOAT) && !b.snap.has_failed(b.pc, Reason::NotFloat),
        layout::LIST_INT | layout::BYTEARRAY => b.ty(v).may_be(Type::INT),
        _ => true,
    };
    let Some(id) = id.filter(|id| fits(b, *id)) else {
        let number = |b: &Builder, numbers: Numbers| {
            let ty = b.ty(v);
            !b.snap.has_failed(b.pc, Reason::NotFloat)
                && (ty.may_be(Type::INT) || numbers == Numbers::Double && ty.may_be(Type::FLOAT))
        };
        if let Some(met) = numbers(b, container).filter(|met| is_indexable(b, key) && number(b, met.1)) {
            let v = as_number(b, v, met.1);
            let Some((storage, at)) = number_at(b, container, key, met) else { return };
            match met.1 {
                Numbers::Double => b.emit(H::StoreNumberF64, &[storage, at, v], 0),
                other => b.emit(H::StoreNumber, &[storage, at, v], signed_size(other)),
            };
        } else if by_method(b, container, &[key, v]).is_none() {
            b.call_helper(Helper::SetItem, &[container, key, v]);
        }
        return;
    };
    let c = b.shape_of(container, id);
    if id == layout::BYTEARRAY {
        let v = b.int_of(v);
        let (value, limit) = (b.emit(H::Untag, &[v], 0), b.raw(256));
        let fits = b.emit(H::RBelow, &[value, limit], 0);
        b.guard_true(fits, Reason::RareCase);
        let Some(len) = length(b, c) else { unreachable!("what is indexed has a length") };
        let at = index(b, key, len);
        let (array, at) = byte_at(b, c, at);
        b.emit(H::StoreByte, &[array, at, value], layout::ARRAY_ITEMS);
        return;
    }
    // The value is checked before anything is stored.
    let (op, v) = match id {
        layout::LIST_F64 => (H::StoreElemF64, b.float_of_strict(v)),
        layout::LIST_INT => (H::StoreElemInt, b.int_of(v)),
        _ => (H::StoreElem, v),
    };
    let len = b.emit(H::ListLen, &[c], 0);
    let at = index(b, key, len);
    let array = b.emit(H::ListArray, &[c], 0);
    b.emit(op, &[array, at, v], layout::ARRAY_ITEMS);
}

pub fn del_item(b: &mut Builder, i: Instr) {
    let (container, key) = (b.get(i.a), b.get(i.b));
    b.call_helper(Helper::DelItem, &[container, key]);
}

pub fn get_slice(b: &mut Builder, i: Instr) {
    let (container, start, stop) = (b.get(i.b), b.get(i.c), b.get(i.c + 1));
    let v = b.call_helper(Helper::GetSlice, &[container, start, stop]);
    b.set(i.a, v);
}

pub fn set_slice(b: &mut Builder, i: Instr) {
    let (container, start, stop, items) = (b.get(i.a), b.get(i.b), b.get(i.b + 1), b.get(i.c));
    b.call_helper(Helper::SetSlice, &[container, start, stop, items]);
}
