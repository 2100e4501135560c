//! Calls: Python functions directly by call feedback, the rest through the runtime; returns.

use super::bind::{self, Args, Bound};
use super::{Assumption, Builder, REGISTER_ARGS, prepare};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Inst, Konst, Op as H, Target, Type, Val};
use crate::layout;
use crate::snapshot::{AttrFact, Callee, Fact, PlainInstance, PythonCallee, Recipe};
use habu_bytecode::op::{Instr, Op};
use habu_runtime::Value;

fn fact(b: &Builder) -> Option<Callee> {
    match b.snap.facts.get(&b.pc) {
        Some(Fact::Call(callee)) => Some(callee.clone()),
        _ => None,
    }
}

pub fn call(b: &mut Builder, i: Instr) {
    let args: Vec<Val> = (0..i.c).map(|k| b.get(i.b + 3 + k)).collect();
    site(b, i, i.b, &Args { values: &args, names: &[], first: Some(i.b + 3) }, false);
}

pub fn call_method(b: &mut Builder, i: Instr) {
    let receiver = b.get(i.b + 3);
    let args: Vec<Val> = (0..i.c).map(|k| b.get(i.b + 3 + k)).collect();
    let unbound = b.ty(receiver).is(Type::UNBOUND);
    if unbound {
        // An attribute that is no method: the arguments begin one register later.
        let values = &args[1.min(args.len())..];
        return site(b, i, i.b + 1, &Args { values, names: &[], first: Some(i.b + 4) }, true);
    }
    if b.ty(receiver).may_be(Type::UNBOUND) {
        let callee = b.get(i.b);
        let v = general(b, i, callee, true);
        return b.set(i.a, v);
    }
    site(b, i, i.b, &Args { values: &args, names: &[], first: Some(i.b + 3) }, true);
}

/// Whether checks of what the site calls have not failed. Another function of the same code is another matter.
fn still_good(b: &Builder, fact: &Callee) -> bool {
    match fact {
        Callee::Python(target) if target.by_code => {
            !b.snap.has_failed(b.pc, Reason::WrongCode) && !b.snap.has_failed(b.pc, Reason::WrongShape)
        }
        Callee::Instance(_) => !b.snap.has_failed(b.pc, Reason::WrongShape),
        _ => !b.snap.has_failed(b.pc, Reason::WrongValue),
    }
}

/// `at`: register in which the callee's header begins.
fn site(b: &mut Builder, i: Instr, at: u16, args: &Args, method: bool) {
    let callee = b.get(i.b);
    let candidates = match b.known_word(callee) {
        Some(word) if b.snap.callees.contains_key(&word) => vec![(word, 0)],
        _ => b.candidates.get(&callee).cloned().unwrap_or_default(),
    };
    let v = match candidates[..] {
        [] => {
            let fact = fact(b).filter(|fact| still_good(b, fact));
            if fact.is_none() && !b.snap.facts.contains_key(&b.pc) {
                return b.exit(Reason::NeverRan);
            }
            target(b, i, at, fact.as_ref(), callee, args, method)
        }
        [(word, _)] => {
            let fact = b.snap.callees.get(&word).cloned();
            target(b, i, at, fact.as_ref(), callee, args, method)
        }
        _ => b.switch_values(callee, &candidates, |b, known| {
            let word = b.known_word(known).unwrap_or_default();
            let fact = b.snap.callees.get(&word).cloned();
            let mut values = args.values.to_vec();
            if let (Some(shape), Some(first)) =
                (b.receivers.get(&(callee, word)).copied(), values.first_mut())
                && method
                && !b.snap.has_failed(b.pc, Reason::WrongShape)
            {
                *first = b.shape_of(*first, shape);
            }
            target(b, i, at, fact.as_ref(), known, &Args { values: &values, ..*args }, method)
        }),
    };
    b.set(i.a, v);
}

