//! `sub` and `subn`.

use super::pattern::{Pattern, check_kind};
use super::result::{self, Spans};
use super::subject::Subject;
use super::walk::Walk;
use habu_regex::Mode;
use habu_runtime::heap::Gc;
use habu_runtime::types::list::List;
use habu_runtime::types::str::{Str, StrBuilder, Unit, Units};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// What a replacement is made from.
enum Replacement {
    Literal(Value),
    /// Texts and group numbers in turn.
    Template(Gc<List>),
    Function(Value),
}

fn has_backslash(text: Units<'_>) -> bool {
    let c = b'\\';
    match text {
        Units::One(s) => u8::find_unit(s, c),
        Units::Two(s) => u16::find_unit(s, c.into()),
        Units::Four(s) => u32::find_unit(s, c.into()),
    }
    .is_some()
}

fn replacement(vm: &mut Vm, this: Gc<Pattern>, repl: Value) -> PyResult<Replacement> {
    if let Some(text) = vm.exact::<Str>(repl)
        && !has_backslash(text.units())
    {
        return Ok(Replacement::Literal(repl));
    }
    if vm.is_callable(repl) {
        return Ok(Replacement::Function(repl));
    }
    let plain = match vm.downcast::<Str>(repl) {
        Some(text) => !has_backslash(text.units()),
        None => match vm.buffer_opt(repl)? {
            Some(bytes) => !has_backslash(Units::One(bytes.as_slice())),
            None => false,
        },
    };
    if plain {
        return Ok(Replacement::Literal(repl));
    }
    let template = template(vm, this, repl)?;
    if template.len() == 1 {
        let text = vm.list_get(template, 0)?.unwrap_or(Value::NONE);
        return Ok(Replacement::Literal(text));
    }
    Ok(Replacement::Template(template))
}

/// A parsed replacement template.
pub fn template(vm: &mut Vm, this: Gc<Pattern>, repl: Value) -> PyResult<Gc<List>> {
    let re = habu_runtime::import::import_module(vm, "re")?;
    let parsed = vm.call_method(re, "_compile_template", &[Value::from_gc(this), repl])?;
    match vm.exact_list(parsed) {
        Some(list) => Ok(list),
        None => Err(vm.type_error("invalid template")),
    }
}

/// Text of the subject's kind, put together from parts of it and other objects.
pub struct Joined {
    subject: Subject,
    text: StrBuilder,
    bytes: Vec<u8>,
    /// Parts so far, for messages.
    parts: usize,
}

impl Joined {
    pub fn new(subject: Subject) -> Joined {
        Joined { subject, text: StrBuilder::new(), bytes: Vec::new(), parts: 0 }
    }

    fn push_bytes(&mut self, vm: &mut Vm, bytes: &[u8]) -> PyResult<()> {
        if self.bytes.try_reserve(bytes.len()).is_err() {
            return Err(vm.memory_error());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Adds a part of the subject.
    #[inline]
    pub fn push_part(&mut self, vm: &mut Vm, start: usize, end: usize) -> PyResult<()> {
        self.parts += 1;
        match self.subject {
            Subject::Text(text) => self.text.push_units(text.units().slice(start, end)),
            Subject::Bytes(buffer) => {
                let bytes = buffer.as_slice();
                self.push_bytes(vm, &bytes[start.min(bytes.len())..end.min(bytes.len())])?;
            }
        }
        Ok(())
    }

    /// Adds an object of the subject's kind.
    #[inline]
    pub fn push(&mut self, vm: &mut Vm, part: Value) -> PyResult<()> {
        let index = self.parts;
        self.parts += 1;
        let wanted = match self.subject {
            Subject::Text(_) => match vm.downcast::<Str>(part) {
                Some(text) => {
                    self.text.push_py(text);
                    return Ok(());
                }
                None => "str instance",
            },
            Subject::Bytes(_) => match vm.buffer_opt(part)? {
                Some(buffer) => return self.push_bytes(vm, buffer.as_slice()),
                None => "a bytes-like object",
            },
        };
        let got = vm.type_name(part);
        Err(vm.type_error(format!("sequence item {index}: expected {wanted}, {got} found")))
    }

    pub fn finish(self, vm: &mut Vm) -> PyResult {
        match self.subject {
            Subject::Text(_) => self.text.finish(vm).map(Value::from_gc),
            Subject::Bytes(_) => vm.bytes(&self.bytes).map(Value::from_gc),
        }
    }

    /// Adds what a template makes of a match.
    pub fn push_template(
        &mut self,
        vm: &mut Vm,
        template: Gc<List>,
        group: impl Fn(usize) -> Option<(usize, usize)>,
    ) -> PyResult<()> {
        for i in 0..template.len() {
            let part = vm.list_get(template, i)?.unwrap_or(Value::NONE);
            match part.as_small() {
                Some(n) if i % 2 == 1 => {
                    if let Some((start, end)) = group(n as usize) {
                        self.push_part(vm, start, end)?;
                    }
                }
                _ => self.push(vm, part)?,
            }
        }
        Ok(())
    }
}

pub fn substitute(
    vm: &mut Vm,
    this: Gc<Pattern>,
    repl: Value,
    string: Value,
    count: i64,
) -> PyResult<(Value, i64)> {
    let how = replacement(vm, this, repl)?;
    let subject = Subject::of(vm, string)?;
    check_kind(vm, this, subject)?;
    let len = subject.len();
    let mut walk = Walk::new(0, len);
    let mut joined = Joined::new(subject);
    let (mut copied, mut n) = (0, 0);
    while count <= 0 || n < count {
        let Some(found) = walk.next(vm, this, subject, Mode::Search)? else { break };
        if copied < found.start {
            joined.push_part(vm, copied, found.start)?;
        }
        copied = found.end;
        n += 1;
        match how {
            Replacement::Literal(text) => joined.push(vm, text)?,
            Replacement::Template(list) => {
                let whole = Some((found.start, found.end));
                joined.push_template(vm, list, |g| if g == 0 { whole } else { walk.group(g) })?;
            }
            Replacement::Function(f) => {
                let m = result::make(vm, this, string, found, &walk, Spans { pos: 0, end: len })?;
                let text = vm.call(f, &[m])?;
                if !text.is_none() {
                    joined.push(vm, text)?;
                }
            }
        }
    }
    if n == 0 {
        return Ok((subject.slice(vm, 0, len)?, 0));
    }
    if copied < len {
        joined.push_part(vm, copied, len)?;
    }
    Ok((joined.finish(vm)?, n))
}
