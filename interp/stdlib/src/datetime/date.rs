//! `date`, and the named tuple of `isocalendar()`.

use super::calendar::{self, IsoError};
use super::stamp::{self, AnyDate, Stamp};
use super::{delta, iso_text, local, text};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::int;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Whether pickled bytes are a date's.
fn is_state(bytes: &[u8]) -> bool {
    (1..=12).contains(&bytes[2])
}

fn compare(vm: &mut Vm, this: AnyDate, other: Value, op: CmpOp) -> Value {
    match stamp::date_of(vm, other) {
        Some(other) if stamp::datetime_of(vm, Value::from_gc(other)).is_none() => {
            Value::bool(op.of(this.0.ymd.get().cmp(&other.ymd.get())))
        }
        _ => Value::NOT_IMPLEMENTED,
    }
}

/// The date so many days later.
fn later(vm: &mut Vm, this: AnyDate, days: i64) -> PyResult {
    let ymd = stamp::day_of_ordinal(vm, i64::from(this.0.ordinal()) + days)?;
    let cls = vm.class_of(Value::from_gc(this.0));
    stamp::date_in(vm, cls, ymd.year.into(), ymd.month.into(), ymd.day.into())
}

fn class_of(vm: &Vm, this: AnyDate) -> Gc<Type> {
    vm.class_of(Value::from_gc(this.0))
}

/// Hash of a pickled state.
pub fn hash_bytes(vm: &mut Vm, bytes: &[u8]) -> PyResult<i64> {
    Ok(vm.bytes(bytes)?.hash_value())
}

/// `strptime` of the three classes: `_strptime` has one function for each.
pub fn strptime(vm: &mut Vm, cls: Gc<Type>, string: Gc<Str>, format: Gc<Str>, kind: &str) -> PyResult {
    let module = habu_runtime::import::import_module(vm, "_strptime")?;
    let args = [Value::from_gc(cls), Value::from_gc(string), Value::from_gc(format)];
    vm.call_method(module, &format!("_strptime_datetime_{kind}"), &args)
}

fn replaced(vm: &mut Vm, this: AnyDate, fields: [Option<Value>; 3]) -> PyResult {
    let (y, m, d) = this.0.date();
    let mut now = [y, m, d];
    for (slot, v) in now.iter_mut().zip(fields) {
        if let Some(v) = v {
            *slot = stamp::c_int(vm, v)?;
        }
    }
    let cls = class_of(vm, this);
    stamp::date_in(vm, cls, now[0], now[1], now[2])
}

