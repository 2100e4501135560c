//! The Python type `bytes`.

use super::shared::{self, ByteString, with_shared_methods};
use super::{Bytes, BytesIter, ops};
use crate::codecs;
use crate::format::percent;
use crate::heap::Gc;
use crate::object::{Special, Type, ids};
use crate::protocol::CmpOp;
use crate::types::buffer::Buffer;
use crate::types::list::{Elements, List};
use crate::types::slice::Subscript;
use crate::types::str::methods::{Bound, bounds};
use crate::types::str::{Affix, Side, Str, StrBuilder, search};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;
use std::ops::ControlFlow;

with_shared_methods! {
/// An immutable sequence of bytes.
///
/// bytes(n) has n zeros; bytes(iterable) takes integers, bytes(object) what the object exports;
/// bytes(text, encoding, errors) is the encoded text.
#[py_type(name = "bytes", id = ids::BYTES, subclassable)]
impl Bytes {
    #[new(sig = "(source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        source: Option<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Gc<Bytes>> {
        let made = make(vm, source, encoding, errors)?;
        // What `__bytes__` returns may be of a class of its own.
        if cls == vm.builtin(ids::BYTES) {
            return Ok(made);
        }
        vm.bytes_of_class(cls, made)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Bytes>) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::with_capacity(this.len() + 3);
        ops::push_repr(&mut out, this.as_slice(), false);
        out.finish(vm)
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Gc<Bytes>) -> PyResult<Gc<Str>> {
        Bytes::__repr__(vm, this)
    }
    #[method(effects(pure, no_raise))]
    fn __hash__(_vm: &mut Vm, this: Gc<Bytes>) -> i64 {
        this.hash_value()
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<Bytes>) -> PyResult<Gc<BytesIter>> {
        vm.bytes_iter(this)
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Bytes>, key: Value) -> PyResult<Value> {
        match vm.subscript(key, "byte")? {
            Subscript::Index(i) => {
                let at = if i < 0 { i.wrapping_add(this.len() as i64) } else { i };
                match usize::try_from(at).ok().and_then(|at| this.as_slice().get(at).copied()) {
                    Some(b) => Ok(Value::small(b.into())),
                    None => Err(vm.index_error("index out of range")),
                }
            }
            Subscript::Slice(slice) => {
                let span = slice.fit(this.len());
                if span.step == 1 {
                    if span.count == this.len() {
                        return vm.bytes_exact(this).map(Value::from_gc);
                    }
                    let start = span.start as usize;
                    return vm.bytes_value(&this.as_slice()[start..start + span.count]);
                }
                let picked: Vec<u8> = span.positions().map(|i| this.as_slice()[i]).collect();
                vm.bytes_value(&picked)
            }
        }
    }
    /// The bytes of hexadecimal text; white space is passed over.
    #[classmethod(sig = "(string, /)")]
    fn fromhex(vm: &mut Vm, cls: Gc<Type>, string: Value) -> PyResult<Value> {
        let bytes = shared::from_hex(vm, string)?;
        let made = vm.bytes_value(&bytes)?;
        if cls == vm.builtin(ids::BYTES) { Ok(made) } else { vm.call(Value::from_gc(cls), &[made]) }
    }
    /// The object as exact bytes.
    #[method(sig = "()")]
    fn __bytes__(vm: &mut Vm, this: Gc<Bytes>) -> PyResult {
        vm.bytes_exact(this).map(Value::from_gc)
    }
    #[method]
    fn __getnewargs__(vm: &mut Vm, this: Gc<Bytes>) -> PyResult<Gc<Tuple>> {
        let exact = Value::from_gc(vm.bytes_exact(this)?);
        vm.tuple(&[exact])
    }
    /// Bytes that the object takes in memory.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Bytes>) -> usize {
        size_of::<Bytes>() + this.len()
    }
}
}

