//! Error handlers of the codecs: the built-in ones, and those registered by Python code.

use super::{Codec, Failure, wide};
use crate::heap::Gc;
use crate::types::bytes::Bytes;
use crate::types::str::{Str, StrBuilder, is_surrogate};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use std::collections::HashMap;

/// What to do where a codec stops.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Errors {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    /// Registered by Python code, or unknown: looked up when an error occurs.
    Custom(String),
}

impl Errors {
    pub fn by_name(name: &str) -> Errors {
        match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "backslashreplace" => Errors::BackslashReplace,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "namereplace" => Errors::NameReplace,
            "surrogateescape" => Errors::SurrogateEscape,
            "surrogatepass" => Errors::SurrogatePass,
            other => Errors::Custom(other.to_owned()),
        }
    }
}

/// Handlers that Python code registered, by name. The values are also in `Vm::permanent`, which keeps them alive.
#[derive(Default)]
pub struct ErrorRegistry(HashMap<String, Value>);

/// What stands in for text that could not be encoded.
pub enum Replacement {
    Bytes(Vec<u8>),
    Text(Gc<Str>),
}

/// What stands in for bytes that could not be decoded.
pub struct Decoded {
    pub text: Gc<Str>,
    pub next: usize,
    /// The handler put other input in place.
    pub input: Option<Vec<u8>>,
}

impl Vm {
    /// `codecs.register_error`
    pub fn register_codec_errors(&mut self, name: &str, handler: Value) {
        self.permanent.push(handler);
        let registry = self.module_state.entry(std::any::TypeId::of::<ErrorRegistry>());
        let state = registry.or_insert_with(|| Box::<ErrorRegistry>::default());
        if let Some(registry) = state.downcast_mut::<ErrorRegistry>() {
            registry.0.insert(name.to_owned(), handler);
        }
    }

    /// The handler that Python code registered under this name.
    pub fn registered_codec_errors(&self, name: &str) -> Option<Value> {
        let state = self.module_state.get(&std::any::TypeId::of::<ErrorRegistry>())?;
        state.downcast_ref::<ErrorRegistry>()?.0.get(name).copied()
    }

    /// Forgets a handler; whether there was one.
    pub fn unregister_codec_errors(&mut self, name: &str) -> bool {
        let state = self.module_state.get_mut(&std::any::TypeId::of::<ErrorRegistry>());
        state.and_then(|s| s.downcast_mut::<ErrorRegistry>()).is_some_and(|r| r.0.remove(name).is_some())
    }

    /// The same; LookupError if there is none.
    pub fn custom_handler(&mut self, name: &str) -> PyResult<Value> {
        match self.registered_codec_errors(name) {
            Some(handler) => Ok(handler),
            None => Err(self.lookup_error(format!("unknown error handler name '{name}'"))),
        }
    }
}

/// The codec that met an error: a built-in one, or another by its name.
#[derive(Clone, Copy)]
pub struct Culprit<'a> {
    pub codec: Option<Codec>,
    pub name: &'a str,
}

impl From<Codec> for Culprit<'static> {
    fn from(codec: Codec) -> Culprit<'static> {
        Culprit { codec: Some(codec), name: codec.name() }
    }
}

/// What replaces `failure` and where encoding goes on.
pub fn on_encode_error(
    vm: &mut Vm,
    errors: &Errors,
    culprit: Culprit<'_>,
    s: Gc<Str>,
    failure: Failure,
) -> PyResult<(Replacement, usize)> {
    let Failure { start, end, .. } = failure;
    let bad = s.units().slice(start, end);
    let text = match errors {
        Errors::Ignore => return Ok((Replacement::Bytes(Vec::new()), end)),
        Errors::Replace => "?".repeat(end - start),
        Errors::BackslashReplace => bad.iter().map(backslashed).collect(),
        Errors::XmlCharRefReplace => bad.iter().map(|c| format!("&#{c};")).collect(),
        Errors::NameReplace => bad.iter().map(named).collect(),
        Errors::SurrogateEscape => {
            let escaped = bad.iter().take_while(|c| (0xdc80..=0xdcff).contains(c));
            let bytes: Vec<u8> = escaped.map(|c| (c - 0xdc00) as u8).collect();
            // Single bytes are no code units of the wide encodings.
            if bytes.is_empty() || matches!(culprit.codec, Some(Codec::Utf16(_) | Codec::Utf32(_))) {
                return Err(vm.encode_error(culprit.name, s, failure));
            }
            let next = start + bytes.len();
            return Ok((Replacement::Bytes(bytes), next));
        }
        Errors::SurrogatePass => {
            let mut bytes = Vec::new();
            for c in bad.iter() {
                match culprit.codec {
                    Some(Codec::Utf8) if is_surrogate(c) => {
                        bytes.extend([
                            0xe0 | (c >> 12) as u8,
                            0x80 | (c >> 6) as u8 & 0x3f,
                            0x80 | c as u8 & 0x3f,
                        ]);
                    }
                    Some(codec @ Codec::Utf16(_)) if is_surrogate(c) => {
                        wide::push16(&mut bytes, c as u16, codec.endian())
                    }
                    Some(codec @ Codec::Utf32(_)) if is_surrogate(c) => {
                        wide::push32(&mut bytes, c, codec.endian())
                    }
                    _ => return Err(vm.encode_error(culprit.name, s, failure)),
                }
            }
            return Ok((Replacement::Bytes(bytes), end));
        }
        Errors::Strict => return Err(vm.encode_error(culprit.name, s, failure)),
        Errors::Custom(name) => return call_encode_handler(vm, name, culprit.name, s, failure),
    };
    Ok((Replacement::Text(vm.str(&text)?), end))
}

