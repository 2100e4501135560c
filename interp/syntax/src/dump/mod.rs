//! Dumps of trees and tokens, byte for byte as CPython's `ast` and `tokenize` modules print them.

mod tokens;
mod tree;

pub use tokens::dump_tokens;
pub use tree::dump_ast;
