//! Start and end of the process: the first modules, running the program, flushing.

use crate::support::{os_str, set};
use crate::{MODULES, io, library, sys};
use habu_bytecode::{CompileOptions, Mode};
use habu_runtime::heap::Gc;
use habu_runtime::import;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::Module;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, RootedVec, Vm};

/// Makes `sys`, `builtins`, `__main__` and the importer.
pub fn install(vm: &mut Vm) -> PyResult<()> {
    let modules = vm.dict_new()?;
    vm.modules = Some(modules);
    let state = import::state(vm);
    for decl in MODULES {
        state.natives.insert(decl.name, decl);
    }
    state.library = Some(&library::Embedded);
    let name = vm.names.builtins_module;
    let builtins = import::module_new(vm, name)?;
    let globals = builtins.dict.get().expect("modules have a dict");
    vm.builtins = Some(globals);
    habu_runtime::builtins::install(vm, globals, Value::from_gc(builtins))?;
    vm.dict_set_str(modules, name, Value::from_gc(builtins))?;
    let sys_module = import::make_native(vm, &sys::module::MODULE)?;
    vm.sys = Some(sys_module);
    sys::set_module_names(vm, sys_module)?;
    set_path(vm, sys_module)?;
    import::boot(vm)?;
    import::make_native(vm, &io::module::MODULE)?;
    let streams = io::standard_streams(vm)?;
    for (name, stream) in ["stdin", "stdout", "stderr"].into_iter().zip(streams) {
        set(vm, sys_module, name, stream)?;
        set(vm, sys_module, &format!("__{name}__"), stream)?;
    }
    let main = vm.names.main;
    let main_module = import::module_new(vm, main)?;
    let main_globals = main_module.dict.get().expect("modules have a dict");
    if let Some(importer) = import::part(vm, import::Part::BuiltinImporter) {
        let key = vm.names.loader;
        vm.dict_set_str(main_globals, key, importer)?;
    }
    let key = vm.names.builtins;
    vm.dict_set_str(main_globals, key, Value::from_gc(builtins))?;
    vm.dict_set_str(modules, main, Value::from_gc(main_module))?;
    if wants_fault_handler(vm) {
        crate::faulthandler::enable_at_start(vm)?;
    }
    Ok(())
}

/// `-X faulthandler`, `-X dev` or PYTHONFAULTHANDLER.
fn wants_fault_handler(vm: &Vm) -> bool {
    vm.options.dev_mode
        || vm.options.x_options.iter().any(|(name, _)| name == "faulthandler")
        || vm.options.env("PYTHONFAULTHANDLER").is_some_and(|v| !v.is_empty())
}

/// `sys.path` without the program's own folder: PYTHONPATH and the library.
fn set_path(vm: &mut Vm, sys_module: Gc<Module>) -> PyResult<()> {
    let path = vm.list_new()?;
    if let Some(extra) = vm.options.env("PYTHONPATH") {
        for entry in std::env::split_paths(&extra) {
            // An empty entry is the current directory, as CPython has it.
            let entry =
                if entry.as_os_str().is_empty() { std::env::current_dir().unwrap_or(entry) } else { entry };
            let entry = os_str(vm, std::path::absolute(&entry).unwrap_or(entry).as_os_str())?;
            vm.list_push(path, Value::from_gc(entry))?;
        }
    }
    let library = match vm.options.stdlib.clone() {
        Some(dir) => os_str(vm, std::path::absolute(&dir).unwrap_or(dir).as_os_str())?,
        None => {
            let root = sys::places().base_prefix.join(sys::LIBRARY);
            os_str(vm, root.as_os_str())?
        }
    };
    let root = library.to_message();
    let embedded = vm.options.stdlib.is_none();
    let state = import::state(vm);
    (state.root, state.embedded) = (root, embedded);
    vm.list_push(path, Value::from_gc(library))?;
    set(vm, sys_module, "_stdlib_dir", Value::from_gc(library))?;
    set(vm, sys_module, "path", Value::from_gc(path))
}

fn main_globals(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let main = vm.names.main;
    let module = import::loaded(vm, main)?.and_then(|m| vm.downcast::<Module>(m));
    match module.and_then(|m| m.dict.get()) {
        Some(globals) => Ok(globals),
        None => Err(vm.runtime_error("lost __main__")),
    }
}

/// Puts the program's folder first on `sys.path`.
fn prepend_path(vm: &mut Vm, folder: &str) -> PyResult<()> {
    if vm.options.safe_path {
        return Ok(());
    }
    import::state(vm).program_folder = Some(folder.to_owned());
    let path = import::sys_attr(vm, "path").unwrap_or(Value::NONE);
    if let Some(path) = vm.exact_list(path) {
        let folder = Value::from_gc(vm.str(folder)?);
        vm.list_insert(path, 0, folder)?;
    }
    Ok(())
}

