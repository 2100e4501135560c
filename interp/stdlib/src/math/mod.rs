//! `math`. Functions of one or two floats have unboxed entries that native code calls directly.

pub mod c;
mod exact;
mod float;
mod gamma;
mod sums;

use crate::support::set_float;
use habu_macros::native_module;
use habu_runtime::format;
use habu_runtime::heap::Gc;
use habu_runtime::native::IntArg;
use habu_runtime::object::Special;
use habu_runtime::types::float as floats;
use habu_runtime::types::module::ModuleRef;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

/// Raises what C's errno would say of `result` for these arguments.
fn checked(vm: &mut Vm, result: f64, finite: bool, any_nan: bool) -> PyResult<f64> {
    if result.is_nan() && !any_nan {
        return Err(vm.value_error("math domain error"));
    }
    if result.is_infinite() && finite {
        return Err(vm.overflow_error("math range error"));
    }
    Ok(result)
}

fn one(vm: &mut Vm, x: f64, result: f64) -> PyResult<f64> {
    checked(vm, result, x.is_finite(), x.is_nan())
}

/// As `one`, where an infinite result of a finite argument is a pole: a domain error.
fn pole(vm: &mut Vm, x: f64, result: f64, text: &str) -> PyResult<f64> {
    if (result.is_nan() && !x.is_nan()) || (result.is_infinite() && x.is_finite()) {
        return Err(vm.value_error(text));
    }
    Ok(result)
}

macro_rules! unboxed_entries {
    ($($name:ident = $f:expr;)*) => {
        mod unboxed {
            $(pub extern "C" fn $name(x: f64) -> f64 { let f: fn(f64) -> f64 = $f; f(x) })*
        }
    };
}

// NaN tells native code to ask the checking entry.
unboxed_entries! {
    sqrt = f64::sqrt;
    fabs = f64::abs;
    sin = |x| if x.is_finite() { x.sin() } else { f64::NAN };
    cos = |x| if x.is_finite() { x.cos() } else { f64::NAN };
    tan = |x| if x.is_finite() { x.tan() } else { f64::NAN };
    asin = f64::asin;
    acos = f64::acos;
    atan = f64::atan;
    tanh = f64::tanh;
    asinh = |x| crate::math::c::asinh(x);
}

