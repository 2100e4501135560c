//! `tzinfo` and `timezone`, and asking any time zone for its offset and name.

use super::delta::{self, DAY, Delta};
use super::moment;
use super::stamp::{self, Stamp};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a tzinfo, which holds nothing itself.
    TzInfo(ids::TZINFO) {}
}

layout! {
    /// Cell of a timezone; without a name of its own it is called after its offset.
    TimeZone(ids::TIMEZONE) { offset, name }
}

/// Whether a value is a time zone.
pub fn is_zone(vm: &Vm, v: Value) -> bool {
    vm.class_of(v).is_subtype(vm.builtin(ids::TZINFO))
}

/// `None` or a time zone, else TypeError.
pub fn check(vm: &mut Vm, v: Value) -> PyResult<()> {
    if v.is_none() || is_zone(vm, v) {
        return Ok(());
    }
    let got = vm.type_name(v);
    let text = format!("tzinfo argument must be None or of a tzinfo subclass, not type '{got}'");
    Err(vm.type_error(text))
}

/// Whether an offset is less than a day, either way.
fn is_in_day(offset: &Delta) -> bool {
    let total = offset.total();
    -i128::from(DAY) < total && total < i128::from(DAY)
}

fn check_offset(vm: &mut Vm, offset: Gc<Delta>) -> PyResult<()> {
    if is_in_day(&offset) {
        return Ok(());
    }
    let shown = vm.repr(Value::from_gc(offset))?.to_message();
    Err(vm.value_error(format!(
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {shown}"
    )))
}

/// `timezone.utc`
pub fn utc(vm: &mut Vm) -> PyResult {
    super::constants(vm).map(|c| c.utc)
}

/// `timezone(offset, name)`; UTC itself for no offset and no name.
pub fn make(vm: &mut Vm, offset: Gc<Delta>, name: Value) -> PyResult {
    if name.is_unbound() && offset.is_zero() {
        return utc(vm);
    }
    check_offset(vm, offset)?;
    make_any(vm, offset, name)
}

pub fn make_any(vm: &mut Vm, offset: Gc<Delta>, name: Value) -> PyResult {
    let cls = vm.native_class(TimeZone::DECL)?;
    let this = vm.alloc_instance::<TimeZone>(cls)?;
    this.offset.init(Value::from_gc(offset));
    this.name.init(name);
    Ok(Value::from_gc(this))
}

/// The timezone of a number of microseconds.
pub fn of_micros(vm: &mut Vm, offset: i64) -> PyResult {
    let offset = delta::make(vm, offset.into())?;
    make(vm, offset, Value::UNBOUND)
}

fn ask(vm: &mut Vm, zone: Value, method: &str, when: Value) -> PyResult<Option<Gc<Delta>>> {
    if zone.is_none() {
        return Ok(None);
    }
    if let Some(fixed) = vm.exact::<TimeZone>(zone) {
        return Ok(if method == "utcoffset" { delta::of(vm, fixed.offset.get()) } else { None });
    }
    let answer = vm.call_method(zone, method, &[when])?;
    if answer.is_none() {
        return Ok(None);
    }
    let Some(offset) = delta::of(vm, answer) else {
        let got = vm.type_name(answer);
        let text = format!("tzinfo.{method}() must return None or a timedelta, not '{got}'");
        return Err(vm.type_error(text));
    };
    check_offset(vm, offset)?;
    Ok(Some(offset))
}

/// The offset from UTC that a time zone gives for a datetime, or for `None`.
pub fn utcoffset(vm: &mut Vm, zone: Value, when: Value) -> PyResult<Option<Gc<Delta>>> {
    ask(vm, zone, "utcoffset", when)
}

pub fn dst(vm: &mut Vm, zone: Value, when: Value) -> PyResult<Option<Gc<Delta>>> {
    ask(vm, zone, "dst", when)
}

pub fn tzname(vm: &mut Vm, zone: Value, when: Value) -> PyResult {
    if zone.is_none() {
        return Ok(Value::NONE);
    }
    let name = vm.call_method(zone, "tzname", &[when])?;
    if name.is_none() || vm.downcast::<Str>(name).is_some() {
        return Ok(name);
    }
    let got = vm.type_name(name);
    Err(vm.type_error(format!("tzinfo.tzname() must return None or a string, not '{got}'")))
}

