//! Local time: timestamps to and from datetimes, folds and gaps, the local time zone.

use super::calendar::{Clock, Ymd, from_ordinal, seconds_of};
use super::delta;
use super::stamp::{self, Stamp};
use super::zone;
use crate::support::last_error;
pub use crate::time::calendar::{Zone, whole_seconds};
use crate::time::calendar::{break_down, zone_name};
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::{float, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// The Unix epoch in seconds since the calendar's start.
pub const EPOCH: i64 = 719_163 * 86_400;
const DAY_SECONDS: i64 = 86_400;

pub fn broken_down(vm: &mut Vm, seconds: i64, zone: Zone) -> PyResult<libc::tm> {
    match break_down(seconds, zone) {
        Some(tm) => Ok(tm),
        None => Err(last_error(vm, None)),
    }
}

/// The year of a broken-down time, if the calendar has it.
pub fn year_of(vm: &mut Vm, tm: &libc::tm) -> PyResult<i32> {
    let year = i64::from(tm.tm_year) + 1900;
    match i32::try_from(year) {
        Ok(n) if (1..=9999).contains(&n) => Ok(n),
        _ => Err(stamp::year_error(vm, year)),
    }
}

fn fields(vm: &mut Vm, tm: &libc::tm) -> PyResult<(Ymd, Clock)> {
    let year = year_of(vm, tm)?;
    let ymd = stamp::check_date(vm, year, tm.tm_mon + 1, tm.tm_mday)?;
    // Leap seconds do not exist here.
    let clock = stamp::check_clock(vm, [tm.tm_hour, tm.tm_min, tm.tm_sec.min(59), 0, 0])?;
    Ok((ymd, clock))
}

/// A timestamp as whole seconds and microseconds, rounded half to even.
pub fn seconds_and_micros(vm: &mut Vm, v: Value) -> PyResult<(i64, u32)> {
    const OUT_OF_RANGE: &str = "timestamp out of range for platform time_t";
    if let Some(f) = float::as_f64(vm, v) {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let (mut whole, part) = (f.trunc(), f.fract());
        let mut micros = (part * 1e6).round_ties_even();
        if micros >= 1e6 {
            micros -= 1e6;
            whole += 1.0;
        } else if micros < 0.0 {
            micros += 1e6;
            whole -= 1.0;
        }
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return Err(vm.overflow_error(OUT_OF_RANGE));
        }
        return Ok((whole as i64, micros as u32));
    }
    if !vm.has_index(v) {
        let got = vm.type_name(v);
        return Err(vm.type_error(format!("argument must be int or float, not {got}")));
    }
    let n = vm.index_value(v)?;
    match int::as_int(vm, n).and_then(int::to_i64) {
        Some(n) => Ok((n, 0)),
        None => Err(vm.overflow_error(OUT_OF_RANGE)),
    }
}

/// Local time as seconds since the calendar's start, from seconds since its start in UTC.
fn local(vm: &mut Vm, utc: i64) -> PyResult<i64> {
    let tm = broken_down(vm, utc - EPOCH, Zone::Local)?;
    let (ymd, clock) = fields(vm, &tm)?;
    Ok(seconds_of(ymd, clock))
}

/// Whether a local time that was just computed from a timestamp is the second of its name.
fn is_folded(vm: &mut Vm, timestamp: i64, reading: i64) -> PyResult<bool> {
    if timestamp + EPOCH - DAY_SECONDS < DAY_SECONDS {
        return Ok(false);
    }
    let before = local(vm, EPOCH + timestamp - DAY_SECONDS)?;
    let change = reading - before - DAY_SECONDS;
    Ok(change < 0 && local(vm, EPOCH + timestamp + change)? == reading)
}

