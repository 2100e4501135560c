//! `deque`: a ring of slots.

use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::list::{Array, List};
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ops::ControlFlow;

layout! {
    /// Cell of a deque. `ring` names an ARRAY cell, or no cell while empty.
    Deque(ids::DEQUE) { ring } plain { head: usize, len: usize, limit: Option<usize>, changes: u64 }
}

impl Deque {
    fn array(&self) -> Option<Gc<Array>> {
        // SAFETY: the field names an ARRAY cell when it is a pointer.
        self.ring.get().as_header().map(|h| unsafe { Gc::from_header(h) })
    }
    /// Slots of the ring, a power of two; the cell may have some more, which are not used.
    fn capacity(&self) -> usize {
        self.array().map_or(0, |a| a.slots().len()).checked_ilog2().map_or(0, |bits| 1 << bits)
    }
    fn slot(&self, index: usize) -> usize {
        self.wrap(self.head.get() + index)
    }
    fn wrap(&self, index: usize) -> usize {
        index & self.capacity().wrapping_sub(1)
    }
    pub fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len.get() {
            return None;
        }
        self.array().map(|a| a.slots()[self.slot(index)].get())
    }
    fn changed(&self) {
        self.changes.set(self.changes.get() + 1);
    }
}

fn put(vm: &mut Vm, this: Gc<Deque>, index: usize, v: Value) {
    if let Some(array) = this.array() {
        vm.array_set(array, this.slot(index), v);
    }
}

/// Makes room for one item more.
fn grow(vm: &mut Vm, this: Gc<Deque>) -> PyResult<()> {
    let len = this.len.get();
    if len < this.capacity() { Ok(()) } else { enlarge(vm, this, len * 2) }
}

fn enlarge(vm: &mut Vm, this: Gc<Deque>, wanted: usize) -> PyResult<()> {
    let Some(capacity) = wanted.max(8).checked_next_power_of_two().filter(|n| *n < 1 << 43) else {
        return Err(vm.memory_error());
    };
    let new = vm.array(ids::ARRAY, capacity)?;
    // Nothing allocates from here on, so the items stay as they are.
    for i in 0..this.len.get() {
        vm.array_set(new, i, this.get(i).unwrap_or(Value::NONE));
    }
    this.head.set(0);
    this.ring.set(&mut vm.heap, this.header(), Value::from_gc(new));
    Ok(())
}

pub fn push_back(vm: &mut Vm, this: Gc<Deque>, v: Value) -> PyResult<()> {
    if this.limit.get() == Some(0) {
        return Ok(());
    }
    if this.limit.get() == Some(this.len.get()) {
        pop_front(vm, this);
    }
    grow(vm, this)?;
    let len = this.len.get();
    put(vm, this, len, v);
    this.len.set(len + 1);
    this.changed();
    Ok(())
}

fn push_front(vm: &mut Vm, this: Gc<Deque>, v: Value) -> PyResult<()> {
    if this.limit.get() == Some(0) {
        return Ok(());
    }
    if this.limit.get() == Some(this.len.get()) {
        pop_back(vm, this);
    }
    grow(vm, this)?;
    this.head.set(this.wrap(this.head.get().wrapping_sub(1)));
    put(vm, this, 0, v);
    this.len.set(this.len.get() + 1);
    this.changed();
    Ok(())
}

fn pop_front(vm: &mut Vm, this: Gc<Deque>) -> Option<Value> {
    let v = this.get(0)?;
    put(vm, this, 0, Value::small(0));
    this.head.set(this.slot(1));
    this.len.set(this.len.get() - 1);
    this.changed();
    Some(v)
}

fn pop_back(vm: &mut Vm, this: Gc<Deque>) -> Option<Value> {
    let last = this.len.get().checked_sub(1)?;
    let v = this.get(last)?;
    put(vm, this, last, Value::small(0));
    this.len.set(last);
    this.changed();
    Some(v)
}

fn clear(this: Gc<Deque>) {
    this.ring.init(Value::NONE);
    this.head.set(0);
    this.len.set(0);
    this.changed();
}

