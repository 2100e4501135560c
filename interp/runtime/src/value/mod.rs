//! The tagged 64-bit word that every Python value is: encoding, decoding and the reserved words.
//!
//! | low bits | meaning |
//! | --- | --- |
//! | `00`  | integer of 62 bits, `n << 2` |
//! | `001` | heap pointer, address + 1 (folded into addressing displacements) |
//! | `010`, `101`, `110` | float, self-tagged: `rotl(bits + (2 << 60), 4)` |
//! | `011`, `111` | constants: `None`, `True`, `False`, … and the reserved words |
//!
//! Floats whose three exponent bits do not fit (inf, nan, huge, tiny but normal) are heap floats.
//! Source: Melançon, Feeley, Serrano, "Float Self-Tagging" (2024).

mod consts;
mod display;

use crate::heap::{Gc, Header};
use std::ptr::NonNull;

/// A Python value or one of the reserved words. Copyable freely: the collector scans machine
/// stacks conservatively, so a `Value` in a local keeps its object alive; one hidden in a
/// structure that the collector does not trace does not.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(pub u64);

/// Smallest integer held in the word.
pub const SMALL_MIN: i64 = -(1 << 61);
/// Largest integer held in the word.
pub const SMALL_MAX: i64 = (1 << 61) - 1;

const FLOAT_OFFSET: u64 = 2 << 60;
/// Bit `t` is set when the low five bits `t` end in a float's tag of three: shifts of 32-bit words take five bits as they are.
const FLOAT_TAGS: u32 = (1 << 2 | 1 << 5 | 1 << 6) * 0x0101_0101;
pub const TAG_POINTER: u64 = 1;

impl Value {
    /// Encodes an integer that is known to fit in 62 bits.
    #[inline(always)]
    pub const fn small(n: i64) -> Value {
        debug_assert!(n >= SMALL_MIN && n <= SMALL_MAX);
        Value((n << 2) as u64)
    }

    /// Encodes an integer if it fits in 62 bits.
    #[inline(always)]
    pub const fn try_small(n: i64) -> Option<Value> {
        if n >= SMALL_MIN && n <= SMALL_MAX { Some(Value((n << 2) as u64)) } else { None }
    }

    #[inline(always)]
    pub const fn is_small(self) -> bool {
        self.0 & 3 == 0
    }

    /// Whether both words are small integers, in one test.
    #[inline(always)]
    pub const fn both_small(a: Value, b: Value) -> bool {
        (a.0 | b.0) & 3 == 0
    }

    #[inline(always)]
    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() { Some(self.0 as i64 >> 2) } else { None }
    }

    /// Decodes a word already known to be a small integer.
    #[inline(always)]
    pub const fn small_unchecked(self) -> i64 {
        self.0 as i64 >> 2
    }

    /// Encodes a float if it can be self-tagged; otherwise it needs a heap cell.
    #[inline(always)]
    pub const fn try_float(f: f64) -> Option<Value> {
        let word = f.to_bits().wrapping_add(FLOAT_OFFSET).rotate_left(4);
        if (FLOAT_TAGS >> (word as u32 & 31)) & 1 != 0 { Some(Value(word)) } else { None }
    }

    #[inline(always)]
    pub const fn is_inline_float(self) -> bool {
        (FLOAT_TAGS >> (self.0 as u32 & 31)) & 1 != 0
    }

    /// Decodes a word already known to be a self-tagged float.
    #[inline(always)]
    pub const fn inline_float_unchecked(self) -> f64 {
        f64::from_bits(self.0.rotate_right(4).wrapping_sub(FLOAT_OFFSET))
    }

    #[inline(always)]
    pub const fn is_pointer(self) -> bool {
        self.0 & 7 == TAG_POINTER
    }

    #[inline(always)]
    pub fn from_header(p: NonNull<Header>) -> Value {
        Value(p.as_ptr() as u64 | TAG_POINTER)
    }

    #[inline(always)]
    pub fn from_gc<T>(p: Gc<T>) -> Value {
        Value::from_header(p.header())
    }

    /// The object's header, if this is a heap pointer.
    #[inline(always)]
    pub fn as_header(self) -> Option<NonNull<Header>> {
        // SAFETY: pointer words are made from headers' addresses, which are not 0.
        self.is_pointer().then(|| unsafe { NonNull::new_unchecked((self.0 - TAG_POINTER) as *mut Header) })
    }

    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == Value::NONE.0
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 | (Value::TRUE.0 ^ Value::FALSE.0) == Value::TRUE.0 | Value::FALSE.0
    }

    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.0 == Value::UNBOUND.0
    }

    /// Bound to the argument that was passed, if one was (`UNBOUND` marks an omitted one).
    #[inline(always)]
    pub fn bound(self) -> Option<Value> {
        if self.is_unbound() { None } else { Some(self) }
    }
}
