//! Import statements as the interpreter runs them, with CPython's error texts.

use super::{find_and_load, import, loaded, raise_import};
use crate::heap::Gc;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::native_function::NativeFunction;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

/// `import name` or `from name import …`: through `builtins.__import__` when a program replaced it.
pub fn statement(
    vm: &mut Vm,
    function: Gc<Function>,
    name: Gc<Str>,
    level: Value,
    fromlist: Value,
) -> PyResult {
    let globals = function.globals.get().map_or(Value::NONE, Value::from_gc);
    let hook_name = vm.names.import;
    let hook = function.builtins.get().and_then(|b| vm.dict_get_str(b, hook_name));
    let Some(hook) = hook else {
        return Err(vm.import_error_text("__import__ not found"));
    };
    let ours = vm
        .exact::<NativeFunction>(hook)
        .is_some_and(|f| f.decl.get().is_some_and(|d| d.name == "__import__"));
    if ours {
        let level = level.as_small().unwrap_or(0);
        return import(vm, name, globals, fromlist, level);
    }
    vm.call(hook, &[Value::from_gc(name), globals, globals, fromlist, level])
}

/// `from module import name`
pub fn from(vm: &mut Vm, module: Value, name: Gc<Str>) -> PyResult {
    if let Some(found) = vm.get_attr_opt(module, name)? {
        return Ok(found);
    }
    // A submodule of a package whose import is still under way may be there without being an attribute yet.
    let key = vm.names.name;
    let module_name = vm.get_attr_opt(module, key)?.and_then(|n| vm.downcast::<Str>(n));
    if let Some(module_name) = module_name {
        let full = format!("{}.{}", module_name.to_message(), name.to_message());
        let full = vm.str(&full)?;
        if let Some(found) = loaded(vm, full)? {
            return Ok(found);
        }
    }
    Err(cannot_import(vm, module, module_name, name))
}

fn shown(vm: &mut Vm, v: Value) -> String {
    match vm.repr(v) {
        Ok(text) => text.to_message(),
        Err(raised) => {
            vm.take_exception(raised);
            String::new()
        }
    }
}

/// An optional attribute; an exception while getting it counts as absence.
fn quiet_attr(vm: &mut Vm, v: Value, name: &str) -> Option<Value> {
    let name = vm.intern(name);
    match vm.get_attr_opt(v, name) {
        Ok(found) => found,
        Err(raised) => {
            vm.take_exception(raised);
            None
        }
    }
}

#[cold]
fn cannot_import(vm: &mut Vm, module: Value, module_name: Option<Gc<Str>>, name: Gc<Str>) -> Raised {
    let shown_name = shown(vm, Value::from_gc(name));
    let shown_module = match module_name {
        Some(n) => shown(vm, Value::from_gc(n)),
        None => "'<unknown module name>'".into(),
    };
    let spec = quiet_attr(vm, module, "__spec__").filter(|s| !s.is_none());
    let mut origin = None;
    if let Some(spec) = spec
        && let Some(flag) = quiet_attr(vm, spec, "has_location")
        && flag == Value::TRUE
    {
        origin = quiet_attr(vm, spec, "origin").and_then(|o| vm.downcast::<Str>(o));
    }
    let shadowing = origin.is_some_and(|o| shadows(vm, o));
    if origin.is_none() && vm.exact::<Module>(module).is_some() {
        origin = quiet_attr(vm, module, "__file__").and_then(|o| vm.downcast::<Str>(o));
    }
    let start = format!("cannot import name {shown_name} from");
    let text = if spec.is_none() {
        format!("{start} {shown_module} (unknown location)")
    } else if shadowing && module_name.is_some_and(|m| is_library_name(vm, m)) {
        let origin = origin.map_or(String::new(), |o| shown(vm, Value::from_gc(o)));
        format!(
            "{start} {shown_module} (consider renaming {origin} since it has the same name as the standard library \
             module named {shown_module} and prevents importing that standard library module)"
        )
    } else if spec.is_some_and(|s| quiet_attr(vm, s, "_initializing") == Some(Value::TRUE)) {
        match origin {
            Some(o) if shadowing => {
                let origin = shown(vm, Value::from_gc(o));
                format!(
                    "{start} {shown_module} (consider renaming {origin} if it has the same name as a library you \
                     intended to import)"
                )
            }
            Some(o) => format!(
                "{start} partially initialized module {shown_module} (most likely due to a circular import) ({})",
                o.to_message()
            ),
            None => {
                format!(
                    "{start} partially initialized module {shown_module} (most likely due to a circular import)"
                )
            }
        }
    } else {
        match origin {
            Some(o) => format!("{start} {shown_module} ({})", o.to_message()),
            None => format!("{start} {shown_module} (unknown location)"),
        }
    };
    let value = |v: Option<Gc<Str>>| v.map_or(Value::NONE, Value::from_gc);
    let attributes =
        [("name", value(module_name)), ("path", value(origin)), ("name_from", Value::from_gc(name))];
    raise_import(vm, Exc::ImportError, text, &attributes)
}

