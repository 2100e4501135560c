//! Checks that a code object is well formed: what the interpreter and the compiler to native code take for granted.

use crate::code::{Code, CodeFlags, Const};
use crate::op::{Access, Effects, Ext, Instr, NOREG, Op, OperandKind, registers};

/// What is wrong with a code object, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    pub at: u32,
    pub msg: String,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at word {}: {}", self.at, self.msg)
    }
}

impl std::error::Error for VerifyError {}

/// Checks a code object and those nested in it.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    verify_shallow(code)?;
    for c in &code.consts {
        if let Const::Code(inner) = c {
            verify(inner)?;
        }
    }
    Ok(())
}

/// Checks a code object alone.
pub fn verify_shallow(code: &Code) -> Result<(), VerifyError> {
    let mut v = Verifier { code, starts: Vec::new(), index: vec![u32::MAX; code.words.len() + 1] };
    v.decode()?;
    v.operands()?;
    v.tables()?;
    v.written()
}

struct Verifier<'a> {
    code: &'a Code,
    /// Word offset of each instruction.
    starts: Vec<u32>,
    /// Instruction number that starts at a word, or `u32::MAX`.
    index: Vec<u32>,
}

fn fail<T>(at: u32, msg: impl Into<String>) -> Result<T, VerifyError> {
    Err(VerifyError { at, msg: msg.into() })
}

