//! The matcher for compiled patterns: backtracking over an explicit stack, so that depth is bounded by memory alone.

use super::charset::{self, in_category};
use super::op;
use habu_runtime::types::str::Unit;
use std::sync::atomic::{AtomicU32, Ordering};

const UNLIMITED: u32 = u32::MAX;

/// One iteration of a repeated group. Nodes never change: going back means naming an older one.
#[derive(Clone, Copy)]
struct Iteration {
    /// Of the REPEAT instruction.
    pc: usize,
    count: i64,
    /// Where this iteration began.
    began: usize,
    outer: usize,
}

/// What to go back to.
enum Choice {
    Resume {
        pc: usize,
        pos: usize,
        iteration: usize,
    },
    Mark {
        index: usize,
        old: i64,
        last_index: i64,
        last_mark: i64,
    },
    /// A greedy run of single characters may give back one more.
    Shorter {
        pc: usize,
        pos: usize,
        least: usize,
        iteration: usize,
    },
    /// A lazy run may take one more.
    Longer {
        pc: usize,
        pos: usize,
        left: u32,
        iteration: usize,
    },
}

/// A matcher over one text.
pub struct Matcher<'a, T> {
    code: &'a [u32],
    text: &'a [T],
    end: usize,
    pub marks: Vec<i64>,
    pub last_index: i64,
    last_mark: i64,
    iterations: Vec<Iteration>,
    choices: Vec<Choice>,
    start: usize,
    whole: bool,
    advance: bool,
    /// Asked now and then while backtracking: true ends the search without a result.
    pub patience: Patience<'a>,
}

/// How a search that takes long is interrupted: by a bit of a word that others set.
pub struct Patience<'a> {
    pub word: &'a AtomicU32,
    pub bit: u32,
    /// Steps back until the word is looked at.
    pub left: u64,
    pub lost: bool,
}

impl Patience<'_> {
    /// Steps between two looks.
    const STEPS: u64 = 1 << 12;

    /// One step back is taken: false when the search is to end.
    #[inline(always)]
    fn lasts(&mut self) -> bool {
        self.left = self.left.wrapping_sub(1);
        self.left != 0 && !self.lost || self.look()
    }

    #[cold]
    fn look(&mut self) -> bool {
        self.lost |= self.word.load(Ordering::Relaxed) & self.bit != 0;
        self.left = Patience::STEPS;
        !self.lost
    }
}

const NONE: usize = usize::MAX;

