//! Constant folding, with CPython's limits on what a folded constant may grow to.

use super::Compiler;
use super::consts::{from_literal, truth};
use crate::code::Const;
use dashu_int::{IBig, UBig};
use habu_syntax::ast::{Expr, ExprKind, Operator, UnaryOp};
use smallvec::SmallVec;

/// Longest integer made by folding, in bits.
const MAX_INT_BITS: u64 = 128;
/// Longest string or bytes made by folding.
const MAX_STR: usize = 4096;
/// Longest tuple made by repetition.
const MAX_ITEMS: usize = 256;

impl Compiler<'_> {
    /// The value of an expression made of constants.
    pub fn fold(&self, e: &Expr) -> Option<Const> {
        match &e.kind {
            ExprKind::Constant { value, .. } => Some(from_literal(value)),
            ExprKind::Name { id, .. } => self.debug_name(*id),
            ExprKind::UnaryOp { op, operand } => unary(*op, &self.fold(operand)?),
            ExprKind::BinOp { .. } => self.fold_spine(e),
            ExprKind::Tuple { elts, .. } => Some(Const::Tuple(self.fold_all(elts)?)),
            ExprKind::Slice { lower, upper, step } => {
                let part = |p: &Option<&Expr>| match p {
                    None => Some(Const::None),
                    Some(p) => self.fold(p),
                };
                Some(Const::Slice(Box::new([part(lower)?, part(upper)?, part(step)?])))
            }
            ExprKind::Subscript { .. } => self.fold_subscripts(e),
            _ => None,
        }
    }

    /// The value of `constant[a][b]…`. Longer chains than any constant is deep are left alone.
    fn fold_subscripts(&self, e: &Expr) -> Option<Const> {
        const MOST: usize = 32;
        let mut slices = Vec::new();
        let mut object = e;
        while let ExprKind::Subscript { value, slice, .. } = &object.kind {
            if slices.len() == MOST || matches!(slice.kind, ExprKind::Slice { .. }) {
                return None;
            }
            slices.push(&**slice);
            object = value;
        }
        let first = self.fold(object)?;
        slices.into_iter().rev().try_fold(first, |object, slice| subscript(&object, &self.fold(slice)?))
    }

    /// The value of a chain of binary operations, from its far left end on. Where that fails, the part of the chain
    /// that cannot fold is remembered: it is asked about again, one operation at a time, as the chain is compiled.
    fn fold_spine(&self, e: &Expr) -> Option<Const> {
        let (next, last) = self.unfoldable.get();
        if address(e) == next {
            let rest = if address(e) == last { 0 } else { left_of(e) };
            self.unfoldable.set((rest, last));
            return None;
        }
        let (mut leaf, mut innermost) = (e, e);
        while let ExprKind::BinOp { left, .. } = &leaf.kind {
            innermost = leaf;
            leaf = left;
        }
        let mut value = self.fold(leaf);
        if value.is_none() {
            let rest = if std::ptr::eq(e, innermost) { 0 } else { left_of(e) };
            self.unfoldable.set((rest, address(innermost)));
            return None;
        }
        let mut spine = SmallVec::<[_; 4]>::new();
        leaf = e;
        while let ExprKind::BinOp { left, op, right } = &leaf.kind {
            spine.push((leaf, *op, &**right));
            leaf = left;
        }
        for (node, op, right) in spine.into_iter().rev() {
            value = value.and_then(|l| binary(op, &l, &self.fold(right)?));
            if value.is_none() {
                let rest = if std::ptr::eq(e, node) { 0 } else { left_of(e) };
                self.unfoldable.set((rest, address(node)));
                return None;
            }
        }
        value
    }

    /// The values of a list of constant expressions.
    pub fn fold_all(&self, elts: &[Expr]) -> Option<Vec<Const>> {
        elts.iter().map(|e| self.fold(e)).collect()
    }
}

fn address(e: &Expr) -> usize {
    std::ptr::from_ref(e).addr()
}

/// Where the left operand of a binary operation is.
fn left_of(e: &Expr) -> usize {
    match &e.kind {
        ExprKind::BinOp { left, .. } => address(left),
        _ => 0,
    }
}

