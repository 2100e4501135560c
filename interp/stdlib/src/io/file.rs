//! `FileIO`: an open file descriptor.

use super::{base, size_arg, unsupported};
use crate::layout;
use crate::support::{last_error, path_of, retry};
use habu_macros::py_type;
use habu_runtime::heap::{Collection, Gc};
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::{Buffer, WritableBuffer};
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};
use std::cell::Cell;
use std::rc::Rc;

/// An open file descriptor, shared by the layers that use it: what they still hold is written before it is closed.
pub struct Fd {
    number: Cell<i32>,
    owned: Cell<bool>,
}

impl Fd {
    pub fn new(number: i32, owned: bool) -> Rc<Fd> {
        Rc::new(Fd { number: Cell::new(number), owned: Cell::new(owned) })
    }
    /// The descriptor, unless closed.
    pub fn get(&self) -> Option<i32> {
        Some(self.number.get()).filter(|n| *n >= 0)
    }
    /// Writes all of it, without Python code: at the end of the process or of an unreachable stream.
    pub fn write_rest(&self, mut bytes: &[u8]) {
        let Some(fd) = self.get() else { return };
        while !bytes.is_empty() {
            // SAFETY: the slice is valid for reading.
            let n = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
            match usize::try_from(n) {
                Ok(n) => bytes = &bytes[n..],
                Err(_) if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => {}
                Err(_) => return,
            }
        }
    }
    /// Closes it now if it is ours; false: the system reported an error.
    fn close(&self) -> bool {
        let fd = self.number.replace(-1);
        // SAFETY: closing a descriptor that is ours.
        fd < 0 || !self.owned.get() || unsafe { libc::close(fd) } == 0
    }
}

impl Drop for Fd {
    fn drop(&mut self) {
        self.close();
    }
}

/// What a file object keeps outside of the heap.
pub struct State {
    pub fd: Rc<Fd>,
    pub readable: bool,
    pub writable: bool,
    pub created: bool,
    pub appending: bool,
    pub seekable: Option<bool>,
    pub block_size: usize,
}

impl Default for State {
    fn default() -> State {
        State {
            fd: Fd::new(-1, false),
            readable: false,
            writable: false,
            created: false,
            appending: false,
            seekable: None,
            block_size: super::BUFFER_SIZE,
        }
    }
}

layout! {
    /// Cell of a file object.
    FileIo(ids::FILE_IO) { name } boxed { state: State }
}

