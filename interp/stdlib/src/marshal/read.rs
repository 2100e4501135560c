//! Bytes to values. Whatever the bytes say, the answer is a value or an exception.

use super::{MAX_DEPTH, kind};
use habu_bytecode::Code;
use habu_runtime::object::ids;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::code;
use habu_runtime::types::int;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, RootedVec, Vm};

/// Where the bytes come from.
pub enum Source {
    Bytes {
        bytes: Vec<u8>,
        at: usize,
    },
    /// The method `read` of a file.
    File(Value),
}

pub fn value(vm: &mut Vm, source: Source, allow_code: bool) -> PyResult {
    let refs = vm.rooted_vec();
    let mut r = Reader { source, refs, depth: 0, allow_code };
    match r.value(vm)? {
        Some(v) => Ok(v),
        None => Err(vm.type_error("NULL object in marshal data for object")),
    }
}

struct Reader {
    source: Source,
    refs: RootedVec,
    depth: u32,
    allow_code: bool,
}

impl Reader {
    fn take(&mut self, vm: &mut Vm, n: usize) -> PyResult<Vec<u8>> {
        let short = |vm: &mut Vm| vm.raise(Exc::EOFError, "marshal data too short");
        match &mut self.source {
            Source::Bytes { bytes, at } => match bytes.get(*at..).and_then(|rest| rest.get(..n)) {
                Some(found) => {
                    *at += n;
                    Ok(found.to_vec())
                }
                None => Err(short(vm)),
            },
            Source::File(read) => {
                let read = *read;
                let found = vm.call(read, &[Value::small(n as i64)])?;
                let buffer: Option<Buffer> = vm.buffer_opt(found)?;
                let Some(buffer) = buffer else {
                    let got = vm.type_name(found);
                    return Err(vm.type_error(format!("file.read() returned not bytes but {got}")));
                };
                let bytes = buffer.as_slice().to_vec();
                if bytes.len() == n {
                    Ok(bytes)
                } else {
                    Err(vm.raise(Exc::EOFError, "EOF read where not expected"))
                }
            }
        }
    }

    fn byte(&mut self, vm: &mut Vm) -> PyResult<u8> {
        Ok(self.take(vm, 1)?[0])
    }

