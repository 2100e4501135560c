//! `StringIO`.

use super::newline::{self, Newline};
use super::{base, size_arg};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Appending is the common use: the text grows in a builder. Other uses turn it into code points first.
enum Content {
    Built(StrBuilder),
    Points(Vec<u32>),
}

pub struct State {
    content: Content,
    at: usize,
    closed: bool,
    newline: Newline,
    seen: newline::Seen,
}

impl Default for State {
    fn default() -> State {
        State {
            content: Content::Built(StrBuilder::new()),
            at: 0,
            closed: false,
            newline: Newline::Feed,
            seen: newline::Seen::default(),
        }
    }
}

impl State {
    fn len(&self) -> usize {
        match &self.content {
            Content::Built(b) => b.len(),
            Content::Points(p) => p.len(),
        }
    }
    fn points(&mut self) -> &mut Vec<u32> {
        if let Content::Built(b) = &self.content {
            self.content = Content::Points(b.units().iter().collect());
        }
        match &mut self.content {
            Content::Points(p) => p,
            Content::Built(_) => unreachable!("turned into code points above"),
        }
    }
    fn write(&mut self, text: &Str) {
        if let Content::Built(b) = &mut self.content
            && self.at == b.len()
        {
            b.push_units(text.units());
            self.at = b.len();
            return;
        }
        let at = self.at;
        let end = at + text.len();
        let points = self.points();
        if points.len() < end {
            points.resize(end, 0);
        }
        for (slot, c) in points[at..end].iter_mut().zip(text.iter()) {
            *slot = c;
        }
        self.at = end;
    }
    /// Code points from the position on, at most `n`.
    fn take(&mut self, n: usize) -> StrBuilder {
        let mut out = StrBuilder::new();
        let (start, end) = (self.at.min(self.len()), self.at.saturating_add(n).min(self.len()));
        match &self.content {
            Content::Built(b) => {
                if start < end {
                    out.push_units(b.units().slice(start, end));
                }
            }
            Content::Points(p) => {
                for c in p.get(start..end).unwrap_or(&[]) {
                    out.push(*c);
                }
            }
        }
        self.at = self.at.max(end);
        out
    }
    fn line(&mut self, limit: Option<usize>) -> StrBuilder {
        let (start, universal) = (self.at, self.newline.universal());
        let (first, both) = match self.newline {
            Newline::Return => (13, false),
            Newline::Both => (13, true),
            _ => (10, false),
        };
        let len = self.len();
        let at = |i: usize| match &self.content {
            Content::Built(b) => b.units().at(i),
            Content::Points(p) => p[i],
        };
        let mut i = start;
        while i < len {
            let c = at(i);
            i += 1;
            if both {
                if c == 13 && i < len && at(i) == 10 {
                    i += 1;
                    break;
                }
            } else if c == first {
                break;
            } else if universal && c == 13 {
                if i < len && at(i) == 10 {
                    i += 1;
                }
                break;
            }
        }
        let n = i.saturating_sub(start).min(limit.unwrap_or(usize::MAX));
        self.take(n)
    }
}

layout! {
    /// Cell of a stream over text in memory.
    StringIo(ids::STRING_IO) {} boxed { state: State }
}

