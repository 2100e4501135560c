//! Lists for Rust callers: one item at a time. Growth is CPython's.

use super::kinds::float_of;
use super::{Array, Elements, List};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;

impl List {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The storage cell, if there ever was anything to store.
    #[inline(always)]
    pub fn storage(&self) -> Option<Gc<Array>> {
        // SAFETY: a pointer in this field is an array.
        self.array.get().as_header().map(|p| unsafe { Gc::from_header(p) })
    }

    pub fn capacity(&self) -> usize {
        self.storage().map_or(0, |a| a.capacity.get())
    }

    /// The items of an `Any` or `Int` list; for `F64`, their raw bits.
    #[inline(always)]
    pub(crate) fn words(&self) -> &[Cell<Value>] {
        match self.array.get().as_header() {
            // SAFETY: the list keeps its storage alive; whoever may replace it takes `&mut Vm`,
            // so callers don't hold the slice across that.
            Some(p) => unsafe { &p.cast::<Array>().as_ref().slots()[..self.len()] },
            None => &[],
        }
    }

    /// The items of an `F64` list.
    #[inline(always)]
    pub(crate) fn floats(&self) -> &[Cell<f64>] {
        match self.array.get().as_header() {
            // SAFETY: as in `words`.
            Some(p) => unsafe { &p.cast::<Array>().as_ref().floats()[..self.len()] },
            None => &[],
        }
    }
}

impl Vm {
    /// An empty list.
    #[inline]
    pub fn list_new(&mut self) -> PyResult<Gc<List>> {
        let list = self.alloc::<List>(ids::LIST_INT)?;
        list.array.init(Value::UNBOUND);
        Ok(list)
    }

    /// A tuple of the items.
    pub fn list_to_tuple(&mut self, list: Gc<List>) -> PyResult<Gc<Tuple>> {
        if list.elements() == Elements::F64 {
            let items = self.collect(Value::from_gc(list))?;
            return self.tuple(&items);
        }
        let words = list.words();
        // SAFETY: a cell of a word has the layout of the word, and making a tuple runs no Python code that could write
        // to the list.
        let items = unsafe { std::slice::from_raw_parts(words.as_ptr().cast::<Value>(), words.len()) };
        self.tuple(items)
    }

    /// Item `index`, or nothing beyond the end. May allocate (a float out of the word's range).
    #[inline(always)]
    pub fn list_get(&mut self, list: Gc<List>, index: usize) -> PyResult<Option<Value>> {
        if index >= list.len() {
            return Ok(None);
        }
        if list.elements() == Elements::F64 {
            return self.float(list.floats()[index].get()).map(Some);
        }
        Ok(Some(list.words()[index].get()))
    }

    /// Replaces item `index`; false beyond the end.
    #[inline(always)]
    pub fn list_set(&mut self, list: Gc<List>, index: usize, v: Value) -> PyResult<bool> {
        if index >= list.len() {
            return Ok(false);
        }
        self.list_admit(list, v)?;
        self.list_store(list, index, v);
        Ok(true)
    }

    /// Stores an admitted value into a slot that exists.
    #[inline(always)]
    pub(crate) fn list_store(&mut self, list: Gc<List>, index: usize, v: Value) {
        let Some(array) = list.storage() else { return };
        match list.elements() {
            Elements::Any => self.array_set(array, index, v),
            Elements::Int => array.slots()[index].set(v),
            Elements::F64 => {
                if let Some(f) = float_of(v) {
                    array.floats()[index].set(f);
                }
            }
        }
    }

    /// Appends.
    #[inline(always)]
    pub fn list_push(&mut self, list: Gc<List>, v: Value) -> PyResult<()> {
        let len = list.len();
        if v.is_small()
            && list.elements() == Elements::Int
            && let Some(array) = list.storage()
            && let Some(slot) = array.slots().get(len)
        {
            slot.set(v);
            list.len.set(len + 1);
            return Ok(());
        }
        self.list_admit(list, v)?;
        let len = list.len();
        if len >= list.capacity() {
            self.list_grow(list, len + 1)?;
        }
        self.list_store(list, len, v);
        list.len.set(len + 1);
        Ok(())
    }

