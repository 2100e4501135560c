//! Comparing decimals with other numbers; hashes.

use super::cell::Decimal;
use super::convert::{Operand, of_float, of_int};
use super::current::current;
use super::signals::{report, room, state};
use habu_decimal::compare::numeric;
use habu_decimal::{Context, Dec, Kind, Num, status};
use habu_runtime::heap::Gc;
use habu_runtime::protocol::CmpOp;
use habu_runtime::types::complex;
use habu_runtime::types::float;
use habu_runtime::types::int;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A float in a comparison is signalled; testing for equality never raises for it.
fn float_operand(vm: &mut Vm, f: f64, op: CmpOp) -> PyResult<Operand> {
    let c = current(vm)?;
    if matches!(op, CmpOp::Eq | CmpOp::Ne) {
        c.status.set(c.status.get() | status::FLOAT_OPERATION);
    } else {
        report(vm, c, status::FLOAT_OPERATION)?;
    }
    Ok(Operand::Owned(of_float(f)))
}

/// What is compared: these two, if the other object is a number that can be.
fn operands(vm: &mut Vm, this: Gc<Decimal>, other: Value, op: CmpOp) -> PyResult<Option<(Operand, Operand)>> {
    let own = Operand::Cell(this);
    if let Some(cell) = vm.downcast::<Decimal>(other) {
        return Ok(Some((own, Operand::Cell(cell))));
    }
    if let Some(n) = int::as_int(vm, other) {
        return Ok(Some((own, Operand::Owned(of_int(n)))));
    }
    if let Some(f) = float::as_f64(vm, other) {
        return Ok(Some((own, float_operand(vm, f, op)?)));
    }
    if let Some((real, imaginary)) = complex::as_pair(vm, other) {
        if !matches!(op, CmpOp::Eq | CmpOp::Ne) || imaginary != 0.0 {
            return Ok(None);
        }
        return Ok(Some((own, float_operand(vm, real, op)?)));
    }
    let rational = state(vm)?.rational;
    if !vm.is_instance(other, rational)? {
        return Ok(None);
    }
    // Both times the denominator.
    let numerator = vm.get_attr_str(other, "numerator")?;
    let denominator = vm.get_attr_str(other, "denominator")?;
    let (Some(numerator), Some(denominator)) = (int::as_int(vm, numerator), int::as_int(vm, denominator))
    else {
        return Err(vm.type_error("numerator and denominator must be integers"));
    };
    if this.view().kind != Kind::Finite {
        return Ok(Some((own, Operand::Owned(of_int(numerator)))));
    }
    let scaled = habu_decimal::arith::mul(this.view(), of_int(denominator).view(), &Context::MAX, &mut 0);
    let scaled: Dec = room(vm, scaled)?;
    Ok(Some((Operand::Owned(scaled), Operand::Owned(of_int(numerator)))))
}

pub fn compare(vm: &mut Vm, this: Gc<Decimal>, other: Value, op: CmpOp) -> PyResult {
    let Some((a, b)) = operands(vm, this, other, op)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let (a, b) = (a.view(), b.view());
    if a.is_nan() || b.is_nan() {
        // Order asks every NaN, equality only signalling ones.
        let equality = matches!(op, CmpOp::Eq | CmpOp::Ne);
        if !equality || a.kind == Kind::Snan || b.kind == Kind::Snan {
            let c = current(vm)?;
            report(vm, c, status::INVALID_OPERATION)?;
        }
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    Ok(Value::bool(op.of(numeric(a, b))))
}

pub fn hash(vm: &mut Vm, v: Value, n: Num<'_>) -> PyResult<i64> {
    match n.kind {
        Kind::Snan => Err(vm.type_error("Cannot hash a signaling NaN value")),
        Kind::Nan => Ok(int::hash_identity(v)),
        Kind::Infinite => Ok(if n.neg { -int::HASH_INF } else { int::HASH_INF }),
        Kind::Finite => Ok(int::not_minus_one(habu_decimal::convert::hash(n).unwrap_or(0))),
    }
}
