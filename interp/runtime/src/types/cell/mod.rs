//! `cell`: what a closure shares, and what holds a module global.

mod methods;

use crate::heap::{CellKind, Field, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use std::ptr::NonNull;

impl crate::vm::Vm {
    /// Stores into a variable; native code that relied on its content is told.
    pub fn cell_store(&mut self, cell: crate::heap::Gc<Cell>, v: crate::value::Value) {
        cell.value.set(&mut self.heap, cell.header(), v);
        if cell.header.flags.get() & Cell::FLAG_WATCHED != 0 {
            cell.header.flags.set(cell.header.flags.get() & !Cell::FLAG_WATCHED);
            self.notify_tier(crate::tier::Watched::Cell(cell.addr()));
        }
    }
}

/// One variable. Header flag bit 0: native code relies on the content staying as it is (a store fires a watchpoint).
#[repr(C)]
pub struct Cell {
    pub header: Header,
    /// `UNBOUND` while empty.
    pub value: Field,
}

impl Cell {
    pub const FLAG_WATCHED: u16 = 1;
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let this = unsafe { cell.cast::<Cell>().as_ref() };
    t.value(this.value.get());
}

// SAFETY: `trace` names the one reference.
unsafe impl Layout for Cell {
    const ID: ShapeId = ids::CELL;
    const KIND: CellKind = CellKind::new(trace);
}
