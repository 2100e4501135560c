//! `str`: layout and core access.

use crate::heap::{Field, Header};
use std::cell::Cell;

/// Cell of a string: flat text of 1, 2 or 4 bytes a code point (lone surrogates allowed).
///
/// `data` points behind this struct (text made at once) or into a buffer cell that strings built by appending share;
/// only the string that ends at the buffer's end may extend it in place. Header flags: [`flags`].
#[repr(C)]
pub struct Str {
    pub header: Header,
    /// Cached `hash()`, 0: not computed yet.
    pub hash: Cell<i64>,
    /// Code points.
    pub len: Cell<usize>,
    pub data: Cell<*const u8>,
    /// The RAW_ARRAY cell that `data` points into, or `UNBOUND` when the text is inline.
    pub buffer: Field,
}

/// Bits of a string's header flags.
pub mod flags {
    /// Bytes per code point: 1, 2 or 4.
    pub const WIDTH: u16 = 7;
    pub const ASCII: u16 = 1 << 3;
    /// In the table of interned names: equal interned strings are the same cell.
    pub const INTERNED: u16 = 1 << 4;
    /// Contains lone surrogates, so it has no UTF-8 form.
    pub const SURROGATES: u16 = 1 << 5;
}
