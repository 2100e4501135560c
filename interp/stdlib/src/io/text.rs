//! `TextIOWrapper`: text over a binary stream. Over 800 lines because reading, writing and positions share one state.
//! Input is kept as bytes and decoded a line at a time, so that positions
//! are known exactly; encodings in which line ends cannot be found in the bytes are first turned into UTF-8 as a whole.

use super::buffered::{self, Buffers};
use super::newline::{self, Newline};
use super::{base, size_arg, unsupported};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::codecs::{Codec, Endian, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::str::{Str, Units};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::cell::RefCell;
use std::rc::Rc;

const CHUNK: usize = 8192;

/// What a text stream keeps outside of the heap.
#[derive(Default)]
pub struct State {
    /// A codec of the runtime; without one, the codec registry is asked.
    codec: Option<Codec>,
    errors: Option<Errors>,
    newline: Newline,
    line_buffering: bool,
    write_through: bool,
    /// Encoded text that the binary stream has not got yet.
    pending: Vec<u8>,
    /// Bytes read and not decoded yet, from `at` on.
    ahead: Vec<u8>,
    at: usize,
    /// Nothing comes behind `ahead`.
    at_end: bool,
    /// `ahead` is UTF-8 made from another encoding: positions are not known.
    converted: bool,
    /// Line ends seen so far.
    seen: newline::Seen,
    /// Something was written already: no byte order mark is due.
    started: bool,
    detached: bool,
    initialised: bool,
    /// Where pending text goes when nobody is left to flush it.
    below: Option<Rc<RefCell<Buffers>>>,
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(below) = &self.below
            && !self.pending.is_empty()
        {
            below.borrow_mut().pending.extend_from_slice(&self.pending);
        }
    }
}

layout! {
    /// Cell of a text stream.
    TextIo(ids::TEXT_IO) { buffer, encoding, errors, mode } boxed { state: State }
}

