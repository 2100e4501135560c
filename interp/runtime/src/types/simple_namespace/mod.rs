//! `types.SimpleNamespace`.

use crate::heap::{Gc, Header};
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::dict::Dict;
use crate::types::object::get_dict;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

pub struct SimpleNamespace;

fn attributes(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Dict>>> {
    let dict = get_dict(vm, v)?;
    Ok(vm.downcast::<Dict>(dict))
}

fn set_all(vm: &mut Vm, v: Value, from: Gc<Dict>) -> PyResult<()> {
    let mut at = 0;
    while let Some((name, value)) = vm.dict_next(from, &mut at) {
        let Some(name) = vm.downcast::<Str>(name) else {
            return Err(vm.type_error("keywords must be strings"));
        };
        let name = vm.intern_str(name)?;
        vm.generic_set_attr(v, name, value)?;
    }
    Ok(())
}

fn compare(vm: &mut Vm, this: Value, other: Value, op: CmpOp) -> PyResult {
    let class = vm.builtin(ids::SIMPLE_NAMESPACE);
    if !vm.class_of(other).is_subtype(class) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (get_dict(vm, this)?, get_dict(vm, other)?);
    vm.rich_compare(a, b, op)
}

/// A simple attribute-based namespace.
#[py_type(name = "SimpleNamespace", module = "types", id = ids::SIMPLE_NAMESPACE, payload = Header, subclassable, has_dict)]
impl SimpleNamespace {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        Ok(Value::from_header(vm.alloc_object(cls)?))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __init__(vm: &mut Vm, this: Value, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        match *args.items() {
            [] => {}
            [mapping] => {
                let from = vm.dict_new()?;
                vm.dict_update(from, mapping)?;
                set_all(vm, this, from)?;
            }
            _ => {
                let name = vm.type_name(this);
                return Err(vm.type_error(format!("{name} expected at most 1 argument, got {}", args.len())));
            }
        }
        set_all(vm, this, kwargs)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Value) -> PyResult<Gc<Str>> {
        let own = vm.builtin(ids::SIMPLE_NAMESPACE);
        let class = vm.class_of(this);
        let name = if class == own { "namespace".to_owned() } else { vm.class_name(class) };
        if !vm.repr_enter(this) {
            return vm.str(&format!("{name}(...)"));
        }
        let result = repr_items(vm, this, &name);
        vm.repr_leave(this);
        result
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Eq)
    }

    #[method]
    fn __ne__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        compare(vm, this, other, CmpOp::Ne)
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(vm: &mut Vm, this: Value) -> PyResult {
        let class = Value::from_gc(vm.class_of(this));
        let (empty, dict) = (vm.tuple(&[])?, get_dict(vm, this)?);
        Ok(Value::from_gc(vm.tuple(&[class, Value::from_gc(empty), dict])?))
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(sig = "($self, /, *args, **changes)")]
    fn __replace__(vm: &mut Vm, this: Value, args: Gc<Tuple>, changes: Gc<Dict>) -> PyResult {
        if args.len() != 0 {
            return Err(
                vm.type_error(format!("__replace__() takes no positional arguments ({} given)", args.len()))
            );
        }
        let class = Value::from_gc(vm.class_of(this));
        let made = vm.call(class, &[])?;
        if let Some(own) = attributes(vm, this)? {
            set_all(vm, made, own)?;
        }
        set_all(vm, made, changes)?;
        Ok(made)
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Value) -> PyResult {
        get_dict(vm, this)
    }
}

fn repr_items(vm: &mut Vm, this: Value, name: &str) -> PyResult<Gc<Str>> {
    let mut out = StrBuilder::new();
    out.push_str(name);
    out.push_str("(");
    if let Some(dict) = attributes(vm, this)? {
        let (mut at, mut first) = (0, true);
        while let Some((key, v)) = vm.dict_next(dict, &mut at) {
            let Some(key) = vm.downcast::<Str>(key).filter(|k| !k.is_empty()) else { continue };
            if !std::mem::take(&mut first) {
                out.push_str(", ");
            }
            out.push_py(key);
            out.push_str("=");
            let v = vm.repr(v)?;
            out.push_py(v);
        }
    }
    out.push_str(")");
    out.finish(vm)
}
