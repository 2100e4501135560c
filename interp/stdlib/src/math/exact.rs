//! Functions of integers of any size.

use dashu_base::{Gcd, SquareRoot};
use dashu_int::{UBig, Word};
use habu_runtime::heap::Gc;
use habu_runtime::types::int::{self, Digits};
use habu_runtime::types::tuple::Tuple;
use habu_runtime::value::Value;
use habu_runtime::vm::{PyResult, Vm};

fn unsigned(vm: &mut Vm, n: &UBig) -> PyResult {
    int::from_ubig(vm, false, n)
}

/// So many factors are multiplied one after the other: where halves begin to pay.
const FACTORS_IN_A_ROW: u64 = 512;

/// Product of all whole numbers in `low..=high`, as many at a time as fit a word.
fn product_in_a_row(low: u64, high: u64) -> UBig {
    let (mut words, mut word) = (Vec::<Word>::with_capacity(64), 1 as Word);
    words.push(1);
    for k in low..=high {
        match word.checked_mul(k) {
            Some(more) => word = more,
            None => {
                multiply(&mut words, word);
                word = k;
            }
        }
    }
    multiply(&mut words, word);
    UBig::from_words(&words)
}

/// Multiplies a number, lowest word first, by one word.
fn multiply(words: &mut Vec<Word>, by: Word) {
    let mut carry = 0;
    for word in words.iter_mut() {
        let sum = u128::from(*word) * u128::from(by) + carry;
        *word = sum as Word;
        carry = sum >> Word::BITS;
    }
    if carry != 0 {
        words.push(carry as Word);
    }
}

/// Product of all whole numbers in `low..=high`, halves first so that the factors stay of like size.
fn product(low: u64, high: u64) -> UBig {
    if high < low {
        return UBig::ONE;
    }
    if high - low < FACTORS_IN_A_ROW {
        return product_in_a_row(low, high);
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}

pub fn factorial(vm: &mut Vm, n: Value) -> PyResult {
    if int::is_negative(n) {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    match int::to_i64(n) {
        // Beyond this the result would not fit any memory.
        Some(n) if n < 1 << 40 => unsigned(vm, &product(2, n as u64)),
        Some(_) => Err(vm.memory_error()),
        None => Err(vm.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
    }
}

fn integers(vm: &mut Vm, args: Gc<Tuple>) -> PyResult<Vec<UBig>> {
    let mut all = Vec::with_capacity(args.len());
    for i in 0..args.len() {
        let v = vm.index_value(args.items()[i])?;
        let n = int::as_int(vm, v).unwrap_or(v);
        all.push(Digits::of(n).ubig());
    }
    Ok(all)
}

pub fn gcd(vm: &mut Vm, args: Gc<Tuple>) -> PyResult {
    if let [a, b] = args.items()
        && let (Some(a), Some(b)) = (a.as_small(), b.as_small())
    {
        let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return vm.int_u64(a);
    }
    let mut result = UBig::ZERO;
    for n in integers(vm, args)? {
        result = if result.is_zero() {
            n
        } else if n.is_zero() {
            result
        } else {
            result.gcd(n)
        };
    }
    unsigned(vm, &result)
}

pub fn lcm(vm: &mut Vm, args: Gc<Tuple>) -> PyResult {
    let mut result = UBig::ONE;
    for n in integers(vm, args)? {
        if n.is_zero() || result.is_zero() {
            result = UBig::ZERO;
            continue;
        }
        let common = (&result).gcd(&n);
        result = result / common * n;
    }
    unsigned(vm, &result)
}

pub fn isqrt(vm: &mut Vm, n: Value) -> PyResult {
    if int::is_negative(n) {
        return Err(vm.value_error("isqrt() argument must be nonnegative"));
    }
    if let Some(small) = n.as_small() {
        return vm.int((small as u64).isqrt() as i64);
    }
    let root = Digits::of(n).ubig().sqrt();
    unsigned(vm, &root)
}

/// `n * (n-1) * … * (n-k+1)`
fn falling(vm: &mut Vm, n: Value, k: u64) -> PyResult<UBig> {
    if let Some(n) = int::to_u64(n) {
        return Ok(product(n - k + 1, n));
    }
    let n = Digits::of(n).ubig();
    let _ = vm;
    Ok((0..k).fold(UBig::ONE, |p, i| p * (&n - UBig::from(i))))
}

fn checked_k(vm: &mut Vm, n: Value, k: Value) -> PyResult<Option<u64>> {
    if int::is_negative(n) {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if int::is_negative(k) {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    if int::cmp(k, n).is_gt() {
        return Ok(None);
    }
    match int::to_u64(k) {
        Some(k) => Ok(Some(k)),
        None => Err(vm.overflow_error(format!("k must not exceed {}", i64::MAX))),
    }
}

pub fn perm(vm: &mut Vm, n: Value, k: Value) -> PyResult {
    match checked_k(vm, n, k)? {
        None => Ok(Value::small(0)),
        Some(k) => {
            let result = falling(vm, n, k)?;
            unsigned(vm, &result)
        }
    }
}

pub fn comb(vm: &mut Vm, n: Value, k: Value) -> PyResult {
    if int::is_negative(n) || int::is_negative(k) {
        return checked_k(vm, n, k).map(|_| Value::NONE);
    }
    if int::cmp(k, n).is_gt() {
        return Ok(Value::small(0));
    }
    let (big_n, big_k) = (Digits::of(n).ubig(), Digits::of(k).ubig());
    let other = &big_n - &big_k;
    let fewer = if other < big_k { other } else { big_k };
    let Ok(k) = u64::try_from(fewer) else {
        return Err(vm.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
    };
    let top = falling(vm, n, k)?;
    unsigned(vm, &(top / product(2, k)))
}
