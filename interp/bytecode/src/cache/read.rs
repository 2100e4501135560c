//! Reading code objects. Whatever the bytes say, the answer is a code object or an error.

use super::{CacheError, is_signed, tag};
use crate::code::{Code, CodeFlags, Const, Handler, LoopHeader, Position, VarKind};
use crate::op::{Ext, Field, Instr, Op};
use dashu_int::UBig;
use std::borrow::Cow;
use std::sync::Arc;

type Read<T> = Result<T, CacheError>;

/// Nesting of constants and code objects beyond what the parser lets through.
const MAX_DEPTH: u32 = 2000;

/// Everything at once.
pub fn all(bytes: &[u8]) -> Read<Code> {
    let mut r = Reader { bytes, at: 0, strings: Cow::default(), depth: 0, later: None };
    r.strings = Cow::Owned(r.table()?);
    let code = r.code()?;
    if r.at == bytes.len() { Ok(code) } else { Err(CacheError::Corrupt) }
}

/// The outermost code object, and of nested ones the beginning.
pub fn lazily(bytes: Cow<'static, [u8]>, start: usize, filename: Option<&str>) -> Read<Code> {
    let mut r = Reader { bytes: &bytes, at: start, strings: Cow::default(), depth: 0, later: None };
    let strings = r.table()?;
    let at = r.at;
    let filename = filename.map(Into::into);
    let file = Arc::new(File { bytes, strings, filename });
    file.reader(at).code()
}

/// A file of bytecode in memory, shared by the code objects whose rest is still to be read.
#[derive(Debug)]
struct File {
    bytes: Cow<'static, [u8]>,
    strings: Vec<(u32, u32)>,
    /// Replaces what is recorded.
    filename: Option<Arc<str>>,
}

impl File {
    fn reader(self: &Arc<File>, at: usize) -> Reader<'_> {
        Reader { bytes: &self.bytes, at, strings: Cow::Borrowed(&self.strings), depth: 0, later: Some(self) }
    }
}

/// Where the rest of a code object is.
#[derive(Clone, Debug)]
pub struct Rest {
    file: Arc<File>,
    at: usize,
}

impl PartialEq for Rest {
    fn eq(&self, other: &Rest) -> bool {
        Arc::ptr_eq(&self.file, &other.file) && self.at == other.at
    }
}

impl Rest {
    /// The code object that `begun` is the beginning of.
    pub(super) fn read(&self, begun: &Code) -> Read<Code> {
        let mut code = begun.begun();
        let mut r = self.file.reader(self.at);
        r.depth = 1;
        r.rest(&mut code)?;
        Ok(code)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Begin and length of each.
    strings: Cow<'a, [(u32, u32)]>,
    depth: u32,
    /// Leave the rest of nested code objects for later.
    later: Option<&'a Arc<File>>,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Read<u8> {
        let b = *self.bytes.get(self.at).ok_or(CacheError::Corrupt)?;
        self.at += 1;
        Ok(b)
    }

