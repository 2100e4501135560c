//! Dicts whose values sit in cells: module globals and builtins. A cell, once handed out, stays
//! the one of its name for good, so that caches and native code may hold it: deleting the name
//! empties the cell and keeps it aside.

use super::{Dict, flags};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::cell::Cell;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// The cell that an entry of a dict with cells names.
fn cell_of(word: Value) -> Option<Gc<Cell>> {
    // SAFETY: only used on values of dicts with cells.
    word.as_header().map(|p| unsafe { Gc::from_header(p) })
}

/// What is in such a cell.
#[inline(always)]
pub fn content(word: Value) -> Value {
    cell_of(word).map_or(Value::NONE, |cell| cell.value.get())
}

impl Vm {
    /// An empty dict with cells.
    pub fn dict_new_cells(&mut self) -> PyResult<Gc<Dict>> {
        let dict = self.alloc::<Dict>(ids::DICT_CELLS)?;
        dict.header.flags.set(flags::CELLS);
        Ok(dict)
    }

    /// The cell of a global: found or made. Gives any dict cells that had none so far.
    pub fn dict_cell(&mut self, dict: Gc<Dict>, name: Gc<Str>) -> PyResult<Gc<Cell>> {
        self.dict_give_cells(dict)?;
        let hash = name.hash_value();
        if let Some(table) = dict.table()
            && let Some(at) = table.find_str(name, hash)
            && let Some(cell) = cell_of(table.entries()[at].value.get())
        {
            return Ok(cell);
        }
        let absent = self.dict_absent(dict)?;
        if let Some(cell) = self.dict_get_str(absent, name).and_then(cell_of) {
            return Ok(cell);
        }
        let cell = self.new_cell(Value::UNBOUND)?;
        self.dict_set_str(absent, name, Value::from_gc(cell))?;
        Ok(cell)
    }

    fn new_cell(&mut self, content: Value) -> PyResult<Gc<Cell>> {
        let cell = self.alloc::<Cell>(ids::CELL)?;
        cell.value.init(content);
        Ok(cell)
    }

    fn dict_absent(&mut self, dict: Gc<Dict>) -> PyResult<Gc<Dict>> {
        if let Some(absent) = dict.absent() {
            return Ok(absent);
        }
        let absent = self.dict_new()?;
        dict.absent.set(&mut self.heap, dict.header(), Value::from_gc(absent));
        Ok(absent)
    }

    /// Moves the values of an ordinary dict into cells.
    fn dict_give_cells(&mut self, dict: Gc<Dict>) -> PyResult<()> {
        if dict.has_cells() {
            return Ok(());
        }
        // Made first, so that the switch is at once: no allocation may see half of it.
        let mut cells = self.rooted_vec();
        for _ in 0..dict.used() {
            let cell = self.new_cell(Value::UNBOUND)?;
            cells.push(Value::from_gc(cell));
        }
        if let Some(table) = dict.table() {
            for (entry, &cell) in table.entries().iter().zip(cells.iter()) {
                if !entry.key.get().is_unbound()
                    && let Some(p) = cell_of(cell)
                {
                    p.value.set(&mut self.heap, p.header(), entry.value.get());
                    entry.value.set(cell);
                }
            }
            self.heap.barrier(table.header());
        }
        dict.header.flags.set(dict.header.flags.get() | flags::CELLS);
        if dict.is_exact() {
            dict.header.id.set(ids::DICT_CELLS);
        }
        dict.touch();
        Ok(())
    }

    /// Stores into the cell that an entry names.
    pub(super) fn cell_store_word(&mut self, word: Value, value: Value) {
        if let Some(cell) = cell_of(word) {
            self.cell_store(cell, value);
        }
    }

    /// The cell for a name about to be inserted: the one it had before, or a new one.
    pub(super) fn dict_take_cell(
        &mut self,
        dict: Gc<Dict>,
        key: Value,
        hash: i64,
        value: Value,
    ) -> PyResult<Value> {
        if let Some(absent) = dict.absent()
            && key.is_exact::<Str>()
            && let Some(cell) = self.dict_pop_hashed(absent, key, hash)?
        {
            self.cell_store_word(cell, value);
            return Ok(cell);
        }
        self.new_cell(value).map(Value::from_gc)
    }

    /// Empties the cell of a name about to be deleted, and keeps it.
    pub(super) fn dict_retire_cell(
        &mut self,
        dict: Gc<Dict>,
        key: Value,
        hash: i64,
        cell: Value,
    ) -> PyResult<()> {
        if key.is_exact::<Str>() {
            let absent = self.dict_absent(dict)?;
            self.dict_set_hashed(absent, key, hash, cell)?;
        }
        self.cell_store_word(cell, Value::UNBOUND);
        Ok(())
    }
}
