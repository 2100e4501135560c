//! JSON string literals to strings.

use super::decode_error;
use habu_runtime::heap::Gc;
use habu_runtime::types::str::{Str, StrBuilder, Unit};
use habu_runtime::vm::{PyResult, Vm};

/// Four hexadecimal digits.
fn hex<T: Unit>(text: &[T], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    digits.iter().try_fold(0, |n, d| Some(n << 4 | char::from_u32(d.code())?.to_digit(16)?))
}

/// How many units stand for themselves; control characters do where it is not `strict`.
#[inline]
pub fn plain_length<T: Unit>(text: &[T], strict: bool) -> usize {
    let least: u8 = if strict { 0x20 } else { 0 };
    if let Some(bytes) = T::as_latin1(text) {
        return plain_bytes(bytes, least);
    }
    let stops = |c: &T| matches!(c.code(), 0x22 | 0x5c) || c.code() < u32::from(least);
    text.iter().position(stops).unwrap_or(text.len())
}

/// The same for bytes, eight at a time.
#[inline]
fn plain_bytes(text: &[u8], least: u8) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    // The lowest marked byte is one that is sought; borrows make for wrong marks above it only.
    let below = |word: u64, n: u8| word.wrapping_sub(ONES * u64::from(n)) & !word & TOPS;
    let mut at = 0;
    while let Some(chunk) = text[at..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let marks = below(word ^ (ONES * 0x22), 1) | below(word ^ (ONES * 0x5c), 1) | below(word, least);
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let stops = |b: &u8| matches!(b, 0x22 | 0x5c) || *b < least;
    text[at..].iter().position(stops).map_or(text.len(), |more| at + more)
}

/// The string whose opening quote stands before `at`, and where the text goes on.
pub fn scan<T: Unit>(
    vm: &mut Vm,
    text: &[T],
    doc: Gc<Str>,
    at: usize,
    strict: bool,
) -> PyResult<(Gc<Str>, usize)> {
    let begin = at.wrapping_sub(1);
    let mut builder: Option<StrBuilder> = None;
    let mut at = at;
    loop {
        let start = at;
        at += plain_length(&text[at.min(text.len())..], strict);
        if strict && text.get(at).is_some_and(|c| c.code() < 0x20) {
            return Err(decode_error(vm, "Invalid control character at", doc, at));
        }
        let Some(end) = text.get(at).map(|c| c.code()) else {
            return Err(decode_error(vm, "Unterminated string starting at", doc, begin));
        };
        let chunk = start..at;
        at += 1;
        if end == 0x22 {
            let made = match builder {
                None => vm.str_slice(doc, chunk.start, chunk.end)?,
                Some(mut builder) => {
                    builder.push_units(doc.units().slice(chunk.start, chunk.end));
                    builder.finish(vm)?
                }
            };
            return Ok((made, at));
        }
        let out = builder.get_or_insert_with(StrBuilder::new);
        out.push_units(doc.units().slice(chunk.start, chunk.end));
        let Some(c) = text.get(at).map(|c| c.code()) else {
            return Err(decode_error(vm, "Unterminated string starting at", doc, begin));
        };
        at += 1;
        let plain = match c {
            0x22 | 0x5c | 0x2f => c,
            0x62 => 8,
            0x66 => 12,
            0x6e => 10,
            0x72 => 13,
            0x74 => 9,
            0x75 => {
                let Some(high) = hex(text, at) else {
                    return Err(decode_error(vm, "Invalid \\uXXXX escape", doc, at - 1));
                };
                at += 4;
                let is_pair = high & 0xfc00 == 0xd800
                    && text.get(at).is_some_and(|c| c.code() == 0x5c)
                    && text.get(at + 1).is_some_and(|c| c.code() == 0x75);
                match hex(text, at + 2).filter(|low| is_pair && low & 0xfc00 == 0xdc00) {
                    Some(low) => {
                        at += 6;
                        0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00))
                    }
                    None => high,
                }
            }
            _ => return Err(decode_error(vm, "Invalid \\escape", doc, at - 2)),
        };
        out.push(plain);
    }
}
