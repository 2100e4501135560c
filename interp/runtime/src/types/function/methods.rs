//! The Python type `function`.

use super::Function;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::code::CodeObj;
use crate::types::dict::Dict;
use crate::types::object::{address, get_dict};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm, id_of};
use habu_bytecode::CodeFlags;
use habu_macros::py_type;

/// What calls rely on has changed: caches made for the old version no longer apply.
fn changed(vm: &mut Vm, f: Gc<Function>) {
    let version = vm.fresh_version();
    f.version.set(version);
    vm.notify_tier(crate::tier::Watched::Function(f.addr()));
}

fn text(vm: &mut Vm, value: Option<Value>, what: &str) -> PyResult {
    match value {
        Some(v) if vm.downcast::<Str>(v).is_some() => Ok(v),
        _ => Err(vm.type_error(format!("{what} must be set to a string object"))),
    }
}

/// The tuple of a settable attribute; `None` for None or deletion.
fn optional_tuple(vm: &mut Vm, value: Option<Value>, what: &str) -> PyResult<Option<Gc<Tuple>>> {
    let Some(v) = value.filter(|v| !v.is_none()) else { return Ok(None) };
    match vm.downcast::<Tuple>(v) {
        Some(tuple) => Ok(Some(tuple)),
        None => Err(vm.type_error(format!("{what} must be set to a tuple object"))),
    }
}

/// Create a function object.
///
///   code
///     a code object
///   globals
///     the globals dictionary
///   name
///     a string that overrides the name from the code object
///   argdefs
///     a tuple that specifies the default argument values
///   closure
///     a tuple that supplies the bindings for free variables
///   kwdefaults
///     a dictionary that specifies the default keyword argument values
#[py_type(name = "function", id = ids::FUNCTION, has_dict)]
impl Function {
    #[new(sig = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    #[allow(clippy::too_many_arguments, reason = "one Rust parameter for each of the type's")]
    fn new(
        vm: &mut Vm,
        _cls: Gc<Type>,
        code: Gc<CodeObj>,
        globals: Gc<Dict>,
        name: Value,
        argdefs: Value,
        closure: Value,
        kwdefaults: Value,
    ) -> PyResult {
        if !name.is_none() && vm.downcast::<Str>(name).is_none() {
            return Err(vm.type_error("arg 3 (name) must be None or string"));
        }
        let defaults = vm.downcast::<Tuple>(argdefs);
        if defaults.is_none() && !argdefs.is_none() {
            return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
        }
        let wanted = code.unit().free.len();
        let cells = vm.downcast::<Tuple>(closure);
        if cells.is_none() && (wanted != 0 || !closure.is_none()) {
            let text = if wanted != 0 && closure.is_none() {
                "arg 5 (closure) must be tuple"
            } else {
                "arg 5 (closure) must be None or tuple"
            };
            return Err(vm.type_error(text));
        }
        let given = cells.map_or(0, |t| t.len());
        if given != wanted {
            let name = code.unit().name.clone();
            return Err(vm.value_error(format!("{name} requires closure of length {wanted}, not {given}")));
        }
        for cell in cells.iter().flat_map(|t| t.items()) {
            if id_of(*cell) != ids::CELL {
                let got = vm.type_name(*cell);
                return Err(vm.type_error(format!("arg 5 (closure) expected cell, found {got}")));
            }
        }
        let kwdefaults = match vm.downcast::<Dict>(kwdefaults) {
            None if !kwdefaults.is_none() => {
                return Err(vm.type_error("arg 6 (kwdefaults) must be None or dict"));
            }
            found => found,
        };
        let key = vm.names.builtins;
        let builtins = match vm.dict_get_str(globals, key) {
            Some(v) => match vm.downcast::<crate::types::module::Module>(v) {
                Some(module) => module.dict.get(),
                None => vm.exact_dict(v),
            },
            None => vm.current_builtins(),
        };
        let f = super::new(vm, code, globals, builtins, cells)?;
        let header = f.header();
        if !name.is_none() {
            f.name.set(&mut vm.heap, header, name);
        }
        f.defaults.set(&mut vm.heap, header, defaults);
        f.kwdefaults.set(&mut vm.heap, header, kwdefaults);
        Ok(Value::from_gc(f))
    }

