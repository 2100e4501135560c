//! `faulthandler`: tracebacks when the process is about to end, hangs, or is asked for them.

mod dump;
mod fatal;
mod later;

use crate::support::{VmExt, seconds_arg};
use habu_macros::native_module;
use habu_runtime::types::int;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;
use std::collections::HashMap;
use std::time::Duration;

/// A signal that writes tracebacks.
#[derive(Clone, Copy)]
struct User {
    fd: i32,
    all_threads: bool,
    chain: bool,
    /// Where the former handler is among the machine's permanent values.
    previous: usize,
}

/// Where the files in use are among the machine's permanent values, and the signals registered.
#[derive(Default)]
struct State {
    files: HashMap<&'static str, usize>,
    users: HashMap<i32, User>,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

/// Keeps a file from being closed while its descriptor is in use.
fn keep(vm: &mut Vm, purpose: &'static str, file: Value) {
    match state(vm).files.get(purpose).copied() {
        Some(at) => vm.permanent[at] = file,
        None => {
            vm.permanent.push(file);
            let at = vm.permanent.len() - 1;
            state(vm).files.insert(purpose, at);
        }
    }
}

/// The descriptor of a file argument, flushed, and the file.
fn file_arg(vm: &mut Vm, file: Option<Value>) -> PyResult<(i32, Value)> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(file) => file,
        None => match habu_runtime::import::sys_attr(vm, "stderr") {
            None => return Err(vm.runtime_error("unable to get sys.stderr")),
            Some(stderr) if stderr.is_none() => return Err(vm.runtime_error("sys.stderr is None")),
            Some(stderr) => stderr,
        },
    };
    if let Some(n) = int::as_int(vm, file) {
        return match int::to_i64(n).and_then(|n| i32::try_from(n).ok()).filter(|n| *n >= 0) {
            Some(fd) => Ok((fd, Value::NONE)),
            None => Err(vm.value_error("file is not a valid file descriptor")),
        };
    }
    let number = vm.call_method(file, "fileno", &[])?;
    let fd = int::as_int(vm, number).and_then(int::to_i64).and_then(|n| i32::try_from(n).ok());
    let Some(fd) = fd.filter(|fd| *fd >= 0) else {
        return Err(vm.runtime_error("file.fileno() is not a valid file descriptor"));
    };
    if let Err(raised) = vm.call_method(file, "flush", &[]) {
        vm.take_exception(raised);
    }
    Ok((fd, file))
}

/// `-X faulthandler`: from the start, to standard error.
pub fn enable_at_start(vm: &mut Vm) -> PyResult<()> {
    let (fd, file) = file_arg(vm, None)?;
    keep(vm, "enable", file);
    fatal::enable(vm, fd, true).map_err(|e| crate::support::io_error(vm, &e, None))
}

fn check_signal(vm: &mut Vm, signum: i32) -> PyResult<()> {
    if fatal::is_fatal(signum) {
        let text = format!("signal {signum} cannot be registered, use enable() instead");
        return Err(vm.runtime_error(text));
    }
    if !(1..65).contains(&signum) {
        return Err(vm.value_error("signal number out of range"));
    }
    Ok(())
}

/// faulthandler module.
#[native_module(name = "faulthandler")]
pub mod module {
    use super::*;

