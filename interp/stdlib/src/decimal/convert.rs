//! Other numbers as decimals and decimals as other numbers.

use super::cell::Decimal;
use super::context::DecimalContext;
use super::signals::{report, room};
use habu_decimal::{Context, Dec, Kind, Num, finish, status};
use habu_decimal::{convert as numbers, quantize};
use habu_runtime::heap::Gc;
use habu_runtime::types::float;
use habu_runtime::types::int::{self, Digits};
use habu_runtime::types::list::List;
use habu_runtime::types::str::Str;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Raised, Vm};
use std::borrow::Cow;

/// An operand: a decimal, or another number as one.
pub enum Operand {
    Cell(Gc<Decimal>),
    Owned(Dec),
}

impl Operand {
    #[inline]
    pub fn view(&self) -> Num<'_> {
        match self {
            Operand::Cell(cell) => cell.view(),
            Operand::Owned(d) => d.view(),
        }
    }
}

/// An exact int as a decimal.
pub fn of_int(n: Value) -> Dec {
    if let Some(n) = n.as_small() {
        return Dec::int(n);
    }
    let digits = Digits::of(n);
    Dec::new(digits.negative, numbers::from_words(digits.limbs()), 0)
}

/// A decimal or an int.
#[inline]
pub fn operand(vm: &Vm, v: Value) -> Option<Operand> {
    if let Some(cell) = vm.downcast::<Decimal>(v) {
        return Some(Operand::Cell(cell));
    }
    int::as_int(vm, v).map(|n| Operand::Owned(of_int(n)))
}

#[cold]
pub fn unsupported(vm: &mut Vm, v: Value) -> Raised {
    let got = vm.type_name(v);
    vm.type_error(format!("conversion from {got} to Decimal is not supported"))
}

/// As `operand`; other objects raise TypeError.
pub fn expect(vm: &mut Vm, v: Value) -> PyResult<Operand> {
    match operand(vm, v) {
        Some(operand) => Ok(operand),
        None => Err(unsupported(vm, v)),
    }
}

/// Where a number goes: exactly into any context, or rounded to the context's precision.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Exact,
    Rounded,
}

/// A number that was read, or none when it was not one, fitted; conditions are reported.
pub fn fitted(vm: &mut Vm, c: Gc<DecimalContext>, d: Option<Dec>, fit: Fit) -> PyResult<Dec> {
    let Some(d) = d else {
        report(vm, c, status::CONVERSION_SYNTAX)?;
        return Ok(Dec::nan());
    };
    let mut st = 0;
    if fit == Fit::Rounded {
        let d = finish(d, &c.arith(), &mut st);
        let d = room(vm, d)?;
        report(vm, c, st)?;
        return Ok(d);
    }
    let d = finish(d, &Context::MAX, &mut st);
    let d = room(vm, d)?;
    if st & (status::INEXACT | status::ROUNDED | status::CLAMPED) != 0 {
        report(vm, c, status::INVALID_OPERATION)?;
        return Ok(Dec::nan());
    }
    Ok(d)
}

/// The number that a str spells.
pub fn of_text(vm: &mut Vm, text: Gc<Str>, c: Gc<DecimalContext>, fit: Fit) -> PyResult<Dec> {
    let most = match fit {
        Fit::Exact => i64::MAX,
        Fit::Rounded => c.prec.get() - i64::from(c.clamp.get()),
    };
    let plain = int::ascii_number(&text);
    let parsed = match fit {
        // Only the constructor takes spaces around a number and underscores in it.
        Fit::Exact => {
            let trimmed = plain.trim_matches(int::is_space);
            let joined: Cow<'_, str> =
                if trimmed.contains('_') { trimmed.replace('_', "").into() } else { trimmed.into() };
            habu_decimal::text::parse(joined.as_bytes(), most)
        }
        Fit::Rounded => habu_decimal::text::parse(plain.as_bytes(), most),
    };
    fitted(vm, c, parsed, fit)
}

/// The exact value of a float.
pub fn of_float(f: f64) -> Dec {
    if f.is_nan() {
        return Dec::nan().with_sign(f.is_sign_negative());
    }
    if f.is_infinite() {
        return Dec::infinity(f < 0.0);
    }
    let (mantissa, exponent) = int::decompose(f.abs());
    numbers::from_binary(f.is_sign_negative(), mantissa, exponent)
}

/// The items of a tuple or list of three.
fn triple(vm: &mut Vm, v: Value) -> PyResult<[Value; 3]> {
    let items = vm.collect(v)?;
    match items[..] {
        [sign, digits, exponent] => Ok([sign, digits, exponent]),
        _ => Err(vm.value_error("argument must be a sequence of length 3")),
    }
}

