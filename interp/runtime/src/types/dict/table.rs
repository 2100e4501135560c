//! The DICT_TABLE cell: entries in insertion order, and behind them an open-addressing index of
//! 1, 2 or 4 bytes a slot.

use crate::heap::{CellKind, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ptr::NonNull;

/// Index of `1 << bits` slots for `capacity` entries.
#[repr(C)]
pub struct DictTable {
    pub header: Header,
    /// Entries in use, deleted ones included.
    pub used: Cell<u32>,
    pub capacity: Cell<u32>,
    pub bits: Cell<u32>,
    /// Entries that were given back from the end: their index slots stay deleted until the table is made anew.
    given_back: Cell<u32>,
}

/// One entry. A deleted one has an unbound key.
#[repr(C)]
pub struct Entry {
    pub hash: Cell<i64>,
    pub key: Cell<Value>,
    pub value: Cell<Value>,
}

/// Bits of a table's header flags.
pub mod flags {
    /// A key that is no exact str was inserted: looking up a str may have to run Python code.
    pub const MIXED_KEYS: u16 = 1;
}

/// What an index slot says. Zeroed memory is empty.
pub const EMPTY: u32 = 0;
/// The entry was deleted; probing goes on.
pub const DELETED: u32 = 1;
/// Slots hold the entry's position plus this.
const FIRST: u32 = 2;

pub const MIN_BITS: u32 = 3;
/// Positions are 32 bits wide.
const MAX_BITS: u32 = 31;

/// Sequence of slots that a hash may be in; perturbed as CPython's, so that every slot is reached.
#[derive(Clone, Copy)]
pub struct Probe {
    pub at: usize,
    mask: usize,
    perturb: u64,
}

impl Probe {
    #[inline(always)]
    pub fn new(hash: i64, bits: u32) -> Probe {
        let mask = (1 << bits) - 1;
        Probe { at: hash as usize & mask, mask, perturb: hash as u64 }
    }

    #[inline(always)]
    pub fn advance(&mut self) {
        self.perturb >>= 5;
        self.at = (self.at.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1)) & self.mask;
    }
}

/// Entries that fit in an index of this size.
pub const fn capacity_of(bits: u32) -> u32 {
    ((2u64 << bits) / 3) as u32
}

/// Bytes of an index slot.
#[inline(always)]
const fn width_of(bits: u32) -> usize {
    if bits <= 8 {
        1
    } else if bits <= 16 {
        2
    } else {
        4
    }
}

/// Size of an index with at least `slots` slots.
pub const fn bits_for(slots: usize) -> u32 {
    if slots <= 1 << MIN_BITS { MIN_BITS } else { usize::BITS - (slots - 1).leading_zeros() }
}

