//! The steps of a task: running its coroutine to where it waits next, and what that means.

use super::future::{self, Future, State};
use super::wrapper::{self, Does};
use super::{call_soon, invalid_state, known, put, registry, task};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Special, ids};
use habu_runtime::types::generator::{self, Resumed};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm, id_of};

/// Has the loop make the task's next step, throwing an exception (or `None`).
pub fn soon(vm: &mut Vm, this: Gc<Future>, exc: Value) -> PyResult<()> {
    let call = wrapper::make(vm, Value::from_gc(this), exc, Does::Step)?;
    call_soon(vm, this.event_loop.get(), call, None, this.context.get())
}

/// Does `after`, whatever came before; what was raised first counts, as the other's context.
pub fn then(vm: &mut Vm, result: PyResult<()>, after: impl FnOnce(&mut Vm) -> PyResult<()>) -> PyResult<()> {
    match result {
        Ok(()) => after(vm),
        Err(raised) => {
            let exc = vm.take_exception(raised);
            match after(vm) {
                Ok(()) => Err(vm.raise_again(exc)),
                Err(other) => Err(other),
            }
        }
    }
}

/// A step, as the loop calls it.
pub fn step(vm: &mut Vm, this: Gc<Future>, exc: Value) -> PyResult<()> {
    let (v, event_loop) = (Value::from_gc(this), this.event_loop.get());
    registry::enter(vm, event_loop, v)?;
    let result = run(vm, this, exc);
    then(vm, result, |vm| registry::leave(vm, event_loop, v))
}

/// The future that the task waits for has ended.
pub fn wakeup(vm: &mut Vm, this: Gc<Future>, fut: Value) -> PyResult<()> {
    future::discard_awaited_by(vm, fut, Value::from_gc(this))?;
    let result = match future::exact(vm, fut)? {
        Some(fut) => future::take_result(vm, fut),
        None => vm.call_method(fut, "result", &[]),
    };
    let exc = match result {
        Ok(_) => Value::NONE,
        Err(raised) => vm.take_exception(raised),
    };
    step(vm, this, exc)
}

/// How far the coroutine has come.
fn resume(vm: &mut Vm, coro: Value, exc: Value) -> PyResult<Resumed> {
    let own = matches!(id_of(coro), ids::COROUTINE | ids::GENERATOR);
    let result = match (exc.is_none(), own) {
        (true, true) => return generator::send(vm, generator::cell(coro), Value::NONE),
        (false, true) => return generator::throw(vm, generator::cell(coro), exc),
        (true, false) if vm.lookup_special(coro, Special::Next).is_some() => {
            return generator::send_to(vm, coro, Value::NONE);
        }
        (true, false) => vm.call_method(coro, "send", &[Value::NONE]),
        (false, false) => vm.call_method(coro, "throw", &[exc]),
    };
    match result {
        Ok(v) => Ok(Resumed::Yielded(v)),
        Err(raised) => {
            let exc = vm.ctx.exception;
            if !vm.exception_matches(exc, Exc::StopIteration) {
                return Err(raised);
            }
            let exc = vm.take_exception(raised);
            vm.get_attr_str(exc, "value").map(Resumed::Returned)
        }
    }
}

/// Runs the coroutine on.
pub fn run(vm: &mut Vm, this: Gc<Future>, exc: Value) -> PyResult<()> {
    let v = Value::from_gc(this);
    if this.state.get() != State::Pending {
        let (task, exc) = (vm.repr(v)?.to_message(), vm.repr(exc)?.to_message());
        return Err(invalid_state(vm, &format!("__step(): already done: {task} {exc}")));
    }
    let mut exc = exc;
    if this.must_cancel.get() {
        let cancelled = known(vm, "asyncio.exceptions", "CancelledError")?;
        if exc.is_none() || !vm.is_instance(exc, cancelled)? {
            exc = future::cancelled_error(vm, this)?;
        }
        this.must_cancel.set(false);
    }
    put(vm, this, |f| &f.waiter, Value::NONE);
    let coro = this.coro.get();
    if coro.is_none() {
        return Err(vm.runtime_error("uninitialized Task object"));
    }
    match resume(vm, coro, exc) {
        Ok(Resumed::Yielded(v)) => waits(vm, this, v),
        Ok(Resumed::Returned(result)) => {
            if this.must_cancel.replace(false) {
                future::cancel(vm, this, this.message.get()).map(|_| ())
            } else {
                future::set_result(vm, this, result)
            }
        }
        Err(raised) => {
            let exc = vm.take_exception(raised);
            let cancelled = known(vm, "asyncio.exceptions", "CancelledError")?;
            if vm.is_instance(exc, cancelled)? {
                put(vm, this, |f| &f.cancelled, exc);
                return future::cancel(vm, this, Value::NONE).map(|_| ());
            }
            future::set_exception(vm, this, exc)?;
            if vm.exception_matches(exc, Exc::KeyboardInterrupt) || vm.exception_matches(exc, Exc::SystemExit)
            {
                return Err(vm.raise_again(exc));
            }
            Ok(())
        }
    }
}

