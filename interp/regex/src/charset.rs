//! Character sets, categories and case.

use crate::classes::Classes;
use crate::op;

pub(crate) const WORD: u32 = 4;
pub(crate) const LOC_WORD: u32 = 8;
pub(crate) const UNI_WORD: u32 = 14;
/// Number of categories.
pub(crate) const CATEGORIES: u32 = 18;

/// How case is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    None,
    Ascii,
    Locale,
    Unicode,
}

impl Fold {
    #[inline]
    pub(crate) fn fold(self, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii | Fold::Locale => lower_ascii(c),
            Fold::Unicode => lower(c),
        }
    }
    /// Whether a set's words accept a character.
    pub(crate) fn accepts(self, classes: &Classes, set: &[u32], c: u32) -> bool {
        match self {
            Fold::Locale => contains_either(classes, set, lower_ascii(c), upper_ascii(c)),
            _ => contains(classes, set, self.fold(c)),
        }
    }
}

pub fn lower_ascii(c: u32) -> u32 {
    if (65..=90).contains(&c) { c + 32 } else { c }
}

pub fn upper_ascii(c: u32) -> u32 {
    if (97..=122).contains(&c) { c - 32 } else { c }
}

/// The lower case of a character, itself when that is more than one character.
pub fn lower(c: u32) -> u32 {
    if c < 256 {
        // Latin-1 has its capitals 32 before the small letters, as ASCII has; the multiplication sign is none.
        return if (0xc0..=0xde).contains(&c) && c != 0xd7 { c + 32 } else { lower_ascii(c) };
    }
    let Some(ch) = char::from_u32(c) else { return c };
    // U+0130 alone has two characters; its first is what simple case mapping gives.
    ch.to_lowercase().next().map_or(c, u32::from)
}

pub fn upper(c: u32) -> u32 {
    if c < 128 {
        return upper_ascii(c);
    }
    let Some(ch) = char::from_u32(c) else { return c };
    // Of several characters the first is what simple case mapping gives.
    ch.to_uppercase().next().map_or(c, u32::from)
}

fn ascii(c: u32, test: fn(&u8) -> bool) -> bool {
    u8::try_from(c).is_ok_and(|b| b < 128 && test(&b))
}

fn space(c: u32) -> bool {
    c == 32 || (9..=13).contains(&c)
}

fn line_break(c: u32) -> bool {
    matches!(c, 10..=13 | 28..=30 | 0x85 | 0x2028 | 0x2029)
}

/// Whether a character is in a category; odd numbers are the opposites.
pub(crate) fn in_category(classes: &Classes, category: u32, c: u32) -> bool {
    let word = |c: u32| ascii(c, u8::is_ascii_alphanumeric) || c == 95;
    let found = match category & !1 {
        0 => ascii(c, u8::is_ascii_digit),
        2 => space(c),
        4 | 8 => word(c),
        6 => c == 10,
        10 if c < 128 => ascii(c, u8::is_ascii_digit),
        10 => (classes.digit)(c),
        12 => space(c) || (classes.space)(c),
        14 if c < 128 => word(c),
        14 => (classes.word)(c),
        16 => line_break(c),
        _ => false,
    };
    found != (category & 1 == 1)
}

/// Whether a set's program, up to its FAILURE, accepts a character.
pub(crate) fn contains(classes: &Classes, set: &[u32], c: u32) -> bool {
    contains_either(classes, set, c, c)
}

/// Whether a set accepts a character that is one of its members in either of two forms.
pub(crate) fn contains_either(classes: &Classes, set: &[u32], c: u32, other: u32) -> bool {
    let mut accept = true;
    let mut at = 0;
    loop {
        match set[at] {
            op::LITERAL => {
                if c == set[at + 1] || other == set[at + 1] {
                    return accept;
                }
                at += 2;
            }
            op::CATEGORY => {
                if classes.contains(set[at + 1], c) || classes.contains(set[at + 1], other) {
                    return accept;
                }
                at += 2;
            }
            op::RANGE => {
                let range = set[at + 1]..=set[at + 2];
                if range.contains(&c) || range.contains(&other) {
                    return accept;
                }
                at += 3;
            }
            op::RANGE_UNI_IGNORE => {
                let range = set[at + 1]..=set[at + 2];
                if range.contains(&c) || range.contains(&upper(c)) {
                    return accept;
                }
                at += 3;
            }
            op::CHARSET => {
                let has = |c: u32| c < 256 && set[at + 1 + (c / 32) as usize] >> (c & 31) & 1 != 0;
                if has(c) || has(other) {
                    return accept;
                }
                at += 9;
            }
            op::BIGCHARSET => {
                let blocks = set[at + 1] as usize;
                if c < 65536 {
                    let word = set[at + 2 + (c >> 10) as usize];
                    let block = word >> ((c >> 8 & 3) * 8) & 255;
                    let bit = block * 256 + (c & 255);
                    if set[at + 66 + (bit / 32) as usize] >> (bit & 31) & 1 != 0 {
                        return accept;
                    }
                }
                at += 66 + blocks * 8;
            }
            op::NEGATE => {
                accept = !accept;
                at += 1;
            }
            _ => return !accept,
        }
    }
}

/// Words of the set at the beginning of `words`, with its FAILURE; `None`: it is not well formed.
pub(crate) fn length(words: &[u32]) -> Option<usize> {
    let mut at = 0;
    loop {
        let size = match words.get(at)? {
            &op::FAILURE => return Some(at + 1),
            &op::NEGATE => 1,
            &op::LITERAL => 2,
            &op::CATEGORY if *words.get(at + 1)? < CATEGORIES => 2,
            &op::RANGE | &op::RANGE_UNI_IGNORE => 3,
            &op::CHARSET => 9,
            &op::BIGCHARSET => {
                let blocks = *words.get(at + 1)?;
                let used = words.get(at + 2..at + 66)?.iter().flat_map(|w| w.to_le_bytes()).max()?;
                if u32::from(used) >= blocks || blocks > 256 {
                    return None;
                }
                66 + blocks as usize * 8
            }
            _ => return None,
        };
        at += size;
    }
}

/// Whether a well formed set says anything of characters beyond Latin-1.
pub(crate) fn names_wide(words: &[u32]) -> bool {
    let mut at = 0;
    loop {
        at += match words[at] {
            op::NEGATE if at == 0 => 1,
            op::LITERAL if words[at + 1] < 256 => 2,
            op::RANGE if words[at + 2] < 256 => 3,
            op::CHARSET => 9,
            op::FAILURE => return false,
            _ => return true,
        };
    }
}
