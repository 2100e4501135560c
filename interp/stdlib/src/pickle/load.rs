//! Loading: the machine that pickle opcodes run on.

use super::globals::{self, full_type_name, unpickling_error};
use super::input::{self, array, line};
use super::op;
use super::unpickler::{Unpickler, find, persistent_method};
use super::{build, burst, objects, text};
use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::types::int;
use habu_runtime::value::Value;
use habu_runtime::vm::{Exc, PyResult, Raised, RootedVec, Vm};

/// The stack, and where marks are in it.
pub struct Stack {
    pub items: RootedVec,
    marks: Vec<usize>,
}

impl Stack {
    fn new(vm: &Vm) -> Stack {
        Stack { items: vm.rooted_vec(), marks: Vec::new() }
    }
    /// What is below belongs to an earlier mark.
    fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }
    #[cold]
    pub fn underflow(&self, vm: &mut Vm) -> Raised {
        let marked = !self.marks.is_empty();
        unpickling_error(vm, if marked { "unexpected MARK found" } else { "unpickling stack underflow" })
    }
    /// Sets a mark upon what is there.
    pub fn mark(&mut self) {
        self.marks.push(self.items.len());
    }
    /// The topmost item; `None`: there is none above the last mark.
    #[inline]
    pub fn top_quick(&self) -> Option<Value> {
        self.items.last().copied().filter(|_| self.items.len() > self.fence())
    }
    #[inline]
    pub fn push(&mut self, v: Value) {
        self.items.push(v);
    }
    pub fn pop(&mut self, vm: &mut Vm) -> PyResult {
        if self.items.len() <= self.fence() {
            return Err(self.underflow(vm));
        }
        match self.items.pop() {
            Some(v) => Ok(v),
            None => Err(self.underflow(vm)),
        }
    }
    /// The topmost item, which stays.
    pub fn top(&mut self, vm: &mut Vm) -> PyResult {
        match self.top_quick() {
            Some(v) => Ok(v),
            None => Err(self.underflow(vm)),
        }
    }
    /// Takes the last mark away; where it was.
    pub fn pop_mark(&mut self, vm: &mut Vm) -> PyResult<usize> {
        match self.marks.pop() {
            Some(at) => Ok(at),
            None => Err(unpickling_error(vm, "could not find MARK")),
        }
    }
    /// Everything above the last mark, which goes too.
    pub fn pop_marked(&mut self, vm: &mut Vm) -> PyResult<RootedVec> {
        let at = self.pop_mark(vm)?;
        let mut items = vm.rooted_vec();
        items.extend(self.items.drain(at..));
        Ok(items)
    }
    /// What a mark was set upon, when the last mark is gone; it stays, and what is from `at` on is for it.
    fn target(&self, vm: &mut Vm, at: usize) -> PyResult {
        match at.checked_sub(1) {
            Some(below) if at > self.fence() => Ok(self.items[below]),
            _ => Err(self.underflow(vm)),
        }
    }
    fn pop_some<const N: usize>(&mut self, vm: &mut Vm) -> PyResult<[Value; N]> {
        let len = self.items.len();
        if len < self.fence() + N {
            return Err(self.underflow(vm));
        }
        let mut out = [Value::NONE; N];
        out.copy_from_slice(&self.items[len - N..]);
        self.items.truncate(len - N);
        Ok(out)
    }
}

