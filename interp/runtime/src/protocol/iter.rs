//! Iteration: `iter`, `next`, and loops over any iterable from Rust.

use crate::object::{Special, ids};
use crate::types::dict::Walk;
use crate::types::known;
use crate::types::native_function::method_entry;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, RootedVec, Vm, id_of};
use std::ops::ControlFlow;

impl Vm {
    /// `iter(v)`
    pub fn get_iter(&mut self, v: Value) -> PyResult {
        if let Some(iterator) = known::iter_known(self, v) {
            return iterator;
        }
        match self.lookup_special(v, Special::Iter) {
            Some(Value::NONE) => {}
            Some(f) => {
                let it = self.call_found(f, v, &[])?;
                if self.lookup_special(it, Special::Next).is_none() {
                    let name = self.type_name(it);
                    return Err(self.type_error(format!("iter() returned non-iterator of type '{name}'")));
                }
                return Ok(it);
            }
            None if self.lookup_special(v, Special::GetItem).is_some() => {
                return crate::types::seq_iter::new(self, v);
            }
            None => {}
        }
        let name = self.type_name(v);
        Err(self.type_error(format!("'{name}' object is not iterable")))
    }

    /// The next item; `None`: exhausted.
    pub fn iter_next(&mut self, it: Value) -> PyResult<Option<Value>> {
        match known::next_known(self, it) {
            Some(result) => return result,
            None if id_of(it) == ids::GENERATOR => {
                return crate::types::generator::next(self, it);
            }
            None => {}
        }
        let Some(f) = self.lookup_special(it, Special::Next) else {
            let name = self.type_name(it);
            return Err(self.type_error(format!("'{name}' object is not an iterator")));
        };
        let result = match method_entry(f, 1) {
            // Iterators over iterators, to any depth.
            Some(entry) => self.enter_call().and_then(|()| entry(self, &[it])),
            None => self.call_found(f, it, &[]),
        };
        match result {
            Ok(item) => Ok(Some(item)),
            Err(_) => self.catch(result, Exc::StopIteration),
        }
    }

    /// Calls `each` with every item until it breaks or the iterable ends.
    pub fn iterate(
        &mut self,
        v: Value,
        mut each: impl FnMut(&mut Vm, Value) -> PyResult<ControlFlow<()>>,
    ) -> PyResult<()> {
        if let Some(tuple) = self.exact::<Tuple>(v) {
            for item in tuple.items() {
                if each(self, *item)?.is_break() {
                    return Ok(());
                }
            }
            return Ok(());
        }
        if let Some(list) = self.exact_list(v) {
            let mut i = 0;
            while let Some(item) = self.list_get(list, i)? {
                i += 1;
                if each(self, item)?.is_break() {
                    return Ok(());
                }
            }
            return Ok(());
        }
        if let Some(text) = self.exact::<Str>(v) {
            for c in text.units().iter() {
                let item = Value::from_gc(self.str_char(c)?);
                if each(self, item)?.is_break() {
                    return Ok(());
                }
            }
            return Ok(());
        }
        if let Some(set) = crate::types::set::exact(v) {
            let (len, mut pos) = (set.len(), 0);
            loop {
                if set.len() != len {
                    return Err(crate::types::set::changed_size(self));
                }
                match set.next_entry(&mut pos) {
                    Some((item, _)) if each(self, item)?.is_continue() => {}
                    _ => return Ok(()),
                }
            }
        }
        if let Some(mut walk) = Walk::over(v) {
            while let Some(item) = walk.next(self)? {
                if each(self, item)?.is_break() {
                    return Ok(());
                }
            }
            return Ok(());
        }
        let it = self.get_iter(v)?;
        while let Some(item) = self.iter_next(it)? {
            if each(self, item)?.is_break() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// All items.
    pub fn collect(&mut self, v: Value) -> PyResult<RootedVec> {
        let mut items = self.rooted_vec();
        let known = self.exact::<Tuple>(v).map(|tuple| tuple.len()).or(v.exact_list().map(|list| list.len()));
        if let Some(len) = known
            && items.try_reserve(len).is_err()
        {
            return Err(self.memory_error());
        }
        self.iterate(v, |vm, item| {
            items.try_push(vm, item)?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(items)
    }
}
