//! `types.SimpleNamespace`: an object that is only its attributes.

use crate::heap::{Gc, Header};
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::dict::Dict;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

pub struct SimpleNamespace;

/// The attributes as a dict: the instance's own.
fn dict_of(vm: &mut Vm, v: Value) -> PyResult<Gc<Dict>> {
    match v.as_header() {
        Some(cell) => vm.instance_dict(cell),
        None => Err(vm.type_error("not a namespace")),
    }
}

/// `name(a=1, b=2)`
fn attributes(vm: &mut Vm, name: &str, dict: Gc<Dict>) -> PyResult<Gc<Str>> {
    let mut text = StrBuilder::new();
    text.push_str(name);
    text.push_str("(");
    let mut at = 0;
    let mut separator = "";
    while let Some((key, v)) = vm.dict_next(dict, &mut at) {
        text.push_str(separator);
        separator = ", ";
        let key = vm.to_str(key)?;
        text.push_py(key);
        text.push_str("=");
        let v = vm.repr(v)?;
        text.push_py(v);
    }
    text.push_str(")");
    text.finish(vm)
}

#[py_type(
    name = "SimpleNamespace",
    module = "types",
    id = ids::SIMPLE_NAMESPACE,
    payload = Header,
    subclassable,
    has_dict,
    doc = "A simple attribute-based namespace."
)]
impl SimpleNamespace {
    #[new(sig = "(mapping_or_iterable=(), /, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _mapping: Value, _kwargs: Value) -> PyResult {
        vm.alloc_object(cls).map(Value::from_header)
    }

    #[method(sig = "($self, mapping_or_iterable=(), /, **kwargs)")]
    fn __init__(vm: &mut Vm, this: Value, mapping: Value, kwargs: Gc<Dict>) -> PyResult<()> {
        let given = vm.dict_new()?;
        if vm.exact::<Tuple>(mapping).is_none_or(|t| !t.is_empty()) {
            vm.dict_update(given, mapping)?;
        }
        vm.dict_update(given, Value::from_gc(kwargs))?;
        let mut at = 0;
        while let Some((key, v)) = vm.dict_next(given, &mut at) {
            let Some(name) = vm.downcast::<Str>(key) else {
                return Err(vm.type_error("keywords must be strings"));
            };
            let name = vm.intern_str(name)?;
            vm.set_attr(this, name, v)?;
        }
        Ok(())
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<Gc<Str>> {
        let cls = vm.class_of(this);
        let name = if cls == vm.builtin(ids::SIMPLE_NAMESPACE) {
            "namespace".to_owned()
        } else {
            vm.class_name(cls)
        };
        let dict = dict_of(vm, this)?;
        if !vm.repr_enter(this) {
            return vm.str(&format!("{name}(...)"));
        }
        let text = attributes(vm, &name, dict);
        vm.repr_leave(this);
        text
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        if !vm.class_of(other).is_subtype(vm.builtin(ids::SIMPLE_NAMESPACE)) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let (a, b) = (dict_of(vm, this)?, dict_of(vm, other)?);
        vm.rich_compare(Value::from_gc(a), Value::from_gc(b), CmpOp::Eq)
    }
}
