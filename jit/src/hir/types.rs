//! The type lattice of HIR values: what is known about a value, and with it how it is represented in a machine register.

use std::fmt;

/// What a value may be. Word types (tagged 64-bit words) form a lattice under union; the machine types (`F64`, `Cond`, `Raw`) stand apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Type {
    bits: u16,
    /// Exact shape or type id when all the value may be is heap objects of it; 0: not known.
    shape: u32,
}

/// How a value sits in a machine register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rep {
    /// Tagged word.
    Word,
    F64,
    /// 0 or 1 in eight bits.
    Cond,
    /// Untagged 64-bit integer or address that is no Python value.
    Raw,
    None,
}

macro_rules! type_bits {
    ($($(#[doc = $doc:literal])* $name:ident = $bit:expr, $text:literal;)*) => {
        impl Type {
            $($(#[doc = $doc])* pub const $name: Type = Type { bits: 1 << $bit, shape: 0 };)*
        }
        const BIT_NAMES: &[(u16, &str)] = &[$((1 << $bit, $text)),*];
    };
}

type_bits! {
    /// Small integer, tagged.
    INT = 0, "Int";
    /// Float as a word: self-tagged or a heap float.
    FLOAT = 1, "Float";
    BOOL = 2, "Bool";
    NONE = 3, "None";
    UNBOUND = 4, "Unbound";
    /// Heap object other than a float.
    OBJECT = 5, "Object";
    /// Another constant word (Ellipsis, NotImplemented).
    OTHER = 6, "Other";
    F64 = 8, "F64";
    COND = 9, "Cond";
    RAW = 10, "Raw";
}

impl Type {
    /// Any word.
    pub const ANY: Type = Type { bits: 0x7f, shape: 0 };
    /// Any word but `UNBOUND`.
    pub const BOUND: Type = Type { bits: 0x6f, shape: 0 };
    /// No value: instructions without a result; bottom of the lattice during inference.
    pub const VOID: Type = Type { bits: 0, shape: 0 };

    pub const fn object(shape: u32) -> Type {
        Type { bits: Type::OBJECT.bits, shape }
    }

    /// Exact shape id if known.
    pub const fn shape(self) -> Option<u32> {
        if self.bits == Type::OBJECT.bits && self.shape != 0 { Some(self.shape) } else { None }
    }

    pub const fn is_void(self) -> bool {
        self.bits == 0
    }

    pub fn union(self, other: Type) -> Type {
        if self.is_void() {
            return other;
        }
        if other.is_void() {
            return self;
        }
        let shape = if self.shape == other.shape { self.shape } else { 0 };
        Type { bits: self.bits | other.bits, shape }
    }

    /// Whether every value of `self` is one of `other`.
    pub const fn is(self, other: Type) -> bool {
        self.bits & !other.bits == 0 && (other.shape == 0 || self.shape == other.shape)
    }

    /// Whether a value can be of both types.
    pub const fn may_be(self, other: Type) -> bool {
        self.bits & other.bits != 0 && (self.shape == 0 || other.shape == 0 || self.shape == other.shape)
    }

    /// The more exact of two facts about one value.
    pub fn meet(self, other: Type) -> Type {
        let bits = self.bits & other.bits;
        let shape = if bits == Type::OBJECT.bits {
            if self.shape != 0 { self.shape } else { other.shape }
        } else {
            0
        };
        if bits == 0 { other } else { Type { bits, shape } }
    }

    pub const fn rep(self) -> Rep {
        if self.bits == 0 {
            Rep::None
        } else if self.bits == Type::F64.bits {
            Rep::F64
        } else if self.bits == Type::COND.bits {
            Rep::Cond
        } else if self.bits == Type::RAW.bits {
            Rep::Raw
        } else {
            Rep::Word
        }
    }

    /// Whether the bits mix machine representations, which no value can.
    pub const fn is_malformed(self) -> bool {
        let machine = self.bits & 0x700;
        machine != 0 && self.bits != machine || machine & machine.wrapping_sub(1) != 0
    }

    /// Whether a word of this type is surely no heap pointer (stores of it need no write barrier).
    pub const fn is_immediate(self) -> bool {
        self.bits & (Type::OBJECT.bits | Type::FLOAT.bits) == 0
    }

    /// Reads back what `Display` wrote.
    pub fn parse(text: &str) -> Option<Type> {
        if text == "Bound" {
            return Some(Type::BOUND);
        }
        if text == "Any" {
            return Some(Type::ANY);
        }
        if let Some(inner) = text.strip_prefix("Object(").and_then(|t| t.strip_suffix(')')) {
            return inner.parse().ok().map(Type::object);
        }
        let mut bits = 0;
        for part in text.split('|') {
            bits |= BIT_NAMES.iter().find(|(_, name)| *name == part)?.0;
        }
        Some(Type { bits, shape: 0 })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Type::ANY {
            return f.write_str("Any");
        }
        if *self == Type::BOUND {
            return f.write_str("Bound");
        }
        if let Some(id) = self.shape() {
            return write!(f, "Object({id})");
        }
        let mut first = true;
        for (bit, name) in BIT_NAMES {
            if self.bits & bit != 0 {
                if !first {
                    f.write_str("|")?;
                }
                f.write_str(name)?;
                first = false;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Type {
    /// Type of a constant word that is no heap pointer.
    pub fn of_word(word: u64) -> Type {
        use habu_runtime::Value;
        let v = Value(word);
        if v.is_small() {
            Type::INT
        } else if v.is_inline_float() {
            Type::FLOAT
        } else if v.is_bool() {
            Type::BOOL
        } else if v.is_none() {
            Type::NONE
        } else if v.is_unbound() {
            Type::UNBOUND
        } else {
            Type::OTHER
        }
    }
}
