//! Linking: a compiler's code object becomes cells of this heap, with constants written into the instruction stream.

use super::{CodeObj, call_flags};
use crate::heap::{Gc, Header};
use crate::object::ids;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use habu_bytecode::op::{Op, OperandKind};
use habu_bytecode::{Code, CodeFlags, Const};
use std::ptr::NonNull;
use std::sync::Arc;

/// Makes the code object of a compiled unit. Nested ones are linked when they are used first: many never are.
pub fn link(vm: &mut Vm, unit: Code) -> PyResult<Gc<CodeObj>> {
    let filename = vm.intern(&unit.filename);
    // Not later without need: what is not linked weighs nothing for the collector.
    let later = unit.rest.is_some();
    link_shared(vm, Arc::new(unit), filename, later)
}

fn link_shared(vm: &mut Vm, unit: Arc<Code>, filename: Gc<Str>, later: bool) -> PyResult<Gc<CodeObj>> {
    let (name, qualname) = (vm.intern(&unit.name), vm.intern(&unit.qualname));
    let code = vm.alloc::<CodeObj>(ids::CODE)?;
    code.registers.set(unit.registers);
    code.arg_count.set(unit.arg_count);
    code.kwonly_count.set(unit.kwonly_count);
    code.posonly_count.set(unit.posonly_count);
    vm.next_serial += 1;
    code.serial.set(vm.next_serial);
    code.name.init(Some(name));
    code.qualname.init(Some(qualname));
    code.filename.init(Some(filename));
    if later {
        // Not SIMPLE: calls take the slow way, which completes it.
        code.call_flags.set(flags_of(&unit) & !call_flags::SIMPLE | call_flags::PARTIAL);
        code.unit.set(Arc::into_raw(unit));
        return Ok(code);
    }
    fill(vm, code, &unit, filename)?;
    code.unit.set(Arc::into_raw(unit));
    Ok(code)
}

/// Reads (in a code object of the library) and links what was left for the first use.
pub fn complete(vm: &mut Vm, code: Gc<CodeObj>) -> PyResult<()> {
    if code.call_flags.get() & call_flags::PARTIAL == 0 {
        return Ok(());
    }
    let filename = code.filename.get().unwrap_or(vm.names.empty);
    let begun = code.unit.get();
    if code.unit().rest.is_none() {
        return fill(vm, code, code.unit(), filename);
    }
    let Ok(mut unit) = code.unit().complete() else {
        return Err(vm.system_error("bytecode of the library is damaged"));
    };
    fill(vm, code, &unit, filename)?;
    unit.leave_linked(code.unit());
    code.unit.set(Arc::into_raw(Arc::new(unit)));
    // SAFETY: made by `link_shared`; callers complete a code object before they look into its unit.
    drop(unsafe { Arc::from_raw(begun) });
    Ok(())
}

/// Constants, names and the instruction stream.
fn fill(vm: &mut Vm, code: Gc<CodeObj>, unit: &Code, filename: Gc<Str>) -> PyResult<()> {
    let mut consts = vm.rooted_vec();
    for c in &unit.consts {
        let v = constant(vm, c, filename)?;
        consts.push(v);
    }
    let consts = vm.tuple(&consts)?;
    let names = intern_all(vm, unit.names.iter())?;
    let var_names = intern_all(vm, unit.vars.iter().map(|(n, _)| n))?;
    let free_names = intern_all(vm, unit.free.iter())?;
    let mut words = unit.words.clone().into_boxed_slice();
    write_constants(&mut words, consts);
    code.word_count.set(words.len() as u32);
    code.words.set(Box::into_raw(words).cast());
    let flags = flags_of(unit);
    code.call_flags.set(flags | code.call_flags.get() & call_flags::UNCACHED);
    // A namespace register starts out unbound like a variable.
    code.var_count.set((unit.vars.len() as u16).max(u16::from(flags & call_flags::NAMESPACE != 0)));
    for (field, tuple) in [
        (&code.names, names),
        (&code.consts, consts),
        (&code.var_names, var_names),
        (&code.free_names, free_names),
    ] {
        field.set(&mut vm.heap, code.header(), Some(tuple));
    }
    vm.heap.add_external((code.word_count.get() as isize) * 4);
    Ok(())
}

/// The code itself, or a copy of it, for a function with these globals: inline caches name the cells of one
/// globals dict, so two functions share a code object only if they agree about that.
pub fn at_home(vm: &mut Vm, code: Gc<CodeObj>, globals: Gc<Dict>) -> PyResult<Gc<CodeObj>> {
    let (home, flags) = (code.home.get(), code.call_flags.get());
    if home == Some(globals) {
        return Ok(code);
    }
    if home.is_none() && !globals.has_cells() {
        code.call_flags.set(flags | call_flags::UNCACHED);
        return Ok(code);
    }
    let code = if home.is_some() || flags & call_flags::UNCACHED != 0 {
        complete(vm, code)?;
        let filename = code.filename.get().unwrap_or(vm.names.empty);
        link_shared(vm, Arc::new(code.whole_unit().into_owned()), filename, false)?
    } else {
        code
    };
    if globals.has_cells() {
        code.home.set(&mut vm.heap, code.header(), Some(globals));
    } else {
        code.call_flags.set(code.call_flags.get() | call_flags::UNCACHED);
    }
    Ok(code)
}

