//! `_thread.RLock`: a lock that its owner may take again.

use super::ident;
use super::lock::{Wait, atomic, give, is_taken, take, waiting};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a reentrant lock: taken `count` times by thread `owner`.
    RLock(ids::RLOCK) {} plain { word: u32, owner: usize, count: usize }
}

fn is_owned(this: Gc<RLock>) -> bool {
    this.count.get() > 0 && this.owner.get() == ident()
}

fn acquire(vm: &mut Vm, this: Gc<RLock>, wait: Wait) -> PyResult<bool> {
    if is_owned(this) {
        this.count.set(this.count.get() + 1);
        return Ok(true);
    }
    if !take(vm, atomic(&this.word), wait)? {
        return Ok(false);
    }
    this.owner.set(ident());
    this.count.set(1);
    Ok(true)
}

fn release(vm: &mut Vm, this: Gc<RLock>) -> PyResult<()> {
    if !is_owned(this) {
        return Err(vm.runtime_error("cannot release un-acquired lock"));
    }
    this.count.set(this.count.get() - 1);
    if this.count.get() == 0 {
        this.owner.set(0);
        give(atomic(&this.word));
    }
    Ok(())
}

#[py_type(name = "RLock", module = "_thread", id = ids::RLOCK, subclassable)]
impl RLock {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<RLock>> {
        vm.alloc_instance::<RLock>(cls)
    }
    /// Lock the lock.
    #[method(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(vm: &mut Vm, this: Gc<RLock>, blocking: bool, timeout: f64) -> PyResult<bool> {
        let wait = waiting(vm, blocking, timeout)?;
        acquire(vm, this, wait)
    }
    /// Release the lock.
    #[method]
    fn release(vm: &mut Vm, this: Gc<RLock>) -> PyResult<()> {
        release(vm, this)
    }
    /// Return a boolean indicating whether this object is locked right now.
    #[method]
    fn locked(_vm: &mut Vm, this: Gc<RLock>) -> bool {
        is_taken(&this.word)
    }
    /// For internal use by `threading.Condition`.
    #[method]
    fn _is_owned(_vm: &mut Vm, this: Gc<RLock>) -> bool {
        is_owned(this)
    }
    /// For internal use by reentrancy checks.
    #[method]
    fn _recursion_count(_vm: &mut Vm, this: Gc<RLock>) -> usize {
        if is_owned(this) { this.count.get() } else { 0 }
    }
    /// For internal use by `threading.Condition`.
    #[method]
    fn _release_save(vm: &mut Vm, this: Gc<RLock>) -> PyResult<(usize, usize)> {
        if this.count.get() == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        let state = (this.count.replace(0), this.owner.replace(0));
        give(atomic(&this.word));
        Ok(state)
    }
    /// For internal use by `threading.Condition`.
    #[method(sig = "($self, state, /)")]
    fn _acquire_restore(vm: &mut Vm, this: Gc<RLock>, state: Gc<Tuple>) -> PyResult<()> {
        let (Some(count), Some(owner)) = (state.get(0), state.get(1)) else {
            return Err(vm.type_error("_acquire_restore() argument 1 must be sequence of length 2"));
        };
        let (count, owner) = (vm.index(count)?, vm.index(owner)?);
        while !take(vm, atomic(&this.word), Wait::Forever)? {}
        this.count.set(count.max(0) as usize);
        this.owner.set(owner as usize);
        Ok(())
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<RLock>) -> PyResult<bool> {
        acquire(vm, this, Wait::Forever)
    }
    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(vm: &mut Vm, this: Gc<RLock>, _args: Value) -> PyResult<()> {
        release(vm, this)
    }
    #[method]
    fn _at_fork_reinit(_vm: &mut Vm, this: Gc<RLock>) {
        this.word.set(0);
        this.count.set(0);
        this.owner.set(0);
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<RLock>) -> String {
        let count = this.count.get();
        let state = if is_taken(&this.word) { "locked" } else { "unlocked" };
        let name = vm.type_name(Value::from_gc(this));
        let owner = this.owner.get();
        let module = if name == "RLock" { "_thread." } else { "" };
        format!("<{state} {module}{name} object owner={owner} count={count} at {:#x}>", this.addr())
    }
}
