//! `Task`: a coroutine wrapped in a future.

use super::future::{self, Future, State, name_text};
use super::wrapper::{self, Does};
use super::{known, put, registry, step, stock};
use crate::contextvars::{self, Context};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm, id_of};
use std::any::TypeId;

/// Numbers of tasks without a name of their own.
#[derive(Default)]
struct Count(u64);

fn next_number(vm: &mut Vm) -> u64 {
    let count = vm.module_state.entry(TypeId::of::<Count>()).or_insert_with(|| Box::new(Count::default()));
    let count = count.downcast_mut::<Count>().expect("entered under its own type");
    count.0 += 1;
    count.0
}

fn receiver(vm: &mut Vm, v: Value) -> PyResult<Gc<Future>> {
    match future::task_of(vm, v) {
        Some(this) => Ok(this),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("descriptor doesn't apply to a '{got}' object")))
        }
    }
}

/// The receiver of a method that needs `__init__` to have run.
pub fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Future>> {
    let this = receiver(vm, v)?;
    if this.event_loop.get().is_unbound() {
        return Err(vm.runtime_error("Task object is not initialized."));
    }
    Ok(this)
}

fn is_coroutine(vm: &mut Vm, v: Value) -> PyResult<bool> {
    if id_of(v) == ids::COROUTINE {
        return Ok(true);
    }
    let check = known(vm, "asyncio.coroutines", "iscoroutine")?;
    let answer = vm.call(check, &[v])?;
    vm.truth(answer)
}

/// Runs the first step at once, within the task's context.
fn start(vm: &mut Vm, this: Gc<Future>) -> PyResult<()> {
    let (v, event_loop) = (Value::from_gc(this), this.event_loop.get());
    let before = registry::swap(vm, event_loop, v)?;
    let run = |vm: &mut Vm| {
        registry::register(vm, v)?;
        let context = this.context.get();
        if let Some(context) = vm.exact::<Context>(context)
            && let Some(result) = contextvars::with(vm, context, |vm| step::run(vm, this, Value::NONE))?
        {
            return result;
        }
        let call = wrapper::make(vm, v, Value::NONE, Does::Start)?;
        vm.call_method(context, "run", &[call]).map(|_| ())
    };
    let result = run(vm);
    let result = step::then(vm, result, |vm| registry::swap(vm, event_loop, before).map(|_| ()));
    if this.state.get() != State::Pending {
        put(vm, this, |f| &f.coro, Value::NONE);
    }
    result
}

/// `Task.cancel`
pub fn cancel(vm: &mut Vm, this: Gc<Future>, message: Value) -> PyResult<bool> {
    this.log_traceback.set(false);
    if this.state.get() != State::Pending {
        return Ok(false);
    }
    this.cancels.set(this.cancels.get() + 1);
    let waiter = this.waiter.get();
    if !waiter.is_none() && step::cancel_other(vm, waiter, message)? {
        return Ok(true);
    }
    this.must_cancel.set(true);
    put(vm, this, |f| &f.message, message);
    Ok(true)
}

/// The class; its cells are laid out as futures.
pub struct Task;

