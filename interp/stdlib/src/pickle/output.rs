//! What a pickler has written: bytes in frames, and the memo of what they hold.

use super::op;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// A frame ends when it has this size.
pub const FRAME_TARGET: usize = 64 * 1024;
/// Less than this goes without a frame.
const FRAME_LEAST: usize = 4;
const FRAME_HEADER: usize = 9;

/// Addresses of cells are unlike enough; the low bits are all zeros.
#[derive(Default)]
pub struct AddressHasher(u64);

impl std::hash::Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (n >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Numbers of memoized objects, by the words that name them.
pub type Memo = HashMap<u64, u32, BuildHasherDefault<AddressHasher>>;

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
