//! `tuple`: layout and core access.

use crate::heap::Header;
use crate::value::Value;

/// Cell of a tuple: length, then the items.
#[repr(C)]
pub struct Tuple {
    pub header: Header,
    pub len: std::cell::Cell<usize>,
}

impl Tuple {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The items; tuples never change once made.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` values follow the struct in its cell.
        unsafe { std::slice::from_raw_parts((self as *const Tuple).add(1).cast(), self.len()) }
    }
}
