//! Broken-down times: `struct_time`, conversions, formatting.

use super::clock;
use crate::structseq::{self, Spec};
use crate::support::{last_error, set, set_int};
use habu_runtime::codecs::{Codec, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::float;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;
use std::ffi::CStr;

/// The class `struct_time`; the machine's permanent values keep it.
#[derive(Default)]
pub struct State {
    class: Option<Gc<Type>>,
}

pub fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

pub fn make_class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    let spec = Spec {
        module: "time",
        name: "struct_time",
        doc: "The time value as returned by gmtime(), localtime(), and strptime(), and accepted by asctime(), mktime() \
              and strftime().",
        fields: &[
            "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst",
        ],
        hidden: &["tm_zone", "tm_gmtoff"],
    };
    let cls = structseq::make_class(vm, &spec)?;
    vm.permanent.push(Value::from_gc(cls));
    state(vm).class = Some(cls);
    Ok(cls)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    Utc,
    Local,
}

unsafe extern "C" {
    #[link_name = "tzset"]
    fn c_tzset();
}

pub fn tzset() {
    // SAFETY: only reads the environment, which nobody writes meanwhile: one lock guards all Python code.
    unsafe { c_tzset() }
}

/// A C `struct tm` of all zeros.
fn empty_tm() -> libc::tm {
    // SAFETY: integers and a pointer, for all of which zeros are fine.
    unsafe { std::mem::zeroed() }
}

pub fn break_down(t: libc::time_t, zone: Zone) -> Option<libc::tm> {
    let mut tm = empty_tm();
    // SAFETY: both pointers are valid for the call.
    let done = unsafe {
        match zone {
            Zone::Utc => libc::gmtime_r(&t, &mut tm),
            Zone::Local => libc::localtime_r(&t, &mut tm),
        }
    };
    (!done.is_null()).then_some(tm)
}

pub fn zone_name(tm: &libc::tm) -> String {
    if tm.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the C library's zone names are strings that stay.
    unsafe { CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
}

pub fn broken_down(vm: &mut Vm, seconds: Value, zone: Zone) -> PyResult {
    let t = if seconds.is_none() {
        clock::nanoseconds(libc::CLOCK_REALTIME).div_euclid(1_000_000_000)
    } else {
        whole_seconds(vm, seconds)?
    };
    let Some(tm) = break_down(t, zone) else {
        return Err(last_error(vm, None));
    };
    let Some(cls) = state(vm).class else {
        return Err(vm.system_error("time is not initialised"));
    };
    let number = |n: i32| Value::small(i64::from(n));
    let items = [
        number(tm.tm_year + 1900),
        number(tm.tm_mon + 1),
        number(tm.tm_mday),
        number(tm.tm_hour),
        number(tm.tm_min),
        number(tm.tm_sec),
        number((tm.tm_wday + 6) % 7),
        number(tm.tm_yday + 1),
        number(tm.tm_isdst),
    ];
    let name = if zone == Zone::Utc { "UTC".to_string() } else { zone_name(&tm) };
    let name = Value::from_gc(vm.str(&name)?);
    structseq::instance(vm, cls, &items, &[("tm_zone", name), ("tm_gmtoff", Value::small(tm.tm_gmtoff))])
}

pub fn whole_seconds(vm: &mut Vm, v: Value) -> PyResult<i64> {
    let out_of_range = "timestamp out of range for platform time_t";
    if let Some(f) = float::as_f64(vm, v) {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let f = f.floor();
        if !(-9.3e18..9.2e18).contains(&f) {
            return Err(vm.overflow_error(out_of_range));
        }
        return Ok(f as i64);
    }
    let n = vm.index_value(v)?;
    match habu_runtime::types::int::to_i64(n) {
        Some(n) => Ok(n),
        None => Err(vm.overflow_error(out_of_range)),
    }
}

/// A time tuple as C has it; fields are checked only where `strict`.
fn to_tm(vm: &mut Vm, tuple: Value, strict: bool) -> PyResult<libc::tm> {
    let Some(items) = vm.downcast::<Tuple>(tuple) else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if items.len() != 9 {
        return Err(vm.type_error(
            "function takes exactly 9 arguments (".to_string() + &format!("{} given)", items.len()),
        ));
    }
    let mut n = [0i32; 9];
    for (i, slot) in n.iter_mut().enumerate() {
        let v = items.get(i).unwrap_or(Value::NONE);
        let v = vm.index_value(v)?;
        *slot = match habu_runtime::types::int::to_i64(v).and_then(|v| i32::try_from(v).ok()) {
            Some(v) => v,
            None => return Err(vm.overflow_error("Python int too large to convert to C int")),
        };
    }
    let mut tm = empty_tm();
    tm.tm_year = match n[0].checked_sub(1900) {
        Some(y) => y,
        None => return Err(vm.overflow_error("year out of range")),
    };
    tm.tm_mon = n[1] - 1;
    tm.tm_mday = n[2];
    tm.tm_hour = n[3];
    tm.tm_min = n[4];
    tm.tm_sec = n[5];
    tm.tm_wday = (n[6] + 1) % 7;
    tm.tm_yday = n[7] - 1;
    tm.tm_isdst = n[8];
    if let Ok(offset) = vm.get_attr_str(tuple, "tm_gmtoff").map_err(|raised| vm.take_exception(raised)) {
        tm.tm_gmtoff = offset.as_small().unwrap_or(0);
    }
    if strict {
        check(vm, &mut tm)?;
    }
    Ok(tm)
}

fn check(vm: &mut Vm, tm: &mut libc::tm) -> PyResult<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let wrong = if !(0..=11).contains(&tm.tm_mon) {
        "month out of range"
    } else if !(1..=31).contains(&tm.tm_mday) {
        "day of month out of range"
    } else if !(0..=23).contains(&tm.tm_hour) {
        "hour out of range"
    } else if !(0..=59).contains(&tm.tm_min) {
        "minute out of range"
    } else if !(0..=61).contains(&tm.tm_sec) {
        "seconds out of range"
    } else if tm.tm_wday < 0 {
        "day of week out of range"
    } else if !(0..=365).contains(&tm.tm_yday) {
        "day of year out of range"
    } else {
        return Ok(());
    };
    Err(vm.value_error(wrong))
}

