//! Building lists in bulk: from slices, tuples, iterables; repetition; concatenation.

use super::{Elements, List, ListRevIter};
use crate::heap::Gc;
use crate::object::{Special, ids};
use crate::types::dict::Walk;
use crate::types::range::{Range, SmallRange};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

impl Vm {
    /// An empty exact list of this kind with room for `capacity` items.
    pub(crate) fn list_with_capacity(&mut self, kind: Elements, capacity: usize) -> PyResult<Gc<List>> {
        let list = self.list_new()?;
        list.header.id.set(kind.list_id());
        if capacity > 0 {
            let array = self.array(kind.storage_id(), capacity)?;
            list.array.set(&mut self.heap, list.header(), Value::from_gc(array));
        }
        Ok(list)
    }

    /// An exact list of these items.
    pub fn list_from(&mut self, items: &[Value]) -> PyResult<Gc<List>> {
        let kind = Elements::of_all(items);
        let list = self.list_with_capacity(kind, items.len())?;
        // The storage was the last thing allocated: no barrier.
        if let Some(array) = list.storage() {
            match kind {
                Elements::F64 => {
                    for (slot, &v) in array.floats().iter().zip(items) {
                        slot.set(super::kinds::float_of(v).unwrap_or_default());
                    }
                }
                Elements::Any | Elements::Int => {
                    for (slot, &v) in array.slots().iter().zip(items) {
                        slot.set(v);
                    }
                }
            }
            list.len.set(items.len());
        }
        Ok(list)
    }

    /// An exact list of a tuple's items.
    pub fn list_from_tuple(&mut self, tuple: Gc<Tuple>) -> PyResult<Gc<List>> {
        self.list_from(tuple.items())
    }

    /// A new exact list of what an iterable yields.
    pub fn list_from_iterable(&mut self, iterable: Value) -> PyResult<Gc<List>> {
        let list = self.list_new()?;
        self.list_extend(list, iterable)?;
        Ok(list)
    }

    /// `list.extend(iterable)`.
    pub fn list_extend(&mut self, list: Gc<List>, iterable: Value) -> PyResult<()> {
        if let Some(source) = iterable.exact_list() {
            return self.list_extend_list(list, source);
        }
        if iterable == Value::from_gc(list) {
            return self.list_extend_list(list, list);
        }
        if let Some(tuple) = iterable.exact::<Tuple>() {
            return self.list_extend_slice(list, tuple.items());
        }
        if let Some(range) = iterable.exact::<Range>().and_then(|range| range.small()) {
            return self.list_extend_range(list, range);
        }
        if let Some(iter) = iterable.exact::<ListRevIter>()
            && let Some(source) = iter.rest().filter(|source| *source != list)
        {
            let at = list.len();
            self.list_extend_list(list, source)?;
            iter.end();
            self.list_reverse_from(list, at);
            return Ok(());
        }
        if let Some(set) = crate::types::set::exact(iterable) {
            self.list_grow(list, list.len() + set.len())?;
            let mut pos = 0;
            while let Some((item, _)) = set.next_entry(&mut pos) {
                self.list_push(list, item)?;
            }
            return Ok(());
        }
        if let Some(mut walk) = Walk::over(iterable) {
            self.list_grow(list, list.len() + walk.left())?;
            while let Some(item) = walk.next(self)? {
                self.list_push(list, item)?;
            }
            return Ok(());
        }
        let iterator = self.get_iter(iterable)?;
        let hint = self.length_hint(iterable, 8)?;
        // A hint may be wrong, so it reserves no more than a page on trust.
        let room = list.len().saturating_add(hint.min(MAX_TRUSTED_HINT));
        self.list_grow(list, room)?;
        while let Some(v) = self.iter_next(iterator)? {
            self.list_push(list, v)?;
        }
        Ok(())
    }

    /// Appends the numbers of a range.
    fn list_extend_range(&mut self, list: Gc<List>, range: SmallRange) -> PyResult<()> {
        let Some(total) = list.len().checked_add(range.length as usize) else {
            return Err(self.memory_error());
        };
        self.list_grow(list, total)?;
        for k in 0..range.length {
            self.list_push(list, Value::small(range.start + k * range.step))?;
        }
        Ok(())
    }

    /// Appends all of `items`.
    pub fn list_extend_slice(&mut self, list: Gc<List>, items: &[Value]) -> PyResult<()> {
        self.list_grow(list, list.len() + items.len())?;
        for &v in items {
            self.list_push(list, v)?;
        }
        Ok(())
    }

