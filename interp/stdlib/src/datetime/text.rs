//! Texts of dates and times: ISO format, `ctime`, `strftime`, and time tuples.

use super::calendar::{Clock, Ymd, ordinal, weekday};
use super::stamp::Stamp;
use super::zone;
use habu_runtime::heap::Gc;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

pub fn date(ymd: Ymd) -> String {
    format!("{:04}-{:02}-{:02}", ymd.year, ymd.month, ymd.day)
}

/// The time of day as `timespec` asks.
pub fn clock(vm: &mut Vm, c: Clock, timespec: &str) -> PyResult<String> {
    let Clock { micro, hour, minute, second, .. } = c;
    let spec = match timespec {
        "auto" if micro == 0 => "seconds",
        "auto" => "microseconds",
        other => other,
    };
    Ok(match spec {
        "hours" => format!("{hour:02}"),
        "minutes" => format!("{hour:02}:{minute:02}"),
        "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
        "milliseconds" => format!("{hour:02}:{minute:02}:{second:02}.{:03}", micro / 1000),
        "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{micro:06}"),
        _ => return Err(vm.value_error("Unknown timespec value")),
    })
}

/// The offset of a time zone, as texts show it; empty where there is none.
pub fn offset(vm: &mut Vm, zone: Value, when: Value, separator: &str) -> PyResult<String> {
    Ok(match zone::utcoffset(vm, zone, when)? {
        Some(offset) => zone::offset_text(&offset, separator),
        None => String::new(),
    })
}

pub fn ctime(this: &Stamp) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (y, m, d) = this.date();
    let c = this.clock.get();
    let (day, month) = (DAYS[weekday(y, m, d) as usize % 7], MONTHS[(m as usize + 11) % 12]);
    format!("{day} {month} {d:2} {:02}:{:02}:{:02} {y:04}", c.hour, c.minute, c.second)
}

/// `time.struct_time` of a date and time of day.
pub fn time_tuple(vm: &mut Vm, ymd: Ymd, c: Clock, dst: i64) -> PyResult {
    let (y, m, d) = (ymd.year.into(), ymd.month.into(), ymd.day.into());
    let yday = ordinal(y, m, d) - ordinal(y, 1, 1) + 1;
    let number = |n: i32| Value::small(n.into());
    let items = [
        number(y),
        number(m),
        number(d),
        number(c.hour.into()),
        number(c.minute.into()),
        number(c.second.into()),
        number(weekday(y, m, d)),
        number(yday),
        Value::small(dst),
    ];
    let tuple = Value::from_gc(vm.tuple(&items)?);
    let time = habu_runtime::import::import_module(vm, "time")?;
    vm.call_method(time, "struct_time", &[tuple])
}

fn attribute(vm: &mut Vm, this: Value, name: &str) -> PyResult<Option<Value>> {
    let name = vm.intern(name);
    vm.get_attr_opt(this, name)
}

/// `%z` and its relatives.
fn push_offset(vm: &mut Vm, out: &mut StrBuilder, this: Value, separator: &str) -> PyResult<()> {
    if let Some(zone) = attribute(vm, this, "tzinfo")? {
        let when = when_of(vm, this);
        let text = offset(vm, zone, when, separator)?;
        out.push_str(&text);
    }
    Ok(())
}

/// What a time zone is asked about: the datetime, or for a time `None`.
fn when_of(vm: &Vm, this: Value) -> Value {
    if super::stamp::datetime_of(vm, this).is_some() { this } else { Value::NONE }
}

/// `%Z`, whose percent signs are not the format's.
fn push_zone_name(vm: &mut Vm, out: &mut StrBuilder, this: Value) -> PyResult<()> {
    let Some(zone) = attribute(vm, this, "tzinfo")? else { return Ok(()) };
    let when = when_of(vm, this);
    let name = zone::tzname(vm, zone, when)?;
    if name.is_none() {
        return Ok(());
    }
    let (from, to) = (vm.intern_value("%"), vm.intern_value("%%"));
    let doubled = vm.call_method(name, "replace", &[from, to])?;
    match vm.downcast::<Str>(doubled) {
        Some(doubled) => out.push_py(doubled),
        None => return Err(vm.type_error("tzname.replace() did not return a string")),
    }
    Ok(())
}

/// A year with its century: the C library writes no leading zeros.
fn push_year(vm: &mut Vm, out: &mut StrBuilder, code: u8, tuple: Value, strftime: Value) -> PyResult<()> {
    let year = if code == b'G' {
        let text = Value::from_gc(vm.str("%G")?);
        let text = vm.call(strftime, &[text, tuple])?;
        let year = vm.to_str(text)?.to_message();
        year.trim().parse::<i64>().unwrap_or(0)
    } else {
        let year = vm.get_item(tuple, Value::small(0))?;
        vm.index(year)?
    };
    match code {
        b'C' => out.push_str(&format!("{:02}", year / 100)),
        b'F' => out.push_str(&format!("{year:04}-%m-%d")),
        _ => out.push_str(&format!("{year:04}")),
    }
    Ok(())
}

/// `time.strftime`, with what only dates and times know filled in before.
pub fn strftime(vm: &mut Vm, this: Value, format: Gc<Str>, tuple: Value) -> PyResult {
    let time = habu_runtime::import::import_module(vm, "time")?;
    let strftime = vm.get_attr_str(time, "strftime")?;
    let mut out = StrBuilder::new();
    let mut at = 0;
    let code_at = |i: usize| if i < format.len() { format.code_point(i) } else { 0 };
    while at < format.len() {
        let c = code_at(at);
        if c != u32::from('%') || at + 1 == format.len() {
            out.push(c);
            at += 1;
            continue;
        }
        let code = code_at(at + 1);
        at += 2;
        match u8::try_from(code).unwrap_or(0) {
            b'z' => push_offset(vm, &mut out, this, "")?,
            b':' if code_at(at) == u32::from('z') => {
                at += 1;
                push_offset(vm, &mut out, this, ":")?;
            }
            b'Z' => push_zone_name(vm, &mut out, this)?,
            b'f' => {
                let micro = match attribute(vm, this, "microsecond")? {
                    Some(v) => vm.index(v)?,
                    None => 0,
                };
                out.push_str(&format!("{micro:06}"));
            }
            code @ (b'Y' | b'G' | b'C' | b'F') => push_year(vm, &mut out, code, tuple, strftime)?,
            _ => {
                out.push(c);
                out.push(code);
            }
        }
    }
    let format = Value::from_gc(out.finish(vm)?);
    vm.call(strftime, &[format, tuple])
}

/// `__format__`: `str()` for an empty format, else `strftime`.
pub fn format(vm: &mut Vm, this: Value, spec: Gc<Str>) -> PyResult {
    if spec.is_empty() {
        return vm.to_str(this).map(Value::from_gc);
    }
    vm.call_method(this, "strftime", &[Value::from_gc(spec)])
}
