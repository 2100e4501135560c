//! The compiler's own intermediate form: SSA over typed values, block parameters in place of phis, frame states on whatever may leave.

pub mod ops;
mod order;
mod parse;
#[cfg(test)]
mod tests;
mod text;
mod types;
mod verify;

pub use ops::{Cmp, Effect, Imm, Mem, Op};
pub use order::Order;
pub use parse::parse;
pub use types::{Rep, Type};
pub use verify::verify;

use crate::addresses::AddressMap;
use std::collections::{HashMap, HashSet};

/// A value is the instruction that makes it: index into `Function::insts`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Val(pub u32);

/// Index into `Function::blocks`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub u32);

/// Index into `Function::frames`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FrameId(pub u32);

/// An edge: target block and the values of its parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub block: BlockId,
    pub args: Vec<Val>,
}

/// Operands of an instruction: mostly few.
pub type Operands = smallvec::SmallVec<[Val; 4]>;

/// An instruction, and the value it makes.
#[derive(Clone, Debug)]
pub struct Inst {
    pub op: Op,
    pub args: Operands,
    pub imm: i64,
    /// Direct calls: register of the frame's window at which the callee's registers begin. `NewObject`: size.
    pub extra: u32,
    pub ty: Type,
    pub frame: Option<FrameId>,
    pub targets: Vec<Target>,
}

impl Inst {
    pub fn new(op: Op, args: &[Val], imm: i64) -> Inst {
        Inst {
            op,
            args: Operands::from_slice(args),
            imm,
            extra: 0,
            ty: op.info().result,
            frame: None,
            targets: Vec::new(),
        }
    }
}

/// Straight-line code; the last instruction is its terminator.
#[derive(Clone, Default, Debug)]
pub struct Block {
    pub params: Vec<Val>,
    pub insts: Vec<Val>,
    /// Loop header: the state in which the interpreter would stand here, for guards hoisted before the loop.
    pub header: Option<FrameId>,
}

/// What the interpreter would have in its frame at a point: the side exits and walkers rebuild frames from it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FrameState {
    /// Index into `Function::codes`: whose frame this is.
    pub code: u32,
    /// Word offset of the instruction to execute next (calls: of the call itself).
    pub pc: u32,
    /// Offset in registers of this frame's base from the unit's base.
    pub base: u32,
    /// Content by register; none: dead.
    pub regs: Vec<Option<Val>>,
    /// Frame of the caller when this one is inlined.
    pub caller: Option<FrameId>,
    /// Register whose content is the instruction's result once its call has returned, whatever that returns.
    pub result: Option<u32>,
}

/// An entry of the constant table: known by what it is, resolved to a word at install.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Konst {
    /// Tagged word of a heap object.
    Value(u64),
    /// Untagged address outside the heap or of an instruction stream.
    Address(u64),
    /// The indirection cell through which a code object's native code is called; by code address.
    Entry(u64),
}

/// A code object that takes part in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCode {
    pub name: String,
    /// Address of the code object.
    pub code: u64,
    pub registers: u32,
    /// Address of its instruction stream, and tagged word of a function of it (not part of the text).
    pub stream: u64,
    pub function: u64,
}

/// One compilation unit in HIR.
#[derive(Clone, Default, Debug)]
pub struct Function {
    pub name: String,
    /// Where it is entered; none: function entry.
    pub osr: Option<u32>,
    /// It is entered behind the instruction at `osr`, at which a generator is suspended; else `osr` is a loop's header.
    pub resumes: bool,
    pub insts: Vec<Inst>,
    pub blocks: Vec<Block>,
    pub frames: Vec<FrameState>,
    pub consts: Vec<Konst>,
    pub codes: Vec<UnitCode>,
    /// By guard: registers whose content is in the window already (set by the last pass, not part of the text).
    pub stored: AddressMap<Val, Vec<u32>>,
    /// By call: registers of the window that the callee itself fills (not part of the text).
    pub filled: HashMap<Val, Vec<u32>>,
    /// Calls whose AttributeError means that the class's `__getattr__` is asked (not part of the text).
    pub hooked: HashSet<Val>,
    /// Loop headers (word offsets) at which a check before the loop has failed in earlier code.
    pub unspeculated: Vec<u32>,
}

