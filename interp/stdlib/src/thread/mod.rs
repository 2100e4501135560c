//! `_thread`: locks and thread-local storage of the one thread there is. Starting threads is not there yet.

use crate::layout;
use crate::support::{add_type, set, set_int};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

layout! {
    /// Cell of a lock.
    Lock(ids::LOCK) {} plain { locked: bool }
}

layout! {
    /// Cell of a lock that its owner may take again.
    RLock(ids::RLOCK) {} plain { count: usize }
}

/// `blocking` and `timeout` as `acquire` takes them; whether to wait, and how long.
fn waiting(vm: &mut Vm, blocking: bool, timeout: f64) -> PyResult<Option<f64>> {
    if !blocking && timeout != -1.0 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    Ok(if blocking { Some(timeout) } else { None })
}

fn acquire(vm: &mut Vm, this: Gc<Lock>, blocking: bool, timeout: f64) -> PyResult<bool> {
    let wait = waiting(vm, blocking, timeout)?;
    if !this.locked.replace(true) {
        return Ok(true);
    }
    match wait {
        None => Ok(false),
        // Nobody else runs who could release it: waiting with a limit ends by the limit.
        Some(limit) if limit >= 0.0 => {
            let seconds = vm.float(limit)?;
            let time = habu_runtime::import::import_module(vm, "time")?;
            vm.call_method(time, "sleep", &[seconds])?;
            Ok(!this.locked.replace(true))
        }
        // Only a signal's handler can.
        Some(_) => loop {
            let pause = vm.float(0.01)?;
            let time = habu_runtime::import::import_module(vm, "time")?;
            vm.call_method(time, "sleep", &[pause])?;
            vm.poll()?;
            if !this.locked.replace(true) {
                return Ok(true);
            }
        },
    }
}

fn release(vm: &mut Vm, this: Gc<Lock>) -> PyResult<()> {
    if this.locked.replace(false) { Ok(()) } else { Err(vm.runtime_error("release unlocked lock")) }
}

/// A lock object is a synchronization primitive.
#[py_type(name = "lock", module = "_thread", id = ids::LOCK)]
impl Lock {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Lock>> {
        vm.alloc_instance::<Lock>(cls)
    }
    #[method(sig = "($self, blocking=True, timeout=-1.0)")]
    fn acquire(vm: &mut Vm, this: Gc<Lock>, blocking: bool, timeout: f64) -> PyResult<bool> {
        acquire(vm, this, blocking, timeout)
    }
    #[method(sig = "($self, blocking=True, timeout=-1.0)")]
    fn acquire_lock(vm: &mut Vm, this: Gc<Lock>, blocking: bool, timeout: f64) -> PyResult<bool> {
        acquire(vm, this, blocking, timeout)
    }
    #[method]
    fn release(vm: &mut Vm, this: Gc<Lock>) -> PyResult<()> {
        release(vm, this)
    }
    #[method]
    fn release_lock(vm: &mut Vm, this: Gc<Lock>) -> PyResult<()> {
        release(vm, this)
    }
    #[method]
    fn locked(_vm: &mut Vm, this: Gc<Lock>) -> bool {
        this.locked.get()
    }
    #[method]
    fn locked_lock(_vm: &mut Vm, this: Gc<Lock>) -> bool {
        this.locked.get()
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<Lock>) -> PyResult<bool> {
        acquire(vm, this, true, -1.0)
    }
    #[method(sig = "($self, /, *args)")]
    fn __exit__(vm: &mut Vm, this: Gc<Lock>, _args: Gc<Tuple>) -> PyResult<()> {
        release(vm, this)
    }
    #[method]
    fn _at_fork_reinit(_vm: &mut Vm, this: Gc<Lock>) {
        this.locked.set(false);
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<Lock>) -> String {
        let state = if this.locked.get() { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {:#x}>", this.addr())
    }
}

fn release_again(vm: &mut Vm, this: Gc<RLock>) -> PyResult<()> {
    match this.count.get() {
        0 => Err(vm.runtime_error("cannot release un-acquired lock")),
        n => {
            this.count.set(n - 1);
            Ok(())
        }
    }
}

/// A reentrant lock.
#[py_type(name = "RLock", module = "_thread", id = ids::RLOCK, subclassable)]
impl RLock {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<RLock>> {
        vm.alloc_instance::<RLock>(cls)
    }
    #[method(sig = "($self, blocking=True, timeout=-1.0)")]
    fn acquire(vm: &mut Vm, this: Gc<RLock>, blocking: bool, timeout: f64) -> PyResult<bool> {
        waiting(vm, blocking, timeout)?;
        this.count.set(this.count.get() + 1);
        Ok(true)
    }
    #[method]
    fn release(vm: &mut Vm, this: Gc<RLock>) -> PyResult<()> {
        release_again(vm, this)
    }
    #[method]
    fn locked(_vm: &mut Vm, this: Gc<RLock>) -> bool {
        this.count.get() > 0
    }
    #[method]
    fn _is_owned(_vm: &mut Vm, this: Gc<RLock>) -> bool {
        this.count.get() > 0
    }
    #[method]
    fn _recursion_count(_vm: &mut Vm, this: Gc<RLock>) -> usize {
        this.count.get()
    }
    #[method]
    fn _release_save(vm: &mut Vm, this: Gc<RLock>) -> PyResult<(usize, usize)> {
        let count = this.count.replace(0);
        if count == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        Ok((count, thread_id()))
    }
    #[method]
    fn _acquire_restore(vm: &mut Vm, this: Gc<RLock>, state: Value) -> PyResult<()> {
        let count = vm.get_item(state, Value::small(0))?;
        this.count.set(vm.index(count)?.max(0) as usize);
        Ok(())
    }
    #[method]
    fn __enter__(_vm: &mut Vm, this: Gc<RLock>) -> bool {
        this.count.set(this.count.get() + 1);
        true
    }
    #[method(sig = "($self, /, *args)")]
    fn __exit__(vm: &mut Vm, this: Gc<RLock>, _args: Gc<Tuple>) -> PyResult<()> {
        release_again(vm, this)
    }
    #[method]
    fn _at_fork_reinit(_vm: &mut Vm, this: Gc<RLock>) {
        this.count.set(0);
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<RLock>) -> String {
        let count = this.count.get();
        let state = if count > 0 { "locked" } else { "unlocked" };
        let owner = if count > 0 { thread_id() } else { 0 };
        format!("<{state} _thread.RLock object owner={owner} count={count} at {:#x}>", this.addr())
    }
}

layout! {
    /// Cell of thread-local storage: the one thread's values are its attributes.
    Local(ids::THREAD_LOCAL) {}
}

/// Thread-local data.
#[py_type(name = "_local", module = "_thread", id = ids::THREAD_LOCAL, subclassable, has_dict)]
impl Local {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        let exact = cls == vm.native_class(Local::DECL)?;
        if exact && (!args.is_empty() || !kwargs.is_empty()) {
            return Err(vm.type_error("Initialization arguments are not supported"));
        }
        vm.alloc_object(cls).map(Value::from_header)
    }
}

fn thread_id() -> usize {
    // SAFETY: a plain library call.
    unsafe { libc::pthread_self() as usize }
}

/// This module provides primitive operations to write multi-threaded programs.
#[native_module(name = "_thread")]
pub mod module {
    use super::*;

