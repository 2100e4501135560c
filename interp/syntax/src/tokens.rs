//! Tokens as the `tokenize` module shows them: texts, lines, and columns in code points.

use crate::error::{SyntaxErr, char_position, count_chars};
use crate::lexer::{LexOptions, Lexed, Place, lex};
use crate::source::SourceText;
use crate::token::TokenKind;
use std::cell::Cell;

/// One token as a program sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenText<'s> {
    pub kind: TokenKind,
    pub text: &'s str,
    /// Line (from 1) and column (code points, from 0; -1 where there is none).
    pub start: (u32, i64),
    pub end: (u32, i64),
    /// The physical line or lines that the token stands on, with their newlines.
    pub line: &'s str,
}

/// A tokenized source: its tokens one by one, then perhaps an error.
pub struct Tokens<'s> {
    source: &'s SourceText,
    lexed: Lexed,
    extra: bool,
    last_line: u32,
    /// Where the last position was asked for, and what it was: the next one is mostly further along the same line.
    last: Cell<(u32, u32, i64)>,
}

impl<'s> Tokens<'s> {
    /// With `extra`, comments and blank lines are tokens too, and ends of lines have text.
    pub fn new(source: &'s SourceText, extra: bool) -> Tokens<'s> {
        let options = LexOptions { trivia: extra, final_newline: true, ..LexOptions::default() };
        let lexed = lex(&source.text, options);
        Tokens {
            source,
            lexed,
            extra,
            last_line: source.text.lines().count() as u32,
            last: Cell::new((0, 1, 0)),
        }
    }

    /// How many tokens there are before the error or the end.
    pub fn len(&self) -> usize {
        self.lexed.tokens.len() - usize::from(self.lexed.error.is_some())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What stopped the lexer, if it did not reach the end: with the places that `_tokenize` gives, which are not the
    /// parser's.
    pub fn error(&self) -> Option<SyntaxErr> {
        let error = self.lexed.error.as_ref()?;
        let (src, lines) = (&self.source.text, &self.source.lines);
        let no_end = |e: SyntaxErr| SyntaxErr { end_line: 0, end_col: SyntaxErr::NO_COLUMN, ..e };
        Some(match &error.place {
            Place::Eof(_) => {
                let line = src.lines().count().max(1) as u32;
                let text = lines.line_text(src, line).trim_end_matches('\n');
                // In an f-string and behind a backslash the whole line counts as read.
                let unread = !text.ends_with('\\') && error.overrides;
                let col = if unread { 0 } else { text.len() as i64 + 1 };
                let msg = "unexpected EOF in multi-line statement";
                let e = SyntaxErr::at_columns(error.kind, msg, line, (col, SyntaxErr::NO_COLUMN), src, lines);
                SyntaxErr { text: None, ..e }
            }
            Place::Columns { line, .. } => {
                let text = lines.line_text(src, *line).trim_end_matches('\n');
                let col = count_chars(text.as_bytes()) + 1;
                let e = SyntaxErr::at_columns(error.kind, &*error.msg, *line, (col, col), src, lines);
                no_end(SyntaxErr { text: Some(text.to_owned()), ..e })
            }
            _ => crate::parser::lex_error_to_syntax(error, src, self.source),
        })
    }

    fn position(&self, offset: u32) -> (u32, i64) {
        let (last, line, col) = self.last.get();
        let text = &self.source.text;
        let same_line =
            last <= offset && self.source.lines.line(offset) == line && (offset as usize) <= text.len();
        let (line, col) = if same_line {
            (line, col + count_chars(&text.as_bytes()[last as usize..offset as usize]))
        } else {
            let (line, col) = char_position(text, &self.source.lines, offset);
            (line, col - 1)
        };
        self.last.set((offset, line, col));
        (line, col)
    }

    /// The lines from that of `start` to that of `end`.
    fn lines(&self, start: u32, end: u32) -> &'s str {
        let lines = &self.source.lines;
        let from = lines.line_start(start) as usize;
        let to = (lines.line_start(end + 1) as usize).min(self.source.text.len());
        self.source.text.get(from..to).unwrap_or("")
    }

    pub fn get(&self, index: usize) -> Option<TokenText<'s>> {
        let token = self.lexed.tokens.get(index).filter(|_| index < self.len())?;
        let src = &self.source.text;
        let (mut start, mut end) = (self.position(token.start), self.position(token.end));
        let mut text = src.get(token.start as usize..token.end as usize).unwrap_or("");
        let mut line = self.lines(start.0, start.0);
        let at_end = token.start as usize >= src.len();
        match token.kind {
            TokenKind::Newline | TokenKind::Nl if self.extra => {
                let crlf = self.source.crlf && !text.is_empty();
                text = if crlf { "\r\n" } else { text };
                end = (start.0, start.1 + if crlf { 2 } else { 1 });
            }
            TokenKind::Newline => {
                text = "";
                end = start;
            }
            TokenKind::EndMarker | TokenKind::Dedent if at_end && self.extra => {
                start = (self.last_line + 1, 0);
                end = start;
                line = "";
            }
            TokenKind::EndMarker | TokenKind::Dedent if at_end => {
                start = (self.last_line, -1);
                end = start;
                line = "";
            }
            TokenKind::Indent | TokenKind::Dedent if !self.extra => {
                text = "";
                start = (end.0, -1);
                end = start;
            }
            TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::FStringMiddle
            | TokenKind::FStringEnd
            | TokenKind::TStringStart
            | TokenKind::TStringMiddle
            | TokenKind::TStringEnd => line = self.lines(start.0, end.0),
            _ => {}
        }
        Some(TokenText { kind: token.kind, text, start, end, line })
    }
}
