//! Sets for Rust callers. Comparing elements may run Python code that changes the set: then, as
//! CPython does, the search starts again.

use super::table::{DELETED, DELETED_HASH, EMPTY, Probe, slots_above};
use super::{Set, SetTable};
use crate::heap::{Gc, ShapeId};
use crate::types::dict::{equal_by_class, equal_without_python};
use crate::types::int::hash_small;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

impl Set {
    /// Element in slot `pos` or the next behind it, and its hash; `pos` moves behind that.
    #[inline(always)]
    pub fn next_entry(&self, pos: &mut usize) -> Option<(Value, i64)> {
        let table = self.table()?;
        while let Some(entry) = table.entries().get(*pos) {
            *pos += 1;
            if entry.is_live() {
                return Some((entry.key.get(), entry.hash.get()));
            }
        }
        None
    }

    /// Whether a string or a small integer is an element; `None`: Python code may have a say in it, or it is another key.
    #[inline]
    pub fn contains_plain(&self, key: Value) -> Option<bool> {
        let hash = match key.as_small() {
            Some(n) => hash_small(n),
            None => key.exact::<Str>()?.hash_value(),
        };
        match self.table() {
            Some(table) => find_plain(&table, key, hash).map(|at| at.is_some()),
            None => Some(false),
        }
    }
}

/// Slot of an element. Outer `None`: comparing elements may run Python code.
#[inline]
pub(super) fn find_plain(table: &SetTable, key: Value, hash: i64) -> Option<Option<usize>> {
    let entries = table.entries();
    let mut probe = Probe::new(hash, table.mask.get());
    loop {
        let entry = entries.get(probe.at)?;
        let other = entry.key.get();
        if other == key {
            return Some(Some(probe.at));
        }
        if other == EMPTY {
            return Some(None);
        }
        if entry.hash.get() == hash && other != DELETED && equal_without_python(other, key)? {
            return Some(Some(probe.at));
        }
        probe.advance();
    }
}

/// Where an element goes that is not in the table, and whether the slot was deleted; inner `None`: it is in the table,
/// outer `None`: comparing elements may run Python code.
#[inline]
fn place_plain(table: &SetTable, key: Value, hash: i64) -> Option<Option<(usize, bool)>> {
    let entries = table.entries();
    let home = hash as usize & table.mask.get();
    if entries.get(home)?.key.get() == EMPTY {
        return Some(Some((home, false)));
    }
    let mut probe = Probe::new(hash, table.mask.get());
    let mut deleted = None;
    loop {
        let entry = entries.get(probe.at)?;
        let other = entry.key.get();
        if other == key {
            return Some(None);
        }
        if other == EMPTY {
            return Some(Some(deleted.map_or((probe.at, false), |at| (at, true))));
        }
        if other == DELETED {
            deleted = Some(probe.at);
        } else if entry.hash.get() == hash && equal_without_python(other, key)? {
            return Some(None);
        }
        probe.advance();
    }
}

impl Vm {
    /// An empty set or frozenset: `ids::SET` or `ids::FROZENSET`.
    pub fn set_new(&mut self, id: ShapeId) -> PyResult<Gc<Set>> {
        self.alloc::<Set>(id)
    }

    /// Hash of an element; what can't be hashed is a TypeError that says what it was to be used as.
    #[inline]
    pub fn set_hash(&mut self, key: Value) -> PyResult<i64> {
        if let Some(n) = key.as_small() {
            return Ok(hash_small(n));
        }
        match key.exact::<Str>() {
            Some(key) => Ok(key.hash_value()),
            None => match self.hash(key) {
                Ok(hash) => Ok(hash),
                Err(raised) => Err(self.unhashable(raised, key, "a set element")),
            },
        }
    }

    /// Slot of an element.
    pub(super) fn set_find(&mut self, set: Gc<Set>, key: Value, hash: i64) -> PyResult<Option<usize>> {
        let Some(table) = set.table() else { return Ok(None) };
        match find_plain(&table, key, hash) {
            Some(found) => Ok(found),
            None => self.set_find_any(set, key, hash),
        }
    }

