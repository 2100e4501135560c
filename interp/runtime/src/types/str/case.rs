//! Case mapping of whole strings, and the predicates over them.

use super::{Profile, Str, StrBuilder, StrWriter, Units};
use crate::heap::Gc;
use crate::unicode::{self, Mapped};
use crate::vm::{PyResult, Vm};

/// Capital sigma, and its two small forms.
const SIGMA: u32 = 0x3a3;
const FINAL_SIGMA: u32 = 0x3c2;
const SMALL_SIGMA: u32 = 0x3c3;

impl Vm {
    /// An ASCII text with each character mapped to another one of ASCII; nothing for other texts.
    #[inline(always)]
    fn map_ascii(&mut self, s: Gc<Str>, map: impl Fn(u8) -> u8) -> Option<PyResult<Gc<Str>>> {
        let Units::One(bytes) = s.units() else { return None };
        if !s.is_ascii() {
            return None;
        }
        match *bytes {
            [] => Some(Ok(self.strings.empty())),
            [c] => Some(self.str_char(map(c).into())),
            _ => Some(StrWriter::new(self, bytes.len(), Profile::ASCII).map(|mut writer| {
                writer.push_mapped(bytes, map);
                writer.finish()
            })),
        }
    }

    fn map_chars(&mut self, s: Gc<Str>, map: fn(u32) -> Mapped) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::with_capacity(s.len());
        for c in s.iter() {
            map(c).as_slice().iter().for_each(|c| out.push(*c));
        }
        out.finish(self)
    }

    pub fn str_upper(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        match self.map_ascii(s, |c| c.to_ascii_uppercase()) {
            Some(done) => done,
            None => self.map_chars(s, unicode::to_upper),
        }
    }

    pub fn str_lower(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        if let Some(done) = self.map_ascii(s, |c| c.to_ascii_lowercase()) {
            return done;
        }
        let mut out = StrBuilder::with_capacity(s.len());
        for i in 0..s.len() {
            push_lower(&mut out, s.units(), i);
        }
        out.finish(self)
    }

    pub fn str_casefold(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        match self.map_ascii(s, |c| c.to_ascii_lowercase()) {
            Some(done) => done,
            None => self.map_chars(s, unicode::to_fold),
        }
    }

    pub fn str_swapcase(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::with_capacity(s.len());
        for (i, c) in s.iter().enumerate() {
            if unicode::is_upper(c) {
                push_lower(&mut out, s.units(), i);
            } else if unicode::is_lower(c) {
                unicode::to_upper(c).as_slice().iter().for_each(|c| out.push(*c));
            } else {
                out.push(c);
            }
        }
        out.finish(self)
    }

    /// First character in title case, the others in lower case.
    pub fn str_capitalize(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::with_capacity(s.len());
        for (i, c) in s.iter().enumerate() {
            if i == 0 {
                unicode::to_title(c).as_slice().iter().for_each(|c| out.push(*c));
            } else {
                push_lower(&mut out, s.units(), i);
            }
        }
        out.finish(self)
    }

    pub fn str_title(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::with_capacity(s.len());
        let mut after_cased = false;
        for (i, c) in s.iter().enumerate() {
            if after_cased {
                push_lower(&mut out, s.units(), i);
            } else {
                unicode::to_title(c).as_slice().iter().for_each(|c| out.push(*c));
            }
            after_cased = unicode::is_cased(c);
        }
        out.finish(self)
    }
}

/// The lower case of the character at `i`: a sigma at the end of a word has a form of its own.
fn push_lower(out: &mut StrBuilder, text: Units<'_>, i: usize) {
    match text.at(i) {
        SIGMA => out.push(if ends_word(text, i) { FINAL_SIGMA } else { SMALL_SIGMA }),
        c => unicode::to_lower(c).as_slice().iter().for_each(|c| out.push(*c)),
    }
}

fn ends_word(text: Units<'_>, i: usize) -> bool {
    let letter = |c: &u32| !unicode::is_case_ignorable(*c);
    let before = text.slice(0, i).iter().rev().find(letter);
    let after = text.slice(i + 1, text.len()).iter().find(letter);
    before.is_some_and(unicode::is_cased) && !after.is_some_and(unicode::is_cased)
}

/// Whether the text is not empty and all characters have the property; `ascii` tells it of those of ASCII.
#[inline(always)]
pub(super) fn all(s: &Str, ascii: impl Fn(u8) -> bool, property: fn(u32) -> bool) -> bool {
    match s.as_ascii() {
        Some(text) => !text.is_empty() && text.bytes().all(ascii),
        None => s.iter().all(property),
    }
}

/// `islower`: some cased character, none of another case.
pub(super) fn is_lower(s: &Str) -> bool {
    let mut found = false;
    for c in s.iter() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            return false;
        }
        found |= unicode::is_lower(c);
    }
    found
}

pub(super) fn is_upper(s: &Str) -> bool {
    let mut found = false;
    for c in s.iter() {
        if unicode::is_lower(c) || unicode::is_title(c) {
            return false;
        }
        found |= unicode::is_upper(c);
    }
    found
}

pub(super) fn is_title(s: &Str) -> bool {
    let (mut found, mut after_cased) = (false, false);
    for c in s.iter() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            if after_cased {
                return false;
            }
            (found, after_cased) = (true, true);
        } else if unicode::is_lower(c) {
            if !after_cased {
                return false;
            }
            (found, after_cased) = (true, true);
        } else {
            after_cased = false;
        }
    }
    found
}

pub(super) fn is_identifier(s: &Str) -> bool {
    let mut chars = s.iter();
    chars.next().is_some_and(unicode::is_id_start) && chars.all(unicode::is_id_continue)
}
