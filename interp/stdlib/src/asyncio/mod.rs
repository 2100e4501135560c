//! `_asyncio`: futures, tasks and what the running loop is, for `asyncio`.

mod future;
mod iter;
mod registry;
mod step;
mod stock;
mod task;
mod wrapper;

pub use registry::after_fork;

use crate::support::{VmExt, add_type, set};
use habu_macros::native_module;
use habu_runtime::heap::{Field, Gc};
use habu_runtime::types::exception::Exception;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};
use std::any::TypeId;

/// Things of Python's modules that are needed again and again: where each is among the machine's permanent values.
#[derive(Default)]
struct Known {
    places: rustc_hash::FxHashMap<(&'static str, &'static str), usize>,
}

/// `module.name`, looked up once.
fn known(vm: &mut Vm, module: &'static str, name: &'static str) -> PyResult {
    fn places(vm: &mut Vm) -> &mut rustc_hash::FxHashMap<(&'static str, &'static str), usize> {
        let known =
            vm.module_state.entry(TypeId::of::<Known>()).or_insert_with(|| Box::new(Known::default()));
        &mut known.downcast_mut::<Known>().expect("entered under its own type").places
    }
    if let Some(at) = places(vm).get(&(module, name)).copied() {
        return Ok(vm.permanent[at]);
    }
    let found = vm.module_attr(module, name)?;
    vm.permanent.push(found);
    let at = vm.permanent.len() - 1;
    places(vm).insert((module, name), at);
    Ok(found)
}

/// An exception of `asyncio.exceptions`, not raised.
fn new_exception(vm: &mut Vm, name: &'static str, args: &[Value]) -> PyResult {
    let class = known(vm, "asyncio.exceptions", name)?;
    vm.call(class, args)
}

#[cold]
fn invalid_state(vm: &mut Vm, text: &str) -> Raised {
    let made = vm.str(text).and_then(|text| new_exception(vm, "InvalidStateError", &[Value::from_gc(text)]));
    match made {
        Ok(exc) => raise_made(vm, exc),
        Err(raised) => raised,
    }
}

/// Raises an exception object, whatever the class that made it is.
fn raise_made(vm: &mut Vm, exc: Value) -> Raised {
    match vm.downcast::<Exception>(exc) {
        Some(_) => vm.raise_value(exc),
        None => vm.type_error("exceptions must derive from BaseException"),
    }
}

/// Sets a field of a cell of this module.
fn put(vm: &mut Vm, this: Gc<future::Future>, field: impl Fn(&future::Future) -> &Field, v: Value) {
    field(&this).set(&mut vm.heap, this.header(), v);
}

/// `loop.call_soon(function, [argument], context=context)`
fn call_soon(
    vm: &mut Vm,
    event_loop: Value,
    function: Value,
    argument: Option<Value>,
    context: Value,
) -> PyResult<()> {
    if stock::call_soon(vm, event_loop, function, argument, context)? {
        return Ok(());
    }
    let key = vm.intern("context");
    let args = [function, argument.unwrap_or(Value::NONE)];
    let count = if argument.is_some() { 2 } else { 1 };
    vm.call_method_kw(event_loop, "call_soon", &args[..count], &[(key, context)])?;
    Ok(())
}

/// Accelerator module for asyncio
#[native_module(name = "_asyncio")]
pub mod module {
    use super::*;

    /// Return the running event loop or None.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function]
    fn _get_running_loop(vm: &mut Vm) -> Value {
        registry::running_loop(vm).unwrap_or(Value::NONE)
    }

    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(sig = "(loop, /)")]
    fn _set_running_loop(vm: &mut Vm, event_loop: Value) {
        registry::set_running_loop(vm, event_loop);
    }

    /// Return the running event loop.  Raise a RuntimeError if there is none.
    ///
    /// This function is thread-specific.
    #[function]
    fn get_running_loop(vm: &mut Vm) -> PyResult {
        match registry::running_loop(vm) {
            Some(event_loop) => Ok(event_loop),
            None => Err(vm.runtime_error("no running event loop")),
        }
    }

    /// Return an asyncio event loop.
    ///
    /// When called from a coroutine or a callback (e.g. scheduled with
    /// call_soon or similar API), this function will always return the
    /// running event loop.
    ///
    /// If there is no running event loop set, the function will return
    /// the result of `get_event_loop_policy().get_event_loop()` call.
    #[function]
    fn get_event_loop(vm: &mut Vm) -> PyResult {
        registry::event_loop(vm)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_task(vm: &mut Vm, task: Value) -> PyResult<()> {
        registry::register(vm, task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_task(vm: &mut Vm, task: Value) -> PyResult<()> {
        registry::unregister(vm, task)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_eager_task(vm: &mut Vm, task: Value) -> PyResult<()> {
        registry::register_eager(vm, task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_eager_task(vm: &mut Vm, task: Value) -> PyResult<()> {
        registry::unregister_eager(vm, task)
    }

    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _enter_task(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult<()> {
        registry::enter(vm, event_loop, task)
    }

    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _leave_task(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult<()> {
        registry::leave(vm, event_loop, task)
    }

    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[function(sig = "(loop, task)")]
    fn _swap_current_task(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult {
        registry::swap(vm, event_loop, task)
    }

    /// Return a currently executed task.
    #[function(sig = "(loop=None)")]
    fn current_task(vm: &mut Vm, event_loop: Value) -> PyResult {
        registry::current_task(vm, event_loop)
    }

    /// Return a set of all tasks for the loop.
    #[function(sig = "(loop=None)")]
    fn all_tasks(vm: &mut Vm, event_loop: Value) -> PyResult {
        registry::all_tasks(vm, event_loop)
    }

    /// Record that `fut` is awaited on by `waiter`.
    #[function(sig = "(fut, waiter, /)")]
    fn future_add_to_awaited_by(vm: &mut Vm, fut: Value, waiter: Value) -> PyResult<()> {
        future::add_awaited_by(vm, fut, waiter)
    }

    #[function(sig = "(fut, waiter, /)")]
    fn future_discard_from_awaited_by(vm: &mut Vm, fut: Value, waiter: Value) -> PyResult<()> {
        future::discard_awaited_by(vm, fut, waiter)
    }

    /// Makes the library's event loop and its handles known, as they are when it is loaded.
    #[function(sig = "(loop, handle, /)")]
    fn _library_loop(vm: &mut Vm, event_loop: Value, handle: Value) -> PyResult<()> {
        stock::record(vm, event_loop, handle)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, future::Future::DECL)?;
        add_type(vm, module, task::Task::DECL)?;
        let (weak, eager) = registry::make(vm)?;
        set(vm, module, "_scheduled_tasks", weak)?;
        set(vm, module, "_eager_tasks", eager)
    }
}
