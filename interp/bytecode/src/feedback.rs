//! Layout of the extension words: inline caches and type feedback, as the interpreter writes and
//! the JIT reads them. Word offsets count from the start of that extension.

/// Operand kinds seen on slow paths (`kinds` word). 0: nothing but the first fast path (small ints), or never run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kinds(pub u32);

impl Kinds {
    /// Arithmetic and comparison: at least one operand was a self-tagged or heap float and the rest numbers.
    pub const FLOAT: u32 = 1 << 0;
    /// Small operands whose result left 62 bits, or heap integers.
    pub const BIGINT: u32 = 1 << 1;
    /// An int and a float together (set with FLOAT).
    pub const MIXED: u32 = 1 << 2;
    pub const STR: u32 = 1 << 3;
    pub const BOOL: u32 = 1 << 4;
    /// Anything else: general dispatch.
    pub const OTHER: u32 = 1 << 5;
    /// Items and iteration: exact list (`FOR_ITER`: its iterator); also the element kinds seen.
    pub const LIST: u32 = 1 << 8;
    pub const TUPLE: u32 = 1 << 9;
    pub const DICT: u32 = 1 << 10;
    pub const RANGE: u32 = 1 << 11;
    pub const GENERATOR: u32 = 1 << 12;
    pub const BYTES: u32 = 1 << 13;
    pub const LIST_F64: u32 = 1 << 14;
    pub const LIST_INT: u32 = 1 << 15;
    /// A list of any values (with LIST, as the two above).
    pub const LIST_ANY: u32 = 1 << 19;
    pub const BYTEARRAY: u32 = 1 << 20;
    /// FOR_ITER: items came in parts, for the UNPACK that the loop's body begins with.
    pub const PARTS: u32 = 1 << 21;
    /// The result was a float (items): lets native code unbox early.
    pub const RESULT_FLOAT: u32 = 1 << 16;
    pub const RESULT_INT: u32 = 1 << 17;
    pub const RESULT_OTHER: u32 = 1 << 18;
    /// Arithmetic with OTHER: shape of a left operand that is an instance, in these bits; whether the right one was an instance,
    /// whether the left one had other shapes too.
    pub const LEFT_SHAPE: u32 = 0xf_ffff << Kinds::LEFT_SHIFT;
    pub const LEFT_SHIFT: u32 = 8;
    pub const RIGHT_INSTANCE: u32 = 1 << 29;
    pub const LEFT_SHAPES: u32 = 1 << 30;
    /// Executed at least once on the int fast path is not recorded; these ops set it on any path: items, iteration, truth.
    pub const RAN: u32 = 1 << 31;
}

/// `shape` extension (1 word): the container that an item instruction has met, if `Kinds` has no bit for it.
pub mod shape {
    /// Its shape or type id (0: none was met).
    pub const ID: u32 = 0xf_ffff;
    /// The type code of an `array.array`, in eight bits from here on.
    pub const CODE_SHIFT: u32 = 20;
    /// It has met others, too.
    pub const OTHERS: u32 = 1 << 31;

    /// The id, unless others were met; none yet: 0.
    pub const fn only(word: u32) -> Option<u32> {
        if word & OTHERS == 0 { Some(word & ID) } else { None }
    }

    /// The type code.
    pub const fn code(word: u32) -> u8 {
        (word >> CODE_SHIFT) as u8
    }
}

/// `attr` extension (6 words).
pub mod attr {
    /// Shape id guarded (0: empty). For a class or module receiver: its own shape id.
    pub const SHAPE: usize = 0;
    /// `AttrKind` in bits 0..8, slot representation in bits 8..16, how often it missed in bits 16..32.
    pub const KIND: usize = 1;
    /// Byte offset from the object (inline slots) or from the overflow array's items.
    pub const OFFSET: usize = 2;
    /// Class version the entry holds for, or the shape moved to (stores that add).
    pub const VERSION: usize = 3;
    /// Two words: the function, descriptor or value found on the class; a cell for module globals.
    pub const VALUE: usize = 4;
    /// Megamorphic sites keep the first shapes they meet in the words from `OFFSET` on: this many.
    pub const SHAPES: usize = 4;
    /// Bit of `KIND`: a megamorphic site has met more shapes than it keeps.
    pub const MANY_SHAPES: u32 = 1 << 8;
}

