//! Text as slices of code units (1, 2 or 4 bytes a code point), and what all string algorithms need to know of a unit.

use super::{flags, scan};
use std::borrow::Cow;

/// One code point in the narrowest form a whole string fits in. `u8` is Latin-1, and also a byte of `bytes`.
pub trait Unit: Copy + Eq + Ord + Into<u32> + 'static {
    const WIDTH: usize;
    /// `c` must fit.
    fn narrow(c: u32) -> Self;
    /// The code point.
    #[inline(always)]
    fn code(self) -> u32 {
        self.into()
    }
    /// The units as bytes, if they are.
    #[inline(always)]
    fn as_latin1(_text: &[Self]) -> Option<&[u8]> {
        None
    }
    /// Index of the first `unit`.
    fn find_unit(text: &[Self], unit: Self) -> Option<usize>;
    fn rfind_unit(text: &[Self], unit: Self) -> Option<usize>;
    /// Indices of all `unit`s.
    fn each_unit(text: &[Self], unit: Self) -> impl Iterator<Item = usize>;
    fn find(text: &[Self], needle: &[Self]) -> Option<usize>;
    fn rfind(text: &[Self], needle: &[Self]) -> Option<usize>;
    /// Calls `found` with each of the first `max` places of `needle`, which is not empty, that do not overlap.
    fn each(text: &[Self], needle: &[Self], max: usize, mut found: impl FnMut(usize)) {
        let mut from = 0;
        for _ in 0..max {
            let Some(at) = Self::find(&text[from..], needle) else { return };
            found(from + at);
            from += at + needle.len();
        }
    }
}

impl Unit for u8 {
    const WIDTH: usize = 1;
    #[inline(always)]
    fn narrow(c: u32) -> u8 {
        c as u8
    }
    #[inline(always)]
    fn as_latin1(text: &[u8]) -> Option<&[u8]> {
        Some(text)
    }
    fn find_unit(text: &[u8], unit: u8) -> Option<usize> {
        if text.len() <= scan::SHORT / 4 { scan::find_byte(text, unit) } else { memchr::memchr(unit, text) }
    }
    fn rfind_unit(text: &[u8], unit: u8) -> Option<usize> {
        if text.len() <= scan::SHORT / 4 { scan::rfind(text, &[unit]) } else { memchr::memrchr(unit, text) }
    }
    fn each_unit(text: &[u8], unit: u8) -> impl Iterator<Item = usize> {
        memchr::memchr_iter(unit, text)
    }
    fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
        if text.len() <= scan::SHORT {
            return scan::find(text, needle);
        }
        // A match is often near the start.
        let (start, rest) = (&text[..scan::SHORT], scan::SHORT.saturating_sub(needle.len()));
        scan::find(start, needle).or_else(|| memchr::memmem::find(&text[rest..], needle).map(|at| rest + at))
    }
    fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
        if text.len() <= scan::SHORT {
            scan::rfind(text, needle)
        } else {
            memchr::memmem::rfind(text, needle)
        }
    }
    fn each(text: &[u8], needle: &[u8], max: usize, mut found: impl FnMut(usize)) {
        let mut from = 0;
        if text.len() > scan::SHORT {
            memchr::memmem::find_iter(text, needle).take(max).for_each(found);
            return;
        }
        for _ in 0..max {
            let Some(at) = scan::find(&text[from..], needle) else { return };
            found(from + at);
            from += at + needle.len();
        }
    }
}

macro_rules! wide_unit {
    ($t:ty, $width:literal) => {
        impl Unit for $t {
            const WIDTH: usize = $width;
            #[inline(always)]
            fn narrow(c: u32) -> $t {
                c as $t
            }
            fn find_unit(text: &[$t], unit: $t) -> Option<usize> {
                text.iter().position(|&u| u == unit)
            }
            fn rfind_unit(text: &[$t], unit: $t) -> Option<usize> {
                text.iter().rposition(|&u| u == unit)
            }
            fn each_unit(text: &[$t], unit: $t) -> impl Iterator<Item = usize> {
                text.iter().enumerate().filter(move |(_, u)| **u == unit).map(|(i, _)| i)
            }
            fn find(text: &[$t], needle: &[$t]) -> Option<usize> {
                let bytes = as_bytes(text);
                let finder = memchr::memmem::Finder::new(as_bytes(needle));
                let mut from = 0;
                loop {
                    let at = from + finder.find(&bytes[from..])?;
                    // A match of the bytes that does not start at a unit is none of the text.
                    if at % $width == 0 {
                        return Some(at / $width);
                    }
                    from = at + 1;
                }
            }
            fn rfind(text: &[$t], needle: &[$t]) -> Option<usize> {
                let (bytes, needle) = (as_bytes(text), as_bytes(needle));
                let finder = memchr::memmem::FinderRev::new(needle);
                let mut end = bytes.len();
                loop {
                    let at = finder.rfind(&bytes[..end])?;
                    if at % $width == 0 {
                        return Some(at / $width);
                    }
                    end = at + needle.len() - 1;
                }
            }
        }
    };
}
wide_unit!(u16, 2);
wide_unit!(u32, 4);

