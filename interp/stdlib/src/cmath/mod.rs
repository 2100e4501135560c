//! `cmath`: functions of complex numbers.

mod functions;
mod special;

use crate::support::{set, set_float};
use functions::{Answer, Fault, Pair};
use habu_macros::native_module;
use habu_runtime::native::{ArgAt, FromArg};
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::{complex, float};
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// A complex number, or what converts to one.
struct Number(Pair);

impl FromArg for Number {
    fn from_arg(vm: &mut Vm, v: Value, _at: &ArgAt) -> PyResult<Number> {
        if let Some(pair) = complex::as_pair(vm, v) {
            return Ok(Number(pair));
        }
        let (name, cls) = (vm.intern("__complex__"), vm.class_of(v));
        if let Some(f) = vm.type_lookup(cls, name) {
            let made = vm.call_found(f, v, &[])?;
            return match complex::as_pair(vm, made) {
                Some(pair) => Ok(Number(pair)),
                None => {
                    let (class, got) = (vm.class_name(cls), vm.type_name(made));
                    Err(vm.type_error(format!("{class}.__complex__() must return a complex, not {got}")))
                }
            };
        }
        Ok(Number((float::to_f64(vm, v)?, 0.0)))
    }
}

fn answer(vm: &mut Vm, result: Answer) -> PyResult {
    match result {
        Ok((re, im)) => vm.complex(re, im),
        Err(Fault::Domain) => Err(vm.value_error("math domain error")),
        Err(Fault::Range) => Err(vm.overflow_error("math range error")),
    }
}

/// This module provides access to mathematical functions for complex
/// numbers.
#[native_module(name = "cmath")]
pub mod module {
    use super::*;

    /// Return the arc cosine of z.
    #[function(sig = "(z, /)")]
    fn acos(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::acos(z.0))
    }
    /// Return the inverse hyperbolic cosine of z.
    #[function(sig = "(z, /)")]
    fn acosh(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::acosh(z.0))
    }
    /// Return the arc sine of z.
    #[function(sig = "(z, /)")]
    fn asin(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::asin(z.0))
    }
    /// Return the inverse hyperbolic sine of z.
    #[function(sig = "(z, /)")]
    fn asinh(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::asinh(z.0))
    }
    /// Return the arc tangent of z.
    #[function(sig = "(z, /)")]
    fn atan(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::atan(z.0))
    }
    /// Return the inverse hyperbolic tangent of z.
    #[function(sig = "(z, /)")]
    fn atanh(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::atanh(z.0))
    }
    /// Return the cosine of z.
    #[function(sig = "(z, /)")]
    fn cos(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::cos(z.0))
    }
    /// Return the hyperbolic cosine of z.
    #[function(sig = "(z, /)")]
    fn cosh(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::cosh(z.0))
    }
    /// Return the exponential value e**z.
    #[function(sig = "(z, /)")]
    fn exp(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::exp(z.0))
    }
    /// Return the base-10 logarithm of z.
    #[function(sig = "(z, /)")]
    fn log10(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::log10(z.0))
    }
    /// Return the sine of z.
    #[function(sig = "(z, /)")]
    fn sin(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::sin(z.0))
    }
    /// Return the hyperbolic sine of z.
    #[function(sig = "(z, /)")]
    fn sinh(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::sinh(z.0))
    }
    /// Return the square root of z.
    #[function(sig = "(z, /)")]
    fn sqrt(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::sqrt(z.0))
    }
    /// Return the tangent of z.
    #[function(sig = "(z, /)")]
    fn tan(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::tan(z.0))
    }
    /// Return the hyperbolic tangent of z.
    #[function(sig = "(z, /)")]
    fn tanh(vm: &mut Vm, z: Number) -> PyResult {
        answer(vm, functions::tanh(z.0))
    }
    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of z.
    #[function(sig = "(z, base=<unrepresentable>, /)")]
    fn log(vm: &mut Vm, z: Number, base: Option<Number>) -> PyResult {
        let top = functions::log(z.0);
        let Some(base) = base else { return answer(vm, top) };
        let result = top.and_then(|a| Ok((a, functions::log(base.0)?)));
        match result {
            Ok((a, b)) => match complex::div(a, b) {
                Some(quotient) => answer(vm, Ok(quotient)),
                None => answer(vm, Err(Fault::Domain)),
            },
            Err(fault) => answer(vm, Err(fault)),
        }
    }
    /// Return argument, also known as the phase angle, of a complex.
    #[function(sig = "(z, /)")]
    fn phase(_vm: &mut Vm, z: Number) -> f64 {
        z.0.1.atan2(z.0.0)
    }
    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[function(sig = "(z, /)")]
    fn polar(vm: &mut Vm, z: Number) -> PyResult<(f64, f64)> {
        let (re, im) = z.0;
        let r = re.hypot(im);
        if r.is_infinite() && re.is_finite() && im.is_finite() {
            return Err(vm.overflow_error("math range error"));
        }
        Ok((r, im.atan2(re)))
    }
    /// Convert from polar coordinates to rectangular coordinates.
    #[function(sig = "(r, phi, /)")]
    fn rect(vm: &mut Vm, r: f64, phi: f64) -> PyResult {
        answer(vm, functions::rect(r, phi))
    }
    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[function(sig = "(z, /)")]
    fn isfinite(_vm: &mut Vm, z: Number) -> bool {
        z.0.0.is_finite() && z.0.1.is_finite()
    }
    /// Checks if the real or imaginary part of z not a number (NaN).
    #[function(sig = "(z, /)")]
    fn isnan(_vm: &mut Vm, z: Number) -> bool {
        z.0.0.is_nan() || z.0.1.is_nan()
    }
    /// Checks if the real or imaginary part of z is infinite.
    #[function(sig = "(z, /)")]
    fn isinf(_vm: &mut Vm, z: Number) -> bool {
        z.0.0.is_infinite() || z.0.1.is_infinite()
    }
    /// Determine whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them must be
    /// smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is
    /// not close to anything, even itself. inf and -inf are only close to themselves.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &mut Vm, a: Number, b: Number, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        let (a, b) = (a.0, b.0);
        if a == b {
            return Ok(true);
        }
        let infinite = |z: Pair| z.0.is_infinite() || z.1.is_infinite();
        if infinite(a) || infinite(b) {
            return Ok(false);
        }
        let difference = (a.0 - b.0).hypot(a.1 - b.1);
        Ok(difference <= rel_tol * b.0.hypot(b.1)
            || difference <= rel_tol * a.0.hypot(a.1)
            || difference <= abs_tol)
    }

    #[init]
    fn init(vm: &mut Vm, module: ModuleRef) -> PyResult<()> {
        for (name, f) in [
            ("pi", std::f64::consts::PI),
            ("e", std::f64::consts::E),
            ("tau", std::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ] {
            set_float(vm, module, name, f)?;
        }
        for (name, im) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
            let v = vm.complex(0.0, im)?;
            set(vm, module, name, v)?;
        }
        Ok(())
    }
}
