//! Operations on decimals, as operators and as methods.

use super::cell::{self, Decimal};
use super::context::DecimalContext;
use super::convert::{Operand, expect, operand};
use super::current::{context_arg, current};
use super::signals::{report, result, room};
use habu_decimal::{Context, Dec, NoRoom, Num, Res};
use habu_runtime::heap::Gc;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

pub type Unary = fn(Num<'_>, &Context, &mut u32) -> Res;
pub type Binary = fn(Num<'_>, Num<'_>, &Context, &mut u32) -> Res;
/// A binary operation that no context matters to.
pub type Plain = fn(Num<'_>, Num<'_>) -> Dec;
type DivMod = Result<(Dec, Dec), NoRoom>;

/// `op(this)` in the current context.
pub fn prefix(vm: &mut Vm, this: Gc<Decimal>, op: Unary) -> PyResult<Gc<Decimal>> {
    let c = current(vm)?;
    unary(vm, c, this.view(), op)
}

fn unary(vm: &mut Vm, c: Gc<DecimalContext>, a: Num<'_>, op: Unary) -> PyResult<Gc<Decimal>> {
    let mut st = 0;
    let d = op(a, &c.arith(), &mut st);
    result(vm, c, st, d)
}

#[inline]
fn binary(vm: &mut Vm, c: Gc<DecimalContext>, a: Num<'_>, b: Num<'_>, op: Binary) -> PyResult<Gc<Decimal>> {
    let mut st = 0;
    let d = op(a, b, &c.arith(), &mut st);
    result(vm, c, st, d)
}

/// An operator with this on its left.
#[inline]
pub fn infix(
    vm: &mut Vm,
    this: Gc<Decimal>,
    other: Value,
    op: impl Fn(Num<'_>, Num<'_>, &Context, &mut u32) -> Res,
) -> PyResult {
    let c = current(vm)?;
    let mut st = 0;
    let d = match vm.downcast::<Decimal>(other) {
        Some(other) => op(this.view(), other.view(), &c.arith(), &mut st),
        None => match operand(vm, other) {
            Some(other) => op(this.view(), other.view(), &c.arith(), &mut st),
            None => return Ok(Value::NOT_IMPLEMENTED),
        },
    };
    result(vm, c, st, d).map(Value::from_gc)
}

/// An operator with this on its right.
pub fn reflected(vm: &mut Vm, this: Gc<Decimal>, other: Value, op: Binary) -> PyResult {
    let Some(other) = operand(vm, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let c = current(vm)?;
    binary(vm, c, other.view(), this.view(), op).map(Value::from_gc)
}

fn pair(vm: &mut Vm, c: Gc<DecimalContext>, st: u32, both: DivMod) -> PyResult {
    let (quotient, rest) = room(vm, both)?;
    report(vm, c, st)?;
    let quotient = Value::from_gc(cell::make(vm, &quotient)?);
    let rest = Value::from_gc(cell::make(vm, &rest)?);
    vm.tuple(&[quotient, rest]).map(Value::from_gc)
}

fn divmod_of(vm: &mut Vm, c: Gc<DecimalContext>, a: Num<'_>, b: Num<'_>) -> PyResult {
    let mut st = 0;
    let both = habu_decimal::divide::divmod(a, b, &c.arith(), &mut st);
    pair(vm, c, st, both)
}

/// `divmod(this, other)`, or the other way round.
pub fn divmod(vm: &mut Vm, this: Gc<Decimal>, other: Value, swapped: bool) -> PyResult {
    let Some(other) = operand(vm, other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let c = current(vm)?;
    if swapped {
        divmod_of(vm, c, other.view(), this.view())
    } else {
        divmod_of(vm, c, this.view(), other.view())
    }
}

fn power_of(
    vm: &mut Vm,
    c: Gc<DecimalContext>,
    a: &Operand,
    b: &Operand,
    modulus: Option<&Operand>,
) -> PyResult<Gc<Decimal>> {
    let mut st = 0;
    let d = match modulus {
        None => habu_decimal::power::pow(a.view(), b.view(), &c.arith(), &mut st),
        Some(m) => habu_decimal::power::pow_mod(a.view(), b.view(), m.view(), &c.arith(), &mut st),
    };
    result(vm, c, st, d)
}

/// `pow(a, b, modulus)`, one of which is a decimal.
pub fn power(vm: &mut Vm, a: Value, b: Value, modulus: Value) -> PyResult {
    let (Some(a), Some(b)) = (operand(vm, a), operand(vm, b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    let m = if modulus.is_none() {
        None
    } else {
        match operand(vm, modulus) {
            Some(m) => Some(m),
            None => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
    let c = current(vm)?;
    power_of(vm, c, &a, &b, m.as_ref()).map(Value::from_gc)
}

/// `context.power(a, b, modulo)`
pub fn context_power(vm: &mut Vm, c: Gc<DecimalContext>, a: Value, b: Value, modulus: Value) -> PyResult {
    let (a, b) = (expect(vm, a)?, expect(vm, b)?);
    let m = if modulus.is_none() { None } else { Some(expect(vm, modulus)?) };
    power_of(vm, c, &a, &b, m.as_ref()).map(Value::from_gc)
}

/// A method `this.op(context=None)`.
pub fn method1(vm: &mut Vm, this: Gc<Decimal>, context: Value, op: Unary) -> PyResult<Gc<Decimal>> {
    let c = context_arg(vm, context)?;
    unary(vm, c, this.view(), op)
}

/// A method `this.op(other, context=None)`.
pub fn method2(
    vm: &mut Vm,
    this: Gc<Decimal>,
    other: Value,
    context: Value,
    op: Binary,
) -> PyResult<Gc<Decimal>> {
    let c = context_arg(vm, context)?;
    let other = expect(vm, other)?;
    binary(vm, c, this.view(), other.view(), op)
}

/// As `method2`, for operations without conditions.
pub fn plain2(
    vm: &mut Vm,
    this: Gc<Decimal>,
    other: Value,
    context: Value,
    op: Plain,
) -> PyResult<Gc<Decimal>> {
    context_arg(vm, context)?;
    let other = expect(vm, other)?;
    cell::make(vm, &op(this.view(), other.view()))
}

/// `this.fma(other, third, context=None)`
pub fn fma(vm: &mut Vm, a: Value, b: Value, third: Value, c: Gc<DecimalContext>) -> PyResult<Gc<Decimal>> {
    let (a, b, third) = (expect(vm, a)?, expect(vm, b)?, expect(vm, third)?);
    let mut st = 0;
    let d = habu_decimal::arith::fma(a.view(), b.view(), third.view(), &c.arith(), &mut st);
    result(vm, c, st, d)
}

/// A method `context.op(x)`.
pub fn context1(vm: &mut Vm, c: Gc<DecimalContext>, x: Value, op: Unary) -> PyResult<Gc<Decimal>> {
    let x = expect(vm, x)?;
    unary(vm, c, x.view(), op)
}

/// A method `context.op(x, y)`.
pub fn context2(vm: &mut Vm, c: Gc<DecimalContext>, x: Value, y: Value, op: Binary) -> PyResult<Gc<Decimal>> {
    let (x, y) = (expect(vm, x)?, expect(vm, y)?);
    binary(vm, c, x.view(), y.view(), op)
}

/// As `context2`, for operations without conditions.
pub fn context_plain(vm: &mut Vm, x: Value, y: Value, op: Plain) -> PyResult<Gc<Decimal>> {
    let (x, y) = (expect(vm, x)?, expect(vm, y)?);
    cell::make(vm, &op(x.view(), y.view()))
}

/// `context.divmod(x, y)`
pub fn context_divmod(vm: &mut Vm, c: Gc<DecimalContext>, x: Value, y: Value) -> PyResult {
    let (x, y) = (expect(vm, x)?, expect(vm, y)?);
    divmod_of(vm, c, x.view(), y.view())
}

/// The sign of `b` on `a`.
pub fn copy_sign(a: Num<'_>, b: Num<'_>) -> Dec {
    a.to_dec().with_sign(b.neg)
}

/// A logical operation.
macro_rules! logical {
    ($name:ident, $f:expr) => {
        pub fn $name(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
            habu_decimal::logic::logical(a, b, $f, c, st)
        }
    };
}
logical!(logical_and, |a, b| a && b);
logical!(logical_or, |a, b| a || b);
logical!(logical_xor, |a, b| a != b);

/// A choice between two numbers.
macro_rules! pick {
    ($name:ident, $what:ident) => {
        pub fn $name(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
            habu_decimal::compare::pick(habu_decimal::compare::Pick::$what, a, b, c, st)
        }
    };
}
pick!(max, Max);
pick!(max_mag, MaxMagnitude);
pick!(min, Min);
pick!(min_mag, MinMagnitude);

/// Rounded as any result is; nothing else changes.
pub fn apply(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    habu_decimal::finish(a.to_dec(), c, st)
}

pub fn to_integral_value(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    habu_decimal::quantize::to_integral(a, false, c, st)
}

pub fn to_integral_exact(a: Num<'_>, c: &Context, st: &mut u32) -> Res {
    habu_decimal::quantize::to_integral(a, true, c, st)
}

/// `this.op(rounding=None, context=None)`
pub fn rounded(
    vm: &mut Vm,
    this: Gc<Decimal>,
    rounding: Value,
    context: Value,
    op: Unary,
) -> PyResult<Gc<Decimal>> {
    let c = context_arg(vm, context)?;
    let mut work = c.arith();
    if !rounding.is_none() {
        work.round = super::settings::rounding(vm, rounding)?;
    }
    let mut st = 0;
    let d = op(this.view(), &work, &mut st);
    result(vm, c, st, d)
}

/// `this.quantize(exp, rounding=None, context=None)`
pub fn quantize(
    vm: &mut Vm,
    this: Gc<Decimal>,
    exp: Value,
    rounding: Value,
    context: Value,
) -> PyResult<Gc<Decimal>> {
    let c = context_arg(vm, context)?;
    let mut work = c.arith();
    if !rounding.is_none() {
        work.round = super::settings::rounding(vm, rounding)?;
    }
    let exp = expect(vm, exp)?;
    let mut st = 0;
    let d = habu_decimal::quantize::quantize(this.view(), exp.view(), &work, &mut st);
    result(vm, c, st, d)
}
