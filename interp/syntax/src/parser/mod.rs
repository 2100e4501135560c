//! The parser: recursive descent over the token list, one fast pass; on failure a second pass for the error.
//!
//! The grammar is CPython's PEG, followed closely enough that partial successes are the same: a rule that fails
//! [`Fail::Soft`] lets its caller go on with what it had. The first pass only finds out where the furthest token
//! is. The second pass ([`Parser::diagnose`] set) also tries the rules for known mistakes (`invalid`), in CPython's
//! order, so that both passes together report what CPython reports.

mod args;
mod atom;
mod compound;
mod expr;
mod invalid;
mod memo;
mod numbers;
mod params;
mod pattern;
mod stmt;
mod strings;
mod targets;
mod unescape;

use crate::ast::*;
use crate::error::{ErrKind, SyntaxErr, Warning, WarningKind};
use crate::lexer::{LexError, LexOptions, Lexed, Place, lex};
use crate::source::SourceText;
use crate::token::{Token, TokenKind};
use memo::Memo;
use std::cell::Cell;

/// What kind of input the source is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Mode {
    /// A module.
    #[default]
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement.
    Single,
    /// A signature type comment: `(int, str) -> bool`.
    FuncType,
}

/// How to parse.
#[derive(Clone, Copy, Default, Debug)]
pub struct ParseOptions {
    pub mode: Mode,
    /// Read `# type:` comments.
    pub type_comments: bool,
    /// `from __future__ import barry_as_FLUFL` is in force: `<>` instead of `!=`.
    pub flufl: bool,
    /// Report a source that ends too early as [`ErrKind::IncompleteInput`].
    pub allow_incomplete: bool,
    /// Do not close open blocks at the end of the source (as `codeop` asks).
    pub dont_imply_dedent: bool,
    /// The longest decimal literal, in digits; 0 for [`MAX_DECIMAL_DIGITS`].
    pub max_digits: usize,
}

/// The longest decimal literal where nothing else is said.
pub const MAX_DECIMAL_DIGITS: usize = 4300;

/// A parsed source: the tree, and all that is needed to speak of it.
#[derive(Debug)]
pub struct Parsed<'a> {
    pub module: Mod<'a>,
    pub interner: Interner,
    pub source: SourceText,
    pub warnings: Vec<Warning>,
}

/// Parses source text.
pub fn parse<'a>(arena: &'a Arena, text: &str, options: ParseOptions) -> Result<Parsed<'a>, SyntaxErr> {
    parse_source(arena, SourceText::from_text(text)?, options)
}

/// Parses the bytes of a source file.
pub fn parse_bytes<'a>(
    arena: &'a Arena,
    bytes: &[u8],
    options: ParseOptions,
) -> Result<Parsed<'a>, SyntaxErr> {
    parse_source(arena, SourceText::from_bytes(bytes)?, options)
}

/// Parses source that was decoded before.
pub fn parse_source<'a>(
    arena: &'a Arena,
    source: SourceText,
    options: ParseOptions,
) -> Result<Parsed<'a>, SyntaxErr> {
    let lexed = lex(
        &source.text,
        LexOptions {
            trivia: false,
            type_comments: options.type_comments,
            final_newline: matches!(options.mode, Mode::Exec),
            single: options.mode == Mode::Single,
            no_final_dedent: options.dont_imply_dedent,
        },
    );
    let mut parser = Parser::new(arena, &source, &lexed, options);
    match parser.start() {
        Ok(module) => {
            if let Some(name) = &parser.constant_name {
                let msg = format!("identifier field can't represent '{name}' constant");
                return Err(SyntaxErr::in_tree(ErrKind::ValueError, msg, Span::default(), &source.lines));
            }
            let Parser { interner, warnings, .. } = parser;
            let warnings = with_lexer_warnings(warnings, &lexed, u32::MAX, &source);
            Ok(Parsed { module, interner, source, warnings })
        }
        Err(fail) => {
            let mut error = parser.report(fail);
            // After an error of the parser CPython reads on to the end, but not after a wrong indentation.
            let last = &lexed.tokens[parser.far.get().min(lexed.tokens.len() - 1)];
            let end = if is_unexpected_indentation(&error) { last.end } else { u32::MAX };
            let warnings = std::mem::take(&mut parser.warnings);
            error.warnings = with_lexer_warnings(warnings, &lexed, end, &source);
            Err(error)
        }
    }
}

