//! The small exception classes: StopIteration, SystemExit, KeyError, ImportError, AttributeError, NameError.

use super::Exception;
use super::attributes::{
    CODE, MSG, NAME, NAME_FROM, NAME_OF_MODULE, OBJ, PATH, VALUE, native_get, native_raw, native_set,
};
use super::base::{no_keywords, own_dict, reduction, set_args, text_of_args};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

pub fn init_stop_iteration(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) -> PyResult<()> {
    match args.items().first() {
        Some(v) => native_set(vm, e, VALUE, *v),
        None => Ok(()),
    }
}

pub fn init_system_exit(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) -> PyResult<()> {
    match args.items() {
        [] => Ok(()),
        [one] => native_set(vm, e, CODE, *one),
        _ => native_set(vm, e, CODE, Value::from_gc(args)),
    }
}

pub fn init_import(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) -> PyResult<()> {
    let msg = match args.items() {
        [one] => *one,
        _ => Value::UNBOUND,
    };
    native_set(vm, e, MSG, msg)
}

/// Sets what was passed by keyword.
fn set_passed(vm: &mut Vm, e: Gc<Exception>, values: &[(usize, Option<Value>)]) -> PyResult<()> {
    for (index, v) in values {
        if let Some(v) = v {
            native_set(vm, e, *index, *v)?;
        }
    }
    Ok(())
}

/// A copy of the instance's dict, or a new one.
fn state_dict(vm: &mut Vm, e: Gc<Exception>) -> PyResult<Gc<Dict>> {
    match own_dict(vm, e)? {
        Some(dict) => vm.dict_copy(dict),
        None => vm.dict_new(),
    }
}

fn put(vm: &mut Vm, dict: Gc<Dict>, name: &str, v: Value) -> PyResult<()> {
    let name = vm.intern(name);
    vm.dict_set_str(dict, name, v)
}

pub struct StopIteration;

#[py_type(name = "StopIteration", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl StopIteration {
    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        no_keywords(vm, "StopIteration", kwargs)?;
        set_args(vm, this, args);
        native_set(vm, this, VALUE, Value::NONE)?;
        init_stop_iteration(vm, this, args)
    }
}

pub struct SystemExit;

#[py_type(name = "SystemExit", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl SystemExit {
    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        no_keywords(vm, "SystemExit", kwargs)?;
        set_args(vm, this, args);
        init_system_exit(vm, this, args)
    }
}

pub struct KeyError;

#[py_type(name = "KeyError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl KeyError {
    /// A single key is shown as its repr, so that an empty string is visible.
    #[method(name = "__str__", doc = "Return str(self).")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<Gc<Str>> {
        match this.args_tuple(vm) {
            Some(args) if args.len() == 1 => vm.repr(args.items()[0]),
            _ => text_of_args(vm, this),
        }
    }
}

pub struct ImportError;

#[py_type(name = "ImportError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl ImportError {
    #[method(
        name = "__init__",
        sig = "($self, /, *args, name=<unrepresentable>, path=<unrepresentable>, name_from=<unrepresentable>)"
    )]
    fn init(
        vm: &mut Vm,
        this: Gc<Exception>,
        args: Gc<Tuple>,
        name: Option<Value>,
        path: Option<Value>,
        name_from: Option<Value>,
    ) -> PyResult<()> {
        set_args(vm, this, args);
        // What is not passed is reset.
        for (field, v) in [(NAME_OF_MODULE, name), (PATH, path), (NAME_FROM, name_from)] {
            native_set(vm, this, field, v.unwrap_or(Value::UNBOUND))?;
        }
        init_import(vm, this, args)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<Gc<Str>> {
        match vm.exact::<Str>(native_get(&this, MSG)) {
            Some(text) => Ok(text),
            None => text_of_args(vm, this),
        }
    }

    #[method(name = "__reduce__")]
    fn reduce(vm: &mut Vm, this: Gc<Exception>) -> PyResult {
        let set = [("name", NAME_OF_MODULE), ("path", PATH), ("name_from", NAME_FROM)];
        let mut state = own_dict(vm, this)?;
        if set.iter().any(|(_, index)| !native_raw(&this, *index).is_unbound()) {
            let dict = state_dict(vm, this)?;
            for (name, index) in set {
                if let Some(v) = native_raw(&this, index).bound() {
                    put(vm, dict, name, v)?;
                }
            }
            state = Some(dict);
        }
        reduction(vm, this, this.args.get(), state)
    }
}

pub struct AttributeError;

#[py_type(name = "AttributeError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl AttributeError {
    #[method(name = "__init__", sig = "($self, /, *args, name=<unrepresentable>, obj=<unrepresentable>)")]
    fn init(
        vm: &mut Vm,
        this: Gc<Exception>,
        args: Gc<Tuple>,
        name: Option<Value>,
        obj: Option<Value>,
    ) -> PyResult<()> {
        set_args(vm, this, args);
        set_passed(vm, this, &[(NAME, name), (OBJ, obj)])
    }

    /// The object is left out: it may not be picklable.
    #[method(name = "__getstate__", doc = "Helper for pickle.")]
    fn getstate(vm: &mut Vm, this: Gc<Exception>) -> PyResult {
        let state = state_dict(vm, this)?;
        if let Some(name) = native_raw(&this, NAME).bound() {
            put(vm, state, "name", name)?;
        }
        put(vm, state, "args", this.args.get())?;
        Ok(Value::from_gc(state))
    }

    #[method(name = "__reduce__")]
    fn reduce(vm: &mut Vm, this: Gc<Exception>) -> PyResult {
        let state = Self::getstate(vm, this)?;
        let state = vm.exact_dict(state);
        reduction(vm, this, this.args.get(), state)
    }
}

pub struct NameError;

#[py_type(name = "NameError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl NameError {
    #[method(name = "__init__", sig = "($self, /, *args, name=<unrepresentable>)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, name: Option<Value>) -> PyResult<()> {
        set_args(vm, this, args);
        set_passed(vm, this, &[(NAME, name)])
    }
}
