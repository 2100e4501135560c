//! `Future`: layout, states, results and callbacks.

use super::{call_soon, invalid_state, iter, known, new_exception, put, raise_made, registry, stock};
use crate::contextvars;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::{Gc, Header};
use habu_runtime::object::class::flags;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::exception::Exception;
use habu_runtime::types::list::List;
use habu_runtime::types::set::Set;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm, id_of};

/// Where a future stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    Pending = 0,
    Cancelled,
    Finished,
}

layout! {
    /// Cell of a future and of a task, whose fields come last. `event_loop` is unbound until `__init__` has run;
    /// `callback` is the first one, if it is there, with its context; `callbacks` a list of pairs, the others;
    /// `awaited_by` a set, the only one, or `None`.
    Future(ids::ASYNC_FUTURE) {
        event_loop, callback, callback_context, callbacks, result, exception, traceback, source, message, cancelled, awaited_by,
        coro, name, context, waiter
    } plain {
        state: State, blocking: bool, log_traceback: bool, watched: bool,
        must_cancel: bool, quiet: bool, registered: bool, cancels: i64, number: u64
    }
}

/// The value as a future or task, instances of subclasses included.
pub fn of(vm: &Vm, v: Value) -> Option<Gc<Future>> {
    let header = v.as_header()?;
    let layout = vm.class_of(v).layout.get();
    // SAFETY: both types have this layout.
    matches!(layout, ids::ASYNC_FUTURE | ids::ASYNC_TASK).then(|| unsafe { Gc::from_header(header) })
}

/// The value as a task.
pub fn task_of(vm: &Vm, v: Value) -> Option<Gc<Future>> {
    if vm.class_of(v).layout.get() == ids::ASYNC_TASK { of(vm, v) } else { None }
}

