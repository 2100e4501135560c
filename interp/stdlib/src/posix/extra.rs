//! Calls that few programs make: reading and writing in parts, extended attributes, event and timer descriptors,
//! terminals.

use super::{DirFd, PathOrFd, done};
use crate::support::{FdArg, PathArg, last_error, os_str, retry};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;

fn finish(vm: &mut Vm, result: Result<usize, i32>) -> PyResult<usize> {
    result.map_err(|errno| vm.os_error(errno, None))
}

/// The buffers of a sequence, and where they are.
fn parts(
    vm: &mut Vm,
    buffers: Value,
    writable: bool,
    who: &str,
) -> PyResult<(Vec<Buffer>, Vec<libc::iovec>)> {
    if vm.lookup_special(buffers, habu_runtime::object::Special::GetItem).is_none() {
        return Err(vm.type_error(format!("{who}() arg 2 must be a sequence")));
    }
    let items = vm.collect(buffers)?;
    let mut all = Vec::with_capacity(items.len());
    for i in 0..items.len() {
        all.push(if writable { vm.writable_buffer(items[i])? } else { vm.buffer(items[i])? });
    }
    let places = all
        .iter()
        .map(|b: &Buffer| libc::iovec { iov_base: b.as_mut_ptr().cast(), iov_len: b.len() })
        .collect();
    Ok((all, places))
}

fn name_arg(vm: &mut Vm, name: Value) -> PyResult<CString> {
    crate::support::path_of(vm, name).map(|p| p.path)
}

/// An offset that may be absent; the system changes it.
fn offset(vm: &mut Vm, v: Value) -> PyResult<Option<libc::off_t>> {
    if v.is_none() { Ok(None) } else { vm.index(v).map(Some) }
}

fn pointer(offset: &mut Option<libc::off_t>) -> *mut libc::off_t {
    offset.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut)
}

fn seconds_of(vm: &mut Vm, v: f64) -> PyResult<libc::timespec> {
    if !(0.0..9.2e18).contains(&v) {
        return Err(vm.os_error(libc::EINVAL, None));
    }
    Ok(libc::timespec { tv_sec: v as i64, tv_nsec: ((v - v.floor()) * 1e9) as i64 })
}

fn nanos_of(n: i64) -> libc::timespec {
    libc::timespec { tv_sec: n.div_euclid(1_000_000_000), tv_nsec: n.rem_euclid(1_000_000_000) }
}

fn zero_timer() -> libc::itimerspec {
    // SAFETY: zeros are valid in this plain structure.
    unsafe { std::mem::zeroed() }
}

fn timer_seconds(t: libc::itimerspec) -> (f64, f64) {
    let one = |t: libc::timespec| t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9;
    (one(t.it_value), one(t.it_interval))
}

fn timer_nanos(t: libc::itimerspec) -> (i64, i64) {
    let one = |t: libc::timespec| t.tv_sec.saturating_mul(1_000_000_000).saturating_add(t.tv_nsec);
    (one(t.it_value), one(t.it_interval))
}

fn set_timer(vm: &mut Vm, fd: i32, flags: i32, new: libc::itimerspec) -> PyResult<libc::itimerspec> {
    let mut old = zero_timer();
    // SAFETY: both are valid for the call.
    done(vm, unsafe { libc::timerfd_settime(fd, flags, &new, &mut old) }, None)?;
    Ok(old)
}

fn get_timer(vm: &mut Vm, fd: i32) -> PyResult<libc::itimerspec> {
    let mut now = zero_timer();
    // SAFETY: valid for writing.
    done(vm, unsafe { libc::timerfd_gettime(fd, &mut now) }, None)?;
    Ok(now)
}

