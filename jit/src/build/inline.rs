//! Inlining: the body of a small Python function in place of its call. Its frame states name the caller's, so that exits and
//! observers find all frames; its registers have the window slots that a called frame's would have.

use super::{Assumption, Builder, leaders};
use crate::hir::{BlockId, FrameId, Konst, Op as H, Rep, Target, Type, UnitCode, Val};
use crate::layout;
use crate::snapshot::{PythonCallee, Snapshot};
use habu_bytecode::op::{Instr, Op};
use habu_runtime::Value;
use std::collections::HashMap;

/// How deep calls are followed.
const MAX_DEPTH: usize = 5;
/// Bytecode (in words) that all inlined calls of a unit may have together.
const MAX_WORDS: usize = 1500;
/// Units that have this many instructions inline no more.
const MAX_INSTS: usize = 2500;

/// An inlined call that is being built.
pub(super) struct Inlined {
    /// Index into the unit's codes.
    pub code: u32,
    /// Register of the unit's window at which the frame begins.
    pub offset: u32,
    /// The caller's state while this frame runs.
    pub caller: FrameId,
    /// Tagged word of the function.
    pub function: u64,
    address: u64,
    join: BlockId,
    /// Types of what it returns, joined.
    result: Type,
    returns: bool,
    /// The word that the first argument is, and its shape at all returns so far, if it is known.
    receiver: Option<Val>,
    shape: Option<u32>,
}

/// What belongs to the frame whose code is being built.
struct Saved<'a> {
    snap: &'a Snapshot,
    live: super::Liveness,
    regs: Vec<Option<Val>>,
    fixed: Vec<Option<Val>>,
    pc: u32,
    op: Op,
    ins: Instr,
    frame: Option<FrameId>,
    starts: HashMap<u32, BlockId>,
    leaders: Vec<bool>,
    work: Vec<u32>,
}

impl<'a> Builder<'a> {
    fn exchange(&mut self, other: &mut Saved<'a>) {
        use std::mem::swap;
        swap(&mut self.snap, &mut other.snap);
        swap(&mut self.live, &mut other.live);
        swap(&mut self.regs, &mut other.regs);
        swap(&mut self.fixed, &mut other.fixed);
        swap(&mut self.pc, &mut other.pc);
        swap(&mut self.op, &mut other.op);
        swap(&mut self.ins, &mut other.ins);
        swap(&mut self.frame, &mut other.frame);
        swap(&mut self.starts, &mut other.starts);
        swap(&mut self.leaders, &mut other.leaders);
        swap(&mut self.work, &mut other.work);
    }

