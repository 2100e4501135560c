//! `int`: layout of heap integers, access to the digits of any integer, and results normalised to small words.
//!
//! A Python int is a small word ([`Value::small`]) or, beyond 62 bits, an exact heap cell. Instances of subclasses are
//! cells that hold such an exact int; `bool`s are constants. [`as_int`] takes all of them to the exact int, which is
//! what every function of the submodules expects ("exact ints" below).

mod arith;
mod bits;
mod bytes;
mod divide;
pub mod float;
mod hash;
mod index;
mod methods;
mod pow;
pub mod quick;
#[cfg(test)]
mod tests;
pub mod text;

pub use arith::{abs, add, mul, neg, sub};
pub use bits::{and, bit_count, bit_length, invert, lshift, or, rshift, xor};
pub use bytes::{from_bytes, from_bytes_small, to_bytes, to_bytes_small};
pub use divide::{divmod, floordiv, gcd, isqrt, modulo, round_to};
pub use float::{cmp_f64, compose, from_f64, scaled, to_f64, truediv};
pub use hash::{
    HASH_BITS, HASH_INF, HASH_MODULUS, decompose, hash, hash_f64, hash_identity, hash_result, hash_small,
    not_minus_one,
};
pub use index::{expect_int, strict_subclass};
pub use methods::{IntMethods, int_of};
pub use pow::{pow, pow_mod};
pub use text::{DEFAULT_MAX_STR_DIGITS, MAX_STR_DIGITS_THRESHOLD, max_str_digits, set_max_str_digits};
pub use text::{ascii_bytes, ascii_number, is_space, parse, parse_text, small_decimal, to_decimal};
pub use text::{to_radix, to_text};

use crate::heap::{CellKind, Gc, Header, Layout, ShapeId};
use crate::object::{Type, ids};
use crate::value::{SMALL_MAX, SMALL_MIN, Value};
use crate::vm::{PyResult, Vm};
use dashu_int::{IBig, Sign, UBig};
use std::cell::Cell;
use std::cmp::Ordering;

/// Cell of an int. Exact ones (id INT): `word` is the number of limbs, negative for negative integers, and the limbs
/// follow, least significant first, the last not zero. Instances of subclasses: `word` is the exact int as a value.
#[repr(C)]
pub struct Int {
    pub header: Header,
    word: Cell<i64>,
}

// SAFETY: exact ints hold no references. Instances of subclasses, which do, have shapes of their own whose cells are
// traced conservatively.
unsafe impl Layout for Int {
    const ID: ShapeId = ids::INT;
    const KIND: CellKind = CellKind::leaf();
}

impl Int {
    fn limbs(&self) -> &[u64] {
        debug_assert!(self.header.id.get() == ids::INT);
        let len = self.word.get().unsigned_abs() as usize;
        // SAFETY: in an exact int that many limbs follow the struct and never change once it is made.
        unsafe { std::slice::from_raw_parts((self as *const Int).add(1).cast(), len) }
    }

    /// The exact int that an instance of a subclass holds.
    fn held(&self) -> Value {
        Value(self.word.get() as u64)
    }
}

/// Sign and magnitude of an exact int, whatever holds it.
#[derive(Clone, Copy)]
pub struct Digits {
    pub negative: bool,
    small: u64,
    big: Option<Gc<Int>>,
}

impl Digits {
    /// `v` is an exact int.
    #[inline]
    pub fn of(v: Value) -> Digits {
        match v.as_header() {
            None => {
                let n = v.small_unchecked();
                Digits { negative: n < 0, small: n.unsigned_abs(), big: None }
            }
            Some(header) => {
                // SAFETY: an exact int that is a pointer is a heap int.
                let int: Gc<Int> = unsafe { Gc::from_header(header) };
                Digits { negative: int.word.get() < 0, small: 0, big: Some(int) }
            }
        }
    }

    /// Least significant first, no leading zeros: zero is empty.
    #[inline]
    pub fn limbs(&self) -> &[u64] {
        match &self.big {
            Some(int) => int.limbs(),
            None if self.small == 0 => &[],
            None => std::slice::from_ref(&self.small),
        }
    }

    pub fn is_zero(&self) -> bool {
        self.big.is_none() && self.small == 0
    }

