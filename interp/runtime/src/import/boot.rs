//! Starting `importlib`: its two core modules run from the embedded library, as CPython runs its frozen ones. After that
//! every module has `importlib`'s own spec and loader, and the parts of `importlib` that this importer uses are kept.

use super::spec::{self, Place};
use super::{load, modules, source, state};
use crate::heap::Gc;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// `importlib`'s halves: the name they run under, their name in the library.
pub const CORE: [(&str, &str); 2] = [
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
];

/// Finder and loader of the embedded library, ours.
const LIBRARY_MODULE: &str = "_habu_library";

/// Objects of `importlib` that this importer uses, kept from the start on.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Core,
    ModuleSpec,
    BuiltinImporter,
    FrozenImporter,
    PathFinder,
    SourceFileLoader,
    FileFinder,
    LibraryLoader,
    LibraryFinder,
    ZipImporter,
    FileHook,
}

const PARTS: usize = Part::FileHook as usize + 1;

/// One of the kept objects; `None` while `importlib` starts.
pub fn part(vm: &mut Vm, part: Part) -> Option<Value> {
    let start = state(vm).parts?;
    Some(vm.permanent[start + part as usize])
}

/// Makes `sys.meta_path` and its companions, and runs `importlib`.
pub fn boot(vm: &mut Vm) -> PyResult<()> {
    let sys = vm.sys.expect("sys is made first");
    let globals = sys.dict.get().expect("modules have a dict");
    let hooks = vm.list_new()?;
    let (meta_path, cache) = (Value::from_gc(vm.list_new()?), Value::from_gc(vm.dict_new()?));
    let entries =
        [("meta_path", meta_path), ("path_hooks", Value::from_gc(hooks)), ("path_importer_cache", cache)];
    for (name, v) in entries {
        let name = vm.intern(name);
        vm.dict_set_str(globals, name, v)?;
    }
    let imp = super::import_module(vm, "_imp")?;
    let [core, external] = [core(vm, 0)?, core(vm, 1)?];
    vm.call_method(core, "_install", &[Value::from_gc(sys), imp])?;
    vm.call_method(core, "_install_external_importers", &[])?;
    let mut parts = [Value::NONE; PARTS];
    parts[Part::Core as usize] = core;
    let from_core = [
        (Part::ModuleSpec, "ModuleSpec"),
        (Part::BuiltinImporter, "BuiltinImporter"),
        (Part::FrozenImporter, "FrozenImporter"),
    ];
    for (part, name) in from_core {
        parts[part as usize] = vm.get_attr_str(core, name)?;
    }
    let from_external = [
        (Part::PathFinder, "PathFinder"),
        (Part::SourceFileLoader, "SourceFileLoader"),
        (Part::FileFinder, "FileFinder"),
    ];
    for (part, name) in from_external {
        parts[part as usize] = vm.get_attr_str(external, name)?;
    }
    if let Some(hook) = vm.list_get(hooks, 0)? {
        parts[Part::FileHook as usize] = hook;
    }
    let library = super::import_module(vm, LIBRARY_MODULE)?;
    parts[Part::LibraryLoader as usize] = vm.get_attr_str(library, "LibraryLoader")?;
    parts[Part::LibraryFinder as usize] = vm.get_attr_str(library, "LibraryFinder")?;
    let start = vm.permanent.len();
    vm.permanent.extend_from_slice(&parts);
    state(vm).parts = Some(start);
    describe_early(vm, core, external)?;
    let zipimport = super::import_module(vm, "zipimport")?;
    let zip = vm.get_attr_str(zipimport, "zipimporter")?;
    vm.permanent[start + Part::ZipImporter as usize] = zip;
    vm.list_insert(hooks, 0, parts[Part::LibraryFinder as usize])?;
    vm.list_insert(hooks, 0, zip)
}

/// Runs one half of `importlib` as a module.
fn core(vm: &mut Vm, index: usize) -> PyResult {
    let (name, key) = CORE[index];
    let code = source::library_code(vm, key, &format!("<frozen {key}>"))?;
    let name = vm.intern(name);
    let module = load::module_new(vm, name)?;
    let all = modules(vm);
    vm.dict_set_str(all, name, Value::from_gc(module))?;
    let globals = module.dict.get().expect("modules have a dict");
    load::exec_in(vm, code, globals)?;
    Ok(Value::from_gc(module))
}

/// Gives the modules that were made before their specs and loaders.
fn describe_early(vm: &mut Vm, core: Value, external: Value) -> PyResult<()> {
    let all = modules(vm);
    let (mut at, mut early) = (0, vm.rooted_vec());
    while let Some((_, module)) = vm.dict_next(all, &mut at) {
        early.push(module);
    }
    let (name_key, spec_key) = (vm.names.name, vm.names.spec);
    for i in 0..early.len() {
        let Some(module) = vm.exact::<Module>(early[i]) else { continue };
        let Some(dict) = module.dict.get() else { continue };
        let Some(name) = vm.dict_get_str(dict, name_key).and_then(|n| vm.exact::<Str>(n)) else { continue };
        if vm.dict_get_str(dict, spec_key).is_some_and(|s| !s.is_none()) {
            continue;
        }
        let text = name.to_message();
        let place = if early[i] == core || early[i] == external {
            Place::Frozen
        } else if text == LIBRARY_MODULE {
            let state = state(vm);
            Place::Library { path: state.library_file(&text, false), package: None }
        } else if state(vm).natives.contains_key(text.as_str()) || name == vm.names.builtins_module {
            Place::Native
        } else {
            continue;
        };
        let spec = spec::make(vm, name, &place)?;
        spec::bind(vm, module, spec, &place)?;
    }
    Ok(())
}

/// Whether the finders are those of the start, so that searching here gives what asking them would.
pub fn untouched(vm: &mut Vm) -> PyResult<bool> {
    let Some(start) = state(vm).parts else { return Ok(true) };
    if vm.options.verbose > 0 || vm.threads.are_many() {
        // `importlib` tells of every step; it has locks, so that threads wait for each other's imports.
        return Ok(false);
    }
    let kept = |vm: &Vm, part: Part| vm.permanent[start + part as usize];
    let meta = [Part::BuiltinImporter, Part::FrozenImporter, Part::PathFinder].map(|p| kept(vm, p));
    let hooks = [Part::ZipImporter, Part::LibraryFinder, Part::FileHook].map(|p| kept(vm, p));
    let Some(meta_path) = super::sys_list(vm, "meta_path") else { return Ok(false) };
    let Some(path_hooks) = super::sys_list(vm, "path_hooks") else { return Ok(false) };
    Ok(same(vm, meta_path, &meta)? && (same(vm, path_hooks, &hooks)? || hooks[0].is_none()))
}

fn same(vm: &mut Vm, list: Gc<List>, items: &[Value]) -> PyResult<bool> {
    if list.len() != items.len() {
        return Ok(false);
    }
    for (i, item) in items.iter().enumerate() {
        if vm.list_get(list, i)? != Some(*item) {
            return Ok(false);
        }
    }
    Ok(true)
}