    /// Removes and returns the last item.
    #[inline]
    pub fn list_pop(&mut self, list: Gc<List>) -> PyResult<Option<Value>> {
        match list.len() {
            0 => Ok(None),
            len => self.list_remove(list, len - 1),
        }
    }

    /// Removes and returns item `index`; nothing beyond the end.
    pub fn list_remove(&mut self, list: Gc<List>, index: usize) -> PyResult<Option<Value>> {
        let item = self.list_get(list, index)?;
        if let (Some(_), Some(array)) = (item, list.storage()) {
            let len = list.len();
            if index + 1 < len {
                array.shift(index + 1, index, len - index - 1);
                self.heap.barrier(array.header());
            }
            self.list_truncate(list, len - 1);
        }
        Ok(item)
    }

    /// Inserts before item `index`, which is at most the length.
    pub fn list_insert(&mut self, list: Gc<List>, index: usize, v: Value) -> PyResult<()> {
        self.list_admit(list, v)?;
        let len = list.len();
        let index = index.min(len);
        self.list_grow(list, len + 1)?;
        if let Some(array) = list.storage().filter(|_| index < len) {
            array.shift(index, index + 1, len - index);
            self.heap.barrier(array.header());
        }
        self.list_store(list, index, v);
        list.len.set(len + 1);
        Ok(())
    }

    /// Drops the items from `len` on, and storage when much of it is unused.
    pub fn list_truncate(&mut self, list: Gc<List>, len: usize) {
        let old = list.len();
        if let Some(array) = list.storage().filter(|_| len < old) {
            array.clear(len, old);
            list.len.set(len);
            let capacity = array.capacity.get();
            if capacity > SHRINK_ABOVE && len < capacity / 2 {
                self.list_shrink(list);
            }
        }
    }

    /// Empties the list; an exact one is as new.
    pub fn list_clear(&mut self, list: Gc<List>) {
        list.len.set(0);
        if list.is_exact() {
            list.header.id.set(ids::LIST_INT);
        }
        let old = list.storage();
        list.array.init(Value::UNBOUND);
        if let Some(old) = old {
            self.heap.free_sole(old.header());
        }
    }

    /// Makes room for `wanted` items in all.
    #[inline]
    pub fn list_grow(&mut self, list: Gc<List>, wanted: usize) -> PyResult<()> {
        if wanted <= list.capacity() { Ok(()) } else { self.list_grow_slow(list, wanted) }
    }

    #[cold]
    #[inline(never)]
    fn list_grow_slow(&mut self, list: Gc<List>, wanted: usize) -> PyResult<()> {
        let len = list.len();
        // CPython's growth for the shortest. Longer ones grow faster than its, as cells can't grow where they are; for
        // what is not used yet of a large cell takes no memory.
        let spare = if wanted < SHORT { wanted >> 3 } else { wanted >> 1 };
        let mut room = wanted.saturating_add(spare).saturating_add(6) & !3;
        if wanted - len > room - wanted {
            room = wanted.saturating_add(3) & !3;
        }
        self.list_reallocate(list, room)
    }

    /// Gives the list storage for exactly `room` items (at least its length).
    pub(super) fn list_reallocate(&mut self, list: Gc<List>, room: usize) -> PyResult<()> {
        if let Some(old) = list.storage()
            && let Some(grown) = self.array_grow(old, room)
        {
            list.array.set(&mut self.heap, list.header(), Value::from_gc(grown));
            return Ok(());
        }
        let new = self.array(list.elements().storage_id(), room)?;
        new.copy_from(0, list.words());
        self.list_adopt(list, new);
        Ok(())
    }

    #[cold]
    fn list_shrink(&mut self, list: Gc<List>) {
        let len = list.len();
        if let Err(raised) = self.list_reallocate(list, (len + (len >> 3) + 6) & !3) {
            // No memory to move to: keeping the larger storage is fine.
            self.take_exception(raised);
        }
    }
}

/// Lists from this many items on grow faster.
const SHORT: usize = 16;
/// Storage of up to this many items is never given back.
const SHRINK_ABOVE: usize = 64;
