//! The callables that tasks hand to their loop and to what they wait for.

use super::{step, task};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// What calling one does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Does {
    /// A step, with an exception to throw or `None`.
    Step = 0,
    /// A step once the future that it is called with has ended.
    Wakeup,
    /// The first, eager step.
    Start,
}

layout! {
    /// Cell of a callable of a task.
    TaskCall(ids::ASYNC_TASK_CALL) { task, argument } plain { does: Does }
}

pub fn make(vm: &mut Vm, task: Value, argument: Value, does: Does) -> PyResult {
    let cls = vm.native_class(TaskCall::DECL)?;
    let this = vm.alloc_instance::<TaskCall>(cls)?;
    this.task.init(task);
    this.argument.init(argument);
    this.does.set(does);
    Ok(Value::from_gc(this))
}

fn named(does: Does) -> &'static str {
    if does == Does::Wakeup { "task_wakeup" } else { "TaskStepMethWrapper" }
}

#[py_type(name = "TaskStepMethWrapper", module = "_asyncio", id = ids::ASYNC_TASK_CALL)]
impl TaskCall {
    #[method(sig = "($self, /, *args)")]
    fn __call__(vm: &mut Vm, this: Gc<TaskCall>, args: Gc<Tuple>) -> PyResult {
        let task = task::this(vm, this.task.get())?;
        match (this.does.get(), args.items()) {
            (Does::Step, []) => step::step(vm, task, this.argument.get())?,
            (Does::Start, []) => step::run(vm, task, Value::NONE)?,
            (Does::Wakeup, [future]) => step::wakeup(vm, task, *future)?,
            (does, _) => {
                let text = format!("{}() called with a wrong number of arguments", named(does));
                return Err(vm.type_error(text));
            }
        }
        Ok(Value::NONE)
    }
    #[getter(name = "__self__")]
    fn owner(_vm: &mut Vm, this: Gc<TaskCall>) -> Value {
        this.task.get()
    }
    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<TaskCall>) -> &'static str {
        named(this.does.get())
    }
    #[getter]
    fn __qualname__(vm: &mut Vm, this: Gc<TaskCall>) -> PyResult {
        if this.does.get() == Does::Wakeup {
            let class = vm.class_of(this.task.get());
            let name = vm.get_attr_str(Value::from_gc(class), "__qualname__")?;
            let name = vm.to_str(name)?.to_message();
            return vm.str(&format!("{name}.task_wakeup")).map(Value::from_gc);
        }
        let coro = task::this(vm, this.task.get())?.coro.get();
        vm.get_attr_str(coro, "__qualname__")
    }
}
