//! `time`: a time of day, possibly with a time zone.

use super::calendar::Clock;
use super::date::{hash_bytes, strptime};
use super::datetime::{push_seconds, push_zone};
use super::delta::{self, Delta};
use super::stamp::{self, c_int};
use super::{iso_text, text, zone};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a time.
    Time(ids::TIME_OF_DAY) { tzinfo } plain { hash: i64, clock: Clock }
}

/// Whether pickled bytes are a time's; the hour's top bit is the fold.
fn is_state(bytes: &[u8]) -> bool {
    bytes[0] & 0x7f < 24
}

fn alloc(vm: &mut Vm, cls: Gc<Type>, clock: Clock, tzinfo: Value) -> PyResult<Gc<Time>> {
    let this = vm.alloc_instance::<Time>(cls)?;
    this.tzinfo.init(tzinfo);
    this.clock.set(clock);
    Ok(this)
}

/// A plain time.
pub fn make(vm: &mut Vm, clock: Clock, tzinfo: Value) -> PyResult<Gc<Time>> {
    let cls = vm.builtin(ids::TIME_OF_DAY);
    alloc(vm, cls, clock, tzinfo)
}

/// `cls(hour, minute, second, microsecond, tzinfo)`, with a fold.
fn time_in(vm: &mut Vm, cls: Gc<Type>, fields: [i32; 5], tzinfo: Value) -> PyResult {
    if cls == vm.builtin(ids::TIME_OF_DAY) {
        let clock = stamp::check_clock(vm, fields)?;
        zone::check(vm, tzinfo)?;
        return make(vm, clock, tzinfo).map(Value::from_gc);
    }
    let number = |n: i32| Value::small(n.into());
    let [hour, minute, second, micro, fold] = fields;
    let args = [number(hour), number(minute), number(second), number(micro), tzinfo];
    let made = vm.call(Value::from_gc(cls), &args)?;
    if let Some(made) = vm.downcast::<Time>(made) {
        made.clock.set(Clock { fold: fold as u8, ..made.clock.get() });
    }
    Ok(made)
}

fn utcoffset(vm: &mut Vm, this: Gc<Time>) -> PyResult<Option<Gc<Delta>>> {
    zone::utcoffset(vm, this.tzinfo.get(), Value::NONE)
}

fn compare(vm: &mut Vm, this: Gc<Time>, other: Value, op: CmpOp) -> PyResult {
    let Some(other) = vm.downcast::<Time>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let micros = |t: &Time| i128::from(t.clock.get().micros());
    let (a, b) = (micros(&this), micros(&other));
    let order = if this.tzinfo.get() == other.tzinfo.get() {
        a.cmp(&b)
    } else {
        match (utcoffset(vm, this)?, utcoffset(vm, other)?) {
            (None, None) => a.cmp(&b),
            (Some(x), Some(y)) => (a - x.total()).cmp(&(b - y.total())),
            _ => {
                return match op {
                    CmpOp::Eq => Ok(Value::FALSE),
                    CmpOp::Ne => Ok(Value::TRUE),
                    _ => Err(vm.type_error("can't compare offset-naive and offset-aware times")),
                };
            }
        }
    };
    Ok(Value::bool(op.of(order)))
}

fn state(vm: &mut Vm, this: Gc<Time>, with_fold: bool) -> PyResult<(Value, Value)> {
    let mut bytes = stamp::clock_state(this.clock.get());
    if with_fold && this.clock.get().fold == 1 {
        bytes[0] |= 0x80;
    }
    let bytes = vm.bytes_value(&bytes)?;
    let zone = this.tzinfo.get();
    let args = if zone.is_none() { vm.tuple(&[bytes])? } else { vm.tuple(&[bytes, zone])? };
    Ok((Value::from_gc(vm.class_of(Value::from_gc(this))), Value::from_gc(args)))
}

