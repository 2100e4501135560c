//! The abstract classes of streams: what they do for all streams, through the methods that subclasses define.

use super::bytes::BytesIo;
use super::{size_arg, unsupported};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};
use std::ops::ControlFlow;

/// Set on instances of Python classes that derive from the abstract ones, once closed.
const CLOSED: &str = "__IOBase_closed";

/// Whether a stream says that it is closed.
pub fn is_closed(vm: &mut Vm, v: Value) -> PyResult<bool> {
    if let Some(bytes) = v.exact::<BytesIo>() {
        return Ok(bytes.is_closed());
    }
    let closed = vm.get_attr_str(v, "closed")?;
    vm.truth(closed)
}

pub fn check_closed(vm: &mut Vm, v: Value) -> PyResult<()> {
    if is_closed(vm, v)? {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(())
}

/// The first item of what `__setstate__` is given, a tuple of at least `count` items, and the others.
pub fn state_items(vm: &mut Vm, this: Value, state: Value, count: usize) -> PyResult<(Value, Vec<Value>)> {
    match vm.downcast::<Tuple>(state) {
        Some(items) if items.len() >= count => Ok((items.items()[0], items.items()[1..].to_vec())),
        _ => {
            let (class, got) = (vm.type_name(this), vm.type_name(state));
            let text = format!("{class}.__setstate__ argument should be {count}-tuple, got {got}");
            Err(vm.type_error(text))
        }
    }
}

/// A position in a state; `wanted` is how its absence is told.
pub fn state_position(vm: &mut Vm, v: Value, wanted: &str) -> PyResult<usize> {
    if habu_runtime::types::int::as_int(vm, v).is_none() {
        let got = vm.type_name(v);
        return Err(vm.type_error(format!("{wanted} {got}")));
    }
    let at = vm.index(v)?;
    usize::try_from(at).map_err(|_| vm.value_error("position value cannot be negative"))
}

fn yes(vm: &mut Vm, v: Value, method: &str) -> PyResult<bool> {
    let answer = vm.call_method(v, method, &[])?;
    vm.truth(answer)
}

/// Raises UnsupportedOperation unless the stream's `method` says yes.
pub fn require(vm: &mut Vm, v: Value, method: &str, text: &str) -> PyResult<()> {
    if yes(vm, v, method)? { Ok(()) } else { Err(unsupported(vm, text)) }
}

/// Runs `second` whether or not `first` failed; the first failure counts.
pub fn both(vm: &mut Vm, first: PyResult<()>, second: impl FnOnce(&mut Vm) -> PyResult<()>) -> PyResult<()> {
    match first {
        Ok(()) => second(vm),
        Err(raised) => {
            let exc = vm.take_exception(raised);
            if let Err(other) = second(vm) {
                vm.take_exception(other);
            }
            let raised: Raised = vm.raise_again(exc);
            Err(raised)
        }
    }
}

/// A line read through `peek` and `read`.
fn read_line(vm: &mut Vm, v: Value, limit: Option<usize>) -> PyResult<Vec<u8>> {
    let peek = vm.intern("peek");
    let peek = vm.get_attr_opt(v, peek)?;
    let mut line: Vec<u8> = Vec::new();
    while limit.is_none_or(|limit| line.len() < limit) {
        let mut want = 1;
        if let Some(peek) = peek {
            let ahead = vm.call(peek, &[Value::small(1)])?;
            let Some(ahead) = vm.downcast::<Bytes>(ahead) else {
                let got = vm.type_name(ahead);
                return Err(vm.raise(
                    habu_runtime::vm::Exc::OSError,
                    &format!("peek() should have returned a bytes object, not '{got}'"),
                ));
            };
            if !ahead.is_empty() {
                let bytes = ahead.as_slice();
                want = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
                if let Some(limit) = limit {
                    want = want.min(limit - line.len());
                }
            }
        }
        let piece = vm.call_method(v, "read", &[Value::small(want as i64)])?;
        let Some(piece) = vm.downcast::<Bytes>(piece) else {
            let got = vm.type_name(piece);
            return Err(vm.raise(
                habu_runtime::vm::Exc::OSError,
                &format!("read() should have returned a bytes object, not '{got}'"),
            ));
        };
        if piece.is_empty() {
            break;
        }
        line.extend_from_slice(piece.as_slice());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(line)
}

crate::layout! {
    /// Cell of an instance of an abstract class: its state is in its dict.
    IoBase(ids::IO_BASE) {}
}

/// The abstract base class for all I/O classes.
#[py_type(name = "_IOBase", module = "_io", id = ids::IO_BASE, subclassable, has_dict)]
impl IoBase {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
        vm.alloc_object(cls).map(Value::from_header)
    }
    #[method(sig = "($self, offset, whence=0, /)")]
    fn seek(vm: &mut Vm, _this: Value, _offset: Value, _whence: Value) -> PyResult {
        Err(unsupported(vm, "seek"))
    }
    #[method]
    fn tell(vm: &mut Vm, this: Value) -> PyResult {
        vm.call_method(this, "seek", &[Value::small(0), Value::small(1)])
    }
    #[method(sig = "($self, size=None, /)")]
    fn truncate(vm: &mut Vm, _this: Value, _size: Value) -> PyResult {
        Err(unsupported(vm, "truncate"))
    }
    #[method]
    fn flush(vm: &mut Vm, this: Value) -> PyResult<()> {
        check_closed(vm, this)
    }
    #[method]
    fn close(vm: &mut Vm, this: Value) -> PyResult<()> {
        let key = vm.intern(CLOSED);
        if vm.get_attr_opt(this, key)?.is_some() {
            return Ok(());
        }
        let flushed = vm.call_method(this, "flush", &[]).map(|_| ());
        both(vm, flushed, |vm| vm.set_attr(this, key, Value::TRUE))
    }
    /// Closes the stream that nobody uses any more; what goes wrong then is nobody's error.
    #[method]
    fn __del__(vm: &mut Vm, this: Value) {
        let closed = match is_closed(vm, this) {
            Ok(closed) => closed,
            Err(raised) => {
                vm.take_exception(raised);
                false
            }
        };
        if !closed && let Err(raised) = vm.call_method(this, "close", &[]) {
            vm.take_exception(raised);
        }
    }
    #[getter]
    fn closed(vm: &mut Vm, this: Value) -> PyResult<bool> {
        let key = vm.intern(CLOSED);
        Ok(vm.get_attr_opt(this, key)?.is_some())
    }
    #[method]
    fn seekable(_vm: &mut Vm, _this: Value) -> bool {
        false
    }
    #[method]
    fn readable(_vm: &mut Vm, _this: Value) -> bool {
        false
    }
    #[method]
    fn writable(_vm: &mut Vm, _this: Value) -> bool {
        false
    }
    #[method]
    fn isatty(vm: &mut Vm, this: Value) -> PyResult<bool> {
        check_closed(vm, this)?;
        Ok(false)
    }
    #[method]
    fn fileno(vm: &mut Vm, _this: Value) -> PyResult {
        Err(unsupported(vm, "fileno"))
    }
    #[method(name = "_checkClosed", sig = "($self, message=None, /)")]
    fn check_closed(vm: &mut Vm, this: Value, _message: Value) -> PyResult<()> {
        check_closed(vm, this)
    }
    #[method(name = "_checkSeekable", sig = "($self, message=None, /)")]
    fn check_seekable(vm: &mut Vm, this: Value, _message: Value) -> PyResult<bool> {
        require(vm, this, "seekable", "File or stream is not seekable.").map(|()| true)
    }
    #[method(name = "_checkReadable", sig = "($self, message=None, /)")]
    fn check_readable(vm: &mut Vm, this: Value, _message: Value) -> PyResult<bool> {
        require(vm, this, "readable", "File or stream is not readable.").map(|()| true)
    }
    #[method(name = "_checkWritable", sig = "($self, message=None, /)")]
    fn check_writable(vm: &mut Vm, this: Value, _message: Value) -> PyResult<bool> {
        require(vm, this, "writable", "File or stream is not writable.").map(|()| true)
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Value) -> PyResult {
        check_closed(vm, this)?;
        Ok(this)
    }
    #[method(sig = "($self, /, *args)")]
    fn __exit__(vm: &mut Vm, this: Value, _args: Value) -> PyResult {
        vm.call_method(this, "close", &[])
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Value) -> PyResult {
        check_closed(vm, this)?;
        Ok(this)
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Value) -> PyResult {
        let line = vm.call_method(this, "readline", &[])?;
        if vm.len(line)? == 0 {
            return Err(vm.stop_iteration(Value::NONE));
        }
        Ok(line)
    }
    #[method(sig = "($self, size=-1, /)")]
    fn readline(vm: &mut Vm, this: Value, size: Value) -> PyResult {
        let limit = size_arg(vm, size)?;
        let line = read_line(vm, this, limit)?;
        vm.bytes(&line).map(Value::from_gc)
    }
    #[method(sig = "($self, hint=-1, /)")]
    fn readlines(vm: &mut Vm, this: Value, hint: Value) -> PyResult {
        let hint = size_arg(vm, hint)?.filter(|h| *h > 0);
        let lines = vm.list_new()?;
        let mut length = 0;
        vm.iterate(this, |vm, line| {
            vm.list_push(lines, line)?;
            length += vm.len(line)?;
            Ok(if hint.is_some_and(|h| length >= h) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })?;
        Ok(Value::from_gc(lines))
    }
    #[method(sig = "($self, lines, /)")]
    fn writelines(vm: &mut Vm, this: Value, lines: Value) -> PyResult<()> {
        check_closed(vm, this)?;
        let write = vm.names.write;
        vm.iterate(lines, |vm, line| {
            vm.call_method_name(this, write, &[line])?;
            Ok(ControlFlow::Continue(()))
        })
    }
}

crate::layout! {
    /// Cell of a stream of a Python class that derives from it.
    RawIoBase(ids::RAW_IO_BASE) {}
}

/// Base class for raw binary I/O.
#[py_type(name = "_RawIOBase", module = "_io", id = ids::RAW_IO_BASE, base = ids::IO_BASE, subclassable, has_dict)]
impl RawIoBase {
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, this: Value, size: Value) -> PyResult {
        let Some(n) = size_arg(vm, size)? else {
            return vm.call_method(this, "readall", &[]);
        };
        let zeros = vm.zeros(n)?;
        let buffer = vm.bytearray(&zeros)?;
        drop(zeros);
        let got = vm.call_method(this, "readinto", &[Value::from_gc(buffer)])?;
        if got.is_none() {
            return Ok(Value::NONE);
        }
        let got = vm.index(got)?;
        let len = buffer.len();
        if got < 0 || got as usize > len {
            return Err(vm.value_error(format!("readinto returned {got} outside buffer size {len}")));
        }
        let bytes = buffer.as_slice()[..got as usize].to_vec();
        vm.bytes(&bytes).map(Value::from_gc)
    }
    #[method]
    fn readall(vm: &mut Vm, this: Value) -> PyResult {
        let mut all = Vec::new();
        loop {
            let piece = vm.call_method(this, "read", &[Value::small(super::BUFFER_SIZE as i64)])?;
            if piece.is_none() && all.is_empty() {
                return Ok(Value::NONE);
            }
            if piece.is_none() {
                break;
            }
            let Some(piece) = vm.downcast::<Bytes>(piece) else {
                return Err(vm.type_error("read() should return bytes"));
            };
            if piece.is_empty() {
                break;
            }
            all.extend_from_slice(piece.as_slice());
        }
        vm.bytes(&all).map(Value::from_gc)
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto(vm: &mut Vm, _this: Value, _buffer: Value) -> PyResult {
        Err(unsupported(vm, "readinto"))
    }
    #[method(sig = "($self, data, /)")]
    fn write(vm: &mut Vm, _this: Value, _data: Value) -> PyResult {
        Err(unsupported(vm, "write"))
    }
}

crate::layout! {
    /// Cell of a stream of a Python class that derives from it.
    BufferedIoBase(ids::BUFFERED_IO_BASE) {}
}

fn read_into(vm: &mut Vm, this: Value, buffer: Value, method: &str) -> PyResult<usize> {
    let target = vm.writable_buffer(buffer)?;
    let n = vm.int(target.len() as i64)?;
    let data = vm.call_method(this, method, &[n])?;
    let Some(data) = vm.downcast::<Bytes>(data) else {
        return Err(vm.type_error(format!("{method}() should return bytes")));
    };
    if data.len() > target.len() {
        return Err(vm.value_error(format!(
            "{method}() returned too much data: {} bytes requested, {} returned",
            target.len(),
            data.len()
        )));
    }
    target.write(0, data.as_slice());
    Ok(data.len())
}

/// Base class for buffered IO objects.
#[py_type(name = "_BufferedIOBase", module = "_io", id = ids::BUFFERED_IO_BASE, base = ids::IO_BASE, subclassable, has_dict)]
impl BufferedIoBase {
    #[method]
    fn detach(vm: &mut Vm, _this: Value) -> PyResult {
        Err(unsupported(vm, "detach"))
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, _this: Value, _size: Value) -> PyResult {
        Err(unsupported(vm, "read"))
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read1(vm: &mut Vm, _this: Value, _size: Value) -> PyResult {
        Err(unsupported(vm, "read1"))
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto(vm: &mut Vm, this: Value, buffer: Value) -> PyResult<usize> {
        read_into(vm, this, buffer, "read")
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto1(vm: &mut Vm, this: Value, buffer: Value) -> PyResult<usize> {
        read_into(vm, this, buffer, "read1")
    }
    #[method(sig = "($self, data, /)")]
    fn write(vm: &mut Vm, _this: Value, _data: Value) -> PyResult {
        Err(unsupported(vm, "write"))
    }
}

crate::layout! {
    /// Cell of a stream of a Python class that derives from it.
    TextIoBase(ids::TEXT_IO_BASE) {}
}

/// Base class for text I/O.
#[py_type(name = "_TextIOBase", module = "_io", id = ids::TEXT_IO_BASE, base = ids::IO_BASE, subclassable, has_dict)]
impl TextIoBase {
    #[method]
    fn detach(vm: &mut Vm, _this: Value) -> PyResult {
        Err(unsupported(vm, "detach"))
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, _this: Value, _size: Value) -> PyResult {
        Err(unsupported(vm, "read"))
    }
    #[method(sig = "($self, size=-1, /)")]
    fn readline(vm: &mut Vm, _this: Value, _size: Value) -> PyResult {
        Err(unsupported(vm, "readline"))
    }
    #[method(sig = "($self, text, /)")]
    fn write(vm: &mut Vm, _this: Value, _text: Value) -> PyResult {
        Err(unsupported(vm, "write"))
    }
    #[getter]
    fn encoding(_vm: &mut Vm, _this: Value) -> Value {
        Value::NONE
    }
    #[getter]
    fn newlines(_vm: &mut Vm, _this: Value) -> Value {
        Value::NONE
    }
    #[getter]
    fn errors(_vm: &mut Vm, _this: Value) -> Value {
        Value::NONE
    }
}