fn flags_of(unit: &Code) -> u32 {
    let mut flags = 0;
    for (bit, flag) in [
        (CodeFlags::GENERATOR, call_flags::GENERATOR),
        (CodeFlags::COROUTINE, call_flags::COROUTINE),
        (CodeFlags::ITERABLE_COROUTINE, call_flags::ITERABLE_COROUTINE),
        (CodeFlags::ASYNC_GENERATOR, call_flags::ASYNC_GENERATOR),
        (CodeFlags::VARARGS, call_flags::VARARGS),
        (CodeFlags::VARKEYWORDS, call_flags::VARKEYWORDS),
    ] {
        if unit.flags.contains(bit) {
            flags |= flag;
        }
    }
    if !unit.flags.contains(CodeFlags::OPTIMIZED) {
        flags |= call_flags::NAMESPACE;
    }
    if !unit.flags.intersects(CodeFlags::VARARGS.with(CodeFlags::VARKEYWORDS)) && unit.kwonly_count == 0 {
        flags |= call_flags::SIMPLE;
    }
    flags
}

/// Puts each constant operand's value into its instruction.
fn write_constants(words: &mut [u32], consts: Gc<Tuple>) {
    let mut at = 0;
    while at < words.len() {
        let instr = habu_bytecode::Instr::from_words([words[at], words[at + 1]]);
        let op = Op::from_byte(instr.op).expect("verified code");
        let shape = op.shape();
        if shape.value != 0 {
            let value_at = at + usize::from(shape.value);
            let index = match op.info().operands.iter().find(|(_, kind)| *kind == OperandKind::Konst) {
                Some((field, _)) => instr.field(*field) as usize,
                // CALL_KW names its constant in `extra`.
                None => words[at + usize::from(shape.extra)] as usize,
            };
            if op == Op::CALL_KW {
                // From now on the interpreter's plan of the call.
                words[at + usize::from(shape.extra)] = 0;
            }
            let word = consts.items()[index].0;
            words[value_at] = word as u32;
            words[value_at + 1] = (word >> 32) as u32;
        }
        at += usize::from(shape.words);
    }
}

fn intern_all<'a>(vm: &mut Vm, names: impl Iterator<Item = &'a Arc<str>>) -> PyResult<Gc<Tuple>> {
    let mut all = vm.rooted_vec();
    for name in names {
        let name = vm.intern(name);
        all.push(Value::from_gc(name));
    }
    vm.tuple(&all)
}

/// The value of a constant.
fn constant(vm: &mut Vm, c: &Const, filename: Gc<Str>) -> PyResult {
    Ok(match c {
        Const::None => Value::NONE,
        Const::True => Value::TRUE,
        Const::False => Value::FALSE,
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(n) => vm.int(*n)?,
        Const::BigInt { negative, magnitude } => crate::types::int::from_ubig(vm, *negative, magnitude)?,
        Const::Float(f) => vm.float(*f)?,
        Const::Complex(re, im) => crate::types::complex::new(vm, *re, *im)?,
        Const::Str(text) if is_name_like(text) => {
            vm.intern_value(std::str::from_utf8(text).expect("ASCII is UTF-8"))
        }
        Const::Str(text) => {
            let s = match vm.str_wtf8(text)? {
                Some(s) => s,
                None => return Err(vm.system_error("string constant is not WTF-8")),
            };
            // Long texts may find no memory.
            Value::from_gc(if is_ascii_name(text) { vm.intern_str(s)? } else { s })
        }
        Const::Bytes(bytes) => Value::from_gc(vm.bytes(bytes)?),
        Const::Tuple(items) => {
            let items = constants(vm, items, filename)?;
            Value::from_gc(vm.tuple(&items)?)
        }
        Const::FrozenSet(items) => {
            let items = constants(vm, items, filename)?;
            let set = vm.set_new(ids::FROZENSET)?;
            for item in items.iter() {
                vm.set_add(set, *item)?;
            }
            Value::from_gc(set)
        }
        Const::Slice(parts) => {
            let parts = constants(vm, &parts[..], filename)?;
            Value::from_gc(vm.slice_new(parts[0], parts[1], parts[2])?)
        }
        Const::Code(unit) => Value::from_gc(link_shared(vm, unit.clone(), filename, true)?),
    })
}

fn constants(vm: &mut Vm, items: &[Const], filename: Gc<Str>) -> PyResult<crate::vm::RootedVec> {
    let mut values = vm.rooted_vec();
    for item in items {
        let v = constant(vm, item, filename)?;
        values.push(v);
    }
    Ok(values)
}

/// Constants that look like names are interned, as CPython does.
fn is_name_like(text: &[u8]) -> bool {
    text.len() <= 256 && is_ascii_name(text)
}

fn is_ascii_name(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Gives back what a dead code object owns outside of the heap.
pub unsafe fn destroy(cell: *mut Header) {
    // SAFETY: called once by the collector for a dead cell of this layout; both were made by `link`.
    unsafe {
        let code = NonNull::new_unchecked(cell.cast::<CodeObj>()).as_ref();
        if !code.words.get().is_null() {
            let words = std::ptr::slice_from_raw_parts_mut(code.words.get(), code.word_count.get() as usize);
            drop(Box::from_raw(words));
        }
        if !code.unit.get().is_null() {
            drop(Arc::from_raw(code.unit.get()));
        }
    }
}
