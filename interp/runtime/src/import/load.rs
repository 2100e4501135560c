//! Making modules and running their code.

use super::find::{self, Found, library_file};
use super::spec::{self, Location};
use super::{finder, loaded, modules, not_found, source, sys_list};
use crate::heap::Gc;
use crate::native::ModuleDecl;
use crate::object::ids;
use crate::types::code::CodeObj;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::native_function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// A module that is not in `sys.modules`: found, loaded and bound in its parent.
pub fn find_and_load(vm: &mut Vm, name: Gc<Str>) -> PyResult {
    vm.enter_call()?;
    let name = vm.intern_str(name)?;
    let text = name.to_message();
    let (mut path, mut parent) = (None, None);
    if let Some((parent_name, child)) = find::parent_of(vm, name) {
        let mut parent_module = super::find_and_load(vm, parent_name)?;
        // Importing the parent may have imported the child.
        if let Some(module) = loaded(vm, name)? {
            return Ok(module);
        }
        if let Some(current) = loaded(vm, parent_name)? {
            parent_module = current;
        }
        let path_key = vm.names.path;
        match vm.get_attr_opt(parent_module, path_key)? {
            Some(p) => path = Some(p),
            None => {
                let text =
                    format!("No module named '{text}'; '{}' is not a package", parent_name.to_message());
                return Err(not_found(vm, text, name));
            }
        }
        parent = Some((parent_module, child));
    }
    let module = match finder::find(vm, name, path)? {
        finder::Plan::Native(found) => load(vm, name, found)?,
        finder::Plan::Spec(spec) => load_spec(vm, name, spec)?,
        finder::Plan::Nothing => return Err(not_found(vm, format!("No module named '{text}'"), name)),
    };
    if let Some((parent, child)) = parent {
        vm.set_attr(parent, child, module)?;
    }
    Ok(module)
}

/// Loads what this importer found.
fn load(vm: &mut Vm, name: Gc<Str>, found: Found) -> PyResult {
    if let Found::Native(decl) = found {
        return make_native(vm, decl).map(Value::from_gc);
    }
    let location = location_of(&found);
    let module = module_new(vm, name)?;
    let spec = spec::make(vm, name, &location)?;
    spec::bind(vm, module, spec, &location)?;
    if let Found::Namespace(_) = found {
        let all = modules(vm);
        vm.dict_set_str(all, name, Value::from_gc(module))?;
        return Ok(Value::from_gc(module));
    }
    run(vm, name, Value::from_gc(module), spec, |vm| exec_found(vm, module, &found, &location))
}

/// Name, origin and search locations of what was found.
pub fn location_of(found: &Found) -> Location {
    match found {
        Found::Native(_) => Location::builtin(),
        Found::Library { key, package } => {
            let file = library_file(key, *package);
            let search = package.then(|| vec![file.trim_end_matches("/__init__.py").to_string()]);
            Location { origin: Some(file), search, has_location: true }
        }
        Found::File { path, package } => {
            let dir = path.parent().map(|p| p.to_string_lossy().into_owned());
            let search = if *package { dir.map(|d| vec![d]) } else { None };
            Location { origin: Some(path.to_string_lossy().into_owned()), search, has_location: true }
        }
        Found::Namespace(dirs) => Location { origin: None, search: Some(dirs.clone()), has_location: false },
    }
}

fn exec_found(vm: &mut Vm, module: Gc<Module>, found: &Found, location: &Location) -> PyResult<()> {
    let file = location.origin.as_deref().unwrap_or("<unknown>");
    let code = match found {
        Found::Library { key, .. } => source::library_code(vm, key, file)?,
        _ => source::file_code(vm, file)?,
    };
    let globals = module.dict.get().expect("modules have a dict");
    exec_in(vm, code, globals)?;
    if let Found::Library { key, .. } = found
        && key == "importlib._bootstrap"
        && name_is_frozen(vm, globals)
    {
        // What CPython's start-up does with it.
        let (sys, imp) = (super::import_module(vm, "sys")?, super::import_module(vm, "_imp")?);
        vm.call_method(Value::from_gc(module), "_install", &[sys, imp])?;
        vm.call_method(Value::from_gc(module), "_install_external_importers", &[])?;
    }
    Ok(())
}

/// Whether `importlib`'s core is being loaded under the name that `importlib` imports it by.
fn name_is_frozen(vm: &mut Vm, globals: Gc<Dict>) -> bool {
    let key = vm.names.name;
    vm.dict_get_str(globals, key).and_then(|v| vm.exact::<Str>(v)).is_some_and(|n| n.is("_frozen_importlib"))
}

