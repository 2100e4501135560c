//! `list`: layout, element kinds and what lies where in this folder.
//!
//! | file | content |
//! | --- | --- |
//! | `storage` | the ARRAY and RAW_ARRAY cells behind lists |
//! | `kinds` | element kinds: which values fit, moving a list to a wider kind |
//! | `access` | get, set, push, pop, insert, … for Rust callers |
//! | `slicing` | slices of lists: get, set, delete |
//! | `extend` | bulk building: from slices, from iterables, repetition |
//! | `compare` | equality, order, search |
//! | `sort` | `list.sort` |
//! | `iter` | `list_iterator` and `list_reverseiterator` |
//! | `methods` | the Python type |

mod access;
mod compare;
mod extend;
mod iter;
mod kinds;
mod methods;
mod slicing;
mod sort;
mod storage;
#[cfg(test)]
mod tests;

pub use iter::{ListIter, ListRevIter};
pub use kinds::{Elements, float_of};
pub use slicing::{clip, position};
pub use storage::Array;

use crate::heap::{CellKind, Field, Header, Heap, Layout, ShapeId, Tracer};
use crate::object::ids;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a list. What `array` names depends on the header's id, see [`Elements`]; slots from
/// `len` on are zero. Instances of list subclasses always hold an ARRAY.
#[repr(C)]
pub struct List {
    pub header: Header,
    pub len: Cell<usize>,
    /// Storage cell; no pointer while nothing was ever stored. Its capacity is in its own cell.
    pub array: Field,
}

// SAFETY: the storage is its only reference.
unsafe impl Layout for List {
    const ID: ShapeId = ids::LIST;
    const IDS: u32 = ids::LISTS;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for lists.
    tracer.value(unsafe { p.cast::<List>().as_ref() }.array.get());
}

/// Tells the collector of the cells of this folder that have no type declaration.
pub fn kinds(heap: &mut Heap) {
    heap.set_kind(ids::ARRAY, CellKind::new(storage::trace_array));
    heap.set_kind(ids::RAW_ARRAY, CellKind::leaf());
    // Raw floats among references: only a look at each word tells which is which.
    heap.set_kind(ids::OVERFLOW, CellKind::conservative());
    heap.set_kind(ids::LIST_F64, List::KIND);
    heap.set_kind(ids::LIST_INT, List::KIND);
}