extern "C" fn atan2_entry(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

extern "C" fn copysign_entry(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// This module provides access to the mathematical functions defined by the C standard.
#[native_module(name = "math")]
pub mod module {
    use super::*;

    /// Return the arc cosine (measured in radians) of x.
    #[function(sig = "(x, /)", effects(no_python), unboxed = unboxed::acos)]
    fn acos(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.abs() > 1.0 {
            let shown = format::float_repr(x);
            return Err(vm.value_error(format!("expected a number in range from -1 up to 1, got {shown}")));
        }
        Ok(x.acos())
    }
    /// Return the inverse hyperbolic cosine of x.
    #[function(sig = "(x, /)")]
    fn acosh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x < 1.0 {
            let shown = format::float_repr(x);
            return Err(vm.value_error(format!("expected argument value not less than 1, got {shown}")));
        }
        Ok(c::acosh(x))
    }
    /// Return the arc sine (measured in radians) of x.
    #[function(sig = "(x, /)", unboxed = unboxed::asin)]
    fn asin(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.abs() > 1.0 {
            let shown = format::float_repr(x);
            return Err(vm.value_error(format!("expected a number in range from -1 up to 1, got {shown}")));
        }
        Ok(x.asin())
    }
    /// Return the inverse hyperbolic sine of x.
    #[function(sig = "(x, /)", unboxed = unboxed::asinh)]
    fn asinh(_vm: &mut Vm, x: f64) -> f64 {
        c::asinh(x)
    }
    /// Return the arc tangent (measured in radians) of x.
    #[function(sig = "(x, /)", unboxed = unboxed::atan)]
    fn atan(_vm: &mut Vm, x: f64) -> f64 {
        x.atan()
    }
    /// Return the arc tangent (measured in radians) of y/x.
    #[function(sig = "(y, x, /)", unboxed = atan2_entry)]
    fn atan2(_vm: &mut Vm, y: f64, x: f64) -> f64 {
        y.atan2(x)
    }
    /// Return the inverse hyperbolic tangent of x.
    #[function(sig = "(x, /)")]
    fn atanh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.abs() >= 1.0 {
            let shown = format::float_repr(x);
            return Err(vm.value_error(format!("expected a number between -1 and 1, got {shown}")));
        }
        Ok(c::atanh(x))
    }
    /// Return the cube root of x.
    #[function(sig = "(x, /)")]
    fn cbrt(_vm: &mut Vm, x: f64) -> f64 {
        c::cbrt(x)
    }
    /// Return the ceiling of x as an Integral: the smallest integer >= x.
    #[function(sig = "(x, /)")]
    fn ceil(vm: &mut Vm, x: Value) -> PyResult {
        float::to_integer(vm, x, "__ceil__", f64::ceil)
    }
    /// Return the floor of x as an Integral: the largest integer <= x.
    #[function(sig = "(x, /)")]
    fn floor(vm: &mut Vm, x: Value) -> PyResult {
        float::to_integer(vm, x, "__floor__", f64::floor)
    }
    /// Truncates the Real x to the nearest Integral toward 0.
    #[function(sig = "(x, /)")]
    fn trunc(vm: &mut Vm, x: Value) -> PyResult {
        if let Some(f) = float::exact(vm, x) {
            return floats::to_int(vm, f);
        }
        match vm.lookup_special(x, Special::Trunc) {
            Some(f) => vm.call_found(f, x, &[]),
            None => {
                let got = vm.type_name(x);
                Err(vm.type_error(format!("type {got} doesn't define __trunc__ method")))
            }
        }
    }
    /// Return a float with the magnitude of x and the sign of y.
    #[function(sig = "(x, y, /)", unboxed = copysign_entry)]
    fn copysign(_vm: &mut Vm, x: f64, y: f64) -> f64 {
        x.copysign(y)
    }
    /// Return the cosine of x (measured in radians).
    #[function(sig = "(x, /)", unboxed = unboxed::cos)]
    fn cos(vm: &mut Vm, x: f64) -> PyResult<f64> {
        float::expect_finite(vm, x)?;
        Ok(x.cos())
    }
    /// Return the hyperbolic cosine of x.
    #[function(sig = "(x, /)")]
    fn cosh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        one(vm, x, c::cosh(x))
    }
    /// Convert angle x from radians to degrees.
    #[function(sig = "(x, /)")]
    fn degrees(_vm: &mut Vm, x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }
    /// Convert angle x from degrees to radians.
    #[function(sig = "(x, /)")]
    fn radians(_vm: &mut Vm, x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }
    /// Error function at x.
    #[function(sig = "(x, /)")]
    fn erf(_vm: &mut Vm, x: f64) -> f64 {
        c::erf(x)
    }
    /// Complementary error function at x.
    #[function(sig = "(x, /)")]
    fn erfc(_vm: &mut Vm, x: f64) -> f64 {
        c::erfc(x)
    }
    /// Return e raised to the power of x.
    #[function(sig = "(x, /)")]
    fn exp(vm: &mut Vm, x: f64) -> PyResult<f64> {
        one(vm, x, x.exp())
    }
    /// Return 2 raised to the power of x.
    #[function(sig = "(x, /)")]
    fn exp2(vm: &mut Vm, x: f64) -> PyResult<f64> {
        one(vm, x, x.exp2())
    }
    /// Return exp(x)-1.
    #[function(sig = "(x, /)")]
    fn expm1(vm: &mut Vm, x: f64) -> PyResult<f64> {
        one(vm, x, x.exp_m1())
    }
    /// Return the absolute value of the float x.
    #[function(sig = "(x, /)", unboxed = unboxed::fabs)]
    fn fabs(_vm: &mut Vm, x: f64) -> f64 {
        x.abs()
    }
    /// Return fmod(x, y), according to platform C.
    #[function(sig = "(x, y, /)")]
    fn fmod(vm: &mut Vm, x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        checked(vm, x % y, true, x.is_nan() || y.is_nan())
    }
    /// Fused multiply-add operation: (x * y) + z, rounded once.
    #[function(sig = "(x, y, z, /)")]
    fn fma(vm: &mut Vm, x: f64, y: f64, z: f64) -> PyResult<f64> {
        let r = x.mul_add(y, z);
        if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(vm.value_error("invalid operation in fma"));
        }
        if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(vm.overflow_error("overflow in fma"));
        }
        Ok(r)
    }
    /// Return the mantissa and exponent of x, as pair (m, e).
    #[function(sig = "(x, /)")]
    fn frexp(_vm: &mut Vm, x: f64) -> (f64, i64) {
        let (m, e) = libm::frexp(x);
        if x.is_finite() { (m, i64::from(e)) } else { (x, 0) }
    }
    /// Gamma function at x.
    #[function(sig = "(x, /)")]
    fn gamma(vm: &mut Vm, x: f64) -> PyResult<f64> {
        float::gamma(vm, x)
    }
    /// Natural logarithm of absolute value of Gamma function at x.
    #[function(sig = "(x, /)")]
    fn lgamma(vm: &mut Vm, x: f64) -> PyResult<f64> {
        float::lgamma(vm, x)
    }
    /// Determine whether two floating-point numbers are close in value.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &mut Vm, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let diff = (b - a).abs();
        Ok(diff <= (rel_tol * b).abs() || diff <= (rel_tol * a).abs() || diff <= abs_tol)
    }
    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[function(sig = "(x, /)")]
    fn isfinite(_vm: &mut Vm, x: f64) -> bool {
        x.is_finite()
    }
    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[function(sig = "(x, /)")]
    fn isinf(_vm: &mut Vm, x: f64) -> bool {
        x.is_infinite()
    }
    /// Return True if x is a NaN (not a number), and False otherwise.
    #[function(sig = "(x, /)")]
    fn isnan(_vm: &mut Vm, x: f64) -> bool {
        x.is_nan()
    }
    /// Return x * (2**i).
    #[function(sig = "(x, i, /)")]
    fn ldexp(vm: &mut Vm, x: f64, i: Value) -> PyResult<f64> {
        float::ldexp(vm, x, i)
    }
    /// log(x, [base=math.e])
    #[function(sig = "(x, base=<unrepresentable>, /)")]
    fn log(vm: &mut Vm, x: Value, base: Option<Value>) -> PyResult {
        let top = float::log_of(vm, x, f64::ln)?;
        match base {
            None => vm.float(top),
            Some(base) => {
                let bottom = float::log_of(vm, base, f64::ln)?;
                if bottom == 0.0 {
                    return Err(vm.zero_division_error("division by zero"));
                }
                vm.float(top / bottom)
            }
        }
    }
    /// Return the base 10 logarithm of x.
    #[function(sig = "(x, /)")]
    fn log10(vm: &mut Vm, x: Value) -> PyResult<f64> {
        float::log_of(vm, x, f64::log10)
    }
    /// Return the base 2 logarithm of x.
    #[function(sig = "(x, /)")]
    fn log2(vm: &mut Vm, x: Value) -> PyResult<f64> {
        float::log_of(vm, x, f64::log2)
    }
    /// Return the natural logarithm of 1+x (base e).
    #[function(sig = "(x, /)")]
    fn log1p(vm: &mut Vm, x: f64) -> PyResult<f64> {
        let shown = format::float_repr(x);
        pole(vm, x, x.ln_1p(), &format!("expected argument value > -1, got {shown}"))
    }
    /// Return the fractional and integer parts of x.
    #[function(sig = "(x, /)")]
    fn modf(_vm: &mut Vm, x: f64) -> (f64, f64) {
        if x.is_infinite() {
            return (0f64.copysign(x), x);
        }
        let whole = x.trunc();
        ((x - whole).copysign(x), whole)
    }
    /// Return the floating-point value the given number of steps after x towards y.
    #[function(sig = "(x, y, /, *, steps=None)")]
    fn nextafter(vm: &mut Vm, x: f64, y: f64, steps: Value) -> PyResult<f64> {
        float::next_after(vm, x, y, steps)
    }
    /// Return the value of the least significant bit of the float x.
    #[function(sig = "(x, /)")]
    fn ulp(_vm: &mut Vm, x: f64) -> f64 {
        float::ulp(x)
    }
    /// Return x**y (x to the power of y).
    #[function(sig = "(x, y, /)")]
    fn pow(vm: &mut Vm, x: f64, y: f64) -> PyResult<f64> {
        let r = x.powf(y);
        if r.is_nan() && !x.is_nan() && !y.is_nan() || r.is_infinite() && x == 0.0 && y.is_finite() {
            return Err(vm.value_error("math domain error"));
        }
        checked(vm, r, x.is_finite() && y.is_finite(), true)
    }
    /// Difference between x and the closest integer multiple of y.
    #[function(sig = "(x, y, /)")]
    fn remainder(vm: &mut Vm, x: f64, y: f64) -> PyResult<f64> {
        if x.is_nan() || y.is_nan() {
            return Ok(x + y);
        }
        checked(vm, libm::remainder(x, y), true, false)
    }
    /// Return True if the sign of x is negative and False otherwise.
    #[function(sig = "(x, /)")]
    fn signbit(_vm: &mut Vm, x: f64) -> bool {
        x.is_sign_negative()
    }
    /// Return the sine of x (measured in radians).
    #[function(sig = "(x, /)", unboxed = unboxed::sin)]
    fn sin(vm: &mut Vm, x: f64) -> PyResult<f64> {
        float::expect_finite(vm, x)?;
        Ok(x.sin())
    }
    /// Return the hyperbolic sine of x.
    #[function(sig = "(x, /)")]
    fn sinh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        one(vm, x, c::sinh(x))
    }
    /// Return the square root of x.
    #[function(sig = "(x, /)", unboxed = unboxed::sqrt)]
    fn sqrt(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x < 0.0 {
            let shown = format::float_repr(x);
            return Err(vm.value_error(format!("expected a nonnegative input, got {shown}")));
        }
        Ok(x.sqrt())
    }
    /// Return the tangent of x (measured in radians).
    #[function(sig = "(x, /)", unboxed = unboxed::tan)]
    fn tan(vm: &mut Vm, x: f64) -> PyResult<f64> {
        float::expect_finite(vm, x)?;
        Ok(x.tan())
    }
    /// Return the hyperbolic tangent of x.
    #[function(sig = "(x, /)", unboxed = unboxed::tanh)]
    fn tanh(_vm: &mut Vm, x: f64) -> f64 {
        x.tanh()
    }

    /// Find n!.
    #[function(sig = "(n, /)")]
    fn factorial(vm: &mut Vm, n: IntArg) -> PyResult {
        exact::factorial(vm, n.0)
    }
    /// Greatest Common Divisor.
    #[function(sig = "(*integers)")]
    fn gcd(vm: &mut Vm, integers: Gc<Tuple>) -> PyResult {
        exact::gcd(vm, integers)
    }
    /// Least Common Multiple.
    #[function(sig = "(*integers)")]
    fn lcm(vm: &mut Vm, integers: Gc<Tuple>) -> PyResult {
        exact::lcm(vm, integers)
    }
    /// Return the integer part of the square root of the input.
    #[function(sig = "(n, /)")]
    fn isqrt(vm: &mut Vm, n: IntArg) -> PyResult {
        exact::isqrt(vm, n.0)
    }
    /// Number of ways to choose k items from n items without repetition and without order.
    #[function(sig = "(n, k, /)")]
    fn comb(vm: &mut Vm, n: IntArg, k: IntArg) -> PyResult {
        exact::comb(vm, n.0, k.0)
    }
    /// Number of ways to choose k items from n items without repetition and with order.
    #[function(sig = "(n, k=None, /)")]
    fn perm(vm: &mut Vm, n: IntArg, k: Option<IntArg>) -> PyResult {
        match k {
            None => exact::factorial(vm, n.0),
            Some(k) => exact::perm(vm, n.0, k.0),
        }
    }

    /// Return the Euclidean distance between two points p and q.
    #[function(sig = "(p, q, /)")]
    fn dist(vm: &mut Vm, p: Value, q: Value) -> PyResult<f64> {
        sums::dist(vm, p, q)
    }
    /// Return the Euclidean distance from the origin to a point.
    #[function(sig = "(*coordinates)")]
    fn hypot(vm: &mut Vm, coordinates: Gc<Tuple>) -> PyResult<f64> {
        sums::hypot(vm, coordinates)
    }
    /// Return an accurate floating-point sum of values in the iterable seq.
    #[function(sig = "(seq, /)")]
    fn fsum(vm: &mut Vm, seq: Value) -> PyResult<f64> {
        sums::fsum(vm, seq)
    }
    /// Calculate the product of all the elements in the input iterable.
    #[function(sig = "(iterable, /, *, start=1)")]
    fn prod(vm: &mut Vm, iterable: Value, start: Value) -> PyResult {
        sums::prod(vm, iterable, start)
    }
    /// Return the sum of products of values from two iterables p and q.
    #[function(sig = "(p, q, /)")]
    fn sumprod(vm: &mut Vm, p: Value, q: Value) -> PyResult {
        sums::sumprod(vm, p, q)
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
        Ok(())
    }
}
