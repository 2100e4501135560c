//! What native modules share: layouts of their objects, entering things in a module, paths, operating system errors.

use habu_runtime::heap::Gc;
use habu_runtime::native::{ArgAt, FromArg, Owner, TypeDecl};
use habu_runtime::object::{Type, ids};
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm, poll};
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Declares the cell of a native type: fields with references, then plain ones, then one boxed Rust value that is
/// dropped with the cell.
#[macro_export]
macro_rules! layout {
    ($(#[$meta:meta])* $name:ident($id:expr) { $($field:ident),* $(,)? }
     $(plain { $($plain:ident : $plain_type:ty),* $(,)? })? $(boxed { $boxed:ident : $boxed_type:ty })?) => {
        $(#[$meta])*
        #[repr(C)]
        pub struct $name {
            pub header: habu_runtime::heap::Header,
            $(pub $field: habu_runtime::heap::Field,)*
            $($(pub $plain: std::cell::Cell<$plain_type>,)*)?
            $(pub $boxed: $crate::support::Boxed<$boxed_type>,)?
        }
        const _: () = {
            unsafe fn trace(
                _cell: std::ptr::NonNull<habu_runtime::heap::Header>, _tracer: &mut habu_runtime::heap::Tracer<'_>,
            ) {
                // SAFETY: called by the collector for cells of this layout.
                let _this = unsafe { _cell.cast::<$name>().as_ref() };
                $(_tracer.value(_this.$field.get());)*
            }
            // SAFETY: `trace` names every reference.
            unsafe impl habu_runtime::heap::Layout for $name {
                const ID: habu_runtime::heap::ShapeId = $id;
                const KIND: habu_runtime::heap::CellKind = {
                    let kind = habu_runtime::heap::CellKind::new(trace);
                    $(
                        unsafe fn destroy(cell: *mut habu_runtime::heap::Header) {
                            // SAFETY: called once by the collector for a dead cell of this layout.
                            unsafe { (*cell.cast::<$name>()).$boxed.free() }
                        }
                        let kind = kind.with_destroy(destroy);
                    )?
                    kind
                };
            }
        };
    };
}

/// A Rust value owned by a cell. Zeroed memory reads as none.
#[repr(transparent)]
pub struct Boxed<T>(std::cell::Cell<*mut std::cell::RefCell<T>>);

impl<T> Boxed<T> {
    /// Sets the value of a cell just made.
    pub fn init(&self, value: T) {
        self.0.set(Box::into_raw(Box::new(std::cell::RefCell::new(value))));
    }

    /// The value, if it was set.
    pub fn get(&self) -> Option<&std::cell::RefCell<T>> {
        // SAFETY: made by `init`; freed only with the cell.
        unsafe { self.0.get().as_ref() }
    }

    /// The value of a cell that is never handed out without one.
    pub fn cell(&self) -> &std::cell::RefCell<T> {
        self.get().expect("set when the cell was made")
    }

    /// # Safety
    /// Called once, when the cell is dead.
    pub unsafe fn free(&self) {
        if !self.0.get().is_null() {
            // SAFETY: made by `init`.
            drop(unsafe { Box::from_raw(self.0.get()) });
        }
    }
}

/// Enters a value in a module.
pub fn set(vm: &mut Vm, module: ModuleRef, name: &str, v: Value) -> PyResult<()> {
    let dict = module.dict.get().expect("modules have a dict");
    let name = vm.intern(name);
    vm.dict_set_str(dict, name, v)
}

pub fn set_int(vm: &mut Vm, module: ModuleRef, name: &str, n: i64) -> PyResult<()> {
    let v = vm.int(n)?;
    set(vm, module, name, v)
}

pub fn set_float(vm: &mut Vm, module: ModuleRef, name: &str, f: f64) -> PyResult<()> {
    let v = vm.float(f)?;
    set(vm, module, name, v)
}

pub fn set_str(vm: &mut Vm, module: ModuleRef, name: &str, text: &str) -> PyResult<()> {
    let v = Value::from_gc(vm.str(text)?);
    set(vm, module, name, v)
}

/// Enters a native type in a module under its own name.
pub fn add_type(vm: &mut Vm, module: ModuleRef, decl: &'static TypeDecl) -> PyResult<Gc<Type>> {
    let cls = vm.native_class(decl)?;
    set(vm, module, decl.name, Value::from_gc(cls))?;
    Ok(cls)
}

/// A class like `class name(base)` in a module.
pub fn new_class(vm: &mut Vm, module: &str, name: &str, bases: &[Value]) -> PyResult<Gc<Type>> {
    let namespace = vm.dict_new()?;
    let (key, value) = (vm.names.module, Value::from_gc(vm.str(module)?));
    vm.dict_set_str(namespace, key, value)?;
    let meta = vm.builtin(ids::TYPE);
    let name = vm.intern(name);
    vm.make_class(meta, name, bases, namespace)
}

/// OSError of a failed call of the standard library.
pub fn io_error(vm: &mut Vm, e: &std::io::Error, filename: Option<Value>) -> Raised {
    vm.os_error(e.raw_os_error().unwrap_or(libc::EIO), filename)
}

/// OSError of the system call that just failed.
pub fn last_error(vm: &mut Vm, filename: Option<Value>) -> Raised {
    let e = std::io::Error::last_os_error();
    io_error(vm, &e, filename)
}

/// Runs a system call, with the lock released, again as long as signals interrupt it, after their handlers ran.
pub fn retry(vm: &mut Vm, mut call: impl FnMut() -> isize) -> PyResult<Result<usize, i32>> {
    loop {
        let n = vm.unlocked(&mut call);
        if n >= 0 {
            // One that a signal has cut short: its handler runs before the rest is waited for.
            if vm.ctx.poll.load(Ordering::Relaxed) & poll::SIGNAL != 0 {
                vm.poll()?;
            }
            return Ok(Ok(n as usize));
        }
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO);
        if errno != libc::EINTR {
            return Ok(Err(errno));
        }
        vm.poll()?;
    }
}

/// Text of the operating system (file names, environment) as a str: undecodable bytes become lone surrogates.
pub fn os_str(vm: &mut Vm, text: &OsStr) -> PyResult<Gc<Str>> {
    match text.to_str() {
        Some(text) => vm.str(text),
        None => {
            let codec = habu_runtime::codecs::Codec::Utf8;
            vm.decode_with(text.as_bytes(), codec, &habu_runtime::codecs::Errors::SurrogateEscape)
        }
    }
}

/// A str as the operating system takes it.
pub fn os_string(vm: &mut Vm, text: Gc<Str>) -> PyResult<OsString> {
    let codec = habu_runtime::codecs::Codec::Utf8;
    let bytes = vm.encode_with(text, codec, &habu_runtime::codecs::Errors::SurrogateEscape)?;
    Ok(OsString::from_vec(bytes))
}

/// A path argument: str, bytes or an object with `__fspath__`.
pub struct PathArg {
    pub path: CString,
    /// As it was given, after `__fspath__`: what errors name.
    pub value: Value,
    pub is_bytes: bool,
}

impl PathArg {
    pub fn as_os_str(&self) -> &OsStr {
        OsStr::from_bytes(self.path.as_bytes())
    }
    /// A name that belongs to this path, in its own type.
    pub fn same_kind(&self, vm: &mut Vm, name: &OsStr) -> PyResult {
        if self.is_bytes {
            vm.bytes(name.as_bytes()).map(Value::from_gc)
        } else {
            os_str(vm, name).map(Value::from_gc)
        }
    }
}

/// `os.fspath(v)`
pub fn fspath(vm: &mut Vm, v: Value) -> PyResult {
    if vm.downcast::<Str>(v).is_some() || vm.downcast::<Bytes>(v).is_some() {
        return Ok(v);
    }
    let name = vm.intern("__fspath__");
    let cls = vm.class_of(v);
    let found = match vm.type_lookup(cls, name) {
        Some(f) => f,
        None => {
            let got = vm.type_name(v);
            return Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {got}")));
        }
    };
    let path = vm.call_found(found, v, &[])?;
    if vm.downcast::<Str>(path).is_some() || vm.downcast::<Bytes>(path).is_some() {
        return Ok(path);
    }
    let (class, got) = (vm.type_name(v), vm.type_name(path));
    Err(vm.type_error(format!("expected {class}.__fspath__() to return str or bytes, not {got}")))
}

impl FromArg for PathArg {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<PathArg> {
        let value = match fspath(vm, v) {
            Ok(value) => value,
            Err(raised) => {
                if vm.downcast::<Str>(v).is_some() || vm.lookup_fspath(v) {
                    return Err(raised);
                }
                vm.take_exception(raised);
                let got = vm.type_name(v);
                return Err(vm.type_error(format!(
                    "{}: path should be string, bytes or os.PathLike, not {got}",
                    at.function
                )));
            }
        };
        path_of(vm, value)
    }
}

/// The path that a str or bytes object spells.
pub fn path_of(vm: &mut Vm, value: Value) -> PyResult<PathArg> {
    let (bytes, is_bytes) = match vm.downcast::<Bytes>(value) {
        Some(bytes) => (bytes.as_slice().to_vec(), true),
        None => match vm.downcast::<Str>(value) {
            Some(text) => (os_string(vm, text)?.into_vec(), false),
            None => {
                let got = vm.type_name(value);
                return Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {got}")));
            }
        },
    };
    match CString::new(bytes) {
        Ok(path) => Ok(PathArg { path, value, is_bytes }),
        Err(_) => {
            Err(vm.value_error(if is_bytes { "embedded null byte" } else { "embedded null character" }))
        }
    }
}

/// Extra questions to the machine.
pub trait VmExt {
    /// Whether a value's class has `__fspath__`.
    fn lookup_fspath(&mut self, v: Value) -> bool;
    /// A global of an imported module.
    fn module_attr(&mut self, module: &str, name: &str) -> PyResult;
}

impl VmExt for Vm {
    fn lookup_fspath(&mut self, v: Value) -> bool {
        let (name, cls) = (self.intern("__fspath__"), self.class_of(v));
        self.type_lookup(cls, name).is_some()
    }
    fn module_attr(&mut self, module: &str, name: &str) -> PyResult {
        let module = habu_runtime::import::import_module(self, module)?;
        self.get_attr_str(module, name)
    }
}

/// Enters a class in a module under its own name.
pub fn add_class(vm: &mut Vm, module: ModuleRef, cls: Gc<Type>) -> PyResult<()> {
    let name = vm.class_name(cls);
    set(vm, module, &name, Value::from_gc(cls))
}

/// A `types.SimpleNamespace`.
pub fn namespace(vm: &mut Vm, entries: &[(&str, Value)]) -> PyResult {
    let cls = Value::from_gc(vm.builtin(ids::SIMPLE_NAMESPACE));
    let keywords: Vec<_> = entries.iter().map(|(name, v)| (vm.intern(name), *v)).collect();
    vm.call_kw(cls, &[], &keywords)
}

/// Names and numbers of the C library's headers.
#[macro_export]
macro_rules! header_constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

/// Enters numbers in a module.
pub fn set_ints(vm: &mut Vm, module: ModuleRef, all: &[(&str, i64)]) -> PyResult<()> {
    for (name, n) in all {
        set_int(vm, module, name, *n)?;
    }
    Ok(())
}

/// A descriptor: an int, or an object with `fileno()`.
#[derive(Clone, Copy)]
pub struct FdArg(pub i32);

impl FromArg for FdArg {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<FdArg> {
        let number = if habu_runtime::types::int::as_int(vm, v).is_some() {
            if v.is_bool() {
                vm.warn(Exc::RuntimeWarning, "bool is used as a file descriptor", 1)?;
            }
            v
        } else {
            let name = vm.intern("fileno");
            let Some(f) = vm.get_attr_opt(v, name)? else {
                return Err(vm.type_error("argument must be an int, or have a fileno() method."));
            };
            let number = vm.call(f, &[])?;
            if habu_runtime::types::int::as_int(vm, number).is_none() {
                return Err(vm.type_error("fileno() returned a non-integer"));
            }
            number
        };
        let fd = i32::from_arg(vm, number, at)?;
        if fd < 0 {
            return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
        }
        Ok(FdArg(fd))
    }
}

/// The descriptor of an object that is no argument.
pub fn fd_of(vm: &mut Vm, v: Value) -> PyResult<i32> {
    let at =
        ArgAt { function: "fileno", owner: Owner::Module("os"), what: "argument", none_is_absent: false };
    FdArg::from_arg(vm, v, &at).map(|fd| fd.0)
}

/// As `retry`, for calls that wait: each is told how long it may still wait (`None`: for good).
pub fn retry_until(
    vm: &mut Vm,
    deadline: Option<Instant>,
    mut call: impl FnMut(Option<Duration>) -> isize,
) -> PyResult<Result<usize, i32>> {
    retry(vm, || call(deadline.map(|at| at.saturating_duration_since(Instant::now()))))
}

/// Milliseconds for `poll`, rounded up; -1: for good.
pub fn poll_millis(left: Option<Duration>) -> i32 {
    match left {
        None => -1,
        Some(d) => i32::try_from(d.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX),
    }
}

/// The keywords of a `**kwargs` dict, for passing them on.
pub fn keywords(vm: &Vm, kwargs: Gc<habu_runtime::types::dict::Dict>) -> Vec<(Gc<Str>, Value)> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some((key, v)) = vm.dict_next(kwargs, &mut at) {
        if let Some(key) = vm.downcast::<Str>(key) {
            all.push((key, v));
        }
    }
    all
}

/// What a number of seconds must be below, to be counted in nanoseconds.
const MOST_SECONDS: f64 = 9_223_372_036.854_775;

/// A number of seconds that clocks can count to.
pub fn seconds_arg(vm: &mut Vm, v: Value) -> PyResult<f64> {
    let seconds = match habu_runtime::types::float::as_f64(vm, v) {
        Some(f) => f,
        None if vm.has_index(v) => {
            let n = vm.index_value(v)?;
            habu_runtime::types::float::to_f64(vm, n)?
        }
        None => {
            let got = vm.type_name(v);
            let text = format!("'{got}' object cannot be interpreted as an integer or float");
            return Err(vm.type_error(text));
        }
    };
    if seconds.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if seconds.abs() >= MOST_SECONDS {
        return Err(vm.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok(seconds)
}
