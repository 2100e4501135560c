//! Where a module comes from: the search that `importlib`'s default finders would do, without their objects.

use super::boot::{CORE, Part, part};
use super::{State, state, sys_attr, sys_list};
use crate::heap::Gc;
use crate::native::ModuleDecl;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::path::{Path, PathBuf};

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
}

/// Result of a search.
pub enum Search {
    Found(Found),
    Nothing,
    /// Only `importlib`'s own code knows: a zip file, a namespace package, bytecode without source.
    AskImportlib,
}

/// Looks for `name` (absolute) on `path`, a package's `__path__`, or on `sys.path` when `None`.
pub fn search(vm: &mut Vm, name: &str, path: Option<Value>) -> PyResult<Search> {
    if let Some(found) = fixed(vm, name, path.is_none()) {
        return Ok(Search::Found(found));
    }
    let entries = match path {
        Some(path) => match vm.exact::<List>(path) {
            Some(list) => list,
            None => return Ok(Search::AskImportlib),
        },
        None => match sys_list(vm, "path") {
            Some(list) => list,
            None => return Ok(Search::AskImportlib),
        },
    };
    let cache = sys_attr(vm, "path_importer_cache").and_then(|c| vm.exact::<Dict>(c));
    let tail = name.rsplit('.').next().unwrap_or(name);
    let (mut index, mut answer) = (0, Search::Nothing);
    while let Some(entry) = vm.list_get(entries, index)? {
        index += 1;
        // Other kinds of entries are for hooks that a program adds.
        let Some(entry) = vm.downcast::<Str>(entry) else { continue };
        match in_entry(vm, entry, tail, cache)? {
            Search::Found(found) => return Ok(Search::Found(found)),
            Search::AskImportlib => answer = Search::AskImportlib,
            Search::Nothing => {}
        }
    }
    Ok(answer)
}

/// Modules found without any path.
fn fixed(vm: &mut Vm, name: &str, top: bool) -> Option<Found> {
    let starting = state(vm).parts.is_none();
    let state = state(vm);
    if let Some(decl) = state.natives.get(name) {
        return Some(Found::Native(decl));
    }
    let library = state.library?;
    let frozen = (top || name.contains('.')) && FROZEN.contains(&name) && state.embedded;
    if frozen || starting {
        return library.find(name).map(|m| Found::Library { key: name.into(), package: m.package });
    }
    None
}

/// `co_filename` of a library module's code: CPython's frozen ones have a name of their own.
pub fn code_file(key: &str, file: &str) -> String {
    if FROZEN.contains(&key) || CORE.iter().any(|(_, known)| *known == key) {
        format!("<frozen {key}>")
    } else {
        file.to_owned()
    }
}

impl State {
    /// The library's prefix for modules in the directory `entry`, if that is the library's or below.
    fn library_prefix<'a>(&self, entry: &'a str) -> Option<&'a str> {
        let below = entry.strip_prefix(self.root.as_str())?;
        (self.embedded && (below.is_empty() || below.starts_with('/'))).then_some(below)
    }

    /// The library's name for the module `tail` in the directory `entry`, if that is a directory of the library.
    pub fn library_name(&self, entry: &str, tail: &str) -> Option<String> {
        let package = self.library_prefix(entry)?.trim_matches('/').replace('/', ".");
        if package.is_empty() {
            return Some(tail.to_owned());
        }
        self.library?.find(&package)?;
        Some(format!("{package}.{tail}"))
    }

    /// `__file__` of a library module.
    pub fn library_file(&self, key: &str, package: bool) -> String {
        let (root, path) = (&self.root, key.replace('.', "/"));
        if package { format!("{root}/{path}/__init__.py") } else { format!("{root}/{path}.py") }
    }

    /// The library's name for a module whose `__file__` this is.
    pub fn library_key(&self, file: &str) -> Option<String> {
        let path = self.library_prefix(file)?.strip_prefix('/')?.strip_suffix(".py")?;
        Some(path.strip_suffix("/__init__").unwrap_or(path).replace('/', "."))
    }
}

fn in_entry(vm: &mut Vm, entry: Gc<Str>, tail: &str, cache: Option<Gc<Dict>>) -> PyResult<Search> {
    let text = entry.to_message();
    let state = state(vm);
    if let Some(key) = state.library_name(&text, tail) {
        let found = state.library.and_then(|l| l.find(&key));
        return Ok(match found {
            Some(m) => Search::Found(Found::Library { key, package: m.package }),
            None => Search::Nothing,
        });
    }
    if let Some(cache) = cache
        && let Some(finder) = vm.dict_get(cache, Value::from_gc(entry))?
    {
        if finder.is_none() {
            return Ok(Search::Nothing);
        }
        let class = Value::from_gc(vm.class_of(finder));
        if part(vm, Part::FileFinder) != Some(class) {
            return Ok(Search::AskImportlib);
        }
    }
    let dir = if text.starts_with('/') {
        PathBuf::from(text)
    } else {
        match std::env::current_dir() {
            Ok(dir) if text.is_empty() || text == "." => dir,
            Ok(dir) => dir.join(text),
            Err(_) => return Ok(Search::Nothing),
        }
    };
    Ok(in_directory(&dir, tail))
}

fn in_directory(dir: &Path, tail: &str) -> Search {
    let sub = dir.join(tail);
    let is_directory = sub.is_dir();
    if is_directory {
        let init = sub.join("__init__.py");
        if init.is_file() {
            return Search::Found(Found::File { path: init, package: true });
        }
    }
    let file = dir.join(format!("{tail}.py"));
    if file.is_file() {
        return Search::Found(Found::File { path: file, package: false });
    }
    if is_directory || dir.is_file() || dir.join(format!("{tail}.pyc")).is_file() {
        Search::AskImportlib
    } else {
        Search::Nothing
    }
}

/// The parent's name, for dotted names.
pub fn parent_of(vm: &mut Vm, name: Gc<Str>) -> Option<(Gc<Str>, Gc<Str>)> {
    let text = name.to_message();
    let (parent, child) = text.rsplit_once('.')?;
    Some((vm.intern(parent), vm.intern(child)))
}
