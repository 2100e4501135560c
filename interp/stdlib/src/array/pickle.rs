//! Pickling of arrays: machine formats that other machines can read.

use super::item::{self, Code};
use super::{PyArray, make};
use habu_runtime::heap::Gc;
use habu_runtime::object::Type;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Number of a code's own format (little-endian).
pub fn number(code: Code) -> i64 {
    match (code.0, code.size()) {
        (b'f', _) => 14,
        (b'd', _) => 16,
        (b'u' | b'w', _) => 20,
        (_, 1) => i64::from(code.is_signed()),
        (_, size) => {
            let base = match size {
                2 => 2,
                4 => 6,
                _ => 10,
            };
            base + if code.is_signed() { 2 } else { 0 }
        }
    }
}

/// How a numbered format is read.
struct Machine {
    /// Item code of the same size and kind; none for UTF-16.
    code: Option<Code>,
    big: bool,
}

fn machine(number: i64) -> Option<Machine> {
    let code = match number {
        0 => b'B',
        1 => b'b',
        2 | 3 => b'H',
        4 | 5 => b'h',
        6 | 7 => b'I',
        8 | 9 => b'i',
        10 | 11 => b'Q',
        12 | 13 => b'q',
        14 | 15 => b'f',
        16 | 17 => b'd',
        18 | 19 => return Some(Machine { code: None, big: number == 19 }),
        20 | 21 => b'w',
        _ => return None,
    };
    Some(Machine { code: Some(Code(code)), big: number > 1 && number % 2 == 1 })
}

/// `array._array_reconstructor`
pub fn rebuild(vm: &mut Vm, cls: Gc<Type>, code: Code, number: i64, content: Value) -> PyResult<Gc<PyArray>> {
    let Some(machine) = machine(number) else {
        return Err(vm.value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = vm.downcast::<Bytes>(content) else {
        let got = vm.type_name(content);
        return Err(vm.type_error(format!("fourth argument should be bytes, not {got}")));
    };
    let same = machine.code.is_some_and(|m| {
        !machine.big
            && m.size() == code.size()
            && m.is_signed() == code.is_signed()
            && m.is_float() == code.is_float()
            && m.is_text() == code.is_text()
    });
    let size = machine.code.map_or(2, Code::size);
    if bytes.len() % size != 0 || machine.code.is_none() && bytes.len() % code.size() != 0 {
        let kind = if same { "bytes" } else { "string" };
        return Err(vm.value_error(format!("{kind} length not a multiple of item size")));
    }
    let this = make(vm, cls, code)?;
    if same {
        let content = super::content(vm, this);
        vm.bytearray_assign(content, bytes.as_slice())?;
        return Ok(this);
    }
    let mut data = bytes.as_slice().to_vec();
    if machine.big {
        data.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }
    match machine.code {
        Some(from) => {
            for chunk in data.chunks_exact(size) {
                let v = item::load(vm, from, chunk)?;
                super::push(vm, this, v)?;
            }
        }
        None => {
            let units: Vec<u16> = data.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
            for c in char::decode_utf16(units) {
                let c = c.map_or_else(|e| u32::from(e.unpaired_surrogate()), u32::from);
                let v = Value::from_gc(vm.str_char(c)?);
                super::push(vm, this, v)?;
            }
        }
    }
    Ok(this)
}
