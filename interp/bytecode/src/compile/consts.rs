//! The constant table of a unit: equal constants share an entry, where equal means same type and same bits.

use super::fx::FxHashMap;
use crate::code::Const;
use habu_syntax::ast::Constant;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Fewer constants than this are compared one by one.
const SMALL: usize = 8;

#[derive(Debug, Default)]
pub struct Consts {
    pub list: Vec<Const>,
    /// The last constant with a hash, and for each constant the one before it with the same.
    index: FxHashMap<u64, u32>,
    before: Vec<u32>,
}

impl Consts {
    /// The table without its constants, but with their room.
    pub fn emptied(mut self) -> Consts {
        self.list.clear();
        self.index.clear();
        self.before.clear();
        self
    }

    /// As [`Consts::add`] of a string, which is made only if there is none like it.
    pub fn add_str(&mut self, text: &[u8]) -> u32 {
        let is_text = |c: &Const| matches!(c, Const::Str(known) if **known == *text);
        if self.list.len() < SMALL {
            if let Some(i) = self.list.iter().position(is_text) {
                return i as u32;
            }
        } else {
            let mut hasher = FxHasher::default();
            hash_str(text, &mut hasher);
            let mut at = self.first_with(hasher.finish());
            while at != u32::MAX {
                if is_text(&self.list[at as usize]) {
                    return at;
                }
                at = self.before[at as usize];
            }
        }
        self.add(Const::Str(text.into()))
    }

    /// The last constant with a hash, once all are in the index.
    fn first_with(&mut self, hash: u64) -> u32 {
        while self.before.len() < self.list.len() {
            let i = self.before.len();
            let hash = hash_of(&self.list[i]);
            self.before.push(self.index.insert(hash, i as u32).unwrap_or(u32::MAX));
        }
        self.index.get(&hash).copied().unwrap_or(u32::MAX)
    }

    /// The constant's number; code objects are never shared.
    pub fn add(&mut self, c: Const) -> u32 {
        let next = self.list.len() as u32;
        if self.list.len() < SMALL {
            if let Some(i) = self.list.iter().position(|known| same(known, &c)) {
                return i as u32;
            }
            self.list.push(c);
            return next;
        }
        let hash = hash_of(&c);
        let mut at = self.first_with(hash);
        while at != u32::MAX {
            if same(&self.list[at as usize], &c) {
                return at;
            }
            at = self.before[at as usize];
        }
        self.before.push(self.index.insert(hash, next).unwrap_or(u32::MAX));
        self.list.push(c);
        next
    }
}

