//! Syntax tree to register bytecode.
//!
//! [`compile`] builds the symbol table of a tree (`habu_syntax::symtable`), then walks it once, emitting instructions with labels into
//! units (one per code object), which the assembler ([`asm`]) tidies and lays out. One file per construct.

mod annot;
mod asm;
mod assign;
mod build;
mod call;
mod checks;
mod class;
mod comp;
mod cond;
mod consts;
mod displays;
mod doc;
mod error;
mod exc;
mod expr;
mod fold;
mod fstring;
mod func;
mod future;
mod fx;
mod import;
mod loops;
mod names;
mod operators;
mod pattern;
mod stmt;
mod suspend;
mod typeparams;
mod unit;
mod unparse;
mod walk;
mod with;

pub use consts::{from_literal, repr as const_repr};
pub use error::{CompileError, ErrorClass};

use crate::code::Code;
use crate::op::Op;
use asm::NO_SPAN;
use habu_syntax::ast::{Interner, LineIndex, Mod, Stmt, sym};
use habu_syntax::symtable::{MODULE_KEY, ScopeId, ScopeKind, SymbolTable, SymtableOptions};
use habu_syntax::{ErrKind, ParseOptions, SyntaxErr, Warning};
use std::cell::Cell;
use std::sync::Arc;
use unit::Unit;

pub use habu_syntax::Mode;

/// A register number.
pub type Reg = u16;
type Res = Result<(), CompileError>;

/// How to compile.
#[derive(Clone, Copy, Default, Debug)]
pub struct CompileOptions {
    /// 0; 1: without asserts and with `__debug__` false (-O); 2: without docstrings too (-OO).
    pub optimize: u8,
    /// `from __future__ import annotations` is in force from outside.
    pub future_annotations: bool,
    /// `await` may stand at the top level (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
}

/// A code object and what to warn about.
#[derive(Debug)]
pub struct Compiled {
    pub code: Code,
    pub warnings: Vec<Warning>,
}

struct Compiler<'a> {
    table: &'a SymbolTable,
    interner: &'a mut Interner,
    lines: &'a LineIndex,
    filename: Arc<str>,
    /// Texts of symbols that code objects share, by symbol.
    shared: Vec<Option<Arc<str>>>,
    options: CompileOptions,
    future_annotations: bool,
    interactive: bool,
    /// The unit being compiled.
    u: Box<Unit<'a>>,
    unit_count: u32,
    /// Of each symbol: what the unit knows that asked for it last.
    known: Vec<names::Known>,
    /// How deep expressions are nested.
    depth: u32,
    /// The units around it, outermost first.
    outer: Vec<Box<Unit<'a>>>,
    /// Units that are done, for others to take over.
    spare: Vec<Box<Unit<'a>>>,
    /// Where names are put together.
    joined: String,
    warnings: Vec<Warning>,
    scratch: asm::Scratch,
    /// The line that was asked for last.
    near: Cell<u32>,
    /// The next and the last operation of a chain that is known not to fold (`fold.rs`): their addresses.
    unfoldable: Cell<(usize, usize)>,
}

/// Compiles a tree to a module's code object.
pub fn compile(
    module: &Mod,
    interner: &mut Interner,
    lines: &LineIndex,
    filename: &str,
    options: CompileOptions,
) -> Result<Compiled, CompileError> {
    let table_options = SymtableOptions {
        future_annotations: options.future_annotations,
        top_level_await: options.top_level_await,
        ..SymtableOptions::default()
    };
    let table = habu_syntax::symtable::build(module, interner, lines, table_options)?;
    let unit = Unit::new(1, ScopeId::TOP, ScopeKind::Module, sym::TOP, "<module>".into(), 1);
    let mut c = Compiler {
        table: &table,
        interner,
        lines,
        filename: filename.into(),
        shared: Vec::new(),
        options,
        future_annotations: table.future.annotations,
        interactive: matches!(module, Mod::Interactive { .. }),
        u: Box::new(unit),
        unit_count: 1,
        known: Vec::new(),
        depth: 0,
        outer: Vec::new(),
        spare: Vec::new(),
        joined: String::new(),
        warnings: Vec::new(),
        scratch: asm::Scratch::default(),
        near: Cell::new(1),
        unfoldable: Cell::new((0, 0)),
    };
    c.u.temp_base = 1;
    c.u.top = 1;
    c.u.need(1);
    match module {
        Mod::Module { body, .. } | Mod::Interactive { body } => c.module_body(body)?,
        Mod::Expression { body } => {
            let r = c.operand(body)?;
            c.op(body.span, Op::RETURN, r, 0, 0);
        }
        Mod::FunctionType { .. } => {
            return Err(CompileError::value("a function type cannot be compiled", None));
        }
    }
    let nothing = Unit::new(1, ScopeId::TOP, ScopeKind::Module, sym::TOP, "".into(), 1);
    let unit = std::mem::replace(&mut c.u, Box::new(nothing));
    let made = c.finish_unit(unit)?;
    let warnings = std::mem::take(&mut c.warnings);
    Ok(Compiled { code: Arc::unwrap_or_clone(made.code), warnings })
}

