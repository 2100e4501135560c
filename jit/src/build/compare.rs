//! Comparisons, alone and fused with a jump.

use super::{Builder, arith};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Op as H, Type, Val};
use crate::layout;
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::{Instr, Op};

/// The comparison of an opcode, whether it is negated by its jump, and whether its right operand is an immediate.
fn meaning(op: Op) -> (Cmp, bool, bool) {
    const PLAIN: [Op; 6] = [Op::LT, Op::LE, Op::EQ, Op::NE, Op::GT, Op::GE];
    const ROWS: [(Op, bool, bool); 4] = [
        (Op::JUMP_LT, false, false),
        (Op::JUMP_NOT_LT, true, false),
        (Op::JUMP_LT_IMM, false, true),
        (Op::JUMP_NOT_LT_IMM, true, true),
    ];
    if let Some(k) = PLAIN.iter().position(|p| *p == op) {
        return (Cmp::ALL[k], false, false);
    }
    // The four rows of six stand one behind the other in the opcode table, each in the order of `Cmp`.
    for (first, negated, imm) in ROWS {
        let k = (op as u8).wrapping_sub(first as u8) as usize;
        if k < 6 {
            return (Cmp::ALL[k], negated, imm);
        }
    }
    unreachable!("dispatched here for comparisons only")
}

/// Whether the opcode compares.
pub fn is_comparison(op: Op) -> bool {
    let name = op.info().name;
    ["LT", "LE", "EQ", "NE", "GT", "GE"].iter().any(|cmp| name.trim_end_matches("_IMM").ends_with(cmp))
}

/// The condition, when the operands are numbers or identity decides; none: through the runtime.
fn condition(b: &mut Builder, cmp: Cmp, x: Val, y: Val) -> Option<Val> {
    let kinds = b.kinds();
    if let Some(pairs) = number_tuples(b, x, y) {
        return Some(compare_pairs(b, cmp, &pairs));
    }
    if let Some(cond) = texts(b, kinds, cmp, x, y) {
        return Some(cond);
    }
    if arith::is_general(b, kinds) {
        return None;
    }
    if kinds & Kinds::FLOAT != 0 || b.ty(x).is(Type::FLOAT) || b.ty(y).is(Type::FLOAT) {
        let (fx, fy) = arith::floats(b, kinds, x, y)?;
        return Some(b.emit(H::FCmp, &[fx, fy], cmp as i64));
    }
    let (x, y) = (b.int_of(x), b.int_of(y));
    Some(b.emit(H::ICmp, &[x, y], cmp as i64))
}

/// Items of tuples that are compared in native code, at most.
const MAX_PAIRS: usize = 6;

/// The items of two tuples that were made here of as many items, pair by pair: small integers, unless those have been met that are
/// not.
fn number_tuples(b: &mut Builder, x: Val, y: Val) -> Option<Vec<(Val, Val)>> {
    if b.snap.has_failed(b.pc, Reason::NotInt) {
        return None;
    }
    let (xs, ys) = (b.tuples.get(&b.f.root(x))?.clone(), b.tuples.get(&b.f.root(y))?.clone());
    let number = |x: Val, y: Val| b.ty(x).may_be(Type::INT) && b.ty(y).may_be(Type::INT);
    let fits = xs.len() == ys.len() && (1..=MAX_PAIRS).contains(&xs.len());
    let pairs: Vec<(Val, Val)> = xs.into_iter().zip(ys).collect();
    if !fits || !pairs.iter().all(|(x, y)| number(*x, *y)) {
        return None;
    }
    Some(pairs.into_iter().map(|(x, y)| (b.int_of(x), b.int_of(y))).collect())
}

/// Compares as tuples do: the first pair that differs decides, else the last one.
fn compare_pairs(b: &mut Builder, cmp: Cmp, pairs: &[(Val, Val)]) -> Val {
    let &[(x, y), ref rest @ ..] = pairs else { unreachable!("tuples of some items") };
    if rest.is_empty() {
        return b.emit(H::ICmp, &[x, y], cmp as i64);
    }
    let same = b.emit(H::ICmp, &[x, y], Cmp::Eq as i64);
    b.either(same, false, |b| compare_pairs(b, cmp, rest), |b| b.emit(H::ICmp, &[x, y], cmp as i64))
}

/// Whether two strings are equal, at a site that has met nothing else.
fn texts(b: &mut Builder, kinds: u32, cmp: Cmp, x: Val, y: Val) -> Option<Val> {
    let only = kinds & !Kinds::RAN == Kinds::STR && !b.snap.has_failed(b.pc, Reason::WrongShape);
    if !only || !matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return None;
    }
    let (x, y) = (b.shape_of(x, layout::STR), b.shape_of(y, layout::STR));
    let cond = b.emit(H::SameText, &[x, y], 0);
    Some(if cmp == Cmp::Ne { b.emit(H::Not, &[cond], 0) } else { cond })
}

pub fn compare(b: &mut Builder, i: Instr) {
    let (cmp, ..) = meaning(b.op);
    let (x, y) = (b.get(i.b), b.get(i.c));
    if let Some(cond) = condition(b, cmp, x, y) {
        return b.set(i.a, cond);
    }
    let number = b.raw(cmp as i64);
    let v = b.call_helper(Helper::Compare, &[number, x, y]);
    b.f.inst_mut(v).ty = Type::BOUND;
    b.set(i.a, v);
}

pub fn jump_compare(b: &mut Builder, i: Instr) {
    let (cmp, negated, imm) = meaning(b.op);
    let x = b.get(i.a);
    let y = if imm { b.int(i.b as i16 as i64) } else { b.get(i.b) };
    let cond = match condition(b, cmp, x, y) {
        Some(cond) => cond,
        None => {
            let number = b.raw(cmp as i64);
            let v = b.call_helper(Helper::CompareTruth, &[number, x, y]);
            b.emit(H::IsTrue, &[v], 0)
        }
    };
    super::jumps::jump_if(b, cond, !negated);
}

pub fn is(b: &mut Builder, i: Instr) {
    let (x, y) = (b.get(i.b), b.get(i.c));
    let cond = b.emit(H::Same, &[x, y], 0);
    let cond = if b.op == Op::IS_NOT { b.emit(H::Not, &[cond], 0) } else { cond };
    b.set(i.a, cond);
}

pub fn contains(b: &mut Builder, i: Instr) {
    let (item, container) = (b.get(i.b), b.get(i.c));
    let negate = b.raw((b.op == Op::NOT_IN) as i64);
    let v = b.call_helper(Helper::Contains, &[container, item, negate]);
    b.set(i.a, v);
}
