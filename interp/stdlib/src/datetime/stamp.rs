//! The cell that dates and datetimes share, receivers of their methods, checks of their fields, making them.

use super::calendar::{Clock, MAX_ORDINAL, MAX_YEAR, MIN_YEAR, Ymd, days_in_month, from_ordinal, ordinal};
use super::zone;
use crate::layout;
use habu_runtime::heap::Gc;
use habu_runtime::native::{ArgAt, FromArg, errors};
use habu_runtime::object::{Type, ids};
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::int;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};

layout! {
    /// Cell of a date or datetime; dates have no time zone and midnight as their time.
    Stamp(ids::DATE) { tzinfo } plain { hash: i64, ymd: Ymd, clock: Clock }
}

impl Stamp {
    pub fn date(&self) -> (i32, i32, i32) {
        let ymd = self.ymd.get();
        (ymd.year.into(), ymd.month.into(), ymd.day.into())
    }
    pub fn ordinal(&self) -> i32 {
        let (y, m, d) = self.date();
        ordinal(y, m, d)
    }
    /// Microseconds since the calendar's start.
    pub fn micros(&self) -> i64 {
        i64::from(self.ordinal()) * super::delta::DAY + self.clock.get().micros()
    }
    /// What comparing compares: date and time of day, whatever the fold.
    pub fn reading(&self) -> (Ymd, i64) {
        (self.ymd.get(), self.clock.get().micros())
    }
}

/// A date or datetime.
pub fn date_of(vm: &Vm, v: Value) -> Option<Gc<Stamp>> {
    let header = v.as_header()?;
    let layout = vm.class_of(v).layout.get();
    // SAFETY: both layouts are `Stamp`.
    (layout == ids::DATE || layout == ids::DATETIME).then(|| unsafe { Gc::from_header(header) })
}

/// A datetime.
pub fn datetime_of(vm: &Vm, v: Value) -> Option<Gc<Stamp>> {
    let header = v.as_header()?;
    // SAFETY: the layout is `Stamp`.
    (vm.class_of(v).layout.get() == ids::DATETIME).then(|| unsafe { Gc::from_header(header) })
}

macro_rules! receiver {
    ($(#[$doc:meta])* $name:ident = $of:ident, $wanted:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name(pub Gc<Stamp>);
        impl FromArg for $name {
            fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<$name> {
                match $of(vm, v) {
                    Some(this) => Ok($name(this)),
                    None => Err(errors::bad_argument(vm, at, $wanted, v)),
                }
            }
            fn from_receiver(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<$name> {
                match $of(vm, v) {
                    Some(this) => Ok($name(this)),
                    None => Err(errors::wrong_receiver(vm, v, at)),
                }
            }
        }
    };
}
receiver!(
    /// A date, or a datetime as one.
    AnyDate = date_of, "datetime.date"
);
receiver!(
    /// A datetime.
    Moment = datetime_of, "datetime.datetime"
);

/// An argument that is a C int.
pub fn c_int(vm: &mut Vm, v: Value) -> PyResult<i32> {
    let n = vm.index_value(v)?;
    let Some(n) = int::as_int(vm, n).and_then(int::to_i64) else {
        return Err(vm.overflow_error("Python int too large to convert to C long"));
    };
    match i32::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) if n > 0 => Err(vm.overflow_error("signed integer is greater than maximum")),
        Err(_) => Err(vm.overflow_error("signed integer is less than minimum")),
    }
}

/// A required C int: `args[at]`.
pub fn required_int(vm: &mut Vm, v: Option<Value>, name: &str, position: usize) -> PyResult<i32> {
    match v {
        Some(v) => c_int(vm, v),
        None => Err(missing(vm, name, position)),
    }
}

pub fn missing(vm: &mut Vm, name: &str, position: usize) -> Raised {
    vm.type_error(format!("function missing required argument '{name}' (pos {position})"))
}

pub fn year_error(vm: &mut Vm, year: i64) -> Raised {
    vm.value_error(format!("year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}"))
}

/// The day, if there is one.
pub fn check_date(vm: &mut Vm, year: i32, month: i32, day: i32) -> PyResult<Ymd> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(year_error(vm, year.into()));
    }
    if !(1..=12).contains(&month) {
        return Err(vm.value_error(format!("month must be in 1..12, not {month}")));
    }
    let last = days_in_month(year, month);
    if !(1..=last).contains(&day) {
        return Err(
            vm.value_error(format!("day {day} must be in range 1..{last} for month {month} in year {year}"))
        );
    }
    Ok(Ymd { year: year as i16, month: month as u8, day: day as u8 })
}

/// The time of day, if there is one; `[hour, minute, second, microsecond, fold]`.
pub fn check_clock(vm: &mut Vm, [hour, minute, second, micro, fold]: [i32; 5]) -> PyResult<Clock> {
    for (name, n, end) in [("hour", hour, 24), ("minute", minute, 60), ("second", second, 60)] {
        if !(0..end).contains(&n) {
            return Err(vm.value_error(format!("{name} must be in 0..{}, not {n}", end - 1)));
        }
    }
    if !(0..1_000_000).contains(&micro) {
        return Err(vm.value_error(format!("microsecond must be in 0..999999, not {micro}")));
    }
    if !(0..=1).contains(&fold) {
        return Err(vm.value_error(format!("fold must be either 0 or 1, not {fold}")));
    }
    let (hour, minute, second) = (hour as u8, minute as u8, second as u8);
    Ok(Clock { micro: micro as u32, hour, minute, second, fold: fold as u8 })
}

