//! Values to bytes.

use super::{MAX_DEPTH, kind};
use habu_runtime::codecs::{Codec, Errors};
use habu_runtime::object::ids;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::code::{self, CodeObj};
use habu_runtime::types::complex;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::float;
use habu_runtime::types::int::Digits;
use habu_runtime::types::list::List;
use habu_runtime::types::slice::Slice;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm, id_of};
use std::collections::HashMap;

pub fn bytes(vm: &mut Vm, v: Value, version: i64, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut w = Writer { out: Vec::new(), depth: 0, version, allow_code, refs: Refs::None, flag_next: false };
    if version >= 3 {
        // What is met once has no number: a first walk finds what is met again.
        w.refs = Refs::Finding(HashMap::default());
        w.value(vm, v)?;
        let Refs::Finding(met) = std::mem::take(&mut w.refs) else { return Ok(w.out) };
        let shared = met.into_iter().filter(|(_, again)| *again).map(|(word, _)| (word, None)).collect();
        w = Writer { out: Vec::new(), refs: Refs::Writing { shared, count: 0 }, ..w };
    }
    w.value(vm, v)?;
    Ok(w.out)
}

/// Objects that are met more than once are written once; later ones refer to the first by its number.
#[derive(Default)]
enum Refs {
    #[default]
    None,
    /// Objects met so far, and whether they were met again.
    Finding(HashMap<u64, bool>),
    /// The numbers that shared objects have got.
    Writing { shared: HashMap<u64, Option<u32>>, count: u32 },
}

struct Writer {
    out: Vec<u8>,
    depth: u32,
    version: i64,
    allow_code: bool,
    refs: Refs,
    /// The next object has just got its number.
    flag_next: bool,
}

impl Writer {
    /// Notes that an object is met. True: nothing of it is to be written any more.
    fn met(&mut self, v: Value) -> bool {
        if v.as_header().is_none() {
            return false;
        }
        match &mut self.refs {
            Refs::None => false,
            Refs::Finding(met) => {
                let again = met.contains_key(&v.0);
                met.insert(v.0, again);
                again
            }
            Refs::Writing { shared, count } => match shared.get_mut(&v.0) {
                None => false,
                Some(Some(number)) => {
                    self.out.push(kind::REF);
                    self.out.extend_from_slice(&number.to_le_bytes());
                    true
                }
                Some(number) => {
                    *number = Some(*count);
                    *count += 1;
                    self.flag_next = true;
                    false
                }
            },
        }
    }

    /// Writes the byte that says what follows.
    fn kind(&mut self, kind: u8) {
        let flag = if std::mem::take(&mut self.flag_next) { kind::FLAG_REF } else { 0 };
        self.out.push(kind | flag);
    }

    fn size(&mut self, vm: &mut Vm, n: usize) -> PyResult<()> {
        match i32::try_from(n) {
            Ok(n) => {
                self.out.extend_from_slice(&n.to_le_bytes());
                Ok(())
            }
            Err(_) => Err(vm.value_error("unmarshallable object")),
        }
    }

    fn items(&mut self, vm: &mut Vm, kind: u8, items: &[Value]) -> PyResult<()> {
        self.kind(kind);
        if kind == kind::SMALL_TUPLE {
            self.out.push(items.len() as u8);
        } else {
            self.size(vm, items.len())?;
        }
        for item in items {
            self.value(vm, *item)?;
        }
        Ok(())
    }

