//! Element kinds of lists: a kind is part of the type id, so that one guard tells it.
//!
//! `Int` lists keep tagged words in a cell that the collector skips. A value that doesn't fit
//! moves this one list to `Any`: for `Int` by changing two ids, for `F64` by copying.
//! NaN does not fit in `F64`: it is equal to nothing, so only its identity finds it again, and
//! unboxed floats have none.

use super::{Array, List};
use crate::heap::{Gc, ShapeId};
use crate::object::ids;
use crate::types::float::Float;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Elements {
    /// ARRAY of values.
    Any,
    /// RAW_ARRAY of f64, no NaN.
    F64,
    /// RAW_ARRAY of tagged small integers. Also what an empty list starts as.
    Int,
}

impl Elements {
    /// Kind of an exact list that can hold this value.
    #[inline]
    pub fn of(v: Value) -> Elements {
        if v.is_small() {
            Elements::Int
        } else if float_of(v).is_some() {
            Elements::F64
        } else {
            Elements::Any
        }
    }

    /// The narrowest kind that holds all the values.
    pub fn of_all(items: &[Value]) -> Elements {
        let Some(&first) = items.first() else { return Elements::Int };
        let kind = Elements::of(first);
        let fits = match kind {
            Elements::Any => true,
            Elements::Int => items.iter().all(|v| v.is_small()),
            Elements::F64 => items.iter().all(|&v| float_of(v).is_some()),
        };
        if fits { kind } else { Elements::Any }
    }

    pub const fn list_id(self) -> ShapeId {
        match self {
            Elements::Any => ids::LIST,
            Elements::F64 => ids::LIST_F64,
            Elements::Int => ids::LIST_INT,
        }
    }

    pub const fn storage_id(self) -> ShapeId {
        match self {
            Elements::Any => ids::ARRAY,
            Elements::F64 | Elements::Int => ids::RAW_ARRAY,
        }
    }
}

/// The float in a word that an `F64` list may hold.
#[inline(always)]
pub fn float_of(v: Value) -> Option<f64> {
    if v.is_inline_float() {
        return Some(v.inline_float_unchecked());
    }
    heap_float(v)
}

fn heap_float(v: Value) -> Option<f64> {
    v.exact::<Float>().map(|f| f.get()).filter(|f| !f.is_nan())
}

impl List {
    #[inline(always)]
    pub fn elements(&self) -> Elements {
        match self.header.id.get() {
            ids::LIST_INT => Elements::Int,
            ids::LIST_F64 => Elements::F64,
            _ => Elements::Any,
        }
    }

    pub fn is_exact(&self) -> bool {
        ids::is_list(self.header.id.get())
    }
}

impl Vm {
    /// Makes sure that the list can hold `v`, moving it to another kind if need be.
    #[inline(always)]
    pub(super) fn list_admit(&mut self, list: Gc<List>, v: Value) -> PyResult<()> {
        match list.elements() {
            Elements::Any => Ok(()),
            Elements::Int if v.is_small() => Ok(()),
            Elements::F64 if v.is_inline_float() => Ok(()),
            _ => self.list_admit_slow(list, v),
        }
    }

    #[cold]
    #[inline(never)]
    fn list_admit_slow(&mut self, list: Gc<List>, v: Value) -> PyResult<()> {
        if !list.is_empty() {
            if list.elements() == Elements::F64 && float_of(v).is_some() {
                return Ok(());
            }
            return self.list_generalize(list);
        }
        match Elements::of(v) {
            Elements::Any => self.list_generalize(list),
            kind => {
                // Raw words of one kind are as good for the other while none is in use.
                list.header.id.set(kind.list_id());
                Ok(())
            }
        }
    }

    /// Moves a list to the kind that holds anything.
    pub(crate) fn list_generalize(&mut self, list: Gc<List>) -> PyResult<()> {
        match list.elements() {
            Elements::Any => {}
            Elements::Int => {
                // The words are values already; from now on the collector has to look at them.
                if let Some(array) = list.storage() {
                    array.header.id.set(ids::ARRAY);
                }
                list.header.id.set(ids::LIST);
            }
            Elements::F64 => self.list_box_floats(list)?,
        }
        Ok(())
    }

    fn list_box_floats(&mut self, list: Gc<List>) -> PyResult<()> {
        let Some(old) = list.storage() else {
            list.header.id.set(ids::LIST);
            return Ok(());
        };
        let new = self.array(ids::ARRAY, old.capacity.get())?;
        for index in 0..list.len() {
            let v = self.float(old.floats()[index].get())?;
            self.array_set(new, index, v);
        }
        list.header.id.set(ids::LIST);
        self.list_adopt(list, new);
        Ok(())
    }

    /// Replaces the list's storage, whose first words were copied, and frees the old one.
    pub(super) fn list_adopt(&mut self, list: Gc<List>, new: Gc<Array>) {
        let old = list.storage();
        list.array.set(&mut self.heap, list.header(), Value::from_gc(new));
        if let Some(old) = old {
            self.heap.free_sole(old.header());
        }
    }
}
