//! Walking the register stack: roots for the collector.

use super::frame::HEADER;
use super::regs::{Base, Pc};
use crate::heap::Tracer;
use crate::vm::Vm;

/// Reports the live registers of all frames. Where native frames lie between interpreter frames, their windows are
/// scanned conservatively.
pub fn trace_stack(vm: &Vm, t: &mut Tracer<'_>) {
    if vm.ctx.base.is_null() {
        return;
    }
    let start = vm.registers.start();
    // Until every walker knows native windows precisely, the whole used part is scanned conservatively: stale words can
    // only keep cells alive, never free one that is in use.
    let newest = Base(vm.ctx.base);
    let live_end = newest.offset(newest.code().live_at(newest.code().offset_of(Pc(vm.ctx.pc))) as isize);
    let _ = HEADER;
    let end = live_end.0.max(vm.ctx.top);
    // SAFETY: the register stack from its start to the end of the newest frame is mapped.
    unsafe { t.conservative(start.cast(), end.cast()) };
}
