//! `_thread`: starting threads, locks, thread-local storage.
//!
//! | file | content |
//! | --- | --- |
//! | `lock` | `lock`, and waiting for one |
//! | `rlock` | `RLock` |
//! | `local` | `_local` |
//! | `handle` | `_ThreadHandle`, and what a thread runs |

mod handle;
mod local;
pub mod lock;
mod rlock;

use crate::structseq::{self, Spec};
use crate::support::{add_class, add_type, namespace, set, set_float, set_int};
use habu_macros::native_module;
use habu_runtime::heap::Gc;
use habu_runtime::types::dict::Dict;
use habu_runtime::types::exception::{self, print};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Vm};
use handle::ThreadHandle;
use local::Local;
use lock::{Lock, Wait};
use rlock::RLock;
use std::any::TypeId;

/// What the module keeps for the process.
#[derive(Default)]
struct State {
    /// Threads that were started and have not ended.
    running: usize,
    stack_size: usize,
    /// Handles of threads that the process waits for at its end; the permanent values keep the list.
    waited: Option<usize>,
    closing: bool,
}

fn state(vm: &mut Vm) -> &mut State {
    let state = vm.module_state.entry(TypeId::of::<State>()).or_insert_with(|| Box::new(State::default()));
    state.downcast_mut().expect("entered under its own type")
}

fn is_closing(vm: &mut Vm) -> bool {
    state(vm).closing
}

/// Number of the calling thread.
fn ident() -> usize {
    // SAFETY: a plain library call.
    unsafe { libc::pthread_self() as usize }
}

/// The list of handles to wait for at the end.
fn waited(vm: &mut Vm) -> PyResult<Gc<habu_runtime::types::list::List>> {
    if let Some(list) = state(vm).waited.and_then(|at| vm.exact_list(vm.permanent[at])) {
        return Ok(list);
    }
    let list = vm.list_new()?;
    vm.permanent.push(Value::from_gc(list));
    state(vm).waited = Some(vm.permanent.len() - 1);
    Ok(list)
}

fn forget_handle(vm: &mut Vm, handle: Gc<ThreadHandle>) {
    let Some(list) = state(vm).waited.and_then(|at| vm.exact_list(vm.permanent[at])) else { return };
    for at in 0..list.len() {
        let entry = vm.list_get(list, at);
        let found = matches!(entry, Ok(Some(v)) if v == Value::from_gc(handle));
        if found {
            if let Err(raised) = vm.list_remove(list, at) {
                vm.take_exception(raised);
            }
            return;
        }
    }
}

/// Reports an exception that ended a thread, through `sys.unraisablehook`.
fn report(vm: &mut Vm, exc: Value, what: &str, object: Value) {
    let done = ask_hook(vm, exc, what, object);
    if let Err(raised) = done {
        vm.take_exception(raised);
        print::print_exception(vm, exc);
    }
}

fn ask_hook(vm: &mut Vm, exc: Value, what: &str, object: Value) -> PyResult<()> {
    let traceback = exception::traceback_of(exc);
    let hook = habu_runtime::import::sys_attr(vm, "unraisablehook");
    if let Some(hook) = hook
        && vm.downcast::<habu_runtime::types::native_function::NativeFunction>(hook).is_none()
    {
        let message = Value::from_gc(vm.str(what)?);
        let class = Value::from_gc(vm.class_of(exc));
        let args = namespace(
            vm,
            &[
                ("exc_type", class),
                ("exc_value", exc),
                ("exc_traceback", traceback),
                ("err_msg", message),
                ("object", object),
            ],
        )?;
        vm.call(hook, &[args])?;
        return Ok(());
    }
    let shown = vm.repr(object)?.to_message();
    print::write_error(vm, &format!("{what} {shown}:\n"));
    print::print_exception(vm, exc);
    Ok(())
}

/// Waits for the threads that are no daemons (`threading._shutdown` asks for it at the end of the process).
fn shutdown(vm: &mut Vm) -> PyResult<()> {
    let list = waited(vm)?;
    let mut at = 0;
    while let Some(entry) = vm.list_get(list, at)? {
        match vm.exact::<ThreadHandle>(entry) {
            Some(handle) if handle.is_current() => at += 1,
            Some(handle) => {
                handle::join(vm, handle, Wait::Forever)?;
                forget_handle(vm, handle);
            }
            None => at += 1,
        }
    }
    Ok(())
}

/// End of the process: waits for threads, then no new ones start.
pub fn finish(vm: &mut Vm) -> PyResult<()> {
    let name = vm.intern("threading");
    if let Some(threading) = habu_runtime::import::loaded(vm, name)? {
        vm.call_method(threading, "_shutdown", &[])?;
    } else {
        shutdown(vm)?;
    }
    state(vm).closing = true;
    Ok(())
}

