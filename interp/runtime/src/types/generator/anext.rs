//! `anext_awaitable`: what `anext(it, default)` gives.

use super::awaitable;
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of an awaitable whose StopAsyncIteration means a default value.
#[repr(C)]
pub struct AnextAwaitable {
    pub header: Header,
    pub wrapped: Field,
    pub default: Field,
}

unsafe fn trace(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let this = unsafe { cell.cast::<AnextAwaitable>().as_ref() };
    t.value(this.wrapped.get());
    t.value(this.default.get());
}

// SAFETY: `trace` names both references.
unsafe impl Layout for AnextAwaitable {
    const ID: ShapeId = ids::ANEXT_AWAITABLE;
    const KIND: CellKind = CellKind::new(trace);
}

/// The awaitable of `wrapped`, or of `default` when that ends by StopAsyncIteration.
pub fn anext_or(vm: &mut Vm, wrapped: Value, default: Value) -> PyResult {
    let this = vm.alloc::<AnextAwaitable>(ids::ANEXT_AWAITABLE)?;
    this.wrapped.init(wrapped);
    this.default.init(default);
    Ok(Value::from_gc(this))
}

/// The iterator behind the wrapped awaitable.
fn iterator(vm: &mut Vm, this: Gc<AnextAwaitable>) -> PyResult {
    let it = awaitable(vm, this.wrapped.get(), 0)?;
    if id_of(it) == ids::COROUTINE { vm.call_method(it, "__await__", &[]) } else { Ok(it) }
}

/// A step's outcome: the end of the iteration is the default.
fn outcome(vm: &mut Vm, this: Gc<AnextAwaitable>, result: PyResult) -> PyResult {
    match vm.catch(result, Exc::StopAsyncIteration)? {
        Some(v) => Ok(v),
        None => Err(vm.stop_iteration(this.default.get())),
    }
}

fn forward(vm: &mut Vm, this: Gc<AnextAwaitable>, name: &str, args: &[Value]) -> PyResult {
    let it = iterator(vm, this)?;
    let result = vm.call_method(it, name, args);
    outcome(vm, this, result)
}

#[py_type(name = "anext_awaitable", id = ids::ANEXT_AWAITABLE)]
impl AnextAwaitable {
    #[method]
    fn __await__(_vm: &mut Vm, this: Gc<AnextAwaitable>) -> Gc<AnextAwaitable> {
        this
    }

    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<AnextAwaitable>) -> Gc<AnextAwaitable> {
        this
    }

    #[method]
    fn __next__(vm: &mut Vm, this: Gc<AnextAwaitable>) -> PyResult {
        let it = iterator(vm, this)?;
        let next = vm.builtins.and_then(|b| {
            let name = vm.intern("next");
            vm.dict_get_str(b, name)
        });
        let result = match next {
            Some(next) => vm.call(next, &[it]),
            None => vm.call_method(it, "__next__", &[]),
        };
        outcome(vm, this, result)
    }

    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next yielded value or raise StopIteration.
    #[method(sig = "($self, value, /)")]
    fn send(vm: &mut Vm, this: Gc<AnextAwaitable>, value: Value) -> PyResult {
        forward(vm, this, "send", &[value])
    }

    /// throw(value)
    /// throw(typ[,val[,tb]])
    #[method(sig = "($self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)")]
    fn throw(
        vm: &mut Vm,
        this: Gc<AnextAwaitable>,
        kind: Value,
        value: Option<Value>,
        tb: Option<Value>,
    ) -> PyResult {
        let args: Vec<Value> = [Some(kind), value, tb].into_iter().flatten().collect();
        forward(vm, this, "throw", &args)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(sig = "($self, /)")]
    fn close(vm: &mut Vm, this: Gc<AnextAwaitable>) -> PyResult {
        forward(vm, this, "close", &[])
    }
}
