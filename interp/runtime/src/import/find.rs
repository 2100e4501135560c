//! Where a module comes from.

use super::{state, sys_list};
use crate::heap::Gc;
use crate::native::ModuleDecl;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::path::{Path, PathBuf};

/// The `sys.path` entry that stands for the embedded library.
pub const LIBRARY_ROOT: &str = "<habu>/lib";

/// Library modules that a program's own files can't replace: CPython has them frozen.
const FROZEN: &[&str] = &[
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
];

/// `importlib`'s halves, under the names that `importlib` imports them by.
const BOOTSTRAP: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
];

/// A module that was found, not loaded yet.
pub enum Found {
    Native(&'static ModuleDecl),
    /// In the embedded library, under this name there.
    Library {
        key: String,
        package: bool,
    },
    File {
        path: PathBuf,
        package: bool,
    },
    /// A package without `__init__.py`: the directories it spans.
    Namespace(Vec<String>),
}

/// Result of a search.
#[derive(Default)]
pub struct Search {
    pub found: Option<Found>,
    /// An entry of the path is neither a directory nor ours: `importlib`'s path hooks may know what it is.
    pub foreign: bool,
}

/// Looks for `name` (absolute) on `path`, a package's `__path__`, or on `sys.path` when `None`.
pub fn search(vm: &mut Vm, name: &str, path: Option<Value>) -> PyResult<Search> {
    if let Some(found) = fixed(vm, name, path.is_none()) {
        return Ok(Search { found: Some(found), foreign: false });
    }
    let entries = match path {
        Some(path) => vm.collect(path)?,
        None => match sys_list(vm, "path") {
            Some(list) => vm.collect(Value::from_gc(list))?,
            None => return Ok(Search::default()),
        },
    };
    let tail = name.rsplit('.').next().unwrap_or(name);
    let (mut namespace, mut foreign) = (Vec::new(), false);
    for entry in entries.iter() {
        let Some(entry) = vm.downcast::<Str>(*entry) else { continue };
        let entry = entry.to_message();
        match in_entry(vm, &entry, tail) {
            Here::Module(found) => return Ok(Search { found: Some(found), foreign }),
            Here::Directory(dir) => namespace.push(dir),
            Here::Foreign => foreign = true,
            Here::Nothing => {}
        }
    }
    let found = if namespace.is_empty() { None } else { Some(Found::Namespace(namespace)) };
    Ok(Search { found, foreign })
}

/// Modules found without any path.
fn fixed(vm: &mut Vm, name: &str, top: bool) -> Option<Found> {
    let state = state(vm);
    if let Some(decl) = state.natives.get(name) {
        return Some(Found::Native(decl));
    }
    let library = state.library?;
    if let Some((_, key)) = BOOTSTRAP.iter().find(|(known, _)| *known == name) {
        return library.find(key).map(|m| Found::Library { key: key.to_string(), package: m.package });
    }
    if (top || name.contains('.')) && FROZEN.contains(&name) {
        return library.find(name).map(|m| Found::Library { key: name.into(), package: m.package });
    }
    None
}

enum Here {
    Module(Found),
    Directory(String),
    Foreign,
    Nothing,
}

fn in_entry(vm: &mut Vm, entry: &str, tail: &str) -> Here {
    if let Some(below) = entry.strip_prefix(LIBRARY_ROOT) {
        let package = below.trim_start_matches('/').replace('/', ".");
        let key = if package.is_empty() { tail.to_string() } else { format!("{package}.{tail}") };
        return match state(vm).library.and_then(|l| l.find(&key)) {
            Some(m) => Here::Module(Found::Library { key, package: m.package }),
            None => Here::Nothing,
        };
    }
    let dir = if entry.is_empty() {
        match std::env::current_dir() {
            Ok(dir) => dir,
            Err(_) => return Here::Nothing,
        }
    } else {
        PathBuf::from(entry)
    };
    in_directory(&dir, tail)
}

fn in_directory(dir: &Path, tail: &str) -> Here {
    let sub = dir.join(tail);
    let is_directory = sub.is_dir();
    if is_directory {
        let init = sub.join("__init__.py");
        if init.is_file() {
            return Here::Module(Found::File { path: init, package: true });
        }
    }
    let file = dir.join(format!("{tail}.py"));
    if file.is_file() {
        return Here::Module(Found::File { path: file, package: false });
    }
    if is_directory {
        return Here::Directory(sub.to_string_lossy().into_owned());
    }
    if dir.is_file() { Here::Foreign } else { Here::Nothing }
}

/// `__file__` of a library module.
pub fn library_file(key: &str, package: bool) -> String {
    let path = key.replace('.', "/");
    if package { format!("{LIBRARY_ROOT}/{path}/__init__.py") } else { format!("{LIBRARY_ROOT}/{path}.py") }
}

/// The library's name for a module whose `__file__` this is.
pub fn library_key(file: &str) -> Option<String> {
    let path = file.strip_prefix(LIBRARY_ROOT)?.strip_prefix('/')?.strip_suffix(".py")?;
    Some(path.strip_suffix("/__init__").unwrap_or(path).replace('/', "."))
}

/// The parent's name, for dotted names.
pub fn parent_of(vm: &mut Vm, name: Gc<Str>) -> Option<(Gc<Str>, Gc<Str>)> {
    let text = name.to_message();
    let (parent, child) = text.rsplit_once('.')?;
    Some((vm.intern(parent), vm.intern(child)))
}
