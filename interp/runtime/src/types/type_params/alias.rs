//! `typing.TypeAliasType`: what `type X = …` makes.

use super::{
    ParamSpec, TypeVar, TypeVarTuple, calling_module, expect_tuple, lazy, name_argument, or, reference_cell,
    unpacked, var_tuple,
};
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::generic_alias;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

reference_cell! {
    /// Cell of a type alias.
    TypeAlias(ids::TYPE_ALIAS) {
        name,
        /// Tuple.
        type_params,
        value,
        evaluate_value,
        /// Of an alias made by a call; one made by a statement has that of its evaluator.
        module,
    }
}

fn allocate(vm: &mut Vm, name: Value, params: Value) -> PyResult<Gc<TypeAlias>> {
    let params = if params.is_none() { Value::from_gc(vm.tuple(&[])?) } else { params };
    let cls = vm.native_class(TypeAlias::DECL)?;
    let alias = vm.alloc_instance::<TypeAlias>(cls)?;
    alias.clear();
    alias.name.init(name);
    alias.type_params.init(params);
    Ok(alias)
}

/// The alias of a `type` statement.
pub fn make_alias(vm: &mut Vm, name: Value, params: Value, evaluator: Value) -> PyResult {
    let alias = allocate(vm, name, params)?;
    alias.evaluate_value.init(evaluator);
    Ok(Value::from_gc(alias))
}

/// Whether a parameter has a default; nothing for what is no type parameter.
fn has_default(vm: &mut Vm, param: Value) -> PyResult<Option<bool>> {
    let known = vm.exact::<TypeVar>(param).is_some()
        || vm.exact::<ParamSpec>(param).is_some()
        || vm.exact::<TypeVarTuple>(param).is_some();
    if !known {
        return Ok(None);
    }
    let has = vm.call_method(param, "has_default", &[])?;
    vm.truth(has).map(Some)
}

/// The `type_params` argument, checked.
fn checked_params(vm: &mut Vm, params: Option<Value>) -> PyResult<Value> {
    let Some(params) = params else { return Ok(Value::NONE) };
    let Some(tuple) = vm.downcast::<Tuple>(params) else {
        return Err(vm.type_error("type_params must be a tuple"));
    };
    let mut seen_default = false;
    for param in tuple.items() {
        match has_default(vm, *param)? {
            None => {
                let text = vm.repr(*param)?.to_message();
                return Err(vm.type_error(format!("Expected a type param, got {text}")));
            }
            Some(true) => seen_default = true,
            Some(false) if seen_default => {
                let text = vm.repr(*param)?.to_message();
                let text = format!("non-default type parameter '{text}' follows default type parameter");
                return Err(vm.type_error(text));
            }
            Some(false) => {}
        }
    }
    Ok(params)
}

/// A name for a type, whose value is computed when asked for.
#[py_type(name = "TypeAliasType", module = "typing", id = ids::TYPE_ALIAS)]
impl TypeAlias {
    #[new(
        sig = "(name=<unrepresentable>, value=<unrepresentable>, *, type_params=<unrepresentable>)",
        text = "(*args, **kwargs)"
    )]
    fn new(
        vm: &mut Vm,
        _cls: Gc<Type>,
        name: Option<Value>,
        value: Option<Value>,
        type_params: Option<Value>,
    ) -> PyResult {
        let name = name_argument(vm, name, "typealias")?;
        let Some(value) = value else {
            return Err(vm.type_error("typealias() missing required argument 'value' (pos 2)"));
        };
        let params = checked_params(vm, type_params)?;
        let module = calling_module(vm);
        let alias = allocate(vm, name, params)?;
        alias.value.init(value);
        alias.module.init(module.unwrap_or(Value::NONE));
        Ok(Value::from_gc(alias))
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<TypeAlias>) -> PyResult {
        vm.to_str(this.name.get()).map(Value::from_gc)
    }

    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<TypeAlias>) -> PyResult {
        var_tuple::iterator(vm, Value::from_gc(this))
    }

    #[method]
    fn __or__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        or(vm, this, other)
    }

    #[method]
    fn __ror__(vm: &mut Vm, this: Value, other: Value) -> PyResult {
        or(vm, other, this)
    }

    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<TypeAlias>, key: Value) -> PyResult {
        if expect_tuple(vm, this.type_params.get())?.is_empty() {
            return Err(vm.type_error("Only generic type aliases are subscriptable"));
        }
        generic_alias::new(vm, Value::from_gc(this), key).map(Value::from_gc)
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(_vm: &mut Vm, this: Gc<TypeAlias>) -> Value {
        this.name.get()
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<TypeAlias>) -> Value {
        this.name.get()
    }

    #[getter]
    fn __parameters__(vm: &mut Vm, this: Gc<TypeAlias>) -> PyResult<Gc<Tuple>> {
        let params = expect_tuple(vm, this.type_params.get())?;
        unpacked(vm, params)
    }

    #[getter]
    fn __type_params__(_vm: &mut Vm, this: Gc<TypeAlias>) -> Value {
        this.type_params.get()
    }

    #[getter]
    fn __value__(vm: &mut Vm, this: Gc<TypeAlias>) -> PyResult {
        lazy::get(vm, this.header(), &this.value, &this.evaluate_value, Value::NONE)
    }

    #[getter]
    fn evaluate_value(vm: &mut Vm, this: Gc<TypeAlias>) -> PyResult {
        lazy::evaluator_of(vm, &this.value, &this.evaluate_value)
    }

    #[getter]
    fn __module__(vm: &mut Vm, this: Gc<TypeAlias>) -> PyResult {
        match (this.module.get().bound(), this.evaluate_value.get().bound()) {
            (Some(module), _) => Ok(module),
            (None, Some(f)) => vm.get_attr_str(f, "__module__"),
            (None, None) => Ok(Value::NONE),
        }
    }
}
