//! `_posixsubprocess`: starting child processes for `subprocess`.

mod child;

use crate::posix::process;
use crate::support::{fspath, io_error, path_of};
use child::{Child, Identity, Streams};
use habu_macros::native_module;
use habu_runtime::native::{ArgAt, FromArg, Owner};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::CString;

/// Number of arguments that `fork_exec` takes.
const ARGUMENTS: usize = 22;

fn convert<T: FromArg>(vm: &mut Vm, v: Value) -> PyResult<T> {
    let owner = Owner::Module("_posixsubprocess");
    T::from_arg(vm, v, &ArgAt { function: "fork_exec", owner, what: "argument", none_is_absent: true })
}

/// C strings of a sequence of str, bytes or paths.
fn strings(vm: &mut Vm, list: Value) -> PyResult<Vec<CString>> {
    let items = vm.collect(list)?;
    let mut all = Vec::with_capacity(items.len());
    for i in 0..items.len() {
        let item = fspath(vm, items[i])?;
        all.push(path_of(vm, item)?.path);
    }
    Ok(all)
}

/// The descriptors to keep: positive and ascending.
fn kept(vm: &mut Vm, list: Value) -> PyResult<Vec<i32>> {
    let items = vm.collect(list)?;
    let mut fds: Vec<i32> = Vec::with_capacity(items.len());
    for i in 0..items.len() {
        let fd = convert::<i32>(vm, items[i]).ok().filter(|fd| *fd >= 0);
        match fd {
            Some(fd) if fds.last().is_none_or(|last| *last < fd) => fds.push(fd),
            _ => {
                if !vm.ctx.exception.is_unbound() {
                    let raised = vm.pending();
                    vm.take_exception(raised);
                }
                return Err(vm.value_error("bad value(s) in fds_to_keep"));
            }
        }
    }
    Ok(fds)
}

fn groups(vm: &mut Vm, list: Value) -> PyResult<Option<Vec<libc::gid_t>>> {
    if list.is_none() {
        return Ok(None);
    }
    let items = vm.collect(list)?;
    let mut all = Vec::with_capacity(items.len());
    for i in 0..items.len() {
        all.push(convert::<u32>(vm, items[i])?);
    }
    Ok(Some(all))
}

/// A POSIX helper for the subprocess module.
#[native_module(name = "_posixsubprocess")]
pub mod module {
    use super::*;

    /// Spawn a fresh new child process.
    #[function(sig = "(*args)")]
    fn fork_exec(vm: &mut Vm, args: habu_runtime::heap::Gc<Tuple>) -> PyResult<i32> {
        let a = args.items();
        if a.len() != ARGUMENTS {
            let got = a.len();
            return Err(vm.type_error(format!("fork_exec expected {ARGUMENTS} arguments, got {got}")));
        }
        let close_fds = vm.truth(a[2])?;
        let keep = kept(vm, a[3])?;
        let mut fds = [0; 8];
        for (slot, v) in fds.iter_mut().zip(&a[6..14]) {
            *slot = convert::<i32>(vm, *v)?;
        }
        let errpipe_write = fds[7];
        if close_fds && errpipe_write < 3 {
            return Err(vm.value_error("errpipe_write must be >= 3"));
        }
        let argv = if a[0].is_none() { None } else { Some(strings(vm, a[0])?) };
        let executables = strings(vm, a[1])?;
        let cwd = if a[4].is_none() {
            None
        } else {
            let path = fspath(vm, a[4])?;
            Some(path_of(vm, path)?.path)
        };
        let env = if a[5].is_none() { None } else { Some(strings(vm, a[5])?) };
        let child = Child {
            argv: argv.unwrap_or_default(),
            executables,
            env,
            cwd,
            close_fds,
            keep,
            streams: Streams {
                p2cread: fds[0],
                p2cwrite: fds[1],
                c2pread: fds[2],
                c2pwrite: fds[3],
                errread: fds[4],
                errwrite: fds[5],
                errpipe_read: fds[6],
                errpipe_write,
            },
            restore_signals: vm.truth(a[14])?,
            new_session: vm.truth(a[15])?,
            group: convert::<i32>(vm, a[16])?,
            identity: Identity {
                gid: convert::<Option<u32>>(vm, a[17])?,
                groups: groups(vm, a[18])?,
                uid: convert::<Option<u32>>(vm, a[19])?,
            },
            umask: convert::<i32>(vm, a[20])?,
        };
        let prepared = child.prepare();
        let preexec = a[21];
        if preexec.is_none() {
            // SAFETY: the child makes system calls only, on what was prepared before.
            let pid = unsafe { libc::fork() };
            if pid == 0 {
                child.run(&prepared, &mut || true);
            }
            return if pid < 0 { Err(crate::support::last_error(vm, None)) } else { Ok(pid) };
        }
        process::before_fork(vm)?;
        let made = vm.fork();
        if matches!(made, Ok(0)) {
            process::after_fork(vm, true)?;
            child.run(&prepared, &mut || vm.call(preexec, &[]).is_ok());
        }
        process::after_fork(vm, false)?;
        made.map_err(|e| io_error(vm, &e, None))
    }
}
