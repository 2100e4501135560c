//! The dump of tokens: what `python -m tokenize -e` prints.

use crate::error::SyntaxErr;
use crate::lexer::{LexOptions, lex};
use crate::repr::str_repr;
use crate::source::SourceText;
use crate::token::TokenKind;
use std::fmt::Write;

/// The tokens of a source, comments and blank lines included.
pub fn dump_tokens(source: &SourceText) -> Result<String, SyntaxErr> {
    let src = &source.text;
    let lexed = lex(src, LexOptions { trivia: true, final_newline: true, ..LexOptions::default() });
    if let Some(error) = &lexed.error {
        return Err(crate::parser::lex_error_to_syntax(error, src, source));
    }
    let mut out = String::with_capacity(src.len() * 8);
    let mut line = |from: (u32, i64), to: (u32, i64), name: &str, text: &str| {
        let range = format!("{},{}-{},{}:", from.0, from.1, to.0, to.1);
        let _ = writeln!(out, "{range:<20}{name:<15}{:<15}", str_repr(text.chars().map(|c| c as u32)));
    };
    let encoding = source.encoding.as_deref().unwrap_or("utf-8");
    line((0, 0), (0, 0), "ENCODING", encoding);
    let position = |offset: u32| {
        let (line, col) = crate::error::char_position(src, &source.lines, offset);
        (line, col - 1)
    };
    for token in &lexed.tokens {
        let (mut from, mut to) = (position(token.start), position(token.end));
        let text = src.get(token.start as usize..token.end as usize).unwrap_or("");
        match token.kind {
            TokenKind::Newline | TokenKind::Nl if source.crlf && !text.is_empty() => {
                to = (from.0, from.1 + 2);
                line(from, to, token.kind.name(), "\r\n");
                continue;
            }
            TokenKind::Newline | TokenKind::Nl => to = (from.0, from.1 + 1),
            TokenKind::EndMarker => {
                let last = src.lines().count() as u32;
                from = (last + 1, 0);
                to = from;
            }
            TokenKind::Dedent if token.start as usize >= src.len() => {
                from = (src.lines().count() as u32 + 1, 0);
                to = from;
            }
            _ => {}
        }
        line(from, to, token.kind.name(), text);
    }
    Ok(out)
}
