//! `module`: layout.

use crate::heap::{Gc, GcField, Header};
use crate::types::dict::Dict;

/// Cell of a module: its globals are a DICT_CELLS dict.
#[repr(C)]
pub struct Module {
    pub header: Header,
    pub dict: GcField<Dict>,
}

/// Handle to a module.
pub type ModuleRef = Gc<Module>;
