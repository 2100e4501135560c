//! What iterator types share: the end of iteration, pickling, refusing keywords.

use crate::heap::{Gc, ShapeId};
use crate::object::{Special, Type};
use crate::types::dict::Dict;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

impl Vm {
    /// The item of a `__next__`, or StopIteration.
    #[inline]
    pub fn or_stop(&mut self, item: Option<Value>) -> PyResult<Value> {
        match item {
            Some(item) => Ok(item),
            None => Err(self.stop_iteration(Value::NONE)),
        }
    }
}

/// A function of module `builtins`, as it is there now.
pub fn builtin_function(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let key = vm.intern(name);
    match vm.builtins.and_then(|builtins| vm.dict_get_str(builtins, key)) {
        Some(function) => Ok(function),
        None => Err(vm.attribute_error_text(name)),
    }
}

/// `(function, (seq,), index)`: how an iterator at some position is pickled.
pub fn iterator_state(vm: &mut Vm, function: &str, seq: Value, index: i64) -> PyResult<Value> {
    let function = builtin_function(vm, function)?;
    let args = vm.tuple(&[seq])?;
    let Some(index) = Value::try_small(index) else {
        return Err(vm.overflow_error("iter index too large"));
    };
    vm.tuple(&[function, Value::from_gc(args), index]).map(Value::from_gc)
}

/// `(iter, (empty,))`: how an exhausted iterator is pickled.
pub fn reduce_exhausted(vm: &mut Vm, empty: Value) -> PyResult<Value> {
    let function = builtin_function(vm, "iter")?;
    let args = vm.tuple(&[empty])?;
    vm.tuple(&[function, Value::from_gc(args)]).map(Value::from_gc)
}

/// Refuses keyword arguments to a constructor, unless a subclass has an `__init__` of its own to
/// take them.
pub fn no_keywords_unless_init(vm: &mut Vm, cls: Gc<Type>, id: ShapeId, kwargs: Gc<Dict>) -> PyResult<()> {
    if kwargs.is_empty() {
        return Ok(());
    }
    let builtin = vm.builtin(id);
    if cls != builtin && vm.class_special(cls, Special::Init) != vm.class_special(builtin, Special::Init) {
        return Ok(());
    }
    let name = vm.class_name(builtin);
    Err(vm.type_error(format!("{name}() takes no keyword arguments")))
}
