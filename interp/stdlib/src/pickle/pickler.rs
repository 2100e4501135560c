//! `Pickler`: its cell, how it writes, and the class.

use super::globals::{self, pickling_error};
use super::memo::PicklerMemo;
use super::op;
use super::output::Output;
use super::save;
use crate::layout;
use habu_macros::py_type;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::dict::Dict;
use habu_runtime::types::int;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::cell::RefMut;

layout! {
    /// Cell of a pickler. Unbound: without file (`write_method`), or attributes that were not set. `kept` is a list of
    /// what the memo names, in order.
    Pickler(ids::PICKLER) {
        write_method, kept, persistent_id, own_persistent_id, dispatch_table, reducer_override, buffer_callback
    } plain { proto: i64, bin: i64, fast: i64, fix_imports: bool, ready: bool, running: bool } boxed { out: Output }
}

impl Pickler {
    pub fn is_binary(&self) -> bool {
        self.bin.get() != 0
    }
    #[inline]
    pub fn write(&self, data: &[u8]) {
        self.out.cell().borrow_mut().write(data);
    }
    #[inline]
    pub fn write_op(&self, opcode: u8, argument: &[u8]) {
        self.out.cell().borrow_mut().write_op(opcode, argument);
    }
    /// An opcode whose argument is a line.
    pub fn write_line(&self, opcode: u8, line: &[u8]) {
        let mut out = self.out.cell().borrow_mut();
        out.write_op(opcode, line);
        out.write(b"\n");
    }
    /// Objects being saved in fast mode.
    pub fn nested(&self) -> RefMut<'_, Vec<u64>> {
        RefMut::map(self.out.cell().borrow_mut(), |out| &mut out.nested)
    }
    /// The number under which a value was memoized.
    pub fn memo_index(&self, v: Value) -> Option<u32> {
        self.out.cell().borrow().memo.get(v.0)
    }
    /// Refers to a memoized value.
    pub fn write_get(&self, at: u32) {
        if !self.is_binary() {
            self.write_line(op::GET, at.to_string().as_bytes());
        } else if let Ok(at) = u8::try_from(at) {
            self.write(&[op::BINGET, at]);
        } else {
            self.write_op(op::LONG_BINGET, &at.to_le_bytes());
        }
    }
}

/// What needs the machine.
pub trait Writing {
    /// Between two values: a full frame ends, and goes to the file.
    fn boundary(self, vm: &mut Vm) -> PyResult<()>;
    /// Passes what was written to the file, if there is one.
    fn flush(self, vm: &mut Vm) -> PyResult<()>;
    /// Enters a value in the memo, in the pickle and here.
    fn memoize(self, vm: &mut Vm, v: Value) -> PyResult<()>;
    /// Keeps a memoized value alive, so that nothing else comes to its place.
    fn keep(self, vm: &mut Vm, v: Value) -> PyResult<()>;
}

impl Writing for Gc<Pickler> {
    #[inline]
    fn boundary(self, vm: &mut Vm) -> PyResult<()> {
        {
            let mut out = self.out.cell().borrow_mut();
            if !out.framing || !out.is_frame_full() {
                return Ok(());
            }
            out.commit_frame();
        }
        self.flush(vm)
    }

    fn flush(self, vm: &mut Vm) -> PyResult<()> {
        let write = self.write_method.get();
        if write.is_unbound() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.out.cell().borrow_mut().bytes);
        let bytes = vm.bytes_value(&bytes)?;
        vm.call(write, &[bytes])?;
        Ok(())
    }

    #[inline]
    fn keep(self, vm: &mut Vm, v: Value) -> PyResult<()> {
        match vm.exact_list(self.kept.get()) {
            Some(kept) => vm.list_push(kept, v),
            None => Ok(()),
        }
    }

    fn memoize(self, vm: &mut Vm, v: Value) -> PyResult<()> {
        if self.fast.get() != 0 {
            return Ok(());
        }
        self.keep(vm, v)?;
        let entered = self.out.cell().borrow_mut().memoize(v.0, self.proto.get(), self.is_binary());
        if entered { Ok(()) } else { Err(vm.memory_error()) }
    }
}

/// A protocol argument.
fn protocol_arg(vm: &mut Vm, v: Value) -> PyResult<i64> {
    if v.is_none() {
        return Ok(op::DEFAULT_PROTOCOL);
    }
    let n = vm.index_value(v)?;
    let n = int::clamp_i64(vm, int::as_int(vm, n).unwrap_or(n));
    if n < 0 {
        return Ok(op::HIGHEST_PROTOCOL);
    }
    if n > op::HIGHEST_PROTOCOL {
        return Err(vm.value_error(format!("pickle protocol must be <= {}", op::HIGHEST_PROTOCOL)));
    }
    Ok(n)
}

