//! Cells and free variables.

use super::Builder;
use crate::helpers::Helper;
use crate::hir::{Op as H, Type, Val};
use crate::layout;
use habu_bytecode::op::Instr;

pub fn make_cell(b: &mut Builder, i: Instr) {
    let v = b.get(i.a);
    let cell = b.call_helper(Helper::MakeCell, &[v]);
    b.f.inst_mut(cell).ty = Type::object(layout::CELL);
    b.set(i.a, cell);
}

fn load(b: &mut Builder, cell: Val, dst: u16) {
    let v = b.emit(H::LoadCell, &[cell], layout::CELL_VALUE);
    let v = b.bound_of(v);
    b.set(dst, v);
}

/// The closure's cell `index`.
fn free(b: &mut Builder, index: u16) -> Val {
    let function = b.callee();
    let closure = b.emit(H::LoadConst, &[function], layout::FUNCTION_CLOSURE);
    b.emit(H::LoadConst, &[closure], layout::TUPLE_ITEMS + index as i64 * 8)
}

pub fn load_cell(b: &mut Builder, i: Instr) {
    let cell = b.get(i.b);
    load(b, cell, i.a);
}

pub fn store_cell(b: &mut Builder, i: Instr) {
    let (cell, v) = (b.get(i.a), b.get(i.b));
    b.emit(H::StoreCell, &[cell, v], layout::CELL_VALUE);
}

pub fn load_free(b: &mut Builder, i: Instr) {
    let cell = free(b, i.b);
    load(b, cell, i.a);
}

pub fn store_free(b: &mut Builder, i: Instr) {
    let cell = free(b, i.a);
    let v = b.get(i.b);
    b.emit(H::StoreCell, &[cell, v], layout::CELL_VALUE);
}

pub fn load_free_cell(b: &mut Builder, i: Instr) {
    let cell = free(b, i.b);
    b.set(i.a, cell);
}
