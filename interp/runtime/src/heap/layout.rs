//! What a Rust struct says of itself to be the layout of heap cells.

use super::{CellKind, Header, ShapeId};

/// A `repr(C)` struct that begins with a `Header` and is the native payload of a type's instances.
///
/// # Safety
/// `KIND.trace` must enumerate every reference of the struct and accept it zeroed.
pub unsafe trait Layout {
    /// Id of exact instances. Subclass instances have shapes whose class has this `layout`.
    const ID: ShapeId;
    /// Exact instances may have this many ids, from `ID` on.
    const IDS: u32 = 1;
    const KIND: CellKind;
}

// SAFETY: a bare header holds no references. For types whose instances have no content of their own.
unsafe impl Layout for Header {
    const ID: ShapeId = crate::object::ids::OBJECT;
    const KIND: CellKind = CellKind::leaf();
}
