//! Where an unpickler reads: bytes at hand, and a file that gives more.

use super::globals::unpickling_error;
use super::unpickler::Unpickler;
use habu_runtime::heap::Gc;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};

/// Bytes that are looked at before they are taken, where the file allows it.
const PREFETCH: usize = 128 * 1024;

#[derive(Default)]
pub struct Input {
    pub data: Vec<u8>,
    /// The next byte to be read.
    pub at: usize,
    /// Up to where the file itself has been read; what is behind was only looked at.
    taken: usize,
    /// Where the frame ends that is being read.
    frame: Option<usize>,
}

impl Input {
    /// Forgets everything.
    pub fn reset(&mut self) {
        let mut data = std::mem::take(&mut self.data);
        data.clear();
        if data.capacity() > PREFETCH {
            data = Vec::new();
        }
        *self = Input { data, ..Input::default() };
    }
    /// Has these bytes to give, all of them taken; false when there is no memory.
    pub fn fill(&mut self, bytes: &[u8]) -> bool {
        if self.data.try_reserve(bytes.len()).is_err() {
            return false;
        }
        self.data.extend_from_slice(bytes);
        self.taken = self.data.len();
        true
    }
    /// Where reading must stop for now: the end of the frame, as long as something of it is left.
    fn limit(&mut self) -> Option<usize> {
        if self.frame.is_some_and(|end| end <= self.at) {
            self.frame = None;
        }
        self.frame
    }
    /// Begins a frame; whether none was open.
    pub fn begin_frame(&mut self, len: usize) -> bool {
        let open = self.limit().is_some();
        self.frame = Some(self.at + len);
        !open
    }
    /// The bytes up to the end of what was read and of the frame, if one is open.
    pub fn at_hand(&self) -> &[u8] {
        let end =
            self.frame.filter(|end| *end > self.at).map_or(self.data.len(), |end| end.min(self.data.len()));
        &self.data[..end]
    }
    /// Whether the next `n` bytes go beyond the frame.
    fn straddles(&mut self, n: usize) -> bool {
        let at = self.at;
        self.limit().is_some_and(|end| n > end - at)
    }
    /// The next `n` bytes, if they are at hand.
    #[inline]
    pub fn next(&mut self, n: usize) -> Option<&[u8]> {
        let end = self.at.checked_add(n)?;
        // Nearly always they are within the frame.
        if self.frame.is_some_and(|limit| end > limit) && self.straddles(n) {
            return None;
        }
        let bytes = self.data.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }
}

pub fn truncated(vm: &mut Vm) -> Raised {
    unpickling_error(vm, "pickle data was truncated")
}

/// Bytes that a file's method gave.
fn bytes_of(vm: &mut Vm, v: Value, method: &str) -> PyResult<Vec<u8>> {
    let buffer: Option<Buffer> = vm.buffer_opt(v)?;
    match buffer {
        Some(buffer) => Ok(buffer.as_slice().to_vec()),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("{method}() returned non-bytes object ({got})")))
        }
    }
}

