//! What compiling can end in besides a code object.

use habu_syntax::SyntaxErr;
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
    /// The error as the symbol table reports it.
    pub placed: Option<Box<SyntaxErr>>,
}

impl From<SyntaxErr> for CompileError {
    fn from(error: SyntaxErr) -> CompileError {
        let msg = error.msg.clone();
        CompileError { placed: Some(Box::new(error)), ..CompileError::syntax(msg, None) }
    }
}

impl CompileError {
    pub fn syntax(msg: impl Into<String>, span: Option<Span>) -> CompileError {
        CompileError { class: ErrorClass::SyntaxError, msg: msg.into(), span, placed: None }
    }

    pub fn not_implemented(msg: impl Into<String>, span: Option<Span>) -> CompileError {
        CompileError { class: ErrorClass::NotImplementedError, msg: msg.into(), span, placed: None }
    }

    pub fn value(msg: impl Into<String>, span: Option<Span>) -> CompileError {
        CompileError { class: ErrorClass::ValueError, msg: msg.into(), span, placed: None }
    }
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.class, self.msg)
    }
}

impl std::error::Error for CompileError {}
