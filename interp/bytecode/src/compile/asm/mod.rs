//! The assembler's input: instructions with labels, as the compiler emits them, and the road to a stream of words.

mod bound;
mod layout;
mod tidy;

use crate::code::{Const, Handler, LoopHeader, Position};
use crate::compile::fx::FxHashMap;
use crate::op::{Effects, Instr, Op};
use habu_syntax::ast::{LineIndex, Span};

/// A place in the code, bound or yet to be bound.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Label(pub u32);

impl Label {
    pub const NONE: Label = Label(u32::MAX);
}

/// Index into [`Asm::handlers`], or `NO_HANDLER`.
pub type HandlerId = u32;
pub const NO_HANDLER: HandlerId = u32::MAX;

/// Span of instructions without a place in the source.
pub const NO_SPAN: Span = Span { start: u32::MAX, end: u32::MAX };

/// An instruction before layout.
#[derive(Clone, Copy, Debug)]
pub struct Ins {
    pub op: Op,
    pub x: u8,
    pub a: u16,
    pub b: u16,
    pub c: u16,
    pub extra: u32,
    pub label: Label,
    pub span: Span,
    pub handler: HandlerId,
    /// Registers in use here, those that are read included.
    pub live: u16,
}

impl Ins {
    pub fn instr(&self) -> Instr {
        Instr::new(self.op, self.x, self.a, self.b, self.c)
    }

    /// Never falls through.
    fn is_terminator(&self) -> bool {
        self.op.ends_block()
    }

    fn has_label(&self) -> bool {
        self.label != Label::NONE
    }

    /// Whether its handler can be entered from it.
    fn may_raise(&self) -> bool {
        matches!(self.op.shape().effects, Effects::Raise) || self.op == Op::YIELD
    }
}

/// An exception handler: where it is and which register gets the exception.
#[derive(Clone, Copy, Debug)]
pub struct HandlerDef {
    pub target: Label,
    pub exc: u16,
}

/// The code of one unit while it is emitted.
#[derive(Debug, Default)]
pub struct Asm {
    pub ins: Vec<Ins>,
    /// Index of the instruction a label stands before; `u32::MAX` while unbound.
    pub labels: Vec<u32>,
    pub handlers: Vec<HandlerDef>,
}

/// What layout makes.
#[derive(Debug, Default)]
pub struct Assembled {
    pub words: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub positions: Vec<Position>,
    pub loops: Vec<LoopHeader>,
    pub live: Vec<(u32, u16)>,
}

/// Vectors that the passes over one unit after the other use, so that each grows once.
#[derive(Debug, Default)]
pub struct Scratch {
    /// What each instruction is to be: kept or dropped.
    keep: Vec<bool>,
    handler_seen: Vec<bool>,
    is_target: Vec<bool>,
    work: Vec<u32>,
    /// New number of each instruction, or its word offset.
    map: Vec<u32>,
    flow: bound::Flow,
    handlers: Vec<Handler>,
    positions: Vec<Position>,
    live: Vec<(u32, u16)>,
    used: Vec<bool>,
    /// The instructions with a label.
    jumps: Vec<u32>,
    /// Labels of copied returns.
    copies: Vec<Label>,
    /// End of each loop that is no for loop, by its header.
    whiles: FxHashMap<u32, u32>,
    /// First word, end and header of each loop.
    ranges: Vec<(u32, u32, u32)>,
    /// Ends of the loops around.
    open: Vec<u32>,
}

impl Asm {
    /// The same without its code, but with the room for it.
    pub fn emptied(mut self) -> Asm {
        self.ins.clear();
        self.labels.clear();
        self.handlers.clear();
        self
    }

    pub fn new_label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    /// Binds a label to the next instruction.
    pub fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.ins.len() as u32;
    }

    fn target(&self, label: Label) -> usize {
        self.labels[label.0 as usize] as usize
    }

    /// Moves the instructions from `tail` on before the one at `at`. The moved ones must hold no labels.
    pub fn move_tail(&mut self, tail: usize, at: usize) {
        let count = self.ins.len() - tail;
        self.ins[at..].rotate_right(count);
        for label in &mut self.labels {
            let target = *label as usize;
            if *label != u32::MAX && (at..tail).contains(&target) {
                *label += count as u32;
            }
        }
    }

    /// Runs all passes. `params` registers are bound on entry; constants that only removed code used go away, save
    /// the first if `keep_first` (a docstring).
    pub fn assemble(
        &mut self,
        params: u16,
        lines: &LineIndex,
        consts: &mut Vec<Const>,
        keep_first: bool,
        scratch: &mut Scratch,
    ) -> Assembled {
        if !self.labels.is_empty() {
            let Scratch { jumps, copies, .. } = scratch;
            jumps.clear();
            jumps.extend((0..).zip(&self.ins).filter(|(_, ins)| ins.has_label()).map(|(i, _)| i));
            self.thread_jumps(lines, jumps);
            self.copy_returns(lines, jumps, copies);
        }
        self.find_reachable(scratch);
        let guarded = self.find_bound_checks(params, scratch);
        self.keep(scratch);
        if guarded {
            // What a check that is gone could enter may be out of reach now.
            self.find_reachable(scratch);
            self.keep(scratch);
        }
        self.straighten(lines, scratch);
        self.keep(scratch);
        self.prune_consts(consts, keep_first, scratch);
        self.layout(lines, scratch)
    }
}