/// The parser's warnings and the lexer's up to an offset, in the order of the source.
fn with_lexer_warnings(
    mut warnings: Vec<Warning>,
    lexed: &Lexed,
    end: u32,
    source: &SourceText,
) -> Vec<Warning> {
    for (span, msg) in lexed.warnings.iter().filter(|(span, _)| span.start < end) {
        let line = source.lines.line(span.start);
        warnings.push(Warning { kind: WarningKind::SyntaxWarning, msg: msg.clone(), span: *span, line });
    }
    warnings.sort_by_key(|w| w.span.start);
    warnings
}

fn is_unexpected_indentation(error: &SyntaxErr) -> bool {
    error.kind == ErrKind::IndentationError && error.msg.starts_with("unexpected ")
}

/// Why a rule failed: softly (others may be tried), or with an error that ends it all.
#[derive(Debug)]
pub(crate) enum Fail {
    Soft,
    Hard(Box<SyntaxErr>),
}

pub(crate) type R<T = ()> = Result<T, Fail>;

pub(crate) struct Parser<'s, 'a> {
    arena: &'a Arena,
    src: &'s str,
    /// All of the source is ASCII.
    ascii: bool,
    source: &'s SourceText,
    tokens: &'s [Token],
    lex_error: Option<&'s LexError>,
    type_ignores: &'s [Span],
    options: ParseOptions,
    pos: usize,
    /// The furthest token that was looked at (exact in the second pass, and wherever the first one fails).
    far: Cell<usize>,
    /// Whether the rules for known mistakes run.
    diagnose: bool,
    /// The second pass is on, with or without those rules.
    second: bool,
    /// Results are remembered although those rules are off: CPython's memo does so, and skips the rules later on.
    recording: bool,
    /// The first pass met a brace that starts no dictionary and no set.
    brace_failed: bool,
    depth: u32,
    flufl: bool,
    interner: Interner,
    /// A name that normal form KC made a constant of, which no tree can hold.
    constant_name: Option<String>,
    warnings: Vec<Warning>,
    memo: Memo,
    /// Vectors to fill: lists of the tree are copied out of them and have the size that they need.
    spare_exprs: Vec<Vec<Expr<'a>>>,
    spare_stmts: Vec<Vec<Stmt<'a>>>,
    spare_keywords: Vec<Vec<Keyword<'a>>>,
    spare_params: Vec<params::Lists<'a>>,
}

/// A list of the tree.
#[inline]
fn list<'a, T: Copy>(arena: &'a Arena, items: &[T]) -> &'a [T] {
    if items.is_empty() { &[] } else { arena.alloc_slice_copy(items) }
}

impl<'s, 'a> Parser<'s, 'a> {
    fn new(
        arena: &'a Arena,
        source: &'s SourceText,
        lexed: &'s Lexed,
        options: ParseOptions,
    ) -> Parser<'s, 'a> {
        Parser {
            arena,
            src: &source.text,
            ascii: source.text.is_ascii(),
            source,
            tokens: &lexed.tokens,
            lex_error: lexed.error.as_ref(),
            type_ignores: &lexed.type_ignores,
            options,
            pos: 0,
            far: Cell::new(0),
            diagnose: false,
            second: false,
            recording: false,
            brace_failed: false,
            depth: 0,
            flufl: options.flufl,
            interner: Interner::new(),
            constant_name: None,
            warnings: Vec::new(),
            memo: Memo::default(),
            spare_exprs: Vec::new(),
            spare_stmts: Vec::new(),
            spare_keywords: Vec::new(),
            spare_params: Vec::new(),
        }
    }

