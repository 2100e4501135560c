//! Displays and comprehensions: building containers from registers.

use super::Builder;
use crate::helpers::Helper;
use crate::hir::Type;
use crate::layout;
use habu_bytecode::NOREG;
use habu_bytecode::op::Instr;
use habu_runtime::Value;

/// `registers` per item: 2 for mappings.
pub fn build(b: &mut Builder, i: Instr, helper: Helper, registers: usize) {
    let at = b.window(i.b, i.b, i.c as usize * registers);
    let n = b.raw(i.c as i64);
    let v = b.call_helper(helper, &[at, n]);
    b.f.inst_mut(v).ty = if helper == Helper::BuildTuple { Type::object(layout::TUPLE) } else { Type::BOUND };
    b.set(i.a, v);
}

pub fn build_slice(b: &mut Builder, i: Instr) {
    let at = b.window(i.b, i.b, 3);
    let v = b.call_helper(Helper::BuildSlice, &[at]);
    b.set(i.a, v);
}

pub fn add_to(b: &mut Builder, i: Instr, helper: Helper) {
    let (container, item) = (b.get(i.a), b.get(i.b));
    b.call_helper(helper, &[container, item]);
}

pub fn map_add(b: &mut Builder, i: Instr) {
    let (map, key, value) = (b.get(i.a), b.get(i.b), b.get(i.c));
    b.call_helper(Helper::MapAdd, &[map, key, value]);
}

pub fn format(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let spec = if i.c == NOREG { b.word(Value::UNBOUND.0) } else { b.get(i.c) };
    let conversion = b.raw(i.x as i64);
    let text = b.call_helper(Helper::Format, &[v, spec, conversion]);
    b.set(i.a, text);
}

pub fn list_to_tuple(b: &mut Builder, i: Instr) {
    let v = b.get(i.b);
    let tuple = b.call_helper(Helper::ListToTuple, &[v]);
    b.f.inst_mut(tuple).ty = Type::object(layout::TUPLE);
    b.set(i.a, tuple);
}

pub fn convert(b: &mut Builder, i: Instr) {
    let (v, which) = (b.get(i.b), b.raw(i.x as i64));
    let text = b.call_helper(Helper::Convert, &[v, which]);
    b.set(i.a, text);
}
