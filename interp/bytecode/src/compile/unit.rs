//! The state of one code object under construction, and how instructions get into it.

use super::asm::{Asm, HandlerId, Ins, Label, NO_HANDLER};
use super::consts::Consts;
use super::error::CompileError;
use super::fx::NameMap;
use super::{Compiler, Reg};
use crate::code::{CodeFlags, Const, VarKind};
use crate::op::{Access, Op, registers_of};
use habu_syntax::ast::{Expr, Span, Stmt, Symbol};
use habu_syntax::symtable::{ScopeId, ScopeKind};
use std::sync::Arc;

/// More registers than this and a unit is refused: room for the window's header and arguments above.
pub const MAX_REGISTERS: u32 = 65_000;

/// A construct whose end code must run when control leaves it early.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    pub kind: BlockKind<'a>,
    /// The handler around the construct.
    pub handler: HandlerId,
}

#[derive(Clone, Copy, Debug)]
pub enum BlockKind<'a> {
    /// `break` goes to the first label, `continue` to the second, by LOOP if `back_edge`.
    Loop { exit: Label, next: Label, back_edge: bool },
    /// Guarded by a handler; nothing to run.
    Try,
    /// `finally` body to run.
    Finally { body: &'a [Stmt<'a>] },
    /// Inside a handler: the exception saved in the register is the handled one again.
    Handled { saved: Reg },
    /// Body of `except … as name`.
    Named { name: Symbol, span: Span },
    /// Body of a with statement; exit function and receiver are in R[win], R[win+3].
    With { win: Reg, span: Span, is_async: bool },
    /// `except*` clauses, which cannot be left early.
    Star,
}

/// A comprehension being compiled in place.
#[derive(Debug)]
pub struct InlinedComp {
    pub scope: ScopeId,
    pub regs: NameMap<Reg>,
}

/// An annotation of a module or class body, evaluated later by `__annotate__`.
#[derive(Clone, Copy, Debug)]
pub struct Deferred<'a> {
    pub name: Symbol,
    pub annotation: &'a Expr<'a>,
    pub span: Span,
    /// Its number in `__conditional_annotations__`.
    pub conditional: Option<u32>,
}

#[derive(Debug)]
pub struct Unit<'a> {
    /// Tells the units of a compilation apart; counted from 1.
    pub id: u32,
    pub scope: ScopeId,
    pub kind: ScopeKind,
    pub name: Symbol,
    pub qualname: Arc<str>,
    pub first_line: u32,
    pub flags: CodeFlags,
    pub arg_count: u16,
    pub posonly_count: u16,
    pub kwonly_count: u16,
    pub asm: Asm,
    pub handler: HandlerId,
    /// Parameters and locals: index is the register.
    pub vars: Vec<(Symbol, VarKind)>,
    /// Where parameters, locals and a class's own cells live.
    pub regs: NameMap<Reg>,
    pub params: u16,
    pub free: &'a [Symbol],
    /// First register that is no variable.
    pub temp_base: u32,
    /// Next free register.
    pub top: u32,
    /// Most registers in use at once.
    pub max: u32,
    pub names: Vec<Symbol>,
    name_index: NameMap<u16>,
    pub consts: Consts,
    pub blocks: Vec<Block<'a>>,
    pub comps: Vec<InlinedComp>,
    pub deferred: Vec<Deferred<'a>>,
    /// Whether statements compiled now may be skipped at run time (conditional annotations).
    pub conditional_depth: u32,
    pub static_attributes: Vec<Symbol>,
    /// Named registers of variables of comprehensions compiled in place.
    pub comp_vars: NameMap<Reg>,
    /// Generators: where a StopIteration that leaves the body is turned into RuntimeError.
    pub stop_iteration: Option<(Label, Reg)>,
    pub overflow: Option<&'static str>,
}

impl<'a> Unit<'a> {
    pub fn new(
        id: u32,
        scope: ScopeId,
        kind: ScopeKind,
        name: Symbol,
        qualname: Arc<str>,
        first_line: u32,
    ) -> Self {
        Unit {
            id,
            scope,
            kind,
            name,
            qualname,
            first_line,
            flags: CodeFlags::default(),
            arg_count: 0,
            posonly_count: 0,
            kwonly_count: 0,
            asm: Asm::default(),
            handler: NO_HANDLER,
            vars: Vec::new(),
            regs: NameMap::default(),
            params: 0,
            free: &[],
            temp_base: 0,
            top: 0,
            max: 0,
            names: Vec::new(),
            name_index: NameMap::default(),
            consts: Consts::default(),
            blocks: Vec::new(),
            comps: Vec::new(),
            deferred: Vec::new(),
            conditional_depth: 0,
            static_attributes: Vec::new(),
            comp_vars: NameMap::default(),
            stop_iteration: None,
            overflow: None,
        }
    }

