//! The text that a pattern is matched over.

use habu_runtime::heap::Gc;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Lives on the machine stack.
#[derive(Clone, Copy)]
pub enum Subject {
    Text(Gc<Str>),
    Bytes(Buffer),
}

impl Subject {
    #[inline]
    pub fn of(vm: &mut Vm, v: Value) -> PyResult<Subject> {
        if let Some(text) = vm.downcast::<Str>(v) {
            return Ok(Subject::Text(text));
        }
        match vm.buffer_opt(v)? {
            Some(buffer) => Ok(Subject::Bytes(buffer)),
            None => {
                let got = vm.type_name(v);
                Err(vm.type_error(format!("expected string or bytes-like object, got '{got}'")))
            }
        }
    }
    #[inline]
    pub fn len(self) -> usize {
        match self {
            Subject::Text(t) => t.len(),
            Subject::Bytes(b) => b.len(),
        }
    }
    /// A part as a new object; the text itself when that is all of it.
    #[inline]
    pub fn slice(self, vm: &mut Vm, start: usize, end: usize) -> PyResult {
        match self {
            Subject::Text(t) => vm.str_slice(t, start, end).map(Value::from_gc),
            Subject::Bytes(b) if start == 0 && end == b.len() && vm.exact::<Bytes>(b.owner).is_some() => {
                Ok(b.owner)
            }
            Subject::Bytes(b) => {
                // The memory may have got shorter meanwhile, by a callback.
                let bytes = b.as_slice();
                vm.bytes(&bytes[start.min(bytes.len())..end.min(bytes.len())]).map(Value::from_gc)
            }
        }
    }
    /// A part, or `missing`.
    #[inline]
    pub fn part(self, vm: &mut Vm, span: Option<(usize, usize)>, missing: Value) -> PyResult {
        match span {
            Some((start, end)) => self.slice(vm, start, end),
            None => Ok(missing),
        }
    }
    pub fn empty(self, vm: &mut Vm) -> PyResult {
        match self {
            Subject::Text(_) => Ok(Value::from_gc(vm.strings.empty())),
            Subject::Bytes(_) => vm.bytes(b"").map(Value::from_gc),
        }
    }
}
