//! Format strings of `struct`: parsed once into the layout of a record.

use super::ERROR;
use habu_runtime::vm::{PyResult, Vm};

/// A run of equal items at an offset. For `s` and `p` the repeat count is the size of the one item.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub code: u8,
    pub size: usize,
    pub offset: usize,
    pub count: usize,
}

/// A parsed format.
#[derive(Clone, Debug)]
pub struct Layout {
    pub text: Vec<u8>,
    pub runs: Vec<Run>,
    pub size: usize,
    /// Values that a record takes.
    pub values: usize,
    pub little: bool,
}

/// Size and alignment of an item: in the machine's own sizes, or in standard ones without alignment.
fn item(code: u8, native: bool) -> Option<(usize, usize)> {
    let size = match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => return Some((1, 1)),
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                8
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'F' => return Some((8, if native { 4 } else { 1 })),
        b'D' => return Some((16, if native { 8 } else { 1 })),
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    };
    Some((size, if native { size } else { 1 }))
}

const MAX: usize = i64::MAX as usize;

enum Fault {
    BadChar,
    NoItem,
    TooLong,
}

fn parse_runs(text: &[u8]) -> Result<Layout, Fault> {
    let (native, little, rest) = match text.first() {
        Some(b'@') => (true, true, &text[1..]),
        Some(b'=' | b'<') => (false, true, &text[1..]),
        Some(b'>' | b'!') => (false, false, &text[1..]),
        _ => (true, true, text),
    };
    let (mut runs, mut size, mut values): (Vec<Run>, usize, usize) = (Vec::new(), 0, 0);
    let mut chars = rest.iter().copied();
    while let Some(mut c) = chars.next() {
        if matches!(c, b' ' | 9..=13) {
            continue;
        }
        let mut count = 1usize;
        if c.is_ascii_digit() {
            count = usize::from(c - b'0');
            loop {
                match chars.next() {
                    Some(d) if d.is_ascii_digit() => {
                        let next = count.checked_mul(10).and_then(|n| n.checked_add(usize::from(d - b'0')));
                        count = next.filter(|n| *n <= MAX).ok_or(Fault::TooLong)?;
                    }
                    Some(other) => {
                        c = other;
                        break;
                    }
                    None => return Err(Fault::NoItem),
                }
            }
        }
        let (item_size, align) = item(c, native).ok_or(Fault::BadChar)?;
        size = size.checked_next_multiple_of(align).filter(|n| *n <= MAX).ok_or(Fault::TooLong)?;
        let bytes = item_size.checked_mul(count).ok_or(Fault::TooLong)?;
        match c {
            b's' | b'p' => {
                values += 1;
                runs.push(Run { code: c, size: count, offset: size, count: 1 });
            }
            b'x' => {}
            _ => {
                values = values.checked_add(count).ok_or(Fault::TooLong)?;
                if count > 0 {
                    runs.push(Run { code: c, size: item_size, offset: size, count });
                }
            }
        }
        size = size.checked_add(bytes).filter(|n| *n <= MAX).ok_or(Fault::TooLong)?;
    }
    Ok(Layout { text: text.to_vec(), runs, size, values, little })
}

/// Parses a format; struct.error says what is wrong with it.
pub fn parse(vm: &mut Vm, text: &[u8]) -> PyResult<Layout> {
    if text.contains(&0) {
        return Err(ERROR.raise(vm, "embedded null character"));
    }
    parse_runs(text).map_err(|fault| {
        let text = match fault {
            Fault::BadChar => "bad char in struct format",
            Fault::NoItem => "repeat count given without format specifier",
            Fault::TooLong => "total struct size too long",
        };
        ERROR.raise(vm, text)
    })
}
