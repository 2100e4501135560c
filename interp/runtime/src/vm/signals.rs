//! Signals: what their handlers tell the virtual machine, and how the process ends by one. Module `_signal` has the rest.

use super::{PyResult, Vm, poll};
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// Poll word of the thread that runs Python.
static POLL: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());

/// Has `take` called at the poll after a signal was noticed.
pub fn install(vm: &mut Vm, take: fn(&mut Vm) -> PyResult<()>) {
    POLL.store((&raw const vm.ctx.poll).cast_mut(), Ordering::Release);
    vm.signal_handler = Some(take);
}

/// A signal has come. May be called by a handler.
pub fn notice() {
    let word = POLL.load(Ordering::Acquire);
    // SAFETY: null, or the poll word of the one virtual machine, which lives as long as the process.
    if let Some(word) = unsafe { word.as_ref() } {
        word.fetch_or(poll::SIGNAL, Ordering::AcqRel);
    }
}

/// Sets `errno`, which a handler must leave as it was.
pub fn set_errno(errno: i32) {
    // SAFETY: the C library's place for this thread.
    unsafe { *super::threads::errno_place() = errno };
}

/// Signals are for threads that run Python: this one lets them pass.
pub fn block_all() {
    // SAFETY: the set is written before it is used; only this thread's mask changes.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        for fault in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL] {
            libc::sigdelset(&mut all, fault);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
}

/// Ends the process as Ctrl-C does by default, so that a parent sees why.
pub fn die_of_interrupt() {
    // SAFETY: restores the default action and sends the signal to this process.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
}
