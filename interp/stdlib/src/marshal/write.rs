//! Values to marshal's format.

use super::kind;
use habu_runtime::heap::Gc;
use habu_runtime::types::bytes::Bytes;
use habu_runtime::types::int::{self, Digits};
use habu_runtime::types::list::List;
use habu_runtime::types::set::Set;
use habu_runtime::types::slice::Slice;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::types::{complex, float};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use std::collections::HashMap;

/// Deepest nesting that is written or read.
pub const MAX_DEPTH: usize = 2000;

pub struct Writer {
    pub out: Vec<u8>,
    pub version: i64,
    /// Number of each object that a reference may name, by address; the objects are alive as parts of the value.
    refs: HashMap<u64, u32>,
    depth: usize,
}

fn unmarshallable(vm: &mut Vm) -> habu_runtime::vm::Raised {
    vm.raise(Exc::ValueError, "unmarshallable object")
}

impl Writer {
    pub fn new(version: i64) -> Writer {
        Writer { out: Vec::new(), version, refs: HashMap::new(), depth: 0 }
    }
    fn u32(&mut self, n: usize) {
        self.out.extend_from_slice(&(n as u32).to_le_bytes());
    }
    fn size(&mut self, vm: &mut Vm, n: usize) -> PyResult<()> {
        if n > i32::MAX as usize {
            return Err(unmarshallable(vm));
        }
        self.u32(n);
        Ok(())
    }

    pub fn value(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        if self.depth >= MAX_DEPTH {
            return Err(vm.value_error("object too deeply nested to marshal"));
        }
        self.depth += 1;
        let result = self.write(vm, v);
        self.depth -= 1;
        result
    }

    fn write(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        let constant = match v {
            Value::NONE => Some(kind::NONE),
            Value::TRUE => Some(kind::TRUE),
            Value::FALSE => Some(kind::FALSE),
            Value::ELLIPSIS => Some(kind::ELLIPSIS),
            _ if v == Value::from_gc(vm.exc_class(Exc::StopIteration)) => Some(kind::STOP_ITERATION),
            _ => None,
        };
        if let Some(code) = constant {
            self.out.push(code);
            return Ok(());
        }
        if let Some(n) = v.as_small() {
            self.int(v, n);
            return Ok(());
        }
        if let Some(f) = v.is_inline_float().then(|| v.inline_float_unchecked()) {
            self.float(vm, kind::FLOAT, f);
            return Ok(());
        }
        let mut flag = 0;
        if self.version >= 3 {
            if let Some(at) = self.refs.get(&v.0).copied() {
                self.out.push(kind::REF);
                self.u32(at as usize);
                return Ok(());
            }
            let next = self.refs.len() as u32;
            self.refs.insert(v.0, next);
            flag = kind::FLAG_REF;
        }
        self.object(vm, v, flag)
    }

    fn int(&mut self, v: Value, n: i64) {
        match i32::try_from(n) {
            Ok(n) => {
                self.out.push(kind::INT);
                self.out.extend_from_slice(&n.to_le_bytes());
            }
            Err(_) => self.long(v, 0),
        }
    }

    /// Digits of 15 bits, their number negative for negative values.
    fn long(&mut self, v: Value, flag: u8) {
        let digits = Digits::of(v);
        let (mut shorts, mut held, mut bits): (Vec<u16>, u128, u32) = (Vec::new(), 0, 0);
        for limb in digits.limbs() {
            held |= u128::from(*limb) << bits;
            bits += 64;
            while bits >= 15 {
                shorts.push((held & 0x7fff) as u16);
                held >>= 15;
                bits -= 15;
            }
        }
        shorts.push(held as u16);
        while shorts.last() == Some(&0) {
            shorts.pop();
        }
        let count = shorts.len() as i32;
        self.out.push(kind::LONG | flag);
        self.out.extend_from_slice(&(if int::is_negative(v) { -count } else { count }).to_le_bytes());
        shorts.iter().for_each(|d| self.out.extend_from_slice(&d.to_le_bytes()));
    }