fn open(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<()> {
    if this.state.cell().borrow().closed {
        return Err(vm.value_error("I/O operation on closed file"));
    }
    Ok(())
}

fn write(vm: &mut Vm, this: Gc<StringIo>, text: Gc<Str>) -> PyResult<()> {
    let newline = this.state.cell().borrow().newline;
    let mut text = text;
    if newline.universal() {
        let marks: Vec<u8> = text.iter().map(|c| if c == 10 || c == 13 { c as u8 } else { b' ' }).collect();
        this.state.cell().borrow_mut().seen.note(&marks);
        if newline.translates() {
            text = newline::to_newlines(vm, text)?;
        }
    }
    if let Some(line_end) = newline.write_as() {
        let (from, to) = (Value::from_gc(vm.str("\n")?), Value::from_gc(vm.str(line_end)?));
        let replaced = vm.call_method(Value::from_gc(text), "replace", &[from, to])?;
        text = vm.to_str(replaced)?;
    }
    this.state.cell().borrow_mut().write(&text);
    Ok(())
}

/// Text I/O implementation using an in-memory buffer.
#[py_type(name = "StringIO", module = "_io", id = ids::STRING_IO, base = ids::TEXT_IO_BASE, subclassable, has_dict)]
impl StringIo {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<StringIo>> {
        let this = vm.alloc_instance::<StringIo>(cls)?;
        this.state.init(State::default());
        Ok(this)
    }
    #[method(sig = "($self, initial_value='', newline='\\n')")]
    fn __init__(
        vm: &mut Vm,
        this: Gc<StringIo>,
        initial_value: Value,
        newline: Option<Value>,
    ) -> PyResult<()> {
        let newline = match newline {
            None | Some(Value::NONE) => None,
            Some(v) => match vm.downcast::<Str>(v) {
                Some(text) => Some(text),
                None => {
                    let got = vm.type_name(v);
                    return Err(vm.type_error(format!("newline must be str or None, not {got}")));
                }
            },
        };
        let newline = Newline::parse(vm, newline)?;
        *this.state.cell().borrow_mut() = State { newline, ..State::default() };
        if !initial_value.is_none() {
            let Some(text) = vm.downcast::<Str>(initial_value) else {
                let got = vm.type_name(initial_value);
                return Err(vm.type_error(format!("initial_value must be str or None, not {got}")));
            };
            write(vm, this, text)?;
            this.state.cell().borrow_mut().at = 0;
        }
        Ok(())
    }
    #[method(sig = "($self, text, /)")]
    fn write(vm: &mut Vm, this: Gc<StringIo>, text: Value) -> PyResult<usize> {
        let Some(text) = vm.downcast::<Str>(text) else {
            let got = vm.type_name(text);
            return Err(vm.type_error(format!("string argument expected, got '{got}'")));
        };
        open(vm, this)?;
        write(vm, this, text)?;
        Ok(text.len())
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, this: Gc<StringIo>, size: Value) -> PyResult<Gc<Str>> {
        let n = size_arg(vm, size)?;
        open(vm, this)?;
        let text = this.state.cell().borrow_mut().take(n.unwrap_or(usize::MAX));
        text.finish(vm)
    }
    #[method(sig = "($self, size=-1, /)")]
    fn readline(vm: &mut Vm, this: Gc<StringIo>, size: Value) -> PyResult<Gc<Str>> {
        let n = size_arg(vm, size)?;
        open(vm, this)?;
        let text = this.state.cell().borrow_mut().line(n);
        text.finish(vm)
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<StringIo>) -> PyResult {
        open(vm, this)?;
        if !vm.is_exact(Value::from_gc(this), ids::STRING_IO) {
            let line = vm.call_method(Value::from_gc(this), "readline", &[])?;
            return if vm.len(line)? == 0 { Err(vm.stop_iteration(Value::NONE)) } else { Ok(line) };
        }
        let text = this.state.cell().borrow_mut().line(None);
        if text.is_empty() {
            return Err(vm.stop_iteration(Value::NONE));
        }
        text.finish(vm).map(Value::from_gc)
    }
    #[method]
    fn getvalue(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<Gc<Str>> {
        open(vm, this)?;
        let text = {
            let s = this.state.cell().borrow();
            let mut text = StrBuilder::with_capacity(s.len());
            match &s.content {
                Content::Built(b) => text.push_units(b.units()),
                Content::Points(p) => p.iter().for_each(|c| text.push(*c)),
            }
            text
        };
        text.finish(vm)
    }
    #[method]
    fn tell(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<usize> {
        open(vm, this)?;
        Ok(this.state.cell().borrow().at)
    }
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(vm: &mut Vm, this: Gc<StringIo>, pos: i64, whence: i32) -> PyResult<usize> {
        open(vm, this)?;
        let mut s = this.state.cell().borrow_mut();
        match whence {
            0 if pos < 0 => return Err(vm.value_error(format!("Negative seek position {pos}"))),
            0 => s.at = pos as usize,
            1 | 2 if pos != 0 => {
                return Err(vm.raise(habu_runtime::vm::Exc::OSError, "Can't do nonzero cur-relative seeks"));
            }
            1 => {}
            2 => s.at = s.len(),
            _ => return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
        }
        Ok(s.at)
    }
    #[method(sig = "($self, pos=None, /)")]
    fn truncate(vm: &mut Vm, this: Gc<StringIo>, pos: Value) -> PyResult<i64> {
        open(vm, this)?;
        let size = if pos.is_none() { this.state.cell().borrow().at as i64 } else { vm.index(pos)? };
        if size < 0 {
            return Err(vm.value_error(format!("Negative size value {size}")));
        }
        let mut s = this.state.cell().borrow_mut();
        if (size as usize) < s.len() {
            s.points().truncate(size as usize);
        }
        Ok(size)
    }
    #[method]
    fn close(_vm: &mut Vm, this: Gc<StringIo>) {
        *this.state.cell().borrow_mut() = State { closed: true, ..State::default() };
    }
    #[getter]
    fn closed(_vm: &mut Vm, this: Gc<StringIo>) -> bool {
        this.state.cell().borrow().closed
    }
    #[getter]
    fn line_buffering(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<bool> {
        open(vm, this).map(|()| false)
    }
    #[getter]
    fn newlines(vm: &mut Vm, this: Gc<StringIo>) -> PyResult {
        open(vm, this)?;
        let seen = this.state.cell().borrow().seen;
        seen.value(vm)
    }
    #[method]
    fn readable(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<bool> {
        open(vm, this).map(|()| true)
    }
    #[method]
    fn writable(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<bool> {
        open(vm, this).map(|()| true)
    }
    #[method]
    fn seekable(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<bool> {
        open(vm, this).map(|()| true)
    }
    #[method]
    fn __getstate__(vm: &mut Vm, this: Gc<StringIo>) -> PyResult<Gc<Tuple>> {
        base::check_closed(vm, Value::from_gc(this))?;
        let value = Value::from_gc(StringIo::getvalue(vm, this)?);
        let newline = this.state.cell().borrow().newline;
        let newline = match newline {
            Newline::Translated => Value::NONE,
            Newline::Universal => Value::from_gc(vm.str("")?),
            Newline::Feed => Value::from_gc(vm.str("\n")?),
            other => Value::from_gc(vm.str(other.write_as().unwrap_or("\n"))?),
        };
        let at = this.state.cell().borrow().at as i64;
        let at = vm.int(at)?;
        vm.tuple(&[value, newline, at, Value::NONE])
    }
    #[method(sig = "($self, state, /)")]
    fn __setstate__(vm: &mut Vm, this: Gc<StringIo>, state: Value) -> PyResult<()> {
        let (value, rest) = super::base::state_items(vm, Value::from_gc(this), state, 4)?;
        StringIo::__init__(vm, this, value, Some(rest[0]))?;
        let at = super::base::state_position(vm, rest[1], "third item of state must be an integer, got")?;
        this.state.cell().borrow_mut().at = at;
        Ok(())
    }
}