fn extend(vm: &mut Vm, this: Gc<Deque>, iterable: Value) -> PyResult<()> {
    if iterable == Value::from_gc(this) {
        let items = to_list(vm, this)?;
        return extend(vm, this, Value::from_gc(items));
    }
    vm.iterate(iterable, |vm, item| {
        push_back(vm, this, item)?;
        Ok(ControlFlow::Continue(()))
    })
}

fn to_list(vm: &mut Vm, this: Gc<Deque>) -> PyResult<Gc<List>> {
    let list = vm.list_new()?;
    let mut i = 0;
    while let Some(v) = this.get(i) {
        vm.list_push(list, v)?;
        i += 1;
    }
    Ok(list)
}

/// The items `times` over, in place.
fn repeat(vm: &mut Vm, this: Gc<Deque>, times: i64) -> PyResult<()> {
    let len = this.len.get();
    if times <= 0 {
        clear(this);
        return Ok(());
    }
    if len == 0 {
        return Ok(());
    }
    let Some(mut total) = len.checked_mul(times as usize) else { return Err(vm.memory_error()) };
    let limit = this.limit.get().unwrap_or(usize::MAX);
    let mut from = 0;
    if total > limit {
        // Only the last ones stay: begin in the middle of the items.
        from = (total - limit) % len;
        total = limit;
    }
    let items = to_list(vm, this)?;
    if total > this.capacity() {
        enlarge(vm, this, total)?;
    }
    for i in 0..total {
        let v = vm.list_get(items, (from + i) % len)?.unwrap_or(Value::NONE);
        put(vm, this, i, v);
    }
    this.len.set(total);
    this.changed();
    Ok(())
}

fn make(vm: &mut Vm, like: Gc<Deque>) -> PyResult<Gc<Deque>> {
    let cls = vm.native_class(Deque::DECL)?;
    let this = vm.alloc_instance::<Deque>(cls)?;
    this.ring.init(Value::NONE);
    this.limit.set(like.limit.get());
    Ok(this)
}

fn position(vm: &mut Vm, this: Gc<Deque>, index: Value) -> PyResult<usize> {
    if !index.is_small() && vm.lookup_special(index, habu_runtime::object::Special::Index).is_none() {
        let got = vm.type_name(index);
        return Err(vm.type_error(format!("sequence index must be integer, not '{got}'")));
    }
    let n = vm.index(index)?;
    let len = this.len.get() as i64;
    let at = if n < 0 { n + len } else { n };
    if at < 0 || at >= len {
        return Err(vm.index_error("deque index out of range"));
    }
    Ok(at as usize)
}

