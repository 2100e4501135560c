//! Buffered binary streams: one cell type behind `BufferedReader`, `BufferedWriter` and `BufferedRandom`.

use super::file::{self, Fd, FileIo};
use super::{BUFFER_SIZE, base, size_arg, unsupported};
use crate::layout;
use crate::thread::lock;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::native::TypeDecl;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::{Buffer, WritableBuffer};
use habu_runtime::types::bytes::Bytes;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use std::cell::RefCell;
use std::rc::Rc;

/// Bytes read ahead or not written yet. At most one of the two holds anything.
pub struct Buffers {
    pub ahead: Vec<u8>,
    pub at: usize,
    pub pending: Vec<u8>,
    size: usize,
    readable: bool,
    writable: bool,
    initialised: bool,
    detached: bool,
    /// Where pending bytes go when nobody is left to flush them.
    fd: Option<Rc<Fd>>,
}

impl Buffers {
    fn unread(&self) -> &[u8] {
        &self.ahead[self.at..]
    }
    fn take(&mut self, n: usize) -> Vec<u8> {
        let piece = self.ahead[self.at..self.at + n].to_vec();
        self.at += n;
        piece
    }
    fn drop_ahead(&mut self) {
        self.ahead.clear();
        self.at = 0;
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        if let Some(fd) = &self.fd {
            fd.write_rest(&self.pending);
        }
    }
}

layout! {
    /// Cell of a buffered stream: one thread at a time uses it, `owner` while it does.
    Buffered(ids::BUFFERED_STREAM) { raw } plain { lock: u32, owner: u64 } boxed { state: Rc<RefCell<Buffers>> }
}

/// The buffers of a stream; text streams share them.
pub fn shared(this: Gc<Buffered>) -> Rc<RefCell<Buffers>> {
    this.state.cell().borrow().clone()
}

fn buffers(this: &Gc<Buffered>) -> &RefCell<Buffers> {
    // SAFETY: the count that the cell holds is set once, when it is made, and given up only with the cell.
    unsafe { &*Rc::as_ptr(&this.state.cell().borrow()) }
}

macro_rules! state {
    ($this:expr) => {
        buffers(&$this).borrow()
    };
}
macro_rules! state_mut {
    ($this:expr) => {
        buffers(&$this).borrow_mut()
    };
}

