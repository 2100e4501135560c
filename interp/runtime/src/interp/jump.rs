//! Going on at another line: what assigning `f_lineno` in a trace function does (a debugger's `jump`).
//!
//! A line can be gone to if everything that its code relies on is there: the iterators of the loops around it, the
//! exit functions of `with` statements, the exception that an `except` block handles, the operands of an expression of
//! several lines. They lie in registers. One data flow over the code tells what is kept for blocks before each
//! instruction; another, backwards, which temporaries are still read from there on. What is read must be there.

use super::regs::{Base, Pc};
use crate::heap::Gc;
use crate::types::code::CodeObj;
use crate::types::frame::{self, Frame};
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_bytecode::op::{Access, Ext, Instr, Op, Special, registers};
use habu_bytecode::{Code, VarKind};
use std::rc::Rc;

/// What a block keeps in registers from `reg` on while its code runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Kept {
    kind: Kind,
    reg: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A loop's iterator.
    Iterator,
    /// Three registers of a loop over a range.
    Range,
    /// The exit function of a `with` statement.
    Exit,
    /// The exception handled before the one of an `except` or `finally` block.
    Handled,
}

/// What is kept before an instruction, outermost first; none if nothing leads there.
type Before = Option<Rc<[Kept]>>;

/// Assigns `f_lineno`: the frame, which is at an event of its trace function, goes on at the first instruction of a line.
pub fn to_line(vm: &mut Vm, frame: Gc<Frame>, line: i64) -> PyResult<()> {
    let (code, base) = (frame.code(), Base(frame.base.get()));
    if line < i64::from(code.unit().first_line) {
        return Err(vm.value_error(format!("line {line} comes before the current code block")));
    }
    let starts = line_starts(code);
    let Some(wanted) = starts.iter().map(|s| s.1).filter(|&l| i64::from(l) >= line).min() else {
        return Err(vm.value_error(format!("line {line} comes after the current code block")));
    };
    let Some(live) = Liveness::of(code) else { return Err(vm.memory_error()) };
    let before = kept_before(code, &live);
    let here = frame.told.get().at;
    let at_hand = before.get(here as usize).cloned().flatten().unwrap_or_else(|| Rc::from([]));
    let mut best: Option<(u32, usize)> = None;
    let mut problem = None;
    for (at, _) in starts.iter().filter(|s| s.1 == wanted) {
        match &before[*at as usize] {
            Some(kept) if at_hand.starts_with(kept) && !live.reads_more(*at, here) => {
                if best.is_none_or(|(_, depth)| kept.len() > depth) {
                    best = Some((*at, kept.len()));
                }
            }
            // A line's first instruction says what the line is in; clean-up code may share the line.
            kept => _ = problem.get_or_insert(explain(kept)),
        }
    }
    let Some((target, depth)) = best else {
        return Err(vm.value_error(problem.unwrap_or("cannot find bytecode for specified line")));
    };
    bind_locals(vm, code, base)?;
    for kept in at_hand[depth..].iter().rev().filter(|kept| kept.kind == Kind::Handled) {
        vm.ctx.handled = base.get(kept.reg.into());
    }
    frame::jump_to(frame, target, wanted);
    Ok(())
}

/// Why there is no going to where this is kept.
fn explain(kept: &Before) -> &'static str {
    match kept.as_ref().map(|kept| kept.last().map(|k| k.kind)) {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(Some(Kind::Handled)) => "can't jump into an 'except' block as there's no exception",
        Some(Some(Kind::Iterator | Kind::Range)) => "can't jump into the body of a for loop",
        Some(Some(Kind::Exit) | None) => "incompatible stacks",
    }
}

