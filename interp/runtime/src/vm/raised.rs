//! The Rust side of a Python exception: a proof that one is pending.

use crate::value::Value;

/// Proof that an exception is pending in the thread context. Made only by raising one; it must be
/// returned to the caller or taken with `Vm::take_exception`.
#[derive(Debug)]
#[must_use]
pub struct Raised(pub(super) ());

/// Result of whatever may raise a Python exception.
pub type PyResult<T = Value> = Result<T, Raised>;
