//! Code objects as bytes, for files and for the library embedded in the binary.
//!
//! Layout: magic, fingerprint of the opcode table, checksum of the rest, a table of strings, then the module's code
//! object with the nested ones inside it, depth first: what calls need to know, then the length of the rest, then the
//! rest. Numbers are LEB128. Inline caches are not stored: they are zero in new code.
//!
//! Most functions of a library are never called, so [`Code::from_bytes_lazily`] leaves the rest of nested code objects
//! undecoded until [`Code::complete`].

mod read;
mod write;

pub use read::Rest;

use crate::code::{Code, Const};
use crate::op::{OPS, OperandKind};
use std::borrow::Cow;

const MAGIC: &[u8; 8] = b"habucode";
/// Goes up with every change of this format that the opcode table does not show.
const FORMAT: u32 = 2;
/// Magic, fingerprint, checksum.
const HEADER: usize = 8 + 8 + 8;

/// Why bytes are no code object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CacheError {
    /// Not made by this format at all.
    NotCode,
    /// Made by another version.
    OtherVersion,
    /// Cut off or changed.
    Corrupt,
}

impl std::fmt::Display for CacheError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            CacheError::NotCode => "not a file of bytecode",
            CacheError::OtherVersion => "bytecode of another version",
            CacheError::Corrupt => "bytecode is damaged",
        })
    }
}

impl std::error::Error for CacheError {}

impl Code {
    /// The code object and those nested in it, as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = write::body(self);
        let mut out = Vec::with_capacity(HEADER + body.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&fingerprint().to_le_bytes());
        out.extend_from_slice(&checksum(&body).to_le_bytes());
        out.extend_from_slice(&body);
        out
    }

    /// Reads what [`Code::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Code, CacheError> {
        read::all(check(bytes)?)
    }

    /// As `from_bytes`, but of nested code objects only what a call needs to know. With `filename`, code objects get
    /// that instead of the recorded one.
    pub fn from_bytes_lazily(bytes: Vec<u8>, filename: Option<&str>) -> Result<Code, CacheError> {
        check(&bytes)?;
        read::lazily(bytes.into(), HEADER, filename)
    }

    /// As `from_bytes_lazily`, of bytes that are part of this program: what is damaged or of another version then
    /// cannot run anyway, so there is no checksum to make, which would bring all of them into memory.
    pub fn from_static_lazily(bytes: &'static [u8], filename: Option<&str>) -> Result<Code, CacheError> {
        header(bytes)?;
        read::lazily(bytes.into(), HEADER, filename)
    }

    /// As `complete`, the nested ones too.
    pub fn complete_all(&self) -> Result<Code, CacheError> {
        let mut code = self.complete()?;
        for c in &mut code.consts {
            if let Const::Code(inner) = c {
                *inner = std::sync::Arc::new(inner.complete_all()?);
            }
        }
        Ok(code)
    }

    /// The whole of a code object of which only a part is in memory.
    pub fn complete(&self) -> Result<Code, CacheError> {
        match &self.rest {
            Some(rest) => rest.read(self),
            None => Ok(self.clone()),
        }
    }

    /// As `complete`, of one that may be whole already.
    pub fn whole(&self) -> Result<Cow<'_, Code>, CacheError> {
        match &self.rest {
            Some(rest) => rest.read(self).map(Cow::Owned),
            None => Ok(Cow::Borrowed(self)),
        }
    }

    /// Once this is linked: leaves the instructions, names and constants, of which whoever runs it has his own, to be
    /// read again by those who ask, if they can be. `begun`: what `self` was completed from.
    pub fn leave_linked(&mut self, begun: &Code) {
        if begun.rest.is_some() {
            self.rest = begun.rest.clone();
            (self.words, self.names, self.consts) = Default::default();
        }
    }

    /// What is always there.
    fn begun(&self) -> Code {
        Code {
            name: self.name.clone(),
            qualname: self.qualname.clone(),
            filename: self.filename.clone(),
            free: self.free.clone(),
            first_line: self.first_line,
            flags: self.flags,
            arg_count: self.arg_count,
            posonly_count: self.posonly_count,
            kwonly_count: self.kwonly_count,
            registers: self.registers,
            ..Code::default()
        }
    }
}

/// The part behind the header, if the header and the checksum are right.
fn check(bytes: &[u8]) -> Result<&[u8], CacheError> {
    let (sum, body) = header(bytes)?;
    if sum == checksum(body) { Ok(body) } else { Err(CacheError::Corrupt) }
}

/// The checksum and the part behind the header, if the rest of the header is right.
fn header(bytes: &[u8]) -> Result<(u64, &[u8]), CacheError> {
    let word = |at: usize| bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    if bytes.get(..8) != Some(MAGIC) {
        return Err(CacheError::NotCode);
    }
    if word(8) != Some(fingerprint()) {
        return Err(CacheError::OtherVersion);
    }
    let body = bytes.get(HEADER..).ok_or(CacheError::Corrupt)?;
    Ok((word(16).ok_or(CacheError::Corrupt)?, body))
}

/// A number that changes when an opcode, its operands or its extension change, or the compiler does.
pub fn fingerprint() -> u64 {
    static FINGERPRINT: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *FINGERPRINT.get_or_init(make_fingerprint)
}

fn make_fingerprint() -> u64 {
    let mut h = Hasher(u64::from(FORMAT));
    h.bytes(env!("HABU_COMPILER").as_bytes());
    for op in OPS {
        h.bytes(op.name.as_bytes());
        for (field, kind) in op.operands {
            h.word(*field as u64 | (*kind as u64) << 8);
        }
        for ext in op.ext {
            h.word(*ext as u64 | 1 << 16);
        }
    }
    h.0
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut h = Hasher(0x005e_ed0f_c0de);
    h.bytes(bytes);
    h.0
}

/// Multiply and rotate, eight bytes a step: against accidents, not against enemies.
struct Hasher(u64);

impl Hasher {
    fn word(&mut self, w: u64) {
        self.0 = (self.0.rotate_left(23) ^ w).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 ^= self.0 >> 31;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }
}

/// How an operand is written: registers and numbers as they are, immediates sign-folded so that small ones are short.
fn is_signed(kind: OperandKind) -> bool {
    kind == OperandKind::Imm
}

mod tag {
    pub const NONE: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const ELLIPSIS: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG: u8 = 5;
    pub const NEGATIVE_BIG: u8 = 6;
    pub const FLOAT: u8 = 7;
    pub const COMPLEX: u8 = 8;
    pub const STR: u8 = 9;
    pub const BYTES: u8 = 10;
    pub const TUPLE: u8 = 11;
    pub const FROZENSET: u8 = 12;
    pub const SLICE: u8 = 13;
    pub const CODE: u8 = 14;
}