/// A pickler that writes nowhere yet.
pub fn make(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Pickler>> {
    let this = vm.alloc_instance::<Pickler>(cls)?;
    for field in [
        &this.write_method,
        &this.kept,
        &this.persistent_id,
        &this.own_persistent_id,
        &this.dispatch_table,
        &this.reducer_override,
        &this.buffer_callback,
    ] {
        field.init(Value::UNBOUND);
    }
    this.out.init(Output::reused());
    forget(vm, this)?;
    Ok(this)
}

/// Empties the memo.
pub fn forget(vm: &mut Vm, this: Gc<Pickler>) -> PyResult<()> {
    let kept = Value::from_gc(vm.list_new()?);
    this.kept.set(&mut vm.heap, this.header(), kept);
    this.out.cell().borrow_mut().memo.clear();
    Ok(())
}

pub fn configure(
    vm: &mut Vm,
    this: Gc<Pickler>,
    protocol: Value,
    fix_imports: bool,
    buffer_callback: Value,
) -> PyResult<()> {
    let proto = protocol_arg(vm, protocol)?;
    this.proto.set(proto);
    this.bin.set(i64::from(proto > 0));
    this.fast.set(0);
    this.fix_imports.set(fix_imports && proto < 3);
    let callback = if buffer_callback.is_none() { Value::UNBOUND } else { buffer_callback };
    if !callback.is_unbound() && proto < 5 {
        return Err(vm.value_error("buffer_callback needs protocol >= 5"));
    }
    this.buffer_callback.set(&mut vm.heap, this.header(), callback);
    this.ready.set(true);
    Ok(())
}

pub fn set_file(vm: &mut Vm, this: Gc<Pickler>, file: Value) -> PyResult<()> {
    let name = vm.intern("write");
    let Some(write) = vm.get_attr_opt(file, name)? else {
        return Err(vm.type_error("file must have a 'write' attribute"));
    };
    this.write_method.set(&mut vm.heap, this.header(), write);
    Ok(())
}

/// What the program put in place of the method that gives persistent ids; unbound: nothing.
fn persistent_method(vm: &mut Vm, this: Gc<Pickler>) -> PyResult {
    let v = Value::from_gc(this);
    let name = vm.intern("persistent_id");
    let (own, base) = (vm.class_of(v), vm.builtin(ids::PICKLER));
    if own == base || vm.type_lookup(own, name) == vm.type_lookup(base, name) {
        return Ok(this.own_persistent_id.get());
    }
    vm.get_attr(v, name)
}

/// Writes the pickle of a value.
pub fn dump(vm: &mut Vm, this: Gc<Pickler>, v: Value) -> PyResult<()> {
    let persistent = persistent_method(vm, this)?;
    this.persistent_id.set(&mut vm.heap, this.header(), persistent);
    let name = vm.intern("reducer_override");
    let reducer = vm.get_attr_opt(Value::from_gc(this), name)?.unwrap_or(Value::UNBOUND);
    this.reducer_override.set(&mut vm.heap, this.header(), reducer);
    let proto = this.proto.get();
    {
        let mut out = this.out.cell().borrow_mut();
        if proto >= 2 {
            out.write(&[op::PROTO, proto as u8]);
        }
        out.framing = proto >= 4;
    }
    let result = save::save(vm, this, v, true);
    this.persistent_id.set(&mut vm.heap, this.header(), Value::UNBOUND);
    this.reducer_override.set(&mut vm.heap, this.header(), Value::UNBOUND);
    let mut out = this.out.cell().borrow_mut();
    if result.is_ok() {
        out.write(&[op::STOP]);
        out.commit_frame();
    }
    out.framing = false;
    result
}

/// What is saved may not use its own pickler.
fn check_idle(vm: &mut Vm, this: Gc<Pickler>) -> PyResult<()> {
    if this.running.get() {
        return Err(vm.runtime_error("Pickler object is already used"));
    }
    Ok(())
}

/// A new value of a number that cannot be deleted.
fn number(vm: &mut Vm, n: Option<i64>) -> PyResult<i64> {
    match n {
        Some(n) => Ok(n),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

fn check_ready(vm: &mut Vm, this: Gc<Pickler>) -> PyResult<()> {
    if this.ready.get() && !this.write_method.get().is_unbound() {
        return Ok(());
    }
    let cls = vm.type_name(Value::from_gc(this));
    Err(pickling_error(vm, format!("Pickler.__init__() was not called by {cls}.__init__()")))
}

/// This takes a binary file for writing a pickle data stream.
///
/// The optional *protocol* argument tells the pickler to use the given
/// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
/// protocol is 5.
#[py_type(name = "Pickler", module = "_pickle", id = ids::PICKLER, subclassable)]
impl Pickler {
    #[new(sig = "(*args, **kwargs)")]
    fn new(vm: &mut Vm, cls: Gc<Type>, _args: Value, _kwargs: Value) -> PyResult<Gc<Pickler>> {
        make(vm, cls)
    }
    #[method(sig = "($self, file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn __init__(
        vm: &mut Vm,
        this: Gc<Pickler>,
        file: Value,
        protocol: Value,
        fix_imports: bool,
        buffer_callback: Value,
    ) -> PyResult<()> {
        check_idle(vm, this)?;
        this.ready.set(false);
        configure(vm, this, protocol, fix_imports, buffer_callback)?;
        this.ready.set(false);
        set_file(vm, this, file)?;
        forget(vm, this)?;
        this.out.cell().borrow_mut().clear();
        let name = vm.intern("dispatch_table");
        let table = vm.get_attr_opt(Value::from_gc(this), name)?.unwrap_or(Value::UNBOUND);
        this.dispatch_table.set(&mut vm.heap, this.header(), table);
        this.ready.set(true);
        Ok(())
    }
    /// Write a pickled representation of the given object to the open file.
    #[method(sig = "($self, obj, /)")]
    fn dump(vm: &mut Vm, this: Gc<Pickler>, obj: Value) -> PyResult<()> {
        check_ready(vm, this)?;
        check_idle(vm, this)?;
        this.out.cell().borrow_mut().clear();
        this.running.set(true);
        let result = dump(vm, this, obj);
        this.running.set(false);
        result?;
        this.flush(vm)
    }
    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[method]
    fn clear_memo(vm: &mut Vm, this: Gc<Pickler>) -> PyResult<()> {
        forget(vm, this)
    }
    /// Returns size in memory, in bytes.
    #[method]
    fn __sizeof__(_vm: &mut Vm, this: Gc<Pickler>) -> usize {
        let out = this.out.cell().borrow();
        size_of::<Pickler>() + out.bytes.capacity() + out.memo.size()
    }
    /// The persistent id of an object; None: it is pickled itself.
    #[getter]
    fn persistent_id(vm: &mut Vm, this: Gc<Pickler>) -> PyResult {
        match this.own_persistent_id.get().bound() {
            Some(f) => Ok(f),
            None => globals::no_persistent_id(vm),
        }
    }
    #[setter]
    fn set_persistent_id(vm: &mut Vm, this: Gc<Pickler>, f: Option<Value>) -> PyResult<()> {
        if let Some(f) = f
            && !vm.is_callable(f)
        {
            return Err(vm.type_error("persistent_id must be a callable taking one argument"));
        }
        this.own_persistent_id.set(&mut vm.heap, this.header(), f.unwrap_or(Value::UNBOUND));
        Ok(())
    }
    #[getter]
    fn bin(_vm: &mut Vm, this: Gc<Pickler>) -> i64 {
        this.bin.get()
    }
    #[setter]
    fn set_bin(vm: &mut Vm, this: Gc<Pickler>, n: Option<i64>) -> PyResult<()> {
        this.bin.set(number(vm, n)?);
        Ok(())
    }
    #[getter]
    fn fast(_vm: &mut Vm, this: Gc<Pickler>) -> i64 {
        this.fast.get()
    }
    #[setter]
    fn set_fast(vm: &mut Vm, this: Gc<Pickler>, n: Option<i64>) -> PyResult<()> {
        this.fast.set(number(vm, n)?);
        Ok(())
    }
    #[getter]
    fn dispatch_table(vm: &mut Vm, this: Gc<Pickler>) -> PyResult {
        match this.dispatch_table.get().bound() {
            Some(table) => Ok(table),
            None => Err(vm.attribute_error_text("dispatch_table")),
        }
    }
    #[setter]
    fn set_dispatch_table(vm: &mut Vm, this: Gc<Pickler>, table: Option<Value>) {
        this.dispatch_table.set(&mut vm.heap, this.header(), table.unwrap_or(Value::UNBOUND));
    }
    #[getter]
    fn memo(vm: &mut Vm, this: Gc<Pickler>) -> PyResult<Gc<PicklerMemo>> {
        super::memo::of_pickler(vm, this)
    }
    #[setter]
    fn set_memo(vm: &mut Vm, this: Gc<Pickler>, memo: Option<Value>) -> PyResult<()> {
        let Some(memo) = memo else { return Err(vm.type_error("attribute deletion is not supported")) };
        if let Some(proxy) = vm.exact::<PicklerMemo>(memo) {
            let Some(other) = vm.downcast::<Pickler>(proxy.pickler.get()) else { return Ok(()) };
            let pairs = other.out.cell().borrow().memo.clone();
            let Some(kept) = vm.exact_list(other.kept.get()) else { return Ok(()) };
            let copy = vm.list_copy(kept)?;
            this.kept.set(&mut vm.heap, this.header(), Value::from_gc(copy));
            this.out.cell().borrow_mut().memo = pairs;
            return Ok(());
        }
        let Some(dict) = vm.downcast::<Dict>(memo) else {
            let got = vm.type_name(memo);
            return Err(vm.type_error(format!(
                "'memo' attribute must be a PicklerMemoProxy object or dict, not {got}"
            )));
        };
        forget(vm, this)?;
        let mut pos = 0;
        while let Some((_, entry)) = vm.dict_next(dict, &mut pos) {
            let entry = vm.downcast::<Tuple>(entry);
            let Some(&[at, object]) = entry.as_deref().map(Tuple::items) else {
                return Err(vm.type_error("'memo' values must be 2-item tuples"));
            };
            let at = vm.index(at)?;
            if let Some(kept) = vm.exact_list(this.kept.get()) {
                vm.list_push(kept, object)?;
            }
            if !this.out.cell().borrow_mut().memo.insert(object.0, at as u32) {
                return Err(vm.memory_error());
            }
        }
        Ok(())
    }
}
