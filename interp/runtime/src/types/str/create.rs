//! Making strings: from UTF-8, Latin-1, code points; the writer for results whose length and width are known.

use super::{Profile, Str, Unit, Units, flags, with_units};
use crate::heap::{CellKind, Gc, Header, Heap, Layout, ShapeId, Tracer};
use crate::object::{Type, ids};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::ptr::NonNull;

// SAFETY: `buffer` is the only reference; zeroed it reads as the integer 0.
unsafe impl Layout for Str {
    const ID: ShapeId = ids::STR;
    const KIND: CellKind = CellKind::new(trace);
}

/// Reports the cell that holds the text when it is not inline.
///
/// # Safety
/// `p` is a string cell.
unsafe fn trace(p: NonNull<Header>, t: &mut Tracer<'_>) {
    // SAFETY: the caller says so.
    let s = unsafe { p.cast::<Str>().as_ref() };
    t.value(s.buffer.get());
}

/// Fills in a new string's text from front to back.
pub struct StrWriter {
    str: Gc<Str>,
    next: *mut u8,
    end: *mut u8,
    width: usize,
}

impl StrWriter {
    /// A writer for `len` code points of a text with this profile; `None`: no memory.
    #[inline(always)]
    pub(super) fn in_heap(heap: &mut Heap, len: usize, profile: Profile) -> Option<StrWriter> {
        let width = profile.width();
        let bytes = len.checked_mul(width).filter(|b| *b < 1 << 46)?;
        let cell = heap.alloc(size_of::<Str>() + bytes, ids::STR)?;
        // SAFETY: the cell is new and large enough for the struct and `bytes` behind it.
        let str: Gc<Str> = unsafe { Gc::from_header(cell) };
        str.header.flags.set(profile.flags());
        str.len.set(len);
        // SAFETY: as above.
        let next = unsafe { str.as_ptr().add(1).cast::<u8>() };
        str.data.set(next);
        str.buffer.init(Value::UNBOUND);
        Some(StrWriter { str, next, end: next.wrapping_add(bytes), width })
    }

    #[inline]
    pub fn new(vm: &mut Vm, len: usize, profile: Profile) -> PyResult<StrWriter> {
        match StrWriter::in_heap(&mut vm.heap, len, profile) {
            Some(writer) => Ok(writer),
            None => Err(vm.memory_error()),
        }
    }

    /// Bytes still to come.
    #[inline(always)]
    fn room(&self) -> usize {
        self.end as usize - self.next as usize
    }

    /// Appends text that the profile covers.
    #[inline]
    pub fn push(&mut self, text: Units<'_>) {
        let bytes = text.len() * self.width;
        assert!(bytes <= self.room(), "text longer than announced");
        // SAFETY: there is room for as many bytes, just compared.
        unsafe { copy_widening(text, self.next, self.width) };
        self.next = self.next.wrapping_add(bytes);
    }

    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push(Units::One(text.as_bytes()));
        } else {
            text.chars().for_each(|c| self.push_char(c as u32));
        }
    }

    #[inline]
    pub fn push_char(&mut self, c: u32) {
        assert!(self.room() > 0, "text longer than announced");
        // SAFETY: a unit is left, just checked; `next` is aligned for the width.
        unsafe {
            match self.width {
                1 => *self.next = c as u8,
                2 => *self.next.cast::<u16>() = c as u16,
                _ => *self.next.cast::<u32>() = c,
            }
        }
        self.next = self.next.wrapping_add(self.width);
    }

    /// Appends ASCII to ASCII.
    #[inline(always)]
    pub fn push_ascii(&mut self, text: &[u8]) {
        assert!(self.width == 1 && text.len() <= self.room(), "text longer than announced");
        // SAFETY: `room` units of one byte are left, just compared.
        unsafe { copy_short(text, self.next) };
        self.next = self.next.wrapping_add(text.len());
    }

    /// Appends ASCII mapped to ASCII.
    #[inline(always)]
    pub fn push_mapped(&mut self, text: &[u8], map: impl Fn(u8) -> u8) {
        assert!(self.width == 1 && text.len() <= self.room(), "text longer than announced");
        for (i, &c) in text.iter().enumerate() {
            // SAFETY: `room` units of one byte are left, just compared.
            unsafe { *self.next.add(i) = map(c) };
        }
        self.next = self.next.wrapping_add(text.len());
    }

    /// Appends Latin-1 text backwards, in units of one byte.
    #[inline(always)]
    fn push_reversed(&mut self, text: &[u8]) {
        assert!(self.width == 1 && text.len() <= self.room(), "text longer than announced");
        for (i, &c) in text.iter().rev().enumerate() {
            // SAFETY: `room` units of one byte are left, just compared.
            unsafe { *self.next.add(i) = c };
        }
        self.next = self.next.wrapping_add(text.len());
    }

    pub fn push_times(&mut self, c: u32, times: usize) {
        (0..times).for_each(|_| self.push_char(c));
    }

    /// The string; everything announced must have been written.
    pub fn finish(self) -> Gc<Str> {
        assert_eq!(self.next, self.end, "text shorter than announced");
        self.str
    }
}

