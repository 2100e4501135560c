//! The table of handlers. The system's handler only notes the signal; Python code runs at the main thread's next poll.

use super::numbers::NSIG;
use crate::support::last_error;
use habu_runtime::heap::Gc;
use habu_runtime::types::frame;
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm, signals};
use std::any::TypeId;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

const DEFAULT: Value = Value::small(0);
const IGNORE: Value = Value::small(1);

static PENDING: [AtomicBool; NSIG as usize] = [const { AtomicBool::new(false) }; NSIG as usize];
static WAKEUP: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_signal(signum: libc::c_int) {
    // SAFETY: errno is the interrupted code's; it gets it back.
    let errno = std::io::Error::last_os_error().raw_os_error();
    if let Some(pending) = PENDING.get(signum as usize) {
        pending.store(true, Ordering::Release);
    }
    signals::notice();
    let fd = WAKEUP.load(Ordering::Acquire);
    if fd >= 0 {
        let byte = signum as u8;
        // SAFETY: one byte of this frame; a full pipe loses it, as documented.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
    if let Some(errno) = errno {
        signals::set_errno(errno);
    }
}

/// Where the list of handlers is among the machine's permanent values.
struct State {
    at: usize,
}

fn table(vm: &mut Vm) -> PyResult<Gc<List>> {
    let at =
        vm.module_state.get(&TypeId::of::<State>()).and_then(|s| s.downcast_ref::<State>()).map(|s| s.at);
    match at.and_then(|at| vm.exact_list(vm.permanent[at])) {
        Some(list) => Ok(list),
        None => Err(vm.system_error("_signal is not initialised")),
    }
}

/// Makes Ctrl-C raise KeyboardInterrupt, unless the process was started with it ignored. Without module `_signal`, so
/// that a program that does not ask for it need not have it.
pub fn install_interrupt(vm: &mut Vm) {
    signals::install(vm, take);
    if disposition(libc::SIGINT) != libc::SIG_IGN {
        establish(libc::SIGINT, on_signal as *const () as usize);
    }
}

/// Rust's runtime has a handler for what a stack overflow sends, which lets the first such signal of `kill` pass.
pub fn default_faults() {
    for signum in [libc::SIGSEGV, libc::SIGBUS] {
        establish(signum, libc::SIG_DFL);
    }
}

/// What the system does at a signal now.
fn disposition(signum: i32) -> usize {
    // SAFETY: the structure is written by the call before it is read.
    unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signum, std::ptr::null(), &mut old) == 0 {
            old.sa_sigaction
        } else {
            libc::SIG_DFL
        }
    }
}

fn establish(signum: i32, action: usize) -> bool {
    // SAFETY: `action` is a disposition or a handler that only stores to atomics and writes a byte.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = action;
        libc::sigemptyset(&mut new.sa_mask);
        libc::sigaction(signum, &new, std::ptr::null_mut()) == 0
    }
}

/// Fills the table from what the process started with.
pub fn start(vm: &mut Vm, interrupt: Value) -> PyResult<()> {
    let list = vm.list_new()?;
    let ours = on_signal as *const () as usize;
    for signum in 0..NSIG {
        let handler = match disposition(signum) {
            libc::SIG_DFL => DEFAULT,
            libc::SIG_IGN => IGNORE,
            action if action == ours && signum == libc::SIGINT => interrupt,
            _ => Value::NONE,
        };
        vm.list_push(list, if signum == 0 { Value::NONE } else { handler })?;
    }
    vm.permanent.push(Value::from_gc(list));
    let at = vm.permanent.len() - 1;
    vm.module_state.insert(TypeId::of::<State>(), Box::new(State { at }));
    Ok(())
}

pub fn get(vm: &mut Vm, signum: i32) -> PyResult {
    let table = table(vm)?;
    Ok(vm.list_get(table, signum as usize)?.unwrap_or(Value::NONE))
}

/// Sets a handler; the one before.
pub fn set(vm: &mut Vm, signum: i32, handler: Value) -> PyResult {
    let action = if handler == DEFAULT {
        libc::SIG_DFL
    } else if handler == IGNORE {
        libc::SIG_IGN
    } else if vm.is_callable(handler) {
        on_signal as *const () as usize
    } else {
        return Err(
            vm.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
        );
    };
    // What came before is for the handler so far.
    vm.poll()?;
    if !establish(signum, action) {
        return Err(last_error(vm, None));
    }
    let table = table(vm)?;
    let old = vm.list_get(table, signum as usize)?.unwrap_or(Value::NONE);
    vm.list_set(table, signum as usize, handler)?;
    Ok(old)
}

/// Sets the descriptor that is told of signals; the one before.
pub fn set_wakeup(fd: i32) -> i32 {
    WAKEUP.swap(if fd < 0 { -1 } else { fd }, Ordering::AcqRel)
}

/// Runs the handlers of the signals that came.
fn take(vm: &mut Vm) -> PyResult<()> {
    for signum in 1..NSIG {
        if !PENDING[signum as usize].swap(false, Ordering::AcqRel) {
            continue;
        }
        let known = vm.module_state.contains_key(&TypeId::of::<State>());
        if !known {
            return Err(vm.raise_with(Exc::KeyboardInterrupt, &[]));
        }
        let handler = get(vm, signum)?;
        if handler.is_none() || handler == DEFAULT || handler == IGNORE {
            continue;
        }
        let frame = frame::at_depth(vm, 0)?.map_or(Value::NONE, Value::from_gc);
        if let Err(raised) = vm.call(handler, &[Value::small(signum.into()), frame]) {
            if PENDING.iter().any(|p| p.load(Ordering::Acquire)) {
                signals::notice();
            }
            return Err(raised);
        }
    }
    Ok(())
}
