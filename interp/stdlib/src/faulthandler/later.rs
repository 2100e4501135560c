//! `dump_traceback_later`: a thread that waits, and writes tracebacks when nobody stopped it.

use super::dump;
use habu_runtime::value::Value;
use habu_runtime::vm::Vm;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the waiting thread is to do.
#[derive(Clone, Copy)]
pub struct Plan {
    pub timeout: Duration,
    pub repeat: bool,
    pub fd: i32,
    pub exit: bool,
}

/// The plan now in force, and its number: a thread with another number ends.
struct Watch {
    number: u64,
    plan: Option<Plan>,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch { number: 0, plan: None });
static CHANGED: Condvar = Condvar::new();

fn watch() -> MutexGuard<'static, Watch> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `Timeout (H:MM:SS)!`
fn header(timeout: Duration) -> String {
    let (seconds, micros) = (timeout.as_secs(), timeout.subsec_micros());
    let mut text = format!("Timeout ({}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros != 0 {
        text.push_str(&format!(".{micros:06}"));
    }
    text.push_str(")!\n");
    text
}

/// Waits for the time to be over; whether the plan still stands then.
fn wait(number: u64, plan: Plan) -> bool {
    let deadline = Instant::now() + plan.timeout;
    let mut now = watch();
    while now.number == number {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        now = CHANGED.wait_timeout(now, left).unwrap_or_else(PoisonError::into_inner).0;
    }
    false
}

fn body(vm: &mut Vm, _start: Value) {
    let (number, plan) = {
        let watch = watch();
        (watch.number, watch.plan)
    };
    let Some(plan) = plan else { return };
    loop {
        if !vm.unlocked(|| wait(number, plan)) {
            return;
        }
        dump::write(plan.fd, header(plan.timeout).as_bytes());
        dump::all(vm, plan.fd, None, Some(dump::own_ident()));
        if plan.exit {
            // SAFETY: ends the process at once, as it was asked for.
            unsafe { libc::_exit(1) };
        }
        if !plan.repeat {
            return;
        }
    }
}

/// Puts a plan in force, in place of the one before.
pub fn start(vm: &mut Vm, plan: Plan) -> std::io::Result<()> {
    {
        let mut watch = watch();
        watch.number += 1;
        watch.plan = Some(plan);
    }
    CHANGED.notify_all();
    vm.spawn(0, body, Value::NONE).map(|_| ())
}

pub fn cancel() {
    let mut watch = watch();
    watch.number += 1;
    watch.plan = None;
    drop(watch);
    CHANGED.notify_all();
}
