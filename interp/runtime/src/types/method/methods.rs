//! The Python type `method`.

use super::Method;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::object::{address, attribute_name};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// Create a bound instance method object.
#[py_type(name = "method", id = ids::METHOD)]
impl Method {
    #[new(sig = "(function, instance, /)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, function: Value, instance: Value) -> PyResult {
        if !vm.is_callable(function) {
            return Err(vm.type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(vm.type_error("instance must not be None"));
        }
        let m = vm.alloc::<Method>(ids::METHOD)?;
        m.function.init(function);
        m.receiver.init(instance);
        Ok(Value::from_gc(m))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Gc<Method>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        vm.call_dict(Value::from_gc(this), args.items(), kwargs)
    }

    #[method]
    fn __get__(_vm: &mut Vm, this: Gc<Method>, _instance: Value, _owner: Value) -> Value {
        Value::from_gc(this)
    }

    /// Other attributes are those of the function.
    #[method]
    fn __getattribute__(vm: &mut Vm, this: Gc<Method>, name: Value) -> PyResult {
        let name = attribute_name(vm, name)?;
        let v = Value::from_gc(this);
        if let Some(found) = vm.object_get_attr(v, name)? {
            return Ok(found);
        }
        vm.get_attr(this.function.get(), name)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Method>) -> PyResult<String> {
        let (qualname, name) = (vm.names.qualname, vm.names.name);
        let f = this.function.get();
        let found = match vm.get_attr_opt(f, qualname)? {
            Some(found) => Some(found),
            None => vm.get_attr_opt(f, name)?,
        };
        let name =
            found.and_then(|v| vm.downcast::<Str>(v)).map_or_else(|| "?".to_owned(), |s| s.to_message());
        let receiver = vm.repr(this.receiver.get())?.to_message();
        Ok(format!("<bound method {name} of {receiver}>"))
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<Method>, other: Value) -> PyResult {
        let Some(other) = vm.exact::<Method>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        if this.receiver.get() != other.receiver.get() {
            return Ok(Value::FALSE);
        }
        Ok(Value::bool(vm.eq(this.function.get(), other.function.get())?))
    }

    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<Method>) -> PyResult<i64> {
        let f = vm.hash(this.function.get())?;
        Ok((address(this.receiver.get()) >> 4) as i64 ^ f)
    }

    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Method>) -> PyResult {
        let key = vm.names.name;
        let name = vm.get_attr(this.function.get(), key)?;
        let getattr = vm.intern("getattr");
        let f = vm.builtins.and_then(|b| vm.dict_get_str(b, getattr)).unwrap_or(Value::NONE);
        let args = vm.tuple(&[this.receiver.get(), name])?;
        Ok(Value::from_gc(vm.tuple(&[f, Value::from_gc(args)])?))
    }

    #[getter]
    fn __func__(_vm: &mut Vm, this: Gc<Method>) -> Value {
        this.function.get()
    }

    #[getter]
    fn __self__(_vm: &mut Vm, this: Gc<Method>) -> Value {
        this.receiver.get()
    }

    #[getter]
    fn __doc__(vm: &mut Vm, this: Gc<Method>) -> PyResult {
        let key = vm.names.doc;
        Ok(vm.get_attr_opt(this.function.get(), key)?.unwrap_or(Value::NONE))
    }
}
