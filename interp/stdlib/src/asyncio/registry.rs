//! Which loop runs in a thread, which task it executes, and which tasks there are.

use super::future::{self, Future, State};
use super::known;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::list::List;
use habu_runtime::types::set::Set;
use habu_runtime::types::weakref::{self, WeakRef};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// Keys of what each thread has: its running loop and the task that this executes.
struct RunningLoop;
struct RunningTask;

/// Where the module's collections are among the machine's permanent values.
struct Places {
    /// Weak references to tasks of our type that were scheduled.
    own: usize,
    /// A `WeakSet` of other tasks that were scheduled.
    others: usize,
    /// Tasks in their first, eager step.
    eager: usize,
}

fn thread_value(vm: &mut Vm, key: TypeId) -> Option<Value> {
    vm.threads.current().values.get(&key).copied()
}

fn set_thread_value(vm: &mut Vm, key: TypeId, v: Option<Value>) {
    let values = &mut vm.threads.current().values;
    match v {
        Some(v) => values.insert(key, v),
        None => values.remove(&key),
    };
}

/// Makes the collections: the `WeakSet` and the set of eager tasks.
pub fn make(vm: &mut Vm) -> PyResult<(Value, Value)> {
    let class = known(vm, "weakref", "WeakSet")?;
    let others = vm.call(class, &[])?;
    let eager = Value::from_gc(vm.set_new(ids::SET)?);
    let own = Value::from_gc(vm.list_new()?);
    let first = vm.permanent.len();
    vm.permanent.extend([own, others, eager]);
    let places = Places { own: first, others: first + 1, eager: first + 2 };
    vm.module_state.insert(TypeId::of::<Places>(), Box::new(places));
    Ok((others, eager))
}

fn place(vm: &Vm, which: impl Fn(&Places) -> usize) -> Value {
    let places = vm.module_state.get(&TypeId::of::<Places>()).and_then(|p| p.downcast_ref::<Places>());
    vm.permanent[which(places.expect("made when the module was"))]
}

fn own_list(vm: &Vm) -> Gc<List> {
    vm.exact_list(place(vm, |p| p.own)).expect("made as a list")
}

fn eager_set(vm: &Vm) -> Gc<Set> {
    vm.exact::<Set>(place(vm, |p| p.eager)).expect("made as a set")
}

pub fn running_loop(vm: &mut Vm) -> Option<Value> {
    thread_value(vm, TypeId::of::<RunningLoop>())
}

pub fn set_running_loop(vm: &mut Vm, event_loop: Value) {
    let v = (!event_loop.is_none()).then_some(event_loop);
    set_thread_value(vm, TypeId::of::<RunningLoop>(), v);
}

/// A forked child runs no loop and no task, whatever its parent was doing.
pub fn after_fork(vm: &mut Vm) {
    set_thread_value(vm, TypeId::of::<RunningLoop>(), None);
    set_thread_value(vm, TypeId::of::<RunningTask>(), None);
}

/// The running loop, else what the policy says.
pub fn event_loop(vm: &mut Vm) -> PyResult {
    if let Some(event_loop) = running_loop(vm) {
        return Ok(event_loop);
    }
    // Looked up each time: programs replace it.
    let events = habu_runtime::import::import_module(vm, "asyncio.events")?;
    let policy = vm.call_method(events, "_get_event_loop_policy", &[])?;
    vm.call_method(policy, "get_event_loop", &[])
}

fn check_loop(vm: &mut Vm, event_loop: Value) -> PyResult<()> {
    if running_loop(vm) == Some(event_loop) {
        return Ok(());
    }
    let shown = vm.repr(event_loop)?.to_message();
    Err(vm.runtime_error(format!("loop {shown} is not the running loop")))
}

fn running_task(vm: &mut Vm) -> Option<Value> {
    thread_value(vm, TypeId::of::<RunningTask>())
}