/// Copies text to `to` in units of `width`, at least its own.
///
/// # Safety
/// `to` must have room for as many aligned units, in a cell nobody reads yet there.
#[inline]
pub(super) unsafe fn copy_widening(text: Units<'_>, to: *mut u8, width: usize) {
    debug_assert!(width >= text.width());
    if text.width() == width {
        let bytes = text.bytes();
        // SAFETY: the caller says that there is room, in memory not read through `text`.
        unsafe { copy_short(bytes, to) };
        return;
    }
    // SAFETY: the caller's promise.
    unsafe { copy_widened(text, to, width) };
}

/// Copies bytes, few of them as a rule: for these the call of the general routine would cost more than the copy.
///
/// # Safety
/// `to` must have room for them, in memory not read through `from`.
#[inline(always)]
unsafe fn copy_short(from: &[u8], to: *mut u8) {
    let (n, from) = (from.len(), from.as_ptr());
    /// The first and the last word of the text, which overlap when it is no longer than two.
    macro_rules! ends {
        ($word:ty) => {{
            const SIZE: usize = size_of::<$word>();
            let first = from.cast::<$word>().read_unaligned();
            let last = from.add(n - SIZE).cast::<$word>().read_unaligned();
            to.cast::<$word>().write_unaligned(first);
            to.add(n - SIZE).cast::<$word>().write_unaligned(last);
        }};
    }
    // SAFETY: each arm reads and writes within the `n` bytes that the caller vouches for.
    unsafe {
        match n {
            0 => {}
            1 => *to = *from,
            2..4 => ends!(u16),
            4..8 => ends!(u32),
            8..=16 => ends!(u64),
            17..=32 => ends!(u128),
            _ => std::ptr::copy_nonoverlapping(from, to, n),
        }
    }
}

/// As `copy_widening`, to wider units.
///
/// # Safety
/// See there.
#[inline(never)]
unsafe fn copy_widened(text: Units<'_>, to: *mut u8, width: usize) {
    fn widen<A: Unit, B: Unit>(from: &[A], to: *mut u8) {
        let to = to.cast::<B>();
        for (i, &u) in from.iter().enumerate() {
            // SAFETY: the caller of `copy_widening` says that there is room.
            unsafe { to.add(i).write(B::narrow(u.into())) };
        }
    }
    with_units!(text, s => if width == 2 { widen::<_, u16>(s, to) } else { widen::<_, u32>(s, to) });
}

/// A new string cell with this text, which is ASCII.
#[inline]
pub(super) fn ascii_into_heap(heap: &mut Heap, text: &[u8]) -> Option<Gc<Str>> {
    let writer = StrWriter::in_heap(heap, text.len(), Profile::ASCII)?;
    // SAFETY: the writer has room for as many units of one byte.
    unsafe { copy_short(text, writer.next) };
    Some(writer.str)
}

/// A new string cell with this text.
pub(super) fn copy_into_heap(heap: &mut Heap, text: Units<'_>, profile: Profile) -> Option<Gc<Str>> {
    let mut writer = StrWriter::in_heap(heap, text.len(), profile)?;
    if text.width() <= profile.width() {
        writer.push(text);
    } else {
        // Narrower than the units it came in.
        text.iter().for_each(|c| writer.push_char(c));
    }
    Some(writer.finish())
}

/// As `copy_into_heap`, from UTF-8.
pub(super) fn utf8_into_heap(heap: &mut Heap, text: &str) -> Option<Gc<Str>> {
    let profile = Profile::of_utf8(text);
    let len = if profile.bits < 0x80 { text.len() } else { text.chars().count() };
    let mut writer = StrWriter::in_heap(heap, len, profile)?;
    writer.push_str(text);
    Some(writer.finish())
}

