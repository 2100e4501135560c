//! Heat: counting calls and back-edges, polling, and handing hot code to the tier.

use super::dispatch::{self, Flow, drive, go, publish};
use super::frame::ENTRY;
use super::ops;
use super::regs::{Base, Pc};
use super::unwind;
use crate::heap::Gc;
use crate::tier::Left;
use crate::types::code::CodeObj;
use crate::types::generator;
use crate::value::Value;
use crate::vm::Vm;
use habu_bytecode::op::Op;
use std::sync::atomic::Ordering;

/// Rounds of a hot loop between two looks for its native code.
const ROUNDS_PER_LOOK: u32 = 500;
/// Rounds that are worth entering native code for.
const ROUNDS_BEFORE_ENTRY: u32 = 8;

/// Whether a back-edge has something to do: a poll, or the loop is hot enough for the tier.
#[inline(always)]
pub fn must_stop(vm: &Vm, heat: u32) -> bool {
    vm.ctx.poll.load(Ordering::Relaxed) != 0 || heat >= vm.threshold
}

/// The slow side of a back-edge, before it is taken: polls, then tries to go on in native code at the loop's header.
#[cold]
#[inline(never)]
pub fn back_edge(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    if let Err(raised) = vm.poll() {
        return unwind::raise(vm, pc, base, raised);
    }
    if pc.word(ops::COUNTER) < vm.threshold {
        return take_edge(vm, pc, base);
    }
    // Soon again if native code is being made.
    let eighth = vm.threshold.div_ceil(8);
    pc.set_word(ops::COUNTER, vm.threshold - eighth.min(ROUNDS_PER_LOOK));
    match enter_loop(vm, pc, base) {
        Left::Returned(v) if generator::is_suspended_frame(base) => ops::yielded(vm, base, v),
        Left::Returned(v) => {
            // It is there: the function's next call is to be in it almost at once.
            pc.set_word(ops::COUNTER, vm.threshold - eighth.min(ROUNDS_BEFORE_ENTRY));
            ops::return_from(vm, base, v)
        }
        Left::Resume => {
            pc.set_word(ops::COUNTER, vm.threshold - 1);
            if vm.ctx.resume_pc == pc.0 && vm.ctx.exception.is_unbound() {
                // Back where it was entered: the step is taken here, or it might never be.
                return take_edge(vm, pc, base);
            }
            resume(vm)
        }
        Left::Refused => take_edge(vm, pc, base),
    }
}

/// Offers the loop of a back-edge to the tier; apart from the handlers, as `enter_native`.
#[inline(never)]
fn enter_loop(vm: &mut Vm, pc: Pc, base: Base) -> Left {
    if dispatch::is_tracing() {
        return Left::Refused;
    }
    let Some(tier) = vm.tier.clone() else { return Left::Refused };
    let code = base.code();
    // A LOOP's header is its target; a FOR_ITER or FOR_RANGE is its loop's header itself.
    let op = pc.decode();
    let header = code.offset_of(if op == Op::LOOP { pc.target(op) } else { pc });
    if !tier.hot_loop(vm, Value::from_gc(base.function()), header) {
        return Left::Refused;
    }
    tier.enter_loop(vm, code, header, base.0)
}

/// Executes a back-edge without counting it.
fn take_edge(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    match pc.decode() {
        Op::FOR_ITER => ops::for_iter(vm, pc, base),
        Op::FOR_RANGE => ops::for_range(vm, pc, base),
        op => go(vm, pc.target(op), base),
    }
}

/// Goes on where native code left off; with a pending exception, at its handler.
pub fn resume(vm: &mut Vm) -> Flow {
    let (pc, base) = (Pc(vm.ctx.resume_pc), Base(vm.ctx.resume_base));
    if vm.ctx.exception.is_unbound() {
        return go(vm, pc, base);
    }
    let raised = vm.pending();
    unwind::raise(vm, pc, base, raised)
}

/// As `resume`, to the end of that frame, which is flagged `ENTRY`: what native code's exits call.
pub fn run_resumed(vm: &mut Vm) -> Value {
    let flow = resume(vm);
    drive(vm, flow)
}

/// Enters the native code of a frame whose header and parameters are in place.
///
/// Apart from the handlers, which must not hold the tier when they go on: their jump to the next
/// instruction would become a call.
#[inline(never)]
pub fn enter_native(vm: &mut Vm, code: Gc<CodeObj>, base: Base) -> Left {
    let Some(tier) = vm.tier.as_ref().filter(|_| !dispatch::is_tracing()).map(std::rc::Rc::as_ptr) else {
        return Left::Refused;
    };
    // SAFETY: a machine keeps the tier it was given for as long as code runs; counting references would cost every entry.
    unsafe { &*tier }.enter(vm, code, base.0)
}

/// Enters the native code of a suspension point; the registers are still in the generator.
#[inline(never)]
pub fn enter_suspended(vm: &mut Vm, entry: usize, base: Base) -> Left {
    let Some(tier) = vm.tier.as_ref().filter(|_| !dispatch::is_tracing()).map(std::rc::Rc::as_ptr) else {
        return Left::Refused;
    };
    // SAFETY: as in `enter_native`.
    unsafe { &*tier }.enter_suspended(vm, entry, base.0)
}

/// Runs a frame that Rust made (flag `ENTRY`) to its end.
pub fn run_entry(vm: &mut Vm, code: Gc<CodeObj>, base: Base) -> Value {
    if code.native.get() != 0 {
        let flow = match enter_native(vm, code, base) {
            Left::Returned(v) if base.flags() == ENTRY => return v,
            Left::Returned(v) => ops::return_from(vm, base, v),
            Left::Resume => resume(vm),
            Left::Refused => go(vm, code.entry(), base),
        };
        return drive(vm, flow);
    } else {
        heat_up(vm, code, base);
    }
    super::dispatch::run(vm, code.entry(), base)
}

/// Counts a call; hot code is reported to the tier.
#[inline(always)]
pub fn heat_up(vm: &mut Vm, code: Gc<CodeObj>, base: Base) {
    if heat_is_due(vm, code) {
        report_heat(vm, code, base);
    }
}

/// Counts a call; true if `report_heat` has to be called.
#[inline(always)]
pub fn heat_is_due(vm: &Vm, code: Gc<CodeObj>) -> bool {
    let heat = code.heat.get().wrapping_add(1);
    code.heat.set(heat);
    // Now and then calls look for finished code too: recursion has no back-edges.
    heat == vm.threshold || heat.is_multiple_of(CALLS_PER_LOOK)
}

/// Reports hot code to the tier, or looks for finished code.
#[cold]
#[inline(never)]
pub fn report_heat(vm: &mut Vm, code: Gc<CodeObj>, base: Base) {
    if vm.ctx.poll.load(Ordering::Relaxed) & crate::vm::poll::SWITCH != 0 {
        publish(vm, code.entry(), base);
        vm.switch_threads();
    }
    let heat = code.heat.get();
    let Some(tier) = vm.tier.clone() else { return };
    if heat == vm.threshold {
        tier.hot_function(vm, Value::from_gc(base.function()));
    } else if vm.ctx.poll.load(Ordering::Relaxed) & crate::vm::poll::TIER != 0 {
        tier.poll(vm);
    }
}

/// Calls of one function between two looks for finished code.
const CALLS_PER_LOOK: u32 = 256;
