//! `PickleBuffer`: memory that may be pickled out of band.

use super::globals::pickling_error;
use super::op;
use super::pickler::{Pickler, Writing};
use super::save::{write_bytearray, write_bytes};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::memoryview::MemoryView;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a pickle buffer: a memoryview, or `None` when it was released.
    PickleBuffer(ids::PICKLE_BUFFER) { view }
}

fn view(vm: &mut Vm, this: Gc<PickleBuffer>) -> PyResult<Gc<MemoryView>> {
    match vm.exact::<MemoryView>(this.view.get()) {
        Some(view) => Ok(view),
        None => Err(vm.value_error("operation forbidden on released PickleBuffer object")),
    }
}

/// Saves it: in the pickle, or out of band as the pickler's callback says.
pub fn save(vm: &mut Vm, p: Gc<Pickler>, v: Value) -> PyResult<()> {
    if p.proto.get() < 5 {
        return Err(pickling_error(vm, "PickleBuffer can only be pickled with protocol >= 5"));
    }
    let Some(this) = vm.exact::<PickleBuffer>(v) else {
        return Err(vm.system_error("not a pickle buffer"));
    };
    let view = view(vm, this)?;
    if !view.is_contiguous() && !view.is_fortran() {
        let text = "PickleBuffer can not be pickled when pointing to a non-contiguous buffer";
        return Err(pickling_error(vm, text));
    }
    let callback = p.buffer_callback.get();
    let in_band = if callback.is_unbound() {
        true
    } else {
        let answer = vm.call(callback, &[v])?;
        vm.truth(answer)?
    };
    let readonly = view.is_readonly();
    if !in_band {
        p.write(&[op::NEXT_BUFFER]);
        if readonly {
            p.write(&[op::READONLY_BUFFER]);
        }
        return Ok(());
    }
    let data = view.to_vec();
    if readonly {
        write_bytes(vm, p, &data, Value::UNBOUND)?;
    } else {
        write_bytearray(vm, p, &data, Value::UNBOUND)?;
    }
    p.memoize(vm, v)
}

/// Wrapper for potentially out-of-band buffers
#[py_type(name = "PickleBuffer", module = "pickle", id = ids::PICKLE_BUFFER)]
impl PickleBuffer {
    #[new(sig = "(object, /)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, object: Value) -> PyResult<Gc<PickleBuffer>> {
        if !vm.exports_buffer(object) {
            let got = vm.type_name(object);
            return Err(vm.type_error(format!("a bytes-like object is required, not '{got}'")));
        }
        let view = vm.memoryview(object)?;
        let this = vm.alloc_instance::<PickleBuffer>(cls)?;
        this.view.init(Value::from_gc(view));
        Ok(this)
    }
    /// Return a memoryview of the raw memory underlying this buffer.
    /// Will raise BufferError is the buffer isn't contiguous.
    #[method]
    fn raw(vm: &mut Vm, this: Gc<PickleBuffer>) -> PyResult {
        let view = view(vm, this)?;
        if !view.is_contiguous() && !view.is_fortran() {
            return Err(vm.buffer_error("cannot extract raw buffer from non-contiguous buffer"));
        }
        let byte = vm.intern_value("B");
        let plain = Value::from_gc(vm.memoryview(Value::from_gc(view))?);
        if view.byte_len() == 0 {
            let empty = vm.bytes_value(b"")?;
            return vm.memoryview(empty).map(Value::from_gc);
        }
        vm.call_method(plain, "cast", &[byte])
    }
    /// Release the underlying buffer exposed by the PickleBuffer object.
    #[method]
    fn release(vm: &mut Vm, this: Gc<PickleBuffer>) {
        if let Some(view) = vm.exact::<MemoryView>(this.view.get()) {
            this.view.set(&mut vm.heap, this.header(), Value::NONE);
            vm.memoryview_release(view);
        }
    }
    #[method]
    fn __buffer__(vm: &mut Vm, this: Gc<PickleBuffer>, _flags: Value) -> PyResult<Gc<MemoryView>> {
        let view = view(vm, this)?;
        vm.memoryview(Value::from_gc(view))
    }
}
