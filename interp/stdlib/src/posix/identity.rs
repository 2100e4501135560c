//! Users, groups, sessions, priorities and scheduling; waiting for children; spawning.

use super::done;
use crate::structseq::{self, Spec};
use crate::support::{PathArg, last_error, retry};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::list::List;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// The classes; the machine's permanent values keep them.
#[derive(Default)]
struct State {
    waitid: Option<Gc<Type>>,
    sched_param: Option<Gc<Type>>,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

pub fn classes(vm: &mut Vm) -> PyResult<Vec<Gc<Type>>> {
    let mut made = Vec::new();
    for spec in [
        Spec {
            module: "posix",
            name: "waitid_result",
            doc: "waitid_result: Result from waitid.",
            fields: &["si_pid", "si_uid", "si_signo", "si_status", "si_code"],
            hidden: &[],
        },
        Spec {
            module: "posix",
            name: "sched_param",
            doc: "Currently has only one field: sched_priority",
            fields: &["sched_priority"],
            hidden: &[],
        },
    ] {
        let cls = structseq::make_class(vm, &spec)?;
        vm.permanent.push(Value::from_gc(cls));
        made.push(cls);
    }
    *state(vm) = State { waitid: Some(made[0]), sched_param: Some(made[1]) };
    Ok(made)
}

/// A user's or group's number; -1 leaves it as it is.
fn id(vm: &mut Vm, v: Value, what: &str) -> PyResult<u32> {
    let n = vm.index_value(v)?;
    match habu_runtime::types::int::to_i128(n) {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => Err(vm.overflow_error(format!("{what} is less than minimum"))),
        Some(n) if u32::try_from(n).is_ok() => Ok(n as u32),
        _ => Err(vm.overflow_error(format!("{what} is greater than maximum"))),
    }
}

fn priority(vm: &mut Vm, param: Value) -> PyResult<libc::sched_param> {
    let value = match vm.downcast::<Tuple>(param).and_then(|t| t.get(0)) {
        Some(v) => vm.index(v)?,
        None => return Err(vm.type_error("must have a sched_param object")),
    };
    let Ok(sched_priority) = i32::try_from(value) else {
        return Err(vm.overflow_error("sched_priority out of range"));
    };
    Ok(libc::sched_param { sched_priority })
}

fn cpu_mask(vm: &mut Vm, mask: Value) -> PyResult<libc::cpu_set_t> {
    // SAFETY: zeros are an empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    let items = vm.collect(mask)?;
    for i in 0..items.len() {
        let cpu = vm.index(items[i])?;
        if cpu < 0 {
            return Err(vm.value_error("negative CPU number"));
        }
        if cpu >= i64::from(libc::CPU_SETSIZE) {
            return Err(vm.os_error(libc::EINVAL, None));
        }
        // SAFETY: in range.
        unsafe { libc::CPU_SET(cpu as usize, &mut set) };
    }
    Ok(set)
}

/// A name of a table, or a number.
fn number_of(vm: &mut Vm, name: Value, table: &[(&str, i32)]) -> PyResult<i32> {
    if let Some(n) = name.as_small() {
        return Ok(n as i32);
    }
    let Some(text) = vm.downcast::<Str>(name) else {
        return Err(vm.type_error("configuration names must be strings or integers"));
    };
    let text = text.to_message();
    match table.iter().find(|(known, _)| *known == text) {
        Some((_, n)) => Ok(*n),
        None => Err(vm.value_error("unrecognized configuration name")),
    }
}

/// A limit of the file system; -1 without an error means that there is none.
fn limit(vm: &mut Vm, value: i64, file: Option<Value>) -> PyResult<i64> {
    match std::io::Error::last_os_error().raw_os_error() {
        Some(errno) if value < 0 && errno != 0 => Err(vm.os_error(errno, file)),
        _ => Ok(value),
    }
}

fn clear_errno() {
    // SAFETY: the C library's place for this thread.
    unsafe { *libc::__errno_location() = 0 };
}

pub const PATHCONF: &[(&str, i32)] = &[
    ("PC_LINK_MAX", libc::_PC_LINK_MAX),
    ("PC_MAX_CANON", libc::_PC_MAX_CANON),
    ("PC_MAX_INPUT", libc::_PC_MAX_INPUT),
    ("PC_NAME_MAX", libc::_PC_NAME_MAX),
    ("PC_PATH_MAX", libc::_PC_PATH_MAX),
    ("PC_PIPE_BUF", libc::_PC_PIPE_BUF),
    ("PC_CHOWN_RESTRICTED", libc::_PC_CHOWN_RESTRICTED),
    ("PC_NO_TRUNC", libc::_PC_NO_TRUNC),
    ("PC_VDISABLE", libc::_PC_VDISABLE),
    ("PC_SYNC_IO", libc::_PC_SYNC_IO),
    ("PC_ASYNC_IO", libc::_PC_ASYNC_IO),
    ("PC_PRIO_IO", libc::_PC_PRIO_IO),
    ("PC_FILESIZEBITS", libc::_PC_FILESIZEBITS),
    ("PC_SYMLINK_MAX", libc::_PC_SYMLINK_MAX),
];

/// Names of `confstr`, with Linux's numbers.
pub const CONFSTR: &[(&str, i32)] =
    &[("CS_PATH", 0), ("CS_GNU_LIBC_VERSION", 2), ("CS_GNU_LIBPTHREAD_VERSION", 3)];

#[native_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Set the current process's user id.
    #[function(sig = "(uid, /)")]
    fn setuid(vm: &mut Vm, uid: Value) -> PyResult<()> {
        let uid = id(vm, uid, "uid")?;
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setuid(uid) }, None).map(|_| ())
    }
    /// Set the current process's effective user id.
    #[function(sig = "(euid, /)")]
    fn seteuid(vm: &mut Vm, euid: Value) -> PyResult<()> {
        let uid = id(vm, euid, "uid")?;
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::seteuid(uid) }, None).map(|_| ())
    }
    /// Set the current process's group id.
    #[function(sig = "(gid, /)")]
    fn setgid(vm: &mut Vm, gid: Value) -> PyResult<()> {
        let gid = id(vm, gid, "gid")?;
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setgid(gid) }, None).map(|_| ())
    }
    /// Set the current process's effective group id.
    #[function(sig = "(egid, /)")]
    fn setegid(vm: &mut Vm, egid: Value) -> PyResult<()> {
        let gid = id(vm, egid, "gid")?;
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setegid(gid) }, None).map(|_| ())
    }
    /// Set the current process's real and effective user ids.
    #[function(sig = "(ruid, euid, /)")]
    fn setreuid(vm: &mut Vm, ruid: Value, euid: Value) -> PyResult<()> {
        let (r, e) = (id(vm, ruid, "uid")?, id(vm, euid, "uid")?);
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setreuid(r, e) }, None).map(|_| ())
    }
    /// Set the current process's real and effective group ids.
    #[function(sig = "(rgid, egid, /)")]
    fn setregid(vm: &mut Vm, rgid: Value, egid: Value) -> PyResult<()> {
        let (r, e) = (id(vm, rgid, "gid")?, id(vm, egid, "gid")?);
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setregid(r, e) }, None).map(|_| ())
    }
    /// Set the current process's real, effective, and saved user ids.
    #[function(sig = "(ruid, euid, suid, /)")]
    fn setresuid(vm: &mut Vm, ruid: Value, euid: Value, suid: Value) -> PyResult<()> {
        let (r, e, s) = (id(vm, ruid, "uid")?, id(vm, euid, "uid")?, id(vm, suid, "uid")?);
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setresuid(r, e, s) }, None).map(|_| ())
    }
    /// Set the current process's real, effective, and saved group ids.
    #[function(sig = "(rgid, egid, sgid, /)")]
    fn setresgid(vm: &mut Vm, rgid: Value, egid: Value, sgid: Value) -> PyResult<()> {
        let (r, e, s) = (id(vm, rgid, "gid")?, id(vm, egid, "gid")?, id(vm, sgid, "gid")?);
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setresgid(r, e, s) }, None).map(|_| ())
    }
    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[function]
    fn getresuid(vm: &mut Vm) -> PyResult<(u32, u32, u32)> {
        let (mut r, mut e, mut s) = (0, 0, 0);
        // SAFETY: room for the numbers.
        done(vm, unsafe { libc::getresuid(&mut r, &mut e, &mut s) }, None)?;
        Ok((r, e, s))
    }
    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[function]
    fn getresgid(vm: &mut Vm) -> PyResult<(u32, u32, u32)> {
        let (mut r, mut e, mut s) = (0, 0, 0);
        // SAFETY: room for the numbers.
        done(vm, unsafe { libc::getresgid(&mut r, &mut e, &mut s) }, None)?;
        Ok((r, e, s))
    }
    /// Return list of supplemental group IDs for the process.
    #[function]
    fn getgroups(vm: &mut Vm) -> PyResult<Gc<List>> {
        let mut room = vec![0; 65536];
        // SAFETY: room for that many.
        let n = done(vm, unsafe { libc::getgroups(room.len() as i32, room.as_mut_ptr()) }, None)?;
        let all = vm.list_new()?;
        for gid in &room[..n as usize] {
            vm.list_push(all, Value::small(i64::from(*gid)))?;
        }
        Ok(all)
    }
    /// Set the groups of the current process to list.
    #[function(sig = "(groups, /)")]
    fn setgroups(vm: &mut Vm, groups: Value) -> PyResult<()> {
        let items = vm.collect(groups)?;
        let mut all = Vec::with_capacity(items.len());
        for i in 0..items.len() {
            all.push(id(vm, items[i], "gid")?);
        }
        // SAFETY: an array with its length.
        done(vm, unsafe { libc::setgroups(all.len(), all.as_ptr()) }, None).map(|_| ())
    }
    /// Returns a list of groups to which a user belongs.
    #[function(sig = "(user, group, /)")]
    fn getgrouplist(vm: &mut Vm, user: Value, group: Value) -> PyResult<Gc<List>> {
        let name = crate::support::path_of(vm, user)?.path;
        let group = id(vm, group, "gid")?;
        let mut room = vec![0; 65536];
        let mut n = room.len() as i32;
        // SAFETY: a C string and room for that many.
        let r = unsafe { libc::getgrouplist(name.as_ptr(), group, room.as_mut_ptr(), &mut n) };
        done(vm, r, None)?;
        let all = vm.list_new()?;
        for gid in &room[..n.max(0) as usize] {
            vm.list_push(all, Value::small(i64::from(*gid)))?;
        }
        Ok(all)
    }
    /// Initialize the group access list.
    #[function(sig = "(username, gid, /)")]
    fn initgroups(vm: &mut Vm, username: Value, gid: Value) -> PyResult<()> {
        let name = crate::support::path_of(vm, username)?.path;
        let gid = id(vm, gid, "gid")?;
        // SAFETY: a C string.
        done(vm, unsafe { libc::initgroups(name.as_ptr(), gid) }, None).map(|_| ())
    }
    /// Call the system call getpgid(), and return the result.
    #[function(sig = "(pid)")]
    fn getpgid(vm: &mut Vm, pid: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::getpgid(pid) }, None)
    }
    /// Call the system call setpgid(pid, pgrp).
    #[function(sig = "(pid, pgrp, /)")]
    fn setpgid(vm: &mut Vm, pid: i32, pgrp: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setpgid(pid, pgrp) }, None).map(|_| ())
    }
    /// Make the current process the leader of its process group.
    #[function]
    fn setpgrp(vm: &mut Vm) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setpgid(0, 0) }, None).map(|_| ())
    }
    /// Call the system call getsid(pid) and return the result.
    #[function(sig = "(pid, /)")]
    fn getsid(vm: &mut Vm, pid: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::getsid(pid) }, None)
    }
    /// Return program scheduling priority.
    #[function(sig = "(which, who)")]
    fn getpriority(vm: &mut Vm, which: i32, who: i32) -> PyResult<i32> {
        clear_errno();
        // SAFETY: a plain system call.
        let n = unsafe { libc::getpriority(which as _, who as _) };
        limit(vm, i64::from(n), None).map(|n| n as i32)
    }
    /// Set program scheduling priority.
    #[function(sig = "(which, who, priority)")]
    fn setpriority(vm: &mut Vm, which: i32, who: i32, priority: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setpriority(which as _, who as _, priority) }, None).map(|_| ())
    }
    /// Add increment to the priority of process and return the new priority.
    #[function(sig = "(increment, /)")]
    fn nice(vm: &mut Vm, increment: i32) -> PyResult<i32> {
        clear_errno();
        // SAFETY: a plain system call.
        let n = unsafe { libc::nice(increment) };
        limit(vm, i64::from(n), None).map(|n| n as i32)
    }
    /// Get the maximum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_max(vm: &mut Vm, policy: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::sched_get_priority_max(policy) }, None)
    }
    /// Get the minimum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_min(vm: &mut Vm, policy: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::sched_get_priority_min(policy) }, None)
    }
    /// Get the scheduling policy for the process identified by pid.
    #[function(sig = "(pid, /)")]
    fn sched_getscheduler(vm: &mut Vm, pid: i32) -> PyResult<i32> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::sched_getscheduler(pid) }, None)
    }
    /// Set the scheduling policy for the process identified by pid.
    #[function(sig = "(pid, policy, param, /)")]
    fn sched_setscheduler(vm: &mut Vm, pid: i32, policy: i32, param: Value) -> PyResult<()> {
        let param = priority(vm, param)?;
        // SAFETY: the structure is valid for the call.
        done(vm, unsafe { libc::sched_setscheduler(pid, policy, &param) }, None).map(|_| ())
    }
    /// Returns scheduling parameters for the process identified by pid.
    #[function(sig = "(pid, /)")]
    fn sched_getparam(vm: &mut Vm, pid: i32) -> PyResult {
        let mut param = libc::sched_param { sched_priority: 0 };
        // SAFETY: valid for writing.
        done(vm, unsafe { libc::sched_getparam(pid, &mut param) }, None)?;
        let Some(cls) = state(vm).sched_param else {
            return Err(vm.system_error("posix is not initialised"));
        };
        structseq::instance(vm, cls, &[Value::small(i64::from(param.sched_priority))], &[])
    }
    /// Set scheduling parameters for the process identified by pid.
    #[function(sig = "(pid, param, /)")]
    fn sched_setparam(vm: &mut Vm, pid: i32, param: Value) -> PyResult<()> {
        let param = priority(vm, param)?;
        // SAFETY: the structure is valid for the call.
        done(vm, unsafe { libc::sched_setparam(pid, &param) }, None).map(|_| ())
    }
    /// Return the round-robin quantum for the process identified by pid, in seconds.
    #[function(sig = "(pid, /)")]
    fn sched_rr_get_interval(vm: &mut Vm, pid: i32) -> PyResult<f64> {
        let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: valid for writing.
        done(vm, unsafe { libc::sched_rr_get_interval(pid, &mut t) }, None)?;
        Ok(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
    }
    /// Set the CPU affinity of the process identified by pid to mask.
    #[function(sig = "(pid, mask, /)")]
    fn sched_setaffinity(vm: &mut Vm, pid: i32, mask: Value) -> PyResult<()> {
        let set = cpu_mask(vm, mask)?;
        // SAFETY: a set of that size.
        done(vm, unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &set) }, None)
            .map(|_| ())
    }
    /// Wait for completion of a child process: (pid, status, resource usage).
    #[function(sig = "(pid, options)")]
    fn wait4(vm: &mut Vm, pid: i32, options: i32) -> PyResult<(usize, i32, Value)> {
        let mut status = 0;
        // SAFETY: zeros are valid in this plain structure.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: both are valid for writing.
        let r = retry(vm, || unsafe { libc::wait4(pid, &mut status, options, &mut usage) as isize })?;
        let pid = r.map_err(|errno| vm.os_error(errno, None))?;
        Ok((pid, status, crate::resource::usage(vm, &usage)?))
    }
    /// Wait for completion of any child process: (pid, status, resource usage).
    #[function(sig = "(options)")]
    fn wait3(vm: &mut Vm, options: i32) -> PyResult<(usize, i32, Value)> {
        wait4(vm, -1, options)
    }
    /// Returns the result of waiting for a process or processes.
    #[function(sig = "(idtype, id, options, /)")]
    fn waitid(vm: &mut Vm, idtype: i32, id: i64, options: i32) -> PyResult {
        // SAFETY: zeros are valid in this plain structure.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: valid for writing.
        let r = retry(vm, || unsafe {
            libc::waitid(idtype as libc::idtype_t, id as libc::id_t, &mut info, options) as isize
        })?;
        r.map_err(|errno| vm.os_error(errno, None))?;
        // SAFETY: a child's fields, or zeros.
        let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
        if pid == 0 {
            return Ok(Value::NONE);
        }
        let Some(cls) = state(vm).waitid else { return Err(vm.system_error("posix is not initialised")) };
        let items =
            [i64::from(pid), i64::from(uid), info.si_signo.into(), status.into(), info.si_code.into()];
        structseq::instance(vm, cls, &items.map(Value::small), &[])
    }
    /// Return True if the process returning status was dumped to a core file.
    #[function(name = "WCOREDUMP", sig = "(status, /)")]
    fn wcoredump(_vm: &mut Vm, status: i32) -> bool {
        libc::WCOREDUMP(status)
    }
    /// Return True if a particular process was continued from a job control stop.
    #[function(name = "WIFCONTINUED", sig = "(status)")]
    fn wifcontinued(_vm: &mut Vm, status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }
    /// Return the configuration limit name for the file or directory path.
    #[function(sig = "(path, name)")]
    fn pathconf(vm: &mut Vm, path: super::super::PathOrFd, name: Value) -> PyResult<i64> {
        let number = number_of(vm, name, PATHCONF)?;
        clear_errno();
        match path {
            super::super::PathOrFd::Path(p) => {
                // SAFETY: a C string.
                let n = unsafe { libc::pathconf(p.path.as_ptr(), number) };
                limit(vm, n, Some(p.value))
            }
            super::super::PathOrFd::Fd(fd) => {
                // SAFETY: a plain library call.
                let n = unsafe { libc::fpathconf(fd, number) };
                limit(vm, n, None)
            }
        }
    }
    /// Return the configuration limit name for the file descriptor fd.
    #[function(sig = "(fd, name, /)")]
    fn fpathconf(vm: &mut Vm, fd: i32, name: Value) -> PyResult<i64> {
        let number = number_of(vm, name, PATHCONF)?;
        clear_errno();
        // SAFETY: a plain library call.
        let n = unsafe { libc::fpathconf(fd, number) };
        limit(vm, n, None)
    }
    /// Return a string-valued system configuration variable.
    #[function(sig = "(name, /)")]
    fn confstr(vm: &mut Vm, name: Value) -> PyResult<Option<String>> {
        let number = number_of(vm, name, CONFSTR)?;
        let mut room = [0u8; 1024];
        clear_errno();
        // SAFETY: room of that length.
        let n = unsafe { libc::confstr(number, room.as_mut_ptr().cast(), room.len()) };
        if n == 0 {
            return match std::io::Error::last_os_error().raw_os_error() {
                Some(0) | None => Ok(None),
                Some(_) => Err(last_error(vm, None)),
            };
        }
        Ok(Some(String::from_utf8_lossy(&room[..n.min(room.len()) - 1]).into_owned()))
    }
    /// Disassociate parts of a process (or thread) execution context.
    #[function(sig = "(flags)")]
    fn unshare(vm: &mut Vm, flags: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::unshare(flags) }, None).map(|_| ())
    }
    /// Move the calling thread into different namespaces.
    #[function(sig = "(fd, nstype=0)")]
    fn setns(vm: &mut Vm, fd: crate::support::FdArg, nstype: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setns(fd.0, nstype) }, None).map(|_| ())
    }
    /// Fork a new process with a new pseudo-terminal as controlling tty: (pid, master_fd).
    #[function]
    fn forkpty(vm: &mut Vm) -> PyResult<(i32, i32)> {
        let (mut master, mut slave) = (-1, -1);
        let none = std::ptr::null_mut();
        // SAFETY: room for two descriptors, no names, no settings.
        let r = unsafe {
            libc::openpty(&mut master, &mut slave, none, std::ptr::null_mut(), std::ptr::null_mut())
        };
        done(vm, r, None)?;
        super::super::process::before_fork(vm)?;
        let made = vm.fork();
        let child = matches!(made, Ok(0));
        // SAFETY: each side closes or takes what is its own.
        unsafe {
            if child {
                libc::close(master);
                libc::login_tty(slave);
            } else {
                libc::close(slave);
            }
        }
        super::super::process::after_fork(vm, child)?;
        let pid = made.map_err(|e| crate::support::io_error(vm, &e, None))?;
        Ok((pid, if child { -1 } else { master }))
    }
    /// Execute the program specified by path in a new process.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
    )]
    fn posix_spawn(
        vm: &mut Vm,
        path: PathArg,
        argv: Value,
        env: Value,
        file_actions: Value,
        setpgroup: Option<i32>,
        resetids: bool,
        setsid: bool,
        setsigmask: Value,
        setsigdef: Value,
        scheduler: Option<Value>,
    ) -> PyResult<i32> {
        let how = super::super::spawn::How {
            search: false,
            file_actions,
            setpgroup,
            resetids,
            setsid,
            setsigmask,
            setsigdef,
            scheduler,
        };
        super::super::spawn::spawn(vm, path, argv, env, how)
    }
    /// Execute the program specified by path, found on PATH, in a new process.
    #[function(
        sig = "(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
    )]
    fn posix_spawnp(
        vm: &mut Vm,
        path: PathArg,
        argv: Value,
        env: Value,
        file_actions: Value,
        setpgroup: Option<i32>,
        resetids: bool,
        setsid: bool,
        setsigmask: Value,
        setsigdef: Value,
        scheduler: Option<Value>,
    ) -> PyResult<i32> {
        let how = super::super::spawn::How {
            search: true,
            file_actions,
            setpgroup,
            resetids,
            setsid,
            setsigmask,
            setsigdef,
            scheduler,
        };
        super::super::spawn::spawn(vm, path, argv, env, how)
    }
}
