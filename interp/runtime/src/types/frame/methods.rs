//! `frame`: what Python sees of it.

use super::{Frame, FrameLocals, back, line};
use crate::heap::Gc;
use crate::interp::jump;
use crate::interp::tracing::Stage;
use crate::object::ids;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;

#[py_type(name = "frame", id = ids::FRAME)]
impl Frame {
    #[getter]
    fn f_code(_vm: &mut Vm, this: Gc<Frame>) -> Value {
        Value::from_gc(this.code())
    }

    #[getter]
    fn f_globals(_vm: &mut Vm, this: Gc<Frame>) -> Value {
        this.function().globals.get().map_or(Value::NONE, Value::from_gc)
    }

    #[getter]
    fn f_builtins(_vm: &mut Vm, this: Gc<Frame>) -> Value {
        this.function().builtins.get().map_or(Value::NONE, Value::from_gc)
    }

    #[getter]
    fn f_locals(vm: &mut Vm, this: Gc<Frame>) -> PyResult {
        match this.namespace() {
            Some(namespace) => Ok(namespace),
            None => FrameLocals::of(vm, this),
        }
    }

    #[getter]
    fn f_back(vm: &mut Vm, this: Gc<Frame>) -> PyResult {
        back(vm, this)
    }

    #[getter]
    fn f_lasti(vm: &mut Vm, this: Gc<Frame>) -> i32 {
        super::last_instruction(vm, this)
    }

    #[getter]
    fn f_lineno(vm: &mut Vm, this: Gc<Frame>) -> Value {
        Value::small(line(vm, this).into())
    }

    #[setter]
    fn set_f_lineno(vm: &mut Vm, this: Gc<Frame>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(
                vm.raise(Exc::AttributeError, "attribute 'f_lineno' of 'frame' objects cannot be deleted")
            );
        };
        let Some(line) = value.as_small() else {
            return Err(vm.value_error("lineno must be an integer"));
        };
        let problem = match (vm.ctx.hook_event, this.told.get().stage) {
            _ if !this.is_running() || vm.ctx.hook_base != this.base.get() => {
                "f_lineno can only be set in a trace function"
            }
            ("line" | "opcode", _) | ("call", Stage::Resuming) | ("return", Stage::Suspended) => {
                return jump::to_line(vm, this, line);
            }
            ("", _) => "f_lineno can only be set in a trace function",
            ("call", _) => "can't jump from the 'call' trace event of a new frame",
            ("return" | "exception", _) => "can only jump from a 'line' trace event",
            _ => "can't jump during a call",
        };
        Err(vm.value_error(problem))
    }

    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(_vm: &mut Vm, this: Gc<Frame>) -> Value {
        this.generator.get()
    }

    #[getter]
    fn f_trace(_vm: &mut Vm, this: Gc<Frame>) -> Value {
        this.trace.get()
    }

    #[setter]
    fn set_f_trace(vm: &mut Vm, this: Gc<Frame>, value: Option<Value>) {
        this.trace.set(&mut vm.heap, this.header(), value.unwrap_or(Value::NONE));
    }

    #[getter]
    fn f_trace_lines(_vm: &mut Vm, this: Gc<Frame>) -> bool {
        this.trace_lines.get()
    }

    #[setter]
    fn set_f_trace_lines(_vm: &mut Vm, this: Gc<Frame>, value: bool) {
        this.trace_lines.set(value);
    }

    #[getter]
    fn f_trace_opcodes(_vm: &mut Vm, this: Gc<Frame>) -> bool {
        this.trace_opcodes.get()
    }

    #[setter]
    fn set_f_trace_opcodes(_vm: &mut Vm, this: Gc<Frame>, value: bool) {
        this.trace_opcodes.set(value);
    }

    /// Clear all references held by the frame.
    #[method]
    fn clear(vm: &mut Vm, this: Gc<Frame>) -> PyResult<()> {
        if this.is_running() {
            return Err(vm.runtime_error("cannot clear an executing frame"));
        }
        if let Some(g) = this.generator()
            && g.state.get() != crate::types::generator::State::Done
        {
            if g.state.get() == crate::types::generator::State::Suspended {
                return Err(vm.runtime_error("cannot clear a suspended frame"));
            }
            crate::types::generator::close(vm, g)?;
        }
        for i in 0..this.saved.get() as usize {
            this.slot(i).init(Value::UNBOUND);
        }
        Ok(())
    }

    #[method(name = "__repr__")]
    fn repr(vm: &mut Vm, this: Gc<Frame>) -> PyResult<String> {
        let code = this.code();
        let (file, name) = (code.unit().filename.clone(), code.unit().name.clone());
        let file = vm.str(&file)?;
        let file = vm.repr(Value::from_gc(file))?.to_message();
        Ok(format!("<frame at {:#x}, file {file}, line {}, code {name}>", this.addr(), line(vm, this)))
    }
}
