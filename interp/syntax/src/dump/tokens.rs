//! The dump of tokens: what `python -m tokenize -e` prints.

use crate::error::SyntaxErr;
use crate::repr::str_repr;
use crate::source::SourceText;
use crate::tokens::Tokens;
use std::fmt::Write;

/// The tokens of a source, comments and blank lines included.
pub fn dump_tokens(source: &SourceText) -> Result<String, SyntaxErr> {
    let tokens = Tokens::new(source, true);
    if let Some(error) = tokens.error() {
        return Err(error);
    }
    let mut out = String::with_capacity(source.text.len() * 8);
    let mut line = |from: (u32, i64), to: (u32, i64), name: &str, text: &str| {
        let range = format!("{},{}-{},{}:", from.0, from.1, to.0, to.1);
        let _ = writeln!(out, "{range:<20}{name:<15}{:<15}", str_repr(text.chars().map(|c| c as u32)));
    };
    let encoding = source.encoding.as_deref().unwrap_or("utf-8");
    line((0, 0), (0, 0), "ENCODING", encoding);
    for token in (0..tokens.len()).filter_map(|i| tokens.get(i)) {
        line(token.start, token.end, token.kind.name(), token.text);
    }
    Ok(out)
}
