//! What a match needs beside the program: kept between matches, so that they allocate nothing.

use crate::NONE;
use std::sync::atomic::{AtomicU32, Ordering};

/// What to go back to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Frame {
    Resume {
        pc: u32,
        pos: usize,
    },
    /// Alternatives of a branch that are left.
    Alternatives {
        branch: u32,
        pos: usize,
        left: u64,
    },
    /// A mark as it was.
    Mark {
        index: u32,
        old: usize,
        last_group: usize,
    },
    /// A greedy run may end at `pos` or before.
    Shorter {
        run: u32,
        pos: usize,
        least: usize,
    },
    /// A lazy run may take what is at `pos`, and `left` in all.
    Longer {
        run: u32,
        pos: usize,
        left: usize,
    },
    /// A greedy loop may end where its iteration began.
    Leave {
        index: u32,
        began: usize,
    },
    /// A lazy loop may go on.
    Again {
        index: u32,
        pos: usize,
    },
    /// The state of a loop as it was.
    Slot {
        slot: u32,
        count: usize,
        began: usize,
    },
    /// A part matched on its own; `outer` is the one it is in.
    Sub {
        index: u32,
        pos: usize,
        outer: usize,
    },
}

/// State of a counted loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub count: usize,
    pub began: usize,
}

/// Memory of a matcher, and the marks of its last match.
#[derive(Default)]
pub struct Scratch {
    pub(crate) marks: Vec<usize>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) stack: Vec<Frame>,
    pub(crate) last_group: usize,
    /// Marks were set that nothing takes back.
    pub(crate) dirty: bool,
}

impl Scratch {
    /// More than this is not kept.
    const KEPT: usize = 1 << 14;

    /// Prepares for a program. Few words, so memory for them is not asked for.
    pub(crate) fn prepare(&mut self, groups: usize, slots: usize) {
        self.marks.clear();
        self.marks.resize(groups * 2, NONE);
        self.slots.clear();
        self.slots.resize(slots, Slot { count: 0, began: NONE });
        self.dirty = false;
    }

    /// Start and end of a group of the match just found; the first is number 1.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        let (start, end) = (self.marks[group * 2 - 2], self.marks[group * 2 - 1]);
        (start != NONE && end != NONE).then_some((start, end))
    }

    /// The group that was closed last, 0 when there is none.
    pub fn last_group(&self) -> usize {
        self.last_group
    }

    /// Gives large memory back.
    pub fn trim(&mut self) {
        if self.stack.capacity() > Scratch::KEPT {
            self.stack = Vec::new();
        }
    }
}

/// A match, of the whole pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub start: usize,
    pub end: usize,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Interrupted,
    NoMemory,
}

/// How a search that takes long is interrupted: by a bit of a word that others set.
pub struct Patience<'a> {
    pub word: &'a AtomicU32,
    pub bit: u32,
    /// Steps until the word is looked at.
    pub left: i64,
}

impl Patience<'_> {
    /// Steps between two looks.
    const STEPS: i64 = 1 << 12;

    /// Some steps are taken.
    #[inline(always)]
    pub(crate) fn spend(&mut self, steps: usize) {
        self.left -= steps as i64;
    }

    #[inline(always)]
    pub(crate) fn check(&mut self) -> Result<(), Stop> {
        if self.left > 0 { Ok(()) } else { self.look() }
    }

    #[cold]
    fn look(&mut self) -> Result<(), Stop> {
        self.left = Patience::STEPS;
        if self.word.load(Ordering::Relaxed) & self.bit != 0 { Err(Stop::Interrupted) } else { Ok(()) }
    }
}