    fn value(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(vm.value_error("object too deeply nested to marshal"));
        }
        vm.enter_call()?;
        self.one(vm, v)?;
        self.depth -= 1;
        Ok(())
    }

    fn one(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        let constant = match v {
            Value::NONE => Some(kind::NONE),
            Value::TRUE => Some(kind::TRUE),
            Value::FALSE => Some(kind::FALSE),
            Value::ELLIPSIS => Some(kind::ELLIPSIS),
            v if v == Value::from_gc(vm.exc_class(Exc::StopIteration)) => Some(kind::STOP_ITERATION),
            _ => None,
        };
        if let Some(kind) = constant {
            self.out.push(kind);
            return Ok(());
        }
        if self.met(v) {
            return Ok(());
        }
        match id_of(v) {
            ids::INT => self.int(v),
            ids::FLOAT => {
                self.kind(kind::FLOAT);
                self.out.extend_from_slice(&float::as_f64(vm, v).unwrap_or(0.0).to_le_bytes());
            }
            ids::COMPLEX => {
                let (re, im) = complex::as_pair(vm, v).unwrap_or((0.0, 0.0));
                self.kind(kind::COMPLEX);
                self.out.extend_from_slice(&re.to_le_bytes());
                self.out.extend_from_slice(&im.to_le_bytes());
            }
            ids::STR => return self.text(vm, v),
            ids::CODE => return self.code(vm, v),
            _ => return self.container(vm, v),
        }
        Ok(())
    }

    fn int(&mut self, v: Value) {
        if let Some(n) = v.as_small().and_then(|n| i32::try_from(n).ok()) {
            self.kind(kind::INT);
            self.out.extend_from_slice(&n.to_le_bytes());
            return;
        }
        // Digits of 15 bits, least significant first; the count carries the sign.
        let digits = Digits::of(v);
        let bits = digits.bit_len();
        let count = bits.div_ceil(15) as i32;
        self.kind(kind::LONG);
        self.out.extend_from_slice(&(if digits.negative { -count } else { count }).to_le_bytes());
        let limbs = digits.limbs();
        let word = |i: usize| u128::from(limbs.get(i).copied().unwrap_or(0));
        for i in 0..count as usize {
            let (limb, shift) = (i * 15 / 64, i * 15 % 64);
            let digit = (word(limb) | word(limb + 1) << 64) >> shift & 0x7FFF;
            self.out.extend_from_slice(&(digit as u16).to_le_bytes());
        }
    }

    fn text(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        let Some(s) = vm.exact::<Str>(v) else { return Ok(()) };
        let bytes = vm.encode_with(s, Codec::Utf8, &Errors::SurrogatePass)?;
        // Single characters always are the same object: that says nothing about the program.
        let interned = s.is_interned() && self.version >= 1 && (s.len() > 1 || s.is_ascii());
        if self.version >= 4 && s.is_ascii() {
            if bytes.len() < 256 {
                self.kind(if interned { kind::SHORT_ASCII_INTERNED } else { kind::SHORT_ASCII });
                self.out.push(bytes.len() as u8);
            } else {
                self.kind(if interned { kind::ASCII_INTERNED } else { kind::ASCII });
                self.size(vm, bytes.len())?;
            }
        } else {
            self.kind(if interned { kind::INTERNED } else { kind::UNICODE });
            self.size(vm, bytes.len())?;
        }
        self.out.extend_from_slice(&bytes);
        Ok(())
    }

    fn code(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        if !self.allow_code {
            return Err(vm.value_error("marshalling code objects is disallowed"));
        }
        let Some(object) = vm.exact::<CodeObj>(v) else { return Ok(()) };
        code::complete(vm, object)?;
        let Ok(unit) = object.unit().complete_all() else {
            return Err(vm.system_error("bytecode of the library is damaged"));
        };
        let bytes = unit.to_bytes();
        self.kind(kind::CODE);
        self.size(vm, bytes.len())?;
        self.out.extend_from_slice(&bytes);
        Ok(())
    }

    fn container(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        if let Some(tuple) = vm.exact::<Tuple>(v) {
            let items = tuple.items().to_vec();
            let small = self.version >= 4 && items.len() < 256;
            return self.items(vm, if small { kind::SMALL_TUPLE } else { kind::TUPLE }, &items);
        }
        if let Some(list) = vm.exact_list(v) {
            let items = vm.collect(Value::from_gc::<List>(list))?;
            return self.items(vm, kind::LIST, &items);
        }
        if let Some(dict) = vm.exact::<Dict>(v) {
            self.kind(kind::DICT);
            let mut at = 0;
            while let Some((key, value)) = vm.dict_next(dict, &mut at) {
                self.value(vm, key)?;
                self.value(vm, value)?;
            }
            self.out.push(kind::NULL);
            return Ok(());
        }
        if matches!(id_of(v), ids::SET | ids::FROZENSET) {
            let frozen = id_of(v) == ids::FROZENSET;
            return self.set(vm, v, if frozen { kind::FROZENSET } else { kind::SET });
        }
        if let Some(slice) = vm.exact::<Slice>(v)
            && self.version >= 5
        {
            self.kind(kind::SLICE);
            for part in [slice.start.get(), slice.stop.get(), slice.step.get()] {
                self.value(vm, part)?;
            }
            return Ok(());
        }
        let buffer: Option<Buffer> = vm.buffer_opt(v)?;
        let Some(buffer) = buffer else { return Err(vm.value_error("unmarshallable object")) };
        let bytes = buffer.as_slice().to_vec();
        self.kind(kind::BYTES);
        self.size(vm, bytes.len())?;
        self.out.extend_from_slice(&bytes);
        Ok(())
    }

    /// In the order of their bytes, so that equal sets give equal bytes.
    fn set(&mut self, vm: &mut Vm, set: Value, kind: u8) -> PyResult<()> {
        let (members, mut items) = (vm.collect(set)?, Vec::new());
        for (at, member) in members.iter().enumerate() {
            items.push((bytes(vm, *member, self.version, self.allow_code)?, at));
        }
        items.sort();
        self.kind(kind);
        self.size(vm, items.len())?;
        for (_, at) in items {
            self.value(vm, members[at])?;
        }
        Ok(())
    }
}
