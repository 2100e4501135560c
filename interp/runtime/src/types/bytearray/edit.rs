//! Changing a bytearray: insertion, deletion, slices.

use super::ByteArray;
use crate::heap::Gc;
use crate::types::slice::Span;
use crate::vm::{PyResult, Vm};

impl Vm {
    pub fn bytearray_push(&mut self, b: Gc<ByteArray>, byte: u8) -> PyResult<()> {
        let len = b.len();
        self.bytearray_resize(b, len + 1)?;
        b.set(len, byte);
        Ok(())
    }

    /// Appends. The bytes may be the array's own: its old storage stays as it is while they are read.
    pub fn bytearray_extend(&mut self, b: Gc<ByteArray>, bytes: &[u8]) -> PyResult<()> {
        let len = b.len();
        let Some(total) = len.checked_add(bytes.len()) else { return Err(self.memory_error()) };
        self.bytearray_resize(b, total)?;
        // SAFETY: the array has the room now; `copy` allows for overlap.
        unsafe { std::ptr::copy(bytes.as_ptr(), b.data().add(len), bytes.len()) };
        Ok(())
    }

    /// Replaces the bytes `start..end` by others, which are not the array's own memory.
    pub fn bytearray_splice(
        &mut self,
        b: Gc<ByteArray>,
        start: usize,
        end: usize,
        bytes: &[u8],
    ) -> PyResult<()> {
        let (len, removed) = (b.len(), end - start);
        if bytes.len() == removed {
            // SAFETY: the range is within the content.
            unsafe { std::ptr::copy(bytes.as_ptr(), b.data().add(start), bytes.len()) };
            return Ok(());
        }
        self.bytearray_unexported(b)?;
        if start == 0 && bytes.is_empty() && end < len {
            // Dropping from the front is what parsers and queues do: no need to move the rest.
            b.start.set(b.start.get() + end);
            b.len.set(len - end);
            return Ok(());
        }
        let Some(total) = (len - removed).checked_add(bytes.len()) else { return Err(self.memory_error()) };
        if total > len {
            self.bytearray_resize(b, total)?;
        }
        // SAFETY: both ranges are within the larger of the two lengths, which the array has now.
        unsafe {
            let data = b.data();
            std::ptr::copy(data.add(end), data.add(start + bytes.len()), len - end);
            std::ptr::copy(bytes.as_ptr(), data.add(start), bytes.len());
        }
        self.bytearray_resize(b, total)
    }

    /// Deletes every position that a slice selects.
    pub fn bytearray_delete(&mut self, b: Gc<ByteArray>, span: Span) -> PyResult<()> {
        let span = span.forward();
        if span.count == 0 {
            return Ok(());
        }
        let start = span.start as usize;
        if span.step == 1 {
            return self.bytearray_splice(b, start, start + span.count, &[]);
        }
        self.bytearray_unexported(b)?;
        let mut doomed = span.positions().peekable();
        let mut to = start;
        for from in start..b.len() {
            if doomed.peek() == Some(&from) {
                doomed.next();
                continue;
            }
            b.set(to, b.as_slice()[from]);
            to += 1;
        }
        self.bytearray_resize(b, to)
    }
}
