//! `traceback`: where an exception passed, newest call last.

mod methods;

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::interp::regs::{Base, Pc};
use crate::object::ids;
use crate::types::exception::Exception;
use crate::types::frame::{self, Frame};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a traceback entry.
#[repr(C)]
pub struct Traceback {
    pub header: Header,
    /// Entry of the next inner call, or `None`.
    pub next: Field,
    /// The frame object.
    pub frame: Field,
    /// Offset of the instruction in `co_code`.
    pub lasti: Cell<i32>,
    /// -1: that of `lasti`, which is looked up when somebody asks.
    pub lineno: Cell<i32>,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let tb = unsafe { cell.cast::<Traceback>().as_ref() };
    t.value(tb.next.get());
    t.value(tb.frame.get());
}

// SAFETY: `trace` names both references.
unsafe impl Layout for Traceback {
    const ID: ShapeId = ids::TRACEBACK;
    const KIND: CellKind = CellKind::new(trace);
}

impl Traceback {
    pub fn next_entry(&self, vm: &Vm) -> Option<Gc<Traceback>> {
        vm.exact::<Traceback>(self.next.get())
    }

    pub fn frame_object(&self, vm: &Vm) -> Option<Gc<Frame>> {
        vm.exact::<Frame>(self.frame.get())
    }
}

/// Puts the frame at `base`, executing the instruction at `pc`, in front of the exception's traceback.
#[cold]
pub fn record(vm: &mut Vm, exc: Value, pc: Pc, base: Base) -> PyResult<()> {
    let Some(e) = vm.downcast::<Exception>(exc) else { return Ok(()) };
    let frame = frame::of(vm, base, pc)?;
    let tb = vm.alloc::<Traceback>(ids::TRACEBACK)?;
    let offset = base.code().offset_of(pc);
    tb.next.init(e.traceback.get());
    tb.frame.init(Value::from_gc(frame));
    tb.lasti.set(frame::lasti(offset));
    tb.lineno.set(-1);
    e.traceback.set(&mut vm.heap, e.header(), Value::from_gc(tb));
    Ok(())
}

/// The instruction that a frame which an exception leaves shows as its last: clean-up code has no line of its own, and
/// shows the place that the exception came from.
pub fn last_place(vm: &Vm, exc: Value, pc: Pc, base: Base) -> Pc {
    let code = base.code();
    let here = code.offset_of(pc);
    let entry = vm.downcast::<Exception>(exc).and_then(|e| vm.exact::<Traceback>(e.traceback.get()));
    match entry {
        // The place is looked up only if it may not be the answer.
        Some(tb) if tb.lasti.get() != frame::lasti(here) && frame::line_at(code, here) == 0 => {
            if tb.frame_object(vm).is_some() && tb.frame_object(vm) == vm.frames.find(base) {
                code.entry().skip(frame::offset_of_lasti(tb.lasti.get()).unwrap_or(0) as usize)
            } else {
                pc
            }
        }
        _ => pc,
    }
}