/// A coroutine wrapped in a Future.
#[py_type(name = "Task", module = "_asyncio", id = ids::ASYNC_TASK, base = ids::ASYNC_FUTURE, payload = Future, subclassable, has_dict)]
impl Task {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        future::alloc(vm, cls)
    }
    #[method(sig = "($self, /, coro, *, loop=None, name=None, context=None, eager_start=False)")]
    fn __init__(
        vm: &mut Vm,
        v: Value,
        coro: Value,
        event_loop: Value,
        name: Value,
        context: Value,
        eager_start: Value,
    ) -> PyResult<()> {
        let this = receiver(vm, v)?;
        let eager = vm.truth(eager_start)?;
        future::init(vm, this, event_loop)?;
        this.quiet.set(false);
        if !is_coroutine(vm, coro)? {
            this.quiet.set(true);
            let shown = vm.repr(coro)?.to_message();
            return Err(vm.type_error(format!("a coroutine was expected, got {shown}")));
        }
        let context =
            if context.is_none() { Value::from_gc(contextvars::copy_current(vm)?) } else { context };
        put(vm, this, |f| &f.context, context);
        put(vm, this, |f| &f.waiter, Value::NONE);
        put(vm, this, |f| &f.coro, coro);
        this.must_cancel.set(false);
        this.cancels.set(0);
        let name = if name.is_none() {
            this.number.set(next_number(vm));
            Value::NONE
        } else {
            name_text(vm, name)?
        };
        put(vm, this, |f| &f.name, name);
        future::watch(vm, this);
        if eager {
            let event_loop = this.event_loop.get();
            let runs = match stock::is_running(vm, event_loop)? {
                Some(runs) => runs,
                None => {
                    let runs = vm.call_method(event_loop, "is_running", &[])?;
                    vm.truth(runs)?
                }
            };
            if runs {
                return start(vm, this);
            }
        }
        step::soon(vm, this, Value::NONE)?;
        registry::register(vm, v)
    }
    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// Unlike Future.cancel, this does not guarantee that the
    /// task will be cancelled: the exception might be caught and
    /// acted upon, delaying cancellation of the task or preventing
    /// cancellation completely.  The task may also return a value or
    /// raise a different exception.
    ///
    /// Immediately after this method is called, Task.cancelled() will
    /// not return True (unless the task was already cancelled).  A
    /// task will be marked as cancelled when the wrapped coroutine
    /// terminates with a CancelledError exception (even if cancel()
    /// was not called).
    ///
    /// This also increases the task's count of cancellation requests.
    #[method(sig = "($self, /, msg=None)")]
    fn cancel(vm: &mut Vm, v: Value, msg: Value) -> PyResult<bool> {
        let this = this(vm, v)?;
        cancel(vm, this, msg)
    }
    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    #[method]
    fn cancelling(vm: &mut Vm, v: Value) -> PyResult<i64> {
        Ok(receiver(vm, v)?.cancels.get())
    }
    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    #[method]
    fn uncancel(vm: &mut Vm, v: Value) -> PyResult<i64> {
        let this = receiver(vm, v)?;
        if this.cancels.get() > 0 {
            this.cancels.set(this.cancels.get() - 1);
            if this.cancels.get() == 0 {
                this.must_cancel.set(false);
            }
        }
        Ok(this.cancels.get())
    }
    /// Return the list of stack frames for this task's coroutine.
    ///
    /// If the coroutine is not done, this returns the stack where it is
    /// suspended.  If the coroutine has completed successfully or was
    /// cancelled, this returns an empty list.  If the coroutine was
    /// terminated by an exception, this returns the list of traceback
    /// frames.
    #[method(sig = "($self, /, *, limit=None)")]
    fn get_stack(vm: &mut Vm, v: Value, limit: Value) -> PyResult {
        let get = known(vm, "asyncio.base_tasks", "_task_get_stack")?;
        vm.call(get, &[v, limit])
    }
    /// Print the stack or traceback for this task's coroutine.
    ///
    /// This produces output similar to that of the traceback module,
    /// for the frames retrieved by get_stack().  The limit argument
    /// is passed to get_stack().  The file argument is an I/O stream
    /// to which the output is written; by default output is written
    /// to sys.stderr.
    #[method(sig = "($self, /, *, limit=None, file=None)")]
    fn print_stack(vm: &mut Vm, v: Value, limit: Value, file: Value) -> PyResult {
        let print = known(vm, "asyncio.base_tasks", "_task_print_stack")?;
        vm.call(print, &[v, limit, file])
    }
    #[method(sig = "($self, result, /)")]
    fn set_result(vm: &mut Vm, _v: Value, _result: Value) -> PyResult<()> {
        Err(vm.runtime_error("Task does not support set_result operation"))
    }
    #[method(sig = "($self, exception, /)")]
    fn set_exception(vm: &mut Vm, _v: Value, _exception: Value) -> PyResult<()> {
        Err(vm.runtime_error("Task does not support set_exception operation"))
    }
    #[method]
    fn get_coro(vm: &mut Vm, v: Value) -> PyResult {
        Ok(receiver(vm, v)?.coro.get())
    }
    #[method]
    fn get_context(vm: &mut Vm, v: Value) -> PyResult {
        Ok(receiver(vm, v)?.context.get())
    }
    #[method]
    fn get_name(vm: &mut Vm, v: Value) -> PyResult {
        let this = receiver(vm, v)?;
        if this.name.get().is_none() && this.number.get() != 0 {
            let name = Value::from_gc(vm.str(&format!("Task-{}", this.number.get()))?);
            put(vm, this, |f| &f.name, name);
        }
        Ok(this.name.get())
    }
    #[method(sig = "($self, value, /)")]
    fn set_name(vm: &mut Vm, v: Value, value: Value) -> PyResult<()> {
        let this = receiver(vm, v)?;
        let name = name_text(vm, value)?;
        put(vm, this, |f| &f.name, name);
        Ok(())
    }
    #[method]
    fn __repr__(vm: &mut Vm, v: Value) -> PyResult {
        let repr = known(vm, "asyncio.base_tasks", "_task_repr")?;
        vm.call(repr, &[v])
    }
    #[method]
    fn __del__(vm: &mut Vm, v: Value) -> PyResult<()> {
        let this = receiver(vm, v)?;
        let ready = !this.event_loop.get().is_unbound();
        if this.state.get() == State::Pending && !this.quiet.get() && ready {
            future::report(vm, this, "Task was destroyed but it is pending!", &[("task", v)])?;
        }
        future::report_unretrieved(vm, this)
    }
    #[getter]
    fn _log_destroy_pending(vm: &mut Vm, v: Value) -> PyResult<bool> {
        Ok(!receiver(vm, v)?.quiet.get())
    }
    #[setter(name = "_log_destroy_pending")]
    fn set_log_destroy_pending(vm: &mut Vm, v: Value, value: Option<Value>) -> PyResult<()> {
        let this = receiver(vm, v)?;
        let Some(value) = value else { return Err(vm.raise(Exc::AttributeError, "cannot delete attribute")) };
        let log = vm.truth(value)?;
        this.quiet.set(!log);
        Ok(())
    }
    #[getter]
    fn _must_cancel(vm: &mut Vm, v: Value) -> PyResult<bool> {
        Ok(receiver(vm, v)?.must_cancel.get())
    }
    #[getter]
    fn _coro(vm: &mut Vm, v: Value) -> PyResult {
        Ok(receiver(vm, v)?.coro.get())
    }
    #[getter]
    fn _fut_waiter(vm: &mut Vm, v: Value) -> PyResult {
        Ok(receiver(vm, v)?.waiter.get())
    }
}
