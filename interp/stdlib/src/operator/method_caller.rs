//! `methodcaller`.

use super::getters::call_repr;
use crate::functools::call_dict;
use crate::layout;
use crate::support::VmExt;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a methodcaller: interned name, tuple of arguments, dict of keywords.
    MethodCaller(ids::METHOD_CALLER) { name, args, keywords }
}

fn args_of(vm: &Vm, this: Gc<MethodCaller>) -> Gc<Tuple> {
    vm.downcast::<Tuple>(this.args.get()).expect("made as a tuple")
}

/// Return a callable object that calls the given method on its operand.
///
/// After f = methodcaller('name'), the call f(r) returns r.name().
/// After g = methodcaller('name', 'date', foo=1), the call g(r) returns
/// r.name('date', foo=1).
#[py_type(name = "methodcaller", module = "operator", id = ids::METHOD_CALLER, subclassable)]
impl MethodCaller {
    #[new(sig = "(*args, **kwargs)", text = "(name, /, *args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<Gc<MethodCaller>> {
        let Some(name) = args.get(0) else {
            return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = vm.downcast::<Str>(name) else {
            return Err(vm.type_error("method name must be a string"));
        };
        let name = vm.str_exact(name)?;
        let name = vm.intern_str(name)?;
        let args = vm.tuple(&args.items()[1..])?;
        let this = vm.alloc_instance::<MethodCaller>(cls)?;
        this.name.init(Value::from_gc(name));
        this.args.init(Value::from_gc(args));
        this.keywords.init(Value::from_gc(kwargs));
        Ok(this)
    }
    #[method(sig = "($self, obj, /)")]
    fn __call__(vm: &mut Vm, this: Gc<MethodCaller>, obj: Value) -> PyResult {
        let name = vm.exact::<Str>(this.name.get()).expect("made as a string");
        let f = vm.get_attr(obj, name)?;
        let (args, keywords) = (args_of(vm, this), vm.exact_dict(this.keywords.get()));
        call_dict(vm, f, args.items(), keywords)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<MethodCaller>) -> PyResult<Gc<Str>> {
        let mut parts = vm.rooted_vec();
        parts.push(this.name.get());
        parts.extend_from_slice(args_of(vm, this).items());
        let keywords = vm.exact_dict(this.keywords.get());
        call_repr(vm, Value::from_gc(this), &parts, keywords)
    }
    /// Return state information for pickling
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<MethodCaller>) -> PyResult<(Value, Value)> {
        let cls = Value::from_gc(vm.class_of(Value::from_gc(this)));
        let keywords = vm.exact_dict(this.keywords.get()).filter(|k| !k.is_empty());
        if keywords.is_none() {
            let mut parts = vm.rooted_vec();
            parts.push(this.name.get());
            parts.extend_from_slice(args_of(vm, this).items());
            let args = vm.tuple(&parts)?;
            return Ok((cls, Value::from_gc(args)));
        }
        let partial = vm.module_attr("functools", "partial")?;
        let made = call_dict(vm, partial, &[cls, this.name.get()], keywords)?;
        Ok((made, this.args.get()))
    }
}
