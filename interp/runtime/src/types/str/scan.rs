//! Finding a text of bytes in a short one, eight places at a time: without the preparation that faster searches need.

use super::units::same_bytes;

/// Up to this many bytes a search is over before a better one would have been prepared.
pub const SHORT: usize = 256;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The eight bytes from `at` on, which must be there; the first is the lowest.
#[inline(always)]
fn word(text: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(*text[at..].first_chunk().expect("in the text"))
}

/// The high bit of each byte that is zero. A byte above a zero one may be reported wrongly.
#[inline(always)]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

/// Places that may hold a needle: those where its first and its last byte fit.
struct Places<'a> {
    text: &'a [u8],
    first: u64,
    last: u64,
    /// Length of the needle less one.
    span: usize,
}

impl<'a> Places<'a> {
    #[inline(always)]
    fn new(text: &'a [u8], first: u8, last: u8, span: usize) -> Places<'a> {
        Places { text, first: LOW * u64::from(first), last: LOW * u64::from(last), span }
    }

    /// Of the eight from `at` on, a bit each.
    #[inline(always)]
    fn at(&self, at: usize) -> u64 {
        zeros((word(self.text, at) ^ self.first) | (word(self.text, at + self.span) ^ self.last))
    }
}

/// First place of a byte.
#[inline]
pub fn find_byte(text: &[u8], byte: u8) -> Option<usize> {
    let Some(last) = text.len().checked_sub(8) else { return text.iter().position(|b| *b == byte) };
    let wanted = LOW * u64::from(byte);
    let mut at = 0;
    loop {
        let found = zeros(word(text, at) ^ wanted);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        if at == last {
            return None;
        }
        // The last eight may be looked at twice.
        at = (at + 8).min(last);
    }
}

/// The white space of ASCII, a bit a character.
pub const ASCII_SPACE: u128 = 0x1f << 9 | 0x1f << 28;

#[inline(always)]
pub fn is_ascii_space(c: u8) -> bool {
    c <= 32 && (ASCII_SPACE as u64) >> c & 1 != 0
}

/// First white space of an ASCII text from `at` on; its length if there is none.
#[inline(always)]
pub fn ascii_space(text: &[u8], mut at: usize) -> usize {
    while at + 8 <= text.len() {
        let word = word(text, at);
        // The high bit of each byte below 33. A byte above such a one may be reported wrongly.
        let low = word.wrapping_sub(LOW * 33) & !word & HIGH;
        if low == 0 {
            at += 8;
            continue;
        }
        at += low.trailing_zeros() as usize / 8;
        if is_ascii_space(text[at]) {
            return at;
        }
        at += 1;
    }
    while at < text.len() && !is_ascii_space(text[at]) {
        at += 1;
    }
    at
}

/// First place of `needle`, which is not empty.
#[inline]
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (&[first, ..], &[.., last]) = (needle, needle) else { return Some(0) };
    let count = (text.len() + 1).checked_sub(needle.len())?;
    let holds = |at: usize| same_bytes(&text[at..at + needle.len()], needle);
    if count < 8 {
        return (0..count).find(|at| text[*at] == first && holds(*at));
    }
    let places = Places::new(text, first, last, needle.len() - 1);
    let mut at = 0;
    loop {
        let mut found = places.at(at);
        while found != 0 {
            let place = at + found.trailing_zeros() as usize / 8;
            if holds(place) {
                return Some(place);
            }
            found &= found - 1;
        }
        if at + 8 >= count {
            return None;
        }
        // The last eight may be looked at twice.
        at = (at + 8).min(count - 8);
    }
}

/// Last place of `needle`, which is not empty.
#[inline]
pub fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (&[first, ..], &[.., last]) = (needle, needle) else { return Some(text.len()) };
    let count = (text.len() + 1).checked_sub(needle.len())?;
    let holds = |at: usize| same_bytes(&text[at..at + needle.len()], needle);
    if count < 8 {
        return (0..count).rfind(|at| text[*at] == first && holds(*at));
    }
    let places = Places::new(text, first, last, needle.len() - 1);
    let mut at = count - 8;
    loop {
        let mut found = places.at(at);
        while found != 0 {
            let top = 63 - found.leading_zeros();
            let place = at + top as usize / 8;
            if holds(place) {
                return Some(place);
            }
            found &= !(1 << top);
        }
        if at == 0 {
            return None;
        }
        at = at.saturating_sub(8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_found() {
        let text = b"\x01\x02abcdefgh\x1c  ij\x1b\x03klmnopqrst\x08\x0e\x7f\tu vwxyz";
        for start in 0..=text.len() {
            let found =
                text[start..].iter().position(|c| is_ascii_space(*c)).map_or(text.len(), |n| start + n);
            assert_eq!(ascii_space(text, start), found, "from {start}");
        }
    }

    #[test]
    fn agrees_with_the_plain_search() {
        let text = "aaabab\u{1}bb\0ab a\u{1}cabbabaaabcab\0\u{1}aabaaaabbbbcab";
        let needles = ["a", "b", "ab", "aab", "bc", "\0", "\u{1}", "b\0", "cab", "aaaa", "zz", "bcab", text];
        for end in 0..=text.len() {
            let text = &text[..end];
            for needle in needles {
                assert_eq!(
                    find(text.as_bytes(), needle.as_bytes()),
                    text.find(needle),
                    "{needle:?} in {text:?}"
                );
                if let [byte] = needle.as_bytes() {
                    assert_eq!(
                        find_byte(text.as_bytes(), *byte),
                        text.find(needle),
                        "{needle:?} in {text:?}"
                    );
                }
                assert_eq!(
                    rfind(text.as_bytes(), needle.as_bytes()),
                    text.rfind(needle),
                    "{needle:?} in {text:?}"
                );
            }
        }
    }
}
