//! `typing.ParamSpec` and its `args` and `kwargs`.

use super::{
    cannot_subclass, lazy, name_argument, no_default, or, reference_cell, repr_with_variance, set_module,
    type_check, typing, variance, variance_flags,
};
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

reference_cell! {
    /// Cell of a parameter specification.
    ParamSpec(ids::PARAM_SPEC) { name, bound, default, evaluate_default } plain flags: u8
}

fn allocate(vm: &mut Vm, name: Value, flags: u8) -> PyResult<Gc<ParamSpec>> {
    let cls = vm.native_class(ParamSpec::DECL)?;
    let spec = vm.alloc_instance::<ParamSpec>(cls)?;
    spec.clear();
    spec.name.init(name);
    spec.bound.init(Value::NONE);
    spec.flags.set(flags);
    Ok(spec)
}

/// The parameter of `def f[**name]`.
pub fn make_param_spec(vm: &mut Vm, name: Value, default: Value) -> PyResult {
    let spec = allocate(vm, name, variance::INFERRED)?;
    if !default.is_none() {
        spec.evaluate_default.init(default);
    }
    Ok(Value::from_gc(spec))
}

/// A placeholder for the parameters of a callable.
#[py_type(name = "ParamSpec", module = "typing", id = ids::PARAM_SPEC, has_dict)]
impl ParamSpec {
    #[new(
        sig = "(name=<unrepresentable>, *, bound=None, default=<unrepresentable>, covariant=False, contravariant=False, infer_variance=False)",
        text = "(*args, **kwargs)"
    )]
    #[allow(clippy::too_many_arguments, reason = "the signature is Python's")]
    fn new(
        vm: &mut Vm,
        _cls: Gc<Type>,
        name: Option<Value>,
        bound: Value,
        default: Option<Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> PyResult {
        let name = name_argument(vm, name, "paramspec")?;
        let flags = variance_flags(vm, covariant, contravariant, infer_variance)?;
        let bound = if bound.is_none() { bound } else { type_check(vm, bound, "Bound must be a type.")? };
        let spec = allocate(vm, name, flags)?;
        spec.bound.init(bound);
        if let Some(default) = default {
            spec.default.init(default);
        }
        set_module(vm, Value::from_gc(spec))?;
        Ok(Value::from_gc(spec))
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ParamSpec>) -> PyResult<String> {
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
    fn __typing_subst__(vm: &mut Vm, this: Gc<ParamSpec>, arg: Value) -> PyResult {
        typing(vm, "_paramspec_subst", &[Value::from_gc(this), arg])
    }

    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(vm: &mut Vm, this: Gc<ParamSpec>, alias: Value, args: Value) -> PyResult {
        typing(vm, "_paramspec_prepare_subst", &[Value::from_gc(this), alias, args])
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(_vm: &mut Vm, this: Gc<ParamSpec>) -> Value {
        this.name.get()
    }

    #[method(sig = "($self, /)")]
    fn has_default(vm: &mut Vm, this: Gc<ParamSpec>) -> PyResult<bool> {
        let none = no_default(vm)?;
        Ok(this.evaluate_default.get().bound().is_some()
            || this.default.get().bound().is_some_and(|v| v != none))
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(vm: &mut Vm, _this: Gc<ParamSpec>, _bases: Value) -> PyResult {
        Err(cannot_subclass(vm, "ParamSpec"))
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<ParamSpec>) -> Value {
        this.name.get()
    }

    #[getter]
    fn __bound__(_vm: &mut Vm, this: Gc<ParamSpec>) -> Value {
        this.bound.get()
    }

    #[getter]
    fn __covariant__(_vm: &mut Vm, this: Gc<ParamSpec>) -> bool {
        this.flags.get() & variance::COVARIANT != 0
    }

    #[getter]
    fn __contravariant__(_vm: &mut Vm, this: Gc<ParamSpec>) -> bool {
        this.flags.get() & variance::CONTRAVARIANT != 0
    }

    #[getter]
    fn __infer_variance__(_vm: &mut Vm, this: Gc<ParamSpec>) -> bool {
        this.flags.get() & variance::INFERRED != 0
    }

    /// Stands for the positional arguments.
    #[getter]
    fn args(vm: &mut Vm, this: Gc<ParamSpec>) -> PyResult {
        let cls = vm.native_class(ParamSpecArgs::DECL)?;
        let part = vm.alloc_instance::<ParamSpecArgs>(cls)?;
        part.origin.init(Value::from_gc(this));
        Ok(Value::from_gc(part))
    }

    /// Stands for the keyword arguments.
    #[getter]
    fn kwargs(vm: &mut Vm, this: Gc<ParamSpec>) -> PyResult {
        let cls = vm.native_class(ParamSpecKwargs::DECL)?;
        let part = vm.alloc_instance::<ParamSpecKwargs>(cls)?;
        part.origin.init(Value::from_gc(this));
        Ok(Value::from_gc(part))
    }

    #[getter]
    fn __default__(vm: &mut Vm, this: Gc<ParamSpec>) -> PyResult {
        let absent = no_default(vm)?;
        lazy::get(vm, this.header(), &this.default, &this.evaluate_default, absent)
    }

    #[getter]
    fn evaluate_default(vm: &mut Vm, this: Gc<ParamSpec>) -> PyResult {
        lazy::evaluator_of(vm, &this.default, &this.evaluate_default)
    }
}

reference_cell! {
    /// Cell of `P.args`.
    ParamSpecArgs(ids::PARAM_SPEC_ARGS) { origin }
}

reference_cell! {
    /// Cell of `P.kwargs`.
    ParamSpecKwargs(ids::PARAM_SPEC_KWARGS) { origin }
}

/// `P.args` or `P.kwargs` as text.
fn part_repr(vm: &mut Vm, origin: Value, part: &str) -> PyResult<String> {
    let name = match vm.exact::<ParamSpec>(origin) {
        Some(spec) => vm.to_str(spec.name.get())?,
        None => vm.repr(origin)?,
    };
    Ok(format!("{}.{part}", name.to_message()))
}

/// The positional arguments of a ParamSpec.
#[py_type(name = "ParamSpecArgs", module = "typing", id = ids::PARAM_SPEC_ARGS)]
impl ParamSpecArgs {
    #[new(sig = "(origin)", text = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, origin: Value) -> PyResult {
        let part = vm.alloc_instance::<ParamSpecArgs>(cls)?;
        part.origin.init(origin);
        Ok(Value::from_gc(part))
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ParamSpecArgs>) -> PyResult<String> {
        part_repr(vm, this.origin.get(), "args")
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<ParamSpecArgs>, other: Value) -> PyResult {
        match vm.exact::<ParamSpecArgs>(other) {
            Some(other) => vm.rich_compare(this.origin.get(), other.origin.get(), CmpOp::Eq),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(vm: &mut Vm, _this: Gc<ParamSpecArgs>, _bases: Value) -> PyResult {
        Err(cannot_subclass(vm, "ParamSpecArgs"))
    }

    #[getter]
    fn __origin__(_vm: &mut Vm, this: Gc<ParamSpecArgs>) -> Value {
        this.origin.get()
    }
}

/// The keyword arguments of a ParamSpec.
#[py_type(name = "ParamSpecKwargs", module = "typing", id = ids::PARAM_SPEC_KWARGS)]
impl ParamSpecKwargs {
    #[new(sig = "(origin)", text = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, origin: Value) -> PyResult {
        let part = vm.alloc_instance::<ParamSpecKwargs>(cls)?;
        part.origin.init(origin);
        Ok(Value::from_gc(part))
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ParamSpecKwargs>) -> PyResult<String> {
        part_repr(vm, this.origin.get(), "kwargs")
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<ParamSpecKwargs>, other: Value) -> PyResult {
        match vm.exact::<ParamSpecKwargs>(other) {
            Some(other) => vm.rich_compare(this.origin.get(), other.origin.get(), CmpOp::Eq),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(vm: &mut Vm, _this: Gc<ParamSpecKwargs>, _bases: Value) -> PyResult {
        Err(cannot_subclass(vm, "ParamSpecKwargs"))
    }

    #[getter]
    fn __origin__(_vm: &mut Vm, this: Gc<ParamSpecKwargs>) -> Value {
        this.origin.get()
    }
}
