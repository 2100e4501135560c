//! Character properties as Python 3.14 sees them (Unicode 16.0): classes, case mapping, identifiers.
//! Code points are `u32`, as strings may hold lone surrogates.

mod tables;

use unicode_general_category::{GeneralCategory as G, get_general_category};

/// General category; lone surrogates have theirs.
#[inline]
pub fn category(c: u32) -> G {
    char::from_u32(c).map_or(G::Surrogate, get_general_category)
}

/// Python's name of a category, `"Lu"`.
pub fn category_name(c: u32) -> &'static str {
    category(c).abbreviation()
}

#[inline]
pub fn is_space(c: u32) -> bool {
    if c < 0x80 {
        return matches!(c, 9..=13 | 28..=32);
    }
    matches!(c, 0x85 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000)
}

/// Ends a line for `str.splitlines`.
pub fn is_line_end(c: u32) -> bool {
    matches!(c, 10..=13 | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

pub fn is_alpha(c: u32) -> bool {
    if c < 0x80 {
        return (c as u8).is_ascii_alphabetic();
    }
    matches!(
        category(c),
        G::UppercaseLetter | G::LowercaseLetter | G::TitlecaseLetter | G::ModifierLetter | G::OtherLetter
    )
}

pub fn is_decimal(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_digit() } else { category(c) == G::DecimalNumber }
}

/// Value of a decimal digit of any script.
pub fn decimal_value(c: u32) -> Option<u32> {
    if c < 0x80 {
        return (c as u8).is_ascii_digit().then(|| c - 48);
    }
    if !is_decimal(c) {
        return None;
    }
    // Decimal digits stand in runs of ten, zero first.
    let mut start = c;
    while is_decimal(start - 1) {
        start -= 1;
    }
    Some((c - start) % 10)
}

pub fn is_digit(c: u32) -> bool {
    if c < 0x80 {
        return (c as u8).is_ascii_digit();
    }
    is_decimal(c) || in_table(tables::DIGITS, c)
}

pub fn is_numeric(c: u32) -> bool {
    if c < 0x80 {
        return (c as u8).is_ascii_digit();
    }
    matches!(category(c), G::DecimalNumber | G::LetterNumber | G::OtherNumber)
        || in_table(tables::NUMERIC_LETTERS, c)
}

pub fn is_alnum(c: u32) -> bool {
    is_alpha(c) || is_numeric(c)
}

pub fn is_printable(c: u32) -> bool {
    if c < 0x80 {
        return (0x20..0x7f).contains(&c);
    }
    !matches!(
        category(c),
        G::Control
            | G::Format
            | G::Surrogate
            | G::PrivateUse
            | G::Unassigned
            | G::SpaceSeparator
            | G::LineSeparator
            | G::ParagraphSeparator
    )
}

/// Assigned in Unicode 16.0; the tables of `char` may know later versions.
fn assigned(c: u32) -> Option<char> {
    char::from_u32(c).filter(|c| get_general_category(*c) != G::Unassigned)
}

pub fn is_lower(c: u32) -> bool {
    match c {
        0..0x80 => (c as u8).is_ascii_lowercase(),
        // A letter without case since Unicode 17.
        0x295 => true,
        _ => assigned(c).is_some_and(char::is_lowercase),
    }
}

pub fn is_upper(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_uppercase() } else { assigned(c).is_some_and(char::is_uppercase) }
}

pub fn is_title(c: u32) -> bool {
    c >= 0x80 && category(c) == G::TitlecaseLetter
}

pub fn is_cased(c: u32) -> bool {
    is_lower(c) || is_upper(c) || is_title(c)
}

/// Passed over when looking for the letters around a final sigma.
pub fn is_case_ignorable(c: u32) -> bool {
    matches!(
        c,
        0x27 | 0x2e
            | 0x3a
            | 0xb7
            | 0x387
            | 0x55f
            | 0x5f4
            | 0x2018
            | 0x2019
            | 0x2024
            | 0x2027
            | 0xfe13
            | 0xfe52
            | 0xfe55
            | 0xff07
            | 0xff0e
            | 0xff1a
    ) || matches!(
        category(c),
        G::NonspacingMark | G::EnclosingMark | G::Format | G::ModifierLetter | G::ModifierSymbol
    )
}