    pub fn bit_len(&self) -> u64 {
        match self.limbs().split_last() {
            None => 0,
            Some((top, rest)) => rest.len() as u64 * 64 + u64::from(64 - top.leading_zeros()),
        }
    }

    pub fn ubig(&self) -> UBig {
        UBig::from_words(self.limbs())
    }

    pub fn ibig(&self) -> IBig {
        IBig::from_sign_words(if self.negative { Sign::Negative } else { Sign::Positive }, self.limbs())
    }
}

/// Any int instance (bool and subclasses included) as an exact int.
#[inline]
pub fn as_int(vm: &Vm, v: Value) -> Option<Value> {
    if v.is_small() {
        return Some(v);
    }
    if v.is_bool() {
        return Some(Value::small(i64::from(v == Value::TRUE)));
    }
    let int = vm.downcast::<Int>(v)?;
    Some(if int.header.id.get() == ids::INT { v } else { int.held() })
}

/// Whether this exact int is negative.
#[inline]
pub fn is_negative(v: Value) -> bool {
    v.as_small().map_or_else(|| Digits::of(v).negative, |n| n < 0)
}

/// An exact int as i128, if it fits.
pub fn to_i128(v: Value) -> Option<i128> {
    if let Some(n) = v.as_small() {
        return Some(n.into());
    }
    let digits = Digits::of(v);
    let magnitude = match *digits.limbs() {
        [] => 0,
        [low] => u128::from(low),
        [low, high] => u128::from(high) << 64 | u128::from(low),
        _ => return None,
    };
    match i128::try_from(magnitude) {
        Ok(n) => Some(if digits.negative { -n } else { n }),
        Err(_) => (digits.negative && magnitude == 1 << 127).then_some(i128::MIN),
    }
}

/// An exact int as i64, if it fits.
pub fn to_i64(v: Value) -> Option<i64> {
    v.as_small().or_else(|| to_i128(v).and_then(|n| n.try_into().ok()))
}

/// An exact int as u64, if it fits.
pub fn to_u64(v: Value) -> Option<u64> {
    to_i128(v).and_then(|n| n.try_into().ok())
}

/// An exact int, cut off at the bounds of i64.
pub fn clamp_i64(_: &Vm, v: Value) -> i64 {
    to_i64(v).unwrap_or(if is_negative(v) { i64::MIN } else { i64::MAX })
}

/// Order of two exact ints.
#[inline]
pub fn cmp(a: Value, b: Value) -> Ordering {
    if let (Some(a), Some(b)) = (a.as_small(), b.as_small()) {
        return a.cmp(&b);
    }
    let (a, b) = (Digits::of(a), Digits::of(b));
    match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (negative, _) => {
            let order = cmp_limbs(a.limbs(), b.limbs());
            if negative { order.reverse() } else { order }
        }
    }
}

/// Equality of two exact ints.
#[inline]
pub fn eq(a: Value, b: Value) -> bool {
    a == b || (!a.is_small() && !b.is_small() && cmp(a, b) == Ordering::Equal)
}

