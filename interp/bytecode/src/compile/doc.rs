//! Docstrings: common indentation is taken off at compile time.

/// The text without the margin its lines share; tabs expanded, as by `str.expandtabs`.
pub fn clean(text: &[u8]) -> Vec<u8> {
    let text = expand_tabs(text);
    let mut lines = text.split(|&b| b == b'\n');
    let first = lines.next().unwrap_or_default();
    let margin = lines.filter(|l| !is_blank(l)).map(indent).min().unwrap_or(0);
    let mut out = Vec::with_capacity(text.len());
    out.extend(&first[indent(first)..]);
    for line in text.split(|&b| b == b'\n').skip(1) {
        out.push(b'\n');
        out.extend(&line[margin.min(indent(line))..]);
    }
    out
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|&&b| b == b' ').count()
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|&b| b == b' ')
}

fn expand_tabs(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'\t') {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut column = 0;
    for &b in text {
        match b {
            b'\t' => {
                let n = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', n));
                column += n;
            }
            b'\n' | b'\r' => {
                out.push(b);
                column = 0;
            }
            _ => {
                out.push(b);
                // Continuation bytes of a character take no column.
                column += usize::from(b & 0xC0 != 0x80);
            }
        }
    }
    out
}
