//! What compiling can end in besides a code object.

use habu_syntax::ast::Span;

/// Class of exception a [`CompileError`] stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorClass {
    SyntaxError,
    NotImplementedError,
    RecursionError,
    /// A malformed tree, which only programs that build trees themselves can make.
    ValueError,
}

/// Why a tree cannot be compiled.
#[derive(Clone, PartialEq, Debug)]
pub struct CompileError {
    pub class: ErrorClass,
    pub msg: String,
    pub span: Option<Span>,
}

impl CompileError {
    pub fn syntax(msg: impl Into<String>, span: Option<Span>) -> CompileError {
        CompileError { class: ErrorClass::SyntaxError, msg: msg.into(), span }
    }

    pub fn not_implemented(msg: impl Into<String>, span: Option<Span>) -> CompileError {
        CompileError { class: ErrorClass::NotImplementedError, msg: msg.into(), span }
    }

    pub fn value(msg: impl Into<String>, span: Option<Span>) -> CompileError {
        CompileError { class: ErrorClass::ValueError, msg: msg.into(), span }
    }
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.class, self.msg)
    }
}

impl std::error::Error for CompileError {}
