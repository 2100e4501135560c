//! Unwinding: from a pending exception to its handler, popping frames on the way and recording the traceback.

use super::dispatch::{Flow, go, is_tracing, leave};
use super::frame::{ENTRY, GENERATOR, IN_PLACE, OBSERVED, PASSING};
use super::monitoring::event;
use super::regs::{Base, Pc};
use super::tracing;
use crate::value::Value;
use crate::vm::{Raised, Vm};

/// Finds the handler for the exception that is pending at the instruction `pc`.
#[cold]
#[inline(never)]
pub fn raise(vm: &mut Vm, pc: Pc, base: Base, raised: Raised) -> Flow {
    let exc = vm.ctx.exception;
    vm.ctx.pc = pc.0;
    vm.ctx.base = base.0;
    // Holding the exception in a local keeps it rooted while the traceback entry is made.
    let exc = match crate::types::traceback::record(vm, exc, pc, base) {
        Ok(()) => vm.take_exception(raised),
        Err(other) => vm.take_exception(other),
    };
    let exc = if is_tracing() { tracing::raised(vm, base, exc) } else { exc };
    unwind(vm, pc, base, exc)
}

/// Runs on from an exception raised at `pc` of a frame flagged `ENTRY`, to its end; `recorded`: with a traceback entry for it.
pub fn run_raise(vm: &mut Vm, pc: Pc, base: Base, raised: Raised, recorded: bool) -> Value {
    let flow = if recorded { raise(vm, pc, base, raised) } else { reraise(vm, pc, base, raised) };
    super::dispatch::drive(vm, flow)
}

/// As `raise`, without a new traceback entry for the frame at `base` (re-raising).
#[cold]
#[inline(never)]
pub fn reraise(vm: &mut Vm, pc: Pc, base: Base, raised: Raised) -> Flow {
    let mut exc = vm.take_exception(raised);
    if is_tracing() {
        exc = tracing::passed(vm, pc, base, event::RERAISE, exc);
    }
    unwind(vm, pc, base, exc)
}

/// Where the handler begins that an exception raised at `pc` goes to, if this frame has one.
pub fn handler_target(pc: Pc, base: Base) -> Option<Pc> {
    let code = base.code();
    let at = code.offset_of(pc);
    let handler = code.unit().handlers.iter().find(|h| h.start <= at && at < h.end)?;
    Some(code.entry().skip(handler.target as usize))
}

fn unwind(vm: &mut Vm, pc: Pc, base: Base, exc: Value) -> Flow {
    let (mut pc, mut base, mut exc) = (pc, base, exc);
    loop {
        let code = base.code();
        let at = code.offset_of(pc);
        if let Some(handler) = code.unit().handlers.iter().find(|h| h.start <= at && at < h.end) {
            if is_tracing() {
                exc = tracing::passed(vm, pc, base, event::EXCEPTION_HANDLED, exc);
            }
            base.set(handler.exc as usize, exc);
            return go(vm, code.entry().skip(handler.target as usize), base);
        }
        if is_tracing() {
            vm.ctx.pc = pc.0;
            vm.ctx.base = base.0;
            exc = tracing::unwound(vm, base, exc);
        }
        let flags = base.flags();
        if flags & OBSERVED != 0 {
            vm.ctx.pc = crate::types::traceback::last_place(vm, exc, pc, base).0;
            crate::types::frame::detach(vm, base);
        }
        if flags & GENERATOR != 0 {
            crate::types::generator::finished(vm, base);
        }
        if flags & IN_PLACE != 0 {
            crate::types::generator::restore_handled(vm, base);
        }
        if flags & ENTRY != 0 {
            vm.ctx.exception = exc;
            return leave(Value::EXCEPTION);
        }
        // One word back from the return address is inside the call instruction.
        pc = Pc(base.return_pc().0.wrapping_sub(1));
        base = base.caller();
        if flags & PASSING != 0 {
            crate::types::generator::chain::settle(base);
        }
        vm.ctx.depth -= 1;
        vm.ctx.pc = pc.0;
        vm.ctx.base = base.0;
        vm.ctx.exception = exc;
        if let Err(other) = crate::types::traceback::record(vm, exc, pc, base) {
            exc = vm.take_exception(other);
        } else {
            vm.ctx.exception = Value::UNBOUND;
        }
        if is_tracing() {
            exc = tracing::raised(vm, base, exc);
        }
    }
}
