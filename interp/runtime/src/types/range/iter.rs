//! `range_iterator` over 62-bit integers and `longrange_iterator` over any.

use super::Range;
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::protocol::{BinaryOp, CmpOp};
use crate::types::seq_iter::builtin_function;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a `range_iterator`.
#[repr(C)]
pub struct RangeIter {
    pub header: Header,
    pub next: Cell<i64>,
    pub step: Cell<i64>,
    /// Items left.
    pub left: Cell<i64>,
}

// SAFETY: it has no references.
unsafe impl Layout for RangeIter {
    const ID: ShapeId = ids::RANGE_ITERATOR;
    const KIND: CellKind = CellKind::leaf();
}

/// Cell of a `longrange_iterator`: exact ints of any size.
#[repr(C)]
pub struct LongRangeIter {
    pub header: Header,
    pub next: Field,
    pub step: Field,
    pub left: Field,
}

// SAFETY: the three fields are all its references.
unsafe impl Layout for LongRangeIter {
    const ID: ShapeId = ids::LONG_RANGE_ITERATOR;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for long range iterators.
    let iter = unsafe { p.cast::<LongRangeIter>().as_ref() };
    for field in [&iter.next, &iter.step, &iter.left] {
        tracer.value(field.get());
    }
}

impl RangeIter {
    /// Next item.
    #[inline(always)]
    pub fn step(&self) -> Option<Value> {
        let left = self.left.get();
        if left <= 0 {
            return None;
        }
        let item = self.next.get();
        self.left.set(left - 1);
        self.next.set(item.wrapping_add(self.step.get()));
        Some(Value::small(item))
    }
}

/// Next item of a `longrange_iterator`.
pub fn long_next(vm: &mut Vm, iter: Gc<LongRangeIter>) -> PyResult<Option<Value>> {
    let left = iter.left.get();
    if !vm.compare(left, Value::small(0), CmpOp::Gt)? {
        return Ok(None);
    }
    let item = iter.next.get();
    let next = vm.binary(BinaryOp::Add, item, iter.step.get())?;
    let left = vm.binary(BinaryOp::Sub, left, Value::small(1))?;
    iter.next.set(&mut vm.heap, iter.header(), next);
    iter.left.set(&mut vm.heap, iter.header(), left);
    Ok(Some(item))
}

impl Vm {
    /// An iterator over `length` integers that all are small.
    pub fn range_iter_small(&mut self, start: i64, step: i64, length: i64) -> PyResult<Value> {
        let iter = self.alloc::<RangeIter>(ids::RANGE_ITERATOR)?;
        iter.next.set(start);
        iter.step.set(step);
        iter.left.set(length);
        Ok(Value::from_gc(iter))
    }

    pub(super) fn range_iter_long(&mut self, start: Value, step: Value, length: Value) -> PyResult<Value> {
        let iter = self.alloc::<LongRangeIter>(ids::LONG_RANGE_ITERATOR)?;
        iter.next.init(start);
        iter.step.init(step);
        iter.left.init(length);
        Ok(Value::from_gc(iter))
    }
}

#[py_type(name = "range_iterator", id = ids::RANGE_ITERATOR)]
impl RangeIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<RangeIter>) -> Gc<RangeIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<RangeIter>) -> PyResult<Value> {
        vm.or_stop(this.step())
    }
    /// How many items are left.
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<RangeIter>) -> i64 {
        this.left.get()
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<RangeIter>) -> PyResult<Value> {
        let (next, step, left) = (this.next.get(), this.step.get(), this.left.get());
        let start = vm.int_i128(next as i128)?;
        let stop = vm.int_i128(next as i128 + step as i128 * left as i128)?;
        reduce(vm, start, stop, Value::small(step))
    }
    /// Sets the position.
    #[method]
    fn __setstate__(_vm: &mut Vm, this: Gc<RangeIter>, state: i64) {
        let skip = state.clamp(0, this.left.get());
        this.next.set(this.next.get().wrapping_add(skip.wrapping_mul(this.step.get())));
        this.left.set(this.left.get() - skip);
    }
}

#[py_type(name = "longrange_iterator", id = ids::LONG_RANGE_ITERATOR)]
impl LongRangeIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<LongRangeIter>) -> Gc<LongRangeIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<LongRangeIter>) -> PyResult<Value> {
        let item = long_next(vm, this)?;
        vm.or_stop(item)
    }
    /// How many items are left.
    #[method]
    fn __length_hint__(_vm: &mut Vm, this: Gc<LongRangeIter>) -> Value {
        this.left.get()
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<LongRangeIter>) -> PyResult<Value> {
        let (start, step) = (this.next.get(), this.step.get());
        let span = vm.binary(BinaryOp::Mul, this.left.get(), step)?;
        let stop = vm.binary(BinaryOp::Add, start, span)?;
        reduce(vm, start, stop, step)
    }
    /// Sets the position.
    #[method]
    fn __setstate__(vm: &mut Vm, this: Gc<LongRangeIter>, state: Value) -> PyResult<()> {
        let zero = Value::small(0);
        let mut skip = vm.index_value(state)?;
        if vm.compare(skip, zero, CmpOp::Lt)? {
            skip = zero;
        } else if vm.compare(skip, this.left.get(), CmpOp::Gt)? {
            skip = this.left.get();
        }
        let offset = vm.binary(BinaryOp::Mul, skip, this.step.get())?;
        let next = vm.binary(BinaryOp::Add, this.next.get(), offset)?;
        let left = vm.binary(BinaryOp::Sub, this.left.get(), skip)?;
        this.next.set(&mut vm.heap, this.header(), next);
        this.left.set(&mut vm.heap, this.header(), left);
        Ok(())
    }
}

/// `(iter, (range(start, stop, step),), None)`
fn reduce(vm: &mut Vm, start: Value, stop: Value, step: Value) -> PyResult<Value> {
    let range: Gc<Range> = vm.range_new(start, stop, step)?;
    let iter = builtin_function(vm, "iter")?;
    let args = vm.tuple(&[Value::from_gc(range)])?;
    vm.tuple(&[iter, Value::from_gc(args), Value::NONE]).map(Value::from_gc)
}