fn call_encode_handler(
    vm: &mut Vm,
    name: &str,
    encoding: &str,
    s: Gc<Str>,
    failure: Failure,
) -> PyResult<(Replacement, usize)> {
    let handler = vm.custom_handler(name)?;
    let exc = vm.unicode_error(Exc::UnicodeEncodeError, encoding, Value::from_gc(s), failure)?;
    let result = vm.call(handler, &[exc])?;
    let (what, position) = match vm.downcast::<Tuple>(result).map(|t| (t, t.len())) {
        Some((t, 2)) => (t.items()[0], t.items()[1]),
        _ => return Err(vm.type_error("encoding error handler must return (str/bytes, int) tuple")),
    };
    let replacement = if let Some(text) = vm.downcast::<Str>(what) {
        Replacement::Text(text)
    } else if let Some(bytes) = vm.downcast::<Bytes>(what) {
        Replacement::Bytes(bytes.as_slice().to_vec())
    } else {
        return Err(vm.type_error("encoding error handler must return (str/bytes, int) tuple"));
    };
    let next = position_from(vm, position, s.len())?;
    Ok((replacement, next))
}

fn position_from(vm: &mut Vm, position: Value, len: usize) -> PyResult<usize> {
    let given = vm.index(position)?;
    let at = if given < 0 { given + len as i64 } else { given };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok(at),
        _ => Err(vm.index_error(format!("position {given} from error handler out of bounds"))),
    }
}

/// What replaces `failure` and where decoding goes on.
pub fn on_decode_error(
    vm: &mut Vm,
    errors: &Errors,
    culprit: Culprit<'_>,
    input: &[u8],
    failure: Failure,
) -> PyResult<Decoded> {
    let Failure { start, end, .. } = failure;
    let bad = &input[start..end];
    let mut out = StrBuilder::new();
    let mut next = end;
    match errors {
        Errors::Ignore => {}
        Errors::Replace => out.push(0xfffd),
        Errors::BackslashReplace => bad.iter().for_each(|b| out.push_str(&format!("\\x{b:02x}"))),
        Errors::SurrogateEscape => {
            let escaped = bad.iter().take_while(|b| !b.is_ascii()).take(4).count();
            if escaped == 0 {
                return Err(vm.decode_error(culprit.name, input, failure));
            }
            bad[..escaped].iter().for_each(|b| out.push(0xdc00 + *b as u32));
            next = start + escaped;
        }
        Errors::SurrogatePass => {
            let found = match (culprit.codec, &input[start..]) {
                (Some(Codec::Utf8), [0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..]) => {
                    Some((0xd000 | (*b as u32 & 0x3f) << 6 | (*c as u32 & 0x3f), 3))
                }
                (Some(codec @ Codec::Utf16(_)), rest) => {
                    wide::unit16(rest, 0, codec.endian()).map(|c| (c, 2))
                }
                (Some(codec @ Codec::Utf32(_)), rest) => {
                    wide::unit32(rest, 0, codec.endian()).map(|c| (c, 4))
                }
                _ => None,
            };
            match found.filter(|(c, _)| is_surrogate(*c)) {
                Some((c, len)) => {
                    out.push(c);
                    next = start + len;
                }
                None => return Err(vm.decode_error(culprit.name, input, failure)),
            }
        }
        Errors::XmlCharRefReplace | Errors::NameReplace => {
            return Err(vm.type_error("don't know how to handle UnicodeDecodeError in error callback"));
        }
        Errors::Strict => return Err(vm.decode_error(culprit.name, input, failure)),
        Errors::Custom(name) => return call_decode_handler(vm, name, culprit.name, input, failure),
    }
    Ok(Decoded { text: out.finish(vm)?, next, input: None })
}

fn call_decode_handler(
    vm: &mut Vm,
    name: &str,
    encoding: &str,
    input: &[u8],
    failure: Failure,
) -> PyResult<Decoded> {
    let handler = vm.custom_handler(name)?;
    let object = Value::from_gc(vm.bytes(input)?);
    let exc = vm.unicode_error(Exc::UnicodeDecodeError, encoding, object, failure)?;
    let result = vm.call(handler, &[exc])?;
    let (what, position) = match vm.downcast::<Tuple>(result).map(|t| (t, t.len())) {
        Some((t, 2)) => (t.items()[0], t.items()[1]),
        _ => return Err(vm.type_error("decoding error handler must return (str, int) tuple")),
    };
    let Some(text) = vm.downcast::<Str>(what) else {
        return Err(vm.type_error("decoding error handler must return (str, int) tuple"));
    };
    // A handler may have put another object in place, to be decoded from there on.
    let now = vm.get_attr_str(exc, "object")?;
    let changed = if now == object {
        None
    } else {
        match vm.downcast::<Bytes>(now) {
            Some(bytes) => Some(bytes.as_slice().to_vec()),
            None => return Err(vm.type_error("object attribute must be bytes")),
        }
    };
    let len = changed.as_ref().map_or(input.len(), Vec::len);
    let next = position_from(vm, position, len)?;
    Ok(Decoded { text, next, input: changed })
}

/// `\xe9`, `\u20ac`, `\U0001f600`
pub fn backslashed(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

/// `\N{…}`, or an escape for what has no name.
fn named(c: u32) -> String {
    match crate::unicode::name(c) {
        Some(name) => format!("\\N{{{name}}}"),
        None => backslashed(c),
    }
}
