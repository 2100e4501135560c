//! `OSError`: errno, its texts and the subclass each belongs to.

use super::Exception;
use super::attributes::{ERRNO, FILENAME, FILENAME2, STRERROR, WRITTEN, native_get, native_raw, native_set};
use super::base::{make, no_keywords, own_dict, reduction, set_args, text_of_args};
use crate::heap::Gc;
use crate::object::{Special, Type, ids};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;

/// The system's text for an error number.
pub fn error_text(errno: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer is writable and its length is passed; the result ends in a NUL within it.
    let failed = unsafe { libc::strerror_r(errno, buffer.as_mut_ptr().cast(), buffer.len()) };
    let text = buffer.split(|b| *b == 0).next().unwrap_or_default();
    if failed != 0 && text.is_empty() {
        return format!("Unknown error {errno}");
    }
    String::from_utf8_lossy(text).into_owned()
}

/// The subclass of OSError for an error number.
pub fn class_of_errno(errno: i32) -> Option<Exc> {
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Exc::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => Exc::BrokenPipeError,
        libc::ECHILD => Exc::ChildProcessError,
        libc::ECONNABORTED => Exc::ConnectionAbortedError,
        libc::ECONNREFUSED => Exc::ConnectionRefusedError,
        libc::ECONNRESET => Exc::ConnectionResetError,
        libc::EEXIST => Exc::FileExistsError,
        libc::ENOENT => Exc::FileNotFoundError,
        libc::EISDIR => Exc::IsADirectoryError,
        libc::ENOTDIR => Exc::NotADirectoryError,
        libc::EINTR => Exc::InterruptedError,
        libc::EACCES | libc::EPERM => Exc::PermissionError,
        libc::ESRCH => Exc::ProcessLookupError,
        libc::ETIMEDOUT => Exc::TimeoutError,
        _ => return None,
    })
}

/// Errno, text and file names from two to five arguments; the files are then no longer in `args`.
pub fn init(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) -> PyResult<()> {
    set_args(vm, e, args);
    let items = args.items();
    if !(2..=5).contains(&items.len()) {
        return Ok(());
    }
    native_set(vm, e, ERRNO, items[0])?;
    native_set(vm, e, STRERROR, items[1])?;
    let Some(file) = items.get(2).copied().filter(|v| !v.is_none()) else { return Ok(()) };
    let class = vm.class_of(Value::from_gc(e));
    let blocking = vm.exc_class(Exc::BlockingIOError);
    if class == blocking && vm.lookup_special(file, Special::Index).is_some() {
        let n = vm.index_value(file)?;
        return native_set(vm, e, WRITTEN, n);
    }
    native_set(vm, e, FILENAME, file)?;
    if let Some(second) = items.get(4).copied().filter(|v| !v.is_none()) {
        native_set(vm, e, FILENAME2, second)?;
    }
    let shown = vm.tuple(&items[..2])?;
    set_args(vm, e, shown);
    Ok(())
}

/// Whether the class leaves the arguments to an `__init__` of its own (which calls ours with what it likes).
fn initializes_itself(vm: &mut Vm, class: Gc<Type>) -> bool {
    let native = |vm: &mut Vm, special| {
        let found = vm.class_special(class, special);
        found.is_none_or(|f| vm.is_native_descriptor(f))
    };
    !native(vm, Special::Init) && native(vm, Special::New)
}

pub struct OsError;

#[py_type(name = "OSError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl OsError {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult {
        if initializes_itself(vm, cls) {
            let none = vm.tuple(&[])?;
            return Ok(Value::from_gc(make(vm, cls, none)?));
        }
        let name = vm.class_name(cls);
        no_keywords(vm, &name, kwargs)?;
        let mut class = cls;
        if cls == vm.exc_class(Exc::OSError)
            && (2..=5).contains(&args.len())
            && let Some(errno) = args.items()[0].as_small()
            && let Some(exc) = i32::try_from(errno).ok().and_then(class_of_errno)
        {
            class = vm.exc_class(exc);
        }
        let e = make(vm, class, args)?;
        init(vm, e, args)?;
        Ok(Value::from_gc(e))
    }

    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        let class = vm.class_of(Value::from_gc(this));
        if !initializes_itself(vm, class) {
            return Ok(());
        }
        let name = vm.class_name(class);
        no_keywords(vm, &name, kwargs)?;
        init(vm, this, args)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<Gc<Str>> {
        let [errno, text, file, second] =
            [ERRNO, STRERROR, FILENAME, FILENAME2].map(|i| native_raw(&this, i));
        if errno.is_unbound() || text.is_unbound() {
            return text_of_args(vm, this);
        }
        let (errno, text) = (vm.to_str(errno)?, vm.to_str(text)?);
        let mut out = crate::types::str::StrBuilder::new();
        out.push_str("[Errno ");
        out.push_py(errno);
        out.push_str("] ");
        out.push_py(text);
        for (before, file) in [(": ", file), (" -> ", second)] {
            if let Some(file) = file.bound() {
                let file = vm.repr(file)?;
                out.push_str(before);
                out.push_py(file);
            }
        }
        out.finish(vm)
    }

    #[method(name = "__reduce__")]
    fn reduce(vm: &mut Vm, this: Gc<Exception>) -> PyResult {
        let mut args = this.args.get();
        if let Some(two) = this.args_tuple(vm)
            && let [errno, text] = *two.items()
            && let Some(file) = native_raw(&this, FILENAME).bound()
        {
            let full = match native_get(&this, FILENAME2) {
                Value::NONE => vm.tuple(&[errno, text, file])?,
                second => vm.tuple(&[errno, text, file, Value::NONE, second])?,
            };
            args = Value::from_gc(full);
        }
        let state = own_dict(vm, this)?;
        reduction(vm, this, args, state)
    }
}