/// Why a module has no such attribute: AttributeError's text.
#[cold]
pub fn lacking_text(vm: &mut Vm, module: Gc<Module>, module_name: Gc<Str>, name: Gc<Str>) -> String {
    let (own, name_text) = (module_name.to_message(), name.to_message());
    let plain = format!("module '{own}' has no attribute '{name_text}'");
    let key = vm.names.spec;
    let spec = module.dict.get().and_then(|d| vm.dict_get_str(d, key)).filter(|s| !s.is_none());
    let Some(spec) = spec else { return plain };
    let located = quiet_attr(vm, spec, "has_location") == Some(Value::TRUE);
    let origin = quiet_attr(vm, spec, "origin").filter(|_| located).and_then(|o| vm.downcast::<Str>(o));
    let shadowing = origin.is_some_and(|o| shadows(vm, o));
    let shown = origin.map_or_else(String::new, |o| o.to_message());
    if shadowing && is_library_name(vm, module_name) {
        return format!(
            "{plain} (consider renaming '{shown}' since it has the same name as the standard library module named \
             '{own}' and prevents importing that standard library module)"
        );
    }
    if quiet_attr(vm, spec, "_initializing") == Some(Value::TRUE) {
        return match origin {
            Some(_) if shadowing => format!(
                "{plain} (consider renaming '{shown}' if it has the same name as a library you intended to import)"
            ),
            Some(_) => format!(
                "partially initialized module '{own}' from '{shown}' has no attribute '{name_text}' (most likely due to \
                 a circular import)"
            ),
            None => format!(
                "partially initialized module '{own}' has no attribute '{name_text}' (most likely due to a circular \
                 import)"
            ),
        };
    }
    let pending = quiet_attr(vm, spec, "_uninitialized_submodules").filter(|p| !p.is_none());
    let under_way = pending.is_some_and(|list| {
        let found = vm.contains(list, Value::from_gc(name));
        vm.catch(found, Exc::Exception).ok().flatten().unwrap_or(false)
    });
    if under_way {
        return format!(
            "cannot access submodule '{name_text}' of module '{own}' (most likely due to a circular import)"
        );
    }
    plain
}

/// Whether a module at `origin` lies where the script does, so that it may hide a library module.
pub fn shadows(vm: &mut Vm, origin: Gc<Str>) -> bool {
    let Some(first) = super::state(vm).program_folder.clone() else { return false };
    let origin = origin.to_message();
    let mut root = std::path::Path::new(&origin);
    if root.file_name().is_some_and(|n| n == "__init__.py") {
        root = root.parent().unwrap_or(root);
    }
    let root = root.parent().unwrap_or(root);
    if first.is_empty() {
        return std::env::current_dir().is_ok_and(|cwd| cwd == root);
    }
    std::path::Path::new(&first) == root
}

