//! Which loop runs in a thread, which task it executes, and which tasks there are.

use super::future::{self, Future, State};
use super::known;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::set::Set;
use habu_runtime::value::Value;
use habu_runtime::vm::threads::Often;
use habu_runtime::vm::{PyResult, Vm};
use std::any::TypeId;

/// Where the module's collections of tasks of other classes are among the machine's permanent values. Ours are known to the
/// heap: they have finalizers.
struct Places {
    /// A `WeakSet` of tasks that were scheduled.
    others: usize,
    /// Tasks in their first, eager step.
    eager: usize,
}

/// Makes the collections: the `WeakSet` and the set of eager tasks.
pub fn make(vm: &mut Vm) -> PyResult<(Value, Value)> {
    let class = known(vm, "weakref", "WeakSet")?;
    let others = vm.call(class, &[])?;
    let eager = Value::from_gc(vm.set_new(ids::SET)?);
    let first = vm.permanent.len();
    vm.permanent.extend([others, eager]);
    let places = Places { others: first, eager: first + 1 };
    vm.module_state.insert(TypeId::of::<Places>(), Box::new(places));
    Ok((others, eager))
}

fn place(vm: &Vm, which: impl Fn(&Places) -> usize) -> Value {
    let places = vm.module_state.get(&TypeId::of::<Places>()).and_then(|p| p.downcast_ref::<Places>());
    vm.permanent[which(places.expect("made when the module was"))]
}

fn eager_set(vm: &Vm) -> Gc<Set> {
    vm.exact::<Set>(place(vm, |p| p.eager)).expect("made as a set")
}

pub fn running_loop(vm: &mut Vm) -> Option<Value> {
    vm.threads.current().often(Often::RunningLoop)
}

pub fn set_running_loop(vm: &mut Vm, event_loop: Value) {
    let v = (!event_loop.is_none()).then_some(event_loop);
    vm.threads.current().set_often(Often::RunningLoop, v);
}

/// A forked child runs no loop and no task, whatever its parent was doing.
pub fn after_fork(vm: &mut Vm) {
    vm.threads.current().set_often(Often::RunningLoop, None);
    set_running_task(vm, None);
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
    vm.threads.current().often(Often::RunningTask)
}

fn set_running_task(vm: &mut Vm, task: Option<Value>) {
    vm.threads.current().set_often(Often::RunningTask, task);
}

pub fn enter(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult<()> {
    check_loop(vm, event_loop)?;
    if let Some(other) = running_task(vm) {
        let (task, other) = (vm.repr(task)?.to_message(), vm.repr(other)?.to_message());
        let text = format!("Cannot enter into task {task} while another task {other} is being executed.");
        return Err(vm.runtime_error(text));
    }
    set_running_task(vm, Some(task));
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
    set_running_task(vm, None);
    Ok(())
}

pub fn swap(vm: &mut Vm, event_loop: Value, task: Value) -> PyResult {
    check_loop(vm, event_loop)?;
    let before = running_task(vm);
    set_running_task(vm, (!task.is_none()).then_some(task));
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
    let found = vm.threads.all().find(|t| t.often(Often::RunningLoop) == Some(event_loop));
    Ok(found.and_then(|t| t.often(Often::RunningTask)).unwrap_or(Value::NONE))
}

pub fn register(vm: &mut Vm, task: Value) -> PyResult<()> {
    let Some(own) = future::task_of(vm, task) else {
        let others = place(vm, |p| p.others);
        vm.call_method(others, "add", &[task])?;
        return Ok(());
    };
    own.registered.set(true);
    future::watch(vm, own);
    Ok(())
}

/// Whether a task is one that is still to be listed.
fn is_listed(vm: &Vm, task: Value) -> bool {
    future::task_of(vm, task).is_some_and(|t| t.registered.get() && t.state.get() == State::Pending)
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
    let own = vm.heap.finalizable().map(Value::from_header);
    found.extend(own.filter(|v| is_listed(vm, *v)));
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
