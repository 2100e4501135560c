//! THE table of reasons for which native code leaves to the interpreter; each site counts how often it was taken.

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal;)*) => {
        /// Why native code is left.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Reason { $($(#[doc = $doc])* $name,)* }
        impl Reason {
            pub const ALL: &'static [Reason] = &[$(Reason::$name),*];
            /// Name in HIR text.
            pub fn name(self) -> &'static str { match self { $(Reason::$name => stringify!($name)),* } }
            /// What the summary says.
            pub fn text(self) -> &'static str { match self { $(Reason::$name => $text),* } }
        }
    };
}

reasons! {
    /// A value is not the small integer that feedback promised.
    NotInt = "value is no small int";
    NotFloat = "value is no float";
    NotBool = "value is no bool";
    BothInts = "two ints where a float took part";
    WrongShape = "object has another shape";
    WrongValue = "another object than expected";
    /// A function of another code than expected.
    WrongCode = "function has other code than expected";
    Unbound = "variable is unbound";
    Overflow = "integer leaves 62 bits";
    DivisionByZero = "division by zero";
    BadShift = "shift count out of range";
    IndexRange = "index out of range";
    WrongLength = "another length than expected";
    /// The branch or site had not run when the code was compiled.
    NeverRan = "code that had not run yet";
    /// A raise statement.
    Raise = "raise statement";
    /// An instruction native code has no form for.
    NotCovered = "instruction not covered";
    /// Rare case of a covered instruction.
    RareCase = "rare case";
    Poll = "poll at a back-edge";
    Entry = "stack or recursion limit at entry";
    /// A callee or helper raised.
    Raised = "exception raised";
    /// The code was invalidated while a call from it was running.
    Invalidated = "code invalidated";
    /// Forced by the stress mode.
    Stress = "forced exit";
}

impl Reason {
    pub fn from_index(i: usize) -> Reason {
        Reason::ALL.get(i).copied().unwrap_or(Reason::RareCase)
    }
    pub fn from_name(name: &str) -> Option<Reason> {
        Reason::ALL.iter().copied().find(|r| r.name() == name)
    }
    /// Whether the exit says nothing against the code (so it doesn't count towards a recompile).
    pub fn is_benign(self) -> bool {
        matches!(
            self,
            Reason::Poll
                | Reason::Entry
                | Reason::Raise
                | Reason::Raised
                | Reason::Invalidated
                | Reason::Stress
        )
    }
}