/// `+HH:MM`, with seconds and microseconds where there are any.
pub fn offset_text(offset: &Delta, separator: &str) -> String {
    let total = offset.total();
    let sign = if total < 0 { '-' } else { '+' };
    let total = total.unsigned_abs() as u64;
    let (seconds, micros) = (total / 1_000_000, total % 1_000_000);
    let mut text = format!("{sign}{:02}{separator}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 || micros != 0 {
        text.push_str(&format!("{separator}{:02}", seconds % 60));
    }
    if micros != 0 {
        text.push_str(&format!(".{micros:06}"));
    }
    text
}

fn abstract_method(vm: &mut Vm, name: &str) -> PyResult {
    Err(vm.not_implemented_error(format!("a tzinfo subclass must implement {name}()")))
}

/// The datetime argument of `fromutc`, in this very zone.
fn own_datetime(vm: &mut Vm, zone: Value, when: Value) -> PyResult<Gc<Stamp>> {
    let Some(at) = stamp::datetime_of(vm, when) else {
        return Err(vm.type_error("fromutc: argument must be a datetime"));
    };
    if at.tzinfo.get() != zone {
        return Err(vm.value_error("fromutc: dt.tzinfo is not self"));
    }
    Ok(at)
}

fn from_utc(vm: &mut Vm, zone: Value, when: Value) -> PyResult {
    let at = own_datetime(vm, zone, when)?;
    let Some(offset) = utcoffset(vm, zone, when)? else {
        return Err(vm.value_error("fromutc: non-None utcoffset() result required"));
    };
    let Some(saving) = dst(vm, zone, when)? else {
        return Err(vm.value_error("fromutc: non-None dst() result required"));
    };
    let standard = (offset.total() - saving.total()) as i64;
    let result = moment::shifted(vm, at, standard)?;
    let Some(saving) = dst(vm, zone, result)? else {
        return Err(vm.value_error("fromutc: tz.dst() gave inconsistent results; cannot convert"));
    };
    if saving.is_zero() {
        return Ok(result);
    }
    match stamp::datetime_of(vm, result) {
        Some(result) => moment::shifted(vm, result, saving.total() as i64),
        None => Ok(result),
    }
}

/// Abstract base class for time zone info objects.
#[py_type(name = "tzinfo", module = "datetime", id = ids::TZINFO, subclassable)]
impl TzInfo {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<TzInfo>> {
        vm.alloc_instance::<TzInfo>(cls)
    }
    /// datetime -> string name of time zone.
    #[method(sig = "($self, dt, /)")]
    fn tzname(vm: &mut Vm, _this: Value, _dt: Value) -> PyResult {
        abstract_method(vm, "tzname")
    }
    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[method(sig = "($self, dt, /)")]
    fn utcoffset(vm: &mut Vm, _this: Value, _dt: Value) -> PyResult {
        abstract_method(vm, "utcoffset")
    }
    /// datetime -> DST offset as timedelta positive east of UTC.
    #[method(sig = "($self, dt, /)")]
    fn dst(vm: &mut Vm, _this: Value, _dt: Value) -> PyResult {
        abstract_method(vm, "dst")
    }
    /// datetime in UTC -> datetime in local time.
    #[method(sig = "($self, dt, /)")]
    fn fromutc(vm: &mut Vm, this: Value, dt: Value) -> PyResult {
        from_utc(vm, this, dt)
    }
    /// -> (cls, state)
    #[method]
    fn __reduce__(vm: &mut Vm, this: Value) -> PyResult<(Value, Value, Value)> {
        let name = vm.intern("__getinitargs__");
        let args = match vm.get_attr_opt(this, name)? {
            Some(f) => vm.call(f, &[])?,
            None => Value::from_gc(vm.tuple(&[])?),
        };
        let state = vm.call_method(this, "__getstate__", &[])?;
        Ok((Value::from_gc(vm.class_of(this)), args, state))
    }
}

