//! Code objects as the compiler makes them: independent of any heap, so that they can be cached,
//! embedded in the binary and linked into a heap by the runtime.

use crate::op::{Instr, Intrinsic, Op};
use dashu_int::UBig;
use std::sync::Arc;

bitflags_like! {
    /// Properties of a code object (CPython's `co_flags`, same bits where CPython has one).
    pub struct CodeFlags: u32 {
        OPTIMIZED = 0x1;
        NEWLOCALS = 0x2;
        VARARGS = 0x4;
        VARKEYWORDS = 0x8;
        NESTED = 0x10;
        GENERATOR = 0x20;
        COROUTINE = 0x80;
        ITERABLE_COROUTINE = 0x100;
        ASYNC_GENERATOR = 0x200;
        FUTURE_ANNOTATIONS = 0x100_0000;
        HAS_DOCSTRING = 0x400_0000;
        METHOD = 0x800_0000;
    }
}

/// A constant of a code object.
#[derive(Clone, PartialEq, Debug)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// Magnitude beyond i64; `negative` after folding of a unary minus.
    BigInt {
        negative: bool,
        magnitude: UBig,
    },
    Float(f64),
    Complex(f64, f64),
    /// WTF-8: UTF-8 that may also hold lone surrogates.
    Str(Box<[u8]>),
    Bytes(Box<[u8]>),
    Tuple(Vec<Const>),
    FrozenSet(Vec<Const>),
    Slice(Box<[Const; 3]>),
    Code(Arc<Code>),
}

/// Where a local variable lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VarKind {
    Local,
    /// Its register holds a cell once the prologue's MAKE_CELL has run.
    Cell,
}

/// Instructions `start..end` (word offsets) are guarded: an exception goes to `target` with the exception
/// in register `exc`. Entries are sorted by `start`, inner ranges first where they nest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub exc: u16,
}

/// Source range of the instruction that begins at word offset `at`, up to the next entry.
/// Lines are 1-based, columns UTF-8 byte offsets; line 0: no position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    pub at: u32,
    pub line: u32,
    pub end_line: u32,
    pub col: u16,
    pub end_col: u16,
}

/// A compiled module, class body, function or annotation scope.
///
/// Register numbering: parameters in signature order (positional, keyword-only, `*args`, `**kwargs`), then the other
/// locals, then temporaries. In a module or class body register 0 is the namespace (unbound: the globals).
///
/// On entry the locals of `vars` are unbound and temporaries may hold anything: code never reads a temporary it has not
/// written. The live counts are bounds, though: among the registers below one there can be some that are not
/// written yet or no longer needed (the header room of a call window, say), so a collector that scans them must
/// bear stale words.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Code {
    pub name: Arc<str>,
    pub qualname: Arc<str>,
    pub filename: Arc<str>,
    pub first_line: u32,
    pub flags: CodeFlags,
    /// Positional parameters, positional-only ones included; `*args` and `**kwargs` are not counted.
    pub arg_count: u16,
    pub posonly_count: u16,
    pub kwonly_count: u16,
    /// Registers a frame needs, temporaries included.
    pub registers: u16,
    /// `(name, register's kind)` of parameters and locals; the index is the register (module and class bodies: none).
    pub vars: Vec<(Arc<str>, VarKind)>,
    /// `co_freevars`, in closure order.
    pub free: Vec<Arc<str>>,
    pub names: Vec<Arc<str>>,
    pub consts: Vec<Const>,
    /// The instruction stream.
    pub words: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub positions: Vec<Position>,
    /// Word offsets of loop headers (targets of LOOP, and each FOR_ITER/FOR_RANGE), with the live registers there.
    pub loops: Vec<LoopHeader>,
    /// For each instruction that may raise, run Python or collect: how many registers from 0 may be live (precise GC roots).
    /// Sorted by `at`; an entry holds up to the next.
    pub live: Vec<(u32, u16)>,
    /// Set while only the fields up to `registers`, and `free`, are there, or after [`Code::leave_linked`]: what the
    /// others are read from.
    pub rest: Option<crate::cache::Rest>,
}

/// See [`Suspension::of`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Suspension {
    /// Nothing.
    Quiet = 1,
    /// What it waits for is told, unless that is a generator and sees to itself.
    Delegating,
    /// `finally` and `with` blocks run.
    Pending,
}

impl Suspension {
    /// What has to happen when nobody refers any more to a generator that the YIELD at `at` has suspended. `instr` gives
    /// the instruction at a word offset.
    pub fn of(handlers: &[Handler], at: u32, instr: impl Fn(u32) -> Instr) -> Suspension {
        let (mut at, mut found) = (at, Suspension::Quiet);
        while let Some(handler) = handlers.iter().find(|h| h.start <= at && at < h.end) {
            let first = instr(handler.target);
            // Around all others is one that every body has.
            if first.op == Op::INTRINSIC as u8 && first.x == Intrinsic::StopIterationError as u8 {
                break;
            }
            if found != Suspension::Quiet || first.op != Op::SEND_THROW as u8 {
                return Suspension::Pending;
            }
            (at, found) = (handler.target, Suspension::Delegating);
        }
        found
    }
}

/// A loop header, an on-stack-replacement entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoopHeader {
    pub at: u32,
    /// Word offset just behind the loop's last instruction.
    pub end: u32,
    /// Nesting depth, 1 outermost.
    pub depth: u16,
}

impl Code {
    /// The instruction at word offset `at`.
    pub fn instr(&self, at: usize) -> Instr {
        Instr::from_words([self.words[at], self.words[at + 1]])
    }

    /// Whether two code objects do the same under the same name, wherever they come from: `==` of the language.
    pub fn is_like(&self, other: &Code) -> bool {
        let alike = |a: &Const, b: &Const| match (a, b) {
            (Const::Code(a), Const::Code(b)) => a.is_like(b),
            _ => a == b,
        };
        let Code { name, flags, consts, words, .. } = self;
        *name == other.name
            && *flags == other.flags
            && *words == other.words
            && self.first_line == other.first_line
            && self.arg_count == other.arg_count
            && self.posonly_count == other.posonly_count
            && self.kwonly_count == other.kwonly_count
            && self.vars == other.vars
            && self.free == other.free
            && self.names == other.names
            && self.handlers == other.handlers
            && self.positions == other.positions
            && consts.len() == other.consts.len()
            && consts.iter().zip(&other.consts).all(|(a, b)| alike(a, b))
    }

    /// Source position of the instruction at `at`, if it has one.
    pub fn position(&self, at: u32) -> Option<Position> {
        let i = self.positions.partition_point(|p| p.at <= at);
        i.checked_sub(1).map(|i| self.positions[i]).filter(|p| p.line != 0)
    }

    /// Number of registers that hold parameters.
    pub fn param_count(&self) -> usize {
        self.arg_count as usize
            + self.kwonly_count as usize
            + usize::from(self.flags.contains(CodeFlags::VARARGS))
            + usize::from(self.flags.contains(CodeFlags::VARKEYWORDS))
    }
}
