//! `function`: layout.

use crate::heap::{Field, GcField, Header};
use crate::types::code::CodeObj;
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use std::cell::Cell;

/// Cell of a Python function.
#[repr(C)]
pub struct Function {
    pub header: Header,
    pub code: GcField<CodeObj>,
    pub globals: GcField<Dict>,
    pub builtins: GcField<Dict>,
    /// Tuple of cells, or nothing.
    pub closure: GcField<Tuple>,
    /// Tuple, or nothing.
    pub defaults: GcField<Tuple>,
    pub kwdefaults: GcField<Dict>,
    /// Changes when code, defaults or kwdefaults are replaced.
    pub version: Cell<u32>,
    pub name: Field,
    pub qualname: Field,
    pub module: Field,
    pub doc: Field,
    pub annotations: Field,
    pub annotate: Field,
    pub type_params: Field,
}
