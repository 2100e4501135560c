//! Making modules and running their code.

use super::boot;
use super::find::{self, Found, Search, code_file};
use super::spec::{self, Place};
use super::{loaded, modules, not_found, python, source, state};
use crate::heap::Gc;
use crate::native::ModuleDecl;
use crate::object::ids;
use crate::types::code::CodeObj;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::native_function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};

/// A module that is not in `sys.modules`: found, loaded and bound in its parent.
pub fn find_and_load(vm: &mut Vm, name: Gc<Str>) -> PyResult {
    if vm.options.import_time {
        return timed(vm, name);
    }
    find_and_load_now(vm, name)
}

/// `-X importtime`: as CPython prints it.
#[cold]
fn timed(vm: &mut Vm, name: Gc<Str>) -> PyResult {
    use std::time::{Duration, Instant};
    let timing = &mut state(vm).timing;
    if timing.is_empty() {
        // The outermost entry only collects.
        timing.push(Duration::ZERO);
        eprintln!("import time: self [us] | cumulative | imported package");
    }
    timing.push(Duration::ZERO);
    let since = Instant::now();
    let result = find_and_load_now(vm, name);
    let whole = since.elapsed();
    let timing = &mut state(vm).timing;
    let inner = timing.pop().unwrap_or_default();
    let depth = timing.len().saturating_sub(1);
    if let Some(outer) = timing.last_mut() {
        *outer += whole;
    }
    if result.is_ok() {
        let own = whole.saturating_sub(inner).as_micros();
        let name = name.to_message();
        eprintln!(
            "import time: {own:9} | {:10} | {:indent$}{name}",
            whole.as_micros(),
            "",
            indent = 2 * depth
        );
    }
    result
}

fn find_and_load_now(vm: &mut Vm, name: Gc<Str>) -> PyResult {
    vm.enter_call()?;
    let name = vm.intern_str(name)?;
    if !boot::untouched(vm)? {
        return python::find_and_load(vm, name);
    }
    let text = name.to_message();
    let Some((parent_name, child)) = find::parent_of(vm, name) else {
        return match find::search(vm, &text, None)? {
            Search::Found(found) => load(vm, name, found),
            Search::AskImportlib => python::find_and_load(vm, name),
            Search::Nothing => Err(not_found(vm, format!("No module named '{text}'"), name)),
        };
    };
    super::find_and_load(vm, parent_name)?;
    // Importing the parent may have imported the child.
    if let Some(module) = loaded(vm, name)? {
        return Ok(module);
    }
    let parent = match loaded(vm, parent_name)? {
        Some(parent) => parent,
        None => return Err(vm.key_error(Value::from_gc(parent_name))),
    };
    let path_key = vm.names.path;
    let Some(path) = vm.get_attr_opt(parent, path_key)? else {
        let text = format!("No module named '{text}'; '{}' is not a package", parent_name.to_message());
        return Err(not_found(vm, text, name));
    };
    let found = match find::search(vm, &text, Some(path))? {
        Search::Found(found) => found,
        Search::AskImportlib => return python::find_and_load(vm, name),
        Search::Nothing => return Err(not_found(vm, format!("No module named '{text}'"), name)),
    };
    let pending = pending_submodules(vm, parent)?;
    if let Some(pending) = pending {
        vm.list_push(pending, Value::from_gc(child))?;
    }
    let module = load(vm, name, found);
    if let Some(pending) = pending
        && !pending.is_empty()
    {
        vm.list_remove(pending, pending.len() - 1)?;
    }
    let module = module?;
    let bound = vm.set_attr(parent, child, module);
    if vm.catch(bound, Exc::AttributeError)?.is_none() {
        let text = format!(
            "Cannot set an attribute on '{}' for child module '{}'",
            parent_name.to_message(),
            child.to_message()
        );
        vm.warn(Exc::ImportWarning, &text, 1)?;
    }
    Ok(module)
}

/// The list in a package's spec of the submodules that are being imported.
fn pending_submodules(vm: &mut Vm, parent: Value) -> PyResult<Option<Gc<List>>> {
    let key = vm.names.spec;
    let Some(spec) = vm.get_attr_opt(parent, key)?.filter(|s| !s.is_none()) else { return Ok(None) };
    let key = vm.intern("_uninitialized_submodules");
    Ok(vm.get_attr_opt(spec, key)?.and_then(|list| vm.exact::<List>(list)))
}

/// Loads what this importer found.
fn load(vm: &mut Vm, name: Gc<Str>, found: Found) -> PyResult {
    let place = match &found {
        Found::Native(decl) => return make_native(vm, decl).map(Value::from_gc),
        Found::Library { key, package } => {
            let path = state(vm).library_file(key, *package);
            let package = package.then(|| path.trim_end_matches("/__init__.py").to_owned());
            Place::Library { path, package }
        }
        Found::File { path, package } => {
            let dir = path.parent().map(|p| p.to_string_lossy().into_owned());
            Place::File { path: path.to_string_lossy().into_owned(), package: dir.filter(|_| *package) }
        }
    };
    let module = module_new(vm, name)?;
    let spec = spec::make(vm, name, &place)?;
    spec::bind(vm, module, spec, &place)?;
    run(vm, name, Value::from_gc(module), spec, |vm| {
        let code = match (&found, &place) {
            (Found::Library { key, .. }, Place::Library { path, .. }) => {
                source::library_code(vm, key, &code_file(key, path))?
            }
            (_, Place::File { path, .. }) => source::file_code(vm, path)?,
            _ => return Ok(()),
        };
        let globals = module.dict.get().expect("modules have a dict");
        exec_in(vm, code, globals).map(drop)
    })
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
    let mark = |vm: &mut Vm, on: bool| {
        let key = vm.names.initializing;
        if spec.is_none() { Ok(()) } else { vm.set_attr(spec, key, Value::bool(on)) }
    };
    mark(vm, true)?;
    vm.dict_set_str(all, name, module)?;
    if let Err(raised) = body(vm) {
        let exc = vm.take_exception(raised);
        vm.dict_del(all, Value::from_gc(name))?;
        mark(vm, false)?;
        return Err(vm.raise_again(exc));
    }
    // It goes to the end: an order of completion.
    let module = vm.dict_pop(all, Value::from_gc(name))?;
    let result = match module {
        Some(module) => vm.dict_set_str(all, name, module).map(|()| module),
        None => Err(vm.key_error(Value::from_gc(name))),
    };
    mark(vm, false)?;
    result
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
    let spec = spec::make(vm, name, &Place::Native)?;
    spec::bind(vm, module, spec, &Place::Native)?;
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