/// Calls what a fact says, else what the runtime finds.
fn target(
    b: &mut Builder,
    i: Instr,
    at: u16,
    fact: Option<&Callee>,
    callee: Val,
    args: &Args,
    method: bool,
) -> Val {
    let result = match fact {
        Some(Callee::Python(target)) => function(b, target, callee, args, at),
        Some(class @ Callee::Class { .. }) => instance(b, i, class, callee, args),
        _ if !args.names.is_empty() => None,
        Some(Callee::Unboxed { function, entry, args: n }) if *n as usize == args.values.len() => {
            unboxed(b, *function, *entry, callee, args.values)
                .or_else(|| Some(native(b, at, *function, callee, args.values)))
        }
        Some(Callee::Recipe { function, recipe }) => {
            by_recipe(b, at, *function, *recipe, callee, args.values)
                .or_else(|| Some(native(b, at, *function, callee, args.values)))
        }
        Some(Callee::Builtin { class, recipe }) => by_recipe(b, at, *class, *recipe, callee, args.values),
        Some(Callee::Instance(fact)) => called(b, fact, callee, args.values),
        Some(Callee::Native { function }) => Some(native(b, at, *function, callee, args.values)),
        _ => None,
    };
    match result {
        Some(v) => v,
        None => general(b, i, callee, method),
    }
}

/// An instance by its class's `__call__`, in a window above the frame.
fn called(b: &mut Builder, fact: &AttrFact, callee: Val, args: &[Val]) -> Option<Val> {
    let Some(Callee::Python(target)) = &fact.callee else { return None };
    if !bind::is_plain(target, args.len() + 1) {
        return None;
    }
    b.assume(Assumption::Class { class: fact.class, version: fact.version });
    let mut all = vec![b.shape_of(callee, fact.shape)];
    all.extend(args);
    let function = b.constant(target.function, layout::FUNCTION);
    let at = b.snap.registers as u16 + 1;
    python(b, target, function, &all, at)
}

/// A native function: its arguments stand behind the header room at `at`.
fn native(b: &mut Builder, at: u16, function: u64, callee: Val, args: &[Val]) -> Val {
    let callee = b.same_as(callee, function, 0);
    let at = b.window(at, at + 3, args.len());
    let count = b.raw(args.len() as i64);
    let v = b.call_helper(Helper::CallNative, &[at, count, callee]);
    b.f.inst_mut(v).ty = Type::BOUND;
    v
}

/// A call of what is known only when it is called.
fn general(b: &mut Builder, i: Instr, callee: Val, method: bool) -> Val {
    b.emit(H::Spill, &[callee], i.b as i64);
    let n = if method { i.c.max(1) } else { i.c };
    let at = b.window(i.b, i.b + 3, n as usize);
    let mut args = vec![at, b.raw(i.c as i64), b.raw(method as i64)];
    let (prepares, calls) = if b.op == Op::CALL_KW {
        args.push(b.constant(b.snap.value(b.pc, b.op), layout::TUPLE));
        (Helper::PrepareKeywords, Helper::CallKeywords)
    } else {
        (Helper::PrepareCall, Helper::CallWindow)
    };
    let operands = args.clone();
    let call = move |b: &mut Builder| {
        let v = b.call_helper(calls, &operands);
        b.f.inst_mut(v).ty = Type::BOUND;
        v
    };
    match fact(b) {
        // Neither a function nor something that has one.
        Some(
            Callee::Class { .. }
            | Callee::Opaque
            | Callee::Builtin { .. }
            | Callee::Native { .. }
            | Callee::Recipe { .. }
            | Callee::Unboxed { .. },
        ) => call(b),
        _ => prepare::call(b, prepares, &args, call),
    }
}

