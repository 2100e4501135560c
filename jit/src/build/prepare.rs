//! Calls of Python functions that are only found when they are called: the runtime binds the arguments in a window above the
//! frame, and says where the function's native code begins.

use super::Builder;
use crate::helpers::Helper;
use crate::hir::{Op as H, Type, Val};

/// Calls what `helper` prepares; if there is no native code for it, does what `otherwise` says.
pub fn call(
    b: &mut Builder,
    helper: Helper,
    args: &[Val],
    otherwise: impl FnOnce(&mut Builder) -> Val,
) -> Val {
    let at = b.snap.registers + 4;
    let mut all = vec![b.emit(H::WindowAddress, &[], at as i64)];
    all.extend(args);
    let entry = b.call_helper(helper, &all);
    let none = b.word(0);
    let nowhere = b.emit(H::Same, &[entry, none], 0);
    let regs = b.regs.clone();
    let join = b.f.new_block();
    let mut results = Vec::new();
    let direct = b.fork(nowhere);
    let v = otherwise(b);
    b.join(join, v, &mut results);
    b.block = direct;
    b.regs.clone_from(&regs);
    let v = b.emit(H::CallEntry, &[entry], 0);
    b.f.inst_mut(v).extra = b.offset() + at;
    b.f.inst_mut(v).ty = Type::BOUND;
    b.join(join, v, &mut results);
    b.regs = regs;
    b.joined(join, &results)
}
