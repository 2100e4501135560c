//! `array.array` and its iterator as Python types.

use super::item::Code;
use super::{
    ArrayIter, PyArray, check_resizable, code_arg, code_of, content, count, edit, get, item, make, pickle,
    push,
};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::native::SliceIndex;
use habu_runtime::object::{Type, ids};
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::list::List;
use habu_runtime::types::memoryview::{MemoryView, Shown};
use habu_runtime::types::seq_iter::iterator_state;
use habu_runtime::types::slice::{Slice, Subscript};
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

#[inline]
fn subscript(vm: &mut Vm, key: Value) -> PyResult<Subscript> {
    if let Some(i) = key.as_small() {
        return Ok(Subscript::Index(i));
    }
    if key.is_exact::<Slice>() || vm.has_index(key) {
        return vm.subscript(key, "array");
    }
    Err(vm.type_error("array indices must be integers"))
}

/// The position that an index means.
#[inline]
fn position(vm: &mut Vm, this: Gc<PyArray>, index: i64, text: &str) -> PyResult<usize> {
    let len = count(vm, this) as i64;
    let at = if index < 0 { index.saturating_add(len) } else { index };
    if (0..len).contains(&at) { Ok(at as usize) } else { Err(vm.index_error(text)) }
}

fn to_list(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<Gc<List>> {
    let list = vm.list_new()?;
    let mut i = 0;
    while let Some(v) = get(vm, this, i)? {
        vm.list_push(list, v)?;
        i += 1;
    }
    Ok(list)
}

fn text_only(vm: &mut Vm, this: Gc<PyArray>, function: &str) -> PyResult<()> {
    if code_of(this).is_text() {
        return Ok(());
    }
    Err(vm.value_error(format!("{function}() may only be called on unicode type arrays ('u' or 'w')")))
}

fn copied(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<Gc<PyArray>> {
    let bytes = content(vm, this).as_slice().to_vec();
    edit::from_bytes(vm, code_of(this), &bytes)
}

/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
#[py_type(name = "array", module = "array", id = ids::PY_ARRAY, subclassable, sequence)]
impl PyArray {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> PyResult<Gc<PyArray>> {
        let own = vm.native_class(PyArray::DECL)?;
        if cls == own && kwargs.is_some_and(|k| !k.is_empty()) {
            return Err(vm.type_error("array.array() takes no keyword arguments"));
        }
        let (typecode, source) = match *args.items() {
            [typecode] => (typecode, None),
            [typecode, source] => (typecode, Some(source)),
            [] => return Err(vm.type_error("array() takes at least 1 argument (0 given)")),
            _ => {
                let text = format!("array() takes at most 2 arguments ({} given)", args.len());
                return Err(vm.type_error(text));
            }
        };
        let c = code_arg(vm, typecode, "array", 1)?;
        if c == u32::from(b'u') {
            let text = "The 'u' type code is deprecated and will be removed in Python 3.16";
            vm.warn(Exc::DeprecationWarning, text, 1)?;
        }
        let Some(code) = Code::of(c) else {
            return Err(vm.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
        };
        let this = make(vm, cls, code)?;
        if let Some(source) = source {
            edit::fill(vm, this, source)?;
        }
        Ok(this)
    }
    /// the typecode character used to create the array
    #[getter]
    fn typecode(_vm: &mut Vm, this: Gc<PyArray>) -> String {
        code_of(this).letter().to_string()
    }
    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(_vm: &mut Vm, this: Gc<PyArray>) -> usize {
        code_of(this).size()
    }
    /// Append new value v to the end of the array.
    #[method(sig = "($self, v, /)")]
    fn append(vm: &mut Vm, this: Gc<PyArray>, v: Value) -> PyResult<()> {
        push(vm, this, v)
    }
    /// Append items to the end of the array.
    #[method(sig = "($self, bb, /)")]
    fn extend(vm: &mut Vm, this: Gc<PyArray>, bb: Value) -> PyResult<()> {
        edit::extend(vm, this, bb)
    }
    /// Insert a new item v into the array before position i.
    #[method(sig = "($self, i, v, /)")]
    fn insert(vm: &mut Vm, this: Gc<PyArray>, i: i64, v: Value) -> PyResult<()> {
        let code = code_of(this);
        let word = item::store(vm, code, v)?;
        check_resizable(vm, this)?;
        let at = SliceIndex(i).clamp(count(vm, this)) * code.size();
        let target = content(vm, this);
        vm.bytearray_splice(target, at, at, &word[..code.size()])
    }
    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method(sig = "($self, i=-1, /)")]
    fn pop(vm: &mut Vm, this: Gc<PyArray>, i: i64) -> PyResult {
        if count(vm, this) == 0 {
            return Err(vm.index_error("pop from empty array"));
        }
        let at = position(vm, this, i, "pop index out of range")?;
        let v = get(vm, this, at)?.unwrap_or(Value::NONE);
        check_resizable(vm, this)?;
        let (target, size) = (content(vm, this), code_of(this).size());
        vm.bytearray_splice(target, at * size, (at + 1) * size, &[])?;
        Ok(v)
    }
    /// Remove the first occurrence of v in the array.
    #[method(sig = "($self, v, /)")]
    fn remove(vm: &mut Vm, this: Gc<PyArray>, v: Value) -> PyResult<()> {
        match edit::find(vm, this, v, 0, usize::MAX)? {
            Some(at) if at < count(vm, this) => {
                check_resizable(vm, this)?;
                let (target, size) = (content(vm, this), code_of(this).size());
                vm.bytearray_splice(target, at * size, (at + 1) * size, &[])
            }
            _ => Err(vm.value_error("array.remove(x): x not in array")),
        }
    }
    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method(sig = "($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(
        vm: &mut Vm,
        this: Gc<PyArray>,
        v: Value,
        start: SliceIndex,
        stop: SliceIndex,
    ) -> PyResult<usize> {
        let len = count(vm, this);
        match edit::find(vm, this, v, start.clamp(len), stop.clamp(len))? {
            Some(at) => Ok(at),
            None => Err(vm.value_error("array.index(x): x not in array")),
        }
    }
    /// Return number of occurrences of v in the array.
    #[method(sig = "($self, v, /)")]
    fn count(vm: &mut Vm, this: Gc<PyArray>, v: Value) -> PyResult<usize> {
        let (mut i, mut found) = (0, 0);
        while let Some(item) = get(vm, this, i)? {
            found += usize::from(vm.eq(item, v)?);
            i += 1;
        }
        Ok(found)
    }
    /// Reverse the order of the items in the array.
    #[method]
    fn reverse(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<()> {
        let (target, size) = (content(vm, this), code_of(this).size());
        let bytes: Vec<u8> = target.as_slice().chunks_exact(size).rev().flatten().copied().collect();
        vm.bytearray_splice(target, 0, bytes.len(), &bytes)
    }
    /// Remove all items from the array.
    #[method]
    fn clear(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<()> {
        check_resizable(vm, this)?;
        let target = content(vm, this);
        vm.bytearray_resize(target, 0)
    }
    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size,
    /// RuntimeError is raised.
    #[method]
    fn byteswap(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<()> {
        let (target, size) = (content(vm, this), code_of(this).size());
        let mut bytes = target.as_slice().to_vec();
        bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        vm.bytearray_splice(target, 0, bytes.len(), &bytes)
    }
    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to
    /// calculate the buffer length in bytes.
    #[method]
    fn buffer_info(vm: &mut Vm, this: Gc<PyArray>) -> (usize, usize) {
        (content(vm, this).data() as usize, count(vm, this))
    }
    /// Convert array to an ordinary list with the same items.
    #[method]
    fn tolist(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<Gc<List>> {
        to_list(vm, this)
    }
    /// Append items to array from list.
    #[method(sig = "($self, list, /)")]
    fn fromlist(vm: &mut Vm, this: Gc<PyArray>, list: Value) -> PyResult<()> {
        let Some(list) = vm.downcast::<List>(list) else { return Err(vm.type_error("arg must be list")) };
        let (code, before) = (code_of(this), list.len());
        let mut bytes = Vec::new();
        for i in 0..before {
            let Some(v) = vm.list_get(list, i)? else { break };
            let word = item::store(vm, code, v)?;
            if list.len() != before {
                return Err(vm.runtime_error("list changed size during iteration"));
            }
            bytes.extend_from_slice(&word[..code.size()]);
        }
        super::push_bytes(vm, this, &bytes)
    }
    /// Convert the array to an array of machine values and return the bytes representation.
    #[method]
    fn tobytes(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<Gc<Bytes>> {
        let content = content(vm, this);
        vm.bytes(content.as_slice())
    }
    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method(sig = "($self, buffer, /)")]
    fn frombytes(vm: &mut Vm, this: Gc<PyArray>, buffer: Value) -> PyResult<()> {
        edit::from_buffer(vm, this, buffer)
    }
    /// Write all items (as machine values) to the file object f.
    #[method(sig = "($self, f, /)")]
    fn tofile(vm: &mut Vm, this: Gc<PyArray>, f: Value) -> PyResult<()> {
        const BLOCK: usize = 64 * 1024;
        let bytes = content(vm, this).as_slice().to_vec();
        let write = vm.names.write;
        for chunk in bytes.chunks(BLOCK) {
            let chunk = vm.bytes_value(chunk)?;
            vm.call_method_name(f, write, &[chunk])?;
        }
        Ok(())
    }
    /// Read n objects from the file object f and append them to the end of the array.
    #[method(sig = "($self, f, n, /)")]
    fn fromfile(vm: &mut Vm, this: Gc<PyArray>, f: Value, n: i64) -> PyResult<()> {
        if n < 0 {
            return Err(vm.value_error("negative count"));
        }
        let Some(wanted) = n.checked_mul(code_of(this).size() as i64) else { return Err(vm.memory_error()) };
        let size = vm.int(wanted)?;
        let read = vm.call_method(f, "read", &[size])?;
        let Some(bytes) = vm.downcast::<Bytes>(read) else {
            return Err(vm.type_error("read() didn't return bytes"));
        };
        let short = bytes.len() as i64 != wanted;
        edit::from_buffer(vm, this, read)?;
        if short { Err(vm.eof_error("read() didn't return enough bytes")) } else { Ok(()) }
    }
    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is
    /// raised.  Use array.frombytes(ustr.encode(...)) to append Unicode
    /// data to an array of some other type.
    #[method(sig = "($self, ustr, /)")]
    fn fromunicode(vm: &mut Vm, this: Gc<PyArray>, ustr: Gc<Str>) -> PyResult<()> {
        text_only(vm, this, "fromunicode")?;
        edit::fill(vm, this, Value::from_gc(ustr))
    }
    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode
    /// type array; otherwise a ValueError is raised.  Use
    /// array.tobytes().decode() to obtain a unicode string from an array of
    /// some other type.
    #[method]
    fn tounicode(vm: &mut Vm, this: Gc<PyArray>) -> PyResult {
        text_only(vm, this, "tounicode")?;
        edit::text(vm, this)
    }
    /// Return a copy of the array.
    #[method(sig = "($self, /)")]
    fn __copy__(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<Gc<PyArray>> {
        copied(vm, this)
    }
    /// Return a copy of the array.
    #[method(sig = "($self, unused, /)")]
    fn __deepcopy__(vm: &mut Vm, this: Gc<PyArray>, _unused: Value) -> PyResult<Gc<PyArray>> {
        copied(vm, this)
    }
    /// Return state information for pickling.
    #[method(sig = "($self, value, /)")]
    fn __reduce_ex__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        let v = Value::from_gc(this);
        if !vm.has_index(value) {
            let got = vm.type_name(value);
            return Err(vm.type_error(format!("__reduce_ex__ argument should be an integer, not {got}")));
        }
        let protocol = vm.index(value)?;
        let cls = Value::from_gc(vm.class_of(v));
        let dict = vm.names.dict;
        let dict = vm.get_attr_opt(v, dict)?.unwrap_or(Value::NONE);
        let code = code_of(this);
        let letter = Value::from_gc(vm.str(&code.letter().to_string())?);
        if protocol < 3 {
            let list = Value::from_gc(to_list(vm, this)?);
            let args = Value::from_gc(vm.tuple(&[letter, list])?);
            return vm.tuple(&[cls, args, dict]).map(Value::from_gc);
        }
        let maker = crate::support::VmExt::module_attr(vm, "array", "_array_reconstructor")?;
        let bytes = content(vm, this);
        let bytes = vm.bytes_value(bytes.as_slice())?;
        let args = vm.tuple(&[cls, letter, Value::small(pickle::number(code)), bytes])?;
        vm.tuple(&[maker, Value::from_gc(args), dict]).map(Value::from_gc)
    }
    #[method]
    fn __sizeof__(vm: &mut Vm, this: Gc<PyArray>) -> usize {
        size_of::<PyArray>() + content(vm, this).len()
    }
    #[method]
    fn __len__(vm: &mut Vm, this: Gc<PyArray>) -> usize {
        count(vm, this)
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<PyArray>, key: Value) -> PyResult {
        match subscript(vm, key)? {
            Subscript::Index(i) => {
                let at = position(vm, this, i, "array index out of range")?;
                Ok(get(vm, this, at)?.unwrap_or(Value::NONE))
            }
            Subscript::Slice(raw) => {
                let span = raw.fit(count(vm, this));
                let bytes = edit::selected(vm, this, span);
                edit::from_bytes(vm, code_of(this), &bytes).map(Value::from_gc)
            }
        }
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<PyArray>, key: Value, value: Value) -> PyResult<()> {
        match subscript(vm, key)? {
            Subscript::Index(i) => {
                let text = "array assignment index out of range";
                let at = position(vm, this, i, text)?;
                if edit::set(vm, this, at, value)? { Ok(()) } else { Err(vm.index_error(text)) }
            }
            Subscript::Slice(raw) => {
                let Some(other) = vm.downcast::<PyArray>(value) else {
                    let got = vm.type_name(value);
                    return Err(
                        vm.type_error(format!("can only assign array (not \"{got}\") to array slice"))
                    );
                };
                if code_of(other) != code_of(this) {
                    return Err(vm.type_error("bad argument type for built-in operation"));
                }
                let bytes = content(vm, other).as_slice().to_vec();
                let span = raw.fit(count(vm, this));
                edit::assign(vm, this, span, &bytes)
            }
        }
    }
    #[method]
    fn __delitem__(vm: &mut Vm, this: Gc<PyArray>, key: Value) -> PyResult<()> {
        match subscript(vm, key)? {
            Subscript::Index(i) => {
                let at = position(vm, this, i, "array assignment index out of range")?;
                check_resizable(vm, this)?;
                let (target, size) = (content(vm, this), code_of(this).size());
                vm.bytearray_splice(target, at * size, (at + 1) * size, &[])
            }
            Subscript::Slice(raw) => {
                let span = raw.fit(count(vm, this));
                edit::delete(vm, this, span)
            }
        }
    }
    #[method]
    fn __contains__(vm: &mut Vm, this: Gc<PyArray>, key: Value) -> PyResult<bool> {
        Ok(edit::find(vm, this, key, 0, usize::MAX)?.is_some())
    }
    #[method]
    fn __add__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        let Some(other) = vm.downcast::<PyArray>(value) else {
            let got = vm.type_name(value);
            return Err(vm.type_error(format!("can only append array (not \"{got}\") to array")));
        };
        if code_of(other) != code_of(this) {
            return Err(vm.type_error("bad argument type for built-in operation"));
        }
        let mut bytes = content(vm, this).as_slice().to_vec();
        bytes.extend_from_slice(content(vm, other).as_slice());
        edit::from_bytes(vm, code_of(this), &bytes).map(Value::from_gc)
    }
    #[method]
    fn __iadd__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult<Gc<PyArray>> {
        if vm.downcast::<PyArray>(value).is_none() {
            let got = vm.type_name(value);
            return Err(vm.type_error(format!("can only extend array with array (not \"{got}\")")));
        }
        edit::extend(vm, this, value)?;
        Ok(this)
    }
    #[method]
    fn __mul__(vm: &mut Vm, this: Gc<PyArray>, value: i64) -> PyResult<Gc<PyArray>> {
        let bytes = edit::repeated(vm, this, value)?;
        edit::from_bytes(vm, code_of(this), &bytes)
    }
    #[method]
    fn __rmul__(vm: &mut Vm, this: Gc<PyArray>, value: i64) -> PyResult<Gc<PyArray>> {
        let bytes = edit::repeated(vm, this, value)?;
        edit::from_bytes(vm, code_of(this), &bytes)
    }
    #[method]
    fn __imul__(vm: &mut Vm, this: Gc<PyArray>, value: i64) -> PyResult<Gc<PyArray>> {
        let bytes = edit::repeated(vm, this, value)?;
        let target = content(vm, this);
        if bytes.len() != target.len() {
            check_resizable(vm, this)?;
            vm.bytearray_assign(target, &bytes)?;
        }
        Ok(this)
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        edit::compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        edit::compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __lt__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        edit::compare(vm, this, value, CmpOp::Lt)
    }
    #[method]
    fn __le__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        edit::compare(vm, this, value, CmpOp::Le)
    }
    #[method]
    fn __gt__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        edit::compare(vm, this, value, CmpOp::Gt)
    }
    #[method]
    fn __ge__(vm: &mut Vm, this: Gc<PyArray>, value: Value) -> PyResult {
        edit::compare(vm, this, value, CmpOp::Ge)
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<Gc<ArrayIter>> {
        let cls = vm.native_class(ArrayIter::DECL)?;
        let iter = vm.alloc_instance::<ArrayIter>(cls)?;
        iter.array.init(Value::from_gc(this));
        Ok(iter)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<PyArray>) -> PyResult<String> {
        let v = Value::from_gc(this);
        let (cls, letter) = (vm.class_of(v), code_of(this).letter());
        let name = vm.class_name(cls);
        if count(vm, this) == 0 {
            return Ok(format!("{name}('{letter}')"));
        }
        let items =
            if code_of(this).is_text() { edit::text(vm, this)? } else { Value::from_gc(to_list(vm, this)?) };
        let items = vm.repr(items)?.to_message();
        Ok(format!("{name}('{letter}', {items})"))
    }
    /// Return a buffer object that exposes the underlying memory of the object.
    #[method]
    fn __buffer__(vm: &mut Vm, this: Gc<PyArray>, _flags: Value) -> PyResult<Gc<MemoryView>> {
        let (code, content) = (code_of(this), content(vm, this));
        let format = vm.intern(code.format());
        let size = code.size();
        vm.memoryview_new(Shown {
            object: Value::from_gc(this),
            data: content.data(),
            format,
            itemsize: size,
            shape: &[(content.len() / size) as i64],
            strides: &[size as i64],
            readonly: false,
            exports: &content.exports,
        })
    }
    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

#[py_type(name = "arrayiterator", module = "array", id = ids::ARRAY_ITERATOR)]
impl ArrayIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<ArrayIter>) -> Gc<ArrayIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<ArrayIter>) -> PyResult {
        if let Some(array) = vm.downcast::<PyArray>(this.array.get()) {
            let at = this.next.get();
            if let Some(v) = get(vm, array, at)? {
                this.next.set(at + 1);
                return Ok(v);
            }
            this.array.init(Value::NONE);
        }
        Err(vm.stop_iteration(Value::NONE))
    }
    /// Return state information for pickling.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<ArrayIter>) -> PyResult {
        if this.array.get().is_none() {
            let empty = Value::from_gc(vm.tuple(&[])?);
            return habu_runtime::types::seq_iter::reduce_exhausted(vm, empty);
        }
        iterator_state(vm, "iter", this.array.get(), this.next.get() as i64)
    }
    /// Set state information for unpickling.
    #[method]
    fn __setstate__(vm: &mut Vm, this: Gc<ArrayIter>, state: i64) {
        if let Some(array) = vm.downcast::<PyArray>(this.array.get()) {
            let len = count(vm, array) as i64;
            this.next.set(state.clamp(0, len) as usize);
        }
    }
}
