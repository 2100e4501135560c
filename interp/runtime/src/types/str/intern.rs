//! The strings that exist once: the empty one, Latin-1 characters, interned names. They live as long as the process.

use super::create::{copy_into_heap, utf8_into_heap};
use super::{Profile, Str, Units, flags, hash};
use crate::heap::{Gc, Heap, Tracer};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use hashbrown::HashTable;
use std::cell::RefCell;

/// More than a start interns.
const START_NAMES: usize = 7000;

/// Owner of the strings that exist once.
#[derive(Default)]
pub struct Strings {
    table: HashTable<Gc<Str>>,
    /// Those interned since the last minor collection, all others being old.
    fresh: RefCell<Vec<Gc<Str>>>,
    /// Strings of one Latin-1 character, by code.
    latin1: Vec<Gc<Str>>,
    empty: Option<Gc<Str>>,
    /// Short names that were interned last, found by the address they were at: nearly all are literals of this program.
    latest: Vec<Option<(usize, Gc<Str>)>>,
    /// Texts of this program, which stay as they are: address, length, string.
    fixed: Vec<Option<(usize, usize, Gc<Str>)>>,
    /// ASCII strings that were interned last, found by a hash that costs less than theirs.
    recent: Vec<Option<Gc<Str>>>,
    /// Memory that the last builder of a short text has left.
    pub(super) scratch: Vec<u8>,
}

/// Entries of `Strings::latest`.
const LATEST: usize = 256;
/// Longest name, in bytes, that is remembered there.
const SHORT: usize = 24;

/// Entries of `Strings::fixed`.
const FIXED: usize = 64;

/// Entries of `Strings::recent`.
const RECENT: usize = 1024;

