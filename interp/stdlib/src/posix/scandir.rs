//! Directories: `listdir` and `scandir`.

use super::stat::of_path;
use crate::layout;
use crate::support::{io_error, path_of};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirEntryExt;
use std::path::PathBuf;

/// Where a listing's names come from, and how its entries are to be spelled.
struct Place {
    dir: PathBuf,
    /// The path as given, `.` when there was none.
    shown: Value,
    bytes: bool,
    filename: Option<Value>,
}

fn place(vm: &mut Vm, path: Value) -> PyResult<Place> {
    if path.is_none() {
        let shown = Value::from_gc(vm.str(".")?);
        return Ok(Place { dir: PathBuf::from("."), shown, bytes: false, filename: None });
    }
    if let Some(n) = path.as_small() {
        return Ok(Place {
            dir: PathBuf::from(format!("/proc/self/fd/{n}")),
            shown: path,
            bytes: false,
            filename: Some(path),
        });
    }
    let path = crate::support::fspath(vm, path)?;
    let arg = path_of(vm, path)?;
    Ok(Place { dir: PathBuf::from(arg.as_os_str()), shown: path, bytes: arg.is_bytes, filename: Some(path) })
}

fn name_value(vm: &mut Vm, name: &OsStr, bytes: bool) -> PyResult {
    if bytes {
        vm.bytes(name.as_bytes()).map(Value::from_gc)
    } else {
        crate::support::os_str(vm, name).map(Value::from_gc)
    }
}

/// What a directory entry knows without asking again.
pub struct Entry {
    path: PathBuf,
    kind: Option<std::fs::FileType>,
    inode: u64,
}

layout! {
    /// Cell of a directory entry.
    DirEntry(ids::DIR_ENTRY) { name, path, stat, lstat } boxed { entry: Entry }
}

layout! {
    /// Cell of an iterator over a directory.
    ScandirIterator(ids::SCANDIR_ITERATOR) { shown } plain { bytes: bool } boxed { listing: Option<std::fs::ReadDir> }
}

fn next(vm: &mut Vm, this: Gc<ScandirIterator>) -> PyResult<Option<Value>> {
    let item = match &mut *this.listing.cell().borrow_mut() {
        Some(listing) => listing.next(),
        None => None,
    };
    match item {
        None => {
            *this.listing.cell().borrow_mut() = None;
            Ok(None)
        }
        Some(Err(e)) => Err(io_error(vm, &e, None)),
        Some(Ok(entry)) => {
            let file_name = entry.file_name();
            let name = name_value(vm, &file_name, this.bytes.get())?;
            let path = if this.shown.get().is_small() {
                name
            } else {
                let shown = path_of(vm, this.shown.get())?;
                let mut joined: OsString = shown.as_os_str().to_owned();
                if !joined.is_empty() && !joined.as_bytes().ends_with(b"/") {
                    joined.push("/");
                }
                joined.push(&file_name);
                name_value(vm, &joined, this.bytes.get())?
            };
            let cls = vm.native_class(DirEntry::DECL)?;
            let made = vm.alloc_instance::<DirEntry>(cls)?;
            made.name.init(name);
            made.path.init(path);
            made.stat.init(Value::UNBOUND);
            made.lstat.init(Value::UNBOUND);
            made.entry.init(Entry { path: entry.path(), kind: entry.file_type().ok(), inode: entry.ino() });
            Ok(Some(Value::from_gc(made)))
        }
    }
}

#[py_type(name = "ScandirIterator", module = "posix", id = ids::SCANDIR_ITERATOR)]
impl ScandirIterator {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<ScandirIterator>) -> Gc<ScandirIterator> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<ScandirIterator>) -> PyResult {
        match next(vm, this)? {
            Some(entry) => Ok(entry),
            None => Err(vm.stop_iteration(Value::NONE)),
        }
    }
    #[method]
    fn __enter__(_vm: &mut Vm, this: Gc<ScandirIterator>) -> Gc<ScandirIterator> {
        this
    }
    #[method(sig = "($self, /, *args)")]
    fn __exit__(_vm: &mut Vm, this: Gc<ScandirIterator>, _args: Value) {
        *this.listing.cell().borrow_mut() = None;
    }
    #[method]
    fn close(_vm: &mut Vm, this: Gc<ScandirIterator>) {
        *this.listing.cell().borrow_mut() = None;
    }
}

