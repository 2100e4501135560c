//! The whole front end on any bytes, with everything checked that can be: what the fuzz target and its bounded run in
//! the tests call.

use crate::{Code, CompileOptions, Mode, compile::compile_parsed, verify};
use habu_syntax::tokens::Tokens;
use habu_syntax::{ErrKind, ParseOptions, SourceText, dump, parse_source};

/// Longest source, in bytes, whose tree is dumped too.
const DUMPED: usize = 4096;

/// Tokenizes, parses, dumps, compiles, verifies and stores a source. Whatever is refused is
/// refused with an error that CPython has; the result says whether the source compiled.
///
/// # Panics
/// When a pass breaks a promise to another: that is what the caller looks for.
pub fn front_end(bytes: &[u8], mode: Mode) -> bool {
    let Ok(source) = SourceText::from_bytes(bytes) else { return false };
    for extra in [false, true] {
        let tokens = Tokens::new(&source, extra);
        let count = (0..tokens.len()).filter_map(|i| tokens.get(i)).count();
        assert_eq!(count, tokens.len());
        let _ = tokens.error();
    }
    let options =
        ParseOptions { mode, type_comments: bytes.len().is_multiple_of(2), ..ParseOptions::default() };
    let arena = habu_syntax::ast::Arena::new();
    let mut parsed = match parse_source(&arena, source, options) {
        Ok(parsed) => parsed,
        Err(e) => {
            assert!(!e.msg.is_empty() || e.kind == ErrKind::MemoryError, "an error without a text");
            return false;
        }
    };
    // A dump indents by depth: of a source that is nothing but nesting, its size is the square of the source's.
    if bytes.len() <= DUMPED {
        let _ = dump::dump_ast(&parsed);
    }
    let optimize = (bytes.len() % 3) as u8;
    let compiled = compile_parsed(&mut parsed, "probe", CompileOptions { optimize, ..Default::default() });
    match compiled {
        Ok(compiled) => {
            verify::verify(&compiled.code).expect("what compiles verifies");
            let stored = compiled.code.to_bytes();
            // Not the code objects: a constant that is no number differs from itself.
            assert_eq!(Code::from_bytes(&stored).map(|code| code.to_bytes()), Ok(stored));
            true
        }
        Err(e) => {
            assert!(!e.msg.is_empty(), "an error without a text");
            false
        }
    }
}
