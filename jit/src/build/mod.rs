//! Bytecode with feedback to HIR. One file per opcode family, named as in the interpreter; this one walks the control flow
//! and keeps the abstract registers.

mod arith;
mod attrs;
mod bind;
mod calls;
mod cells;
mod compare;
mod dispatch;
mod display;
mod exceptions;
mod functions;
mod inline;
mod items;
mod iterate;
mod jumps;
mod liveness;
mod moves;
mod names;
mod pattern;
mod perform;
mod prepare;
mod suspend;
mod switch;
mod unpack;

use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{BlockId, FrameId, FrameState, Function, Inst, Konst, Op as H, Target, Type, UnitCode, Val};
use crate::layout;
use crate::snapshot::{Seen, Snapshot};
use habu_bytecode::op::{Instr, Op};
use habu_runtime::Value;
use liveness::Liveness;

pub use display::MAX_PAIRS;
use std::collections::HashMap;

/// Arguments that travel in machine registers; the others are in the callee's window.
pub const REGISTER_ARGS: usize = 4;
/// What the body of a generator is resumed with: the value sent, the generator.
pub const RESUME_ARGS: usize = 2;
/// Units beyond this many instructions of HIR are given up: compile time grows faster than size.
const MAX_INSTS: usize = 6000;

/// Something the code relies on; checked again at install and watched from then on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Assumption {
    /// The cell (tagged word) holds this word.
    Cell { cell: u64, value: u64 },
    /// The class (address) stays as it is.
    Class { class: u64, version: u32 },
    /// The function (tagged word) keeps its code and defaults (address of their tuple, or 0).
    Function { function: u64, code: u64, defaults: u64 },
}

/// What building gives.
pub struct Built {
    pub hir: Function,
    pub assumptions: Vec<Assumption>,
    /// Sites without native form: word offset and opcode.
    pub uncovered: Vec<(u32, Op)>,
}

/// Builds a unit, or says why it can't be.
pub fn build(snap: &Snapshot) -> Result<Built, String> {
    let live = Liveness::of(snap).ok_or("undecodable bytecode")?;
    let mut b = Builder {
        root: snap,
        inlined: Vec::new(),
        inlined_words: 0,
        too_large: false,
        snap,
        live,
        f: Function {
            name: snap.name.clone(),
            osr: snap.osr.as_ref().map(|(pc, _)| *pc),
            resumes: snap.resumes,
            unspeculated: snap
                .loops
                .iter()
                .map(|l| l.at)
                .filter(|at| snap.failed.iter().any(|(pc, _)| pc == at))
                .collect(),
            codes: vec![UnitCode {
                name: snap.name.clone(),
                code: snap.code,
                registers: snap.registers,
                stream: snap.stream,
                function: snap.function,
            }],
            ..Function::default()
        },
        regs: vec![None; snap.registers as usize],
        fixed: vec![None; snap.registers as usize],
        block: BlockId(0),
        pc: 0,
        op: Op::NOP,
        ins: Instr::from_words([0, 0]),
        ended: false,
        frame: None,
        starts: HashMap::new(),
        leaders: leaders(snap).ok_or("undecodable bytecode")?,
        work: Vec::new(),
        candidates: HashMap::new(),
        receivers: HashMap::new(),
        tuples: HashMap::new(),
        hints: HashMap::new(),
        maps: HashMap::new(),
        assumptions: Vec::new(),
        uncovered: Vec::new(),
        generator: None,
    };
    b.entry();
    while let Some(pc) = b.work.pop() {
        b.run_block(pc)?;
        if b.too_large {
            return Err(format!("too large (more than {MAX_INSTS} operations)"));
        }
    }
    b.check_room();
    Ok(Built { hir: b.f, assumptions: b.assumptions, uncovered: b.uncovered })
}

