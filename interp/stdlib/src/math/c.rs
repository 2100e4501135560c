//! Functions of the system's mathematical library, which CPython's results come from to the last bit. The GNU library's
//! are linked by their second names: Rust's own library has functions with the first.

// SAFETY: pure functions of numbers, declared as the C standard has them.
#[link(name = "m")]
unsafe extern "C" {
    #[cfg_attr(target_env = "gnu", link_name = "acoshf64")]
    pub safe fn acosh(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "asinhf64")]
    pub safe fn asinh(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "atanhf64")]
    pub safe fn atanh(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "cbrtf64")]
    pub safe fn cbrt(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "coshf64")]
    pub safe fn cosh(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "erff64")]
    pub safe fn erf(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "erfcf64")]
    pub safe fn erfc(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "log1pf64")]
    pub safe fn log1p(x: f64) -> f64;
    #[cfg_attr(target_env = "gnu", link_name = "sinhf64")]
    pub safe fn sinh(x: f64) -> f64;
}
