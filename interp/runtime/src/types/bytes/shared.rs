//! The methods that `bytes` and `bytearray` share, as a macro that adds them to the declaration of either; and the
//! conversions of their arguments.

use super::{Bytes, ops};
use crate::codecs;
use crate::heap::Gc;
use crate::types::buffer::Buffer;
use crate::types::bytearray::ByteArray;
use crate::types::list::List;
use crate::types::str::search::{self, Span};
use crate::types::str::{Affix, Side, Str, methods::Bound, methods::bounds};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use smallvec::SmallVec;

/// `bytes` or `bytearray`.
pub trait ByteString: Sized {
    const COMPARES_WITH_BUFFERS: bool;
    fn content(&self) -> &[u8];
    /// A new object of the exact type.
    fn make(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Self>>;
    /// The object itself if it is immutable and exact, otherwise a copy.
    fn unchanged(vm: &mut Vm, this: Gc<Self>) -> PyResult<Gc<Self>>;
}

impl ByteString for Bytes {
    const COMPARES_WITH_BUFFERS: bool = false;
    fn content(&self) -> &[u8] {
        self.as_slice()
    }
    fn make(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        vm.bytes(bytes)
    }
    fn unchanged(vm: &mut Vm, this: Gc<Bytes>) -> PyResult<Gc<Bytes>> {
        vm.bytes_exact(this)
    }
}

impl ByteString for ByteArray {
    const COMPARES_WITH_BUFFERS: bool = true;
    fn content(&self) -> &[u8] {
        self.as_slice()
    }
    fn make(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        vm.bytearray(bytes)
    }
    fn unchanged(vm: &mut Vm, this: Gc<ByteArray>) -> PyResult<Gc<ByteArray>> {
        vm.bytearray(this.as_slice())
    }
}

/// A new object, MemoryError when there was no room for its content.
pub fn make_or<T: ByteString>(vm: &mut Vm, bytes: Option<Vec<u8>>) -> PyResult<Gc<T>> {
    match bytes {
        Some(bytes) => T::make(vm, &bytes),
        None => Err(vm.memory_error()),
    }
}

/// What is looked for: bytes, or a single one given as an integer.
pub struct Needle {
    one: u8,
    bytes: Option<Buffer>,
}

impl Needle {
    pub fn as_slice(&self) -> &[u8] {
        match &self.bytes {
            Some(buffer) => buffer.as_slice(),
            None => std::slice::from_ref(&self.one),
        }
    }
}

/// The value of one byte.
pub fn byte_of(vm: &mut Vm, v: Value) -> PyResult<u8> {
    if let Some(n) = v.as_small()
        && let Ok(b) = u8::try_from(n)
    {
        return Ok(b);
    }
    let n = vm.index_clipped(v)?;
    match n {
        Some(n) => u8::try_from(n).map_err(|_| vm.value_error("byte must be in range(0, 256)")),
        None => {
            let name = vm.type_name(v);
            Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}

pub fn needle(vm: &mut Vm, v: Value) -> PyResult<Needle> {
    if v.is_exact::<Bytes>() || vm.exports_buffer(v) {
        return Ok(Needle { one: 0, bytes: Some(vm.buffer(v)?) });
    }
    if vm.has_index(v) {
        return Ok(Needle { one: byte_of(vm, v)?, bytes: None });
    }
    let name = vm.type_name(v);
    Err(vm.type_error(format!("argument should be integer or bytes-like object, not '{name}'")))
}

pub fn find_in(
    vm: &mut Vm,
    content: &[u8],
    sub: Value,
    (start, end): (Bound, Bound),
    side: Side,
) -> PyResult<i64> {
    let needle = needle(vm, sub)?;
    let (from, to) = bounds(start, end, content.len());
    if from > to {
        return Ok(-1);
    }
    Ok(search::find(&content[from..to], needle.as_slice(), side).map_or(-1, |at| (from + at) as i64))
}

pub fn found(vm: &mut Vm, at: i64) -> PyResult<i64> {
    if at < 0 { Err(vm.value_error("subsection not found")) } else { Ok(at) }
}

pub fn matches_affix(
    vm: &mut Vm,
    content: &[u8],
    affix: Value,
    (start, end): (Bound, Bound),
    which: Affix,
) -> PyResult<bool> {
    let (from, to) = bounds(start, end, content.len());
    let test = |affix: &[u8]| {
        from <= to
            && if which == Affix::Start {
                content[from..to].starts_with(affix)
            } else {
                content[from..to].ends_with(affix)
            }
    };
    if let Some(many) = vm.downcast::<Tuple>(affix) {
        for v in many.items() {
            if test(vm.buffer(*v)?.as_slice()) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match vm.buffer_opt(affix)? {
        Some(buffer) => Ok(test(buffer.as_slice())),
        None => {
            let name = if which == Affix::Start { "startswith" } else { "endswith" };
            let got = vm.type_name(affix);
            Err(vm.type_error(format!("{name} first arg must be bytes or a tuple of bytes, not {got}")))
        }
    }
}

/// The fill byte of `center` and the like.
pub fn fill_byte(vm: &mut Vm, v: Value, function: &str) -> PyResult<u8> {
    let (content, kind) = if let Some(b) = vm.downcast::<Bytes>(v) {
        (b.as_slice().to_vec(), "bytes")
    } else if let Some(b) = vm.downcast::<ByteArray>(v) {
        (b.as_slice().to_vec(), "bytearray")
    } else {
        let name = vm.type_name(v);
        return Err(
            vm.type_error(format!("{function}() argument 2 must be a byte string of length 1, not {name}"))
        );
    };
    match content[..] {
        [b] => Ok(b),
        _ => {
            let len = content.len();
            Err(vm.type_error(format!(
                "{function}(): argument 2 must be a byte string of length 1, not a {kind} object of length {len}"
            )))
        }
    }
}

pub fn strip_span(vm: &mut Vm, content: &[u8], drop: Value, affix: Affix) -> PyResult<Span> {
    if drop.is_none() {
        return Ok(search::strip(content, affix, ops::is_space));
    }
    let set = vm.buffer(drop)?;
    Ok(search::strip(content, affix, |b| set.as_slice().contains(&b)))
}

/// A list of new objects, one for each piece.
pub fn pieces<T: ByteString>(vm: &mut Vm, this: Gc<T>, spans: &[Span]) -> PyResult<Gc<List>> {
    let mut items = vm.rooted_vec();
    for (start, end) in spans {
        let piece = T::make(vm, &this.content()[*start..*end])?;
        items.push(Value::from_gc(piece));
    }
    vm.list_from(&items)
}

pub fn split<T: ByteString>(
    vm: &mut Vm,
    this: Gc<T>,
    separator: Value,
    max: i64,
    side: Side,
) -> PyResult<Gc<List>> {
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    if separator.is_none() {
        let spans = search::split_whitespace(this.content(), max, side, ops::is_space);
        return pieces(vm, this, &spans);
    }
    let separator = vm.buffer(separator)?;
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let spans = search::split(this.content(), separator.as_slice(), max, side);
    pieces(vm, this, &spans)
}

pub fn partition<T: ByteString>(
    vm: &mut Vm,
    this: Gc<T>,
    separator: Value,
    side: Side,
) -> PyResult<Gc<Tuple>> {
    let buffer = vm.buffer(separator)?;
    if buffer.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let content = this.content();
    let (len, width) = (content.len(), buffer.len());
    let cuts = match (search::find(content, buffer.as_slice(), side), side) {
        (Some(at), _) => [(0, at), (at, at + width), (at + width, len)],
        (None, Side::Left) => [(0, len), (len, len), (len, len)],
        (None, Side::Right) => [(0, 0), (0, 0), (0, len)],
    };
    let mut parts = [Value::NONE; 3];
    for (part, (start, end)) in parts.iter_mut().zip(cuts) {
        let whole = (start, end) == (0, len);
        let made = if whole { T::unchanged(vm, this)? } else { T::make(vm, &this.content()[start..end])? };
        *part = Value::from_gc(made);
    }
    vm.tuple(&parts)
}

pub fn join<T: ByteString>(vm: &mut Vm, this: Gc<T>, iterable: Value) -> PyResult<Gc<T>> {
    use crate::object::Special;
    if vm.lookup_special(iterable, Special::Iter).is_none()
        && vm.lookup_special(iterable, Special::GetItem).is_none()
    {
        return Err(vm.type_error("can only join an iterable"));
    }
    // While items are made and looked at, a bytearray keeps its size.
    let array = vm.downcast::<crate::types::bytearray::ByteArray>(Value::from_gc(this));
    if let Some(array) = array {
        array.exports.set(array.exports.get() + 1);
    }
    let joined = join_items(vm, this, iterable);
    if let Some(array) = array {
        array.exports.set(array.exports.get() - 1);
    }
    T::make(vm, &joined?)
}

fn join_items<T: ByteString>(vm: &mut Vm, this: Gc<T>, iterable: Value) -> PyResult<Vec<u8>> {
    let items = vm.collect(iterable)?;
    let mut out = Vec::new();
    for i in 0..items.len() {
        let buffer = vm.buffer_opt(items[i]);
        let Some(buffer) = vm.catch(buffer, Exc::Exception)?.flatten() else {
            let name = vm.type_name(items[i]);
            return Err(
                vm.type_error(format!("sequence item {i}: expected a bytes-like object, {name} found"))
            );
        };
        let between = if i > 0 { this.content() } else { &[] };
        if out.try_reserve(buffer.len() + between.len()).is_err() {
            return Err(vm.memory_error());
        }
        out.extend_from_slice(between);
        out.extend_from_slice(buffer.as_slice());
    }
    Ok(out)
}

pub fn replace<T: ByteString>(
    vm: &mut Vm,
    this: Gc<T>,
    old: Buffer,
    new: Buffer,
    count: i64,
) -> PyResult<Gc<T>> {
    let max = usize::try_from(count).unwrap_or(usize::MAX);
    let matches = search::matches(this.content(), old.as_slice(), max);
    if matches.is_empty() {
        return T::unchanged(vm, this);
    }
    let bytes = ops::replace(this.content(), &matches, old.len(), new.as_slice());
    make_or(vm, bytes)
}

/// `hex`'s separator: one ASCII character, as text or bytes.
pub fn hex_text(vm: &mut Vm, content: &[u8], separator: Option<Value>, group: i64) -> PyResult<String> {
    let Some(separator) = separator else { return Ok(ops::hex(content, None, 0)) };
    if vm.len(separator)? != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    let c = if let Some(text) = vm.downcast::<Str>(separator) {
        text.code_point(0)
    } else if let Some(bytes) = vm.downcast::<Bytes>(separator) {
        bytes.as_slice()[0].into()
    } else {
        return Err(vm.type_error("sep must be str or bytes."));
    };
    match u8::try_from(c) {
        Ok(b) if b.is_ascii() => Ok(ops::hex(content, Some(b), group)),
        _ => Err(vm.value_error("sep must be ASCII.")),
    }
}

pub fn from_hex(vm: &mut Vm, text: Value) -> PyResult<Vec<u8>> {
    let parsed = if let Some(text) = vm.downcast::<Str>(text) {
        ops::from_hex(text.iter())
    } else if let Some(buffer) = vm.buffer_opt(text)? {
        ops::from_hex(buffer.as_slice().iter().map(|b| u32::from(*b)))
    } else {
        let name = vm.type_name(text);
        return Err(vm.type_error(format!("fromhex() argument must be str or bytes-like, not {name}")));
    };
    parsed.map_err(|e| match e {
        ops::HexError::Odd => {
            vm.value_error("fromhex() arg must contain an even number of hexadecimal digits")
        }
        ops::HexError::NotHex(at) => {
            vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
        }
    })
}

pub fn translate<T: ByteString>(
    vm: &mut Vm,
    this: Gc<T>,
    table: Value,
    delete: Option<Value>,
) -> PyResult<Gc<T>> {
    let delete = match delete {
        Some(v) => Some(vm.buffer(v)?),
        None => None,
    };
    let table = if table.is_none() { None } else { Some(vm.buffer(table)?) };
    if table.is_some_and(|t| t.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let delete = delete.as_ref().map_or(&[][..], |d| d.as_slice());
    let out = ops::translate(this.content(), table.as_ref().map(|t| t.as_slice()), delete);
    T::make(vm, &out)
}

pub fn maketrans(vm: &mut Vm, from: Buffer, to: Buffer) -> PyResult<Gc<Bytes>> {
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
    for (from, to) in from.as_slice().iter().zip(to.as_slice()) {
        table[*from as usize] = *to;
    }
    vm.bytes(&table)
}

pub fn decode(vm: &mut Vm, content: Value, encoding: Gc<Str>, errors: Gc<Str>) -> PyResult<Value> {
    codecs::decode_named(vm, content, encoding, errors)
}

pub fn contains(vm: &mut Vm, content: &[u8], key: Value) -> PyResult<bool> {
    if !key.is_exact::<Bytes>() && vm.has_index(key) {
        let b = byte_of(vm, key)?;
        return Ok(content.contains(&b));
    }
    let buffer = vm.buffer(key)?;
    Ok(search::find(content, buffer.as_slice(), Side::Left).is_some())
}

/// Adds the shared methods to the `#[py_type]` declaration it wraps.
macro_rules! with_shared_methods {
    ($(#[$attr:meta])* impl $T:ident { $($own:tt)* }) => {
        $(#[$attr])*
        impl $T {
            $($own)*

            /// First byte in upper case, the rest in lower case (ASCII letters).
            #[method]
            fn capitalize(vm: &mut Vm, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::make(vm, &ops::capitalize(this.content()))
            }
            /// ASCII letters in lower case.
            #[method]
            fn lower(vm: &mut Vm, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::make(vm, &this.content().to_ascii_lowercase())
            }
            /// ASCII letters in upper case.
            #[method]
            fn upper(vm: &mut Vm, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::make(vm, &this.content().to_ascii_uppercase())
            }
            /// Words begin in upper case, all other letters are in lower case.
            #[method]
            fn title(vm: &mut Vm, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::make(vm, &ops::title(this.content()))
            }
            /// Upper case becomes lower case and the reverse.
            #[method]
            fn swapcase(vm: &mut Vm, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::make(vm, &ops::swapcase(this.content()))
            }
            /// Padded on both sides to a width.
            #[method(sig = "(width, fillchar=b' ', /)")]
            fn center(vm: &mut Vm, this: Gc<$T>, width: i64, fillchar: Value) -> PyResult<Gc<$T>> {
                let fill = shared::fill_byte(vm, fillchar, "center")?;
                let width = usize::try_from(width).unwrap_or(0);
                let padding = width.saturating_sub(this.len());
                let left = if padding == 0 { 0 } else { padding / 2 + (padding & width & 1) };
                let bytes = ops::padded(left, this.content(), padding - left, fill);
                shared::make_or(vm, bytes)
            }
            /// Padded on the right to a width.
            #[method(sig = "(width, fillchar=b' ', /)")]
            fn ljust(vm: &mut Vm, this: Gc<$T>, width: i64, fillchar: Value) -> PyResult<Gc<$T>> {
                let fill = shared::fill_byte(vm, fillchar, "ljust")?;
                let padding = usize::try_from(width).unwrap_or(0).saturating_sub(this.len());
                let bytes = ops::padded(0, this.content(), padding, fill);
                shared::make_or(vm, bytes)
            }
            /// Padded on the left to a width.
            #[method(sig = "(width, fillchar=b' ', /)")]
            fn rjust(vm: &mut Vm, this: Gc<$T>, width: i64, fillchar: Value) -> PyResult<Gc<$T>> {
                let fill = shared::fill_byte(vm, fillchar, "rjust")?;
                let padding = usize::try_from(width).unwrap_or(0).saturating_sub(this.len());
                let bytes = ops::padded(padding, this.content(), 0, fill);
                shared::make_or(vm, bytes)
            }
            /// Padded with zeros behind the sign to a width.
            #[method(sig = "(width, /)")]
            fn zfill(vm: &mut Vm, this: Gc<$T>, width: i64) -> PyResult<Gc<$T>> {
                let bytes = ops::zfill(this.content(), usize::try_from(width).unwrap_or(0));
                shared::make_or(vm, bytes)
            }
            /// Tabs become spaces up to the next multiple of tabsize.
            #[method(sig = "(tabsize=8)")]
            fn expandtabs(vm: &mut Vm, this: Gc<$T>, tabsize: i32) -> PyResult<Gc<$T>> {
                let bytes = ops::expand_tabs(this.content(), usize::try_from(tabsize).unwrap_or(0));
                shared::make_or(vm, bytes)
            }
            /// How often bytes occur in [start:end], without overlap.
            #[method(sig = "(sub, start=None, end=None, /)")]
            fn count(vm: &mut Vm, this: Gc<$T>, sub: Value, start: Bound, end: Bound) -> PyResult<usize> {
                let needle = shared::needle(vm, sub)?;
                let (from, to) = bounds(start, end, this.len());
                Ok(if from > to { 0 } else { search::count(&this.content()[from..to], needle.as_slice()) })
            }
            /// Where bytes first occur in [start:end]; -1 when they do not.
            #[method(sig = "(sub, start=None, end=None, /)")]
            fn find(vm: &mut Vm, this: Gc<$T>, sub: Value, start: Bound, end: Bound) -> PyResult<i64> {
                shared::find_in(vm, this.content(), sub, (start, end), Side::Left)
            }
            /// Where bytes last occur in [start:end]; -1 when they do not.
            #[method(sig = "(sub, start=None, end=None, /)")]
            fn rfind(vm: &mut Vm, this: Gc<$T>, sub: Value, start: Bound, end: Bound) -> PyResult<i64> {
                shared::find_in(vm, this.content(), sub, (start, end), Side::Right)
            }
            /// As find, but raises ValueError when the bytes do not occur.
            #[method(sig = "(sub, start=None, end=None, /)")]
            fn index(vm: &mut Vm, this: Gc<$T>, sub: Value, start: Bound, end: Bound) -> PyResult<i64> {
                let at = shared::find_in(vm, this.content(), sub, (start, end), Side::Left)?;
                shared::found(vm, at)
            }
            /// As rfind, but raises ValueError when the bytes do not occur.
            #[method(sig = "(sub, start=None, end=None, /)")]
            fn rindex(vm: &mut Vm, this: Gc<$T>, sub: Value, start: Bound, end: Bound) -> PyResult<i64> {
                let at = shared::find_in(vm, this.content(), sub, (start, end), Side::Right)?;
                shared::found(vm, at)
            }
            /// Whether the bytes in [start:end] start with a prefix, or one of a tuple of them.
            #[method(sig = "(prefix, start=None, end=None, /)")]
            fn startswith(vm: &mut Vm, this: Gc<$T>, prefix: Value, start: Bound, end: Bound) -> PyResult<bool> {
                shared::matches_affix(vm, this.content(), prefix, (start, end), Affix::Start)
            }
            /// Whether the bytes in [start:end] end with a suffix, or one of a tuple of them.
            #[method(sig = "(suffix, start=None, end=None, /)")]
            fn endswith(vm: &mut Vm, this: Gc<$T>, suffix: Value, start: Bound, end: Bound) -> PyResult<bool> {
                shared::matches_affix(vm, this.content(), suffix, (start, end), Affix::End)
            }
            /// Occurrences replaced: all, or the first count.
            #[method(sig = "(old, new, count=-1, /)")]
            fn replace(vm: &mut Vm, this: Gc<$T>, old: Buffer, new: Buffer, count: i64) -> PyResult<Gc<$T>> {
                shared::replace(vm, this, old, new, count)
            }
            /// Without a prefix, if it is there.
            #[method(sig = "(prefix, /)")]
            fn removeprefix(vm: &mut Vm, this: Gc<$T>, prefix: Buffer) -> PyResult<Gc<$T>> {
                match this.content().strip_prefix(prefix.as_slice()) {
                    Some(rest) if !prefix.is_empty() => $T::make(vm, rest),
                    _ => $T::unchanged(vm, this),
                }
            }
            /// Without a suffix, if it is there.
            #[method(sig = "(suffix, /)")]
            fn removesuffix(vm: &mut Vm, this: Gc<$T>, suffix: Buffer) -> PyResult<Gc<$T>> {
                match this.content().strip_suffix(suffix.as_slice()) {
                    Some(rest) if !suffix.is_empty() => $T::make(vm, rest),
                    _ => $T::unchanged(vm, this),
                }
            }
            /// Without white space, or any of some bytes, at both ends.
            #[method(sig = "(bytes=None, /)")]
            fn strip(vm: &mut Vm, this: Gc<$T>, bytes: Value) -> PyResult<Gc<$T>> {
                let (start, end) = shared::strip_span(vm, this.content(), bytes, Affix::Both)?;
                $T::make(vm, &this.content()[start..end])
            }
            /// Without white space, or any of some bytes, at the start.
            #[method(sig = "(bytes=None, /)")]
            fn lstrip(vm: &mut Vm, this: Gc<$T>, bytes: Value) -> PyResult<Gc<$T>> {
                let (start, end) = shared::strip_span(vm, this.content(), bytes, Affix::Start)?;
                $T::make(vm, &this.content()[start..end])
            }
            /// Without white space, or any of some bytes, at the end.
            #[method(sig = "(bytes=None, /)")]
            fn rstrip(vm: &mut Vm, this: Gc<$T>, bytes: Value) -> PyResult<Gc<$T>> {
                let (start, end) = shared::strip_span(vm, this.content(), bytes, Affix::End)?;
                $T::make(vm, &this.content()[start..end])
            }
            /// Bytes mapped through a table of 256, those in delete left out.
            #[method(sig = "(table, /, delete=<unrepresentable>)")]
            fn translate(vm: &mut Vm, this: Gc<$T>, table: Value, delete: Option<Value>) -> PyResult<Gc<$T>> {
                shared::translate(vm, this, table, delete)
            }
            /// A table for translate that maps each byte of one object to the one at the same place of another.
            #[staticmethod(sig = "(frm, to, /)")]
            fn maketrans(vm: &mut Vm, frm: Buffer, to: Buffer) -> PyResult<Gc<Bytes>> {
                shared::maketrans(vm, frm, to)
            }
            /// The bytes-like objects of an iterable with this one between them.
            #[method(sig = "(iterable_of_bytes, /)")]
            fn join(vm: &mut Vm, this: Gc<$T>, iterable_of_bytes: Value) -> PyResult<Gc<$T>> {
                shared::join(vm, this, iterable_of_bytes)
            }
            /// The parts between separators (white space by default), at most maxsplit splits from the left.
            #[method(sig = "(sep=None, maxsplit=-1)")]
            fn split(vm: &mut Vm, this: Gc<$T>, sep: Value, maxsplit: i64) -> PyResult<Gc<List>> {
                shared::split(vm, this, sep, maxsplit, Side::Left)
            }
            /// The parts between separators (white space by default), at most maxsplit splits from the right.
            #[method(sig = "(sep=None, maxsplit=-1)")]
            fn rsplit(vm: &mut Vm, this: Gc<$T>, sep: Value, maxsplit: i64) -> PyResult<Gc<List>> {
                shared::split(vm, this, sep, maxsplit, Side::Right)
            }
            /// The lines, with their ends if keepends.
            #[method(sig = "(keepends=False)")]
            fn splitlines(vm: &mut Vm, this: Gc<$T>, keepends: bool) -> PyResult<Gc<List>> {
                let spans = search::split_lines(this.content(), keepends, |b| matches!(b, b'\n' | b'\r'));
                shared::pieces(vm, this, &spans)
            }
            /// What is before the first separator, the separator, what is after it.
            #[method(sig = "(sep, /)")]
            fn partition(vm: &mut Vm, this: Gc<$T>, sep: Value) -> PyResult<Gc<Tuple>> {
                shared::partition(vm, this, sep, Side::Left)
            }
            /// What is before the last separator, the separator, what is after it.
            #[method(sig = "(sep, /)")]
            fn rpartition(vm: &mut Vm, this: Gc<$T>, sep: Value) -> PyResult<Gc<Tuple>> {
                shared::partition(vm, this, sep, Side::Right)
            }
            /// Whether all bytes are ASCII.
            #[method]
            fn isascii(_vm: &mut Vm, this: Gc<$T>) -> bool {
                this.content().is_ascii()
            }
            /// Whether there are bytes and all are ASCII letters or digits.
            #[method]
            fn isalnum(_vm: &mut Vm, this: Gc<$T>) -> bool {
                ops::all(this.content(), u8::is_ascii_alphanumeric)
            }
            /// Whether there are bytes and all are ASCII letters.
            #[method]
            fn isalpha(_vm: &mut Vm, this: Gc<$T>) -> bool {
                ops::all(this.content(), u8::is_ascii_alphabetic)
            }
            /// Whether there are bytes and all are ASCII digits.
            #[method]
            fn isdigit(_vm: &mut Vm, this: Gc<$T>) -> bool {
                ops::all(this.content(), u8::is_ascii_digit)
            }
            /// Whether there are bytes and all are ASCII white space.
            #[method]
            fn isspace(_vm: &mut Vm, this: Gc<$T>) -> bool {
                ops::all(this.content(), |b| ops::is_space(*b))
            }
            /// Whether there are ASCII letters and all are lower case.
            #[method]
            fn islower(_vm: &mut Vm, this: Gc<$T>) -> bool {
                ops::is_lower(this.content())
            }
            /// Whether there are ASCII letters and all are upper case.
            #[method]
            fn isupper(_vm: &mut Vm, this: Gc<$T>) -> bool {
                ops::is_upper(this.content())
            }
            /// Whether words begin in upper case and go on in lower case.
            #[method]
            fn istitle(_vm: &mut Vm, this: Gc<$T>) -> bool {
                ops::is_title(this.content())
            }
            /// The text that the bytes encode.
            #[method(sig = "(encoding='utf-8', errors='strict')")]
            fn decode(vm: &mut Vm, this: Gc<$T>, encoding: Gc<Str>, errors: Gc<Str>) -> PyResult<Value> {
                shared::decode(vm, Value::from_gc(this), encoding, errors)
            }
            /// Hexadecimal digits, two a byte, with a separator after each bytes_per_sep bytes.
            ///
            /// >>> bytes([1, 171, 255]).hex('-'), bytearray([1, 171, 255]).hex(':', 2)
            /// ('01-ab-ff', '01:abff')
            #[method(sig = "(sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(vm: &mut Vm, this: Gc<$T>, sep: Option<Value>, bytes_per_sep: i32) -> PyResult<String> {
                shared::hex_text(vm, this.content(), sep, bytes_per_sep.into())
            }
            #[method]
            fn __contains__(vm: &mut Vm, this: Gc<$T>, key: Value) -> PyResult<bool> {
                shared::contains(vm, this.content(), key)
            }
            #[method]
            fn __len__(_vm: &mut Vm, this: Gc<$T>) -> usize {
                this.len()
            }
            #[method]
            fn __eq__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                shared::compare(vm, this, value, CmpOp::Eq)
            }
            #[method]
            fn __ne__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                shared::compare(vm, this, value, CmpOp::Ne)
            }
            #[method]
            fn __lt__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                shared::compare(vm, this, value, CmpOp::Lt)
            }
            #[method]
            fn __le__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                shared::compare(vm, this, value, CmpOp::Le)
            }
            #[method]
            fn __gt__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                shared::compare(vm, this, value, CmpOp::Gt)
            }
            #[method]
            fn __ge__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                shared::compare(vm, this, value, CmpOp::Ge)
            }
            #[method]
            fn __add__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                if let Some(other) = vm.exact::<$crate::types::bytes::Bytes>(value) {
                    return shared::concat(vm, this, other.as_slice());
                }
                if vm.exports_buffer(value) {
                    let other = vm.buffer(value)?;
                    return shared::concat(vm, this, other.as_slice());
                }
                if vm.defers_to(value, Special::RAdd) {
                    return Ok(Value::NOT_IMPLEMENTED);
                }
                let (own, other) = (vm.type_name(Value::from_gc(this)), vm.type_name(value));
                Err(vm.type_error(format!("can't concat {other} to {own}")))
            }
            #[method]
            fn __mul__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                match vm.repeat_count(value)? {
                    Some(times) => shared::repeat(vm, this, times),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }
            #[method]
            fn __rmul__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Value> {
                $T::__mul__(vm, this, value)
            }
            #[method]
            fn __mod__(vm: &mut Vm, this: Gc<$T>, value: Value) -> PyResult<Gc<$T>> {
                let template = this.content().to_vec();
                let out = percent::format_bytes(vm, &template, value)?;
                $T::make(vm, &out)
            }
            #[method]
            fn __rmod__(_vm: &mut Vm, _this: Gc<$T>, _value: Value) -> Value {
                Value::NOT_IMPLEMENTED
            }
            /// A view of the memory.
            #[method(sig = "(flags, /)")]
            fn __buffer__(vm: &mut Vm, this: Gc<$T>, flags: i64) -> PyResult<Value> {
                let _ = flags;
                vm.memoryview(Value::from_gc(this)).map(Value::from_gc)
            }
        }
    };
}
pub(crate) use with_shared_methods;

