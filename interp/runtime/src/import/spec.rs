//! Specs and loaders of modules that this importer found: objects of `importlib`'s own classes.

use super::boot::{Part, part};
use super::sys_attr;
use crate::heap::Gc;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// Where a module comes from, as its spec tells.
#[derive(Debug)]
pub enum Place {
    Native,
    /// One of `importlib`'s halves.
    Frozen,
    /// In the library: its `__file__`, and the directory of a package.
    Library {
        path: String,
        package: Option<String>,
    },
    /// A source file.
    File {
        path: String,
        package: Option<String>,
    },
}

impl Place {
    /// `__file__` and the directory of a package.
    fn file(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Place::Native | Place::Frozen => None,
            Place::Library { path, package } | Place::File { path, package } => {
                Some((path, package.as_deref()))
            }
        }
    }
}

/// The spec of a module at `place`; None while `importlib` starts.
pub fn make(vm: &mut Vm, name: Gc<Str>, place: &Place) -> PyResult {
    let Some(class) = part(vm, Part::ModuleSpec) else { return Ok(Value::NONE) };
    let loader_part = match place {
        Place::Native => Part::BuiltinImporter,
        Place::Frozen => Part::FrozenImporter,
        Place::Library { .. } => Part::LibraryLoader,
        Place::File { .. } => Part::SourceFileLoader,
    };
    let loader = part(vm, loader_part).unwrap_or(Value::NONE);
    let origin_key = vm.intern("origin");
    let name = Value::from_gc(name);
    let Some((path, package)) = place.file() else {
        let origin = if matches!(place, Place::Native) { "built-in" } else { "frozen" };
        let origin = Value::from_gc(vm.intern(origin));
        return vm.call_kw(class, &[name, loader], &[(origin_key, origin)]);
    };
    let origin = Value::from_gc(vm.str(path)?);
    let loader = vm.call(loader, &[name, origin])?;
    let spec = vm.call_kw(class, &[name, loader], &[(origin_key, origin)])?;
    if let Some(dir) = package {
        let dir = Value::from_gc(vm.str(dir)?);
        let list = Value::from_gc(vm.list_from(&[dir])?);
        let key = vm.intern("submodule_search_locations");
        vm.set_attr(spec, key, list)?;
    }
    let key = vm.intern("_set_fileattr");
    vm.set_attr(spec, key, Value::TRUE)?;
    if let Some(cached) = cached_path(vm, path) {
        let (key, cached) = (vm.intern("_cached"), Value::from_gc(vm.str(&cached)?));
        vm.set_attr(spec, key, cached)?;
    }
    Ok(spec)
}

/// The module attributes that a spec gives.
pub fn bind(vm: &mut Vm, module: Gc<Module>, spec: Value, place: &Place) -> PyResult<()> {
    if spec.is_none() {
        return Ok(());
    }
    let dict = module.dict.get().expect("modules have a dict");
    let entries = [(vm.names.package, "parent"), (vm.names.loader, "loader")];
    for (key, attribute) in entries {
        let v = vm.get_attr_str(spec, attribute)?;
        vm.dict_set_str(dict, key, v)?;
    }
    let spec_key = vm.names.spec;
    vm.dict_set_str(dict, spec_key, spec)?;
    let Some((_, package)) = place.file() else { return Ok(()) };
    if package.is_some() {
        let v = vm.get_attr_str(spec, "submodule_search_locations")?;
        let key = vm.names.path;
        vm.dict_set_str(dict, key, v)?;
    }
    let entries = [(vm.names.file, "origin"), (vm.names.cached, "_cached")];
    for (key, attribute) in entries {
        let v = vm.get_attr_str(spec, attribute)?;
        if !v.is_none() {
            vm.dict_set_str(dict, key, v)?;
        }
    }
    Ok(())
}

/// Tag of our bytecode files' names.
pub const CACHE_TAG: &str = "habu-314";

/// Where the compiled form of a source file is kept: `importlib.util.cache_from_source`.
pub fn cached_path(vm: &mut Vm, path: &str) -> Option<String> {
    let (dir, file) = path.rsplit_once('/').map_or(("", path), |(d, f)| (&path[..d.len() + 1], f));
    let stem = file.strip_suffix(".py")?;
    let level = match vm.options.optimize {
        0 => String::new(),
        n => format!(".opt-{n}"),
    };
    let prefix = sys_attr(vm, "pycache_prefix").filter(|p| !p.is_none());
    let prefix = prefix.and_then(|p| vm.downcast::<Str>(p));
    Some(match prefix {
        Some(prefix) => {
            let prefix = prefix.to_message();
            let prefix = prefix.trim_end_matches('/');
            let dir = dir.trim_start_matches('/');
            format!("{prefix}/{dir}{stem}.{CACHE_TAG}{level}.pyc")
        }
        None => format!("{dir}__pycache__/{stem}.{CACHE_TAG}{level}.pyc"),
    })
}
