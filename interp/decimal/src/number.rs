//! Numbers: owned ones and views of them.

use crate::limbs::{self, Limbs};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    Finite,
    Infinite,
    /// Quiet NaN; the coefficient is its payload.
    Nan,
    Snan,
}

/// A number that owns its coefficient.
#[derive(Clone, Debug)]
pub struct Dec {
    pub neg: bool,
    pub kind: Kind,
    pub exp: i64,
    /// Least significant first, the last not zero.
    pub limbs: Limbs,
}

/// A view of a number.
#[derive(Clone, Copy, Debug)]
pub struct Num<'a> {
    pub neg: bool,
    pub kind: Kind,
    pub exp: i64,
    pub limbs: &'a [u64],
}

impl Dec {
    pub fn new(neg: bool, limbs: Limbs, exp: i64) -> Dec {
        Dec { neg, kind: Kind::Finite, exp, limbs }
    }
    pub fn small(neg: bool, n: u64, exp: i64) -> Dec {
        Dec::new(neg, limbs::from_u64(n), exp)
    }
    pub fn int(n: i64) -> Dec {
        Dec::small(n < 0, n.unsigned_abs(), 0)
    }
    pub fn zero(neg: bool, exp: i64) -> Dec {
        Dec::new(neg, Limbs::new(), exp)
    }
    pub fn infinity(neg: bool) -> Dec {
        Dec { neg, kind: Kind::Infinite, exp: 0, limbs: Limbs::new() }
    }
    pub fn nan() -> Dec {
        Dec { neg: false, kind: Kind::Nan, exp: 0, limbs: Limbs::new() }
    }
    pub fn view(&self) -> Num<'_> {
        Num { neg: self.neg, kind: self.kind, exp: self.exp, limbs: &self.limbs }
    }
    pub fn is_special(&self) -> bool {
        self.kind != Kind::Finite
    }
    pub fn is_zero(&self) -> bool {
        self.view().is_zero()
    }
    pub fn with_sign(mut self, neg: bool) -> Dec {
        self.neg = neg;
        self
    }
}

impl Num<'_> {
    pub fn to_dec(self) -> Dec {
        Dec { neg: self.neg, kind: self.kind, exp: self.exp, limbs: Limbs::from_slice(self.limbs) }
    }
    pub fn is_special(&self) -> bool {
        self.kind != Kind::Finite
    }
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Nan | Kind::Snan)
    }
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }
    /// Finite with coefficient zero.
    pub fn is_zero(&self) -> bool {
        self.kind == Kind::Finite && self.limbs.is_empty()
    }
    /// Digits of the coefficient; one for zero.
    pub fn digits(&self) -> i64 {
        limbs::digits(self.limbs)
    }
    /// Exponent of the most significant digit.
    pub fn adjusted(&self) -> i64 {
        self.exp + self.digits() - 1
    }
    /// Whether this is a whole number.
    pub fn is_integer(&self) -> bool {
        self.kind == Kind::Finite
            && (self.exp >= 0 || self.limbs.is_empty() || limbs::trailing_zeros(self.limbs) >= -self.exp)
    }
    /// Whether a whole number is odd.
    pub fn is_odd(&self) -> bool {
        self.kind == Kind::Finite && self.exp <= 0 && limbs::digit_at(self.limbs, -self.exp) & 1 == 1
    }
    pub fn abs(mut self) -> Self {
        self.neg = false;
        self
    }
    pub fn with_sign(mut self, neg: bool) -> Self {
        self.neg = neg;
        self
    }
    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match (self.is_zero(), self.neg) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}
