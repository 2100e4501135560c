//! The constant table of a unit: equal constants share an entry, where equal means same type and same bits.

use super::fx::FxHashMap;
use crate::code::Const;
use habu_syntax::ast::Constant;

#[derive(Debug, Default)]
pub struct Consts {
    pub list: Vec<Const>,
    index: FxHashMap<Vec<u8>, u32>,
}

impl Consts {
    /// The constant's number; code objects are never shared.
    pub fn add(&mut self, c: Const) -> u32 {
        let mut key = Vec::new();
        if !encode(&c, &mut key) {
            self.list.push(c);
            return self.list.len() as u32 - 1;
        }
        if let Some(&i) = self.index.get(&key) {
            return i;
        }
        let i = self.list.len() as u32;
        self.list.push(c);
        self.index.insert(key, i);
        i
    }
}

/// Writes a key that tells constants apart; false for what has none.
fn encode(c: &Const, out: &mut Vec<u8>) -> bool {
    let mut bytes = |tag: u8, b: &[u8]| {
        out.push(tag);
        out.extend((b.len() as u32).to_le_bytes());
        out.extend(b);
    };
    match c {
        Const::None => out.push(0),
        Const::True => out.push(1),
        Const::False => out.push(2),
        Const::Ellipsis => out.push(3),
        Const::Int(i) => bytes(4, &i.to_le_bytes()),
        Const::BigInt { negative, magnitude } => {
            bytes(if *negative { 5 } else { 6 }, &magnitude.to_le_bytes());
        }
        Const::Float(f) => bytes(7, &f.to_bits().to_le_bytes()),
        Const::Complex(re, im) => {
            bytes(8, &re.to_bits().to_le_bytes());
            out.extend(im.to_bits().to_le_bytes());
        }
        Const::Str(s) => bytes(9, s),
        Const::Bytes(s) => bytes(10, s),
        Const::Tuple(items) | Const::FrozenSet(items) => {
            let tag = if matches!(c, Const::Tuple(_)) { 11 } else { 12 };
            bytes(tag, &(items.len() as u32).to_le_bytes());
            return items.iter().all(|i| encode(i, out));
        }
        Const::Slice(parts) => {
            out.push(13);
            return parts.iter().all(|i| encode(i, out));
        }
        Const::Code(_) => return false,
    }
    true
}

/// The constant of a literal.
pub fn from_literal(c: &Constant) -> Const {
    match c {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(i) => Const::Int(*i),
        Constant::BigInt(b) => Const::BigInt { negative: false, magnitude: b.clone() },
        Constant::Float(f) => Const::Float(*f),
        Constant::Imaginary(f) => Const::Complex(0.0, *f),
        Constant::Complex(re, im) => Const::Complex(*re, *im),
        Constant::Negative(b) => Const::BigInt { negative: true, magnitude: b.clone() },
        Constant::Tuple(items) => Const::Tuple(items.iter().map(from_literal).collect()),
        Constant::FrozenSet(items) => Const::FrozenSet(items.iter().map(from_literal).collect()),
        Constant::Str(s) => Const::Str(s.as_bytes().into()),
        Constant::Bytes(b) => Const::Bytes(b.clone()),
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
