//! `_signal`: handlers written in Python, run by the main thread at its next poll; timers, masks, waiting.

mod handlers;
mod numbers;
mod wait;

pub use handlers::{default_faults, install_interrupt};

use crate::support::{last_error, seconds_arg, set, set_int};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// A number of a signal that exists.
pub fn checked(vm: &mut Vm, signum: i64) -> PyResult<i32> {
    match i32::try_from(signum) {
        Ok(n) if (1..numbers::NSIG).contains(&n) => Ok(n),
        _ => Err(vm.value_error("signal number out of range")),
    }
}

/// Result of a call that sets errno, after handlers of signals that came meanwhile.
fn done(vm: &mut Vm, result: i32) -> PyResult<()> {
    if result != 0 {
        return Err(last_error(vm, None));
    }
    vm.poll()
}

/// This module provides mechanisms to use signal handlers in Python.
#[native_module(name = "_signal")]
pub mod module {
    use super::*;

    /// The default handler for SIGINT installed by Python: it raises KeyboardInterrupt.
    #[function(sig = "(signalnum, frame, /)")]
    fn default_int_handler(vm: &mut Vm, _signalnum: i32, _frame: Value) -> PyResult<()> {
        Err(vm.raise_with(Exc::KeyboardInterrupt, &[]))
    }

