//! The SET_TABLE cell: elements and their hashes, open addressing. Size, growth and probe order
//! are CPython's, so that sets iterate in the same order for elements with the same hashes.

use crate::heap::{CellKind, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// A power of two of entries follows.
#[repr(C)]
pub struct SetTable {
    pub header: Header,
    /// Number of entries, less one. 0 only while the cell is being made.
    pub mask: Cell<usize>,
}

#[repr(C)]
pub struct SetEntry {
    /// The element, or [`EMPTY`] or [`DELETED`].
    pub key: Cell<Value>,
    pub hash: Cell<i64>,
}

pub const EMPTY: Value = Value::UNBOUND;
/// A reserved word that no element is.
pub const DELETED: Value = Value::EXCEPTION;
/// Hash in deleted entries; no object has it.
pub const DELETED_HASH: i64 = -1;
pub const MIN_SLOTS: usize = 8;
/// Neighbours looked at before the probe jumps.
const LINEAR_PROBES: usize = 9;
const MAX_SLOTS: usize = 1 << 40;

/// Sequence of slots that a hash may be in.
pub struct Probe {
    pub at: usize,
    /// Neighbours still to be looked at.
    linear: usize,
    /// Where the linear stretch began.
    home: usize,
    mask: usize,
    perturb: u64,
}

impl Probe {
    #[inline(always)]
    pub fn new(hash: i64, mask: usize) -> Probe {
        let at = hash as usize & mask;
        Probe { at, linear: linear(at, mask), home: at, mask, perturb: hash as u64 }
    }

    #[inline(always)]
    pub fn advance(&mut self) {
        if self.linear > 0 {
            self.linear -= 1;
            self.at += 1;
            return;
        }
        self.perturb >>= 5;
        self.home =
            (self.home.wrapping_mul(5).wrapping_add(1)).wrapping_add(self.perturb as usize) & self.mask;
        self.at = self.home;
        self.linear = linear(self.at, self.mask);
    }
}

#[inline(always)]
fn linear(at: usize, mask: usize) -> usize {
    if at + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 }
}

impl SetEntry {
    #[inline(always)]
    pub fn is_live(&self) -> bool {
        let key = self.key.get();
        key != EMPTY && key != DELETED
    }
}

impl SetTable {
    #[inline(always)]
    pub fn entries(&self) -> &[SetEntry] {
        let mask = self.mask.get();
        let count = if mask == 0 { 0 } else { mask + 1 };
        // SAFETY: that many entries follow the struct.
        unsafe { std::slice::from_raw_parts((self as *const SetTable).add(1).cast(), count) }
    }

    /// Puts an element that is not in the table into the first empty slot of its probe sequence.
    /// The caller owes the write barrier.
    #[inline]
    pub fn insert_new(&self, key: Value, hash: i64) -> usize {
        let entries = self.entries();
        let mut probe = Probe::new(hash, self.mask.get());
        while entries[probe.at].key.get() != EMPTY {
            probe.advance();
        }
        entries[probe.at].key.set(key);
        entries[probe.at].hash.set(hash);
        probe.at
    }

    /// The slot that CPython gives an element that is not in the table: the last deleted one of its
    /// probe sequence before the first empty one, if any, which is told apart.
    pub fn free_slot(&self, hash: i64) -> (usize, bool) {
        let entries = self.entries();
        let mut probe = Probe::new(hash, self.mask.get());
        let mut deleted = None;
        loop {
            match entries[probe.at].key.get() {
                EMPTY => return deleted.map_or((probe.at, false), |at| (at, true)),
                DELETED => deleted = Some(probe.at),
                _ => {}
            }
            probe.advance();
        }
    }

    pub fn entry_addr(&self, at: usize) -> usize {
        &raw const self.entries()[at] as usize
    }

    /// Copies the elements of `from`, in its order.
    pub fn fill_from(&self, from: &SetTable) {
        let (entries, mask) = (self.entries(), self.mask.get());
        for entry in from.entries().iter().filter(|e| e.is_live()) {
            let (key, hash) = (entry.key.get(), entry.hash.get());
            let home = &entries[hash as usize & mask];
            if home.key.get() == EMPTY {
                home.key.set(key);
                home.hash.set(hash);
            } else {
                self.insert_new(key, hash);
            }
        }
    }
}

// SAFETY: the keys of the entries are all its references; a zeroed cell has none.
unsafe impl Layout for SetTable {
    const ID: ShapeId = ids::SET_TABLE;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for set tables.
    let table = unsafe { p.cast::<SetTable>().as_ref() };
    for entry in tracer.clip(table.entries()) {
        tracer.value(entry.key.get());
    }
}

/// Slots of a table that is to have more than `count`.
pub fn slots_above(count: usize) -> usize {
    let mut slots = MIN_SLOTS;
    while slots <= count && slots < MAX_SLOTS {
        slots <<= 1;
    }
    slots
}

impl Vm {
    /// An empty table of so many slots, a power of two.
    pub(super) fn set_table(&mut self, slots: usize) -> PyResult<Gc<SetTable>> {
        if slots >= MAX_SLOTS {
            return Err(self.memory_error());
        }
        let bytes = slots * size_of::<SetEntry>();
        // Nothing allocates before all entries are written.
        let table = self.alloc_raw::<SetTable>(ids::SET_TABLE, bytes)?;
        let first = (&raw const *table).wrapping_add(1).cast::<SetEntry>().cast_mut();
        for i in 0..slots {
            // SAFETY: the new cell has room for them, and nobody has read it.
            unsafe { first.add(i).write(SetEntry { key: Cell::new(EMPTY), hash: Cell::new(0) }) };
        }
        table.mask.set(slots - 1);
        Ok(table)
    }
}