/// Whether two constants are one: of the same type, of the same bits.
fn same(a: &Const, b: &Const) -> bool {
    let bits = |x: &f64, y: &f64| x.to_bits() == y.to_bits();
    match (a, b) {
        (Const::Float(x), Const::Float(y)) => bits(x, y),
        (Const::Complex(re, im), Const::Complex(re2, im2)) => bits(re, re2) && bits(im, im2),
        (Const::Tuple(x), Const::Tuple(y)) | (Const::FrozenSet(x), Const::FrozenSet(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        (Const::Slice(x), Const::Slice(y)) => x.iter().zip(y.iter()).all(|(x, y)| same(x, y)),
        (Const::Code(_), _) => false,
        _ => a == b,
    }
}

fn hash_of(c: &Const) -> u64 {
    let mut hasher = FxHasher::default();
    hash_into(c, &mut hasher);
    hasher.finish()
}

/// Feeds what [`hash_into`] does for a string.
fn hash_str(text: &[u8], h: &mut FxHasher) {
    0xFF_u8.hash(h);
    text.hash(h);
}

fn hash_into(c: &Const, h: &mut FxHasher) {
    if let Const::Str(text) = c {
        return hash_str(text, h);
    }
    std::mem::discriminant(c).hash(h);
    match c {
        Const::None | Const::True | Const::False | Const::Ellipsis => {}
        Const::Int(i) => i.hash(h),
        Const::BigInt { negative, magnitude } => {
            negative.hash(h);
            magnitude.hash(h);
        }
        Const::Float(f) => f.to_bits().hash(h),
        Const::Complex(re, im) => (re.to_bits(), im.to_bits()).hash(h),
        Const::Str(s) | Const::Bytes(s) => s.hash(h),
        Const::Tuple(items) | Const::FrozenSet(items) => items.iter().for_each(|item| hash_into(item, h)),
        Const::Slice(parts) => parts.iter().for_each(|part| hash_into(part, h)),
        Const::Code(code) => std::sync::Arc::as_ptr(code).hash(h),
    }
}

/// The constant of a literal.
pub fn from_literal(c: &Constant) -> Const {
    match c {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(i) => Const::Int(*i),
        Constant::BigInt(b) => Const::BigInt { negative: false, magnitude: b.value() },
        Constant::Float(f) => Const::Float(*f),
        Constant::Imaginary(f) => Const::Complex(0.0, *f),
        Constant::Complex(re, im) => Const::Complex(*re, *im),
        Constant::Negative(b) => Const::BigInt { negative: true, magnitude: b.value() },
        Constant::Tuple(items) => Const::Tuple(items.iter().map(from_literal).collect()),
        Constant::FrozenSet(items) => Const::FrozenSet(items.iter().map(from_literal).collect()),
        Constant::Str(s) => Const::Str(s.as_bytes().into()),
        Constant::Bytes(b) => Const::Bytes((*b).into()),
    }
}

/// Whether a constant is true, as `bool()` finds.
pub fn truth(c: &Const) -> bool {
    match c {
        Const::None | Const::False => false,
        Const::Int(i) => *i != 0,
        Const::Float(f) => *f != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) | Const::Bytes(s) => !s.is_empty(),
        Const::Tuple(t) | Const::FrozenSet(t) => !t.is_empty(),
        _ => true,
    }
}

/// Whether two constants are equal keys, as `==` and `hash` find for the plain types patterns use.
pub fn equal(a: &Const, b: &Const) -> bool {
    match (number(a), number(b)) {
        (Some(x), Some(y)) => x == y,
        _ => a == b,
    }
}

fn number(c: &Const) -> Option<f64> {
    match c {
        Const::True => Some(1.0),
        Const::False => Some(0.0),
        Const::Int(i) if i.unsigned_abs() < 1 << 53 => Some(*i as f64),
        Const::Float(f) => Some(*f),
        Const::Complex(re, 0.0) => Some(*re),
        _ => None,
    }
}

/// `repr` of a constant, for error texts and dumps.
pub fn repr(c: &Const) -> String {
    use habu_syntax::repr;
    match c {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "Ellipsis".into(),
        Const::Int(i) => i.to_string(),
        Const::BigInt { negative, magnitude } => {
            format!("{}{magnitude}", if *negative { "-" } else { "" })
        }
        Const::Float(f) => repr::float_repr(*f),
        Const::Complex(re, im) => {
            let part = |f: f64| {
                let text = repr::float_repr(f);
                text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
            };
            if *re == 0.0 && re.is_sign_positive() {
                format!("{}j", part(*im))
            } else {
                let sign = if im.is_sign_negative() || im.is_nan() { "" } else { "+" };
                format!("({}{sign}{}j)", part(*re), part(*im))
            }
        }
        Const::Str(s) => repr::str_repr(habu_syntax::ast::CodePoints::new(s)),
        Const::Bytes(b) => repr::bytes_repr(b),
        Const::Tuple(items) => match &items[..] {
            [one] => format!("({},)", repr_of(one)),
            _ => format!("({})", items.iter().map(repr_of).collect::<Vec<_>>().join(", ")),
        },
        Const::FrozenSet(items) => {
            format!("frozenset({{{}}})", items.iter().map(repr_of).collect::<Vec<_>>().join(", "))
        }
        Const::Slice(parts) => {
            format!("slice({}, {}, {})", repr_of(&parts[0]), repr_of(&parts[1]), repr_of(&parts[2]))
        }
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}

fn repr_of(c: &Const) -> String {
    repr(c)
}
