//! Cells: variables that closures share.

use super::*;
use crate::heap::Gc;
use crate::interp::unwind;
use crate::object::ids;
use crate::types::cell::Cell;
use crate::types::str::Str;
use crate::vm::{Exc, PyResult, Raised};

/// The cell behind a value that compiled code knows to be one.
#[inline(always)]
fn cell(v: Value) -> Gc<Cell> {
    // SAFETY: cell registers and closures hold Cell objects only.
    unsafe { Gc::from_header(v.as_header().expect("a cell")) }
}

/// Content of a cell, `UNBOUND` if empty.
#[inline(always)]
pub fn content(v: Value) -> Value {
    cell(v).value.get()
}

/// Cell `index` of the running function's closure.
#[inline(always)]
pub fn closure_cell(base: Base, index: usize) -> Value {
    base.function().closure.get().expect("code with free variables runs in a closure").items()[index]
}

/// UnboundLocalError, or NameError for a free variable.
#[cold]
pub fn unbound_local(vm: &mut Vm, name: Gc<Str>, free: bool) -> Raised {
    let (exc, text) = if free {
        let text = format!(
            "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
            name.to_message()
        );
        (Exc::NameError, text)
    } else {
        let text = format!(
            "cannot access local variable '{}' where it is not associated with a value",
            name.to_message()
        );
        (Exc::UnboundLocalError, text)
    };
    vm.name_error(exc, text, name)
}

pub fn MAKE_CELL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let made = tri!(vm, pc, base, vm.alloc::<Cell>(ids::CELL));
    made.value.init(base.get(pc.a()));
    base.set(pc.a(), Value::from_gc(made));
    next!(vm, pc, base, MAKE_CELL)
}

pub fn LOAD_CELL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = content(base.get(pc.b()));
    if v.is_unbound() {
        return empty(vm, pc, base, false);
    }
    base.set(pc.a(), v);
    next!(vm, pc, base, LOAD_CELL)
}

pub fn STORE_CELL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let to = cell(base.get(pc.a()));
    to.value.set(&mut vm.heap, to.header(), base.get(pc.b()));
    next!(vm, pc, base, STORE_CELL)
}

stepped!(DELETE_CELL, delete_cell);
pub fn delete_cell(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    clear(vm, pc, base, base.get(pc.a()), false)
}

fn clear(vm: &mut Vm, pc: Pc, base: Base, of: Value, free: bool) -> PyResult<()> {
    let of = cell(of);
    if of.value.get().is_unbound() {
        let name = super::names::name_operand(base, pc);
        return Err(unbound_local(vm, name, free));
    }
    of.value.init(Value::UNBOUND);
    Ok(())
}

pub fn LOAD_FREE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let v = content(closure_cell(base, pc.b()));
    if v.is_unbound() {
        return empty(vm, pc, base, true);
    }
    base.set(pc.a(), v);
    next!(vm, pc, base, LOAD_FREE)
}

pub fn STORE_FREE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    let to = cell(closure_cell(base, pc.a()));
    to.value.set(&mut vm.heap, to.header(), base.get(pc.b()));
    next!(vm, pc, base, STORE_FREE)
}

stepped!(DELETE_FREE, delete_free);
pub fn delete_free(vm: &mut Vm, pc: Pc, base: Base) -> PyResult<()> {
    clear(vm, pc, base, closure_cell(base, pc.a()), true)
}

pub fn LOAD_FREE_CELL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), closure_cell(base, pc.b()));
    next!(vm, pc, base, LOAD_FREE_CELL)
}

#[cold]
#[inline(never)]
fn empty(vm: &mut Vm, pc: Pc, base: Base, free: bool) -> Flow {
    publish(vm, pc, base);
    let name = super::names::name_operand(base, pc);
    let raised = unbound_local(vm, name, free);
    unwind::raise(vm, pc, base, raised)
}