    fn float_part(&mut self, f: f64) {
        if self.version > 1 {
            self.out.extend_from_slice(&f.to_le_bytes());
        } else {
            let text = habu_runtime::format::float_repr(f);
            self.out.push(text.len() as u8);
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    fn float(&mut self, _vm: &mut Vm, code: u8, f: f64) {
        self.out.push(if self.version > 1 { code } else { kind::OLD_FLOAT });
        self.float_part(f);
    }

    fn text(&mut self, vm: &mut Vm, text: Gc<Str>, flag: u8) -> PyResult<()> {
        let interned = text.is_interned() && self.version >= 1;
        if self.version >= 4 && text.is_ascii() {
            let short = text.len() < 256;
            let code = match (short, interned) {
                (true, true) => kind::SHORT_ASCII_INTERNED,
                (true, false) => kind::SHORT_ASCII,
                (false, true) => kind::ASCII_INTERNED,
                (false, false) => kind::ASCII,
            };
            self.out.push(code | flag);
            if short {
                self.out.push(text.len() as u8);
            } else {
                self.size(vm, text.len())?;
            }
            self.out.extend_from_slice(text.raw_bytes());
            return Ok(());
        }
        let codec = habu_runtime::codecs::Codec::Utf8;
        let bytes = vm.encode_with(text, codec, &habu_runtime::codecs::Errors::SurrogatePass)?;
        self.out.push(if interned { kind::INTERNED } else { kind::UNICODE } | flag);
        self.size(vm, bytes.len())?;
        self.out.extend_from_slice(&bytes);
        Ok(())
    }

    fn object(&mut self, vm: &mut Vm, v: Value, flag: u8) -> PyResult<()> {
        if let Some(text) = vm.exact::<Str>(v) {
            return self.text(vm, text, flag);
        }
        if let Some(bytes) = vm.exact::<Bytes>(v) {
            return self.bytes(vm, bytes.as_slice().to_vec(), flag);
        }
        if let Some(tuple) = vm.exact::<Tuple>(v) {
            if self.version >= 4 && tuple.len() < 256 {
                self.out.extend_from_slice(&[kind::SMALL_TUPLE | flag, tuple.len() as u8]);
            } else {
                self.out.push(kind::TUPLE | flag);
                self.size(vm, tuple.len())?;
            }
            for item in tuple.items() {
                self.value(vm, *item)?;
            }
            return Ok(());
        }
        if let Some(list) = vm.exact_list(v) {
            return self.list(vm, list, flag);
        }
        if let Some(dict) = vm.exact_dict(v) {
            self.out.push(kind::DICT | flag);
            let mut at = 0;
            while let Some((key, item)) = vm.dict_next(dict, &mut at) {
                self.value(vm, key)?;
                self.value(vm, item)?;
            }
            self.out.push(kind::NULL);
            return Ok(());
        }
        if let Some(set) = vm.any_set(v) {
            return self.set(vm, v, set, flag);
        }
        if vm.is_exact(v, habu_runtime::object::ids::INT) {
            match int::to_i64(v).filter(|n| i32::try_from(*n).is_ok()) {
                Some(n) => self.int(v, n),
                None => self.long(v, flag),
            }
            return Ok(());
        }
        if let Some(f) = float::exact(vm, v) {
            self.float(vm, kind::FLOAT | flag, f);
            return Ok(());
        }
        if vm.is_exact(v, habu_runtime::object::ids::COMPLEX)
            && let Some((re, im)) = complex::as_pair(vm, v)
        {
            self.out.push(if self.version > 1 { kind::COMPLEX | flag } else { kind::OLD_COMPLEX | flag });
            self.float_part(re);
            self.float_part(im);
            return Ok(());
        }
        if let Some(slice) = vm.exact::<Slice>(v)
            && self.version >= 5
        {
            self.out.push(kind::SLICE | flag);
            for part in [slice.start.get(), slice.stop.get(), slice.step.get()] {
                self.value(vm, part)?;
            }
            return Ok(());
        }
        match vm.buffer_opt(v)? {
            Some(buffer) => self.bytes(vm, buffer.as_slice().to_vec(), flag),
            None => Err(unmarshallable(vm)),
        }
    }

    fn bytes(&mut self, vm: &mut Vm, bytes: Vec<u8>, flag: u8) -> PyResult<()> {
        self.out.push(kind::BYTES | flag);
        self.size(vm, bytes.len())?;
        self.out.extend_from_slice(&bytes);
        Ok(())
    }

    fn list(&mut self, vm: &mut Vm, list: Gc<List>, flag: u8) -> PyResult<()> {
        self.out.push(kind::LIST | flag);
        self.size(vm, list.len())?;
        for i in 0..list.len() {
            let v = vm.list_get(list, i)?.unwrap_or(Value::NONE);
            self.value(vm, v)?;
        }
        Ok(())
    }

    /// Items in the order of their own encodings, so that equal sets are written alike.
    fn set(&mut self, vm: &mut Vm, v: Value, set: Gc<Set>, flag: u8) -> PyResult<()> {
        let frozen = vm.is_exact(v, habu_runtime::object::ids::FROZENSET);
        if !frozen && !vm.is_exact(v, habu_runtime::object::ids::SET) {
            return Err(unmarshallable(vm));
        }
        self.out.push(if frozen { kind::FROZENSET } else { kind::SET } | flag);
        self.size(vm, set.len())?;
        let mut items = vm.rooted_vec();
        let mut at = 0;
        while let Some((item, _)) = set.next_entry(&mut at) {
            items.push(item);
        }
        let mut keyed = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let mut alone = Writer::new(self.version);
            alone.value(vm, *item)?;
            keyed.push((alone.out, i));
        }
        keyed.sort();
        for (_, i) in keyed {
            self.value(vm, items[i])?;
        }
        Ok(())
    }
}
