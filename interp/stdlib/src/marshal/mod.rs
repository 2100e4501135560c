//! `marshal`. Its format is CPython's own; reading and writing it is not there yet.

use habu_macros::native_module;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// This module contains functions that can read and write Python values in a binary format.
#[native_module(name = "marshal")]
pub mod module {
    use super::*;

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function(sig = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(vm: &mut Vm, _value: Value, _version: i64, _allow_code: bool) -> PyResult {
        Err(vm.not_implemented_error("marshal.dumps is not supported"))
    }
    /// Convert the bytes-like object to a value.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(vm: &mut Vm, _bytes: Value, _allow_code: bool) -> PyResult {
        Err(vm.not_implemented_error("marshal.loads is not supported"))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        crate::support::set_int(vm, module, "version", 5)
    }
}