/// `Class(…)`: allocates, then calls `__init__` in a window above the frame.
fn instance(b: &mut Builder, i: Instr, fact: &Callee, callee: Val, args: &Args) -> Option<Val> {
    let Callee::Class { class, version, init, plain, raisable } = fact else { return None };
    let (class, version, plain) = (*class, *version, *plain);
    // Where an exception's arguments stand.
    let raisable = if *raisable { Some(args.first.filter(|_| args.names.is_empty())?) } else { None };
    let make = |b: &mut Builder, class| match raisable {
        Some(first) => {
            let at = b.window(first, first, args.values.len());
            let count = b.raw(args.values.len() as i64);
            b.call_helper(Helper::NewException, &[class, at, count])
        }
        None => allocate(b, class, plain),
    };
    let Some(init) = init else {
        if !args.values.is_empty() && raisable.is_none() {
            return None;
        }
        b.assume(Assumption::Class { class: class - 1, version });
        let class = b.same_as(callee, class, 0);
        return Some(make(b, class));
    };
    // The object stands in front of the arguments.
    let mut values = vec![callee];
    values.extend(args.values);
    let first = args.first.map(|r| r - 1);
    let bound = bind::resolve(init, &Args { values: &values, first, ..*args })?;
    b.assume(Assumption::Class { class: class - 1, version });
    let class = b.same_as(callee, class, 0);
    let object = make(b, class);
    values[0] = object;
    let (v, shape) = initialise(b, i, init, &Args { values: &values, first, ..*args }, &bound)?;
    let none = b.word(Value::NONE.0);
    let fine = b.emit(H::Same, &[v, none], 0);
    let (good, bad) = (b.f.new_block(), b.f.new_block());
    b.branch(fine, Target { block: good, args: Vec::new() }, Target { block: bad, args: Vec::new() });
    let regs = b.regs.clone();
    b.block = bad;
    b.call_helper(Helper::InitResult, &[v]);
    b.exit(Reason::RareCase);
    b.ended = false;
    b.block = good;
    b.regs = regs;
    let mut inst = Inst::new(H::Reshaped, &[object], 0);
    inst.ty = shape.map_or(Type::OBJECT, Type::object);
    Some(b.place(inst))
}

/// A new instance of a class.
fn allocate(b: &mut Builder, class: Val, plain: Option<PlainInstance>) -> Val {
    let Some(plain) = plain.filter(|_| !b.snap.has_failed(b.pc, Reason::RareCase)) else {
        return b.call_helper(Helper::NewObject, &[class]);
    };
    let object = b.emit(H::NewObject, &[], plain.shape as i64);
    b.f.inst_mut(object).extra = plain.size;
    b.f.inst_mut(object).ty = Type::object(plain.shape);
    for k in 0..plain.slots {
        let unbound = b.word(Value::UNBOUND.0);
        b.emit(H::StoreField, &[object, unbound], (plain.slots_at + k * 8) as i64);
    }
    object
}

/// The call of `__init__`; the instruction's result is the object. What it returns, and the object's shape then if it is known.
fn initialise(
    b: &mut Builder,
    i: Instr,
    init: &PythonCallee,
    args: &Args,
    bound: &Bound,
) -> Option<(Val, Option<u32>)> {
    let header = b.snap.registers as u16 + 1;
    let object = args.values[0];
    let (function, code, defaults) = (init.function, init.code, init.defaults_at);
    b.assume(Assumption::Function { function, code, defaults });
    let function = b.constant(init.function, layout::FUNCTION);
    let all = bind::values(b, function, args, bound);
    if let Some((v, shape)) = b.inline(init, &all, header, &[(i.b, object)], Some(i.b)) {
        return Some((v, shape));
    }
    b.emit(H::Spill, &[object], i.b as i64);
    let v = direct(b, init, function, all, header)?;
    if let Some(frame) = b.f.inst(v).frame {
        b.f.inst_mut(v).frame = Some(b.holding(frame, &[], Some(i.b)));
    }
    Some((v, None))
}

/// A call of a function with plain arguments that stand in no registers.
pub fn python(b: &mut Builder, target: &PythonCallee, callee: Val, args: &[Val], at: u16) -> Option<Val> {
    function(b, target, callee, &bind::loose(args), at)
}

/// As `python`, and what `otherwise` gives if the call raises. `held`: a register of the caller that its state keeps.
pub fn hooked(
    b: &mut Builder,
    target: &PythonCallee,
    callee: Val,
    args: &[Val],
    at: u16,
    held: (u16, Val),
    otherwise: impl FnOnce(&mut Builder) -> Val,
) -> Option<Val> {
    let args = bind::loose(args);
    let bound = bind::resolve(target, &args)?;
    let callee = checked(b, target, callee);
    let all = bind::values(b, callee, &args, &bound);
    let v = place_call(b, target, callee, all, at, false);
    if let Some(frame) = b.f.inst(v).frame {
        b.f.inst_mut(v).frame = Some(b.holding(frame, &[held], None));
    }
    b.f.hooked.insert(v);
    let raised = b.emit(H::IsRaised, &[v], 0);
    Some(b.either(raised, true, otherwise, |_| v))
}