    /// Enable the fault handler.
    #[function(
        sig = "($module, /, file=<unrepresentable>, all_threads=True)",
        text = "($module, /, file=sys.stderr, all_threads=True)"
    )]
    fn enable(vm: &mut Vm, file: Option<Value>, all_threads: bool) -> PyResult<()> {
        let (fd, file) = file_arg(vm, file)?;
        keep(vm, "enable", file);
        fatal::enable(vm, fd, all_threads).map_err(|e| crate::support::io_error(vm, &e, None))
    }
    /// Disable the fault handler.
    #[function(sig = "($module, /)")]
    fn disable(vm: &mut Vm) -> bool {
        keep(vm, "enable", Value::NONE);
        fatal::disable()
    }
    /// Check if the handler is enabled.
    #[function(sig = "($module, /)")]
    fn is_enabled(_vm: &mut Vm) -> bool {
        fatal::is_enabled()
    }
    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(
        sig = "($module, /, file=<unrepresentable>, all_threads=True)",
        text = "($module, /, file=sys.stderr, all_threads=True)"
    )]
    fn dump_traceback(vm: &mut Vm, file: Option<Value>, all_threads: bool) -> PyResult<()> {
        let (fd, _file) = file_arg(vm, file)?;
        if all_threads {
            dump::all(vm, fd, Some(dump::own_ident()), None);
        } else {
            dump::one(vm, fd);
        }
        Ok(())
    }
    /// Dump the traceback of all threads in timeout seconds,
    /// or each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe.
    #[function(
        sig = "($module, /, timeout, repeat=False, file=<unrepresentable>, exit=False)",
        text = "($module, /, timeout, repeat=False, file=sys.stderr, exit=False)"
    )]
    fn dump_traceback_later(
        vm: &mut Vm,
        timeout: Value,
        repeat: bool,
        file: Option<Value>,
        exit: bool,
    ) -> PyResult<()> {
        let seconds = seconds_arg(vm, timeout)?;
        let timeout = Duration::from_micros((seconds * 1e6).ceil().max(0.0) as u64);
        if timeout.is_zero() {
            return Err(vm.value_error("timeout must be greater than 0"));
        }
        let (fd, file) = file_arg(vm, file)?;
        keep(vm, "later", file);
        later::start(vm, later::Plan { timeout, repeat, fd, exit })
            .map_err(|_| vm.runtime_error("unable to start watchdog thread"))
    }
    /// Cancel the previous call to dump_traceback_later().
    #[function(sig = "($module, /)")]
    fn cancel_dump_traceback_later(vm: &mut Vm) {
        later::cancel();
        keep(vm, "later", Value::NONE);
    }
    /// Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(
        sig = "($module, /, signum, file=<unrepresentable>, all_threads=True, chain=False)",
        text = "($module, /, signum, file=sys.stderr, all_threads=True, chain=False)"
    )]
    fn register(
        vm: &mut Vm,
        signum: i32,
        file: Option<Value>,
        all_threads: bool,
        chain: bool,
    ) -> PyResult<()> {
        check_signal(vm, signum)?;
        let (fd, file) = file_arg(vm, file)?;
        vm.permanent.push(file);
        // The main thread writes, where it next looks for signals: only there its frames are known.
        let handler = vm.module_attr("faulthandler", "_on_signal")?;
        let signal = habu_runtime::import::import_module(vm, "_signal")?;
        let former = vm.call_method(signal, "signal", &[Value::small(signum.into()), handler])?;
        let previous = match state(vm).users.get(&signum) {
            Some(user) => user.previous,
            None => {
                vm.permanent.push(former);
                vm.permanent.len() - 1
            }
        };
        state(vm).users.insert(signum, User { fd, all_threads, chain, previous });
        Ok(())
    }
    /// Unregister the handler of the signal 'signum' registered by register().
    #[function(sig = "($module, signum, /)")]
    fn unregister(vm: &mut Vm, signum: i32) -> PyResult<bool> {
        check_signal(vm, signum)?;
        let Some(user) = state(vm).users.remove(&signum) else { return Ok(false) };
        let former = std::mem::replace(&mut vm.permanent[user.previous], Value::NONE);
        if !former.is_none() {
            let signal = habu_runtime::import::import_module(vm, "_signal")?;
            vm.call_method(signal, "signal", &[Value::small(signum.into()), former])?;
        }
        Ok(true)
    }
    /// Writes the tracebacks that a registered signal asks for.
    #[function(sig = "($module, signum, frame, /)")]
    fn _on_signal(vm: &mut Vm, signum: i32, frame: Value) -> PyResult<()> {
        let Some(user) = state(vm).users.get(&signum).copied() else { return Ok(()) };
        if user.all_threads {
            dump::all(vm, user.fd, Some(dump::own_ident()), None);
        } else {
            dump::one(vm, user.fd);
        }
        let former = vm.permanent[user.previous];
        if user.chain && vm.is_callable(former) {
            vm.call(former, &[Value::small(signum.into()), frame])?;
        }
        Ok(())
    }
    /// Read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform.
    #[function(sig = "($module, /)")]
    fn _read_null(_vm: &mut Vm) {
        raise(libc::SIGSEGV);
    }
    /// Raise a SIGSEGV signal.
    #[function(sig = "($module, release_gil=False, /)")]
    fn _sigsegv(vm: &mut Vm, release_gil: bool) {
        if release_gil {
            vm.unlocked(|| raise(libc::SIGSEGV));
        } else {
            raise(libc::SIGSEGV);
        }
    }
    /// Raise a SIGABRT signal.
    #[function(sig = "($module, /)")]
    fn _sigabrt(_vm: &mut Vm) {
        raise(libc::SIGABRT);
    }
    /// Raise a SIGFPE signal.
    #[function(sig = "($module, /)")]
    fn _sigfpe(_vm: &mut Vm) {
        raise(libc::SIGFPE);
    }

    /// Handlers that were there first may let the process go on at first.
    fn raise(signum: i32) {
        loop {
            // SAFETY: sends a signal to this thread; that it ends the process is what the caller wants to see.
            unsafe { libc::raise(signum) };
        }
    }
}
