//! The matcher: from one place in the text, with what to go back to on a stack of its own, so that depth is bounded by
//! memory alone.

use crate::NONE;
use crate::charset;
use crate::program::{Follow, Inst, Item, Program, Run, Sub, SubKind};
use crate::scratch::{Frame, Patience, Scratch, Slot, Stop};
use crate::unit::Unit;

/// The pattern's matches must end, and be, so.
#[derive(Clone, Copy, Default)]
pub(crate) struct Demands {
    /// At the end of the text.
    pub whole: bool,
    /// Not empty.
    pub advance: bool,
}

pub(crate) struct Machine<'a, 'p, T> {
    pub program: &'a Program,
    /// Up to where the search may look.
    pub text: &'a [T],
    pub scratch: &'a mut Scratch,
    pub patience: &'a mut Patience<'p>,
    /// The innermost part matched on its own.
    pub sub: usize,
}

/// Where to go on.
pub(crate) struct At {
    pub pc: u32,
    pub pos: usize,
}

impl<'a, 'p, T: Unit> Machine<'a, 'p, T> {
    pub fn new(
        program: &'a Program,
        text: &'a [T],
        scratch: &'a mut Scratch,
        patience: &'a mut Patience<'p>,
    ) -> Machine<'a, 'p, T> {
        scratch.prepare(program.groups, program.slots);
        Machine { program, text, scratch, patience, sub: NONE }
    }

    #[inline(always)]
    pub fn push(&mut self, frame: Frame) -> Result<(), Stop> {
        let stack = &mut self.scratch.stack;
        if stack.len() == stack.capacity() {
            grow(stack)?;
        }
        stack.push(frame);
        Ok(())
    }

    /// Whether the unit at `pos`, if there is one, is in a set of the program.
    #[inline(always)]
    pub fn in_set(&self, set: u32, pos: usize) -> bool {
        self.text.get(pos).is_some_and(|c| self.program.sets[set as usize].has(self.program.classes, *c))
    }

    #[inline(always)]
    pub fn is_char(&self, c: u32, pos: usize) -> bool {
        self.text.get(pos).is_some_and(|unit| unit.code() == c)
    }

    #[inline(always)]
    fn item_at(&self, item: Item, pos: usize) -> bool {
        match item {
            Item::Any => pos < self.text.len(),
            Item::Char(c) => self.is_char(c, pos),
            Item::Not(c) => self.text.get(pos).is_some_and(|unit| unit.code() != c),
            Item::Set(set) => self.in_set(set, pos),
            Item::Never => false,
        }
    }

    /// How many units from `pos` on an item takes, at most `most`.
    #[inline(always)]
    fn run_length(&mut self, item: Item, pos: usize, most: usize) -> usize {
        let rest = &self.text[pos..];
        let rest = if rest.len() > most { &rest[..most] } else { rest };
        let n = match item {
            Item::Any => rest.len(),
            Item::Not(c) => T::narrow(c).and_then(|c| T::find(rest, c)).unwrap_or(rest.len()),
            Item::Char(c) => rest.iter().position(|unit| unit.code() != c).unwrap_or(rest.len()),
            Item::Set(set) => self.program.sets[set as usize].prefix(self.program.classes, rest),
            Item::Never => 0,
        };
        self.patience.spend(n >> 6);
        n
    }

    #[inline(always)]
    fn follows(&self, follow: Follow, pos: usize) -> bool {
        match follow {
            Follow::Unknown | Follow::Disjoint => true,
            Follow::Char(c) => self.is_char(c, pos),
            Follow::Set(set) => self.in_set(set, pos),
        }
    }

    /// The last place from `pos` down to `least` at which a greedy run may end; what is left is kept to come back to.
    #[inline(always)]
    fn shorter(&mut self, index: u32, pos: usize, least: usize) -> Result<Option<At>, Stop> {
        let run = &self.program.runs[index as usize];
        let found = match run.follow {
            Follow::Unknown | Follow::Disjoint => Some(pos),
            Follow::Char(c) => {
                let end = self.text.len().min(pos + 1);
                T::narrow(c).and_then(|c| T::rfind(&self.text[least.min(end)..end], c)).map(|i| least + i)
            }
            Follow::Set(set) => (least..=pos).rev().find(|pos| self.in_set(set, *pos)),
        };
        let Some(at) = found else { return Ok(None) };
        self.patience.spend((pos - at) >> 6);
        if at > least && !matches!(run.follow, Follow::Disjoint) {
            self.push(Frame::Shorter { run: index, pos: at - 1, least })?;
        }
        Ok(Some(At { pc: run.next, pos: at }))
    }

