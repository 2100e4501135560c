//! Attributes by inline cache: shape guard and slot, or a value of the class under a watchpoint.

use super::{Assumption, Builder};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Op as H, Type, Val};
use crate::layout;
use crate::snapshot::{AttrFact, Callee, Fact};
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
    b.assume(Assumption::Class { class: fact.class, version: fact.version });
    b.shape_of(object, fact.shape)
}

/// The attribute of an object that has the fact's shape.
fn load_known(b: &mut Builder, fact: &AttrFact, object: Val) -> Val {
    match fact.kind {
        AttrKind::Inline | AttrKind::Overflow => slot_load(b, fact, object),
        AttrKind::ClassValue => {
            class_entry(b, fact, object);
            b.constant(fact.value, fact.value_id)
        }
        AttrKind::Property => {
            let object = class_entry(b, fact, object);
            getter(b, fact, object, &[object])
        }
        AttrKind::Descriptor => {
            let object = class_entry(b, fact, object);
            if let Some((class, version)) = fact.via {
                b.assume(Assumption::Class { class, version });
            }
            let (descriptor, owner) =
                (b.constant(fact.value, fact.value_id), b.constant(fact.class | 1, layout::TYPE));
            getter(b, fact, object, &[descriptor, object, owner])
        }
        AttrKind::AskClass => {
            let object = class_entry(b, fact, object);
            let Some(Callee::Python(hook)) = &fact.callee else { return object };
            let hook = hook.clone();
            let function = b.constant(hook.function, layout::FUNCTION);
            let (name, at) = (name(b, b.ins.c), b.snap.registers as u16 + 1);
            match super::calls::python(b, &hook, function, &[object, name], at) {
                Some(v) => v,
                None => unreachable!("asked before"),
            }
        }
        _ => {
            let object = class_entry(b, fact, object);
            let function = b.constant(fact.value, fact.value_id);
            let v = b.call_helper(Helper::BindMethod, &[function, object]);
            b.f.inst_mut(v).ty = Type::BOUND;
            v
        }
    }
}

/// What the Python function of a property or descriptor gives.
fn getter(b: &mut Builder, fact: &AttrFact, object: Val, args: &[Val]) -> Val {
    let Some(Callee::Python(getter)) = fact.callee.clone() else { return object };
    let function = b.constant(getter.function, layout::FUNCTION);
    let at = b.snap.registers as u16 + 1;
    let v = if fact.hook == 0 {
        super::calls::python(b, &getter, function, args, at)
    } else {
        let hook = b.constant(fact.hook, layout::FUNCTION);
        let (name, register) = (name(b, b.ins.c), b.ins.b);
        super::calls::hooked(b, &getter, function, args, at, (register, object), |b| {
            let v = b.call_helper(Helper::AskHook, &[object, name, hook]);
            b.f.inst_mut(v).ty = Type::BOUND;
            v
        })
    };
    match v {
        Some(v) => v,
        None => unreachable!("asked before"),
    }
}

/// Whether `load_known` can do it.
fn is_known(fact: &AttrFact) -> bool {
    match fact.kind {
        AttrKind::Inline | AttrKind::Overflow => true,
        AttrKind::ClassValue | AttrKind::Method => fact.class != 0,
        AttrKind::Property => calls_python(fact, 1),
        AttrKind::Descriptor => calls_python(fact, 3),
        AttrKind::AskClass => calls_python(fact, 2),
        _ => false,
    }
}

/// Whether the attribute is what a Python function does with so many arguments.
fn calls_python(fact: &AttrFact, args: usize) -> bool {
    let Some(Callee::Python(target)) = &fact.callee else { return false };
    fact.class != 0 && super::bind::is_plain(target, args)
}

/// Facts of a site, one a shape, if native code serves it.
fn served(b: &Builder, object: Val, known: impl Fn(&AttrFact) -> bool) -> Option<Vec<AttrFact>> {
    let shape = b.ty(object).shape();
    if let Some(fact) = shape.and_then(|shape| b.snap.contextual.get(&(b.pc, shape)))
        && known(fact)
    {
        return Some(vec![fact.clone()]);
    }
    let mut facts = match b.snap.facts.get(&b.pc)? {
        Fact::Attr(fact) => vec![fact.clone()],
        Fact::Shapes(facts) => facts.clone(),
        _ => return None,
    };
    // A site that failed has learned: more shapes, or too many.
    if let Some(only) = facts.iter().find(|f| shape == Some(f.shape)).cloned() {
        facts = vec![only];
    }
    let learned = shape.is_some() || facts.len() > 1 || !b.snap.has_failed(b.pc, Reason::WrongShape);
    (learned && facts.iter().all(known)).then_some(facts)
}

