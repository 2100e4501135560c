//! Async generators and the awaitables that drive them: `__anext__()`, `asend()`, `athrow()`, `aclose()`.

use super::methods::{repr, set_text, thrown};
use super::{Generator, Resumed, State, cell, send, throw};
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Bits of a generator's header `aux`: one of its awaitables is under way; it was closed.
const RUNNING: u8 = 1;
const CLOSED: u8 = 2;
/// The hooks of `sys.set_asyncgen_hooks` know of it.
const HOOKED: u8 = 8;

/// Cell of a value that the body yielded, told apart from what it passes on while awaiting.
#[repr(C)]
pub struct Wrapped {
    pub header: Header,
    pub value: Field,
}

/// Where an awaitable stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Step {
    Initial = 0,
    Iterating,
    Finished,
}

/// Cell of `__anext__()` and `asend(v)` (id ASYNC_GEN_ASEND), `athrow(…)` and `aclose()` (id ASYNC_GEN_ATHROW).
#[repr(C)]
pub struct Awaitable {
    pub header: Header,
    pub generator: Field,
    /// Value to send or exception to throw; `UNBOUND` for `aclose()`.
    pub input: Field,
    step: Cell<Step>,
}

macro_rules! traced {
    ($t:ty, $id:expr, $($field:ident),*) => {
        // SAFETY: the trace function names every reference of the struct.
        unsafe impl Layout for $t {
            const ID: ShapeId = $id;
            const KIND: CellKind = CellKind::new({
                unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
                    // SAFETY: called by the collector for cells of this layout.
                    let this = unsafe { cell.cast::<$t>().as_ref() };
                    $(t.value(this.$field.get());)*
                }
                trace
            });
        }
    };
}
traced!(Wrapped, ids::ASYNC_GEN_WRAPPED, value);
traced!(Awaitable, ids::ASYNC_GEN_ASEND, generator, input);

/// Wraps a yielded value.
pub fn wrap_async(vm: &mut Vm, v: Value) -> PyResult {
    let w = vm.alloc::<Wrapped>(ids::ASYNC_GEN_WRAPPED)?;
    w.value.init(v);
    Ok(Value::from_gc(w))
}

fn awaitable(vm: &mut Vm, id: ShapeId, generator: Value, input: Value) -> PyResult {
    let a = vm.alloc::<Awaitable>(id)?;
    a.step.set(Step::Initial);
    a.generator.init(generator);
    a.input.init(input);
    Ok(Value::from_gc(a))
}

/// The receiver of a method of either awaitable type.
fn this_of(v: Value) -> Gc<Awaitable> {
    // SAFETY: the binder has checked the class; both types share the layout.
    unsafe { Gc::from_header(v.as_header().expect("awaitables are cells")) }
}

fn set_bits(g: Gc<Generator>, bits: u8) {
    g.header.aux.set(g.header.aux.get() | bits);
}

fn clear_running(g: Gc<Generator>) {
    g.header.aux.set(g.header.aux.get() & !RUNNING);
}

fn has(g: Gc<Generator>, bit: u8) -> bool {
    g.header.aux.get() & bit != 0
}

/// On first use: notes the finalizer hook and tells the other one.
fn init_hooks(vm: &mut Vm, this: Value) -> PyResult<()> {
    let g = cell(this);
    if has(g, HOOKED) {
        return Ok(());
    }
    set_bits(g, HOOKED);
    g.origin.set(&mut vm.heap, g.header(), vm.hooks.asyncgen_finalizer);
    let first = vm.hooks.asyncgen_firstiter;
    if !first.is_none() {
        vm.call(first, &[this])?;
    }
    Ok(())
}

/// `__anext__()` of an async generator: an awaitable that is its own iterator.
pub fn anext_of(vm: &mut Vm, this: Value) -> PyResult {
    init_hooks(vm, this)?;
    awaitable(vm, ids::ASYNC_GEN_ASEND, this, Value::NONE)
}

