//! Saving values: which opcodes each kind of value becomes.

use super::containers::{fast_guarded, save_dict, save_frozenset, save_list, save_set, save_tuple};
use super::globals::pickling_error;
use super::op;
use super::output::FRAME_TARGET;
use super::pickler::{Pickler, Writing};
use super::reduce::{save_reduce, save_reduced};
use super::save_global::{save_global, save_type};
use habu_runtime::codecs::{Codec, Errors};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::bytearray::ByteArray;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::float;
use habu_runtime::types::int::{self, Digits};
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm, id_of};

/// Saves a value; `persistent`: it may be saved as a persistent id.
pub fn save(vm: &mut Vm, p: Gc<Pickler>, v: Value, persistent: bool) -> PyResult<()> {
    p.boundary(vm)?;
    if persistent && !p.persistent_id.get().is_unbound() && save_persistent(vm, p, v)? {
        return Ok(());
    }
    if let Some(n) = v.as_small() {
        save_small(p, n);
        return Ok(());
    }
    if v.is_none() {
        p.write(&[op::NONE]);
        return Ok(());
    }
    if v.is_bool() {
        let on = v == Value::TRUE;
        if p.proto.get() >= 2 {
            p.write(&[if on { op::NEWTRUE } else { op::NEWFALSE }]);
        } else {
            p.write(if on { b"I01\n" } else { b"I00\n" });
        }
        return Ok(());
    }
    if let Some(f) = float::exact(vm, v) {
        return save_float(vm, p, v, f);
    }
    let id = id_of(v);
    if id == ids::INT {
        return save_big(vm, p, v);
    }
    if id == ids::STR
        && p.proto.get() >= 4
        && p.fast.get() == 0
        && let Some(text) = v.exact::<Str>().expect("a str by its id").as_ascii()
        && let Ok(len) = u8::try_from(text.len())
    {
        return save_short(vm, p, v, len, text.as_bytes());
    }
    if save_memoized(p, v) {
        return Ok(());
    }
    match id {
        ids::STR => return save_str(vm, p, v),
        ids::BYTES => return save_bytes(vm, p, v),
        _ => {}
    }
    if let Err(raised) = vm.enter_call() {
        vm.take_exception(raised);
        return Err(
            vm.raise(Exc::RecursionError, "maximum recursion depth exceeded while pickling an object")
        );
    }
    match id {
        ids::TUPLE => return save_tuple(vm, p, v),
        ids::SET => return save_set(vm, p, v),
        ids::FROZENSET => return save_frozenset(vm, p, v),
        ids::BYTEARRAY => return save_bytearray(vm, p, v),
        ids::PICKLE_BUFFER => return super::buffer::save(vm, p, v),
        _ => {}
    }
    if ids::is_list(id) {
        return fast_guarded(vm, p, v, save_list);
    }
    if ids::is_dict(id) {
        return fast_guarded(vm, p, v, save_dict);
    }
    save_object(vm, p, v)
}

/// Everything without opcodes of its own.
pub fn save_object(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    if !p.reducer_override.get().is_unbound() {
        let reduced = vm.call(p.reducer_override.get(), &[v])?;
        if reduced != Value::NOT_IMPLEMENTED {
            return save_reduced(vm, p, reduced, v);
        }
    }
    let cls = vm.class_of(v);
    if id_of(v) == ids::FUNCTION {
        return save_global(vm, p, v, None);
    }
    if cls == vm.builtin(ids::TYPE) {
        return save_type(vm, p, v);
    }
    if let Some(reduce) = dispatched(vm, p, cls)? {
        let reduced = vm.call(reduce, &[v])?;
        return save_reduced(vm, p, reduced, v);
    }
    if vm.as_class(v).is_some() {
        return save_global(vm, p, v, None);
    }
    let reduced = if let Some(f) = attribute(vm, v, "__reduce_ex__")? {
        vm.call(f, &[Value::small(p.proto.get())])?
    } else if let Some(f) = attribute(vm, v, "__reduce__")? {
        vm.call(f, &[])?
    } else {
        let (got, shown) = (vm.type_name(v), vm.repr(v)?.to_message());
        return Err(pickling_error(vm, format!("can't pickle '{got}' object: {shown}")));
    };
    save_reduced(vm, p, reduced, v)
}

pub fn attribute(vm: &mut Vm, v: Value, name: &str) -> PyResult<Option<Value>> {
    let name = vm.intern(name);
    vm.get_attr_opt(v, name)
}

/// The reduction function registered for a class.
fn dispatched(vm: &mut Vm, p: Gc<Pickler>, cls: Gc<Type>) -> PyResult<Option<Value>> {
    let cls = Value::from_gc(cls);
    let own = p.dispatch_table.get();
    let table = if own.is_unbound() { super::globals::get(vm)?.dispatch_table } else { own };
    if let Some(table) = vm.exact_dict(table) {
        return vm.dict_get(table, cls);
    }
    let found = vm.get_item(table, cls);
    vm.catch(found, Exc::KeyError)
}