pub fn is_id_start(c: u32) -> bool {
    if c < 0x80 {
        return c == 95 || (c as u8).is_ascii_alphabetic();
    }
    assigned(c).is_some_and(unicode_ident::is_xid_start)
}

pub fn is_id_continue(c: u32) -> bool {
    if c < 0x80 {
        return c == 95 || (c as u8).is_ascii_alphanumeric();
    }
    assigned(c).is_some_and(unicode_ident::is_xid_continue)
}

/// Up to three code points that one maps to.
#[derive(Clone, Copy)]
pub struct Mapped([u32; 3], usize);

impl Mapped {
    fn one(c: u32) -> Mapped {
        Mapped([c, 0, 0], 1)
    }
    /// From a list ended by 0; an empty one means the code point itself.
    fn from_list(c: u32, list: &[u32]) -> Mapped {
        let len = list.iter().take_while(|c| **c != 0).count();
        if len == 0 {
            return Mapped::one(c);
        }
        let mut all = [0; 3];
        all[..len].copy_from_slice(&list[..len]);
        Mapped(all, len)
    }
    pub fn as_slice(&self) -> &[u32] {
        &self.0[..self.1]
    }
}

/// Full lower case, without the context rule of the final sigma.
pub fn to_lower(c: u32) -> Mapped {
    if c < 0x80 {
        return Mapped::one((c as u8).to_ascii_lowercase().into());
    }
    char::from_u32(c)
        .map_or(Mapped::one(c), |ch| Mapped::from_list(c, &unicode_case_mapping::to_lowercase(ch)))
}

pub fn to_upper(c: u32) -> Mapped {
    if c < 0x80 {
        return Mapped::one((c as u8).to_ascii_uppercase().into());
    }
    char::from_u32(c)
        .map_or(Mapped::one(c), |ch| Mapped::from_list(c, &unicode_case_mapping::to_uppercase(ch)))
}

pub fn to_title(c: u32) -> Mapped {
    if c < 0x80 {
        return Mapped::one((c as u8).to_ascii_uppercase().into());
    }
    char::from_u32(c)
        .map_or(Mapped::one(c), |ch| Mapped::from_list(c, &unicode_case_mapping::to_titlecase(ch)))
}

fn fold_simple(c: u32) -> u32 {
    char::from_u32(c).and_then(unicode_case_mapping::case_folded).map_or(c, |c| c.get())
}

/// Full case folding.
pub fn to_fold(c: u32) -> Mapped {
    match c {
        0..0x80 => return Mapped::one((c as u8).to_ascii_lowercase().into()),
        // The two whose full folding does not follow from their capitals.
        0x130 => return Mapped([0x69, 0x307, 0], 2),
        0x1e9e => return Mapped([0x73, 0x73, 0], 2),
        _ => {}
    }
    let mut upper = to_upper(c);
    if upper.1 == 1 {
        return Mapped::one(fold_simple(c));
    }
    upper.0[..upper.1].iter_mut().for_each(|c| *c = fold_simple(*c));
    upper
}

/// The character's name in the Unicode standard.
pub fn name(c: u32) -> Option<String> {
    assigned(c).and_then(unicode_names2::name).map(|name| name.to_string())
}

/// The character of a name, or of an alias for one.
pub fn by_name(name: &str) -> Option<char> {
    unicode_names2::character(name).filter(|c| assigned(*c as u32).is_some())
}

fn in_table(table: &[(u32, u32)], c: u32) -> bool {
    table
        .binary_search_by(|&(lo, hi)| {
            if hi < c {
                std::cmp::Ordering::Less
            } else if lo > c {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        })
        .is_ok()
}

#[cfg(test)]
mod tests;