/// The bytes of a slice of units.
pub fn as_bytes<T: Unit>(text: &[T]) -> &[u8] {
    // SAFETY: units are plain integers without padding.
    unsafe { std::slice::from_raw_parts(text.as_ptr().cast(), size_of_val(text)) }
}

/// The text of a string.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// Runs `$body` with `$slice` bound to the slice of units, whatever their width.
#[macro_export]
macro_rules! with_units {
    ($units:expr, $slice:ident => $body:expr) => {
        match $units {
            $crate::types::str::Units::One($slice) => $body,
            $crate::types::str::Units::Two($slice) => $body,
            $crate::types::str::Units::Four($slice) => $body,
        }
    };
}
pub use with_units;

impl<'a> Units<'a> {
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, s => s.len())
    }
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    #[inline]
    pub fn width(self) -> usize {
        match self {
            Units::One(_) => 1,
            Units::Two(_) => 2,
            Units::Four(_) => 4,
        }
    }
    /// The code point at `i`; panics past the end.
    #[inline]
    pub fn at(self, i: usize) -> u32 {
        match self {
            Units::One(s) => s[i] as u32,
            Units::Two(s) => s[i] as u32,
            Units::Four(s) => s[i],
        }
    }
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Units<'a> {
        match self {
            Units::One(s) => Units::One(&s[start..end]),
            Units::Two(s) => Units::Two(&s[start..end]),
            Units::Four(s) => Units::Four(&s[start..end]),
        }
    }
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        with_units!(self, s => as_bytes(s))
    }
    #[inline]
    pub fn iter(self) -> UnitsIter<'a> {
        UnitsIter { units: self, front: 0, back: self.len() }
    }
    #[inline]
    pub fn profile(self) -> Profile {
        match self {
            Units::One(s) => Profile::of_latin1(s),
            Units::Two(s) => Profile { bits: or_all(s), surrogates: any_surrogate(s) },
            Units::Four(s) => Profile { bits: or_all(s), surrogates: any_surrogate(s) },
        }
    }
    /// The text as units of type `T`, which must be at least as wide as its own.
    pub fn widened<T: Unit>(self) -> Cow<'a, [T]> {
        debug_assert!(T::WIDTH >= self.width());
        if self.width() == T::WIDTH {
            return with_units!(self, s => {
                // SAFETY: there is one unit type of each width.
                Cow::Borrowed(unsafe { std::slice::from_raw_parts(s.as_ptr().cast(), s.len()) })
            });
        }
        Cow::Owned(with_units!(self, s => s.iter().map(|&u| T::narrow(u.code())).collect()))
    }
    /// Whether both hold the same code points.
    #[inline]
    pub fn same(self, other: Units<'_>) -> bool {
        match (self, other) {
            (Units::One(a), Units::One(b)) => same_bytes(a, b),
            (Units::Two(a), Units::Two(b)) => a == b,
            (Units::Four(a), Units::Four(b)) => a == b,
            (a, b) => a.len() == b.len() && a.iter().eq(b.iter()),
        }
    }
    /// Order by code points.
    #[inline]
    pub fn order(self, other: Units<'_>) -> std::cmp::Ordering {
        match (self, other) {
            (Units::One(a), Units::One(b)) => order_bytes(a, b),
            (Units::Two(a), Units::Two(b)) => a.cmp(b),
            (Units::Four(a), Units::Four(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }
    /// Appends the text in UTF-8; lone surrogates as `\udcxx` escapes (for messages and views, never for data).
    pub fn push_escaped(self, out: &mut String) {
        if let Units::One(bytes) = self
            && bytes.is_ascii()
            && let Ok(ascii) = std::str::from_utf8(bytes)
        {
            out.push_str(ascii);
            return;
        }
        for c in self.iter() {
            match char::from_u32(c) {
                Some(c) => out.push(c),
                None => out.push_str(&format!("\\u{c:04x}")),
            }
        }
    }
}

/// Whether two texts are equal: short ones, as most are, without a call of the general routine.
#[inline]
pub fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    // The ends of what is no longer than two words overlap.
    match a.len() {
        n if n != b.len() => false,
        0 => true,
        1..4 => a[0] == b[0] && a.last_chunk::<1>() == b.last_chunk() && a[a.len() / 2] == b[a.len() / 2],
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        _ => a == b,
    }
}

/// Order of two texts, which most often their first units tell.
#[inline]
fn order_bytes(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    match (a, b) {
        ([x, ..], [y, ..]) if x != y => x.cmp(y),
        ([_], _) | (_, [_]) => a.len().cmp(&b.len()),
        _ => match (a.first_chunk::<8>(), b.first_chunk::<8>()) {
            (Some(x), Some(y)) if x != y => u64::from_be_bytes(*x).cmp(&u64::from_be_bytes(*y)),
            _ => a.cmp(b),
        },
    }
}

/// What decides a string's width and flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Profile {
    /// All code points or-ed together: the limits of the widths are powers of two.
    pub bits: u32,
    pub surrogates: bool,
}

