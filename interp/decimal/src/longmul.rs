//! Products of coefficients: schoolbook, Karatsuba's method, number-theoretic transform.

use crate::limbs::{self, BASE, Limbs, NoRoom, div_base, trim, trimmed, zeroed};
use crate::transform;

/// From this many limbs on, three half products beat four.
const KARATSUBA: usize = 40;
/// From this many limbs on, transforms win.
const TRANSFORM: usize = 400;

/// `a * b`
pub fn mul(a: &[u64], b: &[u64]) -> Result<Limbs, NoRoom> {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    match (a, b) {
        (_, []) => Ok(Limbs::new()),
        (&[x], &[y]) => {
            let (high, low) = div_base(u128::from(x) * u128::from(y));
            let mut product = Limbs::new();
            product.push(low);
            if high != 0 {
                product.push(high);
            }
            Ok(product)
        }
        _ => {
            let mut product = zeroed(a.len() + b.len())?;
            mul_into(a, b, &mut product)?;
            trim(&mut product);
            Ok(product)
        }
    }
}

/// `a * n`
pub fn mul_small(a: &[u64], n: u64) -> Limbs {
    let mut product = Limbs::with_capacity(a.len() + 1);
    let mut carry = 0;
    for limb in a {
        let (high, low) = div_base(u128::from(*limb) * u128::from(n) + u128::from(carry));
        product.push(low);
        carry = high;
    }
    if carry != 0 {
        product.push(carry);
    }
    trim(&mut product);
    product
}

/// The product into zeroed limbs, as many as both factors have; `a` is at least as long as `b`.
fn mul_into(a: &[u64], b: &[u64], product: &mut [u64]) -> Result<(), NoRoom> {
    if b.len() < KARATSUBA {
        schoolbook(a, b, product);
    } else if b.len() >= TRANSFORM {
        return by_transform(a, b, product);
    } else if a.len() >= b.len() * 2 {
        in_pieces(a, b, product)?;
    } else {
        karatsuba(a, b, product)?;
    }
    Ok(())
}

fn schoolbook(a: &[u64], b: &[u64], product: &mut [u64]) {
    for (i, y) in b.iter().enumerate() {
        if *y == 0 {
            continue;
        }
        let mut carry = 0;
        for (x, to) in a.iter().zip(&mut product[i..]) {
            let (high, low) = div_base(u128::from(*x) * u128::from(*y) + u128::from(*to) + u128::from(carry));
            *to = low;
            carry = high;
        }
        product[i + a.len()] = carry;
    }
}

/// Factors of very different length are multiplied in pieces: the transform is as long as both together.
fn by_transform(a: &[u64], b: &[u64], product: &mut [u64]) -> Result<(), NoRoom> {
    if a.len() > b.len() * 3 { in_pieces(a, b, product) } else { transform::mul_limbs(a, b, product) }
}

/// A long factor in pieces of the short one's length.
fn in_pieces(a: &[u64], b: &[u64], product: &mut [u64]) -> Result<(), NoRoom> {
    for (i, piece) in a.chunks(b.len()).enumerate() {
        let part = mul(trimmed(piece), b)?;
        limbs::add_to(&mut product[i * b.len()..], &part);
    }
    Ok(())
}

fn karatsuba(a: &[u64], b: &[u64], product: &mut [u64]) -> Result<(), NoRoom> {
    let half = a.len().div_ceil(2);
    let (a0, a1) = (trimmed(&a[..half]), &a[half..]);
    let (b0, b1) = (trimmed(&b[..half.min(b.len())]), b.get(half..).unwrap_or(&[]));
    let low = mul(a0, b0)?;
    let high = mul(a1, b1)?;
    let mut middle = mul(&limbs::add(a0, a1), &limbs::add(b0, b1))?;
    limbs::sub_from(&mut middle, &low);
    limbs::sub_from(&mut middle, &high);
    product[..low.len()].copy_from_slice(&low);
    product[2 * half..2 * half + high.len()].copy_from_slice(&high);
    limbs::add_to(&mut product[half..], trimmed(&middle));
    Ok(())
}

const _: () = assert!(BASE > 1 << 63, "the reciprocal in `div_base` needs a base with the top bit set");
