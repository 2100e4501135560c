//! Structural pattern matching: the questions that come before sub-patterns. The rest is performed by the interpreter.

use super::{Builder, items, perform};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Op as H, Type, Val};
use crate::layout;
use habu_bytecode::op::{Ext, Instr, Op};
use habu_runtime::Value;

pub fn match_len(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let len = match items::length(b, v) {
        Some(len) => b.emit(H::Tag, &[len], 0),
        None => {
            let tuple = b.emit(H::HasShape, &[v], layout::TUPLE as i64);
            let exact = |b: &mut Builder| {
                let t = b.known_shape(v, layout::TUPLE);
                let len = b.emit(H::LoadConstRaw, &[t], layout::TUPLE_LEN);
                b.emit(H::Tag, &[len], 0)
            };
            b.either(tuple, true, exact, |b| b.call_helper(Helper::Len, &[v]))
        }
    };
    b.set(i.a, len);
}

pub fn match_mapping(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let answer = b.ask(Helper::IsMapping, &[v]);
    b.set(i.a, answer);
}

pub fn match_sequence(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let tuple = b.emit(H::HasShape, &[v], layout::TUPLE as i64);
    let answer = b.either(tuple, false, |b| b.word(Value::TRUE.0), |b| b.ask(Helper::IsSequence, &[v]));
    b.set(i.a, answer);
}

/// The register that gets the subject and where the code goes on behind `int(x)` and its like: what the instruction finds is
/// only looked at by the two behind it, which unpack it.
pub fn unpacked_at_once(snap: &crate::snapshot::Snapshot, pc: u32) -> Option<(u16, u32)> {
    let class = snap.instr(pc);
    let jump = snap.next(pc, Op::MATCH_CLASS);
    (snap.op(jump)? == Op::JUMP_NONE && snap.instr(jump).a == class.a).then_some(())?;
    let unpack = snap.next(jump, Op::JUMP_NONE);
    let ins = snap.instr(unpack);
    (snap.op(unpack)? == Op::UNPACK && ins.b == class.a && ins.c == 1).then_some(())?;
    Some((ins.a, snap.next(unpack, Op::UNPACK)))
}

/// `isinstance(v, class)`: exact instances of builtin classes are told here, if the class is one of these.
pub fn is_instance(b: &mut Builder, v: Val, class: Val) -> Val {
    let known = b.known_word(class).and_then(|word| Some((word, *b.snap.builtin_classes.get(&word)?)));
    let ask = |b: &mut Builder| b.call_helper(Helper::IsInstance, &[v, class]);
    let Some((word, id)) = known else { return ask(b) };
    let ty = b.ty(v);
    if ty.is(Type::INT) {
        // None of the others is a base of `int`.
        return b.word(Value::bool(id == layout::INT).0);
    }
    if ty.shape() == Some(id) {
        return b.word(Value::TRUE.0);
    }
    match is_exactly(b, Value(word), v) {
        Some((cond, _)) => b.either(cond, true, |b| b.word(Value::TRUE.0), ask),
        None => ask(b),
    }
}

/// Whether exact instances of a builtin class, which match `class(x)` themselves, are told by a look at the word.
fn is_exactly(b: &mut Builder, class: Value, v: Val) -> Option<(Val, Type)> {
    let id = *b.snap.builtin_classes.get(&class.0)?;
    if id == layout::INT {
        return Some((b.emit(H::BothInts, &[v, v], 0), Type::INT));
    }
    let known = [layout::STR, layout::TUPLE, layout::BYTES];
    known.contains(&id).then(|| (b.emit(H::HasShape, &[v], id as i64), Type::object(id)))
}

pub fn match_class(b: &mut Builder, i: Instr) {
    let (v, class, names) = (b.get(i.b), b.get(i.c), b.get(i.c + 1));
    let positional = b.snap.ext(b.pc, b.op, Ext::Extra);
    let no_names = b.known_word(names).is_some_and(|w| b.snap.empty_tuple == w);
    if positional == Some(1)
        && no_names
        && !b.snap.has_failed(b.pc, Reason::WrongValue)
        && let Some((dst, after)) = unpacked_at_once(b.snap, b.pc)
        && !b.live.is_live_before(after, i.a as u32)
        && let Some(class) = b.known_word(class).map(Value)
        && let Some((is, ty)) = is_exactly(b, class, v)
    {
        let other = b.fork(is);
        let regs = b.regs.clone();
        let mut known = crate::hir::Inst::new(H::Reshaped, &[v], 0);
        known.ty = ty;
        let known = b.place(known);
        b.regs[dst as usize] = Some(known);
        b.regs[i.a as usize] = None;
        b.jump_to(after);
        b.ended = false;
        b.block = other;
        b.regs = regs;
    }
    perform::perform(b, i);
}
