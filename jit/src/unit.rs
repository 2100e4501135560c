//! What compiling a unit gives, before it has a place in code memory: bytes, relocations, and what exits and walkers need.

use crate::build::Assumption;
use crate::exits::Reason;
use crate::hir::Konst;

/// Bit of a unit's entry: it goes on behind the instruction there, at which a generator is suspended; else at a loop's header.
pub const RESUMES: u32 = 1 << 31;

/// What a relocation refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Symbol {
    /// A runtime helper's entry for native code (its thunk, or the function itself).
    Helper(u32),
    /// Entry of the constant table.
    Const(u32),
    /// Start of this unit.
    Start,
}

/// How the place is patched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelocKind {
    /// Eight bytes, absolute.
    Abs8,
    /// Four bytes relative to the place (x86-64 calls).
    Rel4,
    /// 26-bit branch (aarch64 calls).
    Arm64Call,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reloc {
    pub offset: u32,
    pub kind: RelocKind,
    pub symbol: Symbol,
    pub addend: i64,
}

/// How a register's content is found when a frame is rebuilt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In its window slot, as a word.
    Word,
    /// In its window slot, as raw bits of an f64.
    F64,
    /// In its window slot, 0 or 1.
    Cond,
    /// Entry of the constant table.
    Const(u32),
    /// A word known at compile time.
    Known(u64),
}

/// One interpreter frame as an exit or call site has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameMap {
    /// Index into the unit's codes.
    pub code: u32,
    pub pc: u32,
    /// Offset in registers from the unit's base.
    pub base: u32,
    /// Registers that hold something; all others are unbound.
    pub regs: Vec<(u32, Place)>,
    /// Register that holds the result of the call that the frame above makes, if it is not what that returns.
    pub result: Option<u32>,
}

/// A side exit.
#[derive(Clone, Debug)]
pub struct ExitMap {
    pub reason: Reason,
    /// Calls: registers that the callee itself has filled when it returns.
    pub filled: Vec<u32>,
    /// Calls for an attribute: an AttributeError means that the class's `__getattr__` is asked.
    pub hooked: bool,
    /// Innermost frame first.
    pub frames: Vec<FrameMap>,
}

/// A call in native code, by its return address.
#[derive(Clone, Debug)]
pub struct SiteMap {
    /// Offset of the return address in the code.
    pub at: u32,
    /// Direct calls: register at which the callee's frame begins.
    pub callee_base: u32,
    /// Direct calls: constant of the callee's entry, and number of arguments in registers.
    pub callee: Option<(u32, u32)>,
    /// State across the call; exit taken when it raises. None: a helper that observes nothing.
    pub exit: Option<u32>,
}

/// A finished unit.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    pub name: String,
    /// `file:line` of the function.
    pub place: String,
    pub code: u64,
    /// Where it is entered: none at the function's start, else a word offset, perhaps with `RESUMES`.
    pub osr: Option<u32>,
    pub bytes: Vec<u8>,
    pub relocs: Vec<Reloc>,
    pub consts: Vec<Konst>,
    /// Addresses of the code objects that take part, the unit's own first.
    pub codes: Vec<u64>,
    /// Tagged words of functions of them.
    pub functions: Vec<u64>,
    pub exits: Vec<ExitMap>,
    /// Sorted by `at`.
    pub sites: Vec<SiteMap>,
    /// Its frames may have frame objects: returns look whether they have.
    pub observable: bool,
    /// So short that entering it from the interpreter costs as much as interpreting it.
    pub tiny: bool,
    pub assumptions: Vec<Assumption>,
    pub uncovered: Vec<(u32, &'static str)>,
    pub stats: CompileStats,
    pub hir: String,
    pub clif: String,
    pub asm: String,
}

impl Compiled {
    /// Whether its frames are those of generators that somebody has resumed.
    pub fn resumes(&self) -> bool {
        self.osr.is_some_and(|at| at & RESUMES != 0)
    }
}

/// What compiling cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompileStats {
    pub bytecodes: u32,
    pub hir_insts: u32,
    pub clif_insts: u32,
    pub build_us: u32,
    pub passes_us: u32,
    pub cranelift_us: u32,
}

impl CompileStats {
    pub fn total_us(&self) -> u64 {
        u64::from(self.build_us) + u64::from(self.passes_us) + u64::from(self.cranelift_us)
    }
}
