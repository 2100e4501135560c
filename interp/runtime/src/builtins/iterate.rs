//! Iteration and what consumes iterables.

use habu_macros::native_module;

#[native_module(name = "builtins")]
pub mod functions {
    use crate::heap::Gc;
    use crate::object::Special;
    use crate::protocol::BinaryOp;
    use crate::types::list::List;
    use crate::types::tuple::Tuple;
    use crate::value::Value;
    use crate::vm::{Exc, PyResult, Vm};
    use std::ops::ControlFlow;

    /// An iterator over an object, or one that calls a function until it returns the sentinel.
    #[function(sig = "(object, sentinel=<unrepresentable>, /)")]
    fn iter(vm: &mut Vm, object: Value, sentinel: Option<Value>) -> PyResult {
        match sentinel {
            None => vm.get_iter(object),
            Some(sentinel) => {
                if !vm.is_callable(object) {
                    return Err(vm.type_error("iter(v, w): v must be callable"));
                }
                crate::types::seq_iter::new_callable(vm, object, sentinel)
            }
        }
    }

    /// The next item of an iterator; the default, if given, at its end.
    #[function(sig = "(iterator, default=<unrepresentable>, /)")]
    fn next(vm: &mut Vm, iterator: Value, default: Option<Value>) -> PyResult {
        let Some(f) = vm.lookup_special(iterator, Special::Next) else {
            let name = vm.type_name(iterator);
            return Err(vm.type_error(format!("'{name}' object is not an iterator")));
        };
        let result = vm.call_found(f, iterator, &[]);
        match default {
            None => result,
            Some(default) => Ok(vm.catch(result, Exc::StopIteration)?.unwrap_or(default)),
        }
    }

