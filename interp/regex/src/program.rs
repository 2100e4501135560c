//! What a pattern is translated to.

use crate::charset::Fold;
use crate::classes::Classes;
use crate::set::Set;
use crate::start::Start;
use std::cell::OnceCell;

/// A place in a program.
pub type Pc = u32;

/// One instruction; what is larger than a number or two sits in a table of the program.
#[derive(Clone, Copy, Debug)]
pub enum Inst {
    /// The end of the pattern.
    Success,
    /// The end of the body of a [`Sub`].
    SubEnd,
    Fail,
    Char(u32),
    NotChar(u32),
    AnyAll,
    Set(u32),
    /// Several characters, of the program's literals.
    Literal {
        at: u32,
        len: u32,
    },
    Mark(u32),
    At(u32),
    Jump(Pc),
    Branch(u32),
    Run(u32),
    LazyRun(u32),
    Repeat(u32),
    Until(u32),
    Sub(u32),
    GroupRef {
        group: u32,
        fold: Fold,
    },
    GroupExists {
        group: u32,
        no: Pc,
    },
}

/// What one character is compared with.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    Any,
    Char(u32),
    Not(u32),
    Set(u32),
    Never,
}

/// What is known of the text behind a run.
#[derive(Clone, Copy, Debug)]
pub enum Follow {
    Unknown,
    /// Nothing that the run takes: it never gives anything back.
    Disjoint,
    Char(u32),
    Set(u32),
}

/// A repeated single character.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub item: Item,
    pub least: usize,
    /// `usize::MAX`: any number.
    pub most: usize,
    pub follow: Follow,
    /// What comes behind.
    pub next: Pc,
}

/// A repeated group.
#[derive(Clone, Copy, Debug)]
pub struct Loop {
    pub body: Pc,
    pub until: Pc,
    pub least: usize,
    pub most: usize,
    pub greedy: bool,
    /// No count is needed: any number of iterations is good, and each takes something.
    pub free: bool,
    /// Within another loop, so that its state may be needed again.
    pub nested: bool,
    /// Its count and beginning, among those of the match.
    pub slot: u32,
    /// The set of what an iteration begins with, where it can't be empty.
    pub body_first: Option<u32>,
    /// The set of what comes behind the loop, where that can't be empty.
    pub after_first: Option<u32>,
}

/// Alternatives, and which of them are worth a try at a character.
#[derive(Debug)]
pub struct Branch {
    pub alternatives: Vec<Pc>,
    /// A bit for each alternative, for each Latin-1 character.
    pub latin: Box<[u64; 256]>,
    /// For all other characters.
    pub wide: u64,
    /// For the end of the text.
    pub end: u64,
}

impl Branch {
    pub fn new(alternatives: Vec<Pc>) -> Branch {
        Branch { alternatives, latin: Box::new([0; 256]), wide: 0, end: 0 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubKind {
    Ahead,
    NotAhead,
    Atomic,
    /// A possessive repeat; its count is in the slot.
    Possessive {
        least: usize,
        most: usize,
        slot: u32,
        nested: bool,
    },
}

/// A part that is matched on its own and never gone back into.
#[derive(Clone, Copy, Debug)]
pub struct Sub {
    pub kind: SubKind,
    /// How far back it begins.
    pub back: usize,
    pub body: Pc,
    pub next: Pc,
}

/// A translated pattern.
pub struct Program {
    /// The words it was made from.
    pub(crate) code: Vec<u32>,
    pub(crate) insts: Vec<Inst>,
    pub(crate) sets: Vec<Set>,
    pub(crate) literals: Vec<u32>,
    /// The literals again, where all are Latin-1.
    pub(crate) latin_literals: Option<Vec<u8>>,
    pub(crate) runs: Vec<Run>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) subs: Vec<Sub>,
    pub(crate) groups: usize,
    pub(crate) slots: usize,
    /// The least number of characters that a match takes.
    pub(crate) width: usize,
    /// Made when first searched for.
    pub(crate) start: OnceCell<Start>,
    pub(crate) classes: &'static Classes,
}

impl Program {
    pub fn code(&self) -> &[u32] {
        &self.code
    }
    pub fn groups(&self) -> usize {
        self.groups
    }
}