/// Word offsets at which blocks begin.
fn leaders(snap: &Snapshot) -> Option<Vec<bool>> {
    let mut at = vec![false; snap.words.len() + 1];
    let mut pc = 0;
    while (pc as usize) < snap.words.len() {
        let op = snap.op(pc)?;
        let next = snap.next(pc, op);
        if op == Op::MATCH_CLASS
            && let Some((_, after)) = pattern::unpacked_at_once(snap, pc)
        {
            *at.get_mut(after as usize)? = true;
        }
        if op == Op::FOR_ITER
            && let Some((_, after)) = iterate::unpacked(snap, pc)
        {
            *at.get_mut(after as usize)? = true;
        }
        if let Some(target) = snap.target(pc, op) {
            *at.get_mut(target as usize)? = true;
            *at.get_mut(next as usize)? = true;
        }
        pc = next;
    }
    for header in &snap.loops {
        at[header.at as usize] = true;
    }
    for handler in &snap.handlers {
        *at.get_mut(handler.target as usize)? = true;
    }
    Some(at)
}

struct Builder<'a> {
    /// The unit's own snapshot.
    root: &'a Snapshot,
    /// Inlined calls under way, innermost last.
    inlined: Vec<inline::Inlined>,
    /// Size of all calls that were inlined.
    inlined_words: usize,
    /// The limit was met in an inlined call.
    too_large: bool,
    /// Of the code being built: the unit's, or an inlined callee's.
    snap: &'a Snapshot,
    live: Liveness,
    f: Function,
    /// Abstract content of the frame's registers; none: nothing that anybody may read.
    regs: Vec<Option<Val>>,
    /// Registers that nothing in the code writes, and the constant that they were found to hold on entry: they travel
    /// into no block. The namespace of a module body is one; without it a name there would not be known as a global.
    fixed: Vec<Option<Val>>,
    block: BlockId,
    pc: u32,
    op: Op,
    ins: Instr,
    /// The current block has its terminator.
    ended: bool,
    /// State before the current instruction, once some guard of it needed it.
    frame: Option<FrameId>,
    starts: HashMap<u32, BlockId>,
    leaders: Vec<bool>,
    work: Vec<u32>,
    /// What a value that was chosen by shape may be: all of them, as constants.
    candidates: HashMap<Val, Vec<(u64, u32)>>,
    /// The one shape for which it is this one of them.
    receivers: HashMap<(Val, u64), u32>,
    /// Items of tuples that were made here; names and values of dicts that were, and that nothing has happened to.
    tuples: HashMap<Val, Vec<Val>>,
    /// The shape that an object was last checked to have.
    hints: HashMap<Val, u32>,
    maps: HashMap<Val, Vec<(u64, Val)>>,
    assumptions: Vec<Assumption>,
    uncovered: Vec<(u32, Op)>,
    /// The generator that is resumed.
    generator: Option<Val>,
}

