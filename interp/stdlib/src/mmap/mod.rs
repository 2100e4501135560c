//! `mmap`: files mapped into memory.

mod access;

use crate::header_constants;
use crate::layout;
use crate::support::{add_type, last_error, set, set_int, set_ints};
use access::{element, put, region, subscript};
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::Buffer;
use habu_runtime::types::memoryview::{MemoryView, Shown};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::slice::Subscript;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};

/// A mapping, undone with its object.
pub struct Mapping {
    data: *mut u8,
    len: usize,
    /// Own copy of the file's descriptor; -1: none.
    fd: i32,
    offset: i64,
    at: usize,
    access: i32,
    flags: i32,
    prot: i32,
    closed: bool,
}

impl Default for Mapping {
    fn default() -> Mapping {
        Mapping {
            data: std::ptr::null_mut(),
            len: 0,
            fd: -1,
            offset: 0,
            at: 0,
            access: DEFAULT,
            flags: 0,
            prot: 0,
            closed: false,
        }
    }
}

impl Mapping {
    fn undo(&mut self) {
        if !self.data.is_null() {
            // SAFETY: mapped by `new` or `resize`, and nobody refers to it any more.
            unsafe { libc::munmap(self.data.cast(), self.len) };
            self.data = std::ptr::null_mut();
        }
        if self.fd >= 0 {
            // SAFETY: it is ours.
            unsafe { libc::close(self.fd) };
            self.fd = -1;
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        self.undo();
    }
}

layout! {
    /// Cell of a mapping.
    Mmap(ids::MMAP) {} plain { exports: usize } boxed { mapping: Mapping }
}

const DEFAULT: i32 = 0;
const READ: i32 = 1;
const WRITE: i32 = 2;
const COPY: i32 = 3;

const CONSTANTS: &[(&str, i64)] = header_constants! {
    PROT_EXEC PROT_READ PROT_WRITE MAP_SHARED MAP_PRIVATE MAP_ANON MAP_ANONYMOUS MAP_DENYWRITE MAP_EXECUTABLE MAP_POPULATE
    MAP_STACK MAP_NORESERVE MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED MADV_REMOVE
    MADV_DONTFORK MADV_DOFORK MADV_HWPOISON MADV_MERGEABLE MADV_UNMERGEABLE MADV_HUGEPAGE MADV_NOHUGEPAGE
    MADV_DONTDUMP MADV_DODUMP MADV_FREE
};

fn page_size() -> i64 {
    // SAFETY: a plain library call.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

/// What the arguments ask for: (flags, prot) by way of access.
fn modes(vm: &mut Vm, flags: i32, prot: i32, access: i32) -> PyResult<(i32, i32)> {
    let plain = libc::PROT_READ | libc::PROT_WRITE;
    if access != DEFAULT && (flags != libc::MAP_SHARED || prot != plain) {
        return Err(vm.value_error("mmap can't specify both access and flags, prot."));
    }
    Ok(match access {
        READ => (libc::MAP_SHARED, libc::PROT_READ),
        WRITE => (libc::MAP_SHARED, plain),
        COPY => (libc::MAP_PRIVATE, plain),
        DEFAULT => (flags, prot),
        _ => return Err(vm.value_error("mmap invalid access parameter.")),
    })
}

fn map(mapping: &Mapping, fd: i32, len: usize) -> *mut u8 {
    // SAFETY: a fresh mapping at a place of the system's choice.
    let p = unsafe { libc::mmap(std::ptr::null_mut(), len, mapping.prot, mapping.flags, fd, mapping.offset) };
    if p == libc::MAP_FAILED { std::ptr::null_mut() } else { p.cast() }
}

/// Mapping of a file into memory.
#[py_type(name = "mmap", module = "mmap", id = ids::MMAP, subclassable)]
impl Mmap {
    #[new(sig = "(fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)")]
    fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        fileno: i32,
        length: i64,
        flags: i32,
        prot: i32,
        access: i32,
        offset: i64,
        trackfd: bool,
    ) -> PyResult<Gc<Mmap>> {
        let Ok(mut len) = usize::try_from(length) else {
            return Err(vm.overflow_error("memory mapped length must be positive"));
        };
        if offset < 0 {
            return Err(vm.overflow_error("memory mapped offset must be positive"));
        }
        let (mut flags, prot) = modes(vm, flags, prot, access)?;
        if fileno != -1 {
            let mut st = crate::posix::stat_room();
            // SAFETY: valid for writing.
            if unsafe { libc::fstat(fileno, &mut st) } == 0 && st.st_mode & libc::S_IFMT == libc::S_IFREG {
                if len == 0 {
                    if st.st_size == 0 {
                        return Err(vm.value_error("cannot mmap an empty file"));
                    }
                    if offset >= st.st_size {
                        return Err(vm.value_error("mmap offset is greater than file size"));
                    }
                    len = (st.st_size - offset) as usize;
                } else if offset > st.st_size || (st.st_size - offset) < len as i64 {
                    return Err(vm.value_error("mmap length is greater than file size"));
                }
            }
        }
        let mut mapping = Mapping { fd: -1, offset, access, prot, ..Mapping::default() };
        if fileno == -1 {
            flags |= libc::MAP_ANONYMOUS;
        } else if trackfd {
            // SAFETY: a plain system call.
            mapping.fd = unsafe { libc::fcntl(fileno, libc::F_DUPFD_CLOEXEC, 0) };
            if mapping.fd < 0 {
                return Err(last_error(vm, None));
            }
        }
        mapping.flags = flags;
        let p = if mapping.fd < 0 && fileno != -1 {
            map(&mapping, fileno, len)
        } else {
            map(&mapping, mapping.fd, len)
        };
        if p.is_null() {
            return Err(last_error(vm, None));
        }
        (mapping.data, mapping.len) = (p, len);
        let this = vm.alloc_instance::<Mmap>(cls)?;
        this.mapping.init(mapping);
        Ok(this)
    }
    #[method]
    fn close(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<()> {
        close(vm, this)
    }
    #[getter]
    fn closed(_vm: &mut Vm, this: Gc<Mmap>) -> bool {
        this.mapping.cell().borrow().closed
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<Gc<Mmap>> {
        region(vm, this)?;
        Ok(this)
    }
    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(vm: &mut Vm, this: Gc<Mmap>, _info: Value) -> PyResult<()> {
        close(vm, this)
    }
    #[method]
    fn __len__(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<usize> {
        region(vm, this).map(|m| m.len())
    }
    #[method]
    fn __getitem__(vm: &mut Vm, this: Gc<Mmap>, key: Value) -> PyResult {
        match subscript(vm, this, key)? {
            Subscript::Index(i) => {
                let at = element(vm, this, i)?;
                let byte = region(vm, this)?.as_slice()[at];
                Ok(Value::small(i64::from(byte)))
            }
            Subscript::Slice(raw) => {
                let memory = region(vm, this)?;
                let bytes: Vec<u8> =
                    raw.fit(memory.len()).positions().map(|at| memory.as_slice()[at]).collect();
                vm.bytes(&bytes).map(Value::from_gc)
            }
        }
    }
    #[method]
    fn __setitem__(vm: &mut Vm, this: Gc<Mmap>, key: Value, value: Value) -> PyResult<()> {
        access::writable(vm, this)?;
        match subscript(vm, this, key)? {
            Subscript::Index(i) => {
                let at = element(vm, this, i)?;
                let Some(n) =
                    value.as_small().or_else(|| value.is_bool().then(|| i64::from(value == Value::TRUE)))
                else {
                    return Err(vm.type_error("mmap item value must be an int"));
                };
                let Ok(byte) = u8::try_from(n) else {
                    return Err(vm.value_error("mmap item value must be in range(0, 256)"));
                };
                put(vm, this, at, &[byte])
            }
            Subscript::Slice(raw) => {
                let data = vm.buffer(value)?.as_slice().to_vec();
                let span = raw.fit(region(vm, this)?.len());
                if span.count != data.len() {
                    return Err(vm.index_error("mmap slice assignment is wrong size"));
                }
                for (at, byte) in span.positions().zip(data) {
                    put(vm, this, at, &[byte])?;
                }
                Ok(())
            }
        }
    }
    #[method]
    fn __buffer__(vm: &mut Vm, this: Gc<Mmap>, _flags: i64) -> PyResult<Gc<MemoryView>> {
        let memory = region(vm, this)?;
        let format = vm.intern("B");
        vm.memoryview_new(Shown {
            object: Value::from_gc(this),
            data: memory.as_mut_ptr(),
            format,
            itemsize: 1,
            shape: &[memory.len() as i64],
            strides: &[1],
            readonly: this.mapping.cell().borrow().access == READ,
            exports: &raw const this.exports,
        })
    }
    #[method]
    fn read_byte(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<u8> {
        let memory = region(vm, this)?;
        let mut mapping = this.mapping.cell().borrow_mut();
        match memory.as_slice().get(mapping.at) {
            Some(byte) => {
                mapping.at += 1;
                Ok(*byte)
            }
            None => Err(vm.value_error("read byte out of range")),
        }
    }
    #[method(sig = "($self, n=None, /)")]
    fn read(vm: &mut Vm, this: Gc<Mmap>, n: Option<i64>) -> PyResult {
        let memory = region(vm, this)?;
        let at = this.mapping.cell().borrow().at.min(memory.len());
        let rest = memory.len() - at;
        let n = n.map_or(rest, |n| usize::try_from(n).unwrap_or(rest)).min(rest);
        this.mapping.cell().borrow_mut().at = at + n;
        let bytes = memory.as_slice()[at..at + n].to_vec();
        vm.bytes(&bytes).map(Value::from_gc)
    }
    #[method]
    fn readline(vm: &mut Vm, this: Gc<Mmap>) -> PyResult {
        let memory = region(vm, this)?;
        let at = this.mapping.cell().borrow().at.min(memory.len());
        let rest = &memory.as_slice()[at..];
        let line = rest[..memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)].to_vec();
        this.mapping.cell().borrow_mut().at = at + line.len();
        vm.bytes(&line).map(Value::from_gc)
    }
    #[method(sig = "($self, bytes, /)")]
    fn write(vm: &mut Vm, this: Gc<Mmap>, bytes: Buffer) -> PyResult<usize> {
        access::writable(vm, this)?;
        let memory = region(vm, this)?;
        let at = this.mapping.cell().borrow().at;
        if at > memory.len() || memory.len() - at < bytes.len() {
            return Err(vm.value_error("data out of range"));
        }
        memory.write(at, bytes.as_slice());
        this.mapping.cell().borrow_mut().at = at + bytes.len();
        Ok(bytes.len())
    }
    #[method(sig = "($self, byte, /)")]
    fn write_byte(vm: &mut Vm, this: Gc<Mmap>, byte: u8) -> PyResult<()> {
        access::writable(vm, this)?;
        let memory = region(vm, this)?;
        let at = this.mapping.cell().borrow().at;
        if at >= memory.len() {
            return Err(vm.value_error("write byte out of range"));
        }
        memory.write(at, &[byte]);
        this.mapping.cell().borrow_mut().at = at + 1;
        Ok(())
    }
    #[method(sig = "($self, sub, start=None, stop=None, /)")]
    fn find(
        vm: &mut Vm,
        this: Gc<Mmap>,
        sub: Buffer,
        start: Option<i64>,
        stop: Option<i64>,
    ) -> PyResult<i64> {
        access::find(vm, this, sub, start, stop, false)
    }
    #[method(sig = "($self, sub, start=None, stop=None, /)")]
    fn rfind(
        vm: &mut Vm,
        this: Gc<Mmap>,
        sub: Buffer,
        start: Option<i64>,
        stop: Option<i64>,
    ) -> PyResult<i64> {
        access::find(vm, this, sub, start, stop, true)
    }
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(vm: &mut Vm, this: Gc<Mmap>, pos: i64, whence: i32) -> PyResult<usize> {
        let len = region(vm, this)?.len() as i64;
        let from = match whence {
            0 => 0,
            1 => this.mapping.cell().borrow().at as i64,
            2 => len,
            _ => return Err(vm.value_error("unknown seek type")),
        };
        match from.checked_add(pos).filter(|to| (0..=len).contains(to)) {
            Some(to) => {
                this.mapping.cell().borrow_mut().at = to as usize;
                Ok(to as usize)
            }
            None => Err(vm.value_error("seek out of range")),
        }
    }
    #[method]
    fn seekable(_vm: &mut Vm, _this: Gc<Mmap>) -> bool {
        true
    }
    #[method]
    fn tell(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<usize> {
        region(vm, this)?;
        Ok(this.mapping.cell().borrow().at)
    }
    #[method]
    fn size(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<i64> {
        let len = region(vm, this)?.len();
        let fd = this.mapping.cell().borrow().fd;
        if fd < 0 {
            return Ok(len as i64);
        }
        let mut st = crate::posix::stat_room();
        // SAFETY: valid for writing.
        if unsafe { libc::fstat(fd, &mut st) } < 0 {
            return Err(last_error(vm, None));
        }
        Ok(st.st_size)
    }
    #[method(sig = "($self, offset=0, size=None, /)")]
    fn flush(vm: &mut Vm, this: Gc<Mmap>, offset: i64, size: Option<i64>) -> PyResult<()> {
        let memory = region(vm, this)?;
        let len = memory.len() as i64;
        let size = size.unwrap_or(len - offset);
        if offset < 0 || size < 0 || offset > len || len - offset < size {
            return Err(vm.value_error("flush values out of range"));
        }
        let access = this.mapping.cell().borrow().access;
        if access == READ || access == COPY {
            return Ok(());
        }
        let p = memory.as_mut_ptr().wrapping_add(offset as usize);
        // SAFETY: within the mapping.
        if vm.unlocked(|| unsafe { libc::msync(p.cast(), size as usize, libc::MS_SYNC) }) < 0 {
            return Err(last_error(vm, None));
        }
        Ok(())
    }
    #[method(sig = "($self, dest, src, count, /)")]
    fn r#move(vm: &mut Vm, this: Gc<Mmap>, dest: i64, src: i64, count: i64) -> PyResult<()> {
        access::writable(vm, this)?;
        let memory = region(vm, this)?;
        let len = memory.len() as i64;
        if dest < 0 || src < 0 || count < 0 || len - dest < count || len - src < count {
            return Err(vm.value_error("source, destination, or count out of range"));
        }
        let bytes = memory.as_slice()[src as usize..(src + count) as usize].to_vec();
        memory.write(dest as usize, &bytes);
        Ok(())
    }
    #[method(sig = "($self, newsize, /)")]
    fn resize(vm: &mut Vm, this: Gc<Mmap>, newsize: i64) -> PyResult<()> {
        region(vm, this)?;
        if this.exports.get() > 0 {
            return Err(vm.buffer_error("mmap can't resize with extant pointers exported."));
        }
        let mut mapping = this.mapping.cell().borrow_mut();
        if mapping.access == READ || mapping.access == COPY {
            return Err(vm.type_error("mmap can't resize a readonly or copy-on-write memory map."));
        }
        let Some(len) = usize::try_from(newsize).ok().filter(|n| *n > 0) else {
            return Err(vm.value_error("new size out of range"));
        };
        // SAFETY: the descriptor is the mapping's; the mapping moves as a whole.
        unsafe {
            if mapping.fd >= 0 && libc::ftruncate(mapping.fd, mapping.offset + newsize) < 0 {
                return Err(last_error(vm, None));
            }
            let moved = libc::mremap(mapping.data.cast(), mapping.len, len, libc::MREMAP_MAYMOVE);
            if moved == libc::MAP_FAILED {
                return Err(last_error(vm, None));
            }
            mapping.data = moved.cast();
        }
        mapping.len = len;
        Ok(())
    }
    #[method(sig = "($self, option, start=0, length=None, /)")]
    fn madvise(vm: &mut Vm, this: Gc<Mmap>, option: i32, start: i64, length: Option<i64>) -> PyResult<()> {
        let memory = region(vm, this)?;
        let len = memory.len() as i64;
        if start < 0 || start >= len {
            return Err(vm.value_error("madvise start out of bounds"));
        }
        let length = length.unwrap_or(len);
        if length < 0 {
            return Err(vm.value_error("madvise length invalid"));
        }
        if i64::MAX - start < length {
            return Err(vm.overflow_error("madvise length too large"));
        }
        let length = length.min(len - start);
        let p = memory.as_mut_ptr().wrapping_add(start as usize);
        // SAFETY: within the mapping.
        if unsafe { libc::madvise(p.cast(), length as usize, option) } != 0 {
            return Err(last_error(vm, None));
        }
        Ok(())
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<Mmap>) -> String {
        let name = vm.type_name(Value::from_gc(this));
        let name = if name == "mmap" { "mmap.mmap".to_owned() } else { name };
        let mapping = this.mapping.cell().borrow();
        if mapping.closed {
            return format!("<{name} closed=True>");
        }
        let access = match mapping.access {
            READ => "ACCESS_READ",
            WRITE => "ACCESS_WRITE",
            COPY => "ACCESS_COPY",
            _ => "ACCESS_DEFAULT",
        };
        let (len, at, offset) = (mapping.len, mapping.at, mapping.offset);
        format!("<{name} closed=False, access={access}, length={len}, pos={at}, offset={offset}>")
    }
}

fn close(vm: &mut Vm, this: Gc<Mmap>) -> PyResult<()> {
    if this.exports.get() > 0 {
        return Err(vm.buffer_error("cannot close exported pointers exist"));
    }
    let mut mapping = this.mapping.cell().borrow_mut();
    mapping.undo();
    mapping.closed = true;
    Ok(())
}

/// Memory-mapped files.
#[native_module(name = "mmap")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        set_ints(vm, module, CONSTANTS)?;
        let access = [
            ("ACCESS_DEFAULT", DEFAULT),
            ("ACCESS_READ", READ),
            ("ACCESS_WRITE", WRITE),
            ("ACCESS_COPY", COPY),
        ];
        for (name, n) in access {
            set_int(vm, module, name, i64::from(n))?;
        }
        set_int(vm, module, "PAGESIZE", page_size())?;
        set_int(vm, module, "ALLOCATIONGRANULARITY", page_size())?;
        set_int(vm, module, "MAP_32BIT", 64)?;
        add_type(vm, module, Mmap::DECL)?;
        let error = Value::from_gc(vm.exc_class(Exc::OSError));
        set(vm, module, "error", error)
    }
}
