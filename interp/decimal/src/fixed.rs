//! Logarithms and exponentials of binary fixed-point numbers: the inner part of the transcendental functions.
//!
//! A fixed-point number of `bits` is an integer that counts 2^-bits. Results are off by a few units.

use dashu_base::{BitTest, Signed, SquareRoot};
use dashu_int::{IBig, UBig};
use std::cell::RefCell;

/// `atanh(1 / n)`
fn atanh_inverse(n: u32, bits: usize) -> UBig {
    let square = u64::from(n) * u64::from(n);
    let mut power = (UBig::ONE << bits) / n;
    let mut sum = power.clone();
    let mut k: u64 = 3;
    loop {
        power /= square;
        if power.is_zero() {
            return sum;
        }
        sum += &power / k;
        k += 2;
    }
}

struct Constants {
    bits: usize,
    ln2: UBig,
    ln10: UBig,
}

thread_local! {
    /// The constants with as many bits as were needed so far.
    static CONSTANTS: RefCell<Option<Constants>> = const { RefCell::new(None) };
}

fn computed(bits: usize) -> Constants {
    // The series adds up to a rounding error a term; these bits drop them.
    let more = bits + 40;
    let (a, b, c) = (atanh_inverse(31, more), atanh_inverse(49, more), atanh_inverse(161, more));
    let ln2 = &a * 14u8 + &b * 10u8 + &c * 6u8;
    let ln10 = &a * 46u8 + &b * 34u8 + &c * 20u8;
    Constants { bits, ln2: ln2 >> 40, ln10: ln10 >> 40 }
}

fn constant(bits: usize, which: fn(&Constants) -> &UBig) -> IBig {
    CONSTANTS.with_borrow_mut(|kept| {
        let kept = match kept {
            Some(kept) if kept.bits >= bits => kept,
            _ => kept.insert(computed(bits + bits / 4)),
        };
        IBig::from(which(kept) >> (kept.bits - bits))
    })
}

pub fn ln2(bits: usize) -> IBig {
    constant(bits, |c| &c.ln2)
}

pub fn ln10(bits: usize) -> IBig {
    constant(bits, |c| &c.ln10)
}

/// `ln(m)` of a positive number between 1/8 and 8, off by less than 2^-(bits - 8).
pub fn ln(m: &UBig, bits: usize) -> IBig {
    // Roots bring the argument near 1, where the series is short; each doubles the error.
    let roots = if bits < 400 { 3 } else { bits.isqrt() / 4 };
    let work = bits + roots + 24;
    let mut m = m << (work - bits);
    // Between 1/sqrt(2) and sqrt(2) first.
    let mut halvings = m.bit_len() as i64 - 1 - work as i64;
    if halvings > 0 {
        m >>= halvings as usize;
    } else {
        m <<= -halvings as usize;
    }
    if &m * &m > UBig::ONE << (2 * work + 1) {
        m >>= 1usize;
        halvings += 1;
    }
    for _ in 0..roots {
        m = (m << work).sqrt();
    }
    let one = IBig::ONE << work;
    let m = IBig::from(m);
    let z: IBig = ((&m - &one) << work) / (&m + &one);
    let square = (&z * &z) >> work;
    let (mut power, mut sum) = (z.clone(), z);
    let mut k: u64 = 3;
    loop {
        // Towards zero, so that the series ends.
        power = mul_towards_zero(&power, &square, work);
        if power.is_zero() {
            break;
        }
        sum += &power / IBig::from(k);
        k += 2;
    }
    let result = (sum << (roots + 1)) + ln2(work) * IBig::from(halvings);
    result >> (work - bits)
}

fn mul_towards_zero(a: &IBig, b: &IBig, bits: usize) -> IBig {
    let product = a * b;
    if product.is_negative() { -((-product) >> bits) } else { product >> bits }
}

/// `e^r` of a number between -2 and 2, off by less than 2^-(bits - 8).
pub fn exp(r: &IBig, bits: usize) -> UBig {
    // Halvings make the series short; each squaring that undoes one doubles the error.
    let halvings = if bits < 400 { 8 } else { bits.isqrt() / 2 + 4 };
    let work = bits + 2 * halvings + 24;
    let r = r << (work - bits - halvings);
    let one = IBig::ONE << work;
    let (mut term, mut sum) = (one.clone(), one);
    let mut k: u64 = 1;
    loop {
        term = mul_towards_zero(&term, &r, work) / IBig::from(k);
        if term.is_zero() {
            break;
        }
        sum += &term;
        k += 1;
    }
    let (_, mut result) = sum.into_parts();
    for _ in 0..halvings {
        result = (&result * &result) >> work;
    }
    result >> (work - bits)
}