pub fn mktime(vm: &mut Vm, tuple: Value) -> PyResult<f64> {
    let mut tm = to_tm(vm, tuple, false)?;
    tm.tm_wday = -1;
    // SAFETY: `tm` is valid.
    let t = unsafe { libc::mktime(&mut tm) };
    if t == -1 && tm.tm_wday == -1 {
        return Err(vm.overflow_error("mktime argument out of range"));
    }
    Ok(t as f64)
}

fn tuple_or_now(vm: &mut Vm, tuple: Option<Value>) -> PyResult {
    match tuple {
        Some(tuple) => Ok(tuple),
        None => broken_down(vm, Value::NONE, Zone::Local),
    }
}

pub fn asctime(vm: &mut Vm, tuple: Option<Value>) -> PyResult<String> {
    let tuple = tuple_or_now(vm, tuple)?;
    let tm = to_tm(vm, tuple, true)?;
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    Ok(format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize],
        MONTHS[tm.tm_mon as usize],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    ))
}

pub fn strftime(vm: &mut Vm, format: Gc<Str>, tuple: Option<Value>) -> PyResult<Gc<Str>> {
    let tuple = tuple_or_now(vm, tuple)?;
    let mut tm = to_tm(vm, tuple, true)?;
    let name = vm.intern("tm_zone");
    let zone = vm.get_attr_opt(tuple, name)?.and_then(|z| vm.downcast::<Str>(z));
    let zone = std::ffi::CString::new(zone.map_or(String::new(), |z| z.to_message())).unwrap_or_default();
    if zone.is_empty() {
        // SAFETY: `mktime` only normalises its copy; the zone's name it finds stays.
        let mut copy = tm;
        unsafe { libc::mktime(&mut copy) };
        tm.tm_zone = copy.tm_zone;
        tm.tm_gmtoff = copy.tm_gmtoff;
    } else {
        tm.tm_zone = zone.as_ptr();
    }
    let mut out = StrBuilder::new();
    let mut piece = Vec::new();
    // The C function stops at null bytes, and knows only ASCII whatever the locale.
    for c in format.iter() {
        match u8::try_from(c) {
            Ok(c) if c.is_ascii() && c != 0 => piece.push(c),
            _ => {
                push_formatted(vm, &mut out, std::mem::take(&mut piece), &tm)?;
                out.push(c);
            }
        }
    }
    push_formatted(vm, &mut out, piece, &tm)?;
    out.finish(vm)
}

/// What the C library makes of a piece of a format. It tells an empty result from a full buffer by nothing but size.
fn push_formatted(vm: &mut Vm, out: &mut StrBuilder, piece: Vec<u8>, tm: &libc::tm) -> PyResult<()> {
    if piece.is_empty() {
        return Ok(());
    }
    let Ok(piece) = std::ffi::CString::new(piece) else { return Ok(()) };
    let mut room = 256;
    loop {
        let mut buffer = vec![0u8; room];
        // SAFETY: the buffer has `room` bytes, format and `tm` are valid.
        let n = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), room, piece.as_ptr(), tm) };
        if n > 0 || room >= 256 * piece.as_bytes().len() {
            let text = vm.decode_with(&buffer[..n], Codec::Utf8, &Errors::SurrogateEscape)?;
            out.push_py(text);
            return Ok(());
        }
        room *= 4;
    }
}

/// `timezone`, `altzone`, `daylight` and `tzname`, from the year's two halves.
pub fn fill_zone(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    const YEAR: i64 = 365 * 24 * 3600 + 6 * 3600;
    let now = clock::nanoseconds(libc::CLOCK_REALTIME) / 1_000_000_000;
    let start = now / YEAR * YEAR;
    let zone = |t: i64| break_down(t, Zone::Local).map(|tm| (-tm.tm_gmtoff, zone_name(&tm)));
    let unknown = || (0, "UTC".to_string());
    let (winter, summer) =
        (zone(start).unwrap_or_else(unknown), zone(start + YEAR / 2).unwrap_or_else(unknown));
    let (standard, daylight) = if winter.0 < summer.0 { (summer, winter) } else { (winter, summer) };
    set_int(vm, module, "timezone", standard.0)?;
    set_int(vm, module, "altzone", daylight.0)?;
    set_int(vm, module, "daylight", i64::from(standard.0 != daylight.0))?;
    let items = [Value::from_gc(vm.str(&standard.1)?), Value::from_gc(vm.str(&daylight.1)?)];
    let names = Value::from_gc(vm.tuple(&items)?);
    set(vm, module, "tzname", names)
}
