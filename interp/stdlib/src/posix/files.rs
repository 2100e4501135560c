//! Names in the file system.

use super::{DirFd, PathOrFd, done};
use crate::support::{PathArg, fspath as path_object, last_error, os_str};
use habu_macros::native_module;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// OSError with two file names.
fn error2(vm: &mut Vm, a: &PathArg, b: &PathArg) -> habu_runtime::vm::Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO);
    let make = |vm: &mut Vm| -> PyResult {
        let text = Value::from_gc(vm.str(&habu_runtime::types::exception::os::error_text(errno))?);
        let class = Value::from_gc(vm.exc_class(habu_runtime::vm::Exc::OSError));
        vm.call(class, &[Value::small(i64::from(errno)), text, a.value, Value::NONE, b.value])
    };
    match make(vm) {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}

/// Seconds and nanoseconds of a time stamp given as a number of seconds.
fn timespec(vm: &mut Vm, v: Value) -> PyResult<libc::timespec> {
    let seconds = habu_runtime::types::float::to_f64(vm, v)?;
    let whole = seconds.floor();
    Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: ((seconds - whole) * 1e9) as i64 })
}

#[native_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Return the file system path representation of the object.
    #[function(sig = "(path)")]
    fn fspath(vm: &mut Vm, path: Value) -> PyResult {
        path_object(vm, path)
    }
    /// Return a unicode string representing the current working directory.
    #[function]
    fn getcwd(vm: &mut Vm) -> PyResult {
        match std::env::current_dir() {
            Ok(dir) => os_str(vm, dir.as_os_str()).map(Value::from_gc),
            Err(e) => Err(crate::support::io_error(vm, &e, None)),
        }
    }
    /// Return a bytes string representing the current working directory.
    #[function]
    fn getcwdb(vm: &mut Vm) -> PyResult {
        match std::env::current_dir() {
            Ok(dir) => vm.bytes(dir.as_os_str().as_bytes()).map(Value::from_gc),
            Err(e) => Err(crate::support::io_error(vm, &e, None)),
        }
    }
    /// Change the current working directory to the specified path.
    #[function(sig = "(path)")]
    fn chdir(vm: &mut Vm, path: PathOrFd) -> PyResult<()> {
        match path {
            // SAFETY: the path is a C string.
            PathOrFd::Path(p) => done(vm, unsafe { libc::chdir(p.path.as_ptr()) }, Some(p.value))?,
            // SAFETY: a plain system call.
            PathOrFd::Fd(fd) => done(vm, unsafe { libc::fchdir(fd) }, None)?,
        };
        Ok(())
    }
    /// Change to the directory of the given file descriptor.
    #[function(sig = "(fd)")]
    fn fchdir(vm: &mut Vm, fd: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::fchdir(fd) }, None).map(|_| ())
    }
    /// Use the real uid/gid to test for access to a path.
    #[function(sig = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        _vm: &mut Vm,
        path: PathArg,
        mode: i32,
        dir_fd: DirFd,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> bool {
        let mut flags = 0;
        if effective_ids {
            flags |= libc::AT_EACCESS;
        }
        if !follow_symlinks {
            flags |= libc::AT_SYMLINK_NOFOLLOW;
        }
        // SAFETY: the path is a C string.
        unsafe { libc::faccessat(dir_fd.0, path.path.as_ptr(), mode, flags) == 0 }
    }
    /// Create a directory.
    #[function(sig = "(path, mode=511, *, dir_fd=None)")]
    fn mkdir(vm: &mut Vm, path: PathArg, mode: u32, dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: the path is a C string.
        done(vm, unsafe { libc::mkdirat(dir_fd.0, path.path.as_ptr(), mode) }, Some(path.value)).map(|_| ())
    }
    /// Remove a directory.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn rmdir(vm: &mut Vm, path: PathArg, dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: the path is a C string.
        let r = unsafe { libc::unlinkat(dir_fd.0, path.path.as_ptr(), libc::AT_REMOVEDIR) };
        done(vm, r, Some(path.value)).map(|_| ())
    }
    /// Remove a file.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn unlink(vm: &mut Vm, path: PathArg, dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: the path is a C string.
        done(vm, unsafe { libc::unlinkat(dir_fd.0, path.path.as_ptr(), 0) }, Some(path.value)).map(|_| ())
    }
    /// Remove a file (same as unlink()).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn remove(vm: &mut Vm, path: PathArg, dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: the path is a C string.
        done(vm, unsafe { libc::unlinkat(dir_fd.0, path.path.as_ptr(), 0) }, Some(path.value)).map(|_| ())
    }
    /// Rename a file or directory.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(vm: &mut Vm, src: PathArg, dst: PathArg, src_dir_fd: DirFd, dst_dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: both paths are C strings.
        let r = unsafe { libc::renameat(src_dir_fd.0, src.path.as_ptr(), dst_dir_fd.0, dst.path.as_ptr()) };
        if r < 0 { Err(error2(vm, &src, &dst)) } else { Ok(()) }
    }
    /// Rename a file or directory, overwriting the destination.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(
        vm: &mut Vm,
        src: PathArg,
        dst: PathArg,
        src_dir_fd: DirFd,
        dst_dir_fd: DirFd,
    ) -> PyResult<()> {
        rename(vm, src, dst, src_dir_fd, dst_dir_fd)
    }
    /// Create a hard link to a file.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        vm: &mut Vm,
        src: PathArg,
        dst: PathArg,
        src_dir_fd: DirFd,
        dst_dir_fd: DirFd,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let flags = if follow_symlinks { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: both paths are C strings.
        let r =
            unsafe { libc::linkat(src_dir_fd.0, src.path.as_ptr(), dst_dir_fd.0, dst.path.as_ptr(), flags) };
        if r < 0 { Err(error2(vm, &src, &dst)) } else { Ok(()) }
    }
    /// Create a symbolic link pointing to src named dst.
    #[function(sig = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        vm: &mut Vm,
        src: PathArg,
        dst: PathArg,
        _target_is_directory: bool,
        dir_fd: DirFd,
    ) -> PyResult<()> {
        // SAFETY: both paths are C strings.
        let r = unsafe { libc::symlinkat(src.path.as_ptr(), dir_fd.0, dst.path.as_ptr()) };
        if r < 0 { Err(error2(vm, &src, &dst)) } else { Ok(()) }
    }
    /// Return a string representing the path to which the symbolic link points.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn readlink(vm: &mut Vm, path: PathArg, dir_fd: DirFd) -> PyResult {
        let mut buffer = vec![0u8; 4096];
        // SAFETY: the path is a C string, the buffer has that many bytes.
        let n = unsafe {
            libc::readlinkat(dir_fd.0, path.path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len())
        };
        match usize::try_from(n) {
            Ok(n) => path.same_kind(vm, OsStr::from_bytes(&buffer[..n])),
            Err(_) => Err(last_error(vm, Some(path.value))),
        }
    }
    /// Change the access permissions of a file.
    #[function(sig = "(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(vm: &mut Vm, path: PathOrFd, mode: u32, dir_fd: DirFd, follow_symlinks: bool) -> PyResult<()> {
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        match path {
            // SAFETY: the path is a C string.
            PathOrFd::Path(p) => {
                done(vm, unsafe { libc::fchmodat(dir_fd.0, p.path.as_ptr(), mode, flags) }, Some(p.value))?
            }
            // SAFETY: a plain system call.
            PathOrFd::Fd(fd) => done(vm, unsafe { libc::fchmod(fd, mode) }, None)?,
        };
        Ok(())
    }
    /// Change the access permissions of the file given by file descriptor fd.
    #[function(sig = "(fd, mode)")]
    fn fchmod(vm: &mut Vm, fd: i32, mode: u32) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::fchmod(fd, mode) }, None).map(|_| ())
    }
    /// Change the owner and group id of path to the numeric uid and gid.
    #[function(sig = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        vm: &mut Vm,
        path: PathOrFd,
        uid: i64,
        gid: i64,
        dir_fd: DirFd,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let (uid, gid) = (uid as u32, gid as u32);
        match path {
            // SAFETY: the path is a C string.
            PathOrFd::Path(p) => done(
                vm,
                unsafe { libc::fchownat(dir_fd.0, p.path.as_ptr(), uid, gid, flags) },
                Some(p.value),
            )?,
            // SAFETY: a plain system call.
            PathOrFd::Fd(fd) => done(vm, unsafe { libc::fchown(fd, uid, gid) }, None)?,
        };
        Ok(())
    }
    /// Set the access and modified time of path.
    #[function(sig = "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(
        vm: &mut Vm,
        path: PathOrFd,
        times: Value,
        ns: Option<Value>,
        dir_fd: DirFd,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        if !times.is_none() && ns.is_some() {
            return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
        }
        let pair = |vm: &mut Vm, v: Value, text: &str| -> PyResult<[Value; 2]> {
            match vm.downcast::<Tuple>(v).map(|t| t.items().to_vec()) {
                Some(items) if items.len() == 2 => Ok([items[0], items[1]]),
                _ => Err(vm.type_error(text)),
            }
        };
        let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
        let stamps = if let Some(ns) = ns {
            let both = pair(vm, ns, "utime: 'ns' must be a tuple of two ints")?;
            let mut stamps = [now; 2];
            for (stamp, v) in stamps.iter_mut().zip(both) {
                let n = vm.index(v)?;
                *stamp = libc::timespec {
                    tv_sec: n.div_euclid(1_000_000_000),
                    tv_nsec: n.rem_euclid(1_000_000_000),
                };
            }
            stamps
        } else if times.is_none() {
            [now; 2]
        } else {
            let both = pair(vm, times, "utime: 'times' must be either a tuple of two ints or None")?;
            [timespec(vm, both[0])?, timespec(vm, both[1])?]
        };
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        match path {
            // SAFETY: the path is a C string, the array has two entries.
            PathOrFd::Path(p) => done(
                vm,
                unsafe { libc::utimensat(dir_fd.0, p.path.as_ptr(), stamps.as_ptr(), flags) },
                Some(p.value),
            )?,
            // SAFETY: the array has two entries.
            PathOrFd::Fd(fd) => done(vm, unsafe { libc::futimens(fd, stamps.as_ptr()) }, None)?,
        };
        Ok(())
    }
    /// Truncate a file to a specific length.
    #[function(sig = "(path, length)")]
    fn truncate(vm: &mut Vm, path: PathOrFd, length: i64) -> PyResult<()> {
        match path {
            // SAFETY: the path is a C string.
            PathOrFd::Path(p) => done(vm, unsafe { libc::truncate(p.path.as_ptr(), length) }, Some(p.value))?,
            // SAFETY: a plain system call.
            PathOrFd::Fd(fd) => done(vm, unsafe { libc::ftruncate(fd, length) }, None)?,
        };
        Ok(())
    }
    /// Create a "fifo" (a POSIX named pipe).
    #[function(sig = "(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(vm: &mut Vm, path: PathArg, mode: u32, dir_fd: DirFd) -> PyResult<()> {
        // SAFETY: the path is a C string.
        done(vm, unsafe { libc::mkfifoat(dir_fd.0, path.path.as_ptr(), mode) }, Some(path.value)).map(|_| ())
    }
    /// Force write of everything to disk.
    #[function]
    fn sync(_vm: &mut Vm) {
        // SAFETY: a plain system call.
        unsafe { libc::sync() }
    }
    /// Split a path into root and rest: (drive, root, tail).
    #[function(name = "_path_splitroot_ex", sig = "(path, /)")]
    fn path_splitroot_ex(vm: &mut Vm, path: Value) -> PyResult {
        let arg = crate::support::path_of(vm, path)?;
        let bytes = arg.path.as_bytes();
        let slashes = bytes.iter().take_while(|b| **b == b'/').count();
        let root = if slashes == 2 { 2 } else { slashes.min(1) };
        let empty = arg.same_kind(vm, OsStr::new(""))?;
        let head = arg.same_kind(vm, OsStr::from_bytes(&bytes[..root]))?;
        let tail = arg.same_kind(vm, OsStr::from_bytes(&bytes[root..]))?;
        vm.tuple(&[empty, head, tail]).map(Value::from_gc)
    }
    /// Normalize path, eliminating double slashes, etc.
    #[function(name = "_path_normpath", sig = "(path)")]
    fn path_normpath(vm: &mut Vm, path: Value) -> PyResult {
        let arg = crate::support::path_of(vm, path)?;
        let bytes = arg.path.as_bytes();
        if bytes.is_empty() {
            return arg.same_kind(vm, OsStr::new("."));
        }
        let slashes = bytes.iter().take_while(|b| **b == b'/').count();
        let root = if slashes == 2 { 2 } else { slashes.min(1) };
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in bytes.split(|b| *b == b'/').filter(|p| !p.is_empty() && *p != b".") {
            if part != b".." || (root == 0 && parts.is_empty()) || parts.last() == Some(&&b".."[..]) {
                parts.push(part);
            } else {
                parts.pop();
            }
        }
        let mut out = vec![b'/'; root];
        out.extend_from_slice(&parts.join(&b'/'));
        if out.is_empty() {
            out.push(b'.');
        }
        arg.same_kind(vm, OsStr::from_bytes(&out))
    }
}
