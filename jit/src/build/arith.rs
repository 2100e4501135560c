//! Arithmetic: on small integers and unboxed floats where feedback says so, else through the runtime.

use super::{Assumption, Builder};
use crate::exits::Reason;
use crate::helpers::Helper;
use crate::hir::{Cmp, Op as H, Target, Type, Val};
use crate::layout;
use crate::snapshot::{Callee, Fact};
use habu_bytecode::feedback::Kinds;
use habu_bytecode::op::{Instr, Op};
use habu_runtime::Value;

/// The general form of an operator with an immediate.
fn general(op: Op) -> Op {
    match op {
        Op::ADD_IMM => Op::ADD,
        Op::SUB_IMM => Op::SUB,
        Op::MUL_IMM => Op::MUL,
        Op::FLOORDIV_IMM => Op::FLOORDIV,
        Op::MOD_IMM => Op::MOD,
        Op::AND_IMM => Op::AND,
        Op::LSHIFT_IMM => Op::LSHIFT,
        Op::RSHIFT_IMM => Op::RSHIFT,
        other => other,
    }
}

pub fn binary(b: &mut Builder, i: Instr) {
    let (x, y) = (b.get(i.b), b.get(i.c));
    operate(b, i, x, y);
}

pub fn binary_imm(b: &mut Builder, i: Instr) {
    let x = b.get(i.b);
    let y = b.int(i.c as i16 as i64);
    operate(b, i, x, y);
}

fn operate(b: &mut Builder, i: Instr, x: Val, y: Val) {
    let op = general(b.op);
    if let Some(v) = fast(b, op, x, y) {
        return b.set(i.a, v);
    }
    if let Some(v) = complex(b, op, x, y).or_else(|| method(b, i, op, x, y)) {
        return b.set(i.a, v);
    }
    let number = b.raw((op as u8 - Op::ADD as u8) as i64);
    let helper = if i.x & 1 != 0 { Helper::InPlace } else { Helper::Binary };
    let v = b.call_helper(helper, &[number, x, y]);
    b.f.inst_mut(v).ty = Type::BOUND;
    b.set(i.a, v);
}

/// A new complex number.
pub fn new_complex(b: &mut Builder, re: Val, im: Val) -> Val {
    let z = b.emit(H::NewObject, &[], layout::COMPLEX as i64);
    b.f.inst_mut(z).extra = layout::COMPLEX_SIZE;
    b.f.inst_mut(z).ty = Type::object(layout::COMPLEX);
    b.emit(H::StoreFieldF64, &[z, re], layout::COMPLEX_RE);
    b.emit(H::StoreFieldF64, &[z, im], layout::COMPLEX_IM);
    z
}

/// Real and imaginary part of what is known to be a complex number.
pub fn parts(b: &mut Builder, z: Val) -> (Val, Val) {
    let re = b.emit(H::LoadFieldF64, &[z], layout::COMPLEX_RE);
    (re, b.emit(H::LoadFieldF64, &[z], layout::COMPLEX_IM))
}

/// Sums, differences and products of two complex numbers.
fn complex(b: &mut Builder, op: Op, x: Val, y: Val) -> Option<Val> {
    let kinds = b.kinds();
    let is = |b: &Builder, v| b.ty(v).shape() == Some(layout::COMPLEX);
    let met = (kinds & Kinds::LEFT_SHAPE) >> Kinds::LEFT_SHIFT == layout::COMPLEX
        && kinds & !Kinds::LEFT_SHAPE & !Kinds::RAN == Kinds::OTHER;
    if !matches!(op, Op::ADD | Op::SUB | Op::MUL)
        || !(met || is(b, x) && is(b, y))
        || [Reason::WrongShape, Reason::RareCase].iter().any(|r| b.snap.has_failed(b.pc, *r))
    {
        return None;
    }
    let x = b.shape_of(x, layout::COMPLEX);
    let y = if b.ty(y).shape() == Some(layout::COMPLEX) { y } else { b.shape_of(y, layout::COMPLEX) };
    let ((a, bi), (c, d)) = (parts(b, x), parts(b, y));
    if op != Op::MUL {
        let form = if op == Op::ADD { H::FAdd } else { H::FSub };
        let (re, im) = (b.emit(form, &[a, c], 0), b.emit(form, &[bi, d], 0));
        return Some(new_complex(b, re, im));
    }
    let (ac, bd) = (b.emit(H::FMul, &[a, c], 0), b.emit(H::FMul, &[bi, d], 0));
    let (ad, bc) = (b.emit(H::FMul, &[a, d], 0), b.emit(H::FMul, &[bi, c], 0));
    let (re, im) = (b.emit(H::FSub, &[ac, bd], 0), b.emit(H::FAdd, &[ad, bc], 0));
    // Infinite operands have rules of their own.
    let fine = b.emit(H::FCmp, &[re, re], Cmp::Eq as i64);
    b.guard_true(fine, Reason::RareCase);
    Some(new_complex(b, re, im))
}

