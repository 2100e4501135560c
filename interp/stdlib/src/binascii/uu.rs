//! The line format of uuencode.

use super::ERROR;
use habu_runtime::vm::{PyResult, Vm};

/// Decodes a line.
pub fn decode(vm: &mut Vm, line: &[u8]) -> PyResult<Vec<u8>> {
    let Some((&first, rest)) = line.split_first() else {
        return Err(ERROR.raise(vm, "Missing length byte"));
    };
    let wanted = usize::from(first.wrapping_sub(b' ') & 63);
    let mut out = Vec::with_capacity(wanted);
    let (mut bits, mut held) = (0u32, 0);
    let mut chars = rest.iter().copied();
    while out.len() < wanted {
        // Some encoders drop trailing spaces: a line that ends early goes on with zeros.
        let c = chars.next().unwrap_or(b' ');
        let v = match c {
            b'\n' | b'\r' => 0,
            b' '..=96 => u32::from(c - b' ') & 63,
            _ => return Err(ERROR.raise(vm, "Illegal char")),
        };
        bits = bits << 6 | v;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    for c in chars {
        // Padding of either kind may follow.
        if !matches!(c, b' ' | b'`' | b'\n' | b'\r') {
            return Err(ERROR.raise(vm, "Trailing garbage"));
        }
    }
    Ok(out)
}

/// Encodes a line of at most 45 bytes.
pub fn encode(data: &[u8], backtick: bool) -> Vec<u8> {
    let letter = |bits: u32| match (bits & 63) as u8 {
        0 if backtick => b'`',
        v => v + b' ',
    };
    let mut out = vec![letter(data.len() as u32)];
    for c in data.chunks(3) {
        let at = |i: usize| u32::from(c.get(i).copied().unwrap_or(0));
        let n = at(0) << 16 | at(1) << 8 | at(2);
        out.extend_from_slice(&[letter(n >> 18), letter(n >> 12), letter(n >> 6), letter(n)]);
    }
    out.push(b'\n');
    out
}
