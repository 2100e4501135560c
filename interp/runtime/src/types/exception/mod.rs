//! Exceptions: layout shared by all builtin exception classes.

use crate::heap::{CellKind, Field, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use std::ptr::NonNull;

/// Cell of an exception instance. Attributes that single classes add (`errno`, `name`, `code`…) are instance slots.
#[repr(C)]
pub struct Exception {
    pub header: Header,
    /// Tuple.
    pub args: Field,
    /// Exception or `None`.
    pub cause: Field,
    pub context: Field,
    /// Traceback or `None`.
    pub traceback: Field,
    /// `True` when `raise … from` hides the context.
    pub suppress_context: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for live cells of this layout.
    let e = unsafe { cell.cast::<Exception>().as_ref() };
    for field in [&e.args, &e.cause, &e.context, &e.traceback, &e.suppress_context] {
        t.value(field.get());
    }
}

// SAFETY: `trace` names every reference of the payload; the overflow pointer is the instance's.
unsafe impl Layout for Exception {
    const ID: ShapeId = ids::BASE_EXCEPTION;
    const KIND: CellKind = CellKind { trace, destroy: None, leaf: false };
}
