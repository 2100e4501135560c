//! `termios`: control of terminals.

mod constants;

use crate::own_error::OwnError;
use crate::support::{FdArg, set_int, set_ints};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::exception::os::error_text;
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};

/// Places of an attribute list.
const IFLAG: usize = 0;
const OFLAG: usize = 1;
const CFLAG: usize = 2;
const LFLAG: usize = 3;
const ISPEED: usize = 4;
const OSPEED: usize = 5;
const CC: usize = 6;

const ERROR: OwnError = OwnError { module: "termios", name: "error", base: Exc::Exception };

/// `termios.error` of the call that just failed.
fn failed(vm: &mut Vm) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO);
    match vm.str(&error_text(errno)) {
        Ok(text) => ERROR.raise_with(vm, &[Value::small(i64::from(errno)), Value::from_gc(text)]),
        Err(raised) => raised,
    }
}

fn done(vm: &mut Vm, result: i32) -> PyResult<()> {
    if result < 0 { Err(failed(vm)) } else { Ok(()) }
}

fn attributes(vm: &mut Vm, fd: i32) -> PyResult<libc::termios> {
    // SAFETY: zeros are valid in this plain structure, which the call fills in.
    let mut t: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: valid for writing.
    let r = unsafe { libc::tcgetattr(fd, &mut t) };
    done(vm, r)?;
    Ok(t)
}

fn is_number(t: &libc::termios, at: usize) -> bool {
    t.c_lflag & libc::ICANON == 0 && (at == libc::VMIN || at == libc::VTIME)
}

/// One entry of the list of control characters.
fn control_character(vm: &mut Vm, v: Value) -> PyResult<libc::cc_t> {
    if let Some(bytes) = vm.downcast::<Bytes>(v)
        && let [c] = bytes.as_slice()
    {
        return Ok(*c);
    }
    match v.as_small().and_then(|n| u8::try_from(n).ok()) {
        Some(n) => Ok(n),
        None => Err(vm.type_error("tcsetattr: elements of attributes must be characters or integers")),
    }
}

/// This module provides an interface to the Posix calls for tty I/O control.
#[native_module(name = "termios")]
pub mod module {
    use super::*;

