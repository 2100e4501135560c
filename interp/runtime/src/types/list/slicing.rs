//! Slices of lists: reading, replacing, deleting.

use super::{Elements, List};
use crate::heap::Gc;
use crate::types::slice::{RawSlice, Span};
use crate::vm::{PyResult, Vm};

impl Vm {
    /// `list[span]` as a new exact list.
    pub fn list_slice(&mut self, list: Gc<List>, span: Span) -> PyResult<Gc<List>> {
        let new = self.list_with_capacity(list.elements(), span.count)?;
        if let (Some(from), Some(to)) = (list.storage(), new.storage()) {
            let words = list.words();
            if span.step == 1 {
                to.copy_from(0, &from.slots()[span.start as usize..][..span.count]);
            } else {
                for (slot, at) in to.slots().iter().zip(span.positions()) {
                    slot.set(words[at].get());
                }
            }
            new.len.set(span.count);
        }
        Ok(new)
    }

    /// `list[start:stop]` by clipped positions.
    pub fn list_range(&mut self, list: Gc<List>, start: usize, stop: usize) -> PyResult<Gc<List>> {
        let raw = RawSlice { start: start as i64, stop: stop as i64, step: 1 };
        self.list_slice(list, raw.fit(list.len()))
    }

    /// Replaces the items from `start` to `stop` by those of `source`, another exact list.
    pub(super) fn list_splice(
        &mut self,
        list: Gc<List>,
        start: usize,
        stop: usize,
        source: Gc<List>,
    ) -> PyResult<()> {
        debug_assert!(list != source);
        self.list_unify(list, source)?;
        let len = list.len();
        let start = start.min(len);
        let stop = stop.clamp(start, len);
        let inserted = source.len();
        let new_len = len - (stop - start) + inserted;
        self.list_grow(list, new_len)?;
        let Some(array) = list.storage() else { return Ok(()) };
        array.shift(stop, start + inserted, len - stop);
        if new_len < len {
            // Shorter: what moved down left copies behind.
            list.len.set(len);
            self.list_truncate(list, new_len);
        } else {
            list.len.set(new_len);
        }
        if let Some(array) = list.storage() {
            self.heap.barrier(array.header());
        }
        self.list_copy_items(list, start, source)
    }

    /// Deletes the items from `start` to `stop`.
    pub(super) fn list_delete_range(&mut self, list: Gc<List>, start: usize, stop: usize) {
        let len = list.len();
        let start = start.min(len);
        let stop = stop.clamp(start, len);
        if stop - start == len {
            return self.list_clear(list);
        }
        if let Some(array) = list.storage().filter(|_| start < stop) {
            array.shift(stop, start, len - stop);
            self.heap.barrier(array.header());
            self.list_truncate(list, len - (stop - start));
        }
    }

    /// Deletes what an extended slice selects.
    pub(super) fn list_delete_span(&mut self, list: Gc<List>, span: Span) {
        let span = span.forward();
        let (start, count) = (span.start as usize, span.count);
        if span.step == 1 || count <= 1 {
            return self.list_delete_range(list, start, start + count);
        }
        let Some(array) = list.storage() else { return };
        let (step, len) = (span.step as usize, list.len());
        for k in 0..count {
            let from = start + k * step + 1;
            let to = if k + 1 == count { len } else { from + step - 1 };
            array.shift(from, from - 1 - k, to - from);
        }
        self.heap.barrier(array.header());
        self.list_truncate(list, len - count);
    }

    /// Overwrites the selected items by those of `source`, another list of just as many.
    pub(super) fn list_assign_span(&mut self, list: Gc<List>, span: Span, source: Gc<List>) -> PyResult<()> {
        self.list_unify(list, source)?;
        for (k, at) in span.positions().enumerate() {
            if let Some(v) = self.list_get(source, k)? {
                self.list_set(list, at, v)?;
            }
        }
        Ok(())
    }

    /// Moves `list` to a kind that also holds the items of `source`.
    pub(super) fn list_unify(&mut self, list: Gc<List>, source: Gc<List>) -> PyResult<()> {
        if source.is_empty() || list.elements() == source.elements() {
            return Ok(());
        }
        if list.is_empty() && list.is_exact() {
            match source.elements() {
                Elements::Any => {}
                kind if list.elements() != Elements::Any => {
                    list.header.id.set(kind.list_id());
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
        self.list_generalize(list)
    }

    /// Copies all items of `source` over those from `at` on, after `list_unify`.
    pub(super) fn list_copy_items(&mut self, list: Gc<List>, at: usize, source: Gc<List>) -> PyResult<()> {
        if source.elements() == Elements::F64 && list.elements() != Elements::F64 {
            for index in 0..source.len() {
                let v = self.float(source.floats()[index].get())?;
                self.list_store(list, at + index, v);
            }
            return Ok(());
        }
        if let Some(array) = list.storage() {
            array.copy_from(at, source.words());
            self.heap.barrier(array.header());
        }
        Ok(())
    }
}

/// The position that an index means, if it is inside.
pub fn position(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add(len as i64)? } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

/// Where `list.insert(index, …)` puts it.
pub fn clip(index: i64, len: usize) -> usize {
    let len = len as i64;
    (if index < 0 { index.saturating_add(len) } else { index }).clamp(0, len) as usize
}