/// A call of a known function, or of one of known code; `at`: register at which its header would be.
fn function(b: &mut Builder, target: &PythonCallee, callee: Val, args: &Args, at: u16) -> Option<Val> {
    let bound = bind::resolve(target, args)?;
    let callee = checked(b, target, callee);
    let all = bind::values(b, callee, args, &bound);
    if let Some((v, _)) = b.inline(target, &all, at, &[], None) {
        return Some(v);
    }
    direct(b, target, callee, all, at)
}

/// As `python` for an operator's method: the operands stay where they are.
pub fn operator(
    b: &mut Builder,
    target: &PythonCallee,
    callee: Val,
    args: &[Val],
    at: u16,
    operands: [(u16, Val); 2],
) -> Option<Val> {
    let args = bind::loose(args);
    let bound = bind::resolve(target, &args)?;
    let callee = checked(b, target, callee);
    let all = bind::values(b, callee, &args, &bound);
    if let Some((v, _)) = b.inline(target, &all, at, &operands, None) {
        return Some(v);
    }
    let v = direct(b, target, callee, all, at)?;
    if let Some(frame) = b.f.inst(v).frame {
        b.f.inst_mut(v).frame = Some(b.holding(frame, &operands, None));
    }
    Some(v)
}

/// The callee, checked to be the target.
fn checked(b: &mut Builder, target: &PythonCallee, callee: Val) -> Val {
    if !target.by_code {
        let (function, code, defaults) = (target.function, target.code, target.defaults_at);
        b.assume(Assumption::Function { function, code, defaults });
        return b.same_as(callee, target.function, layout::FUNCTION);
    }
    let function = b.shape_of(callee, layout::FUNCTION);
    let code = b.emit(H::LoadField, &[function], layout::FUNCTION_CODE);
    // The field holds an address, not a word.
    let k = b.f.constant(Konst::Address(target.code));
    let mut inst = Inst::new(H::Const, &[], k);
    inst.ty = Type::ANY;
    let known = b.place(inst);
    let same = b.emit(H::Same, &[code, known], 0);
    b.guard_true(same, Reason::WrongCode);
    function
}

/// The call of a function in native code, with all its arguments.
fn direct(b: &mut Builder, target: &PythonCallee, callee: Val, all: Vec<Val>, at: u16) -> Option<Val> {
    Some(place_call(b, target, callee, all, at, true))
}

/// As `direct`; `caught`: its exceptions go to the handler here, if there is one.
fn place_call(
    b: &mut Builder,
    target: &PythonCallee,
    callee: Val,
    mut all: Vec<Val>,
    at: u16,
    caught: bool,
) -> Val {
    if target.has_free {
        b.emit(H::Spill, &[callee], at as i64);
    }
    let base = at + 3;
    for (k, v) in all.iter().enumerate().skip(REGISTER_ARGS) {
        b.emit(H::Spill, &[*v], base as i64 + k as i64);
    }
    all.truncate(REGISTER_ARGS);
    let entry = b.f.constant(Konst::Entry(target.code));
    let v =
        if caught { b.emit(H::CallDirect, &all, entry) } else { b.emit_uncaught(H::CallDirect, &all, entry) };
    b.f.inst_mut(v).extra = b.offset() + base as u32;
    b.f.inst_mut(v).ty = Type::BOUND;
    v
}

fn unboxed(b: &mut Builder, function: u64, entry: u64, callee: Val, args: &[Val]) -> Option<Val> {
    if b.snap.has_failed(b.pc, Reason::RareCase) || b.snap.has_failed(b.pc, Reason::NotFloat) {
        return None;
    }
    b.same_as(callee, function, 0);
    let floats: Vec<Val> = args.iter().map(|v| b.number_of(*v)).collect();
    let k = b.f.constant(Konst::Address(entry));
    let v = b.emit(H::CallUnboxed, &floats, k);
    let fine = b.emit(H::FCmp, &[v, v], Cmp::Eq as i64);
    b.guard_true(fine, Reason::RareCase);
    Some(v)
}

