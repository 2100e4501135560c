//! Globals, builtins and the names of module and class bodies.

use super::*;
use crate::heap::Gc;
use crate::types::cell::Cell;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::vm::PyResult;
use habu_bytecode::feedback::global;

const CELL: usize = 2 + global::CELL;
const BUILTIN: usize = 2 + global::BUILTIN;

/// The interned name that operand c indexes.
pub fn name_operand(base: Base, pc: Pc) -> Gc<Str> {
    let names = base.code().names.get().expect("code has names");
    // SAFETY: a names tuple holds interned strings only.
    unsafe { Gc::from_header(names.items()[pc.c()].as_header().expect("names are strings")) }
}

/// A cell pointer kept in an extension.
#[inline(always)]
fn cached_cell<'a>(pc: Pc, at: usize) -> Option<&'a Cell> {
    let p = pc.word64(at) as *const Cell;
    // SAFETY: null, or a cell that the globals dict (or its list of absent names) keeps for the life of the code's function.
    unsafe { p.as_ref() }
}

pub fn LOAD_GLOBAL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(cell) = cached_cell(pc, CELL) {
        let v = cell.value.get();
        if !v.is_unbound() {
            base.set(pc.a(), v);
            next!(vm, pc, base, LOAD_GLOBAL)
        }
        if let Some(cell) = cached_cell(pc, BUILTIN) {
            let v = cell.value.get();
            if !v.is_unbound() {
                base.set(pc.a(), v);
                next!(vm, pc, base, LOAD_GLOBAL)
            }
        }
    }
    load_global_slow(vm, pc, base)
}

#[cold]
#[inline(never)]
fn load_global_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    // Of a dict that a program gave `exec`.
    if let Some(globals) = base.function().globals.get()
        && !globals.has_cells()
        && globals.header.id.get() == crate::object::ids::DICT
        && let Some(v) = globals.get_plain(Value::from_gc(name_operand(base, pc)))
    {
        base.set(pc.a(), v);
        next!(vm, pc, base, LOAD_GLOBAL)
    }
    publish(vm, pc, base);
    let result = find_global(vm, pc, base);
    finish!(vm, pc, base, const { Op::LOAD_GLOBAL.words() }, pc.a(), result)
}

pub fn load_global(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = find_global(vm, pc, base)?;
    base.set(pc.a(), v);
    Ok(())
}

/// Looks a name up in globals and builtins, filling the instruction's cache.
fn find_global(vm: &mut Vm, pc: Pc, base: Base) -> PyResult {
    let name = name_operand(base, pc);
    let function = base.function();
    let globals = function.globals.get().expect("functions have globals");
    if !globals.has_cells() {
        return plain_global(vm, globals, function.builtins.get(), name);
    }
    let cell = vm.dict_cell(globals, name)?;
    pc.set_word64(CELL, cell.as_ptr() as u64);
    let v = cell.value.get();
    if !v.is_unbound() {
        return Ok(v);
    }
    let builtins = function.builtins.get().expect("functions have builtins");
    if !builtins.has_cells() {
        return plain_global(vm, globals, Some(builtins), name);
    }
    let cell = vm.dict_cell(builtins, name)?;
    pc.set_word64(BUILTIN, cell.as_ptr() as u64);
    match cell.value.get().bound() {
        Some(v) => Ok(v),
        None => Err(undefined(vm, name)),
    }
}

/// Lookup without caches: globals or builtins are an ordinary dict (`exec` with a dict of one's own).
fn plain_global(vm: &mut Vm, globals: Gc<Dict>, builtins: Option<Gc<Dict>>, name: Gc<Str>) -> PyResult {
    // A subclass of dict has its own say (`__missing__`).
    if let Some(v) = namespace_get(vm, Value::from_gc(globals), name)? {
        return Ok(v);
    }
    if let Some(builtins) = builtins
        && let Some(v) = vm.dict_get(builtins, Value::from_gc(name))?
    {
        return Ok(v);
    }
    Err(undefined(vm, name))
}

/// NameError for a name that is neither global nor builtin.
#[cold]
pub fn undefined(vm: &mut Vm, name: Gc<Str>) -> crate::vm::Raised {
    let text = format!("name '{}' is not defined", name.to_message());
    vm.name_error(crate::vm::Exc::NameError, text, name)
}

pub fn STORE_GLOBAL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if let Some(cell) = cached_cell(pc, CELL)
        && cell.header.flags.get() & Cell::FLAG_WATCHED == 0
        && !cell.value.get().is_unbound()
    {
        // An unbound cell has no entry in the dict: binding it goes the slow way.
        let header = std::ptr::NonNull::from(&cell.header);
        cell.value.set(&mut vm.heap, header, base.get(pc.a()));
        next!(vm, pc, base, STORE_GLOBAL)
    }
    store_global_slow(vm, pc, base)
}

#[cold]
#[inline(never)]
fn store_global_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, bind_global(vm, pc, base, base.get(pc.a())));
    next!(vm, pc, base, STORE_GLOBAL)
}

pub fn store_global(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    bind_global(vm, pc, base, base.get(pc.a()))
}

