//! `_datetime`: dates, times of day, durations and time zones.

mod arith;
mod calendar;
mod date;
#[allow(clippy::module_inception, reason = "the class has the module's name")]
mod datetime;
mod delta;
mod iso_date;
mod iso_text;
mod local;
mod moment;
mod stamp;
mod text;
mod time_of_day;
mod zone;

use crate::support::{add_type, set, set_int};
use calendar::{Clock, MAX_YEAR, MIN_YEAR, Ymd};
use datetime::DateTime;
use delta::{DAY, Delta, MAX_DAYS};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use stamp::Stamp;
use std::any::TypeId;
use time_of_day::Time;
use zone::{TimeZone, TzInfo};

/// What the module makes once; the machine's permanent values keep it.
#[derive(Clone, Copy)]
struct Constants {
    utc: Value,
    epoch: Value,
    iso_class: Gc<Type>,
}

fn constants(vm: &mut Vm) -> PyResult<Constants> {
    match vm.module_state.get(&TypeId::of::<Constants>()).and_then(|c| c.downcast_ref::<Constants>()) {
        Some(constants) => Ok(*constants),
        None => Err(vm.system_error("datetime is not initialised")),
    }
}

/// Enters the constants of a class in its namespace.
fn fill(vm: &mut Vm, cls: Gc<Type>, entries: &[(&str, Value)]) -> PyResult<()> {
    let dict = cls.dict.get().expect("classes have a dict");
    for (name, v) in entries {
        let name = vm.intern(name);
        vm.dict_set_str(dict, name, *v)?;
    }
    vm.class_changed(cls);
    Ok(())
}

fn duration(vm: &mut Vm, micros: i128) -> PyResult {
    delta::make(vm, micros).map(Value::from_gc)
}

fn fill_timedelta(vm: &mut Vm, cls: Gc<Type>) -> PyResult<()> {
    let days = i128::from(MAX_DAYS) * i128::from(DAY);
    let min = duration(vm, -days)?;
    let max = duration(vm, days + i128::from(DAY) - 1)?;
    let resolution = duration(vm, 1)?;
    fill(vm, cls, &[("resolution", resolution), ("min", min), ("max", max)])
}

const FIRST: Ymd = Ymd { year: MIN_YEAR as i16, month: 1, day: 1 };
const LAST: Ymd = Ymd { year: MAX_YEAR as i16, month: 12, day: 31 };

fn fill_date(vm: &mut Vm, cls: Gc<Type>) -> PyResult<()> {
    let min = Value::from_gc(stamp::new_date(vm, FIRST)?);
    let max = Value::from_gc(stamp::new_date(vm, LAST)?);
    let resolution = duration(vm, DAY.into())?;
    fill(vm, cls, &[("min", min), ("max", max), ("resolution", resolution)])
}

fn fill_time(vm: &mut Vm, cls: Gc<Type>) -> PyResult<()> {
    let min = Value::from_gc(time_of_day::make(vm, Clock::default(), Value::NONE)?);
    let max = Value::from_gc(time_of_day::make(vm, Clock::from_micros(DAY - 1), Value::NONE)?);
    let resolution = duration(vm, 1)?;
    fill(vm, cls, &[("min", min), ("max", max), ("resolution", resolution)])
}

fn fill_datetime(vm: &mut Vm, cls: Gc<Type>) -> PyResult<()> {
    let min = Value::from_gc(stamp::new_datetime(vm, FIRST, Clock::default(), Value::NONE)?);
    let max = Value::from_gc(stamp::new_datetime(vm, LAST, Clock::from_micros(DAY - 1), Value::NONE)?);
    let resolution = duration(vm, 1)?;
    fill(vm, cls, &[("min", min), ("max", max), ("resolution", resolution)])
}

fn fill_timezone(vm: &mut Vm, cls: Gc<Type>, utc: Value) -> PyResult<()> {
    const MOST: i128 = (23 * 3600 + 59 * 60) * 1_000_000;
    let least = delta::make(vm, -MOST)?;
    let min = zone::make_any(vm, least, Value::UNBOUND)?;
    let most = delta::make(vm, MOST)?;
    let max = zone::make_any(vm, most, Value::UNBOUND)?;
    fill(vm, cls, &[("utc", utc), ("min", min), ("max", max)])
}

/// Fast implementation of the datetime module.
#[native_module(name = "_datetime")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let date = add_type(vm, module, Stamp::DECL)?;
        let datetime = add_type(vm, module, DateTime::DECL)?;
        let time = add_type(vm, module, Time::DECL)?;
        let timedelta = add_type(vm, module, Delta::DECL)?;
        add_type(vm, module, TzInfo::DECL)?;
        let timezone = add_type(vm, module, TimeZone::DECL)?;
        let none = delta::make(vm, 0)?;
        let utc = zone::make_any(vm, none, Value::UNBOUND)?;
        let epoch_day = Ymd { year: 1970, month: 1, day: 1 };
        let epoch = Value::from_gc(stamp::new_datetime(vm, epoch_day, Clock::default(), utc)?);
        let iso_class = iso_date::make_class(vm)?;
        for kept in [utc, epoch, Value::from_gc(iso_class)] {
            vm.permanent.push(kept);
        }
        vm.module_state.insert(TypeId::of::<Constants>(), Box::new(Constants { utc, epoch, iso_class }));
        fill_timedelta(vm, timedelta)?;
        fill_date(vm, date)?;
        fill_time(vm, time)?;
        fill_datetime(vm, datetime)?;
        fill_timezone(vm, timezone, utc)?;
        set(vm, module, "UTC", utc)?;
        set_int(vm, module, "MINYEAR", MIN_YEAR.into())?;
        set_int(vm, module, "MAXYEAR", MAX_YEAR.into())
    }
}
