//! Decimal floating-point arithmetic of arbitrary precision: the General Decimal Arithmetic specification.
//!
//! A number is a sign, a coefficient in limbs of 19 digits and an exponent. Operations take views ([`Num`]), a
//! context and the set of conditions to add to, and give an owned number ([`Dec`]).

pub mod arith;
pub mod compare;
pub mod context;
pub mod convert;
pub mod divide;
pub mod explog;
mod finish;
pub mod fixed;
pub mod format;
mod limbs;
pub mod logic;
mod longdiv;
mod longmul;
pub mod neighbours;
mod number;
pub mod power;
pub mod quantize;
mod rounding;
mod short;
pub mod text;
mod transform;

pub use context::{Context, Round, status};
pub use finish::finish;
pub use limbs::{Limbs, NoRoom};
pub use number::{Dec, Kind, Num};

/// What an operation gives: memory for the result may not be there.
pub type Res<T = Dec> = Result<T, NoRoom>;
