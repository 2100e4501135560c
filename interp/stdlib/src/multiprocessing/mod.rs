//! `_multiprocessing`: semaphores that processes share.

use crate::layout;
use crate::support::{add_type, last_error, path_of, set};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A semaphore of the system, closed with its object.
pub struct Semaphore(*mut libc::sem_t);

impl Drop for Semaphore {
    fn drop(&mut self) {
        // SAFETY: opened by `sem_open`, used no more.
        unsafe { libc::sem_close(self.0) };
    }
}

layout! {
    /// Cell of a semaphore: taken `count` times by thread `owner` of this process.
    SemLock(ids::SEM_LOCK) { name } plain { kind: i32, maxvalue: i32, count: i32, owner: usize }
    boxed { semaphore: Semaphore }
}

const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

fn ident() -> usize {
    // SAFETY: a plain library call.
    unsafe { libc::pthread_self() as usize }
}

fn handle(this: Gc<SemLock>) -> *mut libc::sem_t {
    this.semaphore.cell().borrow().0
}

fn is_mine(this: Gc<SemLock>) -> bool {
    this.count.get() > 0 && this.owner.get() == ident()
}

fn value(vm: &mut Vm, this: Gc<SemLock>) -> PyResult<i32> {
    let mut n = 0;
    // SAFETY: an open semaphore, and room for the number.
    if unsafe { libc::sem_getvalue(handle(this), &mut n) } < 0 {
        return Err(last_error(vm, None));
    }
    Ok(n.max(0))
}

fn acquire(vm: &mut Vm, this: Gc<SemLock>, block: bool, timeout: Option<f64>) -> PyResult<bool> {
    if this.kind.get() == RECURSIVE_MUTEX && is_mine(this) {
        this.count.set(this.count.get() + 1);
        return Ok(true);
    }
    let semaphore = handle(this);
    // SAFETY: an open semaphore.
    if unsafe { libc::sem_trywait(semaphore) } == 0 {
        this.count.set(this.count.get() + 1);
        this.owner.set(ident());
        return Ok(true);
    }
    if !block {
        return Ok(false);
    }
    let until = timeout.map(|t| {
        let at = SystemTime::now()
            + Duration::try_from_secs_f64(t.max(0.0)).unwrap_or(Duration::from_secs(1 << 32));
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        libc::timespec { tv_sec: since.as_secs() as i64, tv_nsec: i64::from(since.subsec_nanos()) }
    });
    loop {
        // SAFETY: an open semaphore and a valid time.
        let r = vm.unlocked(|| unsafe {
            match &until {
                Some(at) => libc::sem_timedwait(semaphore, at),
                None => libc::sem_wait(semaphore),
            }
        });
        if r == 0 {
            this.count.set(this.count.get() + 1);
            this.owner.set(ident());
            return Ok(true);
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::EINTR) => vm.poll()?,
            Some(libc::ETIMEDOUT) => return Ok(false),
            _ => return Err(last_error(vm, None)),
        }
    }
}

fn release(vm: &mut Vm, this: Gc<SemLock>) -> PyResult<()> {
    if this.kind.get() == RECURSIVE_MUTEX {
        if !is_mine(this) {
            let text = "attempt to release recursive lock not owned by thread";
            return Err(vm.raise(Exc::AssertionError, text));
        }
        if this.count.get() > 1 {
            this.count.set(this.count.get() - 1);
            return Ok(());
        }
    } else if value(vm, this)? >= this.maxvalue.get() {
        return Err(vm.value_error("semaphore or lock released too many times"));
    }
    // SAFETY: an open semaphore.
    if unsafe { libc::sem_post(handle(this)) } < 0 {
        return Err(last_error(vm, None));
    }
    this.count.set(this.count.get() - 1);
    Ok(())
}

fn make(
    vm: &mut Vm,
    cls: Gc<Type>,
    semaphore: *mut libc::sem_t,
    kind: i32,
    maxvalue: i32,
    name: Value,
) -> PyResult<Gc<SemLock>> {
    let semaphore = Semaphore(semaphore);
    let this = vm.alloc_instance::<SemLock>(cls)?;
    this.name.init(name);
    this.kind.set(kind);
    this.maxvalue.set(maxvalue);
    this.semaphore.init(semaphore);
    Ok(this)
}

