//! Type parameters and what belongs to them (PEP 695, 696): `TypeVar`, `ParamSpec`, `TypeVarTuple`, `TypeAliasType`,
//! `Generic`, and values that are computed when first asked for.

mod alias;
mod generic;
mod lazy;
mod param_spec;
mod type_var;
mod var_tuple;

pub use alias::{TypeAlias, make_alias};
pub use generic::{Generic, subscript_generic};
pub use lazy::{ConstEvaluator, NoDefault, no_default};
pub use param_spec::{ParamSpec, ParamSpecArgs, ParamSpecKwargs, make_param_spec};
pub use type_var::{TypeVar, make_type_var};
pub use var_tuple::{TypeVarTuple, make_var_tuple, unpacked};

use crate::heap::Gc;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};

/// A cell of references only, each in a `Field`.
macro_rules! reference_cell {
    ($(#[$meta:meta])* $name:ident($id:expr) { $($(#[$field_meta:meta])* $field:ident),* $(,)? } $(plain $plain:ident : $plain_type:ty)?) => {
        $(#[$meta])*
        #[repr(C)]
        pub struct $name {
            pub header: crate::heap::Header,
            $($(#[$field_meta])* pub $field: crate::heap::Field,)*
            $(pub $plain: std::cell::Cell<$plain_type>,)?
        }
        const _: () = {
            unsafe fn trace(cell: std::ptr::NonNull<crate::heap::Header>, t: &mut crate::heap::Tracer<'_>) {
                // SAFETY: called by the collector for cells of this layout.
                let this = unsafe { cell.cast::<$name>().as_ref() };
                $(t.value(this.$field.get());)*
            }
            // SAFETY: `trace` names every reference.
            unsafe impl crate::heap::Layout for $name {
                const ID: crate::heap::ShapeId = $id;
                const KIND: crate::heap::CellKind = crate::heap::CellKind::new(trace);
            }
        };
        impl $name {
            /// Nothing in any field: zeroed memory would read as 0.
            #[allow(dead_code, reason = "cells that are filled at once need no clearing")]
            fn clear(&self) {
                $(self.$field.init(crate::value::Value::UNBOUND);)*
            }
        }
    };
}
pub(crate) use reference_cell;

/// Calls a function of module `typing`.
fn typing(vm: &mut Vm, function: &str, args: &[Value]) -> PyResult {
    let module = vm.import_module("typing")?;
    let f = vm.get_attr_str(module, function)?;
    vm.call(f, args)
}

/// What may stand where a type is wanted, as `typing._type_check` sees it.
pub fn type_check(vm: &mut Vm, v: Value, message: &str) -> PyResult {
    if v.is_none() {
        return Ok(Value::from_gc(vm.builtin(crate::object::ids::NONE)));
    }
    if vm.as_class(v).is_some() {
        return Ok(v);
    }
    let message = Value::from_gc(vm.str(message)?);
    typing(vm, "_type_check", &[v, message])
}

/// `a | b`, either of which may be a string that names a type.
fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    crate::types::union::checked_union(vm, &[a, b])
}

fn cannot_subclass(vm: &mut Vm, what: &str) -> Raised {
    vm.type_error(format!("Cannot subclass an instance of {what}"))
}

/// The `name` argument of a constructor that CPython calls `function`.
fn name_argument(vm: &mut Vm, name: Option<Value>, function: &str) -> PyResult<Value> {
    match name {
        None => Err(vm.type_error(format!("{function}() missing required argument 'name' (pos 1)"))),
        Some(v) if vm.downcast::<Str>(v).is_some() => Ok(v),
        Some(v) => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("{function}() argument 'name' must be str, not {got}")))
        }
    }
}

/// `__name__` of the module that runs, for objects to be pickled by reference.
fn calling_module(vm: &mut Vm) -> Option<Value> {
    let globals = vm.current_globals()?;
    let name = vm.names.name;
    vm.dict_get_str(globals, name)
}

/// Gives an object made by a call the `__module__` of its maker.
fn set_module(vm: &mut Vm, v: Value) -> PyResult<()> {
    let Some(module) = calling_module(vm) else { return Ok(()) };
    let name = vm.names.module;
    vm.generic_set_attr(v, name, module)
}

/// Flags of `TypeVar` and `ParamSpec`.
mod variance {
    pub const COVARIANT: u8 = 1;
    pub const CONTRAVARIANT: u8 = 2;
    pub const INFERRED: u8 = 4;
}

/// The three keyword arguments as flags, if they go together.
fn variance_flags(vm: &mut Vm, covariant: bool, contravariant: bool, infer: bool) -> PyResult<u8> {
    if covariant && contravariant {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    let mut flags = 0;
    for (on, flag) in [
        (covariant, variance::COVARIANT),
        (contravariant, variance::CONTRAVARIANT),
        (infer, variance::INFERRED),
    ] {
        if on {
            flags |= flag;
        }
    }
    Ok(flags)
}

/// `repr()` of a parameter with variance.
fn repr_with_variance(vm: &mut Vm, name: Value, flags: u8) -> PyResult<String> {
    let name = vm.to_str(name)?.to_message();
    let sign = match flags {
        variance::INFERRED => "",
        variance::COVARIANT => "+",
        variance::CONTRAVARIANT => "-",
        _ => "~",
    };
    Ok(format!("{sign}{name}"))
}

fn expect_tuple(vm: &mut Vm, v: Value) -> PyResult<Gc<Tuple>> {
    match vm.downcast::<Tuple>(v) {
        Some(tuple) => Ok(tuple),
        None => vm.tuple_from_iterable(v),
    }
}
