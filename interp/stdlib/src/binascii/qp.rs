//! Quoted-printable.

use habu_runtime::types::bytes::hex;

const MAX_LINE: usize = 76;

/// Decodes; in headers `_` is a space.
pub fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        if data[i] != b'=' {
            out.push(if header && data[i] == b'_' { b' ' } else { data[i] });
            i += 1;
            continue;
        }
        i += 1;
        match data[i..] {
            [] => break,
            [b'\n' | b'\r', ..] => {
                // A soft line break: gone up to the end of the line.
                match memchr::memchr(b'\n', &data[i..]) {
                    Some(at) => i += at + 1,
                    None => break,
                }
            }
            [b'=', ..] => {
                out.push(b'=');
                i += 1;
            }
            [a, b, ..] if hex::value(a).is_some() && hex::value(b).is_some() => {
                out.push(hex::value(a).unwrap_or(0) << 4 | hex::value(b).unwrap_or(0));
                i += 2;
            }
            _ => out.push(b'='),
        }
    }
    out
}

/// What of the text is encoded besides what must be.
#[derive(Clone, Copy)]
pub struct Options {
    pub quote_tabs: bool,
    pub is_text: bool,
    pub header: bool,
}

/// Encodes, in lines of at most 76 characters.
pub fn encode(data: &[u8], options: Options) -> Vec<u8> {
    let Options { quote_tabs, is_text, header } = options;
    // Line ends are kept in the style that the text uses first.
    let crlf = memchr::memchr(b'\n', data).is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let mut out = Vec::with_capacity(data.len() + data.len() / 8);
    let (mut line, mut i) = (0, 0);
    let soft_break = |out: &mut Vec<u8>| {
        out.push(b'=');
        if crlf {
            out.push(b'\r');
        }
        out.push(b'\n');
    };
    while i < data.len() {
        let c = data[i];
        let last = i + 1 == data.len();
        let next = data.get(i + 1).copied().unwrap_or(0);
        let quoted = c > 126
            || c == b'='
            || header && c == b'_'
            || c == b'.' && line == 0 && (last || matches!(next, b'\n' | b'\r' | 0))
            || !is_text && matches!(c, b'\r' | b'\n')
            || matches!(c, b'\t' | b' ') && last
            || c < 33 && !matches!(c, b'\r' | b'\n' | b'\t' | b' ')
            || c < 33 && !matches!(c, b'\r' | b'\n') && quote_tabs;
        if quoted {
            if line + 3 >= MAX_LINE {
                soft_break(&mut out);
                line = 0;
            }
            out.extend_from_slice(format!("={c:02X}").as_bytes());
            i += 1;
            line += 3;
            continue;
        }
        if is_text && (c == b'\n' || c == b'\r' && next == b'\n' && !last) {
            line = 0;
            // White space before the end of a line would be lost.
            if let Some(space @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                out.extend_from_slice(format!("={space:02X}").as_bytes());
            }
            if crlf {
                out.push(b'\r');
            }
            out.push(b'\n');
            i += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        if !last && next != b'\n' && line + 1 >= MAX_LINE {
            soft_break(&mut out);
            line = 0;
        }
        line += 1;
        out.push(if header && c == b' ' { b'_' } else { c });
        i += 1;
    }
    out
}
