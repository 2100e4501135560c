//! The Python type `bytearray`.

use super::{ByteArray, ByteArrayIter};
use crate::format::percent;
use crate::heap::Gc;
use crate::native::SliceIndex;
use crate::object::{Special, Type, ids};
use crate::protocol::CmpOp;
use crate::types::buffer::Buffer;
use crate::types::bytes::shared::{self, ByteString, byte_of, with_shared_methods};
use crate::types::bytes::{Bytes, bytes_from_object, encoded_source, ops};
use crate::types::list::List;
use crate::types::slice::{Span, Subscript};
use crate::types::str::methods::{Bound, bounds};
use crate::types::str::{Affix, Side, Str, StrBuilder, search};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_macros::py_type;

with_shared_methods! {
/// A sequence of bytes that can change.
///
/// bytearray(n) has n zeros; bytearray(iterable) takes integers, bytearray(object) what the object
/// exports; bytearray(text, encoding, errors) is the encoded text.
#[py_type(name = "bytearray", id = ids::BYTEARRAY, subclassable)]
impl ByteArray {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<ByteArray>> {
        vm.bytearray_of_class(cls)
    }
    #[method(sig = "(source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)")]
    fn __init__(
        vm: &mut Vm,
        this: Gc<ByteArray>,
        source: Option<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<()> {
        // What is wrong with the arguments is found out once the old content is gone.
        if !this.is_empty() {
            vm.bytearray_assign(this, &[])?;
        }
        let content = match source {
            None if encoding.is_some() => return Err(vm.type_error("encoding without a string argument")),
            None if errors.is_some() => return Err(vm.type_error("errors without a string argument")),
            None => Vec::new(),
            Some(v) if encoding.is_some() || errors.is_some() => encoded_source(vm, v, encoding, errors)?,
            Some(v) => bytes_from_object(vm, v, "bytearray")?,
        };
        vm.bytearray_assign(this, &content)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<ByteArray>) -> PyResult<Gc<Str>> {
        let mut out = StrBuilder::with_capacity(this.len() + 14);
        let class = vm.type_name(Value::from_gc(this));
        out.push_str(&class);
        out.push_char('(');
        ops::push_repr(&mut out, this.as_slice(), true);
        out.push_char(')');
        out.finish(vm)
    }
    #[method]
    fn __str__(vm: &mut Vm, this: Gc<ByteArray>) -> PyResult<Gc<Str>> {
        ByteArray::__repr__(vm, this)
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<ByteArray>) -> PyResult<Gc<ByteArrayIter>> {
        vm.bytearray_iter(this)
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<ByteArray>, key: Value) -> PyResult<Value> {
        match vm.subscript(key, "bytearray")? {
            Subscript::Index(i) => {
                let at = position(vm, this, i)?;
                Ok(Value::small(this.as_slice()[at].into()))
            }
            Subscript::Slice(slice) => {
                let span = slice.fit(this.len());
                let picked: Vec<u8> = if span.step == 1 {
                    let start = span.start as usize;
                    this.as_slice()[start..start + span.count].to_vec()
                } else {
                    span.positions().map(|i| this.as_slice()[i]).collect()
                };
                vm.bytearray(&picked).map(Value::from_gc)
            }
        }
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<ByteArray>, key: Value, value: Value) -> PyResult<()> {
        match vm.subscript(key, "bytearray")? {
            Subscript::Index(i) => {
                position(vm, this, i)?;
                let b = byte_of(vm, value)?;
                // The conversion may have run Python code.
                let at = position(vm, this, i)?;
                this.set(at, b);
                Ok(())
            }
            Subscript::Slice(slice) => {
                let content = assigned(vm, value)?;
                let span = slice.fit(this.len());
                assign_slice(vm, this, span, &content)
            }
        }
    }
    #[method]
    fn __delitem__(vm: &mut Vm, this: Gc<ByteArray>, key: Value) -> PyResult<()> {
        match vm.subscript(key, "bytearray")? {
            Subscript::Index(i) => {
                let at = position(vm, this, i)?;
                vm.bytearray_splice(this, at, at + 1, &[])
            }
            Subscript::Slice(slice) => {
                let span = slice.fit(this.len());
                vm.bytearray_delete(this, span)
            }
        }
    }
    #[method]
    fn __iadd__(vm: &mut Vm, this: Gc<ByteArray>, value: Value) -> PyResult<Gc<ByteArray>> {
        if !vm.exports_buffer(value) {
            let (own, other) = (vm.type_name(Value::from_gc(this)), vm.type_name(value));
            return Err(vm.type_error(format!("can't concat {other} to {own}")));
        }
        let other = vm.buffer(value)?;
        vm.bytearray_extend(this, other.as_slice())?;
        Ok(this)
    }
    #[method]
    fn __imul__(vm: &mut Vm, this: Gc<ByteArray>, value: Value) -> PyResult<Value> {
        let Some(times) = vm.repeat_count(value)? else { return Ok(Value::NOT_IMPLEMENTED) };
        let content = this.as_slice().to_vec();
        let Some(len) = content.len().checked_mul(usize::try_from(times).unwrap_or(0)) else {
            return Err(vm.memory_error());
        };
        vm.bytearray_resize(this, len)?;
        for i in (content.len()..len).step_by(content.len().max(1)) {
            for (k, b) in content.iter().enumerate() {
                this.set(i + k, *b);
            }
        }
        Ok(Value::from_gc(this))
    }
    /// Adds a byte at the end.
    #[method(sig = "(item, /)")]
    fn append(vm: &mut Vm, this: Gc<ByteArray>, item: Value) -> PyResult<()> {
        let b = byte_of(vm, item)?;
        vm.bytearray_push(this, b)
    }
    /// Adds bytes at the end.
    #[method(sig = "(iterable_of_ints, /)")]
    fn extend(vm: &mut Vm, this: Gc<ByteArray>, iterable_of_ints: Value) -> PyResult<()> {
        let v = iterable_of_ints;
        if let Some(buffer) = vm.buffer_opt(v)? {
            return vm.bytearray_extend(this, buffer.as_slice());
        }
        if vm.downcast::<Str>(v).is_some() {
            return Err(vm.type_error("expected iterable of integers; got: 'str'"));
        }
        let iterates =
            vm.lookup_special(v, Special::Iter).is_some() || vm.lookup_special(v, Special::GetItem).is_some();
        if !iterates {
            let name = vm.type_name(v);
            return Err(vm.type_error(format!("can't extend bytearray with {name}")));
        }
        vm.length_hint(v, 32)?;
        let items = vm.collect(v)?;
        let mut content = Vec::with_capacity(items.len());
        for i in 0..items.len() {
            content.push(byte_of(vm, items[i])?);
        }
        vm.bytearray_extend(this, &content)
    }
    /// Puts a byte before a position.
    #[method(sig = "(index, item, /)")]
    fn insert(vm: &mut Vm, this: Gc<ByteArray>, index: i64, item: Value) -> PyResult<()> {
        let b = byte_of(vm, item)?;
        let at = SliceIndex(index).clamp(this.len());
        vm.bytearray_splice(this, at, at, &[b])
    }
    /// Takes out the byte at a position, the last one by default.
    #[method(sig = "(index=-1, /)")]
    fn pop(vm: &mut Vm, this: Gc<ByteArray>, index: i64) -> PyResult<u8> {
        if this.is_empty() {
            return Err(vm.index_error("pop from empty bytearray"));
        }
        let at = if index < 0 { index.wrapping_add(this.len() as i64) } else { index };
        let Some(at) = usize::try_from(at).ok().filter(|at| *at < this.len()) else {
            return Err(vm.index_error("pop index out of range"));
        };
        let b = this.as_slice()[at];
        vm.bytearray_splice(this, at, at + 1, &[])?;
        Ok(b)
    }
    /// Takes out the first occurrence of a byte.
    #[method(sig = "(value, /)")]
    fn remove(vm: &mut Vm, this: Gc<ByteArray>, value: Value) -> PyResult<()> {
        let b = byte_of(vm, value)?;
        match this.as_slice().iter().position(|x| *x == b) {
            Some(at) => vm.bytearray_splice(this, at, at + 1, &[]),
            None => Err(vm.value_error("value not found in bytearray")),
        }
    }
    /// Removes all bytes.
    #[method]
    fn clear(vm: &mut Vm, this: Gc<ByteArray>) -> PyResult<()> {
        vm.bytearray_resize(this, 0)
    }
    /// A copy.
    #[method]
    fn copy(vm: &mut Vm, this: Gc<ByteArray>) -> PyResult<Gc<ByteArray>> {
        ByteArray::unchanged(vm, this)
    }
    /// Reverses the order of the bytes.
    #[method]
    fn reverse(_vm: &mut Vm, this: Gc<ByteArray>) {
        let len = this.len();
        for i in 0..len / 2 {
            let (a, b) = (this.as_slice()[i], this.as_slice()[len - 1 - i]);
            this.set(i, b);
            this.set(len - 1 - i, a);
        }
    }
    /// Sets the length; new bytes are zeros.
    #[method(sig = "(size, /)")]
    fn resize(vm: &mut Vm, this: Gc<ByteArray>, size: i64) -> PyResult<()> {
        match usize::try_from(size) {
            Ok(size) => vm.bytearray_resize(this, size),
            Err(_) => Err(vm.value_error(format!("Can only resize to positive sizes, got {size}"))),
        }
    }
    /// The bytes of hexadecimal text; white space is passed over.
    #[classmethod(sig = "(string, /)")]
    fn fromhex(vm: &mut Vm, cls: Gc<Type>, string: Value) -> PyResult<Value> {
        let bytes = shared::from_hex(vm, string)?;
        if cls == vm.builtin(ids::BYTEARRAY) {
            return vm.bytearray(&bytes).map(Value::from_gc);
        }
        let made = vm.bytes_value(&bytes)?;
        vm.call(Value::from_gc(cls), &[made])
    }
    /// Bytes allocated for the content.
    #[method(sig = "()")]
    fn __alloc__(_vm: &mut Vm, this: Gc<ByteArray>) -> usize {
        // One more than the content, as for the NUL that ends it elsewhere.
        if this.capacity() == 0 { 0 } else { this.capacity() + 1 }
    }
    /// Bytes that the object takes in memory.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<ByteArray>) -> usize {
        size_of::<ByteArray>() + this.capacity()
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<ByteArray>) -> PyResult<Value> {
        reduce(vm, this, 2)
    }
    /// For pickling and copying, for a protocol.
    #[method(sig = "(proto=0, /)")]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<ByteArray>, proto: i64) -> PyResult<Value> {
        reduce(vm, this, proto)
    }
}
}

