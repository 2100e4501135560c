//! Python 3.14 source text to tokens, syntax tree and symbol table.

pub mod ast;
