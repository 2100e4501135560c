//! `round(f, ndigits)`: correctly rounded on the exact decimal value.

use crate::vm::{PyResult, Vm};

/// More digits than this change nothing, fewer than the negative one leave 0.
const MAX_DIGITS: i64 = 323;
const MIN_DIGITS: i64 = -308;

/// `round(f, ndigits)` as a float, ties to even.
pub fn round_to(vm: &mut Vm, f: f64, ndigits: i64) -> PyResult<f64> {
    if !f.is_finite() || f == 0.0 || ndigits > MAX_DIGITS {
        return Ok(f);
    }
    if ndigits < MIN_DIGITS {
        return Ok(0f64.copysign(f));
    }
    let rounded = if ndigits >= 0 { fraction(f, ndigits as usize) } else { whole(f, ndigits) };
    if rounded.is_infinite() {
        return Err(vm.overflow_error("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// The standard library's formatting is exact and rounds ties to even.
fn fraction(f: f64, digits: usize) -> f64 {
    format!("{f:.digits$}").parse().unwrap_or(f)
}

fn whole(f: f64, ndigits: i64) -> f64 {
    let magnitude = f.abs();
    let text = format!("{magnitude:e}");
    let exponent: i64 = text.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    // Significant digits that stay.
    let keep = exponent + 1 + ndigits;
    let rounded = match keep {
        1.. => format!("{magnitude:.*e}", keep as usize - 1).parse().unwrap_or(magnitude),
        0 if above_half(magnitude) => format!("1e{}", -ndigits).parse().unwrap_or(magnitude),
        _ => 0.0,
    };
    f64::copysign(rounded, f)
}

/// Whether the number's exact digits are more than `5000…`.
fn above_half(magnitude: f64) -> bool {
    let text = format!("{magnitude:.1100e}");
    let digits = text.split('e').next().unwrap_or("").bytes().filter(u8::is_ascii_digit);
    digits.cmp(std::iter::once(b'5').chain(std::iter::repeat_n(b'0', 1100))).is_gt()
}
