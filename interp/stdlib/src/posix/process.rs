//! Processes, users, environment.

use super::done;
use crate::structseq::{self, Spec};
use crate::support::{PathArg, retry};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;
use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;

/// The classes; the machine's permanent values keep them.
#[derive(Default)]
struct State {
    uname: Option<Gc<Type>>,
    times: Option<Gc<Type>>,
    terminal: Option<Gc<Type>>,
    /// What `register_at_fork` was given, in its order; permanent values too.
    hooks: Vec<(Hook, Value)>,
}

/// When a function registered for forks is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hook {
    Before,
    Child,
    Parent,
}

/// Calls the functions registered for forks: those before it newest first. Their exceptions are reported only.
fn run_hooks(vm: &mut Vm, hook: Hook) -> PyResult<()> {
    let mut hooks: Vec<(Hook, Value)> = state(vm).hooks.iter().copied().filter(|(h, _)| *h == hook).collect();
    if hook == Hook::Before {
        hooks.reverse();
    }
    for (_, f) in hooks {
        if let Err(raised) = vm.call(f, &[]) {
            let exc = vm.take_exception(raised);
            vm.unraisable(exc, "Exception ignored in", f);
        }
    }
    Ok(())
}

/// Warns when a process with several threads has forked.
pub fn warn_of_threads(vm: &mut Vm, name: &str) -> PyResult<()> {
    if vm.threads.all().count() < 2 {
        return Ok(());
    }
    let pid = std::process::id();
    let text = format!(
        "This process (pid={pid}) is multi-threaded, use of {name}() may lead to deadlocks in the child."
    );
    vm.warn(habu_runtime::vm::Exc::DeprecationWarning, text, 1)
}

/// What programs want done before a fork.
pub fn before_fork(vm: &mut Vm) -> PyResult<()> {
    run_hooks(vm, Hook::Before)
}

/// What programs want done after a fork.
pub fn after_fork(vm: &mut Vm, child: bool) -> PyResult<()> {
    if child {
        crate::asyncio::after_fork(vm);
    }
    run_hooks(vm, if child { Hook::Child } else { Hook::Parent })
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
            name: "uname_result",
            doc: "uname_result: Result from os.uname().",
            fields: &["sysname", "nodename", "release", "version", "machine"],
            hidden: &[],
        },
        Spec {
            module: "posix",
            name: "times_result",
            doc: "times_result: Result from os.times().",
            fields: &["user", "system", "children_user", "children_system", "elapsed"],
            hidden: &[],
        },
        Spec {
            module: "os",
            name: "terminal_size",
            doc: "A tuple of (columns, lines) for holding terminal window size",
            fields: &["columns", "lines"],
            hidden: &[],
        },
    ] {
        let cls = structseq::make_class(vm, &spec)?;
        vm.permanent.push(Value::from_gc(cls));
        made.push(cls);
    }
    *state(vm) =
        State { uname: Some(made[0]), times: Some(made[1]), terminal: Some(made[2]), hooks: Vec::new() };
    Ok(made)
}

/// The environment as bytes, which `os` turns into text.
pub fn environ(vm: &mut Vm) -> PyResult {
    let dict = vm.dict_new()?;
    for (name, value) in std::env::vars_os() {
        let name = Value::from_gc(vm.bytes(name.as_bytes())?);
        let value = Value::from_gc(vm.bytes(value.as_bytes())?);
        vm.dict_set_default(dict, name, value)?;
    }
    Ok(Value::from_gc(dict))
}

/// A C string from str or bytes.
fn c_string(vm: &mut Vm, v: Value) -> PyResult<CString> {
    crate::support::path_of(vm, v).map(|p| p.path)
}

/// C strings of a sequence of str, bytes or paths.
pub fn c_strings(vm: &mut Vm, list: Value) -> PyResult<Vec<CString>> {
    let items = vm.collect(list)?;
    let mut all = Vec::with_capacity(items.len());
    for i in 0..items.len() {
        let item = crate::support::fspath(vm, items[i])?;
        all.push(c_string(vm, item)?);
    }
    Ok(all)
}

