//! Reading clocks, and sleeping.

use crate::support::{last_error, namespace, seconds_arg};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn timespec(clock: libc::clockid_t) -> Option<libc::timespec> {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is valid for writing.
    (unsafe { libc::clock_gettime(clock, &mut t) } == 0).then_some(t)
}

fn total(t: libc::timespec) -> i64 {
    t.tv_sec.saturating_mul(1_000_000_000).saturating_add(t.tv_nsec)
}

/// A clock that always works.
pub fn nanoseconds(clock: libc::clockid_t) -> i64 {
    timespec(clock).map_or(0, total)
}

pub fn seconds(clock: libc::clockid_t) -> f64 {
    nanoseconds(clock) as f64 * 1e-9
}

/// A clock of the program's choice.
pub fn read(vm: &mut Vm, clock: libc::clockid_t) -> PyResult<i64> {
    match timespec(clock) {
        Some(t) => Ok(total(t)),
        None => Err(last_error(vm, None)),
    }
}

/// Sets a clock to a number of nanoseconds.
pub fn set(vm: &mut Vm, clock: libc::clockid_t, nanos: i64) -> PyResult<()> {
    let t =
        libc::timespec { tv_sec: nanos.div_euclid(1_000_000_000), tv_nsec: nanos.rem_euclid(1_000_000_000) };
    // SAFETY: the time is valid for the call.
    if unsafe { libc::clock_settime(clock, &t) } != 0 {
        return Err(last_error(vm, None));
    }
    Ok(())
}

pub fn resolution(vm: &mut Vm, clock: libc::clockid_t) -> PyResult<f64> {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `t` is valid for writing.
    if unsafe { libc::clock_getres(clock, &mut t) } != 0 {
        return Err(last_error(vm, None));
    }
    Ok(total(t) as f64 * 1e-9)
}

pub fn info(vm: &mut Vm, name: &str) -> PyResult {
    let (function, clock, adjustable) = match name {
        "time" => ("clock_gettime(CLOCK_REALTIME)", libc::CLOCK_REALTIME, true),
        "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", libc::CLOCK_MONOTONIC, false),
        "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", libc::CLOCK_PROCESS_CPUTIME_ID, false),
        "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", libc::CLOCK_THREAD_CPUTIME_ID, false),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let resolution = resolution(vm, clock)?;
    let resolution = vm.float(resolution)?;
    let entries = [
        ("implementation", Value::from_gc(vm.str(function)?)),
        ("monotonic", Value::bool(name != "time")),
        ("adjustable", Value::bool(adjustable)),
        ("resolution", resolution),
    ];
    namespace(vm, &entries)
}

/// Sleeps also when signals interrupt it, as long as their handlers do not raise.
pub fn sleep(vm: &mut Vm, seconds: Value) -> PyResult<()> {
    let wanted = seconds_arg(vm, seconds)?;
    if wanted < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    let deadline = nanoseconds(libc::CLOCK_MONOTONIC) + (wanted * 1e9).ceil() as i64;
    let until = libc::timespec { tv_sec: deadline / 1_000_000_000, tv_nsec: deadline % 1_000_000_000 };
    loop {
        // SAFETY: `until` is valid; no remainder is asked for with an absolute time.
        let errno = vm.unlocked(|| unsafe {
            libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &until, std::ptr::null_mut())
        });
        match errno {
            0 => return Ok(()),
            libc::EINTR => vm.poll()?,
            other => return Err(vm.os_error(other, None)),
        }
    }
}
