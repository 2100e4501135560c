//! `BufferedRWPair`: a buffered reader and a buffered writer as one object.

use super::base;
use super::buffered::{READER, WRITER, make};
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

layout! {
    /// Cell of a reader and a writer in one.
    Pair(ids::BUFFERED_PAIR) { reader, writer }
}

/// A buffered reader and writer object together.
#[py_type(name = "BufferedRWPair", module = "_io", id = ids::BUFFERED_PAIR, base = ids::BUFFERED_IO_BASE, subclassable, has_dict)]
impl Pair {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Pair>> {
        let this = vm.alloc_instance::<Pair>(cls)?;
        this.reader.init(Value::NONE);
        this.writer.init(Value::NONE);
        Ok(this)
    }
    #[method(sig = "($self, reader, writer, buffer_size=131072, /)")]
    fn __init__(
        vm: &mut Vm,
        this: Gc<Pair>,
        reader: Value,
        writer: Value,
        buffer_size: usize,
    ) -> PyResult<()> {
        let reader = make(vm, READER, reader, buffer_size)?;
        let writer = make(vm, WRITER, writer, buffer_size)?;
        this.reader.set(&mut vm.heap, this.header(), reader);
        this.writer.set(&mut vm.heap, this.header(), writer);
        Ok(())
    }
    #[method(sig = "($self, /, *args)")]
    fn read(vm: &mut Vm, this: Gc<Pair>, args: Gc<Tuple>) -> PyResult {
        vm.call_method(this.reader.get(), "read", args.items())
    }
    #[method(sig = "($self, /, *args)")]
    fn peek(vm: &mut Vm, this: Gc<Pair>, args: Gc<Tuple>) -> PyResult {
        vm.call_method(this.reader.get(), "peek", args.items())
    }
    #[method(sig = "($self, /, *args)")]
    fn read1(vm: &mut Vm, this: Gc<Pair>, args: Gc<Tuple>) -> PyResult {
        vm.call_method(this.reader.get(), "read1", args.items())
    }
    #[method(sig = "($self, /, *args)")]
    fn readline(vm: &mut Vm, this: Gc<Pair>, args: Gc<Tuple>) -> PyResult {
        vm.call_method(this.reader.get(), "readline", args.items())
    }
    #[method(sig = "($self, buffer, /)")]
    fn readinto(vm: &mut Vm, this: Gc<Pair>, buffer: Value) -> PyResult {
        vm.call_method(this.reader.get(), "readinto", &[buffer])
    }
    #[method(sig = "($self, data, /)")]
    fn write(vm: &mut Vm, this: Gc<Pair>, data: Value) -> PyResult {
        vm.call_method(this.writer.get(), "write", &[data])
    }
    #[method]
    fn flush(vm: &mut Vm, this: Gc<Pair>) -> PyResult {
        vm.call_method(this.writer.get(), "flush", &[])
    }
    #[method]
    fn readable(vm: &mut Vm, this: Gc<Pair>) -> PyResult {
        vm.call_method(this.reader.get(), "readable", &[])
    }
    #[method]
    fn writable(vm: &mut Vm, this: Gc<Pair>) -> PyResult {
        vm.call_method(this.writer.get(), "writable", &[])
    }
    #[method]
    fn close(vm: &mut Vm, this: Gc<Pair>) -> PyResult<()> {
        let first = vm.call_method(this.writer.get(), "close", &[]).map(|_| ());
        base::both(vm, first, |vm| vm.call_method(this.reader.get(), "close", &[]).map(|_| ()))
    }
    #[getter]
    fn closed(vm: &mut Vm, this: Gc<Pair>) -> PyResult<bool> {
        base::is_closed(vm, this.writer.get())
    }
}
