//! Operators on exact ints and floats without looking up methods: what the general protocol tries first.

use super::{Digits, to_f64};
use crate::object::ids;
use crate::protocol::arith::BinaryOp;
use crate::protocol::compare::CmpOp;
use crate::types::float::{self, Float};
use crate::value::Value;
use crate::vm::{PyResult, Vm, id_of};

/// An operand of exact type int or float.
#[derive(Clone, Copy)]
enum Number {
    Int(Value),
    Float(f64),
}

#[inline]
fn number(vm: &Vm, v: Value) -> Option<Number> {
    if v.is_small() {
        return Some(Number::Int(v));
    }
    if v.is_inline_float() {
        return Some(Number::Float(v.inline_float_unchecked()));
    }
    match id_of(v) {
        ids::INT => Some(Number::Int(v)),
        ids::FLOAT => vm.exact::<Float>(v).map(|f| Number::Float(f.get())),
        _ => None,
    }
}

/// `a op b` when both are exact ints or floats and the operator is defined for them.
#[inline]
pub fn binary(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> Option<PyResult> {
    match (number(vm, a)?, number(vm, b)?) {
        (Number::Int(a), Number::Int(b)) => ints(vm, op, a, b),
        (a, b) => {
            let pair = as_float(vm, a).and_then(|x| Ok((x, as_float(vm, b)?)));
            match pair {
                Ok((x, y)) => floats(vm, op, x, y),
                // `|` and the like have no meaning for floats, whatever the size of the other operand.
                Err(raised) if is_float_op(op) => Some(Err(raised)),
                Err(raised) => {
                    vm.take_exception(raised);
                    None
                }
            }
        }
    }
}

fn as_float(vm: &mut Vm, n: Number) -> PyResult<f64> {
    match n {
        Number::Float(f) => Ok(f),
        Number::Int(n) => to_f64(vm, n),
    }
}

/// `a op b` for exact ints, if the operator is defined for them.
pub fn ints(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> Option<PyResult> {
    Some(match op {
        BinaryOp::Add => super::add(vm, a, b),
        BinaryOp::Sub => super::sub(vm, a, b),
        BinaryOp::Mul => super::mul(vm, a, b),
        BinaryOp::TrueDiv => super::truediv(vm, a, b).and_then(|f| vm.float(f)),
        BinaryOp::FloorDiv => super::floordiv(vm, a, b),
        BinaryOp::Mod => super::modulo(vm, a, b),
        BinaryOp::Pow => super::pow(vm, a, b),
        BinaryOp::LShift => super::lshift(vm, a, b),
        BinaryOp::RShift => super::rshift(vm, a, b),
        BinaryOp::And => super::and(vm, a, b),
        BinaryOp::Or => super::or(vm, a, b),
        BinaryOp::Xor => super::xor(vm, a, b),
        BinaryOp::DivMod => super::divmod(vm, a, b).and_then(|(q, r)| vm.tuple(&[q, r]).map(Value::from_gc)),
        BinaryOp::MatMul => return None,
    })
}

fn is_float_op(op: BinaryOp) -> bool {
    use BinaryOp::{Add, DivMod, FloorDiv, Mod, Mul, Pow, Sub, TrueDiv};
    matches!(op, Add | Sub | Mul | TrueDiv | FloorDiv | Mod | Pow | DivMod)
}

fn floats(vm: &mut Vm, op: BinaryOp, a: f64, b: f64) -> Option<PyResult> {
    Some(match op {
        BinaryOp::Add => vm.float(a + b),
        BinaryOp::Sub => vm.float(a - b),
        BinaryOp::Mul => vm.float(a * b),
        BinaryOp::TrueDiv if b == 0.0 => Err(vm.zero_division_error("division by zero")),
        BinaryOp::TrueDiv => vm.float(a / b),
        BinaryOp::FloorDiv => float::floordiv(vm, a, b).and_then(|f| vm.float(f)),
        BinaryOp::Mod => float::modulo(vm, a, b).and_then(|f| vm.float(f)),
        BinaryOp::Pow => float::pow(vm, a, b),
        _ => return None,
    })
}

/// `a op b` when both are exact ints or floats.
#[inline]
pub fn compare(vm: &Vm, op: CmpOp, a: Value, b: Value) -> Option<bool> {
    Some(match (number(vm, a)?, number(vm, b)?) {
        (Number::Int(a), Number::Int(b)) => op.of(super::cmp(a, b)),
        (Number::Float(a), Number::Float(b)) => op.floats(a, b),
        (Number::Int(a), Number::Float(b)) => super::cmp_f64(a, b).map_or(op == CmpOp::Ne, |o| op.of(o)),
        (Number::Float(a), Number::Int(b)) => {
            super::cmp_f64(b, a).map_or(op == CmpOp::Ne, |o| op.swapped().of(o))
        }
    })
}

/// Truth of an exact number.
#[inline]
pub fn truth(vm: &Vm, v: Value) -> Option<bool> {
    Some(match number(vm, v)? {
        Number::Int(n) => !Digits::of(n).is_zero(),
        Number::Float(f) => f != 0.0,
    })
}