fn integer(c: &Const) -> Option<IBig> {
    Some(match c {
        Const::True => IBig::from(1),
        Const::False => IBig::from(0),
        Const::Int(i) => IBig::from(*i),
        Const::BigInt { negative, magnitude } => {
            let m = IBig::from(magnitude.clone());
            if *negative { -m } else { m }
        }
        _ => return None,
    })
}

fn from_integer(i: IBig) -> Const {
    if let Ok(small) = i64::try_from(&i) {
        return Const::Int(small);
    }
    let negative = i < IBig::from(0);
    let magnitude: UBig = if negative { UBig::try_from(-i) } else { UBig::try_from(i) }.unwrap_or_default();
    Const::BigInt { negative, magnitude }
}

fn bits(i: &IBig) -> u64 {
    let magnitude = if *i < IBig::from(0) { UBig::try_from(-i.clone()) } else { UBig::try_from(i.clone()) };
    magnitude.map_or(0, |m| dashu_base_bits(&m))
}

/// Bit length of a magnitude.
fn dashu_base_bits(m: &UBig) -> u64 {
    let bytes = m.to_le_bytes();
    match bytes.last() {
        None => 0,
        Some(last) => (bytes.len() as u64 - 1) * 8 + (8 - u64::from(last.leading_zeros())),
    }
}

fn float(c: &Const) -> Option<f64> {
    Some(match c {
        Const::Float(f) => *f,
        Const::True => 1.0,
        Const::False => 0.0,
        // Exact up to here; beyond, conversion is left to the runtime.
        Const::Int(i) if i.unsigned_abs() <= 1 << 53 => *i as f64,
        _ => return None,
    })
}

fn complex(c: &Const) -> Option<(f64, f64)> {
    match c {
        Const::Complex(re, im) => Some((*re, *im)),
        other => float(other).map(|f| (f, 0.0)),
    }
}

fn unary(op: UnaryOp, v: &Const) -> Option<Const> {
    Some(match (op, v) {
        (UnaryOp::Not, Const::Code(_)) => return None,
        (UnaryOp::Not, v) => {
            if truth(v) {
                Const::False
            } else {
                Const::True
            }
        }
        (UnaryOp::USub, Const::Float(f)) => Const::Float(-f),
        (UnaryOp::USub, Const::Complex(re, im)) => Const::Complex(-re, -im),
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex(..)) => v.clone(),
        (UnaryOp::Invert, Const::True | Const::False) => return None,
        (UnaryOp::USub, v) => from_integer(-integer(v)?),
        (UnaryOp::UAdd, v) => from_integer(integer(v)?),
        (UnaryOp::Invert, v) => from_integer(-integer(v)? - IBig::from(1)),
    })
}

fn binary(op: Operator, l: &Const, r: &Const) -> Option<Const> {
    if let (Some(a), Some(b)) = (integer(l), integer(r)) {
        let both_bool = matches!((l, r), (Const::True | Const::False, Const::True | Const::False));
        if both_bool && matches!(op, Operator::BitAnd | Operator::BitOr | Operator::BitXor) {
            return None;
        }
        return integers(op, a, b);
    }
    match (l, r) {
        (Const::Complex(..), _) | (_, Const::Complex(..)) => {
            let ((a, b), (c, d)) = (complex(l)?, complex(r)?);
            // Mixed sums keep the sign of a zero part, as CPython 3.14's do.
            return match (op, l, r) {
                (Operator::Add, Const::Complex(..), Const::Complex(..)) => Some(Const::Complex(a + c, b + d)),
                (Operator::Sub, Const::Complex(..), Const::Complex(..)) => Some(Const::Complex(a - c, b - d)),
                (Operator::Add, Const::Complex(..), _) => Some(Const::Complex(a + c, b)),
                (Operator::Add, ..) => Some(Const::Complex(a + c, d)),
                (Operator::Sub, Const::Complex(..), _) => Some(Const::Complex(a - c, b)),
                (Operator::Sub, ..) => Some(Const::Complex(a - c, -d)),
                _ => None,
            };
        }
        (Const::Float(_), _) | (_, Const::Float(_)) => return floats(op, float(l)?, float(r)?),
        _ => {}
    }
    match (op, l, r) {
        (Operator::Add, Const::Str(a), Const::Str(b)) => joined(a, b).map(Const::Str),
        (Operator::Add, Const::Bytes(a), Const::Bytes(b)) => joined(a, b).map(Const::Bytes),
        (Operator::Add, Const::Tuple(a), Const::Tuple(b)) if a.len() + b.len() <= MAX_ITEMS => {
            Some(Const::Tuple(a.iter().chain(b).cloned().collect()))
        }
        (Operator::Mult, s, n) if integer(n).is_some() => repeated(s, n),
        (Operator::Mult, n, s) if integer(n).is_some() => repeated(s, n),
        _ => None,
    }
}

