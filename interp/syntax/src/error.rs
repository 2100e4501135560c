//! Syntax errors and warnings, with CPython's classes, texts and columns.

use crate::ast::{LineIndex, Span};

/// Which exception class the error is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// `_IncompleteInputError`: only when incomplete input is allowed, for interactive use.
    IncompleteInput,
    /// The parser's nesting limit.
    MemoryError,
    /// The source is not text of its encoding, seen while a literal was decoded.
    UnicodeError,
    /// Such as a null character in the source.
    ValueError,
    /// Such as a deeper nesting than the symbol table pass may follow.
    RecursionError,
    /// The compiler's limits.
    NotImplementedError,
}

impl ErrKind {
    /// The name of the exception class.
    pub fn name(self) -> &'static str {
        match self {
            ErrKind::SyntaxError => "SyntaxError",
            ErrKind::IndentationError => "IndentationError",
            ErrKind::TabError => "TabError",
            ErrKind::IncompleteInput => "_IncompleteInputError",
            ErrKind::MemoryError => "MemoryError",
            ErrKind::UnicodeError => "UnicodeError",
            ErrKind::ValueError => "ValueError",
            ErrKind::RecursionError => "RecursionError",
            ErrKind::NotImplementedError => "NotImplementedError",
        }
    }
}

/// A syntax error. Lines count from 1; columns are CPython's `offset`: code points, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxErr {
    pub kind: ErrKind,
    pub msg: String,
    pub line: u32,
    pub col: i64,
    /// 0: the exception has neither end (None).
    pub end_line: u32,
    pub end_col: i64,
    /// The line of source that `line` names, with its newline.
    pub text: Option<String>,
    /// What was to be warned of before the error was found.
    pub warnings: Vec<Warning>,
}

impl SyntaxErr {
    /// Stands for a column that the exception lacks (None).
    pub const NO_COLUMN: i64 = i64::MIN;

    /// An error of the whole source: CPython gives it line 0 and no end.
    pub fn of_source(msg: String) -> SyntaxErr {
        SyntaxErr {
            kind: ErrKind::SyntaxError,
            msg,
            line: 0,
            col: -1,
            end_line: 0,
            end_col: SyntaxErr::NO_COLUMN,
            text: None,
            warnings: Vec::new(),
        }
    }

    /// An error at a span.
    pub fn at(
        kind: ErrKind,
        msg: impl Into<String>,
        span: Span,
        source: &str,
        lines: &LineIndex,
    ) -> SyntaxErr {
        if !lines.has_source() {
            return SyntaxErr::in_tree(kind, msg, span, lines);
        }
        let (line, col) = char_position(source, lines, span.start);
        let (end_line, end_col) = if span.end > span.start {
            // A newline belongs to the line that it ends.
            let (end_line, end_col) = last_char(source, lines, span.end);
            // CPython looks up the last column in the text of the first line.
            let first = lines.line_text(source, line).trim_end_matches('\n');
            let bytes = (span.end - lines.line_start(end_line)) as usize + 1;
            if end_line == line {
                (line, end_col + 1)
            } else {
                let within = count_chars(&first.as_bytes()[..bytes.min(first.len())]);
                (end_line, within + i64::from(bytes > first.len()))
            }
        } else {
            (line, col)
        };
        let text = text_of(source, lines, line);
        SyntaxErr { kind, msg: msg.into(), line, col, end_line, end_col, text, warnings: Vec::new() }
    }

    /// An error of a pass over the tree. CPython counts its columns in bytes and leaves the text of the line to be
    /// read from the file.
    pub fn in_tree(kind: ErrKind, msg: impl Into<String>, span: Span, lines: &LineIndex) -> SyntaxErr {
        let (line, col) = lines.position(span.start);
        let (end_line, end_col) = lines.position(span.end);
        let (col, end_col) = (i64::from(col) + 1, i64::from(end_col) + 1);
        SyntaxErr { kind, msg: msg.into(), line, col, end_line, end_col, text: None, warnings: Vec::new() }
    }

    /// An error from a line and columns that are already CPython's.
    pub fn at_columns(
        kind: ErrKind,
        msg: impl Into<String>,
        line: u32,
        cols: (i64, i64),
        source: &str,
        lines: &LineIndex,
    ) -> SyntaxErr {
        let text = text_of(source, lines, line);
        let (col, end_col) = cols;
        SyntaxErr { kind, msg: msg.into(), line, col, end_line: line, end_col, text, warnings: Vec::new() }
    }
}

impl std::fmt::Display for SyntaxErr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} (line {})", self.kind.name(), self.msg, self.line)
    }
}

impl std::error::Error for SyntaxErr {}

/// What a warning of an escape says of the future, which the error that it may become does not say.
pub const ESCAPE_FUTURE: &str = "Such sequences will not work in the future. ";

/// A warning found while parsing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    pub kind: WarningKind,
    pub msg: String,
    pub span: Span,
    pub line: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningKind {
    SyntaxWarning,
    DeprecationWarning,
}

/// The line (from 1) and the column (code points, from 1) of an offset.
pub fn char_position(source: &str, lines: &LineIndex, offset: u32) -> (u32, i64) {
    let (line, col) = lines.position(offset);
    let start = (offset - col) as usize;
    (line, count_chars(&source.as_bytes()[start..(offset as usize).min(source.len())]) + 1)
}

/// The line and the column (code points, from 1) of the last character before an offset; a newline that the source
/// lacks at its end counts.
pub(crate) fn last_char(source: &str, lines: &LineIndex, end: u32) -> (u32, i64) {
    let line = lines.line(end.saturating_sub(1).min(source.len() as u32));
    let start = lines.line_start(line);
    let missing = i64::from(end.saturating_sub(source.len() as u32));
    let end = (end as usize).min(source.len());
    (line, count_chars(&source.as_bytes()[start as usize..end]) + missing)
}

/// How many code points UTF-8 bytes hold.
pub(crate) fn count_chars(bytes: &[u8]) -> i64 {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count() as i64
}

fn text_of(source: &str, lines: &LineIndex, line: u32) -> Option<String> {
    let text = lines.line_text(source, line);
    Some(text.to_owned())
}
