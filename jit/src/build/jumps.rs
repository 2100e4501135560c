//! Jumps, truth tests and back-edges.

use super::Builder;
use crate::helpers::Helper;
use crate::hir::{Cmp, Op as H, Type, Val};
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::{Instr, Op};
use habu_runtime::Value;

/// Jumps to the instruction's target when the condition is `when`, else goes on behind it.
pub fn jump_if(b: &mut Builder, cond: Val, when: bool) {
    let (Some(target), next) = (b.snap.target(b.pc, b.op), b.snap.next(b.pc, b.op)) else {
        unreachable!("jumps have a label");
    };
    let (taken, other) = (b.edge(target), b.edge(next));
    if when { b.branch(cond, taken, other) } else { b.branch(cond, other, taken) }
}

pub fn jump(b: &mut Builder) {
    if let Some(target) = b.snap.target(b.pc, b.op) {
        b.jump_to(target);
    }
}

pub fn back_edge(b: &mut Builder) {
    b.emit(H::Poll, &[], 0);
    jump(b);
}

/// A word's truth as a condition.
fn truth(b: &mut Builder, v: Val) -> Val {
    let ty = b.ty(v);
    if b.f.inst(v).op == H::BoolWord {
        return b.f.inst(v).args[0];
    }
    if ty.is(Type::BOOL) {
        return b.emit(H::IsTrue, &[v], 0);
    }
    if ty.is(Type::INT) {
        let zero = b.int(0);
        return b.emit(H::ICmp, &[v, zero], Cmp::Ne as i64);
    }
    if ty.is(Type::NONE) {
        let (x, y) = (b.int(0), b.int(1));
        return b.emit(H::Same, &[x, y], 0);
    }
    let kinds = b.kinds();
    let general =
        Kinds::BIGINT | Kinds::STR | Kinds::OTHER | Kinds::FLOAT | Kinds::LIST | Kinds::DICT | Kinds::TUPLE;
    if kinds & general == 0
        && kinds & Kinds::BOOL != 0
        && !b.snap.has_failed(b.pc, crate::exits::Reason::NotBool)
    {
        let v = b.bool_of(v);
        return b.emit(H::IsTrue, &[v], 0);
    }
    if kinds & !Kinds::RAN == 0 && !b.snap.has_failed(b.pc, crate::exits::Reason::NotBool) {
        return b.emit(H::Truthy, &[v], 0);
    }
    let v = b.call_helper(Helper::Truth, &[v]);
    b.emit(H::IsTrue, &[v], 0)
}

pub fn jump_truth(b: &mut Builder, i: Instr) {
    let v = b.get(i.a);
    let cond = truth(b, v);
    let when = b.op == Op::JUMP_TRUE;
    jump_if(b, cond, when);
}

pub fn not(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    // The runtime's answer is the instruction's result, so negation must be part of the one call.
    let known = b.f.inst(v).op == H::BoolWord
        || b.ty(v).is(Type::BOOL)
        || b.ty(v).is(Type::INT)
        || b.ty(v).is(Type::NONE);
    let simple =
        known || b.kinds() & !Kinds::RAN == 0 && !b.snap.has_failed(b.pc, crate::exits::Reason::NotBool);
    if simple {
        let cond = truth(b, v);
        let cond = b.emit(H::Not, &[cond], 0);
        return b.set(i.a, cond);
    }
    let v = b.call_helper(Helper::Not, &[v]);
    b.set(i.a, v);
}

pub fn jump_none(b: &mut Builder, i: Instr) {
    let v = b.get(i.a);
    let none = b.word(Value::NONE.0);
    let cond = b.emit(H::Same, &[v, none], 0);
    let when = b.op == Op::JUMP_NONE;
    jump_if(b, cond, when);
}

pub fn jump_is(b: &mut Builder, i: Instr) {
    let (x, y) = (b.get(i.a), b.get(i.b));
    let cond = b.emit(H::Same, &[x, y], 0);
    let when = b.op == Op::JUMP_IS;
    jump_if(b, cond, when);
}

pub fn jump_bound(b: &mut Builder, i: Instr) {
    let v = b.get(i.a);
    let unbound = b.word(Value::UNBOUND.0);
    let cond = b.emit(H::Same, &[v, unbound], 0);
    jump_if(b, cond, false);
}
