//! Bytecode of a program's own modules, kept beside them in `__pycache__` as CPython's importer keeps it: a header with the
//! source's time and size, then the code object in `marshal`'s form. What is out of date, damaged or of another version
//! is made again; files are replaced in one step, so that nobody reads half of one.

use super::state;
use crate::vm::Vm;
use habu_bytecode::Code;
use std::fs::{Metadata, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// First word of every file, `importlib.util.MAGIC_NUMBER`: another one for each set of opcodes, with what CPython's end
/// in. That a file is CPython's shows in what follows.
pub fn magic() -> u32 {
    0x0A0D_0000 | (habu_bytecode::cache::fingerprint() as u32 & 0xFFFF)
}

const HEADER: usize = 16;
/// `marshal`'s mark of a code object; its length follows.
const CODE: u8 = b'c';

/// Bits of the header's second word: checked by hash, and whether the source is compared at all.
const BY_HASH: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// Time and size of a source file as the header has them.
pub fn stamp(meta: &Metadata) -> (u32, u32) {
    (meta.mtime() as u32, meta.len() as u32)
}

/// The compiled module, if the file is one for this source.
pub fn read(
    vm: &mut Vm,
    path: &str,
    source: &[u8],
    (mtime, size): (u32, u32),
    filename: &str,
) -> Option<Code> {
    let bytes = std::fs::read(path).ok()?;
    let word = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    if word(0)? != magic() {
        return None;
    }
    let flags = word(4)?;
    if flags & !(BY_HASH | CHECK_SOURCE) != 0 {
        return None;
    }
    if flags & BY_HASH != 0 {
        if flags & CHECK_SOURCE != 0 && bytes.get(8..16)? != source_hash(magic().into(), source) {
            return None;
        }
    } else if word(8)? != mtime || word(12)? != size {
        return None;
    }
    let length = bytes.get(HEADER + 1..HEADER + 5)?.try_into().ok().map(u32::from_le_bytes)? as usize;
    let start = HEADER + 5;
    // A numbered object is one too.
    if bytes[HEADER] & 0x7F != CODE || bytes.len() != start + length {
        return None;
    }
    let _ = vm;
    Code::from_bytes_lazily(bytes[start..].to_vec(), Some(filename)).ok()
}

/// Writes the file; failing to is no error, as in CPython.
pub fn write(vm: &mut Vm, path: &str, code: &Code, (mtime, size): (u32, u32), mode: u32) {
    let path = Path::new(path);
    let Some(dir) = path.parent() else { return };
    if !dir.is_dir() && std::fs::create_dir_all(dir).is_err() {
        return;
    }
    let body = code.to_bytes();
    let mut bytes = Vec::with_capacity(HEADER + 5 + body.len());
    for word in [magic(), 0, mtime, size] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.push(CODE);
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&body);
    state(vm).written += 1;
    let temporary = path.with_extension(format!("pyc.{}.{}", std::process::id(), state(vm).written));
    let file = OpenOptions::new().write(true).create_new(true).mode(mode & 0o666 | 0o200).open(&temporary);
    let done = file.and_then(|mut f| f.write_all(&bytes)).and_then(|()| std::fs::rename(&temporary, path));
    if done.is_err() {
        // Nothing more can be done about a file that could not be written.
        let _ = std::fs::remove_file(&temporary);
    }
}

/// A hash of source text: `_imp.source_hash`.
pub fn source_hash(key: u64, source: &[u8]) -> [u8; 8] {
    let mut hash = 0xcbf2_9ce4_8422_2325u64 ^ key;
    for b in source {
        hash = (hash ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    }
    hash.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_magic_number_tells_sets_of_opcodes_apart() {
        let magic = magic();
        assert_eq!(u64::from(magic & 0xFFFF), habu_bytecode::cache::fingerprint() & 0xFFFF);
        assert_eq!(magic >> 16, 0x0A0D, "importlib checks how it ends");
    }
}
