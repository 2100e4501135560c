//! Encodings by name: the built-in ones at once, others through the registry of module `codecs`.

use super::{Codec, Errors};
use crate::heap::Gc;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};

fn encoding_name(vm: &mut Vm, name: Gc<Str>) -> PyResult<String> {
    let name = vm.utf8(name)?;
    if name.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(name)
}

/// Whether this is UTF-8 as it is mostly spelt: ASCII text and bytes are the same in it, whatever is done about errors.
fn is_utf8(encoding: Gc<Str>) -> bool {
    matches!(encoding.as_ascii(), Some("utf-8" | "utf8"))
}

/// Whether ASCII text and bytes are the same in it, by the names that are spelt mostly.
fn extends_ascii(encoding: Gc<Str>) -> bool {
    is_utf8(encoding) || matches!(encoding.as_ascii(), Some("ascii" | "latin-1" | "latin1"))
}

/// What to do about errors. In development mode there must be such a handler, whether it is needed or not.
fn checked_errors(vm: &mut Vm, errors: Gc<Str>) -> PyResult<Errors> {
    let errors = Errors::by_name(&vm.utf8(errors)?);
    if let Errors::Custom(name) = &errors
        && vm.options.dev_mode
    {
        vm.custom_handler(name)?;
    }
    Ok(errors)
}

/// `text.encode(encoding, errors)`
pub fn encode_named(vm: &mut Vm, text: Gc<Str>, encoding: Gc<Str>, errors: Gc<Str>) -> PyResult<Value> {
    if extends_ascii(encoding)
        && !vm.options.dev_mode
        && let Some(ascii) = text.as_ascii()
    {
        return vm.bytes_value(ascii.as_bytes());
    }
    let name = encoding_name(vm, encoding)?;
    if let Some(codec) = Codec::by_name(&name) {
        let errors = checked_errors(vm, errors)?;
        let bytes = vm.encode_with(text, codec, &errors)?;
        return vm.bytes_value(&bytes);
    }
    let result = through_registry(vm, &name, "encode", Value::from_gc(text), errors)?;
    if vm.downcast::<Bytes>(result).is_some() {
        return Ok(result);
    }
    if let Some(array) = vm.downcast::<ByteArray>(result) {
        return vm.bytes_value(array.as_slice());
    }
    let got = vm.type_name(result);
    Err(vm.type_error(format!(
        "'{name}' encoder returned '{got}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

/// `source.decode(encoding, errors)` for a bytes-like object.
pub fn decode_named(vm: &mut Vm, source: Value, encoding: Gc<Str>, errors: Gc<Str>) -> PyResult<Value> {
    if extends_ascii(encoding)
        && !vm.options.dev_mode
        && let Some(bytes) = vm.downcast::<Bytes>(source)
        && bytes.as_slice().is_ascii()
    {
        return Ok(Value::from_gc(vm.str_ascii(bytes.as_slice())?));
    }
    let name = encoding_name(vm, encoding)?;
    if let Some(codec) = Codec::by_name(&name) {
        let errors = checked_errors(vm, errors)?;
        // A copy if its owner may change it while an error handler runs.
        let buffer = vm.buffer(source)?;
        let text = if buffer.readonly {
            vm.decode_with(buffer.as_slice(), codec, &errors)?
        } else {
            let copy = buffer.as_slice().to_vec();
            vm.decode_with(&copy, codec, &errors)?
        };
        return Ok(Value::from_gc(text));
    }
    let result = through_registry(vm, &name, "decode", source, errors)?;
    if vm.downcast::<Str>(result).is_some() {
        return Ok(result);
    }
    let got = vm.type_name(result);
    Err(vm.type_error(format!(
        "'{name}' decoder returned '{got}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
    )))
}

/// Asks `codecs.lookup` for a text encoding and runs it.
fn through_registry(
    vm: &mut Vm,
    name: &str,
    direction: &str,
    object: Value,
    errors: Gc<Str>,
) -> PyResult<Value> {
    let module = vm.import_module("codecs")?;
    let key = Value::from_gc(vm.str(name)?);
    let info = vm.call_method(module, "lookup", &[key])?;
    let is_text = vm.intern("_is_text_encoding");
    if let Some(flag) = vm.get_attr_opt(info, is_text)?
        && !vm.truth(flag)?
    {
        return Err(vm.lookup_error(format!(
            "'{name}' is not a text encoding; use codecs.{direction}() to handle arbitrary codecs"
        )));
    }
    let result = vm.call_method(info, direction, &[object, Value::from_gc(errors)])?;
    match vm.downcast::<Tuple>(result).map(|t| (t, t.len())) {
        Some((t, 2)) => Ok(t.items()[0]),
        _ => {
            let role = if direction == "encode" {
                "encoder must return a tuple (object, integer)"
            } else {
                "decoder must return a tuple (object,integer)"
            };
            Err(vm.type_error(role))
        }
    }
}

/// `str(object, encoding, errors)`
pub fn decode_object(
    vm: &mut Vm,
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Gc<Str>> {
    if vm.downcast::<Str>(object).is_some() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    if !vm.exports_buffer(object) {
        let name = vm.type_name(object);
        return Err(vm.type_error(format!("decoding to str: need a bytes-like object, {name} found")));
    }
    let encoding = match encoding {
        Some(encoding) => encoding,
        None => vm.str("utf-8")?,
    };
    let errors = match errors {
        Some(errors) => errors,
        None => vm.str("strict")?,
    };
    let text = decode_named(vm, object, encoding, errors)?;
    match vm.downcast::<Str>(text) {
        Some(text) => Ok(text),
        None => Err(vm.type_error("decoder did not return a str")),
    }
}
