//! Base64: the strict and the lenient decoder, and the encoder with its newline.

use super::ERROR;
use habu_runtime::vm::{PyResult, Vm};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NONE: u8 = 0xff;

/// Value of each character, or `NONE`.
const VALUES: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// The encoding, padded; a newline behind it if wanted.
pub fn encode(data: &[u8], newline: bool) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    out.try_reserve_exact(data.len().div_ceil(3).checked_mul(4)? + 1).ok()?;
    let letter = |bits: u32| ALPHABET[(bits & 63) as usize];
    let mut chunks = data.chunks_exact(3);
    for c in &mut chunks {
        let n = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
        out.extend_from_slice(&[letter(n >> 18), letter(n >> 12), letter(n >> 6), letter(n)]);
    }
    match *chunks.remainder() {
        [a] => {
            let n = u32::from(a) << 16;
            out.extend_from_slice(&[letter(n >> 18), letter(n >> 12), b'=', b'=']);
        }
        [a, b] => {
            let n = u32::from(a) << 16 | u32::from(b) << 8;
            out.extend_from_slice(&[letter(n >> 18), letter(n >> 12), letter(n >> 6), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    Some(out)
}

/// The bytes of an encoding. What is no base64 character is skipped, unless `strict`.
pub fn decode(vm: &mut Vm, data: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    if out.try_reserve_exact(data.len().div_ceil(4) * 3).is_err() {
        return Err(vm.memory_error());
    }
    // `place`: characters of the present group of four; `pads`: padding since the last character.
    let (mut place, mut pads, mut group) = (0usize, 0usize, 0u32);
    let mut rest = data;
    while let Some((&c, tail)) = rest.split_first() {
        if place == 0 && pads == 0 {
            // Whole groups at once.
            while let [a, b, c, d, tail @ ..] = rest {
                let v = [a, b, c, d].map(|x| VALUES[usize::from(*x)]);
                if v.contains(&NONE) {
                    break;
                }
                let n = v.iter().fold(0u32, |n, v| n << 6 | u32::from(*v));
                out.extend_from_slice(&n.to_be_bytes()[1..]);
                rest = tail;
            }
            if rest.is_empty() {
                break;
            }
            if rest.len() != tail.len() + 1 {
                continue;
            }
        }
        rest = tail;
        if c == b'=' {
            pads += 1;
            if strict && !(place >= 2 && place + pads <= 4) {
                if place == 1 {
                    break;
                }
                let leading = place == 0 && out.is_empty();
                let what = if leading { "Leading" } else { "Excess" };
                return Err(ERROR.raise(vm, format!("{what} padding not allowed")));
            }
            continue;
        }
        let v = VALUES[usize::from(c)];
        if v == NONE {
            if strict {
                return Err(ERROR.raise(vm, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict && pads > 0 {
            let text = if place + pads == 4 {
                "Excess data after padding"
            } else {
                "Discontinuous padding not allowed"
            };
            return Err(ERROR.raise(vm, text));
        }
        pads = 0;
        group = group << 6 | u32::from(v);
        place += 1;
        if place == 4 {
            out.extend_from_slice(&group.to_be_bytes()[1..]);
            (place, group) = (0, 0);
        }
    }
    match place {
        0 => return Ok(out),
        1 => {
            let count = out.len() / 3 * 4 + 1;
            return Err(ERROR.raise(
                vm,
                format!(
                    "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
                ),
            ));
        }
        _ if place + pads < 4 => return Err(ERROR.raise(vm, "Incorrect padding")),
        2 => out.push((group >> 4) as u8),
        _ => out.extend_from_slice(&[(group >> 10) as u8, (group >> 2) as u8]),
    }
    Ok(out)
}
