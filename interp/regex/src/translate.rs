//! From the instruction words of `re` to a program: one pass from front to back, then places are filled in.

use crate::charset::{self, Fold};
use crate::classes::Classes;
use crate::op;
use crate::program::{Branch, Follow, Inst, Item, Loop, Pc, Program, Run, Sub, SubKind};
use crate::set::Set;
use std::cell::OnceCell;

/// The words are no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid;

type Checked<T = ()> = Result<T, Invalid>;

const UNLIMITED: u32 = u32::MAX;
const NOWHERE: Pc = Pc::MAX;

/// What a word is besides an instruction, known from those before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    /// The length of an alternative.
    Skip,
    /// Jumped to.
    Target,
    /// SUCCESS of this part.
    SubEnd,
    /// MAX_UNTIL or MIN_UNTIL of this loop.
    Until(u32),
}

struct Translator<'c> {
    words: &'c [u32],
    program: Program,
    /// For each word the instruction made from it.
    places: Vec<Pc>,
    roles: Vec<Role>,
    /// Ends of loops that are open.
    open: Vec<usize>,
    /// The word behind the literal that was last added.
    behind_literal: usize,
    /// Words and case of each set.
    set_sources: Vec<(&'c [u32], Fold)>,
    /// The highest mark.
    marks: usize,
}

impl Program {
    /// Translates `words`, of a pattern with this many groups.
    pub fn new(words: &[u32], groups: usize, classes: &'static Classes) -> Checked<Program> {
        let program = Program {
            code: words.to_vec(),
            insts: Vec::with_capacity(words.len() / 2),
            sets: Vec::new(),
            literals: Vec::new(),
            latin_literals: None,
            runs: Vec::new(),
            loops: Vec::new(),
            branches: Vec::new(),
            subs: Vec::new(),
            groups,
            slots: 0,
            width: 0,
            start: OnceCell::new(),
            classes,
        };
        let mut translator = Translator {
            words,
            program,
            places: vec![NOWHERE; words.len()],
            roles: vec![Role::None; words.len()],
            open: Vec::new(),
            behind_literal: usize::MAX,
            set_sources: Vec::new(),
            marks: 0,
        };
        translator.all()?;
        let mut program = translator.program;
        if translator.marks > groups * 2 {
            return Err(Invalid);
        }
        resolve(&mut program, &translator.places)?;
        program.latin_literals = program.literals.iter().map(|c| u8::try_from(*c).ok()).collect();
        program.look_ahead();
        Ok(program)
    }
}

/// Turns places in the words into places in the program.
fn resolve(program: &mut Program, places: &[Pc]) -> Checked {
    let place = |at: &mut Pc| -> Checked {
        *at = places.get(*at as usize).copied().filter(|pc| *pc != NOWHERE).ok_or(Invalid)?;
        Ok(())
    };
    for inst in &mut program.insts {
        match inst {
            Inst::Jump(to) | Inst::GroupExists { no: to, .. } => place(to)?,
            _ => {}
        }
    }
    for one in &mut program.loops {
        place(&mut one.body)?;
        place(&mut one.until)?;
    }
    for sub in &mut program.subs {
        place(&mut sub.body)?;
        place(&mut sub.next)?;
    }
    program.branches.iter_mut().flat_map(|b| &mut b.alternatives).try_for_each(place)
}

impl<'c> Translator<'c> {
    fn word(&self, at: usize) -> Checked<u32> {
        self.words.get(at).copied().ok_or(Invalid)
    }
    /// The place a skip word at `at` leads to.
    fn skip(&self, at: usize) -> Checked<usize> {
        let to = at.checked_add(self.word(at)? as usize).ok_or(Invalid)?;
        if to > at && to < self.words.len() { Ok(to) } else { Err(Invalid) }
    }
    fn role(&mut self, at: usize, role: Role) -> Checked {
        *self.roles.get_mut(at).ok_or(Invalid)? = role;
        Ok(())
    }
    /// Something jumps to `at`.
    fn target(&mut self, at: usize) -> Checked {
        if self.roles.get(at) == Some(&Role::None) { self.role(at, Role::Target) } else { Ok(()) }
    }
    fn push(&mut self, inst: Inst) {
        self.program.insts.push(inst);
    }
    fn group(&self, at: usize) -> Checked<u32> {
        let group = self.word(at)?;
        if (group as usize) < self.program.groups { Ok(group) } else { Err(Invalid) }
    }

    fn all(&mut self) -> Checked {
        let mut at = 0;
        if self.words.first() == Some(&op::INFO) {
            self.program.width = self.word(3)? as usize;
            at = self.skip(1)?;
        }
        while at < self.words.len() {
            while self.open.last().is_some_and(|end| *end <= at) {
                self.open.pop();
            }
            if self.roles[at] == Role::Skip {
                at += 1;
                continue;
            }
            at = self.one(at)?;
        }
        // Whatever the words are, the matcher does not run off the end.
        self.push(Inst::Fail);
        Ok(())
    }

