//! Lets frame states name unboxed values: boxing for the interpreter's sake happens in the cold exit, if at all.

use crate::hir::{Function, Op};

pub fn run(f: &mut Function) {
    for i in 0..f.frames.len() {
        for r in 0..f.frames[i].regs.len() {
            if let Some(v) = f.frames[i].regs[r] {
                let inst = f.inst(v);
                if matches!(inst.op, Op::BoxFloat | Op::BoolWord) {
                    f.frames[i].regs[r] = Some(inst.args[0]);
                }
            }
        }
    }
}