pub fn compare<T: ByteString>(
    vm: &mut Vm,
    this: Gc<T>,
    value: Value,
    op: crate::protocol::CmpOp,
) -> PyResult<Value> {
    if let Some(other) = vm.downcast::<Bytes>(value) {
        return Ok(Value::bool(op.of(this.content().cmp(other.as_slice()))));
    }
    // Between other kinds, bytearray compares with everything, bytes with nothing.
    if !T::COMPARES_WITH_BUFFERS || !vm.exports_buffer(value) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let other = vm.buffer(value)?;
    Ok(Value::bool(op.of(this.content().cmp(other.as_slice()))))
}

pub fn concat<T: ByteString>(vm: &mut Vm, this: Gc<T>, other: &[u8]) -> PyResult<Value> {
    // What is short is put together on the machine stack.
    let mut out: SmallVec<[u8; 128]> = SmallVec::new();
    if out.try_reserve_exact(this.content().len() + other.len()).is_err() {
        return Err(vm.memory_error());
    }
    out.extend_from_slice(this.content());
    out.extend_from_slice(other);
    T::make(vm, &out).map(Value::from_gc)
}

pub fn repeat<T: ByteString>(vm: &mut Vm, this: Gc<T>, times: i64) -> PyResult<Value> {
    let times = usize::try_from(times).unwrap_or(0);
    let mut out = Vec::new();
    match this.content().len().checked_mul(times) {
        Some(len) if len < isize::MAX as usize && out.try_reserve_exact(len).is_ok() => {}
        _ => return Err(vm.memory_error()),
    }
    for _ in 0..times {
        out.extend_from_slice(this.content());
    }
    T::make(vm, &out).map(Value::from_gc)
}