/// The letters of a mode, checked.
fn parse_mode(vm: &mut Vm, mode: &str) -> PyResult<(State, i32)> {
    let mut s = State::default();
    let (mut kinds, mut plus, mut flags) = (0, false, 0);
    for c in mode.chars() {
        match c {
            'x' => {
                kinds += 1;
                (s.created, s.writable) = (true, true);
                flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => {
                kinds += 1;
                s.readable = true;
            }
            'w' => {
                kinds += 1;
                s.writable = true;
                flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                kinds += 1;
                (s.writable, s.appending) = (true, true);
                flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => {}
            '+' if !plus => plus = true,
            '+' => kinds = 2,
            _ => return Err(vm.value_error(format!("invalid mode: {mode}"))),
        }
    }
    if kinds != 1 {
        return Err(
            vm.value_error("Must have exactly one of create/read/write/append mode and at most one plus")
        );
    }
    if plus {
        (s.readable, s.writable) = (true, true);
    }
    flags |= match (s.readable, s.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok((s, flags | libc::O_CLOEXEC))
}

fn stat(fd: i32) -> Option<libc::stat> {
    // SAFETY: zeros are a valid value of this plain structure.
    let mut st: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: `st` is valid for writing.
    (unsafe { libc::fstat(fd, &mut st) } == 0).then_some(st)
}

/// Opens a file, or takes a descriptor.
pub fn open(
    vm: &mut Vm,
    this: Gc<FileIo>,
    name: Value,
    mode: &str,
    closefd: bool,
    opener: Value,
) -> PyResult<()> {
    let (mut state, flags) = parse_mode(vm, mode)?;
    let fd = if name.is_small() || name.is_bool() || vm.downcast::<Str>(name).is_none() && is_int(vm, name) {
        if name.is_bool() {
            vm.warn(habu_runtime::vm::Exc::RuntimeWarning, "bool is used as a file descriptor", 1)?;
        }
        let fd = vm.index(name)?;
        if fd < 0 {
            return Err(vm.value_error("negative file descriptor"));
        }
        let fd =
            i32::try_from(fd).map_err(|_| vm.overflow_error("Python int too large to convert to C int"))?;
        state.fd = Fd::new(fd, closefd);
        fd
    } else {
        let path = crate::support::fspath(vm, name)?;
        let path = path_of(vm, path)?;
        if !closefd {
            return Err(vm.value_error("Cannot use closefd=False with file name"));
        }
        let fd = if opener.is_none() {
            let mut call = || {
                // SAFETY: the path is a C string.
                let fd = unsafe { libc::open(path.path.as_ptr(), flags, 0o666) };
                fd as isize
            };
            let mut opened = retry(vm, &mut call)?;
            if opened.is_err_and(|errno| matches!(errno, libc::EMFILE | libc::ENFILE)) {
                // Files that nobody uses any more may hold the descriptors.
                vm.heap.collect(Collection::Full);
                vm.run_finalizers();
                opened = retry(vm, call)?;
            }
            match opened {
                Ok(fd) => fd as i32,
                Err(errno) => return Err(vm.os_error(errno, Some(name))),
            }
        } else {
            let fd = vm.call(opener, &[name, Value::small(i64::from(flags))])?;
            if !is_int(vm, fd) {
                return Err(vm.type_error("expected integer from opener"));
            }
            let fd = vm.index(fd)?;
            if fd < 0 {
                return Err(vm.value_error(format!("opener returned {fd}")));
            }
            i32::try_from(fd).map_err(|_| vm.overflow_error("Python int too large to convert to C int"))?
        };
        state.fd = Fd::new(fd, true);
        fd
    };
    match stat(fd) {
        None => {
            let raised = last_error(vm, Some(name));
            // A descriptor that was passed in stays as it is.
            if !closefd || is_int(vm, name) {
                state.fd.owned.set(false);
            }
            return Err(raised);
        }
        Some(st) => {
            if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
                if is_int(vm, name) {
                    state.fd.owned.set(false);
                }
                return Err(vm.os_error(libc::EISDIR, Some(name)));
            }
            if st.st_blksize > 1 {
                state.block_size = st.st_blksize as usize;
            }
        }
    }
    if state.appending {
        // SAFETY: a plain system call; failure (a pipe) is fine.
        unsafe { libc::lseek(fd, 0, libc::SEEK_END) };
    }
    this.name.set(&mut vm.heap, this.header(), name);
    let key = vm.names.name_attr;
    vm.set_attr(Value::from_gc(this), key, name)?;
    *this.state.cell().borrow_mut() = state;
    Ok(())
}

fn is_int(vm: &Vm, v: Value) -> bool {
    habu_runtime::types::int::as_int(vm, v).is_some()
}

/// The descriptor of an open file.
pub fn fd(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<i32> {
    let fd = this.state.cell().borrow().fd.get();
    fd.ok_or_else(|| closed(vm))
}

#[cold]
fn closed(vm: &mut Vm) -> Raised {
    vm.value_error("I/O operation on closed file")
}

fn check_readable(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<i32> {
    let fd = fd(vm, this)?;
    if this.state.cell().borrow().readable {
        Ok(fd)
    } else {
        Err(unsupported(vm, "File not open for reading"))
    }
}

fn check_writable(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<i32> {
    let fd = fd(vm, this)?;
    if this.state.cell().borrow().writable {
        Ok(fd)
    } else {
        Err(unsupported(vm, "File not open for writing"))
    }
}

/// One `read` call into the vector's end; `None`: it would block.
pub fn read_some(vm: &mut Vm, this: Gc<FileIo>, into: &mut Vec<u8>, n: usize) -> PyResult<Option<usize>> {
    let fd = check_readable(vm, this)?;
    into.try_reserve(n).map_err(|_| vm.memory_error())?;
    let start = into.len();
    let got = retry(vm, || {
        // SAFETY: room for `n` bytes was reserved.
        unsafe { libc::read(fd, into.as_mut_ptr().add(start).cast(), n) }
    })?;
    match got {
        Ok(got) => {
            // SAFETY: the system filled in that many bytes.
            unsafe { into.set_len(start + got) };
            Ok(Some(got))
        }
        Err(libc::EAGAIN) => Ok(None),
        Err(errno) => Err(vm.os_error(errno, None)),
    }
}

/// Reads to the end; `None`: it would block and nothing was read.
pub fn read_all(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<Option<Vec<u8>>> {
    let fd = check_readable(vm, this)?;
    let mut all = Vec::new();
    // What is left of a file of known size, and one byte more to see its end at once.
    let mut room = 8192;
    if let Some(st) = stat(fd) {
        // SAFETY: a plain system call.
        let at = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) };
        if at >= 0 && st.st_size > at {
            room = (st.st_size - at) as usize + 1;
        }
    }
    loop {
        match read_some(vm, this, &mut all, room)? {
            None if all.is_empty() => return Ok(None),
            None | Some(0) => return Ok(Some(all)),
            Some(_) => room = (room.min(1 << 24)).max(all.len().min(1 << 24)).max(8192),
        }
    }
}

/// One `write` call; `None`: it would block.
pub fn write_some(vm: &mut Vm, this: Gc<FileIo>, bytes: &[u8]) -> PyResult<Option<usize>> {
    let fd = check_writable(vm, this)?;
    // SAFETY: the slice is valid for reading.
    let written = retry(vm, || unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) })?;
    match written {
        Ok(n) => Ok(Some(n)),
        Err(libc::EAGAIN) => Ok(None),
        Err(errno) => Err(vm.os_error(errno, None)),
    }
}

pub fn seek(vm: &mut Vm, this: Gc<FileIo>, offset: i64, whence: i32) -> PyResult<i64> {
    let fd = fd(vm, this)?;
    // SAFETY: a plain system call.
    let at = unsafe { libc::lseek(fd, offset, whence) };
    if at < 0 {
        return Err(last_error(vm, None));
    }
    Ok(at)
}

pub fn is_seekable(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<bool> {
    let fd = fd(vm, this)?;
    let known = this.state.cell().borrow().seekable;
    Ok(known.unwrap_or_else(|| {
        // SAFETY: a plain system call.
        let yes = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) } >= 0;
        this.state.cell().borrow_mut().seekable = Some(yes);
        yes
    }))
}

/// Closes the descriptor.
pub fn close(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<()> {
    let fd = this.state.cell().borrow().fd.clone();
    if fd.close() { Ok(()) } else { Err(last_error(vm, None)) }
}

fn mode(state: &State) -> &'static str {
    match (state.created, state.appending, state.readable, state.writable) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}

/// Open a file.
#[py_type(name = "FileIO", module = "_io", id = ids::FILE_IO, base = ids::RAW_IO_BASE, subclassable, has_dict)]
impl FileIo {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<FileIo>> {
        let this = vm.alloc_instance::<FileIo>(cls)?;
        this.name.init(Value::NONE);
        this.state.init(State::default());
        Ok(this)
    }
    #[method(sig = "($self, file, mode='r', closefd=True, opener=None)")]
    fn __init__(
        vm: &mut Vm,
        this: Gc<FileIo>,
        file: Value,
        mode: String,
        closefd: bool,
        opener: Value,
    ) -> PyResult<()> {
        open(vm, this, file, &mode, closefd, opener)
    }
    #[method(sig = "($self, size=-1, /)")]
    fn read(vm: &mut Vm, this: Gc<FileIo>, size: Value) -> PyResult {
        let Some(n) = size_arg(vm, size)? else { return FileIo::readall(vm, this) };
        let mut bytes = Vec::new();
        match read_some(vm, this, &mut bytes, n)? {
            Some(_) => vm.bytes(&bytes).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    }
    #[method]
    fn readall(vm: &mut Vm, this: Gc<FileIo>) -> PyResult {
        match read_all(vm, this)? {
            Some(bytes) => vm.bytes(&bytes).map(Value::from_gc),
            None => Ok(Value::NONE),
        }
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto(vm: &mut Vm, this: Gc<FileIo>, buffer: WritableBuffer) -> PyResult<Option<usize>> {
        let fd = check_readable(vm, this)?;
        let target = buffer.0;
        // SAFETY: the buffer is writable memory of that length.
        let got = retry(vm, || unsafe { libc::read(fd, target.as_mut_ptr().cast(), target.len()) })?;
        match got {
            Ok(n) => Ok(Some(n)),
            Err(libc::EAGAIN) => Ok(None),
            Err(errno) => Err(vm.os_error(errno, None)),
        }
    }
    #[method(sig = "($self, data, /)")]
    fn write(vm: &mut Vm, this: Gc<FileIo>, data: Buffer) -> PyResult<Option<usize>> {
        write_some(vm, this, data.as_slice())
    }
    #[method(sig = "($self, offset, whence=0, /)")]
    fn seek(vm: &mut Vm, this: Gc<FileIo>, offset: i64, whence: i32) -> PyResult<i64> {
        seek(vm, this, offset, whence)
    }
    #[method]
    fn tell(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<i64> {
        seek(vm, this, 0, libc::SEEK_CUR)
    }
    #[method(sig = "($self, size=None, /)")]
    fn truncate(vm: &mut Vm, this: Gc<FileIo>, size: Value) -> PyResult<i64> {
        let fd = check_writable(vm, this)?;
        let size = if size.is_none() { seek(vm, this, 0, libc::SEEK_CUR)? } else { vm.index(size)? };
        // SAFETY: a plain system call.
        let done = retry(vm, || unsafe { libc::ftruncate(fd, size) as isize })?;
        match done {
            Ok(_) => Ok(size),
            Err(errno) => Err(vm.os_error(errno, None)),
        }
    }
    #[method]
    fn close(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<()> {
        if this.state.cell().borrow().fd.get().is_none() {
            return Ok(());
        }
        let flushed = base::check_closed(vm, Value::from_gc(this));
        base::both(vm, flushed, |vm| close(vm, this))
    }
    #[method]
    fn seekable(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<bool> {
        is_seekable(vm, this)
    }
    #[method]
    fn readable(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<bool> {
        fd(vm, this)?;
        Ok(this.state.cell().borrow().readable)
    }
    #[method]
    fn writable(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<bool> {
        fd(vm, this)?;
        Ok(this.state.cell().borrow().writable)
    }
    #[method]
    fn fileno(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<i32> {
        fd(vm, this)
    }
    #[method]
    fn isatty(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<bool> {
        let fd = fd(vm, this)?;
        // SAFETY: a plain system call.
        Ok(unsafe { libc::isatty(fd) } == 1)
    }
    #[getter]
    fn closed(_vm: &mut Vm, this: Gc<FileIo>) -> bool {
        this.state.cell().borrow().fd.get().is_none()
    }
    #[getter]
    fn closefd(_vm: &mut Vm, this: Gc<FileIo>) -> bool {
        this.state.cell().borrow().fd.owned.get()
    }
    #[getter]
    fn mode(_vm: &mut Vm, this: Gc<FileIo>) -> &'static str {
        mode(&this.state.cell().borrow())
    }
    #[getter]
    fn _blksize(_vm: &mut Vm, this: Gc<FileIo>) -> usize {
        this.state.cell().borrow().block_size
    }
    #[method]
    fn __repr__(vm: &mut Vm, this: Gc<FileIo>) -> PyResult<String> {
        let v = Value::from_gc(this);
        let cls = vm.class_of(v);
        let class = format!("_io.{}", vm.class_name(cls));
        let (fd, mode, owned) = {
            let s = this.state.cell().borrow();
            (s.fd.get(), mode(&s), s.fd.owned.get())
        };
        let Some(fd) = fd else { return Ok(format!("<{class} [closed]>")) };
        let owned = if owned { "True" } else { "False" };
        let key = vm.names.name_attr;
        match vm.get_attr_opt(v, key)? {
            Some(name) => {
                let name = vm.repr(name)?.to_message();
                Ok(format!("<{class} name={name} mode='{mode}' closefd={owned}>"))
            }
            None => Ok(format!("<{class} fd={fd} mode='{mode}' closefd={owned}>")),
        }
    }
}