/// Pointers to the strings, closed by a null pointer.
pub fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|s| s.as_ptr()).chain(std::iter::once(std::ptr::null())).collect()
}

/// A mapping of the program's as `name=value` entries.
pub fn environment(vm: &mut Vm, env: Value) -> PyResult<Vec<CString>> {
    let pairs = vm.call_method(env, "items", &[])?;
    let pairs = vm.collect(pairs)?;
    let mut entries = Vec::new();
    for i in 0..pairs.len() {
        let (key, value) = (vm.get_item(pairs[i], Value::small(0))?, vm.get_item(pairs[i], Value::small(1))?);
        let (key, value) = (crate::support::fspath(vm, key)?, crate::support::fspath(vm, value)?);
        let (key, value) = (c_string(vm, key)?, c_string(vm, value)?);
        if key.as_bytes().is_empty() || key.as_bytes()[1..].contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        let joined = [key.as_bytes(), b"=", value.as_bytes()].concat();
        entries.push(CString::new(joined).map_err(|_| vm.value_error("embedded null byte"))?);
    }
    Ok(entries)
}

fn exec(vm: &mut Vm, path: &PathArg, argv: Value, env: Option<Value>) -> PyResult<()> {
    let argv = c_strings(vm, argv)?;
    if argv.is_empty() {
        return Err(vm.value_error("execv() arg 2 must not be empty"));
    }
    let args = pointers(&argv);
    match env {
        // SAFETY: all are C strings in arrays closed by null.
        None => unsafe { libc::execv(path.path.as_ptr(), args.as_ptr()) },
        Some(env) => {
            let entries = environment(vm, env)?;
            let env = pointers(&entries);
            // SAFETY: as above.
            unsafe { libc::execve(path.path.as_ptr(), args.as_ptr(), env.as_ptr()) }
        }
    };
    Err(crate::support::last_error(vm, Some(path.value)))
}

fn text_of(bytes: &[libc::c_char]) -> String {
    // SAFETY: the system closes its fields with a null byte.
    unsafe { CStr::from_ptr(bytes.as_ptr()) }.to_string_lossy().into_owned()
}