    /// Appends the items of `source` (any kind; may be `list` itself).
    pub(super) fn list_extend_list(&mut self, list: Gc<List>, source: Gc<List>) -> PyResult<()> {
        self.list_unify(list, source)?;
        let (at, count) = (list.len(), source.len());
        self.list_grow(list, at + count)?;
        if count > 0 && source == list {
            if let Some(array) = list.storage() {
                array.copy_from(at, &array.slots()[..count]);
                self.heap.barrier(array.header());
            }
        } else {
            self.list_copy_items(list, at, source)?;
        }
        list.len.set(at + count);
        Ok(())
    }

    /// A new exact list with the same items.
    pub fn list_copy(&mut self, list: Gc<List>) -> PyResult<Gc<List>> {
        self.list_range(list, 0, list.len())
    }

    /// `a + b`
    pub fn list_concat(&mut self, a: Gc<List>, b: Gc<List>) -> PyResult<Gc<List>> {
        let kind = if a.elements() == b.elements() || b.is_empty() {
            a.elements()
        } else if a.is_empty() {
            b.elements()
        } else {
            Elements::Any
        };
        let Some(total) = a.len().checked_add(b.len()) else { return Err(self.memory_error()) };
        let new = self.list_with_capacity(kind, total)?;
        for source in [a, b] {
            let at = new.len();
            self.list_copy_items(new, at, source)?;
            new.len.set(at + source.len());
        }
        Ok(new)
    }

    /// `list * count`
    pub fn list_repeat(&mut self, list: Gc<List>, count: i64) -> PyResult<Gc<List>> {
        let Some(total) = list.len().checked_mul(count.max(0) as usize) else {
            return Err(self.memory_error());
        };
        let new = self.list_with_capacity(list.elements(), total)?;
        if let Some(array) = new.storage() {
            fill(array.slots(), list.words(), total);
            new.len.set(total);
        }
        Ok(new)
    }

    /// `list *= count`
    pub(super) fn list_repeat_in_place(&mut self, list: Gc<List>, count: i64) -> PyResult<()> {
        let len = list.len();
        if count <= 0 || len == 0 {
            self.list_clear(list);
            return Ok(());
        }
        let Some(total) = len.checked_mul(count as usize) else { return Err(self.memory_error()) };
        self.list_grow(list, total)?;
        if let Some(array) = list.storage() {
            let (head, tail) = array.slots().split_at(len);
            fill(tail, head, total - len);
            self.heap.barrier(array.header());
            list.len.set(total);
        }
        Ok(())
    }

    /// Reverses in place.
    pub fn list_reverse(&mut self, list: Gc<List>) {
        self.list_reverse_from(list, 0);
    }

    /// Reverses the items from position `at` on.
    fn list_reverse_from(&mut self, list: Gc<List>, at: usize) {
        let words = &list.words()[at..];
        let len = words.len();
        for i in 0..len / 2 {
            words[i].swap(&words[len - 1 - i]);
        }
        if let Some(array) = list.storage() {
            self.heap.barrier(array.header());
        }
    }

    /// What `operator.length_hint` says.
    pub fn length_hint(&mut self, v: Value, default: usize) -> PyResult<usize> {
        if self.lookup_special(v, Special::Len).is_some() {
            let len = self.len(v);
            if let Some(len) = self.catch(len, Exc::TypeError)? {
                return Ok(len);
            }
        }
        let hint = self.call_special(v, Special::LengthHint, &[]);
        let Some(Some(hint)) = self.catch(hint, Exc::TypeError)? else { return Ok(default) };
        if hint == Value::NOT_IMPLEMENTED {
            return Ok(default);
        }
        if self.class_of(hint) != self.builtin(ids::INT) {
            let name = self.type_name(hint);
            return Err(self.type_error(format!("__length_hint__ must be an integer, not {name}")));
        }
        let hint = self.index(hint)?;
        usize::try_from(hint).map_err(|_| self.value_error("__length_hint__() should return >= 0"))
    }
}

/// More items than this are not reserved because of a `__length_hint__`.
const MAX_TRUSTED_HINT: usize = 1 << 16;

/// Writes `total` words by repeating `pattern`.
fn fill(to: &[std::cell::Cell<Value>], pattern: &[std::cell::Cell<Value>], total: usize) {
    if let [one] = pattern {
        let v = one.get();
        return to[..total].iter().for_each(|slot| slot.set(v));
    }
    for chunk in to[..total].chunks_exact(pattern.len().max(1)) {
        for (slot, v) in chunk.iter().zip(pattern) {
            slot.set(v.get());
        }
    }
}
