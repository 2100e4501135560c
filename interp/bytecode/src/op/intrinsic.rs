//! Operations too rare for an opcode of their own, numbered for the `INTRINSIC` instruction.

macro_rules! define_intrinsics {
    ($($(#[doc = $doc:literal])* $name:ident = $args:literal,)*) => {
        /// What `INTRINSIC` does; the doc names the registers from R[b] on.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Intrinsic { $($(#[doc = $doc])* $name,)* }
        impl Intrinsic {
            pub const ALL: &'static [Intrinsic] = &[$(Intrinsic::$name),*];
            /// How many registers it reads.
            pub const fn args(self) -> usize { match self { $(Intrinsic::$name => $args,)* } }
            pub const fn name(self) -> &'static str { match self { $(Intrinsic::$name => stringify!($name),)* } }
        }
    };
}

define_intrinsics! {
    /// sys.displayhook(value) of an interactive statement.
    Print = 1,
    /// StopIteration/StopAsyncIteration leaving a generator: the RuntimeError to raise in its place.
    StopIterationError = 1,
    /// TypeVar(name, bound or constraints evaluator or None, default evaluator or None, kind: 0 none 1 bound 2 constraints)
    TypeVar = 4,
    /// ParamSpec(name, default evaluator or None)
    ParamSpec = 2,
    /// TypeVarTuple(name, default evaluator or None)
    TypeVarTuple = 2,
    /// TypeAliasType(name, type params tuple or None, value evaluator)
    TypeAlias = 3,
    /// Generic[*type params] for a class's bases.
    SubscriptGeneric = 1,
    /// The namespace gets `__annotations__ = {}` unless it has one.
    SetupAnnotations = 1,
    /// Match statement: mapping minus keys, as a new dict (mapping, keys tuple).
    MappingRest = 2,
    /// The class NotImplementedError itself, whatever the name is bound to (annotation functions).
    NotImplementedClass = 0,
}

impl Intrinsic {
    pub fn from_byte(byte: u8) -> Option<Intrinsic> {
        Intrinsic::ALL.get(byte as usize).copied()
    }
}