    fn long(&mut self, vm: &mut Vm) -> PyResult<i32> {
        let b = self.take(vm, 4)?;
        Ok(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn size(&mut self, vm: &mut Vm, what: &str) -> PyResult<usize> {
        let n = self.long(vm)?;
        usize::try_from(n).map_err(|_| vm.value_error(format!("bad marshal data ({what} size out of range)")))
    }

    fn double(&mut self, vm: &mut Vm) -> PyResult<f64> {
        let mut word = [0; 8];
        word.copy_from_slice(&self.take(vm, 8)?);
        Ok(f64::from_le_bytes(word))
    }

    /// The next value; `None` at the end of a dict.
    fn value(&mut self, vm: &mut Vm) -> PyResult<Option<Value>> {
        let byte = match &self.source {
            Source::Bytes { bytes, at } if *at >= bytes.len() => {
                return Err(vm.raise(Exc::EOFError, "EOF read where object expected"));
            }
            _ => self.byte(vm)?,
        };
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(vm.value_error("recursion limit exceeded"));
        }
        vm.enter_call()?;
        let (kind, numbered) = (byte & !kind::FLAG_REF, byte & kind::FLAG_REF != 0);
        if kind == kind::REF {
            self.depth -= 1;
            let n = self.long(vm)?;
            return match usize::try_from(n).ok().and_then(|n| self.refs.get(n).copied()) {
                Some(v) if v != Value::UNBOUND => Ok(Some(v)),
                _ => Err(vm.value_error("bad marshal data (invalid reference)")),
            };
        }
        let place = self.refs.len();
        if numbered {
            self.refs.push(Value::UNBOUND);
        }
        let v = self.of_kind(vm, kind, numbered.then_some(place))?;
        if numbered && let Some(v) = v {
            self.refs[place] = v;
        }
        self.depth -= 1;
        Ok(v)
    }

    fn of_kind(&mut self, vm: &mut Vm, kind: u8, place: Option<usize>) -> PyResult<Option<Value>> {
        let v = match kind {
            kind::NULL => return Ok(None),
            kind::NONE => Value::NONE,
            kind::TRUE => Value::TRUE,
            kind::FALSE => Value::FALSE,
            kind::ELLIPSIS => Value::ELLIPSIS,
            kind::STOP_ITERATION => Value::from_gc(vm.exc_class(Exc::StopIteration)),
            kind::INT => Value::small(self.long(vm)?.into()),
            kind::LONG => self.big(vm)?,
            kind::FLOAT => {
                let f = self.double(vm)?;
                vm.float(f)?
            }
            kind::COMPLEX => {
                let (re, im) = (self.double(vm)?, self.double(vm)?);
                vm.complex(re, im)?
            }
            kind::BYTES => {
                let n = self.size(vm, "bytes object")?;
                let bytes = self.take(vm, n)?;
                Value::from_gc(vm.bytes(&bytes)?)
            }
            kind::SHORT_ASCII | kind::SHORT_ASCII_INTERNED => {
                let n = self.byte(vm)?;
                self.text(vm, n.into(), kind == kind::SHORT_ASCII_INTERNED)?
            }
            kind::ASCII | kind::ASCII_INTERNED | kind::UNICODE | kind::INTERNED => {
                let n = self.size(vm, "string")?;
                self.text(vm, n, matches!(kind, kind::ASCII_INTERNED | kind::INTERNED))?
            }
            kind::SLICE => {
                let parts = self.items(vm, 3)?;
                Value::from_gc(vm.slice_new(parts[0], parts[1], parts[2])?)
            }
            kind::CODE => self.code(vm)?,
            _ => return self.container(vm, kind, place).map(Some),
        };
        Ok(Some(v))
    }

    fn container(&mut self, vm: &mut Vm, kind: u8, place: Option<usize>) -> PyResult {
        match kind {
            kind::TUPLE | kind::SMALL_TUPLE => {
                let n = if kind == kind::TUPLE { self.size(vm, "tuple")? } else { self.byte(vm)?.into() };
                let items = self.items(vm, n)?;
                Ok(Value::from_gc(vm.tuple(&items)?))
            }
            kind::LIST => {
                let n = self.size(vm, "list")?;
                let list = vm.list_new()?;
                self.note(place, Value::from_gc(list));
                for _ in 0..n {
                    let item = self.item(vm, "list")?;
                    vm.list_push(list, item)?;
                }
                Ok(Value::from_gc(list))
            }
            kind::DICT => {
                let dict = vm.dict_new()?;
                self.note(place, Value::from_gc(dict));
                while let Some(key) = self.value(vm)? {
                    let Some(value) = self.value(vm)? else { break };
                    vm.dict_set(dict, key, value)?;
                }
                Ok(Value::from_gc(dict))
            }
            kind::SET | kind::FROZENSET => {
                let n = self.size(vm, "set")?;
                let set = vm.set_new(if kind == kind::SET { ids::SET } else { ids::FROZENSET })?;
                if kind == kind::SET {
                    self.note(place, Value::from_gc(set));
                }
                for _ in 0..n {
                    let item = self.item(vm, "set")?;
                    vm.set_add(set, item)?;
                }
                Ok(Value::from_gc(set))
            }
            _ => Err(vm.value_error("bad marshal data (unknown type code)")),
        }
    }

    /// A container can refer to itself.
    fn note(&mut self, place: Option<usize>, v: Value) {
        if let Some(place) = place {
            self.refs[place] = v;
        }
    }

    fn item(&mut self, vm: &mut Vm, of: &str) -> PyResult {
        match self.value(vm)? {
            Some(v) => Ok(v),
            None => Err(vm.type_error(format!("NULL object in marshal data for {of}"))),
        }
    }

    fn items(&mut self, vm: &mut Vm, n: usize) -> PyResult<RootedVec> {
        let mut items = vm.rooted_vec();
        for _ in 0..n {
            let item = self.item(vm, "tuple")?;
            items.push(item);
        }
        Ok(items)
    }

    fn text(&mut self, vm: &mut Vm, n: usize, interned: bool) -> PyResult {
        let bytes = self.take(vm, n)?;
        let Some(s) = vm.str_wtf8(&bytes)? else {
            return Err(vm.value_error("bad marshal data (string is not UTF-8)"));
        };
        Ok(Value::from_gc(if interned { vm.intern_str(s)? } else { s }))
    }

    fn big(&mut self, vm: &mut Vm) -> PyResult {
        let n = self.long(vm)?;
        let count = n.unsigned_abs() as usize;
        // In little-endian bytes: 15 bits after 15 bits.
        let digits = self.take(vm, count * 2)?;
        let mut bytes = vm.zeros::<u8>(count * 15 / 8 + 8)?;
        for (i, pair) in digits.chunks_exact(2).enumerate() {
            let digit = u32::from(u16::from_le_bytes([pair[0], pair[1]]));
            if digit > 0x7FFF {
                return Err(vm.value_error("bad marshal data (digit out of range in long)"));
            }
            let shifted = digit << (i * 15 % 8);
            for (k, byte) in shifted.to_le_bytes().into_iter().enumerate().take(3) {
                bytes[i * 15 / 8 + k] |= byte;
            }
        }
        if digits.chunks_exact(2).last().is_some_and(|last| last == [0, 0]) {
            return Err(vm.value_error("bad marshal data (unnormalized long data)"));
        }
        int::from_ubig(vm, n < 0, &dashu_int::UBig::from_le_bytes(&bytes))
    }

    fn code(&mut self, vm: &mut Vm) -> PyResult {
        if !self.allow_code {
            return Err(vm.value_error("unmarshalling code objects is disallowed"));
        }
        let n = self.size(vm, "code")?;
        let bytes = self.take(vm, n)?;
        match Code::from_bytes_lazily(bytes, None) {
            Ok(unit) => code::link(vm, unit).map(Value::from_gc),
            Err(e) => Err(vm.value_error(format!("bad marshal data ({e})"))),
        }
    }
}
