//! `ModuleSpec` and the loader objects behind `__spec__` and `__loader__`: what `importlib` would make, without
//! loading `importlib`.

use super::{find, finder, source};
use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::ptr::NonNull;

/// Cell of a module spec: all but the computed attributes are in its dict.
#[repr(C)]
pub struct ModuleSpec {
    pub header: Header,
    /// `str` or `None`.
    pub name: Field,
    pub loader: Field,
    pub origin: Field,
    pub search: Field,
    pub has_location: Field,
    pub cached: Field,
    /// List of submodules being imported, once `importlib` asks for it.
    pub pending: Field,
}

// SAFETY: `trace` names every reference.
unsafe impl Layout for ModuleSpec {
    const ID: ShapeId = ids::MODULE_SPEC;
    const KIND: CellKind = CellKind::new(trace_spec);
}

unsafe fn trace_spec(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let s = unsafe { cell.cast::<ModuleSpec>().as_ref() };
    for field in [&s.name, &s.loader, &s.origin, &s.search, &s.has_location, &s.cached, &s.pending] {
        t.value(field.get());
    }
}

/// Cell of the loader of a source file or library module.
#[repr(C)]
pub struct SourceLoader {
    pub header: Header,
    pub name: Field,
    pub path: Field,
}

// SAFETY: `trace` names every reference.
unsafe impl Layout for SourceLoader {
    const ID: ShapeId = ids::SOURCE_LOADER;
    const KIND: CellKind = CellKind::new(trace_loader);
}

unsafe fn trace_loader(cell: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: called by the collector for cells of this layout.
    let l = unsafe { cell.cast::<SourceLoader>().as_ref() };
    t.value(l.name.get());
    t.value(l.path.get());
}

/// Where a module lies, as its spec tells.
#[derive(Debug, Default)]
pub struct Location {
    pub origin: Option<String>,
    pub search: Option<Vec<String>>,
    pub has_location: bool,
}

impl Location {
    pub fn builtin() -> Location {
        Location { origin: Some("built-in".into()), search: None, has_location: false }
    }
}

fn text_or_none(vm: &mut Vm, text: Option<&str>) -> PyResult {
    match text {
        Some(text) => vm.str(text).map(Value::from_gc),
        None => Ok(Value::NONE),
    }
}

/// The spec of a module that this importer found.
pub fn make(vm: &mut Vm, name: Gc<Str>, location: &Location) -> PyResult {
    let origin = text_or_none(vm, location.origin.as_deref())?;
    let loader = if location.has_location {
        let cls = vm.native_class(SourceLoader::DECL)?;
        let loader = vm.alloc_instance::<SourceLoader>(cls)?;
        loader.name.init(Value::from_gc(name));
        loader.path.init(origin);
        Value::from_gc(loader)
    } else if location.origin.is_some() {
        finder::module(vm)?
    } else {
        Value::NONE
    };
    let search = match &location.search {
        None => Value::NONE,
        Some(dirs) => {
            let list = vm.list_new()?;
            for dir in dirs {
                let dir = vm.str(dir)?;
                vm.list_push(list, Value::from_gc(dir))?;
            }
            Value::from_gc(list)
        }
    };
    let cls = vm.native_class(ModuleSpec::DECL)?;
    let spec = vm.alloc_instance::<ModuleSpec>(cls)?;
    spec.name.init(Value::from_gc(name));
    spec.loader.init(loader);
    spec.origin.init(origin);
    spec.search.init(search);
    spec.has_location.init(Value::bool(location.has_location));
    spec.cached.init(Value::UNBOUND);
    spec.pending.init(Value::UNBOUND);
    Ok(Value::from_gc(spec))
}

/// The module attributes that a spec of ours gives.
pub fn bind(vm: &mut Vm, module: Gc<Module>, spec: Value, location: &Location) -> PyResult<()> {
    let Some(known) = vm.exact::<ModuleSpec>(spec) else { return Ok(()) };
    let dict = module.dict.get().expect("modules have a dict");
    let parent = parent(vm, known)?;
    let (spec_key, loader_key, package_key) = (vm.names.spec, vm.names.loader, vm.names.package);
    vm.dict_set_str(dict, package_key, parent)?;
    vm.dict_set_str(dict, loader_key, known.loader.get())?;
    vm.dict_set_str(dict, spec_key, spec)?;
    if location.search.is_some() {
        let key = vm.names.path;
        vm.dict_set_str(dict, key, known.search.get())?;
    }
    if location.has_location {
        let (file_key, cached_key) = (vm.names.file, vm.names.cached);
        vm.dict_set_str(dict, file_key, known.origin.get())?;
        let cached = cached(vm, known)?;
        if !cached.is_none() {
            vm.dict_set_str(dict, cached_key, cached)?;
        }
    }
    Ok(())
}

