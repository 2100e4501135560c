//! Values to bytes and back, item by item.

use super::ERROR;
use super::format::{Layout, Run};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::bytearray::ByteArray;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::memoryview::{f64_to_half, half_to_f64};
use habu_runtime::types::{complex, float, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// The value of one item.
#[inline]
fn unpack_item(vm: &mut Vm, code: u8, little: bool, bytes: &[u8]) -> PyResult {
    let n = bytes.len();
    let word = |bytes: &[u8]| match *bytes {
        [a] => a.into(),
        [a, b] if little => u16::from_le_bytes([a, b]).into(),
        [a, b] => u16::from_be_bytes([a, b]).into(),
        [a, b, c, d] if little => u32::from_le_bytes([a, b, c, d]).into(),
        [a, b, c, d] => u32::from_be_bytes([a, b, c, d]).into(),
        _ => {
            let word = bytes.try_into().expect("items have 1, 2, 4 or 8 bytes");
            if little { u64::from_le_bytes(word) } else { u64::from_be_bytes(word) }
        }
    };
    match code {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let unused = 64 - 8 * n as u32;
            vm.int((word(bytes) << unused) as i64 >> unused)
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => vm.int_u64(word(bytes)),
        b'd' => vm.float(f64::from_bits(word(bytes))),
        b'f' => vm.float(f32::from_bits(word(bytes) as u32).into()),
        b'e' => vm.float(half_to_f64(word(bytes) as u16)),
        b'?' => Ok(Value::bool(bytes.iter().any(|b| *b != 0))),
        b'p' => match bytes.split_first() {
            Some((len, rest)) => vm.bytes_value(&rest[..usize::from(*len).min(rest.len())]),
            None => vm.bytes_value(&[]),
        },
        b'F' | b'D' => {
            let part = |bytes: &[u8]| -> f64 {
                let mut part = bytes.to_vec();
                if !little {
                    part.reverse();
                }
                match *part {
                    [a, b, c, d] => f32::from_le_bytes([a, b, c, d]).into(),
                    _ => f64::from_le_bytes(part.try_into().unwrap_or_default()),
                }
            };
            vm.complex(part(&bytes[..n / 2]), part(&bytes[n / 2..]))
        }
        _ => vm.bytes_value(bytes),
    }
}

/// The record at an offset of the buffer, as a tuple.
pub fn unpack(vm: &mut Vm, layout: &Layout, buffer: Buffer, at: usize) -> PyResult {
    let mut small = [Value::NONE; 8];
    if layout.values <= small.len() {
        let mut used = 0;
        for run in &layout.runs {
            for i in 0..run.count {
                let from = at + run.offset + i * run.size;
                let v = unpack_at(vm, layout, run, buffer, from)?;
                small[used] = v;
                used += 1;
            }
        }
        return vm.tuple(&small[..used]).map(Value::from_gc);
    }
    let mut values = vm.rooted_vec();
    for run in &layout.runs {
        for i in 0..run.count {
            let v = unpack_at(vm, layout, run, buffer, at + run.offset + i * run.size)?;
            values.push(v);
        }
    }
    vm.tuple(&values).map(Value::from_gc)
}

#[inline]
fn unpack_at(vm: &mut Vm, layout: &Layout, run: &Run, buffer: Buffer, from: usize) -> PyResult {
    unpack_item(vm, run.code, layout.little, &buffer.as_slice()[from..from + run.size])
}

#[inline(always)]
fn put(out: &mut [u8], bytes: &[u8], little: bool) {
    match (&mut *out, bytes) {
        ([a], [x]) => *a = *x,
        ([a, b], [x, y]) => (*a, *b) = (*x, *y),
        // Of a known length, a copy is no call.
        ([_, _, _, _], bytes) if bytes.len() == 4 => out[..4].copy_from_slice(&bytes[..4]),
        ([_, _, _, _, _, _, _, _], bytes) if bytes.len() == 8 => out[..8].copy_from_slice(&bytes[..8]),
        _ => out.copy_from_slice(bytes),
    }
    if !little {
        out.reverse();
    }
}

fn integer(vm: &mut Vm, v: Value) -> PyResult {
    if v.is_small() {
        return Ok(v);
    }
    if let Some(n) = int::as_int(vm, v) {
        return Ok(n);
    }
    if !vm.has_index(v) {
        return Err(ERROR.raise(vm, "required argument is not an integer"));
    }
    let n = vm.index_value(v)?;
    Ok(int::as_int(vm, n).unwrap_or(n))
}

fn real(vm: &mut Vm, v: Value) -> PyResult<f64> {
    match float::to_f64(vm, v) {
        Ok(f) => Ok(f),
        Err(raised) => {
            vm.take_exception(raised);
            Err(ERROR.raise(vm, "required argument is not a float"))
        }
    }
}

fn single(vm: &mut Vm, f: f64, code: char) -> PyResult<[u8; 4]> {
    let narrow = f as f32;
    if narrow.is_infinite() && f.is_finite() {
        return Err(vm.overflow_error(format!("float too large to pack with {code} format")));
    }
    Ok(narrow.to_le_bytes())
}

fn complex_parts(vm: &mut Vm, v: Value) -> PyResult<(f64, f64)> {
    if let Some(pair) = complex::as_pair(vm, v) {
        return Ok(pair);
    }
    let cls = Value::from_gc(vm.builtin(habu_runtime::object::ids::COMPLEX));
    let is_number =
        vm.has_index(v) || vm.lookup_special(v, habu_runtime::object::Special::Float).is_some() || {
            let name = vm.intern("__complex__");
            let class = vm.class_of(v);
            vm.type_lookup(class, name).is_some()
        };
    let made = if is_number { vm.call(cls, &[v]).ok() } else { None };
    match made.and_then(|v| complex::as_pair(vm, v)) {
        Some(pair) => Ok(pair),
        None => Err(ERROR.raise(vm, "required argument is not a complex")),
    }
}

/// Writes one value; `out` has the item's size and is zeroed.
fn pack_item(vm: &mut Vm, code: u8, little: bool, v: Value, out: &mut [u8]) -> PyResult<()> {
    let size = out.len();
    match code {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' | b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' => {
            let signed = code.is_ascii_lowercase();
            if let Some(n) = v.as_small()
                && let unused = 64 - 8 * size as u32
                && (if signed {
                    n << unused >> unused == n
                } else {
                    (n as u64) << unused >> unused == n as u64
                })
                && (signed || n >= 0)
            {
                put(out, &n.to_le_bytes()[..size], little);
                return Ok(());
            }
            let n = int::to_i128(integer(vm, v)?);
            let bits = 8 * size as u32;
            let (low, high) = if signed {
                (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
            } else {
                (0, (1i128 << bits) - 1)
            };
            match n.filter(|n| (low..=high).contains(n)) {
                Some(n) => put(out, &n.to_le_bytes()[..size], little),
                None => {
                    let code = char::from(code);
                    let text = format!("'{code}' format requires {low} <= number <= {high}");
                    return Err(ERROR.raise(vm, text));
                }
            }
        }
        b'P' => match int::to_i128(integer(vm, v)?) {
            Some(n) if (-(1i128 << 63)..1i128 << 64).contains(&n) => {
                put(out, &n.to_le_bytes()[..size], little)
            }
            _ => return Err(ERROR.raise(vm, "int too large to convert")),
        },
        b'd' => put(out, &real(vm, v)?.to_le_bytes(), little),
        b'f' => {
            let f = real(vm, v)?;
            put(out, &single(vm, f, 'f')?, little);
        }
        b'e' => {
            let f = real(vm, v)?;
            match f64_to_half(f) {
                Some(half) => put(out, &half.to_le_bytes(), little),
                None => return Err(vm.overflow_error("float too large to pack with e format")),
            }
        }
        b'F' | b'D' => {
            let (re, im) = complex_parts(vm, v)?;
            let (left, right) = out.split_at_mut(size / 2);
            if code == b'F' {
                put(left, &single(vm, re, 'f')?, little);
                put(right, &single(vm, im, 'f')?, little);
            } else {
                put(left, &re.to_le_bytes(), little);
                put(right, &im.to_le_bytes(), little);
            }
        }
        b'?' => out[0] = vm.truth(v)?.into(),
        b'c' => match vm.downcast::<Bytes>(v) {
            Some(b) if b.len() == 1 => out[0] = b.as_slice()[0],
            _ => return Err(ERROR.raise(vm, "char format requires a bytes object of length 1")),
        },
        _ => {
            let source = vm.downcast::<Bytes>(v).map(|b| b.as_slice().to_vec());
            let source = source.or_else(|| vm.downcast::<ByteArray>(v).map(|b| b.as_slice().to_vec()));
            let Some(source) = source else {
                let text = format!("argument for '{}' must be a bytes object", char::from(code));
                return Err(ERROR.raise(vm, text));
            };
            if code == b's' {
                let n = source.len().min(size);
                out[..n].copy_from_slice(&source[..n]);
            } else if size > 0 {
                let n = source.len().min(size - 1);
                out[1..=n].copy_from_slice(&source[..n]);
                out[0] = n.min(255) as u8;
            }
        }
    }
    Ok(())
}

/// The bytes of a record.
pub fn pack(vm: &mut Vm, layout: &Layout, values: &[Value]) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    if out.try_reserve_exact(layout.size).is_err() {
        return Err(vm.memory_error());
    }
    out.resize(layout.size, 0);
    pack_to(vm, layout, values, &mut out)?;
    Ok(out)
}

/// Writes the bytes of a record into `out`, which is zeroed and of the record's size.
pub fn pack_to(vm: &mut Vm, layout: &Layout, values: &[Value], out: &mut [u8]) -> PyResult<()> {
    let mut values = values.iter();
    for run in &layout.runs {
        for i in 0..run.count {
            let from = run.offset + i * run.size;
            let v = values.next().copied().unwrap_or(Value::NONE);
            pack_item(vm, run.code, layout.little, v, &mut out[from..from + run.size])?;
        }
    }
    Ok(())
}
