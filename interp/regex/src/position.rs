//! Tests of a position: boundaries, beginnings and ends.

use crate::charset;
use crate::machine::Machine;
use crate::unit::Unit;

impl<T: Unit> Machine<'_, '_, T> {
    fn word_at(&self, pos: Option<usize>, category: u32) -> bool {
        let c = pos.and_then(|pos| self.text.get(pos));
        c.is_some_and(|c| self.program.classes.contains(category, c.code()))
    }

    fn boundary(&self, pos: usize, category: u32) -> bool {
        self.word_at(pos.checked_sub(1), category) != self.word_at(Some(pos), category)
    }

    #[inline]
    pub fn position(&self, kind: u32, pos: usize) -> bool {
        let end = self.text.len();
        match kind {
            0 | 2 => pos == 0,
            1 => pos == 0 || self.is_char(10, pos - 1),
            3 => self.boundary(pos, charset::WORD),
            4 => !self.boundary(pos, charset::WORD),
            5 => pos == end || pos + 1 == end && self.is_char(10, pos),
            6 => pos == end || self.is_char(10, pos),
            7 => pos == end,
            8 => self.boundary(pos, charset::LOC_WORD),
            9 => !self.boundary(pos, charset::LOC_WORD),
            10 => self.boundary(pos, charset::UNI_WORD),
            11 => !self.boundary(pos, charset::UNI_WORD),
            _ => false,
        }
    }
}
