//! The six dict iterators: keys, values and items, forwards and backwards.

use super::{Dict, DictView};
use crate::heap::{CellKind, Gc, GcField, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::seq_iter::builtin_function;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm, id_of};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// What an iterator yields or a view shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Keys,
    Values,
    Items,
}

/// Cell of a dict iterator of any of the six types.
#[repr(C)]
pub struct DictIter {
    pub header: Header,
    /// Nothing once exhausted.
    pub dict: GcField<Dict>,
    /// Forwards: the next position; backwards: one more than it.
    pub pos: Cell<usize>,
    /// Length the dict must have, `usize::MAX` once it had another.
    pub expected: Cell<usize>,
    /// Items left.
    pub left: Cell<usize>,
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for dict iterators.
    if let Some(dict) = unsafe { p.cast::<DictIter>().as_ref() }.dict.get() {
        tracer.gc(dict);
    }
}

impl DictIter {
    fn what(&self) -> What {
        match self.header.id.get() {
            ids::DICT_VALUE_ITERATOR | ids::DICT_REV_VALUE_ITERATOR => What::Values,
            ids::DICT_ITEM_ITERATOR | ids::DICT_REV_ITEM_ITERATOR => What::Items,
            _ => What::Keys,
        }
    }

    fn is_reversed(&self) -> bool {
        matches!(
            self.header.id.get(),
            ids::DICT_REV_KEY_ITERATOR | ids::DICT_REV_VALUE_ITERATOR | ids::DICT_REV_ITEM_ITERATOR
        )
    }

    fn length_hint(&self) -> usize {
        match self.dict.get() {
            Some(dict) if dict.len() == self.expected.get() => self.left.get(),
            _ => 0,
        }
    }
}

impl What {
    /// The part of an entry that is wanted.
    #[inline(always)]
    pub fn of(self, vm: &mut Vm, (key, value): (Value, Value)) -> PyResult<Value> {
        match self {
            What::Keys => Ok(key),
            What::Values => Ok(value),
            What::Items => vm.tuple(&[key, value]).map(Value::from_gc),
        }
    }
}

impl Vm {
    /// `iter(d)`, `iter(d.values())`, `iter(d.items())`
    pub fn dict_iter(&mut self, dict: Gc<Dict>, what: What) -> PyResult<Value> {
        self.dict_iter_at(dict, what, false)
    }

    /// The same, reversed.
    pub fn dict_rev_iter(&mut self, dict: Gc<Dict>, what: What) -> PyResult<Value> {
        self.dict_iter_at(dict, what, true)
    }

    fn dict_iter_at(&mut self, dict: Gc<Dict>, what: What, reversed: bool) -> PyResult<Value> {
        let id = match (what, reversed) {
            (What::Keys, false) => ids::DICT_KEY_ITERATOR,
            (What::Values, false) => ids::DICT_VALUE_ITERATOR,
            (What::Items, false) => ids::DICT_ITEM_ITERATOR,
            (What::Keys, true) => ids::DICT_REV_KEY_ITERATOR,
            (What::Values, true) => ids::DICT_REV_VALUE_ITERATOR,
            (What::Items, true) => ids::DICT_REV_ITEM_ITERATOR,
        };
        let iter = self.alloc::<DictIter>(id)?;
        iter.dict.init(Some(dict));
        iter.pos.set(if reversed { dict.used() } else { 0 });
        iter.expected.set(dict.len());
        iter.left.set(dict.len());
        Ok(Value::from_gc(iter))
    }

    #[inline(always)]
    fn dict_iter_check(&mut self, iter: Gc<DictIter>, dict: Gc<Dict>) -> PyResult<()> {
        if dict.len() == iter.expected.get() { Ok(()) } else { self.dict_size_changed(iter) }
    }

    #[cold]
    fn dict_size_changed(&mut self, iter: Gc<DictIter>) -> PyResult<()> {
        // From now on every step fails.
        iter.expected.set(usize::MAX);
        Err(changed_size(self))
    }
}

#[cold]
fn changed_size(vm: &mut Vm) -> Raised {
    vm.runtime_error("dictionary changed size during iteration")
}

impl DictIter {
    /// Steps a forward iterator over keys or values; `UNBOUND` at the end, and where something is to be said.
    #[inline(always)]
    pub fn step_quick(&self, values: bool) -> Value {
        let left = self.left.get();
        match self.dict.get() {
            Some(dict) if dict.len() == self.expected.get() && left != 0 => {
                let mut pos = self.pos.get();
                let Some((key, value)) = dict.next_entry(&mut pos) else { return Value::UNBOUND };
                self.pos.set(pos);
                self.left.set(left - 1);
                if values { value } else { key }
            }
            _ => Value::UNBOUND,
        }
    }
}

/// Next item of a forward iterator.
#[inline]
pub fn iter_next(vm: &mut Vm, iter: Gc<DictIter>) -> PyResult<Option<Value>> {
    match next_entry(vm, iter)? {
        Some(entry) => iter.what().of(vm, entry).map(Some),
        None => Ok(None),
    }
}

/// Next entry of a forward iterator, whatever it is to yield.
#[inline]
pub fn next_entry(vm: &mut Vm, iter: Gc<DictIter>) -> PyResult<Option<(Value, Value)>> {
    let Some(dict) = iter.dict.get() else { return Ok(None) };
    vm.dict_iter_check(iter, dict)?;
    let mut pos = iter.pos.get();
    let Some(entry) = dict.next_entry(&mut pos) else {
        iter.dict.init(None);
        return Ok(None);
    };
    let left = iter.left.get();
    if left == 0 {
        iter.dict.init(None);
        return Err(vm.runtime_error("dictionary keys changed during iteration"));
    }
    iter.pos.set(pos);
    iter.left.set(left - 1);
    Ok(Some(entry))
}

