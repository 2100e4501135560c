//! `_faulthandler`: what `faulthandler` needs of the system, a last line on a file when a fatal signal comes.

use habu_macros::native_module;
use habu_runtime::vm::{PyResult, Vm};
use std::sync::atomic::{AtomicI32, Ordering};

/// The fatal signals, each with what it is called.
const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Fatal Python error: Bus error\n\n"),
    (libc::SIGILL, "Fatal Python error: Illegal instruction\n\n"),
    (libc::SIGFPE, "Fatal Python error: Floating-point exception\n\n"),
    (libc::SIGABRT, "Fatal Python error: Aborted\n\n"),
    (libc::SIGSEGV, "Fatal Python error: Segmentation fault\n\n"),
];

/// The file that the handler writes to.
static FILE: AtomicI32 = AtomicI32::new(-1);

/// Says what happened, then lets the default action end the process.
extern "C" fn on_fatal(signum: i32) {
    let text = FATAL.iter().find(|(s, _)| *s == signum).map_or("", |(_, text)| text);
    let fd = FILE.load(Ordering::Relaxed);
    // SAFETY: all three may be called in a signal handler; the text is static.
    unsafe {
        libc::write(fd, text.as_ptr().cast(), text.len());
        libc::signal(signum, libc::SIG_DFL);
        libc::raise(signum);
    }
}

fn establish(action: usize) -> std::io::Result<()> {
    for (signum, _) in FATAL {
        // SAFETY: `action` is the default or a handler that only makes calls allowed in one.
        let done = unsafe {
            let mut new: libc::sigaction = std::mem::zeroed();
            new.sa_sigaction = action;
            new.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigemptyset(&mut new.sa_mask);
            libc::sigaction(signum, &new, std::ptr::null_mut())
        };
        if done != 0 {
            return Err(std::io::Error::last_os_error());
        }
    }
    Ok(())
}

/// The native half of faulthandler.
#[native_module(name = "_faulthandler")]
pub mod module {
    use super::*;

    /// From now on a fatal signal is announced on the file with this descriptor.
    #[function(sig = "(fd, /)")]
    fn install(vm: &mut Vm, fd: i32) -> PyResult<()> {
        FILE.store(fd, Ordering::Relaxed);
        establish(on_fatal as *const () as usize).map_err(|e| {
            let errno = e.raw_os_error().unwrap_or(libc::EINVAL);
            vm.os_error(errno, None)
        })
    }

    /// Fatal signals end the process silently again.
    #[function(sig = "()")]
    fn remove(vm: &mut Vm) -> PyResult<()> {
        establish(libc::SIG_DFL).map_err(|e| {
            let errno = e.raw_os_error().unwrap_or(libc::EINVAL);
            vm.os_error(errno, None)
        })
    }
}