/// The number that a triple of sign, digits and exponent describes.
fn of_triple(vm: &mut Vm, v: Value) -> PyResult<Dec> {
    let [sign, digits, exponent] = triple(vm, v)?;
    let neg = match int::as_int(vm, sign).and_then(int::to_i64) {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(vm.value_error("sign must be an integer with the value 0 or 1")),
    };
    let (kind, exp) = if let Some(text) = vm.downcast::<Str>(exponent) {
        let kinds = [("F", Kind::Infinite), ("n", Kind::Nan), ("N", Kind::Snan)];
        match kinds.iter().find(|(name, _)| text.is(name)) {
            Some((_, kind)) => (*kind, 0),
            None => {
                return Err(vm.value_error("string argument in the third position must be 'F', 'n' or 'N'"));
            }
        }
    } else if int::as_int(vm, exponent).is_some() {
        (Kind::Finite, super::settings::integer(vm, exponent)?)
    } else {
        return Err(vm.value_error("exponent must be an integer"));
    };
    if vm.downcast::<Tuple>(digits).is_none() && vm.downcast::<List>(digits).is_none() {
        return Err(vm.value_error("coefficient must be a tuple of digits"));
    }
    let mut text = Vec::new();
    for digit in vm.collect(digits)?.iter() {
        match int::as_int(vm, *digit).and_then(int::to_i64) {
            Some(n @ 0..=9) => text.push(b'0' + n as u8),
            _ => return Err(vm.value_error("coefficient must be a tuple of digits")),
        }
    }
    if kind == Kind::Infinite {
        return Ok(Dec::infinity(neg));
    }
    // As far as any exponent counts.
    let exp = exp.clamp(-4_000_000_000_000_000_000, 4_000_000_000_000_000_000);
    Ok(Dec { neg, kind, exp, limbs: habu_decimal::text::from_digits(&text, &[]) })
}

/// The decimal that any supported object means.
pub fn of_object(vm: &mut Vm, v: Value, c: Gc<DecimalContext>, fit: Fit) -> PyResult<Dec> {
    if let Some(cell) = vm.downcast::<Decimal>(v) {
        let d = cell.view().to_dec();
        if fit == Fit::Exact {
            return Ok(d);
        }
        if d.view().is_nan()
            && d.view().digits() > c.prec.get() - i64::from(c.clamp.get())
            && !d.limbs.is_empty()
        {
            report(vm, c, status::CONVERSION_SYNTAX)?;
            return Ok(Dec::nan());
        }
        return fitted(vm, c, Some(d), fit);
    }
    if let Some(text) = vm.downcast::<Str>(v) {
        return of_text(vm, text, c, fit);
    }
    if let Some(n) = int::as_int(vm, v) {
        return fitted(vm, c, Some(of_int(n)), fit);
    }
    if vm.downcast::<Tuple>(v).is_some() || vm.downcast::<List>(v).is_some() {
        let d = of_triple(vm, v)?;
        return fitted(vm, c, Some(d), fit);
    }
    if let Some(f) = float::as_f64(vm, v) {
        report(vm, c, status::FLOAT_OPERATION)?;
        return fitted(vm, c, Some(of_float(f)), fit);
    }
    Err(unsupported(vm, v))
}

/// A coefficient as an int.
fn int_of_limbs(vm: &mut Vm, neg: bool, limbs: &[u64]) -> PyResult {
    if let [n] = *limbs
        && let Ok(n) = i64::try_from(n)
    {
        return vm.int(if neg { -n } else { n });
    }
    let n = numbers::to_ubig(limbs);
    int::from_ubig(vm, neg, &n)
}

/// The whole part as an int, rounded as `round` says.
pub fn to_int(vm: &mut Vm, n: Num<'_>, round: habu_decimal::Round) -> PyResult {
    match n.kind {
        Kind::Finite => {}
        Kind::Infinite => return Err(vm.overflow_error("cannot convert Infinity to integer")),
        _ => return Err(vm.value_error("cannot convert NaN to integer")),
    }
    let work = Context { round, ..Context::MAX };
    let whole = quantize::to_integral(n, false, &work, &mut 0);
    let whole = room(vm, whole)?;
    let limbs = quantize::truncated(whole.view());
    let limbs = room(vm, limbs)?;
    int_of_limbs(vm, n.neg, &limbs)
}

pub fn to_float(vm: &mut Vm, n: Num<'_>) -> PyResult<f64> {
    match n.kind {
        Kind::Snan => Err(vm.value_error("cannot convert signaling NaN to float")),
        Kind::Nan => Ok(if n.neg { -f64::NAN } else { f64::NAN }),
        Kind::Infinite => Ok(if n.neg { f64::NEG_INFINITY } else { f64::INFINITY }),
        Kind::Finite => {
            let text = habu_decimal::text::to_text(n, habu_decimal::text::Notation::Scientific, true);
            Ok(text.parse().unwrap_or(f64::NAN))
        }
    }
}

/// Numerator and denominator.
pub fn to_ratio(vm: &mut Vm, n: Num<'_>) -> PyResult<(Value, Value)> {
    match n.kind {
        Kind::Finite => {}
        Kind::Infinite => return Err(vm.overflow_error("cannot convert Infinity to integer ratio")),
        _ => return Err(vm.value_error("cannot convert NaN to integer ratio")),
    }
    let ratio = numbers::to_fraction(n);
    let (numerator, denominator) = room(vm, ratio)?;
    let numerator = int::from_ubig(vm, n.neg, &numerator)?;
    Ok((numerator, int::from_ubig(vm, false, &denominator)?))
}