/// Semaphore/Mutex type
#[py_type(name = "SemLock", module = "_multiprocessing", id = ids::SEM_LOCK, subclassable)]
impl SemLock {
    #[new(sig = "(kind, value, maxvalue, name, unlink)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        kind: i32,
        value: i32,
        maxvalue: i32,
        name: Gc<Str>,
        unlink: bool,
    ) -> PyResult<Gc<SemLock>> {
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return Err(vm.value_error("unrecognized kind"));
        }
        let path = path_of(vm, Value::from_gc(name))?.path;
        let flags = libc::O_CREAT | libc::O_EXCL;
        // SAFETY: a C string; mode and value as the call expects with these flags.
        let semaphore =
            unsafe { libc::sem_open(path.as_ptr(), flags, 0o600 as libc::c_uint, value as libc::c_uint) };
        if semaphore == libc::SEM_FAILED {
            return Err(last_error(vm, None));
        }
        // SAFETY: a C string.
        if unlink && unsafe { libc::sem_unlink(path.as_ptr()) } < 0 {
            return Err(last_error(vm, None));
        }
        let name = if unlink { Value::NONE } else { Value::from_gc(name) };
        make(vm, cls, semaphore, kind, maxvalue, name)
    }
    /// Construct a SemLock of an existing semaphore.
    #[classmethod(sig = "($cls, handle, kind, maxvalue, name, /)")]
    fn _rebuild(
        vm: &mut Vm,
        cls: Gc<Type>,
        handle: usize,
        kind: i32,
        maxvalue: i32,
        name: Option<Gc<Str>>,
    ) -> PyResult<Gc<SemLock>> {
        let semaphore = match name {
            Some(name) => {
                let path = path_of(vm, Value::from_gc(name))?.path;
                // SAFETY: a C string.
                let semaphore = unsafe { libc::sem_open(path.as_ptr(), 0) };
                if semaphore == libc::SEM_FAILED {
                    return Err(last_error(vm, None));
                }
                semaphore
            }
            None => handle as *mut libc::sem_t,
        };
        make(vm, cls, semaphore, kind, maxvalue, name.map_or(Value::NONE, Value::from_gc))
    }
    #[method(sig = "($self, /, block=True, timeout=None)")]
    fn acquire(vm: &mut Vm, this: Gc<SemLock>, block: bool, timeout: Option<f64>) -> PyResult<bool> {
        acquire(vm, this, block, timeout)
    }
    #[method]
    fn release(vm: &mut Vm, this: Gc<SemLock>) -> PyResult<()> {
        release(vm, this)
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<SemLock>) -> PyResult<bool> {
        acquire(vm, this, true, None)
    }
    #[method(sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        vm: &mut Vm,
        this: Gc<SemLock>,
        _class: Value,
        _value: Value,
        _traceback: Value,
    ) -> PyResult<()> {
        release(vm, this)
    }
    #[method]
    fn _count(_vm: &mut Vm, this: Gc<SemLock>) -> i32 {
        this.count.get()
    }
    #[method]
    fn _is_mine(_vm: &mut Vm, this: Gc<SemLock>) -> bool {
        is_mine(this)
    }
    #[method]
    fn _is_zero(vm: &mut Vm, this: Gc<SemLock>) -> PyResult<bool> {
        value(vm, this).map(|n| n == 0)
    }
    #[method]
    fn _get_value(vm: &mut Vm, this: Gc<SemLock>) -> PyResult<i32> {
        value(vm, this)
    }
    #[method]
    fn _after_fork(_vm: &mut Vm, this: Gc<SemLock>) {
        this.count.set(0);
    }
    #[getter]
    fn handle(_vm: &mut Vm, this: Gc<SemLock>) -> usize {
        handle(this) as usize
    }
    #[getter]
    fn kind(_vm: &mut Vm, this: Gc<SemLock>) -> i32 {
        this.kind.get()
    }
    #[getter]
    fn maxvalue(_vm: &mut Vm, this: Gc<SemLock>) -> i32 {
        this.maxvalue.get()
    }
    #[getter]
    fn name(_vm: &mut Vm, this: Gc<SemLock>) -> Value {
        this.name.get()
    }
}

#[native_module(name = "_multiprocessing")]
pub mod module {
    use super::*;

    /// Remove a semaphore's name.
    #[function(sig = "(name, /)")]
    fn sem_unlink(vm: &mut Vm, name: Gc<Str>) -> PyResult<()> {
        let path = path_of(vm, Value::from_gc(name))?.path;
        // SAFETY: a C string.
        if unsafe { libc::sem_unlink(path.as_ptr()) } < 0 {
            return Err(last_error(vm, None));
        }
        Ok(())
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let cls = add_type(vm, module, SemLock::DECL)?;
        let dict = cls.dict.get().expect("classes have a dict");
        let name = vm.intern("SEM_VALUE_MAX");
        vm.dict_set_str(dict, name, Value::small(i64::from(i32::MAX)))?;
        vm.class_changed(cls);
        let flags = vm.dict_new()?;
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            let name = vm.intern(name);
            vm.dict_set_str(flags, name, Value::small(1))?;
        }
        set(vm, module, "flags", Value::from_gc(flags))
    }
}
