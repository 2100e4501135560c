//! `_json`: the scanner and the encoder behind `json`.

mod encoder;
mod quote;
mod scanner;
mod string;

use crate::support::{VmExt, set};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::{Str, StrBuilder};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};

/// Raises `json.JSONDecodeError(text, doc, at)`.
#[cold]
fn decode_error(vm: &mut Vm, text: &str, doc: Gc<Str>, at: usize) -> Raised {
    let make = |vm: &mut Vm| {
        let class = vm.module_attr("json.decoder", "JSONDecodeError")?;
        let text = Value::from_gc(vm.str(text)?);
        vm.call(class, &[text, Value::from_gc(doc), Value::small(at as i64)])
    };
    match make(vm) {
        Ok(exc) => vm.raise_value(exc),
        Err(raised) => raised,
    }
}

fn string_arg(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    match vm.downcast::<Str>(v) {
        Some(text) => Ok(text),
        None => {
            let got = vm.type_name(v);
            Err(vm.type_error(format!("first argument must be a string, not {got}")))
        }
    }
}

/// json speedups
#[native_module(name = "_json")]
pub mod module {
    use super::*;

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[function(sig = "(string, /)")]
    fn encode_basestring_ascii(vm: &mut Vm, string: Value) -> PyResult<Gc<Str>> {
        let text = string_arg(vm, string)?;
        let mut out = StrBuilder::with_capacity(text.len() + 2);
        quote::push_ascii(&mut out, text.units());
        out.finish(vm)
    }
    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[function(sig = "(string, /)")]
    fn encode_basestring(vm: &mut Vm, string: Value) -> PyResult<Gc<Str>> {
        let text = string_arg(vm, string)?;
        let mut out = StrBuilder::with_capacity(text.len() + 2);
        quote::push(&mut out, text.units());
        out.finish(vm)
    }
    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[function(sig = "(string, end, strict=True, /)")]
    fn scanstring(vm: &mut Vm, string: Value, end: i64, strict: bool) -> PyResult<(Value, usize)> {
        let text = string_arg(vm, string)?;
        if end < 0 || end as usize > text.len() {
            return Err(vm.value_error("end is out of bounds"));
        }
        let at = end as usize;
        let scanned = habu_runtime::with_units!(text.units(), s => string::scan(vm, s, text, at, strict))?;
        Ok((Value::from_gc(scanned.0), scanned.1))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let cls = vm.native_class(scanner::Scanner::DECL)?;
        set(vm, module, "make_scanner", Value::from_gc(cls))?;
        let cls = vm.native_class(encoder::Encoder::DECL)?;
        set(vm, module, "make_encoder", Value::from_gc(cls))
    }
}
