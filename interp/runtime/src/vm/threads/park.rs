//! Waiting on a word in memory until another thread wakes the waiter, a time passes, or a signal comes.

use std::sync::atomic::AtomicU32;
#[cfg(not(target_os = "linux"))]
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Why a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// The word changed or somebody woke us; it may also be for nothing.
    Changed,
    TimedOut,
    /// A signal arrived.
    Interrupted,
}

/// Waits as long as `word` holds `expected`, at most until `deadline`.
#[cfg(target_os = "linux")]
pub fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Woken {
    let limit = match deadline {
        None => None,
        Some(at) => match at.checked_duration_since(Instant::now()) {
            None | Some(Duration::ZERO) => return Woken::TimedOut,
            Some(left) => Some(libc::timespec {
                tv_sec: left.as_secs() as libc::time_t,
                tv_nsec: left.subsec_nanos() as libc::c_long,
            }),
        },
    };
    let timeout = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the word and the time are valid for the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            expected,
            timeout,
        )
    };
    if done == 0 {
        return Woken::Changed;
    }
    match std::io::Error::last_os_error().raw_os_error() {
        Some(libc::ETIMEDOUT) => Woken::TimedOut,
        Some(libc::EINTR) => Woken::Interrupted,
        _ => Woken::Changed,
    }
}

/// Wakes one waiter.
#[cfg(target_os = "linux")]
pub fn wake_one(word: &AtomicU32) {
    wake(word, 1);
}

/// Wakes all waiters.
#[cfg(target_os = "linux")]
pub fn wake_all(word: &AtomicU32) {
    wake(word, i32::MAX);
}

#[cfg(target_os = "linux")]
fn wake(word: &AtomicU32, count: i32) {
    // SAFETY: the word is valid for the call.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, count)
    };
}

/// Without futexes: looks again every millisecond.
#[cfg(not(target_os = "linux"))]
pub fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> Woken {
    if word.load(Ordering::Acquire) != expected {
        return Woken::Changed;
    }
    if deadline.is_some_and(|at| at <= Instant::now()) {
        return Woken::TimedOut;
    }
    let pause = libc::timespec { tv_sec: 0, tv_nsec: 1_000_000 };
    // SAFETY: the time is valid for the call.
    match unsafe { libc::nanosleep(&pause, std::ptr::null_mut()) } {
        0 => Woken::Changed,
        _ => Woken::Interrupted,
    }
}

/// Waiters look by themselves.
#[cfg(not(target_os = "linux"))]
pub fn wake_one(_word: &AtomicU32) {}

/// Waiters look by themselves.
#[cfg(not(target_os = "linux"))]
pub fn wake_all(_word: &AtomicU32) {}

/// The moment `seconds` from now, if it is before the end of time.
pub fn deadline(seconds: f64) -> Option<Instant> {
    Duration::try_from_secs_f64(seconds.max(0.0)).ok().and_then(|d| Instant::now().checked_add(d))
}
