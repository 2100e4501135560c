//! What pickling takes from other modules, and its exceptions: found once, kept as permanent values.

use crate::support::{VmExt, new_class};
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::dict::Dict;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use std::any::TypeId;

#[derive(Clone, Copy)]
pub struct Globals {
    pub pickle_error: Gc<Type>,
    pub pickling_error: Gc<Type>,
    pub unpickling_error: Gc<Type>,
    /// `copyreg`'s tables.
    pub dispatch_table: Value,
    pub extension_registry: Gc<Dict>,
    pub inverted_registry: Gc<Dict>,
    pub extension_cache: Gc<Dict>,
    /// `_compat_pickle`'s tables: names of Python 2.
    pub name_mapping: Gc<Dict>,
    pub import_mapping: Gc<Dict>,
    pub reverse_name_mapping: Gc<Dict>,
    pub reverse_import_mapping: Gc<Dict>,
    pub codecs_encode: Value,
    pub getattr: Value,
    pub partial: Value,
    /// What `persistent_id` and `persistent_load` are where the program gives none.
    pub no_persistent_id: Value,
    pub no_persistent_load: Value,
}

fn keep(vm: &mut Vm, v: Value) -> Value {
    vm.permanent.push(v);
    v
}

fn table(vm: &mut Vm, module: &str, name: &str) -> PyResult<Gc<Dict>> {
    let found = vm.module_attr(module, name)?;
    match vm.downcast::<Dict>(found) {
        Some(dict) => {
            keep(vm, found);
            Ok(dict)
        }
        None => {
            let got = vm.type_name(found);
            Err(vm.runtime_error(format!("{module}.{name} should be a dict, not {got}")))
        }
    }
}

fn object(vm: &mut Vm, module: &str, name: &str) -> PyResult {
    let found = vm.module_attr(module, name)?;
    Ok(keep(vm, found))
}

fn error(vm: &mut Vm, name: &str, base: Gc<Type>) -> PyResult<Gc<Type>> {
    let cls = new_class(vm, "_pickle", name, &[Value::from_gc(base)])?;
    keep(vm, Value::from_gc(cls));
    Ok(cls)
}

/// `defaults`: the module's own functions for persistent ids.
pub fn init(vm: &mut Vm, defaults: (Value, Value)) -> PyResult<Globals> {
    keep(vm, defaults.0);
    keep(vm, defaults.1);
    let exception = vm.exc_class(Exc::Exception);
    let pickle_error = error(vm, "PickleError", exception)?;
    let globals = Globals {
        pickle_error,
        pickling_error: error(vm, "PicklingError", pickle_error)?,
        unpickling_error: error(vm, "UnpicklingError", pickle_error)?,
        dispatch_table: {
            let dict = table(vm, "copyreg", "dispatch_table")?;
            Value::from_gc(dict)
        },
        extension_registry: table(vm, "copyreg", "_extension_registry")?,
        inverted_registry: table(vm, "copyreg", "_inverted_registry")?,
        extension_cache: table(vm, "copyreg", "_extension_cache")?,
        name_mapping: table(vm, "_compat_pickle", "NAME_MAPPING")?,
        import_mapping: table(vm, "_compat_pickle", "IMPORT_MAPPING")?,
        reverse_name_mapping: table(vm, "_compat_pickle", "REVERSE_NAME_MAPPING")?,
        reverse_import_mapping: table(vm, "_compat_pickle", "REVERSE_IMPORT_MAPPING")?,
        codecs_encode: object(vm, "codecs", "encode")?,
        getattr: object(vm, "builtins", "getattr")?,
        partial: object(vm, "functools", "partial")?,
        no_persistent_id: defaults.0,
        no_persistent_load: defaults.1,
    };
    vm.module_state.insert(TypeId::of::<Globals>(), Box::new(globals));
    Ok(globals)
}

pub fn get(vm: &mut Vm) -> PyResult<Globals> {
    match vm.module_state.get(&TypeId::of::<Globals>()).and_then(|g| g.downcast_ref::<Globals>()) {
        Some(globals) => Ok(*globals),
        None => Err(vm.system_error("_pickle is not initialised")),
    }
}

pub fn no_persistent_id(vm: &mut Vm) -> PyResult {
    get(vm).map(|g| g.no_persistent_id)
}

#[cold]
fn raise(vm: &mut Vm, cls: PyResult<Gc<Type>>, text: &str) -> Raised {
    let made = cls.and_then(|cls| {
        let text = Value::from_gc(vm.str(text)?);
        vm.make_exception(cls, &[text])
    });
    match made {
        Ok(e) => vm.raise_value(Value::from_gc(e)),
        Err(raised) => raised,
    }
}

/// Raises PicklingError.
#[cold]
pub fn pickling_error(vm: &mut Vm, text: impl AsRef<str>) -> Raised {
    let cls = get(vm).map(|g| g.pickling_error);
    raise(vm, cls, text.as_ref())
}

/// Raises UnpicklingError.
#[cold]
pub fn unpickling_error(vm: &mut Vm, text: impl AsRef<str>) -> Raised {
    let cls = get(vm).map(|g| g.unpickling_error);
    raise(vm, cls, text.as_ref())
}

/// Raises PicklingError because of an exception, which becomes its context.
#[cold]
pub fn pickling_error_from(vm: &mut Vm, text: impl AsRef<str>, cause: Value) -> Raised {
    let raised = pickling_error(vm, text);
    let e = vm.take_exception(raised);
    let name = vm.intern("__context__");
    match vm.set_attr(e, name, cause) {
        Ok(()) => vm.raise_again(e),
        Err(raised) => raised,
    }
}

/// A failure with a note that says what was being done.
#[inline]
pub fn noted<T>(
    vm: &mut Vm,
    result: PyResult<T>,
    note: impl FnOnce(&mut Vm) -> PyResult<String>,
) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(raised) => Err(add_note(vm, raised, note)),
    }
}

#[cold]
#[inline(never)]
fn add_note(vm: &mut Vm, raised: Raised, note: impl FnOnce(&mut Vm) -> PyResult<String>) -> Raised {
    let e = vm.take_exception(raised);
    let added = note(vm).and_then(|text| {
        let text = Value::from_gc(vm.str(&text)?);
        vm.call_method(e, "add_note", &[text])
    });
    if let Err(raised) = added {
        vm.take_exception(raised);
    }
    vm.raise_again(e)
}

/// Name of a value's class with its module, as notes and errors show it.
pub fn full_type_name(vm: &mut Vm, v: Value) -> String {
    let cls = Value::from_gc(vm.class_of(v));
    let mut text = |name: &str| match vm.get_attr_str(cls, name) {
        Ok(v) => vm.downcast::<habu_runtime::types::str::Str>(v).map(|s| s.to_message()),
        Err(raised) => {
            vm.take_exception(raised);
            None
        }
    };
    let name = text("__qualname__").unwrap_or_default();
    match text("__module__") {
        Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{name}"),
        _ => name,
    }
}
