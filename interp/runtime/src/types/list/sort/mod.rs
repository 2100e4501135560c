//! `list.sort`: items and keys stay where the collector sees them; what is sorted are plain
//! numbers, or positions.

mod fast;
mod merge;

use super::{Array, Elements, List};
use crate::heap::Gc;
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// A list's content while it is being sorted. The list itself is empty then.
#[derive(Clone, Copy)]
struct Detached {
    kind: Elements,
    array: Gc<Array>,
    len: usize,
}

impl Vm {
    /// Sorts in place. An exception from a key function or comparison leaves the items in some
    /// order; a list changed meanwhile is a ValueError, and the changes are lost.
    pub fn list_sort(&mut self, list: Gc<List>, key: Option<Value>, reverse: bool) -> PyResult<()> {
        let Some(array) = list.storage().filter(|_| !list.is_empty()) else { return Ok(()) };
        let content = Detached { kind: list.elements(), array, len: list.len() };
        list.len.set(0);
        // A mark that any change of the list overwrites.
        list.array.init(Value::ELLIPSIS);
        let result = self.sort_detached(content, key, reverse);
        let modified = list.array.get() != Value::ELLIPSIS;
        if list.is_exact() {
            list.header.id.set(content.kind.list_id());
        }
        list.array.set(&mut self.heap, list.header(), Value::from_gc(array));
        list.len.set(content.len);
        result?;
        if modified {
            return Err(self.value_error("list modified during sort"));
        }
        Ok(())
    }

    fn sort_detached(&mut self, content: Detached, key: Option<Value>, reverse: bool) -> PyResult<()> {
        let Some(key) = key else {
            if self.sort_plain(content, reverse)? {
                return Ok(());
            }
            return self.sort_by_keys(content, content.array, reverse);
        };
        let keys = self.array(ids::ARRAY, content.len)?;
        for index in 0..content.len {
            let item = match content.kind {
                Elements::F64 => self.float(content.array.floats()[index].get())?,
                Elements::Any | Elements::Int => content.array.slots()[index].get(),
            };
            let k = self.call_one(key, item)?;
            self.array_set(keys, index, k);
        }
        self.sort_by_keys(content, keys, reverse)
    }

    /// Finds the order of `keys` and puts the items in it.
    fn sort_by_keys(&mut self, content: Detached, keys: Gc<Array>, reverse: bool) -> PyResult<()> {
        let Ok(len) = u32::try_from(content.len) else { return Err(self.memory_error()) };
        let mut order: Vec<u32> = Vec::new();
        if order.try_reserve_exact(content.len).is_err() {
            return Err(self.memory_error());
        }
        order.extend(0..len);
        // Equal items keep their order in a reversed sort too.
        if reverse {
            order.reverse();
        }
        let known = fast::sort_known(&keys.slots()[..content.len], &mut order);
        let result = if known {
            Ok(())
        } else {
            merge::merge_sort(&mut order, &mut |a, b| {
                let slots = keys.slots();
                let (a, b) = (slots[a as usize].get(), slots[b as usize].get());
                self.lt(a, b)
            })
        };
        if reverse {
            order.reverse();
        }
        let permuted = fast::permute(&content.array.slots()[..content.len], &order);
        self.heap.barrier(content.array.header());
        result?;
        if permuted { Ok(()) } else { Err(self.memory_error()) }
    }

    /// Sorts numbers without keys. False: they are not all of one plain type.
    fn sort_plain(&mut self, content: Detached, reverse: bool) -> PyResult<bool> {
        let sorted = match content.kind {
            Elements::F64 => fast::sort_floats(&content.array.floats()[..content.len], reverse),
            Elements::Int => fast::sort_ints(&content.array.slots()[..content.len], reverse),
            Elements::Any => {
                let slots = &content.array.slots()[..content.len];
                if !slots.iter().all(|v| v.get().is_small()) {
                    return Ok(false);
                }
                fast::sort_ints(slots, reverse)
            }
        };
        if sorted { Ok(true) } else { Err(self.memory_error()) }
    }
}
