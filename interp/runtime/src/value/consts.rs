//! The constant words: Python's singletons and the reserved words of the runtime.

use super::Value;

const fn constant(index: u64) -> Value {
    Value(index << 3 | 3)
}

impl Value {
    pub const NONE: Value = constant(0);
    // True and False differ in one bit, so that a test for either is one `or` and one compare.
    pub const FALSE: Value = constant(2);
    pub const TRUE: Value = constant(3);
    pub const ELLIPSIS: Value = constant(4);
    pub const NOT_IMPLEMENTED: Value = constant(5);
    /// Reserved: an unbound local, an empty cell, an argument that was not passed.
    pub const UNBOUND: Value = constant(6);
    /// Reserved: native code left through an exit; the interpreter goes on at `ctx.resume_pc`.
    pub const DEOPT: Value = constant(7);
    /// Reserved: an exception is pending in the thread context. Never stored in a register.
    pub const EXCEPTION: Value = Value(u64::MAX);
}