/// The operator by the method that the left operand's class has for it, for right operands whose class has no say before.
fn method(b: &mut Builder, i: Instr, op: Op, x: Val, y: Val) -> Option<Val> {
    let Some(Fact::Operator(facts)) = b.snap.facts.get(&b.pc) else { return None };
    let [fact] = &facts[..] else { return None };
    let (fact, kinds) = (fact.clone(), b.kinds());
    let Some(Callee::Python(target)) = &fact.callee else { return None };
    let failed = [Reason::WrongShape, Reason::NotFloat, Reason::NotInt];
    if failed.iter().any(|reason| b.snap.has_failed(b.pc, *reason))
        || !super::bind::is_plain(target, 2)
        || b.op != op
    {
        return None;
    }
    b.assume(Assumption::Class { class: fact.class, version: fact.version });
    let x = b.shape_of(x, fact.shape);
    let y = match b.ty(y) {
        ty if !ty.may_be(Type::OBJECT) || ty.shape() == Some(fact.shape) => y,
        _ if kinds & Kinds::RIGHT_INSTANCE != 0 => b.shape_of(y, fact.shape),
        _ if kinds & Kinds::FLOAT != 0 => {
            let float = b.emit(H::GuardFloat, &[y], 0);
            b.refine(y, float);
            float
        }
        _ => b.int_of(y),
    };
    let function = b.constant(target.function, layout::FUNCTION);
    let at = b.snap.registers as u16 + 1;
    let v = super::calls::operator(b, target, function, &[x, y], at, [(i.b, x), (i.c, y)])?;
    let refused = b.word(Value::NOT_IMPLEMENTED.0);
    let same = b.emit(H::Same, &[v, refused], 0);
    let (other, join) = (b.f.new_block(), b.f.new_block());
    let done = Target { block: join, args: vec![v] };
    b.branch(same, Target { block: other, args: Vec::new() }, done);
    b.ended = false;
    b.block = other;
    b.forget_shapes();
    let regs = b.regs.clone();
    let (number, in_place) = (b.raw((op as u8 - Op::ADD as u8) as i64), b.raw((i.x & 1) as i64));
    let w = b.call_helper(Helper::Reflected, &[number, x, y, in_place]);
    b.f.inst_mut(w).ty = Type::BOUND;
    b.terminate(H::Jump, &[], 0, vec![Target { block: join, args: vec![w] }]);
    b.ended = false;
    b.block = join;
    b.regs = regs;
    Some(b.f.add_param(join, Type::BOUND))
}

/// Whether the site has seen anything but small ints and floats; what guards tell apart it may not have.
pub fn is_general(b: &Builder, kinds: u32) -> bool {
    kinds & (Kinds::BIGINT | Kinds::STR | Kinds::BOOL | Kinds::OTHER) != 0
        || b.snap.has_failed(b.pc, Reason::NotInt) && kinds & Kinds::FLOAT == 0
        || b.snap.has_failed(b.pc, Reason::Overflow)
        || b.snap.has_failed(b.pc, Reason::RareCase)
        || b.snap.has_failed(b.pc, Reason::BadShift)
}

