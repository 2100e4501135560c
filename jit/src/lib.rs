//! Feedback to SSA, passes, Cranelift IR, native code; deoptimisation; code memory. The modules in the order of the road:
//! a snapshot of bytecode and heap facts is built into HIR, the passes improve it, lowering makes machine code of it, the tier
//! installs and runs it, and exits lead back to the interpreter.

mod addresses;

pub mod take;

pub mod snapshot;

pub mod build;
pub mod hir;
pub mod passes;

pub mod compile;
pub mod lower;
pub mod unit;

mod compile_thread;
pub mod tier;

pub mod code;
pub mod frames;
pub mod thunks;

mod deopt;
pub mod exits;
pub mod helpers;
mod layout;
mod observe;
mod seam;

mod show;
pub mod stats;
mod summary;

pub use tier::{Config, Dump, DumpKind, JitTier, Mode};
