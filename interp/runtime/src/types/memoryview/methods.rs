//! The Python type `memoryview`.

use super::item::{Format, pack, unpack};
use super::{MemoryIter, MemoryView, Shown, shown_of};
use crate::heap::Gc;
use crate::native::SliceIndex;
use crate::object::{Type, ids};
use crate::protocol::CmpOp;
use crate::types::bytes::{Bytes, shared};
use crate::types::class_getitem::class_getitem;
use crate::types::list::List;
use crate::types::slice::{Slice, Subscript};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;

/// A view of the memory of an object that exports it.
#[py_type(name = "memoryview", id = ids::MEMORYVIEW, sequence)]
impl MemoryView {
    #[new(sig = "(object)")]
    fn new(vm: &mut Vm, _cls: Gc<Type>, object: Value) -> PyResult<Gc<MemoryView>> {
        vm.memoryview(object)
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<MemoryView>) -> String {
        let what = if this.is_released() { "released memory" } else { "memory" };
        format!("<{what} at {:#x}>", this.addr())
    }
    #[method]
    fn __hash__(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<i64> {
        if this.hash.get() == 0 {
            let format = live(vm, this)?;
            if !this.is_readonly() {
                return Err(vm.value_error("cannot hash writable memoryview object"));
            }
            if !format.is_some_and(Format::is_byte) {
                return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
            }
            // The exporter must be hashable too; nobody may release the memory meanwhile.
            this.header.aux.set(this.header.aux.get().saturating_add(1));
            let exporter = vm.hash(this.object.get());
            this.header.aux.set(this.header.aux.get().saturating_sub(1));
            exporter?;
            this.hash.set(crate::types::str::hash::hash_bytes(&this.to_vec()));
        }
        Ok(this.hash.get())
    }
    #[method]
    fn __len__(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<i64> {
        live(vm, this)?;
        match this.lengths().first() {
            Some(len) => Ok(*len),
            None => Err(vm.type_error("0-dim memory has no length")),
        }
    }
    #[method]
    fn __iter__(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Gc<MemoryIter>> {
        live(vm, this)?;
        match *this.lengths() {
            [] => Err(vm.type_error("invalid indexing of 0-dim memory")),
            [len] => {
                let iter = vm.alloc::<MemoryIter>(ids::MEMORY_ITERATOR)?;
                iter.view.init(Some(this));
                iter.len.set(len as usize);
                Ok(iter)
            }
            _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }
    #[method]
    fn __eq__(vm: &mut Vm, this: Gc<MemoryView>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Eq)
    }
    #[method]
    fn __ne__(vm: &mut Vm, this: Gc<MemoryView>, value: Value) -> PyResult<Value> {
        compare(vm, this, value, CmpOp::Ne)
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<MemoryView>, key: Value) -> PyResult<Value> {
        if let Some(index) = key.as_small()
            && let Some(byte) = this.byte_at(index)
        {
            return Ok(byte);
        }
        live(vm, this)?;
        match target(vm, this, key)? {
            Target::Item(indices) => vm.memoryview_item(this, &indices),
            Target::Part(start, step, count) => part(vm, this, start, step, count).map(Value::from_gc),
            Target::Everything => Ok(Value::from_gc(this)),
        }
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<MemoryView>, key: Value, value: Value) -> PyResult<()> {
        live(vm, this)?;
        if this.is_readonly() {
            return Err(vm.type_error("cannot modify read-only memory"));
        }
        match target(vm, this, key)? {
            Target::Item(indices) => {
                let format = item_format(vm, this)?;
                let bytes = pack(vm, format, value, &format_text(this))?;
                // Conversion may have run Python code that released the view.
                live(vm, this)?;
                // SAFETY: the item is within the exported memory.
                unsafe { std::ptr::copy(bytes.as_ptr(), this.item_at(&indices), bytes.len()) };
                Ok(())
            }
            Target::Part(start, step, count) => {
                let part = part(vm, this, start, step, count)?;
                let done = assign(vm, part, value);
                vm.memoryview_release(part);
                done
            }
            Target::Everything => assign(vm, this, value),
        }
    }
    #[method]
    fn __delitem__(vm: &mut Vm, _this: Gc<MemoryView>, _key: Value) -> PyResult<()> {
        Err(vm.type_error("cannot delete memory"))
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Gc<MemoryView>> {
        live(vm, this)?;
        Ok(this)
    }
    #[method(sig = "(*exc_info)")]
    fn __exit__(vm: &mut Vm, this: Gc<MemoryView>, _exc_info: Gc<Tuple>) -> PyResult<()> {
        release(vm, this)
    }
    /// A view of the memory.
    #[method(sig = "(flags, /)")]
    fn __buffer__(vm: &mut Vm, this: Gc<MemoryView>, _flags: i64) -> PyResult<Gc<MemoryView>> {
        vm.memoryview(Value::from_gc(this))
    }
    #[classmethod]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Value> {
        class_getitem(vm, cls, object)
    }
    /// Gives the memory back to the object that exports it.
    #[method]
    fn release(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<()> {
        release(vm, this)
    }
    /// The content as bytes.
    #[method(sig = "(order='C')")]
    fn tobytes(vm: &mut Vm, this: Gc<MemoryView>, order: Option<Gc<Str>>) -> PyResult<Gc<Bytes>> {
        live(vm, this)?;
        let fortran = match order.as_ref().and_then(|o| o.as_ascii()) {
            None if order.is_none() => false,
            Some("C") => false,
            Some("F") => true,
            Some("A") => this.is_fortran() && !this.is_contiguous(),
            _ => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
        };
        let bytes = if fortran { fortran_bytes(this) } else { this.to_vec() };
        vm.bytes(&bytes)
    }
    /// Hexadecimal digits of the content, two a byte, with a separator after each bytes_per_sep bytes.
    ///
    /// >>> memoryview(b'abc').hex(), memoryview(b'abc').hex(':', -2)
    /// ('616263', '6162:63')
    #[method(sig = "(sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(vm: &mut Vm, this: Gc<MemoryView>, sep: Option<Value>, bytes_per_sep: i32) -> PyResult<String> {
        live(vm, this)?;
        this.header.aux.set(this.header.aux.get().saturating_add(1));
        let text = shared::hex_text(vm, &this.to_vec(), sep, bytes_per_sep.into());
        this.header.aux.set(this.header.aux.get().saturating_sub(1));
        text
    }
    /// The items as a list (of lists).
    #[method]
    fn tolist(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Value> {
        live(vm, this)?;
        nested(vm, this, &mut Vec::new())
    }
    /// A view of the same memory with another format or shape.
    #[method(sig = "(format, shape=<unrepresentable>)")]
    fn cast(
        vm: &mut Vm,
        this: Gc<MemoryView>,
        format: Gc<Str>,
        shape: Option<Value>,
    ) -> PyResult<Gc<MemoryView>> {
        cast(vm, this, format, shape)
    }
    /// A view of the same memory that cannot be written through.
    #[method]
    fn toreadonly(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Gc<MemoryView>> {
        vm.memoryview_like(this, true)
    }
    /// How often a value occurs.
    #[method(sig = "(value, /)")]
    fn count(vm: &mut Vm, this: Gc<MemoryView>, value: Value) -> PyResult<usize> {
        let mut n = 0;
        for i in 0..MemoryView::__len__(vm, this)? {
            let item = vm.memoryview_item(this, &[i])?;
            n += usize::from(vm.eq(item, value)?);
        }
        Ok(n)
    }
    /// Where a value first occurs in [start:stop].
    #[method(sig = "(value, start=0, stop=sys.maxsize, /)")]
    fn index(
        vm: &mut Vm,
        this: Gc<MemoryView>,
        value: Value,
        start: SliceIndex,
        stop: SliceIndex,
    ) -> PyResult<usize> {
        let len = MemoryView::__len__(vm, this)? as usize;
        if MemoryView::ndim(vm, this)? > 1 {
            return Err(vm.raise(Exc::NotImplementedError, "multi-dimensional lookup is not implemented"));
        }
        for i in start.clamp(len)..stop.clamp(len) {
            let item = vm.memoryview_item(this, &[i as i64])?;
            if vm.eq(item, value)? {
                return Ok(i);
            }
        }
        Err(vm.value_error("memoryview.index(x): x not found"))
    }
    /// A view, with the flags of a buffer request.
    #[classmethod(sig = "(object, flags)")]
    fn _from_flags(vm: &mut Vm, _cls: Gc<Type>, object: Value, flags: i64) -> PyResult<Gc<MemoryView>> {
        let view = vm.memoryview(object)?;
        if flags & crate::types::buffer::WRITABLE != 0 && view.is_readonly() {
            return Err(vm.buffer_error("Object is not writable."));
        }
        Ok(view)
    }
    /// The object whose memory this is.
    #[getter]
    fn obj(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Value> {
        live(vm, this)?;
        Ok(this.object.get())
    }
    /// Bytes that the content takes without gaps.
    #[getter]
    fn nbytes(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<usize> {
        live(vm, this)?;
        Ok(this.byte_len())
    }
    /// Whether the memory cannot be written through this view.
    #[getter]
    fn readonly(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<bool> {
        live(vm, this)?;
        Ok(this.is_readonly())
    }
    /// Bytes an item.
    #[getter]
    fn itemsize(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<usize> {
        live(vm, this)?;
        Ok(this.itemsize.get())
    }
    /// What an item is, in the notation of struct.
    #[getter]
    fn format(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Option<Gc<Str>>> {
        live(vm, this)?;
        Ok(this.format.get())
    }
    /// Number of dimensions.
    #[getter]
    fn ndim(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<usize> {
        live(vm, this)?;
        Ok(this.ndim.get())
    }
    /// Length of each dimension.
    #[getter]
    fn shape(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Gc<Tuple>> {
        live(vm, this)?;
        ints(vm, this.lengths())
    }
    /// Bytes from one item to the next in each dimension.
    #[getter]
    fn strides(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Gc<Tuple>> {
        live(vm, this)?;
        ints(vm, this.steps())
    }
    /// Always empty: there is no indirection.
    #[getter]
    fn suboffsets(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<Gc<Tuple>> {
        live(vm, this)?;
        ints(vm, &[])
    }
    /// Whether the items lie one after the other, the last index running fastest.
    #[getter]
    fn c_contiguous(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<bool> {
        live(vm, this)?;
        Ok(this.is_contiguous())
    }
    /// Whether the items lie one after the other, the first index running fastest.
    #[getter]
    fn f_contiguous(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<bool> {
        live(vm, this)?;
        Ok(this.is_fortran())
    }
    /// Whether the items lie one after the other.
    #[getter]
    fn contiguous(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<bool> {
        live(vm, this)?;
        Ok(this.is_contiguous() || this.is_fortran())
    }
}

/// Fails on a released view; gives the format of the items if it is one that can be read.
fn live(vm: &mut Vm, view: Gc<MemoryView>) -> PyResult<Option<Format>> {
    vm.memoryview_live(view)?;
    Ok(match view.format.get() {
        // Texts of formats are short and ASCII; what is not is no item's.
        Some(format) => format.as_ascii().and_then(Format::parse),
        None => None,
    })
}

fn format_text(view: Gc<MemoryView>) -> String {
    view.format.get().map_or_else(String::new, |f| f.to_message())
}

fn item_format(vm: &mut Vm, view: Gc<MemoryView>) -> PyResult<Format> {
    match live(vm, view)? {
        Some(format) => Ok(format),
        None => {
            Err(vm.not_implemented_error(format!("memoryview: unsupported format {}", format_text(view))))
        }
    }
}

fn ints(vm: &mut Vm, values: &[i64]) -> PyResult<Gc<Tuple>> {
    let values: Vec<Value> = values.iter().map(|n| Value::try_small(*n).unwrap_or(Value::NONE)).collect();
    vm.tuple(&values)
}

impl MemoryView {
    /// Item of a view of unsigned bytes in one dimension; `None`: another view, or the index is out of range.
    #[inline]
    pub(super) fn byte_at(&self, index: i64) -> Option<Value> {
        let ([len], [step]) = (self.lengths(), self.steps()) else { return None };
        let at = if index < 0 { index + len } else { index };
        let format = self.format.get()?;
        if self.is_released()
            || !(0..*len).contains(&at)
            || self.itemsize.get() != 1
            || format.raw_bytes() != b"B"
        {
            return None;
        }
        // SAFETY: the item is within the exported memory, just checked.
        let byte = unsafe { *self.data.get().wrapping_offset((at * step) as isize) };
        Some(Value::small(byte.into()))
    }
}

impl Vm {
    /// The item at these indices, which are checked.
    pub fn memoryview_item(&mut self, view: Gc<MemoryView>, indices: &[i64]) -> PyResult<Value> {
        let format = item_format(self, view)?;
        let inside = indices.len() == view.ndim.get()
            && indices.iter().zip(view.lengths()).all(|(i, n)| (0..*n).contains(i));
        if !inside {
            return Err(self.index_error("index out of bounds on dimension 1"));
        }
        let mut bytes = [0; 8];
        let size = format.size().min(view.itemsize.get());
        // SAFETY: the item is within the exported memory, just checked.
        unsafe { std::ptr::copy_nonoverlapping(view.item_at(indices), bytes.as_mut_ptr(), size) };
        unpack(self, format, &bytes[..size])
    }
}

/// What a key selects.
enum Target {
    Item(Vec<i64>),
    Part(i64, i64, usize),
    /// `view[...]`
    Everything,
}

fn checked_index(vm: &mut Vm, view: Gc<MemoryView>, dimension: usize, index: i64) -> PyResult<i64> {
    let len = view.lengths()[dimension];
    let at = if index < 0 { index.wrapping_add(len) } else { index };
    if (0..len).contains(&at) {
        return Ok(at);
    }
    Err(vm.index_error(format!("index out of bounds on dimension {}", dimension + 1)))
}

fn target(vm: &mut Vm, view: Gc<MemoryView>, key: Value) -> PyResult<Target> {
    let ndim = view.ndim.get();
    if let Some(tuple) = vm.downcast::<Tuple>(key) {
        return tuple_target(vm, view, tuple);
    }
    if ndim == 0 {
        return match key {
            Value::ELLIPSIS => Ok(Target::Everything),
            _ => Err(vm.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if vm.has_index(key) {
        let Subscript::Index(index) = vm.subscript(key, "memoryview")? else {
            return Err(vm.type_error("memoryview: invalid slice key"));
        };
        if ndim > 1 {
            return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
        return Ok(Target::Item(vec![checked_index(vm, view, 0, index)?]));
    }
    let Some(slice) = vm.exact::<Slice>(key) else {
        return Err(vm.type_error("memoryview: invalid slice key"));
    };
    let slice = vm.slice_unpack(slice)?;
    live(vm, view)?;
    let span = slice.fit(view.lengths()[0] as usize);
    Ok(Target::Part(span.start, span.step, span.count))
}

fn tuple_target(vm: &mut Vm, view: Gc<MemoryView>, tuple: Gc<Tuple>) -> PyResult<Target> {
    let ndim = view.ndim.get();
    let mut indices = Vec::with_capacity(ndim);
    for key in tuple.items() {
        if !vm.has_index(*key) {
            return Err(match vm.exact::<Slice>(*key) {
                Some(_) if tuple.items().iter().all(|k| vm.exact::<Slice>(*k).is_some()) => {
                    vm.not_implemented_error("multi-dimensional slicing is not implemented")
                }
                _ => vm.type_error("memoryview: invalid slice key"),
            });
        }
        indices.push(vm.index(*key)?);
    }
    if indices.len() < ndim {
        return Err(vm.not_implemented_error("sub-views are not implemented"));
    }
    if indices.len() > ndim {
        let n = indices.len();
        return Err(vm.type_error(format!("cannot index {ndim}-dimension view with {n}-element tuple")));
    }
    for (dimension, index) in indices.iter_mut().enumerate() {
        *index = checked_index(vm, view, dimension, *index)?;
    }
    Ok(Target::Item(indices))
}

/// A view of some items of the first dimension.
fn part(vm: &mut Vm, view: Gc<MemoryView>, start: i64, step: i64, count: usize) -> PyResult<Gc<MemoryView>> {
    let (mut shape, mut strides) = vm.memoryview_shown(view)?;
    let offset = if count == 0 { 0 } else { start * strides[0] };
    shape[0] = count as i64;
    strides[0] = strides[0].wrapping_mul(step);
    let dims = (shape, strides);
    let shown = shown_of(&view, &dims);
    vm.memoryview_new(Shown { data: shown.data.wrapping_offset(offset as isize), ..shown })
}

/// Gives the memory back unless an operation is still working on it.
fn release(vm: &mut Vm, this: Gc<MemoryView>) -> PyResult<()> {
    let uses = this.header.aux.get();
    if uses > 0 {
        let plural = if uses == 1 { "" } else { "s" };
        return Err(
            vm.raise(crate::vm::Exc::BufferError, &format!("memoryview has {uses} exported buffer{plural}"))
        );
    }
    vm.memoryview_release(this);
    Ok(())
}

/// Copies what another object exports into the memory; shapes and formats must agree.
fn assign(vm: &mut Vm, view: Gc<MemoryView>, value: Value) -> PyResult<()> {
    let source = if vm.exports_buffer(value) {
        vm.memoryview(value)?
    } else {
        vm.buffer(value)?;
        return Ok(());
    };
    let same_format = match (live(vm, view)?, live(vm, source)?) {
        (Some(a), Some(b)) => a == b,
        _ => format_text(view) == format_text(source),
    };
    let content = source.to_vec();
    let agree = same_format && view.lengths() == source.lengths();
    vm.memoryview_release(source);
    if !agree {
        return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
    }
    let size = view.itemsize.get();
    let mut at = 0;
    view.each_item(|p| {
        // SAFETY: every item is within the exported memory, and `content` has as many.
        unsafe { std::ptr::copy_nonoverlapping(content[at..].as_ptr(), p, size) };
        at += size;
    });
    Ok(())
}

fn fortran_bytes(view: Gc<MemoryView>) -> Vec<u8> {
    let (shape, size) = (view.lengths(), view.itemsize.get());
    let mut out = Vec::with_capacity(view.byte_len());
    if shape.contains(&0) {
        return out;
    }
    let mut indices = vec![0; shape.len()];
    loop {
        // SAFETY: the item is within the exported memory.
        out.extend(unsafe { super::copy_of(view.item_at(&indices), size) });
        let Some(at) = (0..shape.len()).find(|d| indices[*d] + 1 < shape[*d]) else { return out };
        indices[at] += 1;
        indices[..at].fill(0);
    }
}

/// The items behind some leading indices, as nested lists.
fn nested(vm: &mut Vm, view: Gc<MemoryView>, indices: &mut Vec<i64>) -> PyResult<Value> {
    if indices.len() == view.ndim.get() {
        return vm.memoryview_item(view, indices);
    }
    let len = view.lengths()[indices.len()];
    let mut items = vm.rooted_vec();
    for i in 0..len {
        indices.push(i);
        let item = nested(vm, view, indices);
        indices.pop();
        items.push(item?);
    }
    vm.list_from(&items).map(Value::from_gc)
}

fn cast(
    vm: &mut Vm,
    view: Gc<MemoryView>,
    format: Gc<Str>,
    shape: Option<Value>,
) -> PyResult<Gc<MemoryView>> {
    let own = live(vm, view)?;
    let dims = match shape {
        Some(shape) => Some(cast_shape(vm, shape)?),
        None => None,
    };
    if !view.is_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if view.ndim.get() != 1 && dims.as_ref().is_some_and(|d| d.len() != 1) {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let Some(wanted) = Format::parse(&format.to_message()) else {
        return Err(vm.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    if !wanted.is_byte() && !own.is_some_and(Format::is_byte) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let (size, nbytes) = (wanted.size(), view.byte_len());
    if nbytes % size != 0 {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape = dims.unwrap_or_else(|| vec![(nbytes / size) as i64]);
    let product = shape.iter().try_fold(size as i64, |n, d| n.checked_mul(*d));
    if product != Some(nbytes as i64) {
        return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut strides = vec![size as i64; shape.len()];
    for d in (1..shape.len()).rev() {
        strides[d - 1] = strides[d] * shape[d];
    }
    let dims = (shape, strides);
    vm.memoryview_new(Shown { format, itemsize: size, ..shown_of(&view, &dims) })
}

fn cast_shape(vm: &mut Vm, shape: Value) -> PyResult<Vec<i64>> {
    let items = if vm.downcast::<Tuple>(shape).is_some() || vm.downcast::<List>(shape).is_some() {
        vm.collect(shape)?
    } else {
        return Err(vm.type_error("shape must be a list or a tuple"));
    };
    let mut out = Vec::with_capacity(items.len());
    for v in items.iter() {
        let Some(n) = crate::types::int::as_int(vm, *v).and_then(crate::types::int::to_i64) else {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        };
        if n <= 0 {
            return Err(vm.value_error("memoryview.cast(): elements of shape must be integers > 0"));
        }
        out.push(n);
    }
    if out.len() > 64 {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    Ok(out)
}

fn compare(vm: &mut Vm, this: Gc<MemoryView>, value: Value, op: CmpOp) -> PyResult<Value> {
    let answer = |equal: bool| Ok(Value::bool(equal == (op == CmpOp::Eq)));
    if this.is_released() {
        return answer(value == Value::from_gc(this));
    }
    if !vm.exports_buffer(value) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if let Some(other) = vm.downcast::<MemoryView>(value)
        && other.is_released()
    {
        return answer(false);
    }
    let other = vm.memoryview(value)?;
    let equal = same_content(vm, this, other);
    vm.memoryview_release(other);
    answer(equal?)
}

fn same_content(vm: &mut Vm, a: Gc<MemoryView>, b: Gc<MemoryView>) -> PyResult<bool> {
    if a.lengths() != b.lengths() {
        return Ok(false);
    }
    let (Some(fa), Some(fb)) = (live(vm, a)?, live(vm, b)?) else { return Ok(false) };
    let (x, y) = (a.to_vec(), b.to_vec());
    if fa == fb && fa.is_byte() {
        return Ok(x == y);
    }
    for (x, y) in x.chunks(fa.size()).zip(y.chunks(fb.size())) {
        let (x, y) = (unpack(vm, fa, x)?, unpack(vm, fb, y)?);
        // Not by identity: a NaN differs from itself.
        if !vm.compare(x, y, CmpOp::Eq)? {
            return Ok(false);
        }
    }
    Ok(true)
}
