//! Calls on sockets that wait: time limits, signals, the lock.

use super::object::Socket;
use crate::support::poll_millis;
use habu_runtime::heap::Gc;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use std::time::{Duration, Instant};

/// What the call waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    Reading,
    Writing,
}

pub fn timed_out(vm: &mut Vm) -> Raised {
    vm.raise(Exc::TimeoutError, "timed out")
}

/// When a time limit of `seconds` from now is over; `None`: never.
pub fn deadline(seconds: Option<f64>) -> Option<Instant> {
    seconds.filter(|s| *s > 0.0).and_then(|s| Instant::now().checked_add(Duration::from_secs_f64(s)))
}

/// Waits until the socket is ready; false: not in time.
pub fn ready(vm: &mut Vm, fd: i32, what: For, until: Option<Instant>) -> PyResult<bool> {
    let events = match what {
        For::Reading => libc::POLLIN,
        For::Writing => libc::POLLOUT,
    };
    let mut file = libc::pollfd { fd, events, revents: 0 };
    let r = crate::support::retry_until(vm, until, |left| {
        // SAFETY: one valid element.
        unsafe { libc::poll(&mut file, 1, poll_millis(left)) as isize }
    })?;
    match r {
        Ok(n) => Ok(n > 0),
        Err(errno) => Err(vm.os_error(errno, None)),
    }
}

/// Runs a system call on the socket until it is done, fails, or the socket's time is over.
pub fn call(
    vm: &mut Vm,
    this: Gc<Socket>,
    what: For,
    until: Option<Instant>,
    mut f: impl FnMut(i32) -> isize,
) -> PyResult<usize> {
    let limited = this.time_limit().is_some_and(|t| t > 0.0);
    loop {
        let fd = this.fd();
        if limited && fd >= 0 && !ready(vm, fd, what, until)? {
            return Err(timed_out(vm));
        }
        let fd = this.fd();
        let r = vm.unlocked(|| f(fd));
        if r >= 0 {
            return Ok(r as usize);
        }
        match std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO) {
            libc::EINTR => vm.poll()?,
            libc::EAGAIN if limited => {}
            errno => return Err(vm.os_error(errno, None)),
        }
    }
}

/// As `call`, with the whole of the socket's time from now.
pub fn call_now(vm: &mut Vm, this: Gc<Socket>, what: For, f: impl FnMut(i32) -> isize) -> PyResult<usize> {
    let until = deadline(this.time_limit());
    call(vm, this, what, until, f)
}