impl Builder<'_> {
    // ---- control flow

    fn entry(&mut self) {
        self.block = self.f.new_block();
        let start = match &self.snap.osr {
            None => {
                for r in 0..self.snap.params as usize {
                    let (op, r_imm) = if r < REGISTER_ARGS { (H::Arg, r) } else { (H::LoadWindow, r) };
                    self.regs[r] = Some(self.emit(op, &[], r_imm as i64));
                }
                for r in self.snap.params..self.snap.locals {
                    let unbound = self.word(Value::UNBOUND.0);
                    self.regs[r as usize] = Some(unbound);
                }
                self.emit(H::Prologue, &[], 0);
                0
            }
            Some((at, seen)) => {
                let (at, seen) = (*at, seen.clone());
                let header = if self.snap.resumes {
                    suspend::entry(self, at)
                } else {
                    self.pc = at;
                    for r in 0..self.snap.registers {
                        if r < self.snap.locals || self.live.is_live_before(at, r) {
                            self.regs[r as usize] = Some(self.emit(H::LoadWindow, &[], r as i64));
                        }
                    }
                    at
                };
                // What the registers hold now they will most likely hold in the loop: check once, before it.
                for (r, seen) in seen.iter().enumerate().take(self.regs.len()) {
                    let Some(v) = self.regs[r] else { continue };
                    // What the loop overwrites before it looks, such as its variable, may be anything.
                    let read = self.live.is_live_before(header, r as u32);
                    if !read || self.snap.failed.iter().any(|(pc, _)| *pc == header) {
                        continue;
                    }
                    let refined = match seen {
                        Seen::Int => self.emit(H::GuardInt, &[v], 0),
                        Seen::Float => self.emit(H::GuardFloat, &[v], 0),
                        Seen::Bool => self.emit(H::GuardBool, &[v], 0),
                        Seen::Unbound => self.same_as(v, Value::UNBOUND.0, 0),
                        Seen::Object(id) if *id < layout::FIRST_DYNAMIC => {
                            self.emit(H::GuardShape, &[v], *id as i64)
                        }
                        _ => continue,
                    };
                    self.regs[r] = Some(refined);
                    if matches!(seen, Seen::Unbound) && !self.is_written(r as u16) && !self.snap.resumes {
                        self.fixed[r] = Some(refined);
                    }
                }
                header
            }
        };
        self.jump_to(start);
    }

    /// A loop entered on the way has room for its own frame only: one that runs others' code asks for theirs.
    fn check_room(&mut self) {
        if self.root.osr.is_none() || self.root.resumes || self.f.codes.len() == 1 {
            return;
        }
        let insts = &self.f.block(self.f.entry()).insts;
        let Some(at) = insts.iter().position(|v| self.f.inst(*v).op != H::LoadWindow) else { return };
        let mut regs = vec![None; self.root.registers as usize];
        for v in &insts[..at] {
            regs[self.f.inst(*v).imm as usize] = Some(*v);
        }
        let (pc, _) = self.root.osr.clone().unwrap_or_default();
        let frame = FrameState { code: 0, pc, base: 0, regs, caller: None, result: None };
        let mut check = Inst::new(H::Prologue, &[], 0);
        check.frame = Some(self.f.add_frame(frame));
        let check = self.f.add(check);
        let entry = self.f.entry();
        self.f.block_mut(entry).insts.insert(at, check);
    }

    fn run_block(&mut self, start: u32) -> Result<(), String> {
        self.block = self.starts[&start];
        let params = self.f.block(self.block).params.clone();
        let mut params = params.into_iter();
        self.regs.fill(None);
        for r in 0..self.snap.registers {
            if let Some(v) = self.fixed[r as usize] {
                self.regs[r as usize] = Some(v);
            } else if self.carries(start, r) {
                self.regs[r as usize] = params.next();
            }
        }
        self.run_from(start)
    }

    /// The code from `start` on, to where its block ends.
    fn run_from(&mut self, start: u32) -> Result<(), String> {
        self.ended = false;
        self.pc = start;
        self.frame = None;
        if self.snap.loops.iter().any(|l| l.at == start) {
            let frame = self.frame_before();
            self.f.block_mut(self.block).header = Some(frame);
        }
        while !self.ended {
            if self.f.insts.len() > MAX_INSTS {
                return Err(format!("too large (more than {MAX_INSTS} operations)"));
            }
            self.op = self.snap.op(self.pc).ok_or("undecodable bytecode")?;
            self.ins = self.snap.instr(self.pc);
            self.frame = None;
            self.instruction();
            if self.ended {
                break;
            }
            self.pc = self.snap.next(self.pc, self.op);
            if self.leaders[self.pc as usize] {
                self.jump_to(self.pc);
            }
        }
        Ok(())
    }

    /// Whether a register's content travels into the block at `pc`.
    fn carries(&self, pc: u32, r: u32) -> bool {
        r < self.snap.locals || self.live.is_live_before(pc, r)
    }

    /// Whether it travels as an argument.
    fn travels(&self, pc: u32, r: u32) -> bool {
        self.fixed[r as usize].is_none() && self.carries(pc, r)
    }

    /// Whether any instruction of the code writes a register.
    fn is_written(&self, r: u16) -> bool {
        let mut pc = 0;
        while (pc as usize) < self.snap.words.len() {
            let Some(op) = self.snap.op(pc) else { return true };
            if liveness::access(self.snap, pc, op, self.snap.instr(pc)).writes.contains(&r) {
                return true;
            }
            pc = self.snap.next(pc, op);
        }
        false
    }

    /// The edge to the block that begins at `pc`.
    fn edge(&mut self, pc: u32) -> Target {
        let block = match self.starts.get(&pc) {
            Some(b) => *b,
            None => {
                let block = self.f.new_block();
                self.starts.insert(pc, block);
                for r in 0..self.snap.registers {
                    if self.travels(pc, r) {
                        self.f.add_param(block, Type::ANY);
                    }
                }
                self.work.push(pc);
                block
            }
        };
        let mut args = Vec::new();
        for r in 0..self.snap.registers {
            if self.travels(pc, r) {
                let v = match self.regs[r as usize] {
                    Some(v) => v,
                    None => self.word(Value::UNBOUND.0),
                };
                args.push(v);
            }
        }
        Target { block, args }
    }

    fn jump_to(&mut self, pc: u32) {
        let target = self.edge(pc);
        self.terminate(H::Jump, &[], 0, vec![target]);
    }

    /// Goes to `yes` when the condition holds, else to `no`.
    fn branch(&mut self, cond: Val, yes: Target, no: Target) {
        self.terminate(H::Branch, &[cond], 0, vec![yes, no]);
    }

    /// From here on others may change the dicts among the values.
    fn escapes(&mut self, values: &[Val]) {
        for v in values {
            let root = self.f.root(*v);
            self.maps.remove(&root);
        }
    }

    fn terminate(&mut self, op: H, args: &[Val], imm: i64, targets: Vec<Target>) {
        if !self.maps.is_empty() {
            targets.iter().for_each(|t| self.escapes(&t.args));
        }
        let v = self.emit(op, args, imm);
        self.f.inst_mut(v).targets = targets;
        self.ended = true;
    }

    /// Gives the rest to the interpreter.
    fn exit(&mut self, reason: Reason) {
        if reason == Reason::NotCovered {
            self.uncovered.push((self.pc, self.op));
        }
        self.terminate(H::Exit, &[], reason as i64, Vec::new());
    }

    // ---- emitting

    fn emit(&mut self, op: H, args: &[Val], imm: i64) -> Val {
        let v = self.emit_uncaught(op, args, imm);
        if op.effect() == crate::hir::Effect::Call
            && (op != H::CallHelper || ![Helper::Catch as i64, Helper::Detach as i64].contains(&imm))
        {
            exceptions::catch(self, v);
        }
        v
    }

    /// As `emit`; the exceptions of a call go to no handler here.
    fn emit_uncaught(&mut self, op: H, args: &[Val], imm: i64) -> Val {
        let mut inst = Inst::new(op, args, imm);
        if matches!(op, H::LoadWindow | H::Spill | H::WindowAddress) {
            inst.imm += self.offset() as i64;
        }
        if op.needs_frame() {
            inst.frame = Some(match op.effect() {
                crate::hir::Effect::Call => self.frame_across(),
                _ => self.frame_before(),
            });
        }
        let v = self.place(inst);
        if op.effect() == crate::hir::Effect::Call {
            self.forget_shapes();
        }
        v
    }

    /// After a call objects may have other shapes (and lists other element kinds) than they were checked to have.
    fn forget_shapes(&mut self) {
        for r in 0..self.regs.len() {
            if let Some(v) = self.regs[r] {
                self.regs[r] = Some(self.forgotten(v));
            }
        }
    }

    /// The value without what is known of its shape, if that may be another by now.
    fn forgotten(&mut self, v: Val) -> Val {
        let mut v = v;
        while self.f.inst(v).op == H::GuardShape && !layout::is_stable(self.f.inst(v).imm as u32) {
            v = self.f.inst(v).args[0];
        }
        if self.f.ty(v).shape().is_some_and(|id| !layout::is_stable(id)) {
            let mut inst = Inst::new(H::Reshaped, &[v], 0);
            inst.ty = Type::OBJECT;
            v = self.place(inst);
        }
        v
    }

    fn place(&mut self, inst: Inst) -> Val {
        use crate::hir::Effect;
        let looks = matches!(inst.op.effect(), Effect::Guard | Effect::Load | Effect::Pure);
        if !self.maps.is_empty() && !looks && inst.op != H::Reshaped {
            self.escapes(&inst.args);
        }
        let v = self.f.add(inst);
        self.f.block_mut(self.block).insts.push(v);
        v
    }

    fn word(&mut self, word: u64) -> Val {
        let mut inst = Inst::new(H::Word, &[], word as i64);
        inst.ty = Type::of_word(word);
        self.place(inst)
    }

    fn int(&mut self, n: i64) -> Val {
        self.word(Value::small(n).0)
    }

    fn raw(&mut self, n: i64) -> Val {
        self.emit(H::Raw, &[], n)
    }

    /// A constant word, heap object or not.
    fn constant(&mut self, word: u64, id: u32) -> Val {
        if !Value(word).is_pointer() {
            return self.word(word);
        }
        let k = self.f.constant(Konst::Value(word));
        let mut inst = Inst::new(H::Const, &[], k);
        inst.ty = if id == layout::FLOAT {
            Type::FLOAT
        } else if id != 0 && layout::is_stable(id) {
            Type::object(id)
        } else {
            Type::ANY
        };
        self.place(inst)
    }

    /// The word a constant-producing value stands for.
    fn known_word(&self, v: Val) -> Option<u64> {
        let inst = self.f.inst(v);
        match inst.op {
            H::Word => Some(inst.imm as u64),
            H::Const => match self.f.consts[inst.imm as usize] {
                Konst::Value(word) => Some(word),
                _ => None,
            },
            _ => None,
        }
    }

    fn call_helper(&mut self, helper: Helper, args: &[Val]) -> Val {
        let v = self.emit(H::CallHelper, args, helper as i64);
        self.f.inst_mut(v).ty = helper.result();
        v
    }

    /// The answer of a helper that neither raises nor runs anything.
    fn ask(&mut self, helper: Helper, args: &[Val]) -> Val {
        let v = self.emit(H::Ask, args, helper as i64);
        self.f.inst_mut(v).ty = helper.result();
        v
    }

    fn guard_true(&mut self, cond: Val, reason: Reason) {
        self.emit(H::GuardTrue, &[cond], reason as i64);
    }

    // ---- frame states

    /// The interpreter's state before the current instruction.
    fn frame_before(&mut self) -> FrameId {
        if let Some(frame) = self.frame {
            return frame;
        }
        let pc = self.pc;
        let regs =
            (0..self.snap.registers).map(|r| self.regs[r as usize].filter(|_| self.carries(pc, r))).collect();
        let frame = self.state(pc, regs);
        self.frame = Some(frame);
        frame
    }

    fn state(&mut self, pc: u32, regs: Vec<Option<Val>>) -> FrameId {
        let inlined = self.inlined.last();
        let (code, base) = inlined.map_or((0, 0), |i| (i.code, i.offset));
        let caller = inlined.map(|i| i.caller);
        self.f.add_frame(FrameState { code, pc, base, regs, caller, result: None })
    }

    /// The state while the current instruction has called something: its operands are used up, its result is not there yet.
    fn frame_across(&mut self) -> FrameId {
        let (pc, op) = (self.pc, self.op);
        let writes = liveness::access(self.snap, pc, op, self.ins).writes;
        let regs = (0..self.snap.registers)
            .map(|r| {
                let kept = if r < self.snap.locals {
                    true
                } else {
                    !writes.contains(&(r as u16)) && self.live.is_live_across(self.snap, pc, op, r)
                };
                self.regs[r as usize].filter(|_| kept)
            })
            .collect();
        self.state(pc, regs)
    }

    // ---- registers

    fn get(&mut self, r: u16) -> Val {
        match self.regs[r as usize] {
            Some(v) => v,
            // Dead by liveness, yet read: only unreachable code does that.
            None => self.word(Value::UNBOUND.0),
        }
    }

    fn set(&mut self, r: u16, v: Val) {
        let v = match self.f.ty(v).rep() {
            crate::hir::Rep::F64 => self.emit(H::BoxFloat, &[v], 0),
            crate::hir::Rep::Cond => self.emit(H::BoolWord, &[v], 0),
            _ => v,
        };
        self.regs[r as usize] = Some(v);
    }

    fn ty(&self, v: Val) -> Type {
        self.f.ty(v)
    }

    /// From here on `new` stands for `old` (the same word, known better).
    fn refine(&mut self, old: Val, new: Val) {
        for reg in &mut self.regs {
            if *reg == Some(old) {
                *reg = Some(new);
            }
        }
    }

    /// The register as a small integer, guarded.
    fn int_of(&mut self, v: Val) -> Val {
        if self.ty(v).is(Type::INT) {
            return v;
        }
        let g = self.emit(H::GuardInt, &[v], 0);
        self.refine(v, g);
        g
    }

    fn bool_of(&mut self, v: Val) -> Val {
        if self.ty(v).is(Type::BOOL) {
            return v;
        }
        let g = self.emit(H::GuardBool, &[v], 0);
        self.refine(v, g);
        g
    }

    /// The word as f64, guarded; without boxing and unboxing of what was just computed.
    fn float_of(&mut self, v: Val) -> Val {
        let inst = self.f.inst(v);
        match inst.op {
            H::BoxFloat => inst.args[0],
            H::Word if Value(inst.imm as u64).is_inline_float() => {
                let bits = Value(inst.imm as u64).inline_float_unchecked().to_bits();
                self.emit(H::Float, &[], bits as i64)
            }
            H::Word if Value(inst.imm as u64).is_small() => {
                let n = Value(inst.imm as u64).small_unchecked();
                self.emit(H::Float, &[], (n as f64).to_bits() as i64)
            }
            _ => self.emit(H::Unbox, &[v], 0),
        }
    }

    /// As `float_of` for stores: an int is no float here, so a known int fails rather than converts.
    fn float_of_strict(&mut self, v: Val) -> Val {
        let inst = self.f.inst(v);
        if inst.op == H::BoxFloat { inst.args[0] } else { self.emit(H::Unbox, &[v], 0) }
    }

    /// Float or small integer as f64.
    fn number_of(&mut self, v: Val) -> Val {
        if self.ty(v).is(Type::FLOAT) || self.known_word(v).is_some() {
            return self.float_of(v);
        }
        self.emit(H::UnboxNumber, &[v], 0)
    }

    /// The object moved to another shape: what was known of it no longer holds.
    fn forget_shape(&mut self, object: Val, old: u32, new: u32) {
        let mut inst = Inst::new(H::Reshaped, &[object], new as i64);
        inst.ty = Type::object(new);
        let moved = self.place(inst);
        self.refine(object, moved);
        // Other values of the old shape may be the same object.
        for r in 0..self.regs.len() {
            if let Some(v) = self.regs[r]
                && v != moved
                && self.f.ty(v).shape() == Some(old)
            {
                let mut inst = Inst::new(H::Reshaped, &[v], 0);
                inst.ty = Type::OBJECT;
                self.regs[r] = Some(self.place(inst));
            }
        }
    }

    fn shape_of(&mut self, v: Val, id: u32) -> Val {
        if self.ty(v).shape() == Some(id) {
            return v;
        }
        let g = self.emit(H::GuardShape, &[v], id as i64);
        self.f.inst_mut(g).ty = Type::object(id);
        self.hints.insert(self.f.root(v), id);
        self.refine(v, g);
        g
    }

    fn bound_of(&mut self, v: Val) -> Val {
        if !self.ty(v).may_be(Type::UNBOUND) {
            return v;
        }
        let g = self.emit(H::GuardBound, &[v], 0);
        let known = self.ty(v);
        self.f.inst_mut(g).ty = if known == Type::ANY { Type::BOUND } else { known };
        self.refine(v, g);
        g
    }

    /// Guards that a word is a known one.
    fn same_as(&mut self, v: Val, word: u64, id: u32) -> Val {
        if self.known_word(v) == Some(word) {
            return v;
        }
        let k = self.constant(word, id);
        self.emit(H::GuardSame, &[v, k], 0);
        self.refine(v, k);
        k
    }

    fn assume(&mut self, what: Assumption) {
        if !self.assumptions.contains(&what) {
            self.assumptions.push(what);
        }
    }

    /// The address of a window register for a helper, once registers `from..from + n` are in memory.
    fn window(&mut self, at: u16, from: u16, n: usize) -> Val {
        for r in from..from + n as u16 {
            let v = self.get(r);
            self.emit(H::Spill, &[v], r as i64);
        }
        self.emit(H::WindowAddress, &[], at as i64)
    }

    fn kinds(&self) -> u32 {
        self.snap.kinds(self.pc, self.op)
    }
}