fn module_cell(b: &mut Builder, object: Val) -> Option<Val> {
    let fact = fact(b).filter(|f| f.kind == AttrKind::ModuleCell && f.class == 0)?;
    // The entry is for one module, named by the low half of its address.
    b.known_word(object).filter(|word| (word - 1) as u32 == fact.offset)?;
    let cell = b.constant(fact.value, layout::CELL);
    let v = b.emit(H::LoadCell, &[cell], layout::CELL_VALUE);
    Some(b.bound_of(v))
}

fn load(b: &mut Builder, object: Val, facts: &[AttrFact]) -> Val {
    if let [only] = facts {
        return load_known(b, only, object);
    }
    let shapes: Vec<u32> = facts.iter().map(|f| f.shape).collect();
    let wild =
        facts.iter().any(|f| !matches!(f.kind, AttrKind::Inline | AttrKind::Overflow | AttrKind::ClassValue));
    b.switch_shapes(object, &shapes, wild, |b, k, object| load_known(b, &facts[k], object))
}

pub fn load_attr(b: &mut Builder, i: Instr) {
    let object = b.get(i.b);
    let v = if let Some(fact) = class_attr(b, object).filter(|f| f.kind == AttrKind::TypeAttr) {
        b.constant(fact.value, fact.value_id)
    } else if let Some(facts) = served(b, object, is_known) {
        load(b, object, &facts)
    } else if let Some(v) = module_cell(b, object) {
        v
    } else {
        general_load(b, i)
    };
    b.set(i.a, v);
}

/// What is found on a class that is a constant here.
fn class_attr(b: &mut Builder, object: Val) -> Option<AttrFact> {
    let fact = b.snap.class_attrs.get(&b.pc)?.clone();
    if b.known_word(object) != Some(fact.class | 1) {
        return None;
    }
    b.assume(Assumption::Class { class: fact.class, version: fact.version });
    Some(fact)
}

/// The function that a method call finds, for a receiver of one of the shapes.
fn method(b: &mut Builder, object: Val, facts: &[AttrFact]) -> Val {
    if let [only] = facts {
        class_entry(b, only, object);
        return b.constant(only.value, only.value_id);
    }
    let shapes: Vec<u32> = facts.iter().map(|f| f.shape).collect();
    let v = b.switch_shapes(object, &shapes, false, |b, k, object| {
        class_entry(b, &facts[k], object);
        b.constant(facts[k].value, facts[k].value_id)
    });
    let mut candidates: Vec<(u64, u32)> = Vec::new();
    for fact in facts {
        if !candidates.contains(&(fact.value, fact.value_id)) {
            candidates.push((fact.value, fact.value_id));
        }
    }
    if let [(word, id)] = candidates[..] {
        return b.constant(word, id);
    }
    for (word, _) in &candidates {
        let mut shapes = facts.iter().filter(|f| f.value == *word).map(|f| f.shape);
        if let (Some(only), None) = (shapes.next(), shapes.next()) {
            b.receivers.insert((v, *word), only);
        }
    }
    b.candidates.insert(v, candidates);
    v
}

/// The method of an instance of a builtin type that could have a dict, but has none; and the instance.
fn bare_method(b: &mut Builder, object: Val) -> Option<(Val, Val)> {
    let fact = fact(b).filter(|f| f.kind == AttrKind::BareMethod)?;
    if [Reason::WrongShape, Reason::RareCase].iter().any(|r| b.snap.has_failed(b.pc, *r)) {
        return None;
    }
    let object = class_entry(b, &fact, object);
    let dict = b.emit(H::LoadFieldRaw, &[object], fact.offset as i64);
    let none = b.raw(0);
    let bare = b.emit(H::RCmp, &[dict, none], Cmp::Eq as i64);
    b.guard_true(bare, Reason::RareCase);
    Some((b.constant(fact.value, fact.value_id), object))
}

pub fn load_method(b: &mut Builder, i: Instr) {
    let object = b.get(i.b);
    if let Some(fact) = class_attr(b, object) {
        let found = b.constant(fact.value, fact.value_id);
        let receiver = if fact.kind == AttrKind::ClassMethod { object } else { b.word(Value::UNBOUND.0) };
        b.set(i.a, found);
        return b.set(i.a + 3, receiver);
    }
    if let Some(facts) = served(b, object, |f| f.kind == AttrKind::Method && f.class != 0) {
        let function = method(b, object, &facts);
        // Now that its shape was checked the receiver may be better known.
        let object = b.get(i.b);
        b.set(i.a, function);
        return b.set(i.a + 3, object);
    }
    if let Some((function, object)) = bare_method(b, object) {
        b.set(i.a, function);
        return b.set(i.a + 3, object);
    }
    let slots = |f: &AttrFact| matches!(f.kind, AttrKind::Inline | AttrKind::Overflow);
    let v = if let Some(facts) = served(b, object, slots) {
        load(b, object, &facts)
    } else if let Some(v) = module_cell(b, object) {
        v
    } else {
        let name = name(b, i.c);
        let at = b.emit(H::WindowAddress, &[], i.a as i64);
        let done = b.call_helper(Helper::LoadMethod, &[at, object, name]);
        b.f.filled.insert(done, vec![i.a as u32, i.a as u32 + 3]);
        return take_results(b, i.a, true);
    };
    let unbound = b.word(Value::UNBOUND.0);
    b.set(i.a, v);
    b.set(i.a + 3, unbound);
}

