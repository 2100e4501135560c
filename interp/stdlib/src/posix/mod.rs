//! `posix`: what `os` takes from the operating system.
//!
//! | file | content |
//! | --- | --- |
//! | `constants` | numbers of the system's headers |
//! | `files` | names in the file system |
//! | `descriptors` | open files |
//! | `extra` | rarer calls on files, terminals, timers |
//! | `identity` | users, groups, scheduling, waiting |
//! | `spawn` | `posix_spawn` |
//! | `stat` | `stat_result` and its kin |
//! | `scandir` | directories |
//! | `process` | processes, users, environment |

mod constants;
mod descriptors;
mod extra;
mod files;
mod identity;
pub mod process;
mod scandir;
mod spawn;
mod stat;

use crate::support::{PathArg, add_class, add_type, set, set_int};
use habu_macros::native_module;
use habu_runtime::native::{ArgAt, FromArg};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// A `dir_fd` argument: None means the current directory.
pub struct DirFd(pub i32);

impl FromArg for DirFd {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<DirFd> {
        if v.is_none() || v.is_unbound() {
            return Ok(DirFd(libc::AT_FDCWD));
        }
        i32::from_arg(vm, v, at).map(DirFd)
    }
}

/// A path or an open descriptor.
pub enum PathOrFd {
    Path(PathArg),
    Fd(i32),
}

impl FromArg for PathOrFd {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<PathOrFd> {
        if habu_runtime::types::int::as_int(vm, v).is_some() {
            return i32::from_arg(vm, v, at).map(PathOrFd::Fd);
        }
        if vm.downcast::<habu_runtime::types::str::Str>(v).is_none()
            && vm.downcast::<habu_runtime::types::bytes::Bytes>(v).is_none()
            && !crate::support::VmExt::lookup_fspath(vm, v)
        {
            let got = vm.type_name(v);
            return Err(vm.type_error(format!(
                "{}: {} should be string, bytes, os.PathLike or integer, not {got}",
                at.function, "path"
            )));
        }
        PathArg::from_arg(vm, v, at).map(PathOrFd::Path)
    }
}

pub use stat::empty as stat_room;

/// The outcome of a system call that reports failure as a negative number.
fn done(vm: &mut Vm, result: i32, filename: Option<Value>) -> PyResult<i32> {
    if result < 0 { Err(crate::support::last_error(vm, filename)) } else { Ok(result) }
}

/// This module provides access to operating system functionality that is standardized by the C Standard and the POSIX
/// standard.
#[native_module(name = "posix")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for family in [
            &files::functions::MODULE,
            &descriptors::functions::MODULE,
            &process::functions::MODULE,
            &scandir::functions::MODULE,
            &stat::functions::MODULE,
            &extra::functions::MODULE,
            &identity::functions::MODULE,
        ] {
            let name = Value::from_gc(vm.intern("posix"));
            for function in family.functions {
                let f = habu_runtime::types::native_function::new_function(vm, function, name)?;
                set(vm, module, function.name, f)?;
            }
        }
        for (name, number) in constants::ALL {
            set_int(vm, module, name, *number)?;
        }
        let error = Value::from_gc(vm.exc_class(Exc::OSError));
        set(vm, module, "error", error)?;
        for cls in stat::classes(vm)?.into_iter().chain(process::classes(vm)?).chain(identity::classes(vm)?) {
            add_class(vm, module, cls)?;
        }
        add_type(vm, module, scandir::DirEntry::DECL)?;
        let environ = process::environ(vm)?;
        set(vm, module, "environ", environ)?;
        let have = vm.list_new()?;
        for name in constants::HAVE {
            let name = Value::from_gc(vm.str(name)?);
            vm.list_push(have, name)?;
        }
        set(vm, module, "_have_functions", Value::from_gc(have))?;
        for (dict, table) in [
            ("sysconf_names", constants::SYSCONF),
            ("pathconf_names", identity::PATHCONF),
            ("confstr_names", identity::CONFSTR),
        ] {
            let names = vm.dict_new()?;
            for (name, number) in table {
                let name = vm.intern(name);
                vm.dict_set_str(names, name, Value::small(i64::from(*number)))?;
            }
            set(vm, module, dict, Value::from_gc(names))?;
        }
        Ok(())
    }
}
