//! What a pickler has written: bytes in frames, and the memo of what they hold.

use super::op;
use super::table::Memo;
use std::cell::Cell;

/// A frame ends when it has this size.
pub const FRAME_TARGET: usize = 64 * 1024;
/// Less than this goes without a frame.
const FRAME_LEAST: usize = 4;
const FRAME_HEADER: usize = 9;

thread_local! {
    /// The memory of a pickler that has done its work.
    static IDLE: Cell<Option<Output>> = const { Cell::new(None) };
}

/// More bytes than this are given back when a pickler has done its work.
const KEPT: usize = 1 << 16;

#[derive(Default)]
pub struct Output {
    pub bytes: Vec<u8>,
    /// Where the open frame's header is.
    frame: Option<usize>,
    pub framing: bool,
    pub memo: Memo,
    /// Objects being saved, in fast mode only.
    pub nested: Vec<u64>,
}

impl Output {
    /// An empty output, of memory that was used before.
    pub fn reused() -> Output {
        IDLE.try_with(Cell::take).ok().flatten().unwrap_or_default()
    }

    /// Keeps the memory for another pickler.
    pub fn retire(mut self) {
        self.clear();
        self.memo.clear();
        if self.bytes.capacity() <= KEPT {
            // At the end of a thread there is nobody to keep it.
            let _ = IDLE.try_with(|idle| idle.set(Some(self)));
        }
    }

    #[inline]
    pub fn write(&mut self, data: &[u8]) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.bytes.len());
            self.bytes.extend_from_slice(&[0; FRAME_HEADER]);
        }
        self.bytes.extend_from_slice(data);
    }

    /// An opcode with its argument.
    #[inline]
    pub fn write_op(&mut self, opcode: u8, argument: &[u8]) {
        self.write(&[opcode]);
        self.bytes.extend_from_slice(argument);
    }

    /// Enters an object in the memo, in the pickle and here; false when there is no memory.
    #[inline]
    pub fn memoize(&mut self, key: u64, proto: i64, binary: bool) -> bool {
        let at = self.memo.len() as u32;
        if !self.memo.insert(key, at) {
            return false;
        }
        if proto >= 4 {
            self.write(&[op::MEMOIZE]);
        } else if !binary {
            self.write_op(op::PUT, at.to_string().as_bytes());
            self.write(b"\n");
        } else if let Ok(at) = u8::try_from(at) {
            self.write(&[op::BINPUT, at]);
        } else {
            self.write_op(op::LONG_BINPUT, &at.to_le_bytes());
        }
        true
    }

    /// Ends the open frame.
    pub fn commit_frame(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let len = self.bytes.len() - start - FRAME_HEADER;
        if len >= FRAME_LEAST {
            self.bytes[start] = op::FRAME;
            self.bytes[start + 1..start + FRAME_HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        } else {
            self.bytes.drain(start..start + FRAME_HEADER);
        }
    }

    /// Whether the open frame has reached its size.
    #[inline]
    pub fn is_frame_full(&self) -> bool {
        self.frame.is_some_and(|start| self.bytes.len() - start - FRAME_HEADER >= FRAME_TARGET)
    }

    /// Starts anew, keeping the memo.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.frame = None;
        self.framing = false;
        self.nested.clear();
    }
}
