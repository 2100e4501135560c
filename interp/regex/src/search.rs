//! Matching a program: at a place, or at the first place possible.

use crate::machine::{Demands, Machine};
use crate::program::{Inst, Program};
use crate::scratch::{Found, Patience, Scratch, Stop};
use crate::start::Start;
use crate::unit::Unit;

/// Where a match may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// At the beginning.
    Match,
    /// All of the text.
    Full,
    /// Anywhere.
    Search,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub mode: Mode,
    /// Where to begin; what is before can be looked at.
    pub from: usize,
    /// A match at `from` must not be empty.
    pub advance: bool,
}

impl Program {
    /// Looks for a match in `text`, whose end is the end of the search. The groups are in `scratch`.
    pub fn find<T: Unit>(
        &self,
        text: &[T],
        request: Request,
        scratch: &mut Scratch,
        patience: &mut Patience<'_>,
    ) -> Result<Option<Found>, Stop> {
        let Request { mode, from, advance } = request;
        if from > text.len() {
            return Ok(None);
        }
        let mut machine = Machine::new(self, text, scratch, patience);
        if mode != Mode::Search {
            let demands = Demands { whole: mode == Mode::Full, advance };
            return Ok(machine.run(from, demands)?.map(|end| Found { start: from, end }));
        }
        let start = self.start.get_or_init(|| Start::of(self));
        let literal = self.literal_length();
        let (mut at, mut failed) = (from, None);
        loop {
            let Some(place) = start.next(self, text, at, failed) else { return Ok(None) };
            if text.len() - place < self.width {
                return Ok(None);
            }
            if let Some(length) = literal {
                // The place is all there is to find.
                return Ok(Some(Found { start: place, end: place + length }));
            }
            let demands = Demands { whole: false, advance: advance && place == from };
            if let Some(end) = machine.run(place, demands)? {
                return Ok(Some(Found { start: place, end }));
            }
            machine.patience.spend(1);
            machine.patience.check()?;
            (at, failed) = (place + 1, Some(place));
        }
    }

    /// The length of a pattern that is a text and nothing else.
    fn literal_length(&self) -> Option<usize> {
        match self.insts[..] {
            [Inst::Char(_), Inst::Success, ..] => Some(1),
            [Inst::Literal { len, .. }, Inst::Success, ..] => Some(len as usize),
            _ => None,
        }
    }
}
