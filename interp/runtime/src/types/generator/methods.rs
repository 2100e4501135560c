//! The Python types `generator` and `coroutine`.

use super::{Generator, State, as_call, call_result, cell, close, send, throw};
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::types::exception::Exception;
use crate::types::object::address;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// `throw(type[, value[, tb]])`: the exception instance to raise.
pub fn thrown(vm: &mut Vm, method: &str, kind: Value, value: Option<Value>, tb: Option<Value>) -> PyResult {
    if value.is_some() {
        let text = format!(
            "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
        );
        vm.warn(Exc::DeprecationWarning, text, 1)?;
    }
    let tb = tb.filter(|v| !v.is_none());
    if let Some(tb) = tb
        && vm.exact::<Traceback>(tb).is_none()
    {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    let value = value.filter(|v| !v.is_none());
    let base = vm.exc_class(Exc::BaseException);
    let exc = if vm.as_class(kind).is_some_and(|class| class.is_subtype(base)) {
        match value {
            Some(v) if vm.is_instance(v, kind)? => v,
            Some(v) => match vm.downcast::<crate::types::tuple::Tuple>(v) {
                Some(args) => vm.call(kind, args.items())?,
                None => vm.call(kind, &[v])?,
            },
            None => vm.call(kind, &[])?,
        }
    } else if vm.downcast::<Exception>(kind).is_some() {
        if value.is_some() {
            return Err(vm.type_error("instance exception may not have a separate value"));
        }
        kind
    } else {
        let got = vm.type_name(kind);
        let text = format!("exceptions must be classes or instances deriving from BaseException, not {got}");
        return Err(vm.type_error(text));
    };
    if let (Some(e), Some(tb)) = (vm.downcast::<Exception>(exc), tb) {
        e.traceback.set(&mut vm.heap, e.header(), tb);
    }
    if vm.downcast::<Exception>(exc).is_none() {
        let (class, got) = (vm.repr(kind)?.to_message(), vm.type_name(exc));
        let text = format!("calling {class} should have returned an instance of BaseException, not {got}");
        return Err(vm.type_error(text));
    }
    Ok(exc)
}

/// The receiver of a generator-like type's method.
fn this_cell(vm: &mut Vm, v: Value) -> PyResult<Gc<Generator>> {
    if super::is_generator_like(v) { Ok(cell(v)) } else { Err(vm.type_error("not a generator")) }
}

pub(super) fn repr(vm: &mut Vm, this: Value, kind: &str) -> PyResult<String> {
    let name = vm.to_str(cell(this).qualname.get())?.to_message();
    Ok(format!("<{kind} object {name} at {:#x}>", address(this)))
}

pub(super) fn set_text(vm: &mut Vm, value: Option<Value>, what: &str) -> PyResult {
    match value {
        Some(v) if vm.downcast::<Str>(v).is_some() => Ok(v),
        _ => Err(vm.type_error(format!("{what} must be set to a string object"))),
    }
}

/// `send` as a Python method: a return becomes StopIteration.
fn send_call(vm: &mut Vm, this: Value, v: Value) -> PyResult {
    let g = this_cell(vm, this)?;
    let resumed = send(vm, g, v);
    call_result(vm, resumed)
}

fn throw_call(vm: &mut Vm, this: Value, kind: Value, value: Option<Value>, tb: Option<Value>) -> PyResult {
    let g = this_cell(vm, this)?;
    let exc = thrown(vm, "throw", kind, value, tb)?;
    let resumed = throw(vm, g, exc)?;
    as_call(vm, resumed)
}

fn yield_from(this: Value) -> Value {
    cell(this).delegate()
}

pub struct GeneratorMethods;

#[py_type(name = "generator", id = ids::GENERATOR, payload = Generator)]
impl GeneratorMethods {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(vm: &mut Vm, this: Value) -> PyResult {
        send_call(vm, this, Value::NONE)
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method(sig = "($self, value, /)")]
    fn send(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        send_call(vm, this, value)
    }

    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method(sig = "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)")]
    fn throw(vm: &mut Vm, this: Value, kind: Value, value: Option<Value>, tb: Option<Value>) -> PyResult {
        throw_call(vm, this, kind, value, tb)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(sig = "($self, /)")]
    fn close(vm: &mut Vm, this: Value) -> PyResult {
        let g = this_cell(vm, this)?;
        close(vm, g)
    }

    #[method]
    fn __del__(vm: &mut Vm, this: Value) -> PyResult<()> {
        this_cell(vm, this)?;
        super::finalize(vm, this);
        Ok(())
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<String> {
        repr(vm, this, "generator")
    }

    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<crate::object::Type>, item: Value) -> PyResult {
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
    fn gi_frame(vm: &mut Vm, this: Value) -> PyResult {
        crate::types::frame::of_generator(vm, cell(this))
    }

    #[getter]
    fn gi_running(_vm: &mut Vm, this: Value) -> bool {
        cell(this).state.get() == State::Running
    }

    #[getter]
    fn gi_suspended(_vm: &mut Vm, this: Value) -> bool {
        cell(this).state.get() == State::Suspended
    }

    #[getter]
    fn gi_code(_vm: &mut Vm, this: Value) -> Value {
        cell(this).code.get()
    }

    /// object being iterated by yield from, or None
    #[getter]
    fn gi_yieldfrom(_vm: &mut Vm, this: Value) -> Value {
        yield_from(this)
    }
}

pub struct CoroutineMethods;

#[py_type(name = "coroutine", id = ids::COROUTINE, payload = Generator)]
impl CoroutineMethods {
    #[method]
    fn __await__(vm: &mut Vm, this: Value) -> PyResult {
        let w = vm.alloc::<CoroutineWrapper>(ids::COROUTINE_WRAPPER)?;
        w.coroutine.init(this);
        Ok(Value::from_gc(w))
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method(sig = "($self, value, /)")]
    fn send(vm: &mut Vm, this: Value, value: Value) -> PyResult {
        send_call(vm, this, value)
    }

    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[method(sig = "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)")]
    fn throw(vm: &mut Vm, this: Value, kind: Value, value: Option<Value>, tb: Option<Value>) -> PyResult {
        throw_call(vm, this, kind, value, tb)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method(sig = "($self, /)")]
    fn close(vm: &mut Vm, this: Value) -> PyResult {
        let g = this_cell(vm, this)?;
        close(vm, g)
    }

    #[method]
    fn __del__(vm: &mut Vm, this: Value) -> PyResult<()> {
        this_cell(vm, this)?;
        super::finalize(vm, this);
        Ok(())
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<String> {
        repr(vm, this, "coroutine")
    }

    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<crate::object::Type>, item: Value) -> PyResult {
        crate::types::class_getitem::class_getitem(vm, cls, item)
    }

    /// name of the coroutine
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

    /// qualified name of the coroutine
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
    fn cr_frame(vm: &mut Vm, this: Value) -> PyResult {
        crate::types::frame::of_generator(vm, cell(this))
    }

    #[getter]
    fn cr_running(_vm: &mut Vm, this: Value) -> bool {
        cell(this).state.get() == State::Running
    }

    #[getter]
    fn cr_suspended(_vm: &mut Vm, this: Value) -> bool {
        cell(this).state.get() == State::Suspended
    }

    #[getter]
    fn cr_code(_vm: &mut Vm, this: Value) -> Value {
        cell(this).code.get()
    }

    /// object being awaited on, or None
    #[getter]
    fn cr_await(_vm: &mut Vm, this: Value) -> Value {
        yield_from(this)
    }

    #[getter]
    fn cr_origin(_vm: &mut Vm, this: Value) -> Value {
        cell(this).origin.get()
    }
}

/// Cell of what a coroutine's `__await__` gives: an iterator that drives it.
#[repr(C)]
pub struct CoroutineWrapper {
    pub header: Header,
    pub coroutine: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    t.value(unsafe { cell.cast::<CoroutineWrapper>().as_ref() }.coroutine.get());
}

// SAFETY: `trace` names the one reference.
unsafe impl Layout for CoroutineWrapper {
    const ID: ShapeId = ids::COROUTINE_WRAPPER;
    const KIND: CellKind = CellKind::new(trace);
}

/// A wrapper object implementing __await__ for coroutines.
#[py_type(name = "coroutine_wrapper", id = ids::COROUTINE_WRAPPER)]
impl CoroutineWrapper {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(vm: &mut Vm, this: Gc<CoroutineWrapper>) -> PyResult {
        send_call(vm, this.coroutine.get(), Value::NONE)
    }

    #[method(sig = "($self, value, /)")]
    fn send(vm: &mut Vm, this: Gc<CoroutineWrapper>, value: Value) -> PyResult {
        send_call(vm, this.coroutine.get(), value)
    }

    #[method(sig = "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)")]
    fn throw(
        vm: &mut Vm,
        this: Gc<CoroutineWrapper>,
        kind: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult {
        throw_call(vm, this.coroutine.get(), kind, value, tb)
    }

    #[method(sig = "($self, /)")]
    fn close(vm: &mut Vm, this: Gc<CoroutineWrapper>) -> PyResult {
        let g = this_cell(vm, this.coroutine.get())?;
        close(vm, g)
    }
}
