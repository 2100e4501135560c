//! The memory of a mapping: reaching it while it is open, indices into it, searching.

use super::{COPY, DEFAULT, Mmap, READ, WRITE};
use habu_runtime::heap::Gc;
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::slice::{Slice, Subscript};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// The memory, if the mapping is open.
pub fn region(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<Buffer> {
    let mapping = this.mapping.cell().borrow();
    if mapping.closed {
        return Err(vm.value_error("mmap closed or invalid"));
    }
    Ok(Buffer::new(mapping.data, mapping.len, Value::from_gc(this), false))
}

/// Fails on mappings that may not be written to.
pub fn writable(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<()> {
    region(vm, this)?;
    let (access, prot) = {
        let mapping = this.mapping.cell().borrow();
        (mapping.access, mapping.prot)
    };
    let allowed = match access {
        READ => false,
        WRITE | COPY => true,
        _ => prot & libc::PROT_WRITE != 0,
    };
    debug_assert!(access == DEFAULT || allowed == (access != READ));
    if allowed { Ok(()) } else { Err(vm.type_error("mmap can't modify a readonly memory map.")) }
}

pub fn subscript(vm: &mut Vm, this: Gc<Mmap>, key: Value) -> PyResult<Subscript> {
    region(vm, this)?;
    if key.is_exact::<Slice>() || vm.has_index(key) {
        return vm.subscript(key, "mmap");
    }
    Err(vm.type_error("mmap indices must be integers"))
}

/// The position that an index means.
pub fn element(vm: &mut Vm, this: Gc<Mmap>, index: i64) -> PyResult<usize> {
    let len = region(vm, this)?.len() as i64;
    let at = if index < 0 { index + len } else { index };
    if (0..len).contains(&at) { Ok(at as usize) } else { Err(vm.index_error("mmap index out of range")) }
}

pub fn put(vm: &mut Vm, this: Gc<Mmap>, at: usize, bytes: &[u8]) -> PyResult<()> {
    region(vm, this)?.write(at, bytes);
    Ok(())
}

/// A bound of a search, in the memory.
fn bound(v: Option<i64>, default: usize, len: usize) -> usize {
    match v {
        None => default,
        Some(n) if n < 0 => (n + len as i64).max(0) as usize,
        Some(n) => (n as usize).min(len),
    }
}

pub fn find(
    vm: &mut Vm,
    this: Gc<Mmap>,
    sub: Buffer,
    start: Option<i64>,
    stop: Option<i64>,
    last: bool,
) -> PyResult<i64> {
    let memory = region(vm, this)?;
    let at = this.mapping.cell().borrow().at;
    let (start, stop) = (bound(start, at, memory.len()), bound(stop, memory.len(), memory.len()));
    if start > stop {
        return Ok(-1);
    }
    let hay = &memory.as_slice()[start..stop];
    let found = match last {
        true => memchr::memmem::rfind(hay, sub.as_slice()),
        false => memchr::memmem::find(hay, sub.as_slice()),
    };
    Ok(found.map_or(-1, |n| (n + start) as i64))
}
