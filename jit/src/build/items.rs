//! Subscripts: lists of the three element kinds and tuples inline, the rest through the runtime.

use super::{Assumption, Builder, prepare};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Inst, Op as H, Type, Val};
use crate::layout;
use crate::snapshot::Callee;
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

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
    let Some(id) = container_id(b, container).filter(|_| is_indexable(b, key)) else {
        let general = |b: &mut Builder| {
            let v = b.call_helper(Helper::GetItem, &[container, key]);
            b.f.inst_mut(v).ty = Type::BOUND;
            v
        };
        if let Some(v) = by_method(b, container, key) {
            return b.set(i.a, v);
        }
        let v = if b.kinds() & Kinds::OTHER != 0
            && b.ty(container).shape().is_none_or(|id| id >= layout::FIRST_DYNAMIC)
        {
            prepare::call(b, Helper::PrepareItem, &[container, key], general)
        } else {
            general(b)
        };
        return b.set(i.a, v);
    };
    let c = b.shape_of(container, id);
    let Some(len) = length(b, c) else { unreachable!("what is indexed has a length") };
    let at = index(b, key, len);
    let v = item(b, c, at, id);
    b.set(i.a, v);
}

/// The subscript of an instance by its class's method, if its shape is known or has been.
fn by_method(b: &mut Builder, container: Val, key: Val) -> Option<Val> {
    let root = b.f.root(container);
    let shape = b.ty(container).shape().or_else(|| b.hints.get(&root).copied())?;
    let fact = b.snap.subscripts.get(&shape)?.clone();
    let Some(Callee::Python(target)) = &fact.callee else { return None };
    if b.snap.has_failed(b.pc, Reason::WrongShape) || !super::bind::is_plain(target, 2) {
        return None;
    }
    b.assume(Assumption::Class { class: fact.class, version: fact.version });
    let object = b.shape_of(container, shape);
    let function = b.constant(target.function, layout::FUNCTION);
    let at = b.snap.registers as u16 + 1;
    super::calls::python(b, target, function, &[object, key], at)
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
        b.call_helper(Helper::SetItem, &[container, key, v]);
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