/// Reads one pickle.
pub fn load(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult {
    let persistent = persistent_method(vm, this)?;
    this.persistent_load.set(&mut vm.heap, this.header(), persistent);
    this.proto.set(0);
    let mut stack = Stack::new(vm);
    let result = run(vm, this, &mut stack);
    this.persistent_load.set(&mut vm.heap, this.header(), Value::UNBOUND);
    let v = result?;
    input::skip_consumed(vm, this)?;
    Ok(v)
}

/// The next opcode; EOFError when there is none.
fn opcode(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<u8> {
    match array::<1>(vm, this) {
        Ok([byte]) => Ok(byte),
        Err(raised) => {
            let e = vm.take_exception(raised);
            let truncated = globals::get(vm)?.unpickling_error;
            if vm.class_of(e).is_subtype(truncated) {
                return Err(vm.eof_error("Ran out of input"));
            }
            Err(vm.raise_again(e))
        }
    }
}

fn run(vm: &mut Vm, this: Gc<Unpickler>, stack: &mut Stack) -> PyResult {
    loop {
        burst::run(vm, this, stack)?;
        let code = opcode(vm, this)?;
        match code {
            op::STOP => return stack.pop(vm),
            op::PROTO => {
                let [proto] = array(vm, this)?;
                if i64::from(proto) > op::HIGHEST_PROTOCOL {
                    return Err(vm.value_error(format!("unsupported pickle protocol: {proto}")));
                }
                this.proto.set(proto.into());
            }
            op::FRAME => {
                let len = u64::from_le_bytes(array(vm, this)?);
                let Some(len) = fitting(len) else {
                    let text = format!("FRAME length exceeds system's maximum of {} bytes", isize::MAX);
                    return Err(vm.overflow_error(text));
                };
                input::need_frame(vm, this, len)?;
                if !this.state.cell().borrow_mut().input.begin_frame(len) {
                    let text = "beginning of a new frame before end of current frame";
                    return Err(unpickling_error(vm, text));
                }
            }
            op::MARK => stack.mark(),
            op::POP => {
                if stack.marks.last() == Some(&stack.items.len()) {
                    stack.marks.pop();
                } else {
                    stack.pop(vm)?;
                }
            }
            op::POP_MARK => {
                let at = stack.pop_mark(vm)?;
                stack.items.truncate(at);
            }
            op::DUP => {
                let v = stack.top(vm)?;
                stack.push(v);
            }
            op::NONE => stack.push(Value::NONE),
            op::NEWTRUE => stack.push(Value::TRUE),
            op::NEWFALSE => stack.push(Value::FALSE),
            op::BININT1 => {
                let [n] = array(vm, this)?;
                stack.push(Value::small(n.into()));
            }
            op::BININT2 => {
                let n = u16::from_le_bytes(array(vm, this)?);
                stack.push(Value::small(n.into()));
            }
            op::BININT => {
                let n = i32::from_le_bytes(array(vm, this)?);
                stack.push(Value::small(n.into()));
            }
            op::BINFLOAT => {
                let f = f64::from_be_bytes(array(vm, this)?);
                let v = vm.float(f)?;
                stack.push(v);
            }
            op::LONG1 | op::LONG4 => {
                let n = long_len(vm, this, code)?;
                let v = input::with(vm, this, n, |vm, bytes| int::from_bytes(vm, bytes, true, true))?;
                stack.push(v);
            }
            op::INT | op::LONG | op::FLOAT | op::STRING | op::UNICODE => {
                let line = line(vm, this)?;
                let v = text::of_line(vm, this, code, line)?;
                stack.push(v);
            }
            op::SHORT_BINUNICODE | op::BINUNICODE | op::BINUNICODE8 => {
                let n = data_len(vm, this, code)?;
                let v = input::with(vm, this, n, text::utf8)?;
                stack.push(v);
            }
            op::SHORT_BINBYTES | op::BINBYTES | op::BINBYTES8 => {
                let n = data_len(vm, this, code)?;
                let v = input::bytes(vm, this, n)?;
                stack.push(v);
            }
            op::BYTEARRAY8 => {
                let n = data_len(vm, this, code)?;
                let v = input::with(vm, this, n, |vm, bytes| vm.bytearray(bytes).map(Value::from_gc))?;
                stack.push(v);
            }
            op::SHORT_BINSTRING | op::BINSTRING => {
                let n = data_len(vm, this, code)?;
                let bytes = input::bytes(vm, this, n)?;
                let v = text::old_string(vm, this, bytes)?;
                stack.push(v);
            }
            op::NEXT_BUFFER => {
                let v = next_buffer(vm, this)?;
                stack.push(v);
            }
            op::READONLY_BUFFER => {
                let v = stack.pop(vm)?;
                let view = vm.memoryview(v)?;
                let v = if view.is_readonly() {
                    v
                } else {
                    vm.call_method(Value::from_gc(view), "toreadonly", &[])?
                };
                stack.push(v);
            }
            op::EMPTY_TUPLE | op::TUPLE1 | op::TUPLE2 | op::TUPLE3 | op::TUPLE => {
                let v = load_tuple(vm, stack, code)?;
                stack.push(v);
            }
            op::EMPTY_LIST => {
                let v = Value::from_gc(vm.list_new()?);
                stack.push(v);
            }
            op::EMPTY_DICT => {
                let v = Value::from_gc(vm.dict_new()?);
                stack.push(v);
            }
            op::EMPTY_SET => {
                let v = Value::from_gc(vm.set_new(ids::SET)?);
                stack.push(v);
            }
            op::LIST => {
                let at = stack.pop_mark(vm)?;
                let v = Value::from_gc(vm.list_from(&stack.items[at..])?);
                stack.items.truncate(at);
                stack.push(v);
            }
            op::DICT => {
                let items = stack.pop_marked(vm)?;
                let v = build::dict(vm, &items)?;
                stack.push(v);
            }
            op::FROZENSET => {
                let items = stack.pop_marked(vm)?;
                let items = Value::from_gc(vm.tuple(&items)?);
                let v = Value::from_gc(vm.set_from_iterable(ids::FROZENSET, items)?);
                stack.push(v);
            }
            op::APPEND => {
                let item = stack.pop(vm)?;
                let target = stack.top(vm)?;
                build::extend(vm, target, &[item])?;
            }
            op::APPENDS => {
                let at = stack.pop_mark(vm)?;
                let target = stack.target(vm, at)?;
                build::extend(vm, target, &stack.items[at..])?;
                stack.items.truncate(at);
            }
            op::SETITEM => {
                let [key, item] = stack.pop_some(vm)?;
                let target = stack.top(vm)?;
                build::set_items(vm, target, &[key, item])?;
            }
            op::SETITEMS => {
                let at = stack.pop_mark(vm)?;
                let target = stack.target(vm, at)?;
                build::set_items(vm, target, &stack.items[at..])?;
                stack.items.truncate(at);
            }
            op::ADDITEMS => {
                let at = stack.pop_mark(vm)?;
                let target = stack.target(vm, at)?;
                build::add_items(vm, target, &stack.items[at..])?;
                stack.items.truncate(at);
            }
            op::BUILD => {
                let state = stack.pop(vm)?;
                let target = stack.top(vm)?;
                build::build(vm, target, state)?;
            }
            op::REDUCE => {
                let [f, args] = stack.pop_some(vm)?;
                let v = objects::reduce(vm, f, args)?;
                stack.push(v);
            }
            op::NEWOBJ => {
                let [cls, args] = stack.pop_some(vm)?;
                let v = objects::new(vm, "NEWOBJ", cls, args, None)?;
                stack.push(v);
            }
            op::NEWOBJ_EX => {
                let [cls, args, kwargs] = stack.pop_some(vm)?;
                let v = objects::new(vm, "NEWOBJ_EX", cls, args, Some(kwargs))?;
                stack.push(v);
            }
            op::GLOBAL => {
                let (module, name) = (name_line(vm, this)?, name_line(vm, this)?);
                let (module, name) = (text::utf8_value(vm, &module)?, text::utf8_value(vm, &name)?);
                let v = find(vm, this, module, name)?;
                stack.push(v);
            }
            op::STACK_GLOBAL => {
                let [module, name] = stack.pop_some(vm)?;
                if !vm.is_exact(module, ids::STR) || !vm.is_exact(name, ids::STR) {
                    return Err(unpickling_error(vm, "STACK_GLOBAL requires str"));
                }
                let v = find(vm, this, module, name)?;
                stack.push(v);
            }
            op::INST => {
                let (module, name) = (name_line(vm, this)?, name_line(vm, this)?);
                let (module, name) = (text::ascii(vm, &module)?, text::ascii(vm, &name)?);
                let cls = find(vm, this, module, name)?;
                let args = stack.pop_marked(vm)?;
                let v = objects::instantiate(vm, cls, &args)?;
                stack.push(v);
            }
            op::OBJ => {
                let items = stack.pop_marked(vm)?;
                let Some((cls, args)) = items.split_first() else { return Err(stack.underflow(vm)) };
                let v = objects::instantiate(vm, *cls, args)?;
                stack.push(v);
            }
            op::PERSID => {
                let pid = line(vm, this)?;
                let pid = text::persistent_id(vm, &pid)?;
                let v = load_persistent(vm, this, pid)?;
                stack.push(v);
            }
            op::BINPERSID => {
                let pid = stack.pop(vm)?;
                let v = load_persistent(vm, this, pid)?;
                stack.push(v);
            }
            op::EXT1 | op::EXT2 | op::EXT4 => {
                let v = objects::extension(vm, this, code)?;
                stack.push(v);
            }
            op::GET | op::BINGET | op::LONG_BINGET => {
                let at = memo_number(vm, this, code)?;
                match this.memo_get(at) {
                    Some(v) => stack.push(v),
                    None => {
                        return Err(unpickling_error(vm, format!("Memo value not found at index {at}")));
                    }
                }
            }
            op::PUT | op::BINPUT | op::LONG_BINPUT => {
                let v = stack.top(vm)?;
                let at = memo_number(vm, this, code)?;
                this.memo_put(at, v);
            }
            op::MEMOIZE => {
                let v = stack.top(vm)?;
                this.memo_put(this.memo_len(), v);
            }
            _ => return Err(invalid(vm, code)),
        }
    }
}

#[cold]
fn invalid(vm: &mut Vm, code: u8) -> Raised {
    let text = match code {
        0x20..=0x7e if code != b'\'' && code != b'\\' => {
            format!("invalid load key, '{}'.", char::from(code))
        }
        _ => format!("invalid load key, '\\x{code:02x}'."),
    };
    unpickling_error(vm, text)
}

/// A line that names something.
fn name_line(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult<Vec<u8>> {
    let line = line(vm, this)?;
    if line.is_empty() { Err(input::truncated(vm)) } else { Ok(line) }
}

/// A length that memory can have.
fn fitting(n: u64) -> Option<usize> {
    usize::try_from(n).ok().filter(|n| *n <= isize::MAX as usize)
}

/// The length that goes before data.
fn data_len(vm: &mut Vm, this: Gc<Unpickler>, code: u8) -> PyResult<usize> {
    let n = match code {
        op::SHORT_BINUNICODE | op::SHORT_BINBYTES | op::SHORT_BINSTRING => {
            let [n] = array(vm, this)?;
            return Ok(n.into());
        }
        op::BINSTRING => {
            let n = i32::from_le_bytes(array(vm, this)?);
            return match usize::try_from(n) {
                Ok(n) => Ok(n),
                Err(_) => Err(unpickling_error(vm, "BINSTRING pickle has negative byte count")),
            };
        }
        op::BINUNICODE | op::BINBYTES => u64::from(u32::from_le_bytes(array(vm, this)?)),
        _ => u64::from_le_bytes(array(vm, this)?),
    };
    match fitting(n) {
        Some(n) => Ok(n),
        None => {
            let name = match code {
                op::BINUNICODE8 => "BINUNICODE8",
                op::BYTEARRAY8 => "BYTEARRAY8",
                _ => "BINBYTES8",
            };
            let text = format!("{name} exceeds system's maximum size of {} bytes", isize::MAX);
            Err(vm.overflow_error(text))
        }
    }
}

fn long_len(vm: &mut Vm, this: Gc<Unpickler>, code: u8) -> PyResult<usize> {
    if code == op::LONG1 {
        let [n] = array(vm, this)?;
        return Ok(n.into());
    }
    let n = i32::from_le_bytes(array(vm, this)?);
    match usize::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => Err(unpickling_error(vm, "LONG pickle has negative byte count")),
    }
}

fn load_tuple(vm: &mut Vm, stack: &mut Stack, code: u8) -> PyResult {
    let tuple = match code {
        op::EMPTY_TUPLE => vm.tuple(&[])?,
        op::TUPLE1 => {
            let items = stack.pop_some::<1>(vm)?;
            vm.tuple(&items)?
        }
        op::TUPLE2 => {
            let items = stack.pop_some::<2>(vm)?;
            vm.tuple(&items)?
        }
        op::TUPLE3 => {
            let items = stack.pop_some::<3>(vm)?;
            vm.tuple(&items)?
        }
        _ => {
            let at = stack.pop_mark(vm)?;
            let tuple = vm.tuple(&stack.items[at..])?;
            stack.items.truncate(at);
            tuple
        }
    };
    Ok(Value::from_gc(tuple))
}

fn next_buffer(vm: &mut Vm, this: Gc<Unpickler>) -> PyResult {
    if this.buffers.get().is_unbound() {
        let text = "pickle stream refers to out-of-band data but no *buffers* argument was given";
        return Err(unpickling_error(vm, text));
    }
    match vm.iter_next(this.buffers.get())? {
        Some(v) => Ok(v),
        None => Err(unpickling_error(vm, "not enough out-of-band buffers")),
    }
}

fn load_persistent(vm: &mut Vm, this: Gc<Unpickler>, pid: Value) -> PyResult {
    match this.persistent_load.get().bound() {
        Some(f) => vm.call(f, &[pid]),
        None => Err(objects::no_persistent_load(vm)),
    }
}

fn memo_number(vm: &mut Vm, this: Gc<Unpickler>, code: u8) -> PyResult<u64> {
    match code {
        op::BINGET | op::BINPUT => {
            let [n] = array(vm, this)?;
            Ok(n.into())
        }
        op::LONG_BINGET | op::LONG_BINPUT => Ok(u32::from_le_bytes(array(vm, this)?).into()),
        _ => {
            let line = line(vm, this)?;
            let n = text::int_line(vm, &line)?;
            match n.as_small() {
                Some(n) if n >= 0 => Ok(n as u64),
                _ if code == op::PUT => Err(vm.value_error("negative PUT argument")),
                _ => {
                    let shown = vm.repr(n)?.to_message();
                    Err(unpickling_error(vm, format!("Memo value not found at index {shown}")))
                }
            }
        }
    }
}

/// Raises UnpicklingError about a value of the wrong class.
pub fn wrong(vm: &mut Vm, what: &str, wanted: &str, v: Value) -> Raised {
    let got = full_type_name(vm, v);
    unpickling_error(vm, format!("{what} must be {wanted}, not {got}"))
}

/// An exception of this class, and nothing else, becomes an UnpicklingError with this text.
pub fn translated<T>(vm: &mut Vm, result: PyResult<T>, class: Exc, text: &str) -> PyResult<T> {
    match vm.catch(result, class)? {
        Some(v) => Ok(v),
        None => Err(unpickling_error(vm, text)),
    }
}
