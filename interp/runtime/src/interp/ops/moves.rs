//! Moves and constants.

use super::*;
use crate::interp::unwind;

pub fn NOP(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    next!(vm, pc, base, NOP)
}

pub fn MOVE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), base.get(pc.b()));
    next!(vm, pc, base, MOVE)
}

pub fn LOAD_CONST(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), Value(pc.word64(2)));
    next!(vm, pc, base, LOAD_CONST)
}

pub fn LOAD_INT(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), Value::small(pc.imm_b()));
    next!(vm, pc, base, LOAD_INT)
}

pub fn LOAD_NONE(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), Value::NONE);
    next!(vm, pc, base, LOAD_NONE)
}

pub fn CHECK_BOUND(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if base.get(pc.a()).is_unbound() {
        return unbound(vm, pc, base);
    }
    next!(vm, pc, base, CHECK_BOUND)
}

pub fn UNBIND(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    base.set(pc.a(), Value::UNBOUND);
    next!(vm, pc, base, UNBIND)
}

pub fn DELETE_LOCAL(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    if base.get(pc.a()).is_unbound() {
        return unbound(vm, pc, base);
    }
    base.set(pc.a(), Value::UNBOUND);
    next!(vm, pc, base, DELETE_LOCAL)
}

#[cold]
#[inline(never)]
fn unbound(vm: &mut Vm, pc: Pc, base: Base) -> Flow {
    publish(vm, pc, base);
    let name = super::names::name_operand(base, pc);
    let raised = super::cells::unbound_local(vm, name, pc.x() == 1 && pc.op() == Op::CHECK_BOUND as u8);
    unwind::raise(vm, pc, base, raised)
}
