//! `module`: layout.

use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use std::ptr::NonNull;
use crate::types::dict::Dict;

/// Cell of a module: its globals are a DICT_CELLS dict.
#[repr(C)]
pub struct Module {
    pub header: Header,
    pub dict: GcField<Dict>,
}

/// Handle to a module.
pub type ModuleRef = Gc<Module>;

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let this = unsafe { cell.cast::<Module>().as_ref() };
    if let Some(dict) = this.dict.get() {
        t.gc(dict);
    }
}

// SAFETY: `trace` names the one reference.
unsafe impl Layout for Module {
    const ID: ShapeId = ids::MODULE;
    const KIND: CellKind = CellKind::new(trace);
}
