//! Sets of signals, waiting for them, and interval timers.

use super::numbers::NSIG;
use crate::structseq::{self, Spec};
use crate::support::{VmExt, last_error, set};
use habu_runtime::object::ids;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn empty() -> libc::sigset_t {
    // SAFETY: the structure is written by the call.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        set
    }
}

/// The signals of an iterable of numbers.
fn sigset(vm: &mut Vm, v: Value) -> PyResult<libc::sigset_t> {
    let mut set = empty();
    let items = vm.collect(v)?;
    for i in 0..items.len() {
        let n = vm.index(items[i])?;
        if !(1..i64::from(NSIG)).contains(&n) {
            let most = NSIG - 1;
            return Err(vm.value_error(format!("signal number {n} out of range [1; {most}]")));
        }
        // SAFETY: a set of ours. Numbers that the C library keeps to itself are refused: they stay out.
        unsafe { libc::sigaddset(&mut set, n as i32) };
    }
    Ok(set)
}

fn numbers_of(vm: &mut Vm, signals: &libc::sigset_t) -> PyResult {
    let found = vm.set_new(ids::SET)?;
    for n in 1..NSIG {
        // SAFETY: a set of ours.
        if unsafe { libc::sigismember(signals, n) } == 1 {
            vm.set_add(found, Value::small(n.into()))?;
        }
    }
    Ok(Value::from_gc(found))
}

pub fn mask(vm: &mut Vm, how: i32, mask: Value) -> PyResult {
    let mask = sigset(vm, mask)?;
    let mut old = empty();
    // SAFETY: both sets are ours.
    let error = unsafe { libc::pthread_sigmask(how, &mask, &mut old) };
    if error != 0 {
        let e = std::io::Error::from_raw_os_error(error);
        return Err(crate::support::io_error(vm, &e, None));
    }
    // What was let through has come.
    vm.poll()?;
    numbers_of(vm, &old)
}

pub fn pending(vm: &mut Vm) -> PyResult {
    let mut signals = empty();
    // SAFETY: a set of ours.
    if unsafe { libc::sigpending(&mut signals) } != 0 {
        return Err(last_error(vm, None));
    }
    numbers_of(vm, &signals)
}

pub fn valid(vm: &mut Vm) -> PyResult {
    let mut signals = empty();
    // SAFETY: a set of ours.
    if unsafe { libc::sigfillset(&mut signals) } != 0 {
        return Err(last_error(vm, None));
    }
    numbers_of(vm, &signals)
}

pub fn wait(vm: &mut Vm, signals: Value) -> PyResult<i32> {
    let signals = sigset(vm, signals)?;
    let mut signum = 0;
    // SAFETY: the set and the result are ours.
    let error = vm.unlocked(|| unsafe { libc::sigwait(&signals, &mut signum) });
    if error != 0 {
        let e = std::io::Error::from_raw_os_error(error);
        return Err(crate::support::io_error(vm, &e, None));
    }
    vm.poll()?;
    Ok(signum)
}

const SIGINFO: Spec = Spec {
    module: "signal",
    name: "struct_siginfo",
    doc: "struct_siginfo: Result from sigwaitinfo or sigtimedwait.",
    fields: &["si_signo", "si_code", "si_errno", "si_pid", "si_uid", "si_status", "si_band"],
    hidden: &[],
};

/// Makes the class of `sigwaitinfo`'s results.
#[cfg(target_os = "linux")]
pub fn make_siginfo(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
    let class = structseq::make_class(vm, &SIGINFO)?;
    set(vm, module, "struct_siginfo", Value::from_gc(class))
}

/// Waits for one of the signals, `seconds` at most; None: none came.
#[cfg(target_os = "linux")]
pub fn timed(vm: &mut Vm, signals: Value, seconds: Option<f64>) -> PyResult {
    let signals = sigset(vm, signals)?;
    let deadline = seconds.and_then(habu_runtime::vm::deadline_after);
    // SAFETY: zeros are a valid value; the call writes it before it is read.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    loop {
        let left = deadline.map(|d| {
            let left = d.saturating_duration_since(std::time::Instant::now());
            libc::timespec { tv_sec: left.as_secs() as _, tv_nsec: left.subsec_nanos() as _ }
        });
        let timeout = left.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: set, result and time are ours.
        let signum = vm.unlocked(|| unsafe { libc::sigtimedwait(&signals, &mut info, timeout) });
        if signum >= 0 {
            break;
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::EAGAIN) => return Ok(Value::NONE),
            Some(libc::EINTR) => vm.poll()?,
            _ => return Err(last_error(vm, None)),
        }
    }
    let class = vm.module_attr("_signal", "struct_siginfo")?;
    let Some(class) = vm.as_class(class) else {
        return Err(vm.system_error("_signal.struct_siginfo is no class"));
    };
    // SAFETY: fields of the kinds of signals that have them, zero in others.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let numbers = [
        i64::from(info.si_signo),
        i64::from(info.si_code),
        i64::from(info.si_errno),
        i64::from(pid),
        i64::from(uid),
        i64::from(status),
        0,
    ];
    structseq::instance(vm, class, &numbers.map(Value::small), &[])
}

/// The time in the C structure's form.
fn timeval(seconds: f64) -> libc::timeval {
    let whole = seconds.trunc();
    libc::timeval { tv_sec: whole as _, tv_usec: ((seconds - whole) * 1e6).ceil().min(999_999.0) as _ }
}

fn seconds_of(t: libc::timeval) -> f64 {
    t.tv_sec as f64 + t.tv_usec as f64 / 1e6
}

fn timer_error(vm: &mut Vm) -> habu_runtime::vm::Raised {
    let e = std::io::Error::last_os_error();
    let raise = |vm: &mut Vm| -> PyResult {
        let class = vm.module_attr("_signal", "ItimerError")?;
        let errno = e.raw_os_error().unwrap_or(libc::EINVAL);
        let text = Value::from_gc(vm.str(&habu_runtime::types::exception::os::error_text(errno))?);
        vm.call(class, &[Value::small(errno.into()), text])
    };
    match raise(vm) {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}

pub fn set_timer(vm: &mut Vm, which: i32, seconds: f64, interval: f64) -> PyResult<(f64, f64)> {
    let new = libc::itimerval { it_interval: timeval(interval), it_value: timeval(seconds) };
    // SAFETY: zeros are a valid value; the call writes it before it is read. The number may be wrong: an error.
    let (result, old) = unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        (libc::setitimer(which as _, &new, &mut old), old)
    };
    if result != 0 {
        return Err(timer_error(vm));
    }
    Ok((seconds_of(old.it_value), seconds_of(old.it_interval)))
}

pub fn timer(vm: &mut Vm, which: i32) -> PyResult<(f64, f64)> {
    // SAFETY: as above.
    let (result, now) = unsafe {
        let mut now: libc::itimerval = std::mem::zeroed();
        (libc::getitimer(which as _, &mut now), now)
    };
    if result != 0 {
        return Err(timer_error(vm));
    }
    Ok((seconds_of(now.it_value), seconds_of(now.it_interval)))
}
