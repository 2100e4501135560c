//! Multiplying and dividing durations: exact integers throughout, rounded half to even.

use super::delta::{self, Delta};
use dashu_base::{BitTest, DivRemEuclid, Signed};
use dashu_int::{IBig, UBig};
use habu_runtime::heap::Gc;
use habu_runtime::types::float;
use habu_runtime::types::int::{self, Digits};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};

fn from_big(vm: &mut Vm, n: &IBig) -> PyResult {
    match i128::try_from(n) {
        Ok(n) => delta::make(vm, n).map(Value::from_gc),
        Err(_) => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

fn zero_division(vm: &mut Vm) -> Raised {
    vm.zero_division_error("division by zero")
}

/// Quotient towards minus infinity.
fn floor_div(a: &IBig, b: &IBig) -> IBig {
    let (quotient, rest): (IBig, UBig) = a.div_rem_euclid(b);
    if !rest.is_zero() && b.is_negative() { quotient - 1 } else { quotient }
}

/// The nearest quotient; ties go to the even one.
fn nearest(a: &IBig, b: &IBig) -> IBig {
    let (a, b) = if b.is_negative() { (-a, -b) } else { (a.clone(), b.clone()) };
    let (quotient, rest): (IBig, UBig) = (&a).div_rem_euclid(&b);
    let twice: IBig = IBig::from(rest) * IBig::from(2);
    let up = match twice.cmp(&b) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.bit(0),
        std::cmp::Ordering::Less => false,
    };
    if up { quotient + 1 } else { quotient }
}

/// A float as a fraction of two integers; subclasses may have their own idea of it.
fn ratio(vm: &mut Vm, v: Value) -> PyResult<(IBig, IBig)> {
    if let Some(f) = float::exact(vm, v) {
        let (a, b) = float::as_ratio(vm, f)?;
        return Ok((Digits::of(a).ibig(), Digits::of(b).ibig()));
    }
    let pair = vm.call_method(v, "as_integer_ratio", &[])?;
    let Some(pair) = vm.downcast::<Tuple>(pair) else {
        let got = vm.type_name(pair);
        let text = format!("unexpected return type from as_integer_ratio(): expected tuple, not '{got}'");
        return Err(vm.type_error(text));
    };
    let &[a, b] = pair.items() else {
        return Err(vm.value_error("unexpected return type from as_integer_ratio(): expected a 2-tuple"));
    };
    match (int::as_int(vm, a), int::as_int(vm, b)) {
        (Some(a), Some(b)) => Ok((Digits::of(a).ibig(), Digits::of(b).ibig())),
        _ => Err(vm.type_error("as_integer_ratio() must return two integers")),
    }
}

pub fn multiply(vm: &mut Vm, this: Gc<Delta>, v: Value) -> PyResult {
    if let Some(n) = int::as_int(vm, v) {
        if let Some(product) = int::to_i64(n).and_then(|n| this.total().checked_mul(n.into())) {
            return delta::make(vm, product).map(Value::from_gc);
        }
        return from_big(vm, &(IBig::from(this.total()) * Digits::of(n).ibig()));
    }
    match float::as_f64(vm, v) {
        Some(_) => {
            let (a, b) = ratio(vm, v)?;
            if b.is_zero() {
                return Err(zero_division(vm));
            }
            from_big(vm, &nearest(&(IBig::from(this.total()) * a), &b))
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

pub fn true_divide(vm: &mut Vm, this: Gc<Delta>, v: Value) -> PyResult {
    if let Some(other) = delta::of(vm, v) {
        if other.is_zero() {
            return Err(zero_division(vm));
        }
        let (a, b) = (vm.int_i128(this.total())?, vm.int_i128(other.total())?);
        let quotient = int::truediv(vm, a, b)?;
        return vm.float(quotient);
    }
    let (a, b) = if let Some(n) = int::as_int(vm, v) {
        (IBig::from(1), Digits::of(n).ibig())
    } else if float::as_f64(vm, v).is_some() {
        let (a, b) = ratio(vm, v)?;
        (b, a)
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if b.is_zero() {
        return Err(zero_division(vm));
    }
    from_big(vm, &nearest(&(IBig::from(this.total()) * a), &b))
}

pub fn floor_divide(vm: &mut Vm, this: Gc<Delta>, v: Value) -> PyResult {
    if let Some(other) = delta::of(vm, v) {
        return divmod(vm, this, other).map(|(quotient, _)| quotient);
    }
    let Some(n) = int::as_int(vm, v) else { return Ok(Value::NOT_IMPLEMENTED) };
    let n = Digits::of(n).ibig();
    if n.is_zero() {
        return Err(zero_division(vm));
    }
    from_big(vm, &floor_div(&IBig::from(this.total()), &n))
}

/// How many times `other` goes into `this`, and the duration left.
pub fn divmod(vm: &mut Vm, this: Gc<Delta>, other: Gc<Delta>) -> PyResult<(Value, Value)> {
    let (a, b) = (this.total(), other.total());
    if b == 0 {
        return Err(zero_division(vm));
    }
    let mut quotient = a.div_euclid(b);
    if b < 0 && a.rem_euclid(b) != 0 {
        quotient -= 1;
    }
    let rest = delta::make(vm, a - quotient * b)?;
    Ok((vm.int_i128(quotient)?, Value::from_gc(rest)))
}
