//! The lexer: logos finds the next lexeme, this module adds layout, brackets, strings and the errors.

mod fstring;
mod layout;
mod number;
mod quick;
mod string;

use crate::ast::Span;
use crate::error::ErrKind;
use crate::token::{Raw, Token, TokenKind};
use fstring::FMode;
use logos::Logos;

/// How deep brackets may nest, as in CPython.
pub const MAX_BRACKETS: usize = 200;
/// How many f-strings and t-strings may be open at once, as in CPython.
pub const MAX_FSTRINGS: usize = 150;
/// How many indentation levels there may be, as in CPython.
pub const MAX_INDENTS: usize = 100;

/// What the lexer should do beyond the tokens that the parser needs.
#[derive(Clone, Copy, Default, Debug)]
pub struct LexOptions {
    /// Emit COMMENT and NL tokens, let closing brackets go unmatched, and names have any characters, as the
    /// `tokenize` module does.
    pub trivia: bool,
    /// Emit TYPE_COMMENT and TYPE_IGNORE tokens.
    pub type_comments: bool,
    /// Emit a NEWLINE at the end of source that lacks one.
    pub final_newline: bool,
    /// Interactive input: the end of the source ends the statement.
    pub single: bool,
    /// Do not close blocks at the end of the source (for interactive use).
    pub no_final_dedent: bool,
}

/// Why the lexer stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LexError {
    pub kind: ErrKind,
    pub msg: String,
    pub place: Place,
    /// The end of the source came too early: more input might help.
    pub at_end: bool,
    /// Whether it replaces an error that the parser found before it: not if its kind is layout, or in an f-string.
    pub overrides: bool,
    /// The innermost bracket that was open, and its offset; not inside of an f-string.
    pub open: Option<(u8, u32)>,
}

/// Where a lexer's error is reported; all of CPython's ways to choose columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// Both columns count the characters up to this offset.
    Upto(u32),
    /// First and last column (from 1) are those of the span's first and last character.
    Range(Span),
    /// The given line and columns.
    Columns { line: u32, col: i64, end_col: i64 },
    /// The source ended inside a bracket that opened here, or just ended.
    Eof(Option<(u8, u32)>),
}

/// What comes out of the lexer. When `error` is set, the last token is an `Error`.
pub(crate) struct Lexed {
    pub tokens: Vec<Token>,
    pub error: Option<LexError>,
    pub warnings: Vec<(Span, String)>,
    /// What follows `# type: ignore` in such comments; the parser doesn't see these.
    pub type_ignores: Vec<Span>,
}

/// Splits normalised source into tokens.
pub(crate) fn lex(src: &str, options: LexOptions) -> Lexed {
    let mut lexer = Lexer {
        src,
        bytes: src.as_bytes(),
        options,
        raw: Raw::lexer(src),
        tokens: Vec::with_capacity(src.len() / 4 + 8),
        warnings: Vec::new(),
        type_ignores: Vec::new(),
        brackets: Vec::new(),
        indents: vec![(0, 0)],
        modes: Vec::new(),
        at_line_start: true,
        blank_line: false,
        comment: None,
        joined: (0, 0),
    };
    let error = match lexer.run() {
        Ok(()) => None,
        Err(mut error) => {
            error.open = lexer.brackets.last().copied().filter(|_| lexer.modes.is_empty());
            let at = lexer.pos().min(src.len()) as u32;
            lexer.push(TokenKind::Error, at, at);
            Some(*error)
        }
    };
    Lexed { tokens: lexer.tokens, error, warnings: lexer.warnings, type_ignores: lexer.type_ignores }
}

type R<T = ()> = Result<T, Box<LexError>>;