impl<'a, T: Unit> Matcher<'a, T> {
    pub fn new(
        code: &'a [u32],
        text: &'a [T],
        end: usize,
        groups: usize,
        patience: Patience<'a>,
    ) -> Matcher<'a, T> {
        Matcher {
            code,
            text,
            end,
            marks: vec![-1; groups * 2],
            last_index: -1,
            last_mark: -1,
            iterations: Vec::new(),
            choices: Vec::new(),
            start: 0,
            whole: false,
            advance: false,
            patience,
        }
    }

    fn at(&self, pos: usize) -> u32 {
        self.text[pos].into()
    }

    fn reset(&mut self) {
        self.marks.fill(-1);
        self.last_index = -1;
        self.last_mark = -1;
        self.iterations.clear();
        self.choices.clear();
    }

    /// Matches at `start` exactly; the end of the match. `whole`: only up to the end of the text. `advance`: not empty.
    pub fn match_at(&mut self, start: usize, whole: bool, advance: bool) -> Option<usize> {
        self.reset();
        (self.start, self.whole, self.advance) = (start, whole, advance);
        self.run(0, start, NONE, true)
    }

    /// The first match from `from` on: its start and end.
    pub fn search(&mut self, from: usize, advance: bool) -> Option<(usize, usize)> {
        // The info block may tell the first character, or a set it is in.
        let (mut first, mut set, mut width) = (None, None, 0);
        if self.code.first() == Some(&op::INFO) {
            width = self.code[3] as usize;
            match self.code[2] {
                flags if flags & 1 != 0 => first = Some(self.code[7]),
                flags if flags & 4 != 0 => set = Some(5),
                _ => {}
            }
        }
        let mut start = from;
        loop {
            if start > self.end || self.end - start < width {
                return None;
            }
            if let Some(c) = first {
                let narrow = T::narrow(c);
                if narrow.into() != c {
                    return None;
                }
                start += T::find_unit(&self.text[start..self.end], narrow)?;
            } else if let Some(set) = set {
                while start < self.end && !charset::contains(&self.code[set..], self.at(start)) {
                    start += 1;
                }
                if start == self.end {
                    return None;
                }
            }
            if let Some(end) = self.match_at(start, false, advance && start == from) {
                return Some((start, end));
            }
            if self.patience.lost {
                return None;
            }
            start += 1;
        }
    }

    /// Undoes everything down to `base`.
    fn unwind(&mut self, base: usize) {
        while self.choices.len() > base {
            if let Some(Choice::Mark { index, old, last_index, last_mark }) = self.choices.pop() {
                self.marks[index] = old;
                (self.last_index, self.last_mark) = (last_index, last_mark);
            }
        }
    }

    /// Forgets ways to go back down to `base`; marks set since can still be undone.
    fn commit(&mut self, base: usize) {
        let kept: Vec<Choice> =
            self.choices.drain(base..).filter(|c| matches!(c, Choice::Mark { .. })).collect();
        self.choices.extend(kept);
    }

    fn set_mark(&mut self, index: usize, pos: usize) {
        let old = self.marks[index];
        self.choices.push(Choice::Mark {
            index,
            old,
            last_index: self.last_index,
            last_mark: self.last_mark,
        });
        self.marks[index] = pos as i64;
        if index & 1 == 1 {
            self.last_index = (index / 2 + 1) as i64;
        }
        self.last_mark = self.last_mark.max(index as i64);
    }

    /// How many single characters from `pos` on match the instruction at `pc`, at most `most`.
    fn run_length(&self, pc: usize, pos: usize, most: u32) -> usize {
        let limit =
            if most == UNLIMITED { self.end } else { self.end.min(pos.saturating_add(most as usize)) };
        if limit <= pos {
            return 0;
        }
        let text = &self.text[pos..limit];
        match self.code[pc] {
            op::ANY_ALL => text.len(),
            op::ANY => T::find_unit(text, T::narrow(10)).unwrap_or(text.len()),
            _ => text.iter().position(|c| !self.one(pc, (*c).into())).unwrap_or(text.len()),
        }
    }

    /// Whether one character matches the instruction at `pc`.
    fn one(&self, pc: usize, c: u32) -> bool {
        let arg = self.code.get(pc + 1).copied().unwrap_or(0);
        match self.code[pc] {
            op::ANY => c != 10,
            op::ANY_ALL => true,
            op::LITERAL => c == arg,
            op::NOT_LITERAL => c != arg,
            op::CATEGORY => in_category(arg, c),
            op::IN => charset::contains(&self.code[pc + 2..], c),
            op::IN_IGNORE => charset::contains(&self.code[pc + 2..], charset::lower_ascii(c)),
            op::IN_UNI_IGNORE => charset::contains(&self.code[pc + 2..], charset::lower(c)),
            op::IN_LOC_IGNORE => {
                let set = &self.code[pc + 2..];
                charset::contains(set, charset::lower_ascii(c))
                    || charset::contains(set, charset::upper_ascii(c))
            }
            op::LITERAL_IGNORE | op::LITERAL_LOC_IGNORE => {
                charset::lower_ascii(c) == charset::lower_ascii(arg)
            }
            op::NOT_LITERAL_IGNORE | op::NOT_LITERAL_LOC_IGNORE => {
                charset::lower_ascii(c) != charset::lower_ascii(arg)
            }
            op::LITERAL_UNI_IGNORE => charset::lower(c) == arg,
            op::NOT_LITERAL_UNI_IGNORE => charset::lower(c) != arg,
            _ => false,
        }
    }

    /// Instruction words of a single-character instruction.
    fn one_size(&self, pc: usize) -> usize {
        match self.code[pc] {
            op::ANY | op::ANY_ALL => 1,
            op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => 1 + self.code[pc + 1] as usize,
            _ => 2,
        }
    }

    fn word_at(&self, pos: Option<usize>, category: u32) -> bool {
        pos.filter(|p| *p < self.end).is_some_and(|p| in_category(category, self.at(p)))
    }

    fn boundary(&self, pos: usize, category: u32) -> bool {
        self.word_at(pos.checked_sub(1), category) != self.word_at(Some(pos), category)
    }

    fn position(&self, kind: u32, pos: usize) -> bool {
        match kind {
            0 | 2 => pos == 0,
            1 => pos == 0 || self.at(pos - 1) == 10,
            3 => self.boundary(pos, charset::WORD),
            4 => !self.boundary(pos, charset::WORD),
            5 => pos == self.end || (pos + 1 == self.end && self.at(pos) == 10),
            6 => pos == self.end || self.at(pos) == 10,
            7 => pos == self.end,
            8 => self.boundary(pos, charset::LOC_WORD),
            9 => !self.boundary(pos, charset::LOC_WORD),
            10 => self.boundary(pos, charset::UNI_WORD),
            11 => !self.boundary(pos, charset::UNI_WORD),
            _ => false,
        }
    }

    fn group(&self, group: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.marks[group * 2], self.marks[group * 2 + 1]);
        (start >= 0 && end >= start).then_some((start as usize, end as usize))
    }

    /// Runs from `pc` to a SUCCESS; `top`: it is the whole pattern's.
    fn run(&mut self, pc: usize, pos: usize, iteration: usize, top: bool) -> Option<usize> {
        let base = self.choices.len();
        let (mut pc, mut pos, mut iteration) = (pc, pos, iteration);
        loop {
            let ok = match self.code[pc] {
                op::SUCCESS => {
                    if top && (self.whole && pos != self.end || self.advance && pos == self.start) {
                        false
                    } else {
                        return Some(pos);
                    }
                }
                op::FAILURE => false,
                op::INFO | op::JUMP => {
                    pc += 1 + self.code[pc + 1] as usize;
                    true
                }
                op::MARK => {
                    self.set_mark(self.code[pc + 1] as usize, pos);
                    pc += 2;
                    true
                }
                op::AT => {
                    let ok = self.position(self.code[pc + 1], pos);
                    pc += 2;
                    ok
                }
                op::BRANCH => match self.branch(pc + 1, pos, iteration) {
                    Some(next) => {
                        pc = next;
                        true
                    }
                    None => false,
                },
                op::REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                    let (least, most) = (self.code[pc + 2] as usize, self.code[pc + 3]);
                    let n = self.run_length(pc + 4, pos, most);
                    let next = pc + 1 + self.code[pc + 1] as usize;
                    if n < least {
                        false
                    } else {
                        if n > least && self.code[pc] == op::REPEAT_ONE {
                            let shorter =
                                Choice::Shorter { pc: next, pos: pos + n, least: pos + least, iteration };
                            self.choices.push(shorter);
                        }
                        (pc, pos) = (next, pos + n);
                        true
                    }
                }
                op::MIN_REPEAT_ONE => {
                    let (least, most) = (self.code[pc + 2], self.code[pc + 3]);
                    let n = self.run_length(pc + 4, pos, least);
                    if n < least as usize {
                        false
                    } else {
                        pos += n;
                        let left = if most == UNLIMITED { UNLIMITED } else { most - least };
                        self.choices.push(Choice::Longer { pc, pos, left, iteration });
                        pc += 1 + self.code[pc + 1] as usize;
                        true
                    }
                }
                op::REPEAT => {
                    self.iterations.push(Iteration { pc, count: -1, began: NONE, outer: iteration });
                    iteration = self.iterations.len() - 1;
                    pc += 1 + self.code[pc + 1] as usize;
                    true
                }
                op::MAX_UNTIL | op::MIN_UNTIL => {
                    (pc, iteration) = self.until(pc, pos, iteration);
                    true
                }
                op::ASSERT | op::ASSERT_NOT => {
                    let (skip, back) = (self.code[pc + 1] as usize, self.code[pc + 2] as usize);
                    let wanted = self.code[pc] == op::ASSERT;
                    let inner = self.choices.len();
                    let found = pos >= back && self.run(pc + 3, pos - back, iteration, false).is_some();
                    if found && wanted {
                        self.commit(inner)
                    } else {
                        self.unwind(inner)
                    }
                    pc += 1 + skip;
                    found == wanted
                }
                op::ATOMIC_GROUP => {
                    let inner = self.choices.len();
                    match self.run(pc + 2, pos, iteration, false) {
                        Some(end) => {
                            self.commit(inner);
                            pos = end;
                            pc += 1 + self.code[pc + 1] as usize;
                            true
                        }
                        None => false,
                    }
                }
                op::POSSESSIVE_REPEAT => match self.possessive(pc, pos, iteration) {
                    Some(end) => {
                        pos = end;
                        pc += 2 + self.code[pc + 1] as usize;
                        true
                    }
                    None => false,
                },
                op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE | op::GROUPREF_UNI_IGNORE => {
                    match self.back_reference(pc, pos) {
                        Some(end) => {
                            pos = end;
                            pc += 2;
                            true
                        }
                        None => false,
                    }
                }
                op::GROUPREF_EXISTS => {
                    let set = self.group(self.code[pc + 1] as usize).is_some();
                    pc += if set { 3 } else { 2 + self.code[pc + 2] as usize };
                    true
                }
                _ => {
                    let ok = pos < self.end && self.one(pc, self.at(pos));
                    pc += self.one_size(pc);
                    pos += 1;
                    ok
                }
            };
            if !ok {
                if !self.patience.lasts() {
                    return None;
                }
                (pc, pos, iteration) = self.back(base)?;
            }
        }
    }

    /// The first alternative that may match; the others are kept to come back to.
    fn branch(&mut self, first: usize, pos: usize, iteration: usize) -> Option<usize> {
        let mut at = first;
        let mut chosen = None;
        let mut others = Vec::new();
        while self.code[at] != 0 {
            let body = at + 1;
            // Alternatives that begin with another literal can't match.
            let hopeless = match self.code[body] {
                op::LITERAL => pos >= self.end || self.at(pos) != self.code[body + 1],
                op::IN => pos >= self.end || !charset::contains(&self.code[body + 2..], self.at(pos)),
                _ => false,
            };
            if !hopeless {
                match chosen {
                    None => chosen = Some(body),
                    Some(_) => others.push(body),
                }
            }
            at += self.code[at] as usize;
        }
        self.choices.extend(others.into_iter().rev().map(|pc| Choice::Resume { pc, pos, iteration }));
        chosen
    }

    /// At the end of a repeated group's body: once more, or on.
    fn until(&mut self, pc: usize, pos: usize, iteration: usize) -> (usize, usize) {
        let now = self.iterations[iteration];
        let count = now.count + 1;
        let (least, most) = (i64::from(self.code[now.pc + 2]), self.code[now.pc + 3]);
        let body = now.pc + 4;
        let mut again = |began: usize| {
            self.iterations.push(Iteration { count, began, ..now });
            self.iterations.len() - 1
        };
        if count < least {
            return (body, again(pos));
        }
        let more = (most == UNLIMITED || count < i64::from(most)) && now.began != pos;
        if !more {
            return (pc + 1, now.outer);
        }
        let next = again(pos);
        if self.code[pc] == op::MAX_UNTIL {
            self.choices.push(Choice::Resume { pc: pc + 1, pos, iteration: now.outer });
            (body, next)
        } else {
            self.choices.push(Choice::Resume { pc: body, pos, iteration: next });
            (pc + 1, now.outer)
        }
    }

    fn possessive(&mut self, pc: usize, pos: usize, iteration: usize) -> Option<usize> {
        let (least, most) = (self.code[pc + 2], self.code[pc + 3]);
        let (mut pos, mut count) = (pos, 0u32);
        while most == UNLIMITED || count < most {
            let inner = self.choices.len();
            match self.run(pc + 4, pos, iteration, false) {
                Some(end) => {
                    self.commit(inner);
                    count += 1;
                    let still = end == pos;
                    pos = end;
                    if still && count >= least {
                        break;
                    }
                }
                None => break,
            }
        }
        (count >= least).then_some(pos)
    }

    fn back_reference(&self, pc: usize, pos: usize) -> Option<usize> {
        let (start, end) = self.group(self.code[pc + 1] as usize)?;
        let n = end - start;
        if self.end - pos < n {
            return None;
        }
        let fold: fn(u32) -> u32 = match self.code[pc] {
            op::GROUPREF => |c| c,
            op::GROUPREF_UNI_IGNORE => charset::lower,
            _ => charset::lower_ascii,
        };
        (0..n).all(|i| fold(self.at(start + i)) == fold(self.at(pos + i))).then_some(pos + n)
    }

    /// The newest place to go on from; `None` when all down to `base` are used up.
    fn back(&mut self, base: usize) -> Option<(usize, usize, usize)> {
        while self.choices.len() > base {
            match self.choices.pop()? {
                Choice::Mark { index, old, last_index, last_mark } => {
                    self.marks[index] = old;
                    (self.last_index, self.last_mark) = (last_index, last_mark);
                }
                Choice::Resume { pc, pos, iteration } => return Some((pc, pos, iteration)),
                Choice::Shorter { pc, pos, least, iteration } => {
                    let mut pos = pos - 1;
                    if self.code[pc] == op::LITERAL {
                        // Only places where the literal behind the run stands are of use.
                        while pos > least && (pos >= self.end || self.at(pos) != self.code[pc + 1]) {
                            pos -= 1;
                        }
                    }
                    if pos > least {
                        self.choices.push(Choice::Shorter { pc, pos, least, iteration });
                    }
                    return Some((pc, pos, iteration));
                }
                Choice::Longer { pc, pos, left, iteration } => {
                    if left == 0 || pos >= self.end || !self.one(pc + 4, self.at(pos)) {
                        continue;
                    }
                    let left = if left == UNLIMITED { left } else { left - 1 };
                    self.choices.push(Choice::Longer { pc, pos: pos + 1, left, iteration });
                    return Some((pc + 1 + self.code[pc + 1] as usize, pos + 1, iteration));
                }
            }
        }
        None
    }
}
