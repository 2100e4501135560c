//! Comparison that takes the same time wherever two digests differ.

use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn same(a: &[u8], b: &[u8]) -> bool {
    // The work depends on the length of `b` alone.
    let (against, mut different) = if a.len() == b.len() { (a, 0) } else { (b, 1) };
    for (x, y) in against.iter().zip(b) {
        different |= std::hint::black_box(x ^ y);
    }
    different == 0
}

/// Whether two ASCII strings or two bytes-like objects are equal.
pub fn digests(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
    if let (Some(a), Some(b)) = (vm.downcast::<Str>(a), vm.downcast::<Str>(b)) {
        if !a.is_ascii() || !b.is_ascii() {
            return Err(vm.type_error("comparing strings with non-ASCII characters is not supported"));
        }
        return Ok(same(a.raw_bytes(), b.raw_bytes()));
    }
    if !vm.exports_buffer(a) && !vm.exports_buffer(b) {
        let (left, right) = (vm.type_name(a), vm.type_name(b));
        return Err(vm.type_error(format!(
            "unsupported operand types(s) or combination of types: '{left}' and '{right}'"
        )));
    }
    let (a, b) = (vm.buffer(a)?, vm.buffer(b)?);
    Ok(same(a.as_slice(), b.as_slice()))
}
