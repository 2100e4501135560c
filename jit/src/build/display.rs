//! Displays and comprehensions: building containers from registers.

use super::Builder;
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Op as H, Type, Val};
use crate::layout;
use habu_bytecode::NOREG;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

/// Entries of dicts that `MakeMap` makes, at most.
pub const MAX_PAIRS: usize = 8;

/// `registers` per item: 2 for mappings.
pub fn build(b: &mut Builder, i: Instr, helper: Helper, registers: usize) {
    let at = b.window(i.b, i.b, i.c as usize * registers);
    let n = b.raw(i.c as i64);
    let v = b.call_helper(helper, &[at, n]);
    b.f.inst_mut(v).ty = if helper == Helper::BuildTuple { Type::object(layout::TUPLE) } else { Type::BOUND };
    b.set(i.a, v);
}

/// Bytes that tuples made here have at most.
const MAX_TUPLE: usize = 256;

pub fn build_tuple(b: &mut Builder, i: Instr) {
    let items: Vec<Val> = (0..i.c).map(|k| b.get(i.b + k)).collect();
    match tuple(b, &items) {
        Some(t) => b.set(i.a, t),
        None => build(b, i, Helper::BuildTuple, 1),
    }
}

/// A new tuple, unless it is empty or large.
pub fn tuple(b: &mut Builder, items: &[Val]) -> Option<Val> {
    let size = layout::TUPLE_ITEMS as usize + items.len() * 8;
    if items.is_empty() || size > MAX_TUPLE || b.snap.has_failed(b.pc, Reason::RareCase) {
        return None;
    }
    let t = b.emit(H::NewObject, &[], layout::TUPLE as i64);
    b.f.inst_mut(t).extra = size as u32;
    b.f.inst_mut(t).ty = Type::object(layout::TUPLE);
    let len = b.raw(items.len() as i64);
    b.emit(H::StoreFieldRaw, &[t, len], layout::TUPLE_LEN);
    // The last one that may be a reference has the barrier.
    let last = items.iter().rposition(|v| !b.ty(*v).is_immediate());
    let mut order: Vec<usize> = (0..items.len()).filter(|k| Some(*k) != last).collect();
    order.extend(last);
    for k in order {
        let op = if Some(k) == last { H::StoreField } else { H::StoreFieldPlain };
        b.emit(op, &[t, items[k]], layout::TUPLE_ITEMS + k as i64 * 8);
    }
    b.tuples.insert(t, items.to_vec());
    Some(t)
}

/// A new dict of these names and values, unless there are many.
pub fn map(b: &mut Builder, pairs: &[(u64, Val)]) -> Option<Val> {
    if pairs.len() > MAX_PAIRS || b.snap.has_failed(b.pc, Reason::RareCase) {
        return None;
    }
    let mut operands = Vec::with_capacity(pairs.len() * 2);
    for (name, v) in pairs {
        operands.push(b.constant(*name, layout::STR));
        operands.push(*v);
    }
    let map = b.emit(H::MakeMap, &operands, 0);
    b.f.inst_mut(map).ty = Type::object(layout::DICT);
    b.maps.insert(map, pairs.to_vec());
    Some(map)
}

pub fn build_slice(b: &mut Builder, i: Instr) {
    let at = b.window(i.b, i.b, 3);
    let v = b.call_helper(Helper::BuildSlice, &[at]);
    b.set(i.a, v);
}

pub fn add_to(b: &mut Builder, i: Instr, helper: Helper) {
    let (container, item) = (b.get(i.a), b.get(i.b));
    b.call_helper(helper, &[container, item]);
}

/// Appends to a list: here if its storage has room and its element kind is the value's.
pub fn list_append(b: &mut Builder, i: Instr) {
    let (list, v) = (b.get(i.a), b.get(i.b));
    push(b, list, v, |b| b.call_helper(Helper::ListAppend, &[list, v]));
}

/// The element kind of lists that a value goes into as it is, as far as its type says.
fn kind_for(b: &Builder, list: Val, v: Val) -> u32 {
    let ty = b.ty(v);
    if b.ty(list).shape() == Some(layout::LIST) {
        layout::LIST
    } else if ty.is(Type::INT) {
        layout::LIST_INT
    } else if ty.is(Type::FLOAT) {
        layout::LIST_F64
    } else {
        match b.ty(list).shape() {
            Some(layout::LIST_INT) if ty.may_be(Type::INT) && !b.snap.has_failed(b.pc, Reason::NotInt) => {
                layout::LIST_INT
            }
            _ => layout::LIST,
        }
    }
}

/// `list.append(v)`; `otherwise` does it in the rare case, without changing what a list of the value's kind is.
pub fn push(b: &mut Builder, list: Val, v: Val, otherwise: impl Fn(&mut Builder) -> Val) -> Val {
    let kind = kind_for(b, list, v);
    let v = match kind {
        layout::LIST_INT => b.int_of(v),
        layout::LIST_F64 => b.float_of_strict(v),
        _ => v,
    };
    let add = |b: &mut Builder, list: Val| {
        let (len, room) = (b.emit(H::ListLen, &[list], 0), b.emit(H::ListRoom, &[list], 0));
        let fits = b.emit(H::RBelow, &[len, room], 0);
        let here = |b: &mut Builder| {
            let array = b.emit(H::ListArray, &[list], 0);
            let op = match kind {
                layout::LIST_F64 => H::StoreElemF64,
                layout::LIST_INT => H::StoreElemInt,
                _ => H::StoreElem,
            };
            b.emit(op, &[array, len, v], layout::ARRAY_ITEMS);
            let one = b.raw(1);
            let longer = b.emit(H::RAdd, &[len, one], 0);
            b.emit(H::StoreListLen, &[list, longer], 0);
            b.word(Value::NONE.0)
        };
        b.either(fits, false, here, &otherwise)
    };
    if b.ty(list).shape() == Some(kind) {
        return add(b, list);
    }
    let fits = b.emit(H::HasShape, &[list], kind as i64);
    let here = |b: &mut Builder| {
        let list = b.known_shape(list, kind);
        add(b, list)
    };
    // In the other case the list changes its kind.
    b.either(fits, true, here, &otherwise)
}

pub fn map_add(b: &mut Builder, i: Instr) {
    let (map, key, value) = (b.get(i.a), b.get(i.b), b.get(i.c));
    b.call_helper(Helper::MapAdd, &[map, key, value]);
}

pub fn format(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let spec = if i.c == NOREG { b.word(Value::UNBOUND.0) } else { b.get(i.c) };
    let conversion = b.raw(i.x as i64);
    let text = b.call_helper(Helper::Format, &[v, spec, conversion]);
    b.set(i.a, text);
}

pub fn list_to_tuple(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let tuple = b.call_helper(Helper::ListToTuple, &[v]);
    b.f.inst_mut(tuple).ty = Type::object(layout::TUPLE);
    b.set(i.a, tuple);
}

pub fn convert(b: &mut Builder, i: Instr) {
    let (v, which) = (b.get(i.b), b.raw(i.x as i64));
    let text = b.call_helper(Helper::Convert, &[v, which]);
    b.set(i.a, text);
}