    #[inline(never)]
    fn set_find_any(&mut self, set: Gc<Set>, key: Value, hash: i64) -> PyResult<Option<usize>> {
        'search: while let Some(table) = set.table() {
            let mask = table.mask.get();
            let mut probe = Probe::new(hash, mask);
            loop {
                let entry = &table.entries()[probe.at];
                let other = entry.key.get();
                if other == EMPTY {
                    return Ok(None);
                }
                if entry.hash.get() == hash && other != DELETED {
                    if other == key {
                        return Ok(Some(probe.at));
                    }
                    let equal = match equal_by_class(self, other, key) {
                        Some(equal) => equal,
                        None => {
                            let equal = self.eq(other, key)?;
                            // The old table may be gone: look at it only if it is still in use.
                            let unchanged = set.table() == Some(table)
                                && table.mask.get() == mask
                                && table.entries()[probe.at].key.get() == other;
                            if !unchanged {
                                continue 'search;
                            }
                            equal
                        }
                    };
                    if equal {
                        return Ok(Some(probe.at));
                    }
                }
                probe.advance();
            }
        }
        Ok(None)
    }

    pub fn set_contains(&mut self, set: Gc<Set>, key: Value) -> PyResult<bool> {
        let hash = self.set_hash(key)?;
        self.set_contains_hashed(set, key, hash)
    }

    #[inline(always)]
    pub fn set_contains_hashed(&mut self, set: Gc<Set>, key: Value, hash: i64) -> PyResult<bool> {
        let Some(table) = set.table() else { return Ok(false) };
        match find_plain(&table, key, hash) {
            Some(found) => Ok(found.is_some()),
            None => Ok(self.set_find_any(set, key, hash)?.is_some()),
        }
    }

    /// Adds an element; false if it was there.
    pub fn set_add(&mut self, set: Gc<Set>, key: Value) -> PyResult<bool> {
        let hash = self.set_hash(key)?;
        self.set_add_hashed(set, key, hash)
    }

    /// `set_add` to what is a set unless the program has put something else in its place.
    pub fn set_add_to(&mut self, target: Value, key: Value) -> PyResult<()> {
        match self.downcast::<Set>(target) {
            Some(set) => self.set_add(set, key).map(|_| ()),
            None => {
                let name = self.type_name(target);
                Err(self.type_error(format!("'{name}' object is not a set")))
            }
        }
    }

    #[inline]
    pub fn set_add_hashed(&mut self, set: Gc<Set>, key: Value, hash: i64) -> PyResult<bool> {
        let table = match set.table() {
            Some(table) => table,
            None => self.set_resize(set, 0)?,
        };
        match place_plain(&table, key, hash) {
            Some(None) => Ok(false),
            Some(Some((at, reused))) => self.set_store(set, table, at, reused, key, hash),
            None => self.set_add_any(set, key, hash),
        }
    }

    #[inline(never)]
    fn set_add_any(&mut self, set: Gc<Set>, key: Value, hash: i64) -> PyResult<bool> {
        if self.set_find_any(set, key, hash)?.is_some() {
            return Ok(false);
        }
        let table = match set.table() {
            Some(table) => table,
            None => self.set_resize(set, 0)?,
        };
        let (at, reused) = table.free_slot(hash);
        self.set_store(set, table, at, reused, key, hash)
    }

    /// Fills a free slot, which was deleted before or was never in use.
    #[inline]
    fn set_store(
        &mut self,
        set: Gc<Set>,
        table: Gc<SetTable>,
        at: usize,
        reused: bool,
        key: Value,
        hash: i64,
    ) -> PyResult<bool> {
        let entry = &table.entries()[at];
        entry.key.set(key);
        entry.hash.set(hash);
        self.heap.barrier_slot(table.header(), table.entry_addr(at));
        set.len.set(set.len() + 1);
        if reused {
            return Ok(true);
        }
        let fill = set.fill.get() + 1;
        set.fill.set(fill);
        if fill * 5 >= table.mask.get() * 3 { self.set_grow(set) } else { Ok(true) }
    }

    #[cold]
    #[inline(never)]
    fn set_grow(&mut self, set: Gc<Set>) -> PyResult<bool> {
        self.set_resize(set, growth(set.len()))?;
        Ok(true)
    }

    /// Removes an element; false if it wasn't there.
    pub fn set_discard(&mut self, set: Gc<Set>, key: Value) -> PyResult<bool> {
        let hash = self.set_hash(key)?;
        self.set_discard_hashed(set, key, hash)
    }

    pub fn set_discard_hashed(&mut self, set: Gc<Set>, key: Value, hash: i64) -> PyResult<bool> {
        let Some(at) = self.set_find(set, key, hash)? else { return Ok(false) };
        if let Some(table) = set.table() {
            delete_slot(set, &table, at);
        }
        Ok(true)
    }

    /// Removes and returns some element.
    pub fn set_pop(&mut self, set: Gc<Set>) -> Option<Value> {
        let table = set.table().filter(|_| !set.is_empty())?;
        let mask = table.mask.get();
        let mut at = set.finger.get() & mask;
        while !table.entries()[at].is_live() {
            at = if at == mask { 0 } else { at + 1 };
        }
        let key = table.entries()[at].key.get();
        delete_slot(set, &table, at);
        set.finger.set(at + 1);
        Some(key)
    }

    pub fn set_clear(&mut self, set: Gc<Set>) {
        let old = set.table();
        set.table.init(Value::UNBOUND);
        set.len.set(0);
        set.fill.set(0);
        if let Some(old) = old {
            self.heap.free_sole(old.header());
        }
    }

    /// Moves the elements to a table of more than `count` slots.
    pub(super) fn set_resize(&mut self, set: Gc<Set>, count: usize) -> PyResult<Gc<SetTable>> {
        let new = self.set_table(slots_above(count))?;
        let old = set.table();
        if let Some(old) = old {
            new.fill_from(&old);
        }
        set.fill.set(set.len());
        set.table.set(&mut self.heap, set.header(), Value::from_gc(new));
        if let Some(old) = old {
            self.heap.free_sole(old.header());
        }
        Ok(new)
    }
}

/// Slots wanted when a set of `len` elements has become too full.
pub(super) fn growth(len: usize) -> usize {
    if len > 50_000 { len * 2 } else { len * 4 }
}

fn delete_slot(set: Gc<Set>, table: &SetTable, at: usize) {
    let entry = &table.entries()[at];
    entry.key.set(DELETED);
    entry.hash.set(DELETED_HASH);
    set.len.set(set.len() - 1);
}
