//! Coefficients: limbs of 19 digits, least significant first, without leading zeros (zero is empty).

use smallvec::SmallVec;
use std::cmp::Ordering;

pub type Limbs = SmallVec<[u64; 4]>;

/// A coefficient that memory has no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom;

/// Digits of a limb.
pub const DIGITS: i64 = 19;
/// Values of a limb.
pub const BASE: u64 = 10_000_000_000_000_000_000;
/// Most digits a coefficient may have.
const MAX_DIGITS: i64 = 1_000_000_000;

pub const POW10: [u64; 20] = {
    let mut table = [1; 20];
    let mut i = 1;
    while i < 20 {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// What is left of a coefficient when its low digits are cut off, compared with half a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    Zero,
    Below,
    Half,
    Above,
}

/// Quotient and remainder by [`BASE`] of a number below `BASE * 2^64`: two multiplications with its reciprocal.
#[inline(always)]
pub fn div_base(n: u128) -> (u64, u64) {
    const RECIPROCAL: u64 = (u128::MAX / BASE as u128 - (1 << 64)) as u64;
    let guess = (u128::from(RECIPROCAL) * (n >> 64)).wrapping_add(n);
    let mut quotient = ((guess >> 64) as u64).wrapping_add(1);
    let mut rest = (n as u64).wrapping_sub(quotient.wrapping_mul(BASE));
    if rest > guess as u64 {
        quotient = quotient.wrapping_sub(1);
        rest = rest.wrapping_add(BASE);
    }
    if rest >= BASE {
        quotient = quotient.wrapping_add(1);
        rest -= BASE;
    }
    (quotient, rest)
}

pub fn from_u64(n: u64) -> Limbs {
    let mut limbs = Limbs::new();
    if n >= BASE {
        limbs.push(n - BASE);
        limbs.push(1);
    } else if n != 0 {
        limbs.push(n);
    }
    limbs
}

pub fn from_u128(n: u128) -> Limbs {
    if n < u128::from(BASE) {
        return from_u64(n as u64);
    }
    let mut limbs = Limbs::new();
    let mut n = n;
    while n != 0 {
        limbs.push((n % u128::from(BASE)) as u64);
        n /= u128::from(BASE);
    }
    limbs
}

/// The number, if it is below 2^128.
pub fn to_u128(limbs: &[u64]) -> Option<u128> {
    let base = u128::from(BASE);
    match *limbs {
        [] => Some(0),
        [a] => Some(a.into()),
        [a, b] => Some(u128::from(b) * base + u128::from(a)),
        [a, b, c] => {
            let high = u128::from(c) * base + u128::from(b);
            high.checked_mul(base)?.checked_add(a.into())
        }
        _ => None,
    }
}

pub fn to_u64(limbs: &[u64]) -> Option<u64> {
    to_u128(limbs).and_then(|n| n.try_into().ok())
}

#[inline]
pub fn trim(limbs: &mut Limbs) {
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
}

/// Without leading zeros.
pub fn trimmed(limbs: &[u64]) -> &[u64] {
    let len = limbs.iter().rposition(|l| *l != 0).map_or(0, |i| i + 1);
    &limbs[..len]
}

/// Zeroed room for so many limbs.
pub fn zeroed(len: usize) -> Result<Limbs, NoRoom> {
    if len > (MAX_DIGITS / DIGITS) as usize {
        return Err(NoRoom);
    }
    let mut limbs = Limbs::new();
    limbs.try_reserve_exact(len).map_err(|_| NoRoom)?;
    limbs.resize(len, 0);
    Ok(limbs)
}

#[inline]
pub fn digits_of(n: u64) -> i64 {
    i64::from(n.checked_ilog10().map_or(1, |d| d + 1))
}

/// Digits of a coefficient; one for zero.
#[inline]
pub fn digits(limbs: &[u64]) -> i64 {
    match limbs.split_last() {
        None => 1,
        Some((top, rest)) => rest.len() as i64 * DIGITS + digits_of(*top),
    }
}

/// The digit that counts 10^at.
pub fn digit_at(limbs: &[u64], at: i64) -> u64 {
    match limbs.get((at / DIGITS) as usize) {
        Some(limb) => limb / POW10[(at % DIGITS) as usize] % 10,
        None => 0,
    }
}

/// Zeros at the low end of a coefficient that is not zero.
pub fn trailing_zeros(limbs: &[u64]) -> i64 {
    let Some(whole) = limbs.iter().position(|l| *l != 0) else { return 0 };
    let mut limb = limbs[whole];
    let mut count = whole as i64 * DIGITS;
    while limb.is_multiple_of(10) {
        limb /= 10;
        count += 1;
    }
    count
}

pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

#[inline]
pub fn add(a: &[u64], b: &[u64]) -> Limbs {
    if let (&[x], &[y]) = (a, b) {
        let mut sum = Limbs::new();
        let (low, carry) = add_limbs(x, y);
        sum.push(low);
        if carry {
            sum.push(1);
        }
        return sum;
    }
    add_long(a, b)
}

/// The sum of two limbs, and whether there is a carry.
#[inline(always)]
fn add_limbs(a: u64, b: u64) -> (u64, bool) {
    let (sum, over) = a.overflowing_add(b);
    let over = over || sum >= BASE;
    (if over { sum.wrapping_sub(BASE) } else { sum }, over)
}

fn add_long(a: &[u64], b: &[u64]) -> Limbs {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut sum = Limbs::with_capacity(long.len() + 1);
    sum.extend_from_slice(long);
    if add_to(&mut sum, short) {
        sum.push(1);
    }
    sum
}

/// Adds in place; whether a carry is left.
pub fn add_to(a: &mut [u64], b: &[u64]) -> bool {
    let mut carry = 0;
    for (i, limb) in a.iter_mut().enumerate() {
        let other = match b.get(i) {
            Some(other) => other + carry,
            None if carry == 0 => return false,
            None => carry,
        };
        let (sum, over) = add_limbs(*limb, other);
        *limb = sum;
        carry = u64::from(over);
    }
    carry != 0
}

/// `a - b`, where `a >= b`.
pub fn sub(a: &[u64], b: &[u64]) -> Limbs {
    let mut rest = Limbs::from_slice(a);
    sub_from(&mut rest, b);
    trim(&mut rest);
    rest
}

/// Subtracts in place; whether a borrow is left.
pub fn sub_from(a: &mut [u64], b: &[u64]) -> bool {
    let mut borrow = 0;
    for (i, limb) in a.iter_mut().enumerate() {
        let other = match b.get(i) {
            Some(other) => other + borrow,
            None if borrow == 0 => return false,
            None => borrow,
        };
        let (difference, under) = limb.overflowing_sub(other);
        *limb = if under { difference.wrapping_add(BASE) } else { difference };
        borrow = u64::from(under);
    }
    borrow != 0
}

/// Adds one.
pub fn increment(limbs: &mut Limbs) {
    for limb in limbs.iter_mut() {
        if *limb < BASE - 1 {
            *limb += 1;
            return;
        }
        *limb = 0;
    }
    limbs.push(1);
}

/// `limbs * 10^n`
pub fn shift_left(limbs: &[u64], n: i64) -> Result<Limbs, NoRoom> {
    if limbs.is_empty() || n == 0 {
        return Ok(Limbs::from_slice(limbs));
    }
    if n > MAX_DIGITS {
        return Err(NoRoom);
    }
    let (whole, part) = ((n / DIGITS) as usize, (n % DIGITS) as usize);
    let mut shifted = zeroed(whole + limbs.len() + 1)?;
    if part == 0 {
        shifted[whole..whole + limbs.len()].copy_from_slice(limbs);
    } else {
        let (up, down) = (POW10[part], POW10[DIGITS as usize - part]);
        let mut carry = 0;
        for (limb, to) in limbs.iter().zip(&mut shifted[whole..]) {
            *to = limb % down * up + carry;
            carry = limb / down;
        }
        shifted[whole + limbs.len()] = carry;
    }
    trim(&mut shifted);
    Ok(shifted)
}

/// How what was cut off compares with half a unit; `sticky`: something below it was not zero.
#[inline]
fn rest_against(cut: u64, half: u64, sticky: bool) -> Rest {
    match cut.cmp(&half) {
        Ordering::Greater => Rest::Above,
        Ordering::Equal if sticky => Rest::Above,
        Ordering::Equal => Rest::Half,
        Ordering::Less if cut != 0 || sticky => Rest::Below,
        Ordering::Less => Rest::Zero,
    }
}

/// `limbs / 10^n`, and what was cut off.
#[inline]
pub fn shift_right(limbs: &[u64], n: i64) -> (Limbs, Rest) {
    // What most numbers are.
    match *limbs {
        [x] if (1..=DIGITS).contains(&n) => {
            let unit = POW10[n as usize];
            (from_u64(x / unit), rest_against(x % unit, unit / 2, false))
        }
        [x, y] if (1..DIGITS).contains(&n) => {
            let (down, up) = (POW10[n as usize], POW10[(DIGITS - n) as usize]);
            let mut kept = Limbs::new();
            kept.push(x / down + y % down * up);
            kept.push(y / down);
            trim(&mut kept);
            (kept, rest_against(x % down, down / 2, false))
        }
        _ => shift_right_long(limbs, n),
    }
}

fn shift_right_long(limbs: &[u64], n: i64) -> (Limbs, Rest) {
    if n == 0 || limbs.is_empty() {
        return (Limbs::from_slice(limbs), Rest::Zero);
    }
    let (whole, part) = ((n / DIGITS) as usize, (n % DIGITS) as usize);
    if whole > limbs.len() || (whole == limbs.len() && part > 0) {
        return (Limbs::new(), Rest::Below);
    }
    let rest = rest_of(limbs, whole, part);
    let kept = &limbs[whole..];
    if part == 0 {
        return (Limbs::from_slice(kept), rest);
    }
    let (down, up) = (POW10[part], POW10[DIGITS as usize - part]);
    let mut shifted = Limbs::with_capacity(kept.len());
    for (i, limb) in kept.iter().enumerate() {
        let above = kept.get(i + 1).map_or(0, |above| above % down * up);
        shifted.push(limb / down + above);
    }
    trim(&mut shifted);
    (shifted, rest)
}

fn rest_of(limbs: &[u64], whole: usize, part: usize) -> Rest {
    let (cut, half, lower) = if part > 0 {
        (limbs[whole] % POW10[part], POW10[part] / 2, &limbs[..whole])
    } else {
        (limbs[whole - 1], BASE / 2, &limbs[..whole - 1])
    };
    let sticky = lower.iter().any(|l| *l != 0);
    rest_against(cut, half, sticky)
}

/// The lowest `n` digits.
pub fn low_digits(limbs: &[u64], n: i64) -> Limbs {
    let (whole, part) = ((n / DIGITS) as usize, (n % DIGITS) as usize);
    if whole >= limbs.len() {
        return Limbs::from_slice(limbs);
    }
    let mut low = Limbs::from_slice(&limbs[..whole]);
    low.push(limbs[whole] % POW10[part]);
    trim(&mut low);
    low
}

/// `10^n - 1`
pub fn nines(n: i64) -> Result<Limbs, NoRoom> {
    if n > MAX_DIGITS {
        return Err(NoRoom);
    }
    let (whole, part) = ((n / DIGITS) as usize, (n % DIGITS) as usize);
    let mut limbs = zeroed(whole + usize::from(part > 0))?;
    limbs.fill(BASE - 1);
    if part > 0 {
        limbs[whole] = POW10[part] - 1;
    }
    Ok(limbs)
}