    /// Whether no item is false.
    #[function(sig = "(iterable, /)")]
    fn all(vm: &mut Vm, iterable: Value) -> PyResult<bool> {
        let mut result = true;
        vm.iterate(iterable, |vm, v| {
            result = vm.truth(v)?;
            Ok(if result { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(result)
    }

    /// Whether some item is true.
    #[function(sig = "(iterable, /)")]
    fn any(vm: &mut Vm, iterable: Value) -> PyResult<bool> {
        let mut result = false;
        vm.iterate(iterable, |vm, v| {
            result = vm.truth(v)?;
            Ok(if result { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(result)
    }

    /// The sum of the items and a start value.
    #[function(sig = "(iterable, /, start=0)")]
    fn sum(vm: &mut Vm, iterable: Value, start: Value) -> PyResult {
        if vm.downcast::<crate::types::str::Str>(start).is_some() {
            return Err(vm.type_error("sum() can't sum strings [use ''.join(seq) instead]"));
        }
        if vm.downcast::<crate::types::bytes::Bytes>(start).is_some() {
            return Err(vm.type_error("sum() can't sum bytes [use b''.join(seq) instead]"));
        }
        if vm.downcast::<crate::types::bytearray::ByteArray>(start).is_some() {
            return Err(vm.type_error("sum() can't sum bytearray [use b''.join(seq) instead]"));
        }
        let mut total = super::Sum::new(start);
        if let Some(list) = iterable.exact_list() {
            let mut at = total.add_leading(list);
            while let Some(item) = vm.list_get(list, at)? {
                at += 1;
                total.add(vm, item)?;
            }
            return total.finish(vm);
        }
        vm.iterate(iterable, |vm, v| {
            total.add(vm, v)?;
            Ok(ControlFlow::Continue(()))
        })?;
        total.finish(vm)
    }

    /// The least of an iterable's items or of the arguments.
    #[function(sig = "(*args, key=None, default=<unrepresentable>)", positional = super::min_of)]
    fn min(vm: &mut Vm, args: Gc<Tuple>, key: Value, default: Option<Value>) -> PyResult {
        super::extreme(vm, super::MIN, args.items(), key, default)
    }

    /// The greatest of an iterable's items or of the arguments.
    #[function(sig = "(*args, key=None, default=<unrepresentable>)", positional = super::max_of)]
    fn max(vm: &mut Vm, args: Gc<Tuple>, key: Value, default: Option<Value>) -> PyResult {
        super::extreme(vm, super::MAX, args.items(), key, default)
    }

    /// A new sorted list of an iterable's items.
    #[function(sig = "(iterable, /, *, key=None, reverse=False)")]
    fn sorted(vm: &mut Vm, iterable: Value, key: Value, reverse: Value) -> PyResult<Gc<List>> {
        let list = vm.list_from_iterable(iterable)?;
        let reverse = vm.truth(reverse)?;
        vm.list_sort(list, (!key.is_none()).then_some(key), reverse)?;
        Ok(list)
    }

    /// An asynchronous iterator over an object.
    #[function(sig = "(async_iterable, /)")]
    fn aiter(vm: &mut Vm, async_iterable: Value) -> PyResult {
        match vm.call_special(async_iterable, Special::AIter, &[])? {
            Some(it) if vm.lookup_special(it, Special::ANext).is_some() => Ok(it),
            Some(it) => {
                let name = vm.type_name(it);
                Err(vm.type_error(format!("aiter() returned not an async iterator of type '{name}'")))
            }
            None => {
                let name = vm.type_name(async_iterable);
                Err(vm.type_error(format!("'{name}' object is not an async iterable")))
            }
        }
    }

    /// The awaitable of an async iterator's next item; the default, if given, at its end.
    #[function(sig = "(async_iterator, default=<unrepresentable>, /)")]
    fn anext(vm: &mut Vm, async_iterator: Value, default: Option<Value>) -> PyResult {
        match (vm.call_special(async_iterator, Special::ANext, &[])?, default) {
            (Some(it), None) => Ok(it),
            (Some(it), Some(default)) => crate::types::generator::anext_or(vm, it, default),
            (None, _) => {
                let name = vm.type_name(async_iterator);
                Err(vm.type_error(format!("'{name}' object is not an async iterator")))
            }
        }
    }

    /// `x + y` for `sum`, kept here to share the operator.
    pub(super) fn plus(vm: &mut Vm, x: Value, y: Value) -> PyResult {
        vm.binary(BinaryOp::Add, x, y)
    }
}

use crate::heap::Gc;
use crate::protocol::CmpOp;
use crate::types::list::{Elements, List};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ops::ControlFlow;

/// A running sum: exact in integers, compensated in floats (Neumaier's variant of Kahan's algorithm, as CPython sums
/// floats since 3.12), by `+` for everything else.
struct Sum {
    state: SumState,
}

enum SumState {
    Int(i64),
    Float {
        sum: f64,
        lost: f64,
    },
    /// The parts of a complex number, each with what rounding lost.
    Complex {
        re: (f64, f64),
        im: (f64, f64),
    },
    Other(Value),
}

impl Sum {
    fn new(start: Value) -> Sum {
        let state = match start.as_small() {
            Some(n) => SumState::Int(n),
            None if start.is_inline_float() => {
                SumState::Float { sum: start.inline_float_unchecked(), lost: 0.0 }
            }
            None => SumState::Other(start),
        };
        Sum { state }
    }

    fn add(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        match self.state {
            SumState::Int(n) => {
                let small = v.as_small().or(match v {
                    Value::TRUE => Some(1),
                    Value::FALSE => Some(0),
                    _ => None,
                });
                if let Some(total) = small.and_then(|m| n.checked_add(m)) {
                    self.state = SumState::Int(total);
                    return Ok(());
                }
                if let Some(f) = crate::types::float::exact(vm, v) {
                    self.state = SumState::Float { sum: n as f64, lost: 0.0 };
                    self.add_float(f);
                    return Ok(());
                }
                if let Some(z) = exact_complex(vm, v) {
                    self.state = SumState::Complex { re: (n as f64 + z.0, 0.0), im: (z.1, 0.0) };
                    return Ok(());
                }
                let total = vm.int(n)?;
                self.state = SumState::Other(functions::plus(vm, total, v)?);
            }
            SumState::Float { sum, lost } => {
                if let Some(f) = crate::types::float::exact(vm, v) {
                    self.add_float(f);
                    return Ok(());
                }
                if let Some(n) = v.as_small() {
                    self.add_float(n as f64);
                    return Ok(());
                }
                if let Some(z) = exact_complex(vm, v) {
                    self.state = SumState::Complex { re: (settle(sum, lost) + z.0, 0.0), im: (z.1, 0.0) };
                    return Ok(());
                }
                let total = vm.float(settle(sum, lost))?;
                self.state = SumState::Other(functions::plus(vm, total, v)?);
            }
            SumState::Complex { re, im } => {
                if let Some(z) = exact_complex(vm, v) {
                    self.add_complex(z);
                    return Ok(());
                }
                if let Some(x) = crate::types::float::exact(vm, v).or(v.as_small().map(|n| n as f64)) {
                    let mut re = re;
                    compensate(&mut re.0, &mut re.1, x);
                    self.state = SumState::Complex { re, im };
                    return Ok(());
                }
                let total = vm.complex(settle(re.0, re.1), settle(im.0, im.1))?;
                self.state = SumState::Other(functions::plus(vm, total, v)?);
            }
            SumState::Other(total) => self.state = SumState::Other(functions::plus(vm, total, v)?),
        }
        Ok(())
    }

    /// Adds the numbers that a list begins with, as far as they are at hand, and says how many they were.
    fn add_leading(&mut self, list: Gc<List>) -> usize {
        if let (SumState::Int(n), Elements::F64) = (&self.state, list.elements())
            && !list.is_empty()
        {
            self.state = SumState::Float { sum: *n as f64, lost: 0.0 };
        }
        match &mut self.state {
            SumState::Float { sum, lost } if list.elements() == Elements::F64 => {
                list.floats().iter().for_each(|x| compensate(sum, lost, x.get()));
                list.len()
            }
            SumState::Int(total) if list.elements() != Elements::F64 => {
                for (at, word) in list.words().iter().enumerate() {
                    match word.get().as_small().and_then(|n| total.checked_add(n)) {
                        Some(sum) => *total = sum,
                        None => return at,
                    }
                }
                list.len()
            }
            _ => 0,
        }
    }

    fn add_float(&mut self, x: f64) {
        if let SumState::Float { sum, lost } = &mut self.state {
            compensate(sum, lost, x);
        }
    }

    fn add_complex(&mut self, z: (f64, f64)) {
        if let SumState::Complex { re, im } = &mut self.state {
            compensate(&mut re.0, &mut re.1, z.0);
            compensate(&mut im.0, &mut im.1, z.1);
        }
    }

    fn finish(self, vm: &mut Vm) -> PyResult {
        match self.state {
            SumState::Int(n) => vm.int(n),
            SumState::Float { sum, lost } => vm.float(settle(sum, lost)),
            SumState::Complex { re, im } => vm.complex(settle(re.0, re.1), settle(im.0, im.1)),
            SumState::Other(v) => Ok(v),
        }
    }
}

/// Adds `x` to `sum`; what rounding takes away goes to `lost`.
fn compensate(sum: &mut f64, lost: &mut f64, x: f64) {
    let t = *sum + x;
    *lost += if sum.abs() >= x.abs() { (*sum - t) + x } else { (x - t) + *sum };
    *sum = t;
}

fn exact_complex(vm: &Vm, v: Value) -> Option<(f64, f64)> {
    vm.exact::<crate::types::complex::Complex>(v).map(|z| z.get())
}

/// The compensated sum; the compensation of an infinite or NaN sum means nothing.
fn settle(sum: f64, lost: f64) -> f64 {
    if lost != 0.0 && lost.is_finite() { sum + lost } else { sum }
}

/// `min` and `max`: `op` says when a later item takes the place of an earlier one.
/// Name, and the comparison by which a later item is better.
type Which = (&'static str, CmpOp);

const MIN: Which = ("min", CmpOp::Lt);
const MAX: Which = ("max", CmpOp::Gt);

fn min_of(vm: &mut Vm, args: &[Value]) -> PyResult {
    extreme(vm, MIN, args, Value::NONE, None)
}

fn max_of(vm: &mut Vm, args: &[Value]) -> PyResult {
    extreme(vm, MAX, args, Value::NONE, None)
}

/// The best item so far with what it is compared by.
struct Best {
    op: CmpOp,
    key: Value,
    found: Option<(Value, Value)>,
}

impl Best {
    #[inline(always)]
    fn take(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        let rank = if self.key.is_none() { v } else { vm.call_one(self.key, v)? };
        let better = match self.found {
            None => true,
            Some((_, best)) => vm.compare(rank, best, self.op)?,
        };
        if better {
            self.found = Some((v, rank));
        }
        Ok(())
    }
}

/// `min` or `max` of one iterable or of several arguments.
fn extreme(vm: &mut Vm, (name, op): Which, args: &[Value], key: Value, default: Option<Value>) -> PyResult {
    let mut best = Best { op, key, found: None };
    match args {
        [] => return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [source] => vm.iterate(*source, |vm, v| best.take(vm, v).map(ControlFlow::Continue))?,
        _ => {
            if default.is_some() {
                return Err(vm.type_error(format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            for v in args {
                best.take(vm, *v)?;
            }
        }
    }
    match (best.found, default) {
        (Some((v, _)), _) => Ok(v),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(vm.value_error(format!("{name}() iterable argument is empty"))),
    }
}
