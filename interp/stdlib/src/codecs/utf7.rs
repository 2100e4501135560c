//! UTF-7: text in ASCII, with runs of UTF-16 in base64 between `+` and `-`.

use habu_runtime::codecs::{Culprit, Errors, Failure, on_decode_error};
use habu_runtime::heap::Gc;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::vm::{PyResult, Vm};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(b: u8) -> Option<u32> {
    Some(match b {
        b'A'..=b'Z' => u32::from(b - b'A'),
        b'a'..=b'z' => u32::from(b - b'a') + 26,
        b'0'..=b'9' => u32::from(b - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Whether a character is written as itself.
fn is_direct(c: u32) -> bool {
    matches!(u8::try_from(c), Ok(b'\t' | b'\n' | b'\r' | b' '..=b'}')) && c != 0x2b && c != 0x5c
}

pub fn encode(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut shifted, mut bits, mut buffer) = (false, 0, 0u32);
    for c in text.iter() {
        if shifted && is_direct(c) {
            if bits > 0 {
                out.push(BASE64[((buffer << (6 - bits)) & 63) as usize]);
            }
            (shifted, bits, buffer) = (false, 0, 0);
            // Others end the run by themselves.
            if c == 0x2d || digit(c as u8).is_some() {
                out.push(b'-');
            }
            out.push(c as u8);
            continue;
        }
        if !shifted {
            if c == 0x2b {
                out.extend(b"+-");
                continue;
            }
            if is_direct(c) {
                out.push(c as u8);
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let units = match c {
            0x10000.. => [Some(0xd800 + ((c - 0x10000) >> 10)), Some(0xdc00 + ((c - 0x10000) & 0x3ff))],
            _ => [Some(c), None],
        };
        for unit in units.into_iter().flatten() {
            buffer = buffer << 16 | unit;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(BASE64[((buffer >> bits) & 63) as usize]);
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(BASE64[((buffer << (6 - bits)) & 63) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    out
}

/// A run of base64 under way.
#[derive(Clone, Copy, Default)]
struct Run {
    bits: u32,
    buffer: u32,
    /// First half of a pair; 0: none.
    surrogate: u32,
}

impl Run {
    fn digit(&mut self, d: u32, out: &mut Vec<u32>) {
        self.buffer = self.buffer << 6 | d;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits & 0xffff;
        self.buffer &= (1 << self.bits) - 1;
        if self.surrogate != 0 {
            let first = std::mem::take(&mut self.surrogate);
            if (0xdc00..0xe000).contains(&unit) {
                out.push(0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00));
                return;
            }
            out.push(first);
        }
        if (0xd800..0xdc00).contains(&unit) {
            self.surrogate = unit;
        } else {
            out.push(unit);
        }
    }
    /// What is wrong with a run that ends here.
    fn fault(&self) -> Option<&'static str> {
        match self.bits {
            0 => None,
            6.. => Some("partial character in base64 sequence"),
            _ if self.buffer != 0 => Some("non-zero padding bits in base64 sequence"),
            _ => None,
        }
    }
}

/// Text, and how much of the input was consumed: a run that has not ended is left over unless `last`.
pub fn decode(vm: &mut Vm, input: &[u8], errors: &Errors, last: bool) -> PyResult<(Gc<Str>, usize)> {
    let mut input = input.to_vec();
    let mut out: Vec<u32> = Vec::with_capacity(input.len());
    let mut run: Option<Run> = None;
    // Where the run, or the fault, began; and how much there was of the text.
    let (mut at, mut start, mut text_at) = (0, 0, 0);
    loop {
        let mut fault = None;
        if at >= input.len() {
            let unfinished =
                run.is_some_and(|r| r.surrogate != 0 || r.bits >= 6 || r.bits > 0 && r.buffer != 0);
            if !last || !unfinished {
                break;
            }
            run = None;
            fault = Some("unterminated shift sequence");
        } else {
            let b = input[at];
            match &mut run {
                Some(r) => match digit(b) {
                    Some(d) => {
                        r.digit(d, &mut out);
                        at += 1;
                    }
                    None => {
                        let ended = *r;
                        run = None;
                        fault = ended.fault();
                        if fault.is_some() {
                            at += 1;
                        } else {
                            if ended.surrogate != 0 && b < 0x80 && b != b'+' {
                                out.push(ended.surrogate);
                            }
                            at += usize::from(b == b'-');
                        }
                    }
                },
                None if b == b'+' => {
                    start = at;
                    at += 1;
                    match input.get(at) {
                        Some(b'-') => {
                            at += 1;
                            out.push(0x2b);
                        }
                        Some(next) if digit(*next).is_none() => {
                            at += 1;
                            fault = Some("ill-formed sequence");
                        }
                        _ => {
                            run = Some(Run::default());
                            text_at = out.len();
                        }
                    }
                }
                None if b < 0x80 => {
                    out.push(b.into());
                    at += 1;
                }
                None => {
                    start = at;
                    at += 1;
                    fault = Some("unexpected special character");
                }
            }
        }
        if let Some(reason) = fault {
            let failure = Failure { start, end: at.min(input.len()), reason };
            let culprit = Culprit { codec: None, name: "utf7" };
            let fixed = on_decode_error(vm, errors, culprit, &input, failure)?;
            out.extend(fixed.text.iter());
            if let Some(changed) = fixed.input {
                input = changed;
            }
            at = fixed.next;
            if at >= input.len() {
                break;
            }
        }
    }
    if run.is_some() && !last {
        out.truncate(text_at);
        at = start;
    }
    let mut text = StrBuilder::with_capacity(out.len());
    for c in out {
        text.push(c);
    }
    Ok((text.finish(vm)?, at))
}