/// The lesser or greater of two numbers of one kind: the first unless the second is.
fn extreme(b: &mut Builder, function: u64, cmp: Cmp, callee: Val, x: Val, y: Val) -> Option<Val> {
    let one = |b: &Builder, ty: Type| {
        (b.ty(x).is(ty) || b.ty(y).is(ty)) && b.ty(x).may_be(ty) && b.ty(y).may_be(ty)
    };
    // What one of them is the other most likely is, too.
    let ints = one(b, Type::INT) && !b.snap.has_failed(b.pc, Reason::NotInt);
    let floats = one(b, Type::FLOAT) && !b.snap.has_failed(b.pc, Reason::NotFloat);
    if !ints && !floats {
        return None;
    }
    b.same_as(callee, function, 0);
    let (x, y) = if ints {
        (b.int_of(x), b.int_of(y))
    } else {
        [x, y].map(|v| if b.ty(v).is(Type::FLOAT) { v } else { b.emit(H::GuardFloat, &[v], 0) }).into()
    };
    let second = if ints {
        b.emit(H::ICmp, &[y, x], cmp as i64)
    } else {
        let (fx, fy) = (b.float_of(x), b.float_of(y));
        b.emit(H::FCmp, &[fy, fx], cmp as i64)
    };
    let (join, yes, no) = (b.f.new_block(), b.f.new_block(), b.f.new_block());
    b.branch(second, Target { block: yes, args: Vec::new() }, Target { block: no, args: Vec::new() });
    for (block, v) in [(yes, y), (no, x)] {
        b.block = block;
        b.terminate(H::Jump, &[], 0, vec![Target { block: join, args: vec![v] }]);
    }
    b.ended = false;
    b.block = join;
    Some(b.f.add_param(join, if ints { Type::INT } else { Type::FLOAT }))
}

/// `list.pop()` where there is a last item and the storage stays as large as it is.
fn pop(b: &mut Builder, at: u16, function: u64, callee: Val, list: Val) -> Option<Val> {
    let kind = b.ty(list).shape().filter(|id| matches!(*id, layout::LIST | layout::LIST_INT))?;
    let callee = b.same_as(callee, function, 0);
    let (len, room) = (b.emit(H::ListLen, &[list], 0), b.emit(H::ListRoom, &[list], 0));
    // Half of the room is in use: then nothing is given back. (Twice the new length, to compare.)
    let less = b.raw(-1);
    let left = b.emit(H::RAdd, &[len, less], 0);
    let twice = b.emit(H::RAdd, &[left, left], 0);
    let enough = b.emit(H::RCmp, &[twice, room], Cmp::Ge as i64);
    let here = |b: &mut Builder| {
        let array = b.emit(H::ListArray, &[list], 0);
        let (load, store) = match kind {
            layout::LIST_INT => (H::LoadElemInt, H::StoreElemInt),
            _ => (H::LoadElem, H::StoreElem),
        };
        let item = b.emit(load, &[array, left], layout::ARRAY_ITEMS);
        let zero = b.int(0);
        b.emit(store, &[array, left, zero], layout::ARRAY_ITEMS);
        b.emit(H::StoreListLen, &[list, left], 0);
        item
    };
    // The runtime's `pop` leaves lists what they are, too.
    let v = b.either(enough, false, here, |b| native(b, at, function, callee, &[list]));
    let known = if kind == layout::LIST_INT { Type::INT } else { Type::BOUND };
    let mut inst = Inst::new(H::Reshaped, &[v], 0);
    inst.ty = known;
    Some(b.place(inst))
}