/// A walk over a dict or a view of one by Rust code, which raises what an iterator would.
pub struct Walk {
    dict: Gc<Dict>,
    what: What,
    pos: usize,
    expected: usize,
    left: usize,
}

impl Walk {
    /// `None`: neither an exact dict nor a view.
    #[inline]
    pub fn over(v: Value) -> Option<Walk> {
        let (dict, what) = match id_of(v) {
            ids::DICT_KEYS | ids::DICT_VALUES | ids::DICT_ITEMS => {
                // SAFETY: these ids have this layout.
                let view = unsafe { Gc::<DictView>::from_header(v.as_header()?) };
                (view.dict.get()?, view.what())
            }
            _ => (v.exact_dict()?, What::Keys),
        };
        let len = dict.len();
        Some(Walk { dict, what, pos: 0, expected: len, left: len })
    }

    /// How many items are left.
    pub fn left(&self) -> usize {
        self.left
    }

    #[inline]
    pub fn next(&mut self, vm: &mut Vm) -> PyResult<Option<Value>> {
        if self.dict.len() != self.expected {
            return Err(changed_size(vm));
        }
        let Some(entry) = self.dict.next_entry(&mut self.pos) else { return Ok(None) };
        let Some(left) = self.left.checked_sub(1) else {
            return Err(vm.runtime_error("dictionary keys changed during iteration"));
        };
        self.left = left;
        self.what.of(vm, entry).map(Some)
    }
}

/// Next item of a backward iterator.
pub fn iter_previous(vm: &mut Vm, iter: Gc<DictIter>) -> PyResult<Option<Value>> {
    let Some(dict) = iter.dict.get() else { return Ok(None) };
    vm.dict_iter_check(iter, dict)?;
    let mut pos = iter.pos.get();
    let entry = dict.previous_entry(&mut pos);
    let Some(entry) = entry else {
        iter.dict.init(None);
        return Ok(None);
    };
    if iter.left.get() == 0 {
        iter.dict.init(None);
        return Err(vm.runtime_error("dictionary keys changed during iteration"));
    }
    iter.pos.set(pos);
    iter.left.set(iter.left.get() - 1);
    iter.what().of(vm, entry).map(Some)
}

fn step(vm: &mut Vm, iter: Gc<DictIter>) -> PyResult<Option<Value>> {
    if iter.is_reversed() { iter_previous(vm, iter) } else { iter_next(vm, iter) }
}

/// `(iter, ([what is left],))`
fn reduce(vm: &mut Vm, iter: Gc<DictIter>) -> PyResult<Value> {
    // A copy goes to the end; the iterator itself stays where it is.
    let copy = vm.alloc::<DictIter>(iter.header.id.get())?;
    copy.dict.init(iter.dict.get());
    copy.pos.set(iter.pos.get());
    copy.expected.set(iter.expected.get());
    copy.left.set(iter.left.get());
    let items = vm.list_new()?;
    while let Some(item) = step(vm, copy)? {
        vm.list_push(items, item)?;
    }
    let function = builtin_function(vm, "iter")?;
    let args = vm.tuple(&[Value::from_gc(items)])?;
    vm.tuple(&[function, Value::from_gc(args)]).map(Value::from_gc)
}

/// Handle to the cell as the layout that all six share.
fn plain<T>(iter: Gc<T>) -> Gc<DictIter> {
    // SAFETY: only used on the six wrappers below, which are `DictIter`s.
    unsafe { Gc::from_header(iter.header()) }
}

macro_rules! dict_iterator_types {
    ($($type:ident $id:ident $name:tt;)*) => {$(
        #[doc = concat!("Cell of a `", $name, "`.")]
        #[repr(C)]
        pub struct $type {
            pub iter: DictIter,
        }

        // SAFETY: the dict is its only reference.
        unsafe impl Layout for $type {
            const ID: ShapeId = ids::$id;
            const KIND: CellKind = CellKind::new(trace);
        }

        #[py_type(name = $name, id = ids::$id)]
        impl $type {
            #[method]
            fn __iter__(_vm: &mut Vm, this: Gc<$type>) -> Gc<$type> {
                this
            }
            #[method]
            fn __next__(vm: &mut Vm, this: Gc<$type>) -> PyResult<Value> {
                let item = step(vm, plain(this))?;
                vm.or_stop(item)
            }
            /// How many items are left, as far as can be told.
            #[method]
            fn __length_hint__(_vm: &mut Vm, this: Gc<$type>) -> usize {
                this.iter.length_hint()
            }
            /// For pickling and copying.
            #[method]
            fn __reduce__(vm: &mut Vm, this: Gc<$type>) -> PyResult<Value> {
                reduce(vm, plain(this))
            }
        }
    )*};
}

dict_iterator_types! {
    KeyIter DICT_KEY_ITERATOR "dict_keyiterator";
    ValueIter DICT_VALUE_ITERATOR "dict_valueiterator";
    ItemIter DICT_ITEM_ITERATOR "dict_itemiterator";
    RevKeyIter DICT_REV_KEY_ITERATOR "dict_reversekeyiterator";
    RevValueIter DICT_REV_VALUE_ITERATOR "dict_reversevalueiterator";
    RevItemIter DICT_REV_ITEM_ITERATOR "dict_reverseitemiterator";
}