fn callable(vm: &mut Vm, function: Value, text: &str) -> PyResult<()> {
    if vm.is_callable(function) { Ok(()) } else { Err(vm.type_error(text)) }
}

fn start_new(vm: &mut Vm, function: Value, args: Value, kwargs: Option<Value>) -> PyResult<usize> {
    callable(vm, function, "first arg must be callable")?;
    if vm.downcast::<Tuple>(args).is_none() {
        return Err(vm.type_error("2nd arg must be a tuple"));
    }
    if kwargs.is_some_and(|k| vm.downcast::<Dict>(k).is_none()) {
        return Err(vm.type_error("optional 3rd arg must be a dictionary"));
    }
    handle::start(vm, function, args, kwargs.unwrap_or(Value::NONE), None)
}

/// The longest name of a thread that the system takes.
const NAME_MAX: usize = 15;

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[native_module(name = "_thread")]
pub mod module {
    use super::*;

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[function]
    fn get_ident(_vm: &mut Vm) -> usize {
        ident()
    }
    /// Return a non-negative integer identifying the thread as reported by the OS.
    #[function]
    fn get_native_id(_vm: &mut Vm) -> i64 {
        #[cfg(target_os = "linux")]
        // SAFETY: a plain system call.
        unsafe {
            libc::syscall(libc::SYS_gettid)
        }
        #[cfg(not(target_os = "linux"))]
        {
            ident() as i64
        }
    }
    /// Create a new lock object.
    #[function]
    fn allocate_lock(vm: &mut Vm) -> PyResult {
        let cls = vm.native_class(Lock::DECL)?;
        vm.alloc_instance::<Lock>(cls).map(Value::from_gc)
    }
    /// An obsolete synonym of allocate_lock().
    #[function]
    fn allocate(vm: &mut Vm) -> PyResult {
        allocate_lock(vm)
    }
    /// Start a new thread and return its identifier.
    #[function(sig = "(function, args, kwargs=<unrepresentable>, /)")]
    fn start_new_thread(vm: &mut Vm, function: Value, args: Value, kwargs: Option<Value>) -> PyResult<usize> {
        start_new(vm, function, args, kwargs)
    }
    /// An obsolete synonym of start_new_thread().
    #[function(name = "start_new", sig = "(function, args, kwargs=<unrepresentable>, /)")]
    fn start_new_old(vm: &mut Vm, function: Value, args: Value, kwargs: Option<Value>) -> PyResult<usize> {
        start_new(vm, function, args, kwargs)
    }
    /// *For internal use only*: start a new thread.
    #[function(sig = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(vm: &mut Vm, function: Value, handle: Value, daemon: bool) -> PyResult {
        callable(vm, function, "thread function must be callable")?;
        let handle = if handle.is_none() {
            handle::make(vm)?
        } else {
            match vm.exact::<ThreadHandle>(handle) {
                Some(handle) => handle,
                None => return Err(vm.type_error("'handle' must be a _ThreadHandle")),
            }
        };
        let list = waited(vm)?;
        let none = Value::from_gc(vm.tuple(&[])?);
        if !daemon {
            vm.list_push(list, Value::from_gc(handle))?;
        }
        if let Err(raised) = handle::start(vm, function, none, Value::NONE, Some(handle)) {
            forget_handle(vm, handle);
            return Err(raised);
        }
        Ok(Value::from_gc(handle))
    }
    /// Internal only. Make a thread handle for threads not spawned by the _thread or threading module.
    #[function(name = "_make_thread_handle", sig = "(ident, /)")]
    fn make_thread_handle(vm: &mut Vm, ident: usize) -> PyResult<Gc<ThreadHandle>> {
        handle::adopt(vm, ident)
    }
    /// Return the number of currently running Python threads, excluding the main thread.
    #[function(name = "_count")]
    fn count(vm: &mut Vm) -> usize {
        state(vm).running
    }
    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[function(name = "_shutdown")]
    fn shutdown_threads(vm: &mut Vm) -> PyResult<()> {
        shutdown(vm)
    }
    /// Return the thread stack size used when creating new threads.
    #[function(sig = "(size=0, /)")]
    fn stack_size(vm: &mut Vm, size: i64) -> PyResult<usize> {
        if size < 0 {
            return Err(vm.value_error("size must be 0 or a positive value"));
        }
        let size = size as usize;
        if size != 0 && size < 32 * 1024 {
            return Err(vm.value_error(format!("size not valid: {size} bytes")));
        }
        Ok(std::mem::replace(&mut state(vm).stack_size, size))
    }
    /// Return True if daemon threads are allowed in the current interpreter, and False otherwise.
    #[function]
    fn daemon_threads_allowed(_vm: &mut Vm) -> bool {
        true
    }
    /// Return True if the current interpreter is the main Python interpreter.
    #[function(name = "_is_main_interpreter")]
    fn is_main_interpreter(_vm: &mut Vm) -> bool {
        true
    }
    /// Internal only. Return a non-zero integer that uniquely identifies the main thread of the main interpreter.
    #[function(name = "_get_main_thread_ident")]
    fn get_main_thread_ident(vm: &mut Vm) -> usize {
        vm.threads.main_ident()
    }
    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    #[function(sig = "(signum=2, /)")]
    fn interrupt_main(vm: &mut Vm, signum: i32) -> PyResult<()> {
        // SAFETY: `old` is written by the call that asks for the action.
        let ignored = unsafe {
            let mut old: libc::sigaction = std::mem::zeroed();
            if !(1..65).contains(&signum) || libc::sigaction(signum, std::ptr::null(), &mut old) != 0 {
                return Err(vm.value_error("signal number out of range"));
            }
            old.sa_sigaction == libc::SIG_IGN || old.sa_sigaction == libc::SIG_DFL
        };
        if !ignored {
            // SAFETY: the action is a handler of ours.
            unsafe { libc::raise(signum) };
        }
        vm.poll()
    }
    /// Raise SystemExit: the current thread ends silently unless the exception is caught.
    #[function]
    fn exit(vm: &mut Vm) -> PyResult<()> {
        Err(vm.raise_with(Exc::SystemExit, &[]))
    }
    /// An obsolete synonym of exit().
    #[function]
    fn exit_thread(vm: &mut Vm) -> PyResult<()> {
        Err(vm.raise_with(Exc::SystemExit, &[]))
    }
    /// Set the name of the current thread.
    #[function(sig = "(name)")]
    fn set_name(vm: &mut Vm, name: Gc<habu_runtime::types::str::Str>) -> PyResult<()> {
        let text = name.to_message();
        let mut end = text.len().min(NAME_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let Ok(short) = std::ffi::CString::new(&text[..end]) else {
            return Err(vm.value_error("embedded null character"));
        };
        #[cfg(target_os = "linux")]
        // SAFETY: names the calling thread with a terminated text.
        unsafe {
            libc::pthread_setname_np(libc::pthread_self(), short.as_ptr())
        };
        #[cfg(not(target_os = "linux"))]
        let _ = short;
        Ok(())
    }
    /// Get the name of the current thread.
    #[function(name = "_get_name")]
    fn get_name(_vm: &mut Vm) -> String {
        #[cfg(target_os = "linux")]
        {
            let mut name = [0u8; 64];
            // SAFETY: the buffer has the size that is said.
            unsafe { libc::pthread_getname_np(libc::pthread_self(), name.as_mut_ptr().cast(), name.len()) };
            let end = name.iter().position(|b| *b == 0).unwrap_or(0);
            String::from_utf8_lossy(&name[..end]).into_owned()
        }
        #[cfg(not(target_os = "linux"))]
        String::new()
    }
    /// Handle uncaught Thread.run() exception.
    #[function(name = "_excepthook", sig = "(args, /)")]
    fn excepthook(vm: &mut Vm, args: Value) -> PyResult<()> {
        let (class, exc) = (vm.get_attr_str(args, "exc_type")?, vm.get_attr_str(args, "exc_value")?);
        if class == Value::from_gc(vm.exc_class(Exc::SystemExit)) {
            return Ok(());
        }
        let thread = vm.get_attr_str(args, "thread")?;
        let name = if thread.is_none() {
            ident().to_string()
        } else {
            let name = vm.get_attr_str(thread, "name")?;
            vm.to_str(name)?.to_message()
        };
        print::write_error(vm, &format!("Exception in thread {name}:\n"));
        print::print_exception(vm, exc);
        Ok(())
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        let lock = add_type(vm, module, Lock::DECL)?;
        set(vm, module, "LockType", Value::from_gc(lock))?;
        add_type(vm, module, RLock::DECL)?;
        let local = add_type(vm, module, Local::DECL)?;
        // Its attribute hooks are found from now on.
        vm.class_changed(local);
        add_type(vm, module, ThreadHandle::DECL)?;
        let hook_args = structseq::make_class(
            vm,
            &Spec {
                module: "_thread",
                name: "_ExceptHookArgs",
                doc: "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
                fields: &["exc_type", "exc_value", "exc_traceback", "thread"],
                hidden: &[],
            },
        )?;
        add_class(vm, module, hook_args)?;
        let error = Value::from_gc(vm.exc_class(Exc::RuntimeError));
        set(vm, module, "error", error)?;
        set_int(vm, module, "_NAME_MAXLEN", NAME_MAX as i64)?;
        set_float(vm, module, "TIMEOUT_MAX", lock::TIMEOUT_MAX)
    }
}