/// Both operands as f64 when the site works on floats; none: ambiguous.
pub fn floats(b: &mut Builder, kinds: u32, x: Val, y: Val) -> Option<(Val, Val)> {
    let (tx, ty) = (b.ty(x), b.ty(y));
    if tx.is(Type::INT) && ty.is(Type::INT) {
        return None;
    }
    // Quotients and comparisons of ints are those of the floats; other results would be ints.
    let alike = b.op == Op::TRUEDIV || super::compare::is_comparison(b.op);
    if tx.is(Type::INT) || ty.is(Type::INT) {
        let unsure = !tx.is(Type::FLOAT) && !ty.is(Type::FLOAT);
        if unsure && b.snap.has_failed_anywhere(Reason::NotFloat) {
            return alike.then(|| (number_as_float(b, x), number_as_float(b, y)));
        }
        let fx = if tx.is(Type::INT) { int_as_float(b, x) } else { b.float_of(x) };
        let fy = if ty.is(Type::INT) { int_as_float(b, y) } else { b.float_of(y) };
        return Some((fx, fy));
    }
    if kinds & Kinds::MIXED == 0 && !b.snap.has_failed(b.pc, Reason::NotFloat) {
        return Some((b.float_of(x), b.float_of(y)));
    }
    // One of them may be an int at times: fine as long as the other is surely a float.
    if tx.is(Type::FLOAT) {
        let fx = b.float_of(x);
        return Some((fx, b.emit(H::UnboxNumber, &[y], 0)));
    }
    if ty.is(Type::FLOAT) {
        let fx = b.emit(H::UnboxNumber, &[x], 0);
        return Some((fx, b.float_of(y)));
    }
    if !alike {
        if b.snap.has_failed_anywhere(Reason::BothInts) {
            return None;
        }
        let ints = b.emit(H::BothInts, &[x, y], 0);
        b.emit(H::GuardFalse, &[ints], Reason::BothInts as i64);
    }
    Some((b.emit(H::UnboxNumber, &[x], 0), b.emit(H::UnboxNumber, &[y], 0)))
}

fn int_as_float(b: &mut Builder, v: Val) -> Val {
    if b.known_word(v).is_some() {
        return b.float_of(v);
    }
    b.emit(H::UnboxNumber, &[v], 0)
}

fn fast(b: &mut Builder, op: Op, x: Val, y: Val) -> Option<Val> {
    let kinds = b.kinds();
    if is_general(b, kinds) || op == Op::MATMUL {
        return None;
    }
    let is_float = |b: &Builder, v| b.ty(v).is(Type::FLOAT);
    if kinds & Kinds::FLOAT != 0 || is_float(b, x) || is_float(b, y) {
        if !matches!(op, Op::ADD | Op::SUB | Op::MUL | Op::TRUEDIV | Op::FLOORDIV | Op::MOD | Op::POW) {
            return None;
        }
        return match floats(b, kinds, x, y) {
            Some((fx, fy)) => float_op(b, op, fx, fy),
            None => ints_or_floats(b, op, x, y),
        };
    }
    int_op(b, op, x, y)
}

/// A site where two ints come up as well as floats: what both are decides, each time.
fn ints_or_floats(b: &mut Builder, op: Op, x: Val, y: Val) -> Option<Val> {
    let both = b.ty(x).is(Type::INT) && b.ty(y).is(Type::INT);
    if both || !matches!(op, Op::ADD | Op::SUB | Op::MUL) {
        return None;
    }
    let ints = b.emit(H::BothInts, &[x, y], 0);
    let regs = b.regs.clone();
    let join = b.f.new_block();
    let mut results = Vec::new();
    let floats = b.fork(ints);
    let v = int_op(b, op, x, y)?;
    b.join(join, v, &mut results);
    b.regs.clone_from(&regs);
    b.block = floats;
    let (fx, fy) = (number_as_float(b, x), number_as_float(b, y));
    let v = float_op(b, op, fx, fy)?;
    b.join(join, v, &mut results);
    b.regs = regs;
    Some(b.joined(join, &results))
}

