//! The opcode table; syntax tree to register bytecode; code objects; disassembler.

#[macro_use]
mod flags;
pub mod cache;
pub mod code;
pub mod compile;
pub mod dis;
pub mod feedback;
pub mod op;
pub mod probe;
pub mod verify;

pub use code::{Code, CodeFlags, Const, Suspension, VarKind};
pub use compile::{CompileError, CompileOptions, Compiled, Mode, compile, compile_source};
pub use op::{Instr, NOREG, Op};