struct Lexer<'s> {
    src: &'s str,
    bytes: &'s [u8],
    options: LexOptions,
    raw: logos::Lexer<'s, Raw>,
    tokens: Vec<Token>,
    warnings: Vec<(Span, String)>,
    type_ignores: Vec<Span>,
    /// Open brackets and their offsets.
    brackets: Vec<(u8, u32)>,
    /// Columns of the open blocks, with tabs to 8 and with tabs to 1.
    indents: Vec<(u32, u32)>,
    /// Open f-strings and t-strings, outermost first.
    modes: Vec<FMode>,
    at_line_start: bool,
    /// The line at hand has no token yet and holds only a comment or nothing.
    blank_line: bool,
    /// Where a comment on the line at hand starts.
    comment: Option<u32>,
    /// The end of the last line that a backslash joins with the next, and the start of the first of the joined lines.
    joined: (usize, usize),
}

impl<'s> Lexer<'s> {
    fn pos(&self) -> usize {
        self.raw.span().end
    }

    /// Moves logos on to an offset.
    fn advance_to(&mut self, offset: usize) {
        let pos = self.pos();
        self.raw.bump(offset - pos);
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    #[inline]
    fn push(&mut self, kind: TokenKind, start: u32, end: u32) {
        self.tokens.push(Token { kind, start, end });
    }

    fn error<T>(&self, msg: impl Into<String>, place: Place) -> R<T> {
        let overrides = self.modes.is_empty() && !matches!(place, Place::Columns { .. });
        Err(Box::new(LexError {
            kind: ErrKind::SyntaxError,
            msg: msg.into(),
            place,
            at_end: false,
            overrides,
            open: None,
        }))
    }

    /// An error whose column is that of the last character before `end`.
    fn error_upto<T>(&self, end: usize, msg: impl Into<String>) -> R<T> {
        self.error(msg, Place::Upto(end as u32))
    }

    fn line_of(&self, offset: usize) -> u32 {
        let offset = offset.min(self.bytes.len());
        memchr::memchr_iter(b'\n', &self.bytes[..offset]).count() as u32 + 1
    }

    fn run(&mut self) -> R {
        loop {
            if self.at_line_start {
                self.line_start()?;
            }
            self.quick()?;
            if self.at_line_start {
                continue;
            }
            let Some(raw) = self.raw.next() else { return self.end_of_source() };
            let span = self.raw.span();
            let (start, end) = (span.start as u32, span.end as u32);
            match raw {
                Ok(Raw::Name) => self.name(span.start, span.end)?,
                Ok(Raw::Newline) => self.newline(start),
                Ok(Raw::NumberStart) => self.number(span.start)?,
                Ok(Raw::StringStart) => self.string(span.start, span.end - 1)?,
                Ok(Raw::FStringStart) => self.fstring_start(span.start, span.end - 1, false)?,
                Ok(Raw::TStringStart) => self.fstring_start(span.start, span.end - 1, true)?,
                Ok(Raw::Comment) => self.comment(start, end),
                Ok(Raw::Continuation) => {
                    if span.end == self.bytes.len() {
                        return self.eof_error();
                    }
                    self.join_lines(span.end);
                }
                Ok(Raw::Backslash) => return self.bad_continuation(span.start),
                Ok(raw) => {
                    if let Some(kind) = raw.simple() {
                        self.simple(kind, start, end)?;
                    }
                }
                Err(()) => self.bad_character(span.start)?,
            }
        }
    }

    /// An operator or a keyword.
    #[inline]
    fn simple(&mut self, kind: TokenKind, start: u32, end: u32) -> R {
        use TokenKind::*;
        match kind {
            LParen | LBracket | LBrace => self.open_bracket(start)?,
            RParen | RBracket | RBrace => return self.close_bracket(kind, start, end),
            _ if kind.is_keyword() => {
                if matches!(self.byte(end as usize), b'"' | b'\'') {
                    self.check_prefix(start as usize, end as usize)?;
                }
            }
            _ if !self.modes.is_empty() => return self.operator_in_fstring(kind, start, end),
            LessGreater if self.options.trivia => {
                // An operator for the parser only, and only under an old feature.
                self.push(Less, start, start + 1);
                self.push(Greater, start + 1, end);
                return Ok(());
            }
            _ => {}
        }
        self.push(kind, start, end);
        Ok(())
    }

    fn open_bracket(&mut self, start: u32) -> R {
        if self.brackets.len() >= MAX_BRACKETS {
            return self.error_upto(start as usize + 1, "too many nested parentheses");
        }
        self.brackets.push((self.bytes[start as usize], start));
        if let Some(mode) = self.modes.last_mut() {
            mode.depth += 1;
        }
        Ok(())
    }

    fn close_bracket(&mut self, kind: TokenKind, start: u32, end: u32) -> R {
        let close = self.bytes[start as usize];
        let upto = end as usize;
        if let Some(mode) = self.modes.last()
            && mode.depth == 0
            && close == b'}'
        {
            let letter = mode.letter();
            return self.error_upto(upto, format!("{letter}-string: single '}}' is not allowed"));
        }
        match self.brackets.pop() {
            None if !self.options.trivia => {
                return self.error_upto(upto, format!("unmatched '{}'", close as char));
            }
            None => {}
            Some((open, at)) if !self.options.trivia && !matches(open, close) => {
                if let Some(mode) = self.modes.last()
                    && open == b'{'
                    && mode.depth - 1 == mode.expr_start
                {
                    let letter = mode.letter();
                    return self.error_upto(upto, format!("{letter}-string: unmatched '{}'", close as char));
                }
                let (line, open_line) = (self.line_of(start as usize), self.line_of(at as usize));
                let mut msg = format!(
                    "closing parenthesis '{}' does not match opening parenthesis '{}'",
                    close as char, open as char
                );
                if line != open_line {
                    msg += &format!(" on line {open_line}");
                }
                return self.error_upto(upto, msg);
            }
            Some(_) => {}
        }
        self.push(kind, start, end);
        if let Some(mode) = self.modes.last_mut() {
            mode.depth -= 1;
            if mode.depth < 0 {
                let letter = mode.letter();
                return self.error_upto(upto, format!("{letter}-string: unmatched '{}'", close as char));
            }
            if close == b'}' && mode.depth == mode.expr_start {
                mode.expr_start -= 1;
                mode.in_format_spec = false;
                return self.fstring_text();
            }
        }
        Ok(())
    }

    fn name(&mut self, start: usize, end: usize) -> R {
        if matches!(self.byte(end), b'"' | b'\'') {
            self.check_prefix(start, end)?;
        }
        let text = &self.src[start..end];
        // Module `tokenize` takes any character beyond ASCII for part of a name.
        if !text.is_ascii() && !self.options.trivia {
            self.check_identifier(start, text)?;
        }
        self.push(TokenKind::Name, start as u32, end as u32);
        Ok(())
    }

    /// Refuses a name with a character that identifiers can't have; CPython's texts.
    fn check_identifier(&mut self, start: usize, text: &str) -> R {
        for (i, c) in text.char_indices() {
            let fine = c == '_'
                || if i == 0 { unicode_ident::is_xid_start(c) } else { unicode_ident::is_xid_continue(c) };
            if !fine {
                let upto = start + i + c.len_utf8();
                return self.invalid_character(c, upto);
            }
        }
        Ok(())
    }

    fn invalid_character<T>(&self, c: char, upto: usize) -> R<T> {
        if crate::repr::is_printable(c as u32) {
            self.error_upto(upto, format!("invalid character '{c}' (U+{:04X})", c as u32))
        } else {
            self.error_upto(upto, format!("invalid non-printable character U+{:04X}", c as u32))
        }
    }

    /// A byte that starts no token.
    fn bad_character(&mut self, at: usize) -> R {
        let Some(c) = self.src[at..].chars().next() else { return self.end_of_source() };
        if c == '$' || c == '?' || c == '`' {
            // No operator, but no error of the lexer either.
            let at = at as u32;
            self.push(TokenKind::Op, at, at + 1);
            return Ok(());
        }
        self.invalid_character(c, at + c.len_utf8())
    }

    fn bad_continuation(&mut self, at: usize) -> R {
        let cut_off = at + 1 >= self.bytes.len();
        if cut_off && self.options.final_newline {
            return self.eof_error();
        }
        let line = self.line_of(at);
        let start = self.line_start_of(at);
        let col = if cut_off {
            crate::error::count_chars(&self.bytes[start..at + 1])
        } else {
            // CPython counts from where its buffer begins, but in the text of the last line.
            let end = memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |i| at + i);
            let bytes = at + 1 - self.buffer_start(start);
            let text = &self.bytes[start..end];
            crate::error::count_chars(&text[..bytes.min(text.len())]) + 1 + i64::from(bytes > text.len())
        };
        self.error(
            "unexpected character after line continuation character",
            Place::Columns { line, col, end_col: 0 },
        )
    }

