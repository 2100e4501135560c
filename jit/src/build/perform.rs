//! Instructions whose body is the interpreter's own: operands go into the window, results come from there.

use super::{Builder, liveness};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Inst, Konst, Op as H, Type};
use habu_bytecode::op::Instr;
use habu_runtime::interp::can_perform;

pub fn perform(b: &mut Builder, i: Instr) {
    if !can_perform(b.op) {
        return b.exit(Reason::NotCovered);
    }
    let access = liveness::access(b.snap, b.pc, b.op, i);
    for &r in &access.reads {
        let v = b.get(r);
        b.emit(H::Spill, &[v], r as i64);
    }
    let k = b.f.constant(Konst::Address(b.snap.stream + b.pc as u64 * 4));
    let mut inst = Inst::new(H::Const, &[], k);
    inst.ty = Type::RAW;
    let pc = b.place(inst);
    let at = b.emit(H::WindowAddress, &[], 0);
    let done = b.call_helper(Helper::Perform, &[at, pc]);
    b.f.filled.insert(done, access.writes.iter().map(|r| *r as u32).collect());
    for r in access.writes {
        let v = b.emit(H::LoadWindow, &[], r as i64);
        b.set(r, v);
    }
}