/// The argument of a timezone's methods: a datetime or None.
fn check_when(vm: &mut Vm, method: &str, when: Value) -> PyResult<()> {
    if when.is_none() || stamp::datetime_of(vm, when).is_some() {
        return Ok(());
    }
    let got = vm.type_name(when);
    Err(vm.type_error(format!("{method}(dt) argument must be a datetime instance or None, not {got}")))
}

fn offset_of(vm: &Vm, this: Gc<TimeZone>) -> Gc<Delta> {
    delta::of(vm, this.offset.get()).expect("made with an offset")
}

fn is_utc(vm: &mut Vm, this: Gc<TimeZone>) -> PyResult<bool> {
    Ok(Value::from_gc(this) == utc(vm)?)
}

fn name_of(vm: &mut Vm, this: Gc<TimeZone>) -> PyResult {
    if let Some(name) = this.name.get().bound() {
        return Ok(name);
    }
    let offset = offset_of(vm, this);
    let text = if offset.is_zero() { "UTC".to_owned() } else { format!("UTC{}", offset_text(&offset, ":")) };
    vm.str(&text).map(Value::from_gc)
}

/// Fixed offset from UTC implementation of tzinfo.
#[py_type(name = "timezone", module = "datetime", id = ids::TIMEZONE, base = ids::TZINFO)]
impl TimeZone {
    #[new(sig = "(offset, name=<unrepresentable>)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, offset: Gc<Delta>, name: Option<Gc<Str>>) -> PyResult {
        make(vm, offset, name.map_or(Value::UNBOUND, Value::from_gc))
    }
    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[method(sig = "($self, dt, /)")]
    fn tzname(vm: &mut Vm, this: Gc<TimeZone>, dt: Value) -> PyResult {
        check_when(vm, "tzname", dt)?;
        name_of(vm, this)
    }
    /// Return fixed offset.
    #[method(sig = "($self, dt, /)")]
    fn utcoffset(vm: &mut Vm, this: Gc<TimeZone>, dt: Value) -> PyResult {
        check_when(vm, "utcoffset", dt)?;
        Ok(this.offset.get())
    }
    /// Return None.
    #[method(sig = "($self, dt, /)")]
    fn dst(vm: &mut Vm, _this: Gc<TimeZone>, dt: Value) -> PyResult<()> {
        check_when(vm, "dst", dt)
    }
    /// datetime in UTC -> datetime in local time.
    #[method(sig = "($self, dt, /)")]
    fn fromutc(vm: &mut Vm, this: Gc<TimeZone>, dt: Value) -> PyResult {
        let at = own_datetime(vm, Value::from_gc(this), dt)?;
        let offset = offset_of(vm, this).total() as i64;
        moment::shifted(vm, at, offset)
    }
    /// pickle support
    #[method]
    fn __getinitargs__(vm: &mut Vm, this: Gc<TimeZone>) -> PyResult<Gc<Tuple>> {
        match this.name.get().bound() {
            Some(name) => vm.tuple(&[this.offset.get(), name]),
            None => vm.tuple(&[this.offset.get()]),
        }
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<TimeZone>) -> PyResult<String> {
        if is_utc(vm, this)? {
            return Ok("datetime.timezone.utc".to_owned());
        }
        let offset = vm.repr(this.offset.get())?.to_message();
        match this.name.get().bound() {
            Some(name) => Ok(format!("datetime.timezone({offset}, {})", vm.repr(name)?.to_message())),
            None => Ok(format!("datetime.timezone({offset})")),
        }
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Gc<TimeZone>) -> PyResult {
        name_of(vm, this)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<TimeZone>, value: Value) -> Value {
        match vm.exact::<TimeZone>(value) {
            Some(other) => Value::bool(offset_of(vm, this).total() == offset_of(vm, other).total()),
            None => Value::NOT_IMPLEMENTED,
        }
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<TimeZone>, value: Value) -> Value {
        match vm.exact::<TimeZone>(value) {
            Some(other) => Value::bool(offset_of(vm, this).total() != offset_of(vm, other).total()),
            None => Value::NOT_IMPLEMENTED,
        }
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<TimeZone>) -> PyResult<i64> {
        let offset = offset_of(vm, this);
        delta::hash(vm, offset)
    }
}
