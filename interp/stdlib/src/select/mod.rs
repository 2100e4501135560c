//! `select`: waiting for files.

mod epoll;
mod poll;

use crate::header_constants;
use crate::support::{add_type, fd_of, retry_until, set, set_int, set_ints};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::float;
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::time::{Duration, Instant};

const CONSTANTS: &[(&str, i64)] = header_constants! {
    POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM POLLRDBAND POLLWRNORM POLLWRBAND POLLRDHUP
    EPOLLIN EPOLLOUT EPOLLPRI EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLONESHOT EPOLLET EPOLLEXCLUSIVE EPOLLWAKEUP
    EPOLLRDNORM EPOLLRDBAND EPOLLWRNORM EPOLLWRBAND EPOLLMSG EPOLL_CLOEXEC PIPE_BUF
};

/// `POLLMSG` of Linux's headers.
const POLLMSG: i64 = 0x400;

/// Seconds (or thousandths, by `unit`) to wait; `None`: for good. `what` the argument must be, for errors.
fn limit(vm: &mut Vm, v: Value, unit: f64, what: &str) -> PyResult<Option<Duration>> {
    if v.is_none() {
        return Ok(None);
    }
    let number = match float::as_f64(vm, v) {
        Some(f) => f,
        None => match vm.index_value(v) {
            Ok(n) => float::to_f64(vm, n)?,
            Err(raised) => {
                vm.take_exception(raised);
                return Err(vm.type_error(format!("timeout must be {what} or None")));
            }
        },
    };
    if number.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    let seconds = number * unit;
    if seconds >= 9.2e9 {
        return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
    }
    if seconds < 0.0 {
        // A negative time means for good to `poll`; `select` refuses it before.
        return Ok(None);
    }
    Ok(Some(Duration::from_secs_f64(seconds)))
}

fn deadline(limit: Option<Duration>) -> Option<Instant> {
    limit.and_then(|d| Instant::now().checked_add(d))
}

/// The descriptors of a sequence, with the set of them.
fn file_set(vm: &mut Vm, files: Gc<List>) -> PyResult<(Vec<i32>, libc::fd_set)> {
    // SAFETY: zeros are an empty set.
    let mut set: libc::fd_set = unsafe { std::mem::zeroed() };
    let mut fds = Vec::with_capacity(files.len());
    let mut at = 0;
    while let Some(file) = vm.list_get(files, at)? {
        let fd = fd_of(vm, file)?;
        if fd as usize >= libc::FD_SETSIZE {
            return Err(vm.value_error("filedescriptor out of range in select()"));
        }
        // SAFETY: in range.
        unsafe { libc::FD_SET(fd, &mut set) };
        fds.push(fd);
        at += 1;
    }
    Ok((fds, set))
}

fn sequence(vm: &mut Vm, v: Value) -> PyResult<Gc<List>> {
    let made = vm.list_from_iterable(v);
    match vm.catch(made, Exc::TypeError)? {
        Some(list) => Ok(list),
        None => Err(vm.type_error("arguments 1-3 must be sequences")),
    }
}

/// Those files whose descriptors are still in the set.
fn ready(vm: &mut Vm, files: Gc<List>, fds: &[i32], set: &libc::fd_set) -> PyResult<Gc<List>> {
    let found = vm.list_new()?;
    for (at, fd) in fds.iter().enumerate() {
        // SAFETY: descriptors were checked to be in range.
        if unsafe { libc::FD_ISSET(*fd, set) }
            && let Some(file) = vm.list_get(files, at)?
        {
            vm.list_push(found, file)?;
        }
    }
    Ok(found)
}

/// This module supports asynchronous I/O on multiple file descriptors.
#[native_module(name = "select")]
pub mod module {
    use super::*;

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    #[function(sig = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        vm: &mut Vm,
        rlist: Value,
        wlist: Value,
        xlist: Value,
        timeout: Value,
    ) -> PyResult<(Gc<List>, Gc<List>, Gc<List>)> {
        let limit = limit(vm, timeout, 1.0, "a float")?;
        if !timeout.is_none() && limit.is_none() {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        let (rlist, wlist, xlist) = (sequence(vm, rlist)?, sequence(vm, wlist)?, sequence(vm, xlist)?);
        let (rfds, rset) = file_set(vm, rlist)?;
        let (wfds, wset) = file_set(vm, wlist)?;
        let (xfds, xset) = file_set(vm, xlist)?;
        let highest = rfds.iter().chain(&wfds).chain(&xfds).copied().max().unwrap_or(-1);
        let (mut r, mut w, mut x) = (rset, wset, xset);
        let outcome = retry_until(vm, deadline(limit), |left| {
            (r, w, x) = (rset, wset, xset);
            let mut time = left.map(|d| libc::timeval {
                tv_sec: d.as_secs() as libc::time_t,
                tv_usec: d.subsec_nanos().div_ceil(1000) as libc::suseconds_t,
            });
            if let Some(t) = &mut time
                && t.tv_usec >= 1_000_000
            {
                t.tv_sec += 1;
                t.tv_usec -= 1_000_000;
            }
            let time = time.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
            // SAFETY: the sets and the time are valid for the call.
            unsafe { libc::select(highest + 1, &mut r, &mut w, &mut x, time) as isize }
        })?;
        match outcome {
            Err(errno) => Err(vm.os_error(errno, None)),
            Ok(0) => Ok((vm.list_new()?, vm.list_new()?, vm.list_new()?)),
            Ok(_) => {
                Ok((ready(vm, rlist, &rfds, &r)?, ready(vm, wlist, &wfds, &w)?, ready(vm, xlist, &xfds, &x)?))
            }
        }
    }
    /// Returns a polling object.
    #[function]
    fn poll(vm: &mut Vm) -> PyResult {
        poll::make(vm)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(vm, module, CONSTANTS)?;
        set_int(vm, module, "POLLMSG", POLLMSG)?;
        add_type(vm, module, epoll::Epoll::DECL)?;
        let error = Value::from_gc(vm.exc_class(Exc::OSError));
        set(vm, module, "error", error)
    }
}
