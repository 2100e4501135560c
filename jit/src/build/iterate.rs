//! Loops: ranges in registers, other iterators through the runtime.

use super::Builder;
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Op as H, Target, Type, Val};
use crate::layout;
use crate::snapshot::{Callee, Fact, Snapshot};
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::{Instr, Op};
use habu_runtime::Value;

pub fn get_iter(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let it = b.call_helper(Helper::GetIter, &[v]);
    b.f.inst_mut(it).ty = Type::BOUND;
    b.set(i.a, it);
}

pub fn for_iter(b: &mut Builder, i: Instr) {
    b.emit(H::Poll, &[], 0);
    let it = b.get(i.b);
    match sequence_kind(b) {
        Some(id) => next_indexed(b, it, i.a, id),
        None => next_of(b, it, i.a),
    }
}

/// What a loop goes over: lists of one element kind, tuples, ASCII strings or bytes, if it is one of these only.
fn sequence_kind(b: &Builder) -> Option<u32> {
    if b.snap.has_failed(b.pc, Reason::WrongShape) || b.snap.has_failed(b.pc, Reason::RareCase) {
        return None;
    }
    match b.kinds() & !Kinds::RAN & !Kinds::LIST {
        Kinds::LIST_ANY => Some(layout::LIST),
        Kinds::LIST_F64 => Some(layout::LIST_F64),
        Kinds::LIST_INT => Some(layout::LIST_INT),
        Kinds::TUPLE => Some(layout::TUPLE),
        Kinds::STR => Some(layout::STR),
        Kinds::BYTES => Some(layout::BYTES),
        _ => None,
    }
}

/// As `next_of` for an iterator over a sequence with the id, whose fields are stepped here: all these have the same.
fn next_indexed(b: &mut Builder, it: Val, dst: u16, id: u32) {
    let iterator = match id {
        layout::TUPLE => layout::TUPLE_ITERATOR,
        layout::STR => layout::STR_ASCII_ITERATOR,
        layout::BYTES => layout::BYTES_ITERATOR,
        _ => layout::LIST_ITERATOR,
    };
    let it = b.shape_of(it, iterator);
    let (zero, one) = (b.raw(0), b.raw(1));
    let address = b.emit(H::LoadFieldRaw, &[it], layout::LIST_ITER_LIST);
    let some = b.emit(H::RCmp, &[address, zero], Cmp::Ne as i64);
    b.guard_true(some, Reason::RareCase);
    let sequence = b.emit(H::AsObject, &[address], 0);
    let sequence = b.shape_of(sequence, id);
    let index = b.emit(H::LoadFieldRaw, &[it], layout::LIST_ITER_INDEX);
    let Some(len) = super::items::length(b, sequence) else { unreachable!("sequences have a length") };
    let more = b.emit(H::RBelow, &[index, len], 0);
    let (Some(body), next) = (b.snap.target(b.pc, b.op), b.snap.next(b.pc, b.op)) else {
        unreachable!("FOR_ITER has a label");
    };
    let (again, finished) = (b.f.new_block(), b.f.new_block());
    b.branch(more, Target { block: again, args: Vec::new() }, Target { block: finished, args: Vec::new() });
    b.block = finished;
    b.emit(H::StoreFieldRaw, &[it, zero], layout::LIST_ITER_LIST);
    b.jump_to(next);
    b.block = again;
    let item = super::items::item(b, sequence, index, id);
    let following = b.emit(H::RAdd, &[index, one], 0);
    b.emit(H::StoreFieldRaw, &[it, following], layout::LIST_ITER_INDEX);
    b.set(dst, item);
    b.jump_to(body);
}