fn position(vm: &mut Vm, b: Gc<ByteArray>, i: i64) -> PyResult<usize> {
    let at = if i < 0 { i.wrapping_add(b.len() as i64) } else { i };
    match usize::try_from(at) {
        Ok(at) if at < b.len() => Ok(at),
        _ => Err(vm.index_error("bytearray index out of range")),
    }
}

/// What is assigned to a slice.
fn assigned(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(buffer) = vm.buffer_opt(v)? {
        return Ok(buffer.as_slice().to_vec());
    }
    if vm.downcast::<Str>(v).is_some() || vm.has_index(v) {
        return Err(vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    bytes_from_object(vm, v, "bytearray")
}

fn assign_slice(vm: &mut Vm, b: Gc<ByteArray>, span: Span, content: &[u8]) -> PyResult<()> {
    if span.step == 1 {
        let start = span.start as usize;
        return vm.bytearray_splice(b, start, start + span.count, content);
    }
    if content.is_empty() {
        return vm.bytearray_delete(b, span);
    }
    if content.len() != span.count {
        let (given, wanted) = (content.len(), span.count);
        return Err(vm.value_error(format!(
            "attempt to assign bytes of size {given} to extended slice of size {wanted}"
        )));
    }
    for (at, byte) in span.positions().zip(content) {
        b.set(at, *byte);
    }
    Ok(())
}

fn reduce(vm: &mut Vm, b: Gc<ByteArray>, proto: i64) -> PyResult<Value> {
    let this = Value::from_gc(b);
    let class = Value::from_gc(vm.class_of(this));
    let args = if proto < 3 {
        let text = Value::from_gc(vm.str_latin1(b.as_slice())?);
        let encoding = Value::from_gc(vm.str("latin-1")?);
        vm.tuple(&[text, encoding])?
    } else {
        let content = vm.bytes_value(b.as_slice())?;
        vm.tuple(&[content])?
    };
    let state = vm.call_method(this, "__getstate__", &[])?;
    vm.tuple(&[class, Value::from_gc(args), state]).map(Value::from_gc)
}
