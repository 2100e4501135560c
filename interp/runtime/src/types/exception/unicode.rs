//! UnicodeEncodeError, UnicodeDecodeError and UnicodeTranslateError.

use super::Exception;
use super::attributes::{ENCODING, END, Native, OBJECT, REASON, START, native_get, native_set};
use super::base::{no_keywords, set_args};
use crate::heap::Gc;
use crate::object::ids;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

/// Encoding (not for translation), object, start, end, reason: all required.
pub fn init(vm: &mut Vm, e: Gc<Exception>, args: Gc<Tuple>) -> PyResult<()> {
    let kind = Native::of(vm, e);
    let items = args.items();
    let fields: &[usize] = match kind {
        Native::UnicodeTranslate => &[OBJECT, START, END, REASON],
        _ => &[ENCODING, OBJECT, START, END, REASON],
    };
    if items.len() != fields.len() {
        let text = format!("function takes exactly {} arguments ({} given)", fields.len(), items.len());
        return Err(vm.type_error(text));
    }
    for (i, (field, v)) in fields.iter().zip(items).enumerate() {
        let mut v = *v;
        match *field {
            START | END => v = vm.index_value(v)?,
            OBJECT if kind == Native::UnicodeDecode => {}
            _ => {
                if vm.downcast::<Str>(v).is_none() {
                    let got = vm.type_name(v);
                    return Err(vm.type_error(format!("argument {} must be str, not {got}", i + 1)));
                }
            }
        }
        native_set(vm, e, *field, v)?;
    }
    let object = native_get(&e, OBJECT);
    if kind == Native::UnicodeDecode && vm.downcast::<Bytes>(object).is_none() {
        let bytes = vm.bytes_like(object)?;
        native_set(vm, e, OBJECT, Value::from_gc(bytes))?;
    }
    Ok(())
}

fn construct(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
    let class = vm.type_name(Value::from_gc(this));
    no_keywords(vm, &class, kwargs)?;
    set_args(vm, this, args);
    init(vm, this, args)
}

/// Start and end, within an object of `len` items.
fn range(e: &Exception, len: usize) -> (usize, usize) {
    let at = |field| native_get(e, field).as_small().unwrap_or(0).max(0) as usize;
    let start = at(START).min(len.saturating_sub(1));
    (start, at(END).max(1).min(len.max(1)))
}

/// The start as it was given, for a range that is not shown by its content.
fn first(e: &Exception) -> i64 {
    native_get(e, START).as_small().unwrap_or(0)
}

fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn text(vm: &mut Vm, this: Gc<Exception>, what: &str) -> PyResult<String> {
    let object = native_get(&this, OBJECT);
    // Before `__init__` has run there is nothing to show.
    if object.is_none() {
        return Ok(String::new());
    }
    let reason = vm.to_str(native_get(&this, REASON))?.to_message();
    let encoding = if what == "translate" {
        String::new()
    } else {
        vm.to_str(native_get(&this, ENCODING))?.to_message()
    };
    let codec = if what == "translate" { String::new() } else { format!("'{encoding}' codec ") };
    if let Some(s) = vm.downcast::<Str>(object) {
        let (start, end) = range(&this, s.len());
        if start < s.len() && end == start + 1 {
            let c = escaped(s.code_point(start));
            return Ok(format!("{codec}can't {what} character '{c}' in position {start}: {reason}"));
        }
        return Ok(format!(
            "{codec}can't {what} characters in position {}-{}: {reason}",
            first(&this),
            end.saturating_sub(1)
        ));
    }
    let bytes = vm.bytes_like(object)?;
    let data = bytes.as_slice();
    let (start, end) = range(&this, data.len());
    if start < data.len() && end == start + 1 {
        return Ok(format!("{codec}can't {what} byte 0x{:02x} in position {start}: {reason}", data[start]));
    }
    let first = first(&this);
    Ok(format!("{codec}can't {what} bytes in position {first}-{}: {reason}", end.saturating_sub(1)))
}

pub struct UnicodeEncodeError;

#[py_type(name = "UnicodeEncodeError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl UnicodeEncodeError {
    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        construct(vm, this, args, kwargs)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<String> {
        text(vm, this, "encode")
    }
}

pub struct UnicodeDecodeError;

#[py_type(name = "UnicodeDecodeError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl UnicodeDecodeError {
    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        construct(vm, this, args, kwargs)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<String> {
        text(vm, this, "decode")
    }
}

pub struct UnicodeTranslateError;

#[py_type(name = "UnicodeTranslateError", id = ids::BASE_EXCEPTION, payload = Exception, subclassable, has_dict)]
impl UnicodeTranslateError {
    #[method(name = "__init__", sig = "($self, /, *args, **kwargs)")]
    fn init(vm: &mut Vm, this: Gc<Exception>, args: Gc<Tuple>, kwargs: Gc<Dict>) -> PyResult<()> {
        construct(vm, this, args, kwargs)
    }

    #[method(name = "__str__")]
    fn str(vm: &mut Vm, this: Gc<Exception>) -> PyResult<String> {
        text(vm, this, "translate")
    }
}
