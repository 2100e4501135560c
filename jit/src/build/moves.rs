//! Moves, constants and local variables.

use super::Builder;
use crate::exits::Reason;
use crate::hir::Type;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

pub fn mov(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    b.set(i.a, v);
}

pub fn load_const(b: &mut Builder, i: Instr) {
    let word = b.snap.value(b.pc, b.op);
    let id = b.snap.const_ids.get(&word).copied().unwrap_or(0);
    let v = b.constant(word, id);
    b.set(i.a, v);
}

pub fn load_int(b: &mut Builder, i: Instr) {
    let v = b.int(i.b as i16 as i64);
    b.set(i.a, v);
}

pub fn load_none(b: &mut Builder, i: Instr) {
    let v = b.word(Value::NONE.0);
    b.set(i.a, v);
}

pub fn check_bound(b: &mut Builder, i: Instr) {
    let v = b.get(i.a);
    if b.ty(v).is(Type::UNBOUND) {
        // It will raise: the interpreter's business.
        return b.exit(Reason::Unbound);
    }
    b.bound_of(v);
}

pub fn unbind(b: &mut Builder, i: Instr) {
    let v = b.word(Value::UNBOUND.0);
    b.set(i.a, v);
}

pub fn delete_local(b: &mut Builder, i: Instr) {
    check_bound(b, i);
    if !b.ended {
        unbind(b, i);
    }
}
