//! The opcode table; syntax tree to register bytecode; code objects; disassembler.

#[macro_use]
mod flags;
pub mod code;
pub mod feedback;
pub mod op;

pub use code::{Code, CodeFlags, Const};
pub use op::{Instr, NOREG, Op};