/// date(year, month, day) --> date object
#[py_type(name = "date", module = "datetime", id = ids::DATE, subclassable)]
impl Stamp {
    #[new(sig = "(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
    ) -> PyResult<Gc<Stamp>> {
        if let (Some(state), None, None) = (year, month, day)
            && let Some(state) = stamp::pickled(vm, state, 4, "date", is_state)?
        {
            return stamp::alloc(vm, cls, stamp::date_of_state(&state), Default::default(), Value::NONE);
        }
        let y = stamp::required_int(vm, year, "year", 1)?;
        let m = stamp::required_int(vm, month, "month", 2)?;
        let d = stamp::required_int(vm, day, "day", 3)?;
        let ymd = stamp::check_date(vm, y, m, d)?;
        stamp::alloc(vm, cls, ymd, Default::default(), Value::NONE)
    }

    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is
    /// interpreted as local time.
    #[classmethod(sig = "($type, timestamp, /)")]
    fn fromtimestamp(vm: &mut Vm, cls: Gc<Type>, timestamp: Value) -> PyResult {
        let seconds = local::whole_seconds(vm, timestamp)?;
        let tm = local::broken_down(vm, seconds, local::Zone::Local)?;
        let year = local::year_of(vm, &tm)?;
        stamp::date_in(vm, cls, year, tm.tm_mon + 1, tm.tm_mday)
    }
    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[classmethod(sig = "($type, ordinal, /)")]
    fn fromordinal(vm: &mut Vm, cls: Gc<Type>, ordinal: Value) -> PyResult {
        let ordinal = stamp::c_int(vm, ordinal)?;
        if ordinal < 1 {
            return Err(vm.value_error("ordinal must be >= 1"));
        }
        let (y, m, d) = calendar::from_ordinal(ordinal);
        stamp::date_in(vm, cls, y, m, d)
    }
    /// str -> Construct a date from a string in ISO 8601 format.
    #[classmethod(sig = "($type, object, /)")]
    fn fromisoformat(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        let text = iso_text::argument(vm, object)?;
        let bytes = iso_text::bytes_of(text);
        match iso_text::date(&bytes) {
            Some((y, m, d)) if matches!(bytes.len(), 7 | 8 | 10) => stamp::date_in(vm, cls, y, m, d),
            _ => Err(iso_text::invalid(vm, text)),
        }
    }
    /// int, int, int -> Construct a date from the ISO year, week number and weekday.
    ///
    /// This is the inverse of the date.isocalendar() function
    #[classmethod(sig = "($type, /, year, week, day)")]
    fn fromisocalendar(vm: &mut Vm, cls: Gc<Type>, year: Value, week: Value, day: Value) -> PyResult {
        let mut numbers = [0; 3];
        for (slot, v) in numbers.iter_mut().zip([year, week, day]) {
            let n = vm.index_value(v)?;
            let n = int::as_int(vm, n).and_then(int::to_i64).and_then(|n| i32::try_from(n).ok());
            *slot = match n {
                Some(n) => n,
                None => return Err(vm.value_error("ISO calendar component out of range")),
            };
        }
        let [year, week, day] = numbers;
        match calendar::from_iso(year, week, day) {
            Ok((y, m, d)) => stamp::date_in(vm, cls, y, m, d),
            Err(IsoError::Year) => Err(stamp::year_error(vm, year.into())),
            Err(IsoError::Week) => Err(vm.value_error(format!("Invalid week: {week}"))),
            Err(IsoError::Weekday) => {
                Err(vm.value_error(format!("Invalid weekday: {day} (range is [1, 7])")))
            }
        }
    }
    /// string, format -> new date parsed from a string (like time.strptime()).
    #[classmethod(sig = "($type, string, format, /)")]
    fn strptime(vm: &mut Vm, cls: Gc<Type>, string: Gc<Str>, format: Gc<Str>) -> PyResult {
        strptime(vm, cls, string, format, "date")
    }
    /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
    #[classmethod(sig = "($type, /)")]
    fn today(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
        let time = habu_runtime::import::import_module(vm, "time")?;
        let now = vm.call_method(time, "time", &[])?;
        vm.call_method(Value::from_gc(cls), "fromtimestamp", &[now])
    }
    /// Return ctime() style string.
    #[method]
    fn ctime(_vm: &mut Vm, this: AnyDate) -> String {
        text::ctime(&this.0)
    }
    /// format -> strftime() style string.
    #[method(sig = "($self, /, format)")]
    fn strftime(vm: &mut Vm, this: AnyDate, format: Gc<Str>) -> PyResult {
        let this = Value::from_gc(this.0);
        let tuple = vm.call_method(this, "timetuple", &[])?;
        text::strftime(vm, this, format, tuple)
    }
    /// Formats self with strftime.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(vm: &mut Vm, this: AnyDate, format_spec: Gc<Str>) -> PyResult {
        text::format(vm, Value::from_gc(this.0), format_spec)
    }
    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(vm: &mut Vm, this: AnyDate) -> PyResult {
        text::time_tuple(vm, this.0.ymd.get(), Default::default(), -1)
    }
    /// Return a named tuple containing ISO year, week number, and weekday.
    #[method]
    fn isocalendar(vm: &mut Vm, this: AnyDate) -> PyResult {
        let (y, m, d) = this.0.date();
        let (year, week, day) = calendar::iso_calendar(y, m, d);
        super::iso_date::make(vm, [year, week, day].map(|n| Value::small(n.into())))
    }
    /// Return string in ISO 8601 format, YYYY-MM-DD.
    #[method]
    fn isoformat(_vm: &mut Vm, this: AnyDate) -> String {
        text::date(this.0.ymd.get())
    }
    /// Return the day of the week represented by the date.
    /// Monday == 1 ... Sunday == 7
    #[method]
    fn isoweekday(_vm: &mut Vm, this: AnyDate) -> i32 {
        let (y, m, d) = this.0.date();
        calendar::weekday(y, m, d) + 1
    }
    /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
    #[method]
    fn toordinal(_vm: &mut Vm, this: AnyDate) -> i32 {
        this.0.ordinal()
    }
    /// Return the day of the week represented by the date.
    /// Monday == 0 ... Sunday == 6
    #[method]
    fn weekday(_vm: &mut Vm, this: AnyDate) -> i32 {
        let (y, m, d) = this.0.date();
        calendar::weekday(y, m, d)
    }
    /// Return date with new specified fields.
    #[method(
        sig = "($self, /, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)",
        text = "($self, /, year=unchanged, month=unchanged, day=unchanged)"
    )]
    fn replace(
        vm: &mut Vm,
        this: AnyDate,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
    ) -> PyResult {
        replaced(vm, this, [year, month, day])
    }
    /// The same as replace().
    #[method(
        sig = "($self, /, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)",
        text = "($self, /, **changes)"
    )]
    fn __replace__(
        vm: &mut Vm,
        this: AnyDate,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
    ) -> PyResult {
        replaced(vm, this, [year, month, day])
    }
    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(vm: &mut Vm, this: AnyDate) -> PyResult<(Value, (Value,))> {
        let state = vm.bytes_value(&stamp::date_state(this.0.ymd.get()))?;
        Ok((Value::from_gc(class_of(vm, this)), (state,)))
    }
    #[getter]
    fn year(_vm: &mut Vm, this: AnyDate) -> i16 {
        this.0.ymd.get().year
    }
    #[getter]
    fn month(_vm: &mut Vm, this: AnyDate) -> u8 {
        this.0.ymd.get().month
    }
    #[getter]
    fn day(_vm: &mut Vm, this: AnyDate) -> u8 {
        this.0.ymd.get().day
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: AnyDate) -> String {
        let (y, m, d) = this.0.date();
        format!("{}({y}, {m}, {d})", vm.type_name(Value::from_gc(this.0)))
    }
    #[method]
    fn __str__(vm: &mut Vm, this: AnyDate) -> PyResult {
        vm.call_method(Value::from_gc(this.0), "isoformat", &[])
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: AnyDate) -> PyResult<i64> {
        if this.0.hash.get() == 0 {
            let hash = hash_bytes(vm, &stamp::date_state(this.0.ymd.get()))?;
            this.0.hash.set(hash);
        }
        Ok(this.0.hash.get())
    }
    #[method]
    fn __add__(vm: &mut Vm, this: AnyDate, value: Value) -> PyResult {
        match delta::of(vm, value) {
            Some(delta) => later(vm, this, delta.days.get().into()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __radd__(vm: &mut Vm, this: AnyDate, value: Value) -> PyResult {
        Stamp::__add__(vm, this, value)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: AnyDate, value: Value) -> PyResult {
        if let Some(delta) = delta::of(vm, value) {
            return later(vm, this, -i64::from(delta.days.get()));
        }
        let Some(other) = stamp::date_of(vm, value) else { return Ok(Value::NOT_IMPLEMENTED) };
        let days = i128::from(this.0.ordinal()) - i128::from(other.ordinal());
        delta::make(vm, days * i128::from(delta::DAY)).map(Value::from_gc)
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: AnyDate, value: Value) -> PyResult {
        match stamp::date_of(vm, value) {
            Some(other) => Stamp::__sub__(vm, AnyDate(other), Value::from_gc(this.0)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: AnyDate, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: AnyDate, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: AnyDate, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: AnyDate, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: AnyDate, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: AnyDate, value: Value) -> Value {
        compare(vm, this, value, CmpOp::Ge)
    }
}
