//! Constants of the tree, and the string type that can hold lone surrogates.

use super::Arena;
use dashu_int::UBig;
use std::fmt;

/// The value of a literal.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    /// Never negative when it comes from the parser.
    Int(i64),
    /// An integer too large for `i64`.
    BigInt(Magnitude<'a>),
    Float(f64),
    /// The imaginary part of a complex literal.
    Imaginary(f64),
    /// The parser makes neither this nor the next three: only programs that build trees do.
    Complex(f64, f64),
    /// A negative integer too small for `i64`.
    Negative(Magnitude<'a>),
    Tuple(&'a [Constant<'a>]),
    FrozenSet(&'a [Constant<'a>]),
    Str(PyString<'a>),
    Bytes(&'a [u8]),
}

/// How large an integer is that no machine word holds: its bytes, the lowest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Magnitude<'a>(&'a [u8]);

impl<'a> Magnitude<'a> {
    pub fn new(arena: &'a Arena, value: &UBig) -> Magnitude<'a> {
        Magnitude(arena.alloc_slice_copy(&value.to_le_bytes()))
    }

    pub fn value(self) -> UBig {
        UBig::from_le_bytes(self.0)
    }
}

/// A Python string as WTF-8: UTF-8 in which lone surrogates are encoded like other code points.
/// (Pairs of surrogate escapes stay two code points, as in CPython.)
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct PyString<'a>(&'a [u8]);

impl<'a> PyString<'a> {
    pub fn new(arena: &'a Arena, text: &str) -> PyString<'a> {
        PyString(arena.alloc_slice_copy(text.as_bytes()))
    }

    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The text, unless it holds a lone surrogate.
    pub fn as_str(&self) -> Option<&'a str> {
        std::str::from_utf8(self.0).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }

    /// The code points, surrogates included.
    pub fn code_points(&self) -> CodePoints<'a> {
        CodePoints { bytes: self.0, at: 0 }
    }

    /// The text with U+FFFD for each lone surrogate.
    pub fn to_string_lossy(&self) -> String {
        self.code_points().map(|c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect()
    }
}

impl PartialEq<str> for PyString<'_> {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl fmt::Debug for PyString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string_lossy())
    }
}

/// Iterator over the code points of WTF-8 bytes.
#[derive(Clone, Debug)]
pub struct CodePoints<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> CodePoints<'a> {
    /// The code points of WTF-8 bytes.
    pub fn new(bytes: &'a [u8]) -> CodePoints<'a> {
        CodePoints { bytes, at: 0 }
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let first = *self.bytes.get(self.at)?;
        let (len, mut c) = match first {
            0..=0x7F => (1, u32::from(first)),
            0x80..=0xDF => (2, u32::from(first & 0x1F)),
            0xE0..=0xEF => (3, u32::from(first & 0x0F)),
            _ => (4, u32::from(first & 0x07)),
        };
        for i in 1..len {
            c = c << 6 | u32::from(self.bytes.get(self.at + i).copied().unwrap_or(0) & 0x3F);
        }
        self.at += len;
        Some(c)
    }
}

/// Builds a [`PyString`] code point by code point.
#[derive(Clone, Default, Debug)]
pub struct PyStringBuf(Vec<u8>);

impl PyStringBuf {
    pub fn new() -> PyStringBuf {
        PyStringBuf::default()
    }

    pub fn with_capacity(bytes: usize) -> PyStringBuf {
        PyStringBuf(Vec::with_capacity(bytes))
    }

    pub fn push_str(&mut self, s: &str) {
        self.0.extend_from_slice(s.as_bytes());
    }

    pub fn push_string(&mut self, s: PyString) {
        self.0.extend_from_slice(s.0);
    }

    /// Appends a code point; values over 0x10FFFF become U+FFFD.
    pub fn push(&mut self, code_point: u32) {
        match char::from_u32(code_point) {
            Some(c) => self.0.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if code_point < 0x11_0000 => {
                let c = code_point;
                self.0.extend_from_slice(&[
                    0xE0 | (c >> 12) as u8,
                    0x80 | (c >> 6 & 0x3F) as u8,
                    0x80 | (c & 0x3F) as u8,
                ]);
            }
            None => self.push_str("\u{FFFD}"),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn finish(self, arena: &Arena) -> PyString<'_> {
        PyString(arena.alloc_slice_copy(&self.0))
    }
}