/// Order of two magnitudes without leading zeros.
pub(crate) fn cmp_limbs(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Without leading zeros.
fn trim(limbs: &[u64]) -> &[u64] {
    let len = limbs.iter().rposition(|l| *l != 0).map_or(0, |i| i + 1);
    &limbs[..len]
}

/// The small word of a magnitude of one limb, if it fits.
fn small_of(negative: bool, limbs: &[u64]) -> Option<Value> {
    match *limbs {
        [] => Some(Value::small(0)),
        [n] if n <= SMALL_MAX as u64 => Some(Value::small(if negative { -(n as i64) } else { n as i64 })),
        [n] if negative && n == SMALL_MIN.unsigned_abs() => Some(Value::small(SMALL_MIN)),
        _ => None,
    }
}

/// Makes the result of an operation in the heap, in place.
///
/// `fill` gets `len` limbs, writes all of them and says whether the result is negative.
fn build(vm: &mut Vm, len: usize, fill: impl FnOnce(&mut [u64]) -> bool) -> PyResult {
    // One limb usually ends as a small word, so it is tried on the stack first.
    if len <= 2 {
        let mut limbs = [0; 2];
        let negative = fill(&mut limbs[..len]);
        return from_limbs(vm, negative, &limbs[..len]);
    }
    let Some(bytes) = len.checked_mul(8) else { return Err(vm.memory_error()) };
    let cell = vm.alloc_raw::<Int>(ids::INT, bytes)?;
    // SAFETY: the cell is new, has room for `len` limbs and is not shared yet.
    let limbs = unsafe { std::slice::from_raw_parts_mut(cell.as_ptr().add(1).cast::<u64>(), len) };
    let negative = fill(limbs);
    let limbs = trim(limbs);
    if let Some(small) = small_of(negative, limbs) {
        return Ok(small);
    }
    cell.word.set(if negative { -(limbs.len() as i64) } else { limbs.len() as i64 });
    Ok(Value::from_gc(cell))
}

/// The int of this sign and magnitude.
pub fn from_limbs(vm: &mut Vm, negative: bool, limbs: &[u64]) -> PyResult {
    let limbs = trim(limbs);
    if let Some(small) = small_of(negative, limbs) {
        return Ok(small);
    }
    let cell = vm.alloc_raw::<Int>(ids::INT, size_of_val(limbs))?;
    // SAFETY: the cell is new and has room for these limbs.
    unsafe { std::ptr::copy_nonoverlapping(limbs.as_ptr(), cell.as_ptr().add(1).cast(), limbs.len()) };
    cell.word.set(if negative { -(limbs.len() as i64) } else { limbs.len() as i64 });
    Ok(Value::from_gc(cell))
}

pub fn from_ibig(vm: &mut Vm, n: &IBig) -> PyResult {
    let (sign, words) = n.as_sign_words();
    from_limbs(vm, sign == Sign::Negative, words)
}

pub fn from_ubig(vm: &mut Vm, negative: bool, n: &UBig) -> PyResult {
    from_limbs(vm, negative, n.as_words())
}

/// Most bits a result may have (8 GiB): past it, MemoryError before anything is computed.
pub const MAX_BITS: u64 = 1 << 36;
/// Most bits of a result that the bigint crate computes: it takes several times the memory, and minutes.
const MAX_COMPUTED_BITS: u64 = 1 << 33;

/// Refuses a computation whose result has about `bits` bits when memory for it and for working space cannot be had.
pub(crate) fn ask_room(vm: &mut Vm, bits: u64) -> PyResult<()> {
    if bits > MAX_COMPUTED_BITS {
        return Err(vm.memory_error());
    }
    // Small ones are covered by the allocator's reserve.
    let bytes = bits as usize / 8 * 6;
    if bytes > 1 << 20 && Vec::<u8>::new().try_reserve_exact(bytes).is_err() {
        return Err(vm.memory_error());
    }
    Ok(())
}

impl Vm {
    /// The Python int of a machine integer.
    #[inline]
    pub fn int(&mut self, n: i64) -> PyResult {
        match Value::try_small(n) {
            Some(v) => Ok(v),
            None => from_limbs(self, n < 0, &[n.unsigned_abs()]),
        }
    }

    pub fn int_u64(&mut self, n: u64) -> PyResult {
        match i64::try_from(n) {
            Ok(n) => self.int(n),
            Err(_) => from_limbs(self, false, &[n]),
        }
    }

    pub fn int_i128(&mut self, n: i128) -> PyResult {
        if let Some(small) = i64::try_from(n).ok().and_then(Value::try_small) {
            return Ok(small);
        }
        let magnitude = n.unsigned_abs();
        from_limbs(self, n < 0, &[magnitude as u64, (magnitude >> 64) as u64])
    }

    /// An instance of `cls`, int or a subclass, with the value of an exact int.
    pub fn int_of_class(&mut self, cls: Gc<Type>, n: Value) -> PyResult {
        if cls == self.builtin(ids::INT) {
            return Ok(n);
        }
        if cls == self.builtin(ids::BOOL) {
            return Ok(Value::bool(n != Value::small(0)));
        }
        let instance = self.alloc_instance::<Int>(cls)?;
        instance.word.set(n.0 as i64);
        Ok(Value::from_gc(instance))
    }
}