/// What `replace` changes: five numbers and the zone.
fn replaced(vm: &mut Vm, this: Gc<Time>, changes: [Option<Value>; 5], tzinfo: Option<Value>) -> PyResult {
    let c = this.clock.get();
    let mut now = [c.hour.into(), c.minute.into(), c.second.into(), c.micro as i32, c.fold.into()];
    for (slot, v) in now.iter_mut().zip(changes) {
        if let Some(v) = v {
            *slot = c_int(vm, v)?;
        }
    }
    let tzinfo = tzinfo.unwrap_or(this.tzinfo.get());
    if !(0..=1).contains(&now[4]) {
        return Err(vm.value_error(format!("fold must be either 0 or 1, not {}", now[4])));
    }
    let cls = vm.class_of(Value::from_gc(this));
    time_in(vm, cls, now, tzinfo)
}

/// time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object
///
/// All arguments are optional. tzinfo may be None, or an instance of
/// a tzinfo subclass. The remaining arguments may be ints.
#[py_type(name = "time", module = "datetime", id = ids::TIME_OF_DAY, subclassable)]
impl Time {
    #[new(sig = "(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        hour: Value,
        minute: Value,
        second: Value,
        microsecond: Value,
        tzinfo: Value,
        fold: Value,
    ) -> PyResult<Gc<Time>> {
        if let Some(state) = stamp::pickled(vm, hour, 6, "time", is_state)? {
            // The pickled zone comes second.
            let zone = if minute == Value::small(0) { Value::NONE } else { minute };
            stamp::check_state_zone(vm, zone)?;
            let fold = state[0] >> 7;
            let mut clock = stamp::clock_of_state(&state, fold);
            clock.hour &= 0x7f;
            return alloc(vm, cls, clock, zone);
        }
        let mut fields = [0; 5];
        for (slot, v) in fields.iter_mut().zip([hour, minute, second, microsecond, fold]) {
            *slot = c_int(vm, v)?;
        }
        let clock = stamp::check_clock(vm, fields)?;
        zone::check(vm, tzinfo)?;
        alloc(vm, cls, clock, tzinfo)
    }

    /// string, format -> new time parsed from a string (like time.strptime()).
    #[classmethod(sig = "($type, string, format, /)")]
    fn strptime(vm: &mut Vm, cls: Gc<Type>, string: Gc<Str>, format: Gc<Str>) -> PyResult {
        strptime(vm, cls, string, format, "time")
    }
    /// string -> time from a string in ISO 8601 format
    #[classmethod(sig = "($type, object, /)")]
    fn fromisoformat(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        let text = iso_text::argument(vm, object)?;
        let bytes = iso_text::bytes_of(text);
        let parsed = iso_text::time(bytes.strip_prefix(b"T").unwrap_or(&bytes));
        let Some(parsed) = parsed else { return Err(iso_text::invalid(vm, text)) };
        let [mut hour, minute, second, micro] = parsed.fields;
        if parsed.is_end_of_day(vm)? {
            hour = 0;
        }
        let zone = parsed.zone(vm)?;
        time_in(vm, cls, [hour, minute, second, micro, 0], zone)
    }
    /// Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    ///
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    #[method(sig = "($self, /, timespec='auto')")]
    fn isoformat(vm: &mut Vm, this: Gc<Time>, timespec: String) -> PyResult<String> {
        let mut out = text::clock(vm, this.clock.get(), &timespec)?;
        out.push_str(&text::offset(vm, this.tzinfo.get(), Value::NONE, ":")?);
        Ok(out)
    }
    /// format -> strftime() style string.
    #[method(sig = "($self, /, format)")]
    fn strftime(vm: &mut Vm, this: Gc<Time>, format: Gc<Str>) -> PyResult {
        let c = this.clock.get();
        let numbers = [1900, 1, 1, i64::from(c.hour), c.minute.into(), c.second.into(), 0, 1, -1];
        let tuple = Value::from_gc(vm.tuple(&numbers.map(Value::small))?);
        text::strftime(vm, Value::from_gc(this), format, tuple)
    }
    /// Formats self with strftime.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(vm: &mut Vm, this: Gc<Time>, format_spec: Gc<Str>) -> PyResult {
        text::format(vm, Value::from_gc(this), format_spec)
    }
    /// Return self.tzinfo.utcoffset(self).
    #[method]
    fn utcoffset(vm: &mut Vm, this: Gc<Time>) -> PyResult<Option<Gc<Delta>>> {
        utcoffset(vm, this)
    }
    /// Return self.tzinfo.tzname(self).
    #[method]
    fn tzname(vm: &mut Vm, this: Gc<Time>) -> PyResult {
        zone::tzname(vm, this.tzinfo.get(), Value::NONE)
    }
    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(vm: &mut Vm, this: Gc<Time>) -> PyResult<Option<Gc<Delta>>> {
        zone::dst(vm, this.tzinfo.get(), Value::NONE)
    }
    /// Return time with new specified fields.
    #[method(
        sig = "($self, /, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
        text = "($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        vm: &mut Vm,
        this: Gc<Time>,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult {
        replaced(vm, this, [hour, minute, second, microsecond, fold], tzinfo)
    }
    /// The same as replace().
    #[method(
        sig = "($self, /, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
        text = "($self, /, **changes)"
    )]
    fn __replace__(
        vm: &mut Vm,
        this: Gc<Time>,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult {
        replaced(vm, this, [hour, minute, second, microsecond, fold], tzinfo)
    }
    /// __reduce_ex__(proto) -> (cls, state)
    #[method(sig = "($self, protocol, /)")]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<Time>, protocol: i32) -> PyResult<(Value, Value)> {
        state(vm, this, protocol > 3)
    }
    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Time>) -> PyResult<(Value, Value)> {
        state(vm, this, false)
    }
    #[getter]
    fn hour(_vm: &mut Vm, this: Gc<Time>) -> u8 {
        this.clock.get().hour
    }
    #[getter]
    fn minute(_vm: &mut Vm, this: Gc<Time>) -> u8 {
        this.clock.get().minute
    }
    #[getter]
    fn second(_vm: &mut Vm, this: Gc<Time>) -> u8 {
        this.clock.get().second
    }
    #[getter]
    fn microsecond(_vm: &mut Vm, this: Gc<Time>) -> u32 {
        this.clock.get().micro
    }
    #[getter]
    fn tzinfo(_vm: &mut Vm, this: Gc<Time>) -> Value {
        this.tzinfo.get()
    }
    #[getter]
    fn fold(_vm: &mut Vm, this: Gc<Time>) -> u8 {
        this.clock.get().fold
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Time>) -> PyResult<String> {
        let c = this.clock.get();
        let mut out = format!("{}({}, {}", vm.type_name(Value::from_gc(this)), c.hour, c.minute);
        push_seconds(&mut out, c);
        push_zone(vm, &mut out, this.tzinfo.get())?;
        if c.fold != 0 {
            out.push_str(", fold=1");
        }
        out.push(')');
        Ok(out)
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Gc<Time>) -> PyResult {
        vm.call_method(Value::from_gc(this), "isoformat", &[])
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Time>) -> PyResult<i64> {
        if this.hash.get() == 0 {
            let clock = this.clock.get();
            let hash = match utcoffset(vm, this)? {
                None => hash_bytes(vm, &stamp::clock_state(clock))?,
                Some(offset) => {
                    let since = delta::make(vm, i128::from(clock.micros()) - offset.total())?;
                    delta::hash(vm, since)?
                }
            };
            this.hash.set(hash);
        }
        Ok(this.hash.get())
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<Time>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<Time>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Time>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<Time>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<Time>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<Time>, value: Value) -> PyResult {
        compare(vm, this, value, CmpOp::Ge)
    }
}
