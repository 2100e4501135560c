//! The codecs of escapes: `unicode_escape`, `raw_unicode_escape`, and the escapes of bytes literals.

use habu_runtime::codecs::{Culprit, Errors, Failure, backslashed, on_decode_error};
use habu_runtime::heap::Gc;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::vm::{PyResult, Vm};

/// The text as ASCII with escapes.
pub fn unicode_escape(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match c {
            0x09 => out.extend(b"\\t"),
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x5c => out.extend(b"\\\\"),
            0x20..=0x7e => out.push(c as u8),
            _ => out.extend(backslashed(c).bytes()),
        }
    }
    out
}

/// Latin-1, with escapes for what it lacks.
pub fn raw_unicode_escape(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match u8::try_from(c) {
            Ok(b) => out.push(b),
            Err(_) => out.extend(backslashed(c).bytes()),
        }
    }
    out
}

/// The bytes as in a literal, without quotes around.
pub fn escape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for b in bytes {
        match b {
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\\' => out.extend(b"\\\\"),
            b'\'' => out.extend(b"\\'"),
            0x20..=0x7e => out.push(*b),
            b => out.extend(format!("\\x{b:02x}").bytes()),
        }
    }
    out
}

/// What an escape stands for.
enum Escape {
    Char(u32),
    /// An octal number above `\\377`, which is deprecated.
    Wide(u32),
    /// A line break that is left out.
    Nothing,
    /// No escape at all: the backslash stays.
    Unknown,
    Bad(&'static str),
    /// Cut off at the end of the input.
    Unfinished(&'static str),
}

/// The escape whose backslash is at `at`, and where it ends (for a bad one: where the good part of it ends).
fn escape_at(input: &[u8], at: usize, raw: bool) -> (Escape, usize) {
    let Some(kind) = input.get(at + 1) else { return (Escape::Unfinished("\\ at end of string"), at + 1) };
    let digits = |count: usize, reason: &'static str| {
        let found = input[at + 2..].iter().take(count).take_while(|b| b.is_ascii_hexdigit()).count();
        let end = at + 2 + found;
        if found < count {
            return (if end == input.len() { Escape::Unfinished(reason) } else { Escape::Bad(reason) }, end);
        }
        let value =
            input[at + 2..end].iter().fold(0u32, |n, b| n << 4 | (*b as char).to_digit(16).unwrap_or(0));
        (if value > 0x10ffff { Escape::Bad("illegal Unicode character") } else { Escape::Char(value) }, end)
    };
    match kind {
        b'u' => return digits(4, "truncated \\uXXXX escape"),
        b'U' => return digits(8, "truncated \\UXXXXXXXX escape"),
        _ if raw => return (Escape::Unknown, at + 1),
        b'x' => return digits(2, "truncated \\xXX escape"),
        b'N' => return named(input, at),
        b'0'..=b'7' => {
            let len = input[at + 1..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let value = input[at + 1..at + 1 + len].iter().fold(0, |n, b| n * 8 + u32::from(b - b'0'));
            let escape = if value > 0o377 { Escape::Wide(value) } else { Escape::Char(value) };
            return (escape, at + 1 + len);
        }
        _ => {}
    }
    let c = match kind {
        b'\n' => return (Escape::Nothing, at + 2),
        b'\\' | b'\'' | b'"' => *kind,
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => return (Escape::Unknown, at + 1),
    };
    (Escape::Char(c.into()), at + 2)
}

fn named(input: &[u8], at: usize) -> (Escape, usize) {
    const MALFORMED: &str = "malformed \\N character escape";
    if input.get(at + 2) != Some(&b'{') {
        let cut = at + 2 == input.len();
        return (if cut { Escape::Unfinished(MALFORMED) } else { Escape::Bad(MALFORMED) }, at + 2);
    }
    let Some(len) = input[at + 3..].iter().position(|b| *b == b'}') else {
        return (Escape::Unfinished(MALFORMED), input.len());
    };
    let end = at + 3 + len;
    if len == 0 {
        return (Escape::Bad(MALFORMED), end);
    }
    let name = std::str::from_utf8(&input[at + 3..end]).ok();
    match name.and_then(habu_runtime::unicode::by_name) {
        Some(c) => (Escape::Char(c.into()), end + 1),
        None => (Escape::Bad("unknown Unicode character name"), end + 1),
    }
}

/// Text from Latin-1 with escapes, and how much of the input was consumed.
pub fn decode(
    vm: &mut Vm,
    input: &[u8],
    errors: &Errors,
    last: bool,
    raw: bool,
) -> PyResult<(Gc<Str>, usize)> {
    let name = if raw { "rawunicodeescape" } else { "unicodeescape" };
    let mut input = std::borrow::Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    let mut odd = Odd::default();
    while at < input.len() {
        if input[at] != b'\\' || raw && !matches!(input.get(at + 1), Some(b'u' | b'U') | None) {
            out.push(input[at].into());
            at += 1;
            continue;
        }
        if raw && at + 1 == input.len() && last {
            out.push(0x5c);
            break;
        }
        if raw && trailing_backslashes(&input, at).is_multiple_of(2) {
            out.push(0x5c);
            at += 1;
            continue;
        }
        let (escape, end) = escape_at(&input, at, raw);
        let reason = match escape {
            Escape::Char(c) => {
                out.push(c);
                at = end;
                continue;
            }
            Escape::Wide(c) => {
                odd.octal(&input[at + 1..end]);
                out.push(c);
                at = end;
                continue;
            }
            Escape::Nothing => {
                at = end;
                continue;
            }
            Escape::Unknown => {
                odd.unknown(input.get(at + 1));
                out.push(0x5c);
                at = end;
                continue;
            }
            Escape::Unfinished(_) if !last => break,
            Escape::Unfinished(reason) | Escape::Bad(reason) => reason,
        };
        let failure = Failure { start: at, end, reason };
        let fixed = on_decode_error(vm, errors, Culprit { codec: None, name }, &input, failure)?;
        out.push_py(fixed.text);
        if let Some(changed) = fixed.input {
            input = std::borrow::Cow::Owned(changed);
        }
        at = fixed.next;
    }
    odd.warn(vm, "")?;
    Ok((out.finish(vm)?, at))
}

/// The first escape of an input that a later version of Python will reject.
#[derive(Default)]
struct Odd(Option<String>);

impl Odd {
    fn unknown(&mut self, after: Option<&u8>) {
        if let (None, Some(b)) = (&self.0, after) {
            self.0 = Some(format!("\\{}\" is an invalid escape", *b as char));
        }
    }

    fn octal(&mut self, digits: &[u8]) {
        if self.0.is_none() {
            let digits = String::from_utf8_lossy(digits);
            self.0 = Some(format!("\\{digits}\" is an invalid octal escape"));
        }
    }

    /// The warning, if there is anything to warn of; `prefix` is that of the literal.
    fn warn(self, vm: &mut Vm, prefix: &str) -> PyResult<()> {
        let Some(what) = self.0 else { return Ok(()) };
        let text = format!("{prefix}\"{what} sequence. Such sequences will not work in the future. ");
        vm.warn(habu_runtime::vm::Exc::DeprecationWarning, &text, 1)
    }
}

/// How many backslashes in a row end at `at`.
fn trailing_backslashes(input: &[u8], at: usize) -> usize {
    input[..=at].iter().rev().take_while(|b| **b == b'\\').count()
}

/// Bytes from the inside of a bytes literal.
pub fn unescape(vm: &mut Vm, input: &[u8], errors: &Errors) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    let mut odd = Odd::default();
    while at < input.len() {
        if input[at] != b'\\' {
            out.push(input[at]);
            at += 1;
            continue;
        }
        match input.get(at + 1) {
            None => return Err(vm.value_error("Trailing \\ in string")),
            Some(b @ (b'u' | b'U' | b'N')) => {
                odd.unknown(Some(b));
                out.push(b'\\');
                at += 1;
                continue;
            }
            Some(_) => {}
        }
        let (escape, end) = escape_at(input, at, false);
        match escape {
            Escape::Char(c) => out.push(c as u8),
            Escape::Wide(c) => {
                odd.octal(&input[at + 1..end]);
                out.push(c as u8);
            }
            Escape::Nothing => {}
            Escape::Unknown => {
                odd.unknown(input.get(at + 1));
                out.push(b'\\');
            }
            Escape::Bad(_) | Escape::Unfinished(_) => match errors {
                Errors::Ignore => {}
                Errors::Replace => out.push(b'?'),
                Errors::Strict => return Err(vm.value_error(format!("invalid \\x escape at position {at}"))),
                Errors::Custom(name) => {
                    return Err(
                        vm.value_error(format!("decoding error; unknown error handling code: {name}"))
                    );
                }
                _ => return Err(vm.value_error("decoding error; unknown error handling code")),
            },
        }
        at = end;
    }
    odd.warn(vm, "b")?;
    Ok(out)
}