/// The value as a buffered stream of any of the three kinds.
pub fn of(vm: &Vm, v: Value) -> Option<Gc<Buffered>> {
    let cls = vm.class_of(v);
    [ids::BUFFERED_READER, ids::BUFFERED_WRITER, ids::BUFFERED_RANDOM]
        .contains(&cls.layout.get())
        // SAFETY: all three kinds are laid out as `Buffered`.
        .then(|| unsafe { Gc::from_header(v.as_header().expect("instances are cells")) })
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Buffered>> {
    let Some(this) = of(vm, v) else {
        let got = vm.type_name(v);
        return Err(vm.type_error(format!("descriptor doesn't apply to a '{got}' object")));
    };
    let (ready, detached) = {
        let s = state!(this);
        (s.initialised, s.detached)
    };
    if detached {
        return Err(vm.value_error("raw stream has been detached"));
    }
    if !ready {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    Ok(this)
}

/// Runs `f` while no other thread uses the stream.
pub fn exclusive<R>(vm: &mut Vm, this: Gc<Buffered>, f: impl FnOnce(&mut Vm) -> PyResult<R>) -> PyResult<R> {
    let me = vm.threads.current().id;
    if this.owner.get() == me {
        // A signal's handler, or the raw stream itself, came back to it.
        let shown = vm.repr(Value::from_gc(this))?.to_message();
        return Err(vm.runtime_error(format!("reentrant call inside {shown}")));
    }
    lock::take(vm, lock::atomic(&this.lock), lock::Wait::Forever)?;
    this.owner.set(me);
    let result = f(vm);
    this.owner.set(0);
    lock::give(lock::atomic(&this.lock));
    result
}

fn init(vm: &mut Vm, v: Value, raw: Value, size: i64, readable: bool, writable: bool) -> PyResult<()> {
    let Some(this) = of(vm, v) else {
        return Err(vm.type_error("not a buffered stream"));
    };
    if readable {
        base::require(vm, raw, "readable", "File or stream is not readable.")?;
    }
    if writable {
        base::require(vm, raw, "writable", "File or stream is not writable.")?;
    }
    if size <= 0 {
        return Err(vm.value_error("buffer size must be strictly positive"));
    }
    this.raw.set(&mut vm.heap, this.header(), raw);
    let fd = vm.exact::<FileIo>(raw).map(|f| f.state.cell().borrow().fd.clone());
    let mut s = state_mut!(this);
    s.size = size as usize;
    s.readable = readable;
    s.writable = writable;
    s.initialised = true;
    s.detached = false;
    s.fd = fd;
    Ok(())
}

fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult {
    let cell = vm.alloc_object(cls)?;
    // SAFETY: `cls` has the layout of one of the three kinds.
    let this: Gc<Buffered> = unsafe { Gc::from_header(cell) };
    this.raw.init(Value::NONE);
    this.state.init(Rc::new(RefCell::new(Buffers {
        ahead: Vec::new(),
        at: 0,
        pending: Vec::new(),
        size: BUFFER_SIZE,
        readable: false,
        writable: false,
        initialised: false,
        detached: false,
        fd: None,
    })));
    Ok(Value::from_gc(this))
}

/// A buffered stream over a raw one, of one of the three classes.
pub fn make(vm: &mut Vm, decl: &'static TypeDecl, raw: Value, size: usize) -> PyResult {
    let cls = vm.native_class(decl)?;
    let v = new(vm, cls)?;
    let (readable, writable) = (decl.id != ids::BUFFERED_WRITER, decl.id != ids::BUFFERED_READER);
    init(vm, v, raw, size as i64, readable, writable)?;
    Ok(v)
}

fn check_open(vm: &mut Vm, this: Gc<Buffered>, what: &str) -> PyResult<()> {
    let closed = match vm.exact::<FileIo>(this.raw.get()) {
        Some(f) => f.state.cell().borrow().fd.get().is_none(),
        None => base::is_closed(vm, this.raw.get())?,
    };
    if closed { Err(vm.value_error(format!("{what} of closed file"))) } else { Ok(()) }
}

fn check_readable(vm: &mut Vm, this: Gc<Buffered>, what: &str) -> PyResult<()> {
    check_open(vm, this, what)?;
    if state!(this).readable { Ok(()) } else { Err(unsupported(vm, what)) }
}

/// Bytes from the raw stream; `None`: it would block.
fn raw_read(vm: &mut Vm, raw: Value, n: usize) -> PyResult<Option<Vec<u8>>> {
    if let Some(f) = vm.exact::<FileIo>(raw) {
        let mut bytes = Vec::new();
        return Ok(file::read_some(vm, f, &mut bytes, n)?.map(|_| bytes));
    }
    let zeros = vm.zeros(n)?;
    let buffer = vm.bytearray(&zeros)?;
    drop(zeros);
    let got = vm.call_method(raw, "readinto", &[Value::from_gc(buffer)])?;
    if got.is_none() {
        return Ok(None);
    }
    let got = vm.index(got)?;
    if got < 0 || got as usize > n {
        return Err(vm.raise(
            Exc::OSError,
            &format!("raw readinto() returned invalid length {got} (should have been between 0 and {n})"),
        ));
    }
    Ok(Some(buffer.as_slice()[..got as usize].to_vec()))
}

fn raw_write(vm: &mut Vm, raw: Value, bytes: &[u8]) -> PyResult<Option<usize>> {
    if let Some(f) = vm.exact::<FileIo>(raw) {
        return file::write_some(vm, f, bytes);
    }
    let data = Value::from_gc(vm.bytes(bytes)?);
    let write = vm.names.write;
    let n = vm.call_method_name(raw, write, &[data])?;
    if n.is_none() {
        return Ok(None);
    }
    let n = vm.index(n)?;
    if n < 0 || n as usize > bytes.len() {
        return Err(vm.raise(
            Exc::OSError,
            &format!(
                "raw write() returned invalid length {n} (should have been between 0 and {})",
                bytes.len()
            ),
        ));
    }
    Ok(Some(n as usize))
}

fn raw_seek(vm: &mut Vm, raw: Value, offset: i64, whence: i32) -> PyResult<i64> {
    if let Some(f) = vm.exact::<FileIo>(raw) {
        return file::seek(vm, f, offset, whence);
    }
    let offset = vm.int(offset)?;
    let at = vm.call_method(raw, "seek", &[offset, Value::small(i64::from(whence))])?;
    let at = vm.index(at)?;
    if at < 0 {
        return Err(vm.raise(Exc::OSError, &format!("Raw stream returned invalid position {at}")));
    }
    Ok(at)
}

/// Fills the buffer when it is empty; false at the end, or when it would block.
fn fill(vm: &mut Vm, this: Gc<Buffered>) -> PyResult<bool> {
    flush_pending(vm, this)?;
    if !state!(this).unread().is_empty() {
        return Ok(true);
    }
    let size = state!(this).size;
    let got = raw_read(vm, this.raw.get(), size)?;
    let mut s = state_mut!(this);
    s.at = 0;
    s.ahead = got.unwrap_or_default();
    Ok(!s.ahead.is_empty())
}

/// Writes out what is pending.
fn flush_pending(vm: &mut Vm, this: Gc<Buffered>) -> PyResult<()> {
    if state!(this).pending.is_empty() {
        return Ok(());
    }
    let mut bytes = std::mem::take(&mut state_mut!(this).pending);
    let mut done = 0;
    let result = loop {
        if done == bytes.len() {
            break Ok(());
        }
        match raw_write(vm, this.raw.get(), &bytes[done..]) {
            Ok(Some(n)) => done += n,
            Ok(None) => break Err(would_block(vm, 0)),
            Err(raised) => break Err(raised),
        }
    };
    bytes.drain(..done);
    let mut s = state_mut!(this);
    if s.pending.is_empty() {
        s.pending = bytes;
    } else {
        // Written meanwhile by Python code of the raw stream.
        bytes.append(&mut s.pending);
        s.pending = bytes;
    }
    result
}

fn would_block(vm: &mut Vm, written: usize) -> Raised {
    let make = |vm: &mut Vm| -> PyResult {
        let text = Value::from_gc(vm.str("write could not complete without blocking")?);
        let class = Value::from_gc(vm.exc_class(Exc::BlockingIOError));
        vm.call(class, &[Value::small(i64::from(libc::EAGAIN)), text, Value::small(written as i64)])
    };
    match make(vm) {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}

/// Adds bytes to be written; writes them out when there are more than the buffer takes.
pub fn write(vm: &mut Vm, this: Gc<Buffered>, bytes: &[u8]) -> PyResult<usize> {
    check_open(vm, this, "write")?;
    if !state!(this).writable {
        return Err(unsupported(vm, "write"));
    }
    exclusive(vm, this, |vm| write_locked(vm, this, bytes))
}

fn write_locked(vm: &mut Vm, this: Gc<Buffered>, bytes: &[u8]) -> PyResult<usize> {
    rewind(vm, this)?;
    let size = state!(this).size;
    if state!(this).pending.len() + bytes.len() <= size {
        state_mut!(this).pending.extend_from_slice(bytes);
        return Ok(bytes.len());
    }
    flush_pending(vm, this)?;
    let mut rest = bytes;
    while rest.len() > size {
        match raw_write(vm, this.raw.get(), rest)? {
            Some(n) => rest = &rest[n..],
            None => {
                let kept = rest.len().min(size);
                state_mut!(this).pending.extend_from_slice(&rest[..kept]);
                if kept < rest.len() {
                    return Err(would_block(vm, bytes.len() - rest.len() + kept));
                }
                return Ok(bytes.len());
            }
        }
    }
    state_mut!(this).pending.extend_from_slice(rest);
    Ok(bytes.len())
}

/// Puts the raw position where the program sees it: before writing, bytes read ahead are given back.
fn rewind(vm: &mut Vm, this: Gc<Buffered>) -> PyResult<()> {
    let ahead = state!(this).unread().len();
    if ahead > 0 {
        raw_seek(vm, this.raw.get(), -(ahead as i64), libc::SEEK_CUR)?;
    }
    state_mut!(this).drop_ahead();
    Ok(())
}

/// Up to `n` bytes, or all; short only at the end. `None`: it would block.
fn read(vm: &mut Vm, this: Gc<Buffered>, n: Option<usize>) -> PyResult<Option<Vec<u8>>> {
    flush_pending(vm, this)?;
    let Some(n) = n else { return read_all(vm, this) };
    let have = state!(this).unread().len();
    if n <= have {
        return Ok(Some(state_mut!(this).take(n)));
    }
    let mut bytes = state_mut!(this).take(have);
    let size = state!(this).size;
    while bytes.len() < n {
        let rest = n - bytes.len();
        if rest >= size {
            // Large reads pass the buffer by.
            match raw_read(vm, this.raw.get(), rest)? {
                Some(piece) if !piece.is_empty() => bytes.extend_from_slice(&piece),
                None if bytes.is_empty() => return Ok(None),
                _ => break,
            }
            continue;
        }
        if !fill(vm, this)? {
            break;
        }
        let mut s = state_mut!(this);
        let take = s.unread().len().min(rest);
        let piece = s.take(take);
        bytes.extend_from_slice(&piece);
    }
    Ok(Some(bytes))
}

fn read_all(vm: &mut Vm, this: Gc<Buffered>) -> PyResult<Option<Vec<u8>>> {
    let have = state!(this).unread().len();
    let mut bytes = state_mut!(this).take(have);
    let raw = this.raw.get();
    if let Some(f) = vm.exact::<FileIo>(raw) {
        if bytes.is_empty() {
            return file::read_all(vm, f);
        }
        if let Some(rest) = file::read_all(vm, f)? {
            bytes.extend_from_slice(&rest);
        }
        return Ok(Some(bytes));
    }
    let readall = vm.intern("readall");
    if let Some(readall) = vm.get_attr_opt(raw, readall)? {
        let rest = vm.call(readall, &[])?;
        if rest.is_none() {
            return Ok(if bytes.is_empty() { None } else { Some(bytes) });
        }
        let Some(rest) = vm.downcast::<Bytes>(rest) else {
            return Err(vm.type_error("readall() should return bytes"));
        };
        bytes.extend_from_slice(rest.as_slice());
        return Ok(Some(bytes));
    }
    loop {
        match raw_read(vm, raw, BUFFER_SIZE)? {
            None if bytes.is_empty() => return Ok(None),
            None => return Ok(Some(bytes)),
            Some(piece) if piece.is_empty() => return Ok(Some(bytes)),
            Some(piece) => bytes.extend_from_slice(&piece),
        }
    }
}

/// What one read of the raw stream gives at most, buffered bytes first. Empty at the end.
pub fn read_once(vm: &mut Vm, this: Gc<Buffered>, n: usize) -> PyResult<Vec<u8>> {
    exclusive(vm, this, |vm| {
        if !fill(vm, this)? {
            return Ok(Vec::new());
        }
        let mut s = state_mut!(this);
        let take = s.unread().len().min(n);
        Ok(s.take(take))
    })
}

fn read_line(vm: &mut Vm, this: Gc<Buffered>, limit: Option<usize>) -> PyResult<Vec<u8>> {
    let mut line = Vec::new();
    loop {
        let room = limit.map_or(usize::MAX, |l| l - line.len());
        if room == 0 || !fill(vm, this)? {
            return Ok(line);
        }
        let mut s = state_mut!(this);
        let unread = s.unread();
        let window = &unread[..unread.len().min(room)];
        let end = memchr::memchr(b'\n', window).map(|at| at + 1);
        let take = end.unwrap_or(window.len());
        let piece = s.take(take);
        if line.is_empty() {
            line = piece;
        } else {
            line.extend_from_slice(&piece);
        }
        if end.is_some() {
            return Ok(line);
        }
    }
}

/// The position that the program sees.
fn tell(vm: &mut Vm, this: Gc<Buffered>) -> PyResult<i64> {
    let at = raw_seek(vm, this.raw.get(), 0, libc::SEEK_CUR)?;
    let s = state!(this);
    Ok((at - s.unread().len() as i64 + s.pending.len() as i64).max(0))
}

fn seek(vm: &mut Vm, this: Gc<Buffered>, offset: i64, whence: i32) -> PyResult<i64> {
    flush_pending(vm, this)?;
    let mut offset = offset;
    if whence == libc::SEEK_CUR {
        offset -= state!(this).unread().len() as i64;
    }
    if whence == libc::SEEK_SET {
        // Within what was read ahead only the place in it changes.
        let end = raw_seek(vm, this.raw.get(), 0, libc::SEEK_CUR)?;
        let mut s = state_mut!(this);
        let start = end - s.ahead.len() as i64;
        if !s.ahead.is_empty() && (start..=end).contains(&offset) {
            s.at = (offset - start) as usize;
            return Ok(offset);
        }
    }
    state_mut!(this).drop_ahead();
    raw_seek(vm, this.raw.get(), offset, whence)
}

/// Flushes a writer, or makes a reader's raw position the visible one.
fn flush(vm: &mut Vm, this: Gc<Buffered>) -> PyResult<()> {
    check_open(vm, this, "flush")?;
    exclusive(vm, this, |vm| {
        flush_pending(vm, this)?;
        if state!(this).writable && state!(this).readable {
            rewind(vm, this)?;
        }
        Ok(())
    })
}

/// What the three kinds have in common.
pub struct Methods;

#[py_type(name = "_Buffered", module = "_io", id = ids::BUFFERED_STREAM, base = ids::BUFFERED_IO_BASE, payload = Buffered, subclassable, has_dict)]
impl Methods {
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, v: Value, size: Value) -> PyResult {
        let this = this(vm, v)?;
        let n = match size.as_small() {
            Some(n) if n < -1 => return Err(vm.value_error("read length must be non-negative or -1")),
            _ => size_arg(vm, size)?,
        };
        check_readable(vm, this, "read")?;
        match exclusive(vm, this, |vm| read(vm, this, n))? {
            Some(bytes) => vm.bytes(&bytes).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read1(vm: &mut Vm, v: Value, size: i64) -> PyResult {
        let this = this(vm, v)?;
        check_readable(vm, this, "read")?;
        let n = usize::try_from(size).unwrap_or(state!(this).size);
        let bytes = if n == 0 { Vec::new() } else { read_once(vm, this, n)? };
        vm.bytes(&bytes).map(Value::from_gc)
    }
    #[method(sig = "($self, size=0, /)")]
    fn peek(vm: &mut Vm, v: Value, _size: i64) -> PyResult {
        let this = this(vm, v)?;
        check_readable(vm, this, "peek")?;
        exclusive(vm, this, |vm| fill(vm, this))?;
        let bytes = state!(this).unread().to_vec();
        vm.bytes(&bytes).map(Value::from_gc)
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto(vm: &mut Vm, v: Value, buffer: WritableBuffer) -> PyResult<Option<usize>> {
        let this = this(vm, v)?;
        check_readable(vm, this, "readinto")?;
        let bytes = exclusive(vm, this, |vm| read(vm, this, Some(buffer.0.len())))?;
        Ok(bytes.map(|bytes| {
            buffer.0.write(0, &bytes);
            bytes.len()
        }))
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto1(vm: &mut Vm, v: Value, buffer: WritableBuffer) -> PyResult<usize> {
        let this = this(vm, v)?;
        check_readable(vm, this, "readinto")?;
        let bytes = if buffer.0.is_empty() { Vec::new() } else { read_once(vm, this, buffer.0.len())? };
        buffer.0.write(0, &bytes);
        Ok(bytes.len())
    }
    #[method(sig = "($self, size=-1, /)")]
    fn readline(vm: &mut Vm, v: Value, size: Value) -> PyResult {
        let this = this(vm, v)?;
        let limit = size_arg(vm, size)?;
        check_open(vm, this, "readline")?;
        if !state!(this).readable {
            return Err(unsupported(vm, "read"));
        }
        let line = exclusive(vm, this, |vm| read_line(vm, this, limit))?;
        vm.bytes(&line).map(Value::from_gc)
    }
    #[method]
    fn __next__(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        check_open(vm, this, "readline")?;
        if !state!(this).readable {
            return Err(unsupported(vm, "read"));
        }
        let line = exclusive(vm, this, |vm| read_line(vm, this, None))?;
        if line.is_empty() {
            return Err(vm.stop_iteration(Value::NONE));
        }
        vm.bytes(&line).map(Value::from_gc)
    }
    #[method(sig = "($self, data, /)")]
    fn write(vm: &mut Vm, v: Value, data: Buffer) -> PyResult<usize> {
        let this = this(vm, v)?;
        // A copy: flushing may run Python code that changes the memory.
        let bytes = data.as_slice().to_vec();
        write(vm, this, &bytes)
    }
    #[method]
    fn flush(vm: &mut Vm, v: Value) -> PyResult<()> {
        let this = this(vm, v)?;
        flush(vm, this)?;
        if state!(this).writable && vm.exact::<FileIo>(this.raw.get()).is_none() {
            let flush = vm.names.flush;
            vm.call_method_name(this.raw.get(), flush, &[])?;
        }
        Ok(())
    }
    #[method]
    fn tell(vm: &mut Vm, v: Value) -> PyResult<i64> {
        let this = this(vm, v)?;
        tell(vm, this)
    }
    #[method(sig = "($self, target, whence=0, /)")]
    fn seek(vm: &mut Vm, v: Value, target: i64, whence: i32) -> PyResult<i64> {
        let this = this(vm, v)?;
        if !(0..=2).contains(&whence) && whence != libc::SEEK_DATA && whence != libc::SEEK_HOLE {
            return Err(vm.value_error(format!("whence value {whence} unsupported")));
        }
        check_open(vm, this, "seek")?;
        base::require(vm, this.raw.get(), "seekable", "File or stream is not seekable.")?;
        exclusive(vm, this, |vm| seek(vm, this, target, whence))
    }
    #[method(sig = "($self, pos=None, /)")]
    fn truncate(vm: &mut Vm, v: Value, pos: Value) -> PyResult {
        let this = this(vm, v)?;
        check_open(vm, this, "truncate")?;
        if !state!(this).writable {
            return Err(unsupported(vm, "truncate"));
        }
        flush(vm, this)?;
        let pos = if pos.is_none() {
            let at = tell(vm, this)?;
            vm.int(at)?
        } else {
            pos
        };
        vm.call_method(this.raw.get(), "truncate", &[pos])
    }
    #[method]
    fn detach(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.call_method(v, "flush", &[])?;
        let mut s = state_mut!(this);
        s.detached = true;
        s.fd = None;
        Ok(this.raw.get())
    }
    #[method]
    fn close(vm: &mut Vm, v: Value) -> PyResult<()> {
        let this = this(vm, v)?;
        if base::is_closed(vm, this.raw.get())? {
            return Ok(());
        }
        let flushed = vm.call_method(v, "flush", &[]).map(|_| ());
        base::both(vm, flushed, |vm| {
            let raw = this.raw.get();
            let result = vm.call_method(raw, "close", &[]).map(|_| ());
            let mut s = state_mut!(this);
            s.pending = Vec::new();
            s.drop_ahead();
            result
        })
    }
    #[getter]
    fn closed(vm: &mut Vm, v: Value) -> PyResult<bool> {
        let this = this(vm, v)?;
        base::is_closed(vm, this.raw.get())
    }
    #[getter]
    fn raw(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        Ok(this.raw.get())
    }
    #[getter]
    fn name(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.get_attr_str(this.raw.get(), "name")
    }
    #[getter]
    fn mode(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.get_attr_str(this.raw.get(), "mode")
    }
    #[method]
    fn seekable(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.call_method(this.raw.get(), "seekable", &[])
    }
    #[method]
    fn readable(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.call_method(this.raw.get(), "readable", &[])
    }
    #[method]
    fn writable(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.call_method(this.raw.get(), "writable", &[])
    }
    #[method]
    fn fileno(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.call_method(this.raw.get(), "fileno", &[])
    }
    #[method]
    fn isatty(vm: &mut Vm, v: Value) -> PyResult {
        let this = this(vm, v)?;
        vm.call_method(this.raw.get(), "isatty", &[])
    }
    #[method]
    fn __repr__(vm: &mut Vm, v: Value) -> PyResult<String> {
        let cls = vm.class_of(v);
        let class = format!("_io.{}", vm.class_name(cls));
        let key = vm.names.name_attr;
        let name = vm.get_attr_opt(v, key);
        match vm.catch(name, Exc::ValueError)?.flatten() {
            Some(name) => Ok(format!("<{class} name={}>", vm.repr(name)?.to_message())),
            None => Ok(format!("<{class}>")),
        }
    }
}

macro_rules! constructors {
    ($(#[$doc:meta])* $name:ident = $py:tt, $id:expr, $readable:literal, $writable:literal) => {
        $(#[$doc])*
        pub struct $name;
        #[py_type(name = $py, module = "_io", id = $id, base = ids::BUFFERED_STREAM, payload = Buffered, subclassable, has_dict)]
        impl $name {
            #[new(sig = "(*args, **kwargs)")]
            fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult {
                new(vm, cls)
            }
            #[method(sig = "($self, raw, buffer_size=131072)")]
            fn __init__(vm: &mut Vm, this: Value, raw: Value, buffer_size: i64) -> PyResult<()> {
                init(vm, this, raw, buffer_size, $readable, $writable)
            }
        }
    };
}
constructors!(
    /// Create a new buffered reader using the given readable raw IO object.
    Reader = "BufferedReader", ids::BUFFERED_READER, true, false
);
constructors!(
    /// A buffer for a writeable sequential RawIO object.
    Writer = "BufferedWriter", ids::BUFFERED_WRITER, false, true
);
constructors!(
    /// A buffered interface to random access streams.
    Random = "BufferedRandom", ids::BUFFERED_RANDOM, true, true
);
pub const READER: &TypeDecl = Reader::DECL;
pub const WRITER: &TypeDecl = Writer::DECL;
pub const RANDOM: &TypeDecl = Random::DECL;