/// What a step of the body means for the awaitable: a yielded value is what it returns, anything else is passed on.
/// `None`: the body has ended.
fn finish_step(
    vm: &mut Vm,
    a: Gc<Awaitable>,
    g: Gc<Generator>,
    result: PyResult<Resumed>,
) -> PyResult<Option<Resumed>> {
    match result {
        Ok(Resumed::Yielded(v)) => match vm.exact::<Wrapped>(v) {
            Some(wrapped) => {
                clear_running(g);
                a.step.set(Step::Finished);
                Ok(Some(Resumed::Returned(wrapped.value.get())))
            }
            None => Ok(Some(Resumed::Yielded(v))),
        },
        Ok(Resumed::Returned(_)) => {
            clear_running(g);
            set_bits(g, CLOSED);
            a.step.set(Step::Finished);
            Ok(None)
        }
        Err(raised) => {
            let exc = vm.ctx.exception;
            if vm.exception_matches(exc, Exc::StopAsyncIteration)
                || vm.exception_matches(exc, Exc::GeneratorExit)
            {
                set_bits(g, CLOSED);
            }
            clear_running(g);
            a.step.set(Step::Finished);
            Err(raised)
        }
    }
}

/// As a Python call: what it returns comes by StopIteration, the end of the body by StopAsyncIteration.
fn outcome(vm: &mut Vm, a: Gc<Awaitable>, g: Gc<Generator>, result: PyResult<Resumed>) -> PyResult {
    let step = finish_step(vm, a, g, result);
    as_exceptions(vm, step)
}

fn as_exceptions(vm: &mut Vm, step: PyResult<Option<Resumed>>) -> PyResult {
    match step? {
        Some(Resumed::Yielded(v)) => Ok(v),
        Some(Resumed::Returned(v)) => Err(vm.raise_with(Exc::StopIteration, &[v])),
        None => Err(vm.raise_with(Exc::StopAsyncIteration, &[])),
    }
}

#[cold]
fn reused(vm: &mut Vm, what: &str) -> Raised {
    vm.runtime_error(format!("cannot reuse already awaited {what}"))
}

fn asend_send(vm: &mut Vm, this: Value, arg: Value) -> PyResult {
    let step = asend_step(vm, this, arg);
    as_exceptions(vm, step)
}

/// `send(arg)` of an `__anext__()` or `asend(v)`, without exceptions for what it returns or for the end of the body (`None`).
pub fn asend_step(vm: &mut Vm, this: Value, arg: Value) -> PyResult<Option<Resumed>> {
    let a = this_of(this);
    let g = cell(a.generator.get());
    let mut arg = arg;
    match a.step.get() {
        Step::Finished => return Err(reused(vm, "__anext__()/asend()")),
        Step::Initial => {
            if has(g, RUNNING) {
                a.step.set(Step::Finished);
                return Err(vm.runtime_error("anext(): asynchronous generator is already running"));
            }
            if arg.is_none() {
                arg = a.input.get();
            }
            a.step.set(Step::Iterating);
            set_bits(g, RUNNING);
        }
        Step::Iterating => {}
    }
    if g.state.get() == State::Done {
        return finish_step(vm, a, g, Ok(Resumed::Returned(Value::NONE)));
    }
    let result = send(vm, g, arg);
    finish_step(vm, a, g, result)
}

fn asend_throw(vm: &mut Vm, this: Value, exc: Value) -> PyResult {
    let a = this_of(this);
    let g = cell(a.generator.get());
    match a.step.get() {
        Step::Finished => return Err(reused(vm, "__anext__()/asend()")),
        Step::Initial => {
            if has(g, RUNNING) {
                a.step.set(Step::Finished);
                return Err(vm.runtime_error("anext(): asynchronous generator is already running"));
            }
            a.step.set(Step::Iterating);
            set_bits(g, RUNNING);
        }
        Step::Iterating => {}
    }
    let result = throw(vm, g, exc);
    outcome(vm, a, g, result)
}

