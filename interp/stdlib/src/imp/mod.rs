//! `_imp`: what `importlib` asks of the interpreter.

use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::import;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::any::TypeId;

/// Where the import lock is among the machine's permanent values.
struct Lock(usize);

/// What `_override_frozen_modules_for_tests` was told last.
struct Frozen(i32);

/// The import lock, which guards `importlib`'s table of module locks: reentrant.
fn lock(vm: &mut Vm) -> PyResult {
    let at = vm.module_state.get(&TypeId::of::<Lock>()).and_then(|l| l.downcast_ref::<Lock>()).map(|l| l.0);
    if let Some(at) = at {
        return Ok(vm.permanent[at]);
    }
    let thread = import::import_module(vm, "_thread")?;
    let lock = vm.call_method(thread, "RLock", &[])?;
    vm.permanent.push(lock);
    let at = vm.permanent.len() - 1;
    vm.module_state.insert(TypeId::of::<Lock>(), Box::new(Lock(at)));
    Ok(lock)
}

/// (Extremely) low-level import machinery bits as used by importlib.
#[native_module(name = "_imp")]
pub mod module {
    use super::*;

    /// Returns True if the module name corresponds to a built-in module.
    #[function(sig = "(name, /)")]
    fn is_builtin(vm: &mut Vm, name: Gc<Str>) -> i64 {
        let name = name.to_message();
        i64::from(import::state(vm).natives.contains_key(name.as_str()) || name == "builtins")
    }
    /// Create an extension module.
    #[function(sig = "(spec, /)")]
    fn create_builtin(vm: &mut Vm, spec: Value) -> PyResult {
        let name = vm.get_attr_str(spec, "name")?;
        let name = vm.to_str(name)?;
        if let Some(module) = import::loaded(vm, name)? {
            return Ok(module);
        }
        match import::state(vm).natives.get(name.to_message().as_str()).copied() {
            Some(decl) => import::make_native(vm, decl).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    }
    /// Initialize a built-in module: it is complete when made.
    #[function(sig = "(mod, /)")]
    fn exec_builtin(_vm: &mut Vm, _module: Value) -> i64 {
        0
    }
    /// Returns True if the module name corresponds to a frozen module: none are, the library has its own finder.
    #[function(sig = "(name, /)")]
    fn is_frozen(_vm: &mut Vm, _name: Gc<Str>) -> bool {
        false
    }
    /// Return info about the corresponding frozen module (if there is one) or None.
    #[function(sig = "(name, /, *, withdata=False)")]
    fn find_frozen(_vm: &mut Vm, _name: Gc<Str>, _withdata: bool) {}
    /// Create a code object for a frozen module.
    #[function(sig = "(name, data=None, /)")]
    fn get_frozen_object(vm: &mut Vm, name: Gc<Str>, _data: Value) -> PyResult {
        let text = format!("No such frozen object named {}", name.to_message());
        Err(vm.raise(Exc::ImportError, &text))
    }
    /// Returns True if the module name is of a frozen package.
    #[function(sig = "(name, /)")]
    fn is_frozen_package(vm: &mut Vm, name: Gc<Str>) -> PyResult<bool> {
        let text = format!("No such frozen object named {}", name.to_message());
        Err(vm.raise(Exc::ImportError, &text))
    }
    /// Initializes a frozen module.
    #[function(sig = "(name, /)")]
    fn init_frozen(_vm: &mut Vm, _name: Gc<Str>) {}
    /// Returns the list of file suffixes used to identify extension modules: there are none.
    #[function]
    fn extension_suffixes(vm: &mut Vm) -> PyResult {
        vm.list_new().map(Value::from_gc)
    }
    /// Whether frozen modules are to be used (1), not (-1), or as configured (0): there are none. Returns the old answer.
    #[function(name = "_override_frozen_modules_for_tests", sig = "(override, /)")]
    fn override_frozen_modules(vm: &mut Vm, choice: i32) -> i32 {
        let old = vm.module_state.insert(TypeId::of::<Frozen>(), Box::new(Frozen(choice)));
        old.and_then(|old| old.downcast::<Frozen>().ok()).map_or(0, |old| old.0)
    }
    /// Return True if the import lock is currently held, else False.
    #[function]
    fn lock_held(vm: &mut Vm) -> PyResult<bool> {
        let lock = super::lock(vm)?;
        let held = vm.call_method(lock, "locked", &[])?;
        vm.truth(held)
    }
    /// Acquires the interpreter's import lock for the current thread.
    #[function]
    fn acquire_lock(vm: &mut Vm) -> PyResult<()> {
        let lock = super::lock(vm)?;
        vm.call_method(lock, "acquire", &[]).map(drop)
    }
    /// Release the interpreter's import lock.
    #[function]
    fn release_lock(vm: &mut Vm) -> PyResult<()> {
        let lock = super::lock(vm)?;
        let released = vm.call_method(lock, "release", &[]);
        if vm.catch(released, Exc::RuntimeError)?.is_none() {
            return Err(vm.runtime_error("not holding the import lock"));
        }
        Ok(())
    }
    /// Changes code.co_filename to specify the passed-in file path: code objects are made for their path.
    #[function(name = "_fix_co_filename", sig = "(code, path, /)")]
    fn fix_co_filename(_vm: &mut Vm, _code: Value, _path: Value) {}
    /// A hash of source text.
    #[function(sig = "(key, source)")]
    fn source_hash(vm: &mut Vm, key: u64, source: Buffer) -> PyResult {
        vm.bytes(&import::source_hash(key, source.as_slice())).map(Value::from_gc)
    }

    /// Whether the embedded library has a module of this name: None, or whether it is a package.
    #[function(sig = "(name, /)")]
    fn library_find(vm: &mut Vm, name: Gc<Str>) -> Option<bool> {
        import::state(vm).library?.find(&name.to_message()).map(|m| m.package)
    }
    /// The embedded library's name for the module `tail` in a directory, or None when the directory is not the library's.
    #[function(sig = "(directory, tail, /)")]
    fn library_name(vm: &mut Vm, directory: Gc<Str>, tail: Gc<Str>) -> Option<String> {
        import::state(vm).library_name(&directory.to_message(), &tail.to_message())
    }
    /// Names of all modules of the embedded library.
    #[function]
    fn library_names(vm: &mut Vm) -> PyResult {
        let names = import::state(vm).library.map_or_else(Vec::new, |l| l.names());
        let list = vm.list_new()?;
        for name in names {
            let name = Value::from_gc(vm.str(name)?);
            vm.list_push(list, name)?;
        }
        Ok(Value::from_gc(list))
    }
    /// The code object of an embedded module, by its `__file__`; None when there is none.
    #[function(sig = "(file, /)")]
    fn library_code(vm: &mut Vm, file: Gc<Str>) -> PyResult {
        let file = file.to_message();
        match import::state(vm).library_key(&file) {
            Some(key) => import::library_code(vm, &key, &import::code_file(&key, &file)).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    }
    /// The source text of an embedded module as bytes, by its `__file__`; None when there is none.
    #[function(sig = "(file, /)")]
    fn library_source(vm: &mut Vm, file: Gc<Str>) -> PyResult {
        let state = import::state(vm);
        let source = state.library_key(&file.to_message()).and_then(|key| state.library?.source(&key));
        match source {
            Some(source) => vm.bytes(&source).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    }

    /// (internal-only) Override PyConfig.use_frozen_modules: there are none to use or not to use.
    #[function(sig = "(override, /)")]
    fn _override_frozen_modules_for_tests(_vm: &mut Vm, _override: i64) {}

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        crate::support::set_str(vm, module, "check_hash_based_pycs", "default")?;
        crate::support::set_int(vm, module, "pyc_magic_number_token", import::magic().into())
    }
}
