//! The Python type `slice`.

use super::Slice;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::protocol::{BinaryOp, CmpOp};
use crate::types::int;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::combine_hashes_unsized;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// What `[start:stop:step]` passes to `__getitem__`.
///
/// slice(stop)
/// slice(start, stop[, step])
#[py_type(name = "slice", id = ids::SLICE)]
impl Slice {
    #[new(sig = "(*args)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<crate::types::tuple::Tuple>) -> PyResult<Gc<Slice>> {
        match *args.items() {
            [stop] => vm.slice_new(Value::NONE, stop, Value::NONE),
            [start, stop] => vm.slice_new(start, stop, Value::NONE),
            [start, stop, step] => vm.slice_new(start, stop, step),
            [] => Err(vm.type_error("slice expected at least 1 argument, got 0")),
            _ => Err(vm.type_error(format!("slice expected at most 3 arguments, got {}", args.len()))),
        }
    }
    #[getter]
    fn start(_vm: &mut Vm, this: Gc<Slice>) -> Value {
        this.start.get()
    }
    #[getter]
    fn stop(_vm: &mut Vm, this: Gc<Slice>) -> Value {
        this.stop.get()
    }
    #[getter]
    fn step(_vm: &mut Vm, this: Gc<Slice>) -> Value {
        this.step.get()
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Slice>) -> PyResult<Gc<Str>> {
        let mut text = StrBuilder::new();
        text.push_str("slice(");
        for (part, end) in parts(&this).into_iter().zip([", ", ", ", ")"]) {
            let part = vm.repr(part)?;
            text.push_py(part);
            text.push_str(end);
        }
        text.finish(vm)
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Slice>) -> PyResult<i64> {
        let mut hashes = [0; 3];
        for (hash, part) in hashes.iter_mut().zip(parts(&this)) {
            *hash = vm.hash(part)?;
        }
        // As for a tuple of the three, but for its length.
        Ok(combine_hashes_unsized(hashes))
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Slice>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Slice>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Slice>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Slice>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Slice>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Slice>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Ge)
    }
    /// `(start, stop, step)` for a sequence of a length, such that `range` of them gives the
    /// positions that the slice selects.
    #[method(sig = "(object, /)")]
    fn indices(vm: &mut Vm, this: Gc<Slice>, object: Value) -> PyResult<Value> {
        let len = vm.index_value(object)?;
        let zero = Value::small(0);
        if vm.compare(len, zero, CmpOp::Lt)? {
            return Err(vm.value_error("length should not be negative"));
        }
        let parts = vm.slice_fit_any(this, len)?;
        vm.tuple(&parts).map(Value::from_gc)
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Slice>) -> PyResult<(Value, Value)> {
        let args = vm.tuple(&parts(&this))?;
        Ok((Value::from_gc(vm.builtin(ids::SLICE)), Value::from_gc(args)))
    }
}

fn parts(slice: &Slice) -> [Value; 3] {
    [slice.start.get(), slice.stop.get(), slice.step.get()]
}

fn compare(vm: &mut Vm, this: Gc<Slice>, value: Value, op: CmpOp) -> PyResult<Value> {
    let Some(other) = value.exact::<Slice>() else { return Ok(Value::NOT_IMPLEMENTED) };
    if this == other {
        return Ok(Value::bool(op.of(std::cmp::Ordering::Equal)));
    }
    let (a, b) = (vm.tuple(&parts(&this))?, vm.tuple(&parts(&other))?);
    vm.tuple_compare(a, b, op)
}

impl Vm {
    /// Fits a slice to a length of any size: start, stop and step as ints.
    pub fn slice_fit_any(&mut self, slice: Gc<Slice>, len: Value) -> PyResult<[Value; 3]> {
        let (zero, minus_one) = (Value::small(0), Value::small(-1));
        let step = match slice.step.get() {
            Value::NONE => Value::small(1),
            step => self.slice_end_any(step)?,
        };
        let negative = self.compare(step, zero, CmpOp::Lt)?;
        if step == zero {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let (low, high) =
            if negative { (minus_one, self.binary(BinaryOp::Add, len, minus_one)?) } else { (zero, len) };
        let start = if negative { high } else { low };
        let start = self.slice_clip_any(slice.start.get(), start, len, low, high)?;
        let stop = if negative { low } else { high };
        let stop = self.slice_clip_any(slice.stop.get(), stop, len, low, high)?;
        Ok([start, stop, step])
    }

    fn slice_clip_any(
        &mut self,
        end: Value,
        default: Value,
        len: Value,
        low: Value,
        high: Value,
    ) -> PyResult<Value> {
        if end.is_none() {
            return Ok(default);
        }
        let end = self.slice_end_any(end)?;
        if self.compare(end, Value::small(0), CmpOp::Lt)? {
            let end = self.binary(BinaryOp::Add, end, len)?;
            return Ok(if self.compare(end, low, CmpOp::Lt)? { low } else { end });
        }
        Ok(if self.compare(end, high, CmpOp::Gt)? { high } else { end })
    }

    fn slice_end_any(&mut self, v: Value) -> PyResult<Value> {
        if !self.has_index(v) {
            return Err(self.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        let n = self.index_value(v)?;
        Ok(int::as_int(self, n).unwrap_or(n))
    }
}
