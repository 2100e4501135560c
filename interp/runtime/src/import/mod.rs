//! The import system: what import statements and `__import__` do. Each module's spec and loader are `importlib`'s, whose
//! core runs at start as CPython's does. As long as the finders on `sys.meta_path` and the path hooks are those of the
//! start, modules are found and loaded here, without running `importlib`'s code; otherwise by `importlib`.
//!
//! | file | content |
//! | --- | --- |
//! | `name` | absolute names from relative ones |
//! | `boot` | running `importlib` at start |
//! | `cache` | bytecode files |
//! | `find` | where a module comes from: native, embedded library, directories of `sys.path` |
//! | `load` | making modules and running their code |
//! | `statement` | `import`, `from … import` and `*` as the interpreter runs them |
//! | `spec` | specs and loaders of modules that were found here |
//! | `python` | imports through `importlib`'s code |
//! | `source` | decoding and compiling source text |

mod boot;
mod cache;
mod find;
mod load;
mod name;
mod python;
mod source;
mod spec;
mod statement;

pub use boot::{Part, boot, part};
pub use cache::{magic, source_hash};
pub use find::code_file;
pub use load::{exec_code, exec_in, make_native, module_new};
pub use source::{
    compile_text, compile_with, decode, decode_file, give_warnings, library_code, library_source,
    syntax_error,
};
pub use spec::{CACHE_TAG, cached_path};
pub use statement::{from, lacking_text, star, statement};

use crate::heap::Gc;
use crate::native::ModuleDecl;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};
use std::any::TypeId;
use std::collections::HashMap;

/// What the embedded library says of a module.
#[derive(Clone, Copy, Debug)]
pub struct LibraryModule {
    pub package: bool,
}

/// A library of Python modules inside the binary.
pub trait Library: Sync {
    fn find(&self, name: &str) -> Option<LibraryModule>;
    fn source(&self, name: &str) -> Option<Vec<u8>>;
    /// The module compiled without optimisation flags, as of this file.
    fn code(&self, name: &str, file: &str) -> Option<habu_bytecode::Code>;
    fn names(&self) -> Vec<&'static str>;
}

/// What the importer knows for the process. Holds no Python objects.
#[derive(Default)]
pub struct State {
    pub natives: HashMap<&'static str, &'static ModuleDecl>,
    pub library: Option<&'static dyn Library>,
    /// Directory that the library's modules are said to lie in, an entry of `sys.path`.
    pub root: String,
    /// Folder of the program, as it came first on `sys.path` at the start: modules there may hide others.
    pub program_folder: Option<String>,
    /// The library's modules are found there: nothing overrides them.
    pub embedded: bool,
    /// Where `vm.permanent` has what `importlib` made.
    parts: Option<usize>,
    /// Bytecode files written so far.
    written: u64,
    /// Modules now being imported, and the time spent on modules that they import (`-X importtime`).
    timing: Vec<std::time::Duration>,
}

/// The importer's state.
pub fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

/// `sys.modules`
pub fn modules(vm: &Vm) -> Gc<Dict> {
    vm.modules.expect("sys.modules is made at start-up")
}

/// A module that is loaded already.
pub fn loaded(vm: &mut Vm, name: Gc<Str>) -> PyResult<Option<Value>> {
    let modules = modules(vm);
    vm.dict_get(modules, Value::from_gc(name))
}

/// `importlib.import_module(name)` for Rust callers.
pub fn import_module(vm: &mut Vm, name: &str) -> PyResult {
    let name = vm.intern(name);
    find_and_load(vm, name)
}

/// An attribute of `sys`, if `sys` has it.
pub fn sys_attr(vm: &mut Vm, name: &str) -> Option<Value> {
    let dict = vm.sys?.dict.get()?;
    let name = vm.intern(name);
    vm.dict_get_str(dict, name)
}

/// An attribute of `sys` that should be a list.
fn sys_list(vm: &mut Vm, name: &str) -> Option<Gc<List>> {
    let v = sys_attr(vm, name)?;
    vm.downcast::<List>(v)
}

/// The module of an absolute name: loaded before, or now.
pub fn find_and_load(vm: &mut Vm, name: Gc<Str>) -> PyResult {
    match loaded(vm, name)? {
        Some(Value::NONE) => {
            let text = format!("import of {} halted; None in sys.modules", name.to_message());
            Err(not_found(vm, text, name))
        }
        Some(module) => {
            if vm.threads.are_many() {
                python::wait_for(vm, module, name)?;
            }
            Ok(module)
        }
        None => load::find_and_load(vm, name),
    }
}

/// `__import__(name, globals, None, fromlist, level)`
pub fn import(vm: &mut Vm, name: Gc<Str>, globals: Value, fromlist: Value, level: i64) -> PyResult {
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        name::resolve(vm, globals, name, level as usize)?
    } else if name.is_empty() {
        return Err(vm.value_error("Empty module name"));
    } else {
        name
    };
    let module = find_and_load(vm, absolute)?;
    let wants_names = !fromlist.is_none() && vm.truth(fromlist)?;
    if wants_names {
        let path = vm.names.path;
        if vm.get_attr_opt(module, path)?.is_some() {
            statement::import_submodules(vm, module, fromlist, "``from list''", false)?;
        }
        return Ok(module);
    }
    let Some(dot) = name.iter().position(|c| c == u32::from('.')) else {
        return Ok(module);
    };
    if level == 0 {
        let top = vm.str_slice(name, 0, dot)?;
        let top = vm.intern_str(top)?;
        return find_and_load(vm, top);
    }
    let keep = absolute.len() - (name.len() - dot);
    let wanted = vm.str_slice(absolute, 0, keep)?;
    match loaded(vm, wanted)? {
        Some(module) => Ok(module),
        None => {
            let shown = vm.repr(Value::from_gc(wanted))?.to_message();
            let text = format!("{shown} not in sys.modules as expected");
            let text = vm.str(&text)?;
            Err(vm.key_error(Value::from_gc(text)))
        }
    }
}

/// ModuleNotFoundError with its `name`.
pub fn not_found(vm: &mut Vm, text: String, name: Gc<Str>) -> Raised {
    raise_import(vm, Exc::ModuleNotFoundError, text, &[("name", Value::from_gc(name))])
}

/// An ImportError of some kind with attributes.
pub fn raise_import(vm: &mut Vm, class: Exc, text: String, attributes: &[(&str, Value)]) -> Raised {
    let make = |vm: &mut Vm| -> PyResult {
        let text = vm.str(&text)?;
        let exc = vm.make_exception(vm.exc_class(class), &[Value::from_gc(text)])?;
        for (name, value) in attributes {
            let name = vm.intern(name);
            vm.set_attr(Value::from_gc(exc), name, *value)?;
        }
        let msg = vm.names.msg;
        vm.set_attr(Value::from_gc(exc), msg, Value::from_gc(text))?;
        Ok(Value::from_gc(exc))
    };
    match make(vm) {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}
