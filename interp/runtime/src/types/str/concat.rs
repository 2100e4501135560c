//! Concatenation, repetition and join. `s += x` in a loop is linear: see [`Vm::str_concat`].

use super::create::copy_widening;
use super::{Profile, Str, StrWriter, Units, flags};
use crate::heap::{Gc, Header, Heap};
use crate::object::ids;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::cell::Cell;

/// A RAW_ARRAY cell as growable text: strings point into it, each at its own length.
#[repr(C)]
struct TextBuffer {
    header: Header,
    /// Bytes of text that fit.
    capacity: Cell<usize>,
    /// Bytes of text in use by the longest string; the rest is free for that string to grow into.
    used: Cell<usize>,
}

impl TextBuffer {
    fn text(this: Gc<TextBuffer>) -> *mut u8 {
        this.as_ptr().wrapping_add(1).cast()
    }
}

/// Texts shorter than this are copied whole: cheaper than a buffer cell.
const BUFFER_FROM: usize = 128;

fn profile_of(s: &Str) -> Profile {
    let bits = match s.width() {
        1 if s.is_ascii() => 0,
        1 => 0xff,
        2 => 0xffff,
        _ => 0x10_ffff,
    };
    Profile { bits, surrogates: s.has_flag(flags::SURROGATES) }
}

/// The growable buffer that `s` ends at the end of.
fn buffer_ending_at(s: &Str) -> Option<Gc<TextBuffer>> {
    let header = s.buffer.get().as_header()?;
    // SAFETY: heap pointers in fields are live cells.
    if unsafe { header.as_ref() }.id.get() != ids::RAW_ARRAY {
        return None;
    }
    // SAFETY: the only RAW_ARRAY a string names is its text buffer.
    let buffer: Gc<TextBuffer> = unsafe { Gc::from_header(header) };
    let end = s.data.get() as usize + s.len() * s.width();
    (end == TextBuffer::text(buffer) as usize + buffer.used.get()).then_some(buffer)
}

/// `a + b`, neither empty; `None`: no memory.
fn concat(heap: &mut Heap, a: Gc<Str>, b: Gc<Str>) -> Option<Gc<Str>> {
    let ascii = a.is_ascii() && b.is_ascii();
    let profile = if ascii { Profile::ASCII } else { profile_of(&a).or(profile_of(&b)) };
    let (width, len) = (profile.width(), a.len().checked_add(b.len())?);
    let extra = b.len() * width;
    if a.width() == width
        && let Some(buffer) = buffer_ending_at(&a)
        && extra <= buffer.capacity.get() - buffer.used.get()
    {
        let s = heap.alloc_fixed::<Str>(ids::STR)?;
        let end = TextBuffer::text(buffer).wrapping_add(buffer.used.get());
        // SAFETY: `extra` bytes are free behind `end`, and no string reaches there yet.
        unsafe { copy_widening(b.units(), end, width) };
        buffer.used.set(buffer.used.get() + extra);
        return Some(init_buffered(s, a.data.get(), len, profile, buffer));
    }
    let grows = a.has_flag(flags::BUILT) || a.buffer.get().is_pointer();
    if grows && len * width >= BUFFER_FROM && a.len() >= b.len() {
        return concat_growable(heap, a, b, profile);
    }
    let mut writer = StrWriter::in_heap(heap, len, profile)?;
    if let (Some(a), Some(b)) = (a.ascii_bytes(), b.ascii_bytes()) {
        writer.push_ascii(a);
        writer.push_ascii(b);
    } else {
        writer.push(a.units());
        writer.push(b.units());
    }
    let s = writer.finish();
    s.header.flags.set(s.header.flags.get() | flags::BUILT);
    Some(s)
}

