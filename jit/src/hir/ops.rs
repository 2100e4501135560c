//! THE table of HIR operations: name, number of operands, meaning of the immediate, result type, effect.
//! The `Op` enum, the text form, the verifier and every pass's notion of effects come from it.

use super::types::Type;

/// What the immediate of an instruction means (and how text shows it).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Imm {
    None,
    /// Plain number: offset, register, argument index.
    Num,
    /// Comparison, `Cmp`.
    Cmp,
    /// Bits of an f64.
    Float,
    /// Index into the function's constant table.
    Const,
    /// Index into the table of runtime helpers.
    Helper,
    /// Index into the table of exit reasons.
    Reason,
}

/// What executing the operation may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Nothing: may be merged with an equal one, moved, or dropped.
    Pure,
    /// May leave through a side exit, so it needs a frame state; equal ones merge; dropped only when proven.
    Guard,
    /// Reads memory of a class: merged while no store to the class intervenes; droppable.
    Load,
    Store,
    /// Allocates: droppable, never merged; may collect.
    Alloc,
    /// May run anything, look at frames, raise: needs a frame state; forgets all memory.
    Call,
    /// Ends its block.
    Term,
}

/// Memory class of a load or store; stores kill equal classes only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mem {
    None,
    /// Never changes once visible (tuple items, shapes' constants).
    Const,
    /// Instance slots and other object fields, told apart by offset.
    Field,
    ListLen,
    ListArray,
    Elem,
    ElemF64,
    Cell,
    /// The frame's window.
    Window,
    /// Bytes of bytes and bytearrays.
    Byte,
    /// Thread context.
    Ctx,
    /// Which shape an object has.
    Shape,
}

