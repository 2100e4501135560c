//! Codecs given by a table of characters.

use habu_runtime::codecs::{Codec, Culprit, Errors, Failure, Replacement, on_decode_error, on_encode_error};
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

const UNDEFINED: &str = "character maps to <undefined>";
const CHARMAP: Culprit<'static> = Culprit { codec: None, name: "charmap" };

/// The encoding table for a decoding table of up to 256 characters.
pub fn build(vm: &mut Vm, map: Gc<Str>) -> PyResult<Gc<Dict>> {
    let table = vm.dict_new()?;
    for (byte, c) in map.iter().enumerate().take(256) {
        if c != 0xfffe {
            vm.dict_set(table, Value::small(c.into()), Value::small(byte as i64))?;
        }
    }
    Ok(table)
}

pub fn decode(vm: &mut Vm, input: &[u8], errors: &Errors, mapping: Value) -> PyResult<Gc<Str>> {
    if mapping.is_none() {
        return vm.decode_with(input, Codec::Latin1, errors);
    }
    let table = vm.exact::<Str>(mapping);
    let mut input = std::borrow::Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let byte = input[at] as usize;
        let defined = match table {
            Some(table) if byte < table.len() && table.code_point(byte) != 0xfffe => {
                out.push(table.code_point(byte));
                true
            }
            Some(_) => false,
            None => push_mapped(vm, &mut out, mapping, byte)?,
        };
        if defined {
            at += 1;
            continue;
        }
        let failure = Failure { start: at, end: at + 1, reason: UNDEFINED };
        let fixed = on_decode_error(vm, errors, CHARMAP, &input, failure)?;
        out.push_py(fixed.text);
        if let Some(changed) = fixed.input {
            input = std::borrow::Cow::Owned(changed);
        }
        at = fixed.next;
    }
    out.finish(vm)
}

/// Appends what a mapping has for a byte; false: nothing.
fn push_mapped(vm: &mut Vm, out: &mut StrBuilder, mapping: Value, byte: usize) -> PyResult<bool> {
    let result = vm.get_item(mapping, Value::small(byte as i64));
    let Some(v) = vm.catch(result, Exc::LookupError)? else { return Ok(false) };
    if v.is_none() {
        return Ok(false);
    }
    if let Some(text) = vm.downcast::<Str>(v) {
        if text.is("\u{fffe}") {
            return Ok(false);
        }
        out.push_py(text);
        return Ok(true);
    }
    if !vm.class_of(v).is_subtype(vm.builtin(ids::INT)) {
        return Err(vm.type_error("character mapping must return integer, None or str"));
    }
    match u32::try_from(vm.index(v)?) {
        Ok(0xfffe) => Ok(false),
        Ok(c) if c < 0x110000 => {
            out.push(c);
            Ok(true)
        }
        _ => Err(vm.type_error("character mapping must be in range(0x110000)")),
    }
}

pub fn encode(vm: &mut Vm, text: Gc<Str>, errors: &Errors, mapping: Value) -> PyResult<Vec<u8>> {
    if mapping.is_none() {
        return vm.encode_with(text, Codec::Latin1, errors);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if push_encoded(vm, &mut out, mapping, text.code_point(at))? {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < text.len() && !push_encoded(vm, &mut Vec::new(), mapping, text.code_point(end))? {
            end += 1;
        }
        let failure = Failure { start: at, end, reason: UNDEFINED };
        let (replacement, next) = on_encode_error(vm, errors, CHARMAP, text, failure)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(replacement) => {
                for c in replacement.iter() {
                    if !push_encoded(vm, &mut out, mapping, c)? {
                        return Err(vm.encode_error("charmap", text, failure));
                    }
                }
            }
        }
        at = next;
    }
    Ok(out)
}

/// Appends what a mapping has for a character; false: nothing.
fn push_encoded(vm: &mut Vm, out: &mut Vec<u8>, mapping: Value, c: u32) -> PyResult<bool> {
    let result = vm.get_item(mapping, Value::small(c.into()));
    let Some(v) = vm.catch(result, Exc::LookupError)? else { return Ok(false) };
    if v.is_none() {
        return Ok(false);
    }
    if let Some(bytes) = vm.downcast::<Bytes>(v) {
        out.extend_from_slice(bytes.as_slice());
        return Ok(true);
    }
    if !vm.class_of(v).is_subtype(vm.builtin(ids::INT)) {
        let name = vm.type_name(v);
        return Err(
            vm.type_error(format!("character mapping must return integer, bytes or None, not {name}"))
        );
    }
    match u8::try_from(vm.index(v)?) {
        Ok(b) => {
            out.push(b);
            Ok(true)
        }
        Err(_) => Err(vm.type_error("character mapping must be in range(256)")),
    }
}