    fn take(&mut self, len: usize) -> Read<&'a [u8]> {
        let end = self.at.checked_add(len).ok_or(CacheError::Corrupt)?;
        let s = self.bytes.get(self.at..end).ok_or(CacheError::Corrupt)?;
        self.at = end;
        Ok(s)
    }

    fn number(&mut self) -> Read<u64> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let b = self.byte()?;
            n |= u64::from(b & 0x7F) << shift;
            if b < 0x80 {
                return Ok(n);
            }
        }
        Err(CacheError::Corrupt)
    }

    fn signed(&mut self) -> Read<i64> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn u32(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| CacheError::Corrupt)
    }

    fn u16(&mut self) -> Read<u16> {
        u16::try_from(self.number()?).map_err(|_| CacheError::Corrupt)
    }

    /// A count of things of at least `size` bytes each, which therefore cannot exceed what is left.
    fn count(&mut self, size: usize) -> Read<usize> {
        let n = usize::try_from(self.number()?).map_err(|_| CacheError::Corrupt)?;
        if n > (self.bytes.len() - self.at) / size { Err(CacheError::Corrupt) } else { Ok(n) }
    }

    /// The table of strings.
    fn table(&mut self) -> Read<Vec<(u32, u32)>> {
        let count = self.count(1)?;
        let mut strings = Vec::with_capacity(count);
        for _ in 0..count {
            let len = self.count(1)?;
            strings.push((self.at as u32, len as u32));
            self.take(len)?;
        }
        Ok(strings)
    }

    fn string(&mut self) -> Read<&'a [u8]> {
        let i = self.number()?;
        let (at, len) = *self.strings.get(i as usize).ok_or(CacheError::Corrupt)?;
        Ok(&self.bytes[at as usize..(at + len) as usize])
    }

    fn text(&mut self) -> Read<Arc<str>> {
        let s = self.string()?;
        std::str::from_utf8(s).map(Into::into).map_err(|_| CacheError::Corrupt)
    }

    fn file_name(&mut self) -> Read<Arc<str>> {
        let recorded = self.text()?;
        let given = self.later.and_then(|file| file.filename.clone());
        Ok(given.unwrap_or(recorded))
    }

    fn texts(&mut self) -> Read<Vec<Arc<str>>> {
        let n = self.count(1)?;
        (0..n).map(|_| self.text()).collect()
    }

    fn code(&mut self) -> Read<Code> {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(CacheError::Corrupt);
            }
            let code = self.code_inner();
            self.depth -= 1;
            code
        })
    }

    fn code_inner(&mut self) -> Read<Code> {
        let mut code = Code {
            name: self.text()?,
            qualname: self.text()?,
            filename: self.file_name()?,
            first_line: self.u32()?,
            flags: CodeFlags(self.u32()?),
            arg_count: self.u16()?,
            posonly_count: self.u16()?,
            kwonly_count: self.u16()?,
            registers: self.u16()?,
            ..Code::default()
        };
        code.free = self.texts()?;
        let len = self.count(1)?;
        if let Some(file) = self.later
            && self.depth > 1
        {
            code.rest = Some(Rest { file: file.clone(), at: self.at });
            self.take(len)?;
            return Ok(code);
        }
        let end = self.at + len;
        self.rest(&mut code)?;
        if self.at == end { Ok(code) } else { Err(CacheError::Corrupt) }
    }

    fn rest(&mut self, code: &mut Code) -> Read<()> {
        let n = self.count(2)?;
        code.vars.reserve_exact(n);
        for _ in 0..n {
            let name = self.text()?;
            let kind = if self.byte()? == 0 { VarKind::Local } else { VarKind::Cell };
            code.vars.push((name, kind));
        }
        code.names = self.texts()?;
        let n = self.count(1)?;
        code.consts.reserve_exact(n);
        for _ in 0..n {
            let c = self.constant()?;
            code.consts.push(c);
        }
        self.instructions(code)?;
        self.tables(code)
    }

    fn instructions(&mut self, code: &mut Code) -> Read<()> {
        let n = usize::try_from(self.number()?).map_err(|_| CacheError::Corrupt)?;
        // An instruction takes two bytes or more here, and no more than a dozen words there.
        if n / 16 > self.bytes.len() - self.at {
            return Err(CacheError::Corrupt);
        }
        let words = &mut code.words;
        words.reserve_exact(n);
        while words.len() < n {
            let byte = self.byte()?;
            let op = Op::from_byte(byte).ok_or(CacheError::Corrupt)?;
            let mut ins = Instr::new(op, self.byte()?, 0, 0, 0);
            let info = op.info();
            for &(field, kind) in info.operands {
                let v = if is_signed(kind) {
                    i16::try_from(self.signed()?).map_err(|_| CacheError::Corrupt)? as u16
                } else {
                    self.u16()?
                };
                match field {
                    Field::A => ins.a = v,
                    Field::B => ins.b = v,
                    Field::C => ins.c = v,
                }
            }
            let start = words.len();
            words.extend(ins.words());
            words.resize(start + info.words(), 0);
            if let Some(o) = info.ext_offset(Ext::Label) {
                let distance = i32::try_from(self.signed()?).map_err(|_| CacheError::Corrupt)?;
                words[start + o] = distance as u32;
            }
            if let Some(o) = info.ext_offset(Ext::Extra) {
                words[start + o] = self.u32()?;
            }
        }
        if words.len() == n { Ok(()) } else { Err(CacheError::Corrupt) }
    }

    fn tables(&mut self, code: &mut Code) -> Read<()> {
        let n = self.count(4)?;
        code.handlers.reserve_exact(n);
        for _ in 0..n {
            let start = self.u32()?;
            let end = start.checked_add(self.u32()?).ok_or(CacheError::Corrupt)?;
            code.handlers.push(Handler { start, end, target: self.u32()?, exc: self.u16()? });
        }
        let n = self.count(5)?;
        code.positions.reserve_exact(n);
        let (mut at, mut line) = (0u32, 0u32);
        for _ in 0..n {
            at = at.checked_add(self.u32()?).ok_or(CacheError::Corrupt)?;
            line = add(line, self.signed()?)?;
            let end_line = add(line, self.signed()?)?;
            let col = self.u16()?;
            let end_col =
                u16::try_from(add(u32::from(col), self.signed()?)?).map_err(|_| CacheError::Corrupt)?;
            code.positions.push(Position { at, line, end_line, col, end_col });
        }
        let n = self.count(3)?;
        code.loops.reserve_exact(n);
        for _ in 0..n {
            code.loops.push(LoopHeader { at: self.u32()?, end: self.u32()?, depth: self.u16()? });
        }
        let n = self.count(2)?;
        code.live.reserve_exact(n);
        let mut at = 0u32;
        for _ in 0..n {
            at = at.checked_add(self.u32()?).ok_or(CacheError::Corrupt)?;
            code.live.push((at, self.u16()?));
        }
        Ok(())
    }

    fn float(&mut self) -> Read<f64> {
        let b = self.take(8)?.try_into().map_err(|_| CacheError::Corrupt)?;
        Ok(f64::from_bits(u64::from_le_bytes(b)))
    }

    fn constants(&mut self, n: usize) -> Read<Vec<Const>> {
        let mut items = Vec::with_capacity(n);
        for _ in 0..n {
            items.push(self.constant()?);
        }
        Ok(items)
    }

    fn constant(&mut self) -> Read<Const> {
        Ok(match self.byte()? {
            tag::NONE => Const::None,
            tag::TRUE => Const::True,
            tag::FALSE => Const::False,
            tag::ELLIPSIS => Const::Ellipsis,
            tag::INT => Const::Int(self.signed()?),
            t @ (tag::BIG | tag::NEGATIVE_BIG) => {
                let n = self.count(1)?;
                let magnitude = UBig::from_le_bytes(self.take(n)?);
                Const::BigInt { negative: t == tag::NEGATIVE_BIG, magnitude }
            }
            tag::FLOAT => Const::Float(self.float()?),
            tag::COMPLEX => Const::Complex(self.float()?, self.float()?),
            tag::STR => Const::Str(self.string()?.into()),
            tag::BYTES => Const::Bytes(self.string()?.into()),
            t @ (tag::TUPLE | tag::FROZENSET) => {
                let n = self.count(1)?;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(CacheError::Corrupt);
                }
                let items = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.constants(n))?;
                self.depth -= 1;
                if t == tag::TUPLE { Const::Tuple(items) } else { Const::FrozenSet(items) }
            }
            tag::SLICE => {
                let parts = [self.constant()?, self.constant()?, self.constant()?];
                Const::Slice(Box::new(parts))
            }
            tag::CODE => Const::Code(Arc::new(self.code()?)),
            _ => return Err(CacheError::Corrupt),
        })
    }
}

fn add(n: u32, delta: i64) -> Read<u32> {
    u32::try_from(i64::from(n).saturating_add(delta)).map_err(|_| CacheError::Corrupt)
}
