//! UTF-16 and UTF-32 in both byte orders: encoding and decoding up to the first error.

use super::{Endian, Failure, Stop};
use crate::types::str::{StrBuilder, Units, is_surrogate};

pub(super) fn push16(out: &mut Vec<u8>, unit: u16, endian: Endian) {
    out.extend_from_slice(&if endian == Endian::Little { unit.to_le_bytes() } else { unit.to_be_bytes() });
}

pub(super) fn push32(out: &mut Vec<u8>, c: u32, endian: Endian) {
    out.extend_from_slice(&if endian == Endian::Little { c.to_le_bytes() } else { c.to_be_bytes() });
}

fn not_allowed(at: usize) -> Option<Failure> {
    Some(Failure { start: at, end: at + 1, reason: "surrogates not allowed" })
}

pub(super) fn encode16(text: Units<'_>, from: usize, out: &mut Vec<u8>, endian: Endian) -> Option<Failure> {
    for i in from..text.len() {
        match text.at(i) {
            c if is_surrogate(c) => return not_allowed(i),
            c @ 0..=0xffff => push16(out, c as u16, endian),
            c => {
                let c = c - 0x10000;
                push16(out, 0xd800 | (c >> 10) as u16, endian);
                push16(out, 0xdc00 | (c & 0x3ff) as u16, endian);
            }
        }
    }
    None
}

pub(super) fn encode32(text: Units<'_>, from: usize, out: &mut Vec<u8>, endian: Endian) -> Option<Failure> {
    for i in from..text.len() {
        let c = text.at(i);
        if is_surrogate(c) {
            return not_allowed(i);
        }
        push32(out, c, endian);
    }
    None
}

pub(super) fn unit16(bytes: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
    Some(if endian == Endian::Little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }.into())
}

pub(super) fn unit32(bytes: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(if endian == Endian::Little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
}

pub(super) fn decode16(input: &[u8], from: usize, out: &mut StrBuilder, endian: Endian, last: bool) -> Stop {
    let mut at = from;
    let fail = |start, end, reason| Stop::Error(Failure { start, end, reason });
    while at < input.len() {
        let Some(unit) = unit16(input, at, endian) else {
            return if last { fail(at, input.len(), "truncated data") } else { Stop::End(at) };
        };
        match unit {
            0xd800..=0xdbff => match unit16(input, at + 2, endian) {
                None if last => return fail(at, input.len(), "unexpected end of data"),
                None => return Stop::End(at),
                Some(low @ 0xdc00..=0xdfff) => {
                    out.push(0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff)));
                    at += 4;
                    continue;
                }
                Some(_) => return fail(at, at + 2, "illegal UTF-16 surrogate"),
            },
            0xdc00..=0xdfff => return fail(at, at + 2, "illegal encoding"),
            c => out.push(c),
        }
        at += 2;
    }
    Stop::End(at)
}

pub(super) fn decode32(input: &[u8], from: usize, out: &mut StrBuilder, endian: Endian, last: bool) -> Stop {
    let mut at = from;
    let fail = |start, end, reason| Stop::Error(Failure { start, end, reason });
    while at < input.len() {
        match unit32(input, at, endian) {
            None => return if last { fail(at, input.len(), "truncated data") } else { Stop::End(at) },
            Some(c) if is_surrogate(c) => {
                return fail(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)");
            }
            Some(c) if c > 0x10ffff => return fail(at, at + 4, "code point not in range(0x110000)"),
            Some(c) => out.push(c),
        }
        at += 4;
    }
    Stop::End(at)
}