fn save_persistent(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<bool> {
    let pid = vm.call(p.persistent_id.get(), &[v])?;
    if pid.is_none() {
        return Ok(false);
    }
    if p.is_binary() {
        save(vm, p, pid, false)?;
        p.write(&[op::BINPERSID]);
        return Ok(true);
    }
    let text = vm.to_str(pid)?;
    let Some(text) = text.as_ascii() else {
        return Err(pickling_error(vm, "persistent IDs in protocol 0 must be ASCII strings"));
    };
    p.write_line(op::PERSID, text.as_bytes());
    Ok(true)
}

/// Refers to a value that was written before.
fn save_memoized(p: Gc<Pickler>, v: Value) -> bool {
    match p.memo_index(v) {
        Some(at) => {
            p.write_get(at);
            true
        }
        None => false,
    }
}

fn save_small(p: Gc<Pickler>, n: i64) {
    let Ok(n) = i32::try_from(n) else {
        if p.proto.get() >= 2 {
            let bytes = n.to_le_bytes();
            save_long_bytes(p, &bytes[..least_bytes(&bytes)]);
        } else {
            p.write_line(op::LONG, format!("{n}L").as_bytes());
        }
        return;
    };
    if !p.is_binary() {
        p.write_line(op::INT, n.to_string().as_bytes());
    } else if let Ok(n) = u8::try_from(n) {
        p.write(&[op::BININT1, n]);
    } else if let Ok(n) = u16::try_from(n) {
        p.write_op(op::BININT2, &n.to_le_bytes());
    } else {
        p.write_op(op::BININT, &n.to_le_bytes());
    }
}

/// How many bytes of a two's complement little-endian number say all of it.
fn least_bytes(bytes: &[u8]) -> usize {
    let mut len = bytes.len();
    while len > 1 {
        let (top, next) = (bytes[len - 1], bytes[len - 2] & 0x80 != 0);
        if !(top == 0 && !next || top == 0xff && next) {
            break;
        }
        len -= 1;
    }
    len
}

fn save_long_bytes(p: Gc<Pickler>, bytes: &[u8]) {
    match u8::try_from(bytes.len()) {
        Ok(n) => p.write_op(op::LONG1, &[n]),
        Err(_) => p.write_op(op::LONG4, &(bytes.len() as u32).to_le_bytes()),
    }
    p.write(bytes);
}

fn save_big(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    if p.proto.get() >= 2 {
        let len = Digits::of(v).bit_len() as usize / 8 + 1;
        if i32::try_from(len).is_err() {
            return Err(vm.overflow_error("int too large to pickle"));
        }
        let bytes = int::to_bytes(vm, v, len, true, true)?;
        save_long_bytes(p, &bytes[..least_bytes(&bytes)]);
        return Ok(());
    }
    let text = vm.repr(v)?.to_message();
    p.write_line(op::LONG, format!("{text}L").as_bytes());
    Ok(())
}

fn save_float(vm: &mut Vm, p: Gc<Pickler>, v: Value, f: f64) -> PyResult<()> {
    if p.is_binary() {
        p.write_op(op::BINFLOAT, &f.to_be_bytes());
    } else {
        let text = vm.repr(v)?.to_message();
        p.write_line(op::FLOAT, text.as_bytes());
    }
    Ok(())
}

/// An opcode with a length, then the data; large data goes past frames.
pub fn write_sized(vm: &mut Vm, p: Gc<Pickler>, header: &[u8], data: &[u8], payload: Value) -> PyResult<()> {
    if data.len() < FRAME_TARGET {
        let mut out = p.out.cell().borrow_mut();
        out.write(header);
        out.write(data);
        return Ok(());
    }
    let framing = {
        let mut out = p.out.cell().borrow_mut();
        out.commit_frame();
        std::mem::replace(&mut out.framing, false)
    };
    p.write(header);
    if p.write_method.get().is_unbound() {
        p.write(data);
    } else {
        p.flush(vm)?;
        let payload = if payload.is_unbound() { vm.bytes_value(data)? } else { payload };
        vm.call(p.write_method.get(), &[payload])?;
        p.out.cell().borrow_mut().bytes.clear();
    }
    p.out.cell().borrow_mut().framing = framing;
    Ok(())
}

/// An opcode and the length of the data behind it.
struct Header {
    bytes: [u8; 9],
    len: usize,
}

impl Header {
    fn new<const N: usize>(opcode: u8, length: [u8; N]) -> Header {
        let mut bytes = [0; 9];
        bytes[0] = opcode;
        bytes[1..=N].copy_from_slice(&length);
        Header { bytes, len: N + 1 }
    }
    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The header of data of some length: one of three opcodes, by size. `short`: the one with a single byte.
fn sized_header(short: Option<u8>, medium: u8, long: Option<u8>, len: usize) -> Option<Header> {
    match (short, u8::try_from(len), u32::try_from(len), long) {
        (Some(short), Ok(n), ..) => Some(Header::new(short, [n])),
        (_, _, Ok(n), _) => Some(Header::new(medium, n.to_le_bytes())),
        (.., Some(long)) => Some(Header::new(long, (len as u64).to_le_bytes())),
        _ => None,
    }
}

/// A short ASCII text in a protocol that memoizes without numbers: what most strings are.
fn save_short(vm: &mut Vm, p: Gc<Pickler>, v: Value, len: u8, text: &[u8]) -> PyResult<()> {
    let known = {
        let mut out = p.out.cell().borrow_mut();
        let known = out.memo.enter(v.0);
        if known == Some(None) {
            out.write(&[op::SHORT_BINUNICODE, len]);
            out.bytes.extend_from_slice(text);
            out.bytes.push(op::MEMOIZE);
        }
        known
    };
    match known {
        Some(Some(at)) => {
            p.write_get(at);
            Ok(())
        }
        Some(None) => p.keep(vm, v),
        None => Err(vm.memory_error()),
    }
}

fn save_str(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let text = v.exact::<Str>().expect("a str by its id");
    if p.is_binary() {
        let encoded;
        let data = match text.as_ascii() {
            Some(text) => text.as_bytes(),
            None => {
                encoded = vm.encode_with(text, Codec::Utf8, &Errors::SurrogatePass)?;
                &encoded
            }
        };
        let modern = p.proto.get() >= 4;
        let header = sized_header(
            modern.then_some(op::SHORT_BINUNICODE),
            op::BINUNICODE,
            modern.then_some(op::BINUNICODE8),
            data.len(),
        );
        let Some(header) = header else {
            return Err(vm.overflow_error("cannot serialize a string larger than 4GiB"));
        };
        write_sized(vm, p, header.as_slice(), data, Value::UNBOUND)?;
    } else {
        p.write_line(op::UNICODE, &raw_escaped(text));
    }
    p.memoize(vm, v)
}

/// As the codec raw-unicode-escape, and no character that ends a line.
fn raw_escaped(text: Gc<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match u8::try_from(c) {
            Ok(b) if !matches!(b, b'\\' | 0 | b'\n' | b'\r' | 0x1a) => out.push(b),
            _ if c > 0xffff => out.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
            _ => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
        }
    }
    out
}

/// `bytes` as opcodes of their own; not memoized.
pub fn write_bytes(vm: &mut Vm, p: Gc<Pickler>, data: &[u8], payload: Value) -> PyResult<()> {
    let long = (p.proto.get() >= 4).then_some(op::BINBYTES8);
    match sized_header(Some(op::SHORT_BINBYTES), op::BINBYTES, long, data.len()) {
        Some(header) => write_sized(vm, p, header.as_slice(), data, payload),
        None => Err(vm.overflow_error(
            "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher",
        )),
    }
}

fn save_bytes(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let bytes = v.exact::<Bytes>().expect("bytes by its id");
    if p.proto.get() >= 3 {
        write_bytes(vm, p, bytes.as_slice(), v)?;
        return p.memoize(vm, v);
    }
    if bytes.is_empty() {
        let args = Value::from_gc(vm.tuple(&[])?);
        let cls = Value::from_gc(vm.builtin(ids::BYTES));
        return save_reduce(vm, p, &[cls, args], Some(v));
    }
    // Python 2 had text there: a function of the library makes bytes of it.
    let text = Value::from_gc(vm.str_latin1(bytes.as_slice())?);
    let latin1 = vm.intern_value("latin1");
    let args = Value::from_gc(vm.tuple(&[text, latin1])?);
    let encode = super::globals::get(vm)?.codecs_encode;
    save_reduce(vm, p, &[encode, args], Some(v))
}

/// A bytearray as an opcode of its own; not memoized.
pub fn write_bytearray(vm: &mut Vm, p: Gc<Pickler>, data: &[u8], payload: Value) -> PyResult<()> {
    let header = Header::new(op::BYTEARRAY8, (data.len() as u64).to_le_bytes());
    write_sized(vm, p, header.as_slice(), data, payload)
}

fn save_bytearray(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let Some(array) = vm.exact::<ByteArray>(v) else { return save_object(vm, p, v) };
    let content = array.as_slice().to_vec();
    if p.proto.get() >= 5 {
        write_bytearray(vm, p, &content, v)?;
        return p.memoize(vm, v);
    }
    let args = if content.is_empty() {
        vm.tuple(&[])?
    } else {
        let bytes = vm.bytes_value(&content)?;
        vm.tuple(&[bytes])?
    };
    let cls = Value::from_gc(vm.builtin(ids::BYTEARRAY));
    save_reduce(vm, p, &[cls, Value::from_gc(args)], Some(v))
}