/// The UNPACK that the body of a loop begins with, and where the code goes on behind it, if the items come in parts: nobody
/// else sees them whole.
pub fn unpacked(snap: &Snapshot, pc: u32) -> Option<(Instr, u32)> {
    let body = snap.target(pc, Op::FOR_ITER)?;
    let ins = snap.instr(body);
    let item = u32::from(snap.instr(pc).a);
    let parts = snap.kinds(pc, Op::FOR_ITER) & Kinds::PARTS != 0;
    (parts && snap.op(body)? == Op::UNPACK && u32::from(ins.b) == item && item >= snap.locals)
        .then(|| (ins, snap.next(body, Op::UNPACK)))
}

/// The parts of the next item into the targets of the UNPACK behind, and the jump there. Goes on where the items of the
/// iterator come otherwise.
fn next_parts(b: &mut Builder, it: Val, to: Instr, after: u32) {
    let (at, n) = (b.emit(H::WindowAddress, &[], to.a as i64), b.raw(to.c as i64));
    let more = b.call_helper(Helper::IterParts, &[at, it, n]);
    b.f.filled.insert(more, (0..to.c).map(|k| u32::from(to.a + k)).collect());
    let next = b.snap.next(b.pc, b.op);
    let regs = b.regs.clone();
    let yes = b.word(Value::TRUE.0);
    let some = b.emit(H::Same, &[more, yes], 0);
    let otherwise = b.fork(some);
    for k in 0..to.c {
        let item = b.emit(H::LoadWindow, &[], (to.a + k) as i64);
        b.f.inst_mut(item).ty = Type::BOUND;
        b.set(to.a + k, item);
    }
    b.jump_to(after);
    b.ended = false;
    b.block = otherwise;
    b.regs.clone_from(&regs);
    let no = b.word(Value::FALSE.0);
    let done = b.emit(H::Same, &[more, no], 0);
    let other = b.fork(done);
    b.jump_to(next);
    b.ended = false;
    b.block = other;
    b.regs = regs;
    b.frame = None;
}

/// The next item of an iterator object into register `dst`, and the jump.
fn next_of(b: &mut Builder, it: Val, dst: u16) {
    if b.op == Op::FOR_ITER && b.kinds() & Kinds::GENERATOR != 0 {
        super::suspend::next_of_generator(b, it, dst);
    }
    if b.op == Op::FOR_ITER
        && let Some((to, after)) = unpacked(b.snap, b.pc)
    {
        next_parts(b, it, to, after);
    }
    let v = b.call_helper(Helper::IterNext, &[it]);
    let unbound = b.word(Value::UNBOUND.0);
    let done = b.emit(H::Same, &[v, unbound], 0);
    let old = b.regs[dst as usize];
    let (Some(body), next) = (b.snap.target(b.pc, b.op), b.snap.next(b.pc, b.op)) else {
        unreachable!("FOR_ITER has a label");
    };
    let finished = b.edge(next);
    b.regs[dst as usize] = Some(v);
    let again = b.edge(body);
    b.regs[dst as usize] = old;
    b.branch(done, finished, again);
}

