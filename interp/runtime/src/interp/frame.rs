//! Frames: windows of the register stack with three header words below register 0.
//!
//! | word | content |
//! | --- | --- |
//! | `base[-3]` | the function that runs |
//! | `base[-2]` | caller's next instruction (48 bits), register for the result (16 bits) |
//! | `base[-1]` | caller's base (48 bits), flags (16 bits) |
//!
//! All three read as values (a heap pointer, small integers), so a scan may look at them.

use super::regs::{Base, Pc};
use crate::heap::Gc;
use crate::types::code::CodeObj;
use crate::types::function::Function;
use crate::value::Value;

/// Rust entered `run` with this frame: its return leaves `run`.
pub const ENTRY: u64 = 1 << 48;
/// `__init__` called for a class call: the result is the instance in `base[-4]`.
pub const INIT: u64 = 1 << 49;
/// A frame object exists (`vm.frames` has it): it must be told when the frame ends.
pub const OBSERVED: u64 = 1 << 50;
/// Body of a generator or coroutine: `base[-4]` is the generator.
pub const GENERATOR: u64 = 1 << 51;
/// With `GENERATOR`: resumed by a FOR_ITER of the caller, whose handled exception is in `base[-5]`. The return address
/// is behind that FOR_ITER: where the loop goes on when the body ends.
pub const IN_LOOP: u64 = 1 << 52;
/// Likewise by a SEND; the return address is where it goes on with what the body yields.
pub const IN_SEND: u64 = 1 << 53;
/// With `IN_SEND`: the caller's frame is as its generator keeps it, and what this body yields the caller's yields too.
pub const PASSING: u64 = 1 << 54;
/// With `GENERATOR`: the registers have not been fetched from the generator yet.
pub const WAITING: u64 = 1 << 55;
/// Called for the arithmetic instruction before the return address, whose operands are still in their registers: what
/// `NotImplemented` as the result means is up to that.
pub const OPERATOR: u64 = 1 << 60;
/// Resumed by an instruction of the caller rather than by Rust.
pub const IN_PLACE: u64 = IN_LOOP | IN_SEND;
const LOW: u64 = (1 << 48) - 1;

/// Words below register 0.
pub const HEADER: usize = 3;

impl Base {
    #[inline(always)]
    pub fn function(self) -> Gc<Function> {
        // SAFETY: header word 3 holds the running function, a Function cell.
        unsafe { Gc::from_header(std::ptr::NonNull::new_unchecked((self.header(3) - 1) as *mut _)) }
    }
    #[inline(always)]
    pub fn code(self) -> Gc<CodeObj> {
        self.function().code.get().expect("functions have code")
    }
    /// Writes the header of a frame called from an interpreter frame.
    #[inline(always)]
    pub fn push(self, function: Value, ret: Pc, dst: usize, caller: Base, flags: u64) {
        self.set_header(3, function.0);
        self.set_header(2, ret.0 as u64 | (dst as u64) << 48);
        self.set_header(1, caller.0 as u64 | flags);
    }
    #[inline(always)]
    pub fn flags(self) -> u64 {
        self.header(1) & !LOW
    }
    #[inline(always)]
    pub fn add_flags(self, flags: u64) {
        self.set_header(1, self.header(1) | flags);
    }
    #[inline(always)]
    pub fn remove_flags(self, flags: u64) {
        self.set_header(1, self.header(1) & !flags);
    }
    #[inline(always)]
    pub fn caller(self) -> Base {
        Base((self.header(1) & LOW) as *mut Value)
    }
    #[inline(always)]
    pub fn return_pc(self) -> Pc {
        Pc((self.header(2) & LOW) as *const u32)
    }
    #[inline(always)]
    pub fn set_return_register(self, dst: usize) {
        self.set_header(2, self.header(2) & LOW | (dst as u64) << 48);
    }
    #[inline(always)]
    pub fn return_register(self) -> usize {
        (self.header(2) >> 48) as usize
    }
}

impl CodeObj {
    /// First instruction.
    #[inline(always)]
    pub fn entry(&self) -> Pc {
        Pc(self.words.get())
    }
    /// Word offset of an instruction of this code.
    #[inline]
    pub fn offset_of(&self, pc: Pc) -> u32 {
        ((pc.0 as usize - self.words.get() as usize) / 4) as u32
    }
    /// What the compiler made, of a code object that was completed: `unit` may have left out what running does not need.
    pub fn whole_unit(&self) -> std::borrow::Cow<'_, habu_bytecode::Code> {
        self.unit().whole().expect("it was read from the same bytes before")
    }
    /// The compiler's tables; instructions, names and constants may be missing.
    #[inline]
    pub fn unit(&self) -> &habu_bytecode::Code {
        // SAFETY: set when the code object is linked; the unit lives as long as the cell.
        unsafe { &*self.unit.get() }
    }
    /// How many registers may be live at the instruction that contains word `offset`; all, if it is not of this code.
    pub fn live_at(&self, offset: u32) -> usize {
        if offset >= self.word_count.get() {
            return self.registers.get() as usize;
        }
        let live = &self.unit().live;
        match live.partition_point(|(at, _)| *at <= offset) {
            0 => self.registers.get() as usize,
            i => live[i - 1].1 as usize,
        }
    }
}
