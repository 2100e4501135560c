//! Unpacking into consecutive registers.

use super::Builder;
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Op as H, Target, Type, Val};
use crate::layout;
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::Instr;

pub fn unpack(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let kinds = b.kinds();
    let sources = Kinds::TUPLE | Kinds::LIST | Kinds::OTHER | Kinds::STR | Kinds::DICT;
    let tuple_only = kinds & sources == Kinds::TUPLE && !b.snap.has_failed(b.pc, Reason::WrongShape);
    if tuple_only || b.ty(v).shape() == Some(layout::TUPLE) {
        let t = b.shape_of(v, layout::TUPLE);
        let len = b.emit(H::LoadConstRaw, &[t], layout::TUPLE_LEN);
        let wanted = b.raw(i.c as i64);
        let fits = b.emit(H::RCmp, &[len, wanted], Cmp::Eq as i64);
        b.guard_true(fits, Reason::WrongLength);
        for k in 0..i.c {
            let item = b.emit(H::LoadConst, &[t], layout::TUPLE_ITEMS + k as i64 * 8);
            b.set(i.a + k, item);
        }
        return;
    }
    if let Some(id) = list_kind(b) {
        let list = b.shape_of(v, id);
        let len = b.emit(H::ListLen, &[list], 0);
        let wanted = b.raw(i.c as i64);
        let fits = b.emit(H::RCmp, &[len, wanted], Cmp::Eq as i64);
        b.guard_true(fits, Reason::WrongLength);
        let array = b.emit(H::ListArray, &[list], 0);
        let op = match id {
            layout::LIST_F64 => H::LoadElemF64,
            layout::LIST_INT => H::LoadElemInt,
            _ => H::LoadElem,
        };
        for k in 0..i.c {
            let at = b.raw(k as i64);
            let item = b.emit(op, &[array, at], layout::ARRAY_ITEMS);
            if op == H::LoadElem {
                b.f.inst_mut(item).ty = Type::BOUND;
            }
            b.set(i.a + k, item);
        }
        return;
    }
    if kinds & Kinds::TUPLE != 0 && i.c > 0 && !b.snap.has_failed(b.pc, Reason::WrongLength) {
        return tuple_or_other(b, i, v);
    }
    by_runtime(b, i, v);
    for k in 0..i.c {
        let item = b.emit(H::LoadWindow, &[], (i.a + k) as i64);
        b.set(i.a + k, item);
    }
}

/// A tuple here, anything else by the runtime.
fn tuple_or_other(b: &mut Builder, i: Instr, v: Val) {
    let registers: Vec<u16> = (i.a..i.a + i.c).collect();
    b.forget_shapes();
    let is = b.emit(H::HasShape, &[v], layout::TUPLE as i64);
    let other = b.fork(is);
    let regs = b.regs.clone();
    let t = b.known_shape(v, layout::TUPLE);
    let len = b.emit(H::LoadConstRaw, &[t], layout::TUPLE_LEN);
    let wanted = b.raw(i.c as i64);
    let fits = b.emit(H::RCmp, &[len, wanted], Cmp::Eq as i64);
    b.guard_true(fits, Reason::WrongLength);
    let join = b.f.new_block();
    let items: Vec<Val> = (0..i.c as i64)
        .map(|k| {
            let item = b.emit(H::LoadConst, &[t], layout::TUPLE_ITEMS + k * 8);
            b.f.inst_mut(item).ty = Type::BOUND;
            item
        })
        .collect();
    b.terminate(H::Jump, &[], 0, vec![Target { block: join, args: items }]);
    b.ended = false;
    b.block = other;
    b.regs.clone_from(&regs);
    b.frame = None;
    by_runtime(b, i, v);
    let items = registers.iter().map(|r| b.emit(H::LoadWindow, &[], *r as i64)).collect();
    b.terminate(H::Jump, &[], 0, vec![Target { block: join, args: items }]);
    b.ended = false;
    b.block = join;
    b.regs = regs;
    b.frame = None;
    for r in registers {
        let item = b.f.add_param(join, Type::BOUND);
        b.set(r, item);
    }
}

/// Unpacks into the window.
fn by_runtime(b: &mut Builder, i: Instr, v: Val) {
    let (at, n) = (b.emit(H::WindowAddress, &[], i.a as i64), b.raw(i.c as i64));
    let done = b.call_helper(Helper::Unpack, &[at, v, n]);
    b.f.filled.insert(done, (0..i.c).map(|k| (i.a + k) as u32).collect());
}

/// The one layout of lists that the site has met, if it has met nothing else.
fn list_kind(b: &Builder) -> Option<u32> {
    if b.snap.has_failed(b.pc, Reason::WrongShape) || b.snap.has_failed(b.pc, Reason::WrongLength) {
        return None;
    }
    match b.kinds() & !Kinds::RAN {
        k if k == Kinds::LIST | Kinds::LIST_ANY => Some(layout::LIST),
        k if k == Kinds::LIST | Kinds::LIST_F64 => Some(layout::LIST_F64),
        k if k == Kinds::LIST | Kinds::LIST_INT => Some(layout::LIST_INT),
        _ => None,
    }
}

pub fn unpack_star(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let behind = b.snap.ext(b.pc, b.op, habu_bytecode::op::Ext::Extra).unwrap_or(0);
    let (at, before, after) =
        (b.emit(H::WindowAddress, &[], i.a as i64), b.raw(i.c as i64), b.raw(behind as i64));
    let done = b.call_helper(Helper::UnpackStar, &[at, v, before, after]);
    b.f.filled.insert(done, (0..=i.c + behind as u16).map(|k| (i.a + k) as u32).collect());
    for k in 0..=i.c + behind as u16 {
        let item = b.emit(H::LoadWindow, &[], (i.a + k) as i64);
        b.set(i.a + k, item);
    }
}
