//! `str`: layout and core access.

mod builder;
mod case;
mod concat;
mod create;
mod edit;
pub mod hash;
mod intern;
pub mod iter;
pub(crate) mod methods;
pub mod quick;
mod repr;
mod scan;
pub(crate) mod search;
mod units;

pub use builder::StrBuilder;
pub use create::StrWriter;
pub use intern::Strings;
pub use iter::{AsciiIterMethods, StrIter, StrIterMethods};
pub use repr::push_repr;
pub use search::{Affix, Side};
pub use units::{Profile, Unit, Units, UnitsIter, as_bytes, is_surrogate, with_units};

use crate::heap::{Field, Gc, Header};
use std::borrow::Cow;
use std::cell::Cell;

/// Cell of a string: flat text of 1, 2 or 4 bytes a code point (lone surrogates allowed), always the narrowest width
/// that fits, so that equal strings have equal bytes.
///
/// `data` points behind this struct (text made at once) or into a buffer cell that strings built by appending share;
/// only the string that ends at the buffer's end may extend it in place. Header flags: [`flags`].
#[repr(C)]
pub struct Str {
    pub header: Header,
    /// Cached `hash()`, 0: not computed yet.
    pub hash: Cell<i64>,
    /// Code points.
    pub len: Cell<usize>,
    pub data: Cell<*const u8>,
    /// The RAW_ARRAY cell that `data` points into, or `UNBOUND` when the text is inline.
    pub buffer: Field,
}

/// Bits of a string's header flags.
pub mod flags {
    /// Bytes per code point: 1, 2 or 4.
    pub const WIDTH: u16 = 7;
    pub const ASCII: u16 = 1 << 3;
    /// In the table of interned names: equal interned strings are the same cell.
    pub const INTERNED: u16 = 1 << 4;
    /// Contains lone surrogates, so it has no UTF-8 form.
    pub const SURROGATES: u16 = 1 << 5;
    /// Result of a concatenation: appending to it once more is worth a growable buffer.
    pub const BUILT: u16 = 1 << 6;
}

impl Str {
    /// Code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    #[inline(always)]
    pub fn has_flag(&self, flag: u16) -> bool {
        self.header.flags.get() & flag != 0
    }
    /// Bytes per code point.
    #[inline(always)]
    pub fn width(&self) -> usize {
        (self.header.flags.get() & flags::WIDTH) as usize
    }
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.has_flag(flags::ASCII)
    }
    pub fn is_interned(&self) -> bool {
        self.has_flag(flags::INTERNED)
    }

    /// The text. Strings never change and cells do not move, so the slice is good as long as the string is reachable
    /// (the slice itself, an interior pointer on the stack, keeps it so).
    #[inline(always)]
    pub fn units(&self) -> Units<'_> {
        let (data, len) = (self.data.get(), self.len());
        if len == 0 {
            return Units::One(&[]);
        }
        // SAFETY: `data` names `len` units of the width in the flags, aligned, initialised and never written again.
        unsafe {
            match self.width() {
                1 => Units::One(std::slice::from_raw_parts(data, len)),
                2 => Units::Two(std::slice::from_raw_parts(data.cast(), len)),
                _ => Units::Four(std::slice::from_raw_parts(data.cast(), len)),
            }
        }
    }

    /// The code point at `i`, which must be less than `len()`.
    #[inline]
    pub fn code_point(&self, i: usize) -> u32 {
        self.units().at(i)
    }
    pub fn iter(&self) -> UnitsIter<'_> {
        self.units().iter()
    }
    /// The bytes of the representation: equal exactly when the strings are.
    pub fn raw_bytes(&self) -> &[u8] {
        self.units().bytes()
    }

    /// The text when it is ASCII, without copying.
    #[inline]
    pub fn as_ascii(&self) -> Option<&str> {
        // SAFETY: ASCII is UTF-8.
        self.ascii_bytes().map(|bytes| unsafe { std::str::from_utf8_unchecked(bytes) })
    }
    /// The same in bytes.
    #[inline(always)]
    pub fn ascii_bytes(&self) -> Option<&[u8]> {
        let len = self.len();
        if !self.is_ascii() {
            return None;
        }
        // SAFETY: the flag says that the text is in bytes; see `units`.
        Some(if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(self.data.get(), len) } })
    }
    /// The text in UTF-8; `None` when it contains lone surrogates.
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        if let Some(s) = self.as_ascii() {
            return Some(Cow::Borrowed(s));
        }
        if self.has_flag(flags::SURROGATES) {
            return None;
        }
        self.iter().map(char::from_u32).collect::<Option<String>>().map(Cow::Owned)
    }
    /// For messages: lone surrogates become `\udcxx` escapes.
    pub fn to_message(&self) -> String {
        let mut out = String::with_capacity(self.len());
        self.units().push_escaped(&mut out);
        out
    }

    /// Same code points (identity first).
    #[inline]
    pub fn same(&self, other: &Str) -> bool {
        std::ptr::eq(self, other) || {
            let both = self.header.flags.get() & other.header.flags.get();
            // Interned strings are equal only to themselves among interned ones.
            both & flags::INTERNED == 0
                && self.len() == other.len()
                && self.width() == other.width()
                && units::same_bytes(self.raw_bytes(), other.raw_bytes())
        }
    }
    pub fn order(&self, other: &Str) -> std::cmp::Ordering {
        self.units().order(other.units())
    }
    /// Whether the text is exactly `text`.
    pub fn is(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => !text.is_ascii() && self.iter().eq(text.chars().map(u32::from)),
        }
    }

    /// `hash()`: cached, never 0 unless the string is empty, never -1.
    #[inline]
    pub fn hash_value(&self) -> i64 {
        match self.hash.get() {
            0 => {
                let hash = hash::hash_bytes(self.raw_bytes());
                self.hash.set(hash);
                hash
            }
            hash => hash,
        }
    }
}

impl std::fmt::Debug for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.to_message())
    }
}

/// Shorthand for a handle.
pub type StrRef = Gc<Str>;
