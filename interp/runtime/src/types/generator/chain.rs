//! Generators that wait for one another: the innermost is resumed at once, without running the others.
//!
//! Everybody who walks frames finds a frame for each of them. What the innermost yields goes to whoever resumed the
//! outermost, since each of the others would do nothing but yield it too.

use super::{Generator, InPlace, State, WORDS, cell, copy_few, native_entry, of_frame, unpack};
use crate::heap::Gc;
use crate::interp::frame::{GENERATOR, IN_PLACE, IN_SEND, OBSERVED, PASSING, WAITING};
use crate::interp::is_tracing;
use crate::interp::regs::{Base, Pc};
use crate::object::ids;
use crate::value::Value;
use crate::vm::Vm;
use habu_bytecode::op::Op;

/// The SEND at which a suspended generator waits and the generator that it waits for, if that has nothing special.
#[inline(always)]
fn awaited(g: Gc<Generator>) -> Option<(Pc, Gc<Generator>)> {
    let pc = Pc(g.pc.get());
    let next = pc.skip(WORDS);
    if next.op() != Op::JUMP as u8 || g.state.get() != State::Suspended {
        return None;
    }
    let send = next.target(Op::JUMP);
    if send.op() != Op::SEND as u8 || send.skip(const { Op::SEND.words() }).0 != pc.0 {
        return None;
    }
    let it = g.registers().get(send.b());
    // SAFETY: heap pointers in values are live cells.
    let id = unsafe { it.as_header()?.as_ref() }.id.get();
    if !matches!(id, ids::GENERATOR | ids::COROUTINE) {
        return None;
    }
    let inner = cell(it);
    (inner.state.get() == State::Suspended && inner.handled.get().is_none()).then_some((send, inner))
}

/// Whether a generator is better resumed by `descend`; `native`: code for it would go on natively to what it waits for.
#[inline(always)]
pub fn is_chained(g: Gc<Generator>, native: bool) -> bool {
    match awaited(g) {
        Some((_, inner)) if g.handled.get().is_none() && !is_tracing() => !native || awaited(inner).is_some(),
        _ => false,
    }
}

/// Puts frames for all that a generator waits for above its own at `base`, which has no registers yet. How the innermost
/// goes on; where is in `ctx.resume_pc` and `ctx.resume_base`.
#[inline(never)]
pub fn descend(vm: &mut Vm, base: Base, g: Gc<Generator>, sent: Value) -> InPlace {
    let (mut base, mut g) = (base, g);
    let handled = vm.ctx.handled;
    while let Some((send, inner)) = awaited(g) {
        let window = base.offset(g.capacity.get() as isize + 5);
        if window.offset(inner.capacity.get() as isize).0 > vm.ctx.register_limit
            || vm.ctx.depth >= vm.ctx.recursion_limit
        {
            break;
        }
        base.add_flags(WAITING);
        g.state.set(State::Running);
        window.set_header(5, handled.0);
        window.set_header(4, Value::from_gc(inner).0);
        let behind = send.skip(const { Op::SEND.words() });
        window.push(inner.function.get(), behind, send.a(), base, GENERATOR | IN_SEND | PASSING);
        vm.ctx.depth += 1;
        (base, g) = (window, inner);
    }
    base.set(0, sent);
    vm.ctx.resume_base = base.0;
    let pc = Pc(g.pc.get());
    let entry = native_entry(vm, g);
    if entry != 0 {
        base.set(1, Value::from_gc(g));
        vm.ctx.resume_pc = pc.0;
        return InPlace::Native(entry);
    }
    vm.ctx.resume_pc = unpack(base, pc).0;
    InPlace::Interpreted
}

/// Somebody is going to look at the registers of the frame at `base`, or it goes on.
#[inline]
pub fn settle(base: Base) {
    if base.flags() & WAITING != 0 {
        base.remove_flags(WAITING);
        let g = of_frame(base);
        copy_few(g.registers().0, base.0, g.saved.get() as usize);
    }
}

/// The body of the frame at `base` has yielded and been suspended: so are those that only hand it on. The outermost of them.
#[inline(always)]
pub fn ascend(vm: &mut Vm, base: Base) -> Base {
    let mut base = base;
    while base.flags() & PASSING != 0 {
        let outer = base.caller();
        if outer.flags() & OBSERVED != 0 || is_tracing() {
            settle(outer);
            break;
        }
        of_frame(outer).state.set(State::Suspended);
        base = outer;
        if base.flags() & IN_PLACE != 0 {
            vm.ctx.depth -= 1;
        }
    }
    base
}
