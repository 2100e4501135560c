//! `dict`: layout and what lies where in this folder.
//!
//! | file | content |
//! | --- | --- |
//! | `table` | the DICT_TABLE cell: index and entries, probing |
//! | `lookup` | finding a key, whose comparison may run Python code |
//! | `access` | get, set, delete, iterate for Rust callers |
//! | `cells` | dicts whose values sit in cells: module globals |
//! | `merge` | copy, update, building from pairs |
//! | `methods` | the Python type |
//! | `views`, `view_ops` | `dict_keys`, `dict_values`, `dict_items` |
//! | `iter` | the six iterators |
//! | `proxy` | `mappingproxy` |

mod access;
mod cells;
mod iter;
mod lookup;
mod merge;
mod methods;
mod proxy;
mod table;
#[cfg(test)]
mod tests;
mod view_ops;
mod views;

pub use iter::{
    DictIter, ItemIter, KeyIter, RevItemIter, RevKeyIter, RevValueIter, ValueIter, Walk, What, iter_next,
    iter_previous, next_entry,
};
pub(crate) use lookup::{equal_by_class, equal_without_python};
pub use proxy::MappingProxy;
pub use table::{DictTable, Entry};
pub use views::{DictItems, DictKeys, DictValues, DictView};

use crate::heap::{CellKind, Field, Gc, Header, Heap, Layout, ShapeId, Tracer};
use crate::object::ids;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a dict: compact and ordered. `table` names a DICT_TABLE cell with the index and the entries.
#[repr(C)]
pub struct Dict {
    pub header: Header,
    /// Live entries.
    pub len: Cell<usize>,
    /// The DICT_TABLE cell, or no pointer while empty.
    pub table: Field,
    /// With cells: a dict of the names that have a cell but no entry now; else no pointer.
    pub absent: Field,
    /// Changes with every insertion, deletion and resize: caches compare it.
    pub version: Cell<u32>,
}

/// Bits of a dict's header flags.
pub mod flags {
    /// Values sit in cells. Exact dicts have the id DICT_CELLS then.
    pub const CELLS: u16 = 1;
}

impl Dict {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn table(&self) -> Option<Gc<DictTable>> {
        // SAFETY: a pointer in this field is a dict table.
        self.table.get().as_header().map(|p| unsafe { Gc::from_header(p) })
    }

    #[inline(always)]
    pub fn has_cells(&self) -> bool {
        self.header.flags.get() & flags::CELLS != 0
    }

    /// The cells of names without an entry.
    fn absent(&self) -> Option<Gc<Dict>> {
        // SAFETY: a pointer in this field is a dict.
        self.absent.get().as_header().map(|p| unsafe { Gc::from_header(p) })
    }

    /// Entries in use, deleted ones included: positions of iteration are below this.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.table().map_or(0, |t| t.used.get() as usize)
    }

    pub fn is_exact(&self) -> bool {
        ids::is_dict(self.header.id.get())
    }

    fn touch(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }
}

// SAFETY: table and absent are all its references.
unsafe impl Layout for Dict {
    const ID: ShapeId = ids::DICT;
    const IDS: u32 = ids::DICTS;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for dicts.
    let dict = unsafe { p.cast::<Dict>().as_ref() };
    tracer.value(dict.table.get());
    tracer.value(dict.absent.get());
}

/// Tells the collector of the cells of this folder that have no type declaration.
pub fn kinds(heap: &mut Heap) {
    heap.set_kind(ids::DICT_CELLS, Dict::KIND);
    heap.set_kind(ids::DICT_TABLE, DictTable::KIND);
}
