//! What the collector knows of each type id: how to trace its cells, whether they need a
//! destructor.

use super::header::{Header, ShapeId};
use super::mark::Tracer;
use std::ptr::NonNull;

/// Reports every reference that the cell holds. Called also for cells that are still all zeros
/// (a collection may come between allocation and the first store), so zero fields must be fine.
///
/// # Safety
/// The cell is live and its id is one that the function was registered for.
pub type TraceFn = unsafe fn(NonNull<Header>, &mut Tracer<'_>);

/// Per-id behaviour.
#[derive(Clone, Copy)]
pub struct CellKind {
    pub trace: TraceFn,
    /// Gives back what the cell owns outside of the heap (descriptors, foreign memory). Runs at
    /// the end of the collection that found the cell dead; must not allocate from the heap nor
    /// follow references to other cells.
    pub destroy: Option<unsafe fn(*mut Header)>,
    /// Holds no references: `trace` is never called.
    pub leaf: bool,
    /// Where the cell has a reference that `trace` does not know of: the dict of an instance of a builtin type; or 0.
    pub dict_at: u16,
}

impl CellKind {
    pub const fn new(trace: TraceFn) -> CellKind {
        CellKind { trace, destroy: None, leaf: false, dict_at: 0 }
    }
    /// Every word may be a reference.
    pub const fn conservative() -> CellKind {
        CellKind { trace: trace_conservatively, destroy: None, leaf: false, dict_at: 0 }
    }
    /// For cells without references.
    pub const fn leaf() -> CellKind {
        CellKind { trace: trace_conservatively, destroy: None, leaf: true, dict_at: 0 }
    }
    /// The same for cells with a dict field at byte offset `dict_at`, zero while there is none.
    pub const fn with_dict(self, dict_at: u16) -> CellKind {
        CellKind { dict_at, leaf: self.leaf && dict_at == 0, ..self }
    }
    pub const fn with_destroy(self, destroy: unsafe fn(*mut Header)) -> CellKind {
        CellKind { destroy: Some(destroy), ..self }
    }
}

/// Instances of one shape of a class made at run time.
pub struct InstanceKind {
    pub kind: CellKind,
    /// The class: a shape is there for as long as its class, so a live instance keeps that alive.
    pub class: NonNull<Header>,
    /// Where all references are, if that is known; otherwise `kind` traces.
    pub slots: Option<SlotMap>,
}

/// References of an instance that is nothing but attribute slots.
#[derive(Clone, Copy)]
pub struct SlotMap {
    /// Byte offset of a word that is a reference or 0; the slots follow it.
    pub at: u16,
    /// The slots that hold values: bit by index.
    pub traced: u64,
}

/// What the table has for an id.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub kind: CellKind,
    pub class: Option<NonNull<Header>>,
    /// `at` is 0 if there is no map.
    pub slots: SlotMap,
}

impl Entry {
    const fn new(kind: CellKind) -> Entry {
        Entry { kind, class: None, slots: SlotMap { at: 0, traced: 0 } }
    }
}

/// For ids that nobody has described yet: every word may be a reference.
///
/// # Safety
/// See [`TraceFn`].
unsafe fn trace_conservatively(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    let lo = p.as_ptr() as *const u64;
    // SAFETY: the words of a live cell are readable.
    unsafe { tracer.conservative(lo.add(1), lo.byte_add(super::Heap::cell_size(p))) }
}

/// The table, indexed by id.
pub struct Kinds {
    table: Vec<Entry>,
}

impl Kinds {
    pub const fn new() -> Kinds {
        Kinds { table: Vec::new() }
    }

    pub fn set(&mut self, id: ShapeId, kind: CellKind) {
        self.put(id, Entry::new(kind));
    }

    pub fn set_instance(&mut self, id: ShapeId, of: InstanceKind) {
        let slots = of.slots.unwrap_or(SlotMap { at: 0, traced: 0 });
        self.put(id, Entry { kind: of.kind, class: Some(of.class), slots });
    }

    fn put(&mut self, id: ShapeId, entry: Entry) {
        let index = id.0 as usize;
        if index >= self.table.len() {
            self.table.resize(index + 1, Entry::new(CellKind::conservative()));
        }
        self.table[index] = entry;
    }

    /// The class of an id is gone, and so are all such cells.
    pub fn forget(&mut self, id: ShapeId) {
        if let Some(entry) = self.table.get_mut(id.0 as usize) {
            *entry = Entry::new(CellKind::conservative());
        }
    }

    #[inline(always)]
    pub fn get(&self, id: ShapeId) -> CellKind {
        self.entry(id).kind
    }

    #[inline(always)]
    pub(super) fn entry(&self, id: ShapeId) -> &Entry {
        const UNKNOWN: &Entry = &Entry::new(CellKind::conservative());
        self.table.get(id.0 as usize).unwrap_or(UNKNOWN)
    }

    /// The destructor of a dead cell, run.
    pub fn destroy(&self, p: NonNull<Header>) {
        // SAFETY: dead cells in the destructor table are not swept yet, so still laid out as
        // their id says, and are destroyed once.
        unsafe {
            if let Some(destroy) = self.get(p.as_ref().id.get()).destroy {
                destroy(p.as_ptr());
            }
        }
    }
}
