//! The algebra of sets, each operation in the order of CPython's, which decides the order of
//! iteration of the result.

use super::Set;
use super::access::{find_plain, growth};
use crate::heap::{Gc, ShapeId};
use crate::object::ids;
use crate::types::dict::Dict;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ops::ControlFlow;

/// The other operand.
#[derive(Clone, Copy)]
enum Other {
    Set(Gc<Set>),
    /// An exact dict: its keys have their hashes at hand.
    Dict(Gc<Dict>),
    Iterable(Value),
}

impl Vm {
    /// A set or frozenset, or an instance of a subclass.
    #[inline]
    pub fn any_set(&self, v: Value) -> Option<Gc<Set>> {
        if let Some(set) = self.downcast::<Set>(v) {
            return Some(set);
        }
        let frozen = self.downcast::<super::FrozenSet>(v)?;
        // SAFETY: a frozenset's cell is a set's.
        Some(unsafe { Gc::from_header(frozen.header()) })
    }

    fn set_operand(&self, v: Value) -> Other {
        if let Some(set) = self.any_set(v) {
            Other::Set(set)
        } else if let Some(dict) = v.exact_dict() {
            Other::Dict(dict)
        } else {
            Other::Iterable(v)
        }
    }

    /// A new exact set of what an iterable yields (`id`: SET or FROZENSET).
    pub fn set_from_iterable(&mut self, id: ShapeId, iterable: Value) -> PyResult<Gc<Set>> {
        let set = self.set_new(id)?;
        self.set_update(set, iterable)?;
        Ok(set)
    }

    pub fn set_copy(&mut self, set: Gc<Set>, id: ShapeId) -> PyResult<Gc<Set>> {
        let new = self.set_new(id)?;
        self.set_merge(new, set)?;
        Ok(new)
    }

    /// `s |= other`, for any iterable.
    pub fn set_update(&mut self, set: Gc<Set>, other: Value) -> PyResult<()> {
        match self.set_operand(other) {
            Other::Set(other) => self.set_merge(set, other),
            Other::Dict(dict) => {
                if (set.fill.get() + dict.len()) * 5 >= set.mask() * 3 {
                    self.set_resize(set, (set.len() + dict.len()) * 2)?;
                }
                let mut pos = 0;
                while let Some((key, hash)) = dict_key(dict, &mut pos) {
                    self.set_add_hashed(set, key, hash)?;
                }
                Ok(())
            }
            Other::Iterable(v) => self.iterate_plain(v, |vm, item| {
                vm.set_add(set, item)?;
                Ok(())
            }),
        }
    }

    fn set_merge(&mut self, set: Gc<Set>, other: Gc<Set>) -> PyResult<()> {
        if set == other || other.is_empty() {
            return Ok(());
        }
        if (set.fill.get() + other.len()) * 5 >= set.mask() * 3 {
            self.set_resize(set, (set.len() + other.len()) * 2)?;
        }
        if set.fill.get() > 0 {
            let mut pos = 0;
            while let Some((key, hash)) = other.next_entry(&mut pos) {
                self.set_add_hashed(set, key, hash)?;
            }
            return Ok(());
        }
        let table = match set.table() {
            Some(table) => table,
            None => self.set_resize(set, 0)?,
        };
        let Some(from) = other.table() else { return Ok(()) };
        if from.mask.get() == table.mask.get() && other.fill.get() == other.len() {
            for (to, from) in table.entries().iter().zip(from.entries()) {
                to.key.set(from.key.get());
                to.hash.set(from.hash.get());
            }
        } else {
            table.fill_from(&from);
        }
        self.heap.barrier(table.header());
        set.len.set(other.len());
        set.fill.set(other.len());
        Ok(())
    }

    /// `s & other` as a new exact set.
    pub fn set_intersection(&mut self, set: Gc<Set>, other: Value, id: ShapeId) -> PyResult<Gc<Set>> {
        let result = self.set_new(id)?;
        if let Other::Set(other) = self.set_operand(other) {
            // The smaller one is walked.
            let (walked, searched) = if other.len() > set.len() { (set, other) } else { (other, set) };
            let mut pos = 0;
            while let Some((key, hash)) = walked.next_entry(&mut pos) {
                if self.set_contains_hashed(searched, key, hash)? {
                    self.set_add_hashed(result, key, hash)?;
                }
            }
            return Ok(result);
        }
        self.iterate_plain(other, |vm, key| {
            let hash = vm.set_hash(key)?;
            if vm.set_contains_hashed(set, key, hash)? {
                vm.set_add_hashed(result, key, hash)?;
            }
            Ok(())
        })?;
        Ok(result)
    }

    /// Exchanges the contents of two sets.
    pub(super) fn set_swap(&mut self, a: Gc<Set>, b: Gc<Set>) {
        let (x, y) = (a.table.get(), b.table.get());
        a.table.set(&mut self.heap, a.header(), y);
        b.table.set(&mut self.heap, b.header(), x);
        a.len.swap(&b.len);
        a.fill.swap(&b.fill);
        a.hash.set(0);
        b.hash.set(0);
    }

