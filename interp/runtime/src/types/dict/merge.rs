//! Dicts in bulk: copies, updates from mappings and from pairs.

use super::Dict;
use super::access::bits_for_entries;
use crate::heap::Gc;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

/// What happens to keys that are there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    Replace,
    Keep,
    /// KeyError of the key.
    Raise,
}

impl Vm {
    /// An exact copy without cells.
    pub fn dict_copy(&mut self, dict: Gc<Dict>) -> PyResult<Gc<Dict>> {
        let new = self.dict_new()?;
        self.dict_merge(new, dict, OnDuplicate::Replace)?;
        Ok(new)
    }

    /// `d.update(other)` for another dict, as stored.
    pub fn dict_merge(&mut self, dict: Gc<Dict>, other: Gc<Dict>, on_duplicate: OnDuplicate) -> PyResult<()> {
        if dict == other || other.is_empty() {
            return Ok(());
        }
        if dict.is_empty() && !dict.has_cells() && !other.has_cells() {
            return self.dict_become(dict, other);
        }
        let (mut pos, len, used) = (0, other.len(), other.used());
        if !dict.has_cells() {
            self.dict_reserve(dict, len)?;
        }
        while let Some((key, value, hash)) = other.next_hashed(&mut pos) {
            self.dict_put(dict, key, hash, value, on_duplicate)?;
            if other.used() != used || other.len() != len {
                return Err(self.runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }

    fn dict_put(
        &mut self,
        dict: Gc<Dict>,
        key: Value,
        hash: i64,
        value: Value,
        on_duplicate: OnDuplicate,
    ) -> PyResult<()> {
        if on_duplicate == OnDuplicate::Replace {
            return self.dict_set_hashed(dict, key, hash, value);
        }
        match self.dict_find(dict, key, hash)? {
            None => self.dict_insert_new(dict, key, hash, value),
            Some(_) if on_duplicate == OnDuplicate::Keep => Ok(()),
            Some(_) => Err(self.key_error(key)),
        }
    }

    /// Makes room when a merge of `more` entries would need more than one growth.
    fn dict_reserve(&mut self, dict: Gc<Dict>, more: usize) -> PyResult<()> {
        let room = dict.table().map_or(0, |t| (t.capacity.get() - t.used.get()) as usize);
        if room < more && dict.used() < 2 * more {
            self.dict_resize(dict, bits_for_entries(dict.len() + more))?;
        }
        Ok(())
    }

    /// Fills an empty dict with the entries of another.
    fn dict_become(&mut self, dict: Gc<Dict>, other: Gc<Dict>) -> PyResult<()> {
        let Some(from) = other.table() else { return Ok(()) };
        // A table with many holes is not copied as it is.
        let dense = other.len() >= other.used() / 3 * 2;
        let bits = if dense { from.bits.get() } else { bits_for_entries(other.len()) };
        let table = self.dict_table(bits)?;
        if dense {
            table.clone_from_table(&from);
        } else {
            table.fill_from(&from);
        }
        dict.table.set(&mut self.heap, dict.header(), Value::from_gc(table));
        dict.len.set(other.len());
        dict.touch();
        Ok(())
    }

    /// `d.update(arg)`: a dict, something with `keys()`, or pairs.
    pub fn dict_update(&mut self, dict: Gc<Dict>, arg: Value) -> PyResult<()> {
        if let Some(other) = arg.exact_dict() {
            return self.dict_merge(dict, other, OnDuplicate::Replace);
        }
        let keys = self.intern("keys");
        match self.get_attr_opt(arg, keys)? {
            Some(_) => self.dict_update_mapping(dict, arg, OnDuplicate::Replace),
            None => self.dict_update_pairs(dict, arg),
        }
    }

    /// Entries of anything with `keys()` and `[]`.
    pub fn dict_update_mapping(
        &mut self,
        dict: Gc<Dict>,
        mapping: Value,
        on_duplicate: OnDuplicate,
    ) -> PyResult<()> {
        if let Some(other) = self.downcast::<Dict>(mapping)
            && self.dict_iterates_plainly(mapping)
        {
            return self.dict_merge(dict, other, on_duplicate);
        }
        let keys = self.call_method(mapping, "keys", &[])?;
        let iterator = self.get_iter(keys)?;
        while let Some(key) = self.iter_next(iterator)? {
            let value = self.get_item(mapping, key)?;
            let hash = self.dict_hash(key)?;
            self.dict_put(dict, key, hash, value, on_duplicate)?;
        }
        Ok(())
    }

    /// Entries of an iterable of pairs.
    fn dict_update_pairs(&mut self, dict: Gc<Dict>, pairs: Value) -> PyResult<()> {
        let iterator = self.get_iter(pairs)?;
        let mut index = 0;
        while let Some(pair) = self.iter_next(iterator)? {
            let (key, value) = self.dict_pair(pair, index)?;
            self.dict_set(dict, key, value)?;
            index += 1;
        }
        Ok(())
    }

    /// An element of an update sequence is not iterable.
    #[cold]
    fn no_pair(&mut self, index: usize) -> Raised {
        let raised = self.type_error("object is not iterable");
        let note = format!("Cannot convert dictionary update sequence element #{index} to a sequence");
        let exc = self.take_exception(raised);
        let noted =
            self.str(&note).and_then(|note| self.call_method(exc, "add_note", &[Value::from_gc(note)]));
        match noted {
            Ok(_) => self.raise_again(exc),
            Err(raised) => raised,
        }
    }

    fn dict_pair(&mut self, pair: Value, index: usize) -> PyResult<(Value, Value)> {
        if let Some(tuple) = pair.exact::<Tuple>()
            && let [key, value] = *tuple.items()
        {
            return Ok((key, value));
        }
        let (len, key, value);
        if let Some(tuple) = pair.exact::<Tuple>() {
            (len, key, value) = (tuple.len(), None, None);
        } else {
            let items = match pair.exact_list() {
                Some(list) => list,
                None => {
                    let iterator = self.get_iter(pair);
                    match self.catch(iterator, Exc::TypeError)? {
                        Some(iterator) => self.list_from_iterable(iterator)?,
                        None => return Err(self.no_pair(index)),
                    }
                }
            };
            len = items.len();
            key = self.list_get(items, 0)?;
            value = self.list_get(items, 1)?;
        }
        match (key, value) {
            (Some(key), Some(value)) if len == 2 => Ok((key, value)),
            _ => Err(self.value_error(format!(
                "dictionary update sequence element #{index} has length {len}; 2 is required"
            ))),
        }
    }
}