/// A step of `aclose()`: the end of the body, by whatever way is meant for it, ends the awaitable quietly.
fn close_outcome(vm: &mut Vm, a: Gc<Awaitable>, g: Gc<Generator>, result: PyResult<Resumed>) -> PyResult {
    match result {
        Ok(Resumed::Yielded(v)) if vm.exact::<Wrapped>(v).is_some() => {
            clear_running(g);
            a.step.set(Step::Finished);
            Err(vm.runtime_error("async generator ignored GeneratorExit"))
        }
        Ok(Resumed::Yielded(v)) => Ok(v),
        Ok(Resumed::Returned(_)) => {
            clear_running(g);
            a.step.set(Step::Finished);
            Err(vm.stop_iteration(Value::NONE))
        }
        Err(raised) => {
            clear_running(g);
            a.step.set(Step::Finished);
            let exc = vm.ctx.exception;
            if vm.exception_matches(exc, Exc::StopAsyncIteration)
                || vm.exception_matches(exc, Exc::GeneratorExit)
            {
                vm.take_exception(raised);
                return Err(vm.stop_iteration(Value::NONE));
            }
            Err(raised)
        }
    }
}

fn athrow_send(vm: &mut Vm, this: Value, arg: Value) -> PyResult {
    let a = this_of(this);
    let g = cell(a.generator.get());
    let closing = a.input.get().is_unbound();
    let name = if closing { "aclose()" } else { "athrow()" };
    match a.step.get() {
        Step::Finished => Err(reused(vm, "aclose()/athrow()")),
        Step::Initial => {
            if has(g, RUNNING) {
                a.step.set(Step::Finished);
                return Err(vm.runtime_error(format!("{name}: asynchronous generator is already running")));
            }
            if g.state.get() == State::Done {
                a.step.set(Step::Finished);
                return Err(vm.stop_iteration(Value::NONE));
            }
            if has(g, CLOSED) {
                a.step.set(Step::Finished);
                return Err(vm.raise_with(Exc::StopAsyncIteration, &[]));
            }
            if !arg.is_none() {
                return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
            }
            a.step.set(Step::Iterating);
            set_bits(g, RUNNING);
            if closing {
                set_bits(g, CLOSED);
                let exit = vm.make_exception(vm.exc_class(Exc::GeneratorExit), &[])?;
                let result = throw(vm, g, Value::from_gc(exit));
                return close_outcome(vm, a, g, result);
            }
            let result = throw(vm, g, a.input.get());
            outcome(vm, a, g, result)
        }
        Step::Iterating => {
            let result = send(vm, g, arg);
            if closing { close_outcome(vm, a, g, result) } else { outcome(vm, a, g, result) }
        }
    }
}

fn athrow_throw(vm: &mut Vm, this: Value, exc: Value) -> PyResult {
    let a = this_of(this);
    let g = cell(a.generator.get());
    if a.step.get() == Step::Finished {
        return Err(reused(vm, "aclose()/athrow()"));
    }
    a.step.set(Step::Iterating);
    set_bits(g, RUNNING);
    let result = throw(vm, g, exc);
    if a.input.get().is_unbound() { close_outcome(vm, a, g, result) } else { outcome(vm, a, g, result) }
}

/// `close()` of an awaitable that may be under way: GeneratorExit inside.
fn close_step(vm: &mut Vm, this: Value, throw_step: fn(&mut Vm, Value, Value) -> PyResult) -> PyResult<()> {
    if this_of(this).step.get() == Step::Finished {
        return Ok(());
    }
    let exit = vm.make_exception(vm.exc_class(Exc::GeneratorExit), &[])?;
    match throw_step(vm, this, Value::from_gc(exit)) {
        Ok(_) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Err(raised) => {
            let exc = vm.ctx.exception;
            let ends = [Exc::StopIteration, Exc::StopAsyncIteration, Exc::GeneratorExit];
            if ends.into_iter().any(|e| vm.exception_matches(exc, e)) {
                vm.take_exception(raised);
                return Ok(());
            }
            Err(raised)
        }
    }
}

pub struct AsyncGeneratorMethods;

#[py_type(name = "async_generator", id = ids::ASYNC_GENERATOR, payload = Generator)]
impl AsyncGeneratorMethods {
    #[method]
    fn __aiter__(_vm: &mut Vm, this: Value) -> Value {
        this
    }

    #[method]
    fn __anext__(vm: &mut Vm, this: Value) -> PyResult {
        anext_of(vm, this)
    }

