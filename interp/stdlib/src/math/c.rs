//! Functions of the system's mathematical library, which CPython's results come from to the last bit.

// SAFETY: pure functions of numbers, declared as the C standard has them.
#[link(name = "m")]
unsafe extern "C" {
    pub safe fn acosh(x: f64) -> f64;
    pub safe fn asinh(x: f64) -> f64;
    pub safe fn atanh(x: f64) -> f64;
    pub safe fn cbrt(x: f64) -> f64;
    pub safe fn cosh(x: f64) -> f64;
    pub safe fn erf(x: f64) -> f64;
    pub safe fn erfc(x: f64) -> f64;
    pub safe fn log1p(x: f64) -> f64;
    pub safe fn sinh(x: f64) -> f64;
}
