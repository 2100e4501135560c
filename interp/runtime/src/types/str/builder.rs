//! Building a text whose length is not known beforehand.

use super::{Profile, Str, StrWriter, Units};
use crate::heap::Gc;
use crate::vm::{PyResult, Vm};

/// Collects code points outside of the heap; starts narrow and widens as needed.
#[derive(Debug)]
pub struct StrBuilder {
    text: Text,
    profile: Profile,
    /// There was no memory for a part: there is no text any more, and `finish` says so.
    failed: bool,
}

/// Most bytes that a builder leaves to the next one.
const SCRATCH: usize = 512;

#[derive(Debug)]
enum Text {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Default for StrBuilder {
    fn default() -> StrBuilder {
        StrBuilder::new()
    }
}

impl StrBuilder {
    pub fn new() -> StrBuilder {
        StrBuilder { text: Text::One(Vec::new()), profile: Profile::ASCII, failed: false }
    }
    pub fn with_capacity(capacity: usize) -> StrBuilder {
        let mut builder = StrBuilder::new();
        builder.make_room(capacity);
        builder
    }
    /// A builder that takes over the memory of one that has finished, if that is at hand.
    pub fn reusing(vm: &mut Vm, capacity: usize) -> StrBuilder {
        let text = Text::One(std::mem::take(&mut vm.strings.scratch));
        let mut builder = StrBuilder { text, profile: Profile::ASCII, failed: false };
        builder.make_room(capacity);
        builder
    }
    /// Whether there is room for `extra` more code points, which is asked for if need be.
    #[inline]
    fn make_room(&mut self, extra: usize) -> bool {
        let (capacity, len) = match &self.text {
            Text::One(v) => (v.capacity(), v.len()),
            Text::Two(v) => (v.capacity(), v.len()),
            Text::Four(v) => (v.capacity(), v.len()),
        };
        extra <= capacity - len || self.grow(extra)
    }
    #[cold]
    fn grow(&mut self, extra: usize) -> bool {
        if self.failed {
            return false;
        }
        let done = match &mut self.text {
            Text::One(v) => v.try_reserve(extra),
            Text::Two(v) => v.try_reserve(extra),
            Text::Four(v) => v.try_reserve(extra),
        };
        done.is_ok() || self.fail()
    }
    fn fail(&mut self) -> bool {
        *self = StrBuilder { failed: true, ..StrBuilder::new() };
        false
    }
    /// Asks for room for `extra` more code points; MemoryError when there is none.
    pub fn reserve(&mut self, vm: &mut Vm, extra: usize) -> PyResult<()> {
        if self.make_room(extra) { Ok(()) } else { Err(vm.memory_error()) }
    }
    pub fn len(&self) -> usize {
        self.units().len()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    pub fn units(&self) -> Units<'_> {
        match &self.text {
            Text::One(v) => Units::One(v),
            Text::Two(v) => Units::Two(v),
            Text::Four(v) => Units::Four(v),
        }
    }

    #[inline]
    pub fn push(&mut self, c: u32) {
        if !self.make_room(1) {
            return;
        }
        match &mut self.text {
            Text::One(v) if c < 0x100 => v.push(c as u8),
            Text::Two(v) if c < 0x10000 => v.push(c as u16),
            Text::Four(v) => v.push(c),
            _ => {
                if self.widen(c) {
                    self.push(c);
                }
                return;
            }
        }
        self.profile = self.profile.or(Profile::of_char(c));
    }
    #[inline]
    pub fn push_char(&mut self, c: char) {
        self.push(c as u32);
    }
    pub fn push_str(&mut self, text: &str) {
        if !self.make_room(text.len()) {
            return;
        }
        match &mut self.text {
            Text::One(v) if text.is_ascii() => v.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|c| self.push(c as u32)),
        }
    }
    pub fn push_units(&mut self, text: Units<'_>) {
        if !self.make_room(text.len()) {
            return;
        }
        match (&mut self.text, text) {
            (Text::One(v), Units::One(s)) => {
                v.extend_from_slice(s);
                self.profile = self.profile.or(Profile::of_latin1(s));
            }
            _ => text.iter().for_each(|c| self.push(c)),
        }
    }
    /// Appends a string.
    pub fn push_py(&mut self, s: Gc<Str>) {
        match s.as_ascii() {
            Some(text) => self.push_ascii(text),
            None => self.push_units(s.units()),
        }
    }
    /// Appends an ASCII text.
    #[inline]
    pub fn push_ascii(&mut self, text: &str) {
        self.push_ascii_bytes(text.as_bytes());
    }
    /// Appends ASCII characters.
    #[inline]
    pub fn push_ascii_bytes(&mut self, text: &[u8]) {
        debug_assert!(text.is_ascii());
        match &mut self.text {
            Text::One(v) if !self.failed && v.capacity() - v.len() >= text.len() => {
                v.extend_from_slice(text);
            }
            _ => self.push_units(Units::One(text)),
        }
    }
    pub fn push_times(&mut self, c: u32, times: usize) {
        if times == 0 || !self.make_room(times) {
            return;
        }
        // The first one widens the text.
        self.push(c);
        match &mut self.text {
            Text::One(v) => v.resize(v.len() + times - 1, c as u8),
            Text::Two(v) => v.resize(v.len() + times - 1, c as u16),
            Text::Four(v) => v.resize(v.len() + times - 1, c),
        }
    }

    /// Gives each code point the room that `c` takes; false when there is no memory for it.
    #[cold]
    fn widen(&mut self, c: u32) -> bool {
        fn widened<T>(text: Units<'_>, unit: impl Fn(u32) -> T) -> Option<Vec<T>> {
            let mut wide = Vec::new();
            wide.try_reserve(text.len() + 1).ok()?;
            wide.extend(text.iter().map(unit));
            Some(wide)
        }
        let text = if c < 0x10000 {
            widened(self.units(), |c| c as u16).map(Text::Two)
        } else {
            widened(self.units(), |c| c).map(Text::Four)
        };
        match text {
            Some(text) => {
                self.text = text;
                true
            }
            None => self.fail(),
        }
    }

    /// The text built so far, if all of it is Latin-1, as bytes.
    pub fn into_bytes(self, vm: &mut Vm) -> PyResult<Vec<u8>> {
        match self.text {
            Text::One(bytes) if !self.failed => Ok(bytes),
            Text::One(_) => Err(vm.memory_error()),
            _ => unreachable!("only what is made of bytes is asked for bytes"),
        }
    }

    /// The string built so far.
    pub fn finish(self, vm: &mut Vm) -> PyResult<Gc<Str>> {
        if self.failed {
            return Err(vm.memory_error());
        }
        let units = self.units();
        let s = match units.len() {
            0 => Ok(vm.strings.empty()),
            1 => vm.str_char(units.at(0)),
            len => {
                // The text was widened exactly when a code point asked for it.
                debug_assert_eq!(units.width(), self.profile.width());
                StrWriter::new(vm, len, self.profile).map(|mut writer| {
                    writer.push(units);
                    writer.finish()
                })
            }
        };
        self.give_back(vm);
        s
    }

    /// Keeps a little memory for the next builder.
    fn give_back(self, vm: &mut Vm) {
        if let Text::One(mut bytes) = self.text
            && bytes.capacity() <= SCRATCH
        {
            bytes.clear();
            vm.strings.scratch = bytes;
        }
    }
}

impl std::fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
