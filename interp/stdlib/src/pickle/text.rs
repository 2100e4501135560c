//! Loading texts and numbers that are written as text.

use super::globals::unpickling_error;
use super::load::translated;
use super::op;
use super::unpickler::Unpickler;
use habu_runtime::codecs::{Codec, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::int;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// A str from UTF-8, surrogates included.
pub fn utf8(vm: &mut Vm, bytes: &[u8]) -> PyResult {
    if bytes.is_ascii() {
        return vm.str_ascii(bytes).map(Value::from_gc);
    }
    vm.decode_with(bytes, Codec::Utf8, &Errors::SurrogatePass).map(Value::from_gc)
}

/// A str from strict UTF-8.
pub fn utf8_value(vm: &mut Vm, bytes: &[u8]) -> PyResult {
    vm.decode_with(bytes, Codec::Utf8, &Errors::Strict).map(Value::from_gc)
}

pub fn ascii(vm: &mut Vm, bytes: &[u8]) -> PyResult {
    vm.decode_with(bytes, Codec::Ascii, &Errors::Strict).map(Value::from_gc)
}

/// A persistent id of protocol 0.
pub fn persistent_id(vm: &mut Vm, bytes: &[u8]) -> PyResult {
    let text = ascii(vm, bytes);
    translated(vm, text, Exc::UnicodeDecodeError, "persistent IDs in protocol 0 must be ASCII strings")
}

/// An int in decimal.
pub fn int_line(vm: &mut Vm, line: &[u8]) -> PyResult {
    let text = String::from_utf8_lossy(line);
    let shown = vm.bytes_value(line)?;
    int::parse_text(vm, text.trim(), 10, shown)
}

/// The value of an opcode whose argument is a line.
pub fn of_line(vm: &mut Vm, this: Gc<Unpickler>, code: u8, line: Vec<u8>) -> PyResult {
    match code {
        op::INT if line == b"01" => Ok(Value::TRUE),
        op::INT if line == b"00" => Ok(Value::FALSE),
        op::INT if line.is_empty() => Err(super::input::truncated(vm)),
        op::INT => {
            let n = int_line(vm, &line);
            match vm.catch(n, Exc::ValueError)? {
                Some(n) => Ok(n),
                None => Err(vm.value_error("could not convert string to int")),
            }
        }
        op::LONG => int_line(vm, line.strip_suffix(b"L").unwrap_or(&line)),
        op::FLOAT => {
            let text = Value::from_gc(vm.str_latin1(&line)?);
            let cls = Value::from_gc(vm.builtin(ids::FLOAT));
            let f = vm.call(cls, &[text]);
            match vm.catch(f, Exc::ValueError)? {
                Some(f) => Ok(f),
                None => Err(vm.value_error("could not convert string to float")),
            }
        }
        op::UNICODE => {
            let bytes = vm.bytes_value(&line)?;
            let codec = vm.intern_value("raw-unicode-escape");
            vm.call_method(bytes, "decode", &[codec])
        }
        _ => {
            let quoted = match line.split_first() {
                Some((quote @ (b'\'' | b'"'), rest)) => rest.strip_suffix(&[*quote]),
                _ => None,
            };
            let Some(quoted) = quoted else {
                return Err(unpickling_error(vm, "the STRING opcode argument must be quoted"));
            };
            let bytes = vm.bytes_value(quoted)?;
            let codecs = habu_runtime::import::import_module(vm, "_codecs")?;
            let pair = vm.call_method(codecs, "escape_decode", &[bytes])?;
            let bytes = vm.get_item(pair, Value::small(0))?;
            old_string(vm, this, bytes)
        }
    }
}

/// A string of Python 2, decoded as the program asked.
pub fn old_string(vm: &mut Vm, this: Gc<Unpickler>, bytes: Value) -> PyResult {
    let (encoding, errors) = {
        let state = this.state.cell().borrow();
        if state.encoding == "bytes" {
            return Ok(bytes);
        }
        (state.encoding.clone(), state.errors.clone())
    };
    let encoding = Value::from_gc(vm.str(&encoding)?);
    let errors = Value::from_gc(vm.str(&errors)?);
    vm.call_method(bytes, "decode", &[encoding, errors])
}
