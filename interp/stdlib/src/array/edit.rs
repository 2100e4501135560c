//! Slices, repetition, extension and comparison of arrays.

use super::item::{self, Code};
use super::{PyArray, check_resizable, code_of, content, count, get, make, push, push_bytes};
use habu_runtime::heap::Gc;
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::slice::Span;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ops::ControlFlow;

/// An exact array with this content.
pub fn from_bytes(vm: &mut Vm, code: Code, bytes: &[u8]) -> PyResult<Gc<PyArray>> {
    let cls = vm.native_class(PyArray::DECL)?;
    let this = make(vm, cls, code)?;
    let target = content(vm, this);
    vm.bytearray_assign(target, bytes)?;
    Ok(this)
}

/// The bytes of the items that a slice selects.
pub fn selected(vm: &Vm, this: Gc<PyArray>, span: Span) -> Vec<u8> {
    let (size, content) = (code_of(this).size(), content(vm, this));
    let bytes = content.as_slice();
    if span.step == 1 {
        let start = span.start as usize * size;
        return bytes[start..start + span.count * size].to_vec();
    }
    span.positions().flat_map(|i| &bytes[i * size..(i + 1) * size]).copied().collect()
}

/// `array[span] = bytes`
pub fn assign(vm: &mut Vm, this: Gc<PyArray>, span: Span, bytes: &[u8]) -> PyResult<()> {
    let (size, target) = (code_of(this).size(), content(vm, this));
    let given = bytes.len() / size;
    if span.step == 1 {
        if given != span.count {
            check_resizable(vm, this)?;
        }
        let start = span.start as usize * size;
        return vm.bytearray_splice(target, start, start + span.count * size, bytes);
    }
    if given != span.count {
        return Err(vm.value_error(format!(
            "attempt to assign array of size {given} to extended slice of size {}",
            span.count
        )));
    }
    for (chunk, i) in bytes.chunks_exact(size).zip(span.positions()) {
        vm.bytearray_splice(target, i * size, (i + 1) * size, chunk)?;
    }
    Ok(())
}

/// `del array[span]`
pub fn delete(vm: &mut Vm, this: Gc<PyArray>, span: Span) -> PyResult<()> {
    if span.count == 0 {
        return Ok(());
    }
    check_resizable(vm, this)?;
    let (size, target) = (code_of(this).size(), content(vm, this));
    let span = span.forward();
    if span.step == 1 {
        let start = span.start as usize * size;
        return vm.bytearray_splice(target, start, start + span.count * size, &[]);
    }
    let mut dropped = vec![false; target.len() / size];
    span.positions().for_each(|i| dropped[i] = true);
    let old = target.as_slice().to_vec();
    let kept: Vec<u8> =
        old.chunks_exact(size).zip(dropped).filter(|(_, d)| !d).flat_map(|(c, _)| c).copied().collect();
    vm.bytearray_assign(target, &kept)
}

/// The content `times` times.
pub fn repeated(vm: &mut Vm, this: Gc<PyArray>, times: i64) -> PyResult<Vec<u8>> {
    let content = content(vm, this);
    let times = times.max(0) as usize;
    let mut out = Vec::new();
    match content.len().checked_mul(times) {
        Some(total) if total < 1 << 46 && out.try_reserve_exact(total).is_ok() => {}
        _ => return Err(vm.memory_error()),
    }
    if !content.is_empty() {
        (0..times).for_each(|_| out.extend_from_slice(content.as_slice()));
    }
    Ok(out)
}

