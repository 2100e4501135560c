//! `array`: sequences of machine words. The items are the bytes of a bytearray that nobody else sees.

mod edit;
mod item;
mod methods;
mod pickle;

use crate::layout;
use crate::support::{VmExt, add_type, set, set_str};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::bytearray::ByteArray;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use item::Code;

layout! {
    /// Cell of an array; `content` is its bytearray.
    PyArray(ids::PY_ARRAY) { content } plain { code: u8 }
}

// The interpreter and native code subscript arrays themselves.
const _: () = {
    use habu_runtime::types::typed_array::TypedArray;
    use std::mem::offset_of;
    assert!(offset_of!(PyArray, content) == offset_of!(TypedArray, content));
    assert!(offset_of!(PyArray, code) == offset_of!(TypedArray, code));
    assert!(size_of::<PyArray>() == size_of::<TypedArray>());
};

layout! {
    /// Cell of an array's iterator; `array` is None when it is exhausted.
    ArrayIter(ids::ARRAY_ITERATOR) { array } plain { next: usize }
}

fn code_of(this: Gc<PyArray>) -> Code {
    Code(this.code.get())
}

fn content(vm: &Vm, this: Gc<PyArray>) -> Gc<ByteArray> {
    vm.exact::<ByteArray>(this.content.get()).expect("made with the array")
}

/// Items of an array.
fn count(vm: &Vm, this: Gc<PyArray>) -> usize {
    // Sizes are powers of two.
    content(vm, this).len() >> code_of(this).size().trailing_zeros()
}

/// An empty array.
fn make(vm: &mut Vm, cls: Gc<Type>, code: Code) -> PyResult<Gc<PyArray>> {
    let content = vm.bytearray(&[])?;
    let this = vm.alloc_instance::<PyArray>(cls)?;
    this.content.init(Value::from_gc(content));
    this.code.set(code.0);
    Ok(this)
}

#[inline]
fn get(vm: &mut Vm, this: Gc<PyArray>, index: usize) -> PyResult<Option<Value>> {
    let (code, content) = (code_of(this), content(vm, this));
    let at = index * code.size();
    match content.as_slice().get(at..at + code.size()) {
        Some(bytes) => item::load(vm, code, bytes).map(Some),
        None => Ok(None),
    }
}

/// Fails while views export the memory.
fn check_resizable(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<()> {
    let content = content(vm, this);
    match vm.bytearray_unexported(content) {
        Ok(()) => Ok(()),
        Err(raised) => {
            vm.take_exception(raised);
            Err(vm.buffer_error("cannot resize an array that is exporting buffers"))
        }
    }
}

fn push(vm: &mut Vm, this: Gc<PyArray>, v: Value) -> PyResult<()> {
    let code = code_of(this);
    let word = item::store(vm, code, v)?;
    check_resizable(vm, this)?;
    let content = content(vm, this);
    vm.bytearray_extend(content, &word[..code.size()])
}

fn push_bytes(vm: &mut Vm, this: Gc<PyArray>, bytes: &[u8]) -> PyResult<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    check_resizable(vm, this)?;
    let content = content(vm, this);
    vm.bytearray_extend(content, bytes)
}

/// A type code argument.
fn code_arg(vm: &mut Vm, v: Value, function: &str, position: usize) -> PyResult<u32> {
    let Some(text) = vm.downcast::<Str>(v) else {
        let got = vm.type_name(v);
        return Err(
            vm.type_error(format!("{function}() argument {position} must be a unicode character, not {got}"))
        );
    };
    if text.len() != 1 {
        let len = text.len();
        return Err(vm.type_error(format!(
            "{function}() argument {position} must be a unicode character, not a string of length {len}"
        )));
    }
    Ok(text.code_point(0))
}

/// This module defines an object type which can efficiently represent
/// an array of basic values: characters, integers, floating-point
/// numbers.  Arrays are sequence types and behave very much like lists,
/// except that the type of objects stored in them is constrained.
#[native_module(name = "array")]
pub mod module {
    use super::*;

    /// Internal. Used for pickling support.
    #[function(name = "_array_reconstructor", sig = "(arraytype, typecode, mformat_code, items, /)")]
    fn array_reconstructor(
        vm: &mut Vm,
        arraytype: Value,
        typecode: Value,
        mformat_code: i64,
        items: Value,
    ) -> PyResult<Gc<PyArray>> {
        let c = code_arg(vm, typecode, "_array_reconstructor", 2)?;
        let own = vm.native_class(PyArray::DECL)?;
        let Some(cls) = vm.as_class(arraytype) else {
            let got = vm.type_name(arraytype);
            return Err(vm.type_error(format!("first argument must be a type object, not {got}")));
        };
        if !cls.is_subtype(own) {
            let name = vm.class_name(cls);
            return Err(vm.type_error(format!("{name} is not a subtype of array.array")));
        }
        let Some(code) = Code::of(c) else {
            return Err(vm.value_error("second argument must be a valid type code"));
        };
        pickle::rebuild(vm, cls, code, mformat_code, items)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let cls = add_type(vm, module, PyArray::DECL)?;
        set(vm, module, "ArrayType", Value::from_gc(cls))?;
        vm.native_class(ArrayIter::DECL)?;
        set_str(vm, module, "typecodes", item::CODES)?;
        let sequence = vm.module_attr("collections.abc", "MutableSequence")?;
        vm.call_method(sequence, "register", &[Value::from_gc(cls)])?;
        Ok(())
    }
}