    fn line_start_of(&self, at: usize) -> usize {
        memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |i| i + 1)
    }

    /// Notes that a backslash joins the line that ends here with the next.
    fn join_lines(&mut self, end: usize) {
        let start = self.line_start_of(end - 1);
        let first = if self.joined.0 == start { self.joined.1 } else { start };
        self.joined = (end, first);
    }

    /// Where CPython's buffer begins when a line is read: at an earlier line if a backslash or a string joins them.
    fn buffer_start(&self, mut start: usize) -> usize {
        while start > 0 {
            let string = self.tokens.iter().rev().find(|t| (t.start as usize) < start);
            start = match string {
                _ if self.joined.0 == start && self.joined.1 < start => self.joined.1,
                Some(token) if token.end as usize > start => self.line_start_of(token.start as usize),
                _ => break,
            };
        }
        start
    }

    fn eof_error<T>(&self) -> R<T> {
        let (msg, place) = match self.brackets.last() {
            Some(&(open, at)) => (never_closed(open), Place::Eof(Some((open, at)))),
            None => ("unexpected EOF while parsing".to_owned(), Place::Eof(None)),
        };
        let overrides = self.modes.is_empty();
        let kind = ErrKind::SyntaxError;
        Err(Box::new(LexError { kind, msg, place, at_end: true, overrides, open: None }))
    }

    fn comment(&mut self, start: u32, end: u32) {
        if self.options.trivia {
            self.push(TokenKind::Comment, start, end);
            return;
        }
        self.comment = Some(start);
        if self.options.type_comments {
            self.type_comment(start, end);
        }
    }

    /// Recognises `# type: …` and `# type: ignore…`.
    fn type_comment(&mut self, start: u32, end: u32) {
        let text = &self.src[start as usize + 1..end as usize];
        let Some(rest) = text.trim_start_matches([' ', '\t']).strip_prefix("type:") else { return };
        let rest = rest.trim_start_matches([' ', '\t']);
        let at = end - rest.len() as u32;
        match rest.strip_prefix("ignore") {
            Some(tag) if !tag.starts_with(|c: char| !c.is_ascii() || c.is_ascii_alphanumeric()) => {
                self.type_ignores.push(Span::new(at + 6, end));
                if self.blank_line && self.byte(end as usize) == b'\n' {
                    self.advance_to(end as usize + 1);
                    self.at_line_start = true;
                }
            }
            _ => {
                self.push(TokenKind::TypeComment, at, end);
                // The line counts now, and its end as well.
                self.blank_line = false;
                self.comment = None;
            }
        }
    }

    fn newline(&mut self, start: u32) {
        self.at_line_start = true;
        if self.blank_line || !self.brackets.is_empty() {
            self.comment = None;
        }
        if self.blank_line || !self.brackets.is_empty() {
            if self.options.trivia {
                self.push(TokenKind::Nl, start, start + 1);
            }
        } else {
            // A comment before it belongs to the token.
            let from = self.comment.take().unwrap_or(start);
            self.push(TokenKind::Newline, from, start + 1);
        }
    }
}

/// The message about a bracket that the end of the source leaves open.
pub(crate) fn never_closed(open: u8) -> String {
    format!("'{}' was never closed", open as char)
}

fn matches(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}
