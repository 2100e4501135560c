//! The codecs that need no module: UTF-8, UTF-16, UTF-32, ASCII, Latin-1, and the error handlers.
//!
//! A codec works up to the first error and says where and why it stopped; the loop here asks the error handler what to
//! put in its place and goes on.

mod handlers;
mod named;
mod utf8;
mod wide;

pub use handlers::{
    Culprit, Decoded, ErrorRegistry, Errors, Replacement, backslashed, on_decode_error, on_encode_error,
};
pub use named::{decode_named, decode_object, encode_named};

use crate::heap::Gc;
use crate::types::str::{Str, StrBuilder, Units};
use crate::value::Value;
use crate::vm::{Exc, PyResult, Raised, Vm};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endian {
    Little,
    Big,
}

/// A codec that is built in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    Utf8,
    /// `None`: native order; a byte order mark is written, and read.
    Utf16(Option<Endian>),
    Utf32(Option<Endian>),
    Ascii,
    Latin1,
}

/// What part of the input a codec cannot handle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failure {
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// Why decoding stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// At the end; what was consumed (less than everything only for unfinished input).
    End(usize),
    Error(Failure),
}

/// The name as the registry compares it: lower case, runs of anything but letters, digits and dots as one `_`.
pub fn normalized(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

impl Codec {
    /// The built-in codec of this name, if it is one.
    pub fn by_name(name: &str) -> Option<Codec> {
        Some(match normalized(name).as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" => Codec::Utf8,
            "utf_16" | "utf16" | "u16" => Codec::Utf16(None),
            "utf_16_le" | "utf_16le" => Codec::Utf16(Some(Endian::Little)),
            "utf_16_be" | "utf_16be" => Codec::Utf16(Some(Endian::Big)),
            "utf_32" | "utf32" | "u32" => Codec::Utf32(None),
            "utf_32_le" | "utf_32le" => Codec::Utf32(Some(Endian::Little)),
            "utf_32_be" | "utf_32be" => Codec::Utf32(Some(Endian::Big)),
            "ascii" | "us_ascii" | "646" => Codec::Ascii,
            "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" | "8859" | "l1" | "latin" | "iso8859"
            | "cp819" => Codec::Latin1,
            _ => return None,
        })
    }

    /// The name in encoding errors.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Utf8 => "utf-8",
            Codec::Utf16(None) => "utf-16",
            Codec::Utf16(Some(Endian::Little)) => "utf-16-le",
            Codec::Utf16(Some(Endian::Big)) => "utf-16-be",
            Codec::Utf32(None) => "utf-32",
            Codec::Utf32(Some(Endian::Little)) => "utf-32-le",
            Codec::Utf32(Some(Endian::Big)) => "utf-32-be",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
        }
    }

    /// Byte order in which code units are written.
    fn endian(self) -> Endian {
        match self {
            Codec::Utf16(Some(e)) | Codec::Utf32(Some(e)) => e,
            _ if cfg!(target_endian = "big") => Endian::Big,
            _ => Endian::Little,
        }
    }

    /// Encodes from `from` up to the first error.
    fn encode_run(self, text: Units<'_>, from: usize, out: &mut Vec<u8>) -> Option<Failure> {
        match self {
            Codec::Utf8 => utf8::encode(text, from, out),
            Codec::Utf16(_) => wide::encode16(text, from, out, self.endian()),
            Codec::Utf32(_) => wide::encode32(text, from, out, self.endian()),
            Codec::Ascii => encode_single(text, from, out, 0x80, "ordinal not in range(128)"),
            Codec::Latin1 => encode_single(text, from, out, 0x100, "ordinal not in range(256)"),
        }
    }

    /// Decodes from `from` up to the first error.
    fn decode_run(self, input: &[u8], from: usize, out: &mut StrBuilder, last: bool) -> Stop {
        match self {
            Codec::Utf8 => utf8::decode(input, from, out, last),
            Codec::Utf16(_) => wide::decode16(input, from, out, self.endian(), last),
            Codec::Utf32(_) => wide::decode32(input, from, out, self.endian(), last),
            Codec::Latin1 => {
                out.push_units(Units::One(&input[from..]));
                Stop::End(input.len())
            }
            Codec::Ascii => {
                let rest = &input[from..];
                let good = rest.iter().position(|b| !b.is_ascii()).unwrap_or(rest.len());
                out.push_units(Units::One(&rest[..good]));
                if good == rest.len() {
                    return Stop::End(input.len());
                }
                let start = from + good;
                Stop::Error(Failure { start, end: start + 1, reason: "ordinal not in range(128)" })
            }
        }
    }

    /// The codec with the byte order that a mark at the start of the input asks for, and the length of the mark.
    pub fn with_mark(self, input: &[u8]) -> (Codec, usize) {
        let native = Some(self.endian());
        match (self, input) {
            (Codec::Utf32(None), [0xff, 0xfe, 0, 0, ..]) => (Codec::Utf32(Some(Endian::Little)), 4),
            (Codec::Utf32(None), [0, 0, 0xfe, 0xff, ..]) => (Codec::Utf32(Some(Endian::Big)), 4),
            (Codec::Utf32(None), _) => (Codec::Utf32(native), 0),
            (Codec::Utf16(None), [0xff, 0xfe, ..]) => (Codec::Utf16(Some(Endian::Little)), 2),
            (Codec::Utf16(None), [0xfe, 0xff, ..]) => (Codec::Utf16(Some(Endian::Big)), 2),
            (Codec::Utf16(None), _) => (Codec::Utf16(native), 0),
            _ => (self, 0),
        }
    }
}

