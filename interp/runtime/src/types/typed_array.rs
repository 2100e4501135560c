//! What the interpreter and native code know of `array.array`, whose module is in the library: its cell, and how plain numbers
//! are stored.

use crate::heap::{Field, Header};
use crate::object::ids;
use crate::types::bytearray::ByteArray;
use crate::value::Value;
use crate::vm::id_of;
use std::cell::Cell;

/// Cell of an array.
#[repr(C)]
pub struct TypedArray {
    pub header: Header,
    /// The bytearray that has its items.
    pub content: Field,
    /// Its type code; the word is zero behind it.
    pub code: Cell<u8>,
}

/// How the items of a type code are stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Numbers {
    /// Integers of so many bytes (as power of two).
    Signed(u8),
    Unsigned(u8),
    Double,
}

impl Numbers {
    /// Those of a type code; none: no plain numbers.
    pub const fn of(code: u8) -> Option<Numbers> {
        Some(match code {
            b'b' => Numbers::Signed(0),
            b'h' => Numbers::Signed(1),
            b'i' => Numbers::Signed(2),
            b'l' | b'q' => Numbers::Signed(3),
            b'B' => Numbers::Unsigned(0),
            b'H' => Numbers::Unsigned(1),
            b'I' => Numbers::Unsigned(2),
            b'L' | b'Q' => Numbers::Unsigned(3),
            b'd' => Numbers::Double,
            _ => return None,
        })
    }

    /// Bytes of an item, as power of two.
    pub const fn log_size(self) -> u8 {
        match self {
            Numbers::Signed(n) | Numbers::Unsigned(n) => n,
            Numbers::Double => 3,
        }
    }

    /// The bits of the item, if it is a number that goes into one as it is.
    fn bits(self, item: Value) -> Option<u64> {
        let n = item.as_small();
        let fits = |n: i64| match self {
            Numbers::Signed(3) => true,
            Numbers::Unsigned(3) => n >= 0,
            Numbers::Signed(log) => (n + (1 << ((8 << log) - 1))) >> (8 << log) == 0,
            Numbers::Unsigned(log) => n >> (8 << log) == 0,
            Numbers::Double => false,
        };
        match (self, n) {
            (Numbers::Double, Some(n)) => Some((n as f64).to_bits()),
            (Numbers::Double, None) if item.is_inline_float() => {
                Some(item.inline_float_unchecked().to_bits())
            }
            (_, Some(n)) if fits(n) => Some(n as u64),
            _ => None,
        }
    }

    fn value(self, bytes: &[u8]) -> Option<Value> {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        let (raw, unused) = (u64::from_le_bytes(word), 64 - (8u32 << self.log_size()));
        match self {
            Numbers::Double => Value::try_float(f64::from_bits(raw)),
            Numbers::Signed(_) => Value::try_small((raw << unused) as i64 >> unused),
            Numbers::Unsigned(_) => i64::try_from(raw).ok().and_then(Value::try_small),
        }
    }
}

/// The cell of an exact array.
#[inline(always)]
fn cell<'a>(v: Value) -> Option<&'a TypedArray> {
    let header = v.as_header().filter(|_| id_of(v) == ids::PY_ARRAY)?;
    // SAFETY: the id says so; the value is in a register while it is looked at.
    Some(unsafe { header.cast::<TypedArray>().as_ref() })
}

/// The type code of an exact array, else 0.
#[inline]
pub fn code_of(v: Value) -> u8 {
    cell(v).map_or(0, |a| a.code.get())
}

/// Item `i` of an exact array, if it is one that needs no heap cell.
#[inline]
pub fn get_known(v: Value, i: i64) -> Option<Value> {
    let array = cell(v)?;
    let numbers = Numbers::of(array.code.get())?;
    let content = array.content.get().exact::<ByteArray>()?;
    let (bytes, log) = (content.as_slice(), numbers.log_size());
    let count = bytes.len() >> log;
    let i = if i < 0 { i + count as i64 } else { i };
    let at = usize::try_from(i).ok().filter(|i| *i < count)? << log;
    numbers.value(&bytes[at..at + (1 << log)])
}

/// Stores a plain number as item `i` of an exact array; false: that is not what is asked for.
#[inline]
pub fn set_known(v: Value, i: i64, item: Value) -> bool {
    let set = || {
        let array = cell(v)?;
        let numbers = Numbers::of(array.code.get())?;
        let content = array.content.get().exact::<ByteArray>()?;
        let log = numbers.log_size();
        let count = content.len() >> log;
        let i = if i < 0 { i + count as i64 } else { i };
        let at = usize::try_from(i).ok().filter(|i| *i < count)? << log;
        content.set_run(at, &numbers.bits(item)?.to_le_bytes()[..1 << log]);
        Some(())
    };
    set().is_some()
}
