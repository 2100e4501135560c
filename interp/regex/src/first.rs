//! What characters a part of a program may begin with.

use crate::program::{Inst, Item, Pc, Program, Sub, SubKind};
use crate::set::Bits;

/// Instructions looked at for one answer.
const FUEL: u32 = 100;

struct Walk<'p> {
    program: &'p Program,
    fuel: u32,
    /// Reaching the end of this loop's body means that the body may be empty.
    body_of: Option<u32>,
    /// Loops whose bodies are in the answer.
    seen: Vec<u32>,
}

/// The characters that a match of what starts at `pc` may begin with; `None`: it may be empty, or nothing is known.
pub fn first(program: &Program, pc: Pc) -> Option<Bits> {
    walk(program, pc, None)
}

/// The same for the body of a loop, on its own.
pub fn first_of_body(program: &Program, index: u32) -> Option<Bits> {
    walk(program, program.loops[index as usize].body, Some(index))
}

fn walk(program: &Program, pc: Pc, body_of: Option<u32>) -> Option<Bits> {
    let mut bits = Bits::default();
    Walk { program, fuel: FUEL, body_of, seen: Vec::new() }.add(pc, &mut bits).then_some(bits)
}

/// The characters that an item takes.
pub fn item_bits(program: &Program, item: Item) -> Bits {
    match item {
        Item::Any => Bits::ALL,
        Item::Never => Bits::default(),
        Item::Not(c) => Bits::all_but(c),
        Item::Set(set) => program.sets[set as usize].bits(),
        Item::Char(c) => {
            let mut bits = Bits::default();
            bits.add(c);
            bits
        }
    }
}

impl Walk<'_> {
    /// Adds what may come first from `pc` on; false when that may be nothing at all.
    fn add(&mut self, mut pc: Pc, bits: &mut Bits) -> bool {
        loop {
            if self.fuel == 0 {
                return false;
            }
            self.fuel -= 1;
            match self.program.insts[pc as usize] {
                Inst::Fail => return true,
                Inst::Mark(_) | Inst::At(_) => pc += 1,
                Inst::Jump(to) => pc = to,
                Inst::Branch(branch) => {
                    let program = self.program;
                    return program.branches[branch as usize]
                        .alternatives
                        .iter()
                        .all(|pc| self.add(*pc, bits));
                }
                Inst::GroupExists { no, .. } => return self.add(pc + 1, bits) && self.add(no, bits),
                Inst::Sub(index) => {
                    let Sub { kind, body, next, .. } = self.program.subs[index as usize];
                    match kind {
                        SubKind::Ahead | SubKind::NotAhead => pc = next,
                        SubKind::Atomic => pc = body,
                        SubKind::Possessive { least, .. } if least > 0 => pc = body,
                        SubKind::Possessive { .. } => return self.add(body, bits) && self.add(next, bits),
                    }
                }
                Inst::Run(run) | Inst::LazyRun(run) => {
                    let run = &self.program.runs[run as usize];
                    bits.join(&item_bits(self.program, run.item));
                    if run.least > 0 {
                        return true;
                    }
                    pc += 1;
                }
                Inst::Repeat(index) => {
                    let one = &self.program.loops[index as usize];
                    pc = if one.least > 0 { one.body } else { one.until };
                }
                Inst::Until(index) if self.body_of == Some(index) => return false,
                Inst::Until(index) => {
                    if self.seen.contains(&index) {
                        return true;
                    }
                    self.seen.push(index);
                    if !self.add(self.program.loops[index as usize].body, bits) {
                        return false;
                    }
                    pc += 1;
                }
                inst => match self.program.consumes(inst) {
                    Some(one) => {
                        bits.join(&one);
                        return true;
                    }
                    None => return false,
                },
            }
        }
    }
}

impl Program {
    /// What an instruction that takes text begins with; `None`: it takes none, or nothing is known.
    pub(crate) fn consumes(&self, inst: Inst) -> Option<Bits> {
        let item = match inst {
            Inst::Char(c) => Item::Char(c),
            Inst::NotChar(c) => Item::Not(c),
            Inst::AnyAll => Item::Any,
            Inst::Set(set) => Item::Set(set),
            Inst::Literal { at, .. } => Item::Char(self.literals[at as usize]),
            _ => return None,
        };
        Some(item_bits(self, item))
    }
}