fn by_recipe(
    b: &mut Builder,
    at: u16,
    function: u64,
    recipe: Recipe,
    callee: Val,
    args: &[Val],
) -> Option<Val> {
    match (recipe, args) {
        (Recipe::Append, &[list, v]) => {
            let callee = b.same_as(callee, function, 0);
            return Some(super::display::push(b, list, v, |b| native(b, at, function, callee, &[list, v])));
        }
        (Recipe::DictGet, &[map, key, ref default @ ..]) if default.len() <= 1 => {
            let (pairs, key) = (b.maps.get(&b.f.root(map))?, b.known_word(key)?);
            // All its keys are interned; of strings that are, too, identity decides.
            if !b.snap.interned.contains(&key) {
                return None;
            }
            let found = pairs.iter().find(|(name, _)| *name == key).map(|(_, v)| *v);
            b.same_as(callee, function, 0);
            return Some(match (found, default) {
                (Some(v), _) => b.forgotten(v),
                (None, &[v]) => v,
                (None, _) => b.word(Value::NONE.0),
            });
        }
        (Recipe::Pop, &[list]) => return pop(b, at, function, callee, list),
        (Recipe::Complex, &[re, im]) => {
            let number = |b: &Builder, v: Val| b.ty(v).is(Type::FLOAT) || b.ty(v).is(Type::INT);
            if !number(b, re) || !number(b, im) {
                return None;
            }
            b.same_as(callee, function, 0);
            let (re, im) = (b.number_of(re), b.number_of(im));
            return Some(super::arith::new_complex(b, re, im));
        }
        _ => {}
    }
    if let (Recipe::Min | Recipe::Max, &[x, y]) = (recipe, args) {
        return extreme(b, function, if recipe == Recipe::Min { Cmp::Lt } else { Cmp::Gt }, callee, x, y);
    }
    if let (Recipe::IsInstance, &[v, class]) = (recipe, args) {
        b.same_as(callee, function, 0);
        return Some(super::pattern::is_instance(b, v, class));
    }
    let &[arg] = args else { return None };
    let failed = |b: &Builder| {
        [Reason::RareCase, Reason::WrongShape].iter().any(|reason| b.snap.has_failed(b.pc, *reason))
    };
    match recipe {
        Recipe::Abs if b.ty(arg).is(Type::INT) && !b.snap.has_failed(b.pc, Reason::Overflow) => {
            b.same_as(callee, function, 0);
            let negated = b.emit(H::INeg, &[arg], 0);
            Some(b.emit(H::IMax, &[arg, negated], 0))
        }
        Recipe::Len => {
            b.same_as(callee, function, 0);
            Some(match super::items::length(b, arg) {
                Some(len) => b.emit(H::Tag, &[len], 0),
                None => b.call_helper(Helper::Len, &[arg]),
            })
        }
        Recipe::Abs if b.ty(arg).is(Type::FLOAT) => {
            b.same_as(callee, function, 0);
            let f = b.float_of(arg);
            Some(b.emit(H::FAbs, &[f], 0))
        }
        Recipe::Abs
            if b.ty(arg).shape() == Some(layout::COMPLEX) && !b.snap.has_failed(b.pc, Reason::RareCase) =>
        {
            b.same_as(callee, function, 0);
            let (re, im) = super::arith::parts(b, arg);
            let v = b.emit(H::PureCall, &[re, im], Helper::FloatHypot as i64);
            let infinity = b.emit(H::Float, &[], f64::INFINITY.to_bits() as i64);
            let finite = b.emit(H::FCmp, &[v, infinity], Cmp::Lt as i64);
            b.guard_true(finite, Reason::RareCase);
            Some(v)
        }
        Recipe::Ord if b.ty(arg).may_be(Type::object(layout::STR)) && !failed(b) => {
            b.same_as(callee, function, 0);
            let text = b.shape_of(arg, layout::STR);
            let len = b.emit(H::LoadConstRaw, &[text], layout::STR_LEN);
            let one = b.raw(1);
            let single = b.emit(H::RCmp, &[len, one], Cmp::Eq as i64);
            b.guard_true(single, Reason::RareCase);
            let v = b.emit(H::FirstByte, &[text], 0);
            Some(b.emit(H::Tag, &[v], 0))
        }
        Recipe::Sqrt
            if (b.ty(arg).may_be(Type::FLOAT) || b.ty(arg).may_be(Type::INT))
                && !failed(b)
                && !b.snap.has_failed(b.pc, Reason::NotFloat) =>
        {
            b.same_as(callee, function, 0);
            let (x, zero) = (b.number_of(arg), b.emit(H::Float, &[], 0));
            let defined = b.emit(H::FCmp, &[x, zero], Cmp::Ge as i64);
            b.guard_true(defined, Reason::RareCase);
            Some(b.emit(H::FSqrt, &[x], 0))
        }
        Recipe::Floor | Recipe::Ceil | Recipe::Int
            if b.ty(arg).is(Type::FLOAT) && !b.snap.has_failed(b.pc, Reason::Overflow) =>
        {
            b.same_as(callee, function, 0);
            let x = b.float_of(arg);
            let how = [Recipe::Floor, Recipe::Ceil, Recipe::Int].iter().position(|r| *r == recipe);
            Some(b.emit(H::FToInt, &[x], how.unwrap_or_default() as i64))
        }
        Recipe::Int if b.ty(arg).is(Type::INT) => {
            b.same_as(callee, function, 0);
            Some(arg)
        }
        Recipe::Float if b.ty(arg).is(Type::INT) || b.ty(arg).is(Type::FLOAT) => {
            b.same_as(callee, function, 0);
            Some(b.number_of(arg))
        }
        _ => None,
    }
}