impl Profile {
    pub const ASCII: Profile = Profile { bits: 0, surrogates: false };

    #[inline]
    pub fn of_char(c: u32) -> Profile {
        Profile { bits: c, surrogates: is_surrogate(c) }
    }
    #[inline]
    pub fn of_latin1(text: &[u8]) -> Profile {
        Profile { bits: if text.is_ascii() { 0 } else { 0xff }, surrogates: false }
    }
    pub fn of_utf8(text: &str) -> Profile {
        if text.is_ascii() {
            return Profile::ASCII;
        }
        Profile { bits: text.chars().fold(0, |bits, c| bits | c as u32), surrogates: false }
    }
    #[must_use]
    pub fn or(self, other: Profile) -> Profile {
        Profile { bits: self.bits | other.bits, surrogates: self.surrogates | other.surrogates }
    }
    #[inline]
    pub fn width(self) -> usize {
        match self.bits {
            0..=0xff => 1,
            0x100..=0xffff => 2,
            _ => 4,
        }
    }
    /// Header flags of a string with this content.
    #[inline]
    pub fn flags(self) -> u16 {
        self.width() as u16
            | if self.bits < 0x80 { flags::ASCII } else { 0 }
            | if self.surrogates { flags::SURROGATES } else { 0 }
    }
}

#[inline(always)]
pub fn is_surrogate(c: u32) -> bool {
    c & 0xffff_f800 == 0xd800
}

fn or_all<T: Unit>(text: &[T]) -> u32 {
    text.iter().fold(0, |bits, &u| bits | u.into())
}

fn any_surrogate<T: Unit>(text: &[T]) -> bool {
    text.iter().any(|&u| is_surrogate(u.into()))
}

/// Iterates over code points from both ends.
#[derive(Clone)]
pub struct UnitsIter<'a> {
    units: Units<'a>,
    front: usize,
    back: usize,
}

impl Iterator for UnitsIter<'_> {
    type Item = u32;
    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        let c = self.units.at(self.front);
        self.front += 1;
        Some(c)
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}
impl ExactSizeIterator for UnitsIter<'_> {}
impl DoubleEndedIterator for UnitsIter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        self.back -= 1;
        Some(self.units.at(self.back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_search_ignores_matches_across_units() {
        // The bytes of 0x0101 occur at odd offsets of [0x0100, 0x0001] too.
        assert_eq!(u16::find(&[0x0100, 0x0001, 0x0101], &[0x0101]), Some(2));
        assert_eq!(u16::rfind(&[0x0101, 0x0100, 0x0001, 0x0100], &[0x0101]), Some(0));
        assert_eq!(u16::find(&[1, 2, 3], &[]), Some(0));
        assert_eq!(u32::rfind(&[1, 2, 1, 2], &[1, 2]), Some(2));
    }

    #[test]
    fn profile_decides_width_and_flags() {
        assert_eq!(Profile::of_utf8("abc").flags(), 1 | flags::ASCII);
        assert_eq!(Profile::of_utf8("é").flags(), 1);
        assert_eq!(Profile::of_utf8("€").flags(), 2);
        assert_eq!(Profile::of_utf8("𝄞").flags(), 4);
        assert_eq!(Units::Two(&[0xdc80]).profile().flags(), 2 | flags::SURROGATES);
    }

    #[test]
    fn order_is_by_code_point_across_widths() {
        assert!(Units::One(b"abc").order(Units::Two(&[0x61, 0x20ac])).is_lt());
        assert!(Units::Four(&[0x61]).same(Units::One(b"a")));
    }

    #[test]
    fn many_false_starts_change_no_result() {
        for starts in 0..40 {
            let text = format!("{}ab{}", "ax".repeat(starts), "ac".repeat(30));
            for needle in ["ab", "abac", "acab", "ac", "xa", "b", "", "acac", "nowhere"] {
                assert_eq!(
                    u8::find(text.as_bytes(), needle.as_bytes()),
                    text.find(needle),
                    "{needle} in {text}"
                );
            }
        }
    }
}
