//! Marshal's format to values.

use super::kind;
use super::write::MAX_DEPTH;
use dashu_int::{IBig, UBig};
use habu_runtime::object::ids;
use habu_runtime::types::{float, int};
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, RootedVec, Vm};

/// Where the bytes come from.
pub trait Source {
    /// The next `count` bytes.
    fn take(&mut self, vm: &mut Vm, count: usize) -> PyResult<Vec<u8>>;
}

/// Bytes in memory.
pub struct Memory<'a>(pub &'a [u8]);

impl Source for Memory<'_> {
    fn take(&mut self, vm: &mut Vm, count: usize) -> PyResult<Vec<u8>> {
        match self.0.split_at_checked(count) {
            Some((taken, rest)) => {
                self.0 = rest;
                Ok(taken.to_vec())
            }
            None => Err(vm.eof_error("marshal data too short")),
        }
    }
}

pub struct Reader<S> {
    pub source: S,
    refs: RootedVec,
    depth: usize,
}

fn bad(vm: &mut Vm, what: &str) -> Raised {
    vm.value_error(format!("bad marshal data ({what})"))
}

impl<S: Source> Reader<S> {
    pub fn new(vm: &Vm, source: S) -> Reader<S> {
        Reader { source, refs: vm.rooted_vec(), depth: 0 }
    }

