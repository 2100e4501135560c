//! `timedelta`: cells, making them, attributes, comparing, texts.

use super::arith;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::float;
use habu_runtime::types::int;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};
use std::cmp::Ordering;

layout! {
    /// Cell of a timedelta, normalised: only `days` may be negative.
    Delta(ids::TIMEDELTA) {} plain { hash: i64, days: i32, seconds: i32, micros: i32 }
}

pub const DAY: i64 = 86_400_000_000;
pub const MAX_DAYS: i32 = 999_999_999;

impl Delta {
    /// The whole duration in microseconds.
    pub fn total(&self) -> i128 {
        i128::from(self.days.get()) * i128::from(DAY) + i128::from(self.rest())
    }
    /// Microseconds beyond the days.
    pub fn rest(&self) -> i64 {
        i64::from(self.seconds.get()) * 1_000_000 + i64::from(self.micros.get())
    }
    pub fn is_zero(&self) -> bool {
        self.days.get() == 0 && self.rest() == 0
    }
    pub fn order(&self, other: &Delta) -> Ordering {
        (self.days.get(), self.rest()).cmp(&(other.days.get(), other.rest()))
    }
}

/// A timedelta argument that is neither converted nor optional.
pub fn of(vm: &Vm, v: Value) -> Option<Gc<Delta>> {
    vm.downcast::<Delta>(v)
}

/// A timedelta of so many microseconds.
pub fn make(vm: &mut Vm, total: i128) -> PyResult<Gc<Delta>> {
    let cls = vm.native_class(Delta::DECL)?;
    make_of(vm, cls, total)
}

fn too_large(vm: &mut Vm) -> Raised {
    vm.overflow_error("Python int too large to convert to C int")
}

pub fn make_of(vm: &mut Vm, cls: Gc<Type>, total: i128) -> PyResult<Gc<Delta>> {
    let days = total.div_euclid(i128::from(DAY));
    let rest = total.rem_euclid(i128::from(DAY)) as i64;
    let Ok(days) = i32::try_from(days) else { return Err(too_large(vm)) };
    if days.abs() > MAX_DAYS {
        return Err(vm.overflow_error(format!("days={days}; must have magnitude <= {MAX_DAYS}")));
    }
    let this = vm.alloc_instance::<Delta>(cls)?;
    this.days.set(days);
    this.seconds.set((rest / 1_000_000) as i32);
    this.micros.set((rest % 1_000_000) as i32);
    Ok(this)
}

/// What the constructor's arguments come to so far: whole microseconds, and fractions of one.
struct Sum {
    whole: i128,
    fraction: f64,
}

impl Sum {
    fn add(&mut self, vm: &mut Vm, v: Value, name: &str, factor: i64) -> PyResult<()> {
        let factor_wide = i128::from(factor);
        let mut add_whole = |vm: &mut Vm, n: i128| {
            let sum = n.checked_mul(factor_wide).and_then(|n| self.whole.checked_add(n));
            match sum {
                Some(sum) => {
                    self.whole = sum;
                    Ok(())
                }
                None => Err(too_large(vm)),
            }
        };
        if let Some(n) = int::as_int(vm, v) {
            return match int::to_i128(n) {
                Some(n) => add_whole(vm, n),
                None => Err(too_large(vm)),
            };
        }
        let Some(f) = float::as_f64(vm, v) else {
            let got = vm.type_name(v);
            return Err(vm.type_error(format!("unsupported type for timedelta {name} component: {got}")));
        };
        let n = float::to_int(vm, f.trunc())?;
        match int::to_i128(n) {
            Some(n) => add_whole(vm, n)?,
            None => return Err(too_large(vm)),
        }
        let part = f.fract() * factor as f64;
        self.whole += part.trunc() as i128;
        self.fraction += part.fract();
        Ok(())
    }

    /// Rounded half to even.
    fn total(self) -> i128 {
        if self.fraction == 0.0 {
            return self.whole;
        }
        let mut whole = self.fraction.round();
        if (whole - self.fraction).abs() == 0.5 {
            let odd = f64::from(u8::from(self.whole & 1 == 1));
            whole = 2.0 * ((self.fraction + odd) * 0.5).round() - odd;
        }
        self.whole + whole as i128
    }
}

fn args_text(this: &Delta) -> String {
    let mut parts = Vec::new();
    for (name, n) in
        [("days", this.days.get()), ("seconds", this.seconds.get()), ("microseconds", this.micros.get())]
    {
        if n != 0 {
            parts.push(format!("{name}={n}"));
        }
    }
    if parts.is_empty() { "0".to_owned() } else { parts.join(", ") }
}

fn compare(vm: &mut Vm, this: Gc<Delta>, other: Value, op: CmpOp) -> Value {
    match of(vm, other) {
        Some(other) => Value::bool(op.of(this.order(&other))),
        None => Value::NOT_IMPLEMENTED,
    }
}