    fn start(&mut self) -> R<Mod<'a>> {
        match self.options.mode {
            Mode::Exec => self.file(),
            Mode::Eval => self.eval(),
            Mode::Single => self.interactive(),
            Mode::FuncType => self.func_type(),
        }
    }

    // Nodes.

    /// A list of the tree.
    #[inline]
    fn many<T: Copy>(&self, items: &[T]) -> &'a [T] {
        list(self.arena, items)
    }

    /// A list of one.
    #[inline]
    fn only<T: Copy>(&self, item: T) -> &'a [T] {
        std::slice::from_ref(self.arena.alloc(item))
    }

    #[inline]
    fn maybe<T: Copy>(&self, item: Option<T>) -> Option<&'a T> {
        item.map(|item| &*self.arena.alloc(item))
    }

    // Tokens.

    #[inline]
    fn kind(&self) -> TokenKind {
        if self.second {
            self.far.set(self.far.get().max(self.pos));
        }
        self.tokens[self.pos].kind
    }

    /// The kind of the token after the next, without counting it as looked at.
    #[inline]
    fn kind_after(&self) -> TokenKind {
        self.tokens.get(self.pos + 1).map_or(TokenKind::EndMarker, |t| t.kind)
    }

    #[inline]
    fn token(&self) -> Token {
        self.tokens[self.pos]
    }

    #[inline]
    fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// Takes the next token. The end marker and an error stay.
    #[inline]
    fn bump(&mut self) -> Token {
        let token = self.tokens[self.pos];
        if self.pos + 1 < self.tokens.len() {
            self.pos += 1;
        }
        token
    }

    #[inline]
    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.bump();
        }
        found
    }

    #[inline]
    fn expect(&mut self, kind: TokenKind) -> R<Token> {
        if self.kind() == kind { Ok(self.bump()) } else { Err(Fail::Soft) }
    }

    /// Takes a token that must be there: CPython's `&&`.
    fn expect_forced(&mut self, kind: TokenKind) -> R<Token> {
        if self.kind() == kind {
            return Ok(self.bump());
        }
        // Only the second pass says so: what it finds before is the better explanation.
        if !self.diagnose || self.at(TokenKind::Error) {
            return Err(Fail::Soft);
        }
        let text = kind.text().unwrap_or_default();
        self.raise_at(self.token().span(), format!("expected '{text}'"))
    }

    #[inline]
    fn text(&self, token: Token) -> &'s str {
        &self.src[token.start as usize..(token.end as usize).min(self.src.len())]
    }

    /// Whether the next token is a name with this text.
    fn at_word(&self, word: &str) -> bool {
        self.kind() == TokenKind::Name && self.text(self.token()) == word
    }

    /// Where the token before the next one ends.
    #[inline]
    fn last_end(&self) -> u32 {
        if self.pos == 0 { 0 } else { self.tokens[self.pos - 1].end }
    }

    #[inline]
    fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.last_end())
    }

    /// Interns a name token, in Unicode's normal form KC.
    #[inline]
    fn symbol(&mut self, token: Token) -> Symbol {
        if self.ascii {
            return self.interner.intern_part(self.src, token.start as usize, token.end as usize);
        }
        let text = self.text(token);
        if text.is_ascii() {
            return self.interner.intern(text);
        }
        use unicode_normalization::UnicodeNormalization;
        let normal: String = text.nfkc().collect();
        if matches!(&*normal, "None" | "True" | "False") {
            self.constant_name.get_or_insert_with(|| normal.clone());
        }
        self.interner.intern(&normal)
    }

    #[inline]
    fn name(&mut self) -> R<(Symbol, Token)> {
        let token = self.expect(TokenKind::Name)?;
        Ok((self.symbol(token), token))
    }

    // Trying and going back.

    /// Goes back to a position, remembering how far it went.
    fn reset(&mut self, pos: usize) {
        self.far.set(self.far.get().max(self.pos));
        self.pos = pos;
    }

    /// Runs a rule; goes back and gives `None` when it fails softly.
    #[inline]
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<Option<T>> {
        let (pos, depth) = (self.pos, self.depth);
        match rule(self) {
            Ok(value) => Ok(Some(value)),
            Err(Fail::Soft) => {
                self.reset(pos);
                self.depth = depth;
                Ok(None)
            }
            Err(hard) => Err(hard),
        }
    }

    /// Runs a rule without the rules for known mistakes.
    fn quietly<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let diagnose = std::mem::replace(&mut self.diagnose, false);
        let result = rule(self);
        self.far.set(self.far.get().max(self.pos));
        self.diagnose = diagnose;
        result
    }

    /// Runs `expression_without_invalid`: what it finds is remembered.
    fn expression_without_invalid(&mut self) -> R<Expr<'a>> {
        let recording = std::mem::replace(&mut self.recording, true);
        let result = self.quietly(Self::plain_expression);
        self.recording = recording;
        result
    }

    /// Runs a rule one nesting level deeper.
    #[inline]
    fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        if self.depth >= MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    #[cold]
    fn too_deep<T>(&self) -> R<T> {
        let msg = "Parser stack overflowed - Python source too complex to parse";
        Err(Fail::Hard(Box::new(self.error_at(ErrKind::MemoryError, self.token().span(), msg))))
    }

    // Errors.

    fn error_at(&self, kind: ErrKind, span: Span, msg: impl Into<String>) -> SyntaxErr {
        SyntaxErr::at(kind, msg, span, self.src, &self.source.lines)
    }

    #[cold]
    fn raise_at<T>(&self, span: Span, msg: impl Into<String>) -> R<T> {
        Err(Fail::Hard(Box::new(self.error_at(ErrKind::SyntaxError, span, msg))))
    }

    /// Raises from a place to the end of the last token that was taken.
    #[cold]
    fn raise_from<T>(&self, start: u32, msg: impl Into<String>) -> R<T> {
        let last = &self.tokens[self.far.get().max(self.pos).min(self.tokens.len() - 1)];
        let mut error = self.error_at(ErrKind::SyntaxError, Span::new(start, last.end), msg);
        // CPython gives the place of its lexer here, which counts from 0.
        error.end_col -= 1;
        if self.is_placeless(self.pos) && self.token().start == start {
            error.col = 0;
        }
        Err(Fail::Hard(Box::new(error)))
    }

    /// Raises at the furthest token that was looked at.
    #[cold]
    fn raise_far<T>(&self, kind: ErrKind, msg: impl Into<String>) -> R<T> {
        let far = self.far.get().max(self.pos).min(self.tokens.len() - 1);
        self.far.set(far);
        Err(Fail::Hard(Box::new(self.error_at_token(kind, far, msg))))
    }

    #[cold]
    fn raise_indentation<T>(&self, msg: impl Into<String>) -> R<T> {
        self.raise_far(ErrKind::IndentationError, msg)
    }

    fn warn(&mut self, kind: WarningKind, span: Span, msg: String) {
        let line = self.source.lines.line(span.start);
        if !self.warnings.iter().rev().take(8).any(|w| w.span == span && w.msg == msg) {
            self.warnings.push(Warning { kind, msg, span, line });
        }
    }

    /// Turns the failure of the first pass into the error to show: lexer's, or the second pass's, or the general one.
    #[cold]
    fn report(&mut self, fail: Fail) -> SyntaxErr {
        let last = self.far.get().max(self.pos).min(self.tokens.len() - 1);
        let ran_into_lexer_error = last + 1 == self.tokens.len() && self.lex_error.is_some();
        self.far.set(last);
        if self.options.allow_incomplete && self.input_ended(last) {
            return self.error_at_token(ErrKind::IncompleteInput, last, "incomplete input");
        }
        let mut error = match fail {
            Fail::Hard(error) => *error,
            Fail::Soft if ran_into_lexer_error => return self.lexer_error(),
            Fail::Soft => self.second_pass(last),
        };
        self.add_missing_newline(&mut error);
        let far = self.far.get().min(self.tokens.len() - 1);
        let read = &self.tokens[far];
        let read = read.start.max(read.end.saturating_sub(1)).min((self.src.len() as u32).saturating_sub(1));
        if self.source.lines.line(read) > error.line {
            // The lexer has gone on to other lines: CPython cuts this one out without its newline.
            strip_newline(&mut error);
        }
        self.prefer_lexer_error(&mut error);
        error
    }

    /// CPython reads on to the end of the source after an error of the parser, and shows the lexer's error if it
    /// finds one.
    fn prefer_lexer_error(&self, error: &mut SyntaxErr) {
        let Some(lex_error) = self.lex_error else { return };
        if is_unexpected_indentation(error) {
            return;
        }
        let far = self.far.get().min(self.tokens.len() - 1);
        let seen = far + 1 == self.tokens.len();
        let lines = &self.source.lines;
        let relevant = match lex_error.place {
            Place::Eof(Some((_, open))) => lines.line(self.tokens[far].start) > lines.line(open),
            Place::Eof(None) => false,
            _ => true,
        };
        if seen || (relevant && lex_error.overrides) {
            *error = self.lexer_error();
        } else if let (Place::Columns { .. }, Some(open)) = (&lex_error.place, lex_error.open)
            && lines.line(self.tokens[far].start) > lines.line(open.1)
        {
            // Where CPython's lexer stops without an exception, an open bracket is the better explanation.
            let unclosed = LexError {
                msg: crate::lexer::never_closed(open.0),
                place: Place::Eof(Some(open)),
                ..lex_error.clone()
            };
            *error = lex_error_to_syntax(&unclosed, self.src, self.source);
        }
    }

    fn second_pass(&mut self, last: usize) -> SyntaxErr {
        self.pos = 0;
        self.far.set(last);
        self.depth = 0;
        self.diagnose = true;
        self.second = true;
        self.flufl = self.options.flufl;
        if self.brace_failed {
            // Mistakes in dictionaries are found by rules that are always on: in CPython's first pass.
            (self.diagnose, self.recording) = (false, true);
            self.memo.start(self.tokens);
            if let Err(Fail::Hard(error)) = self.start() {
                return *error;
            }
            self.pos = 0;
            self.far.set(last);
            self.depth = 0;
            (self.diagnose, self.recording) = (true, false);
            self.flufl = self.options.flufl;
        }
        self.memo.start(self.tokens);
        if let Err(Fail::Hard(error)) = self.start() {
            return *error;
        }
        match self.tokens[last].kind {
            TokenKind::Indent => self.error_at_token(ErrKind::IndentationError, last, "unexpected indent"),
            TokenKind::Dedent => self.error_at_token(ErrKind::IndentationError, last, "unexpected unindent"),
            _ => {
                let mut error = self.error_at_token(ErrKind::SyntaxError, last, "invalid syntax");
                if self.is_placeless(last) {
                    (error.col, error.end_col) = (0, 0);
                }
                error
            }
        }
    }

    /// Whether a token has no columns in CPython.
    fn is_placeless(&self, index: usize) -> bool {
        let token = self.tokens[index];
        match token.kind {
            TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker | TokenKind::Error => true,
            TokenKind::Newline => token.start == token.end,
            _ => false,
        }
    }

    /// An error at a token; at one without columns, CPython takes the place of its lexer instead.
    fn error_at_token(&self, kind: ErrKind, index: usize, msg: impl Into<String>) -> SyntaxErr {
        let token = self.tokens[index];
        if !self.is_placeless(index) {
            return self.error_at(kind, token.span(), msg);
        }
        let lines = &self.source.lines;
        let (line, col) = if self.src.is_empty() {
            (0, 0)
        } else if let (TokenKind::Error, Some(Place::Upto(end))) =
            (token.kind, self.lex_error.map(|e| &e.place))
        {
            crate::error::last_char(self.src, lines, *end)
        } else if token.end as usize >= self.src.len() {
            crate::error::last_char(self.src, lines, self.end_with_newline())
        } else {
            let (line, col) = crate::error::char_position(self.src, lines, token.end);
            (line, col - 1)
        };
        SyntaxErr::at_columns(kind, msg, line, (col, -1), self.src, lines)
    }

    /// The end of the source, with the newline that modules get if they lack one.
    fn end_with_newline(&self) -> u32 {
        let missing = self.options.mode == Mode::Exec && !self.src.ends_with('\n');
        self.src.len() as u32 + u32::from(missing)
    }

    /// Whether CPython's lexer has met the end of the source once it has read a token, so that more input could help.
    fn input_ended(&self, last: usize) -> bool {
        let token = self.tokens[last];
        match token.kind {
            TokenKind::Error => self.lex_error.is_some_and(|error| error.at_end),
            TokenKind::EndMarker => true,
            TokenKind::Dedent | TokenKind::Indent => token.start as usize >= self.src.len(),
            TokenKind::Newline => token.start == token.end,
            // These end without a look at what follows.
            TokenKind::String | TokenKind::FStringEnd | TokenKind::TStringEnd => false,
            _ => self.options.mode != Mode::Exec && token.end as usize >= self.src.len(),
        }
    }

    /// The lexer's error, in CPython's columns.
    fn lexer_error(&self) -> SyntaxErr {
        let Some(error) = self.lex_error else {
            return self.error_at(ErrKind::SyntaxError, self.token().span(), "invalid syntax");
        };
        let mut syntax_error = lex_error_to_syntax(error, self.src, self.source);
        if matches!(error.place, Place::Columns { .. }) {
            self.add_missing_newline(&mut syntax_error);
        }
        syntax_error
    }

    /// The text of a module's last line ends with the newline that CPython adds to the source.
    fn add_missing_newline(&self, error: &mut SyntaxErr) {
        let last = self.source.lines.line_count();
        if self.options.mode == Mode::Exec
            && error.line == last
            && let Some(text) = error.text.as_mut().filter(|text| !text.ends_with('\n'))
        {
            text.push('\n');
        }
    }
}

