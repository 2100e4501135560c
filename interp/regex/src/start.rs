//! Finding places where a pattern may match, faster than by trying.

use crate::first::{first, item_bits};
use crate::program::{Inst, Item, Pc, Program, Sub, SubKind};
use crate::set::{Bits, Set};
use crate::unit::Unit;
use memchr::memmem::Finder;

/// What is known of the places where a pattern may match.
#[derive(Debug)]
pub enum Start {
    /// Nothing.
    Anywhere,
    /// Only where the text begins.
    Text,
    /// Only where lines begin.
    Line,
    /// The pattern begins with a run of anything, or of anything within a line: where one try failed, all that follow
    /// in the same text or line do.
    Past {
        line: bool,
    },
    Char(u32),
    /// A text of several characters; as bytes where it is Latin-1.
    Literal {
        text: Vec<u32>,
        finder: Option<Box<Finder<'static>>>,
    },
    Set(Box<Set>),
    /// Several characters in a row are each in a set.
    Lanes(Box<Lanes>),
}

/// Sequences of sets, matched in parallel: a bit for each place of each sequence.
#[derive(Debug)]
pub struct Lanes {
    latin: [u64; 256],
    wide: u64,
    /// First places.
    first: u64,
    /// Last places.
    last: u64,
    /// Length of each sequence.
    length: usize,
}

/// Places of a sequence, at most.
const LENGTH: usize = 8;
/// Sequences, at most: all bits are used.
const SEQUENCES: usize = 64 / LENGTH;
/// Instructions looked at.
const FUEL: u32 = 200;

impl Start {
    pub fn of(program: &Program) -> Start {
        let mut pc = 0;
        loop {
            match program.insts[pc] {
                Inst::Mark(_) => pc += 1,
                Inst::At(0 | 2) => return Start::Text,
                Inst::At(1) => return Start::Line,
                _ => break,
            }
        }
        if let Inst::Run(run) | Inst::LazyRun(run) = program.insts[0] {
            let run = &program.runs[run as usize];
            let line = matches!(run.item, Item::Not(10));
            let gives_back = !matches!(run.follow, crate::program::Follow::Disjoint);
            if gives_back
                && run.least == 0
                && run.most == usize::MAX
                && (line || matches!(run.item, Item::Any))
            {
                return Start::Past { line };
            }
        }
        if let Inst::Char(c) = program.insts[pc]
            && (c >= 256 || matches!(program.insts[pc + 1], Inst::Success))
        {
            return Start::Char(c);
        }
        if let Inst::Literal { at, len } = program.insts[pc] {
            let text = program.literals[at as usize..(at + len) as usize].to_vec();
            let bytes: Option<Vec<u8>> = text.iter().map(|c| u8::try_from(*c).ok()).collect();
            return Start::Literal { text, finder: bytes.map(|b| Box::new(Finder::new(&b).into_owned())) };
        }
        Start::of_sets(program)
    }

    fn of_sets(program: &Program) -> Start {
        let mut sequences = Sequences { program, all: Vec::new(), fuel: FUEL };
        let complete = sequences.follow(0, Vec::new());
        let length = sequences.all.iter().map(Vec::len).min().unwrap_or(0);
        if !complete || length < 2 {
            return match first(program, 0) {
                Some(bits) => Start::of_bits(bits),
                None => Start::Anywhere,
            };
        }
        let all = &sequences.all;
        let single = all[0][0].single().filter(|c| all.iter().all(|s| s[0].single() == Some(*c)));
        if let Some(c) = single.filter(|c| !is_common(*c)) {
            return Start::Char(c);
        }
        Start::Lanes(Box::new(Lanes::new(all, length)))
    }

    fn of_bits(bits: Bits) -> Start {
        match bits.single() {
            Some(c) => Start::Char(c),
            None if bits == Bits::ALL => Start::Anywhere,
            None => Start::Set(Box::new(Set::of_bits(&bits))),
        }
    }

    /// The next place, from `from` on, where `program` may match. `failed`: where it was tried last.
    #[inline]
    pub fn next<T: Unit>(
        &self,
        program: &Program,
        text: &[T],
        from: usize,
        failed: Option<usize>,
    ) -> Option<usize> {
        let rest = text.get(from..)?;
        match self {
            Start::Anywhere => Some(from),
            Start::Text => (from == 0).then_some(0),
            Start::Line => {
                let before = from.checked_sub(1);
                match before {
                    None => Some(0),
                    Some(before) => T::find(&text[before..], T::narrow(10)?).map(|i| before + i + 1),
                }
            }
            Start::Past { line } => match failed {
                None => Some(from),
                Some(_) if !line => None,
                Some(failed) => T::find(&text[failed..], T::narrow(10)?).map(|i| failed + i + 1),
            },
            Start::Char(c) => T::find(rest, T::narrow(*c)?).map(|i| from + i),
            Start::Literal { text: wanted, finder } => {
                find_literal(rest, wanted, finder.as_deref()).map(|i| from + i)
            }
            Start::Set(set) => set.find(program.classes, rest).map(|i| from + i),
            Start::Lanes(lanes) => lanes.find(rest).map(|i| from + i),
        }
    }
}

