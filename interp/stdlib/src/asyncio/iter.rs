//! `FutureIter`: what `await future` drives.

use super::future::{self, State, take_result};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::exception::Exception;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

layout! {
    /// Cell of the iterator: its future, `None` once that has answered.
    FutureIter(ids::ASYNC_FUTURE_ITER) { future }
}

pub fn make(vm: &mut Vm, future: Value) -> PyResult {
    let cls = vm.native_class(FutureIter::DECL)?;
    let this = vm.alloc_instance::<FutureIter>(cls)?;
    this.future.init(future);
    Ok(Value::from_gc(this))
}

/// The future itself as long as it is pending, then its result by StopIteration.
fn step(vm: &mut Vm, this: Gc<FutureIter>) -> PyResult {
    let v = this.future.get();
    if v.is_none() {
        return Err(vm.stop_iteration(Value::NONE));
    }
    let fut = future::this(vm, v)?;
    if fut.state.get() == State::Pending {
        if fut.blocking.replace(true) {
            return Err(vm.runtime_error("await wasn't used with future"));
        }
        return Ok(v);
    }
    this.future.set(&mut vm.heap, this.header(), Value::NONE);
    let result = take_result(vm, fut)?;
    Err(vm.stop_iteration(result))
}

#[py_type(name = "FutureIter", module = "_asyncio", id = ids::ASYNC_FUTURE_ITER)]
impl FutureIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<FutureIter>) -> Gc<FutureIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<FutureIter>) -> PyResult {
        step(vm, this)
    }
    #[method(sig = "($self, value, /)")]
    fn send(vm: &mut Vm, this: Gc<FutureIter>, _value: Value) -> PyResult {
        step(vm, this)
    }
    #[method(sig = "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)")]
    fn throw(
        vm: &mut Vm,
        this: Gc<FutureIter>,
        kind: Value,
        value: Option<Value>,
        traceback: Option<Value>,
    ) -> PyResult {
        if value.is_some() {
            let text = "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
            vm.warn(Exc::DeprecationWarning, text, 1)?;
        }
        let (value, traceback) = (value.unwrap_or(Value::NONE), traceback.unwrap_or(Value::NONE));
        if !traceback.is_none() && vm.exact::<habu_runtime::types::traceback::Traceback>(traceback).is_none()
        {
            return Err(vm.type_error("throw() third argument must be a traceback"));
        }
        let base = Value::from_gc(vm.exc_class(Exc::BaseException));
        let exc = if vm.as_class(kind).is_some() && vm.is_subclass(kind, base)? {
            match value {
                v if vm.downcast::<Exception>(v).is_some() => v,
                v if v.is_none() => vm.call(kind, &[])?,
                v => vm.call(kind, &[v])?,
            }
        } else if vm.downcast::<Exception>(kind).is_some() {
            if !value.is_none() {
                return Err(vm.type_error("instance exception may not have a separate value"));
            }
            kind
        } else {
            return Err(vm.type_error(
                "exceptions must be classes deriving BaseException or instances of such a class",
            ));
        };
        if !traceback.is_none() {
            vm.call_method(exc, "with_traceback", &[traceback])?;
        }
        this.future.set(&mut vm.heap, this.header(), Value::NONE);
        Err(vm.raise_again(exc))
    }
    #[method]
    fn close(vm: &mut Vm, this: Gc<FutureIter>) {
        this.future.set(&mut vm.heap, this.header(), Value::NONE);
    }
}
