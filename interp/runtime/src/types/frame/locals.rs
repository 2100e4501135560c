//! Reading and writing a frame's variables, wherever they are now: registers, cells, the frame object, a generator.

use super::{Frame, variable_registers};
use crate::heap::{Field, Gc};
use crate::object::ids;
use crate::types::cell::Cell;
use crate::types::code::call_flags;
use crate::types::dict::Dict;
use crate::types::generator::State;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};
use habu_bytecode::VarKind;

/// One variable of a frame: where it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variable {
    Register(usize),
    /// Index into the closure.
    Free(usize),
}

impl Frame {
    /// The namespace of a module or class body; `None` in functions.
    pub fn namespace(&self) -> Option<Value> {
        let code = self.code();
        if code.call_flags.get() & call_flags::NAMESPACE == 0 {
            return None;
        }
        let own = if variable_registers(code) == 0 { Value::UNBOUND } else { self.register(0) };
        let globals = || self.function().globals.get().map_or(Value::NONE, Value::from_gc);
        Some(own.bound().unwrap_or_else(globals))
    }

    fn register(&self, i: usize) -> Value {
        if self.is_running() {
            return crate::interp::regs::Base(self.base.get()).get(i);
        }
        match self.generator() {
            Some(g) if g.state.get() != State::Done => g.saved_register(i).map_or(Value::UNBOUND, Field::get),
            _ if i < self.saved.get() as usize => self.slot(i).get(),
            _ => Value::UNBOUND,
        }
    }

    fn set_register(&self, vm: &mut Vm, i: usize, v: Value) {
        if self.is_running() {
            // Native code would not see it.
            let base = crate::interp::regs::Base(self.base.get());
            vm.materialize(Some(base));
            base.set(i, v);
            return;
        }
        match self.generator() {
            Some(g) if g.state.get() != State::Done => {
                if let Some(field) = g.saved_register(i) {
                    field.set(&mut vm.heap, g.header(), v);
                }
            }
            _ if i < self.saved.get() as usize => {
                let header = std::ptr::NonNull::from(&self.header);
                self.slot(i).set(&mut vm.heap, header, v);
            }
            _ => {}
        }
    }
}

/// The cell behind a register or free variable, if it is kept in one.
fn cell_of(frame: Gc<Frame>, var: Variable) -> Option<Gc<Cell>> {
    let v = match var {
        Variable::Register(i) => {
            if frame.code().unit().vars.get(i).is_none_or(|(_, kind)| *kind != VarKind::Cell) {
                return None;
            }
            frame.register(i)
        }
        Variable::Free(i) => *frame.function().closure.get()?.items().get(i)?,
    };
    // SAFETY: the id says that it is a cell (before the prologue made it one, a parameter is a plain value).
    (id_of(v) == ids::CELL).then(|| unsafe { Gc::from_header(v.as_header().expect("cells are cells")) })
}

/// Value of a variable, `UNBOUND` if it has none.
pub fn value(frame: Gc<Frame>, var: Variable) -> Value {
    match (cell_of(frame, var), var) {
        (Some(cell), _) => cell.value.get(),
        (None, Variable::Register(i)) => frame.register(i),
        (None, Variable::Free(_)) => Value::UNBOUND,
    }
}

/// Binds a variable.
pub fn set_variable(vm: &mut Vm, frame: Gc<Frame>, var: Variable, v: Value) {
    match (cell_of(frame, var), var) {
        (Some(cell), _) => cell.value.set(&mut vm.heap, cell.header(), v),
        (None, Variable::Register(i)) => frame.set_register(vm, i, v),
        (None, Variable::Free(_)) => {}
    }
}

/// Names and places of all variables of a function's frame, unbound ones included.
pub fn variables(frame: Gc<Frame>) -> impl Iterator<Item = (&'static str, Variable)> {
    let unit: *const habu_bytecode::Code = frame.code().unit.get();
    // SAFETY: the compiler's code object lives as long as its cell, which the frame, held by the caller, keeps.
    let unit: &'static habu_bytecode::Code = unsafe { &*unit };
    let own = unit.vars.iter().enumerate().map(|(i, (name, _))| (&**name, Variable::Register(i)));
    let free = unit.free.iter().enumerate().map(|(i, name)| (&**name, Variable::Free(i)));
    // Names with a dot are the compiler's own (a comprehension's iterable).
    own.chain(free).filter(|(name, _)| !name.starts_with('.'))
}

/// The variable called `name`.
pub fn find_variable(frame: Gc<Frame>, name: &Str) -> Option<Variable> {
    variables(frame).find(|(n, _)| name.is(n)).map(|(_, var)| var)
}

/// `locals()`: the namespace, or a new dict of the bound variables.
pub fn locals_dict(vm: &mut Vm, frame: Gc<Frame>) -> PyResult {
    if let Some(namespace) = frame.namespace() {
        return Ok(namespace);
    }
    let dict: Gc<Dict> = vm.dict_new()?;
    for (name, var) in variables(frame) {
        let v = value(frame, var);
        if !v.is_unbound() {
            let name = vm.intern(name);
            vm.dict_set_str(dict, name, v)?;
        }
    }
    if let Some(extra) = vm.exact_dict(frame.extra.get()) {
        let mut at = 0;
        while let Some((k, v)) = vm.dict_next(extra, &mut at) {
            vm.dict_set(dict, k, v)?;
        }
    }
    Ok(Value::from_gc(dict))
}
