//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: hashes.

pub mod blake2;
mod object;
pub mod plain;
pub mod sha3;
mod state;

use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Data from here on is hashed with the lock released in CPython; modules tell the number.
const GIL_MINSIZE: i64 = 2048;

/// The memory to be hashed.
fn data_of(vm: &mut Vm, v: Value) -> PyResult<Buffer> {
    if vm.downcast::<Str>(v).is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    match vm.buffer_opt(v)? {
        Some(buffer) => Ok(buffer),
        None => Err(vm.type_error("object supporting the buffer API required")),
    }
}

/// The initial data: by position or `data`, or by the old name `string`.
fn initial(vm: &mut Vm, data: Option<Value>, string: Option<Value>) -> PyResult<Option<Buffer>> {
    if data.is_some() && string.is_some() {
        return Err(vm.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.",
        ));
    }
    data.or(string).map(|v| data_of(vm, v)).transpose()
}
