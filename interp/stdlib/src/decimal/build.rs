//! Making decimals: the constructor and its relatives.

use super::cell::{self, Decimal};
use super::context::DecimalContext;
use super::convert::{Fit, fitted, of_float, of_int, of_object, unsupported};
use super::current::{context_arg, current};
use habu_decimal::Dec;
use habu_runtime::heap::Gc;
use habu_runtime::object::{Type, ids};
use habu_runtime::types::float;
use habu_runtime::types::int;
use habu_runtime::types::str::Str;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// `Decimal(value, context)`
pub fn new(vm: &mut Vm, cls: Gc<Type>, value: Value, context: Value) -> PyResult<Gc<Decimal>> {
    let c = context_arg(vm, context)?;
    if let Some(given) = vm.downcast::<Decimal>(value) {
        // Decimals do not change: the same one will do.
        return cell::instance_of(vm, cls, Decimal::exact(given));
    }
    let d = of_object(vm, value, c, Fit::Exact)?;
    cell::make_of(vm, cls, &d)
}

/// `context.create_decimal(num)`
pub fn create(vm: &mut Vm, c: Gc<DecimalContext>, num: Value) -> PyResult<Gc<Decimal>> {
    let d = of_object(vm, num, c, Fit::Rounded)?;
    cell::make(vm, &d)
}

/// The exact value of a float or an int.
fn real(vm: &mut Vm, v: Value) -> PyResult<Dec> {
    if let Some(n) = int::as_int(vm, v) {
        return Ok(of_int(n));
    }
    match float::as_f64(vm, v) {
        Some(f) => Ok(of_float(f)),
        None => Err(vm.type_error("argument must be int or float")),
    }
}

/// An instance of a class of decimals, through its constructor when it is a subclass.
fn wrapped(vm: &mut Vm, cls: Gc<Type>, exact: Gc<Decimal>) -> PyResult {
    if cls == vm.builtin(ids::DECIMAL) {
        return Ok(Value::from_gc(exact));
    }
    vm.call(Value::from_gc(cls), &[Value::from_gc(exact)])
}

/// `Decimal.from_float(f)`
pub fn from_float(vm: &mut Vm, cls: Gc<Type>, f: Value) -> PyResult {
    let d = real(vm, f)?;
    let c = current(vm)?;
    let d = fitted(vm, c, Some(d), Fit::Exact)?;
    let exact = cell::make(vm, &d)?;
    wrapped(vm, cls, exact)
}

/// `Decimal.from_number(number)`
pub fn from_number(vm: &mut Vm, cls: Gc<Type>, number: Value) -> PyResult {
    if let Some(given) = vm.downcast::<Decimal>(number) {
        return wrapped(vm, cls, Decimal::exact(given));
    }
    if vm.downcast::<Str>(number).is_some() || real_is_unsupported(vm, number) {
        return Err(unsupported(vm, number));
    }
    from_float(vm, cls, number)
}

fn real_is_unsupported(vm: &Vm, v: Value) -> bool {
    int::as_int(vm, v).is_none() && float::as_f64(vm, v).is_none()
}

/// `context.create_decimal_from_float(f)`
pub fn create_from_float(vm: &mut Vm, c: Gc<DecimalContext>, f: Value) -> PyResult<Gc<Decimal>> {
    let d = real(vm, f)?;
    let d = fitted(vm, c, Some(d), Fit::Rounded)?;
    cell::make(vm, &d)
}
