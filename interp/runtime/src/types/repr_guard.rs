//! The guard against containers that contain themselves, and what reprs of containers share.

use crate::heap::Gc;
use crate::types::str::{Str, StrBuilder};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::collections::HashSet;

/// From this depth on a set says what is among the objects.
const DEEP: usize = 32;

/// Objects whose repr is being made, by address.
#[derive(Default)]
pub struct ReprStack {
    order: Vec<usize>,
    /// Those behind the first `DEEP` ones.
    deep: HashSet<usize>,
}

impl ReprStack {
    fn enter(&mut self, address: usize) -> bool {
        let first = &self.order[..self.order.len().min(DEEP)];
        if first.contains(&address) || self.deep.contains(&address) {
            return false;
        }
        if self.order.len() >= DEEP {
            self.deep.insert(address);
        }
        self.order.push(address);
        true
    }

    fn leave(&mut self, address: usize) {
        debug_assert_eq!(self.order.last(), Some(&address));
        self.order.pop();
        if self.order.len() >= DEEP {
            self.deep.remove(&address);
        }
    }
}

impl Vm {
    /// Notes that an object's repr is being made; false if it was already.
    pub fn repr_enter(&mut self, v: Value) -> bool {
        self.repr_stack.enter(v.0 as usize)
    }

    /// The repr begun last is done.
    pub fn repr_leave(&mut self, v: Value) {
        self.repr_stack.leave(v.0 as usize);
    }

    /// `open item, item, … close`, the items coming from `next`; `recursive` if `v`'s repr is being
    /// made already.
    pub fn repr_sequence(
        &mut self,
        v: Value,
        [open, close, recursive]: [&str; 3],
        mut next: impl FnMut(&mut Vm) -> PyResult<Option<Value>>,
    ) -> PyResult<Gc<Str>> {
        if !self.repr_enter(v) {
            return self.str(recursive);
        }
        let mut text = StrBuilder::new();
        text.push_str(open);
        let result = self.repr_items(&mut text, &mut next);
        self.repr_leave(v);
        result?;
        text.push_str(close);
        text.finish(self)
    }

    fn repr_items(
        &mut self,
        text: &mut StrBuilder,
        next: &mut impl FnMut(&mut Vm) -> PyResult<Option<Value>>,
    ) -> PyResult<()> {
        let mut first = true;
        while let Some(item) = next(self)? {
            if !std::mem::take(&mut first) {
                text.push_str(", ");
            }
            let item = self.repr(item)?;
            text.push_py(item);
        }
        Ok(())
    }
}
