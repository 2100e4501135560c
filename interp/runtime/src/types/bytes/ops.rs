//! What `bytes` and `bytearray` do with their content, over plain slices.

use crate::types::str::StrBuilder;

/// White space of ASCII: what `bytes.split` splits at.
pub fn is_space(b: u8) -> bool {
    matches!(b, 9..=13 | 32)
}

/// Appends the content as a literal in `quote`s, without prefix; `escape_single`: `'` is escaped whatever the quotes.
fn push_quoted(out: &mut StrBuilder, bytes: &[u8], quote: u8, escape_single: bool) {
    out.push(quote.into());
    for b in bytes {
        match *b {
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            b if b == quote || escape_single && b == b'\'' => {
                out.push_char('\\');
                out.push(b.into());
            }
            b @ 0x20..=0x7e => out.push(b.into()),
            b => out.push_str(&format!("\\x{b:02x}")),
        }
    }
    out.push(quote.into());
}

/// Appends `b'…'`: in single quotes unless only those occur. Within a bytearray's repr they are escaped all the same.
pub fn push_repr(out: &mut StrBuilder, bytes: &[u8], bytearray: bool) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    out.push_char('b');
    push_quoted(out, bytes, quote, bytearray);
}

pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

pub fn swapcase(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|b| if b.is_ascii_alphabetic() { b ^ 32 } else { *b }).collect()
}

pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut after_letter = false;
    let each = |b: &u8| {
        let mapped = if after_letter { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        after_letter = b.is_ascii_alphabetic();
        mapped
    };
    bytes.iter().map(each).collect()
}

pub fn is_title(bytes: &[u8]) -> bool {
    let (mut found, mut after_letter) = (false, false);
    for b in bytes {
        if b.is_ascii_uppercase() && after_letter || b.is_ascii_lowercase() && !after_letter {
            return false;
        }
        after_letter = b.is_ascii_alphabetic();
        found |= after_letter;
    }
    found
}

pub fn is_lower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

pub fn is_upper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

/// Whether there are bytes and all have the property.
pub fn all(bytes: &[u8], property: impl Fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(property)
}

/// `None`: too long.
pub fn replace(bytes: &[u8], matches: &[usize], old: usize, new: &[u8]) -> Option<Vec<u8>> {
    let kept = bytes.len() - matches.len() * old;
    let len = matches.len().checked_mul(new.len())?.checked_add(kept)?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).ok()?;
    let mut from = 0;
    for at in matches {
        out.extend_from_slice(&bytes[from..*at]);
        out.extend_from_slice(new);
        from = at + old;
    }
    out.extend_from_slice(&bytes[from..]);
    Some(out)
}

/// `None`: too long.
pub fn padded(left: usize, bytes: &[u8], right: usize, fill: u8) -> Option<Vec<u8>> {
    let len = left.checked_add(right)?.checked_add(bytes.len())?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).ok()?;
    out.extend(std::iter::repeat_n(fill, left));
    out.extend_from_slice(bytes);
    out.extend(std::iter::repeat_n(fill, right));
    Some(out)
}

pub fn zfill(bytes: &[u8], width: usize) -> Option<Vec<u8>> {
    let mut out = padded(width.saturating_sub(bytes.len()), bytes, 0, b'0')?;
    if let Some(sign @ (b'+' | b'-')) = bytes.first().copied()
        && out.len() > bytes.len()
    {
        let at = out.len() - bytes.len();
        out[at] = b'0';
        out[0] = sign;
    }
    Some(out)
}

/// `None`: too long.
pub fn expand_tabs(bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    out.try_reserve(bytes.len()).ok()?;
    let mut column = 0usize;
    for (at, b) in bytes.iter().enumerate() {
        match b {
            b'\t' if size > 0 => {
                let spaces = size - column % size;
                out.try_reserve(spaces.checked_add(bytes.len() - at)?).ok()?;
                out.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            b'\t' => {}
            _ => {
                out.push(*b);
                column = if matches!(b, b'\n' | b'\r') { 0 } else { column + 1 };
            }
        }
    }
    Some(out)
}

pub fn translate(bytes: &[u8], table: Option<&[u8]>, delete: &[u8]) -> Vec<u8> {
    if let (Some(table), []) = (table, delete) {
        return bytes.iter().map(|b| table[*b as usize]).collect();
    }
    let mut dropped = [false; 256];
    delete.iter().for_each(|b| dropped[*b as usize] = true);
    let kept = bytes.iter().filter(|b| !dropped[**b as usize]);
    match table {
        Some(table) => kept.map(|b| table[*b as usize]).collect(),
        None => kept.copied().collect(),
    }
}

/// Hexadecimal text with a separator every `|group|` bytes, counted from the right, or the left when negative.
pub fn hex(bytes: &[u8], separator: Option<u8>, group: i64) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    if separator.is_none() {
        // Digits are ASCII.
        return super::hex::digits(bytes)
            .and_then(|digits| String::from_utf8(digits).ok())
            .unwrap_or_default();
    }
    let mut out = String::with_capacity(bytes.len() * 3);
    for (i, b) in bytes.iter().enumerate() {
        if let Some(separator) = separator
            && i > 0
            && size > 0
            && (if group > 0 { bytes.len() - i } else { i }).is_multiple_of(size)
        {
            out.push(separator as char);
        }
        out.push(DIGITS[(b >> 4) as usize] as char);
        out.push(DIGITS[(b & 15) as usize] as char);
    }
    out
}

/// Why `fromhex` refuses a text.
#[derive(Debug, PartialEq, Eq)]
pub enum HexError {
    Odd,
    /// Position of what is no digit.
    NotHex(usize),
}

pub fn from_hex(text: impl ExactSizeIterator<Item = u32> + Clone) -> Result<Vec<u8>, HexError> {
    let digit = |c: u32| char::from_u32(c).and_then(|c| c.to_digit(16)).map(|d| d as u8);
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut chars = text.enumerate();
    while let Some((i, c)) = chars.next() {
        if u8::try_from(c).is_ok_and(is_space) {
            continue;
        }
        let high = digit(c).ok_or(HexError::NotHex(i))?;
        let (i, c) = chars.next().ok_or(HexError::Odd)?;
        let low = digit(c).ok_or(HexError::NotHex(i))?;
        out.push(high << 4 | low);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        assert_eq!(hex(b"abcde", Some(b':'), 2), "61:6263:6465");
        assert_eq!(hex(b"abcde", Some(b':'), -2), "6162:6364:65");
        assert_eq!(hex(b"ab", None, 1), "6162");
        let parse = |s: &str| from_hex(s.bytes().map(u32::from).collect::<Vec<_>>().into_iter());
        assert_eq!(parse(" aa\tbb "), Ok(vec![0xaa, 0xbb]));
        assert_eq!(parse("aa b"), Err(HexError::Odd));
        assert_eq!(parse("zz"), Err(HexError::NotHex(0)));
    }

    #[test]
    fn layout() {
        assert_eq!(zfill(b"-a", 5).unwrap(), b"-000a");
        assert_eq!(zfill(b"-a", 2).unwrap(), b"-a");
        assert_eq!(expand_tabs(b"a\tb\n\tc", 4).unwrap(), b"a   b\n    c");
        assert_eq!(title(b"it's a"), b"It'S A");
        assert!(is_title(b"Ab Cd") && !is_title(b"ab") && !is_title(b"1"));
        let mut out = StrBuilder::new();
        push_repr(&mut out, b"'\x00\n", false);
        assert!(out.units().iter().eq("b\"'\\x00\\n\"".chars().map(u32::from)));
    }
}
