//! Typed handles to the instruction being executed and to the frame's registers. The unchecked accesses of the
//! interpreter live here: compiled code is verified, so operands name registers of the frame and words of the stream.

use crate::value::Value;
use habu_bytecode::op::{Ext, Op};

/// Points at an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Pc(pub *const u32);

/// Points at register 0 of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Base(pub *mut Value);

impl Pc {
    #[inline(always)]
    fn halfword(self, i: usize) -> u16 {
        // SAFETY: an instruction has at least four halfwords.
        unsafe { *self.0.cast::<u16>().add(i) }
    }
    #[inline(always)]
    pub fn op(self) -> u8 {
        // SAFETY: as above.
        unsafe { *self.0.cast::<u8>() }
    }
    #[inline(always)]
    pub fn x(self) -> u8 {
        // SAFETY: as above.
        unsafe { *self.0.cast::<u8>().add(1) }
    }
    #[inline(always)]
    pub fn a(self) -> usize {
        self.halfword(1) as usize
    }
    #[inline(always)]
    pub fn b(self) -> usize {
        self.halfword(2) as usize
    }
    #[inline(always)]
    pub fn c(self) -> usize {
        self.halfword(3) as usize
    }
    /// Writes operand c of an instruction that has none: a cache.
    #[inline(always)]
    pub fn set_c(self, c: u16) {
        // SAFETY: streams are private, writable memory of their code object, which one thread at a time runs.
        unsafe { *self.0.cast_mut().cast::<u16>().add(3) = c }
    }
    /// Likewise operand x.
    #[inline(always)]
    pub fn set_x(self, x: u8) {
        // SAFETY: as above.
        unsafe { *self.0.cast_mut().cast::<u8>().add(1) = x }
    }
    /// Operand b or c as a signed immediate.
    #[inline(always)]
    pub fn imm_b(self) -> i64 {
        self.halfword(2) as i16 as i64
    }
    #[inline(always)]
    pub fn imm_c(self) -> i64 {
        self.halfword(3) as i16 as i64
    }
    /// Extension word at `offset` words from the instruction.
    #[inline(always)]
    pub fn word(self, offset: usize) -> u32 {
        // SAFETY: the caller's opcode has that extension.
        unsafe { *self.0.add(offset) }
    }
    #[inline(always)]
    pub fn set_word(self, offset: usize, w: u32) {
        // SAFETY: streams are private, writable memory of their code object, which one thread at a time runs.
        unsafe { *self.0.cast_mut().add(offset) = w }
    }
    #[inline(always)]
    pub fn word64(self, offset: usize) -> u64 {
        // SAFETY: as `word`; two words.
        unsafe { self.0.add(offset).cast::<u64>().read_unaligned() }
    }
    #[inline(always)]
    pub fn set_word64(self, offset: usize, w: u64) {
        // SAFETY: as `set_word`; two words.
        unsafe { self.0.cast_mut().add(offset).cast::<u64>().write_unaligned(w) }
    }
    #[inline(always)]
    pub fn skip(self, words: usize) -> Pc {
        Pc(self.0.wrapping_add(words))
    }
    /// Target of the jump whose opcode is `op`: distance from the end of the instruction.
    #[inline(always)]
    pub fn target(self, op: Op) -> Pc {
        self.target_behind(op.words())
    }
    /// The same for an instruction of `words` words.
    #[inline(always)]
    pub fn target_behind(self, words: usize) -> Pc {
        let distance = self.word(2) as i32;
        Pc(self.0.wrapping_add(words).wrapping_offset(distance as isize))
    }
    /// Sets bits of the instruction's feedback word, if it has one.
    pub fn note(self, op: Op, bits: u32) {
        if let Some(at) = op.info().ext_offset(Ext::Kinds) {
            self.note_at(at, bits);
        }
    }
    /// Sets bits of the feedback word at `offset` words.
    #[inline(always)]
    pub fn note_at(self, offset: usize, bits: u32) {
        let old = self.word(offset);
        if old & bits != bits {
            self.set_word(offset, old | bits);
        }
    }
    /// The opcode, decoded.
    #[inline]
    pub fn decode(self) -> Op {
        Op::from_byte(self.op()).expect("streams hold opcodes")
    }
}

impl Base {
    #[inline(always)]
    pub fn get(self, register: usize) -> Value {
        // SAFETY: verified code names registers of its own frame.
        unsafe { *self.0.add(register) }
    }
    #[inline(always)]
    pub fn set(self, register: usize, v: Value) {
        // SAFETY: as `get`.
        unsafe { *self.0.add(register) = v }
    }
    /// `n` registers from `register` on, as arguments of a native call. Callees use registers above the frame only, so
    /// these stay as they are until the call returns.
    #[inline(always)]
    pub fn slice<'a>(self, register: usize, n: usize) -> &'a [Value] {
        // SAFETY: as `get`.
        unsafe { std::slice::from_raw_parts(self.0.add(register), n) }
    }
    #[inline(always)]
    pub fn offset(self, registers: isize) -> Base {
        Base(self.0.wrapping_offset(registers))
    }
    /// Word `i` of the header (1..=3 words below register 0).
    #[inline(always)]
    pub fn header(self, i: isize) -> u64 {
        // SAFETY: every frame has three words below its registers.
        unsafe { (*self.0.offset(-i)).0 }
    }
    #[inline(always)]
    pub fn set_header(self, i: isize, w: u64) {
        // SAFETY: as `header`.
        unsafe { *self.0.offset(-i) = Value(w) }
    }
}
