//! What a child process does between fork and exec: system calls on what its parent prepared, nothing else.

use std::ffi::CString;
use std::ptr;

/// Ends of the pipes between parent and child; -1: none.
pub struct Streams {
    pub p2cread: i32,
    pub p2cwrite: i32,
    pub c2pread: i32,
    pub c2pwrite: i32,
    pub errread: i32,
    pub errwrite: i32,
    pub errpipe_read: i32,
    pub errpipe_write: i32,
}

/// Whom the child runs as.
pub struct Identity {
    pub gid: Option<libc::gid_t>,
    pub groups: Option<Vec<libc::gid_t>>,
    pub uid: Option<libc::uid_t>,
}

/// All that the child needs to know.
pub struct Child {
    pub argv: Vec<CString>,
    pub executables: Vec<CString>,
    pub env: Option<Vec<CString>>,
    pub cwd: Option<CString>,
    pub close_fds: bool,
    pub keep: Vec<i32>,
    pub streams: Streams,
    pub restore_signals: bool,
    pub new_session: bool,
    /// -1: its parent's.
    pub group: i32,
    pub identity: Identity,
    /// Negative: its parent's.
    pub umask: i32,
}

/// The child's arguments and environment as C takes them.
pub struct Prepared {
    argv: Vec<*const libc::c_char>,
    env: Option<Vec<*const libc::c_char>>,
}

/// Where the child failed.
enum Failure {
    /// A system call, before exec; what is added to the report.
    Call(i32, &'static str),
    /// The program's own function.
    Function,
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|s| s.as_ptr()).chain(std::iter::once(ptr::null())).collect()
}

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO)
}

fn check(result: i32) -> Result<i32, Failure> {
    if result < 0 { Err(Failure::Call(errno(), "noexec")) } else { Ok(result) }
}

fn write_all(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: the slice is readable.
        let n = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match usize::try_from(n) {
            Ok(n) if n > 0 => bytes = &bytes[n..],
            _ if errno() == libc::EINTR => {}
            _ => return,
        }
    }
}

/// Writes a number in hexadecimal without allocating.
fn write_hex(fd: i32, n: i32) {
    let mut digits = [0u8; 8];
    let mut at = digits.len();
    let mut rest = n as u32;
    loop {
        at -= 1;
        digits[at] = b"0123456789ABCDEF"[(rest & 15) as usize];
        rest >>= 4;
        if rest == 0 {
            break;
        }
    }
    write_all(fd, &digits[at..]);
}

impl Child {
    pub fn prepare(&self) -> Prepared {
        Prepared { argv: pointers(&self.argv), env: self.env.as_deref().map(pointers) }
    }

    /// In the child. `before_exec`: the program's own function; false: it raised.
    pub fn run(&self, prepared: &Prepared, before_exec: &mut dyn FnMut() -> bool) -> ! {
        let failure = match self.set_up(before_exec) {
            Ok(()) => Failure::Call(self.exec(prepared), ""),
            Err(failure) => failure,
        };
        let report = self.streams.errpipe_write;
        match failure {
            Failure::Call(errno, what) => {
                write_all(report, b"OSError:");
                write_hex(report, errno);
                write_all(report, b":");
                write_all(report, what.as_bytes());
            }
            Failure::Function => write_all(report, b"SubprocessError:0:Exception occurred in preexec_fn."),
        }
        // SAFETY: ends the child.
        unsafe { libc::_exit(255) }
    }

    fn set_up(&self, before_exec: &mut dyn FnMut() -> bool) -> Result<(), Failure> {
        self.place_streams()?;
        if let Some(cwd) = &self.cwd {
            // SAFETY: a C string.
            if unsafe { libc::chdir(cwd.as_ptr()) } < 0 {
                return Err(Failure::Call(errno(), "noexec:chdir"));
            }
        }
        // SAFETY: plain system calls, in the child.
        unsafe {
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            }
            if self.new_session {
                check(libc::setsid())?;
            }
            if self.group >= 0 {
                check(libc::setpgid(0, self.group))?;
            }
            if let Some(groups) = &self.identity.groups {
                check(libc::setgroups(groups.len(), groups.as_ptr()))?;
            }
            if let Some(gid) = self.identity.gid {
                check(libc::setregid(gid, gid))?;
            }
            if let Some(uid) = self.identity.uid {
                check(libc::setreuid(uid, uid))?;
            }
        }
        if !before_exec() {
            return Err(Failure::Function);
        }
        if self.close_fds {
            self.close_others();
        }
        Ok(())
    }

    /// Puts the pipes' ends to 0, 1 and 2, and lets what is to be kept through exec.
    fn place_streams(&self) -> Result<(), Failure> {
        let s = &self.streams;
        for fd in self.keep.iter().filter(|fd| **fd != s.errpipe_write) {
            self.inherit(*fd)?;
        }
        // SAFETY: plain system calls, in the child, on ends of pipes that are its own.
        unsafe {
            for fd in [s.p2cwrite, s.c2pread, s.errread, s.errpipe_read] {
                if fd >= 0 {
                    libc::close(fd);
                }
            }
            // Ends that stand where another is to go move out of the way first.
            let mut c2pwrite = s.c2pwrite;
            if c2pwrite == 0 {
                c2pwrite = check(libc::dup(c2pwrite))?;
            }
            let mut errwrite = s.errwrite;
            while errwrite == 0 || errwrite == 1 {
                errwrite = check(libc::dup(errwrite))?;
            }
            for (from, to) in [(s.p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
                if from == to {
                    self.inherit(from)?;
                } else if from >= 0 {
                    check(libc::dup2(from, to))?;
                }
            }
        }
        Ok(())
    }

    fn inherit(&self, fd: i32) -> Result<(), Failure> {
        // SAFETY: plain system calls.
        unsafe {
            let flags = check(libc::fcntl(fd, libc::F_GETFD))?;
            check(libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
        }
        Ok(())
    }

    /// Closes what is not to be kept, from 3 on.
    fn close_others(&self) {
        let mut next = 3;
        for fd in self.keep.iter().copied().filter(|fd| *fd >= 3) {
            close_range(next, fd - 1);
            next = fd + 1;
        }
        close_range(next, i32::MAX);
    }

    /// Tries the executables in turn; the error that is most telling.
    fn exec(&self, prepared: &Prepared) -> i32 {
        let mut found = libc::ENOENT;
        for path in &self.executables {
            // SAFETY: C strings in arrays closed by null.
            unsafe {
                match &prepared.env {
                    Some(env) => libc::execve(path.as_ptr(), prepared.argv.as_ptr(), env.as_ptr()),
                    None => libc::execv(path.as_ptr(), prepared.argv.as_ptr()),
                }
            };
            let e = errno();
            if e != libc::ENOENT && e != libc::ENOTDIR && found == libc::ENOENT {
                found = e;
            }
        }
        if found == libc::ENOENT && self.executables.len() == 1 { errno() } else { found }
    }
}

/// Closes `low..=high`.
fn close_range(low: i32, high: i32) {
    if low > high {
        return;
    }
    #[cfg(target_os = "linux")]
    // SAFETY: closing descriptors of the child.
    if unsafe { libc::syscall(libc::SYS_close_range, low as libc::c_uint, high as libc::c_uint, 0) } == 0 {
        return;
    }
    // SAFETY: as above.
    unsafe {
        let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 65536) as i32;
        for fd in low..=high.min(most) {
            libc::close(fd);
        }
    }
}
