//! `make_scanner`: JSON text to objects.

use super::{decode_error, string, string_arg};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::int;
use habu_runtime::types::str::{Str, Unit};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::cell::Cell;

layout! {
    /// Cell of a scanner: what its context said when it was made.
    Scanner(ids::JSON_SCANNER) { object_hook, object_pairs_hook, parse_float, parse_int, parse_constant }
    plain { strict: bool }
}

/// Keys that are remembered.
const KEYS: usize = 64;

/// One run over a document. Lives on the machine stack.
struct Run<'a, T: Unit> {
    text: &'a [T],
    doc: Gc<Str>,
    scanner: Gc<Scanner>,
    /// Keys met lately, so that equal ones are one object, made and hashed once.
    keys: [Cell<Option<Gc<Str>>>; KEYS],
    plain_floats: bool,
    plain_ints: bool,
}

impl<T: Unit> Run<'_, T> {
    #[inline]
    fn at(&self, at: usize) -> u32 {
        self.text.get(at).map_or(u32::MAX, |c| c.code())
    }
    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.at(at), 0x20 | 0x09 | 0x0a | 0x0d) {
            at += 1;
        }
        at
    }
    fn has(&self, at: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(i, b)| self.at(at + i) == u32::from(b))
    }

    fn stop(&self, vm: &mut Vm, at: usize) -> habu_runtime::vm::Raised {
        vm.stop_iteration(Value::small(at as i64))
    }

    /// The value that begins at `at`, and where the text goes on.
    fn value(&self, vm: &mut Vm, at: usize) -> PyResult<(Value, usize)> {
        match char::from_u32(self.at(at)) {
            Some('"') => {
                let (v, end) = string::scan(vm, self.text, self.doc, at + 1, self.scanner.strict.get())?;
                Ok((Value::from_gc(v), end))
            }
            Some('{') => {
                vm.enter_call()?;
                self.object(vm, at + 1)
            }
            Some('[') => {
                vm.enter_call()?;
                self.array(vm, at + 1)
            }
            Some('n') if self.has(at, "null") => Ok((Value::NONE, at + 4)),
            Some('t') if self.has(at, "true") => Ok((Value::TRUE, at + 4)),
            Some('f') if self.has(at, "false") => Ok((Value::FALSE, at + 5)),
            Some('N') if self.has(at, "NaN") => self.constant(vm, "NaN", at),
            Some('I') if self.has(at, "Infinity") => self.constant(vm, "Infinity", at),
            Some('-') if self.has(at, "-Infinity") => self.constant(vm, "-Infinity", at),
            _ => self.number(vm, at),
        }
    }

    fn constant(&self, vm: &mut Vm, name: &'static str, at: usize) -> PyResult<(Value, usize)> {
        let text = vm.intern_value(name);
        let v = vm.call(self.scanner.parse_constant.get(), &[text])?;
        Ok((v, at + name.len()))
    }

    fn digits(&self, mut at: usize) -> usize {
        while (0x30..0x3a).contains(&self.at(at)) {
            at += 1;
        }
        at
    }

    fn number(&self, vm: &mut Vm, start: usize) -> PyResult<(Value, usize)> {
        let first = if self.at(start) == 0x2d { start + 1 } else { start };
        let mut end = match self.at(first) {
            0x30 => first + 1,
            0x31..=0x39 => self.digits(first + 1),
            _ => return Err(self.stop(vm, start)),
        };
        let mut is_float = false;
        if self.at(end) == 0x2e {
            let after = self.digits(end + 1);
            if after > end + 1 {
                (end, is_float) = (after, true);
            }
        }
        if matches!(self.at(end), 0x65 | 0x45) {
            let sign = usize::from(matches!(self.at(end + 1), 0x2b | 0x2d));
            let after = self.digits(end + 1 + sign);
            if after > end + 1 + sign {
                (end, is_float) = (after, true);
            }
        }
        let bytes: &[T] = &self.text[start..end];
        if !is_float && self.plain_ints && bytes.len() <= 18 {
            let magnitude =
                self.text[first..end].iter().fold(0i64, |n, d| n * 10 + i64::from(d.code() - 0x30));
            return Ok((vm.int(if first > start { -magnitude } else { magnitude })?, end));
        }
        let mut short = [0; 32];
        let long: String;
        let text = match short.get_mut(..bytes.len()) {
            Some(short) => {
                // All of it is digits, signs, points and e's.
                short.iter_mut().zip(bytes).for_each(|(to, c)| *to = c.code() as u8);
                std::str::from_utf8(short).unwrap_or_default()
            }
            None => {
                long = bytes.iter().filter_map(|c| char::from_u32(c.code())).collect();
                &long
            }
        };
        let v = if is_float {
            if self.plain_floats {
                vm.float(text.parse().unwrap_or(f64::NAN))?
            } else {
                let text = Value::from_gc(vm.str(text)?);
                vm.call(self.scanner.parse_float.get(), &[text])?
            }
        } else {
            let shown = Value::from_gc(vm.str(text)?);
            if self.plain_ints {
                int::parse_text(vm, text, 10, shown)?
            } else {
                vm.call(self.scanner.parse_int.get(), &[shown])?
            }
        };
        Ok((v, end))
    }

    /// A string that names a value, and where the text goes on.
    fn key(&self, vm: &mut Vm, at: usize) -> PyResult<(Gc<Str>, usize)> {
        let rest = &self.text[at..];
        let len = string::plain_length(rest, true);
        if len == 0 || rest.get(len).is_none_or(|c| c.code() != 0x22) {
            return string::scan(vm, self.text, self.doc, at, self.scanner.strict.get());
        }
        let units = &rest[..len];
        let mix = units[0].code() ^ units[len - 1].code() << 2 ^ units[len / 2].code() << 4 ^ len as u32;
        let place = &self.keys[(mix ^ mix >> 6) as usize % KEYS];
        if let Some(known) = place.get()
            && known.len() == len
            && known.units().same(self.doc.units().slice(at, at + len))
        {
            return Ok((known, at + len + 1));
        }
        let key = vm.str_slice(self.doc, at, at + len)?;
        place.set(Some(key));
        Ok((key, at + len + 1))
    }

    fn array(&self, vm: &mut Vm, at: usize) -> PyResult<(Value, usize)> {
        let list = vm.list_new()?;
        let mut at = self.skip_space(at);
        if self.at(at) == 0x5d {
            return Ok((Value::from_gc(list), at + 1));
        }
        loop {
            let (v, end) = self.value(vm, at)?;
            vm.list_push(list, v)?;
            at = self.skip_space(end);
            match self.at(at) {
                0x5d => return Ok((Value::from_gc(list), at + 1)),
                0x2c => {
                    let comma = at;
                    at = self.skip_space(at + 1);
                    if self.at(at) == 0x5d {
                        let text = "Illegal trailing comma before end of array";
                        return Err(decode_error(vm, text, self.doc, comma));
                    }
                }
                _ => return Err(decode_error(vm, "Expecting ',' delimiter", self.doc, at)),
            }
        }
    }

    fn object(&self, vm: &mut Vm, at: usize) -> PyResult<(Value, usize)> {
        let pairs_hook = self.scanner.object_pairs_hook.get();
        let dict = vm.dict_new()?;
        let pairs = if pairs_hook.is_none() { None } else { Some(vm.list_new()?) };
        let mut at = self.skip_space(at);
        if self.at(at) != 0x7d {
            loop {
                if self.at(at) != 0x22 {
                    let text = "Expecting property name enclosed in double quotes";
                    return Err(decode_error(vm, text, self.doc, at));
                }
                let (key, end) = self.key(vm, at + 1)?;
                at = self.skip_space(end);
                if self.at(at) != 0x3a {
                    return Err(decode_error(vm, "Expecting ':' delimiter", self.doc, at));
                }
                at = self.skip_space(at + 1);
                let (v, end) = self.value(vm, at)?;
                match pairs {
                    Some(pairs) => {
                        let pair = vm.tuple(&[Value::from_gc(key), v])?;
                        vm.list_push(pairs, Value::from_gc(pair))?;
                    }
                    None => vm.dict_set_str(dict, key, v)?,
                }
                at = self.skip_space(end);
                match self.at(at) {
                    0x7d => break,
                    0x2c => {
                        let comma = at;
                        at = self.skip_space(at + 1);
                        if self.at(at) == 0x7d {
                            let text = "Illegal trailing comma before end of object";
                            return Err(decode_error(vm, text, self.doc, comma));
                        }
                    }
                    _ => return Err(decode_error(vm, "Expecting ',' delimiter", self.doc, at)),
                }
            }
        }
        let mut made = Value::from_gc(dict);
        let hook = self.scanner.object_hook.get();
        if let Some(pairs) = pairs {
            made = vm.call(pairs_hook, &[Value::from_gc(pairs)])?;
        } else if !hook.is_none() {
            made = vm.call(hook, &[made])?;
        }
        Ok((made, at + 1))
    }
}

