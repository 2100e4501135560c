//! `dict`: layout and core access.

use crate::heap::{Field, Header};
use std::cell::Cell;

/// Cell of a dict: compact and ordered. `table` names a DICT_TABLE cell with the index and the entries.
#[repr(C)]
pub struct Dict {
    pub header: Header,
    /// Live entries.
    pub len: Cell<usize>,
    /// The DICT_TABLE cell, or `UNBOUND` while empty.
    pub table: Field,
    /// DICT_CELLS: the names that have a cell but no entry now (an ARRAY of name, cell pairs), or `UNBOUND`.
    pub absent: Field,
    /// Changes with every insertion, deletion and resize: iterators and caches compare it.
    pub version: Cell<u32>,
}
