//! The register stack: one reserved, contiguous run of words that frames are windows of.

use crate::value::Value;

/// Words reserved when nothing limits address space: enough for a million small frames.
const RESERVE_WORDS: usize = 1 << 27;
/// Reserved for threads other than the first, and when address space is limited.
const SMALL_RESERVE_WORDS: usize = 1 << 22;
/// Kept free above the limit, so that a frame of the largest size always fits where the limit was passed.
const SLACK_WORDS: usize = 1 << 17;

/// Reserved memory, committed by the system as it is touched.
pub struct RegisterStack {
    base: *mut Value,
    words: usize,
}

impl RegisterStack {
    /// Reserves the stack; a smaller one when address space is limited. `None`: not even that.
    pub fn reserve() -> Option<RegisterStack> {
        [RESERVE_WORDS, SMALL_RESERVE_WORDS].into_iter().find_map(RegisterStack::map)
    }

    /// Reserves the stack of a thread that is one of many.
    pub fn reserve_small() -> Option<RegisterStack> {
        RegisterStack::map(SMALL_RESERVE_WORDS)
    }

    /// No stack: holds the place of one that is in use elsewhere.
    pub fn none() -> RegisterStack {
        RegisterStack { base: std::ptr::null_mut(), words: SLACK_WORDS }
    }

    fn map(words: usize) -> Option<RegisterStack> {
        // SAFETY: a fresh anonymous mapping.
        let p = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                words * 8,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        (p != libc::MAP_FAILED).then_some(RegisterStack { base: p.cast(), words })
    }

    /// Whether an address lies in this stack.
    pub fn contains(&self, p: *const Value) -> bool {
        (p as usize).wrapping_sub(self.base as usize) < self.words * 8 && !self.base.is_null()
    }

    pub fn start(&self) -> *mut Value {
        self.base
    }

    /// Frames must end at or below this address.
    pub fn limit(&self) -> *mut Value {
        self.base.wrapping_add(self.words - SLACK_WORDS)
    }
}

impl Drop for RegisterStack {
    fn drop(&mut self) {
        if !self.base.is_null() {
            // SAFETY: mapped by `map`, and nothing refers to it any more.
            unsafe { libc::munmap(self.base.cast(), self.words * 8) };
        }
    }
}
