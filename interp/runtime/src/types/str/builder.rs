//! Building a text whose length is not known beforehand.

use super::{Profile, Str, StrWriter, Units};
use crate::heap::Gc;
use crate::vm::{PyResult, Vm};

/// Collects code points outside of the heap; starts narrow and widens as needed.
#[derive(Debug)]
pub struct StrBuilder {
    text: Text,
    profile: Profile,
}

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
        StrBuilder { text: Text::One(Vec::new()), profile: Profile::ASCII }
    }
    pub fn with_capacity(capacity: usize) -> StrBuilder {
        StrBuilder { text: Text::One(Vec::with_capacity(capacity)), profile: Profile::ASCII }
    }
    /// Asks for room for `extra` more code points; MemoryError when there is none.
    pub fn reserve(&mut self, vm: &mut Vm, extra: usize) -> PyResult<()> {
        let done = match &mut self.text {
            Text::One(v) => v.try_reserve(extra),
            Text::Two(v) => v.try_reserve(extra),
            Text::Four(v) => v.try_reserve(extra),
        };
        done.map_err(|_| vm.memory_error())
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
        match &mut self.text {
            Text::One(v) if c < 0x100 => v.push(c as u8),
            Text::Two(v) if c < 0x10000 => v.push(c as u16),
            Text::Four(v) => v.push(c),
            _ => {
                self.widen(c);
                return self.push(c);
            }
        }
        self.profile = self.profile.or(Profile::of_char(c));
    }
    #[inline]
    pub fn push_char(&mut self, c: char) {
        self.push(c as u32);
    }
    pub fn push_str(&mut self, text: &str) {
        match &mut self.text {
            Text::One(v) if text.is_ascii() => v.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|c| self.push(c as u32)),
        }
    }
    pub fn push_units(&mut self, text: Units<'_>) {
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
        self.push_units(s.units());
    }
    pub fn push_times(&mut self, c: u32, times: usize) {
        (0..times).for_each(|_| self.push(c));
    }

    #[cold]
    fn widen(&mut self, c: u32) {
        let units = self.units();
        self.text = if c < 0x10000 {
            Text::Two(units.widened::<u16>().into_owned())
        } else {
            Text::Four(units.widened::<u32>().into_owned())
        };
    }

    /// The string built so far.
    pub fn finish(self, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let units = self.units();
        match units.len() {
            0 => Ok(vm.strings.empty()),
            1 => vm.str_char(units.at(0)),
            len => {
                // The text was widened exactly when a code point asked for it.
                debug_assert_eq!(units.width(), self.profile.width());
                let mut writer = StrWriter::new(vm, len, self.profile)?;
                writer.push(units);
                Ok(writer.finish())
            }
        }
    }
}

impl std::fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