fn encode_single(
    text: Units<'_>,
    from: usize,
    out: &mut Vec<u8>,
    limit: u32,
    reason: &'static str,
) -> Option<Failure> {
    if let Units::One(bytes) = text
        && (limit == 0x100 || bytes[from..].is_ascii())
    {
        out.extend_from_slice(&bytes[from..]);
        return None;
    }
    for i in from..text.len() {
        let c = text.at(i);
        if c >= limit {
            let end = (i..text.len()).find(|&j| text.at(j) < limit).unwrap_or(text.len());
            return Some(Failure { start: i, end, reason });
        }
        out.push(c as u8);
    }
    None
}

impl Vm {
    /// The text in a built-in encoding.
    pub fn encode_with(&mut self, s: Gc<Str>, codec: Codec, errors: &Errors) -> PyResult<Vec<u8>> {
        if let (Codec::Utf8, Some(text)) = (codec, s.as_ascii()) {
            return Ok(text.as_bytes().to_vec());
        }
        let mut out = Vec::with_capacity(s.len());
        match codec {
            Codec::Utf16(None) => wide::push16(&mut out, 0xfeff, codec.endian()),
            Codec::Utf32(None) => wide::push32(&mut out, 0xfeff, codec.endian()),
            _ => {}
        }
        let mut at = 0;
        while let Some(failure) = codec.encode_run(s.units(), at, &mut out) {
            let (replacement, next) = handlers::on_encode_error(self, errors, codec.into(), s, failure)?;
            match replacement {
                Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
                Replacement::Text(text) => {
                    // What stands in for the text must itself be encodable.
                    if codec.encode_run(text.units(), 0, &mut out).is_some() {
                        return Err(self.encode_error(codec.name(), s, failure));
                    }
                }
            }
            at = next;
        }
        Ok(out)
    }

    /// Text from a built-in encoding, all of the input.
    pub fn decode_with(&mut self, input: &[u8], codec: Codec, errors: &Errors) -> PyResult<Gc<Str>> {
        Ok(self.decode_some(input, codec, errors, true)?.0)
    }

    /// Text from the start of `input` and how much was consumed: an unfinished end is left over unless `last`.
    pub fn decode_some(
        &mut self,
        input: &[u8],
        codec: Codec,
        errors: &Errors,
        last: bool,
    ) -> PyResult<(Gc<Str>, usize)> {
        match codec {
            Codec::Latin1 => return Ok((self.str_latin1(input)?, input.len())),
            Codec::Utf8 | Codec::Ascii if input.is_ascii() => {
                return Ok((self.str_latin1(input)?, input.len()));
            }
            _ => {}
        }
        let (codec, mut at) = codec.with_mark(input);
        let mut out = StrBuilder::with_capacity(input.len());
        let mut input = std::borrow::Cow::Borrowed(input);
        loop {
            match codec.decode_run(&input, at, &mut out, last) {
                Stop::End(consumed) => return Ok((out.finish(self)?, consumed)),
                Stop::Error(failure) => {
                    let fixed = handlers::on_decode_error(self, errors, codec.into(), &input, failure)?;
                    out.push_units(fixed.text.units());
                    if let Some(changed) = fixed.input {
                        input = std::borrow::Cow::Owned(changed);
                    }
                    at = fixed.next;
                }
            }
        }
    }

    /// The text in UTF-8; UnicodeEncodeError when it has lone surrogates.
    pub fn utf8(&mut self, s: Gc<Str>) -> PyResult<String> {
        match s.as_str() {
            Some(text) => Ok(text.into_owned()),
            None => {
                let failure = utf8::encode(s.units(), 0, &mut Vec::new());
                Err(match failure {
                    Some(failure) => self.encode_error("utf-8", s, failure),
                    None => self.memory_error(),
                })
            }
        }
    }

