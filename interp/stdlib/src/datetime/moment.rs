//! What datetimes are made to do: shifting, subtracting, comparing, hashing, changing time zones.

use super::calendar::{Clock, MAX_ORDINAL};
use super::date::hash_bytes;
use super::delta::{self, DAY, Delta};
use super::stamp::{self, Stamp, datetime_of};
use super::{local, zone};
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::protocol::CmpOp;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::cmp::Ordering;

fn class_of(vm: &Vm, this: Gc<Stamp>) -> Gc<Type> {
    vm.class_of(Value::from_gc(this))
}

/// Date and time of day so many microseconds later.
fn moved(vm: &mut Vm, this: Gc<Stamp>, micros: i128) -> PyResult<(super::calendar::Ymd, Clock)> {
    let total = i128::from(this.micros()) + micros;
    let days = total.div_euclid(i128::from(DAY));
    if !(1..=i128::from(MAX_ORDINAL)).contains(&days) {
        return Err(vm.overflow_error("date value out of range"));
    }
    let clock = Clock::from_micros(total.rem_euclid(i128::from(DAY)) as i64);
    Ok((local::day(days as i64), clock))
}

/// `this` so many microseconds later, in its class and zone.
pub fn shifted(vm: &mut Vm, this: Gc<Stamp>, micros: i64) -> PyResult {
    add(vm, this, micros.into())
}

pub fn add(vm: &mut Vm, this: Gc<Stamp>, micros: i128) -> PyResult {
    let (ymd, clock) = moved(vm, this, micros)?;
    let cls = class_of(vm, this);
    stamp::datetime_in(vm, cls, ymd, clock, this.tzinfo.get())
}

pub fn utcoffset(vm: &mut Vm, this: Gc<Stamp>) -> PyResult<Option<Gc<Delta>>> {
    zone::utcoffset(vm, this.tzinfo.get(), Value::from_gc(this))
}

/// The two offsets of datetimes in different zones; none of datetimes in the same.
type Offsets = (Option<Gc<Delta>>, Option<Gc<Delta>>);

fn offsets(vm: &mut Vm, a: Gc<Stamp>, b: Gc<Stamp>) -> PyResult<Offsets> {
    if a.tzinfo.get() == b.tzinfo.get() {
        return Ok((None, None));
    }
    Ok((utcoffset(vm, a)?, utcoffset(vm, b)?))
}

fn total(offset: Option<Gc<Delta>>) -> i128 {
    offset.map_or(0, |o| o.total())
}

/// `a - b`
pub fn subtract(vm: &mut Vm, a: Gc<Stamp>, b: Gc<Stamp>) -> PyResult<Gc<Delta>> {
    let (x, y) = offsets(vm, a, b)?;
    if x.is_some() != y.is_some() {
        return Err(vm.type_error("can't subtract offset-naive and offset-aware datetimes"));
    }
    delta::make(vm, i128::from(a.micros() - b.micros()) - total(x) + total(y))
}

/// Whether the other fold would have another offset: then it equals nothing in other zones.
fn depends_on_fold(vm: &mut Vm, this: Gc<Stamp>, offset: Option<Gc<Delta>>) -> PyResult<bool> {
    let clock = this.clock.get();
    let flipped = Clock { fold: 1 - clock.fold, ..clock };
    let other = stamp::new_datetime(vm, this.ymd.get(), flipped, this.tzinfo.get())?;
    let other = utcoffset(vm, other)?;
    Ok(other.is_some() != offset.is_some() || total(other) != total(offset))
}

pub fn compare(vm: &mut Vm, a: Gc<Stamp>, b: Value, op: CmpOp) -> PyResult {
    let Some(b) = datetime_of(vm, b) else { return Ok(Value::NOT_IMPLEMENTED) };
    let answer = |order| Ok(Value::bool(op.of(order)));
    if a.tzinfo.get() == b.tzinfo.get() {
        return answer(a.reading().cmp(&b.reading()));
    }
    let (x, y) = offsets(vm, a, b)?;
    let mut order = if x.is_some() == y.is_some() {
        let of = |s: &Stamp, offset| i128::from(s.micros()) - total(offset);
        of(&a, x).cmp(&of(&b, y))
    } else {
        return match op {
            CmpOp::Eq => Ok(Value::FALSE),
            CmpOp::Ne => Ok(Value::TRUE),
            _ => Err(vm.type_error("can't compare offset-naive and offset-aware datetimes")),
        };
    };
    if order == Ordering::Equal
        && matches!(op, CmpOp::Eq | CmpOp::Ne)
        && (depends_on_fold(vm, a, x)? || depends_on_fold(vm, b, y)?)
    {
        order = Ordering::Greater;
    }
    answer(order)
}

pub fn hash(vm: &mut Vm, this: Gc<Stamp>) -> PyResult<i64> {
    if this.hash.get() != 0 {
        return Ok(this.hash.get());
    }
    let clock = this.clock.get();
    let unfolded = if clock.fold == 0 || this.tzinfo.get().is_none() {
        this
    } else {
        stamp::new_datetime(vm, this.ymd.get(), Clock { fold: 0, ..clock }, this.tzinfo.get())?
    };
    let hash = match utcoffset(vm, unfolded)? {
        None => hash_bytes(vm, &state(&this, false))?,
        Some(offset) => {
            let since = delta::make(vm, i128::from(this.micros()) - offset.total())?;
            delta::hash(vm, since)?
        }
    };
    this.hash.set(hash);
    Ok(hash)
}

/// The ten bytes that pickling keeps; the month's top bit is the fold.
pub fn state(this: &Stamp, with_fold: bool) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[..4].copy_from_slice(&stamp::date_state(this.ymd.get()));
    bytes[4..].copy_from_slice(&stamp::clock_state(this.clock.get()));
    if with_fold && this.clock.get().fold == 1 {
        bytes[2] |= 0x80;
    }
    bytes
}

/// `astimezone`; `None` is the local time zone.
pub fn as_timezone(vm: &mut Vm, this: Gc<Stamp>, wanted: Value) -> PyResult {
    let mut own = this.tzinfo.get();
    if own.is_none() {
        own = local::zone_of_local(vm, this)?;
    }
    if own == wanted {
        return Ok(Value::from_gc(this));
    }
    let offset = match zone::utcoffset(vm, own, Value::from_gc(this))? {
        Some(offset) => offset,
        None => {
            own = local::zone_of_local(vm, this)?;
            match zone::utcoffset(vm, own, Value::from_gc(this))? {
                Some(offset) => offset,
                None => return Err(vm.type_error("the local time zone has no offset")),
            }
        }
    };
    let (ymd, clock) = moved(vm, this, -offset.total())?;
    let cls = class_of(vm, this);
    let utc = zone::utc(vm)?;
    let made = stamp::datetime_in(vm, cls, ymd, clock, utc)?;
    let Some(at) = datetime_of(vm, made) else { return Ok(made) };
    // Subclasses may have put any zone there.
    at.tzinfo.set(&mut vm.heap, at.header(), utc);
    let wanted = if wanted.is_none() { local::zone_of_utc(vm, at)? } else { wanted };
    at.tzinfo.set(&mut vm.heap, at.header(), wanted);
    vm.call_method(wanted, "fromutc", &[made])
}
