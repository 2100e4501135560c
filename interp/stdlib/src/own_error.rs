//! Exception classes that native modules define: made once, raised from anywhere in the module.

use crate::support::{new_class, set};
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use std::any::TypeId;
use std::collections::HashMap;

/// A class `module.name(base)`.
pub struct OwnError {
    pub module: &'static str,
    pub name: &'static str,
    pub base: Exc,
}

/// Where each class is among the machine's permanent values.
#[derive(Default)]
struct State {
    classes: HashMap<(&'static str, &'static str), usize>,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

impl OwnError {
    /// The class.
    pub fn class(&self, vm: &mut Vm) -> PyResult<Gc<Type>> {
        let key = (self.module, self.name);
        if let Some(at) = state(vm).classes.get(&key).copied()
            && let Some(class) = vm.as_class(vm.permanent[at])
        {
            return Ok(class);
        }
        let base = Value::from_gc(vm.exc_class(self.base));
        let class = new_class(vm, self.module, self.name, &[base])?;
        vm.permanent.push(Value::from_gc(class));
        let at = vm.permanent.len() - 1;
        state(vm).classes.insert(key, at);
        Ok(class)
    }

    /// Raises it with one text.
    #[cold]
    pub fn raise(&self, vm: &mut Vm, text: impl AsRef<str>) -> Raised {
        match vm.str(text.as_ref()) {
            Ok(text) => self.raise_with(vm, &[Value::from_gc(text)]),
            Err(raised) => raised,
        }
    }

    /// Raises it with these arguments.
    #[cold]
    pub fn raise_with(&self, vm: &mut Vm, args: &[Value]) -> Raised {
        let made = self.class(vm).and_then(|class| vm.make_exception(class, args));
        match made {
            Ok(e) => vm.raise_value(Value::from_gc(e)),
            Err(raised) => raised,
        }
    }

    /// Enters the class in its module.
    pub fn enter(&self, vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let class = self.class(vm)?;
        set(vm, module, self.name, Value::from_gc(class))
    }
}
