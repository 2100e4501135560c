//! Character sets, categories and case.

use super::op;

pub const WORD: u32 = 4;
pub const LOC_WORD: u32 = 8;
pub const UNI_WORD: u32 = 14;

pub fn lower_ascii(c: u32) -> u32 {
    if (65..=90).contains(&c) { c + 32 } else { c }
}

pub fn upper_ascii(c: u32) -> u32 {
    if (97..=122).contains(&c) { c - 32 } else { c }
}

/// The lower case of a character, itself when that is more than one character.
pub fn lower(c: u32) -> u32 {
    if c < 128 {
        return lower_ascii(c);
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
    let mut mapped = ch.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => u32::from(one),
        _ => c,
    }
}

fn ascii(c: u32, test: fn(&u8) -> bool) -> bool {
    u8::try_from(c).is_ok_and(|b| b < 128 && test(&b))
}

fn space(c: u32) -> bool {
    c == 32 || (9..=13).contains(&c)
}

fn uni_digit(c: u32) -> bool {
    ascii(c, u8::is_ascii_digit) || c >= 128 && habu_runtime::unicode::is_decimal(c)
}

fn uni_space(c: u32) -> bool {
    space(c) || habu_runtime::unicode::is_space(c)
}

fn uni_word(c: u32) -> bool {
    ascii(c, u8::is_ascii_alphanumeric) || c == 95 || c >= 128 && habu_runtime::unicode::is_alnum(c)
}

fn line_break(c: u32) -> bool {
    matches!(c, 10..=13 | 28..=30 | 0x85 | 0x2028 | 0x2029)
}

/// Whether a character is in a category; odd numbers are the opposites.
pub fn in_category(category: u32, c: u32) -> bool {
    let word = |c: u32| ascii(c, u8::is_ascii_alphanumeric) || c == 95;
    let found = match category & !1 {
        0 => ascii(c, u8::is_ascii_digit),
        2 => space(c),
        4 | 8 => word(c),
        6 => c == 10,
        10 => uni_digit(c),
        12 => uni_space(c),
        14 => uni_word(c),
        16 => line_break(c),
        _ => false,
    };
    found != (category & 1 == 1)
}

/// Whether a set's program, up to its FAILURE, accepts a character.
pub fn contains(set: &[u32], c: u32) -> bool {
    let mut accept = true;
    let mut at = 0;
    loop {
        match set[at] {
            op::LITERAL => {
                if c == set[at + 1] {
                    return accept;
                }
                at += 2;
            }
            op::CATEGORY => {
                if in_category(set[at + 1], c) {
                    return accept;
                }
                at += 2;
            }
            op::RANGE => {
                if (set[at + 1]..=set[at + 2]).contains(&c) {
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
                if c < 256 && set[at + 1 + (c / 32) as usize] >> (c & 31) & 1 != 0 {
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
