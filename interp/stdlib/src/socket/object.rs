//! `_socket.socket`: the class, its life, options and connections. What is received and sent is in `transfer` and `message`.

use super::address::{Address, from_python, to_python};
use super::wait::{self, For};
use super::{message, state, timeout_of, transfer};
use crate::layout;
use crate::support::last_error;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::buffer::{Buffer, WritableBuffer};
use habu_runtime::types::float;
use habu_runtime::types::int;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A socket's descriptor, closed with its object; -1: none.
pub struct Descriptor(i32);

impl Drop for Descriptor {
    fn drop(&mut self) {
        if self.0 >= 0 {
            // SAFETY: it is ours.
            unsafe { libc::close(self.0) };
        }
    }
}

layout! {
    /// Cell of a socket. `limit`: its time limit in seconds, negative for none.
    Socket(ids::SOCKET) {} plain { family: i32, kind: i32, proto: i32, limit: f64 } boxed { descriptor: Descriptor }
}

impl Socket {
    pub fn fd(&self) -> i32 {
        self.descriptor.get().map_or(-1, |d| d.borrow().0)
    }
    fn set_fd(&self, fd: i32) {
        if let Some(d) = self.descriptor.get() {
            d.borrow_mut().0 = fd;
        }
    }
    pub fn time_limit(&self) -> Option<f64> {
        Some(self.limit.get()).filter(|t| *t >= 0.0)
    }
    fn set_timeout(&self, timeout: Option<f64>) {
        self.limit.set(timeout.unwrap_or(-1.0));
    }
}

fn set_blocking(vm: &mut Vm, fd: i32, blocking: bool) -> PyResult<()> {
    let mut wanted = i32::from(!blocking);
    // SAFETY: the request reads an int.
    if unsafe { libc::ioctl(fd, libc::FIONBIO, &mut wanted) } < 0 {
        return Err(last_error(vm, None));
    }
    Ok(())
}

fn init(vm: &mut Vm, this: Gc<Socket>, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<()> {
    this.set_fd(fd);
    this.family.set(family);
    this.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
    this.proto.set(proto);
    let default = state(vm).default_timeout;
    if kind & libc::SOCK_NONBLOCK != 0 {
        this.set_timeout(Some(0.0));
        return Ok(());
    }
    this.set_timeout(default);
    if default.is_some() {
        set_blocking(vm, fd, false)?;
    }
    Ok(())
}

fn blank(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Socket>> {
    let this = vm.alloc_instance::<Socket>(cls)?;
    this.descriptor.init(Descriptor(-1));
    this.set_timeout(None);
    Ok(this)
}

/// A socket object of a descriptor that nobody else owns.
pub fn adopt(vm: &mut Vm, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<Gc<Socket>> {
    let cls = vm.native_class(Socket::DECL)?;
    let this = blank(vm, cls)?;
    init(vm, this, fd, family, kind, proto)?;
    Ok(this)
}

fn option_int(fd: i32, name: i32) -> Option<i32> {
    let mut v: i32 = 0;
    let mut len = size_of::<i32>() as libc::socklen_t;
    // SAFETY: room for an int.
    let r = unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, name, (&raw mut v).cast(), &mut len) };
    (r == 0).then_some(v)
}

/// The arguments of `socket.__init__`, each -1 or None when it is to be found out.
fn construct(
    vm: &mut Vm,
    this: Gc<Socket>,
    family: i32,
    kind: i32,
    proto: i32,
    fileno: Value,
) -> PyResult<()> {
    if fileno.is_none() {
        let family = if family == -1 { libc::AF_INET } else { family };
        let kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
        let proto = if proto == -1 { 0 } else { proto };
        // SAFETY: a plain system call.
        let fd = vm.unlocked(|| unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) });
        if fd < 0 {
            return Err(last_error(vm, None));
        }
        return init(vm, this, fd, family, kind, proto);
    }
    if float::as_f64(vm, fileno).is_some() && int::as_int(vm, fileno).is_none() {
        return Err(vm.type_error("integer argument expected, got float"));
    }
    let fd = vm.index(fileno)?;
    let Ok(fd) = i32::try_from(fd) else { return Err(vm.os_error(libc::EBADF, None)) };
    if fd < 0 {
        return Err(vm.value_error("negative file descriptor"));
    }
    let mut address = Address::room();
    // SAFETY: room for an address, with its length.
    let named = unsafe { libc::getsockname(fd, address.as_mut_ptr(), &mut address.len) };
    if named < 0 {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO);
        if family == -1 || errno == libc::EBADF || errno == libc::ENOTSOCK {
            return Err(vm.os_error(errno, None));
        }
    }
    let family = if family == -1 { address.family() } else { family };
    let kind = match kind {
        -1 => match option_int(fd, libc::SO_TYPE) {
            Some(kind) => kind,
            None => return Err(last_error(vm, None)),
        },
        kind => kind,
    };
    let proto = if proto == -1 { option_int(fd, libc::SO_PROTOCOL).unwrap_or(0) } else { proto };
    init(vm, this, fd, family, kind, proto)
}