fn joined(a: &[u8], b: &[u8]) -> Option<Box<[u8]>> {
    // A high and a low surrogate side by side stay two code points, so plain concatenation of WTF-8 is right.
    (a.len() + b.len() <= MAX_STR).then(|| [a, b].concat().into())
}

fn repeated(s: &Const, n: &Const) -> Option<Const> {
    let n = i64::try_from(&integer(n)?).ok()?;
    let n = usize::try_from(n.max(0)).ok()?;
    match s {
        Const::Str(b) if b.len().checked_mul(n)? <= MAX_STR => Some(Const::Str(b.repeat(n).into())),
        Const::Bytes(b) if b.len().checked_mul(n)? <= MAX_STR => Some(Const::Bytes(b.repeat(n).into())),
        Const::Tuple(t) if t.len().checked_mul(n)? <= MAX_ITEMS => {
            Some(Const::Tuple(std::iter::repeat_n(t, n).flatten().cloned().collect()))
        }
        _ => None,
    }
}

fn integers(op: Operator, a: IBig, b: IBig) -> Option<Const> {
    let zero = IBig::from(0);
    Some(from_integer(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult if bits(&a) + bits(&b) <= MAX_INT_BITS => a * b,
        Operator::FloorDiv if b != zero => floor_div(&a, &b).0,
        Operator::Mod if b != zero => floor_div(&a, &b).1,
        Operator::Pow if b >= zero => {
            let exp = usize::try_from(&b).ok()?;
            if bits(&a).checked_mul(exp as u64)? > MAX_INT_BITS {
                return None;
            }
            a.pow(exp)
        }
        Operator::LShift if b >= zero => {
            let n = usize::try_from(&b).ok()?;
            if a != zero && bits(&a) + n as u64 > MAX_INT_BITS {
                return None;
            }
            a << if n as u64 > MAX_INT_BITS { 0 } else { n }
        }
        Operator::RShift if b >= zero => {
            let n = usize::try_from(&b).ok()?.min(1 << 20);
            let quotient = floor_div(&a, &(IBig::from(1) << n));
            quotient.0
        }
        Operator::BitAnd => a & b,
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::Div if b != zero => {
            // Both exactly representable: then the quotient of floats is the rounded quotient.
            let (x, y) = (i64::try_from(&a).ok()?, i64::try_from(&b).ok()?);
            if x.unsigned_abs() > 1 << 53 || y.unsigned_abs() > 1 << 53 {
                return None;
            }
            return Some(Const::Float(x as f64 / y as f64));
        }
        _ => return None,
    }))
}

/// Quotient and remainder of division towards minus infinity.
fn floor_div(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let zero = IBig::from(0);
    let (q, r) = (a / b, a % b);
    if r != zero && (r < zero) != (*b < zero) { (q - IBig::from(1), r + b) } else { (q, r) }
}

fn floats(op: Operator, a: f64, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        _ => return None,
    }))
}

fn subscript(value: &Const, index: &Const) -> Option<Const> {
    let i = i64::try_from(&integer(index)?).ok()?;
    let at = |len: usize| {
        let i = if i < 0 { i + len as i64 } else { i };
        usize::try_from(i).ok().filter(|&i| i < len)
    };
    match value {
        Const::Tuple(items) => items.get(at(items.len())?).cloned(),
        Const::Str(s) if s.is_ascii() => Some(Const::Str([s[at(s.len())?]].into())),
        Const::Bytes(b) => Some(Const::Int(i64::from(b[at(b.len())?]))),
        _ => None,
    }
}
