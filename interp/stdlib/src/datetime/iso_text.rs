//! Reading ISO 8601 texts: what the three `fromisoformat` accept.
//!
//! Texts come as one byte a character; what is not ASCII is a byte that no format knows.

use super::calendar::{days_in_month, from_iso};
use super::zone;
use habu_runtime::heap::Gc;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};

/// The argument of `fromisoformat`.
pub fn argument(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    match vm.downcast::<Str>(v) {
        Some(text) => Ok(text),
        None => Err(vm.type_error("fromisoformat: argument must be str")),
    }
}

pub fn bytes_of(text: Gc<Str>) -> Vec<u8> {
    text.iter().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(0xff)).collect()
}

pub fn invalid(vm: &mut Vm, text: Gc<Str>) -> Raised {
    match vm.repr(Value::from_gc(text)) {
        Ok(shown) => vm.value_error(format!("Invalid isoformat string: {}", shown.to_message())),
        Err(raised) => raised,
    }
}

/// A text that is read from the left; behind its end are zeros.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }
    fn next(&mut self) -> u8 {
        let c = self.peek();
        self.at += 1;
        c
    }
    fn digits(&mut self, count: usize) -> Option<i32> {
        let mut n = 0;
        for _ in 0..count {
            let c = self.next();
            if !c.is_ascii_digit() {
                return None;
            }
            n = n * 10 + i32::from(c - b'0');
        }
        Some(n)
    }
}

/// Year, month and day, not yet checked (but for week dates); what follows them does not matter.
pub fn date(text: &[u8]) -> Option<(i32, i32, i32)> {
    let mut r = Reader { text, at: 0 };
    let year = r.digits(4)?;
    let separated = r.peek() == b'-';
    r.at += usize::from(separated);
    if r.peek() == b'W' {
        r.at += 1;
        let week = r.digits(2)?;
        let mut day = 1;
        if r.at < text.len() {
            if separated && r.next() != b'-' {
                return None;
            }
            day = r.digits(1)?;
        }
        return from_iso(year, week, day).ok();
    }
    let month = r.digits(2)?;
    if separated && r.next() != b'-' {
        return None;
    }
    Some((year, month, r.digits(2)?))
}

/// A time of day as it was written.
#[derive(Default)]
pub struct Time {
    /// Hour, minute, second, microsecond.
    pub fields: [i32; 4],
    /// Offset from UTC in microseconds.
    pub offset: Option<i64>,
}

impl Time {
    /// The time zone that was written.
    pub fn zone(&self, vm: &mut Vm) -> PyResult {
        match self.offset {
            Some(offset) => zone::of_micros(vm, offset),
            None => Ok(Value::NONE),
        }
    }

    /// Whether it is the midnight at the end of a day; that hour with anything else is an error.
    pub fn is_end_of_day(&self, vm: &mut Vm) -> PyResult<bool> {
        match self.fields {
            [24, 0, 0, 0] => Ok(true),
            [24, ..] => Err(vm.value_error("minute, second, and microsecond must be 0 when hour is 24")),
            _ => Ok(false),
        }
    }
}

/// `HH[[:]MM[[:]SS[(.|,)fraction]]]` up to `end`, and whether something is left.
fn clock(text: &[u8], end: usize) -> Option<([i32; 4], bool)> {
    let mut fields = [0; 4];
    let mut r = Reader { text, at: 0 };
    let mut separated = true;
    for i in 0..3 {
        fields[i] = r.digits(2)?;
        let c = r.next();
        if i == 0 {
            separated = c == b':';
        }
        if r.at >= end {
            // A fraction must have digits.
            return (i < 2 || !matches!(c, b'.' | b',')).then_some((fields, c != 0));
        }
        match c {
            b':' if separated => {
                if i == 2 {
                    return None;
                }
            }
            b'.' | b',' => {
                if i < 2 {
                    return None;
                }
                break;
            }
            _ if !separated => r.at -= 1,
            _ => return None,
        }
    }
    let digits = (end - r.at).min(6);
    if digits == 0 {
        return None;
    }
    fields[3] = r.digits(digits)? * 10_i32.pow(6 - digits as u32);
    while r.peek().is_ascii_digit() {
        r.at += 1;
    }
    Some((fields, r.peek() != 0))
}

pub fn time(text: &[u8]) -> Option<Time> {
    let end = text.iter().position(|c| matches!(c, b'+' | b'-' | b'Z')).unwrap_or(text.len());
    let (fields, left) = clock(text, end)?;
    let Some(sign) = text.get(end) else {
        return (!left).then_some(Time { fields, offset: None });
    };
    let rest = &text[end + 1..];
    if *sign == b'Z' {
        return rest.is_empty().then_some(Time { fields, offset: Some(0) });
    }
    let ([hours, minutes, seconds, micros], left) = clock(rest, rest.len())?;
    if left {
        return None;
    }
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
    let offset = seconds * 1_000_000 + i64::from(micros);
    Some(Time { fields, offset: Some(if *sign == b'-' { -offset } else { offset }) })
}

/// Where the date ends in the text of a datetime; anything may separate it from the time.
fn date_len(text: &[u8]) -> Option<usize> {
    if text.len() < 7 {
        return None;
    }
    if text.len() == 7 {
        return Some(7);
    }
    if text[4] == b'-' {
        if text[5] != b'W' {
            return Some(10);
        }
        return match text.get(8) {
            Some(b'-') if text.len() == 9 => None,
            // `YYYY-Www-D` or `YYYY-Www` with a hyphen before the time: two digits are an hour.
            Some(b'-') if text.get(10).is_some_and(u8::is_ascii_digit) => Some(8),
            Some(b'-') => Some(10),
            _ => Some(8),
        };
    }
    if text[4] != b'W' {
        return Some(8);
    }
    let digits = text[7..].iter().take_while(|c| c.is_ascii_digit()).count();
    match 7 + digits {
        end if end < 9 => Some(end),
        end if end % 2 == 0 => Some(7),
        _ => Some(8),
    }
}

/// Date and time of a datetime's text.
pub fn datetime(text: &[u8]) -> Option<((i32, i32, i32), Time)> {
    let at = date_len(text)?;
    let date = date(text.get(..at)?)?;
    if at == text.len() {
        return Some((date, Time::default()));
    }
    Some((date, time(&text[at + 1..])?))
}

/// The day after, whose year may be one past the last. What is no day stays what it is.
pub fn next_day((year, month, day): (i32, i32, i32)) -> (i32, i32, i32) {
    if !(1..=12).contains(&month) || day != days_in_month(year, month) {
        let is_day = (1..=12).contains(&month) && day < days_in_month(year, month);
        return (year, month, if is_day { day + 1 } else { day });
    }
    if month == 12 { (year + 1, 1, 1) } else { (year, month + 1, 1) }
}
