//! `_io`: files, buffers and text streams.
//!
//! | file | content |
//! | --- | --- |
//! | `base` | the abstract classes |
//! | `file` | `FileIO`, and the descriptor that all layers above share |
//! | `buffered` | buffered reader, writer and both |
//! | `text` | `TextIOWrapper` |
//! | `string` | `StringIO` |
//! | `bytes` | `BytesIO` |
//! | `newline` | newline translation |
//! | `pair` | a buffered reader and writer in one |
//! | `open` | `open()` and the standard streams |

pub mod base;
mod buffered;
mod bytes;
pub mod file;
mod newline;
mod open;
mod pair;
mod string;
mod text;

pub use open::standard_streams;

use crate::support::{add_type, new_class, set, set_int};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::class::flags;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use std::any::TypeId;

/// Size of buffers unless said otherwise.
pub const BUFFER_SIZE: usize = 128 * 1024;

/// `io.UnsupportedOperation`; the machine's permanent values keep it.
#[derive(Default)]
struct State {
    unsupported: Option<Gc<Type>>,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

/// The class `io.UnsupportedOperation`.
fn unsupported_class(vm: &mut Vm) -> PyResult<Gc<Type>> {
    if let Some(cls) = state(vm).unsupported {
        return Ok(cls);
    }
    let bases = [Value::from_gc(vm.exc_class(Exc::OSError)), Value::from_gc(vm.exc_class(Exc::ValueError))];
    let cls = new_class(vm, "io", "UnsupportedOperation", &bases)?;
    vm.permanent.push(Value::from_gc(cls));
    state(vm).unsupported = Some(cls);
    Ok(cls)
}

/// Raises `io.UnsupportedOperation`.
pub fn unsupported(vm: &mut Vm, text: &str) -> Raised {
    let make = |vm: &mut Vm| -> PyResult {
        let cls = unsupported_class(vm)?;
        let text = Value::from_gc(vm.str(text)?);
        vm.call(Value::from_gc(cls), &[text])
    };
    match make(vm) {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}

/// A size argument: `None` and negative mean all.
#[inline]
pub fn size_arg(vm: &mut Vm, v: Value) -> PyResult<Option<usize>> {
    if let Some(n) = v.as_small() {
        return Ok(usize::try_from(n).ok());
    }
    if v.is_none() || v.is_unbound() {
        return Ok(None);
    }
    if vm.lookup_special(v, habu_runtime::object::Special::Index).is_none() {
        let got = vm.type_name(v);
        return Err(vm.type_error(format!("argument should be integer or None, not '{got}'")));
    }
    let n = vm.index_value(v)?;
    let n = habu_runtime::types::int::clamp_i64(vm, n);
    Ok(usize::try_from(n).ok())
}

/// Native streams; the C implementation behind module io.
#[native_module(name = "_io")]
pub mod module {
    use super::*;

    /// Open file and return a stream.
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        vm: &mut Vm,
        file: Value,
        mode: String,
        buffering: i32,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
        newline: Option<Gc<Str>>,
        closefd: bool,
        opener: Value,
    ) -> PyResult {
        let how = super::open::How { buffering, encoding, errors, newline, closefd, opener };
        super::open::open(vm, file, &mode, how)
    }

    /// Opens the provided file with the intent to import the contents.
    #[function(sig = "(path)")]
    fn open_code(vm: &mut Vm, path: Value) -> PyResult {
        super::open::open(vm, path, "rb", super::open::How::default())
    }

    /// A helper function to choose the text encoding.
    #[function(sig = "(encoding, stacklevel=2, /)")]
    fn text_encoding(vm: &mut Vm, encoding: Value, _stacklevel: i32) -> PyResult {
        if encoding.is_none() { vm.str("utf-8").map(Value::from_gc) } else { Ok(encoding) }
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_int(vm, module, "DEFAULT_BUFFER_SIZE", BUFFER_SIZE as i64)?;
        let blocking = Value::from_gc(vm.exc_class(Exc::BlockingIOError));
        set(vm, module, "BlockingIOError", blocking)?;
        let unsupported = unsupported_class(vm)?;
        set(vm, module, "UnsupportedOperation", Value::from_gc(unsupported))?;
        vm.native_class(base::IoBase::DECL)?;
        vm.native_class(base::BufferedIoBase::DECL)?;
        vm.native_class(buffered::Methods::DECL)?;
        for decl in [
            base::IoBase::DECL,
            base::RawIoBase::DECL,
            base::BufferedIoBase::DECL,
            base::TextIoBase::DECL,
            file::FileIo::DECL,
            buffered::READER,
            buffered::WRITER,
            buffered::RANDOM,
            pair::Pair::DECL,
            text::TextIo::DECL,
            string::StringIo::DECL,
            bytes::BytesIo::DECL,
            newline::Decoder::DECL,
        ] {
            let cls = add_type(vm, module, decl)?;
            // Streams in memory have nothing to close.
            if !matches!(decl.id, ids::STRING_IO | ids::BYTES_IO | ids::NEWLINE_DECODER) {
                cls.flags.set(cls.flags.get() | flags::HAS_DEL);
            }
        }
        Ok(())
    }
}