fn concat_growable(heap: &mut Heap, a: Gc<Str>, b: Gc<Str>, profile: Profile) -> Option<Gc<Str>> {
    let (width, len) = (profile.width(), a.len() + b.len());
    let used = len * width;
    let capacity = (used + used / 2).next_multiple_of(16);
    let cell = heap.alloc(size_of::<TextBuffer>() + capacity, ids::RAW_ARRAY)?;
    // SAFETY: the cell is new and large enough for the struct and `capacity` bytes behind it.
    let buffer: Gc<TextBuffer> = unsafe { Gc::from_header(cell) };
    buffer.capacity.set(capacity);
    let text = TextBuffer::text(buffer);
    // SAFETY: the new buffer has room for both.
    unsafe {
        copy_widening(a.units(), text, width);
        copy_widening(b.units(), text.add(a.len() * width), width);
    }
    buffer.used.set(used);
    let s = heap.alloc_fixed::<Str>(ids::STR)?;
    Some(init_buffered(s, text, len, profile, buffer))
}

impl Vm {
    /// `a + b`. The result of a concatenation gets a growable buffer when it is appended to again; the string that ends
    /// at the buffer's end then grows in place, and only a small cell is made for the longer string.
    pub fn str_concat(&mut self, a: Gc<Str>, b: Gc<Str>) -> PyResult<Gc<Str>> {
        if a.is_empty() {
            return self.str_exact(b);
        }
        if b.is_empty() {
            return self.str_exact(a);
        }
        match concat(&mut self.heap, a, b) {
            Some(s) => Ok(s),
            None => Err(self.memory_error()),
        }
    }

    /// `s * times` (none when negative).
    pub fn str_repeat(&mut self, s: Gc<Str>, times: i64) -> PyResult<Gc<Str>> {
        let times = usize::try_from(times).unwrap_or(0);
        if times == 0 || s.is_empty() {
            return Ok(self.strings.empty());
        }
        if times == 1 {
            return self.str_exact(s);
        }
        let Some(len) = s.len().checked_mul(times).filter(|l| *l < isize::MAX as usize) else {
            return Err(self.memory_error());
        };
        let mut writer = StrWriter::new(self, len, profile_of(&s))?;
        if s.len() == 1 {
            writer.push_times(s.code_point(0), times);
        } else {
            (0..times).for_each(|_| writer.push(s.units()));
        }
        Ok(writer.finish())
    }

    /// The strings with `separator` between them. `items` are all strings.
    pub fn str_join(&mut self, separator: Gc<Str>, items: &[Gc<Str>]) -> PyResult<Gc<Str>> {
        self.str_join_with(separator, items.len(), |i| Some(items[i])).expect("all are strings")
    }

    /// The same for `count` values that `item` gives; `None` if they are not all strings.
    #[inline]
    pub fn str_join_values(
        &mut self,
        separator: Gc<Str>,
        count: usize,
        item: impl Fn(usize) -> Value,
    ) -> Option<PyResult<Gc<Str>>> {
        self.str_join_with(separator, count, |i| item(i).exact::<Str>())
    }

    #[inline]
    fn str_join_with(
        &mut self,
        separator: Gc<Str>,
        count: usize,
        item: impl Fn(usize) -> Option<Gc<Str>>,
    ) -> Option<PyResult<Gc<Str>>> {
        if count == 0 {
            return Some(Ok(self.strings.empty()));
        }
        let first = item(0)?;
        if count == 1 && first.header.id.get() == ids::STR {
            return Some(Ok(first));
        }
        let between = (count > 1).then_some(separator);
        let mut ascii = between.is_none_or(|s| s.is_ascii());
        let mut len = separator.len().checked_mul(count - 1);
        for i in 0..count {
            let s = item(i)?;
            ascii &= s.is_ascii();
            len = len.and_then(|l| l.checked_add(s.len()));
        }
        let Some(len) = len.filter(|l| *l < isize::MAX as usize) else {
            return Some(Err(self.overflow_error("join() result is too long for a Python string")));
        };
        if len == 0 {
            return Some(Ok(self.strings.empty()));
        }
        let mut profile = Profile::ASCII;
        if !ascii {
            profile = between.map_or(profile, |s| profile_of(&s));
            for i in 0..count {
                let s = item(i)?;
                profile = profile.or(profile_of(&s));
            }
        }
        let mut writer = match StrWriter::new(self, len, profile) {
            Ok(writer) => writer,
            Err(raised) => return Some(Err(raised)),
        };
        if ascii {
            let between = if count > 1 { separator.ascii_bytes()? } else { &[] };
            for i in 0..count {
                writer.push_ascii(if i > 0 { between } else { &[] });
                writer.push_ascii(item(i)?.ascii_bytes()?);
            }
            return Some(Ok(writer.finish()));
        }
        for i in 0..count {
            if i > 0 && !separator.is_empty() {
                writer.push(separator.units());
            }
            writer.push(item(i)?.units());
        }
        Some(Ok(writer.finish()))
    }

