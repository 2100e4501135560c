//! Ctrl-C: a signal that the next poll turns into KeyboardInterrupt.

use super::{Exc, PyResult, Vm, poll};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

/// Poll word of the thread that runs Python.
static POLL: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

extern "C" fn on_interrupt(_signal: libc::c_int) {
    INTERRUPTED.store(true, Ordering::Release);
    let word = POLL.load(Ordering::Acquire);
    // SAFETY: null, or the poll word of the one virtual machine, which lives as long as the process.
    if let Some(word) = unsafe { word.as_ref() } {
        word.fetch_or(poll::SIGNAL, Ordering::AcqRel);
    }
}

/// Raises KeyboardInterrupt if Ctrl-C was pressed since the last call.
fn raise_interrupt(vm: &mut Vm) -> PyResult<()> {
    if INTERRUPTED.swap(false, Ordering::AcqRel) {
        Err(vm.raise_with(Exc::KeyboardInterrupt, &[]))
    } else {
        Ok(())
    }
}

impl Vm {
    /// Makes Ctrl-C raise KeyboardInterrupt, unless the process was started with it ignored.
    pub fn install_interrupt(&mut self) {
        POLL.store((&raw const self.ctx.poll).cast_mut(), Ordering::Release);
        self.signal_handler = Some(raise_interrupt);
        // SAFETY: the handler only stores to atomics; `old` is written by the call before it is read.
        unsafe {
            let mut old: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(libc::SIGINT, std::ptr::null(), &mut old) == 0
                && old.sa_sigaction == libc::SIG_IGN
            {
                return;
            }
            let mut new: libc::sigaction = std::mem::zeroed();
            new.sa_sigaction = on_interrupt as *const () as usize;
            libc::sigemptyset(&mut new.sa_mask);
            libc::sigaction(libc::SIGINT, &new, std::ptr::null_mut());
        }
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
