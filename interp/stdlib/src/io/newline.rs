//! Newline translation, and `IncrementalNewlineDecoder`.

use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// The `newline` argument of text streams.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Newline {
    /// `None`: any line end is read as a newline.
    #[default]
    Translated,
    /// `''`: any line end ends a line and is kept.
    Universal,
    Feed,
    Return,
    Both,
}

impl Newline {
    pub fn parse(vm: &mut Vm, v: Option<Gc<Str>>) -> PyResult<Newline> {
        let Some(text) = v else { return Ok(Newline::Translated) };
        match text.to_message().as_str() {
            "" => Ok(Newline::Universal),
            "\n" => Ok(Newline::Feed),
            "\r" => Ok(Newline::Return),
            "\r\n" => Ok(Newline::Both),
            _ => {
                let shown = text.to_message();
                Err(vm.value_error(format!("illegal newline value: {shown}")))
            }
        }
    }
    /// What a newline is written as, if not as itself.
    pub fn write_as(self) -> Option<&'static str> {
        match self {
            Newline::Return => Some("\r"),
            Newline::Both => Some("\r\n"),
            _ => None,
        }
    }
    /// Whether line ends are turned into newlines on input.
    pub fn translates(self) -> bool {
        self == Newline::Translated
    }
    /// Whether any line end ends a line.
    pub fn universal(self) -> bool {
        matches!(self, Newline::Translated | Newline::Universal)
    }
    /// Length of the first line with its end; what lies before `from` is known to have none.
    pub fn line_end(self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = &bytes[from..];
        let at = match self {
            Newline::Feed => memchr::memchr(b'\n', rest)? + 1,
            Newline::Return => memchr::memchr(b'\r', rest)? + 1,
            Newline::Both => memchr::memmem::find(rest, b"\r\n")? + 2,
            Newline::Translated | Newline::Universal => {
                let at = memchr::memchr2(b'\n', b'\r', rest)?;
                if rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 }
            }
        };
        Some(from + at)
    }
}

/// Which line ends were seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    feed: bool,
    carriage: bool,
    both: bool,
}

impl Seen {
    pub fn note(&mut self, bytes: &[u8]) {
        if memchr::memchr(b'\r', bytes).is_none() {
            self.feed |= memchr::memchr(b'\n', bytes).is_some();
            return;
        }
        let mut previous = 0;
        for (i, b) in bytes.iter().enumerate() {
            match b {
                b'\n' if previous == b'\r' => self.both = true,
                b'\n' => self.feed = true,
                b'\r' if bytes.get(i + 1) != Some(&b'\n') => self.carriage = true,
                _ => {}
            }
            previous = *b;
        }
    }
    /// `None`, one line end or a tuple of them.
    pub fn value(self, vm: &mut Vm) -> PyResult {
        let mut ends = vm.rooted_vec();
        for (on, text) in [(self.carriage, "\r"), (self.feed, "\n"), (self.both, "\r\n")] {
            if on {
                let text = Value::from_gc(vm.str(text)?);
                ends.push(text);
            }
        }
        match ends.len() {
            0 => Ok(Value::NONE),
            1 => Ok(ends[0]),
            _ => vm.tuple(&ends).map(Value::from_gc),
        }
    }
}

/// The text with every line end as a newline.
pub fn to_newlines(vm: &mut Vm, text: Gc<Str>) -> PyResult<Gc<Str>> {
    let mut out = StrBuilder::with_capacity(text.len());
    let mut after_return = false;
    for c in text.iter() {
        match c {
            13 => out.push(10),
            10 if after_return => {}
            c => out.push(c),
        }
        after_return = c == 13;
    }
    out.finish(vm)
}

layout! {
    /// Cell of an incremental newline decoder.
    Decoder(ids::NEWLINE_DECODER) { decoder } plain { translate: bool, pending: bool, seen: Seen }
}

/// Codec used when reading a file in universal newlines mode.
#[py_type(name = "IncrementalNewlineDecoder", module = "_io", id = ids::NEWLINE_DECODER, subclassable, has_dict)]
impl Decoder {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Decoder>> {
        let this = vm.alloc_instance::<Decoder>(cls)?;
        this.decoder.init(Value::NONE);
        Ok(this)
    }
    #[method(sig = "($self, decoder, translate, errors='strict')")]
    fn __init__(vm: &mut Vm, this: Gc<Decoder>, decoder: Value, translate: bool, _errors: Value) {
        this.decoder.set(&mut vm.heap, this.header(), decoder);
        this.translate.set(translate);
    }
    #[method(sig = "($self, input, final=False)")]
    fn decode(vm: &mut Vm, this: Gc<Decoder>, input: Value, r#final: bool) -> PyResult<Gc<Str>> {
        let text = if this.decoder.get().is_none() {
            input
        } else {
            vm.call_method(this.decoder.get(), "decode", &[input, Value::bool(r#final)])?
        };
        let Some(mut text) = vm.downcast::<Str>(text) else {
            let got = vm.type_name(text);
            return Err(vm.type_error(format!("decoder should return a string result, not '{got}'")));
        };
        if this.pending.get() && (!text.is_empty() || r#final) {
            let carriage = vm.str("\r")?;
            text = vm.str_concat(carriage, text)?;
            this.pending.set(false);
        }
        if !r#final && !text.is_empty() && text.code_point(text.len() - 1) == 13 {
            text = vm.str_slice(text, 0, text.len() - 1)?;
            this.pending.set(true);
        }
        let mut bytes: Vec<u8> =
            text.iter().map(|c| if c == 10 || c == 13 { c as u8 } else { b' ' }).collect();
        let mut seen = this.seen.get();
        seen.note(&bytes);
        bytes.clear();
        this.seen.set(seen);
        if this.translate.get() { to_newlines(vm, text) } else { Ok(text) }
    }
    #[method]
    fn getstate(vm: &mut Vm, this: Gc<Decoder>) -> PyResult<(Value, Value)> {
        let (mut bytes, mut flag) = (Value::from_gc(vm.bytes(b"")?), 0);
        if !this.decoder.get().is_none() {
            let state = vm.call_method(this.decoder.get(), "getstate", &[])?;
            bytes = vm.get_item(state, Value::small(0))?;
            let inner = vm.get_item(state, Value::small(1))?;
            flag = vm.index(inner)?;
        }
        let flag = flag << 1 | i64::from(this.pending.get());
        Ok((bytes, vm.int(flag)?))
    }
    #[method(sig = "($self, state, /)")]
    fn setstate(vm: &mut Vm, this: Gc<Decoder>, state: Value) -> PyResult<()> {
        let bytes = vm.get_item(state, Value::small(0))?;
        let flag = vm.get_item(state, Value::small(1))?;
        let flag = vm.index(flag)?;
        this.pending.set(flag & 1 != 0);
        if !this.decoder.get().is_none() {
            let inner = vm.int(flag >> 1)?;
            let state = Value::from_gc(vm.tuple(&[bytes, inner])?);
            vm.call_method(this.decoder.get(), "setstate", &[state])?;
        }
        Ok(())
    }
    #[method]
    fn reset(vm: &mut Vm, this: Gc<Decoder>) -> PyResult<()> {
        this.pending.set(false);
        this.seen.set(Seen::default());
        if !this.decoder.get().is_none() {
            vm.call_method(this.decoder.get(), "reset", &[])?;
        }
        Ok(())
    }
    #[getter]
    fn newlines(vm: &mut Vm, this: Gc<Decoder>) -> PyResult {
        this.seen.get().value(vm)
    }
}