/// Throws a RuntimeError into the coroutine at its next step.
fn fail_soon(vm: &mut Vm, this: Gc<Future>, text: &str) -> PyResult<()> {
    let text = Value::from_gc(vm.str(text)?);
    let class = vm.exc_class(Exc::RuntimeError);
    let exc = Value::from_gc(vm.make_exception(class, &[text])?);
    soon(vm, this, exc)
}

/// `other.cancel(msg=message)`
pub fn cancel_other(vm: &mut Vm, other: Value, message: Value) -> PyResult<bool> {
    if let Some(fut) = future::exact(vm, other)? {
        return match future::task_of(vm, other) {
            Some(other) => task::cancel(vm, other, message),
            None => future::cancel(vm, fut, message),
        };
    }
    let (name, key) = (vm.intern("cancel"), vm.intern("msg"));
    let method = vm.get_attr(other, name)?;
    let answer = vm.call_kw(method, &[], &[(key, message)])?;
    vm.truth(answer)
}

/// The coroutine has yielded `v`: a future that it waits for, or nothing.
fn waits(vm: &mut Vm, this: Gc<Future>, v: Value) -> PyResult<()> {
    let task = Value::from_gc(this);
    if v == task {
        let shown = vm.repr(task)?.to_message();
        return fail_soon(vm, this, &format!("Task cannot await on itself: {shown}"));
    }
    let own = future::exact(vm, v)?;
    let blocking = match own {
        Some(fut) => Some(fut.blocking.get()),
        None if v.is_none() => return soon(vm, this, Value::NONE),
        None => {
            let name = vm.intern("_asyncio_future_blocking");
            match vm.get_attr_opt(v, name)?.filter(|b| !b.is_none()) {
                Some(blocking) => Some(vm.truth(blocking)?),
                None => None,
            }
        }
    };
    let Some(blocking) = blocking else {
        let shown = vm.repr(v)?.to_message();
        if id_of(v) == ids::GENERATOR {
            let task = vm.repr(task)?.to_message();
            let text =
                format!("yield was used instead of yield from for generator in task {task} with {shown}");
            return fail_soon(vm, this, &text);
        }
        return fail_soon(vm, this, &format!("Task got bad yield: {shown}"));
    };
    if future::loop_of(vm, v)? != this.event_loop.get() {
        let (task, fut) = (vm.repr(task)?.to_message(), vm.repr(v)?.to_message());
        return fail_soon(vm, this, &format!("Task {task} got Future {fut} attached to a different loop"));
    }
    if !blocking {
        let (task, fut) = (vm.repr(task)?.to_message(), vm.repr(v)?.to_message());
        let text = format!("yield was used instead of yield from in task {task} with {fut}");
        return fail_soon(vm, this, &text);
    }
    future::add_awaited_by(vm, v, task)?;
    let wakeup = wrapper::make(vm, task, Value::NONE, Does::Wakeup)?;
    match own {
        Some(fut) => {
            fut.blocking.set(false);
            future::add_callback(vm, fut, wakeup, this.context.get())?;
        }
        None => {
            let name = vm.intern("_asyncio_future_blocking");
            vm.set_attr(v, name, Value::FALSE)?;
            let (name, key) = (vm.intern("add_done_callback"), vm.intern("context"));
            let method = vm.get_attr(v, name)?;
            vm.call_kw(method, &[wakeup], &[(key, this.context.get())])?;
        }
    }
    put(vm, this, |f| &f.waiter, v);
    if this.must_cancel.get() && cancel_other(vm, v, this.message.get())? {
        this.must_cancel.set(false);
    }
    Ok(())
}