/// A date of class `cls`, whose native layout is a date's.
pub fn alloc(vm: &mut Vm, cls: Gc<Type>, ymd: Ymd, clock: Clock, tzinfo: Value) -> PyResult<Gc<Stamp>> {
    let this = vm.alloc_instance::<Stamp>(cls)?;
    this.tzinfo.init(tzinfo);
    this.ymd.set(ymd);
    this.clock.set(clock);
    Ok(this)
}

/// A plain date.
pub fn new_date(vm: &mut Vm, ymd: Ymd) -> PyResult<Gc<Stamp>> {
    let cls = vm.builtin(ids::DATE);
    alloc(vm, cls, ymd, Clock::default(), Value::NONE)
}

/// A plain datetime.
pub fn new_datetime(vm: &mut Vm, ymd: Ymd, clock: Clock, tzinfo: Value) -> PyResult<Gc<Stamp>> {
    let cls = vm.builtin(ids::DATETIME);
    alloc(vm, cls, ymd, clock, tzinfo)
}

/// `cls(year, month, day)`
pub fn date_in(vm: &mut Vm, cls: Gc<Type>, y: i32, m: i32, d: i32) -> PyResult {
    if cls == vm.builtin(ids::DATE) {
        let ymd = check_date(vm, y, m, d)?;
        return new_date(vm, ymd).map(Value::from_gc);
    }
    let number = |n: i32| Value::small(n.into());
    vm.call(Value::from_gc(cls), &[number(y), number(m), number(d)])
}

/// `cls(year, month, day, hour, minute, second, microsecond, tzinfo)`, with a fold; the fields are valid.
pub fn datetime_in(vm: &mut Vm, cls: Gc<Type>, ymd: Ymd, clock: Clock, tzinfo: Value) -> PyResult {
    if cls == vm.builtin(ids::DATETIME) {
        return new_datetime(vm, ymd, clock, tzinfo).map(Value::from_gc);
    }
    let number = |n: u32| Value::small(n.into());
    let made = vm.call(
        Value::from_gc(cls),
        &[
            Value::small(ymd.year.into()),
            number(ymd.month.into()),
            number(ymd.day.into()),
            number(clock.hour.into()),
            number(clock.minute.into()),
            number(clock.second.into()),
            number(clock.micro),
            tzinfo,
        ],
    )?;
    if let Some(made) = datetime_of(vm, made) {
        made.clock.set(Clock { fold: clock.fold, ..made.clock.get() });
    }
    Ok(made)
}

/// The day with a number, which may be out of range.
pub fn day_of_ordinal(vm: &mut Vm, n: i64) -> PyResult<Ymd> {
    if !(1..=i64::from(MAX_ORDINAL)).contains(&n) {
        return Err(vm.overflow_error("date value out of range"));
    }
    let (y, m, d) = from_ordinal(n as i32);
    Ok(Ymd { year: y as i16, month: m as u8, day: d as u8 })
}

/// The bytes of a pickled state of this length whose byte at `month` (without the top bit if `folds`) is a month.
pub fn pickled(
    vm: &mut Vm,
    v: Value,
    len: usize,
    kind: &str,
    valid: fn(&[u8]) -> bool,
) -> PyResult<Option<Vec<u8>>> {
    if let Some(bytes) = vm.downcast::<Bytes>(v) {
        let bytes = bytes.as_slice();
        return Ok((bytes.len() == len && valid(bytes)).then(|| bytes.to_vec()));
    }
    // Python 2 pickled text that is Latin-1.
    let Some(text) = vm.downcast::<Str>(v).filter(|text| text.len() == len) else { return Ok(None) };
    let low: Option<Vec<u8>> = text.iter().map(|c| u8::try_from(c).ok()).collect();
    match low {
        Some(bytes) => Ok(valid(&bytes).then_some(bytes)),
        None if text.iter().take(4).any(|c| c > 0xff) && !may_be_state(&text, valid) => Ok(None),
        None => Err(vm.value_error(format!(
            "Failed to encode latin1 string when unpickling a {kind} object. pickle.load(data, encoding='latin1') is assumed."
        ))),
    }
}

/// Whether a text looks like a state but for characters that are no bytes.
fn may_be_state(text: &Str, valid: fn(&[u8]) -> bool) -> bool {
    let bytes: Vec<u8> = text.iter().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    valid(&bytes)
}

/// The bytes that pickling keeps of a date.
pub fn date_state(ymd: Ymd) -> [u8; 4] {
    let [high, low] = ymd.year.to_be_bytes();
    [high, low, ymd.month, ymd.day]
}

/// The bytes that pickling keeps of a time of day.
pub fn clock_state(clock: Clock) -> [u8; 6] {
    let [_, high, middle, low] = clock.micro.to_be_bytes();
    [clock.hour, clock.minute, clock.second, high, middle, low]
}

/// A time of day from its pickled bytes.
pub fn clock_of_state(bytes: &[u8], fold: u8) -> Clock {
    let micro = u32::from_be_bytes([0, bytes[3], bytes[4], bytes[5]]);
    Clock { micro, hour: bytes[0], minute: bytes[1], second: bytes[2], fold }
}

pub fn date_of_state(bytes: &[u8]) -> Ymd {
    Ymd { year: i16::from_be_bytes([bytes[0], bytes[1]]), month: bytes[2] & 0x7f, day: bytes[3] }
}

/// The time zone argument of a pickled state.
pub fn check_state_zone(vm: &mut Vm, tzinfo: Value) -> PyResult<()> {
    if tzinfo.is_none() || zone::is_zone(vm, tzinfo) {
        return Ok(());
    }
    Err(vm.type_error("bad tzinfo state arg"))
}