    /// `s - other` as a new exact set.
    pub fn set_difference(&mut self, set: Gc<Set>, other: Value, id: ShapeId) -> PyResult<Gc<Set>> {
        let operand = self.set_operand(other);
        let other_len = match operand {
            Other::Set(other) => other.len(),
            Other::Dict(dict) => dict.len(),
            Other::Iterable(_) => 0,
        };
        if matches!(operand, Other::Iterable(_)) || set.len() >> 2 > other_len {
            let result = self.set_copy(set, id)?;
            self.set_difference_update(result, other)?;
            return Ok(result);
        }
        let result = self.set_new(id)?;
        let mut pos = 0;
        while let Some((key, hash)) = set.next_entry(&mut pos) {
            let found = match operand {
                Other::Set(other) => self.set_contains_hashed(other, key, hash)?,
                Other::Dict(dict) => self.dict_get_hashed(dict, key, hash)?.is_some(),
                Other::Iterable(_) => false,
            };
            if !found {
                self.set_add_hashed(result, key, hash)?;
            }
        }
        Ok(result)
    }

    /// `s -= other`, for any iterable.
    pub fn set_difference_update(&mut self, set: Gc<Set>, other: Value) -> PyResult<()> {
        match self.set_operand(other) {
            Other::Set(other) if other == set => {
                self.set_clear(set);
                return Ok(());
            }
            Other::Set(other) => {
                // A far larger set is cut down to what matters first.
                let other = if other.len() >> 3 > set.len() {
                    self.set_intersection(set, Value::from_gc(other), ids::SET)?
                } else {
                    other
                };
                let mut pos = 0;
                while let Some((key, hash)) = other.next_entry(&mut pos) {
                    self.set_discard_hashed(set, key, hash)?;
                }
            }
            Other::Dict(_) | Other::Iterable(_) => self.iterate_plain(other, |vm, key| {
                vm.set_discard(set, key)?;
                Ok(())
            })?,
        }
        if set.fill.get() - set.len() > set.mask() / 4 {
            self.set_resize(set, growth(set.len()))?;
        }
        Ok(())
    }

    /// `s ^= other`, for any iterable.
    pub fn set_symmetric_difference_update(&mut self, set: Gc<Set>, other: Value) -> PyResult<()> {
        let other = match self.set_operand(other) {
            Other::Set(other) if other == set => {
                self.set_clear(set);
                return Ok(());
            }
            Other::Set(other) => other,
            Other::Dict(dict) => {
                let mut pos = 0;
                while let Some((key, hash)) = dict_key(dict, &mut pos) {
                    self.set_toggle(set, key, hash)?;
                }
                return Ok(());
            }
            Other::Iterable(v) => self.set_from_iterable(ids::SET, v)?,
        };
        let mut pos = 0;
        while let Some((key, hash)) = other.next_entry(&mut pos) {
            self.set_toggle(set, key, hash)?;
        }
        Ok(())
    }

    fn set_toggle(&mut self, set: Gc<Set>, key: Value, hash: i64) -> PyResult<()> {
        if !self.set_discard_hashed(set, key, hash)? {
            self.set_add_hashed(set, key, hash)?;
        }
        Ok(())
    }

    /// `s ^ other` as a new exact set.
    pub fn set_symmetric_difference(&mut self, set: Gc<Set>, other: Value, id: ShapeId) -> PyResult<Gc<Set>> {
        let result = self.set_from_iterable(id, other)?;
        self.set_symmetric_difference_update(result, Value::from_gc(set))?;
        Ok(result)
    }

    /// Whether every element of `a` is in `b`.
    pub fn set_is_subset(&mut self, a: Gc<Set>, b: Gc<Set>) -> PyResult<bool> {
        if let Some(known) = a.is_subset_plain(&b) {
            return Ok(known);
        }
        let mut pos = 0;
        while let Some((key, hash)) = a.next_entry(&mut pos) {
            if !self.set_contains_hashed(b, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `s.isdisjoint(other)`, for any iterable.
    pub fn set_is_disjoint(&mut self, set: Gc<Set>, other: Value) -> PyResult<bool> {
        if let Other::Set(other) = self.set_operand(other) {
            if set == other {
                return Ok(set.is_empty());
            }
            let (walked, searched) = if other.len() > set.len() { (set, other) } else { (other, set) };
            let mut pos = 0;
            while let Some((key, hash)) = walked.next_entry(&mut pos) {
                if self.set_contains_hashed(searched, key, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let iterator = self.get_iter(other)?;
        while let Some(key) = self.iter_next(iterator)? {
            if self.set_contains(set, key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Calls `f` for each item of an iterable.
    fn iterate_plain(
        &mut self,
        iterable: Value,
        mut f: impl FnMut(&mut Vm, Value) -> PyResult<()>,
    ) -> PyResult<()> {
        self.iterate(iterable, |vm, item| {
            f(vm, item)?;
            Ok(ControlFlow::Continue(()))
        })
    }
}

impl Set {
    /// Whether every element is in `other`. `None`: comparing them may run Python code.
    pub(super) fn is_subset_plain(&self, other: &Set) -> Option<bool> {
        let mut left = self.len();
        if left > other.len() {
            return Some(false);
        }
        let (Some(a), Some(b)) = (self.table(), other.table()) else { return Some(left == 0) };
        for entry in a.entries() {
            if left == 0 {
                break;
            }
            if entry.is_live() {
                if find_plain(&b, entry.key.get(), entry.hash.get())?.is_none() {
                    return Some(false);
                }
                left -= 1;
            }
        }
        Some(true)
    }
}

/// Key of the entry at `pos` or the next behind it, and its hash.
fn dict_key(dict: Gc<Dict>, pos: &mut usize) -> Option<(Value, i64)> {
    let (key, _, hash) = dict.next_hashed(pos)?;
    Some((key, hash))
}
