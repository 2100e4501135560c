//! `slice`: layout, and index arithmetic for every sliceable type.

mod methods;

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Special, ids};
use crate::types::int;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ptr::NonNull;

/// Cell of a slice object. Immutable.
#[repr(C)]
pub struct Slice {
    pub header: Header,
    pub start: Field,
    pub stop: Field,
    pub step: Field,
}

// SAFETY: the three fields are all its references.
unsafe impl Layout for Slice {
    const ID: ShapeId = ids::SLICE;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for slices.
    let slice = unsafe { p.cast::<Slice>().as_ref() };
    tracer.value(slice.start.get());
    tracer.value(slice.stop.get());
    tracer.value(slice.step.get());
}

/// The three numbers of a slice, clipped to the range of `i64`, before a length is known.
#[derive(Clone, Copy, Debug)]
pub struct RawSlice {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

/// What a slice selects of a sequence: `count` items from `start` on, each `step` after the last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

/// What a sequence is subscripted by.
#[derive(Clone, Copy, Debug)]
pub enum Subscript {
    Index(i64),
    Slice(RawSlice),
}

impl RawSlice {
    /// Everything, in order.
    pub const ALL: RawSlice = RawSlice { start: 0, stop: i64::MAX, step: 1 };

    /// Fits the slice to a length. Negative ends count from the end of the sequence.
    pub fn fit(self, len: usize) -> Span {
        let len = len as i64;
        let (low, high) = if self.step < 0 { (-1, len - 1) } else { (0, len) };
        let clip = |end: i64| (if end < 0 { end + len } else { end }).clamp(low, high);
        let (start, stop) = (clip(self.start), clip(self.stop));
        let count = if self.step < 0 {
            if stop < start { (start - stop - 1) / -self.step + 1 } else { 0 }
        } else if start < stop {
            (stop - start - 1) / self.step + 1
        } else {
            0
        };
        Span { start, stop, step: self.step, count: count as usize }
    }
}

impl Span {
    /// The selected positions, in order.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |k| (self.start + k * self.step) as usize)
    }

    /// The same positions in increasing order.
    pub fn forward(self) -> Span {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        let last = self.start + (self.count as i64 - 1) * self.step;
        Span { start: last, stop: self.start + 1, step: -self.step, count: self.count }
    }
}

impl Vm {
    pub fn slice_new(&mut self, start: Value, stop: Value, step: Value) -> PyResult<Gc<Slice>> {
        let slice = self.alloc::<Slice>(ids::SLICE)?;
        slice.start.init(start);
        slice.stop.init(stop);
        slice.step.init(step);
        Ok(slice)
    }

    /// Evaluates a slice's ends (may run `__index__`) without fitting them to a length: do that
    /// with [`RawSlice::fit`] afterwards, for the length may have changed.
    pub fn slice_unpack(&mut self, slice: Gc<Slice>) -> PyResult<RawSlice> {
        let (start, stop, step) = (slice.start.get(), slice.stop.get(), slice.step.get());
        self.slice_unpack_parts(start, stop, step)
    }

    /// Likewise, for a slice that exists only as its parts.
    pub fn slice_unpack_parts(&mut self, start: Value, stop: Value, step: Value) -> PyResult<RawSlice> {
        let step = if step.is_none() { 1 } else { self.slice_end(step)? };
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        // `-step` must exist.
        let step = step.max(-i64::MAX);
        let start = match start.is_none() {
            true if step < 0 => i64::MAX,
            true => 0,
            false => self.slice_end(start)?,
        };
        let stop = match stop.is_none() {
            true if step < 0 => i64::MIN,
            true => i64::MAX,
            false => self.slice_end(stop)?,
        };
        Ok(RawSlice { start, stop, step })
    }

    /// One end of a slice as a number, clipped.
    fn slice_end(&mut self, v: Value) -> PyResult<i64> {
        match self.index_clipped(v)? {
            Some(n) => Ok(n),
            None => {
                Err(self.type_error("slice indices must be integers or None or have an __index__ method"))
            }
        }
    }

    /// An integer, or what `__index__` makes of anything else, clipped to the range of `i64`;
    /// nothing if it is no integer of any kind.
    pub fn index_clipped(&mut self, v: Value) -> PyResult<Option<i64>> {
        if let Some(n) = v.as_small() {
            return Ok(Some(n));
        }
        if !self.has_index(v) {
            return Ok(None);
        }
        let n = self.index_value(v)?;
        Ok(Some(int::clamp_i64(self, n)))
    }

    /// Whether `operator.index` takes it.
    pub fn has_index(&mut self, v: Value) -> bool {
        v.is_small() || v.is_bool() || self.lookup_special(v, Special::Index).is_some()
    }

    /// The key of `seq[key]`, for a type whose error texts call it `name`.
    pub fn subscript(&mut self, key: Value, name: &str) -> PyResult<Subscript> {
        if let Some(n) = key.as_small() {
            return Ok(Subscript::Index(n));
        }
        if let Some(slice) = key.exact::<Slice>() {
            return self.slice_unpack(slice).map(Subscript::Slice);
        }
        if !self.has_index(key) {
            let got = self.type_name(key);
            return Err(self.type_error(format!("{name} indices must be integers or slices, not {got}")));
        }
        let n = self.index_value(key)?;
        match int::to_i128(n).and_then(|n| i64::try_from(n).ok()) {
            Some(n) => Ok(Subscript::Index(n)),
            None => {
                let got = self.type_name(key);
                Err(self.index_error(format!("cannot fit '{got}' into an index-sized integer")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(start: i64, stop: i64, step: i64, len: usize) -> Vec<usize> {
        let span = RawSlice { start, stop, step }.fit(len);
        let positions: Vec<usize> = span.positions().collect();
        let mut forward: Vec<usize> = span.forward().positions().collect();
        if step < 0 {
            forward.reverse();
        }
        assert_eq!(positions, forward);
        positions
    }

    #[test]
    fn positions_of_slices() {
        assert_eq!(fit(0, i64::MAX, 1, 3), [0, 1, 2]);
        assert_eq!(fit(-2, i64::MAX, 1, 3), [1, 2]);
        assert_eq!(fit(i64::MAX, i64::MIN, -1, 3), [2, 1, 0]);
        assert_eq!(fit(0, i64::MAX, 2, 5), [0, 2, 4]);
        assert_eq!(fit(-1, -4, -2, 5), [4, 2]);
        assert_eq!(fit(2, 1, 1, 5), []);
        assert_eq!(fit(i64::MIN, i64::MAX, i64::MAX, 5), [0]);
        assert_eq!(fit(i64::MAX, i64::MIN, -i64::MAX, 5), [4]);
        assert_eq!(fit(0, 10, 1, 0), []);
    }
}
