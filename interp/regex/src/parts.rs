//! The matcher in what is matched on its own: lookaround, atomic groups, possessive repeats.

use crate::machine::{At, Machine};
use crate::program::{Sub, SubKind};
use crate::scratch::{Frame, Slot, Stop};
use crate::unit::Unit;

impl<T: Unit> Machine<'_, '_, T> {
    /// Forgets ways to go back down to the innermost part; marks set since can still be undone.
    fn commit(&mut self) {
        let stack = &mut self.scratch.stack;
        let mut kept = self.sub;
        for i in self.sub + 1..stack.len() {
            if let Frame::Mark { .. } = stack[i] {
                stack[kept] = stack[i];
                kept += 1;
            }
        }
        stack.truncate(kept);
    }

    /// Undoes everything down to the innermost part.
    fn unwind(&mut self) {
        while self.scratch.stack.len() > self.sub {
            if let Some(Frame::Mark { index, old, last_group }) = self.scratch.stack.pop() {
                self.take_back(index, old, last_group);
            }
        }
    }

    /// Enters a part matched on its own.
    pub fn enter(&mut self, index: u32, pos: usize) -> Result<Option<At>, Stop> {
        let Sub { kind, back, body, next } = self.program.subs[index as usize];
        let Some(from) = pos.checked_sub(back) else {
            return Ok((kind == SubKind::NotAhead).then_some(At { pc: next, pos }));
        };
        if let SubKind::Possessive { most, slot, nested, .. } = kind {
            if most == 0 {
                return Ok(Some(At { pc: next, pos }));
            }
            let Slot { count, began } = self.scratch.slots[slot as usize];
            if nested {
                self.push(Frame::Slot { slot, count, began })?;
            }
            self.scratch.slots[slot as usize].count = 0;
        }
        self.push(Frame::Sub { index, pos, outer: self.sub })?;
        self.sub = self.scratch.stack.len() - 1;
        Ok(Some(At { pc: body, pos: from }))
    }

    /// At the end of the body of the innermost part.
    pub fn leave(&mut self, pos: usize) -> Result<Option<At>, Stop> {
        let Some(Frame::Sub { index, pos: began, outer }) = self.scratch.stack.get(self.sub).copied() else {
            return Ok(None);
        };
        let Sub { kind, next, body, .. } = self.program.subs[index as usize];
        if kind == SubKind::NotAhead {
            self.unwind();
            self.sub = outer;
            return Ok(None);
        }
        self.commit();
        self.sub = outer;
        match kind {
            SubKind::Ahead => Ok(Some(At { pc: next, pos: began })),
            SubKind::Possessive { least, most, slot, .. } => {
                let count = &mut self.scratch.slots[slot as usize].count;
                *count += 1;
                if *count >= most || pos == began && *count >= least {
                    return Ok(Some(At { pc: next, pos }));
                }
                self.push(Frame::Sub { index, pos, outer })?;
                self.sub = self.scratch.stack.len() - 1;
                Ok(Some(At { pc: body, pos }))
            }
            _ => Ok(Some(At { pc: next, pos })),
        }
    }
}
