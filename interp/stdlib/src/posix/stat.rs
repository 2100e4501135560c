//! `stat_result` and its kin.

use super::{DirFd, PathOrFd, done};
use crate::structseq::{self, Spec};
use crate::support::{PathArg, last_error};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// The classes; the machine's permanent values keep them.
#[derive(Default)]
struct State {
    stat: Option<Gc<Type>>,
    statvfs: Option<Gc<Type>>,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

pub fn classes(vm: &mut Vm) -> PyResult<Vec<Gc<Type>>> {
    let spec = Spec {
        module: "os",
        name: "stat_result",
        doc: "stat_result: Result from stat, fstat, or lstat.",
        fields: &["st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "", "", ""],
        hidden: &[
            "st_atime",
            "st_mtime",
            "st_ctime",
            "st_atime_ns",
            "st_mtime_ns",
            "st_ctime_ns",
            "st_blksize",
            "st_blocks",
            "st_rdev",
        ],
    };
    let stat = structseq::make_class(vm, &spec)?;
    vm.permanent.push(Value::from_gc(stat));
    let spec = Spec {
        module: "os",
        name: "statvfs_result",
        doc: "statvfs_result: Result from statvfs or fstatvfs.",
        fields: &[
            "f_bsize",
            "f_frsize",
            "f_blocks",
            "f_bfree",
            "f_bavail",
            "f_files",
            "f_ffree",
            "f_favail",
            "f_flag",
            "f_namemax",
        ],
        hidden: &["f_fsid"],
    };
    let statvfs = structseq::make_class(vm, &spec)?;
    vm.permanent.push(Value::from_gc(statvfs));
    *state(vm) = State { stat: Some(stat), statvfs: Some(statvfs) };
    Ok(vec![stat, statvfs])
}

/// A C structure as `os.stat_result`.
pub fn result(vm: &mut Vm, st: &libc::stat) -> PyResult {
    let Some(cls) = state(vm).stat else { return Err(vm.system_error("posix is not initialised")) };
    let mut items = vm.rooted_vec();
    let numbers = [
        i128::from(st.st_mode),
        i128::from(st.st_ino),
        i128::from(st.st_dev),
        i128::from(st.st_nlink),
        i128::from(st.st_uid),
        i128::from(st.st_gid),
        i128::from(st.st_size),
        i128::from(st.st_atime),
        i128::from(st.st_mtime),
        i128::from(st.st_ctime),
    ];
    for n in numbers {
        let v = vm.int_i128(n)?;
        items.push(v);
    }
    let times =
        [(st.st_atime, st.st_atime_nsec), (st.st_mtime, st.st_mtime_nsec), (st.st_ctime, st.st_ctime_nsec)];
    let mut extra = vm.rooted_vec();
    for (s, ns) in times {
        let v = vm.float(s as f64 + 1e-9 * ns as f64)?;
        extra.push(v);
    }
    for (s, ns) in times {
        let v = vm.int_i128(i128::from(s) * 1_000_000_000 + i128::from(ns))?;
        extra.push(v);
    }
    for n in [st.st_blksize as i128, st.st_blocks as i128, i128::from(st.st_rdev)] {
        let v = vm.int_i128(n)?;
        extra.push(v);
    }
    let names = [
        "st_atime",
        "st_mtime",
        "st_ctime",
        "st_atime_ns",
        "st_mtime_ns",
        "st_ctime_ns",
        "st_blksize",
        "st_blocks",
        "st_rdev",
    ];
    // On the stack, where the collector sees the values.
    let mut hidden = [("", Value::NONE); 9];
    for (slot, (name, v)) in hidden.iter_mut().zip(names.into_iter().zip(extra.iter())) {
        *slot = (name, *v);
    }
    structseq::instance(vm, cls, &items, &hidden)
}

pub fn empty() -> libc::stat {
    // SAFETY: zeros are a valid value of this plain structure.
    unsafe { std::mem::zeroed() }
}

/// `fstatat` of a path.
pub fn of_path(vm: &mut Vm, dir: i32, path: &PathArg, follow: bool) -> PyResult {
    let mut st = empty();
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is a C string, `st` is valid for writing.
    if unsafe { libc::fstatat(dir, path.path.as_ptr(), &mut st, flags) } < 0 {
        return Err(last_error(vm, Some(path.value)));
    }
    result(vm, &st)
}

fn of_fd(vm: &mut Vm, fd: i32) -> PyResult {
    let mut st = empty();
    // SAFETY: `st` is valid for writing.
    let r = unsafe { libc::fstat(fd, &mut st) };
    done(vm, r, None)?;
    result(vm, &st)
}

#[native_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Perform a stat system call on the given path.
    #[function(sig = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(vm: &mut Vm, path: PathOrFd, dir_fd: DirFd, follow_symlinks: bool) -> PyResult {
        match path {
            PathOrFd::Fd(fd) => of_fd(vm, fd),
            PathOrFd::Path(path) => of_path(vm, dir_fd.0, &path, follow_symlinks),
        }
    }
    /// Perform a stat system call on the given path, without following symbolic links.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn lstat(vm: &mut Vm, path: PathArg, dir_fd: DirFd) -> PyResult {
        of_path(vm, dir_fd.0, &path, false)
    }
    /// Perform a stat system call on the given file descriptor.
    #[function(sig = "(fd)")]
    fn fstat(vm: &mut Vm, fd: i32) -> PyResult {
        of_fd(vm, fd)
    }
    /// Perform an fstatvfs system call on the given fd.
    #[function(sig = "(fd, /)")]
    fn fstatvfs(vm: &mut Vm, fd: i32) -> PyResult {
        statvfs(vm, PathOrFd::Fd(fd))
    }
    /// Perform a statvfs system call on the given path.
    #[function(sig = "(path)")]
    fn statvfs(vm: &mut Vm, path: PathOrFd) -> PyResult {
        // SAFETY: zeros are a valid value of this plain structure.
        let mut st: libc::statvfs = unsafe { std::mem::zeroed() };
        let (r, name) = match &path {
            // SAFETY: the path is a C string, `st` is valid for writing.
            PathOrFd::Path(p) => (unsafe { libc::statvfs(p.path.as_ptr(), &mut st) }, Some(p.value)),
            // SAFETY: `st` is valid for writing.
            PathOrFd::Fd(fd) => (unsafe { libc::fstatvfs(*fd, &mut st) }, None),
        };
        done(vm, r, name)?;
        let Some(cls) = state(vm).statvfs else { return Err(vm.system_error("posix is not initialised")) };
        let mut items = vm.rooted_vec();
        for n in [
            st.f_bsize,
            st.f_frsize,
            st.f_blocks,
            st.f_bfree,
            st.f_bavail,
            st.f_files,
            st.f_ffree,
            st.f_favail,
            st.f_flag,
            st.f_namemax,
        ] {
            let v = vm.int_u64(n)?;
            items.push(v);
        }
        let fsid = vm.int_u64(st.f_fsid)?;
        structseq::instance(vm, cls, &items, &[("f_fsid", fsid)])
    }
}