    /// UnicodeEncodeError for a part of `s`.
    #[cold]
    pub fn encode_error(&mut self, encoding: &str, s: Gc<Str>, failure: Failure) -> Raised {
        let made = self.unicode_error(Exc::UnicodeEncodeError, encoding, Value::from_gc(s), failure);
        self.raise_made(made)
    }

    /// UnicodeDecodeError for a part of `input`.
    #[cold]
    pub fn decode_error(&mut self, encoding: &str, input: &[u8], failure: Failure) -> Raised {
        let made = match self.bytes(input) {
            Ok(object) => {
                self.unicode_error(Exc::UnicodeDecodeError, encoding, Value::from_gc(object), failure)
            }
            Err(raised) => Err(raised),
        };
        self.raise_made(made)
    }

    fn raise_made(&mut self, made: PyResult<Value>) -> Raised {
        match made {
            Ok(e) => self.raise_value(e),
            Err(raised) => raised,
        }
    }

    /// The exception itself, for handlers.
    fn unicode_error(
        &mut self,
        exc: Exc,
        encoding: &str,
        object: Value,
        failure: Failure,
    ) -> PyResult<Value> {
        let encoding = Value::from_gc(self.str(encoding)?);
        let reason = Value::from_gc(self.str(failure.reason)?);
        let class = self.exc_class(exc);
        let args =
            [encoding, object, Value::small(failure.start as i64), Value::small(failure.end as i64), reason];
        Ok(Value::from_gc(self.make_exception(class, &args)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(Codec::by_name("UTF-8"), Some(Codec::Utf8));
        assert_eq!(Codec::by_name("utf_16-LE"), Some(Codec::Utf16(Some(Endian::Little))));
        assert_eq!(Codec::by_name("ISO-8859-1"), Some(Codec::Latin1));
        assert_eq!(Codec::by_name("cp1252"), None);
        assert_eq!(normalized("  UTF  8 "), "utf_8");
    }

    fn decode(codec: Codec, input: &[u8]) -> Stop {
        codec.decode_run(input, 0, &mut StrBuilder::new(), true)
    }
    fn error(start: usize, end: usize, reason: &'static str) -> Stop {
        Stop::Error(Failure { start, end, reason })
    }

    #[test]
    fn utf8_errors_are_where_cpython_has_them() {
        assert_eq!(decode(Codec::Utf8, b"a\xff"), error(1, 2, "invalid start byte"));
        assert_eq!(decode(Codec::Utf8, b"\xe2\x82"), error(0, 2, "unexpected end of data"));
        assert_eq!(decode(Codec::Utf8, b"\xe2\x28\xa1"), error(0, 1, "invalid continuation byte"));
        assert_eq!(decode(Codec::Utf8, b"\xf0\x9f\x41"), error(0, 2, "invalid continuation byte"));
        assert_eq!(decode(Codec::Utf8, b"\xed\xa0\x80"), error(0, 1, "invalid continuation byte"));
        assert_eq!(decode(Codec::Utf8, b"\xf8\x88"), error(0, 1, "invalid start byte"));
        assert_eq!(decode(Codec::Utf8, b"\xf4\x90\x80\x80"), error(0, 1, "invalid continuation byte"));
    }

    #[test]
    fn wide_errors_are_where_cpython_has_them() {
        let le16 = Codec::Utf16(Some(Endian::Little));
        assert_eq!(decode(le16, b"a\0\x00\xd8"), error(2, 4, "unexpected end of data"));
        assert_eq!(decode(le16, b"\x00\xd8a"), error(0, 3, "unexpected end of data"));
        assert_eq!(decode(le16, b"\x00\xd8a\0"), error(0, 2, "illegal UTF-16 surrogate"));
        assert_eq!(decode(le16, b"\x00\xdca\0"), error(0, 2, "illegal encoding"));
        assert_eq!(decode(Codec::Utf32(Some(Endian::Big)), b"\0\0\0"), error(0, 3, "truncated data"));
    }

    #[test]
    fn encoding_stops_at_what_it_cannot_encode() {
        let text = Units::Two(&[0x61, 0xd800, 0xd801, 0x62]);
        let run = |codec: Codec| codec.encode_run(text, 0, &mut Vec::new());
        let reason = "surrogates not allowed";
        assert_eq!(run(Codec::Utf8), Some(Failure { start: 1, end: 3, reason }));
        assert_eq!(run(Codec::Utf16(None)), Some(Failure { start: 1, end: 2, reason }));
        let reason = "ordinal not in range(128)";
        assert_eq!(run(Codec::Ascii), Some(Failure { start: 1, end: 3, reason }));
    }
}