fn store_known(b: &mut Builder, fact: &AttrFact, object: Val, v: Val) {
    if let (AttrKind::Property, Some(Callee::Python(setter))) = (fact.kind, &fact.callee) {
        let object = class_entry(b, fact, object);
        let function = b.constant(setter.function, layout::FUNCTION);
        let at = b.snap.registers as u16 + 1;
        super::calls::python(b, setter, function, &[object, v], at);
        return;
    }
    if let (AttrKind::Descriptor, Some(Callee::Python(setter))) = (fact.kind, &fact.callee) {
        let object = class_entry(b, fact, object);
        if let Some((class, version)) = fact.via {
            b.assume(Assumption::Class { class, version });
        }
        let descriptor = b.constant(fact.value, fact.value_id);
        let function = b.constant(setter.function, layout::FUNCTION);
        let at = b.snap.registers as u16 + 1;
        super::calls::python(b, setter, function, &[descriptor, object, v], at);
        return;
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

pub fn store_attr(b: &mut Builder, i: Instr) {
    let (object, v) = (b.get(i.a), b.get(i.b));
    let ty = b.ty(v);
    let (no_int, no_float) =
        (b.snap.has_failed(b.pc, Reason::NotInt), b.snap.has_failed(b.pc, Reason::NotFloat));
    let fits = |fact: &AttrFact| {
        calls_python(fact, 2) && fact.kind == AttrKind::Property
            || calls_python(fact, 3) && fact.kind == AttrKind::Descriptor
            || matches!(fact.kind, AttrKind::Inline | AttrKind::AddInline)
                && match fact.repr {
                    REPR_INT => ty.may_be(Type::INT) && !no_int,
                    REPR_F64 => ty.may_be(Type::FLOAT) && !no_float,
                    _ => true,
                }
    };
    let Some(facts) = served(b, object, fits) else {
        let name = name(b, i.c);
        b.call_helper(Helper::SetAttr, &[object, name, v]);
        return;
    };
    if let [only] = &facts[..] {
        return store_known(b, only, object, v);
    }
    let shapes: Vec<u32> = facts.iter().map(|f| f.shape).collect();
    b.switch_shapes(object, &shapes, true, |b, k, object| {
        store_known(b, &facts[k], object, v);
        b.word(Value::NONE.0)
    });
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
    let object = b.get(i.b);
    if let Some(facts) = served(b, object, |f| f.kind == AttrKind::Method && f.class != 0) {
        let function = method(b, object, &facts);
        let object = b.get(i.b);
        b.set(i.a, function);
        return b.set(i.a + 3, object);
    }
    let which = b.raw(i.x as i64);
    let at = b.emit(H::WindowAddress, &[], i.a as i64);
    let done = b.call_helper(Helper::LoadSpecial, &[at, object, which]);
    b.f.filled.insert(done, vec![i.a as u32, i.a as u32 + 3]);
    take_results(b, i.a, true);
}

pub fn load_super_attr(b: &mut Builder, i: Instr) {
    if let Some(Fact::Super(fact)) = b.snap.facts.get(&b.pc)
        && i.x & 2 != 0
        && (fact.entries.len() > 1 || !b.snap.has_failed(b.pc, Reason::WrongShape))
        && !b.snap.has_failed(b.pc, Reason::WrongValue)
    {
        let fact = fact.clone();
        let (callee, after) = (b.get(i.b), b.get(i.b + 1));
        b.same_as(callee, fact.callee, 0);
        b.same_as(after, fact.after, 0);
        let object = b.get(i.b + 2);
        let function = method(b, object, &fact.entries);
        let object = b.get(i.b + 2);
        b.set(i.a, function);
        return b.set(i.a + 3, object);
    }
    let operands = b.window(i.b, i.b, 3);
    let (name, flags) = (name(b, i.c), b.raw(i.x as i64));
    let at = b.emit(H::WindowAddress, &[], i.a as i64);
    let done = b.call_helper(Helper::LoadSuper, &[at, operands, name, flags]);
    let pair = i.x & 2 != 0;
    b.f.filled.insert(done, if pair { vec![i.a as u32, i.a as u32 + 3] } else { vec![i.a as u32] });
    take_results(b, i.a, pair);
}
