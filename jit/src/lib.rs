//! Feedback to SSA, passes, Cranelift IR, native code; deoptimisation; code memory.
mod heap { pub use habu_runtime::ShapeId; }
pub mod build;
pub mod exits;
pub mod helpers;
pub mod hir;
pub mod code;
mod layout;
pub mod thunks;
pub mod lower;
pub mod passes;
pub mod snapshot;
pub mod unit;
