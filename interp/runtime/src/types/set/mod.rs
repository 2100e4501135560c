//! `set` and `frozenset`: layout and what lies where in this folder.
//!
//! | file | content |
//! | --- | --- |
//! | `table` | the SET_TABLE cell: open addressing in CPython's probe order |
//! | `access` | add, discard, contains, iterate for Rust callers |
//! | `ops` | union, intersection, difference, … |
//! | `shared` | what both types' methods do |
//! | `methods`, `frozen` | the Python types |
//! | `iter` | `set_iterator` |

mod access;
mod frozen;
mod iter;
mod methods;
mod ops;
mod shared;
mod table;
#[cfg(test)]
mod tests;

pub use iter::{SetIter, changed_size, iter_next};
pub use shared::{compare, compare_plain};
pub use table::{SetEntry, SetTable};

use crate::heap::{CellKind, Field, Gc, Header, Heap, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::id_of;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a set or a frozenset.
#[repr(C)]
pub struct Set {
    pub header: Header,
    /// Elements.
    pub len: Cell<usize>,
    /// The SET_TABLE cell, or no pointer while empty.
    pub table: Field,
    /// Slots in use, deleted ones included.
    pub fill: Cell<usize>,
    /// Where `pop` looks next.
    pub finger: Cell<usize>,
    /// Hash of a frozenset, 0: not computed yet.
    pub hash: Cell<i64>,
}

/// Layout of frozensets: the same cell.
#[repr(C)]
pub struct FrozenSet {
    pub set: Set,
}

/// An exact set or frozenset.
#[inline(always)]
pub fn exact(v: Value) -> Option<Gc<Set>> {
    match id_of(v) {
        // SAFETY: both ids have this layout.
        ids::SET | ids::FROZENSET => Some(unsafe { Gc::from_header(v.as_header()?) }),
        _ => None,
    }
}

impl Set {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn table(&self) -> Option<Gc<SetTable>> {
        // SAFETY: a pointer in this field is a set table.
        self.table.get().as_header().map(|p| unsafe { Gc::from_header(p) })
    }

    /// Highest slot of the table; that of the smallest one while there is none.
    fn mask(&self) -> usize {
        self.table().map_or(table::MIN_SLOTS - 1, |t| t.mask.get())
    }
}

// SAFETY: the table is its only reference.
unsafe impl Layout for Set {
    const ID: ShapeId = ids::SET;
    const KIND: CellKind = CellKind::new(trace);
}

// SAFETY: as for `Set`.
unsafe impl Layout for FrozenSet {
    const ID: ShapeId = ids::FROZENSET;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for sets.
    tracer.value(unsafe { p.cast::<Set>().as_ref() }.table.get());
}

/// Tells the collector of the cells of this folder that have no type declaration.
pub fn kinds(heap: &mut Heap) {
    heap.set_kind(ids::SET_TABLE, SetTable::KIND);
}
