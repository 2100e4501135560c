//! Saving values: which opcodes each kind of value becomes.

use super::globals::{full_type_name, noted, pickling_error};
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
use habu_runtime::types::dict::Dict;
use habu_runtime::types::int::{self, Digits};
use habu_runtime::types::list::List;
use habu_runtime::types::set::Set;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::types::float;
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
        return Err(vm.raise(
            Exc::RecursionError,
            "maximum recursion depth exceeded while pickling an object",
        ));
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
fn save_object(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
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
        p.write(header);
        p.write(data);
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

/// The header of data of some length: one of three opcodes, by size. `short`: the one with a single byte.
fn sized_header(short: Option<u8>, medium: u8, long: Option<u8>, len: usize) -> Option<Vec<u8>> {
    let mut header = Vec::with_capacity(9);
    match (short, u8::try_from(len), u32::try_from(len), long) {
        (Some(short), Ok(n), ..) => header.extend_from_slice(&[short, n]),
        (_, _, Ok(n), _) => {
            header.push(medium);
            header.extend_from_slice(&n.to_le_bytes());
        }
        (.., Some(long)) => {
            header.push(long);
            header.extend_from_slice(&(len as u64).to_le_bytes());
        }
        _ => return None,
    }
    Some(header)
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
        write_sized(vm, p, &header, data, Value::UNBOUND)?;
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
        Some(header) => write_sized(vm, p, &header, data, payload),
        None => Err(vm.overflow_error("serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher")),
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
    let mut header = vec![op::BYTEARRAY8];
    header.extend_from_slice(&(data.len() as u64).to_le_bytes());
    write_sized(vm, p, &header, data, payload)
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

/// Saves the item of a sequence.
fn save_item(vm: &mut Vm, p: Gc<Pickler>, of: Value, at: usize, item: Value) -> PyResult<()> {
    let result = save(vm, p, item, true);
    noted(vm, result, |vm| Ok(format!("when serializing {} item {at}", full_type_name(vm, of))))
}

/// Saves the value of a key.
fn save_keyed(vm: &mut Vm, p: Gc<Pickler>, of: Value, key: Value, item: Value) -> PyResult<()> {
    save(vm, p, key, true)?;
    let result = save(vm, p, item, true);
    noted(vm, result, |vm| {
        let key = vm.repr(key)?.to_message();
        Ok(format!("when serializing {} item {key}", full_type_name(vm, of)))
    })
}

/// Saves the element of a set.
fn save_element(vm: &mut Vm, p: Gc<Pickler>, of: Value, item: Value) -> PyResult<()> {
    let result = save(vm, p, item, true);
    noted(vm, result, |vm| Ok(format!("when serializing {} element", full_type_name(vm, of))))
}

fn save_tuple(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let tuple = v.exact::<Tuple>().expect("a tuple by its id");
    let len = tuple.len();
    if len == 0 {
        p.write(if p.is_binary() { &[op::EMPTY_TUPLE] } else { &[op::MARK, op::TUPLE] });
        return Ok(());
    }
    let short = len <= 3 && p.proto.get() >= 2;
    if !short {
        p.write(&[op::MARK]);
    }
    for (at, item) in tuple.items().iter().enumerate() {
        save_item(vm, p, v, at, *item)?;
    }
    if let Some(at) = p.memo_index(v) {
        // It holds itself: what was written goes away, and the tuple that was made meanwhile is taken.
        if short {
            p.write(&[op::POP; 3][..len]);
        } else if p.is_binary() {
            p.write(&[op::POP_MARK]);
        } else {
            p.write(&vec![op::POP; len + 1]);
        }
        p.write_get(at);
        return Ok(());
    }
    p.write(&[if short { [op::TUPLE1, op::TUPLE2, op::TUPLE3][len - 1] } else { op::TUPLE }]);
    p.memoize(vm, v)
}

/// In fast mode nothing is memoized: cycles are found by depth.
fn fast_guarded(
    vm: &mut Vm,
    p: Gc<Pickler>,
    v: Value,
    save: fn(&mut Vm, Gc<Pickler>, Value) -> PyResult<()>,
) -> PyResult<()> {
    const DEEPEST: usize = 50;
    if p.fast.get() == 0 {
        return save(vm, p, v);
    }
    let entered = {
        let mut nested = p.nested();
        let cyclic = nested.len() >= DEEPEST && nested.contains(&v.0);
        nested.push(v.0);
        !cyclic
    };
    let result = if entered {
        save(vm, p, v)
    } else {
        let got = vm.type_name(v);
        let text = format!("fast mode: can't pickle cyclic objects including object type {got} at {:#x}", v.0);
        Err(vm.value_error(text))
    };
    p.nested().pop();
    result
}

fn save_list(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let Some(list) = vm.exact_list(v) else { return save_object(vm, p, v) };
    p.write(if p.is_binary() { &[op::EMPTY_LIST] } else { &[op::MARK, op::LIST] });
    p.memoize(vm, v)?;
    if list.is_empty() {
        return Ok(());
    }
    if !p.is_binary() {
        let items = vm.get_iter(v)?;
        return save_appends(vm, p, items, v);
    }
    save_list_items(vm, p, v, list)
}

fn save_list_items(vm: &mut Vm, p: Gc<Pickler>, v: Value, list: Gc<List>) -> PyResult<()> {
    if list.len() == 1
        && let Some(item) = vm.list_get(list, 0)?
    {
        save_item(vm, p, v, 0, item)?;
        p.write(&[op::APPEND]);
        return Ok(());
    }
    let mut at = 0;
    loop {
        p.write(&[op::MARK]);
        let end = at + op::BATCH;
        while at < end
            && let Some(item) = vm.list_get(list, at)?
        {
            save_item(vm, p, v, at, item)?;
            at += 1;
        }
        p.write(&[op::APPENDS]);
        if at >= list.len() {
            return Ok(());
        }
    }
}

/// Items that an iterator gives, to be appended to what is on the stack.
pub fn save_appends(vm: &mut Vm, p: Gc<Pickler>, items: Value, of: Value) -> PyResult<()> {
    let mut at = 0;
    if !p.is_binary() {
        while let Some(item) = vm.iter_next(items)? {
            save_item(vm, p, of, at, item)?;
            p.write(&[op::APPEND]);
            at += 1;
        }
        return Ok(());
    }
    loop {
        let Some(first) = vm.iter_next(items)? else { return Ok(()) };
        let Some(second) = vm.iter_next(items)? else {
            save_item(vm, p, of, at, first)?;
            p.write(&[op::APPEND]);
            return Ok(());
        };
        p.write(&[op::MARK]);
        save_item(vm, p, of, at, first)?;
        let (end, mut next) = (at + op::BATCH, Some(second));
        at += 1;
        while let Some(item) = next {
            save_item(vm, p, of, at, item)?;
            at += 1;
            next = if at < end { vm.iter_next(items)? } else { None };
        }
        p.write(&[op::APPENDS]);
        if at < end {
            return Ok(());
        }
    }
}

fn save_dict(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let Some(dict) = vm.exact_dict(v) else { return save_object(vm, p, v) };
    p.write(if p.is_binary() { &[op::EMPTY_DICT] } else { &[op::MARK, op::DICT] });
    p.memoize(vm, v)?;
    if dict.is_empty() {
        return Ok(());
    }
    if !p.is_binary() {
        let items = vm.call_method(v, "items", &[])?;
        let items = vm.get_iter(items)?;
        return save_set_items(vm, p, items, v);
    }
    save_dict_items(vm, p, v, dict)
}

fn save_dict_items(vm: &mut Vm, p: Gc<Pickler>, v: Value, dict: Gc<Dict>) -> PyResult<()> {
    let len = dict.len();
    let mut pos = 0;
    if len == 1
        && let Some((key, item)) = vm.dict_next(dict, &mut pos)
    {
        save_keyed(vm, p, v, key, item)?;
        p.write(&[op::SETITEM]);
        return Ok(());
    }
    loop {
        p.write(&[op::MARK]);
        let mut count = 0;
        while count < op::BATCH
            && let Some((key, item)) = vm.dict_next(dict, &mut pos)
        {
            save_keyed(vm, p, v, key, item)?;
            if dict.len() != len {
                return Err(vm.runtime_error("dictionary changed size during iteration"));
            }
            count += 1;
        }
        p.write(&[op::SETITEMS]);
        if count < op::BATCH {
            return Ok(());
        }
    }
}

/// A pair that an iterator of items gave.
fn pair(vm: &mut Vm, v: Value) -> PyResult<(Value, Value)> {
    match vm.downcast::<Tuple>(v).as_deref().map(Tuple::items) {
        Some(&[key, item]) => Ok((key, item)),
        _ => Err(vm.type_error("dict items iterator must return 2-tuples")),
    }
}

/// Items that an iterator gives as pairs, to be set in what is on the stack.
pub fn save_set_items(vm: &mut Vm, p: Gc<Pickler>, items: Value, of: Value) -> PyResult<()> {
    if !p.is_binary() {
        while let Some(item) = vm.iter_next(items)? {
            let (key, item) = pair(vm, item)?;
            save_keyed(vm, p, of, key, item)?;
            p.write(&[op::SETITEM]);
        }
        return Ok(());
    }
    loop {
        let Some(first) = vm.iter_next(items)? else { return Ok(()) };
        let (key, item) = pair(vm, first)?;
        let Some(second) = vm.iter_next(items)? else {
            save_keyed(vm, p, of, key, item)?;
            p.write(&[op::SETITEM]);
            return Ok(());
        };
        p.write(&[op::MARK]);
        save_keyed(vm, p, of, key, item)?;
        let (mut count, mut next) = (1, Some(second));
        while let Some(item) = next {
            let (key, item) = pair(vm, item)?;
            save_keyed(vm, p, of, key, item)?;
            count += 1;
            next = if count < op::BATCH { vm.iter_next(items)? } else { None };
        }
        p.write(&[op::SETITEMS]);
        if count < op::BATCH {
            return Ok(());
        }
    }
}

/// Sets before they had opcodes: made from a list.
fn save_old_set(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let items = Value::from_gc(vm.list_from_iterable(v)?);
    let args = Value::from_gc(vm.tuple(&[items])?);
    let cls = Value::from_gc(vm.class_of(v));
    save_reduce(vm, p, &[cls, args], Some(v))
}

fn save_set(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    let set = v.exact::<Set>();
    let Some(set) = set.filter(|_| p.proto.get() >= 4) else { return save_old_set(vm, p, v) };
    p.write(&[op::EMPTY_SET]);
    p.memoize(vm, v)?;
    let len = set.len();
    if len == 0 {
        return Ok(());
    }
    let mut pos = 0;
    loop {
        p.write(&[op::MARK]);
        let mut count = 0;
        while count < op::BATCH
            && let Some((item, _)) = set.next_entry(&mut pos)
        {
            save_element(vm, p, v, item)?;
            if set.len() != len {
                return Err(vm.runtime_error("set changed size during iteration"));
            }
            count += 1;
        }
        p.write(&[op::ADDITEMS]);
        if count < op::BATCH {
            return Ok(());
        }
    }
}

fn save_frozenset(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    if p.proto.get() < 4 {
        return save_old_set(vm, p, v);
    }
    p.write(&[op::MARK]);
    let items = vm.get_iter(v)?;
    while let Some(item) = vm.iter_next(items)? {
        save_element(vm, p, v, item)?;
    }
    if let Some(at) = p.memo_index(v) {
        p.write(&[op::POP_MARK]);
        p.write_get(at);
        return Ok(());
    }
    p.write(&[op::FROZENSET]);
    p.memoize(vm, v)
}