/// The module attributes that any finder's spec gives (`importlib`'s `_init_module_attrs`).
pub fn bind_foreign(vm: &mut Vm, module: Value, spec: Value) -> PyResult<()> {
    for (from, to) in [("name", "__name__"), ("loader", "__loader__"), ("parent", "__package__")] {
        let v = vm.get_attr_str(spec, from)?;
        let to = vm.intern(to);
        vm.set_attr(module, to, v)?;
    }
    let key = vm.names.spec;
    vm.set_attr(module, key, spec)?;
    let search = vm.get_attr_str(spec, "submodule_search_locations")?;
    if !search.is_none() {
        let key = vm.names.path;
        vm.set_attr(module, key, search)?;
    }
    let located = vm.get_attr_str(spec, "has_location")?;
    if vm.truth(located)? {
        for (from, to) in [("origin", "__file__"), ("cached", "__cached__")] {
            let v = vm.get_attr_str(spec, from)?;
            if !v.is_none() {
                let to = vm.intern(to);
                vm.set_attr(module, to, v)?;
            }
        }
    }
    Ok(())
}

/// The package a module is in: its own name for a package.
fn parent(vm: &mut Vm, spec: Gc<ModuleSpec>) -> PyResult {
    let name = spec.name.get();
    if !spec.search.get().is_none() {
        return Ok(name);
    }
    let text = vm.to_str(name)?.to_message();
    let parent = text.rsplit_once('.').map_or("", |(parent, _)| parent);
    Ok(Value::from_gc(vm.intern(parent)))
}

/// Where a cache of the compiled module would be.
fn cached(vm: &mut Vm, spec: Gc<ModuleSpec>) -> PyResult {
    if let Some(set) = spec.cached.get().bound() {
        return Ok(set);
    }
    let origin = spec.origin.get();
    if spec.has_location.get() != Value::TRUE || origin.is_none() {
        return Ok(Value::NONE);
    }
    let origin = vm.to_str(origin)?.to_message();
    if origin.starts_with(find::LIBRARY_ROOT) {
        return Ok(Value::NONE);
    }
    let Some(stem) = origin.strip_suffix(".py") else { return Ok(Value::NONE) };
    let (dir, file) = stem.rsplit_once('/').map_or(("", stem), |(d, f)| (&stem[..d.len() + 1], f));
    let path = vm.str(&format!("{dir}__pycache__/{file}.habu-314.pyc"))?;
    Ok(Value::from_gc(path))
}

