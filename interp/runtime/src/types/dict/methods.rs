//! The Python type `dict`.

use super::merge::OnDuplicate;
use super::{Dict, What};
use crate::heap::Gc;
use crate::object::{Special, Type, ids};
use crate::types::class_getitem::class_getitem;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_macros::py_type;

/// A mapping from keys to values, in order of insertion.
///
/// dict() -> empty
/// dict(mapping) -> with the mapping's entries
/// dict(iterable) -> with the entries of an iterable of pairs
/// dict(**kwargs) -> with the arguments by name
#[py_type(name = "dict", id = ids::DICT, subclassable, mapping)]
impl Dict {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Dict>> {
        vm.alloc_instance::<Dict>(cls)
    }
    #[method(sig = "(*args, **kwargs)")]
    fn __init__(vm: &mut Vm, this: Gc<Dict>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        update(vm, this, "dict", args, kwargs)
    }
    #[method]
    fn __len__(_vm: &mut Vm, this: Gc<Dict>) -> usize {
        this.len()
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Dict>, key: Value) -> PyResult<Value> {
        if let Some(value) = vm.dict_get(this, key)? {
            return Ok(value);
        }
        if !this.is_exact()
            && let Some(value) = vm.call_special(Value::from_gc(this), Special::Missing, &[key])?
        {
            return Ok(value);
        }
        Err(vm.key_error(key))
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<Dict>, key: Value, value: Value) -> PyResult<()> {
        vm.dict_set(this, key, value)
    }
    #[method]
    fn __delitem__(vm: &mut Vm, this: Gc<Dict>, key: Value) -> PyResult<()> {
        let hash = vm.dict_hash(key)?;
        match vm.dict_pop_hashed(this, key, hash)? {
            Some(_) => Ok(()),
            None => Err(vm.key_error(key)),
        }
    }
    /// Whether the key is in the dict.
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<Dict>, key: Value) -> PyResult<bool> {
        vm.dict_contains(this, key)
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Value> {
        vm.dict_iter(this, What::Keys)
    }
    /// An iterator over the keys from the newest to the oldest.
    #[method]
    fn __reversed__(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Value> {
        vm.dict_rev_iter(this, What::Keys)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Gc<Str>> {
        let value = Value::from_gc(this);
        if !vm.repr_enter(value) {
            return vm.str("{...}");
        }
        let mut text = StrBuilder::new();
        let result = repr_entries(vm, this, &mut text);
        vm.repr_leave(value);
        result?;
        text.finish(vm)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Dict>, value: Value) -> PyResult<Value> {
        equal(vm, this, value, true)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Dict>, value: Value) -> PyResult<Value> {
        equal(vm, this, value, false)
    }
    #[method]
    fn __lt__(_vm: &mut Vm, _this: Gc<Dict>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __le__(_vm: &mut Vm, _this: Gc<Dict>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __gt__(_vm: &mut Vm, _this: Gc<Dict>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __ge__(_vm: &mut Vm, _this: Gc<Dict>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __or__(vm: &mut Vm, this: Gc<Dict>, value: Value) -> PyResult<Value> {
        match vm.downcast::<Dict>(value) {
            Some(other) => union(vm, this, other),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __ror__(vm: &mut Vm, this: Gc<Dict>, value: Value) -> PyResult<Value> {
        match vm.downcast::<Dict>(value) {
            Some(other) => union(vm, other, this),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __ior__(vm: &mut Vm, this: Gc<Dict>, value: Value) -> PyResult<Gc<Dict>> {
        vm.dict_update(this, value)?;
        Ok(this)
    }
    /// Bytes that the dict takes, not counting keys and values.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Dict>) -> usize {
        let table = this.table().map_or(0, |t| crate::heap::Heap::cell_size(t.header()));
        size_of::<Dict>() + table
    }
    /// Removes all entries.
    #[method]
    fn clear(vm: &mut Vm, this: Gc<Dict>) -> PyResult<()> {
        vm.dict_clear(this)
    }
    /// A shallow copy.
    #[method(effects(no_python))]
    fn copy(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Gc<Dict>> {
        vm.dict_copy(this)
    }
    /// A new dict with keys from an iterable, all with the same value.
    #[classmethod(sig = "(iterable, value=None, /)")]
    fn fromkeys(vm: &mut Vm, cls: Gc<Type>, iterable: Value, value: Value) -> PyResult<Value> {
        let made = vm.call(Value::from_gc(cls), &[])?;
        if let Some(dict) = made.exact_dict() {
            return fill_keys(vm, dict, iterable, value);
        }
        let iterator = vm.get_iter(iterable)?;
        while let Some(key) = vm.iter_next(iterator)? {
            vm.set_item(made, key, value)?;
        }
        Ok(made)
    }
    /// The value of a key, or a default.
    #[method(sig = "(key, default=None, /)")]
    fn get(vm: &mut Vm, this: Gc<Dict>, key: Value, default: Value) -> PyResult<Value> {
        Ok(vm.dict_get(this, key)?.unwrap_or(default))
    }
    /// A view of the keys.
    #[method]
    fn keys(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Value> {
        vm.dict_view(this, What::Keys)
    }
    /// A view of the values.
    #[method]
    fn values(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Value> {
        vm.dict_view(this, What::Values)
    }
    /// A view of the entries as pairs.
    #[method]
    fn items(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Value> {
        vm.dict_view(this, What::Items)
    }
    /// Removes a key and returns its value, or the default.
    ///
    /// Raises KeyError if there is neither.
    #[method(sig = "(key, default=<unrepresentable>, /)")]
    fn pop(vm: &mut Vm, this: Gc<Dict>, key: Value, default: Option<Value>) -> PyResult<Value> {
        match vm.dict_pop(this, key)?.or(default) {
            Some(value) => Ok(value),
            None => Err(vm.key_error(key)),
        }
    }
    /// Removes and returns the newest entry, as a pair.
    ///
    /// Raises KeyError if the dict is empty.
    #[method]
    fn popitem(vm: &mut Vm, this: Gc<Dict>) -> PyResult<Value> {
        match vm.dict_pop_last(this)? {
            Some((key, value)) => vm.tuple(&[key, value]).map(Value::from_gc),
            None => {
                let text = vm.str("popitem(): dictionary is empty")?;
                Err(vm.key_error(Value::from_gc(text)))
            }
        }
    }
    /// The value of a key, which is inserted with the default if it isn't there.
    #[method(sig = "(key, default=None, /)")]
    fn setdefault(vm: &mut Vm, this: Gc<Dict>, key: Value, default: Value) -> PyResult<Value> {
        vm.dict_set_default(this, key, default)
    }
    /// Sets entries from a mapping or an iterable of pairs, then from the arguments by name.
    #[method(sig = "(*args, **kwargs)")]
    fn update(vm: &mut Vm, this: Gc<Dict>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        update(vm, this, "update", args, kwargs)
    }
    /// A generic alias: `dict[str, int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
}

fn update(vm: &mut Vm, dict: Gc<Dict>, name: &str, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
    match *args.items() {
        [] => {}
        [arg] => vm.dict_update(dict, arg)?,
        _ => {
            let given = args.len();
            return Err(vm.type_error(format!("{name} expected at most 1 argument, got {given}")));
        }
    }
    vm.dict_merge(dict, kwargs, OnDuplicate::Replace)
}

/// `a | b`
fn union(vm: &mut Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<Value> {
    let new = vm.dict_copy(a)?;
    vm.dict_update(new, Value::from_gc(b))?;
    Ok(Value::from_gc(new))
}

/// Enters all keys of an iterable with one value.
fn fill_keys(vm: &mut Vm, dict: Gc<Dict>, iterable: Value, value: Value) -> PyResult<Value> {
    if let Some(other) = iterable.exact_dict() {
        let mut pos = 0;
        while let Some((key, _, hash)) = other.next_hashed(&mut pos) {
            vm.dict_set_hashed(dict, key, hash, value)?;
        }
    } else if matches!(id_of(iterable), ids::SET | ids::FROZENSET)
        && let Some(other) = vm.any_set(iterable)
    {
        let mut pos = 0;
        while let Some((key, hash)) = other.next_entry(&mut pos) {
            vm.dict_set_hashed(dict, key, hash, value)?;
        }
    } else {
        let iterator = vm.get_iter(iterable)?;
        while let Some(key) = vm.iter_next(iterator)? {
            vm.dict_set(dict, key, value)?;
        }
    }
    Ok(Value::from_gc(dict))
}

fn repr_entries(vm: &mut Vm, dict: Gc<Dict>, text: &mut StrBuilder) -> PyResult<()> {
    text.push_str("{");
    let (mut pos, mut first) = (0, true);
    while let Some((key, value)) = dict.next_entry(&mut pos) {
        if !std::mem::take(&mut first) {
            text.push_str(", ");
        }
        let key = vm.repr(key)?;
        text.push_py(key);
        text.push_str(": ");
        let value = vm.repr(value)?;
        text.push_py(value);
    }
    text.push_str("}");
    Ok(())
}

fn equal(vm: &mut Vm, this: Gc<Dict>, value: Value, wanted: bool) -> PyResult<Value> {
    match vm.downcast::<Dict>(value) {
        Some(other) => Ok(Value::bool(vm.dict_equal(this, other)? == wanted)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

impl Vm {
    /// Whether two dicts have equal entries.
    pub fn dict_equal(&mut self, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
        if a.len() != b.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((key, value, hash)) = a.next_hashed(&mut pos) {
            match self.dict_get_hashed(b, key, hash)? {
                Some(other) if self.eq(value, other)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Whether iterating over a dict (of any class) gives what is stored.
    pub(super) fn dict_iterates_plainly(&mut self, v: Value) -> bool {
        if v.exact_dict().is_some() {
            return true;
        }
        let (cls, dict) = (self.class_of(v), self.builtin(ids::DICT));
        self.class_special(cls, Special::Iter) == self.class_special(dict, Special::Iter)
    }
}