pub fn enter(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult<()> {
    check_loop(vm, event_loop)?;
    if let Some(other) = running_task(vm) {
        let (task, other) = (vm.repr(task)?.to_message(), vm.repr(other)?.to_message());
        let text = format!("Cannot enter into task {task} while another task {other} is being executed.");
        return Err(vm.runtime_error(text));
    }
    set_thread_value(vm, TypeId::of::<RunningTask>(), Some(task));
    Ok(())
}

pub fn leave(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult<()> {
    check_loop(vm, event_loop)?;
    let entered = running_task(vm);
    if entered != Some(task) {
        let task = vm.repr(task)?.to_message();
        let entered = vm.repr(entered.unwrap_or(Value::NONE))?.to_message();
        let text = format!("Invalid attempt to leave task {task} while task {entered} is entered.");
        return Err(vm.runtime_error(text));
    }
    set_thread_value(vm, TypeId::of::<RunningTask>(), None);
    Ok(())
}

pub fn swap(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult {
    check_loop(vm, event_loop)?;
    let before = running_task(vm);
    set_thread_value(vm, TypeId::of::<RunningTask>(), (!task.is_none()).then_some(task));
    Ok(before.unwrap_or(Value::NONE))
}

fn given_or_running(vm: &mut Vm, event_loop: Value) -> PyResult {
    if !event_loop.is_none() {
        return Ok(event_loop);
    }
    match running_loop(vm) {
        Some(event_loop) => Ok(event_loop),
        None => Err(vm.runtime_error("no running event loop")),
    }
}

pub fn current_task(vm: &mut Vm, event_loop: Value) -> PyResult {
    let event_loop = given_or_running(vm, event_loop)?;
    let (of_loop, of_task) = (TypeId::of::<RunningLoop>(), TypeId::of::<RunningTask>());
    let found = vm.threads.all().find(|t| t.values.get(&of_loop) == Some(&event_loop));
    Ok(found.and_then(|t| t.values.get(&of_task).copied()).unwrap_or(Value::NONE))
}

pub fn register(vm: &mut Vm, task: Value) -> PyResult<()> {
    let Some(own) = future::task_of(vm, task) else {
        let others = place(vm, |p| p.others);
        vm.call_method(others, "add", &[task])?;
        return Ok(());
    };
    if own.registered.replace(true) {
        return Ok(());
    }
    let list = own_list(vm);
    if list.len() >= 64 && list.len().is_power_of_two() {
        drop_ended(vm, list)?;
    }
    let class = Value::from_gc(vm.builtin(ids::WEAKREF));
    let weak = vm.call(class, &[task])?;
    vm.list_push(list, weak)
}

fn target(vm: &Vm, weak: Value) -> Option<Value> {
    vm.exact::<WeakRef>(weak).and_then(weakref::target)
}

/// Whether a task is one that is still to be listed.
fn is_listed(vm: &Vm, task: Value) -> bool {
    future::task_of(vm, task).is_some_and(|t| t.registered.get() && t.state.get() == State::Pending)
}

fn drop_ended(vm: &mut Vm, list: Gc<List>) -> PyResult<()> {
    let all = vm.collect(Value::from_gc(list))?;
    vm.list_clear(list);
    for weak in all.iter() {
        if target(vm, *weak).is_some_and(|task| is_listed(vm, task)) {
            vm.list_push(list, *weak)?;
        }
    }
    Ok(())
}

pub fn unregister(vm: &mut Vm, task: Value) -> PyResult<()> {
    match future::task_of(vm, task) {
        Some(own) => own.registered.set(false),
        None => {
            let others = place(vm, |p| p.others);
            vm.call_method(others, "discard", &[task])?;
        }
    }
    Ok(())
}

pub fn register_eager(vm: &mut Vm, task: Value) -> PyResult<()> {
    let set = eager_set(vm);
    vm.set_add(set, task).map(|_| ())
}

pub fn unregister_eager(vm: &mut Vm, task: Value) -> PyResult<()> {
    let set = eager_set(vm);
    vm.set_discard(set, task).map(|_| ())
}

pub fn all_tasks(vm: &mut Vm, event_loop: Value) -> PyResult {
    let event_loop = given_or_running(vm, event_loop)?;
    let mut found = vm.rooted_vec();
    let eager = eager_set(vm);
    found.extend(vm.collect(Value::from_gc(eager))?.iter().copied());
    let others = place(vm, |p| p.others);
    found.extend(vm.collect(others)?.iter().copied());
    let list = own_list(vm);
    for weak in vm.collect(Value::from_gc(list))?.iter() {
        found.extend(target(vm, *weak).filter(|task| is_listed(vm, *task)));
    }
    let all = vm.set_new(ids::SET)?;
    for task in found.iter() {
        if future::loop_of(vm, *task)? == event_loop && !is_done(vm, *task)? {
            vm.set_add(all, *task)?;
        }
    }
    Ok(Value::from_gc(all))
}

fn is_done(vm: &mut Vm, task: Value) -> PyResult<bool> {
    if let Some(own) = vm_exact(vm, task)? {
        return Ok(own.state.get() != State::Pending);
    }
    let done = vm.call_method(task, "done", &[])?;
    vm.truth(done)
}

fn vm_exact(vm: &mut Vm, task: Value) -> PyResult<Option<Gc<Future>>> {
    future::exact(vm, task)
}