impl Verifier<'_> {
    fn instr(&self, i: usize) -> (u32, Instr, Op) {
        let at = self.starts[i];
        let ins = self.code.instr(at as usize);
        // `decode` has checked it.
        (at, ins, Op::from_byte(ins.op).unwrap_or(Op::NOP))
    }

    fn ext(&self, at: u32, op: Op, kind: Ext) -> Option<u32> {
        op.info().ext_offset(kind).map(|o| self.code.words[at as usize + o])
    }

    fn extra(&self, at: u32, op: Op) -> u32 {
        self.ext(at, op, Ext::Extra).unwrap_or(0)
    }

    /// Instruction number a jump goes to.
    fn target(&self, at: u32, op: Op) -> Result<Option<usize>, VerifyError> {
        let Some(distance) = self.ext(at, op, Ext::Label) else { return Ok(None) };
        let end = at + op.words() as u32;
        let target = end.wrapping_add(distance);
        match self.index.get(target as usize) {
            Some(&i) if i != u32::MAX && (i as usize) < self.starts.len() => Ok(Some(i as usize)),
            _ => fail(at, format!("{} jumps into nowhere ({target})", op.info().name)),
        }
    }

    fn decode(&mut self) -> Result<(), VerifyError> {
        let words = &self.code.words;
        let mut at = 0;
        while at < words.len() {
            let Some(op) = Op::from_byte(words[at] as u8) else {
                return fail(at as u32, format!("no opcode {}", words[at] as u8));
            };
            if at + op.words() > words.len() {
                return fail(at as u32, format!("{} is cut off", op.info().name));
            }
            self.index[at] = self.starts.len() as u32;
            self.starts.push(at as u32);
            at += op.words();
        }
        if self.starts.is_empty() {
            return fail(0, "no instructions");
        }
        let (at, _, op) = self.instr(self.starts.len() - 1);
        let ends = op.ends_block();
        if ends { Ok(()) } else { fail(at, "runs off the end") }
    }

    fn operands(&self) -> Result<(), VerifyError> {
        let code = self.code;
        let limit = u32::from(code.registers);
        for i in 0..self.starts.len() {
            let (at, ins, op) = self.instr(i);
            let name = op.info().name;
            for &(field, kind) in op.info().operands {
                let v = ins.field(field);
                let ok = match kind {
                    OperandKind::Dst | OperandKind::Src | OperandKind::Mod | OperandKind::Win => {
                        // Free-variable operands are numbers, not registers.
                        u32::from(v) < limit || u32::from(v) == limit && is_empty_window(op, ins)
                    }
                    OperandKind::Opt => v == NOREG || u32::from(v) < limit,
                    OperandKind::Imm | OperandKind::Num => true,
                    OperandKind::Name => usize::from(v) < code.names.len(),
                    OperandKind::Konst => usize::from(v) < code.consts.len(),
                };
                if !ok {
                    return fail(at, format!("{name}: operand {field:?}={v} out of range"));
                }
            }
            let mut bad = None;
            registers(ins, self.extra(at, op), |access, first, count| {
                // A call needs room for the frame header.
                let count = if access == Access::Clobber { 3 } else { count };
                if u32::from(first) + count > limit && count > 0 {
                    bad = Some((access, first, count));
                }
            });
            if let Some((access, first, count)) = bad {
                return fail(at, format!("{name}: {access:?} r{first}+{count} outside of {limit} registers"));
            }
            let free = match op {
                Op::LOAD_FREE | Op::LOAD_FREE_CELL => Some(u32::from(ins.b)),
                Op::STORE_FREE | Op::DELETE_FREE => Some(u32::from(ins.a)),
                Op::LOAD_DICT_OR_CELL if ins.x == 1 => Some(self.extra(at, op)),
                _ => None,
            };
            if free.is_some_and(|f| f as usize >= code.free.len()) {
                return fail(at, format!("{name}: no such closure variable"));
            }
            if op == Op::CALL_KW {
                let names = code.consts.get(self.extra(at, op) as usize);
                match names {
                    Some(Const::Tuple(t)) if t.len() <= usize::from(ins.c) => {}
                    _ => return fail(at, "CALL_KW: names are no tuple of the right length"),
                }
            }
            if op == Op::MAKE_FUNCTION && !matches!(code.consts[usize::from(ins.c)], Const::Code(_)) {
                return fail(at, "MAKE_FUNCTION of no code");
            }
            if op == Op::MAKE_GENERATOR && at != 0 {
                return fail(at, "MAKE_GENERATOR is not first");
            }
            self.target(at, op)?;
        }
        Ok(())
    }

    fn tables(&self) -> Result<(), VerifyError> {
        let code = self.code;
        let is_start = |w: u32| self.index.get(w as usize).is_some_and(|&i| i != u32::MAX);
        let len = code.words.len() as u32;
        let mut last_end = 0;
        for h in &code.handlers {
            if h.start >= h.end
                || !is_start(h.start)
                || !(is_start(h.end) || h.end == len)
                || !is_start(h.target)
            {
                return fail(h.start, format!("bad handler {h:?}"));
            }
            if h.start < last_end {
                return fail(h.start, "handlers overlap");
            }
            if h.exc >= code.registers {
                return fail(h.start, "handler's register out of range");
            }
            last_end = h.end;
        }
        let sorted = |mut list: &mut dyn Iterator<Item = u32>| {
            let mut last = None;
            (&mut list).all(|at| {
                let ok = is_start(at) && last.is_none_or(|l| l < at);
                last = Some(at);
                ok
            })
        };
        if !sorted(&mut code.positions.iter().map(|p| p.at))
            || code.positions.first().is_some_and(|p| p.at != 0)
        {
            return fail(0, "positions out of order");
        }
        if !sorted(&mut code.live.iter().map(|l| l.0)) {
            return fail(0, "live map out of order");
        }
        if !sorted(&mut code.loops.iter().map(|l| l.at)) {
            return fail(0, "loops out of order");
        }
        for i in 0..self.starts.len() {
            let (at, ins, op) = self.instr(i);
            if matches!(op.info().effects, Effects::Raise | Effects::Leave) {
                let n = code.live.partition_point(|l| l.0 <= at);
                let Some((_, live)) = n.checked_sub(1).map(|n| code.live[n]) else {
                    return fail(at, format!("{}: no live count", op.info().name));
                };
                if live > code.registers {
                    return fail(at, format!("{}: more live than registers", op.info().name));
                }
                let mut uncovered = false;
                registers(ins, self.extra(at, op), |access, first, count| {
                    uncovered |= matches!(access, Access::Read | Access::ReadMaybe)
                        && count > 0
                        && u32::from(first) + count > u32::from(live);
                });
                if uncovered {
                    return fail(at, format!("{}: operand not live", op.info().name));
                }
            }
            if let Some(target) = self.target(at, op)? {
                let to = self.starts[target];
                let backward = to <= at;
                let may = matches!(op, Op::LOOP | Op::FOR_ITER | Op::FOR_RANGE);
                let leads_to_send = self.instr(target).2 == Op::SEND || self.instr(target).2 == Op::YIELD;
                if backward && !may && !(op == Op::JUMP && leads_to_send) {
                    return fail(at, format!("{} jumps backwards", op.info().name));
                }
                let header = if op == Op::LOOP { to } else { at };
                if may && !code.loops.iter().any(|l| l.at == header) {
                    return fail(at, "loop without a header");
                }
            }
        }
        Ok(())
    }

    /// Every register read was written on all paths, or may be unbound there.
    ///
    /// A register a call has clobbered counts as unwritten; an unbound local behind its CHECK_BOUND counts as written.
    fn written(&self) -> Result<(), VerifyError> {
        let code = self.code;
        let n = usize::from(code.registers);
        let words = n.div_ceil(64).max(1);
        let count = self.starts.len();
        let mut entry = vec![u64::MAX; count * words];
        let mut reached = vec![false; count];
        let mut state = vec![0u64; words];
        let namespace = !code.flags.contains(CodeFlags::OPTIMIZED);
        let given = if namespace { 1 } else { code.vars.len() };
        for r in 0..given.min(n) {
            // Locals hold "unbound" from the start: reading one is safe, and CHECK_BOUND's business.
            state[r / 64] |= 1 << (r % 64);
        }
        entry[..words].copy_from_slice(&state);
        reached[0] = true;
        let mut handler_of = vec![u32::MAX; count];
        for (k, h) in code.handlers.iter().enumerate() {
            let first = self.index[h.start as usize] as usize;
            for (i, slot) in handler_of.iter_mut().enumerate().skip(first) {
                if self.starts[i] >= h.end {
                    break;
                }
                *slot = k as u32;
            }
        }
        let mut work = vec![0usize];
        while let Some(i) = work.pop() {
            let mut state = entry[i * words..(i + 1) * words].to_vec();
            let (at, ins, op) = self.instr(i);
            let mut meet = |to: usize, state: &[u64]| {
                let mut changed = !std::mem::replace(&mut reached[to], true);
                for (old, new) in entry[to * words..].iter_mut().zip(state) {
                    changed |= *old & new != *old;
                    *old &= new;
                }
                if changed {
                    work.push(to);
                }
            };
            let raises = op.info().effects == Effects::Raise || op == Op::YIELD;
            if raises && handler_of[i] != u32::MAX {
                let h = code.handlers[handler_of[i] as usize];
                let mut with_exc = state.clone();
                if is_call(op) {
                    clobber(&mut with_exc, call_window(ins));
                }
                with_exc[usize::from(h.exc) / 64] |= 1 << (h.exc % 64);
                meet(self.index[h.target as usize] as usize, &with_exc);
            }
            let mut unwritten = None;
            let before = state.clone();
            registers(ins, self.extra(at, op), |access, first, count| match access {
                Access::Read | Access::ReadMaybe => {
                    for r in u32::from(first)..u32::from(first) + count {
                        if before[r as usize / 64] >> (r % 64) & 1 == 0 {
                            unwritten = Some(r);
                        }
                    }
                }
                Access::Clobber => clobber(&mut state, u32::from(first)),
                Access::Write | Access::Unbind => {
                    for r in u32::from(first)..u32::from(first) + count {
                        state[r as usize / 64] |= 1 << (r % 64);
                    }
                }
            });
            if let Some(r) = unwritten {
                return fail(
                    at,
                    format!("{} reads r{r}, which is not written on every path", op.info().name),
                );
            }
            if let Some(to) = self.target(at, op)? {
                meet(to, &state);
                if matches!(op, Op::FOR_ITER | Op::FOR_RANGE) {
                    state = before;
                }
            }
            let ends = op.ends_block();
            if !ends {
                if i + 1 >= count {
                    return fail(at, "runs off the end");
                }
                meet(i + 1, &state);
            }
        }
        Ok(())
    }
}

fn is_call(op: Op) -> bool {
    matches!(op, Op::CALL | Op::CALL_METHOD | Op::CALL_KW | Op::CALL_EX | Op::WITH_EXCEPT | Op::RANGE_PREP)
}

fn call_window(ins: Instr) -> u32 {
    u32::from(ins.b)
}

/// Registers from `first` on hold anything.
fn clobber(state: &mut [u64], first: u32) {
    for (w, bits) in state.iter_mut().enumerate() {
        let base = w as u32 * 64;
        if base >= first {
            *bits = 0;
        } else if first - base < 64 {
            *bits &= (1 << (first - base)) - 1;
        }
    }
}

/// A window of no registers may start at the end of the frame.
fn is_empty_window(op: Op, ins: Instr) -> bool {
    match op {
        Op::BUILD_TUPLE | Op::BUILD_LIST | Op::BUILD_SET | Op::BUILD_MAP | Op::BUILD_STRING => ins.c == 0,
        Op::INTRINSIC => crate::op::Intrinsic::from_byte(ins.x).is_some_and(|i| i.args() == 0),
        _ => false,
    }
}
