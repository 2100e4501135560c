//! What a Rust struct says of itself to be the layout of heap cells.

use super::{CellKind, ShapeId};

/// A `repr(C)` struct that begins with a `Header` and is the native payload of a type's instances.
///
/// # Safety
/// `KIND.trace` must enumerate every reference of the struct and accept it zeroed.
pub unsafe trait Layout {
    /// Id of exact instances. Subclass instances have shapes whose class has this `layout`.
    const ID: ShapeId;
    const KIND: CellKind;
}
