//! `reversed` over anything with a length and `__getitem__`.

use crate::heap::{CellKind, Field, Gc, Header, Layout, ShapeId, Tracer};
use crate::object::class::flags;
use crate::object::{Special, Type, ids};
use crate::types::dict::Dict;
use crate::types::seq_iter::no_keywords_unless_init;
use crate::value::Value;
use crate::vm::{Exc, PyResult, Vm};
use habu_macros::py_type;
use std::cell::Cell;
use std::ptr::NonNull;

/// Cell of a `reversed` object.
#[repr(C)]
pub struct Reversed {
    pub header: Header,
    /// `UNBOUND` once exhausted.
    pub seq: Field,
    /// Position of the next item.
    pub index: Cell<i64>,
}

// SAFETY: the sequence is its only reference.
unsafe impl Layout for Reversed {
    const ID: ShapeId = ids::REVERSED;
    const KIND: CellKind = CellKind::new(trace);
}

/// # Safety
/// See `TraceFn`.
unsafe fn trace(p: NonNull<Header>, tracer: &mut Tracer<'_>) {
    // SAFETY: registered for reversed objects.
    tracer.value(unsafe { p.cast::<Reversed>().as_ref() }.seq.get());
}

/// Next item.
pub fn next(vm: &mut Vm, this: Gc<Reversed>) -> PyResult<Option<Value>> {
    let index = this.index.get();
    if let Some(seq) = this.seq.get().bound()
        && index >= 0
    {
        let item = vm.get_item(seq, Value::small(index));
        let end = match &item {
            Ok(_) => false,
            Err(_) => {
                let exc = vm.ctx.exception;
                vm.exception_matches(exc, Exc::IndexError) || vm.exception_matches(exc, Exc::StopIteration)
            }
        };
        match item {
            Ok(item) => {
                this.index.set(index - 1);
                return Ok(Some(item));
            }
            Err(raised) if end => {
                vm.take_exception(raised);
            }
            Err(raised) => return Err(raised),
        }
    }
    this.index.set(-1);
    this.seq.init(Value::UNBOUND);
    Ok(None)
}

/// What `reversed(seq)` returns.
pub fn reversed(vm: &mut Vm, cls: Gc<Type>, seq: Value) -> PyResult<Value> {
    match vm.lookup_special(seq, Special::Reversed) {
        Some(Value::NONE) => {}
        Some(f) => return vm.call_found(f, seq, &[]),
        None if is_sequence(vm, seq) => {
            let len = vm.len(seq)?;
            let this = vm.alloc_instance::<Reversed>(cls)?;
            this.seq.init(seq);
            this.index.set(len as i64 - 1);
            return Ok(Value::from_gc(this));
        }
        None => {}
    }
    let name = vm.type_name(seq);
    Err(vm.type_error(format!("'{name}' object is not reversible")))
}

/// Whether items can be had by number: the type has `__getitem__` and is no dict.
fn is_sequence(vm: &mut Vm, v: Value) -> bool {
    vm.downcast::<Dict>(v).is_none()
        && !vm.class_of(v).has(flags::MAPPING)
        && vm.lookup_special(v, Special::GetItem).is_some()
}

/// An iterator over the items of a sequence, from the last to the first.
#[py_type(name = "reversed", id = ids::REVERSED, subclassable)]
impl Reversed {
    #[new(sig = "(sequence, /, **kwargs)")]
    fn __new__(vm: &mut Vm, cls: Gc<Type>, sequence: Value, kwargs: Gc<Dict>) -> PyResult<Value> {
        no_keywords_unless_init(vm, cls, ids::REVERSED, kwargs)?;
        reversed(vm, cls, sequence)
    }
    #[method]
    fn __iter__(_vm: &mut Vm, this: Gc<Reversed>) -> Gc<Reversed> {
        this
    }
    #[method]
    fn __next__(vm: &mut Vm, this: Gc<Reversed>) -> PyResult<Value> {
        let item = next(vm, this)?;
        vm.or_stop(item)
    }
    /// How many items are left, as far as can be told.
    #[method]
    fn __length_hint__(vm: &mut Vm, this: Gc<Reversed>) -> PyResult<i64> {
        let Some(seq) = this.seq.get().bound() else { return Ok(0) };
        let len = vm.len(seq)? as i64;
        let left = this.index.get() + 1;
        Ok(if len < left { 0 } else { left })
    }
    /// For pickling and copying.
    #[method]
    fn __reduce__(vm: &mut Vm, this: Gc<Reversed>) -> PyResult<Value> {
        let cls = Value::from_gc(vm.class_of(Value::from_gc(this)));
        match this.seq.get().bound() {
            Some(seq) => {
                let args = vm.tuple(&[seq])?;
                vm.tuple(&[cls, Value::from_gc(args), Value::small(this.index.get())])
            }
            None => {
                let empty = vm.tuple(&[])?;
                let args = vm.tuple(&[Value::from_gc(empty)])?;
                vm.tuple(&[cls, Value::from_gc(args)])
            }
        }
        .map(Value::from_gc)
    }
    /// Sets the position.
    #[method]
    fn __setstate__(vm: &mut Vm, this: Gc<Reversed>, state: i64) -> PyResult<()> {
        if let Some(seq) = this.seq.get().bound() {
            let len = vm.len(seq)? as i64;
            this.index.set(state.clamp(-1, len - 1));
        }
        Ok(())
    }
}
