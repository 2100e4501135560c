//! `_collections`: `deque`, `defaultdict` and the helper of `Counter`.

mod default_dict;
pub mod deque;

use crate::support::{add_class, add_type};
use habu_macros::native_module;
use habu_runtime::protocol::BinaryOp;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::TupleGetter;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ops::ControlFlow;

/// High performance data structures.
#[native_module(name = "_collections")]
pub mod module {
    use super::*;

    /// Count elements in the iterable, updating the mapping
    #[function(name = "_count_elements", sig = "(mapping, iterable, /)")]
    fn count_elements(vm: &mut Vm, mapping: Value, iterable: Value) -> PyResult<()> {
        let one = Value::small(1);
        // A dict subclass without its own `get` and `__setitem__` counts as a dict.
        let dict = vm.downcast::<Dict>(mapping);
        vm.iterate(iterable, |vm, item| {
            match dict {
                Some(dict) => {
                    let old = vm.dict_get(dict, item)?.unwrap_or(Value::small(0));
                    let new = vm.binary(BinaryOp::Add, old, one)?;
                    vm.dict_set(dict, item, new)?;
                }
                None => {
                    let old = vm.call_method(mapping, "get", &[item, Value::small(0)])?;
                    let new = vm.binary(BinaryOp::Add, old, one)?;
                    vm.set_item(mapping, item, new)?;
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for decl in [deque::Deque::DECL, deque::DequeIter::DECL, deque::DequeRevIter::DECL, TupleGetter::DECL]
        {
            add_type(vm, module, decl)?;
        }
        let cls = default_dict::make_class(vm)?;
        add_class(vm, module, cls)
    }
}