impl<'a> Compiler<'a> {
    /// The line of an offset.
    fn line_of(&self, offset: u32) -> u32 {
        let (line, _) = self.lines.position_near(offset, self.near.get());
        self.near.set(line);
        line
    }

    fn module_body(&mut self, body: &'a [Stmt<'a>]) -> Res {
        let scope = self.table.top();
        let start = body.first().map_or(NO_SPAN, |s| s.span);
        if scope.coroutine {
            self.op(NO_SPAN, Op::MAKE_GENERATOR, 0, 0, 0);
        }
        // `__annotate__` is defined before anything runs, but known only at the end.
        let at = self.u.asm.ins.len();
        if scope.has_conditional_annotations && !self.future_annotations {
            let t = self.u.next();
            self.op(start, Op::BUILD_SET, t, t, 0);
            self.u.alloc();
            self.store_name(start, sym::DUNDER_CONDITIONAL_ANNOTATIONS, t)?;
            self.u.top = u32::from(t);
        }
        if self.interactive {
            self.stmts(body)?;
        } else {
            self.namespace_body(body)?;
        }
        self.op(NO_SPAN, Op::RETURN_NONE, 0, 0, 0);
        let end = self.u.asm.ins.len();
        let t = self.u.next();
        if self.deferred_annotations(start, start, MODULE_KEY, t)? {
            self.u.alloc();
            self.store_name(start, sym::DUNDER_ANNOTATE, t)?;
            self.u.asm.move_tail(end, at);
        }
        Ok(())
    }
}

/// Parses and compiles source text; errors are as CPython reports them.
pub fn compile_source(
    source: &str,
    filename: &str,
    mode: Mode,
    options: CompileOptions,
) -> Result<Compiled, SyntaxErr> {
    let arena = habu_syntax::ast::Arena::new();
    let mut parsed = habu_syntax::parse(&arena, source, ParseOptions { mode, ..ParseOptions::default() })?;
    compile_parsed(&mut parsed, filename, options)
}

/// Compiles what was parsed.
pub fn compile_parsed(
    parsed: &mut habu_syntax::Parsed,
    filename: &str,
    options: CompileOptions,
) -> Result<Compiled, SyntaxErr> {
    let lines = &parsed.source.lines;
    compile(&parsed.module, &mut parsed.interner, lines, filename, options).map_err(|e| e.into_syntax(lines))
}

impl CompileError {
    /// The error with line and columns; its text is to be read from the file, as CPython does.
    pub fn into_syntax(self, lines: &LineIndex) -> SyntaxErr {
        if let Some(error) = self.placed {
            return *error;
        }
        let kind = match self.class {
            ErrorClass::SyntaxError => ErrKind::SyntaxError,
            ErrorClass::NotImplementedError => ErrKind::NotImplementedError,
            ErrorClass::RecursionError => ErrKind::RecursionError,
            ErrorClass::ValueError => ErrKind::ValueError,
        };
        let span = self.span.filter(|span| *span != NO_SPAN).unwrap_or_default();
        SyntaxErr::in_tree(kind, self.msg, span, lines)
    }
}