    /// Another unit after this one, which is done: it takes over the vectors, whose room has been made.
    pub fn again(
        self,
        id: u32,
        scope: ScopeId,
        kind: ScopeKind,
        name: Symbol,
        qualname: Arc<str>,
        first_line: u32,
    ) -> Self {
        fn emptied<T>(mut filled: Vec<T>) -> Vec<T> {
            filled.clear();
            filled
        }
        Unit {
            asm: self.asm.emptied(),
            vars: emptied(self.vars),
            regs: self.regs.emptied(),
            names: emptied(self.names),
            name_index: self.name_index.emptied(),
            consts: self.consts.emptied(),
            blocks: emptied(self.blocks),
            comps: emptied(self.comps),
            deferred: emptied(self.deferred),
            static_attributes: emptied(self.static_attributes),
            comp_vars: self.comp_vars.emptied(),
            ..Unit::new(id, scope, kind, name, qualname, first_line)
        }
    }

    pub fn is_module(&self) -> bool {
        self.kind == ScopeKind::Module
    }

    /// Index of a name.
    pub fn name_number(&mut self, name: Symbol) -> u16 {
        if let Some(&i) = self.name_index.get(&name) {
            return i;
        }
        if self.names.len() >= MAX_REGISTERS as usize {
            self.overflow = Some("too many names in one code object");
            return 0;
        }
        let i = self.names.len() as u16;
        self.names.push(name);
        self.name_index.insert(name, i);
        i
    }

    pub fn const_number(&mut self, c: Const) -> u16 {
        let i = self.consts.add(c);
        self.const_checked(i)
    }

    /// The number of a constant that is a string.
    pub fn str_number(&mut self, text: &[u8]) -> u16 {
        let i = self.consts.add_str(text);
        self.const_checked(i)
    }

    fn const_checked(&mut self, i: u32) -> u16 {
        if i >= MAX_REGISTERS {
            self.overflow = Some("too many constants in one code object");
            return 0;
        }
        i as u16
    }

    /// Notes that registers up to `end` are used.
    pub fn need(&mut self, end: u32) {
        self.max = self.max.max(end);
        if end > MAX_REGISTERS {
            self.overflow = Some("too many local variables and temporaries in one code object");
        }
    }

    /// The next free register, taken.
    pub fn alloc(&mut self) -> Reg {
        self.alloc_run(1)
    }

    /// A run of free registers, taken.
    pub fn alloc_run(&mut self, count: u32) -> Reg {
        let first = self.top;
        self.top += count;
        self.need(self.top);
        if self.overflow.is_some() && self.top > MAX_REGISTERS {
            // The unit will be refused; keep numbers small until then.
            self.top = self.temp_base;
            return self.temp_base.min(MAX_REGISTERS) as Reg;
        }
        first as Reg
    }

    /// Where the next temporary will be.
    pub fn next(&self) -> Reg {
        self.top as Reg
    }

    pub fn is_temp(&self, reg: Reg) -> bool {
        u32::from(reg) >= self.temp_base
    }
}