/// Whether the entry is of a kind; a missing file is of none.
fn is_kind(
    vm: &mut Vm,
    this: Gc<DirEntry>,
    follow: bool,
    test: fn(&std::fs::FileType) -> bool,
) -> PyResult<bool> {
    let (kind, path) = {
        let entry = this.entry.cell().borrow();
        (entry.kind, entry.path.clone())
    };
    if let Some(kind) = kind
        && !(follow && kind.is_symlink())
    {
        return Ok(test(&kind));
    }
    let found = if follow { std::fs::metadata(&path) } else { std::fs::symlink_metadata(&path) };
    match found {
        Ok(m) => Ok(test(&m.file_type())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(io_error(vm, &e, Some(this.path.get()))),
    }
}

#[py_type(name = "DirEntry", module = "posix", id = ids::DIR_ENTRY)]
impl DirEntry {
    #[getter]
    fn name(_vm: &mut Vm, this: Gc<DirEntry>) -> Value {
        this.name.get()
    }
    #[getter]
    fn path(_vm: &mut Vm, this: Gc<DirEntry>) -> Value {
        this.path.get()
    }
    #[method(sig = "($self, /, *, follow_symlinks=True)")]
    fn is_dir(vm: &mut Vm, this: Gc<DirEntry>, follow_symlinks: bool) -> PyResult<bool> {
        is_kind(vm, this, follow_symlinks, std::fs::FileType::is_dir)
    }
    #[method(sig = "($self, /, *, follow_symlinks=True)")]
    fn is_file(vm: &mut Vm, this: Gc<DirEntry>, follow_symlinks: bool) -> PyResult<bool> {
        is_kind(vm, this, follow_symlinks, std::fs::FileType::is_file)
    }
    #[method]
    fn is_symlink(vm: &mut Vm, this: Gc<DirEntry>) -> PyResult<bool> {
        is_kind(vm, this, false, std::fs::FileType::is_symlink)
    }
    #[method]
    fn is_junction(_vm: &mut Vm, _this: Gc<DirEntry>) -> bool {
        false
    }
    #[method]
    fn inode(_vm: &mut Vm, this: Gc<DirEntry>) -> u64 {
        this.entry.cell().borrow().inode
    }
    #[method(sig = "($self, /, *, follow_symlinks=True)")]
    fn stat(vm: &mut Vm, this: Gc<DirEntry>, follow_symlinks: bool) -> PyResult {
        let field = if follow_symlinks { &this.stat } else { &this.lstat };
        if let Some(known) = field.get().bound() {
            return Ok(known);
        }
        let path = this.entry.cell().borrow().path.clone();
        let mut arg = path_of(vm, this.path.get())?;
        if let Ok(real) = std::ffi::CString::new(path.as_os_str().as_bytes()) {
            arg.path = real;
        }
        let result = of_path(vm, libc::AT_FDCWD, &arg, follow_symlinks)?;
        field.set(&mut vm.heap, this.header(), result);
        Ok(result)
    }
    #[method]
    fn __fspath__(_vm: &mut Vm, this: Gc<DirEntry>) -> Value {
        this.path.get()
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<DirEntry>) -> PyResult<String> {
        let name = vm.repr(this.name.get())?.to_message();
        Ok(format!("<DirEntry {name}>"))
    }
    /// A generic alias: `os.DirEntry[str]`.
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<habu_runtime::object::Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

fn open(vm: &mut Vm, place: &Place) -> PyResult<std::fs::ReadDir> {
    std::fs::read_dir(&place.dir).map_err(|e| io_error(vm, &e, place.filename))
}

#[native_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Return a list containing the names of the files in the directory.
    #[function(sig = "(path=None)")]
    fn listdir(vm: &mut Vm, path: Value) -> PyResult {
        let place = place(vm, path)?;
        let names = vm.list_new()?;
        for entry in open(vm, &place)? {
            let entry = entry.map_err(|e| io_error(vm, &e, place.filename))?;
            let name = name_value(vm, &entry.file_name(), place.bytes)?;
            vm.list_push(names, name)?;
        }
        Ok(Value::from_gc(names))
    }

    /// Return an iterator of DirEntry objects for given path.
    #[function(sig = "(path=None)")]
    fn scandir(vm: &mut Vm, path: Value) -> PyResult {
        let place = place(vm, path)?;
        let listing = open(vm, &place)?;
        let cls = vm.native_class(ScandirIterator::DECL)?;
        let this = vm.alloc_instance::<ScandirIterator>(cls)?;
        this.shown.init(place.shown);
        this.bytes.set(place.bytes);
        this.listing.init(Some(listing));
        Ok(Value::from_gc(this))
    }
}
