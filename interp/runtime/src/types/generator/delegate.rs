//! Delegation: `yield from`, `await`, `async for`.

use super::async_gen::{anext_of, asend_step};
use super::{Resumed, as_call, cell, close, is_generator_like, send, throw};
use crate::object::{Special, ids};
use crate::types::code::call_flags;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};

/// `R.send(v)` on a delegate: generators directly, others through `__next__` or `send`.
pub fn send_to(vm: &mut Vm, it: Value, v: Value) -> PyResult<Resumed> {
    if matches!(id_of(it), ids::GENERATOR | ids::COROUTINE) {
        return send(vm, cell(it), v);
    }
    if id_of(it) == ids::ASYNC_GEN_ASEND {
        return match asend_step(vm, it, v)? {
            Some(resumed) => Ok(resumed),
            None => Err(vm.raise_with(Exc::StopAsyncIteration, &[])),
        };
    }
    if v.is_none()
        && let Some(item) = crate::types::known::next_known(vm, it)
    {
        return Ok(match item? {
            Some(v) => Resumed::Yielded(v),
            None => Resumed::Returned(Value::NONE),
        });
    }
    let result = if v.is_none() {
        match vm.lookup_special(it, Special::Next) {
            Some(f) => vm.call_found(f, it, &[]),
            None => {
                let name = vm.type_name(it);
                Err(vm.type_error(format!("'{name}' object is not an iterator")))
            }
        }
    } else {
        vm.call_method(it, "send", &[v])
    };
    returned(vm, result)
}

/// A call's StopIteration as a return.
fn returned(vm: &mut Vm, result: PyResult) -> PyResult<Resumed> {
    match result {
        Ok(v) => Ok(Resumed::Yielded(v)),
        Err(raised) => {
            let exc = vm.ctx.exception;
            if !vm.exception_matches(exc, Exc::StopIteration) {
                return Err(raised);
            }
            vm.take_exception(raised);
            let name = vm.names.value;
            let v = vm.get_attr_opt(exc, name)?.unwrap_or(Value::NONE);
            Ok(Resumed::Returned(v))
        }
    }
}

/// An exception thrown into a delegating frame: closes the delegate on GeneratorExit, else throws into it.
pub fn throw_to(vm: &mut Vm, it: Value, exc: Value) -> PyResult<Resumed> {
    if vm.exception_matches(exc, Exc::GeneratorExit) {
        if is_generator_like(it) {
            close(vm, cell(it))?;
        } else {
            // Failing to get at `close` is reported only: the delegating body goes on with GeneratorExit.
            let name = vm.names.close;
            match vm.get_attr_opt(it, name) {
                Ok(Some(f)) => {
                    vm.call(f, &[])?;
                }
                Ok(None) => {}
                Err(raised) => {
                    let other = vm.take_exception(raised);
                    vm.unraisable(other, "Exception ignored while closing generator", it);
                }
            }
        }
        return Err(vm.raise_again(exc));
    }
    if matches!(id_of(it), ids::GENERATOR | ids::COROUTINE) {
        return throw(vm, cell(it), exc);
    }
    let name = vm.names.throw;
    match vm.get_attr_opt(it, name)? {
        Some(f) => {
            let result = vm.call(f, &[exc]);
            returned(vm, result)
        }
        None => Err(vm.raise_again(exc)),
    }
}

/// The iterator of `yield from v`.
pub fn yield_from_iter(vm: &mut Vm, v: Value, flags: u32) -> PyResult {
    match id_of(v) {
        ids::GENERATOR => Ok(v),
        ids::COROUTINE => {
            if flags & (call_flags::COROUTINE | call_flags::ITERABLE_COROUTINE) == 0 {
                return Err(
                    vm.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator")
                );
            }
            Ok(v)
        }
        _ => vm.get_iter(v),
    }
}

/// The iterator that `await v` drives.
pub fn awaitable(vm: &mut Vm, v: Value, place: u8) -> PyResult {
    if id_of(v) == ids::COROUTINE {
        let g = cell(v);
        if !g.delegate().is_none() {
            return Err(vm.runtime_error("coroutine is being awaited already"));
        }
        return Ok(v);
    }
    if id_of(v) == ids::GENERATOR && cell(v).code.get() != Value::NONE && is_iterable_coroutine(vm, v) {
        return Ok(v);
    }
    let Some(f) = vm.lookup_special(v, Special::Await) else {
        let name = vm.type_name(v);
        let text = match place {
            1 => format!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            ),
            2 => format!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            ),
            _ => format!("'{name}' object can't be awaited"),
        };
        return Err(vm.type_error(text));
    };
    let it = vm.call_found(f, v, &[])?;
    if id_of(it) == ids::COROUTINE {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if vm.lookup_special(it, Special::Next).is_none() {
        let name = vm.type_name(it);
        return Err(vm.type_error(format!("__await__() returned non-iterator of type '{name}'")));
    }
    Ok(it)
}

/// A generator marked by `types.coroutine`.
fn is_iterable_coroutine(vm: &Vm, v: Value) -> bool {
    let code = cell(v).code.get();
    match vm.exact::<crate::types::code::CodeObj>(code) {
        Some(code) => code.unit().flags.contains(habu_bytecode::CodeFlags::ITERABLE_COROUTINE),
        None => false,
    }
}

/// `aiter(v)` of an `async for`.
pub fn get_aiter(vm: &mut Vm, v: Value) -> PyResult {
    let Some(f) = vm.lookup_special(v, Special::AIter) else {
        let name = vm.type_name(v);
        return Err(
            vm.type_error(format!("'async for' requires an object with __aiter__ method, got {name}"))
        );
    };
    let it = vm.call_found(f, v, &[])?;
    if vm.lookup_special(it, Special::ANext).is_none() {
        let name = vm.type_name(it);
        return Err(vm.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {name}"
        )));
    }
    Ok(it)
}

/// The awaitable of the next item of an `async for`.
pub fn get_anext(vm: &mut Vm, it: Value) -> PyResult {
    if id_of(it) == ids::ASYNC_GENERATOR {
        return anext_of(vm, it);
    }
    let Some(f) = vm.lookup_special(it, Special::ANext) else {
        let name = vm.type_name(it);
        return Err(
            vm.type_error(format!("'async for' requires an iterator with __anext__ method, got {name}"))
        );
    };
    let v = vm.call_found(f, it, &[])?;
    match awaitable(vm, v, 0) {
        Ok(it) => Ok(it),
        Err(raised) => {
            let cause = vm.take_exception(raised);
            let name = vm.type_name(v);
            let raised =
                vm.type_error(format!("'async for' received an invalid object from __anext__: {name}"));
            let error = vm.take_exception(raised);
            if let Some(e) = vm.downcast::<crate::types::exception::Exception>(error) {
                e.cause.set(&mut vm.heap, e.header(), cause);
                e.context.set(&mut vm.heap, e.header(), cause);
                e.suppress_context.init(Value::TRUE);
            }
            Err(vm.raise_again(error))
        }
    }
}

/// StopIteration form of a resumption, for `send()` and `throw()` called from Python.
pub fn call_result(vm: &mut Vm, resumed: PyResult<Resumed>) -> PyResult {
    let resumed = resumed?;
    as_call(vm, resumed)
}
