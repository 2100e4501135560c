//! Handlers of the signals that end a process: they say where it was.

use super::dump;
use habu_runtime::vm::Vm;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

struct Fatal {
    signum: i32,
    text: &'static str,
    /// What was in place before; written while the handler is not installed.
    previous: UnsafeCell<std::mem::MaybeUninit<libc::sigaction>>,
}

// SAFETY: `previous` is written under the global lock only, before handlers read it.
unsafe impl Sync for Fatal {}

const fn fatal(signum: i32, text: &'static str) -> Fatal {
    Fatal { signum, text, previous: UnsafeCell::new(std::mem::MaybeUninit::uninit()) }
}

static FATAL: [Fatal; 5] = [
    fatal(libc::SIGBUS, "Bus error"),
    fatal(libc::SIGILL, "Illegal instruction"),
    fatal(libc::SIGFPE, "Floating-point exception"),
    fatal(libc::SIGABRT, "Aborted"),
    fatal(libc::SIGSEGV, "Segmentation fault"),
];

/// Signals that `register` leaves to `enable`.
pub fn is_fatal(signum: i32) -> bool {
    FATAL.iter().any(|f| f.signum == signum)
}

static ENABLED: AtomicBool = AtomicBool::new(false);
static ALL_THREADS: AtomicBool = AtomicBool::new(true);
static FD: AtomicI32 = AtomicI32::new(2);
static MACHINE: AtomicPtr<Vm> = AtomicPtr::new(std::ptr::null_mut());

pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Acquire)
}

fn restore(fatal: &Fatal) {
    // SAFETY: written by `enable`, which comes before any handler runs.
    unsafe { libc::sigaction(fatal.signum, (*fatal.previous.get()).as_ptr(), std::ptr::null_mut()) };
}

extern "C" fn on_fault(signum: libc::c_int) {
    let Some(fatal) = FATAL.iter().find(|f| f.signum == signum) else { return };
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    // A fault in here ends the process at once. The default action, not the former one: that of Rust's runtime expects
    // that the instruction faults again, which a signal that was sent does not do.
    // SAFETY: may be called in a handler.
    unsafe { libc::signal(fatal.signum, libc::SIG_DFL) };
    let fd = FD.load(Ordering::Acquire);
    dump::write(fd, b"Fatal Python error: ");
    dump::write(fd, fatal.text.as_bytes());
    dump::write(fd, b"\n\n");
    // SAFETY: the one virtual machine lives as long as the process. The thread that faults is most likely the one that
    // runs Python; nothing it was doing goes on.
    if let Some(vm) = unsafe { MACHINE.load(Ordering::Acquire).as_mut() } {
        if ALL_THREADS.load(Ordering::Acquire) {
            dump::all(vm, fd, Some(dump::own_ident()), None);
        } else {
            dump::one(vm, fd);
        }
    }
    habu_runtime::vm::signals::set_errno(errno);
    // SAFETY: sends the signal to this thread, which it ends.
    unsafe { libc::raise(signum) };
}

/// Installs the handlers.
pub fn enable(vm: &mut Vm, fd: i32, all_threads: bool) -> std::io::Result<()> {
    MACHINE.store(vm, Ordering::Release);
    FD.store(fd, Ordering::Release);
    ALL_THREADS.store(all_threads, Ordering::Release);
    if ENABLED.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    for fatal in &FATAL {
        // SAFETY: the handler is a function of the right kind; the former action goes where handlers look for it.
        let failed = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_fault as *const () as usize;
            libc::sigemptyset(&mut action.sa_mask);
            action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigaction(fatal.signum, &action, (*fatal.previous.get()).as_mut_ptr()) != 0
        };
        if failed {
            return Err(std::io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Puts the former actions back; whether handlers were installed.
pub fn disable() -> bool {
    let enabled = ENABLED.swap(false, Ordering::AcqRel);
    if enabled {
        FATAL.iter().for_each(restore);
    }
    enabled
}