/// Where an equal item is between two bounds.
fn find(vm: &mut Vm, this: Gc<Deque>, v: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let changes = this.changes.get();
    for i in start..stop.min(this.len.get()) {
        let Some(item) = this.get(i) else { break };
        if vm.eq(item, v)? {
            return Ok(Some(i));
        }
        if this.changes.get() != changes {
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
    }
    Ok(None)
}

fn rotate(vm: &mut Vm, this: Gc<Deque>, n: i64) -> PyResult<()> {
    let len = this.len.get() as i64;
    if len < 2 {
        return Ok(());
    }
    let n = n.rem_euclid(len);
    let limit = this.limit.replace(None);
    let result = (|| {
        if n <= len / 2 {
            for _ in 0..n {
                let v = pop_back(vm, this).unwrap_or(Value::NONE);
                push_front(vm, this, v)?;
            }
        } else {
            for _ in 0..len - n {
                let v = pop_front(vm, this).unwrap_or(Value::NONE);
                push_back(vm, this, v)?;
            }
        }
        Ok(())
    })();
    this.limit.set(limit);
    result
}

fn remove_at(vm: &mut Vm, this: Gc<Deque>, index: usize) -> PyResult<()> {
    rotate(vm, this, -(index as i64))?;
    pop_front(vm, this);
    rotate(vm, this, index as i64)
}

fn compare(vm: &mut Vm, this: Gc<Deque>, other: Value, op: CmpOp) -> PyResult {
    let Some(other) = vm.downcast::<Deque>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (a, b) = (to_list(vm, this)?, to_list(vm, other)?);
    vm.list_compare(a, b, op)
}

/// A list-like sequence that supports access near its both ends.
#[py_type(name = "deque", module = "collections", id = ids::DEQUE, subclassable, sequence)]
impl Deque {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Deque>> {
        let this = vm.alloc_instance::<Deque>(cls)?;
        this.ring.init(Value::NONE);
        this.limit.set(None);
        Ok(this)
    }
    #[method(sig = "($self, iterable=(), maxlen=None)")]
    fn __init__(vm: &mut Vm, this: Gc<Deque>, iterable: Value, maxlen: Value) -> PyResult<()> {
        let limit = if maxlen.is_none() {
            None
        } else {
            if habu_runtime::types::int::as_int(vm, maxlen).is_none() {
                return Err(vm.type_error("an integer is required"));
            }
            let n = vm.index(maxlen)?;
            if n < 0 {
                return Err(vm.value_error("maxlen must be non-negative"));
            }
            Some(n as usize)
        };
        clear(this);
        this.limit.set(limit);
        extend(vm, this, iterable)
    }
    /// Add an element to the right side of the deque.
    #[method(sig = "($self, item, /)")]
    fn append(vm: &mut Vm, this: Gc<Deque>, item: Value) -> PyResult<()> {
        push_back(vm, this, item)
    }
    /// Add an element to the left side of the deque.
    #[method(sig = "($self, item, /)")]
    fn appendleft(vm: &mut Vm, this: Gc<Deque>, item: Value) -> PyResult<()> {
        push_front(vm, this, item)
    }
    /// Remove and return the rightmost element.
    #[method]
    fn pop(vm: &mut Vm, this: Gc<Deque>) -> PyResult {
        pop_back(vm, this).ok_or_else(|| vm.index_error("pop from an empty deque"))
    }
    /// Remove and return the leftmost element.
    #[method]
    fn popleft(vm: &mut Vm, this: Gc<Deque>) -> PyResult {
        pop_front(vm, this).ok_or_else(|| vm.index_error("pop from an empty deque"))
    }
    /// Extend the right side of the deque with elements from the iterable.
    #[method(sig = "($self, iterable, /)")]
    fn extend(vm: &mut Vm, this: Gc<Deque>, iterable: Value) -> PyResult<()> {
        extend(vm, this, iterable)
    }
    /// Extend the left side of the deque with elements from the iterable.
    #[method(sig = "($self, iterable, /)")]
    fn extendleft(vm: &mut Vm, this: Gc<Deque>, iterable: Value) -> PyResult<()> {
        let iterable =
            if iterable == Value::from_gc(this) { Value::from_gc(to_list(vm, this)?) } else { iterable };
        vm.iterate(iterable, |vm, item| {
            push_front(vm, this, item)?;
            Ok(ControlFlow::Continue(()))
        })
    }
    /// Remove all elements from the deque.
    #[method]
    fn clear(_vm: &mut Vm, this: Gc<Deque>) {
        clear(this);
    }
    /// Return a shallow copy of a deque.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<Deque>) -> PyResult {
        let v = Value::from_gc(this);
        let cls = vm.class_of(v);
        if vm.is_exact(v, ids::DEQUE) {
            let made = make(vm, this)?;
            extend(vm, made, v)?;
            return Ok(Value::from_gc(made));
        }
        match this.limit.get() {
            None => vm.call(Value::from_gc(cls), &[v]),
            Some(n) => vm.call(Value::from_gc(cls), &[v, Value::small(n as i64)]),
        }
    }
    #[method]
    fn __copy__(vm: &mut Vm, this: Gc<Deque>) -> PyResult {
        Deque::copy(vm, this)
    }
    /// Rotate the deque n steps to the right. If n is negative, rotates left.
    #[method(sig = "($self, n=1, /)")]
    fn rotate(vm: &mut Vm, this: Gc<Deque>, n: i64) -> PyResult<()> {
        rotate(vm, this, n)
    }
    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(vm: &mut Vm, this: Gc<Deque>) {
        let len = this.len.get();
        for i in 0..len / 2 {
            let (a, b) = (this.get(i), this.get(len - 1 - i));
            if let (Some(a), Some(b)) = (a, b) {
                put(vm, this, i, b);
                put(vm, this, len - 1 - i, a);
            }
        }
        this.changed();
    }
    /// Return number of occurrences of value.
    #[method(sig = "($self, value, /)")]
    fn count(vm: &mut Vm, this: Gc<Deque>, value: Value) -> PyResult<usize> {
        let (mut n, mut at) = (0, 0);
        let changes = this.changes.get();
        while let Some(i) = find(vm, this, value, at, usize::MAX)? {
            if this.changes.get() != changes {
                return Err(vm.runtime_error("deque mutated during iteration"));
            }
            n += 1;
            at = i + 1;
        }
        Ok(n)
    }
    /// Return first index of value.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        vm: &mut Vm,
        this: Gc<Deque>,
        value: Value,
        start: habu_runtime::native::SliceIndex,
        stop: habu_runtime::native::SliceIndex,
    ) -> PyResult<usize> {
        let len = this.len.get();
        match find(vm, this, value, start.clamp(len), stop.clamp(len))? {
            Some(i) => Ok(i),
            None => {
                let shown = vm.repr(value)?.to_message();
                Err(vm.value_error(format!("{shown} is not in deque")))
            }
        }
    }
    /// Remove first occurrence of value.
    #[method(sig = "($self, value, /)")]
    fn remove(vm: &mut Vm, this: Gc<Deque>, value: Value) -> PyResult<()> {
        let changes = this.changes.get();
        for i in 0..this.len.get() {
            let Some(item) = this.get(i) else { break };
            let same = vm.eq(item, value)?;
            if this.changes.get() != changes {
                return Err(vm.index_error("deque mutated during iteration"));
            }
            if same {
                return remove_at(vm, this, i);
            }
        }
        let shown = vm.repr(value)?.to_message();
        Err(vm.value_error(format!("{shown} is not in deque")))
    }
    /// Insert value before index.
    #[method(sig = "($self, index, value, /)")]
    fn insert(vm: &mut Vm, this: Gc<Deque>, index: i64, value: Value) -> PyResult<()> {
        let len = this.len.get() as i64;
        if this.limit.get() == Some(len as usize) {
            return Err(vm.index_error("deque already at its maximum size"));
        }
        let at = if index < 0 { (index + len).max(0) } else { index.min(len) };
        rotate(vm, this, -at)?;
        push_front(vm, this, value)?;
        rotate(vm, this, at)
    }
    #[getter]
    fn maxlen(_vm: &mut Vm, this: Gc<Deque>) -> Option<usize> {
        this.limit.get()
    }
    #[method]
    fn __len__(_vm: &mut Vm, this: Gc<Deque>) -> usize {
        this.len.get()
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Deque>, index: Value) -> PyResult {
        let at = position(vm, this, index)?;
        Ok(this.get(at).unwrap_or(Value::NONE))
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<Deque>, index: Value, value: Value) -> PyResult<()> {
        let at = position(vm, this, index)?;
        put(vm, this, at, value);
        Ok(())
    }
    #[method]
    fn __delitem__(vm: &mut Vm, this: Gc<Deque>, index: Value) -> PyResult<()> {
        let at = position(vm, this, index)?;
        remove_at(vm, this, at)
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<Deque>, value: Value) -> PyResult<bool> {
        find(vm, this, value, 0, usize::MAX).map(|found| found.is_some())
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Deque>) -> PyResult<Gc<DequeIter>> {
        let cls = vm.native_class(DequeIter::DECL)?;
        let iter = vm.alloc_instance::<DequeIter>(cls)?;
        iter.deque.init(Value::from_gc(this));
        iter.changes.set(this.changes.get());
        Ok(iter)
    }
    #[method]
    fn __reversed__(vm: &mut Vm, this: Gc<Deque>) -> PyResult<Gc<DequeRevIter>> {
        let cls = vm.native_class(DequeRevIter::DECL)?;
        let iter = vm.alloc_instance::<DequeRevIter>(cls)?;
        iter.deque.init(Value::from_gc(this));
        iter.left.set(this.len.get());
        iter.changes.set(this.changes.get());
        Ok(iter)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Deque>) -> PyResult<Gc<Str>> {
        let v = Value::from_gc(this);
        let cls = vm.class_of(v);
        let class = vm.class_name(cls);
        if !vm.repr_enter(v) {
            return vm.str("[...]");
        }
        let items = to_list(vm, this).and_then(|list| vm.repr(Value::from_gc(list)));
        vm.repr_leave(v);
        let mut text = StrBuilder::new();
        text.push_str(&class);
        text.push_char('(');
        text.push_py(items?);
        if let Some(n) = this.limit.get() {
            text.push_str(&format!(", maxlen={n}"));
        }
        text.push_char(')');
        text.finish(vm)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Ge)
    }
    #[method]
    fn __add__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult {
        if vm.downcast::<Deque>(other).is_none() {
            let got = vm.type_name(other);
            return Err(vm.type_error(format!("can only concatenate deque (not \"{got}\") to deque")));
        }
        let made = Deque::copy(vm, this)?;
        if let Some(made) = vm.downcast::<Deque>(made) {
            extend(vm, made, other)?;
        }
        Ok(made)
    }
    #[method]
    fn __iadd__(vm: &mut Vm, this: Gc<Deque>, other: Value) -> PyResult<Gc<Deque>> {
        extend(vm, this, other)?;
        Ok(this)
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: Gc<Deque>, n: i64) -> PyResult<Gc<Deque>> {
        let made = make(vm, this)?;
        extend(vm, made, Value::from_gc(this))?;
        repeat(vm, made, n)?;
        Ok(made)
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: Gc<Deque>, n: i64) -> PyResult<Gc<Deque>> {
        Deque::__mul__(vm, this, n)
    }
    #[method]
    fn __imul__(vm: &mut Vm, this: Gc<Deque>, n: i64) -> PyResult<Gc<Deque>> {
        repeat(vm, this, n)?;
        Ok(this)
    }
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Deque>) -> PyResult<(Value, Value, Value, Value)> {
        let v = Value::from_gc(this);
        let state = vm.call_method(v, "__getstate__", &[])?;
        let items = vm.get_iter(v)?;
        let args = match this.limit.get() {
            None => vm.tuple(&[])?,
            Some(n) => {
                let empty = Value::from_gc(vm.tuple(&[])?);
                vm.tuple(&[empty, Value::small(n as i64)])?
            }
        };
        Ok((Value::from_gc(vm.class_of(v)), Value::from_gc(args), state, items))
    }
    /// A generic alias: `deque[int]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