/// Checks that variables are bound were left out where the code proves them: now it may be wrong.
fn bind_locals(vm: &mut Vm, code: Gc<CodeObj>, base: Base) -> PyResult<()> {
    let unit = code.unit();
    if frame::has_namespace(code) {
        return Ok(());
    }
    let local = |i: &usize| unit.vars[*i].1 == VarKind::Local && base.get(*i).is_unbound();
    let unbound: Vec<usize> = (0..unit.vars.len()).filter(local).collect();
    if unbound.is_empty() {
        return Ok(());
    }
    let plural = if unbound.len() == 1 { "" } else { "s" };
    let text = format!("assigning None to {} unbound local{plural}", unbound.len());
    vm.warn(Exc::RuntimeWarning, &text, 1)?;
    unbound.into_iter().for_each(|i| base.set(i, Value::NONE));
    Ok(())
}

/// Where execution may come to a line: word offsets, and the lines.
fn line_starts(code: Gc<CodeObj>) -> Vec<(u32, i32)> {
    let mut last = 0;
    let mut starts = Vec::new();
    for (at, op, _) in instructions(&code.whole_unit()) {
        let line = frame::line_at(code, at);
        // Before the body of a generator its call is still under way.
        if line != last && line != 0 && op != Op::MAKE_GENERATOR {
            starts.push((at, line));
        }
        last = line;
    }
    starts
}

/// What is kept before each instruction, by word offset.
fn kept_before(code: Gc<CodeObj>, live: &Liveness) -> Vec<Before> {
    let entry = code.entry();
    let mut before: Vec<Before> = vec![None; code.word_count.get() as usize];
    let mut work: Vec<(u32, Rc<[Kept]>)> = vec![(0, Rc::from([]))];
    let handlers = &code.unit().handlers;
    while let Some((at, kept)) = work.pop() {
        let Some(known @ None) = before.get_mut(at as usize) else { continue };
        // What nothing reads any more has been left.
        let kept: Rc<[Kept]> = match kept.iter().all(|k| live.reads(at, k.reg)) {
            true => kept,
            false => kept.iter().copied().filter(|k| live.reads(at, k.reg)).collect(),
        };
        *known = Some(kept.clone());
        for handler in handlers.iter().filter(|h| (h.start..h.end).contains(&at)) {
            work.push((handler.target, kept.clone()));
        }
        let pc = entry.skip(at as usize);
        let op = pc.decode();
        if op.info().ext_offset(Ext::Label).is_some() {
            work.push((code.offset_of(pc.target(op)), kept.clone()));
        }
        if !op.ends_block() {
            work.push((at + op.words() as u32, after(pc, op, &kept)));
        }
    }
    before
}

/// What is kept behind an instruction that falls through.
fn after(pc: Pc, op: Op, kept: &Rc<[Kept]>) -> Rc<[Kept]> {
    let kind = match op {
        Op::GET_ITER | Op::GET_AITER => Kind::Iterator,
        Op::RANGE_PREP => Kind::Range,
        Op::LOAD_SPECIAL if matches!(Special::from_byte(pc.x()), Some(Special::Exit | Special::AExit)) => {
            Kind::Exit
        }
        Op::PUSH_HANDLED => Kind::Handled,
        _ => return kept.clone(),
    };
    let reg = pc.a() as u16;
    kept.iter().copied().filter(|k| k.reg < reg).chain([Kept { kind, reg }]).collect()
}

/// The instructions of a code object, with their word offsets.
fn instructions(code: &Code) -> impl DoubleEndedIterator<Item = (u32, Op, Instr)> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(&[first, second]) = code.words.get(at..at + 2) {
        let instr = Instr::from_words([first, second]);
        let op = Op::from_byte(instr.op).unwrap_or(Op::NOP);
        all.push((at as u32, op, instr));
        at += op.words();
    }
    all.into_iter()
}

/// Which temporaries are read from an instruction on before they are written.
struct Liveness {
    /// A bit a register: `width` words for each word of code.
    sets: Vec<u64>,
    width: usize,
    /// Registers below hold variables, or cells that are there from the start.
    variables: u16,
}

