//! The Python type `module`.

use super::Module;
use crate::heap::Gc;
use crate::object::{Type, ids};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// A module's globals; a module made without `__init__` gets them now.
fn globals(vm: &mut Vm, module: Gc<Module>) -> PyResult<Gc<Dict>> {
    if let Some(dict) = module.dict.get() {
        return Ok(dict);
    }
    let dict = vm.dict_new_cells()?;
    module.dict.set(&mut vm.heap, module.header(), Some(dict));
    Ok(dict)
}

fn entry(vm: &mut Vm, module: Gc<Module>, name: &str) -> PyResult<Option<Value>> {
    let dict = globals(vm, module)?;
    let name = vm.intern(name);
    Ok(vm.dict_get_str(dict, name))
}

fn shown(vm: &mut Vm, v: Value) -> PyResult<String> {
    Ok(vm.repr(v)?.to_message())
}

/// The attribute if it is there and not None.
fn some_attr(vm: &mut Vm, v: Value, name: &str) -> PyResult<Option<Value>> {
    let name = vm.intern(name);
    Ok(vm.get_attr_opt(v, name)?.filter(|v| !v.is_none()))
}

fn repr(vm: &mut Vm, this: Gc<Module>) -> PyResult<String> {
    if let Some(spec) = entry(vm, this, "__spec__")?.filter(|v| !v.is_none()) {
        let name = match some_attr(vm, spec, "name")? {
            Some(name) => shown(vm, name)?,
            None => "'?'".to_owned(),
        };
        let origin = some_attr(vm, spec, "origin")?;
        let Some(origin) = origin else {
            return Ok(match some_attr(vm, spec, "loader")? {
                None => format!("<module {name}>"),
                Some(loader) => {
                    let class = vm.class_of(loader);
                    let path = match vm.class_name(class).as_str() {
                        "NamespaceLoader" => some_attr(vm, loader, "_path")?,
                        _ => None,
                    };
                    match path {
                        Some(path) => {
                            let path = vm.collect(path)?;
                            let path = Value::from_gc(vm.list_from(&path)?);
                            format!("<module {name} (namespace) from {}>", shown(vm, path)?)
                        }
                        None => format!("<module {name} ({})>", shown(vm, loader)?),
                    }
                }
            });
        };
        let located = match some_attr(vm, spec, "has_location")? {
            Some(v) => vm.truth(v)?,
            None => false,
        };
        if located {
            return Ok(format!("<module {name} from {}>", shown(vm, origin)?));
        }
        let origin = vm.to_str(origin)?.to_message();
        return Ok(format!("<module {name} ({origin})>"));
    }
    let name = match entry(vm, this, "__name__")? {
        Some(name) => shown(vm, name)?,
        None => "'?'".to_owned(),
    };
    if let Some(file) = entry(vm, this, "__file__")? {
        return Ok(format!("<module {name} from {}>", shown(vm, file)?));
    }
    match entry(vm, this, "__loader__")?.filter(|v| !v.is_none()) {
        Some(loader) => Ok(format!("<module {name} ({})>", shown(vm, loader)?)),
        None => Ok(format!("<module {name}>")),
    }
}

/// Create a module object.
///
/// The name must be a string; the optional docstring can have any type.
#[py_type(name = "module", id = ids::MODULE, subclassable)]
impl Module {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        let module = vm.alloc_instance::<Module>(cls)?;
        globals(vm, module)?;
        Ok(Value::from_gc(module))
    }

    #[method(sig = "($self, /, name, doc=None)")]
    fn __init__(vm: &mut Vm, this: Gc<Module>, name: Value, doc: Value) -> PyResult<()> {
        if vm.downcast::<Str>(name).is_none() {
            let got = vm.type_name(name);
            return Err(vm.type_error(format!("module() argument 'name' must be str, not {got}")));
        }
        let dict = globals(vm, this)?;
        for (key, v) in [
            ("__name__", name),
            ("__doc__", doc),
            ("__package__", Value::NONE),
            ("__loader__", Value::NONE),
            ("__spec__", Value::NONE),
        ] {
            let key = vm.intern(key);
            vm.dict_set_str(dict, key, v)?;
        }
        Ok(())
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Module>) -> PyResult<String> {
        repr(vm, this)
    }

    #[method]
    fn __dir__(vm: &mut Vm, this: Gc<Module>) -> PyResult {
        let name = vm.names.dict;
        let dict = vm.get_attr(Value::from_gc(this), name)?;
        if vm.downcast::<Dict>(dict).is_none() {
            return Err(vm.type_error("<module>.__dict__ is not a dictionary"));
        }
        if let Some(f) = entry(vm, this, "__dir__")? {
            return vm.call(f, &[]);
        }
        let names = vm.collect(dict)?;
        Ok(Value::from_gc(vm.list_from(&names)?))
    }

    #[getter]
    fn __dict__(vm: &mut Vm, this: Gc<Module>) -> PyResult<Gc<Dict>> {
        globals(vm, this)
    }

    #[getter]
    fn __annotations__(vm: &mut Vm, this: Gc<Module>) -> PyResult {
        if let Some(v) = entry(vm, this, "__annotations__")? {
            return Ok(v);
        }
        let made = match entry(vm, this, "__annotate__")? {
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
        // While the module's body runs, there may be more of them later.
        let initializing = match entry(vm, this, "__spec__")?.filter(|v| !v.is_none()) {
            Some(spec) => some_attr(vm, spec, "_initializing")?,
            None => None,
        };
        let still = match initializing {
            Some(v) => vm.truth(v)?,
            None => false,
        };
        if !still {
            let (dict, key) = (globals(vm, this)?, vm.names.annotations);
            vm.dict_set_str(dict, key, made)?;
        }
        Ok(made)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(vm: &mut Vm, this: Gc<Module>, value: Option<Value>) -> PyResult<()> {
        let (dict, key) = (globals(vm, this)?, vm.names.annotations);
        match value {
            Some(value) => vm.dict_set_str(dict, key, value)?,
            None if vm.dict_del(dict, Value::from_gc(key))? => {}
            None => return Err(vm.attribute_error_text("__annotations__")),
        }
        let annotate = Value::from_gc(vm.names.annotate);
        vm.dict_del(dict, annotate).map(drop)
    }

    #[getter]
    fn __annotate__(vm: &mut Vm, this: Gc<Module>) -> PyResult {
        Ok(entry(vm, this, "__annotate__")?.unwrap_or(Value::NONE))
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(vm: &mut Vm, this: Gc<Module>, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else { return Err(vm.type_error("cannot delete __annotate__ attribute")) };
        if !value.is_none() && !vm.is_callable(value) {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        let (dict, key) = (globals(vm, this)?, vm.names.annotate);
        vm.dict_set_str(dict, key, value)?;
        if !value.is_none() {
            let annotations = Value::from_gc(vm.names.annotations);
            vm.dict_del(dict, annotations)?;
        }
        Ok(())
    }
}