impl Vm {
    /// A string from UTF-8.
    pub fn str(&mut self, text: &str) -> PyResult<Gc<Str>> {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (None, _) => return Ok(self.strings.empty()),
            (Some(c), None) => return self.str_char(c as u32),
            _ => {}
        }
        match utf8_into_heap(&mut self.heap, text) {
            Some(s) => Ok(s),
            None => Err(self.memory_error()),
        }
    }

    /// A string from code units, in the narrowest width that fits.
    pub fn str_units(&mut self, text: Units<'_>) -> PyResult<Gc<Str>> {
        match text.len() {
            0 => return Ok(self.strings.empty()),
            1 => return self.str_char(text.at(0)),
            _ => {}
        }
        match copy_into_heap(&mut self.heap, text, text.profile()) {
            Some(s) => Ok(s),
            None => Err(self.memory_error()),
        }
    }

    /// A string from bytes that are ASCII.
    #[inline]
    pub fn str_ascii(&mut self, text: &[u8]) -> PyResult<Gc<Str>> {
        debug_assert!(text.is_ascii());
        match *text {
            [] => return Ok(self.strings.empty()),
            [c] => return Ok(self.strings.latin1(c)),
            _ => {}
        }
        match ascii_into_heap(&mut self.heap, text) {
            Some(s) => Ok(s),
            None => Err(self.memory_error()),
        }
    }

    /// A string from bytes that are its code points.
    pub fn str_latin1(&mut self, text: &[u8]) -> PyResult<Gc<Str>> {
        self.str_units(Units::One(text))
    }

    /// The string of one code point (at most 0x10ffff, surrogates allowed). Latin-1 ones are made once.
    #[inline]
    pub fn str_char(&mut self, c: u32) -> PyResult<Gc<Str>> {
        if c < 0x100 {
            return Ok(self.strings.latin1(c as u8));
        }
        let mut writer = StrWriter::new(self, 1, Profile::of_char(c))?;
        writer.push_char(c);
        Ok(writer.finish())
    }

    /// A string from UTF-8 that may hold surrogates encoded as three bytes; `None`: not even that.
    pub fn str_wtf8(&mut self, bytes: &[u8]) -> PyResult<Option<Gc<Str>>> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return self.str(text).map(Some);
        }
        let mut builder = super::StrBuilder::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let valid = match std::str::from_utf8(rest) {
                Ok(_) => rest.len(),
                Err(e) => e.valid_up_to(),
            };
            builder.push_str(std::str::from_utf8(&rest[..valid]).unwrap_or_default());
            rest = &rest[valid..];
            match *rest {
                [] => {}
                [0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..] => {
                    builder.push(0xd000 | (b as u32 & 0x3f) << 6 | (c as u32 & 0x3f));
                    rest = &rest[3..];
                }
                _ => return Ok(None),
            }
        }
        builder.finish(self).map(Some)
    }

    /// Code points `start..end` of a string; the string itself when that is all of it.
    pub fn str_slice(&mut self, s: Gc<Str>, start: usize, end: usize) -> PyResult<Gc<Str>> {
        if start == 0 && end == s.len() && s.header.id.get() == ids::STR {
            return Ok(s);
        }
        // No need to look at the text to know its width.
        if let Some(text) = s.as_ascii() {
            return self.str_ascii(&text.as_bytes()[start..end]);
        }
        self.str_units(s.units().slice(start, end))
    }

    /// Every `step`-th code point, `count` of them from `start` on.
    pub fn str_stride(&mut self, s: Gc<Str>, start: usize, step: isize, count: usize) -> PyResult<Gc<Str>> {
        let at = |i: usize| s.code_point(start.wrapping_add_signed(step.wrapping_mul(i as isize)));
        let profile = if s.is_ascii() {
            Profile::ASCII
        } else {
            (0..count).fold(Profile::ASCII, |p, i| p.or(Profile::of_char(at(i))))
        };
        if count <= 1 {
            return if count == 0 { Ok(self.strings.empty()) } else { self.str_char(at(0)) };
        }
        let mut writer = StrWriter::new(self, count, profile)?;
        if let (Units::One(text), 1, -1) = (s.units(), profile.width(), step) {
            writer.push_reversed(&text[start + 1 - count..=start]);
            return Ok(writer.finish());
        }
        (0..count).for_each(|i| writer.push_char(at(i)));
        Ok(writer.finish())
    }

    /// An instance of a subclass of `str` with the text of `s`, which it shares.
    pub fn str_of_class(&mut self, cls: Gc<Type>, s: Gc<Str>) -> PyResult<Gc<Str>> {
        if cls == self.builtin(ids::STR) {
            return self.str_exact(s);
        }
        let s = self.str_exact(s)?;
        let instance = self.alloc_instance::<Str>(cls)?;
        instance.header.flags.set(s.header.flags.get() & !(flags::INTERNED | flags::BUILT));
        instance.hash.set(s.hash.get());
        instance.len.set(s.len());
        instance.data.set(s.data.get());
        instance.buffer.init(if s.buffer.get().is_pointer() { s.buffer.get() } else { Value::from_gc(s) });
        Ok(instance)
    }

    /// The string as an exact `str`.
    pub fn str_exact(&mut self, s: Gc<Str>) -> PyResult<Gc<Str>> {
        if s.header.id.get() == ids::STR { Ok(s) } else { self.str_units(s.units()) }
    }
}