/// Connects; the error number, 0 for none.
fn connect(vm: &mut Vm, this: Gc<Socket>, address: &Address) -> PyResult<i32> {
    let fd = this.fd();
    let last = || std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EIO);
    // SAFETY: a valid address with its length.
    let r = vm.unlocked(|| unsafe { libc::connect(fd, address.as_ptr(), address.len) });
    if r == 0 {
        return Ok(0);
    }
    let limit = this.time_limit();
    let errno = last();
    let waits = match errno {
        libc::EINTR => {
            vm.poll()?;
            limit != Some(0.0)
        }
        libc::EINPROGRESS => limit.is_some_and(|t| t > 0.0),
        _ => false,
    };
    if !waits {
        return Ok(errno);
    }
    if !wait::ready(vm, fd, For::Writing, wait::deadline(limit))? {
        return Ok(libc::EWOULDBLOCK);
    }
    Ok(option_int(fd, libc::SO_ERROR).unwrap_or_else(last))
}

fn close(vm: &mut Vm, this: Gc<Socket>) -> PyResult<()> {
    let fd = this.fd();
    if fd < 0 {
        return Ok(());
    }
    this.set_fd(-1);
    // SAFETY: it is ours.
    let r = vm.unlocked(|| unsafe { libc::close(fd) });
    if r < 0 && std::io::Error::last_os_error().raw_os_error() != Some(libc::ECONNRESET) {
        return Err(last_error(vm, None));
    }
    Ok(())
}

fn done(vm: &mut Vm, result: i32) -> PyResult<()> {
    if result < 0 { Err(last_error(vm, None)) } else { Ok(()) }
}

