//! The built-in error handlers as Python functions.

use habu_runtime::codecs::{
    Codec, Culprit, Errors, Failure, Replacement, backslashed, on_decode_error, on_encode_error,
};
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// `(replacement, position)` for a UnicodeError.
pub fn handle(vm: &mut Vm, errors: &Errors, exc: Value) -> PyResult<Value> {
    if !vm.class_of(exc).is_subtype(vm.exc_class(Exc::UnicodeError)) {
        if vm.class_of(exc).is_subtype(vm.exc_class(Exc::BaseException)) && *errors == Errors::Strict {
            return Err(vm.raise_value(exc));
        }
        let name = vm.type_name(exc);
        if *errors == Errors::Strict {
            return Err(vm.type_error("codec must pass exception instance"));
        }
        return Err(vm.type_error(format!("don't know how to handle {name} in error callback")));
    }
    if *errors == Errors::Strict {
        return Err(vm.raise_value(exc));
    }
    let object = vm.get_attr_str(exc, "object")?;
    let (start, end) = (position(vm, exc, "start")?, position(vm, exc, "end")?);
    let class = vm.class_of(exc);
    if class.is_subtype(vm.exc_class(Exc::UnicodeDecodeError)) {
        let buffer = vm.buffer(object)?;
        let (start, end) = (start.min(buffer.len()), end.min(buffer.len()));
        let failure = Failure { start: start.min(end), end, reason: "" };
        let encoding = encoding(vm, exc)?;
        let culprit = Culprit { codec: Codec::by_name(&encoding), name: &encoding };
        let fixed = match on_decode_error(vm, errors, culprit, buffer.as_slice(), failure) {
            Ok(fixed) => fixed,
            Err(raised) => return Err(original(vm, raised, exc)),
        };
        return vm.tuple(&[Value::from_gc(fixed.text), Value::small(fixed.next as i64)]).map(Value::from_gc);
    }
    let Some(text) = vm.downcast::<Str>(object) else {
        return Err(vm.type_error("object attribute must be unicode"));
    };
    let (start, end) = (start.min(text.len()), end.min(text.len()));
    let start = start.min(end);
    if class.is_subtype(vm.exc_class(Exc::UnicodeTranslateError)) {
        let replacement = match errors {
            Errors::Ignore => String::new(),
            Errors::Replace => "\u{fffd}".repeat(end - start),
            Errors::BackslashReplace => text.units().slice(start, end).iter().map(backslashed).collect(),
            _ => {
                return Err(vm.type_error("don't know how to handle UnicodeTranslateError in error callback"));
            }
        };
        let replacement = Value::from_gc(vm.str(&replacement)?);
        return vm.tuple(&[replacement, Value::small(end as i64)]).map(Value::from_gc);
    }
    let encoding = encoding(vm, exc)?;
    let culprit = Culprit { codec: Codec::by_name(&encoding), name: &encoding };
    let failure = Failure { start, end, reason: "" };
    let (replacement, next) = match on_encode_error(vm, errors, culprit, text, failure) {
        Ok(done) => done,
        Err(raised) => return Err(original(vm, raised, exc)),
    };
    let replacement = match replacement {
        Replacement::Text(text) => Value::from_gc(text),
        Replacement::Bytes(bytes) if bytes.is_empty() => Value::from_gc(vm.strings.empty()),
        Replacement::Bytes(bytes) => vm.bytes_value(&bytes)?,
    };
    vm.tuple(&[replacement, Value::small(next as i64)]).map(Value::from_gc)
}

fn position(vm: &mut Vm, exc: Value, name: &str) -> PyResult<usize> {
    let v = vm.get_attr_str(exc, name)?;
    Ok(usize::try_from(vm.index(v)?).unwrap_or(0))
}

fn encoding(vm: &mut Vm, exc: Value) -> PyResult<String> {
    let v = vm.get_attr_str(exc, "encoding")?;
    match vm.downcast::<Str>(v) {
        Some(text) => vm.utf8(text),
        None => Err(vm.type_error("encoding attribute must be unicode")),
    }
}

/// Raises the error that was to be handled instead of the new one like it.
fn original(vm: &mut Vm, raised: habu_runtime::vm::Raised, exc: Value) -> habu_runtime::vm::Raised {
    let new = vm.take_exception(raised);
    if vm.exception_matches(new, Exc::UnicodeError) { vm.raise_value(exc) } else { vm.raise_value(new) }
}
