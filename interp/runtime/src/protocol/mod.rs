//! What every object can be asked, independent of its type: calls, operators, items, iteration, text, truth.

pub mod arith;
mod call;
pub mod compare;
mod item;
mod iter;
mod object;

pub use arith::{BinaryOp, UnaryOp};
pub use compare::CmpOp;
