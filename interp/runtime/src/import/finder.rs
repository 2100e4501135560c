//! The importer as an object: a module that stands on `sys.meta_path` as a finder and is the loader of native modules.
//! Other finders there are asked in their order.

use super::find::{self, Found};
use super::load::{has_path_hooks, location_of};
use super::{load, loaded, modules, spec, state, sys_attr};
use crate::heap::Gc;
use crate::native::ModuleDecl;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::native_module;

/// How a module will be loaded.
pub enum Plan {
    /// By this importer.
    Native(Found),
    /// Through a spec that another finder made.
    Spec(Value),
    Nothing,
}

/// The finder object.
pub fn module(vm: &mut Vm) -> PyResult {
    let address = state(vm).finder;
    match vm.permanent.iter().find(|v| v.as_header().is_some_and(|h| h.as_ptr() as usize == address)) {
        Some(v) => Ok(*v),
        None => {
            let name = vm.intern(FINDER.name);
            let module = super::module_new(vm, name)?;
            load::fill_native(vm, FINDER, module)?;
            state(vm).finder = module.addr();
            let v = Value::from_gc(module);
            vm.permanent.push(v);
            Ok(v)
        }
    }
}

/// Enters what a finder needs in `sys`: `meta_path`, `path_hooks`, `path_importer_cache`.
pub fn install(vm: &mut Vm) -> PyResult<()> {
    let finder = module(vm)?;
    let Some(sys) = vm.sys.and_then(|s| s.dict.get()) else { return Ok(()) };
    let meta_path = Value::from_gc(vm.list_from(&[finder])?);
    let hooks = Value::from_gc(vm.list_new()?);
    let cache = Value::from_gc(vm.dict_new()?);
    for (name, v) in [("meta_path", meta_path), ("path_hooks", hooks), ("path_importer_cache", cache)] {
        let name = vm.intern(name);
        vm.dict_set_str(sys, name, v)?;
    }
    Ok(())
}

static FINDER: &ModuleDecl = &importer::MODULE;

/// Asks the finders on `sys.meta_path` for a module.
pub fn find(vm: &mut Vm, name: Gc<Str>, path: Option<Value>) -> PyResult<Plan> {
    let ours = module(vm)?;
    let finders = sys_attr(vm, "meta_path").unwrap_or(Value::NONE);
    let Some(finders) = vm.downcast::<List>(finders) else {
        if finders.is_none() {
            return Err(vm.import_error_text("sys.meta_path is None, Python is likely shutting down"));
        }
        return ask_ours(vm, name, path);
    };
    let find_spec = vm.intern("find_spec");
    let mut index = 0;
    while let Some(finder) = vm.list_get(finders, index)? {
        index += 1;
        if finder == ours {
            match ask_ours(vm, name, path)? {
                Plan::Nothing => continue,
                plan => return Ok(plan),
            }
        }
        let Some(find_spec) = vm.get_attr_opt(finder, find_spec)? else { continue };
        let found = vm.call(find_spec, &[Value::from_gc(name), path.unwrap_or(Value::NONE), Value::NONE])?;
        if !found.is_none() {
            return Ok(Plan::Spec(found));
        }
    }
    Ok(Plan::Nothing)
}

fn ask_ours(vm: &mut Vm, name: Gc<Str>, path: Option<Value>) -> PyResult<Plan> {
    let text = name.to_message();
    let search = find::search(vm, &text, path)?;
    if let Some(found) = search.found {
        return Ok(Plan::Native(found));
    }
    if search.foreign || has_path_hooks(vm) {
        ensure_importlib(vm)?;
    }
    Ok(Plan::Nothing)
}

/// Loads `importlib`, whose `PathFinder` then stands behind this finder and runs the path hooks.
fn ensure_importlib(vm: &mut Vm) -> PyResult<()> {
    let name = vm.intern("importlib._bootstrap_external");
    if loaded(vm, name)?.is_none() {
        // Entered first: loading it imports modules, which may come here again.
        let all = modules(vm);
        vm.dict_set_str(all, name, Value::FALSE)?;
        let result = super::import_module(vm, "importlib");
        if loaded(vm, name)? == Some(Value::FALSE) {
            vm.dict_del(all, Value::from_gc(name))?;
        }
        result?;
    }
    Ok(())
}

#[native_module(name = "_habu_importer")]
mod importer {
    use super::*;

    /// A spec for the module, or None when this importer has none of that name.
    #[function(sig = "(name, path=None, target=None)")]
    fn find_spec(vm: &mut Vm, name: Gc<Str>, path: Value, _target: Value) -> PyResult {
        let text = name.to_message();
        let path = Some(path).filter(|p| !p.is_none());
        match find::search(vm, &text, path)?.found {
            Some(found) => {
                let location = location_of(&found);
                spec::make(vm, name, &location)
            }
            None => Ok(Value::NONE),
        }
    }

    /// Makes a native module.
    #[function(sig = "(spec)")]
    fn create_module(vm: &mut Vm, spec: Value) -> PyResult {
        let name = vm.get_attr_str(spec, "name")?;
        let text = vm.to_str(name)?.to_message();
        match state(vm).natives.get(text.as_str()).copied() {
            Some(decl) => super::super::make_native(vm, decl).map(Value::from_gc),
            None => {
                let name = vm_str(vm, name)?;
                Err(super::super::not_found(vm, format!("'{text}' is not a built-in module"), name))
            }
        }
    }

    /// Native modules are complete when they are made.
    #[function(sig = "(module)")]
    fn exec_module(_vm: &mut Vm, _module: Value) {}

    /// None: there is no code object.
    #[function(sig = "(fullname)")]
    fn get_code(_vm: &mut Vm, _fullname: Value) {}

    /// None: there is no source text.
    #[function(sig = "(fullname)")]
    fn get_source(_vm: &mut Vm, _fullname: Value) {}

    /// Native modules are never packages.
    #[function(sig = "(fullname)")]
    fn is_package(_vm: &mut Vm, _fullname: Value) -> bool {
        false
    }

    /// Nothing is cached.
    #[function]
    fn invalidate_caches(_vm: &mut Vm) {}

    fn vm_str(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
        vm.to_str(v)
    }
}
