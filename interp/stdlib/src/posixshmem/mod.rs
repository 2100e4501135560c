//! `_posixshmem`: shared memory by name.

use crate::support::{last_error, path_of, retry};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// POSIX shared memory module.
#[native_module(name = "_posixshmem")]
pub mod module {
    use super::*;

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[function(sig = "(path, flags, mode=511)")]
    fn shm_open(vm: &mut Vm, path: Gc<Str>, flags: i32, mode: u32) -> PyResult<usize> {
        let name = path_of(vm, Value::from_gc(path))?;
        // SAFETY: a C string.
        let r = retry(vm, || unsafe {
            libc::shm_open(name.path.as_ptr(), flags | libc::O_CLOEXEC, mode) as isize
        })?;
        r.map_err(|errno| vm.os_error(errno, Some(Value::from_gc(path))))
    }
    /// Remove a shared memory object (similar to unlink()).
    #[function(sig = "(path)")]
    fn shm_unlink(vm: &mut Vm, path: Gc<Str>) -> PyResult<()> {
        let name = path_of(vm, Value::from_gc(path))?;
        // SAFETY: a C string.
        if unsafe { libc::shm_unlink(name.path.as_ptr()) } < 0 {
            return Err(last_error(vm, Some(Value::from_gc(path))));
        }
        Ok(())
    }
}
