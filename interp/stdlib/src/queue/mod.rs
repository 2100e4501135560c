//! `_queue`: an unbounded queue that threads and signal handlers may share.

use crate::layout;
use crate::own_error::OwnError;
use crate::support::add_type;
use crate::support::seconds_arg;
use habu_macros::{native_module, py_type};
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::list::List;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::value::Value;
use habu_runtime::vm::threads::park;
use habu_runtime::vm::{Exc, PyResult, Raised, Vm};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

layout! {
    /// Cell of a queue: its items from `head` on, and the word that getters wait on (how often something was put).
    SimpleQueue(ids::SIMPLE_QUEUE) { items } plain { head: usize, puts: u32 }
}

const EMPTY: OwnError = OwnError { module: "_queue", name: "Empty", base: Exc::Exception };

fn empty_error(vm: &mut Vm) -> Raised {
    EMPTY.raise_with(vm, &[])
}

fn list(vm: &Vm, this: Gc<SimpleQueue>) -> Gc<List> {
    vm.exact_list(this.items.get()).expect("set when the queue was made")
}

fn size(vm: &Vm, this: Gc<SimpleQueue>) -> usize {
    list(vm, this).len() - this.head.get()
}

fn put(vm: &mut Vm, this: Gc<SimpleQueue>, item: Value) -> PyResult<()> {
    let items = list(vm, this);
    vm.list_push(items, item)?;
    this.puts.set(this.puts.get().wrapping_add(1));
    // SAFETY: aligned, and alive as long as the queue.
    park::wake_one(unsafe { AtomicU32::from_ptr(this.puts.as_ptr()) });
    Ok(())
}

/// The oldest item, if there is one. Room in front is given back now and then.
fn take(vm: &mut Vm, this: Gc<SimpleQueue>) -> PyResult<Option<Value>> {
    let (items, head) = (list(vm, this), this.head.get());
    if head >= items.len() {
        return Ok(None);
    }
    let item = vm.list_get(items, head)?;
    vm.list_set(items, head, Value::NONE)?;
    this.head.set(head + 1);
    if head + 1 == items.len() {
        vm.list_clear(items);
        this.head.set(0);
    } else if head + 1 >= 64 && (head + 1) * 2 >= items.len() {
        let rest = vm.list_range(items, head + 1, items.len())?;
        this.items.set(&mut vm.heap, this.header(), Value::from_gc(rest));
        this.head.set(0);
    }
    Ok(item)
}

fn get(vm: &mut Vm, this: Gc<SimpleQueue>, block: bool, timeout: Option<f64>) -> PyResult {
    if block && timeout.is_some_and(|t| t < 0.0) {
        return Err(vm.value_error("'timeout' must be a non-negative number"));
    }
    let deadline: Option<Instant> = timeout.and_then(park::deadline);
    loop {
        if let Some(item) = take(vm, this)? {
            return Ok(item);
        }
        if !block {
            return Err(empty_error(vm));
        }
        // SAFETY: aligned, and alive as long as the queue.
        let word = unsafe { AtomicU32::from_ptr(this.puts.as_ptr()) };
        let seen = word.load(Ordering::Acquire);
        match vm.unlocked(|| park::wait(word, seen, deadline)) {
            park::Woken::Changed => {}
            park::Woken::Interrupted => vm.poll()?,
            park::Woken::TimedOut => {
                return match take(vm, this)? {
                    Some(item) => Ok(item),
                    None => Err(empty_error(vm)),
                };
            }
        }
    }
}

/// Simple, unbounded, reentrant FIFO queue.
#[py_type(name = "SimpleQueue", module = "_queue", id = ids::SIMPLE_QUEUE, subclassable)]
impl SimpleQueue {
    #[new(sig = "()")]
    fn new(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<SimpleQueue>> {
        let this = vm.alloc_instance::<SimpleQueue>(cls)?;
        this.items.init(Value::NONE);
        let items = vm.list_new()?;
        this.items.set(&mut vm.heap, this.header(), Value::from_gc(items));
        Ok(this)
    }
    /// Put the item on the queue.
    #[method(sig = "($self, /, item, block=True, timeout=None)")]
    fn put(vm: &mut Vm, this: Gc<SimpleQueue>, item: Value, _block: bool, _timeout: Value) -> PyResult<()> {
        put(vm, this, item)
    }
    /// Put an item into the queue without blocking.
    #[method(sig = "($self, /, item)")]
    fn put_nowait(vm: &mut Vm, this: Gc<SimpleQueue>, item: Value) -> PyResult<()> {
        put(vm, this, item)
    }
    /// Remove and return an item from the queue.
    #[method(sig = "($self, /, block=True, timeout=None)")]
    fn get(vm: &mut Vm, this: Gc<SimpleQueue>, block: bool, timeout: Value) -> PyResult {
        let timeout = if block && !timeout.is_none() { Some(seconds_arg(vm, timeout)?) } else { None };
        get(vm, this, block, timeout)
    }
    /// Remove and return an item from the queue without blocking.
    #[method]
    fn get_nowait(vm: &mut Vm, this: Gc<SimpleQueue>) -> PyResult {
        get(vm, this, false, None)
    }
    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method]
    fn empty(vm: &mut Vm, this: Gc<SimpleQueue>) -> bool {
        size(vm, this) == 0
    }
    /// Return the approximate size of the queue (not reliable!).
    #[method]
    fn qsize(vm: &mut Vm, this: Gc<SimpleQueue>) -> usize {
        size(vm, this)
    }
    /// See PEP 585
    #[classmethod(sig = "($cls, object, /)")]
    fn __class_getitem__(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult {
        habu_runtime::types::class_getitem::class_getitem(vm, cls, object)
    }
}

/// C implementation of the Python queue module.
#[native_module(name = "_queue")]
pub mod module {
    use super::*;

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        EMPTY.enter(vm, module)?;
        add_type(vm, module, SimpleQueue::DECL)?;
        Ok(())
    }
}
