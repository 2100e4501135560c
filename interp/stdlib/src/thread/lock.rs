//! `_thread.lock`, and the waiting that all locks share.

use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::value::Value;
use habu_runtime::vm::threads::park;
use habu_runtime::vm::{PyResult, Vm};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

layout! {
    /// Cell of a lock: the word says whether it is taken, and whether somebody waits.
    Lock(ids::LOCK) {} plain { word: u32 }
}

const FREE: u32 = 0;
const TAKEN: u32 = 1;
const WANTED: u32 = 2;

/// The longest wait that `acquire` takes, in seconds.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// How long to wait.
#[derive(Clone, Copy)]
pub enum Wait {
    Not,
    Until(Instant),
    Forever,
}

/// `blocking` and `timeout` as `acquire` takes them.
pub fn waiting(vm: &mut Vm, blocking: bool, timeout: f64) -> PyResult<Wait> {
    if timeout.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if !blocking && timeout != -1.0 {
        return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(vm.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok(match blocking {
        false => Wait::Not,
        true if timeout == -1.0 => Wait::Forever,
        true => park::deadline(timeout).map_or(Wait::Forever, Wait::Until),
    })
}

/// A word of a cell as what threads wait on.
pub fn atomic(cell: &Cell<u32>) -> &AtomicU32 {
    // SAFETY: aligned, alive as long as the borrow, and only used as an atomic.
    unsafe { AtomicU32::from_ptr(cell.as_ptr()) }
}

/// Takes the lock that `word` is. False: not in time. Signals are handled while it waits, and may raise.
pub fn take(vm: &mut Vm, word: &AtomicU32, wait: Wait) -> PyResult<bool> {
    if word.compare_exchange(FREE, TAKEN, Ordering::AcqRel, Ordering::Acquire).is_ok() {
        return Ok(true);
    }
    let deadline = match wait {
        Wait::Not => return Ok(false),
        Wait::Until(at) => Some(at),
        Wait::Forever => None,
    };
    while word.swap(WANTED, Ordering::AcqRel) != FREE {
        match vm.unlocked(|| park::wait(word, WANTED, deadline)) {
            park::Woken::Changed => {}
            park::Woken::Interrupted => vm.poll()?,
            park::Woken::TimedOut => {
                return Ok(word.compare_exchange(FREE, WANTED, Ordering::AcqRel, Ordering::Acquire).is_ok());
            }
        }
    }
    Ok(true)
}

/// Gives the lock back; false: it was free.
pub fn give(word: &AtomicU32) -> bool {
    match word.swap(FREE, Ordering::AcqRel) {
        FREE => return false,
        WANTED => park::wake_one(word),
        _ => {}
    }
    true
}

pub fn is_taken(word: &Cell<u32>) -> bool {
    word.get() != FREE
}

fn acquire(vm: &mut Vm, this: Gc<Lock>, blocking: bool, timeout: f64) -> PyResult<bool> {
    let wait = waiting(vm, blocking, timeout)?;
    take(vm, atomic(&this.word), wait)
}

fn release(vm: &mut Vm, this: Gc<Lock>) -> PyResult<()> {
    if give(atomic(&this.word)) { Ok(()) } else { Err(vm.runtime_error("release unlocked lock")) }
}

/// A lock object is a synchronization primitive.  To create a lock,
/// call threading.Lock().  Methods are:
///
/// acquire() -- lock the lock, possibly blocking until it can be obtained
/// release() -- unlock of the lock
/// locked() -- test whether the lock is currently locked
///
/// A lock is not owned by the thread that locked it; another thread may
/// unlock it.  A thread attempting to lock a lock that it has already locked
/// will block until another thread unlocks it.  Deadlocks may ensue.
#[py_type(name = "lock", module = "_thread", id = ids::LOCK)]
impl Lock {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Lock>> {
        vm.alloc_instance::<Lock>(cls)
    }
    /// Lock the lock.
    #[method(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(vm: &mut Vm, this: Gc<Lock>, blocking: bool, timeout: f64) -> PyResult<bool> {
        acquire(vm, this, blocking, timeout)
    }
    /// An obsolete synonym of acquire().
    #[method(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire_lock(vm: &mut Vm, this: Gc<Lock>, blocking: bool, timeout: f64) -> PyResult<bool> {
        acquire(vm, this, blocking, timeout)
    }
    /// Release the lock, allowing another thread that is blocked waiting for the lock to acquire the lock.
    #[method]
    fn release(vm: &mut Vm, this: Gc<Lock>) -> PyResult<()> {
        release(vm, this)
    }
    /// An obsolete synonym of release().
    #[method]
    fn release_lock(vm: &mut Vm, this: Gc<Lock>) -> PyResult<()> {
        release(vm, this)
    }
    /// Return whether the lock is in the locked state.
    #[method]
    fn locked(_vm: &mut Vm, this: Gc<Lock>) -> bool {
        is_taken(&this.word)
    }
    /// An obsolete synonym of locked().
    #[method]
    fn locked_lock(_vm: &mut Vm, this: Gc<Lock>) -> bool {
        is_taken(&this.word)
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<Lock>) -> PyResult<bool> {
        take(vm, atomic(&this.word), Wait::Forever)
    }
    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(vm: &mut Vm, this: Gc<Lock>, _args: Value) -> PyResult<()> {
        release(vm, this)
    }
    #[method]
    fn _at_fork_reinit(_vm: &mut Vm, this: Gc<Lock>) {
        this.word.set(FREE);
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<Lock>) -> String {
        let state = if is_taken(&this.word) { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {:#x}>", this.addr())
    }
}