/// Reads past what was only looked at, so that the file stands where the pickle does.
pub fn skip_consumed(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<()> {
    let consumed = {
        let mut state = this.state.cell().borrow_mut();
        let input = &mut state.input;
        let consumed = input.at.saturating_sub(input.taken);
        input.taken = input.taken.max(input.at);
        consumed
    };
    if consumed > 0 && !this.read.get().is_unbound() {
        vm.call(this.read.get(), &[Value::small(consumed as i64)])?;
    }
    Ok(())
}

fn replace(this: Gc<Unpickler>, data: Vec<u8>, taken: bool) {
    let mut state = this.state.cell().borrow_mut();
    let taken = if taken { data.len() } else { 0 };
    state.input = Input { data, at: 0, taken, frame: None };
}

/// Makes the next `n` bytes be at hand; they must not go beyond the frame.
pub fn need(vm: &mut Vm, this: Gc<Unpickler>, n: usize) -> PyResult<()> {
    if this.state.cell().borrow_mut().input.straddles(n) {
        return Err(unpickling_error(vm, "pickle exhausted before end of frame"));
    }
    need_frame(vm, this, n)
}

/// Makes the next `n` bytes be at hand.
pub fn need_frame(vm: &mut Vm, this: Gc<Unpickler>, n: usize) -> PyResult<()> {
    let mut start = {
        let state = this.state.cell().borrow();
        let input = &state.input;
        if input.data.len() - input.at >= n {
            return Ok(());
        }
        // What was taken from the file is not given again.
        input.data[input.at.min(input.taken)..input.taken].get(..).map(<[u8]>::to_vec).unwrap_or_default()
    };
    if this.read.get().is_unbound() {
        return Err(truncated(vm));
    }
    skip_consumed(vm, this)?;
    let peek = this.peek.get();
    if start.is_empty() && !peek.is_unbound() && n < PREFETCH {
        let peeked = vm.call(peek, &[Value::small(PREFETCH as i64)]);
        match vm.catch(peeked, Exc::NotImplementedError)? {
            Some(peeked) => {
                let data = bytes_of(vm, peeked, "peek")?;
                let enough = data.len() >= n;
                if enough {
                    replace(this, data, false);
                    return Ok(());
                }
            }
            None => this.peek.set(&mut vm.heap, this.header(), Value::UNBOUND),
        }
    }
    let wanted = n - start.len();
    let read = vm.call(this.read.get(), &[Value::small(wanted as i64)])?;
    let mut more = bytes_of(vm, read, "read")?;
    if start.is_empty() {
        start = more;
    } else {
        start.append(&mut more);
    }
    let enough = start.len() >= n;
    replace(this, start, true);
    if enough { Ok(()) } else { Err(truncated(vm)) }
}

/// Reads `n` bytes and calls `f` with them; `f` must not run Python code.
pub fn with<T>(
    vm: &mut Vm,
    this: Gc<Unpickler>,
    n: usize,
    f: impl FnOnce(&mut Vm, &[u8]) -> PyResult<T>,
) -> PyResult<T> {
    {
        let mut state = this.state.cell().borrow_mut();
        if let Some(bytes) = state.input.next(n) {
            return f(vm, bytes);
        }
    }
    need(vm, this, n)?;
    let mut state = this.state.cell().borrow_mut();
    match state.input.next(n) {
        Some(bytes) => f(vm, bytes),
        None => Err(truncated(vm)),
    }
}

/// Reads as many bytes as an array has.
#[inline]
pub fn array<const N: usize>(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<[u8; N]> {
    {
        let mut state = this.state.cell().borrow_mut();
        if let Some(bytes) = state.input.next(N)
            && let Ok(bytes) = bytes.try_into()
        {
            return Ok(bytes);
        }
    }
    with(vm, this, N, |vm, bytes| bytes.try_into().map_err(|_| truncated(vm)))
}

/// Reads a line; without its end, which must be there.
pub fn line(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<Vec<u8>> {
    {
        let mut state = this.state.cell().borrow_mut();
        let input = &mut state.input;
        if let Some(len) = memchr::memchr(b'\n', &input.data[input.at..])
            && let Some(bytes) = input.next(len + 1)
        {
            return Ok(bytes[..len].to_vec());
        }
        if input.limit().is_some() {
            drop(state);
            return Err(unpickling_error(vm, "pickle exhausted before end of frame"));
        }
    }
    if this.read.get().is_unbound() {
        return Err(truncated(vm));
    }
    let mut start = {
        let state = this.state.cell().borrow();
        let input = &state.input;
        input.data[input.at.min(input.taken)..input.taken].to_vec()
    };
    skip_consumed(vm, this)?;
    let read = vm.call(this.readline.get(), &[])?;
    let mut rest = bytes_of(vm, read, "readline")?;
    start.append(&mut rest);
    replace(this, Vec::new(), true);
    if start.pop() == Some(b'\n') { Ok(start) } else { Err(truncated(vm)) }
}

/// A byte string of some length; large ones are read into place where the file can.
pub fn bytes(vm: &mut Vm, this: Gc<Unpickler>, n: usize) -> PyResult {
    with(vm, this, n, |vm, bytes| vm.bytes_value(bytes))
}
