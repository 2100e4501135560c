//! Attributes by inline cache: shape guard and slot, or a value of the class under a watchpoint.

use super::{Assumption, Builder};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Op as H, Type, Val};
use crate::layout;
use crate::snapshot::{AttrFact, Fact};
use habu_bytecode::feedback::AttrKind;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

/// Slot representations, as `Repr` numbers them.
const REPR_INT: u8 = 1;
const REPR_F64: u8 = 2;

fn fact(b: &Builder) -> Option<AttrFact> {
    match b.snap.facts.get(&b.pc) {
        Some(Fact::Attr(fact)) if fact.kind != AttrKind::Empty => Some(fact.clone()),
        _ => None,
    }
}

/// The name operand as a constant.
fn name(b: &mut Builder, index: u16) -> Val {
    let word = b.snap.names.get(index as usize).copied().unwrap_or(Value::UNBOUND.0);
    b.constant(word, 0)
}

fn general_load(b: &mut Builder, i: Instr) -> Val {
    let (object, name) = (b.get(i.b), name(b, i.c));
    let v = b.call_helper(Helper::GetAttr, &[object, name]);
    b.f.inst_mut(v).ty = Type::BOUND;
    v
}

fn slot_load(b: &mut Builder, fact: &AttrFact, object: Val) -> Val {
    let object = b.shape_of(object, fact.shape);
    let (owner, offset) = match fact.kind {
        AttrKind::Overflow => {
            let array = b.emit(H::LoadField, &[object], fact.overflow_at as i64);
            (array, fact.offset as i64)
        }
        _ => (object, fact.offset as i64),
    };
    let op = match fact.repr {
        REPR_INT => H::LoadFieldInt,
        REPR_F64 => H::LoadFieldF64,
        _ => H::LoadField,
    };
    let v = b.emit(op, &[owner], offset);
    if op != H::LoadField {
        return v;
    }
    if fact.may_be_unbound {
        return b.bound_of(v);
    }
    b.f.inst_mut(v).ty = Type::BOUND;
    v
}

/// Guards the receiver and notes what the class-based entry relies on.
fn class_entry(b: &mut Builder, fact: &AttrFact, object: Val) -> Val {
    b.assume(Assumption::Class(fact.class));
    b.shape_of(object, fact.shape)
}

pub fn load_attr(b: &mut Builder, i: Instr) {
    let Some(fact) = fact(b) else {
        return b.exit(Reason::NeverRan);
    };
    let object = b.get(i.b);
    let failed = b.snap.has_failed(b.pc, Reason::WrongShape);
    let v = match fact.kind {
        AttrKind::Inline | AttrKind::Overflow if !failed => slot_load(b, &fact, object),
        AttrKind::ClassValue if !failed && fact.class != 0 => {
            class_entry(b, &fact, object);
            b.constant(fact.value, fact.value_id)
        }
        AttrKind::Method if !failed && fact.class != 0 => {
            let object = class_entry(b, &fact, object);
            let function = b.constant(fact.value, fact.value_id);
            b.call_helper(Helper::BindMethod, &[function, object])
        }
        AttrKind::ModuleCell if b.known_word(object).is_some() && fact.class == 0 => {
            let cell = b.constant(fact.value, layout::CELL);
            let v = b.emit(H::LoadCell, &[cell], layout::CELL_VALUE);
            b.bound_of(v)
        }
        _ => general_load(b, i),
    };
    b.set(i.a, v);
}

pub fn load_method(b: &mut Builder, i: Instr) {
    let Some(fact) = fact(b) else {
        return b.exit(Reason::NeverRan);
    };
    let object = b.get(i.b);
    let failed = b.snap.has_failed(b.pc, Reason::WrongShape);
    if fact.kind == AttrKind::Method && !failed && fact.class != 0 {
        let object = class_entry(b, &fact, object);
        let function = b.constant(fact.value, fact.value_id);
        b.set(i.a, function);
        return b.set(i.a + 3, object);
    }
    let v = match fact.kind {
        AttrKind::Inline | AttrKind::Overflow if !failed => slot_load(b, &fact, object),
        AttrKind::ModuleCell if b.known_word(object).is_some() && fact.class == 0 => {
            let cell = b.constant(fact.value, layout::CELL);
            let v = b.emit(H::LoadCell, &[cell], layout::CELL_VALUE);
            b.bound_of(v)
        }
        _ => general_load(b, i),
    };
    let unbound = b.word(Value::UNBOUND.0);
    b.set(i.a, v);
    b.set(i.a + 3, unbound);
}

pub fn store_attr(b: &mut Builder, i: Instr) {
    let Some(fact) = fact(b) else {
        return b.exit(Reason::NeverRan);
    };
    let (object, v) = (b.get(i.a), b.get(i.b));
    let inline = matches!(fact.kind, AttrKind::Inline | AttrKind::AddInline);
    let fits = match fact.repr {
        REPR_INT => b.ty(v).may_be(Type::INT) && !b.snap.has_failed(b.pc, Reason::NotInt),
        REPR_F64 => b.ty(v).may_be(Type::FLOAT) && !b.snap.has_failed(b.pc, Reason::NotFloat),
        _ => true,
    };
    if !inline || !fits || b.snap.has_failed(b.pc, Reason::WrongShape) {
        let name = name(b, i.c);
        b.call_helper(Helper::SetAttr, &[object, name, v]);
        return;
    }
    if fact.class != 0 {
        b.assume(Assumption::Class(fact.class));
    }
    let object = b.shape_of(object, fact.shape);
    let (op, v) = match fact.repr {
        REPR_INT => (H::StoreFieldInt, b.int_of(v)),
        REPR_F64 => (H::StoreFieldF64, b.float_of_strict(v)),
        _ => (H::StoreField, v),
    };
    b.emit(op, &[object, v], fact.offset as i64);
    if fact.kind == AttrKind::AddInline {
        b.emit(H::SetShape, &[object], fact.new_shape as i64);
        b.forget_shape(object, fact.shape, fact.new_shape);
    }
}

pub fn delete_attr(b: &mut Builder, i: Instr) {
    let (object, name) = (b.get(i.a), name(b, i.c));
    b.call_helper(Helper::DelAttr, &[object, name]);
}

/// Takes over what a helper has put into registers `a` and, of a pair, `a + 3`.
fn take_results(b: &mut Builder, a: u16, pair: bool) {
    let f = b.emit(H::LoadWindow, &[], a as i64);
    b.set(a, f);
    if pair {
        let receiver = b.emit(H::LoadWindow, &[], a as i64 + 3);
        b.set(a + 3, receiver);
    }
}

pub fn load_special(b: &mut Builder, i: Instr) {
    let (object, which) = (b.get(i.b), b.raw(i.x as i64));
    let at = b.emit(H::WindowAddress, &[], i.a as i64);
    b.call_helper(Helper::LoadSpecial, &[at, object, which]);
    take_results(b, i.a, true);
}

pub fn load_super_attr(b: &mut Builder, i: Instr) {
    let operands = b.window(i.b, i.b, 3);
    let (name, flags) = (name(b, i.c), b.raw(i.x as i64));
    let at = b.emit(H::WindowAddress, &[], i.a as i64);
    b.call_helper(Helper::LoadSuper, &[at, operands, name, flags]);
    take_results(b, i.a, i.x & 2 != 0);
}
