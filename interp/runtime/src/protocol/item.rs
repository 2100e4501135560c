//! Subscription, membership and length.

use crate::heap::Gc;
use crate::object::{Special, ids};
use crate::types::dict::Dict;
use crate::types::known;
use crate::types::list::List;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};

impl Vm {
    /// The value as an exact list of any element kind.
    #[inline(always)]
    pub fn exact_list(&self, v: Value) -> Option<Gc<List>> {
        let header = v.as_header()?;
        // SAFETY: the ids of exact lists say that the cell is laid out as `List`.
        ids::is_list(id_of(v)).then(|| unsafe { Gc::from_header(header) })
    }

    /// The value as an exact dict of any storage kind.
    #[inline(always)]
    pub fn exact_dict(&self, v: Value) -> Option<Gc<Dict>> {
        let header = v.as_header()?;
        // SAFETY: as above, for dicts.
        ids::is_dict(id_of(v)).then(|| unsafe { Gc::from_header(header) })
    }

    /// `v[key]`
    pub fn get_item(&mut self, v: Value, key: Value) -> PyResult {
        if let Some(i) = key.as_small() {
            if let Some(list) = self.exact_list(v) {
                let index = if i < 0 { i + list.len() as i64 } else { i };
                return match usize::try_from(index).ok().map(|i| self.list_get(list, i)) {
                    Some(found) => match found? {
                        Some(v) => Ok(v),
                        None => Err(self.index_error("list index out of range")),
                    },
                    None => Err(self.index_error("list index out of range")),
                };
            }
            if let Some(tuple) = self.exact::<Tuple>(v) {
                let index = if i < 0 { i + tuple.len() as i64 } else { i };
                return match usize::try_from(index).ok().and_then(|i| tuple.items().get(i)) {
                    Some(v) => Ok(*v),
                    None => Err(self.index_error("tuple index out of range")),
                };
            }
        }
        if let Some(i) = key.as_small()
            && let Some(c) = self.str_item_quick(v, i)
        {
            return Ok(c);
        }
        if let Some(dict) = self.exact_dict(v) {
            return match self.dict_get(dict, key)? {
                Some(v) => Ok(v),
                None => Err(self.key_error(key)),
            };
        }
        if let (Some(text), Some(slice)) = (v.exact::<Str>(), key.exact::<Slice>()) {
            return self.str_slice_of(text, slice).map(Value::from_gc);
        }
        if let Some(result) = self.call_special(v, Special::GetItem, &[key])? {
            return Ok(result);
        }
        if let Some(cls) = self.as_class(v) {
            if cls == self.builtin(ids::TYPE) {
                return crate::types::class_getitem::class_getitem(self, cls, key);
            }
            let name = self.names.special(Special::ClassGetItem);
            if let Some(f) = self.get_attr_opt(v, name)?
                && !f.is_none()
            {
                return self.call(f, &[key]);
            }
            let name = self.class_name(cls);
            return Err(self.type_error(format!("type '{name}' is not subscriptable")));
        }
        let name = self.type_name(v);
        Err(self.type_error(format!("'{name}' object is not subscriptable")))
    }

    /// `v[key] = item`
    pub fn set_item(&mut self, v: Value, key: Value, item: Value) -> PyResult<()> {
        if let Some(dict) = self.exact_dict(v) {
            return self.dict_set(dict, key, item);
        }
        match self.call_special(v, Special::SetItem, &[key, item])? {
            Some(_) => Ok(()),
            None => {
                let name = self.type_name(v);
                Err(self.type_error(format!("'{name}' object does not support item assignment")))
            }
        }
    }

    /// `del v[key]`
    pub fn del_item(&mut self, v: Value, key: Value) -> PyResult<()> {
        match self.call_special(v, Special::DelItem, &[key])? {
            Some(_) => Ok(()),
            None => {
                let name = self.type_name(v);
                Err(self.type_error(format!("'{name}' object doesn't support item deletion")))
            }
        }
    }

    /// `item in v`
    pub fn contains(&mut self, v: Value, item: Value) -> PyResult<bool> {
        if let Some(found) = known::contains_known(self, v, item) {
            return found;
        }
        match self.lookup_special(v, Special::Contains) {
            Some(Value::NONE) => {
                let name = self.type_name(v);
                return Err(self.type_error(format!("'{name}' object is not a container")));
            }
            Some(f) => {
                let result = self.call_found(f, v, &[item])?;
                return self.truth(result);
            }
            None => {}
        }
        if self.lookup_special(v, Special::Iter).is_none()
            && self.lookup_special(v, Special::GetItem).is_none()
        {
            let name = self.type_name(v);
            return Err(self.type_error(format!("argument of type '{name}' is not a container or iterable")));
        }
        let iter = self.get_iter(v)?;
        while let Some(found) = self.iter_next(iter)? {
            if self.eq(found, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `len(v)`
    pub fn len(&mut self, v: Value) -> PyResult<usize> {
        if let Some(len) = known::len_known(v) {
            return Ok(len);
        }
        let Some(n) = self.call_special(v, Special::Len, &[])? else {
            let name = self.type_name(v);
            return Err(self.type_error(format!("object of type '{name}' has no len()")));
        };
        let n = match n.as_small() {
            Some(n) => n,
            None => {
                if crate::types::int::as_int(self, n).is_some_and(crate::types::int::is_negative) {
                    return Err(self.value_error("__len__() should return >= 0"));
                }
                let result = self.index(n);
                match self.catch(result, Exc::OverflowError)? {
                    Some(n) => n,
                    None => return Err(self.overflow_error("cannot fit 'int' into an index-sized integer")),
                }
            }
        };
        match usize::try_from(n) {
            Ok(n) => Ok(n),
            Err(_) => Err(self.value_error("__len__() should return >= 0")),
        }
    }
}
