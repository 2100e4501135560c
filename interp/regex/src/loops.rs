//! The matcher in repeated groups.

use crate::NONE;
use crate::machine::{At, Machine};
use crate::program::Loop;
use crate::scratch::{Frame, Slot, Stop};
use crate::unit::Unit;

impl<T: Unit> Machine<'_, '_, T> {
    /// At the end of an iteration: once more, or on.
    #[inline(always)]
    pub fn until(&mut self, index: u32, pos: usize) -> Result<Option<At>, Stop> {
        self.patience.spend(1);
        let one = &self.program.loops[index as usize];
        let (body, after) = (At { pc: one.body, pos }, At { pc: one.until + 1, pos });
        let may_begin = one.body_first.is_none_or(|set| self.in_set(set, pos));
        if !one.free {
            return self.counted(index, one, pos, may_begin);
        }
        let may_end = one.after_first.is_none_or(|set| self.in_set(set, pos));
        let (preferred, other) = if one.greedy { (body, after) } else { (after, body) };
        Ok(match (may_begin, may_end) {
            (true, true) => {
                self.push(Frame::Resume { pc: other.pc, pos })?;
                Some(preferred)
            }
            (true, false) => Some(At { pc: one.body, pos }),
            (false, true) => Some(At { pc: one.until + 1, pos }),
            (false, false) => None,
        })
    }

    fn counted(&mut self, index: u32, one: &Loop, pos: usize, may_begin: bool) -> Result<Option<At>, Stop> {
        let (body, after) = (At { pc: one.body, pos }, At { pc: one.until + 1, pos });
        self.patience.check()?;
        let Slot { count, began } = self.scratch.slots[one.slot as usize];
        // The first time it is one less than none.
        let done = count.wrapping_add(1);
        if done < one.least {
            if !may_begin {
                return Ok(None);
            }
            self.push(Frame::Slot { slot: one.slot, count, began })?;
            self.scratch.slots[one.slot as usize].count = done;
            return Ok(Some(body));
        }
        if done >= one.most || began == pos || !may_begin {
            return Ok(Some(after));
        }
        if !one.greedy {
            self.push(Frame::Again { index, pos })?;
            return Ok(Some(after));
        }
        self.push(Frame::Leave { index, began })?;
        self.scratch.slots[one.slot as usize] = Slot { count: done, began: pos };
        Ok(Some(body))
    }

    pub fn repeat(&mut self, index: u32, pos: usize) -> Result<At, Stop> {
        let one = &self.program.loops[index as usize];
        if one.free {
            return Ok(At { pc: if one.least > 0 { one.body } else { one.until }, pos });
        }
        if one.nested {
            let Slot { count, began } = self.scratch.slots[one.slot as usize];
            self.push(Frame::Slot { slot: one.slot, count, began })?;
        }
        self.scratch.slots[one.slot as usize] = Slot { count: usize::MAX, began: NONE };
        Ok(At { pc: one.until, pos })
    }
}
