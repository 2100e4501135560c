//! `select.epoll`.

use super::{deadline, limit};
use crate::layout;
use crate::support::{FdArg, last_error, poll_millis, retry_until};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// An epoll descriptor, closed with its object; -1: closed.
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
    /// Cell of an epoll object.
    Epoll(ids::EPOLL) {} boxed { descriptor: Descriptor }
}

fn make(vm: &mut Vm, cls: Gc<Type>, fd: i32) -> PyResult<Gc<Epoll>> {
    let descriptor = Descriptor(fd);
    let this = vm.alloc_instance::<Epoll>(cls)?;
    this.descriptor.init(descriptor);
    Ok(this)
}

fn open_fd(vm: &mut Vm, this: Gc<Epoll>) -> PyResult<i32> {
    match this.descriptor.cell().borrow().0 {
        -1 => Err(vm.value_error("I/O operation on closed epoll object")),
        fd => Ok(fd),
    }
}

fn control(vm: &mut Vm, this: Gc<Epoll>, op: i32, fd: i32, events: u32) -> PyResult<()> {
    let mut event = libc::epoll_event { events, u64: fd as u64 };
    let own = open_fd(vm, this)?;
    // SAFETY: the event is valid for the call.
    if unsafe { libc::epoll_ctl(own, op, fd, &mut event) } < 0 {
        return Err(last_error(vm, None));
    }
    Ok(())
}

fn close(this: Gc<Epoll>) {
    *this.descriptor.cell().borrow_mut() = Descriptor(-1);
}

/// Returns an epolling object.
#[py_type(name = "epoll", module = "select", id = ids::EPOLL)]
impl Epoll {
    #[new(sig = "(sizehint=-1, flags=0)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, sizehint: i32, flags: i32) -> PyResult<Gc<Epoll>> {
        if sizehint < -1 || sizehint == 0 {
            return Err(vm.value_error("negative sizehint"));
        }
        if flags & !libc::EPOLL_CLOEXEC != 0 {
            return Err(vm.os_error(libc::EINVAL, None));
        }
        // SAFETY: a plain system call.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(last_error(vm, None));
        }
        make(vm, cls, fd)
    }
    /// Create an epoll object from a given control fd.
    #[classmethod(sig = "($cls, fd, /)")]
    fn fromfd(vm: &mut Vm, cls: Value, fd: i32) -> PyResult<Gc<Epoll>> {
        let cls = vm.expect_class(cls);
        make(vm, cls, fd)
    }
    /// Close the epoll control file descriptor.
    #[method]
    fn close(_vm: &mut Vm, this: Gc<Epoll>) {
        close(this);
    }
    /// True if the epoll handler is closed
    #[getter]
    fn closed(_vm: &mut Vm, this: Gc<Epoll>) -> bool {
        this.descriptor.cell().borrow().0 < 0
    }
    /// Return the epoll control file descriptor.
    #[method]
    fn fileno(vm: &mut Vm, this: Gc<Epoll>) -> PyResult<i32> {
        open_fd(vm, this)
    }
    /// Registers a new fd or raises an OSError if the fd is already registered.
    #[method(sig = "($self, fd, eventmask=7)")]
    fn register(vm: &mut Vm, this: Gc<Epoll>, fd: FdArg, eventmask: u32) -> PyResult<()> {
        control(vm, this, libc::EPOLL_CTL_ADD, fd.0, eventmask)
    }
    /// Modify event mask for a registered file descriptor.
    #[method(sig = "($self, fd, eventmask)")]
    fn modify(vm: &mut Vm, this: Gc<Epoll>, fd: FdArg, eventmask: u32) -> PyResult<()> {
        control(vm, this, libc::EPOLL_CTL_MOD, fd.0, eventmask)
    }
    /// Remove a registered file descriptor from the epoll object.
    #[method(sig = "($self, fd)")]
    fn unregister(vm: &mut Vm, this: Gc<Epoll>, fd: FdArg) -> PyResult<()> {
        control(vm, this, libc::EPOLL_CTL_DEL, fd.0, 0)
    }
    /// Wait for events on the epoll file descriptor: a list of (fd, events) pairs.
    #[method(sig = "($self, timeout=None, maxevents=-1)")]
    fn poll(vm: &mut Vm, this: Gc<Epoll>, timeout: Value, maxevents: i32) -> PyResult<Gc<List>> {
        let fd = open_fd(vm, this)?;
        let limit = limit(vm, timeout, 1.0, "an integer")?;
        let most = match maxevents {
            -1 => libc::FD_SETSIZE,
            n if n < 1 => {
                return Err(vm.value_error(format!("maxevents must be greater than 0, got {n}")));
            }
            n => n as usize,
        };
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most];
        let outcome = retry_until(vm, deadline(limit), |left| {
            // SAFETY: the array has that many elements.
            unsafe { libc::epoll_wait(fd, events.as_mut_ptr(), most as i32, poll_millis(left)) as isize }
        })?;
        let count = match outcome {
            Ok(n) => n,
            Err(errno) => return Err(vm.os_error(errno, None)),
        };
        let found = vm.list_new()?;
        for event in &events[..count] {
            let (fd, bits) = (event.u64 as i64, event.events);
            let pair = vm.tuple(&[Value::small(fd), Value::small(i64::from(bits))])?;
            vm.list_push(found, Value::from_gc(pair))?;
        }
        Ok(found)
    }
    #[method]
    fn __enter__(vm: &mut Vm, this: Gc<Epoll>) -> PyResult<Gc<Epoll>> {
        open_fd(vm, this).map(|_| this)
    }
    #[method(sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(_vm: &mut Vm, this: Gc<Epoll>, _class: Value, _value: Value, _traceback: Value) {
        close(this);
    }
}