/// Appends the items of an iterable; another array must be of the same kind.
pub fn extend(vm: &mut Vm, this: Gc<PyArray>, source: Value) -> PyResult<()> {
    if let Some(other) = vm.downcast::<PyArray>(source) {
        if code_of(other) != code_of(this) {
            return Err(vm.type_error("can only extend with array of same kind"));
        }
        let bytes = content(vm, other).as_slice().to_vec();
        return push_bytes(vm, this, &bytes);
    }
    vm.iterate(source, |vm, v| {
        push(vm, this, v)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// `a op b`
pub fn compare(vm: &mut Vm, a: Gc<PyArray>, b: Value, op: CmpOp) -> PyResult {
    let Some(b) = vm.downcast::<PyArray>(b) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (n, m) = (count(vm, a), count(vm, b));
    if n != m && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    let code = code_of(a);
    if code == code_of(b) && !code.is_float() {
        let size = code.size();
        let (x, y) = (content(vm, a), content(vm, b));
        let key = |c: &[u8]| {
            let mut word = [0; 8];
            word[..size].copy_from_slice(c);
            let raw = u64::from_le_bytes(word);
            let unused = 64 - 8 * size as u32;
            if code.is_signed() { i128::from((raw << unused) as i64 >> unused) } else { i128::from(raw) }
        };
        let order = x.as_slice().chunks_exact(size).map(key).cmp(y.as_slice().chunks_exact(size).map(key));
        return Ok(Value::bool(op.of(order)));
    }
    let mut i = 0;
    loop {
        let (x, y) = (get(vm, a, i)?, get(vm, b, i)?);
        let (Some(x), Some(y)) = (x, y) else {
            return Ok(Value::bool(op.of(count(vm, a).cmp(&count(vm, b)))));
        };
        if !vm.compare(x, y, CmpOp::Eq)? {
            return vm.rich_compare(x, y, op);
        }
        i += 1;
    }
}

/// Where the first equal item from `start` on is.
pub fn find(vm: &mut Vm, this: Gc<PyArray>, v: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop
        && let Some(item) = get(vm, this, i)?
    {
        if vm.eq(item, v)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

/// All items as a text, for the codes that hold characters.
pub fn text(vm: &mut Vm, this: Gc<PyArray>) -> PyResult {
    let units: Vec<u32> = content(vm, this)
        .as_slice()
        .chunks_exact(4)
        .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
        .collect();
    if let Some(c) = units.iter().find(|c| **c > 0x10_ffff) {
        return Err(vm.value_error(format!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
    }
    vm.str_units(habu_runtime::types::str::Units::Four(&units)).map(Value::from_gc)
}

/// Fills a new array from its second constructor argument.
pub fn fill(vm: &mut Vm, this: Gc<PyArray>, source: Value) -> PyResult<()> {
    use habu_runtime::types::{bytearray::ByteArray, bytes::Bytes, str::Str};
    let code = code_of(this);
    let letter = code.letter();
    if let Some(text) = vm.downcast::<Str>(source) {
        if !code.is_text() {
            return Err(
                vm.type_error(format!("cannot use a str to initialize an array with typecode '{letter}'"))
            );
        }
        let bytes: Vec<u8> = text.iter().flat_map(u32::to_le_bytes).collect();
        return push_bytes(vm, this, &bytes);
    }
    if let Some(other) = vm.downcast::<PyArray>(source) {
        if code_of(other).is_text() && !code.is_text() {
            return Err(vm.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{letter}'"
            )));
        }
        if code_of(other) == code || code_of(other).is_text() {
            let bytes = content(vm, other).as_slice().to_vec();
            return push_bytes(vm, this, &bytes);
        }
        for i in 0..count(vm, other) {
            let Some(v) = get(vm, other, i)? else { break };
            push(vm, this, v)?;
        }
        return Ok(());
    }
    if vm.downcast::<Bytes>(source).is_some() || vm.downcast::<ByteArray>(source).is_some() {
        return from_buffer(vm, this, source);
    }
    vm.iterate(source, |vm, v| {
        push(vm, this, v)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Appends machine words from a bytes-like object.
pub fn from_buffer(vm: &mut Vm, this: Gc<PyArray>, source: Value) -> PyResult<()> {
    let buffer = vm.buffer(source)?;
    if buffer.len() % code_of(this).size() != 0 {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    let bytes = buffer.as_slice().to_vec();
    push_bytes(vm, this, &bytes)
}

/// Stores an item; the index is checked after the conversion, which may run code.
pub fn set(vm: &mut Vm, this: Gc<PyArray>, index: usize, v: Value) -> PyResult<bool> {
    let code = code_of(this);
    let word = item::store(vm, code, v)?;
    let (target, at) = (content(vm, this), index * code.size());
    if at >= target.len() {
        return Ok(false);
    }
    let [a, b, c, d, ..] = word;
    match code.size() {
        8 => target.set_bytes(at, word),
        4 => target.set_bytes(at, [a, b, c, d]),
        2 => target.set_bytes(at, [a, b]),
        _ => target.set_bytes(at, [a]),
    }
    Ok(true)
}