fn run<T: Unit>(
    vm: &mut Vm,
    scanner: Gc<Scanner>,
    text: &[T],
    doc: Gc<Str>,
    at: usize,
) -> PyResult<(Value, usize)> {
    let (float, int) = (vm.builtin(ids::FLOAT), vm.builtin(ids::INT));
    let run = Run {
        text,
        doc,
        scanner,
        keys: [const { Cell::new(None) }; KEYS],
        plain_floats: scanner.parse_float.get() == Value::from_gc(float),
        plain_ints: scanner.parse_int.get() == Value::from_gc(int),
    };
    run.value(vm, at)
}

/// JSON scanner object
#[py_type(name = "Scanner", module = "_json", id = ids::JSON_SCANNER, subclassable)]
impl Scanner {
    #[new(sig = "(context)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, context: Value) -> PyResult<Gc<Scanner>> {
        let strict = vm.get_attr_str(context, "strict")?;
        let strict = vm.truth(strict)?;
        let hook = vm.get_attr_str(context, "object_hook")?;
        let pairs_hook = vm.get_attr_str(context, "object_pairs_hook")?;
        let parse_float = vm.get_attr_str(context, "parse_float")?;
        let parse_int = vm.get_attr_str(context, "parse_int")?;
        let parse_constant = vm.get_attr_str(context, "parse_constant")?;
        let this = vm.alloc_instance::<Scanner>(cls)?;
        this.strict.set(strict);
        this.object_hook.init(hook);
        this.object_pairs_hook.init(pairs_hook);
        this.parse_float.init(parse_float);
        this.parse_int.init(parse_int);
        this.parse_constant.init(parse_constant);
        Ok(this)
    }
    #[method(sig = "($self, string, idx)")]
    fn __call__(vm: &mut Vm, this: Gc<Scanner>, string: Value, idx: i64) -> PyResult<(Value, usize)> {
        let doc = string_arg(vm, string)?;
        if idx < 0 {
            return Err(vm.value_error("idx cannot be negative"));
        }
        let at = idx as usize;
        habu_runtime::with_units!(doc.units(), text => run(vm, this, text, doc, at))
    }
    /// strict
    #[getter]
    fn strict(_vm: &mut Vm, this: Gc<Scanner>) -> bool {
        this.strict.get()
    }
    /// object_hook
    #[getter]
    fn object_hook(_vm: &mut Vm, this: Gc<Scanner>) -> Value {
        this.object_hook.get()
    }
    #[getter]
    fn object_pairs_hook(_vm: &mut Vm, this: Gc<Scanner>) -> Value {
        this.object_pairs_hook.get()
    }
    /// parse_float
    #[getter]
    fn parse_float(_vm: &mut Vm, this: Gc<Scanner>) -> Value {
        this.parse_float.get()
    }
    /// parse_int
    #[getter]
    fn parse_int(_vm: &mut Vm, this: Gc<Scanner>) -> Value {
        this.parse_int.get()
    }
    /// parse_constant
    #[getter]
    fn parse_constant(_vm: &mut Vm, this: Gc<Scanner>) -> Value {
        this.parse_constant.get()
    }
}
