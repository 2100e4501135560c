//! The frame objects of running frames, found by the frame's base.

use super::Frame;
use crate::heap::{Gc, Tracer};
use crate::interp::regs::Base;

/// Sorted by base: frames end newest first, so entries come and go at the end.
#[derive(Default)]
pub struct LiveFrames(Vec<(usize, Gc<Frame>)>);

impl LiveFrames {
    fn position(&self, base: Base) -> Result<usize, usize> {
        self.0.binary_search_by_key(&(base.0 as usize), |entry| entry.0)
    }

    pub fn find(&self, base: Base) -> Option<Gc<Frame>> {
        self.position(base).ok().map(|i| self.0[i].1)
    }

    pub fn insert(&mut self, base: Base, frame: Gc<Frame>) {
        match self.position(base) {
            Ok(i) => self.0[i].1 = frame,
            Err(i) => self.0.insert(i, (base.0 as usize, frame)),
        }
    }

    pub fn remove(&mut self, base: Base) -> Option<Gc<Frame>> {
        let i = self.position(base).ok()?;
        Some(self.0.remove(i).1)
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        for (_, frame) in &self.0 {
            t.gc(*frame);
        }
    }
}