/// Whether the standard library has a module of this name.
pub fn is_library_name(vm: &mut Vm, name: Gc<Str>) -> bool {
    let name = name.to_message();
    let state = super::state(vm);
    state.natives.contains_key(name.as_str()) || state.library.is_some_and(|l| l.find(&name).is_some())
}

/// Imports the submodules that `from package import a, b` names and the package has not as attributes.
pub fn import_submodules(
    vm: &mut Vm,
    module: Value,
    fromlist: Value,
    place: &str,
    recursive: bool,
) -> PyResult<()> {
    let names = vm.collect(fromlist)?;
    for i in 0..names.len() {
        let item = names[i];
        let Some(item_name) = vm.downcast::<Str>(item) else {
            let place = if recursive {
                let key = vm.names.name;
                let owner = vm.get_attr(module, key)?;
                format!("{}.__all__", vm.to_str(owner)?.to_message())
            } else {
                place.to_string()
            };
            let got = vm.type_name(item);
            return Err(vm.type_error(format!("Item in {place} must be str, not {got}")));
        };
        if item_name.is("*") {
            let all = vm.names.all;
            if !recursive && let Some(all) = vm.get_attr_opt(module, all)? {
                import_submodules(vm, module, all, place, true)?;
            }
            continue;
        }
        let item_name = vm.intern_str(item_name)?;
        if vm.get_attr_opt(module, item_name)?.is_some() {
            continue;
        }
        let key = vm.names.name;
        let owner = vm.get_attr(module, key)?;
        let full = format!("{}.{}", vm.to_str(owner)?.to_message(), item_name.to_message());
        let full = vm.intern(&full);
        if let Err(raised) = find_and_load(vm, full) {
            // Only the submodule's own absence is fine: the name may not be one.
            let exc = vm.ctx.exception;
            if !vm.exception_matches(exc, Exc::ModuleNotFoundError) {
                return Err(raised);
            }
            vm.take_exception(raised);
            let missing = vm.get_attr_str(exc, "name")?;
            let absent = vm.eq(missing, Value::from_gc(full))?;
            if !absent || loaded(vm, full)?.is_some_and(|m| m.is_none()) {
                return Err(vm.raise_again(exc));
            }
        }
    }
    Ok(())
}

/// `from module import *`
pub fn star(vm: &mut Vm, module: Value, namespace: Value) -> PyResult<()> {
    let all_key = vm.names.all;
    let (names, public_only) = match vm.get_attr_opt(module, all_key)? {
        Some(all) => (vm.collect(all)?, false),
        None => {
            let dict_key = vm.names.dict;
            let Some(dict) = vm.get_attr_opt(module, dict_key)? else {
                return Err(vm.import_error_text("from-import-* object has no __dict__ and no __all__"));
            };
            (vm.collect(dict)?, true)
        }
    };
    let globals = vm.downcast::<Dict>(namespace);
    for i in 0..names.len() {
        let item = names[i];
        let Some(name) = vm.downcast::<Str>(item) else {
            return Err(bad_star_name(vm, module, item, public_only));
        };
        if public_only && name.iter().next() == Some(u32::from('_')) {
            continue;
        }
        let name = vm.intern_str(name)?;
        let value = vm.get_attr(module, name)?;
        match globals {
            Some(globals) if globals.is_exact() => vm.dict_set_str(globals, name, value)?,
            _ => vm.set_item(namespace, Value::from_gc(name), value)?,
        }
    }
    Ok(())
}

fn bad_star_name(vm: &mut Vm, module: Value, item: Value, public_only: bool) -> Raised {
    let key = vm.names.name;
    let owner = match vm.get_attr(module, key) {
        Ok(owner) => owner,
        Err(raised) => return raised,
    };
    let Some(owner) = vm.downcast::<Str>(owner) else {
        let got = vm.type_name(owner);
        return vm.type_error(format!("module __name__ must be a string, not {got}"));
    };
    let (what, place) = if public_only { ("Key", "__dict__") } else { ("Item", "__all__") };
    let got = vm.type_name(item);
    vm.type_error(format!("{what} in {}.{place} must be str, not {got}", owner.to_message()))
}
