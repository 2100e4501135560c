//! `range`: layout, arithmetic on ends of any size.

mod iter;
mod methods;

pub use iter::{LongRangeIter, RangeIter, long_next};

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::protocol::{BinaryOp, CmpOp};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ptr::NonNull;

/// Cell of a range. All four are exact ints of any size. Immutable.
#[repr(C)]
pub struct Range {
    pub header: Header,
    pub start: Field,
    pub stop: Field,
    pub step: Field,
    pub length: Field,
}

// SAFETY: the four fields are all its references.
unsafe impl Layout for Range {
    const ID: ShapeId = ids::RANGE;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for ranges.
    let range = unsafe { p.cast::<Range>().as_ref() };
    for field in [&range.start, &range.stop, &range.step, &range.length] {
        tracer.value(field.get());
    }
}

/// Ends and step of a range that has only small integers.
#[derive(Clone, Copy, Debug)]
pub struct SmallRange {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub length: i64,
}

/// Number of items of a range of 62-bit numbers.
fn small_length(start: i64, stop: i64, step: i64) -> i64 {
    if step > 0 && start < stop {
        (stop - start - 1) / step + 1
    } else if step < 0 && stop < start {
        (start - stop - 1) / -step + 1
    } else {
        0
    }
}

impl Range {
    pub fn small(&self) -> Option<SmallRange> {
        Some(SmallRange {
            start: self.start.get().as_small()?,
            stop: self.stop.get().as_small()?,
            step: self.step.get().as_small()?,
            length: self.length.get().as_small()?,
        })
    }
}

impl Vm {
    /// A range of exact ints; the step is not zero.
    pub fn range_new(&mut self, start: Value, stop: Value, step: Value) -> PyResult<Gc<Range>> {
        let length = self.range_length(start, stop, step)?;
        let range = self.alloc::<Range>(ids::RANGE)?;
        range.start.init(start);
        range.stop.init(stop);
        range.step.init(step);
        range.length.init(length);
        Ok(range)
    }

    fn range_length(&mut self, start: Value, stop: Value, step: Value) -> PyResult<Value> {
        if let (Some(a), Some(b), Some(s)) = (start.as_small(), stop.as_small(), step.as_small())
            && let Some(length) = Value::try_small(small_length(a, b, s))
        {
            return Ok(length);
        }
        let zero = Value::small(0);
        let (low, high, step) = if self.compare(step, zero, CmpOp::Gt)? {
            (start, stop, step)
        } else {
            (stop, start, self.binary(BinaryOp::Sub, zero, step)?)
        };
        if self.compare(low, high, CmpOp::Ge)? {
            return Ok(zero);
        }
        let one = Value::small(1);
        let span = self.binary(BinaryOp::Sub, high, low)?;
        let span = self.binary(BinaryOp::Sub, span, one)?;
        let steps = self.binary(BinaryOp::FloorDiv, span, step)?;
        self.binary(BinaryOp::Add, steps, one)
    }

    /// `start + index * step` for an index of any size, unchecked.
    pub fn range_at(&mut self, range: Gc<Range>, index: Value) -> PyResult<Value> {
        if let (Some(small), Some(index)) = (range.small(), index.as_small())
            && let Some(offset) = index.checked_mul(small.step)
            && let Some(item) = small.start.checked_add(offset).and_then(Value::try_small)
        {
            return Ok(item);
        }
        let offset = self.binary(BinaryOp::Mul, index, range.step.get())?;
        self.binary(BinaryOp::Add, range.start.get(), offset)
    }

    /// Position of an int in a range.
    pub fn range_position(&mut self, range: Gc<Range>, v: Value) -> PyResult<Option<Value>> {
        if let (Some(small), Some(n)) = (range.small(), v.as_small()) {
            let inside = if small.step > 0 {
                small.start <= n && n < small.stop
            } else {
                small.stop < n && n <= small.start
            };
            let offset = n - small.start;
            return Ok((inside && offset % small.step == 0).then(|| Value::small(offset / small.step)));
        }
        let (start, stop, step) = (range.start.get(), range.stop.get(), range.step.get());
        let (first, last) = if self.compare(step, Value::small(0), CmpOp::Gt)? {
            (CmpOp::Le, CmpOp::Lt)
        } else {
            (CmpOp::Ge, CmpOp::Gt)
        };
        if !self.compare(start, v, first)? || !self.compare(v, stop, last)? {
            return Ok(None);
        }
        let offset = self.binary(BinaryOp::Sub, v, start)?;
        let rest = self.binary(BinaryOp::Mod, offset, step)?;
        if rest != Value::small(0) {
            return Ok(None);
        }
        self.binary(BinaryOp::FloorDiv, offset, step).map(Some)
    }

    /// `iter(range)`
    pub fn range_iter(&mut self, range: Gc<Range>) -> PyResult<Value> {
        match range.small() {
            Some(small) => self.range_iter_small(small.start, small.step, small.length),
            None => {
                let (start, step, length) = (range.start.get(), range.step.get(), range.length.get());
                self.range_iter_long(start, step, length)
            }
        }
    }

    /// `reversed(range)`
    pub fn range_reversed(&mut self, range: Gc<Range>) -> PyResult<Value> {
        let last = self.binary(BinaryOp::Sub, range.length.get(), Value::small(1))?;
        let last = self.range_at(range, last)?;
        let step = self.binary(BinaryOp::Sub, Value::small(0), range.step.get())?;
        let length = range.length.get();
        if let (Some(last), Some(step), Some(length)) = (last.as_small(), step.as_small(), length.as_small())
        {
            return self.range_iter_small(last, step, length);
        }
        self.range_iter_long(last, step, length)
    }
}

#[cfg(test)]
mod tests {
    use super::small_length;

    #[test]
    fn lengths() {
        for (start, stop, step) in
            [(0, 5, 1), (0, 5, 2), (5, 0, -1), (5, 0, -2), (0, 0, 1), (1, 0, 1), (-7, 8, 3)]
        {
            let mut count = 0;
            let mut at: i64 = start;
            while if step > 0 { at < stop } else { at > stop } {
                count += 1;
                at += step;
            }
            assert_eq!(small_length(start, stop, step), count, "range({start}, {stop}, {step})");
        }
        assert_eq!(small_length(-(1 << 61), 1 << 60, 1 << 60), 3);
    }
}
