//! `_struct`: records of C values in bytes.

mod format;
mod values;

use crate::layout;
use crate::own_error::OwnError;
use crate::support::add_type;
use format::Layout;
use habu_macros::{native_module, py_type};
use habu_runtime::codecs::{Codec, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::interp::bind::Keywords;
use habu_runtime::native::{ArgAt, FromArg};
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::{Buffer, WritableBuffer};
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::any::TypeId;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

const ERROR: OwnError = OwnError { module: "struct", name: "error", base: Exc::Exception };

layout! {
    /// Cell of a Struct; without a layout while `__init__` has not run.
    Struct(ids::STRUCT) {} boxed { layout: Rc<Layout> }
}

layout! {
    /// Cell of the iterator that `iter_unpack` gives.
    UnpackIter(ids::STRUCT_ITERATOR) { record, source } plain { at: usize }
}

/// Formats parsed lately; the very last ones are found by comparing texts, which is faster than hashing one.
#[derive(Default)]
struct Cache {
    all: HashMap<Vec<u8>, Rc<Layout>>,
    last: VecDeque<Rc<Layout>>,
}

/// Formats in `Cache::last`.
const LAST: usize = 4;

impl Cache {
    fn get(&mut self, text: &[u8]) -> Option<Rc<Layout>> {
        if let Some(layout) = self.last.iter().find(|layout| layout.text == text) {
            return Some(layout.clone());
        }
        let layout = self.all.get(text)?.clone();
        self.note(layout.clone());
        Some(layout)
    }

    fn note(&mut self, layout: Rc<Layout>) {
        self.last.truncate(LAST - 1);
        self.last.push_front(layout);
    }

    fn put(&mut self, text: Vec<u8>, layout: Rc<Layout>) {
        if self.all.len() >= CACHE_LIMIT {
            self.all.clear();
        }
        self.all.insert(text, layout.clone());
        self.note(layout);
    }

    fn clear(&mut self) {
        *self = Cache::default();
    }
}

/// Formats kept before the cache starts anew.
const CACHE_LIMIT: usize = 100;

fn cache(vm: &mut Vm) -> &mut Cache {
    let state = vm.module_state.entry(TypeId::of::<Cache>()).or_insert_with(|| Box::new(Cache::default()));
    state.downcast_mut().expect("entered under its own type")
}

/// A format argument, parsed.
struct FormatArg(Rc<Layout>);

impl FromArg for FormatArg {
    fn from_arg(vm: &mut Vm, v: Value, _at: &ArgAt) -> PyResult<FormatArg> {
        if let Some(layout) = vm.exact::<Str>(v).and_then(|text| cache(vm).get(text.as_ascii()?.as_bytes())) {
            return Ok(FormatArg(layout));
        }
        let text = if let Some(text) = vm.downcast::<Str>(v) {
            match text.as_ascii() {
                Some(text) => text.as_bytes().to_vec(),
                None => vm.encode_with(text, Codec::Ascii, &Errors::Strict)?,
            }
        } else if let Some(bytes) = vm.downcast::<Bytes>(v) {
            bytes.as_slice().to_vec()
        } else {
            let got = vm.type_name(v);
            return Err(
                vm.type_error(format!("Struct() argument 1 must be a str or bytes object, not {got}"))
            );
        };
        if let Some(layout) = cache(vm).get(&text) {
            return Ok(FormatArg(layout));
        }
        let layout = Rc::new(format::parse(vm, &text)?);
        cache(vm).put(text, layout.clone());
        Ok(FormatArg(layout))
    }
}

fn layout_of(vm: &mut Vm, this: Gc<Struct>) -> PyResult<Rc<Layout>> {
    match this.layout.get() {
        Some(layout) => Ok(layout.borrow().clone()),
        None => Err(vm.runtime_error("Struct object is not initialized")),
    }
}

fn check_count(vm: &mut Vm, name: &str, layout: &Layout, values: &[Value]) -> PyResult<()> {
    if values.len() == layout.values {
        return Ok(());
    }
    let text = format!("{name} expected {} items for packing (got {})", layout.values, values.len());
    Err(ERROR.raise(vm, text))
}

fn pack(vm: &mut Vm, layout: &Layout, values: &[Value]) -> PyResult {
    check_count(vm, "pack", layout, values)?;
    const FEW: usize = 64;
    if layout.size <= FEW {
        let mut bytes = [0; FEW];
        let bytes = &mut bytes[..layout.size];
        values::pack_to(vm, layout, values, bytes)?;
        return vm.bytes_value(bytes);
    }
    let bytes = values::pack(vm, layout, values)?;
    vm.bytes_value(&bytes)
}

/// The offset that an index into a buffer means, and whether `size` bytes fit behind it.
fn place(vm: &mut Vm, at: i64, size: usize, len: usize, packing: bool) -> PyResult<usize> {
    let (len_i, size_i) = (len as i64, size as i64);
    if at < 0 {
        if at.saturating_add(size_i) > 0 {
            let text = if packing {
                format!("no space to pack {size} bytes at offset {at}")
            } else {
                format!("not enough data to unpack {size} bytes at offset {at}")
            };
            return Err(ERROR.raise(vm, text));
        }
        if at + len_i < 0 {
            return Err(ERROR.raise(vm, format!("offset {at} out of range for {len}-byte buffer")));
        }
    }
    let from = if at < 0 { at + len_i } else { at };
    if len_i - from < size_i {
        let needed = from as u64 + size as u64;
        let (name, doing) = if packing { ("pack_into", "packing") } else { ("unpack_from", "unpacking") };
        let text = format!(
            "{name} requires a buffer of at least {needed} bytes for {doing} {size} bytes at offset {from} (actual buffer size is {len})"
        );
        return Err(ERROR.raise(vm, text));
    }
    Ok(from as usize)
}

/// `args`: buffer, offset, values.
fn pack_into(vm: &mut Vm, layout: &Layout, args: &[Value]) -> PyResult<()> {
    let &[target, offset, ref values @ ..] = args else {
        let missing = if args.is_empty() { "buffer" } else { "offset" };
        return Err(ERROR.raise(vm, format!("pack_into expected {missing} argument")));
    };
    check_count(vm, "pack_into", layout, values)?;
    const AT: &ArgAt = &ArgAt {
        function: "pack_into",
        owner: habu_runtime::native::Owner::Module("_struct"),
        what: "argument",
        none_is_absent: false,
    };
    let target = match vm.buffer_opt(target)? {
        Some(buffer) if !buffer.readonly => WritableBuffer::from_arg(vm, target, AT)?.0,
        _ => {
            let got = vm.type_name(target);
            return Err(vm.type_error(format!("argument must be read-write bytes-like object, not {got}")));
        }
    };
    let at = vm.index(offset)?;
    let from = place(vm, at, layout.size, target.len(), true)?;
    let bytes = values::pack(vm, layout, values)?;
    // Packing may run code that changes the size of the buffer's object: its memory is what it was.
    target.write(from, &bytes);
    Ok(())
}

fn unpack(vm: &mut Vm, layout: &Layout, buffer: Buffer) -> PyResult {
    if buffer.len() != layout.size {
        return Err(ERROR.raise(vm, format!("unpack requires a buffer of {} bytes", layout.size)));
    }
    values::unpack(vm, layout, buffer, 0)
}

fn unpack_from(vm: &mut Vm, layout: &Layout, buffer: Buffer, offset: i64) -> PyResult {
    let from = place(vm, offset, layout.size, buffer.len(), false)?;
    values::unpack(vm, layout, buffer, from)
}

fn make_struct(vm: &mut Vm, layout: Rc<Layout>) -> PyResult<Gc<Struct>> {
    let cls = vm.native_class(Struct::DECL)?;
    let this = vm.alloc_instance::<Struct>(cls)?;
    this.layout.init(layout);
    Ok(this)
}

fn iter_unpack(vm: &mut Vm, record: Gc<Struct>, source: Value) -> PyResult<Gc<UnpackIter>> {
    let layout = layout_of(vm, record)?;
    if layout.size == 0 {
        return Err(ERROR.raise(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    let buffer = vm.buffer(source)?;
    if !buffer.len().is_multiple_of(layout.size) {
        let text = format!("iterative unpacking requires a buffer of a multiple of {} bytes", layout.size);
        return Err(ERROR.raise(vm, text));
    }
    // What cannot change needs nobody to watch it.
    let source = match source.exact::<Bytes>() {
        Some(_) => source,
        None => Value::from_gc(vm.memoryview(source)?),
    };
    let cls = vm.native_class(UnpackIter::DECL)?;
    let this = vm.alloc_instance::<UnpackIter>(cls)?;
    this.record.init(Value::from_gc(record));
    this.source.init(source);
    Ok(this)
}

/// `Struct.pack` without a tuple of the values.
fn pack_method(vm: &mut Vm, args: &[Value]) -> PyResult {
    if let Some((this, values)) = args.split_first()
        && let Some(this) = vm.downcast::<Struct>(*this)
    {
        let layout = layout_of(vm, this)?;
        return pack(vm, &layout, values);
    }
    let decl = Struct::DECL.methods.iter().find(|decl| decl.name == "pack").expect("declared below");
    habu_runtime::native::call_bound(vm, decl, args, Keywords::default())
}

#[py_type(name = "unpack_iterator", module = "_struct", id = ids::STRUCT_ITERATOR)]
impl UnpackIter {
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<UnpackIter>) -> Gc<UnpackIter> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<UnpackIter>) -> PyResult {
        let Some(record) = vm.downcast::<Struct>(this.record.get()) else {
            return Err(vm.stop_iteration(Value::NONE));
        };
        let layout = layout_of(vm, record)?;
        let (buffer, at) = (vm.buffer(this.source.get())?, this.at.get());
        if at + layout.size > buffer.len() {
            this.record.init(Value::NONE);
            this.source.init(Value::NONE);
            return Err(vm.stop_iteration(Value::NONE));
        }
        this.at.set(at + layout.size);
        values::unpack(vm, &layout, buffer, at)
    }
    #[method]
    fn __length_hint__(vm: &mut Vm, this: Gc<UnpackIter>) -> PyResult<usize> {
        let Some(record) = vm.downcast::<Struct>(this.record.get()) else { return Ok(0) };
        let layout = layout_of(vm, record)?;
        let len = vm.buffer(this.source.get())?.len();
        Ok((len - this.at.get()) / layout.size.max(1))
    }
}

/// Struct(fmt) --> compiled struct object
#[py_type(name = "Struct", module = "_struct", id = ids::STRUCT, subclassable)]
impl Struct {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Struct>> {
        vm.alloc_instance::<Struct>(cls)
    }
    #[method(sig = "($self, /, format)")]
    fn __init__(_vm: &mut Vm, this: Gc<Struct>, format: FormatArg) {
        match this.layout.get() {
            Some(layout) => *layout.borrow_mut() = format.0,
            None => this.layout.init(format.0),
        }
    }
    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method(sig = "($self, /, *values)", positional = pack_method)]
    fn pack(vm: &mut Vm, this: Gc<Struct>, values: Gc<Tuple>) -> PyResult {
        let layout = layout_of(vm, this)?;
        pack(vm, &layout, values.items())
    }
    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  A negative
    /// offset counts from the end of the buffer.  See help(struct) for more
    /// on format strings.
    #[method(sig = "($self, /, *args)")]
    fn pack_into(vm: &mut Vm, this: Gc<Struct>, args: Gc<Tuple>) -> PyResult<()> {
        let layout = layout_of(vm, this)?;
        pack_into(vm, &layout, args.items())
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "($self, buffer, /)")]
    fn unpack(vm: &mut Vm, this: Gc<Struct>, buffer: Value) -> PyResult {
        let layout = layout_of(vm, this)?;
        let buffer = vm.buffer(buffer)?;
        unpack(vm, &layout, buffer)
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.  A negative offset counts from the end of the
    /// buffer.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "($self, /, buffer, offset=0)")]
    fn unpack_from(vm: &mut Vm, this: Gc<Struct>, buffer: Value, offset: i64) -> PyResult {
        let layout = layout_of(vm, this)?;
        let buffer = vm.buffer(buffer)?;
        unpack_from(vm, &layout, buffer, offset)
    }
    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method(sig = "($self, buffer, /)")]
    fn iter_unpack(vm: &mut Vm, this: Gc<Struct>, buffer: Value) -> PyResult<Gc<UnpackIter>> {
        iter_unpack(vm, this, buffer)
    }
    /// struct format string
    #[getter]
    fn format(vm: &mut Vm, this: Gc<Struct>) -> PyResult<String> {
        let layout = layout_of(vm, this)?;
        Ok(layout.text.iter().map(|b| char::from(*b)).collect())
    }
    /// struct size in bytes
    #[getter]
    fn size(_vm: &mut Vm, this: Gc<Struct>) -> i64 {
        this.layout.get().map_or(-1, |layout| layout.borrow().size as i64)
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Struct>) -> PyResult<Gc<Str>> {
        let layout = layout_of(vm, this)?;
        let text: String = layout.text.iter().map(|b| char::from(*b)).collect();
        let text = vm.str(&text)?;
        let text = vm.str_repr(text)?.to_message();
        let cls = vm.class_of(Value::from_gc(this));
        let name = vm.class_name(cls);
        vm.str(&format!("{name}({text})"))
    }
    /// S.__sizeof__() -> size of S in memory, in bytes
    #[method]
    fn __sizeof__(vm: &mut Vm, this: Gc<Struct>) -> PyResult<usize> {
        let layout = layout_of(vm, this)?;
        Ok(size_of::<Struct>() + size_of::<Layout>() + layout.runs.len() * size_of::<format::Run>())
    }
}