    /// The snapshot of a callee that is to be inlined at the current instruction.
    fn inlinable(&self, target: &PythonCallee, args: usize) -> Option<&'a Snapshot> {
        let snap = self.root.inlines.get(&target.code)?;
        let recursive = snap.code == self.root.code || self.inlined.iter().any(|i| i.address == snap.code);
        let fits = self.inlined.len() < MAX_DEPTH
            && self.inlined_words + snap.words.len() <= MAX_WORDS
            && self.f.insts.len() < MAX_INSTS;
        // An exception that is handled here would leave native code rather than go to its handler.
        let caught = super::exceptions::handler(self, self.pc).is_some();
        let plain = snap.params as usize == args && !(target.by_code && target.has_free);
        // A frame that is looked at goes on natively if it is the only one of its unit.
        let hides = self.root.observed && snap.calls();
        (plain && fits && !recursive && !caught && !hides).then_some(snap)
    }

    /// The call of a function that was found to be `target`, with all its arguments, as part of the unit; its result, and the
    /// shape that the first argument then has, if that is known. `at`: register at which its header would be. `held`: what
    /// registers of the caller hold meanwhile although nothing reads them; `result`: that of them which is the instruction's result.
    pub(super) fn inline(
        &mut self,
        target: &PythonCallee,
        args: &[Val],
        at: u16,
        held: &[(u16, Val)],
        result: Option<u16>,
    ) -> Option<(Val, Option<u32>)> {
        let snap = self.inlinable(target, args.len())?;
        let (live, leaders) = (super::Liveness::of(snap)?, leaders(snap)?);
        let offset = self.offset() + at as u32 + 3;
        let caller = self.frame_across();
        let caller = self.holding(caller, held, result);
        if target.by_code {
            let (function, code, defaults) = (target.function, target.code, target.defaults_at);
            self.assume(Assumption::Function { function, code, defaults });
        }
        self.f.constant(Konst::Value(target.function));
        self.f.codes.push(UnitCode {
            name: snap.name.clone(),
            code: snap.code,
            registers: snap.registers,
            stream: snap.stream,
            function: target.function,
        });
        let join = self.f.new_block();
        self.inlined_words += snap.words.len();
        self.inlined.push(Inlined {
            code: self.f.codes.len() as u32 - 1,
            offset,
            caller,
            function: target.function,
            address: snap.code,
            join,
            result: Type::VOID,
            returns: false,
            receiver: args.first().map(|v| self.f.root(*v)),
            shape: None,
        });
        let first = self.f.insts.len();
        let unbound = self.word(Value::UNBOUND.0);
        let mut regs = vec![None; snap.registers as usize];
        for (r, v) in args.iter().enumerate() {
            regs[r] = Some(*v);
        }
        for r in snap.params..snap.locals {
            regs[r as usize] = Some(unbound);
        }
        let mut saved = Saved {
            snap,
            live,
            regs,
            fixed: vec![None; snap.registers as usize],
            pc: 0,
            op: Op::NOP,
            ins: Instr::from_words([0, 0]),
            frame: None,
            starts: HashMap::new(),
            leaders,
            work: Vec::new(),
        };
        self.exchange(&mut saved);
        // Nothing jumps to where code begins that has no loop, so what is known of the arguments stays known.
        let mut fine = self.run_from(0).is_ok();
        while let Some(pc) = self.work.pop() {
            fine &= self.run_block(pc).is_ok();
        }
        self.exchange(&mut saved);
        let done = self.inlined.pop()?;
        self.too_large |= !fine;
        self.ended = false;
        self.block = join;
        if !done.returns {
            // Nothing comes back; what follows is built, and dropped as unreachable.
            return Some((self.word(Value::NONE.0), None));
        }
        let ty = match done.result.shape() {
            Some(id) if !layout::is_stable(id) => Type::OBJECT,
            _ => done.result,
        };
        let v = self.f.add_param(join, ty);
        let changes = |op: H| op.effect() == crate::hir::Effect::Call || op == H::SetShape;
        if self.f.insts[first..].iter().any(|i| changes(i.op)) {
            self.forget_shapes();
        }
        Some((v, done.shape))
    }

    /// A state with more in its registers.
    pub(super) fn holding(&mut self, frame: FrameId, held: &[(u16, Val)], result: Option<u16>) -> FrameId {
        let mut frame = self.f.frame(frame).clone();
        for (r, v) in held {
            frame.regs[*r as usize] = Some(*v);
        }
        frame.result = result.map(u32::from);
        self.f.add_frame(frame)
    }

    /// Return from an inlined call.
    pub(super) fn return_inlined(&mut self, v: Val) {
        let v = match self.f.ty(v).rep() {
            Rep::F64 => self.emit(H::BoxFloat, &[v], 0),
            Rep::Cond => self.emit(H::BoolWord, &[v], 0),
            _ => v,
        };
        let ty = self.f.ty(v);
        let first = self.regs.first().copied().flatten();
        let shape = first.and_then(|v| self.f.ty(v).shape());
        let root = first.map(|v| self.f.root(v));
        let Some(inlined) = self.inlined.last_mut() else { return };
        let shape =
            shape.filter(|s| root == inlined.receiver && (!inlined.returns || inlined.shape == Some(*s)));
        inlined.shape = shape;
        inlined.result = inlined.result.union(ty);
        inlined.returns = true;
        let block = inlined.join;
        self.terminate(H::Jump, &[], 0, vec![Target { block, args: vec![v] }]);
    }

    /// Register of the unit's window at which the current frame begins.
    pub(super) fn offset(&self) -> u32 {
        self.inlined.last().map_or(0, |i| i.offset)
    }

    /// The running function, for its closure.
    pub(super) fn callee(&mut self) -> Val {
        match self.inlined.last() {
            Some(inlined) => {
                let function = inlined.function;
                self.constant(function, layout::FUNCTION)
            }
            None => self.emit(H::Callee, &[], 0),
        }
    }
}
