//! `_socket`: network and local sockets.
//!
//! | file | content |
//! | --- | --- |
//! | `object` | the socket class |
//! | `wait` | calls that wait, with time limits |
//! | `transfer` | receiving and sending |
//! | `message` | `recvmsg`, `sendmsg` and their ancillary data |
//! | `address` | addresses from and to Python |
//! | `names` | hosts, services, interfaces |
//! | `constants` | numbers of the system's headers |

mod address;
mod constants;
mod message;
mod names;
mod object;
mod transfer;
mod wait;

use crate::own_error::OwnError;
use crate::support::{add_type, last_error, seconds_arg, set, set_ints};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use object::Socket;
use std::any::TypeId;

const GAI_ERROR: OwnError = OwnError { module: "socket", name: "gaierror", base: Exc::OSError };
const HOST_ERROR: OwnError = OwnError { module: "socket", name: "herror", base: Exc::OSError };

/// What the module keeps for the process.
#[derive(Default)]
struct State {
    /// Seconds; `None`: new sockets wait for good.
    default_timeout: Option<f64>,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

/// An exception of one of the module's own classes, with a number and a text.
fn own_error(vm: &mut Vm, class: &OwnError, number: i32, text: &str) -> Raised {
    match vm.str(text) {
        Ok(text) => class.raise_with(vm, &[Value::small(i64::from(number)), Value::from_gc(text)]),
        Err(raised) => raised,
    }
}

/// The failure of `getaddrinfo` or `getnameinfo`.
fn gai_error(vm: &mut Vm, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return last_error(vm, None);
    }
    // SAFETY: the text is static.
    let text = unsafe { std::ffi::CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned();
    own_error(vm, &GAI_ERROR, code, &text)
}

/// Seconds of a time limit; `None`: for good.
fn timeout_of(vm: &mut Vm, v: Value) -> PyResult<Option<f64>> {
    if v.is_none() {
        return Ok(None);
    }
    let seconds = seconds_arg(vm, v)?;
    if seconds < 0.0 {
        return Err(vm.value_error("Timeout value out of range"));
    }
    Ok(Some(seconds))
}

/// Implementation module for socket operations.
#[native_module(name = "_socket")]
pub mod module {
    use super::*;

    /// Return a pair of socket objects, as descriptors of sockets of this module.
    #[function(sig = "(family=1, type=1, proto=0, /)")]
    fn socketpair(vm: &mut Vm, family: i32, kind: i32, proto: i32) -> PyResult<(Gc<Socket>, Gc<Socket>)> {
        let mut fds = [0; 2];
        // SAFETY: room for two descriptors.
        if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, fds.as_mut_ptr()) } < 0 {
            return Err(last_error(vm, None));
        }
        let first = object::adopt(vm, fds[0], family, kind, proto)?;
        Ok((first, object::adopt(vm, fds[1], family, kind, proto)?))
    }
    /// Close an integer socket file descriptor.
    #[function(sig = "(fd, /)")]
    fn close(vm: &mut Vm, fd: i32) -> PyResult<()> {
        // SAFETY: closing what the program says is its own.
        let r = vm.unlocked(|| unsafe { libc::close(fd) });
        if r < 0 && std::io::Error::last_os_error().raw_os_error() != Some(libc::ECONNRESET) {
            return Err(last_error(vm, None));
        }
        Ok(())
    }
    /// Return a new file descriptor that refers to the same socket.
    #[function(sig = "(fd, /)")]
    fn dup(vm: &mut Vm, fd: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        let new = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if new < 0 { Err(last_error(vm, None)) } else { Ok(new) }
    }
    /// Returns the default timeout in seconds (float) for new socket objects.
    #[function]
    fn getdefaulttimeout(vm: &mut Vm) -> Option<f64> {
        state(vm).default_timeout
    }
    /// Set the default timeout in seconds (float) for new socket objects.
    #[function(sig = "(timeout, /)")]
    fn setdefaulttimeout(vm: &mut Vm, timeout: Value) -> PyResult<()> {
        state(vm).default_timeout = timeout_of(vm, timeout)?;
        Ok(())
    }
    /// Return the total length of an ancillary data item, without trailing padding.
    #[function(name = "CMSG_LEN", sig = "(length, /)")]
    fn cmsg_len(vm: &mut Vm, length: i64) -> PyResult<u32> {
        match u32::try_from(length).ok().filter(|n| *n <= i32::MAX as u32 - 64) {
            // SAFETY: arithmetic.
            Some(n) => Ok(unsafe { libc::CMSG_LEN(n) }),
            None => Err(vm.overflow_error("CMSG_LEN() argument out of range")),
        }
    }
    /// Return the buffer size needed for an ancillary data item, with trailing padding.
    #[function(name = "CMSG_SPACE", sig = "(length, /)")]
    fn cmsg_space(vm: &mut Vm, length: i64) -> PyResult<u32> {
        match u32::try_from(length).ok().filter(|n| *n <= i32::MAX as u32 - 64) {
            // SAFETY: arithmetic.
            Some(n) => Ok(unsafe { libc::CMSG_SPACE(n) }),
            None => Err(vm.overflow_error("CMSG_SPACE() argument out of range")),
        }
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(vm, module, constants::ALL)?;
        let name = Value::from_gc(vm.intern("_socket"));
        for function in names::functions::MODULE.functions {
            let f = habu_runtime::types::native_function::new_function(vm, function, name)?;
            set(vm, module, function.name, f)?;
        }
        let cls = add_type(vm, module, Socket::DECL)?;
        set(vm, module, "SocketType", Value::from_gc(cls))?;
        let base = Value::from_gc(vm.exc_class(Exc::OSError));
        set(vm, module, "error", base)?;
        let timeout = Value::from_gc(vm.exc_class(Exc::TimeoutError));
        set(vm, module, "timeout", timeout)?;
        set(vm, module, "has_ipv6", Value::TRUE)?;
        GAI_ERROR.enter(vm, module)?;
        HOST_ERROR.enter(vm, module)
    }
}
