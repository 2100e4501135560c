//! Running a pattern, once or from match to match.

use super::pattern::Pattern;
use super::subject::Subject;
use habu_regex::{Found, Mode, Patience, Request, Scratch, Stop, Unit};
use habu_runtime::heap::Gc;
use habu_runtime::types::str::Units;
use habu_runtime::vm::{PyResult, Vm, poll};
use std::cell::Cell;

thread_local! {
    /// The memory of a matcher that is not running.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Goes from match to match as `finditer` does, and has the groups of the last one.
pub struct Walk {
    pub at: usize,
    pub end: usize,
    /// The next match must not be empty where it begins at `at`.
    pub advance: bool,
    scratch: Box<Scratch>,
}

impl Drop for Walk {
    fn drop(&mut self) {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.trim();
        // At the end of a thread there is nobody to keep it.
        let _ = SCRATCH.try_with(|kept| kept.set(Some(scratch)));
    }
}

/// Rooms for steps until a signal is looked for; grows, so that a search that is interrupted ends.
const PATIENCE: i64 = 1 << 12;

impl Walk {
    pub fn new(at: usize, end: usize) -> Walk {
        let scratch = SCRATCH.try_with(Cell::take).ok().flatten().unwrap_or_default();
        Walk { at, end, advance: false, scratch }
    }

    /// The next match. No Python code runs but handlers of signals, and those not when the text is a buffer that they
    /// might change.
    #[inline]
    pub fn next(
        &mut self,
        vm: &mut Vm,
        this: Gc<Pattern>,
        subject: Subject,
        mode: Mode,
    ) -> PyResult<Option<Found>> {
        // Memory that is exported may have got shorter since the last match.
        let end = self.end.min(subject.len());
        if self.at > end {
            return Ok(None);
        }
        let mut left = PATIENCE;
        loop {
            let bit = if matches!(subject, Subject::Text(_)) { poll::SIGNAL } else { 0 };
            let mut patience = Patience { word: &vm.ctx.poll, bit, left };
            let result = match subject {
                Subject::Bytes(b) => self.attempt(this, b.as_slice(), end, mode, &mut patience),
                Subject::Text(t) => match t.units() {
                    Units::One(text) => self.attempt(this, text, end, mode, &mut patience),
                    Units::Two(text) => self.attempt(this, text, end, mode, &mut patience),
                    Units::Four(text) => self.attempt(this, text, end, mode, &mut patience),
                },
            };
            match result {
                Ok(found) => {
                    if let Some(Found { start, end }) = found {
                        self.at = end;
                        self.advance = start == end;
                    }
                    return Ok(found);
                }
                Err(Stop::NoMemory) => return Err(vm.memory_error()),
                // A signal's handler runs between attempts.
                Err(Stop::Interrupted) => vm.poll()?,
            }
            left = left.saturating_mul(8);
        }
    }

    #[inline]
    fn attempt<T: Unit>(
        &mut self,
        this: Gc<Pattern>,
        text: &[T],
        end: usize,
        mode: Mode,
        patience: &mut Patience<'_>,
    ) -> Result<Option<Found>, Stop> {
        let request = Request { mode, from: self.at, advance: self.advance };
        this.program.cell().borrow().find(&text[..end], request, &mut self.scratch, patience)
    }

    /// A group of the last match; 1 is the first.
    #[inline]
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        self.scratch.group(group)
    }
    /// Number of the group closed last, 0: none.
    pub fn last_group(&self) -> usize {
        self.scratch.last_group()
    }
}