/// The specification of a module, used when importing it.
#[py_type(name = "ModuleSpec", module = "importlib.machinery", id = ids::MODULE_SPEC, subclassable, has_dict)]
impl ModuleSpec {
    #[new(sig = "(name, loader, *, origin=None, loader_state=None, is_package=None)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        name: Value,
        loader: Value,
        origin: Value,
        loader_state: Value,
        is_package: Value,
    ) -> PyResult<Gc<ModuleSpec>> {
        let search = if !is_package.is_none() && vm.truth(is_package)? {
            Value::from_gc(vm.list_new()?)
        } else {
            Value::NONE
        };
        let spec = vm.alloc_instance::<ModuleSpec>(cls)?;
        spec.name.init(name);
        spec.loader.init(loader);
        spec.origin.init(origin);
        spec.search.init(search);
        spec.has_location.init(Value::FALSE);
        spec.cached.init(Value::UNBOUND);
        spec.pending.init(Value::UNBOUND);
        let key = vm.intern("loader_state");
        vm.set_attr(Value::from_gc(spec), key, loader_state)?;
        Ok(spec)
    }

    #[getter]
    fn name(_vm: &mut Vm, this: Gc<ModuleSpec>) -> Value {
        this.name.get()
    }
    #[setter]
    fn set_name(vm: &mut Vm, this: Gc<ModuleSpec>, v: Value) -> PyResult<()> {
        this.name.set(&mut vm.heap, this.header(), v);
        Ok(())
    }
    #[getter]
    fn loader(_vm: &mut Vm, this: Gc<ModuleSpec>) -> Value {
        this.loader.get()
    }
    #[setter]
    fn set_loader(vm: &mut Vm, this: Gc<ModuleSpec>, v: Value) -> PyResult<()> {
        this.loader.set(&mut vm.heap, this.header(), v);
        Ok(())
    }
    #[getter]
    fn origin(_vm: &mut Vm, this: Gc<ModuleSpec>) -> Value {
        this.origin.get()
    }
    #[setter]
    fn set_origin(vm: &mut Vm, this: Gc<ModuleSpec>, v: Value) -> PyResult<()> {
        this.origin.set(&mut vm.heap, this.header(), v);
        Ok(())
    }
    #[getter]
    fn submodule_search_locations(_vm: &mut Vm, this: Gc<ModuleSpec>) -> Value {
        this.search.get()
    }
    #[setter]
    fn set_submodule_search_locations(vm: &mut Vm, this: Gc<ModuleSpec>, v: Value) -> PyResult<()> {
        this.search.set(&mut vm.heap, this.header(), v);
        Ok(())
    }
    #[getter]
    fn has_location(_vm: &mut Vm, this: Gc<ModuleSpec>) -> Value {
        this.has_location.get()
    }
    #[setter]
    fn set_has_location(vm: &mut Vm, this: Gc<ModuleSpec>, v: bool) -> PyResult<()> {
        this.has_location.set(&mut vm.heap, this.header(), Value::bool(v));
        Ok(())
    }
    #[getter]
    fn cached(vm: &mut Vm, this: Gc<ModuleSpec>) -> PyResult {
        cached(vm, this)
    }
    #[setter]
    fn set_cached(vm: &mut Vm, this: Gc<ModuleSpec>, v: Value) -> PyResult<()> {
        this.cached.set(&mut vm.heap, this.header(), v);
        Ok(())
    }
    /// Submodules whose import is under way.
    #[getter]
    fn _uninitialized_submodules(vm: &mut Vm, this: Gc<ModuleSpec>) -> PyResult {
        if let Some(list) = this.pending.get().bound() {
            return Ok(list);
        }
        let list = Value::from_gc(vm.list_new()?);
        this.pending.set(&mut vm.heap, this.header(), list);
        Ok(list)
    }
    /// The name of the module's parent.
    #[getter]
    fn parent(vm: &mut Vm, this: Gc<ModuleSpec>) -> PyResult {
        parent(vm, this)
    }

    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ModuleSpec>) -> PyResult<String> {
        let class = vm.class_of(Value::from_gc(this));
        let mut text = format!("{}(", vm.class_name(class));
        text.push_str(&format!("name={}", vm.repr(this.name.get())?.to_message()));
        text.push_str(&format!(", loader={}", vm.repr(this.loader.get())?.to_message()));
        for (label, v) in [("origin", this.origin.get()), ("submodule_search_locations", this.search.get())] {
            if !v.is_none() {
                text.push_str(&format!(", {label}={}", vm.repr(v)?.to_message()));
            }
        }
        text.push(')');
        Ok(text)
    }

    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<ModuleSpec>, other: Value) -> PyResult {
        let Some(other) = vm.downcast::<ModuleSpec>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let pairs = [
            (this.name.get(), other.name.get()),
            (this.loader.get(), other.loader.get()),
            (this.origin.get(), other.origin.get()),
            (this.search.get(), other.search.get()),
            (this.has_location.get(), other.has_location.get()),
        ];
        for (a, b) in pairs {
            if !vm.eq(a, b)? {
                return Ok(Value::FALSE);
            }
        }
        Ok(Value::TRUE)
    }
}

