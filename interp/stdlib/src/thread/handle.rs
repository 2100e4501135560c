//! `_thread._ThreadHandle`: a thread that can be joined; and starting threads.

use super::lock::{TIMEOUT_MAX, Wait, atomic};
use super::{ident, local, report};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::threads::park;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::sync::atomic::Ordering;

layout! {
    /// Cell of a handle. `state` is what joiners wait on.
    ThreadHandle(ids::THREAD_HANDLE) {} plain { ident: usize, state: u32, joinable: bool }
}

const NOT_STARTED: u32 = 0;
const STARTING: u32 = 1;
const RUNNING: u32 = 2;
const DONE: u32 = 3;

/// What a new thread is told: a tuple of these.
const FUNCTION: usize = 0;
const ARGS: usize = 1;
const KWARGS: usize = 2;
const HANDLE: usize = 3;

pub fn make(vm: &mut Vm) -> PyResult<Gc<ThreadHandle>> {
    let cls = vm.native_class(ThreadHandle::DECL)?;
    vm.alloc_instance::<ThreadHandle>(cls)
}

/// A handle of a thread that was not started here (`_make_thread_handle`).
pub fn adopt(vm: &mut Vm, ident: usize) -> PyResult<Gc<ThreadHandle>> {
    let this = make(vm)?;
    this.ident.set(ident);
    this.state.set(RUNNING);
    Ok(this)
}

impl ThreadHandle {
    /// Whether the calling thread is meant.
    pub fn is_current(&self) -> bool {
        self.ident.get() == ident() && self.state.get() == RUNNING
    }
}

fn set_done(this: Gc<ThreadHandle>) {
    let word = atomic(&this.state);
    word.store(DONE, Ordering::Release);
    park::wake_all(word);
}

/// Starts a thread that calls `function`; its number.
pub fn start(
    vm: &mut Vm,
    function: Value,
    args: Value,
    kwargs: Value,
    handle: Option<Gc<ThreadHandle>>,
) -> PyResult<usize> {
    if super::is_closing(vm) {
        return Err(vm.raise(Exc::PythonFinalizationError, "can't create new thread at interpreter shutdown"));
    }
    if let Some(handle) = handle {
        if handle.state.get() != NOT_STARTED {
            return Err(vm.runtime_error("thread already started"));
        }
        handle.state.set(STARTING);
    }
    let payload = vm.tuple(&[function, args, kwargs, handle.map_or(Value::NONE, Value::from_gc)])?;
    let stack = super::state(vm).stack_size;
    match vm.spawn(stack, run, Value::from_gc(payload)) {
        Ok(ident) => {
            if let Some(handle) = handle {
                handle.ident.set(ident);
                handle.state.set(RUNNING);
                handle.joinable.set(true);
            }
            Ok(ident)
        }
        Err(_) => {
            if let Some(handle) = handle {
                handle.state.set(NOT_STARTED);
            }
            Err(vm.runtime_error("can't start new thread"))
        }
    }
}

/// What a thread does from start to end.
fn run(vm: &mut Vm, payload: Value) {
    super::state(vm).running += 1;
    let payload = vm.exact::<Tuple>(payload).expect("made by `start`");
    let (function, args, kwargs) =
        (payload.items()[FUNCTION], payload.items()[ARGS], payload.items()[KWARGS]);
    if let Err(raised) = call(vm, function, args, kwargs) {
        let exc = vm.take_exception(raised);
        if !vm.exception_matches(exc, Exc::SystemExit) {
            report(vm, exc, "Exception ignored in thread started by", function);
        }
    }
    if let Err(raised) = local::forget_thread(vm) {
        vm.take_exception(raised);
    }
    super::state(vm).running -= 1;
    if let Some(handle) = vm.exact::<ThreadHandle>(payload.items()[HANDLE]) {
        super::forget_handle(vm, handle);
        set_done(handle);
    }
}

fn call(vm: &mut Vm, function: Value, args: Value, kwargs: Value) -> PyResult {
    let args = vm.downcast::<Tuple>(args);
    let keywords = match vm.downcast::<Dict>(kwargs) {
        Some(kwargs) => crate::support::keywords(vm, kwargs),
        None => Vec::new(),
    };
    vm.call_kw(function, args.as_ref().map_or(&[], |a| a.items()), &keywords)
}

/// Waits for the thread's end; false: not in time.
pub fn join(vm: &mut Vm, this: Gc<ThreadHandle>, wait: Wait) -> PyResult<bool> {
    if this.state.get() == NOT_STARTED || this.state.get() == STARTING {
        return Err(vm.runtime_error("thread not started"));
    }
    if this.is_current() && this.joinable.get() {
        return Err(vm.runtime_error("Cannot join current thread"));
    }
    let deadline = match wait {
        Wait::Until(at) => Some(at),
        Wait::Forever | Wait::Not => None,
    };
    let word = atomic(&this.state);
    loop {
        let seen = word.load(Ordering::Acquire);
        if seen == DONE {
            return Ok(true);
        }
        match vm.unlocked(|| park::wait(word, seen, deadline)) {
            park::Woken::Changed => {}
            park::Woken::Interrupted => vm.poll()?,
            park::Woken::TimedOut => return Ok(word.load(Ordering::Acquire) == DONE),
        }
    }
}

#[py_type(name = "_ThreadHandle", module = "_thread", id = ids::THREAD_HANDLE)]
impl ThreadHandle {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, _cls: Gc<Type>) -> PyResult<Gc<ThreadHandle>> {
        make(vm)
    }
    #[getter]
    fn ident(_vm: &mut Vm, this: Gc<ThreadHandle>) -> usize {
        this.ident.get()
    }
    #[method(sig = "($self, timeout=None, /)")]
    fn join(vm: &mut Vm, this: Gc<ThreadHandle>, timeout: Option<f64>) -> PyResult<()> {
        let wait = match timeout {
            Some(seconds) if seconds > TIMEOUT_MAX => {
                return Err(vm.overflow_error("timeout value is too large"));
            }
            Some(seconds) if seconds >= 0.0 => park::deadline(seconds).map_or(Wait::Forever, Wait::Until),
            _ => Wait::Forever,
        };
        join(vm, this, wait).map(|_| ())
    }
    #[method]
    fn is_done(_vm: &mut Vm, this: Gc<ThreadHandle>) -> bool {
        this.state.get() == DONE
    }
    #[method]
    fn _set_done(vm: &mut Vm, this: Gc<ThreadHandle>) -> PyResult<()> {
        if this.state.get() == NOT_STARTED || this.state.get() == STARTING {
            return Err(vm.runtime_error("thread not started"));
        }
        set_done(this);
        Ok(())
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<ThreadHandle>) -> String {
        format!("<_ThreadHandle object: ident={}>", this.ident.get())
    }
}