/// Where a text's place among the recent ones is.
fn recent_slot(text: &[u8]) -> usize {
    let mut hash = text.len() as u64;
    let (words, rest) = text.as_chunks::<8>();
    let rest = rest.iter().fold(0, |word, &b| word << 8 | u64::from(b));
    for word in words.iter().map(|word| u64::from_le_bytes(*word)).chain([rest]) {
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    (hash >> 48) as usize % RECENT
}

impl Strings {
    /// Makes the preallocated strings; `None`: no memory. Nothing is registered with the collector before this returns,
    /// so the caller must not be collecting yet, or must trace the result at once.
    pub fn new(heap: &mut Heap) -> Option<Strings> {
        // Room for the names of the start: growing hashes nothing again.
        let mut strings = Strings { table: HashTable::with_capacity(START_NAMES), ..Strings::default() };
        strings.latest = vec![None; LATEST];
        strings.fixed = vec![None; FIXED];
        strings.recent = vec![None; RECENT];
        strings.empty = Some(strings.intern(heap, "")?);
        for c in 0..=255u8 {
            let profile = Profile::of_latin1(&[c]);
            let s = strings.intern_units(heap, Units::One(&[c]), profile)?;
            strings.latin1.push(s);
        }
        Some(strings)
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        if t.is_full() {
            self.table.iter().for_each(|s| t.gc(*s));
        } else {
            self.fresh.borrow_mut().drain(..).for_each(|s| t.gc(s));
        }
    }

    #[inline(always)]
    pub fn empty(&self) -> Gc<Str> {
        self.empty.expect("made at start-up")
    }

    /// Address of the 256 strings of one Latin-1 character, for native code.
    pub fn latin1_table(&self) -> *const Gc<Str> {
        self.latin1.as_ptr()
    }

    #[inline(always)]
    pub fn latin1(&self, c: u8) -> Gc<Str> {
        debug_assert_eq!(self.latin1.len(), 256);
        // SAFETY: all 256 are made before the first use.
        unsafe { *self.latin1.get_unchecked(c as usize) }
    }

    /// The interned string with this text, made when there is none; `None`: no memory.
    pub fn intern(&mut self, heap: &mut Heap, text: &str) -> Option<Gc<Str>> {
        if text.is_ascii() {
            let slot = recent_slot(text.as_bytes());
            if let Some(Some(s)) = self.recent.get(slot)
                && s.width() == 1
                && s.raw_bytes() == text.as_bytes()
            {
                return Some(*s);
            }
            let s = self.intern_units(heap, Units::One(text.as_bytes()), Profile::ASCII)?;
            if let Some(place) = self.recent.get_mut(slot) {
                *place = Some(s);
            }
            return Some(s);
        }
        let s = utf8_into_heap(heap, text)?;
        self.adopt(s)
    }

    fn intern_units(&mut self, heap: &mut Heap, text: Units<'_>, profile: Profile) -> Option<Gc<Str>> {
        debug_assert_eq!(text.width(), profile.width());
        let bytes = text.bytes();
        if let Some(s) = self.find(bytes, text.width(), hash::hash_bytes(bytes)) {
            return Some(s);
        }
        let s = copy_into_heap(heap, text, profile)?;
        self.adopt(s)
    }

    /// The interned string equal to an exact string: itself when it is the first.
    pub fn adopt(&mut self, s: Gc<Str>) -> Option<Gc<Str>> {
        if s.is_interned() {
            return Some(s);
        }
        debug_assert!(s.header.id.get() == ids::STR);
        let hash = s.hash_value();
        if let Some(known) = self.find(s.raw_bytes(), s.width(), hash) {
            return Some(known);
        }
        self.table.try_reserve(1, |s| s.hash_value() as u64).ok()?;
        self.fresh.get_mut().try_reserve(1).ok()?;
        self.fresh.get_mut().push(s);
        s.header.flags.set(s.header.flags.get() | flags::INTERNED);
        self.table.insert_unique(hash as u64, s, |s| s.hash_value() as u64);
        Some(s)
    }

    /// The interned string with this text, if there is one.
    pub fn get(&self, text: Units<'_>) -> Option<Gc<Str>> {
        let bytes = text.bytes();
        self.find(bytes, text.width(), hash::hash_bytes(bytes))
    }

    fn find(&self, bytes: &[u8], width: usize, hash: i64) -> Option<Gc<Str>> {
        self.table.find(hash as u64, |s| s.width() == width && s.raw_bytes() == bytes).copied()
    }

    /// How many strings are interned.
    pub fn interned_count(&self) -> usize {
        self.table.len()
    }
}

impl Vm {
    /// The interned string with this text. For names in the program; running out of memory here is fatal.
    pub fn intern(&mut self, text: &str) -> Gc<Str> {
        let address = text.as_ptr().addr();
        let at = (address ^ (address >> 8) ^ text.len()) % LATEST;
        // What is at an address may have changed: the text decides.
        if let Some((known, s)) = self.strings.latest[at]
            && known == address
            && s.is(text)
        {
            return s;
        }
        let s = self.strings.intern(&mut self.heap, text).unwrap_or_else(|| out_of_memory(text.len()));
        if text.len() <= SHORT {
            self.strings.latest[at] = Some((address, s));
        }
        s
    }

    /// As `intern`, for a literal.
    #[inline]
    pub fn intern_fixed(&mut self, text: &'static str) -> Gc<Str> {
        let address = text.as_ptr().addr();
        let at = (address ^ (address >> 6)) % FIXED;
        if let Some((known, len, s)) = self.strings.fixed[at]
            && known == address
            && len == text.len()
        {
            return s;
        }
        let s = self.intern(text);
        self.strings.fixed[at] = Some((address, text.len(), s));
        s
    }

    /// The interned string equal to `s` (`sys.intern`); a subclass instance is interned as its text.
    pub fn intern_str(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        let s = self.str_exact(s)?;
        match self.strings.adopt(s) {
            Some(s) => Ok(s),
            None => Err(self.memory_error()),
        }
    }

    /// As `intern`, as a value.
    pub fn intern_value(&mut self, text: &str) -> Value {
        Value::from_gc(self.intern(text))
    }
}

#[cold]
fn out_of_memory(size: usize) -> ! {
    std::alloc::handle_alloc_error(
        std::alloc::Layout::from_size_align(size.max(1), 1).unwrap_or(std::alloc::Layout::new::<u8>()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_string() {
        let mut heap = Heap::new();
        let mut strings = Strings::new(&mut heap).unwrap();
        let a = strings.intern(&mut heap, "abc").unwrap();
        let b = strings.intern(&mut heap, "abc").unwrap();
        assert!(a == b && a.is_interned());
        let wide = strings.intern(&mut heap, "\u{20ac}").unwrap();
        assert!(strings.get(wide.units()) == Some(wide));
        assert!(strings.get(Units::One(b"never seen")).is_none());
        // An equal string that is not interned yields the one that is.
        let copy = copy_into_heap(&mut heap, Units::One(b"abc"), Profile::ASCII).unwrap();
        assert!(copy != a && strings.adopt(copy) == Some(a));
        assert!(strings.latin1(b'q').is("q") && strings.latin1(0xe9).is("\u{e9}"));
        assert!(strings.empty().is_empty());
    }

    #[test]
    fn comparison_and_search_by_text() {
        let mut heap = Heap::new();
        for text in ["", "a", "abc", "\u{e9}", "a\u{20ac}", "\u{1d11e}x"] {
            let s = utf8_into_heap(&mut heap, text).unwrap();
            assert_eq!(s.as_str().as_deref(), Some(text));
            assert_eq!(s.len(), text.chars().count());
            assert!(s.is(text) && !s.is("other"));
            assert!(s.same(&utf8_into_heap(&mut heap, text).unwrap()));
        }
    }
}
