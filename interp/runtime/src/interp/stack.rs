//! Walking the register stack: roots for the collector.

use super::frame::HEADER;
use super::regs::{Base, Pc};
use crate::heap::Tracer;
use crate::value::Value;
use crate::vm::{ThreadCtx, Vm};

/// Reports the live registers of all frames. Where native frames lie between interpreter frames, their windows are
/// scanned conservatively.
pub fn trace_stack(vm: &Vm, t: &mut Tracer<'_>) {
    trace_registers(&vm.ctx, vm.registers.start(), t);
}

/// As `trace_stack`, for any thread: its context, and where its register stack starts.
pub fn trace_registers(ctx: &ThreadCtx, start: *mut Value, t: &mut Tracer<'_>) {
    if ctx.base.is_null() {
        // SAFETY: what native functions put above no frame at all lies between the two.
        unsafe { t.conservative(start.cast(), ctx.top.max(start).cast()) };
        return;
    }
    // Until every walker knows native windows precisely, the whole used part is scanned conservatively: stale words can
    // only keep cells alive, never free one that is in use.
    let newest = Base(ctx.base);
    let live_end = newest.offset(newest.code().live_at(newest.code().offset_of(Pc(ctx.pc))) as isize);
    let _ = HEADER;
    let end = live_end.0.max(ctx.top);
    // SAFETY: the register stack from its start to the end of the newest frame is mapped.
    unsafe { t.conservative(start.cast(), end.cast()) };
}
