//! `typing.TypeVar`.

use super::{
    cannot_subclass, lazy, name_argument, no_default, or, reference_cell, repr_with_variance, set_module,
    type_check, typing, variance, variance_flags,
};
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

reference_cell! {
    /// Cell of a type variable. What is unbound is not known yet, or not there.
    TypeVar(ids::TYPE_VAR) {
        name, bound, evaluate_bound, constraints, evaluate_constraints, default, evaluate_default,
    } plain flags: u8
}

fn allocate(vm: &mut Vm, name: Value, flags: u8) -> PyResult<Gc<TypeVar>> {
    let cls = vm.native_class(TypeVar::DECL)?;
    let var = vm.alloc_instance::<TypeVar>(cls)?;
    var.clear();
    var.name.init(name);
    var.flags.set(flags);
    Ok(var)
}

/// The type variable of `class C[name: …]`; evaluators are None where there is nothing to evaluate.
pub fn make_type_var(vm: &mut Vm, name: Value, bound: Value, default: Value, constrained: bool) -> PyResult {
    let var = allocate(vm, name, variance::INFERRED)?;
    if !bound.is_none() {
        if constrained {
            var.evaluate_constraints.init(bound);
        } else {
            var.evaluate_bound.init(bound);
        }
    }
    if !default.is_none() {
        var.evaluate_default.init(default);
    }
    Ok(Value::from_gc(var))
}

/// A placeholder for a type, with or without a bound or constraints.
#[py_type(name = "TypeVar", module = "typing", id = ids::TYPE_VAR, has_dict)]
impl TypeVar {
    #[new(
        sig = "(name=<unrepresentable>, *constraints, bound=None, default=<unrepresentable>, covariant=False, contravariant=False, infer_variance=False)",
        text = "(*args, **kwargs)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the signature is Python's")]
    fn new(
        vm: &mut Vm,
        _cls: Gc<Type>,
        name: Option<Value>,
        constraints: Gc<Tuple>,
        bound: Value,
        default: Option<Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> PyResult {
        let name = name_argument(vm, name, "typevar")?;
        let flags = variance_flags(vm, covariant, contravariant, infer_variance)?;
        let bound = if bound.is_none() { bound } else { type_check(vm, bound, "Bound must be a type.")? };
        if constraints.len() == 1 {
            return Err(vm.type_error("A single constraint is not allowed"));
        }
        if !constraints.is_empty() && !bound.is_none() {
            return Err(vm.type_error("Constraints cannot be combined with bound=..."));
        }
        let var = allocate(vm, name, flags)?;
        var.bound.init(bound);
        if !constraints.is_empty() {
            var.constraints.init(Value::from_gc(constraints));
        }
        if let Some(default) = default {
            var.default.init(default);
        }
        set_module(vm, Value::from_gc(var))?;
        Ok(Value::from_gc(var))
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult<String> {
        repr_with_variance(vm, this.name.get(), this.flags.get())
    }

    #[method]
    fn __or__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        or(vm, this, other)
    }

    #[method]
    fn __ror__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        or(vm, other, this)
    }

    #[method(sig = "($self, arg, /)")]
    fn __typing_subst__(vm: &mut Vm, this: Gc<TypeVar>, arg: Value) -> PyResult {
        typing(vm, "_typevar_subst", &[Value::from_gc(this), arg])
    }

    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(vm: &mut Vm, this: Gc<TypeVar>, alias: Value, args: Value) -> PyResult {
        let params = vm.get_attr_str(alias, "__parameters__")?;
        let index = vm.call_method(params, "index", &[Value::from_gc(this)])?;
        let (index, count) = (vm.index(index)?, vm.len(args)? as i64);
        if index < count {
            return Ok(args);
        }
        let (default, none) = (Self::__default__(vm, this)?, no_default(vm)?);
        if index > count || default == none {
            let text = vm.to_str(alias)?.to_message();
            return Err(vm.type_error(format!("Too few arguments for {text}")));
        }
        let mut items = vm.collect(args)?;
        items.push(default);
        vm.tuple(&items).map(Value::from_gc)
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(_vm: &mut Vm, this: Gc<TypeVar>) -> Value {
        this.name.get()
    }

    #[method(sig = "($self, /)")]
    fn has_default(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult<bool> {
        let none = no_default(vm)?;
        Ok(this.evaluate_default.get().bound().is_some()
            || this.default.get().bound().is_some_and(|v| v != none))
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(vm: &mut Vm, _this: Gc<TypeVar>, _bases: Value) -> PyResult {
        Err(cannot_subclass(vm, "TypeVar"))
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<TypeVar>) -> Value {
        this.name.get()
    }

    #[getter]
    fn __covariant__(_vm: &mut Vm, this: Gc<TypeVar>) -> bool {
        this.flags.get() & variance::COVARIANT != 0
    }

    #[getter]
    fn __contravariant__(_vm: &mut Vm, this: Gc<TypeVar>) -> bool {
        this.flags.get() & variance::CONTRAVARIANT != 0
    }

    #[getter]
    fn __infer_variance__(_vm: &mut Vm, this: Gc<TypeVar>) -> bool {
        this.flags.get() & variance::INFERRED != 0
    }

    #[getter]
    fn __bound__(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult {
        lazy::get(vm, this.header(), &this.bound, &this.evaluate_bound, Value::NONE)
    }

    #[getter]
    fn __constraints__(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult {
        let empty = Value::from_gc(vm.tuple(&[])?);
        lazy::get(vm, this.header(), &this.constraints, &this.evaluate_constraints, empty)
    }

    #[getter]
    fn __default__(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult {
        let absent = no_default(vm)?;
        lazy::get(vm, this.header(), &this.default, &this.evaluate_default, absent)
    }

    #[getter]
    fn evaluate_bound(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult {
        lazy::evaluator_of(vm, &this.bound, &this.evaluate_bound)
    }

    #[getter]
    fn evaluate_constraints(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult {
        lazy::evaluator_of(vm, &this.constraints, &this.evaluate_constraints)
    }

    #[getter]
    fn evaluate_default(vm: &mut Vm, this: Gc<TypeVar>) -> PyResult {
        lazy::evaluator_of(vm, &this.default, &this.evaluate_default)
    }
}
