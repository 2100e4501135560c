//! The complex functions, each with care for its branch cuts and for large and small arguments.

use super::special::{self, Function};
use crate::math::c;
use std::f64::consts::{FRAC_PI_2, LN_2, LN_10};

pub type Pair = (f64, f64);

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    Domain,
    Range,
}

pub type Answer = Result<Pair, Fault>;

const LARGE: f64 = f64::MAX / 4.0;
/// Square root of `LARGE`.
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
/// Logarithm of `LARGE`.
const LOG_LARGE: f64 = 708.396_418_532_264_1;
const SQRT_MIN: f64 = 1.491_668_146_240_041_3e-154;

fn finite((re, im): Pair) -> bool {
    re.is_finite() && im.is_finite()
}

fn special_or(function: Function, z: Pair, f: impl FnOnce(Pair) -> Answer) -> Answer {
    if finite(z) { f(z) } else { special::value(function, z.0, z.1).ok_or(Fault::Domain) }
}

fn ranged(z: Pair) -> Answer {
    if z.0.is_infinite() || z.1.is_infinite() { Err(Fault::Range) } else { Ok(z) }
}

pub fn sqrt(z: Pair) -> Answer {
    special_or(Function::Sqrt, z, |z| Ok(plain_sqrt(z)))
}

fn plain_sqrt((re, im): Pair) -> Pair {
    if re == 0.0 && im == 0.0 {
        return (0.0, im);
    }
    let (ax, ay) = (re.abs(), im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        // Subnormal: scaled up and back.
        let up = 2f64.powi(53);
        let x = ax * up;
        (x + x.hypot(ay * up)).sqrt() * 2f64.powi(-27)
    } else {
        let x = ax / 8.0;
        2.0 * (x + x.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if re >= 0.0 { (s, d.copysign(im)) } else { (d, s.copysign(im)) }
}

/// Logarithm of half the modulus of something large, doubled.
fn log_large((re, im): Pair) -> f64 {
    (re / 2.0).hypot(im / 2.0).ln() + LN_2 * 2.0
}

pub fn acos(z: Pair) -> Answer {
    special_or(Function::Acos, z, |z @ (re, im)| {
        if re.abs() > LARGE || im.abs() > LARGE {
            let size = log_large(z);
            let size = if re < 0.0 { -size.copysign(im) } else { size.copysign(-im) };
            return Ok((im.abs().atan2(re), size));
        }
        let (a, b) = (plain_sqrt((1.0 - re, -im)), plain_sqrt((1.0 + re, im)));
        Ok((2.0 * a.0.atan2(b.0), c::asinh(b.0 * a.1 - b.1 * a.0)))
    })
}

pub fn acosh(z: Pair) -> Answer {
    special_or(Function::Acosh, z, |z @ (re, im)| {
        if re.abs() > LARGE || im.abs() > LARGE {
            return Ok((log_large(z), im.atan2(re)));
        }
        let (a, b) = (plain_sqrt((re - 1.0, im)), plain_sqrt((re + 1.0, im)));
        Ok((c::asinh(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0)))
    })
}

pub fn asinh(z: Pair) -> Answer {
    special_or(Function::Asinh, z, |z @ (re, im)| {
        if re.abs() > LARGE || im.abs() > LARGE {
            let size = log_large(z);
            return Ok((size.copysign(re), im.atan2(re.abs())));
        }
        let (a, b) = (plain_sqrt((1.0 + im, -re)), plain_sqrt((1.0 - im, re)));
        Ok((c::asinh(a.0 * b.1 - b.0 * a.1), im.atan2(a.0 * b.0 - a.1 * b.1)))
    })
}

pub fn asin((re, im): Pair) -> Answer {
    let (a, b) = asinh((-im, re))?;
    Ok((b, -a))
}

pub fn atanh(z: Pair) -> Answer {
    special_or(Function::Atanh, z, |(re, im)| {
        if re < 0.0 || re == 0.0 && re.is_sign_negative() {
            let (a, b) = atanh((-re, -im))?;
            return Ok((-a, -b));
        }
        let ay = im.abs();
        if re > SQRT_LARGE || ay > SQRT_LARGE {
            let h = (re / 2.0).hypot(im / 2.0);
            return Ok((re / 4.0 / h / h, -FRAC_PI_2.copysign(-im)));
        }
        if re == 1.0 && ay < SQRT_MIN {
            if ay == 0.0 {
                return Err(Fault::Domain);
            }
            let a = -(ay.sqrt() / ay.hypot(2.0).sqrt()).ln();
            return Ok((a, (2f64.atan2(-ay) / 2.0).copysign(im)));
        }
        let d = 1.0 - re;
        let a = c::log1p(4.0 * re / (d * d + ay * ay)) / 4.0;
        Ok((a, -(-2.0 * im).atan2(d * (1.0 + re) - ay * ay) / 2.0))
    })
}

pub fn atan((re, im): Pair) -> Answer {
    let (a, b) = atanh((-im, re))?;
    Ok((b, -a))
}

pub fn cosh(z: Pair) -> Answer {
    let (re, im) = z;
    if re.is_infinite() && im.is_finite() && im != 0.0 {
        let (c, s) = (f64::INFINITY.copysign(im.cos()), f64::INFINITY.copysign(im.sin()));
        return Ok(if re > 0.0 { (c, s) } else { (c, -s) });
    }
    special_or(Function::Cosh, z, |(re, im)| {
        if re.abs() > LOG_LARGE {
            let x = re - 1f64.copysign(re);
            return ranged((
                im.cos() * x.cosh() * std::f64::consts::E,
                im.sin() * x.sinh() * std::f64::consts::E,
            ));
        }
        ranged((im.cos() * re.cosh(), im.sin() * re.sinh()))
    })
}

pub fn cos((re, im): Pair) -> Answer {
    cosh((-im, re))
}

pub fn sinh(z: Pair) -> Answer {
    let (re, im) = z;
    if re.is_infinite() && im.is_finite() && im != 0.0 {
        let (c, s) = (f64::INFINITY.copysign(im.cos()), f64::INFINITY.copysign(im.sin()));
        return Ok(if re > 0.0 { (c, s) } else { (-c, s) });
    }
    special_or(Function::Sinh, z, |(re, im)| {
        if re.abs() > LOG_LARGE {
            let x = re - 1f64.copysign(re);
            return ranged((
                im.cos() * x.sinh() * std::f64::consts::E,
                im.sin() * x.cosh() * std::f64::consts::E,
            ));
        }
        ranged((im.cos() * re.sinh(), im.sin() * re.cosh()))
    })
}

pub fn sin((re, im): Pair) -> Answer {
    let (a, b) = sinh((-im, re))?;
    Ok((b, -a))
}

pub fn exp(z: Pair) -> Answer {
    let (re, im) = z;
    if re.is_infinite() && im.is_finite() && im != 0.0 {
        let size = if re > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok((size.copysign(im.cos()), size.copysign(im.sin())));
    }
    special_or(Function::Exp, z, |(re, im)| {
        if re > LOG_LARGE {
            let size = (re - 1.0).exp();
            return ranged((size * im.cos() * std::f64::consts::E, size * im.sin() * std::f64::consts::E));
        }
        let size = re.exp();
        ranged((size * im.cos(), size * im.sin()))
    })
}

pub fn tanh(z: Pair) -> Answer {
    let (re, im) = z;
    if re.is_infinite() && im.is_finite() && im != 0.0 {
        let b = 0f64.copysign(2.0 * im.sin() * im.cos());
        return Ok((1f64.copysign(re), b));
    }
    special_or(Function::Tanh, z, |(re, im)| {
        if re.abs() > LOG_LARGE {
            return Ok((1f64.copysign(re), 4.0 * im.sin() * im.cos() * (-2.0 * re.abs()).exp()));
        }
        let (tx, ty, cx) = (re.tanh(), im.tan(), 1.0 / re.cosh());
        let both = tx * ty;
        let d = 1.0 + both * both;
        Ok((tx * (1.0 + ty * ty) / d, ty / d * cx * cx))
    })
}

pub fn tan((re, im): Pair) -> Answer {
    let (a, b) = tanh((-im, re))?;
    Ok((b, -a))
}

pub fn log(z: Pair) -> Answer {
    special_or(Function::Log, z, |(re, im)| {
        let (ax, ay) = (re.abs(), im.abs());
        let size = if ax > LARGE || ay > LARGE {
            (ax / 2.0).hypot(ay / 2.0).ln() + LN_2
        } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
            if ax == 0.0 && ay == 0.0 {
                return Err(Fault::Domain);
            }
            let up = 2f64.powi(53);
            (ax * up).hypot(ay * up).ln() - 53.0 * LN_2
        } else {
            let h = ax.hypot(ay);
            if (0.71..=1.73).contains(&h) {
                let (large, small) = (ax.max(ay), ax.min(ay));
                c::log1p((large - 1.0) * (large + 1.0) + small * small) / 2.0
            } else {
                h.ln()
            }
        };
        Ok((size, im.atan2(re)))
    })
}

pub fn log10(z: Pair) -> Answer {
    log(z).map(|(a, b)| (a / LN_10, b / LN_10))
}

/// The number with this modulus and phase.
pub fn rect(r: f64, phi: f64) -> Answer {
    if r.is_infinite() && phi.is_finite() && phi != 0.0 {
        let (c, s) = (f64::INFINITY.copysign(phi.cos()), f64::INFINITY.copysign(phi.sin()));
        return Ok(if r > 0.0 { (c, s) } else { (-c, -s) });
    }
    special_or(Function::Rect, (r, phi), |(r, phi)| {
        // A phase of zero keeps its sign.
        Ok(if phi == 0.0 { (r, r * phi) } else { (r * phi.cos(), r * phi.sin()) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branch_cuts() {
        assert_eq!(sqrt((-4.0, 0.0)), Ok((0.0, 2.0)));
        assert_eq!(sqrt((-4.0, -0.0)), Ok((0.0, -2.0)));
        assert_eq!(log((0.0, 0.0)), Err(Fault::Domain));
        assert_eq!(exp((1000.0, 1.0)), Err(Fault::Range));
    }
}
