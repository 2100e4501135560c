//! Open files.

use super::{DirFd, done};
use crate::support::{FdArg, PathArg, retry};
use habu_macros::native_module;
use habu_runtime::types::buffer::{Buffer, WritableBuffer};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn finish(vm: &mut Vm, result: Result<usize, i32>, filename: Option<Value>) -> PyResult<usize> {
    result.map_err(|errno| vm.os_error(errno, filename))
}

fn set_inheritable_flag(vm: &mut Vm, fd: i32, inheritable: bool) -> PyResult<()> {
    // SAFETY: plain system calls.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
    let flags = done(vm, flags, None)?;
    let wanted = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
    // SAFETY: as above.
    let r = unsafe { libc::fcntl(fd, libc::F_SETFD, wanted) };
    done(vm, r, None).map(|_| ())
}

#[native_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Open a file for low level IO. Returns a file descriptor (integer).
    #[function(sig = "(path, flags, mode=511, *, dir_fd=None)")]
    fn open(vm: &mut Vm, path: PathArg, flags: i32, mode: u32, dir_fd: DirFd) -> PyResult<usize> {
        // SAFETY: the path is a C string.
        let r = retry(vm, || unsafe {
            libc::openat(dir_fd.0, path.path.as_ptr(), flags | libc::O_CLOEXEC, mode) as isize
        })?;
        finish(vm, r, Some(path.value))
    }
    /// Close a file descriptor.
    #[function(sig = "(fd)")]
    fn close(vm: &mut Vm, fd: i32) -> PyResult<()> {
        // SAFETY: closing what the program says is its own.
        let r = vm.unlocked(|| unsafe { libc::close(fd) });
        done(vm, r, None).map(|_| ())
    }
    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function(sig = "(fd_low, fd_high, /)")]
    fn closerange(_vm: &mut Vm, fd_low: i32, fd_high: i32) {
        for fd in fd_low.max(0)..fd_high {
            // SAFETY: closing what the program says is its own.
            unsafe { libc::close(fd) };
        }
    }
    /// Read from a file descriptor. Returns a bytes object.
    #[function(sig = "(fd, length, /)")]
    fn read(vm: &mut Vm, fd: i32, length: i64) -> PyResult {
        let Ok(n) = usize::try_from(length) else { return Err(vm.os_error(libc::EINVAL, None)) };
        let mut buffer: Vec<u8> = Vec::new();
        buffer.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
        // SAFETY: room for `n` bytes was reserved.
        let r = retry(vm, || unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), n) })?;
        let got = finish(vm, r, None)?;
        // SAFETY: the system filled in that many.
        unsafe { buffer.set_len(got) };
        vm.bytes(&buffer).map(Value::from_gc)
    }
    /// Read into a buffer object from a file descriptor.
    #[function(sig = "(fd, buffer, /)")]
    fn readinto(vm: &mut Vm, fd: i32, buffer: WritableBuffer) -> PyResult<usize> {
        // SAFETY: the buffer is writable memory of that length.
        let r = retry(vm, || unsafe { libc::read(fd, buffer.0.as_mut_ptr().cast(), buffer.0.len()) })?;
        finish(vm, r, None)
    }
    /// Write a bytes object to a file descriptor.
    #[function(sig = "(fd, data, /)")]
    fn write(vm: &mut Vm, fd: i32, data: Buffer) -> PyResult<usize> {
        // SAFETY: the buffer is readable memory of that length.
        let r = retry(vm, || unsafe { libc::write(fd, data.as_slice().as_ptr().cast(), data.len()) })?;
        finish(vm, r, None)
    }
    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[function(sig = "(fd, length, offset, /)")]
    fn pread(vm: &mut Vm, fd: i32, length: i64, offset: i64) -> PyResult {
        let Ok(n) = usize::try_from(length) else { return Err(vm.os_error(libc::EINVAL, None)) };
        let mut buffer: Vec<u8> = Vec::new();
        buffer.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
        // SAFETY: room for `n` bytes was reserved.
        let r = retry(vm, || unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), n, offset) })?;
        let got = finish(vm, r, None)?;
        // SAFETY: the system filled in that many.
        unsafe { buffer.set_len(got) };
        vm.bytes(&buffer).map(Value::from_gc)
    }
    /// Write bytes to a file descriptor starting at a particular offset.
    #[function(sig = "(fd, buffer, offset, /)")]
    fn pwrite(vm: &mut Vm, fd: i32, buffer: Buffer, offset: i64) -> PyResult<usize> {
        // SAFETY: the buffer is readable memory of that length.
        let r = retry(vm, || unsafe {
            libc::pwrite(fd, buffer.as_slice().as_ptr().cast(), buffer.len(), offset)
        })?;
        finish(vm, r, None)
    }
    /// Set the position of a file descriptor. Return the new position.
    #[function(sig = "(fd, position, whence, /)")]
    fn lseek(vm: &mut Vm, fd: i32, position: i64, whence: i32) -> PyResult<i64> {
        // SAFETY: a plain system call.
        let r = unsafe { libc::lseek(fd, position, whence) };
        if r < 0 { Err(crate::support::last_error(vm, None)) } else { Ok(r) }
    }
    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function(sig = "(fd, length, /)")]
    fn ftruncate(vm: &mut Vm, fd: i32, length: i64) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::ftruncate(fd, length) }, None).map(|_| ())
    }
    /// Force write of fd to disk.
    #[function(sig = "(fd)")]
    fn fsync(vm: &mut Vm, fd: FdArg) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::fsync(fd.0) }, None).map(|_| ())
    }
    /// Force write of fd to disk without forcing update of metadata.
    #[function(sig = "(fd)")]
    fn fdatasync(vm: &mut Vm, fd: FdArg) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::fdatasync(fd.0) }, None).map(|_| ())
    }
    /// Return True if the fd is connected to a terminal.
    #[function(sig = "(fd, /)")]
    fn isatty(_vm: &mut Vm, fd: i32) -> bool {
        // SAFETY: a plain system call.
        unsafe { libc::isatty(fd) == 1 }
    }
    /// Return a duplicate of a file descriptor.
    #[function(sig = "(fd, /)")]
    fn dup(vm: &mut Vm, fd: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }, None)
    }
    /// Duplicate file descriptor.
    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(vm: &mut Vm, fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        // SAFETY: a plain system call.
        let r =
            unsafe { if inheritable { libc::dup2(fd, fd2) } else { libc::dup3(fd, fd2, libc::O_CLOEXEC) } };
        done(vm, r, None)
    }
    /// Create a pipe. Returns a tuple of two file descriptors: (read_fd, write_fd).
    #[function]
    fn pipe(vm: &mut Vm) -> PyResult<(i32, i32)> {
        let mut fds = [0; 2];
        // SAFETY: room for two descriptors.
        done(vm, unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC) }, None)?;
        Ok((fds[0], fds[1]))
    }
    /// Create a pipe with flags set atomically.
    #[function(sig = "(flags, /)")]
    fn pipe2(vm: &mut Vm, flags: i32) -> PyResult<(i32, i32)> {
        let mut fds = [0; 2];
        // SAFETY: room for two descriptors.
        done(vm, unsafe { libc::pipe2(fds.as_mut_ptr(), flags) }, None)?;
        Ok((fds[0], fds[1]))
    }
    /// Get the close-on-exe flag of the specified file descriptor.
    #[function(sig = "(fd, /)")]
    fn get_inheritable(vm: &mut Vm, fd: i32) -> PyResult<bool> {
        // SAFETY: a plain system call.
        let flags = done(vm, unsafe { libc::fcntl(fd, libc::F_GETFD) }, None)?;
        Ok(flags & libc::FD_CLOEXEC == 0)
    }
    /// Set the inheritable flag of the specified file descriptor.
    #[function(sig = "(fd, inheritable, /)")]
    fn set_inheritable(vm: &mut Vm, fd: i32, inheritable: bool) -> PyResult<()> {
        set_inheritable_flag(vm, fd, inheritable)
    }
    /// Get the blocking mode of the file descriptor.
    #[function(sig = "(fd, /)")]
    fn get_blocking(vm: &mut Vm, fd: i32) -> PyResult<bool> {
        // SAFETY: a plain system call.
        let flags = done(vm, unsafe { libc::fcntl(fd, libc::F_GETFL) }, None)?;
        Ok(flags & libc::O_NONBLOCK == 0)
    }
    /// Set the blocking mode of the specified file descriptor.
    #[function(sig = "(fd, blocking, /)")]
    fn set_blocking(vm: &mut Vm, fd: i32, blocking: bool) -> PyResult<()> {
        // SAFETY: plain system calls.
        let flags = done(vm, unsafe { libc::fcntl(fd, libc::F_GETFL) }, None)?;
        let wanted = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        // SAFETY: as above.
        done(vm, unsafe { libc::fcntl(fd, libc::F_SETFL, wanted) }, None).map(|_| ())
    }
}