#[native_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Return the current process id.
    #[function]
    fn getpid(_vm: &mut Vm) -> i32 {
        // SAFETY: a plain system call.
        unsafe { libc::getpid() }
    }
    /// Return the parent's process id.
    #[function]
    fn getppid(_vm: &mut Vm) -> i32 {
        // SAFETY: a plain system call.
        unsafe { libc::getppid() }
    }
    /// Return the current process's user id.
    #[function]
    fn getuid(_vm: &mut Vm) -> u32 {
        // SAFETY: a plain system call.
        unsafe { libc::getuid() }
    }
    /// Return the current process's effective user id.
    #[function]
    fn geteuid(_vm: &mut Vm) -> u32 {
        // SAFETY: a plain system call.
        unsafe { libc::geteuid() }
    }
    /// Return the current process's group id.
    #[function]
    fn getgid(_vm: &mut Vm) -> u32 {
        // SAFETY: a plain system call.
        unsafe { libc::getgid() }
    }
    /// Return the current process's effective group id.
    #[function]
    fn getegid(_vm: &mut Vm) -> u32 {
        // SAFETY: a plain system call.
        unsafe { libc::getegid() }
    }
    /// Return the current process group id.
    #[function]
    fn getpgrp(_vm: &mut Vm) -> i32 {
        // SAFETY: a plain system call.
        unsafe { libc::getpgrp() }
    }
    /// Call the system call setsid().
    #[function]
    fn setsid(vm: &mut Vm) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::setsid() }, None).map(|_| ())
    }
    /// Kill a process with a signal.
    #[function(sig = "(pid, signal, /)")]
    fn kill(vm: &mut Vm, pid: i32, signal: i32) -> PyResult<()> {
        // The system may give a fault's signal to a thread of ours that does not run Python, and later.
        let fault = matches!(signal, libc::SIGSEGV | libc::SIGBUS | libc::SIGFPE | libc::SIGILL);
        // SAFETY: plain system calls.
        let sent = unsafe {
            if fault && pid == libc::getpid() { libc::raise(signal) } else { libc::kill(pid, signal) }
        };
        done(vm, sent, None)?;
        vm.poll()
    }
    /// Kill a process group with a signal.
    #[function(sig = "(pgid, signal, /)")]
    fn killpg(vm: &mut Vm, pgid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: a plain system call.
        done(vm, unsafe { libc::killpg(pgid, signal) }, None)?;
        vm.poll()
    }
    /// Fork a child process.
    #[function]
    fn fork(vm: &mut Vm) -> PyResult<i32> {
        before_fork(vm)?;
        let made = vm.fork();
        after_fork(vm, matches!(made, Ok(0)))?;
        if made.as_ref().is_ok_and(|pid| *pid > 0) {
            warn_of_threads(vm, "fork")?;
        }
        made.map_err(|e| crate::support::io_error(vm, &e, None))
    }
    /// Wait for completion of a given child process.
    #[function(sig = "(pid, options, /)")]
    fn waitpid(vm: &mut Vm, pid: i32, options: i32) -> PyResult<(usize, i32)> {
        let mut status = 0;
        // SAFETY: `status` is valid for writing.
        let r = retry(vm, || unsafe { libc::waitpid(pid, &mut status, options) as isize })?;
        let pid = r.map_err(|errno| vm.os_error(errno, None))?;
        Ok((pid, status))
    }
    /// Wait for completion of a child process.
    #[function]
    fn wait(vm: &mut Vm) -> PyResult<(usize, i32)> {
        waitpid(vm, -1, 0)
    }
    /// Convert a wait status to an exit code.
    #[function(sig = "(status)")]
    fn waitstatus_to_exitcode(vm: &mut Vm, status: i32) -> PyResult<i32> {
        if libc::WIFEXITED(status) {
            Ok(libc::WEXITSTATUS(status))
        } else if libc::WIFSIGNALED(status) {
            Ok(-libc::WTERMSIG(status))
        } else {
            Err(vm.value_error(format!("invalid wait status: {status}")))
        }
    }
    /// Return True if the process returning status exited via the exit() system call.
    #[function(name = "WIFEXITED", sig = "(status)")]
    fn wifexited(_vm: &mut Vm, status: i32) -> bool {
        libc::WIFEXITED(status)
    }
    /// Return the process return code from status.
    #[function(name = "WEXITSTATUS", sig = "(status)")]
    fn wexitstatus(_vm: &mut Vm, status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }
    /// Return True if the process returning status was terminated by a signal.
    #[function(name = "WIFSIGNALED", sig = "(status)")]
    fn wifsignaled(_vm: &mut Vm, status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }
    /// Return the signal that terminated the process that provided the status value.
    #[function(name = "WTERMSIG", sig = "(status)")]
    fn wtermsig(_vm: &mut Vm, status: i32) -> i32 {
        libc::WTERMSIG(status)
    }
    /// Return True if the process returning status was stopped.
    #[function(name = "WIFSTOPPED", sig = "(status)")]
    fn wifstopped(_vm: &mut Vm, status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }
    /// Return the signal that stopped the process that provided the status value.
    #[function(name = "WSTOPSIG", sig = "(status)")]
    fn wstopsig(_vm: &mut Vm, status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }
    /// Exit to the system with specified status, without normal exit processing.
    #[function(name = "_exit", sig = "(status)")]
    fn exit_now(_vm: &mut Vm, status: i32) {
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(status) }
    }
    /// Abort the interpreter immediately.
    #[function]
    fn abort(_vm: &mut Vm) {
        std::process::abort()
    }
    /// Execute an executable path with arguments, replacing current process.
    #[function(sig = "(path, argv, /)")]
    fn execv(vm: &mut Vm, path: PathArg, argv: Value) -> PyResult<()> {
        exec(vm, &path, argv, None)
    }
    /// Execute an executable path with arguments, replacing current process.
    #[function(sig = "(path, argv, env)")]
    fn execve(vm: &mut Vm, path: PathArg, argv: Value, env: Value) -> PyResult<()> {
        exec(vm, &path, argv, Some(env))
    }
    /// Execute the command in a subshell.
    #[function(sig = "(command)")]
    fn system(vm: &mut Vm, command: Value) -> PyResult<i32> {
        let command = c_string(vm, command)?;
        // SAFETY: the command is a C string.
        Ok(vm.unlocked(|| unsafe { libc::system(command.as_ptr()) }))
    }
    /// Set the current numeric umask and return the previous umask.
    #[function(sig = "(mask, /)")]
    fn umask(_vm: &mut Vm, mask: u32) -> u32 {
        // SAFETY: a plain system call.
        unsafe { libc::umask(mask) }
    }
    /// Change or add an environment variable.
    #[function(sig = "(name, value, /)")]
    fn putenv(vm: &mut Vm, name: Value, value: Value) -> PyResult<()> {
        let (name, value) = (c_string(vm, name)?, c_string(vm, value)?);
        if name.as_bytes().is_empty() || name.as_bytes().contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        // SAFETY: both are C strings; one lock guards all Python code, and Rust threads don't read the environment.
        done(vm, unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) }, None).map(|_| ())
    }
    /// Delete an environment variable.
    #[function(sig = "(name, /)")]
    fn unsetenv(vm: &mut Vm, name: Value) -> PyResult<()> {
        let name = c_string(vm, name)?;
        // SAFETY: as for `putenv`.
        done(vm, unsafe { libc::unsetenv(name.as_ptr()) }, None).map(|_| ())
    }
    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[function(sig = "(size, /)")]
    fn urandom(vm: &mut Vm, size: i64) -> PyResult {
        let Ok(n) = usize::try_from(size) else {
            return Err(vm.value_error("negative argument not allowed"));
        };
        let bytes = random_bytes(vm, n)?;
        vm.bytes(&bytes).map(Value::from_gc)
    }
    /// Obtain a series of random bytes.
    #[function(sig = "(size, flags=0)")]
    fn getrandom(vm: &mut Vm, size: usize, _flags: i32) -> PyResult {
        let bytes = random_bytes(vm, size)?;
        vm.bytes(&bytes).map(Value::from_gc)
    }
    /// Return the number of logical CPUs in the system.
    #[function]
    fn cpu_count(_vm: &mut Vm) -> i64 {
        // SAFETY: a plain system call.
        unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) }
    }
    /// Return the set of CPUs the process is restricted to.
    #[function(sig = "(pid, /)")]
    fn sched_getaffinity(vm: &mut Vm, pid: i32) -> PyResult {
        // SAFETY: zeros are an empty set.
        let mut mask: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        // SAFETY: `mask` is valid for writing.
        done(vm, unsafe { libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &mut mask) }, None)?;
        let cpus = vm.set_new(habu_runtime::object::ids::SET)?;
        for cpu in 0..libc::CPU_SETSIZE as usize {
            // SAFETY: within the set's size.
            if unsafe { libc::CPU_ISSET(cpu, &mask) } {
                vm.set_add(cpus, Value::small(cpu as i64))?;
            }
        }
        Ok(Value::from_gc(cpus))
    }
    /// Voluntarily relinquish the CPU.
    #[function]
    fn sched_yield(_vm: &mut Vm) {
        std::thread::yield_now();
    }
    /// Return an integer-valued system configuration variable.
    #[function(sig = "(name, /)")]
    fn sysconf(vm: &mut Vm, name: Value) -> PyResult<i64> {
        let number = match name.as_small() {
            Some(n) => n as i32,
            None => {
                let text = vm.to_str(name)?.to_message();
                match super::super::constants::SYSCONF.iter().find(|(known, _)| *known == text) {
                    Some((_, n)) => *n,
                    None => return Err(vm.value_error("unrecognized configuration name")),
                }
            }
        };
        // SAFETY: a plain system call.
        Ok(unsafe { libc::sysconf(number) })
    }
    /// Translate an error code to a message string.
    #[function(sig = "(code, /)")]
    fn strerror(_vm: &mut Vm, code: i32) -> String {
        habu_runtime::types::exception::os::error_text(code)
    }
    /// Return the name of the user logged in to the controlling terminal of the process.
    #[function]
    fn getlogin(vm: &mut Vm) -> PyResult<String> {
        // SAFETY: the result is a C string or null.
        let name = unsafe { libc::getlogin() };
        if name.is_null() {
            return Err(crate::support::last_error(vm, None));
        }
        // SAFETY: as above.
        Ok(unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned())
    }
    /// Return average recent system load information.
    #[function]
    fn getloadavg(vm: &mut Vm) -> PyResult<(f64, f64, f64)> {
        let mut load = [0.0; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } != 3 {
            return Err(vm.raise(habu_runtime::vm::Exc::OSError, "Load averages are unobtainable"));
        }
        Ok((load[0], load[1], load[2]))
    }
    /// Return the size of the terminal window as (columns, lines).
    #[function(sig = "(fd=1, /)")]
    fn get_terminal_size(vm: &mut Vm, fd: i32) -> PyResult {
        // SAFETY: zeros are a valid value of this plain structure.
        let mut size: libc::winsize = unsafe { std::mem::zeroed() };
        // SAFETY: `size` is valid for writing.
        done(vm, unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) }, None)?;
        let Some(cls) = state(vm).terminal else { return Err(vm.system_error("posix is not initialised")) };
        let items = [Value::small(i64::from(size.ws_col)), Value::small(i64::from(size.ws_row))];
        structseq::instance(vm, cls, &items, &[])
    }
    /// Return an object identifying the current operating system.
    #[function]
    fn uname(vm: &mut Vm) -> PyResult {
        // SAFETY: zeros are a valid value of this plain structure.
        let mut names: libc::utsname = unsafe { std::mem::zeroed() };
        // SAFETY: `names` is valid for writing.
        done(vm, unsafe { libc::uname(&mut names) }, None)?;
        let Some(cls) = state(vm).uname else { return Err(vm.system_error("posix is not initialised")) };
        let mut items = vm.rooted_vec();
        for field in [&names.sysname, &names.nodename, &names.release, &names.version, &names.machine] {
            let text = Value::from_gc(vm.str(&text_of(field))?);
            items.push(text);
        }
        structseq::instance(vm, cls, &items, &[])
    }
    /// Return a collection containing process timing information.
    #[function]
    fn times(vm: &mut Vm) -> PyResult {
        // SAFETY: zeros are a valid value of this plain structure.
        let mut t: libc::tms = unsafe { std::mem::zeroed() };
        // SAFETY: `t` is valid for writing.
        let elapsed = unsafe { libc::times(&mut t) };
        // SAFETY: a plain system call.
        let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as f64;
        let Some(cls) = state(vm).times else { return Err(vm.system_error("posix is not initialised")) };
        let mut items = vm.rooted_vec();
        for ticks in [t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed] {
            let v = vm.float(ticks as f64 / per_second)?;
            items.push(v);
        }
        structseq::instance(vm, cls, &items, &[])
    }
    /// Register callables to be called when forking a new process.
    #[function(
        sig = "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        vm: &mut Vm,
        before: Option<Value>,
        after_in_child: Option<Value>,
        after_in_parent: Option<Value>,
    ) {
        for (hook, f) in
            [(Hook::Before, before), (Hook::Child, after_in_child), (Hook::Parent, after_in_parent)]
        {
            if let Some(f) = f {
                vm.permanent.push(f);
                state(vm).hooks.push((hook, f));
            }
        }
    }
}

/// Bytes from the system's source of randomness.
pub fn random_bytes(vm: &mut Vm, n: usize) -> PyResult<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    bytes.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
    bytes.resize(n, 0);
    let mut filled = 0;
    while filled < n {
        let rest = &mut bytes[filled..];
        // SAFETY: the slice is writable.
        let r = retry(vm, || unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) })?;
        filled += r.map_err(|errno| vm.os_error(errno, None))?;
    }
    Ok(bytes)
}