/// Loads modules from source text: files, and the library inside the binary.
#[py_type(name = "SourceFileLoader", module = "importlib.machinery", id = ids::SOURCE_LOADER, subclassable, has_dict)]
impl SourceLoader {
    #[new(sig = "(fullname, path)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, fullname: Value, path: Value) -> PyResult<Gc<SourceLoader>> {
        let loader = vm.alloc_instance::<SourceLoader>(cls)?;
        loader.name.init(fullname);
        loader.path.init(path);
        Ok(loader)
    }
    #[getter]
    fn name(_vm: &mut Vm, this: Gc<SourceLoader>) -> Value {
        this.name.get()
    }
    #[getter]
    fn path(_vm: &mut Vm, this: Gc<SourceLoader>) -> Value {
        this.path.get()
    }
    #[method(sig = "($self, spec)")]
    fn create_module(_vm: &mut Vm, _this: Gc<SourceLoader>, _spec: Value) -> Value {
        Value::NONE
    }
    #[method(sig = "($self, module)")]
    fn exec_module(vm: &mut Vm, this: Gc<SourceLoader>, module: Value) -> PyResult<()> {
        let file = vm.to_str(this.path.get())?.to_message();
        let Some(module) = vm.downcast::<Module>(module) else {
            let got = vm.type_name(module);
            return Err(vm.type_error(format!("exec_module() argument must be a module, not {got}")));
        };
        let code = code_at(vm, &file)?;
        let globals = module.dict.get().expect("modules have a dict");
        super::exec_in(vm, code, globals)?;
        Ok(())
    }
    #[method(sig = "($self, fullname=None)")]
    fn get_code(vm: &mut Vm, this: Gc<SourceLoader>, _fullname: Value) -> PyResult {
        let file = vm.to_str(this.path.get())?.to_message();
        code_at(vm, &file).map(Value::from_gc)
    }
    #[method(sig = "($self, fullname=None)")]
    fn get_source(vm: &mut Vm, this: Gc<SourceLoader>, _fullname: Value) -> PyResult {
        let file = vm.to_str(this.path.get())?.to_message();
        let bytes = bytes_at(vm, &file)?;
        let text = source::decode(vm, &bytes, &file)?.replace("\r\n", "\n").replace('\r', "\n");
        vm.str(&text).map(Value::from_gc)
    }
    #[method(sig = "($self, path)")]
    fn get_data(vm: &mut Vm, _this: Gc<SourceLoader>, path: String) -> PyResult {
        let bytes = bytes_at(vm, &path)?;
        vm.bytes(&bytes).map(Value::from_gc)
    }
    #[method(sig = "($self, fullname=None)")]
    fn get_filename(_vm: &mut Vm, this: Gc<SourceLoader>, _fullname: Value) -> Value {
        this.path.get()
    }
    #[method(sig = "($self, fullname=None)")]
    fn is_package(vm: &mut Vm, this: Gc<SourceLoader>, _fullname: Value) -> PyResult<bool> {
        let file = vm.to_str(this.path.get())?.to_message();
        let name = vm.to_str(this.name.get())?.to_message();
        Ok(file.ends_with("/__init__.py") && !name.ends_with("__init__"))
    }
    #[method(sig = "($self, module)")]
    fn get_resource_reader(vm: &mut Vm, this: Gc<SourceLoader>, _module: Value) -> PyResult {
        let readers = super::import_module(vm, "importlib.readers")?;
        vm.call_method(readers, "FileReader", &[Value::from_gc(this)])
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<SourceLoader>, other: Value) -> PyResult {
        let Some(other) = vm.downcast::<SourceLoader>(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let same = vm.eq(this.name.get(), other.name.get())? && vm.eq(this.path.get(), other.path.get())?;
        Ok(Value::bool(same))
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<SourceLoader>) -> PyResult<i64> {
        Ok(vm.hash(this.name.get())? ^ vm.hash(this.path.get())?)
    }
}

fn code_at(vm: &mut Vm, file: &str) -> PyResult<Gc<crate::types::code::CodeObj>> {
    match find::library_key(file) {
        Some(key) => source::library_code(vm, &key, file),
        None => source::file_code(vm, file),
    }
}

fn bytes_at(vm: &mut Vm, file: &str) -> PyResult<Vec<u8>> {
    let library =
        find::library_key(file).and_then(|key| super::state(vm).library.and_then(|l| l.source(&key)));
    if let Some(bytes) = library {
        return Ok(bytes);
    }
    std::fs::read(file).map_err(|e| match vm.str(file) {
        Ok(name) => vm.os_error(e.raw_os_error().unwrap_or(libc::EIO), Some(Value::from_gc(name))),
        Err(raised) => raised,
    })
}

/// The loader of a source file.
pub fn source_loader(vm: &mut Vm, name: &str, path: &str) -> PyResult {
    let cls = vm.native_class(SourceLoader::DECL)?;
    let (name, path) = (vm.str(name)?, vm.str(path)?);
    let loader = vm.alloc_instance::<SourceLoader>(cls)?;
    loader.name.init(Value::from_gc(name));
    loader.path.init(Value::from_gc(path));
    Ok(Value::from_gc(loader))
}
