//! `typing.Generic`, and the implicit base of `class C[T]`.

use super::{expect_tuple, typing, unpacked};
use crate::heap::{Gc, Header};
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

pub struct Generic;

/// `Generic[*params]`: the base that a class with type parameters gets.
pub fn subscript_generic(vm: &mut Vm, params: Value) -> PyResult {
    let params = expect_tuple(vm, params)?;
    let args = unpacked(vm, params)?;
    let generic = Value::from_gc(vm.native_class(Generic::DECL)?);
    typing(vm, "_GenericAlias", &[generic, Value::from_gc(args)])
}

/// Calls `typing.<function>(cls, *args, **kwargs)`.
fn forward(vm: &mut Vm, function: &str, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
    let module = vm.import_module("typing")?;
    let f = vm.get_attr_str(module, function)?;
    let mut all = vm.rooted_vec();
    all.push(Value::from_gc(cls));
    all.extend_from_slice(args.items());
    vm.call_dict(f, &all, kwargs)
}

/// Base of generic classes.
///
/// A class with type parameters derives from it without saying so; `class C(Generic[T])` is the older spelling.
#[py_type(name = "Generic", module = "typing", id = ids::GENERIC, payload = Header, subclassable)]
impl Generic {
    /// The class with these type arguments (or, for `Generic` itself, type parameters).
    #[classmethod(sig = "($cls, /, *args, **kwargs)")]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        forward(vm, "_generic_class_getitem", cls, args, kwargs)
    }

    /// Finds the type parameters of a new subclass.
    #[classmethod(sig = "($cls, /, *args, **kwargs)")]
    fn __init_subclass__(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        forward(vm, "_generic_init_subclass", cls, args, kwargs)
    }
}