/// The datetime of a timestamp: in UTC, or in local time.
pub fn from_timestamp(
    vm: &mut Vm,
    cls: Gc<Type>,
    (seconds, micros): (i64, u32),
    in_zone: Zone,
    tzinfo: Value,
) -> PyResult {
    let tm = broken_down(vm, seconds, in_zone)?;
    let (ymd, mut clock) = fields(vm, &tm)?;
    clock.micro = micros;
    if tzinfo.is_none() && in_zone == Zone::Local && is_folded(vm, seconds, seconds_of(ymd, clock))? {
        clock.fold = 1;
    }
    stamp::datetime_in(vm, cls, ymd, clock, tzinfo)
}

/// As `from_timestamp` in local time, or moved into a time zone.
pub fn in_zone(vm: &mut Vm, cls: Gc<Type>, at: (i64, u32), tzinfo: Value) -> PyResult {
    if tzinfo.is_none() {
        return from_timestamp(vm, cls, at, Zone::Local, tzinfo);
    }
    let utc = from_timestamp(vm, cls, at, Zone::Utc, tzinfo)?;
    vm.call_method(tzinfo, "fromutc", &[utc])
}

/// The present as seconds and microseconds.
pub fn now() -> (i64, u32) {
    let nanos = crate::time::clock::nanoseconds(libc::CLOCK_REALTIME);
    (nanos.div_euclid(1_000_000_000), (nanos.rem_euclid(1_000_000_000) / 1000) as u32)
}

/// The UTC second of a local time, both since the calendar's start. In a gap or fold, `fold` decides.
pub fn utc_of_local(vm: &mut Vm, reading: i64, fold: u8) -> PyResult<i64> {
    let first_offset = local(vm, reading)? - reading;
    let first = reading - first_offset;
    let back = local(vm, first)?;
    let other_offset = if back == reading {
        // One answer; there may be another a day away.
        let probe = if fold == 1 { first + DAY_SECONDS } else { first - DAY_SECONDS };
        let offset = local(vm, probe)? - probe;
        if offset == first_offset {
            return Ok(first);
        }
        offset
    } else {
        back - first
    };
    let second = reading - other_offset;
    if local(vm, second)? == reading {
        return Ok(second);
    }
    if back == reading {
        return Ok(first);
    }
    Ok(if fold == 1 { first.min(second) } else { first.max(second) })
}

/// `timestamp()` of a naive datetime.
pub fn timestamp(vm: &mut Vm, at: Gc<Stamp>) -> PyResult<f64> {
    let clock = at.clock.get();
    let seconds = utc_of_local(vm, seconds_of(at.ymd.get(), clock), clock.fold)?;
    Ok((seconds - EPOCH) as f64 + f64::from(clock.micro) / 1e6)
}

/// The local time zone as it is at a timestamp.
fn zone_at(vm: &mut Vm, timestamp: i64) -> PyResult {
    let tm = broken_down(vm, timestamp, Zone::Local)?;
    let name = Value::from_gc(vm.str(&zone_name(&tm))?);
    let offset = delta::make(vm, i128::from(tm.tm_gmtoff) * 1_000_000)?;
    zone::make(vm, offset, name)
}

/// The local time zone for a local time.
pub fn zone_of_local(vm: &mut Vm, at: Gc<Stamp>) -> PyResult {
    let clock = at.clock.get();
    let reading = seconds_of(at.ymd.get(), clock);
    let mut seconds = utc_of_local(vm, reading, clock.fold)?;
    let other = utc_of_local(vm, reading, 1 - clock.fold)?;
    // In a gap, each fold goes by the offset from the other side.
    if other != seconds && (other > seconds) == (clock.fold == 1) {
        seconds = other;
    }
    zone_at(vm, seconds - EPOCH)
}

/// The local time zone for a time in UTC.
pub fn zone_of_utc(vm: &mut Vm, at: Gc<Stamp>) -> PyResult {
    zone_at(vm, at.micros().div_euclid(1_000_000) - EPOCH)
}

/// The day of a count of days since the calendar's start; it is valid.
pub fn day(n: i64) -> Ymd {
    let (y, m, d) = from_ordinal(n as i32);
    Ymd { year: y as i16, month: m as u8, day: d as u8 }
}