/// Runs source text as `__main__`; `folder` comes first on `sys.path`.
pub fn run_source(vm: &mut Vm, source: &[u8], filename: &str, folder: Option<&str>) -> PyResult<()> {
    if let Some(folder) = folder {
        prepend_path(vm, folder)?;
    }
    let globals = main_globals(vm)?;
    let text = if filename == "<string>" {
        import::decode(vm, source, filename)?
    } else {
        import::decode_file(vm, source, filename)?
    };
    if filename == "<string>" {
        vm.sources.insert(filename.to_owned(), text.to_string());
    }
    // Before compiling, as CPython: a file's mistakes are found with these set.
    let file_given = filename != "<string>";
    if file_given {
        let file = Value::from_gc(vm.str(filename)?);
        for (key, v) in [(vm.names.file, file), (vm.names.cached, Value::NONE)] {
            vm.dict_set_str(globals, key, v)?;
        }
        if let Some(class) =
            import::part(vm, import::Part::SourceFileLoader).filter(|_| !filename.starts_with('<'))
        {
            let name = Value::from_gc(vm.names.main);
            let loader = vm.call(class, &[name, file])?;
            let key = vm.names.loader;
            vm.dict_set_str(globals, key, loader)?;
        }
    }
    let options = CompileOptions { optimize: vm.options.optimize, ..CompileOptions::default() };
    let code = import::compile_text(vm, &text, filename, Mode::Exec, options)?;
    import::exec_code(vm, code, globals)?;
    Ok(())
}

/// Imports `site`, which finishes `sys.path`; then `warnings` when there are filters to set.
pub fn run_site(vm: &mut Vm) -> PyResult<()> {
    import::import_module(vm, "site")?;
    if !vm.options.warnings.is_empty() {
        import::import_module(vm, "warnings")?;
    }
    Ok(())
}

/// Whether a path holds a `__main__` module rather than being one: a folder or a zip file.
pub fn is_importable(path: &std::path::Path) -> bool {
    path.is_dir() || is_zip(path).unwrap_or(false)
}

/// A zip file has its directory's end in its last 64 KiB; other things may come before.
fn is_zip(path: &std::path::Path) -> std::io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};
    const TAIL: u64 = 22 + 0xFFFF;
    let mut file = std::fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    let size = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    Ok(memchr::memmem::find(&tail, b"PK\x05\x06").is_some())
}

/// `habu FOLDER` and `habu FILE.zip`
pub fn run_folder(vm: &mut Vm, path: &std::path::Path) -> PyResult<()> {
    let list = import::sys_attr(vm, "path").unwrap_or(Value::NONE);
    if let Some(list) = vm.exact_list(list) {
        let entry = os_str(vm, path.as_os_str())?;
        vm.list_insert(list, 0, Value::from_gc(entry))?;
    }
    run_main(vm, "__main__", false)
}

/// `runpy._run_module_as_main(name, alter_argv)`
fn run_main(vm: &mut Vm, name: &str, alter_argv: bool) -> PyResult<()> {
    let runpy = import::import_module(vm, "runpy")?;
    let name = Value::from_gc(vm.str(name)?);
    vm.call_method(runpy, "_run_module_as_main", &[name, Value::bool(alter_argv)])?;
    Ok(())
}

/// `habu -m name`
pub fn run_module(vm: &mut Vm, name: &str) -> PyResult<()> {
    let here = std::env::current_dir().map(|d| d.to_string_lossy().into_owned()).unwrap_or_default();
    prepend_path(vm, &here)?;
    run_main(vm, name, true)
}

/// The standard streams, with what they wrap: they are in use to the very end.
fn standard_streams(vm: &mut Vm) -> RootedVec {
    let mut all = vm.rooted_vec();
    for name in ["stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"] {
        let mut stream = import::sys_attr(vm, name);
        for below in ["buffer", "raw"] {
            let Some(v) = stream.filter(|v| !v.is_none()) else { break };
            all.push(v);
            let name = vm.intern(below);
            stream = match vm.get_attr_opt(v, name) {
                Ok(below) => below,
                Err(raised) => {
                    vm.take_exception(raised);
                    None
                }
            };
        }
        all.extend(stream);
    }
    all
}

/// Ends the process's Python: exit functions, finalizers, then the standard streams are flushed. The exit status.
pub fn finish(vm: &mut Vm, status: u8) -> u8 {
    let mut status = status;
    if let Err(raised) = crate::thread::finish(vm) {
        let exc = vm.take_exception(raised);
        habu_runtime::types::exception::print::print_exception(vm, exc);
    }
    if let Err(raised) = crate::atexit::run_all(vm) {
        vm.take_exception(raised);
    }
    sys::finalizing(vm);
    let kept = standard_streams(vm);
    vm.finalize_living(&kept);
    for name in ["stdout", "stderr"] {
        let Some(stream) = import::sys_attr(vm, name).filter(|s| !s.is_none()) else { continue };
        // A program may have closed it.
        let closed = io::base::is_closed(vm, stream);
        if vm.catch(closed, habu_runtime::vm::Exc::Exception).ok().flatten().unwrap_or(false) {
            continue;
        }
        let flush = vm.names.flush;
        if let Err(raised) = vm.call_method_name(stream, flush, &[]) {
            let exc = vm.take_exception(raised);
            if name == "stdout" {
                vm.unraisable(exc, "Exception ignored while flushing", stream);
                status = 120;
            }
        }
    }
    vm.close_threads();
    status
}
