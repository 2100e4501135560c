//! The reader: lines to lists of fields, by a state machine over characters.

use super::dialect::{Dialect, NON_NUMERIC, NONE, NOT_NULL, Rules, STRINGS};
use super::{ERROR, field_limit};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::float;
use habu_runtime::types::list::List;
use habu_runtime::types::str::{Str, Units};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a reader. `calls`: how often it was asked for a record, to notice that its own iterator asks.
    Reader(ids::CSV_READER) { input, dialect } plain { lines: u64, calls: u64 }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatLineEnd,
    AfterEscapedLineEnd,
}

/// A record being read.
struct Record<'a> {
    rules: &'a Rules,
    state: State,
    field: Vec<u32>,
    unquoted: bool,
    fields: Gc<List>,
    limit: i64,
}

fn is_line_end(c: Option<u32>) -> bool {
    matches!(c, Some(10 | 13))
}

impl Record<'_> {
    fn add(&mut self, vm: &mut Vm, c: u32) -> PyResult<()> {
        if self.field.len() as i64 >= self.limit {
            let limit = self.limit;
            return Err(ERROR.raise(vm, format!("field larger than field limit ({limit})")));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self, vm: &mut Vm) -> PyResult<()> {
        let quoting = self.rules.quoting;
        let v = if self.unquoted && self.field.is_empty() && matches!(quoting, STRINGS | NOT_NULL) {
            Value::NONE
        } else {
            let text = vm.str_units(Units::Four(&self.field))?;
            let numeric = self.unquoted && matches!(quoting, NON_NUMERIC | STRINGS);
            if numeric && !self.field.is_empty() {
                float::float_of(vm, Value::from_gc(text))?
            } else {
                Value::from_gc(text)
            }
        };
        self.field.clear();
        self.unquoted = true;
        vm.list_push(self.fields, v)
    }

    /// The end of a field and of its line.
    fn end_line(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        self.save(vm)?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatLineEnd };
        Ok(())
    }

    /// One character, or the end of the line's text.
    fn process(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        let rules = self.rules;
        let is_quote = |c: Option<u32>| c.is_some() && c == rules.quote && rules.quoting != NONE;
        let is_escape = |c: Option<u32>| c.is_some() && c == rules.escape;
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if is_line_end(c) => self.state = State::EatLineEnd,
            State::StartRecord | State::StartField => {
                if c.is_none() || is_line_end(c) {
                    return self.end_line(vm, c);
                }
                if is_quote(c) {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                } else if is_escape(c) {
                    self.state = State::Escaped;
                } else if c == Some(0x20) && rules.skip_space {
                    self.state = State::StartField;
                } else if c == Some(rules.delimiter) {
                    self.state = State::StartField;
                    return self.save(vm);
                } else if let Some(c) = c {
                    self.state = State::InField;
                    return self.add(vm, c);
                }
            }
            State::Escaped => {
                if let Some(c) = c.filter(|c| matches!(c, 10 | 13)) {
                    self.state = State::AfterEscapedLineEnd;
                    return self.add(vm, c);
                }
                self.state = State::InField;
                return self.add(vm, c.unwrap_or(10));
            }
            State::AfterEscapedLineEnd if c.is_none() => {}
            State::AfterEscapedLineEnd | State::InField => {
                if c.is_none() || is_line_end(c) {
                    return self.end_line(vm, c);
                }
                if is_escape(c) {
                    self.state = State::Escaped;
                } else if c == Some(rules.delimiter) {
                    self.state = State::StartField;
                    return self.save(vm);
                } else if let Some(c) = c {
                    self.state = State::InField;
                    return self.add(vm, c);
                }
            }
            State::InQuoted => {
                if is_escape(c) {
                    self.state = State::EscapedInQuoted;
                } else if is_quote(c) {
                    self.state = if rules.double_quote { State::QuoteInQuoted } else { State::InField };
                } else if let Some(c) = c {
                    return self.add(vm, c);
                }
            }
            State::EscapedInQuoted => {
                self.state = State::InQuoted;
                return self.add(vm, c.unwrap_or(10));
            }
            State::QuoteInQuoted => {
                if is_quote(c) {
                    self.state = State::InQuoted;
                    return self.add(vm, c.unwrap_or(0));
                }
                if c == Some(rules.delimiter) {
                    self.state = State::StartField;
                    return self.save(vm);
                }
                if c.is_none() || is_line_end(c) {
                    return self.end_line(vm, c);
                }
                if rules.strict {
                    let shown = |c: u32| char::from_u32(c).unwrap_or('\u{fffd}');
                    let (d, q) = (shown(rules.delimiter), shown(rules.quote.unwrap_or(0x22)));
                    return Err(ERROR.raise(vm, format!("'{d}' expected after '{q}'")));
                }
                self.state = State::InField;
                return self.add(vm, c.unwrap_or(0));
            }
            State::EatLineEnd => {
                if c.is_none() {
                    self.state = State::StartRecord;
                } else if !is_line_end(c) {
                    return Err(ERROR.raise(
                        vm,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// `csv.reader`
pub fn make(vm: &mut Vm, iterable: Value, dialect: Gc<Dialect>) -> PyResult<Gc<Reader>> {
    let input = vm.get_iter(iterable)?;
    let cls = vm.native_class(Reader::DECL)?;
    let this = vm.alloc_instance::<Reader>(cls)?;
    this.input.init(input);
    this.dialect.init(Value::from_gc(dialect));
    Ok(this)
}

fn next(vm: &mut Vm, this: Gc<Reader>) -> PyResult<Option<Gc<List>>> {
    let dialect = vm.downcast::<Dialect>(this.dialect.get()).expect("made with a dialect");
    let rules = dialect.rules.cell().borrow().clone();
    let fields = vm.list_new()?;
    let limit = *field_limit(vm);
    let mut record =
        Record { rules: &rules, state: State::StartRecord, field: Vec::new(), unquoted: true, fields, limit };
    let call = this.calls.get() + 1;
    this.calls.set(call);
    loop {
        let line = vm.iter_next(this.input.get())?;
        if this.calls.get() != call {
            return Err(ERROR.raise(vm, "iterator has already advanced the reader"));
        }
        let Some(line) = line else {
            if record.field.is_empty() && record.state != State::InQuoted {
                return Ok(None);
            }
            if rules.strict {
                return Err(ERROR.raise(vm, "unexpected end of data"));
            }
            record.save(vm)?;
            return Ok(Some(fields));
        };
        let Some(text) = vm.downcast::<Str>(line) else {
            let got = vm.type_name(line);
            return Err(ERROR.raise(
                vm,
                format!("iterator should return strings, not {got} (the file should be opened in text mode)"),
            ));
        };
        this.lines.set(this.lines.get() + 1);
        for c in text.iter() {
            record.process(vm, Some(c))?;
        }
        record.process(vm, None)?;
        if record.state == State::StartRecord {
            return Ok(Some(fields));
        }
    }
}

/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
#[py_type(name = "reader", module = "_csv", id = ids::CSV_READER)]
impl Reader {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Reader>) -> Gc<Reader> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Reader>) -> PyResult {
        match next(vm, this)? {
            Some(fields) => Ok(Value::from_gc(fields)),
            None => Err(vm.stop_iteration(Value::NONE)),
        }
    }
    #[getter]
    fn dialect(_vm: &mut Vm, this: Gc<Reader>) -> Value {
        this.dialect.get()
    }
    #[getter]
    fn line_num(_vm: &mut Vm, this: Gc<Reader>) -> u64 {
        this.lines.get()
    }
}