fn strip_newline(error: &mut SyntaxErr) {
    if let Some(text) = &mut error.text
        && text.ends_with('\n')
    {
        text.pop();
    }
}

/// A lexer's error with CPython's line and columns.
pub(crate) fn lex_error_to_syntax(error: &LexError, src: &str, source: &SourceText) -> SyntaxErr {
    let lines = &source.lines;
    match &error.place {
        Place::Upto(end) => {
            let (line, col) = crate::error::last_char(src, lines, *end);
            let mut e = SyntaxErr::at_columns(error.kind, &*error.msg, line, (col, col), src, lines);
            strip_newline(&mut e);
            e
        }
        Place::Range(span) => {
            let (line, col) = crate::error::char_position(src, lines, span.start);
            let (_, end) = crate::error::last_char(src, lines, span.end);
            let mut e = SyntaxErr::at_columns(error.kind, &*error.msg, line, (col, end), src, lines);
            strip_newline(&mut e);
            e
        }
        Place::Columns { line, col, end_col } => {
            SyntaxErr::at_columns(error.kind, &*error.msg, *line, (*col, *end_col), src, lines)
        }
        Place::Eof(Some((_, at))) => {
            let (line, col) = crate::error::char_position(src, lines, *at);
            with_newline(
                SyntaxErr::at_columns(error.kind, &*error.msg, line, (col, 0), src, lines),
                src,
                lines,
            )
        }
        Place::Eof(None) => {
            let (line, col) =
                crate::error::last_char(src, lines, src.len() as u32 + u32::from(!src.ends_with('\n')));
            with_newline(
                SyntaxErr::at_columns(error.kind, &*error.msg, line, (col, -1), src, lines),
                src,
                lines,
            )
        }
    }
}

/// The text where the end of the source is the error: that of the last line ends with a newline, that of others does
/// not.
fn with_newline(mut e: SyntaxErr, src: &str, lines: &LineIndex) -> SyntaxErr {
    let last = lines.line((src.len() as u32).saturating_sub(1));
    if let Some(text) = e.text.as_mut() {
        match text.ends_with('\n') {
            false if e.line >= last => text.push('\n'),
            true if e.line < last => {
                text.pop();
            }
            _ => {}
        }
    }
    e
}
