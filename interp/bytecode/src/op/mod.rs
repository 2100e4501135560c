//! Opcodes: what the table expands to, and the encoding of an instruction.

mod intrinsic;
mod registers;
mod special;
mod table;

pub use intrinsic::Intrinsic;
pub use registers::{Access, registers, registers_of};
pub use special::Special;

/// Register operand that means "none".
pub const NOREG: u16 = u16::MAX;

/// How one operand field is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperandKind {
    Dst,
    Src,
    Mod,
    Win,
    Opt,
    Imm,
    Num,
    Name,
    Konst,
}

/// Instruction field that holds an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    A,
    B,
    C,
}

/// One piece of an instruction's extension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ext {
    Label,
    Value,
    Extra,
    Counter,
    Kinds,
    Shape,
    Attr,
    Global,
    Call,
    Resume,
}

impl Ext {
    /// Length in 32-bit words.
    pub const fn words(self) -> usize {
        match self {
            Ext::Label | Ext::Extra | Ext::Counter | Ext::Kinds | Ext::Shape => 1,
            Ext::Value => 2,
            Ext::Resume => 3,
            Ext::Global | Ext::Call => 4,
            Ext::Attr => 6,
        }
    }
}

/// What executing an opcode may do beyond writing its registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effects {
    Pure,
    Raise,
    Flow,
    Leave,
}

/// A row of the table.
#[derive(Debug)]
pub struct OpInfo {
    pub name: &'static str,
    pub doc: &'static str,
    pub operands: &'static [(Field, OperandKind)],
    pub ext: &'static [Ext],
    pub effects: Effects,
}

impl OpInfo {
    /// Length of the instruction in 32-bit words, extension included.
    pub const fn words(&self) -> usize {
        let mut n = 2;
        let mut i = 0;
        while i < self.ext.len() {
            n += self.ext[i].words();
            i += 1;
        }
        n
    }

    /// Word offset of the first extension of this kind, counted from the instruction's start.
    pub const fn ext_offset(&self, kind: Ext) -> Option<usize> {
        let mut at = 2;
        let mut i = 0;
        while i < self.ext.len() {
            if self.ext[i] as u8 == kind as u8 {
                return Some(at);
            }
            at += self.ext[i].words();
            i += 1;
        }
        None
    }
}

macro_rules! field {
    (a) => {
        Field::A
    };
    (b) => {
        Field::B
    };
    (c) => {
        Field::C
    };
}
macro_rules! operand_kind {
    (dst) => {
        OperandKind::Dst
    };
    (src) => {
        OperandKind::Src
    };
    (mod) => {
        OperandKind::Mod
    };
    (win) => {
        OperandKind::Win
    };
    (opt) => {
        OperandKind::Opt
    };
    (imm) => {
        OperandKind::Imm
    };
    (num) => {
        OperandKind::Num
    };
    (name) => {
        OperandKind::Name
    };
    (konst) => {
        OperandKind::Konst
    };
}
macro_rules! ext {
    (label) => {
        Ext::Label
    };
    (value) => {
        Ext::Value
    };
    (extra) => {
        Ext::Extra
    };
    (counter) => {
        Ext::Counter
    };
    (kinds) => {
        Ext::Kinds
    };
    (shape) => {
        Ext::Shape
    };
    (attr) => {
        Ext::Attr
    };
    (global) => {
        Ext::Global
    };
    (call) => {
        Ext::Call
    };
    (resume) => {
        Ext::Resume
    };
}
macro_rules! effects {
    (pure) => {
        Effects::Pure
    };
    (raise) => {
        Effects::Raise
    };
    (flow) => {
        Effects::Flow
    };
    (leave) => {
        Effects::Leave
    };
}