/// `bytes(source, encoding, errors)`, exact.
fn make(
    vm: &mut Vm,
    source: Option<Value>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Gc<Bytes>> {
    let Some(source) = source else {
        if encoding.is_some() || errors.is_some() {
            let text = if encoding.is_some() { "encoding" } else { "errors" };
            return Err(vm.type_error(format!("{text} without a string argument")));
        }
        return vm.bytes(b"");
    };
    if encoding.is_some() || errors.is_some() {
        let bytes = encoded_source(vm, source, encoding, errors)?;
        return vm.bytes(&bytes);
    }
    if let Some(made) = vm.exact::<Bytes>(source) {
        return Ok(made);
    }
    if let Some(result) = vm.call_special(source, Special::Bytes, &[])? {
        return match vm.downcast::<Bytes>(result) {
            Some(made) => Ok(made),
            None => {
                let name = vm.type_name(result);
                Err(vm.type_error(format!("__bytes__ returned non-bytes (type {name})")))
            }
        };
    }
    let bytes = bytes_from_object(vm, source, "bytes")?;
    vm.bytes(&bytes)
}

/// The content for a text and an encoding (of `bytes` and `bytearray`).
pub(crate) fn encoded_source(
    vm: &mut Vm,
    source: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Vec<u8>> {
    let Some(text) = vm.downcast::<Str>(source) else {
        let what = if encoding.is_some() { "encoding" } else { "errors" };
        return Err(vm.type_error(format!("{what} without a string argument")));
    };
    let Some(encoding) = encoding else {
        return Err(vm.type_error("string argument without an encoding"));
    };
    let errors = match errors {
        Some(errors) => errors,
        None => vm.str("strict")?,
    };
    let encoded = codecs::encode_named(vm, text, encoding, errors)?;
    Ok(vm.buffer(encoded)?.as_slice().to_vec())
}

/// The bytes that small integers are; `None`: one is out of range, or there is no memory.
fn bytes_of_words(words: &[std::cell::Cell<Value>]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(words.len()).ok()?;
    for word in words {
        bytes.push(u8::try_from(word.get().as_small()?).ok()?);
    }
    Some(bytes)
}

/// The content that a count, a bytes-like object or an iterable of integers stands for.
pub(crate) fn bytes_from_object(vm: &mut Vm, source: Value, type_name: &str) -> PyResult<Vec<u8>> {
    if vm.downcast::<Str>(source).is_some() {
        return Err(vm.type_error("string argument without an encoding"));
    }
    if vm.has_index(source) {
        let count = vm.index(source)?;
        let Ok(count) = usize::try_from(count) else { return Err(vm.value_error("negative count")) };
        let mut zeros = Vec::new();
        if zeros.try_reserve_exact(count).is_err() {
            return Err(vm.memory_error());
        }
        zeros.resize(count, 0);
        return Ok(zeros);
    }
    if let Some(buffer) = vm.buffer_opt(source)? {
        return Ok(buffer.as_slice().to_vec());
    }
    if let Some(list) = source.exact_list().filter(|list| list.elements() == Elements::Int)
        && let Some(bytes) = bytes_of_words(list.words())
    {
        return Ok(bytes);
    }
    if vm.lookup_special(source, Special::Iter).is_none()
        && vm.lookup_special(source, Special::GetItem).is_none()
    {
        let name = vm.type_name(source);
        return Err(vm.type_error(format!("cannot convert '{name}' object to {type_name}")));
    }
    let mut out = Vec::new();
    let error =
        if type_name == "bytes" { "bytes must be in range(0, 256)" } else { "byte must be in range(0, 256)" };
    vm.iterate(source, |vm, item| {
        if let Some(n) = item.as_small()
            && let Ok(b) = u8::try_from(n)
        {
            out.push(b);
        } else {
            match vm.index_clipped(item)? {
                Some(n) => match u8::try_from(n) {
                    Ok(b) => out.push(b),
                    Err(_) => return Err(vm.value_error(error)),
                },
                None => {
                    let name = vm.type_name(item);
                    return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out)
}
