//! Code memory: private pages from our own allocator, written while not executable, executable while not writable.

use crate::unit::{Compiled, Reloc, RelocKind, Symbol};
use std::collections::BTreeMap;

const CHUNK: usize = 1 << 20;
const ALIGN: usize = 16;
/// Code memory is never more than this; beyond, code is left to the interpreter.
const LIMIT: usize = 256 << 20;

struct Chunk {
    start: usize,
    len: usize,
    used: usize,
}

/// All memory that holds native code.
#[derive(Default)]
pub struct CodeMemory {
    chunks: Vec<Chunk>,
    /// Freed ranges: start to length.
    free: BTreeMap<usize, usize>,
    in_use: usize,
}

impl CodeMemory {
    /// Copies a unit in, resolves its external names, and makes it executable. The address, or why not.
    pub fn install(&mut self, unit: &Compiled, resolve: impl Fn(Symbol) -> u64) -> Result<usize, String> {
        let len = unit.bytes.len().next_multiple_of(ALIGN);
        let at = self.reserve(len).ok_or("no code memory left")?;
        let mut bytes = unit.bytes.clone();
        for reloc in &unit.relocs {
            let target = if reloc.symbol == Symbol::Start { at as u64 } else { resolve(reloc.symbol) };
            patch(&mut bytes, at, reloc, target)?;
        }
        self.write(at, &bytes)?;
        Ok(at)
    }

    fn reserve(&mut self, len: usize) -> Option<usize> {
        if let Some((&start, &size)) = self.free.iter().find(|(_, size)| **size >= len) {
            self.free.remove(&start);
            if size > len {
                self.free.insert(start + len, size - len);
            }
            self.in_use += len;
            return Some(start);
        }
        if self.in_use + len > LIMIT {
            return None;
        }
        if self.chunks.last().is_none_or(|c| c.len - c.used < len) {
            let size = len.next_multiple_of(CHUNK);
            // SAFETY: a fresh private anonymous mapping, not accessible yet.
            let p = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    size,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                    -1,
                    0,
                )
            };
            if p == libc::MAP_FAILED {
                return None;
            }
            self.chunks.push(Chunk { start: p as usize, len: size, used: 0 });
        }
        let chunk = self.chunks.last_mut()?;
        let at = chunk.start + chunk.used;
        chunk.used += len;
        self.in_use += len;
        Some(at)
    }

    /// Gives a unit's range back. No frame may run in it or return to it.
    pub fn release(&mut self, at: usize, len: usize) {
        let len = len.next_multiple_of(ALIGN);
        self.in_use -= len;
        self.free.insert(at, len);
    }

    pub fn bytes_in_use(&self) -> usize {
        self.in_use
    }

    // Only the holder of the interpreter's lock writes code, so no native code runs while its pages are not executable.
    fn write(&mut self, at: usize, bytes: &[u8]) -> Result<(), String> {
        // SAFETY: the range lies in one of our chunks; sysconf has no preconditions.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
        let start = at & !(page - 1);
        let len = (at + bytes.len()).next_multiple_of(page) - start;
        protect(start, len, libc::PROT_READ | libc::PROT_WRITE)?;
        // SAFETY: reserved for this unit, and writable now.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), at as *mut u8, bytes.len()) };
        protect(start, len, libc::PROT_READ | libc::PROT_EXEC)?;
        flush_instructions(at, bytes.len());
        Ok(())
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        for chunk in &self.chunks {
            // SAFETY: mapped by `reserve`; the owner outlives all native frames.
            unsafe { libc::munmap(chunk.start as *mut libc::c_void, chunk.len) };
        }
    }
}

fn protect(start: usize, len: usize, prot: i32) -> Result<(), String> {
    // SAFETY: pages of our own mapping.
    if unsafe { libc::mprotect(start as *mut libc::c_void, len, prot) } != 0 {
        return Err(format!("mprotect: {}", std::io::Error::last_os_error()));
    }
    Ok(())
}

#[cfg(target_arch = "aarch64")]
fn flush_instructions(at: usize, len: usize) {
    for line in (at & !63..at + len).step_by(64) {
        // SAFETY: cache maintenance by address on mapped memory.
        unsafe { std::arch::asm!("dc cvau, {0}", "dsb ish", "ic ivau, {0}", "dsb ish", in(reg) line) };
    }
    // SAFETY: a barrier.
    unsafe { std::arch::asm!("isb") };
}

#[cfg(not(target_arch = "aarch64"))]
fn flush_instructions(_at: usize, _len: usize) {}

fn patch(bytes: &mut [u8], at: usize, reloc: &Reloc, target: u64) -> Result<(), String> {
    let offset = reloc.offset as usize;
    let value = target.wrapping_add_signed(reloc.addend);
    match reloc.kind {
        RelocKind::Abs8 => bytes[offset..offset + 8].copy_from_slice(&value.to_le_bytes()),
        RelocKind::Rel4 => {
            let distance = value.wrapping_sub((at + offset) as u64) as i64;
            let distance = i32::try_from(distance).map_err(|_| "call target out of reach")?;
            bytes[offset..offset + 4].copy_from_slice(&distance.to_le_bytes());
        }
        RelocKind::Arm64Call => {
            let distance = (value.wrapping_sub((at + offset) as u64) as i64) >> 2;
            if !(-(1 << 25)..1 << 25).contains(&distance) {
                return Err("call target out of reach".into());
            }
            let mut word =
                u32::from_le_bytes([bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]]);
            word |= distance as u32 & 0x03ff_ffff;
            bytes[offset..offset + 4].copy_from_slice(&word.to_le_bytes());
        }
    }
    Ok(())
}