/// An int or float as f64.
fn number_as_float(b: &mut Builder, v: Val) -> Val {
    match b.ty(v) {
        ty if ty.is(Type::FLOAT) => b.float_of(v),
        ty if ty.is(Type::INT) => int_as_float(b, v),
        _ => b.emit(H::UnboxNumber, &[v], 0),
    }
}

fn float_op(b: &mut Builder, op: Op, x: Val, y: Val) -> Option<Val> {
    let simple = match op {
        Op::ADD => H::FAdd,
        Op::SUB => H::FSub,
        Op::MUL => H::FMul,
        Op::TRUEDIV | Op::FLOORDIV | Op::MOD => {
            let zero = b.emit(H::Float, &[], 0);
            let cond = b.emit(H::FCmp, &[y, zero], Cmp::Ne as i64);
            b.guard_true(cond, Reason::DivisionByZero);
            match op {
                Op::TRUEDIV => H::FDiv,
                Op::MOD => return Some(b.emit(H::PureCall, &[x, y], Helper::FloatMod as i64)),
                _ => return Some(b.emit(H::PureCall, &[x, y], Helper::FloatFloorDiv as i64)),
            }
        }
        Op::POW => {
            // Zero, negative and overflowing cases raise or turn complex: the interpreter's.
            let zero = b.emit(H::Float, &[], 0);
            let positive = b.emit(H::FCmp, &[x, zero], Cmp::Gt as i64);
            b.guard_true(positive, Reason::RareCase);
            let v = b.emit(H::PureCall, &[x, y], Helper::FloatPow as i64);
            let infinity = b.emit(H::Float, &[], f64::INFINITY.to_bits() as i64);
            let finite = b.emit(H::FCmp, &[v, infinity], Cmp::Lt as i64);
            b.guard_true(finite, Reason::RareCase);
            return Some(v);
        }
        _ => return None,
    };
    Some(b.emit(simple, &[x, y], 0))
}

fn int_op(b: &mut Builder, op: Op, x: Val, y: Val) -> Option<Val> {
    let form = match op {
        Op::ADD => H::IAdd,
        Op::SUB => H::ISub,
        Op::MUL => H::IMul,
        Op::FLOORDIV => H::IFloorDiv,
        Op::MOD => H::IMod,
        Op::LSHIFT => H::IShl,
        Op::RSHIFT => H::IShr,
        Op::AND => H::IAnd,
        Op::OR => H::IOr,
        Op::XOR => H::IXor,
        Op::TRUEDIV => {
            let (x, y) = (b.int_of(x), b.int_of(y));
            let (fx, fy) = (int_as_float(b, x), int_as_float(b, y));
            return float_op(b, op, fx, fy);
        }
        _ => return None,
    };
    let (x, y) = (b.int_of(x), b.int_of(y));
    Some(b.emit(form, &[x, y], 0))
}

pub fn unary(b: &mut Builder, i: Instr) {
    let x = b.get(i.b);
    let kinds = b.kinds();
    let float = kinds & Kinds::FLOAT != 0 || b.ty(x).is(Type::FLOAT);
    if !is_general(b, kinds) {
        let v = match b.op {
            Op::NEG if float => {
                let f = b.float_of(x);
                b.emit(H::FNeg, &[f], 0)
            }
            Op::NEG => {
                let n = b.int_of(x);
                b.emit(H::INeg, &[n], 0)
            }
            Op::POS if float => b.float_of(x),
            Op::POS => b.int_of(x),
            _ => {
                let n = b.int_of(x);
                b.emit(H::IInvert, &[n], 0)
            }
        };
        return b.set(i.a, v);
    }
    let number = b.raw((b.op as u8 - Op::NEG as u8) as i64);
    let v = b.call_helper(Helper::Unary, &[number, x]);
    b.f.inst_mut(v).ty = Type::BOUND;
    b.set(i.a, v);
}