/// Hash of the three numbers.
pub fn hash(vm: &mut Vm, this: Gc<Delta>) -> PyResult<i64> {
    if this.hash.get() == 0 {
        let state = state(vm, this)?;
        let hash = vm.hash(state)?;
        this.hash.set(hash);
    }
    Ok(this.hash.get())
}

fn state(vm: &mut Vm, this: Gc<Delta>) -> PyResult {
    let number = |n: i32| Value::small(n.into());
    let items = [number(this.days.get()), number(this.seconds.get()), number(this.micros.get())];
    vm.tuple(&items).map(Value::from_gc)
}

/// Difference between two datetime values.
///
/// timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)
///
/// All arguments are optional and default to 0.
/// Arguments may be integers or floats, and may be positive or negative.
#[py_type(name = "timedelta", module = "datetime", id = ids::TIMEDELTA, subclassable)]
impl Delta {
    #[new(sig = "(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        days: Value,
        seconds: Value,
        microseconds: Value,
        milliseconds: Value,
        minutes: Value,
        hours: Value,
        weeks: Value,
    ) -> PyResult<Gc<Delta>> {
        let mut sum = Sum { whole: 0, fraction: 0.0 };
        for (v, name, factor) in [
            (microseconds, "microseconds", 1),
            (milliseconds, "milliseconds", 1000),
            (seconds, "seconds", 1_000_000),
            (minutes, "minutes", 60_000_000),
            (hours, "hours", 3_600_000_000),
            (days, "days", DAY),
            (weeks, "weeks", 7 * DAY),
        ] {
            if v != Value::small(0) {
                sum.add(vm, v, name, factor)?;
            }
        }
        make_of(vm, cls, sum.total())
    }

    /// Number of days.
    #[getter]
    fn days(_vm: &mut Vm, this: Gc<Delta>) -> i32 {
        this.days.get()
    }
    /// Number of seconds (>= 0 and less than 1 day).
    #[getter]
    fn seconds(_vm: &mut Vm, this: Gc<Delta>) -> i32 {
        this.seconds.get()
    }
    /// Number of microseconds (>= 0 and less than 1 second).
    #[getter]
    fn microseconds(_vm: &mut Vm, this: Gc<Delta>) -> i32 {
        this.micros.get()
    }
    /// Total seconds in the duration.
    #[method]
    pub fn total_seconds(vm: &mut Vm, this: Gc<Delta>) -> PyResult<f64> {
        let total = vm.int_i128(this.total())?;
        int::truediv(vm, total, Value::small(1_000_000))
    }
    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Delta>) -> PyResult<(Value, Value)> {
        let state = state(vm, this)?;
        Ok((Value::from_gc(vm.class_of(Value::from_gc(this))), state))
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Delta>) -> String {
        format!("{}({})", vm.type_name(Value::from_gc(this)), args_text(&this))
    }
    #[method]
    fn __str__(_vm: &mut Vm, this: Gc<Delta>) -> String {
        let (days, seconds, micros) = (this.days.get(), this.seconds.get(), this.micros.get());
        let mut text = match days {
            0 => String::new(),
            1 | -1 => format!("{days} day, "),
            _ => format!("{days} days, "),
        };
        text.push_str(&format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
        if micros != 0 {
            text.push_str(&format!(".{micros:06}"));
        }
        text
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Delta>) -> PyResult<i64> {
        hash(vm, this)
    }
    #[method]
    fn __bool__(_vm: &mut Vm, this: Gc<Delta>) -> bool {
        !this.is_zero()
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ge)
    }

    #[method]
    fn __add__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        match of(vm, value) {
            Some(other) => make(vm, this.total() + other.total()).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __radd__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        Delta::__add__(vm, this, value)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        match of(vm, value) {
            Some(other) => make(vm, this.total() - other.total()).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        match of(vm, value) {
            Some(other) => make(vm, other.total() - this.total()).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __neg__(vm: &mut Vm, this: Gc<Delta>) -> PyResult<Gc<Delta>> {
        make(vm, -this.total())
    }
    #[method]
    fn __pos__(vm: &mut Vm, this: Gc<Delta>) -> PyResult<Gc<Delta>> {
        make(vm, this.total())
    }
    #[method]
    fn __abs__(vm: &mut Vm, this: Gc<Delta>) -> PyResult<Gc<Delta>> {
        make(vm, this.total().abs())
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        arith::multiply(vm, this, value)
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        arith::multiply(vm, this, value)
    }
    #[method]
    fn __truediv__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        arith::true_divide(vm, this, value)
    }
    #[method]
    fn __floordiv__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        arith::floor_divide(vm, this, value)
    }
    #[method]
    fn __mod__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        match of(vm, value) {
            Some(other) => arith::divmod(vm, this, other).map(|(_, rest)| rest),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __divmod__(vm: &mut Vm, this: Gc<Delta>, value: Value) -> PyResult {
        let Some(other) = of(vm, value) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (quotient, rest) = arith::divmod(vm, this, other)?;
        vm.tuple(&[quotient, rest]).map(Value::from_gc)
    }
}
