//! `_codecs`: the registry of codecs, and the codecs that are native.

mod charmap;
mod escape;
mod handlers;
mod registry;
mod utf7;

use habu_macros::native_module;
use habu_runtime::codecs::{Codec, Endian, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::native::{ArgAt, FromArg};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

const LE16: Codec = Codec::Utf16(Some(Endian::Little));
const BE16: Codec = Codec::Utf16(Some(Endian::Big));
const LE32: Codec = Codec::Utf32(Some(Endian::Little));
const BE32: Codec = Codec::Utf32(Some(Endian::Big));

/// The name of an error handler; `None` means strict.
struct ErrorsArg(Errors);

impl FromArg for ErrorsArg {
    fn from_arg(vm: &mut Vm, v: Value, at: &ArgAt) -> PyResult<ErrorsArg> {
        if v.is_none() {
            return Ok(ErrorsArg(Errors::Strict));
        }
        let name = String::from_arg(vm, v, at)?;
        Ok(ErrorsArg(Errors::by_name(&name)))
    }
}

/// Bytes, or text that stands for its UTF-8 form.
struct BytesOrText(Vec<u8>);

impl FromArg for BytesOrText {
    fn from_arg(vm: &mut Vm, v: Value, _: &ArgAt) -> PyResult<BytesOrText> {
        if let Some(text) = vm.downcast::<Str>(v) {
            return Ok(BytesOrText(vm.utf8(text)?.into_bytes()));
        }
        Ok(BytesOrText(vm.buffer(v)?.as_slice().to_vec()))
    }
}

type Encoded = PyResult<(Value, usize)>;
type Decoded = PyResult<(Gc<Str>, usize)>;

fn encoded(vm: &mut Vm, bytes: &[u8], consumed: usize) -> Encoded {
    Ok((vm.bytes_value(bytes)?, consumed))
}

fn encode(vm: &mut Vm, text: Gc<Str>, codec: Codec, errors: &Errors) -> Encoded {
    let bytes = vm.encode_with(text, codec, errors)?;
    encoded(vm, &bytes, text.len())
}

fn decode(vm: &mut Vm, data: Buffer, codec: Codec, errors: &Errors, last: bool) -> Decoded {
    let copy = data.as_slice().to_vec();
    vm.decode_some(&copy, codec, errors, last)
}

/// Byte order as a number: negative little-endian, positive big-endian, 0 native with a mark.
fn endian(order: i32) -> Option<Endian> {
    match order {
        0 => None,
        n if n < 0 => Some(Endian::Little),
        _ => Some(Endian::Big),
    }
}

fn order(endian: Option<Endian>) -> i32 {
    match endian {
        None => 0,
        Some(Endian::Little) => -1,
        Some(Endian::Big) => 1,
    }
}

/// Decodes and tells the byte order that a mark at the start asked for.
fn decode_marked(
    vm: &mut Vm,
    data: Buffer,
    codec: Codec,
    errors: &Errors,
    last: bool,
    given: Option<Endian>,
) -> PyResult<(Gc<Str>, usize, i32)> {
    let found = match codec.with_mark(data.as_slice()) {
        (_, 0) => given,
        (Codec::Utf16(found) | Codec::Utf32(found), _) => found,
        _ => given,
    };
    let (text, consumed) = decode(vm, data, codec, errors, last)?;
    Ok((text, consumed, order(found)))
}

/// Native functions behind the module `codecs`.
#[native_module(name = "_codecs")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let module = Value::from_gc(module);
        for name in [
            "strict",
            "ignore",
            "replace",
            "xmlcharrefreplace",
            "backslashreplace",
            "namereplace",
            "surrogateescape",
            "surrogatepass",
        ] {
            let function = vm.get_attr_str(module, &format!("_{name}_errors"))?;
            vm.register_codec_errors(name, function);
        }
        Ok(())
    }

    /// Adds a search function: it gets the name of an encoding and returns a CodecInfo, or None.
    #[function(sig = "(search_function, /)")]
    fn register(vm: &mut Vm, search_function: Value) -> PyResult<()> {
        if !vm.is_callable(search_function) {
            return Err(vm.type_error("argument must be callable"));
        }
        registry::register(vm, search_function);
        Ok(())
    }
    /// Removes a search function and forgets what was found.
    #[function(sig = "(search_function, /)")]
    fn unregister(vm: &mut Vm, search_function: Value) {
        registry::unregister(vm, search_function);
    }
    /// The codec of an encoding.
    #[function(sig = "(encoding, /)")]
    fn lookup(vm: &mut Vm, encoding: String) -> PyResult<Value> {
        registry::lookup(vm, &encoding)
    }
    /// Encodes with any codec.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(vm: &mut Vm, obj: Value, encoding: String, errors: Value) -> PyResult<Value> {
        registry::run(vm, &encoding, 0, obj, errors)
    }
    /// Decodes with any codec.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(vm: &mut Vm, obj: Value, encoding: String, errors: Value) -> PyResult<Value> {
        registry::run(vm, &encoding, 1, obj, errors)
    }
    /// Sets the handler of a name: it gets a UnicodeError and returns a replacement and where to go on.
    #[function(sig = "(errors, handler, /)")]
    fn register_error(vm: &mut Vm, errors: String, handler: Value) -> PyResult<()> {
        if !vm.is_callable(handler) {
            return Err(vm.type_error("handler must be callable"));
        }
        vm.register_codec_errors(&errors, handler);
        Ok(())
    }
    /// Removes the handler of a name; tells whether there was one.
    #[function(sig = "(errors, /)")]
    fn _unregister_error(vm: &mut Vm, errors: String) -> PyResult<bool> {
        if !matches!(Errors::by_name(&errors), Errors::Custom(_)) {
            return Err(vm.value_error(format!("cannot un-register built-in error handler '{errors}'")));
        }
        Ok(vm.unregister_codec_errors(&errors))
    }
    /// The handler of a name.
    #[function(sig = "(name, /)")]
    fn lookup_error(vm: &mut Vm, name: String) -> PyResult<Value> {
        match vm.registered_codec_errors(&name) {
            Some(handler) => Ok(handler),
            None => Err(vm.lookup_error(format!("unknown error handler name '{name}'"))),
        }
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _strict_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::Strict, exc)
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _ignore_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::Ignore, exc)
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _replace_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::Replace, exc)
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _xmlcharrefreplace_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::XmlCharRefReplace, exc)
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _backslashreplace_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::BackslashReplace, exc)
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _namereplace_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::NameReplace, exc)
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _surrogateescape_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::SurrogateEscape, exc)
    }
    /// Handler of that name.
    #[function(sig = "(exc, /)")]
    fn _surrogatepass_errors(vm: &mut Vm, exc: Value) -> PyResult<Value> {
        handlers::handle(vm, &Errors::SurrogatePass, exc)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn utf_8_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg) -> Encoded {
        super::encode(vm, str, Codec::Utf8, &errors.0)
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        super::decode(vm, data, Codec::Utf8, &errors.0, last)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn utf_7_encode(vm: &mut Vm, str: Gc<Str>, _errors: ErrorsArg) -> Encoded {
        encoded(vm, &utf7::encode(&str), str.len())
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_7_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        utf7::decode(vm, data.as_slice(), &errors.0, last)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_le_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg) -> Encoded {
        super::encode(vm, str, LE16, &errors.0)
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        super::decode(vm, data, LE16, &errors.0, last)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_be_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg) -> Encoded {
        super::encode(vm, str, BE16, &errors.0)
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        super::decode(vm, data, BE16, &errors.0, last)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_le_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg) -> Encoded {
        super::encode(vm, str, LE32, &errors.0)
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        super::decode(vm, data, LE32, &errors.0, last)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_be_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg) -> Encoded {
        super::encode(vm, str, BE32, &errors.0)
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        super::decode(vm, data, BE32, &errors.0, last)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn ascii_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg) -> Encoded {
        super::encode(vm, str, Codec::Ascii, &errors.0)
    }
    #[function(sig = "(data, errors=None, /)")]
    fn ascii_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg) -> Decoded {
        super::decode(vm, data, Codec::Ascii, &errors.0, true)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn latin_1_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg) -> Encoded {
        super::encode(vm, str, Codec::Latin1, &errors.0)
    }
    #[function(sig = "(data, errors=None, /)")]
    fn latin_1_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg) -> Decoded {
        super::decode(vm, data, Codec::Latin1, &errors.0, true)
    }
    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg, byteorder: i32) -> Encoded {
        super::encode(vm, str, Codec::Utf16(endian(byteorder)), &errors.0)
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        super::decode(vm, data, Codec::Utf16(None), &errors.0, last)
    }
    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        vm: &mut Vm,
        data: Buffer,
        errors: ErrorsArg,
        byteorder: i32,
        last: bool,
    ) -> PyResult<(Gc<Str>, usize, i32)> {
        let given = endian(byteorder);
        decode_marked(vm, data, Codec::Utf16(given), &errors.0, last, given)
    }
    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg, byteorder: i32) -> Encoded {
        super::encode(vm, str, Codec::Utf32(endian(byteorder)), &errors.0)
    }
    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, last: bool) -> Decoded {
        super::decode(vm, data, Codec::Utf32(None), &errors.0, last)
    }
    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        vm: &mut Vm,
        data: Buffer,
        errors: ErrorsArg,
        byteorder: i32,
        last: bool,
    ) -> PyResult<(Gc<Str>, usize, i32)> {
        let given = endian(byteorder);
        decode_marked(vm, data, Codec::Utf32(given), &errors.0, last, given)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn unicode_escape_encode(vm: &mut Vm, str: Gc<Str>, _errors: ErrorsArg) -> Encoded {
        encoded(vm, &escape::unicode_escape(&str), str.len())
    }
    #[function(sig = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(vm: &mut Vm, data: BytesOrText, errors: ErrorsArg, last: bool) -> Decoded {
        escape::decode(vm, &data.0, &errors.0, last, false)
    }
    #[function(sig = "(str, errors=None, /)")]
    fn raw_unicode_escape_encode(vm: &mut Vm, str: Gc<Str>, _errors: ErrorsArg) -> Encoded {
        encoded(vm, &escape::raw_unicode_escape(&str), str.len())
    }
    #[function(sig = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(vm: &mut Vm, data: BytesOrText, errors: ErrorsArg, last: bool) -> Decoded {
        escape::decode(vm, &data.0, &errors.0, last, true)
    }
    #[function(sig = "(data, errors=None, /)")]
    fn escape_encode(vm: &mut Vm, data: Buffer, _errors: ErrorsArg) -> Encoded {
        encoded(vm, &escape::escape(data.as_slice()), data.len())
    }
    #[function(sig = "(data, errors=None, /)")]
    fn escape_decode(vm: &mut Vm, data: BytesOrText, errors: ErrorsArg) -> Encoded {
        let bytes = escape::unescape(vm, &data.0, &errors.0)?;
        encoded(vm, &bytes, data.0.len())
    }
    #[function(sig = "(data, errors=None, /)")]
    fn readbuffer_encode(vm: &mut Vm, data: BytesOrText, _errors: ErrorsArg) -> Encoded {
        encoded(vm, &data.0, data.0.len())
    }
    #[function(sig = "(map, /)")]
    fn charmap_build(vm: &mut Vm, map: Gc<Str>) -> PyResult<Gc<Dict>> {
        charmap::build(vm, map)
    }
    #[function(sig = "(str, errors=None, mapping=None, /)")]
    fn charmap_encode(vm: &mut Vm, str: Gc<Str>, errors: ErrorsArg, mapping: Value) -> Encoded {
        let bytes = charmap::encode(vm, str, &errors.0, mapping)?;
        encoded(vm, &bytes, str.len())
    }
    #[function(sig = "(data, errors=None, mapping=None, /)")]
    fn charmap_decode(vm: &mut Vm, data: Buffer, errors: ErrorsArg, mapping: Value) -> Decoded {
        let copy = data.as_slice().to_vec();
        Ok((charmap::decode(vm, &copy, &errors.0, mapping)?, copy.len()))
    }
}
