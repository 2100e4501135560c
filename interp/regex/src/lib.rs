//! Regular expressions as Python's `re` compiles them: its instruction words are translated once into a [`Program`],
//! which is matched over text in units of one, two or four bytes. Knows nothing of Python's objects.
//!
//! `translate` reads the words, `first` tells what may come first, `start` finds places worth a try, `machine`
//! backtracks from one of them.

mod ahead;
pub mod charset;
mod classes;
mod first;
mod loops;
mod machine;
mod op;
mod parts;
mod position;
mod program;
mod scratch;
mod search;
mod set;
mod start;
#[cfg(test)]
mod tests;
mod translate;
mod unit;

pub use classes::Classes;
pub use program::Program;
pub use scratch::{Found, Patience, Scratch, Stop};
pub use search::{Mode, Request};
pub use translate::Invalid;
pub use unit::Unit;

/// A position that is none.
pub const NONE: usize = usize::MAX;