    /// asend(v) -> send 'v' in generator.
    #[method(sig = "($self, value, /)")]
    fn asend(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        init_hooks(vm, this)?;
        awaitable(vm, ids::ASYNC_GEN_ASEND, this, value)
    }

    /// Raise exception in generator.
    #[method(sig = "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)")]
    fn athrow(vm: &mut Vm, this: Value, kind: Value, value: Option<Value>, tb: Option<Value>) -> PyResult {
        init_hooks(vm, this)?;
        let exc = thrown(vm, "athrow", kind, value, tb)?;
        awaitable(vm, ids::ASYNC_GEN_ATHROW, this, exc)
    }

    /// aclose() -> raise GeneratorExit inside generator.
    #[method(sig = "($self, /)")]
    fn aclose(vm: &mut Vm, this: Value) -> PyResult {
        init_hooks(vm, this)?;
        awaitable(vm, ids::ASYNC_GEN_ATHROW, this, Value::UNBOUND)
    }

    #[method]
    fn __del__(vm: &mut Vm, this: Value) {
        super::finalize(vm, this);
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<String> {
        repr(vm, this, "async_generator")
    }

    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, item: Value) -> PyResult {
        crate::types::class_getitem::class_getitem(vm, cls, item)
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Value) -> Value {
        cell(this).name.get()
    }

    #[setter(name = "__name__")]
    fn set_name(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
        let v = set_text(vm, value, "__name__")?;
        cell(this).name.set(&mut vm.heap, cell(this).header(), v);
        Ok(())
    }

    #[getter]
    fn __qualname__(_vm: &mut Vm, this: Value) -> Value {
        cell(this).qualname.get()
    }

    #[setter(name = "__qualname__")]
    fn set_qualname(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
        let v = set_text(vm, value, "__qualname__")?;
        cell(this).qualname.set(&mut vm.heap, cell(this).header(), v);
        Ok(())
    }

    #[getter]
    fn ag_frame(vm: &mut Vm, this: Value) -> PyResult {
        crate::types::frame::of_generator(vm, cell(this))
    }

    #[getter]
    fn ag_running(_vm: &mut Vm, this: Value) -> bool {
        has(cell(this), RUNNING)
    }

    #[getter]
    fn ag_suspended(_vm: &mut Vm, this: Value) -> bool {
        cell(this).state.get() == State::Suspended
    }

    #[getter]
    fn ag_code(_vm: &mut Vm, this: Value) -> Value {
        cell(this).code.get()
    }

    /// object being awaited on, or None
    #[getter]
    fn ag_await(_vm: &mut Vm, this: Value) -> Value {
        cell(this).delegate()
    }
}

macro_rules! awaitable_type {
    ($name:ident, $py:tt, $id:expr, $send:ident, $throw:ident) => {
        pub struct $name;

        #[py_type(name = $py, id = $id, payload = Awaitable)]
        impl $name {
            #[method]
            fn __await__(_vm: &mut Vm, this: Value) -> Value {
                this
            }

            #[method]
            fn __iter__(_vm: &mut Vm, this: Value) -> Value {
                this
            }

            #[method]
            fn __next__(vm: &mut Vm, this: Value) -> PyResult {
                $send(vm, this, Value::NONE)
            }

            #[method(sig = "($self, value, /)")]
            fn send(vm: &mut Vm, this: Value, value: Value) -> PyResult {
                $send(vm, this, value)
            }

            #[method(sig = "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)")]
            fn throw(
                vm: &mut Vm,
                this: Value,
                kind: Value,
                value: Option<Value>,
                tb: Option<Value>,
            ) -> PyResult {
                let exc = thrown(vm, "throw", kind, value, tb)?;
                $throw(vm, this, exc)
            }

            #[method(sig = "($self, /)")]
            fn close(vm: &mut Vm, this: Value) -> PyResult<()> {
                close_step(vm, this, $throw)
            }
        }
    };
}

awaitable_type!(AsendMethods, "async_generator_asend", ids::ASYNC_GEN_ASEND, asend_send, asend_throw);
awaitable_type!(AthrowMethods, "async_generator_athrow", ids::ASYNC_GEN_ATHROW, athrow_send, athrow_throw);
