//! Order of numbers: numerical and total.

use crate::context::{Context, status};
use crate::finish::{finish, nan_of};
use crate::limbs;
use crate::number::{Dec, Kind, Num};
use crate::{NoRoom, Res};
use std::cmp::Ordering;

/// Order of two numbers that are not NaN.
pub fn numeric(a: Num<'_>, b: Num<'_>) -> Ordering {
    let (x, y) = (a.signum(), b.signum());
    if x != y || x == 0 {
        return x.cmp(&y);
    }
    let order = magnitude(a, b);
    if x < 0 { order.reverse() } else { order }
}

/// Order of the magnitudes of two numbers that are not NaN.
pub fn magnitude(a: Num<'_>, b: Num<'_>) -> Ordering {
    match (a.is_infinite(), b.is_infinite()) {
        (false, false) => {}
        (x, y) => return x.cmp(&y),
    }
    match (a.limbs.is_empty(), b.limbs.is_empty()) {
        (false, false) => {}
        (x, y) => return y.cmp(&x),
    }
    if a.exp == b.exp {
        return limbs::compare(a.limbs, b.limbs);
    }
    a.adjusted().cmp(&b.adjusted()).then_with(|| {
        // The gap is less than the digits of one of them.
        let aligned = |n: Num<'_>, gap: i64| limbs::shift_left(n.limbs, gap).unwrap_or_default();
        if a.exp > b.exp {
            limbs::compare(&aligned(a, a.exp - b.exp), b.limbs)
        } else {
            limbs::compare(a.limbs, &aligned(b, b.exp - a.exp))
        }
    })
}

fn sign_dec(order: Ordering) -> Dec {
    Dec::int(order as i64)
}

/// -1, 0, 1 or NaN.
pub fn compare(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if let Some(nan) = nan_of(&[a, b], c, st) {
        return Ok(nan);
    }
    Ok(sign_dec(numeric(a, b)))
}

/// As `compare`; every NaN signals.
pub fn compare_signal(a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    if a.is_nan() || b.is_nan() {
        *st |= status::INVALID_OPERATION;
    }
    compare(a, b, c, st)
}

/// Order by representation: every two different numbers differ.
pub fn total(a: Num<'_>, b: Num<'_>) -> Ordering {
    if a.neg != b.neg {
        return b.neg.cmp(&a.neg);
    }
    let order = total_magnitude(a, b);
    if a.neg { order.reverse() } else { order }
}

/// `total` of the absolute values.
pub fn total_magnitude(a: Num<'_>, b: Num<'_>) -> Ordering {
    let rank = |n: Num<'_>| match n.kind {
        Kind::Finite => 0,
        Kind::Infinite => 1,
        Kind::Snan => 2,
        Kind::Nan => 3,
    };
    rank(a).cmp(&rank(b)).then_with(|| match a.kind {
        Kind::Finite => magnitude(a.abs(), b.abs()).then_with(|| a.exp.cmp(&b.exp)),
        Kind::Infinite => Ordering::Equal,
        _ => limbs::compare(a.limbs, b.limbs),
    })
}

pub fn total_dec(a: Num<'_>, b: Num<'_>) -> Dec {
    sign_dec(total(a, b))
}

pub fn total_magnitude_dec(a: Num<'_>, b: Num<'_>) -> Dec {
    sign_dec(total_magnitude(a, b))
}

/// Which of two to take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    Max,
    Min,
    MaxMagnitude,
    MinMagnitude,
}

/// The larger or smaller of two; a number rather than a quiet NaN.
pub fn pick(what: Pick, a: Num<'_>, b: Num<'_>, c: &Context, st: &mut u32) -> Res {
    match (a.kind, b.kind) {
        (Kind::Nan, Kind::Finite | Kind::Infinite) => return finish(b.to_dec(), c, st),
        (Kind::Finite | Kind::Infinite, Kind::Nan) => return finish(a.to_dec(), c, st),
        _ => {}
    }
    if let Some(nan) = nan_of(&[a, b], c, st) {
        return Ok(nan);
    }
    let order = match what {
        Pick::Max | Pick::Min => Ordering::Equal,
        Pick::MaxMagnitude | Pick::MinMagnitude => magnitude(a, b),
    };
    let order = order.then_with(|| numeric(a, b)).then_with(|| total(a, b));
    let first = match what {
        Pick::Max | Pick::MaxMagnitude => order.is_ge(),
        Pick::Min | Pick::MinMagnitude => order.is_lt(),
    };
    finish(if first { a } else { b }.to_dec(), c, st)
}

/// Whether two numbers have the same exponent, or are both infinite, or both NaN.
pub fn same_quantum(a: Num<'_>, b: Num<'_>) -> bool {
    match (a.kind, b.kind) {
        (Kind::Finite, Kind::Finite) => a.exp == b.exp,
        (Kind::Infinite, Kind::Infinite) => true,
        _ => a.is_nan() && b.is_nan(),
    }
}

/// The class of a number, by name.
pub fn class_name(a: Num<'_>, c: &Context) -> &'static str {
    let names = match a.kind {
        Kind::Nan => return "NaN",
        Kind::Snan => return "sNaN",
        Kind::Infinite => ["+Infinity", "-Infinity"],
        Kind::Finite if a.limbs.is_empty() => ["+Zero", "-Zero"],
        Kind::Finite if is_subnormal(a, c) => ["+Subnormal", "-Subnormal"],
        Kind::Finite => ["+Normal", "-Normal"],
    };
    names[usize::from(a.neg)]
}

pub fn is_subnormal(a: Num<'_>, c: &Context) -> bool {
    a.kind == Kind::Finite && !a.limbs.is_empty() && a.adjusted() < c.emin
}

pub fn is_normal(a: Num<'_>, c: &Context) -> bool {
    a.kind == Kind::Finite && !a.limbs.is_empty() && a.adjusted() >= c.emin
}

/// Whether the coefficient of a whole number is exactly this small number.
pub fn is_small(a: Num<'_>, n: u64) -> Result<bool, NoRoom> {
    Ok(a.kind == Kind::Finite && !a.neg && numeric(a, Dec::small(false, n, 0).view()).is_eq())
}