layout! {
    /// Cell of an iterator over a deque.
    DequeIter(ids::DEQUE_ITERATOR) { deque } plain { at: usize, changes: u64 }
}

fn checked(vm: &mut Vm, deque: Value, changes: u64) -> PyResult<Gc<Deque>> {
    match vm.downcast::<Deque>(deque) {
        Some(deque) if deque.changes.get() == changes => Ok(deque),
        Some(_) => Err(vm.runtime_error("deque mutated during iteration")),
        None => Err(vm.stop_iteration(Value::NONE)),
    }
}

#[py_type(name = "_deque_iterator", module = "_collections", id = ids::DEQUE_ITERATOR)]
impl DequeIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<DequeIter>) -> Gc<DequeIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<DequeIter>) -> PyResult {
        let deque =
            checked(vm, this.deque.get(), this.changes.get()).inspect_err(|_| this.at.set(usize::MAX))?;
        let at = this.at.get();
        this.at.set(at + 1);
        deque.get(at).ok_or_else(|| vm.stop_iteration(Value::NONE))
    }
    #[method]
    fn __length_hint__(vm: &mut Vm, this: Gc<DequeIter>) -> usize {
        vm.downcast::<Deque>(this.deque.get()).map_or(0, |d| d.len.get().saturating_sub(this.at.get()))
    }
}

layout! {
    /// Cell of a backward iterator over a deque.
    DequeRevIter(ids::DEQUE_REV_ITERATOR) { deque } plain { left: usize, changes: u64 }
}

#[py_type(name = "_deque_reverse_iterator", module = "_collections", id = ids::DEQUE_REV_ITERATOR)]
impl DequeRevIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<DequeRevIter>) -> Gc<DequeRevIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<DequeRevIter>) -> PyResult {
        let left = this.left.get();
        if left == 0 {
            return Err(vm.stop_iteration(Value::NONE));
        }
        let deque = checked(vm, this.deque.get(), this.changes.get()).inspect_err(|_| this.left.set(0))?;
        this.left.set(left - 1);
        deque.get(left - 1).ok_or_else(|| vm.stop_iteration(Value::NONE))
    }
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<DequeRevIter>) -> usize {
        this.left.get()
    }
}