/// Enters a module in `sys.modules`, runs its code, and takes it out again if that fails. The module that counts in
/// the end is what `sys.modules` has then.
fn run(
    vm: &mut Vm,
    name: Gc<Str>,
    module: Value,
    spec: Value,
    body: impl FnOnce(&mut Vm) -> PyResult<()>,
) -> PyResult {
    let all = modules(vm);
    let initializing = vm.names.initializing;
    vm.set_attr(spec, initializing, Value::TRUE)?;
    vm.dict_set_str(all, name, module)?;
    let result = body(vm);
    if let Err(raised) = result {
        let exc = vm.take_exception(raised);
        vm.dict_del(all, Value::from_gc(name))?;
        vm.set_attr(spec, initializing, Value::FALSE)?;
        return Err(vm.raise_again(exc));
    }
    vm.set_attr(spec, initializing, Value::FALSE)?;
    match vm.dict_get_str(all, name) {
        Some(module) => Ok(module),
        None => {
            let name = vm.repr(Value::from_gc(name))?.to_message();
            let text = vm.str(&name)?;
            Err(vm.key_error(Value::from_gc(text)))
        }
    }
}

/// Loads through a spec that some finder made.
fn load_spec(vm: &mut Vm, name: Gc<Str>, spec: Value) -> PyResult {
    let loader = vm.get_attr_str(spec, "loader")?;
    let mut module = Value::NONE;
    let create = vm.intern("create_module");
    if !loader.is_none()
        && let Some(create) = vm.get_attr_opt(loader, create)?
    {
        module = vm.call(create, &[spec])?;
    }
    if module.is_none() {
        module = module_new(vm, name).map(Value::from_gc)?;
    }
    spec::bind_foreign(vm, module, spec)?;
    if loader.is_none() {
        let all = modules(vm);
        vm.dict_set_str(all, name, module)?;
        return Ok(module);
    }
    run(vm, name, module, spec, |vm| {
        let exec = vm.intern("exec_module");
        if vm.get_attr_opt(loader, exec)?.is_some() {
            vm.call_method_name(loader, exec, &[module])?;
        } else {
            vm.call_method(loader, "load_module", &[Value::from_gc(name)])?;
        }
        Ok(())
    })
}

/// A module with an empty namespace, not in `sys.modules`.
pub fn module_new(vm: &mut Vm, name: Gc<Str>) -> PyResult<Gc<Module>> {
    let dict = vm.dict_new_cells()?;
    let cls = vm.builtin(ids::MODULE);
    let module = vm.alloc_instance::<Module>(cls)?;
    module.dict.init(Some(dict));
    let names = [vm.names.name, vm.names.doc, vm.names.package, vm.names.loader, vm.names.spec];
    for (i, key) in names.into_iter().enumerate() {
        let value = if i == 0 { Value::from_gc(name) } else { Value::NONE };
        vm.dict_set_str(dict, key, value)?;
    }
    Ok(module)
}

/// Makes the module of a native declaration and enters it in `sys.modules`.
pub fn make_native(vm: &mut Vm, decl: &'static ModuleDecl) -> PyResult<Gc<Module>> {
    let name = vm.intern(decl.name);
    let module = module_new(vm, name)?;
    fill_native(vm, decl, module)?;
    let location = Location::builtin();
    let spec = spec::make(vm, name, &location)?;
    spec::bind(vm, module, spec, &location)?;
    let all = modules(vm);
    vm.dict_set_str(all, name, Value::from_gc(module))?;
    Ok(module)
}

/// Functions, then whatever else the declaration's `init` adds.
pub fn fill_native(vm: &mut Vm, decl: &'static ModuleDecl, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict.get().expect("modules have a dict");
    if let Some(doc) = decl.doc {
        let (key, doc) = (vm.names.doc, vm.str(doc)?);
        vm.dict_set_str(dict, key, Value::from_gc(doc))?;
    }
    let name = Value::from_gc(module);
    for function in decl.functions {
        let f = native_function::new_function(vm, function, name)?;
        let key = vm.intern(function.name);
        vm.dict_set_str(dict, key, f)?;
    }
    match decl.init {
        Some(init) => init(vm, module),
        None => Ok(()),
    }
}

/// Runs a module's code in its namespace.
pub fn exec_in(vm: &mut Vm, code: Gc<CodeObj>, globals: Gc<Dict>) -> PyResult {
    let key = vm.names.builtins;
    if vm.dict_get_str(globals, key).is_none()
        && let Some(builtins) = vm.builtins
    {
        vm.dict_set_str(globals, key, Value::from_gc(builtins))?;
    }
    exec_code(vm, code, globals)
}

/// Runs a code object without parameters with these globals.
pub fn exec_code(vm: &mut Vm, code: Gc<CodeObj>, globals: Gc<Dict>) -> PyResult {
    vm.exec_code(code, globals, Value::from_gc(globals), None)
}

/// Whether a program gave `sys.path_hooks` something to do.
pub fn has_path_hooks(vm: &mut Vm) -> bool {
    sys_list(vm, "path_hooks").is_some_and(|l| !l.is_empty())
}