    /// The first place from `pos` on at which a lazy run that may take `left` more may end.
    #[inline(always)]
    fn longer(&mut self, index: u32, mut pos: usize, mut left: usize) -> Result<Option<At>, Stop> {
        let run = &self.program.runs[index as usize];
        loop {
            if self.follows(run.follow, pos) {
                if left > 0 {
                    self.push(Frame::Longer { run: index, pos, left })?;
                }
                return Ok(Some(At { pc: run.next, pos }));
            }
            if left == 0 || !self.item_at(run.item, pos) {
                return Ok(None);
            }
            self.patience.spend(1);
            pos += 1;
            left = less(left);
        }
    }

    #[inline(always)]
    fn set_mark(&mut self, mark: u32, pos: usize) -> Result<(), Stop> {
        let old = self.scratch.marks[mark as usize];
        if !self.scratch.stack.is_empty() {
            self.push(Frame::Mark { index: mark, old, last_group: self.scratch.last_group })?;
        }
        self.scratch.marks[mark as usize] = pos;
        self.scratch.dirty = true;
        if mark & 1 == 1 {
            self.scratch.last_group = mark as usize / 2 + 1;
        }
        Ok(())
    }

    #[inline(always)]
    pub fn take_back(&mut self, index: u32, old: usize, last_group: usize) {
        self.scratch.marks[index as usize] = old;
        self.scratch.last_group = last_group;
    }

    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let (start, end) =
            (self.scratch.marks[group as usize * 2], self.scratch.marks[group as usize * 2 + 1]);
        (start != NONE && end != NONE && end >= start).then_some((start, end))
    }

    #[inline(always)]
    fn literal(&self, at: u32, len: u32, pos: usize) -> bool {
        let range = at as usize..at as usize + len as usize;
        let Some(text) = self.text.get(pos..pos + len as usize) else { return false };
        match &self.program.latin_literals {
            Some(literals) => literals[range].iter().zip(text).all(|(a, b)| u32::from(*a) == b.code()),
            None => self.program.literals[range].iter().zip(text).all(|(a, b)| *a == b.code()),
        }
    }

    fn back_reference(&self, group: u32, fold: charset::Fold, pos: usize) -> Option<usize> {
        let (start, end) = self.group(group)?;
        let (then, now) = (self.text.get(start..end)?, self.text.get(pos..pos + (end - start))?);
        let same = match fold {
            charset::Fold::None => then == now,
            _ => then.iter().zip(now).all(|(a, b)| fold.fold(a.code()) == fold.fold(b.code())),
        };
        same.then_some(pos + (end - start))
    }

    /// The alternatives worth a try.
    #[inline(always)]
    fn alternatives(&self, branch: u32, pos: usize) -> u64 {
        let branch = &self.program.branches[branch as usize];
        match self.text.get(pos).map(|c| c.code()) {
            None => branch.end,
            Some(c) if c < 256 => branch.latin[c as usize],
            Some(_) => branch.wide,
        }
    }

    #[inline(always)]
    fn take_alternative(&mut self, index: u32, pos: usize, left: u64) -> Result<Option<At>, Stop> {
        if left == 0 {
            return Ok(None);
        }
        let rest = left & (left - 1);
        if rest != 0 {
            self.push(Frame::Alternatives { branch: index, pos, left: rest })?;
        }
        let pc = self.program.branches[index as usize].alternatives[left.trailing_zeros() as usize];
        Ok(Some(At { pc, pos }))
    }

    /// The newest place to go on from.
    fn back(&mut self) -> Result<Option<At>, Stop> {
        self.patience.spend(1);
        self.patience.check()?;
        while let Some(frame) = self.scratch.stack.pop() {
            let next = match frame {
                Frame::Mark { index, old, last_group } => {
                    self.take_back(index, old, last_group);
                    None
                }
                Frame::Resume { pc, pos } => Some(At { pc, pos }),
                Frame::Alternatives { branch, pos, left } => self.take_alternative(branch, pos, left)?,
                Frame::Shorter { run, pos, least } => self.shorter(run, pos, least)?,
                Frame::Longer { run, pos, left } => {
                    let item = self.program.runs[run as usize].item;
                    if self.item_at(item, pos) { self.longer(run, pos + 1, less(left))? } else { None }
                }
                Frame::Slot { slot, count, began } => {
                    self.scratch.slots[slot as usize] = Slot { count, began };
                    None
                }
                Frame::Leave { index, began } => {
                    let one = &self.program.loops[index as usize];
                    let slot = &mut self.scratch.slots[one.slot as usize];
                    let pos = slot.began;
                    *slot = Slot { count: slot.count.wrapping_sub(1), began };
                    Some(At { pc: one.until + 1, pos })
                }
                Frame::Again { index, pos } => {
                    let one = &self.program.loops[index as usize];
                    let Slot { count, began } = self.scratch.slots[one.slot as usize];
                    self.push(Frame::Slot { slot: one.slot, count, began })?;
                    self.scratch.slots[one.slot as usize] = Slot { count: count.wrapping_add(1), began: pos };
                    Some(At { pc: one.body, pos })
                }
                Frame::Sub { index, pos, outer } => {
                    self.sub = outer;
                    let Sub { kind, next, .. } = self.program.subs[index as usize];
                    let goes_on = match kind {
                        SubKind::NotAhead => true,
                        SubKind::Possessive { least, slot, .. } => {
                            self.scratch.slots[slot as usize].count >= least
                        }
                        SubKind::Ahead | SubKind::Atomic => false,
                    };
                    goes_on.then_some(At { pc: next, pos })
                }
            };
            if next.is_some() {
                return Ok(next);
            }
        }
        Ok(None)
    }

    /// Matches at `start`: the end of the match.
    pub fn run(&mut self, start: usize, demands: Demands) -> Result<Option<usize>, Stop> {
        let scratch = &mut *self.scratch;
        if scratch.dirty {
            scratch.marks.fill(NONE);
            scratch.dirty = false;
        }
        scratch.stack.clear();
        scratch.last_group = 0;
        self.sub = NONE;
        let program = self.program;
        let (mut pc, mut pos) = (0, start);
        loop {
            // Instructions that end in `continue` went well; all others say where to go on, if anywhere.
            let next = match program.insts[pc as usize] {
                Inst::Char(c) => {
                    if self.is_char(c, pos) {
                        (pc, pos) = (pc + 1, pos + 1);
                        continue;
                    }
                    None
                }
                Inst::NotChar(c) => {
                    if self.item_at(Item::Not(c), pos) {
                        (pc, pos) = (pc + 1, pos + 1);
                        continue;
                    }
                    None
                }
                Inst::AnyAll => {
                    if pos < self.text.len() {
                        (pc, pos) = (pc + 1, pos + 1);
                        continue;
                    }
                    None
                }
                Inst::Set(set) => {
                    if self.in_set(set, pos) {
                        (pc, pos) = (pc + 1, pos + 1);
                        continue;
                    }
                    None
                }
                Inst::Literal { at, len } => {
                    if self.literal(at, len, pos) {
                        (pc, pos) = (pc + 1, pos + len as usize);
                        continue;
                    }
                    None
                }
                Inst::Mark(mark) => {
                    self.set_mark(mark, pos)?;
                    pc += 1;
                    continue;
                }
                Inst::At(kind) => {
                    if self.position(kind, pos) {
                        pc += 1;
                        continue;
                    }
                    None
                }
                Inst::Jump(to) => {
                    pc = to;
                    continue;
                }
                Inst::Branch(branch) => {
                    let left = self.alternatives(branch, pos);
                    self.take_alternative(branch, pos, left)?
                }
                Inst::Run(index) => {
                    let Run { item, least, most, .. } = program.runs[index as usize];
                    let n = self.run_length(item, pos, most);
                    if n < least { None } else { self.shorter(index, pos + n, pos + least)? }
                }
                Inst::LazyRun(index) => {
                    let Run { item, least, most, .. } = program.runs[index as usize];
                    if least > 0 && self.run_length(item, pos, least) < least {
                        None
                    } else {
                        let left = if most == usize::MAX { most } else { most - least };
                        self.longer(index, pos + least, left)?
                    }
                }
                Inst::Repeat(index) => Some(self.repeat(index, pos)?),
                Inst::Until(index) => self.until(index, pos)?,
                Inst::Sub(index) => self.enter(index, pos)?,
                Inst::SubEnd => self.leave(pos)?,
                Inst::GroupRef { group, fold } => {
                    self.back_reference(group, fold, pos).map(|pos| At { pc: pc + 1, pos })
                }
                Inst::GroupExists { group, no } => {
                    let pc = if self.group(group).is_some() { pc + 1 } else { no };
                    Some(At { pc, pos })
                }
                Inst::Success => {
                    if !(demands.whole && pos != self.text.len() || demands.advance && pos == start) {
                        return Ok(Some(pos));
                    }
                    None
                }
                Inst::Fail => None,
            };
            let next = match next {
                None => self.back()?,
                some => some,
            };
            match next {
                Some(at) => (pc, pos) = (at.pc, at.pos),
                None => return Ok(None),
            }
        }
    }
}

/// One less, where any number stays any number.
#[inline(always)]
fn less(left: usize) -> usize {
    if left == usize::MAX { left } else { left - 1 }
}

/// Doubles the stack.
#[cold]
#[inline(never)]
fn grow(stack: &mut Vec<Frame>) -> Result<(), Stop> {
    let more = stack.len().max(64);
    stack.try_reserve_exact(more).map_err(|_| Stop::NoMemory)
}