fn ready(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<()> {
    let (initialised, detached) = {
        let s = this.state.cell().borrow();
        (s.initialised, s.detached)
    };
    if detached {
        return Err(vm.value_error("underlying buffer has been detached"));
    }
    if !initialised {
        return Err(vm.value_error("I/O operation on uninitialized object"));
    }
    Ok(())
}

fn check_open(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<()> {
    ready(vm, this)?;
    base::check_closed(vm, this.buffer.get())
}

/// What a text stream is made of.
pub struct Setup {
    pub encoding: Option<Gc<Str>>,
    pub errors: Option<Gc<Str>>,
    pub newline: Option<Gc<Str>>,
    pub line_buffering: bool,
    pub write_through: bool,
}

fn set_encoding(vm: &mut Vm, this: Gc<TextIo>, encoding: Gc<Str>) -> PyResult<()> {
    let name = encoding.to_message();
    if name.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    let codec = Codec::by_name(&name);
    if codec.is_none() {
        let codecs = habu_runtime::import::import_module(vm, "codecs")?;
        let info = vm.call_method(codecs, "lookup", &[Value::from_gc(encoding)])?;
        let text = vm.intern("_is_text_encoding");
        if let Some(is_text) = vm.get_attr_opt(info, text)?
            && !vm.truth(is_text)?
        {
            let shown = vm.repr(Value::from_gc(encoding))?.to_message();
            return Err(vm.lookup_error(format!(
                "{shown} is not a text encoding; use codecs.open() to handle arbitrary codecs"
            )));
        }
    }
    this.encoding.set(&mut vm.heap, this.header(), Value::from_gc(encoding));
    this.state.cell().borrow_mut().codec = codec;
    Ok(())
}

fn set_errors(vm: &mut Vm, this: Gc<TextIo>, errors: Gc<Str>) {
    this.errors.set(&mut vm.heap, this.header(), Value::from_gc(errors));
    this.state.cell().borrow_mut().errors = Some(Errors::by_name(&errors.to_message()));
}

fn init(vm: &mut Vm, this: Gc<TextIo>, buffer: Value, setup: Setup) -> PyResult<()> {
    let newline = Newline::parse(vm, setup.newline)?;
    let encoding = match setup.encoding {
        Some(e) if e.is("locale") => vm.str("utf-8")?,
        Some(e) => e,
        None => vm.str("UTF-8")?,
    };
    set_encoding(vm, this, encoding)?;
    let errors = match setup.errors {
        Some(errors) => errors,
        None => vm.str("strict")?,
    };
    set_errors(vm, this, errors);
    this.buffer.set(&mut vm.heap, this.header(), buffer);
    let below = buffered::of(vm, buffer).map(buffered::shared);
    let started = below.is_some() && started_before(vm, buffer)?;
    let mut s = this.state.cell().borrow_mut();
    s.newline = newline;
    s.line_buffering = setup.line_buffering;
    s.write_through = setup.write_through;
    s.below = below;
    s.started = started;
    s.initialised = true;
    Ok(())
}

/// Whether the stream to append to has content, so that no byte order mark is due.
fn started_before(vm: &mut Vm, buffer: Value) -> PyResult<bool> {
    let at = vm.call_method(buffer, "seekable", &[])?;
    if !vm.truth(at)? {
        return Ok(false);
    }
    let at = vm.call_method(buffer, "tell", &[])?;
    Ok(vm.index(at)? != 0)
}

fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<TextIo>> {
    let this = vm.alloc_instance::<TextIo>(cls)?;
    for field in [&this.buffer, &this.encoding, &this.errors] {
        field.init(Value::NONE);
    }
    this.mode.init(Value::UNBOUND);
    this.state.init(State::default());
    Ok(this)
}

/// A text stream over a buffered one.
pub fn make(vm: &mut Vm, buffer: Value, setup: Setup, mode: &str) -> PyResult {
    let cls = vm.native_class(TextIo::DECL)?;
    let this = new(vm, cls)?;
    init(vm, this, buffer, setup)?;
    let mode = vm.str(mode)?;
    this.mode.set(&mut vm.heap, this.header(), Value::from_gc(mode));
    Ok(Value::from_gc(this))
}

/// The codec for what follows the stream's start.
fn without_mark(codec: Codec) -> Codec {
    match codec {
        Codec::Utf16(None) => Codec::Utf16(Some(Endian::Little)),
        Codec::Utf32(None) => Codec::Utf32(Some(Endian::Little)),
        other => other,
    }
}

fn encode_slow(vm: &mut Vm, this: Gc<TextIo>, text: Gc<Str>) -> PyResult<Vec<u8>> {
    let (codec, errors, started) = {
        let s = this.state.cell().borrow();
        (s.codec, s.errors.clone(), s.started)
    };
    if let Some(codec) = codec {
        let errors = errors.unwrap_or(Errors::Strict);
        let codec = if started { without_mark(codec) } else { codec };
        return vm.encode_with(text, codec, &errors);
    }
    let (encoding, errors) = (this.encoding.get(), this.errors.get());
    let bytes = vm.call_method(Value::from_gc(text), "encode", &[encoding, errors])?;
    match vm.downcast::<Bytes>(bytes) {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => Err(vm.type_error("encoder should return a bytes object")),
    }
}

/// Hands pending text to the binary stream.
fn flush_pending(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<()> {
    let pending = std::mem::take(&mut this.state.cell().borrow_mut().pending);
    if pending.is_empty() {
        return Ok(());
    }
    let buffer = this.buffer.get();
    if is_exact_writer(vm, buffer)
        && let Some(below) = buffered::of(vm, buffer)
    {
        buffered::write(vm, below, &pending)?;
        return Ok(());
    }
    let bytes = Value::from_gc(vm.bytes(&pending)?);
    let write = vm.names.write;
    vm.call_method_name(buffer, write, &[bytes])?;
    Ok(())
}

fn is_exact_writer(vm: &Vm, v: Value) -> bool {
    vm.is_exact(v, ids::BUFFERED_WRITER) || vm.is_exact(v, ids::BUFFERED_RANDOM)
}

/// Writes text; `len(text)`.
pub fn write(vm: &mut Vm, this: Gc<TextIo>, text: Gc<Str>) -> PyResult<usize> {
    check_open(vm, this)?;
    let translated = {
        let s = this.state.cell().borrow();
        s.newline.write_as()
    };
    let has_newline = match text.units() {
        Units::One(bytes) => memchr::memchr(b'\n', bytes).is_some(),
        other => other.iter().any(|c| c == u32::from('\n')),
    };
    let ascii = text.as_ascii().filter(|_| {
        let s = this.state.cell().borrow();
        matches!(s.codec, Some(Codec::Utf8 | Codec::Ascii | Codec::Latin1))
    });
    match ascii {
        Some(ascii) if translated.is_none() || !has_newline => {
            this.state.cell().borrow_mut().pending.extend_from_slice(ascii.as_bytes());
        }
        _ => {
            let encoded = match translated.filter(|_| has_newline) {
                Some(line_end) => {
                    let (from, to) = (Value::from_gc(vm.str("\n")?), Value::from_gc(vm.str(line_end)?));
                    let replaced = vm.call_method(Value::from_gc(text), "replace", &[from, to])?;
                    let replaced = vm.to_str(replaced)?;
                    encode_slow(vm, this, replaced)?
                }
                None => encode_slow(vm, this, text)?,
            };
            this.state.cell().borrow_mut().pending.extend_from_slice(&encoded);
        }
    }
    let (due, flush) = {
        let mut s = this.state.cell().borrow_mut();
        s.started = true;
        let carriage = || text.iter().any(|c| c == u32::from('\r'));
        let flush = s.line_buffering && (has_newline || carriage());
        // What was read ahead is stale now.
        if s.at < s.ahead.len() {
            s.ahead.clear();
            s.at = 0;
        }
        s.at_end = false;
        (s.pending.len() >= CHUNK || s.write_through || flush, flush)
    };
    if due {
        flush_pending(vm, this)?;
    }
    if flush {
        let flush = vm.names.flush;
        vm.call_method_name(this.buffer.get(), flush, &[])?;
    }
    Ok(text.len())
}

/// Gets more input; false at the end.
fn fill(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<bool> {
    flush_pending(vm, this)?;
    if this.state.cell().borrow().at_end {
        return Ok(false);
    }
    let direct = {
        let s = this.state.cell().borrow();
        matches!(s.codec, Some(Codec::Utf8 | Codec::Ascii | Codec::Latin1))
    };
    if !direct {
        return convert_all(vm, this);
    }
    let buffer = this.buffer.get();
    let piece = match buffered::of(vm, buffer) {
        Some(below)
            if vm.is_exact(buffer, ids::BUFFERED_READER) || vm.is_exact(buffer, ids::BUFFERED_RANDOM) =>
        {
            buffered::read_once(vm, below, CHUNK)?
        }
        _ => {
            let n = Value::small(CHUNK as i64);
            let read1 = vm.intern("read1");
            let got = match vm.get_attr_opt(buffer, read1)? {
                Some(read1) => vm.call(read1, &[n])?,
                None => vm.call_method(buffer, "read", &[n])?,
            };
            let Some(piece) = vm.buffer_opt(got)? else {
                let got = vm.type_name(got);
                return Err(vm.type_error(format!(
                    "underlying read1() should have returned a bytes-like object, not '{got}'"
                )));
            };
            piece.as_slice().to_vec()
        }
    };
    let mut s = this.state.cell().borrow_mut();
    if piece.is_empty() {
        return Ok(false);
    }
    if s.at > 0 {
        let at = s.at;
        s.ahead.drain(..at);
        s.at = 0;
    }
    if s.ahead.is_empty() {
        s.ahead = piece;
    } else {
        s.ahead.extend_from_slice(&piece);
    }
    Ok(true)
}

/// Reads the rest of the stream and turns it into UTF-8.
fn convert_all(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<bool> {
    let rest = vm.call_method(this.buffer.get(), "read", &[])?;
    let text = vm.call_method(rest, "decode", &[this.encoding.get(), this.errors.get()])?;
    let Some(text) = vm.downcast::<Str>(text) else {
        return Err(vm.type_error("decoder should return a string result"));
    };
    let utf8 = vm.encode_with(text, Codec::Utf8, &Errors::SurrogatePass)?;
    let mut s = this.state.cell().borrow_mut();
    s.converted = true;
    s.at_end = true;
    let at = s.at;
    s.ahead.drain(..at);
    s.at = 0;
    s.ahead.extend_from_slice(&utf8);
    Ok(!utf8.is_empty())
}

fn decode(vm: &mut Vm, this: Gc<TextIo>, bytes: &[u8]) -> PyResult<Gc<Str>> {
    let (codec, errors) = {
        let s = this.state.cell().borrow();
        if s.converted {
            (Codec::Utf8, Errors::SurrogatePass)
        } else {
            (s.codec.unwrap_or(Codec::Utf8), s.errors.clone().unwrap_or(Errors::Strict))
        }
    };
    vm.decode_with(bytes, codec, &errors)
}

/// A line with its end; `limit` counts code points. Empty at the end.
fn read_line(vm: &mut Vm, this: Gc<TextIo>, limit: Option<usize>) -> PyResult<Gc<Str>> {
    let mut searched = 0;
    loop {
        let end = {
            let s = this.state.cell().borrow();
            let unread = &s.ahead[s.at..];
            s.newline.line_end(unread, searched)
        };
        let (have, at_end) = {
            let s = this.state.cell().borrow();
            (s.ahead.len() - s.at, s.at_end)
        };
        if let Some(end) = end
            && (end < have || at_end || !end_is_carriage(this, end))
        {
            return take_line(vm, this, end, limit);
        }
        // A limit counts code points, each of which has one byte at least.
        if limit.is_some_and(|l| have >= l.saturating_mul(4).saturating_add(4)) {
            return take_line(vm, this, have, limit);
        }
        searched = have.saturating_sub(2);
        if !fill(vm, this)? {
            let have = {
                let mut s = this.state.cell().borrow_mut();
                s.at_end = true;
                s.ahead.len() - s.at
            };
            let end = {
                let s = this.state.cell().borrow();
                s.newline.line_end(&s.ahead[s.at..], 0).unwrap_or(have)
            };
            let line = take_line(vm, this, end, limit);
            // A stream that grows later (a terminal, a log) may be read on.
            let mut s = this.state.cell().borrow_mut();
            if !s.converted && s.at == s.ahead.len() {
                s.at_end = false;
            }
            return line;
        }
    }
}

/// Whether a line found ends in a carriage return, which a newline still to be read might follow.
fn end_is_carriage(this: Gc<TextIo>, end: usize) -> bool {
    let s = this.state.cell().borrow();
    s.newline.universal() && s.ahead[s.at + end - 1] == b'\r'
}

fn take_line(vm: &mut Vm, this: Gc<TextIo>, end: usize, limit: Option<usize>) -> PyResult<Gc<Str>> {
    let bytes = {
        let s = this.state.cell().borrow();
        s.ahead[s.at..s.at + end].to_vec()
    };
    let (mut bytes, mut text) = (bytes, None);
    if let Some(limit) = limit
        && bytes.len() > limit
    {
        let whole = decode(vm, this, &bytes)?;
        if whole.len() > limit {
            let (part, size) = prefix(vm, this, &bytes, whole, limit)?;
            bytes.truncate(size);
            text = Some(part);
        } else {
            text = Some(whole);
        }
    }
    this.state.cell().borrow_mut().at += bytes.len();
    let text = match text {
        Some(text) => text,
        None => decode(vm, this, &bytes)?,
    };
    translate(vm, this, &bytes, text)
}

/// The first `limit` code points of what `bytes` decode to, and how many bytes those are.
fn prefix(
    vm: &mut Vm,
    this: Gc<TextIo>,
    bytes: &[u8],
    whole: Gc<Str>,
    limit: usize,
) -> PyResult<(Gc<Str>, usize)> {
    let part = vm.str_slice(whole, 0, limit)?;
    let utf8 = {
        let s = this.state.cell().borrow();
        s.converted || s.codec == Some(Codec::Utf8)
    };
    if !utf8 {
        return Ok((part, limit.min(bytes.len())));
    }
    // Bytes that errors handlers replaced still begin where code points do.
    let mut size = 0;
    let mut count = 0;
    while count < limit && size < bytes.len() {
        size += 1;
        while size < bytes.len() && bytes[size] & 0xC0 == 0x80 {
            size += 1;
        }
        count += 1;
    }
    Ok((part, size))
}

/// Line ends as the program wants to see them.
fn translate(vm: &mut Vm, this: Gc<TextIo>, bytes: &[u8], text: Gc<Str>) -> PyResult<Gc<Str>> {
    let translates = {
        let mut s = this.state.cell().borrow_mut();
        if s.newline.universal() {
            s.seen.note(bytes);
        }
        s.newline.translates()
    };
    if !translates || memchr::memchr(b'\r', bytes).is_none() {
        return Ok(text);
    }
    newline::to_newlines(vm, text)
}

fn read(vm: &mut Vm, this: Gc<TextIo>, n: Option<usize>) -> PyResult<Gc<Str>> {
    let Some(n) = n else {
        flush_pending(vm, this)?;
        let direct = this
            .state
            .cell()
            .borrow()
            .codec
            .is_some_and(|c| matches!(c, Codec::Utf8 | Codec::Ascii | Codec::Latin1));
        if direct && !this.state.cell().borrow().at_end {
            let rest = vm.call_method(this.buffer.get(), "read", &[])?;
            if !rest.is_none() {
                let rest = vm.buffer(rest)?;
                let mut s = this.state.cell().borrow_mut();
                let at = s.at;
                s.ahead.drain(..at);
                s.at = 0;
                s.ahead.extend_from_slice(rest.as_slice());
            }
        } else {
            while fill(vm, this)? {}
        }
        let bytes = {
            let mut s = this.state.cell().borrow_mut();
            let at = s.at;
            s.at = 0;
            let mut all = std::mem::take(&mut s.ahead);
            all.drain(..at);
            all
        };
        let text = decode(vm, this, &bytes)?;
        return translate(vm, this, &bytes, text);
    };
    let mut pieces = vm.rooted_vec();
    let mut count = 0;
    while count < n {
        // Up to a line end at a time keeps carriage returns and newlines together.
        let (have, at_end) = {
            let s = this.state.cell().borrow();
            (s.ahead.len() - s.at, s.at_end)
        };
        if have < (n - count).saturating_mul(4).saturating_add(8) && !at_end && fill(vm, this)? {
            continue;
        }
        if have == 0 {
            break;
        }
        let bytes = {
            let s = this.state.cell().borrow();
            s.ahead[s.at..].to_vec()
        };
        let whole = decode(vm, this, &bytes)?;
        let translates = this.state.cell().borrow().newline.translates();
        let wanted = n - count;
        let (text, size) = if whole.len() <= wanted {
            (whole, bytes.len())
        } else {
            // Each line end that shrinks makes room for one code point more.
            let mut take = wanted;
            if translates {
                let mut seen = 0;
                let mut at = 0;
                while seen < wanted && at < whole.len() {
                    if whole.code_point(at) == 13 && at + 1 < whole.len() && whole.code_point(at + 1) == 10 {
                        at += 1;
                    }
                    at += 1;
                    seen += 1;
                }
                take = at;
            }
            prefix(vm, this, &bytes, whole, take)?
        };
        this.state.cell().borrow_mut().at += size;
        let text = translate(vm, this, &bytes[..size], text)?;
        count += text.len();
        pieces.push(Value::from_gc(text));
        if size == bytes.len() {
            break;
        }
    }
    let texts: Vec<Gc<Str>> = pieces.iter().filter_map(|p| vm.exact::<Str>(*p)).collect();
    let empty = vm.strings.empty();
    vm.str_join(empty, &texts)
}

fn check_readable(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<()> {
    check_open(vm, this)?;
    if buffered::of(vm, this.buffer.get()).is_some() && !vm.is_exact(this.buffer.get(), ids::BUFFERED_WRITER)
    {
        return Ok(());
    }
    base::require(vm, this.buffer.get(), "readable", "not readable")
}

fn flush(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<()> {
    check_open(vm, this)?;
    flush_pending(vm, this)?;
    let flush = vm.names.flush;
    vm.call_method_name(this.buffer.get(), flush, &[])?;
    Ok(())
}

fn tell(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<i64> {
    check_open(vm, this)?;
    base::require(vm, this.buffer.get(), "seekable", "underlying stream is not seekable")?;
    flush(vm, this)?;
    let at = vm.call_method(this.buffer.get(), "tell", &[])?;
    let at = vm.index(at)?;
    let s = this.state.cell().borrow();
    if s.converted {
        let (encoding, ahead) = (vm.to_str(this.encoding.get())?.to_message(), s.ahead.len() - s.at);
        if ahead > 0 {
            return Err(vm.not_implemented_error(format!("tell() within text in encoding {encoding}")));
        }
        return Ok(at);
    }
    Ok(at - (s.ahead.len() - s.at) as i64)
}

/// Character and Line based layer over a BufferedIOBase object, buffer.
#[py_type(name = "TextIOWrapper", module = "_io", id = ids::TEXT_IO, base = ids::TEXT_IO_BASE, subclassable, has_dict)]
impl TextIo {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<TextIo>> {
        new(vm, cls)
    }
    #[method(
        sig = "($self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn __init__(
        vm: &mut Vm,
        this: Gc<TextIo>,
        buffer: Value,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
        newline: Option<Gc<Str>>,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        init(vm, this, buffer, Setup { encoding, errors, newline, line_buffering, write_through })
    }
    #[method(sig = "($self, text, /)")]
    fn write(vm: &mut Vm, this: Gc<TextIo>, text: Gc<Str>) -> PyResult<usize> {
        ready(vm, this)?;
        // Those are open for writing as long as they are open.
        if !is_exact_writer(vm, this.buffer.get()) && !vm.is_exact(this.buffer.get(), ids::BYTES_IO) {
            check_open(vm, this)?;
            base::require(vm, this.buffer.get(), "writable", "not writable")?;
        }
        write(vm, this, text)
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, this: Gc<TextIo>, size: Value) -> PyResult<Gc<Str>> {
        let n = size_arg(vm, size)?;
        check_readable(vm, this)?;
        read(vm, this, n)
    }
    #[method(sig = "($self, size=-1, /)")]
    fn readline(vm: &mut Vm, this: Gc<TextIo>, size: Value) -> PyResult<Gc<Str>> {
        let limit = size_arg(vm, size)?;
        check_readable(vm, this)?;
        read_line(vm, this, limit)
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        check_readable(vm, this)?;
        let line = if vm.is_exact(Value::from_gc(this), ids::TEXT_IO) {
            read_line(vm, this, None)?
        } else {
            let line = vm.call_method(Value::from_gc(this), "readline", &[])?;
            match vm.downcast::<Str>(line) {
                Some(line) => line,
                None => {
                    let got = vm.type_name(line);
                    return Err(vm.raise(
                        habu_runtime::vm::Exc::OSError,
                        &format!("readline() should have returned a str object, not '{got}'"),
                    ));
                }
            }
        };
        if line.is_empty() {
            return Err(vm.stop_iteration(Value::NONE));
        }
        Ok(Value::from_gc(line))
    }
    #[method]
    fn flush(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<()> {
        flush(vm, this)
    }
    #[method]
    fn close(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<()> {
        ready(vm, this)?;
        if base::is_closed(vm, this.buffer.get())? {
            return Ok(());
        }
        let flushed = vm.call_method(Value::from_gc(this), "flush", &[]).map(|_| ());
        base::both(vm, flushed, |vm| {
            this.state.cell().borrow_mut().pending.clear();
            vm.call_method(this.buffer.get(), "close", &[]).map(|_| ())
        })
    }
    #[method]
    fn detach(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        ready(vm, this)?;
        vm.call_method(Value::from_gc(this), "flush", &[])?;
        let mut s = this.state.cell().borrow_mut();
        s.detached = true;
        s.below = None;
        Ok(this.buffer.get())
    }
    #[method(
        sig = "($self, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        vm: &mut Vm,
        this: Gc<TextIo>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
        newline: Option<Value>,
        line_buffering: Value,
        write_through: Value,
    ) -> PyResult<()> {
        let touched = {
            let s = this.state.cell().borrow();
            s.at > 0 || !s.ahead.is_empty()
        };
        if touched && (encoding.is_some() || errors.is_some() || newline.is_some()) {
            return Err(unsupported(
                vm,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let newline = match newline {
            None => None,
            Some(Value::NONE) => Some(Newline::parse(vm, None)?),
            Some(v) => match vm.downcast::<Str>(v) {
                Some(text) => Some(Newline::parse(vm, Some(text))?),
                None => {
                    let got = vm.type_name(v);
                    return Err(vm.type_error(format!(
                        "reconfigure() argument 'newline' must be str or None, not {got}"
                    )));
                }
            },
        };
        flush(vm, this)?;
        if let Some(encoding) = encoding {
            let encoding = if encoding.is("locale") { vm.str("utf-8")? } else { encoding };
            set_encoding(vm, this, encoding)?;
            if errors.is_none() {
                let strict = vm.str("strict")?;
                set_errors(vm, this, strict);
            }
        }
        if let Some(errors) = errors {
            set_errors(vm, this, errors);
        }
        let flag = |vm: &mut Vm, v: Value| -> PyResult<Option<bool>> {
            if v.is_none() { Ok(None) } else { vm.truth(v).map(Some) }
        };
        let (line_buffering, write_through) = (flag(vm, line_buffering)?, flag(vm, write_through)?);
        let mut s = this.state.cell().borrow_mut();
        if let Some(newline) = newline {
            s.newline = newline;
        }
        s.line_buffering = line_buffering.unwrap_or(s.line_buffering);
        s.write_through = write_through.unwrap_or(s.write_through);
        Ok(())
    }
    #[method]
    fn tell(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<i64> {
        tell(vm, this)
    }
    #[method(sig = "($self, cookie, whence=0, /)")]
    fn seek(vm: &mut Vm, this: Gc<TextIo>, cookie: i64, whence: i32) -> PyResult {
        check_open(vm, this)?;
        base::require(vm, this.buffer.get(), "seekable", "underlying stream is not seekable")?;
        let (mut cookie, mut whence) = (cookie, whence);
        match whence {
            1 if cookie != 0 => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
            1 => {
                cookie = tell(vm, this)?;
                whence = 0;
            }
            2 if cookie != 0 => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
            0 if cookie < 0 => return Err(vm.value_error(format!("negative seek position {cookie}"))),
            0 | 2 => {}
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        }
        flush(vm, this)?;
        {
            let mut s = this.state.cell().borrow_mut();
            s.ahead.clear();
            s.at = 0;
            s.at_end = false;
            s.converted = false;
            s.started = whence == 2 || cookie != 0;
        }
        let offset = vm.int(cookie)?;
        vm.call_method(this.buffer.get(), "seek", &[offset, Value::small(i64::from(whence))])
    }
    #[method(sig = "($self, pos=None, /)")]
    fn truncate(vm: &mut Vm, this: Gc<TextIo>, pos: Value) -> PyResult {
        flush(vm, this)?;
        let pos = if pos.is_none() {
            let at = tell(vm, this)?;
            vm.int(at)?
        } else {
            pos
        };
        vm.call_method(this.buffer.get(), "truncate", &[pos])
    }
    #[method]
    fn readable(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        ready(vm, this)?;
        vm.call_method(this.buffer.get(), "readable", &[])
    }
    #[method]
    fn writable(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        ready(vm, this)?;
        vm.call_method(this.buffer.get(), "writable", &[])
    }
    #[method]
    fn seekable(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        ready(vm, this)?;
        vm.call_method(this.buffer.get(), "seekable", &[])
    }
    #[method]
    fn fileno(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        ready(vm, this)?;
        vm.call_method(this.buffer.get(), "fileno", &[])
    }
    #[method]
    fn isatty(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        ready(vm, this)?;
        vm.call_method(this.buffer.get(), "isatty", &[])
    }
    #[getter]
    fn closed(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<bool> {
        ready(vm, this)?;
        base::is_closed(vm, this.buffer.get())
    }
    #[getter]
    fn name(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        ready(vm, this)?;
        vm.get_attr_str(this.buffer.get(), "name")
    }
    #[getter]
    fn mode(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        match this.mode.get().bound() {
            Some(mode) => Ok(mode),
            None => {
                let key = vm.intern("mode");
                Err(vm.no_attribute(Value::from_gc(this), key))
            }
        }
    }
    #[setter]
    fn set_mode(vm: &mut Vm, this: Gc<TextIo>, mode: Value) {
        this.mode.set(&mut vm.heap, this.header(), mode);
    }
    #[getter]
    fn buffer(_vm: &mut Vm, this: Gc<TextIo>) -> Value {
        this.buffer.get()
    }
    #[getter]
    fn encoding(_vm: &mut Vm, this: Gc<TextIo>) -> Value {
        this.encoding.get()
    }
    #[getter]
    fn errors(_vm: &mut Vm, this: Gc<TextIo>) -> Value {
        this.errors.get()
    }
    #[getter]
    fn line_buffering(_vm: &mut Vm, this: Gc<TextIo>) -> bool {
        this.state.cell().borrow().line_buffering
    }
    #[getter]
    fn write_through(_vm: &mut Vm, this: Gc<TextIo>) -> bool {
        this.state.cell().borrow().write_through
    }
    #[getter]
    fn newlines(vm: &mut Vm, this: Gc<TextIo>) -> PyResult {
        let seen = this.state.cell().borrow().seen;
        seen.value(vm)
    }
    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size(_vm: &mut Vm, _this: Gc<TextIo>) -> usize {
        CHUNK
    }
    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(_vm: &mut Vm, _this: Gc<TextIo>, _size: usize) {}
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<TextIo>) -> PyResult<String> {
        let v = Value::from_gc(this);
        let cls = vm.class_of(v);
        let mut text = format!("<_io.{}", vm.class_name(cls));
        for key in ["name", "mode"] {
            let name = vm.intern(key);
            let found = vm.get_attr_opt(v, name);
            if let Some(found) = vm.catch(found, habu_runtime::vm::Exc::ValueError)?.flatten() {
                text.push_str(&format!(" {key}={}", vm.repr(found)?.to_message()));
            }
        }
        text.push_str(&format!(" encoding={}>", vm.repr(this.encoding.get())?.to_message()));
        Ok(text)
    }
}