/// The value as a future or task of exactly one of the two classes: nothing of it is overridden.
pub fn exact(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Future>>> {
    if let Some(this) = v.as_header().filter(|_| matches!(id_of(v), ids::ASYNC_FUTURE | ids::ASYNC_TASK)) {
        // SAFETY: both types have this layout.
        return Ok(Some(unsafe { Gc::from_header(this) }));
    }
    let class = vm.class_of(v);
    let own = vm.native_class(Future::DECL)? == class || vm.native_class(super::task::Task::DECL)? == class;
    Ok(if own { of(vm, v) } else { None })
}

/// The receiver of a method.
fn receiver(vm: &mut Vm, v: Value) -> PyResult<Gc<Future>> {
    match of(vm, v) {
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
        return Err(vm.runtime_error("Future object is not initialized."));
    }
    Ok(this)
}

/// A new cell, before `__init__`.
pub fn alloc(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    let this = vm.alloc_instance::<Future>(cls)?;
    this.event_loop.init(Value::UNBOUND);
    this.callback.init(Value::UNBOUND);
    for field in [
        &this.callback_context,
        &this.callbacks,
        &this.result,
        &this.exception,
        &this.traceback,
        &this.source,
        &this.message,
        &this.cancelled,
        &this.awaited_by,
        &this.coro,
        &this.name,
        &this.context,
        &this.waiter,
    ] {
        field.init(Value::NONE);
    }
    Ok(Value::from_gc(this))
}

/// A second `__init__` begins with what a new cell has.
#[cold]
fn reset(vm: &mut Vm, this: Gc<Future>) {
    put(vm, this, |f| &f.callback, Value::UNBOUND);
    put(vm, this, |f| &f.callback_context, Value::NONE);
    put(vm, this, |f| &f.callbacks, Value::NONE);
    put(vm, this, |f| &f.result, Value::NONE);
    put(vm, this, |f| &f.exception, Value::NONE);
    put(vm, this, |f| &f.traceback, Value::NONE);
    put(vm, this, |f| &f.source, Value::NONE);
    put(vm, this, |f| &f.message, Value::NONE);
    put(vm, this, |f| &f.cancelled, Value::NONE);
    put(vm, this, |f| &f.awaited_by, Value::NONE);
    this.state.set(State::Pending);
    this.blocking.set(false);
    this.log_traceback.set(false);
}

/// `Future.__init__`
pub fn init(vm: &mut Vm, this: Gc<Future>, event_loop: Value) -> PyResult<()> {
    let event_loop = if event_loop.is_none() { registry::event_loop(vm)? } else { event_loop };
    if !this.event_loop.get().is_unbound() {
        reset(vm, this);
    }
    put(vm, this, |f| &f.event_loop, event_loop);
    if stock::is_plain(vm, event_loop)? {
        return Ok(());
    }
    let debug = vm.call_method(event_loop, "get_debug", &[])?;
    if vm.truth(debug)? {
        let extract = known(vm, "traceback", "extract_stack")?;
        let stack = vm.call(extract, &[])?;
        put(vm, this, |f| &f.source, stack);
    }
    Ok(())
}

/// Has the collector report the death of one that has something to say then.
pub fn watch(vm: &mut Vm, this: Gc<Future>) {
    // Instances of a class with `__del__` are watched since they were made.
    if !vm.class_of(Value::from_gc(this)).has(flags::HAS_DEL) && !this.watched.replace(true) {
        vm.heap.finalizer_register(this.header());
    }
}

/// Nothing needs to be said at its death any more.
pub fn settle(vm: &Vm, this: Gc<Future>) {
    if this.watched.get() && !vm.class_of(Value::from_gc(this)).has(flags::HAS_DEL) {
        this.header.flags.set(this.header.flags.get() | Header::SETTLED);
    }
}

/// The result or exception has been asked for.
fn retrieved(vm: &Vm, this: Gc<Future>) {
    if this.log_traceback.replace(false) {
        settle(vm, this);
    }
}

/// Hands the callbacks to the loop.
fn schedule(vm: &mut Vm, this: Gc<Future>) -> PyResult<()> {
    let v = Value::from_gc(this);
    if let Some(function) = this.callback.get().bound() {
        let context = this.callback_context.get();
        put(vm, this, |f| &f.callback, Value::UNBOUND);
        put(vm, this, |f| &f.callback_context, Value::NONE);
        call_soon(vm, this.event_loop.get(), function, Some(v), context)?;
    }
    let Some(callbacks) = vm.exact_list(this.callbacks.get()) else { return Ok(()) };
    put(vm, this, |f| &f.callbacks, Value::NONE);
    let all = vm.collect(Value::from_gc(callbacks))?;
    for pair in all.iter() {
        let Some(pair) = pair.exact::<Tuple>() else { continue };
        if let &[function, context] = pair.items() {
            call_soon(vm, this.event_loop.get(), function, Some(v), context)?;
        }
    }
    Ok(())
}

/// `Future.cancel`
pub fn cancel(vm: &mut Vm, this: Gc<Future>, message: Value) -> PyResult<bool> {
    retrieved(vm, this);
    if this.state.get() != State::Pending {
        return Ok(false);
    }
    this.state.set(State::Cancelled);
    put(vm, this, |f| &f.message, message);
    settle(vm, this);
    schedule(vm, this)?;
    Ok(true)
}

/// `Future.set_result`
pub fn set_result(vm: &mut Vm, this: Gc<Future>, result: Value) -> PyResult<()> {
    if this.state.get() != State::Pending {
        return Err(invalid_state(vm, "invalid state"));
    }
    put(vm, this, |f| &f.result, result);
    this.state.set(State::Finished);
    settle(vm, this);
    schedule(vm, this)
}

/// `Future.set_exception`
pub fn set_exception(vm: &mut Vm, this: Gc<Future>, exception: Value) -> PyResult<()> {
    if this.state.get() != State::Pending {
        return Err(invalid_state(vm, "invalid state"));
    }
    let base = Value::from_gc(vm.exc_class(Exc::BaseException));
    let mut exc = exception;
    if vm.as_class(exc).is_some() && vm.is_subclass(exc, base)? {
        exc = vm.call(exc, &[])?;
    }
    let Some(_) = vm.downcast::<Exception>(exc) else {
        return Err(vm.type_error("invalid exception object"));
    };
    if vm.exception_matches(exc, Exc::StopIteration) {
        let text = "StopIteration interacts badly with generators and cannot be raised into a Future";
        let text = Value::from_gc(vm.str(text)?);
        let class = vm.exc_class(Exc::RuntimeError);
        let other = Value::from_gc(vm.make_exception(class, &[text])?);
        for name in ["__cause__", "__context__"] {
            let name = vm.intern(name);
            vm.set_attr(other, name, exc)?;
        }
        exc = other;
    }
    put(vm, this, |f| &f.exception, exc);
    let traceback = habu_runtime::types::exception::traceback_of(exc);
    put(vm, this, |f| &f.traceback, traceback);
    this.state.set(State::Finished);
    schedule(vm, this)?;
    this.log_traceback.set(true);
    watch(vm, this);
    Ok(())
}

/// The CancelledError to raise: the one that cancelled it, or a new one.
pub fn cancelled_error(vm: &mut Vm, this: Gc<Future>) -> PyResult {
    let saved = this.cancelled.get();
    if !saved.is_none() {
        put(vm, this, |f| &f.cancelled, Value::NONE);
        return Ok(saved);
    }
    let message = this.message.get();
    if message.is_none() {
        new_exception(vm, "CancelledError", &[])
    } else {
        new_exception(vm, "CancelledError", &[message])
    }
}

fn raise_cancelled(vm: &mut Vm, this: Gc<Future>) -> Raised {
    match cancelled_error(vm, this) {
        Ok(exc) => raise_made(vm, exc),
        Err(raised) => raised,
    }
}

/// `Future.result`
pub fn take_result(vm: &mut Vm, this: Gc<Future>) -> PyResult {
    match this.state.get() {
        State::Cancelled => return Err(raise_cancelled(vm, this)),
        State::Pending => return Err(invalid_state(vm, "Result is not set.")),
        State::Finished => {}
    }
    retrieved(vm, this);
    let exc = this.exception.get();
    if exc.is_none() {
        return Ok(this.result.get());
    }
    let traceback = this.traceback.get();
    vm.call_method(exc, "with_traceback", &[traceback])?;
    Err(raise_made(vm, exc))
}

/// `Future.add_done_callback`, the context given.
pub fn add_callback(vm: &mut Vm, this: Gc<Future>, function: Value, context: Value) -> PyResult<()> {
    if this.state.get() != State::Pending {
        return call_soon(vm, this.event_loop.get(), function, Some(Value::from_gc(this)), context);
    }
    let list: Gc<List> = match vm.exact_list(this.callbacks.get()) {
        Some(list) => list,
        None if this.callback.get().is_unbound() => {
            put(vm, this, |f| &f.callback, function);
            put(vm, this, |f| &f.callback_context, context);
            return Ok(());
        }
        None => {
            let list = vm.list_new()?;
            put(vm, this, |f| &f.callbacks, Value::from_gc(list));
            list
        }
    };
    let pair = vm.tuple(&[function, context])?;
    vm.list_push(list, Value::from_gc(pair))
}

/// The loop that a future, of whatever class, belongs to.
pub fn loop_of(vm: &mut Vm, v: Value) -> PyResult {
    if let Some(own) = exact(vm, v)? {
        return Ok(own.event_loop.get().bound().unwrap_or(Value::NONE));
    }
    let name = vm.intern("get_loop");
    match vm.get_attr_opt(v, name)? {
        Some(method) => vm.call(method, &[]),
        None => vm.get_attr_str(v, "_loop"),
    }
}

pub fn add_awaited_by(vm: &mut Vm, fut: Value, waiter: Value) -> PyResult<()> {
    let (Some(fut), Some(_)) = (of(vm, fut), of(vm, waiter)) else { return Ok(()) };
    let before = fut.awaited_by.get();
    let set = match vm.exact::<Set>(before) {
        Some(set) => set,
        None if before.is_none() => {
            put(vm, fut, |f| &f.awaited_by, waiter);
            return Ok(());
        }
        None => {
            let set = vm.set_new(ids::SET)?;
            vm.set_add(set, before)?;
            put(vm, fut, |f| &f.awaited_by, Value::from_gc(set));
            set
        }
    };
    vm.set_add(set, waiter).map(|_| ())
}

pub fn discard_awaited_by(vm: &mut Vm, fut: Value, waiter: Value) -> PyResult<()> {
    let (Some(fut), Some(_)) = (of(vm, fut), of(vm, waiter)) else { return Ok(()) };
    let before = fut.awaited_by.get();
    let Some(set) = vm.exact::<Set>(before) else {
        if before == waiter {
            put(vm, fut, |f| &f.awaited_by, Value::NONE);
        }
        return Ok(());
    };
    vm.set_discard(set, waiter).map(|_| ())
}

/// Tells the loop's exception handler of an exception that nobody asked for.
pub fn report_unretrieved(vm: &mut Vm, this: Gc<Future>) -> PyResult<()> {
    if !this.log_traceback.replace(false) {
        return Ok(());
    }
    let v = Value::from_gc(this);
    let class = vm.class_of(v);
    let text = format!("{} exception was never retrieved", vm.class_name(class));
    report(vm, this, &text, &[("exception", this.exception.get()), ("future", v)])
}

/// `loop.call_exception_handler` with a message and more.
pub fn report(vm: &mut Vm, this: Gc<Future>, text: &str, more: &[(&str, Value)]) -> PyResult<()> {
    let context = vm.dict_new()?;
    let text = Value::from_gc(vm.str(text)?);
    let source = this.source.get();
    let source = (!source.is_none()).then_some(("source_traceback", source));
    for (key, v) in [("message", text)].iter().chain(more).chain(&source) {
        let key = vm.intern(key);
        vm.dict_set_str(context, key, *v)?;
    }
    vm.call_method(this.event_loop.get(), "call_exception_handler", &[Value::from_gc(context)])?;
    Ok(())
}

/// This class is *almost* compatible with concurrent.futures.Future.
///
/// Differences:
///
/// - result() and exception() do not take a timeout argument and
///   raise an exception when the future isn't done yet.
///
/// - Callbacks registered with add_done_callback() are always called
///   via the event loop's call_soon_threadsafe().
///
/// - This class is not compatible with the wait() and as_completed()
///   methods in the concurrent.futures package.
#[py_type(name = "Future", module = "_asyncio", id = ids::ASYNC_FUTURE, subclassable, has_dict)]
impl Future {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        alloc(vm, cls)
    }
    #[method(sig = "($self, /, *, loop=None)")]
    fn __init__(vm: &mut Vm, v: Value, event_loop: Value) -> PyResult<()> {
        let this = receiver(vm, v)?;
        init(vm, this, event_loop)
    }
    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is raised.
    #[method]
    fn result(vm: &mut Vm, v: Value) -> PyResult {
        let this = match this(vm, v) {
            Ok(this) => this,
            Err(raised) => {
                vm.take_exception(raised);
                return Err(invalid_state(vm, "Future object is not initialized."));
            }
        };
        take_result(vm, this)
    }
    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    #[method]
    fn exception(vm: &mut Vm, v: Value) -> PyResult {
        let this = match this(vm, v) {
            Ok(this) => this,
            Err(raised) => {
                vm.take_exception(raised);
                return Err(invalid_state(vm, "Future object is not initialized."));
            }
        };
        match this.state.get() {
            State::Cancelled => Err(raise_cancelled(vm, this)),
            State::Pending => Err(invalid_state(vm, "Exception is not set.")),
            State::Finished => {
                retrieved(vm, this);
                Ok(this.exception.get())
            }
        }
    }
    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "($self, result, /)")]
    fn set_result(vm: &mut Vm, v: Value, result: Value) -> PyResult<()> {
        let this = this(vm, v)?;
        set_result(vm, this, result)
    }
    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "($self, exception, /)")]
    fn set_exception(vm: &mut Vm, v: Value, exception: Value) -> PyResult<()> {
        let this = this(vm, v)?;
        set_exception(vm, this, exception)
    }
    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object. If
    /// the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[method(sig = "($self, fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(vm: &mut Vm, v: Value, function: Value, context: Option<Value>) -> PyResult<()> {
        let this = this(vm, v)?;
        let context = match context {
            Some(context) => context,
            None => Value::from_gc(contextvars::copy_current(vm)?),
        };
        add_callback(vm, this, function, context)
    }
    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[method(sig = "($self, fn, /)")]
    fn remove_done_callback(vm: &mut Vm, v: Value, function: Value) -> PyResult<usize> {
        let this = this(vm, v)?;
        let mut first = 0;
        if let Some(own) = this.callback.get().bound()
            && vm.eq(own, function)?
        {
            put(vm, this, |f| &f.callback, Value::UNBOUND);
            put(vm, this, |f| &f.callback_context, Value::NONE);
            first = 1;
        }
        let Some(list) = vm.exact_list(this.callbacks.get()) else { return Ok(first) };
        // Comparing may change the list.
        let (all, kept) = (vm.collect(Value::from_gc(list))?, vm.list_new()?);
        for pair in all.iter() {
            let own = pair.exact::<Tuple>().and_then(|pair| pair.items().first().copied());
            if !vm.eq(own.unwrap_or(Value::NONE), function)? {
                vm.list_push(kept, *pair)?;
            }
        }
        let removed = all.len() - kept.len();
        if removed > 0 && this.callbacks.get() == Value::from_gc(list) {
            let rest = if kept.is_empty() { Value::NONE } else { Value::from_gc(kept) };
            put(vm, this, |f| &f.callbacks, rest);
        }
        Ok(first + removed)
    }
    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.  Otherwise,
    /// change the future's state to cancelled, schedule the callbacks and
    /// return True.
    #[method(sig = "($self, /, msg=None)")]
    fn cancel(vm: &mut Vm, v: Value, msg: Value) -> PyResult<bool> {
        let this = this(vm, v)?;
        cancel(vm, this, msg)
    }
    /// Return True if the future was cancelled.
    #[method]
    fn cancelled(vm: &mut Vm, v: Value) -> PyResult<bool> {
        Ok(receiver(vm, v)?.state.get() == State::Cancelled)
    }
    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that the
    /// future was cancelled.
    #[method]
    fn done(vm: &mut Vm, v: Value) -> PyResult<bool> {
        Ok(receiver(vm, v)?.state.get() != State::Pending)
    }
    /// Return the event loop the Future is bound to.
    #[method]
    fn get_loop(vm: &mut Vm, v: Value) -> PyResult {
        Ok(this(vm, v)?.event_loop.get())
    }
    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[method]
    fn _make_cancelled_error(vm: &mut Vm, v: Value) -> PyResult {
        let this = receiver(vm, v)?;
        cancelled_error(vm, this)
    }
    #[method]
    fn __iter__(vm: &mut Vm, v: Value) -> PyResult {
        this(vm, v)?;
        iter::make(vm, v)
    }
    #[method]
    fn __await__(vm: &mut Vm, v: Value) -> PyResult {
        this(vm, v)?;
        iter::make(vm, v)
    }
    #[method]
    fn __repr__(vm: &mut Vm, v: Value) -> PyResult {
        let repr = known(vm, "asyncio.base_futures", "_future_repr")?;
        vm.call(repr, &[v])
    }
    #[method]
    fn __del__(vm: &mut Vm, v: Value) -> PyResult<()> {
        let this = receiver(vm, v)?;
        report_unretrieved(vm, this)
    }
    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
    #[getter]
    fn _state(vm: &mut Vm, v: Value) -> PyResult<&'static str> {
        Ok(match receiver(vm, v)?.state.get() {
            State::Pending => "PENDING",
            State::Cancelled => "CANCELLED",
            State::Finished => "FINISHED",
        })
    }
    #[getter]
    fn _asyncio_future_blocking(vm: &mut Vm, v: Value) -> PyResult<bool> {
        let this = receiver(vm, v)?;
        Ok(!this.event_loop.get().is_unbound() && this.blocking.get())
    }
    #[setter(name = "_asyncio_future_blocking")]
    fn set_asyncio_future_blocking(vm: &mut Vm, v: Value, value: Option<Value>) -> PyResult<()> {
        let this = this(vm, v)?;
        let Some(value) = value else { return Err(vm.raise(Exc::AttributeError, "cannot delete attribute")) };
        let blocking = vm.truth(value)?;
        this.blocking.set(blocking);
        Ok(())
    }
    #[getter]
    fn _loop(vm: &mut Vm, v: Value) -> PyResult {
        Ok(receiver(vm, v)?.event_loop.get().bound().unwrap_or(Value::NONE))
    }
    #[getter]
    fn _callbacks(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        let others = vm.exact_list(this.callbacks.get());
        let Some(function) = this.callback.get().bound() else {
            return match others {
                // A copy: the list itself is the future's.
                Some(list) => vm.list_range(list, 0, list.len()).map(Value::from_gc),
                None => Ok(Value::NONE),
            };
        };
        let (all, pair) = (vm.list_new()?, vm.tuple(&[function, this.callback_context.get()])?);
        vm.list_push(all, Value::from_gc(pair))?;
        if let Some(others) = others {
            vm.list_extend(all, Value::from_gc(others))?;
        }
        Ok(Value::from_gc(all))
    }
    #[getter]
    fn _result(vm: &mut Vm, v: Value) -> PyResult {
        Ok(this(vm, v)?.result.get())
    }
    #[getter]
    fn _exception(vm: &mut Vm, v: Value) -> PyResult {
        Ok(this(vm, v)?.exception.get())
    }
    #[getter]
    fn _source_traceback(vm: &mut Vm, v: Value) -> PyResult {
        Ok(receiver(vm, v)?.source.get())
    }
    #[getter]
    fn _cancel_message(vm: &mut Vm, v: Value) -> PyResult {
        Ok(receiver(vm, v)?.message.get())
    }
    #[setter(name = "_cancel_message")]
    fn set_cancel_message(vm: &mut Vm, v: Value, value: Option<Value>) -> PyResult<()> {
        let this = receiver(vm, v)?;
        let Some(value) = value else { return Err(vm.raise(Exc::AttributeError, "cannot delete attribute")) };
        put(vm, this, |f| &f.message, value);
        Ok(())
    }
    #[getter]
    fn _log_traceback(vm: &mut Vm, v: Value) -> PyResult<bool> {
        Ok(this(vm, v)?.log_traceback.get())
    }
    #[setter(name = "_log_traceback")]
    fn set_log_traceback(vm: &mut Vm, v: Value, value: Option<Value>) -> PyResult<()> {
        let this = receiver(vm, v)?;
        let Some(value) = value else { return Err(vm.raise(Exc::AttributeError, "cannot delete attribute")) };
        if vm.truth(value)? {
            return Err(vm.value_error("_log_traceback can only be set to False"));
        }
        retrieved(vm, this);
        Ok(())
    }
    #[getter]
    fn _asyncio_awaited_by(vm: &mut Vm, v: Value) -> PyResult {
        let this = receiver(vm, v)?;
        let waiters = this.awaited_by.get();
        if waiters.is_none() {
            return Ok(Value::NONE);
        }
        let waiters = match vm.exact::<Set>(waiters) {
            Some(_) => waiters,
            None => Value::from_gc(vm.tuple(&[waiters])?),
        };
        let class = Value::from_gc(vm.builtin(ids::FROZENSET));
        vm.call(class, &[waiters])
    }
}

/// A name as the task keeps it: an exact str.
pub fn name_text(vm: &mut Vm, v: Value) -> PyResult {
    if vm.exact::<Str>(v).is_some() { Ok(v) } else { vm.to_str(v).map(Value::from_gc) }
}
