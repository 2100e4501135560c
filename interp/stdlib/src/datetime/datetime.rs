//! `datetime`: a date and a time of day, possibly with a time zone.

use super::calendar::Clock;
use super::date::strptime;
use super::delta::{self, Delta};
use super::stamp::{self, AnyDate, Moment, Stamp, c_int};
use super::time_of_day::{self, Time};
use super::{iso_text, local, moment, text, zone};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::native::{ArgAt, FromArg, errors};
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// Whether pickled bytes are a datetime's; the month's top bit is the fold.
fn is_state(bytes: &[u8]) -> bool {
    (1..=12).contains(&(bytes[2] & 0x7f))
}

fn value(this: Moment) -> Value {
    Value::from_gc(this.0)
}

fn class_of(vm: &Vm, this: Moment) -> Gc<Type> {
    vm.class_of(value(this))
}

/// A character that separates date and time.
pub struct Separator(u32);

impl FromArg for Separator {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<Separator> {
        match vm.downcast::<Str>(v) {
            Some(text) if text.len() == 1 => Ok(Separator(text.code_point(0))),
            Some(text) => Err(vm.type_error(format!(
                "{}() {} must be a unicode character, not a string of length {}",
                at.function,
                at.what,
                text.len()
            ))),
            None => Err(errors::bad_argument(vm, at, "a unicode character", v)),
        }
    }
}

fn state(vm: &mut Vm, this: Moment, with_fold: bool) -> PyResult<(Value, Value)> {
    let bytes = vm.bytes_value(&moment::state(&this.0, with_fold))?;
    let zone = this.0.tzinfo.get();
    let args = if zone.is_none() { vm.tuple(&[bytes])? } else { vm.tuple(&[bytes, zone])? };
    Ok((Value::from_gc(class_of(vm, this)), Value::from_gc(args)))
}

/// What `replace` changes: year, month, day, hour, minute, second, microsecond, fold; and the zone.
fn replaced(vm: &mut Vm, this: Gc<Stamp>, changes: [Option<Value>; 8], tzinfo: Option<Value>) -> PyResult {
    let ((y, m, d), c) = (this.date(), this.clock.get());
    let mut n = [y, m, d, c.hour.into(), c.minute.into(), c.second.into(), c.micro as i32, c.fold.into()];
    for (slot, v) in n.iter_mut().zip(changes) {
        if let Some(v) = v {
            *slot = c_int(vm, v)?;
        }
    }
    let tzinfo = tzinfo.unwrap_or(this.tzinfo.get());
    let ymd = stamp::check_date(vm, n[0], n[1], n[2])?;
    let clock = stamp::check_clock(vm, [n[3], n[4], n[5], n[6], n[7]])?;
    zone::check(vm, tzinfo)?;
    let cls = vm.class_of(Value::from_gc(this));
    stamp::datetime_in(vm, cls, ymd, clock, tzinfo)
}

fn deprecated(vm: &mut Vm, old: &str, new: &str) -> PyResult<()> {
    vm.warn(
        Exc::DeprecationWarning,
        format!(
            "datetime.datetime.{old}() is deprecated and scheduled for removal in a future version. Use \
             timezone-aware objects to represent datetimes in UTC: datetime.datetime.{new}."
        ),
        1,
    )
}

/// Declares Python's `datetime`.
pub struct DateTime;

/// datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])
///
/// The year, month and day arguments are required. tzinfo may be None, or an
/// instance of a tzinfo subclass. The remaining arguments may be ints.
#[py_type(name = "datetime", module = "datetime", id = ids::DATETIME, base = ids::DATE, payload = Stamp, subclassable)]
impl DateTime {
    #[new(
        sig = "(year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)"
    )]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
        hour: Value,
        minute: Value,
        second: Value,
        microsecond: Value,
        tzinfo: Value,
        fold: Value,
    ) -> PyResult<Gc<Stamp>> {
        if let (Some(state), None) = (year, day)
            && let Some(state) = stamp::pickled(vm, state, 10, "datetime", is_state)?
        {
            let zone = month.unwrap_or(Value::NONE);
            stamp::check_state_zone(vm, zone)?;
            let clock = stamp::clock_of_state(&state[4..], state[2] >> 7);
            return stamp::alloc(vm, cls, stamp::date_of_state(&state), clock, zone);
        }
        let y = stamp::required_int(vm, year, "year", 1)?;
        let m = stamp::required_int(vm, month, "month", 2)?;
        let d = stamp::required_int(vm, day, "day", 3)?;
        let mut fields = [0; 5];
        for (slot, v) in fields.iter_mut().zip([hour, minute, second, microsecond, fold]) {
            *slot = c_int(vm, v)?;
        }
        let ymd = stamp::check_date(vm, y, m, d)?;
        let clock = stamp::check_clock(vm, fields)?;
        zone::check(vm, tzinfo)?;
        stamp::alloc(vm, cls, ymd, clock, tzinfo)
    }

    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[classmethod(sig = "($type, /, tz=None)")]
    fn now(vm: &mut Vm, cls: Gc<Type>, tz: Value) -> PyResult {
        zone::check(vm, tz)?;
        local::in_zone(vm, cls, local::now(), tz)
    }
    /// Return a new datetime representing UTC day and time.
    #[classmethod(sig = "($type, /)")]
    fn utcnow(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
        deprecated(vm, "utcnow", "now(datetime.UTC)")?;
        local::from_timestamp(vm, cls, local::now(), local::Zone::Utc, Value::NONE)
    }
    /// timestamp[, tz] -> tz's local time from POSIX timestamp.
    #[classmethod(sig = "($type, /, timestamp, tz=None)")]
    fn fromtimestamp(vm: &mut Vm, cls: Gc<Type>, timestamp: Value, tz: Value) -> PyResult {
        zone::check(vm, tz)?;
        let at = local::seconds_and_micros(vm, timestamp)?;
        local::in_zone(vm, cls, at, tz)
    }
    /// Construct a naive UTC datetime from a POSIX timestamp.
    #[classmethod(sig = "($type, timestamp, /)")]
    fn utcfromtimestamp(vm: &mut Vm, cls: Gc<Type>, timestamp: Value) -> PyResult {
        deprecated(vm, "utcfromtimestamp", "fromtimestamp(timestamp, datetime.UTC)")?;
        let at = local::seconds_and_micros(vm, timestamp)?;
        local::from_timestamp(vm, cls, at, local::Zone::Utc, Value::NONE)
    }
    /// string, format -> new datetime parsed from a string (like time.strptime()).
    #[classmethod(sig = "($type, string, format, /)")]
    fn strptime(vm: &mut Vm, cls: Gc<Type>, string: Gc<Str>, format: Gc<Str>) -> PyResult {
        strptime(vm, cls, string, format, "datetime")
    }
    /// date, time -> datetime with same date and time fields
    #[classmethod(sig = "($type, /, date, time, tzinfo=<unrepresentable>)")]
    fn combine(vm: &mut Vm, cls: Gc<Type>, date: AnyDate, time: Gc<Time>, tzinfo: Option<Value>) -> PyResult {
        let zone = tzinfo.unwrap_or(time.tzinfo.get());
        zone::check(vm, zone)?;
        stamp::datetime_in(vm, cls, date.0.ymd.get(), time.clock.get(), zone)
    }
    /// string -> datetime from a string in most ISO 8601 formats
    #[classmethod(sig = "($type, object, /)")]
    fn fromisoformat(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        let text = iso_text::argument(vm, object)?;
        let Some((mut date, parsed)) = iso_text::datetime(&iso_text::bytes_of(text)) else {
            return Err(iso_text::invalid(vm, text));
        };
        let zone = parsed.zone(vm)?;
        let [mut hour, minute, second, micro] = parsed.fields;
        if parsed.is_end_of_day(vm)? {
            hour = 0;
            date = iso_text::next_day(date);
        }
        let ymd = stamp::check_date(vm, date.0, date.1, date.2)?;
        let clock = stamp::check_clock(vm, [hour, minute, second, micro, 0])?;
        stamp::datetime_in(vm, cls, ymd, clock, zone)
    }

    /// Return date object with same year, month and day.
    #[method]
    fn date(vm: &mut Vm, this: Moment) -> PyResult<Gc<Stamp>> {
        stamp::new_date(vm, this.0.ymd.get())
    }
    /// Return time object with same time but with tzinfo=None.
    #[method]
    fn time(vm: &mut Vm, this: Moment) -> PyResult<Gc<Time>> {
        time_of_day::make(vm, this.0.clock.get(), Value::NONE)
    }
    /// Return time object with same time and tzinfo.
    #[method]
    fn timetz(vm: &mut Vm, this: Moment) -> PyResult<Gc<Time>> {
        time_of_day::make(vm, this.0.clock.get(), this.0.tzinfo.get())
    }
    /// Return ctime() style string.
    #[method]
    fn ctime(_vm: &mut Vm, this: Moment) -> String {
        text::ctime(&this.0)
    }
    /// Return time tuple, compatible with time.localtime().
    #[method]
    fn timetuple(vm: &mut Vm, this: Moment) -> PyResult {
        let dst = zone::dst(vm, this.0.tzinfo.get(), value(this))?;
        let dst = dst.map_or(-1, |dst| i64::from(!dst.is_zero()));
        text::time_tuple(vm, this.0.ymd.get(), this.0.clock.get(), dst)
    }
    /// Return POSIX timestamp as float.
    #[method]
    fn timestamp(vm: &mut Vm, this: Moment) -> PyResult {
        if this.0.tzinfo.get().is_none() {
            let seconds = local::timestamp(vm, this.0)?;
            return vm.float(seconds);
        }
        let epoch = super::constants(vm)?.epoch;
        let Some(epoch) = stamp::datetime_of(vm, epoch) else {
            return Err(vm.system_error("the epoch is a datetime"));
        };
        let since = moment::subtract(vm, this.0, epoch)?;
        let seconds = Delta::total_seconds(vm, since)?;
        vm.float(seconds)
    }
    /// Return UTC time tuple, compatible with time.localtime().
    #[method]
    fn utctimetuple(vm: &mut Vm, this: Moment) -> PyResult {
        let Some(offset) = moment::utcoffset(vm, this.0)? else {
            return text::time_tuple(vm, this.0.ymd.get(), this.0.clock.get(), 0);
        };
        let naive = stamp::new_datetime(vm, this.0.ymd.get(), this.0.clock.get(), Value::NONE)?;
        let utc = moment::add(vm, naive, -offset.total())?;
        match stamp::datetime_of(vm, utc) {
            Some(utc) => text::time_tuple(vm, utc.ymd.get(), utc.clock.get(), 0),
            None => Ok(utc),
        }
    }
    /// [sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    /// sep is used to separate the year from the time, and defaults to 'T'.
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    #[method(sig = "($self, /, sep='T', timespec='auto')")]
    fn isoformat(vm: &mut Vm, this: Moment, sep: Separator, timespec: String) -> PyResult<Gc<Str>> {
        let mut out = habu_runtime::types::str::StrBuilder::new();
        out.push_str(&text::date(this.0.ymd.get()));
        out.push(sep.0);
        out.push_str(&text::clock(vm, this.0.clock.get(), &timespec)?);
        out.push_str(&text::offset(vm, this.0.tzinfo.get(), value(this), ":")?);
        out.finish(vm)
    }
    /// Return self.tzinfo.utcoffset(self).
    #[method]
    fn utcoffset(vm: &mut Vm, this: Moment) -> PyResult<Option<Gc<Delta>>> {
        moment::utcoffset(vm, this.0)
    }
    /// Return self.tzinfo.tzname(self).
    #[method]
    fn tzname(vm: &mut Vm, this: Moment) -> PyResult {
        zone::tzname(vm, this.0.tzinfo.get(), value(this))
    }
    /// Return self.tzinfo.dst(self).
    #[method]
    fn dst(vm: &mut Vm, this: Moment) -> PyResult<Option<Gc<Delta>>> {
        zone::dst(vm, this.0.tzinfo.get(), value(this))
    }
    /// Return datetime with new specified fields.
    #[method(
        sig = "($self, /, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
        text = "($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        vm: &mut Vm,
        this: Moment,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult {
        replaced(vm, this.0, [year, month, day, hour, minute, second, microsecond, fold], tzinfo)
    }
    /// The same as replace().
    #[method(
        sig = "($self, /, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
        text = "($self, /, **changes)"
    )]
    fn __replace__(
        vm: &mut Vm,
        this: Moment,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult {
        replaced(vm, this.0, [year, month, day, hour, minute, second, microsecond, fold], tzinfo)
    }
    /// tz -> convert to local time in new timezone tz
    #[method(sig = "($self, /, tz=None)")]
    fn astimezone(vm: &mut Vm, this: Moment, tz: Value) -> PyResult {
        zone::check(vm, tz)?;
        moment::as_timezone(vm, this.0, tz)
    }
    /// __reduce_ex__(proto) -> (cls, state)
    #[method(sig = "($self, protocol, /)")]
    fn __reduce_ex__(vm: &mut Vm, this: Moment, protocol: i32) -> PyResult<(Value, Value)> {
        state(vm, this, protocol > 3)
    }
    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(vm: &mut Vm, this: Moment) -> PyResult<(Value, Value)> {
        state(vm, this, false)
    }
    #[getter]
    fn hour(_vm: &mut Vm, this: Moment) -> u8 {
        this.0.clock.get().hour
    }
    #[getter]
    fn minute(_vm: &mut Vm, this: Moment) -> u8 {
        this.0.clock.get().minute
    }
    #[getter]
    fn second(_vm: &mut Vm, this: Moment) -> u8 {
        this.0.clock.get().second
    }
    #[getter]
    fn microsecond(_vm: &mut Vm, this: Moment) -> u32 {
        this.0.clock.get().micro
    }
    #[getter]
    fn tzinfo(_vm: &mut Vm, this: Moment) -> Value {
        this.0.tzinfo.get()
    }
    #[getter]
    fn fold(_vm: &mut Vm, this: Moment) -> u8 {
        this.0.clock.get().fold
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Moment) -> PyResult<String> {
        let ((y, m, d), c) = (this.0.date(), this.0.clock.get());
        let mut out = format!("{}({y}, {m}, {d}, {}, {}", vm.type_name(value(this)), c.hour, c.minute);
        push_seconds(&mut out, c);
        if c.fold != 0 {
            out.push_str(", fold=1");
        }
        push_zone(vm, &mut out, this.0.tzinfo.get())?;
        out.push(')');
        Ok(out)
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Moment) -> PyResult {
        let (name, sep) = (vm.intern("sep"), Value::from_gc(vm.str(" ")?));
        let isoformat = vm.get_attr_str(value(this), "isoformat")?;
        vm.call_kw(isoformat, &[], &[(name, sep)])
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Moment) -> PyResult<i64> {
        moment::hash(vm, this.0)
    }
    #[method]
    fn __add__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        match delta::of(vm, value) {
            Some(delta) => moment::add(vm, this.0, delta.total()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __radd__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        DateTime::__add__(vm, this, value)
    }
    #[method]
    fn __sub__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        if let Some(delta) = delta::of(vm, value) {
            return moment::add(vm, this.0, -delta.total());
        }
        match stamp::datetime_of(vm, value) {
            Some(other) => moment::subtract(vm, this.0, other).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __rsub__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        match stamp::datetime_of(vm, value) {
            Some(other) => moment::subtract(vm, other, this.0).map(Value::from_gc),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        moment::compare(vm, this.0, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        moment::compare(vm, this.0, value, CmpOp::Le)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        moment::compare(vm, this.0, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        moment::compare(vm, this.0, value, CmpOp::Ne)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        moment::compare(vm, this.0, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Moment, value: Value) -> PyResult {
        moment::compare(vm, this.0, value, CmpOp::Ge)
    }
}

/// The clock's fields behind hour and minute, as `repr` shows them.
pub fn push_seconds(out: &mut String, c: Clock) {
    if c.micro != 0 {
        out.push_str(&format!(", {}, {}", c.second, c.micro));
    } else if c.second != 0 {
        out.push_str(&format!(", {}", c.second));
    }
}

/// The time zone, as `repr` shows it.
pub fn push_zone(vm: &mut Vm, out: &mut String, tzinfo: Value) -> PyResult<()> {
    if !tzinfo.is_none() {
        out.push_str(", tzinfo=");
        out.push_str(&vm.repr(tzinfo)?.to_message());
    }
    Ok(())
}