    /// Get the tty attributes for file descriptor fd.
    #[function(sig = "(fd, /)")]
    fn tcgetattr(vm: &mut Vm, fd: FdArg) -> PyResult<Gc<List>> {
        let t = attributes(vm, fd.0)?;
        let control = vm.list_new()?;
        for (at, c) in t.c_cc.iter().enumerate() {
            let v = match is_number(&t, at) {
                true => Value::small(i64::from(*c)),
                false => Value::from_gc(vm.bytes(&[*c])?),
            };
            vm.list_push(control, v)?;
        }
        // SAFETY: reads the structure.
        let speeds = unsafe { (libc::cfgetispeed(&t), libc::cfgetospeed(&t)) };
        let all = vm.list_new()?;
        for n in [t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, speeds.0, speeds.1] {
            vm.list_push(all, Value::small(i64::from(n)))?;
        }
        vm.list_push(all, Value::from_gc(control))?;
        Ok(all)
    }
    /// Set the tty attributes for file descriptor fd.
    #[function(sig = "(fd, when, attributes, /)")]
    fn tcsetattr(vm: &mut Vm, fd: FdArg, when: i32, attributes_: Value) -> PyResult<()> {
        let Some(list) = vm.exact_list(attributes_).filter(|l| l.len() == 7) else {
            return Err(vm.type_error("tcsetattr, arg 3: must be 7 element list"));
        };
        let mut t = attributes(vm, fd.0)?;
        let mut flags = [0u32; 6];
        for (at, flag) in flags.iter_mut().enumerate() {
            let v = vm.list_get(list, at)?.unwrap_or(Value::NONE);
            *flag = vm.index(v)? as u32;
        }
        let control = vm.list_get(list, CC)?.unwrap_or(Value::NONE);
        let Some(control) = vm.exact_list(control).filter(|l| l.len() == libc::NCCS) else {
            let n = libc::NCCS;
            return Err(vm.type_error(format!("tcsetattr: attributes[6] must be {n} element list")));
        };
        (t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag) =
            (flags[IFLAG], flags[OFLAG], flags[CFLAG], flags[LFLAG]);
        for at in 0..libc::NCCS {
            let v = vm.list_get(control, at)?.unwrap_or(Value::NONE);
            t.c_cc[at] = control_character(vm, v)?;
        }
        // SAFETY: changes the structure only.
        let r = unsafe { libc::cfsetispeed(&mut t, flags[ISPEED]) };
        done(vm, r)?;
        // SAFETY: as above.
        let r = unsafe { libc::cfsetospeed(&mut t, flags[OSPEED]) };
        done(vm, r)?;
        // SAFETY: the structure is valid for the call.
        let r = vm.unlocked(|| unsafe { libc::tcsetattr(fd.0, when, &t) });
        done(vm, r)
    }
    /// Send a break on file descriptor fd.
    #[function(sig = "(fd, duration, /)")]
    fn tcsendbreak(vm: &mut Vm, fd: FdArg, duration: i32) -> PyResult<()> {
        // SAFETY: a plain library call.
        let r = vm.unlocked(|| unsafe { libc::tcsendbreak(fd.0, duration) });
        done(vm, r)
    }
    /// Wait until all output written to file descriptor fd has been transmitted.
    #[function(sig = "(fd, /)")]
    fn tcdrain(vm: &mut Vm, fd: FdArg) -> PyResult<()> {
        // SAFETY: a plain library call.
        let r = vm.unlocked(|| unsafe { libc::tcdrain(fd.0) });
        done(vm, r)
    }
    /// Discard queued data on file descriptor fd.
    #[function(sig = "(fd, queue, /)")]
    fn tcflush(vm: &mut Vm, fd: FdArg, queue: i32) -> PyResult<()> {
        // SAFETY: a plain library call.
        let r = vm.unlocked(|| unsafe { libc::tcflush(fd.0, queue) });
        done(vm, r)
    }
    /// Suspend or resume input or output on file descriptor fd.
    #[function(sig = "(fd, action, /)")]
    fn tcflow(vm: &mut Vm, fd: FdArg, action: i32) -> PyResult<()> {
        // SAFETY: a plain library call.
        let r = vm.unlocked(|| unsafe { libc::tcflow(fd.0, action) });
        done(vm, r)
    }
    /// Get the tty winsize for file descriptor fd.
    #[function(sig = "(fd, /)")]
    fn tcgetwinsize(vm: &mut Vm, fd: FdArg) -> PyResult<(u16, u16)> {
        let mut w = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: valid for writing.
        let r = unsafe { libc::ioctl(fd.0, libc::TIOCGWINSZ, &mut w) };
        done(vm, r)?;
        Ok((w.ws_row, w.ws_col))
    }
    /// Set the tty winsize for file descriptor fd.
    #[function(sig = "(fd, winsize, /)")]
    fn tcsetwinsize(vm: &mut Vm, fd: FdArg, winsize: Value) -> PyResult<()> {
        let items = vm.collect(winsize)?;
        if items.len() != 2 {
            return Err(vm.type_error("tcsetwinsize, arg 2: must be a two-item sequence"));
        }
        let (rows, columns) = (vm.index(items[0])?, vm.index(items[1])?);
        let (Ok(ws_row), Ok(ws_col)) = (u16::try_from(rows), u16::try_from(columns)) else {
            return Err(vm.overflow_error("winsize value(s) out of range."));
        };
        let w = libc::winsize { ws_row, ws_col, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: the structure is valid for the call.
        let r = unsafe { libc::ioctl(fd.0, libc::TIOCSWINSZ, &w) };
        done(vm, r)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(vm, module, constants::ALL)?;
        set_int(vm, module, "_POSIX_VDISABLE", 0)?;
        ERROR.enter(vm, module)
    }
}
