//! Dicts for Rust callers: get, set, delete, iterate by position.

use super::table::{self, MIN_BITS};
use super::{Dict, DictTable};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

impl Dict {
    /// The value of the entry at a position, out of its cell if it is in one.
    #[inline(always)]
    pub(super) fn value_at(&self, table: &DictTable, at: usize) -> Value {
        let value = table.entries()[at].value.get();
        if self.has_cells() { super::cells::content(value) } else { value }
    }

    /// Entry at `pos` or the next live one behind it; `pos` moves behind that.
    #[inline(always)]
    pub fn next_entry(&self, pos: &mut usize) -> Option<(Value, Value)> {
        let table = self.table()?;
        while let Some(entry) = table.entries().get(*pos) {
            *pos += 1;
            let key = entry.key.get();
            if !key.is_unbound() {
                return Some((key, self.value_at(&table, *pos - 1)));
            }
        }
        None
    }

    /// Likewise, with the key's hash.
    #[inline]
    pub fn next_hashed(&self, pos: &mut usize) -> Option<(Value, Value, i64)> {
        let (key, value) = self.next_entry(pos)?;
        let hash = self.table()?.entries()[*pos - 1].hash.get();
        Some((key, value, hash))
    }

    /// Backwards: the live entry before `pos`, which moves there.
    pub fn previous_entry(&self, pos: &mut usize) -> Option<(Value, Value)> {
        let table = self.table()?;
        if *pos > table.used.get() as usize {
            return None;
        }
        while *pos > 0 {
            *pos -= 1;
            let key = table.entries()[*pos].key.get();
            if !key.is_unbound() {
                return Some((key, self.value_at(&table, *pos)));
            }
        }
        None
    }
}

impl Vm {
    /// An empty dict.
    #[inline]
    pub fn dict_new(&mut self) -> PyResult<Gc<Dict>> {
        self.alloc::<Dict>(ids::DICT)
    }

    /// An empty dict with room for `count` entries.
    pub fn dict_with_capacity(&mut self, count: usize) -> PyResult<Gc<Dict>> {
        let dict = self.dict_new()?;
        if count > 0 {
            let table = self.dict_table(bits_for_entries(count))?;
            dict.table.set(&mut self.heap, dict.header(), Value::from_gc(table));
        }
        Ok(dict)
    }

    /// `d.get(key)`: may run `__hash__` and `__eq__`.
    #[inline]
    pub fn dict_get(&mut self, dict: Gc<Dict>, key: Value) -> PyResult<Option<Value>> {
        let hash = self.dict_hash(key)?;
        self.dict_get_hashed(dict, key, hash)
    }

    #[inline]
    pub fn dict_get_hashed(&mut self, dict: Gc<Dict>, key: Value, hash: i64) -> PyResult<Option<Value>> {
        let found = self.dict_find(dict, key, hash)?;
        Ok(found.and_then(|at| dict.table().map(|table| dict.value_at(&table, at))))
    }

    /// Looks a str up among the str keys; never runs Python code.
    #[inline]
    pub fn dict_get_str(&self, dict: Gc<Dict>, key: Gc<Str>) -> Option<Value> {
        let table = dict.table()?;
        let at = table.find_str(key, key.hash_value())?;
        Some(dict.value_at(&table, at))
    }

    pub fn dict_contains(&mut self, dict: Gc<Dict>, key: Value) -> PyResult<bool> {
        let hash = self.dict_hash(key)?;
        Ok(self.dict_find(dict, key, hash)?.is_some())
    }

    /// `d[key] = value`
    #[inline]
    pub fn dict_set(&mut self, dict: Gc<Dict>, key: Value, value: Value) -> PyResult<()> {
        let hash = self.dict_hash(key)?;
        self.dict_set_hashed(dict, key, hash, value)
    }

    #[inline]
    pub fn dict_set_hashed(&mut self, dict: Gc<Dict>, key: Value, hash: i64, value: Value) -> PyResult<()> {
        match self.dict_find(dict, key, hash)? {
            Some(at) => {
                self.dict_replace(dict, at, value);
                Ok(())
            }
            None => self.dict_insert_new(dict, key, hash, value),
        }
    }

    /// `d[key] = value` for a str key; runs Python code only if the dict has other keys.
    #[inline]
    pub fn dict_set_str(&mut self, dict: Gc<Dict>, key: Gc<Str>, value: Value) -> PyResult<()> {
        self.dict_set_hashed(dict, Value::from_gc(key), key.hash_value(), value)
    }

    /// The value of `key`, which is inserted with `value` if it isn't there.
    pub fn dict_set_default(&mut self, dict: Gc<Dict>, key: Value, value: Value) -> PyResult<Value> {
        let hash = self.dict_hash(key)?;
        if let Some(found) = self.dict_get_hashed(dict, key, hash)? {
            return Ok(found);
        }
        self.dict_insert_new(dict, key, hash, value)?;
        Ok(value)
    }

