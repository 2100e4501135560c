//! The Python type `list`.

use super::slicing::{clip, position};
use super::{List, ListIter, ListRevIter};
use crate::heap::Gc;
use crate::native::SliceIndex;
use crate::object::{Special, Type, ids};
use crate::protocol::CmpOp;
use crate::types::class_getitem::class_getitem;
use crate::types::slice::{RawSlice, Subscript};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;

/// Built-in mutable sequence.
///
/// Without an argument an empty list; otherwise one of the iterable's items.
#[py_type(name = "list", id = ids::LIST, subclassable, sequence)]
impl List {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<List>> {
        if cls.root_shape.get() == ids::LIST {
            return vm.list_new();
        }
        let list = vm.alloc_instance::<List>(cls)?;
        list.array.init(Value::UNBOUND);
        Ok(list)
    }
    #[method(sig = "(iterable=(), /)")]
    fn __init__(vm: &mut Vm, this: Gc<List>, iterable: Value) -> PyResult<()> {
        vm.list_clear(this);
        vm.list_extend(this, iterable)
    }
    #[method]
    fn __len__(_vm: &mut Vm, this: Gc<List>) -> usize {
        this.len()
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<List>, index: Value) -> PyResult<Value> {
        match vm.subscript(index, "list")? {
            Subscript::Index(index) => {
                if let Some(at) = position(index, this.len())
                    && let Some(item) = vm.list_get(this, at)?
                {
                    return Ok(item);
                }
                Err(vm.index_error("list index out of range"))
            }
            Subscript::Slice(raw) => vm.list_slice(this, raw.fit(this.len())).map(Value::from_gc),
        }
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<List>, key: Value, value: Value) -> PyResult<()> {
        match vm.subscript(key, "list")? {
            Subscript::Index(index) => match position(index, this.len()) {
                Some(at) => vm.list_set(this, at, value).map(drop),
                None => Err(vm.index_error("list assignment index out of range")),
            },
            Subscript::Slice(raw) => assign_slice(vm, this, raw, value),
        }
    }
    #[method]
    fn __delitem__(vm: &mut Vm, this: Gc<List>, key: Value) -> PyResult<()> {
        match vm.subscript(key, "list")? {
            Subscript::Index(index) => match position(index, this.len()) {
                Some(at) => vm.list_delete_range(this, at, at + 1),
                None => return Err(vm.index_error("list assignment index out of range")),
            },
            Subscript::Slice(raw) => vm.list_delete_span(this, raw.fit(this.len())),
        }
        Ok(())
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<List>, key: Value) -> PyResult<bool> {
        Ok(vm.list_find(this, key, 0, usize::MAX)?.is_some())
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<List>) -> PyResult<Gc<ListIter>> {
        vm.list_iter(this)
    }
    /// An iterator from the last item to the first.
    #[method]
    fn __reversed__(vm: &mut Vm, this: Gc<List>) -> PyResult<Gc<ListRevIter>> {
        vm.list_rev_iter(this)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<List>) -> PyResult<Gc<Str>> {
        let mut at = 0;
        vm.repr_sequence(Value::from_gc(this), ["[", "]", "[...]"], |vm| {
            at += 1;
            vm.list_get(this, at - 1)
        })
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Ge)
    }
    #[method]
    fn __add__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        match vm.downcast::<List>(value) {
            Some(other) => vm.list_concat(this, other).map(Value::from_gc),
            None if vm.defers_to(value, Special::RAdd) => Ok(Value::NOT_IMPLEMENTED),
            None => {
                let name = vm.type_name(value);
                Err(vm.type_error(format!("can only concatenate list (not \"{name}\") to list")))
            }
        }
    }
    #[method]
    fn __iadd__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Gc<List>> {
        vm.list_extend(this, value)?;
        Ok(this)
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        match vm.repeat_count(value)? {
            Some(count) => vm.list_repeat(this, count).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        List::__mul__(vm, this, value)
    }
    #[method]
    fn __imul__(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<Value> {
        match vm.repeat_count(value)? {
            Some(count) => {
                vm.list_repeat_in_place(this, count)?;
                Ok(Value::from_gc(this))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    /// Bytes that the list takes, not counting its items.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<List>) -> usize {
        size_of::<List>() + 8 * this.capacity()
    }
    /// Adds an object to the end.
    #[method(effects(no_python))]
    fn append(vm: &mut Vm, this: Gc<List>, object: Value) -> PyResult<()> {
        vm.list_push(this, object)
    }
    /// Removes all items.
    #[method(effects(no_python))]
    fn clear(vm: &mut Vm, this: Gc<List>) {
        vm.list_clear(this);
    }
    /// A shallow copy.
    #[method(effects(no_python))]
    fn copy(vm: &mut Vm, this: Gc<List>) -> PyResult<Gc<List>> {
        vm.list_copy(this)
    }
    /// How many items are equal to the value.
    #[method]
    fn count(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<usize> {
        vm.list_count(this, value)
    }
    /// Adds all items of an iterable to the end.
    #[method]
    fn extend(vm: &mut Vm, this: Gc<List>, iterable: Value) -> PyResult<()> {
        vm.list_extend(this, iterable)
    }
    /// Position of the first item equal to the value.
    ///
    /// Raises ValueError if there is none.
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(
        vm: &mut Vm,
        this: Gc<List>,
        value: Value,
        start: SliceIndex,
        stop: SliceIndex,
    ) -> PyResult<usize> {
        let (start, stop) = (start.clamp(this.len()), stop.0);
        let stop = if stop < 0 { SliceIndex(stop).clamp(this.len()) } else { stop as usize };
        match vm.list_find(this, value, start, stop)? {
            Some(at) => Ok(at),
            None => Err(vm.value_error("list.index(x): x not in list")),
        }
    }
    /// Inserts an object before the item at a position.
    #[method]
    fn insert(vm: &mut Vm, this: Gc<List>, index: isize, object: Value) -> PyResult<()> {
        vm.list_insert(this, clip(index as i64, this.len()), object)
    }
    /// Removes and returns the item at a position, the last one unless told.
    ///
    /// Raises IndexError if there is none.
    #[method(sig = "(index=-1, /)")]
    fn pop(vm: &mut Vm, this: Gc<List>, index: isize) -> PyResult<Value> {
        if this.is_empty() {
            return Err(vm.index_error("pop from empty list"));
        }
        if let Some(at) = position(index as i64, this.len())
            && let Some(item) = vm.list_remove(this, at)?
        {
            return Ok(item);
        }
        Err(vm.index_error("pop index out of range"))
    }
    /// Removes the first item equal to the value.
    ///
    /// Raises ValueError if there is none.
    #[method]
    fn remove(vm: &mut Vm, this: Gc<List>, value: Value) -> PyResult<()> {
        match vm.list_find(this, value, 0, usize::MAX)? {
            Some(at) => {
                vm.list_delete_range(this, at, at + 1);
                Ok(())
            }
            None => Err(vm.value_error("list.remove(x): x not in list")),
        }
    }
    /// Reverses the order of the items in place.
    #[method(effects(no_python, no_raise))]
    fn reverse(vm: &mut Vm, this: Gc<List>) {
        vm.list_reverse(this);
    }
    /// Sorts the items in place: ascending by themselves, or by what a key function makes of them.
    ///
    /// Equal items keep their order.
    #[method(sig = "(*, key=None, reverse=False)")]
    fn sort(vm: &mut Vm, this: Gc<List>, key: Value, reverse: bool) -> PyResult<()> {
        vm.list_sort(this, (!key.is_none()).then_some(key), reverse)
    }
    /// A generic alias: `list[int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
}

fn compare(vm: &mut Vm, this: Gc<List>, value: Value, op: CmpOp) -> PyResult<Value> {
    match vm.downcast::<List>(value) {
        Some(other) => vm.list_compare(this, other, op),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `list[slice] = value`
fn assign_slice(vm: &mut Vm, list: Gc<List>, raw: RawSlice, value: Value) -> PyResult<()> {
    let span = raw.fit(list.len());
    if span.step == 1 {
        let start = span.start as usize;
        return vm.list_assign_range(list, start, start + span.count, value);
    }
    let source = vm.list_snapshot(list, value, "must assign iterable to extended slice")?;
    // Iterating may have changed the list.
    let span = raw.fit(list.len());
    if source.len() != span.count {
        return Err(vm.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            source.len(),
            span.count
        )));
    }
    vm.list_assign_span(list, span, source)
}

impl Vm {
    /// `list[start:stop] = value` for positions.
    pub fn list_assign_range(
        &mut self,
        list: Gc<List>,
        start: usize,
        stop: usize,
        value: Value,
    ) -> PyResult<()> {
        let source = self.list_snapshot(list, value, "must assign iterable to extended slice")?;
        self.list_splice(list, start, stop, source)
    }

    /// The items of an iterable as an exact list other than `list`.
    fn list_snapshot(&mut self, list: Gc<List>, value: Value, not_iterable: &str) -> PyResult<Gc<List>> {
        if value == Value::from_gc(list) {
            return self.list_copy(list);
        }
        if let Some(source) = value.exact_list() {
            return Ok(source);
        }
        if value.is_exact::<Tuple>() {
            return self.list_from_iterable(value);
        }
        let iterator = self.get_iter(value);
        match self.catch(iterator, Exc::TypeError)? {
            Some(iterator) => self.list_from_iterable(iterator),
            None => Err(self.type_error(not_iterable)),
        }
    }
}
