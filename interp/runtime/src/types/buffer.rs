//! The buffer protocol: memory that an object exports, as a slice of bytes.

use crate::heap::Gc;
use crate::native::{ArgAt, FromArg};
use crate::object::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::memoryview::MemoryView;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

/// `PyBUF_SIMPLE`, `PyBUF_WRITABLE`: what `__buffer__` is asked for.
pub const SIMPLE: i64 = 0;
pub const WRITABLE: i64 = 1;
/// Everything a memoryview wants to know, read-only allowed.
pub const FULL_READ_ONLY: i64 = 0x011c;

/// Contiguous bytes that an object exports. Lives on the machine stack only: the pointer itself keeps the storage alive
/// there, also when the object gets other storage meanwhile.
#[derive(Clone, Copy)]
pub struct Buffer {
    data: *mut u8,
    len: usize,
    pub owner: Value,
    pub readonly: bool,
}

impl Buffer {
    pub fn new(data: *mut u8, len: usize, owner: Value, readonly: bool) -> Buffer {
        Buffer { data, len, owner, readonly }
    }
    pub fn len(&self) -> usize {
        self.len
    }
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The bytes as they are now. Do not hold the slice while Python code runs: it might write to them.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: `data` names `len` bytes of storage that this very pointer keeps alive.
        unsafe { std::slice::from_raw_parts(self.data, self.len) }
    }
    /// Copies `bytes` into the memory at `at`; what does not fit is dropped. Only for buffers got by `writable_buffer`.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        debug_assert!(!self.readonly);
        let n = bytes.len().min(self.len.saturating_sub(at));
        // SAFETY: within the exported memory; `copy` allows for overlap with it.
        unsafe { std::ptr::copy(bytes.as_ptr(), self.data.wrapping_add(at), n) };
    }
    /// For system calls that fill in the memory.
    pub fn as_mut_ptr(&self) -> *mut u8 {
        self.data
    }
}

impl Vm {
    /// The bytes that an object exports, C-contiguous (copied when they are not); `None`: it exports none.
    pub fn buffer_opt(&mut self, v: Value) -> PyResult<Option<Buffer>> {
        if let Some(b) = self.downcast::<Bytes>(v) {
            return Ok(Some(Buffer::new(b.data.get().cast_mut(), b.len(), v, true)));
        }
        if let Some(b) = self.downcast::<ByteArray>(v) {
            return Ok(Some(Buffer::new(b.data(), b.len(), v, false)));
        }
        if let Some(view) = self.downcast::<MemoryView>(v) {
            return self.memoryview_buffer(view).map(Some);
        }
        let Some(export) = self.lookup_special(v, Special::Buffer) else { return Ok(None) };
        let view = self.call_found(export, v, &[Value::small(FULL_READ_ONLY)])?;
        match self.downcast::<MemoryView>(view) {
            Some(view) => {
                let buffer = self.memoryview_buffer(view)?;
                if self.is_native_descriptor(export) && buffer.owner == Value::from_gc(view) {
                    // The pointer keeps the memory alive: a native exporter may change its size again at once.
                    self.memoryview_release(view);
                    return Ok(Some(Buffer { owner: v, ..buffer }));
                }
                Ok(Some(buffer))
            }
            None => Err(self.type_error("__buffer__ returned non-memoryview object")),
        }
    }

    /// As `buffer_opt`; TypeError when the object exports none.
    #[inline]
    pub fn buffer(&mut self, v: Value) -> PyResult<Buffer> {
        match v.exact::<Bytes>() {
            Some(b) => Ok(Buffer::new(b.data.get().cast_mut(), b.len(), v, true)),
            None => self.buffer_of_other(v),
        }
    }

    #[inline(never)]
    fn buffer_of_other(&mut self, v: Value) -> PyResult<Buffer> {
        match self.buffer_opt(v)? {
            Some(buffer) => Ok(buffer),
            None => {
                let name = self.type_name(v);
                Err(self.type_error(format!("a bytes-like object is required, not '{name}'")))
            }
        }
    }

    /// What an object exports, as bytes: the object itself if it is bytes, else a copy.
    pub fn bytes_like(&mut self, v: Value) -> PyResult<Gc<Bytes>> {
        match self.downcast::<Bytes>(v) {
            Some(bytes) => Ok(bytes),
            None => {
                let buffer = self.buffer(v)?;
                self.bytes(buffer.as_slice())
            }
        }
    }

    /// Memory that may be written to, in place.
    pub fn writable_buffer(&mut self, v: Value) -> PyResult<Buffer> {
        if let Some(view) = self.downcast::<MemoryView>(v)
            && !view.is_contiguous()
        {
            return Err(self.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        match self.buffer_opt(v)? {
            Some(buffer) if !buffer.readonly => Ok(buffer),
            _ => {
                let name = self.type_name(v);
                Err(self.type_error(format!("a read-write bytes-like object is required, not '{name}'")))
            }
        }
    }

    /// Whether the object is bytes-like.
    pub fn exports_buffer(&mut self, v: Value) -> bool {
        self.downcast::<Bytes>(v).is_some()
            || self.downcast::<ByteArray>(v).is_some()
            || self.downcast::<MemoryView>(v).is_some()
            || self.lookup_special(v, Special::Buffer).is_some()
    }
}

impl FromArg for Buffer {
    fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<Buffer> {
        if let Some(view) = v.exact::<MemoryView>()
            && !view.is_released()
            && !view.is_contiguous()
        {
            return Err(vm.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        vm.buffer(v)
    }
}

/// Memory that a native function writes to.
#[derive(Clone, Copy)]
pub struct WritableBuffer(pub Buffer);

impl FromArg for WritableBuffer {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<WritableBuffer> {
        match vm.buffer_opt(v)? {
            Some(buffer) if !buffer.readonly => vm.writable_buffer(v).map(WritableBuffer),
            _ => Err(crate::native::errors::bad_argument(vm, at, "read-write bytes-like object", v)),
        }
    }
}