    /// Set the action for the given signal: SIG_DFL, SIG_IGN, or a callable. The previous one is returned.
    #[function(sig = "(signalnum, handler, /)")]
    fn signal(vm: &mut Vm, signalnum: i64, handler: Value) -> PyResult {
        if !vm.threads.is_main() {
            return Err(vm.value_error("signal only works in main thread of the main interpreter"));
        }
        let signum = checked(vm, signalnum)?;
        handlers::set(vm, signum, handler)
    }
    /// Return the current action for the given signal; None: it was not installed from Python.
    #[function(sig = "(signalnum, /)")]
    fn getsignal(vm: &mut Vm, signalnum: i64) -> PyResult {
        let signum = checked(vm, signalnum)?;
        handlers::get(vm, signum)
    }
    /// Send a signal to the executing process.
    #[function(sig = "(signalnum, /)")]
    fn raise_signal(vm: &mut Vm, signalnum: i32) -> PyResult<()> {
        // SAFETY: a plain call.
        let result = unsafe { libc::raise(signalnum) };
        done(vm, result)
    }
    /// Send a signal to a thread.
    #[function(sig = "(thread_id, signalnum, /)")]
    fn pthread_kill(vm: &mut Vm, thread_id: u64, signalnum: i32) -> PyResult<()> {
        // SAFETY: the number is one that `threading.get_ident` gave out, as CPython demands.
        let error = unsafe { libc::pthread_kill(thread_id as libc::pthread_t, signalnum) };
        if error != 0 {
            let e = std::io::Error::from_raw_os_error(error);
            return Err(crate::support::io_error(vm, &e, None));
        }
        vm.poll()
    }
    /// Send a signal to a process referred to by a pid file descriptor.
    #[cfg(target_os = "linux")]
    #[function(sig = "(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(
        vm: &mut Vm,
        pidfd: i32,
        signalnum: i32,
        siginfo: Value,
        flags: i32,
    ) -> PyResult<()> {
        if !siginfo.is_none() {
            return Err(vm.type_error("siginfo must be None"));
        }
        let nothing = std::ptr::null::<libc::siginfo_t>();
        // SAFETY: a plain system call without a structure.
        let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signalnum, nothing, flags) };
        done(vm, if result < 0 { -1 } else { 0 })
    }
    /// Return the system description of the given signal.
    #[function(sig = "(signalnum, /)")]
    fn strsignal(vm: &mut Vm, signalnum: i64) -> PyResult<Option<String>> {
        let signum = checked(vm, signalnum)?;
        // SAFETY: the result is null or a text that stays until the next such call.
        let text = unsafe {
            let text = libc::strsignal(signum);
            if text.is_null() {
                None
            } else {
                Some(std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned())
            }
        };
        Ok(text.filter(|t| !t.starts_with("Unknown signal")))
    }
    /// Sets the fd to be written to (with the signal number) when a signal comes in; the previous one is returned.
    #[function(sig = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(vm: &mut Vm, fd: i32, warn_on_full_buffer: bool) -> PyResult<i32> {
        let _ = warn_on_full_buffer;
        if !vm.threads.is_main() {
            return Err(vm.value_error("set_wakeup_fd only works in main thread of the main interpreter"));
        }
        if fd >= 0 {
            // SAFETY: a plain system call.
            let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
            if flags < 0 {
                return Err(last_error(vm, None));
            }
            if flags & libc::O_NONBLOCK == 0 {
                return Err(vm.value_error(format!("the fd {fd} must be in non-blocking mode")));
            }
        }
        Ok(handlers::set_wakeup(fd))
    }
    /// Change system call restart behaviour: if flag is False, system calls will be restarted when interrupted.
    #[function(sig = "(signalnum, flag, /)")]
    fn siginterrupt(vm: &mut Vm, signalnum: i64, flag: i32) -> PyResult<()> {
        let signum = checked(vm, signalnum)?;
        // SAFETY: plain system calls; the structure is written before it is read.
        let result = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signum, std::ptr::null(), &mut action) != 0 {
                -1
            } else {
                if flag != 0 {
                    action.sa_flags &= !libc::SA_RESTART;
                } else {
                    action.sa_flags |= libc::SA_RESTART;
                }
                libc::sigaction(signum, &action, std::ptr::null_mut())
            }
        };
        done(vm, result)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function(sig = "(seconds, /)")]
    fn alarm(_vm: &mut Vm, seconds: i32) -> u32 {
        // SAFETY: a plain system call.
        unsafe { libc::alarm(seconds as libc::c_uint) }
    }
    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF); its old values are returned.
    #[function(sig = "(which, seconds, interval=0.0, /)")]
    fn setitimer(vm: &mut Vm, which: i32, seconds: Value, interval: Value) -> PyResult<(f64, f64)> {
        let seconds = seconds_arg(vm, seconds)?;
        let interval = seconds_arg(vm, interval)?;
        wait::set_timer(vm, which, seconds, interval)
    }
    /// Returns current value of given itimer.
    #[function(sig = "(which, /)")]
    fn getitimer(vm: &mut Vm, which: i32) -> PyResult<(f64, f64)> {
        wait::timer(vm, which)
    }
    /// Wait until a signal arrives.
    #[function]
    fn pause(vm: &mut Vm) -> PyResult<()> {
        vm.unlocked(|| {
            // SAFETY: a plain system call.
            unsafe { libc::pause() };
        });
        vm.poll()
    }
    /// Fetch and/or change the signal mask of the calling thread.
    #[function(sig = "(how, mask, /)")]
    fn pthread_sigmask(vm: &mut Vm, how: i32, mask: Value) -> PyResult {
        wait::mask(vm, how, mask)
    }
    /// Examine pending signals.
    #[function]
    fn sigpending(vm: &mut Vm) -> PyResult {
        wait::pending(vm)
    }
    /// Wait for a signal of the set; its number is returned.
    #[function(sig = "(sigset, /)")]
    fn sigwait(vm: &mut Vm, sigset: Value) -> PyResult<i32> {
        wait::wait(vm, sigset)
    }
    /// Wait synchronously until one of the signals in sigset is delivered.
    #[cfg(target_os = "linux")]
    #[function(sig = "(sigset, /)")]
    fn sigwaitinfo(vm: &mut Vm, sigset: Value) -> PyResult {
        wait::timed(vm, sigset, None)
    }
    /// Like sigwaitinfo(), but with a timeout.
    #[cfg(target_os = "linux")]
    #[function(sig = "(sigset, timeout, /)")]
    fn sigtimedwait(vm: &mut Vm, sigset: Value, timeout: f64) -> PyResult {
        if timeout < 0.0 || timeout.is_nan() {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        wait::timed(vm, sigset, Some(timeout))
    }
    /// Return a set of valid signal numbers on this platform.
    #[function]
    fn valid_signals(vm: &mut Vm) -> PyResult {
        wait::valid(vm)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_int(vm, module, "NSIG", numbers::NSIG.into())?;
        for (name, n) in numbers::signals() {
            set_int(vm, module, name, n.into())?;
        }
        for (name, n) in numbers::CONSTANTS {
            set_int(vm, module, name, *n)?;
        }
        let base = Value::from_gc(vm.exc_class(Exc::OSError));
        let error: Gc<habu_runtime::object::Type> =
            crate::support::new_class(vm, "signal", "ItimerError", &[base])?;
        set(vm, module, "ItimerError", Value::from_gc(error))?;
        #[cfg(target_os = "linux")]
        wait::make_siginfo(vm, module)?;
        let interrupt = vm.get_attr_str(Value::from_gc(module), "default_int_handler")?;
        handlers::start(vm, interrupt)
    }
}
