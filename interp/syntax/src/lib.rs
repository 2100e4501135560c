//! Python 3.14 source text to tokens, syntax tree and symbol table.

pub mod ast;
pub mod dump;
pub mod error;
pub mod future;
mod lexer;
pub mod parser;
pub mod repr;
pub mod source;
pub mod symtable;
pub mod token;
pub mod tokens;

pub use error::{ErrKind, SyntaxErr, Warning, WarningKind};
pub use parser::{Mode, ParseOptions, Parsed, parse, parse_bytes, parse_source};
pub use source::SourceText;