/// What an attribute inline cache describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum AttrKind {
    Empty = 0,
    /// Instance slot, inline.
    Inline,
    /// Instance slot in the overflow array.
    Overflow,
    /// Plain value (or unbound non-descriptor) found on the class; guarded by shape and class version.
    ClassValue,
    /// Function found on the class: a bound method (LOAD_ATTR) or function and receiver (LOAD_METHOD).
    Method,
    /// Property: its Python getter or setter is called in place.
    Property,
    /// Module attribute: VALUE is its cell.
    ModuleCell,
    /// Attribute of a class object itself (receiver is the class in VALUE's owner): VALUE is the value.
    TypeAttr,
    /// Store that adds a slot: VERSION is the new shape.
    AddInline,
    /// Too many misses: general path, no caching.
    Megamorphic,
    /// Other descriptor found on the class (VALUE), asked anew each time; guarded by shape and class version.
    Descriptor,
    /// Found nowhere: VALUE is the class's Python `__getattr__`.
    AskClass,
    /// The receiver is a class, VALUE the function of a `classmethod` found on it.
    ClassMethod,
    /// LOAD_METHOD only: as `Method`, for an instance of a builtin type that can have a dict, at OFFSET, but has none.
    BareMethod,
}

impl AttrKind {
    #[inline(always)]
    pub const fn from_byte(byte: u8) -> AttrKind {
        match byte {
            1 => AttrKind::Inline,
            2 => AttrKind::Overflow,
            3 => AttrKind::ClassValue,
            4 => AttrKind::Method,
            5 => AttrKind::Property,
            6 => AttrKind::ModuleCell,
            7 => AttrKind::TypeAttr,
            8 => AttrKind::AddInline,
            9 => AttrKind::Megamorphic,
            10 => AttrKind::Descriptor,
            11 => AttrKind::AskClass,
            12 => AttrKind::ClassMethod,
            13 => AttrKind::BareMethod,
            _ => AttrKind::Empty,
        }
    }
}

/// `global` extension (4 words).
pub mod global {
    /// Two words: the name's cell in the globals.
    pub const CELL: usize = 0;
    /// Two words: the name's cell in the builtins.
    pub const BUILTIN: usize = 2;
}

/// `call` extension (4 words).
pub mod call {
    /// Two words: last callee seen (function object, or class), as a tagged word.
    pub const CALLEE: usize = 0;
    /// Bits 0..8: `CallKind`; bits 8..32: number of changes of callee.
    pub const KIND: usize = 2;
    /// Callee's code identity (lets closures of one code share a site), low 32 bits of the code's serial number.
    pub const CODE: usize = 3;
}

/// What a call site has called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CallKind {
    Never = 0,
    /// A Python function, always the same object.
    Function,
    /// Python functions of one code (closures).
    Code,
    Native,
    Class,
    BoundMethod,
    /// Several callees.
    Poly,
}

impl CallKind {
    #[inline(always)]
    pub const fn from_byte(byte: u8) -> CallKind {
        match byte {
            1 => CallKind::Function,
            2 => CallKind::Code,
            3 => CallKind::Native,
            4 => CallKind::Class,
            5 => CallKind::BoundMethod,
            6 => CallKind::Poly,
            _ => CallKind::Never,
        }
    }
}

/// `resume` extension (3 words), of the instructions that generators stand at while they are suspended.
pub mod resume {
    /// How often it was resumed there.
    pub const HEAT: usize = 0;
    /// Two words: address of the native code that goes on behind the instruction, or 0.
    pub const ENTRY: usize = 1;
    /// Bit of those words: it has waited for another generator there when it was resumed.
    pub const DELEGATES: u64 = 1 << 63;
}
