//! `typing.TypeVarTuple`.

use super::{cannot_subclass, lazy, name_argument, no_default, reference_cell, set_module, typing};
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

reference_cell! {
    /// Cell of a type variable tuple.
    TypeVarTuple(ids::TYPE_VAR_TUPLE) { name, default, evaluate_default }
}

fn allocate(vm: &mut Vm, name: Value) -> PyResult<Gc<TypeVarTuple>> {
    let cls = vm.native_class(TypeVarTuple::DECL)?;
    let var = vm.alloc_instance::<TypeVarTuple>(cls)?;
    var.clear();
    var.name.init(name);
    Ok(var)
}

/// The parameter of `def f[*name]`.
pub fn make_var_tuple(vm: &mut Vm, name: Value, default: Value) -> PyResult {
    let var = allocate(vm, name)?;
    if !default.is_none() {
        var.evaluate_default.init(default);
    }
    Ok(Value::from_gc(var))
}

/// `typing.Unpack[v]`
pub fn unpack(vm: &mut Vm, v: Value) -> PyResult {
    let module = vm.import_module("typing")?;
    let unpack = vm.get_attr_str(module, "Unpack")?;
    vm.get_item(unpack, v)
}

/// The parameters with type variable tuples unpacked.
pub fn unpacked(vm: &mut Vm, params: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if !params.items().iter().any(|p| vm.exact::<TypeVarTuple>(*p).is_some()) {
        return Ok(params);
    }
    let mut items = vm.rooted_vec();
    for p in params.items() {
        let item = if vm.exact::<TypeVarTuple>(*p).is_some() { unpack(vm, *p)? } else { *p };
        items.push(item);
    }
    vm.tuple(&items)
}

/// An iterator over the one value `Unpack[v]`.
pub fn iterator(vm: &mut Vm, v: Value) -> PyResult {
    let one = unpack(vm, v)?;
    let tuple = vm.tuple(&[one])?;
    vm.get_iter(Value::from_gc(tuple))
}

/// A placeholder for any number of types.
#[py_type(name = "TypeVarTuple", module = "typing", id = ids::TYPE_VAR_TUPLE, has_dict)]
impl TypeVarTuple {
    #[new(sig = "(name=<unrepresentable>, *, default=<unrepresentable>)", text = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, name: Option<Value>, default: Option<Value>) -> PyResult {
        let name = name_argument(vm, name, "typevartuple")?;
        let var = allocate(vm, name)?;
        if let Some(default) = default {
            var.default.init(default);
        }
        set_module(vm, Value::from_gc(var))?;
        Ok(Value::from_gc(var))
    }

    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<TypeVarTuple>) -> PyResult {
        iterator(vm, Value::from_gc(this))
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<TypeVarTuple>) -> PyResult {
        vm.to_str(this.name.get()).map(Value::from_gc)
    }

    #[method(sig = "($self, arg, /)")]
    fn __typing_subst__(vm: &mut Vm, _this: Gc<TypeVarTuple>, _arg: Value) -> PyResult {
        Err(vm.type_error("Substitution of bare TypeVarTuple is not supported"))
    }

    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(vm: &mut Vm, this: Gc<TypeVarTuple>, alias: Value, args: Value) -> PyResult {
        typing(vm, "_typevartuple_prepare_subst", &[Value::from_gc(this), alias, args])
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(_vm: &mut Vm, this: Gc<TypeVarTuple>) -> Value {
        this.name.get()
    }

    #[method(sig = "($self, /)")]
    fn has_default(vm: &mut Vm, this: Gc<TypeVarTuple>) -> PyResult<bool> {
        let none = no_default(vm)?;
        Ok(this.evaluate_default.get().bound().is_some()
            || this.default.get().bound().is_some_and(|v| v != none))
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(vm: &mut Vm, _this: Gc<TypeVarTuple>, _bases: Value) -> PyResult {
        Err(cannot_subclass(vm, "TypeVarTuple"))
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<TypeVarTuple>) -> Value {
        this.name.get()
    }

    #[getter]
    fn __default__(vm: &mut Vm, this: Gc<TypeVarTuple>) -> PyResult {
        let absent = no_default(vm)?;
        lazy::get(vm, this.header(), &this.default, &this.evaluate_default, absent)
    }

    #[getter]
    fn evaluate_default(vm: &mut Vm, this: Gc<TypeVarTuple>) -> PyResult {
        lazy::evaluator_of(vm, &this.default, &this.evaluate_default)
    }
}