fn find_literal<T: Unit>(text: &[T], wanted: &[u32], finder: Option<&Finder<'static>>) -> Option<usize> {
    if let Some(bytes) = T::bytes(text) {
        return finder?.find(bytes);
    }
    let unit = T::narrow(wanted[0])?;
    let mut from = 0;
    loop {
        let at = from + T::find(&text[from..], unit)?;
        let found = text.get(at..at + wanted.len())?;
        if found.iter().zip(wanted).all(|(a, b)| a.code() == *b) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Whether a character is so frequent in most texts that stopping at each costs more than looking at all.
fn is_common(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b' ')
}

/// Collects the sequences of sets that a program may begin with.
struct Sequences<'p> {
    program: &'p Program,
    all: Vec<Vec<Bits>>,
    fuel: u32,
}

impl Sequences<'_> {
    /// Adds the sequences that go on from `pc` behind `so_far`; false when there are too many.
    fn follow(&mut self, mut pc: Pc, mut so_far: Vec<Bits>) -> bool {
        let program = self.program;
        loop {
            if self.fuel == 0 {
                return false;
            }
            self.fuel -= 1;
            if so_far.len() >= LENGTH {
                break;
            }
            match program.insts[pc as usize] {
                Inst::Fail => return true,
                Inst::Mark(_) | Inst::At(_) => pc += 1,
                Inst::Jump(to) => pc = to,
                Inst::Branch(branch) => {
                    let alternatives = &program.branches[branch as usize].alternatives;
                    return alternatives.iter().all(|pc| self.follow(*pc, so_far.clone()));
                }
                Inst::Sub(index) => {
                    let Sub { kind, next, body, .. } = program.subs[index as usize];
                    match kind {
                        SubKind::Ahead | SubKind::NotAhead => pc = next,
                        SubKind::Atomic => pc = body,
                        SubKind::Possessive { .. } => break,
                    }
                }
                Inst::Literal { at, len } => {
                    for c in &program.literals[at as usize..(at + len) as usize] {
                        so_far.push(item_bits(program, Item::Char(*c)));
                    }
                    pc += 1;
                }
                Inst::Run(index) | Inst::LazyRun(index) => {
                    let run = &program.runs[index as usize];
                    let bits = item_bits(program, run.item);
                    so_far.extend(std::iter::repeat_n(bits, run.least.min(LENGTH)));
                    if run.least != run.most {
                        // One more of the same, or what follows.
                        if let Some(mut either) = first(program, run.next) {
                            either.join(&bits);
                            so_far.push(either);
                        }
                        break;
                    }
                    pc += 1;
                }
                Inst::Repeat(index) => {
                    let one = &program.loops[index as usize];
                    if one.least == 0 {
                        break;
                    }
                    pc = one.body;
                }
                inst => match program.consumes(inst) {
                    Some(bits) => {
                        so_far.push(bits);
                        pc += 1;
                    }
                    None => break,
                },
            }
        }
        so_far.truncate(LENGTH);
        self.all.push(so_far);
        self.all.len() <= SEQUENCES * 4
    }
}

impl Lanes {
    fn new(sequences: &[Vec<Bits>], length: usize) -> Lanes {
        let mut lanes = Lanes { latin: [0; 256], wide: 0, first: 0, last: 0, length };
        for (i, sequence) in sequences.iter().enumerate() {
            // What there are too many of shares bits: more is let through, nothing is missed.
            let shift = i % SEQUENCES * LENGTH;
            lanes.first |= 1 << shift;
            lanes.last |= 1 << (shift + length - 1);
            for (place, bits) in sequence[..length].iter().enumerate() {
                let bit = 1 << (shift + place);
                bits.each_latin(|c| lanes.latin[usize::from(c)] |= bit);
                if bits.wide {
                    lanes.wide |= bit;
                }
            }
        }
        lanes
    }

    /// The first place where one of the sequences is.
    #[inline]
    fn find<T: Unit>(&self, text: &[T]) -> Option<usize> {
        let mut state = 0;
        for (i, c) in text.iter().enumerate() {
            let c = c.code();
            let here = if c < 256 { self.latin[c as usize] } else { self.wide };
            state = (state << 1 | self.first) & here;
            if state & self.last != 0 {
                return Some(i + 1 - self.length);
            }
        }
        None
    }
}