    fn byte(&mut self, vm: &mut Vm) -> PyResult<u8> {
        Ok(self.source.take(vm, 1)?[0])
    }
    fn i32(&mut self, vm: &mut Vm) -> PyResult<i32> {
        let b = self.source.take(vm, 4)?;
        Ok(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
    fn size(&mut self, vm: &mut Vm, what: &str) -> PyResult<usize> {
        let n = self.i32(vm)?;
        usize::try_from(n).map_err(|_| bad(vm, &format!("{what} size out of range")))
    }
    fn float(&mut self, vm: &mut Vm) -> PyResult<f64> {
        let b = self.source.take(vm, 8)?;
        Ok(f64::from_le_bytes(b.try_into().unwrap_or_default()))
    }
    fn old_float(&mut self, vm: &mut Vm) -> PyResult<f64> {
        let n = self.byte(vm)?;
        let text = self.source.take(vm, usize::from(n))?;
        match std::str::from_utf8(&text).ok().and_then(float::parse) {
            Some(f) => Ok(f),
            None => Err(bad(vm, "invalid float")),
        }
    }

    /// The next value, which must be there.
    pub fn value(&mut self, vm: &mut Vm) -> PyResult {
        match self.item(vm)? {
            Some(v) => Ok(v),
            None => Err(vm.type_error("NULL object in marshal data for object")),
        }
    }

    /// The next value; `None` is the end mark of a dict.
    fn item(&mut self, vm: &mut Vm) -> PyResult<Option<Value>> {
        if self.depth >= MAX_DEPTH {
            return Err(bad(vm, "recursion limit exceeded"));
        }
        self.depth += 1;
        let result = self.read(vm);
        self.depth -= 1;
        result
    }

    fn read(&mut self, vm: &mut Vm) -> PyResult<Option<Value>> {
        let code = match self.source.take(vm, 1) {
            Ok(b) => b[0],
            Err(raised) => {
                let exc = vm.take_exception(raised);
                return Err(if vm.exception_matches(exc, Exc::EOFError) {
                    vm.eof_error("EOF read where object expected")
                } else {
                    vm.raise_again(exc)
                });
            }
        };
        let (code, is_ref) = (code & !kind::FLAG_REF, code & kind::FLAG_REF != 0);
        // Containers may refer to themselves: their number is taken before their items.
        let slot = is_ref.then(|| {
            self.refs.push(Value::UNBOUND);
            self.refs.len() - 1
        });
        let v = match code {
            kind::NULL => return Ok(None),
            kind::NONE => Value::NONE,
            kind::TRUE => Value::TRUE,
            kind::FALSE => Value::FALSE,
            kind::ELLIPSIS => Value::ELLIPSIS,
            kind::STOP_ITERATION => Value::from_gc(vm.exc_class(Exc::StopIteration)),
            kind::INT => Value::small(self.i32(vm)?.into()),
            kind::LONG => self.long(vm)?,
            kind::INT64 => {
                let b = self.source.take(vm, 8)?;
                vm.int(i64::from_le_bytes(b.try_into().unwrap_or_default()))?
            }
            kind::FLOAT => {
                let f = self.float(vm)?;
                vm.float(f)?
            }
            kind::OLD_FLOAT => {
                let f = self.old_float(vm)?;
                vm.float(f)?
            }
            kind::COMPLEX => {
                let (re, im) = (self.float(vm)?, self.float(vm)?);
                vm.complex(re, im)?
            }
            kind::OLD_COMPLEX => {
                let (re, im) = (self.old_float(vm)?, self.old_float(vm)?);
                vm.complex(re, im)?
            }
            kind::BYTES => {
                let n = self.size(vm, "bytes object")?;
                let bytes = self.source.take(vm, n)?;
                vm.bytes_value(&bytes)?
            }
            kind::SHORT_ASCII | kind::SHORT_ASCII_INTERNED => {
                let n = self.byte(vm)?;
                self.ascii(vm, n.into(), code == kind::SHORT_ASCII_INTERNED)?
            }
            kind::ASCII | kind::ASCII_INTERNED => {
                let n = self.size(vm, "string")?;
                self.ascii(vm, n, code == kind::ASCII_INTERNED)?
            }
            kind::UNICODE | kind::INTERNED => {
                let n = self.size(vm, "string")?;
                let bytes = self.source.take(vm, n)?;
                let codec = habu_runtime::codecs::Codec::Utf8;
                let text = vm.decode_with(&bytes, codec, &habu_runtime::codecs::Errors::SurrogatePass)?;
                let text = if code == kind::INTERNED { vm.intern_str(text)? } else { text };
                Value::from_gc(text)
            }
            kind::SMALL_TUPLE | kind::TUPLE => {
                let n =
                    if code == kind::SMALL_TUPLE { self.byte(vm)?.into() } else { self.size(vm, "tuple")? };
                let mut items = vm.rooted_vec();
                for _ in 0..n {
                    let v = self.value_in(vm, "tuple")?;
                    items.push(v);
                }
                Value::from_gc(vm.tuple(&items)?)
            }
            kind::LIST => {
                let n = self.size(vm, "list")?;
                let list = vm.list_new()?;
                self.keep(slot, Value::from_gc(list));
                for _ in 0..n {
                    let v = self.value_in(vm, "list")?;
                    vm.list_push(list, v)?;
                }
                Value::from_gc(list)
            }
            kind::DICT => {
                let dict = vm.dict_new()?;
                self.keep(slot, Value::from_gc(dict));
                while let Some(key) = self.item(vm)? {
                    let Some(v) = self.item(vm)? else { break };
                    vm.dict_set(dict, key, v)?;
                }
                Value::from_gc(dict)
            }
            kind::SET | kind::FROZENSET => {
                let n = self.size(vm, "set")?;
                let id = if code == kind::SET { ids::SET } else { ids::FROZENSET };
                let set = vm.set_new(id)?;
                if code == kind::SET {
                    self.keep(slot, Value::from_gc(set));
                }
                for _ in 0..n {
                    let v = self.value_in(vm, "set")?;
                    vm.set_add(set, v)?;
                }
                Value::from_gc(set)
            }
            kind::SLICE => {
                let parts = [self.value(vm)?, self.value(vm)?, self.value(vm)?];
                Value::from_gc(vm.slice_new(parts[0], parts[1], parts[2])?)
            }
            kind::REF => {
                let n = self.i32(vm)?;
                let found = usize::try_from(n).ok().and_then(|n| self.refs.get(n).copied());
                match found.and_then(Value::bound) {
                    Some(v) => return Ok(Some(v)),
                    None => return Err(bad(vm, "invalid reference")),
                }
            }
            kind::CODE => return Err(vm.value_error("code objects are not read from marshal data")),
            _ => return Err(bad(vm, "unknown type code")),
        };
        self.keep(slot, v);
        Ok(Some(v))
    }

    fn keep(&mut self, slot: Option<usize>, v: Value) {
        if let Some(slot) = slot {
            self.refs[slot] = v;
        }
    }

    fn value_in(&mut self, vm: &mut Vm, container: &str) -> PyResult {
        match self.item(vm)? {
            Some(v) => Ok(v),
            None => Err(vm.type_error(format!("NULL object in marshal data for {container}"))),
        }
    }

    fn ascii(&mut self, vm: &mut Vm, n: usize, interned: bool) -> PyResult {
        let bytes = self.source.take(vm, n)?;
        let text = vm.str_latin1(&bytes)?;
        let text = if interned { vm.intern_str(text)? } else { text };
        Ok(Value::from_gc(text))
    }

    fn long(&mut self, vm: &mut Vm) -> PyResult {
        let n = self.i32(vm)?;
        let count = n.unsigned_abs() as usize;
        let bytes = self.source.take(vm, count.saturating_mul(2))?;
        let digits: Vec<u16> = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
        if digits.iter().any(|d| *d > 0x7fff) {
            return Err(bad(vm, "digit out of range in long"));
        }
        if digits.last() == Some(&0) {
            return Err(bad(vm, "unnormalized long data"));
        }
        let (mut words, mut held, mut bits): (Vec<u8>, u32, u32) = (Vec::new(), 0, 0);
        for d in &digits {
            held |= u32::from(*d) << bits;
            bits += 15;
            while bits >= 8 {
                words.push(held as u8);
                held >>= 8;
                bits -= 8;
            }
        }
        words.push(held as u8);
        let magnitude = IBig::from(UBig::from_le_bytes(&words));
        int::from_ibig(vm, &if n < 0 { -magnitude } else { magnitude })
    }
}