    #[method(sig = "($self, /, *args, **kwargs)")]
    fn __call__(vm: &mut Vm, this: Gc<Function>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        vm.call_dict(Value::from_gc(this), args.items(), kwargs)
    }

    #[method]
    fn __get__(vm: &mut Vm, this: Gc<Function>, instance: Value, owner: Value) -> PyResult {
        if instance.is_none() && !owner.is_none() && owner != Value::from_gc(vm.builtin(ids::NONE)) {
            return Ok(Value::from_gc(this));
        }
        vm.bind_method(Value::from_gc(this), instance)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Function>) -> PyResult<String> {
        let name = vm.to_str(this.qualname.get())?.to_message();
        Ok(format!("<function {name} at {:#x}>", address(Value::from_gc(this))))
    }

    #[getter]
    fn __name__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.name.get()
    }

    #[setter(name = "__name__")]
    fn set_name(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let v = text(vm, value, "__name__")?;
        this.name.set(&mut vm.heap, this.header(), v);
        Ok(())
    }

    #[getter]
    fn __qualname__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.qualname.get()
    }

    #[setter(name = "__qualname__")]
    fn set_qualname(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let v = text(vm, value, "__qualname__")?;
        this.qualname.set(&mut vm.heap, this.header(), v);
        Ok(())
    }

    #[getter]
    fn __module__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.module.get()
    }

    #[setter(name = "__module__")]
    fn set_module(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) {
        this.module.set(&mut vm.heap, this.header(), value.unwrap_or(Value::NONE));
    }

    #[getter]
    fn __doc__(vm: &mut Vm, this: Gc<Function>) -> PyResult {
        if let Some(doc) = this.doc.get().bound() {
            return Ok(doc);
        }
        let code = this.code.get().expect("functions have code");
        crate::types::code::complete(vm, code)?;
        let doc = code.consts.get().and_then(|c| c.items().first().copied()).unwrap_or(Value::NONE);
        this.doc.set(&mut vm.heap, this.header(), doc);
        Ok(doc)
    }

    #[setter(name = "__doc__")]
    fn set_doc(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) {
        this.doc.set(&mut vm.heap, this.header(), value.unwrap_or(Value::NONE));
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Gc<Function>) -> PyResult {
        get_dict(vm, Value::from_gc(this))
    }

    #[setter(name = "__dict__")]
    fn set_dict(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let v = Value::from_gc(this);
        match value {
            Some(value) => crate::types::object::set_dict(vm, v, value),
            None => Err(vm.type_error("cannot delete __dict__")),
        }
    }

    #[getter]
    fn __code__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.code.get().map_or(Value::NONE, Value::from_gc)
    }

    #[setter(name = "__code__")]
    fn set_code(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let Some(code) = value.and_then(|v| vm.exact::<CodeObj>(v)) else {
            return Err(vm.type_error("__code__ must be set to a code object"));
        };
        let (wanted, have) = (code.unit().free.len(), this.closure.get().map_or(0, |t| t.len()));
        if wanted != have {
            let name = vm.to_str(this.name.get())?.to_message();
            let text = format!("{name}() requires a code object with {have} free vars, not {wanted}");
            return Err(vm.value_error(text));
        }
        let kinds = [CodeFlags::GENERATOR, CodeFlags::COROUTINE, CodeFlags::ASYNC_GENERATOR];
        if let Some(own) = this.code.get()
            && kinds.iter().any(|k| own.unit().flags.contains(*k) != code.unit().flags.contains(*k))
        {
            let text = "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a \
                        plain function)";
            vm.warn(Exc::DeprecationWarning, text, 1)?;
        }
        // The doc text stays that of the code so far.
        Self::__doc__(vm, this)?;
        let code = match this.globals.get() {
            Some(globals) => crate::types::code::at_home(vm, code, globals)?,
            None => code,
        };
        this.code.set(&mut vm.heap, this.header(), Some(code));
        changed(vm, this);
        Ok(())
    }

    #[getter]
    fn __globals__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.globals.get().map_or(Value::NONE, Value::from_gc)
    }

    #[getter]
    fn __builtins__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.builtins.get().map_or(Value::NONE, Value::from_gc)
    }

    #[getter]
    fn __closure__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.closure.get().map_or(Value::NONE, Value::from_gc)
    }

    #[getter]
    fn __defaults__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.defaults.get().map_or(Value::NONE, Value::from_gc)
    }

    #[setter(name = "__defaults__")]
    fn set_defaults(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let defaults = optional_tuple(vm, value, "__defaults__")?;
        this.defaults.set(&mut vm.heap, this.header(), defaults);
        changed(vm, this);
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.kwdefaults.get().map_or(Value::NONE, Value::from_gc)
    }

    #[setter(name = "__kwdefaults__")]
    fn set_kwdefaults(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let dict = match value.filter(|v| !v.is_none()) {
            None => None,
            Some(v) => match vm.downcast::<Dict>(v) {
                Some(dict) => Some(dict),
                None => return Err(vm.type_error("__kwdefaults__ must be set to a dict object")),
            },
        };
        this.kwdefaults.set(&mut vm.heap, this.header(), dict);
        changed(vm, this);
        Ok(())
    }

    #[getter]
    fn __annotations__(vm: &mut Vm, this: Gc<Function>) -> PyResult {
        if let Some(v) = this.annotations.get().bound() {
            return Ok(v);
        }
        let made = match this.annotate.get().bound() {
            Some(f) if vm.is_callable(f) => {
                let made = vm.call(f, &[Value::small(1)])?;
                if vm.downcast::<Dict>(made).is_none() {
                    let got = vm.type_name(made);
                    return Err(vm.type_error(format!("__annotate__ returned non-dict of type '{got}'")));
                }
                made
            }
            _ => Value::from_gc(vm.dict_new()?),
        };
        this.annotations.set(&mut vm.heap, this.header(), made);
        Ok(made)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let v = value.unwrap_or(Value::NONE);
        if !v.is_none() && vm.downcast::<Dict>(v).is_none() {
            return Err(vm.type_error("__annotations__ must be set to a dict object"));
        }
        let new = if v.is_none() { Value::UNBOUND } else { v };
        this.annotations.set(&mut vm.heap, this.header(), new);
        this.annotate.init(Value::NONE);
        Ok(())
    }

    #[getter]
    fn __annotate__(_vm: &mut Vm, this: Gc<Function>) -> Value {
        this.annotate.get().bound().unwrap_or(Value::NONE)
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else { return Err(vm.type_error("__annotate__ cannot be deleted")) };
        if !v.is_none() && !vm.is_callable(v) {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        this.annotate.set(&mut vm.heap, this.header(), v);
        if !v.is_none() {
            this.annotations.init(Value::UNBOUND);
        }
        Ok(())
    }

    #[getter]
    fn __type_params__(vm: &mut Vm, this: Gc<Function>) -> PyResult {
        match this.type_params.get().bound() {
            Some(v) => Ok(v),
            None => Ok(Value::from_gc(vm.tuple(&[])?)),
        }
    }

    #[setter(name = "__type_params__")]
    fn set_type_params(vm: &mut Vm, this: Gc<Function>, value: Option<Value>) -> PyResult<()> {
        match value.filter(|v| vm.downcast::<Tuple>(*v).is_some()) {
            Some(v) => {
                this.type_params.set(&mut vm.heap, this.header(), v);
                Ok(())
            }
            None => Err(vm.type_error("__type_params__ must be set to a tuple")),
        }
    }
}