/// A socket of the operating system.
#[py_type(name = "socket", module = "_socket", id = ids::SOCKET, subclassable)]
impl Socket {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Socket>> {
        blank(vm, cls)
    }
    #[method(sig = "($self, /, family=-1, type=-1, proto=-1, fileno=None)")]
    fn __init__(
        vm: &mut Vm,
        this: Gc<Socket>,
        family: i32,
        kind: i32,
        proto: i32,
        fileno: Value,
    ) -> PyResult<()> {
        construct(vm, this, family, kind, proto, fileno)
    }
    /// the socket family
    #[getter]
    fn family(_vm: &mut Vm, this: Gc<Socket>) -> i32 {
        this.family.get()
    }
    /// the socket type
    #[getter(name = "type")]
    fn kind(_vm: &mut Vm, this: Gc<Socket>) -> i32 {
        this.kind.get()
    }
    /// the socket protocol
    #[getter]
    fn proto(_vm: &mut Vm, this: Gc<Socket>) -> i32 {
        this.proto.get()
    }
    /// the socket timeout
    #[getter]
    fn timeout(_vm: &mut Vm, this: Gc<Socket>) -> Option<f64> {
        this.time_limit()
    }
    #[method]
    fn __repr__(_vm: &mut Vm, this: Gc<Socket>) -> String {
        let (fd, family, kind, proto) = (this.fd(), this.family.get(), this.kind.get(), this.proto.get());
        format!("<socket object, fd={fd}, family={family}, type={kind}, proto={proto}>")
    }
    /// Wait for an incoming connection. Return a new descriptor and the address of the client.
    #[method]
    fn _accept(vm: &mut Vm, this: Gc<Socket>) -> PyResult<(i32, Value)> {
        let mut address = Address::room();
        let room = address.len;
        let fd = wait::call_now(vm, this, For::Reading, |fd| {
            address.len = room;
            // SAFETY: room for an address, with its length.
            unsafe { libc::accept4(fd, address.as_mut_ptr(), &mut address.len, libc::SOCK_CLOEXEC) as isize }
        })?;
        Ok((fd as i32, to_python(vm, &address)?))
    }
    /// Bind the socket to a local address.
    #[method(sig = "($self, address, /)")]
    fn bind(vm: &mut Vm, this: Gc<Socket>, address: Value) -> PyResult<()> {
        let address = from_python(vm, this.family.get(), address, "bind")?;
        let fd = this.fd();
        // SAFETY: a valid address with its length.
        let r = vm.unlocked(|| unsafe { libc::bind(fd, address.as_ptr(), address.len) });
        done(vm, r)
    }
    /// Close the socket.
    #[method]
    fn close(vm: &mut Vm, this: Gc<Socket>) -> PyResult<()> {
        close(vm, this)
    }
    /// Connect the socket to a remote address.
    #[method(sig = "($self, address, /)")]
    fn connect(vm: &mut Vm, this: Gc<Socket>, address: Value) -> PyResult<()> {
        let address = from_python(vm, this.family.get(), address, "connect")?;
        match connect(vm, this, &address)? {
            0 => Ok(()),
            libc::EWOULDBLOCK if this.time_limit().is_some_and(|t| t > 0.0) => Err(wait::timed_out(vm)),
            errno => Err(vm.os_error(errno, None)),
        }
    }
    /// Like connect(address), but returns an error code (the errno value) instead of raising.
    #[method(sig = "($self, address, /)")]
    fn connect_ex(vm: &mut Vm, this: Gc<Socket>, address: Value) -> PyResult<i32> {
        let address = from_python(vm, this.family.get(), address, "connect_ex")?;
        connect(vm, this, &address)
    }
    /// Close the socket object without closing the underlying file descriptor.
    #[method]
    fn detach(_vm: &mut Vm, this: Gc<Socket>) -> i32 {
        let fd = this.fd();
        this.set_fd(-1);
        fd
    }
    /// Return the integer file descriptor of the socket.
    #[method]
    fn fileno(_vm: &mut Vm, this: Gc<Socket>) -> i32 {
        this.fd()
    }
    /// Return the address of the remote endpoint.
    #[method]
    fn getpeername(vm: &mut Vm, this: Gc<Socket>) -> PyResult {
        let mut address = Address::room();
        // SAFETY: room for an address, with its length.
        let r = unsafe { libc::getpeername(this.fd(), address.as_mut_ptr(), &mut address.len) };
        done(vm, r)?;
        to_python(vm, &address)
    }
    /// Return the address of the local endpoint.
    #[method]
    fn getsockname(vm: &mut Vm, this: Gc<Socket>) -> PyResult {
        let mut address = Address::room();
        // SAFETY: room for an address, with its length.
        let r = unsafe { libc::getsockname(this.fd(), address.as_mut_ptr(), &mut address.len) };
        done(vm, r)?;
        to_python(vm, &address)
    }
    /// Get a socket option: an int, or bytes when a buffer size is given.
    #[method(sig = "($self, level, option, buffersize=0, /)")]
    fn getsockopt(vm: &mut Vm, this: Gc<Socket>, level: i32, option: i32, buffersize: i32) -> PyResult {
        if buffersize == 0 {
            let mut v: i32 = 0;
            let mut len = size_of::<i32>() as libc::socklen_t;
            // SAFETY: room for an int.
            let r = unsafe { libc::getsockopt(this.fd(), level, option, (&raw mut v).cast(), &mut len) };
            done(vm, r)?;
            return Ok(Value::small(i64::from(v)));
        }
        if !(1..=1024).contains(&buffersize) {
            let text = Value::from_gc(vm.str("getsockopt buflen out of range")?);
            let class = Value::from_gc(vm.exc_class(habu_runtime::vm::Exc::OSError));
            let exc = vm.call(class, &[text])?;
            return Err(vm.raise_value(exc));
        }
        let mut room = vec![0u8; buffersize as usize];
        let mut len = buffersize as libc::socklen_t;
        // SAFETY: room of that length.
        let r = unsafe { libc::getsockopt(this.fd(), level, option, room.as_mut_ptr().cast(), &mut len) };
        done(vm, r)?;
        vm.bytes(&room[..(len as usize).min(room.len())]).map(Value::from_gc)
    }
    /// Set a socket option to an int, to bytes, or to nothing of a length.
    #[method(sig = "($self, level, option, value, optlen=<unrepresentable>, /)")]
    fn setsockopt(
        vm: &mut Vm,
        this: Gc<Socket>,
        level: i32,
        option: i32,
        value: Value,
        optlen: Option<u32>,
    ) -> PyResult<()> {
        let fd = this.fd();
        let r = if let Some(len) = optlen {
            if !value.is_none() {
                let got = vm.type_name(value);
                return Err(vm.type_error(format!("setsockopt() argument 3 must be None, not {got}")));
            }
            // SAFETY: a null value with the length that the program says.
            unsafe { libc::setsockopt(fd, level, option, std::ptr::null(), len) }
        } else if int::as_int(vm, value).is_some() {
            let n = vm.index(value)?;
            let v = match i32::try_from(n).ok().or_else(|| u32::try_from(n).ok().map(|n| n as i32)) {
                Some(v) => v,
                None => return Err(vm.overflow_error("Python int too large to convert to C int")),
            };
            // SAFETY: an int.
            unsafe { libc::setsockopt(fd, level, option, (&raw const v).cast(), size_of::<i32>() as u32) }
        } else {
            let buffer = vm.buffer(value)?;
            let bytes = buffer.as_slice();
            // SAFETY: bytes with their length.
            unsafe { libc::setsockopt(fd, level, option, bytes.as_ptr().cast(), bytes.len() as u32) }
        };
        done(vm, r)
    }
    /// Returns the timeout in seconds (float) associated with socket operations.
    #[method]
    fn gettimeout(_vm: &mut Vm, this: Gc<Socket>) -> Option<f64> {
        this.time_limit()
    }
    /// Set a timeout on socket operations.
    #[method(sig = "($self, timeout, /)")]
    fn settimeout(vm: &mut Vm, this: Gc<Socket>, timeout: Value) -> PyResult<()> {
        let timeout = timeout_of(vm, timeout)?;
        this.set_timeout(timeout);
        set_blocking(vm, this.fd(), timeout.is_none())
    }
    /// Returns True if socket is in blocking mode, or False if it is in non-blocking mode.
    #[method]
    fn getblocking(_vm: &mut Vm, this: Gc<Socket>) -> bool {
        this.time_limit() != Some(0.0)
    }
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    #[method(sig = "($self, flag, /)")]
    fn setblocking(vm: &mut Vm, this: Gc<Socket>, flag: bool) -> PyResult<()> {
        this.set_timeout(if flag { None } else { Some(0.0) });
        set_blocking(vm, this.fd(), flag)
    }
    /// Enable a server to accept connections.
    #[method(sig = "($self, backlog=128, /)")]
    fn listen(vm: &mut Vm, this: Gc<Socket>, backlog: i32) -> PyResult<()> {
        let fd = this.fd();
        // SAFETY: a plain system call.
        let r = vm.unlocked(|| unsafe { libc::listen(fd, backlog.max(0)) });
        done(vm, r)
    }
    /// Shut down the reading side, the writing side, or both.
    #[method(sig = "($self, flag, /)")]
    fn shutdown(vm: &mut Vm, this: Gc<Socket>, flag: i32) -> PyResult<()> {
        let fd = this.fd();
        // SAFETY: a plain system call.
        let r = vm.unlocked(|| unsafe { libc::shutdown(fd, flag) });
        done(vm, r)
    }
    /// Receive up to bufsize bytes from the socket.
    #[method(sig = "($self, bufsize, flags=0, /)")]
    fn recv(vm: &mut Vm, this: Gc<Socket>, bufsize: i64, flags: i32) -> PyResult {
        transfer::recv(vm, this, bufsize, flags)
    }
    /// Receive up to nbytes bytes into a buffer.
    #[method(sig = "($self, buffer, nbytes=0, flags=0)")]
    fn recv_into(
        vm: &mut Vm,
        this: Gc<Socket>,
        buffer: WritableBuffer,
        nbytes: i64,
        flags: i32,
    ) -> PyResult<usize> {
        transfer::recv_into(vm, this, buffer, nbytes, flags)
    }
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method(sig = "($self, bufsize, flags=0, /)")]
    fn recvfrom(vm: &mut Vm, this: Gc<Socket>, bufsize: i64, flags: i32) -> PyResult<(Value, Value)> {
        transfer::recvfrom(vm, this, bufsize, flags)
    }
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method(sig = "($self, buffer, nbytes=0, flags=0)")]
    fn recvfrom_into(
        vm: &mut Vm,
        this: Gc<Socket>,
        buffer: WritableBuffer,
        nbytes: i64,
        flags: i32,
    ) -> PyResult<(usize, Value)> {
        transfer::recvfrom_into(vm, this, buffer, nbytes, flags)
    }
    /// Send a data string to the socket. Return the number of bytes sent.
    #[method(sig = "($self, data, flags=0, /)")]
    fn send(vm: &mut Vm, this: Gc<Socket>, data: Buffer, flags: i32) -> PyResult<usize> {
        transfer::send(vm, this, data, flags)
    }
    /// Send a data string to the socket until all of it is sent.
    #[method(sig = "($self, data, flags=0, /)")]
    fn sendall(vm: &mut Vm, this: Gc<Socket>, data: Buffer, flags: i32) -> PyResult<()> {
        transfer::sendall(vm, this, data, flags)
    }
    /// Like send(data, flags) but allows specifying the destination address.
    #[method(sig = "($self, /, *args)")]
    fn sendto(vm: &mut Vm, this: Gc<Socket>, args: Gc<Tuple>) -> PyResult<usize> {
        transfer::sendto(vm, this, args.items())
    }
    /// Receive normal data and ancillary data from the socket.
    #[method(sig = "($self, bufsize, ancbufsize=0, flags=0, /)")]
    fn recvmsg(vm: &mut Vm, this: Gc<Socket>, bufsize: i64, ancbufsize: i64, flags: i32) -> PyResult {
        message::recvmsg(vm, this, bufsize, ancbufsize, flags)
    }
    /// Receive normal data and ancillary data from the socket, into buffers.
    #[method(sig = "($self, buffers, ancbufsize=0, flags=0, /)")]
    fn recvmsg_into(vm: &mut Vm, this: Gc<Socket>, buffers: Value, ancbufsize: i64, flags: i32) -> PyResult {
        message::recvmsg_into(vm, this, buffers, ancbufsize, flags)
    }
    /// Send normal and ancillary data to the socket.
    #[method(sig = "($self, buffers, ancdata=None, flags=0, address=None, /)")]
    fn sendmsg(
        vm: &mut Vm,
        this: Gc<Socket>,
        buffers: Value,
        ancdata: Value,
        flags: i32,
        address: Value,
    ) -> PyResult<usize> {
        message::sendmsg(vm, this, buffers, ancdata, flags, address)
    }
}