    /// Return a non-zero integer that uniquely identifies the current thread.
    #[function]
    fn get_ident(_vm: &mut Vm) -> usize {
        thread_id()
    }
    /// Return the native integral Thread ID of this thread assigned by the kernel.
    #[function]
    fn get_native_id(_vm: &mut Vm) -> i64 {
        // SAFETY: a plain system call.
        unsafe { libc::syscall(libc::SYS_gettid) }
    }
    /// Create a new lock object.
    #[function]
    fn allocate_lock(vm: &mut Vm) -> PyResult {
        let cls = vm.native_class(Lock::DECL)?;
        vm.alloc_instance::<Lock>(cls).map(Value::from_gc)
    }
    /// Create a new lock object (older name).
    #[function]
    fn allocate(vm: &mut Vm) -> PyResult {
        allocate_lock(vm)
    }
    /// Threads are not there yet.
    #[function(sig = "(function, args, kwargs=<unrepresentable>, /)")]
    fn start_new_thread(vm: &mut Vm, _function: Value, _args: Value, _kwargs: Option<Value>) -> PyResult {
        Err(vm.not_implemented_error("threads are not supported yet"))
    }
    /// Threads are not there yet.
    #[function(sig = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(vm: &mut Vm, _function: Value, _handle: Value, _daemon: bool) -> PyResult {
        Err(vm.not_implemented_error("threads are not supported yet"))
    }
    /// Number of threads that were started and run.
    #[function(name = "_count")]
    fn count(_vm: &mut Vm) -> usize {
        0
    }
    /// Return or set the thread stack size for new threads.
    #[function(sig = "(size=0, /)")]
    fn stack_size(_vm: &mut Vm, _size: i64) -> usize {
        0
    }
    /// Internal use: marks threads as daemon.
    #[function]
    fn daemon_threads_allowed(_vm: &mut Vm) -> bool {
        true
    }
    /// The ident of the main thread.
    #[function(name = "_get_main_thread_ident")]
    fn get_main_thread_ident(_vm: &mut Vm) -> usize {
        thread_id()
    }
    /// Simulate the arrival of a signal in the main thread.
    #[function(sig = "(signum=2, /)")]
    fn interrupt_main(vm: &mut Vm, signum: i32) -> PyResult<()> {
        // SAFETY: a plain library call.
        unsafe { libc::raise(signum) };
        vm.poll()
    }
    /// Raise SystemExit in the current thread.
    #[function]
    fn exit(vm: &mut Vm) -> PyResult<()> {
        Err(vm.raise_with(Exc::SystemExit, &[]))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let lock = add_type(vm, module, Lock::DECL)?;
        set(vm, module, "LockType", Value::from_gc(lock))?;
        add_type(vm, module, RLock::DECL)?;
        add_type(vm, module, Local::DECL)?;
        let error = Value::from_gc(vm.exc_class(Exc::RuntimeError));
        set(vm, module, "error", error)?;
        set_int(vm, module, "TIMEOUT_MAX", 9_223_372_036)
    }
}