impl DictTable {
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        // SAFETY: `capacity` entries follow the struct; `used` is at most that.
        unsafe {
            let first = (self as *const DictTable).add(1).cast();
            std::slice::from_raw_parts(first, self.used.get() as usize)
        }
    }

    #[inline(always)]
    fn room(&self) -> &[Entry] {
        // SAFETY: as above.
        unsafe {
            let first = (self as *const DictTable).add(1).cast();
            std::slice::from_raw_parts(first, self.capacity.get() as usize)
        }
    }

    #[inline(always)]
    fn index(&self) -> *const u8 {
        self.room().as_ptr_range().end.cast()
    }

    #[inline(always)]
    pub fn slot(&self, at: usize) -> u32 {
        let bits = self.bits.get();
        debug_assert!(at < 1 << bits);
        let index = self.index();
        // SAFETY: `at` comes from a probe over this table's size; cells inside of `index`.
        unsafe {
            match width_of(bits) {
                1 => u32::from(*index.add(at)),
                2 => u32::from(*index.cast::<u16>().add(at)),
                _ => *index.cast::<u32>().add(at),
            }
        }
    }

    #[inline(always)]
    fn set_slot(&self, at: usize, code: u32) {
        let bits = self.bits.get();
        debug_assert!(at < 1 << bits);
        let index = self.index().cast_mut();
        // SAFETY: as in `slot`; codes fit the width, which `width_of` is made for.
        unsafe {
            match width_of(bits) {
                1 => *index.add(at) = code as u8,
                2 => *index.cast::<u16>().add(at) = code as u16,
                _ => *index.cast::<u32>().add(at) = code,
            }
        }
    }

    /// Position of the entry that a slot's code names.
    #[inline(always)]
    pub fn position(code: u32) -> usize {
        (code - FIRST) as usize
    }

    #[inline(always)]
    pub fn only_str_keys(&self) -> bool {
        self.header.flags.get() & flags::MIXED_KEYS == 0
    }

    /// Whether another entry needs a new table: an index without empty slots would never end a search.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.used.get() + self.given_back.get() >= self.capacity.get()
    }

    /// Gives back the entries from `used` on, which are all deleted.
    pub fn truncate(&self, used: usize) {
        let before = self.used.replace(used as u32);
        self.given_back.set(self.given_back.get() + before - used as u32);
    }

    /// Position of a str key, looking at str keys only.
    #[inline]
    pub fn find_str(&self, key: Gc<Str>, hash: i64) -> Option<usize> {
        let word = Value::from_gc(key);
        let mut probe = Probe::new(hash, self.bits.get());
        loop {
            match self.slot(probe.at) {
                EMPTY => return None,
                DELETED => {}
                code => {
                    let at = DictTable::position(code);
                    let entry = &self.entries()[at];
                    let other = entry.key.get();
                    if other == word {
                        return Some(at);
                    }
                    if entry.hash.get() == hash && other.exact::<Str>().is_some_and(|s| s.same(&key)) {
                        return Some(at);
                    }
                }
            }
            probe.advance();
        }
    }

    /// Position of a key that is a small integer. Outer `None`: another key has its hash, and equality is not for us
    /// to tell.
    #[inline]
    pub fn find_small(&self, key: Value, hash: i64) -> Option<Option<usize>> {
        let mut probe = Probe::new(hash, self.bits.get());
        loop {
            match self.slot(probe.at) {
                EMPTY => return Some(None),
                DELETED => {}
                code => {
                    let at = DictTable::position(code);
                    let entry = &self.entries()[at];
                    if entry.key.get() == key {
                        return Some(Some(at));
                    }
                    if entry.hash.get() == hash && !entry.key.get().is_small() {
                        return None;
                    }
                }
            }
            probe.advance();
        }
    }

    /// Appends an entry whose key is not in the table, which is not full. The caller owes the
    /// write barrier.
    #[inline]
    pub fn append(&self, hash: i64, key: Value, value: Value) -> usize {
        let at = self.used.get();
        assert!(at < self.capacity.get());
        self.used.set(at + 1);
        let entry = &self.entries()[at as usize];
        entry.hash.set(hash);
        entry.key.set(key);
        entry.value.set(value);
        if !key.is_exact::<Str>() {
            self.header.flags.set(self.header.flags.get() | flags::MIXED_KEYS);
        }
        self.link(hash, at);
        at as usize
    }

    /// Enters an entry's position into the index.
    #[inline]
    fn link(&self, hash: i64, at: u32) {
        let mut probe = Probe::new(hash, self.bits.get());
        while self.slot(probe.at) >= FIRST {
            probe.advance();
        }
        self.set_slot(probe.at, at + FIRST);
    }

    /// Marks an entry as deleted.
    pub fn delete(&self, at: usize) {
        let entry = &self.entries()[at];
        let mut probe = Probe::new(entry.hash.get(), self.bits.get());
        while self.slot(probe.at) != at as u32 + FIRST {
            probe.advance();
        }
        self.set_slot(probe.at, DELETED);
        entry.key.set(Value::UNBOUND);
        entry.value.set(Value::UNBOUND);
    }

    /// Address of an entry, for the write barrier.
    #[inline(always)]
    pub fn entry_addr(&self, at: usize) -> usize {
        &raw const self.entries()[at] as usize
    }

    /// Copies the live entries of `from`, in order, to this table, which is new and has room for them.
    pub fn fill_from(&self, from: &DictTable) {
        self.header.flags.set(from.header.flags.get());
        let mut used = 0;
        let live = from.entries().iter().filter(|entry| !entry.key.get().is_unbound());
        for (to, entry) in self.room().iter().zip(live) {
            to.hash.set(entry.hash.get());
            to.key.set(entry.key.get());
            to.value.set(entry.value.get());
            used += 1;
        }
        self.used.set(used);
        let bits = self.bits.get();
        for (at, entry) in self.entries().iter().enumerate() {
            let mut probe = Probe::new(entry.hash.get(), bits);
            while self.slot(probe.at) != EMPTY {
                probe.advance();
            }
            self.set_slot(probe.at, at as u32 + FIRST);
        }
    }

    /// Becomes a copy of `from`, which has the same size.
    pub fn clone_from_table(&self, from: &DictTable) {
        debug_assert_eq!(self.bits.get(), from.bits.get());
        self.header.flags.set(from.header.flags.get());
        self.used.set(from.used.get());
        self.given_back.set(from.given_back.get());
        let bits = from.bits.get();
        // SAFETY: both tables have room for these entries and this index, and they are two cells.
        unsafe {
            std::ptr::copy_nonoverlapping(
                from.room().as_ptr(),
                self.room().as_ptr().cast_mut(),
                from.used.get() as usize,
            );
            std::ptr::copy_nonoverlapping(from.index(), self.index().cast_mut(), width_of(bits) << bits);
        }
    }
}

// SAFETY: keys and values of the entries in use are all its references.
unsafe impl Layout for DictTable {
    const ID: ShapeId = ids::DICT_TABLE;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for dict tables.
    let table = unsafe { p.cast::<DictTable>().as_ref() };
    for entry in tracer.clip(table.entries()) {
        tracer.value(entry.key.get());
        tracer.value(entry.value.get());
    }
}

impl Vm {
    /// An empty table with an index of `1 << bits` slots.
    pub(super) fn dict_table(&mut self, bits: u32) -> PyResult<Gc<DictTable>> {
        if bits > MAX_BITS {
            return Err(self.memory_error());
        }
        let capacity = capacity_of(bits);
        let bytes = capacity as usize * size_of::<Entry>() + (width_of(bits) << bits);
        let table = self.alloc_sized::<DictTable>(ids::DICT_TABLE, bytes)?;
        table.capacity.set(capacity);
        table.bits.set(bits);
        Ok(table)
    }
}
