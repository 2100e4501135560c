//! `list`: layout and core access.

use crate::heap::{Field, Header};
use std::cell::Cell;

/// Cell of a list. Id LIST: `array` is an ARRAY of values; LIST_INT: the same, all small integers; LIST_F64: a RAW_ARRAY of f64.
/// Instances of list subclasses always hold an ARRAY.
#[repr(C)]
pub struct List {
    pub header: Header,
    pub len: Cell<usize>,
    /// Storage cell, or `UNBOUND` while nothing was ever stored. Its capacity is in its own cell.
    pub array: Field,
}

/// Storage: ARRAY (values, traced) or RAW_ARRAY (8-byte words or bytes, not traced).
#[repr(C)]
pub struct Array {
    pub header: Header,
    /// Items that fit.
    pub capacity: Cell<usize>,
}

impl Array {
    /// Byte offset of the first item.
    pub const ITEMS: usize = size_of::<Array>();
}
