//! `cell`: what a closure shares, and what holds a module global.

use crate::heap::{Field, Header};

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
