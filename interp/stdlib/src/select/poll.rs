//! `select.poll` objects.

use super::{deadline, limit};
use crate::layout;
use crate::support::{FdArg, poll_millis, retry_until};
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::list::List;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::cell::Cell;

/// What is waited for.
#[derive(Default)]
pub struct State {
    files: Vec<libc::pollfd>,
    polling: Cell<bool>,
}

layout! {
    /// Cell of a polling object.
    Poll(ids::POLL_OBJECT) {} boxed { state: State }
}

pub fn make(vm: &mut Vm) -> PyResult {
    let cls = vm.native_class(Poll::DECL)?;
    let this = vm.alloc_instance::<Poll>(cls)?;
    this.state.init(State::default());
    Ok(Value::from_gc(this))
}

#[py_type(name = "poll", module = "select", id = ids::POLL_OBJECT)]
impl Poll {
    /// Register a file descriptor with the polling object.
    #[method(sig = "($self, fd, eventmask=7, /)")]
    fn register(_vm: &mut Vm, this: Gc<Poll>, fd: FdArg, eventmask: u16) {
        let mut state = this.state.cell().borrow_mut();
        match state.files.iter_mut().find(|f| f.fd == fd.0) {
            Some(file) => file.events = eventmask as i16,
            None => state.files.push(libc::pollfd { fd: fd.0, events: eventmask as i16, revents: 0 }),
        }
    }
    /// Modify an already registered file descriptor.
    #[method(sig = "($self, fd, eventmask, /)")]
    fn modify(vm: &mut Vm, this: Gc<Poll>, fd: FdArg, eventmask: u16) -> PyResult<()> {
        let mut state = this.state.cell().borrow_mut();
        match state.files.iter_mut().find(|f| f.fd == fd.0) {
            Some(file) => {
                file.events = eventmask as i16;
                Ok(())
            }
            None => Err(vm.os_error(libc::ENOENT, None)),
        }
    }
    /// Remove a file descriptor being tracked by the polling object.
    #[method(sig = "($self, fd, /)")]
    fn unregister(vm: &mut Vm, this: Gc<Poll>, fd: FdArg) -> PyResult<()> {
        let mut state = this.state.cell().borrow_mut();
        let found = state.files.iter().position(|f| f.fd == fd.0);
        match found {
            Some(at) => {
                state.files.remove(at);
                Ok(())
            }
            None => {
                drop(state);
                Err(vm.key_error(Value::small(i64::from(fd.0))))
            }
        }
    }
    /// Polls the set of registered file descriptors: a list of (fd, event) pairs.
    #[method(sig = "($self, timeout=None, /)")]
    fn poll(vm: &mut Vm, this: Gc<Poll>, timeout: Value) -> PyResult<Gc<List>> {
        let limit = limit(vm, timeout, 1e-3, "an integer")?;
        if this.state.cell().borrow().polling.replace(true) {
            return Err(vm.runtime_error("concurrent poll() invocation"));
        }
        let mut files = this.state.cell().borrow().files.clone();
        let outcome = retry_until(vm, deadline(limit), |left| {
            // SAFETY: the array has that many elements.
            unsafe { libc::poll(files.as_mut_ptr(), files.len() as libc::nfds_t, poll_millis(left)) as isize }
        });
        this.state.cell().borrow().polling.set(false);
        if let Err(errno) = outcome? {
            return Err(vm.os_error(errno, None));
        }
        let found = vm.list_new()?;
        for file in files.iter().filter(|f| f.revents != 0) {
            let pair = [Value::small(i64::from(file.fd)), Value::small(i64::from(file.revents as u16))];
            let pair = vm.tuple(&pair)?;
            vm.list_push(found, Value::from_gc(pair))?;
        }
        Ok(found)
    }
}
