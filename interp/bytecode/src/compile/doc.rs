//! Docstrings: common indentation is taken off at compile time.

use std::borrow::Cow;

/// The text without the margin its lines share; tabs expanded, as by `str.expandtabs`.
pub fn clean(text: &[u8]) -> Vec<u8> {
    let text = expand_tabs(text);
    let end = memchr::memchr(b'\n', &text).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    let margin = lines(rest).filter_map(indent_of_text).min().unwrap_or(0);
    let mut out = Vec::with_capacity(text.len());
    out.extend(&first[indent(first)..]);
    for line in lines(rest) {
        out.push(b'\n');
        out.extend(&line[margin.min(indent(line))..]);
    }
    out
}

/// The lines of a text that starts with a newline.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut ends = memchr::memchr_iter(b'\n', text).skip(1);
    let mut start = 1;
    std::iter::from_fn(move || {
        let line = text.get(start..)?;
        let end = ends.next().unwrap_or(text.len());
        let line = &line[..end - start];
        start = end + 1;
        Some(line)
    })
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|&&b| b == b' ').count()
}

/// The indentation of a line that is not blank.
fn indent_of_text(line: &[u8]) -> Option<usize> {
    let indent = indent(line);
    (indent < line.len()).then_some(indent)
}

fn expand_tabs(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\t', text).is_none() {
        return Cow::Borrowed(text);
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
    Cow::Owned(out)
}