    /// Replaces the value of the entry at a position.
    #[inline]
    pub(super) fn dict_replace(&mut self, dict: Gc<Dict>, at: usize, value: Value) {
        let Some(table) = dict.table() else { return };
        let slot = &table.entries()[at].value;
        if dict.has_cells() {
            return self.cell_store_word(slot.get(), value);
        }
        slot.set(value);
        self.heap.barrier_slot(table.header(), table.entry_addr(at));
    }

    /// Inserts a key that is not in the dict.
    #[inline]
    pub(crate) fn dict_insert_new(
        &mut self,
        dict: Gc<Dict>,
        key: Value,
        hash: i64,
        value: Value,
    ) -> PyResult<()> {
        let value = if dict.has_cells() { self.dict_take_cell(dict, key, hash, value)? } else { value };
        let table = match dict.table() {
            Some(table) if !table.is_full() => table,
            _ => self.dict_grow(dict)?,
        };
        let at = table.append(hash, key, value);
        self.heap.barrier_slot(table.header(), table.entry_addr(at));
        dict.len.set(dict.len() + 1);
        dict.touch();
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn dict_grow(&mut self, dict: Gc<Dict>) -> PyResult<Gc<DictTable>> {
        self.dict_resize(dict, table::bits_for(dict.len() * 3))
    }

    /// Moves the live entries to a new table.
    pub(super) fn dict_resize(&mut self, dict: Gc<Dict>, bits: u32) -> PyResult<Gc<DictTable>> {
        let new = self.dict_table(bits.max(MIN_BITS))?;
        let old = dict.table();
        if let Some(old) = old {
            new.fill_from(&old);
        }
        dict.table.set(&mut self.heap, dict.header(), Value::from_gc(new));
        dict.touch();
        if let Some(old) = old {
            self.heap.free_sole(old.header());
        }
        Ok(new)
    }

    /// Deletes a key; false if it wasn't there.
    pub fn dict_del(&mut self, dict: Gc<Dict>, key: Value) -> PyResult<bool> {
        Ok(self.dict_pop(dict, key)?.is_some())
    }

    /// Removes a key and returns its value.
    pub fn dict_pop(&mut self, dict: Gc<Dict>, key: Value) -> PyResult<Option<Value>> {
        if dict.is_empty() {
            // CPython doesn't hash the key then.
            return Ok(None);
        }
        let hash = self.dict_hash(key)?;
        self.dict_pop_hashed(dict, key, hash)
    }

    pub fn dict_pop_hashed(&mut self, dict: Gc<Dict>, key: Value, hash: i64) -> PyResult<Option<Value>> {
        match self.dict_find(dict, key, hash)? {
            Some(at) => self.dict_delete_at(dict, at).map(|(_, value)| Some(value)),
            None => Ok(None),
        }
    }

    /// Deletes the live entry at a position and returns it.
    pub(super) fn dict_delete_at(&mut self, dict: Gc<Dict>, at: usize) -> PyResult<(Value, Value)> {
        let Some(table) = dict.table() else { return Ok((Value::NONE, Value::NONE)) };
        let entry = &table.entries()[at];
        let key = entry.key.get();
        let value = dict.value_at(&table, at);
        if dict.has_cells() {
            self.dict_retire_cell(dict, key, entry.hash.get(), entry.value.get())?;
        }
        table.delete(at);
        dict.len.set(dict.len() - 1);
        dict.touch();
        Ok((key, value))
    }

    /// Removes the newest entry.
    pub fn dict_pop_last(&mut self, dict: Gc<Dict>) -> PyResult<Option<(Value, Value)>> {
        let mut pos = dict.used();
        if dict.previous_entry(&mut pos).is_none() {
            return Ok(None);
        }
        let entry = self.dict_delete_at(dict, pos)?;
        if let Some(table) = dict.table() {
            // Nothing live is behind it: popping again doesn't have to skip it.
            table.truncate(pos);
        }
        Ok(Some(entry))
    }

    pub fn dict_clear(&mut self, dict: Gc<Dict>) -> PyResult<()> {
        if dict.has_cells() {
            // Caches name the cells: each has to become unbound.
            while self.dict_pop_last(dict)?.is_some() {}
            return Ok(());
        }
        let old = dict.table();
        dict.table.init(Value::UNBOUND);
        dict.len.set(0);
        dict.touch();
        if let Some(old) = old {
            self.heap.free_sole(old.header());
        }
        Ok(())
    }

    /// Entry at `pos` or next behind it; runs no Python code, and takes any change of the dict.
    #[inline]
    pub fn dict_next(&self, dict: Gc<Dict>, pos: &mut usize) -> Option<(Value, Value)> {
        dict.next_entry(pos)
    }
}

/// Index size with room for `count` entries.
pub(super) fn bits_for_entries(count: usize) -> u32 {
    table::bits_for(count.saturating_mul(3).div_ceil(2))
}
