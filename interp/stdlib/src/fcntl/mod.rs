//! `fcntl`: control of open files.

use crate::header_constants;
use crate::support::{FdArg, last_error, retry, set_int, set_ints};
use habu_macros::native_module;
use habu_runtime::types::bytearray::ByteArray;
use habu_runtime::types::int;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

const CONSTANTS: &[(&str, i64)] = header_constants! {
    LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW
    F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_GETOWN F_SETOWN F_RDLCK F_WRLCK F_UNLCK F_SETPIPE_SZ F_GETPIPE_SZ
    F_SETLEASE F_GETLEASE F_NOTIFY F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE
    FD_CLOEXEC
};

/// Numbers that the library's bindings lack.
const MORE: &[(&str, i64)] = &[
    ("DN_ACCESS", 1),
    ("DN_MODIFY", 2),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_RENAME", 16),
    ("DN_ATTRIB", 32),
    ("DN_MULTISHOT", 0x8000_0000),
    ("LOCK_MAND", 32),
    ("LOCK_READ", 64),
    ("LOCK_WRITE", 128),
    ("LOCK_RW", 192),
    ("F_EXLCK", 4),
    ("F_SHLCK", 8),
    ("F_GETLK64", 5),
    ("F_SETLK64", 6),
    ("F_SETLKW64", 7),
    ("F_SETSIG", 10),
    ("F_GETSIG", 11),
    ("F_SETOWN_EX", 15),
    ("F_GETOWN_EX", 16),
    ("F_GET_RW_HINT", 1035),
    ("F_SET_RW_HINT", 1036),
    ("F_GET_FILE_RW_HINT", 1037),
    ("F_SET_FILE_RW_HINT", 1038),
    ("F_OWNER_TID", 0),
    ("F_OWNER_PID", 1),
    ("F_OWNER_PGRP", 2),
    ("F_SEAL_FUTURE_WRITE", 16),
    ("F_DUPFD_QUERY", 1027),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_SHORT", 2),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("FASYNC", 0x2000),
    ("FICLONE", 0x4004_9409),
    ("FICLONERANGE", 0x4020_940d),
];

/// Room that calls get which copy a structure in and out.
const COPY: usize = 1024;

fn outcome(vm: &mut Vm, result: Result<usize, i32>) -> PyResult<usize> {
    result.map_err(|errno| vm.os_error(errno, None))
}

/// The bytes of a str or bytes argument in room of `COPY` bytes; `None`: it is a number.
fn copied(vm: &mut Vm, arg: Value) -> PyResult<Option<(Vec<u8>, usize)>> {
    let bytes = match vm.downcast::<Str>(arg) {
        Some(text) => text.to_message().into_bytes(),
        None if int::as_int(vm, arg).is_some() => return Ok(None),
        None => match vm.buffer_opt(arg)? {
            Some(buffer) => buffer.as_slice().to_vec(),
            None => return Ok(None),
        },
    };
    let len = bytes.len();
    let mut room = bytes;
    room.resize(len.max(COPY) + 8, 0);
    Ok(Some((room, len)))
}

/// A number as C takes it: signed or unsigned.
fn number(vm: &mut Vm, arg: Value) -> PyResult<libc::c_ulong> {
    let n = vm.index_value(arg)?;
    match int::to_i128(n).filter(|n| (-(1i128 << 63)..1i128 << 64).contains(n)) {
        Some(n) => Ok(n as libc::c_ulong),
        None => Err(vm.overflow_error("Python int too large to convert to C unsigned int")),
    }
}

/// This module performs file control and I/O control on file descriptors.
#[native_module(name = "fcntl")]
pub mod module {
    use super::*;

    /// Perform the operation `cmd` on file descriptor fd.
    #[function(sig = "(fd, cmd, arg=0, /)")]
    fn fcntl(vm: &mut Vm, fd: FdArg, cmd: i32, arg: Value) -> PyResult {
        if let Some((mut room, len)) = copied(vm, arg)? {
            if len > COPY {
                return Err(vm.value_error("fcntl argument 3 is too long"));
            }
            // SAFETY: the room is larger than what calls copy.
            let r = retry(vm, || unsafe { libc::fcntl(fd.0, cmd, room.as_mut_ptr()) as isize })?;
            outcome(vm, r)?;
            return vm.bytes(&room[..len]).map(Value::from_gc);
        }
        let n = number(vm, arg)?;
        // SAFETY: commands that take a number.
        let r = retry(vm, || unsafe { libc::fcntl(fd.0, cmd, n) as isize })?;
        let n = outcome(vm, r)?;
        vm.int(n as i64)
    }
    /// Perform the operation request on file descriptor fd.
    #[function(sig = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(vm: &mut Vm, fd: FdArg, request: Value, arg: Value, mutate_flag: bool) -> PyResult {
        let request = number(vm, request)?;
        let writable = int::as_int(vm, arg).is_none() && vm.downcast::<Str>(arg).is_none() && {
            let buffer = vm.buffer_opt(arg)?;
            buffer.is_some_and(|b| !b.readonly) || vm.downcast::<ByteArray>(arg).is_some()
        };
        if let Some((mut room, len)) = copied(vm, arg)? {
            if len > COPY && !writable {
                return Err(vm.value_error("ioctl argument 3 is too long"));
            }
            // SAFETY: the room is larger than what calls copy.
            let r = vm.unlocked(|| unsafe { libc::ioctl(fd.0, request as _, room.as_mut_ptr()) });
            if r < 0 {
                return Err(last_error(vm, None));
            }
            if writable && mutate_flag {
                let buffer = vm.writable_buffer(arg)?;
                buffer.write(0, &room[..len]);
                return vm.int(i64::from(r));
            }
            return vm.bytes(&room[..len]).map(Value::from_gc);
        }
        let n = number(vm, arg)?;
        // SAFETY: requests that take a number.
        let r = vm.unlocked(|| unsafe { libc::ioctl(fd.0, request as _, n) });
        if r < 0 {
            return Err(last_error(vm, None));
        }
        vm.int(i64::from(r))
    }
    /// Perform the lock operation `operation` on file descriptor `fd`.
    #[function(sig = "(fd, operation, /)")]
    fn flock(vm: &mut Vm, fd: FdArg, operation: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        let r = retry(vm, || unsafe { libc::flock(fd.0, operation) as isize })?;
        outcome(vm, r).map(|_| ())
    }
    /// A wrapper around the fcntl() locking calls.
    #[function(sig = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(vm: &mut Vm, fd: FdArg, cmd: i32, len: i64, start: i64, whence: i32) -> PyResult<()> {
        let kind = if cmd == libc::LOCK_UN {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return Err(vm.value_error("unrecognized lockf argument"));
        };
        // SAFETY: zeros are valid in this plain structure.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = kind as libc::c_short;
        lock.l_start = start;
        lock.l_len = len;
        lock.l_whence = whence as libc::c_short;
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        // SAFETY: the structure is valid for the call.
        let r = retry(vm, || unsafe { libc::fcntl(fd.0, command, &lock) as isize })?;
        outcome(vm, r).map(|_| ())
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(vm, module, CONSTANTS)?;
        for (name, n) in MORE {
            set_int(vm, module, name, *n)?;
        }
        Ok(())
    }
}