#[native_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Read from a file descriptor fd into an iterable of buffers.
    #[function(sig = "(fd, buffers, /)")]
    fn readv(vm: &mut Vm, fd: i32, buffers: Value) -> PyResult<usize> {
        let (_kept, places) = parts(vm, buffers, true, "readv")?;
        // SAFETY: the places are writable memory.
        let r = retry(vm, || unsafe { libc::readv(fd, places.as_ptr(), places.len() as i32) })?;
        finish(vm, r)
    }
    /// Iterate over buffers, and write the contents of each to a file descriptor.
    #[function(sig = "(fd, buffers, /)")]
    fn writev(vm: &mut Vm, fd: i32, buffers: Value) -> PyResult<usize> {
        let (_kept, places) = parts(vm, buffers, false, "writev")?;
        // SAFETY: the places are readable memory.
        let r = retry(vm, || unsafe { libc::writev(fd, places.as_ptr(), places.len() as i32) })?;
        finish(vm, r)
    }
    /// Reads from a file descriptor into a number of mutable bytes-like objects.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn preadv(vm: &mut Vm, fd: i32, buffers: Value, offset: i64, flags: i32) -> PyResult<usize> {
        let (_kept, places) = parts(vm, buffers, true, "preadv")?;
        // SAFETY: the places are writable memory.
        let r =
            retry(vm, || unsafe { libc::preadv2(fd, places.as_ptr(), places.len() as i32, offset, flags) })?;
        finish(vm, r)
    }
    /// Writes the contents of bytes-like objects to a file descriptor at a given offset.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn pwritev(vm: &mut Vm, fd: i32, buffers: Value, offset: i64, flags: i32) -> PyResult<usize> {
        let (_kept, places) = parts(vm, buffers, false, "pwritev")?;
        // SAFETY: the places are readable memory.
        let r =
            retry(vm, || unsafe { libc::pwritev2(fd, places.as_ptr(), places.len() as i32, offset, flags) })?;
        finish(vm, r)
    }
    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[function(sig = "(out_fd, in_fd, offset, count)")]
    fn sendfile(vm: &mut Vm, out_fd: i32, in_fd: i32, offset_: Value, count: i64) -> PyResult<usize> {
        let mut at = offset(vm, offset_)?;
        // SAFETY: the offset is valid or null.
        let r =
            retry(vm, || unsafe { libc::sendfile(out_fd, in_fd, pointer(&mut at), count.max(0) as usize) })?;
        finish(vm, r)
    }
    /// Copy count bytes from one file descriptor to another.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        vm: &mut Vm,
        src: i32,
        dst: i32,
        count: i64,
        offset_src: Value,
        offset_dst: Value,
    ) -> PyResult<usize> {
        let Ok(count) = usize::try_from(count) else {
            return Err(vm.value_error("negative value for 'count' not allowed"));
        };
        let (mut from, mut to) = (offset(vm, offset_src)?, offset(vm, offset_dst)?);
        // SAFETY: the offsets are valid or null.
        let r = retry(vm, || unsafe {
            libc::copy_file_range(src, pointer(&mut from), dst, pointer(&mut to), count, 0)
        })?;
        finish(vm, r)
    }
    /// Transfer count bytes from one pipe to a descriptor or vice versa.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
    fn splice(
        vm: &mut Vm,
        src: i32,
        dst: i32,
        count: i64,
        offset_src: Value,
        offset_dst: Value,
        flags: u32,
    ) -> PyResult<usize> {
        let Ok(count) = usize::try_from(count) else {
            return Err(vm.value_error("negative value for 'count' not allowed"));
        };
        let (mut from, mut to) = (offset(vm, offset_src)?, offset(vm, offset_dst)?);
        // SAFETY: the offsets are valid or null.
        let r = retry(vm, || unsafe {
            libc::splice(src, pointer(&mut from), dst, pointer(&mut to), count, flags)
        })?;
        finish(vm, r)
    }
    /// Announce an intention to access data in a specific pattern.
    #[function(sig = "(fd, offset, length, advice, /)")]
    fn posix_fadvise(vm: &mut Vm, fd: i32, offset: i64, length: i64, advice: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        match unsafe { libc::posix_fadvise(fd, offset, length, advice) } {
            0 => Ok(()),
            errno => Err(vm.os_error(errno, None)),
        }
    }
    /// Ensure a file has allocated at least a particular number of bytes on disk.
    #[function(sig = "(fd, offset, length, /)")]
    fn posix_fallocate(vm: &mut Vm, fd: i32, offset: i64, length: i64) -> PyResult<()> {
        // SAFETY: a plain system call.
        match vm.unlocked(|| unsafe { libc::posix_fallocate(fd, offset, length) }) {
            0 => Ok(()),
            errno => Err(vm.os_error(errno, None)),
        }
    }
    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[function(sig = "(fd, command, length, /)")]
    fn lockf(vm: &mut Vm, fd: i32, command: i32, length: i64) -> PyResult<()> {
        // SAFETY: a plain system call.
        let r = retry(vm, || unsafe { libc::lockf(fd, command, length) as isize })?;
        finish(vm, r).map(|_| ())
    }
    /// Create an anonymous file.
    #[function(sig = "(name, flags=1)")]
    fn memfd_create(vm: &mut Vm, name: Value, flags: u32) -> PyResult<i32> {
        let name = name_arg(vm, name)?;
        // SAFETY: a C string.
        done(vm, unsafe { libc::memfd_create(name.as_ptr(), flags) }, None)
    }
    /// Return a file descriptor referring to the process pid.
    #[function(sig = "(pid, flags=0)")]
    fn pidfd_open(vm: &mut Vm, pid: i32, flags: u32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) };
        done(vm, fd as i32, None)
    }
    /// Creates and returns an event notification file descriptor.
    #[function(sig = "(initval, flags=524288)")]
    fn eventfd(vm: &mut Vm, initval: u32, flags: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::eventfd(initval, flags) }, None)
    }
    /// Read eventfd value.
    #[function(sig = "(fd)")]
    fn eventfd_read(vm: &mut Vm, fd: FdArg) -> PyResult {
        let mut n = 0u64;
        // SAFETY: room for the number.
        let r = retry(vm, || unsafe { libc::read(fd.0, (&raw mut n).cast(), 8) })?;
        finish(vm, r)?;
        vm.int_u64(n)
    }
    /// Write eventfd value.
    #[function(sig = "(fd, value)")]
    fn eventfd_write(vm: &mut Vm, fd: FdArg, value: u64) -> PyResult<()> {
        // SAFETY: eight readable bytes.
        let r = retry(vm, || unsafe { libc::write(fd.0, (&raw const value).cast(), 8) })?;
        finish(vm, r).map(|_| ())
    }
    /// Create and return a timer file descriptor.
    #[function(sig = "(clockid, /, *, flags=524288)")]
    fn timerfd_create(vm: &mut Vm, clockid: i32, flags: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::timerfd_create(clockid, flags) }, None)
    }
    /// Alter a timer file descriptor's internal timer in seconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(
        vm: &mut Vm,
        fd: FdArg,
        flags: i32,
        initial: f64,
        interval: f64,
    ) -> PyResult<(f64, f64)> {
        let new =
            libc::itimerspec { it_value: seconds_of(vm, initial)?, it_interval: seconds_of(vm, interval)? };
        set_timer(vm, fd.0, flags, new).map(timer_seconds)
    }
    /// Alter a timer file descriptor's internal timer in nanoseconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(
        vm: &mut Vm,
        fd: FdArg,
        flags: i32,
        initial: i64,
        interval: i64,
    ) -> PyResult<(i64, i64)> {
        let new = libc::itimerspec { it_value: nanos_of(initial), it_interval: nanos_of(interval) };
        set_timer(vm, fd.0, flags, new).map(timer_nanos)
    }
    /// Return a tuple of a timer file descriptor's (interval, next expiration) in float seconds.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime(vm: &mut Vm, fd: FdArg) -> PyResult<(f64, f64)> {
        get_timer(vm, fd.0).map(timer_seconds)
    }
    /// Return a tuple of a timer file descriptor's (interval, next expiration) in nanoseconds.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime_ns(vm: &mut Vm, fd: FdArg) -> PyResult<(i64, i64)> {
        get_timer(vm, fd.0).map(timer_nanos)
    }
    /// Return the value of extended attribute attribute on path.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(vm: &mut Vm, path: PathOrFd, attribute: Value, follow_symlinks: bool) -> PyResult {
        let name = name_arg(vm, attribute)?;
        let mut room = vec![0u8; 64 * 1024];
        // SAFETY: C strings, and room of that length.
        let (n, file) = unsafe {
            let (to, len) = (room.as_mut_ptr().cast(), room.len());
            match &path {
                PathOrFd::Fd(fd) => (libc::fgetxattr(*fd, name.as_ptr(), to, len), None),
                PathOrFd::Path(p) if follow_symlinks => {
                    (libc::getxattr(p.path.as_ptr(), name.as_ptr(), to, len), Some(p.value))
                }
                PathOrFd::Path(p) => {
                    (libc::lgetxattr(p.path.as_ptr(), name.as_ptr(), to, len), Some(p.value))
                }
            }
        };
        if n < 0 {
            return Err(last_error(vm, file));
        }
        vm.bytes(&room[..n as usize]).map(Value::from_gc)
    }
    /// Set extended attribute attribute on path to value.
    #[function(sig = "(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(
        vm: &mut Vm,
        path: PathOrFd,
        attribute: Value,
        value: Buffer,
        flags: i32,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let name = name_arg(vm, attribute)?;
        let bytes = value.as_slice();
        // SAFETY: C strings, and bytes with their length.
        let (r, file) = unsafe {
            let (from, len) = (bytes.as_ptr().cast(), bytes.len());
            match &path {
                PathOrFd::Fd(fd) => (libc::fsetxattr(*fd, name.as_ptr(), from, len, flags), None),
                PathOrFd::Path(p) if follow_symlinks => {
                    (libc::setxattr(p.path.as_ptr(), name.as_ptr(), from, len, flags), Some(p.value))
                }
                PathOrFd::Path(p) => {
                    (libc::lsetxattr(p.path.as_ptr(), name.as_ptr(), from, len, flags), Some(p.value))
                }
            }
        };
        done(vm, r, file).map(|_| ())
    }
    /// Remove extended attribute attribute on path.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(vm: &mut Vm, path: PathOrFd, attribute: Value, follow_symlinks: bool) -> PyResult<()> {
        let name = name_arg(vm, attribute)?;
        // SAFETY: C strings.
        let (r, file) = unsafe {
            match &path {
                PathOrFd::Fd(fd) => (libc::fremovexattr(*fd, name.as_ptr()), None),
                PathOrFd::Path(p) if follow_symlinks => {
                    (libc::removexattr(p.path.as_ptr(), name.as_ptr()), Some(p.value))
                }
                PathOrFd::Path(p) => (libc::lremovexattr(p.path.as_ptr(), name.as_ptr()), Some(p.value)),
            }
        };
        done(vm, r, file).map(|_| ())
    }
    /// Return a list of extended attributes on path.
    #[function(sig = "(path=None, *, follow_symlinks=True)")]
    fn listxattr(vm: &mut Vm, path: Option<PathOrFd>, follow_symlinks: bool) -> PyResult<Gc<List>> {
        let mut room = vec![0u8; 64 * 1024];
        // SAFETY: C strings, and room of that length.
        let (n, file) = unsafe {
            let (to, len) = (room.as_mut_ptr().cast(), room.len());
            match &path {
                None => (libc::listxattr(c".".as_ptr(), to, len), None),
                Some(PathOrFd::Fd(fd)) => (libc::flistxattr(*fd, to, len), None),
                Some(PathOrFd::Path(p)) if follow_symlinks => {
                    (libc::listxattr(p.path.as_ptr(), to, len), Some(p.value))
                }
                Some(PathOrFd::Path(p)) => (libc::llistxattr(p.path.as_ptr(), to, len), Some(p.value)),
            }
        };
        if n < 0 {
            return Err(last_error(vm, file));
        }
        let all = vm.list_new()?;
        for name in room[..n as usize].split(|c| *c == 0).filter(|name| !name.is_empty()) {
            let name = Value::from_gc(os_str(vm, OsStr::from_bytes(name))?);
            vm.list_push(all, name)?;
        }
        Ok(all)
    }
    /// Open a pseudo-terminal: (master_fd, slave_fd).
    #[function]
    fn openpty(vm: &mut Vm) -> PyResult<(i32, i32)> {
        let (mut master, mut slave) = (-1, -1);
        let none = std::ptr::null_mut();
        // SAFETY: room for two descriptors, no names, no settings.
        let r = unsafe {
            libc::openpty(&mut master, &mut slave, none, std::ptr::null_mut(), std::ptr::null_mut())
        };
        done(vm, r, None)?;
        for fd in [master, slave] {
            // SAFETY: a plain system call.
            done(vm, unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) }, None)?;
        }
        Ok((master, slave))
    }
    /// Open and return a file descriptor for a master pseudo-terminal device.
    #[function(sig = "(oflag, /)")]
    fn posix_openpt(vm: &mut Vm, oflag: i32) -> PyResult<i32> {
        // SAFETY: a plain library call.
        done(vm, unsafe { libc::posix_openpt(oflag | libc::O_CLOEXEC) }, None)
    }
    /// Grant access to the slave pseudo-terminal device.
    #[function(sig = "(fd, /)")]
    fn grantpt(vm: &mut Vm, fd: FdArg) -> PyResult<()> {
        // SAFETY: a plain library call.
        done(vm, unsafe { libc::grantpt(fd.0) }, None).map(|_| ())
    }
    /// Unlock a pseudo-terminal master/slave pair.
    #[function(sig = "(fd, /)")]
    fn unlockpt(vm: &mut Vm, fd: FdArg) -> PyResult<()> {
        // SAFETY: a plain library call.
        done(vm, unsafe { libc::unlockpt(fd.0) }, None).map(|_| ())
    }
    /// Return the name of the slave pseudo-terminal device.
    #[function(sig = "(fd, /)")]
    fn ptsname(vm: &mut Vm, fd: FdArg) -> PyResult {
        let mut name = [0 as libc::c_char; 128];
        // SAFETY: room of that length.
        match unsafe { libc::ptsname_r(fd.0, name.as_mut_ptr(), name.len()) } {
            0 => {
                // SAFETY: closed by a null byte on success.
                let bytes = unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes();
                os_str(vm, OsStr::from_bytes(bytes)).map(Value::from_gc)
            }
            errno => Err(vm.os_error(errno, None)),
        }
    }
    /// Return the name of the terminal device connected to 'fd'.
    #[function(sig = "(fd, /)")]
    fn ttyname(vm: &mut Vm, fd: i32) -> PyResult {
        let mut name = [0 as libc::c_char; 256];
        // SAFETY: room of that length.
        match unsafe { libc::ttyname_r(fd, name.as_mut_ptr(), name.len()) } {
            0 => {
                // SAFETY: closed by a null byte on success.
                let bytes = unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes();
                os_str(vm, OsStr::from_bytes(bytes)).map(Value::from_gc)
            }
            errno => Err(vm.os_error(errno, None)),
        }
    }
    /// Return the name of the controlling terminal for this process.
    #[function]
    fn ctermid(_vm: &mut Vm) -> &'static str {
        "/dev/tty"
    }
    /// Prepare the tty of which fd is a file descriptor for a new login session.
    #[function(sig = "(fd, /)")]
    fn login_tty(vm: &mut Vm, fd: FdArg) -> PyResult<()> {
        // SAFETY: a plain library call.
        done(vm, unsafe { libc::login_tty(fd.0) }, None).map(|_| ())
    }
    /// Return the process group associated with the terminal specified by fd.
    #[function(sig = "(fd, /)")]
    fn tcgetpgrp(vm: &mut Vm, fd: i32) -> PyResult<i32> {
        // SAFETY: a plain library call.
        done(vm, unsafe { libc::tcgetpgrp(fd) }, None)
    }
    /// Set the process group associated with the terminal specified by fd.
    #[function(sig = "(fd, pgid, /)")]
    fn tcsetpgrp(vm: &mut Vm, fd: i32, pgid: i32) -> PyResult<()> {
        // SAFETY: a plain library call.
        done(vm, unsafe { libc::tcsetpgrp(fd, pgid) }, None).map(|_| ())
    }
    /// Return a string describing the encoding of a terminal's file descriptor.
    #[function(sig = "(fd)")]
    fn device_encoding(_vm: &mut Vm, fd: i32) -> Option<&'static str> {
        // SAFETY: a plain system call.
        (unsafe { libc::isatty(fd) } == 1).then_some("utf-8")
    }
    /// Create a node in the file system.
    #[function(sig = "(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(vm: &mut Vm, path: PathArg, mode: u32, device: u64, dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: a C string.
        let r = unsafe { libc::mknodat(dir_fd.0, path.path.as_ptr(), mode, device) };
        done(vm, r, Some(path.value)).map(|_| ())
    }
    /// Extracts a device major number from a raw device number.
    #[function(sig = "(device, /)")]
    fn major(_vm: &mut Vm, device: u64) -> u32 {
        libc::major(device)
    }
    /// Extracts a device minor number from a raw device number.
    #[function(sig = "(device, /)")]
    fn minor(_vm: &mut Vm, device: u64) -> u32 {
        libc::minor(device)
    }
    /// Composes a raw device number from the major and minor device numbers.
    #[function(sig = "(major, minor, /)")]
    fn makedev(_vm: &mut Vm, major: u32, minor: u32) -> u64 {
        libc::makedev(major, minor)
    }
    /// Change root directory to path.
    #[function(sig = "(path)")]
    fn chroot(vm: &mut Vm, path: PathArg) -> PyResult<()> {
        // SAFETY: a C string.
        done(vm, unsafe { libc::chroot(path.path.as_ptr()) }, Some(path.value)).map(|_| ())
    }
    /// Change the owner and group id of the file specified by file descriptor.
    #[function(sig = "(fd, uid, gid)")]
    fn fchown(vm: &mut Vm, fd: i32, uid: i64, gid: i64) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::fchown(fd, uid as u32, gid as u32) }, None).map(|_| ())
    }
    /// Change the owner and group id of path to the numeric uid and gid.
    #[function(sig = "(path, uid, gid)")]
    fn lchown(vm: &mut Vm, path: PathArg, uid: i64, gid: i64) -> PyResult<()> {
        // SAFETY: a C string.
        done(vm, unsafe { libc::lchown(path.path.as_ptr(), uid as u32, gid as u32) }, Some(path.value))
            .map(|_| ())
    }
}
