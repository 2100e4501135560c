//! `BytesIO`: a binary stream over memory.

use super::{size_arg, unsupported};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::{Buffer, WritableBuffer};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

#[derive(Default)]
pub struct State {
    data: Vec<u8>,
    at: usize,
    closed: bool,
}

layout! {
    /// Cell of a stream over bytes in memory.
    BytesIo(ids::BYTES_IO) {} boxed { state: State }
}

fn open(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<std::cell::RefMut<'static, State>> {
    // SAFETY: the cell outlives the native method that holds the borrow: its receiver is on the machine stack.
    let state: &'static std::cell::RefCell<State> = unsafe { &*std::ptr::from_ref(this.state.cell()) };
    if state.borrow().closed {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(state.borrow_mut())
}

impl BytesIo {
    pub fn is_closed(&self) -> bool {
        self.state.cell().borrow().closed
    }
}

fn take(s: &mut State, n: Option<usize>) -> &[u8] {
    let start = s.at.min(s.data.len());
    let end = n.map_or(s.data.len(), |n| start.saturating_add(n).min(s.data.len()));
    if end > start {
        s.at = end;
    }
    &s.data[start..end]
}

fn take_line(s: &mut State, limit: Option<usize>) -> &[u8] {
    let rest = s.data.get(s.at..).unwrap_or(&[]);
    let rest = &rest[..limit.unwrap_or(rest.len()).min(rest.len())];
    let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    take(s, Some(n))
}

/// Buffered I/O implementation using an in-memory bytes buffer.
#[py_type(name = "BytesIO", module = "_io", id = ids::BYTES_IO, base = ids::BUFFERED_IO_BASE, subclassable, has_dict)]
impl BytesIo {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<BytesIo>> {
        let this = vm.alloc_instance::<BytesIo>(cls)?;
        this.state.init(State::default());
        Ok(this)
    }
    #[method(sig = "($self, initial_bytes=b'')")]
    fn __init__(vm: &mut Vm, this: Gc<BytesIo>, initial_bytes: Value) -> PyResult<()> {
        let data =
            if initial_bytes.is_none() { Vec::new() } else { vm.buffer(initial_bytes)?.as_slice().to_vec() };
        *this.state.cell().borrow_mut() = State { data, at: 0, closed: false };
        Ok(())
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, this: Gc<BytesIo>, size: Value) -> PyResult {
        let n = size_arg(vm, size)?;
        let mut state = open(vm, this)?;
        vm.bytes_value(take(&mut state, n))
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read1(vm: &mut Vm, this: Gc<BytesIo>, size: Value) -> PyResult {
        BytesIo::read(vm, this, size)
    }
    #[method(sig = "($self, size=-1, /)")]
    fn readline(vm: &mut Vm, this: Gc<BytesIo>, size: Value) -> PyResult {
        let n = size_arg(vm, size)?;
        let mut state = open(vm, this)?;
        vm.bytes_value(take_line(&mut state, n))
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult {
        let mut state = open(vm, this)?;
        let bytes = take_line(&mut state, None);
        if bytes.is_empty() {
            return Err(vm.stop_iteration(Value::NONE));
        }
        vm.bytes_value(bytes)
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto(vm: &mut Vm, this: Gc<BytesIo>, buffer: WritableBuffer) -> PyResult<usize> {
        let mut state = open(vm, this)?;
        let bytes = take(&mut state, Some(buffer.0.len()));
        buffer.0.write(0, bytes);
        Ok(bytes.len())
    }
    #[method(sig = "($self, data, /)")]
    fn write(vm: &mut Vm, this: Gc<BytesIo>, data: Buffer) -> PyResult<usize> {
        let mut s = open(vm, this)?;
        let bytes = data.as_slice();
        if bytes.is_empty() {
            return Ok(0);
        }
        let at = s.at;
        let end = at + bytes.len();
        if s.data.len() < end {
            let more = end - s.data.len();
            s.data.try_reserve(more).map_err(|_| vm.memory_error())?;
            s.data.resize(end, 0);
        }
        s.data[at..end].copy_from_slice(bytes);
        s.at = end;
        Ok(bytes.len())
    }
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(vm: &mut Vm, this: Gc<BytesIo>, pos: i64, whence: i32) -> PyResult<usize> {
        let mut s = open(vm, this)?;
        let start = match whence {
            0 if pos < 0 => return Err(vm.value_error(format!("negative seek value {pos}"))),
            0 => 0,
            1 => s.at as i64,
            2 => s.data.len() as i64,
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        let Some(at) = start.checked_add(pos) else {
            return Err(vm.overflow_error("new position too large"));
        };
        s.at = at.max(0) as usize;
        Ok(s.at)
    }
    #[method]
    fn tell(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<usize> {
        Ok(open(vm, this)?.at)
    }
    #[method(sig = "($self, size=None, /)")]
    fn truncate(vm: &mut Vm, this: Gc<BytesIo>, size: Value) -> PyResult<i64> {
        let size = if size.is_none() { open(vm, this)?.at as i64 } else { vm.index(size)? };
        if size < 0 {
            return Err(vm.value_error(format!("negative size value {size}")));
        }
        open(vm, this)?.data.truncate(size as usize);
        Ok(size)
    }
    #[method]
    fn getvalue(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult {
        let s = open(vm, this)?;
        vm.bytes(&s.data).map(Value::from_gc)
    }
    /// A view of the content. It is read-only here, and a copy.
    #[method]
    fn getbuffer(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult {
        let bytes = {
            let s = open(vm, this)?;
            vm.bytes(&s.data)?
        };
        vm.memoryview(Value::from_gc(bytes)).map(Value::from_gc)
    }
    #[method]
    fn flush(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<()> {
        open(vm, this).map(|_| ())
    }
    #[method]
    fn close(_vm: &mut Vm, this: Gc<BytesIo>) {
        *this.state.cell().borrow_mut() = State { closed: true, ..State::default() };
    }
    #[method]
    fn detach(vm: &mut Vm, _this: Gc<BytesIo>) -> PyResult {
        Err(unsupported(vm, "detach"))
    }
    #[getter]
    fn closed(_vm: &mut Vm, this: Gc<BytesIo>) -> bool {
        this.state.cell().borrow().closed
    }
    #[method]
    fn readable(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<bool> {
        open(vm, this).map(|_| true)
    }
    #[method]
    fn writable(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<bool> {
        open(vm, this).map(|_| true)
    }
    #[method]
    fn seekable(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<bool> {
        open(vm, this).map(|_| true)
    }
    #[method]
    fn isatty(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<bool> {
        open(vm, this).map(|_| false)
    }
    #[method]
    fn __getstate__(vm: &mut Vm, this: Gc<BytesIo>) -> PyResult<Gc<Tuple>> {
        let value = BytesIo::getvalue(vm, this)?;
        let at = open(vm, this)?.at as i64;
        let at = vm.int(at)?;
        vm.tuple(&[value, at, Value::NONE])
    }
    #[method(sig = "($self, state, /)")]
    fn __setstate__(vm: &mut Vm, this: Gc<BytesIo>, state: Value) -> PyResult<()> {
        let (value, rest) = super::base::state_items(vm, Value::from_gc(this), state, 3)?;
        BytesIo::__init__(vm, this, value)?;
        let at = super::base::state_position(vm, rest[0], "second item of state must be an integer, not")?;
        open(vm, this)?.at = at;
        Ok(())
    }
}
