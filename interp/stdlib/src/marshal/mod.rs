//! `marshal`: CPython's format for plain data. Code objects are not in it: ours are not CPython's.

mod read;
mod write;

use habu_macros::native_module;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use read::{Memory, Reader, Source};
use write::Writer;

/// Type codes.
mod kind {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const LONG: u8 = b'l';
    pub const INT64: u8 = b'I';
    pub const FLOAT: u8 = b'g';
    pub const OLD_FLOAT: u8 = b'f';
    pub const COMPLEX: u8 = b'y';
    pub const OLD_COMPLEX: u8 = b'x';
    pub const BYTES: u8 = b's';
    pub const UNICODE: u8 = b'u';
    pub const INTERNED: u8 = b't';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const REF: u8 = b'r';
    pub const CODE: u8 = b'c';
    pub const FLAG_REF: u8 = 0x80;
}

/// The format written when nothing else is asked for.
const VERSION: i64 = 5;

/// A file object that is read from.
struct File(Value);

impl Source for File {
    fn take(&mut self, vm: &mut Vm, count: usize) -> PyResult<Vec<u8>> {
        let size = vm.int(count as i64)?;
        let got = vm.call_method(self.0, "read", &[size])?;
        let bytes = match vm.buffer_opt(got)? {
            Some(buffer) => buffer.as_slice().to_vec(),
            None => {
                let name = vm.type_name(got);
                return Err(vm.type_error(format!("file.read() returned not bytes but {name}")));
            }
        };
        if bytes.len() > count {
            return Err(vm.value_error(format!(
                "read() returned too much data: {count} bytes requested, {} returned",
                bytes.len()
            )));
        }
        if bytes.len() < count {
            return Err(vm.eof_error("marshal data too short"));
        }
        Ok(bytes)
    }
}

fn written(vm: &mut Vm, v: Value, version: i64) -> PyResult {
    let mut writer = Writer::new(version);
    writer.value(vm, v)?;
    vm.bytes_value(&writer.out)
}

/// This module contains functions that can read and write Python values in a binary format.
#[native_module(name = "marshal")]
pub mod module {
    use super::*;

    /// Return the bytes object that would be written to a file by dump(value, file).
    ///
    ///   value
    ///     Must be a supported type.
    ///   version
    ///     Indicates the data format that dumps should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// Raise a ValueError exception if value has (or contains an object that has) an
    /// unsupported type.
    #[function(sig = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(vm: &mut Vm, value: Value, version: i64, _allow_code: bool) -> PyResult {
        written(vm, value, version)
    }
    /// Write the value on the open file.
    #[function(sig = "(value, file, version=5, /, *, allow_code=True)")]
    fn dump(vm: &mut Vm, value: Value, file: Value, version: i64, _allow_code: bool) -> PyResult {
        let bytes = written(vm, value, version)?;
        let write = vm.names.write;
        vm.call_method_name(file, write, &[bytes])
    }
    /// Convert the bytes-like object to a value.
    ///
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is found, raise EOFError, ValueError or TypeError.  Extra
    /// bytes in the input are ignored.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(vm: &mut Vm, bytes: Buffer, _allow_code: bool) -> PyResult {
        let bytes = bytes.as_slice().to_vec();
        Reader::new(vm, Memory(&bytes)).value(vm)
    }
    /// Read one value from the open file and return it.
    #[function(sig = "(file, /, *, allow_code=True)")]
    fn load(vm: &mut Vm, file: Value, _allow_code: bool) -> PyResult {
        Reader::new(vm, File(file)).value(vm)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        crate::support::set_int(vm, module, "version", VERSION)
    }
}