impl Function {
    pub fn entry(&self) -> BlockId {
        BlockId(0)
    }
    pub fn inst(&self, v: Val) -> &Inst {
        &self.insts[v.0 as usize]
    }
    pub fn inst_mut(&mut self, v: Val) -> &mut Inst {
        &mut self.insts[v.0 as usize]
    }
    pub fn ty(&self, v: Val) -> Type {
        self.insts[v.0 as usize].ty
    }
    pub fn block(&self, b: BlockId) -> &Block {
        &self.blocks[b.0 as usize]
    }
    pub fn block_mut(&mut self, b: BlockId) -> &mut Block {
        &mut self.blocks[b.0 as usize]
    }
    pub fn frame(&self, id: FrameId) -> &FrameState {
        &self.frames[id.0 as usize]
    }

    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// Makes an instruction without placing it.
    pub fn add(&mut self, inst: Inst) -> Val {
        self.insts.push(inst);
        Val(self.insts.len() as u32 - 1)
    }

    pub fn add_param(&mut self, block: BlockId, ty: Type) -> Val {
        let mut inst = Inst::new(Op::Param, &[], 0);
        inst.ty = ty;
        let v = self.add(inst);
        self.block_mut(block).params.push(v);
        v
    }

    pub fn add_frame(&mut self, frame: FrameState) -> FrameId {
        if let Some(last) = self.frames.last()
            && *last == frame
        {
            return FrameId(self.frames.len() as u32 - 1);
        }
        self.frames.push(frame);
        FrameId(self.frames.len() as u32 - 1)
    }

    pub fn constant(&mut self, konst: Konst) -> i64 {
        if let Some(i) = self.consts.iter().position(|k| *k == konst) {
            return i as i64;
        }
        self.consts.push(konst);
        self.consts.len() as i64 - 1
    }

    /// The terminator of a block.
    pub fn term(&self, b: BlockId) -> &Inst {
        let last = self.block(b).insts.last().expect("a verified block has a terminator");
        self.inst(*last)
    }

    /// The value without the guards that let it through: the same word.
    pub fn root(&self, v: Val) -> Val {
        let mut v = v;
        loop {
            let inst = self.inst(v);
            match inst.op {
                Op::GuardInt
                | Op::GuardBool
                | Op::GuardFloat
                | Op::GuardShape
                | Op::GuardBound
                | Op::GuardSame
                | Op::GuardUnwatched
                | Op::Reshaped
                | Op::RangeItem => v = inst.args[0],
                _ => return v,
            }
        }
    }

    /// Makes the edge from `pred` to its target number `t` a block of its own unless it is a plain jump; the block to append to.
    pub fn split_edge(&mut self, pred: BlockId, t: usize) -> BlockId {
        if self.term(pred).op == Op::Jump {
            return pred;
        }
        let term = *self.block(pred).insts.last().expect("a verified block has a terminator");
        let block = self.new_block();
        let mut jump = Inst::new(Op::Jump, &[], 0);
        jump.targets.push(self.inst(term).targets[t].clone());
        let jump = self.add(jump);
        self.block_mut(block).insts.push(jump);
        self.inst_mut(term).targets[t] = Target { block, args: Vec::new() };
        block
    }

    /// Follows the identity a pass left behind: replaced values are noted in `forward`.
    pub fn replace_uses(&mut self, forward: &[Option<Val>]) {
        let resolve = |v: Val| {
            let mut v = v;
            while let Some(next) = forward.get(v.0 as usize).copied().flatten() {
                v = next;
            }
            v
        };
        for inst in &mut self.insts {
            for arg in &mut inst.args {
                *arg = resolve(*arg);
            }
            for target in &mut inst.targets {
                for arg in &mut target.args {
                    *arg = resolve(*arg);
                }
            }
        }
        for frame in &mut self.frames {
            for reg in frame.regs.iter_mut().flatten() {
                *reg = resolve(*reg);
            }
        }
    }

    /// Registers that the unit's frames have, inlined ones included, with their headers.
    pub fn window_end(&self) -> u32 {
        let end = |f: &FrameState| f.base + self.codes[f.code as usize].registers;
        let own = self.codes.first().map_or(0, |c| c.registers);
        let maps =
            |i: &Inst| if matches!(i.op, Op::MakeMap | Op::VirtualMap) { i.args.len() as u32 } else { 0 };
        let room = self.insts.iter().map(maps).max().unwrap_or(0);
        self.frames.iter().map(end).max().unwrap_or(0).max(own) + 4 + room
    }

    /// How many callers a state has in the unit.
    pub fn callers(&self, frame: &FrameState) -> usize {
        frame.caller.map_or(0, |id| self.frame_chain(id).count())
    }

    /// The frame states of a state and its callers, innermost first.
    pub fn frame_chain(&self, id: FrameId) -> impl Iterator<Item = (FrameId, &FrameState)> {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let id = next?;
            let frame = self.frame(id);
            next = frame.caller;
            Some((id, frame))
        })
    }
}