macro_rules! define_ops {
    ($($(#[doc = $doc:literal])* $name:ident ( $($kind:tt $field:ident),* ) [ $($ext:ident),* ] $effects:ident ;)*) => {
        /// An opcode: the first byte of an instruction.
        #[allow(non_camel_case_types, reason = "opcodes are written in capitals everywhere, as in dumps")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Op { $($(#[doc = $doc])* $name,)* }

        /// The table, indexed by opcode.
        pub const OPS: &[OpInfo] = &[$(
            OpInfo {
                name: stringify!($name),
                doc: concat!($($doc, "\n",)* ""),
                operands: &[$((field!($field), operand_kind!($kind))),*],
                ext: &[$(ext!($ext)),*],
                effects: effects!($effects),
            },
        )*];

        impl Op {
            /// Every opcode, in table order.
            pub const ALL: &'static [Op] = &[$(Op::$name),*];
        }
    };
}
crate::opcodes!(define_ops);

impl Op {
    /// Whether control never goes on behind the instruction.
    pub const fn ends_block(self) -> bool {
        matches!(self, Op::JUMP | Op::LOOP | Op::RETURN | Op::RETURN_NONE | Op::RAISE | Op::RERAISE)
    }

    #[inline]
    pub const fn info(self) -> &'static OpInfo {
        &OPS[self as usize]
    }

    /// Decodes an opcode byte.
    #[inline]
    pub fn from_byte(byte: u8) -> Option<Op> {
        Op::ALL.get(byte as usize).copied()
    }

    #[inline]
    pub const fn shape(self) -> &'static Shape {
        &SHAPES[self as usize]
    }

    /// Length in 32-bit words, extension included.
    #[inline]
    pub const fn words(self) -> usize {
        self.shape().words as usize
    }
}

/// What passes over instructions ask of an opcode again and again, in one place of memory.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Length in 32-bit words.
    pub words: u8,
    /// Word offset of the jump distance, of the `extra` word and of the constant; 0 for none.
    pub label: u8,
    pub extra: u8,
    pub value: u8,
    /// Fields (1: A, 2: B, 4: C) that name a register that is read, one that is read unless it is `NOREG`, one that is
    /// written.
    pub reads: u8,
    pub maybe: u8,
    pub writes: u8,
    pub effects: Effects,
}

const SHAPES: [Shape; OPS.len()] = {
    let none = Shape {
        words: 0,
        label: 0,
        extra: 0,
        value: 0,
        reads: 0,
        maybe: 0,
        writes: 0,
        effects: Effects::Pure,
    };
    let mut shapes = [none; OPS.len()];
    let mut i = 0;
    while i < OPS.len() {
        let info = &OPS[i];
        let shape = &mut shapes[i];
        shape.words = info.words() as u8;
        shape.effects = info.effects;
        if let Some(at) = info.ext_offset(Ext::Label) {
            shape.label = at as u8;
        }
        if let Some(at) = info.ext_offset(Ext::Extra) {
            shape.extra = at as u8;
        }
        if let Some(at) = info.ext_offset(Ext::Value) {
            shape.value = at as u8;
        }
        let mut k = 0;
        while k < info.operands.len() {
            let (field, kind) = info.operands[k];
            let bit = 1 << field as u8;
            match kind {
                OperandKind::Src => shape.reads |= bit,
                OperandKind::Opt => shape.maybe |= bit,
                OperandKind::Dst => shape.writes |= bit,
                OperandKind::Mod => {
                    shape.reads |= bit;
                    shape.writes |= bit;
                }
                _ => {}
            }
            k += 1;
        }
        i += 1;
    }
    shapes
};

/// The eight fixed bytes of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(4))]
pub struct Instr {
    pub op: u8,
    pub x: u8,
    pub a: u16,
    pub b: u16,
    pub c: u16,
}

impl Instr {
    pub const fn new(op: Op, x: u8, a: u16, b: u16, c: u16) -> Instr {
        Instr { op: op as u8, x, a, b, c }
    }

    /// The two words of the instruction stream.
    pub const fn words(self) -> [u32; 2] {
        [self.op as u32 | (self.x as u32) << 8 | (self.a as u32) << 16, self.b as u32 | (self.c as u32) << 16]
    }

    pub const fn from_words(w: [u32; 2]) -> Instr {
        Instr {
            op: w[0] as u8,
            x: (w[0] >> 8) as u8,
            a: (w[0] >> 16) as u16,
            b: w[1] as u16,
            c: (w[1] >> 16) as u16,
        }
    }

    pub const fn field(self, field: Field) -> u16 {
        match field {
            Field::A => self.a,
            Field::B => self.b,
            Field::C => self.c,
        }
    }
}
