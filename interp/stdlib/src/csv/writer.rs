//! The writer: sequences of fields to lines.

use super::ERROR;
use super::dialect::{ALL, Dialect, NON_NUMERIC, NONE, NOT_NULL, Rules, STRINGS};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Special, ids};
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::types::{complex, float, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

layout! {
    /// Cell of a writer; `write` is the target's method.
    Writer(ids::CSV_WRITER) { write, dialect }
}

/// `csv.writer`
pub fn make(vm: &mut Vm, target: Value, dialect: Gc<Dialect>) -> PyResult<Gc<Writer>> {
    let name = vm.names.write;
    let write = vm.get_attr_opt(target, name)?.filter(|f| vm.is_callable(*f));
    let Some(write) = write else {
        return Err(vm.type_error("argument 1 must have a \"write\" method"));
    };
    let cls = vm.native_class(Writer::DECL)?;
    let this = vm.alloc_instance::<Writer>(cls)?;
    this.write.init(write);
    this.dialect.init(Value::from_gc(dialect));
    Ok(this)
}

fn is_number(vm: &mut Vm, v: Value) -> bool {
    int::as_int(vm, v).is_some()
        || float::as_f64(vm, v).is_some()
        || complex::as_pair(vm, v).is_some()
        || vm.has_index(v)
        || vm.lookup_special(v, Special::Float).is_some()
        || vm.lookup_special(v, Special::Int).is_some()
}

/// Appends one field.
fn push_field(
    vm: &mut Vm,
    rules: &Rules,
    out: &mut StrBuilder,
    field: Option<Gc<Str>>,
    quoted: bool,
    first: bool,
) -> PyResult<()> {
    if !first {
        out.push(rules.delimiter);
    }
    let mut quoted = quoted;
    let mut body = StrBuilder::new();
    if field.is_none_or(|f| f.is_empty()) && rules.delimiter == 0x20 && rules.skip_space {
        let null = field.is_none() && matches!(rules.quoting, STRINGS | NOT_NULL);
        if rules.quoting == NONE || null {
            return Err(ERROR.raise(
                vm,
                "empty field must be quoted if delimiter is a space and skipinitialspace is true",
            ));
        }
        quoted = true;
    }
    for c in field.iter().flat_map(|f| f.iter()) {
        let is_quote = Some(c) == rules.quote;
        let special = c == rules.delimiter
            || is_quote
            || Some(c) == rules.escape
            || matches!(c, 10 | 13)
            || rules.terminator.contains(&c);
        if special {
            let mut escape = rules.quoting == NONE;
            if !escape {
                if is_quote && rules.double_quote {
                    body.push(c);
                } else if is_quote || Some(c) == rules.escape {
                    escape = true;
                }
                if !escape {
                    quoted = true;
                }
            }
            if escape {
                match rules.escape {
                    Some(e) => body.push(e),
                    None => return Err(ERROR.raise(vm, "need to escape, but no escapechar set")),
                }
            }
        }
        body.push(c);
    }
    let quote = rules.quote.filter(|_| quoted);
    if let Some(q) = quote {
        out.push(q);
    }
    out.push_units(body.units());
    if let Some(q) = quote {
        out.push(q);
    }
    Ok(())
}

fn write_row(vm: &mut Vm, this: Gc<Writer>, row: Value) -> PyResult {
    let dialect = vm.downcast::<Dialect>(this.dialect.get()).expect("made with a dialect");
    let rules = dialect.rules.cell().borrow().clone();
    let result = vm.get_iter(row);
    let Some(fields) = vm.catch(result, Exc::TypeError)? else {
        let got = vm.type_name(row);
        return Err(ERROR.raise(vm, format!("iterable expected, not {got}")));
    };
    let mut out = StrBuilder::new();
    let (mut count, mut null) = (0usize, false);
    while let Some(field) = vm.iter_next(fields)? {
        let quoted = match rules.quoting {
            NON_NUMERIC => !is_number(vm, field),
            ALL => true,
            STRINGS => vm.downcast::<Str>(field).is_some(),
            NOT_NULL => !field.is_none(),
            _ => false,
        };
        null = field.is_none();
        let text = if null {
            None
        } else {
            match vm.downcast::<Str>(field) {
                Some(text) => Some(text),
                None => Some(vm.to_str(field)?),
            }
        };
        push_field(vm, &rules, &mut out, text, quoted, count == 0)?;
        count += 1;
    }
    if count > 0 && out.is_empty() {
        if rules.quoting == NONE || null && matches!(rules.quoting, STRINGS | NOT_NULL) {
            return Err(ERROR.raise(vm, "single empty field record must be quoted"));
        }
        push_field(vm, &rules, &mut out, None, true, true)?;
    }
    rules.terminator.iter().for_each(|c| out.push(*c));
    let line = out.finish(vm)?;
    vm.call(this.write.get(), &[Value::from_gc(line)])
}

/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
#[py_type(name = "writer", module = "_csv", id = ids::CSV_WRITER)]
impl Writer {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[method(sig = "($self, row, /)")]
    fn writerow(vm: &mut Vm, this: Gc<Writer>, row: Value) -> PyResult {
        write_row(vm, this, row)
    }
    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[method(sig = "($self, seqseq, /)")]
    fn writerows(vm: &mut Vm, this: Gc<Writer>, rows: Value) -> PyResult<()> {
        let rows = vm.get_iter(rows)?;
        while let Some(row) = vm.iter_next(rows)? {
            write_row(vm, this, row)?;
        }
        Ok(())
    }
    #[getter]
    fn dialect(_vm: &mut Vm, this: Gc<Writer>) -> Value {
        this.dialect.get()
    }
}