/// Comparisons, for integers and floats alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Cmp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Cmp {
    pub const ALL: [Cmp; 6] = [Cmp::Lt, Cmp::Le, Cmp::Eq, Cmp::Ne, Cmp::Gt, Cmp::Ge];

    pub fn name(self) -> &'static str {
        ["lt", "le", "eq", "ne", "gt", "ge"][self as usize]
    }

    pub fn from_imm(imm: i64) -> Cmp {
        Cmp::ALL[imm as usize]
    }

    pub fn eval<T: PartialOrd>(self, a: T, b: T) -> bool {
        match self {
            Cmp::Lt => a < b,
            Cmp::Le => a <= b,
            Cmp::Eq => a == b,
            Cmp::Ne => a != b,
            Cmp::Gt => a > b,
            Cmp::Ge => a >= b,
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct OpInfo {
    pub name: &'static str,
    /// Number of operands, -1: any.
    pub args: i8,
    pub imm: Imm,
    /// Result type unless inference says more; `VOID`: no result.
    pub result: Type,
    pub effect: Effect,
    pub mem: Mem,
}

macro_rules! hir_ops {
    ($($(#[doc = $doc:literal])* $name:ident $args:literal $imm:ident $result:ident $effect:ident $mem:ident;)*) => {
        /// An HIR operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Op { $($(#[doc = $doc])* $name,)* }
        static TABLE: &[OpInfo] = &[$(OpInfo {
            name: stringify!($name), args: $args, imm: Imm::$imm, result: Type::$result, effect: Effect::$effect, mem: Mem::$mem,
        }),*];
        impl Op {
            pub const ALL: &'static [Op] = &[$(Op::$name),*];
        }
    };
}

hir_ops! {
    // ---- sources
    /// Block parameter.
    Param 0 None ANY Pure None;
    /// Argument passed in a machine register.
    Arg 0 Num ANY Pure None;
    /// Register of the frame's window, in memory.
    LoadWindow 0 Num ANY Load Window;
    /// Word constant that is no pointer.
    Word 0 Num ANY Pure None;
    /// Entry of the constant table: an address resolved at install.
    Const 0 Const ANY Pure None;
    Float 0 Float F64 Pure None;
    Raw 0 Num RAW Pure None;
    /// The running function (word below the window), for its closure.
    Callee 0 None OBJECT Load Const;

    /// The generator whose body runs (word below the window's header).
    OwnGenerator 0 None OBJECT Load Const;

    // ---- guards: the result is the operand, known better
    GuardInt 1 None INT Guard None;
    GuardBool 1 None BOOL Guard None;
    /// Heap object of the shape or type id.
    GuardShape 1 Num OBJECT Guard None;
    /// Float word, self-tagged or on the heap.
    GuardFloat 1 None FLOAT Guard None;
    GuardBound 1 None ANY Guard None;
    /// The words are identical.
    GuardSame 2 None ANY Guard None;
    /// Truth of a bool, small int or None; anything else exits.
    Truthy 1 None COND Guard None;
    /// Whether the word is a heap object of the shape or type id.
    HasShape 1 Num COND Load Shape;
    /// Both words are small integers.
    BothInts 2 None COND Pure None;
    /// Constant condition (0 or 1).
    Known 0 Num COND Pure None;
    /// The condition holds (imm: exit reason).
    GuardTrue 1 Reason VOID Guard None;
    GuardFalse 1 Reason VOID Guard None;
    /// Float word to f64, whatever its storage; guards that it is one.
    Unbox 1 None F64 Guard None;
    /// As `Unbox` of what is known to be a float.
    UnboxKnown 1 None F64 Pure None;
    /// As `Unbox`; small integers (below 2^53 in magnitude) convert.
    UnboxNumber 1 None F64 Guard None;
    /// A cell that no watchpoint is on: may be stored to.
    GuardUnwatched 1 None ANY Guard Cell;

    // ---- small integers (tagged); results that leave 62 bits exit
    IAdd 2 None INT Guard None;
    ISub 2 None INT Guard None;
    IMul 2 None INT Guard None;
    /// Floor division and modulo; a zero divisor exits.
    IFloorDiv 2 None INT Guard None;
    IMod 2 None INT Guard None;
    INeg 1 None INT Guard None;
    IShl 2 None INT Guard None;
    IShr 2 None INT Guard None;
    IAnd 2 None INT Pure None;
    IOr 2 None INT Pure None;
    IXor 2 None INT Pure None;
    IInvert 1 None INT Pure None;
    /// Unchecked forms: the result is known to fit.
    IAddFast 2 None INT Pure None;
    ISubFast 2 None INT Pure None;
    IMulFast 2 None INT Pure None;
    /// Divisor known positive.
    IFloorDivFast 2 None INT Pure None;
    IModFast 2 None INT Pure None;
    IMax 2 None INT Pure None;
    /// The operand as item of a range that goes on behind it: below the greatest small integer (imm: sign of the step).
    RangeItem 1 Num INT Pure None;
    ICmp 2 Cmp COND Pure None;
    IToF 1 None F64 Pure None;

    // ---- floats
    FAdd 2 None F64 Pure None;
    FSub 2 None F64 Pure None;
    FMul 2 None F64 Pure None;
    FDiv 2 None F64 Pure None;
    FNeg 1 None F64 Pure None;
    FAbs 1 None F64 Pure None;
    FSqrt 1 None F64 Pure None;
    FCmp 2 Cmp COND Pure None;
    /// As small integer, rounded down (imm 0), up (1) or to zero (2).
    FToInt 1 Num INT Guard None;
    /// Call of a runtime helper that has no effect.
    PureCall -1 Helper F64 Pure None;
    /// Call of an unboxed native entry (imm: its address); NaN means: ask the general entry.
    CallUnboxed -1 Const F64 Pure None;
    BoxFloat 1 None FLOAT Alloc None;

    // ---- conditions
    /// The words are identical.
    Same 2 None COND Pure None;
    /// First code point of a string that is not empty; a wide one exits.
    FirstByte 1 None RAW Guard None;
    /// (string, raw index within it; imm: table of the strings of one Latin-1 character): the character, or `UNBOUND` if it
    /// is none of these.
    Character 2 Const ANY Load Const;
    /// Whether two strings are equal.
    SameText 2 None COND Pure None;
    /// Word of a condition.
    BoolWord 1 None BOOL Pure None;
    /// A Bool word as condition.
    IsTrue 1 None COND Pure None;
    Not 1 None COND Pure None;
    /// Whether a call has raised: then its result must not be used.
    IsRaised 1 None COND Pure None;
    /// Raw comparison.
    RCmp 2 Cmp COND Pure None;
    /// Raw unsigned less-than (bounds checks).
    RBelow 2 None COND Pure None;
    /// Small int as raw integer, and back.
    Untag 1 None RAW Pure None;
    Tag 1 None INT Pure None;
    RAdd 2 None RAW Pure None;
    /// Shifted left by imm bits; if that is negative, logically to the right.
    RShift 1 Num RAW Pure None;
    /// Address of register imm in the frame's window.
    WindowAddress 0 Num RAW Pure None;

    // ---- memory. Objects are words; imm is the byte offset from the object's start.
    LoadField 1 Num ANY Load Field;
    LoadFieldInt 1 Num INT Load Field;
    LoadFieldF64 1 Num F64 Load Field;
    /// Field that holds a number or an untagged address.
    LoadFieldRaw 1 Num RAW Load Field;
    StoreFieldRaw 2 Num VOID Store Field;
    /// A fresh instance of shape imm, all its slots zero; `extra`: its size in bytes. Without memory it exits.
    NewObject 0 Num OBJECT Alloc None;
    /// A fresh dict; operands: names and values in turn. Without memory it exits.
    MakeMap -1 None OBJECT Alloc None;
    /// A dict that exits make when their states name it; operands as of `MakeMap`.
    VirtualMap -1 None OBJECT Pure None;
    /// An instance of shape imm that exits make when their states name it; operands: its slots. `extra`: its size in bytes.
    Virtual -1 Num OBJECT Pure None;
    /// Address of a cell as its word.
    AsObject 1 None OBJECT Pure None;
    /// Field that never changes.
    LoadConst 1 Num ANY Load Const;
    LoadConstRaw 1 Num RAW Load Const;
    /// Operands: object, value. With write barrier unless the value is immediate.
    StoreField 2 Num VOID Store Field;
    /// As `StoreField` without barrier: another store to the object follows that has one.
    StoreFieldPlain 2 Num VOID Store Field;
    StoreFieldInt 2 Num VOID Store Field;
    StoreFieldF64 2 Num VOID Store Field;
    /// Moves the object to shape imm.
    SetShape 1 Num VOID Store Field;
    /// The same object, as it is known after a change of shape.
    Reshaped 1 Num OBJECT Store None;
    LoadCell 1 Num ANY Load Cell;
    StoreCell 2 Num VOID Store Cell;
    ListLen 1 None RAW Load ListLen;
    /// Items that the storage of a list has room for.
    ListRoom 1 None RAW Load ListArray;
    /// Operands: list, raw length.
    StoreListLen 2 None VOID Store ListLen;
    /// Storage cell of a list.
    ListArray 1 None OBJECT Load ListArray;
    /// Operands: storage or tuple, raw index. imm: byte offset of item 0.
    LoadElem 2 Num ANY Load Elem;
    LoadElemInt 2 Num INT Load Elem;
    LoadElemF64 2 Num F64 Load ElemF64;
    LoadItemConst 2 Num ANY Load Const;
    /// Operands: storage, raw index, value.
    StoreElem 3 Num VOID Store Elem;
    StoreElemInt 3 Num VOID Store Elem;
    StoreElemF64 3 Num VOID Store ElemF64;
    /// Operands: object, or raw address; raw index. imm: byte offset of byte 0.
    LoadByte 2 Num RAW Load Byte;
    /// Operands: object, raw index, raw value.
    StoreByte 3 Num VOID Store Byte;
    /// Operands: storage, raw position in bytes. imm: bytes of the number, negative if it has a sign.
    LoadNumber 2 Num RAW Load Byte;
    LoadNumberF64 2 None F64 Load Byte;
    /// Operands: storage, raw position in bytes, raw value. imm: as of `LoadNumber`.
    StoreNumber 3 Num VOID Store Byte;
    StoreNumberF64 3 None VOID Store Byte;
    /// Call of a runtime helper that neither raises nor runs anything.
    Ask -1 Helper ANY Load Shape;
    /// Address of the native code that goes on where a generator (imm 1: or coroutine) is suspended; not above 0 if
    /// there is none, if the word is none, or if it waits for another there.
    ResumeEntry 1 Num RAW Load Field;
    /// As `Ask`, for the effect it has on its operands.
    Tell -1 Helper VOID Store Field;
    /// Stores a word into register imm of the frame's window.
    Spill 1 Num VOID Store Window;

    /// Word in the thread context, at byte offset imm.
    LoadContext 0 Num ANY Load Ctx;
    StoreContext 1 Num VOID Store Ctx;

    /// Whether the frame has a frame object.
    IsObserved 0 None COND Load Ctx;

    // ---- calls
    /// Direct call; operands: arguments; imm: constant (the callee's entry cell). `extra` is the callee's window register.
    CallDirect -1 Const ANY Call None;
    /// Calls the native code at an address on a frame whose parameters are in its window. `extra` is the window register.
    CallEntry 1 None ANY Call None;
    /// Resumes a generator; operands: what `ResumeEntry` gave, value sent, generator. `extra` is the callee's window register.
    Resume 3 None ANY Call None;
    /// Runtime helper that may run Python.
    CallHelper -1 Helper ANY Call None;

    // ---- control
    /// Exits when something is to do at a poll.
    Poll 0 None VOID Guard Ctx;
    /// Function entry: machine stack, register stack and recursion checks.
    Prologue 0 None VOID Guard Ctx;
    Jump 0 None VOID Term None;
    Branch 1 None VOID Term None;
    Return 1 None VOID Term None;
    /// Always leaves to the interpreter.
    Exit 0 Reason VOID Term None;
}

impl Op {
    pub fn info(self) -> &'static OpInfo {
        &TABLE[self as usize]
    }
    pub fn name(self) -> &'static str {
        self.info().name
    }
    pub fn effect(self) -> Effect {
        self.info().effect
    }
    pub fn is_term(self) -> bool {
        self.effect() == Effect::Term
    }
    /// Whether an instruction of it must say how to go on in the interpreter.
    pub fn needs_frame(self) -> bool {
        matches!(self.effect(), Effect::Guard | Effect::Call)
            || matches!(self, Op::Exit | Op::NewObject | Op::MakeMap)
    }
    /// Whether only exits make the object.
    pub fn is_virtual(self) -> bool {
        matches!(self, Op::Virtual | Op::VirtualMap)
    }
    /// How many jump targets it has.
    pub fn targets(self) -> usize {
        match self {
            Op::Jump => 1,
            Op::Branch => 2,
            _ => 0,
        }
    }
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.name() == name)
    }
}