pub fn ret(b: &mut Builder, i: Instr) {
    let v = b.get(i.a);
    leave(b, v);
}

pub fn ret_none(b: &mut Builder) {
    let v = b.word(Value::NONE.0);
    leave(b, v);
}

fn leave(b: &mut Builder, v: Val) {
    if !b.inlined.is_empty() {
        return b.return_inlined(v);
    }
    super::exceptions::detach(b);
    super::suspend::finish(b);
    b.terminate(H::Return, &[v], 0, Vec::new());
}

pub fn call_kw(b: &mut Builder, i: Instr) {
    let method = i.x == 1;
    let receiver = b.get(i.b + 3);
    let shift = u16::from(method && b.ty(receiver).is(Type::UNBOUND));
    let unsure = method && shift == 0 && b.ty(receiver).may_be(Type::UNBOUND);
    let Some(names) = b.snap.keyword_names.get(&b.pc).filter(|_| !unsure).cloned() else {
        let callee = b.get(i.b);
        let v = general(b, i, callee, method);
        return b.set(i.a, v);
    };
    let first = i.b + 3 + shift;
    let values: Vec<Val> = (0..i.c - shift).map(|k| b.get(first + k)).collect();
    // In the order of the parameters, in a window above the frame.
    let at = b.snap.registers as u16 + 1;
    site(b, i, at, &Args { values: &values, names: &names, first: Some(first) }, method);
}

/// A call of a known function whose arguments were packed here.
fn unpacked(b: &mut Builder, [callee, args, keywords]: [Val; 3]) -> Option<Val> {
    let mut values = b.tuples.get(&b.f.root(args))?.clone();
    let pairs = match b.maps.get(&b.f.root(keywords)) {
        Some(pairs) => pairs.clone(),
        None if b.ty(keywords).is(Type::UNBOUND) => Vec::new(),
        None => return None,
    };
    let known = b.known_word(callee).and_then(|word| b.snap.callees.get(&word).cloned());
    let Some(Callee::Python(target)) = known.or_else(|| fact(b).filter(|fact| still_good(b, fact))) else {
        return None;
    };
    let names: Vec<u64> = pairs.iter().map(|(name, _)| *name).collect();
    values.extend(pairs.iter().map(|(_, v)| *v));
    let values: Vec<Val> = values.into_iter().map(|v| b.forgotten(v)).collect();
    let at = b.snap.registers as u16 + 1;
    function(b, &target, callee, &Args { values: &values, names: &names, first: None }, at)
}

pub fn call_ex(b: &mut Builder, i: Instr) {
    let operands = [b.get(i.b), b.get(i.b + 3), b.get(i.b + 4)];
    if let Some(v) = unpacked(b, operands) {
        return b.set(i.a, v);
    }
    let v = prepare::call(b, Helper::PrepareStar, &operands, |b| {
        let v = b.call_helper(Helper::CallStar, &operands);
        b.f.inst_mut(v).ty = Type::BOUND;
        v
    });
    b.set(i.a, v);
}
