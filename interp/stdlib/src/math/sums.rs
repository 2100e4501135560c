//! Sums, products and distances.

use habu_runtime::heap::Gc;
use habu_runtime::object::ids;
use habu_runtime::protocol::BinaryOp;
use habu_runtime::types::float;
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};
use std::ops::ControlFlow;

/// Exact partial sums (Shewchuk), rounded once at the end.
pub fn fsum(vm: &mut Vm, seq: Value) -> PyResult<f64> {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinite) = (0.0f64, 0.0f64);
    vm.iterate(seq, |vm, item| {
        let original = float::to_f64(vm, item)?;
        let mut x = original;
        let mut kept = 0;
        for j in 0..partials.len() {
            let mut y = partials[j];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x != 0.0 {
            if x.is_finite() {
                partials.push(x);
            } else {
                if original.is_finite() {
                    return Err(vm.overflow_error("intermediate overflow in fsum"));
                }
                if original.is_infinite() {
                    infinite += original;
                }
                special += original;
                partials.clear();
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if special != 0.0 {
        if infinite.is_nan() {
            return Err(vm.value_error("-inf + inf in fsum"));
        }
        return Ok(special);
    }
    let Some(mut high) = partials.pop() else { return Ok(0.0) };
    let mut low = 0.0;
    while let Some(y) = partials.pop() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    // Round half to even across the remaining partials.
    if let Some(next) = partials.last()
        && ((low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0))
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    Ok(high)
}

pub fn prod(vm: &mut Vm, iterable: Value, start: Value) -> PyResult {
    let mut result = start;
    vm.iterate(iterable, |vm, item| {
        result = vm.binary(BinaryOp::Mul, result, item)?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(result)
}

/// Length of a vector: scaled by its largest component, squares summed with their rounding errors.
fn norm(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if values.iter().any(|v| v.is_infinite()) {
        return f64::INFINITY;
    }
    if values.iter().any(|v| v.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || values.len() == 1 {
        return largest;
    }
    let (_, exponent) = libm::frexp(largest);
    if exponent < -1023 {
        // Subnormals: scaling by their own power of two would overflow.
        let scaled: Vec<f64> = values.iter().map(|v| v / f64::MIN_POSITIVE).collect();
        return f64::MIN_POSITIVE * norm(&scaled);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let (mut sum, mut fraction, mut errors) = (1.0f64, 0.0f64, 0.0f64);
    let mut add = |x: f64, y: f64, sum: &mut f64| {
        let product = x * y;
        errors += x.mul_add(y, -product);
        let total = *sum + product;
        fraction += product - (total - *sum);
        *sum = total;
    };
    for v in values {
        let x = v * scale;
        add(x, x, &mut sum);
    }
    let mut h = (sum - 1.0 + (fraction + errors)).sqrt();
    let (mut rest, mut rest_fraction, mut rest_errors) = (sum, fraction, errors);
    let product = -h * h;
    rest_errors += (-h).mul_add(h, -product);
    let total = rest + product;
    rest_fraction += product - (total - rest);
    rest = total;
    let correction = rest - 1.0 + (rest_fraction + rest_errors);
    h += correction / (2.0 * h);
    h / scale
}

pub fn hypot(vm: &mut Vm, coordinates: Gc<Tuple>) -> PyResult<f64> {
    let mut values = Vec::with_capacity(coordinates.len());
    for i in 0..coordinates.len() {
        values.push(float::to_f64(vm, coordinates.items()[i])?);
    }
    Ok(norm(&values))
}

pub fn dist(vm: &mut Vm, p: Value, q: Value) -> PyResult<f64> {
    let (p, q) = (vm.collect(p)?, vm.collect(q)?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut values = Vec::with_capacity(p.len());
    for i in 0..p.len() {
        let (a, b) = (float::to_f64(vm, p[i])?, float::to_f64(vm, q[i])?);
        values.push(a - b);
    }
    Ok(norm(&values))
}

/// A sum as three floats, good for about three times the precision of one.
#[derive(Clone, Copy, Default)]
struct Triple(f64, f64, f64);

fn exact_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let z = sum - a;
    (sum, (a - (sum - z)) + (b - z))
}

impl Triple {
    fn add_product(self, x: f64, y: f64) -> Triple {
        let high = x * y;
        let low = x.mul_add(y, -high);
        let (sum, error) = exact_sum(self.0, high);
        let (r1, r1_error) = exact_sum(self.1, low);
        let (r1, r2) = exact_sum(r1, error);
        Triple(sum, r1, self.2 + r1_error + r2)
    }
    fn total(self) -> f64 {
        let last = exact_sum(self.0, self.1 + self.2);
        last.0 + last.1
    }
}

pub fn sumprod(vm: &mut Vm, p: Value, q: Value) -> PyResult {
    let (p, q) = (vm.collect(p)?, vm.collect(q)?);
    if p.len() != q.len() {
        return Err(vm.value_error("Inputs are not the same length"));
    }
    // Floats, or floats mixed with ints, are summed with extended precision.
    let number = |vm: &Vm, v: Value| -> Option<(f64, bool)> {
        if v.is_inline_float() || vm.is_exact(v, ids::FLOAT) {
            return float::as_f64(vm, v).map(|f| (f, true));
        }
        if v.is_small() { Some((v.small_unchecked() as f64, false)) } else { None }
    };
    let (mut triple, mut floats) = (Triple::default(), false);
    let mut all_numbers = true;
    for i in 0..p.len() {
        match (number(vm, p[i]), number(vm, q[i])) {
            (Some((a, fa)), Some((b, fb))) => {
                floats |= fa || fb;
                triple = triple.add_product(a, b);
            }
            _ => {
                all_numbers = false;
                break;
            }
        }
    }
    if all_numbers && floats && triple.0.is_finite() {
        return vm.float(triple.total());
    }
    let mut total = Value::small(0);
    for i in 0..p.len() {
        let product = vm.binary(BinaryOp::Mul, p[i], q[i])?;
        total = vm.binary(BinaryOp::Add, total, product)?;
    }
    Ok(total)
}
