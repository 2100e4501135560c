//! Subscripts: lists of the three element kinds and tuples inline, the rest through the runtime.

use super::Builder;
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Op as H, Type, Val};
use crate::layout;
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

/// The one container layout a site has met, if it is one native code indexes itself.
fn container_id(b: &Builder, v: Val) -> Option<u32> {
    if let Some(id) = b.ty(v).shape() {
        return [layout::LIST, layout::LIST_F64, layout::LIST_INT, layout::TUPLE]
            .into_iter()
            .find(|k| *k == id);
    }
    let kinds = b.kinds();
    let others = Kinds::DICT | Kinds::BYTES | Kinds::STR | Kinds::OTHER | Kinds::RANGE;
    if kinds & others != 0 || b.snap.has_failed(b.pc, Reason::WrongShape) {
        return None;
    }
    match kinds & (Kinds::TUPLE | Kinds::LIST_ANY | Kinds::LIST_F64 | Kinds::LIST_INT) {
        Kinds::TUPLE => Some(layout::TUPLE),
        Kinds::LIST_ANY => Some(layout::LIST),
        Kinds::LIST_F64 => Some(layout::LIST_F64),
        Kinds::LIST_INT => Some(layout::LIST_INT),
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
}

pub fn get_item(b: &mut Builder, i: Instr) {
    let (container, key) = (b.get(i.b), b.get(i.c));
    let Some(id) = container_id(b, container).filter(|_| is_indexable(b, key)) else {
        let v = b.call_helper(Helper::GetItem, &[container, key]);
        b.f.inst_mut(v).ty = Type::BOUND;
        return b.set(i.a, v);
    };
    let c = b.shape_of(container, id);
    if id == layout::TUPLE {
        let len = b.emit(H::LoadConstRaw, &[c], layout::TUPLE_LEN);
        let at = index(b, key, len);
        let v = b.emit(H::LoadItemConst, &[c, at], layout::TUPLE_ITEMS);
        b.f.inst_mut(v).ty = Type::BOUND;
        return b.set(i.a, v);
    }
    let len = b.emit(H::ListLen, &[c], 0);
    let at = index(b, key, len);
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
    b.set(i.a, v);
}

pub fn set_item(b: &mut Builder, i: Instr) {
    let (container, key, v) = (b.get(i.a), b.get(i.b), b.get(i.c));
    let id = container_id(b, container).filter(|id| *id != layout::TUPLE && is_indexable(b, key));
    let fits = |b: &Builder, id: u32| match id {
        layout::LIST_F64 => b.ty(v).may_be(Type::FLOAT) && !b.snap.has_failed(b.pc, Reason::NotFloat),
        layout::LIST_INT => b.ty(v).may_be(Type::INT),
        _ => true,
    };
    let Some(id) = id.filter(|id| fits(b, *id)) else {
        b.call_helper(Helper::SetItem, &[container, key, v]);
        return;
    };
    let c = b.shape_of(container, id);
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