pub fn range_prep(b: &mut Builder, i: Instr) {
    let Some(Fact::Call(Callee::Range { class })) = b.snap.facts.get(&b.pc) else {
        return b.exit(Reason::NotCovered);
    };
    let class = *class;
    let callee = b.get(i.b);
    b.same_as(callee, class, 0);
    let args: Vec<Val> = (0..i.c).map(|k| b.get(i.b + 3 + k)).collect();
    let args: Vec<Val> = args.into_iter().map(|v| b.int_of(v)).collect();
    let one = b.int(1);
    let (start, stop, step) = match args[..] {
        [stop] => (b.int(0), stop, one),
        [start, stop] => (start, stop, one),
        [start, stop, step] => (start, stop, step),
        _ => return b.exit(Reason::NotCovered),
    };
    let zero = b.int(0);
    let known = b.known_word(step).map(|w| Value(w).small_unchecked());
    let left = match known {
        Some(1) if b.known_word(start) == Some(0) => stop,
        Some(1) => b.emit(H::ISub, &[stop, start], 0),
        Some(0) => return b.exit(Reason::NotCovered),
        Some(n) => {
            let (from, to) = if n > 0 { (start, stop) } else { (stop, start) };
            let distance = b.emit(H::ISub, &[to, from], 0);
            let (round, size) = (b.int(n.abs() - 1), b.int(n.abs()));
            let padded = b.emit(H::IAdd, &[distance, round], 0);
            b.emit(H::IFloorDivFast, &[padded, size], 0)
        }
        None => {
            let positive = b.emit(H::ICmp, &[step, zero], Cmp::Gt as i64);
            let rounds = |b: &mut Builder, from: Val, to: Val, size: Val| {
                let distance = b.emit(H::ISub, &[to, from], 0);
                let round = b.emit(H::ISubFast, &[size, one], 0);
                let padded = b.emit(H::IAdd, &[distance, round], 0);
                b.emit(H::IFloorDivFast, &[padded, size], 0)
            };
            if b.snap.has_failed(b.pc, Reason::RareCase) {
                let down = |b: &mut Builder| {
                    let negative = b.emit(H::ICmp, &[step, zero], Cmp::Lt as i64);
                    b.guard_true(negative, Reason::RareCase);
                    let size = b.emit(H::INeg, &[step], 0);
                    rounds(b, stop, start, size)
                };
                b.either(positive, false, |b| rounds(b, start, stop, step), down)
            } else {
                b.guard_true(positive, Reason::RareCase);
                rounds(b, start, stop, step)
            }
        }
    };
    let left = b.emit(H::IMax, &[left, zero], 0);
    b.set(i.a, start);
    b.set(i.a + 1, left);
    b.set(i.a + 2, step);
}

pub fn for_range(b: &mut Builder, i: Instr) {
    b.emit(H::Poll, &[], 0);
    let left = b.get(i.b + 1);
    if b.ty(left).is(Type::UNBOUND) {
        let it = b.get(i.b);
        return next_of(b, it, i.a);
    }
    if b.snap.has_failed(b.pc, Reason::NotInt) && b.ty(left).may_be(Type::UNBOUND) {
        // What is iterated over was no plain range at times: an iterator then.
        let unbound = b.word(Value::UNBOUND.0);
        let other = b.emit(H::Same, &[left, unbound], 0);
        let (general, plain) = (b.f.new_block(), b.f.new_block());
        let (yes, no) =
            (Target { block: general, args: Vec::new() }, Target { block: plain, args: Vec::new() });
        b.branch(other, yes, no);
        b.ended = false;
        b.block = general;
        let regs = b.regs.clone();
        let it = b.get(i.b);
        next_of(b, it, i.a);
        b.ended = false;
        b.block = plain;
        b.regs = regs;
    }
    let left = b.int_of(left);
    let (value, step) = (b.get(i.b), b.get(i.b + 2));
    let (value, step) = (b.int_of(value), b.int_of(step));
    let zero = b.int(0);
    let more = b.emit(H::ICmp, &[left, zero], Cmp::Gt as i64);
    let (Some(body), next) = (b.snap.target(b.pc, b.op), b.snap.next(b.pc, b.op)) else {
        unreachable!("FOR_RANGE has a label");
    };
    let finished = b.edge(next);
    let one = b.int(1);
    let following = b.emit(H::IAddFast, &[value, step], 0);
    let fewer = b.emit(H::ISubFast, &[left, one], 0);
    let item = match b.known_word(step).map(|w| Value(w).small_unchecked().signum()) {
        Some(sign) if sign != 0 => b.emit(H::RangeItem, &[value], sign),
        _ => value,
    };
    let saved = [i.a, i.b, i.b + 1].map(|r| (r, b.regs[r as usize]));
    b.regs[i.b as usize] = Some(following);
    b.regs[i.b as usize + 1] = Some(fewer);
    b.regs[i.a as usize] = Some(item);
    let again = b.edge(body);
    for (r, v) in saved {
        b.regs[r as usize] = v;
    }
    b.branch(more, again, finished);
}
