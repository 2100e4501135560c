//! Instructions whose body is the interpreter's own: operands go into the window, results come from there.

use super::{Builder, liveness};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Inst, Konst, Op as H, Type, Val};
use habu_bytecode::op::Instr;
use habu_runtime::interp::performer;

pub fn perform(b: &mut Builder, i: Instr) {
    let Some(step) = performer(b.op) else { return b.exit(Reason::NotCovered) };
    let access = liveness::access(b.snap, b.pc, b.op, i);
    for &r in &access.reads {
        let v = b.get(r);
        b.emit(H::Spill, &[v], r as i64);
    }
    let pc = address(b, b.snap.stream + b.pc as u64 * 4);
    let step = address(b, step as usize as u64);
    let at = b.emit(H::WindowAddress, &[], 0);
    let done = b.call_helper(Helper::Perform, &[at, pc, step]);
    b.f.filled.insert(done, access.writes.iter().map(|r| *r as u32).collect());
    for r in access.writes {
        let v = b.emit(H::LoadWindow, &[], r as i64);
        b.set(r, v);
    }
}

pub fn address(b: &mut Builder, address: u64) -> Val {
    let k = b.f.constant(Konst::Address(address));
    let mut inst = Inst::new(H::Const, &[], k);
    inst.ty = Type::RAW;
    b.place(inst)
}