/// Functions to convert between Python values and C structs.
/// Python bytes objects are used to hold the data representing the C struct
/// and also as format strings (explained below) to describe the layout of data
/// in the C struct.
#[native_module(name = "_struct")]
pub mod module {
    use super::*;

    /// Clear the internal cache.
    #[function(name = "_clearcache")]
    fn clearcache(vm: &mut Vm) {
        cache(vm).clear();
    }
    /// Return size in bytes of the struct described by the format string.
    #[function(sig = "(format, /)")]
    fn calcsize(_vm: &mut Vm, format: FormatArg) -> usize {
        format.0.size
    }
    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[function(sig = "(*args)", positional = pack_all)]
    fn pack(vm: &mut Vm, args: Gc<Tuple>) -> PyResult {
        pack_all(vm, args.items())
    }
    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  A negative offset counts from
    /// the end of the buffer.  See help(struct) for more on format strings.
    #[function(sig = "(*args)")]
    fn pack_into(vm: &mut Vm, args: Gc<Tuple>) -> PyResult<()> {
        let (layout, rest) = leading(vm, args.items())?;
        super::pack_into(vm, &layout, rest)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, buffer, /)")]
    fn unpack(vm: &mut Vm, format: FormatArg, buffer: Buffer) -> PyResult {
        super::unpack(vm, &format.0, buffer)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    /// A negative offset counts from the end of the buffer.
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, /, buffer, offset=0)")]
    fn unpack_from(vm: &mut Vm, format: FormatArg, buffer: Buffer, offset: i64) -> PyResult {
        super::unpack_from(vm, &format.0, buffer, offset)
    }
    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[function(sig = "(format, buffer, /)")]
    fn iter_unpack(vm: &mut Vm, format: FormatArg, buffer: Value) -> PyResult<Gc<UnpackIter>> {
        let record = make_struct(vm, format.0)?;
        super::iter_unpack(vm, record, buffer)
    }

    /// Format and values.
    fn pack_all(vm: &mut Vm, args: &[Value]) -> PyResult {
        let (layout, values) = leading(vm, args)?;
        super::pack(vm, &layout, values)
    }

    fn leading<'a>(vm: &mut Vm, args: &'a [Value]) -> PyResult<(Rc<Layout>, &'a [Value])> {
        let Some((format, rest)) = args.split_first() else {
            return Err(vm.type_error("missing format argument"));
        };
        const AT: &ArgAt = &ArgAt {
            function: "Struct",
            owner: habu_runtime::native::Owner::Module("_struct"),
            what: "argument 1",
            none_is_absent: false,
        };
        Ok((FormatArg::from_arg(vm, *format, AT)?.0, rest))
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        add_type(vm, module, Struct::DECL)?;
        vm.native_class(UnpackIter::DECL)?;
        ERROR.enter(vm, module)
    }
}
