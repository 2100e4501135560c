//! The Python type `range`.

use super::Range;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::protocol::{BinaryOp, CmpOp};
use crate::types::int;
use crate::types::slice::Slice;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::{Tuple, combine_hashes};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// An arithmetic progression of integers, computed when asked for.
///
/// range(stop)
/// range(start, stop[, step])
#[py_type(name = "range", id = ids::RANGE, sequence)]
impl Range {
    #[new(sig = "(*args)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, args: Gc<Tuple>) -> PyResult<Gc<Range>> {
        let (start, stop, step) = match *args.items() {
            [stop] => (Value::small(0), stop, Value::small(1)),
            [start, stop] => (start, stop, Value::small(1)),
            [start, stop, step] => (start, stop, step),
            [] => return Err(vm.type_error("range expected at least 1 argument, got 0")),
            _ => return Err(vm.type_error(format!("range expected at most 3 arguments, got {}", args.len()))),
        };
        let (start, stop, step) = (vm.exact_index(start)?, vm.exact_index(stop)?, vm.exact_index(step)?);
        if step == Value::small(0) {
            return Err(vm.value_error("range() arg 3 must not be zero"));
        }
        vm.range_new(start, stop, step)
    }
    #[getter]
    fn start(_vm: &mut Vm, this: Gc<Range>) -> Value {
        this.start.get()
    }
    #[getter]
    fn stop(_vm: &mut Vm, this: Gc<Range>) -> Value {
        this.stop.get()
    }
    #[getter]
    fn step(_vm: &mut Vm, this: Gc<Range>) -> Value {
        this.step.get()
    }
    #[method]
    fn __len__(vm: &mut Vm, this: Gc<Range>) -> PyResult<Value> {
        let length = this.length.get();
        match int::to_i128(length).and_then(|n| i64::try_from(n).ok()) {
            Some(_) => Ok(length),
            None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }
    #[method]
    fn __bool__(_vm: &mut Vm, this: Gc<Range>) -> bool {
        this.length.get() != Value::small(0)
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Range>, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.exact::<Slice>() {
            let [start, stop, step] = vm.slice_fit_any(slice, this.length.get())?;
            let step = vm.binary(BinaryOp::Mul, this.step.get(), step)?;
            let start = vm.range_at(this, start)?;
            let stop = vm.range_at(this, stop)?;
            return vm.range_new(start, stop, step).map(Value::from_gc);
        }
        if !vm.has_index(key) {
            let got = vm.type_name(key);
            return Err(vm.type_error(format!("range indices must be integers or slices, not {got}")));
        }
        let (mut index, length) = (vm.exact_index(key)?, this.length.get());
        let zero = Value::small(0);
        if vm.compare(index, zero, CmpOp::Lt)? {
            index = vm.binary(BinaryOp::Add, index, length)?;
        }
        if vm.compare(index, zero, CmpOp::Lt)? || vm.compare(index, length, CmpOp::Ge)? {
            return Err(vm.index_error("range object index out of range"));
        }
        vm.range_at(this, index)
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<Range>, key: Value) -> PyResult<bool> {
        match plain_int(vm, key) {
            Some(n) => Ok(vm.range_position(this, n)?.is_some()),
            None => Ok(search(vm, this, key)?.is_some()),
        }
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Range>) -> PyResult<Value> {
        vm.range_iter(this)
    }
    /// An iterator from the last item to the first.
    #[method]
    fn __reversed__(vm: &mut Vm, this: Gc<Range>) -> PyResult<Value> {
        vm.range_reversed(this)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Range>) -> PyResult<Gc<Str>> {
        let mut text = StrBuilder::new();
        text.push_str("range(");
        let start = vm.repr(this.start.get())?;
        text.push_py(start);
        text.push_str(", ");
        let stop = vm.repr(this.stop.get())?;
        text.push_py(stop);
        if this.step.get() != Value::small(1) {
            text.push_str(", ");
            let step = vm.repr(this.step.get())?;
            text.push_py(step);
        }
        text.push_str(")");
        text.finish(vm)
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Range>) -> PyResult<i64> {
        let mut hashes = [0; 3];
        for (hash, part) in hashes.iter_mut().zip(identity(&this)) {
            *hash = vm.hash(part)?;
        }
        Ok(combine_hashes(hashes))
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Range>, value: Value) -> PyResult<Value> {
        equal(vm, this, value, true)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Range>, value: Value) -> PyResult<Value> {
        equal(vm, this, value, false)
    }
    #[method]
    fn __lt__(_vm: &mut Vm, _this: Gc<Range>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __le__(_vm: &mut Vm, _this: Gc<Range>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __gt__(_vm: &mut Vm, _this: Gc<Range>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    #[method]
    fn __ge__(_vm: &mut Vm, _this: Gc<Range>, _value: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Range>) -> PyResult<(Value, Value)> {
        let args = vm.tuple(&[this.start.get(), this.stop.get(), this.step.get()])?;
        Ok((Value::from_gc(vm.builtin(ids::RANGE)), Value::from_gc(args)))
    }
    /// How many items are equal to the object.
    #[method]
    fn count(vm: &mut Vm, this: Gc<Range>, object: Value) -> PyResult<usize> {
        if let Some(n) = plain_int(vm, object) {
            return Ok(usize::from(vm.range_position(this, n)?.is_some()));
        }
        let iterator = vm.range_iter(this)?;
        let mut count = 0;
        while let Some(item) = vm.iter_next(iterator)? {
            count += usize::from(vm.eq(item, object)?);
        }
        Ok(count)
    }
    /// Position of the object.
    ///
    /// Raises ValueError if it is not in the range.
    #[method]
    fn index(vm: &mut Vm, this: Gc<Range>, object: Value) -> PyResult<Value> {
        let Some(n) = plain_int(vm, object) else {
            return match search(vm, this, object)? {
                Some(at) => Ok(Value::small(at)),
                None => Err(vm.value_error("sequence.index(x): x not in sequence")),
            };
        };
        match vm.range_position(this, n)? {
            Some(at) => Ok(at),
            None => Err(vm.value_error("range.index(x): x not in range")),
        }
    }
}

/// An exact int or bool as an int.
fn plain_int(vm: &Vm, v: Value) -> Option<Value> {
    if v.is_bool() {
        return Some(bool_number(v));
    }
    (vm.class_of(v) == vm.builtin(ids::INT)).then_some(v)
}

fn bool_number(v: Value) -> Value {
    Value::small(i64::from(v == Value::TRUE))
}

/// Position of the first item equal to any object, by comparing.
fn search(vm: &mut Vm, range: Gc<Range>, v: Value) -> PyResult<Option<i64>> {
    let iterator = vm.range_iter(range)?;
    let mut at = 0;
    while let Some(item) = vm.iter_next(iterator)? {
        if vm.eq(item, v)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

/// What makes ranges equal: length, start if there is an item, step if there are two.
fn identity(range: &Range) -> [Value; 3] {
    let (length, start, step) = (range.length.get(), range.start.get(), range.step.get());
    match length.as_small() {
        Some(0) => [length, Value::NONE, Value::NONE],
        Some(1) => [length, start, Value::NONE],
        _ => [length, start, step],
    }
}

fn equal(vm: &mut Vm, this: Gc<Range>, value: Value, wanted: bool) -> PyResult<Value> {
    let Some(other) = value.exact::<Range>() else { return Ok(Value::NOT_IMPLEMENTED) };
    for (a, b) in identity(&this).into_iter().zip(identity(&other)) {
        if !vm.eq(a, b)? {
            return Ok(Value::bool(!wanted));
        }
    }
    Ok(Value::bool(wanted))
}

impl Vm {
    /// `operator.index(v)` as an exact int.
    pub fn exact_index(&mut self, v: Value) -> PyResult<Value> {
        if v.is_small() {
            return Ok(v);
        }
        if v.is_bool() {
            return Ok(bool_number(v));
        }
        let n = self.index_value(v)?;
        Ok(int::as_int(self, n).unwrap_or(n))
    }
}