    /// The text between `fill` on both sides (`ljust`, `center`, `zfill`).
    pub fn str_padded(&mut self, left: usize, text: Units<'_>, right: usize, fill: u32) -> PyResult<Gc<Str>> {
        let profile = text.profile().or(Profile::of_char(fill));
        let Some(len) = left.checked_add(right).and_then(|n| n.checked_add(text.len())) else {
            return Err(self.overflow_error("padded string is too long"));
        };
        if len < 2 {
            return self.str_units(if text.is_empty() {
                Units::Four(std::slice::from_ref(&fill)).slice(0, len)
            } else {
                text
            });
        }
        let mut writer = StrWriter::new(self, len, profile)?;
        writer.push_times(fill, left);
        writer.push(text);
        writer.push_times(fill, right);
        Ok(writer.finish())
    }
}

fn init_buffered(
    s: Gc<Str>,
    data: *const u8,
    len: usize,
    profile: Profile,
    buffer: Gc<TextBuffer>,
) -> Gc<Str> {
    s.header.flags.set(profile.flags());
    s.len.set(len);
    s.data.set(data);
    s.buffer.init(Value::from_gc(buffer));
    s
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::str::create::utf8_into_heap;

    fn make(heap: &mut Heap, text: &str) -> Gc<Str> {
        utf8_into_heap(heap, text).unwrap()
    }

    #[test]
    fn appending_shares_one_buffer() {
        let mut heap = Heap::new();
        let (x, wide) = (make(&mut heap, "xy\u{e9}"), make(&mut heap, "\u{20ac}"));
        let mut s = make(&mut heap, "ab");
        let mut expected = String::from("ab");
        let mut moved = 0;
        for i in 0..5000 {
            let piece = if i == 3000 { wide } else { x };
            let before = s.data.get();
            s = concat(&mut heap, s, piece).unwrap();
            moved += usize::from(s.data.get() != before);
            expected.push_str(&piece.as_str().unwrap());
        }
        assert!(s.is(&expected));
        assert_eq!(s.width(), 2);
        // Growing by half each time, the text moves a few times, not five thousand.
        assert!(moved < 80, "{moved}");
    }

    #[test]
    fn only_one_string_extends_a_buffer_in_place() {
        let mut heap = Heap::new();
        let (x, y) = (make(&mut heap, "0123456789"), make(&mut heap, "zz"));
        let mut s = x;
        for _ in 0..40 {
            s = concat(&mut heap, s, x).unwrap();
        }
        let base = s.to_message();
        let first = concat(&mut heap, s, y).unwrap();
        assert_eq!(first.data.get(), s.data.get());
        let second = concat(&mut heap, s, x).unwrap();
        assert_ne!(second.data.get(), s.data.get());
        assert!(first.is(&format!("{base}zz")));
        assert!(second.is(&format!("{base}0123456789")));
        assert!(s.is(&base));
    }

    #[test]
    fn width_and_flags_follow_the_content() {
        let mut heap = Heap::new();
        let (a, e, w) = (make(&mut heap, "a"), make(&mut heap, "\u{e9}"), make(&mut heap, "\u{1f600}"));
        assert!(concat(&mut heap, a, a).unwrap().is_ascii());
        assert!(!concat(&mut heap, a, e).unwrap().is_ascii());
        let s = concat(&mut heap, e, w).unwrap();
        assert_eq!((s.width(), s.len()), (4, 2));
        assert!(s.is("\u{e9}\u{1f600}"));
    }
}
