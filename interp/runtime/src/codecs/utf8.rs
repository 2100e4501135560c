//! UTF-8: encoding and decoding up to the first error.

use super::{Failure, Stop};
use crate::types::str::{StrBuilder, Units, is_surrogate};

/// Encodes from `from` up to the first lone surrogate.
pub(super) fn encode(text: Units<'_>, from: usize, out: &mut Vec<u8>) -> Option<Failure> {
    out.reserve(text.len().saturating_sub(from));
    for i in from..text.len() {
        match char::from_u32(text.at(i)) {
            Some(c) => push_char(out, c),
            None => {
                let end = (i..text.len()).find(|&j| !is_surrogate(text.at(j))).unwrap_or(text.len());
                return Some(Failure { start: i, end, reason: "surrogates not allowed" });
            }
        }
    }
    None
}

pub(super) fn push_char(out: &mut Vec<u8>, c: char) {
    // Byte by byte: a call of memcpy takes longer than writing a few of them.
    let tail = |shift: u32| 0x80 | (c as u32 >> shift & 0x3f) as u8;
    match c as u32 {
        n @ ..0x80 => out.push(n as u8),
        n @ ..0x800 => out.extend([0xc0 | (n >> 6) as u8, tail(0)]),
        n @ ..0x10000 => out.extend([0xe0 | (n >> 12) as u8, tail(6), tail(0)]),
        n => out.extend([0xf0 | (n >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Decodes from `from` up to the first error; unless `last`, an unfinished sequence at the end is left.
pub(super) fn decode(input: &[u8], from: usize, out: &mut StrBuilder, last: bool) -> Stop {
    match std::str::from_utf8(&input[from..]) {
        Ok(text) => {
            out.push_str(text);
            Stop::End(input.len())
        }
        Err(e) => {
            let start = from + e.valid_up_to();
            out.push_str(std::str::from_utf8(&input[from..start]).unwrap_or_default());
            let Some(len) = e.error_len() else {
                if !last {
                    return Stop::End(start);
                }
                return Stop::Error(Failure { start, end: input.len(), reason: "unexpected end of data" });
            };
            // A byte that can begin no sequence, or one that cannot go on as it does.
            let reason = if matches!(input[start], 0xc2..=0xf4) {
                "invalid continuation byte"
            } else {
                "invalid start byte"
            };
            Stop::Error(Failure { start, end: start + len, reason })
        }
    }
}