    /// Translates the instruction at `at`; the place of the next.
    fn one(&mut self, at: usize) -> Checked<usize> {
        let code = self.words[at];
        if code == op::LITERAL && self.literal(at)? {
            return Ok(at + 2);
        }
        self.places[at] = self.program.insts.len() as Pc;
        match code {
            op::SUCCESS => {
                let end = self.roles[at] == Role::SubEnd;
                self.push(if end { Inst::SubEnd } else { Inst::Success });
                Ok(at + 1)
            }
            op::FAILURE => {
                self.push(Inst::Fail);
                Ok(at + 1)
            }
            op::JUMP => {
                let to = self.skip(at + 1)?;
                self.target(to)?;
                self.push(Inst::Jump(to as Pc));
                Ok(at + 2)
            }
            op::MARK => {
                let mark = self.word(at + 1)?;
                self.marks = self.marks.max(mark as usize + 1);
                self.push(Inst::Mark(mark));
                Ok(at + 2)
            }
            op::AT => {
                let kind = self.word(at + 1)?;
                self.push(Inst::At(kind));
                Ok(at + 2)
            }
            op::BRANCH => self.branch(at),
            op::REPEAT => self.repeat(at),
            op::MAX_UNTIL | op::MIN_UNTIL => {
                let Role::Until(index) = self.roles[at] else { return Err(Invalid) };
                self.program.loops[index as usize].greedy = code == op::MAX_UNTIL;
                self.push(Inst::Until(index));
                Ok(at + 1)
            }
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => self.run(at),
            op::ASSERT | op::ASSERT_NOT => {
                let kind = if code == op::ASSERT { SubKind::Ahead } else { SubKind::NotAhead };
                let (next, back) = (self.skip(at + 1)?, self.word(at + 2)? as usize);
                self.sub(Sub { kind, back, body: at as Pc + 3, next: next as Pc }, next - 1)?;
                Ok(at + 3)
            }
            op::ATOMIC_GROUP => {
                let next = self.skip(at + 1)?;
                let body = at as Pc + 2;
                self.sub(Sub { kind: SubKind::Atomic, back: 0, body, next: next as Pc }, next - 1)?;
                Ok(at + 2)
            }
            op::POSSESSIVE_REPEAT => {
                let end = self.skip(at + 1)?;
                let (least, most) = self.counts(at)?;
                let kind =
                    SubKind::Possessive { least, most, slot: self.slot(), nested: !self.open.is_empty() };
                self.sub(Sub { kind, back: 0, body: at as Pc + 4, next: end as Pc + 1 }, end)?;
                self.open.push(end + 1);
                Ok(at + 4)
            }
            op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE | op::GROUPREF_UNI_IGNORE => {
                let fold = match code {
                    op::GROUPREF => Fold::None,
                    op::GROUPREF_IGNORE => Fold::Ascii,
                    op::GROUPREF_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Unicode,
                };
                let group = self.group(at + 1)?;
                self.push(Inst::GroupRef { group, fold });
                Ok(at + 2)
            }
            op::GROUPREF_EXISTS => {
                // The way is counted from the group's word.
                let way = self.word(at + 2)? as usize;
                let no = (at + 1).checked_add(way).filter(|no| *no < self.words.len()).ok_or(Invalid)?;
                self.target(no)?;
                let group = self.group(at + 1)?;
                self.push(Inst::GroupExists { group, no: no as Pc });
                Ok(at + 3)
            }
            _ => {
                let (item, next) = self.item(at)?;
                self.push(match item {
                    Item::Any => Inst::AnyAll,
                    Item::Char(c) => Inst::Char(c),
                    Item::Not(c) => Inst::NotChar(c),
                    Item::Set(set) => Inst::Set(set),
                    Item::Never => Inst::Fail,
                });
                if code == op::LITERAL {
                    self.behind_literal = next;
                }
                Ok(next)
            }
        }
    }

    /// Adds a character to the literal before it, if it follows one and nothing jumps in between.
    fn literal(&mut self, at: usize) -> Checked<bool> {
        if self.behind_literal != at || self.roles[at] != Role::None {
            return Ok(false);
        }
        let c = self.word(at + 1)?;
        let literals = &mut self.program.literals;
        match self.program.insts.last_mut() {
            Some(Inst::Literal { len, .. }) => *len += 1,
            Some(last @ Inst::Char(_)) => {
                let Inst::Char(first) = *last else { return Ok(false) };
                *last = Inst::Literal { at: literals.len() as u32, len: 2 };
                literals.push(first);
            }
            _ => return Ok(false),
        }
        literals.push(c);
        self.behind_literal = at + 2;
        Ok(true)
    }