fn bind_global(vm: &mut Vm, pc: Pc, base: Base, v: Value) -> PyResult<()> {
    let name = name_operand(base, pc);
    let globals = base.function().globals.get().expect("functions have globals");
    vm.dict_set(globals, Value::from_gc(name), v)?;
    if globals.has_cells() {
        let cell = vm.dict_cell(globals, name)?;
        pc.set_word64(CELL, cell.as_ptr() as u64);
    }
    Ok(())
}

stepped!(DELETE_GLOBAL, delete_global);
pub fn delete_global(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let name = name_operand(base, pc);
    let globals = base.function().globals.get().expect("functions have globals");
    if vm.dict_del(globals, Value::from_gc(name))? { Ok(()) } else { Err(undefined(vm, name)) }
}

pub fn LOAD_NAME(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if base.get(pc.b()).is_unbound()
        && let Some(cell) = cached_cell(pc, CELL)
    {
        let mut v = cell.value.get();
        if v.is_unbound()
            && let Some(cell) = cached_cell(pc, BUILTIN)
        {
            v = cell.value.get();
        }
        if !v.is_unbound() {
            base.set(pc.a(), v);
            next!(vm, pc, base, LOAD_NAME)
        }
    }
    load_name_slow(vm, pc, base)
}

#[inline(never)]
fn load_name_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, load_name(vm, pc, base));
    next!(vm, pc, base, LOAD_NAME)
}

#[inline(never)]
pub fn load_name(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let v = match namespace_get(vm, base.get(pc.b()), name_operand(base, pc))? {
        Some(v) => v,
        None => find_global(vm, pc, base)?,
    };
    base.set(pc.a(), v);
    Ok(())
}

/// A name in a namespace mapping (`UNBOUND`: there is none).
#[inline(never)]
fn namespace_get(vm: &mut Vm, namespace: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    if namespace.is_unbound() {
        return Ok(None);
    }
    let key = Value::from_gc(name);
    if let Some(dict) = vm.exact_dict(namespace) {
        return vm.dict_get(dict, key);
    }
    let result = vm.get_item(namespace, key);
    vm.catch(result, crate::vm::Exc::KeyError)
}

pub fn STORE_NAME(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if base.get(pc.b()).is_unbound()
        && let Some(cell) = cached_cell(pc, CELL)
        && cell.header.flags.get() & Cell::FLAG_WATCHED == 0
        && !cell.value.get().is_unbound()
    {
        let header = std::ptr::NonNull::from(&cell.header);
        cell.value.set(&mut vm.heap, header, base.get(pc.a()));
        next!(vm, pc, base, STORE_NAME)
    }
    store_name_slow(vm, pc, base)
}

#[inline(never)]
fn store_name_slow(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    tri!(vm, pc, base, store_name(vm, pc, base));
    next!(vm, pc, base, STORE_NAME)
}

#[inline(never)]
pub fn store_name(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let (v, namespace) = (base.get(pc.a()), base.get(pc.b()));
    if namespace.is_unbound() {
        return bind_global(vm, pc, base, v);
    }
    let key = Value::from_gc(name_operand(base, pc));
    match vm.exact_dict(namespace) {
        Some(dict) => vm.dict_set(dict, key, v),
        None => vm.set_item(namespace, key, v),
    }
}

stepped!(DELETE_NAME, delete_name);
pub fn delete_name(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let namespace = base.get(pc.b());
    if namespace.is_unbound() {
        return delete_global(vm, pc, base);
    }
    let name = name_operand(base, pc);
    let result = vm.del_item(namespace, Value::from_gc(name));
    match vm.catch(result, crate::vm::Exc::KeyError)? {
        Some(()) => Ok(()),
        None => Err(undefined(vm, name)),
    }
}

stepped!(LOAD_LOCALS, load_locals);
pub fn load_locals(_vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let namespace = base.get(pc.b());
    let v = match namespace.bound() {
        Some(v) => v,
        None => Value::from_gc(base.function().globals.get().expect("functions have globals")),
    };
    base.set(pc.a(), v);
    Ok(())
}

stepped!(LOAD_DICT_OR_GLOBAL, load_dict_or_global);
pub fn load_dict_or_global(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let name = name_operand(base, pc);
    let v = match namespace_get(vm, base.get(pc.b()), name)? {
        Some(v) => v,
        None => {
            let function = base.function();
            let globals = function.globals.get().expect("functions have globals");
            plain_global(vm, globals, function.builtins.get(), name)?
        }
    };
    base.set(pc.a(), v);
    Ok(())
}

stepped!(LOAD_DICT_OR_CELL, load_dict_or_cell);
pub fn load_dict_or_cell(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    let name = name_operand(base, pc);
    let v = match namespace_get(vm, base.get(pc.b()), name)? {
        Some(v) => v,
        None => {
            let index = pc.word(2) as usize;
            let cell = if pc.x() == 0 { base.get(index) } else { super::cells::closure_cell(base, index) };
            match super::cells::content(cell).bound() {
                Some(v) => v,
                None => return Err(super::cells::unbound_local(vm, name, true)),
            }
        }
    };
    base.set(pc.a(), v);
    Ok(())
}
