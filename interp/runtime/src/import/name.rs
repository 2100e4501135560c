//! Relative module names made absolute.

use crate::heap::Gc;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

/// The absolute name that `name`, with `level` leading dots, means in a module with these globals.
pub fn resolve(vm: &mut Vm, globals: Value, name: Gc<Str>, level: usize) -> PyResult<Gc<Str>> {
    let package = package_of(vm, globals)?;
    let text = package.to_message();
    if text.is_empty() {
        return Err(no_parent(vm));
    }
    let mut base = text.as_str();
    for _ in 1..level {
        match base.rfind('.') {
            Some(dot) => base = &base[..dot],
            None => return Err(vm.import_error_text("attempted relative import beyond top-level package")),
        }
    }
    if name.is_empty() {
        return Ok(vm.intern(base));
    }
    let absolute = format!("{base}.{}", name.to_message());
    Ok(vm.intern(&absolute))
}

fn no_parent(vm: &mut Vm) -> Raised {
    vm.import_error_text("attempted relative import with no known parent package")
}

/// The package that relative names count from.
fn package_of(vm: &mut Vm, globals: Value) -> PyResult<Gc<Str>> {
    let Some(globals) = vm.downcast::<crate::types::dict::Dict>(globals) else {
        return Err(vm.type_error("globals must be a dict"));
    };
    let set = |v: Option<Value>| v.filter(|v| !v.is_none());
    let (package_key, spec_key) = (vm.names.package, vm.names.spec);
    let package = set(vm.dict_get_str(globals, package_key));
    let spec = set(vm.dict_get_str(globals, spec_key));
    if let Some(package) = package {
        let Some(package) = vm.downcast::<Str>(package) else {
            return Err(vm.type_error("package must be a string"));
        };
        if let Some(spec) = spec {
            let parent = vm.get_attr_str(spec, "parent")?;
            if !vm.eq(Value::from_gc(package), parent)? {
                vm.warn(Exc::DeprecationWarning, "__package__ != __spec__.parent", 1)?;
            }
        }
        return Ok(package);
    }
    if let Some(spec) = spec {
        let parent = vm.get_attr_str(spec, "parent")?;
        return match vm.downcast::<Str>(parent) {
            Some(parent) => Ok(parent),
            None => Err(vm.type_error("__spec__.parent must be a string")),
        };
    }
    let text = "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
    vm.warn(Exc::ImportWarning, text, 1)?;
    let (name_key, path_key) = (vm.names.name, vm.names.path);
    let Some(name) = vm.dict_get_str(globals, name_key) else {
        let text = vm.str("'__name__' not in globals")?;
        return Err(vm.key_error(Value::from_gc(text)));
    };
    let Some(name) = vm.downcast::<Str>(name) else {
        return Err(vm.type_error("__name__ must be a string"));
    };
    if vm.dict_get_str(globals, path_key).is_some() {
        return Ok(name);
    }
    let text = name.to_message();
    match text.rfind('.') {
        Some(dot) => Ok(vm.intern(&text[..dot])),
        None => Err(no_parent(vm)),
    }
}