    /// A single-character instruction, and the place behind it.
    fn item(&mut self, at: usize) -> Checked<(Item, usize)> {
        let code = self.word(at)?;
        let single = |this: &Self| this.words.get(at + 1..at + 2).ok_or(Invalid);
        match code {
            op::ANY => return Ok((Item::Not(10), at + 1)),
            op::ANY_ALL => return Ok((Item::Any, at + 1)),
            op::FAILURE => return Ok((Item::Never, at + 1)),
            op::LITERAL => return Ok((Item::Char(single(self)?[0]), at + 2)),
            op::NOT_LITERAL => return Ok((Item::Not(single(self)?[0]), at + 2)),
            _ => {}
        }
        let fold = match code {
            op::IN | op::CATEGORY => Fold::None,
            op::IN_IGNORE | op::LITERAL_IGNORE | op::NOT_LITERAL_IGNORE => Fold::Ascii,
            op::IN_LOC_IGNORE | op::LITERAL_LOC_IGNORE | op::NOT_LITERAL_LOC_IGNORE => Fold::Locale,
            op::IN_UNI_IGNORE | op::LITERAL_UNI_IGNORE | op::NOT_LITERAL_UNI_IGNORE => Fold::Unicode,
            _ => return Err(Invalid),
        };
        if matches!(code, op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE) {
            let next = self.skip(at + 1)?;
            let words = self.words.get(at + 2..next).ok_or(Invalid)?;
            charset::length(words).ok_or(Invalid)?;
            let known = self.set_sources.iter().position(|(source, f)| *source == words && *f == fold);
            let set = known.unwrap_or_else(|| {
                self.set_sources.push((words, fold));
                self.program.sets.push(Set::new(self.program.classes, words, fold));
                self.program.sets.len() - 1
            });
            return Ok((Item::Set(set as u32), next));
        }
        let c = single(self)?[0];
        // Case is ignored: the pattern's character is compared in the form that the text's is brought to.
        let c = if fold == Fold::Unicode { c } else { fold.fold(c) };
        let words: &[u32] = match code {
            op::CATEGORY => &[op::CATEGORY, c, op::FAILURE],
            op::LITERAL_IGNORE | op::LITERAL_LOC_IGNORE | op::LITERAL_UNI_IGNORE => {
                &[op::LITERAL, c, op::FAILURE]
            }
            _ => &[op::NEGATE, op::LITERAL, c, op::FAILURE],
        };
        charset::length(words).ok_or(Invalid)?;
        self.set_sources.push((&[], fold));
        self.program.sets.push(Set::new(self.program.classes, words, fold));
        Ok((Item::Set(self.program.sets.len() as u32 - 1), at + 2))
    }

    fn branch(&mut self, at: usize) -> Checked<usize> {
        let mut alternatives = Vec::new();
        let mut skip = at + 1;
        self.role(skip, Role::Skip)?;
        while self.word(skip)? != 0 {
            alternatives.push(skip as Pc + 1);
            skip = self.skip(skip)?;
            self.role(skip, Role::Skip)?;
        }
        self.push(Inst::Branch(self.program.branches.len() as u32));
        self.program.branches.push(Branch::new(alternatives));
        Ok(at + 1)
    }

    fn counts(&self, at: usize) -> Checked<(usize, usize)> {
        let most = self.word(at + 3)?;
        Ok((self.word(at + 2)? as usize, if most == UNLIMITED { usize::MAX } else { most as usize }))
    }

    fn slot(&mut self) -> u32 {
        self.program.slots += 1;
        self.program.slots as u32 - 1
    }

    fn repeat(&mut self, at: usize) -> Checked<usize> {
        let until = self.skip(at + 1)?;
        let (least, most) = self.counts(at)?;
        let index = self.program.loops.len() as u32;
        self.role(until, Role::Until(index))?;
        let slot = self.slot();
        self.program.loops.push(Loop {
            body: at as Pc + 4,
            until: until as Pc,
            least,
            most,
            greedy: true,
            free: false,
            nested: !self.open.is_empty(),
            slot,
            body_first: None,
            after_first: None,
        });
        self.open.push(until);
        self.push(Inst::Repeat(index));
        Ok(at + 4)
    }

    fn run(&mut self, at: usize) -> Checked<usize> {
        let code = self.words[at];
        let next = self.skip(at + 1)?;
        let (least, most) = self.counts(at)?;
        let (item, _) = self.item(at + 4)?;
        let follow = if code == op::POSSESSIVE_REPEAT_ONE { Follow::Disjoint } else { Follow::Unknown };
        let index = self.program.runs.len() as u32;
        let behind = self.program.insts.len() as Pc + 1;
        self.program.runs.push(Run { item, least, most, follow, next: behind });
        self.push(if code == op::MIN_REPEAT_ONE { Inst::LazyRun(index) } else { Inst::Run(index) });
        Ok(next)
    }

    fn sub(&mut self, sub: Sub, end: usize) -> Checked {
        if self.word(end)? != op::SUCCESS {
            return Err(Invalid);
        }
        self.role(end, Role::SubEnd)?;
        self.push(Inst::Sub(self.program.subs.len() as u32));
        self.program.subs.push(sub);
        Ok(())
    }
}
