//! The assembler's input: instructions with labels, as the compiler emits them, and the road to a stream of words.

mod bound;
mod layout;
mod tidy;

use crate::code::{Const, Handler, LoopHeader, Position};
use crate::op::{Access, Effects, Instr, Op, registers};
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
    /// Registers in use here, not counting the operands.
    pub live: u16,
}

impl Ins {
    pub fn instr(&self) -> Instr {
        Instr::new(self.op, self.x, self.a, self.b, self.c)
    }

    /// Never falls through.
    fn is_terminator(&self) -> bool {
        matches!(self.op, Op::JUMP | Op::LOOP | Op::RETURN | Op::RETURN_NONE | Op::RAISE | Op::RERAISE)
    }

    fn has_label(&self) -> bool {
        self.label != Label::NONE
    }

    /// Whether its handler can be entered from it.
    fn may_raise(&self) -> bool {
        matches!(self.op.info().effects, Effects::Raise) || self.op == Op::YIELD
    }

    fn live_registers(&self) -> u16 {
        let mut live = u32::from(self.live);
        registers(self.instr(), self.extra, |access, first, count| {
            if matches!(access, Access::Read | Access::ReadMaybe) {
                live = live.max(u32::from(first) + count);
            }
        });
        live.min(u32::from(u16::MAX)) as u16
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

impl Asm {
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
        mut self,
        params: u16,
        lines: &LineIndex,
        consts: &mut Vec<Const>,
        keep_first: bool,
    ) -> Assembled {
        self.thread_jumps(lines);
        self.remove_unreachable();
        if self.remove_bound_checks(params) {
            self.remove_unreachable();
        }
        self.straighten(lines);
        self.prune_consts(consts, keep_first);
        self.layout(lines)
    }
}
