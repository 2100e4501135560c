//! Making functions.

use super::Builder;
use crate::helpers::Helper;
use crate::hir::Type;
use crate::layout;
use habu_bytecode::NOREG;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

pub fn make_function(b: &mut Builder, i: Instr) {
    let code = b.constant(b.snap.value(b.pc, b.op), 0);
    let closure = if i.b == NOREG { b.word(Value::UNBOUND.0) } else { b.get(i.b) };
    // Without free variables any function of this code has the globals that the new one needs.
    let parent = if b.snap.has_free { b.callee() } else { b.constant(b.snap.function, layout::FUNCTION) };
    let f = b.call_helper(Helper::MakeFunction, &[parent, code, closure]);
    b.f.inst_mut(f).ty = Type::object(layout::FUNCTION);
    b.set(i.a, f);
}

pub fn set_function_attr(b: &mut Builder, i: Instr) {
    let (f, v, which) = (b.get(i.a), b.get(i.b), b.raw(i.x as i64));
    b.call_helper(Helper::SetFunctionAttr, &[f, v, which]);
}
