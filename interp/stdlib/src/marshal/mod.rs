//! `marshal`: CPython's format, version 5, but code objects are ours (`habu_bytecode::cache`).

mod read;
mod write;

use crate::support::set_int;
use habu_macros::native_module;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

const VERSION: i64 = 5;
/// Nesting that the format allows.
const MAX_DEPTH: u32 = 2000;

/// Bytes that say what follows.
mod kind {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const LONG: u8 = b'l';
    pub const FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'y';
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
    pub const CODE: u8 = b'c';
    pub const REF: u8 = b'r';
    /// The object that follows gets the next number for `REF`.
    pub const FLAG_REF: u8 = 0x80;
}

/// This module contains functions that can read and write Python values in a binary format.
#[native_module(name = "marshal")]
pub mod module {
    use super::*;

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function(sig = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(vm: &mut Vm, value: Value, version: i64, allow_code: bool) -> PyResult {
        let bytes = write::bytes(vm, value, version, allow_code)?;
        vm.bytes(&bytes).map(Value::from_gc)
    }
    /// Write the value on the open file.
    #[function(sig = "(value, file, version=5, /, *, allow_code=True)")]
    fn dump(vm: &mut Vm, value: Value, file: Value, version: i64, allow_code: bool) -> PyResult {
        let bytes = write::bytes(vm, value, version, allow_code)?;
        let bytes = Value::from_gc(vm.bytes(&bytes)?);
        vm.call_method(file, "write", &[bytes])
    }
    /// Convert the bytes-like object to a value.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(vm: &mut Vm, bytes: Buffer, allow_code: bool) -> PyResult {
        let bytes = bytes.as_slice().to_vec();
        read::value(vm, read::Source::Bytes { bytes, at: 0 }, allow_code)
    }
    /// Read one value from the open file and return it.
    #[function(sig = "(file, /, *, allow_code=True)")]
    fn load(vm: &mut Vm, file: Value, allow_code: bool) -> PyResult {
        let name = vm.intern("read");
        let read = vm.get_attr(file, name)?;
        read::value(vm, read::Source::File(read), allow_code)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_int(vm, module, "version", VERSION)
    }
}