/// Emission: everything goes through [`Compiler::emit`].
impl Compiler<'_> {
    pub fn emit(&mut self, ins: Ins) {
        self.emit_known(ins);
    }

    /// As [`Compiler::emit`], for where the opcode is known when this is compiled, and much is made of it.
    #[inline(always)]
    fn emit_known(&mut self, ins: Ins) {
        let u = &mut *self.u;
        let mut ins = ins;
        ins.handler = u.handler;
        let (mut need, mut live) = (0, u.top);
        registers_of(ins.op, ins.instr(), ins.extra, |access, first, count| {
            let end = u32::from(first) + if access == Access::Clobber { 3 } else { count };
            need = need.max(end);
            if matches!(access, Access::Read | Access::ReadMaybe) {
                live = live.max(end);
            }
        });
        ins.live = live.min(u32::from(u16::MAX)) as u16;
        u.need(need);
        u.asm.ins.push(ins);
    }

    #[inline]
    fn ins(span: Span, op: Op, x: u8, a: Reg, b: u16, c: u16) -> Ins {
        Ins { op, x, a, b, c, extra: 0, label: Label::NONE, span, handler: NO_HANDLER, live: 0 }
    }

    /// As [`Compiler::op`], for the places that emit most, where `op` is written out.
    #[inline(always)]
    pub fn op_known(&mut self, span: Span, op: Op, a: Reg, b: u16, c: u16) {
        self.emit_known(Self::ins(span, op, 0, a, b, c));
    }

    pub fn op(&mut self, span: Span, op: Op, a: Reg, b: u16, c: u16) {
        self.emit(Self::ins(span, op, 0, a, b, c));
    }

    /// A statement without instructions of its own is here: debuggers stop at its line (PEP 626).
    pub fn here(&mut self, span: Span) {
        self.op(span, Op::NOP, 0, 0, 0);
    }

    pub fn opx(&mut self, span: Span, op: Op, x: u8, a: Reg, b: u16, c: u16) {
        self.emit(Self::ins(span, op, x, a, b, c));
    }

    pub fn op_extra(&mut self, span: Span, op: Op, x: u8, (a, b, c): (Reg, u16, u16), extra: u32) {
        self.emit(Ins { extra, ..Self::ins(span, op, x, a, b, c) });
    }

    /// An instruction with a label.
    pub fn jump(&mut self, span: Span, op: Op, a: Reg, b: u16, label: Label) {
        self.emit(Ins { label, ..Self::ins(span, op, 0, a, b, 0) });
    }

    pub fn jump3(&mut self, span: Span, op: Op, (a, b, c): (Reg, u16, u16), label: Label) {
        self.emit(Ins { label, ..Self::ins(span, op, 0, a, b, c) });
    }

    pub fn goto(&mut self, span: Span, label: Label) {
        self.jump(span, Op::JUMP, 0, 0, label);
    }

    pub fn label(&mut self) -> Label {
        self.u.asm.new_label()
    }

    pub fn bind(&mut self, label: Label) {
        self.u.asm.bind(label);
    }

    pub fn mv(&mut self, span: Span, dst: Reg, src: Reg) {
        if dst != src {
            self.op_known(span, Op::MOVE, dst, src, 0);
        }
    }

    pub fn mark(&self) -> u32 {
        self.u.top
    }

    /// Frees every temporary taken since `mark`.
    pub fn release(&mut self, mark: u32) {
        debug_assert!(self.u.overflow.is_some() || mark <= self.u.top);
        self.u.top = mark;
    }

    /// Makes instructions from here on guarded by a new handler; returns the one before.
    pub fn guard(&mut self, target: Label, exc: Reg) -> HandlerId {
        self.u.asm.handlers.push(super::asm::HandlerDef { target, exc });
        std::mem::replace(&mut self.u.handler, self.u.asm.handlers.len() as HandlerId - 1)
    }

    pub fn load_const(&mut self, span: Span, dst: Reg, c: Const) {
        match c {
            Const::None => self.op_known(span, Op::LOAD_NONE, dst, 0, 0),
            Const::Int(i) if i16::try_from(i).is_ok() => {
                self.op_known(span, Op::LOAD_INT, dst, i as i16 as u16, 0);
            }
            c => {
                let n = self.u.const_number(c);
                self.op_known(span, Op::LOAD_CONST, dst, 0, n);
            }
        }
    }

    pub fn load_str(&mut self, span: Span, dst: Reg, text: &str) {
        self.load_bytes(span, dst, text.as_bytes());
    }

    /// Loads the string of some WTF-8.
    pub fn load_bytes(&mut self, span: Span, dst: Reg, text: &[u8]) {
        let n = self.u.str_number(text);
        self.op(span, Op::LOAD_CONST, dst, 0, n);
    }

    /// Loads a name as a string.
    pub fn load_symbol(&mut self, span: Span, dst: Reg, name: Symbol) {
        let n = self.u.str_number(self.interner.resolve(name).as_bytes());
        self.op(span, Op::LOAD_CONST, dst, 0, n);
    }

    pub fn name_const(&self, name: Symbol) -> Const {
        Const::Str(self.interner.resolve(name).as_bytes().into())
    }

    pub fn error<T>(&self, span: Span, msg: impl Into<String>) -> Result<T, CompileError> {
        Err(CompileError::syntax(msg, Some(span)))
    }
}