impl Liveness {
    /// None: there is no memory for it.
    fn of(code: Gc<CodeObj>) -> Option<Liveness> {
        let unit = code.whole_unit();
        let variables = match frame::has_namespace(code) {
            // The namespace, then cells of a class body.
            true => 1 + unit.vars.len() as u16,
            false => unit.vars.len() as u16,
        };
        let width = usize::from(unit.registers).div_ceil(64).max(1);
        let mut sets = Vec::new();
        let size = width * (unit.words.len() + 1);
        sets.try_reserve_exact(size).ok()?;
        sets.resize(size, 0);
        let mut live = Liveness { sets, width, variables };
        let all: Vec<_> = instructions(&unit).collect();
        while all
            .iter()
            .rev()
            .fold(false, |changed, &(at, op, instr)| live.flow(code, &unit, at, op, instr) | changed)
        {
        }
        Some(live)
    }

    /// Carries what is read behind an instruction, and by it, to before it; whether that is news.
    fn flow(&mut self, code: Gc<CodeObj>, unit: &Code, at: u32, op: Op, instr: Instr) -> bool {
        let mut set = vec![0; self.width];
        let next = at + op.words() as u32;
        if !op.ends_block() {
            self.add(&mut set, next);
        }
        let extra = op.info().ext_offset(Ext::Extra).map_or(0, |offset| unit.words[at as usize + offset]);
        // A loop's target is written only on the way into its body.
        let loops = matches!(op, Op::FOR_ITER | Op::FOR_RANGE);
        let kill = |set: &mut [u64]| {
            registers(instr, extra, |access, first, count| {
                if matches!(access, Access::Write | Access::Unbind | Access::Clobber) {
                    let end = if access == Access::Clobber {
                        unit.registers.into()
                    } else {
                        u32::from(first) + count
                    };
                    (u32::from(first)..end).for_each(|r| clear(set, r));
                }
            });
        };
        if loops {
            let mut body = vec![0; self.width];
            self.add(&mut body, code.offset_of(code.entry().skip(at as usize).target(op)));
            kill(&mut body);
            set.iter_mut().zip(body).for_each(|(s, b)| *s |= b);
        } else {
            if op.info().ext_offset(Ext::Label).is_some() {
                self.add(&mut set, code.offset_of(code.entry().skip(at as usize).target(op)));
            }
            kill(&mut set);
        }
        for handler in unit.handlers.iter().filter(|h| (h.start..h.end).contains(&at)) {
            let mut entered = vec![0; self.width];
            self.add(&mut entered, handler.target);
            clear(&mut entered, handler.exc.into());
            set.iter_mut().zip(entered).for_each(|(s, e)| *s |= e);
        }
        registers(instr, extra, |access, first, count| {
            if matches!(access, Access::Read | Access::ReadMaybe) {
                (u32::from(first)..u32::from(first) + count).for_each(|r| {
                    if let Some(word) = set.get_mut(r as usize / 64) {
                        *word |= 1 << (r % 64);
                    }
                });
            }
        });
        let from = at as usize * self.width;
        let known = &mut self.sets[from..from + self.width];
        let changed = known != set;
        known.copy_from_slice(&set);
        changed
    }

    fn before(&self, at: u32) -> &[u64] {
        let from = at as usize * self.width;
        self.sets.get(from..from + self.width).unwrap_or(&[])
    }

    fn add(&self, set: &mut [u64], at: u32) {
        set.iter_mut().zip(self.before(at)).for_each(|(s, b)| *s |= b);
    }

    fn reads(&self, at: u32, reg: u16) -> bool {
        self.before(at).get(usize::from(reg) / 64).is_some_and(|word| word >> (reg % 64) & 1 != 0)
    }

    /// Whether a temporary is read from `at` on that is not at `here`, so that it need not hold anything.
    fn reads_more(&self, at: u32, here: u32) -> bool {
        let registers = (self.width * 64) as u16;
        (self.variables..registers).any(|reg| self.reads(at, reg) && !self.reads(here, reg))
    }
}

fn clear(set: &mut [u64], reg: u32) {
    if let Some(word) = set.get_mut(reg as usize / 64) {
        *word &= !(1 << (reg % 64));
    }
}
